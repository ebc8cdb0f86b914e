//! What the JSON files of a report have, and the series of an operation over all sizes.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::all::RUNS;

/// leafwise's own names. They are not its peers.
pub(super) const OURS: [&str; 3] = ["leafwise", "static", "oblivious"];

/// The same tree as leafwise with one instruction set each: shown by `static` itself.
const FORCED: [&str; 5] = ["scalar", "sse2", "avx2", "avx512", "neon"];

#[derive(Deserialize)]
pub(super) struct Saved {
    pub(super) version: String,
    pub(super) architecture: String,
    pub(super) target_features: Vec<String>,
    pub(super) processor: String,
    pub(super) tables: Vec<Table>,
    #[serde(default)]
    pub(super) answers: Vec<Answers>,
}

#[derive(Deserialize)]
pub(super) struct Table {
    key: String,
    pub(super) entries: usize,
    values_per_key: Option<String>,
    pattern: Option<String>,
    operations: Vec<Operation>,
}

#[derive(Deserialize)]
struct Operation {
    operation: String,
    peers: Vec<Time>,
}

/// An operation of a peer; without numbers if the peer does not support it.
#[derive(Clone, Deserialize)]
pub(super) struct Time {
    pub(super) peer: String,
    median_nanoseconds: Option<f64>,
    times_faster_than_std: Option<f64>,
    pub(super) nanoseconds_by_round: Vec<f64>,
}

/// A question about an index file.
#[derive(Deserialize)]
pub(super) struct Answers {
    pub(super) question: String,
    pub(super) tools: Vec<Tool>,
}

#[derive(Deserialize)]
pub(super) struct Tool {
    pub(super) tool: String,
    pub(super) times_as_long_as_leafwise: Option<f64>,
    pub(super) wall_seconds: Vec<f64>,
}

impl Time {
    pub(super) fn nanoseconds(&self) -> f64 {
        self.median_nanoseconds.unwrap_or(f64::NAN)
    }

    /// How many times as fast as std.
    pub(super) fn ratio(&self) -> f64 {
        self.times_faster_than_std.unwrap_or(f64::NAN)
    }

    fn is_measured(&self) -> bool {
        let is_number = |number: f64| number.is_finite() && number > 0.0;
        is_number(self.nanoseconds()) && is_number(self.ratio())
    }

    /// The least and the greatest time of a round.
    pub(super) fn spread(&self) -> (f64, f64) {
        let rounds = self.nanoseconds_by_round.iter().copied();
        (
            rounds.clone().fold(f64::INFINITY, f64::min),
            rounds.fold(0.0, f64::max),
        )
    }

    pub(super) fn is_ours(&self) -> bool {
        OURS.contains(&&*self.peer)
    }
}

/// An operation at one size, of all peers that support it.
pub(super) struct Point {
    pub(super) entries: usize,
    pub(super) times: Vec<Time>,
}

impl Point {
    pub(super) fn of(&self, peer: &str) -> Option<&Time> {
        self.times.iter().find(|time| time.peer == peer)
    }

    /// The fastest peer that is not leafwise's.
    pub(super) fn rival(&self) -> Option<&Time> {
        let peers = self.times.iter().filter(|time| !time.is_ours());
        peers.max_by(|one, other| one.ratio().total_cmp(&other.ratio()))
    }
}

/// An operation over all sizes.
pub(super) struct Series {
    pub(super) operation: String,
    pub(super) points: Vec<Point>,
}

/// Tables that differ by size only.
pub(super) struct Group {
    pub(super) title: String,
    /// Begins the names of files.
    pub(super) name: String,
    pub(super) series: Vec<Series>,
}

impl Group {
    pub(super) fn series(&self, operation: &str) -> Option<&Series> {
        let mut series = self.series.iter();
        series.find(|series| series.operation == operation)
    }
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

/// The groups of a run, in the order of its tables.
pub(super) fn groups(run: &str, saved: &Saved) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for table in &saved.tables {
        let (title, name) = table.place(run);
        let known = groups.iter().position(|group| group.name == name);
        let index = known.unwrap_or_else(|| {
            let series = Vec::new();
            groups.push(Group {
                title,
                name,
                series,
            });
            groups.len() - 1
        });
        table.add_to(&mut groups[index]);
    }
    let series = groups.iter_mut().flat_map(|group| &mut group.series);
    series.for_each(|series| series.points.sort_by_key(|point| point.entries));
    groups
}

impl Table {
    /// The title and the name of the group.
    fn place(&self, run: &str) -> (String, String) {
        let suite = run.split('-').next().unwrap_or(run);
        let mut title = format!("{suite}, {} keys", self.key);
        let mut name = format!("{suite}-{}", self.key.to_lowercase());
        if let Some(values) = &self.values_per_key {
            title += &format!(", values per key: {values}");
            name += &format!("-{values}");
        }
        if let Some(pattern) = &self.pattern {
            title += &format!(", {pattern}");
            name += &format!("-{pattern}");
        }
        (title, name)
    }

    fn add_to(&self, group: &mut Group) {
        for Operation { operation, peers } in &self.operations {
            let shown = |time: &&Time| time.is_measured() && !FORCED.contains(&&*time.peer);
            let times: Vec<Time> = peers.iter().filter(shown).cloned().collect();
            if times.is_empty() {
                continue;
            }
            let point = Point {
                entries: self.entries,
                times,
            };
            let mut known = group.series.iter_mut();
            match known.find(|series| series.operation == *operation) {
                Some(series) => series.points.push(point),
                None => group.series.push(Series {
                    operation: operation.clone(),
                    points: vec![point],
                }),
            }
        }
    }
}
