//! Which keys are looked for.

use std::ops::{Bound, RangeBounds};

use leafwise::StaticSet;

use crate::key_columns::Asked;

/// A range of keys.
pub(crate) type KeyRange = (Bound<Vec<u8>>, Bound<Vec<u8>>);

/// What the key of a row must be.
pub(crate) enum Query {
    One(Vec<u8>),
    Any(Box<StaticSet<Vec<u8>>>),
    Within(KeyRange),
    /// Within one of some ranges.
    WithinAny(Vec<KeyRange>),
    /// Those of a query without those within some ranges, which are in order and do not overlap.
    Except(Box<Query>, Vec<KeyRange>),
}

impl Query {
    /// Looks for any of some values.
    pub(crate) fn any(mut asked: Vec<Asked>) -> Query {
        if asked.iter().all(Asked::is_whole) {
            return match asked.len() {
                1 => Query::One(asked.remove(0).key),
                _ => Query::Any(Box::new(asked.into_iter().map(|asked| asked.key).collect())),
            };
        }
        Query::WithinAny(asked.into_iter().map(Asked::bounds).collect())
    }

    /// Leaves out the keys of some values.
    pub(crate) fn except(self, asked: Vec<Asked>) -> Query {
        match asked.is_empty() {
            true => self,
            false => {
                let holes = asked.into_iter().map(Asked::bounds).collect();
                Query::Except(Box::new(self), disjoint(holes))
            }
        }
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
            Query::Except(query, holes) => {
                query.matches(key) && !holes.iter().any(|range| contains(range, key))
            }
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
            Query::Except(query, holes) => {
                let ranges = query.ranges().into_iter();
                ranges.flat_map(|range| without(range, holes)).collect()
            }
        }
    }
}

/// What is left of a range without others, which are in order and do not overlap. Ranges that are
/// left may be empty.
fn without(range: KeyRange, holes: &[KeyRange]) -> Vec<KeyRange> {
    let (mut from, to) = range;
    let mut left = Vec::new();
    for (hole_from, hole_to) in holes {
        // What is before the hole, but not beyond the end of the range.
        left.push((from.clone(), least(opposite(hole_from), to.clone())));
        from = greatest(from, opposite(hole_to));
    }
    left.push((from, to));
    left.retain(|(from, to)| match (from, to) {
        (Bound::Included(from), Bound::Included(to)) => from <= to,
        (Bound::Included(from) | Bound::Excluded(from), Bound::Excluded(to))
        | (Bound::Excluded(from), Bound::Included(to)) => from < to,
        _ => true,
    });
    left
}

/// Where a range ends that is before one that begins there, or the reverse.
fn opposite(bound: &Bound<Vec<u8>>) -> Bound<Vec<u8>> {
    match bound {
        Bound::Included(key) => Bound::Excluded(key.clone()),
        Bound::Excluded(key) => Bound::Included(key.clone()),
        Bound::Unbounded => Bound::Unbounded,
    }
}

/// The lesser of two ends.
fn least(one: Bound<Vec<u8>>, other: Bound<Vec<u8>>) -> Bound<Vec<u8>> {
    match (place(&one, 1), place(&other, 1)) {
        (Some(place_one), Some(place_other)) if place_one > place_other => other,
        (None, Some(_)) => other,
        _ => one,
    }
}

/// The greater of two starts.
fn greatest(one: Bound<Vec<u8>>, other: Bound<Vec<u8>>) -> Bound<Vec<u8>> {
    match (place(&one, 0), place(&other, 0)) {
        (Some(place_one), Some(place_other)) if place_one < place_other => other,
        (None, Some(_)) => other,
        _ => one,
    }
}

/// A bound as a place: before a key (0) or behind it (1).
fn place(bound: &Bound<Vec<u8>>, included: u8) -> Option<(&[u8], u8)> {
    match bound {
        Bound::Included(key) => Some((key, included)),
        Bound::Excluded(key) => Some((key, 1 - included)),
        Bound::Unbounded => None,
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
