//! The few types of keys that collections are measured with: each is compiled for all of them.

use fastrand::Rng;
use leafwise::static_collections::{Key as StaticKey, KeyRange, Packed, Query};

/// A key that all collections take.
pub(super) trait Key: StaticKey + Ord + Clone + Default + 'static {
    /// The key as static collections take it.
    fn query(&self) -> &Query<Self, Packed>;

    /// The keys from this one on, for static collections.
    fn onwards(&self) -> impl KeyRange<Query<Self, Packed>>;

    /// This key, as a range of keys.
    fn alone(&self) -> impl KeyRange<Query<Self, Packed>>;

    /// Another key, which may be there as well. The greater the reach is, of 1 to 31, the farther
    /// away it can be.
    fn beside(&self, random: &mut Rng, reach: u32) -> Self;

    /// The bytes that the key has allocated.
    fn owned_bytes(&self) -> usize {
        0
    }
}

/// A distance from 1 to two to the power of the reach.
fn distance(random: &mut Rng, reach: u32) -> u64 {
    1 + random.u64(0..1 << reach)
}

impl Key for u32 {
    fn query(&self) -> &u32 {
        self
    }

    fn onwards(&self) -> impl KeyRange<u32> {
        self..
    }

    fn alone(&self) -> impl KeyRange<u32> {
        self..=self
    }

    fn beside(&self, random: &mut Rng, reach: u32) -> u32 {
        self.wrapping_add(distance(random, reach) as u32)
    }
}

impl Key for u64 {
    fn query(&self) -> &u64 {
        self
    }

    fn onwards(&self) -> impl KeyRange<u64> {
        self..
    }

    fn alone(&self) -> impl KeyRange<u64> {
        self..=self
    }

    fn beside(&self, random: &mut Rng, reach: u32) -> u64 {
        self.wrapping_add(distance(random, reach))
    }
}

impl Key for i64 {
    fn query(&self) -> &i64 {
        self
    }

    fn onwards(&self) -> impl KeyRange<i64> {
        self..
    }

    fn alone(&self) -> impl KeyRange<i64> {
        self..=self
    }

    fn beside(&self, random: &mut Rng, reach: u32) -> i64 {
        self.wrapping_add_unsigned(distance(random, reach))
    }
}

impl Key for String {
    fn query(&self) -> &str {
        self
    }

    fn onwards(&self) -> impl KeyRange<str> {
        self..
    }

    fn alone(&self) -> impl KeyRange<str> {
        self..=self
    }

    fn beside(&self, random: &mut Rng, reach: u32) -> String {
        format!("{self}{}", distance(random, reach))
    }

    fn owned_bytes(&self) -> usize {
        self.len()
    }
}
