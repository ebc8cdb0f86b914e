//! rayon: parallel iterators that split the collection itself: a tree at its branches, the array of
//! a cache-oblivious map between segments.
//!
//! Nothing is collected first; items come in key order wherever order is visible. The number of
//! entries in a part is not known without walking it, so the iterators are not indexed: there is no
//! `zip` and no `enumerate`.
//!
//! The static collections are arrays: they have parallel batches (`static_collections`).
//!
//! This file has what the other collections share: how rayon splits them, and how entries are
//! sorted that come in any order. A tree of these is built by all threads (`tree/parallel.rs`).

pub mod index;
pub mod map;
pub mod oblivious;
pub mod set;
mod static_collections;

use alloc::vec::Vec;
use core::cmp::Ordering;
use core::fmt;
use core::mem;

use rayon::current_num_threads;
use rayon::iter::plumbing::{Folder, UnindexedConsumer, UnindexedProducer, bridge_unindexed};
use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};
use rayon::slice::ParallelSliceMut;

use crate::iter::{Access, Divisible, Lent, Owned, Part, Projected, Projection, Remaining, Span};
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
        bridge_unindexed(Lent::new(self.entries).whole(), consumer)
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

/// Collects and sorts entries in parallel. The sort is stable, so that the first of equal entries
/// remains the first. It may panic if the order is not a total one.
fn sorted<T: Send>(
    entries: impl IntoParallelIterator<Item = T>,
    order: impl Fn(&T, &T) -> Ordering + Sync,
) -> Vec<T> {
    let mut entries: Vec<_> = entries.into_par_iter().collect();
    if entries.is_sorted_by(|left, right| order(left, right).is_le()) {
        return entries;
    }
    // std's sort is faster than rayon's, which merges what has been sorted: on two threads, both
    // together take 0.8 of the time of rayon's alone for integers, and 0.5 for strings.
    let pieces = PIECES * current_num_threads();
    let len = entries.len().div_ceil(pieces).max(1);
    (entries.par_chunks_mut(len)).for_each(|piece| piece.sort_by(&order));
    entries.par_sort_by(order);
    entries
}

/// The pieces that each thread sorts.
const PIECES: usize = 2;

/// The number of entries in a vector that [`distinct`] returns, if any are equal.
const RUN: usize = 4096;

/// Removes equal entries from sorted ones, in parallel. Returns the others in several vectors, or
/// in the one that was given if all are different. Of two equal ones, `resolve` is given the later
/// and the earlier, makes the earlier what is kept, and the later what is dropped.
fn distinct<T: Send>(
    mut entries: Vec<T>,
    order: impl Fn(&T, &T) -> Ordering + Sync,
    resolve: impl Fn(&mut T, &mut T) + Sync,
) -> Vec<Vec<T>> {
    let is_equal = |earlier: &T, later: &T| order(earlier, later) == Ordering::Equal;
    let mut seams = (RUN..entries.len()).step_by(RUN);
    let are_distinct = |run: &mut [T]| run.windows(2).all(|pair| !is_equal(&pair[0], &pair[1]));
    if seams.all(|seam| !is_equal(&entries[seam - 1], &entries[seam]))
        && entries.par_chunks_mut(RUN).all(are_distinct)
    {
        return Vec::from([entries]);
    }
    let remove_equal = |mut run: Vec<T>| {
        run.dedup_by(|later, kept| {
            let equal = is_equal(kept, later);
            if equal {
                resolve(later, kept);
            }
            equal
        });
        run
    };
    let runs = entries.into_par_iter().chunks(RUN).map(remove_equal);
    let mut runs: Vec<Vec<T>> = runs.collect();
    for at in 1..runs.len() {
        let (before, after) = runs.split_at_mut(at);
        let before = &mut before[at - 1];
        if let (Some(kept), Some(later)) = (before.last_mut(), after[0].first_mut())
            && is_equal(kept, later)
        {
            // What is kept moves on to the next run, as that may end with it, too.
            resolve(later, kept);
            mem::swap(later, kept);
            drop(before.pop());
        }
    }
    runs
}
