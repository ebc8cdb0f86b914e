//! What the entries of a collection are in, as the code that serves all of them sees it: a B+ tree
//! or the array of a cache-oblivious map.
//!
//! What these implement is where entries are, and how one is put in or taken out. What follows from
//! that, [`Range`]s and [`Cursor`]s above all, is written here once.
//!
//! The traits are public as they stand in the signatures of [`Map`](crate::map::Map); there is no
//! other use for them, and no way to implement them elsewhere.

#![allow(unsafe_code, reason = "gaps are used as soon as they are asked for")]

use alloc::vec::Vec;
use core::borrow::Borrow;
use core::mem;
use core::ops::{Bound, RangeBounds};

use super::{Counted, Cursor, CursorMut, Exclusive, ExtractIf, KeyValue, Range, Shared, Walk};
use crate::bounds;
use crate::error::{RangeError, UnsortedError};
use crate::sealed::Sealed;

/// An entry that was passed, and the gap on its far side.
pub type Passed<K, V, G> = ((K, V), G);

/// The entries of a range of `E`.
pub type RangeOf<'a, E> =
    Range<Shared<'a, <E as Entries>::Key, <E as Entries>::Value>, <E as Entries>::Walk<'a>>;

/// The entries of a range of `E`, with the values open to change.
pub type RangeMutOf<'a, E> =
    Range<Exclusive<'a, <E as Entries>::Key, <E as Entries>::Value>, <E as Entries>::Walk<'a>>;

/// A gap of `E`.
pub type CursorOf<'a, E> = Cursor<'a, E, <E as Entries>::Gap>;

/// A gap of `E`, to change something there.
pub type CursorMutOf<'a, E> = CursorMut<'a, E, <E as Entries>::Gap>;

/// Entries in the order of their keys. This trait is sealed.
///
/// Between two entries, before the first and behind the last are *gaps*. Those that are handed out
/// are good for as long as the entries are not changed.
#[expect(clippy::len_without_is_empty, reason = "the collections have it")]
pub trait Entries: Sized + Sealed {
    /// The keys of the entries.
    type Key;
    /// Their values.
    type Value;
    /// Where a gap is.
    type Gap: Copy;
    /// Goes from gap to gap.
    type Walk<'a>: Walk<Self::Key, Self::Value>
    where
        Self: 'a;
    /// Iterates over the entries of a collection that was consumed.
    type IntoIter: DoubleEndedIterator<Item = (Self::Key, Self::Value)> + ExactSizeIterator;

    /// The map's name in messages.
    const NAME: &'static str;

    /// No entries, in no memory.
    const EMPTY: Self;

    /// How many entries there are.
    #[doc(hidden)]
    fn len(&self) -> usize;

    /// Bytes that are allocated.
    #[doc(hidden)]
    fn memory_usage(&self) -> usize;

    /// Makes room for more entries.
    #[doc(hidden)]
    fn reserve(&mut self, additional: usize);

    /// Gives back memory that entries do not need.
    #[doc(hidden)]
    fn shrink_to_fit(&mut self);

    /// All entries, by value.
    #[doc(hidden)]
    fn into_iter(self) -> Self::IntoIter;

    /// The gap before the first entry.
    #[doc(hidden)]
    fn start(&self) -> Self::Gap;

    /// The gap behind the last entry.
    #[doc(hidden)]
    fn end(&self) -> Self::Gap;

    /// The gap before the first entry that is not below the bound.
    #[doc(hidden)]
    fn gap_from<Q: Ord + ?Sized>(&self, bound: Bound<&Q>) -> Self::Gap
    where
        Self::Key: Borrow<Q>;

    /// The gap behind the last entry that is not above the bound.
    #[doc(hidden)]
    fn gap_to<Q: Ord + ?Sized>(&self, bound: Bound<&Q>) -> Self::Gap
    where
        Self::Key: Borrow<Q>;

    /// The gap before the entry of a key, or the gap where one belongs.
    #[doc(hidden)]
    fn find<Q: Ord + ?Sized>(&self, key: &Q) -> Result<Self::Gap, Self::Gap>
    where
        Self::Key: Borrow<Q>;

    /// The entry of a key.
    #[doc(hidden)]
    fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<(&Self::Key, &Self::Value)>
    where
        Self::Key: Borrow<Q>;

    /// The value of a key, open to change.
    #[doc(hidden)]
    fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut Self::Value>
    where
        Self::Key: Borrow<Q>;

    /// The entry behind a gap.
    ///
    /// # Safety
    /// The gap is one of these entries as they stand.
    #[doc(hidden)]
    unsafe fn after(&self, gap: Self::Gap) -> Option<Passed<&Self::Key, &Self::Value, Self::Gap>>;

    /// The entry before a gap.
    ///
    /// # Safety
    /// The gap is one of these entries as they stand.
    #[doc(hidden)]
    unsafe fn before(&self, gap: Self::Gap) -> Option<Passed<&Self::Key, &Self::Value, Self::Gap>>;

    /// The entry behind a gap, with the value open to change.
    ///
    /// # Safety
    /// The gap is one of these entries as they stand.
    #[doc(hidden)]
    unsafe fn after_mut(
        &mut self,
        gap: Self::Gap,
    ) -> Option<Passed<&Self::Key, &mut Self::Value, Self::Gap>>;

    /// The entry before a gap, with the value open to change.
    ///
    /// # Safety
    /// The gap is one of these entries as they stand.
    #[doc(hidden)]
    unsafe fn before_mut(
        &mut self,
        gap: Self::Gap,
    ) -> Option<Passed<&Self::Key, &mut Self::Value, Self::Gap>>;

    /// The way from one gap to another; none if that is not behind.
    ///
    /// # Safety
    /// The gaps are of these entries as they stand.
    #[doc(hidden)]
    unsafe fn walk(&self, start: Self::Gap, end: Self::Gap) -> Self::Walk<'_>;

    /// Drops all entries and gives the memory back.
    #[doc(hidden)]
    fn clear(&mut self) {
        drop(mem::replace(self, Self::EMPTY));
    }

    /// All entries, as a range.
    #[doc(hidden)]
    #[inline]
    fn all(&self) -> RangeOf<'_, Self> {
        // SAFETY: the gaps were just asked for; the entries are borrowed for as long as the range.
        unsafe { Range::new(self.walk(self.start(), self.end())) }
    }

    /// All entries, as a range with the values open to change.
    #[doc(hidden)]
    #[inline]
    fn all_mut(&mut self) -> RangeMutOf<'_, Self> {
        // SAFETY: as in `all`; they are borrowed exclusively.
        unsafe { Range::new(self.walk(self.start(), self.end())) }
    }

    /// All entries.
    #[doc(hidden)]
    #[inline]
    fn iter(&self) -> Counted<RangeOf<'_, Self>> {
        Counted::new(self.all(), self.len())
    }

    /// All entries, with the values open to change.
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
        bounds::check(start, end)?;
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
        bounds::check(start, end)?;
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
        // SAFETY: as in `all`; they are borrowed exclusively.
        Ok(unsafe { Range::new(walk) })
    }

    /// The entry with the smallest key.
    #[doc(hidden)]
    #[inline]
    fn first(&self) -> Option<(&Self::Key, &Self::Value)> {
        // SAFETY: the gap was just asked for.
        let (entry, _) = unsafe { self.after(self.start()) }?;
        Some(entry)
    }

    /// The entry with the greatest key.
    #[doc(hidden)]
    #[inline]
    fn last(&self) -> Option<(&Self::Key, &Self::Value)> {
        // SAFETY: the gap was just asked for.
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
        // SAFETY: the gap was just asked for.
        unsafe { Cursor::new(self, self.gap_from(bound)) }
    }

    /// A cursor at [`gap_to`](Self::gap_to).
    #[doc(hidden)]
    #[inline]
    fn upper_bound<Q: Ord + ?Sized>(&self, bound: Bound<&Q>) -> CursorOf<'_, Self>
    where
        Self::Key: Borrow<Q>,
    {
        // SAFETY: the gap was just asked for.
        unsafe { Cursor::new(self, self.gap_to(bound)) }
    }

    /// As `lower_bound`, to change something there.
    #[doc(hidden)]
    #[inline]
    fn lower_bound_mut<Q: Ord + ?Sized>(&mut self, bound: Bound<&Q>) -> CursorMutOf<'_, Self>
    where
        Self::Key: Borrow<Q>,
    {
        let gap = self.gap_from(bound);
        // SAFETY: the gap was just asked for.
        unsafe { CursorMut::new(self, gap) }
    }

    /// As `upper_bound`, to change something there.
    #[doc(hidden)]
    #[inline]
    fn upper_bound_mut<Q: Ord + ?Sized>(&mut self, bound: Bound<&Q>) -> CursorMutOf<'_, Self>
    where
        Self::Key: Borrow<Q>,
    {
        let gap = self.gap_to(bound);
        // SAFETY: the gap was just asked for.
        unsafe { CursorMut::new(self, gap) }
    }

    /// A cursor before the first entry, to change something there.
    #[doc(hidden)]
    #[inline]
    fn start_mut(&mut self) -> CursorMutOf<'_, Self> {
        let gap = self.start();
        // SAFETY: the gap was just asked for.
        unsafe { CursorMut::new(self, gap) }
    }

    /// A cursor behind the last entry, to change something there.
    #[doc(hidden)]
    #[inline]
    fn end_mut(&mut self) -> CursorMutOf<'_, Self> {
        let gap = self.end();
        // SAFETY: the gap was just asked for.
        unsafe { CursorMut::new(self, gap) }
    }

    /// A cursor before the entry of a key, or where one belongs.
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
            // SAFETY: the gap was just asked for.
            Ok(gap) => Ok(unsafe { CursorMut::new(self, gap) }),
            // SAFETY: as above.
            Err(gap) => Err(unsafe { CursorMut::new(self, gap) }),
        }
    }
}

/// Entries that can be taken out: those whose keys are `Ord`. This trait is sealed.
pub trait Remove: Entries<Key: Ord> {
    /// Takes out the entry behind a gap. The gap is then where the entry was, also if this panics.
    ///
    /// # Safety
    /// The gap is one of these entries as they stand.
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
        // SAFETY: the gap was just asked for.
        unsafe { self.remove_after(&mut gap) }
    }

    /// Removes the entry with the smallest key.
    #[doc(hidden)]
    #[inline]
    fn pop_first(&mut self) -> Option<(Self::Key, Self::Value)> {
        let mut start = self.start();
        // SAFETY: the gap was just asked for.
        unsafe { self.remove_after(&mut start) }
    }

    /// Removes the entry with the greatest key.
    #[doc(hidden)]
    #[inline]
    fn pop_last(&mut self) -> Option<(Self::Key, Self::Value)> {
        self.end_mut().remove_prev()
    }

    /// Removes the entries of a range that makes sense; returns how many there were.
    #[doc(hidden)]
    fn remove_between<Q: Ord + ?Sized>(&mut self, start: Bound<&Q>, end: Bound<&Q>) -> usize
    where
        Self::Key: Borrow<Q>;

    /// Removes the entries of a range; returns how many there were.
    #[doc(hidden)]
    fn remove_range<Q, R>(&mut self, range: &R) -> Result<usize, RangeError>
    where
        Self::Key: Borrow<Q>,
        Q: Ord + ?Sized,
        R: RangeBounds<Q>,
    {
        let (start, end) = (range.start_bound(), range.end_bound());
        bounds::check(start, end)?;
        Ok(self.remove_between(start, end))
    }

    /// Keeps the entries that `keep` says yes to.
    #[doc(hidden)]
    fn retain(&mut self, mut keep: impl FnMut(&Self::Key, &mut Self::Value) -> bool) {
        let drops = |key: &Self::Key, value: &mut Self::Value| !keep(key, value);
        ExtractIf::<_, _, _, KeyValue>::new(self, .., drops).for_each(drop);
    }

    /// Panics if anything is wrong.
    #[doc(hidden)]
    fn check_invariants(&self);
}

/// Entries that others can be put among: those of a B+ tree if keys are `Ord` and `Clone`, as its
/// branches hold copies of some; those of a cache-oblivious map if they are `Ord`. This trait is
/// sealed.
pub trait Insert: Remove {
    /// Whether an entry belongs before another one.
    #[doc(hidden)]
    fn is_less(left: (&Self::Key, &Self::Value), right: (&Self::Key, &Self::Value)) -> bool;

    /// Puts an entry into a gap where it belongs. The gap is then before it, also if this panics
    /// with the entry in.
    ///
    /// # Safety
    /// The gap is one of these entries as they stand.
    #[doc(hidden)]
    unsafe fn insert_at(&mut self, gap: &mut Self::Gap, key: Self::Key, value: Self::Value);

    /// Inserts an entry, or replaces the value of the one that is there.
    #[doc(hidden)]
    #[inline]
    fn insert(&mut self, key: Self::Key, value: Self::Value) -> Option<Self::Value> {
        match self.find(&key) {
            Ok(gap) => {
                // Now, as a drop that panics later would leak the old value.
                drop(key);
                // SAFETY: the gap was just asked for; dropping a key has no way to the entries.
                let ((_, stored), _) = unsafe { self.after_mut(gap) }?;
                Some(mem::replace(stored, value))
            }
            Err(mut gap) => {
                // SAFETY: the gap was just asked for.
                unsafe { self.insert_at(&mut gap, key, value) };
                None
            }
        }
    }

    /// Moves all entries of `other` here; of equal keys, its values stay.
    #[doc(hidden)]
    fn append(&mut self, other: &mut Self);

    /// Takes out the entries that are not below a key.
    #[doc(hidden)]
    fn split_off<Q: Ord + ?Sized>(&mut self, key: &Q) -> Self
    where
        Self::Key: Borrow<Q>;

    /// Entries that must strictly ascend.
    #[doc(hidden)]
    fn from_ascending<I>(entries: I) -> Result<Self, UnsortedError>
    where
        I: IntoIterator<Item = (Self::Key, Self::Value)>;

    /// Entries in any order; of equal keys the last one stays.
    #[doc(hidden)]
    fn from_entries<I: IntoIterator<Item = (Self::Key, Self::Value)>>(entries: I) -> Self;

    /// Inserts entries that ascend, many at once if that is cheaper.
    #[doc(hidden)]
    fn insert_ascending(&mut self, entries: Vec<(Self::Key, Self::Value)>) {
        for (key, value) in entries {
            self.insert(key, value);
        }
    }
}
