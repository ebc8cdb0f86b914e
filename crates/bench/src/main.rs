//! Benchmarks of leafwise against the maps that a user would pick instead.
//!
//! `leafwise-bench maps` builds the same maps from the same keys with every peer, in one process
//! and in rounds in which all peers take turns, so that a change of the machine's speed hits all
//! of them alike. What is compared are medians of rounds and ratios within a round.
//!
//! Files: [`keys`] makes the keys and the orders in which they are asked for, [`peers`] puts every
//! map behind one trait, [`workload`] times the operations of one peer, [`memory`] counts bytes,
//! [`maps`] takes the peers through the rounds of large maps and [`small`] through those of small
//! ones, [`report`] prints and saves.

#![deny(unsafe_code)]

mod keys;
mod maps;
mod memory;
mod peers;
mod report;
mod small;
mod workload;

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
    /// Compare ordered maps: std, brie-tree, bbtree, pstd, indexset, sweep-bptree and leafwise.
    Maps(maps::Options),
}

fn main() -> anyhow::Result<()> {
    match Arguments::parse().command {
        Command::Maps(options) => maps::run(&options),
    }
}
