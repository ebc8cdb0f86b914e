//! A branch in memory. Knows no tree: a handle is an address, and says nothing of lifetimes.
//!
//! [`Branch`] is searched; [`RawBranch`] changes branches without knowing the types of their
//! separators. What is said of handles in `leaf` is true of these.

use core::marker::PhantomData;
use core::mem::MaybeUninit;
use core::ptr;

use super::policy::Policy;
use super::shape::{BranchHeader, BranchShape, Sizes};
use super::target::Keys;
use crate::key;
use crate::search::heads::{self, Heads};
use crate::store::{Store, copied};

/// What is between two children of a branch.
pub(super) struct Separator<K, T> {
    pub(super) key: K,
    pub(super) tie_breaker: T,
}

impl<K, T> Separator<K, T> {
    /// The separator that `change` moves out to where it is told, if it says that it has.
    ///
    /// # Safety
    /// `change` says the truth.
    pub(super) unsafe fn moved_out<R>(
        change: impl FnOnce(SeparatorPtr) -> (R, bool),
    ) -> (R, Option<Self>) {
        let mut slot = MaybeUninit::uninit();
        let (result, is_moved) = change(SeparatorPtr::of(slot.as_mut_ptr()));
        // SAFETY: the caller promises that there is one if `change` says so.
        let moved = is_moved.then(|| unsafe { slot.assume_init() });
        (result, moved)
    }
}

/// Where a separator is, or where one is to be put, without its types.
#[derive(Clone, Copy)]
pub(super) struct SeparatorPtr {
    key: *mut u8,
    tie_breaker: *mut u8,
}

impl SeparatorPtr {
    /// Key and tie-breaker of what is or will be a separator.
    pub(super) fn of<K, T>(separator: *mut Separator<K, T>) -> Self {
        // SAFETY: fields of what the caller points to; nothing is read.
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
    /// `node` is the address of a branch of this shape, which is live as long as the handle is
    /// used.
    #[inline]
    pub(super) unsafe fn new(node: *mut u8) -> Self {
        Branch {
            node,
            shape: PhantomData,
        }
    }

    /// Number of separators; there is one child more.
    #[inline]
    pub(super) fn len(self) -> usize {
        // SAFETY: a live branch has a header.
        unsafe { *self.node.cast::<BranchHeader>() as usize }
    }

    /// The key slot `at`, which is in the branch if there are that many. To be read, it must hold a
    /// key.
    #[inline]
    pub(super) fn key(self, at: usize) -> *mut K {
        let keys = self.node.wrapping_add(Sizes::<K, V, S, P>::KEYS_AT);
        keys.cast::<K>().wrapping_add(at)
    }

    /// The tie-breaker slot `at`, as [`key`](Self::key).
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
        // SAFETY: there is a child.
        unsafe { *children.cast::<S::Id>().wrapping_add(at) }
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
            padded_tie_breakers: Sizes::<K, V, S, P>::PADS_TIES,
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

    /// Takes the last separator out.
    ///
    /// # Safety
    /// There is one. The branch is not searched any more.
    pub(super) unsafe fn pop(self) -> Separator<K, P::TieBreaker<V>> {
        let last = self.len() - 1;
        // SAFETY: the separator is given up as it is read.
        unsafe {
            self.node.cast::<BranchHeader>().write(last as u64);
            Separator {
                key: self.key(last).read(),
                tie_breaker: self.tie_breaker(last).read(),
            }
        }
    }

    /// Pads the slots of a branch from one to another.
    ///
    /// # Safety
    /// `node` is the address of a branch of this shape, whose slots from `from` to `to` hold
    /// nothing that is needed.
    pub(super) unsafe fn pad(node: *mut u8, from: usize, to: usize) {
        // SAFETY: the slots are in the branch and free.
        unsafe { Self::new(node).keys().pad(from, to) }
    }

    /// Sets the heads of keys `from` to `to`, which are one or all, if keys are text.
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

    /// Makes a branch with one child out of fresh memory.
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

    /// Number of separators; there is one child more.
    pub(super) fn len(self) -> usize {
        // SAFETY: a live branch has a header.
        unsafe { *self.node.cast::<BranchHeader>() as usize }
    }

    pub(super) fn is_full(self) -> bool {
        self.len() == self.shape.capacity
    }

    /// # Safety
    /// The first `len` slots hold separators, and there is one child more.
    unsafe fn set_len(self, len: usize) {
        debug_assert!(len <= self.shape.capacity);
        // SAFETY: a live branch has a header.
        unsafe { self.node.cast::<BranchHeader>().write(len as u64) }
    }

    /// Where separator `at` is, if there are that many, or would be.
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
        // SAFETY: there is a child.
        unsafe { self.child_slot(at).read() }
    }

    /// # Safety
    /// `at` is at most the length. The child belongs to the tree, one level below.
    pub(super) unsafe fn set_child(self, at: usize, child: S::Id) {
        // SAFETY: there is a child.
        unsafe { self.child_slot(at).write(child) }
    }

    /// Copies `count` separators to where others are or will be.
    ///
    /// # Safety
    /// There are that many, and room for them. Those that are copied count as moved.
    unsafe fn copy(self, from: SeparatorPtr, to: SeparatorPtr, count: usize) {
        // SAFETY: `copy` allows the runs to overlap.
        unsafe {
            ptr::copy(from.key, to.key, count * self.shape.key_size);
            ptr::copy(
                from.tie_breaker,
                to.tie_breaker,
                count * self.shape.tie_breaker_size,
            );
        }
    }

    /// Moves separator `at` out to where `target` is. The slot is to be filled or given up after.
    ///
    /// # Safety
    /// There is a separator `at`, and room for one at the target.
    pub(super) unsafe fn take(self, at: usize, target: SeparatorPtr) {
        // SAFETY: the caller says that both are there.
        unsafe { self.copy(self.separator(at), target, 1) }
    }

    /// Moves a separator in before separator `at`, and puts a child behind it.
    ///
    /// # Safety
    /// The branch is not full, `at` is at most its length. The separator is not used after.
    pub(super) unsafe fn insert(self, at: usize, separator: SeparatorPtr, child: S::Id) {
        let len = self.len();
        debug_assert!(at <= len && len < self.shape.capacity);
        // SAFETY: there is a free slot for each.
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

    /// Closes the gap that child `child` leaves, with the separator before it, or behind it if it
    /// is the first. Both are not used after.
    ///
    /// # Safety
    /// There are such a child and a separator, which was taken.
    pub(super) unsafe fn remove(self, child: usize) {
        let (len, at) = (self.len(), child.saturating_sub(1));
        debug_assert!(at < len && child <= len);
        // SAFETY: what is behind moves down; the last slot is given up.
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

    /// Moves a separator to the place of separator `at`, which was taken.
    ///
    /// # Safety
    /// There was one. The separator is not used after.
    pub(super) unsafe fn put(self, at: usize, separator: SeparatorPtr) {
        // SAFETY: the slot is free.
        unsafe {
            self.copy(separator, self.separator(at), 1);
            self.renew_heads(at, at + 1);
        }
    }

    /// Moves the separators from `at` on, and the children from `at` on, to an empty branch. What
    /// stays are `at` separators and as many children, for the caller to put right.
    ///
    /// # Safety
    /// `at` is at most the length.
    pub(super) unsafe fn move_tail(self, at: usize, target: Self) {
        let count = self.len() - at;
        // SAFETY: the target has room for all; two branches do not overlap.
        unsafe {
            self.copy(self.separator(at), target.separator(0), count);
            ptr::copy_nonoverlapping(self.child_slot(at), target.child_slot(0), count + 1);
            target.set_len(count);
            target.renew_heads(0, count);
        }
    }

    /// Moves a separator and then all of `right` behind the separators and children here.
    ///
    /// # Safety
    /// There is room; the separator and `right` are not used after.
    pub(super) unsafe fn absorb(self, separator: SeparatorPtr, right: Self) {
        let (len, more) = (self.len(), right.len());
        // SAFETY: the caller says that there is room.
        unsafe {
            self.copy(separator, self.separator(len), 1);
            self.copy(right.separator(0), self.separator(len + 1), more);
            let children = self.child_slot(len + 1);
            ptr::copy_nonoverlapping(right.child_slot(0), children, more + 1);
            self.set_len(len + 1 + more);
            self.renew_heads(0, len + 1 + more);
        }
    }

    /// Gives up the separators from `len` on and the children behind `len`.
    ///
    /// # Safety
    /// They are not needed any more.
    pub(super) unsafe fn shorten(self, len: usize) {
        // SAFETY: the slots from `len` on are free, and padded from the former length on.
        unsafe {
            self.pad(len, self.len());
            self.set_len(len);
        }
    }

    /// # Safety
    /// The slots from `from` to `to` hold nothing that is needed.
    unsafe fn pad(self, from: usize, to: usize) {
        // SAFETY: a branch of this shape, whose slots are free, as the caller says.
        unsafe { (self.shape.pad)(self.node, from, to) };
    }

    fn heads(self) -> Option<*mut Heads> {
        self.shape.renew_heads?;
        Some(self.node.wrapping_add(self.shape.heads_at).cast())
    }

    /// # Safety
    /// There are keys from `from` to `to`: one, or all.
    unsafe fn renew_heads(self, from: usize, to: usize) {
        if let Some(renew) = self.shape.renew_heads {
            // SAFETY: a branch of this shape.
            unsafe { renew(self.node, from, to) };
        }
    }
}
