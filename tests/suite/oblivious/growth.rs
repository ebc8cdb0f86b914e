//! How much memory the array takes while it grows and shrinks, and that it does neither needlessly.

use super::orders::{ORDERS, Order};
use crate::common::Doing;
use crate::common::random::XorShift;
use leafwise::CacheObliviousMap;
use std::cell::Cell;
use std::cmp::Ordering;

type Map = CacheObliviousMap<u64, u64>;

/// Two integers of 8 bytes, and at most as much again.
const BYTES_MAX: usize = 32;

fn random_keys(count: usize) -> impl Iterator<Item = u64> {
    let mut random = XorShift::new(17);
    (0..count).map(move |_| random.next())
}

#[test]
fn half_of_the_memory_is_entries() {
    let mut map = Map::new();
    for key in random_keys(100_000) {
        map.insert(key, key);
        let bytes = map.memory_usage();
        assert!(
            map.len() < 1_000 || bytes <= BYTES_MAX * map.len(),
            "{bytes} bytes for {} entries",
            map.len()
        );
    }
    assert_eq!(map.len(), 100_000);
    map.shrink_to_fit();
    assert!(map.memory_usage() <= BYTES_MAX * map.len());
    map.check_invariants();
}

/// The array grows by a factor, so the number of times is logarithmic.
#[test]
fn every_order_uses_little_memory_that_grows_geometrically() {
    for order in ORDERS {
        let mut map = Map::new();
        let (mut changes, mut before) = (0, 0);
        for key in order.keys(100_000) {
            map.insert(key, key);
            let (bytes, len) = (map.memory_usage(), map.len());
            changes += usize::from(bytes != before);
            before = bytes;
            assert!(
                len < 1_000 || bytes <= BYTES_MAX * len,
                "{order:?}: {bytes} bytes for {len} entries"
            );
        }
        assert!(
            changes <= 100,
            "{order:?}: memory has changed {changes} times"
        );
    }
}

#[test]
fn bulk_building_uses_little_memory() {
    for size in [1_000, 1_025, 5_000, 65_536, 65_537] {
        let map: Map = (0..size).map(|key| (key, key)).collect();
        let sorted = Map::from_sorted_iter((0..size).map(|key| (key, key))).expect("is sorted");
        let (mut left, mut right) = (map.clone(), Map::from_iter([(size, 0)]));
        left.append(&mut right);
        let rest = left.split_off(&(size / 2));
        let mut thinned = map.clone();
        thinned.retain(|key, _| key % 100 == 0);
        thinned.shrink_to_fit();
        for (name, map) in [
            ("collected", &map),
            ("sorted", &sorted),
            ("cloned", &map.clone()),
            ("rest", &rest),
        ] {
            let (bytes, len) = (map.memory_usage(), map.len());
            assert!(
                len < 1_000 || bytes <= BYTES_MAX * len,
                "{name}: {bytes} bytes for {len} entries"
            );
        }
        assert!(
            thinned.memory_usage() * 20 < map.memory_usage(),
            "of {size}"
        );
    }
}

#[test]
fn removals_free_memory() {
    for order in ORDERS {
        let mut map: Map = (0..20_000).map(|key| (key, key)).collect();
        let before = map.memory_usage();
        for key in order.keys(20_000).into_iter().skip(1_000) {
            assert!(map.remove(&key).is_some());
        }
        let after = map.memory_usage();
        assert!(
            after * 8 < before,
            "{order:?}: from {before} to {after} bytes"
        );
        assert_eq!(map.len(), 1_000);
        map.check_invariants();
        map.shrink_to_fit();
        assert!(map.memory_usage() <= after.min(BYTES_MAX * 1_000));
        map.check_invariants();
        assert_eq!(
            map.iter().filter(|(key, value)| key == value).count(),
            1_000
        );
    }
}

/// By calls that remove many at once.
#[test]
fn bulk_removals_free_memory() {
    type Removal = (&'static str, fn(&mut Map));
    let removals: [Removal; 5] = [
        ("retain", |map| map.retain(|key, _| key % 100 == 0)),
        ("remove_range", |map| {
            assert_eq!(map.remove_range(..99_000), 99_000);
        }),
        ("extract_if", |map| {
            assert_eq!(map.extract_if(.., |key, _| *key >= 1_000).count(), 99_000);
        }),
        ("split_off", |map| {
            assert_eq!(map.split_off(&1_000).len(), 99_000);
        }),
        ("split_off, the rest", |map| *map = map.split_off(&99_000)),
    ];
    for (name, removal) in removals {
        let mut map: Map = (0..100_000).map(|key| (key, key)).collect();
        let before = map.memory_usage();
        removal(&mut map);
        let after = map.memory_usage();
        assert!(after * 8 < before, "{name}: from {before} to {after} bytes");
        assert_eq!(map.len(), 1_000, "{name}");
        map.check_invariants();
    }
}

#[test]
fn an_empty_map_allocates_nothing() {
    assert_eq!(Map::new().memory_usage(), 0);
    assert_eq!(Map::with_capacity(0).memory_usage(), 0);
    assert_eq!(Map::from_iter([]).memory_usage(), 0);
    let mut map: Map = (0..5_000).map(|key| (key, key)).collect();
    map.clear();
    assert_eq!(map.memory_usage(), 0);
    map.check_invariants();
    map.shrink_to_fit();
    assert_eq!(map.memory_usage(), 0);
    map.check_invariants();
    assert_eq!(map.insert(1, 2), None);
    assert_eq!(map.get(&1), Some(&2));
}

#[test]
fn capacity_is_enough() {
    for size in (0..200).chain([1_000, 4_095, 4_096, 4_097, 12_345, 40_000]) {
        for order in [
            Order::Shuffled,
            Order::Descending,
            Order::Ascending,
            Order::Hammering,
        ] {
            let mut map = Map::with_capacity(size as usize);
            let reserved = map.memory_usage();
            for key in order.keys(size) {
                map.insert(key, key);
                assert_eq!(
                    map.memory_usage(),
                    reserved,
                    "{order:?}, key {key} of {size}"
                );
            }
            map.check_invariants();
        }
    }
}

#[test]
fn reserved_capacity_is_enough() {
    for (there, more) in [
        (0, 1),
        (1, 1),
        (10, 500),
        (700, 3),
        (1_000, 1_000),
        (5_000, 20_000),
    ] {
        let keys = Order::Shuffled.keys(there + more);
        let (old, new) = keys.split_at(there as usize);
        let mut map: Map = old.iter().map(|&key| (key, key)).collect();
        map.reserve(more as usize);
        map.check_invariants();
        let reserved = map.memory_usage();
        for &key in new {
            map.insert(key, key);
            assert_eq!(map.memory_usage(), reserved, "{more} more than {there}");
        }
        assert!(map.iter().map(|(&key, _)| key).eq(0..there + more));
    }
    let mut map = Map::from_iter([(1, 1)]);
    let message = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        map.reserve(usize::MAX);
    }));
    let message = message.expect_err("there is not that much memory");
    assert_eq!(message.downcast_ref::<&str>(), Some(&"capacity overflow"));
    assert_eq!(map.get(&1), Some(&1));
}

/// Where the array has just grown or shrunk, inserting and removing a few entries in turn must not
/// grow and shrink it each time.
#[test]
fn memory_does_not_thrash() {
    for size in [10, 40, 100, 1_000, 30_000] {
        for steps in [1, 2, 7] {
            let _doing = Doing(format_args!("from {size} by {steps}"));
            let mut map: Map = (0..size).map(|key| (key * 1_000, key)).collect();
            let mut next = size * 1_000;
            let changes_by = |map: &mut Map, key: u64, insert: bool| {
                let before = map.memory_usage();
                if insert {
                    assert_eq!(map.insert(key, key), None);
                } else {
                    assert!(map.remove(&key).is_some());
                }
                u32::from(map.memory_usage() != before)
            };
            // As many as are inserted and removed in turn, and on until the array grows.
            for _ in 0..steps {
                changes_by(&mut map, next, true);
                next += 1;
            }
            while changes_by(&mut map, next, true) == 0 {
                next += 1;
            }
            let mut changes = 0;
            for _ in 0..100 {
                for step in 0..steps {
                    changes += changes_by(&mut map, next - step, false);
                }
                for step in 0..steps {
                    changes += changes_by(&mut map, next - step, true);
                }
            }
            assert!(
                changes <= 2,
                "{changes} changes of memory where it had grown"
            );
            // Down until the array shrinks, if it does before it is empty.
            while changes_by(&mut map, next, false) == 0 && map.len() > 8 {
                next = *map.last_key_value().expect("some are left").0;
            }
            let mut changes = 0;
            for _ in 0..100 {
                for step in 0..steps {
                    changes += changes_by(&mut map, next + step, true);
                }
                for step in 0..steps {
                    changes += changes_by(&mut map, next + step, false);
                }
            }
            assert!(
                changes <= 2,
                "{changes} changes of memory where it had shrunk"
            );
            map.check_invariants();
        }
    }
}

thread_local!(static COMPARISONS: Cell<u64> = const { Cell::new(0) });

/// Counts its comparisons, and is not a type that is known to be an integer.
#[derive(PartialEq, Eq)]
struct Counted(u64);

impl Ord for Counted {
    fn cmp(&self, other: &Self) -> Ordering {
        COMPARISONS.set(COMPARISONS.get() + 1);
        self.0.cmp(&other.0)
    }
}

impl PartialOrd for Counted {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Free slots are not searched: a search makes about as many comparisons as in a full array.
#[test]
fn a_search_compares_few_keys() {
    let comparisons = |act: &mut dyn FnMut()| {
        COMPARISONS.set(0);
        act();
        COMPARISONS.get()
    };
    for size in [1_u64, 10, 100, 1_000, 10_000, 100_000] {
        let limit = 3 * u64::from(size.ilog2()) + 12;
        let mut map = CacheObliviousMap::new();
        let mut worst = 0;
        for key in Order::Shuffled.keys(size) {
            worst = worst.max(comparisons(&mut || {
                map.insert(Counted(2 * key), key);
            }));
        }
        for key in (0..2 * size).step_by(1 + size as usize / 500) {
            worst = worst.max(comparisons(&mut || {
                assert_eq!(map.contains_key(&Counted(key)), key % 2 == 0);
            }));
            worst = worst.max(comparisons(&mut || {
                assert!(
                    map.lower_bound(std::ops::Bound::Included(&Counted(key)))
                        .next()
                        .is_some()
                        || key == 2 * size - 1
                );
            }));
        }
        for key in (0..size).step_by(1 + size as usize / 500) {
            worst = worst.max(comparisons(&mut || {
                assert!(map.remove(&Counted(2 * key)).is_some());
            }));
        }
        assert!(
            worst <= limit,
            "{worst} comparisons among {size} keys, at most {limit} are allowed"
        );
    }
}
