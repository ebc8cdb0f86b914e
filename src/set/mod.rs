//! The ordered set: what `std::collections::BTreeSet` offers. A set is a map with unit values.
//!
//! This file constructs, measures and iterates; `combine` is union, intersection and difference of
//! any two sets, `operations` those of tree sets; `iter` and `cursor` are the map's iterators and
//! cursors without the units; `insert`, `lookup`, `range` and `remove` are the operations of these
//! names; `traits` are the impls of std's traits.

#![deny(unsafe_code)]

mod batch;
pub(crate) mod combine;
mod convert;
mod cursor;
mod insert;
mod iter;
mod lookup;
mod operations;
mod range;
mod remove;
mod traits;

use crate::iter::{KeyOnly, Projected, Projection};
use crate::layout::{LeafLayout, StructOfArrays};
use crate::map::BPlusTreeMap;
use crate::store::{Slab, Store};

pub use crate::error::{RangeError, UnorderedKeyError, UnsortedError};
pub use combine::{Combination, InBoth, InEither, InFirst, InOne, Operand, Peeked, Rule, Walk};
pub use cursor::{Cursor, CursorMut};
pub use iter::{Element, ExtractIf, IntoIter, Iter, Range};
pub use operations::{Difference, Intersection, SymmetricDifference, Union};

/// An ordered set in a B+ tree: all elements are in linked leaves, with an index above them.
///
/// It has the methods and traits of [`std::collections::BTreeSet`] under the same names with the
/// same meaning, so that it can replace it, and in addition what [`BPlusTreeMap`] adds to std's
/// map: cursors, [`floor`](Self::floor) and the like, [`remove_range`](Self::remove_range),
/// [`from_sorted_iter`](Self::from_sorted_iter), [`range_checked`](Self::range_checked).
///
/// The difference from std: methods that insert, and `split_off`, require `K: Ord + Clone`, because
/// the branches above the leaves hold separators, which are clones of elements. See
/// [`BPlusTreeMap`] for this, for the parameters `S` and `L`, and for what happens if an order is
/// inconsistent or panics.
///
/// # Examples
///
/// ```
/// use leafwise::BPlusTreeSet;
///
/// let mut primes = BPlusTreeSet::from([7, 2, 5]);
/// primes.insert(3);
///
/// assert!(primes.contains(&5));
/// assert!(primes.iter().eq(&[2, 3, 5, 7]));
/// assert_eq!(&primes - &BPlusTreeSet::from([2, 3]), BPlusTreeSet::from([5, 7]));
/// ```
///
/// [`std::collections::BTreeSet`]: https://doc.rust-lang.org/std/collections/struct.BTreeSet.html
pub struct BPlusTreeSet<K, S: Store = Slab, L: LeafLayout = StructOfArrays> {
    pub(crate) map: BPlusTreeMap<K, (), S, L>,
}

/// The set's name in panic messages.
pub(crate) const NAME: &str = "BPlusTreeSet";

/// Constructors for the default store and layout, which need not be named.
impl<K> BPlusTreeSet<K> {
    /// Makes a new, empty set. Does not allocate. O(1).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// let mut set = BPlusTreeSet::new();
    /// set.insert(1);
    /// ```
    #[must_use]
    pub const fn new() -> Self {
        Self::empty()
    }

    /// Makes a new, empty set with room for at least `capacity` elements, in nodes as full as
    /// insertions in random order leave them.
    ///
    /// # Panics
    ///
    /// Panics if the capacity exceeds the address space.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// let mut set = BPlusTreeSet::with_capacity(1000);
    /// assert!(set.memory_usage() >= 1000 * size_of::<i32>());
    /// set.extend(0..1000);
    /// ```
    #[must_use]
    pub fn with_capacity(capacity: usize) -> Self {
        BPlusTreeSet {
            map: BPlusTreeMap::with_capacity(capacity),
        }
    }
}

impl<K: Ord + Clone> BPlusTreeSet<K> {
    /// Makes a set of elements in any order, as [`FromIterator::from_iter`] does for every store
    /// and layout.
    ///
    /// It is also defined here so that `BPlusTreeSet::from_iter(..)` needs no type annotations.
    /// O(n) for ascending elements, otherwise O(n log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// let set = BPlusTreeSet::from_iter([2, 1, 2]);
    /// assert_eq!(set.len(), 2);
    /// ```
    // The trait's method, for the types that the compiler should infer.
    #[allow(
        clippy::should_implement_trait,
        reason = "std has the same method; this one makes type inference work"
    )]
    pub fn from_iter<I: IntoIterator<Item = K>>(elements: I) -> Self {
        elements.into_iter().collect()
    }
}

/// Constructing, measuring and iterating: nothing here requires an order.
impl<K, S: Store, L: LeafLayout> BPlusTreeSet<K, S, L> {
    /// Makes a new, empty set of any store and layout. Does not allocate. O(1).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::layout::ArrayOfStructs;
    /// use leafwise::store::Heap;
    /// use leafwise::BPlusTreeSet;
    ///
    /// let mut set: BPlusTreeSet<u64, Heap, ArrayOfStructs> = BPlusTreeSet::empty();
    /// set.insert(1);
    /// ```
    #[must_use]
    pub const fn empty() -> Self {
        BPlusTreeSet {
            map: BPlusTreeMap::empty(),
        }
    }

    /// Clears the set, removing all elements. O(n) if they need to be dropped.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// let mut set = BPlusTreeSet::from([1]);
    /// set.clear();
    /// assert!(set.is_empty());
    /// ```
    pub fn clear(&mut self) {
        self.map.clear();
    }

    /// The number of elements. O(1).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// assert_eq!(BPlusTreeSet::from([1, 2]).len(), 2);
    /// ```
    #[must_use]
    pub fn len(&self) -> usize {
        self.map.len()
    }

    /// Returns `true` if the set contains no elements. O(1).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// let mut set = BPlusTreeSet::new();
    /// assert!(set.is_empty());
    /// set.insert(1);
    /// assert!(!set.is_empty());
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.map.is_empty()
    }

    /// Returns the smallest element.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// assert_eq!(BPlusTreeSet::from([2, 1]).first(), Some(&1));
    /// ```
    #[must_use]
    pub fn first(&self) -> Option<&K> {
        self.map.first_key_value().map(KeyOnly::of)
    }

    /// Returns the greatest element.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// assert_eq!(BPlusTreeSet::from([2, 1]).last(), Some(&2));
    /// ```
    #[must_use]
    pub fn last(&self) -> Option<&K> {
        self.map.last_key_value().map(KeyOnly::of)
    }

    /// Returns a double-ended iterator over all elements, in ascending order. Amortized O(1) per
    /// element.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// let set = BPlusTreeSet::from([3, 1, 2]);
    /// assert!(set.iter().eq(&[1, 2, 3]));
    /// assert!(set.iter().rev().eq(&[3, 2, 1]));
    /// ```
    pub fn iter(&self) -> Iter<'_, K, S, L> {
        Projected::new(self.map.iter())
    }

    /// Reserves room for at least `additional` more elements, in nodes as full as insertions in
    /// random order leave them.
    ///
    /// # Panics
    ///
    /// Panics if the capacity exceeds the address space.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// let mut set = BPlusTreeSet::from([0]);
    /// set.reserve(1000);
    /// set.extend(1..=1000);
    /// ```
    pub fn reserve(&mut self, additional: usize) {
        self.map.reserve(additional);
    }

    /// The number of bytes that the set has allocated: its nodes with their free slots, and free
    /// nodes.
    ///
    /// Not included: the set's own `size_of`, and memory that elements own.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// let mut set = BPlusTreeSet::new();
    /// assert_eq!(set.memory_usage(), 0);
    /// set.insert(1);
    /// assert!(set.memory_usage() > 0);
    /// ```
    #[must_use]
    pub fn memory_usage(&self) -> usize {
        self.map.memory_usage()
    }

    /// Frees memory that the elements do not need, and puts the leaves in order. O(n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// let mut set: BPlusTreeSet<_> = (0..1000).collect();
    /// set.retain(|element| element % 10 == 0);
    /// let before = set.memory_usage();
    /// set.shrink_to_fit();
    /// assert!(set.memory_usage() < before);
    /// ```
    pub fn shrink_to_fit(&mut self) {
        self.map.shrink_to_fit();
    }
}
