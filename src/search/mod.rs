//! The rank of a query in a run of keys: how many of them are before it. Knows no node.
//!
//! There are two ways to find it:
//! - [`rank`] for any `Ord`: a search without branches, or by scanning where compares take long.
//! - [`rank_padded`] for integers: vector compares, a 64-byte block at a time; and for keys that
//!   are converted to integers (`convert`): compares in steps, none of which waits for another.
//!
//! A *padded* run fills whole blocks: the slots after its last key hold the greatest integer
//! ([`pad`]). No query is greater than that, so the padding is never counted and needs no mask. As
//! only *smaller* is ever tested, the greatest integer stays an ordinary key. For integers, the
//! upper bound of `x` is the lower bound of `x + 1`, so the same compares find either [`KeyBound`].
//!
//! Memory safety: [`rank`] returns at most `len`, whatever `Ord` returns. [`rank_padded`] returns
//! at most the number of slots that are not padding, as no comparison calls user code.
//!
//! Everything that is `#[inline(always)]` here is so because a node's search is compiled into the
//! descent: see `Tree::locate`.
//!
//! Each instruction set is a file with the same four functions, `count8` to `count64`: the number
//! of keys of one block that are smaller than the query. `scalar` is the reference. Within a node
//! the set is chosen at compile time ([`simd::BASELINE`]): a run-time dispatch would cost more than
//! the search. Static collections, where one dispatch serves all levels, and batches, where it
//! serves all queries, choose at run time ([`simd`]).

use core::cmp::Ordering;
use core::hint::select_unpredictable;
use core::mem;

#[cfg(all(target_arch = "x86_64", not(miri)))]
mod avx2;
#[cfg(all(target_arch = "x86_64", not(miri)))]
mod avx512;
pub(crate) mod compare;
mod convert;
pub(crate) mod form;
pub(crate) mod heads;
#[cfg(all(target_arch = "aarch64", target_feature = "neon", not(miri)))]
mod neon;
mod padded;
mod scalar;
pub(crate) mod simd;
#[cfg(all(target_arch = "x86_64", not(miri)))]
mod sse2;
pub(crate) mod tags;

pub(crate) use compare::{
    Text, compare_bytes, compare_keys, compare_pairs, equal_bytes, equal_keys, is_before,
    is_text_before,
};
pub(crate) use convert::rank_converted;
pub(crate) use form::Form;
pub(crate) use padded::{
    are_padded, is_padded, may_be_padded, pad, rank_padded, rank_pairs_padded, slot_multiple,
};

/// Bytes of a block: the keys that one call of a `count` function compares.
pub(crate) const BLOCK: usize = 64;

/// The number of parts that one step of a search distinguishes.
const STEP: usize = 4;

/// The two bounds of a query in a run: before the keys equal to it, or after them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum KeyBound {
    Lower,
    Upper,
}

impl KeyBound {
    /// Returns whether a key that compares like this with the query is before this bound.
    #[inline]
    pub(crate) fn is_after(self, key: Ordering) -> bool {
        match self {
            KeyBound::Lower => key == Ordering::Less,
            KeyBound::Upper => key != Ordering::Greater,
        }
    }
}

/// Returns how many of `len` keys of type `K` are before a query; `is_before` decides for the key
/// at an index.
///
/// A branchless binary search, except where a compare takes long: keys that own memory, whose
/// compares wait for it, and keys of more than 16 bytes. There a search that branches lets the
/// processor run ahead to the next compare. Nanoseconds per look-up among a thousand strings: 134
/// branchless, 70 with branches; among arrays of 32 bytes 125 and 102. Keys of several fields are
/// searched in four parts instead of two: their compares branch themselves. That took 0.83 of the
/// time for a struct of `u32`, `bool` and `u16`, but 1.2 times as long for a struct around a `u64`.
#[inline(always)]
pub(crate) fn rank<K>(len: usize, is_before: impl Fn(usize) -> bool) -> usize {
    if const { mem::needs_drop::<K>() || size_of::<K>() > 16 } {
        rank_scanning(len, is_before)
    } else if const { size_of::<K>() > align_of::<K>() } {
        rank_in_quarters(len, is_before)
    } else {
        bisect(len, is_before)
    }
}

/// [`rank`] by a branchless binary search.
#[inline(always)]
pub(crate) fn bisect(len: usize, is_before: impl Fn(usize) -> bool) -> usize {
    if len == 0 {
        return 0;
    }
    let (mut first, mut left) = (0, len);
    while left > 1 {
        let half = left / 2;
        first = select_unpredictable(is_before(first + half), first + half, first);
        left -= half;
    }
    first + usize::from(is_before(first))
}

/// [`rank`] by a search that distinguishes four parts in each step, until what is left is scanned:
/// two more steps would wait for each other (1.1 times the time among a thousand structs).
// Always: where it is a call, a program of look-ups among a thousand structs runs 2.2 times the
// instructions.
#[inline(always)]
fn rank_in_quarters(len: usize, is_before: impl Fn(usize) -> bool) -> usize {
    let (mut first, mut left) = (0, len);
    while left >= 2 * STEP {
        let part = left / STEP;
        let before = |parts: usize| usize::from(is_before(first + parts * part - 1));
        first += (before(1) + before(2) + before(3)) * part;
        left -= 3 * part;
    }
    while first < len && is_before(first) {
        first += 1;
    }
    first
}

/// [`rank`] by counting: among every fourth key, and then among those in between. No compare waits
/// for another, but there are more of them than in [`bisect`], which pays for wide keys: a look-up
/// among 20 keys of 128 bits takes 15 nanoseconds instead of 27. For 64 bits there is no gain, and
/// with five keys a loss (7 instead of 5).
#[inline]
fn rank_counting(len: usize, is_before: impl Fn(usize) -> bool) -> usize {
    let count = |at| usize::from(is_before(at));
    let (mut rank, mut next) = (0, STEP);
    while next <= len {
        rank += STEP * count(next - 1);
        next += STEP;
    }
    (rank..len.min(rank + STEP - 1)).fold(rank, |rank, at| rank + count(at))
}

/// [`rank`] by testing every fourth key, and then those in between.
#[inline]
fn rank_scanning(len: usize, is_before: impl Fn(usize) -> bool) -> usize {
    let mut rank = 0;
    while rank + STEP <= len && is_before(rank + STEP - 1) {
        rank += STEP;
    }
    while rank < len && is_before(rank) {
        rank += 1;
    }
    rank
}

/// At most this many bytes are prefetched.
const PREFETCHED_MAX: usize = 2048;

/// Prefetches the cache lines of a run before it is searched step by step. The steps of a binary
/// search depend on each other, so without this each would wait for its own cache miss (1.5 to 1.9
/// times slower from a million entries on; in cache, a prefetch loses about a nanosecond). Debug
/// builds do without, as the loop costs them more than it gains.
#[inline]
pub(crate) fn prefetch<T>(run: *const T, bytes: usize) {
    #[cfg(all(target_arch = "x86_64", not(miri), not(debug_assertions)))]
    for line in 0..bytes.min(PREFETCHED_MAX).div_ceil(BLOCK) {
        use core::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: a prefetch is a hint, and no address makes it fault.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(run.cast::<i8>().wrapping_add(line * BLOCK)) };
    }
    #[cfg(not(all(target_arch = "x86_64", not(miri), not(debug_assertions))))]
    let _ = (run, bytes, PREFETCHED_MAX);
}

#[cfg(test)]
mod tests;
