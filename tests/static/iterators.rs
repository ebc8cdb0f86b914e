//! Iterators of all kinds, walked from both ends in step with those of vectors.

use std::fmt::Debug;
use std::ops::Bound;

use leafwise::static_collections::{ByOrd, Packed};
use leafwise::{RangeError, StaticIndex, StaticMap, StaticSet};

use crate::batches::panics;
use crate::common::operations::{Step, agree, agree_to_the_end};
use crate::common::random::XorShift;
use crate::keys::Word;

fn steps(random: &mut XorShift) -> Vec<Step> {
    let step = |random: &mut XorShift| match random.below(8) {
        0..3 => Step::Next,
        3..6 => Step::NextBack,
        6 => Step::Nth(random.below(6) as u8),
        _ => Step::NthBack(random.below(6) as u8),
    };
    (0..random.below(24)).map(|_| step(random)).collect()
}

/// Walks fresh iterators of ours, which `make` returns, and of a vector in many ways.
fn walk<'a, T: PartialEq + Debug + Clone>(
    make: &dyn Fn() -> Box<dyn DoubleEndedIterator<Item = T> + 'a>,
    expected: &[T],
) {
    let mut random = XorShift::new(expected.len() as u64 + 3);
    for _ in 0..40 {
        let steps = steps(&mut random);
        agree_to_the_end(&mut *make(), &mut expected.iter().cloned(), &steps, true);
        agree(&mut *make(), &mut expected.iter().cloned(), &steps, true);
    }
    let backwards = expected.iter().rev().cloned();
    agree_to_the_end(&mut make().rev(), &mut { backwards }, &[], true);
    assert_eq!(make().last(), expected.last().cloned());
    assert_eq!(make().count(), expected.len());
    for n in 0..expected.len().min(30) + 2 {
        assert_eq!(make().nth(n), expected.get(n).cloned());
        let back = expected
            .len()
            .checked_sub(n + 1)
            .map(|at| expected[at].clone());
        assert_eq!(make().nth_back(n), back);
    }
}

/// Asserts that an iterator and its clone return the same items, and know their length.
macro_rules! clones_agree {
    ($iter:expr) => {{
        let mut iter = $iter;
        let mut len = iter.len();
        while len > 0 {
            assert!(
                iter.clone()
                    .eq(iter.clone().rev().collect::<Vec<_>>().into_iter().rev())
            );
            assert!(iter.next_back().is_some());
            len -= 1;
            assert_eq!((iter.len(), iter.clone().count()), (len, len));
        }
        assert_eq!(
            (iter.next(), iter.clone().next_back(), iter.nth(3)),
            (None, None, None)
        );
    }};
}

const SIZES: [u32; 7] = [0, 1, 2, 16, 17, 290, 1_500];

#[test]
fn iterators_of_sets() {
    for size in SIZES {
        let numbers: Vec<u32> = (0..size).map(|n| n * 2).collect();
        let set: StaticSet<u32> = numbers.iter().copied().collect();
        walk(&|| Box::new(set.iter()), &numbers);
        walk(&|| Box::new((&set).into_iter()), &numbers);
        walk(&|| Box::new(set.range(..)), &numbers);
        walk(&|| Box::new(set.clone().into_iter()), &numbers);
        let some: Vec<u32> = numbers
            .iter()
            .copied()
            .filter(|n| (5..400).contains(n))
            .collect();
        walk(&|| Box::new(set.range(5..400)), &some);
        clones_agree!(set.range(7..60));
        let words: StaticSet<String> = numbers.iter().map(|n| format!("{n:05}")).collect();
        let texts: Vec<String> = numbers.iter().map(|n| format!("{n:05}")).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        walk(&|| Box::new(words.iter()), &texts);
        let owned: Vec<String> = texts.iter().map(|text| String::from(*text)).collect();
        walk(&|| Box::new(words.clone().into_iter()), &owned);
        let keyed: StaticSet<Word, ByOrd> = owned.iter().cloned().map(Word).collect();
        let owned: Vec<Word> = owned.into_iter().map(Word).collect();
        walk(
            &|| Box::new(keyed.iter()),
            &owned.iter().collect::<Vec<_>>(),
        );
        walk(&|| Box::new(keyed.clone().into_iter()), &owned);
    }
}

#[test]
fn iterators_of_maps() {
    for size in SIZES {
        let entries: Vec<(u64, String)> = (0..size).map(|n| (n.into(), format!("v{n}"))).collect();
        let map: StaticMap<u64, String> = entries.iter().cloned().collect();
        let shown: Vec<(u64, &String)> = entries.iter().map(|(key, value)| (*key, value)).collect();
        walk(&|| Box::new(map.iter()), &shown);
        walk(&|| Box::new((&map).into_iter()), &shown);
        walk(&|| Box::new(map.clone().into_iter()), &entries);
        let keys: Vec<u64> = entries.iter().map(|(key, _)| *key).collect();
        walk(&|| Box::new(map.keys()), &keys);
        let values: Vec<&String> = entries.iter().map(|(_, value)| value).collect();
        walk(&|| Box::new(map.values()), &values);
        assert!(map.values_slice().iter().eq(values));
        let (some, _) = shown.split_at(shown.len().min(100));
        walk(&|| Box::new(map.range(..100)), some);
        clones_agree!(map.range(7..60));
        clones_agree!(map.keys());
    }
}

#[test]
fn iterators_of_indexes() {
    for size in SIZES {
        let entries: Vec<(Vec<u8>, u32)> = (0..size).map(|n| (vec![(n / 9) as u8], n)).collect();
        let mut entries = entries;
        entries.sort_by(|left, right| left.0.cmp(&right.0));
        let index: StaticIndex<Vec<u8>, u32, Packed<2>> = entries.iter().cloned().collect();
        let shown: Vec<(&[u8], &u32)> = entries.iter().map(|(key, n)| (&key[..], n)).collect();
        walk(&|| Box::new(index.iter()), &shown);
        walk(&|| Box::new((&index).into_iter()), &shown);
        walk(&|| Box::new(index.clone().into_iter()), &entries);
        let keys: Vec<&[u8]> = shown.iter().map(|(key, _)| *key).collect();
        walk(&|| Box::new(index.keys()), &keys);
        let some: Vec<_> = shown
            .iter()
            .copied()
            .filter(|(key, _)| key[0] == 3)
            .collect();
        let bounds = (Bound::Included(&[3][..]), Bound::Included(&[3][..]));
        walk(
            &|| Box::new(index.range::<(Bound<&[u8]>, Bound<&[u8]>)>(bounds)),
            &some,
        );
        let values: Vec<u32> = some.iter().map(|(_, value)| **value).collect();
        assert_eq!(index.get_all(&[3]), values);
        clones_agree!(index.range::<(Bound<&[u8]>, Bound<&[u8]>)>(bounds));
    }
}

#[test]
fn invalid_ranges_are_refused() {
    let set: StaticSet<i32> = (0..100).collect();
    let map: StaticMap<i32, i32, ByOrd> = (0..100).map(|n| (n, n)).collect();
    let index: StaticIndex<i32, i32> = (0..100).map(|n| (n / 2, n)).collect();
    let (inverted, excluded) = ((Bound::Included(7), Bound::Excluded(3)), Bound::Excluded(7));
    let excluded = (excluded, excluded);
    for (bounds, error, text) in [
        (
            inverted,
            RangeError::Inverted,
            "start is greater than range end",
        ),
        (excluded, RangeError::EmptyExcluded, "equal and excluded"),
    ] {
        assert_eq!(set.range_checked(bounds).err(), Some(error));
        assert_eq!(map.range_checked(bounds).err(), Some(error));
        assert_eq!(index.range_checked(bounds).err(), Some(error));
        for (message, name) in [
            (
                panics(|| assert!(set.range(bounds).len() > 999)),
                "StaticSet",
            ),
            (
                panics(|| assert!(map.range(bounds).len() > 999)),
                "StaticMap",
            ),
            (
                panics(|| assert!(index.range(bounds).len() > 999)),
                "StaticIndex",
            ),
            (
                panics(|| set.range_batch(&[bounds; 2], &mut [0..0, 0..0])),
                "StaticSet",
            ),
            (
                panics(|| map.range_batch(&[bounds; 2], &mut [0..0, 0..0])),
                "StaticMap",
            ),
            (
                panics(|| index.range_batch(&[bounds; 2], &mut [0..0, 0..0])),
                "StaticIndex",
            ),
        ] {
            assert!(
                message.contains(text) && message.contains(name),
                "{message}"
            );
        }
    }
    assert_eq!(set.range(5..5).len(), 0);
    assert_eq!(set.range((Bound::Excluded(5), Bound::Included(5))).len(), 0);
    assert_eq!(StaticSet::<i32>::new().range(..).next(), None);
    // An empty collection has invalid ranges too.
    assert!(StaticSet::<i32>::new().range_checked(inverted).is_err());
}
