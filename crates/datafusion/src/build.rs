//! Builds an index of the rows of many Parquet files.
//!
//! Several tasks read files at a time, each a part of the files that follow each other, and sort
//! the keys of these within their share of the memory, as [`SortingBuilder`] does. Then the parts
//! are merged.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use datafusion::arrow::array::{ArrayRef, RecordBatch, new_null_array};
use datafusion::arrow::datatypes::Schema;
use datafusion::catalog::Session;
use datafusion::common::Result as DataFusionResult;
use datafusion::datasource::listing::{ListingTableUrl, PartitionedFile};
use datafusion::datasource::physical_plan::ParquetFileReaderFactory;
use datafusion::datasource::physical_plan::parquet::DefaultParquetFileReaderFactory;
use datafusion::error::DataFusionError;
use datafusion::parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use datafusion::parquet::arrow::async_reader::{AsyncFileReader, ParquetRecordBatchStreamBuilder};
use datafusion::parquet::arrow::{ProjectionMask, parquet_to_arrow_schema};
use datafusion::parquet::file::metadata::{PageIndexPolicy, ParquetMetaData};
use datafusion::physical_plan::metrics::ExecutionPlanMetricsSet;
use futures_util::{StreamExt, TryStreamExt, stream};
use leafwise::file::{KeyBytes, KeyForm, SortingBuilder};
use object_store::{ObjectMeta, ObjectStore, ObjectStoreExt};

use crate::about::{About, FileState, TrackedFile};
use crate::error::IndexError;
use crate::key::{CellType, append_cell, each_cell, hold};
use crate::merge::{self, Part};
use crate::table::{folder, is_local, relative};

/// As many files are asked for their metadata at a time.
const PARALLEL: usize = 32;

/// As many bytes of the end of a file mostly have its metadata.
const METADATA_BYTES: usize = 64 << 10;

/// How an index is built.
#[derive(Clone)]
#[non_exhaustive]
pub struct BuildOptions {
    /// The bytes of memory for sorting. More entries are sorted in temporary files.
    pub memory: usize,
    /// The number of tasks that read files and sort.
    pub tasks: usize,
    /// Is told the number of rows that were read so far, and that of all, now and then.
    pub progress: Option<Progress>,
}

/// What is told how far the building of an index is.
pub type Progress = Arc<dyn Fn(u64, u64) + Send + Sync>;

impl Default for BuildOptions {
    /// 256 MiB, and as many tasks as there are processors.
    fn default() -> Self {
        BuildOptions {
            memory: 256 << 20,
            tasks: std::thread::available_parallelism().map_or(1, Into::into),
            progress: None,
        }
    }
}

/// What an index has after it was built.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Built {
    /// The number of files that it has the rows of.
    pub files: u64,
    /// The number of those that it did not have before, in their present state.
    pub added: u64,
    /// The number of those that it had before and that are gone, or have changed.
    pub removed: u64,
    /// The number of rows of all files.
    pub rows: u64,
    /// The number of entries: rows whose key is not null.
    pub entries: u64,
    /// The number of different keys.
    pub keys: u64,
}

/// Builds an index of the rows of a table's files by some of its columns, and writes it to a path.
///
/// `table` is a folder, a pattern or a file, as for [`IndexedTable::open`]. An index in that folder
/// is found by itself. Rows whose key is null are left out of an index of one column. The file is
/// written in one go: it is whole, or not there. Takes O(n log n) time, a request for each file's
/// metadata, and one for each column of a row group.
///
/// [`IndexedTable::open`]: crate::IndexedTable::open
///
/// # Errors
///
/// Returns an error of the store, if there are no files, if a column is missing or has a type that
/// cannot be a key, and if the index cannot be written.
pub async fn build_index(
    session: &dyn Session,
    table: &str,
    columns: &[String],
    index: &Path,
    options: &BuildOptions,
) -> Result<Built, IndexError> {
    let (url, store, files) = list(session, table).await?;
    let files = open_all(&store, &url, files).await?;
    let about = About::new(merged_schema(&files)?, columns)?;
    let added = files.len() as u64;
    let built = build(&store, about, files, Vec::new(), index, options).await?;
    Ok(Built { added, ..built })
}

/// Brings an index up to date with the files of its table: takes in those that are new or have
/// changed, and leaves out what is gone. The index is replaced in one go.
///
/// Only new files are read. Takes O(n) time, and O(m log m) for the m rows of these.
///
/// # Errors
///
/// Returns an error as [`build_index`] does, and if the file is not such an index.
pub async fn append_to_index(
    session: &dyn Session,
    table: &str,
    index: &Path,
    options: &BuildOptions,
) -> Result<Built, IndexError> {
    let (url, store, files) = list(session, table).await?;
    let old = Part::open(index)?;
    let folder = folder(&url);
    let states = files.iter().map(|file| {
        let path = relative(&folder, &file.location).to_string();
        (path, FileState::of(file, is_local(&url)))
    });
    let states: HashMap<String, FileState> = states.collect();
    let is_there = |file: &TrackedFile| {
        let state = states.get(&file.path);
        state.is_some_and(|state| file.state.difference(state).is_none())
    };
    let before = old.about().files.len() as u64;
    let kept: Vec<TrackedFile> = old
        .about()
        .files
        .iter()
        .filter(|file| is_there(file))
        .cloned()
        .collect();
    let kept_paths: HashSet<&str> = kept.iter().map(|file| &*file.path).collect();
    let is_new = |file: &&ObjectMeta| !kept_paths.contains(relative(&folder, &file.location));
    let new: Vec<ObjectMeta> = files.iter().filter(is_new).cloned().collect();
    let new = open_all(&store, &url, new).await?;
    let columns: Vec<String> = old
        .about()
        .columns
        .iter()
        .map(|(name, _)| name.clone())
        .collect();
    let mut schemas = vec![Schema::clone(&old.about().schema)];
    schemas.extend(new.iter().map(|file| file.schema.clone()));
    let mut about = About::new(Arc::new(Schema::try_merge(schemas)?), &columns)?;
    if about.columns != old.about().columns {
        return Err(other_key(&about, old.about()));
    }
    let (added, removed) = (new.len() as u64, before - kept.len() as u64);
    about.files = kept;
    let built = build(&store, about, new, vec![old], index, options).await?;
    Ok(Built {
        added,
        removed,
        ..built
    })
}

/// Merges indexes of the same key into one, which replaces the file at the path in one go. Of a
/// file that several indexes have, the rows of the last one count. O(n).
///
/// # Errors
///
/// Returns an error if a file is not such an index or is damaged, if the keys differ, and if the
/// index cannot be written.
pub fn merge_indexes(indexes: &[PathBuf], index: &Path) -> Result<Built, IndexError> {
    let parts = indexes.iter().map(|path| Part::open(path));
    let parts: Vec<Part> = parts.collect::<Result<_, _>>()?;
    let Some(first) = parts.first() else {
        return Err(IndexError::NoFiles(String::new()));
    };
    let schemas = parts.iter().map(|part| Schema::clone(&part.about().schema));
    let mut about = first.about().clone();
    about.schema = Arc::new(Schema::try_merge(schemas)?);
    about.files.clear();
    for part in &parts {
        if part.about().columns != about.columns {
            return Err(other_key(&about, part.about()));
        }
        let own = &part.about().files;
        about
            .files
            .retain(|file| !own.iter().any(|it| it.path == file.path));
        about.files.extend(own.iter().cloned());
    }
    let added = about.files.len() as u64;
    Ok(Built {
        added,
        ..merge::write(about, &parts, index)?
    })
}

fn other_key(one: &About, other: &About) -> IndexError {
    let show = |about: &About| {
        let columns = about
            .columns
            .iter()
            .map(|(name, it)| format!("{name} {it}"));
        columns.collect::<Vec<_>>().join(", ")
    };
    IndexError::OtherKey(show(one), show(other))
}

/// A file whose metadata was read.
struct OpenFile {
    meta: ObjectMeta,
    tracked: TrackedFile,
    metadata: Arc<ParquetMetaData>,
    schema: Schema,
}

/// Where a table is, and the files that it has now: a session may remember earlier ones.
async fn list(
    session: &dyn Session,
    table: &str,
) -> Result<(ListingTableUrl, Arc<dyn ObjectStore>, Vec<ObjectMeta>), IndexError> {
    let url = ListingTableUrl::parse(table)?;
    let store = session.runtime_env().object_store(&url)?;
    let mut files = match url.is_collection() {
        true => {
            let options = &session.config_options().execution;
            let is_within = |file: &ObjectMeta| {
                let ignores_folders = options.listing_table_ignore_subdirectory;
                file.location.extension() == Some("parquet")
                    && url.contains(&file.location, ignores_folders)
            };
            let files: Vec<ObjectMeta> = store.list(Some(url.prefix())).try_collect().await?;
            files.into_iter().filter(is_within).collect()
        }
        false => vec![store.head(url.prefix()).await?],
    };
    // DataFusion passes over files without a byte.
    files.retain(|file| file.size > 0);
    if files.is_empty() {
        return Err(IndexError::NoFiles(url.to_string()));
    }
    files.sort_by(|one, other| one.location.cmp(&other.location));
    Ok((url, store, files))
}

/// Reads the metadata of files.
async fn open_all(
    store: &Arc<dyn ObjectStore>,
    url: &ListingTableUrl,
    files: Vec<ObjectMeta>,
) -> Result<Vec<OpenFile>, IndexError> {
    let folder = folder(url);
    let opened = files.into_iter().map(|file| {
        let (store, folder, is_local) = (Arc::clone(store), folder.clone(), is_local(url));
        async move {
            let path = relative(&folder, &file.location).to_string();
            open(&store, file, path.clone(), is_local)
                .await
                .map_err(|error| match error {
                    IndexError::Parquet(error) => IndexError::BadFile {
                        path,
                        why: error.to_string(),
                    },
                    error => error,
                })
        }
    });
    let opened: Vec<_> = opened.collect();
    stream::iter(opened).buffered(PARALLEL).try_collect().await
}

async fn open(
    store: &Arc<dyn ObjectStore>,
    meta: ObjectMeta,
    path: String,
    is_local: bool,
) -> Result<OpenFile, IndexError> {
    let options = ArrowReaderOptions::new().with_page_index_policy(PageIndexPolicy::Optional);
    let metadata = reader(store, &meta)?.get_metadata(Some(&options)).await?;
    let file = metadata.file_metadata();
    let schema = parquet_to_arrow_schema(file.schema_descr(), file.key_value_metadata())?;
    let tail = store
        .get_range(&meta.location, meta.size.saturating_sub(8)..meta.size)
        .await?;
    let footer = tail.first_chunk().map_or(0, |it| u32::from_le_bytes(*it));
    let columns = metadata
        .row_groups()
        .iter()
        .flat_map(|group| group.columns());
    let indexes = columns.flat_map(|it| [it.column_index_offset(), it.offset_index_offset()]);
    let first = indexes
        .flatten()
        .filter_map(|it| u64::try_from(it).ok())
        .min();
    let footer = u64::from(footer) + 8;
    let tracked = TrackedFile {
        path,
        state: FileState::of(&meta, is_local),
        rows: metadata
            .row_groups()
            .iter()
            .map(|it| it.num_rows().max(0) as u64)
            .sum(),
        metadata: first.map_or(footer, |first| footer.max(meta.size.saturating_sub(first))),
    };
    Ok(OpenFile {
        meta,
        tracked,
        metadata,
        schema,
    })
}

/// What reads a file as DataFusion does.
fn reader(
    store: &Arc<dyn ObjectStore>,
    meta: &ObjectMeta,
) -> DataFusionResult<Box<dyn AsyncFileReader>> {
    let file = PartitionedFile::from(meta.clone());
    let metrics = ExecutionPlanMetricsSet::new();
    let factory = DefaultParquetFileReaderFactory::new(Arc::clone(store));
    let reader = factory.create_reader(0, file, Some(METADATA_BYTES), &metrics)?;
    Ok(reader)
}

fn merged_schema(files: &[OpenFile]) -> Result<Arc<Schema>, IndexError> {
    let mut merged = Schema::empty();
    for file in files {
        let both = [merged, without_metadata(&file.schema)];
        merged = Schema::try_merge(both).map_err(|error| IndexError::BadFile {
            path: file.tracked.path.clone(),
            why: error.to_string(),
        })?;
    }
    Ok(Arc::new(merged))
}

/// As DataFusion reads schemas, unless it is told otherwise.
fn without_metadata(schema: &Schema) -> Schema {
    let fields = schema.fields().iter();
    let fields = fields.map(|field| field.as_ref().clone().with_metadata(Default::default()));
    Schema::new(fields.collect::<Vec<_>>())
}

/// Adds files to what is known of the table, sorts their keys, and merges them with the parts that
/// there are.
async fn build(
    store: &Arc<dyn ObjectStore>,
    mut about: About,
    files: Vec<OpenFile>,
    mut parts: Vec<Part>,
    index: &Path,
    options: &BuildOptions,
) -> Result<Built, IndexError> {
    let folder = tempfile::tempdir()?;
    let reading = Arc::new(Reading {
        total: files.iter().map(|file| file.tracked.rows).sum(),
        done: AtomicU64::new(0),
        progress: options.progress.clone(),
    });
    let tasks = options.tasks.clamp(1, files.len().max(1));
    let memory = options.memory / tasks;
    about
        .files
        .extend(files.iter().map(|file| file.tracked.clone()));
    let mut shares: Vec<Vec<OpenFile>> = (0..tasks).map(|_| Vec::new()).collect();
    // Files that follow each other, with as many rows in each share.
    let mut before = 0;
    for file in files {
        let number = (before * tasks as u64 / reading.total.max(1)) as usize;
        before += file.tracked.rows;
        shares[number.min(tasks - 1)].push(file);
    }
    let shares = shares
        .into_iter()
        .filter(|files| !files.is_empty())
        .enumerate();
    let sorting = shares.map(|(number, files)| {
        let path = folder.path().join(number.to_string());
        let mut own = about.clone();
        own.files = files.iter().map(|file| file.tracked.clone()).collect();
        let (store, reading) = (Arc::clone(store), Arc::clone(&reading));
        tokio::spawn(async move {
            let mut builder = SortingBuilder::new(own.file_type(), memory).about(own.encode()?);
            let mut start = 0;
            for file in &files {
                push_file(&store, &own, file, start, &mut builder, &reading).await?;
                start += file.tracked.rows;
            }
            let saved = tokio::task::spawn_blocking(move || {
                builder.save(&path)?;
                Part::open(&path)
            });
            saved.await.map_err(std::io::Error::other)?
        })
    });
    let sorting: Vec<_> = sorting.collect();
    for part in sorting {
        parts.push(part.await.map_err(std::io::Error::other)??);
    }
    let index = index.to_path_buf();
    let merged = tokio::task::spawn_blocking(move || merge::write(about, &parts, &index));
    merged.await.map_err(std::io::Error::other)?
}

/// How far the reading of files is.
struct Reading {
    total: u64,
    done: AtomicU64,
    progress: Option<Progress>,
}

impl Reading {
    fn add(&self, rows: u64) {
        let done = self.done.fetch_add(rows, Ordering::Relaxed) + rows;
        if let Some(progress) = &self.progress {
            progress(done, self.total);
        }
    }
}

/// Adds the entries of a file, whose first row has this number.
async fn push_file(
    store: &Arc<dyn ObjectStore>,
    about: &About,
    file: &OpenFile,
    start: u64,
    builder: &mut SortingBuilder,
    reading: &Reading,
) -> Result<(), IndexError> {
    let bad = |why: String| IndexError::BadFile {
        path: file.tracked.path.clone(),
        why,
    };
    let metadata = Arc::clone(&file.metadata);
    let metadata = ArrowReaderMetadata::try_new(metadata, ArrowReaderOptions::new())?;
    let stream =
        ParquetRecordBatchStreamBuilder::new_with_metadata(reader(store, &file.meta)?, metadata);
    let is_key = |name: &str| about.columns.iter().any(|(column, _)| column == name);
    let roots = stream.schema().fields().iter().enumerate();
    let roots: Vec<usize> = roots
        .filter(|(_, field)| is_key(field.name()))
        .map(|(number, _)| number)
        .collect();
    let mask = ProjectionMask::roots(stream.parquet_schema(), roots);
    let mut batches = stream.with_projection(mask).build()?;
    let types = about.cell_types();
    let file_type = about.file_type();
    let width = file_type.value_width as usize;
    let mut row = start;
    while let Some(batch) = batches
        .try_next()
        .await
        .map_err(|error| bad(error.to_string()))?
    {
        let columns = columns_of(&batch, about).map_err(bad)?;
        let mut push = |key: &[u8], row: u64| {
            let key = match file_type.form {
                KeyForm::Integers { .. } => &hold(key, file_type.form),
                KeyForm::Texts { .. } => {
                    return builder.push_bytes(KeyBytes::Text(key), &row.to_le_bytes()[..width]);
                }
            };
            builder.push_bytes(key.bytes(), &row.to_le_bytes()[..width])
        };
        each_key(&columns, &types, &mut |number, key| {
            Ok(push(key, row + number)?)
        })?;
        row += batch.num_rows() as u64;
        reading.add(batch.num_rows() as u64);
    }
    match row - start == file.tracked.rows {
        true => Ok(()),
        false => Err(bad(format!(
            "it has {} rows instead of {}",
            row - start,
            file.tracked.rows
        ))),
    }
}

/// The key columns of a batch: nulls if the file has no such column.
fn columns_of(batch: &RecordBatch, about: &About) -> Result<Vec<ArrayRef>, String> {
    let columns = about.columns.iter();
    let column = columns.map(|(name, data_type)| match batch.column_by_name(name) {
        None => Ok(new_null_array(data_type, batch.num_rows())),
        Some(column) if column.data_type() == data_type => Ok(Arc::clone(column)),
        Some(column) => {
            let own = column.data_type();
            Err(format!(
                "column `{name}` has the type {own}, but {data_type} elsewhere"
            ))
        }
    });
    column.collect()
}

/// What is called for each key, with the number of its row.
type VisitKey<'v> = dyn FnMut(u64, &[u8]) -> Result<(), IndexError> + 'v;

/// Calls back with each key of a batch, and with the number of its row.
fn each_key(
    columns: &[ArrayRef],
    types: &[CellType],
    visit: &mut VisitKey<'_>,
) -> DataFusionResult<()> {
    let mut visit =
        |number: usize, key: &[u8]| visit(number as u64, key).map_err(DataFusionError::from);
    if let [column] = columns {
        let mut number = 0;
        return each_cell(column, &mut |cell| {
            number += 1;
            cell.map_or(Ok(()), |cell| visit(number - 1, cell))
        });
    }
    let rows = columns.first().map_or(0, |column| column.len());
    let mut keys = vec![Vec::new(); rows];
    for (column, cell_type) in columns.iter().zip(types) {
        let mut number = 0;
        each_cell(column, &mut |cell| {
            append_cell(&mut keys[number], cell, *cell_type);
            number += 1;
            Ok(())
        })?;
    }
    keys.iter()
        .enumerate()
        .try_for_each(|(number, key)| visit(number, key))
}
