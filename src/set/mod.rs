//! The ordered set: what `std::collections::BTreeSet` offers. A set is a map with unit values.
//!
//! This file constructs, looks up and changes; `combine` is union, intersection and difference;
//! `iter` and `cursor` show the map's iterators and cursors without the units; `traits` are the
//! impls of std's traits.

#![deny(unsafe_code)]

mod combine;
mod cursor;
mod iter;
mod traits;

use core::borrow::Borrow;
use core::ops::{Bound, RangeBounds};

use crate::bounds;
use crate::iter::{Half, Key, Only, Remove};
use crate::leaf::{Layout, Split};
use crate::map::BPlusTreeMap;
use crate::store::{Slab, Store};

pub use crate::error::{RangeError, UnorderedKeyError, UnsortedError};
pub use combine::{
    Combination, Difference, InBoth, InEither, InFirst, InOne, Intersection, SymmetricDifference,
    Union,
};
pub use cursor::{Cursor, CursorMut};
pub use iter::{Element, ExtractIf, IntoIter, Iter, Range};

/// An ordered set in a B+ tree: all elements stand in linked leaves, an index stands above them.
///
/// It has the methods and traits of [`std::collections::BTreeSet`] under the same names with the
/// same meaning, so that it can take its place, and beyond them what [`BPlusTreeMap`] has beyond
/// std: cursors, [`floor`](Self::floor) and its like, [`remove_range`](Self::remove_range),
/// [`from_sorted_iter`](Self::from_sorted_iter), [`range_checked`](Self::range_checked).
///
/// The one difference from std: methods that insert ask for `K: Ord + Clone`, because the index
/// above the leaves holds separators, which are clones of elements. See [`BPlusTreeMap`] for this,
/// for the parameters `S` and `L`, and for what happens when an order lies or panics.
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
pub struct BPlusTreeSet<K, S: Store = Slab, L: Layout = Split> {
    pub(crate) map: BPlusTreeMap<K, (), S, L>,
}

/// What [`expect_range`] calls the set.
pub(crate) const NAME: &str = "BPlusTreeSet";

/// Making a set of the default store and layout, without naming them.
impl<K> BPlusTreeSet<K> {
    /// Makes an empty set. Allocates nothing. O(1).
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
        Self::new_in()
    }

    /// Makes an empty set with room for `capacity` elements, in nodes as full as inserting in
    /// random order leaves them.
    ///
    /// # Panics
    ///
    /// Panics if the room exceeds what can be addressed.
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

    /// Makes an empty set whose leaves hold `LEAF` elements and whose branches have `BRANCH`
    /// children, in place of the sizes that follow from the type. O(1).
    ///
    /// Meant for tests and measurements. `LEAF` is at least 2, `BRANCH` at least 4 (0 means: follow
    /// the type); anything else does not compile.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// let mut set = BPlusTreeSet::<u64>::with_nodes::<4, 4>();
    /// set.insert(1);
    /// ```
    #[must_use]
    pub const fn with_nodes<const LEAF: usize, const BRANCH: usize>()
    -> BPlusTreeSet<K, Slab, Split<LEAF, BRANCH>> {
        BPlusTreeSet::new_in()
    }
}

impl<K: Ord + Clone> BPlusTreeSet<K> {
    /// Makes a set of elements in any order, as [`FromIterator::from_iter`] does for every store
    /// and layout.
    ///
    /// It stands here as well so that `BPlusTreeSet::from_iter(..)` needs no types named. O(n) for
    /// ascending elements, otherwise O(n log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// let set = BPlusTreeSet::from_iter([2, 1, 2]);
    /// assert_eq!(set.len(), 2);
    /// ```
    // It is the trait's method, for the types that the compiler should assume.
    #[allow(
        clippy::should_implement_trait,
        reason = "the name of std's method, for type inference or walking both ways"
    )]
    pub fn from_iter<I: IntoIterator<Item = K>>(elements: I) -> Self {
        elements.into_iter().collect()
    }
}

/// Making, measuring and walking: nothing here needs an order.
impl<K, S: Store, L: Layout> BPlusTreeSet<K, S, L> {
    /// Makes an empty set of any store and layout. Allocates nothing. O(1).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::{BPlusTreeSet, Heap, Pairs};
    ///
    /// let mut set: BPlusTreeSet<u64, Heap, Pairs> = BPlusTreeSet::new_in();
    /// set.insert(1);
    /// ```
    #[must_use]
    pub const fn new_in() -> Self {
        BPlusTreeSet {
            map: BPlusTreeMap::new_in(),
        }
    }

    /// Removes all elements. O(n) if they need to be dropped.
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

    /// Whether there are no elements. O(1).
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

    /// The smallest element.
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
        self.map.first_key_value().map(Key::of)
    }

    /// The greatest element.
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
        self.map.last_key_value().map(Key::of)
    }

    /// All elements in ascending order, double-ended. Amortized O(1) an element.
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
        Only::new(self.map.iter())
    }

    /// Makes room for `additional` more elements, in nodes as full as inserting in random order
    /// leaves them.
    ///
    /// # Panics
    ///
    /// Panics if the room exceeds what can be addressed.
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

    /// The bytes that the set has allocated: its nodes with their free slots, and nodes that are
    /// free.
    ///
    /// Not counted: the set's own `size_of`, and what elements own elsewhere.
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

    /// Gives back memory that the elements do not need, and puts leaves in order. O(n).
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

/// Looking up.
impl<K, S: Store, L: Layout> BPlusTreeSet<K, S, L> {
    /// Whether an element equals `element`. O(log n).
    ///
    /// The element may be given in any borrowed form that is ordered as the element itself is.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// let set = BPlusTreeSet::from(["a".to_string()]);
    /// assert!(set.contains("a"));
    /// assert!(!set.contains("b"));
    /// ```
    #[inline]
    pub fn contains<Q: Ord + ?Sized>(&self, element: &Q) -> bool
    where
        K: Borrow<Q> + Ord,
    {
        self.map.contains_key(element)
    }

    /// The stored element that equals `element`. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// let set = BPlusTreeSet::from([1, 2]);
    /// assert_eq!(set.get(&2), Some(&2));
    /// assert_eq!(set.get(&3), None);
    /// ```
    #[inline]
    pub fn get<Q: Ord + ?Sized>(&self, element: &Q) -> Option<&K>
    where
        K: Borrow<Q> + Ord,
    {
        self.map.get_key_value(element).map(Key::of)
    }

    /// The greatest element that is smaller than or equal to `element`. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// let set = BPlusTreeSet::from([10, 20]);
    /// assert_eq!(set.floor(&20), Some(&20));
    /// assert_eq!(set.floor(&19), Some(&10));
    /// assert_eq!(set.floor(&9), None);
    /// ```
    pub fn floor<Q: Ord + ?Sized>(&self, element: &Q) -> Option<&K>
    where
        K: Borrow<Q> + Ord,
    {
        self.map.floor(element).map(Key::of)
    }

    /// The smallest element that is greater than or equal to `element`. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// let set = BPlusTreeSet::from([10, 20]);
    /// assert_eq!(set.ceiling(&10), Some(&10));
    /// assert_eq!(set.ceiling(&11), Some(&20));
    /// assert_eq!(set.ceiling(&21), None);
    /// ```
    pub fn ceiling<Q: Ord + ?Sized>(&self, element: &Q) -> Option<&K>
    where
        K: Borrow<Q> + Ord,
    {
        self.map.ceiling(element).map(Key::of)
    }

    /// The greatest element that is smaller than `element`. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// let set = BPlusTreeSet::from([10, 20]);
    /// assert_eq!(set.lower(&20), Some(&10));
    /// assert_eq!(set.lower(&10), None);
    /// ```
    pub fn lower<Q: Ord + ?Sized>(&self, element: &Q) -> Option<&K>
    where
        K: Borrow<Q> + Ord,
    {
        self.map.lower(element).map(Key::of)
    }

    /// The smallest element that is greater than `element`. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// let set = BPlusTreeSet::from([10, 20]);
    /// assert_eq!(set.higher(&10), Some(&20));
    /// assert_eq!(set.higher(&20), None);
    /// ```
    pub fn higher<Q: Ord + ?Sized>(&self, element: &Q) -> Option<&K>
    where
        K: Borrow<Q> + Ord,
    {
        self.map.higher(element).map(Key::of)
    }

    /// The elements that lie in `range`, in ascending order, double-ended. O(log n), then amortized
    /// O(1) an element.
    ///
    /// # Panics
    ///
    /// Panics if the start lies after the end, or if both are equal and excluded; not if the set is
    /// empty. [`range_checked`](Self::range_checked) returns an error instead.
    ///
    /// # Examples
    ///
    /// ```
    /// use core::ops::Bound::{Excluded, Included};
    /// use leafwise::BPlusTreeSet;
    ///
    /// let set = BPlusTreeSet::from([3, 5, 8]);
    /// assert!(set.range(4..).eq(&[5, 8]));
    /// assert!(set.range((Excluded(3), Included(5))).eq(&[5]));
    /// ```
    #[track_caller]
    pub fn range<Q, R>(&self, range: R) -> Range<'_, K, S, L>
    where
        Q: Ord + ?Sized,
        K: Borrow<Q> + Ord,
        R: RangeBounds<Q>,
    {
        bounds::expect(self.range_checked(range), self.is_empty(), NAME)
    }

    /// As [`range`](Self::range), but never panics for a bad range.
    ///
    /// # Errors
    ///
    /// Returns an error if the start lies after the end, or if both are equal and excluded, be the
    /// set empty or not.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::{BPlusTreeSet, set::RangeError};
    ///
    /// let set = BPlusTreeSet::from([3, 5]);
    /// let (from, to) = (5, 3);
    /// assert_eq!(set.range_checked(from..to).unwrap_err(), RangeError::Inverted);
    /// assert_eq!(set.range_checked(to..from).unwrap().count(), 1);
    /// ```
    pub fn range_checked<Q, R>(&self, range: R) -> Result<Range<'_, K, S, L>, RangeError>
    where
        Q: Ord + ?Sized,
        K: Borrow<Q> + Ord,
        R: RangeBounds<Q>,
    {
        self.map.range_checked(range).map(Only::new)
    }

    /// A cursor in the gap before the smallest element that `bound`, taken as a start, lets in.
    /// O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use core::ops::Bound;
    /// use leafwise::BPlusTreeSet;
    ///
    /// let set = BPlusTreeSet::from([1, 2, 3]);
    /// let mut cursor = set.lower_bound(Bound::Excluded(&1));
    /// assert_eq!(cursor.peek_prev(), Some(&1));
    /// assert_eq!(cursor.next(), Some(&2));
    /// ```
    pub fn lower_bound<Q: Ord + ?Sized>(&self, bound: Bound<&Q>) -> Cursor<'_, K, S, L>
    where
        K: Borrow<Q> + Ord,
    {
        self.map.lower_bound(bound).seen_as()
    }

    /// A cursor in the gap after the greatest element that `bound`, taken as an end, lets in. O(log
    /// n).
    ///
    /// # Examples
    ///
    /// ```
    /// use core::ops::Bound;
    /// use leafwise::BPlusTreeSet;
    ///
    /// let set = BPlusTreeSet::from([1, 2, 3]);
    /// let mut cursor = set.upper_bound(Bound::Excluded(&3));
    /// assert_eq!(cursor.peek_next(), Some(&3));
    /// assert_eq!(cursor.prev(), Some(&2));
    /// ```
    pub fn upper_bound<Q: Ord + ?Sized>(&self, bound: Bound<&Q>) -> Cursor<'_, K, S, L>
    where
        K: Borrow<Q> + Ord,
    {
        self.map.upper_bound(bound).seen_as()
    }

    /// As [`lower_bound`](Self::lower_bound), with a cursor that inserts and removes. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use core::ops::Bound;
    /// use leafwise::BPlusTreeSet;
    ///
    /// let mut set = BPlusTreeSet::from([1, 3]);
    /// let mut cursor = set.lower_bound_mut(Bound::Included(&2));
    /// cursor.insert_before(2).unwrap();
    /// assert_eq!(cursor.remove_next(), Some(3));
    /// assert_eq!(set, BPlusTreeSet::from([1, 2]));
    /// ```
    pub fn lower_bound_mut<Q: Ord + ?Sized>(&mut self, bound: Bound<&Q>) -> CursorMut<'_, K, S, L>
    where
        K: Borrow<Q> + Ord,
    {
        self.map.lower_bound_mut(bound).seen_as()
    }

    /// As [`upper_bound`](Self::upper_bound), with a cursor that inserts and removes. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use core::ops::Bound;
    /// use leafwise::BPlusTreeSet;
    ///
    /// let mut set = BPlusTreeSet::from([1, 3]);
    /// let mut cursor = set.upper_bound_mut(Bound::Unbounded);
    /// assert_eq!(cursor.remove_prev(), Some(3));
    /// assert_eq!(set.len(), 1);
    /// ```
    pub fn upper_bound_mut<Q: Ord + ?Sized>(&mut self, bound: Bound<&Q>) -> CursorMut<'_, K, S, L>
    where
        K: Borrow<Q> + Ord,
    {
        self.map.upper_bound_mut(bound).seen_as()
    }
}

/// Removing: needs an order, but no clones of elements.
impl<K: Ord, S: Store, L: Layout> BPlusTreeSet<K, S, L> {
    /// Removes the element that equals `element`. Returns whether there was one. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// let mut set = BPlusTreeSet::from([1]);
    /// assert!(set.remove(&1));
    /// assert!(!set.remove(&1));
    /// ```
    pub fn remove<Q: Ord + ?Sized>(&mut self, element: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.map.remove(element).is_some()
    }

    /// Removes the element that equals `element` and returns it. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// let mut set = BPlusTreeSet::from(["a".to_string()]);
    /// assert_eq!(set.take("a"), Some("a".to_string()));
    /// assert_eq!(set.take("a"), None);
    /// ```
    pub fn take<Q: Ord + ?Sized>(&mut self, element: &Q) -> Option<K>
    where
        K: Borrow<Q>,
    {
        self.map.remove_entry(element).map(Key::of)
    }

    /// Removes the smallest element and returns it. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// let mut set = BPlusTreeSet::from([1, 2]);
    /// assert_eq!(set.pop_first(), Some(1));
    /// assert_eq!(set.pop_first(), Some(2));
    /// assert_eq!(set.pop_first(), None);
    /// ```
    pub fn pop_first(&mut self) -> Option<K> {
        self.map.pop_first().map(Key::of)
    }

    /// Removes the greatest element and returns it. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// let mut set = BPlusTreeSet::from([1, 2]);
    /// assert_eq!(set.pop_last(), Some(2));
    /// assert_eq!(set.pop_last(), Some(1));
    /// assert_eq!(set.pop_last(), None);
    /// ```
    pub fn pop_last(&mut self) -> Option<K> {
        self.map.pop_last().map(Key::of)
    }

    /// Removes the elements that lie in `range` and returns how many they were.
    ///
    /// # Panics
    ///
    /// As [`range`](Self::range) does.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// let mut set: BPlusTreeSet<_> = (0..100).collect();
    /// assert_eq!(set.remove_range(10..90), 80);
    /// assert_eq!(set.len(), 20);
    /// ```
    #[track_caller]
    pub fn remove_range<Q, R>(&mut self, range: R) -> usize
    where
        Q: Ord + ?Sized,
        K: Borrow<Q>,
        R: RangeBounds<Q>,
    {
        let is_empty = self.is_empty();
        bounds::expect(self.map.raw.remove_range(&range), is_empty, NAME)
    }

    /// Keeps the elements that `keep` says yes to, in ascending order, and drops the others. O(n).
    ///
    /// If `keep` panics, the element in question and all later ones remain.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// let mut set: BPlusTreeSet<_> = (0..8).collect();
    /// set.retain(|element| element % 2 == 0);
    /// assert!(set.iter().eq(&[0, 2, 4, 6]));
    /// ```
    pub fn retain<F: FnMut(&K) -> bool>(&mut self, mut keep: F) {
        self.map.retain(|element, ()| keep(element));
    }

    /// Walks the elements that lie in `range` in ascending order, and removes and yields those that
    /// `predicate` says yes to.
    ///
    /// The set is whole whenever `predicate` runs and between any two steps: what the iterator has
    /// not come to when it is dropped remains. If `predicate` panics, the element in question
    /// remains and the iterator ends. An inverted range is an empty one, as in std.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// let mut set: BPlusTreeSet<_> = (0..8).collect();
    /// let even: Vec<_> = set.extract_if(..6, |element| element % 2 == 0).collect();
    /// assert_eq!(even, [0, 2, 4]);
    /// assert!(set.iter().eq(&[1, 3, 5, 6, 7]));
    /// ```
    pub fn extract_if<F, R>(&mut self, range: R, predicate: F) -> ExtractIf<'_, K, R, F, S, L>
    where
        R: RangeBounds<K>,
        F: FnMut(&K) -> bool,
    {
        ExtractIf::new(&mut self.map.raw, range, predicate)
    }

    /// Verifies the whole tree: order, links, separators, fill and counts. Meant for tests. O(n).
    ///
    /// # Panics
    ///
    /// Panics if anything is wrong, with what it is: this library or `K`'s `Ord` is at fault.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// BPlusTreeSet::from([1, 2]).check_invariants();
    /// ```
    pub fn check_invariants(&self) {
        self.map.check_invariants();
    }
}

/// Inserting: leaves may split, and separators are clones of elements.
impl<K: Ord + Clone, S: Store, L: Layout> BPlusTreeSet<K, S, L> {
    /// Makes a set of elements that come in strictly ascending order, without sorting or searching.
    /// O(n). Leaves are filled up.
    ///
    /// # Errors
    ///
    /// Returns an error that names the first element out of order, equal elements included, and
    /// drops the elements that came before it.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// let even: BPlusTreeSet<u32> = BPlusTreeSet::from_sorted_iter((0..1000).step_by(2))?;
    /// assert_eq!(even.len(), 500);
    /// # Ok::<(), leafwise::set::UnsortedError>(())
    /// ```
    pub fn from_sorted_iter<I: IntoIterator<Item = K>>(elements: I) -> Result<Self, UnsortedError> {
        let entries = elements.into_iter().map(|element| (element, ()));
        Ok(BPlusTreeSet {
            map: BPlusTreeMap::from_sorted_iter(entries)?,
        })
    }

    /// Inserts an element. Returns whether it is new: if not, the stored one stays as it is. O(log
    /// n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// let mut set = BPlusTreeSet::new();
    /// assert!(set.insert(1));
    /// assert!(!set.insert(1));
    /// ```
    pub fn insert(&mut self, element: K) -> bool {
        self.map.insert(element, ()).is_none()
    }

    /// Inserts an element, in place of the stored one that equals it, which is returned. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// let mut set = BPlusTreeSet::new();
    /// set.insert(Vec::<i32>::new());
    /// assert_eq!(set.get(&[][..]).unwrap().capacity(), 0);
    /// set.replace(Vec::with_capacity(10));
    /// assert!(set.get(&[][..]).unwrap().capacity() >= 10);
    /// ```
    pub fn replace(&mut self, element: K) -> Option<K> {
        self.map.raw.replace(element, ())
    }

    /// Moves all elements of `other` into this set, leaving `other` empty.
    ///
    /// Of an element that both have, the one that is stored here stays.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// let mut set = BPlusTreeSet::from([1, 2]);
    /// let mut other = BPlusTreeSet::from([2, 3]);
    /// set.append(&mut other);
    /// assert!(other.is_empty());
    /// assert_eq!(set, BPlusTreeSet::from([1, 2, 3]));
    /// ```
    pub fn append(&mut self, other: &mut Self) {
        self.map.append(&mut other.map);
    }

    /// Splits the set in two: keeps the elements smaller than `element`, returns a set of the
    /// others.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// let mut set = BPlusTreeSet::from([1, 2, 3]);
    /// let high = set.split_off(&2);
    /// assert_eq!(set, BPlusTreeSet::from([1]));
    /// assert_eq!(high, BPlusTreeSet::from([2, 3]));
    /// ```
    pub fn split_off<Q: Ord + ?Sized>(&mut self, element: &Q) -> Self
    where
        K: Borrow<Q>,
    {
        BPlusTreeSet {
            map: self.map.split_off(element),
        }
    }
}
