//! The options of `leafwise advise`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::{Reading, location_parser, parse_size, parse_value, path_parser};
use crate::location::Location;

const ADVISE_EXAMPLES: &str = "\
How it is measured: leafwise help rules

Examples:
  leafwise advise cities.csv --key population
  leafwise advise cities.csv --key name --reads 100 --batch 64
  leafwise advise log.csv.gz --key time --reads 50 --writes 40 --scans 10 --html advice.html";

/// Measure collections with the keys of a column, and recommend one for a Rust program
///
/// Reads the column, builds every collection of the library that fits, and std's BTreeMap and a
/// sorted Vec besides, and lets all of them do the same operations in turns. Values are u64, the
/// numbers of rows.
#[derive(Args)]
#[command(after_help = ADVISE_EXAMPLES)]
pub(crate) struct Advise {
    /// CSV or TSV file with a header, or NDJSON file, perhaps compressed by gzip or zstd, or
    /// Parquet file; - is standard input; also a URL, if the program was built for that
    #[arg(value_parser = location_parser())]
    pub(crate) table: Location,

    /// Column of the key, or its number as :3
    #[arg(long, value_name = "COLUMN", value_parser = parse_value)]
    pub(crate) key: String,

    /// Share of look-ups by key. The three shares need not add up to 100; if one is given, the
    /// others are 0 unless they are given [default: 90]
    #[arg(long, value_name = "SHARE", help_heading = "Operations")]
    pub(crate) reads: Option<u32>,

    /// Share of writes: insertions, overwritten values and removals in equal parts [default: 10]
    #[arg(long, value_name = "SHARE", help_heading = "Operations")]
    pub(crate) writes: Option<u32>,

    /// Share of scans of entries in order, from a key on [default: 0]
    #[arg(long, value_name = "SHARE", help_heading = "Operations")]
    pub(crate) scans: Option<u32>,

    /// Entries of a scan; a look-up of a key with many rows reads no more of them
    #[arg(
        long,
        value_name = "ENTRIES",
        default_value_t = 100,
        value_parser = clap::value_parser!(u32).range(1..=1_000_000),
        help_heading = "Operations"
    )]
    pub(crate) scan_length: u32,

    /// Keys that are looked up together, in one call where a collection has one for that
    #[arg(
        long,
        value_name = "KEYS",
        default_value_t = 1,
        value_parser = clap::value_parser!(u32).range(1..=4096),
        help_heading = "Operations"
    )]
    pub(crate) batch: u32,

    /// Percentage of look-ups whose key is not there
    #[arg(
        long,
        value_name = "PERCENT",
        default_value_t = 0,
        value_parser = clap::value_parser!(u32).range(0..=100),
        help_heading = "Operations"
    )]
    pub(crate) misses: u32,

    /// Time for each collection, besides building it
    #[arg(
        long,
        value_name = "SECONDS",
        default_value = "2",
        value_parser = parse_seconds,
        help_heading = "Operations"
    )]
    pub(crate) seconds: Duration,

    /// Another number gives other random operations
    #[arg(
        long,
        value_name = "NUMBER",
        default_value_t = 1,
        help_heading = "Operations"
    )]
    pub(crate) seed: u64,

    /// Memory for keys; a random sample of the rows is measured if more would be needed
    #[arg(long, value_name = "SIZE", value_parser = parse_size, default_value = "1GiB")]
    pub(crate) memory: usize,

    /// Format of the output
    #[arg(long, value_enum, default_value = "table")]
    pub(crate) format: AdviseFormat,

    /// Write a page with charts, too
    #[arg(long, value_name = "FILE", value_parser = path_parser())]
    pub(crate) html: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) reading: Reading,
}

/// Output formats of `leafwise advise`.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum AdviseFormat {
    /// For people
    Table,
    /// One object
    Json,
}

fn parse_seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().filter(|seconds| *seconds > 0.0);
    let duration = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    duration.ok_or_else(|| "not a time: it has to be more than 0, such as 0.5".to_string())
}
