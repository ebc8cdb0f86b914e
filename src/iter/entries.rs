//! The interface to what stores the entries of a collection: a B+ tree, or the array of a
//! cache-oblivious map.
//!
//! Implementors define where entries are, and how one is inserted or removed. Everything that
//! follows from that, above all [`Range`]s and [`Cursor`]s, is written here once.
//!
//! The traits are public because they are in the signatures of [`Map`](crate::map::Map). They have
//! no other use, and cannot be implemented elsewhere.

#![allow(unsafe_code, reason = "gaps are used as soon as they are returned")]

use alloc::vec::Vec;
use core::borrow::Borrow;
use core::mem;
use core::ops::{Bound, RangeBounds};

use super::{Counted, Cursor, CursorMut, Exclusive, ExtractIf, KeyValue, Range, Shared, Walk};
use crate::bounds;
use crate::error::{RangeError, UnsortedError};
use crate::sealed::Sealed;

/// An entry that was passed, and the gap on its other side.
pub type Passed<K, V, G> = ((K, V), G);

/// The entries of a range of `E`.
pub type RangeOf<'a, E> =
    Range<Shared<'a, <E as Entries>::Key, <E as Entries>::Value>, <E as Entries>::Walk<'a>>;

/// The entries of a range of `E`, with mutable values.
pub type RangeMutOf<'a, E> =
    Range<Exclusive<'a, <E as Entries>::Key, <E as Entries>::Value>, <E as Entries>::Walk<'a>>;

/// A cursor at a gap of `E`.
pub type CursorOf<'a, E> = Cursor<'a, E, <E as Entries>::Gap>;

/// A mutable cursor at a gap of `E`.
pub type CursorMutOf<'a, E> = CursorMut<'a, E, <E as Entries>::Gap>;

/// Entries in the order of their keys. This trait is sealed.
///
/// There are *gaps* between two entries, before the first and after the last. A gap is valid until
/// the entries are changed.
#[expect(clippy::len_without_is_empty, reason = "the collections have it")]
pub trait Entries: Sized + Sealed {
    /// The keys of the entries.
    type Key;
    /// Their values.
    type Value;
    /// The position of a gap.
    type Gap: Copy;
    /// Yields the entries between two gaps.
    type Walk<'a>: Walk<Self::Key, Self::Value>
    where
        Self: 'a;
    /// Iterates over the entries of a consumed collection.
    type IntoIter: DoubleEndedIterator<Item = (Self::Key, Self::Value)> + ExactSizeIterator;

    /// The map's name in messages.
    const NAME: &'static str;

    /// No entries, without an allocation.
    const EMPTY: Self;

    /// The number of entries.
    #[doc(hidden)]
    fn len(&self) -> usize;

    /// The number of allocated bytes.
    #[doc(hidden)]
    fn memory_usage(&self) -> usize;

    /// Makes room for `additional` entries.
    #[doc(hidden)]
    fn reserve(&mut self, additional: usize);

    /// Frees memory that the entries do not need.
    #[doc(hidden)]
    fn shrink_to_fit(&mut self);

    /// All entries, by value.
    #[doc(hidden)]
    fn into_iter(self) -> Self::IntoIter;

    /// The gap before the first entry.
    #[doc(hidden)]
    fn start(&self) -> Self::Gap;

    /// The gap after the last entry.
    #[doc(hidden)]
    fn end(&self) -> Self::Gap;

    /// The gap before the first entry within the lower bound `bound`.
    #[doc(hidden)]
    fn gap_from<Q: Ord + ?Sized>(&self, bound: Bound<&Q>) -> Self::Gap
    where
        Self::Key: Borrow<Q>;

    /// The gap after the last entry within the upper bound `bound`.
    #[doc(hidden)]
    fn gap_to<Q: Ord + ?Sized>(&self, bound: Bound<&Q>) -> Self::Gap
    where
        Self::Key: Borrow<Q>;

    /// Finds the gap before the entry of a key, or the gap where the key belongs.
    #[doc(hidden)]
    fn find<Q: Ord + ?Sized>(&self, key: &Q) -> Result<Self::Gap, Self::Gap>
    where
        Self::Key: Borrow<Q>;

    /// The entry of a key.
    #[doc(hidden)]
    fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<(&Self::Key, &Self::Value)>
    where
        Self::Key: Borrow<Q>;

    /// Calls `found` with the entry of each key, in the order of the keys.
    #[doc(hidden)]
    fn get_batch<'t, 'q, Q: Ord + ?Sized + 'q>(
        &'t self,
        keys: impl Iterator<Item = &'q Q>,
        mut found: impl FnMut(Option<(&'t Self::Key, &'t Self::Value)>),
    ) where
        Self::Key: Borrow<Q>,
    {
        keys.for_each(|key| found(self.get(key)));
    }

    /// Calls `found` with the value of each key, in the order of the keys.
    #[doc(hidden)]
    fn get_mut_batch<'q, Q: Ord + ?Sized + 'q>(
        &mut self,
        keys: impl Iterator<Item = &'q Q>,
        mut found: impl FnMut(Option<&mut Self::Value>),
    ) where
        Self::Key: Borrow<Q>,
    {
        keys.for_each(|key| found(self.get_mut(key)));
    }

    /// The value of a key, mutable.
    #[doc(hidden)]
    fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut Self::Value>
    where
        Self::Key: Borrow<Q>;

    /// The entry after a gap.
    ///
    /// # Safety
    /// `gap` is a gap of these entries in their current state.
    #[doc(hidden)]
    unsafe fn after(&self, gap: Self::Gap) -> Option<Passed<&Self::Key, &Self::Value, Self::Gap>>;

    /// The entry before a gap.
    ///
    /// # Safety
    /// `gap` is a gap of these entries in their current state.
    #[doc(hidden)]
    unsafe fn before(&self, gap: Self::Gap) -> Option<Passed<&Self::Key, &Self::Value, Self::Gap>>;

    /// The entry after a gap, with a mutable value.
    ///
    /// # Safety
    /// `gap` is a gap of these entries in their current state.
    #[doc(hidden)]
    unsafe fn after_mut(
        &mut self,
        gap: Self::Gap,
    ) -> Option<Passed<&Self::Key, &mut Self::Value, Self::Gap>>;

    /// The entry before a gap, with a mutable value.
    ///
    /// # Safety
    /// `gap` is a gap of these entries in their current state.
    #[doc(hidden)]
    unsafe fn before_mut(
        &mut self,
        gap: Self::Gap,
    ) -> Option<Passed<&Self::Key, &mut Self::Value, Self::Gap>>;

    /// The entries between two gaps; none if `end` is not after `start`.
    ///
    /// # Safety
    /// Both are gaps of these entries in their current state.
    #[doc(hidden)]
    unsafe fn walk(&self, start: Self::Gap, end: Self::Gap) -> Self::Walk<'_>;

    /// Drops all entries and frees the memory.
    #[doc(hidden)]
    fn clear(&mut self) {
        drop(mem::replace(self, Self::EMPTY));
    }

    /// All entries, as a range.
    #[doc(hidden)]
    #[inline]
    fn all(&self) -> RangeOf<'_, Self> {
        // SAFETY: the gaps were just returned; the entries are borrowed for as long as the range.
        unsafe { Range::new(self.walk(self.start(), self.end())) }
    }

    /// All entries, as a range with mutable values.
    #[doc(hidden)]
    #[inline]
    fn all_mut(&mut self) -> RangeMutOf<'_, Self> {
        // SAFETY: as in `all`; the entries are borrowed exclusively.
        unsafe { Range::new(self.walk(self.start(), self.end())) }
    }

    /// All entries.
    #[doc(hidden)]
    #[inline]
    fn iter(&self) -> Counted<RangeOf<'_, Self>> {
        Counted::new(self.all(), self.len())
    }

    /// All entries, with mutable values.
    #[doc(hidden)]
    #[inline]
    fn iter_mut(&mut self) -> Counted<RangeMutOf<'_, Self>> {
        let len = self.len();
        Counted::new(self.all_mut(), len)
    }

    /// The entries of a range.
    #[doc(hidden)]
    #[inline]
    fn range<Q, R>(&self, range: &R) -> Result<RangeOf<'_, Self>, RangeError>
    where
        Self::Key: Borrow<Q>,
        Q: Ord + ?Sized,
        R: RangeBounds<Q>,
    {
        let (start, end) = (range.start_bound(), range.end_bound());
        bounds::check(start, end, Ord::cmp)?;
        // SAFETY: as in `all`.
        Ok(unsafe { Range::new(self.walk(self.gap_from(start), self.gap_to(end))) })
    }

    /// The number of entries between two bounds that enclose a range.
    #[doc(hidden)]
    fn count_between<Q: Ord + ?Sized>(&self, start: Bound<&Q>, end: Bound<&Q>) -> usize
    where
        Self::Key: Borrow<Q>;

    /// The number of entries in a range.
    #[doc(hidden)]
    fn count_range<Q, R>(&self, range: &R) -> Result<usize, RangeError>
    where
        Self::Key: Borrow<Q>,
        Q: Ord + ?Sized,
        R: RangeBounds<Q>,
    {
        let (start, end) = (range.start_bound(), range.end_bound());
        bounds::check(start, end, Ord::cmp)?;
        Ok(self.count_between(start, end))
    }

    /// The entries of a range, with the values open to change.
    #[doc(hidden)]
    #[inline]
    fn range_mut<Q, R>(&mut self, range: &R) -> Result<RangeMutOf<'_, Self>, RangeError>
    where
        Self::Key: Borrow<Q>,
        Q: Ord + ?Sized,
        R: RangeBounds<Q>,
    {
        let walk = self.range(range)?.walk;
        // SAFETY: as in `all`; the entries are borrowed exclusively.
        Ok(unsafe { Range::new(walk) })
    }

    /// The entry with the smallest key.
    #[doc(hidden)]
    #[inline]
    fn first(&self) -> Option<(&Self::Key, &Self::Value)> {
        // SAFETY: the gap was just returned.
        let (entry, _) = unsafe { self.after(self.start()) }?;
        Some(entry)
    }

    /// The entry with the greatest key.
    #[doc(hidden)]
    #[inline]
    fn last(&self) -> Option<(&Self::Key, &Self::Value)> {
        // SAFETY: the gap was just returned.
        let (entry, _) = unsafe { self.before(self.end()) }?;
        Some(entry)
    }

    /// A cursor at [`gap_from`](Self::gap_from).
    #[doc(hidden)]
    #[inline]
    fn lower_bound<Q: Ord + ?Sized>(&self, bound: Bound<&Q>) -> CursorOf<'_, Self>
    where
        Self::Key: Borrow<Q>,
    {
        // SAFETY: the gap was just returned.
        unsafe { Cursor::new(self, self.gap_from(bound)) }
    }

    /// A cursor at [`gap_to`](Self::gap_to).
    #[doc(hidden)]
    #[inline]
    fn upper_bound<Q: Ord + ?Sized>(&self, bound: Bound<&Q>) -> CursorOf<'_, Self>
    where
        Self::Key: Borrow<Q>,
    {
        // SAFETY: the gap was just returned.
        unsafe { Cursor::new(self, self.gap_to(bound)) }
    }

    /// A mutable cursor at [`gap_from`](Self::gap_from).
    #[doc(hidden)]
    #[inline]
    fn lower_bound_mut<Q: Ord + ?Sized>(&mut self, bound: Bound<&Q>) -> CursorMutOf<'_, Self>
    where
        Self::Key: Borrow<Q>,
    {
        let gap = self.gap_from(bound);
        // SAFETY: the gap was just returned.
        unsafe { CursorMut::new(self, gap) }
    }

    /// A mutable cursor at [`gap_to`](Self::gap_to).
    #[doc(hidden)]
    #[inline]
    fn upper_bound_mut<Q: Ord + ?Sized>(&mut self, bound: Bound<&Q>) -> CursorMutOf<'_, Self>
    where
        Self::Key: Borrow<Q>,
    {
        let gap = self.gap_to(bound);
        // SAFETY: the gap was just returned.
        unsafe { CursorMut::new(self, gap) }
    }

    /// A mutable cursor before the first entry.
    #[doc(hidden)]
    #[inline]
    fn start_mut(&mut self) -> CursorMutOf<'_, Self> {
        let gap = self.start();
        // SAFETY: the gap was just returned.
        unsafe { CursorMut::new(self, gap) }
    }

    /// A mutable cursor after the last entry.
    #[doc(hidden)]
    #[inline]
    fn end_mut(&mut self) -> CursorMutOf<'_, Self> {
        let gap = self.end();
        // SAFETY: the gap was just returned.
        unsafe { CursorMut::new(self, gap) }
    }

    /// A mutable cursor before the entry of a key, or where the key belongs.
    #[doc(hidden)]
    #[inline]
    fn find_mut<Q: Ord + ?Sized>(
        &mut self,
        key: &Q,
    ) -> Result<CursorMutOf<'_, Self>, CursorMutOf<'_, Self>>
    where
        Self::Key: Borrow<Q>,
    {
        match self.find(key) {
            // SAFETY: the gap was just returned.
            Ok(gap) => Ok(unsafe { CursorMut::new(self, gap) }),
            // SAFETY: as above.
            Err(gap) => Err(unsafe { CursorMut::new(self, gap) }),
        }
    }
}

/// Entries that can be removed: those whose keys are `Ord`. This trait is sealed.
pub trait Remove: Entries<Key: Ord> {
    /// Removes the entry after a gap. The gap is then where the entry was, even if this panics.
    ///
    /// # Safety
    /// `gap` is a gap of these entries in their current state.
    #[doc(hidden)]
    unsafe fn remove_after(&mut self, gap: &mut Self::Gap) -> Option<(Self::Key, Self::Value)>;

    /// Removes the entry of a key.
    #[doc(hidden)]
    #[inline]
    fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<(Self::Key, Self::Value)>
    where
        Self::Key: Borrow<Q>,
    {
        let mut gap = self.find(key).ok()?;
        // SAFETY: the gap was just returned.
        unsafe { self.remove_after(&mut gap) }
    }

    /// Removes the entry with the smallest key.
    #[doc(hidden)]
    #[inline]
    fn pop_first(&mut self) -> Option<(Self::Key, Self::Value)> {
        let mut start = self.start();
        // SAFETY: the gap was just returned.
        unsafe { self.remove_after(&mut start) }
    }

    /// Removes the entry with the greatest key.
    #[doc(hidden)]
    #[inline]
    fn pop_last(&mut self) -> Option<(Self::Key, Self::Value)> {
        self.end_mut().remove_prev()
    }

    /// Removes the entries of a valid range and returns their number.
    #[doc(hidden)]
    fn remove_between<Q: Ord + ?Sized>(&mut self, start: Bound<&Q>, end: Bound<&Q>) -> usize
    where
        Self::Key: Borrow<Q>;

    /// Removes the entries of a range and returns their number.
    #[doc(hidden)]
    fn remove_range<Q, R>(&mut self, range: &R) -> Result<usize, RangeError>
    where
        Self::Key: Borrow<Q>,
        Q: Ord + ?Sized,
        R: RangeBounds<Q>,
    {
        let (start, end) = (range.start_bound(), range.end_bound());
        bounds::check(start, end, Ord::cmp)?;
        Ok(self.remove_between(start, end))
    }

    /// Keeps the entries for which `keep` returns `true`.
    #[doc(hidden)]
    fn retain(&mut self, mut keep: impl FnMut(&Self::Key, &mut Self::Value) -> bool) {
        let drops = |key: &Self::Key, value: &mut Self::Value| !keep(key, value);
        ExtractIf::<_, _, _, KeyValue>::new(self, .., drops).for_each(drop);
    }

    /// Panics if an invariant does not hold.
    #[doc(hidden)]
    fn check_invariants(&self);
}

/// Entries among which others can be inserted. In a B+ tree, keys must be `Ord` and `Clone`, as its
/// branches hold copies of some; in a cache-oblivious map, `Ord`. This trait is sealed.
pub trait Insert: Remove {
    /// Returns whether an entry belongs before another one.
    #[doc(hidden)]
    fn is_less(left: (&Self::Key, &Self::Value), right: (&Self::Key, &Self::Value)) -> bool;

    /// Inserts an entry into a gap where it belongs. The gap is then before the entry, even if this
    /// panics after the insertion.
    ///
    /// # Safety
    /// `gap` is a gap of these entries in their current state.
    #[doc(hidden)]
    unsafe fn insert_at(&mut self, gap: &mut Self::Gap, key: Self::Key, value: Self::Value);

    /// Inserts an entry, or replaces the value of an existing one.
    #[doc(hidden)]
    #[inline]
    fn insert(&mut self, key: Self::Key, value: Self::Value) -> Option<Self::Value> {
        match self.find(&key) {
            Ok(gap) => {
                // Dropped first: if this panicked later, the old value would leak.
                drop(key);
                // SAFETY: the gap was just returned; dropping a key has no access to the entries.
                let ((_, stored), _) = unsafe { self.after_mut(gap) }?;
                Some(mem::replace(stored, value))
            }
            Err(mut gap) => {
                // SAFETY: the gap was just returned.
                unsafe { self.insert_at(&mut gap, key, value) };
                None
            }
        }
    }

    /// Moves all entries of `other` into this collection; of equal keys, the values of `other` are
    /// kept.
    #[doc(hidden)]
    fn append(&mut self, other: &mut Self);

    /// Removes the entries whose keys are not smaller than `key`, and returns them.
    #[doc(hidden)]
    fn split_off<Q: Ord + ?Sized>(&mut self, key: &Q) -> Self
    where
        Self::Key: Borrow<Q>;

    /// Makes a collection of entries that must be strictly ascending.
    #[doc(hidden)]
    fn from_ascending<I>(entries: I) -> Result<Self, UnsortedError>
    where
        I: IntoIterator<Item = (Self::Key, Self::Value)>;

    /// Makes a collection of entries in any order; of equal keys the last one is kept.
    #[doc(hidden)]
    fn from_entries<I: IntoIterator<Item = (Self::Key, Self::Value)>>(entries: I) -> Self;

    /// Moves all entries of `other` into this collection; of equal keys, that of this collection is
    /// kept, with the value that `conflict` makes of both values.
    #[doc(hidden)]
    fn merge(
        &mut self,
        other: Self,
        conflict: impl FnMut(&Self::Key, Self::Value, Self::Value) -> Self::Value,
    );

    /// Inserts entries in any order: of equal keys, the first stays and gets the last value.
    #[doc(hidden)]
    fn extend(&mut self, entries: impl Iterator<Item = (Self::Key, Self::Value)>);

    /// Inserts entries as [`extend`](Self::extend) does, all at once. They may be sorted already.
    #[doc(hidden)]
    fn insert_many(&mut self, entries: Vec<(Self::Key, Self::Value)>);
}
