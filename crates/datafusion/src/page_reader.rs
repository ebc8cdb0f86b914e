//! Readers of Parquet files that know where pages are.
//!
//! DataFusion asks for the places of pages only if a filter may rule some out by their statistics.
//! Without these, it reads whole columns of a row group for a single row of a selection. They are
//! in the part of a file that is read for its metadata anyway.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use datafusion::common::Result;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::ParquetFileReaderFactory;
use datafusion::datasource::physical_plan::parquet::ParquetRowSelection;
use datafusion::parquet::arrow::arrow_reader::ArrowReaderOptions;
use datafusion::parquet::arrow::async_reader::AsyncFileReader;
use datafusion::parquet::errors::Result as ParquetResult;
use datafusion::parquet::file::metadata::{PageIndexPolicy, ParquetMetaData};
use datafusion::physical_plan::metrics::ExecutionPlanMetricsSet;
use futures_util::future::BoxFuture;

/// Makes readers that know where pages are, of files of which some rows are read.
#[derive(Debug)]
pub(crate) struct PageReaders(pub(crate) Arc<dyn ParquetFileReaderFactory>);

impl ParquetFileReaderFactory for PageReaders {
    fn create_reader(
        &self,
        partition_index: usize,
        partitioned_file: PartitionedFile,
        metadata_size_hint: Option<usize>,
        metrics: &ExecutionPlanMetricsSet,
    ) -> Result<Box<dyn AsyncFileReader + Send>> {
        let has_rows = partitioned_file
            .extension::<ParquetRowSelection>()
            .is_some();
        let reader = self.0.create_reader(
            partition_index,
            partitioned_file,
            metadata_size_hint,
            metrics,
        )?;
        match has_rows {
            true => Ok(Box::new(PageReader {
                reader,
                options: ArrowReaderOptions::new(),
            })),
            false => Ok(reader),
        }
    }
}

struct PageReader {
    reader: Box<dyn AsyncFileReader + Send>,
    /// What is asked of the reader, which wants a reference to it.
    options: ArrowReaderOptions,
}

impl AsyncFileReader for PageReader {
    fn get_bytes(&mut self, range: Range<u64>) -> BoxFuture<'_, ParquetResult<Bytes>> {
        self.reader.get_bytes(range)
    }

    fn get_byte_ranges(
        &mut self,
        ranges: Vec<Range<u64>>,
    ) -> BoxFuture<'_, ParquetResult<Vec<Bytes>>> {
        self.reader.get_byte_ranges(ranges)
    }

    fn get_metadata<'a>(
        &'a mut self,
        options: Option<&'a ArrowReaderOptions>,
    ) -> BoxFuture<'a, ParquetResult<Arc<ParquetMetaData>>> {
        let options = options.cloned().unwrap_or_default();
        self.options = options.with_page_index_policy(PageIndexPolicy::Optional);
        self.reader.get_metadata(Some(&self.options))
    }
}
