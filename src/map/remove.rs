//! Removing entries: one by one, by range, or by a predicate.

use core::borrow::Borrow;
use core::ops::RangeBounds;

use super::Map;
use crate::bounds;
use crate::iter::{self, CursorMutOf, Remove};

/// Removal: requires an order, but no clones of keys.
impl<K: Ord, V, B: Remove<Key = K, Value = V>> Map<K, V, B> {
    /// Removes `key` from the map and returns its value, if the key was in the map. O(log n),
    /// besides [moving others](Map#what-methods-cost).
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

    /// Removes `key` from the map and returns the stored key and its value, if the key was in the
    /// map. O(log n), besides [moving others](Map#what-methods-cost).
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

    /// Removes and returns the entry with the smallest key. O(log n), besides
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

    /// Removes and returns the entry with the greatest key. O(log n), besides
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

    /// Removes the entries whose keys are within `range` and returns their number. O(n) at most.
    ///
    /// # Panics
    ///
    /// Panics if [`range`](Self::range) would.
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

    /// Retains only the entries for which `keep` returns `true`, visiting all in ascending order,
    /// and drops the others. O(n).
    ///
    /// If `keep` panics, the current entry and all later ones remain. A cache-oblivious map drops
    /// the others once all entries have been visited.
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

    /// Returns an iterator that visits the entries whose keys are within `range` in ascending
    /// order, and removes and yields those for which `predicate` returns `true`.
    ///
    /// The map is valid whenever `predicate` runs and between any two steps: entries that the
    /// iterator has not visited when it is dropped remain. If `predicate` panics, the current entry
    /// remains and the iterator ends. An inverted range is empty, as in std.
    ///
    /// Costs one [`remove`](Self::remove) per removed entry. To remove many entries from a
    /// cache-oblivious map without using them, [`retain`](Self::retain) is faster.
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

    /// Checks all invariants: the order of the keys and the storage of the entries. Meant for
    /// tests. O(n).
    ///
    /// # Panics
    ///
    /// Panics if an invariant is violated; the message names it. The cause is a bug in this library
    /// or in `K`'s `Ord`.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// BPlusTreeMap::from([(1, "a"), (2, "b")]).check_invariants();
    /// ```
    #[doc(hidden)]
    pub fn check_invariants(&self) {
        self.raw.check_invariants();
    }
}
