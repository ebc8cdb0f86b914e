//! `BPlusIndex`, with eight values for each key.

use gungraun::prelude::*;
use leafwise::BPlusIndex;

use crate::data::{Input, OPERATIONS, input};
use crate::keys::{Key, key};

type Index<K> = BPlusIndex<K, u64>;

const VALUES: usize = 8;

/// The `index`th pair: consecutive ones have different keys.
fn pair<K: Key>(keys: usize, index: usize) -> (K, u64) {
    (key(0, index % keys, 0), (index / keys) as u64)
}

/// An index of `size` pairs, which grew by single insertions, and some pairs, of those or others.
fn grown<K: Key>(size: usize, queries: impl Iterator<Item = usize>) -> Input<Index<K>, (K, u64)> {
    let keys = size / VALUES;
    let mut index = Index::new();
    for at in 0..size {
        let (key, value) = pair(keys, at);
        index.insert(key, value);
    }
    input(index, queries.map(|at| pair(keys, at)).collect())
}

fn present<K: Key>(size: usize) -> Input<Index<K>, (K, u64)> {
    grown(size, (0..OPERATIONS).map(|query| query * 7919 % size))
}

/// Other values of random keys that are there.
fn absent<K: Key>(size: usize) -> Input<Index<K>, (K, u64)> {
    grown(size, size..size + OPERATIONS)
}

#[library_benchmark]
#[bench::u64_100k(present::<u64>(100_000))]
#[bench::string_100k(present::<String>(100_000))]
fn get_all<K: Key>(input: Input<Index<K>, (K, u64)>) -> u64 {
    input
        .queries
        .iter()
        .flat_map(|(key, _)| input.collection.get_all(key))
        .sum()
}

#[library_benchmark]
#[bench::u64_100k(absent::<u64>(100_000))]
#[bench::string_100k(absent::<String>(100_000))]
fn insert<K: Key>(input: Input<Index<K>, (K, u64)>) -> usize {
    let pairs = input.queries.iter();
    pairs
        .filter(|(key, value)| input.collection.insert(key.clone(), *value))
        .count()
}

#[library_benchmark]
#[bench::u64_100k(present::<u64>(100_000))]
#[bench::string_100k(present::<String>(100_000))]
fn remove<K: Key>(input: Input<Index<K>, (K, u64)>) -> usize {
    input
        .queries
        .iter()
        .filter(|(key, value)| input.collection.remove(key, value))
        .count()
}

library_benchmark_group!(name = index, benchmarks = [get_all, insert, remove]);
