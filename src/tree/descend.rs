//! From the root to a place: look-ups, and the gaps that bounds stand for.

use core::borrow::Borrow;
use core::ops::Bound;

use super::policy::Policy;
use super::probe::{AtPair, Probe};
use super::{Gap, Tree};
use crate::search::Edge;
use crate::store::Store;

impl<K, V, S: Store, P: Policy> Tree<K, V, S, P> {
    /// The gap where a place lies: before the first entry that is behind the place, or at the end
    /// of the leaf before that entry's.
    ///
    /// The tree has a root.
    #[inline]
    pub(super) fn locate(&self, place: impl Probe<K, P::Tie<V>>) -> Gap<S::Id> {
        let mut id = self.root;
        for _ in 0..self.height {
            let branch = self.branch(id);
            let slot = branch.rank(place);
            // SAFETY: a rank is at most the length.
            id = unsafe { branch.child(slot) };
        }
        let leaf = self.leaf(id);
        if self.height > 1 {
            leaf.prefetch();
        }
        Gap {
            leaf: id,
            at: leaf.rank(place),
        }
    }

    /// The gap before the first entry that is not smaller than key and tie, and whether that entry
    /// equals them.
    ///
    /// The tree has a root.
    #[inline]
    pub(super) fn seek<Q, W>(&self, key: &Q, tie: &W) -> (Gap<S::Id>, bool)
    where
        K: Borrow<Q>,
        P::Tie<V>: Borrow<W>,
        Q: Ord + ?Sized,
        W: Ord + ?Sized,
    {
        let place = AtPair((key, tie), Edge::Lower);
        let gap = self.locate(place);
        let leaf = self.leaf(gap.leaf);
        // SAFETY: asked only for an entry below the length.
        let found = gap.at < leaf.len() && unsafe { place.is_entry(leaf, gap.at) };
        (gap, found)
    }

    /// The entry with that key and tie.
    #[inline]
    pub(crate) fn get<Q, W>(&self, key: &Q, tie: &W) -> Option<(&K, &V)>
    where
        K: Borrow<Q>,
        P::Tie<V>: Borrow<W>,
        Q: Ord + ?Sized,
        W: Ord + ?Sized,
    {
        if self.root == S::NIL {
            return None;
        }
        let (gap, found) = self.seek(key, tie);
        let leaf = self.leaf(gap.leaf);
        // SAFETY: what was found is an entry; the tree stays borrowed.
        found.then(|| unsafe { (&*leaf.key(gap.at), &*leaf.value(gap.at)) })
    }

    /// The entry with that key and tie, its value to be changed.
    #[inline]
    pub(crate) fn get_mut<Q, W>(&mut self, key: &Q, tie: &W) -> Option<(&K, &mut V)>
    where
        K: Borrow<Q>,
        P::Tie<V>: Borrow<W>,
        Q: Ord + ?Sized,
        W: Ord + ?Sized,
    {
        if self.root == S::NIL {
            return None;
        }
        let (gap, found) = self.seek(key, tie);
        let leaf = self.leaf(gap.leaf);
        // SAFETY: as in `get`; the tree stays mutably borrowed.
        found.then(|| unsafe { (&*leaf.key(gap.at), &mut *leaf.value(gap.at)) })
    }

    pub(crate) fn first(&self) -> Option<(&K, &V)> {
        self.start().peek_next()
    }

    pub(crate) fn last(&self) -> Option<(&K, &V)> {
        self.end().peek_prev()
    }

    /// The gap before the first entry. There is no leaf in a tree without root.
    pub(super) fn first_gap(&self) -> Gap<S::Id> {
        let mut id = self.root;
        for _ in 0..self.height {
            // SAFETY: every branch has a first child.
            id = unsafe { self.branch(id).child(0) };
        }
        Gap { leaf: id, at: 0 }
    }

    /// The gap after the last entry. There is no leaf in a tree without root.
    pub(super) fn last_gap(&self) -> Gap<S::Id> {
        let leaf = self.store.last();
        let at = if leaf == S::NIL {
            0
        } else {
            self.leaf(leaf).len()
        };
        Gap { leaf, at }
    }

    /// The gap where a range with this start begins. `place` says what an edge of the bound's value
    /// is: [`AtKey`](super::AtKey) or [`AtPair`].
    #[inline]
    pub(super) fn lower_gap<B, F, M>(&self, bound: Bound<B>, place: F) -> Gap<S::Id>
    where
        F: FnOnce(B, Edge) -> M,
        M: Probe<K, P::Tie<V>>,
    {
        if self.root == S::NIL {
            return self.first_gap();
        }
        match bound {
            Bound::Unbounded => self.first_gap(),
            Bound::Included(query) => self.locate(place(query, Edge::Lower)),
            Bound::Excluded(query) => self.locate(place(query, Edge::Upper)),
        }
    }

    /// The gap where a range with this end ends.
    #[inline]
    pub(super) fn upper_gap<B, F, M>(&self, bound: Bound<B>, place: F) -> Gap<S::Id>
    where
        F: FnOnce(B, Edge) -> M,
        M: Probe<K, P::Tie<V>>,
    {
        match bound {
            Bound::Unbounded => self.last_gap(),
            // The two edges: as the start behind it, as the end before it.
            Bound::Included(query) => self.lower_gap(Bound::Excluded(query), place),
            Bound::Excluded(query) => self.lower_gap(Bound::Included(query), place),
        }
    }
}
