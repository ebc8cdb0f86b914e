//! Parallel iterators against their sequential counterparts: the same items in the same order, real
//! parts, each entry in one part only, and each owned entry dropped once whatever the consumer
//! does.

use crate::common::maps::Oblivious;
use crate::common::random::XorShift;
use crate::common::{Doing, ends_within};
use crate::parallel::{self, pool, ragged, ranges, sizes};
use leafwise::layout::{ArrayOfStructs, LeafLayout, StructOfArrays};
use leafwise::store::{Heap, Slab, Store};
use leafwise::{BPlusIndex, BPlusTreeMap, BPlusTreeSet};
use leafwise::{StaticIndex, StaticMap, StaticSet};
use rayon::prelude::*;
use std::cell::Cell;
use std::ops::Bound::{Excluded, Included, Unbounded};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Barrier;

type Set<S, L> = BPlusTreeSet<u32, S, L>;

/// Makes a module of tests named after the function `$name`. It runs over fewer trees than the
/// other suites: nothing here depends on the combination of store, layout and capacity, and rayon's
/// adapters are slow to compile for each.
macro_rules! on_some_trees {
    ($($name:ident),+ $(,)?) => {$(
        mod $name {
            use leafwise::layout::{ArrayOfStructs, StructOfArrays};
            use leafwise::store::{Heap, Slab};

            #[test]
            fn slab_arrays_smallest() { super::$name::<Slab, StructOfArrays<2, 4>>(); }
            #[test]
            fn slab_arrays_default() { super::$name::<Slab, StructOfArrays>(); }
            #[test]
            fn heap_structs_odd() { super::$name::<Heap, ArrayOfStructs<3, 5>>(); }
            #[test]
            fn heap_arrays_default() { super::$name::<Heap, StructOfArrays>(); }
        }
    )+};
}

on_some_trees!(
    same_at_every_size,
    same_within_ranges,
    parts_are_even,
    a_lying_order_shares_no_entry,
    collects_like_one_thread,
    owned_entries_are_dropped_once,
    sets_match_std,
);

fn same_at_every_size<S: Store + 'static, L: LeafLayout + 'static>() {
    parallel::same_at_every_size::<(S, L)>();
}

fn same_within_ranges<S: Store + 'static, L: LeafLayout + 'static>() {
    parallel::same_within_ranges::<(S, L)>();
}

fn parts_are_even<S: Store + 'static, L: LeafLayout + 'static>() {
    parallel::parts_are_even::<(S, L)>(&[64, 65, 130, 1000, 5000]);
}

fn a_lying_order_shares_no_entry<S: Store + 'static, L: LeafLayout + 'static>() {
    parallel::a_lying_order_shares_no_entry::<(S, L)>();
}

fn collects_like_one_thread<S: Store + 'static, L: LeafLayout + 'static>() {
    parallel::collects_like_one_thread::<(S, L)>();
}

fn owned_entries_are_dropped_once<S: Store + 'static, L: LeafLayout + 'static>() {
    parallel::owned_entries_are_dropped_once::<(S, L)>();
}

fn sets_match_std<S: Store + 'static, L: LeafLayout + 'static>() {
    let mut random = XorShift::new(11);
    pool(4).install(|| {
        for size in sizes() {
            let _doing = Doing(format_args!("{size} elements"));
            let set: Set<S, L> = ragged::<(S, L)>(size).into_keys().collect();
            let elements: Vec<&u32> = set.par_iter().collect();
            assert!(elements.into_iter().eq(&set));
            let limit = u64::from(size) * 3 + 2;
            let (start, end) = (random.below(limit) as u32, random.below(limit) as u32);
            for range in ranges(start.min(end), start.max(end)) {
                let elements: Vec<&u32> = set.par_range(range).collect();
                assert!(elements.into_iter().eq(set.range(range)), "{range:?}");
            }
            let elements: Vec<u32> = set.clone().into_par_iter().collect();
            assert!(elements.into_iter().eq(set));
        }
    });
    for size in [0, 1, 10, 3000] {
        let elements: Vec<u32> = (0..size).map(|at| (at + 3) * 7919 % 1009).collect();
        let mut sequential: Set<S, L> = elements.iter().copied().collect();
        let mut parallel: Set<S, L> = elements.par_iter().copied().collect();
        assert_eq!(parallel, sequential);
        let more: Vec<u32> = (900..1100).rev().collect();
        sequential.extend(&more);
        parallel.par_extend(&more);
        assert_eq!(parallel, sequential);
        parallel.par_extend(elements);
        assert_eq!(parallel, sequential);
        parallel.check_invariants();
    }
}

#[test]
fn oblivious_map() {
    use parallel::*;
    same_at_every_size::<Oblivious>();
    same_within_ranges::<Oblivious>();
    // It is cut between segments only, of which a small map has few.
    parts_are_even::<Oblivious>(&[2000, 5000]);
    a_lying_order_shares_no_entry::<Oblivious>();
    collects_like_one_thread::<Oblivious>();
    owned_entries_are_dropped_once::<Oblivious>();
}

#[test]
fn two_entries_of_a_leaf_are_visited_at_once() {
    ends_within(60, || {
        let map = BPlusTreeMap::from([(1, 'a'), (2, 'b')]);
        let both = Barrier::new(2);
        pool(2).install(|| {
            map.par_iter().for_each(|_| {
                both.wait();
            })
        });
    });
}

#[test]
fn bad_ranges_panic_like_sequential_ones() {
    fn message(act: impl FnOnce()) -> String {
        let payload = catch_unwind(AssertUnwindSafe(act)).expect_err("a bad range panics");
        *payload.downcast().expect("the text was formatted")
    }
    let inverted = (Included(3), Included(2));
    let excluded = (Excluded(2), Excluded(2));
    let mut map = BPlusTreeMap::from([(1, 1)]);
    let set = BPlusTreeSet::from([1]);
    for bad in [inverted, excluded] {
        let text = message(|| _ = map.range(bad));
        assert_eq!(message(|| _ = map.par_range(bad)), text);
        assert_eq!(message(|| _ = map.par_range_mut(bad)), text);
        assert_eq!(
            message(|| _ = set.par_range(bad)),
            message(|| _ = set.range(bad))
        );
        let mut empty = BPlusTreeMap::<i32, i32>::new();
        assert_eq!(empty.par_range(bad).count(), 0);
        assert_eq!(empty.par_range_mut(bad).count(), 0);
        assert_eq!(BPlusTreeSet::<i32>::new().par_range(bad).count(), 0);
    }
}

#[test]
fn values_to_change_need_not_be_shared() {
    let mut map: BPlusTreeMap<u32, Cell<u32>> = (0..500).map(|key| (key, Cell::new(0))).collect();
    map.par_iter_mut().for_each(|(&key, cell)| cell.set(key));
    map.par_range_mut(100..).for_each(|(_, cell)| cell.set(1));
    assert_eq!(map.values().map(Cell::get).sum::<u32>(), 4950 + 400);
    assert_eq!(
        map.into_par_iter().map(|(_, cell)| cell.get()).max(),
        Some(99)
    );
}

#[test]
fn iterators_are_sent_and_shown() {
    fn sendable<T: Send + Sync>(value: T) -> T {
        value
    }
    let mut map: BPlusTreeMap<u32, u32, Heap, ArrayOfStructs> =
        [(1, 2), (3, 4)].into_iter().collect();
    let set: BPlusTreeSet<u32, Slab, StructOfArrays> = BPlusTreeSet::from([5, 6]);
    assert_eq!(
        format!("{:?}", sendable(map.par_iter()).clone()),
        "[(1, 2), (3, 4)]"
    );
    assert_eq!(format!("{:?}", sendable(map.par_range(2..))), "[(3, 4)]");
    assert_eq!(
        format!("{:?}", sendable(map.par_iter_mut())),
        "[(1, 2), (3, 4)]"
    );
    assert_eq!(
        format!("{:?}", sendable(map.into_par_iter())),
        "[(1, 2), (3, 4)]"
    );
    assert_eq!(format!("{:?}", sendable(set.par_iter()).clone()), "[5, 6]");
    assert_eq!(format!("{:?}", sendable(set.into_par_iter())), "[5, 6]");
}

#[test]
fn an_index_iterates_and_collects_like_one_thread() {
    let pairs = |rows: u32| (0..rows).map(|row| (row * 7 % 50, row));
    let pool = pool(4);
    for rows in [0, 1, 40, 3000] {
        let index: BPlusIndex<u32, u32> = pairs(rows).collect();
        pool.install(|| {
            let walked: Vec<_> = index.par_iter().collect();
            assert!(walked.into_iter().eq(&index));
            for bounds in [(Included(3), Included(3)), (Excluded(3), Unbounded)] {
                let walked: Vec<_> = index.par_range(bounds).collect();
                assert!(walked.into_iter().eq(index.range(bounds)));
            }
            let shuffled: Vec<_> = pairs(rows).rev().chain(pairs(rows)).collect();
            assert_eq!(
                shuffled.par_iter().copied().collect::<BPlusIndex<_, _>>(),
                index
            );
            let mut extended = BPlusIndex::new();
            extended.par_extend(shuffled);
            assert_eq!(extended, index);
            let taken: Vec<_> = index.clone().into_par_iter().collect();
            assert!(taken.into_iter().eq(index));
        });
    }
}

/// Batches of static collections return on all threads what they return on one, and refuse the
/// same.
#[test]
fn static_batches() {
    let keys: Vec<u32> = (0..60_000).map(|n| n * 7 % 50_021).collect();
    let set: StaticSet<u32> = keys.iter().copied().filter(|key| key % 3 > 0).collect();
    let map: StaticMap<u32, u32> = set.iter().zip(0..).collect();
    let index: StaticIndex<u32, u32> = keys.iter().map(|key| key / 4).zip(0..).collect();

    let (mut one, mut all) = (vec![0; keys.len()], vec![0; keys.len()]);
    set.rank_batch(&keys, &mut one);
    set.par_rank_batch(&keys, &mut all);
    assert_eq!(one, all);
    index.rank_upper_batch(&keys, &mut one);
    index.par_rank_upper_batch(&keys, &mut all);
    assert_eq!(one, all);

    let (mut one, mut all) = (vec![false; keys.len()], vec![true; keys.len()]);
    map.contains_key_batch(&keys, &mut one);
    map.par_contains_key_batch(&keys, &mut all);
    assert_eq!(one, all);

    let (mut one, mut all) = (vec![None; keys.len()], vec![None; keys.len()]);
    map.get_batch(&keys, &mut one);
    map.par_get_batch(&keys, &mut all);
    assert_eq!(one, all);

    let ranges: Vec<_> = keys.iter().map(|key| *key..=key + 9).collect();
    let (mut one, mut all) = (vec![0..0; keys.len()], vec![0..0; keys.len()]);
    index.range_batch(&ranges, &mut one);
    index.par_range_batch(&ranges, &mut all);
    assert_eq!(one, all);

    let differ = catch_unwind(|| set.par_rank_batch(&[1, 2], &mut [0]));
    assert!(differ.is_err(), "two queries do not fit one result");
}
