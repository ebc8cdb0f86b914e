//! `leafwise-bench oblivious`: what the cache-oblivious map gains, and what it costs.
//!
//! It is compared with std's map, the B+ tree, and the choice of users who read more than they
//! write: two vectors, of sorted keys and of their values.

mod peer;
mod peers;
mod plan;
mod targets;
mod workload;

use anyhow::{Result, ensure};
use clap::Args;

use crate::conduct::{Conduct, parse_entries};
use crate::operation::Timed;
use crate::report::{Report, Shape, Table};
use crate::rounds::{Contest, Course, names};
use plan::{MapSet, Operation, Plan};

/// The options of `oblivious`.
#[derive(Args)]
pub(crate) struct Options {
    /// Entries per map, at least 100, such as 1k, 10m.
    #[arg(long, value_parser = parse_some_entries, value_delimiter = ',',
          default_value = "1k,100k,1m,10m")]
    n: Vec<usize>,
    /// Operations [default: all]
    #[arg(long, value_enum, value_delimiter = ',')]
    ops: Vec<Operation>,
    #[command(flatten)]
    conduct: Conduct,
}

/// Like [`parse_entries`], but requires enough entries to merge a tenth and to insert between two
/// of them.
fn parse_some_entries(text: &str) -> Result<usize> {
    let entries = parse_entries(text)?;
    ensure!(
        entries >= 100,
        "at least 100 entries are required; `maps` measures smaller maps"
    );
    Ok(entries)
}

/// Measures, prints each table as soon as it is complete, then the targets, and saves them all.
pub(crate) fn run(options: &Options) -> Result<()> {
    let mut report = Report::new();
    println!("{}", report.heading());
    let sizes = options.conduct.sizes(&options.n, &[1000, 100_000]);
    for &entries in sizes {
        let table = table(entries, options)?;
        println!("\n{table}");
        report.targets.extend(targets::targets(&table, entries));
        report.tables.push(table);
    }
    report.print_targets(options.conduct.quick);
    options.conduct.save(&report)
}

fn table(entries: usize, options: &Options) -> Result<Table> {
    let mut contenders = peers::contenders(entries);
    options.conduct.check_peers(&names(&contenders))?;
    contenders.retain(|contender| options.conduct.wants(contender.name, true));
    let mut plan = Plan::new(entries);
    plan.maps = options.conduct.maps(plan.maps);
    plan.operations = Operation::chosen(&options.ops);
    plan.operations.retain(|operation| operation.fits(entries));
    let contest = Contest {
        types: ("u64", "u64"),
        shape: Shape::large(entries, plan.maps),
        peers: names(&contenders),
        operations: plan.operations.clone(),
        rounds: options.conduct.rounds(entries),
    };
    contest.hold_between(&contenders, |seed| {
        Course::generate(seed, plan.maps, &plan, MapSet::generate)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rounds::assert_agreement;

    /// Every peer gives std's results in every operation.
    #[test]
    fn peers_agree() {
        for entries in [100, 11_000] {
            let course = Course::generate(1, 2, &Plan::new(entries), MapSet::generate);
            assert_agreement(&peers::contenders(entries), &course);
        }
    }

    #[test]
    fn small_maps_are_refused() {
        assert_eq!(parse_some_entries("1k").unwrap(), 1000);
        assert!(parse_some_entries("99").is_err());
    }
}
