//! The ordered map: what `std::collections::BTreeMap` offers, over several ways to store entries.
//!
//! Thin on purpose: a method here names the operation, follows std's decisions (which of equal keys
//! is kept, when a range panics), and leaves the work to the back end. Nothing here depends on
//! nodes.
//!
//! Where to find what: this file constructs, measures and iterates; `build` makes maps from
//! iterators; `entry` is the entry API; `insert`, `lookup`, `range` and `remove` are the operations
//! of these names; `traits` are the impls of std's traits; `names` are std's names for the types of
//! the B+ tree.

#![deny(unsafe_code)]

mod batch;
mod build;
mod convert;
pub mod entry;
mod insert;
mod lookup;
mod names;
mod range;
mod remove;
mod traits;

use core::marker::PhantomData;

use crate::iter::{
    Counted, CursorMutOf, Entries, KeyOnly, Projected, RangeMutOf, RangeOf, ValueOnly,
};
use crate::layout::{LeafLayout, StructOfArrays};
use crate::store::{Slab, Store};

pub use crate::error::{RangeError, UnorderedKeyError, UnsortedError};
pub use crate::tree::{Gap, Policy, Tree, Walk};
pub(crate) use batch::Results;
pub use entry::Entry;
pub use names::{
    Cursor, CursorMut, ExtractIf, IntoIter, IntoKeys, IntoValues, Iter, IterMut, Keys,
    OccupiedEntry, OccupiedError, Range, RangeMut, VacantEntry, Values, ValuesMut,
};

/// An ordered map from `K` to `V`, with the methods and traits of std's `BTreeMap`.
///
/// `B` stores the entries and has no public name; there are two maps:
/// - [`BPlusTreeMap`], a B+ tree: keys are `Ord`, and `Clone` for insertion;
/// - [`CacheObliviousMap`](crate::CacheObliviousMap), one array with gaps: keys are `Ord`.
///
/// Methods and traits are the same for both. The examples use a [`BPlusTreeMap`], and hold for
/// both.
///
/// # What methods cost
///
/// The costs given for each method hold for both maps, with one exception: when an entry is
/// inserted or removed, a cache-oblivious map also moves others, O(log² n) of them amortized, and
/// O(n) in the worst case.
pub struct Map<K, V, B = Tree<K, V, Slab, StructOfArrays>> {
    pub(crate) raw: B,
    entries: PhantomData<fn() -> (K, V)>,
}

/// An ordered map in a B+ tree: all entries are in linked leaves, with an index above them.
///
/// It has the methods and traits of [`std::collections::BTreeMap`] under the same names with the
/// same meaning, so that it can replace it. In addition it has cursors ([`lower_bound`],
/// [`upper_bound_mut`], ...), neighbours ([`floor`], [`ceiling`], [`lower`], [`higher`]),
/// [`remove_range`], [`from_sorted_iter`], [`try_insert`], and ranges that return an error instead
/// of panicking ([`range_checked`]).
///
/// # The difference from std: `K: Clone`
///
/// Methods that insert, and `split_off`, require `K: Ord + Clone`. The index above the leaves holds
/// keys of its own, the separators, which mark where one leaf ends and the next begins; when a leaf
/// splits, its separator is a clone of a key. Looking up, iterating and removing require `K: Ord`
/// or less, as in std. A key is cloned about once per leaf, not once per insertion.
///
/// # Store and layout
///
/// `S` is the [store](crate::store) of the nodes, [`Slab`] if none is named. `L` is the layout of a
/// leaf in memory: [`StructOfArrays`] (keys, then values; the default) or
/// [`ArrayOfStructs`](crate::layout::ArrayOfStructs). The defaults are right unless a measurement
/// says otherwise. [`new`](Self::new) makes a map of the defaults, [`empty`](Self::empty) and
/// [`Default`] make one of any.
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
/// use leafwise::BPlusTreeMap;
///
/// let mut stock = BPlusTreeMap::new();
/// stock.insert("pear", 3);
/// stock.insert("apple", 7);
/// *stock.entry("plum").or_insert(0) += 2;
///
/// assert_eq!(stock.get("apple"), Some(&7));
/// assert_eq!(stock.range("b"..).next(), Some((&"pear", &3)));
/// assert!(stock.keys().eq(&["apple", "pear", "plum"]));
/// ```
///
/// [`lower_bound`]: Self::lower_bound
/// [`upper_bound_mut`]: Self::upper_bound_mut
/// [`floor`]: Self::floor
/// [`ceiling`]: Self::ceiling
/// [`lower`]: Self::lower
/// [`higher`]: Self::higher
/// [`remove_range`]: Self::remove_range
/// [`from_sorted_iter`]: Self::from_sorted_iter
/// [`try_insert`]: Self::try_insert
/// [`range_checked`]: Self::range_checked
/// [`std::collections::BTreeMap`]: https://doc.rust-lang.org/std/collections/struct.BTreeMap.html
pub type BPlusTreeMap<K, V, S = Slab, L = StructOfArrays> = Map<K, V, Tree<K, V, S, L>>;

impl<K, V, B> Map<K, V, B> {
    pub(crate) const fn over(raw: B) -> Self {
        let entries = PhantomData;
        Map { raw, entries }
    }
}

/// Constructors for the default store and layout, which need not be named.
impl<K, V> BPlusTreeMap<K, V> {
    /// Makes a new, empty map. Does not allocate. O(1).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let mut map = BPlusTreeMap::new();
    /// map.insert(1, "a");
    /// ```
    #[must_use]
    pub const fn new() -> Self {
        Self::empty()
    }

    /// Makes a new, empty map with room for at least `capacity` entries, in nodes as full as
    /// insertions in random order leave them.
    ///
    /// # Panics
    ///
    /// Panics if the capacity exceeds the address space.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let mut map = BPlusTreeMap::with_capacity(1000);
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

/// The constructor for any store and layout.
impl<K, V, S: Store, L: LeafLayout> BPlusTreeMap<K, V, S, L> {
    /// Makes a new, empty map of any store and layout. Does not allocate. O(1).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::layout::ArrayOfStructs;
    /// use leafwise::store::Heap;
    /// use leafwise::BPlusTreeMap;
    ///
    /// let mut map: BPlusTreeMap<u64, u64, Heap, ArrayOfStructs> = BPlusTreeMap::empty();
    /// map.insert(1, 1);
    /// ```
    #[must_use]
    pub const fn empty() -> Self {
        Map::over(Tree::new())
    }
}

/// Measuring and iterating: nothing here requires an order.
impl<K, V, B: Entries<Key = K, Value = V>> Map<K, V, B> {
    /// Clears the map, removing all entries. O(n) if keys or values need to be dropped.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let mut map = BPlusTreeMap::from([(1, "a")]);
    /// map.clear();
    /// assert!(map.is_empty());
    /// ```
    pub fn clear(&mut self) {
        self.raw.clear();
    }

    /// The number of entries. O(1).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// assert_eq!(BPlusTreeMap::from([(1, "a"), (2, "b")]).len(), 2);
    /// ```
    #[must_use]
    pub fn len(&self) -> usize {
        self.raw.len()
    }

    /// Returns `true` if the map contains no entries. O(1).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let mut map = BPlusTreeMap::new();
    /// assert!(map.is_empty());
    /// map.insert(1, "a");
    /// assert!(!map.is_empty());
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the entry with the smallest key.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let map = BPlusTreeMap::from([(2, "b"), (1, "a")]);
    /// assert_eq!(map.first_key_value(), Some((&1, &"a")));
    /// ```
    #[must_use]
    pub fn first_key_value(&self) -> Option<(&K, &V)> {
        self.raw.first()
    }

    /// Returns the entry with the greatest key.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let map = BPlusTreeMap::from([(2, "b"), (1, "a")]);
    /// assert_eq!(map.last_key_value(), Some((&2, &"b")));
    /// ```
    #[must_use]
    pub fn last_key_value(&self) -> Option<(&K, &V)> {
        self.raw.last()
    }

    /// Returns the entry with the smallest key for in-place manipulation. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let mut map = BPlusTreeMap::from([(1, 10), (2, 20)]);
    /// *map.first_entry().unwrap().get_mut() += 1;
    /// assert_eq!(map[&1], 11);
    /// ```
    pub fn first_entry(&mut self) -> Option<entry::OccupiedEntry<'_, K, V, CursorMutOf<'_, B>>> {
        let mut cursor = self.raw.start_mut();
        cursor.peek_next()?;
        Some(entry::OccupiedEntry::new(cursor))
    }

    /// Returns the entry with the greatest key for in-place manipulation. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let mut map = BPlusTreeMap::from([(1, "a"), (2, "b")]);
    /// assert_eq!(map.last_entry().unwrap().remove(), "b");
    /// assert_eq!(map.len(), 1);
    /// ```
    pub fn last_entry(&mut self) -> Option<entry::OccupiedEntry<'_, K, V, CursorMutOf<'_, B>>> {
        let mut cursor = self.raw.end_mut();
        cursor.prev()?;
        Some(entry::OccupiedEntry::new(cursor))
    }

    /// Returns a double-ended iterator over all entries, in ascending order. Amortized O(1) per
    /// entry.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let map = BPlusTreeMap::from([(2, "b"), (1, "a")]);
    /// assert_eq!(map.iter().next(), Some((&1, &"a")));
    /// assert_eq!(map.iter().next_back(), Some((&2, &"b")));
    /// ```
    pub fn iter(&self) -> Counted<RangeOf<'_, B>> {
        self.raw.iter()
    }

    /// Returns an iterator over all entries, in ascending order, with mutable values. Amortized
    /// O(1) per entry.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let mut map = BPlusTreeMap::from([(1, 10), (2, 20)]);
    /// for (key, value) in map.iter_mut() {
    ///     *value += key;
    /// }
    /// assert_eq!(map, BPlusTreeMap::from([(1, 11), (2, 22)]));
    /// ```
    pub fn iter_mut(&mut self) -> Counted<RangeMutOf<'_, B>> {
        self.raw.iter_mut()
    }

    /// Returns an iterator over all keys, in ascending order. Amortized O(1) per key.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let map = BPlusTreeMap::from([(2, "b"), (1, "a")]);
    /// assert!(map.keys().eq(&[1, 2]));
    /// ```
    pub fn keys(&self) -> Projected<KeyOnly, Counted<RangeOf<'_, B>>> {
        Projected::new(self.iter())
    }

    /// Returns an iterator over all values, in the order of their keys. Amortized O(1) per value.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let map = BPlusTreeMap::from([(2, "b"), (1, "a")]);
    /// assert!(map.values().eq(&["a", "b"]));
    /// ```
    pub fn values(&self) -> Projected<ValueOnly, Counted<RangeOf<'_, B>>> {
        Projected::new(self.iter())
    }

    /// Returns an iterator over mutable references to all values, in the order of their keys.
    /// Amortized O(1) per value.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let mut map = BPlusTreeMap::from([(1, 10), (2, 20)]);
    /// map.values_mut().for_each(|value| *value *= 2);
    /// assert!(map.values().eq(&[20, 40]));
    /// ```
    pub fn values_mut(&mut self) -> Projected<ValueOnly, Counted<RangeMutOf<'_, B>>> {
        Projected::new(self.iter_mut())
    }

    /// Consumes the map and returns an iterator over its keys, in ascending order.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let map = BPlusTreeMap::from([(2, "b"), (1, "a")]);
    /// assert!(map.into_keys().eq([1, 2]));
    /// ```
    pub fn into_keys(self) -> Projected<KeyOnly, B::IntoIter> {
        Projected::new(self.into_iter())
    }

    /// Consumes the map and returns an iterator over its values, in the order of their keys.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let map = BPlusTreeMap::from([(2, "b"), (1, "a")]);
    /// assert!(map.into_values().eq(["a", "b"]));
    /// ```
    pub fn into_values(self) -> Projected<ValueOnly, B::IntoIter> {
        Projected::new(self.into_iter())
    }

    /// Reserves room for at least `additional` more entries; in a B+ tree, in nodes as full as
    /// insertions in random order leave them.
    ///
    /// # Panics
    ///
    /// Panics if the capacity exceeds the address space.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let mut map = BPlusTreeMap::from([(0, 0)]);
    /// map.reserve(1000);
    /// map.extend((1..=1000).map(|key| (key, key)));
    /// ```
    pub fn reserve(&mut self, additional: usize) {
        self.raw.reserve(additional);
    }

    /// The number of bytes that the map has allocated: nodes or an array with their free slots, and
    /// free nodes.
    ///
    /// Not included: the map's own `size_of`, and memory that keys and values own.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let mut map = BPlusTreeMap::new();
    /// assert_eq!(map.memory_usage(), 0);
    /// map.insert(1, "a");
    /// assert!(map.memory_usage() > 0);
    /// ```
    #[must_use]
    pub fn memory_usage(&self) -> usize {
        self.raw.memory_usage()
    }

    /// Frees memory that the entries do not need; a B+ tree also puts its leaves in the order of
    /// their keys. O(n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let mut map: BPlusTreeMap<_, _> = (0..1000).map(|key| (key, key)).collect();
    /// map.retain(|key, _| key % 10 == 0);
    /// let before = map.memory_usage();
    /// map.shrink_to_fit();
    /// assert!(map.memory_usage() < before);
    /// ```
    pub fn shrink_to_fit(&mut self) {
        self.raw.shrink_to_fit();
    }
}
