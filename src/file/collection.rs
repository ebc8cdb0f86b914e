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
use super::sections::{MakePiece, Sections};
#[cfg(feature = "std")]
use super::verify::verify;

/// How a file is opened.
#[cfg(feature = "std")]
#[derive(Clone, Copy, Debug, Default)]
pub struct OpenOptions {
    /// Whether the whole file is checked first, as [`verify`](super::verify) does. This takes O(n),
    /// and the file is read once more.
    pub verify: bool,
    /// Whether the levels of a file that is mapped stay in the file as well, as far as they can be
    /// used there: those of integers, whatever their number, and those of texts if there is only
    /// one. Opening is then O(1), and look-ups wait for the disk more often at first.
    pub map_levels: bool,
}

/// Collections in [files](mod@crate::file).
impl<K: Key, V, F: StoredKind<V>, const B: usize> Static<K, V, F, Packed<B>> {
    /// Reads a file into memory. O(n).
    ///
    /// Keys are checked as far as the absence of panics depends on it, and texts are checked to be
    /// UTF-8. [`open_with`](Self::open_with) compares all checksums, if it is told to.
    ///
    /// # Errors
    ///
    /// Returns an error if the file cannot be read, is none of these files, is damaged where that
    /// is noticed, or holds another kind of collection or other types.
    #[cfg(feature = "std")]
    pub fn open(path: impl AsRef<Path>) -> Result<Self, FileError> {
        Self::open_with(path, OpenOptions::default())
    }

    /// The same, as the options say. O(n).
    ///
    /// # Errors
    ///
    /// Returns an error as [`open`](Self::open) does, and of a file that is to be verified, as
    /// [`verify`](super::verify) does.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::StaticSet;
    /// use leafwise::file::OpenOptions;
    ///
    /// let path = std::env::temp_dir().join(format!("primes-{}.lwx", std::process::id()));
    /// StaticSet::from([2_u32, 3, 5, 7]).save(&path)?;
    ///
    /// let options = OpenOptions {
    ///     verify: true,
    ///     ..OpenOptions::default()
    /// };
    /// let primes: StaticSet<u32> = StaticSet::open_with(&path, options)?;
    /// assert!(primes.contains(&5));
    /// # std::fs::remove_file(path)?;
    /// # Ok::<(), leafwise::file::FileError>(())
    /// ```
    #[cfg(feature = "std")]
    pub fn open_with(path: impl AsRef<Path>, options: OpenOptions) -> Result<Self, FileError> {
        let mut file = File::open(path)?;
        if options.verify {
            verify(&file)?;
        }
        let length = file.seek(SeekFrom::End(0))?;
        let sections = Sections::read(length, false, &mut |span| {
            let length = usize::try_from(span.length).map_err(|_| FileError::TooLarge)?;
            let mut bytes = vec![0; length];
            file.seek(SeekFrom::Start(span.offset))?;
            file.read_exact(&mut bytes)?;
            Ok(Cow::Owned(bytes))
        })?;
        Self::of_sections(&sections, &Piece::new, &Piece::new)
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
        Self::of_sections(&Sections::of_bytes(bytes, false)?, &Piece::new, &Piece::new)
    }

    /// Makes a collection of sections of a file. `piece` makes pieces of them, `level_piece` of the
    /// levels.
    pub(super) fn of_sections<'s>(
        sections: &'s Sections<'_>,
        piece: &MakePiece<'_, 's>,
        level_piece: &MakePiece<'_, 's>,
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
        let keys = sections.key_pieces(piece, level_piece)?;
        Self::of_pieces(keys, piece(sections.values())).map_err(|fault| sections.damage(fault))
    }
}
