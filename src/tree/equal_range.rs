//! Runs of entries with equal keys, where a [`Policy`] allows them.
//!
//! Most runs end in the leaf in which they begin, and are found there. Where one goes on in the
//! next leaf, its other end is searched for from the root: no run is walked to be measured, except
//! by [`count`](Tree::count), which has to.

use core::borrow::Borrow;
use core::ops::Bound;

use super::iter::{Run, Slot};
use super::policy::Policy;
use super::raw::Root;
use super::target::{AtKey, Target};
use super::{Leaf, Range, Tree, Walk};
use crate::search::KeyBound;
use crate::store::Store;

impl<K, V, S: Store, P: Policy> Tree<K, V, S, P> {
    /// The first of the entries with that key.
    #[inline]
    pub(crate) fn first_of<Q: Ord + ?Sized>(&self, query: &Q) -> Option<(&K, &V)>
    where
        K: Borrow<Q>,
    {
        let (leaf, at) = self.first_slot_of(self.raw.root()?, query);
        if at == leaf.node.len() {
            return None;
        }
        // SAFETY: there is an entry in the slot; the tree stays borrowed.
        let (key, value) = unsafe { (&*leaf.key(at), &*leaf.value(at)) };
        (key.borrow() == query).then_some((key, value))
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
        let run = Run::from_to(start, self.end_of_group(root, start, query));
        let tree = Some(self);
        // SAFETY: a run of the tree, which stays borrowed.
        unsafe { Range::new(Walk { tree, run }) }
    }

    /// The number of entries with that key.
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

    /// The slot of the first entry with that key, or of the entry where one would be.
    // Always: the values of a key took 7 % longer to find and go through where this was a call.
    #[inline(always)]
    fn first_slot_of<Q: Ord + ?Sized>(&self, root: Root<S>, query: &Q) -> Slot<K, V, S, P>
    where
        K: Borrow<Q>,
    {
        let gap = self.locate(root, AtKey(query, KeyBound::Lower));
        self.entry_at((self.leaf(gap.leaf), gap.at))
    }

    /// How many keys of a leaf are before a target.
    #[inline]
    fn rank_in(&self, leaf: Leaf<K, V, S, P>, target: impl Target<K, P::TieBreaker<V>>) -> usize {
        target.rank(target.form(), leaf.keys())
    }

    /// The same place as a slot with an entry, unless it is the end of the tree.
    #[inline]
    fn entry_at(&self, (leaf, at): Slot<K, V, S, P>) -> Slot<K, V, S, P> {
        let next = leaf.node.next();
        if at == leaf.node.len() && !next.is_nil() {
            (self.leaf(next), 0)
        } else {
            (leaf, at)
        }
    }

    /// Where the entries with that key end, of which the first one is at `start`, if there is one.
    #[inline]
    fn end_of_group<Q: Ord + ?Sized>(
        &self,
        root: Root<S>,
        start: Slot<K, V, S, P>,
        query: &Q,
    ) -> Slot<K, V, S, P>
    where
        K: Borrow<Q>,
    {
        let (leaf, mut at) = start;
        // SAFETY: asked only below the length.
        let has_key = |at| at < leaf.node.len() && unsafe { (*leaf.key(at)).borrow() } == query;
        // Many groups are of one entry, or none: two looks are less than a search.
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
            // SAFETY: a leaf with a neighbour is not empty.
            if unsafe { (*next.key(0)).borrow() } == query {
                let gap = self.locate(root, AtKey(query, KeyBound::Upper));
                return (self.leaf(gap.leaf), gap.at);
            }
        }
        (leaf, at)
    }

    /// Where the entries with that key start, of which the last one is before `end`.
    #[inline]
    fn start_of_group<Q: Ord + ?Sized>(
        &self,
        root: Root<S>,
        end: Slot<K, V, S, P>,
        query: &Q,
    ) -> Slot<K, V, S, P>
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
            // SAFETY: a leaf with a neighbour is not empty.
            if unsafe { (*prev.key(prev.node.len() - 1)).borrow() } == query {
                return self.first_slot_of(root, query);
            }
        }
        (leaf, at)
    }
}

/// A key, and the entries that have it.
type Group<'a, K, V, S, P> = (&'a K, Range<'a, K, V, S, P>);

impl<'a, K: Ord, V, S: Store, P: Policy> Range<'a, K, V, S, P> {
    /// Takes all entries with the first one's key off the front.
    ///
    /// The range has all entries of each key that it has. If `Ord` lies, it may never become empty.
    #[inline]
    pub(crate) fn next_group(&mut self) -> Option<Group<'a, K, V, S, P>> {
        let tree = self.walk.tree?;
        let run = &mut self.walk.run;
        let (key, _) = run.next(tree)?;
        // SAFETY: an entry of a tree that stays borrowed for `'a`.
        let key = unsafe { &*key };
        let (front, behind) = (run.front, run.front_at);
        let end = tree.end_of_group(tree.raw.root()?, (front, behind), key);
        let back = (run.back, run.back_at);
        *run = Run::from_to(end, back);
        let run = Run::from_to((front, behind - 1), end);
        let tree = Some(tree);
        // SAFETY: a run of the tree, which stays borrowed for `'a`.
        Some((key, unsafe { Range::new(Walk { tree, run }) }))
    }

    /// Takes all entries with the last one's key off the back; as [`next_group`](Self::next_group).
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
