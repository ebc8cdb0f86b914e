//! `leafwise-bench program`: the program `leafwise` as a whole process, compared with the programs
//! that a user would choose instead.
//!
//! All of them read the same table and take turns in every round. Their output goes to a file. It
//! is read afterwards: a program that has not printed the right rows ends the run with an error.

mod figures;
mod measure;
mod question;
mod table;
mod targets;
mod tool;

use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use clap::Args;
use serde::Serialize;

use crate::conduct::parse_entries;
use crate::operation::Timed;
use crate::random::Random;
use crate::report::{Report, group, save};
use figures::Answers;
use measure::{Cost, cost};
use question::{Problem, Question, printed_ids};
use table::Recipe;
use tool::{DATABASE, Files, Tool, our_program};

pub(crate) use measure::{Options as MeasureOptions, measure};

/// Rows of the table in a short run.
const FEW_ROWS: usize = 200_000;

/// The options of `program`.
#[derive(Args)]
pub(crate) struct Options {
    /// The program to measure [default: the one in the folder of this program]
    #[arg(long, value_name = "PATH")]
    leafwise: Option<PathBuf>,
    /// Rows of the table, such as 200k or 4m: about 60 MB for each million.
    #[arg(long, value_parser = parse_rows, default_value = "4m")]
    rows: usize,
    /// Put every cell that is not a number between quotes, some with commas, quotes and newlines.
    #[arg(long)]
    quoted: bool,
    /// The folder for the table, which is kept for further runs, and for output. Only one run at a
    /// time may use it. [default: one in the system's folder of temporary files]
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
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

fn parse_rows(text: &str) -> Result<usize> {
    let rows = parse_entries(text)?;
    ensure!(rows > 0, "a table has rows");
    Ok(rows)
}

/// A program that is compared.
#[derive(Serialize)]
struct Installed {
    tool: String,
    version: String,
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
    let (tools, installed) = bench.installed(&options.tools);
    for tool in &tools {
        if let Some(command) = tool.preparation(&bench.files) {
            cost(&command, &bench.folder, &bench.output())?;
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

/// The absolute path of the folder that the programs run in.
fn folder(options: &Options) -> Result<PathBuf> {
    let given = options.folder.clone();
    let folder = given.unwrap_or_else(|| std::env::temp_dir().join("leafwise-bench"));
    fs::create_dir_all(&folder)
        .and_then(|()| fs::canonicalize(&folder))
        .with_context(|| format!("cannot make the folder {}", folder.display()))
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
            folder: folder(options)?,
            files: Files {
                leafwise: our_program(options.leafwise.as_deref())?,
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

    /// Those of the asked programs that are installed, with leafwise, and prints what others lack.
    fn installed(&self, asked: &[Tool]) -> (Vec<Tool>, Vec<Installed>) {
        let (mut tools, mut installed) = (Vec::new(), Vec::new());
        for tool in Tool::chosen(&[]) {
            if !asked.is_empty() && !asked.contains(&tool) && tool != Tool::Leafwise {
                continue;
            }
            let name = tool.name();
            match tool.version(&self.files) {
                Some(version) => {
                    println!("{name}: {version}");
                    tools.push(tool);
                    installed.push(Installed {
                        tool: name,
                        version,
                    });
                }
                None => println!("{name}: skipped, not installed: {}", tool.source()),
            }
        }
        (tools, installed)
    }

    /// Gives every program that has a command for the question a turn in every round.
    fn answers(&self, problem: &Problem, tools: &[Tool]) -> Result<Answers> {
        let commands = tools.iter().filter_map(|tool| {
            let command = tool.command(&problem.asked, &self.files)?;
            Some((*tool, command))
        });
        let commands: Vec<_> = commands.collect();
        let mut costs: Vec<(Tool, Vec<Cost>)> = commands
            .iter()
            .map(|(tool, _)| (*tool, Vec::new()))
            .collect();
        let mut order: Vec<usize> = (0..commands.len()).collect();
        for round in 0..self.rounds {
            // In a different order each time, so that no program always follows the same one.
            Random::new(round).shuffle(&mut order);
            let mut unable = Vec::new();
            for &index in &order {
                let (tool, command) = &commands[index];
                match self.turn(problem, *tool, command)? {
                    Some(cost) => costs[index].1.push(cost),
                    None => {
                        costs[index].1.clear();
                        unable.push(index);
                    }
                }
            }
            order.retain(|index| !unable.contains(index));
        }
        let rows = (problem.ids.len(), self.recipe.rows);
        Ok(Answers::new(problem.question.name(), rows, &costs))
    }

    /// Runs one program and checks what it has printed. Returns `None` if it has failed, which it
    /// prints, at a question that not every program can answer.
    fn turn(&self, problem: &Problem, tool: Tool, command: &[OsString]) -> Result<Option<Cost>> {
        let output = self.output();
        match cost(command, &self.folder, &output) {
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
