//! The interface between a tree and its store: make a node, free one, find its address. A store
//! knows nothing of the contents of nodes.
//!
//! A tree keeps leaves and branches apart, each of one size, except that the only leaf of a small
//! tree may be smaller. Each call passes the size to the store, which keeps none of it.
//!
//! Memory safety rests on these rules, which the callers in `tree` keep:
//! - an id is used only with the store that made it, only as the kind and with the size it was made
//!   with, and not after it was freed;
//! - addresses are not kept across a `make` or a `reserve`: a slab may move;
//! - a store is released once, after every node's contents were dropped or moved away.

use core::alloc::Layout;
use core::fmt::Debug;

/// The operations of a [`Store`](super::Store).
///
/// # Safety
/// Each node is writable memory of the requested size and alignment, overlaps no other, and stays
/// at its address until it is freed, or until the next `make` or `reserve`.
pub unsafe trait Nodes: Sized {
    /// The id of a node.
    type Id: Copy + Eq + Debug;
    /// The id of no node.
    const NIL: Self::Id;
    /// A store without nodes, which has allocated nothing.
    const EMPTY: Self;
    /// Whether [`release`](Self::release) frees all nodes; if not, each must be freed before.
    const FREES_ALL_AT_ONCE: bool;

    /// The address of a leaf.
    ///
    /// # Safety
    /// `id` is a leaf of this store, made with this `node` layout.
    unsafe fn leaf(&self, id: Self::Id, node: Layout) -> *mut u8;

    /// The address of a branch.
    ///
    /// # Safety
    /// `id` is a branch of this store, made with this `node` layout.
    unsafe fn branch(&self, id: Self::Id, node: Layout) -> *mut u8;

    /// Makes a leaf.
    ///
    /// # Safety
    /// `node` is the layout of all leaves of this store; it may be smaller only for a store's
    /// single leaf.
    unsafe fn make_leaf(&mut self, node: Layout) -> Self::Id;

    /// Makes a branch.
    ///
    /// # Safety
    /// `node` is the layout of all branches of this store.
    unsafe fn make_branch(&mut self, node: Layout) -> Self::Id;

    /// Frees a leaf.
    ///
    /// # Safety
    /// As for [`leaf`](Self::leaf). Nothing uses the leaf afterwards.
    unsafe fn free_leaf(&mut self, id: Self::Id, node: Layout);

    /// Frees a branch.
    ///
    /// # Safety
    /// As for [`branch`](Self::branch). Nothing uses the branch afterwards.
    unsafe fn free_branch(&mut self, id: Self::Id, node: Layout);

    /// Allocates memory for that many nodes, unless each is allocated when it is made.
    ///
    /// # Safety
    /// The layouts are those of all leaves and of all branches of this store.
    unsafe fn reserve(&mut self, leaf: Layout, leaves: usize, branch: Layout, branches: usize);

    /// Frees the memory of the store, which is then empty.
    ///
    /// # Safety
    /// The layouts have the alignments that its nodes were made with.
    unsafe fn release(&mut self, leaf: Layout, branch: Layout);

    /// Returns the leaf last passed to [`set_last`](Self::set_last), which the store remembers for
    /// the tree.
    fn last(&self) -> Self::Id;

    /// Remembers the last leaf.
    ///
    /// # Safety
    /// The store has made a leaf.
    unsafe fn set_last(&mut self, id: Self::Id);

    /// Bytes allocated, or mapped and committed; `None` if that is known only by counting nodes.
    fn memory(&self) -> Option<usize>;
}

/// Makes handle types `Copy`, whatever their parameters are: a derive would require stores, keys
/// and values to be `Copy`.
macro_rules! copied {
    ($([$($bounds:tt)*] $handle:ty),+ $(,)?) => {
        $(
            impl<$($bounds)*> Clone for $handle {
                #[inline]
                fn clone(&self) -> Self {
                    *self
                }
            }
            impl<$($bounds)*> Copy for $handle {}
        )+
    };
}
pub(crate) use copied;

/// The id of a leaf of a store, or of none.
pub(crate) struct LeafId<S: Nodes>(S::Id);

/// The id of a branch of a store.
pub(crate) struct BranchId<S: Nodes>(S::Id);

copied!([S: Nodes] LeafId<S>, [S: Nodes] BranchId<S>);

impl<S: Nodes> PartialEq for LeafId<S> {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<S: Nodes> LeafId<S> {
    /// The id of no leaf.
    pub(crate) const NIL: Self = LeafId(S::NIL);

    /// # Safety
    /// The id is `NIL`, or the store made it for a leaf.
    #[inline]
    pub(crate) unsafe fn new(id: S::Id) -> Self {
        LeafId(id)
    }

    #[inline]
    pub(crate) fn get(self) -> S::Id {
        self.0
    }

    #[inline]
    pub(crate) fn is_nil(self) -> bool {
        self.0 == S::NIL
    }
}

impl<S: Nodes> BranchId<S> {
    /// # Safety
    /// The store made the id for a branch.
    #[inline]
    pub(crate) unsafe fn new(id: S::Id) -> Self {
        BranchId(id)
    }

    #[inline]
    pub(crate) fn get(self) -> S::Id {
        self.0
    }
}
