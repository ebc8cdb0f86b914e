//! What the program says about columns, options and output: short, harmless, and what to do.

use std::process::{Command, Stdio};

use crate::common::{Run, TestFile, leafwise, run, run_with_input};

fn table() -> TestFile {
    TestFile::csv("id,name,score\n2,b,x\n1,a,y\n")
}

/// A table with as many columns, named by `name`, and one row of their numbers.
fn wide(columns: usize, name: impl Fn(usize) -> String) -> TestFile {
    let names: Vec<String> = (1..=columns).map(name).collect();
    let cells: Vec<String> = (1..=columns).map(|at| at.to_string()).collect();
    TestFile::csv(format!("{}\n{}\n", names.join(","), cells.join(",")))
}

#[test]
fn unknown_columns() {
    for (column, parts) in [
        (
            "nmae",
            &[
                "no column `nmae` (did you mean `name`?)",
                "`id`, `name`, `score`",
            ][..],
        ),
        ("NAME", &["did you mean `name`?"]),
        (" id", &["did you mean `id`?"]),
        (
            "2",
            &["no column `2` (for the column by its number, write :2)"],
        ),
        (":4", &["no column `:4`; its columns are: `id`"]),
        (":0", &["no column `:0`"]),
        (":-1", &["no column `:-1`"]),
        ("", &["no column ``"]),
        ("id,nam", &["no column `id,nam`"]),
    ] {
        table().range(&[column, ".."]).fails(parts);
        table()
            .range(&["id", "..", "--columns", &format!("\"{column}\"")])
            .fails(parts);
    }
    for (columns, parts) in [
        ("1,3", &["no column `1`", "write :1"][..]),
        ("id,", &["no column ``"]),
        ("id,id", &["`id` more than once"]),
        ("id,:1", &["`:1` more than once"]),
        ("\"id", &["--columns: `\"id` is not a list of columns"]),
        ("", &["is not a list of columns"]),
        ("id\nname", &["`id\\nname` is not a list of columns"]),
    ] {
        table()
            .range(&["id", "..", "--columns", columns])
            .fails(parts);
    }
}

#[test]
fn messages_about_many_columns_are_short() {
    let table = wide(10_000, |at| format!("column{at}"));
    let run = table.get(&["x", "1"]);
    run.fails(&["no column `x`", "`column20` and 9980 more"]);
    assert!(run.stderr.len() < 600, "{}", run.stderr.len());
    table
        .get(&["column77_", "1"])
        .fails(&["did you mean `column77`?"]);
    table
        .get(&["column10000", "10000", "--columns", "column9999,:1"])
        .prints(&["column9999,column1", "9999,1"]);
    let same = wide(10_000, |_| "a".to_string());
    let run = same.get(&["a", "1"]);
    run.fails(&[
        "more than one column `a`: give its number, :1 or :2 or",
        "9995 more",
    ]);
    assert!(run.stderr.len() < 300, "{}", run.stderr.len());
    same.get(&[":10000", "10000", "--columns", ":10000"])
        .prints(&["a", "10000"]);
    let long = TestFile::csv(format!("{}\n1\n", "é".repeat(100_000)));
    let run = long.get(&["x", "1"]);
    run.fails(&["é…`"]);
    assert!(run.stderr.len() < 400, "{}", run.stderr.len());
    // The header is longer than what shows the delimiter.
    let semicolons: Vec<String> = (0..10_000)
        .map(|at| format!("column number {at}"))
        .collect();
    let semicolons = semicolons.join(";");
    TestFile::csv(format!("{semicolons}\n{semicolons}\n"))
        .range(&[":1", "..", "--count"])
        .prints_with_note(
            &["1"],
            &["no comma divides the header", "its 10000 columns"],
        );
}

#[test]
fn nothing_in_a_table_controls_the_terminal() {
    for (character, escaped) in [
        ('\u{1b}', "\\u{1b}"),
        ('\u{7}', "\\u{7}"),
        ('\u{9b}', "\\u{9b}"),
        ('\u{202e}', "\\u{202e}"),
        ('\u{2066}', "\\u{2066}"),
        ('\u{200f}', "\\u{200f}"),
        ('\u{2028}', "\\u{2028}"),
        ('\u{feff}', "\\u{feff}"),
        ('\0', "\\u{0}"),
    ] {
        let table = TestFile::csv(format!("k,n{character}\n1,a{character}b\n"));
        let run = table.range(&["k", "..", "--format", "table"]);
        assert!(run.text().contains(&format!("n{escaped}\n")), "{run:?}");
        assert!(run.text().contains(&format!("a{escaped}b\n")), "{run:?}");
        table
            .range(&[":2", "..", "--type", "integer"])
            .fails(&[&format!("column `n{escaped}`: `a{escaped}b` is not")]);
        // The bytes of the file go to files.
        table
            .get(&["k", "1"])
            .prints(&[&format!("k,n{character}"), &format!("1,a{character}b")]);
    }
}

#[test]
fn values_that_begin_with_a_hyphen() {
    let table = TestFile::csv("x,y\n-10000,a\n-0.5,b\n-1e3,c\n7,-inf\n");
    for (value, row) in [
        ("-10_000", "-10000,a"),
        ("-.5", "-0.5,b"),
        ("-0.5", "-0.5,b"),
        ("-1e3", "-1e3,c"),
        ("-1_000.0", "-1e3,c"),
    ] {
        table
            .get(&["x", value, "--type", "decimal"])
            .prints(&["x,y", row]);
    }
    table.get(&["y", "-inf"]).prints(&["x,y", "7,-inf"]);
    table.get(&["y", "--", "-inf"]).prints(&["x,y", "7,-inf"]);
    table.get(&["y", "--", "-x"]).finds_nothing("x,y");
    TestFile::csv("x\n-inf\n2\n")
        .get(&["x", "-inf", "--type", "float"])
        .prints(&["x", "-inf"]);
    TestFile::csv("-.5,-1_0\n1,2\n")
        .get(&["-.5", "1", "--columns", "-1_0"])
        .prints(&["-1_0", "2"]);
    // The mark of such values is not seen.
    for (arguments, part) in [
        (&["get", "-1_0.csv", "k", "1"][..], "cannot read -1_0.csv"),
        (&["get", table.path(), "-.5", "1"], "no column `-.5`"),
        (&["range", table.path(), "x", "-10_000"], "'-10_000'"),
        (
            &["range", table.path(), "x", "..", "--limit", "-10_000"],
            "'-10_000'",
        ),
        (
            &["range", table.path(), "x", "..", "--columns", "-.5"],
            "`-.5`",
        ),
        (
            &["get", table.path(), "x", "--values-from", "-1_0"],
            "read -1_0:",
        ),
        (&["-.5"], "'-.5'"),
    ] {
        let run = run(arguments);
        run.fails(&[part]);
        assert!(run.stderr.is_ascii(), "{run:?}");
    }
}

#[test]
fn wrong_options_get_the_nearest_one() {
    let table = table();
    for (wrong, right) in [
        ("--revers", "--reverse"),
        ("--column", "--columns"),
        ("--delim", "--delimiter"),
        ("--limits", "--limit"),
        ("--no-headers", "--no-header"),
        ("--no-quote", "--no-quotes"),
        ("--onbad", "--on-bad"),
        ("--skip-line", "--skip-lines"),
        ("--nulls", "--null"),
        ("--date-fmt", "--date-format"),
        ("--ignorecase", "--ignore-case"),
    ] {
        run(&["range", table.path(), "id", "..", wrong]).fails(&[wrong, right]);
    }
    for (arguments, parts) in [
        (&["--type", "int"][..], &["'int'", "integer", "natural"][..]),
        (&["--format", "xml"], &["'xml'", "table, csv, tsv, json"]),
        (&["--on-bad", "ignore"], &["'ignore'", "error, skip"]),
        (
            &["--limit", "0"],
            &["'0'", "a number of rows", "at least 1"],
        ),
        (
            &["--limit", "-1"],
            &["'-1'", "a number of rows", "at least 1"],
        ),
        (&["--limit", "1.5"], &["a number of rows"]),
        (&["--limit", "99999999999999999999"], &["a number of rows"]),
        (&["--delimiter", "ab"], &["one ASCII character"]),
        (&["--comment", "é"], &["one ASCII character"]),
        (&["--comment", "\""], &["cannot begin comments"]),
        (&["--memory", "0"], &["not a size such as 64MiB"]),
        (&["--memory", "5x"], &["unknown unit", "MiB"]),
        (&["--skip-lines", "x"], &["'x'", "--skip-lines"]),
        (&["--count", "--format", "json"], &["--count", "--format"]),
        (&["--count", "--columns", "id"], &["--count", "--columns"]),
    ] {
        let run = table.range(&[&["id", ".."], arguments].concat());
        run.fails(parts);
    }
    run(&["rang", table.path(), "id", ".."]).fails(&["'rang'", "'range'"]);
    run(&["range", table.path(), "id"]).fails(&["FROM..TO"]);
    run(&["get", table.path(), "id"]).fails(&["VALUE"]);
    run(&["get", table.path()]).fails(&["COLUMN"]);
    table
        .range(&["id", "5"])
        .fails(&["not a range", "leafwise get"]);
    table.range(&["id", ">5"]).fails(&["not a range"]);
}

#[test]
fn help_of_everything() {
    for (arguments, parts) in [
        (&["--help"][..], &["get", "range", "rules", "Examples:"][..]),
        (
            &["get", "--help"],
            &["--values-from", "--also", "--null", "Reading:", "Printing:"],
        ),
        (
            &["range", "--help"],
            &["--reverse", "FROM..=TO", "--date-format"],
        ),
        (&["range", "-h"], &["--reverse", "--encoding", "--memory"]),
        (&["help", "get"], &["--values-from"]),
        (&["rules"], &["Exit codes:"]),
        (&["rules", "--help"], &["Exit codes:"]),
    ] {
        let help = run(arguments);
        assert_eq!((help.code, help.stderr.as_str()), (0, ""), "{arguments:?}");
        for part in parts {
            assert!(help.text().contains(part), "{arguments:?} {part}");
        }
    }
    assert_eq!(run(&["help", "rules"]).text(), run(&["rules"]).text());
}

#[test]
fn tables_without_a_header() {
    for (table, arguments, said) in [
        ("", &[][..], "is empty:"),
        ("\n\r\n\r", &[], "is empty:"),
        ("\u{feff}\n", &[], "is empty:"),
        ("#k\n", &["--comment", "#"], "is empty:"),
        (
            "k\n1\n",
            &["--skip-lines", "2"],
            "is empty behind the lines that --skip-lines",
        ),
        (
            "k\n1\n",
            &["--skip-lines", "18446744073709551615"],
            "--skip-lines",
        ),
    ] {
        let run = TestFile::csv(table).range(&[&["k", ".."], arguments].concat());
        run.fails(&[said, "names its columns"]);
    }
    for (path, said) in [
        (
            "no-such-file.csv",
            "cannot read no-such-file.csv: No such file",
        ),
        ("no\u{202e}file.csv", "cannot read no\\u{202e}file.csv"),
        (".", ". is a directory"),
    ] {
        run(&["range", path, "k", ".."]).fails(&[said]);
    }
    run_with_input(&["range", "-", "k", ".."], b"").fails(&["standard input is empty"]);
}

#[cfg(unix)]
fn shell(script: &str, arguments: &[&str]) -> Run {
    let program = env!("CARGO_BIN_EXE_leafwise");
    let mut command = Command::new("sh");
    command
        .args(["-c", script, "sh", program])
        .args(arguments)
        .stdin(Stdio::null());
    command.output().unwrap().into()
}

#[cfg(unix)]
#[test]
fn a_closed_output_is_an_error() {
    let table = table();
    for arguments in ["get \"$2\" id 1", "range \"$2\" id .. --count", "rules"] {
        let run = shell(&format!("\"$1\" {arguments} >&-"), &[table.path()]);
        run.fails(&["cannot write the output: standard output is closed"]);
    }
    let run = shell("\"$1\" get \"$2\" id 1 2>&- <&-", &[table.path()]);
    run.prints(&["id,name,score", "1,a,y"]);
    // A reader that stops early is none.
    let run = shell("\"$1\" rules | true; \"$1\" rules | head -1", &[]);
    run.prints(&["Ranges:"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    let table = table();
    for arguments in [
        &["rules"][..],
        &["get", table.path(), "id", "1"],
        &["range", table.path(), "id", "..", "--count"],
        &["range", table.path(), "id", "..", "--format", "table"],
        &["range", table.path(), "id", "..", "--format", "json"],
    ] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full");
        let output = leafwise(arguments).stdout(full.unwrap()).output().unwrap();
        let run = Run::from(output);
        run.fails(&["cannot write the output: No space left on device"]);
    }
}

#[cfg(unix)]
#[test]
fn rows_that_cannot_be_kept_are_an_error() {
    let rows: String = (0..50_000)
        .map(|n| format!("{},some text\n", 50_000 - n))
        .collect();
    let table = TestFile::csv(format!("k,v\n{rows}"));
    let spill = "\"$1\" range \"$2\" k .. --memory 1";
    for (limit, said) in [
        // As on a full disk: no file may grow beyond half a megabyte.
        ("trap '' XFSZ; ulimit -f 1000;", "File too large"),
        ("TMPDIR=/no/such/folder; export TMPDIR;", "No such file"),
    ] {
        let run = shell(&format!("{limit} {spill}"), &[table.path()]);
        run.fails(&[
            "cannot keep rows in a temporary file of",
            said,
            "TMPDIR",
            "--memory",
        ]);
        // Enough memory needs no file.
        let all = format!("{limit} \"$1\" range \"$2\" k .. --limit 1");
        shell(&all, &[table.path()]).prints(&["k,v", "1,some text"]);
    }
    let run = shell(spill, &[table.path()]);
    let sorted: String = (1..=50_000).map(|n| format!("{n},some text\n")).collect();
    assert!(run.text() == format!("k,v\n{sorted}") && run.stderr.is_empty());
}

#[test]
#[cfg(not(feature = "remote"))]
fn urls_need_a_feature() {
    for arguments in [
        &["get", "https://me:secret@host/t.csv?sign=secret", "id", "5"][..],
        &["index", "s3://bucket/t.csv", "--key", "id"],
        &["stat", "https://host/t.csv.id.lwx"],
    ] {
        let refused = run(arguments);
        refused.fails(&[
            "cannot read ",
            "cargo install leafwise-cli --features remote",
        ]);
        assert!(!refused.stderr.contains("secret"), "{refused:?}");
    }
    run(&["get", "ftp://host/t.csv", "id", "5"]).fails(&["knows no ftp://"]);
}
