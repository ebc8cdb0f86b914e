//! `leafwise-bench maps`: ordered maps, large ones and small ones.

mod peer;
mod peers;
mod plan;
mod small;
mod workload;

use anyhow::Result;
use clap::{Args, ValueEnum};

use crate::conduct::{Conduct, parse_entries};
use crate::operation::Timed;
use crate::report::{Report, Shape, Table};
use crate::rounds::{Contest, Course, names};
use peers::{Contenders, Roster};
use plan::Operation;
use small::SmallMaps;
use workload::Maps;

pub(crate) use peer::Peer;
pub(crate) use peers::{Leafwise, Oblivious, Std, brie_key};
pub(crate) use plan::{KeySet, Plan, ranges};
pub(crate) use workload::{digest, fill, filled, get_all, iterate_all, range_all, remove_all};

/// Maps of fewer entries are measured as small maps.
const SMALL: usize = 100;

/// The options of `maps`.
#[derive(Args)]
pub(crate) struct Options {
    /// Key types; `pair` is `(u32, u32)`. The values are u64, or u32 for u32 keys.
    #[arg(
        long,
        value_enum,
        value_delimiter = ',',
        default_value = "u64,u32,i64,string"
    )]
    keys: Vec<KeyType>,
    /// Entries per map, such as 20, 1k, 10m. Maps below 100 entries are measured many at a time.
    #[arg(long, value_parser = parse_entries, value_delimiter = ',',
          default_value = "0,1,5,20,1k,100k,1m,10m")]
    n: Vec<usize>,
    /// Operations [default: all]
    #[arg(long, value_enum, value_delimiter = ',')]
    ops: Vec<Operation>,
    #[command(flatten)]
    conduct: Conduct,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum KeyType {
    U64,
    U32,
    I64,
    U128,
    Pair,
    String,
}

/// Measures, prints each table as soon as it is complete, and saves them all.
pub(crate) fn run(options: &Options) -> Result<()> {
    let mut report = Report::new();
    println!("{}", report.heading());
    println!("Bytes are those of the map, without the contents of string keys.");
    for key in &options.keys {
        match key {
            KeyType::U64 => measure_key::<u64>(options, &mut report)?,
            KeyType::U32 => measure_key::<u32>(options, &mut report)?,
            KeyType::I64 => measure_key::<i64>(options, &mut report)?,
            KeyType::U128 => measure_key::<u128>(options, &mut report)?,
            KeyType::Pair => measure_key::<(u32, u32)>(options, &mut report)?,
            KeyType::String => measure_key::<String>(options, &mut report)?,
        }
    }
    options.conduct.save(&report)
}

fn measure_key<K: Roster>(options: &Options, report: &mut Report) -> Result<()> {
    let contenders = chosen::<K>(options)?;
    let sizes = options.conduct.sizes(&options.n, &[5, 1000, 20_000]);
    for &entries in sizes {
        let table = if entries < SMALL {
            small_table(&contenders, entries, options)?
        } else {
            large_table(&contenders, entries, options)?
        };
        println!("\n{table}");
        report.tables.push(table);
    }
    Ok(())
}

/// The requested peers. `std`, with which the others are compared, is always included.
fn chosen<K: Roster>(options: &Options) -> Result<Contenders<K>> {
    // Requesting brie-tree with strings has no effect, but is no mistake.
    options.conduct.check_peers(&names(&u64::contenders()))?;
    let mut contenders = K::contenders();
    contenders.retain(|contender| options.conduct.wants(contender.name, true));
    Ok(contenders)
}

fn large_table<K: Roster>(
    contenders: &Contenders<K>,
    entries: usize,
    options: &Options,
) -> Result<Table> {
    let mut plan: Plan = Plan::new(entries);
    plan.maps = options.conduct.maps(plan.maps);
    plan.operations = Operation::chosen(&options.ops);
    let contest = Contest {
        types: (K::NAME, K::VALUE_NAME),
        shape: Shape::large(entries, plan.maps),
        peers: names(contenders),
        operations: plan.operations.clone(),
        rounds: options.conduct.rounds(entries),
    };
    contest.hold_between(contenders, |seed| {
        Maps::Large(Course::generate(seed, plan.maps, &plan, KeySet::generate))
    })
}

fn small_table<K: Roster>(
    contenders: &Contenders<K>,
    entries: usize,
    options: &Options,
) -> Result<Table> {
    let mut operations = Operation::chosen(&options.ops);
    operations.retain(|operation| SmallMaps::<K>::OPERATIONS.contains(operation));
    let contest = Contest {
        types: (K::NAME, K::VALUE_NAME),
        shape: Shape::small(entries, small::MAPS),
        peers: names(contenders),
        operations: operations.clone(),
        rounds: options.conduct.rounds(entries),
    };
    contest.hold_between(contenders, |seed| {
        Maps::Small(SmallMaps::generate(seed << 32, entries, &operations))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rounds::assert_agreement;

    /// Every peer gives std's results in every operation.
    fn peers_agree<K: Roster>() {
        let contenders = K::contenders();
        let course = Course::generate(1, 2, &Plan::new(500), KeySet::generate);
        assert_agreement(&contenders, &Maps::Large(course));
        for entries in [0, 1, 5, 20] {
            let maps = SmallMaps::generate(3, entries, &SmallMaps::<K>::OPERATIONS);
            assert_agreement(&contenders, &Maps::Small(maps));
        }
    }

    #[test]
    fn peers_agree_on_all_key_types() {
        peers_agree::<u64>();
        peers_agree::<u32>();
        peers_agree::<(u32, u32)>();
        peers_agree::<i64>();
        peers_agree::<String>();
    }
}
