//! Dates, datetimes and timestamps: which are accepted, and that they are ordered as moments.

use crate::common::TestFile;

fn column(cells: &[&str]) -> TestFile {
    TestFile::csv(format!("k\n{}\n", cells.join("\n")))
}

/// Asserts that a range of all finds the cells, which are given in the opposite order.
#[track_caller]
fn ascend(cells: &[&str], arguments: &[&str]) {
    let mut table = cells.to_vec();
    table.reverse();
    let run = column(&table).range(&[&["k", ".."], arguments].concat());
    run.prints(&[&["k"], cells].concat());
}

#[test]
fn timestamps_are_instants_of_all_years_and_offsets() {
    let cells = [
        "0000-01-01T00:00:00+23:59",
        "0000-01-01T00:00:00Z",
        "1969-12-31T23:59:59.9Z",
        "1970-01-01T00:00:00.0000000001Z",
        "2016-12-31T23:59:59.2Z",
        "2016-12-31T23:59:60.1Z",
        "2017-01-01T00:00:00Z",
        "2024-06-01T10:30:00+10:00",
        "2024-06-01T00:45:00-00:00",
        "2024-05-31T12:00:00-23:59",
        "9999-12-31T23:59:59Z",
        "9999-12-31T23:59:59-23:59",
    ];
    ascend(&cells, &[]);
    ascend(&cells, &["--type", "timestamp"]);
    let last = "9999-12-31T23:59:59Z";
    for arguments in [&["k", last][..], &["k", last, "--type", "timestamp"]] {
        column(&cells).get(arguments).prints(&["k", last]);
    }
    let bounds = "2016-12-31T23:59:59.3Z..2024-06-01T00:45:00Z";
    column(&cells)
        .range(&["k", bounds])
        .prints(&["k", cells[5], cells[6], cells[7]]);
    column(&cells)
        .range(&["k", &format!("2024-06-01..={last}")])
        .prints(&["k", cells[7], cells[8], cells[9], cells[10]]);
}

#[test]
fn equal_instants_are_one_key() {
    let cells = [
        "2024-05-31T14:00:00+02:00",
        "2024-05-31T12:00:00.000Z",
        "2024-05-31t12:00:00z",
        "2024-05-31 12:00:00-00:00",
        "2024-05-31T12:00:00.001Z",
    ];
    column(&cells)
        .get(&["k", "2024-05-31T11:00:00-01:00"])
        .prints(&["k", cells[0], cells[1], cells[2], cells[3]]);
    // A date is its midnight.
    column(&["2024-05-31T02:00:00+02:00", "2024-05-31"])
        .get(&["k", "2024-05-31"])
        .prints(&["k", "2024-05-31T02:00:00+02:00", "2024-05-31"]);
    column(&["2024-05-31 00:00", "2024-05-31T00:00:00.5"])
        .get(&["k", "2024-05-31"])
        .prints(&["k", "2024-05-31 00:00"]);
}

#[test]
fn what_does_not_exist_is_refused() {
    for (kind, bad) in [
        ("timestamp", "2024-05-31T12:30:60Z"),
        ("timestamp", "2016-12-31T23:59:60+01:00"),
        ("timestamp", "2024-05-31T23:59:61Z"),
        ("timestamp", "2024-05-31T12:00:00+25:59"),
        ("timestamp", "2024-05-31T12:00:00+24:00"),
        ("timestamp", "2024-05-31T24:00:00Z"),
        ("timestamp", "2024-05-31T12:00:00"),
        ("timestamp", "2024-05-31T12:00:00."),
        ("datetime", "2024-05-31T12:00:00Z"),
        ("datetime", "2024-05-31T12"),
        ("datetime", "2024-02-30T12:00"),
        ("date", "2024-02-30"),
        ("date", "1900-02-29"),
        ("date", "2024-5-31"),
        ("date", "10000-01-01"),
        ("date", "-0001-01-01"),
    ] {
        let table = column(&["2000-01-01", bad]);
        let typed = ["k", "2000-01-01", "--type", kind];
        table.get(&typed).fails(&["line 3", bad, "is not a", kind]);
        let skipped = table.get(&[&typed[..], &["--on-bad", "skip"]].concat());
        assert_eq!((skipped.code, skipped.text()), (0, "k\n2000-01-01\n"));
        skipped.says(&["1 bad row skipped", "line 3", bad]);
        let asked = ["k", "--type", kind, "--", bad];
        column(&["2000-01-01"])
            .get(&asked)
            .fails(&[bad, "is not a"]);
    }
}

#[test]
fn a_second_that_does_not_exist_is_not_the_one_before() {
    let cells = ["2024-05-31T12:30:59Z", "2024-05-31T12:30:60Z"];
    let run = column(&cells).get(&["k", cells[0]]);
    run.prints_with_note(
        &["k", cells[0]],
        &["taken as text", "line 3 holds `2024-05-31T12:30:60Z`"],
    );
    assert!(!run.stderr.contains("--date-format"), "{run:?}");
}

#[test]
fn datetimes_without_offset() {
    let cells = [
        "0000-01-01 00:00",
        "2024-01-31T23:59:59.9999999999",
        "2024-02-01 10:00:00",
        "2024-02-01 10:00:00.5",
        "2024-02-02",
        "9999-12-31 23:59:59",
    ];
    ascend(&cells, &[]);
    column(&cells)
        .range(&["k", "2024-02-01..2024-02-01 10:00:00.1"])
        .prints(&["k", cells[2]]);
    // Whether they are before or after instants is not known.
    let mixed = column(&["2024-02-01 10:00:00", "2024-02-01T10:00:00Z"]);
    mixed
        .range(&["k", "2024-02-01.."])
        .notes(&["taken as text"]);
    let typed = ["k", "..", "--type", "timestamp"];
    mixed
        .range(&typed)
        .fails(&["line 2", "not a timestamp with its offset"]);
}

#[test]
fn dates_in_other_forms_are_noted() {
    for (cell, asked) in [
        ("11/01/2023", "2023-01-01.."),
        ("11/01/2023", "11/01/2023..12/01/2023"),
        ("1.2.2023", "2023-01-01.."),
        ("2023/11/01", "2023-01-01.."),
        ("2023-11-01T10:00:00+0200", "2023-01-01.."),
    ] {
        let run = column(&[cell]).range(&["k", asked]);
        run.notes(&["taken as text", "line 2 holds", cell, "--date-format"]);
    }
}

#[test]
fn formats_of_dates() {
    for (format, cells) in [
        ("%d/%m/%Y", &["31/12/2023", "1/2/2024", "02/02/2024"][..]),
        (
            "%m/%d/%Y %I:%M %p",
            &["01/02/2024 11:00 PM", "02/01/2024 1:00 AM"],
        ),
        ("%d.%m.%y %H:%M", &["31.12.99 23:59", "01.01.00 00:00"]),
        ("%Y%m%d", &["00000101", "19991231", "20000101", "99991231"]),
        ("%b %d %Y", &["Dec 31 2023", "Jan 1 2024"]),
        (
            "%Y-%m-%dT%H:%M:%S%.f%z",
            &[
                "0000-01-01T00:00:00+2359",
                "2016-12-31T23:59:59.9+0000",
                "2016-12-31T23:59:60+0000",
                "2017-01-01T01:00:00+0100",
                "9999-12-31T23:59:59+0000",
            ],
        ),
        ("%s", &["-1", "0", "999999999", "1000000000"]),
    ] {
        ascend(cells, &["--date-format", format]);
    }
    let table = column(&["31/12/2023", "01/02/2024"]);
    for asked in ["2024-01-01..", "01/01/2024.."] {
        let run = table.range(&["k", asked, "--date-format", "%d/%m/%Y"]);
        run.prints(&["k", "01/02/2024"]);
    }
    table
        .range(&["k", "..", "--date-format", "%m/%d/%Y"])
        .fails(&[
            "line 2",
            "`31/12/2023` is not a datetime in the format %m/%d/%Y",
        ]);
    // Cells are not: 2024-05-06 may be in May or in June.
    column(&["31/12/2023", "2024-05-06"])
        .range(&["k", "..", "--date-format", "%d/%m/%Y"])
        .fails(&["line 3", "`2024-05-06` is not a datetime"]);
    table
        .range(&["k", "13/13/2024..", "--date-format", "%d/%m/%Y"])
        .fails(&["`13/13/2024` is not a datetime in the format %d/%m/%Y"]);
    for bad in ["", "dmY", "%", "%K", "%Y", "%H:%M", "%d/%m/%Y %M", "%F %Z"] {
        table
            .range(&["k", "..", "--date-format", bad])
            .fails(&["--date-format", "%d, %m and %Y"]);
    }
}
