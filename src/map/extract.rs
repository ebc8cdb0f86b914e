//! Removal on the way: what the iterators that extract have in common.

use core::ops::{Bound, RangeBounds};

use crate::store::Store;
use crate::tree::{AtKey, CursorMut, Policy, Tree};

/// A mutable cursor as an [`Extraction`] uses it: `peek` shows the next entry, `step` moves behind
/// it, `remove` takes it out.
pub(crate) trait Walk<K, V> {
    fn peek(&mut self) -> Option<(&K, &mut V)>;
    fn step(&mut self);
    fn remove(&mut self) -> Option<(K, V)>;
}

impl<K, V, S, P> Walk<K, V> for CursorMut<'_, K, V, S, P>
where
    K: Ord,
    P::Tie<V>: Ord,
    S: Store,
    P: Policy,
{
    fn peek(&mut self) -> Option<(&K, &mut V)> {
        self.peek_next()
    }

    fn step(&mut self) {
        self.next();
    }

    fn remove(&mut self) -> Option<(K, V)> {
        self.remove_next()
    }
}

/// A walk over a range of entries that can remove the one it stands before. The common part of the
/// `ExtractIf` of maps, set and index, which differ in their cursors `C` and in what their
/// predicates see.
pub(crate) struct Extraction<C, R> {
    cursor: C,
    /// Kept for its end only: the cursor was put at the start.
    range: R,
    /// No more than this many entries are yet to be visited.
    remaining: usize,
    finished: bool,
}

impl<'a, K, V, S, P, R> Extraction<CursorMut<'a, K, V, S, P>, R>
where
    K: Ord,
    R: RangeBounds<K>,
    S: Store,
    P: Policy,
{
    pub(crate) fn of_tree(tree: &'a mut Tree<K, V, S, P>, range: R) -> Self {
        let remaining = tree.len();
        let cursor = tree.lower_bound_mut(range.start_bound(), AtKey);
        Extraction::new(cursor, range, remaining)
    }
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
    pub(crate) fn next<K: Ord, V>(
        &mut self,
        mut predicate: impl FnMut(&K, &mut V) -> bool,
    ) -> Option<(K, V)>
    where
        C: Walk<K, V>,
        R: RangeBounds<K>,
    {
        while !self.finished {
            // Until the predicate has answered: whatever leaves this step, an end or a panic in the
            // order or the predicate, leaves the iterator at its end.
            self.finished = true;
            let (key, value) = self.cursor.peek()?;
            if !ends_after(self.range.end_bound(), key) {
                return None;
            }
            let remove = predicate(key, value);
            self.finished = false;
            // An order that lies may show more entries than were there: the count stays a bound.
            self.remaining = self.remaining.saturating_sub(1);
            if remove {
                return self.cursor.remove();
            }
            self.cursor.step();
        }
        None
    }

    pub(crate) fn size_hint(&self) -> (usize, Option<usize>) {
        (0, Some(if self.finished { 0 } else { self.remaining }))
    }

    /// The cursor, unless the walk is over.
    pub(crate) fn cursor(&self) -> Option<&C> {
        (!self.finished).then_some(&self.cursor)
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
