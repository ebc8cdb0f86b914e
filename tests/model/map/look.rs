//! Operations that leave a map unchanged: their results are compared with the model's.

use super::operation::*;
use super::{Pair, entries, hash_of};
use crate::common::keys::{Key, Value};
use crate::common::maps::ordered::*;
use crate::common::operations::*;
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hasher};
use std::ops::Bound;

impl<K: Key, V: Value, T: Kind> Pair<K, V, T> {
    pub(super) fn look(&self, operation: &Operation) {
        use Operation::*;
        let Self { map, model } = self;
        match *operation {
            Get(key) => {
                let key = K::from_seed(key);
                assert_eq!(map.get(&key), model.get(&key));
                assert_eq!(map.get_key_value(&key), model.get_key_value(&key));
                assert_eq!(map.contains_key(&key), model.contains_key(&key));
                if model.contains_key(&key) {
                    assert_eq!(map[&key], model[&key]);
                }
            }
            Neighbours(key) => {
                let key = &K::from_seed(key);
                assert_eq!(map.floor(key), model.range(..=key).next_back());
                assert_eq!(map.lower(key), model.range(..key).next_back());
                assert_eq!(map.ceiling(key), model.range(key..).next());
                let above = (Bound::Excluded(key), Bound::Unbounded);
                assert_eq!(map.higher(key), model.range(above).next());
            }
            Range(span, ref steps) => {
                let span = span.legal::<K>();
                let count = model.range(span.clone()).count();
                assert_eq!(map.count_range(span.clone()), count);
                let (mut ours, mut theirs) = (map.range(span.clone()), model.range(span.clone()));
                agree(&mut ours, &mut theirs, steps, false);
                agree_to_the_end(&mut ours.clone(), &mut theirs.clone(), &[], false);
                agree_to_the_end(&mut ours.rev(), &mut theirs.rev(), &[], false);
            }
            RangeChecked(span) => {
                let raw = span.raw::<K>();
                match map.range_checked(raw.clone()) {
                    Ok(mut ours) => {
                        assert!(!inverted(&raw), "range_checked accepted an inverted range");
                        agree_to_the_end(&mut ours, &mut model.range(raw), &[], false);
                    }
                    Err(error) => assert!(inverted(&raw), "range_checked: {error}"),
                }
            }
            Cursor(bound, ref moves) => self.cursor(bound, moves),
            Compare(run) => self.compare(run),
            Iterate(ref steps) => {
                let (mut ours, mut theirs) = (map.iter(), model.iter());
                agree(&mut ours, &mut theirs, steps, true);
                assert_eq!(ours.len(), theirs.len());
                agree_to_the_end(&mut ours.clone(), &mut theirs.clone(), &[], true);
                agree_to_the_end(&mut ours.rev(), &mut theirs.rev(), &[], true);
            }
            IntoIter(ref steps) => {
                let ours = map.clone().into_iter();
                agree(&mut { ours }, &mut model.clone().into_iter(), steps, true);
                let (ours, theirs) = (map.clone().into_iter(), model.clone().into_iter());
                agree_to_the_end(&mut { ours }, &mut { theirs }, steps, true);
            }
            KeysAndValues(ref steps) => self.keys_and_values(steps),
            Ends(span) => self.ends(span),
            _ => unreachable!("not a look at the map"),
        }
    }

    fn cursor(&self, bound: Bound<u16>, moves: &[Move]) {
        let bound = key_bound::<K>(bound);
        let theirs: Vec<(&K, &V)> = self.model.iter().collect();
        let keys = || theirs.iter().map(|(key, _)| *key);
        for lower in [true, false] {
            let mut gap = if lower {
                lower_gap(keys(), &bound)
            } else {
                upper_gap(keys(), &bound)
            };
            let mut cursor = if lower {
                self.map.lower_bound(bound.as_ref())
            } else {
                self.map.upper_bound(bound.as_ref())
            };
            for step in moves {
                let next = theirs.get(gap).copied();
                let prev = gap.checked_sub(1).map(|at| theirs[at]);
                assert_eq!(
                    (cursor.peek_prev(), cursor.peek_next()),
                    (prev, next),
                    "{step:?}"
                );
                if matches!(step, Move::Prev | Move::RemovePrev | Move::InsertBefore(..)) {
                    assert_eq!(cursor.prev(), prev);
                    gap = gap.saturating_sub(1);
                } else {
                    assert_eq!(cursor.clone().next(), next);
                    assert_eq!(cursor.next(), next);
                    gap = (gap + 1).min(theirs.len());
                }
            }
        }
    }

    fn compare(&self, run: Run) {
        let Self { map, model } = self;
        let ours: Map<K, V, T> = entries(run, 3).collect();
        let theirs: BTreeMap<K, V> = entries(run, 3).collect();
        assert_eq!(*map == ours, *model == theirs);
        assert_eq!(map.cmp(&ours), model.cmp(&theirs));
        assert_eq!(map.partial_cmp(&ours), model.partial_cmp(&theirs));
        let copy: Map<K, V, T> = model.clone().into_iter().rev().collect();
        assert!(*map == copy, "the same entries with another history");
        assert_eq!(map.cmp(&copy), std::cmp::Ordering::Equal);
        let hash = |map: &Map<K, V, T>| {
            let mut hasher = DefaultHasher::new();
            map.hash(&mut hasher);
            hasher.finish()
        };
        assert_eq!(hash(map), hash(&copy));
        assert_eq!(hash(map), hash_of(model));
        assert_eq!(format!("{map:?}"), format!("{model:?}"));
    }

    fn keys_and_values(&self, steps: &[Step]) {
        let Self { map, model } = self;
        agree_to_the_end(&mut map.keys(), &mut model.keys(), steps, true);
        agree_to_the_end(&mut map.values(), &mut model.values(), steps, true);
        let (ours, theirs) = (map.clone().into_keys(), model.clone().into_keys());
        agree_to_the_end(&mut { ours }, &mut { theirs }, steps, true);
        let (ours, theirs) = (map.clone().into_values(), model.clone().into_values());
        agree_to_the_end(&mut { ours }, &mut { theirs }, steps, true);
        assert!(
            map.clone()
                .into_keys()
                .rev()
                .eq(model.keys().rev().cloned())
        );
        assert!(
            map.clone()
                .into_values()
                .rev()
                .eq(model.values().rev().cloned())
        );
    }

    /// The methods of iterators that a trait object does not reach.
    fn ends(&self, span: Span) {
        let Self { map, model } = self;
        let span = span.legal::<K>();
        let (ours, theirs) = (|| map.range(span.clone()), || model.range(span.clone()));
        assert_eq!(
            (ours().min(), ours().max()),
            (theirs().min(), theirs().max())
        );
        assert_eq!(
            (ours().last(), ours().count()),
            (theirs().last(), theirs().count())
        );
        let fold = |sum: u64, entry: (&K, &V)| sum.wrapping_mul(31) ^ hash_of(&entry);
        assert_eq!(ours().fold(0, fold), theirs().fold(0, fold));
        assert_eq!(ours().rfold(0, fold), theirs().rfold(0, fold));
        assert_eq!(
            (map.iter().min(), map.iter().max()),
            (model.iter().min(), model.iter().max())
        );
        assert_eq!(
            (map.iter().last(), map.iter().count()),
            (model.iter().last(), model.len())
        );
        assert_eq!(map.iter().fold(0, fold), model.iter().fold(0, fold));
        assert_eq!(map.iter().rfold(0, fold), model.iter().rfold(0, fold));
        assert_eq!(
            (map.keys().min(), map.keys().max()),
            (model.keys().min(), model.keys().max())
        );
        assert_eq!(
            (map.keys().last(), map.keys().count()),
            (model.keys().last(), model.len())
        );
        assert_eq!(
            (map.values().last(), map.values().count()),
            (model.values().last(), model.len())
        );
    }
}
