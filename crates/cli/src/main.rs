//! `leafwise`: key look-ups and range scans on flat files, without a database.
//!
//! A command reads a table once ([`table`], over [`records`] over [`source`]), keeps the key of
//! every row with the row's offset in the file ([`load`], [`index`]), and prints the requested rows
//! ([`output`]). Reading, indexing and printing know nothing of each other; only [`get`] and
//! [`range`], one file per command, know all three.
#![deny(unsafe_code)]

mod args;
mod error;
mod get;
mod index;
mod infer;
mod interval;
mod key;
mod load;
mod output;
mod progress;
mod range;
mod records;
mod source;
mod table;

use std::process::ExitCode;

use clap::Parser;

use crate::args::{Arguments, Command};

/// The exit codes are those of `grep`: 0 if rows were found, 1 if none were, 2 for an error (`clap`
/// uses 2 as well).
fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Get(arguments) => get::run(&arguments),
        Command::Range(arguments) => range::run(&arguments),
    };
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
