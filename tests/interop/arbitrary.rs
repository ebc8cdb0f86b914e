//! Arbitrary bytes make valid collections of more than one size.

use arbitrary::{Arbitrary, Unstructured};
use leafwise::{BPlusIndex, BPlusTreeMap, BPlusTreeSet, CacheObliviousMap};
use leafwise::{StaticIndex, StaticMap, StaticSet};

/// Makes collections of pseudorandom bytes, checks each, and counts the sizes there were.
fn make<C: for<'a> Arbitrary<'a>>(check: impl Fn(&C) -> usize) {
    let mut state = 7_u64;
    let bytes: Vec<u8> = std::iter::repeat_with(|| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1);
        (state >> 40) as u8
    })
    .take(4_000)
    .collect();
    let mut lens: Vec<usize> = (0..40)
        .flat_map(|start| {
            let bytes = &bytes[start * 7..];
            let some = C::arbitrary(&mut Unstructured::new(bytes)).unwrap();
            let rest = C::arbitrary_take_rest(Unstructured::new(bytes)).unwrap();
            [check(&some), check(&rest)]
        })
        .collect();
    lens.sort_unstable();
    lens.dedup();
    assert!(lens.len() > 3, "sizes were only {lens:?}");
}

#[test]
fn collections_are_valid() {
    make(|map: &BPlusTreeMap<u16, String>| {
        map.check_invariants();
        map.len()
    });
    make(|map: &CacheObliviousMap<i8, u64>| {
        map.check_invariants();
        map.len()
    });
    make(|set: &BPlusTreeSet<u8>| {
        set.check_invariants();
        set.len()
    });
    make(|index: &BPlusIndex<bool, u16>| {
        index.check_invariants();
        index.len()
    });
    make(|set: &StaticSet<u32>| {
        set.check_invariants();
        set.len()
    });
    make(|map: &StaticMap<String, u8>| {
        map.check_invariants();
        map.len()
    });
    make(|index: &StaticIndex<u8, u8>| {
        index.check_invariants();
        index.len()
    });
}
