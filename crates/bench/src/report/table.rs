//! Tables of measurements: every operation and the memory of all peers with one kind of key.
//!
//! A ratio is the median of the ratios of the rounds, each against `std` in the same round. So it
//! holds even if the machine's speed changed between rounds.

use std::{fmt, iter};

use serde::Serialize;

use super::machine::{BUSY, Watch, waited};
use crate::memory::Growth;
use crate::stats::median;

/// All peers with one key type and one size.
#[derive(Serialize)]
pub(crate) struct Table {
    key: &'static str,
    value: &'static str,
    #[serde(flatten)]
    shape: Shape,
    rounds: usize,
    /// How long all of it took, and how much of that the process waited for a processor.
    seconds: f64,
    waited_seconds: f64,
    operations: Vec<Measurement>,
    memory: Vec<Memory>,
    /// Notes about the peers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) notes: Vec<&'static str>,
}

/// The number and the size of the maps or indexes.
#[derive(Serialize)]
pub(crate) struct Shape {
    entries: usize,
    maps: usize,
    /// Whether small maps are alive at the same time, with memory counted per map.
    small: bool,
    /// For indexes: the number of values per key.
    #[serde(skip_serializing_if = "Option::is_none")]
    values_per_key: Option<String>,
    /// For key arrays: the distribution of the keys.
    #[serde(skip_serializing_if = "Option::is_none")]
    pattern: Option<&'static str>,
}

/// One operation, all peers.
#[derive(Serialize)]
pub(crate) struct Measurement {
    pub(crate) operation: String,
    pub(crate) peers: Vec<PeerTime>,
}

/// One operation of one peer.
#[derive(Serialize)]
pub(crate) struct PeerTime {
    peer: &'static str,
    /// Not a number, and null in JSON, if the peer does not support the operation; so is the next.
    median_nanoseconds: f64,
    times_faster_than_std: f64,
    nanoseconds_by_round: Vec<f64>,
}

/// The memory of the maps of one peer.
#[derive(Serialize)]
pub(crate) struct Memory {
    pub(crate) peer: &'static str,
    pub(crate) random: Option<Bytes>,
    pub(crate) ascending: Option<Bytes>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) merged: Option<Bytes>,
}

/// Bytes per entry, or per map for small maps.
#[derive(Serialize)]
pub(crate) struct Bytes {
    total: f64,
    allocated: f64,
    mapped: f64,
    /// The bytes that the map itself reports, or zero.
    reported: f64,
}

impl Shape {
    pub(crate) fn indexes(entries: usize, indexes: usize, values_per_key: String) -> Self {
        Self {
            values_per_key: Some(values_per_key),
            ..Self::large(entries, indexes)
        }
    }

    pub(crate) fn key_array(entries: usize, pattern: &'static str) -> Self {
        Self {
            pattern: Some(pattern),
            ..Self::large(entries, 1)
        }
    }

    pub(crate) fn entries(&self) -> usize {
        self.entries
    }

    pub(crate) fn large(entries: usize, maps: usize) -> Self {
        Self {
            entries,
            maps,
            small: false,
            values_per_key: None,
            pattern: None,
        }
    }

    pub(crate) fn small(entries: usize, maps: usize) -> Self {
        Self {
            entries,
            maps,
            small: true,
            values_per_key: None,
            pattern: None,
        }
    }
}

impl Measurement {
    /// False for operations that do not apply to maps of that size, such as hits in an empty map.
    pub(crate) fn is_measured(&self) -> bool {
        self.peers
            .iter()
            .any(|peer| !peer.nanoseconds_by_round.is_empty())
    }
}

impl PeerTime {
    /// `rounds` and `std` are nanoseconds in the same rounds.
    pub(crate) fn new(peer: &'static str, rounds: Vec<f64>, std: &[f64]) -> Self {
        let ratios = std
            .iter()
            .zip(&rounds)
            .map(|(std, own)| std / own)
            .collect();
        Self {
            peer,
            median_nanoseconds: median(rounds.clone()),
            times_faster_than_std: median(ratios),
            nanoseconds_by_round: rounds,
        }
    }
}

impl Bytes {
    /// Returns `None` if nothing was measured.
    pub(crate) fn new(growth: Growth, shape: &Shape) -> Option<Self> {
        let units = if shape.small {
            shape.maps
        } else {
            shape.maps * shape.entries
        } as f64;
        (growth.total() > 0).then(|| Self {
            total: growth.total() as f64 / units,
            allocated: growth.allocated as f64 / units,
            mapped: growth.mapped as f64 / units,
            reported: growth.reported as f64 / units,
        })
    }
}

/// Columns: the operation, then the peers, or transposed.
const FIRST: usize = 14;
const COLUMN: usize = 16;

impl Table {
    /// `since` is when the measurement began.
    pub(crate) fn new(
        (key, value): (&'static str, &'static str),
        shape: Shape,
        rounds: usize,
        since: &Watch,
        operations: Vec<Measurement>,
        memory: Vec<Memory>,
    ) -> Self {
        let waited = waited().saturating_sub(since.waited);
        let seconds = since.start.elapsed().as_secs_f64();
        Self {
            key,
            value,
            shape,
            rounds,
            seconds,
            waited_seconds: waited.as_secs_f64(),
            operations,
            memory,
            notes: Vec::new(),
        }
    }

    /// Nanoseconds of an operation by round, if the peer is in the table.
    pub(crate) fn rounds_of(&self, operation: &str, peer: &str) -> Option<&[f64]> {
        let mut operations = self.operations.iter();
        let measured = operations.find(|measured| measured.operation == operation)?;
        let time = measured.peers.iter().find(|time| time.peer == peer)?;
        Some(&time.nanoseconds_by_round)
    }

    /// Bytes per entry, or per map for small maps, if they were measured.
    pub(crate) fn bytes_of(&self, peer: &str) -> Option<f64> {
        let memory = self.memory_of(peer)?;
        memory.random.as_ref().map(|bytes| bytes.total)
    }

    /// The same after merges.
    pub(crate) fn merged_bytes_of(&self, peer: &str) -> Option<f64> {
        let memory = self.memory_of(peer)?;
        memory.merged.as_ref().map(|bytes| bytes.total)
    }

    fn memory_of(&self, peer: &str) -> Option<&Memory> {
        self.memory.iter().find(|memory| memory.peer == peer)
    }

    /// A row for the names of the peers, then one for each operation and each kind of memory.
    fn cells(&self) -> Vec<Vec<String>> {
        let names = self.memory.iter().map(|memory| format!("{} ", memory.peer));
        let mut rows = vec![iter::once(String::new()).chain(names).collect()];
        rows.extend(self.operations.iter().map(time_cells));
        let unit = if self.shape.small {
            "bytes per map"
        } else {
            "B per entry"
        };
        rows.extend(self.memory_cells(unit, |memory| memory.random.as_ref()));
        rows.extend(self.memory_cells("  appended", |memory| memory.ascending.as_ref()));
        rows.extend(self.memory_cells("  merged", |memory| memory.merged.as_ref()));
        rows
    }

    fn memory_cells(
        &self,
        title: &str,
        bytes: impl Fn(&Memory) -> Option<&Bytes>,
    ) -> Option<Vec<String>> {
        let totals = self.memory.iter();
        let totals = totals.map(|memory| bytes(memory).map(|bytes| bytes.total));
        let totals: Vec<Option<f64>> = totals.collect();
        let best = totals.iter().flatten().copied().reduce(f64::min)?;
        let cells = totals.into_iter().map(|total| {
            total.map_or("-".to_owned(), |total| {
                format!("{total:.1} B{}", if total == best { '*' } else { ' ' })
            })
        });
        Some(iter::once(title.to_owned()).chain(cells).collect())
    }
}

/// The row of an operation.
fn time_cells(Measurement { operation, peers }: &Measurement) -> Vec<String> {
    let ratios = peers.iter().map(|peer| peer.times_faster_than_std);
    let best = ratios.fold(0.0, f64::max);
    let cells = peers.iter().map(|peer| {
        let ratio = peer.times_faster_than_std;
        let mark = if ratio == best { '*' } else { ' ' };
        if ratio.is_nan() {
            "- ".to_owned()
        } else {
            let time = format_number(peer.median_nanoseconds);
            format!("{time} {ratio:5.2}x{mark}")
        }
    });
    iter::once(operation.clone()).chain(cells).collect()
}

/// Swaps rows and columns.
fn transposed(rows: &[Vec<String>]) -> Vec<Vec<String>> {
    let columns = 0..rows.first().map_or(0, Vec::len);
    let column = |index: usize| rows.iter().map(move |row| row[index].clone());
    columns.map(|index| column(index).collect()).collect()
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Shape {
            entries,
            maps,
            small,
            values_per_key,
            pattern,
        } = &self.shape;
        write!(f, "{} -> {}, ", self.key, self.value)?;
        if let Some(values) = values_per_key {
            write!(f, "values per key: {values}, ")?;
        }
        if let Some(pattern) = pattern {
            write!(f, "{pattern} keys, ")?;
        }
        let structure = match (values_per_key, pattern, maps) {
            (None, Some(_), _) => "array",
            (None, None, 1) => "map",
            (None, None, _) => "maps",
            (Some(_), _, 1) => "index",
            (Some(_), _, _) => "indexes",
        };
        writeln!(
            f,
            "{} {structure} of {} entries{}, {} rounds",
            group(*maps),
            group(*entries),
            if *small { " at a time" } else { "" },
            self.rounds,
        )?;
        let mut rows = self.cells();
        // Key arrays have more peers than operations.
        if pattern.is_some() {
            rows = transposed(&rows);
        }
        for row in rows {
            for (index, cell) in row.into_iter().enumerate() {
                match index {
                    0 => write!(f, "{cell:FIRST$}")?,
                    _ => write!(f, "{cell:>COLUMN$}")?,
                }
            }
            writeln!(f)?;
        }
        for note in &self.notes {
            writeln!(f, "{note}")?;
        }
        if self.waited_seconds > BUSY * self.seconds {
            writeln!(
                f,
                "The machine was busy with other work: these times are unreliable."
            )?;
        }
        Ok(())
    }
}

/// About three significant digits.
pub(crate) fn format_number(number: f64) -> String {
    match number {
        number if number < 10.0 => format!("{number:.2}"),
        number if number < 100.0 => format!("{number:.1}"),
        number => format!("{number:.0}"),
    }
}

/// Digits in groups of three.
pub(crate) fn group(number: usize) -> String {
    let digits = number.to_string();
    let groups: Vec<_> = digits.as_bytes().rchunks(3).rev().collect();
    groups
        .iter()
        .map(|group| String::from_utf8_lossy(group))
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_are_taken_within_a_round() {
        let peer = PeerTime::new("peer", vec![10.0, 20.0, 40.0], &[20.0, 40.0, 120.0]);
        assert_eq!(peer.median_nanoseconds, 20.0);
        assert_eq!(peer.times_faster_than_std, 2.0);
    }

    #[test]
    fn unsupported_operations_are_nan() {
        let peer = PeerTime::new("peer", Vec::new(), &[20.0, 40.0]);
        assert!(peer.median_nanoseconds.is_nan() && peer.times_faster_than_std.is_nan());
        let std = PeerTime::new("std", vec![20.0, 40.0], &[20.0, 40.0]);
        let measurement = |peers| Measurement {
            operation: "get".to_owned(),
            peers,
        };
        assert!(measurement(vec![std, peer]).is_measured());
        assert!(!measurement(vec![PeerTime::new("std", Vec::new(), &[])]).is_measured());
    }

    #[test]
    fn digits_are_grouped() {
        assert_eq!(group(0), "0");
        assert_eq!(group(1000), "1 000");
        assert_eq!(group(10_000_000), "10 000 000");
    }
}
