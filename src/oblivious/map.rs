//! The map itself: what it offers, put into what the table does.

use core::borrow::Borrow;
use core::mem;
use core::ops::{Bound, RangeBounds};

use crate::map::{Extraction, expect_range};

use super::packed::Place;
use super::table::Table;
use super::{
    Cursor, CursorMut, Entry, ExtractIf, IntoKeys, IntoValues, Iter, IterMut, Keys, OccupiedEntry,
    OccupiedError, Range, RangeError, RangeMut, VacantEntry, Values, ValuesMut,
};

/// An ordered map whose entries stand in one array, in the order of their keys.
///
/// It has the methods and traits of [`BPlusTreeMap`](crate::BPlusTreeMap) under the same names with
/// the same meaning, and with them those of [`std::collections::BTreeMap`]: cursors, neighbours,
/// checked ranges and all.
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
pub struct CacheObliviousMap<K, V> {
    pub(crate) table: Table<K, V>,
}

/// What a bad range is said to be in.
const NAME: &str = "CacheObliviousMap";

/// The entry of a step, without where the step leads.
fn peek<T>(step: Option<(T, Place)>) -> Option<T> {
    step.map(|(entry, _)| entry)
}

/// Making, measuring and walking: nothing here needs an order.
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
        CacheObliviousMap {
            table: Table::new(),
        }
    }

    /// Makes an empty map with room for `capacity` entries.
    ///
    /// Removing entries may give the room back, when only a small part of those that were there is
    /// left.
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

    /// Removes all entries and gives back their memory. O(n) if keys or values need to be dropped.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::CacheObliviousMap;
    ///
    /// let mut map = CacheObliviousMap::from([(1, "a")]);
    /// map.clear();
    /// assert!(map.is_empty());
    /// ```
    pub fn clear(&mut self) {
        self.table.clear();
    }

    /// The number of entries. O(1).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::CacheObliviousMap;
    ///
    /// assert_eq!(CacheObliviousMap::from([(1, "a"), (2, "b")]).len(), 2);
    /// ```
    #[must_use]
    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// Whether there are no entries. O(1).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::CacheObliviousMap;
    ///
    /// let mut map = CacheObliviousMap::new();
    /// assert!(map.is_empty());
    /// map.insert(1, "a");
    /// assert!(!map.is_empty());
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The entry with the smallest key. O(1).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::CacheObliviousMap;
    ///
    /// let map = CacheObliviousMap::from([(2, "b"), (1, "a")]);
    /// assert_eq!(map.first_key_value(), Some((&1, &"a")));
    /// ```
    #[must_use]
    pub fn first_key_value(&self) -> Option<(&K, &V)> {
        peek(self.table.after(self.table.start()))
    }

    /// The entry with the greatest key. O(1).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::CacheObliviousMap;
    ///
    /// let map = CacheObliviousMap::from([(2, "b"), (1, "a")]);
    /// assert_eq!(map.last_key_value(), Some((&2, &"b")));
    /// ```
    #[must_use]
    pub fn last_key_value(&self) -> Option<(&K, &V)> {
        peek(self.table.before(self.table.end()))
    }

    /// The smallest entry, for changing or removing it in place. O(1) to find it.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::CacheObliviousMap;
    ///
    /// let mut map = CacheObliviousMap::from([(1, 10), (2, 20)]);
    /// *map.first_entry().unwrap().get_mut() += 1;
    /// assert_eq!(map[&1], 11);
    /// ```
    pub fn first_entry(&mut self) -> Option<OccupiedEntry<'_, K, V>> {
        let start = self.table.start();
        let mut cursor = CursorMut::new(&mut self.table, start);
        cursor.peek_next()?;
        Some(OccupiedEntry { cursor })
    }

    /// The greatest entry, for changing or removing it in place. O(1) to find it.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::CacheObliviousMap;
    ///
    /// let mut map = CacheObliviousMap::from([(1, "a"), (2, "b")]);
    /// assert_eq!(map.last_entry().unwrap().remove(), "b");
    /// assert_eq!(map.len(), 1);
    /// ```
    pub fn last_entry(&mut self) -> Option<OccupiedEntry<'_, K, V>> {
        let end = self.table.end();
        let mut cursor = CursorMut::new(&mut self.table, end);
        cursor.prev()?;
        Some(OccupiedEntry { cursor })
    }

    /// All entries in ascending order, double-ended. O(1) an entry, amortized.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::CacheObliviousMap;
    ///
    /// let map = CacheObliviousMap::from([(2, "b"), (1, "a")]);
    /// assert_eq!(map.iter().next(), Some((&1, &"a")));
    /// assert_eq!(map.iter().next_back(), Some((&2, &"b")));
    /// ```
    pub fn iter(&self) -> Iter<'_, K, V> {
        self.table.iter()
    }

    /// All entries in ascending order, with the values open to change. O(1) an entry, amortized.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::CacheObliviousMap;
    ///
    /// let mut map = CacheObliviousMap::from([(1, 10), (2, 20)]);
    /// for (key, value) in map.iter_mut() {
    ///     *value += key;
    /// }
    /// assert_eq!(map, CacheObliviousMap::from([(1, 11), (2, 22)]));
    /// ```
    pub fn iter_mut(&mut self) -> IterMut<'_, K, V> {
        self.table.iter_mut()
    }

    /// All keys in ascending order. Amortized O(1) a key.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::CacheObliviousMap;
    ///
    /// let map = CacheObliviousMap::from([(2, "b"), (1, "a")]);
    /// assert!(map.keys().eq(&[1, 2]));
    /// ```
    pub fn keys(&self) -> Keys<'_, K, V> {
        Keys { inner: self.iter() }
    }

    /// All values, in the order of their keys. Amortized O(1) a value.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::CacheObliviousMap;
    ///
    /// let map = CacheObliviousMap::from([(2, "b"), (1, "a")]);
    /// assert!(map.values().eq(&["a", "b"]));
    /// ```
    pub fn values(&self) -> Values<'_, K, V> {
        Values { inner: self.iter() }
    }

    /// All values, in the order of their keys, open to change. Amortized O(1) a value.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::CacheObliviousMap;
    ///
    /// let mut map = CacheObliviousMap::from([(1, 10), (2, 20)]);
    /// map.values_mut().for_each(|value| *value *= 2);
    /// assert!(map.values().eq(&[20, 40]));
    /// ```
    pub fn values_mut(&mut self) -> ValuesMut<'_, K, V> {
        ValuesMut {
            inner: self.iter_mut(),
        }
    }

    /// Consumes the map for its keys in ascending order.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::CacheObliviousMap;
    ///
    /// let map = CacheObliviousMap::from([(2, "b"), (1, "a")]);
    /// assert!(map.into_keys().eq([1, 2]));
    /// ```
    pub fn into_keys(self) -> IntoKeys<K, V> {
        IntoKeys {
            inner: self.into_iter(),
        }
    }

    /// Consumes the map for its values, in the order of their keys.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::CacheObliviousMap;
    ///
    /// let map = CacheObliviousMap::from([(2, "b"), (1, "a")]);
    /// assert!(map.into_values().eq(["a", "b"]));
    /// ```
    pub fn into_values(self) -> IntoValues<K, V> {
        IntoValues {
            inner: self.into_iter(),
        }
    }

    /// Makes room for `additional` more entries. O(n + additional) if the array has to grow.
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
    /// let mut map = CacheObliviousMap::from([(0, 0)]);
    /// map.reserve(1000);
    /// map.extend((1..=1000).map(|key| (key, key)));
    /// ```
    pub fn reserve(&mut self, additional: usize) {
        self.table.reserve(additional);
    }

    /// The bytes that the map has allocated: the array with its gaps, and the index. O(1).
    ///
    /// Not counted: the map's own `size_of`, and what keys and values own elsewhere.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::CacheObliviousMap;
    ///
    /// let mut map = CacheObliviousMap::new();
    /// assert_eq!(map.memory_usage(), 0);
    /// map.insert(1, "a");
    /// assert!(map.memory_usage() > 0);
    /// ```
    #[must_use]
    pub fn memory_usage(&self) -> usize {
        self.table.memory_usage()
    }

    /// Gives back memory that the entries do not need, down to the gaps that inserting wants. O(n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::CacheObliviousMap;
    ///
    /// let mut map: CacheObliviousMap<_, _> = (0..1000).map(|key| (key, key)).collect();
    /// map.retain(|key, _| key % 10 == 0);
    /// let before = map.memory_usage();
    /// map.shrink_to_fit();
    /// assert!(map.memory_usage() < before);
    /// ```
    pub fn shrink_to_fit(&mut self) {
        self.table.shrink_to_fit();
    }
}

/// Looking up.
impl<K, V> CacheObliviousMap<K, V> {
    /// The value of `key`. O(log n).
    ///
    /// The key may be given in any borrowed form that is ordered as the key itself is.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::CacheObliviousMap;
    ///
    /// let map = CacheObliviousMap::from([("a".to_string(), 1)]);
    /// assert_eq!(map.get("a"), Some(&1));
    /// assert_eq!(map.get("b"), None);
    /// ```
    #[inline]
    pub fn get<Q>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q> + Ord,
        Q: Ord + ?Sized,
    {
        self.table.get(key).map(|(_, value)| value)
    }

    /// The stored key that equals `key`, and its value. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::CacheObliviousMap;
    ///
    /// let map = CacheObliviousMap::from([(1, "a")]);
    /// assert_eq!(map.get_key_value(&1), Some((&1, &"a")));
    /// ```
    #[inline]
    pub fn get_key_value<Q>(&self, key: &Q) -> Option<(&K, &V)>
    where
        K: Borrow<Q> + Ord,
        Q: Ord + ?Sized,
    {
        self.table.get(key)
    }

    /// The value of `key`, open to change. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::CacheObliviousMap;
    ///
    /// let mut map = CacheObliviousMap::from([(1, 10)]);
    /// *map.get_mut(&1).unwrap() += 1;
    /// assert_eq!(map[&1], 11);
    /// ```
    #[inline]
    pub fn get_mut<Q>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q> + Ord,
        Q: Ord + ?Sized,
    {
        let place = self.table.find(key).ok()?;
        peek(self.table.after_mut(place)).map(|(_, value)| value)
    }

    /// Whether there is an entry for `key`. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::CacheObliviousMap;
    ///
    /// let map = CacheObliviousMap::from([(1, "a")]);
    /// assert!(map.contains_key(&1));
    /// assert!(!map.contains_key(&2));
    /// ```
    #[inline]
    pub fn contains_key<Q>(&self, key: &Q) -> bool
    where
        K: Borrow<Q> + Ord,
        Q: Ord + ?Sized,
    {
        self.table.get(key).is_some()
    }

    /// The entry with the greatest key that is smaller than or equal to `key`. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::CacheObliviousMap;
    ///
    /// let map = CacheObliviousMap::from([(10, "a"), (20, "b")]);
    /// assert_eq!(map.floor(&20), Some((&20, &"b")));
    /// assert_eq!(map.floor(&19), Some((&10, &"a")));
    /// assert_eq!(map.floor(&9), None);
    /// ```
    pub fn floor<Q>(&self, key: &Q) -> Option<(&K, &V)>
    where
        K: Borrow<Q> + Ord,
        Q: Ord + ?Sized,
    {
        self.upper_bound(Bound::Included(key)).peek_prev()
    }

    /// The entry with the smallest key that is greater than or equal to `key`. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::CacheObliviousMap;
    ///
    /// let map = CacheObliviousMap::from([(10, "a"), (20, "b")]);
    /// assert_eq!(map.ceiling(&10), Some((&10, &"a")));
    /// assert_eq!(map.ceiling(&11), Some((&20, &"b")));
    /// assert_eq!(map.ceiling(&21), None);
    /// ```
    pub fn ceiling<Q>(&self, key: &Q) -> Option<(&K, &V)>
    where
        K: Borrow<Q> + Ord,
        Q: Ord + ?Sized,
    {
        self.lower_bound(Bound::Included(key)).peek_next()
    }

    /// The entry with the greatest key that is smaller than `key`. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::CacheObliviousMap;
    ///
    /// let map = CacheObliviousMap::from([(10, "a"), (20, "b")]);
    /// assert_eq!(map.lower(&20), Some((&10, &"a")));
    /// assert_eq!(map.lower(&10), None);
    /// ```
    pub fn lower<Q>(&self, key: &Q) -> Option<(&K, &V)>
    where
        K: Borrow<Q> + Ord,
        Q: Ord + ?Sized,
    {
        self.upper_bound(Bound::Excluded(key)).peek_prev()
    }

    /// The entry with the smallest key that is greater than `key`. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::CacheObliviousMap;
    ///
    /// let map = CacheObliviousMap::from([(10, "a"), (20, "b")]);
    /// assert_eq!(map.higher(&10), Some((&20, &"b")));
    /// assert_eq!(map.higher(&20), None);
    /// ```
    pub fn higher<Q>(&self, key: &Q) -> Option<(&K, &V)>
    where
        K: Borrow<Q> + Ord,
        Q: Ord + ?Sized,
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
    /// use leafwise::CacheObliviousMap;
    ///
    /// let map = CacheObliviousMap::from([(3, "a"), (5, "b"), (8, "c")]);
    /// assert!(map.range(4..).eq([(&5, &"b"), (&8, &"c")]));
    /// assert!(map.range((Excluded(3), Included(5))).eq([(&5, &"b")]));
    /// ```
    #[track_caller]
    pub fn range<Q, R>(&self, range: R) -> Range<'_, K, V>
    where
        Q: Ord + ?Sized,
        K: Borrow<Q> + Ord,
        R: RangeBounds<Q>,
    {
        expect_range(self.range_checked(range), self.is_empty(), NAME)
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
    /// use leafwise::CacheObliviousMap;
    ///
    /// let mut map = CacheObliviousMap::from([(1, 0), (2, 0), (3, 0)]);
    /// map.range_mut(..=2).for_each(|(_, value)| *value += 1);
    /// assert!(map.values().eq(&[1, 1, 0]));
    /// ```
    #[track_caller]
    pub fn range_mut<Q, R>(&mut self, range: R) -> RangeMut<'_, K, V>
    where
        Q: Ord + ?Sized,
        K: Borrow<Q> + Ord,
        R: RangeBounds<Q>,
    {
        let is_empty = self.is_empty();
        expect_range(self.range_mut_checked(range), is_empty, NAME)
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
    /// use leafwise::{CacheObliviousMap, RangeError};
    ///
    /// let map = CacheObliviousMap::from([(3, "a"), (5, "b")]);
    /// let (from, to) = (5, 3);
    /// assert_eq!(map.range_checked(from..to).unwrap_err(), RangeError::Inverted);
    /// assert_eq!(map.range_checked(to..from).unwrap().count(), 1);
    /// ```
    pub fn range_checked<Q, R>(&self, range: R) -> Result<Range<'_, K, V>, RangeError>
    where
        Q: Ord + ?Sized,
        K: Borrow<Q> + Ord,
        R: RangeBounds<Q>,
    {
        self.table.range(&range)
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
    /// use leafwise::CacheObliviousMap;
    ///
    /// let mut map = CacheObliviousMap::from([(3, 0), (5, 0)]);
    /// for (_, value) in map.range_mut_checked(4..).unwrap() {
    ///     *value = 1;
    /// }
    /// assert_eq!(map[&5], 1);
    /// ```
    pub fn range_mut_checked<Q, R>(&mut self, range: R) -> Result<RangeMut<'_, K, V>, RangeError>
    where
        Q: Ord + ?Sized,
        K: Borrow<Q> + Ord,
        R: RangeBounds<Q>,
    {
        self.table.range_mut(&range)
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
    /// use leafwise::CacheObliviousMap;
    ///
    /// let map = CacheObliviousMap::from([(1, "a"), (2, "b"), (3, "c")]);
    /// let mut cursor = map.lower_bound(Bound::Included(&2));
    /// assert_eq!(cursor.peek_prev(), Some((&1, &"a")));
    /// assert_eq!(cursor.next(), Some((&2, &"b")));
    /// assert_eq!(cursor.next(), Some((&3, &"c")));
    /// assert_eq!(cursor.next(), None);
    /// ```
    pub fn lower_bound<Q>(&self, bound: Bound<&Q>) -> Cursor<'_, K, V>
    where
        K: Borrow<Q> + Ord,
        Q: Ord + ?Sized,
    {
        Cursor::new(&self.table, self.table.lower_place(bound))
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
    /// use leafwise::CacheObliviousMap;
    ///
    /// let map = CacheObliviousMap::from([(1, "a"), (2, "b"), (3, "c")]);
    /// let cursor = map.upper_bound(Bound::Included(&2));
    /// assert_eq!(cursor.peek_prev(), Some((&2, &"b")));
    /// assert_eq!(cursor.peek_next(), Some((&3, &"c")));
    /// ```
    pub fn upper_bound<Q>(&self, bound: Bound<&Q>) -> Cursor<'_, K, V>
    where
        K: Borrow<Q> + Ord,
        Q: Ord + ?Sized,
    {
        Cursor::new(&self.table, self.table.upper_place(bound))
    }

    /// As [`lower_bound`](Self::lower_bound), with a cursor that changes, inserts and removes.
    /// O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use core::ops::Bound;
    /// use leafwise::CacheObliviousMap;
    ///
    /// let mut map = CacheObliviousMap::from([(1, "a"), (3, "c")]);
    /// let mut cursor = map.lower_bound_mut(Bound::Included(&2));
    /// cursor.insert_before(2, "b").unwrap();
    /// assert_eq!(cursor.remove_next(), Some((3, "c")));
    /// assert_eq!(map, CacheObliviousMap::from([(1, "a"), (2, "b")]));
    /// ```
    pub fn lower_bound_mut<Q>(&mut self, bound: Bound<&Q>) -> CursorMut<'_, K, V>
    where
        K: Borrow<Q> + Ord,
        Q: Ord + ?Sized,
    {
        let place = self.table.lower_place(bound);
        CursorMut::new(&mut self.table, place)
    }

    /// As [`upper_bound`](Self::upper_bound), with a cursor that changes, inserts and removes.
    /// O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use core::ops::Bound;
    /// use leafwise::CacheObliviousMap;
    ///
    /// let mut map = CacheObliviousMap::from([(1, "a"), (3, "c")]);
    /// let mut cursor = map.upper_bound_mut(Bound::Unbounded);
    /// assert_eq!(cursor.remove_prev(), Some((3, "c")));
    /// assert_eq!(map.len(), 1);
    /// ```
    pub fn upper_bound_mut<Q>(&mut self, bound: Bound<&Q>) -> CursorMut<'_, K, V>
    where
        K: Borrow<Q> + Ord,
        Q: Ord + ?Sized,
    {
        let place = self.table.upper_place(bound);
        CursorMut::new(&mut self.table, place)
    }
}

/// Removing: needs an order, but no clones of keys.
impl<K: Ord, V> CacheObliviousMap<K, V> {
    /// Removes the entry for `key` and returns its value. O(log n) to find it, then moves O(log² n)
    /// entries, amortized.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::CacheObliviousMap;
    ///
    /// let mut map = CacheObliviousMap::from([(1, "a")]);
    /// assert_eq!(map.remove(&1), Some("a"));
    /// assert_eq!(map.remove(&1), None);
    /// ```
    pub fn remove<Q>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        self.remove_entry(key).map(|(_, value)| value)
    }

    /// Removes the entry for `key` and returns it, stored key included. Costs as
    /// [`remove`](Self::remove).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::CacheObliviousMap;
    ///
    /// let mut map = CacheObliviousMap::from([(1, "a")]);
    /// assert_eq!(map.remove_entry(&1), Some((1, "a")));
    /// assert_eq!(map.remove_entry(&1), None);
    /// ```
    pub fn remove_entry<Q>(&mut self, key: &Q) -> Option<(K, V)>
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        let place = self.table.find(key).ok()?;
        peek(self.table.remove_at(place))
    }

    /// Removes the entry with the smallest key and returns it. Moves O(log² n) entries, amortized.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::CacheObliviousMap;
    ///
    /// let mut map = CacheObliviousMap::from([(1, "a"), (2, "b")]);
    /// assert_eq!(map.pop_first(), Some((1, "a")));
    /// assert_eq!(map.pop_first(), Some((2, "b")));
    /// assert_eq!(map.pop_first(), None);
    /// ```
    pub fn pop_first(&mut self) -> Option<(K, V)> {
        peek(self.table.remove_at(self.table.start()))
    }

    /// Removes the entry with the greatest key and returns it. Moves O(log² n) entries, amortized.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::CacheObliviousMap;
    ///
    /// let mut map = CacheObliviousMap::from([(1, "a"), (2, "b")]);
    /// assert_eq!(map.pop_last(), Some((2, "b")));
    /// assert_eq!(map.pop_last(), Some((1, "a")));
    /// assert_eq!(map.pop_last(), None);
    /// ```
    pub fn pop_last(&mut self) -> Option<(K, V)> {
        let (_, place) = self.table.before(self.table.end())?;
        peek(self.table.remove_at(place))
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
    /// use leafwise::CacheObliviousMap;
    ///
    /// let mut map: CacheObliviousMap<_, _> = (0..100).map(|key| (key, ())).collect();
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
        expect_range(self.table.remove_range(&range), is_empty, NAME)
    }

    /// Keeps the entries that `keep` says yes to, in ascending order, and drops the others. O(n).
    ///
    /// The others are dropped when all entries have been looked at. If `keep` panics, the entry in
    /// question and all later ones remain.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::CacheObliviousMap;
    ///
    /// let mut map: CacheObliviousMap<_, _> = (0..8).map(|key| (key, key * 10)).collect();
    /// map.retain(|key, _| key % 2 == 0);
    /// assert!(map.keys().eq(&[0, 2, 4, 6]));
    /// ```
    pub fn retain<F>(&mut self, keep: F)
    where
        F: FnMut(&K, &mut V) -> bool,
    {
        self.table.retain(keep);
    }

    /// Walks the entries whose keys lie in `range` in ascending order, and removes and yields those
    /// that `predicate` says yes to.
    ///
    /// Costs as one [`remove`](Self::remove) for each entry that goes; where many go and nobody
    /// wants them, [`retain`](Self::retain) is faster.
    ///
    /// The map is whole whenever `predicate` runs and between any two steps: what the iterator has
    /// not come to when it is dropped remains. If `predicate` panics, the entry in question remains
    /// and the iterator ends. An inverted range is an empty one, as in std.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::CacheObliviousMap;
    ///
    /// let mut map: CacheObliviousMap<_, _> = (0..8).map(|key| (key, key)).collect();
    /// let even: Vec<_> = map.extract_if(..6, |key, _| key % 2 == 0).collect();
    /// assert_eq!(even, [(0, 0), (2, 2), (4, 4)]);
    /// assert!(map.keys().eq(&[1, 3, 5, 6, 7]));
    /// ```
    pub fn extract_if<F, R>(&mut self, range: R, predicate: F) -> ExtractIf<'_, K, V, R, F>
    where
        R: RangeBounds<K>,
        F: FnMut(&K, &mut V) -> bool,
    {
        let remaining = self.len();
        let cursor = self.lower_bound_mut(range.start_bound());
        ExtractIf {
            inner: Extraction::new(cursor, range, remaining),
            predicate,
        }
    }

    /// Verifies the whole map: order, gaps, counts and index. Meant for tests. O(n).
    ///
    /// # Panics
    ///
    /// Panics if anything is wrong, with what it is: this library or `K`'s `Ord` is at fault.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::CacheObliviousMap;
    ///
    /// CacheObliviousMap::from([(1, "a"), (2, "b")]).check_invariants();
    /// ```
    pub fn check_invariants(&self) {
        self.table.check_invariants();
    }
}

/// Inserting: entries may move to make room, or into a larger array.
impl<K: Ord, V> CacheObliviousMap<K, V> {
    /// Inserts an entry. O(log n) to find its place, then moves O(log² n) entries, amortized, and
    /// O(n) at worst.
    ///
    /// If the key is already there, its value is replaced and the old one returned; the stored key
    /// stays as it is, which matters for keys that are equal without being identical.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::CacheObliviousMap;
    ///
    /// let mut map = CacheObliviousMap::new();
    /// assert_eq!(map.insert(1, "a"), None);
    /// assert_eq!(map.insert(1, "b"), Some("a"));
    /// assert_eq!(map[&1], "b");
    /// ```
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self.table.find(&key) {
            Ok(place) => {
                // Now, as a drop that panics later would leak the old value.
                drop(key);
                let found = peek(self.table.after_mut(place));
                found.map(|(_, stored)| mem::replace(stored, value))
            }
            Err(place) => {
                self.table.insert_at(place, key, value);
                None
            }
        }
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
    /// use leafwise::CacheObliviousMap;
    ///
    /// let mut map = CacheObliviousMap::new();
    /// assert_eq!(map.try_insert(1, "a").unwrap(), &"a");
    ///
    /// let error = map.try_insert(1, "b").unwrap_err();
    /// assert_eq!(error.entry.get(), &"a");
    /// assert_eq!(error.value, "b");
    /// ```
    pub fn try_insert(&mut self, key: K, value: V) -> Result<&mut V, OccupiedError<'_, K, V>> {
        match self.entry(key) {
            Entry::Occupied(entry) => Err(OccupiedError { entry, value }),
            Entry::Vacant(entry) => Ok(entry.insert(value)),
        }
    }

    /// The place of `key`, for looking at it, changing it or filling it with one search. O(log n);
    /// filling it costs as [`insert`](Self::insert) does.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::CacheObliviousMap;
    ///
    /// let mut count = CacheObliviousMap::new();
    /// for word in ["a", "b", "a", "c", "a"] {
    ///     count.entry(word).and_modify(|seen| *seen += 1).or_insert(1);
    /// }
    /// assert_eq!(count["a"], 3);
    /// assert_eq!(count["b"], 1);
    /// ```
    pub fn entry(&mut self, key: K) -> Entry<'_, K, V> {
        match self.table.find(&key) {
            Ok(place) => Entry::Occupied(OccupiedEntry {
                cursor: CursorMut::new(&mut self.table, place),
            }),
            Err(place) => Entry::Vacant(VacantEntry {
                key,
                cursor: CursorMut::new(&mut self.table, place),
            }),
        }
    }

    /// Moves all entries of `other` into this map, leaving `other` empty. One merge, whatever the
    /// keys are: O(n + m), and where many come to the same place O(log² n) moves for each of them.
    ///
    /// For a key that both have, the value of `other` replaces this map's; the stored key stays as
    /// it is. If the order of the keys panics, each entry is in one of the two maps.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::CacheObliviousMap;
    ///
    /// let mut map = CacheObliviousMap::from([(1, "a"), (2, "b")]);
    /// let mut other = CacheObliviousMap::from([(2, "c"), (3, "d")]);
    /// map.append(&mut other);
    /// assert!(other.is_empty());
    /// assert_eq!(map, CacheObliviousMap::from([(1, "a"), (2, "c"), (3, "d")]));
    /// ```
    pub fn append(&mut self, other: &mut Self) {
        self.table.append(&mut other.table);
    }

    /// Splits the map in two: keeps the keys smaller than `key`, returns a map of the others. O(n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::CacheObliviousMap;
    ///
    /// let mut map = CacheObliviousMap::from([(1, "a"), (2, "b"), (3, "c")]);
    /// let high = map.split_off(&2);
    /// assert_eq!(map, CacheObliviousMap::from([(1, "a")]));
    /// assert_eq!(high, CacheObliviousMap::from([(2, "b"), (3, "c")]));
    /// ```
    pub fn split_off<Q>(&mut self, key: &Q) -> Self
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        CacheObliviousMap {
            table: self.table.split_off(key),
        }
    }
}
