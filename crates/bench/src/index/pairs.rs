//! The pairs of the indexes and the orders in which they are inserted, asked for, moved and
//! deleted.
//!
//! Invariants: keys are distinct, each with a given number of values; values are the numbers of
//! rows, each of one pair only, and those of a key are as random as the order of insertion. Every
//! key has a twin that is not in the index: updates move the pairs of a key to its twin, so that
//! keys have as many values after all of them as before.

use std::fmt;
use std::str::FromStr;

use anyhow::{Result, ensure};

use super::workload::Plan;
use crate::keys::{Random, key};

/// How many values the keys of an index have.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Values {
    /// All keys as many.
    Each(usize),
    /// Few have many and many have few, [`MEAN`] on average.
    Zipf,
}

/// Values a key, where their number is skewed.
const MEAN: usize = 16;

/// How skewed: the key that is the `i`th by its values has `i^-SKEW` times those of the first, so
/// that one percent of many keys have a quarter of the pairs. With an exponent of one, the first
/// key alone would have a twelfth of them, and the benchmark would be about that key.
const SKEW: f64 = 0.75;

impl Values {
    /// Values a key, on average.
    pub(crate) fn mean(self) -> usize {
        match self {
            Self::Each(values) => values,
            Self::Zipf => MEAN,
        }
    }

    /// The number of values of each key of an index of `entries`, the greatest first.
    pub(crate) fn counts(self, entries: usize) -> Vec<usize> {
        match self {
            Self::Each(values) => (0..entries)
                .step_by(values)
                .map(|start| values.min(entries - start))
                .collect(),
            Self::Zipf => {
                let ranks = 1..=entries.div_ceil(MEAN);
                let weights: Vec<f64> = ranks.map(|rank| (rank as f64).powf(-SKEW)).collect();
                let share = entries as f64 / weights.iter().sum::<f64>();
                let mut counts: Vec<_> = weights
                    .iter()
                    .map(|weight| (weight * share) as usize)
                    .collect();
                let rounded_off = entries - counts.iter().sum::<usize>();
                counts[..rounded_off]
                    .iter_mut()
                    .for_each(|count| *count += 1);
                counts
            }
        }
    }
}

impl FromStr for Values {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        if text == "zipf" {
            return Ok(Self::Zipf);
        }
        let values = text.parse()?;
        ensure!(values > 0, "a key has at least one value");
        Ok(Self::Each(values))
    }
}

impl fmt::Display for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Each(values) => write!(f, "{values}"),
            Self::Zipf => f.write_str("zipf"),
        }
    }
}

/// All pairs of one index, each order made beforehand.
pub(crate) struct PairSet {
    /// Distinct pairs in random order: the order of insertion.
    pub(crate) pairs: Vec<(u64, u64)>,
    /// The same pairs in another random order.
    pub(crate) shuffled: Vec<(u64, u64)>,
    /// The same pairs in a third one: a key, its twin, and a value that moves there.
    pub(crate) moves: Vec<(u64, u64, u64)>,
    /// The keys in random orders, one whole permutation after the other.
    pub(crate) hits: Vec<u64>,
    /// Keys from which on there are a hundred entries, if there are as many at all.
    pub(crate) starts: Vec<u64>,
}

impl PairSet {
    /// The pairs of the index numbered `seed`.
    pub(crate) fn generate(seed: u64, plan: &Plan) -> Self {
        let mut random = Random::new(seed);
        let (present, absent) = (random.next(), random.next());
        let counts = plan.values.counts(plan.entries);
        let mut rows: Vec<u64> = (0..plan.entries as u64).collect();
        random.shuffle(&mut rows);
        let owners = (0..counts.len()).flat_map(|owner| std::iter::repeat_n(owner, counts[owner]));
        let keys = owners.map(|owner| (key(present, owner, 0), key(absent, owner, 1)));
        let mut moves: Vec<(u64, u64, u64)> = keys
            .zip(rows)
            .map(|((key, twin), row)| (key, twin, row))
            .collect();
        let mut shuffled = || {
            random.shuffle(&mut moves);
            moves.iter().map(|&(key, _, row)| (key, row)).collect()
        };
        let (pairs, other_order) = (shuffled(), shuffled());
        random.shuffle(&mut moves);

        let mut keys: Vec<u64> = (0..counts.len())
            .map(|owner| key(present, owner, 0))
            .collect();
        let starts = starts(&mut random, &keys, &counts, plan);
        let mut hits = Vec::with_capacity(plan.lookups.next_multiple_of(keys.len()));
        while hits.len() < plan.lookups {
            random.shuffle(&mut keys);
            hits.extend_from_slice(&keys);
        }
        Self {
            pairs,
            shuffled: other_order,
            moves,
            hits,
            starts,
        }
    }
}

/// Random ones of those `keys` that have a hundred entries from them on, or the least key.
fn starts(random: &mut Random, keys: &[u64], counts: &[usize], plan: &Plan) -> Vec<u64> {
    let mut ascending: Vec<(u64, usize)> =
        keys.iter().copied().zip(counts.iter().copied()).collect();
    ascending.sort_unstable();
    let mut left = plan.entries;
    let enough = ascending.iter().take_while(|(_, count)| {
        let enough = left >= 100;
        left -= count;
        enough
    });
    let enough = enough.count().max(1);
    (0..plan.ranges)
        .map(|_| ascending[random.below(enough)].0)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, BTreeSet};

    fn counts_by_key(pairs: impl Iterator<Item = u64>) -> BTreeMap<u64, usize> {
        pairs.fold(BTreeMap::new(), |mut counts, key| {
            *counts.entry(key).or_default() += 1;
            counts
        })
    }

    #[test]
    fn counts_add_up() {
        assert_eq!(Values::Each(16).counts(40), [16, 16, 8]);
        assert_eq!(Values::Each(1).counts(3), [1, 1, 1]);
        for entries in [1, 15, 100, 1000, 100_000] {
            let counts = Values::Zipf.counts(entries);
            assert_eq!(counts.len(), entries.div_ceil(MEAN));
            assert_eq!(counts.iter().sum::<usize>(), entries);
            assert!(counts.is_sorted_by(|greater, less| greater >= less && *less > 0));
        }
        let counts = Values::Zipf.counts(1_000_000);
        let first = counts[..counts.len() / 100].iter().sum::<usize>();
        assert!((200_000..300_000).contains(&first), "{first}");
    }

    #[test]
    fn values_are_parsed_as_they_are_printed() {
        for values in [Values::Each(1), Values::Each(1000), Values::Zipf] {
            assert_eq!(values.to_string().parse::<Values>().unwrap(), values);
        }
        assert!("0".parse::<Values>().is_err());
        assert!("many".parse::<Values>().is_err());
    }

    #[test]
    fn all_orders_are_of_the_same_pairs() {
        for values in [Values::Each(1), Values::Each(16), Values::Zipf] {
            let set = PairSet::generate(7, &Plan::new(1000, values));
            let pairs: BTreeSet<(u64, u64)> = set.pairs.iter().copied().collect();
            assert_eq!(pairs.len(), 1000);
            assert_ne!(set.pairs, set.shuffled);
            assert_eq!(set.shuffled.iter().copied().collect::<BTreeSet<_>>(), pairs);
            let moved: BTreeSet<_> = set.moves.iter().map(|&(key, _, row)| (key, row)).collect();
            assert_eq!(moved, pairs);
        }
    }

    #[test]
    fn twins_are_absent_and_have_as_many_values() {
        let set = PairSet::generate(7, &Plan::new(1000, Values::Zipf));
        let keys = counts_by_key(set.moves.iter().map(|&(key, _, _)| key));
        let twins = counts_by_key(set.moves.iter().map(|&(_, twin, _)| twin));
        assert_eq!(keys.len(), twins.len());
        assert!(twins.keys().all(|twin| !keys.contains_key(twin)));
        for (key, twin, _) in &set.moves {
            assert_eq!(keys[key], twins[twin]);
        }
    }

    #[test]
    fn all_keys_are_asked_for_and_ranges_are_full() {
        for values in [Values::Each(1), Values::Each(1000), Values::Zipf] {
            let set = PairSet::generate(7, &Plan::new(1000, values));
            let pairs: BTreeSet<(u64, u64)> = set.pairs.iter().copied().collect();
            let keys = counts_by_key(pairs.iter().map(|&(key, _)| key));
            let asked: BTreeSet<u64> = set.hits.iter().copied().collect();
            assert!(asked.iter().eq(keys.keys()));
            assert!(
                set.starts
                    .iter()
                    .all(|&key| pairs.range((key, 0)..).count() >= 100)
            );
        }
    }
}
