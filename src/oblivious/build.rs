//! Maps from iterators: faces of what the table does.

use super::table::Table;
use super::{CacheObliviousMap, UnsortedError};

impl<K: Ord, V> CacheObliviousMap<K, V> {
    /// Makes a map of entries that come in strictly ascending order of their keys, without sorting
    /// or searching. O(n).
    ///
    /// # Errors
    ///
    /// Returns an error that names the first entry out of order, equal keys included, and drops the
    /// entries that came before it.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::CacheObliviousMap;
    ///
    /// let squares = (0..1000).map(|number| (number, number * number));
    /// let map: CacheObliviousMap<u32, u32> = CacheObliviousMap::from_sorted_iter(squares)?;
    /// assert_eq!(map[&30], 900);
    /// # Ok::<(), leafwise::oblivious::UnsortedError>(())
    /// ```
    pub fn from_sorted_iter<I>(entries: I) -> Result<Self, UnsortedError>
    where
        I: IntoIterator<Item = (K, V)>,
    {
        let table = Table::from_ascending(entries)?;
        Ok(CacheObliviousMap { table })
    }
}

/// Makes a map of entries in any order; of entries with equal keys the last one stays.
///
/// O(n) for ascending keys, otherwise O(n log n) with one stable sort.
impl<K: Ord, V> FromIterator<(K, V)> for CacheObliviousMap<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        CacheObliviousMap {
            table: Table::from_entries(entries),
        }
    }
}

/// Makes a map of entries in any order; of entries with equal keys the last one stays.
impl<K: Ord, V, const N: usize> From<[(K, V); N]> for CacheObliviousMap<K, V> {
    fn from(entries: [(K, V); N]) -> Self {
        entries.into_iter().collect()
    }
}

/// Inserts entries one by one: later entries replace the values of equal keys.
///
/// For many entries at once, collecting them and [`append`](CacheObliviousMap::append) is faster.
impl<K: Ord, V> Extend<(K, V)> for CacheObliviousMap<K, V> {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, entries: I) {
        entries.into_iter().for_each(|(key, value)| {
            self.insert(key, value);
        });
    }
}

/// Inserts copies of entries one by one: later entries replace the values of equal keys.
impl<'a, K: Ord + Copy, V: Copy> Extend<(&'a K, &'a V)> for CacheObliviousMap<K, V> {
    fn extend<I: IntoIterator<Item = (&'a K, &'a V)>>(&mut self, entries: I) {
        self.extend(entries.into_iter().map(|(&key, &value)| (key, value)));
    }
}
