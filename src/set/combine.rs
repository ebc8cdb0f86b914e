//! Operations on two sets: union, intersection, both differences, and comparisons.
//!
//! All walk both sets in step, smallest element first. If one set is far smaller than the other,
//! intersection and difference look up its elements in the other instead.

use core::cmp::Ordering;
use core::fmt;
use core::iter::{self, FusedIterator};
use core::marker::PhantomData;
use core::mem;

use crate::sealed::Sealed;

/// A set is far smaller than another if the other has this many times as many elements: a look-up
/// for each element then costs less than a walk over the other set. The factor is std's.
const FAR_SMALLER: usize = 16;

fn is_far_smaller(length: usize, other_length: usize) -> bool {
    length <= other_length / FAR_SMALLER
}

/// An iterator over `T` with one element of lookahead. `Peekable` would make every type that
/// contains it invariant.
#[derive(Clone)]
pub struct Peeked<T, I> {
    next: Option<T>,
    rest: I,
}

impl<T, I: ExactSizeIterator<Item = T>> Peeked<T, I> {
    fn new(mut rest: I) -> Self {
        let next = rest.next();
        Peeked { next, rest }
    }

    fn next(&mut self) -> Option<T> {
        mem::replace(&mut self.next, self.rest.next())
    }

    fn len(&self) -> usize {
        self.rest.len() + usize::from(self.next.is_some())
    }
}

impl<T: Copy + fmt::Debug, I: Iterator<Item = T> + Clone> fmt::Debug for Peeked<T, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let elements = self.next.into_iter().chain(self.rest.clone());
        f.debug_list().entries(elements).finish()
    }
}

/// Two sets that are walked in step, or the first set alone, each element of which is looked up in
/// the second. Not an enum: the part that a union uses is kept in registers.
#[derive(Clone)]
pub struct Walk<E, T> {
    first: E,
    second: E,
    searched: Option<T>,
}

impl<E: fmt::Debug, T: fmt::Debug> fmt::Debug for Walk<E, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, second): (_, &dyn fmt::Debug) = match &self.searched {
            Some(searched) => ("Search", searched),
            None => ("Merge", &self.second),
        };
        f.debug_tuple(name)
            .field(&self.first)
            .field(second)
            .finish()
    }
}

/// A shared reference to a set, as the code that combines two of them sees it. This trait is
/// sealed.
pub trait Operand: Copy + Sealed {
    /// An element of the set, on the way to be yielded.
    type Element: Copy;
    /// The elements of the set in ascending order.
    type Elements: DoubleEndedIterator<Item = Self::Element> + ExactSizeIterator;
    /// What is yielded of an element.
    type Item;

    #[doc(hidden)]
    fn elements(self) -> Self::Elements;

    /// No elements.
    #[doc(hidden)]
    fn none(self) -> Self::Elements;

    #[doc(hidden)]
    fn contains(self, element: Self::Element) -> bool;

    #[doc(hidden)]
    fn compare(left: Self::Element, right: Self::Element) -> Ordering;

    /// Whether both are one element of one set. Calls no user code.
    #[doc(hidden)]
    fn is_same(left: Self::Element, right: Self::Element) -> bool;

    #[doc(hidden)]
    fn show(element: Self::Element) -> Self::Item;
}

/// A walk through two sets.
pub(crate) type Sets<O> = Walk<Peeked<<O as Operand>::Element, <O as Operand>::Elements>, O>;

impl<O: Operand> Sets<O> {
    fn merge(first: O::Elements, second: O::Elements) -> Self {
        Walk {
            first: Peeked::new(first),
            second: Peeked::new(second),
            searched: None,
        }
    }

    /// Of two sets that are known to have one element in common, that element.
    fn common(set: O, element: Option<O::Element>) -> Self {
        let only = || Peeked {
            next: element,
            rest: set.none(),
        };
        Walk {
            first: only(),
            second: only(),
            searched: None,
        }
    }

    /// For a rule that excludes what is in the second set alone.
    fn search(first: O, second: O) -> Self {
        let (elements, others) = (first.elements(), second.elements());
        if !is_far_smaller(elements.len(), others.len()) {
            return Self::merge(elements, others);
        }
        Walk {
            searched: Some(second),
            ..Self::merge(elements, second.none())
        }
    }

    /// The next element that the rule includes.
    #[inline]
    fn next<R: Rule>(&mut self) -> Option<O::Element> {
        if !R::SECOND
            && let Some(searched) = self.searched
        {
            loop {
                let element = self.first.next()?;
                if searched.contains(element) == R::BOTH {
                    return Some(element);
                }
            }
        }
        let (first, second) = (&mut self.first, &mut self.second);
        loop {
            // The rule may exclude everything that is left of one set alone.
            if first.next.is_none() && !R::SECOND || second.next.is_none() && !R::FIRST {
                return None;
            }
            match next_pair::<O>(first, second) {
                (Some(_), Some(_)) if !R::BOTH => continue,
                (Some(_), None) if !R::FIRST => continue,
                (None, Some(_)) if !R::SECOND => continue,
                (left, right) => return left.or(right),
            }
        }
    }

    /// The number of elements left in each set.
    fn lengths(&self) -> (usize, usize) {
        let searched = self.searched.map(|searched| searched.elements().len());
        (self.first.len(), searched.unwrap_or(self.second.len()))
    }

    /// Whether the next element of both sets is known to be the same one.
    fn starts_with_common(&self) -> bool {
        let pair = self.first.next.zip(self.second.next);
        pair.is_some_and(|(first, second)| O::is_same(first, second))
    }
}

/// The smallest element left, from each side that has it.
fn next_pair<O: Operand>(
    left: &mut Peeked<O::Element, O::Elements>,
    right: &mut Peeked<O::Element, O::Elements>,
) -> (Option<O::Element>, Option<O::Element>) {
    let order = match (left.next, right.next) {
        (Some(left), Some(right)) => O::compare(left, right),
        (Some(_), None) => Ordering::Less,
        (None, _) => Ordering::Greater,
    };
    match order {
        Ordering::Less => (left.next(), None),
        Ordering::Equal => (left.next(), right.next()),
        Ordering::Greater => (None, right.next()),
    }
}

/// How the smallest element of each of two sets compares with the greatest of the other; `None` if
/// a set is empty.
fn compare_ends<O: Operand>(left: O, right: O) -> Option<(Ordering, Ordering)> {
    let (mut left, mut right) = (left.elements(), right.elements());
    let left_first = left.next()?;
    let left_last = left.next_back().unwrap_or(left_first);
    let right_first = right.next()?;
    let right_last = right.next_back().unwrap_or(right_first);
    Some((
        O::compare(left_first, right_last),
        O::compare(left_last, right_first),
    ))
}

/// The elements that are in `left` or in `right`.
pub(crate) fn union<O: Operand>(left: O, right: O) -> Combination<InEither, Sets<O>> {
    Combination::new(Walk::merge(left.elements(), right.elements()))
}

/// The elements that are in `left` or in `right`, but not in both.
pub(crate) fn symmetric_difference<O: Operand>(left: O, right: O) -> Combination<InOne, Sets<O>> {
    Combination::new(Walk::merge(left.elements(), right.elements()))
}

/// The elements that are in `left` and in `right`.
pub(crate) fn intersection<O: Operand>(left: O, right: O) -> Combination<InBoth, Sets<O>> {
    Combination::new(match compare_ends(left, right) {
        None | Some((Ordering::Greater, _) | (_, Ordering::Less)) => {
            Walk::merge(left.none(), right.none())
        }
        Some((Ordering::Equal, _)) => Walk::common(left, left.elements().next()),
        Some((_, Ordering::Equal)) => Walk::common(left, left.elements().next_back()),
        _ if is_far_smaller(right.elements().len(), left.elements().len()) => {
            Walk::search(right, left)
        }
        _ => Walk::search(left, right),
    })
}

/// The elements that are in `left` but not in `right`.
pub(crate) fn difference<O: Operand>(left: O, right: O) -> Combination<InFirst, Sets<O>> {
    let mut elements = left.elements();
    Combination::new(match compare_ends(left, right) {
        None | Some((Ordering::Greater, _) | (_, Ordering::Less)) => {
            Walk::merge(elements, right.none())
        }
        Some((Ordering::Equal, _)) => {
            elements.next();
            Walk::merge(elements, right.none())
        }
        Some((_, Ordering::Equal)) => {
            elements.next_back();
            Walk::merge(elements, right.none())
        }
        _ => Walk::search(left, right),
    })
}

/// Whether all elements of `left` are in `right`.
pub(crate) fn is_subset<O: Operand>(left: O, right: O) -> bool {
    left.elements().len() <= right.elements().len() && difference(left, right).next().is_none()
}

/// Which elements of two sets a [`Combination`] includes: those of the first alone, of both, of the
/// second alone.
pub trait Rule: Sealed {
    #[doc(hidden)]
    const NAME: &'static str;
    #[doc(hidden)]
    const FIRST: bool;
    #[doc(hidden)]
    const BOTH: bool;
    #[doc(hidden)]
    const SECOND: bool;
}

/// An iterator over the elements of two sets that a rule includes, in ascending order.
/// [`Union`](super::Union), [`SymmetricDifference`](super::SymmetricDifference),
/// [`Intersection`](super::Intersection) and [`Difference`](super::Difference) are aliases of it.
#[derive(Clone)]
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

impl<R: Rule, O: Operand> Combination<R, Sets<O>> {
    /// The elements as what they are on the way.
    pub(crate) fn into_elements(mut self) -> impl Iterator<Item = O::Element> {
        iter::from_fn(move || self.walk.next::<R>())
    }
}

impl<R: Rule, O: Operand> Iterator for Combination<R, Sets<O>> {
    type Item = O::Item;

    #[inline]
    fn next(&mut self) -> Option<O::Item> {
        self.walk.next::<R>().map(O::show)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let (first, second) = self.walk.lengths();
        // The sum may overflow with zero-sized elements, or for a set combined with itself.
        let all = first.saturating_add(second);
        let (least, most) = match (R::FIRST, R::BOTH, R::SECOND) {
            (true, true, _) => (first.max(second), all),
            (true, false, true) => (0, all),
            (true, false, false) => (first.saturating_sub(second), first),
            (false, ..) => {
                let least = usize::from(self.walk.starts_with_common());
                (least, first.min(second))
            }
        };
        (least, Some(most))
    }

    fn min(mut self) -> Option<O::Item>
    where
        O::Item: Ord,
    {
        self.next()
    }
}

impl<R: Rule, O: Operand> FusedIterator for Combination<R, Sets<O>> {}

impl<R: Rule, W: fmt::Debug> fmt::Debug for Combination<R, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple(R::NAME).field(&self.walk).finish()
    }
}

/// The rule of a union: elements that are in either set.
#[derive(Clone)]
pub struct InEither;

/// The rule of a symmetric difference: elements that are in one set alone.
#[derive(Clone)]
pub struct InOne;

/// The rule of an intersection: elements that are in both sets.
#[derive(Clone)]
pub struct InBoth;

/// The rule of a difference: elements that are in the first set alone.
#[derive(Clone)]
pub struct InFirst;

impl Sealed for InEither {}
impl Sealed for InOne {}
impl Sealed for InBoth {}
impl Sealed for InFirst {}

impl Rule for InEither {
    const NAME: &'static str = "Union";
    const FIRST: bool = true;
    const BOTH: bool = true;
    const SECOND: bool = true;
}

impl Rule for InOne {
    const NAME: &'static str = "SymmetricDifference";
    const FIRST: bool = true;
    const BOTH: bool = false;
    const SECOND: bool = true;
}

impl Rule for InBoth {
    const NAME: &'static str = "Intersection";
    const FIRST: bool = false;
    const BOTH: bool = true;
    const SECOND: bool = false;
}

impl Rule for InFirst {
    const NAME: &'static str = "Difference";
    const FIRST: bool = true;
    const BOTH: bool = false;
    const SECOND: bool = false;
}
