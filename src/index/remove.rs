//! Removing entries: by pair, by key, by range, or by a predicate.

use core::borrow::Borrow;
use core::ops::{Bound, RangeBounds};

use super::{BPlusIndex, ExtractIf, NAME};
use crate::bounds;
use crate::iter::Remove;
use crate::layout::LeafLayout;
use crate::search::compare_pairs;
use crate::store::Store;
use crate::tree::{AtKey, AtPair};

/// Removal.
impl<K: Ord, V: Ord, S: Store, L: LeafLayout> BPlusIndex<K, V, S, L> {
    /// Removes the entry with this key and this value. Returns whether it was in the index.
    /// O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// let mut index = BPlusIndex::from([(1, 10), (1, 11)]);
    /// assert!(index.remove(&1, &10));
    /// assert!(!index.remove(&1, &10));
    /// assert!(index.lookup_range(&1).eq(&[11]));
    /// ```
    #[inline]
    pub fn remove<Q: Ord + ?Sized, W: Ord + ?Sized>(&mut self, key: &Q, value: &W) -> bool
    where
        K: Borrow<Q>,
        V: Borrow<W>,
    {
        self.tree.remove(AtPair::lower(key, value)).is_some()
    }

    /// The same as [`remove`](Self::remove).
    #[inline]
    pub fn delete<Q: Ord + ?Sized, W: Ord + ?Sized>(&mut self, key: &Q, value: &W) -> bool
    where
        K: Borrow<Q>,
        V: Borrow<W>,
    {
        self.remove(key, value)
    }

    /// Removes all entries with this key and returns their number. O(log n), plus the leaves that
    /// they fill.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// let mut index = BPlusIndex::from([(1, 10), (1, 11), (2, 20)]);
    /// assert_eq!(index.remove_key(&1), 2);
    /// assert_eq!(index.remove_key(&1), 0);
    /// assert_eq!(index.len(), 1);
    /// ```
    pub fn remove_key<Q: Ord + ?Sized>(&mut self, key: &Q) -> usize
    where
        K: Borrow<Q>,
    {
        self.tree
            .remove_between(Bound::Included(key), Bound::Included(key), AtKey)
    }

    /// Removes all entries whose keys are within `range` and returns their number. O(log n), plus
    /// the leaves that they fill.
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
    /// let mut index = BPlusIndex::from([(1, 10), (2, 20), (2, 21), (3, 30)]);
    /// assert_eq!(index.remove_range(2..), 3);
    /// assert_eq!(index.len(), 1);
    /// ```
    #[track_caller]
    pub fn remove_range<Q, R>(&mut self, range: R) -> usize
    where
        Q: Ord + ?Sized,
        K: Borrow<Q>,
        R: RangeBounds<Q>,
    {
        let is_empty = self.is_empty();
        bounds::expect(self.tree.remove_range(&range), is_empty, NAME)
    }

    /// Removes all entries between two pairs and returns their number. O(log n), plus the leaves
    /// that they fill.
    ///
    /// # Panics
    ///
    /// Panics if [`range_pairs`](Self::range_pairs) would.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// let mut index = BPlusIndex::from([(1, 10), (1, 11), (2, 20), (2, 21)]);
    /// assert_eq!(index.remove_range_pairs((&1, &11)..(&2, &21)), 2);
    /// assert!(index.iter().eq([(&1, &10), (&2, &21)]));
    /// ```
    #[track_caller]
    pub fn remove_range_pairs<'q, Q, W, R>(&mut self, range: R) -> usize
    where
        K: Borrow<Q>,
        V: Borrow<W>,
        Q: Ord + ?Sized + 'q,
        W: Ord + ?Sized + 'q,
        R: RangeBounds<(&'q Q, &'q W)>,
    {
        let (start, end) = (range.start_bound(), range.end_bound());
        let (start, end) = (start.cloned(), end.cloned());
        let checked = bounds::check(start, end, compare_pairs::<K, V, Q, W>);
        bounds::expect(checked, self.is_empty(), NAME);
        self.tree.remove_between(start, end, AtPair)
    }

    /// Removes and returns the smallest entry. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// let mut index = BPlusIndex::from([(1, 11), (1, 10)]);
    /// assert_eq!(index.pop_first(), Some((1, 10)));
    /// ```
    pub fn pop_first(&mut self) -> Option<(K, V)> {
        self.tree.pop_first()
    }

    /// Removes and returns the greatest entry. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// let mut index = BPlusIndex::from([(1, 11), (1, 10)]);
    /// assert_eq!(index.pop_last(), Some((1, 11)));
    /// ```
    pub fn pop_last(&mut self) -> Option<(K, V)> {
        self.tree.pop_last()
    }

    /// Retains only the entries for which `keep` returns `true`, visiting all in ascending order.
    /// O(n).
    ///
    /// If `keep` panics, the current entry and all later ones remain.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// let mut index = BPlusIndex::from([(1, 10), (1, 11), (2, 20)]);
    /// index.retain(|_, value| value % 2 == 0);
    /// assert!(index.iter().eq([(&1, &10), (&2, &20)]));
    /// ```
    pub fn retain<F: FnMut(&K, &V) -> bool>(&mut self, mut keep: F) {
        self.extract_if(.., |key, value| !keep(key, value))
            .for_each(drop);
    }

    /// Returns an iterator that visits the entries whose keys are within `range` in ascending
    /// order, and removes and yields those for which `predicate` returns `true`.
    ///
    /// The index is valid whenever `predicate` runs and between any two steps: entries that the
    /// iterator has not visited when it is dropped remain. If `predicate` panics, the current entry
    /// remains and the iterator ends. An inverted range is empty, as in std's maps.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// let mut index = BPlusIndex::from([(1, 10), (1, 11), (2, 20)]);
    /// let odd: Vec<_> = index.extract_if(.., |_, value| value % 2 == 1).collect();
    /// assert_eq!(odd, [(1, 11)]);
    /// ```
    pub fn extract_if<F, R>(&mut self, range: R, predicate: F) -> ExtractIf<'_, K, V, R, F, S, L>
    where
        R: RangeBounds<K>,
        F: FnMut(&K, &V) -> bool,
    {
        ExtractIf::new(&mut self.tree, range, predicate)
    }

    /// Checks all invariants of the tree: order, links, separators, fill and counts. Meant for
    /// tests. O(n).
    ///
    /// # Panics
    ///
    /// Panics if an invariant is violated; the message names it. The cause is a bug in this library
    /// or in an `Ord`.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// BPlusIndex::from([(1, "a"), (1, "b")]).check_invariants();
    /// ```
    #[doc(hidden)]
    pub fn check_invariants(&self) {
        self.tree.check_invariants();
    }
}
