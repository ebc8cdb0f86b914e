//! Tables of flights: made up ones, and those of a file.

use std::fs::{self, File};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::array::{Date32Array, Float64Array, Int64Array, RecordBatch, StringArray};
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::error::Result;
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use datafusion::parquet::file::properties::WriterProperties;

/// The 1st of January 2013, in days since 1970.
const FIRST_DAY: i32 = 15_706;

/// How many flights there are on each day.
pub const FLIGHTS_OF_DAY: usize = 500;

/// The numbers of flights are those up to this prime, in an order that looks like none.
const NUMBERS: u64 = 1_000_003;

/// Writes some of the Parquet files of a table of made up flights, with that many rows each, to a
/// folder.
///
/// Dates ascend from file to file; flights have different numbers, which are anywhere.
///
/// # Errors
///
/// Returns an error if a file cannot be written.
pub fn write(folder: &Path, files: Range<usize>, rows: usize) -> Result<()> {
    fs::create_dir_all(folder)?;
    let schema = Arc::new(Schema::new(vec![
        Field::new("flight", DataType::Int64, false),
        Field::new("tail", DataType::Utf8, false),
        Field::new("date", DataType::Date32, false),
        Field::new("delay", DataType::Float64, true),
        Field::new("note", DataType::Utf8, false),
    ]));
    for number in files {
        let rows = number * rows..(number + 1) * rows;
        let delay = |row| (row % 7 != 0).then(|| (random(row, 1) % 400) as f64 / 4.0);
        let batch = RecordBatch::try_new(
            Arc::clone(&schema),
            vec![
                Arc::new(Int64Array::from_iter_values(rows.clone().map(flight))),
                Arc::new(StringArray::from_iter_values(rows.clone().map(tail))),
                Arc::new(Date32Array::from_iter_values(rows.clone().map(date))),
                Arc::new(Float64Array::from_iter(rows.clone().map(delay))),
                Arc::new(StringArray::from_iter_values(rows.map(note))),
            ],
        )?;
        write_file(folder, number, &batch)?;
    }
    Ok(())
}

/// Writes the rows of a Parquet file to that many files of a folder, in their order.
///
/// # Errors
///
/// Returns an error if the file cannot be read, or another one cannot be written.
pub fn divide(file: &Path, folder: &Path, files: usize) -> Result<()> {
    fs::create_dir_all(folder)?;
    let rows = ParquetRecordBatchReaderBuilder::try_new(File::open(file)?)?;
    let count = usize::try_from(rows.metadata().file_metadata().num_rows()).unwrap_or(0);
    let batches = rows.with_batch_size(count.div_ceil(files).max(1)).build()?;
    for (number, batch) in batches.enumerate() {
        write_file(folder, number, &batch?)?;
    }
    Ok(())
}

/// Writes a file of the table.
fn write_file(folder: &Path, number: usize, rows: &RecordBatch) -> Result<()> {
    // A dictionary is read whole for a single row.
    let properties = WriterProperties::builder()
        .set_dictionary_enabled(false)
        .set_max_row_group_row_count(Some(rows.num_rows().div_ceil(4)))
        .set_data_page_row_count_limit(500)
        .set_write_batch_size(500)
        .build();
    let file = File::create(folder.join(format!("{number:04}.parquet")))?;
    let mut writer = ArrowWriter::try_new(file, rows.schema(), Some(properties))?;
    writer.write(rows)?;
    writer.close()?;
    Ok(())
}

/// The number of the flight in a row.
#[must_use]
pub fn flight(row: usize) -> i64 {
    (row as u64 * 104_729 % NUMBERS) as i64
}

/// What is on the tail of the aeroplane in a row.
#[must_use]
pub fn tail(row: usize) -> String {
    format!("N{:05X}", random(row, 2) & 0xf_ffff)
}

fn date(row: usize) -> i32 {
    FIRST_DAY + (row / FLIGHTS_OF_DAY) as i32
}

/// Text that cannot be compressed much.
fn note(row: usize) -> String {
    let parts = (3..6).map(|seed| format!("{:016x}", random(row, seed)));
    parts.collect()
}

/// The same number for the same row and seed.
fn random(row: usize, seed: u64) -> u64 {
    let mut state = (row as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (seed << 32);
    for _ in 0..2 {
        state ^= state >> 31;
        state = state.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    }
    state ^ (state >> 29)
}
