//! Builds a file from any number of sorted entries, in little memory.

use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Ordering;

use std::io::Write;
use std::path::Path;

use crate::memory::plain::{Value, bytes_of};
use crate::static_collections::Key;
use crate::static_collections::parts::{Collection, KeyBytes, KeyForm, Stored};

use super::error::FileError;
use super::header::Header;
use super::key_sections::{KeySections, Part};
use super::limits;
use super::reader::KeyBuf;
use super::replace::replace;
use super::temporary::TemporaryFile;
use super::write::{Content, write};

/// What a [`Builder`] makes.
#[derive(Clone, Debug)]
pub struct FileType {
    /// A set, a map or an index.
    pub collection: Collection,
    /// Whether an index may hold each key once, whatever the number of its values, which it does
    /// if that makes the file smaller. Then only a [`Reader`](super::Reader) reads it.
    pub may_be_grouped: bool,
    /// The number of keys of a node, as in [`Packed`](crate::static_collections::Packed): 0 means
    /// as many as a cache line holds. With more, the levels are smaller.
    pub node_keys: u32,
    /// How keys are held.
    pub form: KeyForm,
    /// The name of the type of keys.
    pub key_type: String,
    /// The name of the type of values.
    pub value_type: String,
    /// The number of bytes of each value; 0 in a set.
    pub value_width: u32,
}

impl FileType {
    /// A file of keys and values of these types, which [`StaticMap`](crate::StaticMap) or
    /// [`StaticIndex`](crate::StaticIndex) read.
    #[must_use]
    pub fn of<K: Key, V: Value>(collection: Collection) -> FileType {
        FileType {
            collection,
            may_be_grouped: false,
            node_keys: 0,
            form: <K::KeyArray<0> as Stored>::FORM,
            key_type: K::type_name(),
            value_type: V::type_name(),
            value_width: size_of::<V>() as u32,
        }
    }

    /// A file of keys of this type, which [`StaticSet`](crate::StaticSet) reads.
    #[must_use]
    pub fn of_set<K: Key>() -> FileType {
        FileType {
            value_type: "()".into(),
            value_width: 0,
            ..FileType::of::<K, u8>(Collection::Set)
        }
    }
}

/// Builds a file from entries whose keys ascend. A [`SortingBuilder`](super::SortingBuilder) takes
/// them in any order.
///
/// Each part of the file is collected in a temporary file of its own unless it is small, and all
/// are put together in the end: memory is O(B log n), a few megabytes. Where an index
/// [may be grouped](FileType::may_be_grouped) and turns out to be smaller otherwise, the keys are
/// read again before that.
///
/// # Examples
///
/// ```
/// use leafwise::StaticMap;
/// use leafwise::file::{Builder, Collection, FileType};
///
/// let mut builder = Builder::new(FileType::of::<u32, u64>(Collection::Map));
/// for number in 0..100_000_u32 {
///     builder.push(number, &[u64::from(number) * 2])?;
/// }
/// let mut file = Vec::new();
/// builder.write_to(&mut file)?;
/// assert_eq!(StaticMap::<u32, u64>::from_bytes(&file)?.get(&300), Some(&600));
/// # Ok::<(), leafwise::file::FileError>(())
/// ```
pub struct Builder {
    header: Header,
    about: Vec<u8>,
    /// The value of the last key of a map: another one of the same key replaces it.
    pending: Vec<u8>,
    keys: KeySections,
    /// The number of bytes of the texts of all entries, whether each key is there once or not.
    text_length: u64,
    values: Part,
}

impl Builder {
    /// Begins a file.
    #[must_use]
    pub fn new(file_type: FileType) -> Builder {
        let key_bytes = match file_type.form {
            KeyForm::Integers { width, .. } => usize::from(width),
            KeyForm::Texts { .. } => size_of::<u64>(),
        };
        let may_be_grouped = file_type.may_be_grouped && file_type.collection == Collection::Index;
        let header = Header {
            collection: file_type.collection,
            group_width: if may_be_grouped { 8 } else { 0 },
            value_width: file_type.value_width,
            key_type: file_type.key_type,
            value_type: file_type.value_type,
            node_keys: match file_type.node_keys {
                0 => (NODE_BYTES / key_bytes) as u32,
                node_keys => node_keys,
            },
            ..Header::new(file_type.form)
        };
        Builder {
            about: Vec::new(),
            pending: Vec::new(),
            keys: KeySections::new(&header),
            text_length: 0,
            values: Part::new(),
            header,
        }
    }

    /// Says something about the file, in any form, for whoever reads it.
    #[must_use]
    pub fn about(mut self, about: Vec<u8>) -> Builder {
        self.about = about;
        self
    }

    /// Promises that all keys are texts that begin with the same bytes, at least `shared` of them,
    /// which the levels leave out: they then tell longer texts apart.
    ///
    /// # Panics
    ///
    /// [`push`](Self::push) panics if a key begins otherwise.
    #[must_use]
    pub fn sharing(mut self, shared: usize) -> Builder {
        self.header.shared = u32::try_from(shared).unwrap_or(u32::MAX);
        self
    }

    /// Promises that there are at most that many values: a grouped index with fewer than 2^32 is
    /// smaller.
    ///
    /// # Panics
    ///
    /// [`push`](Self::push) panics if there are more.
    #[must_use]
    pub fn at_most(mut self, values: u64) -> Builder {
        if self.header.is_grouped() && u32::try_from(values).is_ok() {
            self.header.group_width = 4;
            self.keys = KeySections::new(&self.header);
        }
        self
    }

    /// The number of different keys so far.
    #[must_use]
    pub fn different_key_count(&self) -> u64 {
        self.header.different_keys
    }

    /// Adds an entry, with `[value]`, or `[]` in a set. Of entries with equal keys, a map keeps the
    /// last one, a set one, and an index all. O(1) amortized.
    ///
    /// # Errors
    ///
    /// Returns an error if the key is less than the one before, or if a temporary file cannot be
    /// written.
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
        self.check(key, value);
        let last = self.keys.last.as_ref();
        let order = last.map(|last| key.cmp(&last.bytes()));
        let is_again = order == Some(Ordering::Equal);
        if order == Some(Ordering::Less) {
            return Err(FileError::Unsorted {
                index: self.header.values,
            });
        }
        if is_again && self.header.collection != Collection::Index {
            self.pending = value.into();
            return Ok(());
        }
        if !(is_again && self.header.is_grouped()) {
            self.keys.push(&self.header, key, self.header.values)?;
        }
        if !is_again {
            self.header.different_keys += 1;
        }
        if let KeyBytes::Text(text) = key {
            self.text_length += text.len() as u64;
        }
        self.header.values += 1;
        let is_short = self.header.group_width == 4;
        assert!(
            !is_short || u32::try_from(self.header.values).is_ok(),
            "there are more values than was promised"
        );
        if self.header.collection == Collection::Index {
            return self.values.push(value);
        }
        self.values.push(&self.pending)?;
        self.pending = value.into();
        Ok(())
    }

    /// # Panics
    /// Panics as [`push`](Self::push) does.
    pub(super) fn check(&self, key: KeyBytes<'_>, value: &[u8]) {
        let is_fitting = match (key, self.header.form) {
            (KeyBytes::Integer(bits), KeyForm::Integers { width, .. }) => {
                width == 16 || bits >> (u32::from(width) * 8) == 0
            }
            (KeyBytes::Text(text), KeyForm::Texts { length }) => {
                assert!(
                    self.begins_as_promised(text),
                    "the key does not begin as was promised"
                );
                length.is_none_or(|length| length as usize == text.len())
            }
            _ => false,
        };
        assert!(is_fitting, "the key is not of the type of the file");
        let width = self.header.value_width as usize;
        assert_eq!(
            value.len(),
            width,
            "the value is not of the type of the file"
        );
    }

    /// Whether a text has the bytes that all texts share: the levels would be wrong without.
    fn begins_as_promised(&self, text: &[u8]) -> bool {
        let shared = text.get(..self.header.shared as usize);
        shared.is_some_and(|shared| match &self.keys.first {
            Some(KeyBuf::Text(first)) => first.starts_with(shared),
            _ => true,
        })
    }

    /// Writes the file to a path, as [`StaticMap::save`](crate::StaticMap::save) does.
    ///
    /// # Errors
    ///
    /// Returns the error of the system.
    pub fn save(self, path: impl AsRef<Path>) -> Result<(), FileError> {
        replace(path.as_ref(), |out| self.write(out))
    }

    /// Writes the file.
    ///
    /// # Errors
    ///
    /// Returns the error of the writer, or of a temporary file.
    pub fn write_to(self, mut out: impl Write) -> Result<(), FileError> {
        self.write(&mut out)
    }

    fn write(mut self, out: &mut dyn Write) -> Result<(), FileError> {
        self.values.push(&self.pending)?;
        self.header.keys = self.keys.count;
        if self.header.is_grouped() {
            self = self.ungrouped_if_smaller()?;
        }
        let Builder {
            header,
            about,
            keys,
            values,
            ..
        } = self;
        let limits = keys.first.as_ref().zip(keys.last.as_ref());
        let limits = limits.map(|(first, last)| [first.bytes(), last.bytes()]);
        let limits = limits::encode(header.form, limits);
        let [levels, key_content, text, wraps, groups] = keys.into_contents(&header)?;
        let contents = [
            Content::of_bytes(&about),
            Content::of_bytes(&limits),
            levels,
            key_content,
            text,
            wraps,
            groups,
            values.into_content()?,
        ];
        Ok(write::<TemporaryFile>(header, contents, out)?)
    }

    /// Leaves out the groups if the file is smaller without: a key is then there for each of its
    /// values.
    fn ungrouped_if_smaller(mut self) -> Result<Builder, FileError> {
        let flat = Header {
            keys: self.header.values,
            group_width: 0,
            ..self.header.clone()
        };
        let grouped_length = self.header.content_length(self.keys.text_length());
        if flat.content_length(self.text_length) > grouped_length || !self.keys.are_short() {
            return Ok(self);
        }
        if flat.keys > self.header.keys {
            self.keys = self.keys.repeated(&self.header, &flat)?;
        }
        self.header = flat;
        Ok(self)
    }
}

/// The bytes of keys of a node: a cache line.
const NODE_BYTES: usize = 64;
