//! Cursors: gaps that a user can move, between two entries, before the first or after the last.
//!
//! Invariant: the gap is one of the borrowed entries in their current state.

#![allow(
    unsafe_code,
    reason = "a gap stays valid while the entries are borrowed"
)]

use core::fmt;
use core::marker::PhantomData;

use super::entries::{Entries, Insert, Remove};
use super::projection::{KeyOnly, KeyValue, Projection, ProjectionMut, ProjectionWithValue};
use crate::error::UnorderedKeyError;

/// A gap between two entries of a map, which can be moved, and whose neighbours can be read.
///
/// Made by [`lower_bound`](crate::BPlusTreeMap::lower_bound) and
/// [`upper_bound`](crate::BPlusTreeMap::upper_bound). A cursor never wraps around: at an end, the
/// methods that move or look further return `None`.
///
/// # Examples
///
/// ```
/// use leafwise::BPlusTreeMap;
/// use std::ops::Bound;
///
/// let map = BPlusTreeMap::from([(1, 'a'), (3, 'c')]);
/// let mut cursor = map.lower_bound(Bound::Included(&2));
/// assert_eq!(cursor.peek_prev(), Some((&1, &'a')));
/// assert_eq!(cursor.next(), Some((&3, &'c')));
/// assert_eq!(cursor.peek_next(), None);
/// assert_eq!(cursor.prev(), Some((&3, &'c')));
/// ```
#[must_use = "a cursor does nothing unless it is used"]
pub struct Cursor<'a, E, G, H = KeyValue> {
    entries: &'a E,
    /// A gap of `entries` in their current state.
    gap: G,
    view: PhantomData<H>,
}

/// A gap between two entries of a map, which can be moved, and where entries can be changed,
/// inserted and removed.
///
/// Made by [`lower_bound_mut`](crate::BPlusTreeMap::lower_bound_mut) and
/// [`upper_bound_mut`](crate::BPlusTreeMap::upper_bound_mut).
///
/// # Examples
///
/// ```
/// use leafwise::BPlusTreeMap;
/// use std::ops::Bound;
///
/// let mut map = BPlusTreeMap::from([(1, 'a'), (3, 'c')]);
/// let mut cursor = map.upper_bound_mut(Bound::Included(&1));
/// cursor.insert_before(2, 'b').unwrap();
/// assert_eq!(cursor.remove_next(), Some((3, 'c')));
/// assert!(map.into_iter().eq([(1, 'a'), (2, 'b')]));
/// ```
#[must_use = "a cursor does nothing unless it is used"]
pub struct CursorMut<'a, E, G, H = KeyValue> {
    entries: &'a mut E,
    /// A gap of `entries` in their current state.
    gap: G,
    view: PhantomData<H>,
}

impl<'a, E, G, H> Cursor<'a, E, G, H> {
    /// # Safety
    /// `gap` is a gap of `entries` in their current state.
    #[inline]
    pub(crate) unsafe fn new(entries: &'a E, gap: G) -> Self {
        let view = PhantomData;
        Cursor { entries, gap, view }
    }

    /// The same gap, with another projection of the entries.
    #[inline]
    pub(crate) fn seen_as<O>(self) -> Cursor<'a, E, G, O> {
        // SAFETY: the gap is one of these entries, which are borrowed and so unchanged.
        unsafe { Cursor::new(self.entries, self.gap) }
    }

    /// The gap of the cursor.
    pub(crate) fn gap(self) -> G {
        self.gap
    }
}

impl<'a, E: Entries, H: Projection> Cursor<'a, E, E::Gap, H> {
    /// Moves past the next entry and returns it. At the end, does not move and returns `None`.
    /// O(1), amortized in a cache-oblivious map.
    #[expect(
        clippy::should_implement_trait,
        reason = "std's cursors have this name too; cursors also go back"
    )]
    #[inline]
    pub fn next(&mut self) -> Option<H::Of<&'a E::Key, &'a E::Value>> {
        // SAFETY: here and below: the gap is one of these entries, which are borrowed and so
        // unchanged.
        let (entry, gap) = unsafe { self.entries.after(self.gap) }?;
        self.gap = gap;
        Some(H::of(entry))
    }

    /// Moves before the previous entry and returns it. At the start, does not move and returns
    /// `None`. O(1), amortized in a cache-oblivious map.
    #[inline]
    pub fn prev(&mut self) -> Option<H::Of<&'a E::Key, &'a E::Value>> {
        // SAFETY: as in `next`.
        let (entry, gap) = unsafe { self.entries.before(self.gap) }?;
        self.gap = gap;
        Some(H::of(entry))
    }

    /// The next entry. O(1), amortized in a cache-oblivious map.
    #[must_use]
    #[inline]
    pub fn peek_next(&self) -> Option<H::Of<&'a E::Key, &'a E::Value>> {
        // SAFETY: as in `next`.
        let (entry, _) = unsafe { self.entries.after(self.gap) }?;
        Some(H::of(entry))
    }

    /// The previous entry. O(1), amortized in a cache-oblivious map.
    #[must_use]
    #[inline]
    pub fn peek_prev(&self) -> Option<H::Of<&'a E::Key, &'a E::Value>> {
        // SAFETY: as in `next`.
        let (entry, _) = unsafe { self.entries.before(self.gap) }?;
        Some(H::of(entry))
    }
}

impl<'a, E, G, H> CursorMut<'a, E, G, H> {
    /// # Safety
    /// `gap` is a gap of `entries` in their current state.
    #[inline]
    pub(crate) unsafe fn new(entries: &'a mut E, gap: G) -> Self {
        let view = PhantomData;
        CursorMut { entries, gap, view }
    }

    /// The same gap, with another projection of the entries.
    #[inline]
    pub(crate) fn seen_as<O>(self) -> CursorMut<'a, E, G, O> {
        // SAFETY: the gap is one of these entries, which only this cursor can change.
        unsafe { CursorMut::new(self.entries, self.gap) }
    }
}

impl<'a, E: Entries, H: ProjectionMut> CursorMut<'a, E, E::Gap, H> {
    /// Moves past the next entry and returns it. At the end, does not move and returns `None`.
    /// O(1), amortized in a cache-oblivious map.
    #[expect(
        clippy::should_implement_trait,
        reason = "std's cursors have this name too; cursors also go back"
    )]
    #[inline]
    pub fn next(&mut self) -> Option<H::Mut<'_, E::Key, E::Value>> {
        // SAFETY: here and below: the gap is one of these entries, which only this cursor can
        // change.
        let (entry, gap) = unsafe { self.entries.after_mut(self.gap) }?;
        self.gap = gap;
        Some(H::of_mut(entry))
    }

    /// Moves before the previous entry and returns it. At the start, does not move and returns
    /// `None`. O(1), amortized in a cache-oblivious map.
    #[inline]
    pub fn prev(&mut self) -> Option<H::Mut<'_, E::Key, E::Value>> {
        // SAFETY: as in `next`.
        let (entry, gap) = unsafe { self.entries.before_mut(self.gap) }?;
        self.gap = gap;
        Some(H::of_mut(entry))
    }

    /// The next entry. O(1), amortized in a cache-oblivious map.
    #[inline]
    pub fn peek_next(&mut self) -> Option<H::Mut<'_, E::Key, E::Value>> {
        // SAFETY: as in `next`.
        let (entry, _) = unsafe { self.entries.after_mut(self.gap) }?;
        Some(H::of_mut(entry))
    }

    /// The previous entry. O(1), amortized in a cache-oblivious map.
    #[inline]
    pub fn peek_prev(&mut self) -> Option<H::Mut<'_, E::Key, E::Value>> {
        // SAFETY: as in `next`.
        let (entry, _) = unsafe { self.entries.before_mut(self.gap) }?;
        Some(H::of_mut(entry))
    }

    /// The next entry, for as long as the map is borrowed. O(1), amortized in a cache-oblivious
    /// map.
    #[inline]
    pub fn into_next(self) -> Option<H::Mut<'a, E::Key, E::Value>> {
        // SAFETY: as in `next`.
        let (entry, _) = unsafe { self.entries.after_mut(self.gap) }?;
        Some(H::of_mut(entry))
    }

    /// A read-only cursor at the same gap.
    #[inline]
    pub fn as_cursor(&self) -> Cursor<'_, E, E::Gap, H> {
        // SAFETY: the gap is one of these entries, which are borrowed and so unchanged.
        unsafe { Cursor::new(self.entries, self.gap) }
    }
}

impl<E: Remove, H: ProjectionMut> CursorMut<'_, E, E::Gap, H> {
    /// Removes the next entry; the cursor does not move. In a B+ tree, O(log n) worst case and O(1)
    /// in most cases; in a cache-oblivious map, moves O(log² n) entries, amortized.
    #[inline]
    pub fn remove_next(&mut self) -> Option<H::Of<E::Key, E::Value>> {
        // SAFETY: the gap is one of these entries, and `remove_after` keeps it one.
        unsafe { self.entries.remove_after(&mut self.gap) }.map(H::of)
    }

    /// Removes the previous entry; the cursor is then at the gap where that was. Costs the same as
    /// [`remove_next`](Self::remove_next).
    #[inline]
    pub fn remove_prev(&mut self) -> Option<H::Of<E::Key, E::Value>> {
        self.prev()?;
        self.remove_next()
    }
}

impl<E: Insert, H: ProjectionMut> CursorMut<'_, E, E::Gap, H> {
    fn insert(&mut self, key: E::Key, value: E::Value) -> Result<(), UnorderedKeyError> {
        let cursor = self.as_cursor().seen_as::<KeyValue>();
        let entry = (&key, &value);
        let is_after = cursor
            .peek_prev()
            .is_none_or(|prev| E::is_less(prev, entry));
        let is_before = cursor
            .peek_next()
            .is_none_or(|next| E::is_less(entry, next));
        if !(is_after && is_before) {
            return Err(UnorderedKeyError(()));
        }
        self.insert_after_unchecked(key, value);
        Ok(())
    }

    /// Inserts an entry that the caller knows to belong in the gap; the cursor is then before it.
    #[inline]
    pub(crate) fn insert_after_unchecked(&mut self, key: E::Key, value: E::Value) {
        // SAFETY: the gap is one of these entries, and `insert_at` keeps it one.
        unsafe { self.entries.insert_at(&mut self.gap, key, value) }
    }
}

/// Inserts entries.
impl<E: Insert, H: ProjectionWithValue> CursorMut<'_, E, E::Gap, H> {
    /// Inserts an entry into the gap; the cursor is then before it. O(log n) worst case in a B+
    /// tree; in a cache-oblivious map, moves O(log² n) entries, amortized.
    ///
    /// # Errors
    ///
    /// If the key is not greater than the previous one and smaller than the next one; nothing is
    /// then changed. In an index, this applies to the pair.
    pub fn insert_after(&mut self, key: E::Key, value: E::Value) -> Result<(), UnorderedKeyError> {
        self.insert(key, value)
    }

    /// Inserts an entry into the gap; the cursor is then after it. Costs the same as
    /// [`insert_after`](Self::insert_after).
    ///
    /// # Errors
    ///
    /// As [`insert_after`](Self::insert_after).
    pub fn insert_before(&mut self, key: E::Key, value: E::Value) -> Result<(), UnorderedKeyError> {
        self.insert(key, value)?;
        self.next();
        Ok(())
    }
}

/// Inserts elements of a set.
impl<E: Insert<Value = ()>> CursorMut<'_, E, E::Gap, KeyOnly> {
    /// Inserts an element into the gap; the cursor is then before it. O(log n) worst case.
    ///
    /// # Errors
    ///
    /// If the element is not greater than the previous one and smaller than the next one; nothing
    /// is then changed.
    pub fn insert_after(&mut self, element: E::Key) -> Result<(), UnorderedKeyError> {
        self.insert(element, ())
    }

    /// Inserts an element into the gap; the cursor is then after it. O(log n) worst case.
    ///
    /// # Errors
    ///
    /// As [`insert_after`](Self::insert_after).
    pub fn insert_before(&mut self, element: E::Key) -> Result<(), UnorderedKeyError> {
        self.insert(element, ())?;
        self.next();
        Ok(())
    }
}

impl<E, G: Copy, H> Clone for Cursor<'_, E, G, H> {
    fn clone(&self) -> Self {
        Cursor { ..*self }
    }
}

impl<E: Entries, H: Projection> fmt::Debug for Cursor<'_, E, E::Gap, H>
where
    for<'e> H::Of<&'e E::Key, &'e E::Value>: fmt::Debug,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cursor")
            .field("prev", &self.peek_prev())
            .field("next", &self.peek_next())
            .finish()
    }
}

impl<E: Entries, H: ProjectionMut> fmt::Debug for CursorMut<'_, E, E::Gap, H>
where
    for<'e> H::Of<&'e E::Key, &'e E::Value>: fmt::Debug,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cursor = self.as_cursor();
        f.debug_struct("CursorMut")
            .field("prev", &cursor.peek_prev())
            .field("next", &cursor.peek_next())
            .finish()
    }
}
