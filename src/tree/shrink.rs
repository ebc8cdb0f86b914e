//! Merging nodes that run low, without the types of entries.
//!
//! A leaf that runs low is merged with a neighbour under the same parent if both fit into one leaf.
//! Otherwise it is left as it is, so that a removal never needs a new separator. An empty leaf is
//! always removed. Branches that run low are merged with a neighbour if both fit into one.

use super::Gap;
use super::branch::SeparatorPtr;
use super::path::{Path, Step};
use super::raw::{NodeCount, RawTree};
use super::shape::{Shape, low, merged_max};
use crate::store::{BranchId, LeafId, Store};

impl<S: Store> RawTree<S> {
    /// Returns whether a leaf with `len` entries fits into one leaf with the one before or after
    /// it.
    #[inline(never)]
    pub(super) fn fits_a_neighbour(
        &self,
        shape: &'static Shape,
        id: LeafId<S>,
        len: usize,
    ) -> bool {
        let leaf = self.leaf(shape, id).node;
        let fits = |id: LeafId<S>| {
            !id.is_nil() && self.leaf(shape, id).node.len() + len <= merged_max(shape.leaf.capacity)
        };
        fits(leaf.prev()) || fits(leaf.next())
    }

    /// Merges the leaf at the end of `path`, which has lost entries at the gap, with a neighbour if
    /// possible. Returns the gap, and whether a separator has become needless and was moved out to
    /// `separator`.
    ///
    /// # Safety
    /// The path leads to the leaf of the gap. `separator` has room for one.
    #[cold]
    #[inline(never)]
    pub(super) unsafe fn merge_leaf(
        &mut self,
        shape: &'static Shape,
        path: &[Step<S>],
        gap: Gap<S>,
        separator: SeparatorPtr,
    ) -> (Gap<S>, bool) {
        let Some(step) = path.last() else {
            return (gap, false);
        };
        let leaf = self.leaf(shape, gap.leaf);
        let (len, prev, next) = (leaf.node.len(), leaf.node.prev(), leaf.node.next());
        let len_of = |id| self.leaf(shape, id).node.len();
        let fits = |other: usize| len == 0 || len + other <= merged_max(shape.leaf.capacity);
        let siblings = self.branch(shape, step.branch).len();
        let (gap, gone, child) = if step.slot > 0 && fits(len_of(prev)) {
            // SAFETY: both fit into one leaf; this one is freed below.
            let before = unsafe { self.leaf(shape, prev).append(leaf) };
            let at = before + gap.at;
            (Gap { leaf: prev, at }, gap.leaf, step.slot)
        } else if step.slot < siblings && fits(len_of(next)) {
            // SAFETY: both fit into one leaf; the next one is freed below.
            unsafe { leaf.append(self.leaf(shape, next)) };
            (gap, next, step.slot + 1)
        } else if len == 0 && next.is_nil() {
            // An only child. The gap moves to the end of the leaf before, or to the start of the
            // next one.
            let at = len_of(prev);
            (Gap { leaf: prev, at }, gap.leaf, step.slot)
        } else if len == 0 {
            (Gap { leaf: next, at: 0 }, gap.leaf, step.slot)
        } else {
            return (gap, false);
        };
        // SAFETY: the contents of the child are gone; `separator` has room for one.
        unsafe { self.remove_child(shape, path, child, separator) };
        self.unlink_and_free(shape, gone);
        (gap, true)
    }

    /// Unlinks and frees a leaf whose contents are gone.
    fn unlink_and_free(&mut self, shape: &'static Shape, id: LeafId<S>) {
        let leaf = self.leaf(shape, id).node;
        let (prev, next) = (leaf.prev(), leaf.next());
        if !prev.is_nil() {
            self.leaf(shape, prev).node.set_next(next);
        }
        // SAFETY: a leaf of this tree, full-size as it had neighbours, which nothing refers to any
        // more; the store has other leaves.
        unsafe {
            if next.is_nil() {
                self.store.set_last(prev.get());
            } else {
                self.leaf(shape, next).node.set_prev(prev);
            }
            self.store.free_leaf(id.get(), shape.leaf.layout);
        }
    }

    /// Removes a child of the last branch of the path, and a separator next to it. If it is an only
    /// child, its branch is removed as well, and so on upwards: the root branch has at least two
    /// children.
    ///
    /// # Safety
    /// The child exists. `target` has room for the separator.
    unsafe fn remove_child(
        &mut self,
        shape: &'static Shape,
        path: &[Step<S>],
        child: usize,
        target: SeparatorPtr,
    ) {
        let branch = self.branch(shape, path[path.len() - 1].branch);
        if branch.len() == 0 {
            let above = &path[..path.len() - 1];
            // SAFETY: the step above names this branch as a child.
            unsafe { self.remove_child(shape, above, above[above.len() - 1].slot, target) };
            self.free_branch(shape, path[path.len() - 1].branch);
            return;
        }
        // SAFETY: the branch has a separator, and the caller promises that the child exists.
        unsafe {
            branch.take(child.saturating_sub(1), target);
            branch.remove(child);
        }
        self.fix_underfull(shape, path);
    }

    /// Merges the last branch of the path, which has lost a child, with a neighbour if it runs low,
    /// and so on upwards.
    fn fix_underfull(&mut self, shape: &'static Shape, path: &[Step<S>]) {
        let [.., above, step] = path else {
            self.lower_root(shape);
            return;
        };
        if self.branch(shape, step.branch).len() >= low(shape.branch.capacity) {
            return;
        }
        let siblings = self.branch(shape, above.branch).len();
        if above.slot > 0 && self.merge_branches(shape, above.branch, above.slot - 1)
            || above.slot < siblings && self.merge_branches(shape, above.branch, above.slot)
        {
            self.fix_underfull(shape, &path[..path.len() - 1]);
        }
    }

    /// Merges the two branches around a separator of `parent` if the result is not too full. The
    /// separator moves down between their separators. Returns whether they were merged.
    fn merge_branches(&mut self, shape: &'static Shape, parent: BranchId<S>, slot: usize) -> bool {
        let above = self.branch(shape, parent);
        // SAFETY: a separator has a child on each side, and here these are branches. The left one
        // has room for all separators and children.
        unsafe {
            let right_id = BranchId::new(above.child(slot + 1));
            let left = self.branch(shape, BranchId::new(above.child(slot)));
            let right = self.branch(shape, right_id);
            if left.len() + 1 + right.len() > merged_max(shape.branch.capacity) {
                return false;
            }
            left.absorb(above.separator(slot), right);
            above.remove(slot + 1);
            self.free_branch(shape, right_id);
        }
        true
    }

    /// Removes root branches that have only one child.
    pub(super) fn lower_root(&mut self, shape: &'static Shape) {
        while self.height > 0 {
            // SAFETY: the root of a tree with a height above 0 is a branch (invariant 1), and has
            // at least one child (invariant 3).
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
        // SAFETY: a branch of this tree without separators, which nothing refers to any more.
        unsafe { self.store.free_branch(id.get(), shape.branch.layout) };
    }

    /// Merges a leaf with the next one under the same parent if both fit into one. Returns whether
    /// they did; a separator is then moved out to `separator`.
    ///
    /// # Safety
    /// The path leads to the leaf. `separator` has room for one.
    pub(super) unsafe fn absorb_next(
        &mut self,
        shape: &'static Shape,
        path: &mut Path<S>,
        leaf: LeafId<S>,
        separator: SeparatorPtr,
    ) -> bool {
        let Some(&Step { branch, slot }) = path.last() else {
            return false;
        };
        let (branch, leaf) = (self.branch(shape, branch), self.leaf(shape, leaf));
        if slot == branch.len() {
            return false;
        }
        let next = leaf.node.next();
        let right = self.leaf(shape, next);
        if leaf.node.len() + right.node.len() > shape.leaf.capacity {
            return false;
        }
        // SAFETY: the leaf has room; the separator and the child after it exist, as the path does
        // not take the last child.
        unsafe {
            leaf.append(right);
            branch.take(slot, separator);
            branch.remove(slot + 1);
        }
        self.unlink_and_free(shape, next);
        self.lower_root(shape);
        path.truncate(usize::from(self.height));
        true
    }

    /// Moves all nodes to a store with room for just these, leaves in key order. O(n). If an
    /// allocation fails, this tree is unchanged.
    pub(super) fn relocate(&mut self, shape: &'static Shape) {
        let NodeCount { leaves, branches } = self.count_nodes(shape);
        let mut packed = RawTree {
            len: self.len,
            height: self.height,
            ..Self::EMPTY
        };
        let (leaf, branch) = (shape.leaf.layout, shape.branch.layout);
        // SAFETY: the layouts of all nodes of both trees. The contents of nodes are moved bitwise;
        // then the old nodes are released without looking at them.
        unsafe {
            packed.store.reserve(leaf, leaves, branch, branches);
            packed.root = packed.copy_below(shape, self, self.root, self.height);
            self.release(shape);
        }
        *self = packed;
    }

    /// Moves a subtree of `old` to new nodes of this tree, and returns its new root. The old root
    /// is `height` levels above the leaves.
    ///
    /// # Safety
    /// `root` is a node of `old` at that height. Only one of the two subtrees is used afterwards.
    unsafe fn copy_below(
        &mut self,
        shape: &'static Shape,
        old: &Self,
        root: S::Id,
        height: u8,
    ) -> S::Id {
        // SAFETY: the height distinguishes branches from leaves; fresh nodes are empty and have
        // room.
        unsafe {
            if height == 0 {
                let last = self.last_leaf();
                let leaf = self.make_leaf(shape);
                let from = old.leaf(shape, LeafId::new(root));
                self.leaf(shape, leaf).append(from);
                if last.is_nil() {
                    self.store.set_last(leaf.get());
                } else {
                    self.link_after(shape, last, leaf);
                }
                return leaf.get();
            }
            let from = old.branch(shape, BranchId::new(root));
            let branch = self.make_branch(shape, S::NIL);
            from.move_tail(0, self.branch(shape, branch));
            for at in 0..=from.len() {
                let child = self.copy_below(shape, old, from.child(at), height - 1);
                self.branch(shape, branch).set_child(at, child);
            }
            branch.get()
        }
    }
}
