//! `leafwise-bench sql`: queries over many Parquet files, by DataFusion with indexes and without,
//! with bloom filters and without, and by duckdb if it is installed.
//!
//! All engines of a query take turns in each round, with other keys each time, and their answers
//! have to be the same. DataFusion's sessions are new for each query, as those of a server that is
//! asked for the first time (`cold`), or have answered another query before (`warm`): then they
//! know the metadata of files. A store counts what they read.

mod data;
mod engine;
mod query;

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use clap::Args;
use serde::Serialize;

use crate::processes::{FEW_ROWS, Place, parse_rows};
use crate::random::Random;
use crate::report::{Bound, Report, Target, group, save};
use crate::stats::{median, ratio};
use data::Tables;
use engine::{Duckdb, Engine, Measured};
use query::Query;

/// The options of `sql`.
#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    place: Place,
    /// Rows of the table, such as 10m: about 60 MB for each million, twice.
    #[arg(long, value_parser = parse_rows, default_value = "10m")]
    rows: usize,
    /// Files of the table.
    #[arg(long, default_value = "50", value_parser = clap::value_parser!(u64).range(1..))]
    files: u64,
    /// Rounds.
    #[arg(long, default_value = "9", value_parser = clap::value_parser!(u64).range(1..))]
    rounds: u64,
    /// Only queries whose names have this text, such as "point".
    #[arg(long, value_name = "TEXT", default_value = "")]
    query: String,
    /// A short run: two rounds, and 200 000 rows in 10 files.
    #[arg(long, conflicts_with_all = ["rows", "files", "rounds"])]
    quick: bool,
    /// Fail if a target is missed.
    #[arg(long)]
    check: bool,
    /// Write all measurements to this file, as JSON.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

/// All measurements.
#[derive(Serialize)]
struct Comparison {
    #[serde(flatten)]
    report: Report,
    rows: usize,
    files: u64,
    results: Vec<Measurements>,
}

/// Those of an engine for a query.
#[derive(Serialize)]
struct Measurements {
    query: &'static str,
    engine: String,
    seconds: Vec<f64>,
    requests: Vec<f64>,
    bytes: Vec<f64>,
}

impl Measurements {
    fn push(&mut self, measured: Measured) {
        self.seconds.push(measured.seconds);
        self.requests.push(measured.read.requests as f64);
        self.bytes.push(measured.read.bytes as f64);
    }
}

/// Measures, and prints each query as soon as it is complete.
pub(crate) fn run(options: &Options) -> Result<()> {
    let (rows, files, rounds) = match options.quick {
        true => (FEW_ROWS, 10, 2),
        false => (options.rows, options.files, options.rounds),
    };
    let asked = |query: &Query| query.name().contains(&options.query);
    ensure!(
        Query::ALL.iter().any(asked),
        "no query is called so; there are: {}",
        Query::ALL.map(Query::name).join(", ")
    );
    let folder = options.place.folder()?.join("leafwise-sql");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let runtime = Arc::new(runtime);
    let tables = runtime.block_on(Tables::make(&folder, rows, files))?;
    let mut comparison = Comparison {
        report: Report::new(),
        rows,
        files,
        results: Vec::new(),
    };
    let duckdb = Duckdb::start(&tables)?;
    println!(
        "{} rows in {files} files, {:.0} MB; the index has {:.0} MB, built in {:.1} s.\n\
         Milliseconds, requests and kB (medians of {rounds} rounds):",
        group(rows),
        tables.bytes as f64 / 1e6,
        tables.index_bytes as f64 / 1e6,
        tables.index_seconds,
    );
    let mut bench = Bench {
        tables,
        runtime,
        duckdb,
        random: Random::new(15),
        rounds,
    };
    for query in Query::ALL.into_iter().filter(asked) {
        let results = bench.measure(query)?;
        print(&results);
        comparison.report.targets.extend(targets(query, &results));
        comparison.results.extend(results);
    }
    comparison.report.print_targets(options.quick);
    drop(bench);
    std::fs::remove_dir_all(&folder).context("cannot remove the tables")?;
    if let Some(path) = &options.json {
        save(&comparison, path)?;
    }
    comparison.report.check_targets(options.check)
}

struct Bench {
    tables: Tables,
    runtime: Arc<tokio::runtime::Runtime>,
    duckdb: Option<Duckdb>,
    random: Random,
    rounds: u64,
}

impl Bench {
    /// Asks all engines in turns.
    fn measure(&mut self, query: Query) -> Result<Vec<Measurements>> {
        let mut results: Vec<Measurements> = Vec::new();
        for round in 0..self.rounds {
            let text = query.text(&mut self.random, &self.tables);
            let other = query.text(&mut self.random, &self.tables);
            let mut answers: Vec<(String, Measured)> = Vec::new();
            for is_warm in [false, true] {
                let mut engines = Engine::ALL;
                // None always comes first, when the system's caches may be colder.
                engines.rotate_left(round as usize % Engine::ALL.len());
                for engine in engines {
                    let before = is_warm.then_some(&*other);
                    let asked = engine.ask(&self.tables, before, &text);
                    let name = match is_warm {
                        true => format!("{}, warm", engine.name()),
                        false => format!("{}, cold", engine.name()),
                    };
                    answers.push((name, self.runtime.block_on(asked)?));
                }
            }
            if let Some(duckdb) = &mut self.duckdb {
                answers.push(("duckdb, warm".to_owned(), duckdb.ask(&text)?));
            }
            let expected = answers[0].1.answer.clone();
            for (engine, measured) in answers {
                ensure!(
                    measured.answer == expected,
                    "{engine} answers {}, others {expected}, to {text}",
                    measured.answer
                );
                match results.iter_mut().find(|it| it.engine == engine) {
                    Some(known) => known.push(measured),
                    None => {
                        let mut new = Measurements {
                            query: query.name(),
                            engine,
                            seconds: Vec::new(),
                            requests: Vec::new(),
                            bytes: Vec::new(),
                        };
                        new.push(measured);
                        results.push(new);
                    }
                }
            }
        }
        results.sort_by(|one, other| one.engine.cmp(&other.engine));
        Ok(results)
    }
}

fn print(results: &[Measurements]) {
    println!("\n{}", results[0].query);
    for it in results {
        println!(
            "  {:<24} {:>9.2} ms {:>7} requests {:>10.0} kB",
            it.engine,
            median(it.seconds.clone()) * 1e3,
            median(it.requests.clone()),
            median(it.bytes.clone()) / 1e3,
        );
    }
}

/// What is asked of an index.
fn targets(query: Query, results: &[Measurements]) -> Vec<Target> {
    let find = |name: &str| results.iter().find(|it| it.engine == name);
    let mut targets = Vec::new();
    let mut push = |what: &str, bound, source, measured| {
        targets.push(Target {
            subject: query.name().to_owned(),
            what: what.to_owned(),
            bound,
            source,
            measured,
        });
    };
    for state in ["cold", "warm"] {
        let engine = |name: &str| find(&format!("{name}, {state}"));
        let (Some(ours), Some(plain), Some(bloom)) = (
            engine("leafwise"),
            engine("datafusion"),
            engine("bloom filters"),
        ) else {
            continue;
        };
        const READS_LITTLE: &str = "ours: an index knows the page";
        const COSTS_LITTLE: &str = "ours: an index must not be a reason to wait";
        let is_helped = query.is_point();
        if is_helped {
            let what = format!("{state}: times fewer bytes than datafusion");
            let bytes = ratio(&plain.bytes, &ours.bytes);
            push(&what, Bound::AtLeast(20.0), READS_LITTLE, bytes);
            let what = format!("{state}: times faster than datafusion");
            let time = ratio(&plain.seconds, &ours.seconds);
            push(&what, Bound::AtLeast(10.0), READS_LITTLE, time);
            let what = format!("{state}: times faster than bloom filters");
            let time = ratio(&bloom.seconds, &ours.seconds);
            push(&what, Bound::AtLeast(3.0), READS_LITTLE, time);
        }
        if query.is_unhelped() {
            let what = format!("{state}: time relative to datafusion");
            let time = ratio(&ours.seconds, &plain.seconds);
            push(&what, Bound::AtMost(1.02), COSTS_LITTLE, time);
        }
    }
    targets
}
