//! Builds a file from entries in any order, within a budget of memory.

use alloc::vec::Vec;

use std::io::Write;
use std::path::Path;

use crate::memory::plain::{Value, bytes_of};
use crate::static_collections::parts::{KeyBytes, KeyForm, shared_bytes};

use super::builder::{Builder, FileType};
use super::error::FileError;
use super::external_sort::ExternalSort;
use super::integer::width;
use super::reader::KeyBuf;

/// Builds a file from entries whose keys are in any order.
///
/// Entries are sorted in memory, and in temporary files if there are more than the budget holds.
/// The file is the one that a [`Builder`] makes of the sorted entries if it is told the number of
/// bytes that all keys share, and that of entries.
///
/// Temporary files are in the folder that [`std::env::temp_dir`] names, but have no names there:
/// nothing is left of them, however the program ends. Together, they are as large as all entries
/// and four bytes for each, and as those of the [`Builder`]; twice as large while they are merged.
///
/// # Examples
///
/// ```
/// use leafwise::StaticIndex;
/// use leafwise::file::{Collection, FileType, SortingBuilder};
///
/// let file_type = FileType::of::<u32, u64>(Collection::Index);
/// let mut builder = SortingBuilder::new(file_type, 64 << 20);
/// for number in 0..100_000_u64 {
///     let key = (number * 7_919 % 1000) as u32;
///     builder.push(key, &[number])?;
/// }
/// let mut file = Vec::new();
/// builder.write_to(&mut file)?;
/// let index = StaticIndex::<u32, u64>::from_bytes(&file)?;
/// assert_eq!(index.get(&919), Some(&1));
/// assert_eq!(index.count(&919), 100);
/// # Ok::<(), leafwise::file::FileError>(())
/// ```
pub struct SortingBuilder {
    form: KeyForm,
    builder: Builder,
    sort: ExternalSort,
    entries: u64,
    /// What the keys so far begin with, if they are texts.
    shared: Option<Vec<u8>>,
}

impl SortingBuilder {
    /// Begins a file. Sorting takes at most `memory` bytes, or as much as 16 KiB and some tens of
    /// the longest entries. Beside that, building takes a few megabytes, as a [`Builder`] does.
    #[must_use]
    pub fn new(file_type: FileType, memory: usize) -> SortingBuilder {
        let value_width = file_type.value_width as usize;
        SortingBuilder {
            form: file_type.form,
            builder: Builder::new(file_type),
            sort: ExternalSort::new(value_width, memory),
            entries: 0,
            shared: None,
        }
    }

    /// Says something about the file, as [`Builder::about`] does.
    #[must_use]
    pub fn about(mut self, about: Vec<u8>) -> SortingBuilder {
        self.builder = self.builder.about(about);
        self
    }

    /// Adds an entry, with `[value]`, or `[]` in a set. Of entries with equal keys, a map keeps the
    /// one that was added last, a set one, and an index all, in the order in which they were added.
    /// O(log n) amortized.
    ///
    /// # Errors
    ///
    /// Returns an error if a temporary file cannot be written, as on a full disk, or if the key is
    /// a text of 4 GiB or more.
    ///
    /// # Panics
    ///
    /// Panics if the key or the value is not as the [`FileType`] says: an integer or a text, of
    /// that length.
    pub fn push<V: Value>(&mut self, key: impl Into<KeyBuf>, value: &[V]) -> Result<(), FileError> {
        self.push_bytes(key.into().bytes(), &bytes_of(value))
    }

    /// The same, given a key as files hold it and the bytes of the value.
    ///
    /// # Errors
    ///
    /// Returns an error as [`push`](Self::push) does.
    ///
    /// # Panics
    ///
    /// Panics as [`push`](Self::push) does.
    pub fn push_bytes(&mut self, key: KeyBytes<'_>, value: &[u8]) -> Result<(), FileError> {
        self.builder.check(key, value);
        match key {
            // Such bytes order as the integers do.
            KeyBytes::Integer(bits) => {
                let bytes = bits.to_be_bytes();
                self.sort
                    .push(&bytes[bytes.len() - width(self.form)..], value)?;
            }
            KeyBytes::Text(text) => {
                self.sort.push(text, value)?;
                match &mut self.shared {
                    Some(shared) => {
                        let both = [&*shared, text].map(KeyBytes::Text);
                        shared.truncate(shared_bytes(both[0], both[1]));
                    }
                    None => self.shared = Some(text.into()),
                }
            }
        }
        self.entries += 1;
        Ok(())
    }

    /// Writes the file to a path, as [`StaticMap::save`](crate::StaticMap::save) does. O(n log n).
    ///
    /// # Errors
    ///
    /// Returns the error of the system, or of a temporary file.
    pub fn save(self, path: impl AsRef<Path>) -> Result<(), FileError> {
        self.sorted()?.save(path)
    }

    /// Writes the file. O(n log n).
    ///
    /// # Errors
    ///
    /// Returns the error of the writer, or of a temporary file.
    pub fn write_to(self, out: impl Write) -> Result<(), FileError> {
        self.sorted()?.write_to(out)
    }

    /// A builder that has all entries.
    fn sorted(self) -> Result<Builder, FileError> {
        let shared = self.shared.map_or(0, |shared| shared.len());
        let mut builder = self.builder.sharing(shared).at_most(self.entries);
        let mut entries = self.sort.finish()?;
        while let Some((key, value)) = entries.next()? {
            let key = match self.form {
                KeyForm::Integers { .. } => {
                    let mut bytes = [0; 16];
                    let start = bytes.len() - key.len();
                    bytes[start..].copy_from_slice(key);
                    KeyBytes::Integer(u128::from_be_bytes(bytes))
                }
                KeyForm::Texts { .. } => KeyBytes::Text(key),
            };
            builder.push_bytes(key, value)?;
        }
        Ok(builder)
    }
}
