//! Parts of a tree for several threads: the entries between two gaps, halved again and again.
//!
//! A [`Span`] lists its leaves when it is made, which reads only branches. It is cut between two
//! leaves, or between two entries of its only leaf, and is walked by the run between its ends. The
//! type that holds it makes it a shared, mutable or owning part.
//!
//! # Invariants
//! Memory safety rests on these alone:
//! 1. The leaves of a span are leaves of its tree in the order of the links, at least one (`NIL` in
//!    a tree without a root). So the run between its ends ends at the back.
//! 2. Its ends are in the first and the last of them, at most at their lengths.
//! 3. The halves of a span have no entry in common, and together all of its entries.
//!
//! None of them depends on the order of keys: a range finds its ends by keys, but if an
//! inconsistent `Ord` puts the back before the front, the span is empty.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::borrow::Borrow;
use core::cmp::Ordering;
use core::mem::ManuallyDrop;
use core::ops::{self, Bound};

use super::descend::End;
use super::iter::Run;
use super::policy::{Policy, compare};
use super::target::AtKey;
use super::{Gap, Tree, Walk};
use crate::iter::{self, Divisible};
use crate::sealed::Sealed;
use crate::search::bisect;
use crate::store::{LeafId, Store};

/// The entries between two gaps. Does not decide how they may be used.
pub struct Span<'a, K, V, S: Store, P: Policy> {
    tree: &'a Tree<K, V, S, P>,
    /// The leaves of the span that this one was cut from, and which of them belong to this one.
    leaves: Arc<[LeafId<S>]>,
    part: ops::Range<usize>,
    /// Where the span begins in its first leaf.
    from: usize,
    /// Where the span ends in its last leaf.
    to: usize,
}

impl<K, V, S: Store, P: Policy> Clone for Span<'_, K, V, S, P> {
    fn clone(&self) -> Self {
        Span {
            leaves: self.leaves.clone(),
            part: self.part.clone(),
            ..*self
        }
    }
}

impl<'a, K, V, S: Store, P: Policy> Span<'a, K, V, S, P> {
    fn new(tree: &'a Tree<K, V, S, P>, front: End<S>, back: Gap<S>) -> Self {
        let End { path, gap } = front;
        let (mut leaves, mut to) = (Vec::new(), back.at);
        let shape = Tree::<K, V, S, P>::SHAPE;
        let visit = |leaf| leaves.push(leaf);
        if !(tree.raw).visit_leaves(shape, path, gap.leaf, back.leaf, visit) {
            (leaves, to) = (Vec::from([gap.leaf]), gap.at);
        }
        Span {
            tree,
            part: 0..leaves.len(),
            leaves: leaves.into(),
            from: gap.at,
            to,
        }
    }

    pub(super) fn all(tree: &'a Tree<K, V, S, P>) -> Self {
        Span::new(tree, tree.first_end(), tree.last_gap())
    }

    pub(super) fn between<Q>(tree: &'a Tree<K, V, S, P>, start: Bound<&Q>, end: Bound<&Q>) -> Self
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        let front = tree.lower_end(start, AtKey);
        Span::new(tree, front, tree.upper_gap(end, AtKey))
    }
}

impl<K, V, S: Store, P: Policy> Span<'_, K, V, S, P> {
    /// The number of leaves.
    pub(super) fn leaves(&self) -> usize {
        self.part.len()
    }

    /// The number of entries.
    pub(super) fn len(&self) -> usize {
        let leaves = self.leaves[self.part.clone()].iter();
        let len: usize = leaves.map(|&leaf| self.tree.leaf(leaf).node.len()).sum();
        let last = self.tree.leaf(self.leaves[self.part.end - 1]).node.len();
        (len + self.to).saturating_sub(self.from + last)
    }

    /// Finds where this entry belongs, before an equal one: at a slot of one of the leaves. Reads
    /// only entries of the span, as another thread may be moving the others.
    pub(super) fn position(&self, entry: (&K, &V)) -> Position
    where
        K: Ord,
        P::TieBreaker<V>: Ord,
    {
        let (first, last) = (self.part.start, self.part.end - 1);
        let len = |leaf: usize| self.tree.leaf(self.leaves[leaf]).node.len();
        let is_before = |leaf: usize, at| {
            let leaf = self.tree.leaf(self.leaves[leaf]);
            // SAFETY: the searches below ask for entries of the span.
            let found = unsafe { (&*leaf.key(at), &*leaf.value(at)) };
            compare::<K, V, P>(found, entry) == Ordering::Less
        };
        // All leaves but the last belong to the span up to their ends, the first one from `from`.
        let skipped = first < last && self.from == len(first);
        let start = first + usize::from(skipped);
        let leaf = start
            + bisect(last - start, |at| {
                is_before(start + at, len(start + at) - 1)
            });
        let from = if leaf == first { self.from } else { 0 };
        let to = if leaf == last { self.to } else { len(leaf) };
        let at = from + bisect(to.saturating_sub(from), |at| is_before(leaf, from + at));
        Position { leaf, at }
    }

    /// Cuts the span at a position of it.
    pub(super) fn cut(self, position: Position) -> (Self, Self) {
        let (mut left, mut right) = (self.clone(), self);
        let Position { leaf, at } = position;
        (right.part.start, right.from) = (leaf, at);
        (left.part.end, left.to) = if at == 0 && leaf > left.part.start {
            let last = left.tree.leaf(left.leaves[leaf - 1]);
            (leaf, last.node.len())
        } else {
            (leaf + 1, at)
        };
        (left, right)
    }
}

/// A slot of a leaf of a span, by the number of the leaf.
pub(super) struct Position {
    leaf: usize,
    at: usize,
}

impl<K, V, S: Store, P: Policy> Sealed for Span<'_, K, V, S, P> {}

// SAFETY: the halves meet at a gap of the whole (invariant 3). Only links and lengths are read.
unsafe impl<'a, K, V, S: Store, P: Policy> iter::Span<K, V> for Span<'a, K, V, S, P> {
    type Walk = Walk<'a, K, V, S, P>;

    fn walk(&self) -> Self::Walk {
        let gap = |slot: usize, at| Gap {
            leaf: self.leaves[slot],
            at,
        };
        let (front, back) = (self.part.start, self.part.end - 1);
        Walk {
            tree: Some(self.tree),
            run: Run::new(self.tree, gap(front, self.from), gap(back, self.to)),
        }
    }

    /// Cuts between two leaves, or in the middle of the only one.
    fn halve(self) -> (Self, Option<Self>) {
        let (leaf, mut at) = (self.part.start + self.part.len() / 2, 0);
        if leaf == self.part.start {
            at = self.from + self.to.saturating_sub(self.from) / 2;
            if at == self.from {
                return (self, None);
            }
        }
        let (left, right) = self.cut(Position { leaf, at });
        (left, Some(right))
    }
}

impl<K, V, S: Store, P: Policy> Divisible for Tree<K, V, S, P> {
    type Span<'a>
        = Span<'a, K, V, S, P>
    where
        Self: 'a;

    fn span(&self) -> Span<'_, K, V, S, P> {
        Span::all(self)
    }

    fn span_between<Q: Ord + ?Sized>(
        &self,
        start: Bound<&Q>,
        end: Bound<&Q>,
    ) -> Span<'_, K, V, S, P>
    where
        K: Borrow<Q>,
    {
        Span::between(self, start, end)
    }

    fn forget_entries(self) {
        ManuallyDrop::new(self).tear_down(Run::EMPTY);
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::{String, ToString};
    use alloc::vec::Vec;

    use super::*;
    use crate::iter::{Entries, Lent, Owned, Part};
    use crate::layout::{ArrayOfStructs, LeafLayout, StructOfArrays};
    use crate::store::{Heap, Slab};

    /// Halves a part until nothing can be halved; returns the parts in order.
    fn parts<P>(part: P, halve: fn(P) -> (P, Option<P>), into: &mut Vec<P>) {
        match halve(part) {
            (left, Some(right)) => {
                parts(left, halve, into);
                parts(right, halve, into);
            }
            (last, None) => into.push(last),
        }
    }

    fn halves_down_to_entries<S: Store + 'static, L: LeafLayout + 'static>() {
        for size in [0, 1, 2, 3, 7, 40, 150] {
            let mut tree = Tree::<u32, String, S, L>::new();
            for key in 0..size {
                tree.insert(key * 7 % size, String::new());
            }
            for key in (0..size).filter(|key| key % 5 == 1 || (20..32).contains(key)) {
                tree.remove(AtKey::lower(&key));
            }
            for start in [0, 5, 20, 26, 60] {
                let mut exclusive = Vec::new();
                parts(
                    tree.part_mut_within(&(start..)),
                    Part::halve,
                    &mut exclusive,
                );
                // All at the same time, so that an entry in two parts would be noticed.
                let walks: Vec<Vec<_>> = exclusive.into_iter().map(Vec::from_iter).collect();
                assert!(walks.iter().all(|entries| entries.len() <= 1));
                for (key, value) in walks.into_iter().flatten() {
                    *value = key.to_string();
                }
                let mut shared = Vec::new();
                parts(tree.part_within(&(start..)), Part::halve, &mut shared);
                let range = tree
                    .range(&(start..))
                    .expect("a range without an end is valid");
                assert!(shared.into_iter().flatten().eq(range));
            }
            let expected: Vec<_> = tree
                .iter()
                .map(|(&key, _)| (key, key.to_string()))
                .collect();
            let mut lent = Lent::new(tree);
            let mut owned = Vec::new();
            parts(lent.whole(), Owned::halve, &mut owned);
            // Every third part is dropped untouched.
            let kept = owned.into_iter().enumerate().filter(|(at, _)| at % 3 > 0);
            let taken: Vec<_> = kept.flat_map(|(_, part)| part).collect();
            assert!(taken.iter().all(|entry| expected.contains(entry)));
        }
    }

    #[test]
    fn parts_have_each_entry_once() {
        halves_down_to_entries::<Slab, StructOfArrays<2, 4>>();
        halves_down_to_entries::<Heap, ArrayOfStructs<3, 5>>();
        halves_down_to_entries::<Slab, ArrayOfStructs>();
    }
}
