//! What a structure has to do to be searched.

use super::columns::{Column, SearchKey};

/// What a peer answers a search with.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Answer {
    /// The number of smaller keys.
    Rank,
    /// The least key that is not smaller, made a number; none is the number of keys.
    Key,
}

/// What a peer can do beside being built.
#[derive(Clone, Copy)]
pub(crate) struct Abilities {
    /// Has an array of its own to build.
    pub(crate) builds: bool,
    /// Is built from keys in random order, too.
    pub(crate) sorts: bool,
    /// Answers searches, one at a time.
    pub(crate) ranks: Option<Answer>,
    /// Answers searches in batches.
    pub(crate) batches: bool,
    /// Has the values of keys.
    pub(crate) gets: bool,
    /// Has the values of keys in batches.
    pub(crate) gets_batches: bool,
}

impl Abilities {
    /// Is built from sorted keys, and answers searches with ranks, one at a time.
    pub(crate) const SEARCH: Self = Self {
        builds: true,
        sorts: false,
        ranks: Some(Answer::Rank),
        batches: false,
        gets: false,
        gets_batches: false,
    };
}

/// Something that is searched.
pub(crate) trait Peer<K: SearchKey> {
    /// As named by `--peers` and in the tables.
    fn name(&self) -> &'static str;

    /// What is to be known of it.
    fn note(&self) -> Option<&'static str> {
        None
    }

    fn abilities(&self) -> Abilities {
        Abilities::SEARCH
    }

    /// One more of its kind, from sorted keys.
    fn build(&self, column: &Column<K>) -> impl Sized;

    /// One more of its kind, from keys in any order.
    fn sort_build(&self, _: &[K]) -> impl Sized {}

    /// The answer of a search.
    fn rank(&self, query: &K) -> u64;

    /// The answers of many.
    fn rank_batch(&self, _: &[K], _: &mut [usize]) {}

    /// The value of a key.
    fn get(&self, _: &K) -> Option<u64> {
        None
    }

    /// The values of many, added up as [`digest`] has it.
    fn get_batch(&self, _: &[K]) -> u64 {
        0
    }
}

/// What a value, or none, adds to the sum of many.
#[inline]
pub(crate) fn digest(value: Option<u64>) -> u64 {
    value.map_or(0, |value| value.wrapping_add(1))
}
