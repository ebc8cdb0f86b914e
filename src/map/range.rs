//! Ranges of keys, and cursors at their ends.

use core::borrow::Borrow;
use core::ops::{Bound, RangeBounds};

use super::{Map, RangeError};
use crate::bounds;
use crate::iter::{CursorMutOf, CursorOf, Entries, RangeMutOf, RangeOf};

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
