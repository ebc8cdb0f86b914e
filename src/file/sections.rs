//! The sections of a file that a collection is made of.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use crate::memory::plain::{Piece, values_of};
use crate::static_collections::parts::{Fault, KeyPieces, LevelPieces};

use super::error::FileError;
use super::header::{HEADER_BYTES, Header, Section, Span};

/// A header and what its sections contain.
pub(super) struct Sections<'a> {
    pub(super) header: Header,
    keys: Cow<'a, [u8]>,
    text: Cow<'a, [u8]>,
    wraps: Cow<'a, [u8]>,
    values: Cow<'a, [u8]>,
    /// The levels, unless they are made anew.
    levels: Option<Cow<'a, [u8]>>,
}

/// Makes a piece, to be copied or kept, of bytes of a file.
pub(super) type MakePiece<'m, 's> = dyn Fn(&'s [u8]) -> Piece<'s> + 'm;

/// Reads the bytes of a span.
type Read<'r, 'a> = dyn FnMut(Span) -> Result<Cow<'a, [u8]>, FileError> + 'r;

impl<'a> Sections<'a> {
    /// Reads a file of that length.
    pub(super) fn read(
        length: u64,
        has_levels: bool,
        read: &mut Read<'_, 'a>,
    ) -> Result<Self, FileError> {
        let header = check_ends(length, read)?;
        if header.is_grouped() {
            return Err(FileError::Grouped);
        }
        let mut section = |section| match header.span(section) {
            Span { length: 0, .. } => Ok(Cow::Borrowed(&[][..])),
            span => read(span),
        };
        Ok(Sections {
            keys: section(Section::Keys)?,
            text: section(Section::Text)?,
            wraps: section(Section::Wraps)?,
            values: section(Section::Values)?,
            levels: match has_levels {
                true => Some(section(Section::Levels)?),
                false => None,
            },
            header,
        })
    }

    /// The sections of a file whose bytes are in memory.
    pub(super) fn of_bytes(bytes: &'a [u8], has_levels: bool) -> Result<Self, FileError> {
        Self::read(bytes.len() as u64, has_levels, &mut |span| {
            // All spans are within the length.
            Ok(Cow::Borrowed(
                &bytes[span.offset as usize..span.end() as usize],
            ))
        })
    }

    pub(super) fn values(&self) -> &[u8] {
        &self.values
    }

    /// What a key array is made of. `piece` makes pieces of sections, `level_piece` of the levels.
    pub(super) fn key_pieces<'s>(
        &'s self,
        piece: &MakePiece<'_, 's>,
        level_piece: &MakePiece<'_, 's>,
    ) -> Result<KeyPieces<'s>, FileError> {
        let header = &self.header;
        let wraps = values_of::<u64>(&self.wraps).map(usize::try_from);
        let (Ok(len), Ok(wraps)) = (usize::try_from(header.keys), wraps.collect()) else {
            return Err(FileError::TooLarge);
        };
        if usize::BITS == 32 && !self.wraps.is_empty() {
            return Err(FileError::TooLarge);
        }
        Ok(KeyPieces {
            len,
            keys: piece(&self.keys),
            text: piece(&self.text),
            wraps,
            levels: self
                .levels
                .as_ref()
                .map(|levels| self.level_pieces(levels, level_piece)),
        })
    }

    fn level_pieces<'s>(&'s self, levels: &'s [u8], piece: &MakePiece<'_, 's>) -> LevelPieces<'s> {
        let geometry = self.header.geometry();
        let start = self.header.span(Section::Levels).offset;
        let columns = |column| -> Vec<Piece<'s>> {
            let mut spans: Vec<Span> = Vec::new();
            for level in 0..geometry.height() {
                let Some(span) = self.header.level_column(&geometry, level, column) else {
                    continue;
                };
                match spans.last_mut() {
                    Some(last) if last.end() == span.offset => last.length += span.length,
                    _ => spans.push(span),
                }
            }
            let bytes =
                |span: Span| &levels[(span.offset - start) as usize..(span.end() - start) as usize];
            spans.into_iter().map(|span| piece(bytes(span))).collect()
        };
        LevelPieces {
            heads: columns(0),
            second_heads: columns(1),
            shared: self.header.shared as usize,
        }
    }

    /// Checks that the levels, if they are used, are those of nodes of that many keys.
    pub(super) fn check_nodes(&self, node_keys: usize) -> Result<(), FileError> {
        let (expected, found) = (node_keys as u64, u64::from(self.header.node_keys));
        match self.levels.is_none() || expected == found {
            true => Ok(()),
            false => Err(FileError::NodeKeys { expected, found }),
        }
    }

    /// The error of a fault that only the key array could notice.
    pub(super) fn damage(&self, fault: Fault) -> FileError {
        let (what, section) = match fault {
            Fault::Padding => ("the padding of keys or levels", Section::Keys),
            Fault::Ends => ("where texts end", Section::Keys),
            Fault::Utf8 => ("a text that is not UTF-8", Section::Text),
        };
        FileError::Damaged {
            what,
            offset: self.header.span(section).offset,
        }
    }
}

/// Reads the header, and compares it with its copy at the end of the file.
pub(super) fn check_ends(length: u64, read: &mut Read<'_, '_>) -> Result<Header, FileError> {
    let start = Span {
        offset: 0,
        length: length.min(HEADER_BYTES as u64),
    };
    let bytes = read(start)?;
    let header = Header::parse(&bytes)?;
    header.check_file_length(length)?;
    let end = Span {
        offset: length - HEADER_BYTES as u64,
        length: HEADER_BYTES as u64,
    };
    if read(end)? != bytes {
        return Err(FileError::Damaged {
            what: "the end does not repeat the header",
            offset: end.offset,
        });
    }
    Ok(header)
}

impl Header {
    /// Checks that a file is as long as its header says.
    pub(super) fn check_file_length(&self, found: u64) -> Result<(), FileError> {
        let expected = self.file_length;
        if found < expected {
            return Err(FileError::Truncated { expected, found });
        }
        if found > expected {
            return Err(FileError::Overlong { expected, found });
        }
        Ok(())
    }

    /// Checks a type that was asked for.
    pub(super) fn check_type(
        what: &'static str,
        expected: String,
        found: &str,
    ) -> Result<(), FileError> {
        if expected == found {
            return Ok(());
        }
        Err(FileError::Type {
            what,
            expected,
            found: found.into(),
        })
    }
}
