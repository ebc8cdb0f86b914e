//! Inserting many entries at once: those of another tree, or of an iterator.
//!
//! Ascending entries are inserted in one walk from leaf to leaf. For each leaf, the ranks of the
//! next entries are searched, as long as they belong there and there is room. This runs user code,
//! and changes nothing. Then the leaf's entries are moved apart and the new ones put between, which
//! runs none. So a panic finds a valid tree; entries that wait for their leaf are dropped.
//!
//! A function says what becomes of an entry that is equal to one of the tree. It is called while
//! ranks are searched, when no leaf is being changed.

use alloc::collections::VecDeque;
use alloc::vec::{self, Vec};
use core::{iter, mem};

use super::branch::Separator;
use super::path::Step;
use super::policy::Policy;
use super::shape::Sizes;
use super::target::Target;
use super::{Gap, Occupied, Tree};
use crate::iter::{Entries, OnEqual, is_cached, sort_keeping_first};
use crate::key;
use crate::store::{LeafId, Store};

/// Fewer entries than this, or than one of this part of the tree's, are so far apart that each has
/// a leaf of its own, and are inserted one by one.
const FEW: usize = 64;
const FEW_OF: usize = 256;

/// The number of groups of entries whose leaves are loaded at the same time.
const AHEAD: usize = 2;

/// The number of entries of another tree that are taken at a time.
const CHUNK: usize = 1024;

/// Entries that wait to be put into a leaf, and their ranks among its entries.
///
/// Both are empty, or: there are as many ranks as entries, they ascend (two may be equal), and
/// none exceeds the leaf's length.
struct Waiting<K, V> {
    entries: Vec<(K, V)>,
    ranks: Vec<usize>,
}

impl<K, V> Waiting<K, V> {
    fn new(capacity: usize) -> Self {
        Waiting {
            entries: Vec::with_capacity(capacity),
            ranks: Vec::with_capacity(capacity),
        }
    }
}

/// Ascending entries that belong to the same leaf.
struct Group<S: Store> {
    leaf: LeafId<S>,
    len: usize,
}

/// Why no more entries are put into a leaf.
enum Stop {
    /// All of the group have been.
    Done,
    /// It is full; the next entry belongs at this rank among its entries.
    Full(usize),
    /// The next entry belongs after all entries of the tree.
    Last,
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
        loop {
            let one_by_one = is_cached::<(K, V)>(self.raw.len);
            let entry = if self.raw.appending || !one_by_one {
                self.push_while_ascending(&mut entries)
            } else {
                entries.next()
            };
            let Some((key, value)) = entry else {
                return;
            };
            if one_by_one {
                self.insert_one(key, value, Self::resolve(on_equal));
            } else {
                let more = entries.by_ref().take(self.raw.len - 1);
                let chunk = iter::once((key, value)).chain(more).collect();
                self.insert_many(chunk, on_equal);
            }
        }
    }

    /// Inserts entries in any order: sorted, in one walk, unless they are few.
    pub(crate) fn insert_many(&mut self, mut entries: Vec<(K, V)>, on_equal: OnEqual) {
        if entries.len() < FEW.max(self.raw.len / FEW_OF) {
            for (key, value) in entries {
                self.insert_one(key, value, Self::resolve(on_equal));
            }
            return;
        }
        sort_keeping_first(&mut entries, P::tie_breaker, on_equal);
        self.walk_in(entries.into_iter(), Self::resolve(on_equal));
    }

    fn insert_one(
        &mut self,
        key: K,
        value: V,
        mut on_equal: impl FnMut(&mut Self, Occupied<S>, K, V),
    ) {
        match self.find_gap(&key, &value) {
            Ok(found) => on_equal(self, found, key, value),
            Err(gap) => drop(self.insert_at(gap, key, value)),
        }
    }

    /// Moves all entries of `other` into this tree. Of equal entries, this tree's key and the value
    /// of `other` are kept.
    ///
    /// If user code panics, entries of `other` may be lost; both trees stay valid.
    pub(crate) fn append(&mut self, other: &mut Self) {
        let other = mem::replace(other, Self::new());
        self.insert_tree(other, Self::resolve(OnEqual::ReplaceValue));
    }

    /// Moves all entries of `other` into this tree. Of equal entries, this tree's key is kept, with
    /// the value that `conflict` makes of both values.
    ///
    /// If user code panics, entries of `other` may be lost, and the entry whose values `conflict`
    /// was given. The tree stays valid.
    pub(crate) fn merge(&mut self, other: Self, mut conflict: impl FnMut(&K, V, V) -> V) {
        self.insert_tree(other, |tree, found, key, value| {
            tree.change_value(found, |stored, former| conflict(stored, former, value));
            drop(key);
        });
    }

    /// Inserts the entries of another tree; `on_equal` gets those that are equal to one of this
    /// tree.
    fn insert_tree(
        &mut self,
        mut other: Self,
        mut on_equal: impl FnMut(&mut Self, Occupied<S>, K, V),
    ) {
        if self.raw.len == 0 {
            *self = other;
            return;
        }
        if self.is_before(&other) {
            self.push_ascending(other.into_iter());
        } else if other.is_before(self) {
            if self.raw.len < other.raw.len {
                mem::swap(self, &mut other);
                self.push_ascending(other.into_iter());
            } else {
                self.push_first(other.into_iter());
            }
        } else if other.raw.len < FEW {
            for (key, value) in other.into_iter() {
                self.insert_one(key, value, &mut on_equal);
            }
        } else {
            let mut entries = other.into_iter();
            while entries.len() > 0 {
                let chunk: Vec<_> = entries.by_ref().take(CHUNK).collect();
                self.walk_in(chunk.into_iter(), &mut on_equal);
            }
        }
    }

    /// Inserts entries that ascend, as far as they do; `on_equal` gets those that are equal to one
    /// of the tree.
    #[inline(never)]
    fn walk_in(
        &mut self,
        mut entries: vec::IntoIter<(K, V)>,
        mut on_equal: impl FnMut(&mut Self, Occupied<S>, K, V),
    ) {
        let mut waiting = Waiting::new(Sizes::<K, V, S, P>::LEAF);
        let mut groups: VecDeque<Group<S>> = VecDeque::with_capacity(AHEAD);
        // The number of entries in these groups.
        let mut grouped = 0;
        loop {
            while groups.len() < AHEAD
                && let Some(group) = self.group(&entries.as_slice()[grouped..])
            {
                grouped += group.len;
                groups.push_back(group);
            }
            let Some(group) = groups.pop_front() else {
                break;
            };
            grouped -= group.len;
            let stop = self.find_ranks(&group, &mut entries, &mut waiting, &mut on_equal);
            let placed = self.put_between(group.leaf, &mut waiting);
            match stop {
                Stop::Done => {}
                Stop::Last => {
                    self.raw.appending = true;
                    break;
                }
                Stop::Full(rank) => {
                    // Entries move to other leaves, so the groups are found anew.
                    groups.clear();
                    grouped = 0;
                    if let Some((key, value)) = entries.next() {
                        let at = rank + placed;
                        let leaf = group.leaf;
                        drop(self.insert_at(Gap { leaf, at }, key, value));
                    }
                }
            }
        }
        self.push_ascending(entries);
    }

    /// Returns the group of the first of some ascending entries, and prefetches its leaf.
    fn group(&self, entries: &[(K, V)]) -> Option<Group<S>> {
        let (key, value) = entries.first()?;
        let (leaf, end) = self.leaf_and_end(self.raw.root()?, P::target(key, value));
        self.leaf(leaf).prefetch();
        let is_after = |(key, value): &(K, V)| {
            end.is_some_and(|end| self.is_after(P::target(key, value), end))
        };
        let most = entries.len().min(Sizes::<K, V, S, P>::LEAF);
        let others = entries[..most].iter().skip(1).position(is_after);
        let len = others.map_or(most, |others| 1 + others);
        Some(Group { leaf, len })
    }

    /// Finds the ranks of a group of ascending entries in their leaf, as far as it has room.
    fn find_ranks(
        &mut self,
        group: &Group<S>,
        entries: &mut vec::IntoIter<(K, V)>,
        waiting: &mut Waiting<K, V>,
        on_equal: &mut impl FnMut(&mut Self, Occupied<S>, K, V),
    ) -> Stop {
        let leaf = self.leaf(group.leaf);
        let len = leaf.node.len();
        let room = leaf.capacity() - len;
        let mut least = 0;
        for _ in 0..group.len {
            let Some((key, value)) = entries.as_slice().first() else {
                break;
            };
            let target = P::target(key, value);
            // If the order has contradicted itself, the rank may be too small.
            let rank = target.rank(target.form(), leaf.keys()).max(least);
            let mut is_equal = false;
            if rank < len {
                // SAFETY: the leaf has an entry with that rank, and nothing changes it while it is
                // compared.
                unsafe {
                    let found = (&*leaf.key(rank), P::tie_breaker(&*leaf.value(rank)));
                    is_equal = target.compare(found.0, found.1).is_eq();
                }
            } else if leaf.node.next().is_nil() {
                return Stop::Last;
            }
            if !is_equal && waiting.entries.len() == room {
                return Stop::Full(rank);
            }
            let Some((key, value)) = entries.next() else {
                break;
            };
            if is_equal {
                let gap = Gap {
                    leaf: group.leaf,
                    at: rank,
                };
                // SAFETY: the rank is less than the length.
                on_equal(self, unsafe { Occupied::new(gap) }, key, value);
            } else {
                waiting.entries.push((key, value));
                waiting.ranks.push(rank);
                least = rank;
            }
        }
        Stop::Done
    }

    /// Returns whether a target is after a separator.
    fn is_after(&self, target: impl Target<K, P::TieBreaker<V>>, separator: Step<S>) -> bool {
        let Step { branch, slot } = separator;
        let branch = self.branch(branch);
        if const { key::may_be_text::<K>() } && key::is_text::<K>() {
            // The key heads decide mostly, without a look at the text.
            return target.rank(target.form(), branch.keys()) > slot;
        }
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
                leaf.fill(rank + before, key, value);
            }
            leaf.node.set_len(len + placed);
        }
        self.raw.len += placed;
        self.raw.appending = false;
        placed
    }

    /// Inserts ascending entries before all others of the tree, from the last on.
    fn push_first(&mut self, mut entries: impl DoubleEndedIterator<Item = (K, V)>) {
        let mut waiting = Waiting::new(Sizes::<K, V, S, P>::LEAF);
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

    /// Makes the function that does with an entry what is to be done if it is equal to one of the
    /// tree.
    fn resolve(on_equal: OnEqual) -> impl FnMut(&mut Self, Occupied<S>, K, V) {
        move |tree, found, key, value| match on_equal {
            OnEqual::ReplaceValue => {
                // Before the replacement: if this panics, nothing has changed yet.
                drop(key);
                let (_, slot) = tree.entry(found);
                // SAFETY: an entry of the tree, which is mutably borrowed.
                drop(mem::replace(unsafe { &mut *slot }, value));
            }
            OnEqual::Keep => drop((key, value)),
        }
    }
}

impl<K, V, S: Store, P: Policy> Tree<K, V, S, P> {
    /// Replaces the value of an entry by what `change` makes of it. If that panics, the entry is
    /// removed.
    fn change_value(&mut self, found: Occupied<S>, change: impl FnOnce(&K, V) -> V) {
        let (key, value) = self.entry(found);
        let without_value = WithoutValue { tree: self, found };
        // SAFETY: an entry of the tree, which is mutably borrowed. Until there is a value again,
        // nothing reads it: if `change` panics, its entry is removed.
        unsafe { value.write(change(&*key, value.read())) };
        mem::forget(without_value);
    }
}

/// Removes an entry whose value has been moved out.
struct WithoutValue<'a, K, V, S: Store, P: Policy> {
    tree: &'a mut Tree<K, V, S, P>,
    found: Occupied<S>,
}

impl<K, V, S: Store, P: Policy> Drop for WithoutValue<'_, K, V, S, P> {
    #[cold]
    fn drop(&mut self) {
        let shape = Tree::<K, V, S, P>::SHAPE;
        let gap = self.found.before();
        let leaf = self.tree.leaf(gap.leaf);
        let raw = &mut self.tree.raw;
        // The order is not asked for the path: it may panic, which would abort.
        let path = (raw.height > 0 && leaf.node.len() == 1)
            .then(|| raw.search_everywhere(shape, gap.leaf));
        let mut taken = None;
        // SAFETY: the leaf has that entry. Its value is not read.
        unsafe { leaf.remove_many(gap.at, 1, |key, _| taken = Some(key.read())) };
        raw.len -= 1;
        let separator = path.and_then(|path| {
            // SAFETY: the path leads to the leaf, which is empty. If `merge_leaf` returns `true`,
            // it has moved a separator to `target`.
            let (_, separator) = unsafe {
                Separator::<K, P::TieBreaker<V>>::moved_out(|target| {
                    raw.merge_leaf(shape, &path, gap, target)
                })
            };
            separator
        });
        drop((taken, separator));
    }
}
