//! `--and` and `--or`: what other columns of a row must be.

use crate::args::Filter;
use crate::error::{Error, shown};
use crate::header::Header;
use crate::interval::Interval;
use crate::key_columns::{KeyColumns, find_columns};
use crate::query::Query;

/// A condition as the user wrote it.
pub(crate) struct Written {
    option: &'static str,
    pub(crate) column: String,
    value: String,
    /// `None` for one value.
    interval: Option<Interval>,
}

impl Written {
    /// The conditions of an option: columns and ranges in turns.
    fn all(option: &'static str, words: &[String]) -> Result<Vec<Written>, Error> {
        let conditions = words.chunks_exact(2).map(|pair| {
            let interval = match pair[1].contains("..") {
                true => Some(
                    Interval::parse(&pair[1]).map_err(|why| Error::BadCondition {
                        option,
                        value: shown(pair[1].as_bytes()),
                        why,
                    })?,
                ),
                false => None,
            };
            Ok(Written {
                option,
                column: pair[0].clone(),
                value: pair[1].clone(),
                interval,
            })
        });
        conditions.collect()
    }

    /// The values that the condition names.
    pub(crate) fn asked(&self) -> Vec<&str> {
        match &self.interval {
            Some(interval) => interval.asked(),
            None => vec![&self.value],
        }
    }

    /// What the keys of the column must be.
    pub(crate) fn query(&self, columns: &KeyColumns) -> Result<Query, Error> {
        match &self.interval {
            Some(interval) => interval.query(columns),
            None => {
                let place = format!("{} {}: ", self.option, self.column);
                Ok(Query::any(vec![columns.key(&self.value, &place)?]))
            }
        }
    }

    /// The number of the column.
    pub(crate) fn find(&self, header: &Header) -> Result<usize, Error> {
        match find_columns(header, &self.column)?[..] {
            [column] => Ok(column),
            _ => Err(Error::BadCondition {
                option: self.option,
                value: shown(self.column.as_bytes()),
                why: "a condition is about one column".to_string(),
            }),
        }
    }
}

/// All conditions as the user wrote them.
pub(crate) struct Conditions {
    /// All of these.
    pub(crate) all: Vec<Written>,
    /// Or any of these instead of the key.
    pub(crate) any: Vec<Written>,
}

impl Conditions {
    pub(crate) fn of(filter: &Filter) -> Result<Conditions, Error> {
        Ok(Conditions {
            all: Written::all("--and", &filter.and)?,
            any: Written::all("--or", &filter.or)?,
        })
    }

    /// The columns as the user named them.
    pub(crate) fn columns(&self) -> Vec<&str> {
        let all = self.all.iter().chain(&self.any);
        all.map(|condition| &*condition.column).collect()
    }
}
