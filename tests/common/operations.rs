//! The parts of random operations that the model suites share, with their proptest strategies. They
//! hold plain numbers, which each suite turns into its keys and values.

use super::keys::Key;
use proptest::prelude::*;
use proptest::test_runner::RngAlgorithm;
use std::fmt::{self, Debug};
use std::ops::Bound;

/// A sequence of operations. A failing test prints one per line.
#[derive(Clone)]
pub(crate) struct Script<O>(pub(crate) Vec<O>);

impl<O: Debug> Debug for Script<O> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .iter()
            .try_for_each(|operation| write!(formatter, "\n    {operation:?}"))
    }
}

pub(crate) fn script<O: Debug>(
    operation: impl Strategy<Value = O>,
) -> impl Strategy<Value = Script<O>> {
    prop::collection::vec(operation, 1..50).prop_map(Script)
}

/// Most keys come from a small universe, so that they collide; some come from that of the longest
/// runs.
pub(crate) fn key() -> impl Strategy<Value = u16> + Clone {
    prop_oneof![8 => 0_u16..32, 2 => 0_u16..600, 2 => 0_u16..6_000, 1 => Just(0)]
}

/// The ends of a range, in any order.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span(pub(crate) Bound<u16>, pub(crate) Bound<u16>);

pub(crate) fn bound() -> impl Strategy<Value = Bound<u16>> {
    prop_oneof![
        3 => key().prop_map(Bound::Included),
        3 => key().prop_map(Bound::Excluded),
        1 => Just(Bound::Unbounded),
    ]
}

pub(crate) fn span() -> impl Strategy<Value = Span> {
    (bound(), bound()).prop_map(|(start, end)| Span(start, end))
}

pub(crate) fn key_bound<K: Key>(bound: Bound<u16>) -> Bound<K> {
    bound.map(K::from_seed)
}

impl Span {
    /// The bounds unchanged. std may panic on them.
    pub(crate) fn raw<K: Key>(self) -> (Bound<K>, Bound<K>) {
        self.raw_of(K::from_seed)
    }

    /// Like [`raw`](Self::raw), for anything that the numbers stand for.
    pub(crate) fn raw_of<T>(self, meaning: impl Fn(u16) -> T) -> (Bound<T>, Bound<T>) {
        (self.0.map(&meaning), self.1.map(&meaning))
    }

    /// The bounds, corrected if std would panic on them.
    pub(crate) fn legal<K: Key>(self) -> (Bound<K>, Bound<K>) {
        self.legal_of(K::from_seed)
    }

    /// Like [`legal`](Self::legal), for anything that the numbers stand for.
    pub(crate) fn legal_of<T: Ord + Clone>(
        self,
        meaning: impl Fn(u16) -> T,
    ) -> (Bound<T>, Bound<T>) {
        use Bound::{Excluded, Included};
        let (start, end) = self.raw_of(meaning);
        match (start, end) {
            (Excluded(start), Excluded(end)) if start == end => (Included(start), Excluded(end)),
            (
                start @ (Included(_) | Excluded(_)), //
                end @ (Included(_) | Excluded(_)),
            ) if inverted(&(start.clone(), end.clone())) => (end, start),
            legal => legal,
        }
    }
}

/// Returns whether std panics on such a range.
pub(crate) fn inverted<K: Ord>(span: &(Bound<K>, Bound<K>)) -> bool {
    use Bound::{Excluded, Included};
    match span {
        (Excluded(start), Excluded(end)) => start >= end,
        (Included(start) | Excluded(start), Included(end) | Excluded(end)) => start > end,
        _ => false,
    }
}

/// Many keys at once, at a constant stride, ascending or descending.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run {
    start: u16,
    count: u16,
    stride: u16,
    descending: bool,
}

pub(crate) fn run() -> impl Strategy<Value = Run> {
    // The longest give a second and third level to nodes of the default capacity.
    let count = prop_oneof![12 => 0_u16..12, 8 => 0_u16..150, 1 => 0_u16..2_000];
    (key(), count, 0_u16..5, any::<bool>()).prop_map(|(start, count, stride, descending)| Run {
        start,
        count,
        stride,
        descending,
    })
}

impl Run {
    pub(crate) fn seeds(self) -> impl Iterator<Item = u16> + Clone {
        (0..self.count).map(move |index| {
            let index = if self.descending {
                self.count - index
            } else {
                index
            };
            self.start + self.stride * index
        })
    }
}

/// Which calls of a predicate return true: those whose number has this remainder.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pick {
    modulus: u32,
    remainder: u32,
}

pub(crate) fn pick() -> impl Strategy<Value = Pick> {
    (1_u32..6, 0_u32..6).prop_map(|(modulus, remainder)| Pick { modulus, remainder })
}

impl Pick {
    pub(crate) fn accepts(self, call: usize) -> bool {
        call as u32 % self.modulus == self.remainder
    }
}

/// A step of a double-ended iterator.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step {
    Next,
    NextBack,
    Nth(u8),
    NthBack(u8),
}

pub(crate) fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => Just(Step::Next),
        4 => Just(Step::NextBack),
        1 => (0_u8..20).prop_map(Step::Nth),
        1 => (0_u8..20).prop_map(Step::NthBack),
    ];
    prop::collection::vec(step, 0..16)
}

/// Walks two iterators side by side. If `exact`, their size hints must be exact.
///
/// Takes trait objects, so that it is compiled once per type of item, not once per tree.
pub(crate) fn agree<T: PartialEq + Debug>(
    ours: &mut dyn DoubleEndedIterator<Item = T>,
    theirs: &mut dyn DoubleEndedIterator<Item = T>,
    steps: &[Step],
    exact: bool,
) {
    for step in steps {
        let (our, their) = match *step {
            Step::Next => (ours.next(), theirs.next()),
            Step::NextBack => (ours.next_back(), theirs.next_back()),
            Step::Nth(n) => (ours.nth(n.into()), theirs.nth(n.into())),
            Step::NthBack(n) => (ours.nth_back(n.into()), theirs.nth_back(n.into())),
        };
        assert_eq!(our, their, "iterator at {step:?} of {steps:?}");
        if exact {
            assert_eq!(
                ours.size_hint(),
                theirs.size_hint(),
                "hint after {step:?} of {steps:?}"
            );
        }
    }
}

/// Like [`agree`], and then on to the end and beyond it.
pub(crate) fn agree_to_the_end<T: PartialEq + Debug>(
    ours: &mut dyn DoubleEndedIterator<Item = T>,
    theirs: &mut dyn DoubleEndedIterator<Item = T>,
    steps: &[Step],
    exact: bool,
) {
    agree(ours, theirs, steps, exact);
    let (hint_min, hint_max) = ours.size_hint();
    let mut count = 0;
    for their in theirs {
        assert_eq!(ours.next(), Some(their), "item {count} after {steps:?}");
        count += 1;
    }
    assert_eq!(ours.next(), None, "the iterator continues after {steps:?}");
    assert_eq!(ours.next_back(), None, "the iterator is not fused");
    assert_eq!(ours.next(), None, "the iterator is not fused");
    assert!(
        hint_min <= count && hint_max.is_none_or(|max| count <= max),
        "hint is wrong"
    );
}

/// A move of a cursor, or a change next to it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Move {
    Next,
    Prev,
    RemoveNext,
    RemovePrev,
    /// Inserts a key at the gap if it belongs there, and must be refused otherwise.
    InsertAfter(u16, u32),
    InsertBefore(u16, u32),
}

pub(crate) fn moves() -> impl Strategy<Value = Vec<Move>> {
    let insertion = (key(), any::<u32>());
    let step = prop_oneof![
        4 => Just(Move::Next),
        4 => Just(Move::Prev),
        2 => Just(Move::RemoveNext),
        2 => Just(Move::RemovePrev),
        2 => insertion.clone().prop_map(|(key, value)| Move::InsertAfter(key, value)),
        2 => insertion.prop_map(|(key, value)| Move::InsertBefore(key, value)),
    ];
    prop::collection::vec(step, 0..24)
}

/// The gap of a lower bound, as a position in sorted keys.
pub(crate) fn lower_gap<'a, K: Ord + 'a>(
    keys: impl Iterator<Item = &'a K>,
    bound: &Bound<K>,
) -> usize {
    keys.take_while(|&key| match bound {
        Bound::Included(bound) => key < bound,
        Bound::Excluded(bound) => key <= bound,
        Bound::Unbounded => false,
    })
    .count()
}

/// The gap of an upper bound, as a position in sorted keys.
pub(crate) fn upper_gap<'a, K: Ord + 'a>(
    keys: impl Iterator<Item = &'a K>,
    bound: &Bound<K>,
) -> usize {
    keys.take_while(|&key| match bound {
        Bound::Included(bound) => key <= bound,
        Bound::Excluded(bound) => key < bound,
        Bound::Unbounded => true,
    })
    .count()
}

/// `cases` scaled by `PROPTEST_CASES`, whose default is 256.
pub(crate) fn config(cases: u32) -> ProptestConfig {
    let default = ProptestConfig::default();
    let cases = (u64::from(cases) * u64::from(default.cases)).div_ceil(256) as u32;
    // Failing cases are printed and become tests; no files next to the sources.
    ProptestConfig {
        cases,
        failure_persistence: None,
        // The default, ChaCha, took a third of the time of all cases.
        rng_algorithm: RngAlgorithm::XorShift,
        ..default
    }
}
