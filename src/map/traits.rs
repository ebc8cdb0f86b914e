//! std's traits for the map, as `BTreeMap` has them: two maps are equal, ordered and hashed as
//! their sequences of entries are.

use core::borrow::Borrow;
use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};
use core::ops::Index;

use crate::leaf::Layout;
use crate::store::Store;

use super::{BPlusTreeMap, IntoIter, Iter, IterMut};

impl<K: Clone, V: Clone, S: Store, L: Layout> Clone for BPlusTreeMap<K, V, S, L> {
    fn clone(&self) -> Self {
        BPlusTreeMap {
            tree: self.tree.clone(),
        }
    }
}

impl<K: fmt::Debug, V: fmt::Debug, S: Store, L: Layout> fmt::Debug for BPlusTreeMap<K, V, S, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self).finish()
    }
}

impl<K, V, S: Store, L: Layout> Default for BPlusTreeMap<K, V, S, L> {
    /// Makes an empty map. Allocates nothing.
    fn default() -> Self {
        Self::new_in()
    }
}

impl<K: PartialEq, V: PartialEq, S: Store, L: Layout> PartialEq for BPlusTreeMap<K, V, S, L> {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().eq(other)
    }
}

impl<K: Eq, V: Eq, S: Store, L: Layout> Eq for BPlusTreeMap<K, V, S, L> {}

impl<K: PartialOrd, V: PartialOrd, S: Store, L: Layout> PartialOrd for BPlusTreeMap<K, V, S, L> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.iter().partial_cmp(other)
    }
}

impl<K: Ord, V: Ord, S: Store, L: Layout> Ord for BPlusTreeMap<K, V, S, L> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.iter().cmp(other)
    }
}

impl<K: Hash, V: Hash, S: Store, L: Layout> Hash for BPlusTreeMap<K, V, S, L> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // The length first, so that adjacent maps cannot borrow each other's entries.
        state.write_usize(self.len());
        self.iter().for_each(|entry| entry.hash(state));
    }
}

impl<K, V, Q, S, L> Index<&Q> for BPlusTreeMap<K, V, S, L>
where
    K: Borrow<Q> + Ord,
    Q: Ord + ?Sized,
    S: Store,
    L: Layout,
{
    type Output = V;

    /// The value of `key`. O(log n).
    ///
    /// # Panics
    ///
    /// Panics if there is no entry for `key`.
    #[inline]
    fn index(&self, key: &Q) -> &V {
        self.get(key).expect("no entry found for key")
    }
}

impl<K, V, S: Store, L: Layout> IntoIterator for BPlusTreeMap<K, V, S, L> {
    type Item = (K, V);
    type IntoIter = IntoIter<K, V, S, L>;

    /// Consumes the map for its entries in ascending order.
    fn into_iter(self) -> IntoIter<K, V, S, L> {
        self.tree.into_iter()
    }
}

impl<'a, K, V, S: Store, L: Layout> IntoIterator for &'a BPlusTreeMap<K, V, S, L> {
    type Item = (&'a K, &'a V);
    type IntoIter = Iter<'a, K, V, S, L>;

    fn into_iter(self) -> Iter<'a, K, V, S, L> {
        self.iter()
    }
}

impl<'a, K, V, S: Store, L: Layout> IntoIterator for &'a mut BPlusTreeMap<K, V, S, L> {
    type Item = (&'a K, &'a mut V);
    type IntoIter = IterMut<'a, K, V, S, L>;

    fn into_iter(self) -> IterMut<'a, K, V, S, L> {
        self.iter_mut()
    }
}
