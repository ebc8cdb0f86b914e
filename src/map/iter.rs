//! The iterators that the tree does not have itself: halves of entries, and removal on the way.

use core::fmt;
use core::iter::FusedIterator;
use core::ops::{Bound, RangeBounds};

use crate::leaf::{Layout, Split};
use crate::store::{Slab, Store};
use crate::tree::{AtKey, Policy, Tree};

use super::{CursorMut, IntoIter, Iter, IterMut};

/// Implements the iterator traits for a wrapper of an entry iterator, which stands in its field
/// `inner` and of whose entries it yields a part. `ascending` says that the parts are keys: the
/// first is then the smallest.
macro_rules! project_entries {
    (@ascending $item:ty) => {
        #[inline]
        fn min(mut self) -> Option<$item>
        where
            $item: Ord,
        {
            self.next()
        }

        #[inline]
        fn max(mut self) -> Option<$item>
        where
            $item: Ord,
        {
            self.next_back()
        }
    };
    (
        impl[$($generics:tt)*] $name:ty;
        $entry:pat => $part:expr, $item:ty $(, $order:ident)?
    ) => {
        impl<$($generics)*> Iterator for $name {
            type Item = $item;

            #[inline]
            fn next(&mut self) -> Option<$item> {
                self.inner.next().map(|$entry| $part)
            }

            #[inline]
            fn size_hint(&self) -> (usize, Option<usize>) {
                self.inner.size_hint()
            }

            #[inline]
            fn nth(&mut self, skipped: usize) -> Option<$item> {
                self.inner.nth(skipped).map(|$entry| $part)
            }

            #[inline]
            fn last(mut self) -> Option<$item> {
                self.next_back()
            }

            #[inline]
            fn count(self) -> usize {
                self.inner.count()
            }

            #[inline]
            fn fold<Folded, F>(self, start: Folded, mut fold: F) -> Folded
            where
                F: FnMut(Folded, $item) -> Folded,
            {
                self.inner.fold(start, |folded, $entry| fold(folded, $part))
            }

            $( project_entries!(@$order $item); )?
        }

        impl<$($generics)*> DoubleEndedIterator for $name {
            #[inline]
            fn next_back(&mut self) -> Option<$item> {
                self.inner.next_back().map(|$entry| $part)
            }

            #[inline]
            fn nth_back(&mut self, skipped: usize) -> Option<$item> {
                self.inner.nth_back(skipped).map(|$entry| $part)
            }

            #[inline]
            fn rfold<Folded, F>(self, start: Folded, mut fold: F) -> Folded
            where
                F: FnMut(Folded, $item) -> Folded,
            {
                self.inner.rfold(start, |folded, $entry| fold(folded, $part))
            }
        }

        impl<$($generics)*> FusedIterator for $name {}
    };
}
pub(crate) use project_entries;

/// The keys of a map in ascending order. Made by [`BPlusTreeMap::keys`](super::BPlusTreeMap::keys).
#[must_use = "iterators are lazy and do nothing unless consumed"]
pub struct Keys<'a, K, V, S: Store = Slab, L: Layout = Split> {
    pub(super) inner: Iter<'a, K, V, S, L>,
}

project_entries! {
    impl['a, K, V, S: Store, L: Layout] Keys<'a, K, V, S, L>;
    (key, _) => key, &'a K, ascending
}

impl<K, V, S: Store, L: Layout> ExactSizeIterator for Keys<'_, K, V, S, L> {}

impl<K, V, S: Store, L: Layout> Clone for Keys<'_, K, V, S, L> {
    fn clone(&self) -> Self {
        Keys {
            inner: self.inner.clone(),
        }
    }
}

impl<K, V, S: Store, L: Layout> Default for Keys<'_, K, V, S, L> {
    /// An iterator of nothing.
    fn default() -> Self {
        Keys {
            inner: Iter::default(),
        }
    }
}

impl<K: fmt::Debug, V, S: Store, L: Layout> fmt::Debug for Keys<'_, K, V, S, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}

/// The values of a map in the order of their keys. Made by
/// [`BPlusTreeMap::values`](super::BPlusTreeMap::values).
#[must_use = "iterators are lazy and do nothing unless consumed"]
pub struct Values<'a, K, V, S: Store = Slab, L: Layout = Split> {
    pub(super) inner: Iter<'a, K, V, S, L>,
}

project_entries! {
    impl['a, K, V, S: Store, L: Layout] Values<'a, K, V, S, L>;
    (_, value) => value, &'a V
}

impl<K, V, S: Store, L: Layout> ExactSizeIterator for Values<'_, K, V, S, L> {}

impl<K, V, S: Store, L: Layout> Clone for Values<'_, K, V, S, L> {
    fn clone(&self) -> Self {
        Values {
            inner: self.inner.clone(),
        }
    }
}

impl<K, V, S: Store, L: Layout> Default for Values<'_, K, V, S, L> {
    /// An iterator of nothing.
    fn default() -> Self {
        Values {
            inner: Iter::default(),
        }
    }
}

impl<K, V: fmt::Debug, S: Store, L: Layout> fmt::Debug for Values<'_, K, V, S, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}

/// The values of a map in the order of their keys, open to change. Made by
/// [`BPlusTreeMap::values_mut`](super::BPlusTreeMap::values_mut).
#[must_use = "iterators are lazy and do nothing unless consumed"]
pub struct ValuesMut<'a, K, V, S: Store = Slab, L: Layout = Split> {
    pub(super) inner: IterMut<'a, K, V, S, L>,
}

project_entries! {
    impl['a, K, V, S: Store, L: Layout] ValuesMut<'a, K, V, S, L>;
    (_, value) => value, &'a mut V
}

impl<K, V, S: Store, L: Layout> ExactSizeIterator for ValuesMut<'_, K, V, S, L> {}

impl<K, V, S: Store, L: Layout> Default for ValuesMut<'_, K, V, S, L> {
    /// An iterator of nothing.
    fn default() -> Self {
        ValuesMut {
            inner: IterMut::default(),
        }
    }
}

impl<K, V: fmt::Debug, S: Store, L: Layout> fmt::Debug for ValuesMut<'_, K, V, S, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.inner.iter().map(|(_, value)| value))
            .finish()
    }
}

/// The keys of a map that was consumed, in ascending order. Made by
/// [`BPlusTreeMap::into_keys`](super::BPlusTreeMap::into_keys).
#[must_use = "iterators are lazy and do nothing unless consumed"]
pub struct IntoKeys<K, V, S: Store = Slab, L: Layout = Split> {
    pub(super) inner: IntoIter<K, V, S, L>,
}

project_entries! {
    impl[K, V, S: Store, L: Layout] IntoKeys<K, V, S, L>;
    (key, _) => key, K, ascending
}

impl<K, V, S: Store, L: Layout> ExactSizeIterator for IntoKeys<K, V, S, L> {}

impl<K, V, S: Store, L: Layout> Default for IntoKeys<K, V, S, L> {
    /// An iterator of nothing.
    fn default() -> Self {
        IntoKeys {
            inner: IntoIter::default(),
        }
    }
}

impl<K: fmt::Debug, V, S: Store, L: Layout> fmt::Debug for IntoKeys<K, V, S, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.inner.iter().map(|(key, _)| key))
            .finish()
    }
}

/// The values of a map that was consumed, in the order of their keys. Made by
/// [`BPlusTreeMap::into_values`](super::BPlusTreeMap::into_values).
#[must_use = "iterators are lazy and do nothing unless consumed"]
pub struct IntoValues<K, V, S: Store = Slab, L: Layout = Split> {
    pub(super) inner: IntoIter<K, V, S, L>,
}

project_entries! {
    impl[K, V, S: Store, L: Layout] IntoValues<K, V, S, L>;
    (_, value) => value, V
}

impl<K, V, S: Store, L: Layout> ExactSizeIterator for IntoValues<K, V, S, L> {}

impl<K, V, S: Store, L: Layout> Default for IntoValues<K, V, S, L> {
    /// An iterator of nothing.
    fn default() -> Self {
        IntoValues {
            inner: IntoIter::default(),
        }
    }
}

impl<K, V: fmt::Debug, S: Store, L: Layout> fmt::Debug for IntoValues<K, V, S, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.inner.iter().map(|(_, value)| value))
            .finish()
    }
}

/// A walk over a range of entries that can remove the one it stands before. The common part of the
/// `ExtractIf` of map, set and index, which differ in what their predicates see.
pub(crate) struct Extraction<'a, K, V, R, S: Store, P: Policy> {
    cursor: CursorMut<'a, K, V, S, P>,
    /// Kept for its end only: the cursor was put at the start.
    range: R,
    /// No more than this many entries are yet to be visited.
    remaining: usize,
    finished: bool,
}

impl<'a, K, V, R, S, P> Extraction<'a, K, V, R, S, P>
where
    K: Ord,
    P::Tie<V>: Ord,
    R: RangeBounds<K>,
    S: Store,
    P: Policy,
{
    pub(crate) fn new(tree: &'a mut Tree<K, V, S, P>, range: R) -> Self {
        let remaining = tree.len();
        let cursor = tree.lower_bound_mut(range.start_bound(), AtKey);
        Extraction {
            cursor,
            range,
            remaining,
            finished: false,
        }
    }

    /// Removes and returns the next entry of the range that `predicate` says yes to.
    pub(crate) fn next(&mut self, mut predicate: impl FnMut(&K, &mut V) -> bool) -> Option<(K, V)> {
        while !self.finished {
            // Until the predicate has answered: whatever leaves this step, an end or a panic in the
            // order or the predicate, leaves the iterator at its end.
            self.finished = true;
            let (key, value) = self.cursor.peek_next()?;
            if !ends_after(self.range.end_bound(), key) {
                return None;
            }
            let remove = predicate(key, value);
            self.finished = false;
            // An order that lies may show more entries than were there: the count stays a bound.
            self.remaining = self.remaining.saturating_sub(1);
            if remove {
                return self.cursor.remove_next();
            }
            self.cursor.next();
        }
        None
    }

    pub(crate) fn size_hint(&self) -> (usize, Option<usize>) {
        (0, Some(if self.finished { 0 } else { self.remaining }))
    }
}

impl<K, V, R, S: Store, P: Policy> Extraction<'_, K, V, R, S, P> {
    /// The entry that the walk comes to next, be it in the range or not.
    pub(crate) fn peek(&self) -> Option<(&K, &V)> {
        if self.finished {
            None
        } else {
            self.cursor.as_cursor().peek_next()
        }
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

/// Removes the entries that a predicate says yes to and yields them in ascending order. Made by
/// [`BPlusTreeMap::extract_if`](super::BPlusTreeMap::extract_if).
///
/// What has not been visited when it is dropped remains in the map.
#[must_use = "iterators are lazy and do nothing unless consumed; \
    use `retain` or `extract_if().for_each(drop)` to remove and discard elements"]
pub struct ExtractIf<'a, K, V, R, F, S: Store = Slab, L: Layout = Split> {
    pub(super) inner: Extraction<'a, K, V, R, S, L>,
    pub(super) predicate: F,
}

impl<K, V, R, F, S, L> Iterator for ExtractIf<'_, K, V, R, F, S, L>
where
    K: Ord,
    R: RangeBounds<K>,
    F: FnMut(&K, &mut V) -> bool,
    S: Store,
    L: Layout,
{
    type Item = (K, V);

    fn next(&mut self) -> Option<(K, V)> {
        self.inner.next(&mut self.predicate)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.inner.size_hint()
    }
}

impl<K, V, R, F, S, L> FusedIterator for ExtractIf<'_, K, V, R, F, S, L>
where
    K: Ord,
    R: RangeBounds<K>,
    F: FnMut(&K, &mut V) -> bool,
    S: Store,
    L: Layout,
{
}

impl<K, V, R, F, S, L> fmt::Debug for ExtractIf<'_, K, V, R, F, S, L>
where
    K: fmt::Debug,
    V: fmt::Debug,
    S: Store,
    L: Layout,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExtractIf")
            .field("peek", &self.inner.peek())
            .finish_non_exhaustive()
    }
}
