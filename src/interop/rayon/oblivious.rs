//! The cache-oblivious map's parallel iterators.

use alloc::vec::Vec;
use core::borrow::Borrow;
use core::fmt;
use core::ops::RangeBounds;

use rayon::iter::plumbing::UnindexedConsumer;
use rayon::iter::{IntoParallelIterator, ParallelIterator};

use super::Parts;
use crate::iter::Entries;
use crate::oblivious::{CacheObliviousMap, IntoIter, Range, RangeMut};

/// Parallel iterator over the entries of a map or of a range of it. Made by `par_iter` and
/// [`par_range`](CacheObliviousMap::par_range).
///
/// # Examples
///
/// ```
/// use leafwise::CacheObliviousMap;
/// use rayon::prelude::*;
///
/// let map: CacheObliviousMap<u32, u32> = (0..1000).map(|key| (key, key * 2)).collect();
/// assert_eq!(map.par_iter().map(|(_, value)| value).sum::<u32>(), 999_000);
///
/// // Collected, items are in the order of the keys.
/// let keys: Vec<u32> = map.par_iter().map(|(&key, _)| key).collect();
/// assert!(keys.into_iter().eq(0..1000));
/// ```
pub type ParIter<'a, K, V> = Parts<Range<'a, K, V>>;

/// Parallel iterator over the entries of a map or of a range of it, with the values open to change.
/// Made by `par_iter_mut` and [`par_range_mut`](CacheObliviousMap::par_range_mut).
///
/// # Examples
///
/// ```
/// use leafwise::CacheObliviousMap;
/// use rayon::prelude::*;
///
/// let mut map: CacheObliviousMap<u32, u32> = (0..1000).map(|key| (key, 1)).collect();
/// map.par_iter_mut().for_each(|(key, value)| *value += key);
/// assert_eq!(map[&500], 501);
/// ```
pub type ParIterMut<'a, K, V> = Parts<RangeMut<'a, K, V>>;

/// Parallel iterator over the entries of a map that was consumed. Made by `into_par_iter`.
///
/// The entries are moved into a vector first, by one thread. Those that nobody took, be it for an
/// early end or a panic, are dropped.
///
/// # Examples
///
/// ```
/// use leafwise::CacheObliviousMap;
/// use rayon::prelude::*;
///
/// let map: CacheObliviousMap<u32, String> =
///     (0..1000).map(|key| (key, key.to_string())).collect();
/// let found = map.into_par_iter().find_any(|(key, _)| *key == 700);
/// assert_eq!(found, Some((700, "700".to_string())));
/// ```
pub struct IntoParIter<K, V> {
    entries: IntoIter<K, V>,
}

impl<K: Send, V: Send> ParallelIterator for IntoParIter<K, V> {
    type Item = (K, V);

    fn drive_unindexed<C: UnindexedConsumer<Self::Item>>(self, consumer: C) -> C::Result {
        let entries: Vec<_> = self.entries.collect();
        entries.into_par_iter().drive_unindexed(consumer)
    }
}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for IntoParIter<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.entries.fmt(f)
    }
}

impl<'a, K: Sync, V: Sync> IntoParallelIterator for &'a CacheObliviousMap<K, V> {
    type Item = (&'a K, &'a V);
    type Iter = ParIter<'a, K, V>;

    fn into_par_iter(self) -> Self::Iter {
        Parts {
            part: self.raw.all(),
        }
    }
}

impl<'a, K: Send + Sync, V: Send> IntoParallelIterator for &'a mut CacheObliviousMap<K, V> {
    type Item = (&'a K, &'a mut V);
    type Iter = ParIterMut<'a, K, V>;

    fn into_par_iter(self) -> Self::Iter {
        Parts {
            part: self.raw.all_mut(),
        }
    }
}

impl<K: Send, V: Send> IntoParallelIterator for CacheObliviousMap<K, V> {
    type Item = (K, V);
    type Iter = IntoParIter<K, V>;

    fn into_par_iter(self) -> Self::Iter {
        IntoParIter {
            entries: self.into_iter(),
        }
    }
}

/// Walking ranges with many threads (feature `rayon`).
impl<K: Ord + Sync, V> CacheObliviousMap<K, V> {
    /// The entries whose keys lie in `range`, in parallel. O(log n) to find the range.
    ///
    /// # Panics
    ///
    /// As [`range`](Self::range) does.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::CacheObliviousMap;
    /// use rayon::prelude::*;
    ///
    /// let map: CacheObliviousMap<u32, u32> = (0..1000).map(|key| (key, 1)).collect();
    /// assert_eq!(map.par_range(100..=300).map(|(_, value)| value).sum::<u32>(), 201);
    /// ```
    #[track_caller]
    pub fn par_range<Q, R>(&self, range: R) -> ParIter<'_, K, V>
    where
        Q: Ord + ?Sized,
        K: Borrow<Q>,
        V: Sync,
        R: RangeBounds<Q>,
    {
        Parts {
            part: self.range(range),
        }
    }

    /// The entries whose keys lie in `range`, in parallel, with the values open to change. O(log n)
    /// to find the range.
    ///
    /// # Panics
    ///
    /// As [`range`](Self::range) does.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::CacheObliviousMap;
    /// use rayon::prelude::*;
    ///
    /// let mut map: CacheObliviousMap<u32, u32> = (0..1000).map(|key| (key, key)).collect();
    /// map.par_range_mut(500..).for_each(|(_, value)| *value = 0);
    /// assert_eq!(map.values().max(), Some(&499));
    /// ```
    #[track_caller]
    pub fn par_range_mut<Q, R>(&mut self, range: R) -> ParIterMut<'_, K, V>
    where
        Q: Ord + ?Sized,
        K: Borrow<Q>,
        V: Send,
        R: RangeBounds<Q>,
    {
        Parts {
            part: self.range_mut(range),
        }
    }
}
