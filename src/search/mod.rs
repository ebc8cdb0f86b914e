//! The rank of a query in a run of keys: how many of them are before it. Knows no node.
//!
//! Two ways lead to it:
//! - [`rank`] for any `Ord`: a branchless binary search.
//! - [`rank_padded`] for integers: vector compares, a 64-byte block at a time.
//!
//! A *padded* run fills whole blocks: the slots behind its last key hold the greatest integer
//! ([`pad`]). No query is greater than that, so the padding is never counted and needs no mask, and
//! as only *smaller* is ever asked, the greatest key stays an ordinary key. For integers, the upper
//! bound of `x` is the lower bound of `x + 1`, so that the same compares find either [`Edge`].
//!
//! Memory safety: [`rank`] returns at most `len` whatever `Ord` says. [`rank_padded`] returns at
//! most the number of slots that are not padding, because no comparison calls user code.
//!
//! What is `#[inline(always)]` here is so because a node's search is compiled into the descent: see
//! `Tree::locate`.
//!
//! Each instruction set is a file with the same four functions, `count8` to `count64`: how many
//! keys of one block are smaller than the query. `scalar` is the reference. Within a node the set
//! is chosen at compile time: a run-time dispatch would cost more than the search. Static
//! collections, where one dispatch serves all levels and all queries of a batch, choose at run time
//! ([`simd`]).

use core::cmp::Ordering;
use core::hint::select_unpredictable;
use core::mem;
use core::ops::Shr;

use crate::key::{self, Integer};

#[cfg(all(target_arch = "x86_64", not(miri)))]
mod avx2;
#[cfg(all(target_arch = "x86_64", not(miri)))]
mod avx512;
pub(crate) mod form;
pub(crate) mod heads;
#[cfg(all(target_arch = "aarch64", target_feature = "neon", not(miri)))]
mod neon;
mod scalar;
pub(crate) mod simd;
#[cfg(all(target_arch = "x86_64", not(miri)))]
mod sse2;

#[cfg(all(
    target_arch = "x86_64",
    target_feature = "avx2",
    not(all(target_feature = "avx512f", target_feature = "avx512bw")),
    not(miri)
))]
use avx2 as set;
#[cfg(all(
    target_arch = "x86_64",
    target_feature = "avx512f",
    target_feature = "avx512bw",
    not(miri)
))]
use avx512 as set;
#[cfg(all(target_arch = "aarch64", target_feature = "neon", not(miri)))]
use neon as set;
#[cfg(any(
    miri,
    not(any(
        target_arch = "x86_64",
        all(target_arch = "aarch64", target_feature = "neon")
    ))
))]
use scalar as set;
#[cfg(all(target_arch = "x86_64", not(target_feature = "avx2"), not(miri)))]
use sse2 as set;

pub(crate) use form::Form;
use form::{bits_of, pair};

/// Bytes of a block: what one call of a `count` function looks at.
pub(crate) const LINE: usize = 64;

/// Widest keys, in bytes, that the vectors of `set` are used for. SSE2 has no 64-bit compare, and
/// making one up from a subtraction takes more instructions than [`rank_strided`].
const WIDEST: usize = if cfg!(miri) {
    0
} else if cfg!(all(target_arch = "x86_64", not(target_feature = "avx2"))) {
    4
} else if cfg!(any(
    target_arch = "x86_64",
    all(target_arch = "aarch64", target_feature = "neon")
)) {
    8
} else {
    0
};

/// A padded run has a multiple of this many slots: whole blocks, and whole steps of
/// [`rank_strided`].
pub(crate) const fn block<K>() -> usize {
    let per_line = if size_of::<K>() == 0 {
        1
    } else {
        LINE / size_of::<K>()
    };
    if per_line > STEP * STEP {
        per_line
    } else {
        STEP * STEP
    }
}

/// How many parts a step of [`rank_strided`] tells apart.
const STEP: usize = 4;

/// The two places that a query has in a run: before the keys that equal it, or behind them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    Lower,
    Upper,
}

impl Edge {
    /// Whether a key that compares so with the query lies before this edge.
    #[inline]
    pub(crate) fn is_behind(self, key: Ordering) -> bool {
        match self {
            Edge::Lower => key == Ordering::Less,
            Edge::Upper => key != Ordering::Greater,
        }
    }
}

/// How many of `len` keys of type `K` are before a query; `is_before` tells of one, by its index.
///
/// A branchless binary search, save for keys that own memory: comparing them waits for that memory,
/// and a search that branches lets the processor run ahead to the next compare. Strings,
/// nanoseconds a look-up among a thousand: branchless 134, this way 70.
#[inline(always)]
pub(crate) fn rank<K>(len: usize, is_before: impl Fn(usize) -> bool) -> usize {
    if const { mem::needs_drop::<K>() } {
        rank_scanning(len, is_before)
    } else {
        bisect(len, is_before)
    }
}

/// The same by a branchless binary search.
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

/// The same, asked of every fourth key and then of those between.
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

/// How many of the `len` keys of a padded run of `slots` slots, `stride` bytes apart, are before
/// the query; or `None` if the form is not that of an integer.
///
/// # Safety
/// The form was made for keys of type `K`. If `K` is an integer, the key slots are readable and
/// initialised, and `slots` is a multiple of [`block`].
#[inline(always)]
pub(crate) unsafe fn rank_padded<K>(
    form: Form<'_>,
    keys: *const K,
    stride: usize,
    slots: usize,
    len: usize,
) -> Option<usize> {
    if const { !key::may_be_integer::<K>() } {
        return None;
    }
    // SAFETY: the form says that `K` is an integer of this kind; the caller vouches for the run.
    unsafe {
        Some(match form {
            Form::Unsigned(query) => match const { size_of::<K>() } {
                1 => rank_integers(keys.cast(), stride, slots, query as u8),
                2 => rank_integers(keys.cast(), stride, slots, query as u16),
                4 => rank_integers(keys.cast(), stride, slots, query as u32),
                _ => rank_integers(keys.cast(), stride, slots, query),
            },
            Form::Signed(query) => match const { size_of::<K>() } {
                1 => rank_integers(keys.cast(), stride, slots, query as i8),
                2 => rank_integers(keys.cast(), stride, slots, query as i16),
                4 => rank_integers(keys.cast(), stride, slots, query as i32),
                _ => rank_integers(keys.cast(), stride, slots, query),
            },
            Form::Behind => len,
            Form::Pair { .. } | Form::Bytes(_) | Form::Ordered => return None,
        })
    }
}

/// How many of the `len` pairs of a key and a tie-breaker are before the query; or `None` if the
/// form is not that of a pair of integers.
///
/// Key and tie-breaker are compared as one integer, however many keys are equal: there is no branch
/// that depends on it. Keys first and then ties among equal keys took twice the time at 16 values a
/// key.
///
/// # Safety
/// The form was made for pairs of `K` and `T`. If both are integers, `slots` keys and as many
/// tie-breakers are readable and initialised at those strides, padded from `len` on, and `slots` is
/// a multiple of [`block`].
#[inline(always)]
pub(crate) unsafe fn rank_pairs_padded<K, T>(
    form: Form<'_>,
    (keys, key_stride): (*const K, usize),
    (ties, tie_stride): (*const T, usize),
    slots: usize,
    len: usize,
) -> Option<usize> {
    if const { !key::may_be_integer::<K>() || !key::may_be_integer::<T>() } {
        return None;
    }
    match form {
        Form::Pair { query, flip } => Some(rank_by_steps(slots, |at| {
            // SAFETY: the form says that both are integers; the index is below `slots`.
            let found = unsafe {
                let key = bits_of(keys.wrapping_byte_add(at * key_stride));
                pair(key, bits_of(ties.wrapping_byte_add(at * tie_stride)))
            };
            found ^ flip < query
        })),
        Form::Behind => Some(len),
        _ => None,
    }
}

/// Fills `slots` key slots, `stride` bytes apart, with the greatest integer, if `K` is one.
///
/// # Safety
/// The slots are writable and hold no key that is still needed.
#[inline]
pub(crate) unsafe fn pad<K>(keys: *mut K, stride: usize, slots: usize) {
    if let Some(integer) = key::integer::<K>() {
        // SAFETY: the slots are writable, and as large as the integer.
        unsafe {
            match const { size_of::<K>() } {
                1 => fill(keys.cast(), stride, slots, greatest(integer, u8::MAX)),
                2 => fill(keys.cast(), stride, slots, greatest(integer, u16::MAX)),
                4 => fill(keys.cast(), stride, slots, greatest(integer, u32::MAX)),
                _ => fill(keys.cast(), stride, slots, greatest(integer, u64::MAX)),
            }
        }
    }
}

/// The bits of the greatest integer of that kind, out of those of the greatest unsigned one.
#[inline]
fn greatest<T: Shr<u32, Output = T>>(integer: Integer, bits: T) -> T {
    bits >> u32::from(integer == Integer::Signed)
}

/// # Safety
/// As for [`pad`], `T` being as large as a key.
#[inline]
unsafe fn fill<T: Copy>(keys: *mut T, stride: usize, slots: usize, padding: T) {
    let mut slot = 0;
    while slot < slots {
        // SAFETY: the slot is writable.
        unsafe { *keys.wrapping_byte_add(slot * stride) = padding };
        slot += 1;
    }
}

/// Whether `slots` key slots, `stride` bytes apart, are as [`pad`] leaves them.
///
/// # Safety
/// If `K` is an integer, the slots are readable and initialised.
pub(crate) unsafe fn is_padded<K>(keys: *const K, stride: usize, slots: usize) -> bool {
    let Some(integer) = key::integer::<K>() else {
        return true;
    };
    let greatest = match const { size_of::<K>() } {
        1 => u64::from(greatest(integer, u8::MAX)),
        2 => u64::from(greatest(integer, u16::MAX)),
        4 => u64::from(greatest(integer, u32::MAX)),
        _ => greatest(integer, u64::MAX),
    };
    // SAFETY: the slots are readable, and hold integers.
    (0..slots).all(|slot| unsafe { bits_of(keys.byte_add(slot * stride)) } == greatest)
}

/// # Safety
/// As for [`rank_padded`], `T` being the integer that the keys are.
#[inline(always)]
unsafe fn rank_integers<T: Lane>(keys: *const T, stride: usize, slots: usize, query: T) -> usize {
    // SAFETY: the caller vouches for the run.
    unsafe {
        if stride == size_of::<T>() && size_of::<T>() <= WIDEST {
            rank_blocks(keys, slots, query)
        } else {
            rank_strided(keys, stride, slots, query)
        }
    }
}

/// First the block is found by counting the blocks whose last key is smaller, then the position in
/// it: all loads of the first step are independent, so that a node which is not in cache costs one
/// miss.
///
/// Tried on AVX-512: counting in all blocks, which needs no step before. 23 nanoseconds a look-up
/// among 100 000 keys of 64 bits against 17.6.
///
/// # Safety
/// As for [`rank_padded`], without gaps between the keys.
#[inline(always)]
unsafe fn rank_blocks<T: Lane>(keys: *const T, slots: usize, query: T) -> usize {
    let per_block = LINE / size_of::<T>();
    let (mut before, mut next) = (0, per_block);
    while next < slots {
        // SAFETY: the last key of the block before `next`.
        let greatest = unsafe { *keys.wrapping_add(next - 1) };
        before += (greatest < query) as usize;
        next += per_block;
    }
    let first = before * per_block;
    // SAFETY: the block starts below `slots`, of which there are whole blocks.
    first + unsafe { T::count(keys.wrapping_add(first), query) }
}

/// For keys too wide for the vectors there are, and for keys with gaps between: blocks are told
/// apart by their last keys, then quarters of the block, then keys.
///
/// The compares of a step don't wait for each other. Tried for 64 keys of 64 bits on SSE2,
/// nanoseconds a look-up among a thousand: this 7.7, eight lines and then eight keys 9.3, a binary
/// search 10.4 (fewer instructions, but each waits for the one before).
///
/// # Safety
/// As for [`rank_padded`].
#[inline(always)]
unsafe fn rank_strided<T: Lane>(keys: *const T, stride: usize, slots: usize, query: T) -> usize {
    rank_by_steps(slots, |at| {
        // SAFETY: the index is below `slots`.
        unsafe { *keys.wrapping_byte_add(at * stride) < query }
    })
}

/// How many keys of a padded run, which are or are not `smaller`, are smaller. It is asked of
/// indices below `slots`.
#[inline(always)]
fn rank_by_steps(slots: usize, smaller: impl Fn(usize) -> bool) -> usize {
    let smaller = |at| smaller(at) as usize;
    let block = STEP * STEP;
    let (mut before, mut next) = (0, block);
    while next < slots {
        before += smaller(next - 1);
        next += block;
    }
    let mut rank = before * block;
    rank += (smaller(rank + 3) + smaller(rank + 7) + smaller(rank + 11)) * STEP;
    rank + smaller(rank) + smaller(rank + 1) + smaller(rank + 2) + smaller(rank + 3)
}

/// An integer that nodes are searched by.
trait Lane: Copy + PartialOrd {
    /// How many keys of the line are smaller than `query`.
    ///
    /// # Safety
    /// `line` points to a readable and initialised line.
    unsafe fn count(line: *const Self, query: Self) -> usize;
}

macro_rules! lanes {
    ($($lane:ty, $bits:ty, $count:ident, $signed:literal;)*) => {$(
        impl Lane for $lane {
            #[inline(always)]
            unsafe fn count(line: *const Self, query: Self) -> usize {
                // SAFETY: the line is readable, as the caller says; `set` is compiled in.
                unsafe { set::$count::<$signed>(line.cast(), query as $bits) }
            }
        }
    )*};
}

lanes! {
    u8, u8, count8, false;
    i8, u8, count8, true;
    u16, u16, count16, false;
    i16, u16, count16, true;
    u32, u32, count32, false;
    i32, u32, count32, true;
    u64, u64, count64, false;
    i64, u64, count64, true;
}

/// Bytes that are prefetched at most.
const PREFETCHED_MAX: usize = 2048;

/// Asks for the lines of a run before it is searched step by step: the steps of a binary search
/// depend on each other, so without this each would wait for its own cache miss (1.5 to 1.9 times
/// slower from a million entries on; about a nanosecond lost in cache). Debug builds have other
/// worries, and a loop costs them more than it gains.
#[inline]
pub(crate) fn prefetch<T>(run: *const T, bytes: usize) {
    #[cfg(all(target_arch = "x86_64", not(miri), not(debug_assertions)))]
    for line in 0..bytes.min(PREFETCHED_MAX).div_ceil(LINE) {
        use core::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: a prefetch is a hint, which no address makes fault.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(run.cast::<i8>().wrapping_add(line * LINE)) };
    }
    #[cfg(not(all(target_arch = "x86_64", not(miri), not(debug_assertions))))]
    let _ = (run, bytes, PREFETCHED_MAX);
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    #[cfg(all(target_arch = "x86_64", not(miri)))]
    use super::simd::Simd;
    use super::*;

    macro_rules! sets_agree {
        ($($test:ident $lane:ty, $bits:ty, $count:ident, $signed:literal;)*) => {$(
            #[test]
            fn $test() {
                const KEYS: usize = LINE / size_of::<$lane>();
                let (least, most) = (<$lane>::MIN, <$lane>::MAX);
                let extremes = [least, least + 1, 0, 1, most - 1, most];
                let mut state = 0x9E37_79B9_7F4A_7C15_u64;
                for round in 0..2_000 {
                    let mut line = [<$lane>::MAX; KEYS];
                    let len = round % (KEYS + 1);
                    for key in &mut line[..len] {
                        state ^= state << 13;
                        state ^= state >> 7;
                        state ^= state << 17;
                        *key = if state % 5 == 0 {
                            extremes[(state >> 8) as usize % extremes.len()]
                        } else {
                            (state >> 11) as $lane
                        };
                    }
                    line.sort_unstable();
                    let near = line.map(|key| key.wrapping_add(1));
                    for query in line.into_iter().chain(near).chain(extremes) {
                        let expected = line.partition_point(|key| *key < query);
                        let line = line.as_ptr().cast::<$bits>();
                        let query = query as $bits;
                        // SAFETY: the array is a whole line, and the processor was asked.
                        unsafe {
                            assert_eq!(scalar::$count::<$signed>(line, query), expected, "scalar");
                            #[cfg(all(target_arch = "x86_64", not(miri)))]
                            assert_eq!(sse2::$count::<$signed>(line, query), expected, "sse2");
                            #[cfg(all(target_arch = "x86_64", not(miri)))]
                            if Simd::Avx2.is_available() {
                                assert_eq!(avx2::$count::<$signed>(line, query), expected, "avx2");
                            }
                            #[cfg(all(target_arch = "x86_64", not(miri)))]
                            if Simd::Avx512.is_available() {
                                let count = avx512::$count::<$signed>(line, query);
                                assert_eq!(count, expected, "avx512");
                            }
                            assert_eq!(set::$count::<$signed>(line, query), expected, "chosen set");
                        }
                    }
                }
            }
        )*};
    }

    sets_agree! {
        sets_agree_on_u8 u8, u8, count8, false;
        sets_agree_on_i8 i8, u8, count8, true;
        sets_agree_on_u16 u16, u16, count16, false;
        sets_agree_on_i16 i16, u16, count16, true;
        sets_agree_on_u32 u32, u32, count32, false;
        sets_agree_on_i32 i32, u32, count32, true;
        sets_agree_on_u64 u64, u64, count64, false;
        sets_agree_on_i64 i64, u64, count64, true;
    }

    #[test]
    fn padding_is_never_counted() {
        let mut run = [0_u64; 32];
        for len in 0..=32 {
            for (at, key) in run.iter_mut().enumerate().take(len) {
                *key = at as u64 * 2 + 1;
            }
            // SAFETY: the slots of an array.
            unsafe { pad(run.as_mut_ptr().add(len), 8, 32 - len) };
            for query in (0..70).chain([u64::MAX]) {
                let expected = run[..len].partition_point(|key| *key < query);
                // SAFETY: two blocks.
                let padded = unsafe {
                    rank_padded(
                        Form::of::<u64, _>(&query, Edge::Lower),
                        run.as_ptr(),
                        8,
                        32,
                        len,
                    )
                };
                assert_eq!(padded, Some(expected));
                let expected = run[..len].partition_point(|key| *key <= query);
                // SAFETY: two blocks.
                let padded = unsafe {
                    rank_padded(
                        Form::of::<u64, _>(&query, Edge::Upper),
                        run.as_ptr(),
                        8,
                        32,
                        len,
                    )
                };
                assert_eq!(padded, Some(expected));
            }
        }
    }

    #[test]
    fn gaps_between_keys_are_skipped() {
        let mut run = [(u32::MAX, 7_u64); 48];
        let stride = size_of_val(&run[0]);
        for len in 0..=48 {
            for (at, pair) in run.iter_mut().enumerate().take(len) {
                pair.0 = at as u32 * 3;
            }
            for query in 0..150 {
                let expected = run[..len].partition_point(|pair| pair.0 < query);
                let keys = (&raw const run[0].0).cast::<u32>();
                // SAFETY: three blocks.
                let padded = unsafe {
                    rank_padded(
                        Form::of::<u32, _>(&query, Edge::Lower),
                        keys,
                        stride,
                        48,
                        len,
                    )
                };
                assert_eq!(padded, Some(expected));
            }
        }
    }

    #[test]
    fn pairs_rank_as_tuples_do() {
        let values = [i8::MIN, -1, 0, 1, 5, i8::MAX];
        let mut keys = [u16::MAX; 32];
        let mut ties = [i8::MAX; 32];
        let pairs: Vec<(u16, i8)> = [0, 1, 7, u16::MAX]
            .into_iter()
            .flat_map(|key| values.map(|tie| (key, tie)))
            .collect();
        for len in 0..=pairs.len() {
            for (at, &(key, tie)) in pairs[..len].iter().enumerate() {
                (keys[at], ties[at]) = (key, tie);
            }
            for key in [0, 1, 2, 7, u16::MAX - 1, u16::MAX] {
                for tie in [i8::MIN, -2, -1, 0, 4, 5, i8::MAX - 1, i8::MAX] {
                    let rank = |edge| {
                        let (keys, ties) = ((keys.as_ptr(), 2), (ties.as_ptr(), 1));
                        // SAFETY: two blocks each, padded.
                        unsafe {
                            let form = Form::of_pair::<u16, i8, _, _>((&key, &tie), edge);
                            rank_pairs_padded(form, keys, ties, 32, len)
                        }
                    };
                    let lower = pairs[..len].partition_point(|pair| *pair < (key, tie));
                    let upper = pairs[..len].partition_point(|pair| *pair <= (key, tie));
                    assert_eq!(rank(Edge::Lower), Some(lower));
                    assert_eq!(rank(Edge::Upper), Some(upper));
                }
            }
        }
    }

    #[test]
    fn rank_of_any_order() {
        let names = ["ada", "bob", "bob", "cid"];
        assert_eq!(rank::<&str>(4, |at| names[at] < "bob"), 1);
        assert_eq!(rank::<&str>(4, |at| names[at] <= "bob"), 3);
        assert_eq!(rank::<&str>(4, |at| names[at] < "zoe"), 4);
        assert_eq!(rank::<&str>(0, |at| names[at] < "zoe"), 0);
    }

    #[test]
    fn every_search_finds_every_rank() {
        for len in 0..70 {
            for rank_wanted in 0..=len {
                assert_eq!(rank::<u64>(len, |at| at < rank_wanted), rank_wanted);
                assert_eq!(rank::<Vec<u8>>(len, |at| at < rank_wanted), rank_wanted);
            }
        }
    }
}
