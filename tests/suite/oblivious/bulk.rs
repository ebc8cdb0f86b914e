//! Calls that remove, move or build many entries at once, against plain vectors: at each size and
//! each key of a small map, and at some of larger ones.

use crate::common::Doing;
use crate::common::random::XorShift;
use leafwise::CacheObliviousMap;
use std::ops::Bound::{self, Excluded, Included, Unbounded};
use std::ops::RangeBounds;

type Map = CacheObliviousMap<u32, u32>;

/// How the map was built, and so how full its parts are: collected, inserted one by one, or thinned
/// out.
const HISTORIES: [&str; 3] = ["collected", "inserted", "thinned"];

/// The keys `0, 2, 4 ..`, and a map of them.
fn with(size: u32, history: &str) -> (Vec<u32>, Map) {
    let keys: Vec<u32> = (0..size).map(|at| at * 2).collect();
    let mut order = keys.clone();
    XorShift::new(u64::from(size)).shuffle(&mut order);
    let entry = |key: u32| (key, !key);
    let map = match history {
        "collected" => keys.iter().copied().map(entry).collect(),
        "inserted" => {
            let mut map = Map::new();
            order
                .iter()
                .for_each(|&key| assert!(map.insert(key, !key).is_none()));
            map
        }
        _ => {
            let mut map: Map = (0..size * 8).map(entry).collect();
            map.remove_range(size * 2..);
            (0..size).for_each(|at| assert!(map.remove(&(at * 2 + 1)).is_some()));
            map
        }
    };
    assert_is(&map, &keys);
    (keys, map)
}

fn assert_is(map: &Map, model: &[u32]) {
    map.check_invariants();
    assert_eq!(map.len(), model.len());
    assert!(map.keys().eq(model), "{:?}, not {model:?}", map.keys());
    assert!(map.keys().rev().eq(model.iter().rev()));
    assert!(
        map.iter().all(|(key, value)| *value == !key),
        "keys and values are mixed up"
    );
    let mut some = model.iter().step_by(1 + model.len() / 50);
    assert!(some.all(|key| map.contains_key(key)));
}

/// Each of the smallest maps at each of its keys, larger ones at some.
fn everywhere(body: impl Fn(&[u32], &Map, u32)) {
    for history in HISTORIES {
        let small = (0..16)
            .map(|size| (size, 1))
            .chain((16..40).step_by(3).map(|size| (size, 3)));
        for (size, step) in small.chain([(64, 5), (65, 5), (129, 17), (500, 101), (3_000, 1_999)]) {
            let (keys, map) = with(size, history);
            for at in (0..2 * size + 2).step_by(step) {
                let _doing = Doing(format_args!("{history}, {size} entries, at {at}"));
                body(&keys, &map, at);
            }
        }
    }
}

#[test]
fn split_off() {
    everywhere(|keys, map, at| {
        let mut left = map.clone();
        let right = left.split_off(&at);
        let (left_keys, right_keys) = keys.split_at(keys.partition_point(|key| *key < at));
        assert_is(&left, left_keys);
        assert_is(&right, right_keys);
        // Both remain usable.
        for mut part in [left, right] {
            let before = part.len();
            assert_eq!(part.insert(at | 1, !(at | 1)), None);
            part.check_invariants();
            assert_eq!(part.len(), before + 1);
        }
    });
}

fn spans(at: u32) -> [(Bound<u32>, Bound<u32>); 7] {
    [
        (Unbounded, Unbounded),
        (Unbounded, Excluded(at)),
        (Excluded(at), Unbounded),
        (Included(at), Included(at)),
        (Included(at), Excluded(at + 9)),
        (Excluded(at / 2), Included(at)),
        (Included(at / 3), Excluded(at)),
    ]
}

#[test]
fn remove_range() {
    everywhere(|keys, map, at| {
        for span in spans(at) {
            let mut copy = map.clone();
            let left: Vec<u32> = keys
                .iter()
                .copied()
                .filter(|key| !span.contains(key))
                .collect();
            assert_eq!(copy.remove_range(span), keys.len() - left.len(), "{span:?}");
            assert_is(&copy, &left);
        }
    });
}

#[test]
fn retain() {
    everywhere(|keys, map, at| {
        for modulus in [1, 2, 3, 17] {
            for inverted in [false, true] {
                let keeps = |key: u32| (key / 2 + at).is_multiple_of(modulus) != inverted;
                let mut copy = map.clone();
                let mut asked = Vec::new();
                copy.retain(|key, value| {
                    asked.push(*key);
                    *value = !*key;
                    keeps(*key)
                });
                assert_eq!(asked, keys, "each is asked about once, in order");
                let left: Vec<u32> = keys.iter().copied().filter(|key| keeps(*key)).collect();
                assert_is(&copy, &left);
            }
        }
    });
}

/// In runs, so that whole segments go while others stay full.
#[test]
fn retain_runs() {
    for history in HISTORIES {
        for (size, run) in [(300, 20), (3_000, 70), (3_000, 500), (20_000, 3_000)] {
            for parity in 0..2 {
                let (keys, mut map) = with(size, history);
                let keeps = |key: u32| key / 2 / run % 2 == parity;
                map.retain(|key, _| keeps(*key));
                let left: Vec<u32> = keys.into_iter().filter(|key| keeps(*key)).collect();
                assert_is(&map, &left);
            }
        }
    }
}

#[test]
fn extract_if() {
    everywhere(|keys, map, at| {
        for (number, span) in spans(at).into_iter().enumerate() {
            for take in [[0, 1, 5][number % 3], usize::MAX] {
                let picks = |key: u32| (key / 2 + at) % 3 < number as u32 % 4;
                let mut copy = map.clone();
                let mut asked = Vec::new();
                let mut extraction = copy.extract_if(span, |key, _| {
                    asked.push(*key);
                    picks(*key)
                });
                let taken: Vec<(u32, u32)> = extraction.by_ref().take(take).collect();
                drop(extraction);
                let inside = keys.iter().copied().filter(|key| span.contains(key));
                let expected: Vec<u32> = inside
                    .clone()
                    .filter(|key| picks(*key))
                    .take(take)
                    .collect();
                assert!(
                    taken
                        .into_iter()
                        .eq(expected.iter().map(|key| (*key, !key)))
                );
                assert!(asked.into_iter().eq(inside.take(match expected.last() {
                    Some(last) if expected.len() == take => {
                        keys.iter()
                            .filter(|key| span.contains(*key) && *key <= last)
                            .count()
                    }
                    _ if take == 0 => 0,
                    _ => usize::MAX,
                })));
                let mut left = keys.to_vec();
                left.retain(|key| expected.binary_search(key).is_err());
                assert_is(&copy, &left);
            }
        }
    });
}

#[test]
fn building() {
    for size in (0..200).chain([1_000, 4_096, 50_000]) {
        let keys: Vec<u32> = (0..size).map(|at| at * 2).collect();
        let entries = || keys.iter().map(|key| (*key, !key));
        assert_is(&entries().collect(), &keys);
        assert_is(&Map::from_sorted_iter(entries()).expect("is sorted"), &keys);
        // An iterator that promises nothing about its length.
        assert_is(
            &Map::from_sorted_iter(entries().filter(|_| true)).expect("is sorted"),
            &keys,
        );
        let mut shuffled: Vec<(u32, u32)> = entries().map(|(key, _)| (key, 0)).collect();
        XorShift::new(7).shuffle(&mut shuffled);
        let twice = shuffled.iter().copied().chain(entries());
        assert_is(&twice.clone().collect(), &keys);
        let mut extended: Map = shuffled
            .iter()
            .copied()
            .filter(|(key, _)| key % 3 == 0)
            .collect();
        extended.extend(twice);
        assert_is(&extended, &keys);
        if size > 1 {
            let swapped = entries().skip(1).chain(entries().take(1));
            assert!(Map::from_sorted_iter(swapped).is_err());
            let again = entries().chain(entries().skip(keys.len() - 1));
            assert!(Map::from_sorted_iter(again).is_err());
        }
    }
}

#[test]
fn clones_are_equal_and_apart() {
    for history in HISTORIES {
        for size in (0..70).chain([300, 5_000]) {
            let (keys, map) = with(size, history);
            let mut copy = map.clone();
            let mut over = with(size / 2 + 3, "thinned").1;
            over.clone_from(&map);
            copy.values_mut().for_each(|value| *value = 0);
            over.extend([(1, !1)]);
            assert_is(&map, &keys);
            assert_eq!((copy.len(), over.len()), (keys.len(), keys.len() + 1));
            copy.check_invariants();
            over.check_invariants();
            assert!(copy.values().all(|value| *value == 0));
        }
    }
}
