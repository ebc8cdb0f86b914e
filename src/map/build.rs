//! Maps from iterators.

use super::{BPlusTreeMap, Map, UnsortedError};
use crate::iter::Insert;

impl<K: Ord, V, B: Insert<Key = K, Value = V>> Map<K, V, B> {
    /// Makes a map of entries whose keys strictly ascend, without sorting or searching. O(n).
    /// Leaves of a B+ tree are filled completely.
    ///
    /// # Errors
    ///
    /// Returns an error that contains the position of the first entry out of order (equal keys are
    /// out of order too), and drops the entries before it.
    ///
    /// # Panics
    ///
    /// Panics if the iterator announces (by [`Iterator::size_hint`]) more entries than the address
    /// space can hold: room for them is made once the first leaf is full.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let squares = (0..1000).map(|number| (number, number * number));
    /// let map: BPlusTreeMap<u32, u32> = BPlusTreeMap::from_sorted_iter(squares)?;
    /// assert_eq!(map[&30], 900);
    /// # Ok::<(), leafwise::map::UnsortedError>(())
    /// ```
    pub fn from_sorted_iter<I>(entries: I) -> Result<Self, UnsortedError>
    where
        I: IntoIterator<Item = (K, V)>,
    {
        B::from_ascending(entries).map(Map::over)
    }
}

impl<K: Ord + Clone, V> BPlusTreeMap<K, V> {
    /// Makes a map of entries in any order, as [`FromIterator::from_iter`] does for every store and
    /// layout.
    ///
    /// It is also defined here so that `BPlusTreeMap::from_iter(..)` needs no type annotations.
    /// O(n) for ascending keys, otherwise O(n log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let map = BPlusTreeMap::from_iter([(2, "b"), (1, "a")]);
    /// assert_eq!(map.len(), 2);
    /// ```
    // The trait's method, for the types that the compiler should infer.
    #[allow(
        clippy::should_implement_trait,
        reason = "std has the same method; this one makes type inference work"
    )]
    pub fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        entries.into_iter().collect()
    }
}

/// Makes a map of entries in any order. Of entries with equal keys, the last one is kept.
///
/// O(n) for ascending keys, otherwise O(n log n) with one stable sort.
impl<K: Ord, V, B: Insert<Key = K, Value = V>> FromIterator<(K, V)> for Map<K, V, B> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        Map::over(B::from_entries(entries))
    }
}

/// Inserts entries: later entries replace the values of equal keys.
///
/// Into a B+ tree, entries that ascend after the last one are pushed, O(1) each. Otherwise, if the
/// map is larger than the processor's cache, at most as many entries as the map has are collected,
/// sorted, and inserted together as by [`append`](Map::append). Into a smaller map, and if there
/// are only few, they are inserted one by one.
///
/// If the iterator panics, or the order, clone or drop of a key or value, entries that were
/// collected and not inserted yet are dropped. Sorting may panic if the order is not a total one.
impl<K: Ord, V, B: Insert<Key = K, Value = V>> Extend<(K, V)> for Map<K, V, B> {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, entries: I) {
        self.raw.extend(entries.into_iter());
    }
}

/// Inserts copies of entries, as above.
impl<'a, K, V, B> Extend<(&'a K, &'a V)> for Map<K, V, B>
where
    K: Ord + Copy,
    V: Copy,
    B: Insert<Key = K, Value = V>,
{
    fn extend<I: IntoIterator<Item = (&'a K, &'a V)>>(&mut self, entries: I) {
        self.extend(entries.into_iter().map(|(&key, &value)| (key, value)));
    }
}
