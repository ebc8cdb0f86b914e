//! What other ordered maps were caught by: excluded bounds of absent keys, merges at odd
//! capacities, capacities beyond 16 bits, the smallest and largest key of each integer type,
//! inverted ranges, long runs in every order, and ten million entries on a thread with hardly any
//! stack.

#![allow(
    clippy::incompatible_msrv,
    reason = "std's newest methods are the model; the library itself keeps to the stated version"
)]

#[macro_use]
mod common;

use common::random::XorShift;
use leafwise::map::{Entry, Range};
use leafwise::{BPlusTreeMap, BPlusTreeSet, Heap, Layout, Pairs, RangeError, Slab, Split, Store};
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt::{Debug, Write};
use std::ops::Bound::{self, Excluded, Included, Unbounded};
use std::panic::{AssertUnwindSafe, catch_unwind};

fn even_keys<S: Store, L: Layout>(count: u32) -> BPlusTreeMap<u32, u32, S, L> {
    (0..count).map(|index| (index * 2, index)).collect()
}

/// Each bound at each key, present or absent, so at the first and last of every leaf as well.
fn every_bound<S: Store, L: Layout>() {
    let mut grown = even_keys::<S, L>(40);
    for key in (0..80).filter(|key| key % 3 == 0) {
        grown.remove(&key);
    }
    for map in [
        even_keys(0),
        even_keys(1),
        even_keys(2),
        even_keys(9),
        even_keys(40),
        grown,
    ] {
        let keys: Vec<u32> = map.keys().copied().collect();
        let same = |range: Range<'_, u32, u32, S, L>, bounds: (Bound<u32>, Bound<u32>)| {
            let theirs = || {
                let inside = |key: &u32| std::ops::RangeBounds::contains(&bounds, key);
                keys.iter().copied().filter(inside)
            };
            assert!(
                range.clone().map(|entry| *entry.0).eq(theirs()),
                "{bounds:?}"
            );
            assert!(
                range.rev().map(|entry| *entry.0).eq(theirs().rev()),
                "{bounds:?}, back"
            );
        };
        for at in 0..84 {
            for start in [Included(at), Excluded(at), Unbounded] {
                same(map.range((start, Unbounded)), (start, Unbounded));
                same(map.range((Unbounded, start)), (Unbounded, start));
                for end in [at, at + 1, at + 2, at + 11] {
                    for bounds in [(start, Excluded(end)), (start, Included(end))] {
                        if let Ok(range) = map.range_checked(bounds) {
                            same(range, bounds);
                        }
                    }
                }
            }
        }
    }
}

/// The message with which `body` panics.
fn message(body: impl FnOnce()) -> Option<String> {
    let payload = catch_unwind(AssertUnwindSafe(body)).err()?;
    let text = payload.downcast_ref::<String>().cloned();
    text.or(payload.downcast_ref::<&str>().map(ToString::to_string))
}

const INVERTED: &str = "range start is greater than range end in BPlusTree";
const EXCLUDED: &str = "range start and end are equal and excluded in BPlusTree";

/// A bad range panics with the reason, where std's does; on an empty map it is an empty range.
fn inverted_ranges<S: Store, L: Layout>() {
    let bad = [
        (Included(5), Included(4), INVERTED, RangeError::Inverted),
        (Included(5), Excluded(4), INVERTED, RangeError::Inverted),
        (Excluded(5), Included(4), INVERTED, RangeError::Inverted),
        (Excluded(9), Excluded(1), INVERTED, RangeError::Inverted),
        (
            Excluded(4),
            Excluded(4),
            EXCLUDED,
            RangeError::EmptyExcluded,
        ),
        (
            Excluded(5),
            Excluded(5),
            EXCLUDED,
            RangeError::EmptyExcluded,
        ),
    ];
    for size in [0, 1, 2, 30] {
        let mut map = even_keys::<S, L>(size);
        let mut set: BPlusTreeSet<u32, S, L> = map.keys().copied().collect();
        for (start, end, reason, error) in bad {
            let bounds = (start, end);
            let expected = if size == 0 { None } else { Some(reason) };
            let assert_message = |text: Option<String>, name: &str, kind: &str| {
                let expected = expected.map(|reason| format!("{reason}{kind}"));
                assert_eq!(text, expected, "{name} of {bounds:?} on {size} entries");
            };
            assert_message(
                message(|| assert_eq!(map.range(bounds).count(), 0)),
                "range",
                "Map",
            );
            let range_mut = || assert_eq!(map.range_mut(bounds).count(), 0);
            assert_message(message(range_mut), "range_mut", "Map");
            assert_message(
                message(|| assert_eq!(set.range(bounds).count(), 0)),
                "range",
                "Set",
            );
            assert!(map.range_checked(bounds).is_err_and(|found| found == error));
            assert!(
                map.range_mut_checked(bounds)
                    .is_err_and(|found| found == error)
            );
            assert!(set.range_checked(bounds).is_err_and(|found| found == error));
            // As std's, extracting from such a range finds nothing.
            assert_eq!(map.extract_if(bounds, |_, _| true).count(), 0);
            assert_eq!(set.extract_if(bounds, |_| true).count(), 0);
            let remove = message(|| assert_eq!(map.remove_range(bounds), 0));
            assert_message(remove, "remove_range", "Map");
        }
        let fine = [(Included(4), Excluded(4)), (Excluded(4), Included(4))];
        fine.iter()
            .for_each(|bounds| assert_eq!(map.range(*bounds).count(), 0));
        assert_eq!(map.len(), size as usize);
        map.check_invariants();
    }
}

/// Insertion and removal in each of several orders, down to empty and up again.
fn every_order<S: Store, L: Layout>() {
    let count = 500_u32;
    let mut random = XorShift::new(11);
    let ascending: Vec<u32> = (0..count).collect();
    let descending: Vec<u32> = (0..count).rev().collect();
    let hammer: Vec<u32> = // From both ends towards the middle.
        (0..count / 2).flat_map(|index| [index, count - 1 - index]).collect();
    let anvil: Vec<u32> = hammer.iter().rev().copied().collect();
    let strided: Vec<u32> = (0..7).flat_map(|first| (first..count).step_by(7)).collect();
    let mut shuffled = ascending.clone();
    random.shuffle(&mut shuffled);
    let orders = [ascending, descending, hammer, anvil, strided, shuffled];
    let mut map: BPlusTreeMap<u32, u64, S, L> = BPlusTreeMap::new_in();
    for insertion in &orders {
        for removal in &orders {
            for (index, &key) in insertion.iter().enumerate() {
                assert_eq!(map.insert(key, u64::from(key) << 8), None);
                if index % 64 == 0 {
                    map.check_invariants();
                }
            }
            map.check_invariants();
            assert!(
                map.iter()
                    .map(|(&key, &value)| (key, value))
                    .eq((0..count).map(|key| (key, u64::from(key) << 8)))
            );
            for (index, key) in removal.iter().enumerate() {
                assert_eq!(map.remove(key), Some(u64::from(*key) << 8));
                assert_eq!(map.len(), count as usize - 1 - index);
                if index % 64 == 0 {
                    map.check_invariants();
                }
            }
            map.check_invariants();
            assert!(map.is_empty() && map.iter().next().is_none());
        }
    }
}

/// One place is filled and emptied again and again: splits and merges take turns.
fn hammered_place<S: Store, L: Layout>() {
    let mut map = even_keys::<S, L>(300);
    for round in 0..60_u32 {
        let start = 200 + round % 7;
        let new: Vec<u32> = (0..40).map(|index| 1_000 + index * 3 + start).collect();
        map.extend(new.iter().map(|&key| (key, 0)));
        map.check_invariants();
        new.iter()
            .rev()
            .for_each(|key| assert!(map.remove(key).is_some()));
        for key in start * 2..start * 2 + 60 {
            map.remove(&key);
        }
        map.check_invariants();
        map.extend((start..start + 30).map(|half| (half * 2, 0)));
        map.check_invariants();
    }
    // As a queue, and as a stack.
    for key in 10_000..12_000 {
        map.insert(key, key);
        assert!(map.pop_first().is_some());
    }
    map.check_invariants();
    for key in (2_000..4_000).rev() {
        map.insert(key, key);
        assert!(map.pop_last().is_some());
    }
    map.check_invariants();
}

/// A new equal key does not replace the old one, except where the documentation says so.
fn which_of_equal_keys_stays<S: Store, L: Layout>() {
    #[derive(Clone, Debug)]
    struct Label(u32, &'static str);
    impl PartialEq for Label {
        fn eq(&self, other: &Self) -> bool {
            self.0 == other.0
        }
    }
    impl Eq for Label {}
    impl PartialOrd for Label {
        fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
            Some(self.cmp(other))
        }
    }
    impl Ord for Label {
        fn cmp(&self, other: &Self) -> Ordering {
            self.0.cmp(&other.0)
        }
    }
    let labels = |label| (0..9).map(move |key| Label(key, label));
    let mut ours: BPlusTreeMap<Label, u8, S, L> = labels("old").map(|key| (key, 0)).collect();
    let mut theirs: BTreeMap<Label, u8> = labels("old").map(|key| (key, 0)).collect();
    ours.insert(Label(1, "new"), 1);
    theirs.insert(Label(1, "new"), 1);
    if let Entry::Occupied(mut entry) = ours.entry(Label(2, "new")) {
        assert_eq!(entry.key().1, "old");
        entry.insert(2);
    }
    theirs.entry(Label(2, "new")).insert_entry(2);
    assert!(ours.try_insert(Label(3, "new"), 3).is_err());
    ours.extend([(Label(4, "new"), 4)]);
    theirs.extend([(Label(4, "new"), 4)]);
    ours.append(&mut [(Label(5, "new"), 5)].into_iter().collect());
    theirs.append(&mut [(Label(5, "new"), 5)].into_iter().collect());
    let twice = || [Label(90, "new"), Label(91, "new"), Label(90, "newer")].map(|key| (key, 9));
    ours.append(&mut twice().into_iter().collect());
    theirs.append(&mut twice().into_iter().collect());
    let names = |entry: (&Label, &u8)| (entry.0.0, entry.0.1, *entry.1);
    let (our_names, their_names) = (ours.iter().map(names), theirs.iter().map(names));
    assert_eq!(
        our_names.collect::<Vec<_>>(),
        their_names.collect::<Vec<_>>()
    );

    let mut set: BPlusTreeSet<Label, S, L> = labels("old").collect();
    assert!(!set.insert(Label(1, "new")));
    assert_eq!(set.replace(Label(2, "new")).map(|old| old.1), Some("old"));
    assert!(set.replace(Label(20, "new")).is_none());
    let find = |key| set.get(&Label(key, "")).map(|label| label.1);
    assert_eq!(
        [find(1), find(2), find(20)],
        [Some("old"), Some("new"), Some("new")]
    );
    let other: BPlusTreeSet<Label, S, L> = labels("other").collect();
    assert!(
        (&set & &other).iter().all(|label| label.1 != "other"),
        "std takes them from the left"
    );
    assert!(
        (&set | &other).iter().all(|label| label.1 != "other"),
        "std takes them from the left"
    );
}

on_every_tree!(
    every_bound,
    inverted_ranges,
    every_order,
    hammered_place,
    which_of_equal_keys_stays,
);

/// All values of a type of 8 bits, and the ends and middle of wider ones.
fn extremes<K, S, L>(keys: &[K])
where
    K: Ord + Clone + Debug,
    S: Store,
    L: Layout,
{
    let mut random = XorShift::new(3);
    let mut order: Vec<K> = keys.to_vec();
    for round in 0..4 {
        random.shuffle(&mut order);
        let mut map: BPlusTreeMap<K, usize, S, L> = BPlusTreeMap::new_in();
        for (index, key) in order.iter().enumerate() {
            assert_eq!(map.get(key), None, "{key:?} before it is inserted");
            assert_eq!(map.insert(key.clone(), index), None, "{key:?}");
            assert_eq!(map.insert(key.clone(), index), Some(index), "{key:?}");
        }
        map.check_invariants();
        assert!(map.keys().eq(keys), "round {round}: out of order");
        for (index, key) in keys.iter().enumerate() {
            assert_eq!(map.get_key_value(key).map(|entry| entry.0), Some(key));
            assert_eq!(map.range(key..).count(), keys.len() - index);
            assert_eq!(map.range(..key).count(), index);
            assert_eq!(
                map.range((Excluded(key), Unbounded)).count(),
                keys.len() - index - 1
            );
            assert_eq!(
                map.lower(key).map(|entry| entry.0),
                index.checked_sub(1).map(|at| &keys[at])
            );
            assert_eq!(map.higher(key).map(|entry| entry.0), keys.get(index + 1));
        }
        for key in order.iter().skip(round) {
            assert!(map.remove(key).is_some(), "{key:?}");
            assert_eq!(map.get(key), None, "{key:?} after it is removed");
        }
        map.check_invariants();
    }
}

/// `extremes` over trees of the smallest and the default capacity.
fn extremes_everywhere<K: Ord + Clone + Debug>(keys: impl IntoIterator<Item = K>) {
    let mut keys: Vec<K> = keys.into_iter().collect();
    keys.sort();
    keys.dedup();
    extremes::<K, Slab, Split>(&keys);
    extremes::<K, Slab, Split<2, 4>>(&keys);
    extremes::<K, Heap, Pairs>(&keys);
    extremes::<K, Heap, Pairs<3, 5>>(&keys);
}

macro_rules! wide_extremes {
    ($($name:ident: $integer:ty),+) => {$(
        #[test]
        fn $name() {
            let near = |middle: $integer| (0..=20).flat_map(move |offset| {
                [middle.wrapping_add(offset), middle.wrapping_sub(offset)]
            });
            let powers = (0..<$integer>::BITS).map(|bit| (1 as $integer) << bit);
            let middle = <$integer>::MAX / 2 + 1;
            extremes_everywhere(
                near(<$integer>::MIN)
                    .chain(near(<$integer>::MAX))
                    .chain(near(middle))
                    .chain(powers),
            );
        }
    )+};
}

wide_extremes!(
    extremes_of_u16: u16, extremes_of_i16: i16, extremes_of_u32: u32, extremes_of_i32: i32,
    extremes_of_u64: u64, extremes_of_i64: i64, extremes_of_usize: usize, extremes_of_isize: isize,
    extremes_of_u128: u128, extremes_of_i128: i128
);

#[test]
fn all_of_u8() {
    extremes_everywhere(u8::MIN..=u8::MAX);
}

#[test]
fn all_of_i8() {
    extremes_everywhere(i8::MIN..=i8::MAX);
}

#[test]
fn all_of_bool() {
    extremes_everywhere([false, true]);
}

#[test]
fn extremes_of_char() {
    let around_the_gap = ('\u{d7f0}'..='\u{e010}').chain('\u{ffff}'..='\u{1000f}');
    extremes_everywhere(
        ('\0'..='\u{20}')
            .chain(around_the_gap)
            .chain('\u{10fff0}'..=char::MAX),
    );
}

#[test]
fn extremes_of_tuples_and_options() {
    extremes_everywhere([0, 1, u64::MAX].into_iter().flat_map(|left| {
        [i8::MIN, -1, 0, i8::MAX]
            .map(|right| (left, Some(right)))
            .into_iter()
            .chain([(left, None)])
    }));
}

/// More entries than 16 bits count, in one node.
fn wide_nodes<S: Store, L: Layout>() {
    let count = 140_000_u32;
    let mut map: BPlusTreeMap<u32, u32, S, L> = BPlusTreeMap::new_in();
    for index in 0..count {
        // An odd factor: each key once, in no order.
        map.insert(index.wrapping_mul(48_271) % (1 << 18), index);
    }
    let len = map.len();
    map.check_invariants();
    assert_eq!(map.iter().count(), len);
    assert!(map.keys().is_sorted_by(|left, right| left < right));
    for index in (0..count).rev().step_by(7) {
        assert!(
            map.remove(&(index.wrapping_mul(48_271) % (1 << 18)))
                .is_some(),
            "{index}"
        );
    }
    map.check_invariants();
    let rest = map.split_off(&(1 << 17));
    rest.check_invariants();
    map.check_invariants();
    assert_eq!(
        map.remove_range(..1 << 16) + map.len() + rest.len(),
        len - (count as usize).div_ceil(7)
    );
}

#[test]
fn leaves_of_70_000_slab_split() {
    wide_nodes::<Slab, Split<70_000, 4>>();
}

#[test]
fn leaves_of_70_000_heap_pairs() {
    wide_nodes::<Heap, Pairs<70_000, 4>>();
}

#[test]
fn branches_of_70_000_slab_split() {
    wide_nodes::<Slab, Split<2, 70_000>>();
}

#[test]
fn branches_of_70_000_heap_split() {
    wide_nodes::<Heap, Split<3, 70_000>>();
}

#[test]
fn leaves_of_65_535_and_65_536() {
    wide_nodes::<Slab, Split<65_535, 5>>();
    wide_nodes::<Slab, Pairs<65_536, 5>>();
}

/// Merges at odd capacities: `2 * min <= capacity` must hold, or a merged node overflows.
fn odd_merges<S: Store, L: Layout>() {
    let mut random = XorShift::new(5);
    let mut map: BPlusTreeMap<u32, u32, S, L> = (0..2_000).map(|key| (key, key)).collect();
    while !map.is_empty() {
        let (start, length) = (random.below(2_000) as u32, random.below(9) as u32);
        for key in start..start + length {
            map.remove(&key);
        }
        if random.below(4) == 0 {
            map.insert(start, start);
            map.remove(&start);
            map.pop_first();
            map.pop_last();
        }
        if random.below(8) == 0 {
            map.check_invariants();
        }
        // At last too few are left to be hit by chance.
        if map.len() < 40 {
            map.pop_last();
        }
    }
    map.check_invariants();
}

macro_rules! odd_merges {
    ($($name:ident: $leaf:literal, $branch:literal;)+) => {$(
        #[test]
        fn $name() {
            odd_merges::<Slab, Split<$leaf, $branch>>();
            odd_merges::<Heap, Pairs<$leaf, $branch>>();
        }
    )+};
}

odd_merges! {
    merges_at_2_5: 2, 5;
    merges_at_3_4: 3, 4;
    merges_at_3_5: 3, 5;
    merges_at_5_7: 5, 7;
    merges_at_7_9: 7, 9;
    merges_at_15_17: 15, 17;
    merges_at_63_6: 63, 6;
}

/// A sink that counts bytes.
struct Count(usize);

impl Write for Count {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.0 += text.len();
        Ok(())
    }
}

/// Runs on a thread with a stack of 64 KiB: nothing may recurse over entries or nodes.
fn on_a_small_stack(body: impl FnOnce() + Send + 'static) {
    let builder = std::thread::Builder::new().stack_size(64 * 1024);
    builder
        .spawn(body)
        .expect("a thread starts")
        .join()
        .expect("and ends well");
}

fn clone_format_drop<V, S: Store, L: Layout>(count: u64, value: fn(u64) -> V)
where
    V: Clone + Debug + PartialEq,
{
    let mut map: BPlusTreeMap<u64, V, S, L> = BPlusTreeMap::new_in();
    for key in 0..count {
        map.insert(key, value(key));
    }
    let copy = map.clone();
    assert_eq!(copy.len() as u64, count);
    drop(map);
    let mut sink = Count(0);
    write!(sink, "{copy:?}").expect("the sink takes all");
    let digits: usize = (0..count)
        .map(|key| 2 * (key.max(1).ilog10() as usize + 1))
        .sum();
    assert_eq!(
        sink.0,
        digits + 4 * count as usize,
        "`key: value, ` and two braces"
    );
    assert_eq!(
        copy.last_key_value(),
        Some((&(count - 1), &value(count - 1)))
    );
    drop(copy);
}

#[test]
fn ten_million_on_a_small_stack() {
    on_a_small_stack(|| clone_format_drop::<u64, Slab, Split>(10_000_000, |key| key));
}

#[test]
fn a_million_boxes_on_a_small_stack() {
    on_a_small_stack(|| {
        clone_format_drop::<Box<u64>, Slab, Split>(1_000_000, Box::new);
        clone_format_drop::<Box<u64>, Heap, Pairs>(1_000_000, Box::new);
    });
}

#[test]
fn high_trees_on_a_small_stack() {
    on_a_small_stack(|| {
        clone_format_drop::<Box<u64>, Slab, Split<2, 4>>(200_000, Box::new);
        clone_format_drop::<u64, Heap, Pairs<2, 4>>(200_000, |key| key);
    });
}
