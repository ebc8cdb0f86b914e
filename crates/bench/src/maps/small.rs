//! Small maps: many of them alive at a time, since that is how small maps are met.
//!
//! A batch of maps is built one map after the other, each with keys of its own; then they are
//! asked in random order, a look-up here and a look-up there. The smaller the maps, the more
//! batches a round holds.

use std::hint::black_box;

use super::peers::Peer;
use super::workload::{Operation, Plan, Round, digest, filled};
use crate::keys::{Key, KeySet, Random};
use crate::memory::Usage;

/// Maps alive at a time.
pub(crate) const MAPS: usize = 1000;

/// Entries a round, at least: enough that cold code does not show.
const ENTRIES: usize = 20_000;

/// The keys of the small maps of a round.
pub(crate) struct SmallMaps<K> {
    entries: usize,
    operations: Vec<Operation>,
    batches: Vec<Batch<K>>,
}

/// The keys of [`MAPS`] small maps.
struct Batch<K> {
    /// The keys of the first map in random order, then those of the second.
    keys: Vec<K>,
    /// A map's number and a key that it has, in random order, one whole pass after the other.
    hits: Vec<(u32, K)>,
    /// A map's number and a key that it has not, in random order.
    misses: Vec<(u32, K)>,
}

impl<K: Key> SmallMaps<K> {
    /// Which operations are measured on small maps.
    pub(crate) const OPERATIONS: [Operation; 5] = [
        Operation::Insert,
        Operation::Get,
        Operation::Miss,
        Operation::Iterate,
        Operation::Drop,
    ];

    /// Keys for maps of `entries`, which may be none.
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

    /// One round of `P`, with all maps of a batch alive at once.
    pub(crate) fn round<P: Peer<K>>(&self, memory: bool) -> Round {
        let mut round = Round::new();
        let mut maps: Vec<P> = Vec::with_capacity(MAPS);
        // Small maps are built from memory that is in use, by code that is hot: the first batch
        // is only for that, and to see what the maps take.
        let mut warm_up = Round::new();
        self.measure(&mut maps, &self.batches[0], &mut warm_up, memory);
        for batch in &self.batches {
            self.measure(&mut maps, batch, &mut round, false);
        }
        round.random = warm_up.random;
        round
    }

    fn measure<P: Peer<K>>(
        &self,
        maps: &mut Vec<P>,
        batch: &Batch<K>,
        round: &mut Round,
        memory: bool,
    ) {
        self.build(maps, batch, round, memory);
        if self.has(Operation::Get) && self.entries > 0 {
            round.time(Operation::Get, batch.hits.len(), || ask(maps, &batch.hits));
        }
        if self.has(Operation::Miss) {
            round.time(Operation::Miss, batch.misses.len(), || {
                ask(maps, &batch.misses)
            });
        }
        if self.has(Operation::Iterate) {
            round.time(Operation::Iterate, self.units(), || iterate(maps));
        }
        if self.has(Operation::Drop) {
            // The vector that held the maps is the harness's own, and freed later.
            round.time(Operation::Drop, self.units(), || {
                maps.clear();
                0
            });
        }
        maps.clear();
    }

    fn has(&self, operation: Operation) -> bool {
        self.operations.contains(&operation)
    }

    /// What building, iterating and dropping count: entries, or maps when they are empty.
    fn units(&self) -> usize {
        MAPS * self.entries.max(1)
    }

    /// Fills `maps`, which is empty.
    fn build<P: Peer<K>>(
        &self,
        maps: &mut Vec<P>,
        batch: &Batch<K>,
        round: &mut Round,
        memory: bool,
    ) {
        let mut keys = batch.keys.clone().into_iter();
        let before = memory.then(Usage::now);
        round.time(Operation::Insert, self.units(), || {
            build_all(maps, self.entries, &mut keys)
        });
        if let Some(before) = before {
            round.random += before.growth();
            round.random.allocated += MAPS * size_of::<P>();
            round.random.reported += maps.iter().map(P::reported_bytes).sum::<usize>();
        }
        let digests = maps.iter().map(digest::<K, P>);
        round.verify(Operation::Insert, digests.fold(0, u64::wrapping_add));
    }
}

impl<K: Key> Batch<K> {
    fn generate(seed: u64, entries: usize) -> Self {
        // One large set of keys, dealt out: the maps' keys differ as those of large maps do.
        let plan = Plan {
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

#[inline(never)]
fn build_all<K: Key, P: Peer<K>>(
    maps: &mut Vec<P>,
    entries: usize,
    keys: &mut impl Iterator<Item = K>,
) -> u64 {
    let mut replaced = 0;
    for _ in 0..MAPS {
        let (map, twice) = filled(&mut keys.by_ref().take(entries));
        maps.push(map);
        replaced += twice;
    }
    replaced
}

#[inline(never)]
fn ask<K: Key, P: Peer<K>>(maps: &[P], queries: &[(u32, K)]) -> u64 {
    let mut sum = 0_u64;
    for (owner, key) in queries {
        if let Some(value) = maps[*owner as usize].get(key) {
            sum = sum.wrapping_add(value.into()).wrapping_add(1);
        }
    }
    sum
}

#[inline(never)]
fn iterate<K: Key, P: Peer<K>>(maps: &[P]) -> u64 {
    let mut sum = 0_u64;
    for map in black_box(maps) {
        for (key, value) in map.entries() {
            sum = sum.wrapping_add(key ^ value.into());
        }
    }
    sum
}
