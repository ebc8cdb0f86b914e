//! Benchmarks of leafwise against the collections that a user would choose instead.
//!
//! `leafwise-bench maps` and `leafwise-bench index` build the same collections from the same keys
//! with every peer, in one process and in rounds in which all peers take turns, so that a change of
//! the machine's speed affects all of them alike. Medians of rounds and ratios within a round are
//! compared.
//!
//! Files, each of which imports only from those before it: [`random`] has random numbers and
//! [`stats`] medians; [`memory`] counts bytes, and `children` what other programs use; [`pages`]
//! holds arrays on pages of a known size; [`operation`] names timed operations; [`keys`] makes keys
//! and [`values`] their numbers of values; [`report`] prints and saves; [`conduct`] has the options
//! of all benchmarks; [`rounds`] takes the peers through their rounds; [`targets`] compares
//! measurements with the project's targets. Each subcommand is a folder: `plan` has the timed
//! operations and the keys for them, `peer` the trait of all peers, `workload` times one peer, and
//! `peers` lists them all.
//!
//! `leafwise-bench static` searches sorted keys that do not change, and `leafwise-bench scale`
//! shows how costs grow with the number of entries. `leafwise-bench all` saves the measurements
//! from which `leafwise-bench report` makes a page: `document`. Three subcommands run other
//! programs instead of timing operations: `leafwise-bench weight` compiles what uses the library,
//! `leafwise-bench program` compares the program `leafwise` with others that read tables, and
//! `leafwise-bench files` its index files with databases. The last two share `processes`.
//! `leafwise-bench sql`, which takes long to compile and so needs the feature `sql`, compares
//! queries over many Parquet files.

#![deny(unsafe_code)]

mod all;
#[cfg(unix)]
mod children;
mod conduct;
mod document;
#[cfg(unix)]
mod files;
mod index;
mod keys;
mod lab;
mod maps;
mod memory;
mod oblivious;
mod operation;
mod orders;
mod pages;
#[cfg(unix)]
mod processes;
#[cfg(unix)]
mod program;
mod random;
mod report;
mod rounds;
mod scale;
#[cfg(all(unix, feature = "sql"))]
mod sql;
mod static_collections;
mod stats;
mod targets;
mod values;
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
    /// Compare ordered maps: std, brie-tree, bbtree, pstd, indexset, sweep-bptree and leafwise's B+
    /// tree and cache-oblivious map.
    Maps(maps::Options),
    /// Compare ways to allocate and arrange the nodes of a B+ tree: leafwise's stores and layouts,
    /// trees of boxes, of an arena, and of reference counts.
    Lab(lab::Options),
    /// Compare secondary indexes: std's set of pairs and map of vectors, brie-tree, bplus-index and
    /// leafwise.
    Index(index::Options),
    /// Compare the cache-oblivious map with std's map, the B+ tree and sorted vectors.
    Oblivious(oblivious::Options),
    /// Compare searches of a tree in van Emde Boas order with the same searches in other orders.
    Orders(orders::Options),
    /// Search a tree in one order without timing, for a cache simulator.
    Trace(orders::TraceOptions),
    /// Compare searches of keys that do not change: slices, ordsearch, Eytzinger, pgm-extra, fst,
    /// znippy-zoomies, std's map and leafwise.
    Static(static_collections::Options),
    /// Show how costs grow with the number of entries, beside those of random accesses to as much
    /// memory: std's map, brie-tree and leafwise's maps.
    Scale(scale::Options),
    /// Run every benchmark of the report, and save each as JSON in a folder; continues where an
    /// earlier run of the same was interrupted.
    All(all::Options),
    /// Write a page of charts and tables from the folder of `all`.
    Report(document::Options),
    /// Compare what maps cost at build time: compiler time, size and speed of a program without and
    /// with optimisation, over std's map and over leafwise.
    #[cfg(unix)]
    Weight(weight::Options),
    /// Compare the program leafwise with what is installed of grep, mawk, gawk, sort, sqlite3,
    /// duckdb, xsv and qsv: time and memory for questions about a table.
    #[cfg(unix)]
    Program(program::Options),
    /// Compare the index files of the program leafwise with what is installed of sqlite3 and
    /// duckdb: time and memory to build and to look up, and sizes.
    #[cfg(unix)]
    Files(files::Options),
    /// Compare queries over many Parquet files: DataFusion with leafwise's indexes, without and
    /// with bloom filters, and duckdb if it is installed: time, requests and bytes.
    #[cfg(all(unix, feature = "sql"))]
    Sql(sql::Options),
    /// Run a program, and print what it has used: `program` and `files` start programs by this.
    #[cfg(unix)]
    #[command(hide = true)]
    Measure(processes::MeasureOptions),
}

fn main() -> anyhow::Result<()> {
    match Arguments::parse().command {
        Command::Maps(options) => maps::run(&options),
        Command::Lab(options) => lab::run(&options),
        Command::Index(options) => index::run(&options),
        Command::Oblivious(options) => oblivious::run(&options),
        Command::Orders(options) => orders::run(&options),
        Command::Trace(options) => orders::trace(&options),
        Command::Static(options) => static_collections::run(&options),
        Command::Scale(options) => scale::run(&options),
        Command::All(options) => all::run(&options),
        Command::Report(options) => document::run(&options),
        #[cfg(unix)]
        Command::Weight(options) => weight::run(&options),
        #[cfg(unix)]
        Command::Program(options) => program::run(&options),
        #[cfg(unix)]
        Command::Files(options) => files::run(&options),
        #[cfg(all(unix, feature = "sql"))]
        Command::Sql(options) => sql::run(&options),
        #[cfg(unix)]
        Command::Measure(options) => processes::measure(&options),
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
