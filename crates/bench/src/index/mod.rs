//! `leafwise-bench index`: secondary indexes, from one value a key to a thousand.

mod pairs;
mod peers;
mod workload;

use anyhow::{Result, ensure};
use clap::Args;

use crate::report::{Report, Shape, Table};
use crate::rounds::{Conduct, Contest, Timed, parse_entries};
use pairs::PairSet;
pub(crate) use pairs::Values;
use workload::{Contender, Operation, Plan};

/// What `index` measures.
#[derive(Args)]
pub(crate) struct Options {
    /// Entries an index, such as 100, 1k, 10m.
    #[arg(long, value_parser = parse_some_entries, value_delimiter = ',',
          default_value = "1k,100k,1m")]
    n: Vec<usize>,
    /// Values a key: a number, or zipf, by which few keys have many, and sixteen on average.
    #[arg(long, value_delimiter = ',', default_value = "1,16,1000,zipf")]
    values: Vec<Values>,
    /// Operations; all unless given.
    #[arg(long, value_enum, value_delimiter = ',')]
    ops: Vec<Operation>,
    #[command(flatten)]
    conduct: Conduct,
}

/// As [`parse_entries`], but not none.
fn parse_some_entries(text: &str) -> Result<usize> {
    let entries = parse_entries(text)?;
    ensure!(entries > 0, "an index of no entries has no keys to ask for");
    Ok(entries)
}

/// Measures, prints a table as soon as it is complete, and saves them all.
pub(crate) fn run(options: &Options) -> Result<()> {
    let contenders = chosen(options)?;
    let mut report = Report::new();
    println!("{}", report.heading());
    println!("std is its set of pairs, std-vectors its map of keys to sorted vectors of values.");
    let sizes = if options.conduct.quick {
        &[1000, 20_000]
    } else {
        options.n.as_slice()
    };
    for &values in &options.values {
        verify(&contenders, values)?;
        for &entries in sizes {
            let table = table(&contenders, entries, values, options)?;
            println!("\n{table}");
            report.tables.push(table);
        }
    }
    options.conduct.save(&report)
}

/// The peers that are asked for; `std`, which the others are compared with, always is.
fn chosen(options: &Options) -> Result<Vec<Box<dyn Contender>>> {
    let mut contenders = peers::contenders();
    options.conduct.check_peers(&names(&contenders))?;
    contenders.retain(|contender| options.conduct.wants(contender.name(), true));
    Ok(contenders)
}

fn names(contenders: &[Box<dyn Contender>]) -> Vec<&'static str> {
    contenders
        .iter()
        .map(|contender| contender.name())
        .collect()
}

/// Fails when a peer answers otherwise than `std`: then it would not be doing the same work. The
/// rounds compare sums; here it is each look-up.
fn verify(contenders: &[Box<dyn Contender>], values: Values) -> Result<()> {
    let plan = Plan::new(3000, values);
    let set = PairSet::generate(0, &plan);
    let expected = contenders[0].answers(&set, &plan);
    for contender in contenders {
        let answers = contender.answers(&set, &plan);
        let agrees = answers.len() == expected.len()
            && (answers.iter().zip(&expected))
                .all(|(answer, expected)| answer.is_none() || answer == expected);
        ensure!(
            agrees,
            "{}: look-ups with {values} values a key differ from std's",
            contender.name()
        );
    }
    Ok(())
}

fn table(
    contenders: &[Box<dyn Contender>],
    entries: usize,
    values: Values,
    options: &Options,
) -> Result<Table> {
    let mut plan = Plan::new(entries, values);
    if options.conduct.quick {
        plan.indexes = plan.indexes.div_ceil(8);
    }
    plan.operations = Operation::chosen(&options.ops);
    let contest = Contest {
        types: ("u64", "u64"),
        shape: Shape::indexes(entries, plan.indexes, values.to_string()),
        peers: names(contenders),
        operations: plan.operations.clone(),
        rounds: options.conduct.rounds(entries),
    };
    let mut table = contest.hold(|seed| {
        let seeds = (seed << 32)..(seed << 32) + plan.indexes as u64;
        let sets: Vec<_> = seeds.map(|seed| PairSet::generate(seed, &plan)).collect();
        let plan = &plan;
        move |index, memory| contenders[index].round(&sets, plan, memory)
    })?;
    table.notes = contenders
        .iter()
        .filter_map(|contender| contender.note())
        .collect();
    Ok(table)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every peer gives the results of std in every look-up and in every operation.
    #[test]
    fn peers_agree_on_all_numbers_of_values() {
        let contenders = peers::contenders();
        for values in [
            Values::Each(1),
            Values::Each(16),
            Values::Each(1000),
            Values::Zipf,
        ] {
            verify(&contenders, values).unwrap();
            let plan = Plan::new(1500, values);
            let sets: Vec<_> = (1..3).map(|seed| PairSet::generate(seed, &plan)).collect();
            let rounds: Vec<_> = contenders
                .iter()
                .map(|contender| contender.round(&sets, &plan, false))
                .collect();
            for (contender, round) in contenders.iter().zip(&rounds) {
                round.check(&rounds[0], contender.name()).unwrap();
            }
        }
    }

    #[test]
    fn an_index_has_entries() {
        assert_eq!(parse_some_entries("1k").unwrap(), 1000);
        assert!(parse_some_entries("0").is_err());
    }
}
