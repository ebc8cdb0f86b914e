//! The map's iterators without the units.

use core::fmt;
use core::iter::FusedIterator;
use core::ops::RangeBounds;

use crate::iter::{Extraction, Half, Key, Only};
use crate::leaf::{Layout, Split};
use crate::map;
use crate::store::{Slab, Store};

use super::element;

/// The key of an entry of a set, shown as std shows its iterator over all elements.
#[derive(Clone, Copy, Debug)]
pub struct Element;

impl Half for Element {
    type Of<K, V> = K;
    const ASCENDING: bool = true;
    const NAME: Option<&'static str> = Some("Iter");

    #[inline]
    fn of<K, V>(entry: (K, V)) -> K {
        Key::of(entry)
    }
}

/// The elements of a set in ascending order. Made by
/// [`BPlusTreeSet::iter`](super::BPlusTreeSet::iter).
pub type Iter<'a, K, S = Slab, L = Split> = Only<Element, map::Iter<'a, K, (), S, L>>;

/// The elements of a set that was consumed, in ascending order. Made by `into_iter`.
pub type IntoIter<K, S = Slab, L = Split> = Only<Key, map::IntoIter<K, (), S, L>>;

/// The elements of a part of a set in ascending order. Made by
/// [`BPlusTreeSet::range`](super::BPlusTreeSet::range).
pub type Range<'a, K, S = Slab, L = Split> = Only<Key, map::Range<'a, K, (), S, L>>;

/// Removes the elements that a predicate says yes to and yields them in ascending order. Made by
/// [`BPlusTreeSet::extract_if`](super::BPlusTreeSet::extract_if).
///
/// What has not been visited when it is dropped remains in the set.
#[must_use = "iterators are lazy and do nothing unless consumed; \
    use `retain` or `extract_if().for_each(drop)` to remove and discard elements"]
pub struct ExtractIf<'a, K, R, F, S: Store = Slab, L: Layout = Split> {
    pub(super) inner: Extraction<map::CursorMut<'a, K, (), S, L>, R>,
    pub(super) predicate: F,
}

impl<K, R, F, S, L> Iterator for ExtractIf<'_, K, R, F, S, L>
where
    K: Ord,
    R: RangeBounds<K>,
    F: FnMut(&K) -> bool,
    S: Store,
    L: Layout,
{
    type Item = K;

    fn next(&mut self) -> Option<K> {
        self.inner
            .next(|element, ()| (self.predicate)(element))
            .map(element)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.inner.size_hint()
    }
}

impl<K, R, F, S, L> FusedIterator for ExtractIf<'_, K, R, F, S, L>
where
    K: Ord,
    R: RangeBounds<K>,
    F: FnMut(&K) -> bool,
    S: Store,
    L: Layout,
{
}

impl<K: fmt::Debug, R, F, S: Store, L: Layout> fmt::Debug for ExtractIf<'_, K, R, F, S, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner
            .debug(f, |cursor| cursor.as_cursor().peek_next().map(Key::of))
    }
}
