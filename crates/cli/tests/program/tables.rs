//! What a table may look like: one test for each rule under "Tables", "Keys" and "Bad rows" of
//! `--help`.

use crate::common::{TestFile, run};

#[test]
fn quoted_fields_hold_commas_quotes_and_newlines() {
    let table = TestFile::csv("k,\"v,w\"\n2,\"x,y\"\n1,\"say \"\"hi\"\"\nthere\"\n\"3\",plain\n");
    table.range(&["k", ".."]).prints(&[
        "k,\"v,w\"",
        "1,\"say \"\"hi\"\"\nthere\"",
        "2,\"x,y\"",
        "3,plain",
    ]);
    table
        .get(&["v,w", "x,y"])
        .prints(&["k,\"v,w\"", "2,\"x,y\""]);
}

#[test]
fn crlf_ends_lines_and_is_not_printed() {
    let table = TestFile::csv("k,v\r\n2,b\r\n1,\"a\r\nb\"\r\n");
    table
        .range(&["k", ".."])
        .prints(&["k,v", "1,\"a\r\nb\"", "2,b"]);
    table.get(&["v", "b"]).prints(&["k,v", "2,b"]);
    let bad = TestFile::csv("k,v\r\n1,\"a\r\nb\"\r\n\r\nx,c\r\n");
    bad.get(&["k", "1", "--type", "integer"])
        .fails(&["line 5", "column `k`"]);
}

#[test]
fn a_byte_order_mark_is_no_part_of_the_first_name() {
    TestFile::csv("\u{feff}k,v\n1,2\n")
        .get(&["k", "1"])
        .prints(&["k,v", "1,2"]);
    TestFile::csv("\u{feff}\"k\",v\n1,2\n")
        .get(&["k", "1"])
        .prints(&["k,v", "1,2"]);
    // Anywhere else it is text.
    let inner = TestFile::csv("k,v\n\u{feff}a,2\n");
    inner
        .get(&["k", "\u{feff}a"])
        .prints(&["k,v", "\u{feff}a,2"]);
}

#[test]
fn ragged_rows_are_bad() {
    for (row, found) in [("2", 1), ("2,b,c", 3)] {
        let table = TestFile::csv(format!("k,v\n1,a\n{row}\n3,c\n"));
        let fields = if found == 1 { "field" } else { "fields" };
        let said = format!("line 3: {found} {fields}, but there are 2 columns");
        table
            .range(&["k", ".."])
            .fails(&[table.path(), &said, "--on-bad skip"]);
        let skipped = table.range(&["k", "..", "--on-bad", "skip"]);
        assert_eq!((skipped.code, skipped.text()), (0, "k,v\n1,a\n3,c\n"));
        skipped.says(&["1 bad row skipped", &said]);
        assert!(!skipped.stderr.contains("--on-bad"), "{}", skipped.stderr);
    }
}

#[test]
fn blank_lines_are_skipped() {
    let table = TestFile::csv("\n\nk,v\n\n2,b\n\n\r\n1,a\n\n");
    table.range(&["k", ".."]).prints(&["k,v", "1,a", "2,b"]);
    // In a table of one column, only quotes distinguish an empty cell from a blank line.
    TestFile::csv("k\n\n\"\"\nx\n")
        .range(&["k", ".."])
        .prints(&["k", "\"\"", "x"]);
}

#[test]
fn empty_keys_are_text_or_nothing() {
    let numbers = TestFile::csv("k,v\n2,b\n,empty\n 1,a\n  ,blank\n");
    numbers.range(&["k", ".."]).prints(&["k,v", " 1,a", "2,b"]);
    numbers.get(&["k", ""]).fails(&["`` is not an integer"]);
    let text = TestFile::csv("k,v\ny,b\n,empty\nx,a\n");
    text.range(&["k", ".."])
        .prints(&["k,v", ",empty", "x,a", "y,b"]);
    text.get(&["k", ""]).prints(&["k,v", ",empty"]);
    numbers
        .get(&["k", "", "--type", "text"])
        .prints(&["k,v", ",empty"]);
}

#[test]
fn a_cell_that_is_not_of_the_type_is_named() {
    let table = TestFile::csv("v,k\n\"a\nb\",1\nx,n/a\ny,3\nz,?\n");
    let typed = ["k", "..", "--type", "integer"];
    table.range(&typed).fails(&[
        table.path(),
        "line 4",
        "column `k`",
        "`n/a` is not an integer",
    ]);
    let skipped = table.range(&[&typed[..], &["--on-bad", "skip"]].concat());
    assert_eq!(
        (skipped.code, skipped.text()),
        (0, "v,k\n\"a\nb\",1\ny,3\n")
    );
    skipped.says(&["2 bad rows skipped", "the first", "line 4", "`n/a`"]);
    let none = table.get(&["k", "9", "--type", "integer", "--on-bad", "skip"]);
    assert_eq!((none.code, none.text()), (1, "v,k\n"));
}

#[test]
fn bytes_that_are_not_utf_8() {
    let table = TestFile::csv(b"k,v\n1,caf\xe9\n2,b\n");
    let printed = table.get(&["k", "1"]);
    assert_eq!(
        (printed.code, &printed.stdout[..]),
        (0, &b"k,v\n1,caf\xe9\n"[..])
    );
    table
        .get(&["k", "1", "--format", "json"])
        .prints(&["{\"k\":\"1\",\"v\":\"caf\u{fffd}\"}"]);
    table
        .get(&["v", "b"])
        .fails(&["line 2", "column `v`", "`caf\u{fffd}` is not UTF-8"]);
    let skipped = table.get(&["v", "b", "--on-bad", "skip"]);
    assert_eq!((skipped.code, skipped.text()), (0, "k,v\n2,b\n"));
    skipped.says(&["1 bad row skipped"]);
    let name = TestFile::csv(b"k,\xff\n1,2\n").get(&["x", "1"]);
    name.fails(&["`k`, `\u{fffd}`"]);
}

#[test]
fn a_quote_that_is_never_closed_is_an_error() {
    let table = TestFile::csv("k,v\n1,a\n2,\"b\n3,c\n");
    table
        .get(&["k", "1"])
        .fails(&["line 3", "never closed", "--no-quotes"]);
    table
        .get(&["k", "1", "--on-bad", "skip"])
        .fails(&["never closed"]);
    table
        .get(&["k", "3", "--no-quotes"])
        .prints(&["k,v", "3,c"]);
    table
        .get(&["k", "2", "--no-quotes"])
        .prints(&["k,v", "2,\"\"\"b\""]);
}

#[test]
fn the_extension_the_header_or_the_user_names_the_delimiter() {
    let expected = ["k,v", "1,\"a,b\""];
    let by = |delimiter: &str| format!("k{delimiter}v\n1{delimiter}\"a,b\"\n");
    for (name, delimiter) in [
        ("t.csv", ","),
        ("t.txt", ","),
        ("t", ","),
        ("t.tsv", "\t"),
        ("t.tab", "\t"),
        ("t.TSV", "\t"),
    ] {
        TestFile::new(name, by(delimiter))
            .range(&["k", ".."])
            .prints(&expected);
    }
    for (name, delimiter, usual, taken) in [
        ("t.csv", ";", "no comma divides", "`;` is taken"),
        ("t.csv", "\t", "no comma divides", "tab is taken"),
        ("t.csv", "|", "no comma divides", "`|` is taken"),
        ("t.tsv", ",", "no tab divides", "comma is taken"),
        ("t.tsv", ";", "no tab divides", "`;` is taken"),
    ] {
        let table = TestFile::new(name, by(delimiter));
        let parts = [usual, taken, "its 2 columns", "--delimiter"];
        table
            .range(&["k", ".."])
            .prints_with_note(&expected, &parts);
        let unquoted = TestFile::new(name, by(delimiter).replace('"', ""));
        if delimiter != "," {
            unquoted
                .range(&["k", ".."])
                .prints_with_note(&expected, &parts);
        }
        let given = ["k", "..", "--delimiter", delimiter];
        table.range(&given).prints(&expected);
        let lines = by(delimiter).replace("k", "\"k\"").replace('\n', "\r\n");
        let quoted = TestFile::new(name, lines);
        quoted
            .range(&["k", ".."])
            .prints_with_note(&expected, &parts);
        quoted.range(&["x", ".."]).fails(&[usual, "no column `x`"]);
        let numbered = table.range(&["2", "..", "--no-header", "--count"]);
        numbered.prints_with_note(&["2"], &["divides the first row"]);
    }
    // Decimal commas, and a delimiter at the end of each line.
    TestFile::csv("k;v;\n1;2,5;\n3;4,5;\n")
        .range(&["k", ".."])
        .prints_with_note(&["k,v,", "1,\"2,5\",", "3,\"4,5\","], &["its 3 columns"]);
    // Not if the rows are divided otherwise, or the header has the usual delimiter.
    for table in ["k;v\n1;2\n3\n", "k;v,w\n1;2,3\n"] {
        TestFile::csv(table)
            .range(&["k", ".."])
            .fails(&["no column `k`"]);
    }
    TestFile::csv("k;v\n1;2\n")
        .range(&["k;v", "..", "--delimiter", ","])
        .prints(&["k;v", "1;2"]);
    let tabs = TestFile::new("t.txt", by("\t"));
    for tab in ["tab", "\\t", "\t"] {
        tabs.range(&["k", "..", "--delimiter", tab])
            .prints(&expected);
    }
    TestFile::csv("k v\n1 2\n")
        .range(&["k", "..", "--delimiter", " "])
        .prints(&["k,v", "1,2"]);
    for bad in ["", "ab", "\"", "\n", "é"] {
        tabs.range(&["k", "..", "--delimiter", bad])
            .fails(&["--delimiter"]);
    }
}

#[test]
fn a_first_line_declares_the_delimiter() {
    for first in ["sep=;", "SEP=;", "\"sep=;\"", "\u{feff}sep=;", "sep=;\r"] {
        let table = TestFile::csv(format!("{first}\nk;v\n1;a,b\n"));
        table.range(&["k", ".."]).prints(&["k,v", "1,\"a,b\""]);
        // It is no row if the delimiter is given, either.
        table
            .range(&["k", "..", "--delimiter", ";"])
            .prints(&["k,v", "1,\"a,b\""]);
        table
            .range(&[":1", "..", "--delimiter", "|"])
            .prints(&["k;v", "\"1;a,b\""]);
        table
            .range(&["2", "..", "--no-header", "--columns", "2"])
            .prints(&["\"a,b\"", "v"]);
    }
    TestFile::new("t.tsv", "sep=\t\nk\tv\n1\t2\n")
        .range(&["k", ".."])
        .prints(&["k,v", "1,2"]);
    TestFile::csv("sep=\"\nk\n")
        .range(&["k", ".."])
        .fails(&["its columns are: `sep=\"`"]);
    TestFile::csv("sep=\n1\n")
        .range(&["sep=", ".."])
        .prints(&["sep=", "1"]);
}

#[test]
fn lines_before_and_between_rows_are_skipped() {
    let skipped = ["k", "..", "--skip-lines"];
    let table = TestFile::csv("Report \"2024\nk,v\n1,a\n");
    table
        .range(&[&skipped[..], &["1"]].concat())
        .prints(&["k,v", "1,a"]);
    table
        .range(&[":1", "..", "--skip-lines", "2"])
        .finds_nothing("1,a");
    // Blank lines count.
    TestFile::csv("\n\nk\n1\n")
        .range(&[&skipped[..], &["2"]].concat())
        .prints(&["k", "1"]);
    // More than is read at a time, of long and short lines.
    for line in ["x\n".to_string(), format!("{}\r\n", "x".repeat(70_000))] {
        let lines = 3_000_000 / line.len();
        let table = TestFile::csv(format!("{}k\n1,2\n", line.repeat(lines)));
        table
            .range(&["k", "..", "--skip-lines", &lines.to_string()])
            .fails(&[&format!("line {}: 2 fields", lines + 2)]);
    }
    // A CR is the last byte that is read at first, and its LF the next one.
    let half = format!("{}\r\n", "x".repeat(65_535));
    TestFile::csv(format!("{half}k\r\n1,2\r\n"))
        .range(&["k", "..", "--skip-lines", "1"])
        .fails(&["line 3: 2 fields"]);
    // The same far into a line, which is not kept.
    let long = format!("{}\r\n", "x".repeat(3 * 65_536 - 1));
    TestFile::csv(format!("{long}k\r\n1,2\r\n"))
        .range(&["k", "..", "--skip-lines", "1"])
        .fails(&["line 3: 2 fields"]);
    TestFile::csv("#a\n# \"b\nk,v\n#1,x\n1,#\n2,\"\n#b\"\n")
        .range(&["k", "..", "--comment", "#"])
        .prints(&["k,v", "1,#", "2,\"\n#b\""]);
    TestFile::csv("%a\nk\n%\n1\n")
        .range(&["k", "..", "--comment", "%"])
        .prints(&["k", "1"]);
    TestFile::csv("k\n#1\n")
        .range(&["k", ".."])
        .prints(&["k", "#1"]);
}

#[test]
fn unusual_cells_and_names() {
    let long = "x".repeat(3_000_000);
    for (table, arguments, lines) in [
        ("k\n1", &["k", "1"][..], &["k", "1"][..]),
        ("v,k\n1,\"x,y\"\n", &["k", "x,y"], &["v,k", "1,\"x,y\""]),
        ("k,v\n\"1\",a\n", &["k", "1"], &["k,v", "1,a"]),
        (
            "\"a \"\"b\"\"\",v\n2,a\n",
            &["a \"b\"", "2"],
            &["\"a \"\"b\"\"\",v", "2,a"],
        ),
        (",v\n2,a\n", &["", "2"], &[",v", "2,a"]),
        (" k ,v\n2,a\n", &[" k ", "2"], &[" k ,v", "2,a"]),
        ("k,v,\n2,a,\n", &["k", "2"], &["k,v,", "2,a,"]),
        ("k,v\n2, a \n", &["v", " a "], &["k,v", "2, a "]),
        ("é,v\n2,a\n", &["é", "2"], &["é,v", "2,a"]),
        ("k,v\n日本,a\n", &["k", "日本"], &["k,v", "日本,a"]),
    ] {
        TestFile::csv(table).get(arguments).prints(lines);
    }
    let table = TestFile::csv(format!("k,v\n1,{long}\n2,b\n"));
    table.get(&["v", &long[..100_000]]).finds_nothing("k,v");
    table.get(&["v", "b"]).prints(&["k,v", "2,b"]);
    table
        .get(&["k", "1"])
        .prints(&["k,v", &format!("1,{long}")]);
    // Two forms of one letter are two texts.
    TestFile::csv("k\né\n")
        .get(&["k", "e\u{301}"])
        .finds_nothing("k");
    TestFile::csv("k,v\n1,a\0b\n2,c\n")
        .range(&["v", "..=c"])
        .prints(&["k,v", "1,a\0b", "2,c"]);
}

#[test]
fn names_that_occur_more_than_once_need_a_number() {
    let table = TestFile::csv("k,v,v\n1,a,b\n2,b,a\n");
    table
        .get(&["v", "a"])
        .fails(&["more than one column `v`", ":2 or :3"]);
    table.get(&[":3", "a"]).prints(&["k,v,v", "2,b,a"]);
    table.get(&["k", "1"]).prints(&["k,v,v", "1,a,b"]);
    table
        .get(&["k", "1", "--columns", ":3,k"])
        .prints(&["v,k", "b,1"]);
    table
        .get(&["k", "1", "--format", "json"])
        .fails(&["JSON", "`v`"]);
    table
        .get(&["k", "1", "--format", "json", "--columns", "k,:3"])
        .prints(&[r#"{"k":"1","v":"b"}"#]);
    // A name comes before a number.
    TestFile::csv(":2,x\n1,5\n")
        .get(&[":2", "1"])
        .prints(&[":2,x", "1,5"]);
}

#[test]
fn files_that_are_not_tables() {
    for empty in ["", "\n\r\n\n", "\u{feff}"] {
        TestFile::csv(empty).get(&["k", "1"]).fails(&["is empty"]);
    }
    run(&["get", "no-such-file.csv", "k", "1"]).fails(&["cannot read no-such-file.csv"]);
    run(&["get", env!("CARGO_TARGET_TMPDIR"), "k", "1"]).fails(&["is a directory"]);
    TestFile::csv(b"\xff\xfek\0\n\0")
        .get(&["k", "1"])
        .fails(&["UTF-16"]);
}

#[test]
fn a_header_alone_is_a_table_of_nothing() {
    let table = TestFile::csv("k,v\n");
    table.get(&["k", "1"]).finds_nothing("k,v");
    table.range(&["k", "9..10"]).finds_nothing("k,v");
    table.range(&["k", ".."]).finds_nothing("k,v");
    TestFile::csv("k,v").get(&["v", "x"]).finds_nothing("k,v");
    // The same for a column without any value.
    TestFile::csv("k,v\n,1\n,2\n")
        .range(&["k", "9..10"])
        .finds_nothing("k,v");
}

#[test]
fn messages_escape_control_characters() {
    let table = TestFile::csv("k\u{1b}[31m,v\nx\u{7}y,1\n");
    let unknown = table.get(&["w", "1"]);
    unknown.fails(&["`k\\u{1b}[31m`"]);
    table
        .get(&[":1", "1", "--type", "integer"])
        .fails(&["`x\\u{7}y`"]);
}

#[cfg(unix)]
#[test]
fn a_named_pipe_is_read_once() {
    let table = TestFile::csv("k,v\n2,b\n1,a\n");
    let script = "cat \"$2\" | \"$1\" range /dev/stdin k ..";
    let output = std::process::Command::new("sh")
        .args([
            "-c",
            script,
            "sh",
            env!("CARGO_BIN_EXE_leafwise"),
            table.path(),
        ])
        .output()
        .unwrap();
    crate::common::Run::from(output).prints(&["k,v", "1,a", "2,b"]);
}
