//! The B+ tree over a [`Store`] and a [`Layout`]. Knows nothing of maps and sets.
//!
//! All entries are in leaves, which are linked both ways; branches hold separators and children.
//! What orders entries and tells them apart is a [`Policy`]: the key alone, or key and value. The
//! separator between two children is not smaller than any entry of the left one and smaller than
//! every entry of the right one, so an entry that equals a separator lies to its left, and a search
//! for the first entry not smaller than a query ends in the leaf that has it or right at that
//! leaf's end.
//!
//! # Invariants
//! Memory safety rests on these alone:
//! 1. All leaves are `height` branches below the root. Each child slot of a branch holds an id made
//!    by `store`, and no two slots of the tree hold the same one.
//! 2. A leaf has `len` entries in its first slots, a branch `len` separators and `len + 1`
//!    children.
//! 3. No leaf is empty but a root. A branch has at least one child, the root branch at least two.
//! 4. The links run through the leaves in the order of the branches; `store.last()` is the last
//!    leaf.
//! 5. The key slots behind `len` of branches and full-size leaves are padded (see `search`), and so
//!    are the slots of their ties where pairs are searched by their images.
//! 6. `len` of the tree is the sum of the leaves' lengths.
//!
//! Sortedness is *not* among them, as it depends on the user's `Ord`: with a lying one, searches
//! end in a wrong place, never outside of the tree.
//!
//! # User code
//! `Ord`, `Clone` and `Drop` of keys and values may panic. Every change first searches and clones,
//! then changes nodes with no user code running in between, then drops what is left over. `insert`
//! needs a clone only for a new separator; nothing else does. No rotation is ever made on removal
//! (it would need a clone): a leaf that runs low is merged when it fits into a neighbour, and left
//! as it is otherwise.

mod build;
mod bulk;
mod check;
mod cursor;
mod descend;
mod group;
mod insert;
mod iter;
mod node;
mod path;
mod policy;
mod probe;
mod remove;
#[cfg(feature = "rayon")]
mod split;
mod teardown;

use core::marker::PhantomData;
use core::panic::{RefUnwindSafe, UnwindSafe};

use crate::store::Store;
use node::{Branch, Leaf, Separator, Shape};

pub use cursor::{Cursor, CursorMut};
pub use iter::{IntoIter, Iter, IterMut, Range, RangeMut};
pub(crate) use policy::{ByPair, Policy};
pub(crate) use probe::{AtKey, AtPair};
#[cfg(feature = "rayon")]
pub(crate) use split::{Exclusive, Owned, Shared};

/// See the module.
pub struct Tree<K, V, S: Store, P: Policy> {
    store: S,
    root: S::Id,
    len: usize,
    height: u8,
    /// Capacity of the only leaf while it is smaller than a full one, else 0. Such a leaf is not
    /// padded.
    small: u16,
    /// Whether the last entry inserted became the last of all: then the next one may well follow
    /// it.
    appending: bool,
    owns: PhantomData<(K, V, P)>,
}

// SAFETY: the tree owns its keys and values, and its nodes are reached through it alone.
unsafe impl<K: Send, V: Send, S: Store, P: Policy> Send for Tree<K, V, S, P> {}
// SAFETY: a shared tree gives out nothing but shared references, and changes nothing.
unsafe impl<K: Sync, V: Sync, S: Store, P: Policy> Sync for Tree<K, V, S, P> {}

impl<K, V, S: Store, P: Policy> UnwindSafe for Tree<K, V, S, P>
where
    K: RefUnwindSafe,
    V: RefUnwindSafe,
{
}
impl<K, V, S: Store, P: Policy> RefUnwindSafe for Tree<K, V, S, P>
where
    K: RefUnwindSafe,
    V: RefUnwindSafe,
{
}
impl<K, V, S: Store, P: Policy> Unpin for Tree<K, V, S, P> {}

/// What a tree's branches hold between two children.
type SeparatorOf<K, V, P> = Separator<K, <P as Policy>::Tie<V>>;

/// A gap before entry `at` of a leaf; `at` may be the leaf's length.
pub(crate) struct Gap<I> {
    leaf: I,
    at: usize,
}

impl<I: Copy> Clone for Gap<I> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<I: Copy> Copy for Gap<I> {}

impl<K, V, S: Store, P: Policy> Tree<K, V, S, P> {
    pub(crate) const fn new() -> Self {
        const { Shape::<K, V, S, P>::CHECKED };
        Tree {
            store: S::EMPTY,
            root: S::NIL,
            len: 0,
            height: 0,
            small: 0,
            appending: false,
            owns: PhantomData,
        }
    }

    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Drops all entries and gives the memory back.
    pub(crate) fn clear(&mut self) {
        drop(core::mem::replace(self, Self::new()));
    }

    /// Bytes that the nodes take, spare room of the store included.
    pub(crate) fn memory_usage(&self) -> usize {
        self.store.memory().unwrap_or_else(|| {
            let nodes = self.count_nodes();
            nodes.leaves * self.leaf_layout().size()
                + nodes.branches * Shape::<K, V, S, P>::branch_layout().size()
        })
    }

    /// The layout of the leaves there are: full size, or that of the small root.
    #[inline]
    fn leaf_layout(&self) -> core::alloc::Layout {
        if self.small == 0 {
            Shape::<K, V, S, P>::leaf_layout()
        } else {
            Shape::<K, V, S, P>::small_layout(usize::from(self.small))
        }
    }

    #[inline]
    fn leaf(&self, id: S::Id) -> Leaf<K, V, S, P> {
        // SAFETY: ids in the tree and in gaps are leaves of the store (invariant 1).
        let node = unsafe { self.store.leaf(id, Shape::<K, V, S, P>::leaf_layout()) };
        Leaf::new(node, self.small)
    }

    #[inline]
    fn branch(&self, id: S::Id) -> Branch<K, V, S, P> {
        // SAFETY: as for `leaf`.
        Branch::new(unsafe { self.store.branch(id, Shape::<K, V, S, P>::branch_layout()) })
    }
}
