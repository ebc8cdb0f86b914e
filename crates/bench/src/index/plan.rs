//! The timed operations on indexes, how much of each a round holds, and the pairs of each index in
//! all orders in which they are inserted, looked up, moved and deleted.
//!
//! Invariants: keys are distinct, each with a given number of values. Values are row numbers, each
//! in one pair only, and those of a key are as random as the order of insertion. Every key has a
//! twin that is not in the index. Updates move the pairs of a key to its twin, so that afterwards
//! keys have as many values as before.

use clap::ValueEnum;

use crate::keys::key;
use crate::operation::Timed;
use crate::random::Random;
use crate::values::Values;

/// The timed operations.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Operation {
    /// Insert all pairs in random order into an empty index; time per pair.
    Insert,
    /// Delete all pairs in random order; time per pair.
    Delete,
    /// Move all pairs in random order to keys that had none; time per pair.
    Update,
    /// Look up the first value of a present key; time per look-up.
    LookupUnique,
    /// Look up all values of a present key and add them up; time per look-up.
    LookupRange,
    /// Find a key and iterate over 100 entries from there on; time per range.
    #[value(name = "range-100", alias = "range100")]
    Range100,
    /// Iterate over the whole index; time per entry.
    Iterate,
}

/// How much of each operation a round holds: enough for a round to take milliseconds.
#[derive(Clone)]
pub(crate) struct Plan {
    /// Entries per index, at least one.
    pub(crate) entries: usize,
    pub(crate) values: Values,
    /// Indexes per round, each with pairs of its own.
    pub(crate) indexes: usize,
    /// Look-ups of one value per index.
    pub(crate) lookups: usize,
    /// Look-ups of all values per index.
    pub(crate) full_lookups: usize,
    /// Ranges per index.
    pub(crate) ranges: usize,
    /// Full iterations per index.
    pub(crate) iterations: usize,
    /// The requested operations.
    pub(crate) operations: Vec<Operation>,
}

impl Plan {
    /// The plan for indexes of `entries`, at least one, with all operations.
    pub(crate) fn new(entries: usize, values: Values) -> Self {
        let lookups = entries.div_ceil(values.mean()).clamp(4096, 1_000_000);
        Self {
            entries,
            values,
            indexes: (400_000 / entries).clamp(1, 64),
            lookups,
            full_lookups: lookups.min(1_000_000 / values.mean()).max(16),
            ranges: (entries / 10).clamp(1000, 100_000),
            iterations: (16_384 / entries).max(1),
            operations: Operation::chosen(&[]),
        }
    }
}

/// All pairs of one index, in orders that are generated beforehand.
pub(crate) struct PairSet {
    /// Distinct pairs in random order: the order of insertion.
    pub(crate) pairs: Vec<(u64, u64)>,
    /// The same pairs in another random order.
    pub(crate) shuffled: Vec<(u64, u64)>,
    /// The same pairs in a third order: a key, its twin, and a value that moves there.
    pub(crate) moves: Vec<(u64, u64, u64)>,
    /// The keys in random orders, one whole permutation after the other.
    pub(crate) hits: Vec<u64>,
    /// Keys at which a hundred entries or more begin, if the index has that many.
    pub(crate) starts: Vec<u64>,
}

impl PairSet {
    /// Generates the pairs of the index numbered `seed`.
    pub(crate) fn generate(seed: u64, plan: &Plan) -> Self {
        let mut random = Random::new(seed);
        let (present, absent) = (random.next(), random.next());
        let counts = plan.values.counts(plan.entries);
        let mut rows: Vec<u64> = (0..plan.entries as u64).collect();
        random.shuffle(&mut rows);
        let owners = (0..counts.len()).flat_map(|owner| std::iter::repeat_n(owner, counts[owner]));
        let keys = owners.map(|owner| (key(present, owner, 0), key(absent, owner, 1)));
        let mut moves: Vec<(u64, u64, u64)> = keys
            .zip(rows)
            .map(|((key, twin), row)| (key, twin, row))
            .collect();
        let mut shuffled = || {
            random.shuffle(&mut moves);
            moves.iter().map(|&(key, _, row)| (key, row)).collect()
        };
        let (pairs, other_order) = (shuffled(), shuffled());
        random.shuffle(&mut moves);

        let mut keys: Vec<u64> = (0..counts.len())
            .map(|owner| key(present, owner, 0))
            .collect();
        let starts = starts(&mut random, &keys, &counts, plan);
        let mut hits = Vec::with_capacity(plan.lookups.next_multiple_of(keys.len()));
        while hits.len() < plan.lookups {
            random.shuffle(&mut keys);
            hits.extend_from_slice(&keys);
        }
        Self {
            pairs,
            shuffled: other_order,
            moves,
            hits,
            starts,
        }
    }
}

/// Random `keys` at which a hundred entries or more begin, or the least key.
fn starts(random: &mut Random, keys: &[u64], counts: &[usize], plan: &Plan) -> Vec<u64> {
    let mut ascending: Vec<(u64, usize)> =
        keys.iter().copied().zip(counts.iter().copied()).collect();
    ascending.sort_unstable();
    let mut left = plan.entries;
    let enough = ascending.iter().take_while(|(_, count)| {
        let enough = left >= 100;
        left -= count;
        enough
    });
    let enough = enough.count().max(1);
    (0..plan.ranges)
        .map(|_| ascending[random.below(enough)].0)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, BTreeSet};

    fn counts_by_key(pairs: impl Iterator<Item = u64>) -> BTreeMap<u64, usize> {
        pairs.fold(BTreeMap::new(), |mut counts, key| {
            *counts.entry(key).or_default() += 1;
            counts
        })
    }

    #[test]
    fn all_orders_are_of_the_same_pairs() {
        for values in [Values::Each(1), Values::Each(16), Values::Zipf] {
            let set = PairSet::generate(7, &Plan::new(1000, values));
            let pairs: BTreeSet<(u64, u64)> = set.pairs.iter().copied().collect();
            assert_eq!(pairs.len(), 1000);
            assert_ne!(set.pairs, set.shuffled);
            assert_eq!(set.shuffled.iter().copied().collect::<BTreeSet<_>>(), pairs);
            let moved: BTreeSet<_> = set.moves.iter().map(|&(key, _, row)| (key, row)).collect();
            assert_eq!(moved, pairs);
        }
    }

    #[test]
    fn twins_are_absent_and_have_as_many_values() {
        let set = PairSet::generate(7, &Plan::new(1000, Values::Zipf));
        let keys = counts_by_key(set.moves.iter().map(|&(key, _, _)| key));
        let twins = counts_by_key(set.moves.iter().map(|&(_, twin, _)| twin));
        assert_eq!(keys.len(), twins.len());
        assert!(twins.keys().all(|twin| !keys.contains_key(twin)));
        for (key, twin, _) in &set.moves {
            assert_eq!(keys[key], twins[twin]);
        }
    }

    #[test]
    fn all_keys_are_looked_up_and_ranges_are_full() {
        for values in [Values::Each(1), Values::Each(1000), Values::Zipf] {
            let set = PairSet::generate(7, &Plan::new(1000, values));
            let pairs: BTreeSet<(u64, u64)> = set.pairs.iter().copied().collect();
            let keys = counts_by_key(pairs.iter().map(|&(key, _)| key));
            let asked: BTreeSet<u64> = set.hits.iter().copied().collect();
            assert!(asked.iter().eq(keys.keys()));
            assert!(
                set.starts
                    .iter()
                    .all(|&key| pairs.range((key, 0)..).count() >= 100)
            );
        }
    }
}
