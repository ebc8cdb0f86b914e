//! Operations that change a map, applied to it and to its model.

use super::operation::*;
use super::{Pair, entries, hash_of};
use crate::common::Doing;
use crate::common::keys::{Key, Value};
use crate::common::maps::ordered::*;
use crate::common::operations::*;
use std::collections::BTreeMap;
use std::collections::btree_map::{Entry as StdEntry, OccupiedEntry as StdOccupied};
use std::ops::Bound;

impl<K: Key, V: Value, T: Kind> Pair<K, V, T> {
    pub(super) fn change_one(&mut self, operation: &Operation) {
        use Operation::*;
        let Self { map, model } = self;
        match *operation {
            Insert(key, value) => {
                let ours = map.insert(K::from_seed(key), V::from_seed(value));
                assert_eq!(ours, model.insert(K::from_seed(key), V::from_seed(value)));
            }
            TryInsert(key, value) => self.try_insert(key, value),
            Remove(key) => {
                let key = K::from_seed(key);
                assert_eq!(map.remove(&key), model.remove(&key));
            }
            RemoveEntry(key) => {
                let key = K::from_seed(key);
                assert_eq!(map.remove_entry(&key), model.remove_entry(&key));
            }
            GetMut(key, value) => {
                let (ours, theirs) = (K::from_seed(key), K::from_seed(key));
                let (ours, theirs) = (map.get_mut(&ours), model.get_mut(&theirs));
                assert_eq!(ours, theirs);
                if let (Some(ours), Some(theirs)) = (ours, theirs) {
                    *ours = V::from_seed(value);
                    *theirs = V::from_seed(value);
                }
            }
            Entry(key, call, value) => self.entry(key, call, value),
            FirstEntry(call, value) => self.end_entry(true, call, value),
            LastEntry(call, value) => self.end_entry(false, call, value),
            PopFirst => assert_eq!(map.pop_first(), model.pop_first()),
            PopLast => assert_eq!(map.pop_last(), model.pop_last()),
            RangeMut(span, ref steps, value) => {
                let span = span.legal::<K>();
                agree_to_the_end(
                    &mut map.range_mut(span.clone()),
                    &mut model.range_mut(span.clone()),
                    steps,
                    false,
                );
                let ours = map.range_mut(span.clone()).map(|(_, value)| value);
                let theirs = model.range_mut(span).map(|(_, value)| value);
                write_both(ours, theirs, value);
            }
            IterateMut(ref steps, value) => {
                agree_to_the_end(&mut map.iter_mut(), &mut model.iter_mut(), steps, true);
                write_both(
                    map.iter_mut().map(|(_, value)| value).rev(),
                    model.values_mut().rev(),
                    value,
                );
                agree_to_the_end(&mut map.values_mut(), &mut model.values_mut(), steps, true);
                write_both(
                    map.values_mut().skip(2),
                    model.values_mut().skip(2),
                    value ^ 1,
                );
            }
            LowerBoundMut(bound, ref moves) => self.cursor_mut(true, bound, moves),
            UpperBoundMut(bound, ref moves) => self.cursor_mut(false, bound, moves),
            _ => unreachable!("not a change of one entry"),
        }
    }

    fn try_insert(&mut self, key: u16, value: u32) {
        let Self { map, model } = self;
        match map.try_insert(K::from_seed(key), V::from_seed(value)) {
            Ok(ours) => {
                assert_eq!(*ours, V::from_seed(value));
                assert_eq!(model.insert(K::from_seed(key), V::from_seed(value)), None);
            }
            Err((entry, rejected)) => {
                assert_eq!(rejected, V::from_seed(value));
                assert_eq!(*entry.key(), K::from_seed(key));
                assert_eq!(model.get(&K::from_seed(key)), Some(entry.get()));
            }
        }
    }

    fn entry(&mut self, key: u16, call: EntryCall, value: u32) {
        let Self { map, model } = self;
        let (ours, theirs) = (map.entry(K::from_seed(key)), model.entry(K::from_seed(key)));
        let v = || V::from_seed(value);
        match call {
            EntryCall::OrInsert => assert_eq!(ours.or_insert(v()), theirs.or_insert(v())),
            EntryCall::OrInsertWith => {
                assert_eq!(ours.or_insert_with(v), theirs.or_insert_with(v));
            }
            EntryCall::OrInsertWithKey => {
                let make = |key: &K| V::from_seed(hash_of(key) as u32);
                assert_eq!(
                    ours.or_insert_with_key(make),
                    theirs.or_insert_with_key(make)
                );
            }
            EntryCall::OrDefault => assert_eq!(ours.or_default(), theirs.or_default()),
            EntryCall::AndModify => {
                let ours = ours.and_modify(|value| *value = v()).or_default();
                assert_eq!(ours, theirs.and_modify(|value| *value = v()).or_default());
            }
            EntryCall::InsertEntry => {
                let (ours, theirs) = (ours.insert_entry(v()), theirs.insert_entry(v()));
                assert_eq!((ours.key(), ours.get()), (theirs.key(), theirs.get()));
                assert_eq!(ours.into_mut(), theirs.into_mut());
            }
            EntryCall::Key => assert_eq!(ours.key(), theirs.key()),
            _ => match (ours.variant(), theirs) {
                (Entry::Occupied(ours), StdEntry::Occupied(theirs)) => {
                    let EntryCall::Occupied(call) = call else {
                        return;
                    };
                    occupied(ours, theirs, call, value);
                }
                (Entry::Vacant(ours), StdEntry::Vacant(theirs)) => match call {
                    EntryCall::VacantInsert => assert_eq!(ours.insert(v()), theirs.insert(v())),
                    EntryCall::VacantInsertEntry => {
                        let (ours, theirs) = (ours.insert_entry(v()), theirs.insert_entry(v()));
                        assert_eq!(ours.remove_entry(), theirs.remove_entry());
                    }
                    _ => {
                        assert_eq!(ours.key(), theirs.key());
                        assert_eq!(ours.into_key(), theirs.into_key());
                    }
                },
                (Entry::Occupied(_), _) => panic!("there is an entry, but not in std's"),
                (Entry::Vacant(_), _) => panic!("there is no entry, but there is one in std's"),
            },
        }
    }

    fn end_entry(&mut self, first: bool, call: OccupiedCall, value: u32) {
        let Self { map, model } = self;
        let ours = if first {
            map.first_entry()
        } else {
            map.last_entry()
        };
        let theirs = if first {
            model.first_entry()
        } else {
            model.last_entry()
        };
        assert_eq!(ours.is_some(), theirs.is_some());
        if let (Some(ours), Some(theirs)) = (ours, theirs) {
            occupied(ours, theirs, call, value);
        }
    }

    pub(super) fn change_many(&mut self, operation: &Operation) {
        use Operation::*;
        let Self { map, model } = self;
        match *operation {
            InsertRun(run, value) => {
                for ((key, value), again) in entries(run, value).zip(entries::<K, V>(run, value)) {
                    assert_eq!(map.insert(key, value), model.insert(again.0, again.1));
                }
            }
            RemoveRun(run) => {
                for key in run.seeds().map(K::from_seed) {
                    assert_eq!(map.remove(&key), model.remove(&key));
                }
            }
            Append(run, value) => {
                let mut ours: Map<K, V, T> = entries(run, value).collect();
                let mut theirs: BTreeMap<K, V> = entries(run, value).collect();
                map.append(&mut ours);
                model.append(&mut theirs);
                assert!(ours.is_empty(), "append empties the other map");
                ours.check_invariants();
            }
            SplitOff(key, keep_left) => {
                let key = K::from_seed(key);
                let mut rest = Pair {
                    map: map.split_off(&key),
                    model: model.split_off(&key),
                };
                rest.check();
                if !keep_left {
                    std::mem::swap(self, &mut rest);
                    rest.check();
                }
            }
            Clone => *map = map.clone(),
            CloneFrom(run) => {
                let mut copy: Map<K, V, T> = entries(run, 0).collect();
                copy.clone_from(map);
                *map = copy;
            }
            Extend(run, value) => {
                map.extend(entries::<K, V>(run, value));
                model.extend(entries::<K, V>(run, value));
            }
            FromIter(run, value) => {
                *map = entries(run, value).collect();
                *model = entries(run, value).collect();
            }
            FromSorted(run) => self.build_sorted(run),
            ShrinkToFit => {
                let before = map.memory_usage();
                map.shrink_to_fit();
                assert!(map.memory_usage() <= before, "shrink_to_fit must not grow");
            }
            Reserve(additional) => {
                map.reserve(additional);
                let reserved = map.memory_usage();
                assert!(additional == 0 || size_of::<(K, V)>() == 0 || reserved > 0);
            }
            Clear => {
                map.clear();
                model.clear();
            }
            Retain(..) | ExtractIf(..) | RemoveRange(..) => self.remove_many(operation),
            _ => unreachable!("not a change of many entries"),
        }
    }

    fn build_sorted(&mut self, run: Run) {
        let ascending = run
            .seeds()
            .map(K::from_seed)
            .is_sorted_by(|left, right| left < right);
        match <Map<K, V, T>>::from_sorted_iter(entries(run, 7)) {
            Ok(map) => {
                assert!(ascending, "from_sorted_iter accepted unsorted keys");
                *self = Self {
                    map,
                    model: entries(run, 7).collect(),
                };
            }
            Err(error) => assert!(!ascending, "from_sorted_iter: {error}"),
        }
    }

    fn remove_many(&mut self, operation: &Operation) {
        use Operation::*;
        let Self { map, model } = self;
        match *operation {
            Retain(pick, value) => {
                map.retain(predicate(&mut Vec::new(), pick, value));
                model.retain(predicate(&mut Vec::new(), pick, value));
            }
            ExtractIf(span, pick, take) => {
                let span = span.legal::<K>();
                let (mut our_calls, mut their_calls) = (Vec::new(), Vec::new());
                let ours: Vec<_> = map
                    .extract_if(span.clone(), predicate(&mut our_calls, pick, 1))
                    .take(take)
                    .collect();
                let theirs: Vec<_> = model
                    .extract_if(span, predicate(&mut their_calls, pick, 1))
                    .take(take)
                    .collect();
                assert_eq!(ours, theirs, "extracted");
                assert_eq!(our_calls, their_calls, "predicate calls");
            }
            RemoveRange(span) => {
                let span = span.legal::<K>();
                let before = model.len();
                model.retain(|key, _| !std::ops::RangeBounds::contains(&span, key));
                assert_eq!(map.remove_range(span), before - model.len(), "count");
            }
            _ => unreachable!("not a removal of many entries"),
        }
    }

    fn cursor_mut(&mut self, lower: bool, bound: Bound<u16>, moves: &[Move]) {
        let Self { map, model } = self;
        let bound = key_bound::<K>(bound);
        let mut theirs: Vec<(K, V)> = std::mem::take(model).into_iter().collect();
        let keys = theirs.iter().map(|(key, _)| key);
        let mut gap = if lower {
            lower_gap(keys, &bound)
        } else {
            upper_gap(keys, &bound)
        };
        let bound = bound.as_ref();
        let mut cursor = if lower {
            map.lower_bound_mut(bound)
        } else {
            map.upper_bound_mut(bound)
        };
        for (index, &step) in moves.iter().enumerate() {
            let _doing = Doing(format_args!("move {index}: {step:?}"));
            match step {
                Move::Next => {
                    let next = theirs.get_mut(gap).map(|(key, value)| (&*key, value));
                    gap += usize::from(next.is_some());
                    let ours = cursor.next();
                    assert_eq!(ours, next);
                    write_both(
                        ours.map(|entry| entry.1),
                        next.map(|entry| entry.1),
                        gap as u32,
                    );
                }
                Move::Prev => {
                    let previous = gap.checked_sub(1);
                    gap = previous.unwrap_or(0);
                    let prev = previous
                        .map(|at| &mut theirs[at])
                        .map(|(key, value)| (&*key, value));
                    let ours = cursor.prev();
                    assert_eq!(ours, prev);
                    write_both(
                        ours.map(|entry| entry.1),
                        prev.map(|entry| entry.1),
                        gap as u32,
                    );
                }
                Move::RemoveNext => {
                    let next = (gap < theirs.len()).then(|| theirs.remove(gap));
                    assert_eq!(cursor.remove_next(), next);
                }
                Move::RemovePrev => {
                    let prev = gap.checked_sub(1).map(|at| theirs.remove(at));
                    gap -= usize::from(prev.is_some());
                    assert_eq!(cursor.remove_prev(), prev);
                }
                Move::InsertAfter(key, value) | Move::InsertBefore(key, value) => {
                    let before = matches!(step, Move::InsertBefore(..));
                    let entry = (K::from_seed(key), V::from_seed(value));
                    let fits = theirs[..gap].last().is_none_or(|last| last.0 < entry.0)
                        && theirs[gap..].first().is_none_or(|first| entry.0 < first.0);
                    let (key, value) = entry.clone();
                    let ours = if before {
                        cursor.insert_before(key, value)
                    } else {
                        cursor.insert_after(key, value)
                    };
                    assert_eq!(ours.is_ok(), fits, "whether it fits here");
                    if fits {
                        theirs.insert(gap, entry);
                        gap += usize::from(before);
                    }
                }
            }
            let around = (
                gap.checked_sub(1).map(|at| (&theirs[at].0, &theirs[at].1)),
                theirs.get(gap).map(|(key, value)| (key, value)),
            );
            {
                let shared = cursor.as_cursor();
                assert_eq!((shared.peek_prev(), shared.peek_next()), around);
            }
            assert_eq!(
                cursor.peek_prev().map(|(key, value)| (key, &*value)),
                around.0
            );
            assert_eq!(
                cursor.peek_next().map(|(key, value)| (key, &*value)),
                around.1
            );
        }
        model.extend(theirs);
    }
}

/// A predicate that records its calls, changes some values and returns true for some.
fn predicate<K: Key, V: Value>(
    calls: &mut Vec<(K, V)>,
    pick: Pick,
    value: u32,
) -> impl FnMut(&K, &mut V) -> bool {
    move |key, old| {
        calls.push((key.clone(), old.clone()));
        if calls.len().is_multiple_of(3) {
            *old = V::from_seed(value);
        }
        pick.accepts(calls.len())
    }
}

/// Writes the same new values through two iterators.
fn write_both<'a, V: Value>(
    ours: impl IntoIterator<Item = &'a mut V>,
    theirs: impl IntoIterator<Item = &'a mut V>,
    value: u32,
) {
    let mut theirs = theirs.into_iter();
    for (index, ours) in ours.into_iter().enumerate() {
        let new = V::from_seed(value.wrapping_add(index as u32));
        *theirs.next().expect("ours is longer") = new.clone();
        *ours = new;
    }
    assert!(theirs.next().is_none(), "ours is shorter");
}

/// Does the same to two occupied entries.
fn occupied<'a, K: Key, V: Value>(
    mut ours: impl OccupiedEntry<'a, K, V>,
    mut theirs: StdOccupied<'_, K, V>,
    call: OccupiedCall,
    value: u32,
) {
    assert_eq!(ours.key(), theirs.key());
    let v = || V::from_seed(value);
    match call {
        OccupiedCall::Get => assert_eq!(ours.get(), theirs.get()),
        OccupiedCall::GetMut => {
            *ours.get_mut() = v();
            *theirs.get_mut() = v();
            assert_eq!(ours.get(), theirs.get());
        }
        OccupiedCall::IntoMut => {
            *ours.into_mut() = v();
            *theirs.into_mut() = v();
        }
        OccupiedCall::Insert => assert_eq!(ours.insert(v()), theirs.insert(v())),
        OccupiedCall::Remove => assert_eq!(ours.remove(), theirs.remove()),
        OccupiedCall::RemoveEntry => assert_eq!(ours.remove_entry(), theirs.remove_entry()),
    }
}
