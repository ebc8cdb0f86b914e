//! Room for values: memory and nothing else, on huge pages when there is much of it.
//!
//! Memory safety: `start` points to writable memory for `capacity` values, which may or may not be
//! initialised: that is its owner's to know. Where they take no bytes it dangles. `mapped` is 0 for
//! room of the allocator and the bytes of the mapping otherwise.

use alloc::alloc::{self as heap, Layout, handle_alloc_error};
use core::marker::PhantomData;
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
    mapped: usize,
    values: PhantomData<T>,
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
        mapped: 0,
        values: PhantomData,
    };

    /// # Panics
    /// If that many values are more than the address space holds.
    pub(crate) fn new(capacity: usize) -> Self {
        let layout = Self::layout(capacity);
        if layout.size() == 0 {
            return Room {
                capacity,
                ..Self::EMPTY
            };
        }
        let (start, mapped) = allocate(layout);
        Room {
            start: start.cast(),
            capacity,
            mapped,
            values: PhantomData,
        }
    }

    #[inline(always)]
    pub(crate) fn start(&self) -> *mut T {
        self.start.as_ptr()
    }

    #[inline(always)]
    pub(crate) fn capacity(&self) -> usize {
        self.capacity
    }

    /// Bytes of the room.
    pub(crate) fn bytes(&self) -> usize {
        self.capacity * size_of::<T>()
    }

    fn layout(capacity: usize) -> Layout {
        let layout = Layout::array::<T>(capacity).and_then(|layout| layout.align_to(LINE));
        layout.unwrap_or_else(|_| capacity_overflow())
    }
}

impl<T> Drop for Room<T> {
    fn drop(&mut self) {
        if self.bytes() > 0 {
            let layout = Self::layout(self.capacity);
            // SAFETY: allocated with this layout or mapped, which `mapped` tells; not used after.
            unsafe { release(self.start.cast(), layout, self.mapped) };
        }
    }
}

/// Room for what the layout says, and how many bytes of it are a mapping.
fn allocate(layout: Layout) -> (NonNull<u8>, usize) {
    #[cfg(all(feature = "std", target_os = "linux", not(miri)))]
    if layout.size() >= LARGE
        && layout.align() <= pages::ALIGN
        && let Some(block) = pages::exactly(layout.size())
        && let Some(start) = NonNull::new(block.start)
    {
        return (start, block.mapped);
    }
    // SAFETY: not of size zero, which the callers exclude.
    let start = unsafe { heap::alloc(layout) };
    match NonNull::new(start) {
        Some(start) => (start, 0),
        None => handle_alloc_error(layout),
    }
}

/// Gives back what [`allocate`] gave.
///
/// # Safety
/// `start` and `mapped` are its answer for this layout, and nothing uses the room after.
unsafe fn release(start: NonNull<u8>, layout: Layout, mapped: usize) {
    #[cfg(all(feature = "std", target_os = "linux", not(miri)))]
    if mapped > 0 {
        // SAFETY: the caller's.
        unsafe { pages::unmap(start.as_ptr(), mapped) };
        return;
    }
    debug_assert_eq!(mapped, 0);
    // SAFETY: the caller's; what is not mapped was allocated.
    unsafe { heap::dealloc(start.as_ptr(), layout) };
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
            assert_eq!(room.bytes(), capacity * 8);
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
    #[should_panic(expected = "capacity overflow")]
    fn more_than_the_address_space_is_refused() {
        let _ = Room::<u64>::new(usize::MAX / 8);
    }
}
