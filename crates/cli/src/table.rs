//! A table: a header, then chunks of rows. Opening one finds out how it separates its fields.

use std::path::Path;
use std::sync::Arc;

use crate::args::{InputFormat, OnBad, Reading};
use crate::chunks::{CHUNK_BYTES, Content, ROW_BYTES_MAX, Unread};
use crate::error::{Error, Why, quote_hint, shown};
use crate::header::Header;
use crate::location::Location;
use crate::ndjson::{self, Names};
#[cfg(feature = "parquet")]
use crate::parquet::ParquetFile;
#[cfg(feature = "parquet")]
use crate::part::Part;
use crate::part::Syntax;
use crate::reread::{self, Failure, Visit};
use crate::rows::{Dialect, Fault, Fields, Rows};
use crate::source::{Refusal, Source};
use crate::table_file::{TableFile, is_change};

/// Enough for the header and the rows that show the delimiter.
const START_BYTES: usize = 64 * 1024;

/// As much of NDJSON is searched for names of columns.
const NAMES_BYTES: usize = CHUNK_BYTES;

/// Delimiters that are tried if the usual one does not occur in the header.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// The number of rows that a guessed delimiter has to divide as it divides the header.
const PROBED_ROWS: usize = 20;

/// The rows that have not been read yet.
#[cfg_attr(
    feature = "parquet",
    expect(clippy::large_enum_variant, reason = "there is one for each table")
)]
enum Rest {
    Text(Unread, Syntax),
    #[cfg(feature = "parquet")]
    Parquet(ParquetFile),
}

/// An open table whose header has been read.
pub(crate) struct Table {
    name: String,
    header: Header,
    rows: Rest,
    /// The line on which the first row begins, from 1, and its position.
    line: u64,
    start: u64,
    /// What was assumed about the table.
    note: Option<String>,
}

impl Table {
    pub(crate) fn open(location: &Location, reading: &Reading) -> Result<Table, Error> {
        let name = match location.is_standard_input() {
            true => "standard input".to_string(),
            false => location.shown(),
        };
        let source = Source::open(location, reading.encoding).map_err(|refusal| match refusal {
            Refusal::Read(cause) => unreadable(&name, cause),
            Refusal::Directory => Error::Directory {
                table: name.clone(),
            },
            Refusal::NotText(what, remedy) => Error::NotText {
                table: name.clone(),
                what,
                remedy,
            },
        })?;
        let format = match reading.input_format {
            Some(format) => format,
            None if source.is_parquet() => InputFormat::Parquet,
            None => format_of(&location.file_name()),
        };
        if format == InputFormat::Parquet {
            return Table::parquet(name, source);
        }
        let mut opening = Opening {
            name,
            unread: Unread::new(source),
            line: 1,
            dialect: Dialect {
                delimiter: match format {
                    InputFormat::Tsv => b'\t',
                    _ => b',',
                },
                quotes: !reading.no_quotes,
                comment: reading.comment,
            },
        };
        opening.fill(START_BYTES)?;
        if opening.unread.bytes().starts_with(b"\xef\xbb\xbf") {
            opening.unread.consume(3);
        }
        opening.skip_lines(reading.skip_lines)?;
        match format {
            InputFormat::Ndjson => opening.ndjson(reading),
            _ => opening.separated(reading),
        }
    }

    /// Opens Parquet.
    fn parquet(name: String, source: Source) -> Result<Table, Error> {
        if !source.is_parquet() {
            return Err(Error::NotText {
                table: name,
                what: "not a Parquet file",
                remedy: "leave out --input-format parquet",
            });
        }
        #[cfg(feature = "parquet")]
        match ParquetFile::open(source) {
            Ok(file) => Ok(Table {
                header: file.header(&name),
                name,
                rows: Rest::Parquet(file),
                line: 1,
                start: 0,
                note: None,
            }),
            Err(cause) => Err(unreadable(&name, cause)),
        }
        #[cfg(not(feature = "parquet"))]
        Err(Error::NotText {
            table: name,
            what: "a Parquet file",
            remedy: "the program reads it if it is installed by \
                     `cargo install leafwise-cli --features parquet`",
        })
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn header(&self) -> &Header {
        &self.header
    }

    /// Goes on at a position, where a row begins, on that line.
    pub(crate) fn skip_to(&mut self, position: u64, line: u64) -> Result<(), Error> {
        (self.start, self.line) = (position, line);
        self.rewind()
    }

    /// Whether the rows can be read once more without keeping them, as from a local file.
    pub(crate) fn can_rewind(&self) -> bool {
        match &self.rows {
            Rest::Text(unread, _) => {
                let source = unread.source();
                source.is_plain() && source.file().is_some_and(TableFile::is_near)
            }
            #[cfg(feature = "parquet")]
            Rest::Parquet(_) => false,
        }
    }

    /// Goes back to the first row.
    pub(crate) fn rewind(&mut self) -> Result<(), Error> {
        match &mut self.rows {
            Rest::Text(unread, _) => {
                let skipped = unread.skip_to(self.start);
                skipped.map_err(|cause| unreadable(&self.name, cause))
            }
            // Rows cannot be appended to it.
            #[cfg(feature = "parquet")]
            Rest::Parquet(_) => Ok(()),
        }
    }

    /// The line on which the first row begins, from 1.
    pub(crate) fn first_line(&self) -> u64 {
        self.line
    }

    /// What was assumed about the table.
    pub(crate) fn note(&self) -> Option<&str> {
        self.note.as_deref()
    }

    /// The file that is read.
    pub(crate) fn source(&self) -> &Source {
        match &self.rows {
            Rest::Text(unread, _) => unread.source(),
            #[cfg(feature = "parquet")]
            Rest::Parquet(file) => file.source(),
        }
    }

    /// The error of a bad row at a place.
    pub(crate) fn bad_row(&self, place: u64, why: Why) -> Error {
        let (unit, line) = match &self.rows {
            Rest::Text(..) => ("the row at byte", place),
            #[cfg(feature = "parquet")]
            Rest::Parquet(_) => ("row", place + 1),
        };
        Error::Row {
            table: self.name.clone(),
            unit,
            line,
            why,
        }
    }

    /// What a row is counted by, in messages.
    pub(crate) fn unit(&self) -> &'static str {
        match &self.rows {
            Rest::Text(..) => "line",
            #[cfg(feature = "parquet")]
            Rest::Parquet(_) => "row",
        }
    }

    /// Tells, before any rows are read, which columns of them are needed.
    #[cfg_attr(
        not(feature = "parquet"),
        expect(unused_variables, reason = "text is read whole")
    )]
    pub(crate) fn project(&mut self, columns: &[usize]) {
        match &mut self.rows {
            Rest::Text(..) => {}
            #[cfg(feature = "parquet")]
            Rest::Parquet(file) => file.project(columns),
        }
    }

    /// The places of rows are less than this.
    pub(crate) fn places_end(&self) -> u64 {
        match &self.rows {
            Rest::Text(unread, _) => unread.source().length().unwrap_or(u64::MAX),
            #[cfg(feature = "parquet")]
            Rest::Parquet(file) => file.rows(),
        }
    }

    /// Reads rows again, from places that ascend.
    pub(crate) fn reread(&self, places: &[u64], visit: &mut Visit<'_, Error>) -> Result<(), Error> {
        match &self.rows {
            Rest::Text(unread, syntax) => {
                let source = unread.source();
                let Some(file) = source.file() else {
                    return Ok(());
                };
                let read = reread::text(file, syntax, places, visit);
                read.map_err(|failure| match failure {
                    // A file that has changed may be shorter.
                    Failure::Read(cause) => {
                        let cause = file.check_unchanged().err().unwrap_or(cause);
                        unreadable(&self.name, cause)
                    }
                    Failure::Visit(error) => error,
                })
            }
            #[cfg(feature = "parquet")]
            Rest::Parquet(file) => {
                let unreadable = |cause| unreadable(&self.name, cause);
                let mut number = 0;
                for batch in file.read_rows(places).map_err(unreadable)? {
                    let part = Part::Batch(batch.map_err(unreadable)?);
                    let (mut rows, mut fields) = (part.reader(), Fields::default());
                    while let Some(row) = rows.next(&mut fields) {
                        visit(number, row.as_ref().ok())?;
                        number += 1;
                    }
                }
                Ok(())
            }
        }
    }

    /// The next rows, about as many bytes of text; `None` at the end.
    pub(crate) fn next_rows(&mut self, chunk_bytes: usize) -> Option<Content> {
        match &mut self.rows {
            Rest::Text(unread, syntax) => unread.next_rows(syntax, chunk_bytes),
            #[cfg(feature = "parquet")]
            Rest::Parquet(file) => Some(match file.next_batch()? {
                Ok(batch) => Content::Rows(Part::Batch(batch)),
                Err(cause) => Content::Unreadable(cause),
            }),
        }
    }
}

/// A table whose header is being read.
struct Opening {
    name: String,
    unread: Unread,
    line: u64,
    dialect: Dialect,
}

impl Opening {
    fn fill(&mut self, count: usize) -> Result<(), Error> {
        self.unread
            .fill(count)
            .map_err(|cause| unreadable(&self.name, cause))
    }

    /// Skips lines that are not part of the table, whatever they contain.
    fn skip_lines(&mut self, count: u64) -> Result<(), Error> {
        // Lines are consumed together, since what follows them is moved each time. Of a line that
        // may go on, only its last byte is kept, if that ends it: a line may be very long.
        let mut end = 0;
        let mut skipped = 0;
        while skipped < count {
            let rest = &self.unread.bytes()[end..];
            if let Some(length) = line_length(rest, self.unread.is_at_end()) {
                if length == 0 {
                    break;
                }
                end += length;
                skipped += 1;
            } else {
                let kept = usize::from(rest.ends_with(b"\r") || rest.ends_with(b"\n"));
                self.unread.consume(self.unread.bytes().len() - kept);
                end = 0;
                self.fill(START_BYTES)?;
            }
        }
        self.unread.consume(end);
        self.line += skipped;
        self.fill(START_BYTES)
    }

    /// Opens a table of CSV or its like.
    fn separated(mut self, reading: &Reading) -> Result<Table, Error> {
        let declared = self.take_declared_delimiter();
        let usual = self.dialect.delimiter;
        let guessed = match reading.delimiter.or(declared) {
            Some(_) => None,
            None => self.guess_delimiter(),
        };
        self.dialect.delimiter = reading.delimiter.or(declared).or(guessed).unwrap_or(usual);
        let header = self.read_header(reading)?;
        let note = guessed.map(|guessed| {
            let what = if header.has_names() {
                "header"
            } else {
                "first row"
            };
            format!(
                "note: no {} divides the {what} of {}, so {} is taken as the delimiter of its {} \
                 columns (--delimiter says which it is)",
                delimiter_name(usual),
                self.name,
                delimiter_name(guessed),
                header.len(),
            )
        });
        Ok(Table {
            name: self.name,
            header,
            start: self.unread.start(),
            rows: Rest::Text(self.unread, Syntax::Separated(self.dialect)),
            line: self.line,
            note,
        })
    }

    /// Opens a table of NDJSON.
    fn ndjson(mut self, reading: &Reading) -> Result<Table, Error> {
        let mut wanted = NAMES_BYTES;
        let end = loop {
            self.fill(wanted)?;
            if self.unread.is_at_end() {
                break self.unread.bytes().len();
            }
            if let Some(end) = ndjson::last_row_end(self.unread.bytes()) {
                break end;
            }
            if wanted >= ROW_BYTES_MAX {
                let may_be_quote = false;
                return Err(self.fault(0, Why::LongRow { may_be_quote }));
            }
            wanted *= 2;
        };
        let lines = &self.unread.bytes()[..end];
        let (names, first_bad) = Names::of_lines(lines, reading.comment);
        if let Some(bad) = first_bad.filter(|_| reading.on_bad == OnBad::Error) {
            return Err(self.fault(bad.line, bad.why));
        }
        if names.iter().next().is_none() {
            return Err(Error::NoNames { table: self.name });
        }
        let header = names.iter().map(|name| name.as_bytes().to_vec());
        Ok(Table {
            header: Header::of_names(&self.name, header.collect()),
            name: self.name,
            start: self.unread.start(),
            rows: Rest::Text(self.unread, Syntax::Ndjson(Arc::new(names))),
            line: self.line,
            note: None,
        })
    }

    /// Takes the delimiter from a first line such as `sep=;`, which spreadsheets write.
    fn take_declared_delimiter(&mut self) -> Option<u8> {
        let bytes = self.unread.bytes();
        let length = line_length(bytes, self.unread.is_at_end())?;
        let mut line = &bytes[..length];
        for end in [b"\n", b"\r"] {
            line = line.strip_suffix(end).unwrap_or(line);
        }
        let line = line
            .strip_prefix(b"\"")
            .and_then(|line| line.strip_suffix(b"\""))
            .unwrap_or(line);
        match *line {
            [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', delimiter]
                if delimiter.is_ascii() && delimiter != b'"' =>
            {
                self.unread.consume(length);
                self.line += 1;
                Some(delimiter)
            }
            _ => None,
        }
    }

    /// If the usual delimiter does not divide the header, the one that divides it and the next
    /// rows alike.
    fn guess_delimiter(&self) -> Option<u8> {
        let usual = self.dialect.delimiter;
        let mut fields = Fields::default();
        // Quoted names are text behind a quote, as long as their delimiter is not known.
        let header = Rows::new(self.unread.bytes(), self.dialect).next(&mut fields)?;
        if header.is_ok_and(|header| header.len() > 1) {
            return None;
        }
        let others = DELIMITERS.into_iter().filter(|other| *other != usual);
        let (columns, delimiter) = others
            .filter_map(|other| Some((self.columns_by(other)?, other)))
            .rev()
            .max_by_key(|(columns, _)| *columns)?;
        (columns > 1).then_some(delimiter)
    }

    /// The number of columns of the header with a delimiter, if the first rows have as many.
    fn columns_by(&self, delimiter: u8) -> Option<usize> {
        let dialect = Dialect {
            delimiter,
            ..self.dialect
        };
        let (mut rows, mut fields) = (Rows::new(self.unread.bytes(), dialect), Fields::default());
        let columns = rows.next(&mut fields)?.ok()?.len();
        for _ in 0..PROBED_ROWS {
            let row = rows.next(&mut fields);
            // The last row may go on behind the bytes that are there.
            if rows.position() >= self.unread.bytes().len() && !self.unread.is_at_end() {
                break;
            }
            match row {
                Some(Ok(row)) if row.len() == columns => {}
                Some(_) => return None,
                None => break,
            }
        }
        Some(columns)
    }

    /// Reads the first row: the names, or how many columns there are.
    fn read_header(&mut self, reading: &Reading) -> Result<Header, Error> {
        let mut fields = Fields::default();
        loop {
            let bytes = self.unread.bytes();
            let mut rows = Rows::new(bytes, self.dialect);
            let row = rows.next(&mut fields);
            let is_whole = rows.position() < bytes.len() || self.unread.is_at_end();
            if !is_whole {
                if bytes.len() >= ROW_BYTES_MAX {
                    let may_be_quote = self.dialect.quotes;
                    return Err(self.fault(0, Why::LongRow { may_be_quote }));
                }
                self.fill(2 * self.unread.bytes().len())?;
                continue;
            }
            let row = match row {
                None => {
                    return Err(Error::NoHeader {
                        table: self.name.clone(),
                        place: match reading.skip_lines {
                            0 => "",
                            _ => " behind the lines that --skip-lines skips",
                        },
                    });
                }
                Some(Err(Fault::OpenQuote { line })) => {
                    return Err(self.fault(line, Why::OpenQuote));
                }
                Some(Err(Fault::TextBehindQuote { line, quote_line })) => {
                    let later_line = (line != quote_line).then_some(self.line + quote_line);
                    let hint = quote_hint(&bytes[..rows.position()]);
                    return Err(self.fault(line, Why::TextBehindQuote { later_line, hint }));
                }
                Some(Ok(row)) => row,
            };
            if reading.no_header {
                return Ok(Header::of_numbers(&self.name, row.len()));
            }
            let names = row.fields().into_iter().map(|name| name.into_owned());
            let header = Header::of_names(&self.name, names.collect());
            let (position, lines) = (rows.position(), rows.lines());
            self.unread.consume(position);
            self.line += lines;
            return Ok(header);
        }
    }

    fn fault(&self, line: u64, why: Why) -> Error {
        Error::Row {
            table: self.name.clone(),
            unit: "line",
            line: self.line + line,
            why,
        }
    }
}

/// The length of the line that bytes begin with, with its end (LF, CR or CRLF); `None` if it may
/// go on behind them.
fn line_length(bytes: &[u8], is_all: bool) -> Option<usize> {
    match memchr::memchr2(b'\n', b'\r', bytes) {
        // A CR at the end of what has been read may be half of a CRLF.
        Some(at) if at + 1 < bytes.len() || is_all => {
            Some(at + 1 + usize::from(bytes[at..].starts_with(b"\r\n")))
        }
        None if is_all => Some(bytes.len()),
        _ => None,
    }
}

/// The error of a table that cannot be read.
pub(crate) fn unreadable(table: &str, cause: std::io::Error) -> Error {
    let table = table.to_string();
    match is_change(&cause) {
        true => Error::Changed { table },
        false => Error::Read { table, cause },
    }
}

fn delimiter_name(delimiter: u8) -> String {
    match delimiter {
        b'\t' => "tab".to_string(),
        b',' => "comma".to_string(),
        _ => shown(&[delimiter]),
    }
}

/// The format that a file's name tells; a compressed file has its extension before that of the
/// compression.
fn format_of(name: &str) -> InputFormat {
    let path = Path::new(name);
    let is_any = |path: &Path, of: &[&str]| {
        let extension = path.extension().unwrap_or_default();
        of.iter().any(|known| extension.eq_ignore_ascii_case(known))
    };
    let stem = path.file_stem().map(Path::new);
    let path = match stem.filter(|_| is_any(path, &["gz", "zst"])) {
        Some(stem) => stem,
        None => path,
    };
    if is_any(path, &["tsv", "tab"]) {
        InputFormat::Tsv
    } else if is_any(path, &["ndjson", "jsonl"]) {
        InputFormat::Ndjson
    } else {
        InputFormat::Csv
    }
}
