//! Times the operations of one peer.
//!
//! A map goes through all of its operations before the next one is built, so a map that fits in a
//! cache is measured there. Keys that a map takes over are cloned before the clock starts, and
//! remaining ones are freed after it has stopped.

use std::hint::black_box;

use super::peer::Peer;
use super::plan::{KeySet, MIX, Operation, Plan};
use super::small::{Batch, MAPS, SmallMaps};
use crate::keys::Key;
use crate::memory::Gauge;
use crate::rounds::{self, Contender, Course, order_digest};

/// A round of one peer.
type Round = rounds::Round<Operation>;

/// What peers go through in a round.
pub(crate) enum Maps<K> {
    Large(Course<Plan, KeySet<K>>),
    Small(SmallMaps<K>),
}

/// `P` as a contender with maps of `K`.
pub(crate) fn contender<K: Key, P: Peer<K>>() -> Contender<Maps<K>, Operation> {
    Contender {
        name: P::NAME,
        note: None,
        round: |maps, memory| match maps {
            Maps::Large(course) => large_round::<K, P>(course, memory),
            Maps::Small(maps) => small_round::<K, P>(maps, memory),
        },
    }
}

/// Takes one map for each key set through the operations of the plan.
fn large_round<K: Key, P: Peer<K>>(course: &Course<Plan, KeySet<K>>, memory: bool) -> Round {
    let plan = &course.plan;
    let mut round = Round::new();
    for set in &course.sets {
        if plan.has(Operation::Append) {
            append::<K, P>(set, &mut round, memory);
        }
        collect::<K, P>(set, plan, &mut round);
        extend::<K, P>(set, plan, &mut round);
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

fn append<K: Key, P: Peer<K>>(set: &KeySet<K>, round: &mut Round, memory: bool) {
    let mut keys = set.sorted.clone().into_iter();
    let gauge = Gauge::start(memory);
    let map: P = round.time_making(Operation::Append, set.sorted.len(), || filled(&mut keys));
    round.ascending += gauge.growth(|| map.reported_bytes());
    round.verify(Operation::Append, digest(&map));
}

/// Makes maps by `collect`.
fn collect<K: Key, P: Peer<K>>(set: &KeySet<K>, plan: &Plan, round: &mut Round) {
    for (operation, keys) in [
        (Operation::Collect, &set.keys),
        (Operation::CollectSorted, &set.sorted),
    ] {
        if plan.has(operation) {
            let mut keys = keys.clone().into_iter();
            let map: P = round.time_making(operation, plan.entries, || collected(&mut keys));
            round.verify(operation, digest(&map));
        }
    }
}

/// Adds entries to full maps by `extend`.
fn extend<K: Key, P: Peer<K>>(set: &KeySet<K>, plan: &Plan, round: &mut Round) {
    for operation in [Operation::Extend, Operation::ExtendSorted] {
        if plan.has(operation) {
            let (mut map, _): (P, u64) = filled(&mut set.keys.clone().into_iter());
            let mut keys = set.misses[..plan.added()].to_vec();
            if operation == Operation::ExtendSorted {
                keys.sort_unstable();
            }
            let count = keys.len();
            round.time(operation, count, || extend_all(&mut map, keys.into_iter()));
            round.verify(operation, digest(&map));
        }
    }
}

/// A map of all keys inserted in random order; timed only on request.
///
/// A map that does not change is made at once, untimed.
fn insert<K: Key, P: Peer<K>>(set: &KeySet<K>, plan: &Plan, round: &mut Round, memory: bool) -> P {
    let mut keys = set.keys.clone().into_iter();
    let gauge = Gauge::start(memory);
    let timed = P::CHANGES && plan.has(Operation::Insert);
    let map: P = match timed {
        true => round.time_making(Operation::Insert, set.keys.len(), || filled(&mut keys)),
        false if P::CHANGES => filled(&mut keys).0,
        false => collected(&mut keys).0,
    };
    round.random += gauge.growth(|| map.reported_bytes());
    if timed {
        round.verify(Operation::Insert, digest(&map));
    }
    map
}

/// All operations that leave the map unchanged.
fn read<K: Key, P: Peer<K>>(map: &P, set: &KeySet<K>, plan: &Plan, round: &mut Round) {
    let hits = &set.hits[..plan.lookups];
    let misses = &set.misses[..plan.lookups];
    if plan.has(Operation::Get) {
        round.time(Operation::Get, hits.len(), || get_all(map, hits));
    }
    if plan.has(Operation::Latency) {
        round.time(Operation::Latency, hits.len(), || get_chain(map, hits));
    }
    if plan.has(Operation::GetBatch) {
        round.time(Operation::GetBatch, hits.len(), || {
            get_in_batches(map, hits)
        });
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

/// Of each ten keys of a permutation, eight are looked up, one is overwritten, and one is removed
/// for a new key. So every key is used once and none is looked up after its removal.
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

/// Takes all small maps of a batch, alive at once, through the operations.
fn small_round<K: Key, P: Peer<K>>(small: &SmallMaps<K>, memory: bool) -> Round {
    let mut round = Round::new();
    let mut maps: Vec<P> = Vec::with_capacity(MAPS);
    // Small maps are usually built from memory that is in use, by warm code: the first batch is
    // only for that, and to measure the memory of the maps.
    let mut warm_up = Round::new();
    small_batch(small, &mut maps, &small.batches[0], &mut warm_up, memory);
    for batch in &small.batches {
        small_batch(small, &mut maps, batch, &mut round, false);
    }
    round.random = warm_up.random;
    round
}

/// Fills `maps`, which is empty, and empties it again.
fn small_batch<K: Key, P: Peer<K>>(
    small: &SmallMaps<K>,
    maps: &mut Vec<P>,
    batch: &Batch<K>,
    round: &mut Round,
    memory: bool,
) {
    build_small(small, maps, batch, round, memory);
    if small.has(Operation::Get) && small.entries > 0 {
        round.time(Operation::Get, batch.hits.len(), || ask(maps, &batch.hits));
    }
    if small.has(Operation::Latency) && small.entries > 0 {
        round.time(Operation::Latency, batch.hits.len(), || {
            ask_chain(maps, &batch.hits)
        });
    }
    if small.has(Operation::Miss) {
        round.time(Operation::Miss, batch.misses.len(), || {
            ask(maps, &batch.misses)
        });
    }
    if small.has(Operation::Iterate) {
        round.time(Operation::Iterate, small.units(), || iterate_small(maps));
    }
    if small.has(Operation::Drop) {
        // The vector that held the maps is the harness's own, and freed later.
        round.time(Operation::Drop, small.units(), || {
            maps.clear();
            0
        });
    }
    maps.clear();
}

fn build_small<K: Key, P: Peer<K>>(
    small: &SmallMaps<K>,
    maps: &mut Vec<P>,
    batch: &Batch<K>,
    round: &mut Round,
    memory: bool,
) {
    let mut keys = batch.keys.clone().into_iter();
    let gauge = Gauge::start(memory);
    if P::CHANGES {
        round.time(Operation::Insert, small.units(), || {
            build_all(maps, small.entries, &mut keys)
        });
    } else {
        maps.extend((0..MAPS).map(|_| {
            let keys: Vec<K> = keys.by_ref().take(small.entries).collect();
            collected::<K, P>(&mut keys.into_iter()).0
        }));
    }
    if memory {
        round.random += gauge.growth(|| maps.iter().map(P::reported_bytes).sum());
        round.random.allocated += MAPS * size_of::<P>();
    }
    if P::CHANGES {
        let digests = maps.iter().map(digest::<K, P>);
        round.verify(Operation::Insert, digests.fold(0, u64::wrapping_add));
    }
}

// The loops below are separate functions that are never inlined, so that the code of one operation
// does not depend on which others are measured.

/// A new map of `keys`, and the number of duplicates among them.
#[inline(never)]
pub(crate) fn filled<K: Key, P: Peer<K>>(keys: &mut impl Iterator<Item = K>) -> (P, u64) {
    let mut map = P::default();
    let replaced = fill(&mut map, keys);
    (map, replaced)
}

/// A map of `keys`, made at once.
#[inline(never)]
fn collected<K: Key, P: Peer<K>>(keys: &mut impl ExactSizeIterator<Item = K>) -> (P, u64) {
    let entries = keys.enumerate();
    (
        P::collect(entries.map(|(index, key)| (key, K::value(index)))),
        0,
    )
}

/// Adds `keys` at once.
#[inline(never)]
fn extend_all<K: Key, P: Peer<K>>(map: &mut P, keys: impl ExactSizeIterator<Item = K>) -> u64 {
    let entries = keys.enumerate();
    map.extend(entries.map(|(index, key)| (key, K::value(index))));
    0
}

/// Inserts `keys` and returns how many of them were present before.
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

/// Each key is read only after the value before it is known: that value, without its bits, is part
/// of the key's address.
#[inline(never)]
fn get_chain<K: Key, P: Peer<K>>(map: &P, keys: &[K]) -> u64 {
    let none = black_box(0_u64);
    let (mut sum, mut after) = (0_u64, 0);
    for index in 0..keys.len() {
        if let Some(value) = map.get(&keys[index + after]) {
            let value = value.into();
            sum = sum.wrapping_add(value).wrapping_add(1);
            after = (value & none) as usize;
        }
    }
    sum
}

#[inline(never)]
fn get_in_batches<K: Key, P: Peer<K>>(map: &P, keys: &[K]) -> u64 {
    let mut sum = 0_u64;
    map.get_batch(keys, |found| {
        if let Some(value) = found {
            sum = sum.wrapping_add(value.into()).wrapping_add(1);
        }
    });
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

/// Like [`get_chain`], in small maps.
#[inline(never)]
fn ask_chain<K: Key, P: Peer<K>>(maps: &[P], queries: &[(u32, K)]) -> u64 {
    let none = black_box(0_u64);
    let (mut sum, mut after) = (0_u64, 0);
    for index in 0..queries.len() {
        let (owner, key) = &queries[index + after];
        if let Some(value) = maps[*owner as usize].get(key) {
            let value = value.into();
            sum = sum.wrapping_add(value).wrapping_add(1);
            after = (value & none) as usize;
        }
    }
    sum
}

#[inline(never)]
fn iterate_small<K: Key, P: Peer<K>>(maps: &[P]) -> u64 {
    let mut sum = 0_u64;
    for map in black_box(maps) {
        for (key, value) in map.entries() {
            sum = sum.wrapping_add(key ^ value.into());
        }
    }
    sum
}

/// A number that differs if the entries or their order do.
pub(crate) fn digest<K: Key, P: Peer<K>>(map: &P) -> u64 {
    order_digest(map.entries().map(|(key, value)| (key, value.into())))
}
