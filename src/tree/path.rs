//! The way from the root to a leaf: found again when a leaf splits or runs low, as nodes know no
//! parents.

use alloc::vec::Vec;

use crate::store::{BranchId, Store, copied};

/// A branch, and the child of it that the path takes.
pub(super) struct Step<S: Store> {
    pub(super) branch: BranchId<S>,
    pub(super) slot: usize,
}

copied!([S: Store] Step<S>);

/// The steps from the root down; the leaf itself is not among them.
pub(super) type Path<S> = Vec<Step<S>>;
