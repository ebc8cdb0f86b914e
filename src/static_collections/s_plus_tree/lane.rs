//! The integers by which nodes are searched, and the search of one node.

use crate::memory::plain::Value;
use crate::ordered_bits::{Dense, OrderedBits};
use crate::search::BLOCK;
use crate::search::simd::InstructionSet;

use super::super::key;

/// An integer of a packed array: the order-preserving integer of a key.
pub trait Lane: OrderedBits<Dense> + Value + Ord + core::fmt::Debug {
    /// The least integer.
    const LEAST: Self;
    /// The greatest one, which is the padding of arrays.
    const GREATEST: Self;
    /// Whether there are negative ones.
    const IS_SIGNED: bool;

    /// The unsigned integers of the same width, by a name that [`Plus`](super::super::key::Plus)
    /// knows.
    type Width;

    /// The next greater one.
    fn next(self) -> Option<Self>;

    /// The number of integers in the block that are less than `query`.
    ///
    /// # Safety
    /// `block` points to a readable and initialised block.
    unsafe fn count<S: InstructionSet>(set: S, block: *const Self, query: Self) -> usize;
}

macro_rules! lane {
    ($($lane:ty, $bits:ty, $count:ident, $signed:literal;)*) => {$(
        lane!($lane, $bits, |set, block, query| {
            set.$count::<$signed>(block.cast(), query as $bits)
        });
    )*};
    ($lane:ty, $bits:ty, |$set:ident, $block:ident, $query:ident| $count:expr) => {
        impl Lane for $lane {
            const LEAST: Self = <$lane>::MIN;
            const GREATEST: Self = <$lane>::MAX;
            const IS_SIGNED: bool = <$lane>::MIN != 0;
            type Width = key::Width<{ <$lane>::BITS }>;

            #[inline]
            fn next(self) -> Option<Self> {
                self.checked_add(1)
            }

            #[inline(always)]
            unsafe fn count<S: InstructionSet>(
                $set: S,
                $block: *const Self,
                $query: Self,
            ) -> usize {
                // SAFETY: the block is readable and initialised, as the caller promises.
                unsafe { $count }
            }
        }
    };
}

lane! {
    u8, u8, count8, false;
    i8, u8, count8, true;
    u16, u16, count16, false;
    i16, u16, count16, true;
    u32, u32, count32, false;
    i32, u32, count32, true;
    u64, u64, count64, false;
    i64, u64, count64, true;
}

// No processor has vector comparisons for these.
lane!(u128, u128, |_set, block, query| count_plainly(
    block,
    BLOCK / size_of::<u128>(),
    query
));
lane!(i128, u128, |_set, block, query| count_plainly(
    block,
    BLOCK / size_of::<i128>(),
    query
));

/// The number of `len` integers that are less than `query`.
///
/// # Safety
/// That many from `run` on are readable and initialised.
#[inline(always)]
unsafe fn count_plainly<L: Lane>(run: *const L, len: usize, query: L) -> usize {
    let mut count = 0;
    for at in 0..len {
        // SAFETY: `len` integers from `run` on are, as the caller promises, and `at` is less.
        count += usize::from(unsafe { run.add(at).read() } < query);
    }
    count
}

/// The number of keys per node: `B`, or if that is 0 as many as a block holds.
pub(in crate::static_collections) const fn keys_per_node<L, const B: usize>() -> usize {
    const {
        assert!(B != 1, "a node must have at least two keys");
        if B == 0 { BLOCK / size_of::<L>() } else { B }
    }
}

/// The number of integers of a node that are less than `query`.
///
/// # Safety
/// `node` points to a readable and initialised node.
#[inline(always)]
pub(in crate::static_collections) unsafe fn count_node<L: Lane, const B: usize>(
    set: impl InstructionSet,
    node: *const L,
    query: L,
) -> usize {
    let (keys, block) = (keys_per_node::<L, B>(), BLOCK / size_of::<L>());
    if keys % block != 0 {
        // SAFETY: a node has `keys` integers, and the caller promises a whole one.
        return unsafe { count_plainly(node, keys, query) };
    }
    let mut count = 0;
    for at in 0..keys / block {
        // SAFETY: the node is readable, as the caller promises, and consists of `keys / block`
        // blocks.
        count += unsafe { L::count(set, node.add(at * block), query) };
    }
    count
}

/// The number of integers of a node that are less than `query`.
///
/// # Panics
/// If the slice is not a node.
#[inline(always)]
pub(in crate::static_collections) fn count_smaller<L: Lane, const B: usize>(
    set: impl InstructionSet,
    node: &[L],
    query: L,
) -> usize {
    assert_eq!(node.len(), keys_per_node::<L, B>());
    // SAFETY: the slice is a whole node.
    unsafe { count_node::<L, B>(set, node.as_ptr(), query) }
}
