//! `leafwise-bench weight`: what a map costs its users whenever they build and test.
//!
//! A program of four maps is compiled over std's map and over ours, in turns, without and with
//! optimisation. The measurements are processor time, of the compiler and of the program, and the
//! size of the program. The library itself is built before, since that cost is paid once.

mod cost;
mod toolchain;

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, ensure};
use clap::Args;
use serde::Serialize;

use crate::report::{Bound, Report, Target, save};
use crate::stats::{median, ratio};
use toolchain::{Profile, Side, Workshop};

/// The options of `weight`.
#[derive(Args)]
pub(crate) struct Options {
    /// The checkout of the library to weigh, instead of the one that this was built from.
    #[arg(long, value_name = "DIR")]
    source: Option<PathBuf>,
    /// How often each program is compiled and run.
    #[arg(long, default_value = "5", value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// A short run: one round, and no instructions counted.
    #[arg(long, conflicts_with = "rounds")]
    quick: bool,
    /// Fail if a target is missed.
    #[arg(long)]
    check: bool,
    /// Write all measurements to this file, as JSON.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

/// The measured quantities.
#[derive(Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Quantity {
    CompilerSeconds,
    StrippedBytes,
    RunSeconds,
    RunInstructions,
}

impl Quantity {
    /// The title in the table.
    fn title(self) -> &'static str {
        match self {
            Self::CompilerSeconds => "compiler, CPU s",
            Self::StrippedBytes => "stripped program, MB",
            Self::RunSeconds => "run, CPU s",
            Self::RunInstructions => "run, million instructions",
        }
    }

    /// The unit of the table.
    fn unit(self) -> f64 {
        match self {
            Self::CompilerSeconds | Self::RunSeconds => 1.0,
            Self::StrippedBytes | Self::RunInstructions => 1e6,
        }
    }
}

/// A quantity of both programs, by round.
#[derive(Serialize)]
struct Comparison {
    profile: &'static str,
    quantity: Quantity,
    std: Vec<f64>,
    ours: Vec<f64>,
    /// The median of the ratios of the rounds.
    ratio: f64,
}

impl Comparison {
    /// From a pair of numbers per round, std's first.
    fn new(profile: Profile, quantity: Quantity, rounds: &[[f64; 2]]) -> Self {
        let [std, ours] = [0, 1].map(|side| rounds.iter().map(|round| round[side]).collect());
        let (std, ours): (Vec<f64>, Vec<f64>) = (std, ours);
        Self {
            profile: profile.name(),
            quantity,
            ratio: ratio(&ours, &std),
            std,
            ours,
        }
    }

    fn print(&self) {
        let unit = self.quantity.unit();
        let middle = |numbers: &[f64]| median(numbers.to_vec()) / unit;
        println!(
            "{:9}{:28}{:10.3}{:10.3}{:9.2}x",
            self.profile,
            self.quantity.title(),
            middle(&self.std),
            middle(&self.ours),
            self.ratio,
        );
    }
}

/// All measurements.
#[derive(Serialize)]
struct Weight {
    #[serde(flatten)]
    report: Report,
    comparisons: Vec<Comparison>,
}

/// Measures, prints a table and the targets, and saves it all.
pub(crate) fn run(options: &Options) -> Result<()> {
    let own = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    let workshop = Workshop::new(options.source.as_ref().unwrap_or(&own))?;
    let mut weight = Weight {
        report: Report::new(),
        comparisons: Vec::new(),
    };
    println!("A program of four maps, over std's map and over ours (median of rounds):");
    println!("{:37}{:>10}{:>10}{:>10}", "", "std", "ours", "ratio");
    for profile in Profile::ALL {
        let compared = compare(&workshop, profile, options)?;
        compared.iter().for_each(Comparison::print);
        weight.comparisons.extend(compared);
    }
    weight.report.targets = targets(&weight.comparisons);
    weight.report.print_targets(options.quick);
    if let Some(path) = &options.json {
        save(&weight, path)?;
    }
    weight.report.check_targets(options.check)
}

/// Compiles and runs both programs in turns, in alternating order.
fn compare(workshop: &Workshop, profile: Profile, options: &Options) -> Result<Vec<Comparison>> {
    workshop.build_library(profile)?;
    let rounds = if options.quick { 1 } else { options.rounds };
    // The first time warms up, and strips.
    let bytes = in_turn(0, |side| {
        cost::run(&mut workshop.compile_stripped(side, profile))?;
        Ok(fs::metadata(workshop.program(side, profile))?.len() as f64)
    })?;
    let (mut compiled, mut ran) = (Vec::new(), Vec::new());
    for round in 0..rounds {
        compiled.push(in_turn(round, |side| {
            Ok(cost::run(&mut workshop.compile(side, profile))?.seconds)
        })?);
        ran.push(run_both(workshop, profile, round)?);
    }
    let mut compared = vec![
        Comparison::new(profile, Quantity::CompilerSeconds, &compiled),
        Comparison::new(profile, Quantity::StrippedBytes, &[bytes]),
        Comparison::new(profile, Quantity::RunSeconds, &ran),
    ];
    if !options.quick {
        let count = |side| cost::instructions(&workshop.program(side, profile));
        if let (Some(std), Some(ours)) = (count(Side::Std)?, count(Side::Ours)?) {
            let counts = [[std, ours]];
            compared.push(Comparison::new(profile, Quantity::RunInstructions, &counts));
        }
    }
    Ok(compared)
}

/// Runs both programs and fails if they print different things.
fn run_both(workshop: &Workshop, profile: Profile, round: u32) -> Result<[f64; 2]> {
    let mut outputs = Vec::new();
    let seconds = in_turn(round, |side| {
        let mut program = Command::new(workshop.program(side, profile));
        let ran = cost::run(&mut program)?;
        outputs.push(ran.output);
        Ok(ran.seconds)
    })?;
    ensure!(
        outputs[0] == outputs[1],
        "the programs print different results"
    );
    Ok(seconds)
}

/// Measures both sides and returns std's number first, whichever side was first.
fn in_turn(round: u32, mut measure: impl FnMut(Side) -> Result<f64>) -> Result<[f64; 2]> {
    if round.is_multiple_of(2) {
        let std = measure(Side::Std)?;
        Ok([std, measure(Side::Ours)?])
    } else {
        let ours = measure(Side::Ours)?;
        Ok([measure(Side::Std)?, ours])
    }
}

// The sources of the targets.
const A_SMALL_PART: &str = "ours: a third more of a small part of each build is not noticeable";
const BUILT_SELDOM: &str = "ours: releases are built seldom, and inline more";
const NO_MORE_CODE: &str = "ours: a program should contain little code that it does not use";
const IN_TESTS: &str = "ours: tests run unoptimised, and should not wait for a map";

/// The limits of a map's cost relative to std's. Instructions are the same in each run: if they
/// were counted, they replace the time.
fn targets(compared: &[Comparison]) -> Vec<Target> {
    use Quantity::{CompilerSeconds, RunInstructions, RunSeconds, StrippedBytes};
    let (dev, release) = (Profile::Dev.name(), Profile::Release.name());
    let counted = compared.iter().any(|one| one.quantity == RunInstructions);
    let run = if counted { RunInstructions } else { RunSeconds };
    let mut found = Vec::new();
    for (profile, quantity, what, most, source) in [
        (dev, CompilerSeconds, "compiler time", 1.3, A_SMALL_PART),
        (release, CompilerSeconds, "compiler time", 1.5, BUILT_SELDOM),
        (dev, StrippedBytes, "size of the program", 1.5, NO_MORE_CODE),
        (dev, run, "run time of the program", 2.0, IN_TESTS),
    ] {
        let mut measured = compared.iter();
        let same = |one: &&Comparison| (one.profile, one.quantity) == (profile, quantity);
        found.extend(measured.find(same).map(|comparison| Target {
            subject: profile.to_owned(),
            what: format!("{what} relative to std"),
            bound: Bound::AtMost(most),
            source,
            measured: comparison.ratio,
        }));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counted_instructions_replace_the_time() {
        let compared =
            |quantity, std, ours| Comparison::new(Profile::Dev, quantity, &[[std, ours]]);
        let seconds = compared(Quantity::RunSeconds, 1.0, 5.0);
        let found = targets(&[seconds]);
        assert!(found.len() == 1 && found[0].measured == 5.0 && !found[0].is_reached());
        let both = [
            compared(Quantity::RunSeconds, 1.0, 5.0),
            compared(Quantity::RunInstructions, 100.0, 150.0),
        ];
        let found = targets(&both);
        assert!(found.len() == 1 && found[0].measured == 1.5 && found[0].is_reached());
    }

    #[test]
    fn stds_number_comes_first() {
        let number = |side| Ok(if side == Side::Std { 1.0 } else { 2.0 });
        assert_eq!(in_turn(0, number).unwrap(), [1.0, 2.0]);
        assert_eq!(in_turn(1, number).unwrap(), [1.0, 2.0]);
    }
}
