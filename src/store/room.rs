//! Room for values: memory and nothing else, on huge pages when there is much of it.
//!
//! Memory safety: `start` points to writable memory for `capacity` values, which may or may not be
//! initialised: that is its owner's to know. Where they take no bytes it dangles. `mapped` is 0 for
//! room of the allocator, and otherwise the bytes of address space, of which the first `committed`
//! can be used.

use alloc::alloc::{self as heap, Layout, handle_alloc_error};
use core::ptr::NonNull;

use super::capacity_overflow;
#[cfg(all(feature = "std", target_os = "linux", not(miri)))]
use super::pages;

/// Where room starts: a multiple of this, the bytes of a cache line.
pub(super) const LINE: usize = 64;

/// Room of this many bytes and more is mapped on huge pages.
#[cfg(all(feature = "std", target_os = "linux", not(miri)))]
pub(super) const LARGE: usize = 2 << 20;

/// Memory for a number of values. It drops none of them.
pub(crate) struct Room<T> {
    start: NonNull<T>,
    capacity: usize,
    committed: usize,
    mapped: usize,
}

// SAFETY: it stands for values that it owns, as a `Vec` does.
unsafe impl<T: Send> Send for Room<T> {}
// SAFETY: as above.
unsafe impl<T: Sync> Sync for Room<T> {}

impl<T> Room<T> {
    /// No room; allocates nothing.
    pub(crate) const EMPTY: Self = Room {
        start: NonNull::dangling(),
        capacity: 0,
        committed: 0,
        mapped: 0,
    };

    /// Room for exactly so many values.
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

    /// Room for so many values, which may [grow](Self::grow) later if there is much of it.
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

    /// Makes it room for more values, with what is in it, if it can without a second copy in
    /// memory. Answers whether it has.
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
            // SAFETY: the block is this room's own.
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

    /// Room in a block that was made for it, if it was.
    #[cfg(all(feature = "std", target_os = "linux", not(miri)))]
    fn mapped(capacity: usize, block: Option<pages::Block>) -> Option<Self> {
        let block = block?;
        Some(Room {
            start: NonNull::new(block.start)?.cast(),
            capacity,
            committed: block.committed,
            mapped: block.mapped,
        })
    }

    /// Room of the allocator.
    fn allocated(capacity: usize, layout: Layout) -> Self {
        let start = if layout.size() == 0 {
            NonNull::dangling()
        } else {
            // SAFETY: not of size zero.
            NonNull::new(unsafe { heap::alloc(layout) })
                .unwrap_or_else(|| handle_alloc_error(layout))
                .cast()
        };
        Room {
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

    /// Bytes of the room.
    pub(crate) fn bytes(&self) -> usize {
        self.committed.max(self.capacity * size_of::<T>())
    }

    fn layout(capacity: usize) -> Layout {
        let layout = Layout::array::<T>(capacity).and_then(|layout| layout.align_to(LINE));
        layout.unwrap_or_else(|_| capacity_overflow())
    }
}

impl<T> Drop for Room<T> {
    fn drop(&mut self) {
        #[cfg(all(feature = "std", target_os = "linux", not(miri)))]
        if self.mapped > 0 {
            // SAFETY: the block is this room's own, and not used after.
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
    fn room_is_aligned_and_writable() {
        #[repr(align(256))]
        struct Wide(#[allow(dead_code, reason = "only its size matters")] u8);
        for capacity in [1, 10, 1_000, 100_000, 1_000_000] {
            let room = Room::<u64>::new(capacity);
            assert!(room.bytes() >= capacity * 8);
            assert!(room.start().addr().is_multiple_of(LINE));
            // SAFETY: within the room.
            unsafe {
                room.start().write(1);
                room.start().add(capacity - 1).write(2);
            }
        }
        let room = Room::<Wide>::new(20_000);
        assert!(room.start().addr().is_multiple_of(256));
        let room = Room::<()>::new(usize::MAX);
        assert_eq!((room.bytes(), room.capacity()), (0, usize::MAX));
        assert_eq!(Room::<u8>::EMPTY.bytes(), 0);
    }

    #[test]
    fn room_grows_with_what_is_in_it() {
        let mut room = Room::<u64>::growable(1 << 20);
        // SAFETY: within the room.
        unsafe { room.start().add((1 << 20) - 1).write(7) };
        for capacity in [1 << 20, (1 << 20) + 1, 3 << 20, 90 << 20] {
            if room.grow(capacity) {
                assert_eq!(room.capacity(), capacity);
                assert!(room.bytes() >= capacity * 8);
                // SAFETY: as above, and what was written stays.
                unsafe {
                    room.start().add(capacity - 1).write(7);
                    assert_eq!(room.start().add((1 << 20) - 1).read(), 7);
                }
            }
        }
        assert!(!Room::<u64>::growable(8).grow(9));
        assert!(Room::<()>::growable(8).grow(usize::MAX));
    }

    #[test]
    #[should_panic(expected = "capacity overflow")]
    fn more_than_the_address_space_is_refused() {
        let _ = Room::<u64>::new(usize::MAX / 8);
    }
}
