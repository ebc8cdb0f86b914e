//! rayon: parallel iterators that split the collection itself: a tree at its branches, the array of
//! a cache-oblivious map between segments.
//!
//! Nothing is collected first; items come in key order wherever order is visible. The number of
//! entries in a part is not known without walking it, so the iterators are not indexed: there is no
//! `zip` and no `enumerate`.
//!
//! The static collections are arrays: they have parallel batches (`static_collections`).
//!
//! This file has what the other collections share: how rayon splits them, and how it inserts
//! entries.

pub mod index;
pub mod map;
pub mod oblivious;
pub mod set;
mod static_collections;

use alloc::vec::Vec;
use core::cmp::Ordering;
use core::fmt;

use rayon::iter::plumbing::{Folder, UnindexedConsumer, UnindexedProducer, bridge_unindexed};
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use rayon::slice::ParallelSliceMut;

use crate::iter::{Access, Divisible, Owned, Part, Projected, Projection, Remaining, Span, lend};
use crate::sealed::Sealed;

impl<A: Access<Item: Send>, S: Span<A::Key, A::Value>> UnindexedProducer for Part<A, S> {
    type Item = A::Item;

    fn split(self) -> (Self, Option<Self>) {
        self.halve()
    }

    fn fold_with<F: Folder<A::Item>>(self, folder: F) -> F {
        folder.consume_iter(self)
    }
}

impl<A: Access<Item: Send>, S: Span<A::Key, A::Value>> ParallelIterator for Part<A, S> {
    type Item = A::Item;

    fn drive_unindexed<C: UnindexedConsumer<A::Item>>(self, consumer: C) -> C::Result {
        bridge_unindexed(self, consumer)
    }
}

impl<K: Send, V: Send, S: Span<K, V>> UnindexedProducer for Owned<K, V, S> {
    type Item = (K, V);

    fn split(self) -> (Self, Option<Self>) {
        self.halve()
    }

    fn fold_with<F: Folder<(K, V)>>(self, folder: F) -> F {
        folder.consume_iter(self)
    }
}

/// Parallel owning iterator over the entries of a collection. Made by `into_par_iter`.
///
/// Entries that were not taken, because of an early end or a panic, are dropped.
#[must_use = "iterators are lazy and do nothing unless consumed"]
pub struct IntoParIter<E> {
    entries: E,
}

impl<E: Divisible<Key: Send, Value: Send> + Send> ParallelIterator for IntoParIter<E> {
    type Item = (E::Key, E::Value);

    fn drive_unindexed<C: UnindexedConsumer<Self::Item>>(self, consumer: C) -> C::Result {
        lend(self.entries, |parts| bridge_unindexed(parts, consumer))
    }
}

impl<E> Sealed for IntoParIter<E> {}

impl<E: Divisible> Remaining for IntoParIter<E> {
    type Key = E::Key;
    type Value = E::Value;

    fn rest(&self) -> impl Iterator<Item = (&E::Key, &E::Value)> {
        self.entries.iter()
    }
}

impl<E: Divisible<Key: fmt::Debug, Value: fmt::Debug>> fmt::Debug for IntoParIter<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.rest()).finish()
    }
}

impl<H, K, V, I> ParallelIterator for Projected<H, I>
where
    H: Projection<Of<K, V>: Send> + Send,
    I: ParallelIterator<Item = (K, V)>,
{
    type Item = H::Of<K, V>;

    fn drive_unindexed<C: UnindexedConsumer<Self::Item>>(self, consumer: C) -> C::Result {
        self.entries.map(H::of).drive_unindexed(consumer)
    }
}

/// Collects and sorts entries in parallel, before one thread inserts them. The
/// sort is stable, so that the first of equal entries remains the first.
fn sorted<T: Send>(
    entries: impl IntoParallelIterator<Item = T>,
    order: impl Fn(&T, &T) -> Ordering + Sync,
) -> Vec<T> {
    let mut entries: Vec<_> = entries.into_par_iter().collect();
    entries.par_sort_by(order);
    entries
}
