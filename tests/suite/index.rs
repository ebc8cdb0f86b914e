//! The index where the model suite does not go: invalid ranges, which of two equal entries stays,
//! memory, and sizes at which anything slower than promised would be noticed.

use leafwise::BPlusIndex;
use leafwise::index::RangeError;
use leafwise::layout::{ArrayOfStructs, LeafLayout, StructOfArrays};
use leafwise::store::{Heap, Slab, Store};
use std::cmp::Ordering;
use std::ops::Bound::{self, Excluded, Included, Unbounded};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Returns the text of the panic in which `body` ends.
fn panic_text<T>(body: impl FnOnce() -> T) -> String {
    let payload = catch_unwind(AssertUnwindSafe(body))
        .err()
        .expect("it panics");
    *payload.downcast::<String>().expect("a formatted text")
}

const INVERTED: &str = "range start is greater than range end in BPlusIndex";
const EMPTY: &str = "range start and end are equal and excluded in BPlusIndex";

type Keys = (Bound<i32>, Bound<i32>);
type PairBounds = (
    Bound<(&'static i32, &'static i32)>,
    Bound<(&'static i32, &'static i32)>,
);

const BAD_KEYS: [(Keys, RangeError, &str); 4] = [
    ((Included(3), Excluded(2)), RangeError::Inverted, INVERTED),
    ((Excluded(3), Included(2)), RangeError::Inverted, INVERTED),
    ((Included(9), Included(-9)), RangeError::Inverted, INVERTED),
    ((Excluded(2), Excluded(2)), RangeError::EmptyExcluded, EMPTY),
];

const BAD_PAIRS: [(PairBounds, RangeError, &str); 3] = [
    (
        (Included((&2, &2)), Excluded((&2, &1))),
        RangeError::Inverted,
        INVERTED,
    ),
    (
        (Excluded((&3, &0)), Included((&2, &9))),
        RangeError::Inverted,
        INVERTED,
    ),
    (
        (Excluded((&2, &2)), Excluded((&2, &2))),
        RangeError::EmptyExcluded,
        EMPTY,
    ),
];

#[test]
fn bad_ranges_panic_or_are_errors() {
    let mut index = BPlusIndex::from([(1, 1), (2, 2), (2, 3)]);
    for (keys, error, text) in BAD_KEYS {
        assert_eq!(panic_text(|| index.range(keys).count()), text);
        assert_eq!(index.range_checked(keys).err(), Some(error));
        assert_eq!(panic_text(|| index.remove_range(keys)), text);
        assert_eq!(index.extract_if(keys, |_, _| true).count(), 0);
    }
    for (pairs, error, text) in BAD_PAIRS {
        assert_eq!(panic_text(|| index.range_pairs(pairs).count()), text);
        assert_eq!(index.range_pairs_checked(pairs).err(), Some(error));
    }
    assert_eq!(index.len(), 3);
}

/// Like std's maps: an empty tree never looks at bounds.
#[test]
fn bad_ranges_of_an_empty_index_are_empty() {
    let mut index = BPlusIndex::<i32, i32>::new();
    for (keys, error, _) in BAD_KEYS {
        assert_eq!(
            (index.range(keys).count(), index.remove_range(keys)),
            (0, 0)
        );
        assert_eq!(index.range_checked(keys).err(), Some(error));
    }
    for (pairs, error, _) in BAD_PAIRS {
        assert_eq!(index.range_pairs(pairs).count(), 0);
        assert_eq!(index.range_pairs_checked(pairs).err(), Some(error));
    }
}

#[test]
fn legal_ranges_that_are_empty() {
    let index = BPlusIndex::from([(1, 1), (2, 2), (2, 3)]);
    assert_eq!(index.range(2..2).count(), 0);
    assert_eq!(index.range((Excluded(2), Included(2))).count(), 0);
    assert_eq!(index.range((Excluded(1), Excluded(2))).count(), 0);
    assert_eq!(index.range_pairs((&2, &3)..(&2, &3)).count(), 0);
    let between = (Excluded((&2, &2)), Excluded((&2, &3)));
    assert_eq!(index.range_pairs(between).count(), 0);
}

/// A number whose lowest digit does not take part in the order.
#[derive(Clone, Copy, Debug)]
struct Marked(u32);

impl Ord for Marked {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.0 / 10).cmp(&(other.0 / 10))
    }
}

impl PartialOrd for Marked {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Marked {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Marked {}

#[test]
fn the_documented_one_of_equal_entries_stays() {
    let marks = |index: &BPlusIndex<Marked, Marked>| -> Vec<(u32, u32)> {
        index.iter().map(|(key, value)| (key.0, value.0)).collect()
    };
    let (first, second) = ((Marked(11), Marked(21)), (Marked(12), Marked(22)));
    let mut index = BPlusIndex::from([first]);
    assert!(!index.insert(second.0, second.1));
    index.extend([second]);
    index.extend([(&second.0, &second.1)]);
    assert_eq!(marks(&index), [(11, 21)]);
    assert!(index.update(&second.0, Marked(13), second.1));
    assert_eq!(
        marks(&index),
        [(11, 21)],
        "to the same key: nothing changes"
    );
    assert_eq!(marks(&BPlusIndex::from([first, second])), [(12, 22)]);
    assert_eq!(marks(&BPlusIndex::from([second, first])), [(11, 21)]);
    let error = BPlusIndex::<_, _>::from_sorted_iter([first, second]).expect_err("they are equal");
    assert_eq!(error.index(), 1);
}

#[test]
fn borrowed_forms() {
    let names = [("b", "y"), ("a", "x"), ("b", "x")];
    let owned = names.map(|(key, value)| (key.to_string(), value.to_string()));
    let mut index = BPlusIndex::from(owned);
    assert!(index.contains("b", "x") && !index.contains("a", "y"));
    assert!(
        index
            .range::<str, _>((Excluded("a"), Unbounded))
            .eq(index.range_pairs(("b", "")..))
    );
    assert_eq!(
        index
            .upper_bound_pair(Included(("b", "x")))
            .peek_next()
            .unwrap()
            .1,
        "y"
    );
    assert!(
        index.update("a", "b".to_string(), "x".to_string()),
        "it is already present"
    );
    assert_eq!((index.len(), index.count("b")), (2, 2));
    assert!(index.delete("b", "y"));
    assert_eq!(index.split_off("b").len(), 1);
    assert_eq!(index.remove_key("b"), 0);
}

/// Updates every entry of small trees to every key, among leaves that are full, half empty or
/// alternating: wherever the new entry is inserted, the old one may move.
fn every_update<S: Store, L: LeafLayout>() {
    for (removed, width) in (2..6).flat_map(|removed| [1, 3, 50].map(|width| (removed, width))) {
        let build = || {
            let mut index = BPlusIndex::<u32, u32, S, L>::empty();
            index.extend((0..32).map(|row| (row / width, row)));
            // The last removed rows are next to leaves that stay full.
            index.retain(|_, row| row / 6 % removed != 0 || row % 3 == 0);
            index
        };
        let rows: Vec<(u32, u32)> = build().into_iter().collect();
        for (old, new_key) in rows
            .iter()
            .flat_map(|row| (0..=32 / width).map(move |to| (*row, to)))
        {
            let mut index = build();
            assert!(index.update(&old.0, new_key, old.1));
            index.check_invariants();
            let mut expected = rows.clone();
            expected
                .iter_mut()
                .filter(|row| **row == old)
                .for_each(|row| row.0 = new_key);
            expected.sort_unstable();
            assert!(
                index.into_iter().eq(expected),
                "{old:?} to {new_key} of {rows:?}"
            );
        }
    }
}

#[test]
fn every_entry_moves_to_every_key() {
    every_update::<Slab, StructOfArrays<2, 4>>();
    every_update::<Heap, StructOfArrays<3, 5>>();
    every_update::<Slab, ArrayOfStructs<8, 4>>();
}

/// Freed nodes are reused: filling and emptying in turn does not take more and more memory.
fn reuse<S: Store, L: LeafLayout>() {
    let mut index = BPlusIndex::<u64, u64, S, L>::empty();
    let mut usage = Vec::new();
    for round in 0..6 {
        index.extend((0..3_000).map(|row| (row % 7, row + round)));
        usage.push(index.memory_usage());
        match round % 3 {
            0 => (0..7).for_each(|key| assert!(index.remove_key(&key) > 400)),
            1 => index.retain(|_, _| false),
            _ => (0..3_000).for_each(|row| {
                assert!(index.delete(&(row % 7), &(row + round)));
            }),
        }
        index.check_invariants();
    }
    let most = usage.iter().max().expect("six rounds");
    assert!(*most <= usage[0] * 11 / 10, "{usage:?}");
    index.clear();
    assert_eq!(index.memory_usage(), 0);
}

#[test]
fn freed_nodes_are_used_again() {
    reuse::<Slab, StructOfArrays>();
    reuse::<Heap, ArrayOfStructs<3, 5>>();
}

/// Enough for more than three levels of nodes.
const MANY: u64 = 80_000;

/// Looking at each value for each answer would take 10^8 steps here.
#[test]
fn a_key_with_many_values() {
    let rows = || (0..MANY).map(|row| (5, row));
    let mut index: BPlusIndex<u64, u64> = BPlusIndex::from_sorted_iter(rows()).unwrap();
    index.extend([(4, 0), (6, 0)]);
    index.check_invariants();
    for _ in 0..10 {
        assert_eq!(index.count(&5), MANY as usize);
    }
    for row in (50..MANY).step_by(100) {
        assert!(index.keys().eq(&[4, 5, 6]));
        assert!(index.contains(&5, &row) && !index.contains(&6, &row));
        assert_eq!(index.lookup_unique(&5), Some(&0));
        assert_eq!(index.lookup_range(&5).next_back(), Some(&(MANY - 1)));
        assert_eq!(index.range((Excluded(5), Unbounded)).next(), Some((&6, &0)));
        assert_eq!(index.range_pairs((&5, &row)..).next(), Some((&5, &row)));
        assert!(index.update(&5, 6, row) && !index.update(&5, 6, row));
    }
    assert_eq!(
        (index.count(&5), index.len() as u64),
        (MANY as usize * 99 / 100, MANY + 2)
    );
    assert_eq!(
        index
            .groups()
            .map(|(_, values)| values.count())
            .sum::<usize>(),
        index.len()
    );
    assert_eq!(index.remove_key(&5), MANY as usize * 99 / 100);
    assert!(index.keys().rev().eq(&[6, 4]));
    index.check_invariants();
}

#[test]
fn many_keys_with_a_value_each() {
    let rows = (0..MANY).map(|row| (row.wrapping_mul(7_919) % MANY, row));
    let mut index: BPlusIndex<u64, u64> = BPlusIndex::new();
    index.extend(rows.clone());
    assert_eq!(index, rows.clone().collect());
    index.check_invariants();
    assert!(index.keys().copied().eq(0..MANY));
    assert!(index.keys().rev().copied().eq((0..MANY).rev()));
    assert!(
        rows.clone()
            .all(|(key, row)| index.lookup_unique(&key) == Some(&row))
    );
    assert!((0..MANY).all(|key| index.count(&key) == 1));
    for (key, row) in rows.clone().step_by(2) {
        assert!(index.update(&key, key + MANY, row));
    }
    assert_eq!(index.range(MANY..).count() as u64, MANY / 2);
    assert!((0..MANY).map(|key| index.remove_key(&key)).sum::<usize>() == MANY as usize / 2);
    index.check_invariants();
}

/// A leaf that has lost its last entry ends before the separator after it. A range may end there,
/// and not at the start of the next leaf.
#[test]
fn groups_end_where_their_range_does() {
    let mut index = BPlusIndex::<u32, u32, Slab, StructOfArrays<4, 4>>::empty();
    index.extend((0..40).map(|key| (key, 0)));
    index.retain(|key, _| key % 4 != 3);
    for end in 0..40 {
        let keys: Vec<u32> = (0..=end).filter(|key| key % 4 != 3).collect();
        let walked = index.range_groups(..=end).map(|(key, _)| *key);
        assert!(walked.eq(keys.iter().copied()), "up to {end}");
        let walked = index.range_groups(..=end).rev().map(|(key, _)| *key);
        assert!(walked.eq(keys.iter().rev().copied()), "down from {end}");
        let mut groups = index.range_groups(..=end);
        let mut both = Vec::new();
        while let Some((key, _)) = groups.next_back() {
            both.push(*key);
            both.extend(groups.next().map(|(key, _)| *key));
        }
        both.sort_unstable();
        assert_eq!(both, keys, "from both ends up to {end}");
    }
}

/// A zero-sized value may be searched for in a borrowed form that has other values.
#[test]
fn borrowed_forms_of_values_without_size_are_compared() {
    let mut index = BPlusIndex::<u32, [u8; 0]>::from([(1, [])]);
    assert!(index.contains::<u32, [u8]>(&1, &[]));
    assert!(!index.contains::<u32, [u8]>(&1, &[9]));
    assert!(!index.delete::<u32, [u8]>(&1, &[9]));
    assert!(index.delete(&1, &[]));
}
