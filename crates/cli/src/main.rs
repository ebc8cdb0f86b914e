//! `leafwise`: key look-ups and range scans on flat files, without a database.
//!
//! A command reads a table once ([`table`], over [`records`] over [`source`]), keeps the key of
//! every row with the row's place in the file ([`load`], [`index`]), and prints the rows that were
//! asked for ([`output`]). Reading, indexing and printing know nothing of each other; only [`get`]
//! and [`range`], one file a command, know all three.
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

/// Exit codes of `grep`: 0 when rows were found, 1 when none was, 2 for an error (`clap` uses 2 as
/// well).
fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Get(arguments) => get::run(&arguments),
        Command::Range(arguments) => range::run(&arguments),
    };
    match outcome {
        Ok(0) => ExitCode::from(1),
        Ok(_) => ExitCode::SUCCESS,
        // Whoever reads our output has had enough of it, as `head` has.
        Err(error) if error.is_closed_pipe() => ExitCode::SUCCESS,
        Err(error) => {
            error::tell(&error.to_string());
            ExitCode::from(2)
        }
    }
}
