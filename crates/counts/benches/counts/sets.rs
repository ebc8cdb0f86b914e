//! `BPlusTreeSet`: the union of two sets, of which half of the keys are in both.

use gungraun::prelude::*;
use leafwise::BPlusTreeSet;

use crate::keys::key;

type Set = BPlusTreeSet<u64>;

fn sets(size: usize) -> &'static [Set; 2] {
    let set = |from: usize| {
        (from..from + size)
            .map(|index| key::<u64>(0, index, 0))
            .collect()
    };
    Box::leak(Box::new([set(0), set(size / 2)]))
}

#[library_benchmark]
#[bench::u64_1k(sets(1_000))]
#[bench::u64_100k(sets(100_000))]
fn union([left, right]: &'static [Set; 2]) -> u64 {
    left.union(right).fold(0, |sum, key| sum ^ key)
}

library_benchmark_group!(name = set, benchmarks = union);
