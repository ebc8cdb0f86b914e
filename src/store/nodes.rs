//! What a tree asks of a store: make a node, free one, find its address. Knows nothing of what is
//! in a node.
//!
//! A tree keeps leaves and branches apart, each of one size, save that the only leaf of a small
//! tree may be smaller. A store is told the size at each call and keeps none of it.
//!
//! Memory safety rests on these, which the callers in `tree` keep:
//! - an id is used with the store that made it, as the kind and with the size it was made with, and
//!   not after it was freed;
//! - addresses are not kept across a `make` or a `reserve`: a slab may move;
//! - a store is released once, with every node's contents dropped or moved away.

use core::alloc::Layout;
use core::fmt::Debug;

/// The operations behind [`Store`](super::Store).
///
/// # Safety
/// A node made is writable memory of the size and alignment asked for, overlaps no other, and stays
/// in place until freed, or until the next `make` or `reserve`.
pub unsafe trait Nodes: Sized {
    /// How a node is named by others.
    type Id: Copy + Eq + Debug;
    /// Names no node.
    const NIL: Self::Id;
    /// A store without nodes, which has allocated nothing.
    const EMPTY: Self;
    /// Whether [`release`](Self::release) frees all nodes by itself; if not, each must be freed
    /// before.
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
    /// `node` is the layout of all leaves of this store; a smaller one only for a store's single
    /// leaf.
    unsafe fn make_leaf(&mut self, node: Layout) -> Self::Id;

    /// Makes a branch.
    ///
    /// # Safety
    /// `node` is the layout of all branches of this store.
    unsafe fn make_branch(&mut self, node: Layout) -> Self::Id;

    /// Frees a leaf.
    ///
    /// # Safety
    /// As for [`leaf`](Self::leaf). Nothing uses the leaf after.
    unsafe fn free_leaf(&mut self, id: Self::Id, node: Layout);

    /// Frees a branch.
    ///
    /// # Safety
    /// As for [`branch`](Self::branch). Nothing uses the branch after.
    unsafe fn free_branch(&mut self, id: Self::Id, node: Layout);

    /// Makes room for that many nodes, where room is not made with each of them.
    ///
    /// # Safety
    /// The layouts are those of all leaves and of all branches of this store.
    unsafe fn reserve(&mut self, leaf: Layout, leaves: usize, branch: Layout, branches: usize);

    /// Frees the memory of the store, which is empty after.
    ///
    /// # Safety
    /// The layouts are aligned as those that its nodes were made with.
    unsafe fn release(&mut self, leaf: Layout, branch: Layout);

    /// The leaf last given to [`set_last`](Self::set_last): stores remember it for the tree.
    fn last(&self) -> Self::Id;

    /// Remembers the last leaf.
    ///
    /// # Safety
    /// The store has made a leaf.
    unsafe fn set_last(&mut self, id: Self::Id);

    /// Bytes allocated or mapped and committed, or `None` if only counting nodes could tell.
    fn memory(&self) -> Option<usize>;
}

/// Makes types that are handles `Copy`, whatever their parameters are: a derive would ask for
/// stores, keys and values that are.
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

/// Names a leaf of a store, or none.
pub(crate) struct LeafId<S: Nodes>(S::Id);

/// Names a branch of a store.
pub(crate) struct BranchId<S: Nodes>(S::Id);

copied!([S: Nodes] LeafId<S>, [S: Nodes] BranchId<S>);

impl<S: Nodes> PartialEq for LeafId<S> {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<S: Nodes> LeafId<S> {
    /// Names no leaf.
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
