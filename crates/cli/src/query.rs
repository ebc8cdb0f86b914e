//! Which keys are looked for.

use std::ops::{Bound, RangeBounds};

use leafwise::StaticSet;

use crate::key_columns::Asked;

/// A range of keys.
pub(crate) type KeyRange = (Bound<Vec<u8>>, Bound<Vec<u8>>);

/// What the key of a row must be.
pub(crate) enum Query {
    One(Vec<u8>),
    Any(StaticSet<Vec<u8>>),
    Within(KeyRange),
    /// Within one of some ranges.
    WithinAny(Vec<KeyRange>),
}

impl Query {
    /// Looks for any of some values.
    pub(crate) fn any(mut asked: Vec<Asked>) -> Query {
        if asked.iter().all(Asked::is_whole) {
            return match asked.len() {
                1 => Query::One(asked.remove(0).key),
                _ => Query::Any(asked.into_iter().map(|asked| asked.key).collect()),
            };
        }
        Query::WithinAny(asked.into_iter().map(Asked::bounds).collect())
    }

    /// Looks for all keys.
    pub(crate) fn all() -> Query {
        Query::Within((Bound::Unbounded, Bound::Unbounded))
    }

    /// Whether a row with that key is looked for.
    pub(crate) fn matches(&self, key: &[u8]) -> bool {
        match self {
            Query::One(one) => key == one,
            Query::Any(keys) => keys.contains(key),
            Query::Within(range) => contains(range, key),
            Query::WithinAny(ranges) => ranges.iter().any(|range| contains(range, key)),
        }
    }

    /// The ranges of keys that are looked for, in order. They do not overlap.
    pub(crate) fn ranges(&self) -> Vec<KeyRange> {
        let only = |key: &[u8]| (Bound::Included(key.to_vec()), Bound::Included(key.to_vec()));
        match self {
            Query::One(one) => vec![only(one)],
            Query::Any(keys) => keys.iter().map(only).collect(),
            Query::Within(range) => vec![range.clone()],
            Query::WithinAny(ranges) => disjoint(ranges.clone()),
        }
    }
}

fn contains((from, to): &KeyRange, key: &[u8]) -> bool {
    let bounds = [from, to].map(|bound| bound.as_ref().map(Vec::as_slice));
    RangeBounds::<[u8]>::contains(&(bounds[0], bounds[1]), key)
}

/// Ranges of keys that begin with some values: of two, one contains the other, or they have no key
/// in common.
fn disjoint(mut ranges: Vec<KeyRange>) -> Vec<KeyRange> {
    let start = |range: &KeyRange| match &range.0 {
        Bound::Included(key) | Bound::Excluded(key) => key.clone(),
        Bound::Unbounded => Vec::new(),
    };
    // Of ranges with one start, the longest is that of the fewest values, whose key is shortest;
    // these are equal.
    ranges.sort_by_key(start);
    let mut kept: Vec<KeyRange> = Vec::new();
    for range in ranges {
        if !kept
            .last()
            .is_some_and(|last| contains(last, &start(&range)))
        {
            kept.push(range);
        }
    }
    kept
}
