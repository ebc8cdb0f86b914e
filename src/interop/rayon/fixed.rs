//! Batches of the static collections on all threads: each takes parts of the questions and the
//! places for their answers.

use core::borrow::Borrow;
use core::ops::Range;

use rayon::iter::{IndexedParallelIterator, ParallelIterator};
use rayon::slice::{ParallelSlice, ParallelSliceMut};

use crate::fixed::{Arrangement, KeyRange, Query, Ref, StaticIndex, StaticMap, StaticSet};

/// Questions that one thread takes at a time: so many that filling and emptying the pipeline does
/// not count, and few enough that all threads are done at about the same time.
const PART: usize = 1 << 14;

/// Answers questions part by part.
fn answer<Q: Sync, T: Send>(
    questions: &[Q],
    answers: &mut [T],
    batch: impl Fn(&[Q], &mut [T]) + Sync,
) {
    // Refused in the words of the batch itself.
    if questions.len() != answers.len() {
        return batch(questions, answers);
    }
    questions
        .par_chunks(PART)
        .zip(answers.par_chunks_mut(PART))
        .for_each(|(questions, answers)| batch(questions, answers));
}

macro_rules! parallel_batches {
    (
        $name:ident, $type:ty, [$($generic:ident),*], $found:ty,
        $contains:ident $par_contains:ident, $build:literal
    ) => {
        impl<$($generic,)* A: Arrangement<K>> $type
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
            #[doc = concat!("use leafwise::", stringify!($name), ";\n")]
            #[doc = concat!("let all: ", $build, ".collect();")]
            /// let keys: Vec<u32> = (0..100_000).map(|n| n % 2000).collect();
            /// let mut ranks = vec![0; keys.len()];
            /// all.par_rank_batch(&keys, &mut ranks);
            /// assert_eq!(ranks[501], 251);
            /// ```
            pub fn par_rank_batch<Q>(&self, keys: &[Q], ranks: &mut [usize])
            where
                Q: Borrow<Query<K, A>> + Sync,
            {
                answer(keys, ranks, |keys, ranks| self.rank_batch(keys, ranks));
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
                answer(keys, ranks, |keys, ranks| self.rank_upper_batch(keys, ranks));
            }

            /// Whether there are entries with these keys, on all threads.
            ///
            /// # Panics
            ///
            /// Panics if the slices differ in length.
            pub fn $par_contains<Q>(&self, keys: &[Q], found: &mut [bool])
            where
                Q: Borrow<Query<K, A>> + Sync,
            {
                answer(keys, found, |keys, found| self.$contains(keys, found));
            }

            /// [`get_batch`](Self::get_batch) on all threads.
            ///
            /// # Panics
            ///
            /// Panics if the slices differ in length.
            pub fn par_get_batch<'a, Q>(&'a self, keys: &[Q], found: &mut [Option<$found>])
            where
                Q: Borrow<Query<K, A>> + Sync,
                $found: Send,
            {
                answer(keys, found, |keys, found| self.get_batch(keys, found));
            }

            /// [`range_batch`](Self::range_batch) on all threads.
            ///
            /// # Panics
            ///
            /// Panics if the slices differ in length, or where `range_batch` would panic.
            pub fn par_range_batch<R>(&self, ranges: &[R], positions: &mut [Range<usize>])
            where
                R: KeyRange<Query<K, A>> + Sync,
            {
                answer(ranges, positions, |ranges, positions| {
                    self.range_batch(ranges, positions);
                });
            }
        }
    };
}

parallel_batches!(
    StaticSet, StaticSet<K, A>, [K], Ref<'a, K, A>, contains_batch par_contains_batch,
    "StaticSet<u32> = (0..1000).map(|n| n * 2)"
);
parallel_batches!(
    StaticMap, StaticMap<K, V, A>, [K, V], &'a V, contains_key_batch par_contains_key_batch,
    "StaticMap<u32, u32> = (0..1000).map(|n| (n * 2, n))"
);
parallel_batches!(
    StaticIndex, StaticIndex<K, V, A>, [K, V], &'a V, contains_key_batch par_contains_key_batch,
    "StaticIndex<u32, u32> = (0..1000).map(|n| (n * 2, n))"
);
