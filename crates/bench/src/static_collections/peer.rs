//! What a structure must support to be measured.

use super::key_arrays::{KeyArray, SearchKey};

/// What a peer returns from a search.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Answer {
    /// The number of smaller keys.
    Rank,
    /// The least key that is not smaller, as a number, or the number of keys if there is none.
    Key,
}

/// What a peer supports besides being built.
#[derive(Clone, Copy)]
pub(crate) struct Abilities {
    /// Has an array of its own to build.
    pub(crate) builds: bool,
    /// Is also built from keys in random order.
    pub(crate) sorts: bool,
    /// Supports single searches.
    pub(crate) ranks: Option<Answer>,
    /// Supports searches in batches.
    pub(crate) batches: bool,
    /// Has values of keys.
    pub(crate) gets: bool,
    /// Has values of keys in batches.
    pub(crate) gets_batches: bool,
}

impl Abilities {
    /// Is built from sorted keys, and answers single searches with ranks.
    pub(crate) const SEARCH: Self = Self {
        builds: true,
        sorts: false,
        ranks: Some(Answer::Rank),
        batches: false,
        gets: false,
        gets_batches: false,
    };
}

/// A structure that is searched.
pub(crate) trait Peer<K: SearchKey> {
    /// The name for `--peers` and the tables.
    fn name(&self) -> &'static str;

    /// A note about it for the tables.
    fn note(&self) -> Option<&'static str> {
        None
    }

    fn abilities(&self) -> Abilities {
        Abilities::SEARCH
    }

    /// Builds another of its kind from sorted keys.
    fn build(&self, array: &KeyArray<K>) -> impl Sized;

    /// Builds another of its kind from keys in any order.
    fn sort_build(&self, _: &[K]) -> impl Sized {}

    /// The result of a search.
    fn rank(&self, query: &K) -> u64;

    /// The results of many searches.
    fn rank_batch(&self, _: &[K], _: &mut [usize]) {}

    /// The value of a key.
    fn get(&self, _: &K) -> Option<u64> {
        None
    }

    /// The sum of the [`digest`]s of many values.
    fn get_batch(&self, _: &[K]) -> u64 {
        0
    }
}

/// What a value, or none, adds to the sum of many.
#[inline]
pub(crate) fn digest(value: Option<u64>) -> u64 {
    value.map_or(0, |value| value.wrapping_add(1))
}
