//! Sorted arrays of keys.
//!
//! Invariant: a key array is ascending, and distinct except for Zipf and for real numbers.

use clap::ValueEnum;

use crate::keys;
use crate::random::Random;
use crate::values::Values;

/// The distribution of the keys of an array.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Pattern {
    /// Random, each once.
    Uniform,
    /// Consecutive, each once: misses are before or after them all.
    Dense,
    /// Random, few of them often and many seldom, sixteen times on average.
    Zipf,
    /// Numbers: the populations of cities, as often as they occur. Words: the names of cities.
    Real,
}

impl Pattern {
    /// The name for `--patterns`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Uniform => "uniform",
            Self::Dense => "dense",
            Self::Zipf => "zipf",
            Self::Real => "real",
        }
    }
}

/// A key type of key arrays.
pub(crate) trait SearchKey: keys::Key {
    /// The type of the values of maps.
    type Row: Copy + Into<u64> + 'static;

    /// The value of the key at a position.
    fn row(position: usize) -> Self::Row;

    /// The key in an array that repeats the real keys.
    fn repeated(&self, time: usize) -> Self;

    /// All real keys, from the project's table, for the pattern that has no general rule.
    fn real() -> Vec<Self>;

    /// Some key between the real ones, which may be one of them.
    fn among_real(array: &[Self], random: &mut Random) -> Self;
}

macro_rules! number_key {
    ($number:ident) => {
        impl SearchKey for $number {
            type Row = $number;

            fn row(position: usize) -> $number {
                position as $number
            }

            /// A number stays the same, and occurs more than once.
            fn repeated(&self, _: usize) -> $number {
                *self
            }

            fn real() -> Vec<$number> {
                let populations = cities().into_iter().map(|city| city.population);
                populations.map($number::from).collect()
            }

            fn among_real(array: &[$number], random: &mut Random) -> $number {
                let last = array.last().map_or(0, |&last| last as usize);
                random.below(last + 2) as $number
            }
        }
    };
}

number_key!(u32);
number_key!(u64);

impl SearchKey for String {
    type Row = u32;

    fn row(position: usize) -> u32 {
        position as u32
    }

    /// Distinct, since no city has this sign in its name.
    fn repeated(&self, time: usize) -> String {
        match time {
            0 => self.clone(),
            time => format!("{self}#{time}"),
        }
    }

    /// Each name once.
    fn real() -> Vec<String> {
        let mut names: Vec<_> = cities().into_iter().map(|city| city.name).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    fn among_real(array: &[String], random: &mut Random) -> String {
        let mut name = array[random.below(array.len())].clone();
        name.push('a');
        name
    }
}

/// A row of the table of cities.
#[derive(serde::Deserialize)]
struct City {
    name: String,
    population: u32,
}

fn cities() -> Vec<City> {
    let table = include_bytes!("../../../../data/cities.csv");
    let mut reader = csv::Reader::from_reader(table.as_slice());
    let cities = reader.deserialize().collect::<Result<_, _>>();
    cities.expect("the table of cities has names and populations")
}

/// Sorted keys.
pub(crate) struct KeyArray<K> {
    pub(crate) pattern: Pattern,
    pub(crate) keys: Vec<K>,
    /// Whether every key occurs once.
    pub(crate) distinct: bool,
}

/// Sequences of random keys: of the present ones, and of the absent ones.
const PRESENT: u64 = 0x0123_4567_89AB_CDEF;
const ABSENT: u64 = 0xFEDC_BA98_7654_3210;

impl<K: SearchKey> KeyArray<K> {
    /// Generates an array of `entries` keys, at least one; always the same ones.
    pub(crate) fn generate(pattern: Pattern, entries: usize) -> Self {
        let uniform = |index| keys::key(PRESENT, index, 0);
        let mut keys: Vec<K> = match pattern {
            Pattern::Uniform => (0..entries).map(uniform).collect(),
            // They start at their count, so that there are misses below.
            Pattern::Dense => (entries..2 * entries)
                .map(|number| K::from_bits(number as u64))
                .collect(),
            Pattern::Zipf => {
                let counts = Values::Zipf.counts(entries);
                let keys = counts.into_iter().enumerate();
                keys.flat_map(|(index, count)| std::iter::repeat_n(uniform(index), count))
                    .collect()
            }
            Pattern::Real => {
                let mut real = K::real();
                Random::new(1).shuffle(&mut real);
                let times = 0..entries.div_ceil(real.len());
                let all = times.flat_map(|time| real.iter().map(move |key| key.repeated(time)));
                all.take(entries).collect()
            }
        };
        keys.sort_unstable();
        let distinct = keys.is_sorted_by(|left, right| left < right);
        Self {
            pattern,
            keys,
            distinct,
        }
    }

    /// The number of keys smaller than `key`: the result that all peers must return.
    pub(crate) fn rank(&self, key: &K) -> usize {
        self.keys.partition_point(|other| other < key)
    }

    pub(crate) fn miss(&self, index: usize, random: &mut Random) -> K {
        let length = self.keys.len();
        match self.pattern {
            Pattern::Uniform | Pattern::Zipf => keys::key(ABSENT, index, 1),
            Pattern::Dense if random.below(2) == 0 => K::from_bits(random.below(length) as u64),
            Pattern::Dense => K::from_bits((2 * length + random.below(length)) as u64),
            Pattern::Real => loop {
                let key = K::among_real(&self.keys, random);
                if self.keys.binary_search(&key).is_err() {
                    return key;
                }
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn duplicates_are_known() {
        assert!(KeyArray::<u32>::generate(Pattern::Uniform, 1000).distinct);
        assert!(KeyArray::<String>::generate(Pattern::Real, 100_000).distinct);
        assert!(!KeyArray::<u32>::generate(Pattern::Zipf, 1000).distinct);
        assert!(!KeyArray::<u64>::generate(Pattern::Real, 60_000).distinct);
    }
}
