//! What the iterators and cursors of all collections have in common, whatever the entries live in.
//!
//! Collections name the types here as theirs: `map::Keys` is [`Projected`] the [keys](KeyOnly) of
//! the map's `Iter`. Which methods make them is said there.
//!
//! `entries` is what all of it asks of what the entries live in, and `range` and `cursor` what
//! follows from that; `projection` shows a part of each entry; `counted` knows how many are left;
//! `extract` removes on the way; `parts` are for several threads; `sort` is for entries that come
//! in any order.
//!
//! `unsafe` stands where addresses of entries become references: in `entries`, `range`, `cursor`
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
pub use entries::{CursorMutOf, CursorOf, Entries, Insert, Passed, RangeMutOf, RangeOf, Remove};
pub use extract::{ExtractIf, Predicate};
#[cfg(feature = "rayon")]
pub use parts::{Divisible, Part, PartMutOf, PartOf, Span};
#[cfg(feature = "rayon")]
pub(crate) use parts::{Owned, lend};
pub use projection::{
    KeyOnly, KeyValue, Projected, Projection, ProjectionMut, ProjectionWithValue, Remaining,
    ValueOnly,
};
pub use range::{Access, Address, Exclusive, Range, Shared, Walk};
pub(crate) use sort::{keep_last, sort};
