//! The path from the root to a leaf. Nodes have no parent links, so it is found again when a leaf
//! splits or runs low. A path is valid until a branch on it changes.

use alloc::vec::Vec;

use crate::store::{BranchId, Store, copied};

/// A branch, and the slot of its child that the path takes.
pub(super) struct Step<S: Store> {
    pub(super) branch: BranchId<S>,
    pub(super) slot: usize,
}

copied!([S: Store] Step<S>);

/// The steps from the root down, without the leaf.
pub(super) type Path<S> = Vec<Step<S>>;
