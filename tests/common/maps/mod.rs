//! Checks of a map, written once for all of the library's maps.

pub(crate) mod acts;
pub(crate) mod forgotten;
pub(crate) mod kinds;
pub(crate) mod liars;
pub(crate) mod ordered;
pub(crate) mod traps;

pub(crate) use ordered::{Entry, Item, Kind, Map, MapCursor, MapCursorMut, MapEntry, Oblivious};
pub(crate) use ordered::{OccupiedEntry, OrderedMap, VacantEntry};
