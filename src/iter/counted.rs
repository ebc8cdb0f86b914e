//! An iterator over all entries: one over a range that knows the number of remaining entries.

use core::fmt;
use core::iter::FusedIterator;

use crate::sealed::Sealed;

use super::projection::Remaining;

/// The entries of an ascending range, and their number.
#[derive(Clone, Default)]
#[must_use = "iterators are lazy and do nothing unless consumed"]
pub struct Counted<R> {
    range: R,
    left: usize,
}

impl<R> Counted<R> {
    #[inline]
    pub(crate) fn new(range: R, left: usize) -> Self {
        Counted { range, left }
    }
}

impl<R: DoubleEndedIterator> Iterator for Counted<R> {
    type Item = R::Item;

    #[inline]
    fn next(&mut self) -> Option<R::Item> {
        let entry = self.range.next()?;
        self.left -= 1;
        Some(entry)
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }

    fn nth(&mut self, skipped: usize) -> Option<R::Item> {
        self.left = self.left.saturating_sub(skipped.saturating_add(1));
        self.range.nth(skipped)
    }

    fn last(mut self) -> Option<R::Item> {
        self.next_back()
    }

    fn count(self) -> usize {
        self.left
    }

    #[inline]
    fn fold<B, F: FnMut(B, R::Item) -> B>(self, start: B, fold: F) -> B {
        self.range.fold(start, fold)
    }

    fn min(mut self) -> Option<R::Item>
    where
        R::Item: Ord,
    {
        self.next()
    }

    fn max(mut self) -> Option<R::Item>
    where
        R::Item: Ord,
    {
        self.next_back()
    }
}

impl<R: DoubleEndedIterator> DoubleEndedIterator for Counted<R> {
    #[inline]
    fn next_back(&mut self) -> Option<R::Item> {
        let entry = self.range.next_back()?;
        self.left -= 1;
        Some(entry)
    }

    fn nth_back(&mut self, skipped: usize) -> Option<R::Item> {
        self.left = self.left.saturating_sub(skipped.saturating_add(1));
        self.range.nth_back(skipped)
    }
}

impl<R: DoubleEndedIterator> ExactSizeIterator for Counted<R> {}
impl<R: DoubleEndedIterator + FusedIterator> FusedIterator for Counted<R> {}

impl<R> Sealed for Counted<R> {}

impl<R: Remaining> Remaining for Counted<R> {
    type Key = R::Key;
    type Value = R::Value;

    fn rest(&self) -> impl Iterator<Item = (&R::Key, &R::Value)> {
        self.range.rest()
    }
}

impl<R: fmt::Debug> fmt::Debug for Counted<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.range.fmt(f)
    }
}
