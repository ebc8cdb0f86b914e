//! Keys named by their position: what is compared and shown where a key need not be made.

use core::cmp::Ordering;
use core::fmt;
use core::ops::Range;

use super::arrangement::{Arrangement, Ref};
use super::key_array::{KeyArray, partition};

/// A key, as a position in a key array.
pub struct KeyAt<'a, K, A: Arrangement<K>> {
    keys: &'a A::KeyArray,
    at: usize,
}

impl<'a, K, A: Arrangement<K>> KeyAt<'a, K, A> {
    /// Shows the key to what knows keys only.
    pub(crate) fn with_key<R>(&self, show: impl FnOnce(&K) -> R) -> R {
        self.keys.with_key(self.at, show)
    }

    #[inline]
    pub(super) fn get(self) -> Ref<'a, K, A> {
        self.keys.get(self.at)
    }

    #[inline]
    pub(super) fn compare(self, other: Self) -> Ordering {
        self.keys.compare(self.at, other.keys, other.at)
    }

    /// Whether the key is in another array too: a binary search.
    pub(super) fn is_in(self, keys: &A::KeyArray) -> bool {
        let compare = |at| keys.compare(at, self.keys, self.at);
        let rank = partition(keys.len(), |at| compare(at).is_lt());
        rank < keys.len() && compare(rank).is_eq()
    }

    /// Whether both are one position of one array.
    pub(super) fn is_same(self, other: Self) -> bool {
        core::ptr::eq(self.keys, other.keys) && self.at == other.at
    }
}

impl<K, A: Arrangement<K>> Clone for KeyAt<'_, K, A> {
    #[inline]
    fn clone(&self) -> Self {
        *self
    }
}

impl<K, A: Arrangement<K>> Copy for KeyAt<'_, K, A> {}

impl<K: fmt::Debug, A: Arrangement<K>> fmt::Debug for KeyAt<'_, K, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.keys.with_key(self.at, |key| key.fmt(f))
    }
}

/// The keys at a range of positions, from both ends.
#[must_use = "iterators are lazy and do nothing unless consumed"]
pub struct KeysAt<'a, K, A: Arrangement<K>> {
    keys: &'a A::KeyArray,
    range: Range<usize>,
}

impl<'a, K, A: Arrangement<K>> KeysAt<'a, K, A> {
    pub(super) fn new(keys: &'a A::KeyArray, range: Range<usize>) -> Self {
        KeysAt { keys, range }
    }
}

impl<'a, K, A: Arrangement<K>> Iterator for KeysAt<'a, K, A> {
    type Item = KeyAt<'a, K, A>;

    #[inline]
    fn next(&mut self) -> Option<KeyAt<'a, K, A>> {
        let keys = self.keys;
        self.range.next().map(|at| KeyAt { keys, at })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.range.size_hint()
    }
}

impl<'a, K, A: Arrangement<K>> DoubleEndedIterator for KeysAt<'a, K, A> {
    #[inline]
    fn next_back(&mut self) -> Option<KeyAt<'a, K, A>> {
        let keys = self.keys;
        self.range.next_back().map(|at| KeyAt { keys, at })
    }
}

impl<K, A: Arrangement<K>> ExactSizeIterator for KeysAt<'_, K, A> {}

impl<K, A: Arrangement<K>> Clone for KeysAt<'_, K, A> {
    fn clone(&self) -> Self {
        KeysAt::new(self.keys, self.range.clone())
    }
}
