//! Splits the bytes of a table into rows, and rows into fields (RFC 4180).
//!
//! A field is quoted if it begins with a double quote; a quote elsewhere is an ordinary character.
//! Unlike `csv-core`, the state machine inside `csv`, this refuses text behind a closing quote,
//! which would swallow the rows up to the next quote, and tells where a row lies in its file. The
//! search for the next delimiter, quote or line end is `memchr`'s. Most rows have no quote, and are
//! cut at their line end without looking at their fields.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter, memchr2, memchr3, memrchr, memrchr2};

use crate::ndjson;
#[cfg(feature = "parquet")]
use crate::parquet;

/// How a table separates its fields and rows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Dialect {
    pub(crate) delimiter: u8,
    pub(crate) quotes: bool,
    /// Lines that begin with this are skipped.
    pub(crate) comment: Option<u8>,
}

impl Dialect {
    /// That of the program's own output and of lists on the command line.
    pub(crate) const COMMAS: Dialect = Dialect {
        delimiter: b',',
        quotes: true,
        comment: None,
    };
}

/// Where the fields of a row are. Reused for all rows, to keep its memory.
#[derive(Default)]
pub(crate) struct Fields {
    spans: Vec<Span>,
    /// The names of fields that are in no column, and where they begin; only NDJSON has some.
    pub(crate) unknown: Vec<(String, usize)>,
}

/// A field: its bytes, between the quotes if it has any.
#[derive(Clone, Copy)]
struct Span {
    start: usize,
    end: usize,
    coding: Coding,
}

/// What the bytes of a field stand for.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Coding {
    /// Themselves.
    Plain,
    /// Text in which quotes are doubled.
    DoubledQuotes,
    /// A string of JSON, with its quotes.
    JsonString,
    /// An array or object of JSON, perhaps with spaces.
    Json,
    /// No value.
    Null,
}

impl Fields {
    /// Begins a row that has that many fields, none of which has a value.
    pub(crate) fn clear(&mut self, count: usize) {
        let none = Span {
            start: 0,
            end: 0,
            coding: Coding::Null,
        };
        self.spans.clear();
        self.spans.resize(count, none);
        self.unknown.clear();
    }

    /// Puts a field that is not empty or between quotes into the row; false if it is there already.
    pub(crate) fn put(&mut self, at: usize, start: usize, end: usize, coding: Coding) -> bool {
        let span = Span { start, end, coding };
        std::mem::replace(&mut self.spans[at], span).start == 0
    }

    /// Field `at` of a row; empty if there is none.
    fn field<'a>(&self, row: &'a [u8], at: usize) -> Cow<'a, [u8]> {
        let Some(span) = self.spans.get(at) else {
            return Cow::Borrowed(&[]);
        };
        let bytes = &row[span.start..span.end];
        match span.coding {
            Coding::Plain => Cow::Borrowed(bytes),
            Coding::DoubledQuotes => Cow::Owned(without_doubled_quotes(bytes)),
            Coding::JsonString => Cow::Owned(ndjson::decoded(bytes)),
            Coding::Json => Cow::Owned(ndjson::compact(bytes)),
            Coding::Null => Cow::Borrowed(&[]),
        }
    }
}

/// A row of a table.
pub(crate) struct Row<'a> {
    bytes: &'a [u8],
    cells: Cells<'a>,
    delimiter: u8,
    line: u64,
}

/// Where the fields of a row are.
#[derive(Clone, Copy)]
enum Cells<'a> {
    /// Between the delimiters.
    Plain,
    /// Where they were found: of a row that has quotes or is an object.
    Found(&'a Fields),
    #[cfg(feature = "parquet")]
    Batch(&'a parquet::Cells<'a>, usize),
}

impl<'a> Row<'a> {
    /// A row whose fields have been found.
    pub(crate) fn of_fields(bytes: &'a [u8], fields: &'a Fields, line: u64) -> Row<'a> {
        Row {
            bytes,
            cells: Cells::Found(fields),
            delimiter: b',',
            line,
        }
    }

    /// A row of a batch, in which lines are rows.
    #[cfg(feature = "parquet")]
    pub(crate) fn of_batch(cells: &'a parquet::Cells<'a>, row: usize) -> Row<'a> {
        Row {
            bytes: &[],
            cells: Cells::Batch(cells, row),
            delimiter: b',',
            line: row as u64,
        }
    }

    /// The line on which it begins: 0 is that on which the bytes began.
    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    /// The bytes, without the line end.
    pub(crate) fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Whether no field is quoted.
    pub(crate) fn is_plain(&self) -> bool {
        matches!(self.cells, Cells::Plain)
    }

    /// The delimiter between its fields.
    pub(crate) fn delimiter(&self) -> u8 {
        self.delimiter
    }

    /// The number of fields.
    pub(crate) fn len(&self) -> usize {
        match self.cells {
            Cells::Found(fields) => fields.spans.len(),
            Cells::Plain => count(self.delimiter, self.bytes) + 1,
            #[cfg(feature = "parquet")]
            Cells::Batch(cells, _) => cells.len(),
        }
    }

    /// Field `at`, without its quotes, and the number of fields. The field is empty if there is
    /// none.
    pub(crate) fn field_and_len(&self, at: usize) -> (Cow<'a, [u8]>, usize) {
        match self.cells {
            Cells::Found(fields) => return (fields.field(self.bytes, at), fields.spans.len()),
            Cells::Plain => {}
            #[cfg(feature = "parquet")]
            Cells::Batch(cells, row) => return (cells.cell(row, at), cells.len()),
        }
        let mut ends = memchr_iter(self.delimiter, self.bytes);
        let start = match at {
            0 => 0,
            _ => match ends.nth(at - 1) {
                Some(end) => end + 1,
                None => return (Cow::Borrowed(&[]), self.len()),
            },
        };
        let Some(end) = ends.next() else {
            return (Cow::Borrowed(&self.bytes[start..]), at + 1);
        };
        let len = at + 2 + count(self.delimiter, &self.bytes[end + 1..]);
        (Cow::Borrowed(&self.bytes[start..end]), len)
    }

    /// Whether field `at` has a value: an empty field has one, `null` and a missing one have none.
    pub(crate) fn has_value(&self, at: usize) -> bool {
        match self.cells {
            Cells::Found(fields) => {
                let span = fields.spans.get(at);
                span.is_none_or(|span| span.coding != Coding::Null)
            }
            Cells::Plain => true,
            #[cfg(feature = "parquet")]
            Cells::Batch(cells, row) => cells.has_value(row, at),
        }
    }

    /// The name of a field that is in no column.
    pub(crate) fn unknown(&self) -> Option<&'a str> {
        match self.cells {
            Cells::Found(fields) => fields.unknown.first().map(|(name, _)| name.as_str()),
            _ => None,
        }
    }

    /// All fields, in order.
    pub(crate) fn fields(&self) -> Vec<Cow<'a, [u8]>> {
        match self.cells {
            Cells::Found(fields) => {
                let numbers = 0..fields.spans.len();
                numbers.map(|at| fields.field(self.bytes, at)).collect()
            }
            #[cfg(feature = "parquet")]
            Cells::Batch(cells, row) => (0..cells.len()).map(|at| cells.cell(row, at)).collect(),
            Cells::Plain => self
                .bytes
                .split(|byte| *byte == self.delimiter)
                .map(Cow::Borrowed)
                .collect(),
        }
    }
}

fn without_doubled_quotes(bytes: &[u8]) -> Vec<u8> {
    let mut field = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(at) = memchr(b'"', rest) {
        field.extend_from_slice(&rest[..=at]);
        rest = &rest[at + 2..];
    }
    field.extend_from_slice(rest);
    field
}

/// Why a row cannot be split. Lines are counted as in [`Row::line`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Fault {
    /// A quote is still open where the bytes end.
    OpenQuote { line: u64 },
    /// A field goes on behind its closing quote, which is on line `quote_line`.
    TextBehindQuote { line: u64, quote_line: u64 },
}

/// The rows of some bytes that begin with a row.
pub(crate) struct Rows<'a> {
    bytes: &'a [u8],
    dialect: Dialect,
    at: usize,
    line: u64,
    /// The LF that was found last, or the end of the bytes: where lines end with CR, it is far
    /// away, and is not searched again for each row.
    line_feed: Option<usize>,
    /// Whether no row can have a quote or a CR.
    all_plain: bool,
}

impl<'a> Rows<'a> {
    pub(crate) fn new(bytes: &'a [u8], dialect: Dialect) -> Rows<'a> {
        Rows {
            bytes,
            dialect,
            at: 0,
            line: 0,
            line_feed: None,
            all_plain: special(bytes, dialect).is_none(),
        }
    }

    /// Goes forward to where a row begins. Lines are counted from there.
    pub(crate) fn go_to(&mut self, at: usize) {
        self.at = at.min(self.bytes.len());
        if self.line_feed.is_some_and(|found| found < self.at) {
            self.line_feed = None;
        }
    }

    /// Where the next row begins, if it is not preceded by blank lines or comments.
    pub(crate) fn position(&self) -> usize {
        self.at
    }

    /// The number of lines that are behind [`Rows::position`].
    pub(crate) fn lines(&self) -> u64 {
        self.line
    }

    /// The next row; `None` at the end. After a fault, the rows behind the faulty one follow.
    pub(crate) fn next<'r>(&mut self, fields: &'r mut Fields) -> Option<Result<Row<'r>, Fault>>
    where
        'a: 'r,
    {
        let start = self.skip_to_row()?;
        let line = self.line;
        let end = self.next_line_feed(start);
        let mut bytes = &self.bytes[start..end];
        if end < self.bytes.len() {
            bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
        }
        if !self.all_plain && special(bytes, self.dialect).is_some() {
            return Some(self.split(start, line, fields));
        }
        self.at = end;
        self.end_line();
        Some(Ok(Row {
            bytes,
            cells: Cells::Plain,
            delimiter: self.dialect.delimiter,
            line,
        }))
    }

    /// The first LF at `start` or behind it, or else the end of the bytes. `start` never decreases.
    fn next_line_feed(&mut self, start: usize) -> usize {
        match self.line_feed {
            Some(at) if at >= start => at,
            _ => {
                let rest = &self.bytes[start..];
                let at = start + memchr(b'\n', rest).unwrap_or(rest.len());
                self.line_feed = Some(at);
                at
            }
        }
    }

    /// Skips blank lines and comments.
    fn skip_to_row(&mut self) -> Option<usize> {
        loop {
            match *self.bytes.get(self.at)? {
                b'\n' | b'\r' => self.end_line(),
                first if Some(first) == self.dialect.comment => {
                    self.at += line_length(&self.bytes[self.at..]);
                    self.end_line();
                }
                _ => return Some(self.at),
            }
        }
    }

    /// Passes one line end: LF, CR or both.
    fn end_line(&mut self) {
        let rest = &self.bytes[self.at..];
        self.at += match rest {
            [b'\r', b'\n', ..] => 2,
            [b'\r' | b'\n', ..] => 1,
            _ => return,
        };
        self.line += 1;
    }

    /// Splits a row that may have quotes into its fields.
    fn split<'r>(
        &mut self,
        start: usize,
        line: u64,
        fields: &'r mut Fields,
    ) -> Result<Row<'r>, Fault>
    where
        'a: 'r,
    {
        let rest = &self.bytes[start..];
        let mut fault = None;
        let mut at = 0;
        fields.spans.clear();
        loop {
            let (mut span, mut end) = match self.dialect.quotes && rest.get(at) == Some(&b'"') {
                true => {
                    let Some((span, end)) = quoted_field(rest, at) else {
                        self.at = self.bytes.len();
                        self.line += count_lines(rest);
                        return Err(Fault::OpenQuote { line });
                    };
                    (span, end)
                }
                false => {
                    let end = at + self.plain_length(&rest[at..]);
                    let span = Span {
                        start: at,
                        end,
                        coding: Coding::Plain,
                    };
                    (span, end)
                }
            };
            if !self.ends_field(rest.get(end)) {
                fault.get_or_insert_with(|| Fault::TextBehindQuote {
                    line,
                    quote_line: line + count_lines(&rest[..end]),
                });
                end += self.plain_length(&rest[end..]);
                span.end = end;
            }
            fields.spans.push(span);
            at = end + 1;
            if rest.get(end) != Some(&self.dialect.delimiter) {
                self.line += count_lines(&rest[..end]);
                self.at = start + end;
                self.end_line();
                return match fault {
                    Some(fault) => Err(fault),
                    None => Ok(Row {
                        bytes: &rest[..end],
                        cells: Cells::Found(fields),
                        delimiter: self.dialect.delimiter,
                        line,
                    }),
                };
            }
        }
    }

    /// Whether a field ends before a byte, or before the end of the bytes.
    fn ends_field(&self, byte: Option<&u8>) -> bool {
        byte.is_none_or(|byte| [self.dialect.delimiter, b'\n', b'\r'].contains(byte))
    }

    /// The number of bytes before the next delimiter or line end.
    fn plain_length(&self, bytes: &[u8]) -> usize {
        memchr3(self.dialect.delimiter, b'\n', b'\r', bytes).unwrap_or(bytes.len())
    }
}

/// A field that begins with a quote, and where its closing quote ends; `None` if there is none.
fn quoted_field(bytes: &[u8], start: usize) -> Option<(Span, usize)> {
    let mut span = Span {
        start: start + 1,
        end: start + 1,
        coding: Coding::Plain,
    };
    loop {
        span.end += memchr(b'"', &bytes[span.end..])?;
        if bytes.get(span.end + 1) != Some(&b'"') {
            return Some((span, span.end + 1));
        }
        span.coding = Coding::DoubledQuotes;
        span.end += 2;
    }
}

/// The first byte because of which a row may be more than the bytes up to its LF, between
/// delimiters.
fn special(bytes: &[u8], dialect: Dialect) -> Option<usize> {
    match dialect.quotes {
        true => memchr2(b'"', b'\r', bytes),
        false => memchr(b'\r', bytes),
    }
}

/// How often a byte occurs. The `count` of `memchr_iter` is made for long input, and took twice as
/// many instructions for rows of 50 bytes as a loop that becomes vector instructions.
fn count(wanted: u8, bytes: &[u8]) -> usize {
    if bytes.len() > usize::from(u8::MAX) {
        return memchr_iter(wanted, bytes).count();
    }
    let equal = bytes
        .iter()
        .fold(0_u8, |sum, byte| sum + u8::from(*byte == wanted));
    usize::from(equal)
}

fn line_length(bytes: &[u8]) -> usize {
    memchr2(b'\n', b'\r', bytes).unwrap_or(bytes.len())
}

/// The number of line ends: LF, CR or both.
fn count_lines(bytes: &[u8]) -> u64 {
    let line_feeds = count(b'\n', bytes);
    if count(b'\r', bytes) == 0 {
        return line_feeds as u64;
    }
    let lone = memchr_iter(b'\r', bytes).filter(|at| bytes.get(at + 1) != Some(&b'\n'));
    (line_feeds + lone.count()) as u64
}

/// The end of the last row that is whole, whatever follows; `None` if there is none.
///
/// Passes from quote to quote, and looks for line ends between two quoted fields only.
pub(crate) fn last_row_end(bytes: &[u8], dialect: Dialect) -> Option<usize> {
    let mut last = None;
    let mut start = 0;
    let mut quotes = memchr_iter(b'"', bytes).peekable();
    while dialect.quotes
        && let Some(quote) = quotes.next()
    {
        let opens = quote == 0 || [dialect.delimiter, b'\n', b'\r'].contains(&bytes[quote - 1]);
        if !opens {
            continue;
        }
        if dialect.comment.is_some() && is_in_comment(bytes, start, quote, dialect) {
            let end = quote + line_length(&bytes[quote..]);
            while quotes.next_if(|quote| *quote < end).is_some() {}
            continue;
        }
        last = last_line_end(&bytes[start..quote], true).map_or(last, |end| Some(start + end));
        start = loop {
            match quotes.next() {
                // The byte behind a closing quote may be a second quote that is not there yet.
                Some(quote) if quote + 1 < bytes.len() => {
                    if quotes.next_if_eq(&(quote + 1)).is_none() {
                        break quote + 1;
                    }
                }
                _ => return last,
            }
        };
    }
    last_line_end(&bytes[start..], false).map_or(last, |end| Some(start + end))
}

/// Whether a quote is within a comment; no quoted field is between `start`, where one ends or the
/// table begins, and the quote.
fn is_in_comment(bytes: &[u8], start: usize, quote: usize, dialect: Dialect) -> bool {
    let line = match memrchr2(b'\n', b'\r', &bytes[start..quote]) {
        Some(at) => start + at + 1,
        None if start == 0 => 0,
        None => return false,
    };
    bytes.get(line).copied() == dialect.comment
}

/// The end of the last line. A CR at the very end may be half of a CRLF, unless more follows.
fn last_line_end(bytes: &[u8], more_follows: bool) -> Option<usize> {
    // Between most fields there is a delimiter alone.
    if let [byte] = bytes
        && !b"\n\r".contains(byte)
    {
        return None;
    }
    if let Some(at) = memrchr(b'\n', bytes) {
        return Some(at + 1);
    }
    let known = match more_follows {
        true => bytes,
        false => &bytes[..bytes.len().saturating_sub(1)],
    };
    memrchr(b'\r', known).map(|at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUOTES: Dialect = Dialect::COMMAS;
    const NO_QUOTES: Dialect = Dialect {
        quotes: false,
        ..QUOTES
    };
    const COMMENTS: Dialect = Dialect {
        comment: Some(b'#'),
        ..QUOTES
    };

    /// A row: its line, and its fields.
    type Found = Result<(u64, Vec<Vec<u8>>), Fault>;

    fn split(bytes: &[u8], dialect: Dialect) -> Vec<Found> {
        let (mut rows, mut fields, mut found) =
            (Rows::new(bytes, dialect), Fields::default(), Vec::new());
        while let Some(row) = rows.next(&mut fields) {
            found.push(row.map(|row| {
                let cells: Vec<Vec<u8>> = row.fields().into_iter().map(Cow::into_owned).collect();
                for (at, cell) in cells.iter().enumerate() {
                    let (field, len) = row.field_and_len(at);
                    assert_eq!((&*field, len), (&cell[..], cells.len()));
                }
                (row.line(), cells)
            }));
        }
        assert_eq!(rows.position(), bytes.len());
        assert_eq!(rows.lines(), count_lines(bytes));
        found
    }

    /// All rows by `csv-core`. A line feed is added, as it needs one to end the last row.
    fn split_by_csv_core(bytes: &[u8], reader: &mut csv_core::Reader) -> Vec<Vec<Vec<u8>>> {
        reader.reset();
        let input = [bytes, b"\n"].concat();
        let (mut rest, mut found) = (&input[..], Vec::new());
        loop {
            let (mut output, mut ends) = ([0; 64], [0; 64]);
            let (result, read, _, count) = reader.read_record(rest, &mut output, &mut ends);
            rest = &rest[read..];
            if result != csv_core::ReadRecordResult::Record {
                return found;
            }
            let start = |at: usize| if at == 0 { 0 } else { ends[at - 1] };
            let field = |at: usize| output[start(at)..ends[at]].to_vec();
            found.push((0..count).map(field).collect());
        }
    }

    /// All texts of up to five of the characters that matter.
    fn texts() -> impl Iterator<Item = Vec<u8>> {
        let alphabet = *b"a,\"\n\r#";
        (0..=5).flat_map(move |length| {
            (0..alphabet.len().pow(length)).map(move |mut number| {
                let next = |_| {
                    let character = alphabet[number % alphabet.len()];
                    number /= alphabet.len();
                    character
                };
                (0..length).map(next).collect()
            })
        })
    }

    #[test]
    fn rows_are_those_of_csv_core_where_it_accepts_what_we_accept() {
        let mut compared = 0;
        for dialect in [QUOTES, NO_QUOTES, COMMENTS] {
            let mut reader = csv_core::ReaderBuilder::new()
                .quoting(dialect.quotes)
                .comment(dialect.comment)
                .build();
            for text in texts() {
                // `csv-core` ends a comment at LF only.
                if dialect == COMMENTS && text.contains(&b'\r') {
                    continue;
                }
                let ours: Result<Vec<_>, Fault> = split(&text, dialect).into_iter().collect();
                let Ok(ours) = ours else { continue };
                let fields: Vec<_> = ours.into_iter().map(|(_, fields)| fields).collect();
                assert_eq!(
                    fields,
                    split_by_csv_core(&text, &mut reader),
                    "{text:?} {dialect:?}"
                );
                compared += 1;
            }
        }
        assert!(compared > 10_000, "{compared}");
    }

    #[test]
    fn a_table_may_be_cut_wherever_a_row_is_known_to_end() {
        for text in texts() {
            for dialect in [QUOTES, NO_QUOTES, COMMENTS] {
                let whole = split(&text, dialect);
                for length in 0..=text.len() {
                    let Some(end) = last_row_end(&text[..length], dialect) else {
                        continue;
                    };
                    let (start, rest) = text.split_at(end);
                    let lines = count_lines(start);
                    let mut parts = split(start, dialect);
                    parts.extend(split(rest, dialect).into_iter().map(|row| match row {
                        Ok((line, fields)) => Ok((line + lines, fields)),
                        Err(Fault::OpenQuote { line }) => {
                            Err(Fault::OpenQuote { line: line + lines })
                        }
                        Err(Fault::TextBehindQuote { line, quote_line }) => {
                            Err(Fault::TextBehindQuote {
                                line: line + lines,
                                quote_line: quote_line + lines,
                            })
                        }
                    }));
                    assert_eq!(
                        parts, whole,
                        "{text:?} cut at {end} of {length}, {dialect:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_row_that_is_whole_is_found() {
        let end = |text: &str| last_row_end(text.as_bytes(), QUOTES);
        assert_eq!(end("a,b\nc"), Some(4));
        assert_eq!(end("a\r\nb\r"), Some(3));
        assert_eq!(end("a\rb"), Some(2));
        assert_eq!(end("a\r"), None);
        assert_eq!(end("a,\"b\nc\"\nd"), Some(8));
        assert_eq!(end("a\n\"b\nc"), Some(2));
        assert_eq!(end("\"a\"\n\"b\"\n\"c"), Some(8));
        assert_eq!(end("\"a\"\n\"b\""), Some(4));
        // A line within quotes is no comment, whatever it begins with.
        let commented = b"k,v\n\"a\n#b\",\"c\nd";
        assert_eq!(last_row_end(commented, COMMENTS), Some(4));
        assert_eq!(last_row_end(b"#a,\"b\nc\nd", COMMENTS), Some(8));
        // The quotes of a comment are passed, and that of the row behind it is not.
        assert_eq!(last_row_end(b"#,\",\"\n\"b\nc", COMMENTS), Some(6));
    }

    #[test]
    fn faults_name_their_lines() {
        assert_eq!(
            split(b"a\n1,\"x\n2,\"y\n3\n", QUOTES)[1..],
            [
                Err(Fault::TextBehindQuote {
                    line: 1,
                    quote_line: 2
                }),
                Ok((3, vec![b"3".to_vec()]))
            ]
        );
        assert_eq!(
            split(b"a\n\n\"b\nc\n", QUOTES)[1],
            Err(Fault::OpenQuote { line: 2 })
        );
        let lines = |text: &[u8]| -> Vec<u64> {
            let rows = split(text, QUOTES).into_iter();
            rows.map(|row| row.unwrap().0).collect()
        };
        assert_eq!(lines(b"a\rb\r\nc\nd"), [0, 1, 2, 3]);
        assert_eq!(lines(b"\n\r\n\r\"a\r\nb\rc\"\nd\n\n"), [3, 6]);
    }
}
