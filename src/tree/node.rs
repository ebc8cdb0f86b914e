//! Leaves and branches in memory. Knows no tree: a handle is an address, and says nothing of lifetimes.
//!
//! A leaf is a header, then an area that the [`Layout`](crate::leaf::Layout) orders. A branch is a header,
//! its keys, padded to whole lines if they have an image, then its children.
//!
//! Every method that touches a node relies on the handle's being the address of a live node of its kind
//! and shape, which whoever makes the handle vouches for (the tree's invariant 1), and on the length's
//! being true (invariant 2). Such methods are unsafe where an argument must be right as well.

use core::alloc;
use core::borrow::Borrow;
use core::marker::PhantomData;
use core::ptr;

use crate::key;
use crate::leaf::{Layout, Place};
use crate::search;
use crate::store::{Store, capacity_overflow};

/// Bytes of keys that a node holds if the types choose its capacity.
const KEY_BYTES: usize = 512;
/// Bytes of entries that a leaf holds at most if the types choose: large values move on each insert.
const ENTRY_BYTES: usize = 4096;
/// Capacities that the types choose lie between these.
const LEAST: usize = 8;
const MOST: usize = 64;

#[repr(C)]
struct LeafHeader<I> {
    prev: I,
    next: I,
    len: u32,
}

/// The sizes that follow from the types.
pub(super) struct Shape<K, V, S, L>(PhantomData<(K, V, S, L)>);

impl<K, V, S: Store, L: Layout> Shape<K, V, S, L> {
    /// Entries of a full-size leaf.
    pub(super) const LEAF: usize = if L::LEAF != 0 {
        L::LEAF
    } else {
        let key = if size_of::<K>() == 0 { 1 } else { size_of::<K>() };
        let entry = key + size_of::<V>();
        clamp(min(KEY_BYTES / key, ENTRY_BYTES / entry), LEAST, MOST)
    };

    /// Children of a branch.
    const CHILDREN: usize = if L::BRANCH != 0 {
        L::BRANCH
    } else {
        let key = if size_of::<K>() == 0 { 1 } else { size_of::<K>() };
        clamp(KEY_BYTES / key, LEAST, MOST)
    };

    /// Keys of a branch.
    pub(super) const KEYS: usize = Self::CHILDREN - 1;

    /// A leaf with so few entries left looks for a neighbour to merge with.
    pub(super) const LEAF_LOW: usize = Self::LEAF / 3;
    /// Two leaves are merged if the result has at most so many entries, so that it doesn't split at once.
    pub(super) const LEAF_MERGED: usize = Self::LEAF - Self::LEAF / 8;
    /// The same two for the keys of branches.
    pub(super) const BRANCH_LOW: usize = Self::KEYS / 3;
    pub(super) const BRANCH_MERGED: usize = Self::KEYS - Self::KEYS / 8;

    pub(super) const CHECKED: () = {
        assert!(Self::LEAF >= 2, "a leaf must have room for 2 entries at least");
        assert!(Self::CHILDREN >= 4, "a branch must have room for 4 children at least");
        assert!(Self::LEAF < u32::MAX as usize / 2, "a leaf has too many entries");
        assert!(Self::CHILDREN < u32::MAX as usize / 2, "a branch has too many children");
        let align = max(align_of::<K>(), align_of::<V>());
        assert!(align <= 1 << 20, "keys or values are aligned to more than a MiB");
    };

    const LEAF_ALIGN: usize =
        max(align_of::<LeafHeader<S::Id>>(), max(align_of::<K>(), align_of::<V>()));
    const AREA: usize = size_of::<LeafHeader<S::Id>>()
        .next_multiple_of(max(align_of::<K>(), align_of::<V>()));

    const BRANCH_ALIGN: usize = max(align_of::<u32>(), max(align_of::<K>(), align_of::<S::Id>()));
    const BRANCH_KEYS: usize = size_of::<u32>().next_multiple_of(align_of::<K>());

    /// Key slots of a branch: whole blocks where the keys have an image.
    #[inline(always)]
    fn branch_slots() -> usize {
        if key::image::<K>().is_some() {
            Self::KEYS.next_multiple_of(search::block::<K>())
        } else {
            Self::KEYS
        }
    }

    #[inline(always)]
    fn branch_children() -> usize {
        (Self::BRANCH_KEYS + Self::branch_slots() * size_of::<K>())
            .next_multiple_of(align_of::<S::Id>())
    }

    #[inline(always)]
    pub(super) fn leaf_layout() -> alloc::Layout {
        Self::layout_of_leaf(Self::LEAF, true)
    }

    /// The layout of a root leaf with less than the full capacity.
    #[inline]
    pub(super) fn small_layout(capacity: usize) -> alloc::Layout {
        Self::layout_of_leaf(capacity, false)
    }

    #[inline(always)]
    fn layout_of_leaf(capacity: usize, padded: bool) -> alloc::Layout {
        L::area::<K, V>(capacity, padded)
            .and_then(|area| area.size().checked_add(Self::AREA))
            .and_then(|size| alloc::Layout::from_size_align(size, Self::LEAF_ALIGN).ok())
            .map_or_else(|| capacity_overflow(), |layout| layout.pad_to_align())
    }

    #[inline(always)]
    pub(super) fn branch_layout() -> alloc::Layout {
        let size = Self::branch_children() + Self::CHILDREN * size_of::<S::Id>();
        alloc::Layout::from_size_align(size, Self::BRANCH_ALIGN)
            .map_or_else(|_| capacity_overflow(), |layout| layout.pad_to_align())
    }
}

/// The address of a leaf.
pub(super) struct Leaf<K, V, S, L> {
    node: *mut u8,
    /// As in the tree: capacity of a small, unpadded leaf, or 0.
    small: u16,
    shape: PhantomData<*const Shape<K, V, S, L>>,
}

impl<K, V, S, L> Clone for Leaf<K, V, S, L> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}
impl<K, V, S, L> Copy for Leaf<K, V, S, L> {}

impl<K, V, S, L> PartialEq for Leaf<K, V, S, L> {
    #[inline(always)]
    fn eq(&self, other: &Self) -> bool {
        self.node == other.node
    }
}

impl<K, V, S: Store, L: Layout> Leaf<K, V, S, L> {
    #[inline(always)]
    pub(super) fn new(node: *mut u8, small: u16) -> Self {
        Leaf { node, small, shape: PhantomData }
    }

    /// A handle that is no leaf's.
    #[inline(always)]
    pub(super) const fn none() -> Self {
        Leaf { node: ptr::null_mut(), small: 0, shape: PhantomData }
    }

    #[inline(always)]
    pub(super) fn is_none(self) -> bool {
        self.node.is_null()
    }

    #[inline(always)]
    fn header(self) -> *mut LeafHeader<S::Id> {
        self.node.cast()
    }

    #[inline(always)]
    fn area(self) -> *mut u8 {
        // SAFETY: the area lies within the leaf.
        unsafe { self.node.add(Shape::<K, V, S, L>::AREA) }
    }

    #[inline(always)]
    fn padded(self) -> bool {
        self.small == 0
    }

    #[inline(always)]
    fn place(self, at: usize) -> Place {
        Place { area: self.area(), capacity: self.capacity(), padded: self.padded(), at }
    }

    #[inline(always)]
    pub(super) fn capacity(self) -> usize {
        if self.small == 0 { Shape::<K, V, S, L>::LEAF } else { usize::from(self.small) }
    }

    /// Writes the header and the padding of a fresh leaf.
    ///
    /// # Safety
    /// The leaf holds no entries that are still needed.
    pub(super) unsafe fn init(self) {
        // SAFETY: a leaf is large enough for its header and its area.
        unsafe {
            self.header().write(LeafHeader { prev: S::NIL, next: S::NIL, len: 0 });
            if self.padded() {
                L::pad::<K, V>(self.area(), self.capacity(), 0);
            }
        }
    }

    #[inline(always)]
    pub(super) fn len(self) -> usize {
        // SAFETY: a live leaf has a header.
        unsafe { (*self.header()).len as usize }
    }

    /// # Safety
    /// The first `len` slots hold entries, and the key slots behind them are padded.
    #[inline(always)]
    pub(super) unsafe fn set_len(self, len: usize) {
        debug_assert!(len <= self.capacity());
        // SAFETY: a live leaf has a header; a capacity fits in a `u32`.
        unsafe { (*self.header()).len = len as u32 }
    }

    #[inline(always)]
    pub(super) fn prev(self) -> S::Id {
        // SAFETY: a live leaf has a header.
        unsafe { (*self.header()).prev }
    }

    #[inline(always)]
    pub(super) fn next(self) -> S::Id {
        // SAFETY: a live leaf has a header.
        unsafe { (*self.header()).next }
    }

    #[inline(always)]
    pub(super) fn set_prev(self, id: S::Id) {
        // SAFETY: a live leaf has a header.
        unsafe { (*self.header()).prev = id }
    }

    #[inline(always)]
    pub(super) fn set_next(self, id: S::Id) {
        // SAFETY: a live leaf has a header.
        unsafe { (*self.header()).next = id }
    }

    /// # Safety
    /// `at` is at most the capacity. To be read, the slot must hold an entry.
    #[inline(always)]
    pub(super) unsafe fn key(self, at: usize) -> *mut K {
        // SAFETY: the area is of this capacity.
        unsafe { L::key::<K, V>(self.area(), self.capacity(), self.padded(), at) }
    }

    /// # Safety
    /// As for [`key`](Self::key).
    #[inline(always)]
    pub(super) unsafe fn value(self, at: usize) -> *mut V {
        // SAFETY: the area is of this capacity.
        unsafe { L::value::<K, V>(self.area(), self.capacity(), self.padded(), at) }
    }

    #[inline(always)]
    pub(super) fn prefetch(self, bytes: usize) {
        search::prefetch(self.node, bytes);
    }

    /// How many keys are smaller than `query`; at most the length.
    #[inline(always)]
    pub(super) fn rank<Q: Ord + ?Sized>(self, query: &Q) -> usize
    where
        K: Borrow<Q>,
    {
        let (capacity, padded) = (self.capacity(), self.padded());
        // SAFETY: the area is of this capacity and padding, with so many entries.
        unsafe { L::rank::<K, V, Q>(self.area(), capacity, padded, self.len(), query) }
    }

    /// Puts an entry before entry `at`.
    ///
    /// # Safety
    /// The leaf is not full, `at` is at most its length.
    #[inline(always)]
    pub(super) unsafe fn insert(self, at: usize, key: K, value: V) {
        let len = self.len();
        debug_assert!(len < self.capacity() && at <= len);
        // SAFETY: there is a free slot behind the entries that move up.
        unsafe {
            L::move_entries::<K, V>(self.place(at), self.place(at + 1), len - at);
            self.key(at).write(key);
            self.value(at).write(value);
            self.set_len(len + 1);
        }
    }

    /// Takes entry `at` out.
    ///
    /// # Safety
    /// `at` is less than the length.
    #[inline(always)]
    pub(super) unsafe fn remove(self, at: usize) -> (K, V) {
        let len = self.len();
        debug_assert!(at < len);
        // SAFETY: the entry is read once, and its slot filled or given up.
        unsafe {
            let entry = (self.key(at).read(), self.value(at).read());
            L::move_entries::<K, V>(self.place(at + 1), self.place(at), len - at - 1);
            self.shorten(len - 1);
            entry
        }
    }

    /// Takes `count` entries from `at` on out, bitwise, to wherever `take` puts them.
    ///
    /// # Safety
    /// There are so many. `take` moves each entry out or forgets it, and runs no user code.
    pub(super) unsafe fn remove_many(
        self,
        at: usize,
        count: usize,
        mut take: impl FnMut(*mut K, *mut V),
    ) {
        let len = self.len();
        debug_assert!(at + count <= len);
        // SAFETY: as in `remove`, for a run of entries.
        unsafe {
            for slot in at..at + count {
                take(self.key(slot), self.value(slot));
            }
            let rest = len - at - count;
            L::move_entries::<K, V>(self.place(at + count), self.place(at), rest);
            self.shorten(len - count);
        }
    }

    /// Moves `count` entries from `at` on to the slots of `target` from `target_at` on. Lengths and
    /// padding are the caller's.
    ///
    /// # Safety
    /// Source slots hold entries, target slots none, or they are those of a run that moves within a leaf.
    #[inline]
    pub(super) unsafe fn move_to(self, at: usize, target: Self, target_at: usize, count: usize) {
        debug_assert!(at + count <= self.capacity() && target_at + count <= target.capacity());
        // SAFETY: the caller's.
        unsafe { L::move_entries::<K, V>(self.place(at), target.place(target_at), count) }
    }

    /// Gives up all slots from `len` on: sets the length and pads.
    ///
    /// # Safety
    /// The first `len` slots hold entries; what the others hold is not needed any more.
    #[inline(always)]
    pub(super) unsafe fn shorten(self, len: usize) {
        let before = self.len();
        debug_assert!(len <= before);
        // SAFETY: the slots from the former length on are padded already.
        unsafe {
            if self.padded() {
                if len + 1 == before {
                    // The one slot of a removal: no loop over the rest of the line.
                    L::pad_one::<K, V>(self.area(), len);
                } else {
                    L::pad::<K, V>(self.area(), self.capacity(), len);
                }
            }
            self.set_len(len);
        }
    }

    /// Whether the free key slots are padded, if this leaf is to have padding.
    pub(super) fn is_padded(self) -> bool {
        // SAFETY: the area of a live leaf.
        !self.padded() || unsafe { L::is_padded::<K, V>(self.area(), self.capacity(), self.len()) }
    }
}

/// The address of a branch.
pub(super) struct Branch<K, V, S, L> {
    node: *mut u8,
    shape: PhantomData<*const Shape<K, V, S, L>>,
}

impl<K, V, S, L> Clone for Branch<K, V, S, L> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}
impl<K, V, S, L> Copy for Branch<K, V, S, L> {}

impl<K, V, S: Store, L: Layout> Branch<K, V, S, L> {
    #[inline(always)]
    pub(super) fn new(node: *mut u8) -> Self {
        Branch { node, shape: PhantomData }
    }

    /// Makes a branch with one child out of fresh memory.
    ///
    /// # Safety
    /// The branch holds no keys that are still needed.
    pub(super) unsafe fn init(self, child: S::Id) {
        // SAFETY: a branch is large enough for its header, its key slots and its children.
        unsafe {
            self.node.cast::<u32>().write(0);
            search::pad(self.key(0), size_of::<K>(), Shape::<K, V, S, L>::branch_slots());
            self.child_slot(0).write(child);
        }
    }

    /// Number of keys; there is one child more.
    #[inline(always)]
    pub(super) fn len(self) -> usize {
        // SAFETY: a live branch has a header.
        unsafe { self.node.cast::<u32>().read() as usize }
    }

    /// # Safety
    /// The first `len` slots hold keys, the first `len + 1` child slots children, and the key slots
    /// behind are padded.
    #[inline(always)]
    pub(super) unsafe fn set_len(self, len: usize) {
        debug_assert!(len <= Shape::<K, V, S, L>::KEYS);
        // SAFETY: a live branch has a header.
        unsafe { self.node.cast::<u32>().write(len as u32) }
    }

    /// # Safety
    /// `at` is at most the number of key slots. To be read, the slot must hold a key.
    #[inline(always)]
    pub(super) unsafe fn key(self, at: usize) -> *mut K {
        // SAFETY: within the branch.
        unsafe { self.node.add(Shape::<K, V, S, L>::BRANCH_KEYS).cast::<K>().add(at) }
    }

    #[inline(always)]
    unsafe fn child_slot(self, at: usize) -> *mut S::Id {
        // SAFETY: within the branch.
        unsafe { self.node.add(Shape::<K, V, S, L>::branch_children()).cast::<S::Id>().add(at) }
    }

    /// # Safety
    /// `at` is at most the length.
    #[inline(always)]
    pub(super) unsafe fn child(self, at: usize) -> S::Id {
        debug_assert!(at <= self.len());
        // SAFETY: there is a child.
        unsafe { self.child_slot(at).read() }
    }

    /// # Safety
    /// `at` is at most the length.
    pub(super) unsafe fn set_child(self, at: usize, child: S::Id) {
        // SAFETY: there is a slot.
        unsafe { self.child_slot(at).write(child) }
    }

    /// The child in which `query` belongs: how many keys are smaller than it.
    #[inline(always)]
    pub(super) fn rank<Q: Ord + ?Sized>(self, query: &Q) -> usize
    where
        K: Borrow<Q>,
    {
        let slots = Shape::<K, V, S, L>::branch_slots();
        // SAFETY: the key slots of a branch whose keys have an image fill so many; the first `len`
        // slots hold keys.
        unsafe {
            let keys = self.key(0).cast_const();
            if let Some(rank) = search::rank_padded(keys, size_of::<K>(), slots, query) {
                return rank;
            }
            let len = self.len();
            search::prefetch(keys, len * size_of::<K>());
            search::rank(core::slice::from_raw_parts(keys, len), query)
        }
    }

    /// Puts a key before key `at`, and a child behind it.
    ///
    /// # Safety
    /// The branch is not full, `at` is at most its length.
    pub(super) unsafe fn insert(self, at: usize, key: K, child: S::Id) {
        let len = self.len();
        debug_assert!(at <= len && len < Shape::<K, V, S, L>::KEYS);
        // SAFETY: there is a free slot for each.
        unsafe {
            ptr::copy(self.key(at), self.key(at + 1), len - at);
            self.key(at).write(key);
            ptr::copy(self.child_slot(at + 1), self.child_slot(at + 2), len - at);
            self.child_slot(at + 1).write(child);
            self.set_len(len + 1);
        }
    }

    /// Takes out key `key_at` and child `child_at`, which is one beside it.
    ///
    /// # Safety
    /// Both are there.
    pub(super) unsafe fn remove(self, key_at: usize, child_at: usize) -> K {
        let len = self.len();
        debug_assert!(key_at < len && child_at <= len);
        // SAFETY: the key is read once, its slot filled or given up.
        unsafe {
            let key = self.key(key_at).read();
            ptr::copy(self.key(key_at + 1), self.key(key_at), len - key_at - 1);
            let children = self.child_slot(child_at);
            ptr::copy(self.child_slot(child_at + 1), children, len - child_at);
            self.shorten(len - 1);
            key
        }
    }

    /// Moves `keys` keys from `at` on, and the children from `at` to `at + keys`, to the slots of
    /// `target` from `target_at` on. Lengths and padding are the caller's.
    ///
    /// # Safety
    /// The source slots are filled, the target slots are there and free.
    pub(super) unsafe fn move_to(self, at: usize, target: Self, target_at: usize, keys: usize) {
        // SAFETY: the caller's; two branches do not overlap.
        unsafe {
            ptr::copy_nonoverlapping(self.key(at), target.key(target_at), keys);
            let children = self.child_slot(at);
            ptr::copy_nonoverlapping(children, target.child_slot(target_at), keys + 1);
        }
    }

    /// Whether the free key slots are padded.
    pub(super) fn is_padded(self) -> bool {
        let len = self.len();
        // SAFETY: the slots behind the keys are the branch's own, and padded since it was made.
        unsafe {
            let slots = Shape::<K, V, S, L>::branch_slots() - len;
            search::is_padded(self.key(len).cast_const(), size_of::<K>(), slots)
        }
    }

    /// Gives up the keys from `len` on and the children behind `len`.
    ///
    /// # Safety
    /// They are not needed any more.
    pub(super) unsafe fn shorten(self, len: usize) {
        // SAFETY: the slots from `len` on are free.
        unsafe {
            search::pad(self.key(len), size_of::<K>(), Shape::<K, V, S, L>::branch_slots() - len);
            self.set_len(len);
        }
    }
}

const fn min(a: usize, b: usize) -> usize {
    if a < b { a } else { b }
}

const fn max(a: usize, b: usize) -> usize {
    if a > b { a } else { b }
}

const fn clamp(value: usize, least: usize, most: usize) -> usize {
    max(least, min(value, most))
}
