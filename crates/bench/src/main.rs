//! Benchmarks of leafwise against the collections that a user would pick instead.
//!
//! `leafwise-bench maps` and `leafwise-bench index` build the same collections from the same keys
//! with every peer, in one process and in rounds in which all peers take turns, so that a change
//! of the machine's speed hits all of them alike. What is compared are medians of rounds and ratios
//! within a round.
//!
//! Files: [`keys`] makes the keys and the orders in which they are asked for, [`memory`] counts
//! bytes, [`rounds`] takes the peers through their rounds, [`report`] prints and saves, [`figures`]
//! has what is asked beside what was found; each subcommand is a folder, with all its peers behind
//! one trait and a workload for one of them. `leafwise-bench static` searches columns of keys that
//! do not change, which lie on [`pages`] of a known size.

#![deny(unsafe_code)]

mod figures;
mod index;
mod keys;
mod layouts;
mod maps;
mod memory;
mod oblivious;
mod pages;
mod report;
mod rounds;
mod static_search;
#[cfg(unix)]
mod weight;

use clap::{Parser, Subcommand};

/// Benchmarks of leafwise against its peers.
#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Compare ordered maps: std, brie-tree, bbtree, pstd, indexset, sweep-bptree and leafwise's
    /// B+ tree and cache-oblivious map.
    Maps(maps::Options),
    /// Compare secondary indexes: std's set of pairs and map of vectors, brie-tree, bplus-index and
    /// leafwise.
    Index(index::Options),
    /// Compare the cache-oblivious map with std's, with the B+ tree and with sorted vectors.
    Oblivious(oblivious::Options),
    /// Compare searches of a tree in van Emde Boas order with the same in other orders.
    Layouts(layouts::Options),
    /// Search a tree in one order and measure nothing: for a simulator of caches.
    Trace(layouts::TraceOptions),
    /// Compare searches of keys that do not change: slices, ordsearch, Eytzinger, pgm-extra, fst,
    /// znippy-zoomies, std's map and leafwise.
    Static(static_search::Options),
    /// Compare what maps cost at build time: compiler, size and speed of a program without and with
    /// optimisation, over std's map and over leafwise.
    #[cfg(unix)]
    Weight(weight::Options),
}

fn main() -> anyhow::Result<()> {
    match Arguments::parse().command {
        Command::Maps(options) => maps::run(&options),
        Command::Index(options) => index::run(&options),
        Command::Oblivious(options) => oblivious::run(&options),
        Command::Layouts(options) => layouts::run(&options),
        Command::Trace(options) => layouts::trace(&options),
        Command::Static(options) => static_search::run(&options),
        #[cfg(unix)]
        Command::Weight(options) => weight::run(&options),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn options_fit_together() {
        super::Arguments::command().debug_assert();
    }
}
