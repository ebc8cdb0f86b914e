//! The cache-oblivious map: entries in one array with gaps, found through a search tree that suits
//! every size of cache lines and pages.
//!
//! It is a [`Map`] over a `table`: the entries are in a packed-memory array (`packed_memory_array`)
//! and are found through an index over its segments (`separators`) in van Emde Boas order (`veb`).
//! `names` gives the resulting types std's names.

#![deny(unsafe_code)]

mod names;
mod packed_memory_array;
mod separators;
mod table;
#[doc(hidden)]
pub mod veb;

use crate::map::Map;

pub use packed_memory_array::{Gap, Walk};
pub use table::Table;

pub use crate::error::{RangeError, UnorderedKeyError, UnsortedError};
pub use names::{
    Cursor, CursorMut, Entry, ExtractIf, IntoIter, IntoKeys, IntoValues, Iter, IterMut, Keys,
    OccupiedEntry, OccupiedError, Range, RangeMut, VacantEntry, Values, ValuesMut,
};

/// An ordered map that keeps its entries in one array, in the order of their keys.
///
/// It is a [`Map`], as is [`BPlusTreeMap`](crate::BPlusTreeMap), and has the same methods and
/// traits. They include those of [`std::collections::BTreeMap`]: cursors, neighbours, checked
/// ranges and all.
///
/// # What it is
///
/// The array is a packed-memory array: it is divided into segments with free slots in each, so that
/// inserting an entry moves only a few others. Where a segment gets too full or too empty, entries
/// are spread evenly over a window around it, large windows far more rarely than small ones.
///
/// Next to the array is an index of its segments: a static search tree in van Emde Boas order,
/// which cuts a tree of height *h* into trees of height *h* / 2, each contiguous in memory, and
/// cuts those in turn. That makes the map cache-oblivious: a search touches few cache lines and few
/// pages, whatever their size, and there is no node size to tune.
///
/// | | costs |
/// |---|---|
/// | look up | O(log n) comparisons in O(log_B n) cache lines, for lines of B keys and every B |
/// | iterate | as through an array: memory is read front to back |
/// | insert, remove | a search, then O(log² n) entries moved, amortized; O(n) in the worst case |
/// | [`retain`], [`from_sorted_iter`] | O(n): one pass |
/// | [`append`] | one pass; many entries that go into the same gap cost as much as insertions |
///
/// # When to use it
///
/// When much of the time is spent on iteration over the whole map or over ranges, and when changes
/// come in bulk: collect the new entries into a map and [`append`] it. Insertions in random order
/// take about as long as in a `BPlusTreeMap`, ascending ones longer. The cost of a single insertion
/// varies between nothing and moving all entries, when the array grows. There is nothing to tune:
/// the segment size follows the size of the map.
///
/// # `K: Ord` suffices
///
/// Methods that insert do not require `K: Clone`; std's do not either, but those of `BPlusTreeMap`
/// do. The index copies only keys of plain integer types; other keys are compared in place.
///
/// # Threads
///
/// Methods that change the map take `&mut self`, those that read it `&self`; the map is `Send` and
/// `Sync` if keys and values are. It cannot be read during a change, which may move the very
/// entries that are being read. A lock inside the map would be a cost for everyone who does not
/// share it; to share a map that changes, put it into an `RwLock`.
///
/// # Order and panics
///
/// The order of a key relative to the others must not change while it is in the map, and `Ord` must
/// be a total order. Otherwise results are unspecified (wrong results, panics, leaks), but the
/// behaviour is never undefined. If `Ord`, `Clone`, `Drop` or a closure panics inside a method, the
/// map remains usable.
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

/// Constructors.
impl<K, V> CacheObliviousMap<K, V> {
    /// Makes a new, empty map. Does not allocate. O(1).
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

    /// Makes a new, empty map with room for at least `capacity` entries.
    ///
    /// # Panics
    ///
    /// Panics if the capacity exceeds the address space.
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
