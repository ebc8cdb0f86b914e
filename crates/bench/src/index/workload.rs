//! Times the operations of one peer.
//!
//! An index goes through all of its operations before the next one is built, so an index that fits
//! in a cache is measured there. Sums are computed with `fold`, so that nested iterators can run as
//! nested loops.

use std::hint::black_box;

use super::peer::Peer;
use super::plan::{Operation, PairSet, Plan};
use crate::memory::Gauge;
use crate::rounds::{self, Contender, Course, order_digest};
use crate::values::Values;

/// A round of one peer.
type Round = rounds::Round<Operation>;

/// What peers go through in a round.
pub(crate) type Indexes = Course<Plan, PairSet>;

/// The result of every look-up of a set, and again after some pairs have moved and some were
/// deleted; `None` if a peer does not support it.
pub(crate) type Answers = Vec<Option<u64>>;

/// A peer of any type.
pub(crate) struct Entrant {
    pub(crate) contender: Contender<Indexes, Operation>,
    pub(crate) answers: fn(&PairSet, &Plan) -> Answers,
}

impl Entrant {
    pub(crate) fn new<P: Peer>() -> Self {
        Self {
            contender: Contender {
                name: P::NAME,
                note: P::NOTE,
                round: round::<P>,
            },
            answers: answers::<P>,
        }
    }
}

/// Returns whether `operation` is requested and `P` supports it.
fn has<P: Peer>(plan: &Plan, operation: Operation) -> bool {
    let several = plan.values != Values::Each(1);
    plan.operations.contains(&operation) && P::can(operation, several)
}

/// Takes one index for each set of pairs through the operations of the plan.
fn round<P: Peer>(course: &Indexes, memory: bool) -> Round {
    let plan = &course.plan;
    let mut round = Round::new();
    for set in &course.sets {
        let mut index: P = insert(set, plan, &mut round, memory);
        read(&index, set, plan, &mut round);
        if has::<P>(plan, Operation::Update) {
            round.time(Operation::Update, set.moves.len(), || {
                update_all(&mut index, &set.moves)
            });
            round.verify(Operation::Update, digest(&index));
        }
        drop(index);
        if has::<P>(plan, Operation::Delete) {
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

fn answers<P: Peer>(set: &PairSet, plan: &Plan) -> Answers {
    let keys = set.moves.iter().flat_map(|&(key, twin, _)| [key, twin]);
    let mut keys: Vec<u64> = keys.collect();
    keys.sort_unstable();
    keys.dedup();
    let ask = |index: &P| {
        let mut answers = vec![Some(digest(index))];
        for key in keys.chunks(1) {
            let answer = |operation, sum: fn(&P, &[u64]) -> u64| {
                has::<P>(plan, operation).then(|| sum(index, key))
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
    // They are absent now.
    answers.push(Some(delete_all(&mut index, &deleted)));
    answers.extend(ask(&index));
    answers
}

/// An index of all pairs inserted in random order; timed only on request.
fn insert<P: Peer>(set: &PairSet, plan: &Plan, round: &mut Round, memory: bool) -> P {
    let gauge = Gauge::start(memory);
    let timed = has::<P>(plan, Operation::Insert);
    let index: P = if timed {
        round.time_making(Operation::Insert, set.pairs.len(), || {
            (filled(&set.pairs), 0)
        })
    } else {
        filled(&set.pairs)
    };
    round.random += gauge.growth(|| index.reported_bytes());
    if timed {
        round.verify(Operation::Insert, digest(&index));
    }
    index
}

/// All operations that leave the index unchanged.
fn read<P: Peer>(index: &P, set: &PairSet, plan: &Plan, round: &mut Round) {
    if has::<P>(plan, Operation::LookupUnique) {
        let keys = &set.hits[..plan.lookups];
        round.time(Operation::LookupUnique, keys.len(), || {
            lookup_each(index, keys)
        });
    }
    if has::<P>(plan, Operation::LookupRange) {
        let keys = &set.hits[..plan.full_lookups];
        round.time(Operation::LookupRange, keys.len(), || {
            lookup_all(index, keys)
        });
    }
    if has::<P>(plan, Operation::Range100) {
        let keys = &set.starts;
        round.time(Operation::Range100, keys.len(), || range_all(index, keys));
    }
    if has::<P>(plan, Operation::Iterate) {
        let count = plan.iterations * plan.entries;
        round.time(Operation::Iterate, count, || {
            iterate_all(index, plan.iterations)
        });
    }
}

// The loops below are separate functions that are never inlined, so that the code of one operation
// does not depend on which others are measured.

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

/// A number that differs if the entries do, or their order if the peer keeps one.
fn digest<P: Peer>(index: &P) -> u64 {
    if P::SORTS_VALUES {
        return order_digest(index.entries());
    }
    let mut entries: Vec<_> = index.entries().collect();
    entries.sort_unstable();
    order_digest(entries.into_iter())
}
