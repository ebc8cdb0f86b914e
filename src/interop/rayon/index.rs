//! The index's parallel iterators: those of the map, under the index's policy.

use core::borrow::Borrow;
use core::cmp::Ordering;
use core::mem;
use core::ops::RangeBounds;

use rayon::iter::{FromParallelIterator, IntoParallelIterator, ParallelExtend, ParallelIterator};

use super::{distinct, map, sorted};
use crate::bounds;
use crate::index::{BPlusIndex, NAME};
use crate::iter::{Divisible, OnEqual, ParallelInsert};
use crate::layout::{LeafLayout, StructOfArrays};
use crate::search::compare_pairs;
use crate::store::{Slab, Store};
use crate::tree::{ByPair, Tree};

/// Parallel iterator over the entries of an index or of a range of it. Made by `par_iter` and
/// [`par_range`](BPlusIndex::par_range).
///
/// # Examples
///
/// ```
/// use leafwise::BPlusIndex;
/// use rayon::prelude::*;
///
/// let index: BPlusIndex<u32, u32> = (0..1000).map(|row| (row % 10, row)).collect();
/// assert_eq!(index.par_iter().filter(|(key, _)| **key == 3).count(), 100);
/// ```
pub type ParIter<'a, K, V, S = Slab, L = StructOfArrays> = map::ParIter<'a, K, V, S, ByPair<L>>;

/// Parallel owning iterator over the entries of an index. Made by `into_par_iter`.
///
/// Entries that were not taken, because of an early end or a panic, are dropped.
///
/// # Examples
///
/// ```
/// use leafwise::BPlusIndex;
/// use rayon::prelude::*;
///
/// let index: BPlusIndex<u32, u32> = (0..1000).map(|row| (row % 10, row)).collect();
/// let inverse: BPlusIndex<u32, u32> = index
///     .into_par_iter()
///     .map(|(key, row)| (row, key))
///     .collect();
/// assert_eq!(inverse.lookup_unique(&123), Some(&3));
/// ```
pub type IntoParIter<K, V, S = Slab, L = StructOfArrays> = map::IntoParIter<K, V, S, ByPair<L>>;

impl<'a, K: Sync, V: Sync, S: Store, L: LeafLayout> IntoParallelIterator
    for &'a BPlusIndex<K, V, S, L>
{
    type Item = (&'a K, &'a V);
    type Iter = ParIter<'a, K, V, S, L>;

    fn into_par_iter(self) -> Self::Iter {
        self.tree.part()
    }
}

impl<K: Send, V: Send, S: Store, L: LeafLayout> IntoParallelIterator for BPlusIndex<K, V, S, L> {
    type Item = (K, V);
    type Iter = IntoParIter<K, V, S, L>;

    fn into_par_iter(self) -> Self::Iter {
        super::IntoParIter { entries: self.tree }
    }
}

/// Parallel iteration over ranges (feature `rayon`).
impl<K: Ord + Sync, V: Sync, S: Store, L: LeafLayout> BPlusIndex<K, V, S, L> {
    /// A parallel iterator over the entries whose keys are within `range`. O(log n) to find the
    /// range, and one step per about fifty entries to list its leaves.
    ///
    /// # Panics
    ///
    /// Panics if [`range`](Self::range) would.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    /// use rayon::prelude::*;
    ///
    /// let index: BPlusIndex<u32, u32> = (0..1000).map(|row| (row % 10, row)).collect();
    /// assert_eq!(index.par_range(3..5).count(), 200);
    /// ```
    #[track_caller]
    pub fn par_range<Q, R>(&self, range: R) -> ParIter<'_, K, V, S, L>
    where
        Q: Ord + ?Sized,
        K: Borrow<Q>,
        R: RangeBounds<Q>,
    {
        bounds::check_or_panic::<K, Q>(&range, self.is_empty(), NAME);
        self.tree.part_within(&range)
    }
}

/// The order of entries.
fn by_pair<K: Ord, V: Ord>(left: &(K, V), right: &(K, V)) -> Ordering {
    compare_pairs::<K, V, K, V>((&left.0, &left.1), (&right.0, &right.1))
}

/// Merging in parallel (feature `rayon`).
impl<K, V, S, L> BPlusIndex<K, V, S, L>
where
    K: Ord + Clone + Send,
    V: Ord + Clone + Send,
    S: Store,
    L: LeafLayout,
{
    /// Moves all entries of `other` into `self`, leaving `other` empty, like
    /// [`append`](Self::append), on several threads.
    ///
    /// If an entry is in both indexes, its key is that of `self`, and its value is that of `other`.
    /// Costs as much as [`BPlusTreeMap::par_append`](crate::BPlusTreeMap::par_append), and does the
    /// same if the order, clone or drop of a key or value panics.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// let mut index: BPlusIndex<u32, u32> = (0..20_000).map(|row| (row % 10, row)).collect();
    /// let mut other: BPlusIndex<u32, u32> = (0..30_000).map(|row| (row % 10, row)).collect();
    /// index.par_append(&mut other);
    /// assert!(other.is_empty());
    /// assert_eq!(index.len(), 30_000);
    /// ```
    pub fn par_append(&mut self, other: &mut Self) {
        self.tree.par_append(&mut other.tree);
    }
}

/// Collects entries in any order. Of equal entries, the last one is kept. They are sorted in
/// parallel, and the tree is filled in parallel.
impl<K, V, S, L> FromParallelIterator<(K, V)> for BPlusIndex<K, V, S, L>
where
    K: Ord + Clone + Send,
    V: Ord + Clone + Send,
    S: Store,
    L: LeafLayout,
{
    fn from_par_iter<I: IntoParallelIterator<Item = (K, V)>>(entries: I) -> Self {
        let runs = distinct(sorted(entries, by_pair), by_pair, mem::swap);
        BPlusIndex {
            tree: Tree::from_runs(runs),
        }
    }
}

/// Inserts entries. Of equal entries, the first one is kept. They are sorted in parallel, then
/// inserted together: in parallel, unless they are few. If the order, clone or drop of a key or
/// value panics, the index may be empty.
impl<K, V, S, L> ParallelExtend<(K, V)> for BPlusIndex<K, V, S, L>
where
    K: Ord + Clone + Send,
    V: Ord + Clone + Send,
    S: Store,
    L: LeafLayout,
{
    fn par_extend<I: IntoParallelIterator<Item = (K, V)>>(&mut self, entries: I) {
        let entries = sorted(entries, by_pair);
        if self.tree.is_for_one_thread(entries.len()) {
            self.tree.insert_many(entries, OnEqual::Keep);
            return;
        }
        let runs = distinct(entries, by_pair, |_, _| {});
        (self.tree).par_merge(Tree::from_runs(runs), |_, value, _| value);
    }
}

/// Inserts copies of entries, as above.
impl<'a, K, V, S, L> ParallelExtend<(&'a K, &'a V)> for BPlusIndex<K, V, S, L>
where
    K: Ord + Copy + Send + Sync,
    V: Ord + Copy + Send + Sync,
    S: Store,
    L: LeafLayout,
{
    fn par_extend<I: IntoParallelIterator<Item = (&'a K, &'a V)>>(&mut self, entries: I) {
        self.par_extend(entries.into_par_iter().map(|(&key, &value)| (key, value)));
    }
}
