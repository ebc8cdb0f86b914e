//! A table of Parquet files with indexes, as DataFusion sees it.

use std::collections::HashSet;
use std::sync::Arc;

use async_trait::async_trait;
#[cfg(feature = "proto")]
use datafusion::arrow::datatypes::Field;
use datafusion::arrow::datatypes::{DataType, Schema, SchemaRef};
use datafusion::catalog::{ScanArgs, ScanResult, Session, TableProvider};
#[cfg(feature = "proto")]
use datafusion::common::config::TableOptions;
use datafusion::common::{Constraints, Result, Statistics};
use datafusion::datasource::TableType;
use datafusion::datasource::file_format::options::{ParquetReadOptions, ReadOptions};
use datafusion::datasource::listing::{
    ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl,
};
use datafusion::datasource::physical_plan::parquet::{
    transform_binary_to_string, transform_schema_to_view,
};
#[cfg(feature = "proto")]
use datafusion::execution::TaskContext;
use datafusion::execution::cache::cache_manager::FileStatisticsCache;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown};
use datafusion::physical_plan::ExecutionPlan;
use futures_util::future::try_join_all;
use futures_util::{StreamExt, TryStreamExt};
use object_store::path::Path;
use object_store::{ObjectMeta, ObjectStore};
use serde::{Deserialize, Serialize};
use tokio::sync::OnceCell;

use crate::about::FileState;
use crate::bare_format::BareFormat;
use crate::error::IndexError;
use crate::index::TableIndex;
use crate::key::CellType;
use crate::scan::{self, Limits, Matches};

/// The ending of index files.
const ENDING: &str = "lwx";

/// A table of Parquet files, in a folder or under a prefix of an object store, with indexes of
/// their rows.
///
/// It is DataFusion's [`ListingTable`], but for queries whose filters an index knows: then only
/// pages with rows that the index has found are read. Filters are always applied again, so that an
/// index decides what is read, never what is true. Files that an index does not know, or not in
/// their present state, are read whole; `EXPLAIN` names them, and a metric counts them.
///
/// # Which filters
///
/// `=`, `<`, `<=`, `>`, `>=`, `BETWEEN`, `IN`, `LIKE 'x%'`, `starts_with` and `IS NOT NULL` of a
/// column and literals; these joined by `AND`, and by `OR` if all are of one column. An index of
/// several columns is used if there is a filter of the first one; further columns count up to the
/// first one without `=` or `IN`. Rows of several indexes are intersected.
///
/// If most parts of the table have such rows, the table is read as it would be without an index.
///
/// # Which aggregates
///
/// With [`ByIndex`](crate::ByIndex) among the optimizer's rules, `count`, `min` and `max` without
/// `GROUP BY` are computed by an index alone, and `ORDER BY .. LIMIT` reads only rows that may be
/// among the first.
///
/// # Changes
///
/// An index file is opened once. If it is replaced later, queries read the table without it, and
/// say so, until the table is opened again.
#[derive(Clone, Debug)]
pub struct IndexedTable {
    pub(crate) shared: Arc<Shared>,
    pub(crate) wanted: Wanted,
    pub(crate) limits: Limits,
}

/// What does not differ between queries.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) url: ListingTableUrl,
    /// The table without indexes.
    pub(crate) plain: ListingTable,
    /// The same without statistics of files, which cost a request for each.
    pub(crate) bare: ListingTable,
    /// Opened by the first scan if the table was sent from another machine.
    indexes: OnceCell<Vec<Arc<TableIndex>>>,
    /// Where they are in the table's store.
    pub(crate) paths: Vec<Path>,
}

impl Shared {
    /// The table with these columns, which are those of its files and then those of its folders.
    fn new(
        url: ListingTableUrl,
        options: ListingOptions,
        schema: &SchemaRef,
        cache: Option<Arc<FileStatisticsCache>>,
        indexes: OnceCell<Vec<Arc<TableIndex>>>,
        paths: Vec<Path>,
    ) -> Result<Shared> {
        let listing = |options: ListingOptions| {
            let config = ListingTableConfig::new(url.clone())
                .with_listing_options(options)
                .with_schema(Arc::clone(schema));
            ListingTable::try_new(config)
        };
        let bare = ListingOptions {
            format: Arc::new(BareFormat(Arc::clone(&options.format))),
            ..options.clone()
        };
        Ok(Shared {
            plain: listing(options)?.with_cache(cache),
            bare: listing(bare)?,
            url,
            indexes,
            paths,
        })
    }

    /// Its indexes, if they are open.
    pub(crate) fn indexes(&self) -> &[Arc<TableIndex>] {
        self.indexes.get().map_or(&[], Vec::as_slice)
    }

    /// Opens its indexes, unless they are.
    pub(crate) async fn open(&self, session: &dyn Session) -> Result<(), IndexError> {
        let open = || async {
            let store = session.runtime_env().object_store(&self.url)?;
            let opened = self.paths.iter().map(|path| async {
                let index = TableIndex::open(Arc::clone(&store), path.clone()).await?;
                Ok::<_, IndexError>(Arc::new(index))
            });
            let opened = try_join_all(opened).await?;
            Ok::<_, IndexError>(suiting(opened, &self.plain.schema()))
        };
        self.indexes.get_or_try_init(open).await?;
        Ok(())
    }
}

/// What a scan is to find.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Wanted {
    /// The rows that fulfil its filters.
    #[default]
    Rows,
    /// Those of them that may be among the first.
    Top(Top),
    /// The rows again, after an index could not tell what was wanted of them.
    Plain,
}

/// The first rows by a column, or the last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Top {
    pub(crate) column: String,
    pub(crate) count: usize,
    pub(crate) is_descending: bool,
    pub(crate) are_nulls_first: bool,
}

impl IndexedTable {
    /// Opens a table with all indexes that are in its folder: files that end in `.lwx`.
    ///
    /// `table` is a path or a URL: a folder (`flights/`), a pattern (`flights/*.parquet`, of local
    /// files only) or a file. Its store has to be registered with the session. Takes the lists
    /// of its files and of those in its folder, and a request for each index. No Parquet file is
    /// read but those that no index knows.
    ///
    /// # Errors
    ///
    /// Returns the error of the store, of a damaged index, and of files whose columns differ. Files
    /// of other kinds that end in `.lwx` are passed over, with a warning by the crate `log`.
    pub async fn open(session: &dyn Session, table: &str) -> Result<IndexedTable, IndexError> {
        let files = Files::list(session, table).await?;
        let url = &files.url;
        let store = session.runtime_env().object_store(url)?;
        let others = match store.list_with_delimiter(Some(&folder(url))).await {
            Ok(listed) => listed.objects,
            // A web server that has the file may not be able to list its folder.
            Err(_) if !url.is_collection() => Vec::new(),
            Err(error) => return Err(error.into()),
        };
        let paths = others.into_iter().map(|file| file.location);
        let paths = paths.filter(|path| path.extension() == Some(ENDING));
        let opened = paths.map(|path| {
            let store = Arc::clone(&store);
            async move {
                match TableIndex::open(store, path.clone()).await {
                    Ok(index) => Ok(Some(index)),
                    // Of one table, written by the program, or of no table at all.
                    Err(IndexError::NotAnIndex { why, .. }) => {
                        log::warn!("{path} is not used: {why}");
                        Ok(None)
                    }
                    Err(error) => Err(error),
                }
            }
        });
        let opened: Vec<_> = opened.collect();
        let indexes = futures_util::stream::iter(opened)
            .buffered(16)
            .try_collect();
        let indexes: Vec<Option<TableIndex>> = indexes.await?;
        let indexes = indexes.into_iter().flatten().map(Arc::new).collect();
        IndexedTable::of(session, files, indexes).await
    }

    /// Opens a table with these indexes, which may be in other stores.
    ///
    /// # Errors
    ///
    /// Returns the error of the store, and of files whose columns differ.
    pub async fn with_indexes(
        session: &dyn Session,
        table: &str,
        indexes: Vec<Arc<TableIndex>>,
    ) -> Result<IndexedTable, IndexError> {
        let files = Files::list(session, table).await?;
        IndexedTable::of(session, files, indexes).await
    }

    async fn of(
        session: &dyn Session,
        Files { url, options, all }: Files,
        indexes: Vec<Arc<TableIndex>>,
    ) -> Result<IndexedTable, IndexError> {
        // Others may be of another table in the same folder.
        let folder = folder(&url);
        let tracks = |index: &TableIndex, file: &ObjectMeta| {
            index.tracked(relative(&folder, &file.location)).is_some()
        };
        let indexes = indexes.into_iter();
        let indexes = indexes.filter(|index| all.iter().any(|file| tracks(index, file)));
        let indexes: Vec<Arc<TableIndex>> = indexes.collect();
        let schema = schema(session, &url, &options, &indexes, all).await?;
        let indexes = suiting(indexes, &schema);
        let statistics = session
            .runtime_env()
            .cache_manager
            .get_file_statistic_cache();
        let paths = indexes.iter().map(|index| index.path().clone()).collect();
        let indexes = OnceCell::new_with(Some(indexes));
        let shared = Shared::new(url, options, &schema, statistics, indexes, paths)?;
        Ok(IndexedTable {
            shared: Arc::new(shared),
            wanted: Wanted::Rows,
            limits: Limits::default(),
        })
    }

    /// The same table, read by its indexes if no more than a part of its pages has rows that they
    /// have found: 0.5 unless this is called. With infinity, indexes are used however many pages
    /// have rows.
    #[must_use]
    pub fn with_read_max(mut self, part: f64) -> IndexedTable {
        self.limits.read_max = part;
        self
    }

    /// The same table, read by its indexes if they find no more rows than these, which are listed
    /// in memory while a query is planned, some 24 bytes each: 4 194 304 unless this is called.
    #[must_use]
    pub fn with_rows_max(mut self, rows: u64) -> IndexedTable {
        self.limits.rows_max = rows;
        self
    }

    /// A table that was opened on another machine. Nothing is read before its first scan.
    #[cfg(feature = "proto")]
    pub(crate) fn restored(
        context: &TaskContext,
        url: ListingTableUrl,
        schema: &Schema,
        folder_columns: &[String],
        paths: Vec<Path>,
        wanted: Wanted,
        limits: Limits,
    ) -> Result<IndexedTable> {
        let config = context.session_config();
        let options = TableOptions::default_from_session_config(config.options());
        let options = ParquetReadOptions::default().to_listing_options(config, options);
        let types = folder_columns.iter().map(|name| {
            let field = schema.field_with_name(name)?;
            Ok((name.clone(), field.data_type().clone()))
        });
        let options = options.with_table_partition_cols(types.collect::<Result<_>>()?);
        let in_files = |field: &&Arc<Field>| !folder_columns.contains(field.name());
        let fields: Vec<_> = schema.fields().iter().filter(in_files).cloned().collect();
        let schema = Arc::new(Schema::new_with_metadata(fields, schema.metadata().clone()));
        let cache = &context.runtime_env().cache_manager;
        let cache = cache.get_file_statistic_cache();
        let shared = Shared::new(url, options, &schema, cache, OnceCell::new(), paths)?;
        Ok(IndexedTable {
            shared: Arc::new(shared),
            wanted,
            limits,
        })
    }

    /// Its indexes. A table that was sent from another machine has none before its first scan.
    #[must_use]
    pub fn indexes(&self) -> &[Arc<TableIndex>] {
        self.shared.indexes()
    }
}

/// The folder of a table, or of its one file.
pub(crate) fn folder(url: &ListingTableUrl) -> Path {
    match url.is_collection() {
        true => url.prefix().clone(),
        false => {
            let parts: Vec<_> = url.prefix().parts().collect();
            parts[..parts.len().saturating_sub(1)]
                .iter()
                .cloned()
                .collect()
        }
    }
}

/// The path of a file from the folder of its table.
pub(crate) fn relative<'p>(folder: &Path, file: &'p Path) -> &'p str {
    let rest = file
        .as_ref()
        .strip_prefix(folder.as_ref())
        .unwrap_or(file.as_ref());
    rest.strip_prefix('/').unwrap_or(rest)
}

/// Whether the entity tags of a table's store are made of where its files are.
pub(crate) fn is_local(url: &ListingTableUrl) -> bool {
    url.scheme() == "file"
}

/// The files of a table, and how they are listed.
struct Files {
    url: ListingTableUrl,
    options: ListingOptions,
    all: Vec<ObjectMeta>,
}

impl Files {
    async fn list(session: &dyn Session, table: &str) -> Result<Files, IndexError> {
        let url = ListingTableUrl::parse(table)?;
        let options = ParquetReadOptions::default();
        let options = options.to_listing_options(session.config(), session.default_table_options());
        let store = session.runtime_env().object_store(&url)?;
        let files = url.list_all_files(session, &store, &options.file_extension);
        let mut all: Vec<ObjectMeta> = files.await?.try_collect().await?;
        // DataFusion passes over files without a byte.
        all.retain(|file| file.size > 0);
        if all.is_empty() {
            return Err(IndexError::NoFiles(url.to_string()));
        }
        let folders = options.infer_partitions(session, &url).await?;
        let folders = folders.into_iter().map(|name| {
            // As DataFusion infers them.
            let (keys, values) = (DataType::UInt16.into(), DataType::Utf8.into());
            (name, DataType::Dictionary(keys, values))
        });
        Ok(Files {
            options: options.with_table_partition_cols(folders.collect()),
            url,
            all,
        })
    }
}

/// The indexes whose keys are of the types that the table has: a session may read moments in
/// another unit than files have them.
fn suiting(mut indexes: Vec<Arc<TableIndex>>, schema: &SchemaRef) -> Vec<Arc<TableIndex>> {
    let suits = |(name, own): &(String, DataType)| {
        let field = schema.field_with_name(name);
        field.is_ok_and(|field| {
            let types = [own, field.data_type()];
            own == field.data_type() || types.map(CellType::of) == [Some(CellType::Bytes); 2]
        })
    };
    indexes.retain(|index| {
        let is_suiting = index.about().columns.iter().all(suits);
        if !is_suiting {
            log::warn!("{} is not used: its keys have other types", index.path());
        }
        is_suiting
    });
    indexes
}

/// The columns of a table: those that its indexes say, and those of the files that they do not
/// know. An index that has files which are gone does not say whose columns are whose.
async fn schema(
    session: &dyn Session,
    url: &ListingTableUrl,
    options: &ListingOptions,
    indexes: &[Arc<TableIndex>],
    mut files: Vec<ObjectMeta>,
) -> Result<SchemaRef, IndexError> {
    let folder = folder(url);
    let mut known = Vec::new();
    let mut all = HashSet::new();
    for index in indexes {
        let is_known = |file: &&ObjectMeta| {
            let state = FileState::of(file, is_local(url));
            let tracked = index.tracked(relative(&folder, &file.location));
            tracked.is_some_and(|(_, it)| it.state.difference(&state).is_none())
        };
        let own: Vec<Path> = files
            .iter()
            .filter(is_known)
            .map(|file| file.location.clone())
            .collect();
        if own.len() == index.about().files.len() {
            known.push(index);
            all.extend(own);
        }
    }
    files.retain(|file| !all.contains(&file.location));
    let parquet = &session.config_options().execution.parquet;
    let as_read = |schema: &SchemaRef| {
        let mut schema = Schema::clone(schema);
        if parquet.binary_as_string {
            schema = transform_binary_to_string(&schema);
        }
        if parquet.schema_force_view_types {
            schema = transform_schema_to_view(&schema);
        }
        schema
    };
    let mut schemas: Vec<Schema> = known.iter().map(|it| as_read(it.schema())).collect();
    if !files.is_empty() {
        let store = session.runtime_env().object_store(url)?;
        let inferred = options.format.infer_schema(session, &store, &files).await?;
        schemas.push(Schema::clone(&inferred));
    }
    let schema = Schema::try_merge(schemas)?;
    Ok(Arc::new(schema))
}

#[async_trait]
impl TableProvider for IndexedTable {
    fn schema(&self) -> SchemaRef {
        self.shared.plain.schema()
    }

    fn constraints(&self) -> Option<&Constraints> {
        self.shared.plain.constraints()
    }

    fn table_type(&self) -> TableType {
        self.shared.plain.table_type()
    }

    fn statistics(&self) -> Option<Statistics> {
        self.shared.plain.statistics()
    }

    async fn scan(
        &self,
        session: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let args = ScanArgs::default()
            .with_projection(projection.map(Vec::as_slice))
            .with_filters(Some(filters))
            .with_limit(limit);
        Ok(self.scan_with_args(session, args).await?.into_inner())
    }

    async fn scan_with_args<'a>(
        &self,
        session: &dyn Session,
        args: ScanArgs<'a>,
    ) -> Result<ScanResult> {
        let shared = &self.shared;
        let filters = args.filters().unwrap_or(&[]);
        let found = match (shared.open(session).await, &self.wanted) {
            (Err(error), _) => Err(error),
            (Ok(()), Wanted::Top(top)) => scan::find_top(self, session, filters, top).await,
            (Ok(()), Wanted::Rows | Wanted::Plain) => Ok(None),
        };
        let found = match found {
            Ok(None) => scan::find(self, filters).await,
            found => found,
        };
        let found = match found {
            Ok(None) => return shared.plain.scan_with_args(session, args).await,
            Ok(Some(found)) => found,
            Err(error) => {
                log::warn!("{} is read without an index: {error}", shared.url);
                Matches::none(&error)
            }
        };
        let scan = shared.bare.scan_with_args(session, args).await?;
        let partitions = session.config().target_partitions();
        let plan = scan::narrow(shared, scan.into_inner(), found, partitions)?;
        Ok(ScanResult::new(plan))
    }

    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> Result<Vec<TableProviderFilterPushDown>> {
        self.shared.plain.supports_filters_pushdown(filters)
    }
}
