//! Cuts a table into chunks of whole rows, which are searched independently of each other.

use std::io;

use crate::part::{Part, Syntax, Text};
use crate::source::Source;

/// The size of a chunk, unless a row is larger or memory is short. With a quarter or four times of
/// it, a search took as long, and sorting a table took 1.04 and 1.01 times the processor time.
pub(crate) const CHUNK_BYTES: usize = 1 << 20;

/// The least size of a chunk.
const CHUNK_BYTES_MIN: usize = 64 << 10;

/// About as many chunks, and what was found in them, are in memory at a time.
const CHUNKS: usize = 32;

/// The size of the chunks of a search that has that many bytes of memory.
pub(crate) fn chunk_bytes(memory: usize) -> usize {
    (memory / CHUNKS).clamp(CHUNK_BYTES_MIN, CHUNK_BYTES)
}

/// Limits the memory of a row: an open quote makes one of the whole rest of the file.
pub(crate) const ROW_BYTES_MAX: usize = 64 << 20;

/// Whole rows of a table.
pub(crate) struct Chunk {
    /// Which table, and which chunk of all.
    pub(crate) table: usize,
    pub(crate) number: u64,
    pub(crate) content: Content,
}

/// What became of reading a chunk.
pub(crate) enum Content {
    Rows(Part),
    /// The beginning of a row that is larger than [`ROW_BYTES_MAX`], perhaps due to a quote.
    LongRow {
        may_be_quote: bool,
    },
    Unreadable(io::Error),
}

/// The bytes of a source that have not been handed out yet.
pub(crate) struct Unread {
    source: Source,
    bytes: Vec<u8>,
    /// The number of bytes before these.
    start: u64,
    is_at_end: bool,
}

impl Unread {
    pub(crate) fn new(source: Source) -> Unread {
        Unread {
            source,
            bytes: Vec::new(),
            start: 0,
            is_at_end: false,
        }
    }

    /// Reads until that many bytes are there, or all.
    pub(crate) fn fill(&mut self, count: usize) -> io::Result<()> {
        let missing = count.saturating_sub(self.bytes.len());
        if !self.is_at_end && missing > 0 {
            let read = self.source.read(missing, &mut self.bytes)?;
            self.is_at_end = read < missing;
        }
        Ok(())
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether nothing follows [`Unread::bytes`].
    pub(crate) fn is_at_end(&self) -> bool {
        self.is_at_end
    }

    /// The position of the first of these bytes.
    pub(crate) fn start(&self) -> u64 {
        self.start
    }

    pub(crate) fn consume(&mut self, count: usize) {
        self.bytes.drain(..count);
        self.start += count as u64;
    }

    /// Goes on at a position of a file that is neither compressed nor decoded.
    pub(crate) fn skip_to(&mut self, position: u64) -> io::Result<()> {
        self.source.skip_to(position)?;
        self.bytes.clear();
        self.start = position;
        self.is_at_end = false;
        Ok(())
    }

    pub(crate) fn source(&self) -> &Source {
        &self.source
    }

    /// The next rows, about as many bytes, if those that are there begin with a row; `None` at the
    /// end.
    pub(crate) fn next_rows(&mut self, syntax: &Syntax, chunk_bytes: usize) -> Option<Content> {
        let mut wanted = chunk_bytes;
        loop {
            if let Err(error) = self.fill(wanted) {
                self.bytes.clear();
                self.is_at_end = true;
                return Some(Content::Unreadable(error));
            }
            if self.is_at_end {
                let rest = std::mem::take(&mut self.bytes);
                return (!rest.is_empty()).then(|| self.part(rest, syntax));
            }
            if let Some(end) = syntax.last_row_end(&self.bytes) {
                let mut rest = Vec::with_capacity(chunk_bytes + chunk_bytes / 8);
                rest.extend_from_slice(&self.bytes[end..]);
                self.bytes.truncate(end);
                let rows = std::mem::replace(&mut self.bytes, rest);
                return Some(self.part(rows, syntax));
            }
            if self.bytes.len() >= ROW_BYTES_MAX {
                self.bytes.clear();
                self.is_at_end = true;
                return Some(Content::LongRow {
                    may_be_quote: syntax.has_quotes(),
                });
            }
            // Twice as many, so that a long row is not searched again and again.
            wanted = 2 * self.bytes.len().max(chunk_bytes);
        }
    }

    /// The rows before what is left.
    fn part(&mut self, bytes: Vec<u8>, syntax: &Syntax) -> Content {
        let start = self.start;
        self.start += bytes.len() as u64;
        Content::Rows(Part::Text(Text {
            bytes,
            start,
            syntax: syntax.clone(),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::location::Location;
    use crate::rows::Dialect;

    #[test]
    fn parts_know_where_they_begin() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let text: String = (0..400_000).map(|row| format!("{row}\n")).collect();
        std::fs::write(file.path(), &text).unwrap();
        let Ok(source) = Source::open(&Location::Local(file.path().into()), None) else {
            panic!("the file can be read");
        };
        let mut unread = Unread::new(source);
        unread.fill(100).unwrap();
        unread.consume(2);
        let mut end = 2;
        let syntax = Syntax::Separated(Dialect::COMMAS);
        while let Some(Content::Rows(Part::Text(part))) = unread.next_rows(&syntax, CHUNK_BYTES) {
            assert_eq!(part.start, end as u64);
            end += part.bytes.len();
            assert!(part.bytes == text.as_bytes()[part.start as usize..end]);
        }
        assert_eq!(end, text.len());
    }
}
