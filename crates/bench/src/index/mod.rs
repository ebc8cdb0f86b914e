//! `leafwise-bench index`: secondary indexes, from one value per key to a thousand.

mod peer;
mod peers;
mod plan;
mod workload;

use anyhow::{Result, ensure};
use clap::Args;

use crate::conduct::{Conduct, parse_some_entries};
use crate::operation::Timed;
use crate::report::{Report, Shape, Table};
use crate::rounds::{Contender, Contest, Course, names};
use crate::values::Values;
use plan::{Operation, PairSet, Plan};
use workload::{Entrant, Indexes};

/// The options of `index`.
#[derive(Args)]
pub(crate) struct Options {
    /// Entries per index, such as 100, 1k, 10m.
    #[arg(long, value_parser = parse_some_entries, value_delimiter = ',',
          default_value = "1k,100k,1m")]
    n: Vec<usize>,
    /// Values per key: a number, or zipf, with many for few keys, and sixteen on average.
    #[arg(long, value_delimiter = ',', default_value = "1,16,1000,zipf")]
    values: Vec<Values>,
    /// Operations [default: all]
    #[arg(long, value_enum, value_delimiter = ',')]
    ops: Vec<Operation>,
    #[command(flatten)]
    conduct: Conduct,
}

/// Measures, prints each table as soon as it is complete, and saves them all.
pub(crate) fn run(options: &Options) -> Result<()> {
    let contenders = chosen(options)?;
    let mut report = Report::new();
    println!("{}", report.heading());
    println!("std is its set of pairs, std-vectors its map of keys to sorted vectors of values.");
    let sizes = options.conduct.sizes(&options.n, &[1000, 20_000]);
    for &values in &options.values {
        for &entries in sizes {
            let table = table(&contenders, entries, values, options)?;
            println!("\n{table}");
            report.tables.push(table);
        }
    }
    options.conduct.save(&report)
}

/// The requested peers, after a check of their answers. `std`, with which the others are compared,
/// is always included.
fn chosen(options: &Options) -> Result<Vec<Contender<Indexes, Operation>>> {
    let mut entrants = peers::entrants();
    let known: Vec<_> = entrants.iter().map(|peer| peer.contender.name).collect();
    options.conduct.check_peers(&known)?;
    entrants.retain(|peer| options.conduct.wants(peer.contender.name, true));
    for &values in &options.values {
        verify(&entrants, values)?;
    }
    Ok(entrants.into_iter().map(|peer| peer.contender).collect())
}

/// Fails if a peer's answers differ from `std`'s, since it would not be doing the same work. The
/// rounds compare sums; this compares each look-up.
fn verify(entrants: &[Entrant], values: Values) -> Result<()> {
    let plan = Plan::new(3000, values);
    let set = PairSet::generate(0, &plan);
    let expected = (entrants[0].answers)(&set, &plan);
    for Entrant { contender, answers } in entrants {
        let answers = answers(&set, &plan);
        let agrees = answers.len() == expected.len()
            && (answers.iter().zip(&expected))
                .all(|(answer, expected)| answer.is_none() || answer == expected);
        let name = contender.name;
        ensure!(
            agrees,
            "{name}: look-ups with {values} values per key differ from std's"
        );
    }
    Ok(())
}

fn table(
    contenders: &[Contender<Indexes, Operation>],
    entries: usize,
    values: Values,
    options: &Options,
) -> Result<Table> {
    let mut plan = Plan::new(entries, values);
    plan.indexes = options.conduct.maps(plan.indexes);
    plan.operations = Operation::chosen(&options.ops);
    let contest = Contest {
        types: ("u64", "u64"),
        shape: Shape::indexes(entries, plan.indexes, values.to_string()),
        peers: names(contenders),
        operations: plan.operations.clone(),
        rounds: options.conduct.rounds(entries),
    };
    contest.hold_between(contenders, |seed| {
        Course::generate(seed, plan.indexes, &plan, PairSet::generate)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rounds::assert_agreement;

    /// Every peer gives std's results in every look-up and in every operation.
    #[test]
    fn peers_agree_on_all_numbers_of_values() {
        for values in [
            Values::Each(1),
            Values::Each(16),
            Values::Each(1000),
            Values::Zipf,
        ] {
            let entrants = peers::entrants();
            verify(&entrants, values).unwrap();
            let contenders = entrants.into_iter().map(|peer| peer.contender);
            let course = Course::generate(1, 2, &Plan::new(1500, values), PairSet::generate);
            assert_agreement(&contenders.collect::<Vec<_>>(), &course);
        }
    }
}
