//! What is asked of us, beside what is measured.
//!
//! Ratios are as [`crate::figures`] has them, but for u64 against u32, which are measured one after
//! the other: that is the ratio of the medians.

use std::fmt;

use super::columns::Pattern;
use super::workload::Operation;
use super::{ours, peers};
use crate::figures::{Figure, Findings, ratio};
use crate::report::{Table, median};
use crate::rounds::{STD, Timed};

/// Nanoseconds that the machine allows a batch of ours.
pub(crate) struct Bound {
    /// Of each level, the greatest first, by round.
    lines: Vec<Vec<f64>>,
    /// Of a batch whose lines are near, by round.
    compute: Vec<f64>,
}

impl Bound {
    pub(crate) fn new(lines: Vec<Vec<f64>>, compute: &[f64]) -> Self {
        let compute = compute.to_vec();
        Self { lines, compute }
    }

    fn by_round(&self) -> Vec<f64> {
        let rounds = self.lines.iter().zip(&self.compute);
        let bounds = rounds.map(|(levels, compute)| levels.iter().sum::<f64>().max(*compute));
        bounds.collect()
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let levels = 0..self.lines.first().map_or(0, Vec::len);
        let level = |level: usize| median(self.lines.iter().map(|round| round[level]).collect());
        let levels: Vec<_> = levels.map(|index| format!("{:.2}", level(index))).collect();
        write!(
            f,
            "The machine allows a batch {:.2} ns: lines of all levels {:.2} ({}), compute {:.2}.",
            median(self.by_round()),
            median(
                self.lines
                    .iter()
                    .map(|levels| levels.iter().sum())
                    .collect()
            ),
            levels.join(" + "),
            median(self.compute.clone()),
        )
    }
}

/// A table, and what it is about.
pub(crate) struct Subject {
    pub(crate) key: &'static str,
    /// Bytes a key, of numbers.
    pub(crate) width: Option<usize>,
    pub(crate) pattern: Pattern,
    pub(crate) entries: usize,
    pub(crate) table: Table,
    pub(crate) bound: Option<Bound>,
}

/// Most is asked from so many keys on.
const MILLION: usize = 1_000_000;

/// All figures of a table that it has measurements for.
pub(crate) fn figures(subject: &Subject) -> Vec<Figure> {
    let Subject {
        key,
        pattern,
        entries,
        table,
        ..
    } = subject;
    let keys = format!("{entries} {key} {}", pattern.name());
    let mut collected = Collected {
        subject,
        found: Findings::new(table, keys),
    };
    if subject.width.is_some() {
        collected.searches();
        collected.instruction_sets();
        if subject.entries >= MILLION {
            collected.memory();
            collected.build();
        }
    }
    collected.gets();
    collected.found.figures
}

struct Collected<'a> {
    subject: &'a Subject,
    found: Findings<'a>,
}

impl Collected<'_> {
    fn searches(&mut self) {
        use Operation::{Batch, BatchMiss, Latency, Rank};
        let entries = self.subject.entries;
        if entries >= MILLION {
            let large = entries >= 16 * MILLION;
            let (batch, single) = if large { (40.0, 7.0) } else { (10.0, 3.0) };
            let (ours, huge) = (ours::NAME, peers::HUGE_ARRAY);
            let what = "batches against partition_point on huge pages";
            self.found.faster(what, batch, (Batch, ours), (Rank, huge));
            let what = "one at a time against partition_point on huge pages";
            self.found.faster(what, single, (Rank, ours), (Rank, huge));
            let what = "latency against partition_point on huge pages";
            self.found
                .faster(what, 1.5, (Latency, ours), (Latency, huge));
        }
        for (operation, what) in [
            (Batch, "batches against znippy-zoomies"),
            (BatchMiss, "batches of misses against znippy-zoomies"),
        ] {
            let (ours, other) = ((operation, ours::NAME), (operation, peers::ZOOMIES));
            self.found.faster(what, 1.3, ours, other);
        }
        if let (Some(bound), Some(batches)) = (
            &self.subject.bound,
            self.found.by_round((Batch, ours::NAME)),
        ) && entries >= 16 * MILLION
        {
            let here = ratio(batches, &bound.by_round());
            self.found
                .push("batches against the machine's bound", 1.5, here, true);
        }
    }

    fn instruction_sets(&mut self) {
        if self.subject.entries >= 16 * MILLION {
            let (avx2, avx512) = (ours::AVX2, ours::AVX512);
            let batches = |name| (Operation::Batch, name);
            let what = "batches with AVX2 against AVX-512";
            self.found
                .longer(what, 1.15, batches(avx2), batches(avx512));
        }
    }

    fn memory(&mut self) {
        let (Some(width), Some(bytes)) =
            (self.subject.width, self.subject.table.bytes_of(ours::NAME))
        else {
            return;
        };
        let asked = if width == 4 { 6.3 } else { 12.6 };
        let over = (bytes / width as f64 - 1.0) * 100.0;
        self.found
            .push("percent of memory over the raw keys", asked, over, true);
    }

    fn gets(&mut self) {
        use Operation::{Get, GetBatch, GetMiss};
        let large = self.subject.entries >= MILLION;
        let words = self.subject.width.is_none();
        let (ours, std) = (ours::NAME, STD);
        let single = if words && large { 3.0 } else { 1.0 };
        let what = "get, one at a time, against BTreeMap";
        self.found.faster(what, single, (Get, ours), (Get, std));
        let what = "get of misses, one at a time, against BTreeMap";
        self.found
            .faster(what, 1.0, (GetMiss, ours), (GetMiss, std));
        if large && !words {
            let what = "get in batches against BTreeMap";
            self.found.faster(what, 15.0, (GetBatch, ours), (Get, std));
        }
    }

    fn build(&mut self) {
        let build = |name| (Operation::Build, name);
        let ours = build(ours::NAME);
        for (what, name) in [
            ("build against a copy on 4 KB pages", peers::SMALL_ARRAY),
            ("build against a copy on huge pages", peers::HUGE_ARRAY),
        ] {
            self.found.longer(what, 2.0, ours, build(name));
        }
    }
}

/// The figures that take two tables: the same keys as u64 and as u32.
pub(crate) fn widths(narrow: &Subject, wide: &Subject) -> Option<Figure> {
    let batches = |subject: &Subject| {
        let batch = Operation::Batch.name();
        let rounds = subject.table.rounds_of(&batch, ours::NAME)?;
        (!rounds.is_empty()).then(|| median(rounds.to_vec()))
    };
    let here = batches(wide)? / batches(narrow)?;
    Some(Figure {
        keys: format!("{} {}", wide.entries, wide.pattern.name()),
        what: "batches of u64 against u32".to_owned(),
        asked: 1.7,
        here,
        at_most: true,
    })
}
