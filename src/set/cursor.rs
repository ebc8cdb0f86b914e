//! The map's cursors, which yield elements here. A cursor is in a gap: between two elements, before
//! the first or after the last.

use crate::iter::{self, KeyOnly};
use crate::layout::StructOfArrays;
use crate::store::Slab;
use crate::tree::{Gap, Tree};

/// A gap between two elements of a set, which can be moved both ways. Made by
/// [`BPlusTreeSet::lower_bound`](super::BPlusTreeSet::lower_bound) and
/// [`upper_bound`](super::BPlusTreeSet::upper_bound).
///
/// # Examples
///
/// ```
/// use core::ops::Bound;
/// use leafwise::BPlusTreeSet;
///
/// let set = BPlusTreeSet::from([1, 3]);
/// let mut cursor = set.lower_bound(Bound::Included(&2));
/// assert_eq!(cursor.peek_prev(), Some(&1));
/// assert_eq!(cursor.next(), Some(&3));
/// assert_eq!(cursor.peek_next(), None);
/// assert_eq!(cursor.prev(), Some(&3));
/// ```
pub type Cursor<'a, K, S = Slab, L = StructOfArrays> =
    iter::Cursor<'a, Tree<K, (), S, L>, Gap<S>, KeyOnly>;

/// A gap between two elements of a set, which can be moved both ways, and where elements can be
/// inserted and removed. Made by
/// [`BPlusTreeSet::lower_bound_mut`](super::BPlusTreeSet::lower_bound_mut) and
/// [`upper_bound_mut`](super::BPlusTreeSet::upper_bound_mut).
///
/// # Examples
///
/// ```
/// use core::ops::Bound;
/// use leafwise::BPlusTreeSet;
///
/// let mut set = BPlusTreeSet::from([1, 3]);
/// let mut cursor = set.upper_bound_mut(Bound::Included(&1));
/// cursor.insert_before(2).unwrap();
/// assert!(cursor.insert_after(3).is_err(), "it is there already");
/// assert_eq!(cursor.remove_next(), Some(3));
/// assert_eq!(cursor.as_cursor().peek_prev(), Some(&2));
/// assert!(set.into_iter().eq([1, 2]));
/// ```
pub type CursorMut<'a, K, S = Slab, L = StructOfArrays> =
    iter::CursorMut<'a, Tree<K, (), S, L>, Gap<S>, KeyOnly>;
