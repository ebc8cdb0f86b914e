//! The positions of nodes in packed levels: index arithmetic, independent of keys.
//!
//! The lowest level is the sorted array itself, cut into nodes of `B` keys. Each level above has
//! one node for every `B + 1` nodes below, up to a single one, the root. Levels are packed: child
//! `i` of node `k` is node `k * (B + 1) + i` of the level below, without a pointer to it. The
//! levels above the array are in one array of their own, root first.
//!
//! Key `i` of a node is the greatest key under child `i`. So a search that counts the keys less
//! than the query steps into the one child that contains the result, and never has to look at its
//! neighbours.
//!
//! All positions are counted in keys, not nodes, so that a step down is one multiplication: from
//! `at`, the first key of a node, to `at * (B + 1) + i * B`.

use alloc::boxed::Box;
use alloc::vec::Vec;

/// The levels above a sorted array, for nodes of `b` keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::static_collections) struct Levels {
    /// Where each level starts, root first, followed by the end of the last one.
    bounds: Box<[usize]>,
}

impl Levels {
    /// The levels above `len` keys. None if these fit into one node.
    pub(in crate::static_collections) fn above(len: usize, b: usize) -> Self {
        let mut nodes = Vec::new();
        let mut below = len.div_ceil(b);
        while below > 1 {
            below = below.div_ceil(b + 1);
            nodes.push(below);
        }
        let mut bounds = Vec::new();
        if !nodes.is_empty() {
            bounds.reserve_exact(nodes.len() + 1);
            bounds.push(0);
            let mut end = 0;
            bounds.extend(nodes.iter().rev().map(|nodes| {
                end += nodes * b;
                end
            }));
        }
        Levels {
            bounds: bounds.into(),
        }
    }

    /// Where each level starts, root first.
    #[inline]
    pub(in crate::static_collections) fn starts(&self) -> &[usize] {
        self.bounds.split_last().map_or(&[], |(_, starts)| starts)
    }

    /// The number of keys in all levels.
    pub(in crate::static_collections) fn slots(&self) -> usize {
        self.bounds.last().copied().unwrap_or(0)
    }

    /// Bytes on the heap.
    pub(in crate::static_collections) fn bytes(&self) -> usize {
        size_of_val(&*self.bounds)
    }

    /// Whether an array holds these levels above `len` keys: it is as long, and the slots after the
    /// last separator of each level hold the padding.
    pub(in crate::static_collections) fn is_padded<T: PartialEq>(
        &self,
        len: usize,
        b: usize,
        slots: &[T],
        padding: &T,
    ) -> bool {
        let count = self.starts().len();
        slots.len() == self.slots()
            && (0..count).all(|level| {
                let start = self.bounds[level];
                let last = self.bounds[level + 1] - start - b;
                let height = (count - level) as u32;
                (0..b).all(|slot| {
                    let is_separator = separator(last, slot, height, b) + 1 < len;
                    is_separator || slots[start + last + slot] == *padding
                })
            })
    }

    /// Calls `put` for all key slots of all levels, root first: with the position, in the sorted
    /// array of `len` keys, of the key for that slot, or with `None` for a slot after the last
    /// separator.
    pub(in crate::static_collections) fn fill(
        &self,
        len: usize,
        b: usize,
        mut put: impl FnMut(Option<usize>),
    ) {
        let count = self.starts().len();
        for level in 0..count {
            // Keys under a whole child.
            let child = b * (b + 1).pow((count - level - 1) as u32);
            let slots = self.bounds[level + 1] - self.bounds[level];
            for node in 0..slots / b {
                for slot in 0..b {
                    // The last child of a level needs no separator, even if it is whole: there is
                    // nothing after it to step into.
                    let end = (node * (b + 1) + slot + 1)
                        .checked_mul(child)
                        .filter(|end| *end < len);
                    put(end.map(|end| end - 1));
                }
            }
        }
    }
}

/// The position, in the sorted array, of the key in `slot` of the node at `at`, `height` levels
/// above the array (1 or more).
#[inline]
pub(in crate::static_collections) fn separator(
    at: usize,
    slot: usize,
    height: u32,
    b: usize,
) -> usize {
    let child = at / b * (b + 1) + slot;
    // After the last separator this is not a valid position.
    let whole = b.saturating_mul((b + 1).saturating_pow(height - 1));
    (child + 1).saturating_mul(whole) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The keys of each level, root first, by definition: the greatest keys of all children except
    /// the last.
    fn plain(len: usize, b: usize) -> Vec<Vec<Option<usize>>> {
        let mut greatest: Vec<usize> = (0..len.div_ceil(b))
            .map(|i| (i * b + b).min(len) - 1)
            .collect();
        let mut levels = Vec::new();
        while greatest.len() > 1 {
            let mut slots = Vec::new();
            let mut above = Vec::new();
            for children in greatest.chunks(b + 1) {
                let (last, separators) = children.split_last().expect("chunks are not empty");
                slots.extend((0..b).map(|slot| separators.get(slot).copied()));
                above.push(*last);
            }
            levels.insert(0, slots);
            greatest = above;
        }
        levels
    }

    #[test]
    fn levels_are_what_a_plain_construction_gives() {
        for b in [2_usize, 3, 4, 8, 16] {
            for len in (0..=4 * b * b).chain([b.pow(4), (b + 1).pow(3) * b, (b + 1).pow(3) * b + 1])
            {
                let expected = plain(len, b);
                let levels = Levels::above(len, b);
                assert_eq!(
                    levels.starts().len(),
                    expected.len(),
                    "{len} keys, {b} a node"
                );
                assert_eq!(levels.slots(), expected.iter().map(Vec::len).sum::<usize>());
                let mut filled = Vec::new();
                levels.fill(len, b, |key| filled.push(key));
                assert_eq!(filled, expected.concat(), "{len} keys, {b} a node");
                for (level, start) in levels.starts().iter().enumerate() {
                    let height = (levels.starts().len() - level) as u32;
                    for (at, key) in expected[level].iter().enumerate() {
                        assert_eq!(filled[start + at], *key);
                        if let Some(key) = *key {
                            let node = at / b * b;
                            assert_eq!(separator(node, at - node, height, b), key);
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn every_answer_lies_under_the_child_stepped_into() {
        for b in [2, 3, 16] {
            for len in 0..=4 * b * b {
                let levels = Levels::above(len, b);
                let mut slots = Vec::new();
                levels.fill(len, b, |key| slots.push(key));
                for rank in 0..=len {
                    let mut at = 0;
                    for start in levels.starts() {
                        let node = &slots[start + at..][..b];
                        let smaller = node.iter().flatten().filter(|key| **key < rank).count();
                        at = at * (b + 1) + smaller * b;
                    }
                    assert!(
                        at <= rank && (rank < at + b || rank == len),
                        "{rank} of {len}"
                    );
                    assert!(len == 0 || at < len);
                }
            }
        }
    }
}
