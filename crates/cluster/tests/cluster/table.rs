//! The table that all machines read, and what is asked of it.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::util::pretty::pretty_format_batches;
use datafusion::error::Result;
use datafusion::execution::SessionStateBuilder;
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::prelude::{ParquetReadOptions, SessionConfig, SessionContext};
use leafwise_cluster::flights;
use leafwise_cluster::process::{Machine, Role};
use leafwise_cluster::store::{self, STORE};
use leafwise_counting::{CountingStore, Counts};
use leafwise_datafusion::{BuildOptions, ByIndex, IndexedTable, build_index};
use tempfile::TempDir;

/// The rows of each file.
const ROWS: usize = 20_000;

/// The files that the indexes have.
const FILES: Range<usize> = 0..12;

/// A query ends in this time, also if a machine is lost.
pub(crate) const LIMIT: Duration = Duration::from_secs(120);

/// What is asked, and the most bytes of Parquet files that are read for the answer: a tenth of one
/// of the files, or less, for each one that has rows.
pub(crate) const QUERIES: [(&str, u64); 13] = [
    ("SELECT * FROM flights WHERE flight = 104729", 60_000),
    (
        "SELECT * FROM flights WHERE flight IN (0, 209458, 314187, 837832, 77)",
        120_000,
    ),
    (
        "SELECT flight, note FROM flights WHERE date BETWEEN '2013-04-01' AND '2013-04-02'",
        90_000,
    ),
    ("SELECT * FROM flights WHERE tail LIKE 'N12AB%'", 240_000),
    ("SELECT * FROM flights WHERE flight = -1", 0),
    (
        "SELECT date, count(*), sum(delay), max(note) FROM flights \
         WHERE date BETWEEN '2013-08-01' AND '2013-08-05' GROUP BY date",
        180_000,
    ),
    (
        "SELECT one.flight, other.flight, other.note FROM flights one \
         JOIN flights other ON one.date = other.date \
         WHERE one.flight IN (0, 104729) AND other.date = '2013-01-01'",
        120_000,
    ),
    (
        "SELECT flight, tail FROM flights ORDER BY flight DESC LIMIT 7",
        180_000,
    ),
    (
        "SELECT * FROM flights WHERE flight = 209458 AND date = '2013-01-01'",
        60_000,
    ),
    ("SELECT count(*), min(flight), max(date) FROM flights", 0),
    (
        "SELECT note FROM flights WHERE flight = \
         (SELECT max(flight) FROM flights WHERE date = '2013-01-03')",
        // An index cannot look for what is not known yet.
        u64::MAX,
    ),
    (
        "SELECT tail, note FROM flights WHERE date = '2013-02-01' \
         AND delay > 50 ORDER BY flight LIMIT 5",
        60_000,
    ),
    (
        "SELECT flight, note FROM flights WHERE date = '2013-01-05' AND flight < \
         (SELECT min(flight) + 100000 FROM flights WHERE date = '2013-01-03')",
        80_000,
    ),
];

/// What each request of a slow machine takes: as long as it has, at least, after those for metadata
/// have been seen.
pub(crate) const DELAY: Duration = Duration::from_millis(500);

/// A query that takes its time: many pages of half of the files.
pub(crate) const SLOW: &str = "SELECT date, count(*), max(note) FROM flights \
                        WHERE date BETWEEN '2013-03-01' AND '2013-08-31' GROUP BY date";

/// A folder with the table, and the folder in it with the files.
pub(crate) struct Table {
    folder: TempDir,
}

impl Table {
    /// Writes the files and indexes by flight, tail and date.
    pub(crate) async fn write() -> Table {
        let folder = tempfile::tempdir().unwrap();
        let table = Table { folder };
        flights::write(&table.files(), FILES, ROWS).unwrap();
        let (session, _) = table.session();
        for column in ["flight", "tail", "date"] {
            let index = table.files().join(format!("{column}.lwx"));
            let (columns, options) = ([column.to_string()], BuildOptions::default());
            let state = session.state();
            build_index(&state, &url(), &columns, &index, &options)
                .await
                .unwrap();
        }
        table
    }

    /// The folder of the files.
    pub(crate) fn files(&self) -> PathBuf {
        self.folder.path().join("flights")
    }

    /// Adds a file that the indexes do not know.
    pub(crate) fn add_file(&self) {
        flights::write(&self.files(), FILES.end..FILES.end + 1, ROWS).unwrap();
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// A session without machines, and the store that it reads.
    pub(crate) fn session(&self) -> (SessionContext, Arc<CountingStore>) {
        let store = store::open(self.path(), Duration::ZERO).unwrap();
        let runtime = store::runtime(&store).unwrap();
        let state = SessionStateBuilder::new()
            .with_default_features()
            .with_config(SessionConfig::new().with_target_partitions(2))
            .with_runtime_env(runtime)
            .with_optimizer_rule(Arc::new(ByIndex))
            .build();
        (SessionContext::new_with_state(state), store)
    }

    /// What the process that asks for answers reads the table with.
    pub(crate) fn runtime(&self) -> Arc<RuntimeEnv> {
        store::runtime(&store::open(self.path(), Duration::ZERO).unwrap()).unwrap()
    }

    pub(crate) fn machine(&self, role: Role, delay: Duration) -> Machine {
        let program = env!("CARGO_BIN_EXE_machine").as_ref();
        Machine::start(program, role, self.path(), delay).unwrap()
    }
}

pub(crate) fn url() -> String {
    format!("{STORE}flights/")
}

/// Makes the table known to a session, with its indexes.
pub(crate) async fn register_indexed(session: &SessionContext) {
    let table = IndexedTable::open(&session.state(), &url()).await.unwrap();
    assert_eq!(table.indexes().len(), 3);
    session.deregister_table("flights").unwrap();
    session.register_table("flights", Arc::new(table)).unwrap();
}

/// Makes the table known to a session, without indexes.
pub(crate) async fn register_plain(session: &SessionContext) {
    let options = ParquetReadOptions::default();
    session.deregister_table("flights").unwrap();
    session
        .register_parquet("flights", url(), options)
        .await
        .unwrap();
}

/// The lines of the answer to a query.
pub(crate) async fn answer(session: &SessionContext, query: &str) -> Result<Vec<String>> {
    let answer = async { session.sql(query).await?.collect().await };
    let batches = tokio::time::timeout(LIMIT, answer)
        .await
        .expect("in time")?;
    Ok(lines(query, &batches))
}

/// The lines of an answer, in an order that does not depend on chance.
pub(crate) fn lines(query: &str, batches: &[RecordBatch]) -> Vec<String> {
    let table = pretty_format_batches(batches).unwrap().to_string();
    let mut lines: Vec<String> = table.lines().map(str::to_string).collect();
    if !query.contains("ORDER BY") {
        lines.sort_unstable();
    }
    lines
}

/// What was read by some machines so far.
pub(crate) fn counts(machines: &mut [Machine]) -> Counts {
    let counts = machines.iter_mut().map(|machine| machine.counts().unwrap());
    counts.fold(Counts::default(), |sum, counts| sum + counts)
}

/// Compares the answers of a cluster, and what it reads, with those of one process. The machines
/// all read the table for its session.
pub(crate) async fn compare(table: &Table, cluster: &SessionContext, machines: &mut [Machine]) {
    let has_unknown = table.files().join("0012.parquet").exists();
    let (plain, _) = table.session();
    register_plain(&plain).await;
    let (indexed, store) = table.session();
    register_indexed(&indexed).await;
    for (query, most) in QUERIES {
        let expected = answer(&plain, query).await.unwrap();
        let before = store.counts("parquet").bytes;
        assert_eq!(answer(&indexed, query).await.unwrap(), expected, "{query}");
        let alone = store.counts("parquet").bytes - before;
        let (before, start) = (counts(machines).bytes, Instant::now());
        assert_eq!(answer(cluster, query).await.unwrap(), expected, "{query}");
        let read = counts(machines).bytes - before;
        println!(
            "{query}: {read} bytes in {:?}, {alone} in one process",
            start.elapsed()
        );
        if !has_unknown {
            assert!(alone <= most, "{query}");
            assert_eq!(read > 0, most > 0, "{query}");
        }
        // Several machines may read the metadata of a file.
        assert!(read <= 2 * alone, "{query}");
    }
}

/// Kills the machine that has read most, while a query runs: its answer is right, or an error.
/// Returns the machines that are left.
pub(crate) async fn kill_one(
    table: &Table,
    cluster: &SessionContext,
    mut machines: Vec<Machine>,
) -> Vec<Machine> {
    let (plain, _) = table.session();
    register_plain(&plain).await;
    let expected = answer(&plain, SLOW).await.unwrap();
    let before = counts(&mut machines).requests;
    let (query, start) = (cluster.clone(), Instant::now());
    let query = tokio::spawn(async move { answer(&query, SLOW).await });
    while counts(&mut machines).requests < before + 3 {
        assert!(start.elapsed() < LIMIT && !query.is_finished());
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let reads = machines.iter_mut().enumerate();
    let reads = reads.map(|(number, machine)| (machine.counts().unwrap().requests, number));
    let (_, busiest) = reads.max().unwrap();
    let mut lost = machines.remove(busiest);
    assert!(!query.is_finished());
    lost.kill().unwrap();
    match query.await.unwrap() {
        Ok(lines) => {
            println!("right after {:?}", start.elapsed());
            assert_eq!(lines, expected);
        }
        Err(error) => println!("an error after {:?}: {error}", start.elapsed()),
    }
    machines
}
