//! Maps from arrays, vectors and std's map, and back to std's.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::{BPlusTreeMap, Map};
use crate::iter::{Entries, Insert};

impl<K, V> BPlusTreeMap<K, V> {
    /// Converts an array, a vector, a [`BTreeMap`] or another source of entries into a map of the
    /// default store and layout, as [`From::from`] and [`Into::into`] do for every store and
    /// layout.
    ///
    /// This is an inherent method too so that `BPlusTreeMap::from(..)` needs no type annotations.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    /// use leafwise::store::Heap;
    /// use std::collections::BTreeMap;
    ///
    /// let map = BPlusTreeMap::from([(2, "b"), (1, "a")]);
    /// assert_eq!(map, BPlusTreeMap::from(BTreeMap::from([(1, "a"), (2, "b")])));
    ///
    /// let on_heap: BPlusTreeMap<_, _, Heap> = vec![(2, "b"), (1, "a")].into();
    /// assert!(on_heap.iter().eq(&map));
    /// ```
    pub fn from<T>(source: T) -> Self
    where
        Self: From<T>,
    {
        From::from(source)
    }
}

/// Makes a map of entries in any order; of entries with equal keys the last one stays.
impl<K: Ord, V, B, const N: usize> From<[(K, V); N]> for Map<K, V, B>
where
    B: Insert<Key = K, Value = V>,
{
    fn from(entries: [(K, V); N]) -> Self {
        entries.into_iter().collect()
    }
}

/// Makes a map of entries in any order; of entries with equal keys the last one stays.
impl<K: Ord, V, B: Insert<Key = K, Value = V>> From<Vec<(K, V)>> for Map<K, V, B> {
    fn from(entries: Vec<(K, V)>) -> Self {
        entries.into_iter().collect()
    }
}

/// Moves the entries of std's map into one of ours. O(n).
impl<K: Ord, V, B: Insert<Key = K, Value = V>> From<BTreeMap<K, V>> for Map<K, V, B> {
    fn from(map: BTreeMap<K, V>) -> Self {
        map.into_iter().collect()
    }
}

/// Moves the entries into std's map. O(n).
impl<K: Ord, V, B: Entries<Key = K, Value = V>> From<Map<K, V, B>> for BTreeMap<K, V> {
    fn from(map: Map<K, V, B>) -> Self {
        map.into_iter().collect()
    }
}
