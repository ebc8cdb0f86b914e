//! The map's cursors without the units. A cursor stands in a gap: between two elements, before the
//! first or after the last.

use core::fmt;

use crate::leaf::{Layout, Split};
use crate::map;
use crate::store::{Slab, Store};

use super::{UnorderedKeyError, element, element_ref};

/// A gap between two elements of a set, for walking both ways. Made by
/// [`BPlusTreeSet::lower_bound`](super::BPlusTreeSet::lower_bound) and
/// [`upper_bound`](super::BPlusTreeSet::upper_bound).
pub struct Cursor<'a, K, S: Store = Slab, L: Layout = Split> {
    pub(super) inner: map::Cursor<'a, K, (), S, L>,
}

/// A gap between two elements of a set, for walking both ways, inserting and removing. Made by
/// [`BPlusTreeSet::lower_bound_mut`](super::BPlusTreeSet::lower_bound_mut) and
/// [`upper_bound_mut`](super::BPlusTreeSet::upper_bound_mut).
pub struct CursorMut<'a, K, S: Store = Slab, L: Layout = Split> {
    pub(super) inner: map::CursorMut<'a, K, (), S, L>,
}

impl<'a, K, S: Store, L: Layout> Cursor<'a, K, S, L> {
    /// Moves over the next element and returns it; stays put at the end.
    ///
    /// # Examples
    ///
    /// ```
    /// use core::ops::Bound;
    /// use leafwise::BPlusTreeSet;
    ///
    /// let set = BPlusTreeSet::from([1]);
    /// let mut cursor = set.lower_bound(Bound::<&i32>::Unbounded);
    /// assert_eq!(cursor.next(), Some(&1));
    /// assert_eq!(cursor.next(), None);
    /// ```
    // std's name for it. A cursor is no iterator: it also walks back.
    #[allow(
        clippy::should_implement_trait,
        reason = "the name of std's method, for type inference or walking both ways"
    )]
    pub fn next(&mut self) -> Option<&'a K> {
        self.inner.next().map(element_ref)
    }

    /// Moves back over the previous element and returns it; stays put at the start.
    ///
    /// # Examples
    ///
    /// ```
    /// use core::ops::Bound;
    /// use leafwise::BPlusTreeSet;
    ///
    /// let set = BPlusTreeSet::from([1]);
    /// let mut cursor = set.upper_bound(Bound::<&i32>::Unbounded);
    /// assert_eq!(cursor.prev(), Some(&1));
    /// assert_eq!(cursor.prev(), None);
    /// ```
    pub fn prev(&mut self) -> Option<&'a K> {
        self.inner.prev().map(element_ref)
    }

    /// The element after the gap.
    ///
    /// # Examples
    ///
    /// ```
    /// use core::ops::Bound;
    /// use leafwise::BPlusTreeSet;
    ///
    /// let set = BPlusTreeSet::from([1, 2]);
    /// assert_eq!(set.lower_bound(Bound::Included(&2)).peek_next(), Some(&2));
    /// ```
    #[must_use]
    pub fn peek_next(&self) -> Option<&'a K> {
        self.inner.peek_next().map(element_ref)
    }

    /// The element before the gap.
    ///
    /// # Examples
    ///
    /// ```
    /// use core::ops::Bound;
    /// use leafwise::BPlusTreeSet;
    ///
    /// let set = BPlusTreeSet::from([1, 2]);
    /// assert_eq!(set.lower_bound(Bound::Included(&2)).peek_prev(), Some(&1));
    /// ```
    #[must_use]
    pub fn peek_prev(&self) -> Option<&'a K> {
        self.inner.peek_prev().map(element_ref)
    }
}

impl<K, S: Store, L: Layout> CursorMut<'_, K, S, L> {
    /// Moves over the next element and returns it; stays put at the end.
    ///
    /// # Examples
    ///
    /// ```
    /// use core::ops::Bound;
    /// use leafwise::BPlusTreeSet;
    ///
    /// let mut set = BPlusTreeSet::from([1]);
    /// let mut cursor = set.lower_bound_mut(Bound::<&i32>::Unbounded);
    /// assert_eq!(cursor.next(), Some(&1));
    /// assert_eq!(cursor.next(), None);
    /// ```
    // std's name for it. A cursor is no iterator: it also walks back.
    #[allow(
        clippy::should_implement_trait,
        reason = "the name of std's method, for type inference or walking both ways"
    )]
    pub fn next(&mut self) -> Option<&K> {
        self.inner.next().map(|(element, ())| element)
    }

    /// Moves back over the previous element and returns it; stays put at the start.
    ///
    /// # Examples
    ///
    /// ```
    /// use core::ops::Bound;
    /// use leafwise::BPlusTreeSet;
    ///
    /// let mut set = BPlusTreeSet::from([1]);
    /// let mut cursor = set.upper_bound_mut(Bound::<&i32>::Unbounded);
    /// assert_eq!(cursor.prev(), Some(&1));
    /// assert_eq!(cursor.prev(), None);
    /// ```
    pub fn prev(&mut self) -> Option<&K> {
        self.inner.prev().map(|(element, ())| element)
    }

    /// The element after the gap.
    ///
    /// # Examples
    ///
    /// ```
    /// use core::ops::Bound;
    /// use leafwise::BPlusTreeSet;
    ///
    /// let mut set = BPlusTreeSet::from([1, 2]);
    /// assert_eq!(set.lower_bound_mut(Bound::Included(&2)).peek_next(), Some(&2));
    /// ```
    pub fn peek_next(&mut self) -> Option<&K> {
        self.inner.peek_next().map(|(element, ())| element)
    }

    /// The element before the gap.
    ///
    /// # Examples
    ///
    /// ```
    /// use core::ops::Bound;
    /// use leafwise::BPlusTreeSet;
    ///
    /// let mut set = BPlusTreeSet::from([1, 2]);
    /// assert_eq!(set.lower_bound_mut(Bound::Included(&2)).peek_prev(), Some(&1));
    /// ```
    pub fn peek_prev(&mut self) -> Option<&K> {
        self.inner.peek_prev().map(|(element, ())| element)
    }

    /// A cursor in the same gap that only looks.
    ///
    /// # Examples
    ///
    /// ```
    /// use core::ops::Bound;
    /// use leafwise::BPlusTreeSet;
    ///
    /// let mut set = BPlusTreeSet::from([1, 2]);
    /// let cursor = set.lower_bound_mut(Bound::Included(&2));
    /// assert_eq!(cursor.as_cursor().next(), Some(&2));
    /// ```
    #[must_use]
    pub fn as_cursor(&self) -> Cursor<'_, K, S, L> {
        Cursor {
            inner: self.inner.as_cursor(),
        }
    }
}

impl<K: Ord, S: Store, L: Layout> CursorMut<'_, K, S, L> {
    /// Removes the element after the gap and returns it.
    ///
    /// # Examples
    ///
    /// ```
    /// use core::ops::Bound;
    /// use leafwise::BPlusTreeSet;
    ///
    /// let mut set = BPlusTreeSet::from([1, 2]);
    /// assert_eq!(set.lower_bound_mut(Bound::Included(&2)).remove_next(), Some(2));
    /// assert_eq!(set, BPlusTreeSet::from([1]));
    /// ```
    pub fn remove_next(&mut self) -> Option<K> {
        self.inner.remove_next().map(element)
    }

    /// Removes the element before the gap and returns it.
    ///
    /// # Examples
    ///
    /// ```
    /// use core::ops::Bound;
    /// use leafwise::BPlusTreeSet;
    ///
    /// let mut set = BPlusTreeSet::from([1, 2]);
    /// assert_eq!(set.lower_bound_mut(Bound::Included(&2)).remove_prev(), Some(1));
    /// assert_eq!(set, BPlusTreeSet::from([2]));
    /// ```
    pub fn remove_prev(&mut self) -> Option<K> {
        self.inner.remove_prev().map(element)
    }
}

impl<K: Ord + Clone, S: Store, L: Layout> CursorMut<'_, K, S, L> {
    /// Inserts an element before the gap: the cursor stands behind it afterwards.
    ///
    /// # Errors
    ///
    /// Returns an error, and drops the element, if it does not belong into this gap.
    ///
    /// # Examples
    ///
    /// ```
    /// use core::ops::Bound;
    /// use leafwise::BPlusTreeSet;
    ///
    /// let mut set = BPlusTreeSet::from([1, 3]);
    /// let mut cursor = set.lower_bound_mut(Bound::Included(&3));
    /// assert!(cursor.insert_before(2).is_ok());
    /// assert!(cursor.insert_before(2).is_err());
    /// assert_eq!(cursor.peek_prev(), Some(&2));
    /// ```
    pub fn insert_before(&mut self, element: K) -> Result<(), UnorderedKeyError> {
        self.inner.insert_before(element, ())
    }

    /// Inserts an element after the gap: the cursor stands before it afterwards.
    ///
    /// # Errors
    ///
    /// Returns an error, and drops the element, if it does not belong into this gap.
    ///
    /// # Examples
    ///
    /// ```
    /// use core::ops::Bound;
    /// use leafwise::BPlusTreeSet;
    ///
    /// let mut set = BPlusTreeSet::from([1, 3]);
    /// let mut cursor = set.lower_bound_mut(Bound::Included(&3));
    /// assert!(cursor.insert_after(2).is_ok());
    /// assert!(cursor.insert_after(2).is_err());
    /// assert_eq!(cursor.peek_next(), Some(&2));
    /// ```
    pub fn insert_after(&mut self, element: K) -> Result<(), UnorderedKeyError> {
        self.inner.insert_after(element, ())
    }
}

impl<K, S: Store, L: Layout> Clone for Cursor<'_, K, S, L> {
    fn clone(&self) -> Self {
        Cursor {
            inner: self.inner.clone(),
        }
    }
}

impl<K: fmt::Debug, S: Store, L: Layout> fmt::Debug for Cursor<'_, K, S, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

impl<K: fmt::Debug, S: Store, L: Layout> fmt::Debug for CursorMut<'_, K, S, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}
