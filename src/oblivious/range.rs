//! Iterators over entries: walks over the array, and what is left of one that was given up.

use core::fmt;
use core::iter::FusedIterator;

use super::packed::{Drain, Entries, EntriesMut, Packed, Place};

/// The entries of a range of keys, in ascending order. Made by
/// [`CacheObliviousMap::range`](super::CacheObliviousMap::range).
#[must_use = "iterators are lazy and do nothing unless consumed"]
pub struct Range<'a, K, V> {
    entries: Entries<'a, K, V>,
}

/// The entries of a range of keys, in ascending order, with the values open to change. Made by
/// [`CacheObliviousMap::range_mut`](super::CacheObliviousMap::range_mut).
#[must_use = "iterators are lazy and do nothing unless consumed"]
pub struct RangeMut<'a, K, V> {
    entries: EntriesMut<'a, K, V>,
}

/// All entries, in ascending order. Made by
/// [`CacheObliviousMap::iter`](super::CacheObliviousMap::iter).
#[must_use = "iterators are lazy and do nothing unless consumed"]
pub struct Iter<'a, K, V> {
    range: Range<'a, K, V>,
    left: usize,
}

/// All entries, in ascending order, with the values open to change. Made by
/// [`CacheObliviousMap::iter_mut`](super::CacheObliviousMap::iter_mut).
#[must_use = "iterators are lazy and do nothing unless consumed"]
pub struct IterMut<'a, K, V> {
    range: RangeMut<'a, K, V>,
    left: usize,
}

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

    /// The entries that are left, to look at.
    pub(crate) fn iter(&self) -> Range<'_, K, V> {
        Range {
            entries: self.entries.shared(),
        }
    }
}

impl<'a, K, V> Iter<'a, K, V> {
    pub(super) fn new(range: Range<'a, K, V>, left: usize) -> Self {
        Iter { range, left }
    }
}

impl<'a, K, V> IterMut<'a, K, V> {
    pub(super) fn new(range: RangeMut<'a, K, V>, left: usize) -> Self {
        IterMut { range, left }
    }

    /// The entries that are left, to look at.
    pub(crate) fn iter(&self) -> Iter<'_, K, V> {
        Iter::new(self.range.iter(), self.left)
    }
}

impl<K, V> IntoIter<K, V> {
    pub(super) fn new(drain: Drain<K, V>) -> Self {
        IntoIter { drain }
    }

    /// The entries that are left, to look at.
    pub(crate) fn iter(&self) -> Iter<'_, K, V> {
        let (packed, start, end) = self.drain.rest();
        Iter::new(Range::new(packed, start, end), self.drain.len())
    }
}

/// The iterator traits of a range, over its entries.
macro_rules! over_entries {
    ($($name:ident: $item:ty;)+) => {$(
        impl<'a, K, V> Iterator for $name<'a, K, V> {
            type Item = $item;

            #[inline]
            fn next(&mut self) -> Option<$item> {
                self.entries.next()
            }

            fn size_hint(&self) -> (usize, Option<usize>) {
                self.entries.size_hint()
            }

            fn nth(&mut self, skipped: usize) -> Option<$item> {
                self.entries.nth(skipped)
            }

            fn last(mut self) -> Option<$item> {
                self.next_back()
            }

            fn count(self) -> usize {
                self.entries.count()
            }

            #[inline]
            fn fold<B, F: FnMut(B, $item) -> B>(self, start: B, fold: F) -> B {
                self.entries.fold(start, fold)
            }

            fn min(mut self) -> Option<$item>
            where
                $item: Ord,
            {
                self.next()
            }

            fn max(mut self) -> Option<$item>
            where
                $item: Ord,
            {
                self.next_back()
            }
        }

        impl<K, V> DoubleEndedIterator for $name<'_, K, V> {
            #[inline]
            fn next_back(&mut self) -> Option<Self::Item> {
                self.entries.next_back()
            }

            fn nth_back(&mut self, skipped: usize) -> Option<Self::Item> {
                self.entries.nth_back(skipped)
            }
        }

        impl<K, V> FusedIterator for $name<'_, K, V> {}
    )+};
}

over_entries! {
    Range: (&'a K, &'a V);
    RangeMut: (&'a K, &'a mut V);
}

/// The iterator traits of all entries, over a range that has them all.
macro_rules! over_range {
    ($($name:ident: $item:ty;)+) => {$(
        impl<'a, K, V> Iterator for $name<'a, K, V> {
            type Item = $item;

            #[inline]
            fn next(&mut self) -> Option<$item> {
                let entry = self.range.next()?;
                self.left -= 1;
                Some(entry)
            }

            #[inline]
            fn size_hint(&self) -> (usize, Option<usize>) {
                (self.left, Some(self.left))
            }

            fn nth(&mut self, skipped: usize) -> Option<$item> {
                self.left = self.left.saturating_sub(skipped.saturating_add(1));
                self.range.nth(skipped)
            }

            fn last(mut self) -> Option<$item> {
                self.next_back()
            }

            fn count(self) -> usize {
                self.left
            }

            #[inline]
            fn fold<B, F: FnMut(B, $item) -> B>(self, start: B, fold: F) -> B {
                self.range.fold(start, fold)
            }

            fn min(mut self) -> Option<$item>
            where
                $item: Ord,
            {
                self.next()
            }

            fn max(mut self) -> Option<$item>
            where
                $item: Ord,
            {
                self.next_back()
            }
        }

        impl<K, V> DoubleEndedIterator for $name<'_, K, V> {
            #[inline]
            fn next_back(&mut self) -> Option<Self::Item> {
                let entry = self.range.next_back()?;
                self.left -= 1;
                Some(entry)
            }

            fn nth_back(&mut self, skipped: usize) -> Option<Self::Item> {
                self.left = self.left.saturating_sub(skipped.saturating_add(1));
                self.range.nth_back(skipped)
            }
        }

        impl<K, V> ExactSizeIterator for $name<'_, K, V> {}
        impl<K, V> FusedIterator for $name<'_, K, V> {}
    )+};
}

over_range! {
    Iter: (&'a K, &'a V);
    IterMut: (&'a K, &'a mut V);
}

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
        Range {
            entries: self.entries.clone(),
        }
    }
}

impl<K, V> Clone for Iter<'_, K, V> {
    fn clone(&self) -> Self {
        Iter::new(self.range.clone(), self.left)
    }
}

/// An iterator of nothing.
macro_rules! default {
    ($($name:ty { $($field:ident: $value:expr),+ };)+) => {$(
        impl<K, V> Default for $name {
            /// An iterator of nothing.
            fn default() -> Self {
                Self { $($field: $value),+ }
            }
        }
    )+};
}

default! {
    Range<'_, K, V> { entries: Entries::NONE };
    RangeMut<'_, K, V> { entries: EntriesMut::NONE };
    Iter<'_, K, V> { range: Range::default(), left: 0 };
    IterMut<'_, K, V> { range: RangeMut::default(), left: 0 };
    IntoIter<K, V> { drain: Drain::new(Packed::new()) };
}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for Range<'_, K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}

/// Shows what is left.
macro_rules! debug {
    ($($name:ty;)+) => {$(
        impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_list().entries(self.iter()).finish()
            }
        }
    )+};
}

debug! {
    RangeMut<'_, K, V>;
    IterMut<'_, K, V>;
    IntoIter<K, V>;
}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for Iter<'_, K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.range.fmt(f)
    }
}
