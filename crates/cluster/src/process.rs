//! Machines of a cluster, which are processes on the loopback interface.
//!
//! A process prints the port that it listens on. For each line on its standard input it prints what
//! it has read so far, and it ends when that input does: it does not outlive what has started it.

use std::env;
use std::error::Error;
use std::ffi::OsStr;
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::thread;
use std::time::Duration;

use leafwise_counting::{CountingStore, Counts};
use tokio::net::TcpListener;

use crate::{ballista, distributed, store};

/// What a process does in a cluster.
#[derive(Clone, Copy, Debug)]
pub enum Role {
    /// Runs parts of plans of datafusion-distributed.
    Worker,
    /// Makes the plans of Ballista.
    Scheduler,
    /// Runs parts of plans of Ballista, for the scheduler at a port.
    Executor(u16),
}

/// A process of a cluster. It is killed when this is dropped.
#[derive(Debug)]
pub struct Machine {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    port: u16,
}

impl Machine {
    /// Starts a process of a program whose `main` calls [`run`]. It has the files of a folder,
    /// each request for which takes so long at least.
    ///
    /// # Errors
    ///
    /// Returns an error if the program cannot be run, or ends before it listens.
    pub fn start(
        program: &OsStr,
        role: Role,
        folder: &Path,
        delay: Duration,
    ) -> io::Result<Machine> {
        let (name, scheduler) = match role {
            Role::Worker => ("worker", None),
            Role::Scheduler => ("scheduler", None),
            Role::Executor(port) => ("executor", Some(port.to_string())),
        };
        let mut child = Command::new(program)
            .arg(name)
            .arg(folder)
            .arg(delay.as_millis().to_string())
            .args(scheduler)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let (input, output) = (child.stdin.take(), child.stdout.take());
        let (Some(input), Some(output)) = (input, output) else {
            return Err(io::Error::other("the process has no pipes"));
        };
        let mut machine = Machine {
            child,
            input,
            output: BufReader::new(output),
            port: 0,
        };
        let [port] = machine.numbers()?;
        machine.port = u16::try_from(port).map_err(io::Error::other)?;
        Ok(machine)
    }

    /// The port that it listens on.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// What it has read of Parquet files so far.
    ///
    /// # Errors
    ///
    /// Returns an error if the process has ended.
    pub fn counts(&mut self) -> io::Result<Counts> {
        self.input.write_all(b"\n")?;
        let [requests, bytes] = self.numbers()?;
        Ok(Counts { requests, bytes })
    }

    /// Kills the process, as if the machine had failed.
    ///
    /// # Errors
    ///
    /// Returns the system's error.
    pub fn kill(&mut self) -> io::Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// The numbers in the next line that it prints.
    fn numbers<const N: usize>(&mut self) -> io::Result<[u64; N]> {
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        let numbers: Result<Vec<u64>, _> = line.split_whitespace().map(str::parse).collect();
        let numbers = numbers.map_err(io::Error::other)?;
        let other = |_| io::Error::other(format!("the process has printed {line:?}"));
        numbers.try_into().map_err(other)
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.kill();
    }
}

/// Does what the arguments of the process say, if they are those of a [`Machine`]; returns at once
/// otherwise.
///
/// # Errors
///
/// Returns an error of the network, or of an engine.
pub async fn run() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (role, folder, delay) = match arguments[..] {
        ["worker", folder, delay] => (Role::Worker, folder, delay),
        ["scheduler", folder, delay] => (Role::Scheduler, folder, delay),
        ["executor", folder, delay, port] => (Role::Executor(port.parse()?), folder, delay),
        _ => return Ok(()),
    };
    let delay = Duration::from_millis(delay.parse()?);
    let store = store::open(Path::new(folder), delay)?;
    let runtime = store::runtime(&store)?;
    thread::spawn(move || tell_counts(&store));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let port = listener.local_addr()?.port();
    match role {
        Role::Worker => {
            println!("{port}");
            distributed::work(listener, runtime).await
        }
        Role::Scheduler => {
            println!("{port}");
            ballista::schedule(listener, runtime).await
        }
        Role::Executor(scheduler_port) => {
            // It wants numbers. Nobody else is given the same ones so soon.
            let other = TcpListener::bind("127.0.0.1:0").await?;
            let ports = (port, other.local_addr()?.port());
            drop((listener, other));
            println!("{port}");
            // Beside the table, so that it goes away with it.
            let folder = Path::new(folder).join(format!("executor-{port}"));
            std::fs::create_dir(&folder)?;
            ballista::execute(ports, scheduler_port, &folder, runtime).await
        }
    }
}

/// Says what was read for each line of input, and ends the process when there are no more.
fn tell_counts(store: &CountingStore) {
    for line in io::stdin().lines() {
        if line.is_err() {
            break;
        }
        let Counts { requests, bytes } = store.counts("parquet");
        println!("{requests} {bytes}");
    }
    std::process::exit(0);
}
