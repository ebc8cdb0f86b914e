//! Ranges of keys, and cursors at their ends.

use core::borrow::Borrow;
use core::ops::{Bound, RangeBounds};

use super::{BPlusIndex, Cursor, CursorMut, Groups, NAME, Range, RangeError};
use crate::bounds;
use crate::iter::Entries;
use crate::layout::LeafLayout;
use crate::prefix::{self, Prefix};
use crate::store::Store;

/// Ranges of keys, and cursors at their ends.
impl<K: Ord, V, S: Store, L: LeafLayout> BPlusIndex<K, V, S, L> {
    /// Returns a double-ended iterator over the entries whose keys are within `range`, in ascending
    /// order. O(log n), then amortized O(1) per entry.
    ///
    /// An excluded bound excludes all values of its key.
    ///
    /// # Panics
    ///
    /// Panics if `start > end`, or if `start == end` and both bounds are `Excluded`, unless the
    /// index is empty. [`range_checked`](Self::range_checked) returns an error instead.
    ///
    /// # Examples
    ///
    /// ```
    /// use core::ops::Bound::{Excluded, Unbounded};
    /// use leafwise::BPlusIndex;
    ///
    /// let index = BPlusIndex::from([(1, 10), (2, 20), (2, 21), (3, 30)]);
    /// assert!(index.range(2..).eq([(&2, &20), (&2, &21), (&3, &30)]));
    /// assert!(index.range((Excluded(2), Unbounded)).eq([(&3, &30)]));
    /// ```
    #[track_caller]
    pub fn range<Q, R>(&self, range: R) -> Range<'_, K, V, S, L>
    where
        Q: Ord + ?Sized,
        K: Borrow<Q>,
        R: RangeBounds<Q>,
    {
        bounds::expect(self.range_checked(range), self.is_empty(), NAME)
    }

    /// Like [`range`](Self::range), but returns an error instead of panicking on an invalid range.
    ///
    /// # Errors
    ///
    /// Returns an error if `start > end`, or if `start == end` and both bounds are `Excluded`, even
    /// if the index is empty.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::{BPlusIndex, index::RangeError};
    ///
    /// let index = BPlusIndex::from([(3, 1), (5, 1)]);
    /// let (from, to) = (5, 3);
    /// assert_eq!(index.range_checked(from..to).unwrap_err(), RangeError::Inverted);
    /// ```
    pub fn range_checked<Q, R>(&self, range: R) -> Result<Range<'_, K, V, S, L>, RangeError>
    where
        Q: Ord + ?Sized,
        K: Borrow<Q>,
        R: RangeBounds<Q>,
    {
        self.tree.range(&range)
    }

    /// The number of entries whose keys are in `range`. O(log n), and a step for each leaf in the
    /// range.
    ///
    /// # Panics
    ///
    /// Panics as [`range`](Self::range) does.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// let index = BPlusIndex::from([(1, 10), (2, 20), (2, 21), (3, 30)]);
    /// assert_eq!(index.count_range(2..), 3);
    /// ```
    #[track_caller]
    pub fn count_range<Q, R>(&self, range: R) -> usize
    where
        Q: Ord + ?Sized,
        K: Borrow<Q>,
        R: RangeBounds<Q>,
    {
        bounds::expect(self.tree.count_range(&range), self.is_empty(), NAME)
    }

    /// The entries whose keys start with `prefix`, in ascending order, from both ends. O(log n),
    /// then amortized O(1) for each entry.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// let index = BPlusIndex::from([("apple", 1), ("apple", 2), ("apricot", 3), ("banana", 4)]);
    /// assert_eq!(index.prefix("app").count(), 2);
    /// ```
    pub fn prefix<Q: Prefix + ?Sized>(&self, prefix: &Q) -> Range<'_, K, V, S, L>
    where
        K: Borrow<Q>,
    {
        let successor = prefix.successor();
        self.range((Bound::Included(prefix), prefix::end(&successor)))
    }

    /// Like [`groups`](Self::groups), for the keys within `range`. O(log n) to find the range.
    ///
    /// # Panics
    ///
    /// Panics if [`range`](Self::range) would.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// let index = BPlusIndex::from([(1, 10), (2, 20), (2, 21), (3, 30)]);
    /// // The greatest key first, its values in ascending order.
    /// let values = index.range_groups(2..).rev().flat_map(|(_, values)| values);
    /// assert!(values.eq(&[30, 20, 21]));
    /// ```
    #[track_caller]
    pub fn range_groups<Q, R>(&self, range: R) -> Groups<'_, K, V, S, L>
    where
        Q: Ord + ?Sized,
        K: Borrow<Q>,
        R: RangeBounds<Q>,
    {
        Groups::new(self.range(range), self.len())
    }

    /// Returns a cursor in the gap before the first entry whose key is within the lower bound
    /// `bound`. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use core::ops::Bound;
    /// use leafwise::BPlusIndex;
    ///
    /// let index = BPlusIndex::from([(1, 10), (2, 20), (2, 21)]);
    /// let mut cursor = index.lower_bound(Bound::Included(&2));
    /// assert_eq!(cursor.peek_prev(), Some((&1, &10)));
    /// assert_eq!(cursor.next(), Some((&2, &20)));
    /// ```
    pub fn lower_bound<Q: Ord + ?Sized>(&self, bound: Bound<&Q>) -> Cursor<'_, K, V, S, L>
    where
        K: Borrow<Q>,
    {
        self.tree.lower_bound(bound)
    }

    /// Returns a cursor in the gap after the last entry whose key is within the upper bound
    /// `bound`. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use core::ops::Bound;
    /// use leafwise::BPlusIndex;
    ///
    /// let index = BPlusIndex::from([(1, 10), (2, 20), (2, 21), (3, 30)]);
    /// let cursor = index.upper_bound(Bound::Included(&2));
    /// assert_eq!(cursor.peek_prev(), Some((&2, &21)));
    /// assert_eq!(cursor.peek_next(), Some((&3, &30)));
    /// ```
    pub fn upper_bound<Q: Ord + ?Sized>(&self, bound: Bound<&Q>) -> Cursor<'_, K, V, S, L>
    where
        K: Borrow<Q>,
    {
        self.tree.upper_bound(bound)
    }

    /// Like [`lower_bound`](Self::lower_bound), but the cursor can insert and remove entries.
    ///
    /// # Examples
    ///
    /// ```
    /// use core::ops::Bound;
    /// use leafwise::BPlusIndex;
    ///
    /// let mut index = BPlusIndex::from([(1, 10), (2, 20), (2, 21)]);
    /// let mut cursor = index.lower_bound_mut(Bound::Included(&2));
    /// assert_eq!(cursor.remove_next(), Some((2, 20)));
    /// assert_eq!(index.len(), 2);
    /// ```
    pub fn lower_bound_mut<Q: Ord + ?Sized>(
        &mut self,
        bound: Bound<&Q>,
    ) -> CursorMut<'_, K, V, S, L>
    where
        K: Borrow<Q>,
    {
        self.tree.lower_bound_mut(bound).seen_as()
    }

    /// Like [`upper_bound`](Self::upper_bound), but the cursor can insert and remove entries.
    ///
    /// # Examples
    ///
    /// ```
    /// use core::ops::Bound;
    /// use leafwise::BPlusIndex;
    ///
    /// let mut index = BPlusIndex::from([(1, 10), (2, 20)]);
    /// let mut cursor = index.upper_bound_mut(Bound::Included(&1));
    /// assert!(cursor.insert_before(1, 11).is_ok());
    /// assert!(cursor.insert_before(1, 11).is_err());
    /// assert_eq!(index.len(), 3);
    /// ```
    pub fn upper_bound_mut<Q: Ord + ?Sized>(
        &mut self,
        bound: Bound<&Q>,
    ) -> CursorMut<'_, K, V, S, L>
    where
        K: Borrow<Q>,
    {
        self.tree.upper_bound_mut(bound).seen_as()
    }
}
