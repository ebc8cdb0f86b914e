//! `leafwise-bench maps`: takes the peers through rounds and collects what they took.
//!
//! In each round the keys are new, all peers get the same ones, and they take
//! their turns in another order.

use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};
use clap::{Args, ValueEnum};

use crate::keys::{Key, KeySet, Random};
use crate::memory::Growth;
use crate::peers::{OURS, Roster};
use crate::report::{Bytes, Measurement, Memory, PeerTime, Report, Shape, Table, Watch};
use crate::small::{self, SmallMaps};
use crate::workload::{Contender, Operation, Plan, Round};

/// Maps of fewer entries are measured as small maps.
const SMALL: usize = 100;

/// What `maps` measures.
#[derive(Args)]
pub(crate) struct Options {
    /// Key types; the values are u64, and u32 for u32 keys.
    #[arg(
        long,
        value_enum,
        value_delimiter = ',',
        default_value = "u64,u32,i64,string"
    )]
    keys: Vec<KeyType>,
    /// Entries a map, such as 20, 1k, 10m; below 100 many maps are kept at a time.
    #[arg(long, value_parser = parse_entries, value_delimiter = ',',
          default_value = "0,1,5,20,1k,100k,1m,10m")]
    n: Vec<usize>,
    /// Operations; all unless given.
    #[arg(long, value_enum, value_delimiter = ',')]
    ops: Vec<Operation>,
    /// Peers by name, beside std; all unless given.
    #[arg(long, value_delimiter = ',')]
    peers: Vec<String>,
    /// Measure leafwise with its other stores and layouts too.
    #[arg(long)]
    ours_all: bool,
    /// Rounds; unless given 15 to 3, the fewer the larger the maps.
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..))]
    rounds: Option<u64>,
    /// A short run: few sizes and rounds, enough to see that everything works.
    #[arg(long, conflicts_with_all = ["n", "rounds"])]
    quick: bool,
    /// Write everything that was measured to this file.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum KeyType {
    U64,
    U32,
    I64,
    String,
}

/// `1k` is a thousand, `1m` a million.
fn parse_entries(text: &str) -> Result<usize> {
    let text = text.to_ascii_lowercase();
    let (digits, unit) = match text.strip_suffix(['k', 'm']) {
        Some(digits) if text.ends_with('k') => (digits, 1000),
        Some(digits) => (digits, 1_000_000),
        None => (text.as_str(), 1),
    };
    let entries = digits
        .parse::<usize>()?
        .checked_mul(unit)
        .context("too large")?;
    ensure!(entries <= u32::MAX as usize, "too large");
    Ok(entries)
}

/// Measures, prints a table as soon as it is complete, and saves them all.
pub(crate) fn run(options: &Options) -> Result<()> {
    let mut report = Report::new();
    println!("{}", report.heading());
    for key in &options.keys {
        match key {
            KeyType::U64 => measure_key::<u64>(options, &mut report)?,
            KeyType::U32 => measure_key::<u32>(options, &mut report)?,
            KeyType::I64 => measure_key::<i64>(options, &mut report)?,
            KeyType::String => measure_key::<String>(options, &mut report)?,
        }
    }
    match &options.json {
        Some(path) => report.save(path),
        None => Ok(()),
    }
}

fn measure_key<K: Roster>(options: &Options, report: &mut Report) -> Result<()> {
    let contenders = chosen::<K>(options)?;
    let sizes = if options.quick {
        &[5, 1000, 20_000]
    } else {
        options.n.as_slice()
    };
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

/// The peers that are asked for; `std`, which the others are compared with, always is.
fn chosen<K: Roster>(options: &Options) -> Result<Vec<Box<dyn Contender<K>>>> {
    let mut contenders = K::contenders();
    // brie-tree is asked for in vain with strings, which is no mistake.
    let known: Vec<_> = u64::contenders()
        .iter()
        .map(|contender| contender.name())
        .collect();
    if let Some(unknown) = options
        .peers
        .iter()
        .find(|name| !known.contains(&name.as_str()))
    {
        bail!("no peer is named {unknown}; there are {}", known.join(", "));
    }
    contenders.retain(|contender| {
        let name = contender.name();
        let other_of_ours = OURS.contains(&name);
        let asked = options.peers.iter().any(|asked| asked == name);
        let by_default = options.peers.is_empty() && !other_of_ours;
        name == "std" || asked || by_default || (options.ours_all && other_of_ours)
    });
    Ok(contenders)
}

/// Few rounds where a round is long and so averages over much by itself.
fn rounds(options: &Options, entries: usize) -> usize {
    match options.rounds {
        Some(rounds) => rounds as usize,
        None if options.quick => 2,
        None => match entries {
            0..=9_999 => 15,
            10_000..=499_999 => 9,
            500_000..=4_999_999 => 5,
            _ => 3,
        },
    }
}

fn large_table<K: Roster>(
    contenders: &[Box<dyn Contender<K>>],
    entries: usize,
    options: &Options,
) -> Result<Table> {
    let mut plan = Plan::new(entries);
    if options.quick {
        plan.maps = plan.maps.div_ceil(8);
    }
    if !options.ops.is_empty() {
        plan.operations
            .retain(|operation| options.ops.contains(operation));
    }
    let since = Watch::start();
    let results = take_turns(contenders, rounds(options, entries), entries, |seed| {
        let seeds = (seed << 32)..(seed << 32) + plan.maps as u64;
        let sets: Vec<_> = seeds
            .map(|seed| KeySet::<K>::generate(seed, &plan))
            .collect();
        let plan = &plan;
        move |contender: &dyn Contender<K>, memory| contender.round(&sets, plan, memory)
    })?;
    let shape = Shape::large(entries, plan.maps);
    Ok(table::<K>(
        shape,
        &since,
        contenders,
        results,
        &plan.operations,
    ))
}

fn small_table<K: Roster>(
    contenders: &[Box<dyn Contender<K>>],
    entries: usize,
    options: &Options,
) -> Result<Table> {
    let mut operations = SmallMaps::<K>::OPERATIONS.to_vec();
    if !options.ops.is_empty() {
        operations.retain(|operation| options.ops.contains(operation));
    }
    let since = Watch::start();
    let results = take_turns(contenders, rounds(options, entries), entries, |seed| {
        let maps = SmallMaps::<K>::generate(seed << 32, entries, &operations);
        move |contender: &dyn Contender<K>, memory| contender.small_round(&maps, memory)
    })?;
    let shape = Shape::small(entries, small::MAPS);
    Ok(table::<K>(shape, &since, contenders, results, &operations))
}

/// The rounds of one peer.
struct Rounds {
    timed: Vec<Round>,
    random: Growth,
    ascending: Growth,
}

/// Lets every peer have its turn in every round. `prepare` makes the keys of a round, and what it
/// returns lets one peer have its turn with them.
fn take_turns<'a, K, T>(
    contenders: &[Box<dyn Contender<K>>],
    rounds: usize,
    entries: usize,
    prepare: impl Fn(u64) -> T + 'a,
) -> Result<Vec<Rounds>>
where
    T: Fn(&dyn Contender<K>, bool) -> Round + 'a,
{
    // The first round measures memory, which disturbs the caches: with small maps its times would
    // not be worth having, with large ones the caches do not matter and a round costs much.
    let warm_ups = usize::from(entries < 1_000_000);
    let mut results: Vec<Rounds> = Vec::new();
    for number in 0..rounds + warm_ups {
        let turn = prepare(number as u64 + 1);
        // In another order each time, for nobody to be always behind the same one.
        let mut order: Vec<usize> = (0..contenders.len()).collect();
        Random::new(number as u64).shuffle(&mut order);
        let mut round: Vec<(usize, Round)> = order
            .into_iter()
            .map(|index| (index, turn(contenders[index].as_ref(), number == 0)))
            .collect();
        round.sort_unstable_by_key(|&(index, _)| index);
        for (index, taken) in &round {
            taken.check(&round[0].1, contenders[*index].name())?;
        }
        for (index, taken) in round {
            if number == 0 {
                let (random, ascending) = (taken.random, taken.ascending);
                results.push(Rounds {
                    timed: Vec::new(),
                    random,
                    ascending,
                });
            }
            if number >= warm_ups {
                results[index].timed.push(taken);
            }
        }
    }
    Ok(results)
}

fn table<K: Key>(
    shape: Shape,
    since: &Watch,
    contenders: &[Box<dyn Contender<K>>],
    results: Vec<Rounds>,
    operations: &[Operation],
) -> Table {
    let measurements = operations
        .iter()
        .map(|&operation| {
            let rounds = |result: &Rounds| {
                result
                    .timed
                    .iter()
                    .filter_map(|round| round.nanoseconds(operation))
                    .collect()
            };
            let std: Vec<f64> = rounds(&results[0]);
            let peers = contenders.iter().zip(&results);
            let peers = peers
                .map(|(contender, result)| PeerTime::new(contender.name(), rounds(result), &std))
                .collect();
            Measurement { operation, peers }
        })
        .filter(|measurement: &Measurement| measurement.is_measured())
        .collect();
    let memory = contenders
        .iter()
        .zip(&results)
        .map(|(contender, result)| Memory {
            peer: contender.name(),
            random: Bytes::new(result.random, &shape),
            ascending: Bytes::new(result.ascending, &shape),
        });
    let memory = memory.collect();
    let rounds = results[0].timed.len();
    Table::new(
        (K::NAME, K::VALUE_NAME),
        shape,
        rounds,
        since,
        measurements,
        memory,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_have_units() {
        assert_eq!(parse_entries("20").unwrap(), 20);
        assert_eq!(parse_entries("1k").unwrap(), 1000);
        assert_eq!(parse_entries("10M").unwrap(), 10_000_000);
        assert!(parse_entries("k").is_err());
        assert!(parse_entries("1g").is_err());
    }

    /// Every peer gives the results of std in every operation.
    fn peers_agree<K: Roster>() {
        let contenders = K::contenders();
        let plan = Plan {
            maps: 2,
            ..Plan::new(500)
        };
        let sets: Vec<_> = (1..3)
            .map(|seed| KeySet::<K>::generate(seed, &plan))
            .collect();
        let rounds: Vec<_> = contenders
            .iter()
            .map(|c| c.round(&sets, &plan, false))
            .collect();
        for entries in [0, 1, 5, 20] {
            let maps = SmallMaps::<K>::generate(3, entries, &SmallMaps::<K>::OPERATIONS);
            let small: Vec<_> = contenders
                .iter()
                .map(|c| c.small_round(&maps, false))
                .collect();
            for (contender, round) in contenders.iter().zip(&small) {
                round.check(&small[0], contender.name()).unwrap();
            }
        }
        for (contender, round) in contenders.iter().zip(&rounds) {
            round.check(&rounds[0], contender.name()).unwrap();
        }
    }

    #[test]
    fn peers_agree_on_all_key_types() {
        peers_agree::<u64>();
        peers_agree::<u32>();
        peers_agree::<i64>();
        peers_agree::<String>();
    }
}
