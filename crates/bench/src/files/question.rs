//! What is measured, and the keys that are asked for.

use clap::ValueEnum;

use super::data::{Cell, Data, Key, Keys, Kind, Rows};
use crate::random::Random;

/// What is measured for each key.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Question {
    /// Build leafwise's index within a quarter of the size of the table.
    BoundedBuild,
    /// Build the index, and for the databases import the table before.
    Build,
    /// The rows of a key.
    Present,
    /// The rows of a key that the table does not have.
    Absent,
    /// The rows of the key that has the most.
    Many,
    /// About one row in the order of the key.
    #[value(name = "range-1")]
    RangeOfOne,
    /// About a thousand rows in the order of the key.
    #[value(name = "range-1k")]
    RangeOfThousand,
    /// About a hundred thousand rows in the order of the key.
    #[value(name = "range-100k")]
    RangeOfMany,
}

/// What is asked of a program.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Asked {
    /// The rows of a key.
    Key(Vec<String>),
    /// The rows of the keys from the first on and before the second, in their order.
    Range(Vec<String>, Vec<String>),
}

/// What is asked, and the rows that answer it.
pub(crate) struct Problem {
    pub(crate) asked: Asked,
    pub(crate) rows: Rows,
}

/// How often a random range is drawn. The one that has nearly the wanted number of rows is asked
/// for.
const DRAWS: usize = 500;

impl Question {
    /// Returns whether an answer is measured, and not a build.
    pub(crate) fn is_asked(self) -> bool {
        !matches!(self, Self::BoundedBuild | Self::Build)
    }

    /// The problem of one round, or `None` if the table has no such keys. It differs between rounds
    /// where there are several.
    pub(crate) fn problem(self, data: &Data, keys: &Keys, round: u64) -> Option<Problem> {
        let mut random = Random::new(round);
        let groups = keys.starts.len();
        let group = |number: usize| {
            let places = keys.group(number);
            let asked = Asked::Key(spelled(keys.at(places.0)));
            (asked, places)
        };
        let (asked, places) = match self {
            Self::BoundedBuild | Self::Build => return None,
            Self::Present => group(random.below(groups)),
            Self::Absent => (
                Asked::Key(spelled(&absent(data, keys, &mut random)?)),
                (0, 0),
            ),
            Self::Many => {
                let size = |&number: &usize| {
                    let (from, to) = keys.group(number);
                    to - from
                };
                let most = (0..groups).max_by_key(size)?;
                if size(&most) == 1 {
                    return None;
                }
                group(most)
            }
            Self::RangeOfOne => range(keys, 1, &mut random)?,
            Self::RangeOfThousand => range(keys, 1000, &mut random)?,
            Self::RangeOfMany => range(keys, 100_000, &mut random)?,
        };
        let rows = data.rows(keys, places);
        Some(Problem { asked, rows })
    }
}

fn spelled(key: &Key) -> Vec<String> {
    key.iter().map(Cell::spelled).collect()
}

/// A key that no row has: one of the table with another last cell.
fn absent(data: &Data, keys: &Keys, random: &mut Random) -> Option<Key> {
    let (_, kind) = data.columns[*keys.columns.last()?];
    (0..DRAWS).find_map(|_| {
        let mut key = keys.at(random.below(keys.len())).clone();
        let last = key.last_mut()?;
        *last = match (&*last, kind) {
            (Cell::Number(number), Kind::Integer) => {
                Cell::Number(number + random.below(keys.len()) as f64)
            }
            (Cell::Number(number), _) => Cell::Number(number + random.below(1000) as f64 / 8.0),
            // Each month has days from 1 to 28, and each minute seconds from 0 to 59.
            (Cell::Text(text), Kind::Instant) if text.len() == 10 => {
                let year = 1000 + random.below(9000);
                Cell::Text(format!("{year}{}", &text[4..]).into())
            }
            (Cell::Text(text), Kind::Instant) if text.len() >= 19 => {
                let second = random.below(60);
                let (before, after) = (&text[..17], &text[19..]);
                Cell::Text(format!("{before}{second:02}{after}").into())
            }
            (Cell::Text(text), _) => Cell::Text(format!("{text}~").into()),
        };
        (!keys.contains(&key)).then_some(key)
    })
}

/// A range of nearly that number of rows, and their places, or `None` if all have many more or
/// less.
fn range(keys: &Keys, rows: usize, random: &mut Random) -> Option<(Asked, (usize, usize))> {
    let free = keys.len().checked_sub(rows + 1)?;
    let drawn = (0..DRAWS).filter_map(|_| {
        // Among the different keys: those of few rows are rare among rows.
        let from = keys.starts[random.below(keys.starts.len())];
        if from > free {
            return None;
        }
        let first = keys.at(from);
        let mut next = keys.at(from + rows);
        if first == next {
            let group = keys.starts.partition_point(|&start| start <= from);
            next = keys.at(*keys.starts.get(group)?);
        }
        let places = keys.places(first, next);
        Some((first, next, places))
    });
    let distance = |(from, to): (usize, usize)| {
        let found = (to - from) as f64;
        (found / rows as f64).ln().abs()
    };
    let nearest =
        drawn.min_by(|(.., one), (.., other)| distance(*one).total_cmp(&distance(*other)));
    let (first, next, places) = nearest?;
    let asked = Asked::Range(spelled(first), spelled(next));
    (distance(places) < 2_f64.ln()).then_some((asked, places))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::data::table_for_tests;
    use super::*;

    /// Each of ten cities has two hundred rows, on different days, except one that has fifty more.
    fn table(name: &str) -> (std::path::PathBuf, Data) {
        let mut text = "id,city,day\n".to_owned();
        for id in 0..2050_u32 {
            let city = if id < 2000 { id % 10 } else { 3 };
            let (month, day) = (1 + id / 28 % 12, 1 + id % 28);
            text += &format!("{},c{city},2001-{month:02}-{day:02}\n", id * 2);
        }
        table_for_tests(name, &text)
    }

    #[test]
    fn questions_are_about_the_documented_rows() {
        let (path, data) = table("questions");
        let rows = |key: &str, question: Question| {
            let keys = data.keys(key).unwrap();
            let problem = question.problem(&data, &keys, 1);
            problem.map(|problem| problem.rows.len())
        };
        assert_eq!(rows("id", Question::Build), None);
        assert_eq!(rows("id", Question::Present), Some(1));
        assert_eq!(rows("id", Question::Many), None);
        assert_eq!(rows("city", Question::Many), Some(250));
        for key in ["id", "city", "day", "city+id"] {
            assert_eq!(rows(key, Question::Absent), Some(0), "{key}");
        }
        assert_eq!(rows("id", Question::RangeOfOne), Some(1));
        assert_eq!(rows("id", Question::RangeOfThousand), Some(1000));
        assert_eq!(rows("id", Question::RangeOfMany), None);
        assert_eq!(rows("city", Question::RangeOfOne), None);
        assert_eq!(rows("city", Question::RangeOfThousand), Some(1000));
        fs::remove_file(path).unwrap();
    }

    #[test]
    fn ranges_end_before_their_second_key() {
        let (path, data) = table("ranges");
        let keys = data.keys("id").unwrap();
        let problem = Question::RangeOfThousand.problem(&data, &keys, 1).unwrap();
        let Asked::Range(from, to) = &problem.asked else {
            panic!("{:?}", problem.asked);
        };
        let number = |key: &[String]| key[0].parse::<i32>().unwrap();
        assert_eq!(number(to) - number(from), 2000);
        let other = Question::RangeOfThousand.problem(&data, &keys, 2).unwrap();
        assert_ne!(problem.asked, other.asked);
        fs::remove_file(path).unwrap();
    }
}
