//! A store with leaves on the heap and branches in a region.
//!
//! Ids are pointers: those of leaves are their addresses, and those of branches hold the number of
//! a slot, plus one, as no id of a node is null. The tree knows which of the two an id is.

use core::alloc::Layout;
use core::ptr;

use super::region::Region;
use super::{Heap, Nodes, Store};

/// Leaves as in a [`Heap`], branches as in a [`Slab`](super::Slab).
///
/// Memory of leaves returns to the allocator as a map shrinks; branches, which are few, are side by
/// side.
///
/// ```
/// use leafwise::store::Hybrid;
/// use leafwise::BPlusTreeMap;
///
/// let mut map: BPlusTreeMap<u64, u64, Hybrid> = BPlusTreeMap::default();
/// map.insert(1, 10);
/// assert_eq!(map.get(&1), Some(&10));
/// ```
#[derive(Debug)]
pub struct Hybrid {
    leaves: Heap,
    branches: Region,
}

impl Store for Hybrid {}

/// The id of the branch in a slot.
#[inline]
fn branch_id(slot: u32) -> *mut u8 {
    ptr::without_provenance_mut(slot as usize + 1)
}

/// The slot of a branch.
#[inline]
fn slot_of(branch: *mut u8) -> u32 {
    branch.addr().wrapping_sub(1) as u32
}

// SAFETY: leaves are allocations of their own, branches distinct slots of a region, both with the
// requested layout.
unsafe impl Nodes for Hybrid {
    type Id = *mut u8;
    const NIL: *mut u8 = Heap::NIL;
    const EMPTY: Hybrid = Hybrid {
        leaves: Heap::EMPTY,
        branches: Region::EMPTY,
    };
    const FREES_ALL_AT_ONCE: bool = false;

    #[inline]
    unsafe fn leaf(&self, id: *mut u8, node: Layout) -> *mut u8 {
        // SAFETY: the caller promises a leaf, which the heap made.
        unsafe { self.leaves.leaf(id, node) }
    }

    #[inline]
    unsafe fn branch(&self, id: *mut u8, node: Layout) -> *mut u8 {
        // SAFETY: the caller promises that this branch is a slot of the region, of this layout.
        unsafe { self.branches.slot(slot_of(id), node) }
    }

    unsafe fn make_leaf(&mut self, node: Layout) -> *mut u8 {
        // SAFETY: the caller's promise is passed on.
        unsafe { self.leaves.make_leaf(node) }
    }

    unsafe fn make_branch(&mut self, node: Layout) -> *mut u8 {
        // SAFETY: the caller promises that all branches have this layout.
        branch_id(unsafe { self.branches.make(node) })
    }

    unsafe fn free_leaf(&mut self, id: *mut u8, node: Layout) {
        // SAFETY: the caller promises a leaf, which the heap made and nothing uses afterwards.
        unsafe { self.leaves.free_leaf(id, node) }
    }

    unsafe fn free_branch(&mut self, id: *mut u8, node: Layout) {
        // SAFETY: the caller promises that this branch is in use, and not used afterwards.
        unsafe { self.branches.free(slot_of(id), node) }
    }

    unsafe fn reserve(&mut self, _leaf: Layout, _leaves: usize, branch: Layout, branches: usize) {
        // SAFETY: the caller promises the layout of all branches.
        unsafe { self.branches.reserve(branch, branches) }
    }

    unsafe fn release(&mut self, leaf: Layout, branch: Layout) {
        // SAFETY: the caller promises that all leaves are freed, and the alignment of all branches.
        unsafe {
            self.leaves.release(leaf, branch);
            self.branches.release(branch);
        }
    }

    #[inline]
    fn last(&self) -> *mut u8 {
        self.leaves.last()
    }

    #[inline]
    unsafe fn set_last(&mut self, id: *mut u8) {
        // SAFETY: the caller promises that a leaf was made.
        unsafe { self.leaves.set_last(id) }
    }

    fn memory(&self) -> Option<usize> {
        None
    }
}
