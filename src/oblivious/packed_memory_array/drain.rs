//! Moving the entries out of an array that is given up, from both ends.
//!
//! An entry is given up before it is read: the counts change first.

use core::fmt;
use core::iter::FusedIterator;
use core::mem;
use core::ptr;

use super::{Gap, PackedMemoryArray, Walk};
use crate::iter::{Range, Remaining, Shared};
use crate::sealed::Sealed;

/// An owning iterator over the entries of a map, in ascending order. Made by the map's `into_iter`.
/// Entries that are not taken are dropped with it.
#[must_use = "iterators are lazy and do nothing unless consumed"]
pub struct IntoIter<K, V> {
    // Memory safety: in segment `first`, the entries before slot `taken` are gone; the counts of
    // the segments before it are 0. As long as the array's `len` is not 0, there is an entry at or
    // after `taken`, in that segment or a later one.
    packed: PackedMemoryArray<K, V>,
    first: usize,
    taken: usize,
    /// After the last segment that may have entries.
    end: usize,
}

impl<K, V> IntoIter<K, V> {
    pub(in crate::oblivious) fn new(packed: PackedMemoryArray<K, V>) -> Self {
        let end = packed.segments();
        IntoIter {
            packed,
            first: 0,
            taken: 0,
            end,
        }
    }

    /// The remaining keys of the first segment that has any.
    pub(in crate::oblivious) fn front(&mut self) -> &[K] {
        self.skip_empty();
        let keys = self
            .packed
            .counts
            .get(self.first)
            .map(|_| self.packed.run(self.first).0);
        keys.map_or(&[], |keys| &keys[self.taken..])
    }

    /// Gives up that many entries of the [front](Self::front), and returns pointers to their keys
    /// and values: the caller moves them away.
    ///
    /// # Panics
    /// If the front has fewer.
    pub(super) fn take_front(&mut self, entries: usize) -> (*mut K, *mut V) {
        assert!(entries <= self.front().len());
        let slot = self.taken;
        self.taken += entries;
        self.packed.len -= entries;
        let (keys, values) = self.packed.slots(self.first);
        // SAFETY: the slot is not after the last entry of its segment.
        unsafe { (keys.add(slot), values.add(slot)) }
    }

    /// Returns the array of the remaining entries. Segments may be too empty, or empty.
    pub(in crate::oblivious) fn stop(&mut self) -> PackedMemoryArray<K, V> {
        self.close();
        mem::replace(&mut self.packed, PackedMemoryArray::new())
    }

    /// Skips segments whose entries are gone.
    fn skip_empty(&mut self) {
        while self.packed.len > 0 && self.taken == self.packed.count(self.first) {
            self.packed.counts[self.first] = 0;
            self.first += 1;
            self.taken = 0;
        }
    }

    /// Moves the remaining entries of the first segment to its start, so that the counts are true
    /// again.
    fn close(&mut self) {
        if self.taken == 0 {
            return;
        }
        let taken = mem::take(&mut self.taken);
        let left = self.packed.count(self.first) - taken;
        let (keys, values) = self.packed.slots(self.first);
        self.packed.counts[self.first] = 0;
        // SAFETY: the entries from `taken` on move to the start of their segment, which then has
        // them and no others. `len` already counts them.
        unsafe {
            ptr::copy(keys.add(taken), keys, left);
            ptr::copy(values.add(taken), values, left);
        }
        self.packed.counts[self.first] = left as u8;
        self.packed.pad(self.first);
    }
}

impl<K, V> Drop for IntoIter<K, V> {
    /// Leaves an array with true counts, which drops its entries.
    fn drop(&mut self) {
        self.close();
    }
}

impl<K, V> Iterator for IntoIter<K, V> {
    type Item = (K, V);

    #[inline]
    fn next(&mut self) -> Option<(K, V)> {
        if self.packed.len == 0 {
            return None;
        }
        self.skip_empty();
        let (keys, values) = self.packed.slots(self.first);
        let slot = self.taken;
        self.taken += 1;
        self.packed.len -= 1;
        // SAFETY: as `len` was not 0, there was an entry at or after `taken`: this one, which is
        // now before it.
        Some(unsafe { (keys.add(slot).read(), values.add(slot).read()) })
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.packed.len, Some(self.packed.len))
    }
}

impl<K, V> DoubleEndedIterator for IntoIter<K, V> {
    #[inline]
    fn next_back(&mut self) -> Option<(K, V)> {
        if self.packed.len == 0 {
            return None;
        }
        while self.packed.count(self.end - 1) == 0 {
            self.end -= 1;
        }
        let segment = self.end - 1;
        let slot = self.packed.count(segment) - 1;
        let (keys, values) = self.packed.slots(segment);
        self.packed.counts[segment] -= 1;
        self.packed.len -= 1;
        // SAFETY: as `len` was not 0, the last entry was not before `taken`; no count includes it
        // any more.
        Some(unsafe { (keys.add(slot).read(), values.add(slot).read()) })
    }
}

impl<K, V> ExactSizeIterator for IntoIter<K, V> {}
impl<K, V> FusedIterator for IntoIter<K, V> {}

impl<K, V> Default for IntoIter<K, V> {
    /// An empty iterator.
    fn default() -> Self {
        IntoIter::new(PackedMemoryArray::new())
    }
}

impl<K, V> Sealed for IntoIter<K, V> {}

impl<K, V> Remaining for IntoIter<K, V> {
    type Key = K;
    type Value = V;

    fn rest(&self) -> impl Iterator<Item = (&K, &V)> {
        let start = Gap {
            segment: self.first,
            slot: self.taken,
        };
        let mut end = start;
        if self.packed.len > 0 {
            end.segment = self.end - 1;
            end.slot = self.packed.count(end.segment);
        }
        // SAFETY: these are the remaining entries, borrowed with `self`.
        unsafe { Range::<Shared<'_, K, V>, _>::new(Walk::new(&self.packed, start, end)) }
    }
}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for IntoIter<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.rest()).finish()
    }
}
