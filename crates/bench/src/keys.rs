//! The keys of the maps and the orders in which they are inserted, asked for and removed.
//!
//! Invariants: the keys of a map are distinct, and made of even numbers; the keys that look-ups
//! must miss are made of odd ones, so they are absent and yet lie between the others. No key is
//! the greatest of its type, which brie-tree keeps for itself. Every array of keys is allocated in
//! the order in which it is read, so that reading a query costs no cache miss of its own.

use crate::rounds::Timed;

/// A key type that is measured, and the type of the values that go with it.
pub(crate) trait Key: Ord + Clone + 'static {
    /// As named by `--keys` and in the tables.
    const NAME: &'static str;
    /// The type of the values as named in the tables.
    const VALUE_NAME: &'static str;
    /// How many random bits a key is made of, beside the lowest, which tells hits from misses.
    const RANDOM_BITS: u32;
    /// The pattern that makes the greatest key, or none.
    const GREATEST: Option<u64>;
    /// `u64`, except for `u32` keys: there the values are as short as the keys.
    type Value: Copy + Into<u64> + 'static;

    /// The key made of `bits`: distinct keys for distinct patterns.
    fn from_bits(bits: u64) -> Self;
    /// The value that belongs to the `index`th key.
    fn value(index: usize) -> Self::Value;
    /// A number that can't be known without reading the key in its node. The bytes of a string,
    /// which lie elsewhere for every map, are not read.
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

/// How much of each operation `O` a round holds: enough that a round takes milliseconds.
pub(crate) struct Plan<O> {
    /// Entries a map.
    pub(crate) entries: usize,
    /// Maps a round, each with keys of its own.
    pub(crate) maps: usize,
    /// How often each key of a map is looked up, at most.
    pub(crate) passes: usize,
    /// Look-ups a map.
    pub(crate) lookups: usize,
    /// Ranges of each length a map.
    pub(crate) ranges: usize,
    /// Full iterations a map.
    pub(crate) iterations: usize,
    /// The operations that are asked for.
    pub(crate) operations: Vec<O>,
}

impl<O: Timed> Plan<O> {
    /// The plan for maps of `entries`, at least one, with all operations.
    pub(crate) fn new(entries: usize) -> Self {
        let passes = (4096 / entries).max(1);
        Self {
            entries,
            maps: (400_000 / entries).clamp(1, 64),
            passes,
            lookups: (passes * entries).min(1_000_000),
            ranges: (entries / 10).clamp(1000, 100_000),
            iterations: (16_384 / entries).max(1),
            operations: O::chosen(&[]),
        }
    }

    pub(crate) fn has(&self, operation: O) -> bool {
        self.operations.contains(&operation)
    }

    /// Absent keys a map: for look-ups that miss, and for the inserts of the mix.
    fn misses(&self) -> usize {
        self.lookups.max(self.entries / MIX)
    }
}

/// Steps until a mix of operations starts again, one of which inserts an absent key.
pub(crate) const MIX: usize = 10;

/// All keys of one map, each order made beforehand.
pub(crate) struct KeySet<K> {
    /// Distinct keys in random order: the order of insertion.
    pub(crate) keys: Vec<K>,
    /// The same keys ascending, for appends.
    pub(crate) sorted: Vec<K>,
    /// The same keys in other random orders, one whole permutation after the other.
    pub(crate) hits: Vec<K>,
    /// Keys that are not in the map, distinct, in random order.
    pub(crate) misses: Vec<K>,
    /// Bounds `from..to` that hold a hundred entries.
    pub(crate) ranges_of_100: Vec<(K, K)>,
    /// Bounds `from..to` that hold ten entries.
    pub(crate) ranges_of_10: Vec<(K, K)>,
}

impl<K: Key> KeySet<K> {
    /// The keys of the map numbered `seed`.
    pub(crate) fn generate<O: Timed>(seed: u64, plan: &Plan<O>) -> Self {
        let mut random = Random::new(seed);
        let entries = plan.entries;
        let (present, absent) = (random.next(), random.next());
        let keys: Vec<K> = (0..entries).map(|index| key(present, index, 0)).collect();
        let misses = (0..plan.misses())
            .map(|index| key(absent, index, 1))
            .collect();

        let mut ascending: Vec<&K> = keys.iter().collect();
        ascending.sort_unstable();
        let sorted: Vec<K> = ascending.into_iter().cloned().collect();

        let mut order: Vec<u32> = (0..entries as u32).collect();
        let mut hits = Vec::with_capacity(entries * plan.passes);
        for _ in 0..plan.passes {
            random.shuffle(&mut order);
            hits.extend(order.iter().map(|&index| keys[index as usize].clone()));
        }
        let ranges_of_100 = ranges(&mut random, &sorted, plan.ranges, 100);
        let ranges_of_10 = ranges(&mut random, &sorted, plan.ranges, 10);
        Self {
            keys,
            sorted,
            hits,
            misses,
            ranges_of_100,
            ranges_of_10,
        }
    }
}

/// `count` pairs of keys with `length` entries in `from..to`, fewer when the map has fewer.
pub(crate) fn ranges<K: Key>(
    random: &mut Random,
    sorted: &[K],
    count: usize,
    length: usize,
) -> Vec<(K, K)> {
    let Some(last) = sorted.len().checked_sub(1) else {
        return Vec::new();
    };
    let length = length.min(last);
    let starts = sorted.len() - length;
    let bounds = |from: usize| (sorted[from].clone(), sorted[from + length].clone());
    (0..count).map(|_| bounds(random.below(starts))).collect()
}

/// The `index`th key of a sequence, of even (`parity` 0) or odd numbers.
pub(crate) fn key<K: Key>(sequence: u64, index: usize, parity: u64) -> K {
    let bits = (scramble(sequence.wrapping_add(index as u64), K::RANDOM_BITS) << 1) | parity;
    // The greatest key is odd: 1 is as absent as that is.
    K::from_bits(if K::GREATEST == Some(bits) { 1 } else { bits })
}

/// A permutation of the numbers of `bits` bits: consecutive numbers give distinct results without
/// visible order, as each step (add, multiply by an odd number, fold the upper half) can be undone.
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

/// SplitMix64: small, and good enough to shuffle with.
pub(crate) struct Random(u64);

impl Random {
    /// A sequence of its own for every seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x5DEE_CE66_D1CE_4E5B)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number in `0..end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        ((u128::from(self.next()) * end as u128) >> 64) as usize
    }

    /// Brings `items` into random order.
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::maps::Plan;
    use std::collections::BTreeSet;

    #[test]
    fn scramble_is_a_permutation() {
        for bits in [7, 12, 16] {
            let images: BTreeSet<u64> = (0..1 << bits).map(|n| scramble(n, bits)).collect();
            assert_eq!(images.len(), 1 << bits);
            assert!(images.iter().all(|&image| image < 1 << bits));
        }
    }

    #[test]
    fn hits_are_present_and_misses_absent() {
        let plan = Plan::new(1000);
        let set = KeySet::<u32>::generate(7, &plan);
        let present: BTreeSet<u32> = set.keys.iter().copied().collect();
        assert_eq!(present.len(), 1000);
        assert!(set.hits.iter().all(|key| present.contains(key)));
        assert!(set.misses.iter().all(|key| !present.contains(key)));
        assert_eq!(set.hits[..1000].iter().collect::<BTreeSet<_>>().len(), 1000);
        for (from, to) in &set.ranges_of_100 {
            assert_eq!(present.range(from..to).count(), 100);
        }
    }

    #[test]
    fn maps_have_keys_of_their_own() {
        let plan = Plan::new(1000);
        let first = KeySet::<u64>::generate(1, &plan);
        let second = KeySet::<u64>::generate(2, &plan);
        let first: BTreeSet<u64> = first.keys.into_iter().collect();
        assert!(second.keys.iter().all(|key| !first.contains(key)));
    }
}
