//! Which keys can be packed, and as what.
//!
//! A [`Fixed`] key is equivalent to an integer of the same order, which `ordered_bits` defines. It
//! is stored as its *lane*, an integer type that has room for these bits. Strings and byte arrays
//! are packed by a part of them, as they are searched by prefixes. All other keys are arranged by
//! their `Ord`.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Reverse;
use core::net::{Ipv4Addr, Ipv6Addr};
use core::num::NonZero;
use core::time::Duration;

use crate::ordered_bits::{Dense, OrderedBits};
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
///   [`Ipv6Addr`], [`Duration`], and [`Reverse`] and `Option` of a fixed key: in the order of their
///   `Ord`.
/// - `f32` and `f64`: in the order of [`f64::total_cmp`], which is NaN with a sign, -∞, negative
///   numbers, -0.0, +0.0, positive numbers, +∞, NaN. So -0.0 and +0.0 are two keys, and so are NaNs
///   with different bits; each is found by itself.
/// - Tuples of two, three or four fixed keys: part by part.
///
/// A key has at most 128 bits: a `Duration` has 96, an `Option` 8 more than its key, a tuple those
/// of its parts. Wider ones are arranged [`ByOrd`](super::ByOrd).
///
/// ```
/// use leafwise::StaticMap;
/// use std::time::Duration;
///
/// let sent_after = |millis| Some(Duration::from_millis(millis));
/// let sent = StaticMap::from([(sent_after(90), 'b'), (None, 'c'), (sent_after(7), 'a')]);
/// assert_eq!(sent.first(), Some((None, &'c')));
/// assert_eq!(sent.floor(&sent_after(50)), Some((sent_after(7), &'a')));
/// ```
///
/// A program with wider keys does not compile:
///
/// ```compile_fail,E0080
/// leafwise::StaticSet::from([Some(1_u128)]);
/// ```
///
/// This trait is sealed: its items are hidden and may change.
pub trait Fixed: Copy + 'static + OrderedBits<Dense> + Sealed {
    /// The order-preserving integer.
    #[doc(hidden)]
    type Lane: Lane;

    /// The name of the type in files.
    #[doc(hidden)]
    fn fixed_name() -> String;

    #[doc(hidden)]
    #[inline]
    fn encode(self) -> Self::Lane {
        Self::Lane::from_bits(self.to_bits())
    }

    /// The key of an integer. Integers that do not correspond to a key give an arbitrary key.
    #[doc(hidden)]
    #[inline]
    fn decode(lane: Self::Lane) -> Self {
        Self::from_bits(lane.to_bits())
    }
}

impl<K: Fixed> Key for K {
    type KeyArray<const B: usize> = IntegerArray<K, B>;

    fn type_name() -> String {
        K::fixed_name()
    }
}

macro_rules! fixed {
    ($($key:ty as $lane:ty, $name:expr;)*) => {$(
        impl Sealed for $key {}

        impl Fixed for $key {
            type Lane = $lane;

            fn fixed_name() -> String {
                $name.into()
            }
        }
    )*};
}

macro_rules! integers {
    ($($integer:ty as $lane:ty),*) => {
        fixed! {$(
            $integer as $lane, stringify!($lane);
            NonZero<$integer> as $lane, concat!("nonzero ", stringify!($lane));
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
    bool as u8, "bool";
    char as u32, "char";
    f32 as i32, "f32";
    f64 as i64, "f64";
    Ipv4Addr as u32, "ipv4";
    Ipv6Addr as u128, "ipv6";
    Duration as u128, "duration";
}

impl<K: Fixed> Sealed for Reverse<K> {}

impl<K: Fixed> Fixed for Reverse<K> {
    type Lane = K::Lane;

    fn fixed_name() -> String {
        format!("reverse {}", K::fixed_name())
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

impl<A: Fixed, B: Fixed> Fixed for (A, B)
where
    WidthOf<A>: Plus<WidthOf<B>>,
{
    type Lane = Joined<A, B>;

    fn fixed_name() -> String {
        format!("({}, {})", A::fixed_name(), B::fixed_name())
    }
}

impl<K: Fixed> Sealed for Option<K> {}

impl<K: Fixed> Fixed for Option<K>
where
    (bool, K): Fixed,
{
    type Lane = <(bool, K) as Fixed>::Lane;

    fn fixed_name() -> String {
        format!("option {}", K::fixed_name())
    }
}

/// Tuples of more parts are pairs of pairs.
macro_rules! tuples {
    ($(($($part:ident),*) as $pairs:ty;)*) => {$(
        impl<$($part: Fixed),*> Sealed for ($($part,)*) {}

        impl<$($part: Fixed),*> Fixed for ($($part,)*)
        where
            $pairs: Fixed,
        {
            type Lane = <$pairs as Fixed>::Lane;

            fn fixed_name() -> String {
                <$pairs>::fixed_name()
            }
        }
    )*};
}

tuples! {
    (A, B, C) as ((A, B), C);
    (A, B, C, D) as ((A, B), (C, D));
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

    /// Keys in ascending order have ascending integers of that type, and can be restored from them.
    fn are_stored_as<L: Lane, K: Fixed<Lane = L> + PartialEq + Debug>(keys: &[K]) {
        assert!(keys.is_sorted_by(|left, right| left.encode() < right.encode()));
        assert!(keys.iter().all(|key| K::decode(key.encode()) == *key));
    }

    #[test]
    fn lanes_are_no_wider_than_keys() {
        are_stored_as::<u8, u8>(&[0, 127, 128, 255]);
        are_stored_as::<i8, i8>(&[i8::MIN, -1, 0, i8::MAX]);
        are_stored_as::<i16, Reverse<i16>>(&[i16::MAX, 0, -1, i16::MIN].map(Reverse));
        are_stored_as::<u64, u64>(&[0, u64::MAX]);
        are_stored_as::<i64, _>(&[NonZero::<i64>::MIN, NonZero::<i64>::MAX]);
        are_stored_as::<i128, i128>(&[i128::MIN, -1, 0, i128::MAX]);
        are_stored_as::<u8, bool>(&[false, true]);
        are_stored_as::<u32, char>(&['a', char::MAX]);
        are_stored_as::<i32, f32>(&[f32::NEG_INFINITY, -0.0, 0.0, f32::INFINITY]);
        are_stored_as::<i64, f64>(&[f64::NEG_INFINITY, -0.0, 0.0, f64::INFINITY]);
        are_stored_as::<u32, Ipv4Addr>(&[Ipv4Addr::UNSPECIFIED, Ipv4Addr::BROADCAST]);
        are_stored_as::<u128, Duration>(&[Duration::ZERO, Duration::from_secs(1), Duration::MAX]);
        are_stored_as::<u16, Option<i8>>(&[None, Some(i8::MIN), Some(-1), Some(i8::MAX)]);
        are_stored_as::<u64, Option<u32>>(&[None, Some(0), Some(u32::MAX)]);
        are_stored_as::<u128, Option<u64>>(&[None, Some(0), Some(u64::MAX)]);
        are_stored_as::<u64, (u32, u32)>(&[(0, u32::MAX), (1, 0), (u32::MAX, 0)]);
        are_stored_as::<u32, (i8, u16)>(&[(i8::MIN, u16::MAX), (-1, 0), (0, 0)]);
        are_stored_as::<u128, (u64, u32)>(&[(0, u32::MAX), (1, 0), (u64::MAX, 0)]);
    }
}
