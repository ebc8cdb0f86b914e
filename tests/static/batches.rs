//! Batches of all lengths, with every instruction set, against single look-ups.

use std::ops::{Bound, Range};
use std::panic::{AssertUnwindSafe, catch_unwind};

use leafwise::static_collections::{Arrangement, ByOrd, Packed, Simd};
use leafwise::{StaticIndex, StaticMap, StaticSet};

use crate::api::{Batched, Bounds, Ranked, Way, pairs};
use crate::common::Doing;
use crate::common::random::XorShift;
use crate::keys::{Numbered, Sample, Shown, distinct, ragged, random, sorted};

/// Checks ranks in batches of each length, with each instruction set.
pub(crate) fn check_ranks<K: Sample>(collection: &dyn Ranked<K>, queries: &[K], lengths: &[usize]) {
    let lower: Vec<usize> = queries.iter().map(|query| collection.rank(query)).collect();
    let upper: Vec<usize> = queries
        .iter()
        .map(|query| collection.rank_upper(query))
        .collect();
    for &len in lengths {
        let _doing = Doing(format_args!(
            "a batch of {len} in {} keys",
            collection.len()
        ));
        let queries = &queries[..len];
        let mut ranks = vec![usize::MAX; len];
        for simd in Simd::available() {
            ranks.fill(usize::MAX);
            collection.rank_batch_with(simd, queries, &mut ranks);
            assert_eq!(ranks, lower[..len], "with {simd}");
        }
        ranks.fill(usize::MAX);
        collection.rank_batch(queries, &mut ranks);
        assert_eq!(ranks, lower[..len]);
        collection.rank_upper_batch(queries, &mut ranks);
        assert_eq!(ranks, upper[..len], "upper");
    }
}

/// Like [`check_ranks`], and also whether keys are found, and which.
pub(crate) fn check_batches<K: Sample>(
    collection: &dyn Batched<K>,
    queries: &[K],
    lengths: &[usize],
) {
    check_ranks(collection, queries, lengths);
    let contained: Vec<bool> = queries
        .iter()
        .map(|query| collection.contains(query))
        .collect();
    for &len in lengths {
        let _doing = Doing(format_args!(
            "a batch of {len} in {} keys",
            collection.len()
        ));
        let queries = &queries[..len];
        let mut found: Vec<bool> = contained[..len].iter().map(|found| !found).collect();
        collection.contains_batch(queries, &mut found);
        assert_eq!(found, contained[..len], "contained");
        for (got, query) in collection.get_batch(queries).into_iter().zip(queries) {
            let is_same = match (&got, collection.find(Way::Get, query)) {
                (Some(got), Some(expected)) => {
                    got.0.order(&expected.0).is_eq() && got.1 == expected.1
                }
                (got, expected) => got.is_none() && expected.is_none(),
            };
            assert!(is_same, "{query:?}: {got:?}");
        }
    }
}

/// The two positions of each range, one at a time.
fn positions<K>(collection: &dyn Batched<K>, (start, end): Bounds<'_, K>) -> Range<usize> {
    let start = match start {
        Bound::Included(key) => collection.rank(key),
        Bound::Excluded(key) => collection.rank_upper(key),
        Bound::Unbounded => 0,
    };
    let end = match end {
        Bound::Included(key) => collection.rank_upper(key),
        Bound::Excluded(key) => collection.rank(key),
        Bound::Unbounded => collection.len(),
    };
    start..end
}

/// Returns whether the start of a range is not after its end, by std's rules.
fn is_valid<K: Sample>((start, end): Bounds<'_, K>) -> bool {
    use Bound::{Excluded, Included, Unbounded};
    match (start, end) {
        (Unbounded, _) | (_, Unbounded) => true,
        (Excluded(start), Excluded(end)) => start.order(end).is_lt(),
        (Included(start) | Excluded(start), Included(end) | Excluded(end)) => {
            start.order(end).is_le()
        }
    }
}

/// Checks all ranges between some keys, in batches of several lengths, and that an invalid one is
/// refused, wherever it is in the batch.
fn check_range_batches<K: Sample>(collection: &dyn Batched<K>, ends: &[&K]) {
    let (legal, invalid): (Vec<_>, Vec<_>) = pairs(ends)
        .into_iter()
        .partition(|bounds| is_valid(*bounds));
    let expected: Vec<_> = legal
        .iter()
        .map(|bounds| positions(collection, *bounds))
        .collect();
    let mut found = Vec::new();
    for len in (0..legal.len().min(40)).chain([legal.len()]) {
        found.clear();
        found.resize(len, 3..9);
        collection.range_batch(&legal[..len], &mut found);
        assert_eq!(found, expected[..len], "{:?}", &legal[..len]);
    }
    for (number, bounds) in invalid.into_iter().enumerate().take(30) {
        let mut ranges = legal.clone();
        ranges.insert(number * 7 % (legal.len() + 1), bounds);
        found.resize(ranges.len(), 0..0);
        let message = panics(|| collection.range_batch(&ranges, &mut found));
        assert!(message.contains("range start"), "{message}");
    }
}

/// Returns the message of the panic in which a call ends.
pub(crate) fn panics(call: impl FnOnce()) -> String {
    let payload = catch_unwind(AssertUnwindSafe(call)).expect_err("this must panic");
    match payload.downcast::<String>() {
        Ok(message) => *message,
        Err(payload) => payload
            .downcast_ref::<&str>()
            .map_or_else(String::new, |text| (*text).into()),
    }
}

/// Present keys, absent ones, and the ends of the type.
fn mixed<K: Numbered>(keys: &[K], count: usize, make: fn(u64) -> K) -> Vec<K> {
    let mut random = XorShift::new(keys.len() as u64 + 1);
    let mut query = |_| match random.below(8) {
        0 => K::least(),
        1 => K::greatest(),
        2..5 if !keys.is_empty() => keys[random.below(keys.len() as u64) as usize].clone(),
        _ => make(random.next()),
    };
    (0..count).map(&mut query).collect()
}

/// Lengths at which a group of queries can be cut off, and longer ones.
fn lengths() -> Vec<usize> {
    let around_blocks = [47, 48, 49, 63, 64, 65, 95, 96, 97, 127, 128, 129, 191, 193];
    (0..=34)
        .chain(around_blocks)
        .chain([1_000, 2_063])
        .collect()
}

/// Keys that include the ends of the type.
fn keys<K: Numbered>(size: usize, make: fn(u64) -> K) -> Vec<K> {
    let mut keys = random(size, size as u64, make);
    if size > 2 {
        keys[0] = K::greatest();
        keys[1] = K::least();
    }
    keys
}

/// Ranks in batches of all lengths, where every eighth key is the greatest.
fn all_ranks<K: Numbered + Shown<A>, A: Arrangement<K>>(sizes: &[usize], make: fn(u64) -> K) {
    ranks::<K, A>(sizes, &lengths(), make);
}

fn ranks<K, A>(sizes: &[usize], lengths: &[usize], make: fn(u64) -> K)
where
    K: Numbered + Shown<A>,
    A: Arrangement<K>,
{
    for &size in sizes {
        let mut keys = keys(size, make);
        let longest = lengths.iter().copied().max().unwrap_or(0);
        let queries = mixed(&keys, longest, make);
        for key in keys.iter_mut().step_by(8) {
            *key = K::greatest();
        }
        let index: StaticIndex<K, usize, A> = keys.into_iter().zip(0..).collect();
        check_ranks(&index, &queries, lengths);
    }
}

/// All batches, in all three collections: ranks of all lengths, the others of some.
fn all_batches<K: Numbered + Shown<A>, A: Arrangement<K>>(sizes: &[usize], make: fn(u64) -> K) {
    all_ranks::<K, A>(sizes, make);
    for &size in sizes {
        let mut keys = keys(size, make);
        let unique = distinct(&keys);
        let queries = mixed(&unique, 4_096, make);
        let set: StaticSet<K, A> = unique.iter().cloned().collect();
        check_batches(&set, &queries, &[0, 1, 31, 32, 33, 64, 300, 2_063]);
        let map: StaticMap<K, usize, A> = unique.iter().cloned().zip(0..).collect();
        check_batches(&map, &queries, &[5, 33, 700]);
        for key in keys.iter_mut().step_by(8) {
            *key = K::greatest();
        }
        let keys = sorted(&keys);
        let index: StaticIndex<K, usize, A> = keys.iter().cloned().zip(0..).collect();
        check_batches(&index, &queries, &[1, 16, 17, 100, 4_000]);
        let (least, greatest) = (K::least(), K::greatest());
        let mut ends: Vec<&K> = queries[..8].iter().collect();
        ends.extend([&least, &greatest, keys.first().unwrap_or(&least)]);
        check_range_batches(&set, &ends);
        check_range_batches(&map, &ends);
        check_range_batches(&index, &ends);
    }
}

/// Sizes of no level, of some, and of more than the top that is searched in one go.
const SIZES: [usize; 7] = [0, 1, 15, 17, 273, 5_000, 80_000];

#[test]
fn batches_of_u32() {
    all_batches::<u32, Packed>(&SIZES, |bits| ragged(bits) as u32);
}

#[test]
fn batches_of_u64() {
    all_ranks::<u64, Packed>(&SIZES, ragged);
}

#[test]
fn batches_of_i64() {
    all_ranks::<i64, Packed>(&[9, 20_000], |bits| ragged(bits) as i64);
}

#[test]
fn batches_of_u16() {
    all_ranks::<u16, Packed>(&[31, 33, 1_100, 60_000], |bits| bits as u16);
}

#[test]
fn batches_of_u128() {
    all_ranks::<u128, Packed>(&[3, 5, 21, 50_000], |bits| u128::from(bits) << (bits % 65));
}

#[test]
fn batches_of_other_integers() {
    all_ranks::<u8, Packed>(&[63, 65, 4_200, 9_000], |bits| bits as u8);
    all_ranks::<i8, Packed>(&[64, 4_160, 9_000], |bits| bits as i8);
    all_ranks::<i32, Packed>(&[15, 17, 290, 5_000], |bits| ragged(bits) as i32);
    all_ranks::<i128, Packed>(&[5, 5_000], |bits| i128::from(bits as i64) << (bits % 65));
    all_ranks::<i16, Packed>(&[31, 33, 1_100, 60_000], |bits| bits as i16);
}

#[test]
fn batches_in_nodes_of_two() {
    all_batches::<i32, Packed<2>>(&[2, 3, 8, 800, 40_000], |bits| ragged(bits) as i32);
}

#[test]
fn batches_in_nodes_of_two_blocks() {
    all_ranks::<u32, Packed<32>>(&[32, 33, 1_057, 40_000], |bits| bits as u32);
}

/// Not even the root belongs to the top that is searched in one go.
#[test]
fn batches_in_nodes_of_many_blocks() {
    ranks::<u32, Packed<4096>>(&[4_096, 4_097, 9_000], &[1, 31, 33, 100], |bits| {
        bits as u32
    });
}

#[test]
fn batches_of_strings() {
    all_batches::<String, Packed>(&[0, 1, 8, 9, 80, 5_000], |bits| {
        format!("name/{:012}", bits % 30_000)
    });
}

#[test]
fn batches_of_byte_arrays() {
    all_batches::<[u8; 20], Packed>(&[1, 100, 3_000], |bits| {
        let mut bytes = [0; 20];
        bytes[6..14].copy_from_slice(&ragged(bits).to_be_bytes());
        bytes
    });
}

#[test]
fn batches_by_ord() {
    all_batches::<String, ByOrd>(&[0, 1, 700], |bits| format!("{}", bits % 3_000));
    all_ranks::<u64, ByOrd>(&[10, 3_000], ragged);
}

/// The kinds of ranges that have types of their own.
#[test]
fn batches_of_ranges_of_all_types() {
    let index = StaticIndex::from([(1, 'a'), (5, 'b'), (5, 'c'), (u32::MAX, 'd')]);
    let mut found = [9..9, 9..9];
    index.range_batch(&[0..5, 5..u32::MAX], &mut found);
    assert_eq!(found, [0..1, 1..3]);
    index.range_batch(&[5..=5, 0..=u32::MAX], &mut found);
    assert_eq!(found, [1..3, 0..4]);
    index.range_batch(&[2.., u32::MAX..], &mut found);
    assert_eq!(found, [1..4, 3..4]);
    index.range_batch(&[..=u32::MAX, ..=0], &mut found);
    assert_eq!(found, [0..4, 0..0]);
    index.range_batch(&[..u32::MAX, ..0], &mut found);
    assert_eq!(found, [0..3, 0..0]);
    index.range_batch(&[.., ..], &mut found);
    assert_eq!(found, [0..4, 0..4]);
    let after_all = (Bound::Excluded(u32::MAX), Bound::Unbounded);
    let after_least = (Bound::Excluded(0), Bound::Unbounded);
    index.range_batch(&[after_all, after_least], &mut found);
    assert_eq!(found, [4..4, 0..4]);
    let names = StaticSet::<String>::from_iter(["b", "d"]);
    let bounds: [(Bound<&str>, Bound<&str>); 2] = [
        (Bound::Excluded("b"), Bound::Included("d")),
        (Bound::Unbounded, Bound::Excluded("b")),
    ];
    names.range_batch(&bounds, &mut found);
    assert_eq!(found, [1..2, 0..0]);
}

fn refuses<K: Sample>(collection: &dyn Batched<K>, keys: &[K; 3]) {
    for room in [0, 2, 4] {
        let ranges = [(Bound::Unbounded, Bound::Unbounded); 3];
        let calls: [&dyn Fn(); 5] = [
            &|| collection.rank_batch(keys, &mut vec![0; room]),
            &|| collection.rank_batch_with(Simd::Scalar, keys, &mut vec![0; room]),
            &|| collection.rank_upper_batch(keys, &mut vec![0; room]),
            &|| collection.contains_batch(keys, &mut vec![false; room]),
            &|| collection.range_batch(&ranges, &mut vec![0..0; room]),
        ];
        for (number, call) in calls.into_iter().enumerate() {
            let message = panics(call);
            let expected = format!("a batch of 3 queries cannot have {room} results");
            assert!(message.contains(&expected), "call {number}: {message}");
        }
    }
}

#[test]
fn lengths_that_differ_are_refused() {
    let set = StaticSet::<u32>::from([1, 2]);
    refuses(&set, &[1, 2, 3]);
    refuses(&StaticSet::<u32>::new(), &[1, 2, 3]);
    refuses(&StaticMap::<u32, usize>::from([(1, 1)]), &[1, 2, 3]);
    let words = ["a", "b", "c"].map(String::from);
    refuses(
        &words.iter().cloned().collect::<StaticSet<String>>(),
        &words,
    );
    refuses(
        &words.iter().cloned().collect::<StaticSet<String, ByOrd>>(),
        &words,
    );
    panics(|| set.get_batch(&[1, 2], &mut [None; 3]));
    let map = StaticMap::from([(1_u32, 'a')]);
    panics(|| map.get_batch(&[1, 2], &mut [None; 1]));
    let index = StaticIndex::from([(1_u32, 'a')]);
    panics(|| index.get_batch(&[1], &mut []));
}

#[test]
fn a_missing_instruction_set_is_refused() {
    let set: StaticSet<u32> = (0..100).collect();
    for simd in [
        Simd::Scalar,
        Simd::Sse2,
        Simd::Avx2,
        Simd::Avx512,
        Simd::Neon,
    ] {
        if simd.is_available() {
            set.rank_batch_with(simd, &[7], &mut [0]);
        } else {
            panics(|| set.rank_batch_with(simd, &[7], &mut [0]));
        }
    }
}
