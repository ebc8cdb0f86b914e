//! Every call of the map for the hostile suites.

use super::*;
use crate::common::acts::{Acts, Effect, Shape, Subject};
use crate::common::ledger::{Call, Tracked, tick};
use std::collections::BTreeSet;
use std::hash::DefaultHasher;
use std::hint::black_box;
use std::ops::Bound::{self, Excluded, Included, Unbounded};

/// A map, and a second one for calls that take or make two.
pub(crate) struct MapWorld<T: Kind> {
    map: Map<T>,
    other: Map<T>,
}

impl<T: Kind> MapWorld<T> {
    pub(crate) fn map_mut(&mut self) -> &mut Map<T> {
        &mut self.map
    }
}

pub(crate) type Map<T> = super::Map<Tracked, Tracked, T>;

fn t(number: u32) -> Tracked {
    Tracked::new(number)
}

/// Entries for bulk calls, from an iterator that may panic: odd and even keys from `at` on, one of
/// them twice.
fn entries(at: u32) -> impl Iterator<Item = (Tracked, Tracked)> {
    [3, 0, 1, 8, 5, 1, 12, 40].into_iter().map(move |offset| {
        tick(Call::Closure);
        (t(at + offset), t(offset))
    })
}

fn sorted_entries(at: u32) -> impl Iterator<Item = (Tracked, Tracked)> {
    (at..at + 9).map(|number| {
        tick(Call::Closure);
        (t(number), t(number))
    })
}

/// Returns one of the values of a key that is in two maps.
fn resolved(key: &Tracked, ours: Tracked, theirs: Tracked) -> Tracked {
    tick(Call::Closure);
    // A value that is to be returned leaks if the drop of the other one panics.
    if key.number().is_multiple_of(3) {
        drop(theirs);
        ours
    } else {
        drop(ours);
        theirs
    }
}

fn filled<T: Kind>(size: u32, shape: Shape) -> Map<T> {
    let (add, remove) = shape.plan(size);
    let mut map = <Map<T>>::default();
    for number in add {
        map.insert(t(number), t(number + 1000));
    }
    for number in remove {
        map.remove(&t(number));
    }
    map
}

impl<T: Kind> Subject for MapWorld<T> {
    const LARGER: &'static [u32] = T::LARGER;

    fn build(size: u32, shape: Shape) -> Self {
        let mut other = <Map<T>>::default();
        for number in [1, 4, 7, 10, 31, 60] {
            other.insert(t(number), t(number));
        }
        Self {
            map: filled::<T>(size, shape),
            other,
        }
    }

    fn numbers(&self) -> Vec<u32> {
        let numbers = |map: &Map<T>| {
            let numbers: Vec<u32> = map
                .iter()
                .map(|(key, value)| {
                    value.number();
                    key.number()
                })
                .collect();
            assert_eq!(numbers.len(), map.len(), "len is not the number of entries");
            numbers
        };
        numbers(&self.other);
        numbers(&self.map)
    }

    fn use_on(&mut self) {
        for map in [&mut self.map, &mut self.other] {
            map.check_invariants();
            let keys: BTreeSet<u32> = map.keys().map(Tracked::number).collect();
            assert_eq!(keys.len(), map.len(), "a key is present twice");
            for &key in keys.iter().step_by(1 + keys.len() / 40) {
                assert_eq!(
                    map.get_key_value(&t(key)).expect("key is found").0.number(),
                    key
                );
            }
            for number in [0, 3, 5, 11, 500] {
                assert_eq!(
                    map.insert(t(number), t(0)).is_some(),
                    keys.contains(&number)
                );
            }
            map.check_invariants();
            for key in keys.into_iter().step_by(2) {
                assert!(map.remove(&t(key)).is_some());
            }
            map.check_invariants();
            let backward: Vec<u32> = map.keys().rev().map(Tracked::number).collect();
            assert!(backward.is_sorted_by(|left, right| left > right));
            assert_eq!(backward.len(), map.len());
        }
    }

    fn acts() -> Acts<Self> {
        let mut acts = single();
        acts.extend(entry());
        acts.extend(ranges());
        acts.extend(cursors());
        acts.extend(bulk());
        acts.extend(whole());
        acts
    }
}

/// Calls for one key.
fn single<T: Kind>() -> Acts<MapWorld<T>> {
    use Effect::*;
    vec![
        ("get", Reads, |world, at| {
            black_box(world.map.get(&t(at)).map(Tracked::number));
        }),
        ("get_mut", Reads, |world, at| {
            if let Some(value) = world.map.get_mut(&t(at)) {
                value.set(1);
            }
        }),
        ("get_key_value", Reads, |world, at| {
            if let Some((key, value)) = world.map.get_key_value(&t(at)) {
                black_box((key.number(), value.number()));
            }
        }),
        ("contains_key", Reads, |world, at| {
            black_box(world.map.contains_key(&t(at)));
        }),
        ("index", Reads, |world, at| {
            let key = t(at);
            if world.map.contains_key(&key) {
                world.map[&key].number();
            }
        }),
        ("floor and lower", Reads, |world, at| {
            let key = t(at);
            black_box(world.map.floor(&key).map(|entry| entry.0.number()));
            black_box(world.map.lower(&key).map(|entry| entry.0.number()));
        }),
        ("ceiling and higher", Reads, |world, at| {
            let key = t(at);
            black_box(world.map.ceiling(&key).map(|entry| entry.0.number()));
            black_box(world.map.higher(&key).map(|entry| entry.0.number()));
        }),
        ("insert", Adds, |world, at| {
            drop(world.map.insert(t(at), t(5)))
        }),
        ("insert ascending", Adds, |world, at| {
            for number in at..at + 7 {
                world.map.insert(t(number), t(5));
            }
        }),
        ("insert descending", Adds, |world, at| {
            for number in (at..at + 7).rev() {
                world.map.insert(t(number), t(5));
            }
        }),
        ("try_insert", Adds, |world, at| {
            black_box(world.map.try_insert(t(at), t(5)).is_ok());
        }),
        ("remove", Changes, |world, at| {
            drop(world.map.remove(&t(at)))
        }),
        ("remove_entry", Changes, |world, at| {
            drop(world.map.remove_entry(&t(at)))
        }),
        ("remove many", Changes, |world, at| {
            for number in (0..at + 6).step_by(2) {
                world.map.remove(&t(number));
            }
        }),
        ("pop_first", Changes, |world, _| drop(world.map.pop_first())),
        ("pop_last", Changes, |world, _| drop(world.map.pop_last())),
        ("pop until empty", Changes, |world, at| {
            while let Some(entry) = if at % 4 == 0 {
                world.map.pop_first()
            } else {
                world.map.pop_last()
            } {
                drop(entry);
            }
        }),
    ]
}

/// Entries, in every variant.
fn entry<T: Kind>() -> Acts<MapWorld<T>> {
    use Effect::*;
    vec![
        ("or_insert", Adds, |world, at| {
            world.map.entry(t(at)).or_insert(t(1)).set(2)
        }),
        ("or_insert_with", Adds, |world, at| {
            let make = || {
                tick(Call::Closure);
                t(1)
            };
            world.map.entry(t(at)).or_insert_with(make).set(2);
        }),
        ("or_insert_with_key", Adds, |world, at| {
            let make = |key: &Tracked| {
                tick(Call::Closure);
                t(key.number())
            };
            world.map.entry(t(at)).or_insert_with_key(make).set(2);
        }),
        ("or_default", Adds, |world, at| {
            world.map.entry(t(at)).or_default().set(2)
        }),
        ("and_modify", Adds, |world, at| {
            let modify = |value: &mut Tracked| {
                value.set(3);
                tick(Call::Closure);
            };
            world
                .map
                .entry(t(at))
                .and_modify(modify)
                .or_insert(t(1))
                .set(2);
        }),
        ("insert_entry", Adds, |world, at| {
            let mut entry = world.map.entry(t(at)).insert_entry(t(1));
            entry.get_mut().set(9);
            drop(entry.insert(t(entry.key().number())));
        }),
        ("entry key", Reads, |world, at| {
            black_box(world.map.entry(t(at)).key().number());
        }),
        ("occupied or vacant", Changes, |world, at| {
            match world.map.entry(t(at)).variant() {
                Entry::Occupied(mut entry) => {
                    drop(entry.insert(t(4)));
                    drop(entry.remove_entry());
                }
                Entry::Vacant(entry) => {
                    let entry = entry.insert_entry(t(4));
                    drop(entry.remove());
                }
            }
        }),
        ("into_mut or into_key", Reads, |world, at| {
            match world.map.entry(t(at)).variant() {
                Entry::Occupied(entry) => entry.into_mut().set(4),
                Entry::Vacant(entry) => drop(entry.into_key()),
            }
        }),
        ("first_entry", Changes, |world, _| {
            if let Some(entry) = world.map.first_entry() {
                drop(entry.remove_entry());
            }
        }),
        ("last_entry", Changes, |world, _| {
            if let Some(mut entry) = world.map.last_entry() {
                drop(entry.insert(t(6)));
                drop(entry.remove());
            }
        }),
    ]
}

/// Three kinds of ranges that start at `at`.
fn spans(at: u32) -> [(Bound<Tracked>, Bound<Tracked>); 3] {
    [
        (Included(t(at)), Excluded(t(at + 5))),
        (Excluded(t(at)), Unbounded),
        (Excluded(t(at / 2)), Included(t(at))),
    ]
}

fn ranges<T: Kind>() -> Acts<MapWorld<T>> {
    use Effect::*;
    vec![
        ("range", Reads, |world, at| {
            for span in spans(at) {
                for (key, value) in world.map.range(span) {
                    black_box((key.number(), value.number()));
                }
            }
        }),
        ("range from both ends", Reads, |world, at| {
            let mut range = world.map.range(t(at / 3)..=t(at + 9));
            while let (Some(front), Some(back)) = (range.next(), range.next_back()) {
                black_box((front.0.number(), back.0.number()));
            }
        }),
        ("range min and max", Reads, |world, at| {
            black_box(world.map.range(t(at)..).min().map(|entry| entry.0.number()));
            black_box(world.map.range(..t(at)).max().map(|entry| entry.0.number()));
        }),
        ("range_mut", Reads, |world, at| {
            for span in spans(at) {
                for (key, value) in world.map.range_mut(span).rev() {
                    value.set(key.number());
                }
            }
        }),
        ("range_checked", Reads, |world, at| {
            if let Ok(range) = world.map.range_checked(t(at)..t(at + 4)) {
                black_box(range.count());
            }
            black_box(world.map.range_checked(t(at + 4)..t(at)).is_err());
        }),
        ("count_range", Reads, |world, at| {
            black_box(world.map.count_range(t(at)..));
        }),
        ("range_mut_checked", Reads, |world, at| {
            if let Ok(range) = world.map.range_mut_checked(..=t(at)) {
                range.for_each(|(_, value)| value.set(2));
            }
        }),
        ("remove_range", Changes, |world, at| {
            let [span, ..] = spans(at);
            black_box(world.map.remove_range(span));
        }),
        ("remove_range to the end", Changes, |world, at| {
            black_box(world.map.remove_range(t(at)..));
        }),
        ("remove_range from the start", Changes, |world, at| {
            black_box(world.map.remove_range(..=t(at)));
        }),
        ("remove_range of all", Changes, |world, _| {
            black_box(world.map.remove_range((Unbounded::<Tracked>, Unbounded)));
        }),
        ("extract_if", Changes, |world, at| {
            let each_second = |key: &Tracked, value: &mut Tracked| {
                value.set(1);
                tick(Call::Closure);
                (key.number() / 2).is_multiple_of(2)
            };
            drop(
                world
                    .map
                    .extract_if(t(at)..t(at + 20), each_second)
                    .collect::<Vec<_>>(),
            );
        }),
        ("extract_if of all", Changes, |world, _| {
            let all = |_: &Tracked, _: &mut Tracked| {
                tick(Call::Closure);
                true
            };
            black_box(world.map.extract_if(.., all).count());
        }),
        ("extract_if, partly", Changes, |world, at| {
            let all = |_: &Tracked, _: &mut Tracked| {
                tick(Call::Closure);
                true
            };
            drop(
                world
                    .map
                    .extract_if(t(at).., all)
                    .take(2)
                    .collect::<Vec<_>>(),
            );
        }),
    ]
}

fn cursors<T: Kind>() -> Acts<MapWorld<T>> {
    use Effect::*;
    vec![
        ("cursor walk", Reads, |world, at| {
            let mut cursor = world.map.lower_bound(Included(&t(at)));
            for _ in 0..3 {
                black_box(cursor.next().map(|entry| entry.0.number()));
            }
            let mut cursor = world.map.upper_bound(Excluded(&t(at)));
            while let Some((key, value)) = cursor.prev() {
                black_box((key.number(), value.number()));
            }
        }),
        ("cursor insert_before", Adds, |world, at| {
            let mut cursor = world.map.lower_bound_mut(Included(&t(at)));
            for number in at..at + 4 {
                black_box(cursor.insert_before(t(number), t(3)).is_ok());
            }
            black_box(cursor.peek_prev().map(|entry| entry.0.number()));
        }),
        ("cursor insert_after", Adds, |world, at| {
            let mut cursor = world.map.upper_bound_mut(Included(&t(at)));
            for number in (at..at + 4).rev() {
                black_box(cursor.insert_after(t(number), t(3)).is_ok());
            }
            black_box(cursor.peek_next().map(|entry| entry.0.number()));
        }),
        ("cursor remove_next", Changes, |world, at| {
            let mut cursor = world.map.lower_bound_mut(Excluded(&t(at)));
            for _ in 0..4 {
                drop(cursor.remove_next());
            }
            black_box(cursor.as_cursor().peek_prev().map(|entry| entry.0.number()));
        }),
        ("cursor remove_prev", Changes, |world, at| {
            let mut cursor = world.map.upper_bound_mut(Included(&t(at)));
            for _ in 0..4 {
                drop(cursor.remove_prev());
                if let Some((_, value)) = cursor.next() {
                    value.set(8);
                }
                drop(cursor.remove_prev());
            }
        }),
        ("cursor remove and insert", Changes, |world, at| {
            let len = world.map.len();
            let mut cursor = world.map.lower_bound_mut(Bound::<&Tracked>::Unbounded);
            // A bounded loop: a lying order may put an entry where the cursor meets it again.
            for _ in 0..len {
                let Some((key, value)) = cursor.remove_next() else {
                    break;
                };
                let key = t(key.number() + at % 2);
                black_box(cursor.insert_before(key, value).is_ok());
            }
        }),
    ]
}

fn bulk<T: Kind>() -> Acts<MapWorld<T>> {
    use Effect::*;
    vec![
        ("extend", Adds, |world, at| world.map.extend(entries(at))),
        ("from_iter", Changes, |world, at| {
            world.map = entries(at).collect()
        }),
        ("from_sorted_iter", Changes, |world, at| {
            if let Ok(map) = <Map<T>>::from_sorted_iter(sorted_entries(at)) {
                world.map = map;
            }
        }),
        ("from_sorted_iter, unsorted", Changes, |_, at| {
            black_box(<Map<T>>::from_sorted_iter(entries(at)).is_ok());
        }),
        ("append", Changes, |world, _| {
            world.map.append(&mut world.other)
        }),
        ("append to the smaller", Changes, |world, _| {
            world.other.append(&mut world.map)
        }),
        ("append after the end", Changes, |world, _| {
            let mut other: Map<T> = sorted_entries(2000).collect();
            world.map.append(&mut other);
            world.other = other;
        }),
        ("append before the start", Changes, |world, _| {
            let mut other: Map<T> = sorted_entries(2000).collect();
            other.append(&mut world.map);
            world.map = other;
        }),
        ("merge", Changes, |world, _| {
            let other = std::mem::take(&mut world.other);
            world.map.merge(other, resolved);
        }),
        ("merge into the smaller", Changes, |world, _| {
            let map = std::mem::take(&mut world.map);
            world.other.merge(map, resolved);
        }),
        ("split_off", Changes, |world, at| {
            world.other = world.map.split_off(&t(at))
        }),
        ("split_off, dropped", Changes, |world, at| {
            drop(world.map.split_off(&t(at)))
        }),
        ("retain", Changes, |world, at| {
            world.map.retain(|key, value| {
                value.set(1);
                tick(Call::Closure);
                key.number() / 2 % 3 != at % 3
            });
        }),
        ("retain nothing", Changes, |world, _| {
            world.map.retain(|_, _| {
                tick(Call::Closure);
                false
            });
        }),
        ("reserve", Reads, |world, at| world.map.reserve(at as usize)),
        ("shrink_to_fit", Reads, |world, _| world.map.shrink_to_fit()),
        ("memory_usage", Reads, |world, _| {
            black_box(world.map.memory_usage());
        }),
    ]
}

/// Calls that take, copy, compare or walk the whole map.
fn whole<T: Kind>() -> Acts<MapWorld<T>> {
    use Effect::*;
    vec![
        ("clone", Reads, |world, _| drop(world.map.clone())),
        ("clone to other", Reads, |world, _| {
            world.other = world.map.clone()
        }),
        ("clone_from", Reads, |world, _| {
            world.other.clone_from(&world.map)
        }),
        ("drop", Changes, |world, _| {
            drop(std::mem::take(&mut world.map))
        }),
        ("clear", Changes, |world, _| world.map.clear()),
        ("compare", Reads, |world, _| {
            black_box(world.map == world.other);
            black_box(world.map.cmp(&world.other));
            black_box(world.map.partial_cmp(&world.map));
        }),
        ("hash", Reads, |world, _| {
            world.map.hash(&mut DefaultHasher::new())
        }),
        ("debug", Reads, |world, _| {
            black_box(format!("{:?}", world.map));
        }),
        ("iter", Reads, |world, at| {
            let mut iter = world.map.iter();
            black_box(iter.nth(at as usize / 3).map(|entry| entry.0.number()));
            black_box(iter.nth_back(1).map(|entry| entry.0.number()));
            black_box(iter.clone().count());
            iter.for_each(|(key, value)| assert!(key.number() | value.number() < 10_000));
        }),
        ("iter min and max", Reads, |world, _| {
            black_box(world.map.iter().min().map(|entry| entry.0.number()));
            black_box(world.map.keys().max().map(Tracked::number));
        }),
        ("iter_mut", Reads, |world, _| {
            world
                .map
                .iter_mut()
                .rev()
                .for_each(|(key, value)| value.set(key.number()));
            world.map.values_mut().for_each(|value| value.set(1));
        }),
        ("keys and values", Reads, |world, _| {
            world
                .map
                .keys()
                .for_each(|key| assert!(black_box(key.number()) < 10_000));
            world
                .map
                .values()
                .rev()
                .for_each(|value| assert!(black_box(value.number()) < 10_000));
        }),
        ("into_iter", Changes, |world, _| {
            for (key, value) in std::mem::take(&mut world.map) {
                black_box((key.number(), value.number()));
            }
        }),
        ("into_iter, partly", Changes, |world, at| {
            let mut iter = std::mem::take(&mut world.map).into_iter();
            drop(iter.nth(at as usize / 8));
            drop(iter.next_back());
            drop(iter.next_back());
            drop(iter.next());
        }),
        ("into_keys", Changes, |world, at| {
            let mut keys = std::mem::take(&mut world.map).into_keys();
            drop(keys.next_back());
            drop(keys.nth(at as usize / 8));
            keys.for_each(drop);
        }),
        ("into_values", Changes, |world, at| {
            let mut values = std::mem::take(&mut world.map).into_values();
            drop(values.next());
            drop(values.nth_back(at as usize / 8));
        }),
    ]
}
