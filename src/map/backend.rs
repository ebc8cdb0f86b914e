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
#[expect(clippy::len_without_is_empty, reason = "the map has it")]
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
    const NAME: &'static str;

    /// No entries, in no memory.
    const EMPTY: Self;

    /// How many entries there are.
    fn len(&self) -> usize;

    /// Bytes that are allocated.
    fn memory_usage(&self) -> usize;

    /// Makes room for more entries.
    fn reserve(&mut self, additional: usize);

    /// Gives back memory that entries do not need.
    fn shrink_to_fit(&mut self);

    /// All entries.
    fn iter(&self) -> Self::Iter<'_>;

    /// All entries, with the values open to change.
    fn iter_mut(&mut self) -> Self::IterMut<'_>;

    /// All entries, by value.
    fn into_iter(self) -> Self::IntoIter;

    /// The entry with the smallest key.
    fn first(&self) -> Option<(&K, &V)>;

    /// The entry with the greatest key.
    fn last(&self) -> Option<(&K, &V)>;

    /// The gap before the first entry.
    fn start_mut(&mut self) -> Self::CursorMut<'_>;

    /// The gap after the last entry.
    fn end_mut(&mut self) -> Self::CursorMut<'_>;

    /// The entry of a key.
    fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<(&K, &V)>
    where
        K: Borrow<Q>;

    /// The value of a key, open to change.
    fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>;

    /// The gap before the first entry that is not below the bound.
    fn lower_bound<Q: Ord + ?Sized>(&self, bound: Bound<&Q>) -> Self::Cursor<'_>
    where
        K: Borrow<Q>;

    /// The gap after the last entry that is not above the bound.
    fn upper_bound<Q: Ord + ?Sized>(&self, bound: Bound<&Q>) -> Self::Cursor<'_>
    where
        K: Borrow<Q>;

    /// As `lower_bound`, to change something there.
    fn lower_bound_mut<Q: Ord + ?Sized>(&mut self, bound: Bound<&Q>) -> Self::CursorMut<'_>
    where
        K: Borrow<Q>;

    /// As `upper_bound`, to change something there.
    fn upper_bound_mut<Q: Ord + ?Sized>(&mut self, bound: Bound<&Q>) -> Self::CursorMut<'_>
    where
        K: Borrow<Q>;

    /// The entries of a range.
    fn range<Q>(&self, ends: Ends<'_, Q>) -> Result<Self::Range<'_>, RangeError>
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized;

    /// The entries of a range, with the values open to change.
    fn range_mut<Q>(&mut self, ends: Ends<'_, Q>) -> Result<Self::RangeMut<'_>, RangeError>
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized;

    /// Removes the entry of a key.
    fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<(K, V)>
    where
        K: Borrow<Q> + Ord;

    /// Removes the entry with the smallest key.
    fn pop_first(&mut self) -> Option<(K, V)>
    where
        K: Ord;

    /// Removes the entry with the greatest key.
    fn pop_last(&mut self) -> Option<(K, V)>
    where
        K: Ord;

    /// Removes the entries of a range; returns how many there were.
    fn remove_range<Q>(&mut self, ends: Ends<'_, Q>) -> Result<usize, RangeError>
    where
        K: Borrow<Q> + Ord,
        Q: Ord + ?Sized;

    /// Keeps the entries that `keep` says yes to.
    fn retain(&mut self, mut keep: impl FnMut(&K, &mut V) -> bool)
    where
        K: Ord,
    {
        let len = self.len();
        let mut walk = Extraction::new(self.start_mut(), .., len);
        while walk.next(|key, value| !keep(key, value)).is_some() {}
    }

    /// Panics if anything is wrong.
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

    /// Inserts an entry, or replaces the value of the one that is there.
    fn insert(&mut self, key: K, value: V) -> Option<V>;

    /// The gap before the entry of a key, or the gap where one belongs.
    fn find_mut(&mut self, key: &K) -> Result<Self::Gap<'_>, Self::Gap<'_>>;

    /// Moves all entries of `other` here; of equal keys, its values stay.
    fn append(&mut self, other: &mut Self);

    /// Takes out the entries that are not below a key.
    fn split_off<Q: Ord + ?Sized>(&mut self, key: &Q) -> Self
    where
        K: Borrow<Q>;

    /// Entries that must strictly ascend.
    fn from_ascending(entries: impl IntoIterator<Item = (K, V)>) -> Result<Self, UnsortedError>;

    /// Entries in any order; of equal keys the last one stays.
    fn from_entries(entries: impl IntoIterator<Item = (K, V)>) -> Self;

    /// Inserts entries that ascend, many at once if that is cheaper.
    #[cfg(feature = "rayon")]
    fn insert_ascending(&mut self, entries: Vec<(K, V)>);
}
