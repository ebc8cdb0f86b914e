//! The types of keys: how they are inferred and ordered.

#[allow(dead_code, reason = "each test file uses a part of it")]
mod common;

use common::TestFile;

/// The key column of a range, its keys separated by spaces.
fn ordered(cells: &[&str], arguments: &[&str]) -> String {
    let table = TestFile::csv(format!("k,v\n{}\n", cells.join(",1\n") + ",1"));
    let run = table.range(&[&["k"], arguments, &["--columns", "k"]].concat());
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
    run.text().lines().skip(1).collect::<Vec<_>>().join(" ")
}

#[test]
fn integers_are_never_rounded() {
    let cells = [
        "9007199254740993",
        "9007199254740992",
        "18446744073709551616",
        "-1",
        "10",
        "9",
    ];
    assert_eq!(
        ordered(&cells, &[".."]),
        "-1 9 10 9007199254740992 9007199254740993 18446744073709551616"
    );
    assert_eq!(
        ordered(&cells, &["9007199254740993..=9007199254740993"]),
        cells[0]
    );
    // Beyond 128 bits.
    let huge = "9".repeat(40);
    assert_eq!(ordered(&[&huge, "5"], &[".."]), format!("5 {huge}"));
    let table = TestFile::csv(format!("k\n{huge}\n1000\n"));
    table.range(&["k", "1..5"]).finds_nothing("k");
    table
        .range(&["k", &format!("{huge}..")])
        .prints(&["k", &huge]);
}

#[test]
fn floats_are_in_total_order() {
    let cells = ["NaN", "1.5", "-0.0", "0", "inf", "-1e300", "-inf", "10"];
    let float = |range| ordered(&cells, &[range, "--type", "float"]);
    assert_eq!(float(".."), "-inf -1e300 -0.0 0 1.5 10 inf NaN");
    assert_eq!(float("0..=inf"), "0 1.5 10 inf");
    assert_eq!(float("-0.0..1.5"), "-0.0 0");
    assert_eq!(
        ordered(&["5", "40", "300"], &["4.5..40.5", "--type", "float"]),
        "5 40"
    );
    TestFile::csv("k\n1.5\n")
        .range(&["k", "1e999..", "--type", "float"])
        .fails(&["`1e999` is not a float"]);
}

#[test]
fn dates_and_timestamps_are_instants() {
    let dates = ["2024-05-31", "1999-12-31", "2024-06-01"];
    assert_eq!(ordered(&dates, &["2000-01-01..2024-06-01"]), "2024-05-31");
    let times = [
        "2024-05-31T23:00:00-02:00",
        "2024-06-01T00:30:00Z",
        "2024-06-01",
        "2024-06-01T00:00:00.5+00:00",
    ];
    assert_eq!(
        ordered(&times, &[".."]),
        "2024-06-01 2024-06-01T00:00:00.5+00:00 2024-06-01T00:30:00Z 2024-05-31T23:00:00-02:00"
    );
    assert_eq!(
        ordered(&times, &["2024-06-01T00:15:00Z..2024-06-01T01:00:00Z"]),
        times[1]
    );
    let table = TestFile::csv("k\n2024-06-01T00:00:00Z\n");
    table
        .get(&["k", "2024-06-01T02:00:00+02:00"])
        .prints(&["k", "2024-06-01T00:00:00Z"]);
    table
        .get(&["k", "2024-06-01"])
        .prints(&["k", "2024-06-01T00:00:00Z"]);
    table
        .get(&["k", "noon"])
        .fails(&["`noon` is not a timestamp"]);
    TestFile::csv("k\n2024-02-30\n")
        .get(&["k", "x", "--type", "date"])
        .fails(&["`x` is not a date"]);
    TestFile::csv("k\n2024-02-30\n")
        .get(&["k", "2024-02-29", "--type", "date"])
        .fails(&["line 2", "2024-02-30"]);
}

#[test]
fn text_is_ordered_by_code_points() {
    assert_eq!(ordered(&["ä", "b", "Z", "a", " a"], &[".."]), " a Z a b ä");
    assert_eq!(
        ordered(&["10", "9", "-1"], &["..", "--type", "text"]),
        "-1 10 9"
    );
    let table = TestFile::csv("k\n x\n");
    table.get(&["k", "x"]).finds_nothing("k");
    table.get(&["k", " x"]).prints(&["k", " x"]);
}

#[test]
fn codes_with_leading_zeros_are_text() {
    let table = TestFile::csv("zip\n07030\n7030\n10115\n");
    table
        .get(&["zip", "7030"])
        .says(&["note: column `zip` is taken as text", "line 2", "`07030`"]);
    assert_eq!(table.get(&["zip", "7030"]).text(), "zip\n7030\n");
    table
        .get(&["zip", "7030", "--type", "integer"])
        .prints(&["zip", "07030", "7030"]);
}

#[test]
fn a_note_reports_numbers_taken_as_text() {
    let table = TestFile::csv("k,v\n100,a\nn/a,b\n20,c\n3,d\n");
    let noted = table.range(&["k", "1..5"]);
    assert_eq!((noted.code, noted.text()), (0, "k,v\n100,a\n20,c\n3,d\n"));
    noted.says(&[
        "note: column `k` is taken as text",
        "line 3 holds `n/a`",
        "--null 'n/a'",
    ]);
    table
        .range(&["k", "1..50", "--null", "n/a"])
        .prints(&["k,v", "3,d", "20,c"]);
    // No note for a user who looks for text.
    table.get(&["k", "n/a"]).prints(&["k,v", "n/a,b"]);
    let names = TestFile::csv("k\n1\nx\ny\nz\n");
    names.get(&["k", "x"]).prints(&["k", "x"]);
    names
        .get(&["k", "1"])
        .says(&["taken as text", "line 3 holds `x`"]);
}

#[test]
fn beyond_the_sample_a_misfit_is_a_bad_cell() {
    let numbers: String = (0..65_536).map(|n| format!("{n}\n")).collect();
    let table = TestFile::csv(format!("k\n{numbers}1.5\n"));
    table
        .get(&["k", "7"])
        .fails(&["line 65538", "`1.5` is not an integer", "inferred"]);
    let skipped = table.get(&["k", "7", "65535", "--on-bad", "skip"]);
    assert_eq!((skipped.code, skipped.text()), (0, "k\n7\n65535\n"));
    skipped.says(&["1 bad row skipped"]);
    table
        .get(&["k", "1.5", "--type", "float"])
        .prints(&["k", "1.5"]);
    // A cell that would equal another one is a misfit too, as within the sample.
    let code = TestFile::csv(format!("k\n{numbers}007\n"));
    code.get(&["k", "7"])
        .fails(&["line 65538", "`007` is not an integer", "inferred"]);
    code.get(&["k", "7", "--type", "integer"])
        .prints(&["k", "7", "007"]);
    // Within the sample it would have been a float.
    let within: String = numbers
        .lines()
        .skip(1)
        .map(|line| format!("{line}\n"))
        .collect();
    TestFile::csv(format!("k\n{within}1.5\n"))
        .get(&["k", "1.5"])
        .prints(&["k", "1.5"]);
}
