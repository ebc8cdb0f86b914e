//! What is written is what was there, and what is read need not be in order.
#![cfg(feature = "serde")]

use leafwise::{BPlusIndex, BPlusTreeMap, BPlusTreeSet, Heap, Pairs};
use serde_json::{from_str, to_string};

#[test]
fn a_map_is_a_map() {
    let map = BPlusTreeMap::from([("b".to_string(), 2), ("a".to_string(), 1)]);
    let text = to_string(&map).unwrap();
    assert_eq!(text, r#"{"a":1,"b":2}"#);
    assert_eq!(from_str::<BPlusTreeMap<String, i32>>(&text).unwrap(), map);

    let unsorted = r#"{"b":7,"a":1,"b":2}"#;
    let read: BPlusTreeMap<String, i32, Heap, Pairs> = from_str(unsorted).unwrap();
    assert!(read.into_iter().eq(map), "of equal keys the last one stays");
    assert!(from_str::<BPlusTreeMap<String, i32>>("[1, 2]").is_err());
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

    let read: BPlusIndex<u32, u32, Heap, Pairs> =
        from_str("[[2, 1], [1, 5], [2, 0], [2, 1]]").unwrap();
    assert!(read.iter().eq([(&1, &5), (&2, &0), (&2, &1)]));
    let error = from_str::<BPlusIndex<u32, u32>>("[[1, 2], [3]]").unwrap_err();
    assert_eq!(error.line(), 1);
    assert!(from_str::<BPlusIndex<u32, u32>>(r#"{"1": 2}"#).is_err());
}
