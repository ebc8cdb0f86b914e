//! Making room and closing gaps: windows are rebalanced, and the array grows and shrinks.
//!
//! Rebalancing a window spreads its entries anew: they are gathered at its end, then dealt out from
//! its start. Each moves at most twice, in runs.

use core::mem::{self, ManuallyDrop};
use core::ops::Range;
use core::ptr;

use super::density::Shape;
use super::{Gap, PackedMemoryArray};

/// The segments that have been rewritten, for the index over them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "the index has to follow"]
pub(in crate::oblivious) enum Rebalance {
    /// The smallest keys of these segments have changed.
    Segments(Range<usize>),
    /// The shape of the array has changed.
    All,
}

impl<K, V> PackedMemoryArray<K, V> {
    /// Makes room in the segment of a gap, by rebalancing the smallest window around it that is not
    /// too full, or by growing the array. Returns where the gap is then. Runs no user code.
    ///
    /// If room was made there last time too, entries come in order, or always at the same gap: then
    /// rebalancing is *adaptive*. The window's free slots are left where they will be needed, as
    /// far as the thresholds of the windows within allow (after Bender and Hu, *An Adaptive
    /// Packed-Memory Array*, 2007). That costs no more than twice the bound: if the next entries go
    /// elsewhere after all, the window is rebalanced once more.
    ///
    /// # Panics
    /// If there is no such gap, or the array would have more slots than can be counted. The array
    /// is then unchanged.
    #[cold]
    #[inline(never)]
    pub(in crate::oblivious) fn make_room(&mut self, gap: Gap) -> (Gap, Rebalance) {
        let is_adaptive = gap.segment == self.recent;
        for level in 1..=self.shape.height() {
            let window = window(gap.segment, level);
            if self.entries_in(window.clone()) < self.shape.most(level) {
                let rank = self.entries_in(window.start..gap.segment) + gap.slot;
                self.rebalance(window.clone(), is_adaptive.then_some(rank));
                let gap = self.gap_of(rank, window.clone());
                self.recent = gap.segment;
                return (gap, Rebalance::Segments(window));
            }
        }
        let rank = self.entries_before(gap);
        let shape = match self.segments() {
            0 => Shape::holding::<K>(1),
            _ => self.shape.grown::<K>(self.slots_reserved()),
        };
        self.resize(shape);
        let gap = self.gap_of(rank, 0..self.segments());
        self.recent = gap.segment;
        (gap, Rebalance::All)
    }

    /// Makes room for that many more entries, wherever they go. Returns whether entries have moved.
    pub(in crate::oblivious) fn make_room_for(&mut self, more: usize) -> bool {
        let entries = self.len + more;
        let is_short = more > 0 && entries > self.shape.most(self.shape.height());
        if is_short {
            self.resize(Shape::for_entries::<K>(entries));
        }
        is_short
    }

    /// If one of these segments, from which entries were taken, is too empty: rebalances the
    /// smallest window around them that is not, or shrinks the array. Returns where `gap` is then.
    /// Runs no user code.
    #[inline]
    pub(in crate::oblivious) fn close_gaps(
        &mut self,
        segments: Range<usize>,
        gap: Gap,
    ) -> Option<(Gap, Rebalance)> {
        let least = self.shape.least(0);
        let is_too_empty = segments.clone().any(|segment| self.count(segment) < least);
        is_too_empty.then(|| self.refill(segments, gap))
    }

    #[cold]
    #[inline(never)]
    fn refill(&mut self, segments: Range<usize>, gap: Gap) -> (Gap, Rebalance) {
        for level in 1..=self.shape.height() {
            let window = window(segments.start, level);
            let is_around = segments.end <= window.end;
            if is_around && self.entries_in(window.clone()) >= self.shape.least(level) {
                let rank = self.entries_in(window.start..gap.segment) + gap.slot;
                self.rebalance(window.clone(), None);
                return (
                    self.gap_of(rank, window.clone()),
                    Rebalance::Segments(window),
                );
            }
        }
        let rank = self.entries_before(gap);
        self.resize(Shape::shrunk::<K>(self.len));
        (self.gap_of(rank, 0..self.segments()), Rebalance::All)
    }

    /// The gap after `rank` entries of a window. Where that is between two segments, the gap in the
    /// segment with fewer entries.
    fn gap_of(&self, mut rank: usize, window: Range<usize>) -> Gap {
        let mut segment = window.start;
        while rank > self.count(segment) {
            rank -= self.count(segment);
            segment += 1;
        }
        let next = segment + 1;
        if rank == self.count(segment) && next < window.end && self.count(next) < rank {
            (segment, rank) = (next, 0);
        }
        Gap {
            segment,
            slot: rank,
        }
    }

    /// Spreads the entries of a window over its segments: evenly, or with few where the entry of
    /// rank `adapt_to` goes.
    fn rebalance(&mut self, window: Range<usize>, adapt_to: Option<usize>) {
        let end = window.end * self.shape.slots;
        let level = window.len().trailing_zeros();
        let mut gathered = Gathered::from(self, window.clone(), end);
        let entries = gathered.len();
        gathered.share_out(window.start, level, entries, adapt_to);
    }

    /// Changes the shape of the array to one that holds its entries: in place, if it grows and its
    /// memory can be grown. Runs no user code.
    fn resize(&mut self, shape: Shape) {
        let grows = self.shape.segments > 0 && shape.capacity() >= self.shape.capacity();
        if !(grows && self.grow_in_place(shape.capacity())) {
            return self.move_to(shape, 0);
        }
        self.reserve_counts(shape.segments);
        // Moved out, as it must not be searched before all slots are padded: a panic leaves an
        // empty array.
        let mut packed = ManuallyDrop::new(mem::replace(self, PackedMemoryArray::new()));
        let all = 0..packed.segments();
        let mut gathered = Gathered::from(&mut packed, all, shape.capacity());
        gathered.packed.shape = shape;
        gathered.packed.counts.resize(shape.segments, 0);
        let entries = gathered.len();
        gathered.share_out(0, shape.height(), entries, None);
        *self = ManuallyDrop::into_inner(packed);
    }

    /// Moves entries between slots.
    ///
    /// # Safety
    /// The entries are there, and their owner has given them up. The slots that they move to are in
    /// the buffers, and their contents are not needed any more.
    unsafe fn move_run(&mut self, from: usize, to: usize, entries: usize) {
        let (keys, values) = (self.keys.start(), self.values.start());
        // SAFETY: both ranges of slots are in the buffers, as the caller promises.
        unsafe {
            ptr::copy(keys.add(from), keys.add(to), entries);
            ptr::copy(values.add(from), values.add(to), entries);
        }
        self.count_moves(entries);
    }
}

/// An array in which the entries of some segments are contiguous, from slot `from` to `end`. No
/// count includes them: those that are not dealt out are leaked.
struct Gathered<'a, K, V> {
    packed: &'a mut PackedMemoryArray<K, V>,
    from: usize,
    end: usize,
}

impl<'a, K, V> Gathered<'a, K, V> {
    /// Moves the entries of some segments together, before the slot `end`.
    ///
    /// # Panics
    /// If `end` is before the last slot of these segments, or after the end of the memory.
    fn from(packed: &'a mut PackedMemoryArray<K, V>, segments: Range<usize>, end: usize) -> Self {
        let slots = packed.shape.slots;
        assert!(segments.end * slots <= end && end <= packed.slots_reserved());
        let mut from = end;
        for segment in segments.rev() {
            let count = packed.give_up(segment);
            from -= count;
            // SAFETY: as no segment has more entries than slots (1), they move towards the end,
            // over slots whose entries have already moved there.
            unsafe { packed.move_run(segment * slots, from, count) };
        }
        Gathered { packed, from, end }
    }

    fn len(&self) -> usize {
        self.end - self.from
    }

    /// Deals out entries to the segments of a window, from the first on: the same number to each,
    /// or as few as allowed where the entry of rank `adapt_to` goes.
    fn share_out(&mut self, first: usize, level: u32, entries: usize, adapt_to: Option<usize>) {
        let half = level.wrapping_sub(1);
        let shape = self.packed.shape;
        if let Some(rank) = adapt_to
            && level > 0
            && entries >= 2 * shape.least(half)
        {
            let (least, most) = (shape.least(half), shape.most(half));
            let fewest = least.max(entries.saturating_sub(most));
            let left = rank.clamp(fewest, entries - fewest);
            let right = entries - left;
            let is_right = rank >= entries - rank;
            let middle = first + (1 << half);
            self.share_out(first, half, left, (!is_right).then_some(rank));
            self.share_out(middle, half, right, is_right.then(|| rank - left));
            return;
        }
        let mut shares = Shares::new(entries, 1 << level);
        for segment in first..first + (1 << level) {
            self.deal(segment, shares.next());
        }
    }

    /// Moves the next entries to an empty segment.
    ///
    /// # Panics
    /// If they are more than are left or than the segment has slots, or if its slots hold other
    /// entries.
    fn deal(&mut self, segment: usize, share: usize) {
        let slots = self.packed.shape.slots;
        let (from, to) = (self.from, segment * slots);
        assert!(share <= slots && share <= self.len() && from + share >= to + slots);
        self.from += share;
        // SAFETY: the entries are there and are dealt out once. They move to the segment's own
        // slots, which hold no others.
        unsafe {
            self.packed.move_run(from, to, share);
            self.packed.take_over(segment, share);
        }
        self.packed.pad(segment);
    }
}

/// The window of a level that contains a segment.
fn window(segment: usize, level: u32) -> Range<usize> {
    let first = segment >> level << level;
    first..first + (1 << level)
}

/// Splits a number into parts that are as equal as possible, the larger ones spread among the
/// others.
pub(super) struct Shares {
    share: usize,
    rest: usize,
    parts: usize,
    error: usize,
}

impl Shares {
    pub(super) fn new(whole: usize, parts: usize) -> Self {
        Shares {
            share: whole / parts,
            rest: whole % parts,
            parts,
            error: 0,
        }
    }

    pub(super) fn next(&mut self) -> usize {
        self.error += self.rest;
        if self.error >= self.parts {
            self.error -= self.parts;
            self.share + 1
        } else {
            self.share
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_even_and_add_up() {
        for parts in 1..40 {
            for whole in 0..200 {
                let mut shares = Shares::new(whole, parts);
                let mut given = 0;
                for part in 1..=parts {
                    given += shares.next();
                    assert_eq!(given, whole * part / parts);
                }
            }
        }
    }

    /// Whatever fails between gathering and dealing out, entries are leaked and none is dropped
    /// twice.
    #[test]
    #[cfg(feature = "std")]
    fn a_panic_while_entries_are_on_the_move_drops_none() {
        use alloc::rc::Rc;
        use std::panic::{AssertUnwindSafe, catch_unwind};

        let value = Rc::new(());
        let mut packed =
            PackedMemoryArray::collect((0..1_000).map(|key| (key, value.clone())).collect());
        let slots = packed.shape.slots;
        for wrong in [0, slots + 1] {
            let mut gathered = Gathered::from(&mut packed, 0..2, 2 * slots);
            let share = gathered.len() / 2;
            gathered.deal(0, share);
            let panicking = AssertUnwindSafe(|| gathered.deal(1, wrong));
            assert!(catch_unwind(panicking).is_err());
        }
        assert_eq!(packed.entries_in(0..packed.segments()), packed.len());
        let (left, references) = (packed.len(), Rc::strong_count(&value));
        assert!(left < 1_000 && references == 1_001);
        drop(packed);
        assert_eq!(Rc::strong_count(&value), references - left);
    }
}
