//! Gaps that a user can move: between two entries, before the first or after the last.

use core::cmp::Ordering;
use core::fmt;
use core::ops::Bound;

use super::policy::{Policy, compare};
use super::target::Target;
use super::{Gap, Occupied, Tree};
use crate::error::UnorderedKeyError;
use crate::leaf::Split;
use crate::search::Edge;
use crate::store::{Slab, Store};

/// A gap between two entries of a map, which can be moved and looked around from.
///
/// Made by [`lower_bound`](crate::BPlusTreeMap::lower_bound) and
/// [`upper_bound`](crate::BPlusTreeMap::upper_bound). A cursor never wraps around: at an end, the
/// methods that look further answer `None`.
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
/// ```
pub struct Cursor<'a, K, V, S: Store = Slab, P: Policy = Split> {
    tree: &'a Tree<K, V, S, P>,
    gap: Gap<S>,
}

impl<K, V, S: Store, P: Policy> Clone for Cursor<'_, K, V, S, P> {
    fn clone(&self) -> Self {
        Cursor {
            tree: self.tree,
            gap: self.gap,
        }
    }
}

impl<K: fmt::Debug, V: fmt::Debug, S: Store, P: Policy> fmt::Debug for Cursor<'_, K, V, S, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cursor")
            .field("prev", &self.peek_prev())
            .field("next", &self.peek_next())
            .finish()
    }
}

// SAFETY: a cursor is a shared reference to the tree and the number or address of one of its nodes.
unsafe impl<K: Sync, V: Sync, S: Store, P: Policy> Send for Cursor<'_, K, V, S, P> {}
// SAFETY: as above.
unsafe impl<K: Sync, V: Sync, S: Store, P: Policy> Sync for Cursor<'_, K, V, S, P> {}

impl<'a, K, V, S: Store, P: Policy> Cursor<'a, K, V, S, P> {
    pub(super) fn new(tree: &'a Tree<K, V, S, P>, gap: Gap<S>) -> Self {
        Cursor { tree, gap }
    }

    /// Moves behind the next entry and returns it; at the end stays and returns `None`. O(1).
    #[expect(
        clippy::should_implement_trait,
        reason = "as std's cursors, which also go back"
    )]
    pub fn next(&mut self) -> Option<(&'a K, &'a V)> {
        let entry = self.tree.next_entry(self.gap)?;
        self.gap = entry.behind();
        Some(self.entry(entry))
    }

    /// Moves before the previous entry and returns it; at the start stays and returns `None`. O(1).
    pub fn prev(&mut self) -> Option<(&'a K, &'a V)> {
        let entry = self.tree.prev_entry(self.gap)?;
        self.gap = entry.before();
        Some(self.entry(entry))
    }

    /// The next entry. O(1).
    pub fn peek_next(&self) -> Option<(&'a K, &'a V)> {
        Some(self.entry(self.tree.next_entry(self.gap)?))
    }

    /// The previous entry. O(1).
    pub fn peek_prev(&self) -> Option<(&'a K, &'a V)> {
        Some(self.entry(self.tree.prev_entry(self.gap)?))
    }

    #[inline]
    fn entry(&self, entry: Occupied<S>) -> (&'a K, &'a V) {
        let (key, value) = self.tree.entry(entry);
        // SAFETY: an entry of the tree, which stays borrowed for `'a`.
        unsafe { (&*key, &*value) }
    }
}

/// A gap between two entries of a map, which can be moved, and where entries can be changed,
/// inserted and removed.
///
/// Made by [`lower_bound_mut`](crate::BPlusTreeMap::lower_bound_mut) and
/// [`upper_bound_mut`](crate::BPlusTreeMap::upper_bound_mut).
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
pub struct CursorMut<'a, K, V, S: Store = Slab, P: Policy = Split> {
    tree: &'a mut Tree<K, V, S, P>,
    gap: Gap<S>,
}

impl<K: fmt::Debug, V: fmt::Debug, S: Store, P: Policy> fmt::Debug for CursorMut<'_, K, V, S, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cursor = self.as_cursor();
        f.debug_struct("CursorMut")
            .field("prev", &cursor.peek_prev())
            .field("next", &cursor.peek_next())
            .finish()
    }
}

// SAFETY: a cursor is a mutable reference to the tree and the number or address of one of its
// nodes.
unsafe impl<K: Send, V: Send, S: Store, P: Policy> Send for CursorMut<'_, K, V, S, P> {}
// SAFETY: as above.
unsafe impl<K: Sync, V: Sync, S: Store, P: Policy> Sync for CursorMut<'_, K, V, S, P> {}

impl<'a, K, V, S: Store, P: Policy> CursorMut<'a, K, V, S, P> {
    pub(super) fn new(tree: &'a mut Tree<K, V, S, P>, gap: Gap<S>) -> Self {
        CursorMut { tree, gap }
    }

    /// Moves behind the next entry and returns it; at the end stays and returns `None`. O(1).
    #[expect(
        clippy::should_implement_trait,
        reason = "as std's cursors, which also go back"
    )]
    pub fn next(&mut self) -> Option<(&K, &mut V)> {
        let entry = self.tree.next_entry(self.gap)?;
        self.gap = entry.behind();
        Some(self.entry(entry))
    }

    /// Moves before the previous entry and returns it; at the start stays and returns `None`. O(1).
    pub fn prev(&mut self) -> Option<(&K, &mut V)> {
        let entry = self.tree.prev_entry(self.gap)?;
        self.gap = entry.before();
        Some(self.entry(entry))
    }

    /// The next entry. O(1).
    pub fn peek_next(&mut self) -> Option<(&K, &mut V)> {
        let entry = self.tree.next_entry(self.gap)?;
        Some(self.entry(entry))
    }

    /// The previous entry. O(1).
    pub fn peek_prev(&mut self) -> Option<(&K, &mut V)> {
        let entry = self.tree.prev_entry(self.gap)?;
        Some(self.entry(entry))
    }

    #[inline]
    fn entry(&mut self, entry: Occupied<S>) -> (&K, &mut V) {
        let (key, value) = self.tree.entry(entry);
        // SAFETY: an entry of the tree, which is borrowed through this cursor.
        unsafe { (&*key, &mut *value) }
    }

    /// The next entry, for as long as the map is borrowed. O(1).
    pub fn into_next(self) -> Option<(&'a K, &'a mut V)> {
        let (key, value) = self.tree.entry(self.tree.next_entry(self.gap)?);
        // SAFETY: an entry of the tree, whose mutable borrow for `'a` ends with this cursor.
        Some(unsafe { (&*key, &mut *value) })
    }

    /// A cursor at the same gap that only reads.
    pub fn as_cursor(&self) -> Cursor<'_, K, V, S, P> {
        Cursor::new(self.tree, self.gap)
    }
}

impl<K, V, S: Store, P: Policy> CursorMut<'_, K, V, S, P>
where
    K: Ord,
    P::Tie<V>: Ord,
{
    /// Removes the next entry; the cursor stays where it was. O(log n) worst case, in most cases
    /// O(1).
    pub fn remove_next(&mut self) -> Option<(K, V)> {
        let next = self.tree.next_entry(self.gap)?;
        Some(self.remove(next))
    }

    /// Removes the previous entry; the cursor is then where it was. O(log n) worst case, in most
    /// cases O(1).
    pub fn remove_prev(&mut self) -> Option<(K, V)> {
        let prev = self.tree.prev_entry(self.gap)?;
        Some(self.remove(prev))
    }

    /// Takes an entry out; the cursor is where it was.
    #[inline]
    fn remove(&mut self, entry: Occupied<S>) -> (K, V) {
        let (entry, (gap, separator)) = self.tree.take_at(entry);
        self.gap = gap;
        drop(separator);
        entry
    }
}

impl<K, V, S: Store, P: Policy> CursorMut<'_, K, V, S, P> {
    /// Replaces the key of the next entry by an equal one and returns it.
    pub(crate) fn replace_next_key(&mut self, key: K) -> Option<K> {
        let (slot, _) = self.tree.entry(self.tree.next_entry(self.gap)?);
        // SAFETY: an entry of the tree, which is borrowed through this cursor.
        Some(unsafe { slot.replace(key) })
    }
}

impl<K, V, S: Store, P: Policy> CursorMut<'_, K, V, S, P>
where
    K: Ord + Clone,
    P::Tie<V>: Ord + Clone,
{
    /// Inserts an entry into the gap; the cursor is before it after. O(log n) worst case.
    ///
    /// # Errors
    /// If the key is not greater than the previous one and smaller than the next one; nothing is
    /// changed then.
    pub fn insert_after(&mut self, key: K, value: V) -> Result<(), UnorderedKeyError> {
        self.check_order(&key, &value)?;
        self.insert_after_unchecked(key, value);
        Ok(())
    }

    /// Inserts an entry into the gap; the cursor is behind it after. O(log n) worst case.
    ///
    /// # Errors
    /// As [`insert_after`](Self::insert_after).
    pub fn insert_before(&mut self, key: K, value: V) -> Result<(), UnorderedKeyError> {
        self.check_order(&key, &value)?;
        self.insert_after_unchecked(key, value);
        self.gap.at += 1;
        Ok(())
    }

    fn check_order(&self, key: &K, value: &V) -> Result<(), UnorderedKeyError> {
        let cursor = self.as_cursor();
        let is_less = |left, right| compare::<K, V, P>(left, right) == Ordering::Less;
        let after = cursor
            .peek_prev()
            .is_none_or(|prev| is_less(prev, (key, value)));
        let before = cursor
            .peek_next()
            .is_none_or(|next| is_less((key, value), next));
        if after && before {
            Ok(())
        } else {
            Err(UnorderedKeyError(()))
        }
    }

    /// Inserts an entry that the caller knows to belong in the gap; the cursor is before it after.
    #[inline]
    pub(crate) fn insert_after_unchecked(&mut self, key: K, value: V) {
        let Some(root) = self.tree.raw.root() else {
            self.tree.push_last(key, value);
            self.gap = self.tree.first_gap();
            return;
        };
        if self.tree.is_between_leaves(self.gap) {
            // The separator tells on which side of the border the key belongs.
            self.gap = self.tree.locate(root, P::target(&key, &value));
        }
        let (inserted, separator) = self.tree.insert_at(self.gap, key, value);
        self.gap = inserted.before();
        drop(separator);
    }
}

impl<K, V, S: Store, P: Policy> Tree<K, V, S, P> {
    /// The gap before the first entry.
    pub(crate) fn start(&self) -> Cursor<'_, K, V, S, P> {
        Cursor::new(self, self.first_gap())
    }

    /// The gap after the last entry.
    pub(crate) fn end(&self) -> Cursor<'_, K, V, S, P> {
        Cursor::new(self, self.last_gap())
    }

    /// [`start`](Self::start), to change something there.
    pub(crate) fn start_mut(&mut self) -> CursorMut<'_, K, V, S, P> {
        let gap = self.first_gap();
        CursorMut::new(self, gap)
    }

    /// [`end`](Self::end), to change something there.
    pub(crate) fn end_mut(&mut self) -> CursorMut<'_, K, V, S, P> {
        let gap = self.last_gap();
        CursorMut::new(self, gap)
    }

    /// Whether a gap is where one leaf ends and another begins.
    fn is_between_leaves(&self, gap: Gap<S>) -> bool {
        let leaf = self.leaf(gap.leaf).node;
        (gap.at == leaf.len() && !leaf.next().is_nil()) || (gap.at == 0 && !leaf.prev().is_nil())
    }
}

impl<K, V, S: Store, P: Policy> Tree<K, V, S, P> {
    /// The gap before the first entry within the lower bound. `place` is as for
    /// [`lower_gap`](Self::lower_gap).
    pub(crate) fn lower_bound<B, F, M>(&self, bound: Bound<B>, place: F) -> Cursor<'_, K, V, S, P>
    where
        F: FnOnce(B, Edge) -> M,
        M: Target<K, P::Tie<V>>,
    {
        Cursor::new(self, self.lower_gap(bound, place))
    }

    /// The gap after the last entry within the upper bound.
    pub(crate) fn upper_bound<B, F, M>(&self, bound: Bound<B>, place: F) -> Cursor<'_, K, V, S, P>
    where
        F: FnOnce(B, Edge) -> M,
        M: Target<K, P::Tie<V>>,
    {
        Cursor::new(self, self.upper_gap(bound, place))
    }

    /// [`lower_bound`](Self::lower_bound), to change something there.
    pub(crate) fn lower_bound_mut<B, F, M>(
        &mut self,
        bound: Bound<B>,
        place: F,
    ) -> CursorMut<'_, K, V, S, P>
    where
        F: FnOnce(B, Edge) -> M,
        M: Target<K, P::Tie<V>>,
    {
        let gap = self.lower_gap(bound, place);
        CursorMut::new(self, gap)
    }

    /// [`upper_bound`](Self::upper_bound), to change something there.
    pub(crate) fn upper_bound_mut<B, F, M>(
        &mut self,
        bound: Bound<B>,
        place: F,
    ) -> CursorMut<'_, K, V, S, P>
    where
        F: FnOnce(B, Edge) -> M,
        M: Target<K, P::Tie<V>>,
    {
        let gap = self.upper_gap(bound, place);
        CursorMut::new(self, gap)
    }
}

/// The gap before the entry that was looked for, or the gap where it belongs.
type FoundOrGap<C> = Result<C, C>;

impl<K, V, S: Store, P: Policy> Tree<K, V, S, P> {
    /// The gap right before the entry that is looked for, or the gap where one belongs.
    #[inline]
    pub(crate) fn find_mut(
        &mut self,
        target: impl Target<K, P::Tie<V>>,
    ) -> FoundOrGap<CursorMut<'_, K, V, S, P>> {
        let Some(root) = self.raw.root() else {
            return Err(self.start_mut());
        };
        match self.seek(root, target) {
            Ok(found) => Ok(CursorMut::new(self, found.before())),
            Err(gap) => Err(CursorMut::new(self, gap)),
        }
    }
}
