//! The rank of a query in a run of keys: how many of them lie before it. Knows no node.
//!
//! Two ways lead to it:
//! - [`rank`] for any `Ord`: a branchless binary search of a slice.
//! - [`rank_padded`] for keys with an [`Image`]: vector compares, a 64-byte line at a time.
//!
//! A *padded* run fills whole lines: the slots behind its last key hold the greatest image
//! ([`pad`]). No query is greater than that, so the padding is never counted and needs no mask, and
//! as only *smaller* is ever asked, the greatest key stays an ordinary key. Behind an integer is
//! before the next one, so that the same compares find either [`Edge`].
//!
//! Memory safety: [`rank`] answers at most `keys.len()` whatever `Ord` says. [`rank_padded`]
//! answers at most the number of slots that are not padding, because no comparison calls user code.
//!
//! Each instruction set is a file with the same four functions, `count8` to `count64`: how many
//! keys of one line are smaller than the query. `scalar` is the reference. Within a node the set is
//! chosen at compile time: a run-time dispatch would cost more than the search. Static collections,
//! where one dispatch serves all levels and all queries of a batch, choose at run time ([`simd`]).

use core::borrow::Borrow;
use core::cmp::Ordering;
use core::mem;

use crate::key::{self, Image};

#[cfg(all(target_arch = "x86_64", not(miri)))]
mod avx2;
#[cfg(all(target_arch = "x86_64", not(miri)))]
mod avx512;
#[cfg(all(target_arch = "aarch64", target_feature = "neon", not(miri)))]
mod neon;
mod scalar;
pub(crate) mod simd;
#[cfg(all(target_arch = "x86_64", not(miri)))]
mod sse2;
pub(crate) mod window;

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

/// Bytes of a line: what one call of a `count` function looks at.
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

/// A padded run has a multiple of this many slots: whole lines, and whole steps of
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

/// How many of `keys` lie before that edge of `query`.
///
/// A branchless binary search, save for keys that own memory: comparing them waits for that memory,
/// and a search that branches lets the processor run ahead to the next compare. Strings,
/// nanoseconds a look-up among a thousand: branchless 134, this way 70.
#[inline]
pub(crate) fn rank<K: Borrow<Q>, Q: Ord + ?Sized>(keys: &[K], query: &Q, edge: Edge) -> usize {
    if mem::needs_drop::<K>() {
        rank_scanning(keys.len(), |at| {
            edge.is_behind(keys[at].borrow().cmp(query))
        })
    } else {
        keys.partition_point(|key| edge.is_behind(key.borrow().cmp(query)))
    }
}

/// How many of `len` keys are `smaller`, which is asked of every fourth key and then of those
/// between.
#[inline]
pub(crate) fn rank_scanning(len: usize, smaller: impl Fn(usize) -> bool) -> usize {
    let mut rank = 0;
    while rank + STEP <= len && smaller(rank + STEP - 1) {
        rank += STEP;
    }
    while rank < len && smaller(rank) {
        rank += 1;
    }
    rank
}

/// How many of the `len` keys of a padded run of `slots` slots, `stride` bytes apart, lie before
/// that edge of `query`; or `None` when `K` and `Q` cannot be compared as images (the compiler
/// knows which).
///
/// # Safety
/// If `K` has an image, the key slots are readable and initialised, and `slots` is a multiple of
/// [`block`].
#[inline]
pub(crate) unsafe fn rank_padded<K, Q: ?Sized>(
    keys: *const K,
    stride: usize,
    slots: usize,
    len: usize,
    query: &Q,
    edge: Edge,
) -> Option<usize> {
    let image = key::same_image::<K, Q>()?;
    let query = (&raw const *query).cast::<u8>();
    macro_rules! by_image {
        ($($image:ident $lane:ty),*) => {
            match image {
                // SAFETY: `Q` is `K`, whose bytes are those of the image; the caller vouches for
                // the run.
                $(Image::$image => unsafe {
                    let mut query = query.cast::<$lane>().read();
                    if edge == Edge::Upper {
                        match query.checked_add(1) {
                            Some(next) => query = next,
                            // No key is greater than the greatest, but padding equals it.
                            None => return Some(len),
                        }
                    }
                    if stride == size_of::<$lane>() && stride <= WIDEST {
                        rank_lines::<$lane>(keys.cast(), slots, query)
                    } else {
                        rank_strided::<$lane>(keys.cast(), stride, slots, query)
                    }
                },)*
            }
        };
    }
    Some(by_image!(U8 u8, U16 u16, U32 u32, U64 u64, I8 i8, I16 i16, I32 i32, I64 i64))
}

/// How many of the `len` pairs of a key and a tie lie before that edge of the pair that is asked
/// for, the tie deciding between equal keys; or `None` where it cannot be told by images.
///
/// Key and tie are compared as one integer, however many keys are equal: there is no branch that
/// depends on it. Keys first and then ties among equal keys took twice the time at 16 values a key.
///
/// # Safety
/// If both have an image, `slots` keys and as many ties are readable and initialised at those
/// strides, padded from `len` on, and `slots` is a multiple of [`block`].
#[inline]
pub(crate) unsafe fn rank_pairs_padded<K, T, Q: ?Sized, W: ?Sized>(
    (keys, key_stride): (*const K, usize),
    (ties, tie_stride): (*const T, usize),
    slots: usize,
    len: usize,
    (key, tie): (&Q, &W),
    edge: Edge,
) -> Option<usize> {
    key::same_image::<K, Q>()?;
    key::same_image::<T, W>()?;
    // SAFETY: `Q` is `K` and `W` is `T`; the caller vouches for the run.
    unsafe {
        let mut query = wide_pair::<K, T>((&raw const *key).cast(), (&raw const *tie).cast());
        if edge == Edge::Upper {
            if query == u128::from(greatest::<K>()) << 64 | u128::from(greatest::<T>()) {
                // No pair is greater than the greatest, but padding equals it.
                return Some(len);
            }
            query += 1;
        }
        Some(rank_by_steps(slots, |at| {
            let key = keys.byte_add(at * key_stride);
            wide_pair(key, ties.byte_add(at * tie_stride)) < query
        }))
    }
}

/// A key and a tie that have images, as one integer that orders as they do.
///
/// # Safety
/// Both are readable and initialised.
#[inline]
unsafe fn wide_pair<K, T>(key: *const K, tie: *const T) -> u128 {
    // SAFETY: the caller's.
    unsafe { u128::from(wide(key)) << 64 | u128::from(wide(tie)) }
}

/// The image of a key that has one, as the 64 bits that order as it does.
///
/// # Safety
/// The key is readable and initialised.
#[inline]
unsafe fn wide<K>(key: *const K) -> u64 {
    macro_rules! by_image {
        ($($image:ident $lane:ty),*) => {
            match key::image::<K>() {
                // SAFETY: the key is as large as its image.
                $(Some(Image::$image) => unsafe { key.cast::<$lane>().read() }.widen(),)*
                None => 0,
            }
        };
    }
    by_image!(U8 u8, U16 u16, U32 u32, U64 u64, I8 i8, I16 i16, I32 i32, I64 i64)
}

/// [`wide`] of the greatest image.
#[inline]
fn greatest<K>() -> u64 {
    macro_rules! by_image {
        ($($image:ident $lane:ty),*) => {
            match key::image::<K>() {
                $(Some(Image::$image) => <$lane>::MAX.widen(),)*
                None => 0,
            }
        };
    }
    by_image!(U8 u8, U16 u16, U32 u32, U64 u64, I8 i8, I16 i16, I32 i32, I64 i64)
}

/// Fills `slots` key slots, `stride` bytes apart, with the greatest image, if `K` has one.
///
/// # Safety
/// The slots are writable and hold no key that is still needed.
#[inline]
pub(crate) unsafe fn pad<K>(keys: *mut K, stride: usize, slots: usize) {
    macro_rules! by_image {
        ($($image:ident $lane:ty),*) => {
            match key::image::<K>() {
                // SAFETY: the slots are writable, and as large as the image.
                $(Some(Image::$image) => unsafe {
                    for slot in 0..slots {
                        keys.byte_add(slot * stride).cast::<$lane>().write(<$lane>::MAX);
                    }
                },)*
                None => {}
            }
        };
    }
    by_image!(U8 u8, U16 u16, U32 u32, U64 u64, I8 i8, I16 i16, I32 i32, I64 i64)
}

/// Whether `slots` key slots, `stride` bytes apart, are as [`pad`] leaves them.
///
/// # Safety
/// If `K` has an image, the slots are readable and initialised.
pub(crate) unsafe fn is_padded<K>(keys: *const K, stride: usize, slots: usize) -> bool {
    macro_rules! by_image {
        ($($image:ident $lane:ty),*) => {
            match key::image::<K>() {
                // SAFETY: the slots are readable, and as large as the image.
                $(Some(Image::$image) => (0..slots).all(|slot| unsafe {
                    keys.byte_add(slot * stride).cast::<$lane>().read() == <$lane>::MAX
                }),)*
                None => true,
            }
        };
    }
    by_image!(U8 u8, U16 u16, U32 u32, U64 u64, I8 i8, I16 i16, I32 i32, I64 i64)
}

/// First the line is found by counting the lines whose last key is smaller, then the place in it:
/// all loads of the first step are independent, so that a node which is not in cache costs one
/// miss.
///
/// Tried on AVX-512: counting in all lines, which needs no step before. 23 nanoseconds a look-up
/// among 100 000 keys of 64 bits against 17.6.
///
/// # Safety
/// As for [`rank_padded`], without gaps between the keys.
#[inline]
unsafe fn rank_lines<T: Lane>(keys: *const T, slots: usize, query: T) -> usize {
    let per_line = LINE / size_of::<T>();
    let mut line = 0;
    for next in 1..slots / per_line {
        // SAFETY: the last key of line `next - 1`.
        let greatest = unsafe { keys.add(next * per_line - 1).read() };
        line += usize::from(greatest < query);
    }
    // SAFETY: the line is below `slots / per_line`.
    line * per_line + unsafe { T::count(keys.add(line * per_line), query) }
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
#[inline]
unsafe fn rank_strided<T: Lane>(keys: *const T, stride: usize, slots: usize, query: T) -> usize {
    rank_by_steps(slots, |at| {
        // SAFETY: the index is below `slots`.
        unsafe { keys.byte_add(at * stride).read() < query }
    })
}

/// How many keys of a padded run, which are or are not `smaller`, are smaller. It is asked of
/// indices below `slots`.
#[inline]
fn rank_by_steps(slots: usize, smaller: impl Fn(usize) -> bool) -> usize {
    let smaller = |at| usize::from(smaller(at));
    let block = STEP * STEP;
    let mut rank = 0;
    for next in 1..slots / block {
        rank += smaller(next * block - 1);
    }
    rank *= block;
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

    /// The 64 bits that order as this does.
    fn widen(self) -> u64;
}

macro_rules! lanes {
    ($($lane:ty, $bits:ty, $count:ident, $signed:literal;)*) => {$(
        impl Lane for $lane {
            #[inline]
            unsafe fn count(line: *const Self, query: Self) -> usize {
                // SAFETY: the caller's.
                unsafe { set::$count::<$signed>(line.cast(), query as $bits) }
            }

            #[inline]
            fn widen(self) -> u64 {
                if $signed {
                    self as i64 as u64 ^ 1 << 63
                } else {
                    self as u64
                }
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
/// slower from a million entries on; about a nanosecond lost in cache).
#[inline]
pub(crate) fn prefetch<T>(run: *const T, bytes: usize) {
    #[cfg(all(target_arch = "x86_64", not(miri)))]
    for line in 0..bytes.min(PREFETCHED_MAX).div_ceil(LINE) {
        use core::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: a prefetch is a hint, which no address makes fault.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(run.cast::<i8>().wrapping_add(line * LINE)) };
    }
    #[cfg(not(all(target_arch = "x86_64", not(miri))))]
    let _ = (run, bytes);
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

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
                let padded = unsafe { rank_padded(run.as_ptr(), 8, 32, len, &query, Edge::Lower) };
                assert_eq!(padded, Some(expected));
                let expected = run[..len].partition_point(|key| *key <= query);
                // SAFETY: two blocks.
                let padded = unsafe { rank_padded(run.as_ptr(), 8, 32, len, &query, Edge::Upper) };
                assert_eq!(padded, Some(expected));
            }
        }
    }

    #[test]
    fn gaps_between_keys_are_skipped() {
        let mut run = [(u32::MAX, 7_u64); 48];
        for len in 0..=48 {
            for (at, pair) in run.iter_mut().enumerate().take(len) {
                pair.0 = at as u32 * 3;
            }
            for query in 0..150 {
                let expected = run[..len].partition_point(|pair| pair.0 < query);
                let keys = (&raw const run[0].0).cast::<u32>();
                // SAFETY: three blocks.
                let padded = unsafe { rank_padded(keys, 16, 48, len, &query, Edge::Lower) };
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
                        unsafe { rank_pairs_padded(keys, ties, 32, len, (&key, &tie), edge) }
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
        assert_eq!(rank::<&str, &str>(&names, &"bob", Edge::Lower), 1);
        assert_eq!(rank::<&str, &str>(&names, &"zoe", Edge::Lower), 4);
        assert_eq!(rank::<&str, &str>(&[], &"zoe", Edge::Upper), 0);
    }
}
