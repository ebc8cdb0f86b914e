//! Many entries at once, enough to be inserted in one walk: the user's code panics at any of its
//! calls, or the order lies.

use crate::common::Doing;
use crate::common::ledger::{
    CALLS, Call, LIES, Manner, Tracked, answer, arm, assert_no_faults, disarm, settle, survive,
    tick, tolerate,
};
use crate::common::maps::{Kind, Map, Oblivious, OrderedMap};
use crate::common::random::XorShift;
use leafwise::BPlusIndex;
use leafwise::layout::{ArrayOfStructs, LeafLayout, StructOfArrays};
use leafwise::store::{Heap, Slab, Store};
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// A value so large that a few hundred entries exceed the processor's cache: then those of
/// `extend` are sorted.
struct Heavy(Tracked, Box<[u8; 9]>, [u8; 32_000]);

impl Heavy {
    fn new(number: u32) -> Self {
        Self(Tracked::new(number), Box::new([3; 9]), [0; 32_000])
    }
}

impl Clone for Heavy {
    fn clone(&self) -> Self {
        Self(self.0.clone(), self.1.clone(), self.2)
    }
}

impl PartialEq for Heavy {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Eq for Heavy {}

impl PartialOrd for Heavy {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Heavy {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}

impl std::fmt::Debug for Heavy {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}", self.0.number())
    }
}

/// The keys of a map and those that are added to it, in the order in which they are.
fn overlaps() -> [(&'static str, Vec<u32>, Vec<u32>); 5] {
    let mut random = XorShift::new(11);
    let mut drawn = |count: u32, below: u64| -> Vec<u32> {
        (0..count).map(|_| random.below(below) as u32).collect()
    };
    [
        ("before", (100..190).collect(), (0..70).rev().collect()),
        ("random", drawn(150, 300), drawn(110, 300)),
        (
            "one gap",
            (0..140).map(|at| at * 1000).collect(),
            (50_001..50_080).collect(),
        ),
        ("equal", (0..140).collect(), (30..110).collect()),
        (
            "around",
            (10..150).map(|at| at * 2).collect(),
            (0..90).map(|at| at * 4).collect(),
        ),
    ]
}

/// Ways to add entries.
#[derive(Clone, Copy, Debug)]
enum How {
    Append,
    Merge,
    Extend,
}

/// Adds entries to a map.
fn add<T: Kind>(map: &mut Map<Tracked, Heavy, T>, keys: &[u32], how: How) {
    let entries = keys.iter().map(|&key| (Tracked::new(key), Heavy::new(key)));
    match how {
        How::Append => {
            let mut other: Map<Tracked, Heavy, T> = entries.collect();
            map.append(&mut other);
        }
        How::Merge => {
            let other: Map<Tracked, Heavy, T> = entries.collect();
            map.merge(other, |key, ours, theirs| {
                tick(Call::Closure);
                // A value that is to be returned leaks if the drop of the other one panics.
                if key.number().is_multiple_of(2) {
                    drop(theirs);
                    ours
                } else {
                    drop(ours);
                    theirs
                }
            });
        }
        How::Extend => map.extend(entries.inspect(|_| tick(Call::Closure))),
    }
}

/// One after the other; if there are many, each of the first ones and some of the others.
fn turns() -> impl Iterator<Item = usize> {
    std::iter::successors(Some(0), |nth| Some(nth + 1 + nth / 2))
}

fn panics<T: Kind>(how: How) {
    for (name, ours, theirs) in overlaps() {
        for call in CALLS {
            for nth in turns() {
                let _doing = Doing(format_args!("{how:?} {name}, {call:?} number {nth}"));
                let mut map = <Map<Tracked, Heavy, T>>::default();
                for &key in &ours {
                    map.insert(Tracked::new(key), Heavy::new(key));
                }
                let before: BTreeSet<u32> = map.keys().map(Tracked::number).collect();
                arm(call, nth);
                let result = survive(|| add::<T>(&mut map, &theirs, how));
                let fired = disarm();
                assert_eq!(result.is_err(), fired, "the panic is swallowed");
                map.check_invariants();
                let after: BTreeSet<u32> = map
                    .iter()
                    .map(|(key, value)| {
                        assert_eq!((key.number(), *value.1), (value.0.number(), [3; 9]));
                        key.number()
                    })
                    .collect();
                assert_eq!(after.len(), map.len());
                let lost = before.difference(&after).count();
                // The function that resolves conflicts drops a value.
                let in_conflict = matches!(call, Call::Closure | Call::Drop);
                let lost_max = usize::from(matches!(how, How::Merge) && in_conflict);
                assert!(lost <= lost_max, "{lost} entries are lost");
                let added: BTreeSet<u32> = before.iter().chain(&theirs).copied().collect();
                assert!(after.is_subset(&added) && (fired || after == added));
                add::<T>(&mut map, &theirs, how);
                map.check_invariants();
                drop(map);
                settle(0);
                if !fired {
                    break;
                }
            }
        }
    }
}

fn lies<T: Kind>() {
    for (seed, manner) in (1..3).flat_map(|seed| LIES.map(|manner| (seed, manner))) {
        for how in [How::Append, How::Merge, How::Extend] {
            for (name, ours, theirs) in overlaps() {
                let _doing = Doing(format_args!("{how:?} {name}, {manner:?}, seed {seed}"));
                let mut map = <Map<Tracked, Heavy, T>>::default();
                for &key in &ours {
                    map.insert(Tracked::new(key), Heavy::new(key));
                }
                let most = map.len() + theirs.len();
                answer(manner, seed);
                tolerate(|| add::<T>(&mut map, &theirs, how));
                tolerate(|| add::<T>(&mut map, &theirs[theirs.len() / 2..], how));
                assert!(map.len() <= most + theirs.len());
                let numbers = map
                    .iter()
                    .map(|(key, value)| key.number() + value.0.number());
                assert_eq!(numbers.count(), map.len());
                assert_no_faults();
                answer(Manner::Honest, 1);
                drop(map);
                settle(0);
            }
        }
    }
}

fn append_panics<S: Store + 'static, L: LeafLayout + 'static>() {
    panics::<(S, L)>(How::Append);
}

fn merge_panics<S: Store + 'static, L: LeafLayout + 'static>() {
    panics::<(S, L)>(How::Merge);
}

fn extend_panics<S: Store + 'static, L: LeafLayout + 'static>() {
    panics::<(S, L)>(How::Extend);
}

on_shared_trees!(append_panics, merge_panics, extend_panics);

#[test]
fn oblivious_panics() {
    panics::<Oblivious>(How::Merge);
    panics::<Oblivious>(How::Extend);
}

#[test]
fn the_order_lies() {
    lies::<(Slab, StructOfArrays)>();
    lies::<(Heap, ArrayOfStructs<2, 4>)>();
    lies::<(Slab, StructOfArrays<3, 5>)>();
    lies::<Oblivious>();
}

/// Entries of an index, whose values are compared too.
#[test]
fn index_panics() {
    for (name, ours, theirs) in overlaps() {
        for call in [Call::Order, Call::Clone, Call::Drop] {
            for nth in turns() {
                let _doing = Doing(format_args!("{name}, {call:?} number {nth}"));
                let pair = |&at: &u32| (Tracked::new(at / 7), Heavy::new(at));
                let mut index: BPlusIndex<Tracked, Heavy, Heap, StructOfArrays<3, 5>> =
                    BPlusIndex::empty();
                ours.iter().map(pair).for_each(|(key, value)| {
                    index.insert(key, value);
                });
                let before: BTreeSet<u32> = index.iter().map(|pair| pair.1.0.number()).collect();
                arm(call, nth);
                let result = survive(|| match nth % 2 {
                    0 => index.extend(theirs.iter().map(pair)),
                    _ => index.append(&mut theirs.iter().map(pair).collect()),
                });
                let fired = disarm();
                assert_eq!(result.is_err(), fired, "the panic is swallowed");
                index.check_invariants();
                let after: BTreeSet<u32> = index.iter().map(|pair| pair.1.0.number()).collect();
                assert!(after.is_superset(&before) && after.len() == index.len());
                drop(index);
                settle(0);
                if !fired {
                    break;
                }
            }
        }
    }
}
