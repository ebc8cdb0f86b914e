//! From arrays, vectors and std's collections, for every store and layout, and back.

use leafwise::layout::ArrayOfStructs;
use leafwise::static_collections::{ByOrd, Packed};
use leafwise::store::Heap;
use leafwise::{BPlusIndex, BPlusTreeMap, BPlusTreeSet, CacheObliviousMap};
use leafwise::{StaticIndex, StaticMap, StaticSet};
use std::collections::{BTreeMap, BTreeSet};

#[test]
fn maps_come_from_std_and_go_back() {
    let std: BTreeMap<u32, u32> = (0..500).map(|key| (key * 7 % 500, key)).collect();
    let map = BPlusTreeMap::from(std.clone());
    map.check_invariants();
    assert!(map.iter().eq(&std));
    assert_eq!(BTreeMap::from(map), std);
    let map: BPlusTreeMap<u32, u32, Heap, ArrayOfStructs> = std.clone().into();
    assert_eq!(BTreeMap::from(map), std);
    assert_eq!(BTreeMap::from(CacheObliviousMap::from(std.clone())), std);
    let map: StaticMap<u32, u32, Packed<32>> = std.clone().into();
    assert_eq!(BTreeMap::from(map), std);
}

#[test]
fn sets_come_from_std_and_go_back() {
    let std: BTreeSet<i64> = (0..500).map(|key| key * 7 % 500 - 250).collect();
    assert_eq!(BTreeSet::from(BPlusTreeSet::from(std.clone())), std);
    let set: BPlusTreeSet<i64, Heap> = std.clone().into();
    assert_eq!(BTreeSet::from(set), std);
    let set: StaticSet<i64, ByOrd> = std.clone().into();
    assert_eq!(BTreeSet::from(set), std);
    let pairs: BTreeSet<(u8, u16)> = (0..500).map(|row| (row as u8 % 9, row)).collect();
    assert_eq!(BTreeSet::from(BPlusIndex::from(pairs.clone())), pairs);
    let index: BPlusIndex<u8, u16, Heap, ArrayOfStructs> = pairs.clone().into();
    assert_eq!(BTreeSet::from(index), pairs);
    let index: StaticIndex<u8, u16> = pairs.iter().copied().collect();
    assert_eq!(BTreeSet::from(index), pairs);
}

#[test]
fn of_equal_keys_in_an_array_or_a_vector_the_last_is_kept() {
    let entries = [(2, 'a'), (1, 'b'), (2, 'c')];
    let expected = [(1, 'b'), (2, 'c')];
    assert!(BPlusTreeMap::from(entries).into_iter().eq(expected));
    assert!(
        BPlusTreeMap::from(entries.to_vec())
            .into_iter()
            .eq(expected)
    );
    let map: BPlusTreeMap<i32, char, Heap, ArrayOfStructs> = entries.into();
    assert!(map.into_iter().eq(expected));
    assert!(CacheObliviousMap::from(entries).into_iter().eq(expected));
    assert!(
        CacheObliviousMap::from(entries.to_vec())
            .into_iter()
            .eq(expected)
    );
    assert!(StaticMap::from(entries).into_iter().eq(expected));
    let map: StaticMap<i32, char, ByOrd> = entries.to_vec().into();
    assert!(map.into_iter().eq(expected));
    assert_eq!(BPlusIndex::from(entries.to_vec()).len(), 3);
    assert_eq!(StaticIndex::from(entries).get_all(&2), ['a', 'c']);
    assert!(BPlusTreeSet::from(vec![2, 1, 2]).into_iter().eq([1, 2]));
    let set: BPlusTreeSet<i32, Heap> = [2, 1, 2].into();
    assert!(set.into_iter().eq([1, 2]));
}
