//! Inserting entries, one by one or from another map.

use core::borrow::Borrow;

use super::{Entry, Map, entry};
use crate::iter::{CursorMutOf, Insert};

/// Insertion: requires `K: Ord + Clone` in a B+ tree, whose separators are clones of keys, and
/// `K: Ord` in a cache-oblivious map.
impl<K: Ord, V, B: Insert<Key = K, Value = V>> Map<K, V, B> {
    /// Inserts a key-value pair into the map. O(log n), besides
    /// [moving others](Map#what-methods-cost).
    ///
    /// If the key is already in the map, its value is replaced and the old value is returned; the
    /// stored key is not updated, which matters for keys that are equal without being identical.
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

    /// Inserts a key-value pair only if the key is not in the map yet. Costs as much as
    /// [`insert`](Self::insert).
    ///
    /// # Errors
    ///
    /// If the key is already in the map, nothing changes; the error contains the occupied entry and
    /// the value that was not inserted.
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

    /// Returns the entry of `key` for in-place manipulation: it can be read, changed, inserted or
    /// removed with one descent. O(log n); inserting costs as much as [`insert`](Self::insert).
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

    /// Moves all entries of `other` into `self`, leaving `other` empty.
    ///
    /// If a key is in both maps, the value of `other` replaces that of `self`; the stored key is
    /// not updated. To make one value of both, see [`merge`](Self::merge).
    ///
    /// For a B+ tree with m entries in `other`, O(m log n) at most, and O(m) if they are all before
    /// or all after those of `self`, or if there are several for each leaf of `self`: those that go
    /// into the same leaf are moved together. If the order, clone or drop of a key or value panics,
    /// the entries of `other` that have not been moved yet are dropped; `self` keeps its own.
    ///
    /// A cache-oblivious map merges both in one pass, O(n + m); only where many entries go into the
    /// same gap do these cost as much as insertions. If the order of its keys panics, each entry is
    /// in one of the two maps.
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

    /// Moves all entries of `other` into `self`; where a key is in both maps, `conflict` makes one
    /// value of both.
    ///
    /// `conflict` is given the key, the value of `self` and the value of `other`. The stored key is
    /// not updated. Costs as much as [`append`](Self::append).
    ///
    /// # Panics
    ///
    /// Panics if `conflict` does. The entry for which it was called is then removed, and the
    /// entries of `other` that have not been moved yet are dropped. All other entries of `self`
    /// stay.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let mut stock = BPlusTreeMap::from([("apple", 3), ("pear", 1)]);
    /// let delivery = BPlusTreeMap::from([("pear", 4), ("plum", 2)]);
    /// stock.merge(delivery, |_fruit, stored, delivered| stored + delivered);
    /// assert_eq!(stock, BPlusTreeMap::from([("apple", 3), ("pear", 5), ("plum", 2)]));
    /// ```
    pub fn merge(&mut self, other: Self, conflict: impl FnMut(&K, V, V) -> V) {
        self.raw.merge(other.raw, conflict);
    }

    /// Splits the map in two: `self` keeps the entries with keys less than `key`, the others are
    /// returned as a map. O(n) at most.
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
