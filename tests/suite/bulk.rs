//! Many entries at once: `append`, `merge` and `extend`, with entries that overlap in all ways.

use crate::common::Doing;
use crate::common::maps::traps::Label;
use crate::common::maps::{Item, Kind, Map, Oblivious, OrderedMap};
use crate::common::random::XorShift;
use leafwise::layout::{ArrayOfStructs, LeafLayout, StructOfArrays};
use leafwise::store::{Heap, Slab, Store};
use leafwise::{BPlusIndex, BPlusTreeMap, BPlusTreeSet};
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// A value so large that a few hundred entries exceed the processor's cache: then those of
/// `extend` are sorted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Heavy(u32, Box<u8>, [u64; 1023]);

impl Heavy {
    fn new(number: u32) -> Self {
        Self(number, Box::new(number as u8), [number.into(); 1023])
    }
}

/// The number of heavy entries from which on they are sorted is less than this.
const MANY: u32 = 300;

trait Made: Item {
    fn of(number: u32) -> Self;
}

impl Made for u64 {
    fn of(number: u32) -> Self {
        number.into()
    }
}

impl Made for i32 {
    fn of(number: u32) -> Self {
        number as Self - 1000
    }
}

impl Made for String {
    fn of(number: u32) -> Self {
        format!("the number {number:010}")
    }
}

/// Pairs of ascending keys, those of a collection and those that are added to it.
fn overlaps(ours: u32, theirs: u32) -> Vec<(&'static str, Vec<u32>, Vec<u32>)> {
    let mut random = XorShift::new(u64::from(ours * 7 + theirs));
    let wide: Vec<u32> = (0..ours).map(|at| at * 10_000).collect();
    let gap = ours / 2 * 10_000;
    let mut drawn = |count: u32, below: u64| -> Vec<u32> {
        let numbers: BTreeSet<u32> = (0..count).map(|_| random.below(below) as u32).collect();
        numbers.into_iter().collect()
    };
    vec![
        (
            "after",
            (0..ours).collect(),
            (ours..ours + theirs).collect(),
        ),
        (
            "before",
            (theirs..theirs + ours).collect(),
            (0..theirs).collect(),
        ),
        (
            "odd",
            (0..ours).map(|at| at * 2).collect(),
            (0..theirs).map(|at| at * 2 + 1).collect(),
        ),
        ("equal", (0..ours).collect(), (0..theirs).collect()),
        (
            "around",
            (0..ours).map(|at| at + 3).collect(),
            (0..theirs).collect(),
        ),
        (
            "one gap",
            wide.clone(),
            (gap + 1..gap + 1 + theirs).collect(),
        ),
        (
            "one gap and beyond",
            wide,
            (gap + 1..gap + 1 + theirs).map(|at| at * 2).collect(),
        ),
        ("random", drawn(ours, 4000), drawn(theirs, 4000)),
        ("dense", drawn(ours, 300), drawn(theirs, 300)),
    ]
}

fn check<K: Item, V: Item, M: OrderedMap<K, V>>(map: &M, model: &BTreeMap<K, V>) {
    map.check_invariants();
    assert_eq!(map.len(), model.len());
    assert!(
        map.iter().eq(model),
        "{:?}",
        map.iter().map(|entry| entry.0).collect::<Vec<_>>()
    );
    assert!(map.iter().rev().eq(model.iter().rev()));
}

/// Inserted in another order than that of the keys, so that leaves have free slots.
fn scattered<K: Made, T: Kind>(keys: &[u32]) -> Map<K, u32, T> {
    let mut order = keys.to_vec();
    XorShift::new(9).shuffle(&mut order);
    let mut map = <Map<K, u32, T>>::default();
    for number in order {
        map.insert(K::of(number), 1);
    }
    map
}

fn append_and_merge<K: Made, T: Kind>() {
    let sizes = [
        (0, 5),
        (5, 0),
        (1, 1),
        (3, 70),
        (65, 64),
        (200, 100),
        (90, 1100),
        (1500, 70),
    ];
    for (ours, theirs) in sizes {
        for (name, ours, theirs) in overlaps(ours, theirs) {
            let _doing = Doing(format_args!(
                "{name}: {} into {} of {}",
                theirs.len(),
                ours.len(),
                T::NAME
            ));
            let build = || scattered::<K, T>(&ours);
            let other = || theirs.iter().map(|&key| (K::of(key), 2));
            let mut model: BTreeMap<K, u32> = ours.iter().map(|&key| (K::of(key), 1)).collect();
            let mut summed = model.clone();
            model.extend(other());
            for (key, value) in other() {
                *summed.entry(key).or_insert(0) += value;
            }

            let (mut map, mut rest) = (build(), other().collect());
            map.append(&mut rest);
            check(&map, &model);
            check(&rest, &BTreeMap::new());
            // The lower half is appended to what is greater.
            let middle = K::of(ours.get(ours.len() / 2).copied().unwrap_or(0));
            rest = map.split_off(&middle);
            rest.append(&mut map);
            check(&rest, &model);

            let mut map: Map<K, u32, T> = ours.iter().map(|&key| (K::of(key), 1)).collect();
            map.append(&mut other().collect());
            check(&map, &model);

            let mut map = build();
            let mut before = None;
            map.merge(other().collect(), |key, ours, theirs| {
                assert_eq!((ours, theirs), (1, 2));
                assert!(
                    before
                        .replace(key.clone())
                        .is_none_or(|before| before < *key)
                );
                ours + theirs
            });
            check(&map, &summed);
        }
    }
}

fn extend<K: Made, T: Kind>() {
    let sizes = [(MANY, 70), (MANY, 3), (MANY, 500), (10, 600)];
    for (ours, theirs) in sizes {
        for (name, ours, theirs) in overlaps(ours, theirs) {
            let mut random = XorShift::new(5);
            for order in ["ascending", "descending", "random", "twice"] {
                let _doing = Doing(format_args!(
                    "{name}, {order}: {} into {} of {}",
                    theirs.len(),
                    ours.len(),
                    T::NAME
                ));
                let mut numbers = theirs.clone();
                match order {
                    "ascending" => {}
                    "descending" => numbers.reverse(),
                    "random" => random.shuffle(&mut numbers),
                    _ => {
                        numbers.extend(&theirs);
                        random.shuffle(&mut numbers);
                    }
                }
                let entries = numbers.iter().zip(2..);
                let entries = entries.map(|(&key, value)| (K::of(key), Heavy::new(value)));
                let mut map: Map<K, Heavy, T> = ours
                    .iter()
                    .map(|&key| (K::of(key), Heavy::new(1)))
                    .collect();
                let mut model: BTreeMap<K, Heavy> = ours
                    .iter()
                    .map(|&key| (K::of(key), Heavy::new(1)))
                    .collect();
                map.extend(entries.clone());
                model.extend(entries);
                check(&map, &model);
            }
        }
    }
}

fn integers<S: Store + 'static, L: LeafLayout + 'static>() {
    append_and_merge::<u64, (S, L)>();
}

fn extend_integers<S: Store + 'static, L: LeafLayout + 'static>() {
    extend::<i32, (S, L)>();
}

fn texts<S: Store + 'static, L: LeafLayout + 'static>() {
    append_and_merge::<String, (S, L)>();
}

on_shared_trees!(integers, extend_integers, texts);

#[test]
fn oblivious() {
    append_and_merge::<u64, Oblivious>();
    append_and_merge::<String, Oblivious>();
    extend::<u64, Oblivious>();
}

/// A label that takes as much memory as [`Heavy`].
#[derive(Clone)]
#[allow(dead_code, reason = "the array takes memory, and is not looked at")]
struct HeavyLabel(Label, [u64; 1023]);

impl HeavyLabel {
    fn new(number: u32, name: &'static str) -> Self {
        Self(Label(number, name), [number.into(); 1023])
    }
}

impl PartialEq for HeavyLabel {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Eq for HeavyLabel {}

impl PartialOrd for HeavyLabel {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for HeavyLabel {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}

/// Numbers in random order, each with three names, of which the first comes first.
fn named(count: u32) -> Vec<(u32, &'static str)> {
    let mut numbers: Vec<u32> = (0..count).chain(0..count).chain(0..count).collect();
    XorShift::new(4).shuffle(&mut numbers);
    let mut seen = BTreeMap::new();
    let name = |number| {
        let times = seen.entry(number).or_insert(0);
        *times += 1;
        ["first", "second", "third"][*times - 1]
    };
    let names: Vec<&str> = numbers.iter().copied().map(name).collect();
    numbers.into_iter().zip(names).collect()
}

/// Of equal keys the first stays, with the last value.
fn equal_keys<T: Kind>() {
    let old = || (0..MANY).map(|at| (Label(at * 2, "old"), Heavy::new(0)));
    let mut map: Map<Label, Heavy, T> = old().collect();
    let mut model: BTreeMap<Label, Heavy> = old().collect();
    let new = || {
        let values = 1..;
        let new = named(2 * MANY).into_iter().zip(values);
        new.map(|((number, name), value)| (Label(number, name), Heavy::new(value)))
    };
    map.extend(new());
    model.extend(new());
    check(&map, &model);
    assert!(
        map.keys()
            .map(|key| key.1)
            .eq(model.keys().map(|key| key.1))
    );
}

#[test]
fn of_equal_keys_the_first_stays() {
    equal_keys::<(Slab, StructOfArrays)>();
    equal_keys::<(Heap, ArrayOfStructs<2, 4>)>();
    equal_keys::<Oblivious>();
}

#[test]
fn of_equal_elements_the_first_stays() {
    let mut set: BPlusTreeSet<HeavyLabel, Slab, StructOfArrays<2, 4>> =
        (0..MANY).map(|at| HeavyLabel::new(at * 2, "old")).collect();
    set.extend(
        named(2 * MANY)
            .into_iter()
            .map(|(at, name)| HeavyLabel::new(at, name)),
    );
    set.check_invariants();
    let names = (0..2 * MANY).map(|at| (at, ["old", "first"][at as usize % 2]));
    assert!(
        set.iter()
            .map(|element| (element.0.0, element.0.1))
            .eq(names)
    );
}

/// An index keeps the first of equal entries, and `append` takes over the value.
#[test]
fn of_equal_pairs_the_first_stays() {
    type Index = BPlusIndex<Label, HeavyLabel, Slab, StructOfArrays<2, 4>>;
    let pair = |(at, name)| (Label(at / 5, name), HeavyLabel::new(at, name));
    let names = |index: &Index| -> Vec<_> {
        index
            .iter()
            .map(|(key, value)| (value.0.0, key.1, value.0.1))
            .collect()
    };
    let old = || (0..MANY).map(|at| pair((at * 2, "old")));
    let mut index: Index = old().collect();
    index.extend(named(2 * MANY).into_iter().map(pair));
    index.check_invariants();
    let expected: Vec<_> = (0..2 * MANY)
        .map(|at| (at, ["old", "first"][at as usize % 2]))
        .map(|(at, name)| (at, name, name))
        .collect();
    assert_eq!(names(&index), expected);

    let mut index: Index = old().collect();
    index.append(&mut (0..MANY).map(|at| pair((at, "new"))).collect());
    index.check_invariants();
    let expected: Vec<_> = (0..2 * MANY)
        .filter(|at| at % 2 == 0 || *at < MANY)
        .map(|at| match (at % 2, at < MANY) {
            (0, true) => (at, "old", "new"),
            (0, false) => (at, "old", "old"),
            _ => (at, "new", "new"),
        })
        .collect();
    assert_eq!(names(&index), expected);
}

#[test]
fn collected_maps_grow_as_others_do() {
    for entries in 0..=64_u64 {
        let pairs = (0..entries).map(|number| (number, number));
        let mut inserted = BPlusTreeMap::new();
        for (key, value) in pairs.clone() {
            inserted.insert(key, value);
        }
        // Such an iterator announces nothing.
        let collected: BPlusTreeMap<u64, u64> = pairs.filter(|_| true).collect();
        assert_eq!(
            collected.memory_usage(),
            inserted.memory_usage(),
            "{entries}"
        );
    }
}

/// Pairs of an index, whose leaves begin and end within the values of a key.
#[test]
fn pairs() {
    let mut random = XorShift::new(8);
    for values in [1, 3, 60, 1000] {
        for (size, more) in [(200, 100), (100, 900), (2000, 70)] {
            let mut draw = |count: u64| -> Vec<(u32, u32)> {
                let pair = |number: u64| ((number / values) as u32, (number % values) as u32);
                (0..count).map(|_| pair(random.below(3000))).collect()
            };
            let (ours, theirs) = (draw(size), draw(more));
            let mut index: BPlusIndex<u32, u32, Heap, StructOfArrays<4, 4>> = BPlusIndex::empty();
            ours.iter()
                .for_each(|&(key, value)| index.extend([(key, value)]));
            index.append(&mut theirs.iter().copied().collect());
            index.check_invariants();
            let model: BTreeSet<(u32, u32)> = ours.into_iter().chain(theirs).collect();
            assert!(index.iter().map(|(&key, &value)| (key, value)).eq(model));
        }
    }
}

/// If a conflict cannot be resolved, only its entry is lost.
fn unresolved<T: Kind>() {
    for (size, step) in [(1, 1), (2, 1), (70, 1), (140, 3), (2000, 67)] {
        let build = || {
            let mut map: Map<u64, Box<u64>, T> =
                (0..2 * size).map(|key| (key, Box::new(key))).collect();
            map.retain(|key, _| key % 2 == 0);
            map
        };
        for broken in (0..2 * size).step_by(2 * step) {
            let _doing = Doing(format_args!("{broken} of {size} in {}", T::NAME));
            let (mut map, other) = (build(), build());
            let result = catch_unwind(AssertUnwindSafe(|| {
                map.merge(other, |&key, ours, theirs| {
                    if key == broken {
                        resume_unwind(Box::new("on purpose"));
                    }
                    Box::new(*ours + *theirs)
                });
            }));
            assert!(result.is_err(), "the panic is swallowed");
            map.check_invariants();
            let rest = (0..2 * size).step_by(2).filter(|&key| key != broken);
            let rest = rest.map(|key| (key, key * (1 + u64::from(key < broken))));
            assert!(map.iter().map(|(&key, value)| (key, **value)).eq(rest));
            assert!(map.insert(broken, Box::new(1)).is_none());
            map.check_invariants();
        }
    }
}

#[test]
fn only_the_entry_of_a_conflict_is_lost() {
    unresolved::<(Slab, StructOfArrays<2, 4>)>();
    unresolved::<(Heap, ArrayOfStructs)>();
    unresolved::<Oblivious>();
}

/// What is inserted at the start does not move what is there.
#[test]
fn entries_before_all_others_fill_leaves() {
    for count in [1u64, 64, 65, 1000, 100_000] {
        let mut map: BPlusTreeMap<u64, u64> = (200_000..400_000).map(|key| (key, key)).collect();
        let nodes = map.memory_usage();
        map.append(&mut (0..count).map(|key| (key, key)).collect());
        map.check_invariants();
        assert!(map.keys().copied().eq((0..count).chain(200_000..400_000)));
        let more = map.memory_usage() - nodes;
        assert!(
            more <= nodes,
            "{more} bytes more for {count} entries, beside {nodes}"
        );
    }
}
