//! Finding an element, and its neighbours.

use core::borrow::Borrow;

use super::BPlusTreeSet;
use crate::iter::{KeyOnly, Projection};
use crate::layout::LeafLayout;
use crate::store::Store;

/// Looking up elements.
impl<K, S: Store, L: LeafLayout> BPlusTreeSet<K, S, L> {
    /// Returns `true` if the set contains an element equal to `element`. O(log n).
    ///
    /// The element may be any borrowed form of the set's element type, but `Ord` on the borrowed
    /// form must match the ordering on the element type.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// let set = BPlusTreeSet::from(["a".to_string()]);
    /// assert!(set.contains("a"));
    /// assert!(!set.contains("b"));
    /// ```
    #[inline]
    pub fn contains<Q: Ord + ?Sized>(&self, element: &Q) -> bool
    where
        K: Borrow<Q> + Ord,
    {
        self.map.contains_key(element)
    }

    /// Returns the stored element that equals `element`. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// let set = BPlusTreeSet::from([1, 2]);
    /// assert_eq!(set.get(&2), Some(&2));
    /// assert_eq!(set.get(&3), None);
    /// ```
    #[inline]
    pub fn get<Q: Ord + ?Sized>(&self, element: &Q) -> Option<&K>
    where
        K: Borrow<Q> + Ord,
    {
        self.map.get_key_value(element).map(KeyOnly::of)
    }

    /// Returns the greatest element that is less than or equal to `element`. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// let set = BPlusTreeSet::from([10, 20]);
    /// assert_eq!(set.floor(&20), Some(&20));
    /// assert_eq!(set.floor(&19), Some(&10));
    /// assert_eq!(set.floor(&9), None);
    /// ```
    pub fn floor<Q: Ord + ?Sized>(&self, element: &Q) -> Option<&K>
    where
        K: Borrow<Q> + Ord,
    {
        self.map.floor(element).map(KeyOnly::of)
    }

    /// Returns the smallest element that is greater than or equal to `element`. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// let set = BPlusTreeSet::from([10, 20]);
    /// assert_eq!(set.ceiling(&10), Some(&10));
    /// assert_eq!(set.ceiling(&11), Some(&20));
    /// assert_eq!(set.ceiling(&21), None);
    /// ```
    pub fn ceiling<Q: Ord + ?Sized>(&self, element: &Q) -> Option<&K>
    where
        K: Borrow<Q> + Ord,
    {
        self.map.ceiling(element).map(KeyOnly::of)
    }

    /// Returns the greatest element that is less than `element`. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// let set = BPlusTreeSet::from([10, 20]);
    /// assert_eq!(set.lower(&20), Some(&10));
    /// assert_eq!(set.lower(&10), None);
    /// ```
    pub fn lower<Q: Ord + ?Sized>(&self, element: &Q) -> Option<&K>
    where
        K: Borrow<Q> + Ord,
    {
        self.map.lower(element).map(KeyOnly::of)
    }

    /// Returns the smallest element that is greater than `element`. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// let set = BPlusTreeSet::from([10, 20]);
    /// assert_eq!(set.higher(&10), Some(&20));
    /// assert_eq!(set.higher(&20), None);
    /// ```
    pub fn higher<Q: Ord + ?Sized>(&self, element: &Q) -> Option<&K>
    where
        K: Borrow<Q> + Ord,
    {
        self.map.higher(element).map(KeyOnly::of)
    }
}
