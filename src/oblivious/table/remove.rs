//! Removing entries from a table.

use alloc::vec::Vec;
use core::borrow::Borrow;
use core::iter;
use core::ops::Bound;

use super::{Gap, Table};
use crate::iter::{Entries, Remove};

#[expect(
    unsafe_code,
    reason = "the trait has unsafe methods for the sake of trees; gaps are checked here"
)]
impl<K: Ord, V> Remove for Table<K, V> {
    #[inline]
    unsafe fn remove_after(&mut self, gap: &mut Gap) -> Option<(K, V)> {
        let slot = self.packed.slot_after(*gap)?;
        let entry = self.packed.take(slot);
        let segment = slot.segment;
        *gap = slot;
        if let Some((moved, rebalance)) = self.packed.close_gaps(segment..segment + 1, slot) {
            self.follow_removal(rebalance);
            *gap = moved;
        } else if slot.slot == 0 {
            self.follow_segment(segment);
        }
        Some(entry)
    }

    fn remove_between<Q: Ord + ?Sized>(&mut self, start: Bound<&Q>, end: Bound<&Q>) -> usize
    where
        K: Borrow<Q>,
    {
        let start = self.gap_from(start);
        // The end is before the start only if the order is inconsistent.
        let end = self.gap_to(end).max(start);
        let removed = self.packed.entries_between(start, end);
        if removed == self.len() {
            self.clear();
        } else if removed > 0 {
            let segments = start.segment..end.segment + 1;
            let dead = iter::repeat_n(false, start.slot).chain(iter::repeat_n(true, removed));
            let taken = self.packed.take_out(segments.clone(), dead, removed);
            self.settle(segments);
            drop(taken);
        }
        removed
    }

    fn retain(&mut self, mut keep: impl FnMut(&K, &mut V) -> bool) {
        let dead = Vec::with_capacity(self.len());
        let mut guard = RetainGuard { table: self, dead };
        for (key, value) in guard.table.iter_mut() {
            let keeps = keep(key, value);
            guard.dead.push(!keeps);
        }
    }

    fn check_invariants(&self) {
        self.packed.check();
        self.separators.check(&self.packed);
        assert_eq!(self.iter().count(), self.len(), "iteration misses entries");
        let keys = self.iter().map(|(key, _)| key);
        assert!(
            keys.is_sorted_by(|left, right| left < right),
            "keys do not ascend"
        );
    }
}

/// Takes the dead entries out of a table once all have been visited, or when a panic ends the
/// visit.
struct RetainGuard<'a, K, V> {
    table: &'a mut Table<K, V>,
    /// Whether an entry is dead, for each entry visited, in order.
    dead: Vec<bool>,
}

impl<K, V> Drop for RetainGuard<'_, K, V> {
    fn drop(&mut self) {
        let expected = self.dead.iter().filter(|dead| **dead).count();
        if expected == self.table.len() {
            self.table.clear();
        } else if expected > 0 {
            let all = 0..self.table.packed.segments();
            let dead = self.dead.iter().copied();
            let taken = self.table.packed.take_out(all, dead, expected);
            self.table.settle_all();
            drop(taken);
        }
    }
}
