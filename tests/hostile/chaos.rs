//! The order lies: its answers are random, cyclic, changing, or always the same. A call of the map,
//! the set or the index may then return anything, but it ends, and memory stays sound: nothing is
//! dropped twice or used after its drop, the length is the number of entries, and nothing is
//! leaked.
//!
//! A call may panic only where the documentation says so: on bounds that the order calls inverted,
//! and on an indexed key that is not found.

use crate::common::acts::{SHAPES, Subject};
use crate::common::index_acts::IndexWorld;
use crate::common::ledger::{
    LIES, Liar, Manner, answer, answer_among, assert_no_faults, reset, settle, tolerate,
};
use crate::common::maps::acts::MapWorld;
use crate::common::maps::{Oblivious, liars};
use crate::common::random::XorShift;
use crate::common::set_acts::SetWorld;
use crate::common::{Doing, ends_within};
use leafwise::BPlusIndex;
use leafwise::layout::LeafLayout;
use leafwise::store::Store;
use std::hint::black_box;
use std::ops::Bound::{Excluded, Included};
use std::ops::Range;

/// Far more than a test takes. Only a call that does not end reaches it.
const SECONDS_MAX: u64 = 300;

/// Bulk calls add at most this many entries each, so a sequence of calls stays below.
const ENTRIES_MAX: usize = 4_000;

fn map_from_the_start<S: Store + 'static, L: LeafLayout + 'static>() {
    ends_within(SECONDS_MAX, sequences::<MapWorld<(S, L)>>);
}

fn set_from_the_start<S: Store, L: LeafLayout>() {
    ends_within(SECONDS_MAX, sequences::<SetWorld<S, L>>);
}

fn map_single_calls<S: Store + 'static, L: LeafLayout + 'static>() {
    ends_within(SECONDS_MAX, single_calls::<MapWorld<(S, L)>>);
}

fn set_single_calls<S: Store, L: LeafLayout>() {
    ends_within(SECONDS_MAX, single_calls::<SetWorld<S, L>>);
}

fn index_from_the_start<S: Store, L: LeafLayout>() {
    ends_within(SECONDS_MAX, sequences::<IndexWorld<S, L>>);
}

fn index_single_calls<S: Store, L: LeafLayout>() {
    ends_within(SECONDS_MAX, single_calls::<IndexWorld<S, L>>);
}

fn integer_map<S: Store + 'static, L: LeafLayout + 'static>() {
    ends_within(SECONDS_MAX, liars::integers::<(S, L)>);
}

fn integer_index<S: Store, L: LeafLayout>() {
    ends_within(SECONDS_MAX, integer_pairs::<S, L>);
}

on_shared_trees!(map_from_the_start, set_from_the_start, index_from_the_start);
on_shared_trees!(map_single_calls, set_single_calls, index_single_calls);
on_pairs_of_kinds!(integer_map, integer_index);

#[test]
fn oblivious_map_from_the_start() {
    ends_within(SECONDS_MAX, sequences::<MapWorld<Oblivious>>);
}

#[test]
fn oblivious_map_single_calls() {
    ends_within(SECONDS_MAX, single_calls::<MapWorld<Oblivious>>);
}

#[test]
fn oblivious_integer_map() {
    ends_within(SECONDS_MAX, liars::integers::<Oblivious>);
}

/// Random sequences of calls, the order lying all the time or only during some calls.
fn sequences<W: Subject>() {
    let acts = W::acts();
    for (seed, manner) in (1..9).flat_map(|seed| LIES.map(|manner| (seed, manner))) {
        let liars = &W::LIARS[seed as usize % W::LIARS.len()];
        let mut random = XorShift::new(seed);
        let mut world = W::build(seed as u32, SHAPES[seed as usize % 3]);
        for step in 0..120 {
            let (name, _, act) = acts[random.below(acts.len() as u64) as usize];
            let at = random.below(40) as u32;
            let _doing = Doing(format_args!(
                "{manner:?} among {liars:?}, seed {seed}, step {step}: {name}({at})"
            ));
            // Every other seed mixes in honest calls, which meet what the lies have left.
            let honest = seed % 2 == 0 && random.below(3) == 0;
            let manner = if honest { Manner::Honest } else { manner };
            answer_among(liars.clone(), manner, random.next());
            tolerate(|| act(&mut world, at));
            assert!(
                world.numbers().len() < ENTRIES_MAX,
                "the collection grows without end"
            );
            assert_no_faults();
        }
        drop(world);
        settle(0);
        reset();
    }
}

/// Each call by itself, on a collection that was built honestly.
fn single_calls<W: Subject>() {
    for (turn, manner) in LIES.into_iter().enumerate() {
        for (number, (name, _, act)) in W::acts().into_iter().enumerate() {
            // Every pair of call, manner and liars is covered.
            let liars = &W::LIARS[(turn + number) % W::LIARS.len()];
            single_call(name, act, liars, manner);
        }
    }
    reset();
}

fn single_call<W: Subject>(name: &str, act: fn(&mut W, u32), liars: &Range<u32>, manner: Manner) {
    let sizes = [0, 1, 2, 5, 12, 30].iter().chain(W::LARGER).copied();
    for (turn, size) in sizes.enumerate() {
        // Every pair of size, shape and key is covered.
        let shapes = SHAPES.into_iter().cycle().skip(turn % SHAPES.len());
        for (at, shape) in [0, size, 2 * size].into_iter().zip(shapes) {
            let _doing = Doing(format_args!("{manner:?}: {name}({at}) on {size} entries"));
            answer(Manner::Honest, 1);
            let mut world = W::build(size, shape);
            answer_among(liars.clone(), manner, u64::from(size + at + 1));
            tolerate(|| act(&mut world, at));
            world.numbers();
            drop(world);
            settle(0);
        }
    }
}

/// Honest pairs of integers, searched for with queries that lie about the key, the value, or both.
fn integer_pairs<S: Store, L: LeafLayout>() {
    for (seed, manner) in (1..8).flat_map(|seed| LIES.map(|manner| (seed, manner))) {
        let mut random = XorShift::new(seed);
        let mut index: BPlusIndex<u32, u32, S, L> = BPlusIndex::empty();
        for step in 0..40 {
            for _ in 0..random.below(12) {
                let value = random.below(150) as u32;
                index.insert(value % (1 + seed as u32), value);
            }
            answer(manner, random.next());
            let at = random.below(150) as u32;
            let _doing = Doing(format_args!(
                "{manner:?}, seed {seed}, step {step}, at {at}"
            ));
            let before = index.len();
            tolerate(|| ask_index(&mut index, (at % (1 + seed as u32), at), random.below(11)));
            assert!(index.len() <= before, "a removal or a look-up adds entries");
            assert_eq!(index.iter().rev().count(), index.len());
            assert!(
                index
                    .groups()
                    .map(|(_, values)| values.count())
                    .eq(index.keys().map(|key| { index.count(key) }))
            );
            // Any of the entries may have been removed. The rest is in order, since nothing moved.
            index.check_invariants();
        }
    }
}

/// Makes one call with lying queries.
fn ask_index<S: Store, L: LeafLayout>(
    index: &mut BPlusIndex<u32, u32, S, L>,
    (key, value): (u32, u32),
    call: u64,
) {
    let (query, end) = (&Liar(key), &Liar(key + 3));
    let (low, high) = (&Liar(value), &Liar(value + 20));
    match call {
        0 => {
            black_box(index.contains(query, low) | index.contains(&key, low));
            black_box(index.contains(query, &value) | index.contains_key(query));
        }
        1 => {
            assert!(index.count(query) <= index.len());
            assert!(index.lookup_range(query).count() <= index.len());
            black_box(index.lookup_unique(query));
        }
        2 => {
            black_box(index.delete(query, low) | index.delete(&key, low));
        }
        3 => {
            black_box(index.remove_key(query));
        }
        4 => {
            black_box(index.remove_range::<Liar, _>((Excluded(query), Excluded(end))));
        }
        5 => {
            let range = index.range::<Liar, _>((Included(query), Excluded(end)));
            black_box(range.rev().count());
        }
        6 => {
            let range = (Included((query, low)), Excluded((end, high)));
            black_box(index.range_pairs::<Liar, Liar, _>(range).count());
            let range = (Excluded((&key, low)), Included((&key, high)));
            black_box(index.range_pairs::<u32, Liar, _>(range).rev().count());
        }
        7 => {
            let mut cursor = index.lower_bound_pair_mut(Excluded((&key, low)));
            cursor.remove_next();
            cursor.remove_prev();
        }
        8 => {
            let mut cursor = index.upper_bound_pair(Included((query, low)));
            while cursor.prev().is_some() {}
        }
        9 => {
            let mut cursor = index.upper_bound_mut(Included(query));
            cursor.remove_prev();
            let mut cursor = index.lower_bound(Excluded(query));
            while cursor.next().is_some() {}
        }
        _ => {
            let mut rest = index.split_off(query);
            if rest.len() > index.len() {
                std::mem::swap(index, &mut rest);
            }
        }
    }
}
