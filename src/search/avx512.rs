//! AVX-512 (F and BW): one compare per block, signed or unsigned, directly into a mask.

use core::arch::x86_64::*;

macro_rules! count {
    ($($name:ident $unsigned:ty, $signed:ty,
       $splat:ident, $less:ident, $less_unsigned:ident;)*) => {$(
        /// # Safety
        /// `block` points to a readable and initialised block, and the processor has AVX-512 F and
        /// BW.
        #[inline(always)]
        pub(super) unsafe fn $name<const SIGNED: bool>(
            block: *const $unsigned,
            query: $unsigned,
        ) -> usize {
            // SAFETY: the processor has AVX-512 F and BW; the load is the block.
            unsafe {
                let keys = _mm512_loadu_si512(block.cast());
                let query = $splat(query as $signed);
                let mask = if SIGNED { $less(keys, query) } else { $less_unsigned(keys, query) };
                mask.count_ones() as usize
            }
        }
    )*};
}

count! {
    count8 u8, i8, _mm512_set1_epi8, _mm512_cmplt_epi8_mask, _mm512_cmplt_epu8_mask;
    count16 u16, i16, _mm512_set1_epi16, _mm512_cmplt_epi16_mask, _mm512_cmplt_epu16_mask;
    count32 u32, i32, _mm512_set1_epi32, _mm512_cmplt_epi32_mask, _mm512_cmplt_epu32_mask;
    count64 u64, i64, _mm512_set1_epi64, _mm512_cmplt_epi64_mask, _mm512_cmplt_epu64_mask;
}
