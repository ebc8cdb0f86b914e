//! The timed operations on maps, how much of each a round holds, and the keys of each map in all
//! orders.
//!
//! Invariants: the keys of a map are distinct, and so are those that it must miss. Every array of
//! keys is allocated in the order in which it is read, so that reading a query costs no cache miss
//! of its own.

use clap::ValueEnum;

use crate::keys::{Key, key};
use crate::operation::Timed;
use crate::random::Random;

/// The timed operations.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Operation {
    /// Insert all keys in random order into an empty map; time per entry.
    Insert,
    /// Insert all keys in ascending order into an empty map; time per entry.
    Append,
    /// Make a map of all entries in random order, by `collect`; time per entry.
    Collect,
    /// Make a map of all entries in ascending order, by `collect`; time per entry.
    CollectSorted,
    /// Add a tenth as many entries in random order, by `extend`; time per entry added.
    Extend,
    /// Add a tenth as many entries in ascending order, by `extend`; time per entry added.
    ExtendSorted,
    /// Look up present keys; time per look-up.
    Get,
    /// Look up present keys, each after the value of the one before; time per look-up.
    Latency,
    /// Look up present keys in batches, where the map has such; time per look-up.
    GetBatch,
    /// Look up absent keys; time per look-up.
    Miss,
    /// Iterate over the whole map; time per entry.
    Iterate,
    /// Find a range of 100 entries and iterate over it; time per range.
    #[value(name = "range-100", alias = "range100")]
    Range100,
    /// Find a range of 10 entries and iterate over it; time per range.
    #[value(name = "range-10", alias = "range10")]
    Range10,
    /// Remove all keys in random order; time per entry.
    Remove,
    /// Drop a full map; time per entry.
    Drop,
    /// Eight look-ups, one overwrite, one removal and insertion, in turn; time per step.
    Mix,
}

/// How much of each operation `O` a round holds: enough for a round to take milliseconds.
#[derive(Clone)]
pub(crate) struct Plan<O = Operation> {
    /// Entries per map.
    pub(crate) entries: usize,
    /// Maps per round, each with keys of its own.
    pub(crate) maps: usize,
    /// How often each key of a map is looked up, at most.
    pub(crate) passes: usize,
    /// Look-ups per map.
    pub(crate) lookups: usize,
    /// Ranges of each length per map.
    pub(crate) ranges: usize,
    /// Full iterations per map.
    pub(crate) iterations: usize,
    /// The requested operations.
    pub(crate) operations: Vec<O>,
}

impl<O: Timed> Plan<O> {
    /// The plan for maps of `entries`, at least one, with all operations.
    pub(crate) fn new(entries: usize) -> Self {
        let passes = (4096 / entries).max(1);
        Self {
            entries,
            maps: (400_000 / entries).clamp(1, 64),
            passes,
            lookups: (passes * entries).min(1_000_000),
            ranges: (entries / 10).clamp(1000, 100_000),
            iterations: (16_384 / entries).max(1),
            operations: O::chosen(&[]),
        }
    }

    pub(crate) fn has(&self, operation: O) -> bool {
        self.operations.contains(&operation)
    }

    /// Absent keys per map, for look-ups that miss and for insertions.
    fn misses(&self) -> usize {
        self.lookups.max(self.added())
    }

    /// How many entries are added to a full map, by the mix or at once.
    pub(crate) fn added(&self) -> usize {
        self.entries / MIX
    }
}

/// The number of steps after which a mix of operations repeats. One of them inserts an absent key.
pub(crate) const MIX: usize = 10;

/// All keys of one map, in orders that are generated beforehand.
pub(crate) struct KeySet<K> {
    /// Distinct keys in random order: the order of insertion.
    pub(crate) keys: Vec<K>,
    /// The same keys ascending, for appends.
    pub(crate) sorted: Vec<K>,
    /// The same keys in other random orders, one whole permutation after the other.
    pub(crate) hits: Vec<K>,
    /// Keys that are not in the map, distinct, in random order.
    pub(crate) misses: Vec<K>,
    /// Bounds `from..to` that contain a hundred entries.
    pub(crate) ranges_of_100: Vec<(K, K)>,
    /// Bounds `from..to` that contain ten entries.
    pub(crate) ranges_of_10: Vec<(K, K)>,
}

impl<K: Key> KeySet<K> {
    /// Generates the keys of the map numbered `seed`.
    pub(crate) fn generate<O: Timed>(seed: u64, plan: &Plan<O>) -> Self {
        let mut random = Random::new(seed);
        let entries = plan.entries;
        let (present, absent) = (random.next(), random.next());
        let keys: Vec<K> = (0..entries).map(|index| key(present, index, 0)).collect();
        let misses = (0..plan.misses())
            .map(|index| key(absent, index, 1))
            .collect();

        let mut ascending: Vec<&K> = keys.iter().collect();
        ascending.sort_unstable();
        let sorted: Vec<K> = ascending.into_iter().cloned().collect();

        let mut order: Vec<u32> = (0..entries as u32).collect();
        let mut hits = Vec::with_capacity(entries * plan.passes);
        for _ in 0..plan.passes {
            random.shuffle(&mut order);
            hits.extend(order.iter().map(|&index| keys[index as usize].clone()));
        }
        let ranges_of_100 = ranges(&mut random, &sorted, plan.ranges, 100);
        let ranges_of_10 = ranges(&mut random, &sorted, plan.ranges, 10);
        Self {
            keys,
            sorted,
            hits,
            misses,
            ranges_of_100,
            ranges_of_10,
        }
    }
}

/// Returns `count` pairs of keys with `length` entries in `from..to`, or fewer if the map has
/// fewer.
pub(crate) fn ranges<K: Key>(
    random: &mut Random,
    sorted: &[K],
    count: usize,
    length: usize,
) -> Vec<(K, K)> {
    let Some(last) = sorted.len().checked_sub(1) else {
        return Vec::new();
    };
    let length = length.min(last);
    let starts = sorted.len() - length;
    let bounds = |from: usize| (sorted[from].clone(), sorted[from + length].clone());
    (0..count).map(|_| bounds(random.below(starts))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn plan() -> Plan {
        Plan::new(1000)
    }

    #[test]
    fn hits_are_present_and_misses_absent() {
        let plan = plan();
        let set = KeySet::<u32>::generate(7, &plan);
        let present: BTreeSet<u32> = set.keys.iter().copied().collect();
        assert_eq!(present.len(), 1000);
        assert!(set.hits.iter().all(|key| present.contains(key)));
        assert!(set.misses.iter().all(|key| !present.contains(key)));
        assert_eq!(set.hits[..1000].iter().collect::<BTreeSet<_>>().len(), 1000);
        for (from, to) in &set.ranges_of_100 {
            assert_eq!(present.range(from..to).count(), 100);
        }
    }

    #[test]
    fn maps_have_different_keys() {
        let plan = plan();
        let first = KeySet::<u64>::generate(1, &plan);
        let second = KeySet::<u64>::generate(2, &plan);
        let first: BTreeSet<u64> = first.keys.into_iter().collect();
        assert!(second.keys.iter().all(|key| !first.contains(key)));
    }
}
