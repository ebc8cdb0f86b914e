//! Tables of several chunks: what one thread finds out has to be put together with what others do.

use std::fmt::Write as _;

use crate::common::TestFile;

const ROWS: usize = 24_000;

/// Two chunks: shuffled numbers, a letter of three, and text with a line break now and then.
fn table() -> String {
    let mut text = String::from("n,letter,text\n");
    for row in 0..ROWS {
        let n = row * 7_919 % ROWS;
        let letter = ["x", "", "y"][row % 3];
        let filler = "some text that fills the line ".repeat(2);
        let _ = match row % 10 {
            0 => writeln!(text, "{n},{letter},\"two\nlines, and a \"\"quote\"\"\""),
            _ => writeln!(text, "{n},{letter},{filler}"),
        };
    }
    text
}

fn numbers(text: &str) -> Vec<usize> {
    text.lines()
        .skip(1)
        .map(|line| line.parse().unwrap())
        .collect()
}

#[test]
fn all_rows_are_in_order_whatever_memory_is_allowed() {
    let table = TestFile::csv(table());
    let columns = ["--columns", "n"];
    for memory in ["1GiB", "1"] {
        let memory = ["--memory", memory];
        let arguments = [&["n", ".."], &columns[..], &memory].concat();
        let ascending = table.range(&arguments);
        assert_eq!(ascending.code, 0);
        assert!(numbers(ascending.text()).into_iter().eq(0..ROWS));

        let arguments = [&["n", "..", "--reverse"], &columns[..], &memory].concat();
        let descending = table.range(&arguments);
        assert!(numbers(descending.text()).into_iter().eq((0..ROWS).rev()));

        // Rows of one letter stay in the order of the file.
        let arguments = [&["letter", ".."], &columns[..], &memory].concat();
        let by_letter = table.range(&arguments);
        let of_letter = |letter: usize| {
            let rows = (0..ROWS).filter(move |row| row % 3 == letter);
            rows.map(|row| row * 7_919 % ROWS)
        };
        let expected = [1, 0, 2].into_iter().flat_map(of_letter);
        assert!(numbers(by_letter.text()).into_iter().eq(expected));
    }
}

#[test]
fn limits_and_counts_are_of_all_chunks() {
    let table = TestFile::csv(table());
    table
        .range(&["n", "..", "--columns", "n", "--limit", "3"])
        .prints(&["n", "0", "1", "2"]);
    let limit = ["--limit", "2", "--reverse"];
    table
        .range(&[&["n", "..20000", "--columns", "n"], &limit[..]].concat())
        .prints(&["n", "19999", "19998"]);
    table.range(&["n", "..20000", "--count"]).prints(&["20000"]);
    table
        .get(&["letter", "x", "y", "--count"])
        .prints(&["16000"]);
    table
        .get(&["letter", "x", "--count", "--limit", "7"])
        .prints(&["7"]);
    let none = table.get(&["n", "99999999", "--count"]);
    assert_eq!((none.code, none.text()), (1, "0\n"));
}

#[test]
fn messages_count_lines_through_all_chunks() {
    // The header, and a line for each row and each line break within one.
    let line = 1 + ROWS + ROWS / 10 + 1;
    let text = table();
    let bad = TestFile::csv(format!("{text}seven,x,text\n8,x\n"));
    bad.get(&["n", "5", "--type", "integer"])
        .fails(&[&format!("line {line}, "), "`seven` is not an integer"]);
    let skipped = bad.range(&[
        "n", "..", "--type", "integer", "--count", "--on-bad", "skip",
    ]);
    assert_eq!(skipped.text(), "24000\n");
    skipped.says(&["2 bad rows skipped", &format!("line {line}, ")]);
    // So does the note on the type, whose sample is of several chunks.
    bad.range(&["n", "5..6", "--count", "--on-bad", "skip"])
        .says(&[&format!("because line {line} holds `seven`")]);
    // Those of each chunk are counted: the rows without a letter, which are in all of them.
    let of_all = TestFile::csv(text.replace(",,", ","));
    of_all
        .range(&["n", "..", "--count", "--on-bad", "skip"])
        .says(&[": 8000 bad rows skipped", "line 4: 2 fields"]);

    let open = TestFile::csv(format!("{text}1,x,\"open\n{}", text.replace('"', "")));
    open.get(&["n", "5"])
        .fails(&[&format!("line {line}: a quote is never closed")]);

    let behind = TestFile::csv(format!("{text}1,x,\"two\nlines\"y\n"));
    behind.get(&["n", "5"]).fails(&[&format!(
        "line {line}: text follows a closing quote on line {}",
        line + 1
    )]);
}

#[test]
fn spellings_are_compared_through_all_chunks() {
    // `1` and `1.0` are behind the sample, in different chunks, and would be equal.
    let rows = "2.5,a cell that fills the line\n".repeat(70_000);
    let more = &rows[..rows.len() / 2];
    let far_apart = TestFile::csv(format!("v,text\n{rows}1,a\n{more}1.0,b\n"));
    far_apart
        .get(&["v", "1", "--count"])
        .fails(&["line 105003, column `v`: `1.0`", "different spellings"]);
    // The same if bad rows are skipped: otherwise the cell that is read first would be right.
    far_apart
        .get(&["v", "1", "--count", "--on-bad", "skip"])
        .fails(&["line 105003"]);
    far_apart
        .get(&["v", "1", "--type", "decimal"])
        .prints(&["v,text", "1,a", "1.0,b"]);
    TestFile::csv(format!("v,text\n{rows}1,a\n"))
        .get(&["v", "1"])
        .prints(&["v,text", "1,a"]);
}

#[test]
fn several_tables_are_one() {
    let (first, second) = (TestFile::csv(table()), TestFile::csv(table()));
    let also = ["--also", second.path()];
    first
        .range(&[&["n", "5..7", "--columns", "n"], &also[..]].concat())
        .prints(&["n", "5", "5", "6", "6"]);
    let other = TestFile::csv("n,letters,text\n1,x,y\n");
    first.get(&["n", "5", "--also", other.path()]).fails(&[
        other.path(),
        "`letters`",
        "`letter`",
        "same columns",
    ]);
    let bad = TestFile::csv("n,letter,text\n1,x\n");
    first
        .get(&["n", "5", "--also", bad.path()])
        .fails(&[bad.path(), "line 2: 2 fields"]);
}

#[test]
fn a_row_may_be_larger_than_a_chunk() {
    let long = "long ".repeat(300_000);
    let table = TestFile::csv(format!("n,text\n2,b\n3,\"{long}\n\"\n1,a\n"));
    let run = table.range(&["n", "..", "--memory", "1"]);
    assert_eq!(run.code, 0);
    assert!(run.text() == format!("n,text\n1,a\n2,b\n3,\"{long}\n\"\n"));
}
