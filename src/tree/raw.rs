//! The tree without the types of its entries: nodes and how they hang together.
//!
//! Everything here is compiled once, not once a map. It works on nodes by their [`Shape`], never
//! compares or drops a key, and calls no user code. Invariants are those of the tree (see `tree`);
//! `shape` is always the one that the tree's nodes were made with.

use super::branch::RawBranch;
use super::gap::{Gap, Occupied};
use super::leaf::{LeafNode, RawLeaf};
use super::path::{Path, Step};
use super::shape::{BranchShape, LeafShape, Shape};
use crate::memory::capacity_overflow;
use crate::store::{BranchId, LeafId, Store, copied};

/// Entries of the first leaf; it doubles up to the full capacity.
pub(super) const FIRST_LEAF: usize = 5;

/// Where nodes are, and how high they are stacked.
pub(super) struct RawTree<S: Store> {
    pub(super) store: S,
    /// A leaf if the height is 0, else a branch; `NIL` if there is none.
    pub(super) root: S::Id,
    pub(super) len: usize,
    /// Levels of branches.
    pub(super) height: u8,
    /// Capacity of the only leaf while it is smaller than a full one, else 0. Such a leaf is not
    /// padded.
    pub(super) small: u16,
    /// Whether the last entry inserted became the last of all: then the next one may well follow
    /// it.
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

/// How many nodes a tree has.
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

    /// The layout of the leaves there are: full size, or that of the small root.
    pub(super) fn leaf_layout(&self, shape: &LeafShape) -> core::alloc::Layout {
        if self.small == 0 {
            shape.layout
        } else {
            shape.small_layout(usize::from(self.small))
        }
    }

    /// A leaf of this tree, by the size of a full one: a small one is the first of its store.
    #[inline]
    pub(super) fn leaf_node(&self, id: LeafId<S>, layout: core::alloc::Layout) -> LeafNode<S> {
        debug_assert!(!id.is_nil());
        // SAFETY: ids in the tree and in gaps are leaves of the store (invariant 1).
        unsafe { LeafNode::new(self.store.leaf(id.get(), layout)) }
    }

    pub(super) fn leaf(&self, shape: &'static Shape, id: LeafId<S>) -> RawLeaf<S> {
        let node = self.leaf_node(id, shape.leaf.layout);
        // SAFETY: leaves of this tree are of its shape.
        unsafe { RawLeaf::new(node, &shape.leaf, self.small) }
    }

    pub(super) fn branch(&self, shape: &'static Shape, id: BranchId<S>) -> RawBranch<S> {
        let shape: &'static BranchShape = &shape.branch;
        // SAFETY: ids in the tree are branches of the store (invariant 1).
        unsafe { RawBranch::new(self.store.branch(id.get(), shape.layout), shape) }
    }

    #[inline]
    pub(super) fn last_leaf(&self) -> LeafId<S> {
        // SAFETY: the store remembers a leaf of this tree, or none (invariant 4).
        unsafe { LeafId::new(self.store.last()) }
    }

    /// The gap after the last entry. There is no leaf in a tree without root.
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

    /// The entry behind a gap, be it in the next leaf.
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
        // SAFETY: below the length, or in a leaf with a neighbour, which is not empty (invariant
        // 3).
        Some(unsafe { Occupied::new(entry) })
    }

    /// The entry before a gap, be it in the leaf before.
    #[inline]
    pub(super) fn prev_entry(&self, leaf: core::alloc::Layout, gap: Gap<S>) -> Option<Occupied<S>> {
        if gap.leaf.is_nil() {
            return None;
        }
        let behind = if gap.at > 0 {
            gap
        } else {
            let prev = self.leaf_node(gap.leaf, leaf).prev();
            if prev.is_nil() {
                return None;
            }
            let at = self.leaf_node(prev, leaf).len();
            Gap { leaf: prev, at }
        };
        let at = behind.at - 1;
        // SAFETY: a gap is at most at the length, and a leaf with a neighbour is not empty
        // (invariant 3).
        Some(unsafe { Occupied::new(Gap { at, ..behind }) })
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

    /// Completes a path from where it ends down to a leaf; `turn` chooses a child of each branch,
    /// at most its length.
    fn complete(
        &self,
        shape: &'static Shape,
        path: &mut Path<S>,
        turn: impl Fn(RawBranch<S>) -> usize,
    ) -> LeafId<S> {
        let mut id = match path.last() {
            // SAFETY: a path takes children that are there.
            Some(step) => unsafe { self.branch(shape, step.branch).child(step.slot) },
            None => self.root,
        };
        while path.len() < usize::from(self.height) {
            // SAFETY: less than `height` levels down there are branches (invariant 1); `turn`
            // chooses a child that is there.
            unsafe {
                let branch = BranchId::new(id);
                let slot = turn(self.branch(shape, branch));
                path.push(Step { branch, slot });
                id = self.branch(shape, branch).child(slot);
            }
        }
        // SAFETY: `height` levels down there are leaves.
        unsafe { LeafId::new(id) }
    }

    /// The last branch of a path, if it has no more children behind the one that the path takes.
    pub(super) fn visited(&self, shape: &'static Shape, path: &[Step<S>]) -> Option<BranchId<S>> {
        let step = path.last()?;
        (step.slot >= self.branch(shape, step.branch).len()).then_some(step.branch)
    }

    /// Moves a path to the next leaf, and returns that; at the end of the tree, nothing is left of
    /// the path.
    pub(super) fn next_leaf(&self, shape: &'static Shape, path: &mut Path<S>) -> Option<LeafId<S>> {
        while self.visited(shape, path).is_some() {
            path.pop();
        }
        path.last_mut()?.slot += 1;
        Some(self.complete(shape, path, |_| 0))
    }

    /// The path to a leaf, found by looking at all of them.
    #[cold]
    pub(super) fn search_everywhere(&self, shape: &'static Shape, wanted: LeafId<S>) -> Path<S> {
        let (mut path, mut leaf) = self.first_path(shape);
        while leaf != wanted {
            let next = self.next_leaf(shape, &mut path);
            leaf = next.expect("every leaf hangs on a branch");
        }
        path
    }

    /// Visits the leaves from `first`, to which `path` leads, to `last`. Returns whether `last` is
    /// there, and not before `first`.
    ///
    /// Goes by the branches and looks at no leaf: what `visit` reads of leaves is loaded side by
    /// side, where each step along the links would wait for the one before.
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

    /// Entries between two gaps, `start` with the path to its leaf; 0 if the second is not behind
    /// the first.
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

    /// Makes the root leaf of a tree without one, with room for `capacity` entries at least.
    pub(super) fn create_root(&mut self, shape: &'static Shape, capacity: usize) {
        debug_assert!(self.root == S::NIL);
        self.small = match u16::try_from(capacity) {
            Ok(small) if capacity < shape.leaf.capacity => small,
            _ => 0,
        };
        self.root = self.make_leaf(shape).get();
        // SAFETY: there is a leaf.
        unsafe { self.store.set_last(self.root) };
    }

    /// Moves the entries of a root leaf to one with room for `capacity`.
    pub(super) fn grow_root(&mut self, shape: &'static Shape, capacity: usize) {
        let mut grown = RawTree {
            len: self.len,
            appending: self.appending,
            ..Self::EMPTY
        };
        grown.create_root(shape, capacity);
        let from = self.leaf(shape, self.last_leaf());
        let to = grown.leaf(shape, grown.last_leaf());
        // SAFETY: `to` is empty and has room; `from` is left empty and then freed.
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

    /// Gives the store's memory back.
    ///
    /// # Safety
    /// All nodes are empty, and freed where the store does not do that by itself.
    pub(super) unsafe fn release(&mut self, shape: &'static Shape) {
        // SAFETY: aligned as this tree's nodes are, which nobody needs any more.
        unsafe { self.store.release(shape.leaf.layout, shape.branch.layout) };
        self.root = S::NIL;
    }

    /// Makes a full-size leaf, or the small one of a tree that has no other.
    pub(super) fn make_leaf(&mut self, shape: &'static Shape) -> LeafId<S> {
        let layout = self.leaf_layout(&shape.leaf);
        // SAFETY: the layout of all leaves of this tree; a fresh leaf holds no entries.
        unsafe {
            let id = LeafId::new(self.store.make_leaf(layout));
            self.leaf(shape, id).init();
            id
        }
    }

    pub(super) fn make_branch(&mut self, shape: &'static Shape, child: S::Id) -> BranchId<S> {
        // SAFETY: the layout of all branches of this tree; a fresh branch holds no separators.
        unsafe {
            let id = BranchId::new(self.store.make_branch(shape.branch.layout));
            self.branch(shape, id).init(child);
            id
        }
    }

    /// Makes room for `additional` entries in nodes that are as full as random inserts make them.
    pub(super) fn reserve(&mut self, shape: &'static Shape, additional: usize) {
        let Some(wanted) = self.len.checked_add(additional) else {
            capacity_overflow()
        };
        let full = shape.leaf.capacity;
        if self.root == S::NIL {
            if additional > 0 {
                self.create_root(shape, additional.max(FIRST_LEAF));
            }
        } else if self.small != 0 && wanted > usize::from(self.small) {
            self.grow_root(shape, wanted);
        }
        if wanted <= full {
            return;
        }
        let leaves = (additional / 3).saturating_mul(4) / full + 1;
        let branches = leaves / (shape.branch.capacity / 2) + usize::from(self.height) + 1;
        // SAFETY: the layouts of this tree's nodes: it is not small any more.
        unsafe {
            self.store
                .reserve(shape.leaf.layout, leaves, shape.branch.layout, branches);
        }
    }
}
