//! What the benchmarks work on: random keys, in collections and as queries.

use crate::keys::{Key, key};

/// How often a benchmark does its operation, if it has no better number.
pub(crate) const OPERATIONS: usize = 1000;

/// What a benchmark works on: a collection, and the arguments of its operations.
pub(crate) struct Input<C: 'static, Q: 'static> {
    pub(crate) collection: &'static mut C,
    pub(crate) queries: &'static [Q],
}

/// Leaks both, so that dropping them is not counted.
pub(crate) fn input<C, Q>(collection: C, queries: Vec<Q>) -> Input<C, Q> {
    Input {
        collection: Box::leak(Box::new(collection)),
        queries: queries.leak(),
    }
}

/// Entries with random keys, in random order.
pub(crate) fn entries<K: Key>(size: usize) -> impl Iterator<Item = (K, u64)> {
    (0..size).map(|index| (key(0, index, 0), index as u64))
}

/// A collection of `size` such entries.
pub(crate) fn filled<K: Key, C: FromIterator<(K, u64)>>(size: usize) -> C {
    entries(size).collect()
}

/// Random keys that a collection of `size` entries has.
pub(crate) fn present<K: Key>(size: usize) -> Vec<K> {
    assert!(!size.is_multiple_of(7919));
    (0..OPERATIONS)
        .map(|index| key(0, index * 7919 % size, 0))
        .collect()
}

/// Random keys that it has not, between those that it has.
pub(crate) fn absent<K: Key>() -> Vec<K> {
    (0..OPERATIONS).map(|index| key(0, index, 1)).collect()
}

/// Keys in ascending order that are greater than the random ones of any size here.
pub(crate) fn following<K: Key>() -> Vec<K> {
    let greatest = u64::MAX >> (u64::BITS - 1 - K::RANDOM_BITS);
    (1..=OPERATIONS as u64)
        .rev()
        .map(|below| K::from_bits(greatest - below))
        .collect()
}

/// Ranges of `width` entries of a collection of `size` entries.
pub(crate) fn ranges<K: Key>(size: usize, width: usize) -> Vec<(K, K)> {
    let mut keys: Vec<K> = (0..size).map(|index| key(0, index, 0)).collect();
    keys.sort();
    let starts = (0..OPERATIONS / 10).map(|index| index * 7919 % (size - width));
    starts
        .map(|start| (keys[start].clone(), keys[start + width].clone()))
        .collect()
}
