//! Remote files on a web server with faults, and in a file system: how many requests look-ups take,
//! and that each fault is an error, or the request is repeated, within a short time.

use std::fs;
use std::sync::Arc;
use std::time::{Duration, Instant};

use leafwise::file::{FileError, Found, Query, ReadOptions, RemoteFile};
use leafwise::{StaticMap, StaticSet};
use leafwise_remote::{Fault, Server};
use object_store::http::HttpBuilder;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{BackoffConfig, ClientOptions, Error, ObjectStore, RetryConfig};

/// Runs a future on a runtime of its own.
fn wait<T>(future: impl Future<Output = T>) -> T {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().build().unwrap();
    runtime.block_on(future)
}

const COUNT: u64 = 100_000;

fn set() -> Vec<u8> {
    let set: StaticSet<u64> = (0..COUNT).map(|number| number * 2).collect();
    let mut bytes = Vec::new();
    set.write_to(&mut bytes).unwrap();
    bytes
}

fn map() -> Vec<u8> {
    let map: StaticMap<u64, u64> = (0..COUNT).map(|number| (number * 2, number + 7)).collect();
    let mut bytes = Vec::new();
    map.write_to(&mut bytes).unwrap();
    bytes
}

/// Ranges as far apart as in a large file: this one is small.
const OPTIONS: ReadOptions = ReadOptions {
    front: 8 << 10,
    coalesce: 4 << 10,
    ..ReadOptions::REMOTE
};

async fn open(server: &Server) -> Result<RemoteFile, FileError> {
    let client = ClientOptions::new()
        .with_allow_http(true)
        .with_timeout(Duration::from_millis(500));
    let retry = RetryConfig {
        backoff: BackoffConfig {
            init_backoff: Duration::from_millis(1),
            max_backoff: Duration::from_millis(4),
            base: 2.0,
        },
        max_retries: 2,
        retry_timeout: Duration::from_secs(5),
    };
    let store = HttpBuilder::new()
        .with_url(server.url())
        .with_client_options(client)
        .with_retry(retry)
        .build()?;
    RemoteFile::open(Arc::new(store), Path::from("numbers.lwx"), OPTIONS).await
}

async fn look_up(file: &RemoteFile, key: u64) -> Result<Found, FileError> {
    let mut found = file.run(file.reader().search([Query::equal(key)])).await?;
    Ok(found.remove(0))
}

#[test]
fn a_cold_look_up_takes_two_round_trips_and_a_warm_one_takes_one() {
    for keeps_alive in [true, false] {
        for (bytes, count) in [(set(), 1), (map(), 2)] {
            let server = Server::start(bytes, keeps_alive, |_| Fault::None).unwrap();
            wait(async {
                let file = open(&server).await.unwrap();
                assert_eq!(server.requests().len(), 1);
                for (at, key) in (1..).zip([0, 2, 77_778, 100_000, 199_998]) {
                    let found = look_up(&file, key).await.unwrap();
                    assert_eq!(found.keys, key / 2..key / 2 + 1);
                    if count == 2 {
                        assert_eq!(found.values_as::<u64>(), Some(vec![key / 2 + 7]));
                    }
                    assert!(server.requests().len() <= 1 + at * count);
                }
                let requests = server.requests();
                assert_eq!(requests.len() as u64, file.requests());
                assert!(requests.iter().all(|request| request.method == "GET"));
                let tags = requests.iter().map(|request| request.if_match.as_deref());
                assert!(tags.skip(1).all(|tag| tag == Some("\"first\"")));
            });
        }
    }
}

/// What is to come of a fault.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Outcome {
    /// The right answer.
    Found,
    /// The error that the file was replaced.
    Replaced,
    /// Some other error.
    Error,
}

/// Opens a file and looks keys up. `fault` says what the server does wrong at each request.
fn outcome(bytes: &[u8], fault: impl Fn(usize) -> Fault + Send + Sync + 'static) -> Outcome {
    let start = Instant::now();
    let server = Server::start(bytes.to_vec(), true, fault).unwrap();
    let found = wait(async {
        let file = open(&server).await?;
        for key in [77_778, 100_001] {
            let found = look_up(&file, key).await?;
            let rank = key.div_ceil(2);
            assert_eq!(found.keys, rank..rank + (key + 1) % 2, "a wrong answer");
            let values = found.keys.clone().map(|at| at + 7).collect();
            assert_eq!(found.values_as::<u64>(), Some(values), "a wrong answer");
        }
        Ok::<_, FileError>(())
    });
    assert!(start.elapsed() < Duration::from_secs(10));
    match found {
        Ok(()) => Outcome::Found,
        Err(FileError::Replaced) => Outcome::Replaced,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            Outcome::Error
        }
    }
}

#[test]
fn no_fault_gives_a_wrong_answer() {
    let bytes = map();
    for (fault, once, always) in [
        (Fault::None, Outcome::Found, Outcome::Found),
        (Fault::Drop, Outcome::Found, Outcome::Error),
        (Fault::Delay(700), Outcome::Found, Outcome::Error),
        (Fault::Delay(50), Outcome::Found, Outcome::Found),
        (Fault::Truncate, Outcome::Found, Outcome::Error),
        (Fault::TruncateWithoutTag, Outcome::Error, Outcome::Error),
        (Fault::NoTag, Outcome::Found, Outcome::Found),
        (Fault::Half, Outcome::Error, Outcome::Error),
        (Fault::More, Outcome::Error, Outcome::Error),
        (Fault::OtherRange, Outcome::Error, Outcome::Error),
        (Fault::IgnoreRange, Outcome::Error, Outcome::Error),
        (Fault::Whole, Outcome::Error, Outcome::Error),
        (Fault::Status(500), Outcome::Found, Outcome::Error),
        (Fault::Status(503), Outcome::Found, Outcome::Error),
        (Fault::Status(429), Outcome::Found, Outcome::Error),
        (Fault::Status(403), Outcome::Error, Outcome::Error),
        (Fault::Status(404), Outcome::Error, Outcome::Error),
        (Fault::Status(416), Outcome::Error, Outcome::Error),
        (Fault::Status(301), Outcome::Error, Outcome::Error),
        (Fault::OtherTag, Outcome::Replaced, Outcome::Replaced),
        (Fault::OtherSize, Outcome::Replaced, Outcome::Replaced),
        (Fault::Status(412), Outcome::Replaced, Outcome::Replaced),
    ] {
        for request in [1, 2] {
            let at = move |number| {
                if number == request {
                    fault
                } else {
                    Fault::None
                }
            };
            assert_eq!(outcome(&bytes, at), once, "{fault:?} at {request}");
        }
        let from = move |number| if number > 0 { fault } else { Fault::None };
        assert_eq!(outcome(&bytes, from), always, "{fault:?} from request 1 on");
        // When it is opened, there is no other file that it could have replaced.
        let all = outcome(&bytes, move |_| fault);
        match fault {
            Fault::None | Fault::NoTag | Fault::Delay(50) | Fault::OtherTag => {
                assert_eq!(all, Outcome::Found, "{fault:?}");
            }
            Fault::Status(412) => assert_eq!(all, Outcome::Replaced),
            _ => assert_eq!(all, Outcome::Error, "{fault:?}"),
        }
    }
}

#[test]
fn a_file_that_is_replaced_is_an_error() {
    let server = Server::start(map(), true, |_| Fault::None).unwrap();
    wait(async {
        let file = open(&server).await.unwrap();
        assert!(look_up(&file, 77_778).await.is_ok());
        server.replace(map());
        let error = look_up(&file, 77_778).await.unwrap_err();
        assert!(matches!(error, FileError::Replaced), "{error}");
        let file = open(&server).await.unwrap();
        assert!(look_up(&file, 77_778).await.is_ok());
    });
}

#[test]
fn empty_and_missing_files_are_errors() {
    let server = Server::start(Vec::new(), true, |_| Fault::None).unwrap();
    let error = wait(open(&server)).unwrap_err();
    assert!(matches!(error, FileError::NotAFile), "{error}");
    // Some servers do not refuse a range of an empty file.
    let server = Server::start(Vec::new(), true, |_| Fault::IgnoreRange).unwrap();
    let error = wait(open(&server)).unwrap_err();
    assert!(matches!(error, FileError::NotAFile), "{error}");
    let server = Server::start(map(), true, |_| Fault::Status(404)).unwrap();
    let error = wait(open(&server)).unwrap_err();
    assert!(matches!(error, FileError::Store(Error::NotFound { .. })));
    assert_eq!(server.requests().len(), 1);
    let server = Server::start(b"a text, not an index".to_vec(), true, |_| Fault::None).unwrap();
    let error = wait(open(&server)).unwrap_err();
    assert!(matches!(error, FileError::NotAFile), "{error}");
}

#[test]
fn files_on_a_disk_are_read_and_their_replacement_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("numbers.lwx");
    fs::write(&path, map()).unwrap();
    let store: Arc<dyn ObjectStore> =
        Arc::new(LocalFileSystem::new_with_prefix(folder.path()).unwrap());
    wait(async {
        let name = Path::from("numbers.lwx");
        let file = RemoteFile::open(store.clone(), name, OPTIONS)
            .await
            .unwrap();
        for key in [0, 77_778, 199_998] {
            let found = look_up(&file, key).await.unwrap();
            assert_eq!(found.values_as::<u64>(), Some(vec![key / 2 + 7]));
        }
        let other = folder.path().join("other.lwx");
        fs::write(&other, map()).unwrap();
        fs::rename(&other, &path).unwrap();
        let error = look_up(&file, 77_778).await.unwrap_err();
        assert!(matches!(error, FileError::Replaced), "{error}");

        fs::write(folder.path().join("empty.lwx"), "").unwrap();
        let name = Path::from("empty.lwx");
        let error = RemoteFile::open(store, name, OPTIONS).await.unwrap_err();
        assert!(matches!(error, FileError::NotAFile), "{error}");
    });
}
