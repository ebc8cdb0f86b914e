//! Everything that is put in is returned or dropped, once: keys by their order, and values.

use std::panic::{AssertUnwindSafe, catch_unwind};

use leafwise::static_collections::ByOrd;
use leafwise::{StaticIndex, StaticMap, StaticSet};

use crate::common::ledger::{Call, Tracked, arm, disarm, live, settle, survive};

type Set = StaticSet<Tracked, ByOrd>;
type Map = StaticMap<Tracked, Tracked, ByOrd>;
type Packed = StaticMap<u32, Tracked>;
type Index = StaticIndex<Tracked, Tracked, ByOrd>;

fn keys(count: u32) -> impl Iterator<Item = Tracked> {
    (0..count).map(|n| Tracked::new(n * 7 % 11))
}

fn entries(count: u32) -> impl Iterator<Item = (Tracked, Tracked)> {
    keys(count).zip((0..count).map(Tracked::new))
}

#[test]
fn entries_are_dropped_with_their_collection() {
    for count in [0, 1, 5, 40] {
        let unique = count.min(11) as usize;
        let set: Set = keys(count).collect();
        assert_eq!(live(), unique);
        let copy = set.clone();
        assert_eq!(live(), 2 * unique);
        drop((set, copy));
        settle(0);
        let map: Map = entries(count).collect();
        assert_eq!(live(), 2 * unique);
        let copy = map.clone();
        drop(map);
        assert_eq!((copy.len(), live()), (unique, 2 * unique));
        drop(copy);
        settle(0);
        let index: Index = entries(count).collect();
        assert_eq!(live(), 2 * count as usize);
        drop(index);
        settle(0);
        let map: Packed = (0..count).map(|n| (n % 11, Tracked::new(n))).collect();
        assert_eq!(live(), unique);
        drop(map.clone());
        drop(map);
        settle(0);
    }
}

#[test]
fn partly_consumed_iterators_drop_the_rest() {
    let count = 23;
    for front in 0..=count {
        for back in [0, 1, count - front] {
            let mut iter = keys(11).collect::<Set>().into_iter();
            let taken: Vec<_> = iter.by_ref().take(front).collect();
            let taken_back: Vec<_> = iter.by_ref().rev().take(back).collect();
            assert!(taken.iter().map(Tracked::number).eq((0..11).take(front)));
            drop(iter);
            assert_eq!(live(), taken.len() + taken_back.len());
            drop((taken, taken_back));
            settle(0);

            let mut iter = entries(count as u32).collect::<Index>().into_iter();
            let taken: Vec<_> = iter.by_ref().take(front).collect();
            let taken_back: Vec<_> = iter.by_ref().rev().take(back).collect();
            assert_eq!(iter.len(), (count - front).saturating_sub(back));
            drop(iter);
            assert_eq!(live(), 2 * (taken.len() + taken_back.len()));
            drop((taken, taken_back));
            settle(0);

            let map: Packed = (0..count as u32)
                .map(|n| (n, Tracked::new(n + 100)))
                .collect();
            let mut iter = map.into_iter();
            let skipped = iter.nth(front);
            assert_eq!(skipped.map(|(key, value)| value.number() - key), {
                (front < count).then_some(100)
            });
            let last = iter.next_back();
            drop(iter);
            assert_eq!(live(), usize::from(last.is_some()));
            drop(last);
            settle(0);
        }
    }
}

#[test]
fn refused_entries_are_dropped() {
    let unsorted = || [3, 4, 4, 9].map(|n| (Tracked::new(n), Tracked::new(n)));
    assert_eq!(
        Map::from_sorted_iter(unsorted())
            .err()
            .map(|error| error.index()),
        Some(2)
    );
    settle(0);
    let index = Index::from_sorted_iter(unsorted());
    assert_eq!(live(), 8);
    drop(index);
    settle(0);
    assert!(Set::from_sorted_iter(keys(11)).is_err());
    settle(0);
    let slice: Vec<Tracked> = keys(4).collect();
    assert!(Set::from_sorted_slice(&slice).is_err());
    assert_eq!(live(), 4);
    let refused = catch_unwind(|| Map::from_sorted_parts(&[], vec![Tracked::new(1)]));
    assert!(refused.is_err());
    drop((slice, refused));
    settle(0);
}

#[test]
fn frozen_and_thawed() {
    let map: Map = entries(40).collect();
    let thawed = map.thaw();
    assert_eq!((thawed.len(), live()), (11, 22));
    let map = Map::from(thawed);
    assert_eq!((map.len(), live()), (11, 22));
    let set = Set::from(keys(40).collect::<Set>().thaw());
    assert_eq!((set.len(), live()), (11, 33));
    drop((map, set));
    settle(0);
}

/// The user's code panics at the first call, the second, and so on: nothing is leaked or dropped
/// twice.
#[test]
fn panics_leak_nothing() {
    type Act = fn();
    let acts: [(Call, Act); 11] = [
        (Call::Order, || drop(keys(30).collect::<Set>())),
        (Call::Order, || drop(entries(30).collect::<Map>())),
        (Call::Order, || drop(entries(30).collect::<Index>())),
        (Call::Order, || {
            drop(Set::from_sorted_iter((0..30).map(Tracked::new)))
        }),
        (Call::Order, || {
            drop(Map::from_sorted_iter(
                (0..30).map(|n| (Tracked::new(n), Tracked::new(n))),
            ))
        }),
        (Call::Clone, || drop(keys(30).collect::<Set>().clone())),
        (Call::Clone, || drop(entries(30).collect::<Map>().clone())),
        (Call::Clone, || {
            let keys: Vec<Tracked> = (0..9).map(Tracked::new).collect();
            let values = (0..9).map(Tracked::new).collect();
            drop(Map::from_sorted_parts(&keys, values));
        }),
        (Call::Drop, || drop(keys(30).collect::<Set>())),
        (Call::Drop, || drop(entries(30).collect::<Map>())),
        (Call::Drop, || {
            drop(entries(30).collect::<Index>().into_iter().nth(3))
        }),
    ];
    for (number, (call, act)) in acts.into_iter().enumerate() {
        let mut nth = 0;
        loop {
            arm(call, nth);
            let ended = survive(act).is_ok();
            assert_ne!(disarm(), ended, "act {number}, call {nth}");
            settle(0);
            nth += 1;
            if ended {
                break;
            }
            assert!(nth < 2_000, "act {number} does not end");
        }
        assert!(nth > 3, "act {number} calls nothing of the user's");
    }
}

/// A look-up that panics leaves the collection unchanged.
#[test]
fn a_panicking_look_up_changes_nothing() {
    let index: Index = entries(30).collect();
    let queries: Vec<Tracked> = (0..12).map(Tracked::new).collect();
    let look_ups: [&dyn Fn(); 8] = [
        &|| assert!(index.rank(&queries[3]) < 30),
        &|| assert!(!index.equal_range(&queries[3]).is_empty()),
        &|| assert!(index.get(&queries[4]).is_some()),
        &|| assert!(index.range(&queries[2]..&queries[5]).count() > 3),
        &|| index.rank_batch(&queries, &mut [0; 12]),
        &|| index.contains_key_batch(&queries, &mut [false; 12]),
        &|| index.get_batch(&queries, &mut [None; 12]),
        &|| index.range_batch(&vec![&queries[2]..&queries[5]; 2], &mut [0..0, 0..0]),
    ];
    let before = live();
    for (number, look_up) in look_ups.into_iter().enumerate() {
        let mut nth = 0;
        loop {
            arm(Call::Order, nth);
            let ended = survive(look_up).is_ok();
            disarm();
            assert_eq!(live(), before, "look-up {number}");
            if ended {
                break;
            }
            nth += 1;
        }
        assert!(nth > 0, "look-up {number} compares nothing");
    }
    index.check_invariants();
    drop((index, queries));
    settle(0);
}

/// Unwinding out of a closure that gets values.
#[test]
fn a_panic_between_steps_of_an_iterator() {
    let map: Packed = (0..20).map(|n| (n, Tracked::new(n))).collect();
    let result = catch_unwind(AssertUnwindSafe(|| {
        for (key, _value) in map {
            assert!(key < 7, "on purpose");
        }
    }));
    assert!(result.is_err());
    settle(0);
}
