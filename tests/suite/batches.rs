//! Batches of look-ups find what single look-ups find.

use std::fmt::Debug;

use leafwise::iter::Insert;
use leafwise::layout::{ArrayOfStructs, StructOfArrays};
use leafwise::map::Map;
use leafwise::store::{Heap, Slab};
use leafwise::{BPlusIndex, BPlusTreeMap, BPlusTreeSet, CacheObliviousMap};

/// Checks batches in maps of many sizes. Keys are made of numbers, of which every other one is in
/// the map.
fn agree_with_single<K, B>(empty: Map<K, u64, B>, key: impl Fn(u64) -> K)
where
    K: Ord + Debug,
    B: Insert<Key = K, Value = u64> + Clone,
{
    for entries in [0, 1, 2, 15, 63, 64, 65, 300, 5_000] {
        let mut map = empty.clone();
        // In no order, so that nodes are partly full.
        for index in 0..entries {
            let number = index * 7919 % entries * 2 + 1;
            map.insert(key(number), number);
        }
        for queries in [0, 1, 2, 15, 16, 17, 31, 33, 1_000] {
            let queries: Vec<K> = (0..queries)
                .map(|index| key(index * 6113 % (entries * 2 + 3)))
                .collect();
            let expected: Vec<_> = queries.iter().map(|key| map.get(key)).collect();
            let mut found = vec![Some(&0); queries.len()];
            map.get_batch(&queries, &mut found);
            assert_eq!(found, expected, "{entries} entries");

            let mut contained = vec![false; queries.len()];
            map.contains_key_batch(&queries, &mut contained);
            let expected: Vec<_> = expected.iter().map(Option::is_some).collect();
            assert_eq!(contained, expected, "{entries} entries");

            let mut changed = map.clone();
            let mut at = 0;
            changed.get_mut_batch(&queries, |value| {
                assert_eq!(value.is_some(), expected[at], "{entries} entries");
                at += 1;
                if let Some(value) = value {
                    *value += 1_000_000;
                }
            });
            assert_eq!(at, queries.len());
            for (key, value) in &map {
                let times = queries.iter().filter(|query| *query == key).count() as u64;
                assert_eq!(changed[key], value + times * 1_000_000);
            }
        }
    }
}

/// A number of which about half are negative, in the same order.
fn signed(number: u64) -> i64 {
    number as i64 - 5_000
}

#[test]
fn of_integers() {
    agree_with_single(BPlusTreeMap::new(), |number| number);
    agree_with_single(BPlusTreeMap::new(), signed);
    agree_with_single(BPlusTreeMap::new(), |number| signed(number) as i16);
    let map = BPlusTreeMap::<_, _, Heap, ArrayOfStructs<3, 5>>::default();
    agree_with_single(map, |number| u64::MAX - number);
    let map = BPlusTreeMap::<_, _, Slab, StructOfArrays<2, 4>>::default();
    agree_with_single(map, |number| number as u32);
}

#[test]
fn of_other_keys() {
    agree_with_single(BPlusTreeMap::new(), |number| format!("number {number:09}"));
    agree_with_single(BPlusTreeMap::new(), |number| (number / 100, number % 100));
    let map = BPlusTreeMap::<_, _, Heap, StructOfArrays<3, 5>>::default();
    agree_with_single(map, |number| format!("{number}"));
    agree_with_single(CacheObliviousMap::new(), |number| number);
}

#[test]
fn of_a_set() {
    let set: BPlusTreeSet<u64> = (0..5_000).map(|number| number * 2).collect();
    let queries: Vec<u64> = (0..1_000).map(|index| index * 7919 % 10_001).collect();
    let (mut contained, mut found) = (vec![false; 1_000], vec![None; 1_000]);
    set.contains_batch(&queries, &mut contained);
    set.get_batch(&queries, &mut found);
    for ((query, contained), found) in queries.iter().zip(contained).zip(found) {
        assert_eq!(contained, query % 2 == 0 && *query < 10_000);
        assert_eq!(found, contained.then_some(query));
    }
}

/// Checks batches in indexes of many sizes. Key `n` has as many values as `n % 7`, but every 50th
/// has 200, which fill several leaves.
fn agree_with_single_keys<K: Ord + Clone + Debug>(key: impl Fn(u64) -> K) {
    for keys in [0, 1, 2, 7, 60, 2_000] {
        let values = |number: u64| if number % 50 == 49 { 200 } else { number % 7 };
        let pairs = (0..keys).flat_map(|number| (0..values(number)).map(move |row| (number, row)));
        let index: BPlusIndex<K, u64> = pairs.map(|(number, row)| (key(number), row)).collect();
        for queries in [0, 1, 15, 16, 17, 1_000] {
            let queries: Vec<u64> = (0..queries).map(|at| at * 6113 % (keys + 3)).collect();
            let keys: Vec<K> = queries.iter().map(|number| key(*number)).collect();
            let mut found = Vec::new();
            index.get_all_batch(&keys, |values| {
                found.push(values.copied().collect::<Vec<_>>())
            });
            let expected: Vec<Vec<u64>> = keys
                .iter()
                .map(|key| index.get_all(key).copied().collect())
                .collect();
            assert_eq!(found, expected);

            let mut contained = vec![false; keys.len()];
            index.contains_key_batch(&keys, &mut contained);
            let expected: Vec<bool> = expected.iter().map(|values| !values.is_empty()).collect();
            assert_eq!(contained, expected);

            let pairs: Vec<(&K, u64)> = keys
                .iter()
                .zip(0..)
                .map(|(key, at)| (key, at % 8))
                .collect();
            index.contains_batch(
                pairs.iter().map(|(key, value)| (*key, value)),
                &mut contained,
            );
            for ((key, value), contained) in pairs.iter().zip(contained) {
                assert_eq!(contained, index.contains(*key, value), "{key:?}, {value}");
            }
        }
    }
}

#[test]
fn of_an_index() {
    agree_with_single_keys(|number| number);
    agree_with_single_keys(|number| format!("number {number:09}"));
    agree_with_single_keys(|number| (number as u32 / 100, number as u32));
}

/// Keys are then unique, and texts are found by their tags.
#[test]
fn of_an_index_of_values_without_size() {
    for entries in [0, 1, 3, 40, 5_000] {
        let text = |number: u32| format!("number {number:09}");
        let index: BPlusIndex<String, ()> =
            (0..entries).map(|number| (text(number * 2), ())).collect();
        let queries: Vec<String> = (0..100)
            .map(|at| text(at * 6113 % (entries * 2 + 1)))
            .collect();
        let mut contained = vec![false; queries.len()];
        index.contains_key_batch(&queries, &mut contained);
        let mut queried = queries.iter().zip(contained);
        index.get_all_batch(&queries, |values| {
            let (query, contained) = queried.next().expect("one call per query");
            assert_eq!(values.count(), index.get_all(query).count(), "{query}");
            assert_eq!(contained, index.contains_key(query), "{query}");
        });
        assert!(queried.next().is_none());
    }
}

#[test]
#[should_panic(expected = "a batch of 2 keys cannot have 3 results")]
fn fewer_keys_than_results() {
    BPlusTreeMap::from([(1, 2)]).get_batch(&[1, 1], &mut [None; 3]);
}

#[test]
#[should_panic(expected = "a batch of 2 keys cannot have 1 results")]
fn more_keys_than_results() {
    BPlusTreeSet::from([1]).contains_batch(&[1, 1], &mut [false]);
}
