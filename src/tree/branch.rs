//! A branch in memory. It knows no tree: a handle is an address and has no lifetime.
//!
//! [`Branch`] is searched; [`RawBranch`] changes branches without knowing the types of their
//! separators. Handles follow the same rules as those in `leaf`.

use core::marker::PhantomData;
use core::mem::MaybeUninit;
use core::ptr;

use super::policy::Policy;
use super::shape::{BranchHeader, BranchShape, Sizes};
use super::target::Keys;
use crate::key;
use crate::search;
use crate::search::heads::{self, Heads};
use crate::store::{Store, copied};

/// The separator between two children of a branch.
pub(super) struct Separator<K, T> {
    pub(super) key: K,
    pub(super) tie_breaker: T,
}

impl<K, T> Separator<K, T> {
    /// Runs `change`, which is given room for a separator and returns whether it moved one there.
    /// Returns that separator.
    ///
    /// # Safety
    /// If `change` returns `true`, it has moved a separator to the address it was given.
    pub(super) unsafe fn moved_out<R>(
        change: impl FnOnce(SeparatorPtr) -> (R, bool),
    ) -> (R, Option<Self>) {
        let mut slot = MaybeUninit::uninit();
        let (result, is_moved) = change(SeparatorPtr::of(slot.as_mut_ptr()));
        // SAFETY: the caller promises that `change` has initialised the slot if it returns `true`.
        let moved = is_moved.then(|| unsafe { slot.assume_init() });
        (result, moved)
    }
}

/// The address of a separator, or of room for one, without its types.
#[derive(Clone, Copy)]
pub(super) struct SeparatorPtr {
    key: *mut u8,
    tie_breaker: *mut u8,
}

impl SeparatorPtr {
    /// The addresses of the key and the tie-breaker of `separator`, which may be uninitialised.
    pub(super) fn of<K, T>(separator: *mut Separator<K, T>) -> Self {
        // SAFETY: the addresses of two fields of `separator`; nothing is read.
        unsafe {
            SeparatorPtr {
                key: (&raw mut (*separator).key).cast(),
                tie_breaker: (&raw mut (*separator).tie_breaker).cast(),
            }
        }
    }
}

/// A branch and its separators.
pub(super) struct Branch<K, V, S, P> {
    node: *mut u8,
    shape: PhantomData<*const Sizes<K, V, S, P>>,
}

copied!([K, V, S, P] Branch<K, V, S, P>);

impl<K, V, S: Store, P: Policy> Branch<K, V, S, P> {
    /// # Safety
    /// `node` is the address of a branch of this shape that is live as long as the handle is used.
    #[inline]
    pub(super) unsafe fn new(node: *mut u8) -> Self {
        Branch {
            node,
            shape: PhantomData,
        }
    }

    /// The number of separators; there is one more child.
    #[inline]
    pub(super) fn len(self) -> usize {
        // SAFETY: a live branch has a header.
        unsafe { *self.node.cast::<BranchHeader>() as usize }
    }

    /// The key slot `at`, which is within the branch if `at` is below the capacity. It may be read
    /// only if it holds a key.
    #[inline]
    pub(super) fn key(self, at: usize) -> *mut K {
        let keys = self.node.wrapping_add(Sizes::<K, V, S, P>::KEYS_AT);
        keys.cast::<K>().wrapping_add(at)
    }

    /// The tie-breaker slot `at`, under the conditions of [`key`](Self::key).
    #[inline]
    pub(super) fn tie_breaker(self, at: usize) -> *mut P::TieBreaker<V> {
        let tie_breakers = self.node.wrapping_add(Sizes::<K, V, S, P>::TIE_BREAKERS_AT);
        tie_breakers.cast::<P::TieBreaker<V>>().wrapping_add(at)
    }

    /// # Safety
    /// `at` is at most the length.
    #[inline]
    pub(super) unsafe fn child(self, at: usize) -> S::Id {
        let children = self.node.wrapping_add(Sizes::<K, V, S, P>::CHILDREN_AT);
        // SAFETY: there are `len + 1` children, and the caller promises that `at` is at most `len`.
        unsafe { *children.cast::<S::Id>().wrapping_add(at) }
    }

    /// Prefetches what is searched first: heads and keys.
    #[inline]
    pub(super) fn prefetch_keys(self) {
        search::prefetch(self.node, const { Sizes::<K, V, S, P>::TIE_BREAKERS_AT });
    }

    /// The separators, to be searched.
    #[inline]
    pub(super) fn keys(self) -> Keys<K, P::TieBreaker<V>> {
        Keys {
            keys: self.key(0),
            key_stride: size_of::<K>(),
            tie_breakers: self.tie_breaker(0),
            tie_breaker_stride: size_of::<P::TieBreaker<V>>(),
            len: self.len(),
            slots: Sizes::<K, V, S, P>::SLOTS,
            padded_tie_breakers: Sizes::<K, V, S, P>::PADS_TIE_BREAKERS,
            heads: if const { key::may_be_text::<K>() } {
                self.heads()
            } else {
                ptr::null()
            },
        }
    }

    #[inline]
    fn heads(self) -> *mut Heads {
        let heads_at = Sizes::<K, V, S, P>::HEADS_AT;
        self.node.wrapping_add(heads_at).cast()
    }

    /// Removes the last separator.
    ///
    /// # Safety
    /// There is a separator. The branch is not searched any more.
    pub(super) unsafe fn pop(self) -> Separator<K, P::TieBreaker<V>> {
        let last = self.len() - 1;
        // SAFETY: there is a last separator; its slot is given up as it is read.
        unsafe {
            self.node.cast::<BranchHeader>().write(last as u64);
            Separator {
                key: self.key(last).read(),
                tie_breaker: self.tie_breaker(last).read(),
            }
        }
    }

    /// Pads the slots `from..to` of a branch.
    ///
    /// # Safety
    /// `node` is the address of a branch of this shape, whose slots `from..to` hold nothing that is
    /// needed.
    pub(super) unsafe fn pad(node: *mut u8, from: usize, to: usize) {
        // SAFETY: the slots are in the branch and free.
        unsafe { Self::new(node).keys().pad(from, to) }
    }

    /// Renews the heads of the keys `from..to`, which are one or all, if keys are text.
    ///
    /// # Safety
    /// `node` is the address of a branch of this shape, which has these keys.
    pub(super) unsafe fn renew_heads(node: *mut u8, from: usize, to: usize) {
        if !key::is_text::<K>() {
            return;
        }
        // SAFETY: the keys are text, and there are as many heads as keys.
        unsafe {
            let branch = Self::new(node);
            let key = |at| heads::bytes(&*branch.key(at)).unwrap_or_default();
            if to - from == 1 {
                Heads::renew(branch.heads(), from, branch.len(), key);
            } else {
                Heads::renew_all(branch.heads(), branch.len(), key);
            }
        }
    }
}

/// A branch that is changed without knowing the types of its separators.
pub(super) struct RawBranch<S: Store> {
    node: *mut u8,
    shape: &'static BranchShape,
    store: PhantomData<S>,
}

copied!([S: Store] RawBranch<S>);

impl<S: Store> RawBranch<S> {
    /// # Safety
    /// As for [`Branch::new`].
    pub(super) unsafe fn new(node: *mut u8, shape: &'static BranchShape) -> Self {
        RawBranch {
            node,
            shape,
            store: PhantomData,
        }
    }

    /// Initialises fresh memory as a branch with one child.
    ///
    /// # Safety
    /// The branch holds no separators that are still needed.
    pub(super) unsafe fn init(self, child: S::Id) {
        // SAFETY: a branch is large enough for its header, its slots and a child.
        unsafe {
            self.set_len(0);
            self.pad(0, self.shape.slots);
            self.child_slot(0).write(child);
        }
    }

    /// The number of separators; there is one more child.
    pub(super) fn len(self) -> usize {
        // SAFETY: a live branch has a header.
        unsafe { *self.node.cast::<BranchHeader>() as usize }
    }

    pub(super) fn is_full(self) -> bool {
        self.len() == self.shape.capacity
    }

    /// # Safety
    /// The first `len` slots hold separators, and there is one more child.
    unsafe fn set_len(self, len: usize) {
        debug_assert!(len <= self.shape.capacity);
        // SAFETY: a live branch has a header.
        unsafe { self.node.cast::<BranchHeader>().write(len as u64) }
    }

    /// The address of separator `at`, or of the slot for it.
    pub(super) fn separator(self, at: usize) -> SeparatorPtr {
        let shape = self.shape;
        SeparatorPtr {
            key: self.node.wrapping_add(shape.keys_at + at * shape.key_size),
            tie_breaker: self
                .node
                .wrapping_add(shape.tie_breakers_at + at * shape.tie_breaker_size),
        }
    }

    fn child_slot(self, at: usize) -> *mut S::Id {
        let children = self.node.wrapping_add(self.shape.children_at);
        children.cast::<S::Id>().wrapping_add(at)
    }

    /// # Safety
    /// `at` is at most the length.
    pub(super) unsafe fn child(self, at: usize) -> S::Id {
        debug_assert!(at <= self.len());
        // SAFETY: there are `len + 1` children, and the caller promises that `at` is at most `len`.
        unsafe { self.child_slot(at).read() }
    }

    /// # Safety
    /// `at` is at most the length. `child` belongs to the tree, one level below.
    pub(super) unsafe fn set_child(self, at: usize, child: S::Id) {
        // SAFETY: there are `len + 1` children, and the caller promises that `at` is at most `len`.
        unsafe { self.child_slot(at).write(child) }
    }

    /// Copies `count` separators from one address to another.
    ///
    /// # Safety
    /// There are `count` separators at `from`, and room for as many at `to`. The originals count as
    /// moved.
    unsafe fn copy(self, from: SeparatorPtr, to: SeparatorPtr, count: usize) {
        // SAFETY: the caller promises separators and room; `copy` allows the runs to overlap.
        unsafe {
            ptr::copy(from.key, to.key, count * self.shape.key_size);
            ptr::copy(
                from.tie_breaker,
                to.tie_breaker,
                count * self.shape.tie_breaker_size,
            );
        }
    }

    /// Moves separator `at` out to `target`. Afterwards its slot must be filled or given up.
    ///
    /// # Safety
    /// There is a separator `at`, and room for one at `target`.
    pub(super) unsafe fn take(self, at: usize, target: SeparatorPtr) {
        // SAFETY: the caller promises both.
        unsafe { self.copy(self.separator(at), target, 1) }
    }

    /// Inserts a separator before separator `at`, and a child after child `at`.
    ///
    /// # Safety
    /// The branch is not full, and `at` is at most its length. The separator is not used
    /// afterwards.
    pub(super) unsafe fn insert(self, at: usize, separator: SeparatorPtr, child: S::Id) {
        let len = self.len();
        debug_assert!(at <= len && len < self.shape.capacity);
        // SAFETY: the branch is not full, so each array has a free slot.
        unsafe {
            self.copy(self.separator(at), self.separator(at + 1), len - at);
            self.copy(separator, self.separator(at), 1);
            ptr::copy(self.child_slot(at + 1), self.child_slot(at + 2), len - at);
            self.child_slot(at + 1).write(child);
            self.set_len(len + 1);
            if let Some(heads) = self.heads() {
                Heads::shift(heads, at, at + 1, len);
                self.renew_heads(at, at + 1);
            }
        }
    }

    /// Fills a fresh branch, which has the first of these children. `separator` returns the address
    /// of the separator after a child.
    ///
    /// # Safety
    /// There is room for the children, and a separator after each but the last. The separators are
    /// not used afterwards.
    #[cfg(feature = "rayon")]
    pub(super) unsafe fn load(self, children: &[S::Id], separator: impl Fn(usize) -> SeparatorPtr) {
        let len = children.len() - 1;
        // SAFETY: the caller promises room for all.
        unsafe {
            for (at, &child) in children[1..].iter().enumerate() {
                self.copy(separator(at), self.separator(at), 1);
                self.child_slot(at + 1).write(child);
            }
            self.set_len(len);
            self.renew_heads(0, len);
        }
    }

    /// Removes child `child` and the separator before it, or the one after it if it is the first
    /// child. Neither is used afterwards.
    ///
    /// # Safety
    /// There are such a child and such a separator, and the separator was taken.
    pub(super) unsafe fn remove(self, child: usize) {
        let (len, at) = (self.len(), child.saturating_sub(1));
        debug_assert!(at < len && child <= len);
        // SAFETY: what is after them moves down by one; the last slot is given up.
        unsafe {
            self.copy(self.separator(at + 1), self.separator(at), len - at - 1);
            let children = self.child_slot(child);
            ptr::copy(self.child_slot(child + 1), children, len - child);
            if let Some(heads) = self.heads() {
                Heads::shift(heads, at + 1, at, len);
            }
            self.shorten(len - 1);
        }
    }

    /// Moves a separator into slot `at`, whose separator was taken.
    ///
    /// # Safety
    /// There was a separator `at`. `separator` is not used afterwards.
    pub(super) unsafe fn put(self, at: usize, separator: SeparatorPtr) {
        // SAFETY: the slot is free, as its separator was taken.
        unsafe {
            self.copy(separator, self.separator(at), 1);
            self.renew_heads(at, at + 1);
        }
    }

    /// Moves the separators from `at` on, and the children from `at` on, to an empty branch. `at`
    /// separators and as many children stay; the caller then restores the branch.
    ///
    /// # Safety
    /// `at` is at most the length.
    pub(super) unsafe fn move_tail(self, at: usize, target: Self) {
        let count = self.len() - at;
        // SAFETY: an empty branch has room for all; two branches do not overlap.
        unsafe {
            self.copy(self.separator(at), target.separator(0), count);
            ptr::copy_nonoverlapping(self.child_slot(at), target.child_slot(0), count + 1);
            target.set_len(count);
            target.renew_heads(0, count);
        }
    }

    /// Appends a separator, and then all separators and children of `right`.
    ///
    /// # Safety
    /// There is room. The separator and `right` are not used afterwards.
    pub(super) unsafe fn absorb(self, separator: SeparatorPtr, right: Self) {
        let (len, more) = (self.len(), right.len());
        // SAFETY: the caller promises that there is room.
        unsafe {
            self.copy(separator, self.separator(len), 1);
            self.copy(right.separator(0), self.separator(len + 1), more);
            let children = self.child_slot(len + 1);
            ptr::copy_nonoverlapping(right.child_slot(0), children, more + 1);
            self.set_len(len + 1 + more);
            self.renew_heads(0, len + 1 + more);
        }
    }

    /// Gives up the separators from `len` on and the children after child `len`.
    ///
    /// # Safety
    /// They are no longer needed.
    pub(super) unsafe fn shorten(self, len: usize) {
        // SAFETY: the slots from `len` on are free; those from the former length on are already
        // padded.
        unsafe {
            self.pad(len, self.len());
            self.set_len(len);
        }
    }

    /// # Safety
    /// The slots `from..to` hold nothing that is needed.
    unsafe fn pad(self, from: usize, to: usize) {
        // SAFETY: a branch of this shape; the caller promises that the slots are free.
        unsafe { (self.shape.pad)(self.node, from, to) };
    }

    fn heads(self) -> Option<*mut Heads> {
        self.shape.renew_heads?;
        Some(self.node.wrapping_add(self.shape.heads_at).cast())
    }

    /// # Safety
    /// There are keys `from..to`: one, or all.
    unsafe fn renew_heads(self, from: usize, to: usize) {
        if let Some(renew) = self.shape.renew_heads {
            // SAFETY: a branch of this shape, which has these keys.
            unsafe { renew(self.node, from, to) };
        }
    }
}
