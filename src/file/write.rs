//! Writes a file, given its header and what its sections contain.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use std::io::{self, Read, Write};

use super::checksum::checksum;
use super::header::{Header, PAGE, Section};
use super::spool::Spool;

/// What a section contains: parts, one after the other, and their length.
#[derive(Default)]
pub(super) struct Content<'c> {
    length: u64,
    parts: Vec<Box<dyn Read + 'c>>,
}

impl<'c> Content<'c> {
    pub(super) fn of_bytes(bytes: &'c [u8]) -> Self {
        Content {
            length: bytes.len() as u64,
            parts: vec![Box::new(bytes)],
        }
    }

    #[cfg(feature = "builder")]
    pub(super) fn of_spool(length: u64, spool: impl Spool) -> io::Result<Self> {
        let mut content = Content::default();
        content.push_spool(length, spool)?;
        Ok(content)
    }

    pub(super) fn push_spool(&mut self, length: u64, spool: impl Spool) -> io::Result<()> {
        if length > 0 {
            self.length += length;
            self.parts.push(Box::new(spool.into_reader()?));
        }
        Ok(())
    }
}

/// Writes a file. The header says everything but where sections are; the last section, with the
/// checksums, is made here, and kept in a spool until then.
pub(super) fn write<S: Spool>(
    mut header: Header,
    contents: [Content<'_>; Section::ALL.len() - 1],
    out: &mut dyn Write,
) -> io::Result<()> {
    if !header.has_room_for_names() {
        let message = "the name of the key type is too long for a file";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
    }
    if header.keys == 0 {
        // Nothing shares the bytes that were promised.
        header.shared = 0;
    }
    header.lay_out(contents.each_ref().map(|content| content.length));
    let encoded = header.encode();
    // A type of file that the builder was told may be none.
    Header::parse(&encoded).map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
    let mut pages = Pages {
        out,
        length: 0,
        page: Vec::with_capacity(PAGE as usize),
        checksums: S::new(),
    };
    pages.push(&encoded)?;
    let mut buffer = vec![0; COPY_BYTES];
    for (section, content) in Section::ALL.into_iter().zip(contents) {
        let span = header.span(section);
        if span.length == 0 {
            continue;
        }
        pages.pad_to(span.offset)?;
        for mut part in content.parts {
            loop {
                match part.read(&mut buffer)? {
                    0 => break,
                    count => pages.push(&buffer[..count])?,
                }
            }
        }
        if pages.length != span.end() {
            // A temporary file is not what was written.
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    let checksums = header.span(Section::Checksums);
    pages.pad_to(checksums.offset)?;
    let Pages {
        out,
        checksums: spool,
        ..
    } = pages;
    let copied = io::copy(&mut spool.into_reader()?, out)?;
    if copied != checksums.length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    let padding = checksums.length.next_multiple_of(8) - checksums.length;
    out.write_all(&[0; 8][..padding as usize])?;
    out.write_all(&encoded)
}

/// As much is copied at a time.
const COPY_BYTES: usize = 64 << 10;

/// Passes bytes on, page by page, and makes the checksum of each page.
struct Pages<'o, S> {
    out: &'o mut dyn Write,
    length: u64,
    /// The beginning of a page.
    page: Vec<u8>,
    checksums: S,
}

impl<S: Spool> Pages<'_, S> {
    fn push(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        self.length += bytes.len() as u64;
        while !bytes.is_empty() {
            let count = bytes.len().min(PAGE as usize - self.page.len());
            let (now, rest) = bytes.split_at(count);
            self.page.extend_from_slice(now);
            bytes = rest;
            if self.page.len() == PAGE as usize {
                self.checksums
                    .write_all(&checksum(&self.page).to_le_bytes())?;
                self.out.write_all(&self.page)?;
                self.page.clear();
            }
        }
        Ok(())
    }

    /// Pushes zeros up to an offset.
    fn pad_to(&mut self, offset: u64) -> io::Result<()> {
        while self.length < offset {
            let count = (offset - self.length).min(PAGE);
            self.push(&[0; PAGE as usize][..count as usize])?;
        }
        Ok(())
    }
}
