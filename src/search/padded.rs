//! The rank of a query in a padded run of integers: by vector compares where available, else in
//! steps of four.
//!
//! Memory safety: the caller guarantees `slots` readable keys; no index reaches beyond them.
//!
//! `#[inline(always)]` is here for the reason given in `search`: the search of a node is compiled
//! into the descent.

use core::ops::Shr;

use super::convert::{self, conversion, may_be_converted};
use super::form::{bits_of, pair};
use super::simd::InstructionSet;
use super::{BLOCK, Form, STEP};
use crate::key::{self, Integer};

/// A padded run has a multiple of this many slots: whole blocks, and whole steps of
/// [`rank_strided`].
pub(crate) const fn slot_multiple<K>() -> usize {
    let per_block = if key::may_be_integer::<K>() {
        BLOCK / size_of::<K>()
    } else {
        1
    };
    if per_block > STEP * STEP {
        per_block
    } else {
        STEP * STEP
    }
}

/// Returns whether runs of keys of type `K` may be padded.
pub(crate) const fn may_be_padded<K>() -> bool {
    key::may_be_integer::<K>() || may_be_converted::<K>()
}

/// Returns whether runs of keys of type `K` are padded.
#[inline]
pub(crate) fn are_padded<K>() -> bool {
    key::integer::<K>().is_some() || conversion::<K>().is_some()
}

/// Returns how many of the `len` keys of a padded run of `slots` slots, `stride` bytes apart, are
/// before the query; `None` if the form is not that of an integer.
///
/// # Safety
/// The form was made for keys of type `K`. If keys are padded ([`are_padded`]), the key slots are
/// readable and initialised, and `slots` is a multiple of [`slot_multiple`].
#[inline(always)]
pub(crate) unsafe fn rank_padded<K, S: InstructionSet>(
    set: S,
    form: Form<'_>,
    keys: *const K,
    stride: usize,
    slots: usize,
    len: usize,
) -> Option<usize> {
    if const { !may_be_padded::<K>() } {
        return None;
    }
    // SAFETY: the form proves that `K` is an integer of this kind, or converted by this function;
    // the caller promises the run.
    unsafe {
        Some(match form {
            Form::Unsigned(query) => match const { size_of::<K>() } {
                1 => rank_integers(set, keys.cast(), stride, slots, query as u8),
                2 => rank_integers(set, keys.cast(), stride, slots, query as u16),
                4 => rank_integers(set, keys.cast(), stride, slots, query as u32),
                _ => rank_integers(set, keys.cast(), stride, slots, query),
            },
            Form::Signed(query) => match const { size_of::<K>() } {
                1 => rank_integers(set, keys.cast(), stride, slots, query as i8),
                2 => rank_integers(set, keys.cast(), stride, slots, query as i16),
                4 => rank_integers(set, keys.cast(), stride, slots, query as i32),
                _ => rank_integers(set, keys.cast(), stride, slots, query),
            },
            Form::Converted { query, bits } => {
                convert::rank_converted_padded((query, bits), keys.cast(), stride, slots)
            }
            Form::AfterAll => len,
            Form::Pair { .. } | Form::Bytes(_) | Form::Ordered => return None,
        })
    }
}

/// Returns how many of the `len` pairs of a key and a tie-breaker are before the query; `None` if
/// the form is not that of a pair of integers.
///
/// Key and tie-breaker are compared as one integer, so no branch depends on how many keys are
/// equal. Searching keys first and then the tie-breakers of equal keys took twice the time at 16
/// values per key.
///
/// # Safety
/// The form was made for pairs of `K` and `T`. If both are integers, `slots` keys and as many
/// tie-breakers are readable and initialised at those strides, padded from `len` on, and `slots` is
/// a multiple of [`slot_multiple`].
#[inline(always)]
pub(crate) unsafe fn rank_pairs_padded<K, T>(
    form: Form<'_>,
    (keys, key_stride): (*const K, usize),
    (tie_breakers, tie_breaker_stride): (*const T, usize),
    slots: usize,
    len: usize,
) -> Option<usize> {
    if const { !key::may_be_integer::<K>() || !key::may_be_integer::<T>() } {
        return None;
    }
    match form {
        Form::Pair { query, flip } => Some(rank_by_steps(slots, |at| {
            // SAFETY: the form proves that both are integers; the index is below `slots`.
            let found = unsafe {
                let key = bits_of(keys.wrapping_byte_add(at * key_stride));
                pair(
                    key,
                    bits_of(tie_breakers.wrapping_byte_add(at * tie_breaker_stride)),
                )
            };
            found ^ flip < query
        })),
        Form::AfterAll => Some(len),
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
        // SAFETY: the caller promises writable slots; each is as large as the integer.
        unsafe {
            match const { size_of::<K>() } {
                1 => fill(keys.cast(), stride, slots, greatest(integer, u8::MAX)),
                2 => fill(keys.cast(), stride, slots, greatest(integer, u16::MAX)),
                4 => fill(keys.cast(), stride, slots, greatest(integer, u32::MAX)),
                _ => fill(keys.cast(), stride, slots, greatest(integer, u64::MAX)),
            }
        }
    } else if let Some(conversion) = conversion::<K>() {
        // SAFETY: the caller promises writable slots, and the conversion is that of `K`.
        unsafe { conversion.pad(keys.cast(), stride, slots) };
    }
}

/// The bits of the greatest integer of that kind; `bits` are those of the greatest unsigned one.
#[inline]
fn greatest<T: Shr<u32, Output = T>>(integer: Integer, bits: T) -> T {
    bits >> u32::from(integer == Integer::Signed)
}

/// # Safety
/// As for [`pad`]; `T` is as large as a key.
#[inline]
unsafe fn fill<T: Copy>(keys: *mut T, stride: usize, slots: usize, padding: T) {
    let mut slot = 0;
    while slot < slots {
        // SAFETY: the caller promises that the slot is writable.
        unsafe { *keys.wrapping_byte_add(slot * stride) = padding };
        slot += 1;
    }
}

/// Returns whether `slots` key slots, `stride` bytes apart, are as [`pad`] leaves them.
///
/// # Safety
/// If keys are padded ([`are_padded`]), the slots are readable and initialised.
pub(crate) unsafe fn is_padded<K>(keys: *const K, stride: usize, slots: usize) -> bool {
    let Some(integer) = key::integer::<K>() else {
        return conversion::<K>().is_none_or(|conversion| {
            // SAFETY: the caller promises readable slots; the conversion is that of `K`.
            unsafe { conversion.is_padded(keys.cast(), stride, slots) }
        });
    };
    let greatest = match const { size_of::<K>() } {
        1 => u64::from(greatest(integer, u8::MAX)),
        2 => u64::from(greatest(integer, u16::MAX)),
        4 => u64::from(greatest(integer, u32::MAX)),
        _ => greatest(integer, u64::MAX),
    };
    // SAFETY: the caller promises that the slots are readable and hold integers.
    (0..slots).all(|slot| unsafe { bits_of(keys.byte_add(slot * stride)) } == greatest)
}

/// # Safety
/// As for [`rank_padded`]; `T` is the integer type of the keys.
#[inline(always)]
unsafe fn rank_integers<T: Lane, S: InstructionSet>(
    set: S,
    keys: *const T,
    stride: usize,
    slots: usize,
    query: T,
) -> usize {
    // SAFETY: the caller promises the run.
    unsafe {
        if stride == size_of::<T>() && size_of::<T>() <= S::WIDEST {
            rank_blocks(set, keys, slots, query)
        } else {
            rank_strided(keys, stride, slots, query)
        }
    }
}

/// Finds the block first, by counting the blocks whose last key is smaller, and then the rank in
/// it. All loads of the first step are independent, so a node that is not in cache costs one miss.
///
/// Tried on AVX-512: counting in all blocks, which needs no first step. It took 23 nanoseconds per
/// look-up among 100 000 keys of 64 bits, against 17.6. On AVX2: two blocks instead of one in the
/// second step, and half of the compares in the first: 0.95 to 1.05 of the time.
///
/// # Safety
/// As for [`rank_padded`]; the keys are contiguous.
#[inline(always)]
unsafe fn rank_blocks<T: Lane, S: InstructionSet>(
    set: S,
    keys: *const T,
    slots: usize,
    query: T,
) -> usize {
    let per_block = BLOCK / size_of::<T>();
    let (mut before, mut next) = (0, per_block);
    while next < slots {
        // SAFETY: the last key of the block before `next`, which is below `slots`.
        let greatest = unsafe { *keys.wrapping_add(next - 1) };
        before += (greatest < query) as usize;
        next += per_block;
    }
    let first = before * per_block;
    // SAFETY: the block starts below `slots`, which are whole blocks.
    first + unsafe { T::count(set, keys.wrapping_add(first), query) }
}

/// For keys that are wider than the vectors compare, and for keys that are not contiguous: finds
/// the block by the last keys of blocks, then the quarter of the block, then the key.
///
/// The compares of one step are independent. Tried for 64 keys of 64 bits on SSE2, nanoseconds per
/// look-up among a thousand: this 7.7; eight blocks and then eight keys 9.3; a binary search 10.4
/// (fewer instructions, but each compare waits for the one before).
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

/// Returns how many keys of a padded run are smaller than the query. `smaller` decides for an
/// index, which is below `slots`.
#[inline(always)]
pub(super) fn rank_by_steps(slots: usize, smaller: impl Fn(usize) -> bool) -> usize {
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

/// An integer type that nodes are searched by.
trait Lane: Copy + PartialOrd {
    /// Returns how many keys of the block are smaller than `query`.
    ///
    /// # Safety
    /// `block` points to a readable and initialised block.
    unsafe fn count<S: InstructionSet>(set: S, block: *const Self, query: Self) -> usize;
}

macro_rules! lanes {
    ($($lane:ty, $bits:ty, $count:ident, $signed:literal;)*) => {$(
        impl Lane for $lane {
            #[inline(always)]
            unsafe fn count<S: InstructionSet>(
                set: S,
                block: *const Self,
                query: Self,
            ) -> usize {
                // SAFETY: the caller promises a readable block.
                unsafe { set.$count::<$signed>(block.cast(), query as $bits) }
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
