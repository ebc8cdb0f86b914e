//! Gaps that a user can move: between two entries, before the first or after the last.

use core::borrow::Borrow;
use core::fmt;
use core::ops::Bound;

use crate::error::UnorderedKeyError;
use crate::search::Edge;

use super::packed::Place;
use super::table::Table;

/// A gap between two entries of a map, which can be moved and looked around from.
///
/// Made by [`lower_bound`](super::CacheObliviousMap::lower_bound) and
/// [`upper_bound`](super::CacheObliviousMap::upper_bound). A cursor never wraps around: at an end,
/// the methods that look further answer `None`.
///
/// # Examples
///
/// ```
/// use leafwise::CacheObliviousMap;
/// use std::ops::Bound;
///
/// let map = CacheObliviousMap::from([(1, 'a'), (3, 'c')]);
/// let mut cursor = map.lower_bound(Bound::Included(&2));
/// assert_eq!(cursor.peek_prev(), Some((&1, &'a')));
/// assert_eq!(cursor.next(), Some((&3, &'c')));
/// assert_eq!(cursor.peek_next(), None);
/// assert_eq!(cursor.prev(), Some((&3, &'c')));
/// ```
pub struct Cursor<'a, K, V> {
    table: &'a Table<K, V>,
    place: Place,
}

/// A gap between two entries of a map, which can be moved, and where entries can be changed,
/// inserted and removed.
///
/// Made by [`lower_bound_mut`](super::CacheObliviousMap::lower_bound_mut) and
/// [`upper_bound_mut`](super::CacheObliviousMap::upper_bound_mut).
///
/// # Examples
///
/// ```
/// use leafwise::CacheObliviousMap;
/// use std::ops::Bound;
///
/// let mut map = CacheObliviousMap::from([(1, 'a'), (3, 'c')]);
/// let mut cursor = map.upper_bound_mut(Bound::Included(&1));
/// cursor.insert_before(2, 'b').unwrap();
/// assert_eq!(cursor.remove_next(), Some((3, 'c')));
/// assert!(map.into_iter().eq([(1, 'a'), (2, 'b')]));
/// ```
pub struct CursorMut<'a, K, V> {
    table: &'a mut Table<K, V>,
    place: Place,
}

impl<'a, K, V> Cursor<'a, K, V> {
    pub(super) fn new(table: &'a Table<K, V>, place: Place) -> Self {
        Cursor { table, place }
    }

    /// Moves behind the next entry and returns it; at the end stays and returns `None`. O(1),
    /// amortized.
    #[expect(
        clippy::should_implement_trait,
        reason = "as std's cursors, which also go back"
    )]
    pub fn next(&mut self) -> Option<(&'a K, &'a V)> {
        let (entry, place) = self.table.after(self.place)?;
        self.place = place;
        Some(entry)
    }

    /// Moves before the previous entry and returns it; at the start stays and returns `None`. O(1),
    /// amortized.
    pub fn prev(&mut self) -> Option<(&'a K, &'a V)> {
        let (entry, place) = self.table.before(self.place)?;
        self.place = place;
        Some(entry)
    }

    /// The next entry. O(1), amortized.
    #[must_use]
    pub fn peek_next(&self) -> Option<(&'a K, &'a V)> {
        self.clone().next()
    }

    /// The previous entry. O(1), amortized.
    #[must_use]
    pub fn peek_prev(&self) -> Option<(&'a K, &'a V)> {
        self.clone().prev()
    }
}

impl<'a, K, V> CursorMut<'a, K, V> {
    pub(super) fn new(table: &'a mut Table<K, V>, place: Place) -> Self {
        CursorMut { table, place }
    }

    /// Moves behind the next entry and returns it; at the end stays and returns `None`. O(1),
    /// amortized.
    #[expect(
        clippy::should_implement_trait,
        reason = "as std's cursors, which also go back"
    )]
    pub fn next(&mut self) -> Option<(&K, &mut V)> {
        let (entry, place) = self.table.after_mut(self.place)?;
        self.place = place;
        Some(entry)
    }

    /// Moves before the previous entry and returns it; at the start stays and returns `None`. O(1),
    /// amortized.
    pub fn prev(&mut self) -> Option<(&K, &mut V)> {
        let (entry, place) = self.table.before_mut(self.place)?;
        self.place = place;
        Some(entry)
    }

    /// The next entry. O(1), amortized.
    pub fn peek_next(&mut self) -> Option<(&K, &mut V)> {
        let (entry, _) = self.table.after_mut(self.place)?;
        Some(entry)
    }

    /// The previous entry. O(1), amortized.
    pub fn peek_prev(&mut self) -> Option<(&K, &mut V)> {
        let (entry, _) = self.table.before_mut(self.place)?;
        Some(entry)
    }

    /// The next entry, for as long as the map is borrowed. O(1), amortized.
    pub fn into_next(self) -> Option<(&'a K, &'a mut V)> {
        let (entry, _) = self.table.after_mut(self.place)?;
        Some(entry)
    }

    /// A cursor at the same gap that only reads.
    #[must_use]
    pub fn as_cursor(&self) -> Cursor<'_, K, V> {
        Cursor::new(self.table, self.place)
    }
}

impl<K: Ord, V> CursorMut<'_, K, V> {
    /// Removes the next entry; the cursor stays where it was. Moves O(log² n) entries, amortized.
    pub fn remove_next(&mut self) -> Option<(K, V)> {
        let (entry, place) = self.table.remove_at(self.place)?;
        self.place = place;
        Some(entry)
    }

    /// Removes the previous entry; the cursor is then where it was. Moves O(log² n) entries,
    /// amortized.
    pub fn remove_prev(&mut self) -> Option<(K, V)> {
        self.prev()?;
        self.remove_next()
    }

    /// Inserts an entry into the gap; the cursor is before it after. Moves O(log² n) entries,
    /// amortized.
    ///
    /// # Errors
    ///
    /// If the key is not greater than the previous one and smaller than the next one; nothing is
    /// changed then.
    pub fn insert_after(&mut self, key: K, value: V) -> Result<(), UnorderedKeyError> {
        let cursor = self.as_cursor();
        let is_after = cursor.peek_prev().is_none_or(|(prev, _)| *prev < key);
        let is_before = cursor.peek_next().is_none_or(|(next, _)| key < *next);
        if !(is_after && is_before) {
            return Err(UnorderedKeyError(()));
        }
        self.insert_after_unchecked(key, value);
        Ok(())
    }

    /// Inserts an entry into the gap; the cursor is behind it after. Moves O(log² n) entries,
    /// amortized.
    ///
    /// # Errors
    ///
    /// As [`insert_after`](Self::insert_after).
    pub fn insert_before(&mut self, key: K, value: V) -> Result<(), UnorderedKeyError> {
        self.insert_after(key, value)?;
        self.next();
        Ok(())
    }

    /// Inserts an entry that the caller knows to belong in the gap; the cursor is before it after.
    pub(crate) fn insert_after_unchecked(&mut self, key: K, value: V) {
        self.place = self.table.insert_at(self.place, key, value);
    }
}

impl<K, V> Clone for Cursor<'_, K, V> {
    fn clone(&self) -> Self {
        Cursor { ..*self }
    }
}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for Cursor<'_, K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cursor")
            .field("prev", &self.peek_prev())
            .field("next", &self.peek_next())
            .finish()
    }
}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for CursorMut<'_, K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cursor = self.as_cursor();
        f.debug_struct("CursorMut")
            .field("prev", &cursor.peek_prev())
            .field("next", &cursor.peek_next())
            .finish()
    }
}

impl<K, V> Table<K, V> {
    /// The gap before the first entry that is not below the bound.
    pub(super) fn lower_place<Q>(&self, bound: Bound<&Q>) -> Place
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        match bound {
            Bound::Included(key) => self.seek(key, Edge::Lower),
            Bound::Excluded(key) => self.seek(key, Edge::Upper),
            Bound::Unbounded => self.start(),
        }
    }

    /// The gap after the last entry that is not above the bound.
    pub(super) fn upper_place<Q>(&self, bound: Bound<&Q>) -> Place
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        match bound {
            Bound::Included(key) => self.seek(key, Edge::Upper),
            Bound::Excluded(key) => self.seek(key, Edge::Lower),
            Bound::Unbounded => self.end(),
        }
    }
}
