//! The operations on a map.

use crate::common::operations::*;
use proptest::prelude::*;
use std::ops::Bound;

/// One operation of a sequence; numbers stand for keys and values.
#[derive(Clone, Debug)]
pub(crate) enum Operation {
    Insert(u16, u32),
    TryInsert(u16, u32),
    Remove(u16),
    RemoveEntry(u16),
    Get(u16),
    GetMut(u16, u32),
    Entry(u16, EntryCall, u32),
    FirstEntry(OccupiedCall, u32),
    LastEntry(OccupiedCall, u32),
    PopFirst,
    PopLast,
    Neighbours(u16),
    Range(Span, Vec<Step>),
    RangeMut(Span, Vec<Step>, u32),
    RemoveRange(Span),
    RangeChecked(Span),
    ExtractIf(Span, Pick, usize),
    Retain(Pick, u32),
    Cursor(Bound<u16>, Vec<Move>),
    LowerBoundMut(Bound<u16>, Vec<Move>),
    UpperBoundMut(Bound<u16>, Vec<Move>),
    InsertRun(Run, u32),
    RemoveRun(Run),
    Append(Run, u32),
    SplitOff(u16, bool),
    Clone,
    CloneFrom(Run),
    Compare(Run),
    Iterate(Vec<Step>),
    IterateMut(Vec<Step>, u32),
    IntoIter(Vec<Step>),
    KeysAndValues(Vec<Step>),
    Ends(Span),
    Extend(Run, u32),
    FromIter(Run, u32),
    FromSorted(Run),
    ShrinkToFit,
    Reserve(usize),
    Clear,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum EntryCall {
    OrInsert,
    OrInsertWith,
    OrInsertWithKey,
    OrDefault,
    AndModify,
    InsertEntry,
    Key,
    Occupied(OccupiedCall),
    VacantInsert,
    VacantInsertEntry,
    VacantIntoKey,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum OccupiedCall {
    Get,
    GetMut,
    IntoMut,
    Insert,
    Remove,
    RemoveEntry,
}

fn occupied_call() -> impl Strategy<Value = OccupiedCall> {
    use OccupiedCall::*;
    prop::sample::select(vec![Get, GetMut, IntoMut, Insert, Remove, RemoveEntry])
}

fn entry_call() -> impl Strategy<Value = EntryCall> {
    use EntryCall::*;
    let simple = vec![
        OrInsert,
        OrInsertWith,
        OrInsertWithKey,
        OrDefault,
        AndModify,
        InsertEntry,
        Key,
        VacantInsert,
        VacantInsertEntry,
        VacantIntoKey,
    ];
    prop_oneof![3 => prop::sample::select(simple), 2 => occupied_call().prop_map(Occupied)]
}

pub(crate) fn operation() -> impl Strategy<Value = Operation> {
    use Operation::*;
    let v = any::<u32>;
    prop_oneof![
        8 => change(),
        4 => look(),
        4 => prop_oneof![
            4 => (run(), v()).prop_map(|(run, value)| InsertRun(run, value)),
            2 => run().prop_map(RemoveRun),
            2 => (run(), v()).prop_map(|(run, value)| Append(run, value)),
            1 => (key(), any::<bool>()).prop_map(|(key, keep)| SplitOff(key, keep)),
            2 => (run(), v()).prop_map(|(run, value)| Extend(run, value)),
            1 => (run(), v()).prop_map(|(run, value)| FromIter(run, value)),
            1 => run().prop_map(FromSorted),
            1 => (pick(), v()).prop_map(|(pick, value)| Retain(pick, value)),
            2 => (span(), pick(), 0_usize..40).prop_map(|(s, p, take)| ExtractIf(s, p, take)),
            2 => span().prop_map(RemoveRange),
            1 => Just(ShrinkToFit),
            1 => (0_usize..500).prop_map(Reserve),
            1 => Just(Clear),
        ],
    ]
}

fn change() -> impl Strategy<Value = Operation> {
    use Operation::*;
    let v = any::<u32>;
    prop_oneof![
        4 => (key(), v()).prop_map(|(key, value)| Insert(key, value)),
        1 => (key(), v()).prop_map(|(key, value)| TryInsert(key, value)),
        3 => key().prop_map(Remove),
        1 => key().prop_map(RemoveEntry),
        1 => (key(), v()).prop_map(|(key, value)| GetMut(key, value)),
        3 => (key(), entry_call(), v()).prop_map(|(key, call, value)| Entry(key, call, value)),
        1 => (occupied_call(), v()).prop_map(|(call, value)| FirstEntry(call, value)),
        1 => (occupied_call(), v()).prop_map(|(call, value)| LastEntry(call, value)),
        1 => Just(PopFirst),
        1 => Just(PopLast),
        1 => (span(), steps(), v()).prop_map(|(span, steps, value)| RangeMut(span, steps, value)),
        1 => (bound(), moves()).prop_map(|(bound, moves)| LowerBoundMut(bound, moves)),
        1 => (bound(), moves()).prop_map(|(bound, moves)| UpperBoundMut(bound, moves)),
        1 => (steps(), v()).prop_map(|(steps, value)| IterateMut(steps, value)),
    ]
}

fn look() -> impl Strategy<Value = Operation> {
    use Operation::*;
    prop_oneof![
        2 => key().prop_map(Get),
        1 => key().prop_map(Neighbours),
        3 => (span(), steps()).prop_map(|(span, steps)| Range(span, steps)),
        1 => span().prop_map(RangeChecked),
        1 => span().prop_map(Ends),
        1 => (bound(), moves()).prop_map(|(bound, moves)| Cursor(bound, moves)),
        1 => Just(Clone),
        1 => run().prop_map(CloneFrom),
        1 => run().prop_map(Compare),
        1 => steps().prop_map(Iterate),
        1 => steps().prop_map(IntoIter),
        1 => steps().prop_map(KeysAndValues),
    ]
}
