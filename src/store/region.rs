//! Contiguous memory of equal slots, which are numbered; a slot has room for one node.
//!
//! A region is a [`RegionHeader`], then the slots. Its base points to slot 0, so a node is reached
//! by one multiplication and no bounds check; a free slot holds the number of the next free one.
//! Small regions come from the allocator and grow by a sixteenth. From [`pages::LEAST`] bytes on
//! they have address space of their own, which is committed step by step, so that they grow in
//! place and are on huge pages.
//!
//! Invariants for memory safety: `base` is null or points directly after the head of a live region;
//! `used` slots fit in `bytes`; the free list runs through distinct slots below `used`.

use alloc::alloc::{alloc, dealloc, handle_alloc_error, realloc};
use core::alloc::Layout;
use core::ptr;

use crate::memory::capacity_overflow;
#[cfg(all(feature = "std", target_os = "linux", not(miri)))]
use crate::memory::pages;

/// The number of no slot.
pub(super) const NIL: u32 = u32::MAX;

/// The state of a region, directly before its first slot.
#[derive(Clone, Copy)]
#[repr(C)]
struct RegionHeader {
    /// Bytes of usable slots.
    bytes: usize,
    /// Bytes of address space, including the head, if the region is mapped; 0 if it is allocated.
    mapped: usize,
    /// The number of slots ever used; those after them were never touched.
    used: u32,
    /// The length of the free list.
    free_count: u32,
    /// The first slot of the free list, or `NIL`.
    free: u32,
    /// The last leaf of the tree, which the store remembers.
    last: u32,
}

/// Slots of one size.
#[derive(Debug)]
pub(super) struct Region {
    base: *mut u8,
}

/// The layout of a region with that many bytes of slots, and the offset of its first slot.
fn region_layout(bytes: usize, node: Layout) -> (Layout, usize) {
    let slots = Layout::from_size_align(bytes, node.align());
    match slots.and_then(|slots| Layout::new::<RegionHeader>().extend(slots)) {
        Ok(region) => region,
        Err(_) => capacity_overflow(),
    }
}

impl Region {
    pub(super) const EMPTY: Region = Region {
        base: ptr::null_mut(),
    };

    /// # Safety
    /// The region has memory.
    #[inline]
    unsafe fn head(&self) -> *mut RegionHeader {
        // SAFETY: the caller promises memory, in which the head is directly before the base.
        unsafe { self.base.cast::<RegionHeader>().sub(1) }
    }

    /// The head, or the initial one if the region has no memory.
    #[inline]
    fn state(&self) -> RegionHeader {
        if self.base.is_null() {
            return RegionHeader::NEW;
        }
        // SAFETY: a base that is not null has a head directly before it.
        unsafe { *self.head() }
    }

    /// # Safety
    /// `id` is a slot of this region, whose nodes have this layout.
    #[inline]
    pub(super) unsafe fn slot(&self, id: u32, node: Layout) -> *mut u8 {
        // SAFETY: the caller promises an existing slot, which is within the region.
        unsafe { self.base.add(id as usize * node.size()) }
    }

    /// # Safety
    /// All slots of this region have the layout `node`.
    pub(super) unsafe fn make(&mut self, node: Layout) -> u32 {
        // SAFETY: after `reserve` the region has memory and a free slot; `free` is one or `NIL`.
        unsafe {
            self.reserve(node, 1);
            let head = &mut *self.head();
            let id = head.free;
            if id == NIL {
                head.used += 1;
                return head.used - 1;
            }
            head.free = self.slot(id, node).cast::<u32>().read();
            head.free_count -= 1;
            id
        }
    }

    /// # Safety
    /// `id` is a slot of this region in use, whose nodes have this layout. Nothing uses it
    /// afterwards.
    pub(super) unsafe fn free(&mut self, id: u32, node: Layout) {
        // SAFETY: the slot is in the region and no longer used; slots are aligned for a `u32` and
        // at least as large.
        unsafe {
            let head = self.head();
            self.slot(id, node).cast::<u32>().write((*head).free);
            (*head).free = id;
            (*head).free_count += 1;
        }
    }

    /// Makes room for `more` slots besides those in use.
    ///
    /// # Safety
    /// As for [`make`](Self::make).
    pub(super) unsafe fn reserve(&mut self, node: Layout, more: usize) {
        let head = self.state();
        if head.free_count as usize >= more {
            return;
        }
        let used = head.used as usize - head.free_count as usize;
        let slots = match used.checked_add(more) {
            Some(slots) if slots < NIL as usize => slots,
            _ => capacity_overflow(),
        };
        let Some(needed) = slots.checked_mul(node.size()) else {
            capacity_overflow()
        };
        if needed > head.bytes {
            // At most a sixteenth more than needed; exact while there are few.
            let ahead = needed.saturating_add(used / 16 * node.size());
            // SAFETY: the caller promises the layout of all slots; the region has less than
            // `needed` bytes.
            unsafe { self.grow(needed, ahead, node) };
        }
    }

    /// Grows the region to at least `needed` bytes of slots, preferably to `ahead`.
    ///
    /// # Safety
    /// As for [`make`](Self::make). `needed` is more than the region has, and `ahead` at least
    /// `needed`.
    #[cold]
    #[inline(never)]
    unsafe fn grow(&mut self, needed: usize, ahead: usize, node: Layout) {
        #[cfg(all(feature = "std", target_os = "linux", not(miri)))]
        if needed >= pages::LEAST && node.align() <= pages::ALIGN {
            // SAFETY: the caller's promises are passed on; afterwards the region has the same head
            // and slots.
            if unsafe { self.grow_mapped(needed, node) } {
                return;
            }
        }
        let _ = needed;
        let (new, offset) = region_layout(ahead, node);
        let head = self.state();
        // SAFETY: allocated memory is grown with the layout it was made with; before its first slot
        // is room for the head.
        unsafe {
            let start = if self.base.is_null() {
                alloc(new)
            } else {
                let (old, _) = region_layout(head.bytes, node);
                realloc(self.base.sub(offset), old, new.size())
            };
            if start.is_null() {
                handle_alloc_error(new);
            }
            self.base = start.add(offset);
            let bytes = ahead;
            self.head().write(RegionHeader { bytes, ..head });
        }
    }

    /// Grows the region as mapped memory; if it was allocated, it moves there. Returns `false` if
    /// the system has no address space left.
    ///
    /// # Safety
    /// As for [`grow`](Self::grow).
    #[cfg(all(feature = "std", target_os = "linux", not(miri)))]
    unsafe fn grow_mapped(&mut self, needed: usize, node: Layout) -> bool {
        let (exact, offset) = region_layout(needed, node);
        let head = self.state();
        // SAFETY: the head describes the region; a mapping is at least as large as what is copied
        // to it.
        unsafe {
            let (old, committed) = if head.mapped == 0 {
                (ptr::null_mut(), 0)
            } else {
                (self.base.sub(offset), offset + head.bytes)
            };
            let Some(new) = pages::grow(old, committed, head.mapped, exact.size()) else {
                if head.mapped != 0 {
                    handle_alloc_error(exact);
                }
                return false;
            };
            let base = new.start.add(offset);
            if head.mapped == 0 && !self.base.is_null() {
                ptr::copy_nonoverlapping(self.base, base, head.bytes);
                dealloc(self.base.sub(offset), region_layout(head.bytes, node).0);
            }
            self.base = base;
            self.head().write(RegionHeader {
                bytes: new.committed - offset,
                mapped: new.mapped,
                ..head
            });
            true
        }
    }

    /// Frees the region's memory.
    ///
    /// # Safety
    /// `node` has the alignment of all slots of this region. Their contents are no longer needed.
    pub(super) unsafe fn release(&mut self, node: Layout) {
        if self.base.is_null() {
            return;
        }
        // SAFETY: the memory was made with these bytes and this alignment, and its slots are no
        // longer used.
        unsafe {
            let head = *self.head();
            let (layout, offset) = region_layout(head.bytes, node);
            let start = self.base.sub(offset);
            self.base = ptr::null_mut();
            if head.mapped == 0 {
                dealloc(start, layout);
            } else {
                #[cfg(all(feature = "std", target_os = "linux", not(miri)))]
                pages::unmap(start, head.mapped);
            }
        }
    }

    /// The number of slots ever used.
    #[inline]
    pub(super) fn used(&self) -> u32 {
        if self.base.is_null() {
            return 0;
        }
        // SAFETY: a base that is not null has a head directly before it.
        unsafe { (*self.head()).used }
    }

    /// The last leaf, which the region remembers for the store.
    #[inline]
    pub(super) fn last(&self) -> u32 {
        if self.base.is_null() {
            return NIL;
        }
        // SAFETY: a base that is not null has a head directly before it.
        unsafe { (*self.head()).last }
    }

    /// Remembers the last leaf.
    ///
    /// # Safety
    /// The region has memory.
    #[inline]
    pub(super) unsafe fn set_last(&mut self, id: u32) {
        // SAFETY: the caller promises memory, so there is a head.
        unsafe { (*self.head()).last = id }
    }

    /// Bytes allocated, or committed.
    pub(super) fn memory(&self) -> usize {
        if self.base.is_null() {
            return 0;
        }
        // SAFETY: a base that is not null has a head directly before it.
        unsafe { (*self.head()).bytes + size_of::<RegionHeader>() }
    }
}

impl RegionHeader {
    const NEW: RegionHeader = RegionHeader {
        bytes: 0,
        mapped: 0,
        used: 0,
        free_count: 0,
        free: NIL,
        last: NIL,
    };
}
