//! Iterators over entries: walks over the array, and what is left of one that was given up.

use core::fmt;
use core::iter::FusedIterator;

use crate::iter::{Counted, Rest};

use super::packed::{Drain, Entries, EntriesMut, Packed, Place};

/// The entries of a range of keys, in ascending order. Made by
/// [`range`](crate::map::Map::range).
#[must_use = "iterators are lazy and do nothing unless consumed"]
pub struct Range<'a, K, V> {
    entries: Entries<'a, K, V>,
}

/// The entries of a range of keys, in ascending order, with the values open to change. Made by
/// [`range_mut`](crate::map::Map::range_mut).
#[must_use = "iterators are lazy and do nothing unless consumed"]
pub struct RangeMut<'a, K, V> {
    entries: EntriesMut<'a, K, V>,
}

/// All entries, in ascending order. Made by [`iter`](crate::map::Map::iter).
pub type Iter<'a, K, V> = Counted<Range<'a, K, V>>;

/// All entries, in ascending order, with the values open to change. Made by
/// [`iter_mut`](crate::map::Map::iter_mut).
pub type IterMut<'a, K, V> = Counted<RangeMut<'a, K, V>>;

/// The entries of a map that was consumed, in ascending order. Made by its `into_iter`.
pub struct IntoIter<K, V> {
    drain: Drain<K, V>,
}

impl<'a, K, V> Range<'a, K, V> {
    pub(super) fn new(packed: &'a Packed<K, V>, start: Place, end: Place) -> Self {
        Range {
            entries: Entries::new(packed, start, end),
        }
    }

    /// Halves the range between two segments; the second half comes behind the first.
    #[cfg(feature = "rayon")]
    pub(crate) fn split(self) -> (Self, Option<Self>) {
        let (front, back) = self.entries.split();
        (
            Range { entries: front },
            back.map(|entries| Range { entries }),
        )
    }
}

impl<'a, K, V> RangeMut<'a, K, V> {
    pub(super) fn new(packed: &'a mut Packed<K, V>, start: Place, end: Place) -> Self {
        RangeMut {
            entries: EntriesMut::new(packed, start, end),
        }
    }

    /// Halves the range between two segments; the second half comes behind the first.
    #[cfg(feature = "rayon")]
    pub(crate) fn split(self) -> (Self, Option<Self>) {
        let (front, back) = self.entries.split();
        (
            RangeMut { entries: front },
            back.map(|entries| RangeMut { entries }),
        )
    }
}

impl<K, V> IntoIter<K, V> {
    pub(super) fn new(drain: Drain<K, V>) -> Self {
        IntoIter { drain }
    }
}

impl<'a, K, V> Iterator for Range<'a, K, V> {
    type Item = (&'a K, &'a V);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.entries.next()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.entries.size_hint()
    }

    fn nth(&mut self, skipped: usize) -> Option<Self::Item> {
        self.entries.nth(skipped)
    }

    fn last(mut self) -> Option<Self::Item> {
        self.next_back()
    }

    fn count(self) -> usize {
        self.entries.count()
    }

    #[inline]
    fn fold<B, F: FnMut(B, Self::Item) -> B>(self, start: B, fold: F) -> B {
        self.entries.fold(start, fold)
    }

    fn min(mut self) -> Option<Self::Item>
    where
        Self::Item: Ord,
    {
        self.next()
    }

    fn max(mut self) -> Option<Self::Item>
    where
        Self::Item: Ord,
    {
        self.next_back()
    }
}

impl<K, V> DoubleEndedIterator for Range<'_, K, V> {
    #[inline]
    fn next_back(&mut self) -> Option<Self::Item> {
        self.entries.next_back()
    }

    fn nth_back(&mut self, skipped: usize) -> Option<Self::Item> {
        self.entries.nth_back(skipped)
    }
}

impl<K, V> FusedIterator for Range<'_, K, V> {}

impl<'a, K, V> Iterator for RangeMut<'a, K, V> {
    type Item = (&'a K, &'a mut V);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.entries.next()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.entries.size_hint()
    }

    fn nth(&mut self, skipped: usize) -> Option<Self::Item> {
        self.entries.nth(skipped)
    }

    fn last(mut self) -> Option<Self::Item> {
        self.next_back()
    }

    fn count(self) -> usize {
        self.entries.count()
    }

    #[inline]
    fn fold<B, F: FnMut(B, Self::Item) -> B>(self, start: B, fold: F) -> B {
        self.entries.fold(start, fold)
    }

    fn min(mut self) -> Option<Self::Item>
    where
        Self::Item: Ord,
    {
        self.next()
    }

    fn max(mut self) -> Option<Self::Item>
    where
        Self::Item: Ord,
    {
        self.next_back()
    }
}

impl<K, V> DoubleEndedIterator for RangeMut<'_, K, V> {
    #[inline]
    fn next_back(&mut self) -> Option<Self::Item> {
        self.entries.next_back()
    }

    fn nth_back(&mut self, skipped: usize) -> Option<Self::Item> {
        self.entries.nth_back(skipped)
    }
}

impl<K, V> FusedIterator for RangeMut<'_, K, V> {}

impl<K, V> Iterator for IntoIter<K, V> {
    type Item = (K, V);

    #[inline]
    fn next(&mut self) -> Option<(K, V)> {
        self.drain.next()
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.drain.len(), Some(self.drain.len()))
    }
}

impl<K, V> DoubleEndedIterator for IntoIter<K, V> {
    #[inline]
    fn next_back(&mut self) -> Option<(K, V)> {
        self.drain.next_back()
    }
}

impl<K, V> ExactSizeIterator for IntoIter<K, V> {}
impl<K, V> FusedIterator for IntoIter<K, V> {}

impl<K, V> Clone for Range<'_, K, V> {
    fn clone(&self) -> Self {
        let entries = self.entries.clone();
        Range { entries }
    }
}

impl<K, V> Default for Range<'_, K, V> {
    /// An iterator of nothing.
    fn default() -> Self {
        let entries = Entries::NONE;
        Range { entries }
    }
}

impl<K, V> Default for RangeMut<'_, K, V> {
    /// An iterator of nothing.
    fn default() -> Self {
        let entries = EntriesMut::NONE;
        RangeMut { entries }
    }
}

impl<K, V> Default for IntoIter<K, V> {
    /// An iterator of nothing.
    fn default() -> Self {
        IntoIter::new(Drain::new(Packed::new()))
    }
}

impl<K, V> Rest for Range<'_, K, V> {
    type Key = K;
    type Value = V;

    fn rest(&self) -> impl Iterator<Item = (&K, &V)> {
        self.clone()
    }
}

impl<K, V> Rest for RangeMut<'_, K, V> {
    type Key = K;
    type Value = V;

    fn rest(&self) -> impl Iterator<Item = (&K, &V)> {
        let entries = self.entries.shared();
        Range { entries }
    }
}

impl<K, V> Rest for IntoIter<K, V> {
    type Key = K;
    type Value = V;

    fn rest(&self) -> impl Iterator<Item = (&K, &V)> {
        let (packed, start, end) = self.drain.rest();
        Range::new(packed, start, end)
    }
}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for Range<'_, K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.rest()).finish()
    }
}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for RangeMut<'_, K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.rest()).finish()
    }
}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for IntoIter<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.rest()).finish()
    }
}
