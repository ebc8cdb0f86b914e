//! Iterating over the entries between two gaps, from both ends.

use core::ops::Range;
use core::ptr;

use super::{Gap, PackedMemoryArray};
use crate::iter::{self, Address};
use crate::sealed::Sealed;

/// A walk over the occupied slots between two gaps. Slots are counted from the start of the array.
///
/// Each end of the walk is in a segment: the rest of that segment is the run `front` or `back`.
/// Between them are whole segments. Both runs may be in the same segment, with no segments between
/// them.
///
/// The state is nearly all numbers, few of which change from step to step, so that a loop over
/// entries keeps them in registers. With pointers to runs there were too many, and the loop took
/// twice as long.
pub struct Walk<'a, K, V> {
    /// Where the slots start.
    keys: *const K,
    values: *const V,
    /// Of all segments of the array.
    counts: &'a [u8],
    slots: usize,
    front: Range<usize>,
    /// Whole segments.
    middle: Range<usize>,
    back: Range<usize>,
}

impl<'a, K, V> Walk<'a, K, V> {
    const NONE: Self = Walk {
        keys: ptr::null(),
        values: ptr::null(),
        counts: &[],
        slots: 0,
        front: 0..0,
        middle: 0..0,
        back: 0..0,
    };

    /// The entries from one gap to the other; none if `end` is not after `start`.
    pub(in crate::oblivious) fn new(
        packed: &'a PackedMemoryArray<K, V>,
        start: Gap,
        end: Gap,
    ) -> Self {
        if start >= end {
            return Self::NONE;
        }
        let mut walk = Walk {
            keys: packed.keys.start(),
            values: packed.values.start(),
            counts: &packed.counts,
            slots: packed.shape.slots,
            middle: start.segment + 1..end.segment.max(start.segment + 1),
            ..Self::NONE
        };
        walk.front = walk.run(start.segment);
        if start.segment < end.segment {
            walk.back = walk.run(end.segment);
            walk.back.end = walk.back.end.min(walk.back.start + end.slot);
        } else {
            walk.front.end = walk.front.end.min(walk.front.start + end.slot);
        }
        walk.front.start = walk.front.end.min(walk.front.start + start.slot);
        walk
    }

    #[inline]
    fn entry(&self, slot: usize) -> Address<K, V> {
        let (keys, values) = (self.keys.cast_mut(), self.values.cast_mut());
        // SAFETY: the slots that the walk reaches are in the buffers.
        unsafe { (keys.add(slot), values.add(slot)) }
    }

    /// The occupied slots of a segment.
    #[inline]
    fn run(&self, segment: usize) -> Range<usize> {
        let start = segment * self.slots;
        start..start + usize::from(self.counts[segment])
    }

    /// Refills the front run if it is empty; it stays empty only if no entries are left.
    // `always`, here and in `next`: without it, a loop over entries runs 28 % more instructions.
    #[inline(always)]
    fn refill_front(&mut self) {
        while self.front.is_empty() {
            if let Some(segment) = self.middle.next() {
                self.front = self.run(segment);
            } else {
                self.front = self.back.clone();
                self.back.start = self.back.end;
                return;
            }
        }
    }

    /// Refills the back run if it is empty; it stays empty only if no entries are left.
    #[inline]
    fn refill_back(&mut self) {
        while self.back.is_empty() {
            if let Some(segment) = self.middle.next_back() {
                self.back = self.run(segment);
            } else {
                self.back = self.front.clone();
                self.front.start = self.front.end;
                return;
            }
        }
    }

    /// The next whole run.
    #[inline]
    fn next_run(&mut self) -> Range<usize> {
        self.refill_front();
        let run = self.front.clone();
        self.front.start = self.front.end;
        run
    }
}

impl<K, V> Sealed for Walk<'_, K, V> {}

// SAFETY: each slot is returned once. Besides the slots, only the counts are read.
unsafe impl<K, V> iter::Walk<K, V> for Walk<'_, K, V> {
    // Always: as for `refill_front`.
    #[inline(always)]
    fn next(&mut self) -> Option<Address<K, V>> {
        self.refill_front();
        let slot = self.front.next()?;
        Some(self.entry(slot))
    }

    #[inline]
    fn next_back(&mut self) -> Option<Address<K, V>> {
        self.refill_back();
        let slot = self.back.next_back()?;
        Some(self.entry(slot))
    }

    /// Run by run, each in a loop that does not look at segments.
    #[inline]
    fn fold<B>(mut self, start: B, mut visit: impl FnMut(B, Address<K, V>) -> B) -> B {
        let mut folded = start;
        loop {
            let run = self.next_run();
            if run.is_empty() {
                return folded;
            }
            for slot in run {
                folded = visit(folded, self.entry(slot));
            }
        }
    }

    fn nth(&mut self, mut skipped: usize) -> Option<Address<K, V>> {
        self.refill_front();
        while !self.front.is_empty() && skipped >= self.front.len() {
            skipped -= self.next_run().len();
            self.refill_front();
        }
        let slot = self.front.nth(skipped)?;
        Some(self.entry(slot))
    }

    fn nth_back(&mut self, mut skipped: usize) -> Option<Address<K, V>> {
        self.refill_back();
        while !self.back.is_empty() && skipped >= self.back.len() {
            skipped -= self.back.len();
            self.back.end = self.back.start;
            self.refill_back();
        }
        let slot = self.back.nth_back(skipped)?;
        Some(self.entry(slot))
    }

    /// At least one entry per segment, and at most all slots.
    fn size_hint(&self) -> (usize, Option<usize>) {
        let ends = self.front.len() + self.back.len();
        let segments = self.middle.len();
        (ends + segments, Some(ends + segments * self.slots))
    }

    fn count(self) -> usize {
        let middle = self.counts[self.middle].iter();
        let middle: usize = middle.map(|count| usize::from(*count)).sum();
        self.front.len() + middle + self.back.len()
    }
}

// SAFETY: the halves meet between two segments. Only the counts are read.
#[cfg(feature = "rayon")]
unsafe impl<K, V> iter::Span<K, V> for Walk<'_, K, V> {
    type Walk = Self;

    fn walk(&self) -> Self {
        self.clone()
    }

    fn halve(mut self) -> (Self, Option<Self>) {
        let half = self.middle.start + self.middle.len() / 2;
        let mut after = self.clone();
        after.front = 0..0;
        after.middle.start = half;
        self.middle.end = half;
        self.back = 0..0;
        let has_more = !after.middle.is_empty() || !after.back.is_empty();
        (self, has_more.then_some(after))
    }
}

impl<K, V> Clone for Walk<'_, K, V> {
    fn clone(&self) -> Self {
        Walk {
            front: self.front.clone(),
            middle: self.middle.clone(),
            back: self.back.clone(),
            ..*self
        }
    }
}

impl<K, V> Default for Walk<'_, K, V> {
    fn default() -> Self {
        Self::NONE
    }
}
