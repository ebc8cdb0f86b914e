//! The B+ tree over a [`Store`] and a [`LeafLayout`]. Knows nothing of maps and sets.
//!
//! All entries are in leaves, which are linked both ways; branches hold separators and children.
//! What orders entries and tells them apart is a [`Policy`]: the key alone, or key and value. The
//! separator between two children is not smaller than any entry of the left one and smaller than
//! every entry of the right one, so an entry that equals a separator is to its left, and a search
//! for the first entry not smaller than a query ends in the leaf that has it or right at that
//! leaf's end.
//!
//! [`Tree`] knows the types of its entries: it searches, and adds and removes entries where that
//! changes one leaf. All that changes more is done by [`RawTree`], which knows sizes only (`raw`,
//! `grow`, `shrink`) and is compiled once for all types.
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
//!    are the slots of their tie-breakers where pairs are searched as integers.
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

/// The B+ tree that holds the entries of a collection. Only a type parameter: it is the third one of
/// [`Map`](crate::map::Map) in a [`BPlusTreeMap`](crate::BPlusTreeMap), and is part of the types of
/// iterators and cursors.
pub struct Tree<K, V, S: Store, P: Policy> {
    raw: RawTree<S>,
    owns: PhantomData<(K, V, P)>,
}

// SAFETY: the tree owns its keys and values, and its nodes are reached through it alone.
unsafe impl<K: Send, V: Send, S: Store, P: Policy> Send for Tree<K, V, S, P> {}
// SAFETY: a shared tree gives out nothing but shared references, and changes nothing.
unsafe impl<K: Sync, V: Sync, S: Store, P: Policy> Sync for Tree<K, V, S, P> {}

impl<K: RefUnwindSafe, V: RefUnwindSafe, S: Store, P: Policy> UnwindSafe for Tree<K, V, S, P> {}
impl<K: RefUnwindSafe, V: RefUnwindSafe, S: Store, P: Policy> RefUnwindSafe for Tree<K, V, S, P> {}
impl<K, V, S: Store, P: Policy> Unpin for Tree<K, V, S, P> {}

/// What a tree's branches hold between two children.
type SeparatorOf<K, V, P> = Separator<K, <P as Policy>::TieBreaker<V>>;

impl<K, V, S: Store, P: Policy> Tree<K, V, S, P> {
    /// What this tree's nodes are like, for code that doesn't know its types.
    const SHAPE: &'static Shape = &Sizes::<K, V, S, P>::SHAPE;

    pub(crate) const fn new() -> Self {
        // Refuses sizes that can't work when a tree is made, not when it first has a node.
        const { Sizes::<K, V, S, P>::SHAPE };
        Tree {
            raw: RawTree::EMPTY,
            owns: PhantomData,
        }
    }

    #[inline]
    fn leaf(&self, id: LeafId<S>) -> Leaf<K, V, S, P> {
        let node = self.raw.leaf_node(id, Sizes::<K, V, S, P>::LEAF_LAYOUT);
        // SAFETY: leaves of this tree are of its shape.
        unsafe { Leaf::new(node, self.raw.small) }
    }

    #[inline]
    fn branch(&self, id: BranchId<S>) -> Branch<K, V, S, P> {
        // SAFETY: ids in the tree are branches of the store (invariant 1), of this tree's shape.
        unsafe {
            let layout = Sizes::<K, V, S, P>::BRANCH_LAYOUT;
            Branch::new(self.raw.store.branch(id.get(), layout))
        }
    }

    /// Where an entry is.
    #[inline]
    fn entry(&self, occupied: Occupied<S>) -> (*mut K, *mut V) {
        let Gap { leaf, at } = occupied.before();
        let leaf = self.leaf(leaf);
        // SAFETY: there is an entry.
        unsafe { (leaf.key(at), leaf.value(at)) }
    }

    /// The gap after the last entry. There is no leaf in a tree without root.
    #[inline]
    fn last_gap(&self) -> Gap<S> {
        self.raw.last_gap(Sizes::<K, V, S, P>::LEAF_LAYOUT)
    }

    /// The entry behind a gap, be it in the next leaf.
    #[inline]
    fn next_entry(&self, gap: Gap<S>) -> Option<Occupied<S>> {
        self.raw.next_entry(Sizes::<K, V, S, P>::LEAF_LAYOUT, gap)
    }

    /// The entry before a gap, be it in the leaf before.
    #[inline]
    fn prev_entry(&self, gap: Gap<S>) -> Option<Occupied<S>> {
        self.raw.prev_entry(Sizes::<K, V, S, P>::LEAF_LAYOUT, gap)
    }
}
