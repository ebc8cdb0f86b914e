//! The index against std's collections, two indexes at a time, with keys from all distinct to all
//! equal.
//!
//! The model is a set of pairs, and a map from keys to their values.

use super::check;
use crate::common::Doing;
use crate::common::keys::{Key, Value};
use crate::common::operations::*;
use leafwise::BPlusIndex;
use leafwise::index::Cursor;
use leafwise::layout::{ArrayOfStructs, LeafLayout, StructOfArrays};
use leafwise::store::{Heap, Slab, Store};
use std::fmt::Debug;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::{Bound, RangeBounds};

mod model;
mod operation;

use model::{Model, by_parts};
use operation::*;

fn hash_of(item: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    item.hash(&mut hasher);
    hasher.finish()
}

/// An index and its model, to which the same operations are applied.
struct Twin<K, V, S: Store, L: LeafLayout> {
    index: BPlusIndex<K, V, S, L>,
    model: Model<K, V>,
    skew: Skew,
}

fn run_index<K: Key, V: Value, S: Store, L: LeafLayout>(input: &(Skew, Script<Operation>)) {
    let (skew, Script(operations)) = (input.0, &input.1);
    let new = || Twin::<K, V, S, L> {
        index: BPlusIndex::empty(),
        model: Model::from_iter([]),
        skew,
    };
    let (mut twin, mut other) = (new(), new());
    for (index, operation) in operations.iter().enumerate() {
        let _doing = Doing(format_args!(
            "operation {index} of {}: {operation:?}",
            operations.len()
        ));
        twin.apply(operation, &mut other);
        twin.check();
        other.check();
    }
}

impl<K: Key, V: Value, S: Store, L: LeafLayout> Twin<K, V, S, L> {
    fn check(&self) {
        let Self { index, model, .. } = self;
        index.check_invariants();
        assert_eq!(index.len(), model.pairs.len(), "len");
        assert_eq!(index.is_empty(), model.pairs.is_empty());
        agree_to_the_end(&mut index.iter(), &mut { model.pairs() }, &[], false);
        assert_eq!(index.first(), model.pairs().next());
        assert_eq!(index.last(), model.pairs().next_back());
    }

    fn apply(&mut self, operation: &Operation, other: &mut Self) {
        use Operation::*;
        match operation {
            Look(..) | Range(..) | RangePairs(..) | RangeChecked(..) | Cursor(..) | Groups(..)
            | Iterate(..) | Compare => self.look(operation, other),
            Insert(..) | Delete(..) | Update(..) | DeleteKey(..) | PopFirst | PopLast
            | CursorMut(..) => self.change_one(operation),
            _ => self.change_many(operation, other),
        }
    }

    fn change_one(&mut self, operation: &Operation) {
        use Operation::*;
        let Self { index, model, skew } = self;
        match *operation {
            Insert(at) => {
                let (key, value) = skew.pair(at);
                assert_eq!(index.insert(key, value), model.insert(skew.pair(at)));
            }
            Delete(at) => {
                let pair = skew.pair(at);
                assert_eq!(index.remove(&pair.0, &pair.1), model.delete(&pair));
            }
            Update(old, new) => self.update(old, new),
            DeleteKey(at) => {
                let key = skew.key(at);
                let count = model.retain(|other, _| *other != key);
                assert_eq!(index.remove_key(&key), count);
            }
            PopFirst => {
                let first = model.pairs.first().cloned();
                first.iter().for_each(|first| assert!(model.delete(first)));
                assert_eq!(index.pop_first(), first);
            }
            PopLast => {
                let last = model.pairs.last().cloned();
                last.iter().for_each(|last| assert!(model.delete(last)));
                assert_eq!(index.pop_last(), last);
            }
            CursorMut(call, bound, ref moves) => self.cursor_mut(call, bound, moves),
            _ => unreachable!("not a change of one entry"),
        }
    }

    fn update(&mut self, old: u16, new: u16) {
        let Self { index, model, skew } = self;
        let (key, value) = skew.pair::<K, V>(old);
        let ours = index.update(&key, skew.key(new), value.clone());
        assert_eq!(
            ours,
            model.update(&key, skew.key(new), value),
            "was the pair present"
        );
    }

    fn cursor_mut(&mut self, call: BoundCall, bound: Bound<u16>, moves: &[Move]) {
        let Self { index, model, skew } = self;
        let mut theirs: Vec<(K, V)> = model.pairs.iter().cloned().collect();
        let mut gap = call.gap(theirs.iter(), bound, *skew);
        let key = bound.map(|at| skew.key::<K>(at));
        let pair = bound.map(|at| skew.pair::<K, V>(at));
        let pair = pair.as_ref().map(by_parts);
        let mut cursor = match call {
            BoundCall {
                lower: true,
                pair: false,
            } => index.lower_bound_mut(key.as_ref()),
            BoundCall {
                lower: false,
                pair: false,
            } => index.upper_bound_mut(key.as_ref()),
            BoundCall {
                lower: true,
                pair: true,
            } => index.lower_bound_pair_mut(pair),
            BoundCall {
                lower: false,
                pair: true,
            } => index.upper_bound_pair_mut(pair),
        };
        for step in moves {
            let _doing = Doing(format_args!("{step:?}"));
            match *step {
                Move::Next => {
                    assert_eq!(cursor.next(), theirs.get(gap).map(by_parts));
                    gap = (gap + 1).min(theirs.len());
                }
                Move::Prev => {
                    assert_eq!(cursor.prev(), theirs[..gap].last().map(by_parts));
                    gap = gap.saturating_sub(1);
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
                Move::InsertAfter(at, _) | Move::InsertBefore(at, _) => {
                    let before = matches!(step, Move::InsertBefore(..));
                    let new = skew.pair::<K, V>(at);
                    let fits = theirs[..gap].last().is_none_or(|last| *last < new)
                        && theirs[gap..].first().is_none_or(|first| new < *first);
                    let (key, value) = new.clone();
                    let ours = if before {
                        cursor.insert_before(key, value)
                    } else {
                        cursor.insert_after(key, value)
                    };
                    assert_eq!(ours.is_ok(), fits, "whether it fits here");
                    if fits {
                        theirs.insert(gap, new);
                        gap += usize::from(before);
                    }
                }
            }
            assert_eq!(
                cursor.as_cursor().peek_prev(),
                theirs[..gap].last().map(by_parts)
            );
            assert_eq!(cursor.peek_prev(), theirs[..gap].last().map(by_parts));
            assert_eq!(cursor.peek_next(), theirs.get(gap).map(by_parts));
        }
        *model = theirs.into_iter().collect();
    }

    fn change_many(&mut self, operation: &Operation, other: &mut Self) {
        use Operation::*;
        let Self { index, model, skew } = self;
        match *operation {
            Extend(run) => {
                index.extend(skew.pairs(run));
                skew.pairs(run).for_each(|pair| {
                    model.insert(pair);
                });
            }
            DeleteRun(run) => {
                for pair in skew.pairs(run) {
                    assert_eq!(index.remove(&pair.0, &pair.1), model.delete(&pair));
                }
            }
            UpdateRun(run, by) => {
                for old in run.seeds() {
                    self.update(old, old.saturating_add_signed(by));
                }
            }
            FromIter(run) => {
                *index = skew.pairs(run).collect();
                *model = skew.pairs(run).collect();
            }
            FromSorted(run) => {
                let pairs = || skew.pairs::<K, V>(run);
                let ascending = pairs().is_sorted_by(|left, right| left < right);
                match BPlusIndex::from_sorted_iter(pairs()) {
                    Ok(sorted) => {
                        assert!(ascending, "from_sorted_iter accepted unsorted entries");
                        *index = sorted;
                        *model = pairs().collect();
                    }
                    Err(error) => {
                        let pairs: Vec<_> = pairs().collect();
                        let sorted = |pairs: &[(K, V)]| pairs.is_sorted_by(|one, next| one < next);
                        let at = error.index();
                        assert!(sorted(&pairs[..at]) && !sorted(&pairs[..=at]), "{error}");
                    }
                }
            }
            DeleteRange(span) => {
                let keys = span.legal_of(|at| skew.key::<K>(at));
                let count = model.retain(|key, _| !keys.contains(key));
                assert_eq!(index.remove_range(keys), count, "count");
            }
            DeleteRangePairs(span) => {
                let pairs = span.legal_of(|at| skew.pair::<K, V>(at));
                let count =
                    model.retain(|key, value| !pairs.contains(&(key.clone(), value.clone())));
                let span = (
                    pairs.0.as_ref().map(by_parts),
                    pairs.1.as_ref().map(by_parts),
                );
                assert_eq!(index.remove_range_pairs(span), count, "count");
            }
            ExtractIf(span, pick, take) => self.extract_if(span, pick, take),
            Retain(pick) => {
                let (mut our_calls, mut their_calls) = (Vec::new(), Vec::new());
                index.retain(predicate(&mut our_calls, pick));
                model.retain(predicate(&mut their_calls, pick));
                assert_eq!(our_calls, their_calls, "predicate calls");
            }
            Append => {
                index.append(&mut other.index);
                let theirs = std::mem::take(&mut other.model.pairs);
                other.model.keys.clear();
                theirs.into_iter().for_each(|pair| {
                    model.insert(pair);
                });
            }
            SplitOff(at) => {
                let key = skew.key(at);
                other.index = index.split_off(&key);
                other.model = model.clone();
                other.model.retain(|other, _| *other >= key);
                model.retain(|other, _| *other < key);
            }
            Swap => std::mem::swap(self, other),
            Clone => {
                other.index.clone_from(index);
                other.model = model.clone();
            }
            ShrinkToFit => index.shrink_to_fit(),
            Reserve(additional) => index.reserve(additional),
            Clear => {
                index.clear();
                *model = Model::from_iter([]);
            }
            _ => unreachable!("not a change of many entries"),
        }
    }

    fn extract_if(&mut self, span: Span, pick: Pick, take: usize) {
        let Self { index, model, skew } = self;
        let keys = span.legal_of(|at| skew.key::<K>(at));
        let (mut our_calls, mut their_calls) = (Vec::new(), Vec::new());
        let ours = index.extract_if(keys.clone(), predicate(&mut our_calls, pick));
        let ours: Vec<_> = ours.take(take).collect();
        let mut accepts = predicate(&mut their_calls, pick);
        let theirs = model.range(keys).into_iter();
        let theirs = theirs.map(|(key, value)| (key.clone(), value.clone()));
        let theirs: Vec<(K, V)> = theirs
            .filter(|(key, value)| accepts(key, value))
            .take(take)
            .collect();
        drop(accepts);
        theirs.iter().for_each(|pair| assert!(model.delete(pair)));
        assert_eq!(ours, theirs, "extracted");
        assert_eq!(our_calls, their_calls, "predicate calls");
    }

    fn look(&self, operation: &Operation, other: &Self) {
        use Operation::*;
        let Self { index, model, skew } = self;
        match *operation {
            Look(at, ref steps) => {
                let pair = skew.pair(at);
                let (key, value) = (&pair.0, &pair.1);
                let values = model.values(key);
                assert_eq!(index.contains(key, value), model.pairs.contains(&pair));
                assert_eq!(index.contains_key(key), !values.is_empty());
                assert_eq!(index.count(key), values.len());
                assert_eq!(index.lookup_unique(key), values.first().copied());
                compare(index.get_all(key), values, steps, false);
            }
            Range(span, ref steps) => {
                let keys = span.legal_of(|at| skew.key::<K>(at));
                let theirs = model.range(keys.clone());
                assert_eq!(index.count_range(keys.clone()), theirs.len());
                compare(index.range(keys), theirs, steps, false);
            }
            RangePairs(span, ref steps) => {
                let pairs = span.legal_of(|at| skew.pair::<K, V>(at));
                let theirs = model.pairs.range(pairs.clone()).map(by_parts).collect();
                let span = (
                    pairs.0.as_ref().map(by_parts),
                    pairs.1.as_ref().map(by_parts),
                );
                compare(index.range_pairs(span), theirs, steps, false);
            }
            RangeChecked(span) => {
                let keys = span.raw_of(|at| skew.key::<K>(at));
                let legal = !inverted(&keys);
                assert_eq!(index.range_checked(keys.clone()).is_ok(), legal, "{keys:?}");
                let pairs = span.raw_of(|at| skew.pair::<K, V>(at));
                let legal = !inverted(&pairs);
                let pairs = (
                    pairs.0.as_ref().map(by_parts),
                    pairs.1.as_ref().map(by_parts),
                );
                assert_eq!(index.range_pairs_checked(pairs).is_ok(), legal, "{pairs:?}");
            }
            Cursor(call, bound, ref moves) => self.cursor(call, bound, moves),
            Groups(span, ref steps) => {
                let all = model.groups((Bound::Unbounded, Bound::Unbounded));
                compare(index.groups().map(in_full), all, steps, false);
                let keys = span.legal_of(|at| skew.key::<K>(at));
                let theirs = model.groups(keys.clone());
                compare(index.range_groups(keys).map(in_full), theirs, steps, false);
                compare(index.keys(), model.keys.keys().collect(), steps, false);
            }
            Iterate(ref steps) => {
                compare(index.iter(), model.pairs().collect(), steps, true);
                let (ours, theirs) = (index.clone().into_iter(), model.pairs.clone());
                agree_to_the_end(&mut { ours }, &mut theirs.into_iter(), steps, true);
            }
            Compare => {
                let (ours, theirs) = (&other.index, &other.model.pairs);
                assert_eq!(index == ours, model.pairs == *theirs);
                assert_eq!(index.cmp(ours), model.pairs.cmp(theirs));
                assert_eq!(index.partial_cmp(ours), model.pairs.partial_cmp(theirs));
                assert_eq!(hash_of(index), hash_of(&model.pairs));
                let list: Vec<_> = model.pairs().collect();
                assert_eq!(format!("{index:?}"), format!("{list:?}"));
            }
            _ => unreachable!("not a look at the index"),
        }
    }

    fn cursor(&self, call: BoundCall, bound: Bound<u16>, moves: &[Move]) {
        let Self { index, model, skew } = self;
        let theirs: Vec<_> = model.pairs().collect();
        let mut gap = call.gap(model.pairs.iter(), bound, *skew);
        let key = bound.map(|at| skew.key::<K>(at));
        let pair = bound.map(|at| skew.pair::<K, V>(at));
        let pair = pair.as_ref().map(by_parts);
        let mut cursor: Cursor<K, V, S, L> = match call {
            BoundCall {
                lower: true,
                pair: false,
            } => index.lower_bound(key.as_ref()),
            BoundCall {
                lower: false,
                pair: false,
            } => index.upper_bound(key.as_ref()),
            BoundCall {
                lower: true,
                pair: true,
            } => index.lower_bound_pair(pair),
            BoundCall {
                lower: false,
                pair: true,
            } => index.upper_bound_pair(pair),
        };
        for step in moves {
            let (prev, next) = (theirs[..gap].last().copied(), theirs.get(gap).copied());
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

fn predicate<K: Key, V: Value>(calls: &mut Vec<(K, V)>, pick: Pick) -> impl FnMut(&K, &V) -> bool {
    move |key, value| {
        calls.push((key.clone(), value.clone()));
        pick.accepts(calls.len())
    }
}

/// A group with its values collected, which must be the same from both ends.
fn in_full<'a, K, V: Value>(
    (key, values): (&'a K, impl DoubleEndedIterator<Item = &'a V> + Clone),
) -> (&'a K, Vec<&'a V>) {
    let mut backward: Vec<_> = values.clone().rev().collect();
    backward.reverse();
    let forward: Vec<_> = values.collect();
    assert_eq!(forward, backward, "a group from both ends");
    (key, forward)
}

/// Compares two iterators in all ways: some steps from both ends, and to the end from either.
fn compare<T: Ord + Clone + Debug>(
    ours: impl DoubleEndedIterator<Item = T> + Clone,
    theirs: Vec<T>,
    steps: &[Step],
    exact: bool,
) {
    assert_eq!(ours.clone().count(), theirs.len());
    assert_eq!(ours.clone().last(), theirs.last().cloned());
    assert_eq!(ours.clone().min(), theirs.first().cloned());
    assert_eq!(ours.clone().max(), theirs.last().cloned());
    let (mut ours, mut theirs) = (ours, theirs.into_iter());
    agree(&mut ours, &mut theirs, steps, exact);
    agree_to_the_end(&mut ours.clone(), &mut theirs.clone(), &[], exact);
    agree_to_the_end(&mut ours.rev(), &mut theirs.rev(), &[], exact);
}

macro_rules! model {
    ($($name:ident, $cases:literal: $key:ty, $value:ty, $store:ty, $layout:ty;)+) => {$(
        #[test]
        fn $name() {
            let input = (skew(), script(operation()));
            check(stringify!($name), $cases, input, run_index::<$key, $value, $store, $layout>);
        }
    )+};
}

// Each store, layout and capacity with some types, not all with all: compiling a test takes longer
// than running it.
model! {
    integers_slab_arrays_smallest, 192: u64, u64, Slab, StructOfArrays<2, 4>;
    integers_slab_arrays_default, 96: u64, u64, Slab, StructOfArrays;
    bytes_heap_structs_odd, 128: u8, u16, Heap, ArrayOfStructs<3, 5>;
    string_values_heap_arrays_smallest, 128: i32, String, Heap, StructOfArrays<2, 4>;
    string_keys_slab_structs_smallest, 128: String, u32, Slab, ArrayOfStructs<2, 4>;
    tuples_slab_structs_default, 96: (u8, i32), u64, Slab, ArrayOfStructs;
    unit_values_heap_arrays_odd, 64: u64, (), Heap, StructOfArrays<3, 5>;
}
