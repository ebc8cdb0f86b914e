//! `leafwise`: key look-ups and range scans on flat files, without a database.
//!
//! A table is read once, in chunks of whole rows ([`chunks`], [`cut`], over [`source`]). Several
//! threads search them ([`select`]): they split rows ([`part`], over [`rows`] and [`ndjson`]), turn
//! the cell of the key column into a key ([`key`]), and keep what a [`query`] finds as it will be
//! printed ([`render`]), as sorted [`run`]s. [`scan`] puts these together, [`merge`] sorts them, on
//! disk if they are many, and [`output`] prints them. [`search`] takes a command through these
//! steps; [`get`] and [`range`], one file per command, say what is looked for.
#![deny(unsafe_code)]

mod args;
mod chunks;
mod conditions;
mod cut;
mod decode;
mod error;
mod get;
mod header;
mod index;
mod infer;
mod interval;
mod key;
mod key_columns;
mod merge;
mod ndjson;
mod output;
mod part;
mod progress;
mod query;
mod range;
mod render;
mod rows;
mod rules;
mod run;
mod scan;
mod search;
mod select;
mod source;
mod stdout;
mod table;
mod zstd;

use std::process::ExitCode;

use crate::args::Command;

/// The exit codes are those of `grep`: 0 if rows were found, 1 if none were, 2 for an error (`clap`
/// uses 2 as well).
fn main() -> ExitCode {
    let arguments = args::parse();
    let outcome = stdout::check().and_then(|()| match arguments.command {
        Command::Get(arguments) => get::run(&arguments),
        Command::Range(arguments) => range::run(&arguments),
        Command::Index(arguments) => index::build::run(&arguments).map(|()| 1),
        Command::Rules => rules::run(),
    });
    match outcome {
        Ok(0) => ExitCode::from(1),
        Ok(_) => ExitCode::SUCCESS,
        // The reader of our output stopped early, as `head` does.
        Err(error) if error.is_closed_pipe() => ExitCode::SUCCESS,
        Err(error) => {
            error::tell(&error.to_string());
            ExitCode::from(2)
        }
    }
}
