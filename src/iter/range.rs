//! Iterators over the entries between two gaps.
//!
//! A [`Walk`] yields the addresses of entries. The [`Access`] of a [`Range`] makes references of
//! them, shared or exclusive.
//!
//! Invariant: the entries of the walk are borrowed as the access requires, for its lifetime.

#![allow(unsafe_code, reason = "addresses of entries become references here")]

use core::fmt;
use core::iter::FusedIterator;
use core::marker::PhantomData;

use super::Remaining;
use crate::sealed::Sealed;

/// The addresses of an entry's key and value.
pub type Address<K, V> = (*mut K, *mut V);

/// Yields the addresses of the entries between two gaps, from both ends.
///
/// # Safety
/// A walk yields each entry once, and its clone the remaining ones. It reads nothing of an entry.
/// Other threads may read whatever else it reads.
pub unsafe trait Walk<K, V>: Clone + Default + Sealed {
    /// Yields the next entry.
    #[doc(hidden)]
    fn next(&mut self) -> Option<Address<K, V>>;

    /// Yields the last entry.
    #[doc(hidden)]
    fn next_back(&mut self) -> Option<Address<K, V>>;

    /// Calls `visit` for all remaining entries.
    #[doc(hidden)]
    fn fold<B>(self, start: B, visit: impl FnMut(B, Address<K, V>) -> B) -> B;

    /// Skips that many entries and yields the next.
    #[doc(hidden)]
    fn nth(&mut self, skipped: usize) -> Option<Address<K, V>> {
        for _ in 0..skipped {
            self.next()?;
        }
        self.next()
    }

    /// Like `nth`, from the back.
    #[doc(hidden)]
    fn nth_back(&mut self, skipped: usize) -> Option<Address<K, V>> {
        for _ in 0..skipped {
            self.next_back()?;
        }
        self.next_back()
    }

    /// A lower and an upper bound of the number of remaining entries.
    #[doc(hidden)]
    fn size_hint(&self) -> (usize, Option<usize>) {
        (0, None)
    }

    /// The number of remaining entries.
    #[doc(hidden)]
    fn count(self) -> usize {
        self.fold(0, |count, _| count + 1)
    }
}

/// What an iterator yields for an entry. This trait is sealed.
pub trait Access: Sealed {
    /// The keys of the entries.
    type Key;
    /// Their values.
    type Value;
    /// The item yielded.
    type Item;

    /// # Safety
    /// There is an entry at this address, borrowed as the type requires, and not yielded again if
    /// borrowed exclusively.
    #[doc(hidden)]
    unsafe fn of(entry: Address<Self::Key, Self::Value>) -> Self::Item;
}

/// References to keys and values.
#[derive(Debug)]
pub struct Shared<'a, K, V>(PhantomData<(&'a K, &'a V)>);

/// References to keys and values, with the values mutable. (No one else gets the keys either.)
#[derive(Debug)]
pub struct Exclusive<'a, K: 'a, V>(PhantomData<(K, &'a mut V)>);

impl<K, V> Sealed for Shared<'_, K, V> {}
impl<K, V> Sealed for Exclusive<'_, K, V> {}

impl<'a, K, V> Access for Shared<'a, K, V> {
    type Key = K;
    type Value = V;
    type Item = (&'a K, &'a V);

    #[inline]
    unsafe fn of((key, value): Address<K, V>) -> Self::Item {
        // SAFETY: the caller promises an entry that is borrowed for `'a`.
        unsafe { (&*key, &*value) }
    }
}

impl<'a, K: 'a, V> Access for Exclusive<'a, K, V> {
    type Key = K;
    type Value = V;
    type Item = (&'a K, &'a mut V);

    #[inline]
    unsafe fn of((key, value): Address<K, V>) -> Self::Item {
        // SAFETY: the caller promises an entry, borrowed exclusively for `'a`, that is yielded
        // once.
        unsafe { (&*key, &mut *value) }
    }
}

/// The entries of a range of keys, in ascending order.
#[must_use = "iterators are lazy and do nothing unless consumed"]
pub struct Range<A, W> {
    pub(crate) walk: W,
    access: PhantomData<A>,
}

// SAFETY: any thread may read what a walk reads; besides, a range only represents the references
// that it yields, for which `A` is `Send`.
unsafe impl<A: Send, W> Send for Range<A, W> {}
// SAFETY: a shared range shows at most the remaining entries.
unsafe impl<A: Sync, W> Sync for Range<A, W> {}

// A range holds no entry itself.
impl<A, W> Unpin for Range<A, W> {}

impl<A, W> Range<A, W> {
    /// # Safety
    /// The entries of the walk are borrowed as `A` requires, for the lifetime in `A`.
    #[inline]
    pub(crate) unsafe fn new(walk: W) -> Self {
        let access = PhantomData;
        Range { walk, access }
    }
}

impl<A: Access, W: Walk<A::Key, A::Value>> Iterator for Range<A, W> {
    type Item = A::Item;

    #[inline]
    fn next(&mut self) -> Option<A::Item> {
        // SAFETY: here and below: an entry of the walk, which is yielded once and borrowed as `A`
        // requires, as the caller of `new` promised.
        self.walk.next().map(|entry| unsafe { A::of(entry) })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.walk.size_hint()
    }

    fn nth(&mut self, skipped: usize) -> Option<A::Item> {
        // SAFETY: as in `next`.
        self.walk.nth(skipped).map(|entry| unsafe { A::of(entry) })
    }

    fn last(mut self) -> Option<A::Item> {
        self.next_back()
    }

    fn count(self) -> usize {
        self.walk.count()
    }

    #[inline]
    fn fold<B, F: FnMut(B, A::Item) -> B>(self, start: B, mut fold: F) -> B {
        // SAFETY: as in `next`.
        let visit = |folded, entry| fold(folded, unsafe { A::of(entry) });
        self.walk.fold(start, visit)
    }

    fn min(mut self) -> Option<A::Item>
    where
        A::Item: Ord,
    {
        self.next()
    }

    fn max(mut self) -> Option<A::Item>
    where
        A::Item: Ord,
    {
        self.next_back()
    }
}

impl<A: Access, W: Walk<A::Key, A::Value>> DoubleEndedIterator for Range<A, W> {
    #[inline]
    fn next_back(&mut self) -> Option<A::Item> {
        // SAFETY: as in `next`.
        self.walk.next_back().map(|entry| unsafe { A::of(entry) })
    }

    fn nth_back(&mut self, skipped: usize) -> Option<A::Item> {
        // SAFETY: as in `next`.
        self.walk
            .nth_back(skipped)
            .map(|entry| unsafe { A::of(entry) })
    }
}

impl<A: Access, W: Walk<A::Key, A::Value>> FusedIterator for Range<A, W> {}

impl<K, V, W: Clone> Clone for Range<Shared<'_, K, V>, W> {
    fn clone(&self) -> Self {
        // SAFETY: the entries are borrowed as those of the original, which is shared.
        unsafe { Range::new(self.walk.clone()) }
    }
}

impl<A, W: Default> Default for Range<A, W> {
    /// Makes an empty iterator.
    fn default() -> Self {
        // SAFETY: there are no entries.
        unsafe { Range::new(W::default()) }
    }
}

impl<A, W> Sealed for Range<A, W> {}

impl<A: Access, W: Walk<A::Key, A::Value>> Remaining for Range<A, W> {
    type Key = A::Key;
    type Value = A::Value;

    fn rest(&self) -> impl Iterator<Item = (&A::Key, &A::Value)> {
        // SAFETY: while this iterator is borrowed, and with it the entries, none of them is
        // yielded.
        unsafe { Range::<Shared<'_, A::Key, A::Value>, W>::new(self.walk.clone()) }
    }
}

impl<A, W> fmt::Debug for Range<A, W>
where
    A: Access<Key: fmt::Debug, Value: fmt::Debug>,
    W: Walk<A::Key, A::Value>,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.rest()).finish()
    }
}
