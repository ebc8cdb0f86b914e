//! Taking the entries out of an array that is given up, from both ends.

use core::ptr;

use super::{Packed, Place};

/// The entries of an array, by value. Those that are not taken are dropped with it.
///
/// Memory safety: of segment `first`, the entries before slot `taken` are gone; segments before it
/// count none. As long as the array's `len` is not 0, an entry is behind `taken`, there or in a
/// later segment.
pub(in crate::oblivious) struct Drain<K, V> {
    packed: Packed<K, V>,
    first: usize,
    taken: usize,
    /// Behind the last segment that may have entries.
    end: usize,
}

impl<K, V> Drain<K, V> {
    pub(in crate::oblivious) fn new(packed: Packed<K, V>) -> Self {
        let end = packed.segments();
        Drain {
            packed,
            first: 0,
            taken: 0,
            end,
        }
    }

    pub(in crate::oblivious) fn len(&self) -> usize {
        self.packed.len
    }

    #[inline]
    pub(in crate::oblivious) fn next(&mut self) -> Option<(K, V)> {
        if self.packed.len == 0 {
            return None;
        }
        while self.taken == self.packed.count(self.first) {
            self.packed.counts[self.first] = 0;
            self.first += 1;
            self.taken = 0;
        }
        let (keys, values) = self.packed.slots(self.first);
        // SAFETY: an entry that is still there, which is given up at once.
        let entry = unsafe { (keys.add(self.taken).read(), values.add(self.taken).read()) };
        self.taken += 1;
        self.packed.len -= 1;
        Some(entry)
    }

    #[inline]
    pub(in crate::oblivious) fn next_back(&mut self) -> Option<(K, V)> {
        if self.packed.len == 0 {
            return None;
        }
        while self.packed.count(self.end - 1) == 0 {
            self.end -= 1;
        }
        let segment = self.end - 1;
        let slot = self.packed.count(segment) - 1;
        let (keys, values) = self.packed.slots(segment);
        // SAFETY: as `len` is not 0, the last entry is not before `taken`; it is given up at once.
        let entry = unsafe { (keys.add(slot).read(), values.add(slot).read()) };
        self.packed.counts[segment] -= 1;
        self.packed.len -= 1;
        Some(entry)
    }

    /// The array with the places between which its entries still are.
    pub(in crate::oblivious) fn rest(&self) -> (&Packed<K, V>, Place, Place) {
        let start = Place {
            segment: self.first,
            slot: self.taken,
        };
        if self.packed.len == 0 {
            return (&self.packed, start, start);
        }
        let end = Place {
            segment: self.end - 1,
            slot: self.packed.count(self.end - 1),
        };
        (&self.packed, start, end)
    }
}

impl<K, V> Drop for Drain<K, V> {
    /// Leaves an array that says the truth, which drops its entries.
    fn drop(&mut self) {
        if self.taken == 0 {
            return;
        }
        let left = self.packed.count(self.first) - self.taken;
        let (keys, values) = self.packed.slots(self.first);
        // SAFETY: the entries from `taken` on move to the start of their segment.
        unsafe {
            ptr::copy(keys.add(self.taken), keys, left);
            ptr::copy(values.add(self.taken), values, left);
        }
        self.packed.counts[self.first] = left as u8;
    }
}
