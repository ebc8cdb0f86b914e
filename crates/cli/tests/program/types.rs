//! The types of keys: how they are inferred and ordered.

use crate::common::TestFile;

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

#[test]
fn addresses_are_ordered_by_their_numbers() {
    let cells = [
        "10.0.0.10",
        "::1",
        "10.0.0.9",
        "2001:DB8::1",
        "9.255.0.0",
        " 10.0.0.11 ",
    ];
    let ip = |range| ordered(&cells, &[range, "--type", "ip"]);
    assert_eq!(
        ip(".."),
        "9.255.0.0 10.0.0.9 10.0.0.10  10.0.0.11  ::1 2001:DB8::1"
    );
    assert_eq!(ip("10.0.0.1..=10.0.0.10"), "10.0.0.9 10.0.0.10");
    assert_eq!(ip("2001:db8:0::1.."), "2001:DB8::1");
    let table = TestFile::csv("k\n10.0.0.9\n10.0.0.10\n");
    table.range(&["k", "10.0.0.1..10.0.0.20"]).prints_with_note(
        &["k", "10.0.0.10"],
        &["line 2 holds `10.0.0.9`", "--type ip"],
    );
    table
        .get(&["k", "10.0.0", "--type", "ip"])
        .fails(&["`10.0.0` is not an IP address"]);
    TestFile::csv("k\n10.0.0.0/8\n")
        .range(&["k", "..", "--type", "ip"])
        .fails(&["line 2", "`10.0.0.0/8` is not an IP address"]);
}

#[test]
fn numbers_within_natural_text_are_ordered_by_value() {
    let cells = [
        "file10", "file9", "File9", "file09", "file9b", "file", "10", "9",
    ];
    let natural = |range| ordered(&cells, &[range, "--type", "natural"]);
    assert_eq!(natural(".."), "9 10 File9 file file09 file9 file9b file10");
    assert_eq!(natural("file9..file10"), "file9 file9b");
    assert_eq!(
        ordered(
            &cells,
            &["file9..=FILE9", "--type", "natural", "--ignore-case"]
        ),
        "file9 File9"
    );
}

#[test]
fn case_can_be_ignored() {
    let cells = ["paris", "Berlin", "PARIS", "ÉVRY", "bern", "évry"];
    let folded = |range| ordered(&cells, &[range, "--ignore-case"]);
    assert_eq!(folded(".."), "Berlin bern paris PARIS ÉVRY évry");
    assert_eq!(folded("B..c"), "Berlin bern");
    assert_eq!(folded("pariS..=Paris"), "paris PARIS");
    assert_eq!(ordered(&cells, &["paris..=paris"]), "paris");
    let table = TestFile::csv("k,v\nParis,1\nparis,2\n");
    table
        .get(&["k", "PARIS", "--ignore-case"])
        .prints(&["k,v", "Paris,1", "paris,2"]);
    table.get(&["k", "PARIS"]).finds_nothing("k,v");
}

#[test]
fn values_decide_the_type_of_a_column_without_any() {
    let table = TestFile::csv("k,v\n,1\n ,2\n");
    table.range(&["k", "9..10"]).finds_nothing("k,v");
    table
        .range(&["k", "2024-05-31..2024-05-31T01:00:00Z"])
        .finds_nothing("k,v");
    table
        .range(&["k", "10.0.0.9..10.0.0.10"])
        .finds_nothing("k,v");
    table.range(&["k", "10..9"]).fails(&["as integers"]);
    // Without any value, it is text, in which empty cells are keys.
    table.get(&["k", ""]).prints(&["k,v", ",1"]);
    table.range(&["k", ".."]).prints(&["k,v", ",1", " ,2"]);
    // Of a large table, the cells within 32 MiB are inspected.
    let empty = format!(",{}\n", "x".repeat(1_000)).repeat(36_000);
    let late = TestFile::csv(format!("k,v\n{empty}Anna,1\n"));
    late.get(&["k", "5"])
        .fails(&["line 36002, column `k`: `Anna` is not an integer (inferred"]);
    late.get(&["k", "Anna"]).prints(&["k,v", "Anna,1"]);
}

#[test]
fn integers_are_compared_with_fractions_and_dates_with_times() {
    let numbers = TestFile::csv("k\n1\n2\n3\n");
    numbers.range(&["k", "1.5..=2.0"]).prints(&["k", "2"]);
    numbers.get(&["k", "3.0", "2.5"]).prints(&["k", "3"]);
    let dates = TestFile::csv("k\n2024-01-01\n2024-01-02\n");
    dates
        .range(&["k", "2024-01-01 12:00.."])
        .prints(&["k", "2024-01-02"]);
    dates
        .get(&["k", "2024-01-01T00:00:00Z"])
        .fails(&["is not a date"]);
}
