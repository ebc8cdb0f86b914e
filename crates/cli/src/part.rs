//! Whole rows of a table, whatever its format: how they are split into cells, where each begins,
//! and how one is read again.
//!
//! What is behind this module knows rows and cells, and no formats.

use std::io::{self, Read, Seek, SeekFrom};
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

    /// Where the next row begins in the table, from which it can be read again: a number of bytes,
    /// for [`read_row`] (blank lines and comments may be between), or the number of a row of
    /// Parquet.
    pub(crate) fn position(&self) -> u64 {
        match self {
            Reader::Separated(text, rows) => text.start + rows.position() as u64,
            Reader::Ndjson(text, rows, _) => text.start + rows.position() as u64,
            #[cfg(feature = "parquet")]
            Reader::Batch(rows) => rows.position(),
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

/// As many bytes are read to find a row again, and more if it is larger.
const REREAD_BYTES: usize = 8 * 1024;

/// Reads one row of a file again, which is neither compressed nor decoded, from its
/// [`Reader::position`]. There is no row in the text if none follows.
#[cfg_attr(
    not(test),
    expect(dead_code, reason = "the index reads rows by their positions")
)]
pub(crate) fn read_row(
    file: &mut (impl Read + Seek),
    position: u64,
    syntax: &Syntax,
) -> io::Result<Part> {
    let mut text = Text {
        bytes: Vec::new(),
        start: position,
        syntax: syntax.clone(),
    };
    let mut wanted = REREAD_BYTES;
    file.seek(SeekFrom::Start(position))?;
    loop {
        let missing = wanted - text.bytes.len();
        let read = file.take(missing as u64).read_to_end(&mut text.bytes)?;
        let (has_row, passed) = {
            let mut rows = text.reader();
            let has_row = rows.next(&mut Fields::default()).is_some();
            (has_row, (rows.position() - position) as usize)
        };
        // Of a row that reaches the end of what was read, more may follow.
        if read < missing || (has_row && passed < text.bytes.len()) {
            text.bytes.truncate(passed);
            return Ok(Part::Text(text));
        }
        wanted *= 2;
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn cells(row: &Row<'_>) -> Vec<Vec<u8>> {
        row.fields().into_iter().map(|it| it.into_owned()).collect()
    }

    /// Reads all rows, and each of them again. The text is that behind the header.
    fn check(header: &str, text: &str, syntax: &Syntax, count: usize) {
        let mut file = Cursor::new(format!("{header}{text}"));
        let part = Part::Text(Text {
            bytes: text.as_bytes().to_vec(),
            start: header.len() as u64,
            syntax: syntax.clone(),
        });
        let (mut rows, mut fields) = (part.reader(), Fields::default());
        let mut found = 0;
        loop {
            let position = rows.position();
            let again = read_row(&mut file, position, syntax).unwrap();
            let (mut again, mut fields_again) = (again.reader(), Fields::default());
            let Some(Ok(row)) = rows.next(&mut fields) else {
                assert!(again.next(&mut fields_again).is_none());
                break;
            };
            let row_again = again.next(&mut fields_again).unwrap();
            assert_eq!(cells(&row_again.ok().unwrap()), cells(&row));
            assert!(again.next(&mut fields_again).is_none());
            found += 1;
        }
        assert_eq!(found, count);
    }

    #[test]
    fn rows_are_read_again_by_their_positions() {
        let separated = Syntax::Separated(Dialect {
            comment: Some(b'#'),
            ..Dialect::COMMAS
        });
        let objects = "{\"k\":1,\"v\":\"a\\nb\"}\n\n {\"v\":[1, 2]}\r\n#x\n{\"k\":3}";
        let (names, _) = Names::of_lines(objects.as_bytes(), Some(b'#'));
        let ndjson = Syntax::Ndjson(Arc::new(names));
        check(
            "k,v\n",
            "1,a\r\n\r\n2,\"b\nc\"\n#,\"\n3,\"\"\"\"\r4,d",
            &separated,
            4,
        );
        check("", objects, &ndjson, 3);
        // Ends of rows around the end of what is read at once.
        for length in REREAD_BYTES - 8..REREAD_BYTES + 8 {
            let long = "x".repeat(length);
            check(
                "k\n",
                &format!("{long}\r\n\"{long}\n\"\r\ny"),
                &separated,
                3,
            );
            check("", &format!("{{\"k\":\"{long}\"}}\n{{}}\n"), &ndjson, 2);
        }
    }
}
