//! Cursors in a large array: the cursor's gap moves when the array is rebalanced, grows or shrinks
//! around it.

use crate::common::random::XorShift;
use leafwise::CacheObliviousMap;
use std::ops::Bound::{Excluded, Included, Unbounded};

type Map = CacheObliviousMap<u64, u64>;

fn assert_is(map: &Map, model: &[u64]) {
    map.check_invariants();
    assert!(map.keys().eq(model));
    assert!(map.iter().all(|(key, value)| *value == !key));
}

fn with(keys: impl IntoIterator<Item = u64>) -> Map {
    keys.into_iter().map(|key| (key, !key)).collect()
}

#[test]
fn a_gap_is_filled() {
    const STEP: u64 = 1 << 20;
    for size in [0, 1, 10, 100, 3_000] {
        for at in [0, size / 2, size] {
            for before in [true, false] {
                let mut model: Vec<u64> = (0..size).map(|key| (key + 1) * STEP).collect();
                let mut map = with(model.iter().copied());
                // Keys in the gap in the order in which they fit: from one side towards the gap.
                let gap = at * STEP + STEP / 4;
                let mut cursor = map.lower_bound_mut(Included(&gap));
                for step in 0..5_000 {
                    let key = if before {
                        gap + step
                    } else {
                        gap + STEP / 2 - step
                    };
                    let inserted = if before {
                        cursor.insert_before(key, !key)
                    } else {
                        cursor.insert_after(key, !key)
                    };
                    inserted.expect("fits there");
                    let around = (
                        cursor.peek_prev().map(|entry| *entry.0),
                        cursor.peek_next().map(|entry| *entry.0),
                    );
                    let left = (at > 0).then_some(at * STEP);
                    let right = (at < size).then_some((at + 1) * STEP);
                    let expected = if before {
                        (Some(key), right)
                    } else {
                        (left, Some(key))
                    };
                    assert_eq!(around, expected);
                    if before {
                        assert!(cursor.insert_before(key, 0).is_err(), "already present");
                    } else {
                        assert!(cursor.insert_after(key, 0).is_err(), "already present");
                    }
                }
                let filled: Vec<u64> = if before {
                    (gap..gap + 5_000).collect()
                } else {
                    (gap + STEP / 2 - 4_999..=gap + STEP / 2).collect()
                };
                model.splice(at as usize..at as usize, filled);
                assert_is(&map, &model);
            }
        }
    }
}

#[test]
fn a_gap_is_widened() {
    for size in [1, 10, 100, 3_000] {
        for at in [0, size / 3, size] {
            let mut map = with(0..size);
            let mut cursor = map.lower_bound_mut(Included(&at));
            let (mut left, mut right) = (at, at);
            let mut turn = 0;
            while left > 0 || right < size {
                turn += 1;
                if turn % 3 == 0 {
                    let expected = left.checked_sub(1);
                    assert_eq!(cursor.remove_prev(), expected.map(|key| (key, !key)));
                    left = expected.unwrap_or(0);
                } else {
                    let expected = (right < size).then_some(right);
                    assert_eq!(cursor.remove_next(), expected.map(|key| (key, !key)));
                    right = (right + 1).min(size);
                }
                let around = (
                    cursor.peek_prev().map(|entry| *entry.0),
                    cursor.peek_next().map(|entry| *entry.0),
                );
                let expected = (left.checked_sub(1), (right < size).then_some(right));
                assert_eq!(around, expected);
            }
            assert_eq!((cursor.remove_prev(), cursor.remove_next()), (None, None));
            assert_is(&map, &[]);
        }
    }
}

/// Random steps, removals and insertions with one cursor, against a vector with a position.
#[test]
fn a_cursor_wanders() {
    for seed in 1..30 {
        let mut random = XorShift::new(seed);
        let size = random.below(600);
        let mut model: Vec<u64> = (0..size).map(|key| key << 32).collect();
        let mut map = with(model.iter().copied());
        let mut at = random.below(size + 1) as usize;
        let mut cursor = match model.get(at) {
            Some(key) => map.lower_bound_mut(Included(key)),
            None => map.upper_bound_mut(Unbounded::<&u64>),
        };
        // Insertions and removals prevail in turn.
        for step in 0..4_000 {
            let grows = step / 700 % 2 == 0;
            match random.below(10) {
                0 | 1 => {
                    let next = model.get(at).copied();
                    assert_eq!(cursor.next().map(|entry| *entry.0), next);
                    at += usize::from(next.is_some());
                }
                2 | 3 => {
                    let prev = at.checked_sub(1);
                    assert_eq!(
                        cursor.prev().map(|entry| *entry.0),
                        prev.map(|at| model[at])
                    );
                    at = prev.unwrap_or(0);
                }
                4 | 5 if !grows => {
                    let next = (at < model.len()).then(|| model.remove(at));
                    assert_eq!(cursor.remove_next(), next.map(|key| (key, !key)));
                }
                6 | 7 if !grows => {
                    let prev = at.checked_sub(1).map(|at| model.remove(at));
                    at -= usize::from(prev.is_some());
                    assert_eq!(cursor.remove_prev(), prev.map(|key| (key, !key)));
                }
                choice => {
                    let low = at.checked_sub(1).map_or(0, |at| model[at] + 1);
                    let high = model.get(at).copied().unwrap_or(u64::MAX);
                    if low >= high {
                        continue;
                    }
                    let key = low + (high - low) / 2;
                    if choice % 2 == 0 {
                        cursor.insert_before(key, !key).expect("fits");
                        model.insert(at, key);
                        at += 1;
                    } else {
                        cursor.insert_after(key, !key).expect("fits");
                        model.insert(at, key);
                    }
                }
            }
            assert_eq!(
                cursor.peek_next().map(|entry| *entry.0),
                model.get(at).copied()
            );
            let prev = at.checked_sub(1).map(|at| model[at]);
            assert_eq!(cursor.peek_prev().map(|entry| *entry.0), prev);
        }
        assert_is(&map, &model);
    }
}

/// Entries are written while the array has many free slots, each once.
#[test]
fn everything_is_reached_from_every_gap() {
    let mut random = XorShift::new(3);
    let mut model: Vec<u64> = (0..700).map(|key| key * 3).collect();
    let mut map = with(model.iter().copied());
    for _ in 0..450 {
        let at = random.below(model.len() as u64) as usize;
        assert!(map.remove(&model.remove(at)).is_some());
    }
    for query in 0..2_110 {
        let at = model.partition_point(|key| *key < query);
        let behind = model.partition_point(|key| *key <= query);
        let cursor = map.lower_bound(Included(&query));
        assert_eq!(cursor.peek_next().map(|entry| entry.0), model.get(at));
        let cursor = map.lower_bound(Excluded(&query));
        assert_eq!(cursor.peek_next().map(|entry| entry.0), model.get(behind));
        let cursor = map.upper_bound(Included(&query));
        assert_eq!(
            cursor.peek_prev().map(|entry| entry.0),
            model[..behind].last()
        );
        let cursor = map.upper_bound(Excluded(&query));
        assert_eq!(cursor.peek_prev().map(|entry| entry.0), model[..at].last());
        assert!(map.range(query..).map(|entry| entry.0).eq(&model[at..]));
        assert!(
            map.range(..query)
                .rev()
                .map(|entry| entry.0)
                .eq(model[..at].iter().rev())
        );
        assert_eq!(map.range_mut(query..).count(), model.len() - at);
        assert_eq!(map.range_mut(..=query).rev().count(), behind);
    }
}
