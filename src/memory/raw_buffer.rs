//! A raw buffer: memory for values and nothing else, on huge pages when there is much of it.
//!
//! Memory safety: `start` points to writable memory for `capacity` values, which may or may not be
//! initialised: that is its owner's to know. Where they take no bytes it dangles. `mapped` is 0 for
//! memory of the allocator, and otherwise the bytes of address space, of which the first
//! `committed` can be used.

use alloc::alloc::{self as heap, Layout, handle_alloc_error};
use core::ptr::NonNull;

use super::capacity_overflow;
#[cfg(all(feature = "std", target_os = "linux", not(miri)))]
use super::pages;

/// Where a buffer starts: a multiple of this, the bytes of a cache line.
pub(super) const BLOCK: usize = 64;

/// Buffers of this many bytes and more are mapped on huge pages.
#[cfg(all(feature = "std", target_os = "linux", not(miri)))]
pub(super) const LARGE: usize = 2 << 20;

/// Memory for a number of values. It drops none of them.
pub(crate) struct RawBuffer<T> {
    start: NonNull<T>,
    capacity: usize,
    committed: usize,
    mapped: usize,
}

// SAFETY: it stands for values that it owns, as a `Vec` does.
unsafe impl<T: Send> Send for RawBuffer<T> {}
// SAFETY: as above.
unsafe impl<T: Sync> Sync for RawBuffer<T> {}

impl<T> RawBuffer<T> {
    /// A buffer for nothing; allocates nothing.
    pub(crate) const EMPTY: Self = RawBuffer {
        start: NonNull::dangling(),
        capacity: 0,
        committed: 0,
        mapped: 0,
    };

    /// A buffer for exactly that many values.
    ///
    /// # Panics
    /// If that many values are more than the address space holds.
    pub(crate) fn new(capacity: usize) -> Self {
        let layout = Self::layout(capacity);
        #[cfg(all(feature = "std", target_os = "linux", not(miri)))]
        if layout.size() >= LARGE && layout.align() <= pages::ALIGN {
            return Self::mapped(capacity, pages::exactly(layout.size()))
                .unwrap_or_else(|| Self::allocated(capacity, layout));
        }
        Self::allocated(capacity, layout)
    }

    /// A buffer for that many values, which may [grow](Self::grow) later if it is large.
    ///
    /// # Panics
    /// As [`new`](Self::new).
    pub(crate) fn growable(capacity: usize) -> Self {
        let layout = Self::layout(capacity);
        #[cfg(all(feature = "std", target_os = "linux", not(miri)))]
        if layout.size() >= pages::LEAST && layout.align() <= pages::ALIGN {
            // SAFETY: there is no block yet.
            let block = unsafe { pages::grow(core::ptr::null_mut(), 0, 0, layout.size()) };
            return Self::mapped(capacity, block)
                .unwrap_or_else(|| Self::allocated(capacity, layout));
        }
        Self::allocated(capacity, layout)
    }

    /// Makes it a buffer for more values, with what is in it, if it can without a second copy in
    /// memory. Returns whether it has.
    ///
    /// # Panics
    /// If that many values are more than the address space holds.
    pub(crate) fn grow(&mut self, capacity: usize) -> bool {
        let layout = Self::layout(capacity);
        if capacity <= self.capacity || layout.size() <= self.committed || layout.size() == 0 {
            self.capacity = self.capacity.max(capacity);
            return true;
        }
        #[cfg(all(feature = "std", target_os = "linux", not(miri)))]
        if self.mapped > 0 {
            let (start, committed, mapped) = (self.start(), self.committed, self.mapped);
            // SAFETY: the block is this buffer's own.
            let block = unsafe { pages::grow(start.cast(), committed, mapped, layout.size()) };
            if let Some(block) = block
                && let Some(start) = NonNull::new(block.start)
            {
                self.start = start.cast();
                self.capacity = capacity;
                self.committed = block.committed;
                self.mapped = block.mapped;
                return true;
            }
        }
        false
    }

    /// A buffer in a block that was made for it, if it was.
    #[cfg(all(feature = "std", target_os = "linux", not(miri)))]
    fn mapped(capacity: usize, block: Option<pages::Block>) -> Option<Self> {
        let block = block?;
        Some(RawBuffer {
            start: NonNull::new(block.start)?.cast(),
            capacity,
            committed: block.committed,
            mapped: block.mapped,
        })
    }

    /// A buffer from the allocator.
    fn allocated(capacity: usize, layout: Layout) -> Self {
        let start = if layout.size() == 0 {
            NonNull::dangling()
        } else {
            // SAFETY: not of size zero.
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

    /// Bytes of the buffer.
    pub(crate) fn bytes(&self) -> usize {
        self.committed.max(self.capacity * size_of::<T>())
    }

    fn layout(capacity: usize) -> Layout {
        let layout = Layout::array::<T>(capacity).and_then(|layout| layout.align_to(BLOCK));
        layout.unwrap_or_else(|_| capacity_overflow())
    }
}

impl<T> Drop for RawBuffer<T> {
    fn drop(&mut self) {
        #[cfg(all(feature = "std", target_os = "linux", not(miri)))]
        if self.mapped > 0 {
            // SAFETY: the block is this buffer's own, and not used after.
            unsafe { pages::unmap(self.start().cast(), self.mapped) };
            return;
        }
        debug_assert_eq!(self.mapped, 0);
        let layout = Self::layout(self.capacity);
        if layout.size() > 0 {
            // SAFETY: allocated with this layout; not used after.
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
            assert!(buffer.start().addr().is_multiple_of(BLOCK));
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
                // SAFETY: as above, and what was written stays.
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
