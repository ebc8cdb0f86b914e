//! Walks over segments, each of which yields the run of its entries.

use core::marker::PhantomData;
use core::ops::Range;
use core::ptr::NonNull;
use core::slice;

use super::Packed;

/// Entries of a segment.
///
/// Memory safety: those at `next..end` are initialised, and borrowed for `'a`.
pub(in crate::oblivious) struct Entries<'a, K, V> {
    keys: NonNull<K>,
    values: NonNull<V>,
    next: usize,
    end: usize,
    entries: PhantomData<(&'a K, &'a V)>,
}

/// Entries of a segment, with the values open to change: as [`Entries`], which no one else has.
pub(in crate::oblivious) struct EntriesMut<'a, K, V> {
    keys: NonNull<K>,
    values: NonNull<V>,
    next: usize,
    end: usize,
    entries: PhantomData<(&'a K, &'a mut V)>,
}

/// The two differ in what they make of a slot. Their loops are lean: of two slices walked at once,
/// the compiler keeps a check or two more a step, a third of a scan's time in cache.
macro_rules! entries {
    ($($name:ident: $value:ty, $to_ref:ident, $to_slice:ident;)+) => {$(
        impl<'a, K, V> $name<'a, K, V> {
            pub(in crate::oblivious) const EMPTY: Self = $name {
                keys: NonNull::dangling(),
                values: NonNull::dangling(),
                next: 0,
                end: 0,
                entries: PhantomData,
            };

            /// # Safety
            /// So many entries are there, and borrowed for `'a` as the items say.
            unsafe fn new((keys, values, count): RawRun<K, V>) -> Self {
                $name {
                    keys,
                    values,
                    next: 0,
                    end: count,
                    entries: PhantomData,
                }
            }

            /// Leaves out what is before slot `from` and from slot `to` on, of all that are left.
            pub(in crate::oblivious) fn trim(&mut self, from: usize, to: usize) {
                self.end = self.end.min(self.next.saturating_add(to));
                self.next = self.end.min(self.next + from);
            }

            /// # Safety
            /// The slot is among those from which entries were to come, and comes once.
            #[inline(always)]
            unsafe fn entry(&self, slot: usize) -> (&'a K, $value) {
                // SAFETY: initialised, and borrowed for `'a`.
                unsafe { (self.keys.add(slot).as_ref(), self.values.add(slot).$to_ref()) }
            }
        }

        impl<'a, K, V> Iterator for $name<'a, K, V> {
            type Item = (&'a K, $value);

            #[inline(always)]
            fn next(&mut self) -> Option<Self::Item> {
                if self.next == self.end {
                    return None;
                }
                let slot = self.next;
                self.next += 1;
                // SAFETY: it was before the end, and is passed.
                Some(unsafe { self.entry(slot) })
            }

            #[inline]
            fn size_hint(&self) -> (usize, Option<usize>) {
                let left = self.end - self.next;
                (left, Some(left))
            }

            #[inline]
            fn nth(&mut self, skipped: usize) -> Option<Self::Item> {
                self.next += skipped.min(self.end - self.next);
                self.next()
            }

            #[inline]
            fn fold<B, F: FnMut(B, Self::Item) -> B>(self, start: B, fold: F) -> B {
                let left = self.end - self.next;
                // SAFETY: all that are left.
                let (keys, values) = unsafe {
                    (
                        slice::from_raw_parts(self.keys.add(self.next).as_ptr(), left),
                        slice::$to_slice(self.values.add(self.next).as_ptr(), left),
                    )
                };
                keys.iter().zip(values).fold(start, fold)
            }
        }

        impl<K, V> DoubleEndedIterator for $name<'_, K, V> {
            #[inline(always)]
            fn next_back(&mut self) -> Option<Self::Item> {
                if self.next == self.end {
                    return None;
                }
                self.end -= 1;
                // SAFETY: it was the last, and is passed.
                Some(unsafe { self.entry(self.end) })
            }

            #[inline]
            fn nth_back(&mut self, skipped: usize) -> Option<Self::Item> {
                self.end -= skipped.min(self.end - self.next);
                self.next_back()
            }
        }

        impl<K, V> ExactSizeIterator for $name<'_, K, V> {}
    )+};
}

entries! {
    Entries: &'a V, as_ref, from_raw_parts;
    EntriesMut: &'a mut V, as_mut, from_raw_parts_mut;
}

impl<'a, K, V> EntriesMut<'a, K, V> {
    /// The entries that are left, to look at.
    pub(in crate::oblivious) fn iter(&self) -> Entries<'_, K, V> {
        Entries {
            keys: self.keys,
            values: self.values,
            next: self.next,
            end: self.end,
            entries: PhantomData,
        }
    }
}

impl<K, V> Clone for Entries<'_, K, V> {
    fn clone(&self) -> Self {
        Entries { ..*self }
    }
}

/// Where the entries of a segment start, and how many they are.
type RawRun<K, V> = (NonNull<K>, NonNull<V>, usize);

/// Segments next to each other: where the first of them starts, and the counts of all.
///
/// Memory safety: their slots are in the rooms of an array that is borrowed for `'a`.
struct Segments<'a, K, V> {
    keys: NonNull<K>,
    values: NonNull<V>,
    slots: usize,
    counts: slice::Iter<'a, u8>,
}

impl<'a, K, V> Segments<'a, K, V> {
    fn new(packed: &'a Packed<K, V>, segments: Range<usize>) -> Self {
        let (keys, values) = packed.slots(segments.start);
        // SAFETY: rooms are never at address 0.
        let (keys, values) =
            unsafe { (NonNull::new_unchecked(keys), NonNull::new_unchecked(values)) };
        Segments {
            keys,
            values,
            slots: packed.shape.slots,
            counts: packed.counts[segments].iter(),
        }
    }

    /// Where the slots of the `at`-th segment start, or those of the last one end.
    #[inline]
    fn start(&self, at: usize) -> (NonNull<K>, NonNull<V>) {
        let before = at * self.slots;
        // SAFETY: in the rooms, or at their end.
        unsafe { (self.keys.add(before), self.values.add(before)) }
    }

    /// Where the entries of the next segment start, and how many they are.
    #[inline]
    fn next(&mut self) -> Option<RawRun<K, V>> {
        let count = usize::from(*self.counts.next()?);
        let run = (self.keys, self.values, count);
        (self.keys, self.values) = self.start(1);
        Some(run)
    }

    /// Where the entries of the last segment start, and how many they are.
    #[inline]
    fn next_back(&mut self) -> Option<RawRun<K, V>> {
        let count = usize::from(*self.counts.next_back()?);
        let (keys, values) = self.start(self.counts.len());
        Some((keys, values, count))
    }

    /// The segments from the `at`-th on, which are taken away.
    #[cfg(feature = "rayon")]
    fn split_off(&mut self, at: usize) -> Self {
        let (front, back) = self.counts.as_slice().split_at(at);
        let (keys, values) = self.start(at);
        self.counts = front.iter();
        Segments {
            keys,
            values,
            slots: self.slots,
            counts: back.iter(),
        }
    }
}

impl<K, V> Default for Segments<'_, K, V> {
    fn default() -> Self {
        Segments {
            keys: NonNull::dangling(),
            values: NonNull::dangling(),
            slots: 0,
            counts: [].iter(),
        }
    }
}

impl<K, V> Clone for Segments<'_, K, V> {
    fn clone(&self) -> Self {
        Segments {
            counts: self.counts.clone(),
            ..*self
        }
    }
}

/// The runs of some segments.
pub(in crate::oblivious) struct Runs<'a, K, V> {
    segments: Segments<'a, K, V>,
    entries: PhantomData<(&'a K, &'a V)>,
}

/// The runs of some segments, with the values open to change.
pub(in crate::oblivious) struct RunsMut<'a, K, V> {
    segments: Segments<'a, K, V>,
    entries: PhantomData<(&'a K, &'a mut V)>,
}

// SAFETY: they stand for the references that they yield.
unsafe impl<K: Sync, V: Sync> Send for Entries<'_, K, V> {}
// SAFETY: as above.
unsafe impl<K: Sync, V: Sync> Sync for Entries<'_, K, V> {}
// SAFETY: as above.
unsafe impl<K: Sync, V: Sync> Send for Runs<'_, K, V> {}
// SAFETY: as above.
unsafe impl<K: Sync, V: Sync> Sync for Runs<'_, K, V> {}
// SAFETY: as above; values are given out exclusively.
unsafe impl<K: Sync, V: Send> Send for EntriesMut<'_, K, V> {}
// SAFETY: as above; behind a shared reference there is nothing but a look at them.
unsafe impl<K: Sync, V: Sync> Sync for EntriesMut<'_, K, V> {}
// SAFETY: as above.
unsafe impl<K: Sync, V: Send> Send for RunsMut<'_, K, V> {}
// SAFETY: as above.
unsafe impl<K: Sync, V: Sync> Sync for RunsMut<'_, K, V> {}

impl<K, V> Packed<K, V> {
    /// The runs of some segments.
    ///
    /// # Panics
    /// If there are no such segments, or none.
    pub(in crate::oblivious) fn runs(&self, segments: Range<usize>) -> Runs<'_, K, V> {
        Runs {
            segments: Segments::new(self, segments),
            entries: PhantomData,
        }
    }

    /// The runs of some segments, with the values open to change.
    ///
    /// # Panics
    /// If there are no such segments, or none.
    pub(in crate::oblivious) fn runs_mut(&mut self, segments: Range<usize>) -> RunsMut<'_, K, V> {
        RunsMut {
            segments: Segments::new(self, segments),
            entries: PhantomData,
        }
    }
}

impl<'a, K, V> Runs<'a, K, V> {
    /// How many segments are left.
    pub(in crate::oblivious) fn len(&self) -> usize {
        self.segments.counts.len()
    }

    /// The runs from the `at`-th on, which are taken away.
    #[cfg(feature = "rayon")]
    pub(in crate::oblivious) fn split_off(&mut self, at: usize) -> Self {
        Runs {
            segments: self.segments.split_off(at),
            entries: PhantomData,
        }
    }

    #[inline]
    pub(in crate::oblivious) fn next(&mut self) -> Option<Entries<'a, K, V>> {
        // SAFETY: `count` entries of a segment, borrowed for as long as the array is.
        self.segments.next().map(|run| unsafe { Entries::new(run) })
    }

    #[inline]
    pub(in crate::oblivious) fn next_back(&mut self) -> Option<Entries<'a, K, V>> {
        // SAFETY: as for `next`.
        self.segments
            .next_back()
            .map(|run| unsafe { Entries::new(run) })
    }
}

impl<'a, K, V> RunsMut<'a, K, V> {
    /// How many segments are left.
    pub(in crate::oblivious) fn len(&self) -> usize {
        self.segments.counts.len()
    }

    /// The runs from the `at`-th on, which are taken away.
    #[cfg(feature = "rayon")]
    pub(in crate::oblivious) fn split_off(&mut self, at: usize) -> Self {
        RunsMut {
            segments: self.segments.split_off(at),
            entries: PhantomData,
        }
    }

    /// The runs that are left, to look at.
    pub(in crate::oblivious) fn runs(&self) -> Runs<'_, K, V> {
        Runs {
            segments: self.segments.clone(),
            entries: PhantomData,
        }
    }

    #[inline]
    pub(in crate::oblivious) fn next(&mut self) -> Option<EntriesMut<'a, K, V>> {
        // SAFETY: `count` entries of a segment, which no one else gets: each segment comes once.
        self.segments
            .next()
            .map(|run| unsafe { EntriesMut::new(run) })
    }

    #[inline]
    pub(in crate::oblivious) fn next_back(&mut self) -> Option<EntriesMut<'a, K, V>> {
        // SAFETY: as for `next`.
        self.segments
            .next_back()
            .map(|run| unsafe { EntriesMut::new(run) })
    }
}

impl<K, V> Default for Runs<'_, K, V> {
    fn default() -> Self {
        Runs {
            segments: Segments::default(),
            entries: PhantomData,
        }
    }
}

impl<K, V> Default for RunsMut<'_, K, V> {
    fn default() -> Self {
        RunsMut {
            segments: Segments::default(),
            entries: PhantomData,
        }
    }
}

impl<K, V> Clone for Runs<'_, K, V> {
    fn clone(&self) -> Self {
        Runs {
            segments: self.segments.clone(),
            entries: PhantomData,
        }
    }
}
