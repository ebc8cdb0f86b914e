//! What an index must support to be measured.

use super::plan::Operation;

/// A set of pairs, ordered by key, then by value.
pub(crate) trait Peer: Default {
    /// The name for `--peers` and the tables.
    const NAME: &'static str;
    /// False if the values of a key are in any order, so that none of them is the first.
    const SORTS_VALUES: bool = true;
    /// How its work differs from that of the others, to be printed below the tables.
    const NOTE: Option<&'static str> = None;

    /// Inserts an absent pair.
    fn insert(&mut self, key: u64, value: u64);
    /// Deletes a pair and returns whether it was present.
    fn delete(&mut self, key: u64, value: u64) -> bool;
    /// Moves a present pair to a key where it is absent.
    fn update(&mut self, old: u64, new: u64, value: u64) {
        self.delete(old, value);
        self.insert(new, value);
    }
    /// Returns the first value of a key.
    fn lookup_unique(&self, key: u64) -> Option<u64>;
    /// Returns all values of a key.
    fn lookup_range(&self, key: &u64) -> impl Iterator<Item = u64>;
    fn entries(&self) -> impl Iterator<Item = (u64, u64)>;
    /// Returns all entries of the keys from `key` on.
    fn entries_from(&self, key: u64) -> impl Iterator<Item = (u64, u64)>;
    /// The number of bytes that the index reports, or zero.
    fn reported_bytes(&self) -> usize {
        0
    }

    /// Returns whether it supports `operation` with keys that have one value or `several`.
    fn can(operation: Operation, several: bool) -> bool {
        let needs_order = matches!(operation, Operation::LookupUnique | Operation::Range100);
        Self::SORTS_VALUES || !several || !needs_order
    }
}
