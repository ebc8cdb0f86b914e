//! Static collections from arrays, slices, vectors and std's collections, and back to these.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

use super::arrangement::Arrangement;
use super::collection::Static;
use super::key::Key;
use super::kind::Kind;
use super::{StaticIndex, StaticMap, StaticSet};

impl<K: Key, V, F: Kind<V>> Static<K, V, F> {
    /// Converts an array, a slice, a vector or another source of entries, as [`From::from`] and
    /// [`Into::into`] do for every arrangement.
    ///
    /// This is an inherent method too so that `StaticSet::from(..)` needs no type annotations.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::{StaticMap, StaticSet};
    /// use leafwise::static_collections::ByOrd;
    ///
    /// let packed = StaticMap::from([(2, 'b'), (1, 'a')]);
    /// assert_eq!(packed.get(&1), Some(&'a'));
    ///
    /// let sorted: StaticSet<&str, ByOrd> = ["b", "a"].into();
    /// assert!(sorted.iter().eq(&["a", "b"]));
    /// ```
    pub fn from<T>(source: T) -> Self
    where
        Self: From<T>,
    {
        From::from(source)
    }
}

impl<K, V, F: Kind<V>, A: Arrangement<K>> From<Vec<F::Entry<K>>> for Static<K, V, F, A> {
    fn from(entries: Vec<F::Entry<K>>) -> Self {
        Self::from_unsorted(entries)
    }
}

impl<K, V, F, A> From<&[F::Entry<K>]> for Static<K, V, F, A>
where
    F: Kind<V, Entry<K>: Clone>,
    A: Arrangement<K>,
{
    fn from(entries: &[F::Entry<K>]) -> Self {
        Self::from_unsorted(entries.iter().cloned())
    }
}

impl<K, V, F, A, const N: usize> From<[F::Entry<K>; N]> for Static<K, V, F, A>
where
    F: Kind<V>,
    A: Arrangement<K>,
{
    fn from(entries: [F::Entry<K>; N]) -> Self {
        Self::from_unsorted(entries)
    }
}

/// Moves the elements of std's set into a static one. O(n) if the arrangement orders keys as their
/// `Ord` does, otherwise O(n log n).
impl<K, A: Arrangement<K>> From<BTreeSet<K>> for StaticSet<K, A> {
    fn from(set: BTreeSet<K>) -> Self {
        Self::from_unsorted(set)
    }
}

/// Moves the entries of std's map into a static one. O(n).
impl<K, V, A: Arrangement<K>> From<BTreeMap<K, V>> for StaticMap<K, V, A> {
    fn from(map: BTreeMap<K, V>) -> Self {
        Self::from_unsorted(map)
    }
}

/// Moves the elements into std's set. O(n).
impl<K: Ord, A: Arrangement<K>> From<StaticSet<K, A>> for BTreeSet<K> {
    fn from(set: StaticSet<K, A>) -> Self {
        set.into_iter().collect()
    }
}

/// Moves the entries into std's map. O(n).
impl<K: Ord, V, A: Arrangement<K>> From<StaticMap<K, V, A>> for BTreeMap<K, V> {
    fn from(map: StaticMap<K, V, A>) -> Self {
        map.into_iter().collect()
    }
}

/// Moves the entries into std's set of pairs. O(n log n) where the values of a key do not ascend.
impl<K: Ord, V: Ord, A: Arrangement<K>> From<StaticIndex<K, V, A>> for BTreeSet<(K, V)> {
    fn from(index: StaticIndex<K, V, A>) -> Self {
        index.into_iter().collect()
    }
}
