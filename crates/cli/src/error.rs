//! All errors, each with the one sentence that the user reads.
//!
//! Text from a table is displayed by [`shown`] only: a file must not control the terminal.

use std::fmt::Write as _;
use std::io::{self, Write as _};

use crate::chunks::ROW_BYTES_MAX;

/// Why a command ends with exit code 2.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("cannot read {table}: {cause}")]
    Read { table: String, cause: io::Error },
    #[error("cannot write the output: {0}")]
    Write(io::Error),
    #[error("cannot write the output: standard output is closed")]
    ClosedOutput,
    #[error(
        "cannot keep rows in a temporary file of {folder}: {cause} \
         (TMPDIR names another folder, --memory keeps more in memory)"
    )]
    Spill { folder: String, cause: io::Error },
    #[error("interrupted: what was printed is of the rounds until then")]
    Interrupted,
    #[error("column {column} of {table} cannot be measured: {why}")]
    NotMeasurable {
        table: String,
        column: String,
        why: String,
    },
    #[error("--reads, --writes and --scans are all 0: at least one kind of operation is needed")]
    NoOperations,
    #[error(
        "{first} and {second} gave different results for the same operations: one of them has a \
         fault, so nothing is recommended (please report it, with --seed {seed})"
    )]
    Disagreement {
        first: &'static str,
        second: &'static str,
        seed: u64,
    },
    #[error("cannot draw the charts: {0}")]
    Charts(String),
    #[error("cannot write the page {page}: {cause}")]
    Page { page: String, cause: io::Error },
    #[error("cannot catch Ctrl-C: {0}")]
    Signals(io::Error),
    #[error("{table} is a directory, not a table")]
    Directory { table: String },
    #[error("{table} is {what}: {remedy}")]
    NotText {
        table: String,
        what: &'static str,
        remedy: &'static str,
    },
    #[error("{table} is empty{place}: a table starts with a line that names its columns")]
    NoHeader { table: String, place: &'static str },
    #[error(
        "{table} has no columns: they are the names of the objects in its first MiB, and no \
         object there has one"
    )]
    NoNames { table: String },
    #[error("{table}, {unit} {line}{why}")]
    Row {
        table: String,
        /// What is counted: lines, or rows where there are none.
        unit: &'static str,
        line: u64,
        why: Why,
    },
    #[error("{table} changed while it was being read: run the command again")]
    Changed { table: String },
    #[error("{table} has no column {name}{hint}; its columns are: {columns}")]
    UnknownColumn {
        table: String,
        name: String,
        hint: String,
        columns: String,
    },
    #[error("{table} has more than one column {name}: give its number, {choices}")]
    AmbiguousColumn {
        table: String,
        name: String,
        choices: String,
    },
    #[error(
        "column {number} of {table} is {name}, but that of {first} is {first_name}: \
         tables that are searched together have the same columns"
    )]
    OtherColumns {
        table: String,
        first: String,
        number: usize,
        name: String,
        first_name: String,
    },
    #[error("--columns lists column {name} more than once")]
    RepeatedColumn { name: String },
    #[error("--key names column {name} more than once")]
    RepeatedKey { name: String },
    #[error("--columns: {list} is not a list of columns")]
    BadColumns { list: String },
    #[error(
        "JSON needs a different name for each column, but {name} occurs more than once: \
         choose columns with --columns"
    )]
    JsonNames { name: String },
    #[error("{place}{value} is not {expected}, the type of column {column}{hint}")]
    BadValue {
        /// Where the value is, if not on the command line.
        place: String,
        value: String,
        expected: String,
        column: String,
        hint: &'static str,
    },
    #[error(
        "{place}{value} is not a value of a composite key: give the values of its {columns} \
         columns, or of the first of them, separated by commas"
    )]
    CompositeValue {
        place: String,
        value: String,
        columns: usize,
    },
    #[error("--prefix looks for the beginning of text, but the keys of column {column} are {kind}")]
    PrefixOfNoText { column: String, kind: &'static str },
    #[error("{option} {value}: {why}")]
    BadCondition {
        option: &'static str,
        value: String,
        why: String,
    },
    #[error("{place}{value} stands for no value (--null), so no row has it as its key")]
    NullValue { place: String, value: String },
    #[error(
        "--thousands and --decimal are the same sign, `{sign}`: name both, as in \
         --thousands . --decimal , for 1.234,5"
    )]
    SameSigns { sign: char },
    #[error("there are no values to look for in {file}")]
    NoValues { file: String },
    #[error("standard input can be read only once, but - is given more than once")]
    TwiceStandardInput,
    #[error(
        "{table} cannot have an index, for which rows are read again from where they are: it is \
         {what} ({remedy})"
    )]
    NoRandomAccess {
        table: String,
        what: &'static str,
        remedy: &'static str,
    },
    #[error("cannot write the index {index}: {cause}")]
    BuildIndex {
        index: String,
        cause: leafwise::file::FileError,
    },
    #[error(
        "an index cannot be written to {index}: give -o {name}, and put that file there, beside \
         the table"
    )]
    RemoteIndex { name: String, index: String },
    #[error("cannot read the index {index}: {cause} (--no-index reads the whole table)")]
    ReadIndex { index: String, cause: io::Error },
    #[error("the index {index} cannot be used: {why} ({remedy})")]
    BadIndex {
        index: String,
        why: String,
        remedy: String,
    },
    #[error(
        "the index {index} is of an older state of {table}, so its answers could be wrong: \
         {difference} ({remedy})"
    )]
    StaleIndex {
        index: String,
        table: String,
        difference: String,
        remedy: String,
    },
    #[cfg_attr(
        feature = "sql",
        expect(dead_code, reason = "is made where queries cannot be run")
    )]
    #[error(
        "the program runs queries, and indexes many files together, if it is installed by \
         `cargo install leafwise-cli --features sql`"
    )]
    NoSql,
    #[cfg_attr(
        not(feature = "sql"),
        expect(dead_code, reason = "is made where queries are run")
    )]
    #[error("{why}")]
    Query { why: String },
    #[cfg_attr(
        not(feature = "sql"),
        expect(dead_code, reason = "is made where many files are indexed")
    )]
    #[error("{option} is for tables of text, but many files that are indexed together are Parquet")]
    OptionOfText { option: String },
    #[error("cannot write manual pages in {folder}: {cause}")]
    Man { folder: String, cause: io::Error },
    #[error("the range starts at {from}, which is greater than its end {to} as {kind}")]
    Inverted {
        from: String,
        to: String,
        kind: &'static str,
    },
}

/// Why a row is refused, as it goes on behind the line.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub(crate) enum Why {
    #[error(": a quote is never closed{HINT_QUOTES}")]
    OpenQuote,
    #[error(
        ": text follows a closing quote{}{hint}{HINT_QUOTES}{HINT_SKIP}",
        on_line(*later_line)
    )]
    TextBehindQuote {
        /// The line of the closing quote, if the row begins on another.
        later_line: Option<u64>,
        hint: &'static str,
    },
    #[error(
        ": the row is larger than {} MiB{}",
        ROW_BYTES_MAX >> 20,
        if *may_be_quote { HINT_QUOTES } else { "" }
    )]
    LongRow { may_be_quote: bool },
    #[error(", byte {byte}: {what}{HINT_SKIP}")]
    NotObject {
        /// Where in the line, from 1.
        byte: usize,
        what: String,
    },
    #[error(
        ": the row is found, but has a field {name}, which no object has in the first MiB of the \
         table, so that it is no column: choose columns with --columns"
    )]
    LateName { name: String },
    #[error(
        ": {found} {}, but there {} {expected} {}{hint}{HINT_SKIP}",
        if *found == 1 { "field" } else { "fields" },
        if *expected == 1 { "is" } else { "are" },
        if *expected == 1 { "column" } else { "columns" }
    )]
    Ragged {
        found: usize,
        expected: usize,
        hint: &'static str,
    },
    #[error(
        ", column {column}: {cell} is not UTF-8 \
         (--encoding windows-1252 reads Latin-1){HINT_SKIP}"
    )]
    NotUtf8 { column: String, cell: String },
    #[error(", column {column}: {cell} is not {expected}{HINT_SKIP}")]
    BadCell {
        column: String,
        cell: String,
        /// What it should be, and what to do.
        expected: String,
    },
    #[error(
        ", column {column}: {cell} and cells before it are numbers of different spellings, which \
         could be equal (--type decimal compares by value, however numbers are written)"
    )]
    MixedSpellings { column: String, cell: String },
}

impl Why {
    /// The same with lines that are counted from the beginning of the file, if they were counted
    /// from that line.
    pub(crate) fn behind(self, line: u64) -> Why {
        match self {
            Why::TextBehindQuote { later_line, hint } => Why::TextBehindQuote {
                later_line: later_line.map(|later| later + line),
                hint,
            },
            other => other,
        }
    }
}

fn on_line(line: Option<u64>) -> String {
    line.map_or(String::new(), |line| format!(" on line {line}"))
}

/// How to go on in spite of a bad row.
pub(crate) const HINT_SKIP: &str = " (--on-bad skip leaves such rows out)";
const HINT_QUOTES: &str = " (use --no-quotes if quotes are ordinary characters in this table)";

/// What a row that cannot be split as its writer meant may have in it.
pub(crate) fn quote_hint(row: &[u8]) -> &'static str {
    let has = |pair: &[u8]| row.windows(2).any(|found| found == pair);
    if has(b"\\\"") {
        ": a backslash before a quote does not protect it, quotes within a field are doubled"
    } else if has(b" \"") {
        ": a space before a quote makes the quote a part of the field"
    } else {
        ""
    }
}

impl Error {
    /// Added where the user did not choose the type.
    pub(crate) const HINT_INFERRED: &str = " (inferred from the column; --type chooses another)";

    /// The error of a temporary file.
    pub(crate) fn spill(cause: io::Error) -> Error {
        Error::Spill {
            folder: std::env::temp_dir().display().to_string(),
            cause,
        }
    }

    /// The exit code of a program that Ctrl-C has ended, as shells report it.
    pub(crate) const INTERRUPTED: u8 = 130;

    /// What the program ends with.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Error::Interrupted => Error::INTERRUPTED,
            _ => 2,
        }
    }

    /// Whether this error only means that nobody reads the output any more.
    pub(crate) fn is_closed_pipe(&self) -> bool {
        matches!(self, Error::Write(cause) if cause.kind() == io::ErrorKind::BrokenPipe)
    }
}

/// Prints a message on stderr. If that fails, it cannot be reported anywhere.
pub(crate) fn tell(message: &str) {
    let _ = writeln!(io::stderr(), "leafwise: {message}");
}

/// Reports bad rows that were left out of a table.
pub(crate) fn tell_skipped(table: &str, count: u64, first: &Error) {
    let rows = if count == 1 { "row" } else { "rows" };
    let first = first.to_string();
    let first = first.trim_end_matches(HINT_SKIP);
    tell(&format!(
        "{table}: {count} bad {rows} skipped; the first: {first}"
    ));
}

/// A part of a table as messages quote it: in backquotes, shortened if long, control characters
/// escaped.
pub(crate) fn shown(bytes: &[u8]) -> String {
    const CHARACTERS_MAX: usize = 60;
    let text = String::from_utf8_lossy(bytes);
    let mut quoted = String::from("`");
    for (count, character) in text.chars().enumerate() {
        if count == CHARACTERS_MAX {
            quoted.push('…');
            break;
        }
        push_harmless(&mut quoted, character);
    }
    quoted.push('`');
    quoted
}

/// Appends a character, or its escape if it could change how a terminal shows the rest: a control
/// character, a separator of lines, a mark that reverses the direction of text, or one that cannot
/// be seen.
pub(crate) fn push_harmless(text: &mut String, character: char) {
    let is_unseen = matches!(
        character,
        '\u{61c}'
            | '\u{200b}'
            | '\u{200e}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'
            | '\u{2066}'..='\u{2069}'
            | '\u{feff}'
    );
    if character.is_control() || is_unseen {
        let _ = write!(text, "{}", character.escape_default());
    } else {
        text.push(character);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shown_escapes_control_characters_and_shortens() {
        assert_eq!(shown(b"a\x1b[2J\n\xff"), "`a\\u{1b}[2J\\n\u{fffd}`");
        assert_eq!(
            shown("é".repeat(61).as_bytes()),
            format!("`{}…`", "é".repeat(60))
        );
    }
}
