//! Freezing mutable collections into static ones and thawing them, entry by entry in order: O(n).

use crate::index::BPlusIndex;
use crate::layout::LeafLayout;
use crate::map::BPlusTreeMap;
use crate::set::BPlusTreeSet;
use crate::store::Store;

use super::arrangement::Arrangement;
use super::key::Key;
use super::{StaticIndex, StaticMap, StaticSet};

impl<K, V, S: Store, L: LeafLayout, A> From<BPlusTreeMap<K, V, S, L>> for StaticMap<K, V, A>
where
    A: Arrangement<K>,
{
    fn from(map: BPlusTreeMap<K, V, S, L>) -> Self {
        Self::from_ordered(map.into_iter())
    }
}

impl<K, V, S: Store, L: LeafLayout, A> From<BPlusIndex<K, V, S, L>> for StaticIndex<K, V, A>
where
    A: Arrangement<K>,
{
    fn from(index: BPlusIndex<K, V, S, L>) -> Self {
        Self::from_ordered(index.into_iter())
    }
}

impl<K, S: Store, L: LeafLayout, A: Arrangement<K>> From<BPlusTreeSet<K, S, L>>
    for StaticSet<K, A>
{
    fn from(set: BPlusTreeSet<K, S, L>) -> Self {
        Self::from_ordered(set.into_iter())
    }
}

impl<K: Key, V, S: Store, L: LeafLayout> BPlusTreeMap<K, V, S, L> {
    /// Makes an immutable map, which is faster to search. O(n).
    ///
    /// For keys that do not implement [`Key`], `StaticMap::<K, V, ByOrd>::from(map)` does the same.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let map = BPlusTreeMap::from([(2, "b"), (1, "a")]).freeze();
    /// assert_eq!(map.get(&2), Some(&"b"));
    /// assert_eq!(map.thaw(), BPlusTreeMap::from([(1, "a"), (2, "b")]));
    /// ```
    #[must_use]
    pub fn freeze(self) -> StaticMap<K, V> {
        self.into()
    }
}

impl<K: Key, S: Store, L: LeafLayout> BPlusTreeSet<K, S, L> {
    /// Makes an immutable set, which is faster to search. O(n).
    ///
    /// For keys that do not implement [`Key`], `StaticSet::<K, ByOrd>::from(set)` does the same.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// let set = BPlusTreeSet::from([3, 1, 2]).freeze();
    /// assert_eq!(set.rank(&3), 2);
    /// assert_eq!(set.thaw(), BPlusTreeSet::from([1, 2, 3]));
    /// ```
    #[must_use]
    pub fn freeze(self) -> StaticSet<K> {
        self.into()
    }
}

impl<K: Key, V, S: Store, L: LeafLayout> BPlusIndex<K, V, S, L> {
    /// Makes an immutable index, which is faster to search. O(n).
    ///
    /// For keys that do not implement [`Key`], `StaticIndex::<K, V, ByOrd>::from(index)` does the
    /// same.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// let index = BPlusIndex::from([(1, 'b'), (1, 'a'), (2, 'c')]).freeze();
    /// assert_eq!(index.get_all(&1), ['a', 'b']);
    /// assert_eq!(index.thaw().len(), 3);
    /// ```
    #[must_use]
    pub fn freeze(self) -> StaticIndex<K, V> {
        self.into()
    }
}

impl<K: Ord + Clone, V, A: Arrangement<K>> StaticMap<K, V, A> {
    /// Makes a mutable map of the entries. O(n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::StaticMap;
    ///
    /// let mut map = StaticMap::from([(1, "a")]).thaw();
    /// map.insert(2, "b");
    /// assert_eq!(map.len(), 2);
    /// ```
    #[must_use]
    pub fn thaw(self) -> BPlusTreeMap<K, V> {
        self.into_iter().collect()
    }
}

impl<K: Ord + Clone, A: Arrangement<K>> StaticSet<K, A> {
    /// Makes a mutable set of the keys. O(n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::StaticSet;
    ///
    /// let mut set = StaticSet::from([1, 2]).thaw();
    /// assert!(set.remove(&1));
    /// ```
    #[must_use]
    pub fn thaw(self) -> BPlusTreeSet<K> {
        self.into_iter().collect()
    }
}

impl<K: Ord + Clone, V: Ord + Clone, A: Arrangement<K>> StaticIndex<K, V, A> {
    /// Makes a mutable index of the entries. In it, an entry is its key and its value: equal
    /// entries become one, and those of a key are in the order of their values. O(n) if they are
    /// already in that order; otherwise O(n log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::StaticIndex;
    ///
    /// let index = StaticIndex::from([(1, 'b'), (1, 'a'), (1, 'b')]).thaw();
    /// assert!(index.iter().eq([(&1, &'a'), (&1, &'b')]));
    /// ```
    #[must_use]
    pub fn thaw(self) -> BPlusIndex<K, V> {
        self.into_iter().collect()
    }
}
