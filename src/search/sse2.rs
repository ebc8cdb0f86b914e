//! SSE2, which every x86-64 processor has: four vectors per block.
//!
//! The compare masks of a block are packed to one bit (or two) per key. The keys are sorted, so the
//! mask is a run of ones from bit 0, and its trailing ones are all its ones. Counting those is
//! enough, as the baseline has no population count.

use core::arch::x86_64::*;

/// Loads vector `at` of the block.
///
/// # Safety
/// The block is readable and initialised, and `at < 4`.
#[inline(always)]
unsafe fn load<T>(block: *const T, at: usize) -> __m128i {
    // SAFETY: the caller promises that the block is readable; every x86-64 processor has SSE2.
    unsafe { _mm_loadu_si128(block.cast::<__m128i>().add(at)) }
}

/// # Safety
/// `block` points to a readable and initialised block.
#[inline(always)]
pub(super) unsafe fn count8<const SIGNED: bool>(block: *const u8, query: u8) -> usize {
    let bias = if SIGNED { 0 } else { i8::MIN };
    // SAFETY: SSE2 is part of the target; the loads are within the block.
    unsafe {
        let bias = _mm_set1_epi8(bias);
        let query = _mm_xor_si128(_mm_set1_epi8(query as i8), bias);
        let mask = |at| {
            let smaller = _mm_cmplt_epi8(_mm_xor_si128(load(block, at), bias), query);
            u64::from(_mm_movemask_epi8(smaller) as u16)
        };
        let mask = mask(0) | mask(1) << 16 | mask(2) << 32 | mask(3) << 48;
        mask.trailing_ones() as usize
    }
}

/// # Safety
/// `block` points to a readable and initialised block.
#[inline(always)]
pub(super) unsafe fn count16<const SIGNED: bool>(block: *const u16, query: u16) -> usize {
    let bias = if SIGNED { 0 } else { i16::MIN };
    // SAFETY: SSE2 is part of the target; the loads are within the block.
    unsafe {
        let bias = _mm_set1_epi16(bias);
        let query = _mm_xor_si128(_mm_set1_epi16(query as i16), bias);
        let smaller = |at| _mm_cmplt_epi16(_mm_xor_si128(load(block, at), bias), query);
        let low = _mm_movemask_epi8(_mm_packs_epi16(smaller(0), smaller(1))) as u32;
        let high = _mm_movemask_epi8(_mm_packs_epi16(smaller(2), smaller(3))) as u32;
        (low | high << 16).trailing_ones() as usize
    }
}

/// # Safety
/// `block` points to a readable and initialised block.
#[inline(always)]
pub(super) unsafe fn count32<const SIGNED: bool>(block: *const u32, query: u32) -> usize {
    let bias = if SIGNED { 0 } else { i32::MIN };
    // SAFETY: SSE2 is part of the target; the loads are within the block.
    unsafe {
        let bias = _mm_set1_epi32(bias);
        let query = _mm_xor_si128(_mm_set1_epi32(query as i32), bias);
        let smaller = |at| _mm_cmplt_epi32(_mm_xor_si128(load(block, at), bias), query);
        let low = _mm_packs_epi32(smaller(0), smaller(1));
        let high = _mm_packs_epi32(smaller(2), smaller(3));
        let mask = _mm_movemask_epi8(_mm_packs_epi16(low, high)) as u32;
        mask.trailing_ones() as usize
    }
}

/// SSE2 has no 64-bit compare. Three binary steps in the block take fewer instructions than
/// emulating one by a subtraction (12 against 32), and both beat eight compares.
///
/// # Safety
/// `block` points to a readable and initialised block.
#[inline(always)]
pub(super) unsafe fn count64<const SIGNED: bool>(block: *const u64, query: u64) -> usize {
    let smaller = |at: usize| {
        // SAFETY: within the block.
        let key = unsafe { block.add(at).read() };
        usize::from(if SIGNED {
            (key as i64) < query as i64
        } else {
            key < query
        })
    };
    let mut count = 4 * smaller(3);
    count += 2 * smaller(count + 1);
    count += smaller(count);
    count + smaller(count)
}
