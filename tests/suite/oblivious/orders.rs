//! Nothing is lost, whatever the order in which entries come and go.

use crate::common::Doing;
use crate::common::random::XorShift;
use leafwise::CacheObliviousMap;

/// The orders in which keys are inserted and removed.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Order {
    Ascending,
    Descending,
    Shuffled,
    /// After the first key, always directly after it: all insertions hit one segment.
    Hammering,
    /// From the middle outwards, on both sides in turn.
    Outwards,
    /// From both ends to the middle.
    Inwards,
    /// In several passes, each between the keys of the earlier passes.
    Strided,
}

pub(crate) const ORDERS: [Order; 7] = [
    Order::Ascending,
    Order::Descending,
    Order::Shuffled,
    Order::Hammering,
    Order::Outwards,
    Order::Inwards,
    Order::Strided,
];

impl Order {
    /// The keys below `size`, each once.
    pub(crate) fn keys(self, size: u64) -> Vec<u64> {
        let inwards = (0..size).map(|at| {
            if at % 2 == 0 {
                at / 2
            } else {
                size - 1 - at / 2
            }
        });
        match self {
            Self::Ascending => (0..size).collect(),
            Self::Descending => (0..size).rev().collect(),
            Self::Shuffled => {
                let mut keys: Vec<u64> = (0..size).collect();
                XorShift::new(size).shuffle(&mut keys);
                keys
            }
            Self::Hammering => (0..size.min(1)).chain((1..size).rev()).collect(),
            Self::Outwards => inwards.rev().collect(),
            Self::Inwards => inwards.collect(),
            Self::Strided => {
                let pass = |first| (first..size).step_by(13);
                (0..13).rev().flat_map(pass).collect()
            }
        }
    }
}

/// The value for a key, by which mixed-up keys and values are noticed.
pub(crate) fn value(key: u64) -> u64 {
    key.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// Fails unless the map has exactly the keys for which `has` is true, each with its value,
/// forwards, backwards and by look-ups.
fn assert_has(map: &CacheObliviousMap<u64, u64>, size: u64, has: impl Fn(u64) -> bool) {
    map.check_invariants();
    let keys: Vec<u64> = (0..size).filter(|&key| has(key)).collect();
    assert_eq!(map.len(), keys.len(), "len");
    let entries = || keys.iter().map(|&key| (key, value(key)));
    assert!(
        map.iter().map(|(&key, &value)| (key, value)).eq(entries()),
        "iteration"
    );
    let backwards = map.iter().rev().map(|(&key, &value)| (key, value));
    assert!(backwards.eq(entries().rev()), "iteration backwards");
    for key in 0..size {
        assert_eq!(
            map.get(&key).copied(),
            has(key).then(|| value(key)),
            "look-up of {key}"
        );
    }
}

fn insert_and_remove(size: u64, insertion: Order, removal: Order, checks: impl Fn(usize) -> bool) {
    let mut map = CacheObliviousMap::new();
    let mut there = vec![false; size as usize];
    for (count, key) in insertion.keys(size).into_iter().enumerate() {
        let _doing = Doing(format_args!(
            "{insertion:?}: insertion {count} of {size}, key {key}"
        ));
        assert_eq!(map.insert(key, !0), None);
        assert_eq!(
            map.insert(key, value(key)),
            Some(!0),
            "it is absent after its insertion"
        );
        there[key as usize] = true;
        if checks(count) {
            assert_has(&map, size, |key| there[key as usize]);
        }
    }
    assert_has(&map, size, |_| true);
    for (count, key) in removal.keys(size).into_iter().enumerate() {
        let _doing = Doing(format_args!(
            "{insertion:?}, {removal:?}: removal {count} of {size}, key {key}"
        ));
        assert_eq!(map.remove_entry(&key), Some((key, value(key))));
        assert_eq!(map.remove(&key), None, "it is present after its removal");
        there[key as usize] = false;
        if checks(count) {
            assert_has(&map, size, |key| there[key as usize]);
        }
    }
    assert_has(&map, size, |_| false);
}

#[test]
fn in_small_steps() {
    for insertion in ORDERS {
        for removal in ORDERS {
            insert_and_remove(300, insertion, removal, |count| count % 11 == 0);
        }
    }
}

#[test]
fn a_thousand() {
    for (insertion, removal) in ORDERS.into_iter().zip(ORDERS.into_iter().cycle().skip(2)) {
        insert_and_remove(1_000, insertion, removal, |count| count % 50 == 0);
    }
}

#[test]
fn six_thousand() {
    for (insertion, removal) in ORDERS.into_iter().zip(ORDERS.into_iter().cycle().skip(3)) {
        insert_and_remove(6_000, insertion, removal, |count| count % 1_500 == 0);
    }
}

#[test]
fn twenty_thousand() {
    let pairs = ORDERS.into_iter().zip(ORDERS.into_iter().cycle().skip(4));
    for (insertion, removal) in pairs.step_by(2) {
        insert_and_remove(20_000, insertion, removal, |count| count % 10_000 == 0);
    }
}

/// Each size is built, and emptied from either end and from both.
#[test]
fn popped_at_every_size() {
    for size in 0..300 {
        for ends in 0..3_u64 {
            let _doing = Doing(format_args!("{size} entries, ends {ends}"));
            let mut map: CacheObliviousMap<u64, u64> =
                (0..size).map(|key| (key, value(key))).collect();
            map.check_invariants();
            let (mut first, mut last) = (0, size);
            while first < last {
                let from_the_front = ends == 0 || ends == 2 && first % 2 == last % 2;
                if from_the_front {
                    assert_eq!(map.pop_first(), Some((first, value(first))));
                    first += 1;
                } else {
                    last -= 1;
                    assert_eq!(map.pop_last(), Some((last, value(last))));
                }
                assert_eq!(map.len() as u64, last - first);
            }
            assert_eq!((map.pop_first(), map.pop_last()), (None, None));
            map.check_invariants();
        }
    }
}

/// A queue and a stack of constant size, in which everything is replaced many times.
#[test]
fn queues_and_stacks() {
    for size in [1, 7, 64, 1_000] {
        let mut queue: CacheObliviousMap<u64, u64> =
            (0..size).map(|key| (key, value(key))).collect();
        let mut stack = queue.clone();
        for step in 0..20_000 {
            let (new, old) = (size + step, 1_u64 << 40);
            assert_eq!(queue.insert(new, value(new)), None);
            assert_eq!(queue.pop_first(), Some((step, value(step))));
            assert_eq!(stack.insert(old - step, value(step)), None);
            let top = if step % 3 == 0 {
                stack.pop_first()
            } else {
                stack.pop_last()
            };
            assert!(top.is_some());
        }
        for map in [queue, stack] {
            map.check_invariants();
            assert_eq!(map.len() as u64, size);
        }
    }
}
