//! One allocation a node, addressed by raw pointers.
//!
//! Memory safety: the spare nodes of a kind are allocations of the layout that all nodes of that
//! kind have, each with the address of the next at its start. They are made by `reserve`, which is
//! told that layout. A leaf of another size is made only as the first node of a store.

use alloc::alloc::{alloc, dealloc, handle_alloc_error};
use core::alloc::Layout;
use core::ptr;

use super::{Nodes, Store};

/// One heap allocation a node.
///
/// Memory goes back to the allocator node by node, so a map that shrinks gives memory back at once.
/// Look-ups and inserts in large maps are slower than in a [`Slab`](super::Slab).
///
/// ```
/// use leafwise::{BPlusTreeMap, Heap};
///
/// let mut map: BPlusTreeMap<u64, u64, Heap> = BPlusTreeMap::default();
/// map.insert(1, 10);
/// assert_eq!(map.get(&1), Some(&10));
/// ```
#[derive(Debug)]
pub struct Heap {
    last: *mut u8,
    leaves: Spares,
    branches: Spares,
}

impl Store for Heap {}

// SAFETY: every node is an allocation of its own, of the layout asked for.
unsafe impl Nodes for Heap {
    type Id = *mut u8;
    const NIL: *mut u8 = ptr::null_mut();
    const EMPTY: Heap = Heap {
        last: ptr::null_mut(),
        leaves: Spares::NONE,
        branches: Spares::NONE,
    };
    const WHOLESALE: bool = false;

    #[inline]
    unsafe fn leaf(&self, id: *mut u8, _node: Layout) -> *mut u8 {
        id
    }

    #[inline]
    unsafe fn branch(&self, id: *mut u8, _node: Layout) -> *mut u8 {
        id
    }

    unsafe fn make_leaf(&mut self, node: Layout) -> *mut u8 {
        // SAFETY: spare leaves are of the layout of all leaves.
        unsafe { self.leaves.take().unwrap_or_else(|| allocate(node)) }
    }

    unsafe fn make_branch(&mut self, node: Layout) -> *mut u8 {
        // SAFETY: spare branches are of the layout of all branches.
        unsafe { self.branches.take().unwrap_or_else(|| allocate(node)) }
    }

    unsafe fn free_leaf(&mut self, id: *mut u8, node: Layout) {
        // SAFETY: every node is an allocation of the layout it was made with, which is `node`.
        unsafe { dealloc(id, node) }
    }

    unsafe fn free_branch(&mut self, id: *mut u8, node: Layout) {
        // SAFETY: every node is an allocation of the layout it was made with, which is `node`.
        unsafe { dealloc(id, node) }
    }

    unsafe fn reserve(&mut self, leaf: Layout, leaves: usize, branch: Layout, branches: usize) {
        // SAFETY: the layouts of all leaves and of all branches, as the caller promises.
        unsafe {
            self.leaves.fill(leaf, leaves);
            self.branches.fill(branch, branches);
        }
    }

    unsafe fn release(&mut self, leaf: Layout, branch: Layout) {
        self.last = ptr::null_mut();
        // SAFETY: the layouts that `reserve` was told, as the caller promises.
        unsafe {
            self.leaves.empty(leaf);
            self.branches.empty(branch);
        }
    }

    #[inline]
    fn last(&self) -> *mut u8 {
        self.last
    }

    #[inline]
    unsafe fn set_last(&mut self, id: *mut u8) {
        self.last = id;
    }

    fn memory(&self) -> Option<usize> {
        None
    }
}

/// Nodes that were made ahead: a list that runs through themselves.
#[derive(Debug)]
struct Spares {
    first: *mut u8,
    count: usize,
}

impl Spares {
    const NONE: Spares = Spares {
        first: ptr::null_mut(),
        count: 0,
    };

    /// Makes nodes until there are `count`.
    ///
    /// # Safety
    /// `node` is the layout of all nodes of this kind, which have room for an address.
    unsafe fn fill(&mut self, node: Layout, count: usize) {
        while self.count < count {
            // SAFETY: the memory is fresh and large enough for an address, wherever it lies.
            unsafe {
                let made = allocate(node);
                made.cast::<*mut u8>().write_unaligned(self.first);
                self.first = made;
            }
            self.count += 1;
        }
    }

    #[inline]
    fn take(&mut self) -> Option<*mut u8> {
        if self.first.is_null() {
            return None;
        }
        let taken = self.first;
        // SAFETY: a spare node, at whose start the address of the next one stands.
        self.first = unsafe { taken.cast::<*mut u8>().read_unaligned() };
        self.count -= 1;
        Some(taken)
    }

    /// Frees all nodes.
    ///
    /// # Safety
    /// `node` is the layout that they were made with.
    unsafe fn empty(&mut self, node: Layout) {
        while let Some(spare) = self.take() {
            // SAFETY: allocated with that layout, as the caller promises; in no list any more.
            unsafe { dealloc(spare, node) };
        }
    }
}

/// Allocates a node.
///
/// # Safety
/// `node` is the layout of a node: of a header at least.
unsafe fn allocate(node: Layout) -> *mut u8 {
    // SAFETY: nodes have a header, so their size is not zero.
    let made = unsafe { alloc(node) };
    if made.is_null() {
        handle_alloc_error(node);
    }
    made
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reserved_nodes_are_handed_out_and_the_others_freed() {
        let (leaf, branch) = (Layout::new::<[u64; 8]>(), Layout::new::<[u64; 4]>());
        let mut heap = Heap::EMPTY;
        // SAFETY: the layouts stay the same, each node is freed once, and the store released last.
        unsafe {
            heap.reserve(leaf, 2, branch, 1);
            let spare = heap.leaves.first;
            assert_eq!((heap.leaves.count, heap.branches.count), (2, 1));
            let leaves = [(); 3].map(|()| heap.make_leaf(leaf));
            assert!(leaves[0] == spare && leaves[0] != leaves[1]);
            assert_eq!((heap.leaves.count, heap.branches.count), (0, 1));
            heap.reserve(leaf, 1, branch, 3);
            heap.reserve(leaf, 1, branch, 3);
            assert_eq!((heap.leaves.count, heap.branches.count), (1, 3));
            for id in leaves {
                heap.free_leaf(id, leaf);
            }
            heap.release(leaf, branch);
        }
        assert!(heap.leaves.first.is_null() && heap.branches.first.is_null());
    }
}
