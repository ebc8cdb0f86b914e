//! Known bugs of other ordered maps: excluded bounds of absent keys, merges at odd capacities,
//! capacities beyond 16 bits, the smallest and largest key of each integer type, inverted ranges,
//! long runs in every order, and two million entries on a thread with a tiny stack.

use crate::common::maps::ordered::*;
use crate::common::maps::traps::{self, BAD_RANGES, Label, labels, message};
use crate::common::random::XorShift;
use leafwise::layout::{ArrayOfStructs, LeafLayout, StructOfArrays};
use leafwise::store::{Heap, Slab, Store};
use leafwise::{BPlusTreeMap, BPlusTreeSet};

fn every_bound<S: Store + 'static, L: LeafLayout + 'static>() {
    traps::every_bound::<(S, L)>();
}

fn inverted_ranges<S: Store + 'static, L: LeafLayout + 'static>() {
    traps::inverted_ranges::<(S, L)>();
}

fn every_order<S: Store + 'static, L: LeafLayout + 'static>() {
    traps::every_order::<(S, L)>();
}

fn splits_and_merges_alternate<S: Store + 'static, L: LeafLayout + 'static>() {
    traps::splits_and_merges_alternate::<(S, L)>();
}

fn which_of_equal_keys_stays<S: Store + 'static, L: LeafLayout + 'static>() {
    traps::which_of_equal_keys_stays::<(S, L)>();
}

/// The same as for maps.
fn inverted_ranges_of_sets<S: Store, L: LeafLayout>() {
    for size in [0, 1, 2, 30] {
        let mut set: BPlusTreeSet<u32, S, L> = (0..size).map(|index| index * 2).collect();
        for (start, end, reason, error) in BAD_RANGES {
            let bounds = (start, end);
            let expected = (size > 0).then(|| format!("{reason} in BPlusTreeSet"));
            let text = message(|| assert_eq!(set.range(bounds).count(), 0));
            assert_eq!(text, expected, "{bounds:?} on {size} elements");
            assert!(set.range_checked(bounds).is_err_and(|found| found == error));
            assert_eq!(set.extract_if(bounds, |_| true).count(), 0);
        }
        assert_eq!(set.len(), size as usize);
    }
}

fn which_of_equal_elements_stays<S: Store, L: LeafLayout>() {
    let mut set: BPlusTreeSet<Label, S, L> = labels("old").collect();
    assert!(!set.insert(Label(1, "new")));
    assert_eq!(set.replace(Label(2, "new")).map(|old| old.1), Some("old"));
    assert!(set.replace(Label(20, "new")).is_none());
    let find = |key| set.get(&Label(key, "")).map(|label| label.1);
    assert_eq!(
        [find(1), find(2), find(20)],
        [Some("old"), Some("new"), Some("new")]
    );
    let other: BPlusTreeSet<Label, S, L> = labels("other").collect();
    assert!(
        (&set & &other).iter().all(|label| label.1 != "other"),
        "std takes them from the left"
    );
    assert!(
        (&set | &other).iter().all(|label| label.1 != "other"),
        "std takes them from the left"
    );
}

on_pairs_of_kinds!(
    every_bound,
    inverted_ranges,
    every_order,
    splits_and_merges_alternate,
    which_of_equal_keys_stays,
    inverted_ranges_of_sets,
    which_of_equal_elements_stays,
);

/// `extremes` over two trees, with the smallest and the default capacity, both stores and both
/// layouts among them, and over the cache-oblivious map.
fn extremes_everywhere<K: Item>(keys: impl IntoIterator<Item = K>) {
    let mut keys: Vec<K> = keys.into_iter().collect();
    keys.sort();
    keys.dedup();
    traps::extremes::<K, SlabArraysSmallest>(&keys);
    traps::extremes::<K, HeapStructsDefault>(&keys);
    traps::extremes::<K, Oblivious>(&keys);
}

macro_rules! wide_extremes {
    ($($name:ident: $integer:ty),+) => {$(
        #[test]
        fn $name() {
            let near = |middle: $integer| (0..=20).flat_map(move |offset| {
                [middle.wrapping_add(offset), middle.wrapping_sub(offset)]
            });
            let powers = (0..<$integer>::BITS).map(|bit| (1 as $integer) << bit);
            let middle = <$integer>::MAX / 2 + 1;
            extremes_everywhere(
                near(<$integer>::MIN)
                    .chain(near(<$integer>::MAX))
                    .chain(near(middle))
                    .chain(powers),
            );
        }
    )+};
}

wide_extremes!(
    extremes_of_u16: u16, extremes_of_i16: i16, extremes_of_u32: u32, extremes_of_i32: i32,
    extremes_of_u64: u64, extremes_of_i64: i64, extremes_of_usize: usize, extremes_of_isize: isize,
    extremes_of_u128: u128, extremes_of_i128: i128
);

#[test]
fn all_of_u8() {
    extremes_everywhere(u8::MIN..=u8::MAX);
}

#[test]
fn all_of_i8() {
    extremes_everywhere(i8::MIN..=i8::MAX);
}

#[test]
fn all_of_bool() {
    extremes_everywhere([false, true]);
}

#[test]
fn extremes_of_char() {
    let around_the_gap = ('\u{d7f0}'..='\u{e010}').chain('\u{ffff}'..='\u{1000f}');
    extremes_everywhere(
        ('\0'..='\u{20}')
            .chain(around_the_gap)
            .chain('\u{10fff0}'..=char::MAX),
    );
}

#[test]
fn extremes_of_tuples_and_options() {
    extremes_everywhere([0, 1, u64::MAX].into_iter().flat_map(|left| {
        [i8::MIN, -1, 0, i8::MAX]
            .map(|right| (left, Some(right)))
            .into_iter()
            .chain([(left, None)])
    }));
}

/// A test for each function of the suite for any map.
macro_rules! oblivious {
    ($($name:ident),+ $(,)?) => {
        mod oblivious_map {
            $(
                #[test]
                fn $name() { super::traps::$name::<super::Oblivious>(); }
            )+
        }
    };
}

oblivious!(
    every_bound,
    inverted_ranges,
    every_order,
    splits_and_merges_alternate,
    which_of_equal_keys_stays,
);

/// More entries than 16 bits can count, in one node: full nodes of sorted keys, into which others
/// are inserted.
fn wide_nodes<S: Store, L: LeafLayout>() {
    const CHANGES: u32 = 300;
    let count = 140_000_u32;
    let sorted = (0..count).map(|key| (key * 2, key));
    let mut map: BPlusTreeMap<u32, u32, S, L> = BPlusTreeMap::from_sorted_iter(sorted).unwrap();
    // An odd factor: each key once, in no order.
    let shuffled = |index: u32| index.wrapping_mul(48_271) % (1 << 17) * 2;
    for index in 0..CHANGES {
        assert_eq!(map.insert(shuffled(index) + 1, index), None);
    }
    let len = map.len();
    assert_eq!(len, (count + CHANGES) as usize);
    map.check_invariants();
    assert_eq!(map.iter().count(), len);
    assert!(map.keys().is_sorted_by(|left, right| left < right));
    for index in (0..CHANGES).rev() {
        let key = shuffled(index);
        assert_eq!(map.remove(&key), Some(key / 2));
    }
    let rest = map.split_off(&(1 << 17));
    rest.check_invariants();
    map.check_invariants();
    assert_eq!(
        map.remove_range(..1 << 16) + map.len() + rest.len(),
        len - CHANGES as usize
    );
}

#[test]
fn leaves_of_70_000_slab_arrays() {
    wide_nodes::<Slab, StructOfArrays<70_000, 4>>();
}

#[test]
fn leaves_of_70_000_heap_structs() {
    wide_nodes::<Heap, ArrayOfStructs<70_000, 4>>();
}

#[test]
fn branches_of_70_000_slab_arrays() {
    wide_nodes::<Slab, StructOfArrays<2, 70_000>>();
}

#[test]
fn branches_of_70_000_heap_arrays() {
    wide_nodes::<Heap, StructOfArrays<3, 70_000>>();
}

#[test]
fn leaves_of_65_535_and_65_536() {
    wide_nodes::<Slab, StructOfArrays<65_535, 5>>();
    wide_nodes::<Slab, ArrayOfStructs<65_536, 5>>();
}

/// Merges at odd capacities: `2 * min <= capacity` must hold, or a merged node overflows.
fn odd_merges<S: Store, L: LeafLayout>() {
    let mut random = XorShift::new(5);
    let mut map: BPlusTreeMap<u32, u32, S, L> = (0..2_000).map(|key| (key, key)).collect();
    while !map.is_empty() {
        let (start, length) = (random.below(2_000) as u32, random.below(9) as u32);
        for key in start..start + length {
            map.remove(&key);
        }
        if random.below(4) == 0 {
            map.insert(start, start);
            map.remove(&start);
            map.pop_first();
            map.pop_last();
        }
        if random.below(8) == 0 {
            map.check_invariants();
        }
        // Finally too few remain to be hit by chance.
        if map.len() < 40 {
            map.pop_last();
        }
    }
    map.check_invariants();
}

macro_rules! odd_merges {
    ($($name:ident: $leaf:literal, $branch:literal;)+) => {$(
        #[test]
        fn $name() {
            odd_merges::<Slab, StructOfArrays<$leaf, $branch>>();
            odd_merges::<Heap, ArrayOfStructs<$leaf, $branch>>();
        }
    )+};
}

odd_merges! {
    merges_at_2_5: 2, 5;
    merges_at_3_4: 3, 4;
    merges_at_3_5: 3, 5;
    merges_at_5_7: 5, 7;
    merges_at_7_9: 7, 9;
    merges_at_15_17: 15, 17;
    merges_at_63_6: 63, 6;
}

/// Runs on a thread with a stack of 64 KiB: nothing may recurse over entries or nodes.
fn on_a_small_stack(body: impl FnOnce() + Send + 'static) {
    let builder = std::thread::Builder::new().stack_size(64 * 1024);
    builder
        .spawn(body)
        .expect("a thread starts")
        .join()
        .expect("and ends well");
}

#[test]
fn two_million_on_a_small_stack() {
    on_a_small_stack(|| {
        traps::clone_format_drop::<u64, (Slab, StructOfArrays)>(2_000_000, |key| key)
    });
}

#[test]
fn many_boxes_on_a_small_stack() {
    on_a_small_stack(|| {
        traps::clone_format_drop::<Box<u64>, (Slab, StructOfArrays)>(300_000, Box::new);
        traps::clone_format_drop::<Box<u64>, (Heap, ArrayOfStructs)>(300_000, Box::new);
    });
}

#[test]
fn a_cache_oblivious_map_on_a_small_stack() {
    on_a_small_stack(|| {
        traps::clone_format_drop::<u64, Oblivious>(150_000, |key| key);
        traps::clone_format_drop::<Box<u64>, Oblivious>(150_000, Box::new);
    });
}

#[test]
fn high_trees_on_a_small_stack() {
    on_a_small_stack(|| {
        traps::clone_format_drop::<Box<u64>, (Slab, StructOfArrays<2, 4>)>(100_000, Box::new);
        traps::clone_format_drop::<u64, (Heap, ArrayOfStructs<2, 4>)>(100_000, |key| key);
    });
}
