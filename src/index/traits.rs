//! std's traits for the index: two indexes are equal, ordered and hashed as their sequences of
//! entries are.

use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};

use crate::iter::{Entries, OnEqual};
use crate::layout::LeafLayout;
use crate::store::Store;
use crate::tree::Tree;

use super::{BPlusIndex, IntoIter, Iter};

impl<K: Clone, V: Clone, S: Store, L: LeafLayout> Clone for BPlusIndex<K, V, S, L> {
    fn clone(&self) -> Self {
        BPlusIndex {
            tree: self.tree.clone(),
        }
    }
}

impl<K: fmt::Debug, V: fmt::Debug, S: Store, L: LeafLayout> fmt::Debug for BPlusIndex<K, V, S, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self).finish()
    }
}

impl<K, V, S: Store, L: LeafLayout> Default for BPlusIndex<K, V, S, L> {
    /// Makes a new, empty index. Does not allocate.
    fn default() -> Self {
        Self::empty()
    }
}

impl<K: PartialEq, V: PartialEq, S: Store, L: LeafLayout> PartialEq for BPlusIndex<K, V, S, L> {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().eq(other)
    }
}

impl<K: Eq, V: Eq, S: Store, L: LeafLayout> Eq for BPlusIndex<K, V, S, L> {}

impl<K: PartialOrd, V: PartialOrd, S: Store, L: LeafLayout> PartialOrd for BPlusIndex<K, V, S, L> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.iter().partial_cmp(other)
    }
}

impl<K: Ord, V: Ord, S: Store, L: LeafLayout> Ord for BPlusIndex<K, V, S, L> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.iter().cmp(other)
    }
}

impl<K: Hash, V: Hash, S: Store, L: LeafLayout> Hash for BPlusIndex<K, V, S, L> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // The length first, so that in a sequence of indexes it matters which index an entry is in.
        state.write_usize(self.len());
        self.iter().for_each(|entry| entry.hash(state));
    }
}

impl<K, V, S: Store, L: LeafLayout> IntoIterator for BPlusIndex<K, V, S, L> {
    type Item = (K, V);
    type IntoIter = IntoIter<K, V, S, L>;

    /// Consumes the index and returns an iterator over its entries, in ascending order.
    fn into_iter(self) -> IntoIter<K, V, S, L> {
        self.tree.into_iter()
    }
}

impl<'a, K, V, S: Store, L: LeafLayout> IntoIterator for &'a BPlusIndex<K, V, S, L> {
    type Item = (&'a K, &'a V);
    type IntoIter = Iter<'a, K, V, S, L>;

    fn into_iter(self) -> Iter<'a, K, V, S, L> {
        self.iter()
    }
}

/// Makes an index of entries in any order. Of equal entries, the last one is kept.
///
/// O(n) for ascending entries, otherwise O(n log n) with one stable sort.
impl<K, V, S, L> FromIterator<(K, V)> for BPlusIndex<K, V, S, L>
where
    K: Ord + Clone,
    V: Ord + Clone,
    S: Store,
    L: LeafLayout,
{
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        BPlusIndex {
            tree: Tree::from_entries(entries),
        }
    }
}

/// Inserts entries. Of equal entries, the first one is kept.
///
/// Entries that ascend after the last one are pushed, O(1) each. Otherwise, if the index is larger
/// than the processor's cache, at most as many entries as the index has are collected, sorted, and
/// inserted together. Into a smaller index, and if there are only few, they are inserted one by
/// one.
///
/// If the iterator panics, or the order, clone or drop of a key or value, entries that were
/// collected and not inserted yet are dropped. Sorting may panic if the order is not a total one.
impl<K, V, S, L> Extend<(K, V)> for BPlusIndex<K, V, S, L>
where
    K: Ord + Clone,
    V: Ord + Clone,
    S: Store,
    L: LeafLayout,
{
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, entries: I) {
        self.tree.extend(entries.into_iter(), OnEqual::Keep);
    }
}

/// Inserts copies of entries, as above.
impl<'a, K, V, S, L> Extend<(&'a K, &'a V)> for BPlusIndex<K, V, S, L>
where
    K: Ord + Copy,
    V: Ord + Copy,
    S: Store,
    L: LeafLayout,
{
    fn extend<I: IntoIterator<Item = (&'a K, &'a V)>>(&mut self, entries: I) {
        self.extend(entries.into_iter().map(|(&key, &value)| (key, value)));
    }
}
