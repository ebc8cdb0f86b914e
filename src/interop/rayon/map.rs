//! The maps' parallel iterators; those of a B+ tree, under names like std's.

use core::borrow::Borrow;
use core::ops::RangeBounds;

use rayon::iter::{FromParallelIterator, IntoParallelIterator, ParallelExtend, ParallelIterator};

use super::sorted;
use crate::bounds;
use crate::iter::{Divisible, Exclusive, Insert, Part, PartMutOf, PartOf, Shared};
use crate::layout::StructOfArrays;
use crate::map::Map;
use crate::search::compare_keys;
use crate::store::Slab;
use crate::tree::Tree;

pub use crate::tree::Span;

/// Parallel iterator over the entries of a map or of a range of it. Made by `par_iter` and
/// [`par_range`](Map::par_range).
///
/// # Examples
///
/// ```
/// use leafwise::BPlusTreeMap;
/// use rayon::prelude::*;
///
/// let map: BPlusTreeMap<u32, u32> = (0..1000).map(|key| (key, key * 2)).collect();
/// assert_eq!(map.par_iter().map(|(_, value)| value).sum::<u32>(), 999_000);
///
/// // Collected, items are in the order of the keys.
/// let keys: Vec<u32> = map.par_iter().map(|(&key, _)| key).collect();
/// assert!(keys.into_iter().eq(0..1000));
/// ```
pub type ParIter<'a, K, V, S = Slab, P = StructOfArrays> =
    Part<Shared<'a, K, V>, Span<'a, K, V, S, P>>;

/// Parallel iterator over the entries of a map or of a range of it, with mutable values. Made by
/// `par_iter_mut` and [`par_range_mut`](Map::par_range_mut).
///
/// # Examples
///
/// ```
/// use leafwise::BPlusTreeMap;
/// use rayon::prelude::*;
///
/// let mut map: BPlusTreeMap<u32, u32> = (0..1000).map(|key| (key, 1)).collect();
/// map.par_iter_mut().for_each(|(key, value)| *value += key);
/// assert_eq!(map[&500], 501);
/// ```
pub type ParIterMut<'a, K, V, S = Slab, P = StructOfArrays> =
    Part<Exclusive<'a, K, V>, Span<'a, K, V, S, P>>;

/// Parallel owning iterator over the entries of a map. Made by `into_par_iter`.
///
/// Entries that were not taken, because of an early end or a panic, are dropped.
///
/// # Examples
///
/// ```
/// use leafwise::BPlusTreeMap;
/// use rayon::prelude::*;
///
/// let map: BPlusTreeMap<u32, String> = (0..1000).map(|key| (key, key.to_string())).collect();
/// let found = map.into_par_iter().find_any(|(key, _)| *key == 700);
/// assert_eq!(found, Some((700, "700".to_string())));
/// ```
pub type IntoParIter<K, V, S = Slab, P = StructOfArrays> = super::IntoParIter<Tree<K, V, S, P>>;

impl<'a, K, V, B> IntoParallelIterator for &'a Map<K, V, B>
where
    K: Sync,
    V: Sync,
    B: Divisible<Key = K, Value = V>,
{
    type Item = (&'a K, &'a V);
    type Iter = PartOf<'a, B>;

    fn into_par_iter(self) -> Self::Iter {
        self.raw.part()
    }
}

impl<'a, K, V, B> IntoParallelIterator for &'a mut Map<K, V, B>
where
    K: Sync,
    V: Send,
    B: Divisible<Key = K, Value = V>,
{
    type Item = (&'a K, &'a mut V);
    type Iter = PartMutOf<'a, B>;

    fn into_par_iter(self) -> Self::Iter {
        self.raw.part_mut()
    }
}

impl<K, V, B> IntoParallelIterator for Map<K, V, B>
where
    K: Send,
    V: Send,
    B: Divisible<Key = K, Value = V> + Send,
{
    type Item = (K, V);
    type Iter = super::IntoParIter<B>;

    fn into_par_iter(self) -> Self::Iter {
        super::IntoParIter { entries: self.raw }
    }
}

/// Parallel iteration over ranges (feature `rayon`).
impl<K: Ord + Sync, V, B: Divisible<Key = K, Value = V>> Map<K, V, B> {
    /// A parallel iterator over the entries whose keys are within `range`. O(log n) to find the
    /// range; in a B+ tree its leaves are also listed, through the branches: one step per about
    /// fifty entries.
    ///
    /// # Panics
    ///
    /// Panics if [`range`](Self::range) would.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    /// use rayon::prelude::*;
    ///
    /// let map: BPlusTreeMap<u32, u32> = (0..1000).map(|key| (key, 1)).collect();
    /// assert_eq!(map.par_range(100..=300).map(|(_, value)| value).sum::<u32>(), 201);
    /// ```
    #[track_caller]
    pub fn par_range<Q, R>(&self, range: R) -> PartOf<'_, B>
    where
        Q: Ord + ?Sized,
        K: Borrow<Q>,
        V: Sync,
        R: RangeBounds<Q>,
    {
        bounds::check_or_panic::<K, Q>(&range, self.is_empty(), B::NAME);
        self.raw.part_within(&range)
    }

    /// A parallel iterator over the entries whose keys are within `range`, with mutable values.
    /// Costs as much as [`par_range`](Self::par_range).
    ///
    /// # Panics
    ///
    /// Panics if [`range`](Self::range) would.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    /// use rayon::prelude::*;
    ///
    /// let mut map: BPlusTreeMap<u32, u32> = (0..1000).map(|key| (key, key)).collect();
    /// map.par_range_mut(500..).for_each(|(_, value)| *value = 0);
    /// assert_eq!(map.values().max(), Some(&499));
    /// ```
    #[track_caller]
    pub fn par_range_mut<Q, R>(&mut self, range: R) -> PartMutOf<'_, B>
    where
        Q: Ord + ?Sized,
        K: Borrow<Q>,
        V: Send,
        R: RangeBounds<Q>,
    {
        bounds::check_or_panic::<K, Q>(&range, self.is_empty(), B::NAME);
        self.raw.part_mut_within(&range)
    }
}

/// Collects entries in any order. Of entries with equal keys, the last one is kept. They are sorted
/// in parallel.
impl<K: Ord + Send, V: Send, B: Insert<Key = K, Value = V>> FromParallelIterator<(K, V)>
    for Map<K, V, B>
{
    fn from_par_iter<I: IntoParallelIterator<Item = (K, V)>>(entries: I) -> Self {
        sorted(entries, |left, right| {
            compare_keys::<K, K>(&left.0, &right.0)
        })
        .into_iter()
        .collect()
    }
}

/// Inserts entries: later ones replace the values of equal keys. They are sorted in parallel, then
/// inserted together.
impl<K: Ord + Send, V: Send, B: Insert<Key = K, Value = V>> ParallelExtend<(K, V)>
    for Map<K, V, B>
{
    fn par_extend<I: IntoParallelIterator<Item = (K, V)>>(&mut self, entries: I) {
        let sorted = sorted(entries, |left, right| {
            compare_keys::<K, K>(&left.0, &right.0)
        });
        self.raw.insert_many(sorted);
    }
}

/// Inserts copies of entries, as above.
impl<'a, K, V, B> ParallelExtend<(&'a K, &'a V)> for Map<K, V, B>
where
    K: Ord + Copy + Send + Sync,
    V: Copy + Send + Sync,
    B: Insert<Key = K, Value = V>,
{
    fn par_extend<I: IntoParallelIterator<Item = (&'a K, &'a V)>>(&mut self, entries: I) {
        self.par_extend(entries.into_par_iter().map(|(&key, &value)| (key, value)));
    }
}
