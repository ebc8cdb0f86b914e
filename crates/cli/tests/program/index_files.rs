//! `stat`, `export` and `verify`: what index files hold, whoever has built them.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use leafwise::{StaticIndex, StaticMap, StaticSet};
use serde_json::{Value, json};

use crate::common::run;
use crate::index::Indexed;

const TABLE: &str =
    "city,country,n\nBern,CH,10\nParis,FR,20\n\"Aix, les Bains\",FR,10\nx,y\nÅs,NO,\n";

fn indexed(keys: &[&str]) -> (Indexed, String) {
    let table = Indexed::new("t.csv", TABLE);
    let mut arguments: Vec<&str> = keys.iter().flat_map(|key| ["--key", key]).collect();
    arguments.extend(["--on-bad", "skip"]);
    let built = table.run("index", &arguments);
    assert_eq!(built.code, 0, "{built:?}");
    let index = table
        .path()
        .with_file_name(format!("t.csv.{}.lwx", keys.join("+")));
    (table, index.to_str().unwrap().to_string())
}

fn stat(index: &str) -> Value {
    let run = run(&["stat", index, "--format", "json"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    serde_json::from_slice(&run.stdout).unwrap()
}

#[test]
fn stat_shows_keys_table_and_sizes() {
    let (table, index) = indexed(&["n"]);
    let run = run(&["stat", &index]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let lines: Vec<&str> = run.text().lines().collect();
    for line in [
        "table       t.csv, 73 bytes",
        "state       fresh",
        "column      `n`, integer",
        "options     --on-bad=skip",
        "rows        3",
        "bad rows    1 left out",
        "keys        2",
        "first key   `10`",
        "last key    `20`",
        "held as     `i64` in 8 bytes, values as `u32` in 4 bytes",
        "nodes       8 keys a node, 0 levels above the keys",
    ] {
        assert!(lines.contains(&line), "no {line:?} in {}", run.text());
    }
    let length = fs::metadata(&index).unwrap().len();
    let sizes = lines.iter().skip_while(|line| !line.starts_with("section"));
    let sizes = sizes.skip(1).map(|line| line.split_whitespace());
    let mut sizes: Vec<u64> = sizes
        .map_while(|mut cells| cells.nth(1)?.parse().ok())
        .collect();
    assert_eq!(sizes.pop(), Some(length));
    assert_eq!(sizes.iter().sum::<u64>(), length);

    fs::write(table.path(), TABLE.replace("Bern", "Barn")).unwrap();
    let changed = stat(&index);
    assert_eq!(changed["table"]["state"], "changed");
    assert_eq!(changed["table"]["change"], "it has other content");
    fs::write(table.path(), format!("{TABLE}Oslo,NO,7\n")).unwrap();
    let grown = stat(&index);
    let command = grown["table"]["command"].as_str().unwrap();
    assert!(
        command.ends_with("--key n --on-bad=skip --append"),
        "{command}"
    );
    fs::remove_file(table.path()).unwrap();
    let missing = stat(&index);
    assert_eq!(missing["table"]["state"], "missing");
    assert_eq!(
        (&missing["keys"], &missing["values"]),
        (&json!(2), &json!(3))
    );
}

#[test]
fn export_prints_entries_in_the_order_of_keys() {
    let (_table, index) = indexed(&["country", "city"]);
    let export = |arguments: &[&str]| run(&[&["export", &index], arguments].concat());
    export(&[]).prints(&[
        "country,city,byte_offset",
        "CH,Bern,15",
        "FR,\"Aix, les Bains\",38",
        "FR,Paris,26",
        "NO,Ås,65",
    ]);
    export(&["--limit", "1", "--format", "json"])
        .prints(&["{\"country\":\"CH\",\"city\":\"Bern\",\"byte_offset\":\"15\"}"]);
    export(&["--limit", "2", "--format", "tsv", "--no-header-out"])
        .prints(&["CH\tBern\t15", "FR\tAix, les Bains\t38"]);
    let first = stat(&index);
    assert_eq!(first["first"], json!(["CH", "Bern"]));
}

#[test]
fn columns_of_one_name_are_told_apart() {
    let table = Indexed::new("t.csv", "byte_offset,a,a\n1,2,3\n");
    table.index(
        &["--key", "byte_offset", "--key", ":2", "--key", ":3"],
        "1 rows",
    );
    let index = table
        .path()
        .with_file_name("t.csv.byte_offset+%3A2+%3A3.lwx");
    run(&["export", index.to_str().unwrap(), "--format", "json"])
        .prints(&["{\"byte_offset\":\"1\",\"a\":\"2\",\"a_\":\"3\",\"byte_offset_\":\"16\"}"]);

    // An index of one of them is not taken for one of the other.
    table.index(&["--key", ":3"], "t.csv.%3A3.lwx: 1 rows");
    table
        .run("get", &[":3", "3"])
        .prints(&["byte_offset,a,a", "1,2,3"]);
    table
        .run("get", &[":2", "3"])
        .finds_nothing("byte_offset,a,a");
    table
        .run("get", &["a", "3"])
        .fails(&["more than one column `a`"]);
    let moved = table.path().with_file_name("t.csv.byte_offset.lwx");
    fs::rename(table.path().with_file_name("t.csv.%3A3.lwx"), moved).unwrap();
    table
        .run("get", &["byte_offset", "3"])
        .fails(&["it is of other columns, `:3`", "--no-index"]);
}

/// More entries than are read at a time: by few keys with many rows each, and by many keys, some of
/// them long.
#[test]
fn many_entries() {
    let few = (0..70_000).map(|row| format!("{}\n", row % 3));
    let long = (0..9_000).map(|row| {
        let padding = if row % 1000 == 7 { 9000 } else { 1 };
        format!("{:04}{}\n", row * 7919 % 9_000, "x".repeat(padding))
    });
    for (rows, keys) in [(few.collect::<String>(), 3), (long.collect(), 9_000)] {
        let mut expected: Vec<&str> = rows.lines().collect();
        expected.sort_unstable();
        let table = Indexed::new("t.csv", format!("k\n{rows}"));
        table.index(&["--key", "k"], &format!("rows by {keys} different keys"));
        let index = table.path().with_file_name("t.csv.k.lwx");
        let exported = run(&["export", index.to_str().unwrap(), "--no-header-out"]);
        let lines = exported.text().lines();
        assert!(
            lines
                .map(|line| line.split_once(',').unwrap().0)
                .eq(expected)
        );
        let verified = run(&["verify", index.to_str().unwrap(), "--table"]);
        assert_eq!(verified.code, 0, "{verified:?}");
    }
}

/// A file of the library, which says nothing about a table.
fn saved(save: impl FnOnce(&PathBuf)) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let path = folder.path().join("other.lwx");
    save(&path);
    (folder, path.to_str().unwrap().to_string())
}

#[test]
fn files_of_the_library() {
    let bytes: StaticIndex<Vec<u8>, i16> = [(b"\xff,".to_vec(), -7), (b"a".to_vec(), 3)]
        .into_iter()
        .collect();
    let (_folder, path) = saved(|path| bytes.save(path).unwrap());
    let export = run(&["export", &path]);
    assert_eq!(export.stdout, b"key,value\na,3\n\"\xff,\",-7\n");
    run(&["export", &path, "--format", "json", "--limit", "3"]).prints(&[
        "{\"key\":\"a\",\"value\":\"3\"}",
        "{\"key\":\"\u{fffd},\",\"value\":\"-7\"}",
    ]);
    let known = stat(&path);
    assert_eq!(known.get("table"), None);
    assert_eq!(known["collection"], "index");
    run(&["verify", &path]).says(&["nothing is wrong with the file (2 values by 2"]);
    run(&["verify", &path, "--table"]).fails(&["which table it is of", "leave out --table"]);

    let floats: StaticMap<f64, f32> = [(-0.5, 1.5), (-f64::INFINITY, 2.0), (1e300, 0.0)]
        .into_iter()
        .collect();
    let (_folder, path) = saved(|path| floats.save(path).unwrap());
    run(&["export", &path]).prints(&["key,value", "-inf,2", "-0.5,1.5", "1e300,0"]);

    let numbers: StaticSet<i32> = [-5, 70_000].into_iter().collect();
    let (_folder, path) = saved(|path| numbers.save(path).unwrap());
    run(&["export", &path]).prints(&["key", "-5", "70000"]);
    let text = run(&["stat", &path]);
    assert!(
        text.text()
            .contains("collection  set, by another program\n")
    );

    let addresses: StaticMap<std::net::Ipv4Addr, [u8; 3]> =
        [("10.0.0.1".parse().unwrap(), [1, 2, 255])]
            .into_iter()
            .collect();
    let (_folder, path) = saved(|path| addresses.save(path).unwrap());
    run(&["export", &path]).prints(&["key,value", "10.0.0.1,0102ff"]);

    let durations: StaticSet<Duration> = [Duration::new(5, 70_000)].into_iter().collect();
    let (_folder, path) = saved(|path| durations.save(path).unwrap());
    run(&["export", &path]).prints(&["key", "5.000070000"]);
    run(&["verify", &path]).says(&["nothing is wrong with the file"]);

    // The integers that are ordered as these keys are.
    let options: StaticSet<Option<u8>> = [None, Some(7)].into_iter().collect();
    let (_folder, path) = saved(|path| options.save(path).unwrap());
    run(&["export", &path]).prints(&["key", "0", "263"]);
    run(&["verify", &path]).says(&["nothing is wrong with the file"]);

    let none: StaticMap<u64, u64> = StaticMap::default();
    let (_folder, path) = saved(|path| none.save(path).unwrap());
    run(&["export", &path]).finds_nothing("key,value");
    assert_eq!(stat(&path)["first"], Value::Null);
}

#[test]
fn other_files_are_refused() {
    let table = Indexed::new("t.csv", TABLE);
    let path = table.path().to_str().unwrap();
    for command in ["stat", "export", "verify"] {
        run(&[command, path]).fails(&["t.csv", "not an index file", "cities.csv.population.lwx"]);
    }
    run(&["verify", "no-such.lwx"]).fails(&["cannot read no-such.lwx"]);
}

#[test]
fn verify_finds_damage() {
    let (_table, index) = indexed(&["city"]);
    let fine = run(&["verify", &index, "--table"]);
    assert_eq!((fine.code, fine.text()), (0, ""));
    fine.says(&["(4 values by 4 different keys), and it has every row of"]);

    let mut bytes = fs::read(&index).unwrap();
    // A text that is neither the first nor the last: opening the file does not look at it.
    let key = bytes.windows(5).position(|text| text == b"Paris").unwrap();
    bytes[key] ^= 1;
    fs::write(&index, &bytes).unwrap();
    run(&["verify", &index]).fails(&["t.csv.city.lwx", "damaged", "at byte", "build it again"]);
    bytes.truncate(bytes.len() - 100);
    fs::write(&index, &bytes).unwrap();
    run(&["verify", &index]).fails(&["cut short", "build it again"]);
}

/// Only a comparison of all rows shows what was changed in the middle of a table, whose time of
/// modification is as before.
#[test]
fn verify_finds_rows_that_differ() {
    let text = |cell: &str| {
        let rows = (0..30_000).map(|row| match row {
            15_000 => format!("{cell}\n"),
            row => format!("{row:06}\n"),
        });
        format!("k\n{}", rows.collect::<String>())
    };
    let table = Indexed::new("t.csv", text("015000"));
    table.index(&["--key", "k", "--type", "text"], "30000 rows");
    let index = table.path().with_file_name("t.csv.k.lwx");
    let modified = fs::metadata(table.path()).unwrap().modified().unwrap();
    let change = |cell: &str| {
        fs::write(table.path(), text(cell)).unwrap();
        let file = fs::File::options().write(true).open(table.path());
        file.unwrap().set_modified(modified).unwrap();
        run(&["verify", index.to_str().unwrap(), "--table"])
    };
    let place = 2 + 15_000 * 7;
    let (less, greater) = (change("000000"), change("029999"));
    less.fails(&[&format!(
        "has a row with the key `000000` at byte {place}, and the index"
    )]);
    greater.fails(&[&format!(
        "it has a row with the key `015000` at byte {place}, and"
    )]);
    greater.fails(&["t.csv.k.lwx", "build it again: leafwise index"]);
    // The last of all keys.
    change("099999").fails(&["`015000`"]);
    assert_eq!(change("015000").code, 0);

    let other = table.path().with_file_name("other.csv");
    fs::write(&other, "k\n1\n").unwrap();
    let other = format!("--table={}", other.display());
    run(&["verify", index.to_str().unwrap(), &other]).fails(&[
        "it is of another table, t.csv, which had 210002 bytes",
        "name an index of",
        "other.csv",
    ]);
}

#[test]
fn completions_and_pages_name_all_commands() {
    let bash = run(&["completions", "bash"]);
    assert_eq!((bash.code, bash.stderr.as_str()), (0, ""));
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let pages = folder.path().join("man1");
    let man = run(&["man", "--output", pages.to_str().unwrap()]);
    assert_eq!((man.code, man.text(), man.stderr.as_str()), (0, "", ""));
    for command in ["get", "verify", "rules"] {
        assert!(bash.text().contains(&format!("leafwise,{command})")));
        let page = fs::read_to_string(pages.join(format!("leafwise-{command}.1"))).unwrap();
        assert!(page.contains(&format!("leafwise {command}")), "{page}");
        assert_eq!(
            page.contains("Numbers and dates of other countries"),
            command == "rules"
        );
    }
    // A file is where the folder should be.
    let page = pages.join("leafwise.1");
    run(&["man", "-o", page.to_str().unwrap()]).fails(&["cannot write manual pages in"]);
}
