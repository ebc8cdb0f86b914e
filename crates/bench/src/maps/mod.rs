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
#[cfg(test)]
use crate::rounds::assert_agreement;
use crate::rounds::{Contest, Course, names};
use small::SmallMaps;
use workload::Maps;

pub(crate) use peer::Peer;
pub(crate) use peers::{
    BATCH, Brie, Contenders, Leafwise, Oblivious, Roster, Std, brie_key, can_hold,
};
pub(crate) use plan::{KeySet, Operation, Plan, ranges};
pub(crate) use small::MAPS as SMALL_MAPS;
pub(crate) use workload::{
    contender, digest, fill, filled, get_all, iterate_all, range_all, remove_all,
};

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
    let sizes = options.conduct.sizes(&options.n, &[5, 1000, 20_000]);
    for &entries in sizes {
        let contenders = chosen::<K>(entries, options)?;
        let table = table(&contenders, entries, &options.ops, &options.conduct)?;
        println!("\n{table}");
        report.tables.push(table);
    }
    Ok(())
}

/// The requested peers that can hold that many entries. `std`, with which the others are compared,
/// is always included.
fn chosen<K: Roster>(entries: usize, options: &Options) -> Result<Contenders<K>> {
    // Requesting brie-tree with strings has no effect, but is no mistake.
    options.conduct.check_peers(&names(&u64::contenders()))?;
    let mut contenders = K::contenders();
    contenders.retain(|contender| {
        options.conduct.wants(contender.name, true) && can_hold(contender.name, entries)
    });
    Ok(contenders)
}

/// Measures the `asked` operations, or all, on maps of `entries`.
pub(crate) fn table<K: Roster>(
    contenders: &Contenders<K>,
    entries: usize,
    asked: &[Operation],
    conduct: &Conduct,
) -> Result<Table> {
    let operations = Operation::chosen(asked);
    if is_small(entries) {
        small_table(contenders, entries, operations, conduct)
    } else {
        large_table(contenders, entries, operations, conduct)
    }
}

/// Returns whether maps of `entries` are measured many at a time.
pub(crate) fn is_small(entries: usize) -> bool {
    entries < SMALL
}

fn large_table<K: Roster>(
    contenders: &Contenders<K>,
    entries: usize,
    operations: Vec<Operation>,
    conduct: &Conduct,
) -> Result<Table> {
    let mut plan: Plan = Plan::new(entries);
    plan.maps = conduct.maps(plan.maps);
    plan.operations = operations;
    let contest = Contest {
        types: (K::NAME, K::VALUE_NAME),
        shape: Shape::large(entries, plan.maps),
        peers: names(contenders),
        operations: plan.operations.clone(),
        rounds: conduct.rounds(entries),
    };
    contest.hold_between(contenders, |seed| {
        Maps::Large(Course::generate(seed, plan.maps, &plan, KeySet::generate))
    })
}

fn small_table<K: Roster>(
    contenders: &Contenders<K>,
    entries: usize,
    mut operations: Vec<Operation>,
    conduct: &Conduct,
) -> Result<Table> {
    operations.retain(|operation| SmallMaps::<K>::OPERATIONS.contains(operation));
    let contest = Contest {
        types: (K::NAME, K::VALUE_NAME),
        shape: Shape::small(entries, small::MAPS),
        peers: names(contenders),
        operations: operations.clone(),
        rounds: conduct.rounds(entries),
    };
    contest.hold_between(contenders, |seed| {
        Maps::Small(SmallMaps::generate(seed << 32, entries, &operations))
    })
}

/// Fails if the results of a map differ from those of the first.
#[cfg(test)]
pub(crate) fn assert_agreement_on<K: Roster>(contenders: &Contenders<K>, operations: &[Operation]) {
    let mut plan = Plan::new(500);
    plan.operations = operations.to_vec();
    let course = Course::generate(1, 2, &plan, KeySet::generate);
    assert_agreement(contenders, &Maps::Large(course));
    let mut small = operations.to_vec();
    small.retain(|operation| SmallMaps::<K>::OPERATIONS.contains(operation));
    for entries in [0, 1, 5, 20] {
        let maps = SmallMaps::generate(3, entries, &small);
        assert_agreement(contenders, &Maps::Small(maps));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn peers_agree_on_all_key_types() {
        let all = Operation::chosen(&[]);
        assert_agreement_on(&u64::contenders(), &all);
        assert_agreement_on(&u32::contenders(), &all);
        assert_agreement_on(&<(u32, u32)>::contenders(), &all);
        assert_agreement_on(&i64::contenders(), &all);
        assert_agreement_on(&String::contenders(), &all);
    }
}
