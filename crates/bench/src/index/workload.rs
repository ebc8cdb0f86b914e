//! Times the operations of one peer.
//!
//! An index is taken through all of its operations before the next one is built, so an index that
//! fits a cache is measured in it. Sums are made by `fold`, so that iterators over something nested
//! can run as nested loops.

use std::hint::black_box;

use clap::ValueEnum;

use super::pairs::{PairSet, Values};
use super::peers::Peer;
use crate::memory::Usage;
use crate::rounds::{Entrant, Timed, order_digest};

/// What is timed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Operation {
    /// Insert all pairs in random order into an empty index, a pair.
    Insert,
    /// Delete all pairs in random order, a pair.
    Delete,
    /// Move all pairs in random order to keys that had none, a pair.
    Update,
    /// Look up the first value of a key that is there, a look-up.
    LookupUnique,
    /// Look up all values of a key that is there and add them up, a look-up.
    LookupRange,
    /// Find a key and go through 100 entries from there on, a range.
    #[value(name = "range-100", alias = "range100")]
    Range100,
    /// Go through the whole index, an entry.
    Iterate,
}

/// A round of one index.
pub(crate) type Round = crate::rounds::Round<Operation>;

/// How much of each operation a round holds: enough that a round takes milliseconds.
pub(crate) struct Plan {
    /// Entries an index, at least one.
    pub(crate) entries: usize,
    pub(crate) values: Values,
    /// Indexes a round, each with pairs of its own.
    pub(crate) indexes: usize,
    /// Look-ups of one value an index.
    pub(crate) lookups: usize,
    /// Look-ups of all values an index.
    pub(crate) full_lookups: usize,
    /// Ranges an index.
    pub(crate) ranges: usize,
    /// Full iterations an index.
    pub(crate) iterations: usize,
    /// The operations that are asked for.
    pub(crate) operations: Vec<Operation>,
}

impl Plan {
    /// The plan for indexes of `entries`, at least one, with all operations.
    pub(crate) fn new(entries: usize, values: Values) -> Self {
        let lookups = entries.div_ceil(values.mean()).clamp(4096, 1_000_000);
        Self {
            entries,
            values,
            indexes: (400_000 / entries).clamp(1, 64),
            lookups,
            full_lookups: lookups.min(1_000_000 / values.mean()).max(16),
            ranges: (entries / 10).clamp(1000, 100_000),
            iterations: (16_384 / entries).max(1),
            operations: Operation::chosen(&[]),
        }
    }

    /// Whether `operation` is asked for and `P` can do it.
    fn has<P: Peer>(&self, operation: Operation) -> bool {
        let several = self.values != Values::Each(1);
        self.operations.contains(&operation) && P::can(operation, several)
    }
}

/// A peer, whatever its type.
pub(crate) trait Contender {
    fn name(&self) -> &'static str;
    /// See [`Peer::NOTE`].
    fn note(&self) -> Option<&'static str>;
    /// Takes one index for each set of pairs through the operations of `plan`.
    fn round(&self, sets: &[PairSet], plan: &Plan, memory: bool) -> Round;
    /// What every look-up of `set` gives by itself, and again after some pairs have moved and some
    /// were deleted; `None` where the peer cannot do it.
    fn answers(&self, set: &PairSet, plan: &Plan) -> Vec<Option<u64>>;
}

impl<P: Peer> Contender for Entrant<P> {
    fn name(&self) -> &'static str {
        P::NAME
    }

    fn note(&self) -> Option<&'static str> {
        P::NOTE
    }

    fn round(&self, sets: &[PairSet], plan: &Plan, memory: bool) -> Round {
        let mut round = Round::new();
        for set in sets {
            let mut index: P = insert(set, plan, &mut round, memory);
            read(&index, set, plan, &mut round);
            if plan.has::<P>(Operation::Update) {
                round.time(Operation::Update, set.moves.len(), || {
                    update_all(&mut index, &set.moves)
                });
                round.verify(Operation::Update, digest(&index));
            }
            drop(index);
            if plan.has::<P>(Operation::Delete) {
                let mut index: P = filled(&set.pairs);
                let pairs = &set.shuffled;
                round.time(Operation::Delete, pairs.len(), || {
                    delete_all(&mut index, pairs)
                });
                round.verify(Operation::Delete, index.entries().count() as u64);
            }
        }
        round
    }

    fn answers(&self, set: &PairSet, plan: &Plan) -> Vec<Option<u64>> {
        let keys = set.moves.iter().flat_map(|&(key, twin, _)| [key, twin]);
        let mut keys: Vec<u64> = keys.collect();
        keys.sort_unstable();
        keys.dedup();
        let ask = |index: &P| {
            let mut answers = vec![Some(digest(index))];
            for key in keys.chunks(1) {
                let answer = |operation, sum: fn(&P, &[u64]) -> u64| {
                    plan.has::<P>(operation).then(|| sum(index, key))
                };
                answers.push(answer(Operation::LookupUnique, lookup_each));
                answers.push(answer(Operation::LookupRange, lookup_all));
                answers.push(answer(Operation::Range100, range_all));
            }
            answers
        };
        let mut index: P = filled(&set.pairs);
        let mut answers = ask(&index);
        let (moved, rest) = set.moves.split_at(set.moves.len() / 2);
        update_all(&mut index, moved);
        answers.extend(ask(&index));
        let deleted: Vec<_> = rest.iter().map(|&(key, _, value)| (key, value)).collect();
        answers.push(Some(delete_all(&mut index, &deleted)));
        // They are there no more.
        answers.push(Some(delete_all(&mut index, &deleted)));
        answers.extend(ask(&index));
        answers
    }
}

/// An index of all pairs inserted in random order; timed only when that is asked for.
fn insert<P: Peer>(set: &PairSet, plan: &Plan, round: &mut Round, memory: bool) -> P {
    let before = memory.then(Usage::now);
    let timed = plan.has::<P>(Operation::Insert);
    let index: P = if timed {
        round.time_making(Operation::Insert, set.pairs.len(), || {
            (filled(&set.pairs), 0)
        })
    } else {
        filled(&set.pairs)
    };
    if let Some(before) = before {
        round.random += before.growth();
        round.random.reported += index.reported_bytes();
    }
    if timed {
        round.verify(Operation::Insert, digest(&index));
    }
    index
}

/// All operations that leave the index as it is.
fn read<P: Peer>(index: &P, set: &PairSet, plan: &Plan, round: &mut Round) {
    if plan.has::<P>(Operation::LookupUnique) {
        let keys = &set.hits[..plan.lookups];
        round.time(Operation::LookupUnique, keys.len(), || {
            lookup_each(index, keys)
        });
    }
    if plan.has::<P>(Operation::LookupRange) {
        let keys = &set.hits[..plan.full_lookups];
        round.time(Operation::LookupRange, keys.len(), || {
            lookup_all(index, keys)
        });
    }
    if plan.has::<P>(Operation::Range100) {
        let keys = &set.starts;
        round.time(Operation::Range100, keys.len(), || range_all(index, keys));
    }
    if plan.has::<P>(Operation::Iterate) {
        let count = plan.iterations * plan.entries;
        round.time(Operation::Iterate, count, || {
            iterate_all(index, plan.iterations)
        });
    }
}

// The loops below are functions of their own that are never inlined, so that the code of one
// operation does not depend on which others are measured.

#[inline(never)]
fn filled<P: Peer>(pairs: &[(u64, u64)]) -> P {
    let mut index = P::default();
    for &(key, value) in pairs {
        index.insert(key, value);
    }
    index
}

#[inline(never)]
fn delete_all<P: Peer>(index: &mut P, pairs: &[(u64, u64)]) -> u64 {
    let mut deleted = 0;
    for &(key, value) in pairs {
        deleted += u64::from(index.delete(key, value));
    }
    deleted
}

#[inline(never)]
fn update_all<P: Peer>(index: &mut P, moves: &[(u64, u64, u64)]) -> u64 {
    for &(old, new, value) in moves {
        index.update(old, new, value);
    }
    0
}

#[inline(never)]
fn lookup_each<P: Peer>(index: &P, keys: &[u64]) -> u64 {
    let mut sum = 0_u64;
    for &key in keys {
        if let Some(value) = index.lookup_unique(key) {
            sum = sum.wrapping_add(value).wrapping_add(1);
        }
    }
    sum
}

#[inline(never)]
fn lookup_all<P: Peer>(index: &P, keys: &[u64]) -> u64 {
    keys.iter().fold(0, |sum, key| {
        index.lookup_range(key).fold(sum, u64::wrapping_add)
    })
}

#[inline(never)]
fn range_all<P: Peer>(index: &P, keys: &[u64]) -> u64 {
    keys.iter().fold(0, |sum, &key| {
        add_up(sum, index.entries_from(key).take(100))
    })
}

#[inline(never)]
fn iterate_all<P: Peer>(index: &P, times: usize) -> u64 {
    (0..times).fold(0, |sum, _| add_up(sum, black_box(index).entries()))
}

#[inline]
fn add_up(sum: u64, entries: impl Iterator<Item = (u64, u64)>) -> u64 {
    entries.fold(sum, |sum, (key, value)| sum.wrapping_add(key ^ value))
}

/// A number that differs when the entries do, or their order where the peer keeps one.
fn digest<P: Peer>(index: &P) -> u64 {
    if P::SORTS_VALUES {
        return order_digest(index.entries());
    }
    let mut entries: Vec<_> = index.entries().collect();
    entries.sort_unstable();
    order_digest(entries.into_iter())
}
