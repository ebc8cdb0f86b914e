//! Ranges by prefix, and the number of entries in a range, against what filters and iterators say.

use crate::common::random::XorShift;
use leafwise::store::Heap;
use leafwise::{BPlusIndex, BPlusTreeMap, BPlusTreeSet, CacheObliviousMap};
use std::ops::Bound;

/// Texts of few letters, so that many begin alike; among them those that end the order.
fn texts(count: usize) -> Vec<String> {
    let letters = [
        'a',
        'b',
        '\u{7F}',
        '\u{80}',
        '\u{D7FF}',
        '\u{E000}',
        char::MAX,
    ];
    let mut random = XorShift::new(3);
    (0..count)
        .map(|_| {
            let len = random.below(5);
            (0..len)
                .map(|_| letters[random.below(letters.len() as u64) as usize])
                .collect()
        })
        .collect()
}

const INVERTED: (Bound<i32>, Bound<i32>) = (Bound::Included(3), Bound::Excluded(2));

#[test]
fn prefixes_of_texts_are_ranges() {
    let keys = texts(3_000);
    let set: BPlusTreeSet<String> = keys.iter().cloned().collect();
    let mut map: BPlusTreeMap<String, usize, Heap> = keys.iter().cloned().zip(0..).collect();
    let oblivious: CacheObliviousMap<String, usize> = keys.iter().cloned().zip(0..).collect();
    let index: BPlusIndex<String, usize> = keys.iter().cloned().zip(0..).collect();
    for prefix in texts(300).iter().map(String::as_str).chain(["", "zz"]) {
        let starts = |key: &&String| key.starts_with(prefix);
        let expected: Vec<&String> = set.iter().filter(starts).collect();
        assert!(
            set.prefix(prefix).eq(expected.iter().copied()),
            "{prefix:?}"
        );
        assert!(set.prefix(prefix).rev().eq(expected.iter().rev().copied()));
        assert!(
            map.prefix(prefix)
                .map(|(key, _)| key)
                .eq(expected.iter().copied())
        );
        assert!(
            map.prefix_mut(prefix)
                .map(|(key, _)| key)
                .eq(expected.iter().copied())
        );
        assert!(
            oblivious
                .prefix(prefix)
                .map(|(key, _)| key)
                .eq(expected.iter().copied())
        );
        let rows = keys.iter().filter(starts).count();
        assert_eq!(index.prefix(prefix).count(), rows);
    }
}

#[test]
fn prefixes_of_bytes_are_ranges() {
    let mut random = XorShift::new(5);
    let mut bytes = |len: u64| -> Vec<u8> {
        (0..random.below(len))
            .map(|_| [0, 1, 254, 255][random.below(4) as usize])
            .collect()
    };
    let set: BPlusTreeSet<Vec<u8>> = (0..2_000).map(|_| bytes(6)).collect();
    let arrays: BPlusTreeSet<[u8; 3]> = set
        .iter()
        .filter_map(|key| key.get(..3)?.try_into().ok())
        .collect();
    for _ in 0..300 {
        let prefix = bytes(5);
        let starts = |key: &[u8]| key.starts_with(&prefix);
        assert!(
            set.prefix(&prefix[..])
                .eq(set.iter().filter(|key| starts(key)))
        );
        assert!(
            arrays
                .prefix(&prefix[..])
                .eq(arrays.iter().filter(|key| starts(&key[..])))
        );
    }
}

#[test]
fn counts_are_those_of_ranges() {
    for len in [0_u32, 1, 7, 100, 3_000] {
        let map: BPlusTreeMap<u32, u32> = (0..len).map(|key| (key * 2, key)).collect();
        let oblivious: CacheObliviousMap<u32, u32> = (0..len).map(|key| (key * 2, key)).collect();
        let set: BPlusTreeSet<u32> = map.keys().copied().collect();
        let index: BPlusIndex<u32, u32> = (0..len).map(|row| (row / 5 * 2, row)).collect();
        let bounds = |at: u32| [Bound::Included(at), Bound::Excluded(at), Bound::Unbounded];
        let keys = [
            0,
            1,
            2,
            3,
            len / 2,
            len,
            len * 2 - len.min(1),
            len * 2,
            len * 2 + 1,
        ];
        for start in keys {
            for end in keys.into_iter().filter(|end| *end > start) {
                for range in bounds(start)
                    .into_iter()
                    .flat_map(|from| bounds(end).map(|to| (from, to)))
                {
                    let count = map.range(range).count();
                    assert_eq!(map.count_range(range), count, "{range:?} of {len}");
                    assert_eq!(oblivious.count_range(range), count, "{range:?} of {len}");
                    assert_eq!(set.count_range(range), count, "{range:?} of {len}");
                    assert_eq!(index.count_range(range), index.range(range).count());
                }
            }
        }
    }
}

#[test]
#[should_panic(expected = "range start is greater than range end in BPlusTreeMap")]
fn an_inverted_range_is_not_counted() {
    BPlusTreeMap::from([(1, 1)]).count_range(INVERTED);
}

#[test]
fn an_inverted_range_of_nothing_has_no_entries() {
    assert_eq!(BPlusTreeMap::<i32, i32>::new().count_range(INVERTED), 0);
    assert_eq!(
        CacheObliviousMap::<i32, i32>::new().count_range(INVERTED),
        0
    );
}
