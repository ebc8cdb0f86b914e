//! The orders of a tree's nodes, and the search that is the same in all of them.

use std::hint::select_unpredictable;
use std::marker::PhantomData;

use leafwise::oblivious::veb::{self, Veb};

use crate::conduct::STD;
use crate::pages::{PageSize, Pages};
use crate::static_collections::{
    Built, Contenders, Eytzinger, KeyArray, Peer, SearchKey, Wants, takes,
};

/// An order of the nodes of a complete binary search tree in an array.
pub(crate) trait Order {
    /// The name for `--peers` and the tables.
    const NAME: &'static str;

    /// The slot of a node in the array, below `2^height`.
    fn slot(height: u32, depth: u32, index: usize) -> usize;

    /// Starts a walk down a tree.
    fn walk(height: u32) -> impl Walk;
}

/// A walk down from the root.
pub(crate) trait Walk {
    /// The slot of the current node; `None` below the leaves.
    fn slot(&self) -> Option<usize>;

    /// Descends to a child.
    fn descend(&mut self, right: bool);

    /// Below the leaves: the number of nodes to the left.
    fn rank(&self) -> usize;
}

/// Ascending, as in a sorted array.
pub(crate) struct Sorted;

struct SortedWalk {
    /// Nodes to the left of the current subtree.
    base: usize,
    /// Nodes of its left half, including its root.
    half: usize,
}

impl Order for Sorted {
    const NAME: &'static str = "sorted";

    fn slot(height: u32, depth: u32, index: usize) -> usize {
        ((2 * index + 1) << (height - 1 - depth)) - 1
    }

    #[inline(always)]
    fn walk(height: u32) -> impl Walk {
        SortedWalk {
            base: 0,
            half: (1 << height) / 2,
        }
    }
}

impl Walk for SortedWalk {
    #[inline(always)]
    fn slot(&self) -> Option<usize> {
        (self.half > 0).then(|| self.base + self.half - 1)
    }

    #[inline(always)]
    fn descend(&mut self, right: bool) {
        self.base = select_unpredictable(right, self.base + self.half, self.base);
        self.half /= 2;
    }

    #[inline(always)]
    fn rank(&self) -> usize {
        self.base
    }
}

/// Level by level, from slot 1 on, so that siblings share a cache line.
pub(crate) struct Bfs;

struct BfsWalk {
    slot: usize,
    /// The first slot after the leaves.
    end: usize,
}

impl Order for Bfs {
    const NAME: &'static str = "bfs";

    fn slot(_: u32, depth: u32, index: usize) -> usize {
        (1 << depth) + index
    }

    #[inline(always)]
    fn walk(height: u32) -> impl Walk {
        BfsWalk {
            slot: 1,
            end: 1 << height,
        }
    }
}

impl Walk for BfsWalk {
    #[inline(always)]
    fn slot(&self) -> Option<usize> {
        (self.slot < self.end).then_some(self.slot)
    }

    #[inline(always)]
    fn descend(&mut self, right: bool) {
        self.slot = 2 * self.slot + usize::from(right);
    }

    #[inline(always)]
    fn rank(&self) -> usize {
        self.slot - self.end
    }
}

/// Van Emde Boas order.
pub(crate) struct VanEmdeBoas;

impl Order for VanEmdeBoas {
    const NAME: &'static str = "veb";

    fn slot(height: u32, depth: u32, index: usize) -> usize {
        Veb::new(height).position(depth, index)
    }

    #[inline(always)]
    fn walk(height: u32) -> impl Walk {
        Veb::new(height).walk()
    }
}

impl Walk for veb::Walk {
    #[inline(always)]
    fn slot(&self) -> Option<usize> {
        self.position()
    }

    #[inline(always)]
    fn descend(&mut self, right: bool) {
        self.descend(right);
    }

    #[inline(always)]
    fn rank(&self) -> usize {
        self.index()
    }
}

/// A complete tree in one order, on huge pages.
pub(crate) struct Tree<K: Copy, O> {
    height: u32,
    nodes: Pages<K>,
    order: PhantomData<O>,
}

impl<K: SearchKey + Copy, O: Order> Tree<K, O> {
    /// The tree of `2^height - 1` ascending keys.
    pub(crate) fn new(keys: &[K], height: u32) -> Self {
        let mut nodes = Pages::filled(keys[0], 1 << height, PageSize::Huge);
        for depth in 0..height {
            for index in 0..1 << depth {
                let key = keys[Sorted::slot(height, depth, index)];
                nodes[O::slot(height, depth, index)] = key;
            }
        }
        Self {
            height,
            nodes,
            order: PhantomData,
        }
    }

    /// Returns the number of keys smaller than `query`.
    #[inline(always)]
    pub(crate) fn rank(&self, query: &K) -> usize {
        let nodes: &[K] = &self.nodes;
        let mut walk = O::walk(self.height);
        while let Some(slot) = walk.slot() {
            walk.descend(nodes[slot] < *query);
        }
        walk.rank()
    }
}

impl<K: SearchKey + Copy, O: Order> Peer<K> for Tree<K, O> {
    fn name(&self) -> &'static str {
        O::NAME
    }

    fn build(&self, array: &KeyArray<K>) -> impl Sized {
        Self::new(&array.keys, self.height)
    }

    #[inline]
    fn rank(&self, query: &K) -> u64 {
        self.rank(query) as u64
    }
}

/// std's search of a sorted slice.
struct Partition<K: Copy>(Pages<K>);

impl<K: SearchKey + Copy> Peer<K> for Partition<K> {
    fn name(&self) -> &'static str {
        STD
    }

    fn build(&self, array: &KeyArray<K>) -> impl Sized {
        Pages::copied(&array.keys, PageSize::Huge)
    }

    #[inline]
    fn rank(&self, query: &K) -> u64 {
        self.0.partition_point(|key| key < query) as u64
    }
}

const EYTZINGER: &str = "eytzinger";

/// All orders that can be requested, std first.
pub(crate) const NAMES: [&str; 5] = [STD, Sorted::NAME, Bfs::NAME, EYTZINGER, VanEmdeBoas::NAME];

/// Trees of the keys of `array` in the requested orders, std first.
pub(crate) fn contenders<K: SearchKey + Copy>(
    array: &KeyArray<K>,
    height: u32,
    wants: Wants<'_>,
) -> Contenders<K> {
    let keys = &array.keys;
    let growth = takes(size_of_val(keys.as_slice()));
    let std = Partition(Pages::copied(keys, PageSize::Huge));
    let mut contenders: Contenders<K> = vec![Box::new(Built::known(std, growth))];
    if wants(Sorted::NAME) {
        let tree = Tree::<K, Sorted>::new(keys, height);
        contenders.push(Box::new(Built::known(tree, growth)));
    }
    if wants(Bfs::NAME) {
        let tree = Tree::<K, Bfs>::new(keys, height);
        contenders.push(Box::new(Built::known(tree, growth)));
    }
    if wants(EYTZINGER) {
        let tree = Eytzinger::new(keys);
        contenders.push(Box::new(Built::known(tree, growth)));
    }
    if wants(VanEmdeBoas::NAME) {
        let tree = Tree::<K, VanEmdeBoas>::new(keys, height);
        contenders.push(Box::new(Built::known(tree, growth)));
    }
    contenders
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranks_match_the_key_array<O: Order>() {
        for height in 1..9 {
            let keys: Vec<u32> = (1..1 << height).map(|number| 2 * number).collect();
            let tree = Tree::<u32, O>::new(&keys, height);
            for query in 0..2 * keys.len() as u32 + 4 {
                let rank = keys.partition_point(|&key| key < query);
                assert_eq!(tree.rank(&query), rank, "{query} in {}", O::NAME);
            }
        }
    }

    #[test]
    fn all_orders_give_the_same_ranks() {
        ranks_match_the_key_array::<Sorted>();
        ranks_match_the_key_array::<Bfs>();
        ranks_match_the_key_array::<VanEmdeBoas>();
    }
}
