//! What an index has to do to be measured.

use super::plan::Operation;

/// A set of pairs, ordered by key, then by value.
pub(crate) trait Peer: Default {
    /// As named by `--peers` and in the tables.
    const NAME: &'static str;
    /// False when the values of a key come in any order, and so no one of them is the first.
    const SORTS_VALUES: bool = true;
    /// In what its work is not that of the others, to be printed below the tables.
    const NOTE: Option<&'static str> = None;

    /// Inserts a pair that is not there.
    fn insert(&mut self, key: u64, value: u64);
    /// Whether the pair was there.
    fn delete(&mut self, key: u64, value: u64) -> bool;
    /// Moves a pair that is there to a key where it is not.
    fn update(&mut self, old: u64, new: u64, value: u64) {
        self.delete(old, value);
        self.insert(new, value);
    }
    /// The first value of a key.
    fn lookup_unique(&self, key: u64) -> Option<u64>;
    /// All values of a key.
    fn lookup_range(&self, key: &u64) -> impl Iterator<Item = u64>;
    fn entries(&self) -> impl Iterator<Item = (u64, u64)>;
    /// All entries of the keys from `key` on.
    fn entries_from(&self, key: u64) -> impl Iterator<Item = (u64, u64)>;
    /// The bytes that the index says it takes, where it does.
    fn reported_bytes(&self) -> usize {
        0
    }

    /// Whether it does `operation` with keys that have one value or `several`.
    fn can(operation: Operation, several: bool) -> bool {
        let needs_order = matches!(operation, Operation::LookupUnique | Operation::Range100);
        Self::SORTS_VALUES || !several || !needs_order
    }
}
