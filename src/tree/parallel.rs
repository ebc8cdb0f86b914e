//! Trees that several threads build or merge.
//!
//! Two trees are cut by the same entries into parts, which are merged into vectors; a new tree is
//! loaded from these. If user code panics meanwhile, the entries of both trees are dropped, each
//! once.

use alloc::vec::Vec;
use core::cmp::Ordering;
use core::mem;

use rayon::join;

use super::load::{LEAVES, Load};
use super::policy::{Policy, compare};
use super::{Span, Tree};
use crate::iter::{Lent, Owned, ParallelInsert};
use crate::store::Store;

/// One thread inserts fewer entries than this.
const FEW: usize = 10_000;

/// More threads than this are not expected to be any faster, as they share the memory.
const THREADS: usize = 8;

/// All entries of a part of a tree.
type OwnedSpan<'a, K, V, S, P> = Owned<K, V, Span<'a, K, V, S, P>>;

/// The parts before and after a cut.
type Halves<'a, K, V, S, P> = (OwnedSpan<'a, K, V, S, P>, OwnedSpan<'a, K, V, S, P>);

impl<K, V, S: Store, P: Policy> ParallelInsert for Tree<K, V, S, P>
where
    K: Ord + Clone + Send,
    V: Send,
    P::TieBreaker<V>: Ord + Clone + Send,
{
    fn from_runs(runs: Vec<Vec<(K, V)>>) -> Self {
        Load::new(runs).build()
    }

    /// For each entry of either tree, a thread that builds a new one does about a third of what the
    /// walk does for each of the new ones.
    fn is_for_one_thread(&self, count: usize) -> bool {
        let threads = rayon::current_num_threads().min(THREADS);
        count < FEW || self.raw.len / (3 * threads) >= count
    }

    fn par_append(&mut self, other: &mut Self) {
        if self.is_walk_better(other) {
            self.append(other);
        } else {
            let other = mem::replace(other, Self::new());
            self.rebuild_with(other, &|_, _, value| value);
        }
    }

    fn par_merge<C>(&mut self, other: Self, conflict: C)
    where
        C: Fn(&K, V, V) -> V + Sync,
    {
        if self.is_walk_better(&other) {
            self.merge(other, conflict);
        } else {
            self.rebuild_with(other, &conflict);
        }
    }
}

impl<K, V, S: Store, P: Policy> Tree<K, V, S, P>
where
    K: Ord + Clone + Send,
    V: Send,
    P::TieBreaker<V>: Ord + Clone + Send,
{
    /// Returns whether one thread inserts the entries of another tree faster. It does if either
    /// tree is empty.
    fn is_walk_better(&self, other: &Self) -> bool {
        self.is_for_one_thread(other.raw.len) || self.is_before(other) || other.is_before(self)
    }

    /// Builds this tree anew, from its entries and those of another one. Neither is empty.
    fn rebuild_with(&mut self, other: Self, conflict: &(impl Fn(&K, V, V) -> V + Sync)) {
        let mut ours = Lent::new(mem::replace(self, Self::new()));
        let mut theirs = Lent::new(other);
        let runs = merge_parts(ours.whole(), theirs.whole(), conflict);
        // Their nodes are freed before new ones are made.
        drop((ours, theirs));
        *self = Self::from_runs(runs);
    }
}

/// Merges parts of two trees into ascending runs.
fn merge_parts<K, V, S: Store, P: Policy>(
    ours: OwnedSpan<'_, K, V, S, P>,
    theirs: OwnedSpan<'_, K, V, S, P>,
    conflict: &(impl Fn(&K, V, V) -> V + Sync),
) -> Vec<Vec<(K, V)>>
where
    K: Ord + Send,
    V: Send,
    P::TieBreaker<V>: Ord,
{
    let (our_leaves, their_leaves) = (ours.span().leaves(), theirs.span().leaves());
    if our_leaves + their_leaves <= LEAVES {
        return Vec::from([merge_runs::<_, _, P>(
            ours.span().len() + theirs.span().len(),
            ours.into_iter(),
            theirs.into_iter(),
            conflict,
        )]);
    }
    let (ours, theirs) = if our_leaves >= their_leaves {
        let ours = halves(ours);
        let theirs = cut_before(theirs, &ours.1);
        (ours, theirs)
    } else {
        let theirs = halves(theirs);
        (cut_before(ours, &theirs.1), theirs)
    };
    let (mut runs, mut others) = join(
        || merge_parts(ours.0, theirs.0, conflict),
        || merge_parts(ours.1, theirs.1, conflict),
    );
    runs.append(&mut others);
    runs
}

/// Halves a part that has several leaves.
fn halves<K, V, S: Store, P: Policy>(part: OwnedSpan<'_, K, V, S, P>) -> Halves<'_, K, V, S, P> {
    let (left, right) = part.halve();
    (left, right.expect("it is cut between two leaves"))
}

/// Cuts a part where the first entry of a part of the other tree belongs.
fn cut_before<'a, K, V, S: Store, P: Policy>(
    part: OwnedSpan<'a, K, V, S, P>,
    other: &OwnedSpan<'_, K, V, S, P>,
) -> Halves<'a, K, V, S, P>
where
    K: Ord,
    P::TieBreaker<V>: Ord,
{
    let first = other.first().expect("no leaf is empty");
    let position = part.span().position(first);
    // SAFETY: a position of this span: each of its entries is before it or after it.
    unsafe { part.cut(|span| span.cut(position)) }
}

/// Merges ascending entries. Of equal ones, the key of the first run is kept, with the value that
/// `conflict` makes of both.
fn merge_runs<K: Ord, V, P: Policy>(
    len: usize,
    mut ours: impl Iterator<Item = (K, V)>,
    mut theirs: impl Iterator<Item = (K, V)>,
    conflict: impl Fn(&K, V, V) -> V,
) -> Vec<(K, V)>
where
    P::TieBreaker<V>: Ord,
{
    let mut merged = Vec::with_capacity(len);
    let (mut our_next, mut their_next) = (ours.next(), theirs.next());
    loop {
        match (our_next, their_next) {
            (Some(our), Some(their)) => {
                match compare::<K, V, P>((&our.0, &our.1), (&their.0, &their.1)) {
                    Ordering::Less => {
                        merged.push(our);
                        (our_next, their_next) = (ours.next(), Some(their));
                    }
                    Ordering::Greater => {
                        merged.push(their);
                        (our_next, their_next) = (Some(our), theirs.next());
                    }
                    Ordering::Equal => {
                        let value = conflict(&our.0, our.1, their.1);
                        merged.push((our.0, value));
                        (our_next, their_next) = (ours.next(), theirs.next());
                    }
                }
            }
            (our, their) => {
                merged.extend(our.into_iter().chain(ours));
                merged.extend(their.into_iter().chain(theirs));
                return merged;
            }
        }
    }
}
