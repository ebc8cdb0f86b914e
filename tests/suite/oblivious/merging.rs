//! `append`: one merge of two arrays of any shape.

use crate::common::Doing;
use crate::common::acts::SHAPES;
use crate::common::ledger::{Call, LIES, Manner, Tracked, answer, arm, disarm, settle, survive};
use crate::common::random::XorShift;
use leafwise::CacheObliviousMap;
use std::collections::{BTreeMap, BTreeSet};

/// Pairs of sorted key vectors to merge, with their names.
fn shapes(left: u64, right: u64) -> Vec<(&'static str, Vec<u64>, Vec<u64>)> {
    const STEP: u64 = 10_000;
    let evens: Vec<u64> = (1..=left).map(|key| key * STEP).collect();
    let end = (left + 1) * STEP;
    let keys = |key: &dyn Fn(u64) -> u64| (0..right).map(key).collect::<Vec<u64>>();
    let mut random = XorShift::new(left * 31 + right);
    let mut scattered: Vec<u64> = (0..right).map(|_| random.below(end + 1_000)).collect();
    scattered.sort_unstable();
    scattered.dedup();
    let shared: Vec<u64> = evens.iter().copied().take(right as usize).collect();
    let last = evens
        .iter()
        .copied()
        .skip(left.saturating_sub(right) as usize)
        .collect();
    vec![
        ("after", evens.clone(), keys(&|key| end + key)),
        (
            "before",
            (0..left).map(|key| right + key).collect(),
            keys(&|key| key),
        ),
        ("interleaved", evens.clone(), keys(&|key| key * STEP + 7)),
        (
            "in one gap",
            evens.clone(),
            keys(&|key| left / 2 * STEP + 1 + key),
        ),
        ("scattered", evens.clone(), scattered),
        ("the first keys are equal", evens.clone(), shared),
        ("the last keys are equal", evens.clone(), last),
        (
            "every second key is equal",
            evens.clone(),
            keys(&|key| key * STEP / 2),
        ),
        (
            "around",
            evens,
            keys(&|key| if key < right / 2 { key } else { end + key }),
        ),
    ]
}

/// A map of `keys` inserted at random, with more keys in between that are removed again.
fn ragged(keys: &[u64], value: u64) -> CacheObliviousMap<(u64, u64), u64> {
    let mut order = keys.to_vec();
    XorShift::new(9).shuffle(&mut order);
    let mut map: CacheObliviousMap<(u64, u64), u64> = CacheObliviousMap::new();
    for &key in &order {
        map.insert((key, 0), value);
        map.insert((key, 1), value);
    }
    for &key in &order {
        map.remove(&(key, 1));
    }
    map
}

#[test]
fn all_shapes_and_sizes() {
    let sizes = [0, 1, 2, 3, 7, 16, 33, 100, 700];
    for (left, right) in sizes
        .into_iter()
        .flat_map(|left| sizes.map(|right| (left, right)))
    {
        for (name, ours, theirs) in shapes(left, right) {
            let _doing = Doing(format_args!("{name}: {right} into {left}"));
            let tight = |keys: &[u64], value| {
                let entries = keys.iter().map(|&key| ((key, 0), value));
                CacheObliviousMap::from_sorted_iter(entries).expect("the keys are sorted")
            };
            for loose in [false, true] {
                let build = if loose { ragged } else { tight };
                let (mut map, mut other) = (build(&ours, 1), build(&theirs, 2));
                map.append(&mut other);
                let mut model: BTreeMap<(u64, u64), u64> =
                    ours.iter().map(|&key| ((key, 0), 1)).collect();
                model.extend(theirs.iter().map(|&key| ((key, 0), 2)));
                map.check_invariants();
                other.check_invariants();
                assert!(
                    map.iter().eq(&model),
                    "the union, of equal keys the other's values"
                );
                assert_eq!((map.len(), other.len()), (model.len(), 0));
                assert!(other.iter().next().is_none());
                // Both remain usable.
                assert_eq!(other.insert((5, 5), 5), None);
                assert_eq!(map.insert((u64::MAX, 0), 5), None);
                other.append(&mut map);
                assert_eq!((map.len(), other.len()), (0, model.len() + 2));
                other.check_invariants();
            }
        }
    }
}

/// Of equal keys the stored one stays, with the other's value.
#[test]
fn equal_keys() {
    use crate::common::maps::traps::Label;
    for size in [1, 10, 500] {
        let labelled = |label, step: usize| -> CacheObliviousMap<Label, &'static str> {
            (0..size)
                .step_by(step)
                .map(|key| (Label(key, label), label))
                .collect()
        };
        let (mut map, mut other) = (labelled("old", 3), labelled("new", 2));
        map.append(&mut other);
        assert!(map.iter().all(|(key, value)| {
            let expected = match (key.0 % 3, key.0 % 2) {
                (0, 0) => ("old", "new"),
                (0, _) => ("old", "old"),
                _ => ("new", "new"),
            };
            (key.1, *value) == expected
        }));
        assert_eq!(
            map.len(),
            (0..size).filter(|key| key % 3 == 0 || key % 2 == 0).count()
        );
    }
}

/// A map of tracked keys and values. `factor` and `offset` decide which keys.
fn tracked(size: u32, offset: u32, factor: u32, value: u32) -> CacheObliviousMap<Tracked, Tracked> {
    let shape = SHAPES[size as usize % 3];
    let (add, remove) = shape.plan(size);
    let key = |number| Tracked::new(number / 2 * factor + offset + number % 2 * 1_000_000);
    let mut map = CacheObliviousMap::new();
    add.into_iter()
        .for_each(|number| drop(map.insert(key(number), Tracked::new(value))));
    remove
        .into_iter()
        .for_each(|number| drop(map.remove(&key(number))));
    map
}

fn numbers(map: &CacheObliviousMap<Tracked, Tracked>) -> Vec<u32> {
    let numbers: Vec<u32> = map
        .iter()
        .map(|(key, value)| {
            assert!((1..=2).contains(&value.number()), "an unknown value");
            key.number()
        })
        .collect();
    assert_eq!(numbers.len(), map.len(), "len is not the number of entries");
    numbers
}

/// The order panics, or the drop of a replaced key or value: no entry is in neither map.
#[test]
fn panics_lose_nothing() {
    let offsets_and_factors = [(0, 2), (1, 2), (10_000, 1), (0, 1), (150, 3)];
    for (left, right) in [
        (0, 5),
        (5, 0),
        (3, 3),
        (40, 90),
        (90, 40),
        (300, 6),
        (6, 300),
    ] {
        for ((offset, factor), call) in offsets_and_factors
            .into_iter()
            .flat_map(|how| [Call::Order, Call::Drop].map(|call| (how, call)))
        {
            for nth in 0.. {
                let _doing = Doing(format_args!(
                    "{right} from {offset} by {factor} into {left}, {call:?} number {nth}"
                ));
                let mut map = tracked(left, 0, 2, 1);
                let mut other = tracked(right, offset, factor, 2);
                let all: BTreeSet<u32> = numbers(&map).into_iter().chain(numbers(&other)).collect();
                arm(call, nth);
                let result = survive(|| map.append(&mut other));
                let fired = disarm();
                assert_eq!(result.is_err(), fired, "the panic is swallowed");
                map.check_invariants();
                other.check_invariants();
                let found: BTreeSet<u32> =
                    numbers(&map).into_iter().chain(numbers(&other)).collect();
                if call == Call::Order {
                    assert_eq!(found, all, "entries are lost");
                } else {
                    // The entry that is being dropped may be the last copy.
                    assert!(found.is_subset(&all));
                }
                if !fired {
                    assert!(other.is_empty());
                    assert_eq!(map.len(), all.len());
                }
                // Once more, with nothing armed.
                map.append(&mut other);
                map.check_invariants();
                assert!(other.is_empty());
                if call == Call::Order {
                    assert!(numbers(&map).into_iter().eq(all));
                }
                drop((map, other));
                settle(0);
                if !fired {
                    break;
                }
            }
        }
    }
}

/// The order lies: any entry may end up anywhere, but each is in one position.
#[test]
fn lies_are_memory_safe() {
    for (seed, manner) in (1..40).flat_map(|seed| LIES.map(|manner| (seed, manner))) {
        let _doing = Doing(format_args!("{manner:?}, seed {seed}"));
        let mut random = XorShift::new(seed);
        let mut size = || [0, 3, 50, 400][random.below(4) as usize];
        let (left, right) = (size(), size());
        let mut map = tracked(left, 0, 2, 1);
        let mut other = tracked(right, seed as u32 * 7, 1, 2);
        let before = map.len() + other.len();
        answer(manner, seed);
        map.append(&mut other);
        assert!(map.len() <= before && other.is_empty());
        assert_eq!(numbers(&map).len(), map.len());
        // Once more with the result.
        other = map.split_off(&Tracked::new(seed as u32));
        other.append(&mut map);
        answer(Manner::Honest, 1);
        assert!(other.len() <= before);
        assert_eq!(numbers(&other).len() + numbers(&map).len(), other.len());
        drop((map, other));
        settle(0);
    }
}
