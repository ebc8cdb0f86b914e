//! The types of a cache-oblivious map's iterators, cursors and entries, under std's names.

use crate::iter::{self, Counted, Exclusive, KeyOnly, Projected, Shared, ValueOnly};
use crate::map::entry;

use super::Table;
use super::packed_memory_array::{Gap, Walk};

pub use super::packed_memory_array::IntoIter;

/// The entries of a range of keys, in ascending order. Made by [`range`](crate::map::Map::range).
pub type Range<'a, K, V> = iter::Range<Shared<'a, K, V>, Walk<'a, K, V>>;

/// The entries of a range of keys, in ascending order, with mutable values. Made by
/// [`range_mut`](crate::map::Map::range_mut).
pub type RangeMut<'a, K, V> = iter::Range<Exclusive<'a, K, V>, Walk<'a, K, V>>;

/// All entries, in ascending order. Made by [`iter`](crate::map::Map::iter).
pub type Iter<'a, K, V> = Counted<Range<'a, K, V>>;

/// All entries, in ascending order, with mutable values. Made by
/// [`iter_mut`](crate::map::Map::iter_mut).
pub type IterMut<'a, K, V> = Counted<RangeMut<'a, K, V>>;

/// A gap between two entries of a map. Made by [`lower_bound`](crate::map::Map::lower_bound) and
/// [`upper_bound`](crate::map::Map::upper_bound).
pub type Cursor<'a, K, V> = iter::Cursor<'a, Table<K, V>, Gap>;

/// A gap between two entries of a map, with editing operations. Made by
/// [`lower_bound_mut`](crate::map::Map::lower_bound_mut) and
/// [`upper_bound_mut`](crate::map::Map::upper_bound_mut).
pub type CursorMut<'a, K, V> = iter::CursorMut<'a, Table<K, V>, Gap>;

/// The keys of a map in ascending order. Made by [`keys`](crate::map::Map::keys).
pub type Keys<'a, K, V> = Projected<KeyOnly, Iter<'a, K, V>>;

/// The values of a map in the order of their keys. Made by [`values`](crate::map::Map::values).
pub type Values<'a, K, V> = Projected<ValueOnly, Iter<'a, K, V>>;

/// Mutable references to the values of a map, in the order of their keys. Made by
/// [`values_mut`](crate::map::Map::values_mut).
pub type ValuesMut<'a, K, V> = Projected<ValueOnly, IterMut<'a, K, V>>;

/// The keys of a map that was consumed, in ascending order. Made by
/// [`into_keys`](crate::map::Map::into_keys).
pub type IntoKeys<K, V> = Projected<KeyOnly, IntoIter<K, V>>;

/// The values of a map that was consumed, in the order of their keys. Made by
/// [`into_values`](crate::map::Map::into_values).
pub type IntoValues<K, V> = Projected<ValueOnly, IntoIter<K, V>>;

/// Removes the entries for which a predicate returns `true` and yields them in ascending order.
/// Made by [`extract_if`](crate::map::Map::extract_if).
pub type ExtractIf<'a, K, V, R, F> = iter::ExtractIf<CursorMut<'a, K, V>, R, F>;

/// A view into a single entry of a map, vacant or occupied. Made by
/// [`entry`](crate::map::Map::entry).
pub type Entry<'a, K, V> = entry::Entry<'a, K, V, CursorMut<'a, K, V>>;

/// A view into a vacant entry: the gap for a key that is not in the map. Part of [`Entry`].
pub type VacantEntry<'a, K, V> = entry::VacantEntry<'a, K, V, CursorMut<'a, K, V>>;

/// A view into an occupied entry of a map. Part of [`Entry`].
pub type OccupiedEntry<'a, K, V> = entry::OccupiedEntry<'a, K, V, CursorMut<'a, K, V>>;

/// The error of [`try_insert`](crate::map::Map::try_insert) when the key is already in the map.
pub type OccupiedError<'a, K, V> = entry::OccupiedError<'a, K, V, CursorMut<'a, K, V>>;
