//! Removal on the way: what the iterators that extract have in common, and that of the maps.

use core::fmt;
use core::iter::FusedIterator;
use core::ops::{Bound, RangeBounds};

use super::gap::EditGap;

/// A walk over a range of entries that can remove the one it stands before. The common part of the
/// `ExtractIf` of maps, set and index, which differ in what their predicates see.
pub(crate) struct Extraction<C, R> {
    cursor: C,
    /// Kept for its end only: the cursor was put at the start.
    range: R,
    /// No more than this many entries are yet to be visited.
    remaining: usize,
    finished: bool,
}

impl<C, R> Extraction<C, R> {
    /// Walks from the cursor, which stands at the start of `range`, over at most `remaining`
    /// entries.
    pub(crate) fn new(cursor: C, range: R, remaining: usize) -> Self {
        Extraction {
            cursor,
            range,
            remaining,
            finished: false,
        }
    }

    /// Removes and returns the next entry of the range that `predicate` says yes to.
    pub(crate) fn next(
        &mut self,
        mut predicate: impl FnMut(&C::Key, &mut C::Value) -> bool,
    ) -> Option<(C::Key, C::Value)>
    where
        C: EditGap<Key: Ord>,
        R: RangeBounds<C::Key>,
    {
        while !self.finished {
            // Until the predicate has answered: whatever leaves this step, an end or a panic in the
            // order or the predicate, leaves the iterator at its end.
            self.finished = true;
            let (key, value) = self.cursor.after_mut()?;
            if !ends_after(self.range.end_bound(), key) {
                return None;
            }
            let remove = predicate(key, value);
            self.finished = false;
            // An order that lies may show more entries than were there: the count stays a bound.
            self.remaining = self.remaining.saturating_sub(1);
            if remove {
                return self.cursor.remove_after();
            }
            self.cursor.step();
        }
        None
    }

    pub(crate) fn size_hint(&self) -> (usize, Option<usize>) {
        (0, Some(if self.finished { 0 } else { self.remaining }))
    }

    /// Shows the entry that is visited next, which `peek` gets from the cursor, unless the walk is
    /// over.
    pub(crate) fn debug<'c, E: fmt::Debug>(
        &'c self,
        f: &mut fmt::Formatter<'_>,
        peek: impl FnOnce(&'c C) -> Option<E>,
    ) -> fmt::Result {
        let peek = (!self.finished).then(|| peek(&self.cursor)).flatten();
        f.debug_struct("ExtractIf")
            .field("peek", &peek)
            .finish_non_exhaustive()
    }
}

/// Whether a range with this end still holds `key`.
fn ends_after<K: Ord>(end: Bound<&K>, key: &K) -> bool {
    match end {
        Bound::Included(end) => key <= end,
        Bound::Excluded(end) => key < end,
        Bound::Unbounded => true,
    }
}

/// Removes the entries of a map that a predicate says yes to and yields them in ascending order.
///
/// Made by [`extract_if`](crate::BPlusTreeMap::extract_if). What has not been visited when it is
/// dropped remains in the map.
///
/// # Examples
///
/// ```
/// use leafwise::BPlusTreeMap;
///
/// let mut map = BPlusTreeMap::from([(1, "a"), (2, "b"), (3, "c")]);
/// assert!(map.extract_if(2.., |_, _| true).eq([(2, "b"), (3, "c")]));
/// assert_eq!(map.len(), 1);
/// ```
#[must_use = "iterators are lazy and do nothing unless consumed; \
    use `retain` or `extract_if().for_each(drop)` to remove and discard elements"]
pub struct ExtractIf<C, R, F> {
    pub(crate) inner: Extraction<C, R>,
    pub(crate) predicate: F,
}

impl<K: Ord, V, C, R, F> Iterator for ExtractIf<C, R, F>
where
    C: EditGap<Key = K, Value = V>,
    R: RangeBounds<K>,
    F: FnMut(&K, &mut V) -> bool,
{
    type Item = (K, V);

    fn next(&mut self) -> Option<(K, V)> {
        self.inner.next(&mut self.predicate)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.inner.size_hint()
    }
}

impl<K: Ord, V, C, R, F> FusedIterator for ExtractIf<C, R, F>
where
    C: EditGap<Key = K, Value = V>,
    R: RangeBounds<K>,
    F: FnMut(&K, &mut V) -> bool,
{
}

impl<C, R, F> fmt::Debug for ExtractIf<C, R, F>
where
    C: EditGap<Key: fmt::Debug, Value: fmt::Debug>,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.debug(f, EditGap::after)
    }
}
