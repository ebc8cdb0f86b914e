//! The key and value types of the model suites, each made from a small number.
//!
//! The numbers of a test start at zero. Keys are shifted so that zero is near the middle of the
//! type's range, where a signed comparison of unsigned numbers (or the reverse) goes wrong.

use std::fmt::{self, Debug};
use std::hash::Hash;

/// A key made from a number. Different numbers may give equal keys, and the order is the type's.
pub(crate) trait Key: Ord + Clone + Debug + Hash + 'static {
    fn from_seed(seed: u16) -> Self;
}

/// A value made from a number.
pub(crate) trait Value: Ord + Clone + Debug + Hash + Default + 'static {
    fn from_seed(seed: u32) -> Self;
}

/// A factor that spreads 16 bits over the four quarters of 64.
const SPREAD: u64 = 0x0001_0001_0001_0001;

impl Key for u8 {
    fn from_seed(seed: u16) -> Self {
        (seed as Self).wrapping_add(0x74)
    }
}

impl Key for u64 {
    fn from_seed(seed: u16) -> Self {
        Self::from(seed.wrapping_add(0x7ff4)) * SPREAD
    }
}

impl Key for i64 {
    fn from_seed(seed: u16) -> Self {
        Self::from(seed.wrapping_sub(12) as i16) * SPREAD as Self
    }
}

impl Key for i32 {
    fn from_seed(seed: u16) -> Self {
        Self::from(seed.wrapping_sub(12) as i16) << 16
    }
}

impl Key for u128 {
    fn from_seed(seed: u16) -> Self {
        let bits = <u64 as Key>::from_seed(seed);
        // The lower half falls as the upper half rises, so comparing it alone gives the wrong
        // order.
        Self::from(bits) << 64 | Self::from(!bits)
    }
}

/// Lengths differ, and keys share a prefix, as real identifiers do.
impl Key for String {
    fn from_seed(seed: u16) -> Self {
        format!("item/{seed:04}{}", "x".repeat(usize::from(seed % 5) * 7))
    }
}

impl Key for () {
    fn from_seed(_: u16) -> Self {}
}

/// Two fields, of which the first has few values.
impl Key for (u8, i32) {
    fn from_seed(seed: u16) -> Self {
        ((seed / 16) as u8, Key::from_seed(seed % 16))
    }
}

/// A struct with a derived order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(crate) struct Compound {
    region: u8,
    name: Option<Box<str>>,
    number: i32,
}

impl Key for Compound {
    fn from_seed(seed: u16) -> Self {
        let number = i32::from(seed / 6) - 2;
        let name = seed.is_multiple_of(2).then(|| "même".into());
        Self {
            region: (seed % 3) as u8,
            name,
            number,
        }
    }
}

/// Aligned to a cache line, as keys and values may be.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[repr(align(64))]
pub(crate) struct Aligned(u32);

impl Aligned {
    /// Returns the number after checking the alignment.
    fn checked(&self) -> u32 {
        assert_eq!(
            std::ptr::from_ref(self).addr() % 64,
            0,
            "an over-aligned value is misaligned"
        );
        self.0
    }
}

impl Debug for Aligned {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Aligned({})", self.checked())
    }
}

impl Key for Aligned {
    fn from_seed(seed: u16) -> Self {
        Self(seed.into())
    }
}

/// A value of one kibibyte. A damaged copy does not compare equal.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Large([u8; 1024]);

impl Default for Large {
    fn default() -> Self {
        Self([0; 1024])
    }
}

impl Debug for Large {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sum: u64 = self.0.iter().map(|&byte| u64::from(byte)).sum();
        write!(formatter, "Large({:?}.., sum {sum})", &self.0[..4])
    }
}

impl Value for Large {
    fn from_seed(seed: u32) -> Self {
        let mut bytes = [seed as u8; 1024];
        bytes[..4].copy_from_slice(&seed.to_be_bytes());
        bytes[1020..].copy_from_slice(&seed.to_le_bytes());
        Self(bytes)
    }
}

impl Key for Large {
    fn from_seed(seed: u16) -> Self {
        Value::from_seed(seed.into())
    }
}

impl Value for Compound {
    fn from_seed(seed: u32) -> Self {
        Key::from_seed(seed as u16)
    }
}

impl Value for u32 {
    fn from_seed(seed: u32) -> Self {
        seed
    }
}

impl Value for u64 {
    fn from_seed(seed: u32) -> Self {
        Self::from(seed) << 20
    }
}

/// The first values include the least and the greatest.
impl Value for u16 {
    fn from_seed(seed: u32) -> Self {
        (seed as Self).wrapping_sub(5)
    }
}

impl Value for u8 {
    fn from_seed(seed: u32) -> Self {
        seed as Self
    }
}

impl Value for String {
    fn from_seed(seed: u32) -> Self {
        format!("value {seed}")
    }
}

impl Value for () {
    fn from_seed(_: u32) -> Self {}
}

impl Value for Aligned {
    fn from_seed(seed: u32) -> Self {
        Self(seed)
    }
}
