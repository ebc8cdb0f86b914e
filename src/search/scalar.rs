//! The reference: no vector instructions. What the compiler makes of it is used where there is no
//! file for the target.

use super::BLOCK;

macro_rules! count {
    ($($name:ident $unsigned:ty, $signed:ty;)*) => {$(
        /// # Safety
        /// `line` points to a readable and initialised line.
        #[inline(always)]
        pub(super) unsafe fn $name<const SIGNED: bool>(
            line: *const $unsigned,
            query: $unsigned,
        ) -> usize {
            let mut count = 0;
            for at in 0..BLOCK / size_of::<$unsigned>() {
                // SAFETY: within the line.
                let key = unsafe { line.add(at).read() };
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
