//! What answers the queries.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::execution::SessionStateBuilder;
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::prelude::{ParquetReadOptions, SessionContext};
use leafwise_counting::{CountingStore, Counts};
use leafwise_datafusion::{ByIndex, IndexedTable};
use object_store::local::LocalFileSystem;
use url::Url;

use super::data::{BLOOM, Tables, USUAL};

/// The URL of the store in every session.
const STORE: &str = "tables://store/";

/// An engine, and what it reads.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Engine {
    Leafwise,
    Datafusion,
    BloomFilters,
}

/// The time of a query, what was read, and the answer.
pub(crate) struct Measured {
    pub(crate) seconds: f64,
    pub(crate) read: Counts,
    pub(crate) answer: String,
}

impl Engine {
    pub(crate) const ALL: [Engine; 3] =
        [Engine::Leafwise, Engine::Datafusion, Engine::BloomFilters];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Engine::Leafwise => "leafwise",
            Engine::Datafusion => "datafusion",
            Engine::BloomFilters => "bloom filters",
        }
    }

    /// Answers a query in a new session. It is timed with the opening of the table, or without and
    /// after another query.
    pub(crate) async fn ask(
        self,
        tables: &Tables,
        before: Option<&str>,
        query: &str,
    ) -> Result<Measured> {
        let files = LocalFileSystem::new_with_prefix(&tables.folder)?;
        let store = Arc::new(CountingStore::new(Arc::new(files), Duration::ZERO));
        let counts = || store.counts("parquet") + store.counts("lwx");
        let runtime = Arc::new(RuntimeEnv::default());
        runtime.register_object_store(&Url::parse(STORE)?, Arc::clone(&store) as _);
        let (mut start, mut read) = (Instant::now(), counts());
        let context = self.open(runtime).await?;
        if let Some(before) = before {
            context.sql(before).await?.collect().await?;
            (start, read) = (Instant::now(), counts());
        }
        let rows = context.sql(query).await?.collect().await?;
        Ok(Measured {
            seconds: start.elapsed().as_secs_f64(),
            read: counts() - read,
            answer: show(&rows)?,
        })
    }

    /// A session that knows the table.
    async fn open(self, runtime: Arc<RuntimeEnv>) -> Result<SessionContext> {
        let state = SessionStateBuilder::new()
            .with_default_features()
            .with_runtime_env(runtime);
        let folder = match self {
            Engine::Leafwise | Engine::Datafusion => format!("{STORE}{USUAL}/"),
            Engine::BloomFilters => format!("{STORE}{BLOOM}/"),
        };
        if let Engine::Leafwise = self {
            let state = state.with_optimizer_rule(Arc::new(ByIndex)).build();
            let table = IndexedTable::open(&state, &folder).await?;
            let context = SessionContext::new_with_state(state);
            context.register_table("t", Arc::new(table))?;
            return Ok(context);
        }
        let context = SessionContext::new_with_state(state.build());
        context
            .register_parquet("t", folder, ParquetReadOptions::default())
            .await?;
        Ok(context)
    }
}

/// Rows as lines of cells between bars.
fn show(rows: &[RecordBatch]) -> Result<String> {
    let options = FormatOptions::new();
    let mut lines = String::new();
    for batch in rows {
        let columns = batch.columns().iter();
        let columns = columns.map(|column| ArrayFormatter::try_new(column, &options));
        let columns: Vec<_> = columns.collect::<Result<_, _>>()?;
        for row in 0..batch.num_rows() {
            let cells: Vec<String> = columns.iter().map(|it| it.value(row).to_string()).collect();
            lines.push_str(&cells.join("|"));
            lines.push('\n');
        }
    }
    Ok(lines)
}

/// A process of duckdb that answers one query after another. It measures the time by itself, and
/// what it reads is not known.
pub(crate) struct Duckdb {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

/// A line that duckdb prints after each answer.
const END: &str = "end of the answer";

impl Duckdb {
    /// Starts it, if it is installed.
    pub(crate) fn start(tables: &Tables) -> Result<Option<Duckdb>> {
        let mut command = Command::new("duckdb");
        command.args(["-list", "-noheader"]);
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let Ok(mut process) = command.spawn() else {
            println!("duckdb: skipped, it is not installed");
            return Ok(None);
        };
        let (Some(input), Some(output)) = (process.stdin.take(), process.stdout.take()) else {
            bail!("duckdb has no input or output");
        };
        let mut duckdb = Duckdb {
            process,
            input,
            output: BufReader::new(output),
        };
        let files = tables.folder.join(USUAL).join("*.parquet");
        duckdb.send(&format!(
            ".timer on\nCREATE VIEW t AS FROM '{}';",
            files.display()
        ))?;
        Ok(Some(duckdb))
    }

    /// Answers a query.
    pub(crate) fn ask(&mut self, query: &str) -> Result<Measured> {
        let (lines, seconds) = self.send(&format!("{query};"))?;
        Ok(Measured {
            seconds,
            read: Counts::default(),
            answer: lines,
        })
    }

    /// Sends commands: what is printed, and the time of the last one.
    fn send(&mut self, commands: &str) -> Result<(String, f64)> {
        writeln!(self.input, "{commands}\n.print {END}")?;
        self.input.flush()?;
        let (mut lines, mut seconds) = (String::new(), 0.0);
        loop {
            let mut line = String::new();
            if self.output.read_line(&mut line)? == 0 {
                bail!("duckdb has ended");
            }
            if line.trim_end() == END {
                return Ok((lines, seconds));
            }
            match line.strip_prefix("Run Time (s): real ") {
                Some(times) => {
                    let real = times.split_whitespace().next().context("duckdb's timer")?;
                    seconds = real.parse()?;
                }
                None => lines.push_str(&line),
            }
        }
    }
}

impl Drop for Duckdb {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
