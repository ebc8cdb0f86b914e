//! The default store: one region of memory for leaves and one for branches. Ids are the numbers of
//! slots.

use core::alloc::Layout;

use super::region::{NIL, Region};
use super::{Nodes, Store};

/// The default store: nodes are slots of two contiguous regions, with 32-bit numbers as ids.
///
/// Freed nodes are reused; memory is freed by `shrink_to_fit`, `clear` and drop. A map whose keys
/// and values need no drop is dropped in O(1). With the `std` feature on Linux, regions from 4 MiB
/// on are mapped memory, which grows in place as long as its address space lasts, on huge pages
/// where the system grants them.
#[derive(Debug)]
pub struct Slab {
    leaves: Region,
    branches: Region,
}

impl Store for Slab {}

// SAFETY: the slots of a region are distinct, and as large and as aligned as requested.
unsafe impl Nodes for Slab {
    type Id = u32;
    const NIL: u32 = NIL;
    const EMPTY: Slab = Slab {
        leaves: Region::EMPTY,
        branches: Region::EMPTY,
    };
    const FREES_ALL_AT_ONCE: bool = true;

    #[inline]
    unsafe fn leaf(&self, id: u32, node: Layout) -> *mut u8 {
        // SAFETY: the caller promises that this leaf is a slot of the region, of this layout.
        unsafe { self.leaves.slot(id, node) }
    }

    #[inline]
    unsafe fn branch(&self, id: u32, node: Layout) -> *mut u8 {
        // SAFETY: the caller promises that this branch is a slot of the region, of this layout.
        unsafe { self.branches.slot(id, node) }
    }

    unsafe fn make_leaf(&mut self, node: Layout) -> u32 {
        // SAFETY: the caller promises that all leaves have this layout.
        unsafe { self.leaves.make(node) }
    }

    unsafe fn make_branch(&mut self, node: Layout) -> u32 {
        // SAFETY: the caller promises that all branches have this layout.
        unsafe { self.branches.make(node) }
    }

    unsafe fn free_leaf(&mut self, id: u32, node: Layout) {
        // SAFETY: the caller promises that this leaf is in use, and not used afterwards.
        unsafe { self.leaves.free(id, node) }
    }

    unsafe fn free_branch(&mut self, id: u32, node: Layout) {
        // SAFETY: the caller promises that this branch is in use, and not used afterwards.
        unsafe { self.branches.free(id, node) }
    }

    unsafe fn reserve(&mut self, leaf: Layout, leaves: usize, branch: Layout, branches: usize) {
        // SAFETY: the caller promises the layouts of all leaves and of all branches.
        unsafe {
            self.leaves.reserve(leaf, leaves);
            self.branches.reserve(branch, branches);
        }
    }

    unsafe fn release(&mut self, leaf: Layout, branch: Layout) {
        // SAFETY: the caller promises the alignments of all nodes, which are empty.
        unsafe {
            self.leaves.release(leaf);
            self.branches.release(branch);
        }
    }

    #[inline]
    fn last(&self) -> u32 {
        self.leaves.last()
    }

    #[inline]
    unsafe fn set_last(&mut self, id: u32) {
        // SAFETY: the caller promises that a leaf was made, so its region has memory.
        unsafe { self.leaves.set_last(id) }
    }

    fn memory(&self) -> Option<usize> {
        Some(self.leaves.memory() + self.branches.memory())
    }
}
