//! The iterators and cursors common to all collections, whatever stores the entries.
//!
//! Each collection names the types here as its own: `map::Keys` is [`Projected`] with the
//! [keys](KeyOnly) of the map's `Iter`. The methods that make them are documented there.
//!
//! `entries` is the interface to what stores the entries; `range` and `cursor` are built on it.
//! `projection` shows a part of each entry, `counted` knows the number of remaining entries,
//! `extract` removes entries while iterating, `parts` are for several threads, and `sort` is for
//! entries in any order.
//!
//! `unsafe` is only where addresses of entries become references: in `entries`, `range`, `cursor`
//! and `parts`.

#![deny(unsafe_code)]

mod counted;
mod cursor;
mod entries;
mod extract;
#[cfg(feature = "rayon")]
mod parts;
mod projection;
mod range;
mod sort;

pub use counted::Counted;
pub use cursor::{Cursor, CursorMut};
pub use entries::{CursorMutOf, CursorOf, Entries, Insert, RangeMutOf, RangeOf, Remove};
pub use extract::{ExtractIf, Predicate};
#[cfg(feature = "rayon")]
pub use parts::{Divisible, ParallelInsert, Part, PartMutOf, PartOf, Span};
#[cfg(feature = "rayon")]
pub(crate) use parts::{Lent, Owned};
pub use projection::{
    KeyOnly, KeyValue, Projected, Projection, ProjectionMut, ProjectionWithValue, Remaining,
    ValueOnly,
};
pub use range::{Access, Exclusive, Range, Shared, Walk};
pub(crate) use sort::{OnEqual, is_cached, keep_last, sort, sort_keeping_first};
#[doc(hidden)]
pub use {entries::Passed, range::Address};
