//! Stores: where the nodes of a tree are. The store is a type parameter of each B+ tree collection.
//!
//! [`Slab`], the default, keeps all leaves in one region of memory and all branches in another;
//! [`Heap`] allocates each node separately.

mod heap;
mod nodes;
mod slab;

pub use heap::Heap;
pub(crate) use nodes::{BranchId, LeafId, Nodes, copied};
pub use slab::Slab;

/// A store for the nodes of a tree.
///
/// This trait is sealed: its implementors are [`Slab`] and [`Heap`].
pub trait Store: Nodes {}
