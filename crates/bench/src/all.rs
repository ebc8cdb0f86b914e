//! `leafwise-bench all`: every benchmark of the report, each saved as JSON in one folder.
//!
//! Each run is a process of its own, so that none inherits the memory of another. Its file gets its
//! name only when it is complete, and a file with that name is not measured again unless asked for.
//! So an interrupted command continues where it was, and a file that a subcommand has written by
//! itself, with other options, is as good.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use clap::{Args, ValueEnum};

use crate::operation::Timed;

/// The options of `all`.
#[derive(Args)]
pub(crate) struct Options {
    /// The folder for the JSON files, which is made
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
    /// Benchmarks [default: all]
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Suite>,
    /// Short runs, enough to see that everything works, saved in the folder `quick` of FOLDER
    #[arg(long)]
    quick: bool,
    /// Measure again what the folder has.
    #[arg(long)]
    again: bool,
    /// More options for each of the benchmarks, such as `-- --peers brie --ops get,insert`.
    /// `--n` and `--rows` replace the sizes of the report.
    #[arg(last = true, value_name = "OPTIONS")]
    more: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Suite {
    Maps,
    Index,
    Static,
    Oblivious,
    Files,
    Scale,
}

/// One process.
pub(crate) struct Run {
    suite: Suite,
    /// The name of its file, without `.json`.
    pub(crate) name: &'static str,
    arguments: &'static [&'static str],
    /// The options for how much is measured, which a short run does without.
    sizes: &'static [&'static str],
}

/// The options of the benchmarks for sizes.
const SIZES: [&str; 2] = ["--n", "--rows"];

/// All runs, in the order of the report.
pub(crate) const RUNS: [Run; 7] = [
    Run {
        suite: Suite::Maps,
        name: "maps-u64",
        arguments: &["--keys", "u64"],
        sizes: &["--n", "1,20,1k,10k,100k,1m,10m"],
    },
    Run {
        suite: Suite::Maps,
        name: "maps-string",
        arguments: &["--keys", "string"],
        sizes: &["--n", "1,20,1k,100k,1m"],
    },
    Run {
        suite: Suite::Index,
        name: "index",
        arguments: &["--values", "1,16,1000"],
        sizes: &["--n", "1k,100k,1m"],
    },
    Run {
        suite: Suite::Static,
        name: "static",
        arguments: &["--keys", "u32,u64", "--patterns", "uniform"],
        sizes: &["--n", "1k,100k,1m,16m"],
    },
    Run {
        suite: Suite::Oblivious,
        name: "oblivious",
        arguments: &[],
        sizes: &["--n", "1k,100k,1m,10m"],
    },
    Run {
        suite: Suite::Scale,
        name: "scale",
        arguments: &[],
        sizes: &["--n", "1,10,100,1k,10k,100k,1m,10m,100m"],
    },
    Run {
        suite: Suite::Files,
        name: "files",
        arguments: &[],
        sizes: &["--rows", "1m"],
    },
];

impl Run {
    fn arguments<'a>(&self, quick: bool, more: &'a [String]) -> Vec<&'a str> {
        let more: Vec<&str> = more.iter().map(String::as_str).collect();
        let is_size = |option: &&str| {
            let name = option.split('=').next();
            name.is_some_and(|name| SIZES.contains(&name))
        };
        let sizes = match quick {
            true => &["--quick"],
            false if more.iter().any(is_size) => &[][..],
            false => self.sizes,
        };
        [self.arguments, sizes, &more].concat()
    }
}

/// Runs what is asked for and not yet there. The runs after a failed one still run.
pub(crate) fn run(options: &Options) -> Result<()> {
    // Apart, so that what a short run measured is never taken for a whole one.
    let folder = match options.quick {
        true => options.out.join("quick"),
        false => options.out.clone(),
    };
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let wanted = |run: &&Run| options.only.is_empty() || options.only.contains(&run.suite);
    let runs: Vec<&Run> = RUNS.iter().filter(wanted).collect();
    let start = Instant::now();
    let mut failed = Vec::new();
    for (index, run) in runs.iter().enumerate() {
        let path = folder.join(format!("{}.json", run.name));
        let place = format!("[{} of {}] {}", index + 1, runs.len(), run.name);
        if path.exists() && !options.again {
            eprintln!("{place}: {} is there", path.display());
            continue;
        }
        eprintln!("{place}: begins after {} s", start.elapsed().as_secs());
        if let Err(error) = measure(run, &path, options) {
            eprintln!("{place}: {error:#}");
            failed.push(run.name);
        }
    }
    eprintln!("finished after {} s", start.elapsed().as_secs());
    ensure!(failed.is_empty(), "failed: {}", failed.join(", "));
    Ok(())
}

fn measure(run: &Run, path: &Path, options: &Options) -> Result<()> {
    let partial = path.with_extension("json.part");
    let mut command = Command::new(std::env::current_exe()?);
    let arguments = run.arguments(options.quick, &options.more);
    command.arg(run.suite.name()).args(arguments);
    let status = command.arg("--json").arg(&partial).status()?;
    if !status.success() {
        bail!("the benchmark has failed: {status}");
    }
    fs::rename(&partial, path).with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[test]
    fn sizes_are_replaced_by_those_asked_for() {
        let arguments = |more: &str| {
            let more: Vec<String> = more.split(' ').map(str::to_owned).collect();
            RUNS[0].arguments(false, &more).join(" ")
        };
        assert_eq!(arguments("--n 5"), "--keys u64 --n 5");
        assert_eq!(arguments("--n=5"), "--keys u64 --n=5");
        assert_eq!(
            arguments("--ops get"),
            "--keys u64 --n 1,20,1k,10k,100k,1m,10m --ops get"
        );
    }

    #[test]
    fn arguments_are_those_of_the_subcommands() {
        for run in RUNS
            .iter()
            .filter(|run| run.suite != Suite::Files || cfg!(unix))
        {
            for quick in [false, true] {
                let (program, name) = ("leafwise-bench".to_owned(), run.suite.name());
                let arguments = run.arguments(quick, &[]).into_iter().map(str::to_owned);
                let line = [program, name].into_iter().chain(arguments);
                crate::Arguments::try_parse_from(line).map(drop).unwrap();
            }
        }
    }
}
