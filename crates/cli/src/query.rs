//! Which keys are looked for.

use std::ops::{Bound, RangeBounds};

use leafwise::StaticSet;

/// What the key of a row must be.
pub(crate) enum Query {
    One(Vec<u8>),
    Any(StaticSet<Vec<u8>>),
    Within(Bound<Vec<u8>>, Bound<Vec<u8>>),
}

impl Query {
    /// Looks for any of some keys.
    pub(crate) fn any(mut keys: Vec<Vec<u8>>) -> Query {
        match keys.len() {
            1 => Query::One(keys.remove(0)),
            _ => Query::Any(keys.into_iter().collect()),
        }
    }

    /// Whether a row with that key is looked for.
    pub(crate) fn matches(&self, key: &[u8]) -> bool {
        match self {
            Query::One(one) => key == one,
            Query::Any(keys) => keys.contains(key),
            Query::Within(from, to) => {
                let bounds = [from, to].map(|bound| bound.as_ref().map(Vec::as_slice));
                RangeBounds::<[u8]>::contains(&(bounds[0], bounds[1]), key)
            }
        }
    }
}
