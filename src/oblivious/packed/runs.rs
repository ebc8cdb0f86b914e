//! Walks over segments: each yields the run of its entries, as slices.

use core::marker::PhantomData;
use core::ops::Range;
use core::ptr;
use core::slice;

use super::Packed;

/// The entries of a segment: keys and as many values.
pub(in crate::oblivious) type Run<'a, K, V> = (&'a [K], &'a [V]);

/// As [`Run`], with the values open to change.
pub(in crate::oblivious) type RunMut<'a, K, V> = (&'a [K], &'a mut [V]);

/// Where the entries of a segment start, and how many they are. The pointers are `const` for the
/// sake of variance: those of values may be written through if the array was borrowed for that.
type RawRun<K, V> = (*const K, *const V, usize);

/// Segments next to each other: where the first of them starts, and the counts of all.
struct Segments<'a, K, V> {
    keys: *const K,
    values: *const V,
    slots: usize,
    counts: slice::Iter<'a, u8>,
}

impl<'a, K, V> Segments<'a, K, V> {
    fn new(packed: &'a Packed<K, V>, segments: Range<usize>) -> Self {
        let (keys, values) = packed.slots(segments.start);
        Segments {
            keys,
            values,
            slots: packed.shape.slots,
            counts: packed.counts[segments].iter(),
        }
    }

    /// Where the entries of the next segment start, and how many they are.
    #[inline]
    fn next(&mut self) -> Option<RawRun<K, V>> {
        let count = usize::from(*self.counts.next()?);
        let run = (self.keys, self.values, count);
        self.keys = self.keys.wrapping_add(self.slots);
        self.values = self.values.wrapping_add(self.slots);
        Some(run)
    }

    /// Where the entries of the last segment start, and how many they are.
    #[inline]
    fn next_back(&mut self) -> Option<RawRun<K, V>> {
        let count = usize::from(*self.counts.next_back()?);
        let before = self.counts.len() * self.slots;
        let keys = self.keys.wrapping_add(before);
        Some((keys, self.values.wrapping_add(before), count))
    }

    /// The segments from the `at`-th on, which are taken away.
    #[cfg(feature = "rayon")]
    fn split_off(&mut self, at: usize) -> Self {
        let (front, back) = self.counts.as_slice().split_at(at);
        self.counts = front.iter();
        Segments {
            keys: self.keys.wrapping_add(at * self.slots),
            values: self.values.wrapping_add(at * self.slots),
            slots: self.slots,
            counts: back.iter(),
        }
    }
}

impl<K, V> Default for Segments<'_, K, V> {
    fn default() -> Self {
        Segments {
            keys: ptr::null(),
            values: ptr::null(),
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

// SAFETY: it stands for the references that it yields.
unsafe impl<K: Sync, V: Sync> Send for Runs<'_, K, V> {}
// SAFETY: as above.
unsafe impl<K: Sync, V: Sync> Sync for Runs<'_, K, V> {}
// SAFETY: as above; values are given out exclusively.
unsafe impl<K: Sync, V: Send> Send for RunsMut<'_, K, V> {}
// SAFETY: as above; behind a shared reference it yields nothing but `runs`.
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
    pub(in crate::oblivious) fn next(&mut self) -> Option<Run<'a, K, V>> {
        // SAFETY: `count` entries of a segment, borrowed for as long as the array is.
        self.segments.next().map(|run| unsafe { shared(run) })
    }

    #[inline]
    pub(in crate::oblivious) fn next_back(&mut self) -> Option<Run<'a, K, V>> {
        // SAFETY: as for `next`.
        self.segments.next_back().map(|run| unsafe { shared(run) })
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
    pub(in crate::oblivious) fn next(&mut self) -> Option<RunMut<'a, K, V>> {
        // SAFETY: `count` entries of a segment, which no one else gets: each segment comes once.
        self.segments.next().map(|run| unsafe { exclusive(run) })
    }

    #[inline]
    pub(in crate::oblivious) fn next_back(&mut self) -> Option<RunMut<'a, K, V>> {
        // SAFETY: as for `next`.
        self.segments
            .next_back()
            .map(|run| unsafe { exclusive(run) })
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

/// # Safety
/// The entries are initialised, and borrowed for `'a`.
unsafe fn shared<'a, K, V>((keys, values, count): RawRun<K, V>) -> Run<'a, K, V> {
    // SAFETY: the caller's.
    unsafe {
        (
            slice::from_raw_parts(keys, count),
            slice::from_raw_parts(values, count),
        )
    }
}

/// # Safety
/// The entries are initialised, and borrowed for `'a`, the values exclusively.
unsafe fn exclusive<'a, K, V>((keys, values, count): RawRun<K, V>) -> RunMut<'a, K, V> {
    // SAFETY: the caller's.
    unsafe {
        (
            slice::from_raw_parts(keys, count),
            slice::from_raw_parts_mut(values.cast_mut(), count),
        )
    }
}
