//! A store of files that counts what is read of it.

use std::fmt::{self, Display, Formatter};
use std::ops::Range;
use std::path::Path as FilePath;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use datafusion::error::Result as DataFusionResult;
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use futures_util::stream::BoxStream;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{
    CopyOptions, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};
use url::Url;

/// The URL of the store, as every machine knows it.
pub const STORE: &str = "tables://store/";

/// What was read of Parquet files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// The number of ranges that were asked for.
    pub requests: u64,
    /// Their bytes.
    pub bytes: u64,
}

impl std::ops::Add for Counts {
    type Output = Counts;

    fn add(self, other: Counts) -> Counts {
        Counts {
            requests: self.requests + other.requests,
            bytes: self.bytes + other.bytes,
        }
    }
}

/// The files of a folder. What is read of Parquet files is counted, after a delay.
#[derive(Debug)]
pub struct CountingStore {
    files: LocalFileSystem,
    delay: Duration,
    requests: AtomicU64,
    bytes: AtomicU64,
}

impl CountingStore {
    /// The files of a folder.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no such folder.
    pub fn new(folder: &FilePath, delay: Duration) -> Result<CountingStore> {
        Ok(CountingStore {
            files: LocalFileSystem::new_with_prefix(folder)?,
            delay,
            requests: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
        })
    }

    /// What was read so far.
    #[must_use]
    pub fn counts(&self) -> Counts {
        Counts {
            requests: self.requests.load(Ordering::Relaxed),
            bytes: self.bytes.load(Ordering::Relaxed),
        }
    }

    async fn count(&self, location: &Path, ranges: impl IntoIterator<Item = Range<u64>>) {
        if location.extension() != Some("parquet") {
            return;
        }
        tokio::time::sleep(self.delay).await;
        for range in ranges {
            self.requests.fetch_add(1, Ordering::Relaxed);
            self.bytes.fetch_add(range.end - range.start, Ordering::Relaxed);
        }
    }
}

impl Display for CountingStore {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "counting {}", self.files)
    }
}

#[async_trait]
impl ObjectStore for CountingStore {
    async fn put_opts(
        &self,
        location: &Path,
        payload: PutPayload,
        options: PutOptions,
    ) -> Result<PutResult> {
        self.files.put_opts(location, payload, options).await
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.files.put_multipart_opts(location, options).await
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        let is_read = !options.head;
        let got = self.files.get_opts(location, options).await?;
        self.count(location, is_read.then(|| got.range.clone())).await;
        Ok(got)
    }

    async fn get_ranges(&self, location: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        self.count(location, ranges.iter().cloned()).await;
        self.files.get_ranges(location, ranges).await
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        self.files.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.files.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.files.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.files.copy_opts(from, to, options).await
    }
}

/// What a process needs to read the store. Nothing is kept of the metadata of files, so that counts
/// do not depend on earlier queries.
///
/// # Errors
///
/// Returns DataFusion's error.
pub fn runtime(store: &Arc<CountingStore>) -> DataFusionResult<Arc<RuntimeEnv>> {
    let runtime = RuntimeEnvBuilder::new()
        .with_metadata_cache_limit(0)
        .build_arc()?;
    let url = Url::parse(STORE).map_err(|error| {
        datafusion::error::DataFusionError::External(Box::new(error))
    })?;
    let store = Arc::clone(store) as Arc<dyn ObjectStore>;
    runtime.register_object_store(&url, store);
    Ok(runtime)
}
