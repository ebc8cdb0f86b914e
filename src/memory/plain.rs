//! Values that are nothing but their bytes, and their form in files: little-endian, whatever the
//! machine is.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::any::Any;
use core::panic::{RefUnwindSafe, UnwindSafe};
use core::ptr::NonNull;
use core::slice;

use crate::sealed::Sealed;

/// A type of values that a file can hold: integers, floats and byte arrays.
///
/// # Safety
///
/// This trait is sealed. Values have no padding, and all bytes are a value.
pub unsafe trait Value: Copy + Send + Sync + Sealed + 'static {
    /// The name of the type in files.
    #[doc(hidden)]
    fn type_name() -> String;

    /// The value with its bytes in the order of a file, or one read from a file as it is here.
    #[doc(hidden)]
    #[must_use]
    fn little_endian(self) -> Self;
}

macro_rules! values {
    ($($value:ty as $name:literal: |$from:ident| $little:expr;)*) => {$(
        // SAFETY: numbers have no padding, and all bits are a number.
        unsafe impl Value for $value {
            fn type_name() -> String {
                $name.into()
            }

            #[inline]
            fn little_endian(self) -> Self {
                let $from = self;
                $little
            }
        }
    )*};
}

values! {
    u8 as "u8": |value| value;
    i8 as "i8": |value| value;
    u16 as "u16": |value| value.to_le();
    i16 as "i16": |value| value.to_le();
    u32 as "u32": |value| value.to_le();
    i32 as "i32": |value| value.to_le();
    u64 as "u64": |value| value.to_le();
    i64 as "i64": |value| value.to_le();
    u128 as "u128": |value| value.to_le();
    i128 as "i128": |value| value.to_le();
    f32 as "f32": |value| f32::from_bits(value.to_bits().to_le());
    f64 as "f64": |value| f64::from_bits(value.to_bits().to_le());
}

#[cfg(target_pointer_width = "64")]
values! {
    usize as "u64": |value| value.to_le();
    isize as "i64": |value| value.to_le();
}

#[cfg(not(target_pointer_width = "64"))]
values! {
    usize as "u32": |value| value.to_le();
    isize as "i32": |value| value.to_le();
}

// SAFETY: bytes have no padding, and all are valid.
unsafe impl<const N: usize> Value for [u8; N] {
    fn type_name() -> String {
        alloc::format!("bytes[{N}]")
    }

    #[inline]
    fn little_endian(self) -> Self {
        self
    }
}

/// The bytes of values in a file: those in memory where the machine is little-endian.
pub(crate) fn bytes_of<T: Value>(values: &[T]) -> Cow<'_, [u8]> {
    if cfg!(target_endian = "little") {
        return Cow::Borrowed(raw_bytes(values));
    }
    let swapped: Vec<T> = values.iter().map(|value| value.little_endian()).collect();
    Cow::Owned(raw_bytes(&swapped).into())
}

fn raw_bytes<T: Value>(values: &[T]) -> &[u8] {
    // SAFETY: the values have no padding, so that all of their bytes are initialised.
    unsafe { slice::from_raw_parts(values.as_ptr().cast(), size_of_val(values)) }
}

/// The values of bytes in a file, one by one. Bytes that are not a whole value are left out.
pub(crate) fn values_of<T: Value>(bytes: &[u8]) -> impl ExactSizeIterator<Item = T> {
    const { assert!(size_of::<T>() > 0) };
    bytes.chunks_exact(size_of::<T>()).map(|value| {
        // SAFETY: there are as many bytes as a value has, all bytes are a value, and it is read
        // wherever it is.
        unsafe { value.as_ptr().cast::<T>().read_unaligned() }.little_endian()
    })
}

/// Whoever keeps memory as it is.
pub(crate) type Keeper = Arc<dyn Any + Send + Sync + UnwindSafe + RefUnwindSafe>;

/// Bytes of a file, and perhaps what keeps them in memory.
#[derive(Clone, Copy)]
pub struct Piece<'a> {
    bytes: &'a [u8],
    keeper: Option<&'a Keeper>,
}

impl<'a> Piece<'a> {
    /// Bytes that have to be copied.
    #[cfg(feature = "file")]
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Piece {
            bytes,
            keeper: None,
        }
    }

    /// Bytes that can be used where they are.
    ///
    /// # Safety
    /// They neither move nor change as long as the keeper is there.
    #[cfg(feature = "mmap")]
    pub(crate) unsafe fn kept(bytes: &'a [u8], keeper: &'a Keeper) -> Self {
        Piece {
            bytes,
            keeper: Some(keeper),
        }
    }

    pub(crate) fn bytes(self) -> &'a [u8] {
        self.bytes
    }

    /// The values where they are, if they can be used there.
    pub(crate) fn shared<T: Value>(self) -> Option<Shared<T>> {
        let keeper = self.keeper?;
        let start = NonNull::from(self.bytes).cast::<T>();
        let is_usable = cfg!(target_endian = "little") && start.is_aligned();
        is_usable.then(|| Shared {
            start,
            len: self.bytes.len() / size_of::<T>(),
            keeper: Arc::clone(keeper),
        })
    }
}

/// Values in memory that somebody else keeps, and that many may read.
///
/// Memory safety: `start` points to `len` values that neither move nor change as long as the keeper
/// is there.
pub struct Shared<T> {
    start: NonNull<T>,
    len: usize,
    keeper: Keeper,
}

// SAFETY: it only reads the values, as a shared reference does.
unsafe impl<T: Sync> Send for Shared<T> {}
// SAFETY: as above.
unsafe impl<T: Sync> Sync for Shared<T> {}

impl<T> Shared<T> {
    /// Where the values begin, how many there are, and who keeps them.
    pub(crate) fn into_parts(self) -> (NonNull<T>, usize, Keeper) {
        (self.start, self.len, self.keeper)
    }

    #[inline]
    pub(crate) fn values(&self) -> &[T] {
        // SAFETY: they are there and do not change, as stated above.
        unsafe { slice::from_raw_parts(self.start.as_ptr(), self.len) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_restored_from_their_bytes_wherever_these_are() {
        let values = [1.5_f64, -0.0, f64::NAN];
        let mut bytes = alloc::vec![9];
        bytes.extend_from_slice(&bytes_of(&values));
        assert_eq!(bytes[1..9], 1.5_f64.to_le_bytes());
        let restored = values_of::<f64>(&bytes[1..]).map(f64::to_bits);
        assert!(restored.eq(values.iter().map(|value| value.to_bits())));
        assert_eq!(*bytes_of(&[0x0102_u16]), [2, 1]);
        assert_eq!(
            values_of::<[u8; 2]>(&[1, 2, 3]).collect::<Vec<_>>(),
            [[1, 2]]
        );
    }

    #[cfg(feature = "mmap")]
    #[test]
    fn kept_values_outlive_their_piece() {
        let numbers: Arc<Vec<u64>> = Arc::new((0..100).collect());
        let keeper: Keeper = numbers.clone();
        let bytes = raw_bytes(&numbers);
        // SAFETY: the vector is never changed.
        let piece = unsafe { Piece::kept(bytes, &keeper) };
        let shared = piece.shared::<u64>();
        assert_eq!(shared.is_some(), cfg!(target_endian = "little"));
        // SAFETY: as above.
        let askew = unsafe { Piece::kept(&bytes[1..9], &keeper) };
        assert!(askew.shared::<u64>().is_none());
        drop((numbers, keeper));
        if let Some(shared) = shared {
            assert!(shared.values().iter().copied().eq(0..100));
        }
    }
}
