//! The index over the segments: a static search tree of their smallest keys, in van Emde Boas
//! order.
//!
//! The array has `2^h` segments, of which each but the first has a *separator*: its smallest key. A
//! complete binary search tree of height `h` has exactly as many nodes, so that the `i`-th
//! separator is the `i`-th node from left to right. There are no pointers, and none but keys are
//! stored. When a segment gets another smallest key, exactly one node changes, whose position
//! follows from the segment's number: nothing above it has to be looked at.
//!
//! Where the recursion of the order comes to trees of four levels, it ends: their 15 keys, or fewer
//! at the root, stand in ascending order, and are searched in two steps of independent compares
//! instead of four that wait for each other.
//!
//! Only keys that are plain integers, or alike, are copied here: those that have an image. Any
//! other key could change the memory that it owns behind a shared reference, with a copy of it left
//! to look at what is gone; and clones would ask for `K: Clone` and cost an allocation each where
//! keys are strings. Such keys are compared where they stand: the same tree, in sorted order,
//! whose nodes are the first slots of the segments.

use alloc::vec::Vec;
use core::borrow::Borrow;

use super::packed_memory_array::{PackedMemoryArray, Rebalance};
use super::veb::{Cut, Veb};
use crate::key;
use crate::search::KeyBound;

/// Levels of the trees whose keys stand in ascending order.
const LEVELS: u32 = 4;
/// Keys of such a tree.
const KEYS: usize = (1 << LEVELS) - 1;
/// Most of such trees on a way down.
const STEPS: usize = (usize::BITS / LEVELS) as usize;

/// The separators, if keys can be copied.
pub(super) struct Separators<K> {
    separators: Vec<K>,
}

// The keys in it are nobody's to pin.
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

    /// Makes room for the separators of that many segments.
    pub(super) fn reserve(&mut self, segments: usize) {
        if key::integer::<K>().is_some() {
            let more = segments.saturating_sub(1 + self.separators.len());
            self.separators.reserve_exact(more);
        }
    }

    /// The last segment whose smallest key lies before that edge of the query; else the first one.
    // Always: a removal among ten thousand took a tenth longer where this was a call.
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
        // Where the trees begin that the way has come through, by their heights.
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

    /// Where the separator of a segment stands.
    fn position(&self, segment: usize) -> usize {
        let tree = self.height();
        let below = segment.trailing_zeros() / LEVELS * LEVELS;
        let root = (below + LEVELS).min(tree);
        let first = Veb::new(tree).position(tree - root, segment >> root);
        let in_order = segment >> below & ((1 << (root - below)) - 1);
        first + in_order - 1
    }

    /// Takes over what smallest keys the segments have now.
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
                // In whatever order, to be put right below.
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

/// Whether a key lies before that edge of the query.
#[inline]
fn is_before<K: Borrow<Q>, Q: Ord + ?Sized>(key: &K, query: &Q, bound: KeyBound) -> bool {
    bound.is_behind(key.borrow().cmp(query))
}

/// How many of the keys lie before that edge of the query: among the fourth, eighth and twelfth,
/// then among the three behind that. The compares of a step don't wait for each other.
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

/// The same search, among the smallest keys where they stand.
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
