//! `leafwise-bench static`: arrays of keys that do not change, searched for ranks and values.
//!
//! All peers of a table are built once and are alive together; each round gives all of them the
//! same new queries. What the machine allows is measured in the same rounds.

mod bound;
mod eytzinger;
mod key_arrays;
mod ours;
mod peer;
mod peers;
mod plan;
mod targets;
mod workload;

use std::cell::RefCell;

use anyhow::Result;
use clap::{Args, ValueEnum};

use crate::conduct::{Conduct, parse_some_entries};
use crate::operation::Timed;
use crate::random::Random;
use crate::report::{Report, Shape, Table, Target};
use crate::rounds::Contest;
use bound::Machine;
use peers::Roster;
use plan::{Queries, Volume};
use targets::{Allowance, Subject};

pub(crate) use bound::{LINE, Line, independent_reads};
pub(crate) use eytzinger::Eytzinger;
pub(crate) use key_arrays::{KeyArray, Pattern, SearchKey};
pub(crate) use peer::Peer;
pub(crate) use peers::takes;
pub(crate) use plan::{Operation, Task};
pub(crate) use workload::{Built, Contenders, Wants};

/// The options of `static`.
#[derive(Args)]
pub(crate) struct Options {
    /// Key types. Words have only the pattern real.
    #[arg(
        long,
        value_enum,
        value_delimiter = ',',
        default_value = "u32,u64,words"
    )]
    keys: Vec<KeyType>,
    /// How keys are distributed.
    #[arg(
        long,
        value_enum,
        value_delimiter = ',',
        default_value = "uniform,dense,zipf,real"
    )]
    patterns: Vec<Pattern>,
    /// Keys per array, such as 1k, 16m; 256m takes 16 GB.
    #[arg(long, value_parser = parse_some_entries, value_delimiter = ',',
          default_value = "1k,1m,16m")]
    n: Vec<usize>,
    /// Operations [default: all]
    #[arg(long, value_enum, value_delimiter = ',')]
    ops: Vec<Operation>,
    #[command(flatten)]
    conduct: Conduct,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum KeyType {
    U32,
    U64,
    Words,
}

/// More words take more memory than their searches are worth.
const MOST_WORDS: usize = 4_000_000;

/// More keys of 8 bytes take more than 16 GB in all peers together.
const MOST_WIDE: usize = 128_000_000;

/// More keys take too long to sort in every round. Sorting all patterns would too, so only random
/// and real keys are sorted.
const MOST_SORTED: usize = 64_000_000;

/// For the number of rounds, larger arrays count as this many keys: there is time for more rounds
/// than where all peers are built in each.
pub(crate) const LONG: usize = 4_000_000;

/// Measures, prints each table as soon as it is complete, then the targets, and saves them all.
pub(crate) fn run(options: &Options) -> Result<()> {
    options.conduct.check_peers(&peers::NAMES)?;
    let mut report = Report::new();
    println!("{}", report.heading());
    let mut run = Run {
        options,
        subjects: Vec::new(),
    };
    let sizes = options.conduct.sizes(&options.n, &[1000, 20_000]);
    for &entries in sizes {
        for &pattern in &options.patterns {
            for key in &options.keys {
                match key {
                    KeyType::U32 => run.measure::<u32>(pattern, entries, Some(4))?,
                    KeyType::U64 if entries > MOST_WIDE => left_out(entries, "u64"),
                    KeyType::U64 => run.measure::<u64>(pattern, entries, Some(8))?,
                    KeyType::Words if pattern != Pattern::Real => {}
                    KeyType::Words if entries > MOST_WORDS => left_out(entries, "words"),
                    KeyType::Words => run.measure::<String>(pattern, entries, None)?,
                }
            }
        }
    }
    report.targets = run.targets();
    report.print_targets(options.conduct.quick);
    report.tables = run
        .subjects
        .into_iter()
        .map(|subject| subject.table)
        .collect();
    options.conduct.save(&report)
}

fn left_out(entries: usize, keys: &str) {
    println!("\n{entries} {keys} keys are too many: skipped.");
}

/// The measurements so far.
struct Run<'a> {
    options: &'a Options,
    subjects: Vec<Subject>,
}

impl Run<'_> {
    /// Measures a key array, for numbers of `width` bytes.
    fn measure<K: Roster>(
        &mut self,
        pattern: Pattern,
        entries: usize,
        width: Option<usize>,
    ) -> Result<()> {
        let conduct = &self.options.conduct;
        let task = task::<K>(pattern, entries, &Operation::chosen(&self.options.ops));
        let contenders = K::contenders(&task.array, &|name| conduct.wants(name, true));
        let machine = width.map(|width| Machine::new(entries, width));
        let contest = Contest {
            types: (K::NAME, std::any::type_name::<K::Row>()),
            shape: Shape::key_array(entries, pattern.name()),
            peers: contenders
                .iter()
                .map(|contender| contender.name())
                .collect(),
            operations: task.operations.clone(),
            rounds: conduct.rounds(entries.min(LONG)),
        };
        let (mut table, lines) =
            hold(contest, &task, &contenders, machine.as_ref(), conduct.quick)?;
        // A note is printed once.
        let said = self
            .subjects
            .iter()
            .flat_map(|subject| &subject.table.notes);
        let said: Vec<_> = said.copied().collect();
        table.notes.retain(|note| !said.contains(note));
        println!("\n{table}");
        let compute = table.rounds_of(&Operation::BatchNear.name(), ours::NAME);
        let compute = compute.unwrap_or_default();
        let allowance =
            (!lines.is_empty() && !compute.is_empty()).then(|| Allowance::new(lines, compute));
        if let Some(allowance) = &allowance {
            println!("{allowance}");
        }
        self.subjects.push(Subject {
            key: K::NAME,
            width,
            pattern,
            entries,
            table,
            allowance,
        });
        Ok(())
    }

    fn targets(&self) -> Vec<Target> {
        let mut found: Vec<_> = self.subjects.iter().flat_map(targets::targets).collect();
        for wide in self
            .subjects
            .iter()
            .filter(|subject| subject.width == Some(8))
        {
            let narrow = self.subjects.iter().find(|narrow| {
                let (pattern, entries) = (narrow.pattern, narrow.entries);
                narrow.width == Some(4) && (pattern, entries) == (wide.pattern, wide.entries)
            });
            found.extend(narrow.and_then(|narrow| targets::widths(narrow, wide)));
        }
        found
    }
}

fn task<K: SearchKey>(pattern: Pattern, entries: usize, operations: &[Operation]) -> Task<K> {
    let array = KeyArray::generate(pattern, entries);
    let sorts = operations.contains(&Operation::SortBuild)
        && matches!(pattern, Pattern::Uniform | Pattern::Real)
        && entries <= MOST_SORTED;
    let mut unsorted = if sorts {
        array.keys.clone()
    } else {
        Vec::new()
    };
    Random::new(2).shuffle(&mut unsorted);
    Task {
        array,
        unsorted,
        operations: operations.to_vec(),
    }
}

/// Takes the contenders through their rounds, and the machine through as many. Its times are those
/// of each level by round.
pub(crate) fn hold<K: SearchKey>(
    contest: Contest<Operation>,
    task: &Task<K>,
    contenders: &Contenders<K>,
    machine: Option<&Machine>,
    quick: bool,
) -> Result<(Table, Vec<Vec<f64>>)> {
    let volume = if quick {
        Volume::QUICK
    } else {
        Volume::full(task.array.keys.len())
    };
    let first = Queries::generate(&task.array, 0, Volume::QUICK);
    for contender in contenders {
        contender.check(task, &first)?;
    }
    drop(first);
    let rounds = contest.rounds;
    let lines = RefCell::new(Vec::new());
    let mut table = contest.hold(|seed| {
        let queries = Queries::generate(&task.array, seed, volume);
        lines
            .borrow_mut()
            .extend(machine.map(|machine| machine.measure(seed)));
        move |index: usize, memory| contenders[index].round(task, &queries, memory)
    })?;
    table.notes = contenders
        .iter()
        .filter_map(|contender| contender.note())
        .collect();
    // The first rounds may have been for warming up.
    let mut lines = lines.into_inner();
    lines.drain(..lines.len().saturating_sub(rounds));
    Ok((table, lines))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every peer gives the known answers, and the rounds agree.
    fn peers_agree<K: Roster>(pattern: Pattern, entries: usize) {
        let task = task::<K>(pattern, entries, &Operation::chosen(&[]));
        let contenders = K::contenders(&task.array, &|_| true);
        let volume = Volume {
            batched: 5000,
            singles: 500,
        };
        let queries = Queries::generate(&task.array, 1, volume);
        let rounds = contenders.iter().map(|contender| {
            contender.check(&task, &queries).unwrap();
            contender.round(&task, &queries, true)
        });
        let rounds: Vec<_> = rounds.collect();
        for (contender, round) in contenders.iter().zip(&rounds) {
            round.check(&rounds[0], contender.name()).unwrap();
        }
    }

    #[test]
    fn peers_agree_on_all_key_arrays() {
        for entries in [1, 17, 3000] {
            for &pattern in Pattern::value_variants() {
                peers_agree::<u32>(pattern, entries);
                peers_agree::<u64>(pattern, entries);
            }
            peers_agree::<String>(Pattern::Real, entries);
        }
    }
}
