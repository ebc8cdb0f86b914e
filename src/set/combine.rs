//! Two sets taken together: union, intersection, both differences, and the questions about them.
//!
//! All walk both sets in step, smallest element first. Where one set is far smaller than the other,
//! intersection and difference look its elements up in the other instead.

use core::cmp::Ordering;
use core::fmt;
use core::iter::FusedIterator;
use core::marker::PhantomData;
use core::mem;
use core::ops::{BitAnd, BitOr, BitXor, Sub};

use crate::leaf::{Layout, Split};
use crate::map::BPlusTreeMap;
use crate::store::{Slab, Store};

use super::{BPlusTreeSet, Iter};

/// A set is far smaller than another if the other has this many times as many elements: a look-up
/// for each element then costs less than a walk over the other set. The factor is std's.
const FAR_SMALLER: usize = 16;

fn is_far_smaller(length: usize, other_length: usize) -> bool {
    length <= other_length / FAR_SMALLER
}

/// An iterator that is one element ahead. `Peekable` would make whatever holds it invariant.
pub struct Ahead<'a, K, S: Store, L: Layout> {
    next: Option<&'a K>,
    rest: Iter<'a, K, S, L>,
}

impl<'a, K, S: Store, L: Layout> Ahead<'a, K, S, L> {
    fn new(mut rest: Iter<'a, K, S, L>) -> Self {
        Ahead {
            next: rest.next(),
            rest,
        }
    }

    fn peek(&self) -> Option<&'a K> {
        self.next
    }

    fn next(&mut self) -> Option<&'a K> {
        mem::replace(&mut self.next, self.rest.next())
    }

    fn len(&self) -> usize {
        self.rest.len() + usize::from(self.next.is_some())
    }
}

impl<K, S: Store, L: Layout> Clone for Ahead<'_, K, S, L> {
    fn clone(&self) -> Self {
        Ahead {
            next: self.next,
            rest: self.rest.clone(),
        }
    }
}

impl<K: fmt::Debug, S: Store, L: Layout> fmt::Debug for Ahead<'_, K, S, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let elements = self.next.into_iter().chain(self.rest.clone());
        f.debug_list().entries(elements).finish()
    }
}

/// Two iterators over ascending elements, walked in step.
pub struct Merge<'a, K, S: Store, L: Layout> {
    left: Ahead<'a, K, S, L>,
    right: Ahead<'a, K, S, L>,
}

impl<'a, K: Ord, S: Store, L: Layout> Merge<'a, K, S, L> {
    /// The smallest element that is left, from each side that has it.
    fn next_pair(&mut self) -> (Option<&'a K>, Option<&'a K>) {
        let order = match (self.left.peek(), self.right.peek()) {
            (Some(left), Some(right)) => left.cmp(right),
            (Some(_), None) => Ordering::Less,
            (None, _) => Ordering::Greater,
        };
        match order {
            Ordering::Less => (self.left.next(), None),
            Ordering::Equal => (self.left.next(), self.right.next()),
            Ordering::Greater => (None, self.right.next()),
        }
    }
}

impl<'a, K, S: Store, L: Layout> Merge<'a, K, S, L> {
    fn new(left: &'a BPlusTreeSet<K, S, L>, right: &'a BPlusTreeSet<K, S, L>) -> Self {
        Merge {
            left: Ahead::new(left.iter()),
            right: Ahead::new(right.iter()),
        }
    }

    /// How many elements are left on each side.
    fn lengths(&self) -> (usize, usize) {
        (self.left.len(), self.right.len())
    }

    /// The most elements that both sides can yield together. No more than memory can hold, but
    /// elements of no size and a set merged with itself could exceed that.
    fn length_max(&self) -> usize {
        let (left, right) = self.lengths();
        left.saturating_add(right)
    }
}

impl<K, S: Store, L: Layout> Clone for Merge<'_, K, S, L> {
    fn clone(&self) -> Self {
        Merge {
            left: self.left.clone(),
            right: self.right.clone(),
        }
    }
}

impl<K: fmt::Debug, S: Store, L: Layout> fmt::Debug for Merge<'_, K, S, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Merge")
            .field(&self.left)
            .field(&self.right)
            .finish()
    }
}

/// One set's elements, ascending, each with a look into the other set.
pub enum Probe<'a, K, S: Store, L: Layout> {
    /// Both sets are walked in step: `walked` yields, `other` tells what it has.
    Stitch {
        walked: Iter<'a, K, S, L>,
        other: Ahead<'a, K, S, L>,
    },
    /// Each element of the small set is looked up in the other.
    Search {
        walked: Iter<'a, K, S, L>,
        other: &'a BPlusTreeSet<K, S, L>,
    },
}

impl<'a, K: Ord, S: Store, L: Layout> Probe<'a, K, S, L> {
    fn new(walked: &'a BPlusTreeSet<K, S, L>, other: &'a BPlusTreeSet<K, S, L>) -> Self {
        if is_far_smaller(walked.len(), other.len()) {
            Probe::Search {
                walked: walked.iter(),
                other,
            }
        } else {
            Probe::Stitch {
                walked: walked.iter(),
                other: Ahead::new(other.iter()),
            }
        }
    }

    /// For a set of which the other has nothing: no look is needed.
    fn without_other(walked: Iter<'a, K, S, L>) -> Self {
        Probe::Stitch {
            walked,
            other: Ahead::new(Iter::default()),
        }
    }

    /// The next element of which the other set has an equal.
    fn next_common(&mut self) -> Option<&'a K> {
        match self {
            Probe::Stitch { walked, other } => loop {
                // Once the other set is at its end, nothing common is left.
                other.peek()?;
                let element = walked.next()?;
                if skip_to(other, element) {
                    return Some(element);
                }
            },
            Probe::Search { walked, other } => walked.find(|element| other.contains(*element)),
        }
    }

    /// The next element of which the other set has no equal.
    fn next_different(&mut self) -> Option<&'a K> {
        match self {
            Probe::Stitch { walked, other } => walked.find(|element| !skip_to(other, element)),
            Probe::Search { walked, other } => walked.find(|element| !other.contains(*element)),
        }
    }
}

/// Skips what is smaller than `element`, and `element` itself if it is there, which is the answer.
fn skip_to<K: Ord, S: Store, L: Layout>(other: &mut Ahead<'_, K, S, L>, element: &K) -> bool {
    while let Some(candidate) = other.peek() {
        match K::cmp(candidate, element) {
            Ordering::Less => other.next(),
            Ordering::Equal => return other.next().is_some(),
            Ordering::Greater => return false,
        };
    }
    false
}

/// Whether two sets may have a common element, as far as their ends tell.
fn overlap<K: Ord, S: Store, L: Layout>(
    left: &BPlusTreeSet<K, S, L>,
    right: &BPlusTreeSet<K, S, L>,
) -> bool {
    let starts_within = |left: &BPlusTreeSet<K, S, L>, right: &BPlusTreeSet<K, S, L>| {
        left.first()
            .zip(right.last())
            .is_some_and(|(first, last)| first <= last)
    };
    starts_within(left, right) && starts_within(right, left)
}

impl<K, S: Store, L: Layout> Probe<'_, K, S, L> {
    /// How many elements are left to yield, and at most to be found in the other set.
    fn lengths(&self) -> (usize, usize) {
        match self {
            Probe::Stitch { walked, other } => (walked.len(), other.len()),
            Probe::Search { walked, other } => (walked.len(), other.len()),
        }
    }
}

impl<K, S: Store, L: Layout> Clone for Probe<'_, K, S, L> {
    fn clone(&self) -> Self {
        match self {
            Probe::Stitch { walked, other } => Probe::Stitch {
                walked: walked.clone(),
                other: other.clone(),
            },
            Probe::Search { walked, other } => Probe::Search {
                walked: walked.clone(),
                other,
            },
        }
    }
}

impl<K: fmt::Debug, S: Store, L: Layout> fmt::Debug for Probe<'_, K, S, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Probe::Stitch { walked, other } => {
                f.debug_tuple("Stitch").field(walked).field(other).finish()
            }
            Probe::Search { walked, other } => {
                f.debug_tuple("Search").field(walked).field(other).finish()
            }
        }
    }
}

/// Which elements a [`Combination`] has, of two sets that are walked by `W`.
pub trait Rule<W>: Named {
    /// What is yielded.
    type Item;

    #[doc(hidden)]
    fn next(walk: &mut W) -> Option<Self::Item>;

    #[doc(hidden)]
    fn size_hint(walk: &W) -> (usize, Option<usize>);
}

/// What a [`Combination`] is called by `Debug`.
pub trait Named {
    #[doc(hidden)]
    const NAME: &'static str;
}

/// The elements of two sets that a rule lets in, in ascending order: an iterator, which
/// [`Union`], [`SymmetricDifference`], [`Intersection`] and [`Difference`] are names of.
#[must_use = "this returns the elements as an iterator, without modifying either input set"]
pub struct Combination<R, W> {
    walk: W,
    rule: PhantomData<R>,
}

impl<R, W> Combination<R, W> {
    fn new(walk: W) -> Self {
        let rule = PhantomData;
        Combination { walk, rule }
    }
}

impl<T: Ord, R: Rule<W, Item = T>, W> Iterator for Combination<R, W> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        R::next(&mut self.walk)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        R::size_hint(&self.walk)
    }

    fn min(mut self) -> Option<T> {
        self.next()
    }
}

impl<T: Ord, R: Rule<W, Item = T>, W> FusedIterator for Combination<R, W> {}

impl<R, W: Clone> Clone for Combination<R, W> {
    fn clone(&self) -> Self {
        Combination::new(self.walk.clone())
    }
}

impl<R: Named, W: fmt::Debug> fmt::Debug for Combination<R, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple(R::NAME).field(&self.walk).finish()
    }
}

/// The rule of a union: what is in either set.
pub struct InEither;

/// The rule of a symmetric difference: what is in one set alone.
pub struct InOne;

/// The rule of an intersection: what is in both sets.
pub struct InBoth;

/// The rule of a difference: what is in the first set alone.
pub struct InFirst;

impl Named for InEither {
    const NAME: &'static str = "Union";
}

impl<'a, K: Ord, S: Store, L: Layout> Rule<Merge<'a, K, S, L>> for InEither {
    type Item = &'a K;

    fn next(merge: &mut Merge<'a, K, S, L>) -> Option<&'a K> {
        let (left, right) = merge.next_pair();
        left.or(right)
    }

    fn size_hint(merge: &Merge<'a, K, S, L>) -> (usize, Option<usize>) {
        let (left, right) = merge.lengths();
        (left.max(right), Some(merge.length_max()))
    }
}

impl Named for InOne {
    const NAME: &'static str = "SymmetricDifference";
}

impl<'a, K: Ord, S: Store, L: Layout> Rule<Merge<'a, K, S, L>> for InOne {
    type Item = &'a K;

    fn next(merge: &mut Merge<'a, K, S, L>) -> Option<&'a K> {
        loop {
            match merge.next_pair() {
                (Some(_), Some(_)) => continue,
                (left, right) => return left.or(right),
            }
        }
    }

    fn size_hint(merge: &Merge<'a, K, S, L>) -> (usize, Option<usize>) {
        (0, Some(merge.length_max()))
    }
}

impl Named for InBoth {
    const NAME: &'static str = "Intersection";
}

impl<'a, K: Ord, S: Store, L: Layout> Rule<Probe<'a, K, S, L>> for InBoth {
    type Item = &'a K;

    fn next(probe: &mut Probe<'a, K, S, L>) -> Option<&'a K> {
        probe.next_common()
    }

    fn size_hint(probe: &Probe<'a, K, S, L>) -> (usize, Option<usize>) {
        let (walked, other) = probe.lengths();
        (0, Some(walked.min(other)))
    }
}

impl Named for InFirst {
    const NAME: &'static str = "Difference";
}

impl<'a, K: Ord, S: Store, L: Layout> Rule<Probe<'a, K, S, L>> for InFirst {
    type Item = &'a K;

    fn next(probe: &mut Probe<'a, K, S, L>) -> Option<&'a K> {
        probe.next_different()
    }

    fn size_hint(probe: &Probe<'a, K, S, L>) -> (usize, Option<usize>) {
        let (walked, other) = probe.lengths();
        (walked.saturating_sub(other), Some(walked))
    }
}

/// The elements of two sets, in ascending order, each once. Made by [`BPlusTreeSet::union`].
pub type Union<'a, K, S = Slab, L = Split> = Combination<InEither, Merge<'a, K, S, L>>;

/// The elements that are in one of two sets but not in both, in ascending order. Made by
/// [`BPlusTreeSet::symmetric_difference`].
pub type SymmetricDifference<'a, K, S = Slab, L = Split> = Combination<InOne, Merge<'a, K, S, L>>;

/// The elements that are in both of two sets, in ascending order. Made by
/// [`BPlusTreeSet::intersection`].
pub type Intersection<'a, K, S = Slab, L = Split> = Combination<InBoth, Probe<'a, K, S, L>>;

/// The elements of one set that are not in another, in ascending order. Made by
/// [`BPlusTreeSet::difference`].
pub type Difference<'a, K, S = Slab, L = Split> = Combination<InFirst, Probe<'a, K, S, L>>;

/// Combining and comparing sets.
impl<K: Ord, S: Store, L: Layout> BPlusTreeSet<K, S, L> {
    /// The elements that are in this set or in `other`, in ascending order, each once. O(n + m); of
    /// equal elements this set's is yielded.
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
        Combination::new(Merge::new(self, other))
    }

    /// The elements that are in this set or in `other` but not in both, in ascending order. O(n +
    /// m).
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
        Combination::new(Merge::new(self, other))
    }

    /// The elements that are in this set and in `other`, in ascending order. O(n + m), or O(n log
    /// m) if one set is far smaller, whose elements are then yielded; otherwise this set's are.
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
        let walk = if !overlap(self, other) {
            Probe::without_other(Iter::default())
        } else if is_far_smaller(other.len(), self.len()) {
            Probe::new(other, self)
        } else {
            Probe::new(self, other)
        };
        Combination::new(walk)
    }

    /// The elements that are in this set but not in `other`, in ascending order. O(n + m), or
    /// O(n log m) if this set is far smaller.
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
        let walk = if overlap(self, other) {
            Probe::new(self, other)
        } else {
            Probe::without_other(self.iter())
        };
        Combination::new(walk)
    }

    /// Whether no element is in both sets. Costs at most what [`intersection`](Self::intersection)
    /// does.
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

    /// Whether all elements of this set are in `other`. Costs at most what
    /// [`difference`](Self::difference) does.
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
        self.len() <= other.len() && self.difference(other).next().is_none()
    }

    /// Whether all elements of `other` are in this set. Costs at most what
    /// [`difference`](Self::difference) does.
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

/// A new set of elements that ascend.
fn collected<'a, K, S, L>(elements: impl Iterator<Item = &'a K>) -> BPlusTreeSet<K, S, L>
where
    K: Ord + Clone + 'a,
    S: Store,
    L: Layout,
{
    let mut map = BPlusTreeMap::new_in();
    map.raw
        .push_ascending(elements.map(|element| (element.clone(), ())));
    BPlusTreeSet { map }
}

impl<K: Ord + Clone, S: Store, L: Layout> BitOr<&BPlusTreeSet<K, S, L>> for &BPlusTreeSet<K, S, L> {
    type Output = BPlusTreeSet<K, S, L>;

    /// A new set of the [`union`](BPlusTreeSet::union) of the two.
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

impl<K: Ord + Clone, S: Store, L: Layout> BitAnd<&BPlusTreeSet<K, S, L>>
    for &BPlusTreeSet<K, S, L>
{
    type Output = BPlusTreeSet<K, S, L>;

    /// A new set of the [`intersection`](BPlusTreeSet::intersection) of the two.
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

impl<K: Ord + Clone, S: Store, L: Layout> BitXor<&BPlusTreeSet<K, S, L>>
    for &BPlusTreeSet<K, S, L>
{
    type Output = BPlusTreeSet<K, S, L>;

    /// A new set of the [`symmetric_difference`](BPlusTreeSet::symmetric_difference) of the two.
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

impl<K: Ord + Clone, S: Store, L: Layout> Sub<&BPlusTreeSet<K, S, L>> for &BPlusTreeSet<K, S, L> {
    type Output = BPlusTreeSet<K, S, L>;

    /// A new set of the [`difference`](BPlusTreeSet::difference) of the two.
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
