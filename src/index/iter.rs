//! The index's iterators: those of the tree, and those by key.

use core::fmt;
use core::iter::FusedIterator;

use crate::iter::{
    self, KeyOnly, Predicate, Projected, Projection, ProjectionMut, ProjectionWithValue, Remaining,
    ValueOnly,
};
use crate::layout::{LeafLayout, StructOfArrays};
use crate::sealed::Sealed;
use crate::store::{Slab, Store};
use crate::tree::{self, ByPair, Gap, Tree};

/// A double-ended iterator over the entries of an index, in ascending order. Made by
/// [`BPlusIndex::iter`](super::BPlusIndex::iter).
pub type Iter<'a, K, V, S = Slab, L = StructOfArrays> = tree::Iter<'a, K, V, S, ByPair<L>>;

/// An owning iterator over the entries of an index, in ascending order. Made by `into_iter`.
///
/// Entries that were not taken are dropped with it.
pub type IntoIter<K, V, S = Slab, L = StructOfArrays> = tree::IntoIter<K, V, S, ByPair<L>>;

/// A double-ended iterator over the entries of a range of an index, in ascending order. Made by
/// [`BPlusIndex::range`](super::BPlusIndex::range) and
/// [`BPlusIndex::range_pairs`](super::BPlusIndex::range_pairs).
pub type Range<'a, K, V, S = Slab, L = StructOfArrays> = tree::Range<'a, K, V, S, ByPair<L>>;

/// The value of an entry, among entries with equal keys: there values ascend.
#[derive(Clone, Copy, Debug)]
pub struct AscendingValue;

impl Sealed for AscendingValue {}
impl Sealed for Pair {}

impl Projection for AscendingValue {
    type Of<K, V> = V;
    const ASCENDING: bool = true;

    #[inline]
    fn of<K, V>(entry: (K, V)) -> V {
        ValueOnly::of(entry)
    }
}

/// A double-ended iterator over the values of one key, in ascending order. Made by
/// [`BPlusIndex::get_all`](super::BPlusIndex::get_all) and
/// [`BPlusIndex::lookup_range`](super::BPlusIndex::lookup_range), and for each key by
/// [`BPlusIndex::groups`](super::BPlusIndex::groups).
pub type Values<'a, K, V, S = Slab, L = StructOfArrays> =
    Projected<AscendingValue, Range<'a, K, V, S, L>>;

/// Each key of an index once, with its values, in ascending order. Made by
/// [`BPlusIndex::groups`](super::BPlusIndex::groups) and
/// [`BPlusIndex::range_groups`](super::BPlusIndex::range_groups).
///
/// Steps from key to key without visiting the values in between: a step is O(1) if there are few,
/// O(log n) if they fill leaves.
#[must_use = "iterators are lazy and do nothing unless consumed"]
pub struct Groups<'a, K, V, S: Store = Slab, L: LeafLayout = StructOfArrays> {
    range: Range<'a, K, V, S, L>,
    /// The maximum number of groups left: an inconsistent order could otherwise yield more and
    /// more.
    most: usize,
}

impl<'a, K, V, S: Store, L: LeafLayout> Groups<'a, K, V, S, L> {
    pub(super) fn new(range: Range<'a, K, V, S, L>, entries: usize) -> Self {
        Groups {
            range,
            most: entries,
        }
    }
}

impl<'a, K: Ord, V, S: Store, L: LeafLayout> Iterator for Groups<'a, K, V, S, L> {
    type Item = (&'a K, Values<'a, K, V, S, L>);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.most = self.most.checked_sub(1)?;
        let (key, inner) = self.range.next_group()?;
        Some((key, Projected::new(inner)))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (0, Some(self.most))
    }

    fn last(mut self) -> Option<Self::Item> {
        self.next_back()
    }
}

impl<K: Ord, V, S: Store, L: LeafLayout> DoubleEndedIterator for Groups<'_, K, V, S, L> {
    #[inline]
    fn next_back(&mut self) -> Option<Self::Item> {
        self.most = self.most.checked_sub(1)?;
        let (key, inner) = self.range.next_group_back()?;
        Some((key, Projected::new(inner)))
    }
}

impl<K: Ord, V, S: Store, L: LeafLayout> FusedIterator for Groups<'_, K, V, S, L> {}

impl<K, V, S: Store, L: LeafLayout> Clone for Groups<'_, K, V, S, L> {
    fn clone(&self) -> Self {
        Groups {
            range: self.range.clone(),
            most: self.most,
        }
    }
}

impl<K, V, S: Store, L: LeafLayout> Default for Groups<'_, K, V, S, L> {
    /// An empty iterator.
    fn default() -> Self {
        Groups::new(Range::default(), 0)
    }
}

impl<K: Ord + fmt::Debug, V: fmt::Debug, S: Store, L: LeafLayout> fmt::Debug
    for Groups<'_, K, V, S, L>
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.clone()).finish()
    }
}

impl<K, V, S: Store, L: LeafLayout> Sealed for Groups<'_, K, V, S, L> {}

impl<K: Ord, V, S: Store, L: LeafLayout> Remaining for Groups<'_, K, V, S, L> {
    type Key = K;
    /// A group is represented by its key.
    type Value = ();

    fn rest(&self) -> impl Iterator<Item = (&K, &())> {
        self.clone().map(|(key, _)| (key, &()))
    }
}

/// A double-ended iterator over each key of an index once, in ascending order. Made by
/// [`BPlusIndex::keys`](super::BPlusIndex::keys).
///
/// A step costs as much as one of [`Groups`].
pub type Keys<'a, K, V, S = Slab, L = StructOfArrays> = Projected<KeyOnly, Groups<'a, K, V, S, L>>;

/// Removes the entries for which a predicate returns `true` and yields them in ascending order.
/// Made by [`BPlusIndex::extract_if`](super::BPlusIndex::extract_if).
///
/// Entries that have not been visited when it is dropped remain in the index.
pub type ExtractIf<'a, K, V, R, F, S = Slab, L = StructOfArrays> =
    iter::ExtractIf<iter::CursorMut<'a, Tree<K, V, S, ByPair<L>>, Gap<S>>, R, F, Pair>;

/// An entry whose value cannot be changed, as a [`Projection`].
#[derive(Clone, Copy, Debug)]
pub struct Pair;

impl Projection for Pair {
    type Of<K, V> = (K, V);
    const ASCENDING: bool = true;

    #[inline]
    fn of<K, V>(entry: (K, V)) -> (K, V) {
        entry
    }
}

impl ProjectionMut for Pair {
    type Mut<'a, K: 'a, V: 'a> = (&'a K, &'a V);

    #[inline]
    fn of_mut<'a, K, V>((key, value): (&'a K, &'a mut V)) -> (&'a K, &'a V) {
        (key, value)
    }
}

impl ProjectionWithValue for Pair {}

impl<K, V, F: FnMut(&K, &V) -> bool> Predicate<K, V, F> for Pair {
    fn ask(predicate: &mut F, key: &K, value: &mut V) -> bool {
        predicate(key, value)
    }
}
