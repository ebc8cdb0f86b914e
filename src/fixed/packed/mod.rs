//! Packed arrays: sorted integers with the levels above them, and their search, one query at a time
//! or many.
//!
//! Knows nothing of keys, values and collections. `layout` is arithmetic, `lane` the search of one
//! node, `view` what a search sees and the search of one query, `batch` that of many, `array` owns
//! it all.

#![allow(
    unsafe_code,
    reason = "nodes are searched by vector instructions, and where they lie is arithmetic"
)]

mod array;
mod batch;
mod lane;
mod layout;
mod view;

pub(super) use array::Array;
pub(super) use batch::{Batch, prefetch_line, run};
pub(super) use lane::{Lane, count_smaller, keys_a_node};
pub(super) use layout::{Levels, separator};
pub(super) use view::{View, step};
