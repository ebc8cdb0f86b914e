//! Remote files: how many requests they take, and that no fault of a store gives a wrong answer.
//!
//! Stores here are in memory and never wait. `crates/remote` has the tests with a web server and a
//! file system, which depend on many other crates.

use std::fmt;
use std::future::Future;
use std::ops::Range;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use leafwise::file::{
    Builder, Collection, FileError, FileType, Found, Query, ReadOptions, RemoteFile,
};
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetRange, GetResult, GetResultPayload, ListResult,
    MultipartUpload, ObjectMeta, ObjectStore, ObjectStoreExt, PutMultipartOptions, PutOptions,
    PutPayload, PutResult, Result,
};

/// Runs a future that never waits.
fn now<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("memory does not wait"),
    }
}

/// What is wrong with the responses to all requests but the first.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    None,
    OtherTag,
    OtherVersion,
    OtherTime,
    OtherSize,
    Short,
    Long,
    OtherRange,
    Fails,
}

/// A store that counts requests and has faults.
#[derive(Debug)]
struct Faulty {
    memory: InMemory,
    fault: Fault,
    /// What every response says instead of a strong tag.
    tag: Option<&'static str>,
    first: usize,
    requests: AtomicUsize,
    ranges: Mutex<Vec<Range<u64>>>,
}

impl fmt::Display for Faulty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a faulty store")
    }
}

type Later<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;
type Stream<T> = futures_util::stream::BoxStream<'static, Result<T>>;

impl Faulty {
    async fn get(&self, path: &Path, options: GetOptions) -> Result<GetResult> {
        let number = self.requests.fetch_add(1, Ordering::Relaxed);
        if let Some(GetRange::Bounded(range)) = &options.range {
            self.ranges.lock().unwrap().push(range.clone());
        }
        let mut options = options;
        let is_changed = self.tag.is_some() || self.fault == Fault::OtherTag;
        if is_changed {
            options.if_match = None;
        }
        let mut result = self.memory.get_opts(path, options).await?;
        if let Some(tag) = self.tag {
            result.meta.e_tag = (!tag.is_empty()).then(|| tag.into());
        }
        result.meta.version = Some("1".into());
        if number < self.first {
            return Ok(result);
        }
        let range = result.range.clone();
        match self.fault {
            Fault::None => {}
            Fault::OtherTag => result.meta.e_tag = Some("other".into()),
            Fault::OtherVersion => result.meta.version = Some("2".into()),
            Fault::OtherTime => result.meta.last_modified += std::time::Duration::from_secs(1),
            Fault::OtherSize => result.meta.size += 8,
            Fault::OtherRange => result.range = range.start + 8..range.end + 8,
            Fault::Fails => {
                return Err(Error::Generic {
                    store: "faulty",
                    source: "it fails".into(),
                });
            }
            Fault::Short | Fault::Long => {
                let meta = result.meta.clone();
                let attributes = result.attributes.clone();
                let mut bytes: Vec<u8> = result.bytes().await?.into();
                match self.fault {
                    Fault::Short => drop(bytes.pop()),
                    _ => bytes.push(0),
                }
                let stream = futures_util::stream::iter([Ok(bytes.into())]);
                result = GetResult {
                    payload: GetResultPayload::Stream(Box::pin(stream)),
                    meta,
                    range,
                    attributes,
                };
            }
        }
        Ok(result)
    }
}

/// What the trait has for `async` functions, by hand.
impl ObjectStore for Faulty {
    fn put_opts<'s, 'p, 'a>(
        &'s self,
        path: &'p Path,
        payload: PutPayload,
        options: PutOptions,
    ) -> Later<'a, PutResult>
    where
        's: 'a,
        'p: 'a,
        Self: 'a,
    {
        self.memory.put_opts(path, payload, options)
    }

    fn put_multipart_opts<'s, 'p, 'a>(
        &'s self,
        path: &'p Path,
        options: PutMultipartOptions,
    ) -> Later<'a, Box<dyn MultipartUpload>>
    where
        's: 'a,
        'p: 'a,
        Self: 'a,
    {
        self.memory.put_multipart_opts(path, options)
    }

    fn get_opts<'s, 'p, 'a>(&'s self, path: &'p Path, options: GetOptions) -> Later<'a, GetResult>
    where
        's: 'a,
        'p: 'a,
        Self: 'a,
    {
        Box::pin(self.get(path, options))
    }

    fn delete_stream(&self, paths: Stream<Path>) -> Stream<Path> {
        self.memory.delete_stream(paths)
    }

    fn list(&self, prefix: Option<&Path>) -> Stream<ObjectMeta> {
        self.memory.list(prefix)
    }

    fn list_with_delimiter<'s, 'p, 'a>(&'s self, prefix: Option<&'p Path>) -> Later<'a, ListResult>
    where
        's: 'a,
        'p: 'a,
        Self: 'a,
    {
        self.memory.list_with_delimiter(prefix)
    }

    fn copy_opts<'s, 'p, 'q, 'a>(
        &'s self,
        from: &'p Path,
        to: &'q Path,
        options: CopyOptions,
    ) -> Later<'a, ()>
    where
        's: 'a,
        'p: 'a,
        'q: 'a,
        Self: 'a,
    {
        self.memory.copy_opts(from, to, options)
    }
}

fn path() -> Path {
    Path::from("numbers.lwx")
}

/// A store with a file.
fn store(bytes: Vec<u8>, fault: Fault) -> Faulty {
    let memory = InMemory::new();
    now(memory.put(&path(), bytes.into())).unwrap();
    Faulty {
        memory,
        fault,
        tag: None,
        first: 1,
        requests: AtomicUsize::new(0),
        ranges: Mutex::default(),
    }
}

/// Twice each number below `count`, as keys of an index with three values each, a map or a set.
fn file(collection: Collection, is_grouped: bool, count: u64) -> Vec<u8> {
    let file_type = match collection {
        Collection::Set => FileType::of_set::<u64>(),
        _ => FileType::of::<u64, u64>(collection),
    };
    let mut builder = Builder::new(FileType {
        may_be_grouped: is_grouped,
        ..file_type
    });
    for number in 0..count {
        let value = [number + 1];
        match collection {
            Collection::Set => builder.push::<u64>(number * 2, &[]).unwrap(),
            _ => builder.push(number * 2, &value).unwrap(),
        }
        if collection == Collection::Index {
            builder.push(number * 2, &value).unwrap();
            builder.push(number * 2, &value).unwrap();
        }
    }
    let mut bytes = Vec::new();
    builder.write_to(&mut bytes).unwrap();
    bytes
}

async fn look_up(file: &RemoteFile, key: u64) -> Result<Found, FileError> {
    let mut found = file.run(file.reader().search([Query::equal(key)])).await?;
    Ok(found.remove(0))
}

const COUNT: u64 = 200_000;

#[test]
fn a_cold_look_up_takes_two_round_trips_and_a_warm_one_takes_one() {
    for (collection, is_grouped, requests) in [
        (Collection::Set, false, 1),
        (Collection::Map, false, 2),
        (Collection::Index, false, 2),
        // Keys and how many values they have; then the values.
        (Collection::Index, true, 3),
    ] {
        let store = Arc::new(store(file(collection, is_grouped, COUNT), Fault::None));
        let file = RemoteFile::open(store.clone(), path(), ReadOptions::REMOTE);
        let file = now(file).unwrap();
        assert_eq!(file.requests(), 1);
        assert_eq!(file.bytes_read(), 64 << 10);
        assert_eq!(file.reader().header().is_grouped(), is_grouped);
        for (at, key) in [277_778, 0, 2, 399_998, 200_000].into_iter().enumerate() {
            let before = file.requests();
            let found = now(look_up(&file, key)).unwrap();
            let count = match collection {
                Collection::Index => 3,
                _ => 1,
            };
            assert_eq!(found.values, key / 2 * count..(key / 2 + 1) * count);
            match collection {
                Collection::Set => assert_eq!(found.bytes, Some(vec![])),
                _ => {
                    let values = found.values_as::<u64>().unwrap();
                    assert!(values.iter().all(|value| *value == key / 2 + 1));
                }
            }
            assert!(file.requests() - before <= requests, "{collection:?} {at}");
            let missing = now(look_up(&file, key + 1)).unwrap();
            assert!(missing.values.is_empty());
        }
        assert_eq!(
            store.requests.load(Ordering::Relaxed) as u64,
            file.requests()
        );
    }
}

#[test]
fn a_batch_asks_for_ranges_that_are_far_apart_only() {
    let store = Arc::new(store(file(Collection::Set, false, COUNT), Fault::None));
    let file = now(RemoteFile::open(store.clone(), path(), ReadOptions::REMOTE)).unwrap();
    let keys = (0..COUNT * 2).step_by(1000);
    let found = now(file.run(file.reader().search(keys.clone().map(Query::equal)))).unwrap();
    for (key, found) in keys.zip(found) {
        assert_eq!(found.keys, key / 2..key / 2 + 1);
    }
    let ranges = store.ranges.lock().unwrap();
    assert!(ranges.len() < 10, "{ranges:?}");
}

#[test]
fn no_fault_gives_a_wrong_answer() {
    let bytes = file(Collection::Map, false, COUNT);
    for fault in [
        Fault::OtherTag,
        Fault::OtherVersion,
        Fault::OtherSize,
        Fault::Short,
        Fault::Long,
        Fault::OtherRange,
        Fault::Fails,
    ] {
        let store = Arc::new(store(bytes.clone(), fault));
        let file = now(RemoteFile::open(store, path(), ReadOptions::REMOTE)).unwrap();
        let error = now(look_up(&file, 277_778)).unwrap_err();
        match fault {
            Fault::Fails => assert!(matches!(error, FileError::Store(_))),
            Fault::Short | Fault::Long | Fault::OtherRange => {
                assert!(matches!(error, FileError::Io(_)), "{fault:?}: {error}");
            }
            _ => assert!(matches!(error, FileError::Replaced), "{fault:?}: {error}"),
        }
    }
    for fault in [Fault::Short, Fault::Long, Fault::OtherRange, Fault::Fails] {
        let store = Faulty {
            first: 0,
            ..store(bytes.clone(), fault)
        };
        let opened = now(RemoteFile::open(
            Arc::new(store),
            path(),
            ReadOptions::REMOTE,
        ));
        assert!(opened.is_err(), "{fault:?}");
    }
}

/// A weak tag says too little, and none says nothing: the time counts.
#[test]
fn without_a_strong_tag_times_are_compared() {
    for (tag, fault, is_noticed) in [
        (Some("W/\"1\""), Fault::None, false),
        (Some("W/\"1\""), Fault::OtherTime, true),
        (Some(""), Fault::None, false),
        (Some(""), Fault::OtherTime, true),
        (None, Fault::OtherTime, false),
    ] {
        let store = Faulty {
            tag,
            ..store(file(Collection::Set, false, COUNT), fault)
        };
        let file = now(RemoteFile::open(
            Arc::new(store),
            path(),
            ReadOptions::REMOTE,
        ))
        .unwrap();
        let found = now(look_up(&file, 277_778));
        match is_noticed {
            true => assert!(matches!(found, Err(FileError::Replaced)), "{tag:?}"),
            false => assert_eq!(found.unwrap().keys, 138_889..138_890),
        }
    }
}

#[test]
fn a_file_that_is_replaced_is_an_error() {
    let store = Arc::new(store(file(Collection::Map, false, COUNT), Fault::None));
    let file = now(RemoteFile::open(store.clone(), path(), ReadOptions::REMOTE)).unwrap();
    assert!(now(look_up(&file, 277_778)).is_ok());
    let same = now(now(store.memory.get(&path())).unwrap().bytes()).unwrap();
    now(store.memory.put(&path(), same.into())).unwrap();
    let error = now(look_up(&file, 277_778)).unwrap_err();
    assert!(matches!(error, FileError::Replaced), "{error}");
    now(store.memory.delete(&path())).unwrap();
    let error = now(look_up(&file, 277_778)).unwrap_err();
    assert!(matches!(error, FileError::Store(Error::NotFound { .. })));
}

#[test]
fn short_files_are_errors_or_are_read() {
    for count in [0, 1, 2, 100] {
        let store = Arc::new(store(file(Collection::Map, false, count), Fault::None));
        let file = now(RemoteFile::open(store, path(), ReadOptions::REMOTE)).unwrap();
        for key in 0..count * 2 {
            let found = now(look_up(&file, key)).unwrap();
            assert_eq!(found.keys.end - found.keys.start, (key + 1) % 2);
        }
        assert_eq!(file.requests(), 1);
    }
    let bytes = file(Collection::Map, false, 100);
    for length in [0, 1, 7, 8, 1023, 1024, 4095, 4096, bytes.len() - 1] {
        let store = Arc::new(store(bytes[..length].to_vec(), Fault::None));
        let error = now(RemoteFile::open(store, path(), ReadOptions::REMOTE)).unwrap_err();
        match length {
            0..8 => assert!(matches!(error, FileError::NotAFile), "{length}: {error}"),
            _ => assert!(
                matches!(error, FileError::Truncated { .. }),
                "{length}: {error}"
            ),
        }
    }
    let store = Arc::new(store([bytes, vec![0; 8]].concat(), Fault::None));
    let error = now(RemoteFile::open(store, path(), ReadOptions::REMOTE)).unwrap_err();
    assert!(matches!(error, FileError::Overlong { .. }), "{error}");
}

#[test]
fn what_the_builder_says_may_be_long() {
    let mut builder = Builder::new(FileType::of_set::<u64>()).about(vec![7; 100_000]);
    builder.push::<u64>(5_u64, &[]).unwrap();
    let mut bytes = Vec::new();
    builder.write_to(&mut bytes).unwrap();
    for front in [0, 1024, 64 << 10] {
        let store = Arc::new(store(bytes.clone(), Fault::None));
        let options = ReadOptions {
            front,
            ..ReadOptions::REMOTE
        };
        let file = now(RemoteFile::open(store, path(), options)).unwrap();
        assert_eq!(file.reader().about(), [7; 100_000]);
        assert_eq!(file.requests(), 2);
    }
}

/// Tasks and what runs them go from thread to thread.
#[test]
fn futures_are_send() {
    fn is_send<T: Send>(value: T) -> T {
        value
    }
    let store = Arc::new(store(file(Collection::Set, false, 9), Fault::None));
    let file = is_send(RemoteFile::open(store, path(), ReadOptions::REMOTE));
    let file = Arc::new(now(file).unwrap());
    let in_task = is_send({
        let file = file.clone();
        async move { look_up(&file, 4).await }
    });
    assert_eq!(now(in_task).unwrap().keys, 2..3);
    // What a task finds need not be `Send` or `Sync` while it is looked for.
    now(is_send(file.run(is_send(file.reader().keys(0..3))))).unwrap();
}
