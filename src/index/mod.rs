//! The secondary index: many values to one key, the pair being the identity of an entry.
//!
//! Thin, as the map: it stands on the same tree under a policy of its own, `ByPair`, by which
//! separators hold values as well as keys. Nothing here knows nodes.
//!
//! This file constructs, looks up and changes; `iter` and `cursor` are what walks; `traits` are the
//! impls of std's traits.

#![deny(unsafe_code)]

mod cursor;
mod iter;
mod traits;

use core::borrow::Borrow;
use core::ops::{Bound, RangeBounds};

use crate::bounds;
use crate::iter::{Entries, Only, Remove};
use crate::leaf::{Layout, Split};
use crate::search::Edge;
use crate::store::{Slab, Store};
use crate::tree::{AtKey, AtPair, ByPair, Tree};

pub use crate::error::{RangeError, UnorderedKeyError, UnsortedError};
pub use cursor::{Cursor, CursorMut};
pub use iter::{AscendingValue, ExtractIf, Groups, IntoIter, Iter, Keys, Pair, Range, Values};

/// A secondary index: entries are pairs of a key and a value, ordered by key and then by value, and
/// no pair is there twice.
///
/// One struct serves a unique index (one value a key), a one-to-many index (many values a key) and,
/// as it says of a pair whether it is there, a many-to-many relation. Values are typically the ids
/// of rows in a table, whose key columns the index follows: see [`update`](Self::update). With
/// tuples as keys it is an index over several columns.
///
/// It is the tree of [`BPlusTreeMap`](crate::BPlusTreeMap), and what is said there of stores,
/// layouts and of an order that lies or panics holds here. Separators hold a key and a value, so
/// methods that insert ask for `Clone` of both; each is cloned about once a leaf. Keys that are
/// integers are searched with vector instructions, however many values they have; where a key's
/// values fill nodes, a binary search among the values follows.
///
/// # Examples
///
/// A unique index:
///
/// ```
/// use leafwise::BPlusIndex;
///
/// let mut idx = BPlusIndex::<u64, u32>::new();
/// idx.insert(42, 1001); // key = 42, row id = 1001
/// assert_eq!(idx.lookup_unique(&42), Some(&1001));
/// ```
///
/// One score, many players:
///
/// ```
/// use leafwise::BPlusIndex;
///
/// let mut idx = BPlusIndex::<i32, u64>::new();
/// idx.insert(1500, 1);
/// idx.insert(1500, 2);
/// idx.insert(1500, 3);
///
/// let players: Vec<_> = idx.lookup_range(&1500).copied().collect();
/// assert_eq!(players, vec![1, 2, 3]);
/// ```
///
/// Two columns, mode and rating, and tickets:
///
/// ```
/// use leafwise::BPlusIndex;
///
/// let mut idx = BPlusIndex::<(u8, i32), u64>::new();
/// idx.insert((1, 1200), 100);
/// idx.insert((1, 1350), 101);
/// idx.insert((1, 1400), 102);
/// idx.insert((2, 1300), 103);
///
/// // Mode 1, ratings from 1200 to below 1400.
/// let tickets: Vec<_> = idx
///     .range((1, 1200)..(1, 1400))
///     .map(|(_, id)| *id)
///     .collect();
/// assert_eq!(tickets, vec![100, 101]);
///
/// // All of mode 1.
/// assert_eq!(idx.range((1, i32::MIN)..=(1, i32::MAX)).count(), 3);
/// ```
///
/// A row's key changes:
///
/// ```
/// use leafwise::BPlusIndex;
///
/// let mut idx = BPlusIndex::<i32, u64>::new();
/// idx.insert(1500, 42);
///
/// // Player 42's score changed from 1500 to 1600.
/// idx.update(&1500, 1600, 42);
///
/// assert_eq!(idx.lookup_unique(&1500), None);
/// assert_eq!(idx.lookup_unique(&1600), Some(&42));
/// ```
pub struct BPlusIndex<K, V, S: Store = Slab, L: Layout = Split> {
    pub(crate) tree: Tree<K, V, S, ByPair<L>>,
}

/// What [`expect_range`] calls the index.
pub(crate) const NAME: &str = "BPlusIndex";

/// Making an index of the default store and layout, without naming them.
impl<K, V> BPlusIndex<K, V> {
    /// Makes an empty index. Allocates nothing. O(1).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// let mut index = BPlusIndex::new();
    /// index.insert("red", 1);
    /// ```
    #[must_use]
    pub const fn new() -> Self {
        Self::new_in()
    }

    /// Makes an empty index with room for `capacity` entries, in nodes as full as inserting in
    /// random order leaves them.
    ///
    /// # Panics
    ///
    /// Panics if the room exceeds what can be addressed.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// let index = BPlusIndex::<u64, u32>::with_capacity(1000);
    /// assert!(index.memory_usage() >= 1000 * (8 + 4));
    /// ```
    #[must_use]
    pub fn with_capacity(capacity: usize) -> Self {
        let mut index = Self::new();
        index.reserve(capacity);
        index
    }

    /// Makes an empty index whose leaves hold `LEAF` entries and whose branches have `BRANCH`
    /// children, in place of the sizes that follow from the types. O(1).
    ///
    /// Meant for tests and measurements. `LEAF` is at least 2, `BRANCH` at least 4 (0 means: follow
    /// the types); anything else does not compile.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// let mut index = BPlusIndex::<u64, u32>::with_nodes::<4, 4>();
    /// index.insert(1, 1);
    /// ```
    #[must_use]
    pub const fn with_nodes<const LEAF: usize, const BRANCH: usize>()
    -> BPlusIndex<K, V, Slab, Split<LEAF, BRANCH>> {
        BPlusIndex::new_in()
    }
}

impl<K: Ord + Clone, V: Ord + Clone> BPlusIndex<K, V> {
    /// Makes an index of entries in any order, as [`FromIterator::from_iter`] does for every store
    /// and layout.
    ///
    /// It stands here as well so that `BPlusIndex::from_iter(..)` needs no types named. O(n) for
    /// ascending entries, otherwise O(n log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// let index = BPlusIndex::from_iter([("b", 2), ("a", 1), ("b", 1), ("b", 2)]);
    /// assert_eq!(index.len(), 3);
    /// ```
    // It is the trait's method, for the types that the compiler should assume.
    #[allow(
        clippy::should_implement_trait,
        reason = "the name of std's method, for type inference or walking both ways"
    )]
    pub fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        entries.into_iter().collect()
    }
}

/// Making, measuring and walking: nothing here needs an order.
impl<K, V, S: Store, L: Layout> BPlusIndex<K, V, S, L> {
    /// Makes an empty index of any store and layout. Allocates nothing. O(1).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::{BPlusIndex, Heap, Pairs};
    ///
    /// let mut index: BPlusIndex<u64, u32, Heap, Pairs> = BPlusIndex::new_in();
    /// index.insert(1, 1);
    /// ```
    #[must_use]
    pub const fn new_in() -> Self {
        BPlusIndex { tree: Tree::new() }
    }

    /// Removes all entries and gives the memory back. O(n) if they need to be dropped.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// let mut index = BPlusIndex::from([(1, 1)]);
    /// index.clear();
    /// assert!(index.is_empty());
    /// ```
    pub fn clear(&mut self) {
        self.tree.clear();
    }

    /// The number of entries. O(1).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// assert_eq!(BPlusIndex::from([(1, 1), (1, 2)]).len(), 2);
    /// ```
    #[must_use]
    pub fn len(&self) -> usize {
        self.tree.len()
    }

    /// Whether there are no entries. O(1).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// assert!(BPlusIndex::<u8, u8>::new().is_empty());
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The smallest entry: the smallest key with its smallest value. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// assert_eq!(BPlusIndex::from([(2, 1), (1, 9), (1, 8)]).first(), Some((&1, &8)));
    /// ```
    #[must_use]
    pub fn first(&self) -> Option<(&K, &V)> {
        self.tree.first()
    }

    /// The greatest entry: the greatest key with its greatest value. O(1).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// assert_eq!(BPlusIndex::from([(2, 7), (2, 8), (1, 9)]).last(), Some((&2, &8)));
    /// ```
    #[must_use]
    pub fn last(&self) -> Option<(&K, &V)> {
        self.tree.last()
    }

    /// All entries in ascending order, double-ended. Amortized O(1) an entry.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// let index = BPlusIndex::from([("b", 1), ("a", 2), ("b", 0)]);
    /// assert!(index.iter().eq([(&"a", &2), (&"b", &0), (&"b", &1)]));
    /// ```
    pub fn iter(&self) -> Iter<'_, K, V, S, L> {
        self.tree.iter()
    }

    /// Makes room for `additional` more entries, in nodes as full as inserting in random order
    /// leaves them.
    ///
    /// # Panics
    ///
    /// Panics if the room exceeds what can be addressed.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// let mut index = BPlusIndex::from([(0, 0)]);
    /// index.reserve(1000);
    /// index.extend((1..=1000).map(|row| (row % 10, row)));
    /// ```
    pub fn reserve(&mut self, additional: usize) {
        self.tree.reserve(additional);
    }

    /// The bytes that the index has allocated: its nodes with their free slots, and nodes that are
    /// free. Those are used again before new ones are made.
    ///
    /// Not counted: the index's own `size_of`, and what keys and values own elsewhere.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// let mut index = BPlusIndex::new();
    /// assert_eq!(index.memory_usage(), 0);
    /// index.insert(1, 1);
    /// assert!(index.memory_usage() > 0);
    /// ```
    #[must_use]
    pub fn memory_usage(&self) -> usize {
        self.tree.memory_usage()
    }

    /// Gives back memory that the entries do not need, and puts leaves in order. O(n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// let mut index: BPlusIndex<_, _> = (0..1000).map(|row| (row % 10, row)).collect();
    /// index.delete_range(1..);
    /// let before = index.memory_usage();
    /// index.shrink_to_fit();
    /// assert!(index.memory_usage() < before);
    /// ```
    pub fn shrink_to_fit(&mut self) {
        self.tree.shrink_to_fit();
    }
}

/// Looking up by key. A key may be given in any borrowed form that is ordered as the key is.
impl<K: Ord, V, S: Store, L: Layout> BPlusIndex<K, V, S, L> {
    /// Whether there is an entry with that key. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// let index = BPlusIndex::from([("a".to_string(), 1)]);
    /// assert!(index.contains_key("a"));
    /// assert!(!index.contains_key("b"));
    /// ```
    #[inline]
    pub fn contains_key<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.tree.first_of(key).is_some()
    }

    /// The value of a key that has but one. O(log n).
    ///
    /// Of several values it is the smallest; that there is no other is not checked.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// let index = BPlusIndex::from([(1, 10), (2, 21), (2, 20)]);
    /// assert_eq!(index.lookup_unique(&1), Some(&10));
    /// assert_eq!(index.lookup_unique(&2), Some(&20));
    /// assert_eq!(index.lookup_unique(&3), None);
    /// ```
    #[inline]
    pub fn lookup_unique<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.tree.first_of(key).map(|(_, value)| value)
    }

    /// The values of a key in ascending order, double-ended. O(log n), then amortized O(1) a value.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// let index = BPlusIndex::from([(1, 10), (2, 22), (2, 20), (2, 21)]);
    /// assert!(index.lookup_range(&2).eq(&[20, 21, 22]));
    /// assert_eq!(index.lookup_range(&2).next_back(), Some(&22));
    /// assert_eq!(index.lookup_range(&3).next(), None);
    /// ```
    #[inline]
    pub fn lookup_range<Q: Ord + ?Sized>(&self, key: &Q) -> Values<'_, K, V, S, L>
    where
        K: Borrow<Q>,
    {
        Only::new(self.tree.equal_range(key))
    }

    /// The number of values of a key. O(log n), and a step for each leaf that they fill.
    ///
    /// The values are not visited, but their leaves are asked for their lengths, a cache miss for
    /// about fifty values at most. Exact counts in branches would make it O(log n), at the price of
    /// a write to every branch on the path of every insert and delete.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// let index: BPlusIndex<_, _> = (0..1000).map(|row| (row % 10, row)).collect();
    /// assert_eq!(index.count(&3), 100);
    /// assert_eq!(index.count(&10), 0);
    /// ```
    pub fn count<Q: Ord + ?Sized>(&self, key: &Q) -> usize
    where
        K: Borrow<Q>,
    {
        self.tree.count(key)
    }

    /// Each key once, in ascending order, double-ended. Goes from key to key without a look at the
    /// values between.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// let index = BPlusIndex::from([(1, 10), (2, 20), (2, 21)]);
    /// assert!(index.keys().eq(&[1, 2]));
    /// ```
    pub fn keys(&self) -> Keys<'_, K, V, S, L> {
        Only::new(self.groups())
    }

    /// Each key once, with its values, in ascending order, double-ended. Goes from key to key
    /// without a look at the values between.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// let index = BPlusIndex::from([("a", 1), ("b", 2), ("b", 3)]);
    /// let sums: Vec<_> = index
    ///     .groups()
    ///     .map(|(key, values)| (*key, values.sum::<i32>()))
    ///     .collect();
    /// assert_eq!(sums, [("a", 1), ("b", 5)]);
    /// ```
    pub fn groups(&self) -> Groups<'_, K, V, S, L> {
        self.range_groups::<K, _>(..)
    }

    /// The entries whose keys lie in `range`, in ascending order, double-ended. O(log n), then
    /// amortized O(1) an entry.
    ///
    /// A bound that is excluded excludes all values of its key.
    ///
    /// # Panics
    ///
    /// Panics if the start lies after the end, or if both are equal and excluded; not if the index
    /// is empty. [`range_checked`](Self::range_checked) returns an error instead.
    ///
    /// # Examples
    ///
    /// ```
    /// use core::ops::Bound::{Excluded, Unbounded};
    /// use leafwise::BPlusIndex;
    ///
    /// let index = BPlusIndex::from([(1, 10), (2, 20), (2, 21), (3, 30)]);
    /// assert!(index.range(2..).eq([(&2, &20), (&2, &21), (&3, &30)]));
    /// assert!(index.range((Excluded(2), Unbounded)).eq([(&3, &30)]));
    /// ```
    #[track_caller]
    pub fn range<Q, R>(&self, range: R) -> Range<'_, K, V, S, L>
    where
        Q: Ord + ?Sized,
        K: Borrow<Q>,
        R: RangeBounds<Q>,
    {
        bounds::expect(self.range_checked(range), self.is_empty(), NAME)
    }

    /// As [`range`](Self::range), but never panics for a bad range.
    ///
    /// # Errors
    ///
    /// Returns an error if the start lies after the end, or if both are equal and excluded, be the
    /// index empty or not.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::{BPlusIndex, index::RangeError};
    ///
    /// let index = BPlusIndex::from([(3, 1), (5, 1)]);
    /// let (from, to) = (5, 3);
    /// assert_eq!(index.range_checked(from..to).unwrap_err(), RangeError::Inverted);
    /// ```
    pub fn range_checked<Q, R>(&self, range: R) -> Result<Range<'_, K, V, S, L>, RangeError>
    where
        Q: Ord + ?Sized,
        K: Borrow<Q>,
        R: RangeBounds<Q>,
    {
        self.tree.range(&range)
    }

    /// [`groups`](Self::groups) of the keys that lie in `range`. O(log n) to find the range.
    ///
    /// # Panics
    ///
    /// As [`range`](Self::range).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// let index = BPlusIndex::from([(1, 10), (2, 20), (2, 21), (3, 30)]);
    /// // The greatest key first, its values in ascending order.
    /// let values = index.range_groups(2..).rev().flat_map(|(_, values)| values);
    /// assert!(values.eq(&[30, 20, 21]));
    /// ```
    #[track_caller]
    pub fn range_groups<Q, R>(&self, range: R) -> Groups<'_, K, V, S, L>
    where
        Q: Ord + ?Sized,
        K: Borrow<Q>,
        R: RangeBounds<Q>,
    {
        Groups::new(self.range(range), self.len())
    }

    /// A cursor in the gap before the first entry whose key `bound`, taken as a start, lets in.
    /// O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use core::ops::Bound;
    /// use leafwise::BPlusIndex;
    ///
    /// let index = BPlusIndex::from([(1, 10), (2, 20), (2, 21)]);
    /// let mut cursor = index.lower_bound(Bound::Included(&2));
    /// assert_eq!(cursor.peek_prev(), Some((&1, &10)));
    /// assert_eq!(cursor.next(), Some((&2, &20)));
    /// ```
    pub fn lower_bound<Q: Ord + ?Sized>(&self, bound: Bound<&Q>) -> Cursor<'_, K, V, S, L>
    where
        K: Borrow<Q>,
    {
        self.tree.lower_bound(bound)
    }

    /// A cursor in the gap after the last entry whose key `bound`, taken as an end, lets in. O(log
    /// n).
    ///
    /// # Examples
    ///
    /// ```
    /// use core::ops::Bound;
    /// use leafwise::BPlusIndex;
    ///
    /// let index = BPlusIndex::from([(1, 10), (2, 20), (2, 21), (3, 30)]);
    /// let cursor = index.upper_bound(Bound::Included(&2));
    /// assert_eq!(cursor.peek_prev(), Some((&2, &21)));
    /// assert_eq!(cursor.peek_next(), Some((&3, &30)));
    /// ```
    pub fn upper_bound<Q: Ord + ?Sized>(&self, bound: Bound<&Q>) -> Cursor<'_, K, V, S, L>
    where
        K: Borrow<Q>,
    {
        self.tree.upper_bound(bound)
    }

    /// [`lower_bound`](Self::lower_bound), to change something there.
    ///
    /// # Examples
    ///
    /// ```
    /// use core::ops::Bound;
    /// use leafwise::BPlusIndex;
    ///
    /// let mut index = BPlusIndex::from([(1, 10), (2, 20), (2, 21)]);
    /// let mut cursor = index.lower_bound_mut(Bound::Included(&2));
    /// assert_eq!(cursor.remove_next(), Some((2, 20)));
    /// assert_eq!(index.len(), 2);
    /// ```
    pub fn lower_bound_mut<Q: Ord + ?Sized>(
        &mut self,
        bound: Bound<&Q>,
    ) -> CursorMut<'_, K, V, S, L>
    where
        K: Borrow<Q>,
    {
        self.tree.lower_bound_mut(bound).seen_as()
    }

    /// [`upper_bound`](Self::upper_bound), to change something there.
    ///
    /// # Examples
    ///
    /// ```
    /// use core::ops::Bound;
    /// use leafwise::BPlusIndex;
    ///
    /// let mut index = BPlusIndex::from([(1, 10), (2, 20)]);
    /// let mut cursor = index.upper_bound_mut(Bound::Included(&1));
    /// assert!(cursor.insert_before(1, 11).is_ok());
    /// assert!(cursor.insert_before(1, 11).is_err());
    /// assert_eq!(index.len(), 3);
    /// ```
    pub fn upper_bound_mut<Q: Ord + ?Sized>(
        &mut self,
        bound: Bound<&Q>,
    ) -> CursorMut<'_, K, V, S, L>
    where
        K: Borrow<Q>,
    {
        self.tree.upper_bound_mut(bound).seen_as()
    }
}

/// Looking up by key and value. Both may be given in borrowed forms.
impl<K: Ord, V: Ord, S: Store, L: Layout> BPlusIndex<K, V, S, L> {
    /// Whether there is an entry with that key and that value. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// let index = BPlusIndex::from([(1, "a".to_string()), (1, "b".to_string())]);
    /// assert!(index.contains(&1, "b"));
    /// assert!(!index.contains(&1, "c"));
    /// ```
    #[inline]
    pub fn contains<Q: Ord + ?Sized, W: Ord + ?Sized>(&self, key: &Q, value: &W) -> bool
    where
        K: Borrow<Q>,
        V: Borrow<W>,
    {
        self.tree.get(AtPair::lower(key, value)).is_some()
    }

    /// The entries between two pairs, in ascending order, double-ended. O(log n), then amortized
    /// O(1) an entry.
    ///
    /// # Panics
    ///
    /// As [`range`](Self::range), pairs being compared by key and then by value.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// let index = BPlusIndex::from([(1, 10), (1, 11), (2, 20), (2, 21)]);
    /// let range = index.range_pairs((&1, &11)..(&2, &21));
    /// assert!(range.eq([(&1, &11), (&2, &20)]));
    /// ```
    #[track_caller]
    pub fn range_pairs<'q, Q, W, R>(&self, range: R) -> Range<'_, K, V, S, L>
    where
        K: Borrow<Q>,
        V: Borrow<W>,
        Q: Ord + ?Sized + 'q,
        W: Ord + ?Sized + 'q,
        R: RangeBounds<(&'q Q, &'q W)>,
    {
        bounds::expect(self.range_pairs_checked(range), self.is_empty(), NAME)
    }

    /// As [`range_pairs`](Self::range_pairs), but never panics for a bad range.
    ///
    /// # Errors
    ///
    /// As [`range_checked`](Self::range_checked).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// let index = BPlusIndex::from([(1, 10), (1, 11)]);
    /// assert!(index.range_pairs_checked((&1, &11)..(&1, &10)).is_err());
    /// ```
    pub fn range_pairs_checked<'q, Q, W, R>(
        &self,
        range: R,
    ) -> Result<Range<'_, K, V, S, L>, RangeError>
    where
        K: Borrow<Q>,
        V: Borrow<W>,
        Q: Ord + ?Sized + 'q,
        W: Ord + ?Sized + 'q,
        R: RangeBounds<(&'q Q, &'q W)>,
    {
        let (start, end) = (range.start_bound(), range.end_bound());
        bounds::check(start, end)?;
        Ok(self.tree.between(start.cloned(), end.cloned(), AtPair))
    }

    /// A cursor in the gap before the first entry that `bound`, taken as a start, lets in. O(log
    /// n).
    ///
    /// # Examples
    ///
    /// ```
    /// use core::ops::Bound;
    /// use leafwise::BPlusIndex;
    ///
    /// let index = BPlusIndex::from([(1, 10), (1, 12), (2, 20)]);
    /// let cursor = index.lower_bound_pair(Bound::Included((&1, &11)));
    /// assert_eq!(cursor.peek_next(), Some((&1, &12)));
    /// ```
    pub fn lower_bound_pair<Q: Ord + ?Sized, W: Ord + ?Sized>(
        &self,
        bound: Bound<(&Q, &W)>,
    ) -> Cursor<'_, K, V, S, L>
    where
        K: Borrow<Q>,
        V: Borrow<W>,
    {
        self.tree.cursor_at(Edge::Lower, bound, AtPair)
    }

    /// A cursor in the gap after the last entry that `bound`, taken as an end, lets in. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use core::ops::Bound;
    /// use leafwise::BPlusIndex;
    ///
    /// let index = BPlusIndex::from([(1, 10), (1, 12), (2, 20)]);
    /// let cursor = index.upper_bound_pair(Bound::Included((&1, &12)));
    /// assert_eq!(cursor.peek_next(), Some((&2, &20)));
    /// ```
    pub fn upper_bound_pair<Q: Ord + ?Sized, W: Ord + ?Sized>(
        &self,
        bound: Bound<(&Q, &W)>,
    ) -> Cursor<'_, K, V, S, L>
    where
        K: Borrow<Q>,
        V: Borrow<W>,
    {
        self.tree.cursor_at(Edge::Upper, bound, AtPair)
    }

    /// [`lower_bound_pair`](Self::lower_bound_pair), to change something there.
    ///
    /// # Examples
    ///
    /// ```
    /// use core::ops::Bound;
    /// use leafwise::BPlusIndex;
    ///
    /// let mut index = BPlusIndex::from([(1, 10), (1, 12), (2, 20)]);
    /// let mut cursor = index.lower_bound_pair_mut(Bound::Included((&1, &11)));
    /// assert_eq!(cursor.remove_next(), Some((1, 12)));
    /// ```
    pub fn lower_bound_pair_mut<Q: Ord + ?Sized, W: Ord + ?Sized>(
        &mut self,
        bound: Bound<(&Q, &W)>,
    ) -> CursorMut<'_, K, V, S, L>
    where
        K: Borrow<Q>,
        V: Borrow<W>,
    {
        self.tree
            .cursor_mut_at(Edge::Lower, bound, AtPair)
            .seen_as()
    }

    /// [`upper_bound_pair`](Self::upper_bound_pair), to change something there.
    ///
    /// # Examples
    ///
    /// ```
    /// use core::ops::Bound;
    /// use leafwise::BPlusIndex;
    ///
    /// let mut index = BPlusIndex::from([(1, 10), (1, 12), (2, 20)]);
    /// let mut cursor = index.upper_bound_pair_mut(Bound::Excluded((&2, &20)));
    /// assert_eq!(cursor.remove_prev(), Some((1, 12)));
    /// ```
    pub fn upper_bound_pair_mut<Q: Ord + ?Sized, W: Ord + ?Sized>(
        &mut self,
        bound: Bound<(&Q, &W)>,
    ) -> CursorMut<'_, K, V, S, L>
    where
        K: Borrow<Q>,
        V: Borrow<W>,
    {
        self.tree
            .cursor_mut_at(Edge::Upper, bound, AtPair)
            .seen_as()
    }
}

/// Removing.
impl<K: Ord, V: Ord, S: Store, L: Layout> BPlusIndex<K, V, S, L> {
    /// Removes the entry with that key and that value. Says whether it was there. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// let mut index = BPlusIndex::from([(1, 10), (1, 11)]);
    /// assert!(index.delete(&1, &10));
    /// assert!(!index.delete(&1, &10));
    /// assert!(index.lookup_range(&1).eq(&[11]));
    /// ```
    #[inline]
    pub fn delete<Q: Ord + ?Sized, W: Ord + ?Sized>(&mut self, key: &Q, value: &W) -> bool
    where
        K: Borrow<Q>,
        V: Borrow<W>,
    {
        self.tree.remove(AtPair::lower(key, value)).is_some()
    }

    /// Removes all entries with that key and says how many there were. O(log n) and the leaves that
    /// they fill.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// let mut index = BPlusIndex::from([(1, 10), (1, 11), (2, 20)]);
    /// assert_eq!(index.delete_key(&1), 2);
    /// assert_eq!(index.delete_key(&1), 0);
    /// assert_eq!(index.len(), 1);
    /// ```
    pub fn delete_key<Q: Ord + ?Sized>(&mut self, key: &Q) -> usize
    where
        K: Borrow<Q>,
    {
        self.tree
            .remove_between(Bound::Included(key), Bound::Included(key), AtKey)
    }

    /// Removes all entries whose keys lie in `range` and says how many there were. O(log n) and the
    /// leaves that they fill.
    ///
    /// # Panics
    ///
    /// As [`range`](Self::range).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// let mut index = BPlusIndex::from([(1, 10), (2, 20), (2, 21), (3, 30)]);
    /// assert_eq!(index.delete_range(2..), 3);
    /// assert_eq!(index.len(), 1);
    /// ```
    #[track_caller]
    pub fn delete_range<Q, R>(&mut self, range: R) -> usize
    where
        Q: Ord + ?Sized,
        K: Borrow<Q>,
        R: RangeBounds<Q>,
    {
        let is_empty = self.is_empty();
        bounds::expect(self.tree.remove_range(&range), is_empty, NAME)
    }

    /// Removes all entries between two pairs and says how many there were. O(log n) and the leaves
    /// that they fill.
    ///
    /// # Panics
    ///
    /// As [`range_pairs`](Self::range_pairs).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// let mut index = BPlusIndex::from([(1, 10), (1, 11), (2, 20), (2, 21)]);
    /// assert_eq!(index.delete_range_pairs((&1, &11)..(&2, &21)), 2);
    /// assert!(index.iter().eq([(&1, &10), (&2, &21)]));
    /// ```
    #[track_caller]
    pub fn delete_range_pairs<'q, Q, W, R>(&mut self, range: R) -> usize
    where
        K: Borrow<Q>,
        V: Borrow<W>,
        Q: Ord + ?Sized + 'q,
        W: Ord + ?Sized + 'q,
        R: RangeBounds<(&'q Q, &'q W)>,
    {
        let (start, end) = (range.start_bound(), range.end_bound());
        bounds::expect(bounds::check(start, end), self.is_empty(), NAME);
        self.tree
            .remove_between(start.cloned(), end.cloned(), AtPair)
    }

    /// Removes the smallest entry and returns it. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// let mut index = BPlusIndex::from([(1, 11), (1, 10)]);
    /// assert_eq!(index.pop_first(), Some((1, 10)));
    /// ```
    pub fn pop_first(&mut self) -> Option<(K, V)> {
        self.tree.pop_first()
    }

    /// Removes the greatest entry and returns it. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// let mut index = BPlusIndex::from([(1, 11), (1, 10)]);
    /// assert_eq!(index.pop_last(), Some((1, 11)));
    /// ```
    pub fn pop_last(&mut self) -> Option<(K, V)> {
        self.tree.pop_last()
    }

    /// Keeps the entries that `keep` says yes to, visiting all in ascending order. O(n).
    ///
    /// If `keep` panics, the entry in question and all later ones remain.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// let mut index = BPlusIndex::from([(1, 10), (1, 11), (2, 20)]);
    /// index.retain(|_, value| value % 2 == 0);
    /// assert!(index.iter().eq([(&1, &10), (&2, &20)]));
    /// ```
    pub fn retain<F: FnMut(&K, &V) -> bool>(&mut self, mut keep: F) {
        self.extract_if(.., |key, value| !keep(key, value))
            .for_each(drop);
    }

    /// Walks the entries whose keys lie in `range` in ascending order, and removes and yields those
    /// that `predicate` says yes to.
    ///
    /// The index is whole whenever `predicate` runs and between any two steps: what the iterator
    /// has not come to when it is dropped remains. If `predicate` panics, the entry in question
    /// remains and the iterator ends. An inverted range is an empty one, as in std's maps.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// let mut index = BPlusIndex::from([(1, 10), (1, 11), (2, 20)]);
    /// let odd: Vec<_> = index.extract_if(.., |_, value| value % 2 == 1).collect();
    /// assert_eq!(odd, [(1, 11)]);
    /// ```
    pub fn extract_if<F, R>(&mut self, range: R, predicate: F) -> ExtractIf<'_, K, V, R, F, S, L>
    where
        R: RangeBounds<K>,
        F: FnMut(&K, &V) -> bool,
    {
        ExtractIf::new(&mut self.tree, range, predicate)
    }

    /// Verifies the whole tree: order, links, separators, fill and counts. Meant for tests. O(n).
    ///
    /// # Panics
    ///
    /// Panics if anything is wrong, with what it is: this library or an `Ord` is at fault.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// BPlusIndex::from([(1, "a"), (1, "b")]).check_invariants();
    /// ```
    pub fn check_invariants(&self) {
        self.tree.check_invariants();
    }
}

/// Inserting: leaves may split, and separators are clones of keys and values.
impl<K: Ord + Clone, V: Ord + Clone, S: Store, L: Layout> BPlusIndex<K, V, S, L> {
    /// Makes an index of entries that come in strictly ascending order, without sorting or
    /// searching. O(n). Leaves are filled up.
    ///
    /// # Errors
    ///
    /// Returns an error that names the first entry out of order, equal entries included, and drops
    /// the entries that came before it.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// let rows = (0..1000).map(|row| (row / 10, row));
    /// let index: BPlusIndex<u32, u32> = BPlusIndex::from_sorted_iter(rows)?;
    /// assert_eq!(index.count(&30), 10);
    /// # Ok::<(), leafwise::index::UnsortedError>(())
    /// ```
    pub fn from_sorted_iter<I>(entries: I) -> Result<Self, UnsortedError>
    where
        I: IntoIterator<Item = (K, V)>,
    {
        let tree = Tree::from_ascending(entries)?;
        Ok(BPlusIndex { tree })
    }

    /// Inserts an entry. Says whether it is new. O(log n).
    ///
    /// An equal entry that is there already stays as it is.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// let mut index = BPlusIndex::new();
    /// assert!(index.insert(1, 10));
    /// assert!(index.insert(1, 11));
    /// assert!(!index.insert(1, 10));
    /// ```
    #[inline]
    pub fn insert(&mut self, key: K, value: V) -> bool {
        self.tree.insert_new(key, value)
    }

    /// Moves a value from one key to another: says whether the entry (`old_key`, `value`) was
    /// there, and if so, it is now (`new_key`, `value`). O(log n).
    ///
    /// If it was not there, nothing changes. If the new entry was there as well, the old one is
    /// removed and the index has one entry less. If the keys are equal, nothing changes.
    ///
    /// If `Ord` or `Clone` panics, either nothing has changed or both entries are there; if the
    /// `Drop` of the old entry panics, the change may be done as well. The value is never lost.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// let mut index = BPlusIndex::from([(1500, 42)]);
    /// assert!(index.update(&1500, 1600, 42));
    /// assert!(!index.update(&1500, 1700, 42));
    /// assert!(index.iter().eq([(&1600, &42)]));
    /// ```
    pub fn update<Q: Ord + ?Sized>(&mut self, old_key: &Q, new_key: K, value: V) -> bool
    where
        K: Borrow<Q>,
    {
        self.tree.change_key(old_key, new_key, value)
    }

    /// Moves all entries of `other` into this index, leaving `other` empty. O(n + m) where the two
    /// are of comparable size.
    ///
    /// Where both have an entry, the key that is here stays, and the value is that of `other`.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// let mut index = BPlusIndex::from([(1, 10), (2, 20)]);
    /// let mut other = BPlusIndex::from([(1, 11), (2, 20)]);
    /// index.append(&mut other);
    /// assert!(other.is_empty());
    /// assert!(index.iter().eq([(&1, &10), (&1, &11), (&2, &20)]));
    /// ```
    pub fn append(&mut self, other: &mut Self) {
        self.tree.append(&mut other.tree);
    }

    /// Splits the index in two: keeps the entries with keys smaller than `key`, returns an index of
    /// the others. O(log n) and the number of entries that move.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// let mut index = BPlusIndex::from([(1, 10), (2, 20), (2, 21)]);
    /// let high = index.split_off(&2);
    /// assert_eq!(index.len(), 1);
    /// assert_eq!(high, BPlusIndex::from([(2, 20), (2, 21)]));
    /// ```
    pub fn split_off<Q: Ord + ?Sized>(&mut self, key: &Q) -> Self
    where
        K: Borrow<Q>,
    {
        BPlusIndex {
            tree: self.tree.split_off(key),
        }
    }
}
