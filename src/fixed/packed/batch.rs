//! Many look-ups at once: a pipeline, so that memory works while the processor counts.
//!
//! A look-up waits for one line of memory a level. Many of them need not wait for one another, so
//! queries go down the levels in blocks of [`BLOCK`], one level behind the other:
//!
//! ```text
//!   time      t0       t1       t2       t3       t4
//!   level 0   block 0  block 1  block 2  block 3  ...
//!   level 1            block 0  block 1  block 2
//!   level 2                     block 0  block 1
//!   array                                block 0
//! ```
//!
//! A step of a query counts in its node and asks for the line of the child (prefetch). The line is
//! needed one time step later, when all levels have had a block: so `BLOCK` times the number of
//! levels look-ups are under way at any time, the levels in cache fill the time in which the lower
//! ones wait, and nothing is lost between blocks. Where each query stands is kept in a ring of
//! blocks, one for each level.
//!
//! The top levels together are smaller than the first cache: they are searched in one go, which
//! spares what it takes to remember where a query stands.

use core::array;
use core::mem::MaybeUninit;

use crate::search::LINE;
use crate::search::simd::{InstructionSet, Present, Task};

use super::lane::{Lane, count_node, keys_a_node};
use super::view::{View, step};

/// Queries that take a step together. With 16 of them 16 million look-ups of four bytes took half
/// as long again: the requests of a block are made in one burst, which wants time to be answered
/// in. To delay blocks by more steps instead was no better, nor to take each query through all
/// levels before the next one: more instructions, for the same lines.
const BLOCK: usize = 64;

/// Levels, of whatever size, that an array can have: with the smallest nodes, of two keys, 3^40
/// keys.
const LEVELS_MAX: usize = 41;

/// Blocks of the ring: as many as stages, rounded up to a power of two.
const RING: usize = (LEVELS_MAX + 2).next_power_of_two();

/// Levels of together so many bytes are searched in one go, and no more than so many levels.
const TOP_BYTES: usize = 20 << 10;
const TOP_MAX: usize = 3;

/// Where queries come from and answers go to.
pub(in crate::fixed) trait Errand<L> {
    fn len(&self) -> usize;

    /// Query number `at`, asked for once.
    fn query(&self, at: usize) -> L;

    /// Takes the rank of query number `at`.
    fn found(&mut self, at: usize, rank: usize, query: L);
}

/// Runs an errand.
pub(in crate::fixed) fn run<L: Lane, E: Errand<L>, const B: usize>(
    simd: Present,
    view: View<'_, L, B>,
    errand: E,
) {
    simd.run(Batch { view, errand });
}

struct Batch<'a, L, E, const B: usize> {
    view: View<'a, L, B>,
    errand: E,
}

/// The queries of a block, and where they stand in the level that they come to next.
#[derive(Clone, Copy)]
struct Block<L> {
    queries: [L; BLOCK],
    at: [usize; BLOCK],
}

impl<L: Lane, E: Errand<L>, const B: usize> Task for Batch<'_, L, E, B> {
    type Output = ();

    #[inline(always)]
    fn run<S: InstructionSet>(mut self, set: S) {
        let count = self.errand.len();
        if count == 0 {
            return;
        }
        if self.view.len() == 0 {
            for at in 0..count {
                let query = self.errand.query(at);
                self.errand.found(at, 0, query);
            }
            return;
        }
        let top = self.top_levels();
        // Stage 0 takes queries in and searches the top levels, each of the others searches a
        // level, the last one the array.
        let last = self.view.height() - top + 1;
        let mut ring = [const { MaybeUninit::<Block<L>>::uninit() }; RING];
        let mask = (last + 1).next_power_of_two() - 1;
        let blocks = count.div_ceil(BLOCK);
        for time in 0..blocks + last {
            // The block that is farthest goes first.
            for stage in (time.saturating_sub(blocks - 1)..=time.min(last)).rev() {
                let number = time - stage;
                let first = number * BLOCK;
                let len = (count - first).min(BLOCK);
                let slot = &mut ring[number & mask];
                if stage == 0 {
                    let block = slot.write(Block {
                        queries: [L::LEAST; BLOCK],
                        at: [0; BLOCK],
                    });
                    match top {
                        0 => self.enter::<0>(set, block, first, len),
                        1 => self.enter::<1>(set, block, first, len),
                        2 => self.enter::<2>(set, block, first, len),
                        _ => self.enter::<TOP_MAX>(set, block, first, len),
                    }
                    continue;
                }
                // SAFETY: written by the block's first stage; no other block has the slot until
                // this one is through its stages, of which there are not more than slots.
                let block = unsafe { slot.assume_init_mut() };
                if stage < last {
                    // SAFETY: each query stands at a node of this level.
                    unsafe { self.descend(set, block, top + stage - 1, len) };
                } else {
                    // SAFETY: each query stands at a node of the array.
                    unsafe { self.arrive(set, block, first, len) };
                }
            }
        }
    }
}

impl<L: Lane, E: Errand<L>, const B: usize> Batch<'_, L, E, B> {
    /// How many levels are searched in one go.
    fn top_levels(&self) -> usize {
        let keys = keys_a_node::<L, B>();
        let mut bytes = 0;
        let mut level = keys * size_of::<L>();
        let mut top = 0;
        while top < self.view.height().min(TOP_MAX) && bytes + level <= TOP_BYTES {
            bytes += level;
            level *= keys + 1;
            top += 1;
        }
        top
    }

    /// Takes in a block of `len` queries and searches `LEVELS` levels, which are there.
    #[inline(always)]
    fn enter<const LEVELS: usize>(
        &self,
        set: impl InstructionSet,
        block: &mut Block<L>,
        first: usize,
        len: usize,
    ) {
        debug_assert!(LEVELS <= self.view.height());
        // SAFETY: so many levels are there, and below them another one or the array.
        let (nodes, below) = unsafe {
            let level = |level| self.view.level(level);
            (array::from_fn::<_, LEVELS, _>(level), level(LEVELS))
        };
        for i in 0..len {
            let query = self.errand.query(first + i);
            let mut at = 0;
            for level in nodes {
                // SAFETY: all start at the root, and step to children that exist.
                let smaller = unsafe { count_node::<L, B>(set, level.add(at), query) };
                at = step::<L, B>(at, smaller);
            }
            block.queries[i] = query;
            block.at[i] = at;
            prefetch::<L, B>(below.wrapping_add(at));
        }
    }

    /// Searches a level for the `len` queries of a block, and asks for the nodes below.
    ///
    /// # Safety
    /// Each query stands at a node of this level, which is above the array.
    #[inline(always)]
    unsafe fn descend(
        &self,
        set: impl InstructionSet,
        block: &mut Block<L>,
        level: usize,
        len: usize,
    ) {
        // SAFETY: below a level there is another one, or the array.
        let (nodes, below) = unsafe { (self.view.level(level), self.view.level(level + 1)) };
        for (at, query) in block.at[..len].iter_mut().zip(&block.queries) {
            // SAFETY: the caller's.
            let smaller = unsafe { count_node::<L, B>(set, nodes.add(*at), *query) };
            *at = step::<L, B>(*at, smaller);
            prefetch::<L, B>(below.wrapping_add(*at));
        }
    }

    /// Searches the array for the `len` queries of a block, and tells the ranks.
    ///
    /// # Safety
    /// Each query stands at a node of the array.
    #[inline(always)]
    unsafe fn arrive(
        &mut self,
        set: impl InstructionSet,
        block: &Block<L>,
        first: usize,
        len: usize,
    ) {
        // SAFETY: the array lies at the height.
        let nodes = unsafe { self.view.level(self.view.height()) };
        for i in 0..len {
            let (at, query) = (block.at[i], block.queries[i]);
            // SAFETY: the caller's.
            let smaller = unsafe { count_node::<L, B>(set, nodes.add(at), query) };
            self.errand.found(first + i, at + smaller, query);
        }
    }
}

/// Asks for the lines of a node.
#[inline(always)]
fn prefetch<L, const B: usize>(node: *const L) {
    for line in 0..(keys_a_node::<L, B>() * size_of::<L>()).div_ceil(LINE) {
        prefetch_line(node.cast::<u8>().wrapping_add(line * LINE));
    }
}

/// Asks for a line of memory, into the second cache: there is room for more requests than on the
/// way to the first one (a tenth to a seventh faster at 16 million keys).
#[inline(always)]
pub(in crate::fixed) fn prefetch_line<T>(line: *const T) {
    #[cfg(all(target_arch = "x86_64", not(miri)))]
    {
        use core::arch::x86_64::{_MM_HINT_T1, _mm_prefetch};
        // SAFETY: a prefetch is a hint, which no address makes fault.
        unsafe { _mm_prefetch::<_MM_HINT_T1>(line.cast()) };
    }
    #[cfg(not(all(target_arch = "x86_64", not(miri))))]
    let _ = line;
}
