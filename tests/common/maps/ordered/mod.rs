//! The methods that the library's maps have in common, as traits. The suites are written against
//! them.

mod forwarding;

use leafwise::layout::{ArrayOfStructs, LeafLayout, StructOfArrays};
use leafwise::map::{UnorderedKeyError, UnsortedError};
use leafwise::store::{Heap, Slab, Store};
use leafwise::{BPlusTreeMap, CacheObliviousMap, RangeError};
use std::borrow::Borrow;
use std::fmt::Debug;
use std::hash::{Hash, Hasher};
use std::ops::{Bound, Index, RangeBounds};

/// Anything that can be compared and printed, as the suites' keys and values can.
pub(crate) trait Item: Ord + Clone + Debug + 'static {}

impl<T: Ord + Clone + Debug + 'static> Item for T {}

/// One of the library's maps, for any keys and values.
pub(crate) trait Kind {
    type Map<K: Item, V: Item>: OrderedMap<K, V>;

    /// The name for messages.
    const NAME: &'static str;

    /// Sizes at which it has many parts, where those are larger than the smallest nodes.
    const LARGER: &'static [u32];
}

/// The map of a kind.
pub(crate) type Map<K, V, T> = <T as Kind>::Map<K, V>;

impl<S: Store + 'static, L: LeafLayout + 'static> Kind for (S, L) {
    type Map<K: Item, V: Item> = BPlusTreeMap<K, V, S, L>;
    const NAME: &'static str = "BPlusTreeMap";
    const LARGER: &'static [u32] = &[];
}

/// The kind of a tree, with its store and layout.
pub(crate) trait Tree {
    type Store: Store;
    type LeafLayout: LeafLayout;
}

impl<S: Store, L: LeafLayout> Tree for (S, L) {
    type Store = S;
    type LeafLayout = L;
}

/// The kind of the cache-oblivious map.
pub(crate) struct Oblivious;

impl Kind for Oblivious {
    type Map<K: Item, V: Item> = CacheObliviousMap<K, V>;
    const NAME: &'static str = "CacheObliviousMap";
    const LARGER: &'static [u32] = &[70, 130];
}

pub(crate) type SlabArraysSmallest = (Slab, StructOfArrays<2, 4>);
pub(crate) type SlabArraysOdd = (Slab, StructOfArrays<3, 5>);
pub(crate) type SlabArraysDefault = (Slab, StructOfArrays);
pub(crate) type SlabStructsSmallest = (Slab, ArrayOfStructs<2, 4>);
pub(crate) type SlabStructsOdd = (Slab, ArrayOfStructs<3, 5>);
pub(crate) type SlabStructsDefault = (Slab, ArrayOfStructs);
pub(crate) type HeapArraysSmallest = (Heap, StructOfArrays<2, 4>);
pub(crate) type HeapArraysOdd = (Heap, StructOfArrays<3, 5>);
pub(crate) type HeapArraysDefault = (Heap, StructOfArrays);
pub(crate) type HeapStructsSmallest = (Heap, ArrayOfStructs<2, 4>);
pub(crate) type HeapStructsOdd = (Heap, ArrayOfStructs<3, 5>);
pub(crate) type HeapStructsDefault = (Heap, ArrayOfStructs);

/// The methods of an ordered map: std's and some more.
pub(crate) trait OrderedMap<K: Item, V: Item>:
    Item
    + Default
    + FromIterator<(K, V)>
    + Extend<(K, V)>
    + for<'q> Index<&'q K, Output = V>
    + IntoIterator<Item = (K, V), IntoIter: DoubleEndedIterator + ExactSizeIterator>
{
    type Entry<'a>: MapEntry<'a, K, V>
    where
        Self: 'a;
    type Cursor<'a>: MapCursor<K, V>
    where
        Self: 'a;
    type CursorMut<'a>: MapCursorMut<K, V>
    where
        Self: 'a;

    fn from_sorted_iter(entries: impl IntoIterator<Item = (K, V)>) -> Result<Self, UnsortedError>;
    fn len(&self) -> usize;
    fn is_empty(&self) -> bool;
    fn clear(&mut self);
    fn reserve(&mut self, additional: usize);
    fn shrink_to_fit(&mut self);
    fn memory_usage(&self) -> usize;
    fn check_invariants(&self);

    fn first_key_value(&self) -> Option<(&K, &V)>;
    fn last_key_value(&self) -> Option<(&K, &V)>;
    fn pop_first(&mut self) -> Option<(K, V)>;
    fn pop_last(&mut self) -> Option<(K, V)>;
    fn insert(&mut self, key: K, value: V) -> Option<V>;
    /// Returns the entry and the rejected value, which std has in an error.
    fn try_insert(&mut self, key: K, value: V) -> Result<&mut V, (Occupied<'_, Self, K, V>, V)>;
    fn entry(&mut self, key: K) -> Self::Entry<'_>;
    fn first_entry(&mut self) -> Option<Occupied<'_, Self, K, V>>;
    fn last_entry(&mut self) -> Option<Occupied<'_, Self, K, V>>;

    fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>;
    fn get_key_value<Q: Ord + ?Sized>(&self, key: &Q) -> Option<(&K, &V)>
    where
        K: Borrow<Q>;
    fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>;
    fn contains_key<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>;
    fn floor<Q: Ord + ?Sized>(&self, key: &Q) -> Option<(&K, &V)>
    where
        K: Borrow<Q>;
    fn lower<Q: Ord + ?Sized>(&self, key: &Q) -> Option<(&K, &V)>
    where
        K: Borrow<Q>;
    fn ceiling<Q: Ord + ?Sized>(&self, key: &Q) -> Option<(&K, &V)>
    where
        K: Borrow<Q>;
    fn higher<Q: Ord + ?Sized>(&self, key: &Q) -> Option<(&K, &V)>
    where
        K: Borrow<Q>;
    fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>;
    fn remove_entry<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<(K, V)>
    where
        K: Borrow<Q>;
    fn split_off<Q: Ord + ?Sized>(&mut self, key: &Q) -> Self
    where
        K: Borrow<Q>;

    fn iter(&self) -> impl DoubleEndedIterator<Item = (&K, &V)> + ExactSizeIterator + Clone;
    fn iter_mut(&mut self) -> impl DoubleEndedIterator<Item = (&K, &mut V)> + ExactSizeIterator;
    fn keys(&self) -> impl DoubleEndedIterator<Item = &K> + ExactSizeIterator + Clone;
    fn values(&self) -> impl DoubleEndedIterator<Item = &V> + ExactSizeIterator + Clone;
    fn values_mut(&mut self) -> impl DoubleEndedIterator<Item = &mut V> + ExactSizeIterator;
    fn into_keys(self) -> impl DoubleEndedIterator<Item = K> + ExactSizeIterator;
    fn into_values(self) -> impl DoubleEndedIterator<Item = V> + ExactSizeIterator;

    fn range<Q, R>(&self, range: R) -> impl DoubleEndedIterator<Item = (&K, &V)> + Clone
    where
        Q: Ord + ?Sized,
        K: Borrow<Q>,
        R: RangeBounds<Q>;
    fn range_mut<Q, R>(&mut self, range: R) -> impl DoubleEndedIterator<Item = (&K, &mut V)>
    where
        Q: Ord + ?Sized,
        K: Borrow<Q>,
        R: RangeBounds<Q>;
    fn count_range<Q, R>(&self, range: R) -> usize
    where
        Q: Ord + ?Sized,
        K: Borrow<Q>,
        R: RangeBounds<Q>;
    fn range_checked<Q, R>(
        &self,
        range: R,
    ) -> Result<impl DoubleEndedIterator<Item = (&K, &V)> + Clone, RangeError>
    where
        Q: Ord + ?Sized,
        K: Borrow<Q>,
        R: RangeBounds<Q>;
    fn range_mut_checked<Q, R>(
        &mut self,
        range: R,
    ) -> Result<impl DoubleEndedIterator<Item = (&K, &mut V)>, RangeError>
    where
        Q: Ord + ?Sized,
        K: Borrow<Q>,
        R: RangeBounds<Q>;
    fn remove_range<Q, R>(&mut self, range: R) -> usize
    where
        Q: Ord + ?Sized,
        K: Borrow<Q>,
        R: RangeBounds<Q>;

    fn hash(&self, hasher: &mut impl Hasher)
    where
        K: Hash,
        V: Hash;
    fn append(&mut self, other: &mut Self);
    fn merge(&mut self, other: Self, conflict: impl FnMut(&K, V, V) -> V);
    fn retain(&mut self, keep: impl FnMut(&K, &mut V) -> bool);
    fn extract_if(
        &mut self,
        range: impl RangeBounds<K>,
        predicate: impl FnMut(&K, &mut V) -> bool,
    ) -> impl Iterator<Item = (K, V)>;

    fn lower_bound<Q: Ord + ?Sized>(&self, bound: Bound<&Q>) -> Self::Cursor<'_>
    where
        K: Borrow<Q>;
    fn upper_bound<Q: Ord + ?Sized>(&self, bound: Bound<&Q>) -> Self::Cursor<'_>
    where
        K: Borrow<Q>;
    fn lower_bound_mut<Q: Ord + ?Sized>(&mut self, bound: Bound<&Q>) -> Self::CursorMut<'_>
    where
        K: Borrow<Q>;
    fn upper_bound_mut<Q: Ord + ?Sized>(&mut self, bound: Bound<&Q>) -> Self::CursorMut<'_>
    where
        K: Borrow<Q>;
}

/// An entry of a map, of either variant.
pub(crate) enum Entry<O, W> {
    Occupied(O),
    Vacant(W),
}

/// An entry of a map that has the key.
pub(crate) type Occupied<'a, M, K, V> =
    <<M as OrderedMap<K, V>>::Entry<'a> as MapEntry<'a, K, V>>::Occupied;

/// The entry of one key in a map, occupied or vacant.
pub(crate) trait MapEntry<'a, K: Item, V: Item>: Debug + Sized {
    type Occupied: OccupiedEntry<'a, K, V>;
    type Vacant: VacantEntry<'a, K, V, Occupied = Self::Occupied>;

    fn variant(self) -> Entry<Self::Occupied, Self::Vacant>;
    fn key(&self) -> &K;
    fn and_modify(self, change: impl FnOnce(&mut V)) -> Self;
    fn or_insert(self, default: V) -> &'a mut V;
    fn or_insert_with(self, default: impl FnOnce() -> V) -> &'a mut V;
    fn or_insert_with_key(self, default: impl FnOnce(&K) -> V) -> &'a mut V;
    fn or_default(self) -> &'a mut V
    where
        V: Default;
    fn insert_entry(self, value: V) -> Self::Occupied;
}

pub(crate) trait OccupiedEntry<'a, K: Item, V: Item> {
    fn key(&self) -> &K;
    fn get(&self) -> &V;
    fn get_mut(&mut self) -> &mut V;
    fn into_mut(self) -> &'a mut V;
    fn insert(&mut self, value: V) -> V;
    fn remove(self) -> V;
    fn remove_entry(self) -> (K, V);
}

pub(crate) trait VacantEntry<'a, K: Item, V: Item> {
    type Occupied;

    fn key(&self) -> &K;
    fn into_key(self) -> K;
    fn insert(self, value: V) -> &'a mut V;
    fn insert_entry(self, value: V) -> Self::Occupied;
}

pub(crate) trait MapCursor<K: Item, V: Item>: Clone {
    fn next(&mut self) -> Option<(&K, &V)>;
    fn prev(&mut self) -> Option<(&K, &V)>;
    fn peek_next(&self) -> Option<(&K, &V)>;
    fn peek_prev(&self) -> Option<(&K, &V)>;
}

pub(crate) trait MapCursorMut<K: Item, V: Item> {
    fn next(&mut self) -> Option<(&K, &mut V)>;
    fn prev(&mut self) -> Option<(&K, &mut V)>;
    fn peek_next(&mut self) -> Option<(&K, &mut V)>;
    fn peek_prev(&mut self) -> Option<(&K, &mut V)>;
    fn as_cursor(&self) -> impl MapCursor<K, V>;
    fn remove_next(&mut self) -> Option<(K, V)>;
    fn remove_prev(&mut self) -> Option<(K, V)>;
    fn insert_after(&mut self, key: K, value: V) -> Result<(), UnorderedKeyError>;
    fn insert_before(&mut self, key: K, value: V) -> Result<(), UnorderedKeyError>;
}
