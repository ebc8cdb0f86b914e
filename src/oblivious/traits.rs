//! std's traits for the map, as `BTreeMap` has them.

use crate::map::map_traits;

use super::{CacheObliviousMap, IntoIter};

map_traits! {
    CacheObliviousMap<K, V>
}

impl<K: Clone, V: Clone> Clone for CacheObliviousMap<K, V> {
    fn clone(&self) -> Self {
        CacheObliviousMap {
            table: self.table.clone(),
        }
    }
}

impl<K, V> Default for CacheObliviousMap<K, V> {
    /// Makes an empty map. Allocates nothing.
    fn default() -> Self {
        Self::new()
    }
}

impl<K, V> IntoIterator for CacheObliviousMap<K, V> {
    type Item = (K, V);
    type IntoIter = IntoIter<K, V>;

    /// Consumes the map for its entries in ascending order.
    fn into_iter(self) -> IntoIter<K, V> {
        self.table.into_iter()
    }
}
