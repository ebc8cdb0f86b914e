//! Many look-ups at once: a pipeline, so that memory works while the processor counts.
//!
//! A look-up waits for one cache line per level. As look-ups do not depend on one another, queries
//! descend the levels one after the other, [`DELAY`] queries apart (two in the picture):
//!
//! ```text
//!   time      0     1     2     3     4     5     6     7
//!   top       q0    q1    q2    q3    q4    q5    q6    q7
//!   level 1               q0    q1    q2    q3    q4    q5
//!   level 2                           q0    q1    q2    q3
//!   array                                         q0    q1
//! ```
//!
//! A step of a query counts in its node and prefetches the line of the child, which is needed
//! `DELAY` time steps later. At each time one query takes a step on each level. So `DELAY` times
//! the number of levels look-ups are under way, requests for the lower levels, which take long, are
//! spread evenly, and the levels in cache are searched while these are served. The state of each
//! query is kept in a ring.
//!
//! The top levels together are smaller than the first-level cache: they are searched in one go,
//! which saves storing the state of a query in between.
//!
//! Tried, u32 keys: sending batches of 64 queries through one level at a time. It takes no more
//! instructions, but is slower (a million keys: by a quarter; 16 million: by a third), as the
//! requests of one level then come in bursts, with none in between. Batches of 16 were slower
//! still.

use core::mem::MaybeUninit;

use crate::search::BLOCK;
use crate::search::simd::{InstructionSet, SimdToken, Task};

use super::lane::{Lane, count_node, keys_per_node};
use super::tree::{SPlusTree, step};

/// The maximum number of queries between two steps of a query.
const DELAY: usize = 32;

/// The maximum number of queries under way.
const RING: usize = 256;

/// The maximum number of levels of an array, whatever its node size: with the smallest nodes, of
/// two keys, it has 3^40 keys.
const LEVELS_MAX: usize = 41;

/// The top levels that are searched in one go: at most this many bytes together, and at most this
/// many levels.
const TOP_BYTES: usize = 20 << 10;
const TOP_MAX: usize = 3;

impl<L: Lane, const B: usize> SPlusTree<L, B> {
    /// Ranks `count` integers, with the given instruction set or the widest. `query` returns the
    /// integer with a given number, and `found` is called with that number, the rank and the
    /// integer. Numbers ascend.
    #[inline]
    pub(in crate::static_collections) fn rank_many(
        &self,
        simd: Option<SimdToken>,
        count: usize,
        query: impl Fn(usize) -> L,
        found: impl FnMut(usize, usize, L),
    ) {
        simd.unwrap_or(self.simd).run(Pipeline {
            array: self,
            count,
            query,
            found,
        });
    }
}

struct Pipeline<'a, L: Lane, Q, F, const B: usize> {
    array: &'a SPlusTree<L, B>,
    count: usize,
    query: Q,
    found: F,
}

impl<L, Q, F, const B: usize> Task for Pipeline<'_, L, Q, F, B>
where
    L: Lane,
    Q: Fn(usize) -> L,
    F: FnMut(usize, usize, L),
{
    type Output = ();

    #[inline(always)]
    fn run<S: InstructionSet>(mut self, set: S) {
        let (array, count) = (self.array, self.count);
        if array.len() == 0 {
            for number in 0..count {
                (self.found)(number, 0, (self.query)(number));
            }
            return;
        }
        let starts = array.levels.starts();
        let mut levels = [array.keys.as_ptr(); LEVELS_MAX + 1];
        let levels = &mut levels[..=starts.len()];
        for (level, start) in levels.iter_mut().zip(starts) {
            *level = array.upper[*start..].as_ptr();
        }
        let (top, rest) = levels.split_at(top_levels::<L, B>().min(starts.len()));
        // A few queries do not need a long pipeline.
        let delay = DELAY.min(RING / (rest.len() + 1)).min(count);
        // SAFETY: `top` and `rest` are all levels, from the root to the array, and with this delay
        // the queries under way fit into the ring.
        unsafe {
            // Straight code is no faster in a debug build, and takes longer to compile: it is
            // compiled for each kind of keys, instruction set and use of the results.
            if cfg!(debug_assertions) || !self.flow_straight(set, top, rest) {
                self.flow(set, top, rest, delay);
            }
        }
    }
}

impl<L, Q, F, const B: usize> Pipeline<'_, L, Q, F, B>
where
    L: Lane,
    Q: Fn(usize) -> L,
    F: FnMut(usize, usize, L),
{
    /// [`flow`](Self::flow) through one of the usual numbers of levels, if it is one and there are
    /// enough queries: with these numbers and the delay known, the compiler generates straight
    /// code, which takes a fifth less time. If the number of top levels is left open, the gain is
    /// half of that.
    ///
    /// # Safety
    /// `top` and `rest` are the starts of all levels, from the root to the array.
    #[inline(always)]
    unsafe fn flow_straight(
        &mut self,
        set: impl InstructionSet,
        top: &[*const L],
        rest: &[*const L],
    ) -> bool {
        // SAFETY: the caller promises the same.
        unsafe {
            self.count >= DELAY
                && (self.flow_through::<1, 1>(set, top, rest)
                    || self.flow_through::<2, 1>(set, top, rest)
                    || self.flow_through::<2, 2>(set, top, rest)
                    || self.flow_through::<2, 3>(set, top, rest)
                    || self.flow_through::<3, 1>(set, top, rest)
                    || self.flow_through::<3, 2>(set, top, rest)
                    || self.flow_through::<3, 3>(set, top, rest)
                    || self.flow_through::<3, 4>(set, top, rest)
                    || self.flow_through::<3, 5>(set, top, rest))
        }
    }

    /// [`flow`](Self::flow) through these numbers of levels, if there are as many.
    ///
    /// # Safety
    /// `top` and `rest` are the starts of all levels, from the root to the array.
    #[inline(always)]
    unsafe fn flow_through<const TOP: usize, const REST: usize>(
        &mut self,
        set: impl InstructionSet,
        top: &[*const L],
        rest: &[*const L],
    ) -> bool {
        const { assert!(DELAY * (REST + 1) <= RING) };
        let (Ok(top), Ok(rest)) = (<&[_; TOP]>::try_from(top), <&[_; REST]>::try_from(rest)) else {
            return false;
        };
        // SAFETY: these are all levels, as the caller promises, and the queries under way fit into
        // the ring.
        unsafe { self.flow(set, top, rest, DELAY) };
        true
    }

    /// Sends all queries through the levels: through the top ones at once, through each of the
    /// others `delay` later.
    ///
    /// # Safety
    /// `top` and `rest` are the starts of all levels, from the root to the array, which is the last
    /// of `rest`, and `delay * (rest.len() + 1)` is at most [`RING`].
    #[inline(always)]
    unsafe fn flow(
        &mut self,
        set: impl InstructionSet,
        top: &[*const L],
        rest: &[*const L],
        delay: usize,
    ) {
        debug_assert!(delay * (rest.len() + 1) <= RING);
        let count = self.count;
        let mut queries = [const { MaybeUninit::<L>::uninit() }; RING];
        let mut positions = [const { MaybeUninit::<usize>::uninit() }; RING];
        let (array, between) = (rest[rest.len() - 1], &rest[..rest.len() - 1]);
        for time in 0..count + rest.len() * delay {
            let number = time.wrapping_sub(rest.len() * delay);
            if number < count {
                let slot = number % RING;
                // SAFETY: the query was written to the slot when it came in, and has reached the
                // array.
                unsafe {
                    let (query, at) = (queries[slot].assume_init(), positions[slot].assume_init());
                    let smaller = count_node::<L, B>(set, array.add(at), query);
                    (self.found)(number, at + smaller, query);
                }
            }
            for (level, nodes) in between.iter().enumerate().rev() {
                let number = time.wrapping_sub((level + 1) * delay);
                if number < count {
                    let slot = number % RING;
                    // SAFETY: the query was written to the slot, and has reached a node of this
                    // level.
                    unsafe {
                        let (query, at) =
                            (queries[slot].assume_init(), positions[slot].assume_init());
                        let smaller = count_node::<L, B>(set, nodes.add(at), query);
                        let child = step::<L, B>(at, smaller);
                        positions[slot].write(child);
                        prefetch::<L, B>(rest[level + 1].wrapping_add(child));
                    }
                }
            }
            if time < count {
                let query = (self.query)(time);
                let mut at = 0;
                for nodes in top {
                    // SAFETY: all queries start at the root and step to children that exist.
                    let smaller = unsafe { count_node::<L, B>(set, nodes.add(at), query) };
                    at = step::<L, B>(at, smaller);
                }
                queries[time % RING].write(query);
                positions[time % RING].write(at);
                prefetch::<L, B>(rest[0].wrapping_add(at));
            }
        }
    }
}

/// The number of levels that are searched in one go, if there are that many.
const fn top_levels<L, const B: usize>() -> usize {
    let keys = keys_per_node::<L, B>();
    let mut bytes = 0;
    let mut level = keys * size_of::<L>();
    let mut top = 0;
    while top < TOP_MAX && bytes + level <= TOP_BYTES {
        bytes += level;
        level *= keys + 1;
        top += 1;
    }
    top
}

/// Prefetches the lines of a node.
#[inline]
fn prefetch<L, const B: usize>(node: *const L) {
    for line in 0..(keys_per_node::<L, B>() * size_of::<L>()).div_ceil(BLOCK) {
        prefetch_line(node.cast::<u8>().wrapping_add(line * BLOCK));
    }
}

/// Prefetches a line of memory into the second-level cache: as fast as into the first-level one, or
/// a twentieth faster (16 million keys).
#[inline]
pub(in crate::static_collections) fn prefetch_line<T>(line: *const T) {
    #[cfg(all(target_arch = "x86_64", not(miri)))]
    {
        use core::arch::x86_64::{_MM_HINT_T1, _mm_prefetch};
        // SAFETY: a prefetch is a hint, which does not fault at any address.
        unsafe { _mm_prefetch::<_MM_HINT_T1>(line.cast()) };
    }
    #[cfg(not(all(target_arch = "x86_64", not(miri))))]
    let _ = line;
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;
    use crate::memory::buffer::Buffer;
    use crate::search::simd::Simd;

    /// The ranks of `count` integers by straight code among the first even ones, if there is such
    /// code for these numbers of top levels and others.
    struct Straight<const B: usize> {
        len: u32,
        count: usize,
        shape: (usize, usize),
    }

    impl<const B: usize> Task for Straight<B> {
        type Output = Option<Vec<(usize, usize, u32)>>;

        #[inline(always)]
        fn run<S: InstructionSet>(self, set: S) -> Self::Output {
            let mut keys = Buffer::new();
            (0..self.len).for_each(|key| keys.push(key * 2));
            let array = SPlusTree::<u32, B>::new(keys);
            let starts = array.levels.starts();
            let upper = starts.iter().map(|start| array.upper[*start..].as_ptr());
            let levels: Vec<_> = upper.chain([array.keys.as_ptr()]).collect();
            let (top, rest) = levels.split_at(top_levels::<u32, B>().min(starts.len()));
            assert_eq!((top.len(), rest.len()), self.shape);
            let mut ranks = Vec::new();
            let mut pipeline = Pipeline {
                array: &array,
                count: self.count,
                query: |number| spread(number, self.len),
                found: |number, rank, query| ranks.push((number, rank, query)),
            };
            // SAFETY: these are all levels.
            unsafe { pipeline.flow_straight(set, top, rest) }.then_some(ranks)
        }
    }

    /// Some integer up to one more than twice the length.
    fn spread(number: usize, len: u32) -> u32 {
        (number as u32).wrapping_mul(0x9E37_79B9) % (len * 2 + 2)
    }

    fn straight<const B: usize>(len: u32, shape: (usize, usize), is_usual: bool) {
        for count in [DELAY - 1, DELAY, 1_000] {
            let ranks = Simd::Scalar
                .checked()
                .run(Straight::<B> { len, count, shape });
            let expected = (0..count).map(|number| {
                let query = spread(number, len);
                (number, query.div_ceil(2).min(len) as usize, query)
            });
            let is_taken = is_usual && count >= DELAY;
            assert_eq!(
                ranks,
                is_taken.then(|| expected.collect()),
                "{len} keys, {count}"
            );
        }
    }

    #[test]
    fn straight_code_finds_the_ranks_through_all_usual_levels() {
        straight::<2>(2, (0, 1), false);
        straight::<2>(6, (1, 1), true);
        straight::<2>(18, (2, 1), true);
        straight::<2>(54, (3, 1), true);
        straight::<2>(162, (3, 2), true);
        straight::<2>(486, (3, 3), true);
        straight::<2>(1_458, (3, 4), true);
        straight::<2>(4_374, (3, 5), true);
        straight::<2>(4_375, (3, 6), false);
        straight::<20>(8_820, (2, 1), true);
        straight::<20>(8_821, (2, 2), true);
        straight::<20>(190_000, (2, 3), true);
    }
}
