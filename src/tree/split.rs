//! Parts of a tree for several threads: what lies between two ends, cut in half again and again.
//!
//! A [`Span`] is cut where the paths of its two ends part, or in their leaf if they do not. It is
//! then walked by the run between its ends. Who holds it makes it a shared, mutable or owning part.
//!
//! # Invariants
//! Memory safety rests on these alone:
//! 1. The gap of an end is in the leaf to which its path leads, at most at the leaf's length.
//! 2. The front of a span does not lie behind its back in the order of the branches, which is that
//!    of the links. So the run between them ends at the back.
//! 3. The halves of a span have no entry in common, and all of its entries between them.
//!
//! Keys have no part in it: a range finds its ends by them, but a lying `Ord` that puts the back
//! before the front makes an empty span, and every cut is found by slots.

use core::borrow::Borrow;
use core::marker::PhantomData;
use core::mem::{self, ManuallyDrop};
use core::ops::{self, Bound, RangeBounds};

use super::branch::RawBranch;
use super::descend::End;
use super::iter::Run;
use super::policy::Policy;
use super::target::AtKey;
use super::{Gap, Range, RangeMut, Tree, Walk};
use crate::store::{BranchId, LeafId, Store};

impl<S: Store> End<S> {
    /// Where the end lies in the node at this level: a branch's child, or a leaf's gap.
    fn place(&self, level: usize) -> usize {
        self.path
            .steps()
            .get(level)
            .map_or(self.gap.at, |step| step.slot)
    }
}

/// What lies between two ends. Says nothing of who may use it.
struct Span<'a, K, V, S: Store, P: Policy> {
    tree: &'a Tree<K, V, S, P>,
    front: End<S>,
    back: End<S>,
}

impl<K, V, S: Store, P: Policy> Clone for Span<'_, K, V, S, P> {
    fn clone(&self) -> Self {
        Span {
            tree: self.tree,
            front: self.front.clone(),
            back: self.back.clone(),
        }
    }
}

impl<'a, K, V, S: Store, P: Policy> Span<'a, K, V, S, P> {
    fn new(tree: &'a Tree<K, V, S, P>, front: End<S>, back: End<S>) -> Self {
        let places = 0..=usize::from(tree.raw.height);
        if places
            .clone()
            .map(|level| front.place(level))
            .gt(places.map(|level| back.place(level)))
        {
            return Span {
                tree,
                back: front.clone(),
                front,
            };
        }
        Span { tree, front, back }
    }

    fn all(tree: &'a Tree<K, V, S, P>) -> Self {
        Span {
            tree,
            front: tree.first_end(),
            back: tree.last_end(),
        }
    }

    fn within<Q, R>(tree: &'a Tree<K, V, S, P>, range: &R) -> Self
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
        R: RangeBounds<Q>,
    {
        let front = tree.lower_end(range.start_bound(), AtKey);
        let back = match range.end_bound() {
            Bound::Unbounded => tree.last_end(),
            Bound::Included(query) => tree.lower_end(Bound::Excluded(query), AtKey),
            Bound::Excluded(query) => tree.lower_end(Bound::Included(query), AtKey),
        };
        Span::new(tree, front, back)
    }

    fn run(&self) -> Run<K, V, S, P> {
        Run::new(self.tree, self.front.gap, self.back.gap)
    }

    fn walk(&self) -> Walk<'a, K, V, S, P> {
        Walk {
            tree: Some(self.tree),
            run: self.run(),
        }
    }

    /// Cuts the span in two, unless there is too little in it.
    fn halve(self) -> (Self, Option<Self>) {
        let Some(middle) = self.middle() else {
            return (self, None);
        };
        let Span { tree, front, back } = self;
        let before = tree.seen_from_before(middle.clone());
        (
            Span {
                tree,
                front,
                back: before,
            },
            Some(Span {
                tree,
                front: middle,
                back,
            }),
        )
    }

    /// An end behind the front and not behind the back, about as far from the one as from the
    /// other.
    ///
    /// Where the paths part in a branch, it is not only the children between them that count, but
    /// theirs: the root may have but two, and the one of them be nearly empty.
    fn middle(&self) -> Option<End<S>> {
        let height = usize::from(self.tree.raw.height);
        let level =
            (0..=height).find(|&level| self.front.place(level) != self.back.place(level))?;
        let (first, last) = (self.front.place(level), self.back.place(level));
        if level == height {
            let at = first + (last - first) / 2;
            let gap = Gap {
                at,
                ..self.front.gap
            };
            return (at > first).then(|| End {
                gap,
                ..self.front.clone()
            });
        }
        let units = (first..=last)
            .map(|slot| self.units(level, slot).len())
            .sum::<usize>();
        let mut before = units / 2;
        if before == 0 {
            return None;
        }
        for slot in first..=last {
            let units = self.units(level, slot);
            if before < units.len() {
                return Some(self.end_at(level, slot, units.start + before));
            }
            before -= units.len();
        }
        None
    }

    /// How much of child `slot` is in the span: entries of a leaf, or children of a branch. The
    /// child hangs on the branch at `level` in which the ends' paths part, not before the front's
    /// or behind the back's.
    fn units(&self, level: usize, slot: usize) -> ops::Range<usize> {
        let tree = self.tree;
        let below = level + 1;
        let is_leaf = below == usize::from(tree.raw.height);
        let branch = tree.branch(self.front.path.steps()[level].branch);
        // SAFETY: the slot lies between those of two paths through this branch.
        let child = unsafe { branch.child(slot) };
        // SAFETY: the height tells leaves from branches (invariant 1 of the tree).
        let len = unsafe {
            if is_leaf {
                tree.leaf(LeafId::new(child)).node.len()
            } else {
                tree.branch(BranchId::new(child)).len() + 1
            }
        };
        let start = if slot == self.front.place(level) {
            self.front.place(below)
        } else {
            0
        };
        let end = match (slot == self.back.place(level), is_leaf) {
            (true, true) => self.back.place(below),
            // The child in which the back lies counts as well.
            (true, false) => self.back.place(below) + 1,
            (false, _) => len,
        };
        start..end
    }

    /// The end before one of the [`units`](Self::units).
    fn end_at(&self, level: usize, slot: usize, unit: usize) -> End<S> {
        let tree = self.tree;
        let mut path = self.front.path.clone();
        path.turn(level, slot);
        if level + 1 == usize::from(tree.raw.height) {
            let leaf = tree
                .raw
                .complete(Tree::<K, V, S, P>::SHAPE, &mut path, |_| 0);
            return End {
                path,
                gap: Gap { leaf, at: unit },
            };
        }
        tree.raw
            .complete(Tree::<K, V, S, P>::SHAPE, &mut path, |_| 0);
        path.turn(level + 1, unit);
        let leaf = tree
            .raw
            .complete(Tree::<K, V, S, P>::SHAPE, &mut path, |_| 0);
        End {
            path,
            gap: Gap { leaf, at: 0 },
        }
    }
}

impl<K, V, S: Store, P: Policy> Tree<K, V, S, P> {
    fn last_end(&self) -> End<S> {
        End {
            path: self.raw.last_path(Self::SHAPE),
            gap: self.last_gap(),
        }
    }

    /// The same end as the back of what lies before it: at the end of a leaf rather than at the
    /// start of the next one, which else would be taken for a part of it.
    fn seen_from_before(&self, mut end: End<S>) -> End<S> {
        if end.gap.at > 0 {
            return end;
        }
        let Some(level) = end.path.steps().iter().rposition(|step| step.slot > 0) else {
            return end;
        };
        end.path.turn(level, end.place(level) - 1);
        let leaf = self
            .raw
            .complete(Self::SHAPE, &mut end.path, RawBranch::len);
        End {
            gap: Gap {
                leaf,
                at: self.leaf(leaf).node.len(),
            },
            ..end
        }
    }

    /// All entries, to be read.
    pub(crate) fn parts(&self) -> Shared<'_, K, V, S, P> {
        Shared {
            span: Span::all(self),
        }
    }

    /// All entries, with the values to be changed.
    pub(crate) fn parts_mut(&mut self) -> Exclusive<'_, K, V, S, P> {
        Exclusive {
            span: Span::all(self),
            exclusive: PhantomData,
        }
    }

    /// Lends all entries to `consume`, who may take them, and drops the others.
    pub(crate) fn with_owned_parts<B>(self, consume: impl FnOnce(Owned<'_, K, V, S, P>) -> B) -> B {
        let nodes = Nodes {
            tree: ManuallyDrop::new(self),
        };
        consume(Owned {
            span: Span::all(&nodes.tree),
            owns: PhantomData,
        })
    }

    /// The entries of a range, to be read; none if the range makes no sense.
    pub(crate) fn parts_within<Q, R>(&self, range: &R) -> Shared<'_, K, V, S, P>
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
        R: RangeBounds<Q>,
    {
        Shared {
            span: Span::within(self, range),
        }
    }

    /// The entries of a range, with the values to be changed; none if the range makes no sense.
    pub(crate) fn parts_mut_within<Q, R>(&mut self, range: &R) -> Exclusive<'_, K, V, S, P>
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
        R: RangeBounds<Q>,
    {
        Exclusive {
            span: Span::within(self, range),
            exclusive: PhantomData,
        }
    }
}

/// A part of a borrowed tree.
pub struct Shared<'a, K, V, S: Store, P: Policy> {
    span: Span<'a, K, V, S, P>,
}

/// A part of a mutably borrowed tree, of whose entries no other part has any.
pub struct Exclusive<'a, K, V, S: Store, P: Policy> {
    span: Span<'a, K, V, S, P>,
    exclusive: PhantomData<&'a mut V>,
}

/// A part of a tree that lost its entries to its parts; no other part has any of these.
pub(crate) struct Owned<'a, K, V, S: Store, P: Policy> {
    span: Span<'a, K, V, S, P>,
    owns: PhantomData<(K, V)>,
}

// SAFETY: a shared part is a shared reference to the tree and addresses of its nodes.
unsafe impl<K: Sync, V: Sync, S: Store, P: Policy> Send for Shared<'_, K, V, S, P> {}
// SAFETY: as above.
unsafe impl<K: Sync, V: Sync, S: Store, P: Policy> Sync for Shared<'_, K, V, S, P> {}
// SAFETY: a mutable part is a mutable reference to its values and a shared one to its keys; of the
// tree, which other threads use as well, it reads the shape alone.
unsafe impl<K: Sync, V: Send, S: Store, P: Policy> Send for Exclusive<'_, K, V, S, P> {}
// SAFETY: shared, it gives out shared references to entries at most.
unsafe impl<K: Sync, V: Sync, S: Store, P: Policy> Sync for Exclusive<'_, K, V, S, P> {}
// SAFETY: an owning part owns its entries; of the tree it reads the shape alone.
unsafe impl<K: Send, V: Send, S: Store, P: Policy> Send for Owned<'_, K, V, S, P> {}

impl<K, V, S: Store, P: Policy> Clone for Shared<'_, K, V, S, P> {
    fn clone(&self) -> Self {
        Shared {
            span: self.span.clone(),
        }
    }
}

impl<K, V, S: Store, P: Policy> Shared<'_, K, V, S, P> {
    /// Two parts of about the same size, in order; or this one, if it is too small.
    pub(crate) fn halve(self) -> (Self, Option<Self>) {
        let (left, right) = self.span.halve();
        (Shared { span: left }, right.map(|span| Shared { span }))
    }
}

impl<K, V, S: Store, P: Policy> Exclusive<'_, K, V, S, P> {
    /// As for [`Shared`].
    pub(crate) fn halve(self) -> (Self, Option<Self>) {
        let exclusive = PhantomData;
        let (left, right) = self.span.halve();
        (
            Exclusive {
                span: left,
                exclusive,
            },
            right.map(|span| Exclusive { span, exclusive }),
        )
    }

    /// The same entries, to be read for as long as this part is not used.
    pub(crate) fn as_shared(&self) -> Shared<'_, K, V, S, P> {
        Shared {
            span: self.span.clone(),
        }
    }
}

impl<K, V, S: Store, P: Policy> Owned<'_, K, V, S, P> {
    /// As for [`Shared`].
    pub(crate) fn halve(self) -> (Self, Option<Self>) {
        let owns = PhantomData;
        // The halves own the entries from here on.
        let (left, right) = ManuallyDrop::new(self).span.clone().halve();
        (
            Owned { span: left, owns },
            right.map(|span| Owned { span, owns }),
        )
    }
}

impl<'a, K, V, S: Store, P: Policy> IntoIterator for Shared<'a, K, V, S, P> {
    type Item = (&'a K, &'a V);
    type IntoIter = Range<'a, K, V, S, P>;

    fn into_iter(self) -> Self::IntoIter {
        // SAFETY: the entries of this part, borrowed for `'a`.
        unsafe { Range::new(self.span.walk()) }
    }
}

impl<'a, K, V, S: Store, P: Policy> IntoIterator for Exclusive<'a, K, V, S, P> {
    type Item = (&'a K, &'a mut V);
    type IntoIter = RangeMut<'a, K, V, S, P>;

    fn into_iter(self) -> Self::IntoIter {
        // SAFETY: the entries of this part, which has them alone for `'a`.
        unsafe { RangeMut::new(self.span.walk()) }
    }
}

impl<'a, K, V, S: Store, P: Policy> IntoIterator for Owned<'a, K, V, S, P> {
    type Item = (K, V);
    type IntoIter = Taken<'a, K, V, S, P>;

    fn into_iter(self) -> Self::IntoIter {
        // The iterator owns the entries from here on.
        let span = &ManuallyDrop::new(self).span;
        Taken {
            tree: span.tree,
            run: span.run(),
            owns: PhantomData,
        }
    }
}

impl<K, V, S: Store, P: Policy> Drop for Owned<'_, K, V, S, P> {
    fn drop(&mut self) {
        drop(Taken {
            tree: self.span.tree,
            run: self.span.run(),
            owns: PhantomData,
        });
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
    use crate::iter::Entries;
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
