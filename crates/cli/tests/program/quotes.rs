//! Quotes and the ends of lines: how a table is divided into rows, and which lines messages name.

use crate::common::TestFile;

const ALL: [&str; 2] = ["k", ".."];

#[test]
fn quoted_fields() {
    for (table, rows) in [
        ("k,v\n1,\"a\"\n", &["k,v", "1,a"][..]),
        ("k,v\n1,\"a\"", &["k,v", "1,a"]),
        ("k,v\n1,\"\"", &["k,v", "1,"]),
        (
            "k,v\n\"1\",\"a,\"\"b\"\"\"\n",
            &["k,v", "1,\"a,\"\"b\"\"\""],
        ),
        ("k,v\n1,\"a\r\nb\"\r\n", &["k,v", "1,\"a\r\nb\""]),
        (
            "k,v\n1,a\"b\n2,c\"\n",
            &["k,v", "1,\"a\"\"b\"", "2,\"c\"\"\""],
        ),
        ("\"k\",\"v,\nw\"\n1,2\n", &["k,\"v,\nw\"", "1,2"]),
        ("\u{feff}\"k\",\"v\"\r\n\"1\",\"2\"\r\n", &["k,v", "1,2"]),
        ("v,k\n\"x\ny\",1\nz,0\n", &["v,k", "z,0", "\"x\ny\",1"]),
        ("k,v\n\"\n2\",a\n", &["k,v", "\"\n2\",a"]),
    ] {
        TestFile::csv(table).range(&ALL).prints(rows);
    }
}

#[test]
fn quotes_that_are_not_as_rfc_4180_has_them() {
    for (table, parts) in [
        (
            "a,b\n1,\"x\"y\n",
            &[
                "line 2: text follows a closing quote (",
                "--no-quotes",
                "--on-bad skip",
            ][..],
        ),
        (
            "a,b\n1,\"x\n2,\"y\n",
            &[
                "line 2: text follows a closing quote on line 3",
                "--no-quotes",
            ],
        ),
        (
            "a,b\n0,z\n1,\"say \\\"hi\\\"\"\n",
            &[
                "line 3: text follows",
                "a backslash before a quote",
                "doubled",
            ],
        ),
        (
            "a,b\n1,\"x\\\", y\"\n",
            &["line 2: 3 fields", "a backslash before a quote"],
        ),
        (
            "a,b\n1, \"x, y\"\n",
            &[
                "line 2: 3 fields, but there are 2 columns",
                "a space before a quote",
            ],
        ),
        ("a,b\n1,\"x\" \n", &["line 2: text follows a closing quote"]),
        (
            "a,\"b\\\"c\"\n1,2\n",
            &["line 1: text follows", "a backslash before a quote"],
        ),
        (
            "a,\"b\n1,2\n",
            &["line 1: a quote is never closed", "--no-quotes"],
        ),
        (
            "a,b\n1,2\n3,\"x\n4,5\n",
            &["line 3: a quote is never closed"],
        ),
        ("a\n1,2\n", &["line 2: 2 fields, but there is 1 column ("]),
    ] {
        TestFile::csv(table).range(&["a", ".."]).fails(parts);
    }
}

#[test]
fn rows_with_wrong_quotes_are_skipped() {
    for (table, rows) in [
        ("a,b\n1,\"x\"y\n2,z\n", "a,b\n2,z\n"),
        ("a,b\n1,\"x\n2,\"y\n3,z\n", "a,b\n3,z\n"),
        ("a,b\n1,\"say \\\"hi\\\"\"\n2,\"q\"\n", "a,b\n2,q\n"),
        ("a,b\n1, \"x, y\"\n2,z\n", "a,b\n2,z\n"),
    ] {
        let run = TestFile::csv(table).range(&["a", "..", "--on-bad", "skip"]);
        assert_eq!((run.code, run.text()), (0, rows), "{run:?}");
        run.says(&["1 bad row skipped; the first", "line 2"]);
    }
    // Nobody knows where the row of an open quote ends.
    TestFile::csv("a,b\n1,\"x\n2,y\n")
        .range(&["a", "..", "--on-bad", "skip"])
        .fails(&["line 2: a quote is never closed"]);
}

#[test]
fn ordinary_quotes() {
    let table = TestFile::new(
        "t.tsv",
        "k\tv\n2\t\"efg\tx\n1\t5\" disk\n".replace("\tx", ""),
    );
    table
        .range(&["k", "..", "--no-quotes", "--format", "tsv"])
        .prints(&["k\tv", "1\t\"5\"\" disk\"", "2\t\"\"\"efg\""]);
    table
        .get(&["v", "\"efg", "--no-quotes", "--format", "json"])
        .prints(&[r#"{"k":"2","v":"\"efg"}"#]);
    table.range(&ALL).fails(&["line 2", "--no-quotes"]);
}

#[test]
fn every_end_of_lines() {
    for end in ["\n", "\r\n", "\r"] {
        let lines = |text: &str| TestFile::csv(text.replace('\n', end));
        let expected = ["k,v", "1,\"x\ny\"", "2,b", "3,c"].map(|it| it.replace('\n', end));
        let expected = expected.each_ref().map(|it| &it[..]);
        for table in [
            "k,v\n2,b\n1,\"x\ny\"\n3,c\n",
            "k,v\n2,b\n1,\"x\ny\"\n3,c",
            "\nk,v\n\n\n2,b\n1,\"x\ny\"\n\n3,c\n\n",
        ] {
            lines(table).range(&ALL).prints(&expected);
        }
        lines("k,v\n1,\"x\ny\"\n\nq,c\n")
            .range(&["k", "..", "--type", "integer"])
            .fails(&["line 5, column `k`: `q` is not an integer"]);
        lines("k,v\n1,\"x\ny\"\n\n2,c,d\n")
            .range(&ALL)
            .fails(&["line 5: 3 fields"]);
        lines("junk\njunk \"\nk,v\n1,a\n2\n")
            .range(&["k", "..", "--skip-lines", "2"])
            .fails(&["line 5: 1 field,"]);
        lines("sep=;\nk;v\n1;a\n")
            .range(&ALL)
            .prints(&["k,v", "1,a"]);
        lines("sep=;\nk;v\n1\n")
            .range(&ALL)
            .fails(&["line 3: 1 field,"]);
        lines("#a \"\nk\n#,\"b\n1\n#\n2,3\n")
            .range(&["k", "..", "--comment", "#"])
            .fails(&["line 6: 2 fields"]);
    }
    // A CR within an unquoted field ends its row, too.
    TestFile::csv("k,v\n1,a\rb\n")
        .range(&ALL)
        .fails(&["line 3: 1 field,"]);
}

#[test]
fn a_row_of_many_chunks() {
    let long = "x,\"\"\n".repeat(350_000);
    let table = TestFile::csv(format!("k,v\n2,\"{long}\"\n1,\"{long}\"\n0,b\n"));
    let run = table.range(&["k", "..", "--columns", "k"]);
    run.prints(&["k", "0", "1", "2"]);
    let run = table.get(&["k", "1"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert!(run.text() == format!("k,v\n1,\"{long}\"\n"));
    let bad = TestFile::csv(format!("k,v\n2,\"{long}\"\nx,\"{long}\"\n"));
    bad.range(&["k", "..", "--type", "integer"])
        .fails(&["line 350003, column `k`: `x`"]);
}

#[test]
fn chunks_end_between_rows() {
    for (end, escaped) in [("\r\n", r"\r\n"), ("\r", r"\r"), ("\n", r"\n")] {
        let rows = "\"a\"\"|\"\"b\",1|\"\n\",2||\"x,|\",3|bad|".replace('|', end);
        let expected = [
            format!(r#"{{"v":"a\"{escaped}\"b","k":"1"}}"#),
            r#"{"v":"\n","k":"2"}"#.to_string(),
            format!(r#"{{"v":"x,{escaped}","k":"3"}}"#),
        ];
        // The first chunk ends at each byte of these rows.
        for at in 0..rows.len() {
            let filler = "y".repeat((1 << 20) - 3 - at);
            let table = TestFile::csv(format!("v,k\n{filler},0\n{rows}"));
            let run = table.range(&["k", "1..", "--on-bad", "skip", "--format", "json"]);
            assert_eq!(run.text().lines().collect::<Vec<_>>(), expected, "{at}");
            run.says(&["1 bad row skipped", "line 10: 1 field,"]);
        }
    }
}

#[test]
fn a_row_of_more_than_64_mebibytes_is_an_error() {
    let table = TestFile::csv(format!(
        "k,v\n1,a\n2,\"{}",
        "a line of text\n".repeat(5 << 20)
    ));
    table
        .range(&["k", "..", "--on-bad", "skip"])
        .fails(&["line 3: the row is larger than 64 MiB", "--no-quotes"]);
    // A quote within a field opens none.
    let rows = format!("1,5\" disk {}\n", "x".repeat(1_000)).repeat(67_000);
    TestFile::csv(format!("k,v\n{rows}"))
        .range(&["k", "..", "--count"])
        .prints(&["67000"]);
}
