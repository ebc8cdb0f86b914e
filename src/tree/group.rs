//! Runs of entries with equal keys, where a [`Policy`] allows them.
//!
//! Most runs end in the leaf in which they begin, and are found there. Where one goes on in the
//! next leaf, its other end is searched for from the root: no run is walked to be measured, except
//! by [`count`](Tree::count), which has to.

use core::borrow::Borrow;
use core::ops::Bound;

use super::iter::{Run, Slot};
use super::policy::Policy;
use super::probe::AtKey;
use super::{Range, Tree};
use crate::search::Edge;
use crate::store::Store;

impl<K, V, S: Store, P: Policy> Tree<K, V, S, P> {
    /// The first of the entries with that key.
    #[inline]
    pub(crate) fn first_of<Q: Ord + ?Sized>(&self, query: &Q) -> Option<(&K, &V)>
    where
        K: Borrow<Q>,
    {
        if self.root == S::NIL {
            return None;
        }
        let (leaf, at) = self.first_slot_of(query);
        if at == leaf.len() {
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
        if self.root == S::NIL {
            return Range::default();
        }
        let start = self.first_slot_of(query);
        Range {
            tree: Some(self),
            run: Run::from_to(start, self.end_of_group(start, query)),
        }
    }

    /// How many entries have that key. O(log n) and a step for each leaf of theirs.
    ///
    /// Exact numbers of entries in each branch would save those steps, but then every insert and
    /// every removal had to change all branches on its path, and to find that path where now it
    /// needs none.
    pub(crate) fn count<Q: Ord + ?Sized>(&self, query: &Q) -> usize
    where
        K: Borrow<Q>,
    {
        let run = self.equal_range(query).run;
        if run.front == run.back {
            return run.back_at - run.front_at;
        }
        let start = self.lower_end(Bound::Included(query), AtKey);
        self.count_between(start, self.locate(AtKey(query, Edge::Upper)))
    }

    /// The slot of the first entry with that key, or of the entry where one would be.
    ///
    /// The tree has a root.
    #[inline]
    fn first_slot_of<Q: Ord + ?Sized>(&self, query: &Q) -> Slot<K, V, S, P>
    where
        K: Borrow<Q>,
    {
        let gap = self.locate(AtKey(query, Edge::Lower));
        self.entry_at((self.leaf(gap.leaf), gap.at))
    }

    /// The same place as a slot with an entry, unless it is the end of the tree.
    #[inline]
    fn entry_at(&self, (leaf, at): Slot<K, V, S, P>) -> Slot<K, V, S, P> {
        if at == leaf.len() && leaf.next() != S::NIL {
            (self.leaf(leaf.next()), 0)
        } else {
            (leaf, at)
        }
    }

    /// Where the entries with that key end, of which the first one is at `start`, if there is one.
    #[inline]
    fn end_of_group<Q: Ord + ?Sized>(&self, start: Slot<K, V, S, P>, query: &Q) -> Slot<K, V, S, P>
    where
        K: Borrow<Q>,
    {
        let (leaf, mut at) = start;
        // SAFETY: asked only below the length.
        let has_key = |at| at < leaf.len() && unsafe { (*leaf.key(at)).borrow() } == query;
        // Many groups are of one entry, or none: two looks are less than a search.
        for _ in 0..2 {
            if !has_key(at) {
                break;
            }
            at += 1;
        }
        if has_key(at) {
            at = leaf.rank(AtKey(query, Edge::Upper)).max(at);
        }
        if at == leaf.len() && leaf.next() != S::NIL {
            let next = self.leaf(leaf.next());
            // SAFETY: a leaf with a neighbour is not empty.
            if unsafe { (*next.key(0)).borrow() } == query {
                let gap = self.locate(AtKey(query, Edge::Upper));
                return (self.leaf(gap.leaf), gap.at);
            }
        }
        (leaf, at)
    }

    /// Where the entries with that key start, of which the last one is before `end`.
    #[inline]
    fn start_of_group<Q: Ord + ?Sized>(&self, end: Slot<K, V, S, P>, query: &Q) -> Slot<K, V, S, P>
    where
        K: Borrow<Q>,
    {
        let (leaf, end_at) = end;
        let at = leaf.rank(AtKey(query, Edge::Lower)).min(end_at);
        if at == 0 && leaf.prev() != S::NIL {
            let prev = self.leaf(leaf.prev());
            // SAFETY: a leaf with a neighbour is not empty.
            if unsafe { (*prev.key(prev.len() - 1)).borrow() } == query {
                return self.first_slot_of(query);
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
        let tree = self.tree?;
        let (key, _) = self.run.next(tree)?;
        // SAFETY: an entry of a tree that stays borrowed for `'a`.
        let key = unsafe { &*key };
        let (front, behind) = (self.run.front, self.run.front_at);
        let end = tree.end_of_group((front, behind), key);
        let back = (self.run.back, self.run.back_at);
        self.run = Run::from_to(end, back);
        let run = Run::from_to((front, behind - 1), end);
        let tree = Some(tree);
        Some((key, Range { tree, run }))
    }

    /// Takes all entries with the last one's key off the back; as [`next_group`](Self::next_group).
    #[inline]
    pub(crate) fn next_group_back(&mut self) -> Option<Group<'a, K, V, S, P>> {
        let tree = self.tree?;
        let (key, _) = self.run.next_back(tree)?;
        // SAFETY: an entry of a tree that stays borrowed for `'a`.
        let key = unsafe { &*key };
        let (back, last) = (self.run.back, self.run.back_at);
        let start = tree.start_of_group((back, last), key);
        let front = (self.run.front, self.run.front_at);
        self.run = Run::from_to(front, start);
        let run = Run::from_to(start, (back, last + 1));
        let tree = Some(tree);
        Some((key, Range { tree, run }))
    }
}
