//! A packed array: sorted integers and the levels above them, and the search for one query.
//!
//! Memory safety rests on these invariants, which [`SPlusTree::new`] establishes,
//! [`SPlusTree::of_levels`] checks, and which do not depend on the order of keys:
//! - the keys are padded to whole nodes; the levels have the size that [`Levels`] gives for that
//!   many keys;
//! - in the last node of each level and of the keys, the slots after the last separator, or key,
//!   hold the greatest integer. No query is greater, so none of these slots is counted, and no step
//!   leads to a child that does not exist: any other node has all its children.
//!
//! So a search stays in bounds whatever the order of the keys; if they were out of order, its
//! result would be some number from 0 to `len`.

use crate::memory::buffer::Buffer;
use crate::search::simd::{InstructionSet, SimdToken, Task};

use super::lane::{Lane, count_node, keys_per_node};
use super::levels::Levels;

/// Sorted integers and the levels above them.
#[derive(Clone)]
pub(in crate::static_collections) struct SPlusTree<L: Lane, const B: usize> {
    pub(super) keys: Buffer<L>,
    pub(super) upper: Buffer<L>,
    pub(super) levels: Levels,
    len: usize,
    pub(super) simd: SimdToken,
}

impl<L: Lane, const B: usize> SPlusTree<L, B> {
    /// Builds the levels above keys. O(n), most of which is freeing spare memory.
    ///
    /// Keys out of order make an array that returns wrong results, nothing worse.
    pub(in crate::static_collections) fn new(mut keys: Buffer<L>) -> Self {
        let (len, b) = (keys.len(), keys_per_node::<L, B>());
        keys.pad(b, L::GREATEST);
        keys.shrink();
        let levels = Levels::above(len, b);
        let mut upper = Buffer::with_capacity(levels.slots());
        levels.fill(len, b, |key| {
            upper.push(key.map_or(L::GREATEST, |at| keys[at]));
        });
        SPlusTree {
            keys,
            upper,
            levels,
            len,
            simd: SimdToken::detect(),
        }
    }

    /// The keys and the levels of a file, both padded; `None` if there are not as many as `len`
    /// keys have, or what should be padding is not.
    pub(in crate::static_collections) fn of_levels(
        keys: Buffer<L>,
        len: usize,
        upper: Buffer<L>,
    ) -> Option<Self> {
        let b = keys_per_node::<L, B>();
        let levels = Levels::above(len, b);
        let is_valid = keys.len() == len.checked_next_multiple_of(b)?
            && keys[len..].iter().all(|key| *key == L::GREATEST)
            && levels.is_padded(len, b, &upper, &L::GREATEST);
        is_valid.then(|| SPlusTree {
            keys,
            upper,
            levels,
            len,
            simd: SimdToken::detect(),
        })
    }

    #[inline]
    pub(in crate::static_collections) fn len(&self) -> usize {
        self.len
    }

    /// The keys, without padding.
    #[inline]
    pub(in crate::static_collections) fn keys(&self) -> &[L] {
        &self.keys[..self.len]
    }

    /// The keys with their padding.
    pub(in crate::static_collections) fn padded_keys(&self) -> &[L] {
        &self.keys
    }

    /// The number of keys less than `query`. O(log n). `near` is called with the position of the
    /// node of the array that is searched, before it is.
    #[inline]
    pub(in crate::static_collections) fn rank(&self, query: L, near: impl FnOnce(usize)) -> usize {
        self.simd.run(Rank {
            array: self,
            query,
            near,
        })
    }

    /// Bytes on the heap.
    pub(in crate::static_collections) fn bytes(&self) -> usize {
        self.keys.bytes() + self.upper.bytes() + self.levels.bytes()
    }

    /// # Panics
    /// If the padding is wrong, or the levels are not those of the keys.
    pub(in crate::static_collections) fn check(&self) {
        let mut keys = Buffer::new();
        keys.extend_from_slice(self.keys());
        let made = Self::new(keys);
        assert!(*made.keys == *self.keys && *made.upper == *self.upper);
        assert!(made.levels == self.levels);
    }
}

/// One look-up.
struct Rank<'a, L: Lane, F, const B: usize> {
    array: &'a SPlusTree<L, B>,
    query: L,
    near: F,
}

impl<L: Lane, F: FnOnce(usize), const B: usize> Task for Rank<'_, L, F, B> {
    type Output = usize;

    #[inline(always)]
    fn run<S: InstructionSet>(self, set: S) -> usize {
        let (array, query) = (self.array, self.query);
        if array.len == 0 {
            return 0;
        }
        let (keys, upper) = (array.keys.as_ptr(), array.upper.as_ptr());
        let mut at = 0;
        for start in array.levels.starts() {
            // SAFETY: `at` is a node of this level: the root, or a child that exists.
            let smaller = unsafe { count_node::<L, B>(set, upper.add(start + at), query) };
            at = step::<L, B>(at, smaller);
        }
        (self.near)(at);
        // SAFETY: the array is padded to whole nodes, and `at` is one.
        at + unsafe { count_node::<L, B>(set, keys.add(at), query) }
    }
}

/// The first key of child `child` of the node at `at`.
#[inline]
pub(in crate::static_collections) const fn step<L, const B: usize>(
    at: usize,
    child: usize,
) -> usize {
    let keys = keys_per_node::<L, B>();
    at * (keys + 1) + child * keys
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::simd::Simd;

    /// An array of these keys.
    fn array(keys: impl Iterator<Item = u32>) -> SPlusTree<u32, 0> {
        let mut buffer = Buffer::new();
        keys.for_each(|key| buffer.push(key));
        SPlusTree::new(buffer)
    }

    #[test]
    fn each_instruction_set_finds_the_rank() {
        for len in [0, 1, 15, 16, 17, 272, 273, 5_000] {
            let mut array = array((0..len).map(|key| key * 2));
            for simd in Simd::available() {
                array.simd = simd.checked();
                for query in (0..len * 2 + 2).chain([u32::MAX]) {
                    let rank = array.rank(query, |_| ());
                    assert_eq!(rank, query.div_ceil(2).min(len) as usize);
                }
            }
        }
    }

    #[test]
    fn keys_out_of_order_lead_to_some_rank() {
        let mut state = 0x9E37_79B9_7F4A_7C15_u64;
        let mut array = array((0..3_000).map(|_| {
            state = state.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(1);
            (state >> 32) as u32
        }));
        for simd in Simd::available() {
            array.simd = simd.checked();
            for query in (0..u32::MAX).step_by(9_999_991).chain([u32::MAX]) {
                assert!(array.rank(query, |_| ()) <= 3_000);
            }
        }
    }
}
