//! The entries of an index in the order of their keys, a part at a time.

use std::collections::VecDeque;
use std::ops::Range;

use leafwise::file::{FileError, KeyBuf, Task};

use super::file::IndexFile;
use super::place;
use crate::error::Error;

/// As many keys, and as many values, are read at a time.
const KEYS_MAX: u64 = 4096;
const VALUES_MAX: u64 = 64 * 1024;

/// As many bytes of keys should be read at a time. How long texts are is known only when they have
/// been read: those that come next are expected to be as long.
const KEY_BYTES: u64 = 1 << 20;

/// The first keys that are read, of which nothing is known.
const FIRST_KEYS: u64 = 16;

/// Goes through all entries.
pub(crate) struct Entries<'i> {
    file: &'i IndexFile,
    /// Makes an error of one of the file.
    refuse: Box<dyn Fn(FileError) -> Error + 'i>,
    /// The keys that are read next.
    next_keys: Range<u64>,
    /// Keys that were read, and the positions up to which their values are.
    keys: VecDeque<(KeyBuf, u64)>,
    /// Values that were read, and their positions.
    values: Vec<u8>,
    read: Range<u64>,
    /// The positions of the next value, and of the first one of its key.
    position: u64,
    first: u64,
}

impl<'i> Entries<'i> {
    pub(super) fn new(file: &'i IndexFile, refuse: impl Fn(FileError) -> Error + 'i) -> Self {
        Entries {
            file,
            refuse: Box::new(refuse),
            next_keys: 0..file.reader().header().key_count().min(FIRST_KEYS),
            keys: VecDeque::new(),
            values: Vec::new(),
            read: 0..0,
            position: 0,
            first: 0,
        }
    }

    /// The key that is next; `None` at the end.
    pub(crate) fn key(&mut self) -> Result<Option<&KeyBuf>, Error> {
        while self
            .keys
            .front()
            .is_none_or(|(_, end)| *end <= self.position)
        {
            self.first = self.position;
            self.keys.pop_front();
            if self.keys.is_empty() && !self.read_keys()? {
                return Ok(None);
            }
        }
        Ok(self.keys.front().map(|(key, _)| key))
    }

    /// Whether the next value is the first one of its key.
    pub(super) fn is_first(&self) -> bool {
        self.position == self.first
    }

    /// The next value of the key that is next, as it is in the file.
    pub(super) fn next_value(&mut self) -> Result<&[u8], Error> {
        let header = self.file.reader().header();
        if self.position == self.read.end {
            let end = header.value_count().min(self.position + VALUES_MAX);
            self.read = self.position..end;
            self.values = self.run(self.file.reader().values(self.read.clone()))?;
        }
        let width = header.value_width() as usize;
        let at = (self.position - self.read.start) as usize * width;
        self.position += 1;
        let value = self.values.get(at..at + width);
        // There are fewer values than keys.
        value.ok_or_else(|| (self.refuse)(FileError::Positions))
    }

    /// The next place of the key that is next.
    pub(crate) fn next_place(&mut self) -> Result<u64, Error> {
        Ok(place(self.next_value()?))
    }

    /// Reads the next keys; false if there are no more.
    fn read_keys(&mut self) -> Result<bool, Error> {
        let (reader, range) = (self.file.reader(), self.next_keys.clone());
        if range.is_empty() {
            return Ok(false);
        }
        let keys = self.run(reader.keys(range.clone()))?;
        let ends = self.run(reader.value_ends(range.clone()))?;
        let lengths = keys.iter().map(|key| match key {
            KeyBuf::Integer(_) => 0,
            KeyBuf::Text(text) => text.len() as u64,
        });
        let average = lengths.sum::<u64>() / (range.end - range.start);
        let count = (KEY_BYTES / average.max(1)).clamp(1, KEYS_MAX);
        self.next_keys = range.end..reader.header().key_count().min(range.end + count);
        self.keys = keys.into_iter().zip(ends.into_iter().skip(1)).collect();
        Ok(true)
    }

    fn run<T>(&self, task: Task<'_, T>) -> Result<T, Error> {
        self.file.run(task).map_err(&self.refuse)
    }
}
