//! Ranges of keys, and cursors at their ends.

use core::borrow::Borrow;
use core::ops::{Bound, RangeBounds};

use super::{Map, RangeError};
use crate::bounds;
use crate::iter::{CursorMutOf, CursorOf, Entries, RangeMutOf, RangeOf};
use crate::prefix::{self, Prefix};

/// Ranges and cursors.
impl<K, V, B: Entries<Key = K, Value = V>> Map<K, V, B> {
    /// Returns a double-ended iterator over the entries whose keys are within `range`, in ascending
    /// order. O(log n), then amortized O(1) per entry.
    ///
    /// # Panics
    ///
    /// Panics if `start > end`, or if `start == end` and both bounds are `Excluded`, unless the map
    /// is empty. [`range_checked`](Self::range_checked) returns an error instead.
    ///
    /// # Examples
    ///
    /// ```
    /// use core::ops::Bound::{Excluded, Included};
    /// use leafwise::BPlusTreeMap;
    ///
    /// let map = BPlusTreeMap::from([(3, "a"), (5, "b"), (8, "c")]);
    /// assert!(map.range(4..).eq([(&5, &"b"), (&8, &"c")]));
    /// assert!(map.range((Excluded(3), Included(5))).eq([(&5, &"b")]));
    /// ```
    #[track_caller]
    pub fn range<Q, R>(&self, range: R) -> RangeOf<'_, B>
    where
        Q: Ord + ?Sized,
        K: Borrow<Q> + Ord,
        R: RangeBounds<Q>,
    {
        bounds::expect(self.range_checked(range), self.is_empty(), B::NAME)
    }

    /// Returns an iterator over the entries whose keys are within `range`, with mutable values.
    /// O(log n), then amortized O(1) per entry.
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
    /// let mut map = BPlusTreeMap::from([(1, 0), (2, 0), (3, 0)]);
    /// map.range_mut(..=2).for_each(|(_, value)| *value += 1);
    /// assert!(map.values().eq(&[1, 1, 0]));
    /// ```
    #[track_caller]
    pub fn range_mut<Q, R>(&mut self, range: R) -> RangeMutOf<'_, B>
    where
        Q: Ord + ?Sized,
        K: Borrow<Q> + Ord,
        R: RangeBounds<Q>,
    {
        let is_empty = self.is_empty();
        bounds::expect(self.range_mut_checked(range), is_empty, B::NAME)
    }

    /// Like [`range`](Self::range), but returns an error instead of panicking on an invalid range.
    ///
    /// # Errors
    ///
    /// Returns an error if `start > end`, or if `start == end` and both bounds are `Excluded`, even
    /// if the map is empty.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::{BPlusTreeMap, map::RangeError};
    ///
    /// let map = BPlusTreeMap::from([(3, "a"), (5, "b")]);
    /// let (from, to) = (5, 3);
    /// assert_eq!(map.range_checked(from..to).unwrap_err(), RangeError::Inverted);
    /// assert_eq!(map.range_checked(to..from).unwrap().count(), 1);
    /// ```
    pub fn range_checked<Q, R>(&self, range: R) -> Result<RangeOf<'_, B>, RangeError>
    where
        Q: Ord + ?Sized,
        K: Borrow<Q> + Ord,
        R: RangeBounds<Q>,
    {
        self.raw.range(&range)
    }

    /// Like [`range_mut`](Self::range_mut), but returns an error instead of panicking on an invalid
    /// range.
    ///
    /// # Errors
    ///
    /// Returns an error if [`range_checked`](Self::range_checked) would.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let mut map = BPlusTreeMap::from([(3, 0), (5, 0)]);
    /// for (_, value) in map.range_mut_checked(4..).unwrap() {
    ///     *value = 1;
    /// }
    /// assert_eq!(map[&5], 1);
    /// ```
    pub fn range_mut_checked<Q, R>(&mut self, range: R) -> Result<RangeMutOf<'_, B>, RangeError>
    where
        Q: Ord + ?Sized,
        K: Borrow<Q> + Ord,
        R: RangeBounds<Q>,
    {
        self.raw.range_mut(&range)
    }

    /// The number of entries whose keys are in `range`. O(log n), and a step for each leaf of a B+
    /// tree, or each segment of a cache-oblivious map, in the range.
    ///
    /// # Panics
    ///
    /// Panics as [`range`](Self::range) does.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let map: BPlusTreeMap<u32, u32> = (0..1000).map(|key| (key, key)).collect();
    /// assert_eq!(map.count_range(100..300), 200);
    /// ```
    #[track_caller]
    pub fn count_range<Q, R>(&self, range: R) -> usize
    where
        Q: Ord + ?Sized,
        K: Borrow<Q> + Ord,
        R: RangeBounds<Q>,
    {
        bounds::expect(self.raw.count_range(&range), self.is_empty(), B::NAME)
    }

    /// The entries whose keys start with `prefix`, in ascending order, from both ends. O(log n),
    /// then amortized O(1) for each entry.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let map = BPlusTreeMap::from([("apple", 1), ("apricot", 2), ("banana", 3)]);
    /// assert!(map.prefix("ap").eq([(&"apple", &1), (&"apricot", &2)]));
    /// assert_eq!(map.prefix("c").next(), None);
    /// ```
    pub fn prefix<Q: Prefix + ?Sized>(&self, prefix: &Q) -> RangeOf<'_, B>
    where
        K: Borrow<Q> + Ord,
    {
        let successor = prefix.successor();
        self.range((Bound::Included(prefix), prefix::end(&successor)))
    }

    /// [`prefix`](Self::prefix), with the values open to change.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let mut map = BPlusTreeMap::from([("apple", 1), ("apricot", 2), ("banana", 3)]);
    /// map.prefix_mut("ap").for_each(|(_, value)| *value += 10);
    /// assert!(map.values().eq(&[11, 12, 3]));
    /// ```
    pub fn prefix_mut<Q: Prefix + ?Sized>(&mut self, prefix: &Q) -> RangeMutOf<'_, B>
    where
        K: Borrow<Q> + Ord,
    {
        let successor = prefix.successor();
        self.range_mut((Bound::Included(prefix), prefix::end(&successor)))
    }

    /// Returns a cursor in the gap before the first key within the lower bound `bound`. O(log n).
    ///
    /// `Included(key)`: before the first key that is greater than or equal to `key`.
    /// `Excluded(key)`: before the first key that is greater than `key`. `Unbounded`: before the
    /// first entry.
    ///
    /// # Examples
    ///
    /// ```
    /// use core::ops::Bound;
    /// use leafwise::BPlusTreeMap;
    ///
    /// let map = BPlusTreeMap::from([(1, "a"), (2, "b"), (3, "c")]);
    /// let mut cursor = map.lower_bound(Bound::Included(&2));
    /// assert_eq!(cursor.peek_prev(), Some((&1, &"a")));
    /// assert_eq!(cursor.next(), Some((&2, &"b")));
    /// assert_eq!(cursor.next(), Some((&3, &"c")));
    /// assert_eq!(cursor.next(), None);
    /// ```
    pub fn lower_bound<Q: Ord + ?Sized>(&self, bound: Bound<&Q>) -> CursorOf<'_, B>
    where
        K: Borrow<Q> + Ord,
    {
        self.raw.lower_bound(bound)
    }

    /// Returns a cursor in the gap after the last key within the upper bound `bound`. O(log n).
    ///
    /// `Included(key)`: after the last key that is less than or equal to `key`. `Excluded(key)`:
    /// after the last key that is less than `key`. `Unbounded`: after the last entry.
    ///
    /// # Examples
    ///
    /// ```
    /// use core::ops::Bound;
    /// use leafwise::BPlusTreeMap;
    ///
    /// let map = BPlusTreeMap::from([(1, "a"), (2, "b"), (3, "c")]);
    /// let cursor = map.upper_bound(Bound::Included(&2));
    /// assert_eq!(cursor.peek_prev(), Some((&2, &"b")));
    /// assert_eq!(cursor.peek_next(), Some((&3, &"c")));
    /// ```
    pub fn upper_bound<Q: Ord + ?Sized>(&self, bound: Bound<&Q>) -> CursorOf<'_, B>
    where
        K: Borrow<Q> + Ord,
    {
        self.raw.upper_bound(bound)
    }

    /// Like [`lower_bound`](Self::lower_bound), but the cursor can change, insert and remove
    /// entries. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use core::ops::Bound;
    /// use leafwise::BPlusTreeMap;
    ///
    /// let mut map = BPlusTreeMap::from([(1, "a"), (3, "c")]);
    /// let mut cursor = map.lower_bound_mut(Bound::Included(&2));
    /// cursor.insert_before(2, "b").unwrap();
    /// assert_eq!(cursor.remove_next(), Some((3, "c")));
    /// assert_eq!(map, BPlusTreeMap::from([(1, "a"), (2, "b")]));
    /// ```
    pub fn lower_bound_mut<Q: Ord + ?Sized>(&mut self, bound: Bound<&Q>) -> CursorMutOf<'_, B>
    where
        K: Borrow<Q> + Ord,
    {
        self.raw.lower_bound_mut(bound)
    }

    /// Like [`upper_bound`](Self::upper_bound), but the cursor can change, insert and remove
    /// entries. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use core::ops::Bound;
    /// use leafwise::BPlusTreeMap;
    ///
    /// let mut map = BPlusTreeMap::from([(1, "a"), (3, "c")]);
    /// let mut cursor = map.upper_bound_mut(Bound::Unbounded);
    /// assert_eq!(cursor.remove_prev(), Some((3, "c")));
    /// assert_eq!(map.len(), 1);
    /// ```
    pub fn upper_bound_mut<Q: Ord + ?Sized>(&mut self, bound: Bound<&Q>) -> CursorMutOf<'_, B>
    where
        K: Borrow<Q> + Ord,
    {
        self.raw.upper_bound_mut(bound)
    }
}
