//! The reference: no vector instructions. Used where there is no file for the target.

use super::BLOCK;

macro_rules! count {
    ($($name:ident $unsigned:ty, $signed:ty;)*) => {$(
        /// # Safety
        /// `block` points to a readable and initialised block.
        #[inline(always)]
        pub(super) unsafe fn $name<const SIGNED: bool>(
            block: *const $unsigned,
            query: $unsigned,
        ) -> usize {
            let mut count = 0;
            for at in 0..BLOCK / size_of::<$unsigned>() {
                // SAFETY: within the block.
                let key = unsafe { block.add(at).read() };
                let smaller =
                    if SIGNED { (key as $signed) < query as $signed } else { key < query };
                count += usize::from(smaller);
            }
            count
        }
    )*};
}

count! {
    count8 u8, i8;
    count16 u16, i16;
    count32 u32, i32;
    count64 u64, i64;
}
