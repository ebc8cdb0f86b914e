//! Numbers: which are equal, how they are ordered, and which columns are taken as text so that
//! different cells stay different.

use crate::common::TestFile;

/// A table of one column `k`. Cells are quoted, as some contain commas.
fn column(cells: &[&str]) -> TestFile {
    let rows: String = cells.iter().map(|cell| format!("\"{cell}\"\n")).collect();
    TestFile::csv(format!("k\n{rows}"))
}

/// What `get` finds, separated by spaces, and what it says.
#[track_caller]
fn got(cells: &[&str], arguments: &[&str]) -> (String, String) {
    let run = column(cells).get(&[&["k"], arguments].concat());
    let rows: Vec<&str> = run.text().lines().skip(1).collect();
    assert_eq!(run.code == 0, !rows.is_empty(), "{run:?}");
    (rows.join(" ").replace('"', ""), run.stderr)
}

/// The cells in the order of a range, separated by spaces.
#[track_caller]
fn ordered(cells: &[&str], arguments: &[&str]) -> String {
    let run = column(cells).range(&[&["k"], arguments].concat());
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
    let rows: Vec<&str> = run.text().lines().skip(1).collect();
    rows.join(" ").replace('"', "")
}

#[test]
fn different_spellings_of_one_number_are_different_keys() {
    for (cells, asked, found, named) in [
        (&["007.1", "7.1"][..], "7.1", "7.1", "line 2 holds `007.1`"),
        (
            &["+9007199254740993", "9007199254740992"],
            "9007199254740993",
            "",
            "line 2 holds `+9007199254740993`",
        ),
        (&["0e1", "0e2"], "0e2", "0e2", "line 2 holds `0e1`"),
        (&["1.1", "1.10"], "1.1", "1.1", "line 3 holds `1.10`"),
        (&["+49", "49", "+049"], "49", "49", "line 2 holds `+49`"),
        (&["314e90", "3.14e92"], "3.14e92", "3.14e92", "`314e90`"),
        (&["1e5", "100000"], "100000", "100000", "`100000`"),
        (&["0", "-0"], "0", "0", "line 3 holds `-0`"),
        (&[".5", "0.5"], "0.5", "0.5", "line 3 holds `0.5`"),
        (&["5", "5."], "5", "5", "line 3 holds `5.`"),
        (&["08", "8"], "8", "8", "line 2 holds `08`"),
    ] {
        let (rows, said) = got(cells, &[asked]);
        assert_eq!(rows, found, "{cells:?}");
        for part in ["note: column `k` is taken as text", named, "--type decimal"] {
            assert!(said.contains(part), "{cells:?}: {said}");
        }
        // With a type, they are one.
        let (rows, said) = got(cells, &[asked, "--type", "decimal"]);
        let expected = match found {
            "" => cells[0].to_string(),
            _ => cells.join(" "),
        };
        assert_eq!((rows, said), (expected, String::new()), "{cells:?}");
    }
}

#[test]
fn numbers_are_found_however_the_value_is_written() {
    for (cells, asked, found) in [
        (&["1.5", "2.5"][..], &["1.50", "+1.5", "15e-1"][..], "1.5"),
        (&["1.50", "2.00"], &["2"], "2.00"),
        (&["1.0", "2.5"], &["1"], "1.0"),
        (&["7", "8"], &["007", "+7"], "7"),
        (&["1e5", "2.5e-3"], &["100000"], "1e5"),
        (&["1.50E+05", "2.00E-03"], &["0.002"], "2.00E-03"),
        (&["-7", "7"], &["-7"], "-7"),
        (&[" 7 ", "8"], &["7"], " 7 "),
        (&["10000000", "8"], &["10_000_000"], "10000000"),
        (&["-0.5", "8.25"], &["-.5"], "-0.5"),
        (&["-10000", "8"], &["-10_000"], "-10000"),
    ] {
        let (rows, said) = got(cells, asked);
        assert_eq!((rows.as_str(), said.as_str()), (found, ""), "{cells:?}");
    }
    for bad in ["1__0", "_1", "1_", "1,5", "0x10", "１", "1 0", "--1"] {
        let run = column(&["1", "2"]).get(&["k", "--", bad]);
        run.fails(&["is not an integer, the type of column `k`", "--type"]);
    }
}

#[test]
fn numbers_are_not_rounded() {
    let near = [
        "12345678901234567.90",
        "12345678901234567.89",
        "12345678901234567.88",
    ];
    assert_eq!(got(&near, &["12345678901234567.89"]).0, near[1]);
    assert_eq!(
        ordered(&near, &[".."]),
        format!("{} {} {}", near[2], near[1], near[0])
    );
    let pointed = ["9007199254740993.0", "9007199254740992.0"];
    assert_eq!(got(&pointed, &["9007199254740993"]).0, pointed[0]);
    // Beyond 64 and 128 bits, and beyond what a float can hold.
    let huge = ["170141183460469231731687303715884105728", "5", "1"].map(str::to_string);
    let longer = format!("{}1", huge[0]);
    let cells = [&huge[0], &longer, "-5", &huge[1], &format!("-{longer}")];
    assert_eq!(
        ordered(&cells, &[".."]),
        format!("-{longer} -5 5 {} {longer}", huge[0])
    );
    assert_eq!(
        ordered(&["1e400", "1e-400", "-1e400", "2e399"], &[".."]),
        "-1e400 1e-400 2e399 1e400"
    );
}

#[test]
fn decimals_are_ordered_by_value() {
    let cells = ["10", "9.5", "-0.05", "-0.5", "0", "9.75", "-10", "0.001"];
    assert_eq!(
        ordered(&cells, &[".."]),
        "-10 -0.5 -0.05 0 0.001 9.5 9.75 10"
    );
    assert_eq!(ordered(&cells, &["-.5..9.6"]), "-0.5 -0.05 0 0.001 9.5");
    assert_eq!(ordered(&cells, &["\"-1.\"..\".01\""]), "-0.5 -0.05 0 0.001");
}

#[test]
fn words_are_text_and_not_floats() {
    let names = ["Nan", "Inf", "Bob", "Infinity"];
    assert_eq!(ordered(&names, &[".."]), "Bob Inf Infinity Nan");
    assert_eq!(got(&names, &["nan"]), (String::new(), String::new()));
    assert_eq!(got(&names, &["Inf"]), ("Inf".to_string(), String::new()));
    // A number among them is text as well.
    let (rows, said) = got(&["1.5", "NaN", "2.5"], &["1.5"]);
    assert_eq!(rows, "1.5");
    assert!(said.contains("line 3 holds `NaN`") && said.contains("--null 'NaN'"));
    assert_eq!(got(&["-inf", "1"], &["-inf", "--type", "float"]).0, "-inf");
    let run = column(&["1", "x"]).get(&["k", "1", "--type", "float"]);
    run.fails(&["line 3", "`x` is not a float"]);
}

#[test]
fn notes_on_numbers_that_are_text() {
    for (cells, range, parts) in [
        (
            &["NA", "5", "7"][..],
            "5..7",
            &[
                "line 2 holds `NA`",
                "most cells are integers",
                "--null 'NA'",
            ][..],
        ),
        (
            &["NA", "NA", "NA", "5", "7"],
            "5..7",
            &["line 2 holds `NA`", "--null 'NA'"],
        ),
        (&["1", "2.5", "n/a"], "1..2", &["line 4", "--null 'n/a'"]),
        (
            &["90", "1,234"],
            "5..9",
            &["line 3", "`1,234`", "--thousands ,"],
        ),
        (&["1.234,5", "90"], "5..9", &["--thousands . --decimal ,"]),
        (&["12,5", "90"], "5..9", &["`12,5`", "--decimal ,"]),
        (
            &["$90", "$5"],
            "5..9",
            &["line 2 holds `$90`", "remove the units"],
        ),
        (
            &["5%", "10%"],
            "5..9",
            &["line 2 holds `5%`", "remove the units"],
        ),
        (&["5%", "10%"], "10%..5%", &["remove the units"]),
        (
            &["5", "7", "x"],
            "5..7",
            &["line 4 holds `x`", "--on-bad skip"],
        ),
        (
            &["5", "7", "x"],
            "..",
            &["line 4 holds `x`", "most cells are integers"],
        ),
        (&["-", "5", "7"], "5..7", &["--null '-'"]),
        (
            &["1", "inf", "7"],
            "1..7",
            &["line 3 holds `inf`", "--type float"],
        ),
        (&["1", "x"], "-inf..5", &["line 3 holds `x`"]),
        (&["$5", "x"], "$5..9", &["line 2 holds `$5`"]),
        (&["Anna", "Bo"], "5..7", &["line 2 holds `Anna`"]),
    ] {
        let run = column(cells).range(&["k", range]);
        run.notes(&[parts, &["note: column `k` is taken as text"]].concat());
    }
    // Nobody expects numbers.
    for (cells, range) in [
        (&["NA", "5", "7"][..], "M..P"),
        (&["Anna", "Bo"], ".."),
        (&["Anna", "5"], "5..Bert"),
    ] {
        let run = column(cells).range(&["k", range]);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{cells:?}");
    }
    let run = column(&["NA", "5"]).range(&["k", "5..7", "--type", "text"]);
    run.prints(&["k", "5"]);
}

#[test]
fn an_inverted_range_names_the_type() {
    for (cells, range, kind) in [
        (&["1"][..], "10..9", "integers"),
        (&["1.5"], "10..9", "decimal numbers"),
        (&["a"], "b..a", "text"),
        (&["2024-05-31"], "2024-01-02..2024-01-01", "dates"),
        (
            &["2024-05-31 10:00"],
            "2024-05-31 10:00..2024-05-31",
            "datetimes",
        ),
        (
            &["2024-05-31T10:00:00Z"],
            "2024-05-31T10:00:00Z..=2024-05-31T10:00:00+01:00",
            "timestamps",
        ),
    ] {
        column(cells).range(&["k", range]).fails(&[
            "the range starts at",
            "greater than its end",
            kind,
        ]);
    }
    // As text, 5 is greater than 10: the note says why.
    let run = column(&["NA", "5", "7"]).range(&["k", "5..10"]);
    run.fails(&["--null 'NA'", "starts at `5`", "its end `10` as text"]);
}

#[test]
fn null_words_are_no_keys() {
    let cells = ["NA", "5", "-999", "7", "", "--"];
    let nulls = ["--null", "NA", "--null", "-999", "--null=--"];
    assert_eq!(
        ordered(&cells, &[&["-1000..10"], &nulls[..]].concat()),
        "5 7"
    );
    // In text as well.
    let words = ["b", "NA", " NA ", "a"];
    assert_eq!(ordered(&words, &["..", "--null", "NA"]), "a b");
    assert_eq!(ordered(&words, &["..", "--null", " NA "]), "a b");
    let grouped = ["--null", "-1_0"];
    assert_eq!(
        ordered(&["-1_0", "5"], &[&[".."], &grouped[..]].concat()),
        "5"
    );
    column(&words)
        .get(&["k", "a", "NA", "--null", "NA"])
        .fails(&["`NA` stands for no value"]);
    // The empty word makes empty text no key.
    assert_eq!(ordered(&["b", "", "a"], &[".."]), " a b");
    assert_eq!(ordered(&["b", "", "a"], &["..", "--null", ""]), "a b");
}

#[test]
fn signs_of_other_countries() {
    let german = ["1.234,5", "1.234", "999", "-1.000.000"];
    let signs = ["--thousands", ".", "--decimal", ","];
    let range = |range| ordered(&german, &[&[range], &signs[..]].concat());
    assert_eq!(range(".."), "-1.000.000 999 1.234 1.234,5");
    assert_eq!(range("1.000..1.234,5"), "1.234");
    assert_eq!(range("1000..=1234,5"), "1.234 1.234,5");
    assert_eq!(range("-1_000_000..0"), "-1.000.000");
    let english = ["1,234.5", "90", "1,234,567"];
    assert_eq!(
        ordered(&english, &["..", "--thousands", ","]),
        "90 1,234.5 1,234,567"
    );
    assert_eq!(
        ordered(&["1'000", "9"], &["..", "--thousands", "'"]),
        "9 1'000"
    );
    assert_eq!(
        ordered(&["1\u{a0}000", "9"], &["..", "--thousands", "\u{a0}"]),
        "9 1\u{a0}000"
    );
    assert_eq!(
        ordered(&["12,5", "9,75"], &["10..", "--decimal", ","]),
        "12,5"
    );
    // Grouped or not, it is the same number.
    assert_eq!(
        got(&["1,234", "1234"], &["1234", "--thousands", ","]).0,
        "1,234 1234"
    );
    // A group has digits only: `1,2e3` is not 12e3.
    column(&["1,234", "1,2e3"])
        .range(&["k", "..", "--type", "decimal", "--thousands", ","])
        .fails(&["line 3", "`1,2e3` is not a decimal number"]);
    // An underscore between digits groups them, unless it is a sign of the table.
    let underscore = ["1_5", "--type", "decimal", "--decimal", "_"];
    assert_eq!(got(&["15", "1_5"], &underscore).0, "1_5");
    let run = column(&["1.5", "2", "3"]).range(&["k", "..", "--decimal", ","]);
    run.notes(&["line 2 holds `1.5`"]);
    for same in [
        &["--thousands", "."][..],
        &["--thousands", ",", "--decimal", ","],
    ] {
        column(&german)
            .range(&[&["k", ".."], same].concat())
            .fails(&["the same sign", "--thousands . --decimal ,"]);
    }
    for bad in ["", "ab", "1", "x", "-"] {
        column(&german)
            .range(&["k", "..", &format!("--decimal={bad}")])
            .fails(&["--decimal"]);
    }
}
