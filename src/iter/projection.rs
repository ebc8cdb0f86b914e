//! Iterators over a part of each entry: only the keys, or only the values.

use core::fmt;
use core::iter::FusedIterator;
use core::marker::PhantomData;

use crate::sealed::Sealed;

/// A part of an entry: its key, its value, or both.
pub trait Projection: Sealed {
    /// The projection of an entry of `K` and `V`.
    type Of<K, V>;

    /// Whether the projections ascend as keys do: then the first is the smallest.
    const ASCENDING: bool;

    /// The name that `Debug` prints around the list, if any.
    const NAME: Option<&'static str> = None;

    /// Projects an entry.
    #[doc(hidden)]
    fn of<K, V>(entry: (K, V)) -> Self::Of<K, V>;
}

/// A projection that a mutable cursor can show.
pub trait ProjectionMut: Projection {
    /// The projection of an entry with a mutable value.
    type Mut<'a, K: 'a, V: 'a>;

    /// Projects an entry with a mutable value.
    #[doc(hidden)]
    fn of_mut<'a, K, V>(entry: (&'a K, &'a mut V)) -> Self::Mut<'a, K, V>;
}

/// A [`ProjectionMut`] of a whole entry.
pub trait ProjectionWithValue: ProjectionMut {}

/// The whole entry, as a [`Projection`].
#[derive(Clone, Copy, Debug)]
pub struct KeyValue;

/// The key of an entry, as a [`Projection`].
#[derive(Clone, Copy, Debug)]
pub struct KeyOnly;

/// The value of an entry, as a [`Projection`].
#[derive(Clone, Copy, Debug)]
pub struct ValueOnly;

impl Sealed for KeyValue {}
impl Sealed for KeyOnly {}
impl Sealed for ValueOnly {}

impl Projection for KeyValue {
    type Of<K, V> = (K, V);
    const ASCENDING: bool = true;

    #[doc(hidden)]
    #[inline]
    fn of<K, V>(entry: (K, V)) -> (K, V) {
        entry
    }
}

impl ProjectionMut for KeyValue {
    type Mut<'a, K: 'a, V: 'a> = (&'a K, &'a mut V);

    #[inline]
    fn of_mut<'a, K, V>(entry: (&'a K, &'a mut V)) -> (&'a K, &'a mut V) {
        entry
    }
}

impl ProjectionWithValue for KeyValue {}

impl ProjectionMut for KeyOnly {
    type Mut<'a, K: 'a, V: 'a> = &'a K;

    #[inline]
    fn of_mut<'a, K, V>((key, _): (&'a K, &'a mut V)) -> &'a K {
        key
    }
}

impl Projection for KeyOnly {
    type Of<K, V> = K;
    const ASCENDING: bool = true;

    #[inline]
    fn of<K, V>((key, _): (K, V)) -> K {
        key
    }
}

impl Projection for ValueOnly {
    type Of<K, V> = V;
    const ASCENDING: bool = false;

    #[inline]
    fn of<K, V>((_, value): (K, V)) -> V {
        value
    }
}

/// An iterator over entries that can show those not yet yielded.
pub trait Remaining: Sealed {
    /// The keys of the entries.
    type Key;
    /// Their values.
    type Value;

    /// The remaining entries.
    #[doc(hidden)]
    fn rest(&self) -> impl Iterator<Item = (&Self::Key, &Self::Value)>;
}

/// One part of each entry of an iterator, such as only the keys.
///
/// # Examples
///
/// ```
/// use leafwise::BPlusTreeMap;
///
/// let map = BPlusTreeMap::from([(2, "b"), (1, "a")]);
/// assert!(map.keys().eq(&[1, 2]));
/// assert_eq!(map.values().next_back(), Some(&"b"));
/// ```
#[must_use = "iterators are lazy and do nothing unless consumed"]
pub struct Projected<H, I> {
    pub(crate) entries: I,
    projection: PhantomData<H>,
}

impl<H, I> Projected<H, I> {
    #[inline]
    pub(crate) fn new(entries: I) -> Self {
        let projection = PhantomData;
        Projected {
            entries,
            projection,
        }
    }
}

impl<H: Projection, K, V, I: DoubleEndedIterator<Item = (K, V)>> Iterator for Projected<H, I> {
    type Item = H::Of<K, V>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.entries.next().map(H::of)
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        self.entries.size_hint()
    }

    #[inline]
    fn nth(&mut self, skipped: usize) -> Option<Self::Item> {
        self.entries.nth(skipped).map(H::of)
    }

    #[inline]
    fn last(mut self) -> Option<Self::Item> {
        self.next_back()
    }

    #[inline]
    fn count(self) -> usize {
        self.entries.count()
    }

    #[inline]
    fn fold<B, F: FnMut(B, Self::Item) -> B>(self, start: B, mut fold: F) -> B {
        let visit = |folded, entry| fold(folded, H::of(entry));
        self.entries.fold(start, visit)
    }

    #[inline]
    fn min(mut self) -> Option<Self::Item>
    where
        Self::Item: Ord,
    {
        if H::ASCENDING {
            self.next()
        } else {
            self.reduce(Ord::min)
        }
    }

    #[inline]
    fn max(mut self) -> Option<Self::Item>
    where
        Self::Item: Ord,
    {
        if H::ASCENDING {
            self.next_back()
        } else {
            self.reduce(Ord::max)
        }
    }
}

impl<H: Projection, K, V, I: DoubleEndedIterator<Item = (K, V)>> DoubleEndedIterator
    for Projected<H, I>
{
    #[inline]
    fn next_back(&mut self) -> Option<Self::Item> {
        self.entries.next_back().map(H::of)
    }

    #[inline]
    fn nth_back(&mut self, skipped: usize) -> Option<Self::Item> {
        self.entries.nth_back(skipped).map(H::of)
    }

    #[inline]
    fn rfold<B, F: FnMut(B, Self::Item) -> B>(self, start: B, mut fold: F) -> B {
        let visit = |folded, entry| fold(folded, H::of(entry));
        self.entries.rfold(start, visit)
    }
}

impl<H, K, V, I> ExactSizeIterator for Projected<H, I>
where
    H: Projection,
    I: DoubleEndedIterator<Item = (K, V)> + ExactSizeIterator,
{
}

impl<H, K, V, I> FusedIterator for Projected<H, I>
where
    H: Projection,
    I: DoubleEndedIterator<Item = (K, V)> + FusedIterator,
{
}

impl<H, I: Clone> Clone for Projected<H, I> {
    fn clone(&self) -> Self {
        Projected::new(self.entries.clone())
    }
}

impl<H, I: Default> Default for Projected<H, I> {
    /// Makes an empty iterator.
    fn default() -> Self {
        Projected::new(I::default())
    }
}

/// The remaining items of an iterator, as a list.
struct List<'i, H, I>(&'i Projected<H, I>);

impl<H: Projection, I: Remaining> fmt::Debug for List<'_, H, I>
where
    for<'a> H::Of<&'a I::Key, &'a I::Value>: fmt::Debug,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let left = self.0.entries.rest().map(H::of);
        f.debug_list().entries(left).finish()
    }
}

impl<H: Projection, I: Remaining> fmt::Debug for Projected<H, I>
where
    for<'a> H::Of<&'a I::Key, &'a I::Value>: fmt::Debug,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match H::NAME {
            Some(name) => f.debug_tuple(name).field(&List(self)).finish(),
            None => List(self).fmt(f),
        }
    }
}
