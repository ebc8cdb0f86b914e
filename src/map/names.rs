//! The types of a B+ tree map's iterators, cursors and entries, under std's names.

use crate::iter::{self, KeyOnly, Projected, ValueOnly};
use crate::layout::StructOfArrays;
use crate::store::Slab;
use crate::tree::{Gap, Tree};

use super::entry;

pub use crate::tree::{IntoIter, Iter, IterMut, Range, RangeMut};

/// A gap between two entries of a map. Made by [`lower_bound`](super::Map::lower_bound) and
/// [`upper_bound`](super::Map::upper_bound).
pub type Cursor<'a, K, V, S = Slab, L = StructOfArrays> =
    iter::Cursor<'a, Tree<K, V, S, L>, Gap<S>>;

/// A gap between two entries of a map, with editing operations. Made by
/// [`lower_bound_mut`](super::Map::lower_bound_mut) and
/// [`upper_bound_mut`](super::Map::upper_bound_mut).
pub type CursorMut<'a, K, V, S = Slab, L = StructOfArrays> =
    iter::CursorMut<'a, Tree<K, V, S, L>, Gap<S>>;

/// The keys of a map in ascending order. Made by [`keys`](super::Map::keys).
pub type Keys<'a, K, V, S = Slab, L = StructOfArrays> = Projected<KeyOnly, Iter<'a, K, V, S, L>>;

/// The values of a map in the order of their keys. Made by [`values`](super::Map::values).
pub type Values<'a, K, V, S = Slab, L = StructOfArrays> =
    Projected<ValueOnly, Iter<'a, K, V, S, L>>;

/// Mutable references to the values of a map, in the order of their keys. Made by
/// [`values_mut`](super::Map::values_mut).
pub type ValuesMut<'a, K, V, S = Slab, L = StructOfArrays> =
    Projected<ValueOnly, IterMut<'a, K, V, S, L>>;

/// An owning iterator over the keys of a map, in ascending order. Made by
/// [`into_keys`](super::Map::into_keys).
pub type IntoKeys<K, V, S = Slab, L = StructOfArrays> = Projected<KeyOnly, IntoIter<K, V, S, L>>;

/// An owning iterator over the values of a map, in the order of their keys. Made by
/// [`into_values`](super::Map::into_values).
pub type IntoValues<K, V, S = Slab, L = StructOfArrays> =
    Projected<ValueOnly, IntoIter<K, V, S, L>>;

/// Removes the entries for which a predicate returns `true` and yields them in ascending order.
/// Made by [`extract_if`](super::Map::extract_if).
pub type ExtractIf<'a, K, V, R, F, S = Slab, L = StructOfArrays> =
    iter::ExtractIf<CursorMut<'a, K, V, S, L>, R, F>;

/// A view into a vacant entry: the gap for a key that is not in the map. Part of
/// [`Entry`](super::Entry).
pub type VacantEntry<'a, K, V, S = Slab, L = StructOfArrays> =
    entry::VacantEntry<'a, K, V, CursorMut<'a, K, V, S, L>>;

/// A view into an occupied entry of a map. Part of [`Entry`](super::Entry).
pub type OccupiedEntry<'a, K, V, S = Slab, L = StructOfArrays> =
    entry::OccupiedEntry<'a, K, V, CursorMut<'a, K, V, S, L>>;

/// The error of [`try_insert`](super::Map::try_insert) when the key is already in the map.
pub type OccupiedError<'a, K, V, S = Slab, L = StructOfArrays> =
    entry::OccupiedError<'a, K, V, CursorMut<'a, K, V, S, L>>;
