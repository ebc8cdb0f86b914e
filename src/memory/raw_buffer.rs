//! A raw buffer: memory for values and nothing else, on huge pages if it is large.
//!
//! Memory safety: `start` points to writable memory for `capacity` values. The owner knows which of
//! them are initialised. If the values take no bytes, `start` dangles. `mapped` is 0 for memory
//! from the allocator; otherwise it is the bytes of address space, of which the first `committed`
//! can be used.

use alloc::alloc::{self as heap, Layout, handle_alloc_error};
use core::ptr::NonNull;

use super::capacity_overflow;
#[cfg(all(feature = "std", target_os = "linux", not(miri)))]
use super::pages;

/// Buffers start at a multiple of this, the bytes of a cache line.
pub(super) const ALIGN: usize = 64;

/// Buffers of at least this many bytes are mapped on huge pages.
#[cfg(all(feature = "std", target_os = "linux", not(miri)))]
pub(super) const LARGE: usize = 2 << 20;

/// Memory for a number of values. Drops none of them.
pub(crate) struct RawBuffer<T> {
    start: NonNull<T>,
    capacity: usize,
    committed: usize,
    mapped: usize,
}

// SAFETY: it represents values that it owns, as a `Vec` does.
unsafe impl<T: Send> Send for RawBuffer<T> {}
// SAFETY: as above.
unsafe impl<T: Sync> Sync for RawBuffer<T> {}

impl<T> RawBuffer<T> {
    /// An empty buffer, without an allocation.
    pub(crate) const EMPTY: Self = RawBuffer {
        start: NonNull::dangling(),
        capacity: 0,
        committed: 0,
        mapped: 0,
    };

    /// A buffer without capacity that starts where somebody else's values are. Frees nothing.
    pub(crate) fn foreign(start: NonNull<T>) -> Self {
        RawBuffer {
            start,
            ..Self::EMPTY
        }
    }

    /// Makes a buffer for exactly that many values.
    ///
    /// # Panics
    /// If the address space cannot hold that many values.
    pub(crate) fn new(capacity: usize) -> Self {
        let layout = Self::layout(capacity);
        #[cfg(all(feature = "std", target_os = "linux", not(miri)))]
        if layout.size() >= LARGE && layout.align() <= pages::ALIGN {
            return Self::mapped(capacity, pages::exactly(layout.size()))
                .unwrap_or_else(|| Self::allocated(capacity, layout));
        }
        Self::allocated(capacity, layout)
    }

    /// Makes a buffer for that many values that may [grow](Self::grow) later if it is large.
    ///
    /// # Panics
    /// As [`new`](Self::new).
    pub(crate) fn growable(capacity: usize) -> Self {
        let layout = Self::layout(capacity);
        #[cfg(all(feature = "std", target_os = "linux", not(miri)))]
        if layout.size() >= pages::LEAST && layout.align() <= pages::ALIGN {
            // SAFETY: there is no mapping yet.
            let mapping = unsafe { pages::grow(core::ptr::null_mut(), 0, 0, layout.size()) };
            return Self::mapped(capacity, mapping)
                .unwrap_or_else(|| Self::allocated(capacity, layout));
        }
        Self::allocated(capacity, layout)
    }

    /// Grows the buffer to `capacity` values, keeping its contents, if that needs no second copy in
    /// memory. Returns whether it did.
    ///
    /// # Panics
    /// If the address space cannot hold that many values.
    pub(crate) fn grow(&mut self, capacity: usize) -> bool {
        let layout = Self::layout(capacity);
        if capacity <= self.capacity || layout.size() <= self.committed || layout.size() == 0 {
            self.capacity = self.capacity.max(capacity);
            return true;
        }
        #[cfg(all(feature = "std", target_os = "linux", not(miri)))]
        if self.mapped > 0 {
            let (start, committed, mapped) = (self.start(), self.committed, self.mapped);
            // SAFETY: the mapping is this buffer's own, and not used again if another is returned.
            let mapping = unsafe { pages::grow(start.cast(), committed, mapped, layout.size()) };
            if let Some(mapping) = mapping
                && let Some(start) = NonNull::new(mapping.start)
            {
                self.start = start.cast();
                self.capacity = capacity;
                self.committed = mapping.committed;
                self.mapped = mapping.mapped;
                return true;
            }
        }
        false
    }

    /// Makes a buffer of a mapping that was made for it, if there is one.
    #[cfg(all(feature = "std", target_os = "linux", not(miri)))]
    fn mapped(capacity: usize, mapping: Option<pages::Mapping>) -> Option<Self> {
        let mapping = mapping?;
        Some(RawBuffer {
            start: NonNull::new(mapping.start)?.cast(),
            capacity,
            committed: mapping.committed,
            mapped: mapping.mapped,
        })
    }

    /// Makes a buffer from the allocator.
    fn allocated(capacity: usize, layout: Layout) -> Self {
        let start = if layout.size() == 0 {
            NonNull::dangling()
        } else {
            // SAFETY: the size is not zero.
            NonNull::new(unsafe { heap::alloc(layout) })
                .unwrap_or_else(|| handle_alloc_error(layout))
                .cast()
        };
        RawBuffer {
            start,
            capacity,
            ..Self::EMPTY
        }
    }

    #[inline]
    pub(crate) fn start(&self) -> *mut T {
        self.start.as_ptr()
    }

    #[inline]
    pub(crate) fn capacity(&self) -> usize {
        self.capacity
    }

    /// The bytes of the buffer.
    pub(crate) fn bytes(&self) -> usize {
        self.committed.max(self.capacity * size_of::<T>())
    }

    fn layout(capacity: usize) -> Layout {
        let layout = Layout::array::<T>(capacity).and_then(|layout| layout.align_to(ALIGN));
        layout.unwrap_or_else(|_| capacity_overflow())
    }
}

impl<T> Drop for RawBuffer<T> {
    fn drop(&mut self) {
        #[cfg(all(feature = "std", target_os = "linux", not(miri)))]
        if self.mapped > 0 {
            // SAFETY: the mapping is this buffer's own, and not used afterwards.
            unsafe { pages::unmap(self.start().cast(), self.mapped) };
            return;
        }
        debug_assert_eq!(self.mapped, 0);
        let layout = Self::layout(self.capacity);
        if layout.size() > 0 {
            // SAFETY: allocated with this layout, and not used afterwards.
            unsafe { heap::dealloc(self.start().cast(), layout) };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buffers_are_aligned_and_writable() {
        #[repr(align(256))]
        struct Wide(#[allow(dead_code, reason = "only its size matters")] u8);
        for capacity in [1, 10, 1_000, 100_000, 1_000_000] {
            let buffer = RawBuffer::<u64>::new(capacity);
            assert!(buffer.bytes() >= capacity * 8);
            assert!(buffer.start().addr().is_multiple_of(ALIGN));
            // SAFETY: within the buffer.
            unsafe {
                buffer.start().write(1);
                buffer.start().add(capacity - 1).write(2);
            }
        }
        let buffer = RawBuffer::<Wide>::new(20_000);
        assert!(buffer.start().addr().is_multiple_of(256));
        let buffer = RawBuffer::<()>::new(usize::MAX);
        assert_eq!((buffer.bytes(), buffer.capacity()), (0, usize::MAX));
        assert_eq!(RawBuffer::<u8>::EMPTY.bytes(), 0);
    }

    #[test]
    fn buffers_grow_with_what_is_in_them() {
        let mut buffer = RawBuffer::<u64>::growable(1 << 20);
        // SAFETY: within the buffer.
        unsafe { buffer.start().add((1 << 20) - 1).write(7) };
        for capacity in [1 << 20, (1 << 20) + 1, 3 << 20, 90 << 20] {
            if buffer.grow(capacity) {
                assert_eq!(buffer.capacity(), capacity);
                assert!(buffer.bytes() >= capacity * 8);
                // SAFETY: within the buffer, which keeps its contents when it grows.
                unsafe {
                    buffer.start().add(capacity - 1).write(7);
                    assert_eq!(buffer.start().add((1 << 20) - 1).read(), 7);
                }
            }
        }
        assert!(!RawBuffer::<u64>::growable(8).grow(9));
        assert!(RawBuffer::<()>::growable(8).grow(usize::MAX));
    }

    #[test]
    #[should_panic(expected = "capacity overflow")]
    fn more_than_the_address_space_is_refused() {
        let _ = RawBuffer::<u64>::new(usize::MAX / 8);
    }
}
