//! The map's iterators without the units.

use core::fmt;
use core::iter::FusedIterator;
use core::ops::RangeBounds;

use crate::leaf::{Layout, Split};
use crate::map::{self, Extraction, project_entries};
use crate::store::{Slab, Store};

use super::{element, element_ref};

/// The elements of a set in ascending order. Made by
/// [`BPlusTreeSet::iter`](super::BPlusTreeSet::iter).
#[must_use = "iterators are lazy and do nothing unless consumed"]
pub struct Iter<'a, K, S: Store = Slab, L: Layout = Split> {
    pub(super) inner: map::Iter<'a, K, (), S, L>,
}

project_entries! {
    impl['a, K, S: Store, L: Layout] Iter<'a, K, S, L>;
    (element, ()) => element, &'a K, ascending
}

impl<K, S: Store, L: Layout> ExactSizeIterator for Iter<'_, K, S, L> {}

impl<K, S: Store, L: Layout> Clone for Iter<'_, K, S, L> {
    fn clone(&self) -> Self {
        Iter {
            inner: self.inner.clone(),
        }
    }
}

impl<K, S: Store, L: Layout> Default for Iter<'_, K, S, L> {
    /// An iterator of nothing.
    fn default() -> Self {
        Iter {
            inner: map::Iter::default(),
        }
    }
}

impl<K: fmt::Debug, S: Store, L: Layout> fmt::Debug for Iter<'_, K, S, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Iter").field(&Listed(self.clone())).finish()
    }
}

/// The items of an iterator, to be formatted as a list within something else.
struct Listed<I>(I);

impl<I: Iterator<Item: fmt::Debug> + Clone> fmt::Debug for Listed<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.clone()).finish()
    }
}

/// The elements of a set that was consumed, in ascending order. Made by `into_iter`.
pub struct IntoIter<K, S: Store = Slab, L: Layout = Split> {
    pub(super) inner: map::IntoIter<K, (), S, L>,
}

project_entries! {
    impl[K, S: Store, L: Layout] IntoIter<K, S, L>;
    (element, ()) => element, K, ascending
}

impl<K, S: Store, L: Layout> ExactSizeIterator for IntoIter<K, S, L> {}

impl<K, S: Store, L: Layout> Default for IntoIter<K, S, L> {
    /// An iterator of nothing.
    fn default() -> Self {
        IntoIter {
            inner: map::IntoIter::default(),
        }
    }
}

impl<K: fmt::Debug, S: Store, L: Layout> fmt::Debug for IntoIter<K, S, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.inner.iter().map(|(element, ())| element))
            .finish()
    }
}

/// The elements of a part of a set in ascending order. Made by
/// [`BPlusTreeSet::range`](super::BPlusTreeSet::range).
#[must_use = "iterators are lazy and do nothing unless consumed"]
pub struct Range<'a, K, S: Store = Slab, L: Layout = Split> {
    pub(super) inner: map::Range<'a, K, (), S, L>,
}

project_entries! {
    impl['a, K, S: Store, L: Layout] Range<'a, K, S, L>;
    (element, ()) => element, &'a K, ascending
}

impl<K, S: Store, L: Layout> Clone for Range<'_, K, S, L> {
    fn clone(&self) -> Self {
        Range {
            inner: self.inner.clone(),
        }
    }
}

impl<K, S: Store, L: Layout> Default for Range<'_, K, S, L> {
    /// An iterator of nothing.
    fn default() -> Self {
        Range {
            inner: map::Range::default(),
        }
    }
}

impl<K: fmt::Debug, S: Store, L: Layout> fmt::Debug for Range<'_, K, S, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}

/// Removes the elements that a predicate says yes to and yields them in ascending order. Made by
/// [`BPlusTreeSet::extract_if`](super::BPlusTreeSet::extract_if).
///
/// What has not been visited when it is dropped remains in the set.
#[must_use = "iterators are lazy and do nothing unless consumed; \
    use `retain` or `extract_if().for_each(drop)` to remove and discard elements"]
pub struct ExtractIf<'a, K, R, F, S: Store = Slab, L: Layout = Split> {
    pub(super) inner: Extraction<map::CursorMut<'a, K, (), S, L>, R>,
    pub(super) predicate: F,
}

impl<K, R, F, S, L> Iterator for ExtractIf<'_, K, R, F, S, L>
where
    K: Ord,
    R: RangeBounds<K>,
    F: FnMut(&K) -> bool,
    S: Store,
    L: Layout,
{
    type Item = K;

    fn next(&mut self) -> Option<K> {
        self.inner
            .next(|element, ()| (self.predicate)(element))
            .map(element)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.inner.size_hint()
    }
}

impl<K, R, F, S, L> FusedIterator for ExtractIf<'_, K, R, F, S, L>
where
    K: Ord,
    R: RangeBounds<K>,
    F: FnMut(&K) -> bool,
    S: Store,
    L: Layout,
{
}

impl<K: fmt::Debug, R, F, S: Store, L: Layout> fmt::Debug for ExtractIf<'_, K, R, F, S, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cursor = self.inner.cursor();
        let peek = cursor.and_then(|cursor| cursor.as_cursor().peek_next());
        f.debug_struct("ExtractIf")
            .field("peek", &peek.map(element_ref))
            .finish_non_exhaustive()
    }
}
