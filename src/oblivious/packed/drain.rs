//! Taking the entries out of an array that is given up, from both ends.

use core::mem;
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
        self.skip_empty();
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

    /// The keys that are left of the first segment that has any.
    pub(in crate::oblivious) fn front(&mut self) -> &[K] {
        self.skip_empty();
        let keys = self
            .packed
            .counts
            .get(self.first)
            .map(|_| self.packed.run(self.first).0);
        keys.map_or(&[], |keys| &keys[self.taken..])
    }

    /// Where the entries of [`front`](Self::front) start: as many may be moved away as are then
    /// [passed](Self::pass).
    pub(super) fn front_start(&mut self) -> (*mut K, *mut V) {
        self.skip_empty();
        let (keys, values) = self.packed.slots(self.first);
        // SAFETY: no more are taken than there were slots.
        unsafe { (keys.add(self.taken), values.add(self.taken)) }
    }

    /// Gives up entries at the front.
    ///
    /// # Panics
    /// If the front has not so many.
    pub(super) fn pass(&mut self, entries: usize) {
        assert!(self.taken + entries <= self.packed.count(self.first));
        self.taken += entries;
        self.packed.len -= entries;
    }

    /// Hands out the array of what is left. Segments may be too empty, or empty.
    pub(in crate::oblivious) fn stop(&mut self) -> Packed<K, V> {
        self.close();
        mem::replace(&mut self.packed, Packed::new())
    }

    /// Passes over segments that are gone.
    fn skip_empty(&mut self) {
        while self.packed.len > 0 && self.taken == self.packed.count(self.first) {
            self.packed.counts[self.first] = 0;
            self.first += 1;
            self.taken = 0;
        }
    }

    /// Moves what is left of the first segment to its start, so that the array says the truth.
    fn close(&mut self) {
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
        self.taken = 0;
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
        self.close();
    }
}
