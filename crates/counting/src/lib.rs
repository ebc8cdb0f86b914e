//! An object store that counts what is read of it, for tests and benchmarks.
#![deny(unsafe_code)]

use std::collections::HashMap;
use std::fmt::{self, Display, Formatter};
use std::ops::{Add, Range, Sub};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::stream::BoxStream;
use object_store::path::Path;
use object_store::{
    CopyOptions, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};

/// What was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// The number of ranges that were asked for.
    pub requests: u64,
    /// Their bytes.
    pub bytes: u64,
}

impl Add for Counts {
    type Output = Counts;

    fn add(self, other: Counts) -> Counts {
        Counts {
            requests: self.requests + other.requests,
            bytes: self.bytes + other.bytes,
        }
    }
}

impl Sub for Counts {
    type Output = Counts;

    fn sub(self, earlier: Counts) -> Counts {
        Counts {
            requests: self.requests - earlier.requests,
            bytes: self.bytes - earlier.bytes,
        }
    }
}

/// A store over another one. What is read of objects is counted, after a delay.
#[derive(Debug)]
pub struct CountingStore {
    store: Arc<dyn ObjectStore>,
    delay: Duration,
    /// By the endings of the objects' names.
    counts: Mutex<HashMap<String, Counts>>,
}

impl CountingStore {
    /// Counts what is read of `store`, each request after `delay`.
    #[must_use]
    pub fn new(store: Arc<dyn ObjectStore>, delay: Duration) -> CountingStore {
        CountingStore {
            store,
            delay,
            counts: Mutex::default(),
        }
    }

    /// What was read so far of objects whose names have this ending, such as `parquet`.
    #[must_use]
    pub fn counts(&self, ending: &str) -> Counts {
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        counts.get(ending).copied().unwrap_or_default()
    }

    async fn count(&self, location: &Path, ranges: impl IntoIterator<Item = Range<u64>>) {
        if !self.delay.is_zero() {
            tokio::time::sleep(self.delay).await;
        }
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let ending = location.extension().unwrap_or_default().to_string();
        let counts = counts.entry(ending).or_default();
        for range in ranges {
            counts.requests += 1;
            counts.bytes += range.end - range.start;
        }
    }
}

impl Display for CountingStore {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "counting {}", self.store)
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
        self.store.put_opts(location, payload, options).await
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.store.put_multipart_opts(location, options).await
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        let is_read = !options.head;
        let got = self.store.get_opts(location, options).await?;
        self.count(location, is_read.then(|| got.range.clone()))
            .await;
        Ok(got)
    }

    async fn get_ranges(&self, location: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        self.count(location, ranges.iter().cloned()).await;
        self.store.get_ranges(location, ranges).await
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        self.store.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.store.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.store.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.store.copy_opts(from, to, options).await
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use object_store::memory::InMemory;
    use object_store::path::Path;
    use object_store::{ObjectStore, ObjectStoreExt, Result};

    use super::{CountingStore, Counts};

    #[tokio::test]
    async fn reads_are_counted_by_ending() -> Result<()> {
        let store = CountingStore::new(Arc::new(InMemory::new()), Duration::ZERO);
        let path = Path::from("a/b.parquet");
        store.put(&path, vec![0; 100].into()).await?;
        assert_eq!(store.counts("parquet"), Counts::default());
        store.head(&path).await?;
        store.get_range(&path, 10..20).await?;
        store.get_ranges(&path, &[0..1, 5..9]).await?;
        let read = Counts {
            requests: 3,
            bytes: 15,
        };
        assert_eq!(store.counts("parquet"), read);
        assert_eq!(store.counts("lwx"), Counts::default());
        store.get(&path).await?.bytes().await?;
        let more = store.counts("parquet") - read;
        assert_eq!((more.requests, more.bytes), (1, 100));
        assert_eq!(read + more, store.counts("parquet"));
        Ok(())
    }
}
