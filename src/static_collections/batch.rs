//! Batches: many look-ups at once.

use core::borrow::Borrow;
use core::ops::Range;

use crate::search::KeyBound;
use crate::search::simd::{Simd, SimdToken};

use super::arrangement::{Arrangement, Query};
use super::collection::Static;
use super::key_array::{KeyArray, Target};
use super::kind::Kind;
use super::range::KeyRange;

impl<K, V, F, A: Arrangement<K>> Static<K, V, F, A> {
    /// [`rank`](Self::rank) for many keys at once: while some look-ups wait for memory, others
    /// proceed. The larger the collection, the greater the gain.
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
    /// let numbers = StaticSet::from([10, 20, 30]);
    /// let mut ranks = [0; 4];
    /// numbers.rank_batch(&[99, 5, 20, 21], &mut ranks);
    /// assert_eq!(ranks, [3, 0, 1, 2]);
    /// ```
    pub fn rank_batch<Q: Borrow<Query<K, A>>>(&self, keys: &[Q], ranks: &mut [usize]) {
        self.rank_keys(None, keys, KeyBound::Lower, ranks);
    }

    /// [`rank_batch`](Self::rank_batch) with a given instruction set, for measurements.
    ///
    /// # Panics
    ///
    /// Panics if the slices differ in length, or if the processor does not have that instruction
    /// set.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::StaticSet;
    /// use leafwise::static_collections::Simd;
    ///
    /// let numbers = StaticSet::from([10, 20, 30]);
    /// for simd in Simd::available() {
    ///     let mut ranks = [0; 2];
    ///     numbers.rank_batch_with(simd, &[30, 15], &mut ranks);
    ///     assert_eq!(ranks, [2, 1]);
    /// }
    /// ```
    #[doc(hidden)]
    pub fn rank_batch_with<Q>(&self, simd: Simd, keys: &[Q], ranks: &mut [usize])
    where
        Q: Borrow<Query<K, A>>,
    {
        self.rank_keys(Some(simd.checked()), keys, KeyBound::Lower, ranks);
    }

    /// [`rank_upper`](Self::rank_upper) for many keys at once.
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
    /// let numbers = StaticSet::from([10, 20, 30]);
    /// let mut ranks = [0; 2];
    /// numbers.rank_upper_batch(&[20, 19], &mut ranks);
    /// assert_eq!(ranks, [2, 1]);
    /// ```
    pub fn rank_upper_batch<Q: Borrow<Query<K, A>>>(&self, keys: &[Q], ranks: &mut [usize]) {
        self.rank_keys(None, keys, KeyBound::Upper, ranks);
    }

    fn rank_keys<Q: Borrow<Query<K, A>>>(
        &self,
        simd: Option<SimdToken>,
        keys: &[Q],
        bound: KeyBound,
        ranks: &mut [usize],
    ) {
        check_lengths(keys.len(), ranks.len());
        let target = move |at: usize| Target::At(keys[at].borrow(), bound);
        let found = move |at: usize, rank, _| ranks[at] = rank;
        self.keys
            .rank_many::<false>(simd, keys.len(), target, found);
    }

    /// Looks up keys. `result` is called with the rank of each and whether it is present.
    pub(super) fn find_keys<Q: Borrow<Query<K, A>>, T>(
        &self,
        keys: &[Q],
        results: &mut [T],
        result: impl Fn(usize, bool) -> T,
    ) {
        check_lengths(keys.len(), results.len());
        let target = move |at: usize| Target::At(keys[at].borrow(), KeyBound::Lower);
        let found = move |at: usize, rank, is_there| results[at] = result(rank, is_there);
        self.keys.rank_many::<true>(None, keys.len(), target, found);
    }
}

impl<K, V, F: Kind<V>, A: Arrangement<K>> Static<K, V, F, A> {
    /// The positions of the entries within each of many ranges, as [`select`](Self::select) takes
    /// them.
    ///
    /// # Panics
    ///
    /// Panics if the slices differ in length, or if [`range`](Self::range) would panic for one of
    /// the ranges.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::StaticSet;
    ///
    /// let numbers = StaticSet::from([10, 20, 30]);
    /// let mut positions = [0..0, 0..0];
    /// numbers.range_batch(&[15..30, 0..5], &mut positions);
    /// assert_eq!(positions, [1..2, 0..0]);
    /// ```
    pub fn range_batch<R>(&self, ranges: &[R], positions: &mut [Range<usize>])
    where
        R: KeyRange<Query<K, A>>,
    {
        for range in ranges {
            self.check_range(range);
        }
        check_lengths(ranges.len(), positions.len());
        // Each range is two targets. Their number cannot overflow, as two slices are in memory.
        let target = move |at: usize| match (&ranges[at / 2], at.is_multiple_of(2)) {
            (range, true) => Target::of_start(range.start()),
            (range, false) => Target::of_end(range.end()),
        };
        let found = move |at: usize, rank: usize, _| {
            let range = &mut positions[at / 2];
            if at.is_multiple_of(2) {
                range.start = rank;
            } else {
                // Ranks come in the order of targets. A user's `Ord` may be inconsistent.
                range.end = rank.max(range.start);
            }
        };
        self.keys
            .rank_many::<false>(None, ranges.len() * 2, target, found);
    }
}

/// # Panics
/// If a batch does not have as many results as queries.
fn check_lengths(queries: usize, results: usize) {
    assert_eq!(
        queries, results,
        "a batch of {queries} queries cannot have {results} results"
    );
}
