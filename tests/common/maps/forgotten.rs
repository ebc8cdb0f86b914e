//! The values of a map that can be forgotten: iterators, owners, and everything at a gap.
#![allow(
    clippy::forget_non_drop,
    reason = "which of them need a drop is an internal detail"
)]

use super::acts::Map;
use super::{
    Entry, Kind, MapCursor, MapCursorMut, MapEntry, OccupiedEntry, OrderedMap, VacantEntry,
};
use crate::common::ledger::Tracked;
use std::mem::{forget, take};
use std::ops::Bound::{Excluded, Included, Unbounded};

/// Takes the map and the number of steps before forgetting.
type Acts<T> = Vec<(&'static str, fn(&mut Map<T>, usize))>;

/// Every call, with its name.
pub(crate) fn acts<T: Kind>() -> Acts<T> {
    let mut acts = iterators::<T>();
    acts.extend(owners::<T>());
    acts.extend(gaps::<T>());
    acts
}

/// Steps from both ends in turn.
pub(crate) fn walk<I: DoubleEndedIterator>(mut iterator: I, steps: usize) -> I {
    for step in 0..steps {
        let item = if step % 3 == 1 {
            iterator.next_back()
        } else {
            iterator.next()
        };
        drop(item);
    }
    iterator
}

fn t(number: usize) -> Tracked {
    Tracked::new(number as u32)
}

fn iterators<T: Kind>() -> Acts<T> {
    vec![
        ("iter", |map, steps| forget(walk(map.iter(), steps))),
        ("iter_mut", |map, steps| forget(walk(map.iter_mut(), steps))),
        ("keys", |map, steps| forget(walk(map.keys(), steps))),
        ("values", |map, steps| forget(walk(map.values(), steps))),
        ("values_mut", |map, steps| {
            forget(walk(map.values_mut(), steps))
        }),
        ("range", |map, steps| forget(walk(map.range(t(1)..), steps))),
        ("range_mut", |map, steps| {
            forget(walk(map.range_mut(..t(30)), steps))
        }),
        ("extract_if", |map, steps| {
            let mut extract = map.extract_if(.., |key, _| key.number() % 4 == 0);
            extract.by_ref().take(steps).for_each(drop);
            forget(extract);
        }),
        ("extract_if of all", |map, steps| {
            let mut extract = map.extract_if(t(1).., |_, _| true);
            extract.by_ref().take(steps).for_each(drop);
            forget(extract);
        }),
    ]
}

fn owners<T: Kind>() -> Acts<T> {
    vec![
        ("into_iter", |map, steps| {
            forget(walk(take(map).into_iter(), steps))
        }),
        ("into_keys", |map, steps| {
            forget(walk(take(map).into_keys(), steps))
        }),
        ("into_values", |map, steps| {
            forget(walk(take(map).into_values(), steps))
        }),
        ("the map itself", |map, steps| {
            let rest = map.split_off(&t(steps));
            forget(rest);
        }),
        ("a removed entry", |map, steps| {
            forget(map.remove_entry(&t(steps)))
        }),
        ("a clone", |map, steps| {
            map.insert(t(steps), t(0));
            forget(map.clone());
        }),
    ]
}

fn gaps<T: Kind>() -> Acts<T> {
    vec![
        ("entry", |map, steps| forget(map.entry(t(steps)))),
        ("entry, changed", |map, steps| {
            match map.entry(t(steps)).variant() {
                Entry::Occupied(mut entry) => {
                    entry.insert(t(1));
                    forget(entry);
                }
                Entry::Vacant(entry) => forget(entry.insert_entry(t(1))),
            }
        }),
        ("try_insert", |map, steps| {
            forget(map.try_insert(t(steps), t(1)))
        }),
        ("first_entry and last_entry", |map, _| {
            forget(map.first_entry());
            forget(map.last_entry());
        }),
        ("cursor", |map, steps| {
            let mut cursor = map.lower_bound(Excluded(&t(3)));
            (0..steps).for_each(|_| assert!(cursor.next().is_none_or(|(key, _)| key.number() > 3)));
            forget(cursor);
        }),
        ("cursor, removing forwards", |map, steps| {
            let mut cursor = map.lower_bound_mut(Included(&t(3)));
            (0..steps).for_each(|_| drop(cursor.remove_next()));
            forget(cursor);
        }),
        ("cursor, removing backwards", |map, steps| {
            let mut cursor = map.upper_bound_mut(Unbounded::<&Tracked>);
            for _ in 0..steps {
                cursor.prev();
                drop(cursor.remove_prev());
            }
            forget(cursor);
        }),
        ("cursor, inserting", |map, steps| {
            let last = map
                .last_key_value()
                .map_or(0, |(key, _)| key.number() as usize);
            let mut cursor = map.upper_bound_mut(Unbounded::<&Tracked>);
            for step in 0..steps {
                cursor
                    .insert_before(t(last + 2 * step + 1), t(1))
                    .expect("fits at the end");
                cursor
                    .insert_after(t(last + 2 * step + 2), t(1))
                    .expect("fits at the end");
                assert!(cursor.next().is_some());
            }
            forget(cursor);
        }),
    ]
}
