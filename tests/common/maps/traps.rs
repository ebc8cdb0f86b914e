//! Known bugs of other ordered maps, as far as they concern any map.

#![allow(
    clippy::incompatible_msrv,
    reason = "std's newest methods are the model; the library itself supports the stated version"
)]

use super::{Entry, Item, Kind, Map, MapEntry, OccupiedEntry, OrderedMap};
use crate::common::random::XorShift;
use leafwise::RangeError;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::ops::Bound::{self, Excluded, Included, Unbounded};
use std::panic::{AssertUnwindSafe, catch_unwind};

fn even_keys<T: Kind>(count: u32) -> Map<u32, u32, T> {
    (0..count).map(|index| (index * 2, index)).collect()
}

/// Each bound at each key, present or absent, and so also at both ends of every leaf.
pub(crate) fn every_bound<T: Kind>() {
    let mut grown = even_keys::<T>(40);
    for key in (0..80).filter(|key| key % 3 == 0) {
        grown.remove(&key);
    }
    for map in [
        even_keys::<T>(0),
        even_keys::<T>(1),
        even_keys::<T>(2),
        even_keys::<T>(9),
        even_keys::<T>(40),
        grown,
    ] {
        let keys: Vec<u32> = map.keys().copied().collect();
        for at in 0..84 {
            for start in [Included(at), Excluded(at), Unbounded] {
                same(map.range((start, Unbounded)), &keys, (start, Unbounded));
                same(map.range((Unbounded, start)), &keys, (Unbounded, start));
                for end in [at, at + 1, at + 2, at + 11] {
                    for bounds in [(start, Excluded(end)), (start, Included(end))] {
                        if let Ok(range) = map.range_checked(bounds) {
                            same(range, &keys, bounds);
                        }
                    }
                }
            }
        }
    }
}

/// Fails unless the range has exactly the keys that its bounds contain.
fn same<'a>(
    range: impl DoubleEndedIterator<Item = (&'a u32, &'a u32)> + Clone,
    keys: &[u32],
    bounds: (Bound<u32>, Bound<u32>),
) {
    let inside = |key: &u32| std::ops::RangeBounds::contains(&bounds, key);
    let theirs: Vec<u32> = keys.iter().copied().filter(inside).collect();
    let backward = range.clone().rev().map(|entry| *entry.0);
    assert!(
        backward.eq(theirs.iter().rev().copied()),
        "{bounds:?}, back"
    );
    let forward = range.map(|entry| *entry.0);
    assert!(forward.eq(theirs), "{bounds:?}");
}

/// Returns the message with which `body` panics.
pub(crate) fn message(body: impl FnOnce()) -> Option<String> {
    let payload = catch_unwind(AssertUnwindSafe(body)).err()?;
    let text = payload.downcast_ref::<String>().cloned();
    text.or(payload.downcast_ref::<&str>().map(ToString::to_string))
}

const INVERTED: &str = "range start is greater than range end";
const EXCLUDED: &str = "range start and end are equal and excluded";

/// Ranges at which std panics, the reason in the panic message, and the error.
pub(crate) const BAD_RANGES: [(Bound<u32>, Bound<u32>, &str, RangeError); 6] = [
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

/// An invalid range panics with the reason wherever std's does. On an empty map it is an empty
/// range.
pub(crate) fn inverted_ranges<T: Kind>() {
    for size in [0, 1, 2, 30] {
        let mut map = even_keys::<T>(size);
        for (start, end, reason, error) in BAD_RANGES {
            let bounds = (start, end);
            let expected = (size > 0).then(|| format!("{reason} in {}", T::NAME));
            let assert_message = |text: Option<String>, name: &str| {
                assert_eq!(text, expected, "{name} of {bounds:?} on {size} entries");
            };
            let range = || assert_eq!(map.range(bounds).count(), 0);
            assert_message(message(range), "range");
            let range_mut = || assert_eq!(map.range_mut(bounds).count(), 0);
            assert_message(message(range_mut), "range_mut");
            assert!(map.range_checked(bounds).is_err_and(|found| found == error));
            assert!(
                map.range_mut_checked(bounds)
                    .is_err_and(|found| found == error)
            );
            // Like std's, extracting from such a range finds nothing.
            assert_eq!(map.extract_if(bounds, |_, _| true).count(), 0);
            let remove = message(|| assert_eq!(map.remove_range(bounds), 0));
            assert_message(remove, "remove_range");
        }
        let fine = [(Included(4), Excluded(4)), (Excluded(4), Included(4))];
        fine.iter()
            .for_each(|bounds| assert_eq!(map.range(*bounds).count(), 0));
        assert_eq!(map.len(), size as usize);
        map.check_invariants();
    }
}

/// Insertion and removal in each of several orders, down to empty and up again.
pub(crate) fn every_order<T: Kind>() {
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
    let mut map: Map<u32, u64, T> = <Map<u32, u64, T>>::default();
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

/// Fills and empties the same few leaves again and again, so that splits and merges alternate.
pub(crate) fn splits_and_merges_alternate<T: Kind>() {
    let mut map = even_keys::<T>(300);
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

/// Compares by the number alone.
#[derive(Clone, Debug)]
pub(crate) struct Label(pub(crate) u32, pub(crate) &'static str);

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

pub(crate) fn labels(label: &'static str) -> impl Iterator<Item = Label> {
    (0..9).map(move |key| Label(key, label))
}

/// A new equal key does not replace the old one, except where the documentation says so.
pub(crate) fn which_of_equal_keys_stays<T: Kind>() {
    let mut ours: Map<Label, u8, T> = labels("old").map(|key| (key, 0)).collect();
    let mut theirs: BTreeMap<Label, u8> = labels("old").map(|key| (key, 0)).collect();
    ours.insert(Label(1, "new"), 1);
    theirs.insert(Label(1, "new"), 1);
    if let Entry::Occupied(mut entry) = ours.entry(Label(2, "new")).variant() {
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
    ours.merge(
        [(Label(6, "new"), 6)].into_iter().collect(),
        |key, old, new| {
            assert_eq!(
                (key.1, old, new),
                ("old", 0, 6),
                "the stored key, then both values"
            );
            new
        },
    );
    theirs.extend([(Label(6, "new"), 6)]);
    let names = |entry: (&Label, &u8)| (entry.0.0, entry.0.1, *entry.1);
    let (our_names, their_names) = (ours.iter().map(names), theirs.iter().map(names));
    assert_eq!(
        our_names.collect::<Vec<_>>(),
        their_names.collect::<Vec<_>>()
    );
}

/// All values of an 8-bit type, and the ends and the middle of wider ones.
pub(crate) fn extremes<K, T>(keys: &[K])
where
    K: Item,
    T: Kind,
{
    let mut random = XorShift::new(3);
    let mut order: Vec<K> = keys.to_vec();
    for round in 0..4 {
        random.shuffle(&mut order);
        let mut map: Map<K, usize, T> = <Map<K, usize, T>>::default();
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

/// A sink that counts bytes.
struct Count(usize);

impl Write for Count {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.0 += text.len();
        Ok(())
    }
}

pub(crate) fn clone_format_drop<V, T: Kind>(count: u64, value: fn(u64) -> V)
where
    V: Item,
{
    let mut map: Map<u64, V, T> = <Map<u64, V, T>>::default();
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
