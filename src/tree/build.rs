//! Building trees from iterators: sorted input in one pass, unsorted input after a sort.
//!
//! Both fill leaf after leaf: O(n) for sorted input. This file checks that entries ascend; the tree
//! relies on it for correct results, not for memory safety.

use alloc::vec::Vec;
use core::cmp::Ordering;

use super::leaf::Leaf;
use super::policy::{Policy, compare};
use super::{Gap, Tree};
use crate::error::UnsortedError;
use crate::iter::{Entries, sort};
use crate::memory::buffer::prefer_huge_pages;
use crate::store::Store;

impl<K, V, S: Store, P: Policy> Tree<K, V, S, P>
where
    K: Clone,
    P::TieBreaker<V>: Clone,
{
    /// Pushes entries after all others of the tree; the caller knows that they ascend.
    pub(crate) fn push_ascending(&mut self, entries: impl IntoIterator<Item = (K, V)>) {
        let rest = self.push_while(&mut entries.into_iter(), |_, _| true);
        debug_assert!(rest.is_none());
    }

    /// Pushes entries after all others, as long as `follows` says so of the last entry and the next
    /// one. Returns the first entry for which it does not.
    ///
    /// Each leaf is found once, and filled: one search for the end of the tree per entry took 1.5
    /// times as long.
    pub(super) fn push_while(
        &mut self,
        entries: &mut impl Iterator<Item = (K, V)>,
        follows: impl Fn((&K, &V), (&K, &V)) -> bool,
    ) -> Option<(K, V)> {
        let (mut leaf, mut end) = self.last_leaf();
        // The first entry of all is pushed like one for which there is no room.
        let mut capacity = end;
        while let Some((key, value)) = entries.next() {
            if let Some(last) = end.checked_sub(1) {
                // SAFETY: an entry of the last leaf, whose length is `end`. No user code has
                // access to this tree.
                let last = unsafe { (&*leaf.key(last), &*leaf.value(last)) };
                if !follows(last, (&key, &value)) {
                    return Some((key, value));
                }
            }
            if end < capacity {
                // SAFETY: the slot after the last entry is free.
                unsafe {
                    leaf.fill(end, key, value);
                    leaf.node.set_len(end + 1);
                }
                self.raw.len += 1;
                end += 1;
            } else {
                self.push_one_of(key, value, entries.size_hint().0);
                (leaf, end) = self.last_leaf();
                capacity = leaf.capacity();
            }
        }
        None
    }

    /// Pushes the first of entries that are to be pushed, of which there are `more` at least.
    #[cold]
    #[inline(never)]
    fn push_one_of(&mut self, key: K, value: V, more: usize) {
        let count = more.saturating_add(1);
        self.raw.reserve_to_push(Self::SHAPE, count);
        self.push_last(key, value);
    }

    /// The last leaf and its length; in a tree without a root, no leaf and 0.
    fn last_leaf(&self) -> (Leaf<K, V, S, P>, usize) {
        let Gap { leaf, at } = self.last_gap();
        if leaf.is_nil() {
            return (Leaf::NONE, 0);
        }
        (self.leaf(leaf), at)
    }
}

impl<K, V, S: Store, P: Policy> Tree<K, V, S, P>
where
    K: Ord + Clone,
    P::TieBreaker<V>: Ord + Clone,
{
    /// Pushes entries after all others, as long as they ascend. Returns the first that does not.
    pub(super) fn push_while_ascending(
        &mut self,
        entries: &mut impl Iterator<Item = (K, V)>,
    ) -> Option<(K, V)> {
        self.push_while(entries, |last, next| {
            compare::<K, V, P>(last, next) == Ordering::Less
        })
    }

    /// Returns whether the entries of another tree may be pushed after all of this one.
    pub(super) fn is_before(&self, other: &Self) -> bool {
        let ends = self.last().zip(other.first());
        ends.is_none_or(|(last, first)| compare::<K, V, P>(last, first) == Ordering::Less)
    }

    /// Builds a tree from entries that must be strictly ascending.
    pub(crate) fn from_ascending<I>(entries: I) -> Result<Self, UnsortedError>
    where
        I: IntoIterator<Item = (K, V)>,
    {
        let mut tree = Self::new();
        match tree.push_while_ascending(&mut entries.into_iter()) {
            None => Ok(tree),
            Some(_) => Err(UnsortedError::new(tree.len())),
        }
    }

    /// Builds a tree from entries in any order; the last of equal ones is kept.
    pub(crate) fn from_entries<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut entries = entries.into_iter();
        let mut tree = Self::new();
        // As long as entries ascend, they are pushed at once: sorted input needs no second copy in
        // memory. Random input ends this after a few entries.
        let Some(entry) = tree.push_while_ascending(&mut entries) else {
            return tree;
        };
        let mut unsorted = Vec::with_capacity(tree.len() + 1 + entries.size_hint().0);
        // The first map of a program takes 0.87 of the time: most of its memory is fresh.
        prefer_huge_pages(&mut unsorted);
        unsorted.extend(tree.into_iter());
        unsorted.push(entry);
        unsorted.extend(entries);
        sort(&mut unsorted, P::tie_breaker);
        let mut tree = Self::new();
        tree.push_ascending(unsorted);
        tree
    }
}
