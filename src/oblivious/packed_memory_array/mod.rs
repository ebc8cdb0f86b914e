//! The packed-memory array: entries in one array, in order, with gaps.
//!
//! The array is divided into segments of about log n slots. The entries of a segment are at its
//! start, followed by its free slots. One count per segment separates the two: no slot is marked,
//! and a scan reads runs. Keys and values are in two separate arrays.
//!
//! Inserting shifts the entries that follow in the segment by one slot. If the segment is full, the
//! smallest window around it that is not too full is rebalanced first (`rebalance`); `density`
//! defines what is too full and too empty. Operations on the whole array (building, growing,
//! splitting) fill a new one in one pass (`bulk`). `entries` iterates, `drain` moves entries out of
//! an array that is given up, `merge` puts many of them into a segment at once.
//!
//! The array does not know the order of keys: callers pass gaps. It reports which segments an
//! insertion or a removal has rewritten, for the index over them.
//!
//! # What memory safety rests on
//! 1. Both buffers have at least `shape.capacity()` slots; `counts` has a count for each segment,
//!    none greater than the slots per segment, or is empty.
//! 2. In each segment, as many of the first slots as its count hold a key and a value.
//! 3. If keys are padded (`search::are_padded`), all key slots are initialised: the search reads
//!    them.
//! 4. `len` is the sum of the counts.
//!
//! Gaps come from searches by orders that may be inconsistent, and are checked against the counts.
//! While entries are being moved, no count includes them: it is reduced before, and set again
//! after. So a panic at any point, in user code or in arithmetic here, leaks entries and drops none
//! twice.
//!
//! Two more invariants serve correct results only: if keys are padded, the key slots after a
//! segment's entries hold padding, the greatest integer; and no segment is empty unless it is the
//! only one.

#![allow(
    unsafe_code,
    reason = "the one part of the map that moves entries by hand"
)]

use alloc::vec;
use alloc::vec::Vec;
use core::borrow::Borrow;
use core::mem;
use core::ops::Range;
use core::ptr;
use core::slice;

use crate::key;
use crate::memory::raw_buffer::RawBuffer;
use crate::search::{self, Form, KeyBound};

mod bulk;
mod density;
mod drain;
mod entries;
mod merge;
mod rebalance;

use density::Shape;

pub(super) use density::SLOTS_MAX;
pub use drain::IntoIter;
pub use entries::Walk;
pub(super) use merge::{Half, InsertPosition};
pub(super) use rebalance::Rebalance;

/// Entries in one array, with gaps.
pub(super) struct PackedMemoryArray<K, V> {
    keys: RawBuffer<K>,
    values: RawBuffer<V>,
    /// The number of entries in each segment.
    counts: Vec<u8>,
    shape: Shape,
    len: usize,
    /// The segment in which room was made last.
    recent: usize,
    /// The number of entries moved to other slots, for the tests of what an insertion costs.
    #[cfg(test)]
    pub(super) moved: usize,
}

/// A gap in the array: before slot `slot` of a segment, or after its last entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gap {
    pub(super) segment: usize,
    pub(super) slot: usize,
}

impl<K, V> PackedMemoryArray<K, V> {
    /// An array without entries and memory.
    pub(super) const fn new() -> Self {
        PackedMemoryArray {
            keys: RawBuffer::EMPTY,
            values: RawBuffer::EMPTY,
            counts: Vec::new(),
            shape: Shape {
                segments: 0,
                slots: 0,
            },
            len: 0,
            recent: usize::MAX,
            #[cfg(test)]
            moved: 0,
        }
    }

    /// An array without entries whose slots are not padded yet, with memory for at least `slots`.
    /// It may be searched once all segments are [padded](Self::pad).
    fn unpadded(shape: Shape, slots: usize) -> Self {
        let slots = slots.max(shape.capacity());
        PackedMemoryArray {
            keys: RawBuffer::growable(slots),
            values: RawBuffer::growable(slots),
            counts: vec![0; shape.segments],
            shape,
            len: 0,
            recent: usize::MAX,
            #[cfg(test)]
            moved: 0,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// The number of slots that fit into the allocated memory.
    fn slots_reserved(&self) -> usize {
        self.keys.capacity().min(self.values.capacity())
    }

    /// The number of segments whose counts fit into the allocated memory.
    pub(super) fn segments_reserved(&self) -> usize {
        self.counts.capacity()
    }

    /// Grows the memory in place to that many slots in all. Returns whether that succeeded.
    fn grow_in_place(&mut self, slots: usize) -> bool {
        self.keys.grow(slots) && self.values.grow(slots)
    }

    fn reserve_counts(&mut self, segments: usize) {
        let more = segments.saturating_sub(self.counts.len());
        self.counts.reserve_exact(more);
    }

    #[inline]
    pub(super) fn segments(&self) -> usize {
        self.counts.len()
    }

    pub(super) fn bytes(&self) -> usize {
        self.keys.bytes() + self.values.bytes() + self.counts.capacity()
    }

    #[inline]
    fn count(&self, segment: usize) -> usize {
        usize::from(self.counts[segment])
    }

    /// The first slot of a segment, for keys and for values.
    ///
    /// # Panics
    /// If there is no such segment.
    #[inline]
    fn slots(&self, segment: usize) -> (*mut K, *mut V) {
        assert!(segment < self.counts.len());
        let first = segment * self.shape.slots;
        // SAFETY: the buffers hold the slots of all segments (1).
        unsafe { (self.keys.start().add(first), self.values.start().add(first)) }
    }

    /// The entries of a segment.
    #[inline]
    pub(super) fn run(&self, segment: usize) -> (&[K], &[V]) {
        let count = self.count(segment);
        let (keys, values) = self.slots(segment);
        // SAFETY: as many slots as the count hold entries (2), which are borrowed with the array.
        unsafe {
            (
                slice::from_raw_parts(keys, count),
                slice::from_raw_parts(values, count),
            )
        }
    }

    /// The entries of a segment, with mutable values.
    pub(super) fn run_mut(&mut self, segment: usize) -> (&[K], &mut [V]) {
        let count = self.count(segment);
        let (keys, values) = self.slots(segment);
        // SAFETY: as for `run`; the array is borrowed exclusively.
        unsafe {
            (
                slice::from_raw_parts(keys, count),
                slice::from_raw_parts_mut(values, count),
            )
        }
    }

    /// The smallest key of a segment that is not empty.
    #[inline]
    pub(super) fn first_key(&self, segment: usize) -> &K {
        &self.run(segment).0[0]
    }

    /// A copy of the smallest key of a segment that is not empty, if keys can be copied: if they
    /// have an order-preserving integer.
    pub(super) fn copy_first_key(&self, segment: usize) -> Option<K> {
        key::integer::<K>()?;
        let (keys, _) = self.run(segment);
        // SAFETY: types with an order-preserving integer are `Copy`.
        keys.first().map(|key| unsafe { ptr::read(key) })
    }

    /// The number of keys of a segment before the given bound of the query.
    #[inline]
    pub(super) fn rank<Q: Ord + ?Sized>(&self, segment: usize, query: &Q, bound: KeyBound) -> usize
    where
        K: Borrow<Q>,
    {
        let (keys, _) = self.run(segment);
        let slots = self.shape.slots;
        search::prefetch(keys.as_ptr(), slots * size_of::<K>());
        let form = Form::of::<K, Q>(query, bound);
        // SAFETY: if keys are padded, the slots are a whole number of blocks, and all are
        // initialised (3). The pointer comes from `slots`, as `keys.as_ptr()` must not be used to
        // read the slots after the entries.
        let padded = unsafe {
            let (keys, _) = self.slots(segment);
            search::rank_padded(
                search::simd::BASELINE,
                form,
                keys,
                size_of::<K>(),
                slots,
                self.count(segment),
            )
        };
        match padded {
            Some(rank) => rank,
            None => search::rank::<K>(keys.len(), |at| {
                search::is_before::<K, Q>(keys[at].borrow(), query, bound)
            }),
        }
    }

    pub(super) fn start(&self) -> Gap {
        Gap {
            segment: 0,
            slot: 0,
        }
    }

    pub(super) fn end(&self) -> Gap {
        match self.segments().checked_sub(1) {
            Some(segment) => Gap {
                segment,
                slot: self.count(segment),
            },
            None => self.start(),
        }
    }

    /// The slot of the entry after a gap.
    #[inline]
    pub(super) fn slot_after(&self, gap: Gap) -> Option<Gap> {
        let Gap { segment, slot } = gap;
        if slot < usize::from(*self.counts.get(segment)?) {
            return Some(gap);
        }
        let next = segment + 1;
        (*self.counts.get(next)? > 0).then_some(Gap {
            segment: next,
            slot: 0,
        })
    }

    /// The slot of the entry before a gap.
    #[inline]
    pub(super) fn slot_before(&self, gap: Gap) -> Option<Gap> {
        let Gap {
            mut segment,
            mut slot,
        } = gap;
        if slot == 0 {
            segment = segment.checked_sub(1)?;
            slot = self.count(segment);
        }
        Some(Gap {
            segment,
            slot: slot.checked_sub(1)?,
        })
    }

    /// The number of entries before a gap.
    fn entries_before(&self, gap: Gap) -> usize {
        self.entries_between(self.start(), gap)
    }

    /// The number of entries between two gaps.
    pub(super) fn entries_between(&self, start: Gap, end: Gap) -> usize {
        if start.segment < end.segment {
            self.entries_in(start.segment..end.segment) + end.slot - start.slot
        } else {
            end.slot - start.slot
        }
    }

    fn entries_in(&self, segments: Range<usize>) -> usize {
        let counts = &self.counts[segments];
        counts.iter().map(|count| usize::from(*count)).sum()
    }

    /// The number of entries that can be put into a segment in its current state.
    #[inline]
    pub(super) fn room_in(&self, segment: usize) -> usize {
        let count = self.counts.get(segment);
        count.map_or(0, |count| self.shape.slots - usize::from(*count))
    }

    /// Puts an entry into a gap of a segment that is not full. Runs no user code.
    ///
    /// # Panics
    /// If there is no such gap, or the segment is full.
    #[inline]
    pub(super) fn insert(&mut self, gap: Gap, key: K, value: V) {
        let Gap { segment, slot } = gap;
        let count = self.count(segment);
        assert!(slot <= count && count < self.shape.slots);
        let (keys, values) = self.slots(segment);
        // SAFETY: the slot after the last entry is free and in the segment. Until the count
        // includes it, the last of the entries that move has no owner: a panic would leak it.
        unsafe {
            ptr::copy(keys.add(slot), keys.add(slot + 1), count - slot);
            ptr::copy(values.add(slot), values.add(slot + 1), count - slot);
            keys.add(slot).write(key);
            values.add(slot).write(value);
        }
        self.counts[segment] += 1;
        self.len += 1;
        self.count_moves(count - slot);
    }

    /// Takes the entry at a slot out of its segment, which may be too empty afterwards. Runs no
    /// user code.
    ///
    /// # Panics
    /// If there is no entry.
    #[inline]
    pub(super) fn take(&mut self, gap: Gap) -> (K, V) {
        // SAFETY: the entry is read once.
        self.take_by(gap, |key, value| unsafe { (key.read(), value.read()) })
    }

    /// Takes an entry out as [`take`](Self::take) does; `read` moves what is needed of it, and runs
    /// no user code.
    #[inline]
    fn take_by<R>(&mut self, gap: Gap, read: impl FnOnce(*mut K, *mut V) -> R) -> R {
        let Gap { segment, slot } = gap;
        let count = self.count(segment);
        assert!(slot < count);
        let (keys, values) = self.slots(segment);
        let after = count - slot - 1;
        self.counts[segment] -= 1;
        self.len -= 1;
        self.count_moves(after);
        // SAFETY: the slot holds an entry (2). The entries after it move over it, and the count no
        // longer includes the last slot.
        unsafe {
            let entry = read(keys.add(slot), values.add(slot));
            ptr::copy(keys.add(slot + 1), keys.add(slot), after);
            ptr::copy(values.add(slot + 1), values.add(slot), after);
            search::pad(keys.add(slot + after), size_of::<K>(), 1);
            entry
        }
    }

    /// Gives up the entries of a segment, which remain in its slots. Returns their number.
    fn give_up(&mut self, segment: usize) -> usize {
        let count = usize::from(mem::take(&mut self.counts[segment]));
        self.len -= count;
        count
    }

    /// Makes the first `count` slots of an empty segment its entries.
    ///
    /// # Panics
    /// If the segment has fewer slots.
    ///
    /// # Safety
    /// These slots hold a key and a value each, which are used nowhere else.
    unsafe fn take_over(&mut self, segment: usize, count: usize) {
        assert!(count <= self.shape.slots);
        debug_assert_eq!(self.counts[segment], 0);
        self.counts[segment] = count as u8;
        self.len += count;
    }

    /// Fills the free slots of a segment with padding.
    fn pad(&mut self, segment: usize) {
        let count = self.count(segment);
        let (keys, _) = self.slots(segment);
        let free = self.shape.slots - count;
        // SAFETY: the slots after the entries are in the segment, and hold no entries.
        unsafe { search::pad(keys.add(count), size_of::<K>(), free) };
    }

    /// Gives up all entries without dropping them: they have another owner.
    #[cfg(feature = "rayon")]
    pub(super) fn forget_entries(&mut self) {
        self.counts.clear();
        self.len = 0;
    }

    #[inline]
    fn count_moves(&mut self, _entries: usize) {
        #[cfg(test)]
        {
            self.moved += _entries;
        }
    }

    /// Checks all invariants except the order of the keys.
    ///
    /// # Panics
    /// If one is violated; the message names it.
    pub(super) fn check(&self) {
        let Shape { segments, slots } = self.shape;
        assert_eq!(self.counts.len(), segments, "not a count for each segment");
        assert!(
            self.slots_reserved() >= segments * slots,
            "too little memory for the shape"
        );
        assert!(segments == 0 || segments.is_power_of_two());
        assert_eq!(self.entries_in(0..segments), self.len, "len is not the sum");
        for segment in 0..segments {
            let count = self.count(segment);
            assert!(
                count <= slots,
                "more entries than slots in segment {segment}"
            );
            assert!(count > 0 || segments == 1, "segment {segment} is empty");
            let (keys, _) = self.slots(segment);
            // SAFETY: if keys are padded, the slots after the entries are
            // initialised (3).
            let padded =
                unsafe { search::is_padded(keys.add(count), size_of::<K>(), slots - count) };
            assert!(padded, "segment {segment} is not padded");
        }
    }
}

impl<K, V> Drop for PackedMemoryArray<K, V> {
    fn drop(&mut self) {
        let mut runs = DropRuns {
            packed: self,
            segment: 0,
        };
        runs.drop_all();
    }
}

/// Drops the entries of an array, segment by segment, and continues after a panic.
struct DropRuns<'a, K, V> {
    packed: &'a mut PackedMemoryArray<K, V>,
    segment: usize,
}

impl<K, V> DropRuns<'_, K, V> {
    fn drop_all(&mut self) {
        if !mem::needs_drop::<(K, V)>() {
            return;
        }
        while self.segment < self.packed.segments() {
            let (keys, values) = self.packed.slots(self.segment);
            let count = self.packed.give_up(self.segment);
            self.segment += 1;
            let values = DropSlice(ptr::slice_from_raw_parts_mut(values, count));
            // SAFETY: as many slots held entries (2), which the count no longer includes.
            unsafe { ptr::drop_in_place(ptr::slice_from_raw_parts_mut(keys, count)) };
            drop(values);
        }
    }
}

impl<K, V> Drop for DropRuns<'_, K, V> {
    fn drop(&mut self) {
        self.drop_all();
    }
}

/// Values that are dropped with this, even if dropping their keys panics.
struct DropSlice<V>(*mut [V]);

impl<V> Drop for DropSlice<V> {
    fn drop(&mut self) {
        // SAFETY: the values are initialised and have no other owner any more.
        unsafe { ptr::drop_in_place(self.0) };
    }
}
