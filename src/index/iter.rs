//! The index's iterators: the tree's own, and those that go by key.

use core::fmt;
use core::iter::FusedIterator;
use core::ops::RangeBounds;

use crate::leaf::{Layout, Split};
use crate::map::{Extraction, project_entries};
use crate::store::{Slab, Store};
use crate::tree::{self, ByPair};

/// The entries of an index in ascending order, double-ended. Made by
/// [`BPlusIndex::iter`](super::BPlusIndex::iter).
pub type Iter<'a, K, V, S = Slab, L = Split> = tree::Iter<'a, K, V, S, ByPair<L>>;

/// The entries of an index that was consumed, in ascending order. Made by `into_iter`.
///
/// Entries that were not taken are dropped with it.
pub type IntoIter<K, V, S = Slab, L = Split> = tree::IntoIter<K, V, S, ByPair<L>>;

/// The entries of a part of an index in ascending order, double-ended. Made by
/// [`BPlusIndex::range`](super::BPlusIndex::range) and
/// [`BPlusIndex::range_pairs`](super::BPlusIndex::range_pairs).
pub type Range<'a, K, V, S = Slab, L = Split> = tree::Range<'a, K, V, S, ByPair<L>>;

/// The values of one key in ascending order, double-ended. Made by
/// [`BPlusIndex::lookup_range`](super::BPlusIndex::lookup_range), and for each key by
/// [`BPlusIndex::groups`](super::BPlusIndex::groups).
#[must_use = "iterators are lazy and do nothing unless consumed"]
pub struct Values<'a, K, V, S: Store = Slab, L: Layout = Split> {
    pub(super) inner: Range<'a, K, V, S, L>,
}

project_entries! {
    impl['a, K, V, S: Store, L: Layout] Values<'a, K, V, S, L>;
    (_, value) => value, &'a V, ascending
}

impl<K, V, S: Store, L: Layout> Clone for Values<'_, K, V, S, L> {
    fn clone(&self) -> Self {
        Values {
            inner: self.inner.clone(),
        }
    }
}

impl<K, V, S: Store, L: Layout> Default for Values<'_, K, V, S, L> {
    /// An iterator of nothing.
    fn default() -> Self {
        Values {
            inner: Range::default(),
        }
    }
}

impl<K, V: fmt::Debug, S: Store, L: Layout> fmt::Debug for Values<'_, K, V, S, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}

/// Each key of an index once, with its values, in ascending order. Made by
/// [`BPlusIndex::groups`](super::BPlusIndex::groups) and
/// [`BPlusIndex::range_groups`](super::BPlusIndex::range_groups).
///
/// Goes from key to key without a look at the values between: a step is O(1) where they are few,
/// O(log n) where they fill leaves.
#[must_use = "iterators are lazy and do nothing unless consumed"]
pub struct Groups<'a, K, V, S: Store = Slab, L: Layout = Split> {
    range: Range<'a, K, V, S, L>,
    /// There are at most so many groups left: an order that lies could else make more and more.
    most: usize,
}

impl<'a, K, V, S: Store, L: Layout> Groups<'a, K, V, S, L> {
    pub(super) fn new(range: Range<'a, K, V, S, L>, entries: usize) -> Self {
        Groups {
            range,
            most: entries,
        }
    }
}

impl<'a, K: Ord, V, S: Store, L: Layout> Iterator for Groups<'a, K, V, S, L> {
    type Item = (&'a K, Values<'a, K, V, S, L>);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.most = self.most.checked_sub(1)?;
        let (key, inner) = self.range.next_group()?;
        Some((key, Values { inner }))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (0, Some(self.most))
    }

    fn last(mut self) -> Option<Self::Item> {
        self.next_back()
    }
}

impl<K: Ord, V, S: Store, L: Layout> DoubleEndedIterator for Groups<'_, K, V, S, L> {
    #[inline]
    fn next_back(&mut self) -> Option<Self::Item> {
        self.most = self.most.checked_sub(1)?;
        let (key, inner) = self.range.next_group_back()?;
        Some((key, Values { inner }))
    }
}

impl<K: Ord, V, S: Store, L: Layout> FusedIterator for Groups<'_, K, V, S, L> {}

impl<K, V, S: Store, L: Layout> Clone for Groups<'_, K, V, S, L> {
    fn clone(&self) -> Self {
        Groups {
            range: self.range.clone(),
            most: self.most,
        }
    }
}

impl<K, V, S: Store, L: Layout> Default for Groups<'_, K, V, S, L> {
    /// An iterator of nothing.
    fn default() -> Self {
        Groups::new(Range::default(), 0)
    }
}

impl<K: Ord + fmt::Debug, V: fmt::Debug, S: Store, L: Layout> fmt::Debug
    for Groups<'_, K, V, S, L>
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.clone()).finish()
    }
}

/// Each key of an index once, in ascending order, double-ended. Made by
/// [`BPlusIndex::keys`](super::BPlusIndex::keys).
///
/// A step is as one of [`Groups`].
#[must_use = "iterators are lazy and do nothing unless consumed"]
pub struct Keys<'a, K, V, S: Store = Slab, L: Layout = Split> {
    pub(super) inner: Groups<'a, K, V, S, L>,
}

project_entries! {
    impl['a, K: Ord, V, S: Store, L: Layout] Keys<'a, K, V, S, L>;
    (key, _) => key, &'a K, ascending
}

impl<K, V, S: Store, L: Layout> Clone for Keys<'_, K, V, S, L> {
    fn clone(&self) -> Self {
        Keys {
            inner: self.inner.clone(),
        }
    }
}

impl<K, V, S: Store, L: Layout> Default for Keys<'_, K, V, S, L> {
    /// An iterator of nothing.
    fn default() -> Self {
        Keys {
            inner: Groups::default(),
        }
    }
}

impl<K: Ord + fmt::Debug, V, S: Store, L: Layout> fmt::Debug for Keys<'_, K, V, S, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}

/// Removes the entries that a predicate says yes to and yields them in ascending order. Made by
/// [`BPlusIndex::extract_if`](super::BPlusIndex::extract_if).
///
/// What has not been visited when it is dropped remains in the index.
#[must_use = "iterators are lazy and do nothing unless consumed; \
    use `retain` or `extract_if().for_each(drop)` to remove and discard elements"]
pub struct ExtractIf<'a, K, V, R, F, S: Store = Slab, L: Layout = Split> {
    pub(super) inner: Extraction<tree::CursorMut<'a, K, V, S, ByPair<L>>, R>,
    pub(super) predicate: F,
}

impl<K, V, R, F, S, L> Iterator for ExtractIf<'_, K, V, R, F, S, L>
where
    K: Ord,
    V: Ord,
    R: RangeBounds<K>,
    F: FnMut(&K, &V) -> bool,
    S: Store,
    L: Layout,
{
    type Item = (K, V);

    fn next(&mut self) -> Option<(K, V)> {
        self.inner.next(|key, value| (self.predicate)(key, value))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.inner.size_hint()
    }
}

impl<K, V, R, F, S, L> FusedIterator for ExtractIf<'_, K, V, R, F, S, L>
where
    K: Ord,
    V: Ord,
    R: RangeBounds<K>,
    F: FnMut(&K, &V) -> bool,
    S: Store,
    L: Layout,
{
}

impl<K, V, R, F, S, L> fmt::Debug for ExtractIf<'_, K, V, R, F, S, L>
where
    K: fmt::Debug,
    V: fmt::Debug,
    S: Store,
    L: Layout,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cursor = self.inner.cursor();
        f.debug_struct("ExtractIf")
            .field(
                "peek",
                &cursor.and_then(|cursor| cursor.as_cursor().peek_next()),
            )
            .finish_non_exhaustive()
    }
}
