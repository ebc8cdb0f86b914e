//! Small maps: many of them alive at a time, as in real programs.
//!
//! A batch of maps is built one map after the other, each with keys of its own. Then they are
//! searched in random order, so that consecutive look-ups go to different maps. The smaller the
//! maps, the more batches a round holds.

use super::plan::{KeySet, Operation, Plan};
use crate::keys::Key;
use crate::random::Random;

/// Maps alive at a time.
pub(crate) const MAPS: usize = 1000;

/// Entries per round, at least: enough for cold code not to matter.
const ENTRIES: usize = 20_000;

/// The keys of the small maps of a round.
pub(crate) struct SmallMaps<K> {
    pub(crate) entries: usize,
    operations: Vec<Operation>,
    pub(crate) batches: Vec<Batch<K>>,
}

/// The keys of [`MAPS`] small maps.
pub(crate) struct Batch<K> {
    /// The keys of the first map in random order, then those of the second.
    pub(crate) keys: Vec<K>,
    /// The number of a map and a key in it, in random order, one whole pass after the other.
    pub(crate) hits: Vec<(u32, K)>,
    /// The number of a map and a key not in it, in random order.
    pub(crate) misses: Vec<(u32, K)>,
}

impl<K: Key> SmallMaps<K> {
    /// The operations that are measured on small maps.
    pub(crate) const OPERATIONS: [Operation; 6] = [
        Operation::Insert,
        Operation::Get,
        Operation::Latency,
        Operation::Miss,
        Operation::Iterate,
        Operation::Drop,
    ];

    /// Keys for maps of `entries`, which may be zero.
    pub(crate) fn generate(seed: u64, entries: usize, operations: &[Operation]) -> Self {
        let batches = (ENTRIES / (MAPS * entries.max(1))).max(5) as u64;
        let batches = (0..batches)
            .map(|batch| Batch::generate(seed + batch, entries))
            .collect();
        Self {
            entries,
            operations: operations.to_vec(),
            batches,
        }
    }

    pub(crate) fn has(&self, operation: Operation) -> bool {
        self.operations.contains(&operation)
    }

    /// The units of building, iterating and dropping: entries, or maps if they are empty.
    pub(crate) fn units(&self) -> usize {
        MAPS * self.entries.max(1)
    }
}

impl<K: Key> Batch<K> {
    fn generate(seed: u64, entries: usize) -> Self {
        // One large set of keys, divided among the maps, so that keys differ as in large maps.
        let plan: Plan = Plan {
            passes: 1,
            ranges: 0,
            ..Plan::new(MAPS * entries.max(1))
        };
        let mut set = KeySet::<K>::generate(seed, &plan);
        let passes = (ENTRIES / set.keys.len()).clamp(1, 8);
        let query = |(index, key): (usize, &K)| ((index / entries.max(1)) as u32, key.clone());
        let mut random = Random::new(!seed);
        let mut queries = |keys: &[K]| {
            let mut pass: Vec<_> = keys.iter().enumerate().map(query).collect();
            let mut queries = Vec::with_capacity(passes * pass.len());
            for _ in 0..passes {
                random.shuffle(&mut pass);
                queries.extend_from_slice(&pass);
            }
            queries
        };
        let hits = queries(&set.keys);
        let misses = queries(&set.misses[..set.keys.len()]);
        set.keys.truncate(MAPS * entries);
        Self {
            keys: set.keys,
            hits,
            misses,
        }
    }
}
