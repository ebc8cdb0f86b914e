//! Times the operations of one peer of the lab, in the manner of `maps`: keys that a map takes over
//! are cloned before the clock starts.

use std::hint::black_box;

use super::peer::{Peer, Value};
use super::plan::{LabKeys, Operation, Plan};
use crate::keys::Key;
use crate::memory::Gauge;
use crate::rounds::{self, Contender, order_digest};

/// A round of one peer.
type Round = rounds::Round<Operation>;

/// What all peers go through in a round.
pub(crate) type Course<K> = rounds::Course<Plan, LabKeys<K>>;

/// `P` as a contender.
pub(crate) fn contender<K: Key, V: Value, P: Peer<K, V>>(
    name: &'static str,
) -> Contender<Course<K>, Operation> {
    Contender {
        name,
        note: None,
        round: round::<K, V, P>,
    }
}

/// Takes one map for each set of keys through the operations of the plan.
fn round<K: Key, V: Value, P: Peer<K, V>>(course: &Course<K>, memory: bool) -> Round {
    let plan = &course.plan;
    let mut round = Round::new();
    for keys in &course.sets {
        append::<K, V, P>(keys, plan, &mut round, memory);
        split::<K, V, P>(keys, plan, &mut round);
        merge::<K, V, P>(keys, plan, &mut round);
        let mut map = insert::<K, V, P>(keys, plan, &mut round, memory);
        read(&map, keys, plan, &mut round);
        if plan.has(Operation::Delete) {
            let doomed = &keys.set.hits[..keys.set.keys.len()];
            round.time(Operation::Delete, doomed.len(), || {
                remove_all(&mut map, doomed)
            });
            round.verify(Operation::Delete, map.len() as u64);
        }
        if plan.has(Operation::Drop) {
            let map: P = full(keys);
            round.time(Operation::Drop, keys.set.keys.len(), || drop_map(map));
        }
    }
    round
}

/// A map with full leaves.
fn full<K: Key, V: Value, P: Peer<K, V>>(keys: &LabKeys<K>) -> P {
    filled(&mut keys.set.sorted.clone().into_iter()).0
}

fn append<K: Key, V: Value, P: Peer<K, V>>(
    keys: &LabKeys<K>,
    plan: &Plan,
    round: &mut Round,
    memory: bool,
) {
    if plan.has(Operation::Append) {
        let mut sorted = keys.set.sorted.clone().into_iter();
        let gauge = Gauge::start(memory);
        let map: P = round.time_making(Operation::Append, sorted.len(), || filled(&mut sorted));
        round.ascending += gauge.growth(|| map.reported_bytes());
        round.verify(Operation::Append, digest(&map));
    }
}

fn split<K: Key, V: Value, P: Peer<K, V>>(keys: &LabKeys<K>, plan: &Plan, round: &mut Round) {
    if plan.has(Operation::Split) {
        let mut map: P = full(keys);
        let mut new = keys.splitting.clone().into_iter();
        round.time(Operation::Split, new.len(), || fill(&mut map, &mut new));
        round.verify(Operation::Split, digest(&map));
    }
}

fn merge<K: Key, V: Value, P: Peer<K, V>>(keys: &LabKeys<K>, plan: &Plan, round: &mut Round) {
    if plan.has(Operation::Merge) {
        let mut map: P = full(keys);
        let doomed = &keys.merging;
        round.time(Operation::Merge, doomed.len(), || {
            remove_all(&mut map, doomed)
        });
        round.verify(Operation::Merge, digest(&map));
    }
}

/// A map of all keys inserted in random order; timed only on request.
fn insert<K: Key, V: Value, P: Peer<K, V>>(
    keys: &LabKeys<K>,
    plan: &Plan,
    round: &mut Round,
    memory: bool,
) -> P {
    let mut random = keys.set.keys.clone().into_iter();
    let gauge = Gauge::start(memory);
    let timed = plan.has(Operation::Insert);
    let map: P = if timed {
        round.time_making(Operation::Insert, random.len(), || filled(&mut random))
    } else {
        filled(&mut random).0
    };
    round.random += gauge.growth(|| map.reported_bytes());
    if timed {
        round.verify(Operation::Insert, digest(&map));
    }
    map
}

/// All operations that leave the map unchanged.
fn read<K: Key, V: Value, P: Peer<K, V>>(
    map: &P,
    keys: &LabKeys<K>,
    plan: &Plan,
    round: &mut Round,
) {
    let count = plan.iterations * plan.entries;
    for (operation, queries) in [
        (Operation::Lookup, &keys.set.hits),
        (Operation::Miss, &keys.set.misses),
    ] {
        if plan.has(operation) {
            let queries = &queries[..plan.lookups];
            round.time(operation, queries.len(), || get_all(map, queries));
        }
    }
    if plan.has(Operation::Items) {
        round.time(Operation::Items, count, || all_items(map, plan.iterations));
    }
    if plan.has(Operation::Keys) {
        round.time(Operation::Keys, count, || all_keys(map, plan.iterations));
    }
    if plan.has(Operation::Range100) {
        let ranges = &keys.set.ranges_of_100;
        round.time(Operation::Range100, ranges.len(), || {
            all_ranges(map, ranges)
        });
    }
}

// The loops below are separate functions that are never inlined, so that the code of one operation
// does not depend on which others are measured.

/// A new map of `keys`, and the sum of the values replaced.
#[inline(never)]
fn filled<K: Key, V: Value, P: Peer<K, V>>(keys: &mut impl Iterator<Item = K>) -> (P, u64) {
    let mut map = P::default();
    let replaced = fill(&mut map, keys);
    (map, replaced)
}

#[inline]
fn fill<K: Key, V: Value, P: Peer<K, V>>(map: &mut P, keys: &mut impl Iterator<Item = K>) -> u64 {
    let mut sum = 0_u64;
    for (index, key) in keys.enumerate() {
        if let Some(old) = map.insert(key, V::new(index)) {
            sum = sum.wrapping_add(old.digest()).wrapping_add(1);
        }
    }
    sum
}

#[inline(never)]
fn get_all<K: Key, V: Value, P: Peer<K, V>>(map: &P, keys: &[K]) -> u64 {
    let found = keys.iter().filter_map(|key| map.get(key, V::digest));
    found.fold(0, |sum, value| sum.wrapping_add(value).wrapping_add(1))
}

#[inline(never)]
fn all_items<K: Key, V: Value, P: Peer<K, V>>(map: &P, times: usize) -> u64 {
    let mut sum = 0_u64;
    for _ in 0..times {
        for item in black_box(map).items(|key, value| key.digest() ^ value.digest()) {
            sum = sum.wrapping_add(item);
        }
    }
    sum
}

#[inline(never)]
fn all_keys<K: Key, V: Value, P: Peer<K, V>>(map: &P, times: usize) -> u64 {
    let mut sum = 0_u64;
    for _ in 0..times {
        for key in black_box(map).keys(K::digest) {
            sum = sum.wrapping_add(key);
        }
    }
    sum
}

#[inline(never)]
fn all_ranges<K: Key, V: Value, P: Peer<K, V>>(map: &P, ranges: &[(K, K)]) -> u64 {
    let mut sum = 0_u64;
    for (from, to) in ranges {
        for item in map.range(from, to, |key, value| key.digest() ^ value.digest()) {
            sum = sum.wrapping_add(item);
        }
    }
    sum
}

#[inline(never)]
fn remove_all<K: Key, V: Value, P: Peer<K, V>>(map: &mut P, keys: &[K]) -> u64 {
    let mut sum = 0_u64;
    for key in keys {
        if let Some(value) = map.remove(key) {
            sum = sum.wrapping_add(value.digest()).wrapping_add(1);
        }
    }
    sum
}

#[inline(never)]
fn drop_map<P>(map: P) -> u64 {
    drop(map);
    0
}

/// A number that differs if the entries or their order do.
fn digest<K: Key, V: Value, P: Peer<K, V>>(map: &P) -> u64 {
    order_digest(map.items(|key, value| (key.digest(), value.digest())))
}
