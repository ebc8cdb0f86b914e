//! The entries of an index in the order of their keys, a part at a time.

use std::collections::VecDeque;

use leafwise::file::KeyBuf;

use super::Index;
use crate::error::Error;

/// As many keys, and as many places, are read at a time.
const KEYS_MAX: u64 = 4096;
const PLACES_MAX: u64 = 64 * 1024;

/// Goes through all entries.
pub(crate) struct Entries<'i> {
    index: &'i Index,
    /// The number of keys that were read.
    keys_read: u64,
    /// Keys that were read, and the positions up to which their places are.
    keys: VecDeque<(KeyBuf, u64)>,
    /// Places that were read, of which the first has that position.
    places: VecDeque<u64>,
    position: u64,
}

impl<'i> Entries<'i> {
    pub(super) fn new(index: &'i Index) -> Self {
        Entries {
            index,
            keys_read: 0,
            keys: VecDeque::new(),
            places: VecDeque::new(),
            position: 0,
        }
    }

    /// The key that is next; `None` at the end.
    pub(crate) fn key(&mut self) -> Result<Option<&KeyBuf>, Error> {
        while self
            .keys
            .front()
            .is_some_and(|(_, end)| *end <= self.position)
        {
            self.keys.pop_front();
        }
        let reader = self.index.file.reader();
        let count = reader.header().key_count();
        if self.keys.is_empty() && self.keys_read < count {
            let range = self.keys_read..count.min(self.keys_read + KEYS_MAX);
            let keys = self.index.run(reader.keys(range.clone()))?;
            let ends = self.index.run(reader.value_ends(range.clone()))?;
            self.keys = keys.into_iter().zip(ends.into_iter().skip(1)).collect();
            self.keys_read = range.end;
        }
        Ok(self.keys.front().map(|(key, _)| key))
    }

    /// The next place of the key that is next.
    pub(crate) fn next_place(&mut self) -> Result<u64, Error> {
        if self.places.is_empty() {
            let count = self.index.file.reader().header().value_count();
            let end = count.min(self.position + PLACES_MAX);
            self.places = self.index.places(self.position..end)?.into();
        }
        self.position += 1;
        self.places.pop_front().ok_or_else(|| {
            self.index
                .damaged("it has fewer places than keys".to_string())
        })
    }
}
