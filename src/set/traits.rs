//! std's traits for the set, as `BTreeSet` has them: all through the map, whose unit values take no
//! memory.

use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};

use crate::iter::Projected;
use crate::layout::LeafLayout;
use crate::store::Store;

use super::{BPlusTreeSet, IntoIter, Iter};

impl<K: Clone, S: Store, L: LeafLayout> Clone for BPlusTreeSet<K, S, L> {
    fn clone(&self) -> Self {
        BPlusTreeSet {
            map: self.map.clone(),
        }
    }
}

impl<K: fmt::Debug, S: Store, L: LeafLayout> fmt::Debug for BPlusTreeSet<K, S, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self).finish()
    }
}

impl<K, S: Store, L: LeafLayout> Default for BPlusTreeSet<K, S, L> {
    /// Makes a new, empty set. Does not allocate.
    fn default() -> Self {
        Self::empty()
    }
}

impl<K: PartialEq, S: Store, L: LeafLayout> PartialEq for BPlusTreeSet<K, S, L> {
    fn eq(&self, other: &Self) -> bool {
        self.map == other.map
    }
}

impl<K: Eq, S: Store, L: LeafLayout> Eq for BPlusTreeSet<K, S, L> {}

impl<K: PartialOrd, S: Store, L: LeafLayout> PartialOrd for BPlusTreeSet<K, S, L> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.map.partial_cmp(&other.map)
    }
}

impl<K: Ord, S: Store, L: LeafLayout> Ord for BPlusTreeSet<K, S, L> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.map.cmp(&other.map)
    }
}

impl<K: Hash, S: Store, L: LeafLayout> Hash for BPlusTreeSet<K, S, L> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.map.hash(state);
    }
}

impl<K, S: Store, L: LeafLayout> IntoIterator for BPlusTreeSet<K, S, L> {
    type Item = K;
    type IntoIter = IntoIter<K, S, L>;

    /// Consumes the set and returns an iterator over its elements, in ascending order.
    fn into_iter(self) -> IntoIter<K, S, L> {
        Projected::new(self.map.into_iter())
    }
}

impl<'a, K, S: Store, L: LeafLayout> IntoIterator for &'a BPlusTreeSet<K, S, L> {
    type Item = &'a K;
    type IntoIter = Iter<'a, K, S, L>;

    fn into_iter(self) -> Iter<'a, K, S, L> {
        self.iter()
    }
}

/// Makes a set of elements in any order. Of equal elements, the last one is kept.
///
/// O(n) for ascending elements, otherwise O(n log n) with one stable sort.
impl<K: Ord + Clone, S: Store, L: LeafLayout> FromIterator<K> for BPlusTreeSet<K, S, L> {
    fn from_iter<I: IntoIterator<Item = K>>(elements: I) -> Self {
        BPlusTreeSet {
            map: elements.into_iter().map(|element| (element, ())).collect(),
        }
    }
}

/// Inserts elements. Of equal elements, the first one is kept.
///
/// Elements that ascend after the last one are pushed, O(1) each. Otherwise, if the set is larger
/// than the processor's cache, at most as many elements as the set has are collected, sorted, and
/// inserted together. Into a smaller set, and if there are only few, they are inserted one by one.
///
/// If the iterator panics, or the order, clone or drop of an element, elements that were collected
/// and not inserted yet are dropped. Sorting may panic if the order is not a total one.
impl<K: Ord + Clone, S: Store, L: LeafLayout> Extend<K> for BPlusTreeSet<K, S, L> {
    fn extend<I: IntoIterator<Item = K>>(&mut self, elements: I) {
        self.map
            .extend(elements.into_iter().map(|element| (element, ())));
    }
}

/// Inserts copies of elements, as above.
impl<'a, K: Ord + Copy, S: Store, L: LeafLayout> Extend<&'a K> for BPlusTreeSet<K, S, L> {
    fn extend<I: IntoIterator<Item = &'a K>>(&mut self, elements: I) {
        self.extend(elements.into_iter().copied());
    }
}
