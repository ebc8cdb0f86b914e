//! The secondary index: many values per key; an entry is identified by the pair of both.
//!
//! Thin, as the map is: it uses the same tree under a policy of its own, `ByPair`, by which
//! separators hold values as well as keys. Nothing here depends on nodes.
//!
//! This file constructs, measures and iterates; `iter` and `cursor` are the iterators and cursors;
//! `insert`, `lookup`, `batch`, `pairs`, `range` and `remove` are the operations; `traits` are the
//! impls of std's traits.

#![deny(unsafe_code)]

mod batch;
mod convert;
mod cursor;
mod insert;
mod iter;
mod lookup;
mod pairs;
mod range;
mod remove;
mod traits;

use crate::iter::Entries;
use crate::layout::{LeafLayout, StructOfArrays};
use crate::store::{Slab, Store};
use crate::tree::Tree;

pub use crate::error::{RangeError, UnorderedKeyError, UnsortedError};
pub use crate::tree::ByPair;
pub use cursor::{Cursor, CursorMut};
pub use iter::{AscendingValue, ExtractIf, Groups, IntoIter, Iter, Keys, Pair, Range, Values};

/// A secondary index: entries are pairs of a key and a value, ordered by key and then by value,
/// without duplicate pairs.
///
/// One struct serves as a unique index (one value per key), a one-to-many index (many values per
/// key) and, as it can check whether a pair is present, a many-to-many relation. Values are
/// typically the ids of rows in a table, whose key columns the index follows: see
/// [`update`](Self::update). With tuples as keys it is an index over several columns.
///
/// It uses the tree of [`BPlusTreeMap`](crate::BPlusTreeMap). What is documented there about
/// stores, layouts and an order that is inconsistent or panics also holds here. Separators hold a
/// key and a value, so methods that insert require `Clone` of both; each is cloned about once per
/// leaf. Integer keys are searched with vector instructions, however many values they have; if a
/// key's values fill nodes, a binary search among the values follows.
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
pub struct BPlusIndex<K, V, S: Store = Slab, L: LeafLayout = StructOfArrays> {
    pub(crate) tree: Tree<K, V, S, ByPair<L>>,
}

/// The index's name in panic messages.
pub(crate) const NAME: &str = "BPlusIndex";

/// Constructors for the default store and layout, which need not be named.
impl<K, V> BPlusIndex<K, V> {
    /// Makes a new, empty index. Does not allocate. O(1).
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
        Self::empty()
    }

    /// Makes a new, empty index with room for at least `capacity` entries, in nodes as full as
    /// insertions in random order leave them.
    ///
    /// # Panics
    ///
    /// Panics if the capacity exceeds the address space.
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
}

impl<K: Ord + Clone, V: Ord + Clone> BPlusIndex<K, V> {
    /// Makes an index of entries in any order, as [`FromIterator::from_iter`] does for every store
    /// and layout.
    ///
    /// It is also defined here so that `BPlusIndex::from_iter(..)` needs no type annotations. O(n)
    /// for ascending entries, otherwise O(n log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// let index = BPlusIndex::from_iter([("b", 2), ("a", 1), ("b", 1), ("b", 2)]);
    /// assert_eq!(index.len(), 3);
    /// ```
    // The trait's method, for the types that the compiler should infer.
    #[allow(
        clippy::should_implement_trait,
        reason = "std has the same method; this one makes type inference work"
    )]
    pub fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        entries.into_iter().collect()
    }
}

/// Constructing, measuring and iterating: nothing here requires an order.
impl<K, V, S: Store, L: LeafLayout> BPlusIndex<K, V, S, L> {
    /// Makes a new, empty index of any store and layout. Does not allocate. O(1).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::layout::ArrayOfStructs;
    /// use leafwise::store::Heap;
    /// use leafwise::BPlusIndex;
    ///
    /// let mut index: BPlusIndex<u64, u32, Heap, ArrayOfStructs> = BPlusIndex::empty();
    /// index.insert(1, 1);
    /// ```
    #[must_use]
    pub const fn empty() -> Self {
        BPlusIndex { tree: Tree::new() }
    }

    /// Clears the index, removing all entries, and frees its memory. O(n) if they need to be
    /// dropped.
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

    /// Returns `true` if the index contains no entries. O(1).
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

    /// Returns the smallest entry: the smallest key with its smallest value. O(log n).
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

    /// Returns the greatest entry: the greatest key with its greatest value. O(1).
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

    /// Returns a double-ended iterator over all entries, in ascending order. Amortized O(1) per
    /// entry.
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

    /// Reserves room for at least `additional` more entries, in nodes as full as insertions in
    /// random order leave them.
    ///
    /// # Panics
    ///
    /// Panics if the capacity exceeds the address space.
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

    /// The number of bytes that the index has allocated: its nodes with their free slots, and free
    /// nodes, which are reused before new ones are made.
    ///
    /// Not included: the index's own `size_of`, and memory that keys and values own.
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

    /// Frees memory that the entries do not need, and puts the leaves in order. O(n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// let mut index: BPlusIndex<_, _> = (0..1000).map(|row| (row % 10, row)).collect();
    /// index.remove_range(1..);
    /// let before = index.memory_usage();
    /// index.shrink_to_fit();
    /// assert!(index.memory_usage() < before);
    /// ```
    pub fn shrink_to_fit(&mut self) {
        self.tree.shrink_to_fit();
    }
}
