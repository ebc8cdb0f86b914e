//! Times the operations of one peer.
//!
//! A map is taken through all of its operations before the next one is built, so a map that fits a
//! cache is measured in it. Keys that a map takes over are cloned before the clock starts; what is
//! left of them is freed after it stopped.

use std::hint::black_box;

use clap::ValueEnum;

use super::peers::Peer;
use super::small::SmallMaps;
use crate::keys::{Key, KeySet, MIX};
use crate::memory::Usage;
use crate::rounds::{Entrant, order_digest};

/// A round of one map.
pub(crate) type Round = crate::rounds::Round<Operation>;

/// What is timed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Operation {
    /// Insert all keys in random order into an empty map, an entry.
    Insert,
    /// Insert all keys in ascending order into an empty map, an entry.
    Append,
    /// Look up keys that are there, a look-up.
    Get,
    /// Look up keys that are not there, a look-up.
    Miss,
    /// Go through the whole map, an entry.
    Iterate,
    /// Find a range of 100 entries and go through it, a range.
    #[value(name = "range-100", alias = "range100")]
    Range100,
    /// Find a range of 10 entries and go through it, a range.
    #[value(name = "range-10", alias = "range10")]
    Range10,
    /// Remove all keys in random order, an entry.
    Remove,
    /// Drop a full map, an entry.
    Drop,
    /// Eight look-ups, one overwrite, one remove and insert, in turn, a step.
    Mix,
}

/// How much of each operation a round of one map holds.
pub(crate) type Plan = crate::keys::Plan<Operation>;

/// A peer for keys `K`, whatever its type.
pub(crate) trait Contender<K> {
    fn name(&self) -> &'static str;
    /// Takes one map for each key set through the operations of `plan`.
    fn round(&self, sets: &[KeySet<K>], plan: &Plan, memory: bool) -> Round;
    /// Builds all of `maps` small maps and keeps them while it asks them.
    fn small_round(&self, maps: &SmallMaps<K>, memory: bool) -> Round;
}

impl<K: Key, P: Peer<K>> Contender<K> for Entrant<P> {
    fn name(&self) -> &'static str {
        P::NAME
    }

    fn round(&self, sets: &[KeySet<K>], plan: &Plan, memory: bool) -> Round {
        let mut round = Round::new();
        for set in sets {
            if plan.has(Operation::Append) {
                append::<K, P>(set, &mut round, memory);
            }
            let mut map = insert::<K, P>(set, plan, &mut round, memory);
            read(&map, set, plan, &mut round);
            if plan.has(Operation::Mix) {
                mix(&mut map, set, &mut round);
            }
            if plan.has(Operation::Drop) {
                round.time(Operation::Drop, set.keys.len(), || drop_map(map));
            } else {
                drop(map);
            }
            if plan.has(Operation::Remove) {
                let mut map = insert::<K, P>(set, plan, &mut round, false);
                let keys = &set.hits[..set.keys.len()];
                round.time(Operation::Remove, keys.len(), || remove_all(&mut map, keys));
                round.verify(Operation::Remove, map.entries().count() as u64);
            }
        }
        round
    }

    fn small_round(&self, maps: &SmallMaps<K>, memory: bool) -> Round {
        maps.round::<P>(memory)
    }
}

fn append<K: Key, P: Peer<K>>(set: &KeySet<K>, round: &mut Round, memory: bool) {
    let mut keys = set.sorted.clone().into_iter();
    let before = memory.then(Usage::now);
    let map: P = round.time_making(Operation::Append, set.sorted.len(), || filled(&mut keys));
    if let Some(before) = before {
        round.ascending += before.growth();
        round.ascending.reported += map.reported_bytes();
    }
    round.verify(Operation::Append, digest(&map));
}

/// A map of all keys inserted in random order; timed only when that is asked for.
fn insert<K: Key, P: Peer<K>>(set: &KeySet<K>, plan: &Plan, round: &mut Round, memory: bool) -> P {
    let mut keys = set.keys.clone().into_iter();
    let before = memory.then(Usage::now);
    let timed = plan.has(Operation::Insert);
    let map: P = if timed {
        round.time_making(Operation::Insert, set.keys.len(), || filled(&mut keys))
    } else {
        filled(&mut keys).0
    };
    if let Some(before) = before {
        round.random += before.growth();
        round.random.reported += map.reported_bytes();
    }
    if timed {
        round.verify(Operation::Insert, digest(&map));
    }
    map
}

/// All operations that leave the map as it is.
fn read<K: Key, P: Peer<K>>(map: &P, set: &KeySet<K>, plan: &Plan, round: &mut Round) {
    let hits = &set.hits[..plan.lookups];
    let misses = &set.misses[..plan.lookups];
    if plan.has(Operation::Get) {
        round.time(Operation::Get, hits.len(), || get_all(map, hits));
    }
    if plan.has(Operation::Miss) {
        round.time(Operation::Miss, misses.len(), || get_all(map, misses));
    }
    if plan.has(Operation::Iterate) {
        let count = plan.iterations * plan.entries;
        round.time(Operation::Iterate, count, || {
            iterate_all(map, plan.iterations)
        });
    }
    if plan.has(Operation::Range100) {
        let ranges = &set.ranges_of_100;
        round.time(Operation::Range100, ranges.len(), || range_all(map, ranges));
    }
    if plan.has(Operation::Range10) {
        let ranges = &set.ranges_of_10;
        round.time(Operation::Range10, ranges.len(), || range_all(map, ranges));
    }
}

/// Each ten keys of a permutation: eight are looked up, one is overwritten, one is removed for a
/// new key. So every key is used once and none is looked up after it was removed.
fn mix<K: Key, P: Peer<K>>(map: &mut P, set: &KeySet<K>, round: &mut Round) {
    let turns = set.keys.len() / MIX;
    let steps = &set.hits[..turns * MIX];
    let overwritten = steps.chunks_exact(MIX).map(|turn| &turn[8]);
    let owned: Vec<K> = overwritten
        .zip(&set.misses)
        .flat_map(|(old, new)| [old.clone(), new.clone()])
        .collect();
    let mut owned = owned.into_iter();
    round.time(Operation::Mix, steps.len(), || {
        mix_all(map, steps, &mut owned)
    });
    round.verify(Operation::Mix, digest(map));
}

// The loops below are functions of their own that are never inlined, so that the code of one
// operation does not depend on which others are measured.

/// A new map of `keys`, and how many of them were there twice.
#[inline(never)]
pub(crate) fn filled<K: Key, P: Peer<K>>(keys: &mut impl Iterator<Item = K>) -> (P, u64) {
    let mut map = P::default();
    let replaced = fill(&mut map, keys);
    (map, replaced)
}

/// Inserts `keys`, and tells how many of them were there before.
#[inline]
pub(crate) fn fill<K: Key, P: Peer<K>>(map: &mut P, keys: &mut impl Iterator<Item = K>) -> u64 {
    let mut replaced = 0;
    for (index, key) in keys.enumerate() {
        replaced += u64::from(map.insert(key, K::value(index)).is_some());
    }
    replaced
}

#[inline(never)]
pub(crate) fn get_all<K: Key, P: Peer<K>>(map: &P, keys: &[K]) -> u64 {
    let mut sum = 0_u64;
    for key in keys {
        if let Some(value) = map.get(key) {
            sum = sum.wrapping_add(value.into()).wrapping_add(1);
        }
    }
    sum
}

#[inline(never)]
pub(crate) fn iterate_all<K: Key, P: Peer<K>>(map: &P, times: usize) -> u64 {
    let mut sum = 0_u64;
    for _ in 0..times {
        for (key, value) in black_box(map).entries() {
            sum = sum.wrapping_add(key ^ value.into());
        }
    }
    sum
}

#[inline(never)]
pub(crate) fn range_all<K: Key, P: Peer<K>>(map: &P, ranges: &[(K, K)]) -> u64 {
    let mut sum = 0_u64;
    for (from, to) in ranges {
        for (key, value) in map.entries_in(from, to) {
            sum = sum.wrapping_add(key ^ value.into());
        }
    }
    sum
}

#[inline(never)]
pub(crate) fn remove_all<K: Key, P: Peer<K>>(map: &mut P, keys: &[K]) -> u64 {
    let mut sum = 0_u64;
    for key in keys {
        if let Some(value) = map.remove(key) {
            sum = sum.wrapping_add(value.into()).wrapping_add(1);
        }
    }
    sum
}

#[inline(never)]
fn mix_all<K: Key, P: Peer<K>>(
    map: &mut P,
    keys: &[K],
    owned: &mut impl Iterator<Item = K>,
) -> u64 {
    let mut sum = 0_u64;
    for (index, turn) in keys.chunks_exact(MIX).enumerate() {
        for key in &turn[..8] {
            if let Some(value) = map.get(key) {
                sum = sum.wrapping_add(value.into()).wrapping_add(1);
            }
        }
        let (Some(old), Some(new)) = (owned.next(), owned.next()) else {
            break;
        };
        for changed in [
            map.insert(old, K::value(index)),
            map.remove(&turn[9]),
            map.insert(new, K::value(index)),
        ] {
            sum = sum.wrapping_add(changed.map_or(0, |value| value.into() + 1));
        }
    }
    sum
}

#[inline(never)]
fn drop_map<P>(map: P) -> u64 {
    drop(map);
    0
}

/// A number that differs when the entries or their order do.
pub(crate) fn digest<K: Key, P: Peer<K>>(map: &P) -> u64 {
    order_digest(map.entries().map(|(key, value)| (key, value.into())))
}
