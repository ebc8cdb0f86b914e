//! The timed operations on key arrays, how much of each a round holds, and the queries.
//!
//! Invariants: the right answer to each query of a stream is known beforehand, from the key array
//! alone. Queries are in random order and different in every round, and each stream is allocated in
//! the order in which it is read, so that reading a query costs no cache miss of its own.

use clap::ValueEnum;

use super::key_arrays::{KeyArray, SearchKey};
use crate::random::Random;

/// The timed operations.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Operation {
    /// Build from sorted keys; time per key.
    Build,
    /// Build from keys in random order; time per key.
    SortBuild,
    /// Count the keys smaller than a present one, one query at a time; time per query.
    Rank,
    /// The same for absent keys.
    RankMiss,
    /// Like rank, each query after the answer to the one before.
    Latency,
    /// Like rank, in batches.
    Batch,
    /// Like rank-miss, in batches.
    BatchMiss,
    /// Batches of keys in a few cache lines: the time without waiting for memory.
    BatchNear,
    /// Get the value of a present key, one query at a time; time per query.
    Get,
    /// The same for absent keys.
    GetMiss,
    /// Like get, in batches.
    GetBatch,
}

/// A key array, and what is the same in all rounds.
pub(crate) struct Task<K> {
    pub(crate) array: KeyArray<K>,
    /// The keys in random order, to be sorted; empty if that is not measured.
    pub(crate) unsorted: Vec<K>,
    /// The requested operations.
    pub(crate) operations: Vec<Operation>,
}

impl<K> Task<K> {
    pub(crate) fn asks(&self, operation: Operation) -> bool {
        self.operations.contains(&operation)
    }
}

/// Queries and their right ranks.
pub(crate) struct Stream<K> {
    pub(crate) queries: Vec<K>,
    pub(crate) ranks: Vec<usize>,
}

impl<K: SearchKey> Stream<K> {
    fn new(array: &KeyArray<K>, queries: Vec<K>) -> Self {
        let ranks = queries.iter().map(|query| array.rank(query)).collect();
        Self { queries, ranks }
    }

    /// Those that are asked one at a time.
    pub(crate) fn singles(&self, volume: Volume) -> &[K] {
        &self.queries[..volume.singles]
    }
}

/// The number of queries in a round.
#[derive(Clone, Copy)]
pub(crate) struct Volume {
    /// Queries in batches.
    pub(crate) batched: usize,
    /// Single queries: the first of the same.
    pub(crate) singles: usize,
}

impl Volume {
    /// Enough for an operation to take milliseconds; fewer single queries if each takes long.
    pub(crate) fn full(entries: usize) -> Self {
        Self {
            batched: 1 << 20,
            singles: if entries > 4_000_000 {
                1 << 17
            } else {
                1 << 18
            },
        }
    }

    /// Enough to see that everything works.
    pub(crate) const QUICK: Self = Self {
        batched: 1 << 14,
        singles: 1 << 13,
    };
}

/// All queries of a round.
pub(crate) struct Queries<K> {
    pub(crate) volume: Volume,
    /// Present keys: every entry is equally likely.
    pub(crate) hits: Stream<K>,
    /// Absent keys.
    pub(crate) misses: Stream<K>,
    /// Neighbouring keys in random order, which are in a few cache lines; as many as single
    /// queries.
    pub(crate) near: Stream<K>,
}

/// The number of neighbouring keys.
const NEIGHBOURS: usize = 64;

impl<K: SearchKey> Queries<K> {
    /// Generates the queries of the round numbered `seed`.
    pub(crate) fn generate(array: &KeyArray<K>, seed: u64, volume: Volume) -> Self {
        let mut random = Random::new(seed);
        let keys = &array.keys;
        let mut pick = |from: usize, length: usize, count: usize| -> Stream<K> {
            let positions = (0..count).map(|_| from + random.below(length));
            let positions: Vec<usize> = positions.collect();
            let queries = positions.iter().map(|&position| keys[position].clone());
            let queries: Vec<K> = queries.collect();
            if array.distinct {
                let ranks = positions;
                return Stream { queries, ranks };
            }
            Stream::new(array, queries)
        };
        let neighbours = NEIGHBOURS.min(keys.len());
        let from = (seed as usize).wrapping_mul(0x9E37_79B9) % (keys.len() - neighbours + 1);
        let hits = pick(0, keys.len(), volume.batched);
        let near = pick(from, neighbours, volume.singles);
        let misses = (0..volume.batched)
            .map(|index| array.miss(seed as usize * volume.batched + index, &mut random))
            .collect();
        Self {
            volume,
            hits,
            misses: Stream::new(array, misses),
            near,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::key_arrays::Pattern;
    use super::*;

    fn check<K: SearchKey>(pattern: Pattern, entries: usize) {
        let array = KeyArray::<K>::generate(pattern, entries);
        assert_eq!(array.keys.len(), entries);
        assert!(array.keys.is_sorted());
        let volume = Volume {
            batched: 500,
            singles: 100,
        };
        let queries = Queries::generate(&array, 3, volume);
        let there = |key| array.keys.binary_search(key).is_ok();
        assert!(queries.hits.queries.iter().all(there));
        assert!(queries.near.queries.iter().all(there));
        assert!(!queries.misses.queries.iter().any(there));
        for stream in [&queries.hits, &queries.misses, &queries.near] {
            let ranks = stream.queries.iter().map(|query| array.rank(query));
            assert!(ranks.eq(stream.ranks.iter().copied()));
        }
    }

    #[test]
    fn hits_are_present_and_misses_absent() {
        for pattern in Pattern::value_variants() {
            check::<u32>(*pattern, 1000);
            check::<u64>(*pattern, 60_000);
        }
        check::<String>(Pattern::Real, 100);
        check::<String>(Pattern::Real, 100_000);
    }
}
