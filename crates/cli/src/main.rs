//! `leafwise`: key look-ups and range scans on flat files, without a database.
//!
//! A table is read once, in chunks of whole rows ([`chunks`], [`cut`], over [`source`]), from a
//! [`location`]: a path, or a URL ([`remote`]). Several threads search them ([`select`]): they
//! split rows ([`part`], over [`rows`], [`ndjson`] and `parquet`), turn the cell of the key column
//! into a key ([`key`]), and keep what a [`query`] finds as it will be printed ([`render`]), as
//! sorted [`run`]s. [`scan`] puts these together, [`merge`] sorts them, on disk if they are many,
//! and [`output`] prints them. [`search`] takes a command through these steps; [`get`], [`range`],
//! [`extreme`] and [`count`], one file per command, say what is looked for. [`index`] has the
//! commands about index files, [`sql`] passes queries on, and [`advise`] measures collections.
#![deny(unsafe_code)]

mod advise;
mod args;
mod chunks;
mod conditions;
mod count;
mod cut;
mod decode;
mod error;
mod extreme;
mod get;
mod header;
mod help;
mod index;
mod infer;
mod interval;
mod key;
mod key_columns;
mod location;
mod merge;
mod ndjson;
mod output;
#[cfg(feature = "parquet")]
mod parquet;
#[cfg(feature = "parquet")]
mod parquet_bytes;
mod part;
mod plan;
mod progress;
mod query;
mod range;
#[cfg_attr(not(feature = "remote"), path = "remote/absent.rs")]
mod remote;
mod render;
mod reread;
mod rows;
mod rules;
mod run;
mod scan;
mod search;
mod select;
mod source;
#[cfg_attr(not(feature = "sql"), path = "sql/absent.rs")]
mod sql;
mod stdout;
mod table;
mod table_file;
mod zstd;

use std::process::ExitCode;

use crate::args::Command;
use crate::run::Order;

/// The exit codes are those of `grep`: 0 if rows were found, 1 if none were, 2 for an error (`clap`
/// uses 2 as well).
fn main() -> ExitCode {
    let arguments = args::parse();
    let outcome = stdout::check().and_then(|()| match arguments.command {
        Command::Get(arguments) => get::run(&arguments),
        Command::Range(arguments) => range::run(&arguments),
        Command::Min(arguments) => extreme::run(&arguments, Order::Ascending),
        Command::Max(arguments) => extreme::run(&arguments, Order::Descending),
        Command::Count(arguments) => count::run(&arguments),
        Command::Index(arguments) if arguments.table.is_many_files() => {
            sql::build_index(&arguments).map(|()| 1)
        }
        Command::Index(arguments) => index::build::run(&arguments).map(|()| 1),
        Command::Merge(arguments) => sql::merge_indexes(&arguments).map(|()| 1),
        Command::Sql(arguments) => sql::run(&arguments),
        Command::Stat(arguments) => index::stat::run(&arguments).map(|()| 1),
        Command::Export(arguments) => index::export::run(&arguments),
        Command::Verify(arguments) => index::verify::run(&arguments).map(|()| 1),
        Command::Advise(arguments) => advise::run(&arguments).map(|()| 1),
        Command::Completions(arguments) => help::completions(arguments.shell).map(|()| 1),
        Command::Man(arguments) => help::man(&arguments.output).map(|()| 1),
        Command::Rules => rules::run(),
    });
    match outcome {
        Ok(0) => ExitCode::from(1),
        Ok(_) => ExitCode::SUCCESS,
        // The reader of our output stopped early, as `head` does.
        Err(error) if error.is_closed_pipe() => ExitCode::SUCCESS,
        Err(error) => {
            error::tell(&error.to_string());
            ExitCode::from(error.exit_code())
        }
    }
}
