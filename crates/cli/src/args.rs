//! The command line. Its `--help` is the manual: every rule that a table can run into stands in
//! `rules.txt`.

use std::num::NonZeroU64;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::interval::Interval;
use crate::key::Kind;

/// Shown below the options of `--help`, of the program and of every command.
const RULES: &str = include_str!("rules.txt");

/// Key look-ups and range scans on CSV and TSV files, without a database
///
/// Finds rows by the value of one column, and prints them in the order of that column. The table is
/// read once; memory holds the keys and where their rows stand in the file, not the rows.
#[derive(Parser)]
#[command(name = "leafwise", version, after_long_help = RULES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do.
#[derive(Subcommand)]
pub(crate) enum Command {
    Get(Get),
    Range(Range),
}

/// Print the rows whose COLUMN has one of the values
///
/// The rows come in the order of the column, whatever the order of the values is; a value that is
/// given twice counts once. A negative number stands as it is; before other values that begin with
/// a hyphen goes `--`.
#[derive(Args)]
#[command(after_long_help = RULES)]
pub(crate) struct Get {
    #[command(flatten)]
    pub(crate) target: Target,

    /// Values to look for
    #[arg(required = true, value_name = "VALUE", allow_negative_numbers = true)]
    pub(crate) values: Vec<String>,

    #[command(flatten)]
    pub(crate) reading: Reading,

    #[command(flatten)]
    pub(crate) printing: Printing,
}

/// Print the rows whose COLUMN lies within a range
#[derive(Args)]
#[command(after_long_help = RULES)]
pub(crate) struct Range {
    #[command(flatten)]
    pub(crate) target: Target,

    /// FROM..TO without TO, FROM..=TO with it; also FROM.., ..TO, ..=TO and ..
    #[arg(value_name = "FROM..TO", value_parser = Interval::parse, allow_hyphen_values = true)]
    pub(crate) interval: Interval,

    /// Greatest key first; rows of equal keys stay in the order of the file
    #[arg(long)]
    pub(crate) reverse: bool,

    #[command(flatten)]
    pub(crate) reading: Reading,

    #[command(flatten)]
    pub(crate) printing: Printing,
}

/// What to look into.
#[derive(Args)]
pub(crate) struct Target {
    /// CSV or TSV file with a header; - is standard input
    pub(crate) table: PathBuf,

    /// Name of the key column, or its number as :3
    pub(crate) column: String,
}

/// How the table is to be understood.
#[derive(Args)]
#[command(next_help_heading = "Reading")]
pub(crate) struct Reading {
    /// Type of the keys [default: inferred from the column]
    #[arg(long = "type", value_name = "TYPE", value_enum)]
    pub(crate) kind: Option<Kind>,

    /// One ASCII character, or tab [default: tab for .tsv and .tab, else a comma]
    #[arg(long, value_name = "CHARACTER", value_parser = parse_delimiter)]
    pub(crate) delimiter: Option<u8>,

    /// Take double quotes for ordinary characters
    #[arg(long)]
    pub(crate) no_quotes: bool,

    /// What to do with a row that cannot be indexed
    #[arg(long, value_name = "ACTION", value_enum, default_value = "error")]
    pub(crate) on_bad: OnBad,
}

/// What to do with a bad row.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum OnBad {
    /// Stop at the first, before anything is printed
    Error,
    /// Leave them out, and say how many on stderr
    Skip,
}

/// How the rows are to be printed.
#[derive(Args)]
#[command(next_help_heading = "Printing")]
pub(crate) struct Printing {
    /// Columns to print, in this order: names or numbers, parted by commas [default: all]
    #[arg(long, value_name = "A,B")]
    pub(crate) columns: Vec<String>,

    /// Print at most so many rows
    #[arg(long, value_name = "ROWS")]
    pub(crate) limit: Option<NonZeroU64>,

    /// Form of the output [default: table on a terminal, else csv]
    #[arg(long, value_enum)]
    pub(crate) format: Option<Format>,
}

/// Forms of output.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Columns aligned for reading
    Table,
    /// Comma-separated
    Csv,
    /// Tab-separated
    Tsv,
    /// One object a line, every cell a string
    Json,
}

fn parse_delimiter(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        b"tab" | b"\\t" => Ok(b'\t'),
        [b'"' | b'\n' | b'\r'] => Err("quotes and line ends have another meaning".to_string()),
        [byte] if byte.is_ascii() => Ok(*byte),
        _ => Err("not one ASCII character".to_string()),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn rules_fit_a_terminal() {
        assert_eq!(RULES.lines().find(|line| line.chars().count() > 80), None);
    }
}
