//! Keys that are searched as integers, wide ones and parts of them, and as texts of one length, in
//! trees of many sizes.

use std::cmp::Reverse;
use std::fmt::Debug;
use std::ops::Bound::{Excluded, Included, Unbounded};
use std::time::Duration;

use leafwise::layout::{ArrayOfStructs, LeafLayout, StructOfArrays};
use leafwise::store::{Heap, Slab, Store};
use leafwise::{BPlusIndex, BPlusTreeMap};

/// Checks maps of keys that ascend with their number.
fn ordered_as_numbers<K: Ord + Clone + Debug>(key: impl Fn(u64) -> K) {
    ordered_in::<K, Slab, StructOfArrays>(key);
}

/// [`ordered_as_numbers`] in this store and layout.
fn ordered_in<K: Ord + Clone + Debug, S: Store, L: LeafLayout>(key: impl Fn(u64) -> K) {
    for entries in [1, 5, 20, 60, 3_000] {
        let mut map = BPlusTreeMap::<K, u64, S, L>::default();
        // In no order, so that nodes are partly full. Every other key is in the map.
        for index in 0..entries {
            let number = index * 7919 % entries * 2 + 1;
            assert_eq!(map.insert(key(number), number), None);
        }
        map.check_invariants();
        let keys = |from: u64, to: u64| (from | 1..to).step_by(2);
        let end = entries * 2 + 1;
        for number in (0..end).step_by(1 + entries as usize / 300) {
            let at = key(number);
            assert_eq!(map.get(&at).copied(), (number % 2 == 1).then_some(number));
            let after = map.range((Excluded(at.clone()), Unbounded));
            assert!(after.map(|entry| *entry.1).eq(keys(number + 1, end)));
            let until = map.range((Unbounded, Included(at.clone())));
            assert!(until.map(|entry| *entry.1).eq(keys(0, number + 1)));
            assert_eq!(map.range(..at).count() as u64, number / 2);
        }
        for number in (1..end).step_by(6) {
            assert_eq!(map.remove(&key(number)), Some(number));
            assert_eq!(map.get(&key(number)), None);
        }
        map.check_invariants();
        let left = (1..end).step_by(2).filter(|number| number % 6 != 1);
        assert!(map.into_values().eq(left));
    }
}

#[test]
fn of_128_bits() {
    ordered_as_numbers(|number| u128::MAX - 6_001 + u128::from(number));
    ordered_as_numbers(|number| (i128::from(number) - 3_000) << 70);
}

#[test]
fn of_several_parts() {
    ordered_as_numbers(|number| (number as u32 / 100, number as u32 % 100));
    ordered_as_numbers(Duration::from_millis);
}

/// Such pairs have the form of texts, so their branches have room for heads.
#[test]
fn in_small_nodes() {
    ordered_in::<_, Heap, ArrayOfStructs<3, 5>>(|number| (number / 100, number % 100));
    ordered_in::<_, Slab, StructOfArrays<2, 4>>(|number| (number / 100, number % 100));
}

#[test]
fn of_bytes() {
    ordered_as_numbers(|number| {
        let [.., high, low] = number.to_be_bytes();
        [0, 0, high, 0, 0, 0, 0, 0, 0, 0, 0, low]
    });
}

/// Arrays that are searched as texts: equal in their first bytes, in none, and after these a few.
#[test]
fn of_many_bytes() {
    fn after<const N: usize>(shared: usize) -> impl Fn(u64) -> [u8; N] {
        move |number| {
            let mut key = [0x80; N];
            key[shared..shared + 8].copy_from_slice(&number.to_be_bytes());
            key
        }
    }
    ordered_as_numbers(after::<20>(12));
    ordered_as_numbers(after::<32>(0));
    ordered_as_numbers(after::<33>(25));
    ordered_in::<_, Heap, ArrayOfStructs<3, 5>>(after::<64>(30));
    // Of a length that is compared by `Ord`.
    ordered_as_numbers(after::<21>(4));
}

#[test]
fn of_many_bytes_among_texts() {
    let mut map = BPlusTreeMap::new();
    for byte in 0..200 {
        map.insert([byte; 32], byte);
    }
    let query = [7; 33];
    assert_eq!(map.get(&query[..32]), Some(&7));
    assert_eq!(map.get(&query[..31]), None);
    assert_eq!(map.get(&query[..]), None);
    let mut range = map.range::<[u8], _>((Included(&query[..]), Unbounded));
    assert_eq!(range.next(), Some((&[8; 32], &8)));
    assert_eq!(
        map.range::<[u8], _>((Unbounded, Excluded(&query[..1])))
            .count(),
        7
    );
    let batch = [[9; 32], [200; 32], [8; 32]];
    let mut found = [None; 3];
    map.get_batch(&batch, &mut found);
    assert_eq!(found, [Some(&9), None, Some(&8)]);
}

#[test]
fn in_reverse() {
    ordered_as_numbers(|number| Reverse(3_000 - number as i64));
}

#[test]
fn of_no_key() {
    ordered_as_numbers(|number| number.checked_sub(1).map(|number| number as u32));
    ordered_as_numbers(|number| number.checked_sub(1));
}

#[test]
fn with_many_values() {
    let mut index = BPlusIndex::new();
    for number in 0..5_000_u64 {
        index.insert(u128::from(number * 7919 % 100) << 64, number);
    }
    index.check_invariants();
    for key in 0..101_u64 {
        let values = index.get_all(&(u128::from(key) << 64));
        let expected = (0..5_000_u64).filter(|number| number * 7919 % 100 == key);
        assert!(values.copied().eq(expected), "the values of {key}");
    }
}
