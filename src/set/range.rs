//! Ranges of elements, and cursors at their ends.

use core::borrow::Borrow;
use core::ops::{Bound, RangeBounds};

use super::{BPlusTreeSet, Cursor, CursorMut, NAME, Range, RangeError};
use crate::bounds;
use crate::iter::{Entries, Projected};
use crate::layout::LeafLayout;
use crate::prefix::Prefix;
use crate::store::Store;

/// Ranges and cursors.
impl<K, S: Store, L: LeafLayout> BPlusTreeSet<K, S, L> {
    /// Returns a double-ended iterator over the elements within `range`, in ascending order.
    /// O(log n), then amortized O(1) per element.
    ///
    /// # Panics
    ///
    /// Panics if `start > end`, or if `start == end` and both bounds are `Excluded`, unless the set
    /// is empty. [`range_checked`](Self::range_checked) returns an error instead.
    ///
    /// # Examples
    ///
    /// ```
    /// use core::ops::Bound::{Excluded, Included};
    /// use leafwise::BPlusTreeSet;
    ///
    /// let set = BPlusTreeSet::from([3, 5, 8]);
    /// assert!(set.range(4..).eq(&[5, 8]));
    /// assert!(set.range((Excluded(3), Included(5))).eq(&[5]));
    /// ```
    #[track_caller]
    pub fn range<Q, R>(&self, range: R) -> Range<'_, K, S, L>
    where
        Q: Ord + ?Sized,
        K: Borrow<Q> + Ord,
        R: RangeBounds<Q>,
    {
        bounds::expect(self.range_checked(range), self.is_empty(), NAME)
    }

    /// Like [`range`](Self::range), but returns an error instead of panicking on an invalid range.
    ///
    /// # Errors
    ///
    /// Returns an error if `start > end`, or if `start == end` and both bounds are `Excluded`, even
    /// if the set is empty.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::{BPlusTreeSet, set::RangeError};
    ///
    /// let set = BPlusTreeSet::from([3, 5]);
    /// let (from, to) = (5, 3);
    /// assert_eq!(set.range_checked(from..to).unwrap_err(), RangeError::Inverted);
    /// assert_eq!(set.range_checked(to..from).unwrap().count(), 1);
    /// ```
    pub fn range_checked<Q, R>(&self, range: R) -> Result<Range<'_, K, S, L>, RangeError>
    where
        Q: Ord + ?Sized,
        K: Borrow<Q> + Ord,
        R: RangeBounds<Q>,
    {
        self.map.range_checked(range).map(Projected::new)
    }

    /// The number of elements in `range`. O(log n), and a step for each leaf in the range.
    ///
    /// # Panics
    ///
    /// Panics as [`range`](Self::range) does.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// let set: BPlusTreeSet<u32> = (0..1000).collect();
    /// assert_eq!(set.count_range(100..300), 200);
    /// ```
    #[track_caller]
    pub fn count_range<Q, R>(&self, range: R) -> usize
    where
        Q: Ord + ?Sized,
        K: Borrow<Q> + Ord,
        R: RangeBounds<Q>,
    {
        bounds::expect(self.map.raw.count_range(&range), self.is_empty(), NAME)
    }

    /// The elements that start with `prefix`, in ascending order, from both ends. O(log n), then
    /// amortized O(1) for each element.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// let set = BPlusTreeSet::from(["apple", "apricot", "banana"]);
    /// assert!(set.prefix("ap").eq(&["apple", "apricot"]));
    /// ```
    pub fn prefix<Q: Prefix + ?Sized>(&self, prefix: &Q) -> Range<'_, K, S, L>
    where
        K: Borrow<Q> + Ord,
    {
        Projected::new(self.map.prefix(prefix))
    }

    /// Returns a cursor in the gap before the first element within the lower bound `bound`.
    /// O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use core::ops::Bound;
    /// use leafwise::BPlusTreeSet;
    ///
    /// let set = BPlusTreeSet::from([1, 2, 3]);
    /// let mut cursor = set.lower_bound(Bound::Excluded(&1));
    /// assert_eq!(cursor.peek_prev(), Some(&1));
    /// assert_eq!(cursor.next(), Some(&2));
    /// ```
    pub fn lower_bound<Q: Ord + ?Sized>(&self, bound: Bound<&Q>) -> Cursor<'_, K, S, L>
    where
        K: Borrow<Q> + Ord,
    {
        self.map.lower_bound(bound).seen_as()
    }

    /// Returns a cursor in the gap after the last element within the upper bound `bound`. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use core::ops::Bound;
    /// use leafwise::BPlusTreeSet;
    ///
    /// let set = BPlusTreeSet::from([1, 2, 3]);
    /// let mut cursor = set.upper_bound(Bound::Excluded(&3));
    /// assert_eq!(cursor.peek_next(), Some(&3));
    /// assert_eq!(cursor.prev(), Some(&2));
    /// ```
    pub fn upper_bound<Q: Ord + ?Sized>(&self, bound: Bound<&Q>) -> Cursor<'_, K, S, L>
    where
        K: Borrow<Q> + Ord,
    {
        self.map.upper_bound(bound).seen_as()
    }

    /// Like [`lower_bound`](Self::lower_bound), but the cursor can insert and remove elements.
    /// O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use core::ops::Bound;
    /// use leafwise::BPlusTreeSet;
    ///
    /// let mut set = BPlusTreeSet::from([1, 3]);
    /// let mut cursor = set.lower_bound_mut(Bound::Included(&2));
    /// cursor.insert_before(2).unwrap();
    /// assert_eq!(cursor.remove_next(), Some(3));
    /// assert_eq!(set, BPlusTreeSet::from([1, 2]));
    /// ```
    pub fn lower_bound_mut<Q: Ord + ?Sized>(&mut self, bound: Bound<&Q>) -> CursorMut<'_, K, S, L>
    where
        K: Borrow<Q> + Ord,
    {
        self.map.lower_bound_mut(bound).seen_as()
    }

    /// Like [`upper_bound`](Self::upper_bound), but the cursor can insert and remove elements.
    /// O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use core::ops::Bound;
    /// use leafwise::BPlusTreeSet;
    ///
    /// let mut set = BPlusTreeSet::from([1, 3]);
    /// let mut cursor = set.upper_bound_mut(Bound::Unbounded);
    /// assert_eq!(cursor.remove_prev(), Some(3));
    /// assert_eq!(set.len(), 1);
    /// ```
    pub fn upper_bound_mut<Q: Ord + ?Sized>(&mut self, bound: Bound<&Q>) -> CursorMut<'_, K, S, L>
    where
        K: Borrow<Q> + Ord,
    {
        self.map.upper_bound_mut(bound).seen_as()
    }
}
