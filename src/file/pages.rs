//! Reads a file in bounded memory, and compares each page with its checksum on the way.

use alloc::vec::Vec;

use std::io::{Read, Seek, SeekFrom};

use super::checksum::checksum;
use super::error::FileError;
use super::header::{CHECKSUM_BYTES, PAGE, Span};

/// As many bytes are read at a time: some pages.
const LOADED: u64 = 8 * PAGE;

/// A file, and where it has its checksums.
pub(super) struct Source<R> {
    reader: R,
    checksums: Span,
}

impl<R: Read + Seek> Source<R> {
    /// The checksums are of all whole pages before them.
    pub(super) fn new(reader: R, checksums: Span) -> Self {
        Source { reader, checksums }
    }

    fn read(&mut self, offset: u64, length: u64) -> Result<Vec<u8>, FileError> {
        let mut bytes = Vec::new();
        self.fill(offset, length, &mut bytes)?;
        Ok(bytes)
    }

    fn fill(&mut self, offset: u64, length: u64, bytes: &mut Vec<u8>) -> Result<(), FileError> {
        bytes.resize(length as usize, 0);
        self.reader.seek(SeekFrom::Start(offset))?;
        Ok(self.reader.read_exact(bytes)?)
    }

    /// Compares whole pages from `offset` on with their checksums.
    fn check_pages(&mut self, offset: u64, pages: &[u8]) -> Result<(), FileError> {
        let first = offset / PAGE;
        let count = pages.len() as u64 / PAGE;
        let place = self.checksums.offset + first * CHECKSUM_BYTES;
        let expected = self.read(place, count * CHECKSUM_BYTES)?;
        let pages = pages.chunks_exact(PAGE as usize);
        let expected = expected.chunks_exact(CHECKSUM_BYTES as usize);
        for (number, (page, expected)) in pages.zip(expected).enumerate() {
            if checksum(page).to_le_bytes() != expected {
                return Err(FileError::Damaged {
                    what: "the checksum of a page of 4096 bytes",
                    offset: offset + number as u64 * PAGE,
                });
            }
        }
        Ok(())
    }

    /// Reads a few bytes behind the pages.
    pub(super) fn read_behind(&mut self, span: Span) -> Result<Vec<u8>, FileError> {
        self.read(span.offset, span.length)
    }
}

/// Reads a part of a file from front to back.
pub(super) struct Cursor {
    /// Where the next bytes are taken, and where there are none.
    at: u64,
    end: u64,
    is_checked: bool,
    /// Where the pages in memory begin.
    start: u64,
    pages: Vec<u8>,
}

impl Cursor {
    pub(super) fn new(span: Span) -> Self {
        Cursor {
            at: span.offset,
            end: span.end(),
            is_checked: true,
            start: span.offset / PAGE * PAGE,
            pages: Vec::new(),
        }
    }

    /// One that reads what another has read: pages are not compared with their checksums again.
    pub(super) fn behind(span: Span) -> Self {
        Cursor {
            is_checked: false,
            ..Self::new(span)
        }
    }

    /// Where the next bytes are taken.
    pub(super) fn at(&self) -> u64 {
        self.at
    }

    /// The number of bytes that have not been taken.
    pub(super) fn left(&self) -> u64 {
        self.end - self.at
    }

    /// The first bytes of a span, which is within the part of the cursor: all of them, or at least
    /// a page.
    pub(super) fn part<R: Read + Seek>(
        &mut self,
        source: &mut Source<R>,
        span: Span,
    ) -> Result<&[u8], FileError> {
        let needed = span.length.min(PAGE);
        let loaded = self.start + self.pages.len() as u64;
        if span.offset < self.start || span.offset + needed > loaded {
            self.start = span.offset / PAGE * PAGE;
            let length = (self.end.next_multiple_of(PAGE) - self.start).min(LOADED);
            source.fill(self.start, length, &mut self.pages)?;
            if self.is_checked {
                source.check_pages(self.start, &self.pages)?;
            }
        }
        let bytes = &self.pages[(span.offset - self.start) as usize..];
        Ok(&bytes[..bytes
            .len()
            .min(usize::try_from(span.length).unwrap_or(usize::MAX))])
    }

    /// Takes the next bytes: at most a page.
    pub(super) fn take<R: Read + Seek>(
        &mut self,
        source: &mut Source<R>,
        count: usize,
    ) -> Result<&[u8], FileError> {
        let span = Span {
            offset: self.at,
            length: count as u64,
        };
        self.at += span.length;
        self.part(source, span)
    }

    /// Takes bytes that [`part`](Self::part) has returned.
    pub(super) fn skip(&mut self, count: u64) {
        self.at += count;
    }

    /// Takes all bytes that are left, and returns where the first one is that is not zero.
    pub(super) fn rest<R: Read + Seek>(
        &mut self,
        source: &mut Source<R>,
    ) -> Result<Option<u64>, FileError> {
        let mut found = None;
        while self.left() > 0 {
            let (at, left) = (self.at, self.left());
            let bytes = self.take(source, left.min(PAGE) as usize)?;
            let position = bytes.iter().position(|byte| *byte != 0);
            found = found.or(position.map(|position| at + position as u64));
        }
        Ok(found)
    }
}
