//! Operations that move the whole array into a new one in one pass: building, growing, splitting.
//! And removing many entries at once.
//!
//! Entries are moved in runs, with no user code in between. Entries to be dropped are returned to
//! the caller.

use alloc::vec::Vec;
use core::mem::{self, ManuallyDrop};
use core::ops::Range;
use core::ptr;

use super::density::Shape;
use super::rebalance::Shares;
use super::{Gap, IntoIter, PackedMemoryArray};

/// A new array that is filled evenly, from its start, with a known number of entries. Whenever it
/// is dropped, it owns what has been pushed; only the padding is written later.
struct Builder<K, V> {
    packed: PackedMemoryArray<K, V>,
    shares: Shares,
    segment: usize,
    /// The number of entries that the current segment is still to get.
    open: usize,
}

impl<K, V> Builder<K, V> {
    /// A builder for that many entries, with memory for at least `slots`.
    fn new(shape: Shape, slots: usize, entries: usize) -> Self {
        let mut shares = Shares::new(entries, shape.segments);
        let open = shares.next();
        assert!(open <= shape.slots);
        Builder {
            packed: PackedMemoryArray::unpadded(shape, slots),
            shares,
            segment: 0,
            open,
        }
    }

    fn push(&mut self, key: K, value: V) {
        let (key, value) = (ManuallyDrop::new(key), ManuallyDrop::new(value));
        // SAFETY: one key and one value, which `ManuallyDrop` gives up.
        unsafe { self.push_run((&raw const *key).cast(), (&raw const *value).cast(), 1) };
    }

    /// Moves entries from memory into the array.
    ///
    /// # Panics
    /// If there are more than were announced.
    ///
    /// # Safety
    /// That many keys and values are there, and are not used there any more.
    unsafe fn push_run(&mut self, mut keys: *const K, mut values: *const V, mut entries: usize) {
        while entries > 0 {
            while self.open == 0 {
                self.next_segment();
            }
            let run = entries.min(self.open);
            let count = self.packed.count(self.segment);
            let (to_keys, to_values) = self.packed.slots(self.segment);
            // SAFETY: the entries that a segment has and those that it is still to get are no more
            // than its slots; the entries are there, as the caller promises, and the memory is new.
            unsafe {
                ptr::copy_nonoverlapping(keys, to_keys.add(count), run);
                ptr::copy_nonoverlapping(values, to_values.add(count), run);
                keys = keys.add(run);
                values = values.add(run);
            }
            self.packed.counts[self.segment] += run as u8;
            self.packed.len += run;
            self.open -= run;
            entries -= run;
        }
    }

    /// Moves the next entries of another array into this one.
    fn move_from(&mut self, source: &mut IntoIter<K, V>, mut entries: usize) {
        while entries > 0 {
            let run = source.front().len().min(entries);
            let (keys, values) = source.take_front(run);
            // SAFETY: the source has just given up these entries.
            unsafe { self.push_run(keys, values, run) };
            entries -= run;
        }
    }

    fn next_segment(&mut self) {
        self.packed.pad(self.segment);
        self.segment += 1;
        self.open = self.shares.next();
        assert!(self.segment < self.packed.segments() && self.open <= self.packed.shape.slots);
    }

    /// The finished array, once all announced entries have been pushed.
    fn finish(mut self) -> PackedMemoryArray<K, V> {
        debug_assert_eq!(self.open, 0);
        while self.segment + 1 < self.packed.segments() {
            self.next_segment();
        }
        self.packed.pad(self.segment);
        self.packed
    }
}

impl<K, V> PackedMemoryArray<K, V> {
    /// An array of entries that are in order.
    pub(in crate::oblivious) fn collect(entries: Vec<(K, V)>) -> Self {
        if entries.is_empty() {
            return PackedMemoryArray::new();
        }
        let mut builder = Builder::new(Shape::for_entries::<K>(entries.len()), 0, entries.len());
        for (key, value) in entries {
            builder.push(key, value);
        }
        builder.finish()
    }

    /// Moves all entries to an array of another shape, with memory for at least `slots`.
    pub(super) fn move_to(&mut self, shape: Shape, slots: usize) {
        // First the new array: it can fail only before anything changes.
        let mut builder = Builder::new(shape, slots, self.len);
        let entries = self.len;
        #[cfg(test)]
        let moved = self.moved + entries;
        let mut old = IntoIter::new(mem::replace(self, PackedMemoryArray::new()));
        builder.move_from(&mut old, entries);
        *self = builder.finish();
        #[cfg(test)]
        {
            self.moved = moved;
        }
    }

    /// Makes room for that many entries in all. Returns whether the entries have moved.
    pub(in crate::oblivious) fn reserve(&mut self, entries: usize) -> bool {
        let reserved = Shape::for_entries::<K>(entries);
        let slots = reserved.capacity();
        let moves = self.counts.is_empty() || !self.grow_in_place(slots);
        if moves {
            let shape = if self.counts.is_empty() {
                Shape::holding::<K>(1)
            } else {
                self.shape
            };
            self.move_to(shape, slots);
        }
        self.reserve_counts(reserved.segments);
        moves
    }

    /// Moves the entries to the smallest array that holds them. Returns whether they have moved.
    pub(in crate::oblivious) fn shrink(&mut self) -> bool {
        if self.len == 0 {
            *self = PackedMemoryArray::new();
            return true;
        }
        let shape = Shape::for_entries::<K>(self.len);
        let shrinks = shape.capacity() < self.keys.capacity();
        if shrinks {
            self.move_to(shape, 0);
        }
        shrinks
    }

    /// Splits the array at a gap and returns the entries after it.
    pub(in crate::oblivious) fn split_off(&mut self, gap: Gap) -> Self {
        let before = self.entries_before(gap);
        let after = self.len - before;
        let shape = |entries| Shape::for_entries::<K>(entries);
        let mut front = Builder::new(shape(before), 0, before);
        let mut back = Builder::new(shape(after), 0, after);
        let mut old = IntoIter::new(mem::replace(self, PackedMemoryArray::new()));
        front.move_from(&mut old, before);
        back.move_from(&mut old, after);
        *self = front.finish();
        back.finish()
    }

    /// Removes entries from some segments: `dead` decides for each of their entries, in order,
    /// whether to remove it; `expected` is the number that may be removed. The segments may be too
    /// empty afterwards, or empty.
    ///
    /// If `dead` panics, the entries of one segment are leaked.
    pub(in crate::oblivious) fn take_out(
        &mut self,
        segments: Range<usize>,
        mut dead: impl Iterator<Item = bool>,
        expected: usize,
    ) -> Vec<(K, V)> {
        let mut taken = Vec::with_capacity(expected);
        for segment in segments {
            let (keys, values) = self.slots(segment);
            let count = self.give_up(segment);
            let mut kept = 0;
            for slot in 0..count {
                // SAFETY: entries that the segment has given up, each read once; entries that are
                // kept move towards its start, to slots that have been read.
                unsafe {
                    let (key, value) = (keys.add(slot), values.add(slot));
                    if dead.next() == Some(true) {
                        taken.push((key.read(), value.read()));
                    } else {
                        ptr::copy(key, keys.add(kept), 1);
                        ptr::copy(value, values.add(kept), 1);
                        kept += 1;
                    }
                }
            }
            // SAFETY: the entries kept are in the first slots, and were not taken.
            unsafe { self.take_over(segment, kept) };
            self.pad(segment);
        }
        taken
    }
}

impl<K: Clone, V: Clone> Clone for PackedMemoryArray<K, V> {
    fn clone(&self) -> Self {
        if self.len == 0 {
            return PackedMemoryArray::new();
        }
        let mut builder = Builder::new(self.shape, 0, self.len);
        for segment in 0..self.segments() {
            let (keys, values) = self.run(segment);
            for (key, value) in keys.iter().zip(values) {
                builder.push(key.clone(), value.clone());
            }
        }
        builder.finish()
    }
}

#[cfg(all(test, feature = "std"))]
mod tests {
    use alloc::rc::Rc;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;

    /// A value used twice would be dropped once too often, which the count reveals.
    #[test]
    fn a_panic_while_entries_are_taken_out_drops_none_twice() {
        let value = Rc::new(());
        let entries = 1_000;
        let mut packed =
            PackedMemoryArray::collect((0..entries).map(|key| (key, value.clone())).collect());
        let all = 0..packed.segments();
        let dead = (0..entries).map(|entry| {
            assert!(entry < entries / 2, "no more");
            entry % 2 == 0
        });
        let panicking = AssertUnwindSafe(|| packed.take_out(all, dead, 0));
        assert!(catch_unwind(panicking).is_err());
        assert_eq!(packed.entries_in(0..packed.segments()), packed.len());
        assert!((entries / 2..=entries).contains(&packed.len()));
        // Removed entries are dropped, those of the current segment leaked.
        let (left, references) = (packed.len(), Rc::strong_count(&value));
        drop(packed);
        assert_eq!(Rc::strong_count(&value), references - left);
    }
}
