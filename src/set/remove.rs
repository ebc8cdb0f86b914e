//! Removing elements: one by one, by range, or by a predicate.

use core::borrow::Borrow;
use core::ops::RangeBounds;

use super::{BPlusTreeSet, ExtractIf, NAME};
use crate::bounds;
use crate::iter::Remove;
use crate::iter::{KeyOnly, Projection};
use crate::layout::LeafLayout;
use crate::store::Store;

/// Removal: requires an order, but no clones of elements.
impl<K: Ord, S: Store, L: LeafLayout> BPlusTreeSet<K, S, L> {
    /// Removes the element that equals `element`. Returns whether there was one. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// let mut set = BPlusTreeSet::from([1]);
    /// assert!(set.remove(&1));
    /// assert!(!set.remove(&1));
    /// ```
    pub fn remove<Q: Ord + ?Sized>(&mut self, element: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.map.remove(element).is_some()
    }

    /// Removes and returns the element that equals `element`, if any. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// let mut set = BPlusTreeSet::from(["a".to_string()]);
    /// assert_eq!(set.take("a"), Some("a".to_string()));
    /// assert_eq!(set.take("a"), None);
    /// ```
    pub fn take<Q: Ord + ?Sized>(&mut self, element: &Q) -> Option<K>
    where
        K: Borrow<Q>,
    {
        self.map.remove_entry(element).map(KeyOnly::of)
    }

    /// Removes and returns the smallest element. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// let mut set = BPlusTreeSet::from([1, 2]);
    /// assert_eq!(set.pop_first(), Some(1));
    /// assert_eq!(set.pop_first(), Some(2));
    /// assert_eq!(set.pop_first(), None);
    /// ```
    pub fn pop_first(&mut self) -> Option<K> {
        self.map.pop_first().map(KeyOnly::of)
    }

    /// Removes and returns the greatest element. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// let mut set = BPlusTreeSet::from([1, 2]);
    /// assert_eq!(set.pop_last(), Some(2));
    /// assert_eq!(set.pop_last(), Some(1));
    /// assert_eq!(set.pop_last(), None);
    /// ```
    pub fn pop_last(&mut self) -> Option<K> {
        self.map.pop_last().map(KeyOnly::of)
    }

    /// Removes the elements within `range` and returns their number.
    ///
    /// # Panics
    ///
    /// Panics if [`range`](Self::range) would.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// let mut set: BPlusTreeSet<_> = (0..100).collect();
    /// assert_eq!(set.remove_range(10..90), 80);
    /// assert_eq!(set.len(), 20);
    /// ```
    #[track_caller]
    pub fn remove_range<Q, R>(&mut self, range: R) -> usize
    where
        Q: Ord + ?Sized,
        K: Borrow<Q>,
        R: RangeBounds<Q>,
    {
        let is_empty = self.is_empty();
        bounds::expect(self.map.raw.remove_range(&range), is_empty, NAME)
    }

    /// Retains only the elements for which `keep` returns `true`, visiting all in ascending order,
    /// and drops the others. O(n).
    ///
    /// If `keep` panics, the current element and all later ones remain.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// let mut set: BPlusTreeSet<_> = (0..8).collect();
    /// set.retain(|element| element % 2 == 0);
    /// assert!(set.iter().eq(&[0, 2, 4, 6]));
    /// ```
    pub fn retain<F: FnMut(&K) -> bool>(&mut self, mut keep: F) {
        self.map.retain(|element, ()| keep(element));
    }

    /// Returns an iterator that visits the elements within `range` in ascending order, and removes
    /// and yields those for which `predicate` returns `true`.
    ///
    /// The set is valid whenever `predicate` runs and between any two steps: elements that the
    /// iterator has not visited when it is dropped remain. If `predicate` panics, the current
    /// element remains and the iterator ends. An inverted range is empty, as in std.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// let mut set: BPlusTreeSet<_> = (0..8).collect();
    /// let even: Vec<_> = set.extract_if(..6, |element| element % 2 == 0).collect();
    /// assert_eq!(even, [0, 2, 4]);
    /// assert!(set.iter().eq(&[1, 3, 5, 6, 7]));
    /// ```
    pub fn extract_if<F, R>(&mut self, range: R, predicate: F) -> ExtractIf<'_, K, R, F, S, L>
    where
        R: RangeBounds<K>,
        F: FnMut(&K) -> bool,
    {
        ExtractIf::new(&mut self.map.raw, range, predicate)
    }

    /// Checks all invariants of the tree: order, links, separators, fill and counts. Meant for
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
    /// use leafwise::BPlusTreeSet;
    ///
    /// BPlusTreeSet::from([1, 2]).check_invariants();
    /// ```
    #[doc(hidden)]
    pub fn check_invariants(&self) {
        self.map.check_invariants();
    }
}
