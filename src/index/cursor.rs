//! Cursors of an index: the map's, but for values, which can't be changed in place.

use core::fmt;

use crate::error::UnorderedKeyError;
use crate::iter;
use crate::leaf::{Layout, Split};
use crate::store::{Slab, Store};
use crate::tree::{ByPair, Gap, Tree};

/// A gap between two entries of an index, which can be moved and looked around from. Made by
/// [`lower_bound`](super::BPlusIndex::lower_bound) and its like.
pub type Cursor<'a, K, V, S = Slab, L = Split> = iter::Cursor<'a, Tree<K, V, S, ByPair<L>>, Gap<S>>;

/// A gap between two entries of an index, which can be moved, and where entries can be inserted and
/// removed. Made by [`lower_bound_mut`](super::BPlusIndex::lower_bound_mut) and its like.
///
/// # Examples
///
/// ```
/// use core::ops::Bound;
/// use leafwise::BPlusIndex;
///
/// let mut index = BPlusIndex::from([(1, 10), (1, 30), (2, 10)]);
/// let mut cursor = index.upper_bound_mut(Bound::Included(&1));
/// assert_eq!(cursor.remove_prev(), Some((1, 30)));
/// cursor.insert_before(1, 20).unwrap();
/// assert!(index.lookup_range(&1).eq(&[10, 20]));
/// ```
pub struct CursorMut<'a, K, V, S: Store = Slab, L: Layout = Split> {
    pub(super) inner: iter::CursorMut<'a, Tree<K, V, S, ByPair<L>>, Gap<S>>,
}

/// An entry as the cursor of an index shows it.
fn shared<'a, K, V>((key, value): (&'a K, &'a mut V)) -> (&'a K, &'a V) {
    (key, value)
}

impl<K, V, S: Store, L: Layout> CursorMut<'_, K, V, S, L> {
    /// Moves behind the next entry and returns it; at the end stays and returns `None`. O(1).
    #[expect(
        clippy::should_implement_trait,
        reason = "as std's cursors, which also go back"
    )]
    pub fn next(&mut self) -> Option<(&K, &V)> {
        self.inner.next().map(shared)
    }

    /// Moves before the previous entry and returns it; at the start stays and returns `None`. O(1).
    pub fn prev(&mut self) -> Option<(&K, &V)> {
        self.inner.prev().map(shared)
    }

    /// The next entry. O(1).
    #[must_use]
    pub fn peek_next(&self) -> Option<(&K, &V)> {
        self.inner.as_cursor().peek_next()
    }

    /// The previous entry. O(1).
    #[must_use]
    pub fn peek_prev(&self) -> Option<(&K, &V)> {
        self.inner.as_cursor().peek_prev()
    }

    /// A cursor at the same gap that only reads.
    #[must_use]
    pub fn as_cursor(&self) -> Cursor<'_, K, V, S, L> {
        self.inner.as_cursor()
    }
}

impl<K: Ord, V: Ord, S: Store, L: Layout> CursorMut<'_, K, V, S, L> {
    /// Removes the next entry; the cursor stays where it was. O(log n) worst case, in most cases
    /// O(1).
    pub fn remove_next(&mut self) -> Option<(K, V)> {
        self.inner.remove_next()
    }

    /// Removes the previous entry; the cursor is then where it was. O(log n) worst case, in most
    /// cases O(1).
    pub fn remove_prev(&mut self) -> Option<(K, V)> {
        self.inner.remove_prev()
    }
}

impl<K: Ord + Clone, V: Ord + Clone, S: Store, L: Layout> CursorMut<'_, K, V, S, L> {
    /// Inserts an entry into the gap; the cursor is behind it after. O(log n) worst case.
    ///
    /// # Errors
    ///
    /// Returns an error, and drops the entry, if it is not greater than the previous one and
    /// smaller than the next one.
    pub fn insert_before(&mut self, key: K, value: V) -> Result<(), UnorderedKeyError> {
        self.inner.insert_before(key, value)
    }

    /// Inserts an entry into the gap; the cursor is before it after. O(log n) worst case.
    ///
    /// # Errors
    ///
    /// As [`insert_before`](Self::insert_before).
    pub fn insert_after(&mut self, key: K, value: V) -> Result<(), UnorderedKeyError> {
        self.inner.insert_after(key, value)
    }
}

impl<K: fmt::Debug, V: fmt::Debug, S: Store, L: Layout> fmt::Debug for CursorMut<'_, K, V, S, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}
