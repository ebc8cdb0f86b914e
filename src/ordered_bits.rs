//! Keys with an integer of the same order: their types, and what the integer is.
//!
//! This is the one table for all collections. Trees convert keys when they search a node
//! (`search::convert`), static collections store the integers instead of the keys
//! (`static_collections::key`). Both differ only in where the parts of a key are within its
//! integer: see [`Packing`].
//!
//! Which of these types a collection converts is its own decision: trees compare most integers of
//! 64 bits and less as vectors, without a conversion (`key`), and static collections take arrays
//! of bytes for texts.

#![deny(unsafe_code)]

use core::cmp::Reverse;
use core::net::{Ipv4Addr, Ipv6Addr};
use core::num::NonZero;
use core::time::Duration;

/// Where the parts of a key are within its integer.
pub trait Packing {
    /// Whether parts that do not fit into one word of 64 bits have a word each.
    const IN_WORDS: bool;
}

/// Next to each other: integers that are stored should be no wider than their keys.
pub struct Dense;

/// In one word of 64 bits, or each in its own: where integers are only compared, unused bits cost
/// nothing, but shifts across words would. With [`Dense`], look-ups of durations in trees took 1.4
/// times the instructions.
pub(crate) struct Words;

impl Packing for Dense {
    const IN_WORDS: bool = false;
}

impl Packing for Words {
    const IN_WORDS: bool = true;
}

/// A key that is equivalent to an unsigned integer of the same order, of up to 128 bits.
pub trait OrderedBits<P>: Copy + 'static {
    /// The number of bits of the integers.
    const BITS: u32;

    /// The integer of a key.
    fn to_bits(self) -> u128;

    /// The key of an integer, of which higher bits are ignored.
    ///
    /// If all bits are zeros, this is the least key, and if all are ones, the greatest. Other
    /// integers that do not correspond to a key give an arbitrary key.
    fn from_bits(bits: u128) -> Self;
}

/// Keys that are converted as others are.
macro_rules! converted_as {
    ($(
        [$($part:ident)*] $key:ty as $other:ty:
            |$from:pat_param| $to:expr, |$back:pat_param| $of:expr;
    )*) => {$(
        impl<P: Packing, $($part: OrderedBits<P>),*> OrderedBits<P> for $key {
            const BITS: u32 = <$other as OrderedBits<P>>::BITS;

            #[inline]
            fn to_bits(self) -> u128 {
                let $from = self;
                <$other as OrderedBits<P>>::to_bits($to)
            }

            #[inline]
            fn from_bits(bits: u128) -> Self {
                let $back = <$other as OrderedBits<P>>::from_bits(bits);
                $of
            }
        }
    )*};
}

macro_rules! integers {
    ($($integer:ty as $unsigned:ty),*) => {$(
        /// The least integer becomes 0.
        impl<P: Packing> OrderedBits<P> for $integer {
            const BITS: u32 = <$integer>::BITS;

            #[inline]
            fn to_bits(self) -> u128 {
                self.wrapping_sub(<$integer>::MIN) as $unsigned as u128
            }

            #[inline]
            fn from_bits(bits: u128) -> Self {
                (bits as $integer).wrapping_add(<$integer>::MIN)
            }
        }

        converted_as! {
            [] NonZero<$integer> as $integer:
                |key| key.get(), |integer| Self::new(integer).unwrap_or(Self::MIN);
        }
    )*};
}

integers!(
    u8 as u8,
    u16 as u16,
    u32 as u32,
    u64 as u64,
    u128 as u128,
    usize as usize,
    i8 as u8,
    i16 as u16,
    i32 as u32,
    i64 as u64,
    i128 as u128,
    isize as usize
);

converted_as! {
    [] bool as u8: |key| key.into(), |integer| integer != 0;
    [] char as u32: |key| key.into(), |integer| char::from_u32(integer).unwrap_or(char::MAX);
    [] f32 as i32: |key| total32(key.to_bits().cast_signed()),
        |integer| f32::from_bits(total32(integer).cast_unsigned());
    [] f64 as i64: |key| total64(key.to_bits().cast_signed()),
        |integer| f64::from_bits(total64(integer).cast_unsigned());
    [] Ipv4Addr as u32: |key| Ipv4Addr::to_bits(key), |integer| Ipv4Addr::from_bits(integer);
    [] Ipv6Addr as u128: |key| Ipv6Addr::to_bits(key), |integer| Ipv6Addr::from_bits(integer);
    [] Duration as (u64, u32): |key| (key.as_secs(), key.subsec_nanos()),
        |(seconds, nanoseconds)| Duration::new(seconds, nanoseconds.min(999_999_999));
    [A B C] (A, B, C) as ((A, B), C): |(a, b, c)| ((a, b), c), |((a, b), c)| (a, b, c);
    [A B C D] (A, B, C, D) as ((A, B), (C, D)):
        |(a, b, c, d)| ((a, b), (c, d)), |((a, b), (c, d))| (a, b, c, d);
}

/// Converts the bits of a float to an integer ordered as IEEE 754's totalOrder, and back: the
/// greater the magnitude of a negative number, the smaller it is.
#[inline]
fn total32(bits: i32) -> i32 {
    bits ^ ((bits >> 31) & i32::MAX)
}

/// Like [`total32`].
#[inline]
fn total64(bits: i64) -> i64 {
    bits ^ ((bits >> 63) & i64::MAX)
}

/// The first byte is the most significant one.
impl<P: Packing, const N: usize> OrderedBits<P> for [u8; N] {
    const BITS: u32 = 8 * N as u32;

    #[inline]
    fn to_bits(self) -> u128 {
        let mut bytes = [0; 16];
        bytes[16 - N..].copy_from_slice(&self);
        u128::from_be_bytes(bytes)
    }

    #[inline]
    fn from_bits(bits: u128) -> Self {
        let mut key = [0; N];
        key.copy_from_slice(&bits.to_be_bytes()[16 - N..]);
        key
    }
}

/// All bits are inverted.
impl<P: Packing, K: OrderedBits<P>> OrderedBits<P> for Reverse<K> {
    const BITS: u32 = K::BITS;

    #[inline]
    fn to_bits(self) -> u128 {
        self.0.to_bits() ^ (u128::MAX >> (u128::BITS - K::BITS))
    }

    #[inline]
    fn from_bits(bits: u128) -> Self {
        Reverse(K::from_bits(!bits))
    }
}

/// Returns where the second part of a pair ends, and the first one begins.
const fn shift<P: Packing, A: OrderedBits<P>, B: OrderedBits<P>>() -> u32 {
    let shift = if P::IN_WORDS && A::BITS + B::BITS > 64 && B::BITS < 64 {
        64
    } else {
        B::BITS
    };
    assert!(
        A::BITS + shift <= u128::BITS,
        "a key of more than 128 bits: use `ByOrd`"
    );
    shift
}

/// The first part is the more significant one.
impl<P: Packing, A: OrderedBits<P>, B: OrderedBits<P>> OrderedBits<P> for (A, B) {
    const BITS: u32 = A::BITS + shift::<P, A, B>();

    #[inline]
    fn to_bits(self) -> u128 {
        self.0.to_bits() << const { shift::<P, A, B>() } | self.1.to_bits()
    }

    #[inline]
    fn from_bits(bits: u128) -> Self {
        let first = bits >> const { shift::<P, A, B>() };
        (A::from_bits(first), B::from_bits(bits))
    }
}

/// `None` is 0, and `Some` a pair of `true` and the key.
impl<P: Packing, K: OrderedBits<P>> OrderedBits<P> for Option<K> {
    const BITS: u32 = <(bool, K) as OrderedBits<P>>::BITS;

    #[inline]
    fn to_bits(self) -> u128 {
        match self {
            None => 0,
            // Not by the pair, whose calls took a fifth of a look-up in a debug build.
            Some(key) => 1 << const { shift::<P, bool, K>() } | key.to_bits(),
        }
    }

    #[inline]
    fn from_bits(bits: u128) -> Self {
        let (is_some, key) = <(bool, K) as OrderedBits<P>>::from_bits(bits);
        is_some.then_some(key)
    }
}

#[cfg(test)]
mod tests {
    use core::fmt::Debug;

    use super::*;

    /// Checks keys in ascending order: their integers ascend, have no more bits than they should,
    /// and give the keys again, whatever the bits above.
    fn ascend<P: Packing, K: OrderedBits<P> + PartialEq + Debug>(keys: &[K]) {
        assert!(keys.is_sorted_by(|left, right| left.to_bits() < right.to_bits()));
        for key in keys {
            let above = u128::MAX.checked_shl(K::BITS).unwrap_or(0);
            assert_eq!(key.to_bits() & above, 0, "{key:?}");
            assert_eq!(K::from_bits(key.to_bits()), *key);
            assert_eq!(K::from_bits(key.to_bits() | above), *key);
        }
    }

    /// The same of keys that begin with the least and end with the greatest of their type.
    fn ascend_from_end_to_end<P: Packing, K: OrderedBits<P> + PartialEq + Debug>(keys: &[K]) {
        ascend::<P, K>(keys);
        assert_eq!(keys.first(), Some(&K::from_bits(0)));
        assert_eq!(keys.last(), Some(&K::from_bits(u128::MAX)));
    }

    fn are_ordered<K>(keys: &[K])
    where
        K: OrderedBits<Dense> + OrderedBits<Words> + PartialEq + Debug,
    {
        ascend_from_end_to_end::<Dense, K>(keys);
        ascend_from_end_to_end::<Words, K>(keys);
    }

    macro_rules! integers_are_ordered {
        ($($integer:ident)*) => {$(
            are_ordered(&[<$integer>::MIN, <$integer>::MAX / 2, <$integer>::MAX]);
            are_ordered(&[NonZero::<$integer>::MIN, NonZero::<$integer>::MAX]);
            are_ordered(&[<$integer>::MAX, 1, <$integer>::MIN].map(Reverse));
        )*};
    }

    #[test]
    fn keys_keep_their_order_as_integers() {
        integers_are_ordered!(u8 u16 u32 u64 u128 usize);
        integers_are_ordered!(i8 i16 i32 i64 i128 isize);
        are_ordered(&[i32::MIN, -1, 0, 1, i32::MAX]);
        are_ordered(&[-128, -1, 1, 127].map(|key| NonZero::<i8>::new(key).unwrap()));
        are_ordered(&[false, true]);
        are_ordered(&['\0', 'a', '\u{D7FF}', '\u{E000}', char::MAX]);
        are_ordered(&[0, 0x7F00_0001, u32::MAX].map(Ipv4Addr::from_bits));
        are_ordered(&[0, 1, 1 << 64, u128::MAX].map(Ipv6Addr::from_bits));
        are_ordered(&[[0, 0, 0], [0, 0, 255], [0, 1, 0], [1, 0, 0], [255; 3]]);
        are_ordered(&[
            Duration::ZERO,
            Duration::new(0, 999_999_999),
            Duration::new(1, 0),
            Duration::new(1 << 32, 0),
            Duration::MAX,
        ]);
        are_ordered(&[None, Some(0), Some(1), Some(u8::MAX)]);
        are_ordered(&[None, Some(i64::MIN), Some(-1), Some(0), Some(i64::MAX)]);
        are_ordered(&[None, Some(NonZero::<u32>::MIN), Some(NonZero::<u32>::MAX)]);
        are_ordered(&[None, Some(None), Some(Some(false)), Some(Some(true))]);
        are_ordered(&[Some(u8::MAX), Some(0), None].map(Reverse));
        ascend_from_end_to_end::<Dense, _>(&[None, Some(Duration::ZERO), Some(Duration::MAX)]);
    }

    #[test]
    fn floats_are_in_total_order() {
        ascend::<Dense, _>(&[
            f64::NEG_INFINITY,
            f64::MIN,
            -1.5,
            -f64::MIN_POSITIVE,
            -5e-324,
            -0.0,
            0.0,
            5e-324,
            1.0,
            f64::MAX,
            f64::INFINITY,
        ]);
        ascend::<Dense, _>(&[
            f32::NEG_INFINITY,
            f32::MIN,
            -1e-45,
            -0.0,
            0.0,
            1e-45,
            1.0,
            f32::INFINITY,
        ]);
        let to_bits = |key: f64| OrderedBits::<Dense>::to_bits(key);
        assert!(to_bits(-f64::NAN) < to_bits(f64::NEG_INFINITY));
        assert!(to_bits(f64::INFINITY) < to_bits(f64::NAN));
        for bits in [f64::NAN.to_bits(), u64::MAX, 0x7FF0_0000_0000_0001] {
            let key = <f64 as OrderedBits<Dense>>::from_bits(to_bits(f64::from_bits(bits)));
            assert_eq!(key.to_bits(), bits);
        }
    }

    #[test]
    fn parts_are_dense_or_in_words() {
        fn bits<P: Packing, K: OrderedBits<P>>(key: K) -> (u128, u32) {
            (key.to_bits(), K::BITS)
        }
        assert_eq!(bits::<Dense, _>((1_u8, -2_i16)), (0x01_7FFE, 24));
        assert_eq!(bits::<Words, _>((1_u8, -2_i16)), (0x01_7FFE, 24));
        assert_eq!(bits::<Dense, _>((1_u64, 2_u32)), (1 << 32 | 2, 96));
        assert_eq!(bits::<Words, _>((1_u64, 2_u32)), (1 << 64 | 2, 128));
        // The second part is wider than a word.
        assert_eq!(
            bits::<Words, _>((1_u8, (2_u8, 3_u64))),
            (1 << 72 | 2 << 64 | 3, 80)
        );
        assert_eq!(bits::<Dense, _>(Duration::new(1, 2)), (1 << 32 | 2, 96));
        assert_eq!(bits::<Words, _>(Duration::new(1, 2)), (1 << 64 | 2, 128));
        assert_eq!(bits::<Dense, _>(Some(2_u32)), (1 << 32 | 2, 40));
        assert_eq!(bits::<Dense, _>(None::<NonZero<u32>>), (0, 40));
        assert_eq!(
            bits::<Words, _>(((1_u8, 2_u8), 3_u64)),
            (1 << 72 | 2 << 64 | 3, 80)
        );
    }

    #[test]
    fn tuples_are_ordered_part_by_part() {
        ascend::<Dense, _>(&[
            (i8::MIN, u8::MAX),
            (-1, 0),
            (-1, 1),
            (0, 0),
            (0, 255),
            (i8::MAX, 3),
        ]);
        ascend::<Dense, _>(&[
            (0_u64, i64::MIN),
            (0, -1),
            (0, 0),
            (1, i64::MIN),
            (u64::MAX, i64::MAX),
        ]);
        ascend::<Dense, _>(&[
            (1_u16, 'a', false),
            (1, 'a', true),
            (1, 'b', false),
            (2, '\0', false),
        ]);
        ascend::<Dense, _>(&[
            (i8::MIN, 1_i8, 1_i16),
            (0, -1, 7),
            (0, 0, i16::MIN),
            (0, 0, 0),
            (0, 1, -1),
        ]);
        ascend::<Dense, _>(&[
            (-1.5_f32, 0_u32, 0_u8, 1_u8),
            (-0.5, 0, 0, 0),
            (-0.5, 0, 9, 0),
            (0.0, 0, 0, 0),
        ]);
        ascend::<Dense, _>(&[
            (false, 9_u8, 'a', -1_i64),
            (false, 9, 'a', 0),
            (true, 0, '\0', i64::MIN),
        ]);
        ascend::<Dense, _>(&[(0_u64, 1_u32, 2_u32), (0, 1, 3), (0, 2, 0), (1, 0, 0)]);
        ascend::<Dense, _>(&[
            (Reverse((1_u64, 0_u16)), 0_u32),
            (Reverse((0, u16::MAX)), 0),
            (Reverse((0, 1)), 0),
            (Reverse((0, 0)), 0),
            (Reverse((0, 0)), 1),
        ]);
        ascend::<Dense, _>(&[((1_u8, 2_u16), 3_u8), ((1, 2), 4), ((1, 3), 0), ((2, 0), 0)]);
    }
}
