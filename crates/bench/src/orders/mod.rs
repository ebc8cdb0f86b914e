//! `leafwise-bench orders`: the same binary search in the same tree, with its nodes in several
//! orders.
//!
//! It shows what the van Emde Boas order gains by itself, and what it costs to compute, without the
//! rest of a map. The keys are a complete tree, every search goes from the root to the bottom
//! without a branch that depends on keys, and all arrays are on huge pages. Orders matter for cache
//! misses, whatever the size of a cache line; `leafwise-bench trace` lets a simulator count them,
//! as `cachegrind.sh` next to this crate's manifest does.

mod trace;
mod tree;

use anyhow::Result;
use clap::{Args, ValueEnum};

use crate::conduct::Conduct;
use crate::operation::Timed;
use crate::report::{Report, Shape, Table};
use crate::rounds::Contest;
use crate::static_collections::{KeyArray, LONG, Operation, Pattern, SearchKey, Task, hold};
pub(crate) use trace::{TraceOptions, run as trace};

/// The options of `orders`.
#[derive(Args)]
pub(crate) struct Options {
    /// Key types.
    #[arg(long, value_enum, value_delimiter = ',', default_value = "u32,u64")]
    keys: Vec<KeyType>,
    /// Levels of the trees, of 2^height - 1 keys each; 28 takes 13 GB with u64.
    // Short runs have their own sizes and conflict with the id `n`.
    #[arg(id = "n", long = "heights", value_name = "HEIGHTS", value_delimiter = ',',
          value_parser = clap::value_parser!(u32).range(1..=28),
          default_value = "10,14,17,20,24,28")]
    heights: Vec<u32>,
    #[command(flatten)]
    conduct: Conduct,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum KeyType {
    U64,
    U32,
}

/// The timed operations: searches that do not wait for each other, and searches that do.
const OPERATIONS: [Operation; 2] = [Operation::Rank, Operation::Latency];

/// Measures, prints each table as soon as it is complete, and saves them all.
pub(crate) fn run(options: &Options) -> Result<()> {
    options.conduct.check_peers(&tree::NAMES)?;
    let mut report = Report::new();
    println!("{}", report.heading());
    println!(
        "std is partition_point of a slice; sorted is the same without branches; bfs is eytzinger \
         without prefetching."
    );
    let heights = options.conduct.sizes(&options.heights, &[10, 14]);
    for &height in heights {
        for key in &options.keys {
            let table = match key {
                KeyType::U64 => table::<u64>(height, &options.conduct),
                KeyType::U32 => table::<u32>(height, &options.conduct),
            }?;
            println!("\n{table}");
            report.tables.push(table);
        }
    }
    options.conduct.save(&report)
}

fn table<K: SearchKey + Copy>(height: u32, conduct: &Conduct) -> Result<Table> {
    let task = Task {
        array: key_array::<K>(height),
        unsorted: Vec::new(),
        operations: OPERATIONS.to_vec(),
    };
    let entries = task.array.keys.len();
    let contenders = tree::contenders(&task.array, height, &|name| conduct.wants(name, true));
    let contest = Contest {
        types: (K::NAME, "rank"),
        shape: Shape::key_array(entries, task.array.pattern.name()),
        peers: contenders
            .iter()
            .map(|contender| contender.name())
            .collect(),
        operations: Operation::chosen(&OPERATIONS),
        rounds: conduct.rounds(entries.min(LONG)),
    };
    let (table, _) = hold(contest, &task, &contenders, None, conduct.quick)?;
    Ok(table)
}

/// The keys of a complete tree. Their values do not affect a search by comparisons.
fn key_array<K: SearchKey>(height: u32) -> KeyArray<K> {
    KeyArray::generate(Pattern::Dense, (1 << height) - 1)
}
