//! Inserting many entries at once: those of another tree, or of an iterator.
//!
//! Ascending entries are inserted in one walk from leaf to leaf. For each leaf, the ranks of the
//! next entries are searched, as long as they belong there and there is room. This runs user code,
//! and changes nothing. Then the leaf's entries are moved apart and the new ones put between, which
//! runs none. So a panic finds a valid tree; entries that wait for their leaf are dropped.

use alloc::vec::Vec;
use core::cmp::Ordering;
use core::{iter, mem};

use super::path::Step;
use super::policy::{Policy, compare};
use super::shape::Sizes;
use super::target::Target;
use super::{Gap, Occupied, Tree};
use crate::iter::{Entries, OnEqual, sort_keeping_first};
use crate::store::{LeafId, Store};

/// A tree with fewer entries is so fast to insert into that sorting does not pay.
const LEAST: usize = 1000;

/// So few entries are inserted one by one.
const FEW: usize = 8;

/// Entries that wait to be put into a leaf, and their ranks among its entries.
///
/// Both are empty, or: there are as many ranks as entries, they ascend (two may be equal), and
/// none exceeds the leaf's length.
struct Waiting<K, V> {
    entries: Vec<(K, V)>,
    ranks: Vec<usize>,
}

/// Why no more entries are put into a leaf: what about the next one.
enum Stop<K, V> {
    /// There is none.
    End,
    /// It belongs to another leaf.
    Elsewhere((K, V)),
    /// The leaf is full; it belongs at this rank among its entries.
    Full((K, V), usize),
    /// It belongs after all entries of the tree.
    Last((K, V)),
}

impl<K, V, S: Store, P: Policy> Tree<K, V, S, P>
where
    K: Ord + Clone,
    P::TieBreaker<V>: Ord + Clone,
{
    /// Inserts entries in any order.
    ///
    /// Entries after all others are pushed. Where entries do not ascend, as many as the tree has
    /// are collected, so that memory is proportional to that of the tree, and inserted in one walk.
    pub(crate) fn extend(&mut self, entries: impl Iterator<Item = (K, V)>, on_equal: OnEqual) {
        let mut entries = entries.fuse();
        while let Some((key, value)) = entries.next() {
            if self.raw.len < LEAST {
                self.insert_one(key, value, on_equal);
            } else if self.ends_before((&key, &value)) {
                self.push_last(key, value);
            } else {
                let more = entries.by_ref().take(self.raw.len - 1);
                let chunk = iter::once((key, value)).chain(more).collect();
                self.insert_many(chunk, on_equal);
            }
        }
    }

    /// Inserts entries in any order: sorted, in one walk, unless they are few.
    pub(crate) fn insert_many(&mut self, mut entries: Vec<(K, V)>, on_equal: OnEqual) {
        if entries.len() < FEW {
            for (key, value) in entries {
                self.insert_one(key, value, on_equal);
            }
            return;
        }
        sort_keeping_first(&mut entries, P::tie_breaker, on_equal);
        self.walk_in(entries.into_iter(), |tree, found, key, value| {
            tree.resolve(on_equal, found, key, value);
        });
    }

    fn insert_one(&mut self, key: K, value: V, on_equal: OnEqual) {
        match self.find_gap(&key, &value) {
            Ok(found) => self.resolve(on_equal, found, key, value),
            Err(gap) => drop(self.insert_at(gap, key, value)),
        }
    }

    /// Moves all entries of `other` into this tree. Of equal entries, this tree's key and the value
    /// of `other` are kept.
    ///
    /// If user code panics, entries of `other` may be lost; both trees stay valid.
    pub(crate) fn append(&mut self, other: &mut Self) {
        let other = mem::replace(other, Self::new());
        self.insert_tree(other, |tree, found, key, value| {
            tree.resolve(OnEqual::ReplaceValue, found, key, value);
        });
    }

    /// Inserts the entries of another tree; `on_equal` gets those that are equal to one of this
    /// tree.
    fn insert_tree(&mut self, mut other: Self, on_equal: impl FnMut(&mut Self, Occupied<S>, K, V)) {
        if self.raw.len == 0 {
            *self = other;
            return;
        }
        let is_before = |left: &Self, right: &Self| match (left.last(), right.first()) {
            (Some(last), Some(first)) => compare::<K, V, P>(last, first) == Ordering::Less,
            _ => true,
        };
        if is_before(self, &other) {
            self.push_ascending(other.into_iter());
        } else if is_before(&other, self) {
            if self.raw.len < other.raw.len {
                mem::swap(self, &mut other);
                self.push_ascending(other.into_iter());
            } else {
                self.push_first(other.into_iter());
            }
        } else {
            self.walk_in(other.into_iter(), on_equal);
        }
    }

    /// Inserts entries that ascend, as far as they do; `on_equal` gets those that are equal to one
    /// of the tree.
    #[inline(never)]
    fn walk_in(
        &mut self,
        mut entries: impl Iterator<Item = (K, V)>,
        mut on_equal: impl FnMut(&mut Self, Occupied<S>, K, V),
    ) {
        let mut waiting = Waiting {
            entries: Vec::with_capacity(Sizes::<K, V, S, P>::LEAF),
            ranks: Vec::with_capacity(Sizes::<K, V, S, P>::LEAF),
        };
        let mut next = entries.next();
        while let Some(first) = next {
            let Some(root) = self.raw.root() else {
                return self.push_ascending(iter::once(first).chain(entries));
            };
            let (leaf, end) = self.leaf_of(root, P::target(&first.0, &first.1));
            let source = (first, &mut entries);
            let stop = self.find_ranks((leaf, end), source, &mut waiting, &mut on_equal);
            let placed = self.put_between(leaf, &mut waiting);
            next = match stop {
                Stop::End => None,
                Stop::Elsewhere(entry) => Some(entry),
                Stop::Full((key, value), rank) => {
                    let at = rank + placed;
                    drop(self.insert_at(Gap { leaf, at }, key, value));
                    entries.next()
                }
                Stop::Last(entry) => {
                    self.raw.appending = true;
                    return self.push_ascending(iter::once(entry).chain(entries));
                }
            };
        }
    }

    /// Finds the ranks of the first of some ascending entries in a leaf: of as many as belong there
    /// and as it has room for. The very first belongs there; `end` is the separator after the leaf.
    fn find_ranks(
        &mut self,
        (leaf_id, end): (LeafId<S>, Option<Step<S>>),
        (mut entry, entries): ((K, V), &mut impl Iterator<Item = (K, V)>),
        waiting: &mut Waiting<K, V>,
        on_equal: &mut impl FnMut(&mut Self, Occupied<S>, K, V),
    ) -> Stop<K, V> {
        let leaf = self.leaf(leaf_id);
        leaf.prefetch();
        if !leaf.node.next().is_nil() { self.leaf(leaf.node.next()).prefetch(); }
        let len = leaf.node.len();
        let room = leaf.capacity() - len;
        let (mut least, mut is_first) = (0, true);
        loop {
            let target = P::target(&entry.0, &entry.1);
            let rank = target.rank(target.form(), leaf.keys());
            if rank < len {
                // SAFETY: the leaf has an entry with that rank, and nothing changes it while it is
                // compared.
                let is_equal = unsafe {
                    let found = (&*leaf.key(rank), P::tie_breaker(&*leaf.value(rank)));
                    target.compare(found.0, found.1).is_eq()
                };
                if is_equal {
                    let gap = Gap {
                        leaf: leaf_id,
                        at: rank,
                    };
                    // SAFETY: the rank is less than the length.
                    let found = unsafe { Occupied::new(gap) };
                    on_equal(self, found, entry.0, entry.1);
                    is_first = false;
                    match entries.next() {
                        Some(next) => entry = next,
                        None => return Stop::End,
                    }
                    continue;
                }
            } else {
                match end {
                    None => return Stop::Last(entry),
                    Some(end) if !is_first && self.is_after(target, end) => {
                        return Stop::Elsewhere(entry);
                    }
                    Some(_) => {}
                }
            }
            if rank < least {
                // The order has contradicted itself. The entry begins another walk.
                return Stop::Elsewhere(entry);
            }
            if waiting.entries.len() == room {
                return Stop::Full(entry, rank);
            }
            waiting.entries.push(entry);
            waiting.ranks.push(rank);
            (least, is_first) = (rank, false);
            match entries.next() {
                Some(next) => entry = next,
                None => return Stop::End,
            }
        }
    }

    /// Returns whether a target is after a separator.
    fn is_after(&self, target: impl Target<K, P::TieBreaker<V>>, separator: Step<S>) -> bool {
        let Step { branch, slot } = separator;
        let branch = self.branch(branch);
        // SAFETY: the branch has that separator, and nothing changes it while it is compared.
        let (key, tie_breaker) = unsafe { (&*branch.key(slot), &*branch.tie_breaker(slot)) };
        target.compare(key, tie_breaker).is_lt()
    }

    /// Puts the entries that wait for a leaf between those that it has. Returns their number.
    fn put_between(&mut self, id: LeafId<S>, waiting: &mut Waiting<K, V>) -> usize {
        let placed = waiting.entries.len();
        let leaf = self.leaf(id);
        let len = leaf.node.len();
        debug_assert!(waiting.ranks.is_sorted() && len + placed <= leaf.capacity());
        // SAFETY: the ranks ascend, none exceeds the length, and there is room for as many entries.
        // All slots that `move_apart` leaves free are then filled; no user code runs meanwhile.
        unsafe {
            self.raw.leaf(Self::SHAPE, id).move_apart(&waiting.ranks);
            let entries = waiting.ranks.drain(..).zip(waiting.entries.drain(..));
            for (before, (rank, (key, value))) in entries.enumerate() {
                leaf.key(rank + before).write(key);
                leaf.value(rank + before).write(value);
            }
            leaf.node.set_len(len + placed);
        }
        self.raw.len += placed;
        self.raw.appending = false;
        placed
    }

    /// Inserts ascending entries before all others of the tree, from the last on.
    fn push_first(&mut self, mut entries: impl DoubleEndedIterator<Item = (K, V)>) {
        let mut waiting = Waiting {
            entries: Vec::with_capacity(Sizes::<K, V, S, P>::LEAF),
            ranks: Vec::with_capacity(Sizes::<K, V, S, P>::LEAF),
        };
        while let Some((key, value)) = entries.next_back() {
            drop(self.insert_at(self.first_gap(), key, value));
            let first = self.first_gap().leaf;
            let leaf = self.leaf(first);
            let room = leaf.capacity() - leaf.node.len();
            waiting.entries.extend(entries.by_ref().rev().take(room));
            waiting.entries.reverse();
            waiting.ranks.resize(waiting.entries.len(), 0);
            self.put_between(first, &mut waiting);
        }
    }

    /// Does with an entry what is to be done because it is equal to one of the tree.
    fn resolve(&mut self, on_equal: OnEqual, found: Occupied<S>, key: K, value: V) {
        match on_equal {
            OnEqual::ReplaceValue => {
                // Before the replacement: if this panics, nothing has changed yet.
                drop(key);
                let (_, slot) = self.entry(found);
                // SAFETY: an entry of the tree, which is mutably borrowed.
                drop(mem::replace(unsafe { &mut *slot }, value));
            }
            OnEqual::Keep => drop((key, value)),
        }
    }
}
