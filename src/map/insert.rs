//! Inserting entries: one by one, or a whole map.

use core::borrow::Borrow;

use super::{Entry, Map, entry};
use crate::iter::{CursorMutOf, Insert};

/// Inserting: asks for `K: Ord + Clone` in a B+ tree, whose separators are clones of keys, and for
/// `K: Ord` in a cache-oblivious map.
impl<K: Ord, V, B: Insert<Key = K, Value = V>> Map<K, V, B> {
    /// Inserts an entry. O(log n), beside [moving others](Map#what-methods-cost).
    ///
    /// If the key is already there, its value is replaced and the old one returned; the stored key
    /// stays as it is, which matters for keys that are equal without being identical.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let mut map = BPlusTreeMap::new();
    /// assert_eq!(map.insert(1, "a"), None);
    /// assert_eq!(map.insert(1, "b"), Some("a"));
    /// assert_eq!(map[&1], "b");
    /// ```
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        self.raw.insert(key, value)
    }

    /// Inserts an entry only if its key is not there yet. Costs as [`insert`](Self::insert).
    ///
    /// # Errors
    ///
    /// If the key is there, nothing changes; the error holds the present entry and the value that
    /// was not inserted.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let mut map = BPlusTreeMap::new();
    /// assert_eq!(map.try_insert(1, "a").unwrap(), &"a");
    ///
    /// let error = map.try_insert(1, "b").unwrap_err();
    /// assert_eq!(error.entry.get(), &"a");
    /// assert_eq!(error.value, "b");
    /// ```
    pub fn try_insert(
        &mut self,
        key: K,
        value: V,
    ) -> Result<&mut V, entry::OccupiedError<'_, K, V, CursorMutOf<'_, B>>> {
        match self.entry(key) {
            Entry::Occupied(entry) => Err(entry::OccupiedError { entry, value }),
            Entry::Vacant(entry) => Ok(entry.insert(value)),
        }
    }

    /// The place of `key`, for looking at it, changing it or filling it with one descent. O(log n);
    /// filling it costs as [`insert`](Self::insert) does.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let mut count = BPlusTreeMap::new();
    /// for word in ["a", "b", "a", "c", "a"] {
    ///     count.entry(word).and_modify(|seen| *seen += 1).or_insert(1);
    /// }
    /// assert_eq!(count["a"], 3);
    /// assert_eq!(count["b"], 1);
    /// ```
    pub fn entry(&mut self, key: K) -> Entry<'_, K, V, CursorMutOf<'_, B>> {
        match self.raw.find_mut(&key) {
            Ok(cursor) => Entry::Occupied(entry::OccupiedEntry::new(cursor)),
            Err(cursor) => Entry::Vacant(entry::VacantEntry::new(key, cursor)),
        }
    }

    /// Moves all entries of `other` into this map, leaving `other` empty.
    ///
    /// For a key that both have, the value of `other` replaces this map's; the stored key stays as
    /// it is. A cache-oblivious map merges both in one pass, O(n + m); only where many come to the
    /// same place these cost as inserted ones. If the order of its keys panics, each entry is in
    /// one of the two maps.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let mut map = BPlusTreeMap::from([(1, "a"), (2, "b")]);
    /// let mut other = BPlusTreeMap::from([(2, "c"), (3, "d")]);
    /// map.append(&mut other);
    /// assert!(other.is_empty());
    /// assert_eq!(map, BPlusTreeMap::from([(1, "a"), (2, "c"), (3, "d")]));
    /// ```
    pub fn append(&mut self, other: &mut Self) {
        self.raw.append(&mut other.raw);
    }

    /// Splits the map in two: keeps the keys smaller than `key`, returns a map of the others. O(n)
    /// at most.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let mut map = BPlusTreeMap::from([(1, "a"), (2, "b"), (3, "c")]);
    /// let high = map.split_off(&2);
    /// assert_eq!(map, BPlusTreeMap::from([(1, "a")]));
    /// assert_eq!(high, BPlusTreeMap::from([(2, "b"), (3, "c")]));
    /// ```
    pub fn split_off<Q: Ord + ?Sized>(&mut self, key: &Q) -> Self
    where
        K: Borrow<Q>,
    {
        Map::over(self.raw.split_off(key))
    }
}
