//! Which keys can be packed, and as what.
//!
//! A [`Fixed`] key is equivalent to an integer, its *lane*: it is converted to one that keeps the
//! order, and back. Strings and long byte arrays are packed by a part of them. All other keys are
//! arranged by their `Ord`.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Reverse;
use core::net::{Ipv4Addr, Ipv6Addr};
use core::num::NonZero;

use crate::prefix::Prefix;
use crate::sealed::Sealed;

use super::key_array::{IntegerArray, KeyArray, TextArray};
use super::parts::Stored;
use super::s_plus_tree::Lane;

/// A key that can be [`Packed`](super::Packed): a [`Fixed`] key, `[u8; N]`, or text ([`String`],
/// `Box<str>`, `Vec<u8>`, `Box<[u8]>`).
///
/// Every value of each of these types is a valid key. Other types that are `Ord` are arranged
/// [`ByOrd`](super::ByOrd): this trait is sealed.
#[diagnostic::on_unimplemented(
    message = "keys of type `{Self}` cannot be packed in a static collection",
    note = "use `String` for text, with `&str` queries, `Newtype` for structs around integers, and \
            `ByOrd` for other types that are `Ord`"
)]
pub trait Key: Sized + Sealed {
    /// The array of keys.
    #[doc(hidden)]
    type KeyArray<const B: usize>: KeyArray<Key = Self> + Stored;

    /// The name of the type in files.
    #[doc(hidden)]
    fn type_name() -> String;
}

/// A [`Key`] that is a string of bytes, and can start with a prefix. This trait is sealed.
pub trait TextKey: Key {
    /// What the prefix of a key is: `str` or `[u8]`.
    type Prefix: Prefix + AsRef<[u8]> + ?Sized;

    #[doc(hidden)]
    fn rank_bytes<const B: usize>(keys: &Self::KeyArray<B>, bytes: &[u8]) -> usize;
}

/// A key of a few bytes with an order-preserving integer.
///
/// - Integers of 8 to 128 bits, `usize`, `isize`, [`NonZero`] ones, `bool`, `char`, [`Ipv4Addr`],
///   [`Ipv6Addr`] and [`Reverse`] of a fixed key: in the order of their `Ord`.
/// - `f32` and `f64`: in the order of [`f64::total_cmp`], which is NaN with a sign, -∞, negative
///   numbers, -0.0, +0.0, positive numbers, +∞, NaN. So -0.0 and +0.0 are two keys, and so are NaNs
///   with different bits; each is found by itself.
/// - Tuples of two, three or four fixed keys, not wider than 128 bits together: part by part.
///
/// This trait is sealed: its items are hidden and may change.
pub trait Fixed: Copy + 'static + Sealed {
    /// The order-preserving integer.
    #[doc(hidden)]
    type Lane: Lane;
    /// The number of its ordered bits.
    #[doc(hidden)]
    const BITS: u32 = 8 * size_of::<Self::Lane>() as u32;

    /// The name of the type in files.
    #[doc(hidden)]
    fn fixed_name() -> String;

    #[doc(hidden)]
    fn encode(self) -> Self::Lane;

    /// The key of an integer. Integers that do not correspond to a key give an arbitrary key.
    #[doc(hidden)]
    fn decode(lane: Self::Lane) -> Self;
}

impl<K: Fixed> Key for K {
    type KeyArray<const B: usize> = IntegerArray<K, B>;

    fn type_name() -> String {
        K::fixed_name()
    }
}

macro_rules! fixed {
    ($(
        $key:ty as $lane:ty, $name:expr => |$from:ident| $encode:expr, |$to:ident| $decode:expr;
    )*) => {$(
        impl Sealed for $key {}

        impl Fixed for $key {
            type Lane = $lane;

            fn fixed_name() -> String {
                $name.into()
            }

            #[inline]
            fn encode(self) -> $lane {
                let $from = self;
                $encode
            }

            #[inline]
            fn decode($to: $lane) -> Self {
                $decode
            }
        }
    )*};
}

macro_rules! integers {
    ($($integer:ty as $lane:ty),*) => {
        fixed! {$(
            $integer as $lane, stringify!($lane) => |key| key as $lane, |lane| lane as $integer;
            NonZero<$integer> as $lane, concat!("nonzero ", stringify!($lane)) =>
                |key| key.get() as $lane,
                |lane| Self::new(lane as $integer).unwrap_or(Self::MAX);
        )*}
    };
}

integers!(
    u8 as u8,
    u16 as u16,
    u32 as u32,
    u64 as u64,
    u128 as u128,
    i8 as i8,
    i16 as i16,
    i32 as i32,
    i64 as i64,
    i128 as i128
);
#[cfg(target_pointer_width = "64")]
integers!(usize as u64, isize as i64);
#[cfg(not(target_pointer_width = "64"))]
integers!(usize as u32, isize as i32);

fixed! {
    bool as u8, "bool" => |key| u8::from(key), |lane| lane != 0;
    char as u32, "char" => |key| u32::from(key),
        |lane| char::from_u32(lane).unwrap_or(char::REPLACEMENT_CHARACTER);
    f32 as i32, "f32" => |key| total32(key.to_bits().cast_signed()),
        |lane| f32::from_bits(total32(lane).cast_unsigned());
    f64 as i64, "f64" => |key| total64(key.to_bits().cast_signed()),
        |lane| f64::from_bits(total64(lane).cast_unsigned());
    Ipv4Addr as u32, "ipv4" => |key| key.to_bits(), |lane| Ipv4Addr::from_bits(lane);
    Ipv6Addr as u128, "ipv6" => |key| key.to_bits(), |lane| Ipv6Addr::from_bits(lane);
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

impl<K: Fixed> Sealed for Reverse<K> {}

impl<K: Fixed> Fixed for Reverse<K> {
    type Lane = K::Lane;
    const BITS: u32 = K::BITS;

    fn fixed_name() -> String {
        format!("reverse {}", K::fixed_name())
    }

    #[inline]
    fn encode(self) -> K::Lane {
        K::Lane::from_ordered_bits(ordered_bits(self.0) ^ (u128::MAX >> (u128::BITS - K::BITS)))
    }

    #[inline]
    fn decode(lane: K::Lane) -> Self {
        Reverse(from_ordered_bits(
            lane.ordered_bits() ^ (u128::MAX >> (u128::BITS - K::BITS)),
        ))
    }
}

/// The width of a lane.
pub struct Width<const BITS: u32>(());

impl<const BITS: u32> Sealed for Width<BITS> {}

/// The lane that two widths beside each other need.
pub trait Plus<Other>: Sealed {
    /// The integer of that width.
    type Lane: Lane;
}

macro_rules! plus {
    ($($left:literal + $right:literal => $lane:ty),* $(,)?) => {$(
        impl Plus<Width<$right>> for Width<$left> {
            type Lane = $lane;
        }
    )*};
}

// Sums wider than 128 bits are rejected where bits are counted: parts of odd sizes look wider than
// they are.
plus!(
    8 + 128 => u128, 16 + 128 => u128, 32 + 128 => u128, 64 + 128 => u128, 128 + 128 => u128,
    128 + 8 => u128, 128 + 16 => u128, 128 + 32 => u128, 128 + 64 => u128,
    8 + 8 => u16, 8 + 16 => u32, 8 + 32 => u64, 8 + 64 => u128,
    16 + 8 => u32, 16 + 16 => u32, 16 + 32 => u64, 16 + 64 => u128,
    32 + 8 => u64, 32 + 16 => u64, 32 + 32 => u64, 32 + 64 => u128,
    64 + 8 => u128, 64 + 16 => u128, 64 + 32 => u128, 64 + 64 => u128,
);

type WidthOf<K> = <<K as Fixed>::Lane as Lane>::Width;
type Joined<A, B> = <WidthOf<A> as Plus<WidthOf<B>>>::Lane;

impl<A: Fixed, B: Fixed> Sealed for (A, B) {}

/// Two parts next to each other, the first one more significant.
impl<A: Fixed, B: Fixed> Fixed for (A, B)
where
    WidthOf<A>: Plus<WidthOf<B>>,
{
    type Lane = Joined<A, B>;
    const BITS: u32 = {
        let bits = A::BITS + B::BITS;
        assert!(
            bits <= u128::BITS,
            "a tuple of more than 128 bits: use `ByOrd`"
        );
        bits
    };

    fn fixed_name() -> String {
        format!("({}, {})", A::fixed_name(), B::fixed_name())
    }

    #[inline]
    fn encode(self) -> Self::Lane {
        const { assert!(Self::BITS <= u128::BITS) };
        Self::Lane::from_ordered_bits(ordered_bits(self.0) << B::BITS | ordered_bits(self.1))
    }

    #[inline]
    fn decode(lane: Self::Lane) -> Self {
        let bits = lane.ordered_bits();
        (from_ordered_bits(bits >> B::BITS), from_ordered_bits(bits))
    }
}

#[inline]
fn ordered_bits<K: Fixed>(key: K) -> u128 {
    key.encode().ordered_bits()
}

#[inline]
fn from_ordered_bits<K: Fixed>(bits: u128) -> K {
    // Bits above those of the part are ignored by the integers that it consists of.
    K::decode(K::Lane::from_ordered_bits(bits))
}

/// Tuples of more parts are pairs of pairs.
macro_rules! tuples {
    ($(($($part:ident $name:ident),*) as $pairs:ty: $to:expr, |$nested:pat_param|;)*) => {$(
        impl<$($part: Fixed),*> Sealed for ($($part,)*) {}

        impl<$($part: Fixed),*> Fixed for ($($part,)*)
        where
            $pairs: Fixed,
        {
            type Lane = <$pairs as Fixed>::Lane;
            const BITS: u32 = <$pairs as Fixed>::BITS;

            fn fixed_name() -> String {
                <$pairs>::fixed_name()
            }

            #[inline]
            fn encode(self) -> Self::Lane {
                let ($($name,)*) = self;
                $to.encode()
            }

            #[inline]
            fn decode(lane: Self::Lane) -> Self {
                let $nested = <$pairs>::decode(lane);
                ($($name,)*)
            }
        }
    )*};
}

tuples! {
    (A a, B b, C c) as ((A, B), C): ((a, b), c), |((a, b), c)|;
    (A a, B b, C c, D d) as ((A, B), (C, D)): ((a, b), (c, d)), |((a, b), (c, d))|;
}

impl<const N: usize> Sealed for [u8; N] {}

impl<const N: usize> Key for [u8; N] {
    type KeyArray<const B: usize> = TextArray<Self, B>;

    fn type_name() -> String {
        format!("bytes[{N}]")
    }
}

impl<const N: usize> TextKey for [u8; N] {
    type Prefix = [u8];

    fn rank_bytes<const B: usize>(keys: &TextArray<Self, B>, bytes: &[u8]) -> usize {
        keys.rank_bytes(bytes)
    }
}

macro_rules! texts {
    ($($text:ty as $prefix:ty, $name:literal;)*) => {$(
        impl Sealed for $text {}

        impl Key for $text {
            type KeyArray<const B: usize> = TextArray<Self, B>;

            fn type_name() -> String {
                $name.into()
            }
        }

        impl TextKey for $text {
            type Prefix = $prefix;

            fn rank_bytes<const B: usize>(keys: &TextArray<Self, B>, bytes: &[u8]) -> usize {
                keys.rank_bytes(bytes)
            }
        }
    )*};
}

texts! {
    String as str, "text";
    Box<str> as str, "text";
    Vec<u8> as [u8], "bytes";
    Box<[u8]> as [u8], "bytes";
}

#[cfg(test)]
mod tests {
    use core::fmt::Debug;

    use super::*;

    /// Keys in ascending order have ascending integers, and can be restored from them.
    fn keep_order<K: Fixed + PartialEq + Debug>(keys: &[K]) {
        for pair in keys.windows(2) {
            assert!(pair[0].encode() < pair[1].encode(), "{pair:?}");
        }
        for key in keys {
            assert_eq!(K::decode(key.encode()), *key);
        }
    }

    #[test]
    fn keys_keep_their_order_as_integers() {
        keep_order(&[0_u8, 1, 127, 128, 255]);
        keep_order(&[i8::MIN, -1, 0, 1, i8::MAX]);
        keep_order(&[i128::MIN, -1, 0, 1, i128::MAX]);
        keep_order(&[isize::MIN, -1, 0, 1, isize::MAX]);
        keep_order(&[false, true]);
        keep_order(&['\0', 'a', '\u{D7FF}', '\u{E000}', char::MAX]);
        keep_order(&[
            NonZero::<i32>::MIN,
            NonZero::new(-1).unwrap(),
            NonZero::new(1).unwrap(),
        ]);
        keep_order(&[Reverse(i16::MAX), Reverse(0), Reverse(i16::MIN)]);
        keep_order(&[
            Ipv4Addr::UNSPECIFIED,
            Ipv4Addr::LOCALHOST,
            Ipv4Addr::BROADCAST,
        ]);
        keep_order(&[
            Ipv6Addr::UNSPECIFIED,
            Ipv6Addr::LOCALHOST,
            Ipv6Addr::from_bits(u128::MAX),
        ]);
    }

    #[test]
    fn floats_are_in_total_order() {
        keep_order(&[
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
        keep_order(&[
            f32::NEG_INFINITY,
            f32::MIN,
            -1e-45,
            -0.0,
            0.0,
            1e-45,
            1.0,
            f32::INFINITY,
        ]);
        assert!((-f64::NAN).encode() < f64::NEG_INFINITY.encode());
        assert!(f64::INFINITY.encode() < f64::NAN.encode());
        for bits in [f64::NAN.to_bits(), u64::MAX, 0x7FF0_0000_0000_0001] {
            let key = f64::from_bits(bits);
            assert_eq!(f64::decode(key.encode()).to_bits(), bits);
        }
    }

    #[test]
    fn tuples_are_ordered_part_by_part() {
        keep_order(&[
            (i8::MIN, u8::MAX),
            (-1, 0),
            (-1, 1),
            (0, 0),
            (0, 255),
            (i8::MAX, 3),
        ]);
        keep_order(&[
            (0_u64, i64::MIN),
            (0, -1),
            (0, 0),
            (1, i64::MIN),
            (u64::MAX, i64::MAX),
        ]);
        keep_order(&[
            (1_u16, 'a', false),
            (1, 'a', true),
            (1, 'b', false),
            (2, '\0', false),
        ]);
        keep_order(&[
            (i8::MIN, 1_i8, 1_i16),
            (0, -1, 7),
            (0, 0, i16::MIN),
            (0, 0, 0),
            (0, 1, -1),
        ]);
        keep_order(&[
            (-1.5_f32, 0_u32, 0_u8, 1_u8),
            (-0.5, 0, 0, 0),
            (-0.5, 0, 9, 0),
            (0.0, 0, 0, 0),
        ]);
        keep_order(&[
            (false, 9_u8, 'a', -1_i64),
            (false, 9, 'a', 0),
            (true, 0, '\0', i64::MIN),
        ]);
        keep_order(&[(0_u64, 1_u32, 2_u32), (0, 1, 3), (0, 2, 0), (1, 0, 0)]);
        keep_order(&[
            (Reverse((1_u64, 0_u16)), 0_u32),
            (Reverse((0, u16::MAX)), 0),
            (Reverse((0, 1)), 0),
            (Reverse((0, 0)), 0),
            (Reverse((0, 0)), 1),
        ]);
        keep_order(&[((1_u8, 2_u16), 3_u8), ((1, 2), 4), ((1, 3), 0), ((2, 0), 0)]);
    }
}
