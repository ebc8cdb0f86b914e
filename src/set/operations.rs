//! Union, intersection, both differences and comparisons of two tree sets.

use core::cmp::Ordering;
use core::ops::{BitAnd, BitOr, BitXor, Sub};
use core::ptr;

use crate::layout::{LeafLayout, StructOfArrays};
use crate::map::BPlusTreeMap;
use crate::sealed::Sealed;
use crate::search::compare_keys;
use crate::store::{Slab, Store};

use super::combine::{self, Combination, InBoth, InEither, InFirst, InOne, Operand, Peeked, Walk};
use super::{BPlusTreeSet, Iter};

impl<K, S: Store, L: LeafLayout> Sealed for &BPlusTreeSet<K, S, L> {}

impl<'a, K: Ord, S: Store, L: LeafLayout> Operand for &'a BPlusTreeSet<K, S, L> {
    type Element = &'a K;
    type Elements = Iter<'a, K, S, L>;
    type Item = &'a K;

    #[inline]
    fn elements(self) -> Self::Elements {
        self.iter()
    }

    #[inline]
    fn none(self) -> Self::Elements {
        Iter::default()
    }

    #[inline]
    fn contains(self, element: &'a K) -> bool {
        BPlusTreeSet::contains(self, element)
    }

    #[inline]
    fn compare(left: &'a K, right: &'a K) -> Ordering {
        compare_keys::<K, K>(left, right)
    }

    #[inline]
    fn is_same(left: &'a K, right: &'a K) -> bool {
        ptr::eq(left, right)
    }

    #[inline]
    fn show(element: &'a K) -> &'a K {
        element
    }
}

/// A walk through two tree sets.
type TreeSets<'a, K, S, L> = Walk<Peeked<&'a K, Iter<'a, K, S, L>>, &'a BPlusTreeSet<K, S, L>>;

/// The elements of two sets, in ascending order, each once. Made by [`BPlusTreeSet::union`].
pub type Union<'a, K, S = Slab, L = StructOfArrays> = Combination<InEither, TreeSets<'a, K, S, L>>;

/// The elements that are in one of two sets but not in both, in ascending order. Made by
/// [`BPlusTreeSet::symmetric_difference`].
pub type SymmetricDifference<'a, K, S = Slab, L = StructOfArrays> =
    Combination<InOne, TreeSets<'a, K, S, L>>;

/// The elements that are in both of two sets, in ascending order. Made by
/// [`BPlusTreeSet::intersection`].
pub type Intersection<'a, K, S = Slab, L = StructOfArrays> =
    Combination<InBoth, TreeSets<'a, K, S, L>>;

/// The elements of one set that are not in another, in ascending order. Made by
/// [`BPlusTreeSet::difference`].
pub type Difference<'a, K, S = Slab, L = StructOfArrays> =
    Combination<InFirst, TreeSets<'a, K, S, L>>;

/// Combining and comparing sets.
impl<K: Ord, S: Store, L: LeafLayout> BPlusTreeSet<K, S, L> {
    /// Visits the elements that are in `self` or in `other`, in ascending order, without
    /// duplicates. O(n + m). Of equal elements, that of `self` is yielded.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// let (a, b) = (BPlusTreeSet::from([1, 2]), BPlusTreeSet::from([2, 3]));
    /// assert!(a.union(&b).eq(&[1, 2, 3]));
    /// ```
    pub fn union<'a>(&'a self, other: &'a Self) -> Union<'a, K, S, L> {
        combine::union(self, other)
    }

    /// Visits the elements that are in `self` or in `other` but not in both, in ascending order.
    /// O(n + m).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// let (a, b) = (BPlusTreeSet::from([1, 2]), BPlusTreeSet::from([2, 3]));
    /// assert!(a.symmetric_difference(&b).eq(&[1, 3]));
    /// ```
    pub fn symmetric_difference<'a>(&'a self, other: &'a Self) -> SymmetricDifference<'a, K, S, L> {
        combine::symmetric_difference(self, other)
    }

    /// Visits the elements that are in both `self` and `other`, in ascending order. O(n + m), or
    /// O(n log m) if one set is far smaller, whose elements are then yielded; otherwise those of
    /// `self` are.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// let (a, b) = (BPlusTreeSet::from([1, 2]), BPlusTreeSet::from([2, 3]));
    /// assert!(a.intersection(&b).eq(&[2]));
    /// ```
    pub fn intersection<'a>(&'a self, other: &'a Self) -> Intersection<'a, K, S, L> {
        combine::intersection(self, other)
    }

    /// Visits the elements that are in `self` but not in `other`, in ascending order. O(n + m), or
    /// O(n log m) if `self` is far smaller.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// let (a, b) = (BPlusTreeSet::from([1, 2]), BPlusTreeSet::from([2, 3]));
    /// assert!(a.difference(&b).eq(&[1]));
    /// ```
    pub fn difference<'a>(&'a self, other: &'a Self) -> Difference<'a, K, S, L> {
        combine::difference(self, other)
    }

    /// Returns `true` if `self` has no elements in common with `other`. Costs at most as much as
    /// [`intersection`](Self::intersection).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// let (a, b) = (BPlusTreeSet::from([1, 2]), BPlusTreeSet::from([2, 3]));
    /// assert!(!a.is_disjoint(&b));
    /// assert!(a.is_disjoint(&BPlusTreeSet::from([4])));
    /// ```
    #[must_use]
    pub fn is_disjoint(&self, other: &Self) -> bool {
        self.intersection(other).next().is_none()
    }

    /// Returns `true` if `other` contains all elements of `self`. Costs at most as much as
    /// [`difference`](Self::difference).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// let (a, b) = (BPlusTreeSet::from([1, 2]), BPlusTreeSet::from([1, 2, 3]));
    /// assert!(a.is_subset(&b));
    /// assert!(!b.is_subset(&a));
    /// ```
    #[must_use]
    pub fn is_subset(&self, other: &Self) -> bool {
        combine::is_subset(self, other)
    }

    /// Returns `true` if `self` contains all elements of `other`. Costs at most as much as
    /// [`difference`](Self::difference).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// let (a, b) = (BPlusTreeSet::from([1, 2]), BPlusTreeSet::from([1, 2, 3]));
    /// assert!(b.is_superset(&a));
    /// assert!(!a.is_superset(&b));
    /// ```
    #[must_use]
    pub fn is_superset(&self, other: &Self) -> bool {
        other.is_subset(self)
    }
}

/// Makes a new set of ascending elements.
fn collected<'a, K, S, L>(elements: impl Iterator<Item = &'a K>) -> BPlusTreeSet<K, S, L>
where
    K: Ord + Clone + 'a,
    S: Store,
    L: LeafLayout,
{
    let mut map = BPlusTreeMap::empty();
    map.raw
        .push_ascending(elements.map(|element| (element.clone(), ())));
    BPlusTreeSet { map }
}

impl<K: Ord + Clone, S: Store, L: LeafLayout> BitOr<&BPlusTreeSet<K, S, L>>
    for &BPlusTreeSet<K, S, L>
{
    type Output = BPlusTreeSet<K, S, L>;

    /// Returns the [`union`](BPlusTreeSet::union) of `self` and `other` as a new set.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// let (a, b) = (BPlusTreeSet::from([1, 2]), BPlusTreeSet::from([2, 3]));
    /// assert_eq!(&a | &b, BPlusTreeSet::from([1, 2, 3]));
    /// ```
    fn bitor(self, other: &BPlusTreeSet<K, S, L>) -> BPlusTreeSet<K, S, L> {
        collected(self.union(other))
    }
}

impl<K: Ord + Clone, S: Store, L: LeafLayout> BitAnd<&BPlusTreeSet<K, S, L>>
    for &BPlusTreeSet<K, S, L>
{
    type Output = BPlusTreeSet<K, S, L>;

    /// Returns the [`intersection`](BPlusTreeSet::intersection) of `self` and `other` as a new set.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// let (a, b) = (BPlusTreeSet::from([1, 2]), BPlusTreeSet::from([2, 3]));
    /// assert_eq!(&a & &b, BPlusTreeSet::from([2]));
    /// ```
    fn bitand(self, other: &BPlusTreeSet<K, S, L>) -> BPlusTreeSet<K, S, L> {
        collected(self.intersection(other))
    }
}

impl<K: Ord + Clone, S: Store, L: LeafLayout> BitXor<&BPlusTreeSet<K, S, L>>
    for &BPlusTreeSet<K, S, L>
{
    type Output = BPlusTreeSet<K, S, L>;

    /// Returns the [`symmetric_difference`](BPlusTreeSet::symmetric_difference) of `self` and
    /// `other` as a new set.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// let (a, b) = (BPlusTreeSet::from([1, 2]), BPlusTreeSet::from([2, 3]));
    /// assert_eq!(&a ^ &b, BPlusTreeSet::from([1, 3]));
    /// ```
    fn bitxor(self, other: &BPlusTreeSet<K, S, L>) -> BPlusTreeSet<K, S, L> {
        collected(self.symmetric_difference(other))
    }
}

impl<K: Ord + Clone, S: Store, L: LeafLayout> Sub<&BPlusTreeSet<K, S, L>>
    for &BPlusTreeSet<K, S, L>
{
    type Output = BPlusTreeSet<K, S, L>;

    /// Returns the [`difference`](BPlusTreeSet::difference) of `self` and `other` as a new set.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// let (a, b) = (BPlusTreeSet::from([1, 2]), BPlusTreeSet::from([2, 3]));
    /// assert_eq!(&a - &b, BPlusTreeSet::from([1]));
    /// ```
    fn sub(self, other: &BPlusTreeSet<K, S, L>) -> BPlusTreeSet<K, S, L> {
        collected(self.difference(other))
    }
}
