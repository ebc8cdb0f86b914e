//! What the suites have in common: Parquet files with small row groups and pages, sessions, and
//! indexes.

// Each suite is a program of its own, and none of them uses all of this.
#![allow(dead_code, reason = "each suite uses a part of it")]

pub(crate) mod kinds;
pub(crate) mod shops;

use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Int32Array, RecordBatch};
use datafusion::arrow::datatypes::{DataType, SchemaRef};
use datafusion::arrow::util::pretty::pretty_format_batches;
use datafusion::execution::SessionStateBuilder;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::file::properties::{EnabledStatistics, WriterProperties};
use datafusion::prelude::{ParquetReadOptions, SessionConfig, SessionContext};
use leafwise_datafusion::{BuildOptions, ByIndex, IndexedTable, build_index};

/// How many rows a row group and a page have.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layout {
    pub(crate) group_rows: usize,
    pub(crate) page_rows: usize,
}

/// Several row groups in a file of some hundred rows, and several pages in each.
pub(crate) const SMALL: Layout = Layout {
    group_rows: 60,
    page_rows: 20,
};

/// Files of which only some pages are worth reading.
pub(crate) const LARGE: Layout = Layout {
    group_rows: 20_000,
    page_rows: 1000,
};

/// Writes a Parquet file.
pub(crate) fn write_file(path: &Path, schema: &SchemaRef, rows: &[RecordBatch], layout: Layout) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let properties = WriterProperties::builder()
        .set_max_row_group_row_count(Some(layout.group_rows))
        .set_data_page_row_count_limit(layout.page_rows)
        // Pages end only between batches.
        .set_write_batch_size(layout.page_rows / 4)
        .set_statistics_enabled(EnabledStatistics::Page)
        .build();
    let file = File::create(path).unwrap();
    let mut writer = ArrowWriter::try_new(file, Arc::clone(schema), Some(properties)).unwrap();
    for batch in rows {
        writer.write(batch).unwrap();
    }
    writer.close().unwrap();
}

/// How the tables of a session are read.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Reading {
    /// Whether tables have indexes.
    pub(crate) is_indexed: bool,
    /// Whether Parquet's reader applies filters.
    pub(crate) is_pushed: bool,
    /// Whether indexes answer aggregates and find the first rows.
    pub(crate) is_by_index: bool,
    /// Whether files are read that statistics tell to have no rows for a filter.
    pub(crate) is_unpruned: bool,
}

/// A session of several partitions and small batches.
pub(crate) fn session(reading: Reading) -> SessionContext {
    let mut config = SessionConfig::new()
        .with_target_partitions(3)
        .with_batch_size(64)
        .with_collect_statistics(!reading.is_unpruned);
    let parquet = &mut config.options_mut().execution.parquet;
    parquet.pushdown_filters = reading.is_pushed;
    parquet.pruning = !reading.is_unpruned;
    parquet.enable_page_index = !reading.is_unpruned;
    parquet.bloom_filter_on_read = !reading.is_unpruned;
    // Otherwise a session lists a folder once and for all.
    let runtime = RuntimeEnvBuilder::new().with_object_list_cache_limit(0);
    let mut state = SessionStateBuilder::new()
        .with_config(config)
        .with_runtime_env(runtime.build_arc().unwrap())
        .with_default_features();
    if reading.is_by_index {
        state = state.with_optimizer_rule(Arc::new(ByIndex));
    }
    SessionContext::new_with_state(state.build())
}

/// Registers a folder of Parquet files as a table, with the indexes that are in it or as
/// DataFusion reads it.
pub(crate) async fn register(
    context: &SessionContext,
    name: &str,
    folder: &Path,
    partitions: &[&str],
    reading: Reading,
) {
    let url = folder_url(folder);
    if reading.is_indexed {
        let table = open(context, folder).await;
        assert!(!table.indexes().is_empty(), "no index in {url}");
        context.register_table(name, Arc::new(table)).unwrap();
        return;
    }
    let partition = |name: &&str| {
        let (keys, values) = (DataType::UInt16.into(), DataType::Utf8.into());
        (name.to_string(), DataType::Dictionary(keys, values))
    };
    let partitions = partitions.iter().map(partition).collect();
    let options = ParquetReadOptions::default().table_partition_cols(partitions);
    context.register_parquet(name, &url, options).await.unwrap();
}

/// Opens a table that is read by its indexes, however much they find.
pub(crate) async fn open(context: &SessionContext, folder: &Path) -> IndexedTable {
    let table = IndexedTable::open(&context.state(), &folder_url(folder)).await;
    table.unwrap().with_read_max(f64::INFINITY)
}

pub(crate) fn folder_url(folder: &Path) -> String {
    format!("{}/", folder.display())
}

/// Builds an index of a table in its folder, named after its columns.
pub(crate) async fn index(folder: &Path, columns: &[&str]) {
    let path = folder.join(format!("{}.lwx", columns.join("-")));
    let columns: Vec<String> = columns.iter().map(ToString::to_string).collect();
    let mut options = BuildOptions::default();
    (options.memory, options.tasks) = (1 << 20, 2);
    let (state, url) = (session(Reading::default()).state(), folder_url(folder));
    let built = build_index(&state, &url, &columns, &path, &options);
    built.await.unwrap();
}

/// A number that looks random, but is the same each time.
pub(crate) fn noise(row: u64, salt: u64) -> u64 {
    let mut bits = row
        .wrapping_add(salt.wrapping_mul(0x9e37_79b9_7f4a_7c15))
        .wrapping_add(0x1234_5678);
    for multiplier in [0xbf58_476d_1ce4_e5b9, 0x94d0_49bb_1331_11eb] {
        bits = (bits ^ bits >> 29).wrapping_mul(multiplier);
    }
    bits ^ bits >> 32
}

/// One of some values for each row, or null in one row of eight.
pub(crate) fn picks<T: Clone>(
    rows: std::ops::Range<u64>,
    salt: u64,
    values: &[T],
) -> Vec<Option<T>> {
    let pick = |row| {
        let noise = noise(row, salt);
        let value = &values[(noise >> 8) as usize % values.len()];
        (!noise.is_multiple_of(8)).then(|| value.clone())
    };
    rows.map(pick).collect()
}

/// Writes a file with the numbers of a range, and as many that are all over the first hundred
/// thousand.
pub(crate) fn write_numbers(path: &Path, numbers: std::ops::Range<i32>) {
    write_all(path, numbers.collect());
}

/// Writes the same in the opposite order.
pub(crate) fn write_reversed(path: &Path, numbers: std::ops::Range<i32>) {
    write_all(path, numbers.rev().collect());
}

fn write_all(path: &Path, numbers: Vec<i32>) {
    let noise = |number: &i32| (i64::from(*number) * 77_773).rem_euclid(100_000) as i32;
    let noise = numbers.iter().map(noise).collect::<Vec<_>>();
    let columns: [(&str, ArrayRef); 2] = [
        ("number", Arc::new(Int32Array::from(numbers))),
        ("noise", Arc::new(Int32Array::from(noise))),
    ];
    let columns = columns.map(|(name, column)| (name, column, true));
    let batch = RecordBatch::try_from_iter_with_nullable(columns).unwrap();
    write_file(path, &batch.schema(), &[batch], LARGE);
}

/// The answer to a query, as a table of text.
pub(crate) async fn ask(context: &SessionContext, sql: &str) -> String {
    let rows = context.sql(sql).await.unwrap().collect().await.unwrap();
    pretty_format_batches(&rows).unwrap().to_string()
}

/// How a query is executed.
pub(crate) async fn explain(context: &SessionContext, sql: &str) -> String {
    ask(context, &format!("EXPLAIN {sql}")).await
}
