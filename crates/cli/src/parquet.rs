//! Reads Parquet: batches of rows, of the columns that are needed, whose cells become text when
//! they are looked at.
//!
//! Types are those of the Parquet schema itself, as other programs see them; the Arrow schema that
//! some writers add is ignored. A damaged file is an error, even where the crate panics.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt::Write as _;
use std::io;
use std::ops::Range;
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, Once};

use arrow::array::{Array, ArrayRef, AsArray, StringArray};
use arrow::datatypes::{
    DataType, Field, Schema, TimeUnit, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType,
};
use arrow::record_batch::RecordBatch;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader,
    ParquetRecordBatchReaderBuilder, RowSelection,
};
use parquet::basic::{LogicalType, Type as PhysicalType};
use parquet::errors::ParquetError;
use parquet::file::metadata::PageIndexPolicy;
use parquet::schema::types::Type;
use serde_json::value::RawValue;

use crate::chunks::CHUNK_BYTES;
use crate::error::shown;
use crate::header::Header;
use crate::key::Kind;
use crate::parquet_bytes::ParquetBytes;
use crate::render::json_string;
use crate::rows::Row;
use crate::source::Source;

/// More rows than this are not read at once, however small they are: what is compressed well may
/// be much larger in memory.
const BATCH_ROWS_MAX: u64 = 16 * 1024;

/// How moments are written, so that they are cells of the types of keys.
const FORMAT: FormatOptions<'_> = FormatOptions::new()
    .with_display_error(false)
    .with_timestamp_format(Some("%Y-%m-%d %H:%M:%S%.f"))
    .with_timestamp_tz_format(Some("%Y-%m-%dT%H:%M:%S%.fZ"))
    .with_time_format(Some("%H:%M:%S%.f"));

/// A Parquet file that is read from its beginning to its end.
pub(crate) struct ParquetFile {
    source: Source,
    bytes: ParquetBytes,
    metadata: ArrowReaderMetadata,
    /// The columns that are read, in their order.
    columns: Vec<usize>,
    /// Is made by the first batch.
    reader: Option<ParquetRecordBatchReader>,
    /// The number of rows that were read.
    row: u64,
}

impl ParquetFile {
    /// Opens a file. A stream cannot be read, as the description of its columns is at its end.
    pub(crate) fn open(source: Source) -> io::Result<ParquetFile> {
        let Some(file) = source.file() else {
            let why = "Parquet is read from a file, not from a stream: save it, and name it";
            return Err(io::Error::other(why));
        };
        let bytes = ParquetBytes::new(file);
        let metadata = load(&bytes, PageIndexPolicy::Skip)?;
        Ok(ParquetFile {
            columns: (0..metadata.schema().fields().len()).collect(),
            source,
            bytes,
            metadata,
            reader: None,
            row: 0,
        })
    }

    pub(crate) fn source(&self) -> &Source {
        &self.source
    }

    /// The names of the columns, and the types of their keys. Text has none: it is inferred as that
    /// of other tables is.
    pub(crate) fn header(&self, table: &str) -> Header {
        let fields = self.metadata.schema().fields().iter();
        let names = fields.clone().map(|field| field.name().as_bytes().to_vec());
        let kinds = fields.map(|field| match field.data_type() {
            DataType::Null | DataType::Utf8 => None,
            kind if kind.is_integer() => Some(Kind::Integer),
            kind if kind.is_decimal() => Some(Kind::Decimal),
            kind if kind.is_floating() => Some(Kind::Float),
            DataType::Date32 => Some(Kind::Date),
            DataType::Timestamp(_, None) => Some(Kind::Datetime),
            DataType::Timestamp(_, Some(_)) => Some(Kind::Timestamp),
            _ => Some(Kind::Text),
        });
        Header::of_names(table, names.collect()).with_kinds(kinds.collect())
    }

    /// Reads no other columns than these. To be called before the first batch.
    pub(crate) fn project(&mut self, columns: &[usize]) {
        self.columns = columns.to_vec();
        self.columns.sort_unstable();
        self.columns.dedup();
    }

    /// The next rows; `None` at the end.
    pub(crate) fn next_batch(&mut self) -> Option<io::Result<Batch>> {
        let batch = self.read_batch().transpose()?;
        // A file that has changed is likely to look damaged.
        let batch = batch.map_err(|error| self.bytes.cause(error));
        Some(self.source.check_unchanged().and(batch))
    }

    fn read_batch(&mut self) -> io::Result<Option<Batch>> {
        let rows = self.rows();
        if rows == 0 {
            return Ok(None);
        }
        let reader = match &mut self.reader {
            Some(reader) => reader,
            None => {
                let builder = self.builder(self.metadata.clone())?;
                self.reader.insert(guarded(|| builder.build())?)
            }
        };
        let Some(batch) = guarded(|| Ok(reader.next().transpose()?))? else {
            return self.check_rows().map(|()| None);
        };
        let start = self.row;
        self.row += batch.num_rows() as u64;
        self.source.set_part_read(self.row as f64 / rows as f64);
        Batch::new(&batch, self, (start..self.row).collect()).map(Some)
    }

    /// Refuses a file that has fewer rows than it says.
    fn check_rows(&self) -> io::Result<()> {
        match self.row == self.rows() {
            true => Ok(()),
            false => Err(damaged(&format!(
                "it has {} rows, but says that it has {}",
                self.row,
                self.rows()
            ))),
        }
    }

    /// The number of rows of all row groups.
    pub(crate) fn rows(&self) -> u64 {
        let groups = self.metadata.metadata().row_groups().iter();
        groups.map(|group| group.num_rows().cast_unsigned()).sum()
    }

    /// What reads the columns, in batches of about the size of a chunk.
    fn builder(
        &self,
        metadata: ArrowReaderMetadata,
    ) -> io::Result<ParquetRecordBatchReaderBuilder<ParquetBytes>> {
        let schema = self.metadata.parquet_schema();
        let mask = ProjectionMask::roots(schema, self.columns.iter().copied());
        let groups = self.metadata.metadata().row_groups().iter();
        let chunks = groups.flat_map(|group| group.columns().iter().enumerate());
        let read = chunks.filter(|(leaf, _)| mask.leaf_included(*leaf));
        let bytes = read.map(|(_, chunk)| chunk.uncompressed_size().max(0).cast_unsigned());
        let bytes = bytes.fold(0, u64::saturating_add);
        let row_bytes = (bytes / self.rows().max(1)).max(1);
        let batch_rows = (CHUNK_BYTES as u64 / row_bytes).clamp(1, BATCH_ROWS_MAX);
        let bytes = self.bytes.clone();
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(bytes, metadata);
        Ok(builder
            .with_batch_size(batch_rows as usize)
            .with_projection(mask))
    }

    /// Reads rows again, which are given by ascending numbers, without repetition. The pages that
    /// have none of them are skipped; where they are, the file's page index says, if it has one.
    pub(crate) fn read_rows(
        &self,
        rows: &[u64],
    ) -> io::Result<impl Iterator<Item = io::Result<Batch>>> {
        let metadata = load(&self.bytes, PageIndexPolicy::Optional)?;
        let (mut groups, mut ranges) = (Vec::new(), Vec::new());
        // The first row of a group in the file, and among the groups that are read.
        let (mut start, mut read) = (0, 0);
        let mut rest = rows;
        for (number, group) in metadata.metadata().row_groups().iter().enumerate() {
            let end = start + group.num_rows().cast_unsigned();
            let (here, behind) = rest.split_at(rest.partition_point(|row| *row < end));
            if !here.is_empty() {
                groups.push(number);
                let place = |row: &u64| (row - start) as usize + read;
                ranges.extend(here.iter().map(|row| place(row)..place(row) + 1));
                read += group.num_rows() as usize;
            }
            (start, rest) = (end, behind);
        }
        if let Some(row) = rest.first() {
            return Err(damaged(&format!("it has {start} rows, and no row {row}")));
        }
        let selection = RowSelection::from_consecutive_ranges(ranges.into_iter(), read);
        let builder = self
            .builder(metadata)?
            .with_row_groups(groups)
            .with_row_selection(selection);
        let mut reader = guarded(|| builder.build())?;
        let mut rest = rows.to_vec();
        Ok(std::iter::from_fn(move || {
            let batch = guarded(|| Ok(reader.next().transpose()?)).transpose()?;
            let batch = batch.map_err(|error| self.bytes.cause(error));
            Some(batch.and_then(|batch| {
                let behind = rest.split_off(batch.num_rows().min(rest.len()));
                Batch::new(&batch, self, std::mem::replace(&mut rest, behind))
            }))
        }))
    }
}

/// Reads the description of the columns and row groups, at the end of a file.
fn load(bytes: &ParquetBytes, page_index: PageIndexPolicy) -> io::Result<ArrowReaderMetadata> {
    let options = ArrowReaderOptions::new()
        .with_skip_arrow_metadata(true)
        .with_page_index_policy(page_index);
    let metadata = guarded(|| ArrowReaderMetadata::load(bytes, options.clone()))?;
    let roots = metadata.parquet_schema().root_schema().get_fields();
    if roots.len() != metadata.schema().fields().len() {
        return Err(damaged(&"a column has no values at all"));
    }
    let groups = metadata.metadata().row_groups().iter();
    let counts = groups.map(|group| u64::try_from(group.num_rows()).ok());
    let count = counts.reduce(|sum, count| sum?.checked_add(count?));
    if count.is_some_and(|count| count.is_none_or(|count| usize::try_from(count).is_err())) {
        return Err(damaged(&"the number of its rows is not possible"));
    }
    let field = |(field, root): (&Arc<Field>, &Arc<Type>)| {
        // As nanoseconds of 64 bits, which is what they become otherwise, years before 1678 and
        // after 2262 would be others.
        match root.is_primitive() && root.get_physical_type() == PhysicalType::INT96 {
            true => Arc::new(
                field
                    .as_ref()
                    .clone()
                    .with_data_type(DataType::Timestamp(TimeUnit::Microsecond, None)),
            ),
            false => Arc::clone(field),
        }
    };
    let fields = metadata.schema().fields().iter().zip(roots).map(field);
    let schema = Schema::new(fields.collect::<Vec<_>>());
    let options = options.with_schema(Arc::new(schema));
    guarded(|| ArrowReaderMetadata::try_new(Arc::clone(metadata.metadata()), options))
}

thread_local! {
    static IS_GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Runs what may panic if a file is damaged. That is an error then, without a message by the way.
fn guarded<T>(read: impl FnOnce() -> Result<T, ParquetError>) -> io::Result<T> {
    static QUIET: Once = Once::new();
    QUIET.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if !IS_GUARDED.get() {
                usual(panic);
            }
        }));
    });
    IS_GUARDED.set(true);
    let outcome = panic::catch_unwind(AssertUnwindSafe(read));
    IS_GUARDED.set(false);
    match outcome {
        Ok(Ok(read)) => Ok(read),
        Ok(Err(ParquetError::External(cause))) if cause.is::<io::Error>() => {
            Err(*cause.downcast().expect("an error of this type"))
        }
        Ok(Err(ParquetError::NYI(what))) => Err(io::Error::other(format!(
            "not supported in Parquet: {what}"
        ))),
        Ok(Err(ParquetError::General(what) | ParquetError::EOF(what))) => Err(damaged(&what)),
        Ok(Err(error)) => Err(damaged(&error)),
        Err(_) => Err(damaged(&"its parts contradict each other")),
    }
}

fn damaged(cause: &dyn std::fmt::Display) -> io::Error {
    io::Error::other(format!("the Parquet data is damaged: {cause}"))
}

/// Rows that were read.
pub(crate) struct Batch {
    /// Those of all columns; `None` for one that is not needed.
    columns: Vec<Option<ArrayRef>>,
    /// The number of each row in the file, from 0.
    numbers: Vec<u64>,
}

impl Batch {
    fn new(batch: &RecordBatch, file: &ParquetFile, numbers: Vec<u64>) -> io::Result<Batch> {
        let roots = file.metadata.parquet_schema().root_schema().get_fields();
        let mut columns = vec![None; roots.len()];
        for (at, array) in file.columns.iter().zip(batch.columns()) {
            let info = roots[*at].get_basic_info();
            let array = match info.logical_type_ref() {
                Some(LogicalType::Uuid) => uuids(array),
                _ => with_offset(array),
            };
            // So that all cells can be written later.
            ArrayFormatter::try_new(&array, &FORMAT).map_err(|error| {
                let name = shown(info.name().as_bytes());
                io::Error::other(format!("column {name} cannot be shown: {error}"))
            })?;
            columns[*at] = Some(array);
        }
        Ok(Batch { columns, numbers })
    }

    /// Rows of the result of a query.
    #[cfg(feature = "sql")]
    pub(crate) fn of_result(batch: &RecordBatch) -> io::Result<Batch> {
        for (field, array) in batch.schema().fields().iter().zip(batch.columns()) {
            ArrayFormatter::try_new(&with_offset(array), &FORMAT).map_err(|error| {
                let name = shown(field.name().as_bytes());
                io::Error::other(format!("column {name} cannot be shown: {error}"))
            })?;
        }
        Ok(Batch {
            columns: batch
                .columns()
                .iter()
                .map(|it| Some(with_offset(it)))
                .collect(),
            numbers: (0..batch.num_rows() as u64).collect(),
        })
    }

    /// The memory that the rows take.
    pub(crate) fn size(&self) -> usize {
        let arrays = self.columns.iter().flatten();
        arrays.map(|array| array.get_array_memory_size()).sum()
    }

    /// All rows.
    pub(crate) fn rows(&self) -> Rows<'_> {
        let columns = self.columns.iter().map(Option::as_ref);
        Rows {
            cells: Cells(columns.map(|array| array.map(Column::new)).collect()),
            numbers: &self.numbers,
            at: 0,
        }
    }
}

/// The zone of moments in Parquet is UTC, which arrow's formatter knows as an offset only.
fn with_offset(array: &ArrayRef) -> ArrayRef {
    match array.data_type() {
        DataType::Timestamp(TimeUnit::Millisecond, Some(_)) => {
            let array = array.as_primitive::<TimestampMillisecondType>().clone();
            Arc::new(array.with_timezone("+00:00"))
        }
        DataType::Timestamp(TimeUnit::Microsecond, Some(_)) => {
            let array = array.as_primitive::<TimestampMicrosecondType>().clone();
            Arc::new(array.with_timezone("+00:00"))
        }
        DataType::Timestamp(TimeUnit::Nanosecond, Some(_)) => {
            let array = array.as_primitive::<TimestampNanosecondType>().clone();
            Arc::new(array.with_timezone("+00:00"))
        }
        _ => Arc::clone(array),
    }
}

/// Identifiers of 16 bytes as they are usually written.
fn uuids(array: &ArrayRef) -> ArrayRef {
    let text = |bytes: &[u8]| {
        let mut text = String::with_capacity(36);
        for (at, byte) in bytes.iter().enumerate() {
            if [4, 6, 8, 10].contains(&at) {
                text.push('-');
            }
            let _ = write!(text, "{byte:02x}");
        }
        text
    };
    let texts = array.as_fixed_size_binary().iter().map(|it| it.map(text));
    Arc::new(texts.collect::<StringArray>())
}

/// The rows of a batch, one after another.
pub(crate) struct Rows<'a> {
    cells: Cells<'a>,
    numbers: &'a [u64],
    at: usize,
}

impl Rows<'_> {
    /// The next row; `None` at the end. Rows are counted instead of lines.
    pub(crate) fn next(&mut self) -> Option<Row<'_>> {
        let at = self.at;
        self.numbers.get(at)?;
        self.at += 1;
        Some(Row::of_batch(&self.cells, at))
    }

    /// The number of the next row in the file.
    pub(crate) fn place(&self) -> u64 {
        let next = self.numbers.get(self.at).copied();
        next.unwrap_or_else(|| self.numbers.last().map_or(0, |last| last + 1))
    }

    /// The number of rows that were passed.
    pub(crate) fn passed(&self) -> u64 {
        self.at as u64
    }
}

/// The cells of a batch, as text.
pub(crate) struct Cells<'a>(Vec<Option<Column<'a>>>);

impl Cells<'_> {
    /// The number of columns.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn has_value(&self, row: usize, column: usize) -> bool {
        self.0[column]
            .as_ref()
            .is_some_and(|it| it.array.is_valid(row))
    }

    /// A cell; empty if it has no value.
    pub(crate) fn cell(&self, row: usize, column: usize) -> Cow<'_, [u8]> {
        match &self.0[column] {
            Some(column) if column.array.is_valid(row) => column.cell(row),
            _ => Cow::Borrowed(&[]),
        }
    }
}

/// The cells of a column.
struct Column<'a> {
    array: &'a dyn Array,
    formatter: Option<ArrayFormatter<'a>>,
}

impl<'a> Column<'a> {
    fn new(array: &'a ArrayRef) -> Column<'a> {
        Column {
            array,
            formatter: ArrayFormatter::try_new(array, &FORMAT).ok(),
        }
    }

    /// The text of a value.
    fn cell(&self, row: usize) -> Cow<'a, [u8]> {
        let kind = self.array.data_type();
        if let Some(texts) = self.array.as_string_opt::<i32>() {
            return Cow::Borrowed(texts.value(row).as_bytes());
        }
        let mut cell = String::new();
        if kind.is_nested() {
            self.push_json(row, &mut cell);
        } else if let Some(formatter) = &self.formatter
            && let Err(error) = formatter.value(row).write(&mut cell)
        {
            // A moment that no calendar has, which may mean infinity: not a key, but printed.
            cell = error.to_string();
        }
        // So that equal times are equal text.
        if matches!(kind, DataType::Time32(_) | DataType::Time64(_)) && cell.contains('.') {
            cell.truncate(cell.trim_end_matches('0').len());
        }
        Cow::Owned(cell.into_bytes())
    }

    /// Appends a value as JSON.
    fn push_json(&self, row: usize, json: &mut String) {
        if self.array.is_null(row) {
            json.push_str("null");
        } else if let Some(lists) = self.array.as_list_opt::<i32>() {
            let values = with_offset(&lists.value(row));
            let values = Column::new(&values);
            push_parts(json, ['[', ']'], 0..values.array.len(), |at, json| {
                values.push_json(at, json);
            });
        } else if let Some(structs) = self.array.as_struct_opt() {
            push_parts(json, ['{', '}'], 0..structs.num_columns(), |at, json| {
                let name = structs.fields()[at].name();
                json.push_str(&json_string(name.as_bytes()));
                json.push(':');
                Column::new(&with_offset(structs.column(at))).push_json(row, json);
            });
        } else if let Some(maps) = self.array.as_map_opt() {
            let entries = maps.value(row);
            let [keys, values] = [0, 1].map(|at| with_offset(entries.column(at)));
            let [keys, values] = [&keys, &values].map(Column::new);
            push_parts(json, ['{', '}'], 0..entries.len(), |at, json| {
                json.push_str(&json_string(&keys.cell(at)));
                json.push(':');
                values.push_json(at, json);
            });
        } else {
            let cell = self.cell(row);
            let kind = self.array.data_type();
            let is_bare = kind.is_numeric() || *kind == DataType::Boolean;
            // JSON has no infinities.
            match is_bare && serde_json::from_slice::<&RawValue>(&cell).is_ok() {
                true => json.push_str(&String::from_utf8_lossy(&cell)),
                false => json.push_str(&json_string(&cell)),
            }
        }
    }
}

/// Appends parts between brackets, with commas between them.
fn push_parts(
    json: &mut String,
    [open, close]: [char; 2],
    parts: Range<usize>,
    mut push: impl FnMut(usize, &mut String),
) {
    json.push(open);
    for at in parts {
        if at > 0 {
            json.push(',');
        }
        push(at, json);
    }
    json.push(close);
}

#[cfg(test)]
mod tests {
    use arrow::array::{Int64Array, RecordBatch};
    use parquet::arrow::ArrowWriter;
    use parquet::file::properties::{EnabledStatistics, WriterProperties};

    use super::*;
    use crate::location::Location;

    /// Squares in row groups of 1000 rows and pages of 100, with a page index or without.
    fn squares(rows: i64, has_index: bool) -> tempfile::NamedTempFile {
        let properties = WriterProperties::builder()
            .set_max_row_group_row_count(Some(1000))
            .set_data_page_row_count_limit(100)
            .set_write_batch_size(100)
            .set_offset_index_disabled(!has_index)
            .set_statistics_enabled(EnabledStatistics::None)
            .set_dictionary_enabled(false)
            .build();
        let squares = Int64Array::from_iter_values((0..rows).map(|row| row * row));
        let file = tempfile::NamedTempFile::new().unwrap();
        let batch = RecordBatch::try_from_iter([("square", Arc::new(squares) as ArrayRef)]);
        let batch = batch.unwrap();
        let mut writer =
            ArrowWriter::try_new(file.reopen().unwrap(), batch.schema(), Some(properties)).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
        file
    }

    fn open(file: &tempfile::NamedTempFile) -> ParquetFile {
        let location = Location::Local(file.path().into());
        let Ok(source) = Source::open(&location, None) else {
            panic!("the file can be read");
        };
        ParquetFile::open(source).unwrap()
    }

    /// The places and first cells of batches.
    fn cells(batches: impl Iterator<Item = io::Result<Batch>>) -> Vec<(u64, String)> {
        let mut found = Vec::new();
        for batch in batches {
            let batch = batch.unwrap();
            let mut rows = batch.rows();
            loop {
                let place = rows.place();
                let Some(row) = rows.next() else { break };
                let (cell, _) = row.field_and_len(0);
                found.push((place, String::from_utf8_lossy(&cell).into_owned()));
            }
        }
        found
    }

    #[test]
    fn rows_are_read_again_by_their_numbers() {
        for has_index in [true, false] {
            let file = squares(3500, has_index);
            let mut table = open(&file);
            let all = cells(std::iter::from_fn(|| table.next_batch()));
            let square = |row: u64| (row, (row * row).to_string());
            assert!(all.iter().cloned().eq((0..3500).map(square)));
            for rows in [
                &[][..],
                &[0],
                &[3499],
                &[99, 100, 999, 1000, 1001, 3000],
                &[2500, 2502, 2503],
            ] {
                let again = cells(table.read_rows(rows).unwrap());
                assert!(again.into_iter().eq(rows.iter().copied().map(square)));
            }
            let every_seventh: Vec<u64> = (0..3500).step_by(7).collect();
            let again = cells(table.read_rows(&every_seventh).unwrap());
            assert!(again.into_iter().eq(every_seventh.into_iter().map(square)));
            assert!(table.read_rows(&[3499, 3500]).is_err());
        }
    }
}
