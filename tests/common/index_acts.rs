//! Every call of the index for the hostile suites; see `acts` for the map's.
//!
//! Number `n` stands for the pair of the key `n / width` and the value `VALUES + n`. Pairs are in
//! the order of their numbers, however many of them share a key.

use super::acts::{Acts, Effect, Shape, Subject};
use super::ledger::{ALL, Call, Tracked, tick};
use leafwise::BPlusIndex;
use leafwise::layout::LeafLayout;
use leafwise::store::Store;
use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash};
use std::hint::black_box;
use std::ops::Bound::{self, Excluded, Included, Unbounded};
use std::ops::Range;

/// Keys are smaller and values are not, so a value that takes the place of a key is recognised.
const VALUES: u32 = 100_000;

/// An index, and a second one for calls that take or make two.
pub(crate) struct IndexWorld<S: Store, L: LeafLayout> {
    index: Index<S, L>,
    other: Index<S, L>,
    /// How many numbers share a key.
    width: u32,
}

type Index<S, L> = BPlusIndex<Tracked, Tracked, S, L>;
type Pair = (Tracked, Tracked);

fn t(number: u32) -> Tracked {
    Tracked::new(number)
}

/// A predicate that accepts every second pair.
fn each_second(_: &Tracked, value: &Tracked) -> bool {
    tick(Call::Closure);
    (value.number() / 2).is_multiple_of(2)
}

fn all(_: &Tracked, _: &Tracked) -> bool {
    tick(Call::Closure);
    true
}

fn look<'a>(pairs: impl Iterator<Item = (&'a Tracked, &'a Tracked)>) {
    pairs.for_each(|(key, value)| {
        assert!(key.number() < VALUES, "a value as a key");
        assert!(value.number() >= VALUES, "a key as a value");
    });
}

/// Counts the items and fails if there are more than `most`.
fn count_up_to(most: usize, items: impl Iterator) {
    let count = items.take(most + 1).count();
    assert!(count <= most, "more items than entries");
}

impl<S: Store, L: LeafLayout> IndexWorld<S, L> {
    pub(crate) fn index_mut(&mut self) -> &mut Index<S, L> {
        &mut self.index
    }

    pub(crate) fn key(&self, number: u32) -> Tracked {
        t(number / self.width)
    }

    pub(crate) fn pair(&self, number: u32) -> Pair {
        (self.key(number), t(VALUES + number))
    }

    /// All pairs as numbers, each read once.
    pub(crate) fn pairs(&self) -> Vec<(u32, u32)> {
        let pairs = self.index.iter();
        pairs
            .map(|(key, value)| (key.number(), value.number()))
            .collect()
    }

    /// Pairs for bulk calls, one of them twice, from an iterator that may panic.
    fn unsorted(&self, at: u32) -> impl Iterator<Item = Pair> + use<S, L> {
        let width = self.width;
        [3, 0, 1, 8, 5, 1, 12, 40].into_iter().map(move |offset| {
            tick(Call::Closure);
            (t((at + offset) / width), t(VALUES + at + offset))
        })
    }

    fn sorted(&self, at: u32) -> impl Iterator<Item = Pair> + use<S, L> {
        let width = self.width;
        (at..at + 9).map(move |number| {
            tick(Call::Closure);
            (t(number / width), t(VALUES + number))
        })
    }

    /// Three kinds of ranges that start at `at`.
    fn spans(&self, at: u32) -> [(Bound<Tracked>, Bound<Tracked>); 3] {
        let after = t(at / self.width + 2);
        [
            (Included(self.key(at)), Excluded(after)),
            (Excluded(self.key(at)), Unbounded),
            (Included(self.key(at / 2)), Included(self.key(at))),
        ]
    }
}

impl<S: Store, L: LeafLayout> Subject for IndexWorld<S, L> {
    const LIARS: &'static [Range<u32>] = &[ALL, 0..VALUES, VALUES..u32::MAX];

    fn build(size: u32, shape: Shape) -> Self {
        let width = match shape {
            Shape::Ascending => 8,
            Shape::Shuffled => VALUES,
            Shape::Thinned => 2,
        };
        let (index, other) = (Index::empty(), Index::empty());
        let mut world = Self {
            index,
            other,
            width,
        };
        let (add, remove) = shape.plan(size);
        for number in add {
            let (key, value) = world.pair(number);
            assert!(world.index.insert(key, value));
        }
        for number in remove {
            let (key, value) = world.pair(number);
            assert!(world.index.remove(&key, &value));
        }
        for number in [1, 4, 7, 10, 31, 60] {
            let (key, value) = world.pair(number);
            assert!(world.other.insert(key, value));
        }
        world
    }

    fn numbers(&self) -> Vec<u32> {
        look(self.other.iter());
        look(self.index.iter());
        assert_eq!(
            self.other.iter().fold(0, |count, _| count + 1),
            self.other.len()
        );
        let pairs = self.pairs();
        assert_eq!(
            pairs.len(),
            self.index.len(),
            "len is not the number of entries"
        );
        pairs.into_iter().map(|(_, value)| value - VALUES).collect()
    }

    fn use_on(&mut self) {
        let new = [0, 3, 5, 11, 500].map(|number| (number / self.width, VALUES + number));
        for index in [&mut self.index, &mut self.other] {
            index.check_invariants();
            let numbers = |(key, value): (&Tracked, &Tracked)| (key.number(), value.number());
            let pairs: BTreeSet<(u32, u32)> = index.iter().map(numbers).collect();
            assert_eq!(pairs.len(), index.len(), "a pair is present twice");
            let keys: BTreeSet<u32> = pairs.iter().map(|pair| pair.0).collect();
            assert!(index.keys().map(Tracked::number).eq(keys.iter().copied()));
            let counts: usize = keys.iter().map(|&key| index.count(&t(key))).sum();
            assert_eq!(counts, pairs.len(), "counts");
            for (key, value) in new {
                let is_new = !pairs.contains(&(key, value));
                assert_eq!(index.insert(t(key), t(value)), is_new);
            }
            for (key, value) in pairs.into_iter().step_by(2) {
                // Updates to a key without values, so that no other pair is affected.
                let free = VALUES - 1;
                assert!(index.update(&t(key), t(free), t(value)));
                assert!(index.remove(&t(free), &t(value)));
            }
            index.check_invariants();
        }
    }

    fn acts() -> Acts<Self> {
        let mut acts = single();
        acts.extend(updates());
        acts.extend(ranges());
        acts.extend(cursors());
        acts.extend(many());
        acts
    }
}

/// Calls for one pair or one key.
fn single<S: Store, L: LeafLayout>() -> Acts<IndexWorld<S, L>> {
    use Effect::*;
    vec![
        ("contains", Reads, |world, at| {
            let (key, value) = world.pair(at);
            black_box(world.index.contains(&key, &value));
            black_box(world.index.contains_key(&key));
        }),
        ("lookup", Reads, |world, at| {
            let (key, len) = (world.key(at), world.index.len());
            black_box(world.index.lookup_unique(&key).map(Tracked::number));
            count_up_to(len, world.index.get_all(&key).map(Tracked::number));
            count_up_to(len, world.index.get_all(&key).rev().map(Tracked::number));
        }),
        ("count", Reads, |world, at| {
            assert!(world.index.count(&world.key(at)) <= world.index.len());
        }),
        ("insert", Adds, |world, at| {
            let (key, value) = world.pair(at);
            black_box(world.index.insert(key, value));
        }),
        ("insert many", Adds, |world, at| {
            for number in (at..at + 4).chain((at..at + 9).rev()) {
                let (key, value) = world.pair(number);
                black_box(world.index.insert(key, value));
            }
        }),
        ("delete", Changes, |world, at| {
            let (key, value) = world.pair(at);
            black_box(world.index.remove(&key, &value));
        }),
        ("delete many", Changes, |world, at| {
            for number in (0..at + 6).step_by(2) {
                let (key, value) = world.pair(number);
                black_box(world.index.remove(&key, &value));
            }
        }),
        ("remove_key", Changes, |world, at| {
            let (key, len) = (world.key(at), world.index.len());
            assert!(world.index.remove_key(&key) <= len);
        }),
        ("pop_first", Changes, |world, _| {
            drop(world.index.pop_first())
        }),
        ("pop_last", Changes, |world, _| drop(world.index.pop_last())),
        ("pop until empty", Changes, |world, at| {
            let mut pop = || match at % 4 {
                0 => world.index.pop_first(),
                _ => world.index.pop_last(),
            };
            while let Some(pair) = pop() {
                drop(pair);
            }
        }),
        ("first and last", Reads, |world, _| {
            look(world.index.first().into_iter().chain(world.index.last()));
        }),
    ]
}

/// Changes of keys. If one fails, an entry may be present twice, but is never lost.
fn updates<S: Store, L: LeafLayout>() -> Acts<IndexWorld<S, L>> {
    use Effect::*;
    vec![
        ("update", Adds, |world, at| {
            let (key, value) = world.pair(at);
            black_box(world.index.update(&key, t(at / world.width + 2), value));
        }),
        ("update backwards", Adds, |world, at| {
            let (key, value) = world.pair(at);
            black_box(world.index.update(&key, t(0), value));
        }),
        ("update to the same key", Adds, |world, at| {
            let (key, value) = world.pair(at);
            black_box(world.index.update(&key, key.clone(), value));
        }),
        ("update to a present pair", Adds, |world, at| {
            let (key, value) = world.pair(at);
            let new_key = t(at / world.width + 1);
            world.index.insert(new_key.clone(), value.clone());
            black_box(world.index.update(&key, new_key, value));
        }),
        ("update many", Adds, |world, at| {
            for number in world.numbers().into_iter().step_by(4) {
                let (key, value) = world.pair(number);
                black_box(world.index.update(&key, t((number * 7 + at) % 50), value));
            }
        }),
    ]
}

fn ranges<S: Store, L: LeafLayout>() -> Acts<IndexWorld<S, L>> {
    use Effect::*;
    vec![
        ("range", Reads, |world, at| {
            world
                .spans(at)
                .into_iter()
                .for_each(|span| look(world.index.range(span)));
        }),
        ("range from both ends", Reads, |world, at| {
            let mut range = world.index.range(world.key(at / 3)..=t(at + 9));
            while let (Some(front), Some(back)) = (range.next(), range.next_back()) {
                look([front, back].into_iter());
            }
        }),
        ("range_pairs", Reads, |world, at| {
            let (start, end) = (world.pair(at / 2), world.pair(at));
            let (start, end) = ((&start.0, &start.1), (&end.0, &end.1));
            look(world.index.range_pairs(start..=end));
            let behind: (_, Bound<(&Tracked, &Tracked)>) = (Excluded(end), Unbounded);
            look(world.index.range_pairs(behind).rev());
        }),
        ("checked ranges", Reads, |world, at| {
            let end = t(at / world.width + 4);
            black_box(
                world
                    .index
                    .range_checked(world.key(at)..end.clone())
                    .is_ok(),
            );
            black_box(world.index.range_checked(end..world.key(at)).is_err());
            black_box(world.index.count_range(world.key(at)..));
            let (key, value) = world.pair(at);
            let (start, end) = ((&key, &value), (&key, &key));
            black_box(world.index.range_pairs_checked(start..end).is_err());
        }),
        ("remove_range", Changes, |world, at| {
            let [span, behind, before] = world.spans(at);
            black_box(world.index.remove_range(span));
            black_box(world.index.remove_range(behind));
            black_box(world.index.remove_range(before));
        }),
        ("remove_range of all", Changes, |world, _| {
            black_box(world.index.remove_range((Unbounded::<Tracked>, Unbounded)));
        }),
        ("extract_if", Changes, |world, at| {
            let [span, behind, before] = world.spans(at);
            black_box(world.index.extract_if(span, each_second).count());
            drop(
                world
                    .index
                    .extract_if(behind, all)
                    .take(2)
                    .collect::<Vec<_>>(),
            );
            drop(world.index.extract_if(before, all).collect::<Vec<_>>());
        }),
        ("retain", Changes, |world, _| {
            world.index.retain(each_second)
        }),
    ]
}

fn cursors<S: Store, L: LeafLayout>() -> Acts<IndexWorld<S, L>> {
    use Effect::*;
    vec![
        ("cursor walk", Reads, |world, at| {
            let mut cursor = world.index.lower_bound(Included(&world.key(at)));
            while let Some(pair) = cursor.next() {
                look([pair].into_iter());
            }
            let (key, value) = world.pair(at);
            let mut cursor = world.index.upper_bound_pair(Excluded((&key, &value)));
            while let Some(pair) = cursor.prev() {
                look([pair].into_iter());
            }
        }),
        ("cursor insert", Adds, |world, at| {
            let pairs = [0, 1, 2, 3, 3, 2, 1].map(|offset| world.pair(at + offset));
            let (key, value) = world.pair(at);
            let bound = Included((&key, &value));
            let mut cursor = world.index.lower_bound_pair_mut(bound);
            for (offset, (key, value)) in pairs.into_iter().enumerate() {
                let fits = if offset < 4 {
                    cursor.insert_before(key, value)
                } else {
                    cursor.insert_after(key, value)
                };
                black_box(fits.is_ok());
            }
            look(cursor.peek_prev().into_iter());
        }),
        ("cursor remove", Changes, |world, at| {
            let key = world.key(at);
            let mut cursor = world.index.lower_bound_mut(Excluded(&key));
            for _ in 0..4 {
                drop(cursor.remove_next());
                drop(cursor.remove_prev());
                look(cursor.prev().into_iter());
            }
            look(cursor.as_cursor().peek_next().into_iter());
        }),
        ("cursor remove pairs", Changes, |world, at| {
            let (key, value) = world.pair(at);
            let mut cursor = world.index.upper_bound_pair_mut(Included((&key, &value)));
            while let Some(pair) = cursor.remove_prev() {
                drop(pair);
            }
        }),
        ("cursor remove and insert", Changes, |world, at| {
            let len = world.index.len();
            let mut cursor = world.index.upper_bound_mut(Bound::<&Tracked>::Unbounded);
            // A bounded loop: a lying order may put an entry where the cursor meets it again.
            for _ in 0..len {
                let Some((key, value)) = cursor.remove_prev() else {
                    break;
                };
                let key = t(key.number() + at % 2);
                black_box(cursor.insert_after(key, value).is_ok());
            }
        }),
    ]
}

/// Calls that make, take, copy, compare or walk whole indexes.
fn many<S: Store, L: LeafLayout>() -> Acts<IndexWorld<S, L>> {
    use Effect::*;
    vec![
        ("extend", Adds, |world, at| {
            world.index.extend(world.unsorted(at))
        }),
        ("from_iter", Changes, |world, at| {
            world.index = world.unsorted(at).collect()
        }),
        ("from_sorted_iter", Changes, |world, at| {
            if let Ok(index) = Index::from_sorted_iter(world.sorted(at)) {
                world.index = index;
            }
            black_box(Index::<S, L>::from_sorted_iter(world.unsorted(at)).is_ok());
        }),
        ("append", Changes, |world, _| {
            world.index.append(&mut world.other)
        }),
        ("append after the end", Changes, |world, _| {
            let mut other: Index<S, L> = world.sorted(2000).collect();
            world.index.append(&mut other);
            world.other = other;
        }),
        ("append before the start", Changes, |world, _| {
            let mut other: Index<S, L> = world.sorted(2000).collect();
            other.append(&mut world.index);
            world.index = other;
        }),
        ("split_off", Changes, |world, at| {
            world.other = world.index.split_off(&world.key(at));
        }),
        ("reserve and shrink", Reads, |world, at| {
            world.index.reserve(at as usize);
            world.index.shrink_to_fit();
        }),
        ("clone", Reads, |world, _| {
            world.other.clone_from(&world.index)
        }),
        ("clear", Changes, |world, _| world.index.clear()),
        ("compare", Reads, |world, _| {
            black_box(world.index == world.other);
            black_box(world.index.cmp(&world.other));
            black_box(world.index.partial_cmp(&world.index));
        }),
        ("hash and debug", Reads, |world, _| {
            world.index.hash(&mut DefaultHasher::new());
            black_box(format!("{:?} {:?}", world.index, world.index.groups()));
        }),
        ("keys", Reads, |world, _| {
            let (index, len) = (&world.index, world.index.len());
            count_up_to(len, index.keys().map(Tracked::number));
            count_up_to(len, index.keys().rev().map(Tracked::number));
            black_box(index.keys().clone().min().map(Tracked::number));
        }),
        ("groups", Reads, |world, _| {
            let (index, len) = (&world.index, world.index.len());
            let look_at = |(key, values): (&Tracked, leafwise::index::Values<_, _, _, _>)| {
                assert!(key.number() < VALUES, "a value as a key");
                count_up_to(len, values.clone().map(Tracked::number));
                count_up_to(len, values.rev().map(Tracked::number));
            };
            count_up_to(len, index.groups().map(look_at));
            let mut groups = index.groups();
            let mut both = || Some((groups.next_back()?, groups.next()?));
            count_up_to(
                len,
                std::iter::from_fn(|| both().map(|(back, _)| look_at(back))),
            );
        }),
        ("into_iter, partly", Changes, |world, at| {
            let mut iter = std::mem::take(&mut world.index).into_iter();
            drop(iter.nth(at as usize / 8));
            drop(iter.next_back());
            drop(iter.next());
        }),
    ]
}
