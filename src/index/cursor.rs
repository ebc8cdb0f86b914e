//! Cursors of an index: those of the map, except that values cannot be changed in place.

use crate::iter;
use crate::layout::StructOfArrays;
use crate::store::Slab;
use crate::tree::{ByPair, Gap, Tree};

use super::Pair;

/// A gap between two entries of an index, which can be moved and whose neighbours can be read. Made
/// by [`lower_bound`](super::BPlusIndex::lower_bound) and the like.
pub type Cursor<'a, K, V, S = Slab, L = StructOfArrays> =
    iter::Cursor<'a, Tree<K, V, S, ByPair<L>>, Gap<S>>;

/// A gap between two entries of an index, which can be moved, and where entries can be inserted and
/// removed. Made by [`lower_bound_mut`](super::BPlusIndex::lower_bound_mut) and the like.
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
pub type CursorMut<'a, K, V, S = Slab, L = StructOfArrays> =
    iter::CursorMut<'a, Tree<K, V, S, ByPair<L>>, Gap<S>, Pair>;
