//! Parts of a tree for several threads: what lies between two gaps, cut in half again and again.
//!
//! A [`Span`] lists its leaves when it is made, which reads branches alone. It is cut between two
//! of them, or between two entries of the only one, and walked by the run between its ends. Who
//! holds it makes it a shared, mutable or owning part.
//!
//! # Invariants
//! Memory safety rests on these alone:
//! 1. The leaves of a span are leaves of its tree in the order of the links, one at least (`NIL` in
//!    a tree without root). So the run between its ends ends at the back.
//! 2. Its ends lie in the first and in the last of them, at most at their lengths.
//! 3. The halves of a span have no entry in common, and all of its entries between them.
//!
//! Keys have no part in it: a range finds its ends by them, but a lying `Ord` that puts the back
//! before the front makes an empty span.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::borrow::Borrow;
use core::marker::PhantomData;
use core::mem::{self, ManuallyDrop};
use core::ops::{self, RangeBounds};

use super::descend::End;
use super::iter::Run;
use super::policy::Policy;
use super::target::AtKey;
use super::{Gap, Range, RangeMut, Tree};
use crate::store::{LeafId, Store};

/// What lies between two gaps. Says nothing of who may use it.
struct Span<'a, K, V, S: Store, P: Policy> {
    tree: &'a Tree<K, V, S, P>,
    /// The leaves of the span that this one was cut from, and which of them it has.
    leaves: Arc<[LeafId<S>]>,
    part: ops::Range<usize>,
    /// Where it begins in the first leaf.
    from: usize,
    /// Where it ends in the last leaf.
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

    fn all(tree: &'a Tree<K, V, S, P>) -> Self {
        Span::new(tree, tree.first_end(), tree.last_gap())
    }

    fn within<Q, R>(tree: &'a Tree<K, V, S, P>, range: &R) -> Self
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
        R: RangeBounds<Q>,
    {
        let front = tree.lower_end(range.start_bound(), AtKey);
        Span::new(tree, front, tree.upper_gap(range.end_bound(), AtKey))
    }

    fn run(&self) -> Run<K, V, S, P> {
        let gap = |slot: usize, at| Gap {
            leaf: self.leaves[slot],
            at,
        };
        let (front, back) = (self.part.start, self.part.end - 1);
        Run::new(self.tree, gap(front, self.from), gap(back, self.to))
    }

    /// Cuts the span in two, unless there is too little in it.
    fn halve(self) -> (Self, Option<Self>) {
        let (mut left, mut right) = (self.clone(), self);
        let middle = left.part.start + left.part.len() / 2;
        if middle > left.part.start {
            (left.part.end, right.part.start) = (middle, middle);
            let last = left.tree.leaf(left.leaves[middle - 1]);
            (left.to, right.from) = (last.node.len(), 0);
        } else {
            let at = left.from + left.to.saturating_sub(left.from) / 2;
            if at == left.from {
                return (left, None);
            }
            (left.to, right.from) = (at, at);
        }
        (left, Some(right))
    }
}

impl<K, V, S: Store, P: Policy> Tree<K, V, S, P> {
    /// All entries, to be read.
    pub(crate) fn parts(&self) -> Shared<'_, K, V, S, P> {
        Part::new(Span::all(self))
    }

    /// All entries, with the values to be changed.
    pub(crate) fn parts_mut(&mut self) -> Exclusive<'_, K, V, S, P> {
        Part::new(Span::all(self))
    }

    /// Lends all entries to `consume`, who may take them, and drops the others.
    pub(crate) fn with_owned_parts<B>(self, consume: impl FnOnce(Owned<'_, K, V, S, P>) -> B) -> B {
        let nodes = Nodes {
            tree: ManuallyDrop::new(self),
        };
        consume(Owned::new(Span::all(&nodes.tree)))
    }

    /// The entries of a range, to be read; none if the range makes no sense.
    pub(crate) fn parts_within<Q, R>(&self, range: &R) -> Shared<'_, K, V, S, P>
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
        R: RangeBounds<Q>,
    {
        Part::new(Span::within(self, range))
    }

    /// The entries of a range, with the values to be changed; none if the range makes no sense.
    pub(crate) fn parts_mut_within<Q, R>(&mut self, range: &R) -> Exclusive<'_, K, V, S, P>
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
        R: RangeBounds<Q>,
    {
        Part::new(Span::within(self, range))
    }
}

/// A part of a borrowed tree, whose values are reached by references `A`. If these are mutable, no
/// other part has any of its entries.
pub struct Part<'a, A, K, V, S: Store, P: Policy> {
    span: Span<'a, K, V, S, P>,
    access: PhantomData<A>,
}

/// A part of a borrowed tree.
pub(crate) type Shared<'a, K, V, S, P> = Part<'a, &'a V, K, V, S, P>;

/// A part of a mutably borrowed tree.
pub(crate) type Exclusive<'a, K, V, S, P> = Part<'a, &'a mut V, K, V, S, P>;

/// A part of a tree that lost its entries to its parts; no other part has any of these.
pub(crate) struct Owned<'a, K, V, S: Store, P: Policy> {
    span: Span<'a, K, V, S, P>,
    entries: Taken<'a, K, V, S, P>,
}

// SAFETY: a part is shared references to its keys and `A` to its values; of the tree, which other
// threads use as well, it reads links and lengths alone.
unsafe impl<A: Send, K: Sync, V, S: Store, P: Policy> Send for Part<'_, A, K, V, S, P> {}
// SAFETY: shared, it gives out shared references to entries at most.
unsafe impl<A, K: Sync, V: Sync, S: Store, P: Policy> Sync for Part<'_, A, K, V, S, P> {}
// SAFETY: an owning part owns its entries; of the tree it reads links and lengths alone.
unsafe impl<K: Send, V: Send, S: Store, P: Policy> Send for Owned<'_, K, V, S, P> {}

impl<K, V, S: Store, P: Policy> Clone for Shared<'_, K, V, S, P> {
    fn clone(&self) -> Self {
        Part::new(self.span.clone())
    }
}

impl<'a, A, K, V, S: Store, P: Policy> Part<'a, A, K, V, S, P> {
    fn new(span: Span<'a, K, V, S, P>) -> Self {
        Part {
            span,
            access: PhantomData,
        }
    }

    /// Two parts of about the same size, in order; or this one, if it is too small.
    pub(crate) fn halve(self) -> (Self, Option<Self>) {
        let (left, right) = self.span.halve();
        (Part::new(left), right.map(Part::new))
    }

    /// The same entries, to be read for as long as this part is not used.
    pub(crate) fn as_shared(&self) -> Shared<'_, K, V, S, P> {
        Part::new(self.span.clone())
    }
}

impl<'a, K, V, S: Store, P: Policy> Owned<'a, K, V, S, P> {
    fn new(span: Span<'a, K, V, S, P>) -> Self {
        let entries = Taken {
            tree: span.tree,
            run: span.run(),
            owns: PhantomData,
        };
        Owned { span, entries }
    }

    /// As for [`Part`].
    pub(crate) fn halve(self) -> (Self, Option<Self>) {
        // The halves own the entries from here on.
        mem::forget(self.entries);
        let (left, right) = self.span.halve();
        (Owned::new(left), right.map(Owned::new))
    }
}

impl<'a, K, V, S: Store, P: Policy> IntoIterator for Shared<'a, K, V, S, P> {
    type Item = (&'a K, &'a V);
    type IntoIter = Range<'a, K, V, S, P>;

    fn into_iter(self) -> Self::IntoIter {
        Range {
            tree: Some(self.span.tree),
            run: self.span.run(),
        }
    }
}

impl<'a, K, V, S: Store, P: Policy> IntoIterator for Exclusive<'a, K, V, S, P> {
    type Item = (&'a K, &'a mut V);
    type IntoIter = RangeMut<'a, K, V, S, P>;

    fn into_iter(self) -> Self::IntoIter {
        RangeMut {
            tree: Some(self.span.tree),
            run: self.span.run(),
            exclusive: PhantomData,
        }
    }
}

impl<'a, K, V, S: Store, P: Policy> IntoIterator for Owned<'a, K, V, S, P> {
    type Item = (K, V);
    type IntoIter = Taken<'a, K, V, S, P>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries
    }
}

/// The entries of an [`Owned`] part. Those that were not taken are dropped with it.
pub(crate) struct Taken<'a, K, V, S: Store, P: Policy> {
    tree: &'a Tree<K, V, S, P>,
    run: Run<K, V, S, P>,
    owns: PhantomData<(K, V)>,
}

impl<K, V, S: Store, P: Policy> Iterator for Taken<'_, K, V, S, P> {
    type Item = (K, V);

    #[inline]
    fn next(&mut self) -> Option<(K, V)> {
        let (key, value) = self.run.next(self.tree)?;
        // SAFETY: the part owned its entries, no other has them, and a run yields each one once.
        Some(unsafe { (key.read(), value.read()) })
    }
}

impl<K, V, S: Store, P: Policy> Drop for Taken<'_, K, V, S, P> {
    fn drop(&mut self) {
        /// Goes on with the next entry while the panic of a drop unwinds.
        struct Rest<'r, I: Iterator>(&'r mut I);

        impl<I: Iterator> Drop for Rest<'_, I> {
            fn drop(&mut self) {
                self.0.for_each(drop);
            }
        }

        if mem::needs_drop::<(K, V)>() {
            let rest = Rest(self);
            rest.0.for_each(drop);
        }
    }
}

/// A tree whose entries were given away to [`Owned`] parts: frees the nodes.
struct Nodes<K, V, S: Store, P: Policy> {
    tree: ManuallyDrop<Tree<K, V, S, P>>,
}

impl<K, V, S: Store, P: Policy> Drop for Nodes<K, V, S, P> {
    fn drop(&mut self) {
        self.tree.tear_down(Run::EMPTY);
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::{String, ToString};
    use alloc::vec::Vec;

    use super::*;
    use crate::leaf::{Layout, Pairs, Split};
    use crate::store::{Heap, Slab};

    /// Halves parts until none can be halved, in order.
    fn parts<P>(part: P, halve: fn(P) -> (P, Option<P>), into: &mut Vec<P>) {
        match halve(part) {
            (left, Some(right)) => {
                parts(left, halve, into);
                parts(right, halve, into);
            }
            (last, None) => into.push(last),
        }
    }

    fn halves_down_to_entries<S: Store, L: Layout>() {
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
                    tree.parts_mut_within(&(start..)),
                    Exclusive::halve,
                    &mut exclusive,
                );
                // All at once, so that an entry in two parts would be seen.
                let walks: Vec<Vec<_>> = exclusive.into_iter().map(Vec::from_iter).collect();
                assert!(walks.iter().all(|entries| entries.len() <= 1));
                for (key, value) in walks.into_iter().flatten() {
                    *value = key.to_string();
                }
                let mut shared = Vec::new();
                parts(tree.parts_within(&(start..)), Shared::halve, &mut shared);
                let range = tree.range(&(start..)).expect("the range is good");
                assert!(shared.into_iter().flatten().eq(range));
            }
            let expected: Vec<_> = tree
                .iter()
                .map(|(&key, _)| (key, key.to_string()))
                .collect();
            let taken = tree.with_owned_parts(|whole| {
                let mut owned = Vec::new();
                parts(whole, Owned::halve, &mut owned);
                // Each third part is dropped as it is.
                let kept = owned.into_iter().enumerate().filter(|(at, _)| at % 3 > 0);
                kept.flat_map(|(_, part)| part).collect::<Vec<_>>()
            });
            assert!(taken.iter().all(|entry| expected.contains(entry)));
        }
    }

    #[test]
    fn parts_have_each_entry_once() {
        halves_down_to_entries::<Slab, Split<2, 4>>();
        halves_down_to_entries::<Heap, Pairs<3, 5>>();
        halves_down_to_entries::<Slab, Pairs>();
    }
}
