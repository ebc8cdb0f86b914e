//! Counts the instructions of the hot paths, which `.ci/counts.sh` compares with `counts.txt`.
//!
//! Each benchmark does a fixed number of operations, on data that depend on nothing but constants.
//! Building and dropping the collections is not counted: a setup leaks what it builds.

#![deny(unsafe_code)]

mod data;
mod indexes;
#[path = "../../../bench/src/keys.rs"]
#[allow(
    dead_code,
    unused_imports,
    reason = "shared with the benchmarks of speed"
)]
mod keys;
mod maps;
mod oblivious_maps;
mod sets;
mod static_maps;

use gungraun::prelude::*;
use indexes::index;
use maps::{map_changes, map_lookups, map_walks};
use oblivious_maps::oblivious_map;
use sets::set;
use static_maps::static_map;

/// The variants of functions such as memcpy that glibc has for every x86-64, and one threshold for
/// copies past the cache: otherwise the counts would depend on the processor.
const GLIBC_TUNABLES: &str = "glibc.cpu.hwcaps=-AVX,-AVX2,-AVX512F,-AVX512BW,-AVX512VL,-BMI1,-BMI2,\
    -ERMS,-FSRM,-LZCNT,-MOVBE,-POPCNT,-RTM,-SSSE3,-SSE4_1,-SSE4_2,-AVX_Fast_Unaligned_Load\
    :glibc.cpu.x86_non_temporal_threshold=0x10000000";

main!(
    config = LibraryBenchmarkConfig::default()
        .env("GLIBC_TUNABLES", GLIBC_TUNABLES)
        .tool(gungraun::Callgrind::with_args(["--cache-sim=no"]));
    library_benchmark_groups =
        map_lookups, map_walks, map_changes, index, set, oblivious_map, static_map
);
