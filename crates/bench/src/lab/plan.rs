//! The timed operations of the lab, and the keys for them beyond those of `maps`.

use clap::ValueEnum;

use crate::keys::Key;
use crate::maps::{self, KeySet};

/// How much of each operation a round holds.
pub(crate) type Plan = maps::Plan<Operation>;

/// The timed operations.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Operation {
    /// Insert all keys in random order into an empty map; time per entry.
    Insert,
    /// Insert all keys in ascending order into an empty map; time per entry.
    Append,
    /// Look up present keys; time per look-up.
    Lookup,
    /// Look up absent keys; time per look-up.
    Miss,
    /// Iterate over all entries; time per entry.
    Items,
    /// Iterate over all keys; time per key.
    Keys,
    /// Find a range of 100 entries and iterate over it; time per range.
    #[value(name = "range-100", alias = "range100")]
    Range100,
    /// Insert into full leaves, so that each insertion splits one; time per insertion.
    Split,
    /// Remove three of four entries in ascending order, so that leaves are merged; time per
    /// removal.
    Merge,
    /// Remove all keys in random order; time per entry.
    Delete,
    /// Drop a full map; time per entry.
    Drop,
}

/// Entries from one insertion of [`Operation::Split`] to the next: twice as many as any leaf has.
/// So each insertion finds a full leaf between full ones, and no tree can move entries to a
/// neighbour instead.
const SPLIT_STEP: usize = 128;

/// Of that many entries, [`Operation::Merge`] leaves one.
const MERGE_STEP: usize = 4;

/// The keys of one map.
pub(crate) struct LabKeys<K> {
    pub(crate) set: KeySet<K>,
    /// Absent keys in ascending order, far from each other.
    pub(crate) splitting: Vec<K>,
    /// Most of the keys, in ascending order.
    pub(crate) merging: Vec<K>,
}

impl<K: Key> LabKeys<K> {
    /// Generates the keys of the map numbered `seed`.
    pub(crate) fn generate(seed: u64, plan: &Plan) -> Self {
        let set: KeySet<K> = KeySet::generate(seed, plan);
        let mut absent = set.misses.clone();
        absent.sort_unstable();
        let mut splitting = Vec::new();
        let mut at = 0;
        for key in absent {
            let position = at + set.sorted[at..].partition_point(|present| *present < key);
            if splitting.is_empty() || position >= at + SPLIT_STEP {
                at = position;
                splitting.push(key);
            }
        }
        let merging = set.sorted.iter().enumerate();
        let merging = merging.filter(|(index, _)| index % MERGE_STEP != 0);
        let merging = merging.map(|(_, key)| key.clone()).collect();
        Self {
            set,
            splitting,
            merging,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_split_leaves_are_far_from_each_other() {
        let keys = LabKeys::<u64>::generate(1, &Plan::new(2000));
        let position = |key: &u64| keys.set.sorted.partition_point(|present| present < key);
        let positions: Vec<usize> = keys.splitting.iter().map(position).collect();
        assert!(positions.len() >= 10, "{positions:?}");
        assert!(
            positions
                .windows(2)
                .all(|pair| pair[1] - pair[0] >= SPLIT_STEP)
        );
        assert_eq!(keys.merging.len(), 1500);
    }
}
