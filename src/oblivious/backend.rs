//! The table as a back end of the map: what the map asks for, in the table's own words.

#[cfg(feature = "rayon")]
use alloc::vec::Vec;
use core::borrow::Borrow;
use core::mem;
use core::ops::Bound;

use crate::error::{RangeError, UnsortedError};
use crate::iter::{EditGap, FillGap, ReadGap};
use crate::map::{Backend, Ends, Insert, Sealed};

use super::packed::Place;
use super::table::Table;
use super::{Cursor, CursorMut, IntoIter, Iter, IterMut, Range, RangeMut};

/// The entry of a step from a place to the next.
fn peek<T>(step: Option<(T, Place)>) -> Option<T> {
    step.map(|(entry, _)| entry)
}

impl<K, V> Sealed for Table<K, V> {}

impl<K, V> Backend<K, V> for Table<K, V> {
    type Iter<'a>
        = Iter<'a, K, V>
    where
        Self: 'a;
    type IterMut<'a>
        = IterMut<'a, K, V>
    where
        Self: 'a;
    type IntoIter = IntoIter<K, V>;
    type Range<'a>
        = Range<'a, K, V>
    where
        Self: 'a;
    type RangeMut<'a>
        = RangeMut<'a, K, V>
    where
        Self: 'a;
    type Cursor<'a>
        = Cursor<'a, K, V>
    where
        Self: 'a;
    type CursorMut<'a>
        = CursorMut<'a, K, V>
    where
        Self: 'a;

    const NAME: &'static str = "CacheObliviousMap";
    const EMPTY: Self = Table::new();

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
    fn iter(&self) -> Iter<'_, K, V> {
        self.iter()
    }

    #[inline]
    fn iter_mut(&mut self) -> IterMut<'_, K, V> {
        self.iter_mut()
    }

    #[inline]
    fn into_iter(self) -> IntoIter<K, V> {
        self.into_iter()
    }

    #[inline]
    fn first(&self) -> Option<(&K, &V)> {
        peek(self.after(self.start()))
    }

    #[inline]
    fn last(&self) -> Option<(&K, &V)> {
        peek(self.before(self.end()))
    }

    #[inline]
    fn start_mut(&mut self) -> CursorMut<'_, K, V> {
        let start = self.start();
        CursorMut::new(self, start)
    }

    #[inline]
    fn end_mut(&mut self) -> CursorMut<'_, K, V> {
        let end = self.end();
        CursorMut::new(self, end)
    }

    #[inline]
    fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<(&K, &V)>
    where
        K: Borrow<Q>,
    {
        self.get(key)
    }

    #[inline]
    fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        let place = self.find(key).ok()?;
        peek(self.after_mut(place)).map(|(_, value)| value)
    }

    #[inline]
    fn lower_bound<Q: Ord + ?Sized>(&self, bound: Bound<&Q>) -> Cursor<'_, K, V>
    where
        K: Borrow<Q>,
    {
        Cursor::new(self, self.lower_place(bound))
    }

    #[inline]
    fn upper_bound<Q: Ord + ?Sized>(&self, bound: Bound<&Q>) -> Cursor<'_, K, V>
    where
        K: Borrow<Q>,
    {
        Cursor::new(self, self.upper_place(bound))
    }

    #[inline]
    fn lower_bound_mut<Q: Ord + ?Sized>(&mut self, bound: Bound<&Q>) -> CursorMut<'_, K, V>
    where
        K: Borrow<Q>,
    {
        let place = self.lower_place(bound);
        CursorMut::new(self, place)
    }

    #[inline]
    fn upper_bound_mut<Q: Ord + ?Sized>(&mut self, bound: Bound<&Q>) -> CursorMut<'_, K, V>
    where
        K: Borrow<Q>,
    {
        let place = self.upper_place(bound);
        CursorMut::new(self, place)
    }

    #[inline]
    fn range<Q>(&self, ends: Ends<'_, Q>) -> Result<Range<'_, K, V>, RangeError>
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        self.range(&ends)
    }

    #[inline]
    fn range_mut<Q>(&mut self, ends: Ends<'_, Q>) -> Result<RangeMut<'_, K, V>, RangeError>
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
        let place = self.find(key).ok()?;
        peek(self.remove_at(place))
    }

    #[inline]
    fn pop_first(&mut self) -> Option<(K, V)>
    where
        K: Ord,
    {
        peek(self.remove_at(self.start()))
    }

    #[inline]
    fn pop_last(&mut self) -> Option<(K, V)>
    where
        K: Ord,
    {
        let (_, place) = self.before(self.end())?;
        peek(self.remove_at(place))
    }

    fn remove_range<Q>(&mut self, ends: Ends<'_, Q>) -> Result<usize, RangeError>
    where
        K: Borrow<Q> + Ord,
        Q: Ord + ?Sized,
    {
        self.remove_range(&ends)
    }

    fn retain(&mut self, keep: impl FnMut(&K, &mut V) -> bool)
    where
        K: Ord,
    {
        self.retain(keep);
    }

    fn check_invariants(&self)
    where
        K: Ord,
    {
        self.check_invariants();
    }
}

impl<K: Ord, V> Insert<K, V> for Table<K, V> {
    type Gap<'a>
        = CursorMut<'a, K, V>
    where
        Self: 'a;

    #[inline]
    fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self.find(&key) {
            Ok(place) => {
                // Now, as a drop that panics later would leak the old value.
                drop(key);
                let found = peek(self.after_mut(place));
                found.map(|(_, stored)| mem::replace(stored, value))
            }
            Err(place) => {
                self.insert_at(place, key, value);
                None
            }
        }
    }

    #[inline]
    fn find_mut(&mut self, key: &K) -> Result<Self::Gap<'_>, Self::Gap<'_>> {
        match self.find(key) {
            Ok(place) => Ok(CursorMut::new(self, place)),
            Err(place) => Err(CursorMut::new(self, place)),
        }
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
        Table::from_ascending(entries)
    }

    fn from_entries(entries: impl IntoIterator<Item = (K, V)>) -> Self {
        Table::from_entries(entries)
    }

    #[cfg(feature = "rayon")]
    fn insert_ascending(&mut self, entries: Vec<(K, V)>) {
        self.append(&mut Table::from_entries(entries));
    }
}

impl<'a, K, V> ReadGap<'a, K, V> for Cursor<'a, K, V> {
    #[inline]
    fn after(&self) -> Option<(&'a K, &'a V)> {
        self.peek_next()
    }

    #[inline]
    fn before(&self) -> Option<(&'a K, &'a V)> {
        self.peek_prev()
    }
}

impl<'a, K, V> EditGap for CursorMut<'a, K, V> {
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

impl<K: Ord, V> FillGap for CursorMut<'_, K, V> {
    #[inline]
    fn fill(&mut self, key: K, value: V) {
        self.insert_after_unchecked(key, value);
    }
}
