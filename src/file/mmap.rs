//! Files that are mapped into memory.

#![expect(
    unsafe_code,
    reason = "the caller promises that the file does not change"
)]

use alloc::sync::Arc;

use std::fs::File;
use std::io::Cursor;
use std::path::Path;

use memmap2::Mmap;

use crate::memory::plain::{Keeper, Piece};
use crate::static_collections::parts::StoredKind;
use crate::static_collections::{Key, Packed, Static};

use super::collection::OpenOptions;
use super::error::FileError;
use super::sections::Sections;
use super::verify::verify;

/// Collections in files that are [mapped](mod@crate::file#mapping) into memory.
impl<K: Key, V, F: StoredKind<V>, const B: usize> Static<K, V, F, Packed<B>> {
    /// Maps a file into memory: the levels above the keys are copied; keys and values are read when
    /// a look-up touches them. O(n / 8) for text and keys of eight bytes, less for smaller ones.
    ///
    /// On a machine that is not little-endian, the file is read as by [`open`](Self::open).
    ///
    /// # Errors
    ///
    /// Returns an error as [`open`](Self::open) does, and if the nodes of the file have another
    /// number of keys than `B` says. Texts are not checked: of one that is not UTF-8, only the part
    /// before the fault is returned.
    ///
    /// # Safety
    ///
    /// The file must not change as long as the collection exists: Rust assumes that what is behind
    /// a shared reference stays the same. If the file is cut short, the system ends the program
    /// when it touches what is gone (`SIGBUS`). A file that [`save`](Self::save) replaces does not
    /// change: the old one exists until nobody uses it.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::StaticMap;
    ///
    /// let path = std::env::temp_dir().join(format!("squares-{}.lwx", std::process::id()));
    /// let squares: StaticMap<u32, u64> = (0..1000).map(|n| (n, u64::from(n) * 2)).collect();
    /// squares.save(&path)?;
    ///
    /// // SAFETY: nobody else knows the file.
    /// let squares: StaticMap<u32, u64> = unsafe { StaticMap::open_mmap(&path)? };
    /// assert_eq!(squares.get(&30), Some(&60));
    /// # std::fs::remove_file(path)?;
    /// # Ok::<(), leafwise::file::FileError>(())
    /// ```
    pub unsafe fn open_mmap(path: impl AsRef<Path>) -> Result<Self, FileError> {
        // SAFETY: the caller promises what is asked for.
        unsafe { Self::open_mmap_with(path, OpenOptions::default()) }
    }

    /// The same, as the options say: the levels can stay in the file as well, and the file can be
    /// verified first. O(1) for integers that are not verified and whose levels stay in the file.
    ///
    /// # Errors
    ///
    /// Returns an error as [`open_mmap`](Self::open_mmap) does, and of a file that is to be
    /// verified, as [`verify`](super::verify) does.
    ///
    /// # Safety
    ///
    /// As for [`open_mmap`](Self::open_mmap). A file that was verified may not change either.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::StaticSet;
    /// use leafwise::file::OpenOptions;
    ///
    /// let path = std::env::temp_dir().join(format!("odd-{}.lwx", std::process::id()));
    /// let odd: StaticSet<u32> = (0..10_000).map(|n| n * 2 + 1).collect();
    /// odd.save(&path)?;
    ///
    /// let options = OpenOptions {
    ///     map_levels: true,
    ///     ..OpenOptions::default()
    /// };
    /// // SAFETY: nobody else knows the file.
    /// let odd: StaticSet<u32> = unsafe { StaticSet::open_mmap_with(&path, options)? };
    /// assert!(odd.contains(&1001));
    /// # std::fs::remove_file(path)?;
    /// # Ok::<(), leafwise::file::FileError>(())
    /// ```
    pub unsafe fn open_mmap_with(
        path: impl AsRef<Path>,
        options: OpenOptions,
    ) -> Result<Self, FileError> {
        let file = File::open(path)?;
        // SAFETY: the caller promises that the file does not change.
        let map = Arc::new(unsafe { Mmap::map(&file)? });
        if options.verify {
            verify(Cursor::new(&map[..]))?;
        }
        let keeper: Keeper = map.clone();
        let sections = Sections::of_bytes(&map, true)?;
        let kept = |bytes| {
            // SAFETY: the bytes are those of the mapping, which the keeper holds, and which does
            // not change, as the caller promises.
            unsafe { Piece::kept(bytes, &keeper) }
        };
        match options.map_levels {
            true => Self::of_sections(&sections, &kept, &kept),
            false => Self::of_sections(&sections, &kept, &Piece::new),
        }
    }
}
