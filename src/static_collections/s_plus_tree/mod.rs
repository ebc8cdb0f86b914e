//! Packed arrays: sorted integers with the levels above them, and the search for one query or for
//! many.
//!
//! Independent of keys, values and collections. `levels` is index arithmetic, `lane` the search of
//! one node, `tree` owns the arrays and searches for one query, `batch` searches for many.

#![allow(
    unsafe_code,
    reason = "nodes are searched with vector instructions at computed offsets"
)]

mod batch;
mod lane;
mod levels;
mod tree;

pub(super) use batch::prefetch_line;
pub use lane::Lane;
pub(super) use lane::{count_smaller, keys_per_node};
pub(super) use levels::{Levels, separator};
pub(super) use tree::{SPlusTree, step};
