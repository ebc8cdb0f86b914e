//! The ordered map: what `std::collections::BTreeMap` offers, over what entries can be kept in.
//!
//! Thin on purpose: a method here names what is wanted, decides what std has decided (who wins
//! among equal keys, when a range panics), and leaves the work to the back end. Nothing here knows
//! nodes.
//!
//! Where to find what: this file constructs, looks up and changes; `build` makes maps from
//! iterators; `entry` is the entry API; `traits` are the impls of std's traits; `names` are
//! those of std for what the B+ tree has.

#![deny(unsafe_code)]

mod build;
pub mod entry;
mod names;
mod traits;

use core::borrow::Borrow;
use core::marker::PhantomData;
use core::ops::{Bound, RangeBounds};

use crate::bounds;
use crate::iter::{
    self, Counted, CursorMutOf, CursorOf, Entries, Insert, Key, Only, RangeMutOf, RangeOf, Remove,
    Value,
};
use crate::leaf::{Layout, Split};
use crate::store::{Slab, Store};
use crate::tree::Tree;

pub use crate::error::{RangeError, UnorderedKeyError, UnsortedError};
pub use entry::Entry;
pub use names::{
    Cursor, CursorMut, ExtractIf, IntoIter, IntoKeys, IntoValues, Iter, IterMut, Keys,
    OccupiedEntry, OccupiedError, Range, RangeMut, VacantEntry, Values, ValuesMut,
};

/// An ordered map from `K` to `V`, with the methods and traits of std's `BTreeMap`.
///
/// What entries are kept in is `B`, which has no name of its own; these are the maps that there
/// are:
/// - [`BPlusTreeMap`], a B+ tree: keys are `Ord`, and `Clone` where they are inserted;
/// - [`CacheObliviousMap`](crate::CacheObliviousMap), one array with gaps: keys are `Ord`.
///
/// Methods and traits are the same for both, and the examples, which are about a [`BPlusTreeMap`],
/// hold for both.
///
/// # What methods cost
///
/// What is said of each method holds for both maps, but for one thing: where an entry is inserted
/// or removed, a cache-oblivious map also moves others, O(log² n) of them amortized, and O(n) at
/// worst.
pub struct Map<K, V, B = Tree<K, V, Slab, Split>> {
    pub(crate) raw: B,
    entries: PhantomData<fn() -> (K, V)>,
}

/// An ordered map in a B+ tree: all entries stand in linked leaves, an index stands above them.
///
/// It has the methods and traits of [`std::collections::BTreeMap`] under the same names with the
/// same meaning, so that it can take its place. Beyond them there are cursors ([`lower_bound`],
/// [`upper_bound_mut`], ...), neighbours ([`floor`], [`ceiling`], [`lower`], [`higher`]),
/// [`remove_range`], [`from_sorted_iter`], [`try_insert`], and ranges that return an error instead
/// of panicking ([`range_checked`]).
///
/// # The one difference from std: `K: Clone`
///
/// Methods that insert ask for `K: Ord + Clone`. The index above the leaves holds keys of its own,
/// the separators, which say where one leaf ends and the next begins; when a leaf splits, its
/// separator is a clone of a key. Looking up, walking and removing ask for `K: Ord` or less, as in
/// std. A key is cloned about once a leaf, not once an insertion.
///
/// # Where entries live
///
/// `S` says where nodes live: [`Slab`] (the default) or [`Heap`](crate::Heap). `L` says how a leaf
/// lies in memory: [`Split`] (keys, then values; the default) or [`Pairs`](crate::Pairs). The
/// defaults are right unless a measurement says otherwise. [`new`](Self::new) makes a map of the
/// defaults, [`new_in`](Self::new_in) and [`Default`] make one of any.
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
pub type BPlusTreeMap<K, V, S = Slab, L = Split> = Map<K, V, Tree<K, V, S, L>>;

impl<K, V, B> Map<K, V, B> {
    pub(crate) const fn over(raw: B) -> Self {
        let entries = PhantomData;
        Map { raw, entries }
    }
}

/// Making a map of the default store and layout, without naming them.
impl<K, V> BPlusTreeMap<K, V> {
    /// Makes an empty map. Allocates nothing. O(1).
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
        Self::new_in()
    }

    /// Makes an empty map with room for `capacity` entries, in nodes as full as inserting in random
    /// order leaves them.
    ///
    /// # Panics
    ///
    /// Panics if the room exceeds what can be addressed.
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

    /// Makes an empty map whose leaves hold `LEAF` entries and whose branches have `BRANCH`
    /// children, in place of the sizes that follow from the types. O(1).
    ///
    /// Meant for tests and measurements. `LEAF` is at least 2, `BRANCH` at least 4 (0 means: follow
    /// the types); anything else does not compile.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let mut map = BPlusTreeMap::<u64, u64>::with_nodes::<4, 4>();
    /// map.insert(1, 1);
    /// ```
    #[must_use]
    pub const fn with_nodes<const LEAF: usize, const BRANCH: usize>()
    -> BPlusTreeMap<K, V, Slab, Split<LEAF, BRANCH>> {
        BPlusTreeMap::new_in()
    }
}

/// Making a map of any store and layout.
impl<K, V, S: Store, L: Layout> BPlusTreeMap<K, V, S, L> {
    /// Makes an empty map of any store and layout. Allocates nothing. O(1).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::{BPlusTreeMap, Heap, Pairs};
    ///
    /// let mut map: BPlusTreeMap<u64, u64, Heap, Pairs> = BPlusTreeMap::new_in();
    /// map.insert(1, 1);
    /// ```
    #[must_use]
    pub const fn new_in() -> Self {
        Map::over(Tree::new())
    }
}

/// Measuring and walking: nothing here needs an order.
impl<K, V, B: Entries<Key = K, Value = V>> Map<K, V, B> {
    /// Removes all entries. O(n) if keys or values need to be dropped.
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

    /// Whether there are no entries. O(1).
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

    /// The entry with the smallest key.
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

    /// The entry with the greatest key.
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

    /// The smallest entry, for changing or removing it in place. O(log n).
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

    /// The greatest entry, for changing or removing it in place. O(log n).
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

    /// All entries in ascending order, double-ended. Amortized O(1) an entry.
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

    /// All entries in ascending order, with the values open to change. Amortized O(1) an entry.
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

    /// All keys in ascending order. Amortized O(1) a key.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let map = BPlusTreeMap::from([(2, "b"), (1, "a")]);
    /// assert!(map.keys().eq(&[1, 2]));
    /// ```
    pub fn keys(&self) -> Only<Key, Counted<RangeOf<'_, B>>> {
        Only::new(self.iter())
    }

    /// All values, in the order of their keys. Amortized O(1) a value.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let map = BPlusTreeMap::from([(2, "b"), (1, "a")]);
    /// assert!(map.values().eq(&["a", "b"]));
    /// ```
    pub fn values(&self) -> Only<Value, Counted<RangeOf<'_, B>>> {
        Only::new(self.iter())
    }

    /// All values, in the order of their keys, open to change. Amortized O(1) a value.
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
    pub fn values_mut(&mut self) -> Only<Value, Counted<RangeMutOf<'_, B>>> {
        Only::new(self.iter_mut())
    }

    /// Consumes the map for its keys in ascending order.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let map = BPlusTreeMap::from([(2, "b"), (1, "a")]);
    /// assert!(map.into_keys().eq([1, 2]));
    /// ```
    pub fn into_keys(self) -> Only<Key, B::IntoIter> {
        Only::new(self.into_iter())
    }

    /// Consumes the map for its values, in the order of their keys.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let map = BPlusTreeMap::from([(2, "b"), (1, "a")]);
    /// assert!(map.into_values().eq(["a", "b"]));
    /// ```
    pub fn into_values(self) -> Only<Value, B::IntoIter> {
        Only::new(self.into_iter())
    }

    /// Makes room for `additional` more entries; in a B+ tree in nodes as full as inserting in
    /// random order leaves them.
    ///
    /// # Panics
    ///
    /// Panics if the room exceeds what can be addressed.
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

    /// The bytes that the map has allocated: nodes or an array with their free slots, and nodes
    /// that are free.
    ///
    /// Not counted: the map's own `size_of`, and what keys and values own elsewhere.
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

    /// Gives back memory that the entries do not need; a B+ tree puts leaves in the order of their
    /// keys.
    /// O(n).
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

/// Looking up.
impl<K, V, B: Entries<Key = K, Value = V>> Map<K, V, B> {
    /// The value of `key`. O(log n).
    ///
    /// The key may be given in any borrowed form that is ordered as the key itself is.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let map = BPlusTreeMap::from([("a".to_string(), 1)]);
    /// assert_eq!(map.get("a"), Some(&1));
    /// assert_eq!(map.get("b"), None);
    /// ```
    #[inline]
    pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q> + Ord,
    {
        self.raw.get(key).map(|(_, value)| value)
    }

    /// The stored key that equals `key`, and its value. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let map = BPlusTreeMap::from([(1, "a")]);
    /// assert_eq!(map.get_key_value(&1), Some((&1, &"a")));
    /// ```
    #[inline]
    pub fn get_key_value<Q: Ord + ?Sized>(&self, key: &Q) -> Option<(&K, &V)>
    where
        K: Borrow<Q> + Ord,
    {
        self.raw.get(key)
    }

    /// The value of `key`, open to change. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let mut map = BPlusTreeMap::from([(1, 10)]);
    /// *map.get_mut(&1).unwrap() += 1;
    /// assert_eq!(map[&1], 11);
    /// ```
    #[inline]
    pub fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q> + Ord,
    {
        self.raw.get_mut(key)
    }

    /// Whether there is an entry for `key`. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let map = BPlusTreeMap::from([(1, "a")]);
    /// assert!(map.contains_key(&1));
    /// assert!(!map.contains_key(&2));
    /// ```
    #[inline]
    pub fn contains_key<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q> + Ord,
    {
        self.raw.get(key).is_some()
    }

    /// The entry with the greatest key that is smaller than or equal to `key`. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let map = BPlusTreeMap::from([(10, "a"), (20, "b")]);
    /// assert_eq!(map.floor(&20), Some((&20, &"b")));
    /// assert_eq!(map.floor(&19), Some((&10, &"a")));
    /// assert_eq!(map.floor(&9), None);
    /// ```
    pub fn floor<Q: Ord + ?Sized>(&self, key: &Q) -> Option<(&K, &V)>
    where
        K: Borrow<Q> + Ord,
    {
        self.upper_bound(Bound::Included(key)).peek_prev()
    }

    /// The entry with the smallest key that is greater than or equal to `key`. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let map = BPlusTreeMap::from([(10, "a"), (20, "b")]);
    /// assert_eq!(map.ceiling(&10), Some((&10, &"a")));
    /// assert_eq!(map.ceiling(&11), Some((&20, &"b")));
    /// assert_eq!(map.ceiling(&21), None);
    /// ```
    pub fn ceiling<Q: Ord + ?Sized>(&self, key: &Q) -> Option<(&K, &V)>
    where
        K: Borrow<Q> + Ord,
    {
        self.lower_bound(Bound::Included(key)).peek_next()
    }

    /// The entry with the greatest key that is smaller than `key`. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let map = BPlusTreeMap::from([(10, "a"), (20, "b")]);
    /// assert_eq!(map.lower(&20), Some((&10, &"a")));
    /// assert_eq!(map.lower(&10), None);
    /// ```
    pub fn lower<Q: Ord + ?Sized>(&self, key: &Q) -> Option<(&K, &V)>
    where
        K: Borrow<Q> + Ord,
    {
        self.upper_bound(Bound::Excluded(key)).peek_prev()
    }

    /// The entry with the smallest key that is greater than `key`. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let map = BPlusTreeMap::from([(10, "a"), (20, "b")]);
    /// assert_eq!(map.higher(&10), Some((&20, &"b")));
    /// assert_eq!(map.higher(&20), None);
    /// ```
    pub fn higher<Q: Ord + ?Sized>(&self, key: &Q) -> Option<(&K, &V)>
    where
        K: Borrow<Q> + Ord,
    {
        self.lower_bound(Bound::Excluded(key)).peek_next()
    }

    /// The entries whose keys lie in `range`, in ascending order, double-ended. O(log n), then
    /// amortized O(1) an entry.
    ///
    /// # Panics
    ///
    /// Panics if the start lies after the end, or if both are equal and excluded; not if the map is
    /// empty. [`range_checked`](Self::range_checked) returns an error instead.
    ///
    /// # Examples
    ///
    /// ```
    /// use core::ops::Bound::{Excluded, Included};
    /// use leafwise::BPlusTreeMap;
    ///
    /// let map = BPlusTreeMap::from([(3, "a"), (5, "b"), (8, "c")]);
    /// assert!(map.range(4..).eq([(&5, &"b"), (&8, &"c")]));
    /// assert!(map.range((Excluded(3), Included(5))).eq([(&5, &"b")]));
    /// ```
    #[track_caller]
    pub fn range<Q, R>(&self, range: R) -> RangeOf<'_, B>
    where
        Q: Ord + ?Sized,
        K: Borrow<Q> + Ord,
        R: RangeBounds<Q>,
    {
        bounds::expect(self.range_checked(range), self.is_empty(), B::NAME)
    }

    /// The entries whose keys lie in `range`, with the values open to change. O(log n), then
    /// amortized O(1) an entry.
    ///
    /// # Panics
    ///
    /// As [`range`](Self::range) does.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let mut map = BPlusTreeMap::from([(1, 0), (2, 0), (3, 0)]);
    /// map.range_mut(..=2).for_each(|(_, value)| *value += 1);
    /// assert!(map.values().eq(&[1, 1, 0]));
    /// ```
    #[track_caller]
    pub fn range_mut<Q, R>(&mut self, range: R) -> RangeMutOf<'_, B>
    where
        Q: Ord + ?Sized,
        K: Borrow<Q> + Ord,
        R: RangeBounds<Q>,
    {
        let is_empty = self.is_empty();
        bounds::expect(self.range_mut_checked(range), is_empty, B::NAME)
    }

    /// As [`range`](Self::range), but never panics for a bad range.
    ///
    /// # Errors
    ///
    /// Returns an error if the start lies after the end, or if both are equal and excluded, be the
    /// map empty or not.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::{BPlusTreeMap, map::RangeError};
    ///
    /// let map = BPlusTreeMap::from([(3, "a"), (5, "b")]);
    /// let (from, to) = (5, 3);
    /// assert_eq!(map.range_checked(from..to).unwrap_err(), RangeError::Inverted);
    /// assert_eq!(map.range_checked(to..from).unwrap().count(), 1);
    /// ```
    pub fn range_checked<Q, R>(&self, range: R) -> Result<RangeOf<'_, B>, RangeError>
    where
        Q: Ord + ?Sized,
        K: Borrow<Q> + Ord,
        R: RangeBounds<Q>,
    {
        self.raw.range(&range)
    }

    /// As [`range_mut`](Self::range_mut), but never panics for a bad range.
    ///
    /// # Errors
    ///
    /// As [`range_checked`](Self::range_checked).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let mut map = BPlusTreeMap::from([(3, 0), (5, 0)]);
    /// for (_, value) in map.range_mut_checked(4..).unwrap() {
    ///     *value = 1;
    /// }
    /// assert_eq!(map[&5], 1);
    /// ```
    pub fn range_mut_checked<Q, R>(&mut self, range: R) -> Result<RangeMutOf<'_, B>, RangeError>
    where
        Q: Ord + ?Sized,
        K: Borrow<Q> + Ord,
        R: RangeBounds<Q>,
    {
        self.raw.range_mut(&range)
    }

    /// A cursor in the gap before the smallest key that `bound`, taken as a start, lets in. O(log
    /// n).
    ///
    /// `Included(key)`: before the smallest key that is not smaller. `Excluded(key)`: before the
    /// smallest key that is greater. `Unbounded`: before the first entry.
    ///
    /// # Examples
    ///
    /// ```
    /// use core::ops::Bound;
    /// use leafwise::BPlusTreeMap;
    ///
    /// let map = BPlusTreeMap::from([(1, "a"), (2, "b"), (3, "c")]);
    /// let mut cursor = map.lower_bound(Bound::Included(&2));
    /// assert_eq!(cursor.peek_prev(), Some((&1, &"a")));
    /// assert_eq!(cursor.next(), Some((&2, &"b")));
    /// assert_eq!(cursor.next(), Some((&3, &"c")));
    /// assert_eq!(cursor.next(), None);
    /// ```
    pub fn lower_bound<Q: Ord + ?Sized>(&self, bound: Bound<&Q>) -> CursorOf<'_, B>
    where
        K: Borrow<Q> + Ord,
    {
        self.raw.lower_bound(bound)
    }

    /// A cursor in the gap after the greatest key that `bound`, taken as an end, lets in. O(log n).
    ///
    /// `Included(key)`: after the greatest key that is not greater. `Excluded(key)`: after the
    /// greatest key that is smaller. `Unbounded`: after the last entry.
    ///
    /// # Examples
    ///
    /// ```
    /// use core::ops::Bound;
    /// use leafwise::BPlusTreeMap;
    ///
    /// let map = BPlusTreeMap::from([(1, "a"), (2, "b"), (3, "c")]);
    /// let cursor = map.upper_bound(Bound::Included(&2));
    /// assert_eq!(cursor.peek_prev(), Some((&2, &"b")));
    /// assert_eq!(cursor.peek_next(), Some((&3, &"c")));
    /// ```
    pub fn upper_bound<Q: Ord + ?Sized>(&self, bound: Bound<&Q>) -> CursorOf<'_, B>
    where
        K: Borrow<Q> + Ord,
    {
        self.raw.upper_bound(bound)
    }

    /// As [`lower_bound`](Self::lower_bound), with a cursor that changes, inserts and removes.
    /// O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use core::ops::Bound;
    /// use leafwise::BPlusTreeMap;
    ///
    /// let mut map = BPlusTreeMap::from([(1, "a"), (3, "c")]);
    /// let mut cursor = map.lower_bound_mut(Bound::Included(&2));
    /// cursor.insert_before(2, "b").unwrap();
    /// assert_eq!(cursor.remove_next(), Some((3, "c")));
    /// assert_eq!(map, BPlusTreeMap::from([(1, "a"), (2, "b")]));
    /// ```
    pub fn lower_bound_mut<Q: Ord + ?Sized>(&mut self, bound: Bound<&Q>) -> CursorMutOf<'_, B>
    where
        K: Borrow<Q> + Ord,
    {
        self.raw.lower_bound_mut(bound)
    }

    /// As [`upper_bound`](Self::upper_bound), with a cursor that changes, inserts and removes.
    /// O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use core::ops::Bound;
    /// use leafwise::BPlusTreeMap;
    ///
    /// let mut map = BPlusTreeMap::from([(1, "a"), (3, "c")]);
    /// let mut cursor = map.upper_bound_mut(Bound::Unbounded);
    /// assert_eq!(cursor.remove_prev(), Some((3, "c")));
    /// assert_eq!(map.len(), 1);
    /// ```
    pub fn upper_bound_mut<Q: Ord + ?Sized>(&mut self, bound: Bound<&Q>) -> CursorMutOf<'_, B>
    where
        K: Borrow<Q> + Ord,
    {
        self.raw.upper_bound_mut(bound)
    }
}

/// Removing: needs an order, but no clones of keys.
impl<K: Ord, V, B: Remove<Key = K, Value = V>> Map<K, V, B> {
    /// Removes the entry for `key` and returns its value. O(log n), beside
    /// [moving others](Map#what-methods-cost).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let mut map = BPlusTreeMap::from([(1, "a")]);
    /// assert_eq!(map.remove(&1), Some("a"));
    /// assert_eq!(map.remove(&1), None);
    /// ```
    pub fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        self.raw.remove(key).map(|(_, value)| value)
    }

    /// Removes the entry for `key` and returns it, stored key included. O(log n), beside
    /// [moving others](Map#what-methods-cost).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let mut map = BPlusTreeMap::from([(1, "a")]);
    /// assert_eq!(map.remove_entry(&1), Some((1, "a")));
    /// assert_eq!(map.remove_entry(&1), None);
    /// ```
    pub fn remove_entry<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<(K, V)>
    where
        K: Borrow<Q>,
    {
        self.raw.remove(key)
    }

    /// Removes the entry with the smallest key and returns it. O(log n), beside
    /// [moving others](Map#what-methods-cost).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let mut map = BPlusTreeMap::from([(1, "a"), (2, "b")]);
    /// assert_eq!(map.pop_first(), Some((1, "a")));
    /// assert_eq!(map.pop_first(), Some((2, "b")));
    /// assert_eq!(map.pop_first(), None);
    /// ```
    pub fn pop_first(&mut self) -> Option<(K, V)> {
        self.raw.pop_first()
    }

    /// Removes the entry with the greatest key and returns it. O(log n), beside
    /// [moving others](Map#what-methods-cost).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let mut map = BPlusTreeMap::from([(1, "a"), (2, "b")]);
    /// assert_eq!(map.pop_last(), Some((2, "b")));
    /// assert_eq!(map.pop_last(), Some((1, "a")));
    /// assert_eq!(map.pop_last(), None);
    /// ```
    pub fn pop_last(&mut self) -> Option<(K, V)> {
        self.raw.pop_last()
    }

    /// Removes the entries whose keys lie in `range` and returns how many they were. O(n) at most.
    ///
    /// # Panics
    ///
    /// As [`range`](Self::range) does.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let mut map: BPlusTreeMap<_, _> = (0..100).map(|key| (key, ())).collect();
    /// assert_eq!(map.remove_range(10..90), 80);
    /// assert_eq!(map.len(), 20);
    /// ```
    #[track_caller]
    pub fn remove_range<Q, R>(&mut self, range: R) -> usize
    where
        Q: Ord + ?Sized,
        K: Borrow<Q>,
        R: RangeBounds<Q>,
    {
        let is_empty = self.is_empty();
        bounds::expect(self.raw.remove_range(&range), is_empty, B::NAME)
    }

    /// Keeps the entries that `keep` says yes to, in ascending order, and drops the others. O(n).
    ///
    /// If `keep` panics, the entry in question and all later ones remain. A cache-oblivious map
    /// drops the others when all entries have been looked at.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let mut map: BPlusTreeMap<_, _> = (0..8).map(|key| (key, key * 10)).collect();
    /// map.retain(|key, _| key % 2 == 0);
    /// assert!(map.keys().eq(&[0, 2, 4, 6]));
    /// ```
    pub fn retain<F: FnMut(&K, &mut V) -> bool>(&mut self, keep: F) {
        self.raw.retain(keep);
    }

    /// Walks the entries whose keys lie in `range` in ascending order, and removes and yields those
    /// that `predicate` says yes to.
    ///
    /// The map is whole whenever `predicate` runs and between any two steps: what the iterator has
    /// not come to when it is dropped remains. If `predicate` panics, the entry in question remains
    /// and the iterator ends. An inverted range is an empty one, as in std.
    ///
    /// Costs as one [`remove`](Self::remove) for each entry that goes; where many go from a
    /// cache-oblivious map and nobody wants them, [`retain`](Self::retain) is faster.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let mut map: BPlusTreeMap<_, _> = (0..8).map(|key| (key, key)).collect();
    /// let even: Vec<_> = map.extract_if(..6, |key, _| key % 2 == 0).collect();
    /// assert_eq!(even, [(0, 0), (2, 2), (4, 4)]);
    /// assert!(map.keys().eq(&[1, 3, 5, 6, 7]));
    /// ```
    pub fn extract_if<F, R>(
        &mut self,
        range: R,
        predicate: F,
    ) -> iter::ExtractIf<CursorMutOf<'_, B>, R, F>
    where
        R: RangeBounds<K>,
        F: FnMut(&K, &mut V) -> bool,
    {
        iter::ExtractIf::new(&mut self.raw, range, predicate)
    }

    /// Verifies the whole map: the order of its keys, and how they are kept. Meant for tests. O(n).
    ///
    /// # Panics
    ///
    /// Panics if anything is wrong, with what it is: this library or `K`'s `Ord` is at fault.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// BPlusTreeMap::from([(1, "a"), (2, "b")]).check_invariants();
    /// ```
    pub fn check_invariants(&self) {
        self.raw.check_invariants();
    }
}

/// Inserting: asks for `K: Ord + Clone` in a B+ tree, whose separators are clones of keys, and for
/// `K: Ord` in a cache-oblivious map.
impl<K: Ord, V, B: Insert<Key = K, Value = V>> Map<K, V, B> {
    /// Inserts an entry. O(log n), beside [moving others](Map#what-methods-cost).
    ///
    /// If the key is already there, its value is replaced and the old one returned; the stored key
    /// stays as it is, which matters for keys that are equal without being identical.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let mut map = BPlusTreeMap::new();
    /// assert_eq!(map.insert(1, "a"), None);
    /// assert_eq!(map.insert(1, "b"), Some("a"));
    /// assert_eq!(map[&1], "b");
    /// ```
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        self.raw.insert(key, value)
    }

    /// Inserts an entry only if its key is not there yet. Costs as [`insert`](Self::insert).
    ///
    /// # Errors
    ///
    /// If the key is there, nothing changes; the error holds the present entry and the value that
    /// was not inserted.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let mut map = BPlusTreeMap::new();
    /// assert_eq!(map.try_insert(1, "a").unwrap(), &"a");
    ///
    /// let error = map.try_insert(1, "b").unwrap_err();
    /// assert_eq!(error.entry.get(), &"a");
    /// assert_eq!(error.value, "b");
    /// ```
    pub fn try_insert(
        &mut self,
        key: K,
        value: V,
    ) -> Result<&mut V, entry::OccupiedError<'_, K, V, CursorMutOf<'_, B>>> {
        match self.entry(key) {
            Entry::Occupied(entry) => Err(entry::OccupiedError { entry, value }),
            Entry::Vacant(entry) => Ok(entry.insert(value)),
        }
    }

    /// The place of `key`, for looking at it, changing it or filling it with one descent. O(log n);
    /// filling it costs as [`insert`](Self::insert) does.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let mut count = BPlusTreeMap::new();
    /// for word in ["a", "b", "a", "c", "a"] {
    ///     count.entry(word).and_modify(|seen| *seen += 1).or_insert(1);
    /// }
    /// assert_eq!(count["a"], 3);
    /// assert_eq!(count["b"], 1);
    /// ```
    pub fn entry(&mut self, key: K) -> Entry<'_, K, V, CursorMutOf<'_, B>> {
        match self.raw.find_mut(&key) {
            Ok(cursor) => Entry::Occupied(entry::OccupiedEntry::new(cursor)),
            Err(cursor) => Entry::Vacant(entry::VacantEntry::new(key, cursor)),
        }
    }

    /// Moves all entries of `other` into this map, leaving `other` empty.
    ///
    /// For a key that both have, the value of `other` replaces this map's; the stored key stays as
    /// it is. A cache-oblivious map merges both in one pass, O(n + m); only where many come to the
    /// same place these cost as inserted ones. If the order of its keys panics, each entry is in
    /// one of the two maps.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let mut map = BPlusTreeMap::from([(1, "a"), (2, "b")]);
    /// let mut other = BPlusTreeMap::from([(2, "c"), (3, "d")]);
    /// map.append(&mut other);
    /// assert!(other.is_empty());
    /// assert_eq!(map, BPlusTreeMap::from([(1, "a"), (2, "c"), (3, "d")]));
    /// ```
    pub fn append(&mut self, other: &mut Self) {
        self.raw.append(&mut other.raw);
    }

    /// Splits the map in two: keeps the keys smaller than `key`, returns a map of the others. O(n)
    /// at most.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let mut map = BPlusTreeMap::from([(1, "a"), (2, "b"), (3, "c")]);
    /// let high = map.split_off(&2);
    /// assert_eq!(map, BPlusTreeMap::from([(1, "a")]));
    /// assert_eq!(high, BPlusTreeMap::from([(2, "b"), (3, "c")]));
    /// ```
    pub fn split_off<Q: Ord + ?Sized>(&mut self, key: &Q) -> Self
    where
        K: Borrow<Q>,
    {
        Map::over(self.raw.split_off(key))
    }
}
