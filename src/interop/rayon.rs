//! rayon: parallel iterators that cut the tree itself into parts, at its branches.
//!
//! Nothing of a tree is collected first, and items come in key order wherever order shows. How many
//! entries a part has is not known without walking it, so the iterators are not indexed: there is
//! no `zip` and no `enumerate`.
//!
//! The cache-oblivious map cuts its array between segments in the same way; only when it is
//! consumed are its entries collected first.
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

use rayon::iter::plumbing::{Folder, UnindexedProducer};
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use rayon::slice::ParallelSliceMut;

use crate::store::Store;
use crate::tree::{Exclusive, Owned, Policy, Shared};

/// Shows parts of a tree to rayon as a producer of its entries.
macro_rules! produce {
    ($part:ident: $key:ident, $value:ident => $item:ty) => {
        impl<'a, K: $key, V: $value, S: Store, P: Policy> UnindexedProducer
            for $part<'a, K, V, S, P>
        {
            type Item = $item;

            fn split(self) -> (Self, Option<Self>) {
                self.halve()
            }

            fn fold_with<F: Folder<$item>>(self, folder: F) -> F {
                folder.consume_iter(self)
            }
        }
    };
}

produce!(Shared: Sync, Sync => (&'a K, &'a V));
produce!(Exclusive: Sync, Send => (&'a K, &'a mut V));
produce!(Owned: Send, Send => (K, V));

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
