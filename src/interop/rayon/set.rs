//! The set's parallel iterators: the map's without the units.

use core::borrow::Borrow;
use core::ops::RangeBounds;

use rayon::iter::{FromParallelIterator, IntoParallelIterator, ParallelExtend, ParallelIterator};

use super::{map, sorted};
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

/// Parallel iterator over the elements of a set that was consumed. Made by `into_par_iter`.
///
/// Elements that nobody took, be it for an early end or a panic, are dropped.
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

/// Walking ranges with many threads (feature `rayon`).
impl<K: Ord + Sync, S: Store, L: LeafLayout> BPlusTreeSet<K, S, L> {
    /// The elements that lie in `range`, in parallel. O(log n) to find the range, and a step
    /// for some fifty entries to list its leaves.
    ///
    /// # Panics
    ///
    /// As [`range`](Self::range) does.
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
        bounds::check_or_panic(&range, self.is_empty(), NAME);
        Projected::new(self.map.raw.part_within(&range))
    }
}

/// Collects elements in any order; of equal elements one stays. They are sorted in parallel.
impl<K: Ord + Clone + Send, S: Store, L: LeafLayout> FromParallelIterator<K>
    for BPlusTreeSet<K, S, L>
{
    fn from_par_iter<I: IntoParallelIterator<Item = K>>(elements: I) -> Self {
        sorted(elements, Ord::cmp).into_iter().collect()
    }
}

/// Inserts elements; of equal elements the first one stays. They are sorted in parallel, then
/// inserted one by one.
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
