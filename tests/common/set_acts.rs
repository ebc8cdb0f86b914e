//! Every call of the set for the hostile suites; see `acts` for the map's.

use super::acts::{Acts, Effect, Shape, Subject};
use super::ledger::{Call, Tracked, tick};
use leafwise::BPlusTreeSet;
use leafwise::layout::LeafLayout;
use leafwise::store::Store;
use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash};
use std::hint::black_box;
use std::ops::Bound::{Excluded, Included};

/// A set, and a second one for calls that combine two.
pub(crate) struct SetWorld<S: Store, L: LeafLayout> {
    set: Set<S, L>,
    other: Set<S, L>,
}

impl<S: Store, L: LeafLayout> SetWorld<S, L> {
    pub(crate) fn set_mut(&mut self) -> &mut Set<S, L> {
        &mut self.set
    }
}

type Set<S, L> = BPlusTreeSet<Tracked, S, L>;

fn t(number: u32) -> Tracked {
    Tracked::new(number)
}

fn elements(at: u32) -> impl Iterator<Item = Tracked> {
    [3, 0, 1, 8, 5, 1, 12, 40].into_iter().map(move |offset| {
        tick(Call::Closure);
        t(at + offset)
    })
}

fn look<'a>(elements: impl Iterator<Item = &'a Tracked>) {
    elements.for_each(|element| assert!(black_box(element.number()) < 10_000));
}

impl<S: Store, L: LeafLayout> Subject for SetWorld<S, L> {
    fn build(size: u32, shape: Shape) -> Self {
        let (add, remove) = shape.plan(size);
        let mut set: Set<S, L> = Set::empty();
        add.into_iter()
            .for_each(|number| assert!(set.insert(t(number))));
        remove
            .into_iter()
            .for_each(|number| assert!(set.remove(&t(number))));
        let mut other = Set::empty();
        [1, 4, 7, 10, 31, 60]
            .into_iter()
            .for_each(|number| assert!(other.insert(t(number))));
        Self { set, other }
    }

    fn numbers(&self) -> Vec<u32> {
        let numbers = |set: &Set<S, L>| {
            let numbers: Vec<u32> = set.iter().map(Tracked::number).collect();
            assert_eq!(
                numbers.len(),
                set.len(),
                "len is not the number of elements"
            );
            numbers
        };
        numbers(&self.other);
        numbers(&self.set)
    }

    fn use_on(&mut self) {
        for set in [&mut self.set, &mut self.other] {
            set.check_invariants();
            let numbers: BTreeSet<u32> = set.iter().map(Tracked::number).collect();
            assert_eq!(numbers.len(), set.len(), "an element is present twice");
            for number in [0, 3, 5, 11, 500] {
                assert_eq!(set.insert(t(number)), !numbers.contains(&number));
            }
            for number in numbers.into_iter().step_by(2) {
                assert!(set.remove(&t(number)));
            }
            set.check_invariants();
        }
    }

    fn acts() -> Acts<Self> {
        let mut acts = single();
        acts.extend(many());
        acts.extend(combinations());
        acts
    }
}

fn single<S: Store, L: LeafLayout>() -> Acts<SetWorld<S, L>> {
    use Effect::*;
    vec![
        ("get", Reads, |world, at| {
            black_box(world.set.get(&t(at)).map(Tracked::number));
        }),
        ("contains", Reads, |world, at| {
            black_box(world.set.contains(&t(at)));
        }),
        ("neighbours", Reads, |world, at| {
            let element = t(at);
            look(world.set.floor(&element).into_iter());
            look(world.set.ceiling(&element).into_iter());
            look(world.set.lower(&element).into_iter());
            look(world.set.higher(&element).into_iter());
        }),
        ("insert", Adds, |world, at| {
            black_box(world.set.insert(t(at)));
        }),
        ("replace", Adds, |world, at| drop(world.set.replace(t(at)))),
        ("remove", Changes, |world, at| {
            black_box(world.set.remove(&t(at)));
        }),
        ("take", Changes, |world, at| drop(world.set.take(&t(at)))),
        ("pop_first", Changes, |world, _| drop(world.set.pop_first())),
        ("pop_last", Changes, |world, _| drop(world.set.pop_last())),
        ("first and last", Reads, |world, _| {
            look(world.set.first().into_iter().chain(world.set.last()));
        }),
        ("cursor", Reads, |world, at| {
            let mut cursor = world.set.lower_bound(Included(&t(at)));
            look(cursor.next().into_iter());
            look(cursor.prev().into_iter());
        }),
        ("cursor insert", Adds, |world, at| {
            let mut cursor = world.set.lower_bound_mut(Included(&t(at)));
            black_box(cursor.insert_before(t(at)).is_ok());
            black_box(cursor.insert_after(t(at + 1)).is_ok());
            look(cursor.next().into_iter());
        }),
        ("cursor remove", Changes, |world, at| {
            let mut cursor = world.set.upper_bound_mut(Excluded(&t(at)));
            drop(cursor.remove_prev());
            drop(cursor.remove_next());
            drop(cursor.remove_next());
        }),
    ]
}

fn many<S: Store, L: LeafLayout>() -> Acts<SetWorld<S, L>> {
    use Effect::*;
    vec![
        ("range", Reads, |world, at| {
            look(world.set.range(t(at)..t(at + 7)));
            look(
                world
                    .set
                    .range((Excluded(t(at)), Included(t(at + 7))))
                    .rev(),
            );
        }),
        ("range_checked", Reads, |world, at| {
            black_box(world.set.range_checked(t(at + 4)..t(at)).is_err());
            black_box(world.set.count_range(t(at)..));
        }),
        ("remove_range", Changes, |world, at| {
            black_box(world.set.remove_range(t(at / 2)..=t(at + 3)));
        }),
        ("extract_if", Changes, |world, at| {
            let each_second = |element: &Tracked| {
                tick(Call::Closure);
                (element.number() / 2).is_multiple_of(2)
            };
            drop(
                world
                    .set
                    .extract_if(t(at / 2).., each_second)
                    .collect::<Vec<_>>(),
            );
        }),
        ("retain", Changes, |world, at| {
            world.set.retain(|element| {
                tick(Call::Closure);
                element.number() / 2 % 3 != at % 3
            });
        }),
        ("extend", Adds, |world, at| world.set.extend(elements(at))),
        ("from_iter", Changes, |world, at| {
            world.set = elements(at).collect()
        }),
        ("from_sorted_iter", Changes, |world, at| {
            if let Ok(set) = Set::from_sorted_iter((at..at + 9).map(t)) {
                world.set = set;
            }
            black_box(Set::<S, L>::from_sorted_iter(elements(at)).is_ok());
        }),
        ("append", Changes, |world, _| {
            world.set.append(&mut world.other)
        }),
        ("split_off", Changes, |world, at| {
            world.other = world.set.split_off(&t(at))
        }),
        ("clone", Reads, |world, _| world.other = world.set.clone()),
        ("clear", Changes, |world, _| world.set.clear()),
        ("shrink_to_fit", Reads, |world, _| world.set.shrink_to_fit()),
        ("compare", Reads, |world, _| {
            black_box(world.set == world.other);
            black_box(world.set.cmp(&world.other));
        }),
        ("hash and debug", Reads, |world, _| {
            world.set.hash(&mut DefaultHasher::new());
            black_box(format!("{:?}", world.set));
        }),
        ("into_iter, partly", Changes, |world, at| {
            let mut iter = std::mem::take(&mut world.set).into_iter();
            drop(iter.nth(at as usize / 8));
            drop(iter.next_back());
        }),
    ]
}

fn combinations<S: Store, L: LeafLayout>() -> Acts<SetWorld<S, L>> {
    use Effect::*;
    vec![
        ("union", Reads, |world, _| {
            look(world.set.union(&world.other))
        }),
        ("intersection", Reads, |world, _| {
            look(world.set.intersection(&world.other));
            look(world.set.intersection(&world.set).min().into_iter());
        }),
        ("difference", Reads, |world, _| {
            look(world.set.difference(&world.other));
            look(world.other.difference(&world.set));
        }),
        ("symmetric_difference", Reads, |world, _| {
            look(world.set.symmetric_difference(&world.other));
        }),
        ("relations", Reads, |world, _| {
            black_box(world.set.is_disjoint(&world.other));
            black_box(world.set.is_subset(&world.other));
            black_box(world.set.is_superset(&world.set));
        }),
        ("&", Reads, |world, _| drop(&world.set & &world.other)),
        ("|", Reads, |world, _| drop(&world.set | &world.other)),
        ("^", Reads, |world, _| drop(&world.set ^ &world.other)),
        ("-", Reads, |world, _| {
            world.other = &world.set - &world.other
        }),
    ]
}
