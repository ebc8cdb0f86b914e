//! SSE2: every x86-64 processor. Four vectors a line.
//!
//! The compare masks of a line are packed to one bit (or two) a key. The keys are in order, so the
//! mask is a run of ones from bit 0: counting its trailing ones is counting them all, and this
//! baseline has no population count.

use core::arch::x86_64::*;

/// Loads vector `at` of the line.
///
/// # Safety
/// The line is readable and initialised, `at < 4`.
#[inline(always)]
unsafe fn load<T>(line: *const T, at: usize) -> __m128i {
    // SAFETY: the caller says that the line is readable; each x86-64 has SSE2.
    unsafe { _mm_loadu_si128(line.cast::<__m128i>().add(at)) }
}

/// # Safety
/// `line` points to a readable and initialised line.
#[inline(always)]
pub(super) unsafe fn count8<const SIGNED: bool>(line: *const u8, query: u8) -> usize {
    let bias = if SIGNED { 0 } else { i8::MIN };
    // SAFETY: SSE2 is part of the target; the loads are within the line.
    unsafe {
        let bias = _mm_set1_epi8(bias);
        let query = _mm_xor_si128(_mm_set1_epi8(query as i8), bias);
        let mask = |at| {
            let smaller = _mm_cmplt_epi8(_mm_xor_si128(load(line, at), bias), query);
            u64::from(_mm_movemask_epi8(smaller) as u16)
        };
        let mask = mask(0) | mask(1) << 16 | mask(2) << 32 | mask(3) << 48;
        mask.trailing_ones() as usize
    }
}

/// # Safety
/// `line` points to a readable and initialised line.
#[inline(always)]
pub(super) unsafe fn count16<const SIGNED: bool>(line: *const u16, query: u16) -> usize {
    let bias = if SIGNED { 0 } else { i16::MIN };
    // SAFETY: SSE2 is part of the target; the loads are within the line.
    unsafe {
        let bias = _mm_set1_epi16(bias);
        let query = _mm_xor_si128(_mm_set1_epi16(query as i16), bias);
        let smaller = |at| _mm_cmplt_epi16(_mm_xor_si128(load(line, at), bias), query);
        let low = _mm_movemask_epi8(_mm_packs_epi16(smaller(0), smaller(1))) as u32;
        let high = _mm_movemask_epi8(_mm_packs_epi16(smaller(2), smaller(3))) as u32;
        (low | high << 16).trailing_ones() as usize
    }
}

/// # Safety
/// `line` points to a readable and initialised line.
#[inline(always)]
pub(super) unsafe fn count32<const SIGNED: bool>(line: *const u32, query: u32) -> usize {
    let bias = if SIGNED { 0 } else { i32::MIN };
    // SAFETY: SSE2 is part of the target; the loads are within the line.
    unsafe {
        let bias = _mm_set1_epi32(bias);
        let query = _mm_xor_si128(_mm_set1_epi32(query as i32), bias);
        let smaller = |at| _mm_cmplt_epi32(_mm_xor_si128(load(line, at), bias), query);
        let low = _mm_packs_epi32(smaller(0), smaller(1));
        let high = _mm_packs_epi32(smaller(2), smaller(3));
        let mask = _mm_movemask_epi8(_mm_packs_epi16(low, high)) as u32;
        mask.trailing_ones() as usize
    }
}

/// SSE2 has no 64-bit compare: three binary steps in the line take fewer instructions than making
/// one up from a subtraction (12 against 32), and both beat eight compares.
///
/// # Safety
/// `line` points to a readable and initialised line.
#[inline(always)]
pub(super) unsafe fn count64<const SIGNED: bool>(line: *const u64, query: u64) -> usize {
    let smaller = |at: usize| {
        // SAFETY: within the line.
        let key = unsafe { line.add(at).read() };
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
