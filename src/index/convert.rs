//! Indexes from arrays, vectors and std's sets of pairs, and back to these.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use super::BPlusIndex;
use crate::layout::LeafLayout;
use crate::store::Store;

impl<K, V> BPlusIndex<K, V> {
    /// Converts an array, a vector, a [`BTreeSet`] or another source of pairs into an index of the
    /// default store and layout, as [`From::from`] and [`Into::into`] do for every store and
    /// layout.
    ///
    /// This is an inherent method too so that `BPlusIndex::from(..)` needs no type annotations.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    /// use std::collections::BTreeSet;
    ///
    /// let index = BPlusIndex::from([("b", 2), ("a", 1), ("b", 1)]);
    /// assert_eq!(index, BPlusIndex::from(BTreeSet::from([("a", 1), ("b", 1), ("b", 2)])));
    /// ```
    pub fn from<T>(source: T) -> Self
    where
        Self: From<T>,
    {
        From::from(source)
    }
}

/// Makes an index of entries in any order; of equal entries the last one stays.
impl<K, V, S, L, const N: usize> From<[(K, V); N]> for BPlusIndex<K, V, S, L>
where
    K: Ord + Clone,
    V: Ord + Clone,
    S: Store,
    L: LeafLayout,
{
    fn from(entries: [(K, V); N]) -> Self {
        entries.into_iter().collect()
    }
}

/// Makes an index of entries in any order; of equal entries the last one stays.
impl<K, V, S, L> From<Vec<(K, V)>> for BPlusIndex<K, V, S, L>
where
    K: Ord + Clone,
    V: Ord + Clone,
    S: Store,
    L: LeafLayout,
{
    fn from(entries: Vec<(K, V)>) -> Self {
        entries.into_iter().collect()
    }
}

/// Moves the pairs of std's set into an index. O(n).
impl<K, V, S, L> From<BTreeSet<(K, V)>> for BPlusIndex<K, V, S, L>
where
    K: Ord + Clone,
    V: Ord + Clone,
    S: Store,
    L: LeafLayout,
{
    fn from(pairs: BTreeSet<(K, V)>) -> Self {
        pairs.into_iter().collect()
    }
}

/// Moves the entries into std's set. O(n).
impl<K: Ord, V: Ord, S: Store, L: LeafLayout> From<BPlusIndex<K, V, S, L>> for BTreeSet<(K, V)> {
    fn from(index: BPlusIndex<K, V, S, L>) -> Self {
        index.into_iter().collect()
    }
}
