//! Parallel iterators against their sequential twins: the same items in the same order, real parts,
//! each entry in one part only, and each owned entry dropped once whatever the consumer does.
#![cfg(feature = "rayon")]

mod common;

use common::random::XorShift;
use common::{Doing, ends_within};
use leafwise::{BPlusIndex, BPlusTreeMap, BPlusTreeSet, Heap, Layout, Pairs, Slab, Split, Store};
use leafwise::{StaticIndex, StaticMap, StaticSet};
use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::cell::{Cell, RefCell};
use std::cmp::Ordering;
use std::ops::Bound::{self, Excluded, Included, Unbounded};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

type Map<S, L> = BPlusTreeMap<u32, u64, S, L>;
type Set<S, L> = BPlusTreeSet<u32, S, L>;

/// Makes a module of tests named as the function `$name`. Not for as many trees as in the other
/// suites: nothing here depends on how store, layout and capacity go together, and rayon's adapters
/// are slow to compile for each.
macro_rules! on_some_trees {
    ($($name:ident),+ $(,)?) => {$(
        mod $name {
            use leafwise::{Heap, Pairs, Slab, Split};

            #[test]
            fn slab_split_smallest() { super::$name::<Slab, Split<2, 4>>(); }
            #[test]
            fn slab_split_default() { super::$name::<Slab, Split>(); }
            #[test]
            fn heap_pairs_odd() { super::$name::<Heap, Pairs<3, 5>>(); }
            #[test]
            fn heap_split_default() { super::$name::<Heap, Split>(); }
        }
    )+};
}

on_some_trees!(
    same_at_every_size,
    same_within_ranges,
    parts_are_even,
    a_lying_order_shares_no_entry,
    collects_as_one_thread_does,
    owned_entries_are_dropped_once,
);

fn pool(threads: usize) -> ThreadPool {
    ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .expect("threads can be made")
}

/// Even keys in random order, then a third of them removed again, so that nodes are unevenly full.
fn ragged<S: Store, L: Layout>(size: u32) -> Map<S, L> {
    let mut random = XorShift::new(u64::from(size) + 1);
    let mut keys: Vec<u32> = (0..size + size / 2).map(|key| key * 2).collect();
    random.shuffle(&mut keys);
    let mut map = Map::new_in();
    keys.iter()
        .for_each(|&key| assert!(map.insert(key, 0).is_none()));
    // Neighbours, so that whole leaves go.
    let from = random.below(u64::from(size) + 1) as u32;
    (from..from + size / 2).for_each(|key| assert!(map.remove(&(key * 2)).is_some()));
    assert_eq!(map.len(), size as usize);
    map
}

fn sizes() -> impl Iterator<Item = u32> {
    (0..70).chain((70..2000).step_by(131)).chain([2000])
}

fn same_at_every_size<S: Store, L: Layout>() {
    pool(4).install(|| {
        for size in sizes() {
            let _doing = Doing(format_args!("{size} entries"));
            same::<S, L>(ragged(size));
            same::<S, L>((0..size).map(|key| (key, 0)).collect());
        }
    });
}

fn same<S: Store, L: Layout>(mut map: Map<S, L>) {
    let entries: Vec<(&u32, &u64)> = map.par_iter().collect();
    assert!(entries.into_iter().eq(&map));

    map.par_iter_mut()
        .for_each(|(&key, value)| *value += u64::from(key) + 1);
    assert!(map.iter().all(|(&key, &value)| value == u64::from(key) + 1));

    let set: Set<S, L> = map.keys().copied().collect();
    let elements: Vec<&u32> = set.par_iter().collect();
    assert!(elements.into_iter().eq(&set));
    let elements: Vec<u32> = set.clone().into_par_iter().collect();
    assert!(elements.into_iter().eq(set));

    let entries: Vec<(u32, u64)> = map.clone().into_par_iter().collect();
    assert!(entries.into_iter().eq(map));
}

fn same_within_ranges<S: Store, L: Layout>() {
    let mut random = XorShift::new(11);
    pool(4).install(|| {
        for size in [0, 1, 2, 5, 17, 100, 700, 2000] {
            let mut map = ragged::<S, L>(size);
            let set: Set<S, L> = map.keys().copied().collect();
            for _ in 0..30 {
                let limit = u64::from(size) * 3 + 2;
                let (start, end) = (random.below(limit) as u32, random.below(limit) as u32);
                let (start, end) = (start.min(end), start.max(end));
                for range in ranges(start, end) {
                    let _doing = Doing(format_args!("{range:?} of {size} entries"));
                    same_within(&mut map, &set, range);
                }
            }
        }
    });
}

fn ranges(start: u32, end: u32) -> [(Bound<u32>, Bound<u32>); 6] {
    [
        (Included(start), Included(end)),
        (Excluded(start), Excluded(end + 1)),
        (Included(start), Unbounded),
        (Excluded(start), Unbounded),
        (Unbounded, Included(end)),
        (Unbounded, Excluded(end)),
    ]
}

fn same_within<S: Store, L: Layout>(
    map: &mut Map<S, L>,
    set: &Set<S, L>,
    range: (Bound<u32>, Bound<u32>),
) {
    let entries: Vec<(&u32, &u64)> = map.par_range(range).collect();
    assert!(entries.into_iter().eq(map.range(range)));
    let elements: Vec<&u32> = set.par_range(range).collect();
    assert!(elements.into_iter().eq(set.range(range)));

    let before = map.clone();
    map.par_range_mut(range).for_each(|(_, value)| *value += 1);
    let mut expected = before;
    expected.range_mut(range).for_each(|(_, value)| *value += 1);
    assert_eq!(*map, expected);
}

/// How many items each part had.
fn parts<I: ParallelIterator>(items: I) -> Vec<usize> {
    items.fold(|| 0, |count, _| count + 1).collect()
}

fn assert_even(parts: &[usize], total: usize) {
    assert_eq!(parts.iter().sum::<usize>(), total);
    // Four threads ask for three cuts in a row, and for more whenever one steals; the last ones may
    // fall on parts that are too small. Removals leave nodes so uneven that halves are rough ones.
    assert!(parts.len() > 4, "{parts:?}");
    let largest = parts.iter().max();
    assert!(largest <= Some(&total.div_ceil(3)), "{parts:?}");
}

fn parts_are_even<S: Store, L: Layout>() {
    pool(4).install(|| {
        for size in [64, 65, 130, 1000, 5000] {
            let _doing = Doing(format_args!("{size} entries"));
            let total = size as usize;
            // In ascending order the last child of each branch is nearly empty.
            let mut ascending = Map::<S, L>::new_in();
            (0..size).for_each(|key| assert!(ascending.insert(key, 0).is_none()));
            for mut map in [ascending, ragged(size)] {
                assert_even(&parts(map.par_iter()), total);
                assert_even(&parts(map.par_iter_mut()), total);
                let rest = total - total / 9;
                let [low, high] = [total / 9, rest].map(|at| map.keys().nth(at).copied());
                let (low, high) = low.zip(high).expect("there are more");
                assert_even(&parts(map.par_range(low..)), rest);
                assert_even(&parts(map.par_range_mut(..high)), rest);
                assert_even(&parts(map.into_par_iter()), total);
            }
        }
    });
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

thread_local! {
    /// While there is a generator, one comparison in eight tells a lie.
    static LIES: RefCell<Option<XorShift>> = const { RefCell::new(None) };
}

#[derive(Clone, Copy, Debug)]
struct Liar(u32);

impl Ord for Liar {
    fn cmp(&self, other: &Self) -> Ordering {
        let draw = |limit| LIES.with_borrow_mut(|lies| Some(lies.as_mut()?.below(limit)));
        match draw(24) {
            Some(0) => Ordering::Less,
            Some(1) => Ordering::Equal,
            Some(2) => Ordering::Greater,
            _ => self.0.cmp(&other.0),
        }
    }
}

impl PartialOrd for Liar {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Liar {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Liar {}

fn a_lying_order_shares_no_entry<S: Store, L: Layout>() {
    let pool = pool(4);
    for seed in 1..150 {
        let _doing = Doing(format_args!("lies of seed {seed}"));
        let mut map = BPlusTreeMap::<Liar, u64, S, L>::new_in();
        let mut random = XorShift::new(seed);
        let size = random.below(400) as u32;
        map.extend((0..size).map(|key| (Liar(key), 0)));
        let (start, end) = (random.below(400) as u32, random.below(400) as u32);
        let (start, end) = (Liar(start.min(end)), Liar(start.max(end)));
        LIES.set(Some(random));
        // A lie may make the range an inverted one, which panics.
        let addresses = catch_unwind(AssertUnwindSafe(|| {
            let entries = map.par_range_mut(start..end);
            pool.install(|| {
                entries
                    .map(|(_, value)| {
                        *value += 1;
                        std::ptr::from_mut(value).addr()
                    })
                    .collect::<Vec<_>>()
            })
        }));
        LIES.set(None);
        let mut addresses = addresses.unwrap_or_default();
        let count = addresses.len();
        addresses.sort_unstable();
        addresses.dedup();
        assert_eq!(addresses.len(), count, "an entry was in two parts");
        assert_eq!(map.values().sum::<u64>(), count as u64);
        assert!(map.values().all(|&value| value <= 1));
    }
}

fn collects_as_one_thread_does<S: Store, L: Layout>() {
    for size in [0, 1, 10, 3000] {
        let entries =
            |offset: u32| (0..size).map(move |at| ((at + offset) * 7919 % 1009, u64::from(at)));
        let given: Vec<(u32, u64)> = entries(0).collect();

        let mut sequential: Map<S, L> = entries(0).collect();
        let mut parallel: Map<S, L> = given.par_iter().copied().collect();
        assert_eq!(parallel, sequential);
        sequential.extend(entries(500));
        parallel.par_extend(entries(500).collect::<Vec<_>>());
        assert_eq!(parallel, sequential);
        let more: Map<S, L> = (1000..1500).map(|key| (key, 9)).collect();
        sequential.extend(&more);
        parallel.par_extend(&more);
        assert_eq!(parallel, sequential);
        parallel.check_invariants();

        let elements: Vec<u32> = entries(3).map(|(key, _)| key).collect();
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

/// Counts the drops of what has each number. A separator is a clone, which is not counted.
#[derive(Debug)]
struct Counted<'a> {
    number: usize,
    drops: Option<&'a [AtomicUsize]>,
    live: &'a AtomicUsize,
    panics: bool,
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.live.fetch_sub(1, Relaxed);
        if let Some(drops) = self.drops {
            drops[self.number].fetch_add(1, Relaxed);
        }
        assert!(!self.panics, "dropped as asked");
    }
}

impl Clone for Counted<'_> {
    fn clone(&self) -> Self {
        self.live.fetch_add(1, Relaxed);
        Counted {
            drops: None,
            panics: false,
            ..*self
        }
    }
}

impl Ord for Counted<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.number.cmp(&other.number)
    }
}

impl PartialOrd for Counted<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Counted<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}

impl Eq for Counted<'_> {}

type CountedMap<'a, S, L> = BPlusTreeMap<Counted<'a>, Counted<'a>, S, L>;

fn owned_entries_are_dropped_once<S: Store, L: Layout>() {
    let pool = pool(4);
    for size in [0, 1, 2, 9, 64, 300, 1500] {
        let target = size / 3;
        let counting = |name, panicking, consume| {
            count_drops::<S, L>(&pool, name, size, panicking, consume);
        };
        counting("not driven", None, |map, _| drop(map.into_par_iter()));
        counting("all taken", None, |map, _| {
            map.into_par_iter().for_each(drop)
        });
        counting("found early", None, |map, target| {
            let found = map
                .into_par_iter()
                .find_any(|(key, _)| key.number == target);
            assert!(found.is_none_or(|(key, value)| key.number == value.number));
        });
        counting("found the first", None, |map, target| {
            drop(
                map.into_par_iter()
                    .find_first(|(key, _)| key.number == target),
            );
        });
        counting("kept a few", None, |map, target| {
            let kept: Vec<_> = map
                .into_par_iter()
                .filter(|(key, _)| key.number < target)
                .collect();
            assert!(kept.iter().map(|(key, _)| key.number).eq(0..target));
        });
        counting("panicking consumer", None, |map, target| {
            map.into_par_iter()
                .for_each(|(key, _)| assert_ne!(key.number, target));
        });
        counting("panicking drop", Some(target), |map, _| {
            map.into_par_iter().for_each(drop);
        });
        counting(
            "panicking drop of what nobody took",
            Some(target),
            |map, _| {
                drop(map.into_par_iter().find_any(|_| true));
            },
        );
        counting("panicking drop, not driven", Some(target), |map, _| {
            drop(map.into_par_iter())
        });
    }
}

/// Lets `consume` have a map, with a number that is about a third of its size, and counts.
fn count_drops<S: Store, L: Layout>(
    pool: &ThreadPool,
    name: &str,
    size: usize,
    panicking: Option<usize>,
    consume: fn(CountedMap<'_, S, L>, usize),
) {
    let _doing = Doing(format_args!("{name}, {size} entries"));
    let counters = || (0..size).map(|_| AtomicUsize::new(0)).collect::<Vec<_>>();
    let (keys, values) = (counters(), counters());
    let live = AtomicUsize::new(0);
    let new = |number, drops, panics| {
        live.fetch_add(1, Relaxed);
        Counted {
            number,
            drops: Some(drops),
            live: &live,
            panics,
        }
    };
    let mut map = CountedMap::<S, L>::new_in();
    for number in (0..size).rev() {
        let value = new(number, &values[..], panicking == Some(number));
        assert!(map.insert(new(number, &keys[..], false), value).is_none());
    }
    // Panics are among what is tested.
    let _ = catch_unwind(AssertUnwindSafe(|| pool.install(|| consume(map, size / 3))));
    for drops in keys.iter().chain(&values) {
        assert_eq!(
            drops.load(Relaxed),
            1,
            "an entry was dropped twice or leaked"
        );
    }
    assert_eq!(
        live.load(Relaxed),
        0,
        "a separator was dropped twice or leaked"
    );
}

#[test]
fn bad_ranges_panic_as_those_of_one_thread() {
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
    let mut map: BPlusTreeMap<u32, u32, Heap, Pairs> = [(1, 2), (3, 4)].into_iter().collect();
    let set: BPlusTreeSet<u32, Slab, Split> = BPlusTreeSet::from([5, 6]);
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
fn an_index_walks_and_collects_as_one_thread_does() {
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

/// Batches of static collections give on all threads what they give on one, and refuse the same.
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
    assert!(differ.is_err(), "two questions have no room in one answer");
}
