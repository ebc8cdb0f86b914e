//! Leaves and branches in memory. Knows no tree: a handle is an address, and says nothing of
//! lifetimes.
//!
//! A leaf is a header, then an area that the [`Layout`](crate::leaf::Layout) orders. A branch is a
//! header, the keys of its separators, padded to whole lines if they have an image, then their
//! ties, then its children.
//!
//! Every method that touches a node relies on the handle's being the address of a live node of its
//! kind and shape, which whoever makes the handle vouches for (the tree's invariant 1), and on the
//! length's being true (invariant 2). Such methods are unsafe where an argument must be right as
//! well.

use core::alloc;
use core::borrow::Borrow;
use core::marker::PhantomData;
use core::mem::needs_drop;
use core::ptr;
use core::slice;

use super::policy::Policy;
use super::probe::{Node, Probe};
use crate::key;
use crate::leaf::{Place, Slots};
use crate::search::window::{Shared, Side};
use crate::search::{self, Edge, window};
use crate::store::{Store, capacity_overflow};

/// Bytes of keys that a node holds if the types choose its capacity.
const KEY_BYTES: usize = 512;
/// Bytes of entries that a leaf holds at most if the types choose: large values move on each
/// insert.
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

/// The number of keys of a branch; there is one child more. If the keys are text, what they share
/// comes next, and then their windows.
type BranchHeader = u64;

/// The sizes that follow from the types.
pub(super) struct Shape<K, V, S, P>(PhantomData<(K, V, S, P)>);

impl<K, V, S: Store, P: Policy> Shape<K, V, S, P> {
    /// Entries of a full-size leaf.
    pub(super) const LEAF: usize = if P::Layout::LEAF != 0 {
        P::Layout::LEAF
    } else {
        let key = if size_of::<K>() == 0 {
            1
        } else {
            size_of::<K>()
        };
        let entry = key + size_of::<V>();
        clamp(min(KEY_BYTES / key, ENTRY_BYTES / entry), LEAST, MOST)
    };

    /// Children of a branch.
    const CHILDREN: usize = if P::Layout::BRANCH != 0 {
        P::Layout::BRANCH
    } else {
        let key = if size_of::<K>() == 0 {
            1
        } else {
            size_of::<K>()
        };
        // Windows spare most looks at keys that own memory, so there may be more of them.
        let bytes = if needs_drop::<K>() {
            2 * KEY_BYTES
        } else {
            KEY_BYTES
        };
        let separator = key + size_of::<P::Tie<V>>();
        clamp(min(bytes / key, ENTRY_BYTES / separator), LEAST, MOST)
    };

    /// Whether leaves and branches are searched for pairs by images, so that ties are padded as
    /// keys are.
    #[inline]
    fn pads_ties() -> bool {
        key::image::<K>().is_some()
            && key::image::<P::Tie<V>>().is_some()
            && Self::LEAF.is_multiple_of(search::block::<K>())
    }

    /// Keys of a branch.
    pub(super) const KEYS: usize = Self::CHILDREN - 1;

    /// A leaf with so few entries left looks for a neighbour to merge with.
    pub(super) const LEAF_LOW: usize = Self::LEAF / 3;
    /// Two leaves are merged if the result has at most so many entries, so that it doesn't split at
    /// once.
    pub(super) const LEAF_MERGED: usize = Self::LEAF - Self::LEAF / 8;
    /// The same two for the keys of branches.
    pub(super) const BRANCH_LOW: usize = Self::KEYS / 3;
    pub(super) const BRANCH_MERGED: usize = Self::KEYS - Self::KEYS / 8;

    pub(super) const CHECKED: () = {
        assert!(
            Self::LEAF >= 2,
            "a leaf must have room for 2 entries at least"
        );
        assert!(
            Self::CHILDREN >= 4,
            "a branch must have room for 4 children at least"
        );
        assert!(
            Self::LEAF < u32::MAX as usize / 2,
            "a leaf has too many entries"
        );
        assert!(
            Self::CHILDREN < u32::MAX as usize / 2,
            "a branch has too many children"
        );
        let align = max(align_of::<K>(), align_of::<V>());
        assert!(
            align <= 1 << 20,
            "keys or values are aligned to more than a MiB"
        );
    };

    const LEAF_ALIGN: usize = max(
        align_of::<LeafHeader<S::Id>>(),
        max(align_of::<K>(), align_of::<V>()),
    );
    const AREA: usize =
        size_of::<LeafHeader<S::Id>>().next_multiple_of(max(align_of::<K>(), align_of::<V>()));

    const BRANCH_ALIGN: usize = max(
        max(align_of::<BranchHeader>(), align_of::<S::Id>()),
        max(align_of::<K>(), align_of::<P::Tie<V>>()),
    );

    /// Key slots of a branch: whole blocks where the keys have an image.
    #[inline]
    fn branch_slots() -> usize {
        if key::image::<K>().is_some() {
            Self::KEYS.next_multiple_of(search::block::<K>())
        } else {
            Self::KEYS
        }
    }

    /// Where the windows of a branch begin, if its keys are text.
    const BRANCH_WINDOWS: usize =
        (size_of::<BranchHeader>() + size_of::<Shared>()).next_multiple_of(align_of::<u64>());

    /// How many windows there are: whole blocks of them.
    const WINDOWS: usize = Self::KEYS.next_multiple_of(search::block::<u64>());

    #[inline]
    fn branch_keys() -> usize {
        let before = if window::is_text::<K>() {
            Self::BRANCH_WINDOWS + Self::WINDOWS * size_of::<u64>()
        } else {
            size_of::<BranchHeader>()
        };
        before.next_multiple_of(align_of::<K>())
    }

    #[inline]
    fn branch_ties() -> usize {
        (Self::branch_keys() + Self::branch_slots() * size_of::<K>())
            .next_multiple_of(align_of::<P::Tie<V>>())
    }

    #[inline]
    fn branch_children() -> usize {
        (Self::branch_ties() + Self::branch_slots() * size_of::<P::Tie<V>>())
            .next_multiple_of(align_of::<S::Id>())
    }

    #[inline]
    pub(super) fn leaf_layout() -> alloc::Layout {
        Self::layout_of_leaf(Self::LEAF, true)
    }

    /// The layout of a root leaf with less than the full capacity.
    #[inline]
    pub(super) fn small_layout(capacity: usize) -> alloc::Layout {
        Self::layout_of_leaf(capacity, false)
    }

    #[inline]
    fn layout_of_leaf(capacity: usize, padded: bool) -> alloc::Layout {
        P::Layout::area::<K, V>(capacity, padded)
            .and_then(|area| area.size().checked_add(Self::AREA))
            .and_then(|size| alloc::Layout::from_size_align(size, Self::LEAF_ALIGN).ok())
            .map_or_else(|| capacity_overflow(), |layout| layout.pad_to_align())
    }

    #[inline]
    pub(super) fn branch_layout() -> alloc::Layout {
        let size = Self::branch_children() + Self::CHILDREN * size_of::<S::Id>();
        alloc::Layout::from_size_align(size, Self::BRANCH_ALIGN)
            .map_or_else(|_| capacity_overflow(), |layout| layout.pad_to_align())
    }
}

/// The address of a leaf.
pub(super) struct Leaf<K, V, S, P> {
    node: *mut u8,
    /// As in the tree: capacity of a small, unpadded leaf, or 0.
    small: u16,
    shape: PhantomData<*const Shape<K, V, S, P>>,
}

impl<K, V, S, P> Clone for Leaf<K, V, S, P> {
    #[inline]
    fn clone(&self) -> Self {
        *self
    }
}
impl<K, V, S, P> Copy for Leaf<K, V, S, P> {}

impl<K, V, S, P> PartialEq for Leaf<K, V, S, P> {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        self.node == other.node
    }
}

impl<K, V, S: Store, P: Policy> Leaf<K, V, S, P> {
    #[inline]
    pub(super) fn new(node: *mut u8, small: u16) -> Self {
        Leaf {
            node,
            small,
            shape: PhantomData,
        }
    }

    /// A handle that is no leaf's.
    #[inline]
    pub(super) const fn none() -> Self {
        Leaf {
            node: ptr::null_mut(),
            small: 0,
            shape: PhantomData,
        }
    }

    #[inline]
    fn header(self) -> *mut LeafHeader<S::Id> {
        self.node.cast()
    }

    #[inline]
    fn area(self) -> *mut u8 {
        // SAFETY: the area lies within the leaf.
        unsafe { self.node.add(Shape::<K, V, S, P>::AREA) }
    }

    #[inline]
    fn padded(self) -> bool {
        self.small == 0
    }

    #[inline]
    fn place(self, at: usize) -> Place {
        Place {
            area: self.area(),
            capacity: self.capacity(),
            padded: self.padded(),
            at,
        }
    }

    #[inline]
    pub(super) fn capacity(self) -> usize {
        if self.small == 0 {
            Shape::<K, V, S, P>::LEAF
        } else {
            usize::from(self.small)
        }
    }

    /// Writes the header and the padding of a fresh leaf.
    ///
    /// # Safety
    /// The leaf holds no entries that are still needed.
    pub(super) unsafe fn init(self) {
        // SAFETY: a leaf is large enough for its header and its area.
        unsafe {
            self.header().write(LeafHeader {
                prev: S::NIL,
                next: S::NIL,
                len: 0,
            });
            if self.padded() {
                P::Layout::pad::<K, V>(self.area(), self.capacity(), 0);
                self.pad_ties(0, Shape::<K, V, S, P>::LEAF);
            }
        }
    }

    #[inline]
    pub(super) fn len(self) -> usize {
        // SAFETY: a live leaf has a header.
        unsafe { (*self.header()).len as usize }
    }

    /// # Safety
    /// The first `len` slots hold entries, and the key slots behind them are padded.
    #[inline]
    pub(super) unsafe fn set_len(self, len: usize) {
        debug_assert!(len <= self.capacity());
        // SAFETY: a live leaf has a header; a capacity fits in a `u32`.
        unsafe { (*self.header()).len = len as u32 }
    }

    #[inline]
    pub(super) fn prev(self) -> S::Id {
        // SAFETY: a live leaf has a header.
        unsafe { (*self.header()).prev }
    }

    #[inline]
    pub(super) fn next(self) -> S::Id {
        // SAFETY: a live leaf has a header.
        unsafe { (*self.header()).next }
    }

    #[inline]
    pub(super) fn set_prev(self, id: S::Id) {
        // SAFETY: a live leaf has a header.
        unsafe { (*self.header()).prev = id }
    }

    #[inline]
    pub(super) fn set_next(self, id: S::Id) {
        // SAFETY: a live leaf has a header.
        unsafe { (*self.header()).next = id }
    }

    /// # Safety
    /// `at` is at most the capacity. To be read, the slot must hold an entry.
    #[inline]
    pub(super) unsafe fn key(self, at: usize) -> *mut K {
        // SAFETY: the area is of this capacity.
        unsafe { P::Layout::key::<K, V>(self.area(), self.capacity(), self.padded(), at) }
    }

    /// # Safety
    /// As for [`key`](Self::key).
    #[inline]
    pub(super) unsafe fn value(self, at: usize) -> *mut V {
        // SAFETY: the area is of this capacity.
        unsafe { P::Layout::value::<K, V>(self.area(), self.capacity(), self.padded(), at) }
    }

    /// Asks for the whole leaf before it is looked at, keys and values in one wait for memory, if
    /// it isn't too large. Among a million entries this makes look-ups 1.6 times as fast, and costs
    /// nothing among a thousand, where nobody calls it.
    #[inline]
    pub(super) fn prefetch(self) {
        search::prefetch(self.node, Shape::<K, V, S, P>::leaf_layout().size());
    }

    /// Where the entries are, for going through them.
    #[inline]
    pub(super) fn entries(self) -> Entries<K, V, P> {
        // SAFETY: every leaf has room for an entry.
        unsafe {
            Entries {
                key: self.key(0),
                value: self.value(0),
                layout: PhantomData,
            }
        }
    }

    /// How many entries lie before the place; at most the length.
    #[inline]
    pub(super) fn rank(self, place: impl Probe<K, P::Tie<V>>) -> usize {
        place.rank(self)
    }

    /// Puts an entry before entry `at`.
    ///
    /// # Safety
    /// The leaf is not full, `at` is at most its length.
    #[inline]
    pub(super) unsafe fn insert(self, at: usize, key: K, value: V) {
        let len = self.len();
        debug_assert!(len < self.capacity() && at <= len);
        // SAFETY: there is a free slot behind the entries that move up.
        unsafe {
            if at < len {
                P::Layout::move_entries::<K, V>(self.place(at), self.place(at + 1), len - at);
            }
            self.key(at).write(key);
            self.value(at).write(value);
            self.set_len(len + 1);
        }
    }

    /// Takes entry `at` out.
    ///
    /// # Safety
    /// `at` is less than the length.
    #[inline]
    pub(super) unsafe fn remove(self, at: usize) -> (K, V) {
        let len = self.len();
        debug_assert!(at < len);
        // SAFETY: the entry is read once, and its slot filled or given up.
        unsafe {
            let entry = (self.key(at).read(), self.value(at).read());
            P::Layout::move_entries::<K, V>(self.place(at + 1), self.place(at), len - at - 1);
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
            P::Layout::move_entries::<K, V>(self.place(at + count), self.place(at), rest);
            self.shorten(len - count);
        }
    }

    /// Moves `count` entries from `at` on to the slots of `target` from `target_at` on. Lengths and
    /// padding are the caller's.
    ///
    /// # Safety
    /// Source slots hold entries, target slots none, or they are those of a run that moves within a
    /// leaf.
    #[inline]
    pub(super) unsafe fn move_to(self, at: usize, target: Self, target_at: usize, count: usize) {
        debug_assert!(at + count <= self.capacity() && target_at + count <= target.capacity());
        // SAFETY: the caller's.
        unsafe { P::Layout::move_entries::<K, V>(self.place(at), target.place(target_at), count) }
    }

    /// Gives up all slots from `len` on: sets the length and pads.
    ///
    /// # Safety
    /// The first `len` slots hold entries; what the others hold is not needed any more.
    #[inline]
    pub(super) unsafe fn shorten(self, len: usize) {
        let before = self.len();
        debug_assert!(len <= before);
        // SAFETY: the slots from the former length on are padded already.
        unsafe {
            if self.padded() {
                if len + 1 == before {
                    // The one slot of a removal: no loop over the rest of the line.
                    P::Layout::pad_one::<K, V>(self.area(), len);
                } else {
                    P::Layout::pad::<K, V>(self.area(), self.capacity(), len);
                }
                self.pad_ties(len, before);
            }
            self.set_len(len);
        }
    }

    /// The ties of the entries from `at` on, which are their values where they are padded, and the
    /// bytes from one to the next.
    ///
    /// # Safety
    /// `at` is below the capacity.
    #[inline]
    unsafe fn ties(self, at: usize) -> (*mut P::Tie<V>, usize) {
        let (_, stride) = P::Layout::strides::<K, V>();
        // SAFETY: the caller's.
        (unsafe { self.value(at) }.cast(), stride)
    }

    /// Pads the ties of the slots from `from` to `to`, if ties are padded.
    ///
    /// # Safety
    /// The slots are empty, and the leaf is a full-size one.
    #[inline]
    unsafe fn pad_ties(self, from: usize, to: usize) {
        if Shape::<K, V, S, P>::pads_ties() && from < to {
            // SAFETY: the slots are empty.
            unsafe {
                let (ties, stride) = self.ties(from);
                search::pad(ties, stride, to - from);
            }
        }
    }

    /// Whether the free slots are padded, if this leaf is to have padding.
    pub(super) fn is_padded(self) -> bool {
        if !self.padded() {
            return true;
        }
        let (len, capacity) = (self.len(), self.capacity());
        // SAFETY: the area of a live leaf, whose ties, if they have padding, are initialised.
        unsafe {
            let ties_are_padded = || {
                let (ties, stride) = self.ties(len);
                search::is_padded(ties.cast_const(), stride, capacity - len)
            };
            P::Layout::is_padded::<K, V>(self.area(), capacity, len)
                && (len == capacity || !Shape::<K, V, S, P>::pads_ties() || ties_are_padded())
        }
    }
}

impl<K, V, S: Store, P: Policy> Node<K, P::Tie<V>> for Leaf<K, V, S, P> {
    #[inline]
    fn len(self) -> usize {
        self.len()
    }

    #[inline]
    fn rank<Q: Ord + ?Sized>(self, query: &Q, edge: Edge) -> usize
    where
        K: Borrow<Q>,
    {
        let (area, capacity, padded) = (self.area(), self.capacity(), self.padded());
        // SAFETY: the area is of this capacity and padding, with so many entries.
        unsafe { P::Layout::rank::<K, V, Q>(area, capacity, padded, self.len(), query, edge) }
    }

    #[inline]
    fn rank_pair<Q: ?Sized, W: ?Sized>(self, pair: (&Q, &W), edge: Edge) -> Option<usize> {
        if !self.padded() || !Shape::<K, V, S, P>::pads_ties() {
            return None;
        }
        let (stride, _) = P::Layout::strides::<K, V>();
        let slots = Shape::<K, V, S, P>::LEAF;
        // SAFETY: as many keys and ties, padded, and whole blocks of them.
        unsafe {
            let (ties, tie_stride) = self.ties(0);
            let keys = (self.key(0).cast_const(), stride);
            let ties = (ties.cast_const(), tie_stride);
            search::rank_pairs_padded(keys, ties, slots, self.len(), pair, edge)
        }
    }

    #[inline]
    unsafe fn key_at(self, at: usize) -> *const K {
        // SAFETY: the caller's.
        unsafe { self.key(at) }
    }

    #[inline]
    unsafe fn tie_at(self, at: usize) -> *const P::Tie<V> {
        // SAFETY: the caller's.
        P::tie(unsafe { &*self.value(at) })
    }
}

/// The addresses of a leaf's first key and value: the others follow at equal distances.
pub(super) struct Entries<K, V, P> {
    // Not `*mut`, which would make whatever holds this invariant.
    key: *const K,
    value: *const V,
    layout: PhantomData<*const P>,
}

impl<K, V, P> Clone for Entries<K, V, P> {
    #[inline]
    fn clone(&self) -> Self {
        *self
    }
}
impl<K, V, P> Copy for Entries<K, V, P> {}

impl<K, V, P: Policy> Entries<K, V, P> {
    /// Those of no leaf.
    pub(super) const NONE: Self = Entries {
        key: ptr::null(),
        value: ptr::null(),
        layout: PhantomData,
    };

    /// # Safety
    /// The leaf has an entry `at`.
    #[inline]
    pub(super) unsafe fn at(self, at: usize) -> (*mut K, *mut V) {
        let (key, value) = P::Layout::strides::<K, V>();
        // SAFETY: within the leaf.
        unsafe {
            (
                self.key.byte_add(at * key).cast_mut(),
                self.value.byte_add(at * value).cast_mut(),
            )
        }
    }
}

/// What stands between two children of a branch.
pub(super) struct Separator<K, T> {
    pub(super) key: K,
    pub(super) tie: T,
}

/// The address of a branch.
pub(super) struct Branch<K, V, S, P> {
    node: *mut u8,
    shape: PhantomData<*const Shape<K, V, S, P>>,
}

impl<K, V, S, P> Clone for Branch<K, V, S, P> {
    #[inline]
    fn clone(&self) -> Self {
        *self
    }
}
impl<K, V, S, P> Copy for Branch<K, V, S, P> {}

impl<K, V, S: Store, P: Policy> Branch<K, V, S, P> {
    #[inline]
    pub(super) fn new(node: *mut u8) -> Self {
        Branch {
            node,
            shape: PhantomData,
        }
    }

    /// Makes a branch with one child out of fresh memory.
    ///
    /// # Safety
    /// The branch holds no keys that are still needed.
    pub(super) unsafe fn init(self, child: S::Id) {
        // SAFETY: a branch is large enough for its header, its key slots and its children.
        unsafe {
            self.shorten(0);
            self.child_slot(0).write(child);
        }
    }

    /// Number of separators; there is one child more.
    #[inline]
    pub(super) fn len(self) -> usize {
        // SAFETY: a live branch has a header.
        unsafe { self.node.cast::<BranchHeader>().read() as usize }
    }

    /// # Safety
    /// The first `len` slots hold separators, the first `len + 1` child slots children, and the key
    /// slots behind are padded.
    #[inline]
    pub(super) unsafe fn set_len(self, len: usize) {
        debug_assert!(len <= Shape::<K, V, S, P>::KEYS);
        // SAFETY: a live branch has a header.
        unsafe { self.node.cast::<BranchHeader>().write(len as u64) }
    }

    /// # Safety
    /// `at` is at most the number of key slots. To be read, the slot must hold a key.
    #[inline]
    unsafe fn key(self, at: usize) -> *mut K {
        // SAFETY: within the branch.
        unsafe {
            self.node
                .add(Shape::<K, V, S, P>::branch_keys())
                .cast::<K>()
                .add(at)
        }
    }

    /// # Safety
    /// `at` is at most the number of separators. To be read, the slot must hold a tie.
    #[inline]
    unsafe fn tie(self, at: usize) -> *mut P::Tie<V> {
        // SAFETY: within the branch.
        unsafe {
            self.node
                .add(Shape::<K, V, S, P>::branch_ties())
                .cast::<P::Tie<V>>()
                .add(at)
        }
    }

    /// Takes a separator out bitwise; the slot counts as empty after.
    ///
    /// # Safety
    /// There is a separator `at`.
    pub(super) unsafe fn take(self, at: usize) -> Separator<K, P::Tie<V>> {
        // SAFETY: the caller's.
        unsafe {
            Separator {
                key: self.key(at).read(),
                tie: self.tie(at).read(),
            }
        }
    }

    /// Puts a separator into an empty slot.
    ///
    /// # Safety
    /// `at` is below the number of separators that there is room for.
    unsafe fn put(self, at: usize, separator: Separator<K, P::Tie<V>>) {
        // SAFETY: the caller's.
        unsafe {
            self.key(at).write(separator.key);
            self.tie(at).write(separator.tie);
        }
    }

    /// Moves `count` separators from `at` on to another branch, or within this one.
    ///
    /// # Safety
    /// There are so many, and room for them.
    unsafe fn move_separators(self, at: usize, target: Self, target_at: usize, count: usize) {
        // SAFETY: the caller's; `copy` allows the ranges to overlap.
        unsafe {
            ptr::copy(self.key(at), target.key(target_at), count);
            ptr::copy(self.tie(at), target.tie(target_at), count);
        }
    }

    /// # Safety
    /// `at` is at most the number of children.
    #[inline]
    unsafe fn child_slot(self, at: usize) -> *mut S::Id {
        // SAFETY: within the branch.
        unsafe {
            self.node
                .add(Shape::<K, V, S, P>::branch_children())
                .cast::<S::Id>()
                .add(at)
        }
    }

    /// # Safety
    /// The keys are text, `at` is at most the number of windows.
    #[inline]
    unsafe fn window(self, at: usize) -> *mut u64 {
        // SAFETY: within the branch.
        unsafe {
            self.node
                .add(Shape::<K, V, S, P>::BRANCH_WINDOWS)
                .cast::<u64>()
                .add(at)
        }
    }

    /// # Safety
    /// The keys are text.
    #[inline]
    unsafe fn shared(self) -> *mut Shared {
        // SAFETY: within the branch, right behind the header.
        unsafe { self.node.add(size_of::<BranchHeader>()).cast() }
    }

    /// # Safety
    /// `at` is at most the length.
    #[inline]
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

    /// The child that the place lies in: how many separators lie before it.
    #[inline]
    pub(super) fn rank(self, place: impl Probe<K, P::Tie<V>>) -> usize {
        place.rank(self)
    }

    /// The rank of a query among the keys where the keys are text, and the query is made of
    /// `bytes`.
    ///
    /// # Safety
    /// The keys are text, and these of this branch.
    #[inline]
    unsafe fn rank_text<Q: Ord + ?Sized>(
        self,
        keys: &[K],
        query: &Q,
        bytes: &[u8],
        edge: Edge,
    ) -> usize
    where
        K: Borrow<Q>,
    {
        // SAFETY: there are windows, padded to whole blocks.
        unsafe {
            let window = match (*self.shared()).side(bytes) {
                Side::Before => return 0,
                Side::Behind => return keys.len(),
                Side::Window(window) => window,
            };
            let windows = self.window(0).cast_const();
            let slots = Shape::<K, V, S, P>::WINDOWS;
            let (stride, edge_of_ties) = (size_of::<u64>(), Edge::Lower);
            let rank =
                search::rank_padded(windows, stride, slots, keys.len(), &window, edge_of_ties)
                    .unwrap_or(0)
                    .min(keys.len());
            let windows = slice::from_raw_parts(windows, keys.len());
            let ties = windows[rank..]
                .iter()
                .take_while(|other| **other == window)
                .count();
            if ties == 0 {
                rank
            } else {
                rank + search::rank(&keys[rank..rank + ties], query, edge)
            }
        }
    }

    /// Puts a separator before separator `at`, and a child behind it.
    ///
    /// # Safety
    /// The branch is not full, `at` is at most its length.
    pub(super) unsafe fn insert(self, at: usize, separator: Separator<K, P::Tie<V>>, child: S::Id) {
        let len = self.len();
        debug_assert!(at <= len && len < Shape::<K, V, S, P>::KEYS);
        // SAFETY: there is a free slot for each.
        unsafe {
            self.move_separators(at, self, at + 1, len - at);
            self.put(at, separator);
            ptr::copy(self.child_slot(at + 1), self.child_slot(at + 2), len - at);
            self.child_slot(at + 1).write(child);
            self.set_len(len + 1);
            if window::is_text::<K>() {
                ptr::copy(self.window(at), self.window(at + 1), len - at);
                self.renew_window(at);
            }
        }
    }

    /// Takes out separator `at` and child `child_at`, which is one beside it.
    ///
    /// # Safety
    /// Both are there.
    pub(super) unsafe fn remove(self, at: usize, child_at: usize) -> Separator<K, P::Tie<V>> {
        let len = self.len();
        debug_assert!(at < len && child_at <= len);
        // SAFETY: the separator is taken once, its slot filled or given up.
        unsafe {
            let separator = self.take(at);
            self.move_separators(at + 1, self, at, len - at - 1);
            let children = self.child_slot(child_at);
            ptr::copy(self.child_slot(child_at + 1), children, len - child_at);
            if window::is_text::<K>() {
                ptr::copy(self.window(at + 1), self.window(at), len - at - 1);
            }
            self.shorten(len - 1);
            separator
        }
    }

    /// Puts a separator in the place of separator `at`, which is returned.
    ///
    /// # Safety
    /// There is one.
    pub(super) unsafe fn replace(
        self,
        at: usize,
        separator: Separator<K, P::Tie<V>>,
    ) -> Separator<K, P::Tie<V>> {
        // SAFETY: the slot is empty once its separator is taken.
        unsafe {
            let replaced = self.take(at);
            self.put(at, separator);
            if window::is_text::<K>() {
                self.renew_window(at);
            }
            replaced
        }
    }

    /// Moves the separators from `at` on, and the children from `at` on, to an empty branch. What
    /// stays are `at` separators and as many children, for the caller to put right.
    ///
    /// # Safety
    /// `at` is at most the length.
    pub(super) unsafe fn move_tail(self, at: usize, target: Self) {
        let keys = self.len() - at;
        // SAFETY: the target has room for all; two branches do not overlap.
        unsafe {
            self.move_separators(at, target, 0, keys);
            ptr::copy_nonoverlapping(self.child_slot(at), target.child_slot(0), keys + 1);
            target.set_len(keys);
            target.renew_windows();
        }
    }

    /// Moves `separator` and then all of `right` behind the separators and children here.
    ///
    /// # Safety
    /// There is room; `right` is given up.
    pub(super) unsafe fn absorb(self, separator: Separator<K, P::Tie<V>>, right: Self) {
        let (len, more) = (self.len(), right.len());
        // SAFETY: the caller's.
        unsafe {
            self.put(len, separator);
            right.move_separators(0, self, len + 1, more);
            let children = self.child_slot(len + 1);
            ptr::copy_nonoverlapping(right.child_slot(0), children, more + 1);
            self.set_len(len + 1 + more);
            self.renew_windows();
        }
    }

    /// Gives up the separators from `len` on and the children behind `len`.
    ///
    /// # Safety
    /// They are not needed any more.
    pub(super) unsafe fn shorten(self, len: usize) {
        // SAFETY: the slots from `len` on are free.
        unsafe {
            let slots = Shape::<K, V, S, P>::branch_slots();
            search::pad(self.key(len), size_of::<K>(), slots - len);
            if Shape::<K, V, S, P>::pads_ties() {
                search::pad(self.tie(len), size_of::<P::Tie<V>>(), slots - len);
            }
            if window::is_text::<K>() {
                let windows = Shape::<K, V, S, P>::WINDOWS;
                search::pad(self.window(len), size_of::<u64>(), windows - len);
                if len == 0 {
                    self.shared().write(Shared::NOTHING);
                }
            }
            self.set_len(len);
        }
    }

    /// Sets the window of a key that has changed, or all of them if it does not share what they do.
    ///
    /// # Safety
    /// The keys are text, and there is a key `at`.
    unsafe fn renew_window(self, at: usize) {
        // SAFETY: the caller's.
        unsafe {
            let key = window::bytes(&*self.key(at)).unwrap_or_default();
            match (*self.shared()).window(key) {
                Some(window) if self.len() > 1 => self.window(at).write(window),
                _ => self.renew_windows(),
            }
        }
    }

    /// Sets what the keys share and their windows, if they are text.
    ///
    /// # Safety
    /// The first `len` slots hold keys.
    unsafe fn renew_windows(self) {
        let len = self.len();
        if !window::is_text::<K>() || len == 0 {
            return;
        }
        // SAFETY: the caller's.
        unsafe {
            let key = |at| window::bytes(&*self.key(at)).unwrap_or_default();
            let shared = Shared::of(key(0), key(len - 1));
            self.shared().write(shared);
            for at in 0..len {
                self.window(at)
                    .write(shared.window(key(at)).unwrap_or_default());
            }
        }
    }

    /// Whether free slots are padded, and windows are those of the keys.
    pub(super) fn is_padded(self) -> bool {
        let len = self.len();
        let slots = Shape::<K, V, S, P>::branch_slots() - len;
        // SAFETY: the slots behind the keys are the branch's own, and padded since it was made.
        unsafe {
            if !search::is_padded(self.key(len).cast_const(), size_of::<K>(), slots) {
                return false;
            }
            let ties = self.tie(len).cast_const();
            if Shape::<K, V, S, P>::pads_ties()
                && !search::is_padded(ties, size_of::<P::Tie<V>>(), slots)
            {
                return false;
            }
            if !window::is_text::<K>() {
                return true;
            }
            let windows = Shape::<K, V, S, P>::WINDOWS - len;
            search::is_padded(self.window(len).cast_const(), size_of::<u64>(), windows)
                && (0..len).all(|at| {
                    let key = window::bytes(&*self.key(at)).unwrap_or_default();
                    (*self.shared()).window(key) == Some(self.window(at).read())
                })
        }
    }
}

impl<K, V, S: Store, P: Policy> Node<K, P::Tie<V>> for Branch<K, V, S, P> {
    #[inline]
    fn len(self) -> usize {
        self.len()
    }

    #[inline]
    fn rank<Q: Ord + ?Sized>(self, query: &Q, edge: Edge) -> usize
    where
        K: Borrow<Q>,
    {
        let slots = Shape::<K, V, S, P>::branch_slots();
        let (stride, len) = (size_of::<K>(), self.len());
        // SAFETY: the key slots of a branch whose keys have an image are initialised and fill whole
        // blocks; the first `len` slots hold keys.
        unsafe {
            let keys = self.key(0).cast_const();
            if let Some(rank) = search::rank_padded(keys, stride, slots, len, query, edge) {
                return rank;
            }
            let keys = slice::from_raw_parts(keys, len);
            if window::is_text::<K>()
                && let Some(bytes) = window::bytes(query)
            {
                return self.rank_text(keys, query, bytes, edge);
            }
            search::prefetch(keys.as_ptr(), size_of_val(keys));
            search::rank(keys, query, edge)
        }
    }

    #[inline]
    fn rank_pair<Q: ?Sized, W: ?Sized>(self, pair: (&Q, &W), edge: Edge) -> Option<usize> {
        if !Shape::<K, V, S, P>::pads_ties() {
            return None;
        }
        let slots = Shape::<K, V, S, P>::branch_slots();
        // SAFETY: as many keys and ties, padded, and whole blocks of them.
        unsafe {
            let keys = (self.key(0).cast_const(), size_of::<K>());
            let ties = (self.tie(0).cast_const(), size_of::<P::Tie<V>>());
            search::rank_pairs_padded(keys, ties, slots, self.len(), pair, edge)
        }
    }

    #[inline]
    unsafe fn key_at(self, at: usize) -> *const K {
        // SAFETY: the caller's.
        unsafe { self.key(at) }
    }

    #[inline]
    unsafe fn tie_at(self, at: usize) -> *const P::Tie<V> {
        // SAFETY: the caller's.
        unsafe { self.tie(at) }
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
