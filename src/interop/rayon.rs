//! rayon: parallel iterators that cut the collection itself into parts: a tree at its branches, the
//! array of a cache-oblivious map between segments.
//!
//! Nothing is collected first, but for a cache-oblivious map that is consumed; items come in key
//! order wherever order shows. How many entries a part has is not known without walking it, so the
//! iterators are not indexed: there is no `zip` and no `enumerate`.
//!
//! The static collections are arrays: they have their batches in parallel (`fixed`).
//!
//! Here is what the other collections share: how rayon gets at parts, and how it puts entries in.

mod fixed;
pub mod index;
pub mod map;
pub mod oblivious;
pub mod set;

use alloc::vec::Vec;
use core::fmt;

use rayon::iter::plumbing::{Folder, UnindexedConsumer, UnindexedProducer, bridge_unindexed};
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use rayon::slice::ParallelSliceMut;

use crate::iter::{Access, Range};
use crate::oblivious::Walk;
use crate::store::Store;
use crate::tree::{Exclusive, Owned, Policy, Shared};

/// Entries that can cut themselves in two.
pub trait Part: IntoIterator + Sized {
    /// Two parts of about the same size, in order; or this one, if it is too small.
    #[doc(hidden)]
    fn halve(self) -> (Self, Option<Self>);
}

impl<K, V, S: Store, P: Policy> Part for Shared<'_, K, V, S, P> {
    fn halve(self) -> (Self, Option<Self>) {
        self.halve()
    }
}

impl<K, V, S: Store, P: Policy> Part for Exclusive<'_, K, V, S, P> {
    fn halve(self) -> (Self, Option<Self>) {
        self.halve()
    }
}

impl<K, V, S: Store, P: Policy> Part for Owned<'_, K, V, S, P> {
    fn halve(self) -> (Self, Option<Self>) {
        self.halve()
    }
}

impl<A, K, V> Part for Range<A, Walk<'_, K, V>>
where
    A: Access<Key = K, Value = V>,
{
    fn halve(self) -> (Self, Option<Self>) {
        self.split()
    }
}

/// Shows parts to rayon as a producer of their entries.
struct Producer<P>(P);

impl<P: Part + Send> UnindexedProducer for Producer<P> {
    type Item = P::Item;

    fn split(self) -> (Self, Option<Self>) {
        let (front, back) = self.0.halve();
        (Producer(front), back.map(Producer))
    }

    fn fold_with<F: Folder<P::Item>>(self, folder: F) -> F {
        folder.consume_iter(self.0)
    }
}

/// Parallel iterator over the entries of a part of a collection, which is cut further as there are
/// threads. The collections name it as theirs.
///
/// # Examples
///
/// ```
/// use leafwise::BPlusTreeMap;
/// use rayon::prelude::*;
///
/// let map: BPlusTreeMap<u32, u32> = (0..1000).map(|key| (key, key * 2)).collect();
/// assert_eq!(map.par_iter().map(|(_, value)| value).sum::<u32>(), 999_000);
/// ```
#[derive(Clone)]
pub struct Parts<P> {
    part: P,
}

impl<P: Part<Item: Send> + Send> ParallelIterator for Parts<P> {
    type Item = P::Item;

    fn drive_unindexed<C: UnindexedConsumer<P::Item>>(self, consumer: C) -> C::Result {
        bridge_unindexed(Producer(self.part), consumer)
    }
}

impl<P: fmt::Debug> fmt::Debug for Parts<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.part.fmt(f)
    }
}

/// Collects entries for being inserted one after the other: sorted, as that is what many threads
/// can do and one thread then has to do no more. Stable, so that of equal keys the first stays the
/// first.
fn sorted<K, V, I>(entries: I) -> Vec<(K, V)>
where
    K: Ord + Send,
    V: Send,
    I: IntoParallelIterator<Item = (K, V)>,
{
    let mut entries: Vec<_> = entries.into_par_iter().collect();
    entries.par_sort_by(|left, right| left.0.cmp(&right.0));
    entries
}
