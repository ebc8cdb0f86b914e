//! How the entries of one leaf are arranged in memory. Knows no tree, no header and no neighbour.
//!
//! Entries fill an *area*, a block of memory with slots for keys and for values. [`Split`] keeps
//! all keys, then all values; [`Pairs`] interleaves them. Both come down to the numbers in an
//! [`Area`]: where the first key and the first value are, and how far it is from one to the next.
//! Branches always keep their keys together and do not come here.
//!
//! An area is *padded* if its free key slots hold the greatest integer (see `search`): it then has
//! whole blocks of key slots, if keys may be integers.

#![deny(unsafe_code)]

use core::mem::offset_of;

use crate::key;
use crate::search;

/// How many entries a leaf and how many children a branch may have, and how a leaf's entries are
/// arranged.
///
/// This trait is sealed: its implementors are [`Split`] and [`Pairs`].
pub trait Layout: Arrangement {}

/// What is behind [`Layout`].
pub trait Arrangement {
    /// Entries a leaf, or 0: chosen by the types.
    const LEAF: usize;
    /// Children a branch, or 0: chosen by the types.
    const BRANCH: usize;
    /// Whether the value of an entry is beside its key.
    const INTERLEAVED: bool;
}

/// The default layout: all keys of a leaf, then all its values.
///
/// A search reads nothing but keys, and keys that are integers are compared a vector at a time. The
/// two numbers override the node sizes that follow from the types: `LEAF` entries a leaf (at least
/// 2), `BRANCH` children a branch (at least 4). Other numbers are refused when the map is compiled.
///
/// ```
/// use leafwise::{BPlusTreeMap, Slab, Split};
///
/// let mut small_nodes: BPlusTreeMap<u64, &str, Slab, Split<16, 16>> = BPlusTreeMap::default();
/// small_nodes.insert(1, "one");
/// assert_eq!(small_nodes.get(&1), Some(&"one"));
/// ```
///
/// ```compile_fail
/// use leafwise::{BPlusTreeMap, Slab, Split};
///
/// // A leaf that cannot be split.
/// let map: BPlusTreeMap<u64, u64, Slab, Split<1, 4>> = BPlusTreeMap::default();
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Split<const LEAF: usize = 0, const BRANCH: usize = 0>;

impl<const LEAF: usize, const BRANCH: usize> Layout for Split<LEAF, BRANCH> {}

impl<const LEAF: usize, const BRANCH: usize> Arrangement for Split<LEAF, BRANCH> {
    const LEAF: usize = LEAF;
    const BRANCH: usize = BRANCH;
    const INTERLEAVED: bool = false;
}

/// Keys and values interleaved in each leaf, as an array of pairs.
///
/// One block moves on an insert, and the value is beside its key; searches read past the values.
/// The parameters are those of [`Split`].
///
/// ```
/// use leafwise::{BPlusTreeMap, Pairs, Slab};
///
/// let map: BPlusTreeMap<u8, char, Slab, Pairs> = [(1, 'a'), (2, 'b')].into_iter().collect();
/// assert_eq!(map.get(&2), Some(&'b'));
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Pairs<const LEAF: usize = 0, const BRANCH: usize = 0>;

impl<const LEAF: usize, const BRANCH: usize> Layout for Pairs<LEAF, BRANCH> {}

impl<const LEAF: usize, const BRANCH: usize> Arrangement for Pairs<LEAF, BRANCH> {
    const LEAF: usize = LEAF;
    const BRANCH: usize = BRANCH;
    const INTERLEAVED: bool = true;
}

/// Sizes and offsets of an area, in bytes.
#[derive(Clone, Copy)]
pub(crate) struct Area {
    /// From the start of the area to the first key.
    pub(crate) keys: usize,
    /// From one key to the next.
    pub(crate) key_stride: usize,
    /// From one value to the next.
    pub(crate) value_stride: usize,
    /// Where values are interleaved, from the start of the area to the first one.
    interleaved: Option<usize>,
    value_align: usize,
    /// Slots of a padded area come in multiples of this.
    block: usize,
}

impl Area {
    pub(crate) const fn new<K, V, L: Arrangement>() -> Area {
        let block = if key::may_be_integer::<K>() {
            search::block::<K>()
        } else {
            1
        };
        let pair = size_of::<(K, V)>();
        let (keys, key_stride, value_stride, interleaved) = if L::INTERLEAVED {
            let (keys, values) = (offset_of!((K, V), 0), offset_of!((K, V), 1));
            (keys, pair, pair, Some(values))
        } else {
            (0, size_of::<K>(), size_of::<V>(), None)
        };
        Area {
            keys,
            key_stride,
            value_stride,
            interleaved,
            value_align: align_of::<V>(),
            block,
        }
    }

    pub(crate) const fn is_interleaved(&self) -> bool {
        self.interleaved.is_some()
    }

    /// Key slots of an area for that many entries.
    #[inline]
    pub(crate) const fn key_slots(&self, capacity: usize, padded: bool) -> usize {
        if padded {
            round_up(capacity, self.block)
        } else {
            capacity
        }
    }

    /// Where the first value is.
    #[inline]
    pub(crate) const fn values(&self, capacity: usize, padded: bool) -> usize {
        match self.interleaved {
            Some(offset) => offset,
            None => {
                let keys = self.key_slots(capacity, padded) * self.key_stride;
                round_up(keys, self.value_align)
            }
        }
    }

    /// Bytes of the area.
    pub(crate) const fn size(&self, capacity: usize, padded: bool) -> usize {
        match self.interleaved {
            Some(_) => self.key_slots(capacity, padded) * self.key_stride,
            None => self.values(capacity, padded) + capacity * self.value_stride,
        }
    }
}

/// The next multiple of a power of two. No division: sizes are numbers at run time where nodes have
/// no types.
#[inline]
const fn round_up(size: usize, power: usize) -> usize {
    (size + power - 1) & !(power - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Aligned so everywhere, as `u64` is not.
    #[repr(align(8))]
    struct Eight(#[allow(dead_code, reason = "only its size counts")] [u8; 8]);

    #[test]
    fn keys_come_first_or_beside_their_values() {
        const SPLIT: Area = Area::new::<u32, Eight, Split>();
        assert_eq!((SPLIT.key_stride, SPLIT.value_stride), (4, 8));
        assert_eq!(SPLIT.values(5, false), 24, "20 bytes of keys, aligned");
        assert_eq!(SPLIT.values(5, true), 64, "a block of 16 keys");
        assert_eq!(SPLIT.size(5, true), 64 + 40);
        const PAIRS: Area = Area::new::<u32, Eight, Pairs>();
        assert_eq!((PAIRS.key_stride, PAIRS.value_stride), (16, 16));
        assert_eq!(PAIRS.keys.abs_diff(PAIRS.values(5, false)), 8);
        assert_eq!(PAIRS.size(5, true), 16 * 16, "a block of 16 pairs");
        const TEXT: Area = Area::new::<alloc::string::String, (), Split>();
        assert_eq!(TEXT.key_slots(5, true), 5, "nothing to pad");
    }
}
