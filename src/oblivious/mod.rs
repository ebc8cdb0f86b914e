//! The cache-oblivious map: entries in one array with gaps, found by a search tree that suits every
//! size of cache lines and pages.
//!
//! Where to find what: `map` constructs, looks up and changes; `build` makes maps from iterators;
//! `cursor` are the cursors, `entry` is the entry API on them; `iter` and `range` are what walks;
//! `traits` are the impls of std's traits. All that stands on `table`: the entries in a
//! packed-memory array (`packed`), found by way of an index over its segments (`index`) in van Emde
//! Boas order (`veb`).

#![deny(unsafe_code)]

mod build;
mod cursor;
mod entry;
mod index;
mod iter;
mod map;
mod packed;
mod range;
mod table;
mod traits;
pub mod veb;

pub use crate::bounds::RangeError;
pub use crate::tree::{UnorderedKeyError, UnsortedError};
pub use cursor::{Cursor, CursorMut};
pub use entry::{Entry, OccupiedEntry, OccupiedError, VacantEntry};
pub use iter::{ExtractIf, IntoKeys, IntoValues, Keys, Values, ValuesMut};
pub use map::CacheObliviousMap;
pub use range::{IntoIter, Iter, IterMut, Range, RangeMut};
