//! Serialized collections contain all entries, and deserialization accepts any order.

use leafwise::layout::ArrayOfStructs;
use leafwise::static_collections::ByOrd;
use leafwise::store::Heap;
use leafwise::{BPlusIndex, BPlusTreeMap, BPlusTreeSet, CacheObliviousMap};
use leafwise::{StaticIndex, StaticMap, StaticSet};
use serde_json::{from_str, to_string};

#[test]
fn a_map_is_a_map() {
    let map = BPlusTreeMap::from([("b".to_string(), 2), ("a".to_string(), 1)]);
    let text = to_string(&map).unwrap();
    assert_eq!(text, r#"{"a":1,"b":2}"#);
    assert_eq!(from_str::<BPlusTreeMap<String, i32>>(&text).unwrap(), map);

    let unsorted = r#"{"b":7,"a":1,"b":2}"#;
    let read: BPlusTreeMap<String, i32, Heap, ArrayOfStructs> = from_str(unsorted).unwrap();
    assert!(read.into_iter().eq(map), "of equal keys the last one stays");
    assert!(from_str::<BPlusTreeMap<String, i32>>("[1, 2]").is_err());
}

#[test]
fn a_cache_oblivious_map_is_a_map() {
    let map = CacheObliviousMap::from([("b".to_string(), 2), ("a".to_string(), 1)]);
    let text = to_string(&map).unwrap();
    assert_eq!(text, r#"{"a":1,"b":2}"#);
    assert_eq!(
        from_str::<CacheObliviousMap<String, i32>>(&text).unwrap(),
        map
    );

    let unsorted = r#"{"b":7,"c":3,"a":1,"b":2}"#;
    let read: CacheObliviousMap<String, i32> = from_str(unsorted).unwrap();
    assert_eq!(read["b"], 2, "of equal keys the last one stays");
    assert!(read.keys().eq(["a", "b", "c"]));
    assert!(from_str::<CacheObliviousMap<String, i32>>("[1, 2]").is_err());
}

#[test]
fn a_set_is_a_sequence() {
    let set: BPlusTreeSet<u32> = (0..1000).collect();
    let text = to_string(&set).unwrap();
    assert!(text.starts_with("[0,1,2,"));
    assert_eq!(from_str::<BPlusTreeSet<u32>>(&text).unwrap(), set);

    assert_eq!(
        from_str::<BPlusTreeSet<u32>>("[3, 1, 3]").unwrap(),
        BPlusTreeSet::from([1, 3])
    );
    assert!(from_str::<BPlusTreeSet<u32>>(r#"[1, "two"]"#).is_err());
}

#[test]
fn an_index_is_a_sequence_of_pairs() {
    let index: BPlusIndex<u32, String> = (0..1000).map(|row| (row % 7, row.to_string())).collect();
    let text = to_string(&index).unwrap();
    assert!(text.starts_with(r#"[[0,"0"],[0,"105"],"#));
    assert_eq!(from_str::<BPlusIndex<u32, String>>(&text).unwrap(), index);

    let read: BPlusIndex<u32, u32, Heap, ArrayOfStructs> =
        from_str("[[2, 1], [1, 5], [2, 0], [2, 1]]").unwrap();
    assert!(read.iter().eq([(&1, &5), (&2, &0), (&2, &1)]));
    let error = from_str::<BPlusIndex<u32, u32>>("[[1, 2], [3]]").unwrap_err();
    assert_eq!(error.line(), 1);
    assert!(from_str::<BPlusIndex<u32, u32>>(r#"{"1": 2}"#).is_err());
}

#[test]
fn static_collections_serialize_like_the_others() {
    let map: StaticMap<String, u32> = from_str(r#"{"b":7,"a":1,"b":2}"#).unwrap();
    assert_eq!(to_string(&map).unwrap(), r#"{"a":1,"b":2}"#);
    assert!(from_str::<StaticMap<String, u32>>("[1, 2]").is_err());

    let set: StaticSet<f64> = from_str("[3.5, -1.0, 3.5, 0.0]").unwrap();
    assert_eq!(to_string(&set).unwrap(), "[-1.0,0.0,3.5]");
    let pairs: StaticSet<(String, u8), ByOrd> = from_str(r#"[["b", 1], ["a", 2]]"#).unwrap();
    assert_eq!(to_string(&pairs).unwrap(), r#"[["a",2],["b",1]]"#);
    assert!(from_str::<StaticSet<u8>>("[256]").is_err());

    let index: StaticIndex<u32, char> = from_str(r#"[[2, "x"], [1, "y"], [2, "a"]]"#).unwrap();
    assert_eq!(to_string(&index).unwrap(), r#"[[1,"y"],[2,"x"],[2,"a"]]"#);
}
