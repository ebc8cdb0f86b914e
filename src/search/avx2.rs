//! AVX2: two vectors a line. See `sse2` for why trailing ones are counted.

use core::arch::x86_64::*;

/// Widest keys, in bytes, that vectors are used for.
pub(super) const WIDEST: usize = 8;

/// Loads vector `at` of the line.
///
/// # Safety
/// The line is readable and initialised, `at < 2`.
#[inline(always)]
unsafe fn load<T>(line: *const T, at: usize) -> __m256i {
    // SAFETY: the caller's.
    unsafe { _mm256_loadu_si256(line.cast::<__m256i>().add(at)) }
}

macro_rules! count {
    ($($name:ident $unsigned:ty, $signed:ty, $splat:ident, $greater:ident;)*) => {$(
        /// # Safety
        /// `line` points to a readable and initialised line.
        #[inline(always)]
        pub(super) unsafe fn $name<const SIGNED: bool>(
            line: *const $unsigned,
            query: $unsigned,
        ) -> usize {
            let bias = if SIGNED { 0 } else { <$signed>::MIN };
            // SAFETY: AVX2 is part of the target; the loads are within the line.
            unsafe {
                let bias = $splat(bias);
                let query = _mm256_xor_si256($splat(query as $signed), bias);
                let mask = |at| {
                    let smaller = $greater(query, _mm256_xor_si256(load(line, at), bias));
                    u64::from(_mm256_movemask_epi8(smaller) as u32)
                };
                let mask = mask(0) | mask(1) << 32;
                mask.trailing_ones() as usize / size_of::<$unsigned>()
            }
        }
    )*};
}

count! {
    count8 u8, i8, _mm256_set1_epi8, _mm256_cmpgt_epi8;
    count16 u16, i16, _mm256_set1_epi16, _mm256_cmpgt_epi16;
    count32 u32, i32, _mm256_set1_epi32, _mm256_cmpgt_epi32;
    count64 u64, i64, _mm256_set1_epi64x, _mm256_cmpgt_epi64;
}
