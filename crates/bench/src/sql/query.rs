//! The queries.

use super::data::Tables;
use crate::random::Random;

/// A kind of query. Identifiers are in random order, so that no file, row group or page can be left
/// out by its least and greatest; moments ascend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Query {
    Hit,
    Miss,
    Text,
    In,
    NarrowRange,
    NarrowTime,
    WideRange,
    Unindexed,
    Scan,
    Largest,
}

impl Query {
    pub(crate) const ALL: [Query; 10] = [
        Query::Hit,
        Query::Miss,
        Query::Text,
        Query::In,
        Query::NarrowRange,
        Query::NarrowTime,
        Query::WideRange,
        Query::Unindexed,
        Query::Scan,
        Query::Largest,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Query::Hit => "point query by an identifier",
            Query::Miss => "point query by an identifier that no row has",
            Query::Text => "point query by a text",
            Query::In => "IN of 1000 identifiers",
            Query::NarrowRange => "range of 0.01 % of the identifiers",
            Query::NarrowTime => "range of 0.01 % of the moments",
            Query::WideRange => "range of 10 % of the identifiers",
            Query::Unindexed => "filter of a column without an index",
            Query::Scan => "scan",
            Query::Largest => "the 10 largest identifiers",
        }
    }

    /// Whether it is of one key.
    pub(crate) fn is_point(self) -> bool {
        matches!(self, Query::Hit | Query::Miss | Query::Text)
    }

    /// Whether no index helps: rows are on most pages, or there is no index of the column.
    pub(crate) fn is_unhelped(self) -> bool {
        matches!(
            self,
            Query::In | Query::NarrowRange | Query::WideRange | Query::Unindexed | Query::Scan
        )
    }

    /// A query with random keys.
    pub(crate) fn text(self, random: &mut Random, tables: &Tables) -> String {
        let rows = tables.rows;
        let mut id = || tables.id(random.below(rows));
        match self {
            Query::Hit => format!("SELECT id, name, price, note FROM t WHERE id = {}", id()),
            Query::Miss => format!(
                "SELECT id, name, price, note FROM t WHERE id = {}",
                id() + 1
            ),
            Query::Text => {
                let name = tables.name(random.below(rows));
                format!("SELECT id, price FROM t WHERE name = '{name}' ORDER BY id")
            }
            Query::In => {
                let ids: Vec<String> = (0..1000).map(|_| id().to_string()).collect();
                format!(
                    "SELECT count(*), sum(price) FROM t WHERE id IN ({})",
                    ids.join(", ")
                )
            }
            Query::NarrowRange | Query::WideRange => {
                let part = if self == Query::NarrowRange {
                    10_000
                } else {
                    10
                };
                let (low, high) = tables.id_range(random, part);
                format!("SELECT count(*), sum(price) FROM t WHERE id >= {low} AND id < {high}")
            }
            Query::NarrowTime => {
                let (low, high) = tables.time_range(random, 10_000);
                format!(
                    "SELECT count(*), sum(price) FROM t \
                     WHERE time >= {low} AND time < {high}"
                )
            }
            Query::Unindexed => {
                let price = random.below(90_000);
                format!("SELECT count(*), min(name) FROM t WHERE price > {price}")
            }
            Query::Scan => {
                let remainder = random.below(1000);
                format!("SELECT sum(price), min(id + {remainder}) FROM t")
            }
            Query::Largest => {
                let offset = random.below(100);
                format!("SELECT id, name FROM t ORDER BY id DESC LIMIT 10 OFFSET {offset}")
            }
        }
    }
}
