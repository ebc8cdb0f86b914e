//! The operations on an index.

use crate::common::keys::{Key, Value};
use crate::common::operations::*;
use proptest::prelude::*;
use std::ops::Bound;

/// How pairs are made of numbers: in the order of the numbers, with that many values per key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Skew {
    values: u32,
    /// Added to keys, so that they include the ends of their type.
    shift: u16,
}

pub(super) fn skew() -> impl Strategy<Value = Skew> {
    // Keys are all distinct, fill parts of leaves, a few leaves, many, or are all equal.
    let values = prop::sample::select(vec![1, 3, 7, 40, 600, 1 << 16]);
    let shift = prop::sample::select(vec![0, 0x80, 0x8000]);
    (values, shift).prop_map(|(values, shift)| Skew { values, shift })
}

impl Skew {
    pub(super) fn key<K: Key>(self, seed: u16) -> K {
        let number = (u32::from(seed) / self.values) as u16;
        K::from_seed(number.wrapping_add(self.shift))
    }

    pub(super) fn value<V: Value>(self, seed: u16) -> V {
        V::from_seed(u32::from(seed) % self.values)
    }

    pub(super) fn pair<K: Key, V: Value>(self, seed: u16) -> (K, V) {
        (self.key(seed), self.value(seed))
    }

    pub(super) fn pairs<K: Key, V: Value>(self, run: Run) -> impl Iterator<Item = (K, V)> {
        run.seeds().map(move |seed| self.pair(seed))
    }
}

/// Which of the four methods makes a cursor.
#[derive(Clone, Copy, Debug)]
pub(super) struct BoundCall {
    pub(super) lower: bool,
    /// The bound is a pair, not a key.
    pub(super) pair: bool,
}

fn bound_call() -> impl Strategy<Value = BoundCall> {
    (any::<bool>(), any::<bool>()).prop_map(|(lower, pair)| BoundCall { lower, pair })
}

impl BoundCall {
    /// The position of the gap among the pairs.
    pub(super) fn gap<'a, K: Key, V: Value>(
        self,
        pairs: impl Iterator<Item = &'a (K, V)>,
        bound: Bound<u16>,
        skew: Skew,
    ) -> usize {
        match self {
            BoundCall {
                lower: true,
                pair: true,
            } => lower_gap(pairs, &bound.map(|at| skew.pair(at))),
            BoundCall {
                lower: false,
                pair: true,
            } => upper_gap(pairs, &bound.map(|at| skew.pair(at))),
            BoundCall { lower: true, .. } => {
                lower_gap(pairs.map(|pair| &pair.0), &bound.map(|at| skew.key(at)))
            }
            BoundCall { .. } => upper_gap(pairs.map(|pair| &pair.0), &bound.map(|at| skew.key(at))),
        }
    }
}

/// One operation of a sequence; numbers stand for pairs.
#[derive(Clone, Debug)]
pub(super) enum Operation {
    Insert(u16),
    Delete(u16),
    /// The pair, and another one that has the new key.
    Update(u16, u16),
    DeleteKey(u16),
    PopFirst,
    PopLast,
    CursorMut(BoundCall, Bound<u16>, Vec<Move>),
    Extend(Run),
    DeleteRun(Run),
    /// Keys increase or decrease by that many numbers.
    UpdateRun(Run, i16),
    FromIter(Run),
    FromSorted(Run),
    DeleteRange(Span),
    DeleteRangePairs(Span),
    ExtractIf(Span, Pick, usize),
    Retain(Pick),
    Append,
    SplitOff(u16),
    Swap,
    Clone,
    ShrinkToFit,
    Reserve(usize),
    Clear,
    Look(u16, Vec<Step>),
    Range(Span, Vec<Step>),
    RangePairs(Span, Vec<Step>),
    RangeChecked(Span),
    Cursor(BoundCall, Bound<u16>, Vec<Move>),
    Groups(Span, Vec<Step>),
    Iterate(Vec<Step>),
    Compare,
}

pub(super) fn operation() -> impl Strategy<Value = Operation> {
    prop_oneof![6 => one(), 4 => many(), 4 => look()]
}

fn one() -> impl Strategy<Value = Operation> {
    use Operation::*;
    prop_oneof![
        6 => key().prop_map(Insert),
        3 => key().prop_map(Delete),
        2 => (key(), key()).prop_map(|(old, new)| Update(old, new)),
        2 => (key(), by()).prop_map(|(old, by)| Update(old, old.saturating_add_signed(by))),
        1 => key().prop_map(DeleteKey),
        1 => Just(PopFirst),
        1 => Just(PopLast),
        3 => (bound_call(), bound(), moves()).prop_map(|(c, at, moves)| CursorMut(c, at, moves)),
    ]
}

fn many() -> impl Strategy<Value = Operation> {
    use Operation::*;
    prop_oneof![
        6 => run().prop_map(Extend),
        2 => run().prop_map(DeleteRun),
        2 => (run(), by()).prop_map(|(run, by)| UpdateRun(run, by)),
        1 => run().prop_map(FromIter),
        1 => run().prop_map(FromSorted),
        1 => span().prop_map(DeleteRange),
        1 => span().prop_map(DeleteRangePairs),
        1 => (span(), pick(), 0_usize..40).prop_map(|(s, p, take)| ExtractIf(s, p, take)),
        1 => pick().prop_map(Retain),
        1 => Just(Append),
        1 => key().prop_map(SplitOff),
        2 => Just(Swap),
        1 => Just(Clone),
        1 => Just(ShrinkToFit),
        1 => (0_usize..500).prop_map(Reserve),
        1 => Just(Clear),
    ]
}

/// Small enough for an entry to move to a sibling leaf, or large enough to move it anywhere.
fn by() -> impl Strategy<Value = i16> {
    prop_oneof![-8_i16..9, -600_i16..6_000]
}

fn look() -> impl Strategy<Value = Operation> {
    use Operation::*;
    prop_oneof![
        3 => (key(), steps()).prop_map(|(at, steps)| Look(at, steps)),
        3 => (span(), steps()).prop_map(|(span, steps)| Range(span, steps)),
        3 => (span(), steps()).prop_map(|(span, steps)| RangePairs(span, steps)),
        1 => span().prop_map(RangeChecked),
        2 => (bound_call(), bound(), moves()).prop_map(|(c, bound, moves)| Cursor(c, bound, moves)),
        3 => (span(), steps()).prop_map(|(span, steps)| Groups(span, steps)),
        1 => steps().prop_map(Iterate),
        1 => Just(Compare),
    ]
}
