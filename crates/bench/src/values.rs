//! The numbers of values per key: the same for all keys, or skewed.

use std::fmt;
use std::str::FromStr;

use anyhow::{Result, ensure};

/// How many values the keys of an index have.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Values {
    /// The same number for all keys.
    Each(usize),
    /// Few have many and many have few, [`MEAN`] on average.
    Zipf,
}

/// Values per key on average, if their number is skewed.
const MEAN: usize = 16;

/// The skew: the key with the `i`th most values has `i^-SKEW` times as many as the first, so that
/// one percent of many keys have a quarter of the pairs. With an exponent of one, the first key
/// alone would have a twelfth of them, and the benchmark would be about that key.
const SKEW: f64 = 0.75;

impl Values {
    /// Values per key, on average.
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

#[cfg(test)]
mod tests {
    use super::*;

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
}
