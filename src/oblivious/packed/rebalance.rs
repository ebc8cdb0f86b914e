//! Making room and closing gaps: windows are evened out, and the array grows and shrinks.

use core::mem;
use core::ops::Range;
use core::ptr;

use super::density::Shape;
use super::{Packed, Place};

/// What has been rewritten, for the index over the segments.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "the index has to follow"]
pub(in crate::oblivious) enum Rebalance {
    /// These segments have other smallest keys.
    Segments(Range<usize>),
    /// The array has another shape.
    All,
}

impl<K, V> Packed<K, V> {
    /// Makes room in the segment of a place, by evening out the smallest window around it that is
    /// not too full, or by growth. Answers where the place is then. Runs no user code.
    ///
    /// If room was made there last time too, entries come in order, or always at the same place:
    /// then the window's free slots are left where they will be asked for, as far as the thresholds
    /// of the windows within let that be (after Bender and Hu, *An Adaptive Packed-Memory Array*,
    /// 2007). That costs no more than twice the bound: when the entries come elsewhere after all,
    /// the window is evened out once more.
    ///
    /// # Panics
    /// If there is no such place, or the array would have more slots than can be counted. The array
    /// is then as it was.
    #[cold]
    #[inline(never)]
    pub(in crate::oblivious) fn make_room(&mut self, place: Place) -> (Place, Rebalance) {
        let is_hot = place.segment == self.recent;
        for level in 1..=self.shape.height() {
            let window = window(place.segment, level);
            if self.entries_in(window.clone()) < self.shape.most(level) {
                let rank = self.entries_in(window.start..place.segment) + place.slot;
                self.even_out(window.clone(), is_hot.then_some(rank));
                let place = self.place_of(rank, window.clone());
                self.recent = place.segment;
                return (place, Rebalance::Segments(window));
            }
        }
        let rank = self.entries_before(place);
        let shape = match self.segments() {
            0 => Shape::holding::<K>(1),
            _ => self
                .shape
                .grown::<K>(self.keys.capacity().min(self.values.capacity())),
        };
        self.resize(shape);
        let place = self.place_of(rank, 0..self.segments());
        self.recent = place.segment;
        (place, Rebalance::All)
    }

    /// Makes room for so many more entries, wherever they go. Answers whether entries have moved.
    pub(in crate::oblivious) fn make_room_for(&mut self, more: usize) -> bool {
        let entries = self.len + more;
        let is_short = more > 0 && entries > self.shape.most(self.shape.height());
        if is_short {
            self.resize(Shape::for_entries::<K>(entries));
        }
        is_short
    }

    /// Decides how many entries each segment of a window is to have: all as many, or as few as may
    /// be where the entry of rank `hot` goes.
    fn share_out(&mut self, first: usize, level: u32, entries: usize, hot: Option<usize>) {
        let half = level.wrapping_sub(1);
        if let Some(rank) = hot
            && level > 0
            && entries >= 2 * self.shape.least(half)
        {
            let (least, most) = (self.shape.least(half), self.shape.most(half));
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
        for count in &mut self.counts[first..first + (1 << level)] {
            *count = shares.next() as u8;
        }
    }

    /// If one of these segments, from which entries were taken, is too empty: evens out the
    /// smallest window around them that is not, or shrinks. Answers where a place is then. Runs no
    /// user code.
    #[inline]
    pub(in crate::oblivious) fn close_gaps(
        &mut self,
        segments: Range<usize>,
        place: Place,
    ) -> Option<(Place, Rebalance)> {
        let least = self.shape.least(0);
        let is_too_empty = segments.clone().any(|segment| self.count(segment) < least);
        is_too_empty.then(|| self.refill(segments, place))
    }

    #[cold]
    #[inline(never)]
    fn refill(&mut self, segments: Range<usize>, place: Place) -> (Place, Rebalance) {
        for level in 1..=self.shape.height() {
            let window = window(segments.start, level);
            let is_around = segments.end <= window.end;
            if is_around && self.entries_in(window.clone()) >= self.shape.least(level) {
                let rank = self.entries_in(window.start..place.segment) + place.slot;
                self.even_out(window.clone(), None);
                return (
                    self.place_of(rank, window.clone()),
                    Rebalance::Segments(window),
                );
            }
        }
        let rank = self.entries_before(place);
        self.resize(Shape::shrunk::<K>(self.len));
        (self.place_of(rank, 0..self.segments()), Rebalance::All)
    }

    /// The place behind as many entries of a window. Of the two between neighbours, the one in the
    /// segment that has fewer.
    fn place_of(&self, mut rank: usize, window: Range<usize>) -> Place {
        let mut segment = window.start;
        while rank > self.count(segment) {
            rank -= self.count(segment);
            segment += 1;
        }
        let next = segment + 1;
        if rank == self.count(segment) && next < window.end && self.count(next) < rank {
            (segment, rank) = (next, 0);
        }
        Place {
            segment,
            slot: rank,
        }
    }

    /// Spreads the entries of a window over its segments, evenly but for where entry `hot` goes:
    /// pushes them together at its end, and deals them out from its start. Each moves twice at
    /// most, in runs.
    fn even_out(&mut self, window: Range<usize>, hot: Option<usize>) {
        let slots = self.shape.slots;
        let entries = self.gather(window.clone(), slots, window.end * slots);
        self.share_out(window.start, window.len().trailing_zeros(), entries, hot);
        self.deal(window, entries);
    }

    /// Brings the array into another shape that its entries fit into: in place, if it grows and its
    /// rooms can. Runs no user code.
    fn resize(&mut self, shape: Shape) {
        let capacity = shape.capacity();
        let grows = self.shape.segments > 0 && capacity >= self.shape.capacity();
        if !(grows && self.keys.grow(capacity) && self.values.grow(capacity)) {
            return self.move_to(shape, 0);
        }
        self.reserve_counts(shape.segments);
        let old = mem::replace(&mut self.shape, shape);
        let entries = self.gather(0..old.segments, old.slots, shape.capacity());
        self.counts.resize(shape.segments, 0);
        self.share_out(0, shape.height(), entries, None);
        self.deal(0..shape.segments, entries);
    }

    /// Pushes the entries of some segments, which are `slots` slots apart, together before the slot
    /// `end`, which is not before the last of them. Answers how many they are.
    fn gather(&mut self, segments: Range<usize>, slots: usize, end: usize) -> usize {
        debug_assert!(segments.end * slots <= end && end <= self.keys.capacity());
        let mut to = end;
        for segment in segments.rev() {
            let count = self.count(segment);
            to -= count;
            // SAFETY: the entries of a segment move towards the end, over slots that were taken
            // only by entries that have moved there already.
            unsafe { self.move_run(segment * slots, to, count) };
        }
        end - to
    }

    /// Deals out entries that stand together before the end of these segments, to each as many as
    /// its count says.
    ///
    /// Memory safety: the counts have been set for these entries, and none is above the slots.
    fn deal(&mut self, segments: Range<usize>, entries: usize) {
        let slots = self.shape.slots;
        let mut from = segments.end * slots - entries;
        for segment in segments {
            let share = self.count(segment);
            // SAFETY: what is still to be dealt out takes no more than all slots of the segments
            // behind this one, so that it lies behind the slots of this one, padding included.
            unsafe { self.move_run(from, segment * slots, share) };
            self.pad(segment, share);
            from += share;
        }
    }

    /// Moves entries from slot to slot.
    ///
    /// # Safety
    /// The entries are there, the slots that they move to are in the rooms, and what was there is
    /// not needed any more. What is left behind counts as moved.
    unsafe fn move_run(&mut self, from: usize, to: usize, entries: usize) {
        let (keys, values) = (self.keys.start(), self.values.start());
        // SAFETY: the caller's.
        unsafe {
            ptr::copy(keys.add(from), keys.add(to), entries);
            ptr::copy(values.add(from), values.add(to), entries);
        }
        self.count_moves(entries);
    }
}

/// The window of a level that a segment is in.
fn window(segment: usize, level: u32) -> Range<usize> {
    let first = segment >> level << level;
    first..first + (1 << level)
}

/// Parts of a number, as even as can be, the larger ones spread among the others.
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
}
