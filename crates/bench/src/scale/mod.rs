//! `leafwise-bench scale`: how costs grow with the number of entries, and which part of them is the
//! machine's.
//!
//! The maps and their workload are those of `leafwise-bench maps`. After each size, the machine
//! reads random cache lines of as much memory as each map has, one at a time and many at once. So a
//! reader sees how many waits for memory a look-up takes.

mod access;
mod frozen;

use anyhow::Result;
use clap::Args;
use serde::Serialize;

use crate::conduct::{Conduct, parse_some_entries};
use crate::maps::{
    self, Brie, Contenders, Leafwise, Oblivious, Operation, Std, can_hold, contender,
};
use crate::report::{Report, Table};
use crate::rounds::names;
use access::{Access, Memory};
use frozen::Frozen;

/// The options of `scale`.
#[derive(Args)]
pub(crate) struct Options {
    /// Entries per map, such as 10, 1k, 100m. Maps below 100 entries are measured many at a time.
    #[arg(long, value_parser = parse_some_entries, value_delimiter = ',',
          default_value = "1,10,100,1k,10k,100k,1m,10m")]
    n: Vec<usize>,
    /// Operations [default: insert, get, latency, get-batch and iterate]
    #[arg(long, value_enum, value_delimiter = ',')]
    ops: Vec<Operation>,
    #[command(flatten)]
    conduct: Conduct,
}

/// The operations by default.
const OPERATIONS: [Operation; 5] = [
    Operation::Insert,
    Operation::Get,
    Operation::Latency,
    Operation::GetBatch,
    Operation::Iterate,
];

/// All measurements.
#[derive(Serialize)]
struct Scale {
    #[serde(flatten)]
    report: Report,
    /// What random accesses to as much memory take.
    accesses: Vec<Access>,
}

/// Measures, prints each table as soon as it is complete, and saves them all.
pub(crate) fn run(options: &Options) -> Result<()> {
    let operations = match &options.ops[..] {
        [] => &OPERATIONS,
        asked => asked,
    };
    let mut scale = Scale {
        report: Report::new(),
        accesses: Vec::new(),
    };
    println!("{}", scale.report.heading());
    println!("latency: each look-up waits for the value before. static: leafwise's StaticMap.");
    let sizes = options.conduct.sizes(&options.n, &[1, 100, 10_000]);
    for &entries in sizes {
        let contenders = chosen(entries, &options.conduct)?;
        let table = maps::table(&contenders, entries, operations, &options.conduct)?;
        println!("\n{table}");
        let accesses = accesses(&table, entries, &names(&contenders), &options.conduct);
        if !accesses.is_empty() {
            println!("{}", access::heading());
        }
        for access in &accesses {
            println!("{access}");
        }
        scale.report.tables.push(table);
        scale.accesses.extend(accesses);
    }
    options.conduct.save(&scale)
}

/// All maps, `std` first.
fn contenders() -> Contenders<u64> {
    vec![
        contender::<u64, Std<u64>>(),
        contender::<u64, Brie<u64>>(),
        contender::<u64, Leafwise<u64>>(),
        contender::<u64, Frozen>(),
        contender::<u64, Oblivious<u64>>(),
    ]
}

/// The requested ones that can hold that many entries.
fn chosen(entries: usize, conduct: &Conduct) -> Result<Contenders<u64>> {
    let mut contenders = contenders();
    conduct.check_peers(&names(&contenders))?;
    contenders.retain(|contender| {
        conduct.wants(contender.name, true) && can_hold(contender.name, entries)
    });
    Ok(contenders)
}

/// Random accesses to as much memory as each map has, if the memory of maps was measured.
fn accesses(
    table: &Table,
    entries: usize,
    peers: &[&'static str],
    conduct: &Conduct,
) -> Vec<Access> {
    let units = match maps::is_small(entries) {
        true => maps::SMALL_MAPS,
        false => entries,
    };
    let measure = |&peer: &&'static str| {
        let bytes = (table.bytes_of(peer)? * units as f64).round() as usize;
        let memory = Memory::measured(bytes, conduct.rounds(entries));
        Some(Access::new(table, entries, peer, memory))
    };
    peers.iter().filter_map(measure).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::maps::assert_agreement_on;
    use crate::operation::Timed;

    #[test]
    fn maps_agree() {
        assert_agreement_on(&contenders(), &OPERATIONS);
    }

    #[test]
    fn a_map_that_cannot_hold_the_entries_is_left_out() {
        assert!(
            names(&contenders())
                .iter()
                .all(|name| can_hold(name, 10_000_000))
        );
        let able = |name: &&&str| can_hold(name, 100_000_000);
        let all = names(&contenders());
        let able: Vec<_> = all.iter().filter(able).copied().collect();
        assert_eq!(able, ["std", "leafwise", "static", "oblivious"]);
    }

    #[test]
    fn default_operations_are_in_the_order_of_tables() {
        assert!(Operation::chosen(&OPERATIONS) == OPERATIONS);
    }
}
