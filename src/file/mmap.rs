//! Files that are mapped into memory.

#![expect(
    unsafe_code,
    reason = "the caller promises that the file does not change"
)]

use alloc::sync::Arc;

use std::fs::File;
use std::path::Path;

use memmap2::Mmap;

use crate::memory::plain::{Keeper, Piece};
use crate::static_collections::parts::StoredKind;
use crate::static_collections::{Key, Packed, Static};

use super::error::FileError;
use super::sections::Sections;

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
        let file = File::open(path)?;
        // SAFETY: the caller promises that the file does not change.
        let map = Arc::new(unsafe { Mmap::map(&file)? });
        let keeper: Keeper = map.clone();
        let sections = Sections::of_bytes(&map, true)?;
        Self::of_sections(&sections, |bytes| {
            // SAFETY: the bytes are those of the mapping, which the keeper holds, and which does
            // not change, as the caller promises.
            unsafe { Piece::kept(bytes, &keeper) }
        })
    }
}
