//! Iterators over entries, from both ends.
//!
//! All are based on one [`Run`], which yields the addresses of the entries between two gaps. The
//! type that holds it makes it a shared, mutable, owning or bounded iterator.

use core::fmt;
use core::iter::FusedIterator;
use core::mem::{self, ManuallyDrop};
use core::ptr;

use super::policy::Policy;
use super::shape::Sizes;
use super::{Gap, Leaf, Tree};
use crate::iter::{self, Address, Counted, Entries, Exclusive, Remaining, Shared};
use crate::layout::StructOfArrays;
use crate::sealed::Sealed;
use crate::store::{Slab, Store};

/// The entries between two gaps that were not yielded yet.
///
/// `front_stop` is where the front leaf has no more entries to yield: the back gap if that is in
/// it, else the end of the leaf. No entry is yielded twice: the two ends meet in a leaf, or, if an
/// inconsistent `Ord` put them in the wrong order, move apart and stop at the ends of the chain.
pub(super) struct Run<K, V, S: Store, P: Policy> {
    pub(super) front: Leaf<K, V, S, P>,
    // The first entry of the front leaf. Not `*mut`, which would make the holder invariant.
    front_key: *const K,
    front_value: *const V,
    pub(super) front_at: usize,
    front_stop: usize,
    pub(super) back: Leaf<K, V, S, P>,
    pub(super) back_at: usize,
}

impl<K, V, S: Store, P: Policy> Clone for Run<K, V, S, P> {
    fn clone(&self) -> Self {
        Run { ..*self }
    }
}

/// A slot of a leaf, at most its length.
pub(super) type LeafPosition<K, V, S, P> = (Leaf<K, V, S, P>, usize);

impl<K, V, S: Store, P: Policy> Run<K, V, S, P> {
    pub(super) const EMPTY: Self = Run {
        front: Leaf::NONE,
        front_key: ptr::null(),
        front_value: ptr::null(),
        front_at: 0,
        front_stop: 0,
        back: Leaf::NONE,
        back_at: 0,
    };

    #[inline]
    pub(super) fn new(tree: &Tree<K, V, S, P>, start: Gap<S>, end: Gap<S>) -> Self {
        if tree.raw.root().is_none() {
            return Self::EMPTY;
        }
        Self::from_to(
            (tree.leaf(start.leaf), start.at),
            (tree.leaf(end.leaf), end.at),
        )
    }

    /// The entries between two slots of leaves.
    #[inline]
    pub(super) fn from_to(
        (front, front_at): LeafPosition<K, V, S, P>,
        (back, back_at): LeafPosition<K, V, S, P>,
    ) -> Self {
        let (front_stop, back_at) = if front.node == back.node {
            let stop = back_at.max(front_at);
            (stop, stop)
        } else {
            (front.node.len(), back_at)
        };
        let (front_key, front_value) = front.first();
        Run {
            front,
            front_key,
            front_value,
            front_at,
            front_stop,
            back,
            back_at,
        }
    }

    #[inline]
    pub(super) fn all(tree: &Tree<K, V, S, P>) -> Self {
        Self::new(tree, tree.first_gap(), tree.last_gap())
    }

    // Always: only this way a loop over entries keeps its numbers in registers.
    #[inline(always)]
    pub(super) fn next(&mut self, tree: &Tree<K, V, S, P>) -> Option<Address<K, V>> {
        if self.front_at == self.front_stop && !self.next_leaf(tree) {
            return None;
        }
        let at = self.front_at;
        self.front_at += 1;
        let entry = self.front_entry(at);
        // Otherwise a loop over entries tests each one for the end.
        // SAFETY: entries are in a leaf, whose address is not null.
        unsafe { core::hint::assert_unchecked(!entry.0.is_null()) };
        Some(entry)
    }

    /// The address of entry `at` of the front leaf.
    #[inline]
    fn front_entry(&self, at: usize) -> Address<K, V> {
        let key_at = at * Sizes::<K, V, S, P>::KEY_STRIDE;
        let value_at = at * Sizes::<K, V, S, P>::VALUE_STRIDE;
        let (key, value) = (self.front_key.cast_mut(), self.front_value.cast_mut());
        // SAFETY: within the leaf, as the front has an entry `at`. (If the addition were allowed to
        // wrap, an address could be null, and a loop over entries would test each one for that.)
        unsafe { (key.byte_add(key_at), value.byte_add(value_at)) }
    }

    /// Moves the front to the next leaf; returns `false` if nothing is left.
    fn next_leaf(&mut self, tree: &Tree<K, V, S, P>) -> bool {
        if self.front.node == self.back.node {
            return false;
        }
        let next = self.front.node.next();
        if next.is_nil() {
            return false;
        }
        let front = tree.leaf(next);
        self.front = front;
        let (key, value) = front.first();
        (self.front_key, self.front_value) = (key, value);
        self.front_at = 0;
        // Prefetches the leaf after this one while this one is iterated.
        let next = front.node.next();
        if !next.is_nil() {
            tree.leaf(next).prefetch();
        }
        self.front_stop = if front.node == self.back.node {
            self.back_at
        } else {
            front.node.len()
        };
        self.front_stop > 0
    }

    #[inline]
    pub(super) fn next_back(&mut self, tree: &Tree<K, V, S, P>) -> Option<Address<K, V>> {
        if self.front.node == self.back.node {
            if self.front_at == self.back_at {
                return None;
            }
        } else if self.back_at == 0 {
            let prev = self.back.node.prev();
            if prev.is_nil() {
                return None;
            }
            self.back = tree.leaf(prev);
            self.back_at = self.back.node.len();
            if self.front.node == self.back.node && self.front_at == self.back_at {
                return None;
            }
        }
        self.back_at -= 1;
        if self.front.node == self.back.node {
            self.front_stop = self.back_at;
        }
        // SAFETY: an entry of the back leaf, and not before the front.
        Some(unsafe { (self.back.key(self.back_at), self.back.value(self.back_at)) })
    }

    /// Calls `visit` for all remaining entries, from the front: the inner loop has a known length.
    #[inline]
    fn fold<B>(
        mut self,
        tree: &Tree<K, V, S, P>,
        mut folded: B,
        mut visit: impl FnMut(B, Address<K, V>) -> B,
    ) -> B {
        loop {
            for at in self.front_at..self.front_stop {
                folded = visit(folded, self.front_entry(at));
            }
            self.front_at = self.front_stop;
            if !self.next_leaf(tree) {
                return folded;
            }
        }
    }
}

/// A run, and the tree in which it finds the next leaf.
pub struct Walk<'a, K, V, S: Store, P: Policy> {
    /// `None` only if there is nothing to walk. Only the tree's shape is read through this; entries
    /// are reached through the addresses in `run`.
    pub(super) tree: Option<&'a Tree<K, V, S, P>>,
    pub(super) run: Run<K, V, S, P>,
}

impl<K, V, S: Store, P: Policy> Clone for Walk<'_, K, V, S, P> {
    fn clone(&self) -> Self {
        let run = self.run.clone();
        Walk { run, ..*self }
    }
}

impl<K, V, S: Store, P: Policy> Default for Walk<'_, K, V, S, P> {
    fn default() -> Self {
        let run = Run::EMPTY;
        Walk { tree: None, run }
    }
}

impl<K, V, S: Store, P: Policy> Sealed for Walk<'_, K, V, S, P> {}

// SAFETY: a run yields each entry once. Besides, only the shape of the tree is read.
unsafe impl<K, V, S: Store, P: Policy> iter::Walk<K, V> for Walk<'_, K, V, S, P> {
    #[inline]
    fn next(&mut self) -> Option<Address<K, V>> {
        self.run.next(self.tree?)
    }

    #[inline]
    fn next_back(&mut self) -> Option<Address<K, V>> {
        self.run.next_back(self.tree?)
    }

    #[inline]
    fn fold<B>(self, start: B, visit: impl FnMut(B, Address<K, V>) -> B) -> B {
        let Some(tree) = self.tree else { return start };
        self.run.fold(tree, start, visit)
    }
}

/// Shared iterator over a range of a map, in key order. Made by
/// [`range`](crate::BPlusTreeMap::range).
pub type Range<'a, K, V, S = Slab, P = StructOfArrays> =
    iter::Range<Shared<'a, K, V>, Walk<'a, K, V, S, P>>;

/// Mutable iterator over a range of a map, in key order. Made by
/// [`range_mut`](crate::BPlusTreeMap::range_mut).
pub type RangeMut<'a, K, V, S = Slab, P = StructOfArrays> =
    iter::Range<Exclusive<'a, K, V>, Walk<'a, K, V, S, P>>;

/// Shared iterator over the entries of a map, in key order. Made by
/// [`iter`](crate::BPlusTreeMap::iter).
pub type Iter<'a, K, V, S = Slab, P = StructOfArrays> = Counted<Range<'a, K, V, S, P>>;

/// Mutable iterator over the entries of a map, in key order. Made by
/// [`iter_mut`](crate::BPlusTreeMap::iter_mut).
pub type IterMut<'a, K, V, S = Slab, P = StructOfArrays> = Counted<RangeMut<'a, K, V, S, P>>;

/// Owning iterator over the entries of a map, in key order. Made by `into_iter`.
///
/// Entries that were not taken are dropped with the iterator.
#[must_use = "iterators are lazy and do nothing unless consumed"]
pub struct IntoIter<K, V, S: Store = Slab, P: Policy = StructOfArrays> {
    tree: ManuallyDrop<Tree<K, V, S, P>>,
    run: Run<K, V, S, P>,
    len: usize,
}

// SAFETY: an owning iterator owns the tree.
unsafe impl<K: Send, V: Send, S: Store, P: Policy> Send for IntoIter<K, V, S, P> {}
// SAFETY: a shared one gives out at most shared references to entries.
unsafe impl<K: Sync, V: Sync, S: Store, P: Policy> Sync for IntoIter<K, V, S, P> {}

impl<K, V, S: Store, P: Policy> IntoIter<K, V, S, P> {
    pub(super) fn new(tree: Tree<K, V, S, P>) -> Self {
        let (run, len) = (Run::all(&tree), tree.len());
        let tree = ManuallyDrop::new(tree);
        IntoIter { tree, run, len }
    }
}

impl<K, V, S: Store, P: Policy> Iterator for IntoIter<K, V, S, P> {
    type Item = (K, V);

    #[inline]
    fn next(&mut self) -> Option<(K, V)> {
        let (key, value) = self.run.next(&self.tree)?;
        self.len -= 1;
        // SAFETY: the iterator owns the entries, and a run yields each one once.
        Some(unsafe { (key.read(), value.read()) })
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.len, Some(self.len))
    }
}

impl<K, V, S: Store, P: Policy> DoubleEndedIterator for IntoIter<K, V, S, P> {
    #[inline]
    fn next_back(&mut self) -> Option<(K, V)> {
        let (key, value) = self.run.next_back(&self.tree)?;
        self.len -= 1;
        // SAFETY: as in `next`.
        Some(unsafe { (key.read(), value.read()) })
    }
}

impl<K, V, S: Store, P: Policy> ExactSizeIterator for IntoIter<K, V, S, P> {}
impl<K, V, S: Store, P: Policy> FusedIterator for IntoIter<K, V, S, P> {}

impl<K, V, S: Store, P: Policy> Drop for IntoIter<K, V, S, P> {
    fn drop(&mut self) {
        let run = mem::replace(&mut self.run, Run::EMPTY);
        self.tree.tear_down(run);
    }
}

impl<K, V, S: Store, P: Policy> Default for IntoIter<K, V, S, P> {
    /// Makes an empty iterator.
    fn default() -> Self {
        IntoIter::new(Tree::new())
    }
}

impl<K, V, S: Store, P: Policy> Sealed for IntoIter<K, V, S, P> {}

impl<K, V, S: Store, P: Policy> Remaining for IntoIter<K, V, S, P> {
    type Key = K;
    type Value = V;

    fn rest(&self) -> impl Iterator<Item = (&K, &V)> {
        let (tree, run) = (Some(&*self.tree), self.run.clone());
        // SAFETY: the remaining entries, borrowed together with the iterator that owns them.
        unsafe { Range::new(Walk { tree, run }) }
    }
}

impl<K: fmt::Debug, V: fmt::Debug, S: Store, P: Policy> fmt::Debug for IntoIter<K, V, S, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.rest()).finish()
    }
}
