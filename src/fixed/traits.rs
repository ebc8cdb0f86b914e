//! std's traits: comparisons, hashes and copies, conversions, and how collections are printed.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};

use super::column::Column;
use super::iter::{IntoIter, IntoKeys, Iter, Keys};
use super::key::{Arrangement, Key, Packed, Ref};
use super::{StaticIndex, StaticMap, StaticSet};

/// How the keys of two columns compare, entry by entry: as slices do.
fn compare<C: Column>(
    (left, right): (&C, &C),
    mut compare_values: impl FnMut(usize) -> Option<Ordering>,
) -> Option<Ordering> {
    for at in 0..left.len().min(right.len()) {
        let order = match left.compare(at, right, at) {
            Ordering::Equal => compare_values(at),
            order => Some(order),
        };
        if order != Some(Ordering::Equal) {
            return order;
        }
    }
    Some(left.len().cmp(&right.len()))
}

fn are_equal<C: Column>(left: &C, right: &C) -> bool {
    left.len() == right.len() && (0..left.len()).all(|at| left.compare(at, right, at).is_eq())
}

fn hash_keys<C: Column<Key: Hash>>(keys: &C, state: &mut impl Hasher) {
    state.write_usize(keys.len());
    for at in 0..keys.len() {
        keys.with_key(at, |key| key.hash(state));
    }
}

impl<K, A: Arrangement<K, Column: Clone>> Clone for StaticSet<K, A> {
    fn clone(&self) -> Self {
        StaticSet {
            keys: self.keys.clone(),
        }
    }
}

impl<K: fmt::Debug, A: Arrangement<K>> fmt::Debug for StaticSet<K, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut set = f.debug_set();
        for at in 0..self.len() {
            self.keys.with_key(at, |key| {
                set.entry(key);
            });
        }
        set.finish()
    }
}

/// Keys are equal where the order that they are arranged in says so.
impl<K, A: Arrangement<K>> PartialEq for StaticSet<K, A> {
    fn eq(&self, other: &Self) -> bool {
        are_equal(&self.keys, &other.keys)
    }
}

impl<K, A: Arrangement<K>> Eq for StaticSet<K, A> {}

impl<K, A: Arrangement<K>> PartialOrd for StaticSet<K, A> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<K, A: Arrangement<K>> Ord for StaticSet<K, A> {
    fn cmp(&self, other: &Self) -> Ordering {
        let equal = |_| Some(Ordering::Equal);
        compare((&self.keys, &other.keys), equal).unwrap_or(Ordering::Equal)
    }
}

impl<K: Hash, A: Arrangement<K>> Hash for StaticSet<K, A> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        hash_keys(&self.keys, state);
    }
}

impl<K, A: Arrangement<K>> IntoIterator for StaticSet<K, A> {
    type Item = K;
    type IntoIter = IntoKeys<K, A>;

    fn into_iter(self) -> Self::IntoIter {
        IntoKeys::new(self.keys)
    }
}

impl<'a, K, A: Arrangement<K>> IntoIterator for &'a StaticSet<K, A> {
    type Item = Ref<'a, K, A>;
    type IntoIter = Keys<'a, K, A>;

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

        from_borrowed!(@entries StaticMap $owner as $borrowed);
        from_borrowed!(@entries StaticIndex $owner as $borrowed);
    )*};
    (@entries $name:ident $owner:ty as $borrowed:ty) => {
        impl<'a, V, const B: usize> FromIterator<(&'a $borrowed, V)>
            for $name<$owner, V, Packed<B>>
        {
            fn from_iter<I: IntoIterator<Item = (&'a $borrowed, V)>>(entries: I) -> Self {
                let own = |(key, value)| (<$owner>::from(key), value);
                entries.into_iter().map(own).collect()
            }
        }
    };
}

from_borrowed!(String as str, Box<str> as str, Vec<u8> as [u8], Box<[u8]> as [u8]);

impl<K: Key> From<Vec<K>> for StaticSet<K> {
    fn from(keys: Vec<K>) -> Self {
        keys.into_iter().collect()
    }
}

impl<K: Key + Clone> From<&[K]> for StaticSet<K> {
    fn from(keys: &[K]) -> Self {
        keys.iter().cloned().collect()
    }
}

impl<K: Key, const N: usize> From<[K; N]> for StaticSet<K> {
    fn from(keys: [K; N]) -> Self {
        keys.into_iter().collect()
    }
}

/// The traits of map and index, which are the same.
macro_rules! entries_traits {
    ($name:ident) => {
        impl<K, V: Clone, A: Arrangement<K, Column: Clone>> Clone for $name<K, V, A> {
            fn clone(&self) -> Self {
                $name {
                    keys: self.keys.clone(),
                    values: self.values.clone(),
                }
            }
        }

        /// Keys are equal where the order that they are arranged in says so.
        impl<K, V: PartialEq, A: Arrangement<K>> PartialEq for $name<K, V, A> {
            fn eq(&self, other: &Self) -> bool {
                are_equal(&self.keys, &other.keys) && self.values == other.values
            }
        }

        impl<K, V: Eq, A: Arrangement<K>> Eq for $name<K, V, A> {}

        impl<K, V: PartialOrd, A: Arrangement<K>> PartialOrd for $name<K, V, A> {
            fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
                compare((&self.keys, &other.keys), |at| {
                    self.values[at].partial_cmp(&other.values[at])
                })
            }
        }

        impl<K, V: Ord, A: Arrangement<K>> Ord for $name<K, V, A> {
            fn cmp(&self, other: &Self) -> Ordering {
                let values = |at| Some(Ord::cmp(&self.values[at], &other.values[at]));
                compare((&self.keys, &other.keys), values).unwrap_or(Ordering::Equal)
            }
        }

        impl<K: Hash, V: Hash, A: Arrangement<K>> Hash for $name<K, V, A> {
            fn hash<H: Hasher>(&self, state: &mut H) {
                hash_keys(&self.keys, state);
                self.values.hash(state);
            }
        }

        impl<K, V, A: Arrangement<K>> IntoIterator for $name<K, V, A> {
            type Item = (K, V);
            type IntoIter = IntoIter<K, V, A>;

            fn into_iter(self) -> Self::IntoIter {
                IntoIter::new(self.keys, self.values)
            }
        }

        impl<'a, K, V, A: Arrangement<K>> IntoIterator for &'a $name<K, V, A> {
            type Item = (Ref<'a, K, A>, &'a V);
            type IntoIter = Iter<'a, K, V, A>;

            fn into_iter(self) -> Self::IntoIter {
                self.iter()
            }
        }

        impl<K: Key, V> From<Vec<(K, V)>> for $name<K, V> {
            fn from(entries: Vec<(K, V)>) -> Self {
                entries.into_iter().collect()
            }
        }

        impl<K: Key + Clone, V: Clone> From<&[(K, V)]> for $name<K, V> {
            fn from(entries: &[(K, V)]) -> Self {
                entries.iter().cloned().collect()
            }
        }

        impl<K: Key, V, const N: usize> From<[(K, V); N]> for $name<K, V> {
            fn from(entries: [(K, V); N]) -> Self {
                entries.into_iter().collect()
            }
        }
    };
}

entries_traits!(StaticMap);
entries_traits!(StaticIndex);

impl<K: fmt::Debug, V: fmt::Debug, A: Arrangement<K>> fmt::Debug for StaticMap<K, V, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut map = f.debug_map();
        for (at, value) in self.values.iter().enumerate() {
            self.keys.with_key(at, |key| {
                map.entry(key, value);
            });
        }
        map.finish()
    }
}

impl<K: fmt::Debug, V: fmt::Debug, A: Arrangement<K>> fmt::Debug for StaticIndex<K, V, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.iter().fmt(f)
    }
}
