//! Files at URLs, by the crate `object_store`. Nothing else knows that crate, or a runtime.
//!
//! All that is read of a file is of the state that the first response was of: each request names
//! its entity tag (`If-Match`), and each response is compared with the first. What is open stays
//! open until the program ends, so that all who read a file read that state.

mod errors;
mod index;
mod object;
mod stream;

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use std::sync::{Arc, LazyLock, Mutex};

use bytes::Bytes;
use futures_util::future::join;
use futures_util::stream::{StreamExt, TryStreamExt, iter};
use object_store::{GetRange, ObjectMeta};
use tokio::runtime::{Builder, Runtime};

use crate::location::Url;
pub(crate) use index::RemoteIndex;
#[cfg(feature = "sql")]
pub(crate) use object::store;
use object::{Object, check_same};
use stream::RemoteStream;

/// As many bytes are read first, and kept: enough to find the columns of most tables.
const FRONT_BYTES: u64 = 128 << 10;

/// As many bytes at the end are read with them, if there may be an index, which is compared.
const END_BYTES: u64 = 16 << 10;

/// The number of requests at a time.
const PARALLEL: usize = 32;

/// Runs on the threads that wait for it.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    let runtime = Builder::new_current_thread().enable_all().build();
    runtime.expect("the system has what a runtime needs")
});

/// The tables that are open.
static OPEN: Mutex<BTreeMap<Url, Arc<RemoteFile>>> = Mutex::new(BTreeMap::new());

/// A file at a URL.
pub(crate) struct RemoteFile {
    object: Object,
    /// What the first response says about it.
    meta: ObjectMeta,
    front: Bytes,
    /// The last bytes; empty if they have not been read.
    end: Bytes,
    /// Whether the server sends a part of a file if it is asked for one.
    has_ranges: bool,
}

impl RemoteFile {
    /// Opens a file, unless it is open.
    pub(crate) fn open(url: &Url) -> io::Result<Arc<RemoteFile>> {
        RUNTIME.block_on(RemoteFile::open_once(url, false))
    }

    async fn open_once(url: &Url, with_end: bool) -> io::Result<Arc<RemoteFile>> {
        let known = || OPEN.lock().map_err(|_| io::Error::other("a thread failed"));
        if let Some(file) = known()?.get(url) {
            return Ok(Arc::clone(file));
        }
        let file = Arc::new(RemoteFile::request(url, with_end).await?);
        known()?.insert(url.clone(), Arc::clone(&file));
        Ok(file)
    }

    async fn request(url: &Url, with_end: bool) -> io::Result<RemoteFile> {
        let object = Object::at(url)?;
        let front = object.read(GetRange::Bounded(0..FRONT_BYTES), None);
        let end = async {
            match with_end {
                true => object.read(GetRange::Suffix(END_BYTES), None).await.ok(),
                false => None,
            }
        };
        let (front, end) = join(front, end).await;
        let (meta, front, has_ranges) = match front {
            Ok((meta, front)) => (meta, front, true),
            Err(error) if error.kind() == io::ErrorKind::Unsupported => {
                (object.head().await?, Bytes::new(), false)
            }
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                match object.head().await? {
                    meta if meta.size == 0 => (meta, Bytes::new(), true),
                    _ => return Err(error),
                }
            }
            Err(error) => return Err(error),
        };
        // A server that knows no such range is asked for it by its offset.
        let end = match end {
            Some((end_meta, end)) if has_ranges => {
                check_same(&meta, &end_meta)?;
                end
            }
            _ => Bytes::new(),
        };
        Ok(RemoteFile {
            object,
            meta,
            front,
            end,
            has_ranges,
        })
    }

    /// The number of bytes.
    pub(crate) fn length(&self) -> u64 {
        self.meta.size
    }

    /// The entity tag.
    pub(crate) fn tag(&self) -> Option<&str> {
        self.meta.e_tag.as_deref()
    }

    /// Reads ranges, all at once.
    pub(crate) fn read(&self, ranges: &[Range<u64>]) -> io::Result<Vec<Vec<u8>>> {
        let reads = ranges.iter().map(|range| self.read_one(range.clone()));
        let reads: Vec<_> = reads.collect();
        RUNTIME.block_on(iter(reads).buffered(PARALLEL).try_collect())
    }

    async fn read_one(&self, range: Range<u64>) -> io::Result<Vec<u8>> {
        if range.is_empty() {
            return Ok(Vec::new());
        }
        let end_start = self.length() - self.end.len() as u64;
        for (start, kept) in [(0, &self.front), (end_start, &self.end)] {
            if start <= range.start && range.end <= start + kept.len() as u64 {
                let within = (range.start - start) as usize..(range.end - start) as usize;
                return Ok(kept[within].to_vec());
            }
        }
        let read = self.object.read(GetRange::Bounded(range), Some(&self.meta));
        Ok(read.await?.1.into())
    }

    /// Reads from a position to the end.
    pub(crate) fn stream_from(self: Arc<Self>, position: u64) -> RemoteStream {
        RemoteStream::new(self, position)
    }
}
