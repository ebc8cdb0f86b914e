//! Files in an object store or on a web server, read piece by piece.
//!
//! The ranges that a task needs at one time are read by one request each, in parallel. They are not
//! passed to `ObjectStore::get_ranges`: it would merge ranges that the reader has merged already,
//! by its own option ([`coalesce`](ReadOptions::coalesce)), and it does not say which state of the
//! file the bytes are of.

use alloc::boxed::Box;
use alloc::format;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ops::Range;
use core::sync::atomic::{AtomicU64, Ordering};

use std::io;

use futures_util::{StreamExt, TryStreamExt, stream};
use object_store::path::Path;
use object_store::{GetOptions, GetResult, GetResultPayload, ObjectMeta, ObjectStore};

use super::error::FileError;
use super::header::HEADER_BYTES;
use super::reader::{Opening, ReadOptions, Reader, Step, Task};

/// A file in an object store or on a web server, and its [`Reader`].
///
/// Opening it takes one request, which reads the first bytes: the header and the upper levels,
/// which are kept. A look-up in a set of integers mostly takes one more, of 64 KiB; in a map, one
/// for keys and one for values, at the same time.
///
/// # Changes of the file
///
/// All bytes are of the file that was opened, or there is an error. Each request names the entity
/// tag of the first response (`If-Match`), and each response is compared with the first one: size,
/// version, entity tag, and, without a strong one, the time of the last change. Of a server that
/// sends neither tag nor time, only another size is noticed.
///
/// # Repeated requests
///
/// The store repeats requests that failed (server errors, lost connections, time-outs), as its
/// `RetryConfig` says: 10 times within 3 minutes if not told otherwise. A response that ends early
/// is resumed if it has an entity tag, and otherwise an error. Only a store whose `ClientOptions`
/// limit the time of a request is sure not to wait for ever: 30 seconds if not told otherwise.
///
/// # Features
///
/// The features of the crate `object_store` decide which stores there are: `aws`, `gcp`, `azure`,
/// `http`, `fs`. Enable them where you depend on it. All but the last need a runtime of tokio, in
/// which the methods are to be called.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
///
/// use leafwise::StaticMap;
/// use leafwise::file::{FileError, Query, ReadOptions, RemoteFile};
/// use object_store::memory::InMemory;
/// use object_store::path::Path;
/// use object_store::{ObjectStore, ObjectStoreExt};
///
/// async fn cube(store: Arc<dyn ObjectStore>, number: u32) -> Result<u64, FileError> {
///     let path = Path::from("cubes.lwx");
///     let file = RemoteFile::open(store, path, ReadOptions::REMOTE).await?;
///     file.reader().expect::<u32, u64>()?;
///     let found = file.run(file.reader().search([Query::equal(number)])).await?;
///     Ok(found[0].values_as::<u64>().unwrap_or_default()[0])
/// }
///
/// # let example = async {
/// let cubes: StaticMap<u32, u64> = (0..100_000).map(|n| (n, u64::from(n).pow(3))).collect();
/// let mut bytes = Vec::new();
/// cubes.write_to(&mut bytes)?;
/// let store = Arc::new(InMemory::new());
/// store.put(&Path::from("cubes.lwx"), bytes.into()).await?;
///
/// assert_eq!(cube(store, 300).await?, 27_000_000);
/// # Ok::<(), FileError>(())
/// # };
/// # futures_util::FutureExt::now_or_never(example).expect("memory does not wait")?;
/// # Ok::<(), FileError>(())
/// ```
#[derive(Debug)]
pub struct RemoteFile {
    object: Object,
    /// What the first response says of the file.
    meta: ObjectMeta,
    reader: Box<Reader>,
}

impl RemoteFile {
    /// Opens a file. One request, whose response says how long the file is; two if what the builder
    /// says about the file is longer than [`ReadOptions::front`].
    ///
    /// # Errors
    ///
    /// Returns an error of the store, and if this is none of these files, or is damaged where that
    /// is noticed.
    pub async fn open(
        store: Arc<dyn ObjectStore>,
        path: Path,
        options: ReadOptions,
    ) -> Result<RemoteFile, FileError> {
        let object = Object {
            store,
            path,
            requests: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
        };
        let count = options.front.max(HEADER_BYTES as u64);
        let (meta, mut front) = match object.get(0..count, None).await {
            Ok(first) => first,
            Err(error) if object.is_empty_because_of(&error).await => {
                // No range is within an empty file, which is none of these files.
                let _ = Reader::open(Vec::new(), 0, options)?;
                return Err(error);
            }
            Err(error) => return Err(error),
        };
        loop {
            match Reader::open(front, meta.size, options)? {
                Opening::Done(reader) => {
                    return Ok(RemoteFile {
                        object,
                        meta,
                        reader,
                    });
                }
                Opening::Needs(count) => (_, front) = object.get(0..count, Some(&meta)).await?,
            }
        }
    }

    /// The reader of the file.
    #[must_use]
    pub fn reader(&self) -> &Reader {
        &self.reader
    }

    /// What the store says about the file: its length, entity tag, time of the last change.
    #[must_use]
    pub fn meta(&self) -> &ObjectMeta {
        &self.meta
    }

    /// The number of requests so far, without those that the store repeated.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.object.requests.load(Ordering::Relaxed)
    }

    /// The number of bytes of the file that were read so far.
    #[must_use]
    pub fn bytes_read(&self) -> u64 {
        self.object.bytes.load(Ordering::Relaxed)
    }

    /// Runs a task of the reader. One request for each range that the task needs, 32 at a time.
    ///
    /// Any number of tasks can run at once. A task that is dropped before its end has read nothing
    /// that matters to others.
    ///
    /// # Errors
    ///
    /// Returns an error of the store, [`FileError::Replaced`] if the file is not the one that was
    /// opened, and an error if it is damaged where that is noticed.
    pub async fn run<T>(&self, mut task: Task<'_, T>) -> Result<T, FileError> {
        loop {
            let ranges = match task.step()? {
                Step::Done(done) => return Ok(done),
                Step::Needs(ranges) => ranges,
            };
            let read = self.read(&ranges).await?;
            task.supply(&ranges, read)?;
        }
    }

    /// Reads ranges of the file.
    async fn read(&self, ranges: &[Range<u64>]) -> Result<Vec<Vec<u8>>, FileError> {
        let requests = ranges.iter().map(|range| self.read_one(range.clone()));
        let requests: Vec<_> = requests.collect();
        stream::iter(requests)
            .buffered(PARALLEL)
            .try_collect()
            .await
    }

    async fn read_one(&self, range: Range<u64>) -> Result<Vec<u8>, FileError> {
        let (_, bytes) = self.object.get(range, Some(&self.meta)).await?;
        Ok(bytes)
    }
}

/// The number of requests at a time: a server takes that many connections of one client.
const PARALLEL: usize = 32;

/// An object of a store.
#[derive(Debug)]
struct Object {
    store: Arc<dyn ObjectStore>,
    path: Path,
    requests: AtomicU64,
    bytes: AtomicU64,
}

impl Object {
    /// Reads a range of the object, up to its end, and what the response says about the object:
    /// `first` is what the first one said.
    async fn get(
        &self,
        range: Range<u64>,
        first: Option<&ObjectMeta>,
    ) -> Result<(ObjectMeta, Vec<u8>), FileError> {
        let options = GetOptions {
            range: Some(range.clone().into()),
            // No weak tag matches any: RFC 9110, 13.1.1.
            if_match: first.and_then(strong_tag).map(Into::into),
            ..GetOptions::default()
        };
        self.requests.fetch_add(1, Ordering::Relaxed);
        let response = match self.store.get_opts(&self.path, options).await {
            Err(object_store::Error::Precondition { .. }) => return Err(FileError::Replaced),
            response => response?,
        };
        let meta = response.meta.clone();
        if first.is_some_and(|first| !is_same(first, &meta)) {
            return Err(FileError::Replaced);
        }
        let expected = range.start..range.end.min(meta.size);
        if response.range != expected {
            return Err(wrong_response(&expected, &format!("{:?}", response.range)));
        }
        let bytes = collect(response, &expected).await?;
        self.bytes.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        Ok((meta, bytes))
    }

    /// Whether an error of the first request is that no range is within an empty object.
    async fn is_empty_because_of(&self, error: &FileError) -> bool {
        // Stores have no error of their own for that. If it is another one, such as a time-out,
        // asking again would only take as long again.
        let FileError::Store(error) = error else {
            return false;
        };
        if !format!("{error}").to_lowercase().contains("range") {
            return false;
        }
        let options = GetOptions {
            head: true,
            ..GetOptions::default()
        };
        self.requests.fetch_add(1, Ordering::Relaxed);
        let response = self.store.get_opts(&self.path, options).await;
        response.is_ok_and(|response| response.meta.size == 0)
    }
}

/// The bytes of a response, which are to be those of a range.
async fn collect(response: GetResult, expected: &Range<u64>) -> Result<Vec<u8>, FileError> {
    let length = expected.end - expected.start;
    let too_large = |_| FileError::Io(io::ErrorKind::OutOfMemory.into());
    let capacity = usize::try_from(length).map_err(too_large)?;
    let bytes = match response.payload {
        GetResultPayload::Stream(mut stream) => {
            let mut bytes = Vec::with_capacity(capacity);
            // A response may have no end.
            while bytes.len() <= capacity
                && let Some(part) = stream.try_next().await?
            {
                bytes.extend_from_slice(&part);
            }
            bytes
        }
        #[allow(
            unreachable_patterns,
            reason = "there are files only with the feature `fs` of the store"
        )]
        payload => {
            let response = GetResult {
                payload,
                ..response
            };
            response.bytes().await?.into()
        }
    };
    match bytes.len() as u64 == length {
        true => Ok(bytes),
        false => Err(wrong_response(expected, &format!("{} bytes", bytes.len()))),
    }
}

/// The error of a response that is not what was asked for.
fn wrong_response(expected: &Range<u64>, found: &str) -> FileError {
    let text = format!("the store was asked for the bytes {expected:?}, and returned {found}");
    FileError::Io(io::Error::new(io::ErrorKind::InvalidData, text))
}

/// The entity tag, if objects with the same one have the same bytes.
fn strong_tag(meta: &ObjectMeta) -> Option<&str> {
    let tag = meta.e_tag.as_deref()?;
    (!tag.starts_with("W/")).then_some(tag)
}

/// Whether two responses are about the same state of an object, as far as they say.
fn is_same(first: &ObjectMeta, later: &ObjectMeta) -> bool {
    let agree =
        |one: &Option<_>, other: &Option<_>| one.is_none() || other.is_none() || one == other;
    let is_certain = strong_tag(first).is_some() && first.e_tag == later.e_tag;
    first.size == later.size
        && agree(&first.version, &later.version)
        && agree(&first.e_tag, &later.e_tag)
        && (is_certain || first.last_modified == later.last_modified)
}
