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
use super::integer::{integer_bytes, width};
use super::limits;
use super::reader::KeyBuf;
use super::replace::replace;
use super::separators::{Separator, Separators};
use super::spool::Spool;
use super::temporary::TemporaryFile;
use super::write::{Content, write};

/// What a [`Builder`] makes.
#[derive(Clone, Debug)]
pub struct FileType {
    /// A set, a map or an index.
    pub collection: Collection,
    /// Whether an index holds each key once, whatever the number of its values. If keys have
    /// several values, the file is smaller, but only a [`Reader`](super::Reader) reads it.
    pub is_grouped: bool,
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
            is_grouped: false,
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
/// are put together in the end: memory is O(B log n), a few megabytes.
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
    first: Option<KeyBuf>,
    last: Option<KeyBuf>,
    /// The value of the last key of a map: another one of the same key replaces it.
    pending: Vec<u8>,
    separators: Separators<TemporaryFile>,
    keys: Part,
    text: Part,
    wraps: Part,
    groups: Part,
    values: Part,
}

/// A section while it is collected.
struct Part {
    spool: TemporaryFile,
    length: u64,
}

impl Part {
    fn new() -> Part {
        Part {
            spool: TemporaryFile::new(),
            length: 0,
        }
    }

    fn push(&mut self, bytes: &[u8]) -> Result<(), FileError> {
        self.length += bytes.len() as u64;
        Ok(self.spool.write_all(bytes)?)
    }

    fn into_content(self) -> Result<Content<'static>, FileError> {
        Ok(Content::of_spool(self.length, self.spool)?)
    }
}

impl Builder {
    /// Begins a file.
    #[must_use]
    pub fn new(file_type: FileType) -> Builder {
        let key_bytes = match file_type.form {
            KeyForm::Integers { width, .. } => usize::from(width),
            KeyForm::Texts { .. } => size_of::<u64>(),
        };
        let header = Header {
            collection: file_type.collection,
            group_width: match file_type.is_grouped && file_type.collection == Collection::Index {
                true => 8,
                false => 0,
            },
            value_width: file_type.value_width,
            key_type: file_type.key_type,
            value_type: file_type.value_type,
            node_keys: (NODE_BYTES / key_bytes) as u32,
            ..Header::new(file_type.form)
        };
        Builder {
            about: Vec::new(),
            first: None,
            last: None,
            pending: Vec::new(),
            separators: Separators::new(&header),
            keys: Part::new(),
            text: Part::new(),
            wraps: Part::new(),
            groups: Part::new(),
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
            self.separators = Separators::new(&self.header);
        }
        self
    }

    /// The number of keys so far.
    #[must_use]
    pub fn key_count(&self) -> u64 {
        self.header.keys
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
        let order = self.last.as_ref().map(|last| key.cmp(&last.bytes()));
        match (order, self.header.collection) {
            (Some(Ordering::Less), _) => {
                return Err(FileError::Unsorted {
                    index: self.header.values,
                });
            }
            (Some(Ordering::Equal), Collection::Set | Collection::Map) => {
                self.pending = value.into();
                return Ok(());
            }
            (Some(Ordering::Equal), Collection::Index) if self.header.is_grouped() => {}
            _ => self.push_key(key)?,
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

    /// Notes how many values there are up to the last one of the last key.
    fn push_group(&mut self) -> Result<(), FileError> {
        let bytes = self.header.values.to_le_bytes();
        self.groups.push(&bytes[..self.header.group_width.into()])
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
        shared.is_some_and(|shared| match &self.first {
            Some(KeyBuf::Text(first)) => first.starts_with(shared),
            _ => true,
        })
    }

    /// Adds a key, and what is known of the one before only now.
    fn push_key(&mut self, key: KeyBytes<'_>) -> Result<(), FileError> {
        let position = self.header.keys;
        if self.last.is_some() && self.header.is_grouped() {
            self.push_group()?;
        }
        if let Some(last) = &self.last
            && position.is_multiple_of(self.header.node_keys.into())
        {
            let separator = Separator {
                key: last.bytes(),
                text_end: self.text.length,
                group_end: self.header.values,
            };
            self.separators
                .push(position, &separator, self.header.shared as usize)?;
        }
        match key {
            KeyBytes::Integer(bits) => {
                let form = self.header.form;
                self.keys.push(&integer_bytes(form, bits)[..width(form)])?;
            }
            KeyBytes::Text(text) => {
                let before = self.text.length;
                self.text.push(text)?;
                if self.header.form == (KeyForm::Texts { length: None }) {
                    let end = self.text.length;
                    for _ in before >> 32..end >> 32 {
                        self.wraps.push(&position.to_le_bytes())?;
                    }
                    self.keys.push(&(end as u32).to_le_bytes())?;
                }
            }
        }
        self.header.keys += 1;
        if self.first.is_none() {
            self.first = Some(key.into());
        }
        match (&mut self.last, key) {
            (Some(KeyBuf::Text(last)), KeyBytes::Text(text)) => {
                last.clear();
                last.extend_from_slice(text);
            }
            (last, key) => *last = Some(key.into()),
        }
        Ok(())
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
        if self.header.is_grouped() && self.last.is_some() {
            self.push_group()?;
        }
        // Where each key has one value, its position is that of the key.
        if self.header.keys == self.header.values {
            self.header.group_width = 0;
            self.groups = Part::new();
        }
        let form = self.header.form;
        if let KeyForm::Integers { .. } = form {
            let padding = integer_bytes(form, u128::MAX);
            let node_bytes = u64::from(self.header.node_keys) * width(form) as u64;
            while !self.keys.length.is_multiple_of(node_bytes) {
                self.keys.push(&padding[..width(form)])?;
            }
        }
        let limits = self.first.as_ref().zip(self.last.as_ref());
        let limits = limits.map(|(first, last)| [first.bytes(), last.bytes()]);
        let limits = limits::encode(form, limits);
        let levels = self.separators.finish(&self.header)?;
        let contents = [
            Content::of_bytes(&self.about),
            Content::of_bytes(&limits),
            levels,
            self.keys.into_content()?,
            self.text.into_content()?,
            self.wraps.into_content()?,
            self.groups.into_content()?,
            self.values.into_content()?,
        ];
        Ok(write::<TemporaryFile>(self.header, contents, out)?)
    }
}

/// The bytes of keys of a node: a cache line.
const NODE_BYTES: usize = 64;
