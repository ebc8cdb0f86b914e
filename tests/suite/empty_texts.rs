//! Empty texts, which the library compares at another address, in each place that compares whole
//! keys: searches, bounds of ranges, sorting, merging, and entries in order.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound::{Excluded, Included};

use leafwise::{
    BPlusIndex, BPlusTreeMap, BPlusTreeSet, CacheObliviousMap, StaticIndex, StaticMap, StaticSet,
};

/// More keys than a node has, in no order; the empty one is neither first nor last.
fn texts() -> Vec<String> {
    let text = |at: usize| match at {
        150 => String::new(),
        _ => format!("{:03}", at * 7919 % 1000),
    };
    (0..300).map(text).collect()
}

macro_rules! check_map {
    ($map:ident, $key:ty) => {{
        let entries = || texts().into_iter().map(<$key>::from).zip(0..);
        let model: BTreeMap<$key, i32> = entries().collect();
        let mut map: $map<$key, i32> = entries().collect();
        assert!(map.iter().eq(&model));
        assert_eq!((map.get(""), map.get("000x")), (Some(&150), None));
        assert_eq!(map.range::<str, _>((Included(""), Included(""))).count(), 1);
        assert_eq!(
            map.range::<str, _>((Excluded(""), Included("000"))).count(),
            1
        );
        let is_invalid = |start, end| map.range_checked::<str, _>((start, end)).is_err();
        assert!(is_invalid(Excluded(""), Excluded("")));
        assert!(is_invalid(Included("0"), Included("")));

        let mut inserted = $map::<$key, i32>::new();
        for (key, value) in entries() {
            assert_eq!(inserted.insert(key, value), None);
        }
        assert!(inserted.iter().eq(&model));
        assert_eq!(inserted.insert("".into(), 1), Some(150));
        assert_eq!(inserted.len(), model.len());
        assert_eq!(inserted.remove(""), Some(1));
        assert_eq!(inserted.get(""), None);
        inserted.append(&mut map);
        assert!(inserted.iter().eq(&model));

        let empty = <$key>::from(String::new());
        let extracted = inserted.extract_if(empty.clone()..=empty.clone(), |_, _| true);
        assert!(extracted.eq([(empty.clone(), 150)]));
        let a = <$key>::from(String::from("a"));
        let sorted = [(empty.clone(), 1), (a.clone(), 2)];
        assert!(<$map<$key, i32>>::from_sorted_iter(sorted).is_ok());
        assert!(<$map<$key, i32>>::from_sorted_iter([(a, 1), (empty.clone(), 2)]).is_err());
        assert!(<$map<$key, i32>>::from_sorted_iter([(empty.clone(), 1), (empty, 2)]).is_err());
    }};
}

#[test]
fn maps_have_empty_keys() {
    check_map!(BPlusTreeMap, String);
    check_map!(BPlusTreeMap, Box<str>);
    check_map!(CacheObliviousMap, String);
    check_map!(CacheObliviousMap, Box<str>);
}

#[test]
fn an_index_has_many_entries_with_an_empty_key() {
    let rows = || texts().into_iter().chain((0..700).map(|_| String::new()));
    let entries = || rows().map(String::into_boxed_str).zip(0_u64..);
    let model: BTreeSet<(Box<str>, u64)> = entries().collect();
    let mut index: BPlusIndex<Box<str>, u64> = BPlusIndex::new();
    for (key, value) in entries() {
        assert!(index.insert(key, value));
    }
    let collected: BPlusIndex<Box<str>, u64> = entries().collect();
    for index in [&index, &collected] {
        assert!(
            index
                .iter()
                .eq(model.iter().map(|(key, value)| (key, value)))
        );
    }
    assert!(!index.insert("".into(), 150));
    assert!(index.contains("", &150) && !index.contains("", &151));
    assert_eq!(index.get_all("").count(), 701);
    assert_eq!(index.groups().count(), 300);
    assert_eq!(index.groups().next_back().unwrap().1.count(), 1);
    assert_eq!(index.range_pairs(("", &150)..("", &301)).count(), 2);
    assert!(index.range_pairs_checked(("", &2)..("", &1)).is_err());
    assert!(index.range_pairs_checked(("a", &1)..("", &2)).is_err());
    assert!(index.delete("", &150) && !index.delete("", &150));

    // Values that are text decide between equal keys.
    let by_value: BPlusIndex<u8, &str> = [(1, "a"), (1, ""), (0, "b")].into_iter().collect();
    assert!(by_value.iter().eq([(&0, &"b"), (&1, &""), (&1, &"a")]));
    assert!(by_value.contains(&1, &""));
}

#[test]
fn sets_are_combined_with_empty_elements() {
    let left = BPlusTreeSet::from(["", "a", "c"]);
    let right = BPlusTreeSet::from(["", "b"]);
    assert!(left.union(&right).eq(&["", "a", "b", "c"]));
    assert!(left.intersection(&right).eq(&[""]));
    assert!(left.difference(&right).eq(&["a", "c"]));
    assert!(right.symmetric_difference(&left).eq(&["a", "b", "c"]));
}

#[test]
fn static_collections_have_empty_keys() {
    let entries = || texts().into_iter().zip(0..);
    let model: BTreeMap<String, i32> = entries().collect();
    let map: StaticMap<String, i32> = entries().collect();
    assert!(
        map.iter()
            .eq(model.iter().map(|(key, value)| (key.as_str(), value)))
    );
    assert_eq!((map.get(""), map.get("000x")), (Some(&150), None));
    assert!(StaticSet::<String>::from_sorted_iter([String::new(), "a".to_string()]).is_ok());
    assert!(StaticSet::<String>::from_sorted_iter(["a".to_string(), String::new()]).is_err());
    // The shared prefix is not empty, and the query is.
    let shared: StaticSet<String> = ["ab", "ac"].into_iter().collect();
    assert!(!shared.contains("") && shared.rank("") == 0);
    let index: StaticIndex<String, i32> = (0..100).map(|value| (String::new(), value)).collect();
    assert_eq!(index.get_all("").len(), 100);
    assert!(index == index.clone());
}
