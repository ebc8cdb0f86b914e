//! A program without std that uses leafwise. It has its own panic handler and allocator, of which a
//! program can have only one. If leafwise depended on std, the compiler would reject this crate.
//!
//! It exits with 0 if the collections do what they should. The C library starts it and provides
//! memory.

#![no_std]
#![no_main]

extern crate alloc;

use alloc::string::{String, ToString};
use core::alloc::{GlobalAlloc, Layout};
use core::ffi::{c_int, c_void};
use core::panic::PanicInfo;

use leafwise::layout::ArrayOfStructs;
use leafwise::store::Heap;
use leafwise::{BPlusTreeMap, BPlusTreeSet};

// SAFETY: the signatures are those of the C standard.
#[link(name = "c")]
unsafe extern "C" {
    fn aligned_alloc(align: usize, size: usize) -> *mut c_void;
    fn free(address: *mut c_void);
    fn abort() -> !;
}

/// The C library's allocator.
struct System;

// SAFETY: memory is as large and aligned as requested, and freed by the library that allocated it.
unsafe impl GlobalAlloc for System {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the alignment is at least a pointer's, and the size is a multiple of it.
        unsafe {
            let align = layout.align().max(align_of::<*mut u8>());
            aligned_alloc(align, layout.size().next_multiple_of(align)).cast()
        }
    }

    unsafe fn dealloc(&self, address: *mut u8, _layout: Layout) {
        // SAFETY: allocated above.
        unsafe { free(address.cast()) }
    }
}

#[global_allocator]
static SYSTEM: System = System;

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    // SAFETY: ends the program, from anywhere.
    unsafe { abort() }
}

/// The symbol that compiled parts of `alloc` name for unwinding, which does not happen here.
// SAFETY: std, which would have another one, is not there.
#[unsafe(no_mangle)]
extern "C" fn rust_eh_personality() {}

/// Called by the C library.
// SAFETY: the program has no other function of this name.
#[unsafe(no_mangle)]
extern "C" fn main(_count: c_int, _arguments: *const *const u8) -> c_int {
    numbers();
    names();
    sets();
    0
}

/// Large enough to use mapped memory if std were there.
fn numbers() {
    let mut map = BPlusTreeMap::new();
    for number in 0..200_000_u64 {
        map.insert(number.wrapping_mul(0x9E37_79B9_7F4A_7C15), number);
    }
    map.check_invariants();
    assert!(map.iter().is_sorted());
    assert_eq!(map.get(&0x9E37_79B9_7F4A_7C15), Some(&1));
    for number in 0..200_000_u64 {
        assert_eq!(
            map.remove(&number.wrapping_mul(0x9E37_79B9_7F4A_7C15)),
            Some(number)
        );
    }
    assert!(map.is_empty());
}

fn names() {
    let mut map: BPlusTreeMap<String, usize, Heap, ArrayOfStructs> = BPlusTreeMap::default();
    map.extend((0..1000).map(|number| (number.to_string(), number)));
    assert_eq!(map.range("99".to_string()..).count(), 11);
    map.check_invariants();
}

fn sets() {
    let even: BPlusTreeSet<i32> = (0..100).map(|number| number * 2).collect();
    let three: BPlusTreeSet<i32> = (0..100).map(|number| number * 3).collect();
    assert_eq!((&even & &three).len(), 34);
}
