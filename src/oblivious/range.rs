//! Iterators over entries: at both ends the rest of a segment, between them whole segments.

use core::fmt;
use core::iter::FusedIterator;
use core::mem;

use super::packed::{Drain, Entries, EntriesMut, Packed, Place, Runs, RunsMut};

/// Whole segments, whose runs of entries are taken from both ends.
pub(super) trait Segments: Default {
    type Run: DoubleEndedIterator + ExactSizeIterator;

    const EMPTY_RUN: Self::Run;

    fn next_run(&mut self) -> Option<Self::Run>;
    fn next_back_run(&mut self) -> Option<Self::Run>;
    fn trim(run: &mut Self::Run, from: usize, to: usize);
    fn len(&self) -> usize;
    /// Hands out the segments from the `at`-th on.
    #[cfg(feature = "rayon")]
    fn split_off(&mut self, at: usize) -> Self;
}

macro_rules! segments {
    ($($runs:ident of $run:ident;)+) => {$(
        impl<'a, K, V> Segments for $runs<'a, K, V> {
            type Run = $run<'a, K, V>;

            const EMPTY_RUN: Self::Run = $run::EMPTY;

            #[inline]
            fn next_run(&mut self) -> Option<Self::Run> {
                self.next()
            }

            #[inline]
            fn next_back_run(&mut self) -> Option<Self::Run> {
                self.next_back()
            }

            fn trim(run: &mut Self::Run, from: usize, to: usize) {
                run.trim(from, to);
            }

            fn len(&self) -> usize {
                $runs::len(self)
            }

            #[cfg(feature = "rayon")]
            fn split_off(&mut self, at: usize) -> Self {
                $runs::split_off(self, at)
            }
        }
    )+};
}

segments! {
    Runs of Entries;
    RunsMut of EntriesMut;
}

/// A walk over entries from both ends.
struct Walk<S: Segments> {
    front: S::Run,
    middle: S,
    /// Begun only when the walk has come to its segment from behind.
    back: S::Run,
}

impl<S: Segments> Walk<S> {
    /// The entries of these segments, without so many of the first and up to the place in the last.
    fn new(mut middle: S, start: Place, end: Place) -> Self {
        let mut front = middle.next_run().unwrap_or(S::EMPTY_RUN);
        let mut back = S::EMPTY_RUN;
        if start.segment < end.segment {
            back = middle.next_back_run().unwrap_or(S::EMPTY_RUN);
            S::trim(&mut front, start.slot, usize::MAX);
            S::trim(&mut back, 0, end.slot);
        } else {
            S::trim(&mut front, start.slot, end.slot);
        }
        Walk {
            front,
            middle,
            back,
        }
    }

    #[inline]
    fn next(&mut self) -> Option<<S::Run as Iterator>::Item> {
        while self.front.len() == 0 {
            self.front = match self.middle.next_run() {
                Some(run) => run,
                None if self.back.len() == 0 => return None,
                None => mem::replace(&mut self.back, S::EMPTY_RUN),
            };
        }
        self.front.next()
    }

    #[inline]
    fn next_back(&mut self) -> Option<<S::Run as Iterator>::Item> {
        while self.back.len() == 0 {
            self.back = match self.middle.next_back_run() {
                Some(run) => run,
                None if self.front.len() == 0 => return None,
                None => mem::replace(&mut self.front, S::EMPTY_RUN),
            };
        }
        self.back.next_back()
    }

    /// Skips whole segments.
    fn nth(&mut self, mut skipped: usize) -> Option<<S::Run as Iterator>::Item> {
        loop {
            let len = self.front.len();
            if skipped < len {
                return self.front.nth(skipped);
            }
            skipped -= len;
            match self.middle.next_run() {
                Some(run) => self.front = run,
                None => {
                    self.front = S::EMPTY_RUN;
                    return self.back.nth(skipped);
                }
            }
        }
    }

    fn nth_back(&mut self, mut skipped: usize) -> Option<<S::Run as Iterator>::Item> {
        loop {
            let len = self.back.len();
            if skipped < len {
                return self.back.nth_back(skipped);
            }
            skipped -= len;
            match self.middle.next_back_run() {
                Some(run) => self.back = run,
                None => {
                    self.back = S::EMPTY_RUN;
                    return self.front.nth_back(skipped);
                }
            }
        }
    }

    #[inline]
    fn fold<B, F>(mut self, start: B, mut fold: F) -> B
    where
        F: FnMut(B, <S::Run as Iterator>::Item) -> B,
    {
        let mut folded = self.front.fold(start, &mut fold);
        while let Some(run) = self.middle.next_run() {
            folded = run.fold(folded, &mut fold);
        }
        self.back.fold(folded, fold)
    }

    fn count(mut self) -> usize {
        let mut count = self.front.len() + self.back.len();
        while let Some(run) = self.middle.next_run() {
            count += run.len();
        }
        count
    }

    /// At least so many, and at most, given what a segment holds at most.
    fn size_hint(&self) -> (usize, Option<usize>) {
        let ends = self.front.len() + self.back.len();
        let most = self.middle.len().checked_mul(usize::from(u8::MAX));
        (
            ends + self.middle.len(),
            most.and_then(|most| most.checked_add(ends)),
        )
    }

    /// Halves the walk between two segments; the second half comes behind the first.
    #[cfg(feature = "rayon")]
    fn split(mut self) -> (Self, Option<Self>) {
        let half = self.middle.len() / 2;
        let behind = self.middle.split_off(half);
        let back = Walk {
            front: S::EMPTY_RUN,
            middle: behind,
            back: mem::replace(&mut self.back, S::EMPTY_RUN),
        };
        let has_more = back.middle.len() > 0 || back.back.len() > 0;
        (self, has_more.then_some(back))
    }
}

impl<S: Segments> Default for Walk<S> {
    fn default() -> Self {
        Walk {
            front: S::EMPTY_RUN,
            middle: S::default(),
            back: S::EMPTY_RUN,
        }
    }
}

/// The entries of a range of keys, in ascending order. Made by
/// [`CacheObliviousMap::range`](super::CacheObliviousMap::range).
#[must_use = "iterators are lazy and do nothing unless consumed"]
pub struct Range<'a, K, V> {
    walk: Walk<Runs<'a, K, V>>,
}

/// The entries of a range of keys, in ascending order, with the values open to change. Made by
/// [`CacheObliviousMap::range_mut`](super::CacheObliviousMap::range_mut).
#[must_use = "iterators are lazy and do nothing unless consumed"]
pub struct RangeMut<'a, K, V> {
    walk: Walk<RunsMut<'a, K, V>>,
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
        if start >= end {
            return Self::default();
        }
        let segments = start.segment..end.segment + 1;
        Range {
            walk: Walk::new(packed.runs(segments), start, end),
        }
    }

    /// Halves the range between two segments; the second half comes behind the first.
    #[cfg(feature = "rayon")]
    pub(crate) fn split(self) -> (Self, Option<Self>) {
        let (front, back) = self.walk.split();
        (Range { walk: front }, back.map(|walk| Range { walk }))
    }
}

impl<'a, K, V> RangeMut<'a, K, V> {
    pub(super) fn new(packed: &'a mut Packed<K, V>, start: Place, end: Place) -> Self {
        if start >= end {
            return Self::default();
        }
        let segments = start.segment..end.segment + 1;
        RangeMut {
            walk: Walk::new(packed.runs_mut(segments), start, end),
        }
    }

    /// Halves the range between two segments; the second half comes behind the first.
    #[cfg(feature = "rayon")]
    pub(crate) fn split(self) -> (Self, Option<Self>) {
        let (front, back) = self.walk.split();
        (RangeMut { walk: front }, back.map(|walk| RangeMut { walk }))
    }

    /// The entries that are left, to look at.
    pub(crate) fn iter(&self) -> Range<'_, K, V> {
        Range {
            walk: Walk {
                front: self.walk.front.iter(),
                middle: self.walk.middle.runs(),
                back: self.walk.back.iter(),
            },
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

/// The iterator traits of a range, over its walk.
macro_rules! over_walk {
    ($($name:ident: $item:ty;)+) => {$(
        impl<'a, K, V> Iterator for $name<'a, K, V> {
            type Item = $item;

            #[inline]
            fn next(&mut self) -> Option<$item> {
                self.walk.next()
            }

            fn size_hint(&self) -> (usize, Option<usize>) {
                self.walk.size_hint()
            }

            fn nth(&mut self, skipped: usize) -> Option<$item> {
                self.walk.nth(skipped)
            }

            fn last(mut self) -> Option<$item> {
                self.next_back()
            }

            fn count(self) -> usize {
                self.walk.count()
            }

            #[inline]
            fn fold<B, F: FnMut(B, $item) -> B>(self, start: B, fold: F) -> B {
                self.walk.fold(start, fold)
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
                self.walk.next_back()
            }

            fn nth_back(&mut self, skipped: usize) -> Option<Self::Item> {
                self.walk.nth_back(skipped)
            }
        }

        impl<K, V> FusedIterator for $name<'_, K, V> {}
    )+};
}

over_walk! {
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
            walk: Walk {
                front: self.walk.front.clone(),
                middle: self.walk.middle.clone(),
                back: self.walk.back.clone(),
            },
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
    Range<'_, K, V> { walk: Walk::default() };
    RangeMut<'_, K, V> { walk: Walk::default() };
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
