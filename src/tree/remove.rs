//! Taking entries out: from a leaf, and what follows when it runs low.
//!
//! A leaf that runs low is merged with a neighbour under the same parent if both fit into one leaf;
//! otherwise it is left as it is, so that a removal never needs a new separator. An empty leaf is
//! always taken away. Branches that run low merge, or even out, which needs no clone either.

use core::borrow::Borrow;
use core::ops::{Bound, RangeBounds};

use alloc::vec::Vec;

use super::node::Shape;
use super::path::Path;
use super::policy::Policy;
use super::probe::{AtKey, Probe};
use super::{Gap, SeparatorOf, Tree};
use crate::bounds;
use crate::error::RangeError;
use crate::search::Edge;
use crate::store::{Nodes, Store};

/// An entry that was taken out, the gap where it was, and a separator to drop: by then, whoever
/// keeps a gap must have the new one, as the drop may panic.
type Taken<K, V, S, P> = ((K, V), Gap<<S as Nodes>::Id>, Option<SeparatorOf<K, V, P>>);

/// Where the entries of a merged leaf are after, and the separator that has become needless.
type Merged<K, V, S, P> = (Gap<<S as Nodes>::Id>, Option<SeparatorOf<K, V, P>>);

impl<K, V, S: Store, P: Policy> Tree<K, V, S, P>
where
    K: Ord,
    P::Tie<V>: Ord,
{
    /// Takes out the entry with that key and tie.
    #[inline]
    pub(crate) fn remove<Q, W>(&mut self, key: &Q, tie: &W) -> Option<(K, V)>
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
        found.then(|| self.remove_at(gap))
    }

    pub(crate) fn pop_first(&mut self) -> Option<(K, V)> {
        (self.len > 0).then(|| self.remove_at(self.first_gap()))
    }

    pub(crate) fn pop_last(&mut self) -> Option<(K, V)> {
        if self.len == 0 {
            return None;
        }
        let end = self.last_gap();
        let last = Gap {
            at: end.at - 1,
            ..end
        };
        Some(self.remove_at(last))
    }

    /// Takes out the entry behind the gap.
    ///
    /// There is an entry behind the gap in its leaf.
    #[inline]
    pub(super) fn remove_at(&mut self, gap: Gap<S::Id>) -> (K, V) {
        let (entry, _, separator) = self.take_at(gap);
        drop(separator);
        entry
    }

    /// Takes out the entry behind the gap.
    ///
    /// There is an entry behind the gap in its leaf.
    #[inline]
    pub(super) fn take_at(&mut self, gap: Gap<S::Id>) -> Taken<K, V, S, P> {
        let leaf = self.leaf(gap.leaf);
        let path = if self.runs_low(gap.leaf, 1) {
            Some(self.path_to(gap.leaf))
        } else {
            None
        };
        // SAFETY: the gap has an entry behind it.
        let entry = unsafe { leaf.remove(gap.at) };
        self.len -= 1;
        let (gap, separator) = match path {
            Some(path) => self.merge_leaf(path, gap),
            None => (gap, None),
        };
        (entry, gap, separator)
    }

    /// Takes `count` entries out, from the gap on as far as its leaf goes, and returns the gap
    /// where they were. They are in `taken` after.
    ///
    /// There is an entry behind the gap in its leaf.
    pub(super) fn remove_run(
        &mut self,
        gap: Gap<S::Id>,
        count: usize,
        taken: &mut Vec<(K, V)>,
    ) -> Gap<S::Id> {
        let leaf = self.leaf(gap.leaf);
        let count = count.min(leaf.len() - gap.at);
        let path = if self.runs_low(gap.leaf, count) {
            Some(self.path_to(gap.leaf))
        } else {
            None
        };
        taken.reserve(count);
        // SAFETY: the leaf has so many entries behind the gap; pushing runs no user code, as there
        // is room.
        unsafe {
            leaf.remove_many(gap.at, count, |key, value| {
                taken.push((key.read(), value.read()))
            });
        }
        self.len -= count;
        let (gap, separator) = match path {
            Some(path) => self.merge_leaf(path, gap),
            None => (gap, None),
        };
        drop(separator);
        gap
    }

    /// Removes all entries within the bounds and says how many there were.
    pub(crate) fn remove_range<Q, R>(&mut self, range: &R) -> Result<usize, RangeError>
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
        R: RangeBounds<Q>,
    {
        let (start, end) = (range.start_bound(), range.end_bound());
        bounds::check(start, end)?;
        Ok(self.remove_between(start, end, AtKey))
    }

    /// Removes all entries between two bounds and says how many there were. `place` is as for
    /// [`lower_gap`](Self::lower_gap).
    pub(crate) fn remove_between<B, F, M>(
        &mut self,
        start: Bound<B>,
        end: Bound<B>,
        place: F,
    ) -> usize
    where
        F: Fn(B, Edge) -> M,
        M: Probe<K, P::Tie<V>>,
    {
        let start = self.lower_end(start, &place);
        let mut gap = start.gap;
        let count = self.count_between(start, self.upper_gap(end, place));
        let mut left = count;
        while left > 0 {
            let mut taken = Vec::new();
            gap = self.remove_run(self.forward(gap), left, &mut taken);
            left -= taken.len();
        }
        count
    }

    /// Whether something should be done about a leaf that loses `count` entries.
    #[inline]
    fn runs_low(&self, id: S::Id, count: usize) -> bool {
        if self.height == 0 {
            return false;
        }
        let left = self.leaf(id).len() - count;
        left < Shape::<K, V, S, P>::LEAF_LOW.max(1)
            && (left == 0 || self.fits_a_neighbour(id, left))
    }

    /// Whether a leaf with `len` entries could be merged with the one before or after it.
    #[inline(never)]
    fn fits_a_neighbour(&self, id: S::Id, len: usize) -> bool {
        let leaf = self.leaf(id);
        let fits =
            |id| id != S::NIL && self.leaf(id).len() + len <= Shape::<K, V, S, P>::LEAF_MERGED;
        fits(leaf.prev()) || fits(leaf.next())
    }

    /// Merges the leaf at the end of `path`, which has lost entries at the gap, with a neighbour if
    /// that is possible. Returns the gap, and a separator to drop.
    #[cold]
    #[inline(never)]
    fn merge_leaf(&mut self, path: Path<S::Id>, gap: Gap<S::Id>) -> Merged<K, V, S, P> {
        let leaf = self.leaf(gap.leaf);
        let len = leaf.len();
        let steps = path.steps();
        let step = steps[steps.len() - 1];
        let parent = self.branch(step.branch);
        let fits = |other: usize| len == 0 || len + other <= Shape::<K, V, S, P>::LEAF_MERGED;

        if step.slot > 0 && fits(self.leaf(leaf.prev()).len()) {
            let (left_id, left) = (leaf.prev(), self.leaf(leaf.prev()));
            let left_len = left.len();
            // SAFETY: both fit in the left leaf.
            unsafe {
                leaf.move_to(0, left, left_len, len);
                left.set_len(left_len + len);
            }
            let separator = self.unhang(&path, step.slot - 1, step.slot);
            self.unlink_and_free(gap.leaf);
            (
                Gap {
                    leaf: left_id,
                    at: left_len + gap.at,
                },
                Some(separator),
            )
        } else if step.slot < parent.len() && fits(self.leaf(leaf.next()).len()) {
            let (right_id, right) = (leaf.next(), self.leaf(leaf.next()));
            let right_len = right.len();
            // SAFETY: both fit in the leaf. An empty one takes all that a right neighbour has.
            unsafe {
                right.move_to(0, leaf, len, right_len);
                leaf.set_len(len + right_len);
            }
            let separator = self.unhang(&path, step.slot, step.slot + 1);
            self.unlink_and_free(right_id);
            (gap, Some(separator))
        } else if len == 0 {
            // An only child. The gap moves to the next leaf, or to the end of the one before.
            let (prev, next) = (leaf.prev(), leaf.next());
            let separator = self.unhang_only_child(&path);
            self.unlink_and_free(gap.leaf);
            let gap = if next != S::NIL {
                Gap { leaf: next, at: 0 }
            } else {
                Gap {
                    leaf: prev,
                    at: self.leaf(prev).len(),
                }
            };
            (gap, Some(separator))
        } else {
            (gap, None)
        }
    }

    /// Takes a leaf, whose contents are gone, out of the chain.
    fn unlink_and_free(&mut self, id: S::Id) {
        let leaf = self.leaf(id);
        let (prev, next) = (leaf.prev(), leaf.next());
        if prev != S::NIL {
            self.leaf(prev).set_next(next);
        }
        if next != S::NIL {
            self.leaf(next).set_prev(prev);
        } else {
            // SAFETY: the store has leaves.
            unsafe { self.store.set_last(prev) };
        }
        // SAFETY: a leaf of this tree, full size as it had neighbours, which nothing names any
        // more.
        unsafe { self.store.free_leaf(id, Shape::<K, V, S, P>::leaf_layout()) };
    }

    /// Takes a separator and a child beside it out of the last branch of the path, and mends that
    /// branch.
    fn unhang(&mut self, path: &Path<S::Id>, at: usize, child_at: usize) -> SeparatorOf<K, V, P> {
        let level = path.steps().len() - 1;
        let branch = self.branch(path.steps()[level].branch);
        // SAFETY: the caller names a separator and a child that are there.
        let separator = unsafe { branch.remove(at, child_at) };
        self.mend_branch(path, level);
        separator
    }

    /// Takes away the only child at the end of the path, with the branches that have no other.
    ///
    /// The root branch has two children at least, so there is a branch that keeps one.
    fn unhang_only_child(&mut self, path: &Path<S::Id>) -> SeparatorOf<K, V, P> {
        let mut level = path.steps().len() - 1;
        while self.branch(path.steps()[level].branch).len() == 0 {
            self.free_branch(path.steps()[level].branch);
            level -= 1;
        }
        let step = path.steps()[level];
        let branch = self.branch(step.branch);
        // SAFETY: the branch has a separator, and the child of the path.
        let separator = unsafe { branch.remove(step.slot.saturating_sub(1), step.slot) };
        self.mend_branch(path, level);
        separator
    }

    /// Does what is to be done about branch `level` of the path after it lost a child.
    fn mend_branch(&mut self, path: &Path<S::Id>, level: usize) {
        let step = path.steps()[level];
        let len = self.branch(step.branch).len();
        if level == 0 {
            self.lower_root();
            return;
        }
        if len >= Shape::<K, V, S, P>::BRANCH_LOW {
            return;
        }
        let above = path.steps()[level - 1];
        let parent = self.branch(above.branch);
        if above.slot > 0 && self.merge_branches(above.branch, above.slot - 1)
            || above.slot < parent.len() && self.merge_branches(above.branch, above.slot)
        {
            self.mend_branch(path, level - 1);
        }
    }

    /// Merges the two branches around a separator of `parent`, which comes down between their keys,
    /// if the result is not too full.
    fn merge_branches(&mut self, parent: S::Id, slot: usize) -> bool {
        let above = self.branch(parent);
        // SAFETY: a separator has a child on each side.
        let (left_id, right_id) = unsafe { (above.child(slot), above.child(slot + 1)) };
        let (left, right) = (self.branch(left_id), self.branch(right_id));
        let (left_len, right_len) = (left.len(), right.len());
        if left_len + 1 + right_len > Shape::<K, V, S, P>::BRANCH_MERGED {
            return false;
        }
        // SAFETY: all keys and children fit in the left branch.
        unsafe {
            let separator = above.remove(slot, slot + 1);
            left.absorb(separator, right);
        }
        self.free_branch(right_id);
        true
    }
}

impl<K, V, S: Store, P: Policy> Tree<K, V, S, P> {
    /// Takes away root branches that have only one child.
    pub(super) fn lower_root(&mut self) {
        while self.height > 0 && self.branch(self.root).len() == 0 {
            let root = self.root;
            // SAFETY: a branch has at least one child.
            self.root = unsafe { self.branch(root).child(0) };
            self.height -= 1;
            self.free_branch(root);
        }
    }

    fn free_branch(&mut self, id: S::Id) {
        // SAFETY: a branch of this tree without keys, which nothing names any more.
        unsafe {
            self.store
                .free_branch(id, Shape::<K, V, S, P>::branch_layout())
        };
    }

    /// The same gap, before an entry of its leaf if there is an entry behind it at all.
    pub(super) fn forward(&self, gap: Gap<S::Id>) -> Gap<S::Id> {
        let leaf = self.leaf(gap.leaf);
        if gap.at < leaf.len() || leaf.next() == S::NIL {
            gap
        } else {
            Gap {
                leaf: leaf.next(),
                at: 0,
            }
        }
    }

    /// The same gap, behind an entry of its leaf if there is an entry before it at all.
    pub(super) fn backward(&self, gap: Gap<S::Id>) -> Gap<S::Id> {
        if gap.at > 0 {
            return gap;
        }
        match self.leaf(gap.leaf).prev() {
            prev if prev == S::NIL => gap,
            prev => Gap {
                leaf: prev,
                at: self.leaf(prev).len(),
            },
        }
    }
}
