//! Removing entries: one by one, by range, or by a predicate.

use core::borrow::Borrow;
use core::ops::RangeBounds;

use super::Map;
use crate::bounds;
use crate::iter::{self, CursorMutOf, Remove};

/// Removing: needs an order, but no clones of keys.
impl<K: Ord, V, B: Remove<Key = K, Value = V>> Map<K, V, B> {
    /// Removes the entry for `key` and returns its value. O(log n), beside
    /// [moving others](Map#what-methods-cost).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let mut map = BPlusTreeMap::from([(1, "a")]);
    /// assert_eq!(map.remove(&1), Some("a"));
    /// assert_eq!(map.remove(&1), None);
    /// ```
    pub fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        self.raw.remove(key).map(|(_, value)| value)
    }

    /// Removes the entry for `key` and returns it, stored key included. O(log n), beside
    /// [moving others](Map#what-methods-cost).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let mut map = BPlusTreeMap::from([(1, "a")]);
    /// assert_eq!(map.remove_entry(&1), Some((1, "a")));
    /// assert_eq!(map.remove_entry(&1), None);
    /// ```
    pub fn remove_entry<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<(K, V)>
    where
        K: Borrow<Q>,
    {
        self.raw.remove(key)
    }

    /// Removes the entry with the smallest key and returns it. O(log n), beside
    /// [moving others](Map#what-methods-cost).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let mut map = BPlusTreeMap::from([(1, "a"), (2, "b")]);
    /// assert_eq!(map.pop_first(), Some((1, "a")));
    /// assert_eq!(map.pop_first(), Some((2, "b")));
    /// assert_eq!(map.pop_first(), None);
    /// ```
    pub fn pop_first(&mut self) -> Option<(K, V)> {
        self.raw.pop_first()
    }

    /// Removes the entry with the greatest key and returns it. O(log n), beside
    /// [moving others](Map#what-methods-cost).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let mut map = BPlusTreeMap::from([(1, "a"), (2, "b")]);
    /// assert_eq!(map.pop_last(), Some((2, "b")));
    /// assert_eq!(map.pop_last(), Some((1, "a")));
    /// assert_eq!(map.pop_last(), None);
    /// ```
    pub fn pop_last(&mut self) -> Option<(K, V)> {
        self.raw.pop_last()
    }

    /// Removes the entries whose keys lie in `range` and returns how many they were. O(n) at most.
    ///
    /// # Panics
    ///
    /// As [`range`](Self::range) does.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let mut map: BPlusTreeMap<_, _> = (0..100).map(|key| (key, ())).collect();
    /// assert_eq!(map.remove_range(10..90), 80);
    /// assert_eq!(map.len(), 20);
    /// ```
    #[track_caller]
    pub fn remove_range<Q, R>(&mut self, range: R) -> usize
    where
        Q: Ord + ?Sized,
        K: Borrow<Q>,
        R: RangeBounds<Q>,
    {
        let is_empty = self.is_empty();
        bounds::expect(self.raw.remove_range(&range), is_empty, B::NAME)
    }

    /// Keeps the entries that `keep` says yes to, in ascending order, and drops the others. O(n).
    ///
    /// If `keep` panics, the entry in question and all later ones remain. A cache-oblivious map
    /// drops the others when all entries have been looked at.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let mut map: BPlusTreeMap<_, _> = (0..8).map(|key| (key, key * 10)).collect();
    /// map.retain(|key, _| key % 2 == 0);
    /// assert!(map.keys().eq(&[0, 2, 4, 6]));
    /// ```
    pub fn retain<F: FnMut(&K, &mut V) -> bool>(&mut self, keep: F) {
        self.raw.retain(keep);
    }

    /// Walks the entries whose keys lie in `range` in ascending order, and removes and yields those
    /// that `predicate` says yes to.
    ///
    /// The map is whole whenever `predicate` runs and between any two steps: what the iterator has
    /// not come to when it is dropped remains. If `predicate` panics, the entry in question remains
    /// and the iterator ends. An inverted range is an empty one, as in std.
    ///
    /// Costs as one [`remove`](Self::remove) for each entry that goes; where many go from a
    /// cache-oblivious map and nobody wants them, [`retain`](Self::retain) is faster.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let mut map: BPlusTreeMap<_, _> = (0..8).map(|key| (key, key)).collect();
    /// let even: Vec<_> = map.extract_if(..6, |key, _| key % 2 == 0).collect();
    /// assert_eq!(even, [(0, 0), (2, 2), (4, 4)]);
    /// assert!(map.keys().eq(&[1, 3, 5, 6, 7]));
    /// ```
    pub fn extract_if<F, R>(
        &mut self,
        range: R,
        predicate: F,
    ) -> iter::ExtractIf<CursorMutOf<'_, B>, R, F>
    where
        R: RangeBounds<K>,
        F: FnMut(&K, &mut V) -> bool,
    {
        iter::ExtractIf::new(&mut self.raw, range, predicate)
    }

    /// Verifies the whole map: the order of its keys, and how they are kept. Meant for tests. O(n).
    ///
    /// # Panics
    ///
    /// Panics if anything is wrong, with what it is: this library or `K`'s `Ord` is at fault.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// BPlusTreeMap::from([(1, "a"), (2, "b")]).check_invariants();
    /// ```
    pub fn check_invariants(&self) {
        self.raw.check_invariants();
    }
}
