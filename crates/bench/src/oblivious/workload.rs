//! Times the operations of one peer.
//!
//! What changes a map begins with a map of its own, so that no operation's time depends on which
//! others are measured.

use std::hint::black_box;

use clap::ValueEnum;

use super::peers::Peer;
use crate::keys::{KeySet, ranges};
use crate::maps::{digest, fill, filled, get_all, iterate_all, range_all, remove_all};
use crate::memory::Usage;
use crate::rounds::Entrant;

/// What is timed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Operation {
    /// Insert all keys in random order into an empty map, an entry.
    Insert,
    /// Insert all keys in ascending order into an empty map, an entry.
    Ascend,
    /// Insert all keys in descending order into an empty map, an entry.
    Descend,
    /// Insert as many keys as a map has between two neighbours in its middle, each right behind
    /// the one before it, an entry.
    HammerUp,
    /// The same, each right before the one before it, so all right behind the same neighbour.
    HammerDown,
    /// Insert a sorted run of new keys, a tenth as many as the map has, one by one, an entry.
    InsertRun,
    /// Merge that run, which is a map, an entry of the run.
    Merge,
    /// Look up keys that are there, a look-up.
    Get,
    /// Look up keys that are not there, a look-up.
    Miss,
    /// Find a range of 100 entries and go through it with a loop, a range.
    #[value(name = "range-100")]
    Range100,
    /// Find a range of 10 000 entries and go through it with a loop, a range.
    #[value(name = "range-10k")]
    Range10k,
    /// The same with fold.
    #[value(name = "fold-10k")]
    Fold10k,
    /// Go through the whole map with a loop, an entry.
    Iterate,
    /// The same with fold.
    Fold,
    /// Remove all keys in random order, an entry.
    Remove,
}

/// Entries of the greater ranges.
const LONG_RANGE: usize = 10_000;

impl Operation {
    /// Whether maps of so many entries have what is to be done.
    pub(crate) fn fits(self, entries: usize) -> bool {
        !matches!(self, Self::Range10k | Self::Fold10k) || entries > LONG_RANGE
    }
}

/// A round of one peer.
pub(crate) type Round = crate::rounds::Round<Operation>;

/// How much of each operation a round of one map holds.
pub(crate) type Plan = crate::keys::Plan<Operation>;

/// All keys of one map, each order made beforehand.
pub(crate) struct MapSet {
    set: KeySet<u64>,
    /// Bounds `from..to` that hold ten thousand entries.
    long_ranges: Vec<(u64, u64)>,
    /// The first keys of the set, to which the rest is merged.
    merged: usize,
    /// The rest, ascending: a tenth as many.
    run: Vec<u64>,
    /// Half of the keys, ascending.
    around: Vec<u64>,
    /// As many keys as the other half is, all between the same two of these.
    between: Vec<u64>,
}

impl MapSet {
    /// The keys of the map numbered `seed`.
    pub(crate) fn generate(seed: u64, plan: &Plan) -> Self {
        let set = KeySet::<u64>::generate(seed, plan);
        let entries = plan.entries;
        let mut random = crate::keys::Random::new(!seed);
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
        let pair = pairs.find(wide).expect("random keys lie far apart");
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

/// A peer, whatever its type.
pub(crate) trait Contender {
    fn name(&self) -> &'static str;
    /// See [`Peer::note`].
    fn note(&self, entries: usize) -> Option<&'static str>;
    /// Takes maps of the keys of each set through the operations of `plan`.
    fn round(&self, sets: &[MapSet], plan: &Plan, memory: bool) -> Round;
}

impl<P: Peer> Contender for Entrant<P> {
    fn name(&self) -> &'static str {
        P::NAME
    }

    fn note(&self, entries: usize) -> Option<&'static str> {
        P::note(entries)
    }

    fn round(&self, sets: &[MapSet], plan: &Plan, memory: bool) -> Round {
        let mut turn = Turn {
            plan,
            memory,
            round: Round::new(),
        };
        for set in sets {
            turn.sorted_inserts::<P>(set);
            turn.hammer::<P>(set);
            turn.insert_run::<P>(set);
            turn.merge::<P>(set);
            let mut map = turn.insert::<P>(set);
            turn.read(&map, set);
            turn.remove(&mut map, set);
        }
        turn.round
    }
}

/// A peer's turn in a round.
struct Turn<'a> {
    plan: &'a Plan,
    /// Measures memory, too.
    memory: bool,
    round: Round,
}

impl Turn<'_> {
    /// Whether `operation` is asked for, and `P` can do it.
    fn has<P: Peer>(&self, operation: Operation) -> bool {
        self.plan.has(operation) && P::can(operation, self.plan.entries)
    }

    fn sorted_inserts<P: Peer>(&mut self, set: &MapSet) {
        let keys = &set.set.sorted;
        if self.has::<P>(Operation::Ascend) {
            let before = self.memory.then(Usage::now);
            let map: P = self.round.time_making(Operation::Ascend, keys.len(), || {
                filled(&mut keys.iter().copied())
            });
            if let Some(before) = before {
                self.round.ascending += before.growth();
                self.round.ascending.reported += map.reported_bytes();
            }
            self.round.verify(Operation::Ascend, digest(&map));
        }
        if self.has::<P>(Operation::Descend) {
            let map: P = self.round.time_making(Operation::Descend, keys.len(), || {
                filled(&mut keys.iter().rev().copied())
            });
            self.round.verify(Operation::Descend, digest(&map));
        }
    }

    /// Inserts between two neighbours.
    fn hammer<P: Peer>(&mut self, set: &MapSet) {
        let mut hammer = |operation, put: fn(&mut P, &[u64]) -> u64| {
            if self.has::<P>(operation) {
                let mut map = P::collected(set.around.iter().copied().zip(0..).collect());
                let keys = &set.between;
                self.round
                    .time(operation, keys.len(), || put(&mut map, keys));
                self.round.verify(operation, digest(&map));
            }
        };
        hammer(Operation::HammerUp, put_all);
        hammer(Operation::HammerDown, put_all_reversed);
    }

    fn insert_run<P: Peer>(&mut self, set: &MapSet) {
        if self.has::<P>(Operation::InsertRun) {
            let mut map: P = built(&set.set.keys[..set.merged]);
            let run = &set.run;
            self.round
                .time(Operation::InsertRun, run.len(), || put_all(&mut map, run));
            self.round.verify(Operation::InsertRun, digest(&map));
        }
    }

    fn merge<P: Peer>(&mut self, set: &MapSet) {
        if self.has::<P>(Operation::Merge) {
            let before = self.memory.then(Usage::now);
            let mut map: P = built(&set.set.keys[..set.merged]);
            let mut run = P::collected(set.run.iter().copied().zip(0..).collect());
            self.round.time(Operation::Merge, set.run.len(), || {
                map.merge(&mut run);
                0
            });
            let left = run.entries().count();
            drop(run);
            if let Some(before) = before {
                self.round.merged += before.growth();
                self.round.merged.reported += map.reported_bytes();
            }
            self.round
                .verify(Operation::Merge, digest(&map).wrapping_add(left as u64));
        }
    }

    /// A map of all keys inserted in random order; timed only when that is asked for.
    fn insert<P: Peer>(&mut self, set: &MapSet) -> P {
        let keys = &set.set.keys;
        let before = self.memory.then(Usage::now);
        let timed = self.has::<P>(Operation::Insert);
        let map: P = if timed {
            self.round.time_making(Operation::Insert, keys.len(), || {
                filled(&mut keys.iter().copied())
            })
        } else {
            built(keys)
        };
        if let Some(before) = before {
            self.round.random += before.growth();
            self.round.random.reported += map.reported_bytes();
        }
        if timed {
            self.round.verify(Operation::Insert, digest(&map));
        }
        map
    }

    /// All operations that leave the map as it is.
    fn read<P: Peer>(&mut self, map: &P, set: &MapSet) {
        let plan = self.plan;
        let mut time = |operation, count, body: &dyn Fn() -> u64| {
            if plan.has(operation) {
                self.round.time(operation, count, body);
            }
        };
        let hits = &set.set.hits[..plan.lookups];
        let misses = &set.set.misses[..plan.lookups];
        time(Operation::Get, hits.len(), &|| get_all(map, hits));
        time(Operation::Miss, misses.len(), &|| get_all(map, misses));
        let short = &set.set.ranges_of_100;
        time(Operation::Range100, short.len(), &|| range_all(map, short));
        let long = &set.long_ranges;
        time(Operation::Range10k, long.len(), &|| range_all(map, long));
        time(Operation::Fold10k, long.len(), &|| fold_ranges(map, long));
        let times = plan.iterations;
        let count = times * plan.entries;
        time(Operation::Iterate, count, &|| iterate_all(map, times));
        time(Operation::Fold, count, &|| fold_all(map, times));
    }

    fn remove<P: Peer>(&mut self, map: &mut P, set: &MapSet) {
        if self.has::<P>(Operation::Remove) {
            let keys = &set.set.hits[..set.set.keys.len()];
            self.round
                .time(Operation::Remove, keys.len(), || remove_all(map, keys));
            self.round
                .verify(Operation::Remove, map.entries().count() as u64);
        }
    }
}

/// A map of `keys`, which were inserted one by one, or sorted where that takes too long.
fn built<P: Peer>(keys: &[u64]) -> P {
    if P::can(Operation::Insert, keys.len()) {
        return filled(&mut keys.iter().copied()).0;
    }
    let mut entries: Vec<_> = keys.iter().copied().zip(0..).collect();
    entries.sort_unstable();
    P::collected(entries)
}

// The loops below are functions of their own that are never inlined, so that the code of one
// operation does not depend on which others are measured.

#[inline(never)]
fn put_all<P: Peer>(map: &mut P, keys: &[u64]) -> u64 {
    fill(map, &mut keys.iter().copied())
}

#[inline(never)]
fn put_all_reversed<P: Peer>(map: &mut P, keys: &[u64]) -> u64 {
    fill(map, &mut keys.iter().rev().copied())
}

#[inline(never)]
fn fold_ranges<P: Peer>(map: &P, ranges: &[(u64, u64)]) -> u64 {
    ranges
        .iter()
        .fold(0, |sum, (from, to)| add_up(sum, map.entries_in(from, to)))
}

#[inline(never)]
fn fold_all<P: Peer>(map: &P, times: usize) -> u64 {
    (0..times).fold(0, |sum, _| add_up(sum, black_box(map).entries()))
}

#[inline]
fn add_up(sum: u64, entries: impl Iterator<Item = (u64, u64)>) -> u64 {
    entries.fold(sum, |sum, (key, value)| sum.wrapping_add(key ^ value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_where_they_are_said_to_be() {
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
