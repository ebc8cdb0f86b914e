//! `leafwise sql`, and indexes of many Parquet files, by DataFusion. Nothing else knows that crate.

mod index;
#[cfg(feature = "remote")]
mod stores;

use std::collections::VecDeque;
use std::io::{self, Read};

use datafusion::arrow::array::RecordBatch;
use datafusion::error::DataFusionError;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::execution::context::SQLOptions;
use datafusion::prelude::{SessionConfig, SessionContext};
use futures_util::StreamExt;
use leafwise_datafusion::with_tables_by_path;
use log::{Level, LevelFilter, Log, Metadata, Record};
use tokio::runtime::{Builder, Runtime};

use crate::args::{self, Printing};
use crate::error::{self, Error};
use crate::header::Header;
use crate::output::{Printer, RowSource};
use crate::parquet::Batch;
use crate::render::Renderer;

pub(crate) use index::{build as build_index, merge as merge_indexes};

/// Tells what the library warns of: that an index is not used, and why.
struct Notes;

impl Log for Notes {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.level() <= Level::Warn && metadata.target().starts_with("leafwise_datafusion")
    }

    fn log(&self, record: &Record<'_>) {
        if self.enabled(record.metadata()) {
            error::tell(&format!("note: {}", record.args()));
        }
    }

    fn flush(&self) {}
}

/// Runs a query, and returns the number of rows that were printed.
pub(crate) fn run(arguments: &args::Sql) -> Result<u64, Error> {
    let mut query = arguments.query.clone();
    if query == "-" {
        query.clear();
        let read = io::stdin().read_to_string(&mut query);
        read.map_err(|cause| Error::Read {
            table: "the query on standard input".to_string(),
            cause,
        })?;
    }
    // It is the first one, so there is no other.
    let _ = log::set_logger(&Notes);
    log::set_max_level(LevelFilter::Warn);
    let runtime = runtime()?;
    let (names, batches) = runtime.block_on(start(&query))?;
    let names = names.into_iter().map(String::into_bytes).collect();
    let header = Header::of_names("the query", names);
    let printing = Printing {
        format: arguments.format,
        no_header_out: arguments.no_header_out,
        ..Printing::COUNT
    };
    let printer = Printer::new(&printing, &header, None)?;
    let mut rows = ResultRows {
        renderer: Renderer::new(printer.format(), None, printer.names(), false),
        runtime,
        batches,
        rows: Vec::new(),
        ends: VecDeque::new(),
        start: 0,
    };
    printer.print(&mut rows)
}

/// Plans a query: the names of the columns of its result, and the result.
async fn start(query: &str) -> Result<(Vec<String>, SendableRecordBatchStream), Error> {
    let only_reads = SQLOptions::new()
        .with_allow_ddl(false)
        .with_allow_dml(false);
    let planned = async {
        let plan = session()?.sql_with_options(query, only_reads).await?;
        let names = plan
            .schema()
            .fields()
            .iter()
            .map(|field| field.name().clone());
        Ok((names.collect(), plan.execute_stream().await?))
    };
    planned.await.map_err(failed)
}

/// A session whose tables are paths.
fn session() -> Result<SessionContext, DataFusionError> {
    // A query may say `EXPLAIN ANALYZE`.
    let config = SessionConfig::new().with_information_schema(true);
    #[cfg(feature = "remote")]
    let context = SessionContext::new_with_config_rt(config, stores::runtime()?);
    #[cfg(not(feature = "remote"))]
    let context = SessionContext::new_with_config(config);
    Ok(with_tables_by_path(context))
}

fn runtime() -> Result<Runtime, Error> {
    let runtime = Builder::new_multi_thread().enable_all().build();
    runtime.map_err(|cause| Error::Query {
        why: cause.to_string(),
    })
}

/// The error of a query, without what only developers of DataFusion understand.
fn failed(error: DataFusionError) -> Error {
    let why = error.find_root().strip_backtrace();
    Error::Query {
        why: why.trim_end().to_string(),
    }
}

/// The rows of a result, rendered a batch at a time.
struct ResultRows {
    renderer: Renderer,
    runtime: Runtime,
    batches: SendableRecordBatchStream,
    rows: Vec<u8>,
    /// Where each row ends, from the next one on, and where that one starts.
    ends: VecDeque<usize>,
    start: usize,
}

impl ResultRows {
    fn render(&mut self, batch: &RecordBatch) -> Result<(), Error> {
        let batch = Batch::of_result(batch).map_err(|cause| Error::Query {
            why: cause.to_string(),
        })?;
        (self.start, self.ends) = (0, VecDeque::new());
        self.rows.clear();
        let mut rows = batch.rows();
        while let Some(row) = rows.next() {
            self.renderer.write(&row, &mut self.rows);
            self.ends.push_back(self.rows.len());
        }
        Ok(())
    }
}

impl RowSource for ResultRows {
    fn next_row(&mut self) -> Result<Option<&[u8]>, Error> {
        while self.ends.is_empty() {
            let Some(batch) = self.runtime.block_on(self.batches.next()) else {
                return Ok(None);
            };
            self.render(&batch.map_err(failed)?)?;
        }
        let start = self.start;
        self.start = self.ends.pop_front().unwrap_or(start);
        Ok(Some(&self.rows[start..self.start]))
    }
}
