//! Looking up pairs of a key and a value, and ranges of pairs.

use core::borrow::Borrow;
use core::ops::{Bound, RangeBounds};

use super::{BPlusIndex, Cursor, CursorMut, NAME, Range, RangeError};
use crate::bounds;
use crate::layout::LeafLayout;
use crate::search::{KeyBound, compare_pairs};
use crate::store::Store;
use crate::tree::AtPair;

/// Looking up by key and value. Both may be any borrowed form with the same order.
impl<K: Ord, V: Ord, S: Store, L: LeafLayout> BPlusIndex<K, V, S, L> {
    /// Returns `true` if the index contains the entry with this key and this value. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// let index = BPlusIndex::from([(1, "a".to_string()), (1, "b".to_string())]);
    /// assert!(index.contains(&1, "b"));
    /// assert!(!index.contains(&1, "c"));
    /// ```
    #[inline]
    pub fn contains<Q: Ord + ?Sized, W: Ord + ?Sized>(&self, key: &Q, value: &W) -> bool
    where
        K: Borrow<Q>,
        V: Borrow<W>,
    {
        self.tree.get(AtPair::lower(key, value)).is_some()
    }

    /// Returns a double-ended iterator over the entries between two pairs, in ascending order.
    /// O(log n), then amortized O(1) per entry.
    ///
    /// # Panics
    ///
    /// Panics if [`range`](Self::range) would, with pairs compared by key and then by value.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// let index = BPlusIndex::from([(1, 10), (1, 11), (2, 20), (2, 21)]);
    /// let range = index.range_pairs((&1, &11)..(&2, &21));
    /// assert!(range.eq([(&1, &11), (&2, &20)]));
    /// ```
    #[track_caller]
    pub fn range_pairs<'q, Q, W, R>(&self, range: R) -> Range<'_, K, V, S, L>
    where
        K: Borrow<Q>,
        V: Borrow<W>,
        Q: Ord + ?Sized + 'q,
        W: Ord + ?Sized + 'q,
        R: RangeBounds<(&'q Q, &'q W)>,
    {
        bounds::expect(self.range_pairs_checked(range), self.is_empty(), NAME)
    }

    /// Like [`range_pairs`](Self::range_pairs), but returns an error instead of panicking on an
    /// invalid range.
    ///
    /// # Errors
    ///
    /// Returns an error if [`range_checked`](Self::range_checked) would.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// let index = BPlusIndex::from([(1, 10), (1, 11)]);
    /// assert!(index.range_pairs_checked((&1, &11)..(&1, &10)).is_err());
    /// ```
    pub fn range_pairs_checked<'q, Q, W, R>(
        &self,
        range: R,
    ) -> Result<Range<'_, K, V, S, L>, RangeError>
    where
        K: Borrow<Q>,
        V: Borrow<W>,
        Q: Ord + ?Sized + 'q,
        W: Ord + ?Sized + 'q,
        R: RangeBounds<(&'q Q, &'q W)>,
    {
        let (start, end) = (range.start_bound(), range.end_bound());
        let (start, end) = (start.cloned(), end.cloned());
        bounds::check(start, end, compare_pairs::<K, V, Q, W>)?;
        Ok(self.tree.between(start, end, AtPair))
    }

    /// Returns a cursor in the gap before the first entry within the lower bound `bound`. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use core::ops::Bound;
    /// use leafwise::BPlusIndex;
    ///
    /// let index = BPlusIndex::from([(1, 10), (1, 12), (2, 20)]);
    /// let cursor = index.lower_bound_pair(Bound::Included((&1, &11)));
    /// assert_eq!(cursor.peek_next(), Some((&1, &12)));
    /// ```
    pub fn lower_bound_pair<Q: Ord + ?Sized, W: Ord + ?Sized>(
        &self,
        bound: Bound<(&Q, &W)>,
    ) -> Cursor<'_, K, V, S, L>
    where
        K: Borrow<Q>,
        V: Borrow<W>,
    {
        self.tree.cursor_at(KeyBound::Lower, bound, AtPair)
    }

    /// Returns a cursor in the gap after the last entry within the upper bound `bound`. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use core::ops::Bound;
    /// use leafwise::BPlusIndex;
    ///
    /// let index = BPlusIndex::from([(1, 10), (1, 12), (2, 20)]);
    /// let cursor = index.upper_bound_pair(Bound::Included((&1, &12)));
    /// assert_eq!(cursor.peek_next(), Some((&2, &20)));
    /// ```
    pub fn upper_bound_pair<Q: Ord + ?Sized, W: Ord + ?Sized>(
        &self,
        bound: Bound<(&Q, &W)>,
    ) -> Cursor<'_, K, V, S, L>
    where
        K: Borrow<Q>,
        V: Borrow<W>,
    {
        self.tree.cursor_at(KeyBound::Upper, bound, AtPair)
    }

    /// Like [`lower_bound_pair`](Self::lower_bound_pair), but the cursor can insert and remove
    /// entries.
    ///
    /// # Examples
    ///
    /// ```
    /// use core::ops::Bound;
    /// use leafwise::BPlusIndex;
    ///
    /// let mut index = BPlusIndex::from([(1, 10), (1, 12), (2, 20)]);
    /// let mut cursor = index.lower_bound_pair_mut(Bound::Included((&1, &11)));
    /// assert_eq!(cursor.remove_next(), Some((1, 12)));
    /// ```
    pub fn lower_bound_pair_mut<Q: Ord + ?Sized, W: Ord + ?Sized>(
        &mut self,
        bound: Bound<(&Q, &W)>,
    ) -> CursorMut<'_, K, V, S, L>
    where
        K: Borrow<Q>,
        V: Borrow<W>,
    {
        self.tree
            .cursor_mut_at(KeyBound::Lower, bound, AtPair)
            .seen_as()
    }

    /// Like [`upper_bound_pair`](Self::upper_bound_pair), but the cursor can insert and remove
    /// entries.
    ///
    /// # Examples
    ///
    /// ```
    /// use core::ops::Bound;
    /// use leafwise::BPlusIndex;
    ///
    /// let mut index = BPlusIndex::from([(1, 10), (1, 12), (2, 20)]);
    /// let mut cursor = index.upper_bound_pair_mut(Bound::Excluded((&2, &20)));
    /// assert_eq!(cursor.remove_prev(), Some((1, 12)));
    /// ```
    pub fn upper_bound_pair_mut<Q: Ord + ?Sized, W: Ord + ?Sized>(
        &mut self,
        bound: Bound<(&Q, &W)>,
    ) -> CursorMut<'_, K, V, S, L>
    where
        K: Borrow<Q>,
        V: Borrow<W>,
    {
        self.tree
            .cursor_mut_at(KeyBound::Upper, bound, AtPair)
            .seen_as()
    }
}
