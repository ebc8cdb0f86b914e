//! Taking entries out of a leaf. What follows when it runs low is in `shrink`.

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

/// The gap where something was taken out, and a separator to drop: by then, whoever keeps a gap
/// must have the new one, as the drop may panic.
type Removed<K, V, S, P> = (Gap<S>, Option<SeparatorOf<K, V, P>>);

impl<K, V, S: Store, P: Policy> Tree<K, V, S, P>
where
    K: Ord,
    P::TieBreaker<V>: Ord,
{
    /// Takes out the entry that is looked for.
    #[inline]
    pub(crate) fn remove(&mut self, target: impl Target<K, P::TieBreaker<V>>) -> Option<(K, V)> {
        match self.seek(self.raw.root()?, target) {
            Ok(found) => Some(self.remove_at(found)),
            Err(_) => None,
        }
    }

    /// Takes an entry out.
    #[inline]
    pub(super) fn remove_at(&mut self, entry: Occupied<S>) -> (K, V) {
        let (entry, (_, separator)) = self.take_at(entry);
        drop(separator);
        entry
    }

    /// Takes an entry out.
    #[inline]
    pub(super) fn take_at(&mut self, entry: Occupied<S>) -> ((K, V), Removed<K, V, S, P>) {
        let gap = entry.before();
        if self.runs_low(gap.leaf, 1) {
            return self.take_from_low(entry);
        }
        // SAFETY: the gap has an entry behind it.
        let entry = unsafe { self.leaf(gap.leaf).remove(gap.at) };
        self.raw.len -= 1;
        (entry, (gap, None))
    }

    /// Takes an entry out of a leaf that runs low.
    #[cold]
    #[inline(never)]
    fn take_from_low(&mut self, entry: Occupied<S>) -> ((K, V), Removed<K, V, S, P>) {
        let gap = entry.before();
        // The way to a leaf is found by its first entry, so before it is taken out.
        let path = self.path_to(gap.leaf);
        // SAFETY: the gap has an entry behind it.
        let entry = unsafe { self.leaf(gap.leaf).remove(gap.at) };
        self.raw.len -= 1;
        (entry, self.merge_leaf(&path, gap))
    }

    /// Takes `count` entries out, from this one on as far as its leaf goes, and returns the gap
    /// where they were. They are in `taken` after.
    pub(super) fn remove_run(
        &mut self,
        first: Occupied<S>,
        count: usize,
        taken: &mut Vec<(K, V)>,
    ) -> Gap<S> {
        let gap = first.before();
        let leaf = self.leaf(gap.leaf);
        let count = count.min(leaf.node.len() - gap.at);
        // The way to a leaf is found by its first entry, so before that is taken out.
        let low = self.runs_low(gap.leaf, count);
        let path = low.then(|| self.path_to(gap.leaf));
        taken.reserve(count);
        // SAFETY: the leaf has that many entries behind the gap; pushing runs no user code, as
        // there is room.
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

    /// Removes all entries between two bounds and says how many there were. `target` is as for
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

    /// Takes out the entries between two gaps, `path` leading to the first, and gives them to
    /// `consume`, a leaf's at a time. Returns how many there were.
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

    /// Whether a leaf will have run low once it has lost `count` entries, and something can be done
    /// about it.
    #[inline]
    fn runs_low(&self, id: LeafId<S>, count: usize) -> bool {
        let left = self.leaf(id).node.len() - count;
        self.raw.height > 0
            && left < const { low(Sizes::<K, V, S, P>::LEAF) }
            && (left == 0 || self.raw.fits_a_neighbour(Self::SHAPE, id, left))
    }

    /// Merges the leaf of a gap, to which `path` leads, with a neighbour if that is possible.
    #[cold]
    fn merge_leaf(&mut self, path: &[Step<S>], gap: Gap<S>) -> Removed<K, V, S, P> {
        // SAFETY: a separator is moved out if it says so.
        unsafe {
            Separator::moved_out(|target| self.raw.merge_leaf(Self::SHAPE, path, gap, target))
        }
    }
}
