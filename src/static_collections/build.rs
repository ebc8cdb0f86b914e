//! Making collections from entries, sorted or not.

use alloc::vec::Vec;
use core::borrow::Borrow;

use crate::error::UnsortedError;
use crate::iter::keep_last;
use crate::memory::buffer::prefer_huge_pages;

use super::arrangement::Arrangement;
use super::collection::Static;
use super::key::Key;
use super::key_array::{KeyArray, is_ascending};
use super::kind::{Kind, Multiplicity, WithValues};
use super::set::StaticSet;

/// A collection that is being filled.
struct Filling<C: KeyArray, V> {
    keys: C::Run,
    values: Vec<V>,
}

impl<C: KeyArray, V> Filling<C, V> {
    fn with_capacity(capacity: usize) -> Self {
        let mut values = Vec::with_capacity(capacity);
        prefer_huge_pages(&mut values);
        Filling {
            keys: C::run_with_capacity(capacity),
            values,
        }
    }

    /// Sorts stably; if no keys may be equal, the last of equal ones is kept. Compiled once for
    /// maps and indexes, as it is generic over neither.
    fn sort(entries: &mut Vec<(C::Key, V)>, may_equal: bool) {
        let order =
            |left: &(C::Key, V), right: &(C::Key, V)| C::order(left.0.borrow(), right.0.borrow());
        entries.sort_by(order);
        if !may_equal {
            keep_last(entries, order);
        }
    }

    fn push(&mut self, (key, value): (C::Key, V)) {
        C::push(&mut self.keys, key);
        self.values.push(value);
    }

    fn finish<K, F, A: Arrangement<K, KeyArray = C>>(mut self) -> Static<K, V, F, A> {
        self.values.shrink_to_fit();
        Static::of(C::above(self.keys), self.values)
    }
}

impl<K: Key, V, F: Kind<V>> Static<K, V, F> {
    /// Makes a new, empty collection. Does not allocate.
    ///
    /// For other arrangements than the default, which the compiler does not infer, use `default()`
    /// and `collect()`.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl<K, V, F: Kind<V>, A: Arrangement<K>> Static<K, V, F, A> {
    /// Makes a collection of entries whose keys ascend, strictly so except in an index. O(n).
    ///
    /// # Errors
    ///
    /// Returns an error that contains the position of the first entry out of order.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::{StaticMap, StaticSet};
    ///
    /// let even: StaticSet<u32> = StaticSet::from_sorted_iter((0..1000).step_by(2))?;
    /// assert_eq!(even.len(), 500);
    ///
    /// let squares = (0..1000).map(|number| (number, number * number));
    /// let squares: StaticMap<u32, u32> = StaticMap::from_sorted_iter(squares)?;
    /// assert_eq!(squares.get(&30), Some(&900));
    /// # Ok::<(), leafwise::static_collections::UnsortedError>(())
    /// ```
    pub fn from_sorted_iter<I>(entries: I) -> Result<Self, UnsortedError>
    where
        I: IntoIterator<Item = F::Entry<K>>,
    {
        let entries = entries.into_iter();
        let mut filling = Filling::<A::KeyArray, V>::with_capacity(entries.size_hint().0);
        for (index, entry) in entries.enumerate() {
            let entry = F::split(entry);
            if !is_ascending(
                A::KeyArray::compare_last(&filling.keys, &entry.0),
                F::MAY_EQUAL,
            ) {
                return Err(UnsortedError::new(index));
            }
            filling.push(entry);
        }
        Ok(filling.finish())
    }

    /// Makes a collection of copies of keys that are in order, and of as many values.
    pub(super) fn from_sorted_keys(keys: &[K], values: Vec<V>) -> Result<Self, UnsortedError>
    where
        K: Clone,
    {
        let mut run = A::KeyArray::run_with_capacity(keys.len());
        A::KeyArray::push_copies(&mut run, keys, F::MAY_EQUAL).map_err(UnsortedError::new)?;
        Ok(Static::of(A::KeyArray::above(run), values))
    }

    /// Makes a collection of entries in any order. One stable sort, which takes O(n) if they
    /// ascend.
    pub(super) fn from_unsorted(entries: impl IntoIterator<Item = F::Entry<K>>) -> Self {
        let mut entries: Vec<(K, V)> = entries.into_iter().map(F::split).collect();
        Filling::<A::KeyArray, V>::sort(&mut entries, F::MAY_EQUAL);
        let mut filling = Filling::<A::KeyArray, V>::with_capacity(entries.len());
        entries.into_iter().for_each(|entry| filling.push(entry));
        filling.finish()
    }

    /// Makes a collection of entries that are known to be in order, such as those of another
    /// collection.
    pub(super) fn from_ordered(entries: impl Iterator<Item = F::Entry<K>>) -> Self {
        let mut filling = Filling::<A::KeyArray, V>::with_capacity(entries.size_hint().0);
        entries.for_each(|entry| filling.push(F::split(entry)));
        filling.finish()
    }
}

/// Makes an empty collection. Does not allocate.
impl<K, V, F: Kind<V>, A: Arrangement<K>> Default for Static<K, V, F, A> {
    fn default() -> Self {
        Filling::<A::KeyArray, V>::with_capacity(0).finish()
    }
}

/// Makes a set of keys in any order. Of equal ones, the last one is kept.
impl<K, A: Arrangement<K>> FromIterator<K> for StaticSet<K, A> {
    fn from_iter<I: IntoIterator<Item = K>>(keys: I) -> Self {
        Self::from_unsorted(keys)
    }
}

/// Makes a map or an index of entries in any order. A map keeps the last of entries with equal
/// keys, an index all of them, in input order.
impl<K, V, M: Multiplicity, A: Arrangement<K>> FromIterator<(K, V)>
    for Static<K, V, WithValues<M>, A>
{
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        Self::from_unsorted(entries)
    }
}
