//! `BPlusTreeMap`: look-ups, walks through entries, and changes.

use gungraun::prelude::*;
use leafwise::BPlusTreeMap;

use crate::data::{Input, OPERATIONS, absent, entries, filled, following, input, present, ranges};
use crate::keys::Key;

type Map<K> = BPlusTreeMap<K, u64>;

fn hits<K: Key>(size: usize) -> Input<Map<K>, K> {
    input(filled(size), present(size))
}

fn misses<K: Key>(size: usize) -> Input<Map<K>, K> {
    input(filled(size), absent())
}

/// A map that grew by single insertions, so that its leaves have room, unlike those of `filled`.
fn grown<K: Key>(size: usize) -> Map<K> {
    let mut map = Map::new();
    for (key, value) in entries(size) {
        map.insert(key, value);
    }
    map
}

fn grown_hits<K: Key>(size: usize) -> Input<Map<K>, K> {
    input(grown(size), present(size))
}

fn grown_misses<K: Key>(size: usize) -> Input<Map<K>, K> {
    input(grown(size), absent())
}

fn greater<K: Key>(size: usize) -> Input<Map<K>, K> {
    let (map, keys): (Map<K>, Vec<K>) = (filled(size), following());
    assert!(map.last_key_value().unwrap().0 < &keys[0]);
    input(map, keys)
}

fn greater_entries<K: Key>(size: usize) -> Input<Map<K>, (K, u64)> {
    let Input {
        collection,
        queries,
    } = greater(size);
    let entries: Vec<(K, u64)> = queries.iter().map(|key: &K| (key.clone(), 0)).collect();
    Input {
        collection,
        queries: entries.leak(),
    }
}

fn within<K: Key>(size: usize, width: usize) -> Input<Map<K>, (K, K)> {
    input(filled(size), ranges(size, width))
}

#[library_benchmark]
#[bench::u64_1k(hits::<u64>(1_000))]
#[bench::u64_100k(hits::<u64>(100_000))]
#[bench::u32_100k(hits::<u32>(100_000))]
#[bench::string_1k(hits::<String>(1_000))]
#[bench::string_100k(hits::<String>(100_000))]
fn get<K: Key>(input: Input<Map<K>, K>) -> u64 {
    input.queries.iter().map(|key| input.collection[key]).sum()
}

#[library_benchmark]
#[bench::u64_100k(misses::<u64>(100_000))]
#[bench::string_100k(misses::<String>(100_000))]
fn get_miss<K: Key>(input: Input<Map<K>, K>) -> usize {
    input
        .queries
        .iter()
        .filter(|key| input.collection.get(key).is_none())
        .count()
}

#[library_benchmark]
#[bench::u64_100k(hits::<u64>(100_000))]
#[bench::string_100k(hits::<String>(100_000))]
fn get_batch<K: Key>(input: Input<Map<K>, K>) -> u64 {
    let mut found = [None; OPERATIONS];
    input.collection.get_batch(input.queries, &mut found);
    found.iter().flatten().copied().sum()
}

#[library_benchmark]
#[bench::u64_100k(hits::<u64>(100_000))]
#[bench::string_100k(hits::<String>(100_000))]
fn iterate<K: Key>(input: Input<Map<K>, K>) -> u64 {
    input
        .collection
        .iter()
        .map(|(key, value)| key.digest() ^ value)
        .fold(0, u64::wrapping_add)
}

#[library_benchmark]
#[bench::u64_10(within::<u64>(100_000, 10))]
#[bench::u64_100(within::<u64>(100_000, 100))]
#[bench::u32_10(within::<u32>(100_000, 10))]
#[bench::string_10(within::<String>(100_000, 10))]
#[bench::string_100(within::<String>(100_000, 100))]
fn range<K: Key>(input: Input<Map<K>, (K, K)>) -> u64 {
    let ranges = input.queries.iter();
    ranges
        .map(|(start, end)| {
            input
                .collection
                .range(start..end)
                .map(|entry| entry.1)
                .sum::<u64>()
        })
        .sum()
}

#[library_benchmark]
#[bench::u64_1k(grown_misses::<u64>(1_000))]
#[bench::u64_100k(grown_misses::<u64>(100_000))]
#[bench::u32_100k(grown_misses::<u32>(100_000))]
#[bench::string_100k(grown_misses::<String>(100_000))]
fn insert<K: Key>(input: Input<Map<K>, K>) {
    for key in input.queries {
        input.collection.insert(key.clone(), 0);
    }
}

#[library_benchmark]
#[bench::u64_100k(greater::<u64>(100_000))]
#[bench::string_100k(greater::<String>(100_000))]
fn insert_greatest<K: Key>(input: Input<Map<K>, K>) {
    for key in input.queries {
        input.collection.insert(key.clone(), 0);
    }
}

#[library_benchmark]
#[bench::u64_100k(greater_entries::<u64>(100_000))]
#[bench::string_100k(greater_entries::<String>(100_000))]
fn extend_sorted<K: Key>(input: Input<Map<K>, (K, u64)>) {
    input.collection.extend(input.queries.iter().cloned());
}

#[library_benchmark]
#[bench::u64_100k(grown_hits::<u64>(100_000))]
#[bench::u32_100k(grown_hits::<u32>(100_000))]
#[bench::string_100k(grown_hits::<String>(100_000))]
fn remove<K: Key>(input: Input<Map<K>, K>) -> usize {
    input
        .queries
        .iter()
        .filter_map(|key| input.collection.remove(key))
        .count()
}

library_benchmark_group!(name = map_lookups, benchmarks = [get, get_miss, get_batch]);
library_benchmark_group!(name = map_walks, benchmarks = [iterate, range]);
library_benchmark_group!(
    name = map_changes,
    benchmarks = [insert, insert_greatest, extend_sorted, remove]
);
