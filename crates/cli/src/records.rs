//! Splits bytes into records and records where each begins: the byte offset, to read it again, and
//! the line, to name it in messages.
//!
//! Built on `csv-core`, the state machine inside `csv`. The reader of `csv` itself has two faults:
//! it places a record that follows CRLF or blank lines at those line ends (one line too early), and
//! it accepts an unclosed quote at the end of a file.
//!
//! Between two calls of [`Records::read`] the state machine is at the start of a record, so reading
//! may continue at the start of any other.

use std::io;

use crate::source::Source;

/// Limits the memory of a record: an open quote makes one of the whole rest of the file.
pub(crate) const RECORD_BYTES_MAX: usize = 64 << 20;

/// How a table separates its fields.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dialect {
    pub(crate) delimiter: u8,
    pub(crate) quotes: bool,
}

/// The fields of one row. Reused for all rows, to keep its memory.
#[derive(Default)]
pub(crate) struct Record {
    bytes: Vec<u8>,
    ends: Vec<usize>,
    written: usize,
    fields: usize,
    position: u64,
    line: u64,
}

/// Why a record cannot be read.
#[derive(Debug)]
pub(crate) enum Fault {
    Read(io::Error),
    OpenQuote { line: u64 },
    LongRow { line: u64 },
}

impl Record {
    /// The number of fields.
    pub(crate) fn len(&self) -> usize {
        self.fields
    }

    /// Field `at`, without its quotes.
    pub(crate) fn field(&self, at: usize) -> &[u8] {
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        &self.bytes[start..self.ends[at]]
    }

    /// The offset of its first byte, for [`Records::read_at`].
    pub(crate) fn position(&self) -> u64 {
        self.position
    }

    /// The line on which it begins, from 1.
    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    fn start(&mut self, position: u64, line: u64) {
        (self.position, self.line) = (position, line);
        (self.written, self.fields) = (0, 0);
        if self.bytes.is_empty() {
            self.bytes.resize(1024, 0);
            self.ends.resize(32, 0);
        }
    }
}

/// The records of a source, in order.
pub(crate) struct Records {
    source: Source,
    parser: csv_core::Reader,
    line: u64,
}

impl Records {
    pub(crate) fn new(source: Source, dialect: Dialect) -> Records {
        let parser = csv_core::ReaderBuilder::new()
            .delimiter(dialect.delimiter)
            .quoting(dialect.quotes)
            .build();
        Records {
            source,
            parser,
            line: 1,
        }
    }

    /// Reads the next record; false if there is none. Skips blank lines.
    pub(crate) fn read(&mut self, record: &mut Record) -> Result<bool, Fault> {
        self.skip_line_ends()?;
        record.start(self.source.position(), self.line);
        loop {
            let at_end = self.source.peek()?.is_empty();
            if at_end && self.source.position() == record.position {
                return Ok(false);
            }
            // At the end of the file, the parser gets a line feed: it ends every record, except one
            // with an open quote.
            let input = if at_end { b"\n" } else { self.source.peek()? };
            let (result, read, written, ends) = self.parser.read_record(
                input,
                &mut record.bytes[record.written..],
                &mut record.ends[record.fields..],
            );
            if !at_end {
                self.line += count_line_feeds(&input[..read]);
                self.source.consume(read);
            }
            record.written += written;
            record.fields += ends;
            match result {
                csv_core::ReadRecordResult::Record => return Ok(true),
                csv_core::ReadRecordResult::End => return Ok(false),
                csv_core::ReadRecordResult::InputEmpty if at_end => {
                    return Err(Fault::OpenQuote { line: record.line });
                }
                csv_core::ReadRecordResult::InputEmpty => {}
                csv_core::ReadRecordResult::OutputFull => {
                    if record.bytes.len() >= RECORD_BYTES_MAX {
                        return Err(Fault::LongRow { line: record.line });
                    }
                    record.bytes.resize(2 * record.bytes.len(), 0);
                }
                csv_core::ReadRecordResult::OutputEndsFull => {
                    record.ends.resize(2 * record.ends.len(), 0);
                }
            }
        }
    }

    /// Reads a record again. Its line is no longer known.
    pub(crate) fn read_at(&mut self, position: u64, record: &mut Record) -> Result<bool, Fault> {
        self.source.go_to(position)?;
        self.read(record)
    }

    /// The number of bytes that have been read.
    pub(crate) fn position(&self) -> u64 {
        self.source.position()
    }

    /// See [`Source::length`].
    pub(crate) fn length(&self) -> Option<u64> {
        self.source.length()
    }

    /// Skips the line ends that `csv-core` would skip too, so that a record's offset is that of its
    /// first byte.
    fn skip_line_ends(&mut self) -> Result<(), Fault> {
        loop {
            let input = self.source.peek()?;
            let is_line_end = |byte: &&u8| matches!(byte, b'\n' | b'\r');
            let count = input.iter().take_while(is_line_end).count();
            let line_feeds = count_line_feeds(&input[..count]);
            self.line += line_feeds;
            self.source.consume(count);
            if count == 0 {
                return Ok(());
            }
        }
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Fault {
        Fault::Read(error)
    }
}

fn count_line_feeds(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| **byte == b'\n').count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(text: &[u8]) -> Records {
        Records::new(
            Source::in_memory(text.to_vec()),
            Dialect {
                delimiter: b',',
                quotes: true,
            },
        )
    }

    /// Line, position and fields of every record.
    fn all(text: &[u8]) -> Result<Vec<(u64, u64, Vec<String>)>, Fault> {
        let (mut records, mut record, mut found) = (records(text), Record::default(), Vec::new());
        while records.read(&mut record)? {
            let field = |at| String::from_utf8(record.field(at).to_vec()).unwrap();
            found.push((
                record.line(),
                record.position(),
                (0..record.len()).map(field).collect(),
            ));
        }
        Ok(found)
    }

    #[test]
    fn offsets_are_those_of_the_first_byte() {
        let expected = |starts: [(u64, u64); 3]| {
            let fields = [vec!["a", "b"], vec!["x\ny", ""], vec!["1", "2"]];
            let fields = fields.map(|row| row.into_iter().map(str::to_string).collect::<Vec<_>>());
            starts
                .into_iter()
                .zip(fields)
                .map(|((line, at), row)| (line, at, row))
                .collect::<Vec<_>>()
        };
        let unix = all(b"a,b\n\"x\ny\",\n1,2").unwrap();
        assert_eq!(unix, expected([(1, 0), (2, 4), (4, 11)]));
        let windows = all(b"a,b\r\n\"x\ny\",\r\n1,2\r\n").unwrap();
        assert_eq!(windows, expected([(1, 0), (2, 5), (4, 13)]));
        let blank = all(b"\n\na,b\n\r\n\n\"x\ny\",\n\n1,2\n\n").unwrap();
        assert_eq!(blank, expected([(3, 2), (6, 9), (9, 17)]));
    }

    #[test]
    fn a_quote_left_open_is_a_fault() {
        assert!(matches!(
            all(b"a\n\"b\nc\n"),
            Err(Fault::OpenQuote { line: 2 })
        ));
        assert!(matches!(all(b"a\n\""), Err(Fault::OpenQuote { line: 2 })));
        assert_eq!(all(b"a\n\"b\"").unwrap().len(), 2);
        assert_eq!(all(b"a\nb\"").unwrap()[1].2, ["b\""]);
    }

    #[test]
    fn a_record_outgrows_its_buffers() {
        let long = format!("{}\n{}", "x,".repeat(5_000), "y".repeat(100_000));
        let found = all(long.as_bytes()).unwrap();
        assert_eq!((found[0].2.len(), found[1].2[0].len()), (5_001, 100_000));
        let endless = format!("\"{}", "z".repeat(RECORD_BYTES_MAX + 1));
        assert!(matches!(
            all(endless.as_bytes()),
            Err(Fault::LongRow { line: 1 })
        ));
    }

    #[test]
    fn records_are_read_again_in_any_order() {
        // A byte order mark within the file belongs to its field, also when it is read again.
        let text = "a,b\r\n\u{feff}x,2\r\n\"3\n\",4\r\n".as_bytes();
        let offsets: Vec<u64> = all(text).unwrap().iter().map(|found| found.1).collect();
        let (mut records, mut record) = (records(text), Record::default());
        while records.read(&mut record).unwrap() {}
        for (offset, first) in [
            (offsets[2], "3\n"),
            (offsets[1], "\u{feff}x"),
            (offsets[2], "3\n"),
        ] {
            assert!(records.read_at(offset, &mut record).unwrap());
            assert_eq!((record.field(0), record.len()), (first.as_bytes(), 2));
        }
    }
}
