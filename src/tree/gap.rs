//! Positions in a tree: the gap between two entries, or an entry.
//!
//! Both are plain data: code that keeps one ensures that the tree has not changed since.

use crate::store::{LeafId, Store, copied};

/// The gap before entry `at` of a leaf; `at` may be the leaf's length. In a tree without leaves,
/// the leaf is `NIL`.
pub struct Gap<S: Store> {
    pub(super) leaf: LeafId<S>,
    pub(super) at: usize,
}

copied!([S: Store] Gap<S>, [S: Store] Occupied<S>);

// SAFETY: a number or an address, which only the tree dereferences.
unsafe impl<S: Store> Send for Gap<S> {}
// SAFETY: as above.
unsafe impl<S: Store> Sync for Gap<S> {}

impl<S: Store> PartialEq for Gap<S> {
    fn eq(&self, other: &Self) -> bool {
        self.leaf == other.leaf && self.at == other.at
    }
}

/// A gap with an entry directly after it, in the same leaf.
pub(crate) struct Occupied<S: Store>(Gap<S>);

impl<S: Store> Occupied<S> {
    /// # Safety
    /// The leaf of the gap is live and has an entry `at`, as long as this is used.
    #[inline]
    pub(super) unsafe fn new(gap: Gap<S>) -> Self {
        Occupied(gap)
    }

    /// The gap before the entry.
    #[inline]
    pub(super) fn before(self) -> Gap<S> {
        self.0
    }

    /// The gap after the entry.
    #[inline]
    pub(super) fn after(self) -> Gap<S> {
        let Gap { leaf, at } = self.0;
        Gap { leaf, at: at + 1 }
    }
}
