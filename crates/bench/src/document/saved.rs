//! The JSON files of `leafwise-bench all`: what the page needs of them.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::all::RUNS;
use crate::report::Machine;

/// A run of a benchmark.
#[derive(Deserialize)]
pub(super) struct Saved {
    pub(super) version: String,
    pub(super) architecture: String,
    pub(super) target_features: Vec<String>,
    pub(super) processor: String,
    pub(super) machine: Machine,
    pub(super) compiler: String,
    pub(super) peers: Vec<(String, String)>,
    pub(super) tables: Vec<Table>,
    #[serde(default)]
    pub(super) accesses: Vec<Access>,
    /// Programs, what they took, and the sizes of their indexes.
    #[serde(default)]
    pub(super) tools: Vec<Installed>,
    #[serde(default)]
    pub(super) answers: Vec<Answers>,
    #[serde(default)]
    pub(super) sizes: Vec<Sizes>,
}

#[derive(Deserialize)]
pub(super) struct Table {
    pub(super) key: String,
    pub(super) entries: usize,
    pub(super) small: bool,
    pub(super) values_per_key: Option<String>,
    pub(super) pattern: Option<String>,
    pub(super) seconds: f64,
    /// How much of that the program waited for a processor.
    pub(super) waited_seconds: f64,
    pub(super) operations: Vec<Operation>,
    pub(super) memory: Vec<Memory>,
    #[serde(default)]
    pub(super) notes: Vec<String>,
}

#[derive(Deserialize)]
pub(super) struct Operation {
    pub(super) operation: String,
    pub(super) peers: Vec<Figures>,
}

/// The figures of a peer by round, the less the better; none if it does not support the operation.
#[derive(Clone, Deserialize)]
pub(super) struct Figures {
    #[serde(alias = "tool")]
    pub(super) peer: String,
    #[serde(alias = "nanoseconds_by_round", alias = "wall_seconds")]
    pub(super) rounds: Vec<f64>,
}

/// The memory after insertions in random order, in ascending order, and after merges.
#[derive(Deserialize)]
pub(super) struct Memory {
    pub(super) peer: String,
    pub(super) random: Option<Bytes>,
    pub(super) ascending: Option<Bytes>,
    pub(super) merged: Option<Bytes>,
}

/// Per entry, or per map for small maps.
#[derive(Deserialize)]
pub(super) struct Bytes {
    pub(super) total: f64,
}

/// Random reads of as much memory as the map of a peer has.
#[derive(Deserialize)]
pub(super) struct Access {
    pub(super) entries: usize,
    pub(super) peer: String,
    pub(super) small_pages: Reads,
    pub(super) huge_pages: Reads,
}

#[derive(Deserialize)]
pub(super) struct Reads {
    pub(super) dependent_by_round: Vec<f64>,
    pub(super) independent_by_round: Vec<f64>,
}

#[derive(Deserialize)]
pub(super) struct Installed {
    pub(super) tool: String,
    pub(super) version: String,
}

/// A question about a table: the key, a colon, and what is asked.
#[derive(Deserialize)]
pub(super) struct Answers {
    pub(super) question: String,
    pub(super) tools: Vec<Figures>,
}

/// The files that were built for a key.
#[derive(Deserialize)]
pub(super) struct Sizes {
    pub(super) key: String,
    pub(super) files: Vec<Built>,
}

#[derive(Deserialize)]
pub(super) struct Built {
    pub(super) tool: String,
    /// What the index adds to the file.
    pub(super) index_bytes: f64,
}

/// The saved runs by name, in the order of the report; `None` for those that are missing.
pub(super) fn read(folder: &Path) -> Result<Vec<(&'static str, Option<Saved>)>> {
    let read = |name: &'static str| {
        let path = folder.join(format!("{name}.json"));
        if !path.exists() {
            return Ok((name, None));
        }
        let text = fs::read_to_string(&path);
        let text = text.with_context(|| format!("cannot read {}", path.display()))?;
        let saved = serde_json::from_str(&text);
        let saved = saved.with_context(|| format!("{} is no benchmark", path.display()))?;
        Ok((name, Some(saved)))
    };
    RUNS.iter().map(|run| read(run.name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{self, Measurement, PeerTime, Report, Shape, Watch};

    /// What benchmarks save is what the page reads.
    #[test]
    fn saved_reports_are_read() {
        let std = [2.0, 3.0];
        let measurement = Measurement {
            operation: "get".to_owned(),
            peers: vec![
                PeerTime::new("std", std.to_vec(), &std),
                PeerTime::new("leafwise", Vec::new(), &std),
            ],
        };
        let shape = Shape::key_array(10, "uniform");
        let since = Watch::start();
        let types = ("u64", "u64");
        let table = report::Table::new(types, shape, 2, &since, vec![measurement], Vec::new());
        let mut report = Report::new();
        report.tables.push(table);
        let text = serde_json::to_string(&report).unwrap();
        let saved: Saved = serde_json::from_str(&text).unwrap();
        let table = &saved.tables[0];
        let rounds = table.operations[0]
            .peers
            .iter()
            .map(|peer| &peer.rounds[..]);
        assert_eq!(rounds.collect::<Vec<_>>(), [&std[..], &[]]);
        assert_eq!(table.pattern.as_deref(), Some("uniform"));
        assert!((0.0..=table.seconds).contains(&table.waited_seconds));
    }
}
