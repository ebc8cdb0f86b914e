//! The timed operations on the cache-oblivious map and its peers, and the keys of each map in all
//! orders.

use clap::ValueEnum;

use crate::maps::{self, KeySet, ranges};
use crate::random::Random;

/// The timed operations.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Operation {
    /// Insert all keys in random order into an empty map; time per entry.
    Insert,
    /// Insert all keys in ascending order into an empty map; time per entry.
    Ascend,
    /// Insert all keys in descending order into an empty map; time per entry.
    Descend,
    /// Insert as many keys as a map has between two neighbours in its middle, each directly after
    /// the previous one; time per entry.
    HammerUp,
    /// The same, each directly before the previous one, so all directly after the same neighbour.
    HammerDown,
    /// Insert a sorted run of new keys, a tenth as many as the map has, one by one; time per entry.
    InsertRun,
    /// Merge that run, which is a map; time per entry of the run.
    Merge,
    /// Look up present keys; time per look-up.
    Get,
    /// Look up absent keys; time per look-up.
    Miss,
    /// Find a range of 100 entries and iterate over it with a loop; time per range.
    #[value(name = "range-100")]
    Range100,
    /// Find a range of 10 000 entries and iterate over it with a loop; time per range.
    #[value(name = "range-10k")]
    Range10k,
    /// The same with fold.
    #[value(name = "fold-10k")]
    Fold10k,
    /// Iterate over the whole map with a loop; time per entry.
    Iterate,
    /// The same with fold.
    Fold,
    /// Remove all keys in random order; time per entry.
    Remove,
}

/// Entries of the longer ranges.
const LONG_RANGE: usize = 10_000;

impl Operation {
    /// Returns whether maps of that many entries are large enough for the operation.
    pub(crate) fn fits(self, entries: usize) -> bool {
        !matches!(self, Self::Range10k | Self::Fold10k) || entries > LONG_RANGE
    }
}

/// How much of each operation a round of one map holds.
pub(crate) type Plan = maps::Plan<Operation>;

/// All keys of one map, in orders that are generated beforehand.
pub(crate) struct MapSet {
    pub(crate) set: KeySet<u64>,
    /// Bounds `from..to` that contain ten thousand entries.
    pub(crate) long_ranges: Vec<(u64, u64)>,
    /// The number of first keys of the set, into which the rest is merged.
    pub(crate) merged: usize,
    /// The rest, ascending: a tenth as many.
    pub(crate) run: Vec<u64>,
    /// Half of the keys, ascending.
    pub(crate) around: Vec<u64>,
    /// As many keys as the other half has, all between the same two keys of this half.
    pub(crate) between: Vec<u64>,
}

impl MapSet {
    /// Generates the keys of the map numbered `seed`.
    pub(crate) fn generate(seed: u64, plan: &Plan) -> Self {
        let set = KeySet::<u64>::generate(seed, plan);
        let entries = plan.entries;
        let mut random = Random::new(!seed);
        // About as many entries as in shorter ranges.
        let long = (plan.ranges / 100).max(10);
        let long_ranges = ranges(&mut random, &set.sorted, long, LONG_RANGE);
        let merged = entries - entries / 11;
        let sorted = |keys: &[u64]| {
            let mut keys = keys.to_vec();
            keys.sort_unstable();
            keys
        };
        let run = sorted(&set.keys[merged..]);
        let around = sorted(&set.keys[..entries / 2]);
        let hammered = (entries - entries / 2) as u64;
        // Neighbours are 2^64 / entries apart on average.
        let wide = |pair: &&[u64]| pair[1] - pair[0] > hammered;
        let mut pairs = around.windows(2).skip(around.len() / 2);
        let pair = pairs.find(wide).expect("random keys are far apart");
        let between = (pair[0] + 1..).take(hammered as usize).collect();
        Self {
            set,
            long_ranges,
            merged,
            run,
            around,
            between,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_as_documented() {
        let set = MapSet::generate(3, &Plan::new(1100));
        assert_eq!((set.merged, set.run.len()), (1000, 100));
        assert_eq!((set.around.len(), set.between.len()), (550, 550));
        let place = |key: &u64| set.around.binary_search(key).unwrap_err();
        let first = place(&set.between[0]);
        assert!((1..550).contains(&first));
        assert!(set.between.iter().all(|key| place(key) == first));
        assert!(set.between.is_sorted() && set.run.is_sorted());
    }
}
