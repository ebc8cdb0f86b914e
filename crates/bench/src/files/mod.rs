//! `leafwise-bench files`: the index files of the program `leafwise`, compared with databases that
//! have imported the same table, and with scans of it.
//!
//! Every look-up is a new process. All programs take turns in every round, and their output goes to
//! a file. It is read afterwards: a program that has not printed the right rows ends the run with
//! an error.

mod data;
mod question;
mod sizes;
mod targets;
mod tool;

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use clap::Args;
use serde::Serialize;

use crate::operation::Timed;
use crate::processes::{
    Answers, Cost, FEW_ROWS, Installed, Place, Recipe, SUCCESS, cost, installed, parse_rows,
    take_turns,
};
use crate::report::{Report, group, save};
use crate::stats::median;
use data::{Data, Keys};
use question::{Problem, Question};
use sizes::{Size, Sizes};
use tool::{Files, INDEXED, PARQUET, SCANNED, Tool, our_index};

/// The folder for everything but the generated table, which is removed in the end.
const FOLDER: &str = "leafwise-files";

/// The keys of the generated table.
const GENERATED_KEYS: [&str; 4] = ["id", "name", "city", "amount"];

/// Answers are short: each program is asked this often in a round, with other keys.
const ASKED_PER_ROUND: u64 = 3;

/// The exit codes of a program that has found nothing.
const NOTHING_FOUND: &[i32] = &[0, 1];

/// The options of `files`.
#[derive(Args)]
#[command(after_help = "Example, for three million flights:\n  \
    crates/bench/fetch-flights.sh flights\n  \
    leafwise-bench files --table flights/flights.csv --key date --key delay --key origin \\\n    \
    --key origin+destination --folder flights")]
pub(crate) struct Options {
    #[command(flatten)]
    place: Place,
    /// A table: CSV or TSV, and perhaps the same rows beside it as Parquet, under the same name
    /// except for the end [default: one of random rows]
    #[arg(long, value_name = "FILE", requires = "keys")]
    table: Option<PathBuf>,
    /// A column whose keys are looked up, or several with + between them [default for the table of
    /// random rows: id, name, city and amount, each by itself]
    #[arg(long = "key", value_name = "COLUMN")]
    keys: Vec<String>,
    /// Rows of the table of random rows, such as 200k or 4m: about 60 MB for each million.
    #[arg(long, value_parser = parse_rows, default_value = "4m", conflicts_with = "table")]
    rows: usize,
    /// What is measured [default: all]
    #[arg(long, value_enum, value_delimiter = ',')]
    questions: Vec<Question>,
    /// Programs, besides leafwise with an index [default: all that are installed]
    #[arg(long, value_enum, value_delimiter = ',')]
    tools: Vec<Tool>,
    /// The memory that leafwise may use, except in a bounded build, such as 64MiB.
    #[arg(long, value_name = "SIZE")]
    memory: Option<String>,
    /// How often each program builds. Each is asked three times as often.
    #[arg(long, default_value = "3", value_parser = clap::value_parser!(u64).range(1..))]
    rounds: u64,
    /// A short run: one round, and 200 000 random rows.
    #[arg(long, conflicts_with_all = ["rows", "rounds"])]
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
    table: String,
    rows: usize,
    table_bytes: u64,
    tools: Vec<Installed>,
    answers: Vec<Answers>,
    sizes: Vec<Sizes>,
}

/// Measures, prints each table as soon as it is complete, and saves them all.
pub(crate) fn run(options: &Options) -> Result<()> {
    let leafwise = options.place.our_program()?;
    let folder = options.place.folder()?;
    let data = data(options, &folder)?;
    let folder = folder.join(FOLDER);
    let (tools, installed) = installed(&options.tools, &leafwise);
    let bench = Bench {
        rounds: if options.quick { 1 } else { options.rounds },
        memory: options.memory.as_deref(),
        files: Files {
            leafwise: &leafwise,
            has_parquet: prepare(&folder, &data)?,
            data: &data,
        },
        has_index: has_index(&leafwise),
        tools,
        folder,
    };
    bench.print_heading();
    let mut comparison = Comparison {
        report: Report::new(),
        table: data.path.display().to_string(),
        rows: data.len(),
        table_bytes: data.bytes,
        tools: installed,
        answers: Vec::new(),
        sizes: Vec::new(),
    };
    let imported = bench.imported_bytes()?;
    let generated = GENERATED_KEYS.map(str::to_owned);
    let keys = if options.keys.is_empty() {
        &generated[..]
    } else {
        &options.keys
    };
    for key in keys {
        bench.measure(key, &options.questions, &imported, &mut comparison)?;
    }
    comparison.report.print_targets(options.quick);
    remove_folder(&bench.folder)?;
    if let Some(path) = &options.json {
        save(&comparison, path)?;
    }
    comparison.report.check_targets(options.check)
}

/// Reads the given table, or the one of random rows, which it makes. So all programs find it in the
/// system's cache.
fn data(options: &Options, folder: &Path) -> Result<Data> {
    if let Some(table) = &options.table {
        return Data::read(table);
    }
    let recipe = Recipe {
        rows: if options.quick {
            FEW_ROWS
        } else {
            options.rows
        },
        quoted: false,
    };
    let table = folder.join(recipe.file_name());
    recipe.make(&table)?;
    Data::read(&table)
}

/// Makes the folder that the programs run in, with the table where they read it. Returns whether
/// there is also one as Parquet.
fn prepare(folder: &Path, data: &Data) -> Result<bool> {
    let inside = data.path.starts_with(folder);
    ensure!(!inside, "{}: the table would be removed", folder.display());
    // An earlier run may have failed and left its files.
    remove_folder(folder)?;
    let end = data.path.extension().unwrap_or_default();
    for name in [INDEXED, SCANNED] {
        let folder = folder.join(name);
        fs::create_dir_all(&folder)?;
        link(&data.path, &folder.join("table").with_extension(end))?;
    }
    let parquet = data.path.with_extension("parquet");
    let has_parquet = parquet.exists();
    if has_parquet {
        link(&parquet, &folder.join(PARQUET))?;
    }
    Ok(has_parquet)
}

/// Makes `path` another name of a file, or a copy if the system cannot do that.
fn link(file: &Path, path: &Path) -> Result<()> {
    fs::hard_link(file, path)
        .or_else(|_| fs::copy(file, path).map(drop))
        .with_context(|| format!("cannot make {}", path.display()))
}

/// Removes a file if it exists.
fn remove(path: &Path) -> Result<()> {
    removed(fs::remove_file(path), path)
}

/// Removes a folder, with what it has, if it exists.
fn remove_folder(path: &Path) -> Result<()> {
    removed(fs::remove_dir_all(path), path)
}

/// Fails unless `path` has been removed, or did not exist.
fn removed(result: io::Result<()>, path: &Path) -> Result<()> {
    match result {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", path.display()))
        }
        _ => Ok(()),
    }
}

/// Returns whether the program has the command, which earlier versions do not have.
fn has_index(leafwise: &Path) -> bool {
    let mut command = Command::new(leafwise);
    command.args(["index", "--help"]);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// What all programs share.
struct Bench<'a> {
    rounds: u64,
    memory: Option<&'a str>,
    files: Files<'a>,
    has_index: bool,
    tools: Vec<Tool>,
    folder: PathBuf,
}

impl Bench<'_> {
    fn print_heading(&self) {
        let data = self.files.data;
        if !self.has_index {
            println!(
                "{}: skipped, this version has no indexes",
                Tool::Leafwise.name()
            );
        }
        if self.tools.contains(&Tool::DuckdbParquet) && !self.files.has_parquet {
            let parquet = data.path.with_extension("parquet");
            let name = Tool::DuckdbParquet.name();
            println!("{name}: skipped, no file {}", parquet.display());
        }
        println!(
            "{}: {} rows, {:.0} MB.\nWall time (median of rounds), how many times as long as \
             leafwise with an index it is, processor time, and peak of resident memory:",
            data.path.display(),
            group(data.len()),
            data.bytes as f64 / 1e6,
        );
    }

    fn output(&self) -> PathBuf {
        self.folder.join("output.csv")
    }

    /// The file that a tool has built.
    fn built(&self, tool: Tool) -> Result<Option<PathBuf>> {
        match tool.built() {
            Some(name) => Ok(Some(self.folder.join(name))),
            None if tool == Tool::Leafwise => Ok(our_index(&self.folder)?),
            None => Ok(None),
        }
    }

    /// Removes what a tool has built.
    fn remove_built(&self, tool: Tool) -> Result<()> {
        self.built(tool)?.map_or(Ok(()), |path| remove(&path))
    }

    /// The sizes of databases without an index.
    fn imported_bytes(&self) -> Result<Vec<(Tool, u64)>> {
        let mut sizes = Vec::new();
        for &tool in &self.tools {
            if let (Some(command), Some(path)) = (self.files.import(tool), self.built(tool)?) {
                remove(&path)?;
                cost(&command, &self.folder, &self.output(), SUCCESS)?;
                sizes.push((tool, fs::metadata(&path)?.len()));
            }
        }
        Ok(sizes)
    }

    /// Answers the questions for a key. What was built for the key before is replaced, even if
    /// builds are not asked for.
    fn measure(
        &self,
        key: &str,
        questions: &[Question],
        imported: &[(Tool, u64)],
        comparison: &mut Comparison,
    ) -> Result<()> {
        let keys = self.files.data.keys(key)?;
        let questions = Question::chosen(questions);
        if !questions.contains(&Question::Build) {
            self.build(key, &keys, Question::Build, 1)?;
        }
        for question in questions {
            let answers = if question.is_asked() {
                self.answers(key, &keys, question)?
            } else {
                Some(self.build(key, &keys, question, self.rounds)?)
            };
            let Some(answers) = answers else {
                println!("\n{key}: {}: skipped, no such keys", question.name());
                continue;
            };
            println!("\n{answers}");
            let targets = targets::targets(question, &answers, self.budget());
            comparison.report.targets.extend(targets);
            comparison.answers.push(answers);
        }
        let sizes = self.sizes(key, &keys, imported)?;
        println!("\n{sizes}");
        comparison
            .report
            .targets
            .extend(targets::size_target(&sizes));
        comparison.sizes.push(sizes);
        Ok(())
    }

    /// The memory for a bounded build: a quarter of the size of the table, in whole KiB.
    fn budget(&self) -> u64 {
        self.files.data.bytes / 4 / 1024 * 1024
    }

    /// Builds in turns. Of a bounded build, the index is checked by the rows of a key.
    fn build(&self, key: &str, keys: &Keys, question: Question, rounds: u64) -> Result<Answers> {
        let asking = tool::Question::new(&self.files, keys);
        let bounded = format!("{}KiB", self.budget() / 1024);
        let is_bounded = question == Question::BoundedBuild;
        let memory = if is_bounded {
            Some(&*bounded)
        } else {
            self.memory
        };
        let tools = self.tools.iter().copied();
        let is_built = |tool: &Tool| tool.builds() && (!is_bounded || *tool == Tool::Leafwise);
        let tools: Vec<Tool> = tools.filter(is_built).collect();
        let costs = take_turns(&tools, rounds, |_, index| {
            let tool = tools[index];
            let command = asking.build(tool, memory);
            let Some(command) = command.filter(|_| self.is_able(tool)) else {
                return Ok(None);
            };
            self.remove_built(tool)?;
            cost(&command, &self.folder, &self.output(), SUCCESS).map(Some)
        })?;
        if is_bounded && let Some(problem) = Question::Present.problem(self.files.data, keys, 0) {
            self.turn(keys, &asking, &problem, Tool::Leafwise)?;
        }
        let title = format!("{key}: {}", question.name());
        Ok(Answers::new(
            title,
            (keys.len(), self.files.data.len()),
            &costs,
        ))
    }

    fn is_able(&self, tool: Tool) -> bool {
        self.has_index || tool != Tool::Leafwise
    }

    /// Asks in turns, or returns `None` if the table has no such keys.
    fn answers(&self, key: &str, keys: &Keys, question: Question) -> Result<Option<Answers>> {
        let asking = tool::Question::new(&self.files, keys);
        let rounds = self.rounds * ASKED_PER_ROUND;
        let problems = (0..rounds).map(|round| question.problem(self.files.data, keys, round));
        let problems: Option<Vec<Problem>> = problems.collect();
        let Some(problems) = problems else {
            return Ok(None);
        };
        let tools = self.tools.iter().copied();
        let can_answer = |tool: &Tool| asking.command(*tool, &problems[0].asked).is_some();
        let tools: Vec<Tool> = tools.filter(can_answer).collect();
        let costs = take_turns(&tools, rounds, |round, index| {
            self.turn(keys, &asking, &problems[round as usize], tools[index])
        })?;
        let rows = problems.iter().map(|problem| problem.rows.len() as f64);
        let rows = median(rows.collect()) as usize;
        let title = format!("{key}: {}", question.name());
        Ok(Some(Answers::new(
            title,
            (rows, self.files.data.len()),
            &costs,
        )))
    }

    /// Runs one program and checks what it has printed. Returns `None` if it cannot answer.
    fn turn(
        &self,
        keys: &Keys,
        asking: &tool::Question<'_>,
        problem: &Problem,
        tool: Tool,
    ) -> Result<Option<Cost>> {
        let command = asking.command(tool, &problem.asked);
        let Some(command) = command.filter(|_| self.is_able(tool)) else {
            return Ok(None);
        };
        let is_ours = matches!(tool, Tool::Leafwise | Tool::LeafwiseScan);
        let codes = match problem.rows.len() {
            0 if is_ours => NOTHING_FOUND,
            _ => SUCCESS,
        };
        let output = self.output();
        let cost = cost(&command, &self.folder, &output, codes)?;
        let checked = self.files.data.check(keys, &problem.rows, &output, is_ours);
        checked.with_context(|| {
            let printed = command.join(" ".as_ref());
            format!("a wrong answer of {}", printed.display())
        })?;
        Ok(Some(cost))
    }

    fn sizes(&self, key: &str, keys: &Keys, imported: &[(Tool, u64)]) -> Result<Sizes> {
        let data = self.files.data;
        let mut sizes = Sizes::new(key, data.len(), (data.bytes, keys.bytes));
        for &tool in &self.tools {
            if let Some(path) = self.built(tool)?.filter(|_| self.is_able(tool)) {
                let mut known = imported.iter();
                let without = known.find(|(other, _)| *other == tool);
                let without = without.map_or(0, |(_, bytes)| *bytes);
                let bytes = fs::metadata(&path)?.len();
                sizes.files.push(Size::new(tool, bytes, without));
            }
        }
        Ok(sizes)
    }
}
