//! Three machines run queries of a table of 200 Parquet files, without an index and with one.
//!
//! The flights are made up, a million of them, or the three million of a file that
//! `crates/bench/fetch-flights.sh` fetches.
//!
//! The machines are processes of this program, on the loopback interface. In a cluster, all of them
//! know the table by the URL of a store in the cloud; how each engine is told of indexes is in
//! `src/distributed.rs` and `src/ballista.rs`.
//!
//! ```sh
//! cargo run --release -p leafwise-cluster --example flights
//! cargo run --release -p leafwise-cluster --example flights -- flights.parquet
//! ```

use std::env;
use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use datafusion::prelude::{ParquetReadOptions, SessionContext};
use leafwise_cluster::process::{self, Machine, Role};
use leafwise_cluster::store::{self, STORE};
use leafwise_cluster::{ballista, distributed, flights};
use leafwise_counting::Counts;
use leafwise_datafusion::{BuildOptions, IndexedTable, build_index};

const FILES: usize = 200;
const ROWS: usize = 5_000;

/// What is asked of a table.
struct Workload {
    /// The columns of each index.
    indexes: [&'static [&'static str]; 2],
    /// Queries, with their names.
    queries: [(&'static str, &'static str); 5],
}

const MADE_UP: Workload = Workload {
    indexes: [&["flight"], &["tail"]],
    queries: [
        ("one flight", "SELECT * FROM flights WHERE flight = 555555"),
        (
            "five flights",
            "SELECT * FROM flights WHERE flight IN (1, 22, 333, 4444, 55555)",
        ),
        (
            "some aeroplanes",
            "SELECT tail, date, delay FROM flights WHERE tail LIKE 'NA1B2%'",
        ),
        (
            "days of one aeroplane",
            "SELECT date, max(delay) FROM flights WHERE tail BETWEEN 'N00FF' AND 'N00FFFF' \
             GROUP BY date ORDER BY date",
        ),
        (
            "the last flights",
            "SELECT flight, date, note FROM flights ORDER BY flight DESC LIMIT 3",
        ),
    ],
};

const REAL: Workload = Workload {
    indexes: [&["origin", "destination"], &["delay"]],
    queries: [
        (
            "late on one route",
            "SELECT * FROM flights WHERE origin = 'SAN' AND destination = 'SFO' AND delay = 120",
        ),
        (
            "a rare route",
            "SELECT * FROM flights WHERE origin = 'JAC' AND destination LIKE 'L%'",
        ),
        (
            "very late flights",
            "SELECT * FROM flights WHERE delay >= 1200",
        ),
        (
            "flights from one place",
            "SELECT count(*) FROM flights WHERE origin = 'BOS'",
        ),
        (
            "the latest flights",
            "SELECT * FROM flights ORDER BY delay DESC LIMIT 3",
        ),
    ],
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let file = arguments.next();
    // More of them are those of a machine.
    if arguments.next().is_some() {
        return process::run().await;
    }
    let folder = tempfile::tempdir()?;
    let files = folder.path().join("flights");
    let start = Instant::now();
    let workload = match file {
        None => {
            flights::write(&files, 0..FILES, ROWS)?;
            MADE_UP
        }
        Some(file) => {
            flights::divide(file.as_ref(), &files, FILES)?;
            REAL
        }
    };
    println!("{FILES} files: {:.1?}", start.elapsed());

    let url = format!("{STORE}flights/");
    let session = SessionContext::new_with_config_rt(
        Default::default(),
        store::runtime(&store::open(folder.path(), Duration::ZERO)?)?,
    );
    for columns in workload.indexes {
        let start = Instant::now();
        let index = files.join(format!("{}.lwx", columns.join("+")));
        // As many tasks as there are processors.
        let options = BuildOptions::default();
        let columns: Vec<String> = columns.iter().map(ToString::to_string).collect();
        let built = build_index(&session.state(), &url, &columns, &index, &options).await?;
        println!("index of {} rows: {:.1?}", built.rows, start.elapsed());
    }

    println!("\ndatafusion-distributed, three workers");
    let workers = start_machines(Role::Worker, folder.path())?;
    let ports = workers.iter().map(Machine::port).collect();
    let runtime = store::runtime(&store::open(folder.path(), Duration::ZERO)?)?;
    let session = distributed::session(runtime, ports)?;
    ask_all(&session, &url, &workload, workers).await?;

    println!("\nBallista, a scheduler and three executors");
    let program = env::current_exe()?;
    let role = Role::Scheduler;
    let scheduler = Machine::start(program.as_ref(), role, folder.path(), Duration::ZERO)?;
    let executors = start_machines(Role::Executor(scheduler.port()), folder.path())?;
    let runtime = store::runtime(&store::open(folder.path(), Duration::ZERO)?)?;
    let session = ballista::session(runtime, scheduler.port()).await?;
    ask_all(&session, &url, &workload, executors).await
}

fn start_machines(role: Role, folder: &Path) -> Result<Vec<Machine>, Box<dyn Error>> {
    let program = env::current_exe()?;
    let start = |_| Machine::start(program.as_ref(), role, folder, Duration::ZERO);
    Ok((0..3).map(start).collect::<Result<_, _>>()?)
}

/// Asks without indexes, and with those in the table's folder.
async fn ask_all(
    session: &SessionContext,
    url: &str,
    workload: &Workload,
    mut machines: Vec<Machine>,
) -> Result<(), Box<dyn Error>> {
    let options = ParquetReadOptions::default();
    session.register_parquet("flights", url, options).await?;
    let mut without = Vec::new();
    for (_, query) in workload.queries {
        without.push(ask(session, query, &mut machines).await?);
    }
    let table = IndexedTable::open(&session.state(), url).await?;
    session.deregister_table("flights")?;
    session.register_table("flights", Arc::new(table))?;
    for ((name, query), (rows, time, read)) in workload.queries.into_iter().zip(without) {
        let (same_rows, indexed_time, indexed_read) = ask(session, query, &mut machines).await?;
        assert_eq!(rows, same_rows, "{query}");
        println!(
            "{name:>22}: {rows:4} rows; {:8.1?} and {:7.1} MB without an index; \
             {:8.1?} and {:5.2} MB with one",
            time,
            megabytes(read),
            indexed_time,
            megabytes(indexed_read),
        );
    }
    Ok(())
}

/// The number of rows of the answer, how long it took, and what machines read for it.
async fn ask(
    session: &SessionContext,
    query: &str,
    machines: &mut [Machine],
) -> Result<(usize, Duration, Counts), Box<dyn Error>> {
    let (before, start) = (read(machines)?, Instant::now());
    let batches = session.sql(query).await?.collect().await?;
    let time = start.elapsed();
    let rows = batches.iter().map(|batch| batch.num_rows()).sum();
    Ok((rows, time, read(machines)? - before))
}

fn read(machines: &mut [Machine]) -> Result<Counts, Box<dyn Error>> {
    let mut sum = Counts::default();
    for machine in machines {
        sum = sum + machine.counts()?;
    }
    Ok(sum)
}

fn megabytes(counts: Counts) -> f64 {
    counts.bytes as f64 / 1e6
}
