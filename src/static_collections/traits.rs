//! std's traits: comparison, hashing, cloning, conversion and formatting.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};

use super::arrangement::{Arrangement, Packed};
use super::collection::Static;
use super::iter::Entries;
use super::key_array::KeyArray;
use super::kind::{Item, Kind, Multiplicity, WithValues};
use super::{StaticIndex, StaticMap, StaticSet};

impl<K, V: Clone, F, A: Arrangement<K, KeyArray: Clone>> Clone for Static<K, V, F, A> {
    fn clone(&self) -> Self {
        Static::of(self.keys.clone(), self.values.to_vec())
    }
}

/// Keys are equal if the order in which they are arranged says so.
impl<K, V: PartialEq, F, A: Arrangement<K>> PartialEq for Static<K, V, F, A> {
    fn eq(&self, other: &Self) -> bool {
        let (left, right) = (&self.keys, &other.keys);
        left.len() == right.len()
            && (0..left.len()).all(|at| left.compare(at, right, at).is_eq())
            && *self.values == *other.values
    }
}

impl<K, V: Eq, F, A: Arrangement<K>> Eq for Static<K, V, F, A> {}

impl<K, V, F, A: Arrangement<K>> Static<K, V, F, A> {
    /// Compares entry by entry, as slices are compared.
    fn compare(
        &self,
        other: &Self,
        compare_values: impl Fn(&V, &V) -> Option<Ordering>,
    ) -> Option<Ordering> {
        for at in 0..self.len().min(other.len()) {
            let order = match self.keys.compare(at, &other.keys, at) {
                Ordering::Equal => compare_values(&self.values[at], &other.values[at]),
                order => Some(order),
            };
            if order != Some(Ordering::Equal) {
                return order;
            }
        }
        Some(self.len().cmp(&other.len()))
    }
}

impl<K, V: PartialOrd, F, A: Arrangement<K>> PartialOrd for Static<K, V, F, A> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.compare(other, V::partial_cmp)
    }
}

impl<K, V: Ord, F, A: Arrangement<K>> Ord for Static<K, V, F, A> {
    fn cmp(&self, other: &Self) -> Ordering {
        let values = |left: &V, right: &V| Some(left.cmp(right));
        self.compare(other, values).unwrap_or(Ordering::Equal)
    }
}

impl<K: Hash, V: Hash, F, A: Arrangement<K>> Hash for Static<K, V, F, A> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        for at in 0..self.len() {
            self.keys.with_key(at, |key| key.hash(state));
        }
        self.values.hash(state);
    }
}

impl<'a, K, V, F: Kind<V>, A: Arrangement<K>> IntoIterator for &'a Static<K, V, F, A> {
    type Item = Item<'a, K, V, F, A>;
    type IntoIter = Entries<'a, K, F::Values<'a>, A>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// Makes collections of borrowed texts in any order.
macro_rules! from_borrowed {
    ($($owner:ty as $borrowed:ty),*) => {$(
        impl<'a, const B: usize> FromIterator<&'a $borrowed> for StaticSet<$owner, Packed<B>> {
            fn from_iter<I: IntoIterator<Item = &'a $borrowed>>(keys: I) -> Self {
                keys.into_iter().map(<$owner>::from).collect()
            }
        }

        impl<'a, V, M: Multiplicity, const B: usize> FromIterator<(&'a $borrowed, V)>
            for Static<$owner, V, WithValues<M>, Packed<B>>
        {
            fn from_iter<I: IntoIterator<Item = (&'a $borrowed, V)>>(entries: I) -> Self {
                let own = |(key, value)| (<$owner>::from(key), value);
                entries.into_iter().map(own).collect()
            }
        }
    )*};
}

from_borrowed!(String as str, Box<str> as str, Vec<u8> as [u8], Box<[u8]> as [u8]);

impl<K: fmt::Debug, A: Arrangement<K>> fmt::Debug for StaticSet<K, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.keys_at()).finish()
    }
}

impl<K: fmt::Debug, V: fmt::Debug, A: Arrangement<K>> fmt::Debug for StaticMap<K, V, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let entries = self.keys_at().zip(self.values());
        f.debug_map().entries(entries).finish()
    }
}

impl<K: fmt::Debug, V: fmt::Debug, A: Arrangement<K>> fmt::Debug for StaticIndex<K, V, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let entries = self.keys_at().zip(self.values());
        f.debug_list().entries(entries).finish()
    }
}
