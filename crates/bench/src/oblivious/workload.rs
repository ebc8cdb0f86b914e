//! Times the operations of one peer.
//!
//! Each operation that changes a map starts with a map of its own, so that its time does not depend
//! on which other operations are measured.

use std::hint::black_box;

use super::peer::Peer;
use super::plan::{MapSet, Operation, Plan};
use crate::maps::{digest, fill, filled, get_all, iterate_all, range_all, remove_all};
use crate::memory::Gauge;
use crate::rounds::{self, Contender, Course};

/// A round of one peer.
type Round = rounds::Round<Operation>;

/// What peers go through in a round.
pub(crate) type Maps = Course<Plan, MapSet>;

/// `P` as a contender with maps of `entries`.
pub(crate) fn contender<P: Peer>(entries: usize) -> Contender<Maps, Operation> {
    Contender {
        name: P::NAME,
        note: P::note(entries),
        round: round::<P>,
    }
}

/// Takes maps of the keys of each set through the operations of the plan.
fn round<P: Peer>(course: &Maps, memory: bool) -> Round {
    let mut turn = Turn {
        plan: &course.plan,
        memory,
        round: Round::new(),
    };
    for set in &course.sets {
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

/// A peer's turn in a round.
struct Turn<'a> {
    plan: &'a Plan,
    /// Whether memory is measured too.
    memory: bool,
    round: Round,
}

impl Turn<'_> {
    /// Returns whether `operation` is requested and `P` supports it.
    fn has<P: Peer>(&self, operation: Operation) -> bool {
        self.plan.has(operation) && P::can(operation, self.plan.entries)
    }

    fn sorted_inserts<P: Peer>(&mut self, set: &MapSet) {
        let keys = &set.set.sorted;
        if self.has::<P>(Operation::Ascend) {
            let gauge = Gauge::start(self.memory);
            let map: P = self.round.time_making(Operation::Ascend, keys.len(), || {
                filled(&mut keys.iter().copied())
            });
            self.round.ascending += gauge.growth(|| map.reported_bytes());
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
            let gauge = Gauge::start(self.memory);
            let mut map: P = built(&set.set.keys[..set.merged]);
            let mut run = P::collected(set.run.iter().copied().zip(0..).collect());
            self.round.time(Operation::Merge, set.run.len(), || {
                map.merge(&mut run);
                0
            });
            let left = run.entries().count();
            drop(run);
            self.round.merged += gauge.growth(|| map.reported_bytes());
            self.round
                .verify(Operation::Merge, digest(&map).wrapping_add(left as u64));
        }
    }

    /// A map of all keys inserted in random order; timed only on request.
    fn insert<P: Peer>(&mut self, set: &MapSet) -> P {
        let keys = &set.set.keys;
        let gauge = Gauge::start(self.memory);
        let timed = self.has::<P>(Operation::Insert);
        let map: P = if timed {
            self.round.time_making(Operation::Insert, keys.len(), || {
                filled(&mut keys.iter().copied())
            })
        } else {
            built(keys)
        };
        self.round.random += gauge.growth(|| map.reported_bytes());
        if timed {
            self.round.verify(Operation::Insert, digest(&map));
        }
        map
    }

    /// All operations that leave the map unchanged.
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

/// A map of `keys`, inserted one by one, or sorted if that takes too long.
fn built<P: Peer>(keys: &[u64]) -> P {
    if P::can(Operation::Insert, keys.len()) {
        return filled(&mut keys.iter().copied()).0;
    }
    let mut entries: Vec<_> = keys.iter().copied().zip(0..).collect();
    entries.sort_unstable();
    P::collected(entries)
}

// The loops below are separate functions that are never inlined, so that the code of one operation
// does not depend on which others are measured.

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
