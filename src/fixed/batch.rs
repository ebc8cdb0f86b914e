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
//! The top levels together are smaller than the first cache: they are searched in one go.

use core::mem::MaybeUninit;

use crate::search::LINE;
use crate::search::simd::{InstructionSet, Simd, Task};

use super::lane::{Lane, count_node, keys_a_node};
use super::view::{View, step};

/// Queries that take a step together.
const BLOCK: usize = 16;

/// Levels, of whatever size, that an array can have: with the smallest nodes, of two keys, 3^40
/// keys.
const LEVELS_MAX: usize = 41;

/// Blocks of the ring: one for each level and one for the array.
const RING: usize = LEVELS_MAX + 1;

/// Levels of together so many bytes are searched in one go.
const TOP: usize = 8 << 10;

/// Where queries come from and answers go to.
pub(super) trait Errand<L> {
    fn len(&self) -> usize;

    /// Query number `at`, asked for once.
    fn query(&self, at: usize) -> L;

    /// Takes the rank of query number `at`.
    fn found(&mut self, at: usize, rank: usize, query: L);
}

/// Runs an errand.
pub(super) fn run<L: Lane, E: Errand<L>, const B: usize>(
    simd: Simd,
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
        if self.view.len() == 0 {
            for at in 0..count {
                let query = self.errand.query(at);
                self.errand.found(at, 0, query);
            }
            return;
        }
        let height = self.view.height();
        let top = self.top_levels();
        // Stage 0 is all top levels, the others are a level each, and the last is the array.
        let stages = height - top + 1;
        let mut ring = [const { MaybeUninit::<Block<L>>::uninit() }; RING];
        let blocks = count.div_ceil(BLOCK);
        for time in 0..blocks + stages {
            let last = time.min(stages);
            for stage in (0..=last).rev() {
                let number = time - stage;
                if number >= blocks {
                    break;
                }
                let first = number * BLOCK;
                let len = (count - first).min(BLOCK);
                let slot = &mut ring[number % (stages + 1)];
                if stage == 0 {
                    slot.write(self.enter(set, first, len, top));
                    continue;
                }
                // SAFETY: written by the block's first stage, which came before this one; no other
                // block has the slot until this one is through its stages.
                let block = unsafe { slot.assume_init_mut() };
                let level = top + stage - 1;
                if level < height {
                    // SAFETY: each query stands at a node of this level.
                    unsafe { self.descend(set, block, level) };
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
        let mut bytes = 0;
        let mut nodes = keys_a_node::<L, B>() * size_of::<L>();
        let mut top = 0;
        while top < self.view.height() && bytes + nodes <= TOP {
            bytes += nodes;
            nodes *= keys_a_node::<L, B>() + 1;
            top += 1;
        }
        top
    }

    /// Takes in a block of `len` queries, filled up with others, and searches the top levels.
    #[inline(always)]
    fn enter(&self, set: impl InstructionSet, first: usize, len: usize, top: usize) -> Block<L> {
        let mut block = Block {
            queries: [L::LEAST; BLOCK],
            at: [0; BLOCK],
        };
        for i in 0..len {
            block.queries[i] = self.errand.query(first + i);
        }
        for level in 0..top {
            // SAFETY: all start at the root.
            unsafe { self.descend(set, &mut block, level) };
        }
        if top == 0 {
            // SAFETY: the height is at least 0.
            prefetch::<L, B>(unsafe { self.view.level(0) });
        }
        block
    }

    /// Searches a level for a block, and asks for the nodes below.
    ///
    /// # Safety
    /// Each query stands at a node of this level, which is above the array.
    #[inline(always)]
    unsafe fn descend(&self, set: impl InstructionSet, block: &mut Block<L>, level: usize) {
        // SAFETY: below a level there is another one, or the array.
        let (nodes, below) = unsafe { (self.view.level(level), self.view.level(level + 1)) };
        for i in 0..BLOCK {
            // SAFETY: the caller's.
            let smaller =
                unsafe { count_node::<L, B>(set, nodes.add(block.at[i]), block.queries[i]) };
            let at = step::<L, B>(block.at[i], smaller);
            block.at[i] = at;
            prefetch::<L, B>(below.wrapping_add(at));
        }
    }

    /// Searches the array for a block and tells the ranks.
    ///
    /// # Safety
    /// Each query stands at a node of the array.
    #[inline(always)]
    unsafe fn arrive(
        &mut self,
        set: impl InstructionSet,
        block: &mut Block<L>,
        first: usize,
        len: usize,
    ) {
        // SAFETY: the array lies at the height.
        let nodes = unsafe { self.view.level(self.view.height()) };
        for i in 0..BLOCK {
            // SAFETY: the caller's.
            let smaller =
                unsafe { count_node::<L, B>(set, nodes.add(block.at[i]), block.queries[i]) };
            block.at[i] += smaller;
        }
        for i in 0..len {
            self.errand.found(first + i, block.at[i], block.queries[i]);
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

/// Asks for a line of memory.
#[inline(always)]
pub(super) fn prefetch_line<T>(line: *const T) {
    #[cfg(all(target_arch = "x86_64", not(miri)))]
    {
        use core::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: a prefetch is a hint, which no address makes fault.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(line.cast()) };
    }
    #[cfg(not(all(target_arch = "x86_64", not(miri))))]
    let _ = line;
}
