//! The traits of ordered maps for the library's maps, entries and cursors: every method calls the
//! inherent method of the same name.

use super::{
    Entry, Item, MapCursor, MapCursorMut, MapEntry, Occupied, OccupiedEntry, OrderedMap,
    VacantEntry,
};
use leafwise::layout::LeafLayout;
use leafwise::map::{UnorderedKeyError, UnsortedError};
use leafwise::store::Store;
use leafwise::{BPlusTreeMap, CacheObliviousMap, RangeError, map, oblivious};
use std::borrow::Borrow;
use std::hash::{Hash, Hasher};
use std::ops::{Bound, RangeBounds};

/// Implements the traits for a map and its entries and cursors.
macro_rules! ordered_map {
    ($map:ident, $module:ident $(, $param:ident: $bound:ident)*) => {
        impl<K: Item, V: Item$(, $param: $bound + 'static)*> OrderedMap<K, V>
            for $map<K, V$(, $param)*>
        {
            type Entry<'a> =
                leafwise::map::Entry<'a, K, V, $module::CursorMut<'a, K, V$(, $param)*>>
            where
                Self: 'a;
            type Cursor<'a> = $module::Cursor<'a, K, V$(, $param)*> where Self: 'a;
            type CursorMut<'a> = $module::CursorMut<'a, K, V$(, $param)*> where Self: 'a;

            fn from_sorted_iter(
                entries: impl IntoIterator<Item = (K, V)>,
            ) -> Result<Self, UnsortedError> {
                Self::from_sorted_iter(entries)
            }

            fn len(&self) -> usize {
                self.len()
            }

            fn is_empty(&self) -> bool {
                self.is_empty()
            }

            fn clear(&mut self) {
                self.clear()
            }

            fn reserve(&mut self, additional: usize) {
                self.reserve(additional)
            }

            fn shrink_to_fit(&mut self) {
                self.shrink_to_fit()
            }

            fn memory_usage(&self) -> usize {
                self.memory_usage()
            }

            fn check_invariants(&self) {
                self.check_invariants()
            }

            fn first_key_value(&self) -> Option<(&K, &V)> {
                self.first_key_value()
            }

            fn last_key_value(&self) -> Option<(&K, &V)> {
                self.last_key_value()
            }

            fn pop_first(&mut self) -> Option<(K, V)> {
                self.pop_first()
            }

            fn pop_last(&mut self) -> Option<(K, V)> {
                self.pop_last()
            }

            fn insert(&mut self, key: K, value: V) -> Option<V> {
                self.insert(key, value)
            }

            fn try_insert(
                &mut self,
                key: K,
                value: V,
            ) -> Result<&mut V, (Occupied<'_, Self, K, V>, V)> {
                self.try_insert(key, value).map_err(|error| (error.entry, error.value))
            }

            fn entry(&mut self, key: K) -> Self::Entry<'_> {
                self.entry(key)
            }

            fn first_entry(&mut self) -> Option<Occupied<'_, Self, K, V>> {
                self.first_entry()
            }

            fn last_entry(&mut self) -> Option<Occupied<'_, Self, K, V>> {
                self.last_entry()
            }

            fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
            where
                K: Borrow<Q>,
            {
                self.get(key)
            }

            fn get_key_value<Q: Ord + ?Sized>(&self, key: &Q) -> Option<(&K, &V)>
            where
                K: Borrow<Q>,
            {
                self.get_key_value(key)
            }

            fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
            where
                K: Borrow<Q>,
            {
                self.get_mut(key)
            }

            fn contains_key<Q: Ord + ?Sized>(&self, key: &Q) -> bool
            where
                K: Borrow<Q>,
            {
                self.contains_key(key)
            }

            fn floor<Q: Ord + ?Sized>(&self, key: &Q) -> Option<(&K, &V)>
            where
                K: Borrow<Q>,
            {
                self.floor(key)
            }

            fn lower<Q: Ord + ?Sized>(&self, key: &Q) -> Option<(&K, &V)>
            where
                K: Borrow<Q>,
            {
                self.lower(key)
            }

            fn ceiling<Q: Ord + ?Sized>(&self, key: &Q) -> Option<(&K, &V)>
            where
                K: Borrow<Q>,
            {
                self.ceiling(key)
            }

            fn higher<Q: Ord + ?Sized>(&self, key: &Q) -> Option<(&K, &V)>
            where
                K: Borrow<Q>,
            {
                self.higher(key)
            }

            fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<V>
            where
                K: Borrow<Q>,
            {
                self.remove(key)
            }

            fn remove_entry<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<(K, V)>
            where
                K: Borrow<Q>,
            {
                self.remove_entry(key)
            }

            fn split_off<Q: Ord + ?Sized>(&mut self, key: &Q) -> Self
            where
                K: Borrow<Q>,
            {
                self.split_off(key)
            }

            fn iter(
                &self,
            ) -> impl DoubleEndedIterator<Item = (&K, &V)> + ExactSizeIterator + Clone {
                self.iter()
            }

            fn iter_mut(
                &mut self,
            ) -> impl DoubleEndedIterator<Item = (&K, &mut V)> + ExactSizeIterator {
                self.iter_mut()
            }

            fn keys(&self) -> impl DoubleEndedIterator<Item = &K> + ExactSizeIterator + Clone {
                self.keys()
            }

            fn values(&self) -> impl DoubleEndedIterator<Item = &V> + ExactSizeIterator + Clone {
                self.values()
            }

            fn values_mut(
                &mut self,
            ) -> impl DoubleEndedIterator<Item = &mut V> + ExactSizeIterator {
                self.values_mut()
            }

            fn into_keys(self) -> impl DoubleEndedIterator<Item = K> + ExactSizeIterator {
                self.into_keys()
            }

            fn into_values(self) -> impl DoubleEndedIterator<Item = V> + ExactSizeIterator {
                self.into_values()
            }

            fn range<Q, R>(&self, range: R) -> impl DoubleEndedIterator<Item = (&K, &V)> + Clone
            where
                Q: Ord + ?Sized,
                K: Borrow<Q>,
                R: RangeBounds<Q>,
            {
                self.range(range)
            }

            fn range_mut<Q, R>(&mut self, range: R) -> impl DoubleEndedIterator<Item = (&K, &mut V)>
            where
                Q: Ord + ?Sized,
                K: Borrow<Q>,
                R: RangeBounds<Q>,
            {
                self.range_mut(range)
            }

            fn count_range<Q, R>(&self, range: R) -> usize
            where
                Q: Ord + ?Sized,
                K: Borrow<Q>,
                R: RangeBounds<Q>,
            {
                self.count_range(range)
            }

            fn range_checked<Q, R>(
                &self,
                range: R,
            ) -> Result<impl DoubleEndedIterator<Item = (&K, &V)> + Clone, RangeError>
            where
                Q: Ord + ?Sized,
                K: Borrow<Q>,
                R: RangeBounds<Q>,
            {
                self.range_checked(range)
            }

            fn range_mut_checked<Q, R>(
                &mut self,
                range: R,
            ) -> Result<impl DoubleEndedIterator<Item = (&K, &mut V)>, RangeError>
            where
                Q: Ord + ?Sized,
                K: Borrow<Q>,
                R: RangeBounds<Q>,
            {
                self.range_mut_checked(range)
            }

            fn remove_range<Q, R>(&mut self, range: R) -> usize
            where
                Q: Ord + ?Sized,
                K: Borrow<Q>,
                R: RangeBounds<Q>,
            {
                self.remove_range(range)
            }

            fn hash(&self, hasher: &mut impl Hasher)
            where
                K: Hash,
                V: Hash,
            {
                Hash::hash(self, hasher)
            }

            fn append(&mut self, other: &mut Self) {
                self.append(other)
            }

            fn merge(&mut self, other: Self, conflict: impl FnMut(&K, V, V) -> V) {
                self.merge(other, conflict)
            }

            fn retain(&mut self, keep: impl FnMut(&K, &mut V) -> bool) {
                self.retain(keep)
            }

            fn extract_if(
                &mut self,
                range: impl RangeBounds<K>,
                predicate: impl FnMut(&K, &mut V) -> bool,
            ) -> impl Iterator<Item = (K, V)> {
                self.extract_if(range, predicate)
            }

            fn lower_bound<Q: Ord + ?Sized>(&self, bound: Bound<&Q>) -> Self::Cursor<'_>
            where
                K: Borrow<Q>,
            {
                self.lower_bound(bound)
            }

            fn upper_bound<Q: Ord + ?Sized>(&self, bound: Bound<&Q>) -> Self::Cursor<'_>
            where
                K: Borrow<Q>,
            {
                self.upper_bound(bound)
            }

            fn lower_bound_mut<Q: Ord + ?Sized>(&mut self, bound: Bound<&Q>) -> Self::CursorMut<'_>
            where
                K: Borrow<Q>,
            {
                self.lower_bound_mut(bound)
            }

            fn upper_bound_mut<Q: Ord + ?Sized>(&mut self, bound: Bound<&Q>) -> Self::CursorMut<'_>
            where
                K: Borrow<Q>,
            {
                self.upper_bound_mut(bound)
            }
        }

        impl<'a, K: Item, V: Item$(, $param: $bound + 'static)*> MapEntry<'a, K, V>
            for leafwise::map::Entry<'a, K, V, $module::CursorMut<'a, K, V$(, $param)*>>
        {
            type Occupied = $module::OccupiedEntry<'a, K, V$(, $param)*>;
            type Vacant = $module::VacantEntry<'a, K, V$(, $param)*>;

            fn variant(
                self,
            ) -> Entry<
                $module::OccupiedEntry<'a, K, V$(, $param)*>,
                $module::VacantEntry<'a, K, V$(, $param)*>,
            > {
                match self {
                    $module::Entry::Occupied(entry) => Entry::Occupied(entry),
                    $module::Entry::Vacant(entry) => Entry::Vacant(entry),
                }
            }

            fn key(&self) -> &K {
                self.key()
            }

            fn and_modify(self, change: impl FnOnce(&mut V)) -> Self {
                self.and_modify(change)
            }

            fn or_insert(self, default: V) -> &'a mut V {
                self.or_insert(default)
            }

            fn or_insert_with(self, default: impl FnOnce() -> V) -> &'a mut V {
                self.or_insert_with(default)
            }

            fn or_insert_with_key(self, default: impl FnOnce(&K) -> V) -> &'a mut V {
                self.or_insert_with_key(default)
            }

            fn or_default(self) -> &'a mut V
            where
                V: Default,
            {
                self.or_default()
            }

            fn insert_entry(self, value: V) -> $module::OccupiedEntry<'a, K, V$(, $param)*> {
                self.insert_entry(value)
            }
        }

        impl<'a, K: Item, V: Item$(, $param: $bound + 'static)*> OccupiedEntry<'a, K, V>
            for $module::OccupiedEntry<'a, K, V$(, $param)*>
        {
            fn key(&self) -> &K {
                self.key()
            }

            fn get(&self) -> &V {
                self.get()
            }

            fn get_mut(&mut self) -> &mut V {
                self.get_mut()
            }

            fn into_mut(self) -> &'a mut V {
                self.into_mut()
            }

            fn insert(&mut self, value: V) -> V {
                self.insert(value)
            }

            fn remove(self) -> V {
                self.remove()
            }

            fn remove_entry(self) -> (K, V) {
                self.remove_entry()
            }
        }

        impl<'a, K: Item, V: Item$(, $param: $bound + 'static)*> VacantEntry<'a, K, V>
            for $module::VacantEntry<'a, K, V$(, $param)*>
        {
            type Occupied = $module::OccupiedEntry<'a, K, V$(, $param)*>;

            fn key(&self) -> &K {
                self.key()
            }

            fn into_key(self) -> K {
                self.into_key()
            }

            fn insert(self, value: V) -> &'a mut V {
                self.insert(value)
            }

            fn insert_entry(self, value: V) -> Self::Occupied {
                self.insert_entry(value)
            }
        }

        impl<K: Item, V: Item$(, $param: $bound + 'static)*> MapCursor<K, V>
            for $module::Cursor<'_, K, V$(, $param)*>
        {
            fn next(&mut self) -> Option<(&K, &V)> {
                self.next()
            }

            fn prev(&mut self) -> Option<(&K, &V)> {
                self.prev()
            }

            fn peek_next(&self) -> Option<(&K, &V)> {
                self.peek_next()
            }

            fn peek_prev(&self) -> Option<(&K, &V)> {
                self.peek_prev()
            }
        }

        impl<K: Item, V: Item$(, $param: $bound + 'static)*> MapCursorMut<K, V>
            for $module::CursorMut<'_, K, V$(, $param)*>
        {
            fn next(&mut self) -> Option<(&K, &mut V)> {
                self.next()
            }

            fn prev(&mut self) -> Option<(&K, &mut V)> {
                self.prev()
            }

            fn peek_next(&mut self) -> Option<(&K, &mut V)> {
                self.peek_next()
            }

            fn peek_prev(&mut self) -> Option<(&K, &mut V)> {
                self.peek_prev()
            }

            fn as_cursor(&self) -> impl MapCursor<K, V> {
                self.as_cursor()
            }

            fn remove_next(&mut self) -> Option<(K, V)> {
                self.remove_next()
            }

            fn remove_prev(&mut self) -> Option<(K, V)> {
                self.remove_prev()
            }

            fn insert_after(&mut self, key: K, value: V) -> Result<(), UnorderedKeyError> {
                self.insert_after(key, value)
            }

            fn insert_before(&mut self, key: K, value: V) -> Result<(), UnorderedKeyError> {
                self.insert_before(key, value)
            }
        }
    };
}

ordered_map!(BPlusTreeMap, map, S: Store, L: LeafLayout);
ordered_map!(CacheObliviousMap, oblivious);
