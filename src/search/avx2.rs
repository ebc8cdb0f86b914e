//! AVX2: two vectors per block. Their compare masks are packed into one where that keeps all bits;
//! their order does not matter, as only set bits are counted.

use core::arch::x86_64::*;

/// Loads vector `at` of the block.
///
/// # Safety
/// The block is readable and initialised, `at < 2`, and the processor has AVX2.
#[inline(always)]
unsafe fn load<T>(block: *const T, at: usize) -> __m256i {
    // SAFETY: the caller promises that the block is readable, and that there is AVX2.
    unsafe { _mm256_loadu_si256(block.cast::<__m256i>().add(at)) }
}

macro_rules! count {
    ($($name:ident $unsigned:ty, $signed:ty, $splat:ident, $greater:ident, $bits:expr;)*) => {$(
        /// # Safety
        /// `block` points to a readable and initialised block, and the processor has AVX2.
        #[inline(always)]
        pub(super) unsafe fn $name<const SIGNED: bool>(
            block: *const $unsigned,
            query: $unsigned,
        ) -> usize {
            let bias = if SIGNED { 0 } else { <$signed>::MIN };
            // SAFETY: the processor has AVX2; the loads are within the block.
            unsafe {
                let bias = $splat(bias);
                let query = _mm256_xor_si256($splat(query as $signed), bias);
                let smaller = |at| $greater(query, _mm256_xor_si256(load(block, at), bias));
                $bits(smaller(0), smaller(1))
            }
        }
    )*};
}

/// Counts the bytes that are set in two masks.
///
/// # Safety
/// The processor has AVX2.
#[inline(always)]
unsafe fn ones(low: __m256i, high: __m256i) -> usize {
    // SAFETY: the caller promises that there is AVX2.
    unsafe {
        let low = u64::from(_mm256_movemask_epi8(low) as u32);
        let high = u64::from(_mm256_movemask_epi8(high) as u32);
        (low | high << 32).count_ones() as usize
    }
}

/// Counts the pairs of bytes that are set in two masks.
///
/// # Safety
/// The processor has AVX2.
#[inline(always)]
unsafe fn pairs(low: __m256i, high: __m256i) -> usize {
    // SAFETY: the caller promises that there is AVX2.
    unsafe { _mm256_movemask_epi8(_mm256_packs_epi16(low, high)).count_ones() as usize }
}

count! {
    count8 u8, i8, _mm256_set1_epi8, _mm256_cmpgt_epi8, ones;
    count16 u16, i16, _mm256_set1_epi16, _mm256_cmpgt_epi16, pairs;
    count32 u32, i32, _mm256_set1_epi32, _mm256_cmpgt_epi32, |low, high| pairs(low, high) / 2;
    count64 u64, i64, _mm256_set1_epi64x, _mm256_cmpgt_epi64, |low, high| pairs(low, high) / 4;
}
