//! A store with one allocation per node. Nodes are addressed by raw pointers.
//!
//! The store keeps no list of its nodes: the tree frees each one.

use alloc::alloc::{alloc, dealloc, handle_alloc_error};
use core::alloc::Layout;
use core::ptr;

use super::{Nodes, Store};

/// One heap allocation per node.
///
/// Memory returns to the allocator node by node, so a map that shrinks frees memory at once.
/// Look-ups and inserts in large maps are slower than in a [`Slab`](super::Slab).
///
/// ```
/// use leafwise::store::Heap;
/// use leafwise::BPlusTreeMap;
///
/// let mut map: BPlusTreeMap<u64, u64, Heap> = BPlusTreeMap::default();
/// map.insert(1, 10);
/// assert_eq!(map.get(&1), Some(&10));
/// ```
#[derive(Debug)]
pub struct Heap {
    last: *mut u8,
}

impl Store for Heap {}

// SAFETY: every node is an allocation of its own, with the requested layout.
unsafe impl Nodes for Heap {
    type Id = *mut u8;
    const NIL: *mut u8 = ptr::null_mut();
    const EMPTY: Heap = Heap {
        last: ptr::null_mut(),
    };
    const FREES_ALL_AT_ONCE: bool = false;

    #[inline]
    unsafe fn leaf(&self, id: *mut u8, _node: Layout) -> *mut u8 {
        id
    }

    #[inline]
    unsafe fn branch(&self, id: *mut u8, _node: Layout) -> *mut u8 {
        id
    }

    unsafe fn make_leaf(&mut self, node: Layout) -> *mut u8 {
        // SAFETY: nodes have a header, so their size is not zero.
        let made = unsafe { alloc(node) };
        if made.is_null() {
            handle_alloc_error(node);
        }
        made
    }

    unsafe fn make_branch(&mut self, node: Layout) -> *mut u8 {
        // SAFETY: branches are allocated like leaves.
        unsafe { self.make_leaf(node) }
    }

    unsafe fn free_leaf(&mut self, id: *mut u8, node: Layout) {
        // SAFETY: the caller promises a leaf made with this layout, which nothing uses any more.
        unsafe { dealloc(id, node) }
    }

    unsafe fn free_branch(&mut self, id: *mut u8, node: Layout) {
        // SAFETY: the caller promises a branch made with this layout, which nothing uses any more.
        unsafe { dealloc(id, node) }
    }

    /// Does nothing: each node is allocated when it is made.
    unsafe fn reserve(&mut self, _leaf: Layout, _leaves: usize, _branch: Layout, _branches: usize) {
    }

    unsafe fn release(&mut self, _leaf: Layout, _branch: Layout) {
        self.last = ptr::null_mut();
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
