//! Removing entries from a leaf. What is done when it runs low is in `shrink`.
//!
//! Each removal runs `Ord` before it changes a node, and needs no `Clone`.

use core::ops::Bound;

use alloc::vec::Vec;

use super::branch::Separator;
use super::path::{Path, Step};
use super::policy::Policy;
use super::shape::{Sizes, low};
use super::target::Target;
use super::{Gap, Occupied, SeparatorOf, Tree};
use crate::search::KeyBound;
use crate::store::{LeafId, Store};

/// The gap where entries were removed, and a separator to drop. Its drop may panic, so whoever
/// keeps a gap must have updated it before.
type Removed<K, V, S, P> = (Gap<S>, Option<SeparatorOf<K, V, P>>);

impl<K, V, S: Store, P: Policy> Tree<K, V, S, P>
where
    K: Ord,
    P::TieBreaker<V>: Ord,
{
    /// Removes the entry that the target is the lower bound of.
    #[inline]
    pub(crate) fn remove(&mut self, target: impl Target<K, P::TieBreaker<V>>) -> Option<(K, V)> {
        let found = self.find_entry(self.raw.root()?, target)?;
        Some(self.remove_at(found))
    }

    /// Removes an entry and drops the separator that became needless.
    #[inline]
    pub(super) fn remove_at(&mut self, entry: Occupied<S>) -> (K, V) {
        let (entry, (_, separator)) = self.take_at(entry);
        drop(separator);
        entry
    }

    /// Removes an entry, and leaves it to the caller to drop the separator.
    #[inline]
    pub(super) fn take_at(&mut self, entry: Occupied<S>) -> ((K, V), Removed<K, V, S, P>) {
        let gap = entry.before();
        if self.runs_low(gap.leaf, 1) {
            return self.take_from_low(entry);
        }
        // SAFETY: the gap has an entry after it.
        let entry = unsafe { self.leaf(gap.leaf).remove(gap.at) };
        self.raw.len -= 1;
        (entry, (gap, None))
    }

    /// Removes an entry from a leaf that runs low.
    #[cold]
    #[inline(never)]
    fn take_from_low(&mut self, entry: Occupied<S>) -> ((K, V), Removed<K, V, S, P>) {
        let gap = entry.before();
        // The path to a leaf is found by its first entry, so it is needed before that is removed.
        let path = self.path_to(gap.leaf);
        // SAFETY: the gap has an entry after it.
        let entry = unsafe { self.leaf(gap.leaf).remove(gap.at) };
        self.raw.len -= 1;
        (entry, self.merge_leaf(&path, gap))
    }

    /// Moves `count` entries to `taken`, from this one on, but not beyond the end of its leaf.
    /// Returns the gap where they were.
    pub(super) fn remove_run(
        &mut self,
        first: Occupied<S>,
        count: usize,
        taken: &mut Vec<(K, V)>,
    ) -> Gap<S> {
        let gap = first.before();
        let leaf = self.leaf(gap.leaf);
        let count = count.min(leaf.node.len() - gap.at);
        // The path to a leaf is found by its first entry, so it is needed before that is removed.
        let low = self.runs_low(gap.leaf, count);
        let path = low.then(|| self.path_to(gap.leaf));
        taken.reserve(count);
        // SAFETY: the leaf has that many entries after the gap; pushing runs no user code, as the
        // vector has room.
        unsafe {
            leaf.remove_many(gap.at, count, |key, value| {
                taken.push((key.read(), value.read()))
            });
        }
        self.raw.len -= count;
        let (gap, separator) = match path {
            Some(path) => self.merge_leaf(&path, gap),
            None => (gap, None),
        };
        drop(separator);
        gap
    }

    /// Removes all entries between two bounds and returns their number. `target` is as for
    /// [`lower_gap`](Self::lower_gap).
    pub(crate) fn remove_between<B, F, M>(
        &mut self,
        start: Bound<B>,
        end: Bound<B>,
        target: F,
    ) -> usize
    where
        F: Fn(B, KeyBound) -> M,
        M: Target<K, P::TieBreaker<V>>,
    {
        let start = self.lower_end(start, &target);
        let end = self.upper_gap(end, target);
        self.remove_entries(start.path, start.gap, end, drop)
    }

    /// Removes the entries between two gaps and passes them to `consume`, leaf by leaf. `path`
    /// leads to the first gap. Returns the number of entries.
    pub(super) fn remove_entries(
        &mut self,
        path: Path<S>,
        mut gap: Gap<S>,
        end: Gap<S>,
        mut consume: impl FnMut(Vec<(K, V)>),
    ) -> usize {
        let count = self.raw.count_between(Self::SHAPE, path, gap, end);
        let mut left = count;
        while left > 0
            && let Some(first) = self.next_entry(gap)
        {
            let mut taken = Vec::new();
            gap = self.remove_run(first, left, &mut taken);
            left -= taken.len();
            consume(taken);
        }
        count
    }

    /// Returns whether a leaf runs low once it has lost `count` entries, and can be removed or
    /// merged.
    #[inline]
    fn runs_low(&self, id: LeafId<S>, count: usize) -> bool {
        let left = self.leaf(id).node.len() - count;
        self.raw.height > 0
            && left < const { low(Sizes::<K, V, S, P>::LEAF) }
            && (left == 0 || self.raw.fits_a_neighbour(Self::SHAPE, id, left))
    }

    /// Merges the leaf of a gap with a neighbour if possible. `path` leads to that leaf.
    #[cold]
    fn merge_leaf(&mut self, path: &[Step<S>], gap: Gap<S>) -> Removed<K, V, S, P> {
        // SAFETY: if `merge_leaf` returns `true`, it has moved a separator to `target`.
        unsafe {
            Separator::moved_out(|target| self.raw.merge_leaf(Self::SHAPE, path, gap, target))
        }
    }
}
