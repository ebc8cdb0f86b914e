//! What is timed of columns, how much of it a round holds, and what is asked.
//!
//! Invariants: which answer each query of a stream has is known beforehand, from the column alone.
//! Queries are in random order and others in every round, and each stream is allocated in the order
//! in which it is read, so that reading a query costs no cache miss of its own.

use clap::ValueEnum;

use super::columns::{Column, SearchKey};
use crate::random::Random;

/// What is timed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Operation {
    /// Build from sorted keys, a key.
    Build,
    /// Build from keys in random order, a key.
    SortBuild,
    /// How many keys are smaller than one that is there, one at a time, a query.
    Rank,
    /// The same for keys that are not there.
    RankMiss,
    /// Like rank, each query after the answer of the one before.
    Latency,
    /// Like rank, in batches.
    Batch,
    /// Like rank-miss, in batches.
    BatchMiss,
    /// Batches of keys that lie in a few cache lines: what is left without waiting for memory.
    BatchNear,
    /// The value of a key that is there, one at a time, a query.
    Get,
    /// The same for keys that are not there.
    GetMiss,
    /// Like get, in batches.
    GetBatch,
}

/// A column, and what is the same in all rounds.
pub(crate) struct Task<K> {
    pub(crate) column: Column<K>,
    /// The keys in random order, to be sorted; none where that is not measured.
    pub(crate) unsorted: Vec<K>,
    /// The operations that are asked for.
    pub(crate) operations: Vec<Operation>,
}

impl<K> Task<K> {
    pub(crate) fn asks(&self, operation: Operation) -> bool {
        self.operations.contains(&operation)
    }
}

/// Queries, and what they are to be answered with.
pub(crate) struct Stream<K> {
    pub(crate) queries: Vec<K>,
    pub(crate) ranks: Vec<usize>,
}

impl<K: SearchKey> Stream<K> {
    fn new(column: &Column<K>, queries: Vec<K>) -> Self {
        let ranks = queries.iter().map(|query| column.rank(query)).collect();
        Self { queries, ranks }
    }

    /// Those that are asked one at a time.
    pub(crate) fn singles(&self, volume: Volume) -> &[K] {
        &self.queries[..volume.singles]
    }
}

/// How much is asked in a round.
#[derive(Clone, Copy)]
pub(crate) struct Volume {
    /// Queries in batches.
    pub(crate) batched: usize,
    /// Queries one at a time: the first of the same.
    pub(crate) singles: usize,
}

impl Volume {
    /// Enough that an operation takes milliseconds: fewer one at a time where each takes long.
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

/// All that is asked in a round.
pub(crate) struct Queries<K> {
    pub(crate) volume: Volume,
    /// Keys that are there: any entry is asked for as often as another.
    pub(crate) hits: Stream<K>,
    /// Keys that are not.
    pub(crate) misses: Stream<K>,
    /// Neighbours of each other, in random order, which lie in a few cache lines; as many as
    /// queries one at a time.
    pub(crate) near: Stream<K>,
}

/// Keys that are neighbours of each other.
const NEIGHBOURS: usize = 64;

impl<K: SearchKey> Queries<K> {
    /// Those of the round numbered `seed`.
    pub(crate) fn generate(column: &Column<K>, seed: u64, volume: Volume) -> Self {
        let mut random = Random::new(seed);
        let keys = &column.keys;
        let mut pick = |from: usize, length: usize, count: usize| -> Stream<K> {
            let positions = (0..count).map(|_| from + random.below(length));
            let positions: Vec<usize> = positions.collect();
            let queries = positions.iter().map(|&position| keys[position].clone());
            let queries: Vec<K> = queries.collect();
            if column.distinct {
                let ranks = positions;
                return Stream { queries, ranks };
            }
            Stream::new(column, queries)
        };
        let neighbours = NEIGHBOURS.min(keys.len());
        let from = (seed as usize).wrapping_mul(0x9E37_79B9) % (keys.len() - neighbours + 1);
        let hits = pick(0, keys.len(), volume.batched);
        let near = pick(from, neighbours, volume.singles);
        let misses = (0..volume.batched)
            .map(|index| column.miss(seed as usize * volume.batched + index, &mut random))
            .collect();
        Self {
            volume,
            hits,
            misses: Stream::new(column, misses),
            near,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::columns::Pattern;
    use super::*;

    fn check<K: SearchKey>(pattern: Pattern, entries: usize) {
        let column = Column::<K>::generate(pattern, entries);
        assert_eq!(column.keys.len(), entries);
        assert!(column.keys.is_sorted());
        let volume = Volume {
            batched: 500,
            singles: 100,
        };
        let queries = Queries::generate(&column, 3, volume);
        let there = |key| column.keys.binary_search(key).is_ok();
        assert!(queries.hits.queries.iter().all(there));
        assert!(queries.near.queries.iter().all(there));
        assert!(!queries.misses.queries.iter().any(there));
        for stream in [&queries.hits, &queries.misses, &queries.near] {
            let ranks = stream.queries.iter().map(|query| column.rank(query));
            assert!(ranks.eq(stream.ranks.iter().copied()));
        }
    }

    #[test]
    fn hits_are_there_and_misses_are_not() {
        for pattern in Pattern::value_variants() {
            check::<u32>(*pattern, 1000);
            check::<u64>(*pattern, 60_000);
        }
        check::<String>(Pattern::Real, 100);
        check::<String>(Pattern::Real, 100_000);
    }
}
