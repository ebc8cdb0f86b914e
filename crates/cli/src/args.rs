//! The command line. Its `--help` has what a user needs first; `rules.txt` has every rule that can
//! apply to a table.

mod advise;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::{OsStringValueParser, TypedValueParser};
use clap::error::ContextValue;
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use encoding_rs::Encoding;

use crate::error::Error;
use crate::interval::Interval;
use crate::key::{KeyType, Kind, Notation, can_read_dates};
use crate::location::Location;
use crate::rules::RULES;
pub(crate) use advise::{Advise, AdviseFormat};

const EXAMPLES: &str = "\
Examples:
  leafwise get cities.csv name Paris London
  leafwise range cities.csv population 10_000_001..
  leafwise range log.tsv.gz time 2024-05-31..2024-06-01 --reverse --limit 10

All rules (ranges, types, tables, bad rows, exit codes): leafwise help rules";

const EXTREME_EXAMPLES: &str = "\
All rows with that value are printed, in the order of the file: --limit 1 prints one of them.

Examples:
  leafwise min cities.csv latitude
  leafwise max cities.csv population --columns name,population --limit 1";

const COUNT_EXAMPLES: &str = "\
Examples:
  leafwise count cities.csv population
  leafwise count cities.csv population 1_000_000..";

const STAT_EXAMPLES: &str = "\
Examples:
  leafwise stat cities.csv.population.lwx
  leafwise stat cities.csv.population.lwx --format json";

const EXPORT_EXAMPLES: &str = "\
Examples:
  leafwise export cities.csv.population.lwx --limit 10
  leafwise export cities.csv.country+name.lwx --format json";

const VERIFY_EXAMPLES: &str = "\
Examples:
  leafwise verify cities.csv.population.lwx
  leafwise verify cities.csv.population.lwx --table
  leafwise verify indexes/population.lwx --table=cities.csv";

const MERGE_EXAMPLES: &str = "\
Examples:
  leafwise index 'flights/2023-*.parquet' --key date -o 2023.lwx
  leafwise index 'flights/2024-*.parquet' --key date -o 2024.lwx
  leafwise merge 2023.lwx 2024.lwx -o flights/date.lwx";

const SQL_EXAMPLES: &str = "\
Examples:
  leafwise index 'flights/*.parquet' --key date
  leafwise sql \"SELECT * FROM 'flights/*.parquet' WHERE date = '2013-05-01'\"
  leafwise sql \"EXPLAIN SELECT count(*) FROM 'flights/'\"";

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  leafwise completions bash > ~/.local/share/bash-completion/completions/leafwise
  leafwise completions zsh > ~/.zfunc/_leafwise
  leafwise completions fish > ~/.config/fish/completions/leafwise.fish";

const MAN_EXAMPLES: &str = "\
Examples:
  leafwise man --output ~/.local/share/man/man1";

/// Stands before an argument that begins with a hyphen and is a number to us, but an option to
/// `clap`. All that can be such an argument are unmarked when they are parsed.
const VALUE_MARK: char = '\u{f8ff}';

/// Key look-ups and range scans on CSV, TSV, NDJSON and Parquet files, without a database
///
/// Finds rows by the value of one column, and prints them in the order of that column.
#[derive(Parser)]
#[command(name = "leafwise", version, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do.
#[derive(Subcommand)]
pub(crate) enum Command {
    Get(Get),
    Range(Range),
    /// Print the rows with the least value of COLUMN
    Min(Extreme),
    /// Print the rows with the greatest value of COLUMN
    Max(Extreme),
    Count(Count),
    Index(Index),
    Merge(Merge),
    Sql(Sql),
    Stat(Stat),
    Export(Export),
    Verify(Verify),
    Advise(Advise),
    Completions(Completions),
    Man(Man),
    /// Show all rules: ranges, types, tables, keys, bad rows, output, exit codes
    #[command(override_help = RULES)]
    Rules,
}

/// Print the rows whose COLUMN has one of the values
///
/// Rows are printed in the order of the column, whatever the order of the values. A value that is
/// given twice counts once. Negative numbers are written as they are; put `--` before other values
/// that begin with a hyphen.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Get {
    #[command(flatten)]
    pub(crate) target: Target,

    /// Values to look for
    #[arg(
        required_unless_present = "values_from",
        value_name = "VALUE",
        allow_negative_numbers = true,
        value_parser = parse_value
    )]
    pub(crate) values: Vec<String>,

    /// File with more values, one a line; - is standard input
    #[arg(long, value_name = "FILE", value_parser = path_parser())]
    pub(crate) values_from: Option<PathBuf>,

    /// The values are beginnings of text: all keys that begin with one of them
    #[arg(long)]
    pub(crate) prefix: bool,

    #[command(flatten)]
    pub(crate) filter: Filter,

    #[command(flatten)]
    pub(crate) reading: Reading,

    #[command(flatten)]
    pub(crate) printing: Printing,
}

/// Print the rows whose COLUMN is within a range
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Range {
    #[command(flatten)]
    pub(crate) target: Target,

    /// FROM..TO excludes TO, FROM..=TO includes it; also FROM.., ..TO, ..=TO and ..
    #[arg(value_name = "FROM..TO", value_parser = parse_interval, allow_hyphen_values = true)]
    pub(crate) interval: Interval,

    /// Greatest key first; rows with equal keys stay in the order of the file
    #[arg(long)]
    pub(crate) reverse: bool,

    #[command(flatten)]
    pub(crate) filter: Filter,

    #[command(flatten)]
    pub(crate) reading: Reading,

    #[command(flatten)]
    pub(crate) printing: Printing,
}

/// Build an index of a column, by which the others find rows without reading the whole table
///
/// The index is the file TABLE.COLUMN.lwx beside the table; several columns make one composite key.
/// An index whose table has changed since is refused.
#[derive(Args)]
pub(crate) struct Index {
    /// CSV, TSV or NDJSON file, or Parquet file; also a URL with -o, and a folder or a pattern of
    /// Parquet files, for `leafwise sql`, if the program was built for that
    #[arg(value_parser = location_parser())]
    pub(crate) table: Location,

    /// Column of the key, or its number as :3; more than once for a composite key
    #[arg(long, required = true, value_name = "COLUMN", value_parser = parse_value)]
    pub(crate) key: Vec<String>,

    /// Memory for keys; more go to a temporary file
    #[arg(long, value_name = "SIZE", value_parser = parse_size, default_value = "256MiB")]
    pub(crate) memory: usize,

    /// Index only the rows that were appended to the table since its index was built; those before
    /// must not have changed, of which only the first and the last 16 KiB are compared. Of many
    /// files, those that are new or have changed
    #[arg(long)]
    pub(crate) append: bool,

    /// File of the index, instead of TABLE.COLUMN.lwx
    #[arg(short, long, value_name = "FILE", value_parser = path_parser())]
    pub(crate) output: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) reading: Reading,
}

/// Merge indexes of many Parquet files into one, if the program was built for that
///
/// They are of the same key and of one folder, as those of parts of a table that several machines
/// have indexed. If two of them have the same file, the later one counts. The result replaces what
/// is at its path, which may be one of them, in one go.
#[derive(Args)]
#[command(after_help = MERGE_EXAMPLES)]
pub(crate) struct Merge {
    /// Index files that `leafwise index` has built of a folder or a pattern
    #[arg(value_name = "FILE.lwx", required = true, num_args = 2.., value_parser = path_parser())]
    pub(crate) indexes: Vec<PathBuf>,

    /// File of the index with all their rows
    #[arg(short, long, value_name = "FILE", value_parser = path_parser())]
    pub(crate) output: PathBuf,
}

/// Run a query in SQL, if the program was built for that
///
/// A table is a path or a URL in quotes: a Parquet file, a folder of them, or a pattern, and also
/// CSV or NDJSON. Of Parquet files, only pages with rows are read that the indexes in their folder
/// find; EXPLAIN shows which indexes are used. A query only reads. The SQL is that of DataFusion,
/// explained at datafusion.apache.org/user-guide/sql
#[derive(Args)]
#[command(after_help = SQL_EXAMPLES)]
pub(crate) struct Sql {
    /// The query; - is standard input
    pub(crate) query: String,

    /// Do not print the names of the columns
    #[arg(long, help_heading = "Printing")]
    pub(crate) no_header_out: bool,

    /// Format of the output [default: table on a terminal, else csv]
    #[arg(long, value_enum, help_heading = "Printing")]
    pub(crate) format: Option<Format>,
}

/// Which rows with the least or the greatest key to print.
#[derive(Args)]
#[command(after_help = EXTREME_EXAMPLES)]
pub(crate) struct Extreme {
    #[command(flatten)]
    pub(crate) target: Target,

    #[command(flatten)]
    pub(crate) filter: Filter,

    #[command(flatten)]
    pub(crate) reading: Reading,

    #[command(flatten)]
    pub(crate) printing: Printing,
}

/// Print the number of rows whose COLUMN has a value, or one within a range
#[derive(Args)]
#[command(after_help = COUNT_EXAMPLES)]
pub(crate) struct Count {
    #[command(flatten)]
    pub(crate) target: Target,

    /// FROM..TO excludes TO, FROM..=TO includes it; also FROM.., ..TO, ..=TO and ..
    #[arg(
        value_name = "FROM..TO",
        value_parser = parse_interval,
        allow_hyphen_values = true,
        default_value = "..",
        hide_default_value = true
    )]
    pub(crate) interval: Interval,

    #[command(flatten)]
    pub(crate) filter: Filter,

    #[command(flatten)]
    pub(crate) reading: Reading,
}

/// Show what an index holds: keys, rows, state of its table, sizes
#[derive(Args)]
#[command(after_help = STAT_EXAMPLES)]
pub(crate) struct Stat {
    /// Index file, which leafwise index or a program that uses the library has built
    #[arg(value_name = "FILE.lwx", value_parser = location_parser())]
    pub(crate) index: Location,

    /// Format of the output
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: StatFormat,
}

/// Output formats of `leafwise stat`.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum StatFormat {
    /// For people
    Text,
    /// One object
    Json,
}

/// Print the entries of an index in the order of its keys
///
/// An entry is the cells of the key columns, and where the row begins: byte_offset is the number of
/// bytes of the table that are before it, row_number that of rows of a Parquet file.
#[derive(Args)]
#[command(after_help = EXPORT_EXAMPLES)]
pub(crate) struct Export {
    /// Index file, which leafwise index or a program that uses the library has built
    #[arg(value_name = "FILE.lwx", value_parser = location_parser())]
    pub(crate) index: Location,

    /// Print at most that many entries
    #[arg(
        long,
        value_name = "ENTRIES",
        value_parser = parse_limit,
        allow_negative_numbers = true
    )]
    pub(crate) limit: Option<u64>,

    /// Do not print the names of the columns
    #[arg(long)]
    pub(crate) no_header_out: bool,

    /// Format of the output [default: table on a terminal, else csv]
    #[arg(long, value_enum)]
    pub(crate) format: Option<Format>,
}

/// Check that an index file is whole and in order
///
/// The exit code is 0 if nothing is wrong with the file, and 2 otherwise.
#[derive(Args)]
#[command(after_help = VERIFY_EXAMPLES)]
pub(crate) struct Verify {
    /// Index file, which leafwise index or a program that uses the library has built
    #[arg(value_name = "FILE.lwx", value_parser = location_parser())]
    pub(crate) index: Location,

    /// Compare it with every row of the table too, which is beside the index or at this path
    #[arg(
        long,
        value_name = "TABLE",
        num_args = 0..=1,
        require_equals = true,
        value_parser = location_parser()
    )]
    pub(crate) table: Option<Option<Location>>,

    /// Memory for keys of the table; more go to a temporary file
    #[arg(long, value_name = "SIZE", value_parser = parse_size, default_value = "256MiB")]
    pub(crate) memory: usize,
}

/// Print a script by which a shell completes the arguments of this program
#[derive(Args)]
#[command(after_help = COMPLETIONS_EXAMPLES)]
pub(crate) struct Completions {
    #[arg(value_enum)]
    pub(crate) shell: Shell,
}

/// Write the manual pages of this program, one for each command
#[derive(Args)]
#[command(after_help = MAN_EXAMPLES)]
pub(crate) struct Man {
    /// Folder of the pages, which is made if it is not there
    #[arg(short, long, value_name = "FOLDER", value_parser = path_parser())]
    pub(crate) output: PathBuf,
}

/// Where to look.
#[derive(Args)]
pub(crate) struct Target {
    /// CSV or TSV file with a header, or NDJSON file, perhaps compressed by gzip or zstd, or
    /// Parquet file; - is standard input; also a URL, if the program was built for that
    #[arg(value_parser = location_parser())]
    pub(crate) table: Location,

    /// Name of the key column, or its number as :3; several as A,B
    #[arg(value_parser = parse_value)]
    pub(crate) column: String,

    /// More tables with the same columns, searched as if they were one
    #[arg(
        long,
        value_name = "TABLE",
        num_args = 1..,
        value_parser = location_parser(),
        help_heading = "Reading"
    )]
    pub(crate) also: Vec<Location>,

    /// Index of the key column, or of one of a condition, that is not the file TABLE.COLUMN.lwx;
    /// may be given more than once
    #[arg(
        long,
        value_name = "FILE.lwx",
        value_parser = location_parser(),
        conflicts_with_all = ["also", "no_index"],
        help_heading = "Reading"
    )]
    pub(crate) index: Vec<Location>,

    /// Read the whole table even if there are indexes of the columns
    #[arg(long, help_heading = "Reading")]
    pub(crate) no_index: bool,
}

impl Target {
    /// Another column, where it is looked for.
    pub(crate) fn with_column(&self, column: &str) -> Target {
        Target {
            table: self.table.clone(),
            column: column.to_string(),
            also: self.also.clone(),
            index: self.index.clone(),
            no_index: self.no_index,
        }
    }
}

/// Which rows besides, or which not.
#[derive(Args)]
#[command(next_help_heading = "Conditions")]
pub(crate) struct Filter {
    /// Leave out the rows with this key; may be given more than once
    #[arg(
        long,
        value_name = "VALUE",
        allow_hyphen_values = true,
        value_parser = parse_value
    )]
    pub(crate) not: Vec<String>,

    /// Only rows whose COLUMN is within RANGE too, or has that value; may be given more than once
    #[arg(
        long,
        num_args = 2,
        value_names = ["COLUMN", "RANGE"],
        allow_hyphen_values = true,
        value_parser = parse_value
    )]
    pub(crate) and: Vec<String>,

    /// Also rows with another key whose COLUMN is within RANGE, or has that value; may be given
    /// more than once
    #[arg(
        long,
        num_args = 2,
        value_names = ["COLUMN", "RANGE"],
        allow_hyphen_values = true,
        value_parser = parse_value
    )]
    pub(crate) or: Vec<String>,
}

/// How to read the table.
#[derive(Args, Clone, Default)]
#[command(next_help_heading = "Reading")]
pub(crate) struct Reading {
    /// Format of the tables [default: by the file's name; Parquet by its first bytes]
    #[arg(long, value_name = "FORMAT", value_enum)]
    pub(crate) input_format: Option<InputFormat>,

    /// Type of the keys [default: inferred from the column]
    #[arg(long = "type", value_name = "TYPE", value_enum)]
    kind: Option<Kind>,

    /// Text without regard to upper and lower case
    #[arg(long)]
    ignore_case: bool,

    /// Word that stands for no value, such as NA; may be given more than once
    #[arg(
        long,
        value_name = "WORD",
        allow_hyphen_values = true,
        value_parser = parse_value
    )]
    null: Vec<String>,

    /// Sign between groups of three digits, as in 1,234
    #[arg(long, value_name = "CHARACTER", value_parser = parse_sign)]
    thousands: Option<char>,

    /// Sign before the fraction of a number [default: a point]
    #[arg(long, value_name = "CHARACTER", value_parser = parse_sign)]
    decimal: Option<char>,

    /// How dates and times are written, such as %d/%m/%Y or '%m/%d/%Y %H:%M' (strftime)
    #[arg(long, value_name = "FORMAT", value_parser = parse_date_format)]
    date_format: Option<String>,

    /// Delimiter: one ASCII character, or tab [default: by the file's name and header]
    #[arg(long, value_name = "CHARACTER", value_parser = parse_delimiter)]
    pub(crate) delimiter: Option<u8>,

    /// Treat double quotes as ordinary characters
    #[arg(long)]
    pub(crate) no_quotes: bool,

    /// The first line is a row; columns have numbers only
    #[arg(long)]
    pub(crate) no_header: bool,

    /// Skip that many lines at the beginning of the file
    #[arg(
        long,
        value_name = "LINES",
        default_value_t = 0,
        hide_default_value = true
    )]
    pub(crate) skip_lines: u64,

    /// Skip lines that begin with this character
    #[arg(long, value_name = "CHARACTER", value_parser = parse_comment)]
    pub(crate) comment: Option<u8>,

    /// Encoding of the table, such as windows-1252 or utf-16le [default: utf-8]
    #[arg(long, value_name = "NAME", value_parser = parse_encoding)]
    pub(crate) encoding: Option<&'static Encoding>,

    /// What to do with a row that has no key or not as many fields as there are columns
    #[arg(long, value_name = "ACTION", value_enum, default_value = "error")]
    pub(crate) on_bad: OnBad,
}

/// The options of [`Reading`] alone.
#[derive(Parser)]
#[command(no_binary_name = true)]
struct ReadingOptions {
    #[command(flatten)]
    reading: Reading,
}

impl Reading {
    /// The options that were chosen, but not what to do with bad rows.
    pub(crate) fn options(&self) -> Vec<String> {
        let mut options = Vec::new();
        let mut add = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                options.push(format!("--{name}={value}"));
            }
        };
        let format = self.input_format.and_then(|it| it.to_possible_value());
        add("input-format", format.map(|it| it.get_name().to_string()));
        add("type", self.kind.map(|kind| kind.name().to_string()));
        for null in &self.null {
            add("null", Some(null.clone()));
        }
        add("thousands", self.thousands.map(String::from));
        add("decimal", self.decimal.map(String::from));
        add("date-format", self.date_format.clone());
        let character = |byte: u8| match byte {
            b'\t' => "tab".to_string(),
            _ => char::from(byte).to_string(),
        };
        add("delimiter", self.delimiter.map(character));
        add("comment", self.comment.map(character));
        let skipped = (self.skip_lines > 0).then(|| self.skip_lines.to_string());
        add("skip-lines", skipped);
        add("encoding", self.encoding.map(|it| it.name().to_string()));
        for (name, is_set) in [
            ("ignore-case", self.ignore_case),
            ("no-quotes", self.no_quotes),
            ("no-header", self.no_header),
        ] {
            if is_set {
                options.push(format!("--{name}"));
            }
        }
        options
    }

    /// The same for columns other than the key: `--type` and the like are about that.
    pub(crate) fn without_type(&self) -> Reading {
        Reading {
            kind: None,
            date_format: None,
            ignore_case: false,
            ..self.clone()
        }
    }

    /// The reading of [`options`](Self::options).
    pub(crate) fn of_options(options: &[String]) -> Option<Reading> {
        if options.is_empty() {
            // As it mostly is. A parser takes longer to make than a look-up takes otherwise.
            return Some(Reading::default());
        }
        let parsed = ReadingOptions::try_parse_from(options).ok()?;
        Some(parsed.reading)
    }

    /// The type that was chosen.
    pub(crate) fn kind(&self) -> Option<Kind> {
        self.kind
            .or_else(|| self.date_format.as_deref().map(kind_of_format))
    }

    /// How keys are written, with the type open.
    pub(crate) fn key_type(&self) -> Result<KeyType, Error> {
        let decimal = self.decimal.unwrap_or('.');
        if self.thousands == Some(decimal) {
            return Err(Error::SameSigns { sign: decimal });
        }
        Ok(KeyType {
            kind: Kind::Text,
            notation: Notation {
                thousands: self.thousands,
                decimal: self.decimal,
            },
            date_format: self.date_format.clone(),
            ignores_case: self.ignore_case,
            nulls: self.null.iter().map(|it| it.trim().to_string()).collect(),
        })
    }
}

/// What is written in a format: instants if there is an offset in it.
fn kind_of_format(format: &str) -> Kind {
    let offsets = ["%z", "%:z", "%Q", "%s"];
    match offsets.iter().any(|offset| format.contains(offset)) {
        true => Kind::Timestamp,
        false => Kind::Datetime,
    }
}

/// Formats of tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum InputFormat {
    /// Comma-separated, or by another delimiter
    Csv,
    /// Tab-separated
    Tsv,
    /// A JSON object on each line
    Ndjson,
    /// Apache Parquet, if the program was built with the feature `parquet`
    Parquet,
}

/// What to do with a bad row.
#[derive(Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum OnBad {
    /// Stop at the first one, before anything is printed
    #[default]
    Error,
    /// Leave them out, and report their number on stderr
    Skip,
}

/// How to print the rows.
#[derive(Args)]
#[command(next_help_heading = "Printing")]
pub(crate) struct Printing {
    /// Columns to print, in this order: names or numbers, separated by commas [default: all]
    #[arg(long, value_name = "A,B", value_parser = parse_value)]
    pub(crate) columns: Vec<String>,

    /// Print at most that many rows
    #[arg(
        long,
        value_name = "ROWS",
        value_parser = parse_limit,
        allow_negative_numbers = true
    )]
    pub(crate) limit: Option<u64>,

    /// Print the number of rows instead of the rows
    #[arg(long, conflicts_with_all = ["columns", "format"])]
    pub(crate) count: bool,

    /// Do not print the names of the columns
    #[arg(long)]
    pub(crate) no_header_out: bool,

    /// Format of the output [default: table on a terminal, else csv]
    #[arg(long, value_enum)]
    pub(crate) format: Option<Format>,

    /// Memory for rows that are found; more go to a temporary file
    #[arg(long, value_name = "SIZE", value_parser = parse_size, default_value = "1GiB")]
    pub(crate) memory: usize,
}

impl Printing {
    /// Prints the number of rows alone.
    pub(crate) const COUNT: Printing = Printing {
        columns: Vec::new(),
        limit: None,
        count: true,
        no_header_out: false,
        format: None,
        memory: 1 << 30,
    };
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

/// The command line, or the end of the program with `clap`'s message about it.
pub(crate) fn parse() -> Arguments {
    Arguments::try_parse_from(marked(std::env::args_os())).unwrap_or_else(|mut error| {
        let parts: Vec<_> = error
            .context()
            .map(|(kind, it)| (kind, it.clone()))
            .collect();
        for (kind, part) in parts {
            if let ContextValue::String(text) = part {
                error.insert(kind, ContextValue::String(text.replace(VALUE_MARK, "")));
            }
        }
        error.exit()
    })
}

/// The arguments of the program, with marks on the negative numbers that `clap` would take for
/// options: `-10_000`, `-.5`, `-inf`. Behind `--` nothing is an option.
fn marked(arguments: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut options_end = false;
    arguments
        .map(|argument| {
            options_end |= argument == "--";
            match argument.to_str() {
                Some(text) if !options_end && is_number_to_mark(text) => {
                    format!("{VALUE_MARK}{text}").into()
                }
                _ => argument,
            }
        })
        .collect()
}

fn is_number_to_mark(text: &str) -> bool {
    let Some(unsigned) = text.strip_prefix('-') else {
        return false;
    };
    let lower = unsigned.to_lowercase();
    let begins_with_digit = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
    ["inf", "infinity", "nan"].contains(&&lower[..])
        || unsigned.strip_prefix('.').is_some_and(begins_with_digit)
        || (begins_with_digit(unsigned) && unsigned.parse::<f64>().is_err())
}

fn unmarked(text: &str) -> &str {
    text.strip_prefix(VALUE_MARK).unwrap_or(text)
}

fn path_parser() -> impl TypedValueParser<Value = PathBuf> {
    OsStringValueParser::new().map(|path| match path.to_str() {
        Some(text) => unmarked(text).into(),
        None => path.into(),
    })
}

fn location_parser() -> impl TypedValueParser<Value = Location> {
    path_parser().map(|path| Location::parse(path.into()))
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "clap's parsers of values may fail"
)]
fn parse_value(text: &str) -> Result<String, String> {
    Ok(unmarked(text).to_string())
}

fn parse_interval(text: &str) -> Result<Interval, String> {
    Interval::parse(unmarked(text))
}

fn parse_delimiter(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        b"tab" | b"\\t" => Ok(b'\t'),
        [b'"' | b'\n' | b'\r'] => Err("quotes and line ends cannot be delimiters".to_string()),
        [byte] if byte.is_ascii() => Ok(*byte),
        _ => Err("not one ASCII character".to_string()),
    }
}

fn parse_comment(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        [b'"' | b'\n' | b'\r'] => Err("quotes and line ends cannot begin comments".to_string()),
        [byte] if byte.is_ascii() => Ok(*byte),
        _ => Err("not one ASCII character".to_string()),
    }
}

fn parse_sign(text: &str) -> Result<char, String> {
    let mut characters = text.chars();
    match (characters.next(), characters.next()) {
        (Some(sign), None) if !sign.is_alphanumeric() && !"+-".contains(sign) => Ok(sign),
        _ => Err("not one character that is neither a digit, a letter, + nor -".to_string()),
    }
}

fn parse_date_format(text: &str) -> Result<String, String> {
    match can_read_dates(kind_of_format(text), text) {
        true => Ok(text.to_string()),
        false => Err(
            "no dates can be read in this format: it needs at least a day, a month and a year, \
             such as %d, %m and %Y; times are %H, %M and %S, offsets %z"
                .to_string(),
        ),
    }
}

fn parse_encoding(text: &str) -> Result<&'static Encoding, String> {
    Encoding::for_label_no_replacement(text.as_bytes()).ok_or_else(|| {
        "unknown; the names are those of the web, such as windows-1252, iso-8859-2, utf-16le, \
         shift_jis"
            .to_string()
    })
}

fn parse_limit(text: &str) -> Result<u64, String> {
    match unmarked(text).replace('_', "").parse() {
        Ok(rows) if rows > 0 => Ok(rows),
        _ => Err("not a number of rows: it has to be at least 1".to_string()),
    }
}

/// A number of bytes: `64MiB`, `1.5GB`, `1G`. One letter means powers of 1024.
fn parse_size(text: &str) -> Result<usize, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let factor: u64 = match text[digits.len()..].to_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kib" => 1 << 10,
        "m" | "mib" => 1 << 20,
        "g" | "gib" => 1 << 30,
        "t" | "tib" => 1 << 40,
        "kb" => 1_000,
        "mb" => 1_000_000,
        "gb" => 1_000_000_000,
        "tb" => 1_000_000_000_000,
        _ => return Err("unknown unit: use KiB, MiB or GiB".to_string()),
    };
    match digits.trim_end().parse::<f64>() {
        Ok(size) if size > 0.0 => Ok((size * factor as f64) as usize),
        _ => Err("not a size such as 64MiB or 2GiB".to_string()),
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
    fn numbers_that_look_like_options_are_marked() {
        let marked = |argument: &str| marked([argument.into()].into_iter())[0] != *argument;
        for number in [
            "-10_000",
            "-.5",
            "-inf",
            "-Infinity",
            "-nan",
            "-1,5",
            "-5..5",
        ] {
            assert!(marked(number), "{number}");
        }
        for other in [
            "-5", "-1.5", "-1e3", "-x", "--limit", "-", "--", "5", "-..5",
        ] {
            assert!(!marked(other), "{other}");
        }
    }

    #[test]
    fn sizes() {
        assert_eq!(parse_size("64MiB"), Ok(64 << 20));
        assert_eq!(parse_size("1.5k"), Ok(1536));
        assert_eq!(parse_size("2 GB"), Ok(2_000_000_000));
        for bad in ["", "MiB", "-1", "0", "5 apples", "1e"] {
            assert!(parse_size(bad).is_err(), "{bad}");
        }
    }
}
