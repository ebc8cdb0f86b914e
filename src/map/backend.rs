//! What a map stands on: entries in the order of their keys, kept in one way or another.
//!
//! [`Map`](super::Map) decides what std has decided, and a back end does the work. These traits are
//! public as they stand in the map's signatures; there is no other use for them, and no way to
//! implement them elsewhere.

#[cfg(feature = "rayon")]
use alloc::vec::Vec;
use core::borrow::Borrow;
use core::ops::Bound;

use crate::error::{RangeError, UnsortedError};
use crate::iter::{EditGap, Extraction, FillGap, ReadGap};

/// Where a range starts and where it ends.
pub(crate) type Ends<'q, Q> = (Bound<&'q Q>, Bound<&'q Q>);

/// Keeps other crates from implementing a trait.
pub trait Sealed {}

/// What entries of keys `K` and values `V` are kept in.
///
/// Names the iterators and cursors of a [`Map`](super::Map). This trait is sealed.
pub trait Backend<K, V>: Sized + Sealed {
    /// Iterates over all entries.
    type Iter<'a>: DoubleEndedIterator<Item = (&'a K, &'a V)> + ExactSizeIterator
    where
        Self: 'a,
        K: 'a,
        V: 'a;
    /// Iterates over all entries, with the values open to change.
    type IterMut<'a>: DoubleEndedIterator<Item = (&'a K, &'a mut V)> + ExactSizeIterator
    where
        Self: 'a,
        K: 'a,
        V: 'a;
    /// Iterates over the entries of a map that was consumed.
    type IntoIter: DoubleEndedIterator<Item = (K, V)> + ExactSizeIterator;
    /// Iterates over the entries of a range.
    type Range<'a>: DoubleEndedIterator<Item = (&'a K, &'a V)> + Default
    where
        Self: 'a,
        K: 'a,
        V: 'a;
    /// Iterates over the entries of a range, with the values open to change.
    type RangeMut<'a>: DoubleEndedIterator<Item = (&'a K, &'a mut V)> + Default
    where
        Self: 'a,
        K: 'a,
        V: 'a;
    /// Moves from gap to gap.
    type Cursor<'a>: ReadGap<'a, K, V>
    where
        Self: 'a,
        K: 'a,
        V: 'a;
    /// Moves from gap to gap, and changes, inserts and removes entries.
    type CursorMut<'a>: EditGap<Key = K, Value = V, Borrowed = (&'a K, &'a mut V)>
    where
        Self: 'a,
        K: 'a,
        V: 'a;

    /// The map's name in messages.
    #[doc(hidden)]
    const NAME: &'static str;

    #[doc(hidden)]
    const EMPTY: Self;

    #[doc(hidden)]
    fn len(&self) -> usize;

    #[doc(hidden)]
    fn memory_usage(&self) -> usize;

    #[doc(hidden)]
    fn reserve(&mut self, additional: usize);

    #[doc(hidden)]
    fn shrink_to_fit(&mut self);

    #[doc(hidden)]
    fn iter(&self) -> Self::Iter<'_>;

    #[doc(hidden)]
    fn iter_mut(&mut self) -> Self::IterMut<'_>;

    #[doc(hidden)]
    fn into_iter(self) -> Self::IntoIter;

    #[doc(hidden)]
    fn first(&self) -> Option<(&K, &V)>;

    #[doc(hidden)]
    fn last(&self) -> Option<(&K, &V)>;

    /// The gap before the first entry.
    #[doc(hidden)]
    fn start_mut(&mut self) -> Self::CursorMut<'_>;

    /// The gap after the last entry.
    #[doc(hidden)]
    fn end_mut(&mut self) -> Self::CursorMut<'_>;

    #[doc(hidden)]
    fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<(&K, &V)>
    where
        K: Borrow<Q>;

    #[doc(hidden)]
    fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>;

    #[doc(hidden)]
    fn lower_bound<Q: Ord + ?Sized>(&self, bound: Bound<&Q>) -> Self::Cursor<'_>
    where
        K: Borrow<Q>;

    #[doc(hidden)]
    fn upper_bound<Q: Ord + ?Sized>(&self, bound: Bound<&Q>) -> Self::Cursor<'_>
    where
        K: Borrow<Q>;

    #[doc(hidden)]
    fn lower_bound_mut<Q: Ord + ?Sized>(&mut self, bound: Bound<&Q>) -> Self::CursorMut<'_>
    where
        K: Borrow<Q>;

    #[doc(hidden)]
    fn upper_bound_mut<Q: Ord + ?Sized>(&mut self, bound: Bound<&Q>) -> Self::CursorMut<'_>
    where
        K: Borrow<Q>;

    #[doc(hidden)]
    fn range<Q>(&self, ends: Ends<'_, Q>) -> Result<Self::Range<'_>, RangeError>
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized;

    #[doc(hidden)]
    fn range_mut<Q>(&mut self, ends: Ends<'_, Q>) -> Result<Self::RangeMut<'_>, RangeError>
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized;

    #[doc(hidden)]
    fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<(K, V)>
    where
        K: Borrow<Q> + Ord;

    /// Removes the entries of a range; returns how many there were.
    #[doc(hidden)]
    fn remove_range<Q>(&mut self, ends: Ends<'_, Q>) -> Result<usize, RangeError>
    where
        K: Borrow<Q> + Ord,
        Q: Ord + ?Sized;

    #[doc(hidden)]
    fn retain(&mut self, mut keep: impl FnMut(&K, &mut V) -> bool)
    where
        K: Ord,
    {
        let len = self.len();
        let mut walk = Extraction::new(self.start_mut(), .., len);
        while walk.next(|key, value| !keep(key, value)).is_some() {}
    }

    #[doc(hidden)]
    fn check_invariants(&self)
    where
        K: Ord;
}

/// What entries of keys `K` and values `V` can be put into: a B+ tree if keys are `Ord` and
/// `Clone`, as its branches hold copies of some; the array of a cache-oblivious map if they are
/// `Ord`. This trait is sealed.
pub trait Insert<K: Ord, V>: Backend<K, V> {
    /// The cursor of an entry, be it there or not.
    type Gap<'a>: FillGap<Key = K, Value = V, Borrowed = (&'a K, &'a mut V)>
    where
        Self: 'a,
        K: 'a,
        V: 'a;

    #[doc(hidden)]
    fn insert(&mut self, key: K, value: V) -> Option<V>;

    /// The gap before the entry of a key, or the gap where one belongs.
    #[doc(hidden)]
    fn find_mut(&mut self, key: &K) -> Result<Self::Gap<'_>, Self::Gap<'_>>;

    #[doc(hidden)]
    fn append(&mut self, other: &mut Self);

    #[doc(hidden)]
    fn split_off<Q: Ord + ?Sized>(&mut self, key: &Q) -> Self
    where
        K: Borrow<Q>;

    #[doc(hidden)]
    fn from_ascending(entries: impl IntoIterator<Item = (K, V)>) -> Result<Self, UnsortedError>;

    #[doc(hidden)]
    fn from_entries(entries: impl IntoIterator<Item = (K, V)>) -> Self;

    /// Inserts entries that ascend, many at once if that is cheaper.
    #[cfg(feature = "rayon")]
    #[doc(hidden)]
    fn insert_ascending(&mut self, entries: Vec<(K, V)>);
}
