//! The set against std's, two sets at a time, so that combinations are covered too.

use super::check;
use crate::common::Doing;
use crate::common::keys::{Aligned, Compound, Key};
use crate::common::maps::ordered::*;
use crate::common::operations::*;
use leafwise::BPlusTreeSet;
#[cfg(not(every_tree))]
use leafwise::layout::ArrayOfStructs;
use leafwise::layout::LeafLayout;
#[cfg(not(every_tree))]
use leafwise::store::Heap;
use leafwise::store::Store;
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Bound;

/// One operation of a sequence; numbers stand for elements.
#[derive(Clone, Debug)]
enum Operation {
    Insert(u16),
    Replace(u16),
    Remove(u16),
    Take(u16),
    PopFirst,
    PopLast,
    Look(u16),
    Range(Span, Vec<Step>),
    RangeChecked(Span),
    RemoveRange(Span),
    ExtractIf(Span, Pick, usize),
    Retain(Pick),
    Cursor(Bound<u16>, Vec<Move>),
    CursorMut(bool, Bound<u16>, Vec<Move>),
    Iterate(Vec<Step>),
    Extend(Run),
    RemoveRun(Run),
    FromIter(Run),
    FromSorted(Run),
    Append,
    SplitOff(u16),
    Swap,
    Combine(Vec<Step>),
    Operators,
    Clone,
    ShrinkToFit,
    Reserve(usize),
    Clear,
}

fn operation() -> impl Strategy<Value = Operation> {
    prop_oneof![6 => one(), 4 => many(), 4 => look()]
}

fn one() -> impl Strategy<Value = Operation> {
    use Operation::*;
    prop_oneof![
        6 => key().prop_map(Insert),
        1 => key().prop_map(Replace),
        4 => key().prop_map(Remove),
        1 => key().prop_map(Take),
        1 => Just(PopFirst),
        1 => Just(PopLast),
        2 => (any::<bool>(), bound(), moves())
            .prop_map(|(lower, b, moves)| CursorMut(lower, b, moves)),
    ]
}

fn many() -> impl Strategy<Value = Operation> {
    use Operation::*;
    prop_oneof![
        4 => run().prop_map(Extend),
        2 => run().prop_map(RemoveRun),
        1 => run().prop_map(FromIter),
        1 => run().prop_map(FromSorted),
        1 => span().prop_map(RemoveRange),
        1 => (span(), pick(), 0_usize..40).prop_map(|(s, p, take)| ExtractIf(s, p, take)),
        1 => pick().prop_map(Retain),
        1 => Just(Append),
        1 => key().prop_map(SplitOff),
        2 => Just(Swap),
        1 => Just(Clone),
        1 => Just(ShrinkToFit),
        1 => (0_usize..500).prop_map(Reserve),
        1 => Just(Clear),
    ]
}

fn look() -> impl Strategy<Value = Operation> {
    use Operation::*;
    prop_oneof![
        3 => key().prop_map(Look),
        2 => (span(), steps()).prop_map(|(span, steps)| Range(span, steps)),
        1 => span().prop_map(RangeChecked),
        1 => (bound(), moves()).prop_map(|(bound, moves)| Cursor(bound, moves)),
        2 => steps().prop_map(Iterate),
        4 => steps().prop_map(Combine),
        2 => Just(Operators),
    ]
}

fn hash_of(item: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    item.hash(&mut hasher);
    hasher.finish()
}

fn elements<K: Key>(run: Run) -> impl Iterator<Item = K> {
    run.seeds().map(K::from_seed)
}

/// A set and std's, to which the same operations are applied.
struct Pair<K, S: Store, L: LeafLayout> {
    set: BPlusTreeSet<K, S, L>,
    model: BTreeSet<K>,
}

fn run_set<K: Key, T: Tree>(Script(operations): &Script<Operation>) {
    run_in::<K, T::Store, T::LeafLayout>(operations);
}

fn run_in<K: Key, S: Store, L: LeafLayout>(operations: &[Operation]) {
    let new = || Pair::<K, S, L> {
        set: BPlusTreeSet::empty(),
        model: BTreeSet::new(),
    };
    let (mut pair, mut other) = (new(), new());
    for (index, operation) in operations.iter().enumerate() {
        let _doing = Doing(format_args!(
            "operation {index} of {}: {operation:?}",
            operations.len()
        ));
        pair.apply(operation, &mut other);
        pair.check();
        other.check();
    }
}

impl<K: Key, S: Store, L: LeafLayout> Pair<K, S, L> {
    fn check(&self) {
        self.set.check_invariants();
        assert_eq!(self.set.len(), self.model.len(), "len");
        assert_eq!(self.set.is_empty(), self.model.is_empty());
        agree_to_the_end(&mut self.set.iter(), &mut self.model.iter(), &[], true);
        assert_eq!(self.set.first(), self.model.first());
        assert_eq!(self.set.last(), self.model.last());
    }

    fn apply(&mut self, operation: &Operation, other: &mut Self) {
        use Operation::*;
        match operation {
            Look(..) | Range(..) | RangeChecked(..) | Cursor(..) | Iterate(..) | Combine(..)
            | Operators => self.look(operation, other),
            Insert(..) | Replace(..) | Remove(..) | Take(..) | PopFirst | PopLast
            | CursorMut(..) => self.change_one(operation),
            _ => self.change_many(operation, other),
        }
    }

    fn change_one(&mut self, operation: &Operation) {
        use Operation::*;
        let Self { set, model } = self;
        match *operation {
            Insert(key) => {
                assert_eq!(
                    set.insert(K::from_seed(key)),
                    model.insert(K::from_seed(key))
                );
            }
            Replace(key) => {
                assert_eq!(
                    set.replace(K::from_seed(key)),
                    model.replace(K::from_seed(key))
                );
            }
            Remove(key) => {
                let key = K::from_seed(key);
                assert_eq!(set.remove(&key), model.remove(&key));
            }
            Take(key) => {
                let key = K::from_seed(key);
                assert_eq!(set.take(&key), model.take(&key));
            }
            PopFirst => assert_eq!(set.pop_first(), model.pop_first()),
            PopLast => assert_eq!(set.pop_last(), model.pop_last()),
            CursorMut(lower, bound, ref moves) => self.cursor_mut(lower, bound, moves),
            _ => unreachable!("not a change of one element"),
        }
    }

    fn cursor_mut(&mut self, lower: bool, bound: Bound<u16>, moves: &[Move]) {
        let Self { set, model } = self;
        let bound = key_bound::<K>(bound);
        let mut theirs: Vec<K> = std::mem::take(model).into_iter().collect();
        let keys = theirs.iter();
        let mut gap = if lower {
            lower_gap(keys, &bound)
        } else {
            upper_gap(keys, &bound)
        };
        let bound = bound.as_ref();
        let mut cursor = if lower {
            set.lower_bound_mut(bound)
        } else {
            set.upper_bound_mut(bound)
        };
        for step in moves {
            let _doing = Doing(format_args!("{step:?}"));
            match *step {
                Move::Next => {
                    assert_eq!(cursor.next(), theirs.get(gap));
                    gap = (gap + 1).min(theirs.len());
                }
                Move::Prev => {
                    assert_eq!(cursor.prev(), gap.checked_sub(1).map(|at| &theirs[at]));
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
                Move::InsertAfter(key, _) | Move::InsertBefore(key, _) => {
                    let before = matches!(step, Move::InsertBefore(..));
                    let key = K::from_seed(key);
                    let fits = theirs[..gap].last().is_none_or(|last| *last < key)
                        && theirs[gap..].first().is_none_or(|first| key < *first);
                    let copy = key.clone();
                    let ours = if before {
                        cursor.insert_before(copy)
                    } else {
                        cursor.insert_after(copy)
                    };
                    assert_eq!(ours.is_ok(), fits, "whether it fits here");
                    if fits {
                        theirs.insert(gap, key);
                        gap += usize::from(before);
                    }
                }
            }
            assert_eq!(
                cursor.as_cursor().peek_prev(),
                gap.checked_sub(1).map(|at| &theirs[at])
            );
            assert_eq!(cursor.peek_prev(), gap.checked_sub(1).map(|at| &theirs[at]));
            assert_eq!(cursor.peek_next(), theirs.get(gap));
        }
        model.extend(theirs);
    }

    fn change_many(&mut self, operation: &Operation, other: &mut Self) {
        use Operation::*;
        let Self { set, model } = self;
        match *operation {
            Extend(run) => {
                set.extend(elements::<K>(run));
                model.extend(elements::<K>(run));
            }
            RemoveRun(run) => {
                for key in elements::<K>(run) {
                    assert_eq!(set.remove(&key), model.remove(&key));
                }
            }
            FromIter(run) => {
                *set = elements(run).collect();
                *model = elements(run).collect();
            }
            FromSorted(run) => {
                let ascending = elements::<K>(run).is_sorted_by(|left, right| left < right);
                match BPlusTreeSet::<K, S, L>::from_sorted_iter(elements(run)) {
                    Ok(set) => {
                        assert!(ascending, "from_sorted_iter accepted unsorted elements");
                        *self = Self {
                            set,
                            model: elements(run).collect(),
                        };
                    }
                    Err(error) => assert!(!ascending, "from_sorted_iter: {error}"),
                }
            }
            RemoveRange(span) => {
                let span = span.legal::<K>();
                let before = model.len();
                model.retain(|key| !std::ops::RangeBounds::contains(&span, key));
                assert_eq!(set.remove_range(span), before - model.len(), "count");
            }
            ExtractIf(span, pick, take) => {
                let span = span.legal::<K>();
                let (mut our_calls, mut their_calls) = (Vec::new(), Vec::new());
                let ours = set.extract_if(span.clone(), predicate(&mut our_calls, pick));
                let ours: Vec<_> = ours.take(take).collect();
                let theirs = model.extract_if(span, predicate(&mut their_calls, pick));
                assert_eq!(ours, theirs.take(take).collect::<Vec<_>>(), "extracted");
                assert_eq!(our_calls, their_calls, "asked about");
            }
            Retain(pick) => {
                set.retain(predicate(&mut Vec::new(), pick));
                model.retain(predicate(&mut Vec::new(), pick));
            }
            Append => {
                set.append(&mut other.set);
                model.append(&mut other.model);
            }
            SplitOff(key) => {
                let key = K::from_seed(key);
                *other = Self {
                    set: set.split_off(&key),
                    model: model.split_off(&key),
                };
            }
            Swap => std::mem::swap(self, other),
            Clone => other.clone_from(self),
            ShrinkToFit => set.shrink_to_fit(),
            Reserve(additional) => set.reserve(additional),
            Clear => {
                set.clear();
                model.clear();
            }
            _ => unreachable!("not a change of many elements"),
        }
    }

    fn clone_from(&mut self, source: &Self) {
        self.set.clone_from(&source.set);
        self.model.clone_from(&source.model);
    }

    fn look(&self, operation: &Operation, other: &Self) {
        use Operation::*;
        let Self { set, model } = self;
        match *operation {
            Look(key) => {
                let key = &K::from_seed(key);
                assert_eq!(set.contains(key), model.contains(key));
                assert_eq!(set.get(key), model.get(key));
                assert_eq!(set.floor(key), model.range(..=key).next_back());
                assert_eq!(set.lower(key), model.range(..key).next_back());
                assert_eq!(set.ceiling(key), model.range(key..).next());
                let above = (Bound::Excluded(key), Bound::Unbounded);
                assert_eq!(set.higher(key), model.range(above).next());
            }
            Range(span, ref steps) => {
                let span = span.legal::<K>();
                let count = model.range(span.clone()).count();
                assert_eq!(set.count_range(span.clone()), count);
                let (mut ours, mut theirs) = (set.range(span.clone()), model.range(span));
                assert_eq!(ours.clone().min(), theirs.clone().min());
                assert_eq!(ours.clone().max(), theirs.clone().max());
                assert_eq!(ours.clone().last(), theirs.clone().last());
                assert_eq!(ours.clone().count(), theirs.clone().count());
                agree(&mut ours, &mut theirs, steps, false);
                agree_to_the_end(&mut ours.clone(), &mut theirs.clone(), &[], false);
                agree_to_the_end(&mut ours.rev(), &mut theirs.rev(), &[], false);
            }
            RangeChecked(span) => {
                let raw = span.raw::<K>();
                match set.range_checked(raw.clone()) {
                    Ok(mut ours) => {
                        assert!(!inverted(&raw), "range_checked accepted an inverted range");
                        agree_to_the_end(&mut ours, &mut model.range(raw), &[], false);
                    }
                    Err(error) => assert!(inverted(&raw), "range_checked: {error}"),
                }
            }
            Cursor(bound, ref moves) => self.cursor(bound, moves),
            Iterate(ref steps) => {
                let (mut ours, mut theirs) = (set.iter(), model.iter());
                assert_eq!(
                    (set.iter().min(), set.iter().max()),
                    (model.first(), model.last())
                );
                assert_eq!(
                    (set.iter().last(), set.iter().count()),
                    (model.last(), model.len())
                );
                agree(&mut ours, &mut theirs, steps, true);
                agree_to_the_end(&mut ours.clone(), &mut theirs.clone(), &[], true);
                agree_to_the_end(&mut ours.rev(), &mut theirs.rev(), &[], true);
                let (ours, theirs) = (set.clone().into_iter(), model.clone().into_iter());
                agree_to_the_end(&mut { ours }, &mut { theirs }, steps, true);
            }
            Combine(ref steps) => self.combine(other, steps),
            Operators => self.operators(other),
            _ => unreachable!("not a look at the set"),
        }
    }

    fn cursor(&self, bound: Bound<u16>, moves: &[Move]) {
        let bound = key_bound::<K>(bound);
        let theirs: Vec<&K> = self.model.iter().collect();
        for lower in [true, false] {
            let keys = theirs.iter().copied();
            let mut gap = if lower {
                lower_gap(keys, &bound)
            } else {
                upper_gap(keys, &bound)
            };
            let mut cursor = if lower {
                self.set.lower_bound(bound.as_ref())
            } else {
                self.set.upper_bound(bound.as_ref())
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

    /// The lazy combinations of two sets, forward only, like std's.
    fn combine(&self, other: &Self, steps: &[Step]) {
        let (
            Self { set, model },
            Self {
                set: set2,
                model: model2,
            },
        ) = (self, other);
        together(&mut set.union(set2), &mut model.union(model2), steps);
        together(
            &mut set.intersection(set2),
            &mut model.intersection(model2),
            steps,
        );
        together(
            &mut set.difference(set2),
            &mut model.difference(model2),
            steps,
        );
        let ours = &mut set.symmetric_difference(set2);
        together(ours, &mut model.symmetric_difference(model2), steps);
        assert_eq!(set.union(set2).min(), model.union(model2).min());
        assert_eq!(
            set.intersection(set2).min(),
            model.intersection(model2).min()
        );
        assert_eq!(set.difference(set2).min(), model.difference(model2).min());
        let ours = set.symmetric_difference(set2).clone();
        assert!(ours.eq(model.symmetric_difference(model2)));
        assert!(set.union(set2).clone().eq(model.union(model2)));
        assert!(
            set.intersection(set2)
                .clone()
                .eq(model.intersection(model2))
        );
        assert!(set.difference(set2).clone().eq(model.difference(model2)));
    }

    fn operators(&self, other: &Self) {
        let (
            Self { set, model },
            Self {
                set: set2,
                model: model2,
            },
        ) = (self, other);
        for (set, model) in [
            (set & set2, model & model2),
            (set | set2, model | model2),
            (set ^ set2, model ^ model2),
            (set - set2, model - model2),
        ] {
            (Self { set, model }).check();
        }
        assert_eq!(set.is_disjoint(set2), model.is_disjoint(model2));
        assert_eq!(set.is_subset(set2), model.is_subset(model2));
        assert_eq!(set.is_superset(set2), model.is_superset(model2));
        let part = set & set2;
        assert!(part.is_subset(set) && set2.is_superset(&part));
        assert_eq!(*set == *set2, *model == *model2);
        assert_eq!(set.cmp(set2), model.cmp(model2));
        assert_eq!(set.partial_cmp(set2), model.partial_cmp(model2));
        assert_eq!(hash_of(set), hash_of(model));
        assert_eq!(format!("{set:?}"), format!("{model:?}"));
    }
}

fn predicate<K: Key>(calls: &mut Vec<K>, pick: Pick) -> impl FnMut(&K) -> bool {
    move |key| {
        calls.push(key.clone());
        pick.accepts(calls.len())
    }
}

/// Compares two forward iterators; hints may differ, but ours must hold and be as tight as std's.
fn together<'a, K: Key>(
    ours: &mut dyn Iterator<Item = &'a K>,
    theirs: &mut dyn Iterator<Item = &'a K>,
    steps: &[Step],
) {
    for step in steps {
        match step {
            Step::Nth(n) | Step::NthBack(n) => {
                assert_eq!(ours.nth((*n).into()), theirs.nth((*n).into()), "{step:?}");
            }
            Step::Next | Step::NextBack => assert_eq!(ours.next(), theirs.next(), "{step:?}"),
        }
    }
    let (hint_min, hint_max) = ours.size_hint();
    let (std_min, std_max) = theirs.size_hint();
    assert!(
        hint_min >= std_min && hint_max <= std_max,
        "hint is looser than std's"
    );
    let mut count = 0;
    for their in theirs {
        assert_eq!(ours.next(), Some(their));
        count += 1;
    }
    assert_eq!(
        (ours.next(), ours.next()),
        (None, None),
        "continues, or is not fused"
    );
    assert!(
        hint_min <= count && hint_max.is_none_or(|max| count <= max),
        "hint is wrong"
    );
}

/// A test for each type of elements, over the named trees, which cover every pair of type, store,
/// layout and capacity.
#[cfg(not(every_tree))]
macro_rules! model {
    ($($name:ident, $cases:literal: $key:ty, $($tree:ty),+;)+) => {$(
        #[test]
        fn $name() {
            $(
                let name = concat!(stringify!($name), " in ", stringify!($tree));
                check(name, $cases, script(operation()), run_set::<$key, $tree>);
            )+
        }
    )+};
}

/// A test for each type of elements, over all trees.
#[cfg(every_tree)]
macro_rules! model {
    ($($name:ident, $cases:literal: $key:ty, $($tree:ty),+;)+) => {$(
        mod $name {
            use super::*;

            fn tree<S: Store, L: LeafLayout>() {
                let name = stringify!($name);
                check(name, $cases, script(operation()), run_set::<$key, (S, L)>);
            }

            on_pairs_of_kinds!(tree);
        }
    )+};
}

model! {
    bytes, 64: u8, SlabArraysSmallest, HeapStructsDefault;
    signed, 64: i64, SlabArraysDefault, HeapStructsSmallest;
    strings, 32: String, SlabStructsDefault, HeapArraysSmallest;
    unit, 32: (), SlabStructsSmallest, HeapArraysDefault;
    derived, 32: Compound, SlabArraysOdd, (Heap, ArrayOfStructs<5, 7>);
    aligned, 32: Aligned, SlabStructsSmallest, HeapArraysDefault;
}
