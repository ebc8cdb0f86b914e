//! Whole rows of a table, whatever its format: how they are split into cells, where each begins,
//! and how one is read again.
//!
//! What is behind this module knows rows and cells, and no formats.

use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;

use crate::cut;
use crate::error::{Why, quote_hint};
use crate::ndjson::{self, Names};
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
pub(crate) struct Part {
    pub(crate) bytes: Vec<u8>,
    /// Where they begin in the table: the number of bytes before them, decompressed and decoded.
    pub(crate) start: u64,
    pub(crate) syntax: Syntax,
}

impl Part {
    /// Roughly the memory that the rows take.
    pub(crate) fn size(&self) -> usize {
        self.bytes.len()
    }

    /// Splits the rows.
    pub(crate) fn reader(&self) -> Reader<'_> {
        self.reader_from(0)
    }

    /// Splits the rows from an offset on, where one begins.
    pub(crate) fn reader_from(&self, offset: usize) -> Reader<'_> {
        let bytes = &self.bytes[offset..];
        let rows = match &self.syntax {
            Syntax::Separated(dialect) => Splitter::Separated(Rows::new(bytes, *dialect)),
            Syntax::Ndjson(names) => Splitter::Ndjson(ndjson::Rows::new(bytes), names),
        };
        Reader {
            bytes,
            start: self.start + offset as u64,
            rows,
        }
    }
}

/// A row that cannot be searched. Lines are counted from the beginning of the part, from 0.
pub(crate) struct Bad {
    pub(crate) line: u64,
    pub(crate) why: Why,
}

/// The rows of a part, one after another.
pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
    /// Where they begin in the table.
    start: u64,
    rows: Splitter<'a>,
}

enum Splitter<'a> {
    Separated(Rows<'a>),
    Ndjson(ndjson::Rows<'a>, &'a Names),
}

impl<'a> Reader<'a> {
    /// The next row; `None` at the end. After a bad row, those behind it follow.
    pub(crate) fn next<'r>(&mut self, fields: &'r mut Fields) -> Option<Result<Row<'r>, Bad>>
    where
        'a: 'r,
    {
        match &mut self.rows {
            Splitter::Separated(rows) => {
                let start = rows.position();
                let row = rows.next(fields)?;
                Some(row.map_err(|fault| bad(fault, &self.bytes[start..rows.position()])))
            }
            Splitter::Ndjson(rows, names) => rows.next(names, fields),
        }
    }

    /// Where the next row begins in the table, from which [`read_row`] reads it again. (Blank lines
    /// and comments may be between.)
    pub(crate) fn position(&self) -> u64 {
        self.start + self.passed() as u64
    }

    /// The number of lines that were passed.
    pub(crate) fn lines(&self) -> u64 {
        match &self.rows {
            Splitter::Separated(rows) => rows.lines(),
            Splitter::Ndjson(rows, _) => rows.lines(),
        }
    }

    /// The number of bytes that were passed.
    fn passed(&self) -> usize {
        match &self.rows {
            Splitter::Separated(rows) => rows.position(),
            Splitter::Ndjson(rows, _) => rows.position(),
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
/// [`Reader::position`]. The part is empty at the end of the file.
#[cfg_attr(
    not(test),
    expect(dead_code, reason = "the index reads rows by their positions")
)]
pub(crate) fn read_row(
    file: &mut (impl Read + Seek),
    position: u64,
    syntax: &Syntax,
) -> io::Result<Part> {
    let mut part = Part {
        bytes: Vec::new(),
        start: position,
        syntax: syntax.clone(),
    };
    let mut wanted = REREAD_BYTES;
    loop {
        file.seek(SeekFrom::Start(position + part.bytes.len() as u64))?;
        let missing = wanted - part.bytes.len();
        let read = file.take(missing as u64).read_to_end(&mut part.bytes)?;
        let mut rows = part.reader();
        let has_row = rows.next(&mut Fields::default()).is_some();
        let passed = rows.passed();
        // Of a row that reaches the end of what was read, more may follow.
        if read < missing || (has_row && passed < part.bytes.len()) {
            part.bytes.truncate(passed);
            return Ok(part);
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
        let part = Part {
            bytes: text.as_bytes().to_vec(),
            start: header.len() as u64,
            syntax: syntax.clone(),
        };
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
