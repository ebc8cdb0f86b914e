//! The index over the segments: a static search tree of their smallest keys, in van Emde Boas
//! order.
//!
//! The array has `2^h` segments. Each except the first has a *separator*: its smallest key. A
//! complete binary search tree of height `h` has exactly that many nodes, so that the `i`-th
//! separator is the `i`-th node from left to right. Only keys are stored, no pointers. When the
//! smallest key of a segment changes, exactly one node changes, and its position follows from the
//! segment's number: no node above it has to be looked at.
//!
//! The recursion of the order ends at trees of four levels: their 15 keys (fewer at the root) are
//! stored in ascending order, and are searched in two steps of independent comparisons instead of
//! four that wait for each other.
//!
//! Only keys with an order-preserving integer are copied here: plain integers and the like. Any
//! other key could own memory and change it through a shared reference, and a copy of it would then
//! read memory that is gone. Clones would require `K: Clone` and cost one allocation each for
//! string keys. Such keys are compared in place: the tree is the same, but in sorted order, and its
//! nodes are the first slots of the segments.

use alloc::vec::Vec;
use core::borrow::Borrow;

use super::packed_memory_array::{PackedMemoryArray, Rebalance};
use super::veb::{Cut, Veb};
use crate::key;
use crate::search::{self, KeyBound};

/// Levels of the trees whose keys are stored in ascending order.
const LEVELS: u32 = 4;
/// Keys per such tree.
const KEYS: usize = (1 << LEVELS) - 1;
/// The maximum number of such trees on a path from the root.
const STEPS: usize = (usize::BITS / LEVELS) as usize;

/// The separators, if keys can be copied.
pub(super) struct Separators<K> {
    separators: Vec<K>,
}

// The keys in it are never pinned.
impl<K> Unpin for Separators<K> {}

impl<K> Separators<K> {
    pub(super) const fn new() -> Self {
        Separators {
            separators: Vec::new(),
        }
    }

    pub(super) fn bytes(&self) -> usize {
        self.separators.capacity() * size_of::<K>()
    }

    /// Reserves memory for the separators of that many segments.
    pub(super) fn reserve(&mut self, segments: usize) {
        if key::integer::<K>().is_some() {
            let more = segments.saturating_sub(1 + self.separators.len());
            self.separators.reserve_exact(more);
        }
    }

    /// The last segment whose smallest key is before the given bound of the query, or else the
    /// first segment.
    // Always: a removal among ten thousand took a tenth longer when this was a call.
    #[inline(always)]
    pub(super) fn segment<V, Q>(
        &self,
        packed: &PackedMemoryArray<K, V>,
        query: &Q,
        bound: KeyBound,
    ) -> usize
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        if key::integer::<K>().is_some() {
            self.descend(query, bound)
        } else {
            halve(packed, query, bound)
        }
    }

    #[inline]
    fn descend<Q: Ord + ?Sized>(&self, query: &Q, bound: KeyBound) -> usize
    where
        K: Borrow<Q>,
    {
        let tree = self.height();
        // Where the trees on the path so far begin, by their heights.
        let mut positions = [0; STEPS + 1];
        let at_root = tree % LEVELS;
        let mut path = match at_root {
            0 => 0,
            _ => {
                let keys = &self.separators[..(1 << at_root) - 1];
                keys.partition_point(|key| is_before(key, query, bound))
            }
        };
        let mut height = tree - at_root;
        while height > 0 {
            let position = if height == tree {
                0
            } else {
                let cut = Cut::above(height, tree);
                positions[cut.above.div_ceil(LEVELS) as usize] + cut.offset(path)
            };
            positions[(height / LEVELS) as usize] = position;
            let keys = self.separators[position..].first_chunk();
            path = path << LEVELS | rank(keys.expect("a tree has all its keys"), query, bound);
            height -= LEVELS;
        }
        path
    }

    fn height(&self) -> u32 {
        (self.separators.len() + 1).trailing_zeros()
    }

    /// The position of a segment's separator.
    fn position(&self, segment: usize) -> usize {
        let tree = self.height();
        let below = segment.trailing_zeros() / LEVELS * LEVELS;
        let root = (below + LEVELS).min(tree);
        let first = Veb::new(tree).position(tree - root, segment >> root);
        let in_order = segment >> below & ((1 << (root - below)) - 1);
        first + in_order - 1
    }

    /// Updates the separators to the current smallest keys of the segments.
    #[inline]
    pub(super) fn follow<V>(&mut self, packed: &PackedMemoryArray<K, V>, rebalance: Rebalance) {
        if key::integer::<K>().is_none() {
            return;
        }
        let segments = match rebalance {
            Rebalance::Segments(segments) => segments,
            Rebalance::All => {
                let all = 0..packed.segments();
                let copies = all.clone().skip(1).filter_map(|s| packed.copy_first_key(s));
                self.separators.clear();
                self.reserve(all.len());
                // In any order: each is put into its position below.
                self.separators.extend(copies);
                all
            }
        };
        for segment in segments {
            // The first segment has no separator.
            if segment > 0
                && let Some(key) = packed.copy_first_key(segment)
            {
                let position = self.position(segment);
                self.separators[position] = key;
            }
        }
    }

    /// Checks that each separator is the smallest key of its segment.
    ///
    /// # Panics
    /// If one is not.
    pub(super) fn check<V>(&self, packed: &PackedMemoryArray<K, V>)
    where
        K: Ord,
    {
        if key::integer::<K>().is_none() {
            return;
        }
        let segments = packed.segments();
        assert_eq!(self.separators.len(), segments.saturating_sub(1));
        for segment in 1..segments {
            let separator = &self.separators[self.position(segment)];
            let is_first = separator == packed.first_key(segment);
            assert!(
                is_first,
                "the separator of segment {segment} is not its smallest key"
            );
        }
    }
}

/// Whether a key is before the given bound of the query.
#[inline]
fn is_before<K: Borrow<Q>, Q: Ord + ?Sized>(key: &K, query: &Q, bound: KeyBound) -> bool {
    search::is_before::<K, Q>(key.borrow(), query, bound)
}

/// The number of keys before the given bound of the query: counted among the fourth, eighth and
/// twelfth key, then among the three that follow. The comparisons of a step do not wait for each
/// other.
#[inline]
fn rank<K, Q>(keys: &[K; KEYS], query: &Q, bound: KeyBound) -> usize
where
    K: Borrow<Q>,
    Q: Ord + ?Sized,
{
    let counts = |at: usize| usize::from(is_before(&keys[at], query, bound));
    let rank = (counts(3) + counts(7) + counts(11)) * 4;
    rank + counts(rank) + counts(rank + 1) + counts(rank + 2)
}

/// The same search among the smallest keys in place, by halving.
#[inline]
fn halve<K: Borrow<Q>, V, Q: Ord + ?Sized>(
    packed: &PackedMemoryArray<K, V>,
    query: &Q,
    bound: KeyBound,
) -> usize {
    let mut segment = 0;
    let mut step = packed.segments() / 2;
    while step > 0 {
        if is_before(packed.first_key(segment + step), query, bound) {
            segment += step;
        }
        step /= 2;
    }
    segment
}
