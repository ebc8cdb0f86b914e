//! A sorted column in the order in which a binary search visits it, with prefetching.
//!
//! Invariant: the node at place `i`, from 1 on, has its children at `2 * i` and `2 * i + 1`, and
//! all places up to the number of keys are taken. A search that ends below the nodes has counted
//! the smaller keys on its way: the gaps between the keys, in their order, are the places below the
//! nodes of the last level, and then those that its missing nodes leave.

use super::columns::SearchKey;
use crate::pages::{PageSize, Pages, prefetch};

/// Keys in level order, on huge pages.
pub(crate) struct Eytzinger<K: Copy> {
    /// That at place 0 is none.
    nodes: Pages<K>,
    /// The first place of the last level, which has fewer nodes than places, and may have none.
    full: usize,
    /// Nodes in that level.
    last: usize,
}

impl<K: SearchKey + Copy> Eytzinger<K> {
    /// Keys in a cache line: as many generations below, descendants are neighbours in one.
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

    /// How many keys are smaller than `query`.
    #[inline]
    pub(crate) fn rank(&self, query: &K) -> usize {
        let nodes: &[K] = &self.nodes;
        let mut place = 1;
        while place < nodes.len() {
            prefetch(nodes, place * Self::LINE);
            place = 2 * place + usize::from(nodes[place] < *query);
        }
        if place < 2 * self.full {
            place - self.full + self.last
        } else {
            place - 2 * self.full
        }
    }

    /// Bytes of all nodes.
    pub(crate) fn bytes(&self) -> usize {
        size_of_val::<[K]>(&self.nodes)
    }
}

/// Writes the nodes from `place` down, in the order of their keys.
fn fill<'a, K: Copy + 'a>(nodes: &mut [K], place: usize, sorted: &mut impl Iterator<Item = &'a K>) {
    if place < nodes.len() {
        fill(nodes, 2 * place, sorted);
        if let Some(&key) = sorted.next() {
            nodes[place] = key;
        }
        fill(nodes, 2 * place + 1, sorted);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_those_of_the_column() {
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
