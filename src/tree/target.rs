//! Targets of searches, and their rank in a node. A search finds the same target in one node after
//! the other.
//!
//! Memory safety: a rank is at most the node's length, whatever `Ord` returns.

use core::borrow::Borrow;
use core::cmp::Ordering;

use crate::key;
use crate::search::heads::{self, Heads, Side};
use crate::search::simd::{BASELINE, InstructionSet};
use crate::search::{self, Form, KeyBound, Text};
use crate::store::copied;

/// The lower or upper bound of a key, or of a key and a tie-breaker, among entries with keys `K`
/// and tie-breakers `T`.
pub trait Target<K, T>: Copy {
    /// The form in which nodes are searched; it follows from the types and is computed once per
    /// search.
    fn form(&self) -> Form<'_>;

    /// The number of keys of the node before this target; at most the node's length. `form` is the
    /// form of this target. Integers are compared by vectors of this set.
    fn rank_with<I: InstructionSet>(self, set: I, form: Form<'_>, node: Keys<K, T>) -> usize;

    /// [`rank_with`](Self::rank_with) the set that the program is compiled for.
    // Always: as `AtKey::form`.
    #[inline(always)]
    fn rank(self, form: Form<'_>, node: Keys<K, T>) -> usize {
        self.rank_with(BASELINE, form, node)
    }

    /// Compares an entry's key and tie-breaker with those of this target.
    fn compare(self, key: &K, tie_breaker: &T) -> Ordering;
}

/// The lower or upper bound of all entries with this key.
pub(crate) struct AtKey<'q, Q: ?Sized>(pub(crate) &'q Q, pub(crate) KeyBound);

/// The lower or upper bound of the entry with this key and this tie-breaker.
pub(crate) struct AtPair<'q, Q: ?Sized, W: ?Sized>(pub(crate) (&'q Q, &'q W), pub(crate) KeyBound);

copied!(['q, Q: ?Sized] AtKey<'q, Q>);

copied!(['q, Q: ?Sized, W: ?Sized] AtPair<'q, Q, W>);

impl<'q, Q: ?Sized> AtKey<'q, Q> {
    /// The target before all entries with that key.
    #[inline]
    pub(crate) fn lower(key: &'q Q) -> Self {
        AtKey(key, KeyBound::Lower)
    }
}

impl<'q, Q: ?Sized, W: ?Sized> AtPair<'q, Q, W> {
    /// The target before the entry with that key and tie-breaker.
    #[inline]
    pub(crate) fn lower(key: &'q Q, tie_breaker: &'q W) -> Self {
        AtPair((key, tie_breaker), KeyBound::Lower)
    }
}

impl<K: Borrow<Q>, T, Q: Ord + ?Sized> Target<K, T> for AtKey<'_, Q> {
    // Always: without, ranges of ten entries run 1.7 times the instructions.
    #[inline(always)]
    fn form(&self) -> Form<'_> {
        Form::of::<K, Q>(self.0, self.1)
    }

    // Always: without, ranges of ten entries run 1.7 times the instructions.
    #[inline(always)]
    fn rank_with<I: InstructionSet>(self, set: I, form: Form<'_>, node: Keys<K, T>) -> usize {
        node.rank(set, form, self.0, self.1)
    }

    #[inline]
    fn compare(self, key: &K, _: &T) -> Ordering {
        search::compare_keys::<K, Q>(key.borrow(), self.0)
    }
}

impl<K, T, Q, W> Target<K, T> for AtPair<'_, Q, W>
where
    K: Borrow<Q>,
    T: Borrow<W>,
    Q: Ord + ?Sized,
    W: Ord + ?Sized,
{
    // Always, with what it calls: without, an insertion into an index took 1.3 times as long.
    #[inline(always)]
    fn form(&self) -> Form<'_> {
        match Form::of_pair::<K, T, Q, W>(self.0, self.1) {
            // Search for the key first.
            Form::Ordered => Form::of::<K, Q>(self.0.0, KeyBound::Lower),
            pair => pair,
        }
    }

    // Always: as `form`. Pairs are compared by steps, whatever the set.
    #[inline(always)]
    fn rank_with<I: InstructionSet>(self, _: I, form: Form<'_>, node: Keys<K, T>) -> usize {
        if let Form::Pair { .. } | Form::AfterAll = form {
            return match node.rank_pairs(form) {
                Some(rank) => rank,
                None => self.rank_by_key(Form::Ordered, node),
            };
        }
        self.rank_by_key(form, node)
    }

    #[inline]
    fn compare(self, key: &K, tie_breaker: &T) -> Ordering {
        let found = (key.borrow(), tie_breaker.borrow());
        search::compare_pairs::<K, T, Q, W>(found, self.0)
    }
}

impl<Q: Ord + ?Sized, W: Ord + ?Sized> AtPair<'_, Q, W> {
    /// The rank, found by a search for the first entry with this key and a binary search from there
    /// on.
    #[inline]
    fn rank_by_key<K: Borrow<Q>, T: Borrow<W>>(self, form: Form<'_>, node: Keys<K, T>) -> usize {
        let (key, _) = self.0;
        let first = node.rank(BASELINE, form, key, KeyBound::Lower);
        // SAFETY: only entries below the length are read; nothing changes the node meanwhile.
        unsafe {
            if first == node.len || !search::equal_keys::<K, Q>((*node.key(first)).borrow(), key) {
                return first;
            }
            let is_before = |at| {
                let at = first + at;
                let found = Target::<K, T>::compare(self, &*node.key(at), &*node.tie_breaker(at));
                self.1.is_after(found)
            };
            first + search::bisect(node.len - first, is_before)
        }
    }
}

/// The keys of a node with their tie-breakers, as a search sees them: those of a leaf's entries, or
/// a branch's separators.
///
/// # Invariants
/// The first `len` keys and tie-breakers are readable at these strides. If keys are padded
/// (`search::are_padded`) and `slots` is not 0, that many key slots are initialised, and those from
/// `len` on hold padding. If there are `heads`, they are the key heads of these keys, and the heads
/// are padded instead of the keys.
pub struct Keys<K, T> {
    pub(super) keys: *const K,
    pub(super) key_stride: usize,
    pub(super) tie_breakers: *const T,
    pub(super) tie_breaker_stride: usize,
    pub(super) len: usize,
    /// The number of padded slots, or 0.
    pub(super) slots: usize,
    /// Whether tie-breakers are padded too.
    pub(super) padded_tie_breakers: bool,
    pub(super) heads: *const Heads,
}

impl<K, T> Keys<K, T> {
    /// The key slot `at`. It may be read only if it holds a key.
    #[inline]
    fn key(&self, at: usize) -> *const K {
        self.keys.wrapping_byte_add(at * self.key_stride)
    }

    /// The tie-breaker slot `at`, under the conditions of [`key`](Self::key).
    #[inline]
    fn tie_breaker(&self, at: usize) -> *const T {
        self.tie_breakers
            .wrapping_byte_add(at * self.tie_breaker_stride)
    }

    /// Pads the slots `from..to`: their keys or key heads, and their tie-breakers.
    ///
    /// # Safety
    /// The slots may be written to, and hold nothing that is needed.
    #[inline]
    pub(super) unsafe fn pad(&self, from: usize, to: usize) {
        let (keys, tie_breakers) = (self.key(from), self.tie_breaker(from));
        // SAFETY: the slots are those of these keys, and the caller promises that they are
        // writable.
        unsafe {
            if const { key::may_be_text::<K>() } && !self.heads.is_null() && key::is_text::<K>() {
                Heads::pad(self.heads.cast_mut(), from, to);
                return;
            }
            search::pad(keys.cast_mut(), self.key_stride, to - from);
            if self.padded_tie_breakers && key::integer::<K>().is_some() {
                search::pad(tie_breakers.cast_mut(), self.tie_breaker_stride, to - from);
            }
        }
    }

    /// Returns whether the slots after the keys are padded, and the heads are those of the keys.
    pub(super) fn is_padded(&self) -> bool {
        let free = self.slots.saturating_sub(self.len);
        let (keys, tie_breakers) = (self.key(self.len), self.tie_breaker(self.len));
        // SAFETY: the slots from the length on are initialised where keys are padded (see the
        // invariants).
        unsafe {
            if !self.heads.is_null() && key::is_text::<K>() {
                let key = |at| heads::bytes(&*self.key(at)).unwrap_or_default();
                return Heads::are_of(self.heads.cast_mut(), self.len, self.slots, key);
            }
            let pads_tie_breakers = self.padded_tie_breakers && key::integer::<K>().is_some();
            search::is_padded(keys, self.key_stride, free)
                && (!pads_tie_breakers
                    || search::is_padded(tie_breakers, self.tie_breaker_stride, free))
        }
    }

    /// The number of keys before that bound of the query; at most the length.
    // Always, with what it calls: as `Tree::locate`.
    #[inline(always)]
    fn rank<Q: Ord + ?Sized, I: InstructionSet>(
        &self,
        set: I,
        form: Form<'_>,
        query: &Q,
        bound: KeyBound,
    ) -> usize
    where
        K: Borrow<Q>,
    {
        if const { key::may_be_text::<K>() }
            && let Form::Bytes(text) = form
        {
            return if self.heads.is_null() {
                self.rank_by_scan(text, bound)
            } else {
                self.rank_by_heads(text, query, bound)
            };
        }
        if let Some(rank) = self.rank_integer(set, form) {
            return rank;
        }
        if let Form::Converted { query, bits } = form {
            // The only leaf of a small tree, which is not padded.
            let (keys, stride) = (self.keys.cast(), self.key_stride);
            // SAFETY: the keys up to the length, of the type that the form was made for.
            return unsafe { search::rank_converted((query, bits), keys, stride, self.len) };
        }
        if self.slots > 0 {
            search::prefetch(self.keys, self.slots * self.key_stride);
        }
        self.rank_ordered(0, self.len, query, bound)
    }

    /// [`rank`](Self::rank) by vectors of that set, if keys are padded and the form is that of an
    /// integer.
    // Always: as `rank`.
    #[inline(always)]
    fn rank_integer<S: InstructionSet>(&self, set: S, form: Form<'_>) -> Option<usize> {
        if self.slots == 0 {
            return None;
        }
        let (keys, stride) = (self.keys, self.key_stride);
        // SAFETY: the run is padded, as `slots` is not 0.
        unsafe { search::rank_padded(set, form, keys, stride, self.slots, self.len) }
    }

    /// [`rank`](Self::rank) among the keys from `first` to `end`, by `Ord`.
    // Always: as `rank`.
    #[inline(always)]
    fn rank_ordered<Q: Ord + ?Sized>(
        &self,
        first: usize,
        end: usize,
        query: &Q,
        bound: KeyBound,
    ) -> usize
    where
        K: Borrow<Q>,
    {
        let is_before = |at| {
            // SAFETY: only keys below the length are read; nothing changes the node meanwhile.
            let key = unsafe { &*self.key(first + at) };
            search::is_before::<K, Q>(key.borrow(), query, bound)
        };
        first + search::rank::<K>(end - first, is_before)
    }

    /// [`rank`](Self::rank) of a text without key heads.
    #[inline]
    fn rank_by_scan(&self, text: &[u8], bound: KeyBound) -> usize {
        let text = Text::new(text);
        search::rank::<K>(self.len, |at| {
            // SAFETY: only keys below the length are read; nothing changes the node meanwhile.
            let key = unsafe { heads::bytes(&*self.key(at)) };
            text.is_after(key.unwrap_or_default(), bound)
        })
    }

    /// [`rank`](Self::rank) by the key heads, and by `Ord` among the keys whose head equals the
    /// query's.
    // Always: a look-up among a thousand strings runs 541 instructions this way, and 621 without.
    #[inline(always)]
    fn rank_by_heads<Q: Ord + ?Sized>(&self, bytes: &[u8], query: &Q, bound: KeyBound) -> usize
    where
        K: Borrow<Q>,
    {
        // SAFETY: the heads are those of this node's keys.
        let equal = unsafe {
            match (*self.heads).side(bytes) {
                Side::Before => return 0,
                Side::After => return self.len,
                Side::Head(head) => Heads::equal_range(self.heads, head, self.len, self.slots),
            }
        };
        self.rank_ordered(equal.start, equal.end, query, bound)
    }

    /// The number of pairs before the target that the form was made of, if both parts are padded.
    // Always: as `form`.
    #[inline(always)]
    fn rank_pairs(&self, form: Form<'_>) -> Option<usize> {
        if !self.padded_tie_breakers {
            return None;
        }
        let keys = (self.keys, self.key_stride);
        let tie_breakers = (self.tie_breakers, self.tie_breaker_stride);
        // SAFETY: a run whose keys and tie-breakers are padded.
        unsafe { search::rank_pairs_padded(form, keys, tie_breakers, self.slots, self.len) }
    }
}
