//! Sorted keys in the order in which a binary search visits them, with prefetching.
//!
//! Invariant: the node at index `i`, from 1 on, has its children at `2 * i` and `2 * i + 1`, and
//! all indices up to the number of keys are taken. A search that ends below the nodes has counted
//! the smaller keys on its way: the gaps between the keys, in their order, are the indices below
//! the nodes of the last level, and then those that its missing nodes leave.

use super::key_arrays::SearchKey;
use crate::pages::{PageSize, Pages, prefetch};

/// Keys in level order, on huge pages.
pub(crate) struct Eytzinger<K: Copy> {
    /// The one at index 0 is unused.
    nodes: Pages<K>,
    /// The first index of the last level, which is not full, and may be empty.
    full: usize,
    /// Nodes in that level.
    last: usize,
}

impl<K: SearchKey + Copy> Eytzinger<K> {
    /// Keys in a cache line. The descendants of a node `LINE.ilog2()` levels below fill one.
    const LINE: usize = 64 / size_of::<K>();

    /// The tree of at least one key, ascending.
    pub(crate) fn new(keys: &[K]) -> Self {
        let mut nodes = Pages::filled(keys[0], keys.len() + 1, PageSize::Huge);
        let mut sorted = keys.iter();
        fill(&mut nodes, 1, &mut sorted);
        let full = (keys.len() + 2).next_power_of_two() / 2;
        Self {
            nodes,
            full,
            last: keys.len() + 1 - full,
        }
    }

    /// Returns the number of keys smaller than `query`.
    #[inline]
    pub(crate) fn rank(&self, query: &K) -> usize {
        let nodes: &[K] = &self.nodes;
        let mut slot = 1;
        while slot < nodes.len() {
            prefetch(nodes, slot * Self::LINE);
            slot = 2 * slot + usize::from(nodes[slot] < *query);
        }
        if slot < 2 * self.full {
            slot - self.full + self.last
        } else {
            slot - 2 * self.full
        }
    }

    /// Bytes of all nodes.
    pub(crate) fn bytes(&self) -> usize {
        size_of_val::<[K]>(&self.nodes)
    }
}

/// Writes the nodes from `slot` down, in the order of their keys.
fn fill<'a, K: Copy + 'a>(nodes: &mut [K], slot: usize, sorted: &mut impl Iterator<Item = &'a K>) {
    if slot < nodes.len() {
        fill(nodes, 2 * slot, sorted);
        if let Some(&key) = sorted.next() {
            nodes[slot] = key;
        }
        fill(nodes, 2 * slot + 1, sorted);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_match_the_key_array() {
        for length in 1..70_u32 {
            let keys: Vec<u32> = (0..length).map(|index| index / 3 * 2 + 1).collect();
            let tree = Eytzinger::new(&keys);
            for query in 0..=length + 2 {
                let rank = keys.partition_point(|&key| key < query);
                assert_eq!(tree.rank(&query), rank, "{query} among {length}");
            }
        }
    }
}
