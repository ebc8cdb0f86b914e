//! From the root to a place: look-ups, and the gaps that bounds stand for.

use core::borrow::Borrow;
use core::cmp::Ordering;
use core::ops::Bound;

use super::{Gap, Tree};
use crate::leaf::Layout;
use crate::store::Store;

impl<K, V, S: Store, L: Layout> Tree<K, V, S, L> {
    /// The leaf that has the first key not smaller than `query`, or at whose end that gap lies.
    ///
    /// The tree has a root.
    #[inline(always)]
    fn descend<Q: Ord + ?Sized>(&self, query: &Q) -> S::Id
    where
        K: Borrow<Q>,
    {
        let mut id = self.root;
        for _ in 0..self.height {
            let branch = self.branch(id);
            let slot = branch.rank(query);
            // SAFETY: a rank is at most the length.
            id = unsafe { branch.child(slot) };
        }
        id
    }

    /// The gap before the first key that is not smaller than `query`, and whether that key equals
    /// it.
    ///
    /// The tree has a root.
    #[inline(always)]
    pub(super) fn seek<Q: Ord + ?Sized>(&self, query: &Q) -> (Gap<S::Id>, bool)
    where
        K: Borrow<Q>,
    {
        let id = self.descend(query);
        let leaf = self.leaf(id);
        if self.height > 1 {
            leaf.prefetch();
        }
        let at = leaf.rank(query);
        // SAFETY: the slot holds an entry, as it is below the length.
        let found =
            at < leaf.len() && unsafe { (*leaf.key(at)).borrow().cmp(query) } == Ordering::Equal;
        (Gap { leaf: id, at }, found)
    }

    #[inline]
    pub(crate) fn get<Q: Ord + ?Sized>(&self, query: &Q) -> Option<(&K, &V)>
    where
        K: Borrow<Q>,
    {
        if self.root == S::NIL {
            return None;
        }
        let (gap, found) = self.seek(query);
        let leaf = self.leaf(gap.leaf);
        // SAFETY: what was found is an entry; the tree stays borrowed.
        found.then(|| unsafe { (&*leaf.key(gap.at), &*leaf.value(gap.at)) })
    }

    #[inline]
    pub(crate) fn get_mut<Q: Ord + ?Sized>(&mut self, query: &Q) -> Option<(&K, &mut V)>
    where
        K: Borrow<Q>,
    {
        if self.root == S::NIL {
            return None;
        }
        let (gap, found) = self.seek(query);
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

    /// The gap before the first entry that is not below `bound`, taken as the start of a range.
    pub(super) fn lower_gap<Q: Ord + ?Sized>(&self, bound: Bound<&Q>) -> Gap<S::Id>
    where
        K: Borrow<Q>,
    {
        if self.root == S::NIL {
            return self.first_gap();
        }
        match bound {
            Bound::Unbounded => self.first_gap(),
            Bound::Included(query) => self.seek(query).0,
            Bound::Excluded(query) => {
                let (gap, found) = self.seek(query);
                Gap {
                    at: gap.at + usize::from(found),
                    ..gap
                }
            }
        }
    }

    /// The gap after the last entry that is not above `bound`, taken as the end of a range.
    pub(super) fn upper_gap<Q: Ord + ?Sized>(&self, bound: Bound<&Q>) -> Gap<S::Id>
    where
        K: Borrow<Q>,
    {
        match bound {
            Bound::Unbounded => self.last_gap(),
            // The two gaps around a key: as the start after it, as the end before it.
            Bound::Included(query) => self.lower_gap(Bound::Excluded(query)),
            Bound::Excluded(query) => self.lower_gap(Bound::Included(query)),
        }
    }
}
