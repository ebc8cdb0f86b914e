//! Splits bytes into records and knows where each began: the byte, to come back to it, and the
//! line, to name it.
//!
//! Built on `csv-core`, the state machine inside `csv`, because the reader of `csv` places a record
//! that follows CRLF or blank lines at those line ends (one line too early) and takes an unclosed
//! quote at the end of a file for closed.
//!
//! Between two calls of [`Records::read`] the state machine stands at the start of a record, so
//! that reading may continue at the start of any other.

use std::io;

use crate::source::Source;

/// An open quote makes a record of the rest of the file: this bounds the memory that it takes.
pub(crate) const RECORD_BYTES_MAX: usize = 64 << 20;

/// How a table parts its fields.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dialect {
    pub(crate) delimiter: u8,
    pub(crate) quotes: bool,
}

/// The fields of one row. Kept between rows for its memory.
#[derive(Default)]
pub(crate) struct Record {
    bytes: Vec<u8>,
    ends: Vec<usize>,
    written: usize,
    fields: usize,
    position: u64,
    line: u64,
}

/// Why there is no record where one begins.
#[derive(Debug)]
pub(crate) enum Fault {
    Read(io::Error),
    OpenQuote { line: u64 },
    LongRow { line: u64 },
}

impl Record {
    /// How many fields there are.
    pub(crate) fn len(&self) -> usize {
        self.fields
    }

    /// Field `at`, without its quotes.
    pub(crate) fn field(&self, at: usize) -> &[u8] {
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        &self.bytes[start..self.ends[at]]
    }

    /// Where it begins, for [`Records::read_at`].
    pub(crate) fn position(&self) -> u64 {
        self.position
    }

    /// The line that it begins on, from 1.
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

    /// Reads the next record; false when there is none. Blank lines are passed over.
    pub(crate) fn read(&mut self, record: &mut Record) -> Result<bool, Fault> {
        self.pass_line_ends()?;
        record.start(self.source.position(), self.line);
        loop {
            let at_end = self.source.peek()?.is_empty();
            if at_end && self.source.position() == record.position {
                return Ok(false);
            }
            // A line feed stands in for the end of the file: it ends every record but one with an
            // open quote.
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

    /// Reads a record again. Its line is not known any more.
    pub(crate) fn read_at(&mut self, position: u64, record: &mut Record) -> Result<bool, Fault> {
        self.source.go_to(position)?;
        self.read(record)
    }

    /// How many bytes were read.
    pub(crate) fn position(&self) -> u64 {
        self.source.position()
    }

    /// See [`Source::length`].
    pub(crate) fn length(&self) -> Option<u64> {
        self.source.length()
    }

    /// Goes past what `csv-core` would go past as well, so that a record's place is that of its
    /// first byte.
    fn pass_line_ends(&mut self) -> Result<(), Fault> {
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
    fn places_are_those_of_the_first_byte() {
        let expected = |places: [(u64, u64); 3]| {
            let fields = [vec!["a", "b"], vec!["x\ny", ""], vec!["1", "2"]];
            let fields = fields.map(|row| row.into_iter().map(str::to_string).collect::<Vec<_>>());
            places
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
        let places: Vec<u64> = all(text).unwrap().iter().map(|found| found.1).collect();
        let (mut records, mut record) = (records(text), Record::default());
        while records.read(&mut record).unwrap() {}
        for (place, first) in [
            (places[2], "3\n"),
            (places[1], "\u{feff}x"),
            (places[2], "3\n"),
        ] {
            assert!(records.read_at(place, &mut record).unwrap());
            assert_eq!((record.field(0), record.len()), (first.as_bytes(), 2));
        }
    }
}
