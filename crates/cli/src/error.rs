//! All errors, each with the one sentence that the user reads.
//!
//! Text from a table is displayed by [`shown`] only: a file must not control the terminal.

use std::fmt::Write as _;
use std::io::{self, Write as _};

/// Why a command ends with exit code 2.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("cannot read {table}: {cause}")]
    Read { table: String, cause: io::Error },
    #[error("cannot write the output: {0}")]
    Write(io::Error),
    #[error("{table} is a directory, not a table")]
    Directory { table: String },
    #[error("{table} is {what}; {remedy}")]
    NotText {
        table: String,
        what: &'static str,
        remedy: &'static str,
    },
    #[error("{table} is empty: a table starts with a line that names its columns")]
    NoHeader { table: String },
    #[error("{table}, line {line}: a quote is never closed{HINT_QUOTES}")]
    OpenQuote { table: String, line: u64 },
    #[error("{table}, line {line}: the row is larger than {limit_mib} MiB{HINT_QUOTES}")]
    LongRow {
        table: String,
        line: u64,
        limit_mib: usize,
    },
    #[error(
        "{table}, line {line}: {found} {}, but the header has {expected}{HINT_SKIP}",
        if *found == 1 { "field" } else { "fields" }
    )]
    Ragged {
        table: String,
        line: u64,
        found: usize,
        expected: usize,
    },
    #[error("{table}, line {line}, column {column}: {cell} is not UTF-8{HINT_SKIP}")]
    NotUtf8 {
        table: String,
        line: u64,
        column: String,
        cell: String,
    },
    #[error("{table}, line {line}, column {column}: {cell} is not {expected}{hint}{HINT_SKIP}")]
    BadCell {
        table: String,
        line: u64,
        column: String,
        cell: String,
        expected: &'static str,
        hint: &'static str,
    },
    #[error("{table} changed while it was being read")]
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
    #[error("--columns lists column {name} more than once")]
    RepeatedColumn { name: String },
    #[error("--columns: {0}")]
    BadColumns(String),
    #[error(
        "JSON needs a different name for each column, but {name} occurs more than once: \
         choose columns with --columns"
    )]
    JsonNames { name: String },
    #[error("{value} is not {expected}, the type of column {column}{hint}")]
    BadValue {
        value: String,
        expected: &'static str,
        column: String,
        hint: &'static str,
    },
    #[error("the range starts at {from}, which is greater than its end {to}")]
    Inverted { from: String, to: String },
}

/// How to go on in spite of a bad row.
pub(crate) const HINT_SKIP: &str = " (--on-bad skip leaves such rows out)";
const HINT_QUOTES: &str = " (use --no-quotes if quotes are ordinary characters in this table)";
/// Added where the user did not choose the type.
pub(crate) const HINT_INFERRED: &str = " (inferred from the column; --type chooses another)";

impl Error {
    /// Whether this error only means that nobody reads the output any more.
    pub(crate) fn is_closed_pipe(&self) -> bool {
        matches!(self, Error::Write(cause) if cause.kind() == io::ErrorKind::BrokenPipe)
    }
}

/// Prints a message on stderr. If that fails, it cannot be reported anywhere.
pub(crate) fn tell(message: &str) {
    let _ = writeln!(io::stderr(), "leafwise: {message}");
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

/// Appends a character, or its escape if it is a control character.
pub(crate) fn push_harmless(text: &mut String, character: char) {
    if character.is_control() {
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
