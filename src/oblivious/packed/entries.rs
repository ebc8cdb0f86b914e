//! The entries between two places, from both ends.

use core::marker::PhantomData;
use core::ops::Range;
use core::ptr::NonNull;
use core::slice;

use super::{Packed, Place};

/// A walk over the slots that are taken between two places, counted from the start of the array.
///
/// At both ends it is in a segment: what is left of these are the runs `front` and `back`. Between
/// them are whole segments. The two runs may be of the same segment, and then there are none.
///
/// It is all numbers, few of which change from step to step, so that a loop over entries keeps them
/// in registers. With pointers to runs, there were too many: the loop took twice as long.
#[derive(Clone)]
struct Slots<'a> {
    /// Of all segments of the array.
    counts: &'a [u8],
    slots: usize,
    front: Range<usize>,
    /// Whole segments.
    middle: Range<usize>,
    back: Range<usize>,
}

impl<'a> Slots<'a> {
    const NONE: Slots<'a> = Slots {
        counts: &[],
        slots: 0,
        front: 0..0,
        middle: 0..0,
        back: 0..0,
    };

    fn new<K, V>(packed: &'a Packed<K, V>, start: Place, end: Place) -> Self {
        if start >= end {
            return Self::NONE;
        }
        let mut walk = Slots {
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

    /// The slots that are taken of a segment.
    #[inline]
    fn run(&self, segment: usize) -> Range<usize> {
        let start = segment * self.slots;
        start..start + usize::from(self.counts[segment])
    }

    /// Leaves entries in the front run, unless there are none at all.
    // `always`, here and in `next`: a loop over entries runs 28 % more instructions without.
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

    /// Leaves entries in the back run, unless there are none at all.
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

    // Always: as for `refill_front`.
    #[inline(always)]
    fn next(&mut self) -> Option<usize> {
        self.refill_front();
        self.front.next()
    }

    #[inline]
    fn next_back(&mut self) -> Option<usize> {
        self.refill_back();
        self.back.next_back()
    }

    /// The next run, whole.
    #[inline]
    fn next_run(&mut self) -> Range<usize> {
        self.refill_front();
        let run = self.front.clone();
        self.front.start = self.front.end;
        run
    }

    fn nth(&mut self, mut skipped: usize) -> Option<usize> {
        self.refill_front();
        while !self.front.is_empty() && skipped >= self.front.len() {
            skipped -= self.next_run().len();
            self.refill_front();
        }
        self.front.nth(skipped)
    }

    fn nth_back(&mut self, mut skipped: usize) -> Option<usize> {
        self.refill_back();
        while !self.back.is_empty() && skipped >= self.back.len() {
            skipped -= self.back.len();
            self.back.end = self.back.start;
            self.refill_back();
        }
        self.back.nth_back(skipped)
    }

    fn count(&self) -> usize {
        let middle = &self.counts[self.middle.clone()];
        let middle: usize = middle.iter().map(|count| usize::from(*count)).sum();
        self.front.len() + middle + self.back.len()
    }

    /// An entry a segment at least, and all slots at most.
    fn size_hint(&self) -> (usize, Option<usize>) {
        let ends = self.front.len() + self.back.len();
        let segments = self.middle.len();
        (ends + segments, Some(ends + segments * self.slots))
    }

    /// Halves the walk between two segments; the second half comes behind the first.
    #[cfg(feature = "rayon")]
    fn split(mut self) -> (Self, Option<Self>) {
        let half = self.middle.start + self.middle.len() / 2;
        let mut behind = self.clone();
        behind.front = 0..0;
        behind.middle.start = half;
        self.middle.end = half;
        self.back = 0..0;
        let has_more = !behind.middle.is_empty() || !behind.back.is_empty();
        (self, has_more.then_some(behind))
    }
}

/// The entries between two places.
///
/// Memory safety: the pointers are to the buffers of an array that is borrowed for `'a`, and the
/// slots are taken ones, each of which comes once.
pub(in crate::oblivious) struct Entries<'a, K, V> {
    slots: Slots<'a>,
    keys: NonNull<K>,
    values: NonNull<V>,
    entries: PhantomData<(&'a K, &'a V)>,
}

/// The entries between two places, with the values open to change. As [`Entries`], with an array
/// that is borrowed exclusively.
pub(in crate::oblivious) struct EntriesMut<'a, K, V> {
    slots: Slots<'a>,
    keys: NonNull<K>,
    values: NonNull<V>,
    entries: PhantomData<(&'a K, &'a mut V)>,
}

// SAFETY: it stands for the references that it yields.
unsafe impl<K: Sync, V: Sync> Send for Entries<'_, K, V> {}
// SAFETY: as above.
unsafe impl<K: Sync, V: Sync> Sync for Entries<'_, K, V> {}
// SAFETY: as above; no one else gets the entries, be it keys or values, while it has the array.
unsafe impl<K: Send, V: Send> Send for EntriesMut<'_, K, V> {}
// SAFETY: as above; behind a shared reference there is nothing but a look at what is left.
unsafe impl<K: Sync, V: Sync> Sync for EntriesMut<'_, K, V> {}

/// The two differ in what they make of a slot.
macro_rules! entries {
    ($($name:ident: $packed:ty => $value:ty, $to_ref:ident, $to_slice:ident;)+) => {$(
        impl<'a, K, V> $name<'a, K, V> {
            pub(in crate::oblivious) const NONE: Self = $name {
                slots: Slots::NONE,
                keys: NonNull::dangling(),
                values: NonNull::dangling(),
                entries: PhantomData,
            };

            /// The entries from one place to the other; none, if that is not behind.
            pub(in crate::oblivious) fn new(packed: $packed, start: Place, end: Place) -> Self {
                // SAFETY: buffers are never at address 0.
                let (keys, values) = unsafe {
                    (
                        NonNull::new_unchecked(packed.keys.start()),
                        NonNull::new_unchecked(packed.values.start()),
                    )
                };
                $name {
                    slots: Slots::new(packed, start, end),
                    keys,
                    values,
                    entries: PhantomData,
                }
            }

            /// # Safety
            /// The walk has just come to that slot.
            #[inline]
            unsafe fn entry(&self, slot: usize) -> (&'a K, $value) {
                // SAFETY: taken, borrowed for `'a`, and not to come again.
                unsafe { (self.keys.add(slot).as_ref(), self.values.add(slot).$to_ref()) }
            }

            // Always: as for `refill_front`.
            #[inline(always)]
            pub(in crate::oblivious) fn next(&mut self) -> Option<(&'a K, $value)> {
                let slot = self.slots.next()?;
                // SAFETY: the walk has come to it.
                Some(unsafe { self.entry(slot) })
            }

            #[inline]
            pub(in crate::oblivious) fn next_back(&mut self) -> Option<(&'a K, $value)> {
                let slot = self.slots.next_back()?;
                // SAFETY: as for `next`.
                Some(unsafe { self.entry(slot) })
            }

            pub(in crate::oblivious) fn nth(&mut self, skipped: usize) -> Option<(&'a K, $value)> {
                let slot = self.slots.nth(skipped)?;
                // SAFETY: as for `next`.
                Some(unsafe { self.entry(slot) })
            }

            pub(in crate::oblivious) fn nth_back(
                &mut self,
                skipped: usize,
            ) -> Option<(&'a K, $value)> {
                let slot = self.slots.nth_back(skipped)?;
                // SAFETY: as for `next`.
                Some(unsafe { self.entry(slot) })
            }

            /// Run by run, each in a loop without a look at segments.
            #[inline]
            pub(in crate::oblivious) fn fold<B, F>(mut self, start: B, mut fold: F) -> B
            where
                F: FnMut(B, (&'a K, $value)) -> B,
            {
                let mut folded = start;
                loop {
                    let run = self.slots.next_run();
                    if run.is_empty() {
                        return folded;
                    }
                    // SAFETY: the slots of a run, to which the walk has come.
                    let (keys, values) = unsafe {
                        let keys = self.keys.add(run.start).as_ptr();
                        let values = self.values.add(run.start).as_ptr();
                        (
                            slice::from_raw_parts(keys, run.len()),
                            slice::$to_slice(values, run.len()),
                        )
                    };
                    folded = keys.iter().zip(values).fold(folded, &mut fold);
                }
            }

            pub(in crate::oblivious) fn count(&self) -> usize {
                self.slots.count()
            }

            pub(in crate::oblivious) fn size_hint(&self) -> (usize, Option<usize>) {
                self.slots.size_hint()
            }

            /// Halves the walk between two segments; the second half comes behind the first.
            #[cfg(feature = "rayon")]
            pub(in crate::oblivious) fn split(self) -> (Self, Option<Self>) {
                let (front, behind) = self.slots.split();
                let part = |slots| $name {
                    slots,
                    ..self
                };
                (part(front), behind.map(part))
            }
        }
    )+};
}

entries! {
    Entries: &'a Packed<K, V> => &'a V, as_ref, from_raw_parts;
    EntriesMut: &'a mut Packed<K, V> => &'a mut V, as_mut, from_raw_parts_mut;
}

impl<K, V> EntriesMut<'_, K, V> {
    /// The entries that are left, to look at.
    pub(in crate::oblivious) fn shared(&self) -> Entries<'_, K, V> {
        Entries {
            slots: self.slots.clone(),
            keys: self.keys,
            values: self.values,
            entries: PhantomData,
        }
    }
}

impl<K, V> Clone for Entries<'_, K, V> {
    fn clone(&self) -> Self {
        Entries {
            slots: self.slots.clone(),
            ..*self
        }
    }
}
