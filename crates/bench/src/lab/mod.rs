//! `leafwise-bench lab`: what it costs to allocate and to arrange the nodes of a B+ tree in other
//! ways than leafwise does by default. docs/layouts.md has the results.
//!
//! Trees on leafwise's stores differ in nothing but the store, and so do the layouts. The small
//! trees of [`trees`] are written as safe code is usually written. They search nodes by
//! `binary_search`, so they are compared with each other, and with leafwise's only as a whole.

mod peer;
mod peers;
mod plan;
mod trees;
mod workload;

use anyhow::Result;
use clap::{Args, ValueEnum};

use crate::conduct::{Conduct, parse_some_entries};
use crate::keys::Key;
use crate::operation::Timed;
use crate::report::{Report, Shape, Table};
use crate::rounds::{Contest, names};
use peer::Value;
use peers::contenders;
use plan::{LabKeys, Operation, Plan};
use workload::Course;

/// The options of `lab`.
#[derive(Args)]
pub(crate) struct Options {
    /// Types of keys and values.
    #[arg(
        long,
        value_enum,
        value_delimiter = ',',
        default_value = "u64-u64,u32-u64,u64-bytes64,string-u64"
    )]
    types: Vec<Types>,
    /// Entries per map, such as 1k, 10m.
    #[arg(long, value_parser = parse_some_entries, value_delimiter = ',',
          default_value = "1k,100k,1m")]
    n: Vec<usize>,
    /// Operations [default: all]
    #[arg(long, value_enum, value_delimiter = ',')]
    ops: Vec<Operation>,
    #[command(flatten)]
    conduct: Conduct,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Types {
    #[value(name = "u64-u64")]
    U64U64,
    #[value(name = "u32-u64")]
    U32U64,
    #[value(name = "u64-bytes64")]
    U64Bytes64,
    StringU64,
}

/// Measures, prints each table as soon as it is complete, and saves them all.
pub(crate) fn run(options: &Options) -> Result<()> {
    let mut report = Report::new();
    println!("{}", report.heading());
    println!("Bytes are those of the map, without the contents of string keys.");
    for types in &options.types {
        match types {
            Types::U64U64 => measure::<u64, u64>(options, &mut report)?,
            Types::U32U64 => measure::<u32, u64>(options, &mut report)?,
            Types::U64Bytes64 => measure::<u64, [u8; 64]>(options, &mut report)?,
            Types::StringU64 => measure::<String, u64>(options, &mut report)?,
        }
    }
    options.conduct.save(&report)
}

fn measure<K: Key, V: Value>(options: &Options, report: &mut Report) -> Result<()> {
    let mut contenders = contenders::<K, V>();
    options.conduct.check_peers(&names(&contenders))?;
    contenders.retain(|contender| options.conduct.wants(contender.name, true));
    for &entries in options.conduct.sizes(&options.n, &[1000, 10_000]) {
        let mut plan = Plan::new(entries);
        plan.maps = options.conduct.maps(plan.maps);
        plan.operations = Operation::chosen(&options.ops);
        let contest = Contest {
            types: (K::NAME, V::NAME),
            shape: Shape::large(entries, plan.maps),
            peers: names(&contenders),
            operations: plan.operations.clone(),
            rounds: options.conduct.rounds(entries),
        };
        let table: Table = contest.hold_between(&contenders, |seed| {
            Course::generate(seed, plan.maps, &plan, LabKeys::generate)
        })?;
        println!("\n{table}");
        report.tables.push(table);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rounds::assert_agreement;

    /// Every peer gives std's results in every operation.
    fn peers_agree<K: Key, V: Value>() {
        let course = Course::generate(1, 2, &Plan::new(700), LabKeys::generate);
        assert_agreement(&contenders::<K, V>(), &course);
    }

    #[test]
    fn peers_agree_on_all_types() {
        peers_agree::<u64, u64>();
        peers_agree::<u32, u64>();
        peers_agree::<u64, [u8; 64]>();
        peers_agree::<String, u64>();
    }
}
