//! Measurements, in tables for people and as JSON.

mod machine;
mod table;
mod target;
mod versions;

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde::Serialize;

use machine::{processor, target_features};

pub(crate) use machine::{BUSY, Machine, Watch};
pub(crate) use table::{Bytes, Measurement, Memory, PeerTime, Shape, Table, format_number, group};
pub(crate) use target::{Bound, Target};

/// All tables of a run, and the machine it ran on.
#[derive(Serialize)]
pub(crate) struct Report {
    version: &'static str,
    architecture: &'static str,
    /// The features that the compiler could use.
    target_features: Vec<&'static str>,
    processor: String,
    machine: Machine,
    /// The compiler, whose std is a peer, and the versions of the other peers.
    compiler: &'static str,
    peers: Vec<(&'static str, &'static str)>,
    pub(crate) tables: Vec<Table>,
    /// The project's targets, and whether they are reached.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) targets: Vec<Target>,
}

impl Report {
    /// An empty report of this program on this machine.
    pub(crate) fn new() -> Self {
        Self {
            version: env!("CARGO_PKG_VERSION"),
            architecture: std::env::consts::ARCH,
            target_features: target_features(),
            processor: processor(),
            machine: Machine::here(),
            compiler: env!("COMPILER"),
            peers: versions::of_peers(),
            tables: Vec::new(),
            targets: Vec::new(),
        }
    }

    /// The machine and an explanation of the tables, for the top of the output.
    pub(crate) fn heading(&self) -> String {
        format!(
            "{}, {}, compiled for {}\n\
             Nanoseconds per operation (median of rounds), and how many times faster than std; \
             * marks the fastest.",
            self.processor,
            self.architecture,
            self.target_features.join(" "),
        )
    }

    /// Prints the targets, if there are any.
    pub(crate) fn print_targets(&self, quick: bool) {
        match self.targets.is_empty() {
            true => {}
            false if quick => println!("\nTargets, in a short run:"),
            false => println!("\nTargets:"),
        }
        for target in &self.targets {
            println!("{target}");
        }
    }

    /// Fails if a target is missed, and this `is_checked`.
    pub(crate) fn check_targets(&self, is_checked: bool) -> Result<()> {
        let targets = self.targets.iter();
        let missed = targets.filter(|target| !target.is_reached()).count();
        ensure!(!is_checked || missed == 0, "targets missed: {missed}");
        Ok(())
    }
}

/// Writes `report` to `path` as JSON.
pub(crate) fn save(report: &impl Serialize, path: &Path) -> Result<()> {
    let create = || -> Result<()> {
        let mut file = BufWriter::new(File::create(path)?);
        serde_json::to_writer_pretty(&mut file, report)?;
        writeln!(file)?;
        Ok(file.flush()?)
    };
    create().with_context(|| format!("cannot write {}", path.display()))
}
