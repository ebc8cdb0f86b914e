//! Sets from arrays, vectors and std's set, and back to std's.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use super::BPlusTreeSet;
use crate::layout::LeafLayout;
use crate::store::Store;

impl<K> BPlusTreeSet<K> {
    /// Converts an array, a vector, a [`BTreeSet`] or another source of elements into a set of the
    /// default store and layout, as [`From::from`] and [`Into::into`] do for every store and
    /// layout.
    ///
    /// This is an inherent method too so that `BPlusTreeSet::from(..)` needs no type annotations.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    /// use std::collections::BTreeSet;
    ///
    /// let set = BPlusTreeSet::from([2, 1]);
    /// assert_eq!(BTreeSet::from(set), BTreeSet::from([1, 2]));
    /// ```
    pub fn from<T>(source: T) -> Self
    where
        Self: From<T>,
    {
        From::from(source)
    }
}

/// Makes a set of elements in any order; of equal elements the last one stays.
impl<K: Ord + Clone, S: Store, L: LeafLayout, const N: usize> From<[K; N]>
    for BPlusTreeSet<K, S, L>
{
    fn from(elements: [K; N]) -> Self {
        elements.into_iter().collect()
    }
}

/// Makes a set of elements in any order; of equal elements the last one stays.
impl<K: Ord + Clone, S: Store, L: LeafLayout> From<Vec<K>> for BPlusTreeSet<K, S, L> {
    fn from(elements: Vec<K>) -> Self {
        elements.into_iter().collect()
    }
}

/// Moves the elements of std's set into one of ours. O(n).
impl<K: Ord + Clone, S: Store, L: LeafLayout> From<BTreeSet<K>> for BPlusTreeSet<K, S, L> {
    fn from(set: BTreeSet<K>) -> Self {
        set.into_iter().collect()
    }
}

/// Moves the elements into std's set. O(n).
impl<K: Ord, S: Store, L: LeafLayout> From<BPlusTreeSet<K, S, L>> for BTreeSet<K> {
    fn from(set: BPlusTreeSet<K, S, L>) -> Self {
        set.into_iter().collect()
    }
}
