//! The key types, and sequences of keys.
//!
//! Invariants: keys in a map are made of even numbers, those that look-ups must miss of odd ones,
//! so they are absent and yet between the others. The keys of a sequence are distinct. No key is
//! the greatest of its type, which brie-tree reserves for itself.

/// A measured key type, and the type of the values that go with it.
pub(crate) trait Key: Ord + Clone + 'static {
    /// The name for `--keys` and the tables.
    const NAME: &'static str;
    /// The name of the value type for the tables.
    const VALUE_NAME: &'static str;
    /// The number of random bits in a key, besides the lowest, which distinguishes hits from
    /// misses.
    const RANDOM_BITS: u32;
    /// The bit pattern of the greatest key, if there is one.
    const GREATEST: Option<u64>;
    /// `u64`, except for `u32` keys: their values are as short as the keys.
    type Value: Copy + Into<u64> + 'static;

    /// Makes a key from `bits`: distinct keys for distinct patterns.
    fn from_bits(bits: u64) -> Self;
    /// Returns the value for the `index`th key.
    fn value(index: usize) -> Self::Value;
    /// A number that cannot be known without reading the key in its node. The bytes of a string,
    /// which are elsewhere for every map, are not read.
    fn digest(&self) -> u64;
}

macro_rules! integer_key {
    ($integer:ident, $value:ident, $unsigned:ident) => {
        impl Key for $integer {
            const NAME: &'static str = stringify!($integer);
            const VALUE_NAME: &'static str = stringify!($value);
            const RANDOM_BITS: u32 = $integer::BITS - 1;
            const GREATEST: Option<u64> = Some($integer::MAX as u64);
            type Value = $value;

            fn from_bits(bits: u64) -> Self {
                bits as $integer
            }

            fn value(index: usize) -> $value {
                index as $value
            }

            #[inline]
            fn digest(&self) -> u64 {
                (*self as $unsigned).into()
            }
        }
    };
}

integer_key!(u64, u64, u64);
integer_key!(u32, u32, u32);
integer_key!(i64, u64, u64);

impl Key for u128 {
    const NAME: &'static str = "u128";
    const VALUE_NAME: &'static str = "u64";
    const RANDOM_BITS: u32 = 63;
    const GREATEST: Option<u64> = None;
    type Value = u64;

    fn from_bits(bits: u64) -> Self {
        u128::from(bits) << 32
    }

    fn value(index: usize) -> u64 {
        index as u64
    }

    #[inline]
    fn digest(&self) -> u64 {
        (self >> 32) as u64
    }
}

impl Key for (u32, u32) {
    const NAME: &'static str = "pair";
    const VALUE_NAME: &'static str = "u64";
    const RANDOM_BITS: u32 = 63;
    const GREATEST: Option<u64> = None;
    type Value = u64;

    fn from_bits(bits: u64) -> Self {
        ((bits >> 32) as u32, bits as u32)
    }

    fn value(index: usize) -> u64 {
        index as u64
    }

    #[inline]
    fn digest(&self) -> u64 {
        u64::from(self.0 ^ self.1)
    }
}

impl Key for String {
    const NAME: &'static str = "string";
    const VALUE_NAME: &'static str = "u64";
    const RANDOM_BITS: u32 = 39;
    const GREATEST: Option<u64> = None;
    type Value = u64;

    fn from_bits(bits: u64) -> Self {
        format!("user:{bits:016}")
    }

    fn value(index: usize) -> u64 {
        index as u64
    }

    #[inline]
    fn digest(&self) -> u64 {
        self.len() as u64
    }
}

/// The `index`th key of a sequence, of even (`parity` 0) or odd numbers.
pub(crate) fn key<K: Key>(sequence: u64, index: usize, parity: u64) -> K {
    let bits = (scramble(sequence.wrapping_add(index as u64), K::RANDOM_BITS) << 1) | parity;
    // The greatest key is odd; 1 is just as absent.
    K::from_bits(if K::GREATEST == Some(bits) { 1 } else { bits })
}

/// A permutation of the numbers of `bits` bits. Consecutive numbers give distinct results without
/// visible order, since each step (add, multiply by an odd number, fold the upper half) is
/// invertible.
fn scramble(number: u64, bits: u32) -> u64 {
    let mask = u64::MAX >> (64 - bits);
    let mut mixed = number & mask;
    for factor in [
        0xBF58_476D_1CE4_E5B9_u64,
        0x94D0_49BB_1331_11EB,
        0xD6E8_FEB8_6659_FD93,
    ] {
        mixed ^= mixed >> (bits / 2);
        mixed = mixed.wrapping_mul(factor) & mask;
    }
    mixed ^ (mixed >> (bits / 2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn scramble_is_a_permutation() {
        for bits in [7, 12, 16] {
            let images: BTreeSet<u64> = (0..1 << bits).map(|n| scramble(n, bits)).collect();
            assert_eq!(images.len(), 1 << bits);
            assert!(images.iter().all(|&image| image < 1 << bits));
        }
    }
}
