//! The cache-oblivious map: entries in one array with gaps, found by a search tree that suits every
//! size of cache lines and pages.
//!
//! It is a [`Map`] over a `table`: the entries in a packed-memory array (`packed`), found by way of
//! an index over its segments (`index`) in van Emde Boas order (`veb`). `names` are std's for what
//! follows from it.

#![deny(unsafe_code)]

mod names;
mod packed_memory_array;
mod separators;
mod table;
pub mod veb;

use crate::map::Map;

pub use packed_memory_array::{Gap, Walk};
pub use table::Table;

pub use crate::error::{RangeError, UnorderedKeyError, UnsortedError};
pub use names::{
    Cursor, CursorMut, Entry, ExtractIf, IntoIter, IntoKeys, IntoValues, Iter, IterMut, Keys,
    OccupiedEntry, OccupiedError, Range, RangeMut, VacantEntry, Values, ValuesMut,
};

/// An ordered map whose entries stand in one array, in the order of their keys.
///
/// It has the methods and traits of [`BPlusTreeMap`](crate::BPlusTreeMap), as both are a [`Map`],
/// and with them those of [`std::collections::BTreeMap`]: cursors, neighbours, checked ranges and
/// all.
///
/// # What it is
///
/// The array is a packed-memory array: it is cut into segments with free room in each, so that an
/// entry is put in its place by moving a few others. Where a segment gets too full or too empty,
/// entries are spread evenly over a stretch around it, long stretches far more rarely than short
/// ones.
///
/// Beside the array stands an index of its segments: a static search tree in van Emde Boas order,
/// which cuts a tree of height *h* into trees of height *h* / 2, each in one piece of memory, and
/// those in turn. That makes the map cache-oblivious: a search touches few cache lines and few
/// pages, however large they are, and there is no size of nodes to tune.
///
/// | | costs |
/// |---|---|
/// | look up | O(log n) comparisons, in O(log_B n) cache lines for a line of B keys, any B |
/// | walk | as through an array: memory is read front to back |
/// | insert, remove | a search, then O(log² n) entries moved, amortized; O(n) at worst |
/// | [`retain`], [`from_sorted_iter`] | O(n): one pass |
/// | [`append`] | one pass, unless many entries come to the same place: these as by insertion |
///
/// # When to take it
///
/// When much of the time goes into walking, all of it or ranges, and when changes come in bulk:
/// collect what is new into a map and [`append`] it. Insertions in random order take about as long
/// as in a `BPlusTreeMap`, ascending ones longer; and a single insertion costs anything between
/// nothing and moving all entries, when the array grows. There is nothing to tune: segments follow
/// the size of the map.
///
/// # `K: Ord` suffices
///
/// Methods that insert ask for no `K: Clone`, as std's and other than those of `BPlusTreeMap`. The
/// index copies only keys of plain integer types; other keys are compared where they stand.
///
/// # Threads
///
/// Methods that change take `&mut self`, those that read `&self`; the map is `Send` and `Sync`
/// where keys and values are. There is no reading during a change, as a change may move the very
/// entries that are being read. A lock inside the map would be paid for by everyone who shares it
/// with nobody; to share a map that changes, put it into an `RwLock`.
///
/// # Order and panics
///
/// A key must not change its place in the order while it is in the map, and `Ord` must be a total
/// order. If it is not, results are unspecified (wrong answers, panics, leaks) but never undefined
/// behaviour. If `Ord`, `Clone`, `Drop` or a closure panics inside a method, the map remains
/// usable.
///
/// # Examples
///
/// ```
/// use leafwise::CacheObliviousMap;
///
/// let mut rates = CacheObliviousMap::from([(20_240_102, 1.0956), (20_240_104, 1.0953)]);
/// rates.insert(20_240_103, 1.0919);
///
/// // A day's batch, in one pass.
/// let mut batch = CacheObliviousMap::from([(20_240_105, 1.0921), (20_240_108, 1.0946)]);
/// rates.append(&mut batch);
///
/// assert_eq!(rates.get(&20_240_103), Some(&1.0919));
/// assert_eq!(rates.range(20_240_104..).count(), 3);
/// assert_eq!(rates.floor(&20_240_107), Some((&20_240_105, &1.0921)));
/// ```
///
/// [`append`]: Self::append
/// [`retain`]: Self::retain
/// [`from_sorted_iter`]: Self::from_sorted_iter
/// [`std::collections::BTreeMap`]: https://doc.rust-lang.org/std/collections/struct.BTreeMap.html
pub type CacheObliviousMap<K, V> = Map<K, V, Table<K, V>>;

/// Making a map.
impl<K, V> CacheObliviousMap<K, V> {
    /// Makes an empty map. Allocates nothing. O(1).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::CacheObliviousMap;
    ///
    /// let mut map = CacheObliviousMap::new();
    /// map.insert(1, "a");
    /// ```
    #[must_use]
    pub const fn new() -> Self {
        Map::over(Table::new())
    }

    /// Makes an empty map with room for `capacity` entries.
    ///
    /// # Panics
    ///
    /// Panics if the room exceeds what can be addressed.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::CacheObliviousMap;
    ///
    /// let mut map = CacheObliviousMap::with_capacity(1000);
    /// assert!(map.memory_usage() >= 1000 * size_of::<i32>());
    /// map.extend((0..1000).map(|key| (key, key)));
    /// ```
    #[must_use]
    pub fn with_capacity(capacity: usize) -> Self {
        let mut map = Self::new();
        map.reserve(capacity);
        map
    }
}
