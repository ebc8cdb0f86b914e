//! The user's code panics in the middle of every call: at the first comparison, the second, the
//! third, and so on until the call completes; likewise for clones, drops and closures, on trees of
//! one, two and three levels.
//!
//! Afterwards the collection must be valid and usable, every instance dropped exactly once and none
//! leaked, except for [`RETURNS_A_PART`]. A second panic during unwinding would abort the whole
//! run.

use crate::common::Doing;
use crate::common::acts::{Effect, SHAPES, Shape, Subject};
use crate::common::index_acts::IndexWorld;
use crate::common::ledger::{CALLS, Call, Tracked, arm, disarm, reset, settle, survive};
use crate::common::maps::Oblivious;
use crate::common::maps::acts::MapWorld;
use crate::common::set_acts::SetWorld;
use leafwise::layout::LeafLayout;
use leafwise::store::Store;
use std::panic::catch_unwind;

/// Sizes that make one, two and three levels of the smallest nodes, and some in between.
const SIZES: [u32; 6] = [0, 1, 2, 5, 12, 23];

/// No call of the suite runs more of the user's code than this on so few entries.
const CALLS_MAX: usize = 5_000;

/// Calls that drop one part of an entry and return the other. When that drop panics, the language
/// leaks the value to be returned (rust-lang/rust#47949); std's map loses it as well.
const RETURNS_A_PART: [&str; 6] = [
    "remove",
    "remove many",
    "occupied or vacant",
    "last_entry",
    "into_keys",
    "into_values",
];

fn map<S: Store + 'static, L: LeafLayout + 'static>() {
    every_act::<MapWorld<(S, L)>>();
}

fn set<S: Store, L: LeafLayout>() {
    every_act::<SetWorld<S, L>>();
}

fn index<S: Store, L: LeafLayout>() {
    every_act::<IndexWorld<S, L>>();
}

on_shared_trees!(map, set, index);
on_pairs_of_kinds!(updates);

#[test]
fn oblivious_map() {
    every_act::<MapWorld<Oblivious>>();
}

/// Runs each act such that every pair of call, size, shape and key is covered; the combinations
/// differ from act to act. With `--cfg every_tree` each call is made in each of these.
fn every_act<W: Subject>() {
    let mut failures = Vec::new();
    for (number, (name, effect, act)) in W::acts().into_iter().enumerate() {
        for (turn, size) in SIZES.iter().chain(W::LARGER).copied().enumerate() {
            // At the start, in the middle at a present key and at an absent one, past the end.
            for (place, at) in [0, size, size + 1, 2 * size + 1].into_iter().enumerate() {
                let shape = SHAPES[(number + 2 * turn + place) % SHAPES.len()];
                let call = CALLS[(number + turn + place) % CALLS.len()];
                let calls: &[Call] = if cfg!(every_tree) { &CALLS } else { &[call] };
                for &call in calls {
                    let case = (size, shape, at);
                    let result = catch_unwind(|| every_call(name, effect, act, call, case));
                    failures.extend(result.err().map(|failure| {
                        reset();
                        let text = failure.downcast_ref::<String>().map(String::as_str);
                        let text = text.or(failure.downcast_ref::<&str>().copied());
                        format!(
                            "{name}, {call:?}, {case:?}: {}",
                            text.unwrap_or("no message")
                        )
                    }));
                }
            }
        }
    }
    assert!(
        failures.is_empty(),
        "{} failures:\n{}",
        failures.len(),
        failures.join("\n")
    );
}

/// One after the other; if there are many, each of the first ones and some of the others.
fn turns() -> impl Iterator<Item = usize> {
    std::iter::successors(Some(0), |nth| Some(nth + 1 + nth / 3))
}

/// Panics at the first call of that kind, the second, and so on.
fn every_call<W: Subject>(
    name: &str,
    effect: Effect,
    act: fn(&mut W, u32),
    call: Call,
    (size, shape, at): (u32, Shape, u32),
) {
    for nth in turns() {
        assert!(nth < CALLS_MAX, "{name}: {call:?} is called without end");
        let _doing = Doing(format_args!(
            "{name}({at}) on {size} entries, {shape:?}, panics at {call:?} number {nth}"
        ));
        let mut world = W::build(size, shape);
        arm(call, nth);
        let result = survive(|| act(&mut world, at));
        let fired = disarm();
        assert_eq!(result.is_err(), fired, "the panic is swallowed");
        inspect(&mut world, effect, size);
        drop(world);
        let leaks_max = usize::from(call == Call::Drop && RETURNS_A_PART.contains(&name));
        settle(leaks_max);
        if !fired {
            break;
        }
    }
}

fn inspect<W: Subject>(world: &mut W, effect: Effect, size: u32) {
    let numbers = world.numbers();
    let mut old = (0..size).map(|index| index * 2);
    match effect {
        Effect::Reads => assert!(numbers.iter().copied().eq(old), "changed: {numbers:?}"),
        Effect::Adds => {
            assert!(
                old.all(|number| numbers.contains(&number)),
                "lost: {numbers:?}"
            );
        }
        Effect::Changes => {}
    }
    world.use_on();
}

/// An invariant that the table of calls cannot express: after an update that panics, either nothing
/// has changed, or both pairs are present.
fn updates<S: Store, L: LeafLayout>() {
    let calls = [Call::Order, Call::Clone, Call::Drop];
    for size in [1, 5, 12, 23] {
        let from = (0..size).step_by(1 + size as usize / 6);
        let pairs = from.flat_map(|from| [0, 3, 7, 500].map(|to| (from * 2, to)));
        for ((from, to), shape) in pairs.zip(SHAPES.into_iter().cycle()) {
            for call in calls {
                every_call_of_update::<S, L>((size, shape), (from, to), call);
            }
        }
    }
}

fn every_call_of_update<S: Store, L: LeafLayout>(
    (size, shape): (u32, Shape),
    (from, to): (u32, u32),
    call: Call,
) {
    for nth in turns() {
        let _doing = Doing(format_args!(
            "update {from} to key {to} of {size}, {shape:?}, panics at {call:?} number {nth}"
        ));
        let mut world = IndexWorld::<S, L>::build(size, shape);
        let (before, (key, value)) = (world.pairs(), world.pair(from));
        let new = (to, value.number());
        let mut both = before.clone();
        both.extend((!before.contains(&new)).then_some(new));
        both.sort_unstable();
        let old = (key.number(), value.number());
        let mut after = both.clone();
        after.retain(|pair| *pair == new || *pair != old);
        arm(call, nth);
        let result = survive(|| {
            let was_there = world.index_mut().update(&key, Tracked::new(to), value);
            assert!(was_there, "the pair is not found");
        });
        let fired = disarm();
        let pairs = world.pairs();
        // The drop that panics may be that of the replaced pair, after the update is complete.
        let done = call == Call::Drop && pairs == after;
        let undone = pairs == before || pairs == both;
        let ends_well = if fired {
            undone || done
        } else {
            pairs == after
        };
        assert_eq!(result.is_err(), fired, "the panic is swallowed");
        assert!(
            ends_well,
            "{pairs:?}, not {before:?}, {both:?} or {after:?}"
        );
        world.use_on();
        drop((world, key));
        settle(0);
        if !fired {
            break;
        }
    }
}
