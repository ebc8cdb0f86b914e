//! std's traits for the map, as `BTreeMap` has them: two maps are equal, ordered and hashed as
//! their sequences of entries are.

use core::borrow::Borrow;
use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};
use core::ops::Index;

use super::Map;
use crate::iter::{Counted, Entries, RangeMutOf, RangeOf};

impl<K: fmt::Debug, V: fmt::Debug, B: Entries<Key = K, Value = V>> fmt::Debug for Map<K, V, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self).finish()
    }
}

impl<K: PartialEq, V: PartialEq, B: Entries<Key = K, Value = V>> PartialEq for Map<K, V, B> {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().eq(other)
    }
}

impl<K: Eq, V: Eq, B: Entries<Key = K, Value = V>> Eq for Map<K, V, B> {}

impl<K: PartialOrd, V: PartialOrd, B: Entries<Key = K, Value = V>> PartialOrd for Map<K, V, B> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.iter().partial_cmp(other)
    }
}

impl<K: Ord, V: Ord, B: Entries<Key = K, Value = V>> Ord for Map<K, V, B> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.iter().cmp(other)
    }
}

impl<K: Hash, V: Hash, B: Entries<Key = K, Value = V>> Hash for Map<K, V, B> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // The length first, so that in a sequence of maps it matters which map an entry is in.
        state.write_usize(self.len());
        self.iter().for_each(|entry| entry.hash(state));
    }
}

impl<K, V, Q, B> Index<&Q> for Map<K, V, B>
where
    K: Borrow<Q> + Ord,
    Q: Ord + ?Sized,
    B: Entries<Key = K, Value = V>,
{
    type Output = V;

    /// Returns a reference to the value of `key`. O(log n).
    ///
    /// # Panics
    ///
    /// Panics if there is no entry for `key`.
    #[inline]
    fn index(&self, key: &Q) -> &V {
        self.get(key).expect("no entry found for key")
    }
}

impl<'a, K, V, B: Entries<Key = K, Value = V>> IntoIterator for &'a Map<K, V, B> {
    type Item = (&'a K, &'a V);
    type IntoIter = Counted<RangeOf<'a, B>>;

    fn into_iter(self) -> Counted<RangeOf<'a, B>> {
        self.iter()
    }
}

impl<'a, K, V, B: Entries<Key = K, Value = V>> IntoIterator for &'a mut Map<K, V, B> {
    type Item = (&'a K, &'a mut V);
    type IntoIter = Counted<RangeMutOf<'a, B>>;

    fn into_iter(self) -> Counted<RangeMutOf<'a, B>> {
        self.iter_mut()
    }
}

impl<K, V, B: Entries<Key = K, Value = V> + Clone> Clone for Map<K, V, B> {
    fn clone(&self) -> Self {
        Map::over(self.raw.clone())
    }
}

impl<K, V, B: Entries<Key = K, Value = V>> Default for Map<K, V, B> {
    /// Makes a new, empty map. Does not allocate.
    fn default() -> Self {
        Map::over(B::EMPTY)
    }
}

impl<K, V, B: Entries<Key = K, Value = V>> IntoIterator for Map<K, V, B> {
    type Item = (K, V);
    type IntoIter = B::IntoIter;

    /// Consumes the map and returns an iterator over its entries, in ascending order.
    fn into_iter(self) -> B::IntoIter {
        self.raw.into_iter()
    }
}
