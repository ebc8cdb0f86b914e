//! Building trees from iterators: sorted input in one pass, unsorted input after a sort.
//!
//! Both use [`Tree::push_last`], which fills leaf after leaf: O(n) for sorted input. This file
//! checks that entries ascend; the tree relies on it for correct results, not for memory safety.

use alloc::vec::Vec;
use core::cmp::Ordering;

use super::Tree;
use super::policy::{Policy, compare};
use crate::error::UnsortedError;
use crate::iter::{Entries, sort};
use crate::store::Store;

impl<K, V, S: Store, P: Policy> Tree<K, V, S, P>
where
    K: Clone,
    P::TieBreaker<V>: Clone,
{
    /// Pushes entries after all others of the tree; the caller knows that they ascend.
    pub(crate) fn push_ascending(&mut self, entries: impl IntoIterator<Item = (K, V)>) {
        for (key, value) in entries {
            self.push_last(key, value);
        }
    }
}

impl<K, V, S: Store, P: Policy> Tree<K, V, S, P>
where
    K: Ord + Clone,
    P::TieBreaker<V>: Ord + Clone,
{
    /// Returns whether an entry may be pushed after all others.
    pub(super) fn ends_before(&self, entry: (&K, &V)) -> bool {
        self.last()
            .is_none_or(|last| compare::<K, V, P>(last, entry) == Ordering::Less)
    }

    /// Builds a tree from entries that must be strictly ascending.
    pub(crate) fn from_ascending<I>(entries: I) -> Result<Self, UnsortedError>
    where
        I: IntoIterator<Item = (K, V)>,
    {
        let mut tree = Self::new();
        for (index, (key, value)) in entries.into_iter().enumerate() {
            if !tree.ends_before((&key, &value)) {
                return Err(UnsortedError::new(index));
            }
            tree.push_last(key, value);
        }
        Ok(tree)
    }

    /// Builds a tree from entries in any order; the last of equal ones is kept.
    pub(crate) fn from_entries<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut entries = entries.into_iter();
        let mut tree = Self::new();
        // As long as entries ascend, they are pushed at once: sorted input needs no second copy in
        // memory. Random input leaves this loop after a few entries.
        while let Some((key, value)) = entries.next() {
            if !tree.ends_before((&key, &value)) {
                let mut unsorted = Vec::with_capacity(tree.len() + 1 + entries.size_hint().0);
                unsorted.extend(tree.into_iter());
                unsorted.push((key, value));
                unsorted.extend(entries);
                return Self::from_unsorted(unsorted);
            }
            tree.push_last(key, value);
        }
        tree
    }

    fn from_unsorted(mut entries: Vec<(K, V)>) -> Self {
        sort(&mut entries, P::tie_breaker);
        let mut tree = Self::new();
        tree.reserve(entries.len());
        tree.push_ascending(entries);
        tree
    }
}
