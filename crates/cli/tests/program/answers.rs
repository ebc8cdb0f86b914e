//! What `get` and `range` find, in which order and format, and the exit codes.

use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

use crate::common::{Run, TestFile, leafwise, run, run_with_input};

const HEADER: &str = "id,name,score";

fn table() -> TestFile {
    TestFile::csv("id,name,score\n5,e,1.5\n-3,c,-0.5\n10,j,2\n5,ee,-7000\n-10,a,0\n7,g,1000\n")
}

#[test]
fn get_finds_every_row_in_key_order() {
    let table = table();
    table
        .get(&["id", "5"])
        .prints(&[HEADER, "5,e,1.5", "5,ee,-7000"]);
    table
        .get(&["id", "10", "-3", "10", "99"])
        .prints(&[HEADER, "-3,c,-0.5", "10,j,2"]);
    table
        .get(&["id", "+5"])
        .prints(&[HEADER, "5,e,1.5", "5,ee,-7000"]);
    table
        .get(&["name", "ee", "a"])
        .prints(&[HEADER, "-10,a,0", "5,ee,-7000"]);
    table.get(&["id", "6"]).finds_nothing(HEADER);
    table
        .get(&["id", "5", "--limit", "1"])
        .prints(&[HEADER, "5,e,1.5"]);
}

#[test]
fn negative_numbers_are_written_as_they_are() {
    let table = table();
    table.get(&["id", "-10"]).prints(&[HEADER, "-10,a,0"]);
    table
        .get(&["score", "-0.5", "-7000"])
        .prints(&[HEADER, "5,ee,-7000", "-3,c,-0.5"]);
    table.range(&["id", "-5..5"]).prints(&[HEADER, "-3,c,-0.5"]);
    table
        .range(&["--limit", "1", "id", "-5..=5", "--reverse"])
        .prints(&[HEADER, "5,e,1.5"]);
}

#[test]
fn every_form_of_range() {
    let table = table();
    let ids = |range: &str| {
        let run = table.range(&["id", range, "--columns", "id"]);
        let lines = run
            .text()
            .lines()
            .skip(1)
            .map(str::to_string)
            .collect::<Vec<_>>();
        assert_eq!(
            (run.code == 0, run.stderr.as_str()),
            (!lines.is_empty(), "")
        );
        lines.join(" ")
    };
    assert_eq!(ids("5..10"), "5 5 7");
    assert_eq!(ids("5..=10"), "5 5 7 10");
    assert_eq!(ids("..5"), "-10 -3");
    assert_eq!(ids("..=5"), "-10 -3 5 5");
    assert_eq!(ids("6.."), "7 10");
    assert_eq!(ids(".."), "-10 -3 5 5 7 10");
    assert_eq!(ids("-1_0..-3"), "-10");
    assert_eq!(ids("5..5"), "");
    assert_eq!(ids("5..=5"), "5 5");
    assert_eq!(ids("8..9"), "");
}

#[test]
fn an_invalid_range_is_an_error() {
    let table = table();
    table
        .range(&["id", "10..9"])
        .fails(&["starts at `10`", "its end `9`"]);
    table.range(&["id", "5"]).fails(&["not a range"]);
    table.range(&["id", "5..="]).fails(&["needs an end"]);
    table
        .range(&["id", "x..5"])
        .fails(&["`x` is not an integer", "column `id`", "--type"]);
    table.range(&["id", "1...5"]).fails(&["more than once"]);
    table.range(&["id", "--revers"]).fails(&["--revers"]);
    table
        .get(&["id", "--limt", "5"])
        .fails(&["--limt", "--limit"]);
}

#[test]
fn text_bounds_with_dots_go_between_quotes() {
    let table = TestFile::csv("file\n../a\na..b\nb\n=c\n\"\"\nx\"y\n");
    table.range(&["file", "a..b..c"]).fails(&["more than once"]);
    table
        .range(&["file", "\"a..b\"..=b"])
        .prints(&["file", "a..b", "b"]);
    table
        .range(&["file", "..\"=d\""])
        .prints(&["file", "\"\"", "../a", "=c"]);
    table
        .range(&["file", "\"\"..=\"\""])
        .prints(&["file", "\"\""]);
    table
        .range(&["file", "\"x\"\"\".."])
        .prints(&["file", "\"x\"\"y\""]);
    table.get(&["file", "a..b"]).prints(&["file", "a..b"]);
}

#[test]
fn reverse_changes_the_order_of_keys_and_not_of_their_rows() {
    let expected = [
        HEADER,
        "10,j,2",
        "7,g,1000",
        "5,e,1.5",
        "5,ee,-7000",
        "-3,c,-0.5",
        "-10,a,0",
    ];
    table().range(&["id", "..", "--reverse"]).prints(&expected);
    table()
        .range(&["id", "..", "--reverse", "--limit", "3"])
        .prints(&expected[..4]);
    table().range(&["id", "..", "--limit", "100"]);
    table()
        .range(&["id", "..", "--limit", "0"])
        .fails(&["--limit"]);
}

#[test]
fn rows_of_one_key_stay_in_the_order_of_the_file() {
    // Three keys in turn, each with more rows than a node of the index holds.
    let cells = ["x", "", "y"];
    let rows: String = (0..900)
        .map(|n| format!("{},{n}\n", cells[n % 3]))
        .collect();
    let table = TestFile::csv(format!("k,n\n{rows}"));
    let numbers = |run: Run| -> Vec<usize> {
        assert_eq!((run.code, run.stderr.as_str()), (0, ""));
        run.text()
            .lines()
            .skip(1)
            .map(|n| n.parse().unwrap())
            .collect()
    };
    let of_cell = |cell: usize| (0..300).map(move |row| row * 3 + cell);
    let ascending: Vec<usize> = [1, 0, 2].into_iter().flat_map(of_cell).collect();
    let descending: Vec<usize> = [2, 0, 1].into_iter().flat_map(of_cell).collect();
    let range = ["k", "..", "--columns", "n"];
    assert_eq!(numbers(table.range(&range)), ascending);
    let reversed = table.range(&[&range[..], &["--reverse"]].concat());
    assert_eq!(numbers(reversed), descending);
    let from_x = table.range(&["k", "x..=y", "--columns", "n", "--reverse"]);
    assert_eq!(numbers(from_x), descending[..600]);
    let both = table.get(&["k", "y", "x", "--columns", "n"]);
    assert_eq!(numbers(both), ascending[300..]);
}

#[test]
fn columns_are_chosen_and_ordered() {
    let table = table();
    table
        .get(&["id", "7", "--columns", "score,id"])
        .prints(&["score,id", "1000,7"]);
    table
        .get(&["id", "7", "--columns", ":3", "--columns", "name"])
        .prints(&["score,name", "1000,g"]);
    table
        .get(&["id", "7", "--columns", "name,nam"])
        .fails(&["no column `nam`", "`score`"]);
    table
        .get(&["id", "7", "--columns", "name,:2"])
        .fails(&["`:2`", "more than once"]);
    table
        .get(&["id", "7", "--columns", ""])
        .fails(&["--columns"]);
    let comma = TestFile::csv("\"a,b\",c\n1,2\n");
    comma
        .get(&["a,b", "1", "--columns", "\"a,b\""])
        .prints(&["\"a,b\"", "1"]);
}

#[test]
fn an_unknown_column_lists_the_columns() {
    table().get(&["Name", "a"]).fails(&[
        "no column `Name`",
        "mean `name`?",
        "`id`, `name`, `score`",
    ]);
    table()
        .range(&["zzzzzz", ".."])
        .fails(&["no column `zzzzzz`; its columns are: `id`"]);
    table().get(&[":0", "a"]).fails(&["no column `:0`"]);
    table().get(&[":4", "a"]).fails(&["no column `:4`"]);
    table().get(&[":2", "a"]).prints(&[HEADER, "-10,a,0"]);
}

#[test]
fn every_format() {
    let table = TestFile::csv("key,say \"hi\"\n2,\"a,\tb\"\n1,\"line\nbreak\"\n");
    let range = |format| table.range(&["key", "..", "--format", format]);
    range("csv").prints(&["key,\"say \"\"hi\"\"\"", "1,\"line\nbreak\"", "2,\"a,\tb\""]);
    range("tsv").prints(&[
        "key\t\"say \"\"hi\"\"\"",
        "1\t\"line\nbreak\"",
        "2\t\"a,\tb\"",
    ]);
    range("json").prints(&[
        r#"{"key":"1","say \"hi\"":"line\nbreak"}"#,
        r#"{"key":"2","say \"hi\"":"a,\tb"}"#,
    ]);
    range("table").prints(&[
        "key  say \"hi\"",
        "────────────────",
        "  1  line\\nbreak",
        "  2  a,\\tb",
    ]);
    range("xml").fails(&["xml", "json"]);
    // JSON has no header.
    let nothing = table.get(&["key", "3", "--format", "json"]);
    assert_eq!((nothing.code, nothing.text()), (1, ""));
}

#[test]
fn every_character_survives_a_format() {
    let cell = "\"\\/\u{8}\t\n\r\u{1}\u{7f}é\u{2028}🦀,";
    let table = TestFile::csv(format!(
        "k,\"a\"\"b\"\n1,\"{}\"\n",
        cell.replace('"', "\"\"")
    ));
    let run = table.get(&["k", "1", "--format", "json"]);
    let object: serde_json::Value = serde_json::from_str(run.text()).unwrap();
    assert_eq!(
        (object["a\"b"].as_str(), object["k"].as_str()),
        (Some(cell), Some("1"))
    );
    assert_eq!(run.text().lines().count(), 1);
    // What is printed as CSV or TSV is read as the same table.
    for (format, name) in [("csv", "t.csv"), ("tsv", "t.tsv")] {
        let printed = TestFile::new(name, table.get(&["k", "1", "--format", format]).stdout);
        let again = printed.get(&["k", "1", "--format", "json"]);
        assert_eq!(again.text(), run.text(), "{format}");
    }
    let bytes = TestFile::csv(b"k\xff,v\n1,a\xff\0b\n");
    bytes
        .get(&[":1", "1", "--format", "json"])
        .prints(&["{\"k\u{fffd}\":\"1\",\"v\":\"a\u{fffd}\\u0000b\"}"]);
    let run = bytes.get(&[":1", "1", "--format", "table"]);
    assert!(run.text().contains("a\u{fffd}\\u{0}b"), "{run:?}");
}

#[test]
fn a_table_is_aligned_by_visible_width() {
    let table = TestFile::csv("n,name\n10,é\n9,日本\n-1,\u{1b}[2J\n");
    table.range(&["n", "..", "--format", "table"]).prints(&[
        " n  name",
        "─────────────",
        "-1  \\u{1b}[2J",
        " 9  日本",
        "10  é",
    ]);
}

#[test]
fn blocks_of_an_aligned_table_lose_no_row() {
    let rows: String = (0..25_000).map(|n| format!("{n}\n")).collect();
    let run = TestFile::csv(format!("n\n{rows}")).range(&["n", "..", "--format", "table"]);
    let numbers: Vec<i32> = run
        .text()
        .lines()
        .filter_map(|line| line.trim().parse().ok())
        .collect();
    assert_eq!((run.code, numbers), (0, (0..25_000).collect()));
    assert_eq!(
        run.text().lines().filter(|line| line.trim() == "n").count(),
        3
    );
}

#[test]
fn a_closed_pipe_is_no_error() {
    let rows: String = (0..60_000).map(|n| format!("{n},some text\n")).collect();
    let table = TestFile::csv(format!("n,text\n{rows}"));
    for format in ["csv", "json", "table"] {
        let mut child = leafwise(&["range", table.path(), "n", "..", "--format", format])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut first = String::new();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        stdout.read_line(&mut first).unwrap();
        assert!(!first.is_empty());
        drop(stdout);
        let mut stderr = String::new();
        child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut stderr)
            .unwrap();
        assert_eq!(
            (child.wait().unwrap().code(), stderr.as_str()),
            (Some(0), ""),
            "{format}"
        );
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    let full = std::fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let output = leafwise(&["range", table().path(), "id", ".."])
        .stdout(full)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        String::from_utf8(output.stderr)
            .unwrap()
            .contains("cannot write")
    );
}

#[test]
fn help_and_usage() {
    let help = run(&["--help"]);
    assert_eq!(help.code, 0);
    assert!(help.text().contains("leafwise help rules"));
    for command in ["get", "range"] {
        let help = run(&[command, "--help"]);
        for part in ["Examples:", "--on-bad", "--type", "leafwise help rules"] {
            assert!(help.text().contains(part), "{command}: {part}");
        }
    }
    let rules = run(&["help", "rules"]);
    assert_eq!(rules.text(), run(&["rules"]).text());
    for rule in [
        "CRLF",
        "byte order mark",
        "Exit codes:",
        "half-open",
        "U+FFFD",
    ] {
        assert!(rules.text().contains(rule), "{rule}");
    }
    run(&[]).says(&["Usage"]);
    assert_eq!(run(&[]).code, 2);
    run(&["get", "x.csv", "a"]).fails(&["VALUE"]);
    assert!(run(&["--version"]).text().starts_with("leafwise "));
}

#[test]
fn standard_input_is_a_table_like_any_other() {
    let input = b"k,v\n2,b\n1,\"a\nb\"\n";
    run_with_input(&["range", "-", "k", "..", "--reverse"], input).prints(&[
        "k,v",
        "2,b",
        "1,\"a\nb\"",
    ]);
    run_with_input(&["get", "-", "k", "3"], input).finds_nothing("k,v");
    run_with_input(&["get", "-", "x", "3"], input).fails(&["standard input has no column `x`"]);
    run_with_input(
        &["get", "-", "k", "1", "--delimiter", "tab"],
        b"k\tv\n1\t2\n",
    )
    .prints(&["k,v", "1,2"]);
}
