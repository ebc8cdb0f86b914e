//! NEON: four vectors per block. A compare yields -1 for each smaller key: the masks are added up,
//! and their negated sum is the count.

use core::arch::aarch64::*;

macro_rules! count {
    ($($name:ident $unsigned:ty, $signed:ty,
       $load:ident $splat:ident $less:ident,
       $load_signed:ident $splat_signed:ident $less_signed:ident,
       $add:ident $sum:ident;)*) => {$(
        /// # Safety
        /// `block` points to a readable and initialised block.
        #[inline(always)]
        pub(super) unsafe fn $name<const SIGNED: bool>(
            block: *const $unsigned,
            query: $unsigned,
        ) -> usize {
            let vector = 16 / size_of::<$unsigned>();
            // SAFETY: NEON is part of the target; the loads are within the block.
            unsafe {
                let smaller = |at: usize| {
                    let keys = block.add(at * vector);
                    if SIGNED {
                        $less_signed($load_signed(keys.cast()), $splat_signed(query as $signed))
                    } else {
                        $less($load(keys), $splat(query))
                    }
                };
                let sum = $add($add(smaller(0), smaller(1)), $add(smaller(2), smaller(3)));
                usize::from(0_u8.wrapping_sub($sum(sum) as u8))
            }
        }
    )*};
}

count! {
    count8 u8, i8,
        vld1q_u8 vdupq_n_u8 vcltq_u8,
        vld1q_s8 vdupq_n_s8 vcltq_s8,
        vaddq_u8 vaddvq_u8;
    count16 u16, i16,
        vld1q_u16 vdupq_n_u16 vcltq_u16,
        vld1q_s16 vdupq_n_s16 vcltq_s16,
        vaddq_u16 vaddvq_u16;
    count32 u32, i32,
        vld1q_u32 vdupq_n_u32 vcltq_u32,
        vld1q_s32 vdupq_n_s32 vcltq_s32,
        vaddq_u32 vaddvq_u32;
    count64 u64, i64,
        vld1q_u64 vdupq_n_u64 vcltq_u64,
        vld1q_s64 vdupq_n_s64 vcltq_s64,
        vaddq_u64 vaddvq_u64;
}
