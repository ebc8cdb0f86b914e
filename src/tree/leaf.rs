//! A leaf in memory. It knows no tree: a handle is an address and has no lifetime.
//!
//! [`LeafNode`] is the header, which depends on no types: links and length. [`Leaf`] adds the
//! entries; [`RawLeaf`] moves them without knowing their types.
//!
//! Whoever makes a handle guarantees that it is the address of a live leaf of its shape (the tree's
//! invariant 1) as long as it is used, and that the leaf's length is correct (invariant 2). Methods
//! that rely on more are unsafe.

use core::marker::PhantomData;
use core::ptr::{self, NonNull};

use super::policy::Policy;
use super::shape::{LeafHeader, LeafShape, Sizes};
use super::target::Keys;
use crate::key;
use crate::search::heads;
use crate::search::{self, tags};
use crate::store::{LeafId, Store, copied};

/// The address of a leaf.
pub(super) struct LeafNode<S: Store> {
    header: *mut LeafHeader<LeafId<S>>,
}

copied!([S: Store] LeafNode<S>);

impl<S: Store> PartialEq for LeafNode<S> {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        self.header == other.header
    }
}

impl<S: Store> LeafNode<S> {
    /// # Safety
    /// `node` is the address of a leaf that is live as long as the handle is used.
    #[inline]
    pub(super) unsafe fn new(node: *mut u8) -> Self {
        LeafNode {
            header: node.cast(),
        }
    }

    /// A handle of no leaf; none of its methods may be called.
    pub(super) const NONE: Self = LeafNode {
        header: ptr::null_mut(),
    };

    #[inline]
    pub(super) fn address(self) -> *mut u8 {
        self.header.cast()
    }

    #[inline]
    pub(super) fn len(self) -> usize {
        // SAFETY: a live leaf has a header.
        unsafe { (*self.header).len as usize }
    }

    /// # Safety
    /// The first `len` slots hold entries, and the key slots after them are padded if the leaf is a
    /// full-size one.
    #[inline]
    pub(super) unsafe fn set_len(self, len: usize) {
        // SAFETY: a live leaf has a header. Every capacity fits in a `u32`.
        unsafe { (*self.header).len = len as u32 }
    }

    #[inline]
    pub(super) fn prev(self) -> LeafId<S> {
        // SAFETY: a live leaf has a header.
        unsafe { (*self.header).prev }
    }

    #[inline]
    pub(super) fn next(self) -> LeafId<S> {
        // SAFETY: a live leaf has a header.
        unsafe { (*self.header).next }
    }

    pub(super) fn set_prev(self, id: LeafId<S>) {
        // SAFETY: a live leaf has a header.
        unsafe { (*self.header).prev = id }
    }

    pub(super) fn set_next(self, id: LeafId<S>) {
        // SAFETY: a live leaf has a header.
        unsafe { (*self.header).next = id }
    }
}

/// A leaf and its entries.
pub(super) struct Leaf<K, V, S: Store, P> {
    pub(super) node: LeafNode<S>,
    /// As in the tree: the capacity of a small, unpadded leaf, or 0.
    small: u16,
    shape: PhantomData<*const Sizes<K, V, S, P>>,
}

copied!([K, V, S: Store, P] Leaf<K, V, S, P>);

impl<K, V, S: Store, P: Policy> Leaf<K, V, S, P> {
    /// # Safety
    /// The leaf has this shape, and its capacity is `small`, or the full one if `small` is 0.
    #[inline]
    pub(super) unsafe fn new(node: LeafNode<S>, small: u16) -> Self {
        Leaf {
            node,
            small,
            shape: PhantomData,
        }
    }

    /// A handle of no leaf; none of its methods may be called.
    pub(super) const NONE: Self = Leaf {
        node: LeafNode::NONE,
        small: 0,
        shape: PhantomData,
    };

    #[inline]
    pub(super) fn capacity(self) -> usize {
        if self.small == 0 {
            Sizes::<K, V, S, P>::LEAF
        } else {
            self.small as usize
        }
    }

    /// The key slot `at`. It may be read only if it holds a key.
    ///
    /// # Safety
    /// `at` is below the capacity.
    #[inline]
    pub(super) unsafe fn key(self, at: usize) -> *mut K {
        let offset = Sizes::<K, V, S, P>::LEAF_KEYS_AT + at * Sizes::<K, V, S, P>::KEY_STRIDE;
        // SAFETY: within the leaf, as `at` is below its capacity.
        unsafe { self.node.address().add(offset).cast() }
    }

    /// The value slot `at`. It may be read only if it holds a value.
    ///
    /// # Safety
    /// `at` is below the capacity.
    #[inline]
    pub(super) unsafe fn value(self, at: usize) -> *mut V {
        let values_at = if self.small == 0 {
            Sizes::<K, V, S, P>::LEAF_VALUES_AT
        } else {
            Self::small_values_at(self.small)
        };
        let offset = values_at + at * Sizes::<K, V, S, P>::VALUE_STRIDE;
        // SAFETY: within the leaf, as `at` is below its capacity.
        unsafe { self.node.address().add(offset).cast() }
    }

    /// The first key slot and the first value slot, which every leaf has.
    #[inline]
    pub(super) fn first(self) -> (*mut K, *mut V) {
        // SAFETY: no capacity is 0.
        unsafe { (self.key(0), self.value(0)) }
    }

    #[inline]
    fn small_values_at(small: u16) -> usize {
        let shape = const { &Sizes::<K, V, S, P>::SHAPE.leaf };
        shape.area_at + shape.area.values(small as usize, false)
    }

    /// Prefetches the whole leaf before it is searched, so that keys and values cost one wait for
    /// memory (up to a size; see [`search::prefetch`]). Look-ups among a million entries are 1.6
    /// times as fast with it; look-ups among a thousand do not call it.
    #[inline]
    pub(super) fn prefetch(self) {
        let size = const { Sizes::<K, V, S, P>::LEAF_LAYOUT.size() };
        search::prefetch(self.node.address(), size);
    }

    /// Prefetches header and keys of a full-size leaf.
    #[inline]
    pub(super) fn prefetch_keys(self) {
        let end = const {
            let slots = Sizes::<K, V, S, P>::LEAF_SLOTS;
            Sizes::<K, V, S, P>::LEAF_KEYS_AT + slots * Sizes::<K, V, S, P>::KEY_STRIDE
        };
        search::prefetch(self.node.address(), end);
    }

    /// Prefetches the beginning of value `at` of a full-size leaf, or what is after the last value.
    #[inline]
    pub(super) fn prefetch_value(self, at: usize) {
        let at = Sizes::<K, V, S, P>::LEAF_VALUES_AT + at * Sizes::<K, V, S, P>::VALUE_STRIDE;
        search::prefetch(self.node.address().wrapping_add(at), 1);
    }

    /// The keys and tie-breakers, to be searched.
    #[inline]
    pub(super) fn keys(self) -> Keys<K, P::TieBreaker<V>> {
        let is_padded = self.small == 0;
        let (keys, values) = self.first();
        Keys {
            keys,
            key_stride: Sizes::<K, V, S, P>::KEY_STRIDE,
            tie_breakers: Self::tie_breakers(values),
            tie_breaker_stride: Sizes::<K, V, S, P>::VALUE_STRIDE,
            len: self.node.len(),
            slots: if is_padded {
                Sizes::<K, V, S, P>::LEAF_SLOTS
            } else {
                0
            },
            padded_tie_breakers: is_padded && Sizes::<K, V, S, P>::PADS_TIE_BREAKERS,
            heads: ptr::null(),
        }
    }

    /// Tie-breakers are the values themselves, or of size zero: [`Policy`] guarantees that.
    #[inline]
    fn tie_breakers(values: *mut V) -> *const P::TieBreaker<V> {
        if const { size_of::<P::TieBreaker<V>>() == 0 } {
            NonNull::dangling().as_ptr()
        } else {
            values.cast_const().cast()
        }
    }

    /// The tags of the keys, if keys are text.
    #[inline]
    fn tags(self) -> Option<*mut u8> {
        if const { Sizes::<K, V, S, P>::HAS_TAGS } && key::is_text::<K>() {
            let tags_at = Sizes::<K, V, S, P>::TAGS_AT;
            Some(self.node.address().wrapping_add(tags_at))
        } else {
            None
        }
    }

    /// Returns the slot of the entry whose key is this text, by the tags.
    #[inline]
    pub(super) fn find_text(self, text: &[u8]) -> Option<usize> {
        let tags = self.tags()?;
        // SAFETY: there are as many tags as slots, all initialised; what is found is below the
        // length.
        unsafe {
            tags::find(tags, self.node.len(), tags::tag(text), |at| {
                self.is_text(at, text)
            })
        }
    }

    /// # Safety
    /// `at` is less than the length.
    #[inline]
    unsafe fn is_text(self, at: usize, text: &[u8]) -> bool {
        // SAFETY: the leaf has a key `at`.
        let key = unsafe { heads::bytes(&*self.key(at)) };
        key.is_some_and(|key| search::equal_bytes(key, text))
    }

    /// [`find_text`](Self::find_text) of a text that has this [`candidate`](Self::candidate).
    pub(super) fn find_candidate(self, candidate: usize, text: &[u8]) -> Option<usize> {
        if candidate >= self.node.len() {
            return None;
        }
        // SAFETY: just compared with the length.
        if unsafe { self.is_text(candidate, text) } {
            return Some(candidate);
        }
        self.find_text(text)
    }

    /// Returns the first slot whose key may be this text, by the tags; the length if there is none.
    pub(super) fn candidate(self, text: &[u8]) -> usize {
        let len = self.node.len();
        let Some(tags) = self.tags() else {
            return len;
        };
        // SAFETY: there are as many tags as slots, all initialised.
        unsafe { tags::find(tags, len, tags::tag(text), |_| true) }.unwrap_or(len)
    }

    /// Prefetches key `at` of a full-size leaf, or what is after the last key.
    #[inline]
    pub(super) fn prefetch_key(self, at: usize) {
        let at = Sizes::<K, V, S, P>::LEAF_KEYS_AT + at * Sizes::<K, V, S, P>::KEY_STRIDE;
        search::prefetch(self.node.address().wrapping_add(at), size_of::<K>());
    }

    /// Prefetches the text of key `at`, if there is such a key.
    #[inline]
    pub(super) fn prefetch_text(self, at: usize) {
        if at < self.node.len() {
            // SAFETY: the leaf has a key `at`.
            let text = unsafe { heads::bytes(&*self.key(at)) }.unwrap_or_default();
            search::prefetch(text.as_ptr(), text.len().min(search::BLOCK));
        }
    }

    /// Prefetches header and tags.
    #[inline]
    pub(super) fn prefetch_tags(self) {
        let end = const { Sizes::<K, V, S, P>::AREA_AT };
        search::prefetch(self.node.address(), end);
    }

    /// Returns whether the tags are those of the keys.
    pub(super) fn has_true_tags(self) -> bool {
        let Some(tags) = self.tags() else {
            return true;
        };
        (0..self.node.len()).all(|at| {
            // SAFETY: the leaf has a key and a tag `at`.
            let (key, tag) = unsafe { (&*self.key(at), *tags.add(at)) };
            heads::bytes(key).is_none_or(|text| tags::tag(text) == tag)
        })
    }

    /// Inserts an entry before entry `at`.
    ///
    /// # Safety
    /// The leaf is not full, and `at` is at most its length.
    #[inline]
    pub(super) unsafe fn insert(self, at: usize, key: K, value: V) {
        let len = self.node.len();
        debug_assert!(len < self.capacity() && at <= len);
        // SAFETY: there is a free slot after the entries that move up.
        unsafe {
            if at < len {
                self.shift(at, at + 1, len - at);
            }
            self.fill(at, key, value);
            self.node.set_len(len + 1);
        }
    }

    /// Moves an entry into slot `at`.
    ///
    /// # Safety
    /// `at` is below the capacity, and the slot is free.
    #[inline]
    pub(super) unsafe fn fill(self, at: usize, key: K, value: V) {
        // SAFETY: within the leaf, as `at` is below its capacity, and there are as many tags.
        unsafe {
            // Tested here too, so that no code is generated for keys that are no text.
            if const { Sizes::<K, V, S, P>::HAS_TAGS }
                && let Some(tags) = self.tags()
                && let Some(text) = heads::bytes(&key)
            {
                tags.add(at).write(tags::tag(text));
            }
            self.key(at).write(key);
            self.value(at).write(value);
        }
    }

    /// Removes entry `at`.
    ///
    /// # Safety
    /// `at` is less than the length.
    #[inline]
    pub(super) unsafe fn remove(self, at: usize) -> (K, V) {
        let len = self.node.len();
        debug_assert!(at < len);
        // SAFETY: the entry is read once; its slot is then filled or given up.
        unsafe {
            let entry = (self.key(at).read(), self.value(at).read());
            self.shift(at + 1, at, len - at - 1);
            self.shorten(len - 1);
            entry
        }
    }

    /// Moves `count` entries out of the leaf, from entry `at` on; `take` reads each one.
    ///
    /// # Safety
    /// There are that many entries. `take` moves each entry out or forgets it, and runs no user
    /// code.
    pub(super) unsafe fn remove_many(
        self,
        at: usize,
        count: usize,
        mut take: impl FnMut(*mut K, *mut V),
    ) {
        let len = self.node.len();
        debug_assert!(at + count <= len);
        // SAFETY: `take` moves each entry out once; the slots are then filled or given up.
        unsafe {
            for slot in at..at + count {
                take(self.key(slot), self.value(slot));
            }
            self.shift(at + count, at, len - at - count);
            self.shorten(len - count);
        }
    }

    /// Moves `count` entries within the leaf.
    ///
    /// # Safety
    /// Both runs of slots are in the leaf. What the target slots held is given up.
    #[inline]
    unsafe fn shift(self, from: usize, to: usize, count: usize) {
        // SAFETY: the caller promises that both runs are in the leaf; `copy` allows them to
        // overlap.
        unsafe {
            if let Some(tags) = self.tags() {
                ptr::copy(tags.add(from), tags.add(to), count);
            }
            if const { Sizes::<K, V, S, P>::AREA.is_interleaved() } {
                let pairs = self.node.address().add(Sizes::<K, V, S, P>::AREA_AT);
                let pairs = pairs.cast::<(K, V)>();
                ptr::copy(pairs.add(from), pairs.add(to), count);
            } else {
                let (keys, values) = self.first();
                ptr::copy(keys.add(from), keys.add(to), count);
                ptr::copy(values.add(from), values.add(to), count);
            }
        }
    }

    /// Gives up the slots from `len` on.
    ///
    /// # Safety
    /// The first `len` slots hold entries; what the other slots hold is no longer needed.
    #[inline]
    unsafe fn shorten(self, len: usize) {
        // SAFETY: the slots from the former length on are already padded, and those given up are
        // free.
        unsafe {
            if const { search::may_be_padded::<K>() } && self.small == 0 {
                Self::pad(self.node.address(), len, self.node.len());
            }
            self.node.set_len(len);
        }
    }

    /// Pads the slots `from..to` of a full-size leaf.
    ///
    /// # Safety
    /// `node` is the address of a full-size leaf of this shape, whose slots `from..to` hold nothing
    /// that is needed.
    #[inline]
    pub(super) unsafe fn pad(node: *mut u8, from: usize, to: usize) {
        if from == to || const { !search::may_be_padded::<K>() } {
            return;
        }
        // SAFETY: the slots are in the leaf and free.
        unsafe {
            let leaf = Self::new(LeafNode::new(node), 0);
            leaf.keys().pad(from, to);
        }
    }
}

/// A leaf whose entries are moved without knowing their types.
pub(super) struct RawLeaf<S: Store> {
    pub(super) node: LeafNode<S>,
    shape: &'static LeafShape,
    /// As in [`Leaf`].
    small: u16,
}

copied!([S: Store] RawLeaf<S>);

impl<S: Store> RawLeaf<S> {
    /// # Safety
    /// As for [`Leaf::new`].
    pub(super) unsafe fn new(node: LeafNode<S>, shape: &'static LeafShape, small: u16) -> Self {
        RawLeaf { node, shape, small }
    }

    pub(super) fn capacity(self) -> usize {
        if self.small == 0 {
            self.shape.capacity
        } else {
            usize::from(self.small)
        }
    }

    /// Writes the header and the padding of a fresh leaf.
    ///
    /// # Safety
    /// The leaf holds no entries that are still needed.
    pub(super) unsafe fn init(self) {
        // SAFETY: a leaf is large enough for its header and its slots.
        unsafe {
            self.node.header.write(LeafHeader {
                prev: LeafId::NIL,
                next: LeafId::NIL,
                len: 0,
            });
            self.tags().write_bytes(0, self.shape.tag_slots);
            let slots = self.shape.area.key_slots(self.capacity(), true);
            self.pad(0, slots);
        }
    }

    /// Moves `count` entries from `at` on to the slots of `target` from `target_at` on. The caller
    /// updates lengths and padding.
    ///
    /// # Safety
    /// The source slots hold entries. The target slots hold none, or are those of a run that moves
    /// within one leaf.
    pub(super) unsafe fn move_to(self, at: usize, target: Self, target_at: usize, count: usize) {
        debug_assert!(at + count <= self.capacity() && target_at + count <= target.capacity());
        let area = &self.shape.area;
        // SAFETY: the slots are in their leaves; `copy` allows the runs to overlap.
        unsafe {
            if self.shape.tag_slots > 0 {
                let (from, to) = (self.tags(), target.tags());
                ptr::copy(from.add(at), to.add(target_at), count);
            }
            let (from, to) = (self.area(), target.area());
            let keys = area.key_stride;
            ptr::copy(from.add(at * keys), to.add(target_at * keys), count * keys);
            if !area.is_interleaved() {
                let (from, to) = (from.add(self.values_at()), to.add(target.values_at()));
                let values = area.value_stride;
                ptr::copy(
                    from.add(at * values),
                    to.add(target_at * values),
                    count * values,
                );
            }
        }
    }

    /// Moves entries apart, from the last on: for each rank, a slot before the entry that had this
    /// rank is left free, or one at the end. The caller fills the slots and updates the length.
    ///
    /// # Safety
    /// The ranks ascend, none exceeds the length, and there is room for as many entries.
    pub(super) unsafe fn move_apart(self, ranks: &[usize]) {
        let mut end = self.node.len();
        for (before, &rank) in ranks.iter().enumerate().rev() {
            if rank < end {
                // SAFETY: there is room. The slots from `end` on were moved up by more, so no entry
                // is overwritten that has not been moved.
                unsafe { self.move_to(rank, self, rank + before + 1, end - rank) };
                end = rank;
            }
        }
    }

    /// Moves all entries of another leaf after those of this one. Returns the former length.
    ///
    /// # Safety
    /// There is room. The other leaf's entries are not used afterwards.
    pub(super) unsafe fn append(self, from: Self) -> usize {
        let (len, more) = (self.node.len(), from.node.len());
        // SAFETY: the caller promises that there is room.
        unsafe {
            from.move_to(0, self, len, more);
            self.node.set_len(len + more);
        }
        len
    }

    /// The tags, of which a leaf may have none.
    fn tags(self) -> *mut u8 {
        let tags_at = size_of::<LeafHeader<LeafId<S>>>();
        self.node.address().wrapping_add(tags_at)
    }

    fn area(self) -> *mut u8 {
        self.node.address().wrapping_add(self.shape.area_at)
    }

    fn values_at(self) -> usize {
        self.shape.area.values(self.capacity(), self.small == 0)
    }

    /// Gives up all slots from `len` on: pads them and sets the length.
    ///
    /// # Safety
    /// The first `len` slots hold entries; what the other slots hold is no longer needed.
    pub(super) unsafe fn shorten(self, len: usize) {
        // SAFETY: the slots from the former length on are already padded, and those given up are
        // free.
        unsafe {
            self.pad(len, self.node.len());
            self.node.set_len(len);
        }
    }

    /// # Safety
    /// The slots `from..to` hold nothing that is needed.
    unsafe fn pad(self, from: usize, to: usize) {
        if self.small == 0 {
            // SAFETY: a full-size leaf; the caller promises that its slots are free.
            unsafe { (self.shape.pad)(self.node.address(), from, to) };
        }
    }
}
