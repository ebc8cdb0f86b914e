//! Everything that can go wrong, each with the one sentence that the user gets to read.
//!
//! Text that comes out of a table is shown by [`shown`] only: a terminal must not obey what a file
//! contains.

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
    #[error("{table} is empty: a table begins with a line that names its columns")]
    NoHeader { table: String },
    #[error("{table}, line {line}: a quote is opened that is never closed{HINT_QUOTES}")]
    OpenQuote { table: String, line: u64 },
    #[error("{table}, line {line}: a row of more than {limit_mib} MiB{HINT_QUOTES}")]
    LongRow {
        table: String,
        line: u64,
        limit_mib: usize,
    },
    #[error("{table}, line {line}: {found} fields, but the header has {expected}{HINT_SKIP}")]
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
    #[error("{table} changed while it was read")]
    Changed { table: String },
    #[error("{table} has no column {name}{hint}; its columns are: {columns}")]
    UnknownColumn {
        table: String,
        name: String,
        hint: String,
        columns: String,
    },
    #[error("{table} has more than one column {name}: name it by its number, {choices}")]
    AmbiguousColumn {
        table: String,
        name: String,
        choices: String,
    },
    #[error("column {name} is asked for more than once in --columns")]
    RepeatedColumn { name: String },
    #[error("--columns: {0}")]
    BadColumns(String),
    #[error(
        "JSON needs a different name for each column, but {name} stands more than once: \
         choose with --columns"
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

const HINT_SKIP: &str = " (--on-bad skip leaves such rows out)";
const HINT_QUOTES: &str = " (--no-quotes if a quote has no meaning in this table)";
/// Said of a type that nobody chose.
pub(crate) const HINT_INFERRED: &str = " (inferred from the column; --type chooses another)";

impl Error {
    /// Whether this only says that nobody reads the output any more.
    pub(crate) fn is_closed_pipe(&self) -> bool {
        matches!(self, Error::Write(cause) if cause.kind() == io::ErrorKind::BrokenPipe)
    }
}

/// Says something on stderr. Where even that fails nobody is left to tell.
pub(crate) fn tell(message: &str) {
    let _ = writeln!(io::stderr(), "leafwise: {message}");
}

/// A piece of a table as messages quote it: in backquotes, cut when long, nothing in it that moves
/// a cursor.
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

/// Appends a character, or its escape when it would control a terminal.
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
    fn shown_escapes_control_characters_and_cuts() {
        assert_eq!(shown(b"a\x1b[2J\n\xff"), "`a\\u{1b}[2J\\n\u{fffd}`");
        assert_eq!(
            shown("é".repeat(61).as_bytes()),
            format!("`{}…`", "é".repeat(60))
        );
    }
}
