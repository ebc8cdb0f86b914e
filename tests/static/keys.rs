//! What the suite needs of key types: how they are ordered, searched for and returned.

use std::cmp::{Ordering, Reverse};
use std::fmt::Debug;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::num::NonZero;
use std::time::Duration;

use leafwise::static_collections::{Arrangement, ByOrd, KeyRange, Packed, Query, Ref};

use crate::api::Bounds;
use crate::common::random::XorShift;

/// A key with an order, which is `Ord`'s if it has one.
pub(crate) trait Sample: Clone + Debug + 'static {
    fn order(&self, other: &Self) -> Ordering;
}

/// A key in that arrangement.
pub(crate) trait Shown<A: Arrangement<Self>>: Sample {
    fn ask(&self) -> &Query<Self, A>;

    /// Bounds in the type of a query.
    fn between<'a>(bounds: Bounds<'a, Self>) -> impl KeyRange<Query<Self, A>> + 'a
    where
        A: 'a;

    fn own(shown: Ref<'_, Self, A>) -> Self;
}

macro_rules! ordered {
    ($($key:ty),* $(,)?) => {$(
        impl Sample for $key {
            fn order(&self, other: &Self) -> Ordering {
                self.cmp(other)
            }
        }
    )*};
}

macro_rules! by_value {
    ($($key:ty),* $(,)?) => {$(
        impl<const B: usize> Shown<Packed<B>> for $key {
            fn ask(&self) -> &Self {
                self
            }

            fn between<'a>(bounds: Bounds<'a, Self>) -> impl KeyRange<Self> + 'a
            where
                Packed<B>: 'a,
            {
                bounds
            }

            fn own(shown: Self) -> Self {
                shown
            }
        }
    )*};
}

macro_rules! by_reference {
    ($($key:ty as $query:ty),* $(,)?) => {$(
        ordered!($key);

        impl<const B: usize> Shown<Packed<B>> for $key {
            fn ask(&self) -> &$query {
                self
            }

            fn between<'a>((start, end): Bounds<'a, Self>) -> impl KeyRange<$query> + 'a
            where
                Packed<B>: 'a,
            {
                (start.map(|key| -> &$query { key }), end.map(|key| -> &$query { key }))
            }

            fn own(shown: &$query) -> Self {
                shown.into()
            }
        }
    )*};
}

macro_rules! fixed {
    ($($key:ty),* $(,)?) => {
        ordered!($($key),*);
        by_value!($($key),*);
    };
}

fixed! {
    u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize, bool, char,
    NonZero<u8>, NonZero<u64>, NonZero<i32>, NonZero<i128>, NonZero<usize>,
    Ipv4Addr, Ipv6Addr, Reverse<u16>, Reverse<i64>, Reverse<(u8, u16)>,
    (u8, u8), (i16, u16), (u32, i32), (i64, u64), (u8, u32), (char, bool),
    (u8, i8, u16), (i32, Ipv4Addr, u64), (bool, u8, char, i32), (Reverse<(u8, u16)>, u8),
    Duration, Option<u8>, Option<i64>, Option<NonZero<u64>>, Option<Duration>, (Option<char>, u16),
    [u8; 0], [u8; 1], [u8; 8], [u8; 9], [u8; 20],
}
by_value!(f32, f64, (f32, u32));
by_reference!(String as str, Box<str> as str, Vec<u8> as [u8], Box<[u8]> as [u8]);

impl Sample for f32 {
    fn order(&self, other: &Self) -> Ordering {
        self.total_cmp(other)
    }
}

impl Sample for f64 {
    fn order(&self, other: &Self) -> Ordering {
        self.total_cmp(other)
    }
}

impl Sample for (f32, u32) {
    fn order(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0).then(self.1.cmp(&other.1))
    }
}

impl<K: Sample + Ord> Shown<ByOrd> for K {
    fn ask(&self) -> &Self {
        self
    }

    fn between<'a>(bounds: Bounds<'a, Self>) -> impl KeyRange<Self> + 'a
    where
        ByOrd: 'a,
    {
        bounds
    }

    fn own(shown: &Self) -> Self {
        shown.clone()
    }
}

/// A user's type: words, the longer ones first. Only identical words are equal.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Word(pub(crate) String);

impl Ord for Word {
    fn cmp(&self, other: &Self) -> Ordering {
        let lengths = other.0.len().cmp(&self.0.len());
        lengths.then_with(|| self.0.cmp(&other.0))
    }
}

impl PartialOrd for Word {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

ordered!(Word);

/// Keys that stand for numbers, in their order.
pub(crate) trait Numbered: Sample {
    /// Numbers from -8000 to 8000 are keys. Zero is in the middle of the type's range, where a
    /// signed comparison of unsigned numbers (or the reverse) goes wrong.
    fn number(number: i32) -> Self;

    fn least() -> Self;

    fn greatest() -> Self;
}

macro_rules! numbered {
    ($($key:ty: $middle:expr),* $(,)?) => {$(
        impl Numbered for $key {
            fn number(number: i32) -> Self {
                ($middle as Self).wrapping_add(number as Self)
            }

            fn least() -> Self {
                Self::MIN
            }

            fn greatest() -> Self {
                Self::MAX
            }
        }
    )*};
}

numbered!(
    u8: 1_u8 << 7, u16: 1_u16 << 15, u32: 1_u32 << 31, u64: 1_u64 << 63, u128: 1_u128 << 127,
    i8: 0, i16: 0, i32: 0, i64: 0, i128: 0,
);

/// All share a prefix, and most also the eight bytes after it.
impl Numbered for String {
    fn number(number: i32) -> Self {
        format!("name/{:012}", number + 10_000)
    }

    fn least() -> Self {
        String::new()
    }

    fn greatest() -> Self {
        "\u{10FFFF}".repeat(4)
    }
}

impl Numbered for [u8; 20] {
    fn number(number: i32) -> Self {
        let mut bytes = [7; 20];
        bytes[10..14].copy_from_slice(&(number + 10_000).to_be_bytes());
        bytes
    }

    fn least() -> Self {
        [0; 20]
    }

    fn greatest() -> Self {
        [u8::MAX; 20]
    }
}

/// Sorted copies, including duplicates, in a stable order.
pub(crate) fn sorted<K: Sample>(keys: &[K]) -> Vec<K> {
    // Positions are sorted, not keys: that is compiled once.
    let mut positions: Vec<usize> = (0..keys.len()).collect();
    sort_positions(&mut positions, &|left, right| {
        keys[left].order(&keys[right])
    });
    positions
        .into_iter()
        .map(|place| keys[place].clone())
        .collect()
}

fn sort_positions(positions: &mut [usize], order: &dyn Fn(usize, usize) -> Ordering) {
    positions.sort_by(|left, right| order(*left, *right));
}

/// Sorted copies without duplicates.
pub(crate) fn distinct<K: Sample>(keys: &[K]) -> Vec<K> {
    let mut keys = sorted(keys);
    keys.dedup_by(|left, right| left.order(right).is_eq());
    keys
}

/// That many keys, made from random bits.
pub(crate) fn random<K>(count: usize, seed: u64, make: impl Fn(u64) -> K) -> Vec<K> {
    let mut random = XorShift::new(seed);
    (0..count).map(|_| make(random.next())).collect()
}

/// Numbers of all magnitudes: random bits, cut to a random width at either end.
pub(crate) fn ragged(bits: u64) -> u64 {
    match bits % 4 {
        0 => bits >> (bits / 4 % 64),
        1 => bits << (bits / 4 % 64),
        2 => !(bits >> (bits / 4 % 64)),
        _ => bits,
    }
}
