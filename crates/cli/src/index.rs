//! From a key to the offsets of its rows, in memory.
//!
//! Knows nothing of files: an offset is a number. The offsets of one key ascend, which is the order
//! of the file.

use std::ops::Bound;

use leafwise::BPlusIndex;

use crate::key::Key;

/// The offsets of the rows of every key.
pub(crate) struct Index<K> {
    rows: BPlusIndex<K, u64>,
}

impl<K: Key> Index<K> {
    pub(crate) fn new() -> Index<K> {
        Index {
            rows: BPlusIndex::new(),
        }
    }

    /// Adds a row.
    ///
    /// Rows are added one by one: collecting and sorting them would be faster, but take twice the
    /// memory.
    pub(crate) fn insert(&mut self, key: K, offset: u64) {
        self.rows.insert(key, offset);
    }

    /// The offsets of the rows that have one of the keys, in the order in which the keys are given.
    pub(crate) fn get(&self, keys: &[K]) -> impl Iterator<Item = u64> {
        keys.iter()
            .flat_map(|key| self.rows.lookup_range(key))
            .copied()
    }

    /// The offsets of the rows whose key is within the bounds, in the order of the keys.
    pub(crate) fn range(&self, bounds: (Bound<K>, Bound<K>)) -> impl Iterator<Item = u64> {
        self.rows.range(bounds).map(|(_, offset)| *offset)
    }

    /// The same, greatest key first. The rows of one key stay in the order of the file.
    pub(crate) fn range_reversed(&self, bounds: (Bound<K>, Bound<K>)) -> impl Iterator<Item = u64> {
        self.rows
            .range_groups(bounds)
            .rev()
            .flat_map(|(_, offsets)| offsets)
            .copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: (Bound<i128>, Bound<i128>) = (Bound::Unbounded, Bound::Unbounded);

    fn index<K: Key>(rows: impl IntoIterator<Item = (K, u64)>) -> Index<K> {
        let mut index = Index::new();
        for (key, offset) in rows {
            index.insert(key, offset);
        }
        index
    }

    #[test]
    fn rows_of_one_key_keep_their_order() {
        let index = index::<i128>([(5, 1), (-3, 2), (5, 3), (7, 4), (5, 5)]);
        assert!(index.range(ALL).eq([2, 1, 3, 5, 4]));
        assert!(index.range_reversed(ALL).eq([4, 1, 3, 5, 2]));
        assert!(index.get(&[-3, 6, 7]).eq([2, 4]));
    }

    #[test]
    fn bounds_hold_both_ways() {
        let index = index::<i128>([(5, 1), (-3, 2), (5, 3), (7, 4), (5, 5)]);
        for (start, end, up, down) in [
            (Bound::Included(5), Bound::Excluded(7), "1 3 5", "1 3 5"),
            (Bound::Included(5), Bound::Included(7), "1 3 5 4", "4 1 3 5"),
            (Bound::Excluded(-3), Bound::Included(5), "1 3 5", "1 3 5"),
            (Bound::Unbounded, Bound::Excluded(6), "2 1 3 5", "1 3 5 2"),
            (Bound::Included(6), Bound::Excluded(6), "", ""),
            (Bound::Included(8), Bound::Unbounded, "", ""),
        ] {
            assert_eq!(words(index.range((start, end))), up);
            assert_eq!(words(index.range_reversed((start, end))), down);
        }
    }

    #[test]
    fn a_key_may_have_more_rows_than_a_leaf() {
        let rows = (0..3000).map(|offset| (i128::from(offset % 3), offset));
        let index = index(rows);
        let of_key = |key: u64| (0..1000).map(move |row| row * 3 + key);
        assert!(index.get(&[1]).eq(of_key(1)));
        assert!(index.range(ALL).eq((0..3).flat_map(of_key)));
        assert!(index.range_reversed(ALL).eq((0..3).rev().flat_map(of_key)));
    }

    #[test]
    fn text_is_a_key_like_any_other() {
        let rows = [("b", 1), ("", 2), ("a", 3), ("b", 4)];
        let index = index(rows.map(|(key, offset)| (Box::<str>::from(key), offset)));
        let upto_b = || (Bound::Unbounded, Bound::Included("b".into()));
        assert_eq!(words(index.range(upto_b())), "2 3 1 4");
        assert_eq!(words(index.range_reversed(upto_b())), "1 4 3 2");
        assert_eq!(words(index.get(&["b".into()])), "1 4");
    }

    fn words(offsets: impl Iterator<Item = u64>) -> String {
        let offsets: Vec<String> = offsets.map(|offset| offset.to_string()).collect();
        offsets.join(" ")
    }
}
