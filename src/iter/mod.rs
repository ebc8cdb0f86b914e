//! What the iterators and cursors of all collections have in common, whatever the entries live in.
//!
//! Collections name the types here as theirs: `map::Keys` is [`Only`] the [`Key`]s of the map's
//! `Iter`. Which methods make them is said there.
//!
//! `halves` shows one half of each entry; `counted` knows how many are left; `extract` removes on
//! the way; `gap` is what both that and the entry API ask of a cursor.

#![deny(unsafe_code)]

mod counted;
mod extract;
mod gap;
mod halves;

pub use counted::Counted;
pub use extract::ExtractIf;
pub(crate) use extract::Extraction;
pub(crate) use gap::{EditGap, FillGap, ReadGap};
pub use halves::{Half, Key, Only, Rest, Value};
