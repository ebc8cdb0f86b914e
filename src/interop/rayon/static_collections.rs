//! Batches of the static collections on all threads: each thread takes parts of the queries and the
//! matching parts of the results.

use core::borrow::Borrow;
use core::ops::Range;

use rayon::iter::{IndexedParallelIterator, ParallelIterator};
use rayon::slice::{ParallelSlice, ParallelSliceMut};

use crate::static_collections::{
    Arrangement, KeyRange, Kind, Multiplicity, Query, Ref, Static, StaticSet, WithValues,
};

/// The number of queries that a thread takes at a time: large enough that filling and emptying the
/// pipeline does not matter, and small enough that all threads finish at about the same time.
const PART: usize = 1 << 14;

/// Runs a batch part by part.
fn run<Q: Sync, T: Send>(queries: &[Q], results: &mut [T], batch: impl Fn(&[Q], &mut [T]) + Sync) {
    // The batch itself panics, with its own message.
    if queries.len() != results.len() {
        return batch(queries, results);
    }
    queries
        .par_chunks(PART)
        .zip(results.par_chunks_mut(PART))
        .for_each(|(queries, results)| batch(queries, results));
}

impl<K, V, F: Kind<V>, A: Arrangement<K>> Static<K, V, F, A>
where
    Self: Sync,
{
    /// [`rank_batch`](Self::rank_batch) on all threads.
    ///
    /// # Panics
    ///
    /// Panics if the slices differ in length.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::StaticSet;
    ///
    /// let all: StaticSet<u32> = (0..1000).map(|n| n * 2).collect();
    /// let keys: Vec<u32> = (0..100_000).map(|n| n % 2000).collect();
    /// let mut ranks = vec![0; keys.len()];
    /// all.par_rank_batch(&keys, &mut ranks);
    /// assert_eq!(ranks[501], 251);
    /// ```
    pub fn par_rank_batch<Q: Borrow<Query<K, A>> + Sync>(&self, keys: &[Q], ranks: &mut [usize]) {
        run(keys, ranks, |keys, ranks| self.rank_batch(keys, ranks));
    }

    /// [`rank_upper_batch`](Self::rank_upper_batch) on all threads.
    ///
    /// # Panics
    ///
    /// Panics if the slices differ in length.
    pub fn par_rank_upper_batch<Q>(&self, keys: &[Q], ranks: &mut [usize])
    where
        Q: Borrow<Query<K, A>> + Sync,
    {
        run(keys, ranks, |keys, ranks| {
            self.rank_upper_batch(keys, ranks)
        });
    }

    /// [`range_batch`](Self::range_batch) on all threads.
    ///
    /// # Panics
    ///
    /// Panics if the slices differ in length, or if `range_batch` would panic.
    pub fn par_range_batch<R>(&self, ranges: &[R], positions: &mut [Range<usize>])
    where
        R: KeyRange<Query<K, A>> + Sync,
    {
        run(ranges, positions, |ranges, positions| {
            self.range_batch(ranges, positions);
        });
    }
}

impl<K, A: Arrangement<K>> StaticSet<K, A>
where
    Self: Sync,
{
    /// [`contains_batch`](Self::contains_batch) on all threads.
    ///
    /// # Panics
    ///
    /// Panics if the slices differ in length.
    pub fn par_contains_batch<Q>(&self, keys: &[Q], found: &mut [bool])
    where
        Q: Borrow<Query<K, A>> + Sync,
    {
        run(keys, found, |keys, found| self.contains_batch(keys, found));
    }

    /// [`get_batch`](Self::get_batch) on all threads.
    ///
    /// # Panics
    ///
    /// Panics if the slices differ in length.
    pub fn par_get_batch<'a, Q>(&'a self, keys: &[Q], found: &mut [Option<Ref<'a, K, A>>])
    where
        Q: Borrow<Query<K, A>> + Sync,
        Ref<'a, K, A>: Send,
    {
        run(keys, found, |keys, found| self.get_batch(keys, found));
    }
}

impl<K, V, M: Multiplicity, A: Arrangement<K>> Static<K, V, WithValues<M>, A>
where
    Self: Sync,
{
    /// [`contains_key_batch`](Self::contains_key_batch) on all threads.
    ///
    /// # Panics
    ///
    /// Panics if the slices differ in length.
    pub fn par_contains_key_batch<Q>(&self, keys: &[Q], found: &mut [bool])
    where
        Q: Borrow<Query<K, A>> + Sync,
    {
        run(keys, found, |keys, found| {
            self.contains_key_batch(keys, found)
        });
    }

    /// [`get_batch`](Self::get_batch) on all threads.
    ///
    /// # Panics
    ///
    /// Panics if the slices differ in length.
    pub fn par_get_batch<'a, Q>(&'a self, keys: &[Q], found: &mut [Option<&'a V>])
    where
        Q: Borrow<Query<K, A>> + Sync,
        &'a V: Send,
    {
        run(keys, found, |keys, found| self.get_batch(keys, found));
    }
}
