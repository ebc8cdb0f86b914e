//! The figures of each operation over all sizes, grouped as the page shows them.
//!
//! Memory, and what programs take for a question, have the form of operations too. So all figures
//! are compared, drawn and listed by the same code. In each, less is better.

use super::saved::{Access, Answers, Figures, Operation, Reads, Saved, Sizes, Table};
use crate::report::BUSY;
use crate::stats::median;

/// leafwise's own names. They are not its peers.
const OURS: [&str; 4] = ["leafwise", "static", "oblivious", "leafwise-scan"];

/// Random reads of the machine, on pages of 4 KB and on huge ones. They are not peers either.
const MACHINE: [&str; 2] = ["read 4K", "read huge"];

/// The same tree as leafwise with one instruction set each: shown by `static` itself.
const FORCED: [&str; 5] = ["scalar", "sse2", "avx2", "avx512", "neon"];

impl Figures {
    pub(super) fn new(peer: &str, rounds: Vec<f64>) -> Self {
        let peer = peer.to_owned();
        Self { peer, rounds }
    }

    pub(super) fn median(&self) -> f64 {
        median(self.rounds.clone())
    }

    fn is_shown(&self) -> bool {
        let mut rounds = self.rounds.iter();
        let is_measured = rounds.all(|round| round.is_finite() && *round > 0.0);
        is_measured && !self.rounds.is_empty() && !FORCED.contains(&&*self.peer)
    }
}

pub(super) fn is_ours(peer: &str) -> bool {
    OURS.contains(&peer)
}

pub(super) fn is_machine(peer: &str) -> bool {
    MACHINE.contains(&peer)
}

pub(super) fn is_peer(peer: &str) -> bool {
    !is_ours(peer) && !is_machine(peer)
}

/// Each of `items` where it is the first time.
pub(super) fn distinct<T: PartialEq>(items: impl Iterator<Item = T>) -> Vec<T> {
    items.fold(Vec::new(), |mut distinct, item| {
        if !distinct.contains(&item) {
            distinct.push(item);
        }
        distinct
    })
}

/// What figures count.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Unit {
    Nanoseconds,
    BytesPerEntry,
    Seconds,
    Bytes,
}

/// An operation at one size, or for one key of a file, of all that support it.
pub(super) struct Point {
    pub(super) entries: usize,
    /// The size, or the key.
    pub(super) label: String,
    /// Says why the figures are less certain than others.
    pub(super) marks: String,
    pub(super) figures: Vec<Figures>,
}

/// Marks what was measured while another program used the processor.
pub(super) const BUSY_MARK: char = '†';
/// Marks what was measured in one round, so that the spread is not known.
pub(super) const ONCE_MARK: char = '‡';

impl Point {
    pub(super) fn of(&self, peer: &str) -> Option<&Figures> {
        self.figures.iter().find(|figures| figures.peer == peer)
    }
}

/// An operation over all sizes.
pub(super) struct Series {
    pub(super) operation: String,
    pub(super) unit: Unit,
    pub(super) points: Vec<Point>,
}

/// Measurements that differ by size only, or by key.
pub(super) struct Group {
    /// The benchmark.
    pub(super) suite: String,
    pub(super) title: String,
    /// Begins the names of files.
    pub(super) name: String,
    pub(super) series: Vec<Series>,
}

impl Group {
    fn new(suite: &str, about: &[String]) -> Self {
        let about = about.iter().map(|part| part.as_str());
        let parts: Vec<&str> = [suite].into_iter().chain(about).collect();
        Self {
            suite: suite.to_owned(),
            title: parts.join(", "),
            name: parts.join("-").to_lowercase().replace(' ', "-"),
            series: Vec::new(),
        }
    }

    /// Which of leafwise's are compared with peers.
    pub(super) fn compared(&self) -> &'static [&'static str] {
        match &*self.suite {
            "oblivious" => &["oblivious"],
            "scale" => &["leafwise", "static", "oblivious"],
            _ => &["leafwise"],
        }
    }

    /// All that have figures.
    pub(super) fn peers(&self) -> Vec<&str> {
        let figures = self.points().flat_map(|point| &point.figures);
        distinct(figures.map(|figures| &*figures.peer))
    }

    pub(super) fn points(&self) -> impl Iterator<Item = &Point> {
        self.series.iter().flat_map(|series| &series.points)
    }

    pub(super) fn series(&self, operation: &str) -> Option<&Series> {
        let mut series = self.series.iter();
        series.find(|series| series.operation == operation)
    }

    /// Adds a point of an operation. Times of one round are marked.
    fn add(
        &mut self,
        operation: &str,
        unit: Unit,
        (entries, label): (usize, String),
        mut marks: String,
        mut figures: Vec<Figures>,
    ) {
        figures.retain(Figures::is_shown);
        if figures.is_empty() {
            return;
        }
        let is_time = matches!(unit, Unit::Nanoseconds | Unit::Seconds);
        if is_time && figures.iter().all(|figures| figures.rounds.len() == 1) {
            marks.push(ONCE_MARK);
        }
        let point = Point {
            entries,
            label,
            marks,
            figures,
        };
        let mut known = self.series.iter_mut();
        match known.find(|series| series.operation == operation) {
            Some(series) => series.points.push(point),
            None => self.series.push(Series {
                operation: operation.to_owned(),
                unit,
                points: vec![point],
            }),
        }
    }

    /// Small maps have their memory counted per map, so that is divided.
    fn add_table(&mut self, table: &Table) {
        let place = || (table.entries, size(table.entries));
        let is_busy = table.waited_seconds > BUSY * table.seconds;
        let marks: String = is_busy.then_some(BUSY_MARK).into_iter().collect();
        for Operation { operation, peers } in &table.operations {
            let (unit, marks) = (Unit::Nanoseconds, marks.clone());
            self.add(operation, unit, place(), marks, peers.clone());
        }
        let divisor = if table.small { table.entries } else { 1 } as f64;
        let kinds = ["memory", "memory-appended", "memory-merged"];
        for (kind, operation) in kinds.into_iter().enumerate() {
            let figures = table.memory.iter().filter_map(|memory| {
                let bytes = [&memory.random, &memory.ascending, &memory.merged][kind];
                let bytes = bytes.as_ref()?.total / divisor;
                Some(Figures::new(&memory.peer, vec![bytes]))
            });
            let (unit, marks) = (Unit::BytesPerEntry, String::new());
            self.add(operation, unit, place(), marks, figures.collect());
        }
    }

    /// Adds what the machine takes for reads of as much memory as our map has: those that wait for
    /// each other beside such look-ups, and independent ones beside the others.
    fn add_reads(&mut self, access: &Access) {
        for series in &mut self.series {
            let rounds: fn(&Reads) -> &Vec<f64> = match &*series.operation {
                "latency" => |reads| &reads.dependent_by_round,
                "get" | "get-batch" => |reads| &reads.independent_by_round,
                _ => continue,
            };
            let mut points = series.points.iter_mut();
            if let Some(point) = points.find(|point| point.entries == access.entries) {
                let pages = [&access.small_pages, &access.huge_pages];
                let reads = MACHINE.into_iter().zip(pages);
                let reads = reads.map(|(name, reads)| Figures::new(name, rounds(reads).clone()));
                point.figures.extend(reads);
            }
        }
    }
}

/// A short form of a number of entries.
pub(super) fn size(entries: usize) -> String {
    match entries {
        entries if entries >= 1_000_000 && entries.is_multiple_of(1_000_000) => {
            format!("{}m", entries / 1_000_000)
        }
        entries if entries >= 1000 && entries.is_multiple_of(1000) => {
            format!("{}k", entries / 1000)
        }
        entries => entries.to_string(),
    }
}

/// The groups of a run, in the order of its tables.
pub(super) fn groups(run: &str, saved: &Saved) -> Vec<Group> {
    let suite = run.split('-').next().unwrap_or(run);
    let mut groups: Vec<Group> = Vec::new();
    for table in &saved.tables {
        let group = Group::new(suite, &varied(table));
        let known = groups.iter().position(|known| known.name == group.name);
        let index = known.unwrap_or_else(|| {
            groups.push(group);
            groups.len() - 1
        });
        groups[index].add_table(table);
    }
    for group in &mut groups {
        let accesses = saved.accesses.iter();
        let ours = accesses.filter(|access| access.peer == OURS[0]);
        ours.for_each(|access| group.add_reads(access));
        for series in &mut group.series {
            series.points.sort_by_key(|point| point.entries);
        }
    }
    if !saved.answers.is_empty() {
        groups.push(questions(suite, saved));
    }
    groups
}

/// What the groups of a run differ by.
fn varied(table: &Table) -> Vec<String> {
    let values = table.values_per_key.as_ref();
    let values = values.map(|values| match &**values {
        "1" => "1 value per key".to_owned(),
        values => format!("{values} values per key"),
    });
    let pattern = table.pattern.clone();
    let keys = Some(format!("{} keys", table.key));
    [keys, values, pattern].into_iter().flatten().collect()
}

/// The questions about index files, for each key.
fn questions(suite: &str, saved: &Saved) -> Group {
    let mut group = Group::new(suite, &[]);
    for Answers { question, tools } in &saved.answers {
        let (key, question) = question.split_once(": ").unwrap_or(("", question));
        let (place, marks) = ((0, key.to_owned()), String::new());
        group.add(question, Unit::Seconds, place, marks, tools.clone());
    }
    for Sizes { key, files } in &saved.sizes {
        let files = files.iter();
        let figures = files.map(|file| Figures::new(&file.tool, vec![file.index_bytes]));
        let (place, marks) = ((0, key.clone()), String::new());
        group.add("size", Unit::Bytes, place, marks, figures.collect());
    }
    group
}
