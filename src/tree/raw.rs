//! The tree without the types of its entries: its nodes and how they are connected.
//!
//! Everything here is compiled once, not once per map. It works on nodes by their [`Shape`], never
//! compares or drops a key, and calls no user code. The invariants are those of the tree (see
//! `tree`); `shape` is always the shape that the tree's nodes were made with.

use super::branch::RawBranch;
use super::gap::{Gap, Occupied};
use super::leaf::{LeafNode, RawLeaf};
use super::path::{Path, Step};
use super::shape::{BranchShape, LeafShape, Shape};
use crate::memory::capacity_overflow;
use crate::store::{BranchId, LeafId, Store, copied};

/// The capacity of the first leaf; it doubles up to the full capacity.
pub(super) const FIRST_LEAF: usize = 5;

/// The nodes of a tree and the number of their levels.
pub(super) struct RawTree<S: Store> {
    pub(super) store: S,
    /// A leaf if the height is 0, else a branch; `NIL` if there is none.
    pub(super) root: S::Id,
    pub(super) len: usize,
    /// Levels of branches.
    pub(super) height: u8,
    /// The capacity of the only leaf while that is smaller than a full-size one, else 0. Such a
    /// leaf is not padded.
    pub(super) small: u16,
    /// Whether the last entry inserted became the last of the tree: then the next one is likely to
    /// follow it.
    pub(super) appending: bool,
}

/// The root of a tree that has one.
pub(super) struct Root<S: Store>(S::Id);

copied!([S: Store] Root<S>);

impl<S: Store> Root<S> {
    #[inline]
    pub(super) fn id(self) -> S::Id {
        self.0
    }
}

/// The number of nodes of a tree.
#[derive(Default)]
pub(super) struct NodeCount {
    pub(super) leaves: usize,
    pub(super) branches: usize,
}

impl<S: Store> RawTree<S> {
    pub(super) const EMPTY: Self = RawTree {
        store: S::EMPTY,
        root: S::NIL,
        len: 0,
        height: 0,
        small: 0,
        appending: false,
    };

    #[inline]
    pub(super) fn root(&self) -> Option<Root<S>> {
        if self.root == S::NIL {
            None
        } else {
            Some(Root(self.root))
        }
    }

    /// The layout of this tree's leaves: that of a full-size leaf, or that of the small root.
    pub(super) fn leaf_layout(&self, shape: &LeafShape) -> core::alloc::Layout {
        if self.small == 0 {
            shape.layout
        } else {
            shape.small_layout(usize::from(self.small))
        }
    }

    /// Returns a leaf of this tree. `layout` is that of a full-size leaf even if the leaf is small,
    /// as that is the first leaf of its store.
    #[inline]
    pub(super) fn leaf_node(&self, id: LeafId<S>, layout: core::alloc::Layout) -> LeafNode<S> {
        debug_assert!(!id.is_nil());
        // SAFETY: ids in the tree and in gaps name leaves of the store (invariant 1).
        unsafe { LeafNode::new(self.store.leaf(id.get(), layout)) }
    }

    pub(super) fn leaf(&self, shape: &'static Shape, id: LeafId<S>) -> RawLeaf<S> {
        let node = self.leaf_node(id, shape.leaf.layout);
        // SAFETY: the leaves of this tree have its shape, and `small` is the capacity of a small
        // one.
        unsafe { RawLeaf::new(node, &shape.leaf, self.small) }
    }

    pub(super) fn branch(&self, shape: &'static Shape, id: BranchId<S>) -> RawBranch<S> {
        let shape: &'static BranchShape = &shape.branch;
        // SAFETY: ids in the tree name branches of the store (invariant 1), of this tree's shape.
        unsafe { RawBranch::new(self.store.branch(id.get(), shape.layout), shape) }
    }

    #[inline]
    pub(super) fn last_leaf(&self) -> LeafId<S> {
        // SAFETY: the store remembers a leaf of this tree, or none (invariant 4).
        unsafe { LeafId::new(self.store.last()) }
    }

    /// The gap after the last entry. In a tree without a root, its leaf is `NIL`.
    #[inline]
    pub(super) fn last_gap(&self, leaf: core::alloc::Layout) -> Gap<S> {
        let last = self.last_leaf();
        let at = if last.is_nil() {
            0
        } else {
            self.leaf_node(last, leaf).len()
        };
        Gap { leaf: last, at }
    }

    /// The entry after a gap, possibly in the next leaf.
    #[inline]
    pub(super) fn next_entry(&self, leaf: core::alloc::Layout, gap: Gap<S>) -> Option<Occupied<S>> {
        if gap.leaf.is_nil() {
            return None;
        }
        let node = self.leaf_node(gap.leaf, leaf);
        let entry = if gap.at < node.len() {
            gap
        } else {
            let next = node.next();
            if next.is_nil() {
                return None;
            }
            Gap { leaf: next, at: 0 }
        };
        // SAFETY: the entry is below the length of its leaf, or the first of a leaf with a
        // neighbour, which is not empty (invariant 3).
        Some(unsafe { Occupied::new(entry) })
    }

    /// The entry before a gap, possibly in the previous leaf.
    #[inline]
    pub(super) fn prev_entry(&self, leaf: core::alloc::Layout, gap: Gap<S>) -> Option<Occupied<S>> {
        if gap.leaf.is_nil() {
            return None;
        }
        let after = if gap.at > 0 {
            gap
        } else {
            let prev = self.leaf_node(gap.leaf, leaf).prev();
            if prev.is_nil() {
                return None;
            }
            let at = self.leaf_node(prev, leaf).len();
            Gap { leaf: prev, at }
        };
        let at = after.at - 1;
        // SAFETY: a gap is at most at its leaf's length, and a leaf with a neighbour is not empty
        // (invariant 3).
        Some(unsafe { Occupied::new(Gap { at, ..after }) })
    }

    /// The path to the first leaf, and the leaf.
    pub(super) fn first_path(&self, shape: &'static Shape) -> (Path<S>, LeafId<S>) {
        let mut path = Path::with_capacity(usize::from(self.height));
        let leaf = self.complete(shape, &mut path, |_| 0);
        (path, leaf)
    }

    /// The path to the last leaf.
    pub(super) fn last_path(&self, shape: &'static Shape) -> Path<S> {
        let mut path = Path::with_capacity(usize::from(self.height));
        self.complete(shape, &mut path, RawBranch::len);
        path
    }

    /// Extends a path down to a leaf, and returns the leaf. `turn` chooses a child of each branch;
    /// the number is at most the branch's length.
    fn complete(
        &self,
        shape: &'static Shape,
        path: &mut Path<S>,
        turn: impl Fn(RawBranch<S>) -> usize,
    ) -> LeafId<S> {
        let mut id = match path.last() {
            // SAFETY: the steps of a path name existing children.
            Some(step) => unsafe { self.branch(shape, step.branch).child(step.slot) },
            None => self.root,
        };
        while path.len() < usize::from(self.height) {
            // SAFETY: less than `height` levels below the root are branches (invariant 1); `turn`
            // chooses an existing child.
            unsafe {
                let branch = BranchId::new(id);
                let slot = turn(self.branch(shape, branch));
                path.push(Step { branch, slot });
                id = self.branch(shape, branch).child(slot);
            }
        }
        // SAFETY: `height` levels below the root are leaves (invariant 1).
        unsafe { LeafId::new(id) }
    }

    /// The last branch of a path, if the path takes its last child.
    pub(super) fn visited(&self, shape: &'static Shape, path: &[Step<S>]) -> Option<BranchId<S>> {
        let step = path.last()?;
        (step.slot >= self.branch(shape, step.branch).len()).then_some(step.branch)
    }

    /// Moves a path to the next leaf and returns that. At the end of the tree, the path becomes
    /// empty.
    pub(super) fn next_leaf(&self, shape: &'static Shape, path: &mut Path<S>) -> Option<LeafId<S>> {
        while self.visited(shape, path).is_some() {
            path.pop();
        }
        path.last_mut()?.slot += 1;
        Some(self.complete(shape, path, |_| 0))
    }

    /// Finds the path to a leaf by visiting all leaves.
    #[cold]
    pub(super) fn search_everywhere(&self, shape: &'static Shape, wanted: LeafId<S>) -> Path<S> {
        let (mut path, mut leaf) = self.first_path(shape);
        while leaf != wanted {
            let next = self.next_leaf(shape, &mut path);
            leaf = next.expect("every leaf has a parent");
        }
        path
    }

    /// Visits the leaves from `first`, to which `path` leads, to `last`. Returns whether it reached
    /// `last`, which is so if `last` is not before `first`.
    ///
    /// It follows the branches and reads no leaf. So what `visit` reads of the leaves is loaded in
    /// parallel, whereas each step along the links would wait for the one before.
    pub(super) fn visit_leaves(
        &self,
        shape: &'static Shape,
        mut path: Path<S>,
        first: LeafId<S>,
        last: LeafId<S>,
        mut visit: impl FnMut(LeafId<S>),
    ) -> bool {
        let mut next = Some(first);
        while let Some(leaf) = next {
            visit(leaf);
            if leaf == last {
                return true;
            }
            next = self.next_leaf(shape, &mut path);
        }
        false
    }

    /// Counts the entries between two gaps; `path` leads to the leaf of `start`. Returns 0 if `end`
    /// is not after `start`.
    pub(super) fn count_between(
        &self,
        shape: &'static Shape,
        path: Path<S>,
        start: Gap<S>,
        end: Gap<S>,
    ) -> usize {
        if self.root == S::NIL {
            return 0;
        }
        let len = |leaf| self.leaf_node(leaf, shape.leaf.layout).len();
        let mut count = 0;
        let visit = |leaf| count += len(leaf);
        if !self.visit_leaves(shape, path, start.leaf, end.leaf, visit) {
            return 0;
        }
        (count + end.at).saturating_sub(start.at + len(end.leaf))
    }

    pub(super) fn count_nodes(&self, shape: &'static Shape) -> NodeCount {
        let mut nodes = NodeCount::default();
        if self.root == S::NIL {
            return nodes;
        }
        let (mut path, first) = self.first_path(shape);
        let mut leaf = Some(first);
        while leaf.is_some() {
            nodes.leaves += 1;
            while self.visited(shape, &path).is_some() {
                nodes.branches += 1;
                path.pop();
            }
            leaf = self.next_leaf(shape, &mut path);
        }
        nodes
    }

    /// Makes the root leaf of a tree without one, with room for at least `capacity` entries.
    pub(super) fn create_root(&mut self, shape: &'static Shape, capacity: usize) {
        debug_assert!(self.root == S::NIL);
        self.small = match u16::try_from(capacity) {
            Ok(small) if capacity < shape.leaf.capacity => small,
            _ => 0,
        };
        self.root = self.make_leaf(shape).get();
        // SAFETY: the store has made a leaf.
        unsafe { self.store.set_last(self.root) };
    }

    /// Moves the entries of a root leaf to a new one with room for `capacity` entries.
    pub(super) fn grow_root(&mut self, shape: &'static Shape, capacity: usize) {
        let mut grown = RawTree {
            len: self.len,
            appending: self.appending,
            ..Self::EMPTY
        };
        grown.create_root(shape, capacity);
        let from = self.leaf(shape, self.last_leaf());
        let to = grown.leaf(shape, grown.last_leaf());
        // SAFETY: `to` is empty and has room for all; `from` is empty once they were moved, and is
        // then freed.
        unsafe {
            from.move_to(0, to, 0, self.len);
            to.node.set_len(self.len);
            if !S::FREES_ALL_AT_ONCE {
                let layout = self.leaf_layout(&shape.leaf);
                self.store.free_leaf(self.root, layout);
            }
            self.release(shape);
        }
        *self = grown;
    }

    /// Frees the store's memory.
    ///
    /// # Safety
    /// All nodes are empty, and already freed unless the store frees all at once.
    pub(super) unsafe fn release(&mut self, shape: &'static Shape) {
        // SAFETY: the layouts have the alignment of this tree's nodes, which are no longer needed.
        unsafe { self.store.release(shape.leaf.layout, shape.branch.layout) };
        self.root = S::NIL;
    }

    /// Makes a full-size leaf, or the small leaf of a tree that has no other.
    pub(super) fn make_leaf(&mut self, shape: &'static Shape) -> LeafId<S> {
        let layout = self.leaf_layout(&shape.leaf);
        // SAFETY: all leaves of this tree have this layout; a fresh leaf holds no entries.
        unsafe {
            let id = LeafId::new(self.store.make_leaf(layout));
            self.leaf(shape, id).init();
            id
        }
    }

    pub(super) fn make_branch(&mut self, shape: &'static Shape, child: S::Id) -> BranchId<S> {
        // SAFETY: all branches of this tree have this layout; a fresh branch holds no separators.
        unsafe {
            let id = BranchId::new(self.store.make_branch(shape.branch.layout));
            self.branch(shape, id).init(child);
            id
        }
    }

    /// Reserves nodes for `additional` entries, as full as random inserts make them.
    pub(super) fn reserve(&mut self, shape: &'static Shape, additional: usize) {
        if self.root == S::NIL && additional > 0 {
            self.create_root(shape, additional.max(FIRST_LEAF));
        }
        let leaves = (additional / 3).saturating_mul(4) / shape.leaf.capacity + 1;
        self.reserve_nodes(shape, additional, leaves);
    }

    /// Reserves nodes for `additional` entries that are pushed, which fills leaves; if there is no
    /// root, only one leaf: of entries that are expected to ascend, most may turn out not to.
    pub(super) fn reserve_to_push(&mut self, shape: &'static Shape, additional: usize) {
        if self.root == S::NIL {
            self.create_root(shape, additional.max(FIRST_LEAF));
        } else {
            self.reserve_nodes(shape, additional, additional / shape.leaf.capacity + 1);
        }
    }

    fn reserve_nodes(&mut self, shape: &'static Shape, additional: usize, leaves: usize) {
        let Some(wanted) = self.len.checked_add(additional) else {
            capacity_overflow()
        };
        let small = usize::from(self.small);
        if small != 0 && wanted > small {
            // It doubles at least, as when it grows by itself.
            self.grow_root(shape, wanted.max(2 * small));
        }
        if wanted <= shape.leaf.capacity {
            return;
        }
        let branches = leaves / (shape.branch.capacity / 2) + usize::from(self.height) + 1;
        // SAFETY: the layouts of this tree's nodes, as its root leaf is no longer small.
        unsafe {
            self.store
                .reserve(shape.leaf.layout, leaves, shape.branch.layout, branches);
        }
    }
}
