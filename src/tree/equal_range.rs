//! Groups: the entries with one key, where a [`Policy`] allows equal keys.
//!
//! Most groups end in the leaf where they begin, and their end is found there. If a group continues
//! in the next leaf, its other end is searched for from the root. No group is walked to measure it,
//! except by [`count`](Tree::count), which has to.

use core::borrow::Borrow;
use core::ops::Bound;

use super::batch::Place;
use super::iter::{LeafPosition, Run};
use super::policy::Policy;
use super::raw::Root;
use super::target::{AtKey, Target};
use super::{Leaf, Occupied, Range, Tree, Walk};
use crate::search::{KeyBound, equal_keys};
use crate::store::Store;

impl<K, V, S: Store, P: Policy> Tree<K, V, S, P> {
    /// The first entry with that key.
    #[inline]
    pub(crate) fn first_of<Q: Ord + ?Sized>(&self, query: &Q) -> Option<(&K, &V)>
    where
        K: Borrow<Q>,
    {
        let (leaf, at) = self.first_slot_of(self.raw.root()?, query);
        if at == leaf.node.len() {
            return None;
        }
        // SAFETY: `at` is below the leaf's length; the tree stays borrowed.
        let (key, value) = unsafe { (&*leaf.key(at), &*leaf.value(at)) };
        equal_keys::<K, Q>(key.borrow(), query).then_some((key, value))
    }

    /// The entries with that key.
    #[inline]
    pub(crate) fn equal_range<Q: Ord + ?Sized>(&self, query: &Q) -> Range<'_, K, V, S, P>
    where
        K: Borrow<Q>,
    {
        let Some(root) = self.raw.root() else {
            return Range::default();
        };
        let start = self.first_slot_of(root, query);
        self.group_at(root, start, query)
    }

    /// Calls `found` for each key, in their order, with the entries that have it.
    pub(crate) fn equal_range_batch<'t, 'q, Q: Ord + ?Sized + 'q>(
        &'t self,
        keys: impl Iterator<Item = &'q Q>,
        mut found: impl FnMut(Range<'t, K, V, S, P>),
    ) where
        K: Borrow<Q>,
    {
        let root = self.raw.root();
        self.first_slot_batch(keys, |key, start| {
            found(match (root, start) {
                (Some(root), Some(start)) => self.group_at(root, start, key),
                _ => Range::default(),
            });
        });
    }

    /// Calls `found` for each key, in their order, with whether there is an entry that has it.
    pub(crate) fn has_key_batch<'q, Q: Ord + ?Sized + 'q>(
        &self,
        keys: impl Iterator<Item = &'q Q>,
        mut found: impl FnMut(bool),
    ) where
        K: Borrow<Q>,
    {
        self.first_slot_batch(keys, |key, start| {
            found(start.is_some_and(|(leaf, at)| Self::has_key(leaf, at, key)));
        });
    }

    /// Calls `found` for each key, in their order, with its [first slot](Self::first_slot_of), or
    /// `None` in a tree without a root.
    fn first_slot_batch<'q, Q: Ord + ?Sized + 'q>(
        &self,
        keys: impl Iterator<Item = &'q Q>,
        mut found: impl FnMut(&'q Q, Option<LeafPosition<K, V, S, P>>),
    ) where
        K: Borrow<Q>,
    {
        self.place_batch(keys.map(AtKey::lower), |AtKey(key, _), place| {
            let gap = match place {
                Place::Gap(gap) => Some(gap),
                // By tags, which leaves have if values have no size: then no two keys are equal.
                Place::Entry(entry) => entry.map(Occupied::before),
            };
            found(
                key,
                gap.map(|gap| self.entry_at((self.leaf(gap.leaf), gap.at))),
            );
        });
    }

    /// Returns whether a slot of a leaf has an entry with that key.
    #[inline]
    fn has_key<Q: Ord + ?Sized>(leaf: Leaf<K, V, S, P>, at: usize, query: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        // SAFETY: `at` is below the length, so its slot holds a key.
        at < leaf.node.len() && equal_keys::<K, Q>(unsafe { (*leaf.key(at)).borrow() }, query)
    }

    /// The entries with that key. `start` is the first one, if there is one.
    #[inline]
    fn group_at<Q: Ord + ?Sized>(
        &self,
        root: Root<S>,
        start: LeafPosition<K, V, S, P>,
        query: &Q,
    ) -> Range<'_, K, V, S, P>
    where
        K: Borrow<Q>,
    {
        let run = Run::from_to(start, self.end_of_group(root, start, query));
        let tree = Some(self);
        // SAFETY: a run of the tree, which stays borrowed.
        unsafe { Range::new(Walk { tree, run }) }
    }

    /// Returns the number of entries with that key, at the cost of
    /// [`count_between`](Self::count_between).
    pub(crate) fn count<Q: Ord + ?Sized>(&self, query: &Q) -> usize
    where
        K: Borrow<Q>,
    {
        let run = self.equal_range(query).walk.run;
        if run.front.node == run.back.node {
            return run.back_at - run.front_at;
        }
        self.count_between(Bound::Included(query), Bound::Included(query), AtKey)
    }

    /// The slot of the first entry with that key, or of the entry before which one would be
    /// inserted.
    // Always: finding and iterating the values of a key took 7 % longer where this was a call.
    #[inline(always)]
    fn first_slot_of<Q: Ord + ?Sized>(&self, root: Root<S>, query: &Q) -> LeafPosition<K, V, S, P>
    where
        K: Borrow<Q>,
    {
        let gap = self.locate(root, AtKey(query, KeyBound::Lower));
        self.entry_at((self.leaf(gap.leaf), gap.at))
    }

    /// Returns the number of entries of a leaf before a target.
    #[inline]
    fn rank_in(&self, leaf: Leaf<K, V, S, P>, target: impl Target<K, P::TieBreaker<V>>) -> usize {
        target.rank(target.form(), leaf.keys())
    }

    /// Returns the same gap as the slot of the entry after it, unless it is the end of the tree.
    #[inline]
    fn entry_at(&self, (leaf, at): LeafPosition<K, V, S, P>) -> LeafPosition<K, V, S, P> {
        let next = leaf.node.next();
        if at == leaf.node.len() && !next.is_nil() {
            (self.leaf(next), 0)
        } else {
            (leaf, at)
        }
    }

    /// Returns where the entries with that key end. `start` is the first one, if there is one.
    #[inline]
    fn end_of_group<Q: Ord + ?Sized>(
        &self,
        root: Root<S>,
        start: LeafPosition<K, V, S, P>,
        query: &Q,
    ) -> LeafPosition<K, V, S, P>
    where
        K: Borrow<Q>,
    {
        let (leaf, mut at) = start;
        let has_key = |at| Self::has_key(leaf, at, query);
        // Many groups have one entry or none: two compares are cheaper than a search.
        for _ in 0..2 {
            if !has_key(at) {
                break;
            }
            at += 1;
        }
        if has_key(at) {
            at = self.rank_in(leaf, AtKey(query, KeyBound::Upper)).max(at);
        }
        let next = leaf.node.next();
        if at == leaf.node.len() && !next.is_nil() {
            let next = self.leaf(next);
            // SAFETY: a leaf with a neighbour is not empty (invariant 3).
            if equal_keys::<K, Q>(unsafe { (*next.key(0)).borrow() }, query) {
                let gap = self.locate(root, AtKey(query, KeyBound::Upper));
                return (self.leaf(gap.leaf), gap.at);
            }
        }
        (leaf, at)
    }

    /// Returns where the entries with that key start. The last one is before `end`.
    #[inline]
    fn start_of_group<Q: Ord + ?Sized>(
        &self,
        root: Root<S>,
        end: LeafPosition<K, V, S, P>,
        query: &Q,
    ) -> LeafPosition<K, V, S, P>
    where
        K: Borrow<Q>,
    {
        let (leaf, end_at) = end;
        let at = self
            .rank_in(leaf, AtKey(query, KeyBound::Lower))
            .min(end_at);
        let prev = leaf.node.prev();
        if at == 0 && !prev.is_nil() {
            let prev = self.leaf(prev);
            // SAFETY: a leaf with a neighbour is not empty (invariant 3).
            let last = unsafe { (*prev.key(prev.node.len() - 1)).borrow() };
            if equal_keys::<K, Q>(last, query) {
                return self.first_slot_of(root, query);
            }
        }
        (leaf, at)
    }
}

/// A key, and the entries that have it.
type Group<'a, K, V, S, P> = (&'a K, Range<'a, K, V, S, P>);

impl<'a, K: Ord, V, S: Store, P: Policy> Range<'a, K, V, S, P> {
    /// Takes the group of the first entry off the front.
    ///
    /// The range has all entries of each of its keys. With an inconsistent `Ord`, it may never
    /// become empty.
    #[inline]
    pub(crate) fn next_group(&mut self) -> Option<Group<'a, K, V, S, P>> {
        let tree = self.walk.tree?;
        let run = &mut self.walk.run;
        let (key, _) = run.next(tree)?;
        // SAFETY: an entry of a tree that stays borrowed for `'a`.
        let key = unsafe { &*key };
        let (front, after) = (run.front, run.front_at);
        let end = tree.end_of_group(tree.raw.root()?, (front, after), key);
        let back = (run.back, run.back_at);
        *run = Run::from_to(end, back);
        let run = Run::from_to((front, after - 1), end);
        let tree = Some(tree);
        // SAFETY: a run of the tree, which stays borrowed for `'a`.
        Some((key, unsafe { Range::new(Walk { tree, run }) }))
    }

    /// Takes the group of the last entry off the back; otherwise as
    /// [`next_group`](Self::next_group).
    #[inline]
    pub(crate) fn next_group_back(&mut self) -> Option<Group<'a, K, V, S, P>> {
        let tree = self.walk.tree?;
        let run = &mut self.walk.run;
        let (key, _) = run.next_back(tree)?;
        // SAFETY: an entry of a tree that stays borrowed for `'a`.
        let key = unsafe { &*key };
        let (back, last) = (run.back, run.back_at);
        let start = tree.start_of_group(tree.raw.root()?, (back, last), key);
        let front = (run.front, run.front_at);
        *run = Run::from_to(front, start);
        let run = Run::from_to(start, (back, last + 1));
        let tree = Some(tree);
        // SAFETY: a run of the tree, which stays borrowed for `'a`.
        Some((key, unsafe { Range::new(Walk { tree, run }) }))
    }
}
