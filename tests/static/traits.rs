//! std's traits, automatic traits, and how much memory collections take.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::panic::{RefUnwindSafe, UnwindSafe};

use leafwise::static_collections::{self, ByOrd, Packed};
use leafwise::{StaticIndex, StaticMap, StaticSet};

use crate::common::random::XorShift;
use crate::keys::Word;

fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// Lists of few entries with few different keys and values: many are equal, or have a common
/// prefix.
fn lists() -> Vec<Vec<(u32, u8)>> {
    let mut random = XorShift::new(8);
    let mut list = || {
        (0..random.below(5))
            .map(|_| (random.below(3) as u32, random.below(2) as u8))
            .collect()
    };
    let mut lists: Vec<Vec<(u32, u8)>> = (0..60).map(|_| list()).collect();
    lists.push((0..40).map(|n| (n, 0)).collect());
    lists.push((0..41).map(|n| (n, 0)).collect());
    lists.push((0..41).map(|n| (n, u8::from(n == 30))).collect());
    lists
}

/// Ours are equal, ordered and printed like std's; equal ones hash alike.
fn alike<O: Ord + Hash + Debug + Clone, T: Ord + Debug>(pairs: Vec<(O, T)>) {
    for (ours, theirs) in &pairs {
        assert_eq!(format!("{ours:?}"), format!("{theirs:?}"));
        assert_eq!(format!("{ours:#?}"), format!("{theirs:#?}"));
        assert_eq!(*ours, ours.clone());
        for (other, their_other) in &pairs {
            assert_eq!(
                ours == other,
                theirs == their_other,
                "{ours:?} == {other:?}"
            );
            assert_eq!(
                ours.cmp(other),
                theirs.cmp(their_other),
                "{ours:?}, {other:?}"
            );
            assert_eq!(ours.partial_cmp(other), Some(ours.cmp(other)));
            if ours == other {
                assert_eq!(hash(ours), hash(other));
            }
        }
    }
    let hashes: BTreeSet<u64> = pairs.iter().map(|(ours, _)| hash(ours)).collect();
    assert!(hashes.len() > 5, "too few different hashes");
}

#[test]
fn comparisons_hashes_and_debug_output_match_std() {
    let lists = lists();
    let text = |(key, value): (u32, u8)| ("x".repeat(key as usize), value);
    alike::<StaticSet<u32>, BTreeSet<u32>>(
        lists
            .iter()
            .map(|list| {
                let keys = || list.iter().map(|(key, _)| *key);
                (keys().collect(), keys().collect())
            })
            .collect(),
    );
    alike::<StaticMap<u32, u8>, BTreeMap<u32, u8>>(
        lists
            .iter()
            .map(|list| {
                (
                    list.iter().copied().collect(),
                    list.iter().copied().collect(),
                )
            })
            .collect(),
    );
    alike::<StaticMap<String, u8>, BTreeMap<String, u8>>(
        lists
            .iter()
            .map(|list| {
                let entries = || list.iter().copied().map(text);
                (entries().collect(), entries().collect())
            })
            .collect(),
    );
    alike::<StaticMap<Word, u8, ByOrd>, BTreeMap<Word, u8>>(
        lists
            .iter()
            .map(|list| {
                let entries = || {
                    list.iter()
                        .copied()
                        .map(text)
                        .map(|(key, value)| (Word(key), value))
                };
                (entries().collect(), entries().collect())
            })
            .collect(),
    );
    alike::<StaticIndex<u32, u8>, Vec<(u32, u8)>>(
        lists
            .iter()
            .map(|list| {
                let mut sorted = list.clone();
                sorted.sort_by_key(|(key, _)| *key);
                (list.iter().copied().collect(), sorted)
            })
            .collect(),
    );
}

#[test]
fn iterators_are_printed() {
    let map = StaticMap::from([(1, 'a'), (2, 'b')]);
    assert_eq!(format!("{:?}", map.iter()), "[(1, 'a'), (2, 'b')]");
    assert_eq!(format!("{:?}", map.range(2..)), "[(2, 'b')]");
    assert_eq!(format!("{:?}", map.keys()), "[1, 2]");
    let words: StaticSet<String> = ["x", "a"].into_iter().collect();
    assert_eq!(format!("{:?}", words.iter()), r#"["a", "x"]"#);
    assert_eq!(format!("{words:?}"), r#"{"a", "x"}"#);
}

/// Maps of partially ordered values are partially ordered.
#[test]
fn partial_orders() {
    let map = |value: f64| StaticMap::from([(1, 0.5), (2, value)]);
    assert_eq!(
        map(1.0).partial_cmp(&map(2.0)),
        Some(std::cmp::Ordering::Less)
    );
    assert_eq!(map(f64::NAN).partial_cmp(&map(2.0)), None);
    assert_ne!(map(f64::NAN), map(f64::NAN));
    // Keys have a total order.
    assert_eq!(StaticSet::from([f64::NAN]), StaticSet::from([f64::NAN]));
    assert_ne!(StaticSet::from([0.0]), StaticSet::from([-0.0]));
}

#[test]
fn automatic_traits() {
    fn holds<T: Send + Sync + Unpin + UnwindSafe + RefUnwindSafe>() {}
    macro_rules! hold {
        ($($type:ty),* $(,)?) => {$( holds::<$type>(); )*};
    }
    hold!(
        StaticSet<u32>, StaticSet<String>, StaticSet<[u8; 9]>, StaticSet<Word, ByOrd>,
        StaticSet<Vec<u8>, Packed<3>>, StaticMap<u64, String>, StaticMap<String, Word>,
        StaticMap<Word, Word, ByOrd>, StaticIndex<f64, ()>, StaticIndex<[u8; 20], u8>,
        StaticIndex<String, String, ByOrd>,
        static_collections::Iter<'static, u32, u32>, static_collections::Iter<'static, String, u32>,
        static_collections::Keys<'static, u32>, static_collections::Keys<'static, Word, ByOrd>,
        static_collections::IntoIter<u32, u32>, static_collections::IntoIter<Word, String, ByOrd>,
        static_collections::IntoKeys<String>, static_collections::IntoKeys<Word, ByOrd>,
        static_collections::Simd,
    );
}

/// The levels above a million keys take one part in the number of keys per node.
#[test]
fn memory_above_the_keys() {
    let narrow: Vec<u32> = (0..1_000_000).collect();
    let wide: Vec<u64> = (0..1_000_000).collect();
    let check = |bytes: usize, raw: usize, permille: usize| {
        assert!(bytes >= raw, "{bytes} bytes do not hold {raw}");
        assert!(
            bytes <= raw + raw * permille / 1_000,
            "{bytes} bytes for {raw}"
        );
    };
    let set = StaticSet::<u32>::from_sorted_slice(&narrow).expect("sorted");
    check(set.memory_usage(), 4_000_000, 63);
    check(set.clone().memory_usage(), 4_000_000, 63);
    check(
        narrow
            .iter()
            .copied()
            .collect::<StaticSet<u32>>()
            .memory_usage(),
        4_000_000,
        63,
    );
    let set = StaticSet::<u64>::from_sorted_slice(&wide).expect("sorted");
    check(set.memory_usage(), 8_000_000, 126);
    let set = StaticSet::<u64>::from_sorted_iter(wide.iter().copied().filter(|_| true));
    // Without a size hint the keys may keep part of the capacity that they grew into.
    check(set.expect("sorted").memory_usage(), 8_000_000, 142);
    let map = StaticMap::<u32, u64>::from_sorted_parts(&narrow, wide).expect("sorted");
    check(map.memory_usage(), 12_000_000, 22);
    let texts: StaticSet<String> = (0..100_000).map(|n| format!("{n:08}")).collect();
    // Eight bytes, where they end, and two key heads for every eighth.
    check(texts.memory_usage(), 100_000 * (8 + 4 + 2), 40);
    let by_ord: StaticSet<u64, ByOrd> = (0..100_000).collect();
    assert_eq!(by_ord.memory_usage(), 800_000);
}
