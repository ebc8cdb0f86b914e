//! What a plan reads: the rows of Parquet files that an index has found, and why it reads more.
//!
//! The rows are an extension of each file (`ParquetRowSelection`), which DataFusion's Parquet
//! reader understands. This source is that reader, and says what was found. It is a type of its own
//! so that a plan can be sent with all of it: DataFusion's own form leaves out such extensions.

use std::fmt::{self, Formatter};
use std::sync::Arc;

use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Result, internal_err};
use datafusion::datasource::physical_plan::parquet::DefaultParquetFileReaderFactory;
use datafusion::datasource::physical_plan::{
    FileOpener, FileScanConfig, FileSource, ParquetSource,
};
use datafusion::datasource::table_schema::TableSchema;
use datafusion::physical_expr::LexOrdering;
use datafusion::physical_expr::projection::ProjectionExprs;
use datafusion::physical_plan::filter_pushdown::FilterPushdownPropagation;
use datafusion::physical_plan::metrics::{ExecutionPlanMetricsSet, MetricBuilder};
#[cfg(feature = "proto")]
use datafusion::physical_plan::proto::ExecutionPlanEncodeCtx;
use datafusion::physical_plan::{DisplayFormatType, PhysicalExpr};
use datafusion_datasource::morsel::Morselizer;
#[cfg(feature = "proto")]
use datafusion_proto::protobuf::PhysicalPlanNode;
use object_store::ObjectStore;
use serde::{Deserialize, Serialize};

#[cfg(feature = "proto")]
use crate::codec;
use crate::page_reader::PageReaders;

/// As many rows are not worth a second reader, which would have to read the file's metadata again.
const ROWS_UNDIVIDED: u64 = 100_000;

/// What an index has found, for people.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Report {
    /// The indexes that were used, and the number of rows that each of them has found.
    pub(crate) indexes: Vec<(String, u64)>,
    /// The number of rows that all have in common, and of files that have these.
    pub(crate) rows: u64,
    pub(crate) files: u64,
    /// The number of all files.
    pub(crate) all_files: u64,
    /// The files that are read whole, and why.
    pub(crate) whole: Vec<(String, String)>,
}

impl Report {
    /// Counts what it says as metrics of the plan.
    fn count(&self, metrics: &ExecutionPlanMetricsSet) {
        let counts = [
            ("index_rows", self.rows),
            ("index_files", self.files),
            ("index_files_scanned_whole", self.whole.len() as u64),
        ];
        for (name, count) in counts {
            MetricBuilder::new(metrics)
                .global_counter(name)
                .add(usize::try_from(count).unwrap_or(usize::MAX));
        }
    }
}

impl Report {
    /// What there is room for in a picture of a plan.
    fn fmt_lines(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "index_rows={}", self.rows)?;
        match self.whole.len() {
            0 => Ok(()),
            files => writeln!(f, "scanned_whole={files}"),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let indexes = self
            .indexes
            .iter()
            .map(|(name, rows)| format!("{name}: {rows} rows"));
        let indexes: Vec<_> = indexes.collect();
        write!(f, ", index=[{}]", indexes.join(", "))?;
        write!(
            f,
            ", index_rows={} in {} of {} files",
            self.rows, self.files, self.all_files
        )?;
        if let Some((path, why)) = self.whole.first() {
            write!(f, ", scanned_whole={} ({path} {why}", self.whole.len())?;
            let more = self.whole.len() - 1;
            match more {
                0 => write!(f, ")")?,
                _ => write!(f, ", and {more} more)")?,
            }
        }
        Ok(())
    }
}

/// Rows of Parquet files that an index has found.
#[derive(Clone)]
pub(crate) struct IndexedSource {
    parquet: ParquetSource,
    report: Arc<Report>,
}

impl IndexedSource {
    /// What the reader of Parquet is to read, which knows the rows from the files.
    pub(crate) fn new(parquet: ParquetSource, report: Report) -> IndexedSource {
        report.count(parquet.metrics());
        IndexedSource {
            parquet,
            report: Arc::new(report),
        }
    }

    /// The same on another machine. What was found is counted once, where the plan was made.
    #[cfg(feature = "proto")]
    pub(crate) fn restored(parquet: ParquetSource, report: Report) -> IndexedSource {
        let report = Arc::new(report);
        IndexedSource { parquet, report }
    }

    #[cfg(feature = "proto")]
    pub(crate) fn report(&self) -> &Report {
        &self.report
    }

    /// The source without what the index has found.
    #[cfg(feature = "proto")]
    pub(crate) fn parquet(&self) -> &ParquetSource {
        &self.parquet
    }

    /// The reader, which knows where pages are.
    fn with_page_readers(&self, store: &Arc<dyn ObjectStore>) -> ParquetSource {
        let readers = self.parquet.parquet_file_reader_factory();
        let readers = readers
            .cloned()
            .unwrap_or_else(|| Arc::new(DefaultParquetFileReaderFactory::new(Arc::clone(store))));
        let readers = Arc::new(PageReaders(readers));
        self.parquet
            .clone()
            .with_parquet_file_reader_factory(readers)
    }

    /// The same over another state of the reader.
    fn over(&self, parquet: &dyn FileSource) -> Result<Arc<dyn FileSource>> {
        let Some(parquet) = parquet.downcast_ref::<ParquetSource>() else {
            return internal_err!("a Parquet source has become another one");
        };
        Ok(Arc::new(IndexedSource {
            parquet: parquet.clone(),
            report: Arc::clone(&self.report),
        }))
    }
}

impl FileSource for IndexedSource {
    fn create_file_opener(
        &self,
        object_store: Arc<dyn ObjectStore>,
        base_config: &FileScanConfig,
        partition: usize,
    ) -> Result<Arc<dyn FileOpener>> {
        self.with_page_readers(&object_store).create_file_opener(
            object_store,
            base_config,
            partition,
        )
    }

    fn create_morselizer(
        &self,
        object_store: Arc<dyn ObjectStore>,
        base_config: &FileScanConfig,
        partition: usize,
    ) -> Result<Box<dyn Morselizer>> {
        self.with_page_readers(&object_store).create_morselizer(
            object_store,
            base_config,
            partition,
        )
    }

    fn table_schema(&self) -> &TableSchema {
        self.parquet.table_schema()
    }

    fn with_batch_size(&self, batch_size: usize) -> Arc<dyn FileSource> {
        let parquet = self.parquet.with_batch_size(batch_size);
        self.over(&*parquet).unwrap_or(parquet)
    }

    fn filter(&self) -> Option<Arc<dyn PhysicalExpr>> {
        self.parquet.filter()
    }

    fn projection(&self) -> Option<&ProjectionExprs> {
        self.parquet.projection()
    }

    fn metrics(&self) -> &ExecutionPlanMetricsSet {
        self.parquet.metrics()
    }

    fn file_type(&self) -> &str {
        self.parquet.file_type()
    }

    fn fmt_extra(&self, t: DisplayFormatType, f: &mut Formatter<'_>) -> fmt::Result {
        match t {
            DisplayFormatType::TreeRender => self.report.fmt_lines(f)?,
            _ => write!(f, "{}", self.report)?,
        }
        self.parquet.fmt_extra(t, f)
    }

    fn repartitioned(
        &self,
        target_partitions: usize,
        repartition_file_min_size: usize,
        output_ordering: Option<LexOrdering>,
        config: &FileScanConfig,
    ) -> Result<Option<FileScanConfig>> {
        if self.report.whole.is_empty() && self.report.rows <= ROWS_UNDIVIDED {
            return Ok(None);
        }
        self.parquet.repartitioned(
            target_partitions,
            repartition_file_min_size,
            output_ordering,
            config,
        )
    }

    fn try_pushdown_filters(
        &self,
        filters: Vec<Arc<dyn PhysicalExpr>>,
        config: &ConfigOptions,
    ) -> Result<FilterPushdownPropagation<Arc<dyn FileSource>>> {
        let pushed = self.parquet.try_pushdown_filters(filters, config)?;
        let node = pushed
            .updated_node
            .as_ref()
            .map(|it| self.over(&**it))
            .transpose()?;
        Ok(FilterPushdownPropagation {
            filters: pushed.filters,
            updated_node: node,
        })
    }

    fn try_pushdown_projection(
        &self,
        projection: &ProjectionExprs,
    ) -> Result<Option<Arc<dyn FileSource>>> {
        let pushed = self.parquet.try_pushdown_projection(projection)?;
        pushed.map(|it| self.over(&*it)).transpose()
    }

    #[cfg(feature = "proto")]
    fn try_to_proto(
        &self,
        base: &FileScanConfig,
        ctx: &ExecutionPlanEncodeCtx<'_>,
    ) -> Result<Option<PhysicalPlanNode>> {
        codec::encode(base, self, ctx).map(Some)
    }

    fn apply_expressions(
        &self,
        f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        self.parquet.apply_expressions(f)
    }
}
