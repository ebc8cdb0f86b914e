//! The targets of the static collections.
//!
//! Ratios are as in [`crate::targets`], except for u64 against u32, which are measured one after
//! the other: that is the ratio of the medians.

use std::fmt;

use super::key_arrays::Pattern;
use super::plan::Operation;
use super::{ours, peers};
use crate::conduct::STD;
use crate::operation::Timed;
use crate::report::{Bound, Table, Target};
use crate::stats::{median, ratio};
use crate::targets::Targets;

/// Nanoseconds that the machine allows for a batch of ours.
pub(crate) struct Allowance {
    /// For each level, the greatest first, by round.
    lines: Vec<Vec<f64>>,
    /// For a batch whose lines are near, by round.
    compute: Vec<f64>,
}

impl Allowance {
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

impl fmt::Display for Allowance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let levels = 0..self.lines.first().map_or(0, Vec::len);
        let level = |level: usize| median(self.lines.iter().map(|round| round[level]).collect());
        let levels: Vec<_> = levels.map(|index| format!("{:.2}", level(index))).collect();
        write!(
            f,
            "The machine allows {:.2} ns for a batch: {:.2} for the lines of all levels ({}), \
             {:.2} for computation.",
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

/// A table and its subject.
pub(crate) struct Subject {
    pub(crate) key: &'static str,
    /// Bytes per key, for numbers.
    pub(crate) width: Option<usize>,
    pub(crate) pattern: Pattern,
    pub(crate) entries: usize,
    pub(crate) table: Table,
    pub(crate) allowance: Option<Allowance>,
}

/// Most targets are for at least that many keys.
const MILLION: usize = 1_000_000;

// The sources of the targets.
const KOERKAMP: &str = "Groot Koerkamp, Static search trees: 40x faster than binary search, 2024";
const SLOTIN: &str = "Slotin, Algorithmica, Static B-Trees: a sixteenth with 16 keys per node";
const SMALLER: &str = "ours: the gain of the article's batches, with more of the keys in caches";
const WITHOUT_BATCH: &str =
    "ours: one cache line per level instead of one per step, without batches";
const SAME_LAYOUT: &str = "ours: the other crate of this design, which ours must beat";
const MEMORY_BOUND: &str = "ours: close to the limit that memory sets";
const BOTH_WAIT: &str = "ours: code that waits for memory needs no wider registers";
const FROZEN: &str = "ours: data that does not change must not be slower to read";
const READ_IN_BATCH: &str = "ours: a batch of searches, and one more cache line for the value";
const ONE_PASS: &str = "ours: the array is copied, and the levels are a fraction of it";
const TWICE_THE_BYTES: &str = "ours: twice the bytes, but not twice the levels";

/// All targets for which a table has measurements.
pub(crate) fn targets(subject: &Subject) -> Vec<Target> {
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
        targets: Targets::new(table, keys),
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
    collected.targets.found
}

struct Collected<'a> {
    subject: &'a Subject,
    targets: Targets<'a>,
}

impl Collected<'_> {
    fn searches(&mut self) {
        use Operation::{Batch, BatchMiss};
        if self.subject.entries >= MILLION {
            self.against_arrays();
        }
        for (operation, what) in [
            (Batch, "batches against znippy-zoomies"),
            (BatchMiss, "batches of misses against znippy-zoomies"),
        ] {
            let (ours, other) = ((operation, ours::NAME), (operation, peers::ZOOMIES));
            self.targets.faster(what, (1.3, SAME_LAYOUT), ours, other);
        }
        if let (Some(allowance), Some(batches)) = (
            &self.subject.allowance,
            self.targets.by_round((Batch, ours::NAME)),
        ) && self.subject.entries >= 16 * MILLION
        {
            let measured = ratio(batches, &allowance.by_round());
            let what = "batches against what the machine allows";
            let bound = Bound::AtMost(1.5);
            self.targets.push(what, bound, MEMORY_BOUND, measured);
        }
    }

    fn against_arrays(&mut self) {
        use Operation::{Batch, Latency, Rank};
        let (batch, single) = if self.subject.entries >= 16 * MILLION {
            ((40.0, KOERKAMP), (7.0, WITHOUT_BATCH))
        } else {
            ((10.0, SMALLER), (3.0, WITHOUT_BATCH))
        };
        let huge = (Rank, peers::HUGE_ARRAY);
        let what = "batches against partition_point on huge pages";
        self.targets.faster(what, batch, (Batch, ours::NAME), huge);
        let what = "one at a time against partition_point on huge pages";
        self.targets.faster(what, single, (Rank, ours::NAME), huge);
        let what = "latency against partition_point on huge pages";
        let (ours, huge) = ((Latency, ours::NAME), (Latency, peers::HUGE_ARRAY));
        self.targets.faster(what, (1.5, WITHOUT_BATCH), ours, huge);
    }

    fn instruction_sets(&mut self) {
        if self.subject.entries >= 16 * MILLION {
            let batches = |name| (Operation::Batch, name);
            let (avx2, avx512) = (batches(ours::AVX2), batches(ours::AVX512));
            let what = "batches with AVX2 against AVX-512";
            self.targets.longer(what, (1.15, BOTH_WAIT), avx2, avx512);
        }
    }

    fn memory(&mut self) {
        let (Some(width), Some(bytes)) =
            (self.subject.width, self.subject.table.bytes_of(ours::NAME))
        else {
            return;
        };
        let bound = Bound::AtMost(if width == 4 { 6.3 } else { 12.6 });
        let over = (bytes / width as f64 - 1.0) * 100.0;
        let what = "memory in percent above the raw keys";
        self.targets.push(what, bound, SLOTIN, over);
    }

    fn gets(&mut self) {
        use Operation::{Get, GetBatch, GetMiss};
        let large = self.subject.entries >= MILLION;
        let words = self.subject.width.is_none();
        let (ours, std) = (ours::NAME, STD);
        let bound = if words && large {
            (3.0, WITHOUT_BATCH)
        } else {
            (1.0, FROZEN)
        };
        let what = "get, one at a time, against BTreeMap";
        self.targets.faster(what, bound, (Get, ours), (Get, std));
        let what = "get of misses, one at a time, against BTreeMap";
        let bound = (1.0, FROZEN);
        self.targets
            .faster(what, bound, (GetMiss, ours), (GetMiss, std));
        if large && !words {
            let what = "get in batches against BTreeMap";
            let bound = (15.0, READ_IN_BATCH);
            self.targets
                .faster(what, bound, (GetBatch, ours), (Get, std));
        }
    }

    fn build(&mut self) {
        let build = |name| (Operation::Build, name);
        let ours = build(ours::NAME);
        for (what, name) in [
            ("build against a copy on 4 KB pages", peers::SMALL_ARRAY),
            ("build against a copy on huge pages", peers::HUGE_ARRAY),
        ] {
            self.targets
                .longer(what, (2.0, ONE_PASS), ours, build(name));
        }
    }
}

/// The target that needs two tables: the same keys as u64 and as u32.
pub(crate) fn widths(narrow: &Subject, wide: &Subject) -> Option<Target> {
    let batches = |subject: &Subject| {
        let batch = Operation::Batch.name();
        let rounds = subject.table.rounds_of(&batch, ours::NAME)?;
        (!rounds.is_empty()).then(|| median(rounds.to_vec()))
    };
    Some(Target {
        subject: format!("{} {}", wide.entries, wide.pattern.name()),
        what: "batches of u64 against u32".to_owned(),
        bound: Bound::AtMost(1.7),
        source: TWICE_THE_BYTES,
        measured: batches(wide)? / batches(narrow)?,
    })
}
