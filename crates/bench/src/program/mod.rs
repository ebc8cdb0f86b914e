//! `leafwise-bench program`: the program `leafwise` as a whole process, compared with the programs
//! that a user would choose instead.
//!
//! All of them read the same table and take turns in every round. Their output goes to a file. It
//! is read afterwards: a program that has not printed the right rows ends the run with an error.

mod question;
mod targets;
mod tool;

use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use serde::Serialize;

use crate::operation::Timed;
use crate::processes::{
    Answers, Cost, FEW_ROWS, Installed, Place, Recipe, SUCCESS, cost, installed, parse_rows,
    take_turns,
};
use crate::report::{Report, group, save};
use question::{Problem, Question, printed_ids};
use tool::{DATABASE, Files, Tool};

/// The options of `program`.
#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    place: Place,
    /// Rows of the table, such as 200k or 4m: about 60 MB for each million.
    #[arg(long, value_parser = parse_rows, default_value = "4m")]
    rows: usize,
    /// Put every cell that is not a number between quotes, some with commas, quotes and newlines.
    #[arg(long)]
    quoted: bool,
    /// Questions [default: all]
    #[arg(long, value_enum, value_delimiter = ',')]
    questions: Vec<Question>,
    /// Programs, besides leafwise [default: all that are installed]
    #[arg(long, value_enum, value_delimiter = ',')]
    tools: Vec<Tool>,
    /// How often each program answers each question.
    #[arg(long, default_value = "5", value_parser = clap::value_parser!(u64).range(1..))]
    rounds: u64,
    /// A short run: a table of 200 000 rows and one round.
    #[arg(long, conflicts_with_all = ["rows", "rounds"])]
    quick: bool,
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
    quoted: bool,
    table_bytes: u64,
    tools: Vec<Installed>,
    answers: Vec<Answers>,
}

/// Measures, prints each table as soon as it is complete, and saves them all.
pub(crate) fn run(options: &Options) -> Result<()> {
    let bench = Bench::prepare(options)?;
    let (tools, installed) = installed(&options.tools, &bench.files.leafwise);
    for tool in &tools {
        if let Some(command) = tool.preparation(&bench.files) {
            cost(&command, &bench.folder, &bench.output(), SUCCESS)?;
        }
    }
    let mut comparison = Comparison {
        report: Report::new(),
        rows: bench.recipe.rows,
        quoted: bench.recipe.quoted,
        table_bytes: fs::metadata(bench.table())?.len(),
        tools: installed,
        answers: Vec::new(),
    };
    let questions = Question::chosen(&options.questions);
    for problem in Problem::of_table(&bench.recipe, &questions) {
        let answers = bench.answers(&problem, &tools)?;
        println!("\n{answers}");
        let targets = targets::targets(problem.question, &answers);
        comparison.report.targets.extend(targets);
        comparison.answers.push(answers);
    }
    comparison.report.print_targets(options.quick);
    for left in [bench.output(), bench.folder.join(DATABASE)] {
        if left.exists() {
            fs::remove_file(left)?;
        }
    }
    options
        .json
        .as_ref()
        .map_or(Ok(()), |path| save(&comparison, path))
}

/// What all programs share.
struct Bench {
    recipe: Recipe,
    folder: PathBuf,
    files: Files,
    rounds: u64,
}

impl Bench {
    /// Makes the table, and reads it once: all programs find it in the system's cache.
    fn prepare(options: &Options) -> Result<Self> {
        let recipe = Recipe {
            rows: if options.quick {
                FEW_ROWS
            } else {
                options.rows
            },
            quoted: options.quoted,
        };
        let bench = Self {
            recipe,
            folder: options.place.folder()?,
            files: Files {
                leafwise: options.place.our_program()?,
                table: recipe.file_name(),
                is_quoted: recipe.quoted,
            },
            rounds: if options.quick { 1 } else { options.rounds },
        };
        let table = bench.table();
        recipe.make(&table)?;
        let bytes = io::copy(&mut File::open(&table)?, &mut io::sink())?;
        println!(
            "{}: {} rows, {:.0} MB.\nWall time (median of rounds), how many times as long as \
             leafwise it is, processor time, and peak of resident memory:",
            table.display(),
            group(recipe.rows),
            bytes as f64 / 1e6,
        );
        Ok(bench)
    }

    fn table(&self) -> PathBuf {
        self.folder.join(&self.files.table)
    }

    fn output(&self) -> PathBuf {
        self.folder.join("output.csv")
    }

    /// Gives every program that has a command for the question a turn in every round.
    fn answers(&self, problem: &Problem, tools: &[Tool]) -> Result<Answers> {
        let commands = tools.iter().filter_map(|tool| {
            let command = tool.command(&problem.asked, &self.files)?;
            Some((*tool, command))
        });
        let (tools, commands): (Vec<Tool>, Vec<_>) = commands.unzip();
        let costs = take_turns(&tools, self.rounds, |_, index| {
            self.turn(problem, tools[index], &commands[index])
        })?;
        let rows = (problem.ids.len(), self.recipe.rows);
        Ok(Answers::new(problem.question.name(), rows, &costs))
    }

    /// Runs one program and checks what it has printed. Returns `None` if it has failed, which it
    /// prints, at a question that not every program can answer.
    fn turn(&self, problem: &Problem, tool: Tool, command: &[OsString]) -> Result<Option<Cost>> {
        let output = self.output();
        match cost(command, &self.folder, &output, SUCCESS) {
            Ok(cost) => {
                problem.check(&tool.name(), printed_ids(&output)?)?;
                Ok(Some(cost))
            }
            Err(error) if problem.asked.is_optional() => {
                eprintln!("{error}");
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }
}
