//! The area of a leaf: where keys and values are in its memory. Knows no tree, no header and no
//! neighbour.
//!
//! Entries fill an *area*, memory with slots for keys and for values. An [`Area`] describes every
//! layout by a few numbers: where the first key and the first value are, and the distance from one
//! to the next.
//!
//! An area is *padded* if its free key slots hold the greatest integer (see `search`): if keys may
//! be integers, it then has whole blocks of key slots.

use core::mem::offset_of;

use crate::search;

/// The parameters of a [`LeafLayout`](super::LeafLayout).
pub trait Parameters {
    /// Entries per leaf, or 0 if that follows from the types.
    const LEAF: usize;
    /// Children per branch, or 0 if that follows from the types.
    const BRANCH: usize;
    /// Whether the value of an entry is next to its key.
    const INTERLEAVED: bool;
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
    /// The distance from the start of the area to the first value, where values are interleaved.
    interleaved: Option<usize>,
    value_align: usize,
    /// The number of key slots of a padded area is a multiple of this.
    block: usize,
}

impl Area {
    pub(crate) const fn new<K, V, L: Parameters>() -> Area {
        let block = if search::may_be_padded::<K>() {
            search::slot_multiple::<K>()
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

    /// The number of key slots of an area for that many entries.
    #[inline]
    pub(crate) const fn key_slots(&self, capacity: usize, padded: bool) -> usize {
        if padded {
            round_up(capacity, self.block)
        } else {
            capacity
        }
    }

    /// The distance from the start of the area to the first value.
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

    /// The bytes of the area.
    pub(crate) const fn size(&self, capacity: usize, padded: bool) -> usize {
        match self.interleaved {
            Some(_) => self.key_slots(capacity, padded) * self.key_stride,
            None => self.values(capacity, padded) + capacity * self.value_stride,
        }
    }
}

/// Returns the next multiple of a power of two. Without a division: code without the types of nodes
/// computes sizes at run time.
#[inline]
const fn round_up(size: usize, power: usize) -> usize {
    (size + power - 1) & !(power - 1)
}

#[cfg(test)]
mod tests {
    use super::super::{ArrayOfStructs, StructOfArrays};
    use super::*;

    /// Aligned to 8 on all targets, unlike `u64`.
    #[repr(align(8))]
    struct Eight(#[allow(dead_code, reason = "only its size counts")] [u8; 8]);

    #[test]
    fn keys_come_first_or_beside_their_values() {
        const SPLIT: Area = Area::new::<u32, Eight, StructOfArrays>();
        assert_eq!((SPLIT.key_stride, SPLIT.value_stride), (4, 8));
        assert_eq!(SPLIT.values(5, false), 24, "20 bytes of keys, aligned");
        assert_eq!(SPLIT.values(5, true), 64, "a block of 16 keys");
        assert_eq!(SPLIT.size(5, true), 64 + 40);
        const PAIRS: Area = Area::new::<u32, Eight, ArrayOfStructs>();
        assert_eq!((PAIRS.key_stride, PAIRS.value_stride), (16, 16));
        assert_eq!(PAIRS.keys.abs_diff(PAIRS.values(5, false)), 8);
        assert_eq!(PAIRS.size(5, true), 16 * 16, "a block of 16 pairs");
        const TEXT: Area = Area::new::<alloc::string::String, (), StructOfArrays>();
        assert_eq!(TEXT.key_slots(5, true), 5, "nothing to pad");
    }
}
