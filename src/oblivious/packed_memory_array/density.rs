//! How large the array is, and how full its parts may be.
//!
//! The segments are the leaves of a binary tree of *windows*: a window of level `l` is `2^l`
//! neighbouring segments, and the window of the highest level is the array. The maximum density of
//! a window falls with its level, from all slots of a segment to all but one in [`FREE_AT_ROOT`]
//! slots of the array, and the minimum density rises. So a window that has just been rebalanced
//! leaves room in all windows within it: a fraction of their size that grows with each level
//! between. The amortized O(log^2 n) moves per insertion rest on that (Itai, Konheim and Rodeh, *A
//! Sparse Table Implementation of Priority Queues*, 1981).

use crate::memory::capacity_overflow;
use crate::search;

/// The array keeps one in this many slots free, besides one in each segment.
const FREE_AT_ROOT: usize = 7;

/// A segment holds at least one entry per this many slots.
const HELD_IN_SEGMENT: usize = 8;

/// The array holds at least this many more entries per 16 slots.
const HELD_MORE_AT_ROOT: usize = 3;

/// The maximum number of slots in a segment: counts are bytes.
pub(in crate::oblivious) const SLOTS_MAX: usize = u8::MAX as usize;

/// The maximum number of slots in an array: small enough that twice as many can be counted, and
/// that this number times a level fits into a `u64`. Only entries that take no memory can get near
/// it.
const CAPACITY_MAX: usize = usize::MAX >> if usize::BITS == 64 { 7 } else { 2 };

/// The number of segments in the array, a power of two, and of slots per segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    pub(super) segments: usize,
    pub(super) slots: usize,
}

impl Shape {
    /// The smallest shape with at least that many slots, for keys of this type.
    ///
    /// A segment has about log n slots: between twice and four times the logarithm of the capacity,
    /// in whole blocks of the search. That leaves two ways to grow, more segments and larger ones,
    /// so that capacities come in steps of a third to a half, and the number of segments remains a
    /// power of two.
    ///
    /// Why twice: runs are longer, so that a scan ends fewer of them (0.9 nanoseconds per entry in
    /// a hundred thousand entries, not 1.2), and insertions, which move more entries within a
    /// segment and rebalance fewer windows, take the same time. Three times gains no more. There is
    /// nothing to set: from half to twice these sizes, no operation changes by more than a third.
    ///
    /// # Panics
    /// If there are more slots than can be counted.
    pub(super) fn holding<K>(capacity: usize) -> Self {
        if capacity > CAPACITY_MAX {
            capacity_overflow();
        }
        // Always the same one of the shapes of a capacity.
        Self::cut::<K>(Self::cut::<K>(capacity).capacity())
    }

    fn cut<K>(capacity: usize) -> Self {
        let capacity = capacity.max(1);
        let granule = granule::<K>();
        let log = capacity.ilog2() as usize + 1;
        let least = (2 * log).next_multiple_of(granule);
        let least = least.min(SLOTS_MAX / 2 / granule * granule);
        let levels = (capacity / least).max(1).ilog2();
        Shape {
            segments: 1 << levels,
            slots: capacity.div_ceil(1 << levels).next_multiple_of(granule),
        }
    }

    /// The smallest shape that holds that many entries without growing.
    pub(super) fn for_entries<K>(entries: usize) -> Self {
        let mut shape = Self::holding::<K>(entries);
        while shape.most(shape.height()) < entries {
            shape = Self::holding::<K>(shape.capacity() + 1);
        }
        shape
    }

    /// The shape to which an array of this one grows, given memory for `slots`: a shape that fits
    /// into that memory, if there is a larger one that does.
    pub(super) fn grown<K>(self, slots: usize) -> Self {
        let grown = Self::holding::<K>(self.capacity() + (self.capacity() / 3).max(1));
        if (self.capacity() + 1..grown.capacity()).contains(&slots) {
            Self::holding::<K>(slots)
        } else {
            grown
        }
    }

    /// The shape to which an array shrinks when only that many entries are left: two thirds full,
    /// so that some can be inserted and removed before the next change.
    pub(super) fn shrunk<K>(entries: usize) -> Self {
        Self::holding::<K>(entries + entries / 2)
    }

    pub(super) fn capacity(self) -> usize {
        self.segments * self.slots
    }

    /// The level of the window that is the whole array.
    pub(super) fn height(self) -> u32 {
        self.segments.max(1).trailing_zeros()
    }

    /// The maximum number of entries in a window of that level.
    ///
    /// A window of several segments keeps at least one slot per segment free, so that after
    /// rebalancing, every segment can take an entry.
    pub(super) fn most(self, level: u32) -> usize {
        let window = self.slots << level;
        if level == 0 {
            return window;
        }
        window - (1 << level) - self.part_at(level, window / FREE_AT_ROOT)
    }

    /// The minimum number of entries in a window of that level.
    ///
    /// At least one for each of several segments, so that no segment is empty.
    pub(super) fn least(self, level: u32) -> usize {
        if self.segments == 1 {
            return 0;
        }
        let window = self.slots << level;
        let held = window / HELD_IN_SEGMENT;
        let more = self.part_at(level, window / 16 * HELD_MORE_AT_ROOT);
        (held + more).max(1 << level)
    }

    /// The fraction of a number that the level is of the height.
    fn part_at(self, level: u32, number: usize) -> usize {
        (number as u64 * u64::from(level) / u64::from(self.height())) as usize
    }
}

/// Segments have a multiple of this many slots: whole blocks if keys are searched in blocks.
fn granule<K>() -> usize {
    if search::are_padded::<K>() {
        search::slot_multiple::<K>()
    } else {
        8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shapes<K>() -> impl Iterator<Item = Shape> {
        let first = Shape::holding::<K>(1);
        core::iter::successors(Some(first), |shape| Some(shape.grown::<K>(0)))
            .take_while(|shape| shape.capacity() < CAPACITY_MAX / 2 && shape.height() < 32)
    }

    fn check_shapes<K>() {
        let mut last = 0;
        for shape in shapes::<K>() {
            assert!(shape.capacity() > last, "{shape:?} has not grown");
            last = shape.capacity();
            assert!(shape.segments.is_power_of_two() && shape.slots <= SLOTS_MAX);
            assert_eq!(Shape::holding::<K>(last), shape);
            let height = shape.height();
            for level in 0..height {
                let (lower, upper) = (shape.most(level), shape.most(level + 1));
                assert!(upper < lower * 2, "{shape:?} does not narrow at {level}");
                assert!(shape.least(level) <= shape.least(level + 1) / 2);
                assert!(shape.least(level) >= 1 << level);
            }
            // A new array is within the thresholds, with room to grow and to shrink.
            let full = shape.most(height);
            let grown = shape.grown::<K>(0);
            assert!(full < grown.most(grown.height()) && full >= grown.least(grown.height()));
            let emptied = shape.least(height);
            let shrunk = Shape::shrunk::<K>(emptied);
            assert!(shrunk.segments == 1 || shrunk.capacity() < shape.capacity());
            assert!(shrunk.most(shrunk.height()) >= emptied);
            assert!(shrunk.least(shrunk.height()) < emptied.max(1));
        }
    }

    #[test]
    fn shapes_grow_and_narrow() {
        check_shapes::<u8>();
        check_shapes::<u16>();
        check_shapes::<u64>();
        check_shapes::<[u8; 3]>();
        check_shapes::<()>();
    }

    #[test]
    fn segments_have_about_log_n_slots_and_arrays_grow_by_a_half_at_most() {
        for shape in shapes::<u64>().skip_while(|shape| shape.segments == 1) {
            let log = shape.capacity().ilog2() as usize;
            assert!((log..=log * 4 + 32).contains(&shape.slots), "{shape:?}");
            assert!(shape.grown::<u64>(0).capacity() * 2 <= shape.capacity() * 3 || log < 17);
        }
    }

    #[test]
    fn shapes_have_room_for_the_entries_asked_for() {
        // Up to half of what the largest array can hold.
        let bits = CAPACITY_MAX.ilog2().min(40);
        for entries in (0..5_000).chain((1..bits).map(|bits| 1 << bits)) {
            let shape = Shape::for_entries::<u64>(entries);
            assert!(shape.most(shape.height()) >= entries);
        }
    }

    #[test]
    #[should_panic(expected = "capacity overflow")]
    fn more_slots_than_can_be_counted_are_refused() {
        let _ = Shape::holding::<()>(usize::MAX / 2);
    }
}
