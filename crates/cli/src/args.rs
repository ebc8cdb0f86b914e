//! The command line. Its `--help` is the manual: `rules.txt` has every rule that can apply to a
//! table.

use std::num::NonZeroU64;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::interval::Interval;
use crate::key::Kind;

/// Shown below the options in `--help`, for the program and for every command.
const RULES: &str = include_str!("rules.txt");

/// Key look-ups and range scans on CSV and TSV files, without a database
///
/// Finds rows by the value of one column, and prints them in the order of that column. The table is
/// read once; memory holds the keys and the offsets of their rows in the file, not the rows.
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
/// Rows are printed in the order of the column, whatever the order of the values. A value that is
/// given twice counts once. Negative numbers are written as they are; put `--` before other values
/// that begin with a hyphen.
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

/// Print the rows whose COLUMN is within a range
#[derive(Args)]
#[command(after_long_help = RULES)]
pub(crate) struct Range {
    #[command(flatten)]
    pub(crate) target: Target,

    /// FROM..TO excludes TO, FROM..=TO includes it; also FROM.., ..TO, ..=TO and ..
    #[arg(value_name = "FROM..TO", value_parser = Interval::parse, allow_hyphen_values = true)]
    pub(crate) interval: Interval,

    /// Greatest key first; rows with equal keys stay in the order of the file
    #[arg(long)]
    pub(crate) reverse: bool,

    #[command(flatten)]
    pub(crate) reading: Reading,

    #[command(flatten)]
    pub(crate) printing: Printing,
}

/// Where to look.
#[derive(Args)]
pub(crate) struct Target {
    /// CSV or TSV file with a header; - is standard input
    pub(crate) table: PathBuf,

    /// Name of the key column, or its number as :3
    pub(crate) column: String,
}

/// How to read the table.
#[derive(Args)]
#[command(next_help_heading = "Reading")]
pub(crate) struct Reading {
    /// Type of the keys [default: inferred from the column]
    #[arg(long = "type", value_name = "TYPE", value_enum)]
    pub(crate) kind: Option<Kind>,

    /// Delimiter: one ASCII character, or tab [default: tab for .tsv and .tab, else a comma]
    #[arg(long, value_name = "CHARACTER", value_parser = parse_delimiter)]
    pub(crate) delimiter: Option<u8>,

    /// Treat double quotes as ordinary characters
    #[arg(long)]
    pub(crate) no_quotes: bool,

    /// What to do with a row that cannot be indexed
    #[arg(long, value_name = "ACTION", value_enum, default_value = "error")]
    pub(crate) on_bad: OnBad,
}

/// What to do with a bad row.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum OnBad {
    /// Stop at the first one, before anything is printed
    Error,
    /// Leave them out, and report their number on stderr
    Skip,
}

/// How to print the rows.
#[derive(Args)]
#[command(next_help_heading = "Printing")]
pub(crate) struct Printing {
    /// Columns to print, in this order: names or numbers, separated by commas [default: all]
    #[arg(long, value_name = "A,B")]
    pub(crate) columns: Vec<String>,

    /// Print at most that many rows
    #[arg(long, value_name = "ROWS")]
    pub(crate) limit: Option<NonZeroU64>,

    /// Format of the output [default: table on a terminal, else csv]
    #[arg(long, value_enum)]
    pub(crate) format: Option<Format>,
}

/// Output formats.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Aligned columns
    Table,
    /// Comma-separated
    Csv,
    /// Tab-separated
    Tsv,
    /// One object per line, every cell a string
    Json,
}

fn parse_delimiter(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        b"tab" | b"\\t" => Ok(b'\t'),
        [b'"' | b'\n' | b'\r'] => Err("quotes and line ends cannot be delimiters".to_string()),
        [byte] if byte.is_ascii() => Ok(*byte),
        _ => Err("not one ASCII character".to_string()),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_valid() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn rules_fit_a_terminal() {
        assert_eq!(RULES.lines().find(|line| line.chars().count() > 80), None);
    }
}
