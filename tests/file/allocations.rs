//! The largest allocation of a thread, and its memory in use, so that tests see how much a file
//! makes the library ask for.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

struct Watching;

thread_local! {
    static LARGEST: Cell<usize> = const { Cell::new(0) };
    /// Less than 0 if a thread frees what others have allocated.
    static IN_USE: Cell<isize> = const { Cell::new(0) };
    static PEAK: Cell<isize> = const { Cell::new(0) };
}

fn watch(size: usize) {
    LARGEST.with(|largest| largest.set(largest.get().max(size)));
    count(size as isize);
}

fn count(change: isize) {
    let in_use = IN_USE.get() + change;
    IN_USE.set(in_use);
    PEAK.set(PEAK.get().max(in_use));
}

// SAFETY: every call is passed on to `System` unchanged, and watching does not allocate.
unsafe impl GlobalAlloc for Watching {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        watch(layout.size());
        // SAFETY: the caller keeps `GlobalAlloc`'s contract, which is that of `System`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        watch(layout.size());
        // SAFETY: as above.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, address: *mut u8, layout: Layout) {
        count(-(layout.size() as isize));
        // SAFETY: `address` came from `System` with this layout.
        unsafe { System.dealloc(address, layout) }
    }

    unsafe fn realloc(&self, address: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        watch(size);
        // Both are there while it is copied.
        count(-(layout.size() as isize));
        // SAFETY: `address` came from `System` with this layout; the size is the caller's promise.
        unsafe { System.realloc(address, layout, size) }
    }
}

#[global_allocator]
static WATCHING: Watching = Watching;

/// Runs `body`, and fails if it makes an allocation of more bytes than that.
#[track_caller]
pub(crate) fn allocates_at_most<T>(bytes: usize, body: impl FnOnce() -> T) -> T {
    let before = LARGEST.replace(0);
    let result = body();
    let largest = LARGEST.replace(before);
    assert!(
        largest <= bytes,
        "an allocation of {largest} bytes, more than {bytes}"
    );
    result
}

/// Runs `body`, and returns the greatest number of bytes that were in use at the same time.
#[cfg(feature = "builder")]
pub(crate) fn peak_of(body: impl FnOnce()) -> usize {
    let before = IN_USE.get();
    PEAK.set(before);
    body();
    (PEAK.get() - before) as usize
}

#[cfg(feature = "builder")]
#[test]
fn memory_in_use_is_seen() {
    let peak = peak_of(|| {
        let first = std::hint::black_box(vec![1_u8; 1000]);
        drop(std::hint::black_box(vec![1_u8; 500]));
        drop(first);
        drop(std::hint::black_box(vec![1_u8; 1200]));
    });
    assert_eq!(peak, 1500);
}

#[test]
#[should_panic = "an allocation of 1000 bytes"]
fn large_allocations_are_seen() {
    allocates_at_most(999, || std::hint::black_box(vec![1_u8; 1000]));
}
