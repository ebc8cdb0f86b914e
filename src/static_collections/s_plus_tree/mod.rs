//! Packed arrays: sorted integers with the levels above them, and their search, one query at a time
//! or many.
//!
//! Knows nothing of keys, values and collections. `layout` is arithmetic, `lane` the search of one
//! node, `array` owns it all and is searched for one query, `batch` is the search for many.

#![allow(
    unsafe_code,
    reason = "nodes are searched by vector instructions, and where they lie is arithmetic"
)]

mod batch;
mod lane;
mod levels;
mod tree;

pub(super) use batch::prefetch_line;
pub use lane::Lane;
pub(super) use lane::{count_smaller, keys_a_node};
pub(super) use levels::{Levels, separator};
pub(super) use tree::{SPlusTree, step};
