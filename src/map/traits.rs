//! std's traits for the map, as `BTreeMap` has them: two maps are equal, ordered and hashed as
//! their sequences of entries are.

use crate::leaf::Layout;
use crate::store::Store;

use super::{BPlusTreeMap, IntoIter};

/// The traits that a map has by what it shows of itself.
///
/// The map and its iterators are in the module above the one that this stands in. `param` are the
/// map's generics behind keys and values.
macro_rules! map_traits {
    ($Map:ident<K, V $(, $param:ident: $bound:ident)*>) => {
        use core::borrow::Borrow;
        use core::cmp::Ordering;
        use core::fmt;
        use core::hash::{Hash, Hasher};
        use core::ops::Index;

        use super::{Iter, IterMut};

        impl<K: fmt::Debug, V: fmt::Debug, $($param: $bound),*> fmt::Debug
            for $Map<K, V, $($param),*>
        {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_map().entries(self).finish()
            }
        }

        impl<K: PartialEq, V: PartialEq, $($param: $bound),*> PartialEq
            for $Map<K, V, $($param),*>
        {
            fn eq(&self, other: &Self) -> bool {
                self.len() == other.len() && self.iter().eq(other)
            }
        }

        impl<K: Eq, V: Eq, $($param: $bound),*> Eq for $Map<K, V, $($param),*> {}

        impl<K: PartialOrd, V: PartialOrd, $($param: $bound),*> PartialOrd
            for $Map<K, V, $($param),*>
        {
            fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
                self.iter().partial_cmp(other)
            }
        }

        impl<K: Ord, V: Ord, $($param: $bound),*> Ord for $Map<K, V, $($param),*> {
            fn cmp(&self, other: &Self) -> Ordering {
                self.iter().cmp(other)
            }
        }

        impl<K: Hash, V: Hash, $($param: $bound),*> Hash for $Map<K, V, $($param),*> {
            fn hash<H: Hasher>(&self, state: &mut H) {
                // The length first, so that adjacent maps cannot borrow each other's entries.
                state.write_usize(self.len());
                self.iter().for_each(|entry| entry.hash(state));
            }
        }

        impl<K, V, Q, $($param),*> Index<&Q> for $Map<K, V, $($param),*>
        where
            K: Borrow<Q> + Ord,
            Q: Ord + ?Sized,
            $($param: $bound),*
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

        impl<'a, K, V, $($param: $bound),*> IntoIterator for &'a $Map<K, V, $($param),*> {
            type Item = (&'a K, &'a V);
            type IntoIter = Iter<'a, K, V, $($param),*>;

            fn into_iter(self) -> Iter<'a, K, V, $($param),*> {
                self.iter()
            }
        }

        impl<'a, K, V, $($param: $bound),*> IntoIterator for &'a mut $Map<K, V, $($param),*> {
            type Item = (&'a K, &'a mut V);
            type IntoIter = IterMut<'a, K, V, $($param),*>;

            fn into_iter(self) -> IterMut<'a, K, V, $($param),*> {
                self.iter_mut()
            }
        }
    };
}
pub(crate) use map_traits;

map_traits! {
    BPlusTreeMap<K, V, S: Store, L: Layout>
}

impl<K: Clone, V: Clone, S: Store, L: Layout> Clone for BPlusTreeMap<K, V, S, L> {
    fn clone(&self) -> Self {
        BPlusTreeMap {
            tree: self.tree.clone(),
        }
    }
}

impl<K, V, S: Store, L: Layout> Default for BPlusTreeMap<K, V, S, L> {
    /// Makes an empty map. Allocates nothing.
    fn default() -> Self {
        Self::new_in()
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
