//! `min`, `max` and `count`: the same answers by an index and by a scan.

use crate::common::TestFile;
use crate::index::Indexed;

const TABLE: &str = "id,k,place\n1,7,x\n2,-3,y\n3,,x\n4,12,x\n5,-3,x\n6,12,y\n7,3,y\n";

fn indexed() -> Indexed {
    let table = Indexed::new("t.csv", TABLE);
    table.index(&["--key", "k"], "6 rows by 4 different keys");
    table
}

#[test]
fn all_rows_with_the_first_key() {
    let indexed = indexed();
    for scan in [&[][..], &["--no-index"]] {
        let run =
            |command, arguments: &[&str]| indexed.run(command, &[&["k"], arguments, scan].concat());
        run("min", &[]).prints(&["id,k,place", "2,-3,y", "5,-3,x"]);
        run("max", &["--columns", "id"]).prints(&["id", "4", "6"]);
        run("max", &["--limit", "1", "--no-header-out"]).prints(&["4,12,x"]);
        run("min", &["--not", "-3"]).prints(&["id,k,place", "7,3,y"]);
        run("max", &["--not", "12", "--count"]).prints(&["1"]);
        run("min", &["--count"]).prints(&["2"]);
        // The first key of the rows that are left, not the rows of the first key that are.
        run("min", &["--and", "place", "x", "--and", "id", "..5"]).prints(&["id,k,place", "1,7,x"]);
        run("max", &["--or", "place", "x", "--count"]).prints(&["2"]);
    }
}

#[test]
fn rows_without_a_key_are_not_counted() {
    let indexed = indexed();
    for scan in [&[][..], &["--no-index"]] {
        let count = |arguments: &[&str]| indexed.run("count", &[&["k"], arguments, scan].concat());
        count(&[]).prints(&["6"]);
        count(&["-3..12"]).prints(&["4"]);
        count(&["..=7", "--and", "place", "y"]).prints(&["2"]);
        let none = count(&["100.."]);
        assert_eq!((none.code, none.text()), (1, "0\n"));
    }
}

#[test]
fn a_table_without_keys_has_no_first_one() {
    let table = Indexed::new("t.csv", "a,k\n1,\n");
    table.index(&["--key", "k", "--type", "integer"], "0 rows");
    for scan in [&["k"][..], &["k", "--no-index", "--type", "integer"]] {
        table.run("min", scan).finds_nothing("a,k");
        let count = table.run("max", &[scan, &["--count"]].concat());
        assert_eq!((count.code, count.text()), (1, "0\n"));
    }
    table.run("min", &["b"]).fails(&["no column `b`"]);
}

/// More rows than a chunk has, each first key in several of them, and more than memory may hold.
#[test]
fn the_first_key_of_many_chunks() {
    let mut table = String::from("n,k,padding\n");
    let padding = "x".repeat(40);
    // The least keys so far in turns with greater ones; the least of all late, and often.
    for row in 0..60_000 {
        let key = match row % 7 {
            0 => 1000 - row / 200,
            _ => 2000 + row % 13,
        };
        table.push_str(&format!("{row},{key},{padding}\n"));
    }
    let rows = |wanted: u64| -> Vec<String> {
        let lines = table
            .lines()
            .skip(1)
            .filter(|line| line.split(',').nth(1) == Some(&wanted.to_string()));
        lines.map(String::from).collect()
    };
    let (least, greatest) = (rows(701), rows(2012));
    assert!(least.len() > 20 && greatest.len() > 3_000);
    let file = TestFile::csv(&table);
    let least: Vec<&str> = ["n,k,padding"]
        .into_iter()
        .chain(least.iter().map(|it| &**it))
        .collect();
    file.run("min", &["k"]).prints(&least);
    let greatest: Vec<&str> = greatest.iter().map(|it| &**it).collect();
    file.run("max", &["k", "--no-header-out", "--memory", "100k"])
        .prints(&greatest);
    file.run("max", &["k", "--count"])
        .prints(&[&greatest.len().to_string()]);
}

/// Floats and moments are held as integers, from which their keys are made again.
#[test]
fn keys_of_every_form() {
    for (kind, cells) in [
        ("float", ["-NaN", "1e300", "-0"]),
        ("decimal", ["1.25", "-3", "0.001"]),
        ("date", ["2024-05-31", "0000-01-01", "9999-12-31"]),
        (
            "datetime",
            ["2024-05-31 10:00", "1969-12-31 23:59:59.5", "2000-01-01"],
        ),
        (
            "timestamp",
            [
                "2024-05-31T10:00:00Z",
                "2024-05-31T10:00:00.123456+02:00",
                "1970-01-01",
            ],
        ),
        ("ip", ["::1", "10.0.0.1", "9.0.0.1"]),
        ("natural", ["file9", "file10", "a"]),
    ] {
        let table = Indexed::new("t.csv", format!("k\n{}\n", cells.join("\n")));
        table.index(&["--key", "k", "--type", kind], "3 rows by 3");
        for command in ["min", "max"] {
            let by_index = table.run(command, &["k"]);
            let by_scan = table.run(command, &["k", "--no-index", "--type", kind]);
            assert_eq!(
                (by_index.code, by_index.text()),
                (0, by_scan.text()),
                "{kind}"
            );
        }
    }
}
