//! Iterators over one half of each entry: only the keys, or only the values.

use core::fmt;
use core::iter::FusedIterator;
use core::marker::PhantomData;

/// One half of an entry, named by a type.
pub trait Half {
    /// What this half is of an entry of `K` and `V`.
    type Of<K, V>;

    /// Whether these halves ascend when keys do: then the first is the smallest.
    const ASCENDING: bool;

    /// The name that `Debug` puts around the list, if any.
    const NAME: Option<&'static str> = None;

    /// Takes the half out of an entry.
    fn of<K, V>(entry: (K, V)) -> Self::Of<K, V>;
}

/// What a cursor that changes entries shows of them.
pub trait View: Half {
    /// What it is, where values are open to change.
    type Mut<'a, K: 'a, V: 'a>;

    /// Takes it out of an entry.
    fn of_mut<'a, K, V>(entry: (&'a K, &'a mut V)) -> Self::Mut<'a, K, V>;
}

/// A [`View`] of both halves of an entry.
pub trait WithValue: View {}

/// All of an entry, for what may show only a [`Half`].
#[derive(Clone, Copy, Debug)]
pub struct Both;

/// The key of an entry, as a [`Half`].
#[derive(Clone, Copy, Debug)]
pub struct Key;

/// The value of an entry, as a [`Half`].
#[derive(Clone, Copy, Debug)]
pub struct Value;

impl Half for Both {
    type Of<K, V> = (K, V);
    const ASCENDING: bool = true;

    #[inline]
    fn of<K, V>(entry: (K, V)) -> (K, V) {
        entry
    }
}

impl View for Both {
    type Mut<'a, K: 'a, V: 'a> = (&'a K, &'a mut V);

    #[inline]
    fn of_mut<'a, K, V>(entry: (&'a K, &'a mut V)) -> (&'a K, &'a mut V) {
        entry
    }
}

impl WithValue for Both {}

impl View for Key {
    type Mut<'a, K: 'a, V: 'a> = &'a K;

    #[inline]
    fn of_mut<'a, K, V>((key, _): (&'a K, &'a mut V)) -> &'a K {
        key
    }
}

impl Half for Key {
    type Of<K, V> = K;
    const ASCENDING: bool = true;

    #[inline]
    fn of<K, V>((key, _): (K, V)) -> K {
        key
    }
}

impl Half for Value {
    type Of<K, V> = V;
    const ASCENDING: bool = false;

    #[inline]
    fn of<K, V>((_, value): (K, V)) -> V {
        value
    }
}

/// An iterator over entries that can show those it has not yielded yet.
pub trait Rest {
    /// The keys of the entries.
    type Key;
    /// Their values.
    type Value;

    /// The entries that are left.
    fn rest(&self) -> impl Iterator<Item = (&Self::Key, &Self::Value)>;
}

/// Only one half of the entries of an iterator, such as only their keys.
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
pub struct Only<H, I> {
    pub(crate) entries: I,
    half: PhantomData<H>,
}

impl<H, I> Only<H, I> {
    #[inline]
    pub(crate) fn new(entries: I) -> Self {
        let half = PhantomData;
        Only { entries, half }
    }
}

impl<H: Half, K, V, I: DoubleEndedIterator<Item = (K, V)>> Iterator for Only<H, I> {
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

impl<H: Half, K, V, I: DoubleEndedIterator<Item = (K, V)>> DoubleEndedIterator for Only<H, I> {
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

impl<H, K, V, I> ExactSizeIterator for Only<H, I>
where
    H: Half,
    I: DoubleEndedIterator<Item = (K, V)> + ExactSizeIterator,
{
}

impl<H, K, V, I> FusedIterator for Only<H, I>
where
    H: Half,
    I: DoubleEndedIterator<Item = (K, V)> + FusedIterator,
{
}

impl<H, I: Clone> Clone for Only<H, I> {
    fn clone(&self) -> Self {
        Only::new(self.entries.clone())
    }
}

impl<H, I: Default> Default for Only<H, I> {
    /// An iterator of nothing.
    fn default() -> Self {
        Only::new(I::default())
    }
}

/// What is left of an iterator, as a list.
struct List<'i, H, I>(&'i Only<H, I>);

impl<H: Half, I: Rest> fmt::Debug for List<'_, H, I>
where
    for<'a> H::Of<&'a I::Key, &'a I::Value>: fmt::Debug,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let halves = self.0.entries.rest().map(H::of);
        f.debug_list().entries(halves).finish()
    }
}

impl<H: Half, I: Rest> fmt::Debug for Only<H, I>
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
