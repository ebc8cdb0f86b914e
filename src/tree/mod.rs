//! The B+ tree over a [`Store`] and a [`LeafLayout`](crate::layout::LeafLayout). It knows nothing
//! of maps and sets.
//!
//! All entries are in leaves, which are linked both ways; branches hold separators and children. A
//! [`Policy`] decides how entries are ordered and which are equal: by the key alone, or by key and
//! value. The separator between two children is not smaller than any entry of the left one and
//! smaller than every entry of the right one. So an entry equal to a separator is to its left, and
//! a search for the first entry not smaller than a query ends in that entry's leaf or at the end of
//! the leaf before.
//!
//! [`Tree`] knows the types of its entries: it searches, and it inserts and removes entries as long
//! as only one leaf changes. Everything that changes more is done by [`RawTree`], which knows only
//! sizes (`raw`, `grow`, `shrink`) and is compiled once for all types.
//!
//! # Invariants
//! Memory safety rests on these alone:
//! 1. All leaves are `height` branches below the root. Each child slot of a branch holds an id made
//!    by `store`, and no two slots of the tree hold the same one.
//! 2. A leaf has `len` entries in its first slots, a branch `len` separators and `len + 1`
//!    children.
//! 3. No leaf is empty except a root leaf. A branch has at least one child, the root branch at
//!    least two.
//! 4. The links run through the leaves in the order of the branches; `store.last()` is the last
//!    leaf.
//! 5. The key slots after the first `len` are padded in branches and full-size leaves (see
//!    `search`), and so are the slots of their tie-breakers where pairs are searched as integers,
//!    and those of the key heads in branches. All tag slots of a leaf are initialised.
//! 6. `len` of the tree is the sum of the leaves' lengths.
//!
//! Sortedness is *not* among them, as it depends on the user's `Ord`: with an inconsistent `Ord`,
//! searches end at a wrong gap, but never outside the tree.
//!
//! # User code
//! `Ord`, `Clone` and `Drop` of keys and values may panic. Every change first searches and clones,
//! then changes nodes without running user code, then drops what is left over. An insertion clones
//! only for a new separator; nothing else needs a clone. A removal never moves entries between
//! leaves to balance them (that would need a clone): a leaf that runs low is merged with a
//! neighbour if both fit into one leaf, and left as it is otherwise.

mod batch;
mod branch;
mod build;
mod bulk;
mod check;
mod descend;
mod entries;
mod equal_range;
mod gap;
mod grow;
mod insert;
mod iter;
mod leaf;
#[cfg(feature = "rayon")]
mod load;
mod merge;
#[cfg(feature = "rayon")]
mod parallel;
#[cfg(feature = "rayon")]
mod parts;
mod path;
mod policy;
mod raw;
mod remove;
mod shape;
mod shrink;
mod target;
mod teardown;

use core::marker::PhantomData;
use core::panic::{RefUnwindSafe, UnwindSafe};

use crate::store::{BranchId, LeafId, Store};
use branch::{Branch, Separator};
use gap::Occupied;
use leaf::Leaf;
use raw::RawTree;
use shape::{Shape, Sizes};

pub use gap::Gap;
use iter::Run;
pub use iter::Walk;
pub use iter::{IntoIter, Iter, IterMut, Range, RangeMut};
#[cfg(feature = "rayon")]
pub use parts::Span;
pub use policy::{ByPair, Policy};
pub(crate) use target::{AtKey, AtPair};

/// A B+ tree. See the module.
pub struct Tree<K, V, S: Store, P: Policy> {
    raw: RawTree<S>,
    owns: PhantomData<(K, V, P)>,
}

// SAFETY: the tree owns its keys and values, and its nodes are reached only through it.
unsafe impl<K: Send, V: Send, S: Store, P: Policy> Send for Tree<K, V, S, P> {}
// SAFETY: a shared tree gives out only shared references, and changes nothing.
unsafe impl<K: Sync, V: Sync, S: Store, P: Policy> Sync for Tree<K, V, S, P> {}

impl<K: RefUnwindSafe, V: RefUnwindSafe, S: Store, P: Policy> UnwindSafe for Tree<K, V, S, P> {}
impl<K: RefUnwindSafe, V: RefUnwindSafe, S: Store, P: Policy> RefUnwindSafe for Tree<K, V, S, P> {}
impl<K, V, S: Store, P: Policy> Unpin for Tree<K, V, S, P> {}

/// A separator between two children of a branch.
type SeparatorOf<K, V, P> = Separator<K, <P as Policy>::TieBreaker<V>>;

impl<K, V, S: Store, P: Policy> Tree<K, V, S, P> {
    /// The shape of this tree's nodes, for code that doesn't know its types.
    const SHAPE: &'static Shape = &Sizes::<K, V, S, P>::SHAPE;

    pub(crate) const fn new() -> Self {
        // Rejects invalid sizes when a tree is made, not when it gets its first node.
        const { Sizes::<K, V, S, P>::SHAPE };
        Tree {
            raw: RawTree::EMPTY,
            owns: PhantomData,
        }
    }

    #[inline]
    fn leaf(&self, id: LeafId<S>) -> Leaf<K, V, S, P> {
        let node = self.raw.leaf_node(id, Sizes::<K, V, S, P>::LEAF_LAYOUT);
        // SAFETY: the leaves of this tree have its shape, and `small` is the capacity of a small
        // one.
        unsafe { Leaf::new(node, self.raw.small) }
    }

    #[inline]
    fn branch(&self, id: BranchId<S>) -> Branch<K, V, S, P> {
        // SAFETY: ids in the tree name branches of the store (invariant 1), of this tree's shape.
        unsafe {
            let layout = Sizes::<K, V, S, P>::BRANCH_LAYOUT;
            Branch::new(self.raw.store.branch(id.get(), layout))
        }
    }

    /// The addresses of an entry's key and value.
    #[inline]
    fn entry(&self, occupied: Occupied<S>) -> (*mut K, *mut V) {
        let Gap { leaf, at } = occupied.before();
        let leaf = self.leaf(leaf);
        // SAFETY: an occupied gap has an entry after it, so `at` is below the leaf's length.
        unsafe { (leaf.key(at), leaf.value(at)) }
    }

    /// The gap after the last entry. In a tree without a root, its leaf is `NIL`.
    #[inline]
    fn last_gap(&self) -> Gap<S> {
        self.raw.last_gap(Sizes::<K, V, S, P>::LEAF_LAYOUT)
    }

    /// The entry after a gap, possibly in the next leaf.
    #[inline]
    fn next_entry(&self, gap: Gap<S>) -> Option<Occupied<S>> {
        self.raw.next_entry(Sizes::<K, V, S, P>::LEAF_LAYOUT, gap)
    }

    /// The entry before a gap, possibly in the previous leaf.
    #[inline]
    fn prev_entry(&self, gap: Gap<S>) -> Option<Occupied<S>> {
        self.raw.prev_entry(Sizes::<K, V, S, P>::LEAF_LAYOUT, gap)
    }
}
