//! Where the nodes of a tree live: a type parameter of each B+ tree collection.
//!
//! [`Slab`], the default, keeps all leaves in one region of memory and all branches in another;
//! [`Heap`] allocates each node by itself.

mod heap;
mod nodes;
mod slab;

pub use heap::Heap;
pub(crate) use nodes::{BranchId, LeafId, Nodes, copied};
pub use slab::Slab;

/// Where the nodes of a tree live.
///
/// This trait is sealed: its implementors are [`Slab`] and [`Heap`].
pub trait Store: Nodes {}
