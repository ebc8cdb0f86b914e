//! Removing entries while iterating: a walk over a range that can remove the entry it has reached.
//! The `ExtractIf` of map, set and index differ in what their predicates see.

use core::fmt;
use core::iter::FusedIterator;
use core::marker::PhantomData;
use core::ops::{Bound, RangeBounds};

use super::cursor::CursorMut;
use super::entries::{CursorMutOf, Entries, Remove};
use super::projection::{KeyValue, Projection};
use crate::search::compare_keys;

/// Returns whether `key` is still within a range with this upper bound.
fn ends_after<K: Ord>(end: Bound<&K>, key: &K) -> bool {
    match end {
        Bound::Included(end) => compare_keys::<K, K>(key, end).is_le(),
        Bound::Excluded(end) => compare_keys::<K, K>(key, end).is_lt(),
        Bound::Unbounded => true,
    }
}

/// What a predicate `F` sees of an entry, besides what is yielded of it.
pub trait Predicate<K, V, F>: Projection {
    /// Calls the predicate on an entry.
    #[doc(hidden)]
    fn ask(predicate: &mut F, key: &K, value: &mut V) -> bool;
}

impl<K, V, F: FnMut(&K, &mut V) -> bool> Predicate<K, V, F> for KeyValue {
    fn ask(predicate: &mut F, key: &K, value: &mut V) -> bool {
        predicate(key, value)
    }
}

/// Removes the entries for which a predicate returns `true`, and yields them in ascending order.
///
/// Made by [`extract_if`](crate::BPlusTreeMap::extract_if). Entries not yet visited when it is
/// dropped stay in the collection.
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
pub struct ExtractIf<C, R, F, H = KeyValue> {
    cursor: C,
    /// Kept only for its end: the cursor has been placed at the start.
    range: R,
    predicate: F,
    /// At most this many entries are yet to be visited.
    remaining: usize,
    finished: bool,
    projection: PhantomData<H>,
}

impl<'a, E: Remove, R: RangeBounds<E::Key>, F, H> ExtractIf<CursorMutOf<'a, E>, R, F, H> {
    pub(crate) fn new(entries: &'a mut E, range: R, predicate: F) -> Self {
        ExtractIf {
            remaining: entries.len(),
            cursor: entries.lower_bound_mut(range.start_bound()),
            range,
            predicate,
            finished: false,
            projection: PhantomData,
        }
    }
}

impl<E, R, F, H> Iterator for ExtractIf<CursorMut<'_, E, E::Gap>, R, F, H>
where
    E: Remove,
    R: RangeBounds<E::Key>,
    H: Predicate<E::Key, E::Value, F>,
{
    type Item = H::Of<E::Key, E::Value>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.finished {
            // Until the predicate has returned: whatever ends this step, the end of the range or a
            // panic in `Ord` or the predicate, leaves the iterator finished.
            self.finished = true;
            let (key, value) = self.cursor.peek_next()?;
            if !ends_after(self.range.end_bound(), key) {
                return None;
            }
            let remove = H::ask(&mut self.predicate, key, value);
            self.finished = false;
            // An inconsistent `Ord` may show more entries than there were: the count must not wrap
            // around.
            self.remaining = self.remaining.saturating_sub(1);
            if remove {
                return self.cursor.remove_next().map(H::of);
            }
            self.cursor.next();
        }
        None
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (0, Some(if self.finished { 0 } else { self.remaining }))
    }
}

impl<E, R, F, H> FusedIterator for ExtractIf<CursorMut<'_, E, E::Gap>, R, F, H>
where
    E: Remove,
    R: RangeBounds<E::Key>,
    H: Predicate<E::Key, E::Value, F>,
{
}

impl<E: Entries, R, F, H: Projection> fmt::Debug for ExtractIf<CursorMut<'_, E, E::Gap>, R, F, H>
where
    for<'e> H::Of<&'e E::Key, &'e E::Value>: fmt::Debug,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let next = self.cursor.as_cursor().peek_next();
        f.debug_struct("ExtractIf")
            .field("peek", &next.filter(|_| !self.finished).map(H::of))
            .finish_non_exhaustive()
    }
}
