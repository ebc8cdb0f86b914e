//! `CacheObliviousMap`.

use gungraun::prelude::*;
use leafwise::CacheObliviousMap;

use crate::data::{Input, absent, filled, input, present};

type Map = CacheObliviousMap<u64, u64>;

fn hits(size: usize) -> Input<Map, u64> {
    input(filled(size), present(size))
}

fn misses(size: usize) -> Input<Map, u64> {
    input(filled(size), absent())
}

#[library_benchmark]
#[bench::u64_1k(hits(1_000))]
#[bench::u64_100k(hits(100_000))]
fn get(input: Input<Map, u64>) -> u64 {
    input.queries.iter().map(|key| input.collection[key]).sum()
}

#[library_benchmark]
#[bench::u64_100k(hits(100_000))]
fn iterate(input: Input<Map, u64>) -> u64 {
    input
        .collection
        .iter()
        .fold(0, |sum, (key, value)| sum ^ key ^ value)
}

#[library_benchmark]
#[bench::u64_1k(misses(1_000))]
#[bench::u64_100k(misses(100_000))]
fn insert(input: Input<Map, u64>) {
    for key in input.queries {
        input.collection.insert(*key, 0);
    }
}

library_benchmark_group!(name = oblivious_map, benchmarks = [get, iterate, insert]);
