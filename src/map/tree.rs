//! The B+ tree as a back end of the map: what the map asks for, in the tree's own words.

#[cfg(feature = "rayon")]
use alloc::vec::Vec;
use core::borrow::Borrow;
use core::ops::Bound;

use super::backend::{Backend, Ends, Insert, Sealed};
use crate::error::{RangeError, UnsortedError};
use crate::iter::{EditGap, FillGap, ReadGap, Rest};
use crate::leaf::Layout;
use crate::store::Store;
use crate::tree::{
    AtKey, Cursor, CursorMut, IntoIter, Iter, IterMut, Policy, Range, RangeMut, Tree,
};

impl<K, V, S: Store, L: Layout> Sealed for Tree<K, V, S, L> {}

impl<K, V, S: Store, L: Layout> Backend<K, V> for Tree<K, V, S, L> {
    type Iter<'a>
        = Iter<'a, K, V, S, L>
    where
        Self: 'a;
    type IterMut<'a>
        = IterMut<'a, K, V, S, L>
    where
        Self: 'a;
    type IntoIter = IntoIter<K, V, S, L>;
    type Range<'a>
        = Range<'a, K, V, S, L>
    where
        Self: 'a;
    type RangeMut<'a>
        = RangeMut<'a, K, V, S, L>
    where
        Self: 'a;
    type Cursor<'a>
        = Cursor<'a, K, V, S, L>
    where
        Self: 'a;
    type CursorMut<'a>
        = CursorMut<'a, K, V, S, L>
    where
        Self: 'a;

    const NAME: &'static str = "BPlusTreeMap";
    const EMPTY: Self = Tree::new();

    #[inline]
    fn len(&self) -> usize {
        self.len()
    }

    fn memory_usage(&self) -> usize {
        self.memory_usage()
    }

    fn reserve(&mut self, additional: usize) {
        self.reserve(additional);
    }

    fn shrink_to_fit(&mut self) {
        self.shrink_to_fit();
    }

    #[inline]
    fn iter(&self) -> Iter<'_, K, V, S, L> {
        self.iter()
    }

    #[inline]
    fn iter_mut(&mut self) -> IterMut<'_, K, V, S, L> {
        self.iter_mut()
    }

    #[inline]
    fn into_iter(self) -> IntoIter<K, V, S, L> {
        self.into_iter()
    }

    #[inline]
    fn first(&self) -> Option<(&K, &V)> {
        self.first()
    }

    #[inline]
    fn last(&self) -> Option<(&K, &V)> {
        self.last()
    }

    #[inline]
    fn start_mut(&mut self) -> CursorMut<'_, K, V, S, L> {
        self.start_mut()
    }

    #[inline]
    fn end_mut(&mut self) -> CursorMut<'_, K, V, S, L> {
        self.end_mut()
    }

    #[inline]
    fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<(&K, &V)>
    where
        K: Borrow<Q>,
    {
        self.get(AtKey::lower(key))
    }

    #[inline]
    fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        self.get_mut(AtKey::lower(key)).map(|(_, value)| value)
    }

    #[inline]
    fn lower_bound<Q: Ord + ?Sized>(&self, bound: Bound<&Q>) -> Cursor<'_, K, V, S, L>
    where
        K: Borrow<Q>,
    {
        self.lower_bound(bound, AtKey)
    }

    #[inline]
    fn upper_bound<Q: Ord + ?Sized>(&self, bound: Bound<&Q>) -> Cursor<'_, K, V, S, L>
    where
        K: Borrow<Q>,
    {
        self.upper_bound(bound, AtKey)
    }

    #[inline]
    fn lower_bound_mut<Q: Ord + ?Sized>(&mut self, bound: Bound<&Q>) -> CursorMut<'_, K, V, S, L>
    where
        K: Borrow<Q>,
    {
        self.lower_bound_mut(bound, AtKey)
    }

    #[inline]
    fn upper_bound_mut<Q: Ord + ?Sized>(&mut self, bound: Bound<&Q>) -> CursorMut<'_, K, V, S, L>
    where
        K: Borrow<Q>,
    {
        self.upper_bound_mut(bound, AtKey)
    }

    #[inline]
    fn range<Q>(&self, ends: Ends<'_, Q>) -> Result<Range<'_, K, V, S, L>, RangeError>
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        self.range(&ends)
    }

    #[inline]
    fn range_mut<Q>(&mut self, ends: Ends<'_, Q>) -> Result<RangeMut<'_, K, V, S, L>, RangeError>
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        self.range_mut(&ends)
    }

    #[inline]
    fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<(K, V)>
    where
        K: Borrow<Q> + Ord,
    {
        self.remove(AtKey::lower(key))
    }

    #[inline]
    fn pop_first(&mut self) -> Option<(K, V)>
    where
        K: Ord,
    {
        self.pop_first()
    }

    #[inline]
    fn pop_last(&mut self) -> Option<(K, V)>
    where
        K: Ord,
    {
        self.pop_last()
    }

    fn remove_range<Q>(&mut self, ends: Ends<'_, Q>) -> Result<usize, RangeError>
    where
        K: Borrow<Q> + Ord,
        Q: Ord + ?Sized,
    {
        self.remove_range(&ends)
    }

    fn check_invariants(&self)
    where
        K: Ord,
    {
        self.check_invariants();
    }
}

impl<K: Ord + Clone, V, S: Store, L: Layout> Insert<K, V> for Tree<K, V, S, L> {
    type Gap<'a>
        = CursorMut<'a, K, V, S, L>
    where
        Self: 'a;

    #[inline]
    fn insert(&mut self, key: K, value: V) -> Option<V> {
        self.insert(key, value)
    }

    #[inline]
    fn find_mut(&mut self, key: &K) -> Result<Self::Gap<'_>, Self::Gap<'_>> {
        self.find_mut(AtKey::lower(key))
    }

    fn append(&mut self, other: &mut Self) {
        self.append(other);
    }

    fn split_off<Q: Ord + ?Sized>(&mut self, key: &Q) -> Self
    where
        K: Borrow<Q>,
    {
        self.split_off(key)
    }

    fn from_ascending(entries: impl IntoIterator<Item = (K, V)>) -> Result<Self, UnsortedError> {
        Tree::from_ascending(entries)
    }

    fn from_entries(entries: impl IntoIterator<Item = (K, V)>) -> Self {
        Tree::from_entries(entries)
    }

    #[cfg(feature = "rayon")]
    fn insert_ascending(&mut self, entries: Vec<(K, V)>) {
        entries.into_iter().for_each(|(key, value)| {
            self.insert(key, value);
        });
    }
}

impl<'a, K, V, S: Store, P: Policy> ReadGap<'a, K, V> for Cursor<'a, K, V, S, P> {
    #[inline]
    fn after(&self) -> Option<(&'a K, &'a V)> {
        self.peek_next()
    }

    #[inline]
    fn before(&self) -> Option<(&'a K, &'a V)> {
        self.peek_prev()
    }
}

impl<'a, K, V, S: Store, L: Layout> EditGap for CursorMut<'a, K, V, S, L> {
    type Key = K;
    type Value = V;
    type Borrowed = (&'a K, &'a mut V);

    fn after(&self) -> Option<(&K, &V)> {
        self.as_cursor().peek_next()
    }

    #[inline]
    fn after_mut(&mut self) -> Option<(&K, &mut V)> {
        self.peek_next()
    }

    #[inline]
    fn into_after(self) -> Option<(&'a K, &'a mut V)> {
        self.into_next()
    }

    #[inline]
    fn step(&mut self) {
        self.next();
    }

    fn step_back(&mut self) -> bool {
        self.prev().is_some()
    }

    #[inline]
    fn remove_after(&mut self) -> Option<(K, V)>
    where
        K: Ord,
    {
        self.remove_next()
    }
}

impl<K: Ord + Clone, V, S: Store, L: Layout> FillGap for CursorMut<'_, K, V, S, L> {
    #[inline]
    fn fill(&mut self, key: K, value: V) {
        self.insert_after_unchecked(key, value);
    }
}

impl<K, V, S: Store, P: Policy> Rest for IterMut<'_, K, V, S, P> {
    type Key = K;
    type Value = V;

    fn rest(&self) -> impl Iterator<Item = (&K, &V)> {
        self.iter()
    }
}

impl<K, V, S: Store, P: Policy> Rest for IntoIter<K, V, S, P> {
    type Key = K;
    type Value = V;

    fn rest(&self) -> impl Iterator<Item = (&K, &V)> {
        self.iter()
    }
}

impl<K, V, S: Store, P: Policy> Rest for Iter<'_, K, V, S, P> {
    type Key = K;
    type Value = V;

    fn rest(&self) -> impl Iterator<Item = (&K, &V)> {
        self.clone()
    }
}

impl<K, V, S: Store, P: Policy> Rest for Range<'_, K, V, S, P> {
    type Key = K;
    type Value = V;

    fn rest(&self) -> impl Iterator<Item = (&K, &V)> {
        self.clone()
    }
}
