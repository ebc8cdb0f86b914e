//! `leafwise-bench trace`: searches in one order, for a simulator to observe.
//!
//! Queries are computed, not read, so that all memory that a search touches is the tree's. Only the
//! cost of building the tree has to be subtracted, which a run without queries measures.

use anyhow::{Result, ensure};
use clap::{Args, ValueEnum};

use super::tree::{Bfs, Order, Sorted, Tree, VanEmdeBoas};
use super::{KeyType, key_array};
use crate::conduct::parse_entries;
use crate::random::Random;
use crate::static_collections::SearchKey;

/// The options of `trace`.
#[derive(Args)]
pub(crate) struct TraceOptions {
    /// The order of the tree's nodes.
    #[arg(value_enum)]
    order: OrderName,
    /// The key type.
    #[arg(long, value_enum, default_value = "u64")]
    keys: KeyType,
    /// Levels of the tree, of 2^height - 1 keys.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=28), default_value = "20")]
    height: u32,
    /// Searches of random present keys, such as 100k, after the tree is built; may be 0.
    #[arg(long, value_parser = parse_entries, default_value = "100k")]
    queries: usize,
}

#[derive(Clone, Copy, ValueEnum)]
enum OrderName {
    /// Ascending.
    Sorted,
    /// Level by level.
    Bfs,
    /// Van Emde Boas order.
    Veb,
}

/// Builds a tree and searches it.
pub(crate) fn run(options: &TraceOptions) -> Result<()> {
    match options.keys {
        KeyType::U64 => search_order::<u64>(options),
        KeyType::U32 => search_order::<u32>(options),
    }
}

fn search_order<K: SearchKey + Copy>(options: &TraceOptions) -> Result<()> {
    match options.order {
        OrderName::Sorted => search::<K, Sorted>(options),
        OrderName::Bfs => search::<K, Bfs>(options),
        OrderName::Veb => search::<K, VanEmdeBoas>(options),
    }
}

fn search<K: SearchKey + Copy, O: Order>(options: &TraceOptions) -> Result<()> {
    let keys = key_array::<K>(options.height).keys;
    let tree = Tree::<K, O>::new(&keys, options.height);
    let (first, count) = (keys[0].digest(), keys.len());
    let mut random = Random::new(1);
    let mut wrong = 0;
    for _ in 0..options.queries {
        let position = random.below(count);
        let query = K::from_bits(first + position as u64);
        wrong += usize::from(tree.rank(&query) != position);
    }
    ensure!(wrong == 0, "{wrong} answers are wrong");
    println!("{} searches among {count} keys", options.queries);
    Ok(())
}
