//! A store that checks every reach of a node: an id is a slot and its generation.
//!
//! As in the crate slotmap, each slot counts how often it has been freed, and an id is valid only
//! as long as that count is the one it was made with. The count is before the node: its slot begins
//! with a [`Stamp`], and the node follows at the next multiple of its alignment.
//!
//! Invariant for memory safety: all slots below a region's `used` have a stamp.

use core::alloc::Layout;

use super::region::{NIL, Region};
use super::{Nodes, Store};

/// Slots of two regions, as in a [`Slab`](super::Slab), with ids that are checked each time.
///
/// An id that was kept after its node had been freed, or that was never made, would panic instead
/// of reaching other entries. No such id exists unless this library has a fault: this is a store
/// for those who would rather pay for the check than trust that. Ids take eight bytes instead of
/// four, and each node eight more.
///
/// ```
/// use leafwise::store::Generational;
/// use leafwise::BPlusTreeMap;
///
/// let mut map: BPlusTreeMap<u64, u64, Generational> = BPlusTreeMap::default();
/// map.insert(1, 10);
/// assert_eq!(map.get(&1), Some(&10));
/// ```
#[derive(Debug)]
pub struct Generational {
    leaves: Region,
    branches: Region,
    last: Id,
}

impl Store for Generational {}

/// What is before the node of a slot. A region writes to the first four bytes of a free slot.
#[repr(C)]
struct Stamp {
    next_free: u32,
    generation: u32,
}

/// The id of a node: a slot, and its generation when the node was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Id {
    slot: u32,
    generation: u32,
}

impl Id {
    const NIL: Id = Id {
        slot: NIL,
        generation: 0,
    };
}

/// The distance from the start of a slot to its node.
#[inline]
const fn node_offset(node: Layout) -> usize {
    let (stamp, align) = (size_of::<Stamp>(), node.align());
    if stamp > align { stamp } else { align }
}

/// The layout of a slot for such a node.
#[inline]
const fn slot_layout(node: Layout) -> Layout {
    let stamp = align_of::<Stamp>();
    let align = if stamp > node.align() {
        stamp
    } else {
        node.align()
    };
    let size = node_offset(node) + node.size();
    match Layout::from_size_align(size, align) {
        Ok(slot) => slot.pad_to_align(),
        Err(_) => panic!("capacity overflow"),
    }
}

/// The address of a node.
///
/// # Panics
/// If the id is not that of a node in use.
///
/// # Safety
/// The slots of the region have the layout of such a node's slot, and those ever used a stamp.
#[inline]
unsafe fn reach(region: &Region, id: Id, node: Layout) -> *mut u8 {
    if id.slot < region.used() {
        // SAFETY: the slot exists, and has a stamp.
        let slot = unsafe { region.slot(id.slot, slot_layout(node)) };
        // SAFETY: as above; the node is within the slot.
        unsafe {
            if (*slot.cast::<Stamp>()).generation == id.generation {
                return slot.add(node_offset(node));
            }
        }
    }
    stale(id)
}

#[cold]
#[inline(never)]
fn stale(id: Id) -> ! {
    panic!("no node has the id {id:?}")
}

/// Makes a node in a region.
///
/// # Safety
/// The slots of the region have the layout of such a node's slot, and those ever used a stamp.
unsafe fn make(region: &mut Region, node: Layout) -> Id {
    let layout = slot_layout(node);
    let used = region.used();
    // SAFETY: the caller promises this layout. A slot beyond those used before has no stamp yet.
    unsafe {
        let slot = region.make(layout);
        let stamp = region.slot(slot, layout).cast::<Stamp>();
        if slot >= used {
            (*stamp).generation = 0;
        }
        let generation = (*stamp).generation;
        Id { slot, generation }
    }
}

/// Frees a node of a region.
///
/// # Panics
/// If the id is not that of a node in use.
///
/// # Safety
/// As for [`make`]. Nothing uses the node afterwards.
unsafe fn free(region: &mut Region, id: Id, node: Layout) {
    // SAFETY: `reach` finds a node in use, before which is its stamp.
    unsafe {
        let node_at = reach(region, id, node);
        let stamp = node_at.sub(node_offset(node)).cast::<Stamp>();
        (*stamp).generation = id.generation.wrapping_add(1);
        region.free(id.slot, slot_layout(node));
    }
}

// SAFETY: the slots of a region are distinct, and a node is within its slot, aligned as requested.
unsafe impl Nodes for Generational {
    type Id = Id;
    const NIL: Id = Id::NIL;
    const EMPTY: Generational = Generational {
        leaves: Region::EMPTY,
        branches: Region::EMPTY,
        last: Id::NIL,
    };
    const FREES_ALL_AT_ONCE: bool = true;

    #[inline]
    unsafe fn leaf(&self, id: Id, node: Layout) -> *mut u8 {
        // SAFETY: the caller promises the layout of all leaves; each slot was stamped when made.
        unsafe { reach(&self.leaves, id, node) }
    }

    #[inline]
    unsafe fn branch(&self, id: Id, node: Layout) -> *mut u8 {
        // SAFETY: the caller promises the layout of all branches; each slot was stamped when made.
        unsafe { reach(&self.branches, id, node) }
    }

    unsafe fn make_leaf(&mut self, node: Layout) -> Id {
        // SAFETY: the caller promises that all leaves have this layout.
        unsafe { make(&mut self.leaves, node) }
    }

    unsafe fn make_branch(&mut self, node: Layout) -> Id {
        // SAFETY: the caller promises that all branches have this layout.
        unsafe { make(&mut self.branches, node) }
    }

    unsafe fn free_leaf(&mut self, id: Id, node: Layout) {
        // SAFETY: the caller promises that this leaf is not used afterwards.
        unsafe { free(&mut self.leaves, id, node) }
    }

    unsafe fn free_branch(&mut self, id: Id, node: Layout) {
        // SAFETY: the caller promises that this branch is not used afterwards.
        unsafe { free(&mut self.branches, id, node) }
    }

    unsafe fn reserve(&mut self, leaf: Layout, leaves: usize, branch: Layout, branches: usize) {
        // SAFETY: the caller promises the layouts of all leaves and of all branches.
        unsafe {
            self.leaves.reserve(slot_layout(leaf), leaves);
            self.branches.reserve(slot_layout(branch), branches);
        }
    }

    unsafe fn release(&mut self, leaf: Layout, branch: Layout) {
        // SAFETY: the caller promises the alignments of all nodes, which are empty.
        unsafe {
            self.leaves.release(slot_layout(leaf));
            self.branches.release(slot_layout(branch));
        }
        self.last = Id::NIL;
    }

    #[inline]
    fn last(&self) -> Id {
        self.last
    }

    #[inline]
    unsafe fn set_last(&mut self, id: Id) {
        self.last = id;
    }

    fn memory(&self) -> Option<usize> {
        Some(self.leaves.memory() + self.branches.memory())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NODE: Layout = Layout::new::<[u64; 5]>();

    /// Calls `test` with a store of two leaves, and frees it afterwards.
    fn with_two_leaves(test: impl FnOnce(&mut Generational, Id, Id)) {
        struct Released(Generational);
        impl Drop for Released {
            fn drop(&mut self) {
                // SAFETY: the nodes hold nothing, and have this layout.
                unsafe { self.0.release(NODE, NODE) }
            }
        }
        let mut store = Released(Generational::EMPTY);
        // SAFETY: all leaves have this layout.
        let (one, two) = unsafe { (store.0.make_leaf(NODE), store.0.make_leaf(NODE)) };
        test(&mut store.0, one, two);
    }

    #[test]
    fn nodes_are_apart_and_aligned() {
        with_two_leaves(|store, one, two| {
            // SAFETY: both leaves are in use.
            let (one, two) = unsafe { (store.leaf(one, NODE), store.leaf(two, NODE)) };
            assert!(one.addr().abs_diff(two.addr()) >= NODE.size());
            assert!(one.cast::<[u64; 5]>().is_aligned() && two.cast::<[u64; 5]>().is_aligned());
        });
        let wide = Layout::from_size_align(256, 64).unwrap();
        assert_eq!((node_offset(wide), slot_layout(wide).size()), (64, 320));
    }

    #[test]
    #[should_panic(expected = "no node has the id")]
    fn a_freed_node_is_not_reached() {
        with_two_leaves(|store, one, _| {
            // SAFETY: the leaf is in use; reaching it again is what has to panic.
            unsafe {
                store.free_leaf(one, NODE);
                store.leaf(one, NODE);
            }
        });
    }

    #[test]
    #[should_panic(expected = "no node has the id")]
    fn a_node_in_the_slot_of_another_is_not_reached_by_its_id() {
        with_two_leaves(|store, one, _| {
            // SAFETY: the leaf is in use, and another one made after it was freed; reaching that by
            // the old id is what has to panic.
            unsafe {
                store.free_leaf(one, NODE);
                let reused = store.make_leaf(NODE);
                assert_eq!(reused.slot, one.slot);
                store.leaf(reused, NODE);
                store.leaf(one, NODE);
            }
        });
    }

    #[test]
    #[should_panic(expected = "no node has the id")]
    fn a_node_is_not_freed_twice() {
        with_two_leaves(|store, one, _| {
            // SAFETY: the leaf is in use; freeing it again is what has to panic.
            unsafe {
                store.free_leaf(one, NODE);
                store.free_leaf(one, NODE);
            }
        });
    }

    #[test]
    #[should_panic(expected = "no node has the id")]
    fn a_slot_that_was_never_used_is_not_reached() {
        with_two_leaves(|store, _, two| {
            let beyond = Id {
                slot: two.slot + 1,
                ..two
            };
            // SAFETY: the check is what has to panic.
            unsafe { store.leaf(beyond, NODE) };
        });
    }
}
