//! How collections are built: in order or not, with duplicates, from each other.

use std::collections::BTreeMap;

use leafwise::layout::{ArrayOfStructs, LeafLayout, StructOfArrays};
use leafwise::static_collections::{ByOrd, Packed};
use leafwise::store::{Heap, Slab, Store};
use leafwise::{BPlusIndex, BPlusTreeMap, BPlusTreeSet, StaticIndex, StaticMap, StaticSet};

use crate::batches::panics;
use crate::common::random::XorShift;
use crate::keys::Word;

/// Numbers below a limit, many of them equal.
fn numbers(count: usize, limit: u64) -> Vec<u32> {
    let mut random = XorShift::new(count as u64 + limit);
    (0..count).map(|_| random.below(limit) as u32).collect()
}

#[test]
fn the_last_value_of_equal_keys_stays() {
    for (count, limit) in [
        (0, 1),
        (1, 1),
        (40, 1),
        (40, 3),
        (1_000, 50),
        (5_000, 100_000),
    ] {
        let mut keys = numbers(count, limit);
        for is_sorted in [false, true] {
            let entries: Vec<(u32, usize)> = keys.iter().copied().zip(0..).collect();
            let map: StaticMap<u32, usize> = entries.iter().copied().collect();
            let by_ord: StaticMap<u32, usize, ByOrd> = entries.iter().copied().collect();
            let texts: StaticMap<String, usize> = entries
                .iter()
                .map(|(key, value)| (format!("{key:09}"), *value))
                .collect();
            let std: BTreeMap<u32, usize> = entries.into_iter().collect();
            map.check_invariants();
            assert!(
                map.iter().eq(std.iter().map(|(key, value)| (*key, value))),
                "{is_sorted}"
            );
            assert!(by_ord.iter().eq(std.iter()));
            assert!(texts.values().eq(std.values()));
            keys.sort_unstable();
        }
    }
}

#[test]
fn an_index_keeps_the_order_of_equal_keys() {
    for (count, limit) in [(40, 1), (40, 3), (1_000, 7), (5_000, 900)] {
        let mut keys = numbers(count, limit);
        for _ in 0..2 {
            let entries: Vec<(u32, usize)> = keys.iter().copied().zip(0..).collect();
            let mut expected = entries.clone();
            expected.sort_by_key(|(key, _)| *key);
            let index: StaticIndex<u32, usize> = entries.iter().copied().collect();
            index.check_invariants();
            assert!(
                index
                    .iter()
                    .eq(expected.iter().map(|(key, value)| (*key, value)))
            );
            let by_ord: StaticIndex<u32, usize, ByOrd> = entries.iter().copied().collect();
            assert!(by_ord.values().eq(expected.iter().map(|(_, value)| value)));
            let texts = entries
                .iter()
                .map(|(key, value)| (format!("{key:09}"), *value));
            let texts: StaticIndex<String, usize> = texts.collect();
            assert!(texts.values().eq(expected.iter().map(|(_, value)| value)));
            let sorted = StaticIndex::<u32, usize>::from_sorted_iter(expected).expect("sorted");
            assert_eq!(sorted, index);
            keys.sort_unstable_by_key(|key| std::cmp::Reverse(*key));
        }
    }
}

/// Keys that are equal but not identical.
#[derive(Clone, Debug)]
struct Labelled(u32, u32);

impl Ord for Labelled {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}

impl PartialOrd for Labelled {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Labelled {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Labelled {}

#[test]
fn the_last_of_equal_keys_stays() {
    let keys: Vec<Labelled> = numbers(200, 20)
        .into_iter()
        .zip(0..)
        .map(|(n, i)| Labelled(n, i))
        .collect();
    // std's map keeps the last one as well when it is built from an iterator.
    let std: BTreeMap<Labelled, u32> = keys.iter().map(|key| (key.clone(), key.1)).collect();
    let labels: Vec<u32> = std.keys().map(|key| key.1).collect();
    let set: StaticSet<Labelled, ByOrd> = keys.iter().cloned().collect();
    assert!(set.iter().map(|key| key.1).eq(labels.iter().copied()));
    let map: StaticMap<Labelled, u32, ByOrd> =
        keys.iter().map(|key| (key.clone(), key.1)).collect();
    assert!(map.keys().map(|key| key.1).eq(labels.iter().copied()));
    assert!(map.values().copied().eq(labels));
    let index: StaticIndex<Labelled, u32, ByOrd> =
        keys.iter().map(|key| (key.clone(), key.1)).collect();
    assert!(index.iter().all(|(key, value)| key.1 == *value));
    assert_eq!(index.len(), 200);
}

/// The errors of all ways to build from sorted entries, for a fault at each of some positions.
#[test]
fn the_first_entry_out_of_order_is_reported() {
    let len = 9_000;
    let positions = [
        1, 2, 5, 15, 16, 17, 4_094, 4_095, 4_096, 4_097, 5_000, 8_191, 8_192, 8_193, 8_999,
    ];
    for at in positions {
        for is_equal in [true, false] {
            let mut keys: Vec<u32> = (0..len).map(|n| n * 2 + 2).collect();
            keys[at] = if is_equal {
                keys[at - 1]
            } else {
                keys[at - 1] - 1
            };
            // Another fault after it, which is not the first.
            keys[8_999] = 0;
            let entries = || keys.iter().copied().zip(0_u32..);
            let values = || vec![0_u8; keys.len()];
            let strict = [
                StaticSet::<u32>::from_sorted_slice(&keys).err(),
                StaticSet::<u32>::from_sorted_iter(keys.iter().copied()).err(),
                StaticSet::<u32, ByOrd>::from_sorted_slice(&keys).err(),
                StaticMap::<u32, u8>::from_sorted_parts(&keys, values()).err(),
                StaticMap::<u32, u32>::from_sorted_iter(entries()).err(),
                StaticMap::<u32, u32, ByOrd>::from_sorted_iter(entries()).err(),
            ];
            for (number, error) in strict.into_iter().enumerate() {
                assert_eq!(error.map(|error| error.index()), Some(at), "way {number}");
            }
            let at = if is_equal { 8_999 } else { at };
            let loose = [
                StaticIndex::<u32, u8>::from_sorted_parts(&keys, values()).err(),
                StaticIndex::<u32, u32>::from_sorted_iter(entries()).err(),
                StaticIndex::<u32, u8, ByOrd>::from_sorted_parts(&keys, values()).err(),
            ];
            for (number, error) in loose.into_iter().enumerate() {
                assert_eq!(error.map(|error| error.index()), Some(at), "way {number}");
            }
        }
    }
    let texts = ["a", "b", "ab", "c"].map(String::from);
    let error = StaticSet::<String>::from_sorted_slice(&texts).err();
    assert_eq!(error.map(|error| error.index()), Some(2));
    let error = StaticSet::<f64>::from_sorted_slice(&[-1.0, 0.0, -0.0]).err();
    assert_eq!(error.map(|error| error.index()), Some(2));
    let arrays = [[0_u8; 9], [1; 9], [1; 9]];
    let error = StaticSet::<[u8; 9]>::from_sorted_slice(&arrays).err();
    assert_eq!(error.map(|error| error.index()), Some(2));
}

#[test]
fn sorted_slices_are_accepted() {
    for len in [0, 1, 16, 4_095, 4_096, 4_097, 8_192, 20_000] {
        let keys: Vec<u32> = (0..len).map(|n| n * 3).collect();
        let set = StaticSet::<u32>::from_sorted_slice(&keys).expect("sorted");
        set.check_invariants();
        assert!(set.iter().eq(keys.iter().copied()));
        let values: Vec<u64> = (0..len.into()).collect();
        let map = StaticMap::<u32, u64>::from_sorted_parts(&keys, values.clone()).expect("sorted");
        map.check_invariants();
        assert_eq!(map.values_slice(), values);
        let twice: Vec<u32> = keys.iter().map(|key| key / 12).collect();
        let index = StaticIndex::<u32, u64>::from_sorted_parts(&twice, values).expect("sorted");
        index.check_invariants();
        assert!(index.keys().eq(twice));
    }
    panics(|| drop(StaticMap::<u32, u8>::from_sorted_parts(&[1, 2], vec![1])));
    panics(|| drop(StaticIndex::<u32, u8>::from_sorted_parts(&[], vec![1])));
}

#[test]
fn from_arrays_vectors_and_slices() {
    let set = StaticSet::from([3_u16, 1, 3, 2]);
    assert_eq!(set, StaticSet::from(vec![1, 2, 3]));
    assert_eq!(set, StaticSet::from(&[2, 2, 1, 3][..]));
    let map = StaticMap::from([(3_u16, 'x'), (1, 'a'), (3, 'c')]);
    assert_eq!(map, StaticMap::from(vec![(1, 'a'), (3, 'c')]));
    assert_eq!(map, StaticMap::from(&[(3, 'c'), (1, 'a')][..]));
    let index = StaticIndex::from([(3_u16, 'x'), (1, 'a'), (3, 'c')]);
    assert_eq!(index, StaticIndex::from(vec![(1, 'a'), (3, 'x'), (3, 'c')]));
    assert_ne!(
        index,
        StaticIndex::from(&[(1, 'a'), (3, 'c'), (3, 'x')][..])
    );
    let words: StaticMap<String, i32> = [("b", 1), ("a", 2)].into_iter().collect();
    assert_eq!((words["a"], words["b"]), (2, 1));
    panics(|| assert_eq!(words["c"], 0));
    let owned: StaticSet<String> = vec!["b".to_string(), "a".to_string()].into();
    assert_eq!(owned, ["a", "b"].into_iter().collect());
    assert_eq!(index.get_all(&3), ['x', 'c']);
    assert_eq!(index.get(&3), Some(&'x'));
}

#[test]
fn values_can_be_changed_in_place() {
    let mut map: StaticMap<u32, u32> = (0..100).map(|n| (n, n)).collect();
    let at = map.rank(&50);
    map.values_slice_mut()[at] = 7;
    assert_eq!((map[&49], map[&50], map[&51]), (49, 7, 51));
}

#[test]
fn empty_collections() {
    let set = StaticSet::<u32>::new();
    assert!(set.is_empty() && set.first().is_none() && set.select(0).is_none());
    assert_eq!(
        (set.rank(&7), set.rank_upper(&u32::MAX), set.memory_usage()),
        (0, 0, 0)
    );
    assert_eq!((set.floor(&9), set.ceiling(&0)), (None, None));
    let map = StaticMap::<String, u32>::new();
    assert_eq!(
        (map.rank(""), map.get(""), map.memory_usage()),
        (0, None, 0)
    );
    let index = StaticIndex::<[u8; 9], (), Packed<3>>::default();
    assert_eq!(
        (index.count(&[0; 9]), index.last(), index.memory_usage()),
        (0, None, 0)
    );
    assert!(index.get_all(&[1; 9]).is_empty());
    let by_ord = StaticSet::<Word, ByOrd>::default();
    assert_eq!((by_ord.iter().next(), by_ord.memory_usage()), (None, 0));
    for set in [
        StaticSet::from([]),
        StaticSet::from(vec![]),
        StaticSet::from_iter([]),
        set.clone(),
    ] {
        assert_eq!(set, StaticSet::<u32>::new());
        set.check_invariants();
    }
    let sorted = StaticSet::<u32>::from_sorted_slice(&[]).expect("an empty slice is sorted");
    assert!(sorted.into_iter().next().is_none());
}

fn round_trips<S: Store, L: LeafLayout>() {
    for count in [0, 1, 17, 3_000] {
        let entries: Vec<(u32, u64)> = numbers(count, 2_000).into_iter().zip(0..).collect();
        let mut map = BPlusTreeMap::<u32, u64, S, L>::empty();
        map.extend(entries.iter().copied());
        let expected: Vec<(u32, u64)> = map.iter().map(|(key, value)| (*key, *value)).collect();
        let frozen = map.freeze();
        frozen.check_invariants();
        assert!(frozen.clone().into_iter().eq(expected.iter().copied()));
        let thawed = frozen.thaw();
        thawed.check_invariants();
        assert!(thawed.into_iter().eq(expected));

        let mut set = BPlusTreeSet::<String, S, L>::empty();
        set.extend(entries.iter().map(|(key, _)| format!("{key}")));
        let expected: Vec<String> = set.iter().cloned().collect();
        let frozen = set.freeze();
        frozen.check_invariants();
        let thawed = frozen.thaw();
        thawed.check_invariants();
        assert!(thawed.iter().eq(&expected));
        let frozen = StaticSet::<String, ByOrd>::from(thawed);
        assert!(frozen.thaw().iter().eq(&expected));

        let mut index = BPlusIndex::<u32, u64, S, L>::empty();
        index.extend(entries.iter().map(|(key, value)| (key % 40, *value)));
        let expected: Vec<(u32, u64)> = index.iter().map(|(key, value)| (*key, *value)).collect();
        let frozen = index.freeze();
        frozen.check_invariants();
        assert!(
            frozen
                .iter()
                .map(|(key, value)| (key, *value))
                .eq(expected.iter().copied())
        );
        let thawed = frozen.thaw();
        thawed.check_invariants();
        assert!(
            thawed
                .iter()
                .map(|(key, value)| (*key, *value))
                .eq(expected)
        );
    }
}

#[test]
fn frozen_and_thawed() {
    round_trips::<Slab, StructOfArrays>();
    round_trips::<Heap, ArrayOfStructs<2, 4>>();
    round_trips::<Heap, StructOfArrays<3, 5>>();
    round_trips::<Slab, ArrayOfStructs>();
}

#[test]
fn users_types_are_frozen_by_conversion() {
    let words = ["ab", "a", "c", "longer"].map(|word| Word(word.into()));
    let map: BPlusTreeMap<Word, usize> = words.iter().cloned().zip(0..).collect();
    let expected: Vec<(Word, usize)> = map.clone().into_iter().collect();
    let frozen = StaticMap::<Word, usize, ByOrd>::from(map.clone());
    assert_eq!(frozen.get(&words[3]), Some(&3));
    assert!(frozen.clone().into_iter().eq(expected));
    assert_eq!(frozen.thaw(), map);
    let index: BPlusIndex<Word, usize> = words.iter().cloned().cycle().zip(0..10).collect();
    let frozen = StaticIndex::<Word, usize, ByOrd>::from(index.clone());
    assert_eq!(frozen.get_all(&words[0]), [0, 4, 8]);
    assert_eq!(frozen.thaw(), index);
    let set: BPlusTreeSet<Word> = words.into_iter().collect();
    let frozen = StaticSet::<Word, ByOrd>::from(set.clone());
    assert_eq!(frozen.first().map(|word| word.0.as_str()), Some("longer"));
    assert_eq!(frozen.thaw(), set);
}

/// A static index may hold what no other can: the same entry twice, and values in any order.
#[test]
fn thawing_puts_values_in_order() {
    let index = StaticIndex::from([(1, 'b'), (1, 'a'), (1, 'b'), (0, 'z')]);
    assert!(index.thaw().iter().eq([(&0, &'z'), (&1, &'a'), (&1, &'b')]));
}
