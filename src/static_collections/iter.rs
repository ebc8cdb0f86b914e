//! Iterators: ranges of positions in a key array and in the array of values.

use alloc::vec::{self, Vec};
use core::fmt;
use core::iter::FusedIterator;
use core::ops::Range;

use crate::iter::{KeyOnly, Projected};

use super::arrangement::{Arrangement, Packed, Ref};
use super::key_array::KeyArray;
use super::kind::ValueAccess;

/// The entries of a collection or of a range, in ascending order of their keys: [`Keys`] or
/// [`Iter`].
#[must_use = "iterators are lazy and do nothing unless consumed"]
pub struct Entries<'a, K, S, A: Arrangement<K> = Packed> {
    keys: &'a A::KeyArray,
    values: S,
    range: Range<usize>,
}

/// The keys of a set, of a range of it, or of a map or index, in ascending order.
pub type Keys<'a, K, A = Packed> = Entries<'a, K, (), A>;

/// The entries of a map or an index, or of a range, in ascending order of their keys.
pub type Iter<'a, K, V, A = Packed> = Entries<'a, K, &'a [V], A>;

impl<'a, K, S: ValueAccess, A: Arrangement<K>> Entries<'a, K, S, A> {
    pub(super) fn new(keys: &'a A::KeyArray, values: S, range: Range<usize>) -> Self {
        Entries {
            keys,
            values,
            range,
        }
    }

    #[inline]
    fn item(&self, at: usize) -> S::Item<Ref<'a, K, A>> {
        self.values.item(self.keys.get(at), at)
    }
}

impl<'a, K, S: ValueAccess, A: Arrangement<K>> Iterator for Entries<'a, K, S, A> {
    type Item = S::Item<Ref<'a, K, A>>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.range.next().map(|at| self.item(at))
    }

    #[inline]
    fn nth(&mut self, n: usize) -> Option<Self::Item> {
        self.range.nth(n).map(|at| self.item(at))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.range.size_hint()
    }

    fn count(self) -> usize {
        self.range.len()
    }

    fn last(mut self) -> Option<Self::Item> {
        self.next_back()
    }
}

impl<K, S: ValueAccess, A: Arrangement<K>> DoubleEndedIterator for Entries<'_, K, S, A> {
    #[inline]
    fn next_back(&mut self) -> Option<Self::Item> {
        self.range.next_back().map(|at| self.item(at))
    }

    #[inline]
    fn nth_back(&mut self, n: usize) -> Option<Self::Item> {
        self.range.nth_back(n).map(|at| self.item(at))
    }
}

impl<K, S: ValueAccess, A: Arrangement<K>> ExactSizeIterator for Entries<'_, K, S, A> {}

impl<K, S: ValueAccess, A: Arrangement<K>> FusedIterator for Entries<'_, K, S, A> {}

impl<K, S: ValueAccess, A: Arrangement<K>> Clone for Entries<'_, K, S, A> {
    fn clone(&self) -> Self {
        Entries::new(self.keys, self.values, self.range.clone())
    }
}

impl<K, S: ValueAccess, A: Arrangement<K>> fmt::Debug for Entries<'_, K, S, A>
where
    for<'k> S::Item<&'k K>: fmt::Debug,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut list = f.debug_list();
        for at in self.range.clone() {
            self.keys.with_key(at, |key| {
                list.entry(&self.values.item(key, at));
            });
        }
        list.finish()
    }
}

/// An owning iterator over the entries of a map or an index, in ascending order of their keys.
#[must_use = "iterators are lazy and do nothing unless consumed"]
pub struct IntoIter<K, V, A: Arrangement<K> = Packed> {
    keys: <A::KeyArray as KeyArray>::IntoKeys,
    values: vec::IntoIter<V>,
}

/// An owning iterator over the keys of a collection, in ascending order.
pub type IntoKeys<K, A = Packed> = Projected<KeyOnly, IntoIter<K, (), A>>;

impl<K, V, A: Arrangement<K>> IntoIter<K, V, A> {
    pub(super) fn new(keys: A::KeyArray, values: Vec<V>) -> Self {
        IntoIter {
            keys: keys.into_keys(),
            values: values.into_iter(),
        }
    }
}

impl<K, V, A: Arrangement<K>> Iterator for IntoIter<K, V, A> {
    type Item = (K, V);

    #[inline]
    fn next(&mut self) -> Option<(K, V)> {
        self.keys.next().zip(self.values.next())
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.keys.size_hint()
    }
}

impl<K, V, A: Arrangement<K>> DoubleEndedIterator for IntoIter<K, V, A> {
    #[inline]
    fn next_back(&mut self) -> Option<(K, V)> {
        self.keys.next_back().zip(self.values.next_back())
    }
}

impl<K, V, A: Arrangement<K>> ExactSizeIterator for IntoIter<K, V, A> {}

impl<K, V, A: Arrangement<K>> FusedIterator for IntoIter<K, V, A> {}

impl<K, V, A: Arrangement<K>> fmt::Debug for IntoIter<K, V, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let len = self.len();
        f.debug_struct("IntoIter").field("len", &len).finish()
    }
}

impl<K, A: Arrangement<K>> fmt::Debug for IntoKeys<K, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let len = self.len();
        f.debug_struct("IntoKeys").field("len", &len).finish()
    }
}
