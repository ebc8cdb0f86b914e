//! What follows when a leaf runs low, without the types of entries.
//!
//! A leaf that runs low is merged with a neighbour under the same parent if both fit into one leaf;
//! otherwise it is left as it is, so that a removal never needs a new separator. An empty leaf is
//! always taken away. Branches that run low are merged with a neighbour if both fit.

use core::mem;

use super::Gap;
use super::branch::SeparatorPtr;
use super::path::Path;
use super::raw::{NodeCount, RawTree};
use super::shape::Shape;
use crate::store::{BranchId, LeafId, Store};

/// Where separators go that have become needless: an array with elements of `size` bytes.
pub(super) struct Surplus {
    pub(super) separators: SeparatorPtr,
    pub(super) size: usize,
    pub(super) count: usize,
}

impl<S: Store> RawTree<S> {
    /// Whether a leaf with `len` entries could be merged with the one before or after it.
    #[inline(never)]
    pub(super) fn fits_a_neighbour(
        &self,
        shape: &'static Shape,
        id: LeafId<S>,
        len: usize,
    ) -> bool {
        let leaf = self.leaf(shape, id).node;
        let fits = |id: LeafId<S>| {
            !id.is_nil() && self.leaf(shape, id).node.len() + len <= shape.leaf.merged_max()
        };
        fits(leaf.prev()) || fits(leaf.next())
    }

    /// Merges the leaf at the end of `path`, which has lost entries at the gap, with a neighbour if
    /// that is possible. Returns the gap, and whether a separator has become needless, which is
    /// moved out to `separator`.
    ///
    /// # Safety
    /// The path leads to the leaf of the gap. At `separator` is room for one.
    #[cold]
    #[inline(never)]
    pub(super) unsafe fn merge_leaf(
        &mut self,
        shape: &'static Shape,
        path: &Path<S>,
        gap: Gap<S>,
        separator: SeparatorPtr,
    ) -> (Gap<S>, bool) {
        let Some(step) = path.last() else {
            return (gap, false);
        };
        let leaf = self.leaf(shape, gap.leaf);
        let (len, prev, next) = (leaf.node.len(), leaf.node.prev(), leaf.node.next());
        let len_of = |id| self.leaf(shape, id).node.len();
        let fits = |other: usize| len == 0 || len + other <= shape.leaf.merged_max();
        let siblings = self.branch(shape, step.branch).len();
        // SAFETY: both leaves fit in one, of which the other is emptied into it and freed. The
        // separator between them and the freed child are beside each other.
        unsafe {
            if step.slot > 0 && fits(len_of(prev)) {
                let left_len = self.append_leaf(shape, prev, gap.leaf);
                self.remove_child(shape, path, step.slot - 1, step.slot, separator);
                self.unlink_and_free(shape, gap.leaf);
                let gap = Gap {
                    leaf: prev,
                    at: left_len + gap.at,
                };
                (gap, true)
            } else if step.slot < siblings && fits(len_of(next)) {
                self.append_leaf(shape, gap.leaf, next);
                self.remove_child(shape, path, step.slot, step.slot + 1, separator);
                self.unlink_and_free(shape, next);
                (gap, true)
            } else if len == 0 {
                // An only child. The gap moves to the next leaf, or to the end of the one before.
                let beside = if next.is_nil() {
                    Gap {
                        leaf: prev,
                        at: len_of(prev),
                    }
                } else {
                    Gap { leaf: next, at: 0 }
                };
                self.remove_only_child(shape, path, separator);
                self.unlink_and_free(shape, gap.leaf);
                (beside, true)
            } else {
                (gap, false)
            }
        }
    }

    /// Moves all entries of one leaf behind those of another. Returns how many that had before.
    ///
    /// # Safety
    /// There is room. The emptied leaf is freed after.
    unsafe fn append_leaf(&self, shape: &'static Shape, to: LeafId<S>, from: LeafId<S>) -> usize {
        let (to, from) = (self.leaf(shape, to), self.leaf(shape, from));
        let (len, more) = (to.node.len(), from.node.len());
        // SAFETY: the caller says that there is room.
        unsafe {
            from.move_to(0, to, len, more);
            to.node.set_len(len + more);
        }
        len
    }

    /// Takes a leaf, whose contents are gone, out of the chain.
    fn unlink_and_free(&mut self, shape: &'static Shape, id: LeafId<S>) {
        let leaf = self.leaf(shape, id).node;
        let (prev, next) = (leaf.prev(), leaf.next());
        if !prev.is_nil() {
            self.leaf(shape, prev).node.set_next(next);
        }
        // SAFETY: a leaf of this tree, full size as it had neighbours, which nothing names any
        // more; the store has others.
        unsafe {
            if next.is_nil() {
                self.store.set_last(prev.get());
            } else {
                self.leaf(shape, next).node.set_prev(prev);
            }
            self.store.free_leaf(id.get(), shape.leaf.layout);
        }
    }

    /// Takes a separator and a child beside it out of the last branch of the path.
    ///
    /// # Safety
    /// Both are there. At `target` is room for the separator.
    unsafe fn remove_child(
        &mut self,
        shape: &'static Shape,
        path: &Path<S>,
        at: usize,
        child_at: usize,
        target: SeparatorPtr,
    ) {
        let level = path.len() - 1;
        let branch = self.branch(shape, path.steps()[level].branch);
        // SAFETY: the caller names a separator and a child that are there.
        unsafe {
            branch.take(at, target);
            branch.remove(at, child_at);
        }
        self.fix_underfull(shape, path, level);
    }

    /// Takes away the only child at the end of the path, with the branches that have no other.
    ///
    /// The root branch has two children at least, so there is a branch that keeps one.
    ///
    /// # Safety
    /// At `target` is room for a separator.
    unsafe fn remove_only_child(
        &mut self,
        shape: &'static Shape,
        path: &Path<S>,
        target: SeparatorPtr,
    ) {
        let mut level = path.len() - 1;
        while self.branch(shape, path.steps()[level].branch).len() == 0 {
            self.free_branch(shape, path.steps()[level].branch);
            level -= 1;
        }
        let step = path.steps()[level];
        let branch = self.branch(shape, step.branch);
        let at = step.slot.saturating_sub(1);
        // SAFETY: the branch has a separator, and the child of the path.
        unsafe {
            branch.take(at, target);
            branch.remove(at, step.slot);
        }
        self.fix_underfull(shape, path, level);
    }

    /// Merges branch `level` of the path, which lost a child, with a neighbour if it has become
    /// low, and so on upwards.
    fn fix_underfull(&mut self, shape: &'static Shape, path: &Path<S>, level: usize) {
        if level == 0 {
            self.lower_root(shape);
            return;
        }
        let step = path.steps()[level];
        if self.branch(shape, step.branch).len() >= shape.branch.low() {
            return;
        }
        let above = path.steps()[level - 1];
        let siblings = self.branch(shape, above.branch).len();
        if above.slot > 0 && self.merge_branches(shape, above.branch, above.slot - 1)
            || above.slot < siblings && self.merge_branches(shape, above.branch, above.slot)
        {
            self.fix_underfull(shape, path, level - 1);
        }
    }

    /// Merges the two branches around a separator of `parent`, which comes down between their keys,
    /// if the result is not too full.
    fn merge_branches(&mut self, shape: &'static Shape, parent: BranchId<S>, slot: usize) -> bool {
        let above = self.branch(shape, parent);
        // SAFETY: a separator has a child on each side, here branches. All keys and children fit in
        // the left one.
        unsafe {
            let (left_id, right_id) = (above.branch(slot), above.branch(slot + 1));
            let (left, right) = (self.branch(shape, left_id), self.branch(shape, right_id));
            if left.len() + 1 + right.len() > shape.branch.merged_max() {
                return false;
            }
            left.absorb(above.separator(slot), right);
            above.remove(slot, slot + 1);
            self.free_branch(shape, right_id);
        }
        true
    }

    /// Takes away root branches that have only one child.
    pub(super) fn lower_root(&mut self, shape: &'static Shape) {
        while self.height > 0 {
            // SAFETY: the root of a tree of some height is a branch, and has at least one child.
            let root = unsafe { BranchId::new(self.root) };
            let branch = self.branch(shape, root);
            if branch.len() > 0 {
                return;
            }
            // SAFETY: as above.
            self.root = unsafe { branch.child(0) };
            self.height -= 1;
            self.free_branch(shape, root);
        }
    }

    fn free_branch(&mut self, shape: &'static Shape, id: BranchId<S>) {
        // SAFETY: a branch of this tree without separators, which nothing names any more.
        unsafe { self.store.free_branch(id.get(), shape.branch.layout) };
    }

    /// Moves all nodes to a store that has room for just these, leaves in key order; neighbours
    /// that fit into one leaf are merged. O(n). Separators that this makes needless are moved out.
    ///
    /// # Safety
    /// The tree has a branch. `surplus` has room for as many separators as there are leaves.
    pub(super) unsafe fn pack(&mut self, shape: &'static Shape, surplus: &mut Surplus) {
        let mut nodes = NodeCount::default();
        self.count_below(shape, self.root, self.height, true, &mut nodes);
        // What is on the move is in neither tree: should an allocation fail, it leaks.
        let mut old = mem::replace(self, Self::EMPTY);
        let (leaf, branch) = (shape.leaf.layout, shape.branch.layout);
        let mut packed = Self::EMPTY;
        // SAFETY: the layouts of all nodes of both trees. From here on each node's contents move
        // bitwise, and the old nodes are freed without looking at what they held.
        unsafe {
            packed
                .store
                .reserve(leaf, nodes.leaves, branch, nodes.branches);
            let (root, height) = (BranchId::new(old.root), old.height);
            let root = packed.take_over(&mut old, shape, root, height, surplus);
            (packed.root, packed.height, packed.len) = (root.get(), height, old.len);
            old.release(shape);
        }
        packed.lower_root(shape);
        *self = packed;
    }

    /// Moves a subtree of `old` here, and returns its root.
    ///
    /// # Safety
    /// The branch is one of `old`, and not used after. There is room for its nodes and for surplus
    /// separators.
    unsafe fn take_over(
        &mut self,
        old: &mut Self,
        shape: &'static Shape,
        id: BranchId<S>,
        height: u8,
        surplus: &mut Surplus,
    ) -> BranchId<S> {
        let from = old.branch(shape, id);
        // SAFETY: separators and children of a live branch are taken once, then the branch is
        // freed.
        unsafe {
            let first = self.take_over_child(old, shape, from.child(0), height, surplus);
            let new = self.make_branch(shape, first);
            for at in 0..from.len() {
                if height == 1 && self.absorb_leaf(old, shape, from.leaf(at + 1)) {
                    let target = surplus.separators.at(surplus.count, surplus.size);
                    from.take(at, target);
                    surplus.count += 1;
                    continue;
                }
                let child = from.child(at + 1);
                let copied = self.take_over_child(old, shape, child, height, surplus);
                let to = self.branch(shape, new);
                to.insert(to.len(), from.separator(at), copied);
            }
            if !S::WHOLESALE {
                old.store.free_branch(id.get(), shape.branch.layout);
            }
            new
        }
    }

    /// # Safety
    /// As for [`take_over`](Self::take_over), for a child of a branch of that height.
    unsafe fn take_over_child(
        &mut self,
        old: &mut Self,
        shape: &'static Shape,
        child: S::Id,
        height: u8,
        surplus: &mut Surplus,
    ) -> S::Id {
        // SAFETY: above height 1 children are branches, at height 1 leaves. A leaf's entries are
        // moved, and the old one is freed.
        unsafe {
            if height > 1 {
                let branch = BranchId::new(child);
                return self
                    .take_over(old, shape, branch, height - 1, surplus)
                    .get();
            }
            let last = self.last_leaf();
            let new = self.make_leaf(shape);
            let leaf = self.leaf(shape, new);
            let from = old.leaf(shape, LeafId::new(child));
            from.move_to(0, leaf, 0, from.node.len());
            leaf.node.set_len(from.node.len());
            leaf.node.set_prev(last);
            if !last.is_nil() {
                self.leaf(shape, last).node.set_next(new);
            }
            self.store.set_last(new.get());
            if !S::WHOLESALE {
                old.store.free_leaf(child, shape.leaf.layout);
            }
            new.get()
        }
    }

    /// Moves the entries of a leaf of `old` to the end of the last leaf here, if there is room.
    ///
    /// # Safety
    /// The leaf is not used after, if so.
    unsafe fn absorb_leaf(
        &mut self,
        old: &mut Self,
        shape: &'static Shape,
        child: LeafId<S>,
    ) -> bool {
        let (from, to) = (old.leaf(shape, child), self.leaf(shape, self.last_leaf()));
        let (len, more) = (to.node.len(), from.node.len());
        if len + more > shape.leaf.capacity {
            return false;
        }
        // SAFETY: there is room; the old leaf is freed.
        unsafe {
            from.move_to(0, to, len, more);
            to.node.set_len(len + more);
            if !S::WHOLESALE {
                old.store.free_leaf(child.get(), shape.leaf.layout);
            }
        }
        true
    }
}
