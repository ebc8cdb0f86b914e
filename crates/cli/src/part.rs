//! Whole rows of a table, whatever its format: how they are split into cells, and where each
//! begins.
//!
//! What is behind this module knows rows and cells, and no formats.

use std::sync::Arc;

use crate::cut;
use crate::error::{Why, quote_hint};
use crate::ndjson::{self, Names};
#[cfg(feature = "parquet")]
use crate::parquet::{self, Batch};
use crate::rows::{Dialect, Fault, Fields, Row, Rows};

/// How the bytes of a table are split into rows and cells.
#[derive(Clone)]
pub(crate) enum Syntax {
    /// CSV and its like.
    Separated(Dialect),
    Ndjson(Arc<Names>),
}

impl Syntax {
    /// The end of the last row that is whole, whatever follows; `None` if there is none.
    pub(crate) fn last_row_end(&self, bytes: &[u8]) -> Option<usize> {
        match self {
            Syntax::Separated(dialect) => cut::last_row_end(bytes, *dialect),
            Syntax::Ndjson(_) => ndjson::last_row_end(bytes),
        }
    }

    /// Whether a row may be long because of a quote that is never closed.
    pub(crate) fn has_quotes(&self) -> bool {
        match self {
            Syntax::Separated(dialect) => dialect.quotes,
            Syntax::Ndjson(_) => false,
        }
    }
}

/// Whole rows of a table.
pub(crate) enum Part {
    Text(Text),
    #[cfg(feature = "parquet")]
    Batch(Batch),
}

/// Rows that are text.
pub(crate) struct Text {
    pub(crate) bytes: Vec<u8>,
    /// Where they begin in the table: the number of bytes before them, decompressed and decoded.
    pub(crate) start: u64,
    pub(crate) syntax: Syntax,
}

impl Part {
    /// Roughly the memory that the rows take.
    pub(crate) fn size(&self) -> usize {
        match self {
            Part::Text(text) => text.bytes.len(),
            #[cfg(feature = "parquet")]
            Part::Batch(batch) => batch.size(),
        }
    }

    /// Splits the rows.
    pub(crate) fn reader(&self) -> Reader<'_> {
        match self {
            Part::Text(text) => text.reader(),
            #[cfg(feature = "parquet")]
            Part::Batch(batch) => Reader::Batch(batch.rows()),
        }
    }
}

impl Text {
    fn reader(&self) -> Reader<'_> {
        match &self.syntax {
            Syntax::Separated(dialect) => Reader::Separated(self, Rows::new(&self.bytes, *dialect)),
            Syntax::Ndjson(names) => Reader::Ndjson(self, ndjson::Rows::new(&self.bytes), names),
        }
    }
}

/// A row that cannot be searched. Lines are counted from the beginning of the part, from 0.
pub(crate) struct Bad {
    pub(crate) line: u64,
    pub(crate) why: Why,
}

/// The rows of a part, one after another.
pub(crate) enum Reader<'a> {
    Separated(&'a Text, Rows<'a>),
    Ndjson(&'a Text, ndjson::Rows<'a>, &'a Names),
    #[cfg(feature = "parquet")]
    Batch(parquet::Rows<'a>),
}

impl Reader<'_> {
    /// The next row; `None` at the end. After a bad row, those behind it follow.
    pub(crate) fn next<'r>(&'r mut self, fields: &'r mut Fields) -> Option<Result<Row<'r>, Bad>> {
        match self {
            Reader::Separated(text, rows) => {
                let start = rows.position();
                let row = rows.next(fields)?;
                Some(row.map_err(|fault| bad(fault, &text.bytes[start..rows.position()])))
            }
            Reader::Ndjson(_, rows, names) => rows.next(names, fields),
            #[cfg(feature = "parquet")]
            Reader::Batch(rows) => rows.next().map(Ok),
        }
    }

    /// Goes forward to a place of text.
    pub(crate) fn go_to(&mut self, place: u64) {
        match self {
            Reader::Separated(text, rows) => rows.go_to((place - text.start) as usize),
            Reader::Ndjson(text, rows, _) => rows.go_to((place - text.start) as usize),
            #[cfg(feature = "parquet")]
            Reader::Batch(_) => {}
        }
    }

    /// Where the next row begins in the table, from which it can be [read again](crate::reread): a
    /// number of bytes (blank lines and comments may be between), or the number of a row of
    /// Parquet.
    pub(crate) fn place(&self) -> u64 {
        match self {
            Reader::Separated(text, rows) => text.start + rows.position() as u64,
            Reader::Ndjson(text, rows, _) => text.start + rows.position() as u64,
            #[cfg(feature = "parquet")]
            Reader::Batch(rows) => rows.place(),
        }
    }

    /// The number of lines that were passed, or of rows if there are no lines.
    pub(crate) fn lines(&self) -> u64 {
        match self {
            Reader::Separated(_, rows) => rows.lines(),
            Reader::Ndjson(_, rows, _) => rows.lines(),
            #[cfg(feature = "parquet")]
            Reader::Batch(rows) => rows.passed(),
        }
    }
}

/// Why a row cannot be split.
fn bad(fault: Fault, row: &[u8]) -> Bad {
    match fault {
        Fault::OpenQuote { line } => Bad {
            line,
            why: Why::OpenQuote,
        },
        Fault::TextBehindQuote { line, quote_line } => Bad {
            line,
            why: Why::TextBehindQuote {
                later_line: (quote_line != line).then_some(quote_line),
                hint: quote_hint(row),
            },
        },
    }
}
