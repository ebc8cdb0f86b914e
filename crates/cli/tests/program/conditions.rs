//! `--prefix`, `--not`, `--and` and `--or`, with indexes and without.

use std::fs::{self, File};

use crate::common::{Run, TestFile, run};
use crate::index::Indexed;

const TABLE: &str = "\
name,country,people,height
Lyon,FR,520,170
Lille,FR,233,20
Lima,PE,10000,154
Bonn,DE,330,60
Linz,AT,206,266
Lin,,1,5
Ulm,DE,126,478
";

const HEADER: &str = "name,country,people,height";

fn both(arguments: &[&str], check: impl Fn(&Run)) {
    let table = TestFile::csv(TABLE);
    check(&table.run(arguments[0], &arguments[1..]));
    let mut indexes = Vec::new();
    // First of the key alone, then of a column of the conditions too.
    for column in [arguments[1], "people"] {
        indexes.push(format!("{}.{column}.lwx", table.path()));
        let built = run(&["index", table.path(), "--key", column]);
        assert_eq!(built.code, 0, "{built:?}");
        check(&table.run(arguments[0], &arguments[1..]));
    }
    indexes
        .iter()
        .for_each(|index| drop(std::fs::remove_file(index)));
}

#[test]
fn keys_begin_with_a_prefix() {
    both(&["get", "name", "--prefix", "Li", "Ul"], |run| {
        run.prints(&[
            HEADER,
            "Lille,FR,233,20",
            "Lima,PE,10000,154",
            "Lin,,1,5",
            "Linz,AT,206,266",
            "Ulm,DE,126,478",
        ]);
    });
    both(
        &[
            "get", "name", "--prefix", "Li", "Lin", "--not", "Lin", "--count",
        ],
        |run| {
            run.prints(&["3"]);
        },
    );
    let table = TestFile::csv(TABLE);
    table
        .get(&["people", "--prefix", "1"])
        .fails(&["--prefix", "`people` are integers"]);
    table.get(&["country,name", "--prefix", "FR,L"]).prints(&[
        HEADER,
        "Lille,FR,233,20",
        "Lyon,FR,520,170",
    ]);
    table
        .get(&["country,name", "--prefix", "F", "--count"])
        .prints(&["2"]);
}

#[test]
fn keys_are_left_out() {
    both(
        &["range", "country", "..", "--not", "FR", "--not", ""],
        |run| {
            run.prints(&[
                HEADER,
                "Linz,AT,206,266",
                "Bonn,DE,330,60",
                "Ulm,DE,126,478",
                "Lima,PE,10000,154",
            ]);
        },
    );
    both(
        &[
            "range",
            "people",
            "126..=330",
            "--not",
            "206",
            "--not",
            "400",
            "--reverse",
        ],
        |run| {
            run.prints(&[
                HEADER,
                "Bonn,DE,330,60",
                "Lille,FR,233,20",
                "Ulm,DE,126,478",
            ]);
        },
    );
    both(&["get", "name", "Ulm", "Bonn", "--not", "Ulm"], |run| {
        run.prints(&[HEADER, "Bonn,DE,330,60"])
    });
}

#[test]
fn other_columns_decide_too() {
    both(
        &[
            "range",
            "name",
            "..M",
            "--and",
            "people",
            "200..1000",
            "--and",
            "country",
            "FR",
        ],
        |run| {
            run.prints(&[HEADER, "Lille,FR,233,20", "Lyon,FR,520,170"]);
        },
    );
    both(
        &[
            "range",
            "height",
            "100..",
            "--and",
            "people",
            "..=520",
            "--reverse",
            "--limit",
            "2",
        ],
        |run| {
            run.prints(&[HEADER, "Ulm,DE,126,478", "Linz,AT,206,266"]);
        },
    );
    both(
        &["range", "name", "..", "--and", "people", "233", "--count"],
        |run| run.prints(&["1"]),
    );
    both(
        &["range", "name", "..", "--and", "people", "5..=6"],
        |run| run.finds_nothing(HEADER),
    );
    both(
        &[
            "get", "name", "Bonn", "--or", "people", "10_000..", "--or", "country", "AT",
        ],
        |run| {
            run.prints(&[
                HEADER,
                "Bonn,DE,330,60",
                "Lima,PE,10000,154",
                "Linz,AT,206,266",
            ]);
        },
    );
    both(
        &[
            "get", "name", "Bonn", "--or", "country", "DE", "--and", "height", "-5..100",
        ],
        |run| {
            run.prints(&[HEADER, "Bonn,DE,330,60"]);
        },
    );
}

#[test]
fn conditions_that_make_no_sense() {
    let table = TestFile::csv(TABLE);
    table
        .get(&["name", "Ulm", "--and", "size", "1"])
        .fails(&["no column `size`"]);
    table
        .get(&["name", "Ulm", "--and", "people", "x"])
        .fails(&["--and people: `x` is not an integer"]);
    table
        .get(&["name", "Ulm", "--and", "people", "1...2"])
        .fails(&["--and `1...2`"]);
    table
        .get(&["name", "Ulm", "--and", "people"])
        .fails(&["--and"]);
}

/// Whichever columns have indexes, answers are those of a scan. Where indexes suffice, other rows
/// are not read: not even one that is bad since, which a scan refuses.
#[test]
fn indexes_and_scans_agree() {
    let mut rows = String::from("k,g,d,w\n");
    for row in 0..2_000 {
        let key = row * 7919 % 500 - 250;
        let key = if row % 9 == 4 {
            String::new()
        } else {
            key.to_string()
        };
        let group = ["p", "q", "", "r"][row as usize * 31 % 4];
        match row {
            1_000 => rows.push_str(",none,-1,w\n"),
            _ => rows.push_str(&format!(
                "{key},{group},{},{}\n",
                row % 97,
                "w".repeat(row as usize % 40)
            )),
        }
    }
    let table = Indexed::new("t.csv", &rows);
    // Whether the last row of each needs a scan in spite of indexes of k, g and d.
    let queries: [(&str, bool); 16] = [
        ("get k 7 -7 --or d 11", false),
        ("get k 7 --or d 11..=12 --or g p", false),
        ("range k 20..40 --or d 90.. --and g q --limit 30", false),
        ("range k ..-200 --or d 5 --and w ww --reverse", false),
        ("range k ..-200 --or w ww", true),
        ("range k 5..9 --or g r --or w wwwwwwww --count", true),
        ("count k 5..9 --or d 20 --and g r", false),
        ("get g q --not q --or d 40", false),
        ("min k --and g r", false),
        ("min k --and d 96 --and w www", false),
        ("max k --and w wwwwwwwwwww --count", false),
        ("max k --and d 50 --columns d,k --limit 1", false),
        ("max k --and d 96.. --and g x", false),
        ("min k --not -250 --not -249 --or d 7", false),
        ("max k --not 200 --and g q", false),
        ("min g --not p --and k 3..=4", false),
    ];
    let run = |query: &str, more: &[&str]| {
        let mut words = query.split(' ');
        let command = words.next().unwrap();
        table.run(command, &[&words.collect::<Vec<_>>(), more].concat())
    };
    let answers = queries.map(|(query, _)| run(query, &[]));
    let found = answers.iter().filter(|answer| answer.code == 0).count();
    assert_eq!(found, queries.len() - 1, "{answers:?}");
    for column in ["d", "k", "g"] {
        table.index(&["--key", column], "different keys");
        for ((query, _), answer) in queries.iter().zip(&answers) {
            // More places than memory holds are a reason for a scan.
            for more in [&[][..], &["--memory", "1k"]] {
                if query.starts_with("count") && !more.is_empty() {
                    continue;
                }
                let again = run(query, more);
                assert_eq!(
                    (again.code, again.text()),
                    (answer.code, answer.text()),
                    "{query}"
                );
                assert_eq!(again.stderr, "", "{query}");
            }
        }
    }
    let modified = fs::metadata(table.path()).unwrap().modified().unwrap();
    fs::write(table.path(), rows.replace(",none,-1", ",,,,,,-1")).unwrap();
    let file = File::options().write(true).open(table.path());
    file.unwrap().set_modified(modified).unwrap();
    for ((query, is_scan), answer) in queries.iter().zip(&answers) {
        let again = run(query, &[]);
        match is_scan {
            true => again.fails(&["line 1002: 8 fields"]),
            false => assert_eq!(
                (again.code, again.text()),
                (answer.code, answer.text()),
                "{query}"
            ),
        }
    }
}

/// What type the column of a condition has, its index says, as it does for the column of the key:
/// whatever else has an index.
#[test]
fn the_index_of_a_column_says_its_type() {
    let table = Indexed::new("t.csv", "k,v,w\n1,9,a\n2,10,A\n3,NA,b\n");
    let all = ["k,v,w", "1,9,a", "2,10,A", "3,NA,b"];
    let (text, integer) = (["k,v,w", "2,10,A"], ["k,v,w", "1,9,a"]);
    let query = ["k", "..", "--and", "v", "..9", "--null", "NA"];
    let run = |arguments: &[&str]| table.run("range", arguments);
    run(&query).finds_nothing("k,v,w");
    table.index(&["--key", "v", "--type", "text", "--null", "NA"], "2 rows");
    let note = [
        "column `v` is read with --type=text",
        "t.csv.v.lwx",
        "--no-index",
    ];
    run(&query).prints_with_note(&text, &note);
    run(&[&query[..], &["--no-index"]].concat()).finds_nothing("k,v,w");
    // Without --null, this is not how the table is read.
    let other = run(&["k", "..", "--and", "v", "9"]);
    assert_eq!((other.code, other.text()), (0, "k,v,w\n1,9,a\n"));
    other.says(&["t.csv.v.lwx is not used", "--type=text --null=NA"]);
    table.index(&["--key", "k", "--null", "NA"], "3 rows");
    run(&query).prints_with_note(&text, &note);
    run(&["k", "..", "--and", "v", "..9"]).prints_with_note(&text, &note);
    run(&["k", "9", "--or", "v", "9"]).fails(&["not a range"]);
    table
        .run("get", &["k", "9", "--or", "v", "9"])
        .prints_with_note(&integer, &note);
    table.index(&["--key", "w", "--ignore-case", "--null", "NA"], "3 rows");
    run(&["k", "..", "--and", "w", "A"])
        .prints_with_note(&all[..3], &["column `w` is read with --ignore-case"]);
    // Without a cell to judge by, the values do.
    let empty = Indexed::new("empty.csv", "a,b\n1,\n2,\n");
    empty.index(&["--key", "a"], "2 rows");
    for _ in 0..2 {
        let found = empty.run(
            "range",
            &["a", "..", "--or", "b", "5..10", "--and", "b", "..7"],
        );
        found.finds_nothing("a,b");
        empty.index(&["--key", "b"], "2 rows by 1");
    }
    // A condition on the key's own column is of the type of the key.
    run(&["v", "..", "--and", "v", "..9"]).prints(&text);
    let scan = [
        "v",
        "..",
        "--and",
        "v",
        "..9",
        "--type=text",
        "--null=NA",
        "--no-index",
    ];
    run(&scan).prints(&text);
}

/// A cell of a condition that is bad is an error about this row, not about the index, or skipped.
#[test]
fn bad_cells_of_conditions() {
    let good = "1,5,padding\n".repeat(70_000);
    let table = Indexed::new("t.csv", format!("k,v,w\n{good}2,x,y\n2,5,z\n3,1,z\n"));
    table.index(&["--key", "k"], "3 different keys");
    let place = 6 + 12 * 70_000;
    let query = ["k", "2..", "--and", "v", "5"];
    table.run("range", &query).fails(&[
        &format!("t.csv, the row at byte {place}, column `v`: `x` is not an integer"),
        "--on-bad skip",
    ]);
    let skipped = table.run("range", &[&query[..], &["--on-bad", "skip"]].concat());
    assert_eq!((skipped.code, skipped.text()), (0, "k,v,w\n2,5,z\n"));
    skipped.says(&[
        "t.csv: 1 bad row skipped; the first: ",
        &format!("at byte {place}"),
    ]);
    table
        .run("range", &["k", "3..", "--and", "v", "1"])
        .prints(&["k,v,w", "3,1,z"]);
    table
        .run("min", &["k", "--and", "v", "1"])
        .fails(&["`x` is not an integer"]);
    // After that many rows with the first key, the table is scanned.
    table
        .run("min", &["k", "--and", "w", "z"])
        .prints(&["k,v,w", "2,5,z"]);
}
