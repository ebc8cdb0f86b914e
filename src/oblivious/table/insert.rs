//! Inserting entries into a table, one by one or in bulk.

use alloc::vec::Vec;
use core::borrow::Borrow;
use core::{iter, mem};

use super::super::packed_memory_array::{
    Half, InsertPosition, IntoIter, PackedMemoryArray, Rebalance, SLOTS_MAX,
};
use super::{Gap, Table};
use crate::error::UnsortedError;
use crate::iter::{Entries, Insert, OnEqual, is_cached, sort, sort_keeping_first};
use crate::search::{KeyBound, compare_keys, equal_keys};

/// Fewer entries than this, or than one of this part of the table's, are inserted one by one.
const FEW: usize = 64;
const FEW_OF: usize = 64;

#[expect(
    unsafe_code,
    reason = "the trait has unsafe methods for the sake of trees; gaps are checked here"
)]
impl<K: Ord, V> Insert for Table<K, V> {
    fn is_less(left: (&K, &V), right: (&K, &V)) -> bool {
        compare_keys::<K, K>(left.0, right.0).is_lt()
    }

    #[inline]
    unsafe fn insert_at(&mut self, gap: &mut Gap, key: K, value: V) {
        if self.packed.room_in(gap.segment) == 0 {
            let (moved, rebalance) = self.packed.make_room(*gap);
            self.separators.follow(&self.packed, rebalance);
            *gap = moved;
        }
        self.packed.insert(*gap, key, value);
        if gap.slot == 0 {
            self.follow_segment(gap.segment);
        }
    }

    /// Moves all entries of `other` into `self`. Of equal keys, that of `self` is kept, with the
    /// value of `other`.
    ///
    /// One pass over both tables if their sizes are similar, otherwise over the smaller one:
    /// entries that go into the same segment are searched for together and then moved together. If
    /// the order panics, each entry is in one of the two tables.
    fn append(&mut self, other: &mut Self) {
        let mut taken_over = Half::Value;
        if self.len() < other.len() {
            mem::swap(self, other);
            taken_over = Half::Key;
        }
        if self.packed.make_room_for(other.len()) {
            self.separators.follow(&self.packed, Rebalance::All);
        }
        let mut replaced = Vec::new();
        let mut guard = DrainGuard::new(other);
        let mut positions = [InsertPosition::default(); SLOTS_MAX];
        let mut segment = 0;
        loop {
            let keys = guard.drain.front();
            let Some(first) = keys.first() else { break };
            segment = self.segment_from(segment, first);
            let positions = self.insert_positions(segment, keys, true, &mut positions);
            match positions.first().map(|position| position.rank) {
                Some(rank) => {
                    let drain = &mut guard.drain;
                    self.packed
                        .merge(segment, drain, positions, taken_over, &mut replaced);
                    if rank == 0 {
                        self.follow_segment(segment);
                    }
                }
                None => {
                    let slot = self.packed.rank(segment, first, KeyBound::Lower);
                    let (_, rebalance) = self.packed.make_room(Gap { segment, slot });
                    self.separators.follow(&self.packed, rebalance);
                    segment = 0;
                }
            }
        }
        drop(guard);
        if replaced.len() > self.len() / 4 {
            // Room was made for entries that turned out to be replacements.
            self.shrink_to_fit();
        }
        drop(replaced);
    }

    /// One pass over the entries of `other`: those that go into the same segment are searched for
    /// together and then moved together.
    fn merge(&mut self, other: Self, mut conflict: impl FnMut(&K, V, V) -> V) {
        if self.len() == 0 {
            *self = other;
            return;
        }
        // No segment may be empty.
        let more = other.len().min(self.len());
        if self.packed.make_room_for(more) {
            self.separators.follow(&self.packed, Rebalance::All);
        }
        let mut others = other.into_iter();
        let mut positions = [InsertPosition::default(); SLOTS_MAX];
        let (mut segment, mut replaced) = (0, Vec::new());
        while let Some(first) = others.front().first() {
            segment = self.segment_from(segment, first);
            let keys = others.front();
            let positions = self.insert_positions(segment, keys, false, &mut positions);
            if let Some(rank) = positions.first().map(|position| position.rank) {
                let (half, replaced) = (Half::Value, &mut replaced);
                self.packed
                    .merge(segment, &mut others, positions, half, replaced);
                if rank == 0 {
                    self.follow_segment(segment);
                }
                continue;
            }
            let Some(first) = keys.first() else { break };
            let slot = self.packed.rank(segment, first, KeyBound::Lower);
            let (present, _) = self.packed.run(segment);
            let present = present.get(slot);
            if present.is_some_and(|present| equal_keys::<K, K>(present, first)) {
                let Some((key, value)) = others.next() else {
                    break;
                };
                let settling = Settling {
                    table: self,
                    segment,
                };
                let change = |stored: &K, former| conflict(stored, former, value);
                settling
                    .table
                    .packed
                    .change_value(Gap { segment, slot }, change);
                mem::forget(settling);
                drop(key);
            } else {
                let (_, rebalance) = self.packed.make_room(Gap { segment, slot });
                self.separators.follow(&self.packed, rebalance);
                segment = 0;
            }
        }
    }

    fn split_off<Q: Ord + ?Sized>(&mut self, key: &Q) -> Self
    where
        K: Borrow<Q>,
    {
        let gap = self.seek(key, KeyBound::Lower);
        if self.packed.slot_before(gap).is_none() {
            mem::replace(self, Self::new())
        } else if self.packed.slot_after(gap).is_none() {
            Self::new()
        } else {
            let after = self.packed.split_off(gap);
            self.separators.follow(&self.packed, Rebalance::All);
            Self::of(after)
        }
    }

    /// Makes a table of entries that must strictly ascend.
    fn from_ascending<I: IntoIterator<Item = (K, V)>>(entries: I) -> Result<Self, UnsortedError> {
        let entries = entries.into_iter();
        let mut sorted: Vec<(K, V)> = Vec::with_capacity(entries.size_hint().0);
        for (key, value) in entries {
            if sorted
                .last()
                .is_some_and(|(last, _)| compare_keys::<K, K>(last, &key).is_ge())
            {
                return Err(UnsortedError::new(sorted.len()));
            }
            sorted.push((key, value));
        }
        Ok(Self::of(PackedMemoryArray::collect(sorted)))
    }

    /// Makes a table of entries in any order; of equal keys the last one is kept.
    fn from_entries<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut entries: Vec<(K, V)> = entries.into_iter().collect();
        if !entries
            .is_sorted_by(|left, right| Self::is_less((&left.0, &left.1), (&right.0, &right.1)))
        {
            sort(&mut entries, |_| &());
        }
        Self::of(PackedMemoryArray::collect(entries))
    }

    /// Where a table has few entries, they are inserted one by one. Otherwise as many as it has are
    /// collected, so that memory is proportional to that of the table, and merged.
    fn extend(&mut self, entries: impl Iterator<Item = (K, V)>) {
        let mut entries = entries.fuse();
        while let Some((key, value)) = entries.next() {
            if is_cached::<(K, V)>(self.len()) {
                self.insert(key, value);
            } else {
                let more = entries.by_ref().take(self.len() - 1);
                self.insert_many(iter::once((key, value)).chain(more).collect());
            }
        }
    }

    fn insert_many(&mut self, mut entries: Vec<(K, V)>) {
        if entries.len() < FEW.max(self.len() / FEW_OF) {
            for (key, value) in entries {
                self.insert(key, value);
            }
            return;
        }
        sort_keeping_first(&mut entries, |_| &(), OnEqual::ReplaceValue);
        self.append(&mut Self::of(PackedMemoryArray::collect(entries)));
    }
}

/// Bulk insertion.
impl<K: Ord, V> Table<K, V> {
    /// The segment that a key belongs to, for keys in ascending order: usually that of the previous
    /// key, or the next segment.
    fn segment_from(&self, before: usize, key: &K) -> usize {
        for segment in before..before + 2 {
            let next = segment + 1;
            if next >= self.packed.segments()
                || compare_keys::<K, K>(key, self.packed.first_key(next)).is_lt()
            {
                return segment;
            }
        }
        self.separators.segment(&self.packed, key, KeyBound::Upper)
    }

    /// Where the first of some ascending keys go in a segment that the first key belongs to: for as
    /// many as belong there and as the segment has room for. Ends before a key that the segment
    /// has, unless it `takes_equal` ones.
    fn insert_positions<'a>(
        &self,
        segment: usize,
        keys: &[K],
        takes_equal: bool,
        positions: &'a mut [InsertPosition; SLOTS_MAX],
    ) -> &'a [InsertPosition] {
        let next = segment + 1;
        let end = (next < self.packed.segments()).then(|| self.packed.first_key(next));
        let (present, _) = self.packed.run(segment);
        let mut room = self.packed.room_in(segment);
        let (mut placed, mut least) = (0, 0);
        for (key, position) in keys.iter().zip(positions.iter_mut()) {
            if placed > 0 && end.is_some_and(|end| compare_keys::<K, K>(key, end).is_ge()) {
                break;
            }
            let rank = self.packed.rank(segment, key, KeyBound::Lower);
            if rank < least {
                // The order has contradicted itself: this key begins another group.
                break;
            }
            let present = present.get(rank);
            let equal = present.is_some_and(|present| equal_keys::<K, K>(present, key));
            if equal && !takes_equal {
                break;
            }
            if !equal {
                if room == 0 {
                    break;
                }
                room -= 1;
            }
            least = rank + usize::from(equal);
            *position = InsertPosition::new(rank, equal);
            placed += 1;
        }
        &positions[..placed]
    }
}

/// Restores a table if a panic has left an entry of a segment without its value, so that it was
/// taken out.
struct Settling<'a, K, V> {
    table: &'a mut Table<K, V>,
    segment: usize,
}

impl<K, V> Drop for Settling<'_, K, V> {
    #[cold]
    fn drop(&mut self) {
        if self.table.len() == 0 {
            self.table.clear();
        } else {
            self.table.settle(self.segment..self.segment + 1);
        }
    }
}

/// A table whose entries are moved out from the first on. Entries left at the end, which takes a
/// panic, stay in the table.
struct DrainGuard<'a, K, V> {
    table: &'a mut Table<K, V>,
    drain: IntoIter<K, V>,
}

impl<'a, K, V> DrainGuard<'a, K, V> {
    fn new(table: &'a mut Table<K, V>) -> Self {
        let drain = IntoIter::new(mem::replace(table, Table::new()).packed);
        DrainGuard { table, drain }
    }
}

impl<K, V> Drop for DrainGuard<'_, K, V> {
    fn drop(&mut self) {
        self.table.packed = self.drain.stop();
        if self.table.len() == 0 {
            self.table.clear();
        } else {
            self.table.settle_all();
        }
    }
}
