//! Arrays on fresh pages of a chosen size, and prefetching from them.
//!
//! The time of a search depends on the pages of its memory: beyond the addresses that the processor
//! keeps, each step on small pages also looks up its page. So arrays are measured on both kinds of
//! pages, and must be on one kind for certain: each array is a mapping of its own, whose memory is
//! new, begins on a page boundary of its kind, and is advised of the kind before the first write.
//! If the system has no such mappings, arrays are vectors.

#![allow(
    unsafe_code,
    reason = "only the system's own calls make memory of a chosen page size, and prefetch it"
)]

/// The pages of an array.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum PageSize {
    /// Pages of about 4 KB, whatever the system does by default.
    Small,
    /// Pages of 2 MB, if the system has any.
    Huge,
}

/// Bytes of a huge page.
pub(crate) const HUGE: usize = 2 << 20;

pub(crate) use mapping::Pages;

#[cfg(target_os = "linux")]
mod mapping {
    use std::ffi::c_void;
    use std::ops::{Deref, DerefMut};
    use std::ptr::{self, NonNull};
    use std::slice;

    use rustix::mm::{Advice, MapFlags, ProtFlags, madvise, mmap_anonymous, munmap};

    use super::{HUGE, PageSize};

    /// An array in a mapping of its own.
    ///
    /// Invariants: `length` items from `start` on are initialized and are in the `bytes` from
    /// `mapping` on, which belong to this array alone.
    pub(crate) struct Pages<T: Copy> {
        start: NonNull<T>,
        length: usize,
        mapping: *mut c_void,
        bytes: usize,
    }

    impl<T: Copy> Pages<T> {
        /// A copy of `items`.
        pub(crate) fn copied(items: &[T], size: PageSize) -> Self {
            // SAFETY: as many items are written as the array has, and mappings do not overlap.
            unsafe {
                Self::written(items.len(), size, |start| {
                    ptr::copy_nonoverlapping(items.as_ptr(), start, items.len());
                })
            }
        }

        /// `length` copies of `item`.
        pub(crate) fn filled(item: T, length: usize, size: PageSize) -> Self {
            // SAFETY: all items are written, and none beyond.
            unsafe {
                Self::written(length, size, |start| {
                    (0..length).for_each(|index| start.add(index).write(item));
                })
            }
        }

        /// # Safety
        ///
        /// `write` initializes `length` items at the address that it is given, where there is room
        /// for that many.
        unsafe fn written(length: usize, size: PageSize, write: impl FnOnce(*mut T)) -> Self {
            // Room to begin with a huge page and to end with one.
            let bytes = (length * size_of::<T>()).next_multiple_of(HUGE) + HUGE;
            // SAFETY: a new mapping touches no other.
            let mapping = unsafe {
                mmap_anonymous(
                    ptr::null_mut(),
                    bytes,
                    ProtFlags::READ | ProtFlags::WRITE,
                    MapFlags::PRIVATE,
                )
            };
            let mapping = mapping.expect("the system has no memory for this array");
            let advice = match size {
                PageSize::Small => Advice::LinuxNoHugepage,
                PageSize::Huge => Advice::LinuxHugepage,
            };
            // A system with only one kind of pages declines, which does no harm.
            // SAFETY: the mapping is ours, and advice on its pages does not change what is read.
            let _ = unsafe { madvise(mapping, bytes, advice) };
            let start = mapping.map_addr(|address| address.next_multiple_of(HUGE));
            let start = start.cast::<T>();
            write(start);
            Self {
                start: NonNull::new(start).expect("mappings do not begin at zero"),
                length,
                mapping,
                bytes,
            }
        }
    }

    impl<T: Copy> Deref for Pages<T> {
        type Target = [T];

        #[inline]
        fn deref(&self) -> &[T] {
            // SAFETY: the items are initialized, and borrowed as long as `self` is.
            unsafe { slice::from_raw_parts(self.start.as_ptr(), self.length) }
        }
    }

    impl<T: Copy> DerefMut for Pages<T> {
        #[inline]
        fn deref_mut(&mut self) -> &mut [T] {
            // SAFETY: the items are initialized, and borrowed as long as `self` is, mutably.
            unsafe { slice::from_raw_parts_mut(self.start.as_ptr(), self.length) }
        }
    }

    impl<T: Copy> Drop for Pages<T> {
        fn drop(&mut self) {
            // SAFETY: the mapping is this array's alone, and no item is used any more.
            let _ = unsafe { munmap(self.mapping, self.bytes) };
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod mapping {
    use std::ops::{Deref, DerefMut};

    use super::PageSize;

    /// A vector, on pages that the system chooses.
    pub(crate) struct Pages<T: Copy>(Vec<T>);

    impl<T: Copy> Pages<T> {
        /// A copy of `items`.
        pub(crate) fn copied(items: &[T], _: PageSize) -> Self {
            Self(items.to_vec())
        }

        /// `length` copies of `item`.
        pub(crate) fn filled(item: T, length: usize, _: PageSize) -> Self {
            Self(vec![item; length])
        }
    }

    impl<T: Copy> Deref for Pages<T> {
        type Target = [T];

        #[inline]
        fn deref(&self) -> &[T] {
            &self.0
        }
    }

    impl<T: Copy> DerefMut for Pages<T> {
        #[inline]
        fn deref_mut(&mut self) -> &mut [T] {
            &mut self.0
        }
    }
}

/// Prefetches the cache line of `items[index]`, which need not exist.
#[inline(always)]
pub(crate) fn prefetch<T>(items: &[T], index: usize) {
    let address = items.as_ptr().wrapping_add(index);
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: a prefetch is a hint: it reads nothing, and has no effect for an invalid address.
        // Every x86-64 has the instruction.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(address.cast()) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = address;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_hold_their_items() {
        for size in [PageSize::Small, PageSize::Huge] {
            let numbers: Vec<u64> = (0..300_000).collect();
            let mut pages = Pages::copied(&numbers, size);
            assert_eq!(*pages, *numbers);
            pages[299_999] = 1;
            assert_eq!(pages[299_999], 1);
            assert_eq!(*Pages::filled(7_u32, 3, size), [7, 7, 7]);
            assert!(Pages::<u32>::copied(&[], size).is_empty());
        }
    }
}
