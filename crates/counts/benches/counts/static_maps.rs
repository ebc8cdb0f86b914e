//! `StaticMap`. It searches with the best instructions that the processor has: the counts are those
//! with AVX2, which is the best that valgrind knows.

use gungraun::prelude::*;
use leafwise::StaticMap;

use crate::data::{Input, OPERATIONS, filled, input, present};

type Map<K> = StaticMap<K, u64>;

fn integers(size: usize) -> Input<Map<u64>, u64> {
    input(filled::<u64, _>(size), present(size))
}

fn texts(size: usize) -> Input<Map<String>, String> {
    input(filled::<String, _>(size), present(size))
}

#[library_benchmark]
#[bench::u64_1k(integers(1_000))]
#[bench::u64_100k(integers(100_000))]
fn rank(input: Input<Map<u64>, u64>) -> usize {
    input
        .queries
        .iter()
        .map(|key| input.collection.rank(key))
        .sum()
}

#[library_benchmark]
#[bench::u64_100k(integers(100_000))]
fn get(input: Input<Map<u64>, u64>) -> u64 {
    input
        .queries
        .iter()
        .filter_map(|key| input.collection.get(key))
        .sum()
}

#[library_benchmark]
#[bench::u64_100k(integers(100_000))]
fn get_batch(input: Input<Map<u64>, u64>) -> u64 {
    let mut found = [None; OPERATIONS];
    input.collection.get_batch(input.queries, &mut found);
    found.iter().flatten().copied().sum()
}

#[library_benchmark]
#[bench::string_100k(texts(100_000))]
fn get_text(input: Input<Map<String>, String>) -> u64 {
    input
        .queries
        .iter()
        .filter_map(|key| input.collection.get(key))
        .sum()
}

library_benchmark_group!(
    name = static_map,
    benchmarks = [rank, get, get_batch, get_text]
);
