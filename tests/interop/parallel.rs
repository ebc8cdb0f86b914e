//! Parallel iterators of a map against their sequential counterparts.

use crate::common::Doing;
use crate::common::maps::{Item, Oblivious, OrderedMap};
use crate::common::random::XorShift;
use leafwise::layout::LeafLayout;
use leafwise::store::Store;
use leafwise::{BPlusTreeMap, CacheObliviousMap};
use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::cell::RefCell;
use std::cmp::Ordering;
use std::ops::Bound::{self, Excluded, Included, Unbounded};
use std::ops::RangeBounds;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Keys and values that can be sent and shared.
pub(crate) trait Shared: Item + Send + Sync {}

impl<T: Item + Send + Sync> Shared for T {}

/// One of the library's maps, like `maps::Kind`, with its parallel iterators.
pub(crate) trait Kind {
    type Map<K: Shared, V: Shared>: ParallelMap<K, V>;
}

impl<S: Store + 'static, L: LeafLayout + 'static> Kind for (S, L) {
    type Map<K: Shared, V: Shared> = BPlusTreeMap<K, V, S, L>;
}

impl Kind for Oblivious {
    type Map<K: Shared, V: Shared> = CacheObliviousMap<K, V>;
}

/// The methods that the maps have in addition to those of an ordered map.
pub(crate) trait ParallelMap<K: Shared, V: Shared>:
    OrderedMap<K, V>
    + Send
    + Sync
    + IntoParallelIterator<Item = (K, V)>
    + FromParallelIterator<(K, V)>
    + ParallelExtend<(K, V)>
{
    fn par_iter(&self) -> impl ParallelIterator<Item = (&K, &V)>;
    fn par_iter_mut(&mut self) -> impl ParallelIterator<Item = (&K, &mut V)>;
    fn par_range<R: RangeBounds<K>>(&self, range: R) -> impl ParallelIterator<Item = (&K, &V)>;
    fn par_range_mut<R: RangeBounds<K>>(
        &mut self,
        range: R,
    ) -> impl ParallelIterator<Item = (&K, &mut V)>;
    fn par_extend_from(&mut self, other: &Self)
    where
        K: Copy,
        V: Copy;
}

macro_rules! parallel_map {
    ([$($param:ident: $bound:ident),*] $map:ty) => {
        impl<K: Shared, V: Shared, $($param: $bound + 'static),*> ParallelMap<K, V> for $map {
            fn par_iter(&self) -> impl ParallelIterator<Item = (&K, &V)> {
                self.into_par_iter()
            }

            fn par_iter_mut(&mut self) -> impl ParallelIterator<Item = (&K, &mut V)> {
                self.into_par_iter()
            }

            fn par_range<R>(&self, range: R) -> impl ParallelIterator<Item = (&K, &V)>
            where
                R: RangeBounds<K>,
            {
                self.par_range(range)
            }

            fn par_range_mut<R>(&mut self, range: R) -> impl ParallelIterator<Item = (&K, &mut V)>
            where
                R: RangeBounds<K>,
            {
                self.par_range_mut(range)
            }

            fn par_extend_from(&mut self, other: &Self)
            where
                K: Copy,
                V: Copy,
            {
                self.par_extend(other);
            }
        }
    };
}

parallel_map!([S: Store, L: LeafLayout] BPlusTreeMap<K, V, S, L>);
parallel_map!([] CacheObliviousMap<K, V>);

type Map<T> = <T as Kind>::Map<u32, u64>;

pub(crate) fn pool(threads: usize) -> ThreadPool {
    ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .expect("threads can be made")
}

/// Even keys in random order, a third of which are removed again, so that nodes are unevenly full.
pub(crate) fn ragged<T: Kind>(size: u32) -> Map<T> {
    let mut random = XorShift::new(u64::from(size) + 1);
    let mut keys: Vec<u32> = (0..size + size / 2).map(|key| key * 2).collect();
    random.shuffle(&mut keys);
    let mut map = <Map<T>>::default();
    keys.iter()
        .for_each(|&key| assert!(map.insert(key, 0).is_none()));
    // Neighbouring keys, so that whole leaves go.
    let from = random.below(u64::from(size) + 1) as u32;
    (from..from + size / 2).for_each(|key| assert!(map.remove(&(key * 2)).is_some()));
    assert_eq!(map.len(), size as usize);
    map
}

pub(crate) fn sizes() -> impl Iterator<Item = u32> {
    (0..70).chain((70..2000).step_by(131)).chain([2000])
}

pub(crate) fn same_at_every_size<T: Kind>() {
    pool(4).install(|| {
        for size in sizes() {
            let _doing = Doing(format_args!("{size} entries"));
            same::<T>(ragged::<T>(size));
            same::<T>((0..size).map(|key| (key, 0)).collect());
        }
    });
}

fn same<T: Kind>(mut map: Map<T>) {
    let entries: Vec<(&u32, &u64)> = map.par_iter().collect();
    assert!(entries.into_iter().eq(map.iter()));

    map.par_iter_mut()
        .for_each(|(&key, value)| *value += u64::from(key) + 1);
    assert!(map.iter().all(|(&key, &value)| value == u64::from(key) + 1));

    let entries: Vec<(u32, u64)> = map.clone().into_par_iter().collect();
    assert!(entries.into_iter().eq(map));
}

pub(crate) fn same_within_ranges<T: Kind>() {
    let mut random = XorShift::new(11);
    pool(4).install(|| {
        for size in [0, 1, 2, 5, 17, 100, 700, 2000] {
            let mut map = ragged::<T>(size);
            for _ in 0..30 {
                let limit = u64::from(size) * 3 + 2;
                let (start, end) = (random.below(limit) as u32, random.below(limit) as u32);
                let (start, end) = (start.min(end), start.max(end));
                for range in ranges(start, end) {
                    let _doing = Doing(format_args!("{range:?} of {size} entries"));
                    same_within::<T>(&mut map, range);
                }
            }
        }
    });
}

pub(crate) fn ranges(start: u32, end: u32) -> [(Bound<u32>, Bound<u32>); 6] {
    [
        (Included(start), Included(end)),
        (Excluded(start), Excluded(end + 1)),
        (Included(start), Unbounded),
        (Excluded(start), Unbounded),
        (Unbounded, Included(end)),
        (Unbounded, Excluded(end)),
    ]
}

fn same_within<T: Kind>(map: &mut Map<T>, range: (Bound<u32>, Bound<u32>)) {
    let entries: Vec<(&u32, &u64)> = map.par_range(range).collect();
    assert!(entries.into_iter().eq(map.range(range)));

    let before = map.clone();
    map.par_range_mut(range).for_each(|(_, value)| *value += 1);
    let mut expected = before;
    expected.range_mut(range).for_each(|(_, value)| *value += 1);
    assert_eq!(*map, expected);
}

/// The number of items in each part.
fn parts<I: ParallelIterator>(items: I) -> Vec<usize> {
    items.fold(|| 0, |count, _| count + 1).collect()
}

fn assert_even(parts: &[usize], total: usize) {
    assert_eq!(parts.iter().sum::<usize>(), total);
    // Four threads ask for three cuts in a row, and for more whenever one steals; the last ones may
    // hit parts that are too small. Removals leave nodes so uneven that halves are only
    // approximate.
    assert!(parts.len() > 4, "{parts:?}");
    let largest = parts.iter().max();
    assert!(largest <= Some(&total.div_ceil(3)), "{parts:?}");
}

/// The map chooses where parts are cut, so it depends on the map which sizes are cut evenly.
pub(crate) fn parts_are_even<T: Kind>(sizes: &[u32]) {
    pool(4).install(|| {
        for &size in sizes {
            let _doing = Doing(format_args!("{size} entries"));
            let total = size as usize;
            // In ascending order the last child of each branch is nearly empty.
            let mut ascending = <Map<T>>::default();
            (0..size).for_each(|key| assert!(ascending.insert(key, 0).is_none()));
            for mut map in [ascending, ragged::<T>(size)] {
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

thread_local! {
    /// While there is a generator, one comparison in eight lies.
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

pub(crate) fn a_lying_order_shares_no_entry<T: Kind>() {
    let pool = pool(4);
    for seed in 1..150 {
        let _doing = Doing(format_args!("lies of seed {seed}"));
        let mut map = <T::Map<Liar, u64>>::default();
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

pub(crate) fn collects_like_one_thread<T: Kind>() {
    for size in [0, 1, 10, 3000] {
        let entries =
            |offset: u32| (0..size).map(move |at| ((at + offset) * 7919 % 1009, u64::from(at)));
        let given: Vec<(u32, u64)> = entries(0).collect();

        let mut sequential: Map<T> = entries(0).collect();
        let mut parallel: Map<T> = given.par_iter().copied().collect();
        assert_eq!(parallel, sequential);
        sequential.extend(entries(500));
        parallel.par_extend(entries(500).collect::<Vec<_>>());
        assert_eq!(parallel, sequential);
        let more: Map<T> = (1000..1500).map(|key| (key, 9)).collect();
        sequential.extend(more.iter().map(|(&key, &value)| (key, value)));
        parallel.par_extend_from(&more);
        assert_eq!(parallel, sequential);
        parallel.check_invariants();
    }
}

/// Counts the drops of each number. A separator is a clone, which is not counted.
#[derive(Debug)]
struct Counted {
    number: usize,
    drops: Option<Arc<[AtomicUsize]>>,
    live: Arc<AtomicUsize>,
    panics: bool,
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.live.fetch_sub(1, Relaxed);
        if let Some(drops) = &self.drops {
            drops[self.number].fetch_add(1, Relaxed);
        }
        assert!(!self.panics, "dropped as asked");
    }
}

impl Clone for Counted {
    fn clone(&self) -> Self {
        self.live.fetch_add(1, Relaxed);
        Counted {
            number: self.number,
            drops: None,
            live: Arc::clone(&self.live),
            panics: false,
        }
    }
}

impl Ord for Counted {
    fn cmp(&self, other: &Self) -> Ordering {
        self.number.cmp(&other.number)
    }
}

impl PartialOrd for Counted {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Counted {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}

impl Eq for Counted {}

type CountedMap<T> = <T as Kind>::Map<Counted, Counted>;

pub(crate) fn owned_entries_are_dropped_once<T: Kind>() {
    let pool = pool(4);
    for size in [0, 1, 2, 9, 64, 300, 1500] {
        let target = size / 3;
        let counting = |name, panicking, consume| {
            count_drops::<T>(&pool, name, size, panicking, consume);
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

/// Passes a map to `consume`, with a number that is about a third of its size, and counts drops.
fn count_drops<T: Kind>(
    pool: &ThreadPool,
    name: &str,
    size: usize,
    panicking: Option<usize>,
    consume: fn(CountedMap<T>, usize),
) {
    let _doing = Doing(format_args!("{name}, {size} entries"));
    let counters = || -> Arc<[AtomicUsize]> { (0..size).map(|_| AtomicUsize::new(0)).collect() };
    let (keys, values) = (counters(), counters());
    let live = Arc::new(AtomicUsize::new(0));
    let new = |number, drops: &Arc<[AtomicUsize]>, panics| {
        live.fetch_add(1, Relaxed);
        Counted {
            number,
            drops: Some(Arc::clone(drops)),
            live: Arc::clone(&live),
            panics,
        }
    };
    let mut map = <CountedMap<T>>::default();
    for number in (0..size).rev() {
        let value = new(number, &values, panicking == Some(number));
        assert!(map.insert(new(number, &keys, false), value).is_none());
    }
    // Panics are among what is tested.
    let _ = catch_unwind(AssertUnwindSafe(|| pool.install(|| consume(map, size / 3))));
    for drops in keys.iter().chain(&*values) {
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
