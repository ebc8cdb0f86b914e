//! Static collections are written to files.

use alloc::vec::Vec;

use std::io::{self, Write};
use std::path::Path;

use crate::static_collections::parts::{Collection, Stored, StoredKind, shared_bytes};
use crate::static_collections::{Key, Packed, Static};

use super::header::Header;
use super::limits;
use super::replace::replace;
use super::separators::{Separator, Separators};
use super::write::{Content, write};

/// Collections in [files](mod@crate::file).
impl<K: Key, V, F: StoredKind<V>, const B: usize> Static<K, V, F, Packed<B>> {
    /// Writes the collection to a file, which is replaced if it is there. O(n).
    ///
    /// The new file is written beside the old one, flushed to the disk and renamed: even if the
    /// program or the machine stops meanwhile, one of the two is there, and whole.
    ///
    /// # Errors
    ///
    /// Returns the error of the system. The old file is unchanged then, unless what failed is the
    /// last step, which flushes the folder.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::StaticMap;
    ///
    /// let path = std::env::temp_dir().join(format!("names-{}.lwx", std::process::id()));
    /// let names: StaticMap<u32, u64> = StaticMap::from([(4, 400), (7, 700)]);
    /// names.save(&path)?;
    ///
    /// let names: StaticMap<u32, u64> = StaticMap::open(&path)?;
    /// assert_eq!(names.get(&7), Some(&700));
    /// # std::fs::remove_file(path)?;
    /// # Ok::<(), leafwise::file::FileError>(())
    /// ```
    pub fn save(&self, path: impl AsRef<Path>) -> io::Result<()> {
        replace(path.as_ref(), |out| self.write_to(out))
    }

    /// Writes the collection as the bytes of a file. O(n).
    ///
    /// # Errors
    ///
    /// Returns the error of the writer.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::StaticSet;
    ///
    /// let words: StaticSet<String> = ["ant", "bee"].into_iter().collect();
    /// let mut bytes = Vec::new();
    /// words.write_to(&mut bytes)?;
    /// assert_eq!(StaticSet::from_bytes(&bytes)?, words);
    /// # Ok::<(), leafwise::file::FileError>(())
    /// ```
    pub fn write_to(&self, mut out: impl Write) -> io::Result<()> {
        let (keys, values) = self.parts();
        let header = Header {
            collection: F::COLLECTION,
            value_width: F::VALUE_WIDTH as u32,
            key_type: K::type_name(),
            value_type: F::value_type(),
            ..Header::new(<K::KeyArray<B> as Stored>::FORM)
        };
        write_collection(header, keys, &values, &mut out)
    }
}

/// Writes keys and the bytes of their values, given what the header says of their types.
fn write_collection<C: Stored>(
    mut header: Header,
    keys: &C,
    values: &[u8],
    out: &mut dyn Write,
) -> io::Result<()> {
    let parts = keys.parts();
    let last = keys.len().checked_sub(1);
    let limits = last.map(|last| [keys.key_bytes(0), keys.key_bytes(last)]);
    let shared = limits.map_or(0, |[first, last]| shared_bytes(first, last));
    header.keys = keys.len() as u64;
    header.values = header.keys;
    header.different_keys = match header.collection {
        Collection::Index => {
            let is_new = |at: &usize| *at == 0 || keys.key_bytes(*at) != keys.key_bytes(at - 1);
            (0..keys.len()).filter(is_new).count() as u64
        }
        Collection::Set | Collection::Map => header.keys,
    };
    header.node_keys = u32::try_from(C::NODE_KEYS).unwrap_or(u32::MAX);
    header.shared = shared as u32;
    let mut separators = Separators::<Vec<u8>>::new(&header);
    for position in (C::NODE_KEYS..keys.len()).step_by(C::NODE_KEYS) {
        let separator = Separator {
            key: keys.key_bytes(position - 1),
            text_end: keys.text_end(position - 1),
            group_end: 0,
        };
        separators.push(position as u64, &separator, shared)?;
    }
    let levels = separators.finish(&header)?;
    let wraps = parts.wraps.iter().map(|at| *at as u64);
    let wraps: Vec<u8> = wraps.flat_map(u64::to_le_bytes).collect();
    let limits = limits::encode(header.form, limits);
    let contents = [
        Content::default(),
        Content::of_bytes(&limits),
        levels,
        Content::of_bytes(&parts.keys),
        Content::of_bytes(parts.text),
        Content::of_bytes(&wraps),
        Content::default(),
        Content::of_bytes(values),
    ];
    write::<Vec<u8>>(header, contents, out)
}
