//! Every size of the lowest levels, and ragged ones around the powers of the fan-out: all look-ups
//! for the keys, for their neighbours, and for the ends of the type.

use std::collections::BTreeMap;

use leafwise::static_collections::{Arrangement, ByOrd, Packed};
use leafwise::{StaticIndex, StaticMap, StaticSet};

use crate::api::{Model, check_entries, check_queries, check_ranges};
use crate::common::Doing;
use crate::common::random::XorShift;
use crate::keys::{Numbered, Shown, distinct, ragged, random, sorted};

/// More queries than this are thinned out, differently at each size.
const QUERIES_MAX: usize = 64;

/// Keys three apart, including the ends of the type on request.
fn spread<K: Numbered>(len: usize, with_ends: bool) -> Vec<K> {
    let middle = (len / 2) as i32;
    let mut keys: Vec<K> = (0..len as i32)
        .map(|i| K::number((i - middle) * 3))
        .collect();
    if with_ends && len > 1 {
        keys[0] = K::least();
        keys[len - 1] = K::greatest();
    }
    keys
}

/// The numbers of [`spread`], their neighbours, and the ends.
fn queries<K: Numbered>(len: usize) -> Vec<K> {
    let middle = (len / 2) as i32;
    let all = (-1..=len as i32 * 3 + 1).map(|i| i - middle * 3);
    let stride = (len * 3).div_ceil(QUERIES_MAX).max(1);
    let chosen = all.clone().skip(len % stride).step_by(stride);
    // The last keys are next to the padding.
    let last = all.rev().take(12);
    let ends = [K::least(), K::greatest()];
    chosen.chain(last).map(K::number).chain(ends).collect()
}

fn set_of<K: Shown<A>, A: Arrangement<K>>(keys: &[K]) -> StaticSet<K, A> {
    StaticSet::from_sorted_iter(keys.iter().cloned()).expect("sorted")
}

fn map_of<K: Shown<A>, A: Arrangement<K>>(keys: &[K]) -> StaticMap<K, usize, A> {
    let entries = keys.iter().cloned().zip(0..);
    StaticMap::from_sorted_iter(entries).expect("sorted")
}

fn index_of<K: Shown<A>, A: Arrangement<K>>(keys: &[K]) -> StaticIndex<K, usize, A> {
    let entries = keys.iter().cloned().zip(0..);
    StaticIndex::from_sorted_iter(entries).expect("sorted")
}

/// Copies of the keys: `copies` of each, and more of the last one.
fn repeated<K: Clone>(keys: &[K], len: usize, copies: usize) -> Vec<K> {
    let mut repeated: Vec<K> = keys
        .iter()
        .flat_map(|key| std::iter::repeat_n(key, copies))
        .take(len * 3 / 4)
        .cloned()
        .collect();
    if let Some(last) = keys.last() {
        repeated.resize(len, last.clone());
    }
    repeated
}

fn check_size<K: Numbered + Shown<A>, A: Arrangement<K>>(len: usize, with_ends: bool) {
    let _doing = Doing(format_args!("{len} keys, with the ends: {with_ends}"));
    let keys = spread::<K>(len, with_ends);
    let queries = queries::<K>(len);
    let model = Model { keys: &keys };
    let set = set_of::<K, A>(&keys);
    check_queries(&set, &model, &queries);
    if len < 60 || len.is_multiple_of(61) {
        check_entries(&set, &model);
        let ends: Vec<&K> = queries.iter().step_by(queries.len() / 4 + 1).collect();
        check_ranges(&set, &model, &ends);
    }
    for copies in [2, len / 3 + 1] {
        let _doing = Doing(format_args!("{copies} copies of each"));
        let keys = repeated(&keys, len, copies);
        let model = Model { keys: &keys };
        let index = index_of::<K, A>(&keys);
        let queries = queries
            .iter()
            .skip(copies % 2)
            .step_by(2)
            .chain(keys.last());
        check_queries(&index, &model, queries);
        if len < 60 || len.is_multiple_of(61) {
            check_entries(&index, &model);
            let ends: Vec<&K> = keys.iter().step_by(keys.len() / 4 + 1).collect();
            check_ranges(&index, &model, &ends);
        }
    }
}

fn every_size<K: Numbered + Shown<A>, A: Arrangement<K>>(b: usize) {
    for len in 0..=(4 * b * b).min(2_100) {
        if len <= 4 * b {
            check_size::<K, A>(len, true);
            check_size::<K, A>(len, false);
        } else if len % b <= 1 || len % b == b - 1 || len % 23 == 0 {
            check_size::<K, A>(len, (len + len / b).is_multiple_of(2));
        }
    }
}

/// Sizes next to powers of the fan-out, and next to whole subtrees, up to about 5000.
fn ragged_sizes<K: Numbered + Shown<A>, A: Arrangement<K>>(b: usize) {
    let mut whole = b;
    while whole < 5_000 {
        for more in [0, 1, b, b + 1] {
            for len in [whole + more, (whole + more).saturating_sub(b + 1)] {
                check_size::<K, A>(len.min(5_200), len % 2 == 0);
                check_size::<K, A>(len.saturating_sub(1).min(5_200), len % 2 == 0);
            }
        }
        whole *= b + 1;
    }
}

fn maps<K: Numbered + Shown<A>, A: Arrangement<K>>() {
    for len in (0..150).chain((150..300).step_by(3)).chain([1_000, 4_100]) {
        let keys = spread::<K>(len, len % 2 == 0);
        let model = Model { keys: &keys };
        let map = map_of::<K, A>(&keys);
        let queries = queries::<K>(len);
        check_queries(&map, &model, &queries);
        if len % 7 == 0 {
            check_entries(&map, &model);
            let ends: Vec<&K> = queries.iter().step_by(queries.len() / 4 + 1).collect();
            check_ranges(&map, &model, &ends);
        }
    }
}

#[test]
fn every_size_of_maps() {
    maps::<u32, Packed>();
    maps::<String, Packed>();
    maps::<u64, ByOrd>();
}

#[test]
fn every_size_of_u32() {
    every_size::<u32, Packed>(16);
}

#[test]
fn every_size_of_u64() {
    every_size::<u64, Packed>(8);
    ragged_sizes::<u64, Packed>(8);
}

#[test]
fn every_size_of_u128() {
    every_size::<u128, Packed>(4);
    ragged_sizes::<u128, Packed>(4);
}

#[test]
fn every_size_of_i32_in_nodes_of_two() {
    every_size::<i32, Packed<2>>(8);
    ragged_sizes::<i32, Packed<2>>(2);
}

#[test]
fn every_size_of_u32_in_nodes_of_three() {
    every_size::<u32, Packed<3>>(10);
    ragged_sizes::<u32, Packed<3>>(3);
}

#[test]
fn every_size_of_u32_in_nodes_of_two_blocks() {
    every_size::<u32, Packed<32>>(32);
}

#[test]
fn ragged_sizes_of_u16() {
    ragged_sizes::<u16, Packed>(32);
}

#[test]
fn every_size_of_strings() {
    every_size::<String, Packed>(8);
    every_size::<String, Packed<2>>(8);
}

#[test]
fn every_size_of_byte_arrays() {
    every_size::<[u8; 20], Packed>(8);
}

#[test]
fn every_size_by_ord() {
    every_size::<u32, ByOrd>(5);
}

/// A type with few keys, so that many are equal, at sizes with more levels than keys.
#[test]
fn every_size_of_an_index_of_few_bytes() {
    for len in (0..700).chain((700..9_000).step_by(271)) {
        let keys = sorted(&random(len, len as u64 + 1, |bits| ragged(bits) as u8));
        let index = index_of::<u8, Packed>(&keys);
        let queries: Vec<u8> = (0..=u8::MAX).skip(len % 7).step_by(7).collect();
        check_queries(
            &index,
            &Model { keys: &keys },
            queries.iter().chain(&[0, 1, 254, 255]),
        );
    }
    for copies in [1, 63, 64, 65, 4_160, 5_000] {
        for key in [0, 127, 128, u8::MAX] {
            let keys = vec![key; copies];
            let index = index_of::<u8, Packed>(&keys);
            check_queries(
                &index,
                &Model { keys: &keys },
                &(0..=u8::MAX).collect::<Vec<_>>(),
            );
        }
    }
}

/// All sizes beyond those have random keys from the whole type.
fn at_random<K: Shown<A>, A: Arrangement<K>>(sizes: &[usize], make: fn(u64) -> K) {
    for (seed, &size) in (1..).zip(sizes) {
        let _doing = Doing(format_args!("seed {seed}"));
        let list = random(size, seed, make);
        let mut queries = random(300, seed + 1_000, make);
        let mut random = XorShift::new(seed);
        queries.extend((0..300).map(|_| list[random.below(size as u64) as usize].clone()));
        let keys = distinct(&list);
        let model = Model { keys: &keys };
        check_queries(&set_of::<K, A>(&keys), &model, &queries);
        let keys = sorted(&list);
        let index: StaticIndex<K, usize, A> = index_of(&keys);
        check_queries(&index, &Model { keys: &keys }, &queries);
        index.check_invariants();
    }
}

const SIZES: [usize; 4] = [1_100, 4_641, 23_000, 80_000];

#[test]
fn random_keys_are_found() {
    at_random::<u32, Packed>(&SIZES, |bits| ragged(bits) as u32);
    at_random::<u64, Packed>(&SIZES, ragged);
    at_random::<u32, Packed<3>>(&[60_000], |bits| ragged(bits) as u32);
    at_random::<u32, Packed<32>>(&[60_000], |bits| ragged(bits) as u32);
    at_random::<u16, Packed>(&SIZES, |bits| ragged(bits) as u16);
    at_random::<u128, Packed>(&[50_000], |bits| u128::from(ragged(bits)) << (bits % 65));
}

#[test]
fn random_strings_are_found() {
    at_random::<String, Packed>(&[1_000, 9_000, 30_000], |bits| {
        format!("{:x}", ragged(bits))
    });
    at_random::<[u8; 20], Packed>(&[9_000], |bits| {
        let mut bytes = [0; 20];
        bytes[5..13].copy_from_slice(&ragged(bits).to_be_bytes());
        bytes
    });
}

/// The same against std's map, which has its own ranges and order.
#[test]
fn a_map_matches_std() {
    let mut random = XorShift::new(5);
    for round in 0..100_u32 {
        let universe = 1 + random.below(3_000);
        let entries: Vec<(u32, u32)> = (0..random.below(2_000) as u32)
            .map(|i| (random.below(universe) as u32, i))
            .collect();
        let map: StaticMap<u32, u32> = entries.iter().copied().collect();
        let std: BTreeMap<u32, u32> = entries.iter().copied().collect();
        assert_eq!(map.len(), std.len(), "round {round}");
        assert!(map.iter().eq(std.iter().map(|(key, value)| (*key, value))));
        for _ in 0..20 {
            let (left, right) = (random.below(universe) as u32, random.below(universe) as u32);
            let (start, end) = (left.min(right), left.max(right));
            assert_eq!(map.get(&start), std.get(&start));
            let theirs = |(key, value): (&u32, &u32)| (*key, *value);
            let ours = |(key, value): (u32, &u32)| (key, *value);
            assert!(
                map.range(start..end)
                    .map(ours)
                    .eq(std.range(start..end).map(theirs))
            );
            let range = start..=end;
            assert!(
                map.range(range.clone())
                    .rev()
                    .map(ours)
                    .eq(std.range(range).rev().map(theirs))
            );
            assert_eq!(
                map.floor(&end).map(ours),
                std.range(..=end).next_back().map(theirs)
            );
            assert_eq!(
                map.ceiling(&end).map(ours),
                std.range(end..).next().map(theirs)
            );
        }
    }
}
