//! Two static sets together: union, intersection, both differences, and comparisons. The walks are
//! those of [`BPlusTreeSet`](crate::BPlusTreeSet).

use core::cmp::Ordering;
use core::ops::{BitAnd, BitOr, BitXor, Sub};

use crate::sealed::Sealed;
use crate::set::Combination;
use crate::set::combine::{self, InBoth, InEither, InFirst, InOne, Operand, Sets};

use super::StaticSet;
use super::arrangement::{Arrangement, Packed, Ref};
use super::key_at::{KeyAt, KeysAt};

impl<K, A: Arrangement<K>> Sealed for &StaticSet<K, A> {}

impl<'a, K, A: Arrangement<K>> Operand for &'a StaticSet<K, A> {
    type Element = KeyAt<'a, K, A>;
    type Elements = KeysAt<'a, K, A>;
    type Item = Ref<'a, K, A>;

    fn elements(self) -> KeysAt<'a, K, A> {
        self.keys_at()
    }

    fn none(self) -> KeysAt<'a, K, A> {
        KeysAt::new(&self.keys, 0..0)
    }

    fn contains(self, key: KeyAt<'a, K, A>) -> bool {
        key.is_in(&self.keys)
    }

    #[inline]
    fn compare(left: KeyAt<'a, K, A>, right: KeyAt<'a, K, A>) -> Ordering {
        left.compare(right)
    }

    fn is_same(left: KeyAt<'a, K, A>, right: KeyAt<'a, K, A>) -> bool {
        left.is_same(right)
    }

    #[inline]
    fn show(key: KeyAt<'a, K, A>) -> Ref<'a, K, A> {
        key.get()
    }
}

/// The keys of two static sets together. Made by [`union`](StaticSet::union).
pub type Union<'a, K, A = Packed> = Combination<InEither, Sets<&'a StaticSet<K, A>>>;

/// The keys of two static sets together. Made by [`intersection`](StaticSet::intersection).
pub type Intersection<'a, K, A = Packed> = Combination<InBoth, Sets<&'a StaticSet<K, A>>>;

/// The keys of two static sets together. Made by
/// [`symmetric_difference`](StaticSet::symmetric_difference).
pub type SymmetricDifference<'a, K, A = Packed> = Combination<InOne, Sets<&'a StaticSet<K, A>>>;

/// The keys of two static sets together. Made by [`difference`](StaticSet::difference).
pub type Difference<'a, K, A = Packed> = Combination<InFirst, Sets<&'a StaticSet<K, A>>>;

/// Combining and comparing sets.
impl<K, A: Arrangement<K>> StaticSet<K, A> {
    /// The keys that are in this set or in `other`, in ascending order, each once. O(n + m).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::StaticSet;
    ///
    /// let (a, b) = (StaticSet::from([1, 2]), StaticSet::from([2, 3]));
    /// assert!(a.union(&b).eq([1, 2, 3]));
    /// ```
    pub fn union<'a>(&'a self, other: &'a Self) -> Union<'a, K, A> {
        combine::union(self, other)
    }

    /// The keys that are in this set and in `other`, in ascending order. O(n + m), or O(n log m) if
    /// one set is far smaller.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::StaticSet;
    ///
    /// let (a, b) = (StaticSet::from([1, 2]), StaticSet::from([2, 3]));
    /// assert!(a.intersection(&b).eq([2]));
    /// ```
    pub fn intersection<'a>(&'a self, other: &'a Self) -> Intersection<'a, K, A> {
        combine::intersection(self, other)
    }

    /// The keys that are in this set or in `other` but not in both, in ascending order. O(n + m).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::StaticSet;
    ///
    /// let (a, b) = (StaticSet::from([1, 2]), StaticSet::from([2, 3]));
    /// assert!(a.symmetric_difference(&b).eq([1, 3]));
    /// ```
    pub fn symmetric_difference<'a>(&'a self, other: &'a Self) -> SymmetricDifference<'a, K, A> {
        combine::symmetric_difference(self, other)
    }

    /// The keys that are in this set but not in `other`, in ascending order. O(n + m), or O(n log
    /// m) if this set is far smaller.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::StaticSet;
    ///
    /// let (a, b) = (StaticSet::from([1, 2]), StaticSet::from([2, 3]));
    /// assert!(a.difference(&b).eq([1]));
    /// ```
    pub fn difference<'a>(&'a self, other: &'a Self) -> Difference<'a, K, A> {
        combine::difference(self, other)
    }

    /// Whether no key is in both sets. Costs at most what [`intersection`](Self::intersection)
    /// does.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::StaticSet;
    ///
    /// let (a, b) = (StaticSet::from([1, 2]), StaticSet::from([2, 3]));
    /// assert!(!a.is_disjoint(&b));
    /// assert!(a.is_disjoint(&StaticSet::from([4])));
    /// ```
    #[must_use]
    pub fn is_disjoint(&self, other: &Self) -> bool {
        self.intersection(other).next().is_none()
    }

    /// Whether all keys of this set are in `other`. Costs at most what
    /// [`difference`](Self::difference) does.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::StaticSet;
    ///
    /// let (a, b) = (StaticSet::from([1, 2]), StaticSet::from([1, 2, 3]));
    /// assert!(a.is_subset(&b) && !b.is_subset(&a));
    /// ```
    #[must_use]
    pub fn is_subset(&self, other: &Self) -> bool {
        combine::is_subset(self, other)
    }

    /// Whether all keys of `other` are in this set. Costs at most what
    /// [`difference`](Self::difference) does.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::StaticSet;
    ///
    /// let (a, b) = (StaticSet::from([1, 2]), StaticSet::from([1, 2, 3]));
    /// assert!(b.is_superset(&a) && !a.is_superset(&b));
    /// ```
    #[must_use]
    pub fn is_superset(&self, other: &Self) -> bool {
        other.is_subset(self)
    }
}

impl<K: Clone, A: Arrangement<K>> BitOr<&StaticSet<K, A>> for &StaticSet<K, A> {
    type Output = StaticSet<K, A>;

    /// A new set of the [`union`](StaticSet::union) of the two.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::StaticSet;
    ///
    /// let (a, b) = (StaticSet::from([1, 2]), StaticSet::from([2, 3]));
    /// assert_eq!(&a | &b, StaticSet::from([1, 2, 3]));
    /// ```
    fn bitor(self, other: &StaticSet<K, A>) -> StaticSet<K, A> {
        let keys = self.union(other).into_elements();
        StaticSet::from_ordered(keys.map(|key| key.with_key(K::clone)))
    }
}

impl<K: Clone, A: Arrangement<K>> BitAnd<&StaticSet<K, A>> for &StaticSet<K, A> {
    type Output = StaticSet<K, A>;

    /// A new set of the [`intersection`](StaticSet::intersection) of the two.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::StaticSet;
    ///
    /// let (a, b) = (StaticSet::from([1, 2]), StaticSet::from([2, 3]));
    /// assert_eq!(&a & &b, StaticSet::from([2]));
    /// ```
    fn bitand(self, other: &StaticSet<K, A>) -> StaticSet<K, A> {
        let keys = self.intersection(other).into_elements();
        StaticSet::from_ordered(keys.map(|key| key.with_key(K::clone)))
    }
}

impl<K: Clone, A: Arrangement<K>> BitXor<&StaticSet<K, A>> for &StaticSet<K, A> {
    type Output = StaticSet<K, A>;

    /// A new set of the [`symmetric_difference`](StaticSet::symmetric_difference) of the two.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::StaticSet;
    ///
    /// let (a, b) = (StaticSet::from([1, 2]), StaticSet::from([2, 3]));
    /// assert_eq!(&a ^ &b, StaticSet::from([1, 3]));
    /// ```
    fn bitxor(self, other: &StaticSet<K, A>) -> StaticSet<K, A> {
        let keys = self.symmetric_difference(other).into_elements();
        StaticSet::from_ordered(keys.map(|key| key.with_key(K::clone)))
    }
}

impl<K: Clone, A: Arrangement<K>> Sub<&StaticSet<K, A>> for &StaticSet<K, A> {
    type Output = StaticSet<K, A>;

    /// A new set of the [`difference`](StaticSet::difference) of the two.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::StaticSet;
    ///
    /// let (a, b) = (StaticSet::from([1, 2]), StaticSet::from([2, 3]));
    /// assert_eq!(&a - &b, StaticSet::from([1]));
    /// ```
    fn sub(self, other: &StaticSet<K, A>) -> StaticSet<K, A> {
        let keys = self.difference(other).into_elements();
        StaticSet::from_ordered(keys.map(|key| key.with_key(K::clone)))
    }
}
