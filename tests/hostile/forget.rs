//! Iterators, entries and cursors are forgotten after some steps instead of dropped. They may leak
//! what they hold. The borrowed collection must be valid and usable, and nothing is dropped twice.

#![allow(
    clippy::forget_non_drop,
    reason = "which of them need a drop is an internal detail"
)]

use crate::common::Doing;
use crate::common::acts::{SHAPES, Subject};
use crate::common::index_acts::IndexWorld;
use crate::common::ledger::{Tracked, assert_no_faults, reset, restart_comparisons};
use crate::common::maps::Oblivious;
use crate::common::maps::acts::MapWorld;
use crate::common::maps::forgotten::{self, walk};
use crate::common::set_acts::SetWorld;
use leafwise::layout::LeafLayout;
use leafwise::store::Store;
use leafwise::{BPlusIndex, BPlusTreeSet};
use std::hint::black_box;
use std::mem::{forget, take};
use std::ops::Bound::{Included, Unbounded};

const SIZES: [u32; 6] = [0, 1, 2, 5, 12, 40];

type Set<S, L> = BPlusTreeSet<Tracked, S, L>;
type Index<S, L> = BPlusIndex<Tracked, Tracked, S, L>;
/// Takes the collection and the number of steps before forgetting.
type Act<C> = fn(&mut C, usize);

// `.ci/asan.sh` runs these separately by their names: the leaks here are no faults.
on_shared_trees!(forgotten_in_maps, forgotten_in_sets, forgotten_in_indexes);

fn forgotten_in_maps<S: Store + 'static, L: LeafLayout + 'static>() {
    for (name, act) in forgotten::acts::<(S, L)>() {
        each::<MapWorld<(S, L)>>(name, |world, steps| act(world.map_mut(), steps));
    }
}

#[test]
fn forgotten_in_oblivious_maps() {
    for (name, act) in forgotten::acts::<Oblivious>() {
        each::<MapWorld<Oblivious>>(name, |world, steps| act(world.map_mut(), steps));
    }
}

fn forgotten_in_sets<S: Store, L: LeafLayout>() {
    for (name, act) in set_acts::<S, L>() {
        each::<SetWorld<S, L>>(name, |world, steps| act(world.set_mut(), steps));
    }
}

fn forgotten_in_indexes<S: Store, L: LeafLayout>() {
    for (name, act) in index_acts::<S, L>() {
        each::<IndexWorld<S, L>>(name, |world, steps| act(world.index_mut(), steps));
    }
}

/// Forgets after each number of steps (after some, if there are many), up to more than there are
/// entries.
fn each<W: Subject>(name: &str, act: impl Fn(&mut W, usize)) {
    for size in SIZES.iter().chain(W::LARGER).copied() {
        for (index, steps) in (0..size + 3).step_by(1 + size as usize / 16).enumerate() {
            let _doing = Doing(format_args!(
                "{name} on {size} entries, forgotten after {steps}"
            ));
            restart_comparisons();
            let mut world = W::build(size, SHAPES[index % 3]);
            act(&mut world, steps as usize);
            world.numbers();
            world.use_on();
            // Twice: what the first leaves must not disturb the second.
            act(&mut world, steps as usize / 2);
            world.use_on();
            drop(world);
            assert_no_faults();
        }
    }
    reset();
}

fn t(number: usize) -> Tracked {
    Tracked::new(number as u32)
}

fn set_acts<S: Store, L: LeafLayout>() -> Vec<(&'static str, Act<Set<S, L>>)> {
    vec![
        ("iter", |set, steps| forget(walk(set.iter(), steps))),
        ("range", |set, steps| forget(walk(set.range(t(1)..), steps))),
        ("into_iter", |set, steps| {
            forget(walk(take(set).into_iter(), steps))
        }),
        ("extract_if", |set, steps| {
            let mut extract = set.extract_if(t(1).., |element| element.number() % 4 == 0);
            extract.by_ref().take(steps).for_each(drop);
            forget(extract);
        }),
        ("combinations", |set, steps| {
            let other: Set<S, L> = (0..steps).map(t).collect();
            let (mut union, mut difference) = (set.union(&other), set.difference(&other));
            let (mut both, mut either) =
                (set.intersection(&other), set.symmetric_difference(&other));
            for _ in 0..steps {
                black_box((union.next(), difference.next(), both.next(), either.next()));
            }
            forget((union, difference, both, either));
        }),
        ("cursor", |set, steps| {
            let mut cursor = set.lower_bound_mut(Included(&t(3)));
            for _ in 0..steps {
                drop(cursor.remove_next());
                assert!(cursor.next().is_none_or(|element| element.number() > 3));
            }
            forget(cursor);
        }),
    ]
}

fn index_acts<S: Store, L: LeafLayout>() -> Vec<(&'static str, Act<Index<S, L>>)> {
    vec![
        ("iter", |index, steps| forget(walk(index.iter(), steps))),
        ("range", |index, steps| {
            forget(walk(index.range(t(1)..), steps))
        }),
        ("keys", |index, steps| forget(walk(index.keys(), steps))),
        ("values", |index, steps| {
            forget(walk(index.lookup_range(&t(0)), steps))
        }),
        ("groups", |index, steps| {
            let mut groups = walk(index.groups(), steps / 2);
            forget(groups.next().map(|(_, values)| walk(values, steps / 2)));
            forget(groups);
        }),
        ("into_iter", |index, steps| {
            forget(walk(take(index).into_iter(), steps))
        }),
        ("the index itself", |index, steps| {
            forget(index.split_off(&t(steps / 8)))
        }),
        ("extract_if", |index, steps| {
            let mut extract = index.extract_if(.., |_, value| value.number() % 4 == 0);
            extract.by_ref().take(steps).for_each(drop);
            forget(extract);
        }),
        ("cursor, removing", |index, steps| {
            let mut cursor = index.lower_bound_mut(Included(&t(1)));
            for _ in 0..steps {
                drop(cursor.remove_next());
                cursor.prev();
                drop(cursor.remove_prev());
            }
            forget(cursor);
        }),
        ("cursor, inserting", |index, steps| {
            let mut cursor = index.upper_bound_mut(Unbounded::<&Tracked>);
            let last = cursor
                .peek_prev()
                .map_or(100_000, |(_, value)| value.number() as usize);
            // A key and values of the same kinds as the other entries.
            for step in 0..steps {
                let value = t(last + step + 1);
                cursor
                    .insert_before(t(50_000), value)
                    .expect("fits at the end");
            }
            forget(cursor);
        }),
    ]
}
