//! The set's parallel iterators: those of the map, without the unit values.

use core::borrow::Borrow;
use core::ops::RangeBounds;

use rayon::iter::{FromParallelIterator, IntoParallelIterator, ParallelExtend, ParallelIterator};

use super::map;
use crate::bounds;
use crate::iter::{Divisible, KeyOnly, Projected};
use crate::layout::{LeafLayout, StructOfArrays};
use crate::set::{BPlusTreeSet, NAME};
use crate::store::{Slab, Store};

/// Parallel iterator over the elements of a set or of a range of it. Made by `par_iter` and
/// [`par_range`](BPlusTreeSet::par_range).
///
/// # Examples
///
/// ```
/// use leafwise::BPlusTreeSet;
/// use rayon::prelude::*;
///
/// let set: BPlusTreeSet<u32> = (0..1000).collect();
/// let squares: Vec<u32> = set.par_iter().map(|element| element * element).collect();
/// assert_eq!(squares[30], 900);
/// ```
pub type ParIter<'a, K, S = Slab, L = StructOfArrays> =
    Projected<KeyOnly, map::ParIter<'a, K, (), S, L>>;

/// Parallel owning iterator over the elements of a set. Made by `into_par_iter`.
///
/// Elements that were not taken, because of an early end or a panic, are dropped.
///
/// # Examples
///
/// ```
/// use leafwise::BPlusTreeSet;
/// use rayon::prelude::*;
///
/// let set: BPlusTreeSet<u32> = (0..1000).collect();
/// let even: BPlusTreeSet<u32> = set.into_par_iter().filter(|element| element % 2 == 0).collect();
/// assert_eq!(even.len(), 500);
/// ```
pub type IntoParIter<K, S = Slab, L = StructOfArrays> =
    Projected<KeyOnly, map::IntoParIter<K, (), S, L>>;

impl<'a, K: Sync, S: Store, L: LeafLayout> IntoParallelIterator for &'a BPlusTreeSet<K, S, L> {
    type Item = &'a K;
    type Iter = ParIter<'a, K, S, L>;

    fn into_par_iter(self) -> Self::Iter {
        Projected::new((&self.map).into_par_iter())
    }
}

impl<K: Send, S: Store, L: LeafLayout> IntoParallelIterator for BPlusTreeSet<K, S, L> {
    type Item = K;
    type Iter = IntoParIter<K, S, L>;

    fn into_par_iter(self) -> Self::Iter {
        Projected::new(self.map.into_par_iter())
    }
}

/// Parallel iteration over ranges (feature `rayon`).
impl<K: Ord + Sync, S: Store, L: LeafLayout> BPlusTreeSet<K, S, L> {
    /// A parallel iterator over the elements within `range`. O(log n) to find the range, and one
    /// step per about fifty entries to list its leaves.
    ///
    /// # Panics
    ///
    /// Panics if [`range`](Self::range) would.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    /// use rayon::prelude::*;
    ///
    /// let set: BPlusTreeSet<u32> = (0..1000).collect();
    /// assert_eq!(set.par_range(..100).sum::<u32>(), 4950);
    /// ```
    #[track_caller]
    pub fn par_range<Q, R>(&self, range: R) -> ParIter<'_, K, S, L>
    where
        Q: Ord + ?Sized,
        K: Borrow<Q>,
        R: RangeBounds<Q>,
    {
        bounds::check_or_panic::<K, Q>(&range, self.is_empty(), NAME);
        Projected::new(self.map.raw.part_within(&range))
    }
}

/// Merging in parallel (feature `rayon`).
impl<K: Ord + Clone + Send, S: Store, L: LeafLayout> BPlusTreeSet<K, S, L> {
    /// Moves all elements of `other` into `self`, leaving `other` empty, like
    /// [`append`](Self::append), on several threads.
    ///
    /// If an element is in both sets, that of `self` is kept. Costs as much as
    /// [`BPlusTreeMap::par_append`](crate::BPlusTreeMap::par_append), and does the same if the
    /// order, clone or drop of an element panics.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// let mut set: BPlusTreeSet<u32> = (0..20_000).map(|n| n * 2).collect();
    /// let mut other: BPlusTreeSet<u32> = (0..20_000).map(|n| n * 3).collect();
    /// set.par_append(&mut other);
    /// assert!(other.is_empty());
    /// assert!(set.contains(&2) && set.contains(&3) && !set.contains(&5));
    /// ```
    pub fn par_append(&mut self, other: &mut Self) {
        self.map.par_append(&mut other.map);
    }
}

/// Collects elements in any order. Of equal elements, the last one is kept. They are sorted in
/// parallel, and the tree is filled in parallel.
impl<K: Ord + Clone + Send, S: Store, L: LeafLayout> FromParallelIterator<K>
    for BPlusTreeSet<K, S, L>
{
    fn from_par_iter<I: IntoParallelIterator<Item = K>>(elements: I) -> Self {
        let entries = elements.into_par_iter().map(|element| (element, ()));
        BPlusTreeSet {
            map: entries.collect(),
        }
    }
}

/// Inserts elements. Of equal elements, the first one is kept. They are sorted in parallel, then
/// inserted together: in parallel, unless they are few. If the order, clone or drop of an element
/// panics, the set may be empty.
impl<K: Ord + Clone + Send, S: Store, L: LeafLayout> ParallelExtend<K> for BPlusTreeSet<K, S, L> {
    fn par_extend<I: IntoParallelIterator<Item = K>>(&mut self, elements: I) {
        self.map
            .par_extend(elements.into_par_iter().map(|element| (element, ())));
    }
}

/// Inserts copies of elements, as above.
impl<'a, K, S, L> ParallelExtend<&'a K> for BPlusTreeSet<K, S, L>
where
    K: Ord + Copy + Send + Sync,
    S: Store,
    L: LeafLayout,
{
    fn par_extend<I: IntoParallelIterator<Item = &'a K>>(&mut self, elements: I) {
        self.par_extend(elements.into_par_iter().copied());
    }
}
