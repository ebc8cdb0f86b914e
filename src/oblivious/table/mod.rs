//! The packed-memory array with the index over its segments: the storage of the map.
//!
//! Each change takes the same steps: search, which runs the order of the keys; change the array,
//! which runs no user code; update the index; drop what is left over.

mod insert;
mod remove;

use core::borrow::Borrow;
use core::ops::{self, Bound};

use super::packed_memory_array::{Gap, IntoIter, PackedMemoryArray, Rebalance, Walk};
use super::separators::Separators;
#[cfg(feature = "rayon")]
use crate::iter::{Divisible, ParallelInsert};
use crate::iter::{Entries, Passed};
use crate::memory::capacity_overflow;
use crate::sealed::Sealed;
use crate::search::{KeyBound, compare_keys};

/// Entries in the order of their keys.
pub struct Table<K, V> {
    packed: PackedMemoryArray<K, V>,
    separators: Separators<K>,
}

impl<K, V> Table<K, V> {
    pub(crate) const fn new() -> Self {
        Table {
            packed: PackedMemoryArray::new(),
            separators: Separators::new(),
        }
    }

    fn of(packed: PackedMemoryArray<K, V>) -> Self {
        let mut table = Table {
            packed,
            separators: Separators::new(),
        };
        table.separators.follow(&table.packed, Rebalance::All);
        table
    }

    #[inline]
    fn entry(&self, slot: Gap) -> (&K, &V) {
        let (keys, values) = self.packed.run(slot.segment);
        (&keys[slot.slot], &values[slot.slot])
    }

    #[inline]
    fn entry_mut(&mut self, slot: Gap) -> (&K, &mut V) {
        let (keys, values) = self.packed.run_mut(slot.segment);
        (&keys[slot.slot], &mut values[slot.slot])
    }

    /// The gap before or after the entry of a key: the given bound of it.
    #[inline]
    fn seek<Q: Ord + ?Sized>(&self, key: &Q, bound: KeyBound) -> Gap
    where
        K: Borrow<Q>,
    {
        if self.len() == 0 {
            return self.start();
        }
        let segment = self.separators.segment(&self.packed, key, bound);
        let slot = self.packed.rank(segment, key, bound);
        Gap { segment, slot }
    }

    /// Updates the index after a removal. If the shape of the array has changed, it has become
    /// smaller: the index then frees memory too.
    fn follow_removal(&mut self, rebalance: Rebalance) {
        if rebalance == Rebalance::All {
            self.separators = Separators::new();
        }
        self.separators.follow(&self.packed, rebalance);
    }

    /// Updates the index for a segment whose smallest key has changed, unless the segment is empty.
    #[inline]
    fn follow_segment(&mut self, segment: usize) {
        let one = segment..segment + 1;
        self.separators
            .follow(&self.packed, Rebalance::Segments(one));
    }

    /// Restores the array after entries have been taken out of some segments.
    fn settle(&mut self, segments: ops::Range<usize>) {
        let start = Gap {
            segment: segments.start,
            slot: 0,
        };
        let settled = self.packed.close_gaps(segments.clone(), start);
        let rebalance = settled.map_or(Rebalance::Segments(segments), |(_, rebalance)| rebalance);
        self.follow_removal(rebalance);
    }

    /// Restores the array after entries have been taken out anywhere, and rebuilds the index.
    fn settle_all(&mut self) {
        let (all, start) = (0..self.packed.segments(), self.start());
        // Which entries have moved does not matter: the index is rebuilt.
        let _ = self.packed.close_gaps(all, start);
        self.follow_removal(Rebalance::All);
    }
}

impl<K, V> Sealed for Table<K, V> {}

#[expect(
    unsafe_code,
    reason = "the trait has unsafe methods for the sake of trees; gaps are checked here"
)]
impl<K, V> Entries for Table<K, V> {
    type Key = K;
    type Value = V;
    type Gap = Gap;
    type Walk<'a>
        = Walk<'a, K, V>
    where
        Self: 'a;
    type IntoIter = IntoIter<K, V>;

    const NAME: &'static str = "CacheObliviousMap";
    const EMPTY: Self = Table::new();

    #[inline]
    fn len(&self) -> usize {
        self.packed.len()
    }

    fn memory_usage(&self) -> usize {
        self.packed.bytes() + self.separators.bytes()
    }

    fn reserve(&mut self, additional: usize) {
        let entries = self.len().checked_add(additional);
        let entries = entries.unwrap_or_else(|| capacity_overflow());
        if entries > 0 {
            let moved = self.packed.reserve(entries);
            self.separators.reserve(self.packed.segments_reserved());
            if moved {
                self.separators.follow(&self.packed, Rebalance::All);
            }
        }
    }

    fn shrink_to_fit(&mut self) {
        if self.packed.shrink() {
            self.separators = Separators::new();
            self.separators.follow(&self.packed, Rebalance::All);
        }
    }

    fn into_iter(self) -> IntoIter<K, V> {
        IntoIter::new(self.packed)
    }

    #[inline]
    fn start(&self) -> Gap {
        self.packed.start()
    }

    #[inline]
    fn end(&self) -> Gap {
        self.packed.end()
    }

    #[inline]
    fn gap_from<Q: Ord + ?Sized>(&self, bound: Bound<&Q>) -> Gap
    where
        K: Borrow<Q>,
    {
        match bound {
            Bound::Included(key) => self.seek(key, KeyBound::Lower),
            Bound::Excluded(key) => self.seek(key, KeyBound::Upper),
            Bound::Unbounded => self.start(),
        }
    }

    #[inline]
    fn gap_to<Q: Ord + ?Sized>(&self, bound: Bound<&Q>) -> Gap
    where
        K: Borrow<Q>,
    {
        match bound {
            Bound::Included(key) => self.seek(key, KeyBound::Upper),
            Bound::Excluded(key) => self.seek(key, KeyBound::Lower),
            Bound::Unbounded => self.end(),
        }
    }

    fn count_between<Q: Ord + ?Sized>(&self, start: Bound<&Q>, end: Bound<&Q>) -> usize
    where
        K: Borrow<Q>,
    {
        let (start, end) = (self.gap_from(start), self.gap_to(end));
        // Only an order that lies finds the end before the start.
        self.packed.entries_between(start, end.max(start))
    }

    #[inline]
    fn find<Q: Ord + ?Sized>(&self, key: &Q) -> Result<Gap, Gap>
    where
        K: Borrow<Q>,
    {
        let gap = self.seek(key, KeyBound::Lower);
        match self.packed.slot_after(gap) {
            Some(slot) if compare_keys::<K, Q>(self.entry(slot).0.borrow(), key).is_eq() => {
                Ok(slot)
            }
            _ => Err(gap),
        }
    }

    #[inline]
    fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<(&K, &V)>
    where
        K: Borrow<Q>,
    {
        self.find(key).ok().map(|gap| self.entry(gap))
    }

    #[inline]
    fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        let gap = self.find(key).ok()?;
        Some(self.entry_mut(gap).1)
    }

    #[inline]
    unsafe fn after(&self, gap: Gap) -> Option<Passed<&K, &V, Gap>> {
        let slot = self.packed.slot_after(gap)?;
        Some((self.entry(slot), gap_after(slot)))
    }

    #[inline]
    unsafe fn before(&self, gap: Gap) -> Option<Passed<&K, &V, Gap>> {
        let slot = self.packed.slot_before(gap)?;
        Some((self.entry(slot), slot))
    }

    #[inline]
    unsafe fn after_mut(&mut self, gap: Gap) -> Option<Passed<&K, &mut V, Gap>> {
        let slot = self.packed.slot_after(gap)?;
        Some((self.entry_mut(slot), gap_after(slot)))
    }

    #[inline]
    unsafe fn before_mut(&mut self, gap: Gap) -> Option<Passed<&K, &mut V, Gap>> {
        let slot = self.packed.slot_before(gap)?;
        Some((self.entry_mut(slot), slot))
    }

    #[inline]
    unsafe fn walk(&self, start: Gap, end: Gap) -> Walk<'_, K, V> {
        Walk::new(&self.packed, start, end)
    }
}

#[cfg(feature = "rayon")]
impl<K, V> Divisible for Table<K, V> {
    type Span<'a>
        = Walk<'a, K, V>
    where
        Self: 'a;

    fn span(&self) -> Walk<'_, K, V> {
        Walk::new(&self.packed, self.start(), self.end())
    }

    fn span_between<Q: Ord + ?Sized>(&self, start: Bound<&Q>, end: Bound<&Q>) -> Walk<'_, K, V>
    where
        K: Borrow<Q>,
    {
        Walk::new(&self.packed, self.gap_from(start), self.gap_to(end))
    }

    fn forget_entries(mut self) {
        self.packed.forget_entries();
    }
}

/// One thread does all of it.
#[cfg(feature = "rayon")]
impl<K: Ord, V> ParallelInsert for Table<K, V> {}

fn gap_after(slot: Gap) -> Gap {
    Gap {
        slot: slot.slot + 1,
        ..slot
    }
}

impl<K: Clone, V: Clone> Clone for Table<K, V> {
    fn clone(&self) -> Self {
        Self::of(self.packed.clone())
    }
}

#[cfg(test)]
mod tests;
