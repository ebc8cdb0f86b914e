//! What is written with borsh is what std's collections write, and input need not be in order.

use borsh::{BorshDeserialize, BorshSerialize, from_slice, to_vec};
use leafwise::layout::ArrayOfStructs;
use leafwise::store::Heap;
use leafwise::{BPlusIndex, BPlusTreeMap, BPlusTreeSet, CacheObliviousMap};
use leafwise::{StaticIndex, StaticMap, StaticSet};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

fn returns<C: BorshSerialize + BorshDeserialize + PartialEq + Debug>(collection: &C) -> Vec<u8> {
    let bytes = to_vec(collection).unwrap();
    assert_eq!(from_slice::<C>(&bytes).unwrap(), *collection);
    // Each byte less is an error, not a shorter collection.
    for len in 0..bytes.len() {
        assert!(from_slice::<C>(&bytes[..len]).is_err(), "{len} bytes");
    }
    bytes
}

#[test]
fn bytes_are_those_of_std() {
    let map: BTreeMap<String, u32> = (0..50).map(|key| (format!("{key:x}"), key)).collect();
    let bytes = to_vec(&map).unwrap();
    assert_eq!(returns(&BPlusTreeMap::from(map.clone())), bytes);
    assert_eq!(returns(&CacheObliviousMap::from(map.clone())), bytes);
    assert_eq!(returns(&StaticMap::<String, u32>::from(map)), bytes);

    let set: BTreeSet<i64> = (0..50).map(|key| key * key - 100).collect();
    let bytes = to_vec(&set).unwrap();
    assert_eq!(returns(&BPlusTreeSet::from(set.clone())), bytes);
    assert_eq!(returns(&StaticSet::<i64>::from(set)), bytes);

    let pairs: BTreeSet<(u8, u16)> = (0..50).map(|row| (row as u8 % 3, row)).collect();
    let bytes = to_vec(&pairs).unwrap();
    assert_eq!(returns(&BPlusIndex::from(pairs.clone())), bytes);
    let index: StaticIndex<u8, u16> = pairs.into_iter().collect();
    assert_eq!(returns(&index), bytes);
}

#[test]
fn input_in_any_order_is_sorted() {
    let bytes =
        to_vec(&[(2_u8, 'a'), (1, 'b'), (2, 'c')].map(|(key, value)| (key, value as u32))).unwrap();
    // An array has no length in front, a collection has.
    let bytes = [to_vec(&3_u32).unwrap(), bytes].concat();
    let map: BPlusTreeMap<u8, u32, Heap, ArrayOfStructs> = from_slice(&bytes).unwrap();
    assert!(map.into_iter().eq([(1, 'b' as u32), (2, 'c' as u32)]));
    let index: BPlusIndex<u8, u32> = from_slice(&bytes).unwrap();
    assert_eq!(index.get_all(&2).count(), 2);
}

#[test]
fn a_length_that_lies_allocates_nothing() {
    let bytes = [u32::MAX.to_le_bytes(), 7_u32.to_le_bytes()].concat();
    assert!(from_slice::<BPlusTreeSet<u32>>(&bytes).is_err());
    assert!(from_slice::<StaticSet<u32>>(&bytes).is_err());
    let units = from_slice::<BPlusTreeSet<()>>(&bytes[..4]).unwrap_err();
    assert!(units.to_string().contains("without a size"));
}
