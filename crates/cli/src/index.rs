//! From a key to the places of its rows, in memory.
//!
//! Knows nothing of files: a place is a number. Under one key the places stand in the order in
//! which they were inserted, which is the file's.

use std::ops::Bound;

use leafwise::BPlusTreeMap;

use crate::key::Key;

/// The places of the rows of every key.
pub(crate) struct Index<K> {
    map: BPlusTreeMap<K, Places>,
}

/// Most keys of most tables have one row: an enumeration of 16 bytes, where a vector would take 24
/// and an allocation.
enum Places {
    One(u64),
    #[allow(
        clippy::box_collection,
        reason = "most keys have one place: the rare list is kept small"
    )]
    Many(Box<Vec<u64>>),
}

impl Places {
    fn push(&mut self, place: u64) {
        match self {
            Places::One(first) => *self = Places::Many(Box::new(vec![*first, place])),
            Places::Many(places) => places.push(place),
        }
    }

    fn as_slice(&self) -> &[u64] {
        match self {
            Places::One(place) => std::slice::from_ref(place),
            Places::Many(places) => places,
        }
    }
}

impl<K: Key> Index<K> {
    pub(crate) fn new() -> Index<K> {
        Index {
            map: BPlusTreeMap::new(),
        }
    }

    /// Adds a row.
    pub(crate) fn insert(&mut self, key: K, place: u64) {
        self.map
            .entry(key)
            .and_modify(|places| places.push(place))
            .or_insert_with(|| Places::One(place));
    }

    /// The places of the rows that have one of the keys, in the order of the keys as given.
    pub(crate) fn get(&self, keys: &[K]) -> impl Iterator<Item = u64> {
        keys.iter()
            .filter_map(|key| self.map.get(key))
            .flat_map(Places::as_slice)
            .copied()
    }

    /// The places of the rows whose key is within the bounds, in the order of the keys.
    pub(crate) fn range(&self, bounds: (Bound<K>, Bound<K>)) -> impl Iterator<Item = u64> {
        self.map
            .range(bounds)
            .flat_map(|(_, places)| places.as_slice())
            .copied()
    }

    /// The same with the greatest key first. The rows of one key stay in the order of the file.
    pub(crate) fn range_reversed(&self, bounds: (Bound<K>, Bound<K>)) -> impl Iterator<Item = u64> {
        self.map
            .range(bounds)
            .rev()
            .flat_map(|(_, places)| places.as_slice())
            .copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_one_key_keep_their_order() {
        let mut index = Index::<i128>::new();
        for (key, place) in [(5, 1), (-3, 2), (5, 3), (7, 4), (5, 5)] {
            index.insert(key, place);
        }
        let all = (Bound::Unbounded, Bound::Unbounded);
        assert_eq!(index.range(all).collect::<Vec<_>>(), [2, 1, 3, 5, 4]);
        assert_eq!(
            index.range_reversed(all).collect::<Vec<_>>(),
            [4, 1, 3, 5, 2]
        );
        let upto_seven = (Bound::Included(5), Bound::Excluded(7));
        assert_eq!(index.range(upto_seven).collect::<Vec<_>>(), [1, 3, 5]);
        assert_eq!(index.get(&[-3, 6, 7]).collect::<Vec<_>>(), [2, 4]);
    }

    #[test]
    fn places_are_small() {
        assert_eq!(size_of::<Places>(), 16);
    }
}
