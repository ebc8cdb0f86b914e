//! Static collections are read from files.

#[cfg(feature = "std")]
use alloc::borrow::Cow;
#[cfg(feature = "std")]
use alloc::vec;

#[cfg(feature = "std")]
use std::fs::File;
#[cfg(feature = "std")]
use std::io::{Read, Seek, SeekFrom};
#[cfg(feature = "std")]
use std::path::Path;

use crate::memory::plain::Piece;
use crate::static_collections::parts::{Stored, StoredKind};
use crate::static_collections::{Key, Packed, Static};

use super::error::FileError;
use super::header::Header;
use super::sections::Sections;

/// Collections in [files](mod@crate::file).
impl<K: Key, V, F: StoredKind<V>, const B: usize> Static<K, V, F, Packed<B>> {
    /// Reads a file into memory. O(n).
    ///
    /// Keys are checked as far as the absence of panics depends on it, and texts are checked to be
    /// UTF-8. [`verify`](super::verify) compares all checksums.
    ///
    /// # Errors
    ///
    /// Returns an error if the file cannot be read, is none of these files, is damaged where that
    /// is noticed, or holds another kind of collection or other types.
    #[cfg(feature = "std")]
    pub fn open(path: impl AsRef<Path>) -> Result<Self, FileError> {
        let mut file = File::open(path)?;
        let length = file.seek(SeekFrom::End(0))?;
        let sections = Sections::read(length, false, &mut |span| {
            let length = usize::try_from(span.length).map_err(|_| FileError::TooLarge)?;
            let mut bytes = vec![0; length];
            file.seek(SeekFrom::Start(span.offset))?;
            file.read_exact(&mut bytes)?;
            Ok(Cow::Owned(bytes))
        })?;
        Self::of_sections(&sections, Piece::new)
    }

    /// Reads the bytes of a file, at whatever address they are: [`open`](Self::open) for
    /// `include_bytes!`, and without std. O(n).
    ///
    /// # Errors
    ///
    /// Returns an error as [`open`](Self::open) does.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use leafwise::StaticSet;
    ///
    /// # macro_rules! include_bytes { ($path:literal) => { &[0; 8] } }
    /// static WORDS: &[u8] = include_bytes!("words.lwx");
    /// let words: StaticSet<String> = StaticSet::from_bytes(WORDS)?;
    /// # Ok::<(), leafwise::file::FileError>(())
    /// ```
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, FileError> {
        Self::of_sections(&Sections::of_bytes(bytes, false)?, Piece::new)
    }

    /// Makes a collection of sections of a file. `piece` makes pieces of them.
    pub(super) fn of_sections<'s>(
        sections: &'s Sections<'_>,
        piece: impl Fn(&'s [u8]) -> Piece<'s>,
    ) -> Result<Self, FileError> {
        let header = &sections.header;
        if header.collection != F::COLLECTION {
            return Err(FileError::Collection {
                expected: F::COLLECTION,
                found: header.collection,
            });
        }
        Header::check_type("keys", K::type_name(), &header.key_type)?;
        Header::check_type("values", F::value_type(), &header.value_type)?;
        let is_as_named = header.form == <K::KeyArray<B> as Stored>::FORM
            && header.value_width as usize == F::VALUE_WIDTH;
        if !is_as_named {
            return Err(FileError::Damaged {
                what: "keys or values are not held as those of their type are",
                offset: 60,
            });
        }
        sections.check_nodes(<K::KeyArray<B> as Stored>::NODE_KEYS)?;
        Self::of_pieces(sections.key_pieces(&piece)?, piece(sections.values()))
            .map_err(|fault| sections.damage(fault))
    }
}
