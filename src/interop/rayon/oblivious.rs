//! The cache-oblivious map's parallel iterators.

use crate::iter::{Exclusive, Part, Shared};
use crate::oblivious::{Table, Walk};

/// Parallel iterator over the entries of a map or of a range of it. Made by `par_iter` and
/// [`par_range`](crate::CacheObliviousMap::par_range).
///
/// # Examples
///
/// ```
/// use leafwise::CacheObliviousMap;
/// use rayon::prelude::*;
///
/// let map: CacheObliviousMap<u32, u32> = (0..1000).map(|key| (key, key * 2)).collect();
/// assert_eq!(map.par_iter().map(|(_, value)| value).sum::<u32>(), 999_000);
///
/// // Collected, items are in the order of the keys.
/// let keys: Vec<u32> = map.par_iter().map(|(&key, _)| key).collect();
/// assert!(keys.into_iter().eq(0..1000));
/// ```
pub type ParIter<'a, K, V> = Part<Shared<'a, K, V>, Walk<'a, K, V>>;

/// Parallel iterator over the entries of a map or of a range of it, with mutable values. Made by
/// `par_iter_mut` and [`par_range_mut`](crate::CacheObliviousMap::par_range_mut).
///
/// # Examples
///
/// ```
/// use leafwise::CacheObliviousMap;
/// use rayon::prelude::*;
///
/// let mut map: CacheObliviousMap<u32, u32> = (0..1000).map(|key| (key, 1)).collect();
/// map.par_iter_mut().for_each(|(key, value)| *value += key);
/// assert_eq!(map[&500], 501);
/// ```
pub type ParIterMut<'a, K, V> = Part<Exclusive<'a, K, V>, Walk<'a, K, V>>;

/// Parallel owning iterator over the entries of a map. Made by `into_par_iter`.
///
/// Entries that were not taken, because of an early end or a panic, are dropped.
///
/// # Examples
///
/// ```
/// use leafwise::CacheObliviousMap;
/// use rayon::prelude::*;
///
/// let map: CacheObliviousMap<u32, String> =
///     (0..1000).map(|key| (key, key.to_string())).collect();
/// let found = map.into_par_iter().find_any(|(key, _)| *key == 700);
/// assert_eq!(found, Some((700, "700".to_string())));
/// ```
pub type IntoParIter<K, V> = super::IntoParIter<Table<K, V>>;
