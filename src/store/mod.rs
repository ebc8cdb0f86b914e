//! Stores: where the nodes of a tree are. The store is a type parameter of each B+ tree collection.
//!
//! [`Slab`], the default, keeps all leaves in one region of memory and all branches in another;
//! [`Heap`] allocates each node separately. [`Hybrid`] does so with leaves alone; [`Generational`]
//! is a slab that checks each reach of a node.

mod generational;
mod heap;
mod hybrid;
mod nodes;
mod region;
mod slab;

pub use generational::Generational;
pub use heap::Heap;
pub use hybrid::Hybrid;
pub(crate) use nodes::{BranchId, LeafId, Nodes, copied};
pub use slab::Slab;

/// A store for the nodes of a tree.
///
/// This trait is sealed: its implementors are [`Slab`], [`Heap`], [`Hybrid`] and
/// [`Generational`].
pub trait Store: Nodes {}
