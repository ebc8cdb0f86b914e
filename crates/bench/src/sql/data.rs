//! The tables: random rows in Parquet files, once as they are usually written and once with bloom
//! filters, and an index for each column that is looked up.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result};
use datafusion::arrow::array::{ArrayRef, Int32Array, Int64Array, RecordBatch, StringArray};
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::basic::Compression;
use datafusion::parquet::file::properties::{WriterProperties, WriterPropertiesBuilder};
use datafusion::prelude::SessionContext;
use leafwise_datafusion::{BuildOptions, build_index};

use crate::random::Random;

/// The columns that have an index.
const INDEXED: [&str; 3] = ["id", "name", "time"];

/// The time between two rows, on average, in milliseconds.
const STEP: i64 = 3000;

/// Each name has as many rows.
const SAME_NAMES: usize = 10;

/// The folders of tables, and what is known about their rows.
pub(crate) struct Tables {
    pub(crate) folder: PathBuf,
    pub(crate) rows: usize,
    /// The bytes of the files without bloom filters, and of the indexes.
    pub(crate) bytes: u64,
    pub(crate) index_bytes: u64,
    pub(crate) index_seconds: f64,
}

/// The folder of the table as it is usually written, and of the one with bloom filters.
pub(crate) const USUAL: &str = "usual";
pub(crate) const BLOOM: &str = "bloom";

impl Tables {
    /// Makes the tables.
    pub(crate) async fn make(folder: &Path, rows: usize, files: u64) -> Result<Tables> {
        // An earlier run may have failed.
        let _ = fs::remove_dir_all(folder);
        let mut tables = Tables {
            folder: folder.to_path_buf(),
            rows,
            bytes: 0,
            index_bytes: 0,
            index_seconds: 0.0,
        };
        let per_file = rows.div_ceil(files as usize);
        for kind in [USUAL, BLOOM] {
            fs::create_dir_all(folder.join(kind)).context("cannot make the folder of a table")?;
            for number in 0..files as usize {
                let path = folder.join(kind).join(format!("{number:03}.parquet"));
                let own = number * per_file..rows.min((number + 1) * per_file);
                let mut properties =
                    WriterProperties::builder().set_compression(Compression::SNAPPY);
                if kind == BLOOM {
                    properties = with_bloom_filters(properties, own.len() as u64);
                }
                let rows = tables.batch(own)?;
                let file = File::create(&path)?;
                let mut writer =
                    ArrowWriter::try_new(file, rows.schema(), Some(properties.build()))?;
                writer.write(&rows)?;
                writer.close()?;
            }
        }
        tables.bytes = size(&folder.join(USUAL))?;
        let (session, start) = (SessionContext::new(), Instant::now());
        let table = folder.join(USUAL);
        for column in INDEXED {
            let index = table.join(format!("{column}.lwx"));
            let (table, columns) = (table.to_string_lossy(), [column.to_owned()]);
            let options = BuildOptions::default();
            build_index(&session.state(), &table, &columns, &index, &options).await?;
        }
        tables.index_seconds = start.elapsed().as_secs_f64();
        tables.index_bytes = size(&table)? - tables.bytes;
        Ok(tables)
    }

    /// The identifier of a row: even, and in no order.
    pub(crate) fn id(&self, row: usize) -> i64 {
        (mix(row as u64) >> 4 & !1) as i64
    }

    /// The name of a row, which others have too.
    pub(crate) fn name(&self, row: usize) -> String {
        format!(
            "{:012x}",
            mix((row % (self.rows / SAME_NAMES)) as u64) >> 16
        )
    }

    /// The moment of a row: about in order.
    fn time(&self, row: usize) -> i64 {
        row as i64 * STEP + (mix(row as u64) % 5000) as i64
    }

    /// A random range of identifiers: a part of all.
    pub(crate) fn id_range(&self, random: &mut Random, part: i64) -> (i64, i64) {
        let width = (1_i64 << 60) / part;
        let low = (random.next() >> 4) as i64 / part * (part - 1);
        (low, low + width)
    }

    /// A random range of moments: a part of all.
    pub(crate) fn time_range(&self, random: &mut Random, part: i64) -> (i64, i64) {
        let width = self.rows as i64 * STEP / part;
        let low = random.below(self.rows) as i64 * STEP;
        (low, low + width)
    }

    fn batch(&self, rows: std::ops::Range<usize>) -> Result<RecordBatch> {
        let price = |row: usize| (mix(!(row as u64)) % 100_000) as i32;
        let note = |row: usize| format!("{:020}", mix(row as u64 ^ 0xaaaa));
        let columns: [(&str, ArrayRef); 5] = [
            (
                "id",
                Arc::new(Int64Array::from_iter_values(
                    rows.clone().map(|it| self.id(it)),
                )),
            ),
            (
                "name",
                Arc::new(StringArray::from_iter_values(
                    rows.clone().map(|it| self.name(it)),
                )),
            ),
            (
                "time",
                Arc::new(Int64Array::from_iter_values(
                    rows.clone().map(|it| self.time(it)),
                )),
            ),
            (
                "price",
                Arc::new(Int32Array::from_iter_values(rows.clone().map(price))),
            ),
            (
                "note",
                Arc::new(StringArray::from_iter_values(rows.map(note))),
            ),
        ];
        Ok(RecordBatch::try_from_iter(columns)?)
    }
}

/// Numbers in no order.
fn mix(number: u64) -> u64 {
    // The finalizer of SplitMix64.
    let number = (number ^ number >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ number >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ number >> 31
}

fn with_bloom_filters(properties: WriterPropertiesBuilder, rows: u64) -> WriterPropertiesBuilder {
    let columns = ["id", "name"].map(|name| name.into());
    columns.into_iter().fold(
        properties,
        |properties, column: datafusion::parquet::schema::types::ColumnPath| {
            properties
                .set_column_bloom_filter_enabled(column.clone(), true)
                .set_column_bloom_filter_max_ndv(column, rows)
        },
    )
}

/// The bytes of the files in a folder.
fn size(folder: &Path) -> Result<u64> {
    let files = fs::read_dir(folder)?.map(|file| Ok(file?.metadata()?.len()));
    files.sum()
}
