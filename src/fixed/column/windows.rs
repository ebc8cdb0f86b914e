//! Keys that are routed by eight bytes of theirs: their *window*, the bytes behind the prefix that
//! all keys share, as an integer.
//!
//! The levels above the keys hold windows and are searched as those of integers are. Where the
//! window of a query is that of some separators, their *tails* decide, the next eight bytes, which
//! stand in an array beside; where these are equal too, the keys that the separators stand for are
//! compared in whole: the position in the levels tells which they are. In the lowest node keys are
//! compared by themselves; they lie side by side.
//!
//! Without tails, look-ups among a million words of which many begin alike took half as long again:
//! each tie waits for the place of a key and then for the key.

use core::cmp::Ordering;

use crate::search::Edge;
use crate::search::simd::{InstructionSet, Present, Task};
use crate::store::buffer::Buffer;

use super::super::packed::{Levels, count_smaller, keys_a_node, prefetch_line, separator, step};
use super::windowed::Strings;
use super::{Batch, Place};

/// The levels above sorted strings.
#[derive(Clone)]
pub(super) struct Windows<const B: usize> {
    upper: Buffer<u64>,
    tails: Buffer<u64>,
    levels: Levels,
    /// Bytes at the start that all strings share.
    shared: usize,
    simd: Present,
}

/// Queries that go down the levels together.
const GROUP: usize = 16;

impl<const B: usize> Windows<B> {
    pub(super) fn above(strings: &impl Strings) -> Self {
        let (len, b) = (strings.len(), keys_a_node::<u64, B>());
        let shared = match len {
            0 => 0,
            _ => shared_prefix(strings.bytes_at(0), strings.bytes_at(len - 1)),
        };
        let levels = Levels::above(len, b);
        let mut upper = Buffer::with_capacity(levels.slots());
        let mut tails = Buffer::with_capacity(levels.slots());
        levels.fill(len, b, |key| {
            let string = key.map(|at| &strings.bytes_at(at)[shared..]);
            upper.push(string.map_or(u64::MAX, window));
            tails.push(string.map_or(u64::MAX, tail));
        });
        Windows {
            upper,
            tails,
            levels,
            shared,
            simd: Present::detect(),
        }
    }

    pub(super) fn bytes(&self) -> usize {
        self.upper.bytes() + self.tails.bytes() + self.levels.bytes()
    }

    /// # Panics
    /// If these are not the windows of the strings.
    pub(super) fn check(&self, strings: &impl Strings) {
        let made = Self::above(strings);
        assert!(*made.upper == *self.upper && *made.tails == *self.tails);
        assert!(made.levels == self.levels);
        assert_eq!(made.shared, self.shared);
    }

    /// How many strings lie before that edge of the query. `near` is told where the node is that
    /// is searched last.
    #[inline]
    pub(super) fn rank(
        &self,
        strings: &impl Strings,
        query: &[u8],
        edge: Edge,
        near: impl FnOnce(usize),
    ) -> usize {
        match self.wanted(strings, query, edge) {
            Ok(wanted) => self.simd.run(Rank {
                windows: self,
                strings,
                wanted,
                near,
            }),
            Err(rank) => rank,
        }
    }

    /// What to search for; or the rank of the query, if it has not the prefix that all strings
    /// share.
    #[inline]
    fn wanted<'q>(
        &self,
        strings: &impl Strings,
        query: &'q [u8],
        edge: Edge,
    ) -> Result<Wanted<'q>, usize> {
        if strings.len() == 0 {
            return Err(0);
        }
        if self.shared > 0 {
            let shared = &strings.bytes_at(0)[..self.shared];
            if !query.starts_with(shared) {
                return Err(if query < shared { 0 } else { strings.len() });
            }
        }
        let rest = &query[self.shared..];
        Ok(Wanted {
            window: window(rest),
            tail: tail(rest),
            query,
            edge,
        })
    }

    /// The node below the one at `at` of a level.
    #[inline(always)]
    fn descend(
        &self,
        set: impl InstructionSet,
        strings: &impl Strings,
        level: usize,
        at: usize,
        wanted: &Wanted<'_>,
    ) -> usize {
        let starts = self.levels.starts();
        let keys = keys_a_node::<u64, B>();
        let first = starts[level] + at;
        let node = &self.upper[first..][..keys];
        let mut child = count_smaller::<u64, B>(set, node, wanted.window);
        if node.get(child) == Some(&wanted.window) {
            let height = (starts.len() - level) as u32;
            let tails = &self.tails[first..][..keys];
            let tied = node[child..]
                .iter()
                .take_while(|window| **window == wanted.window);
            child += partition(tied.count(), |i| {
                let slot = child + i;
                match tails[slot].cmp(&wanted.tail) {
                    Ordering::Less => true,
                    Ordering::Equal => {
                        let position = separator(at, slot, height, keys);
                        // Padding has the greatest window and tail, but no string.
                        position + 1 < strings.len() && wanted.is_behind(strings.bytes_at(position))
                    }
                    Ordering::Greater => false,
                }
            });
        }
        step::<u64, B>(at, child)
    }

    /// The rank of a query that lies in the node at `at` of the strings.
    #[inline]
    fn arrive(&self, strings: &impl Strings, at: usize, wanted: &Wanted<'_>) -> usize {
        let len = keys_a_node::<u64, B>().min(strings.len() - at);
        at + partition(len, |i| wanted.is_behind(strings.bytes_at(at + i)))
    }

    /// Ranks many places.
    pub(super) fn look_up<S, T>(&self, simd: Option<Present>, strings: &S, batch: T)
    where
        S: Strings,
        T: Batch<S::Query>,
    {
        simd.unwrap_or(self.simd).run(Groups {
            windows: self,
            strings,
            batch,
        });
    }
}

/// What is searched for.
#[derive(Clone, Copy)]
struct Wanted<'a> {
    window: u64,
    tail: u64,
    query: &'a [u8],
    edge: Edge,
}

impl Wanted<'_> {
    /// Whether that string lies before the place that is searched for.
    #[inline]
    fn is_behind(&self, string: &[u8]) -> bool {
        self.edge.is_behind(string.cmp(self.query))
    }
}

/// One look-up.
struct Rank<'a, S, F, const B: usize> {
    windows: &'a Windows<B>,
    strings: &'a S,
    wanted: Wanted<'a>,
    near: F,
}

impl<S: Strings, F: FnOnce(usize), const B: usize> Task for Rank<'_, S, F, B> {
    type Output = usize;

    #[inline(always)]
    fn run<I: InstructionSet>(self, set: I) -> usize {
        let (windows, strings) = (self.windows, self.strings);
        let mut at = 0;
        for level in 0..windows.levels.starts().len() {
            at = windows.descend(set, strings, level, at, &self.wanted);
        }
        (self.near)(at);
        strings.prefetch(at);
        windows.arrive(strings, at, &self.wanted)
    }
}

/// Look-ups in groups: those of one take each level together, so that their waits overlap.
struct Groups<'a, S, T, const B: usize> {
    windows: &'a Windows<B>,
    strings: &'a S,
    batch: T,
}

/// Where a query of a group stands.
#[derive(Clone, Copy)]
enum Standing {
    /// At a node, with its window and tail.
    At(usize, [u64; 2]),
    Done(usize),
}

impl<S: Strings, T: Batch<S::Query>, const B: usize> Task for Groups<'_, S, T, B> {
    type Output = ();

    #[inline(always)]
    fn run<I: InstructionSet>(mut self, set: I) {
        let count = self.batch.len();
        let starts = self.windows.levels.starts();
        for first in (0..count).step_by(GROUP) {
            let mut group = [Standing::Done(0); GROUP];
            let group = &mut group[..GROUP.min(count - first)];
            for (i, standing) in group.iter_mut().enumerate() {
                *standing = self.enter(first + i);
            }
            for level in 0..starts.len() {
                for (i, standing) in group.iter_mut().enumerate() {
                    let Some((at, wanted)) = self.wanted(first + i, *standing) else {
                        continue;
                    };
                    let at = self.windows.descend(set, self.strings, level, at, &wanted);
                    *standing = Standing::At(at, [wanted.window, wanted.tail]);
                    match starts.get(level + 1) {
                        Some(start) => {
                            prefetch_line(self.windows.upper.as_ptr().wrapping_add(start + at));
                        }
                        None => self.strings.prefetch_place(at),
                    }
                }
            }
            for standing in &*group {
                if let Standing::At(at, _) = standing {
                    self.strings.prefetch(*at);
                }
            }
            for (i, standing) in group.iter().enumerate() {
                self.answer(first + i, *standing);
            }
        }
    }
}

impl<S: Strings, T: Batch<S::Query>, const B: usize> Groups<'_, S, T, B> {
    fn enter(&self, number: usize) -> Standing {
        match self.batch.place(number) {
            Place::Start => Standing::Done(0),
            Place::At(query, edge) => {
                match self.windows.wanted(self.strings, query.as_ref(), edge) {
                    Ok(wanted) => Standing::At(0, [wanted.window, wanted.tail]),
                    Err(rank) => Standing::Done(rank),
                }
            }
            Place::End => Standing::Done(self.strings.len()),
        }
    }

    /// The node at which a query stands, and what it searches for.
    #[inline]
    fn wanted(&self, number: usize, standing: Standing) -> Option<(usize, Wanted<'_>)> {
        let Standing::At(at, [window, tail]) = standing else {
            return None;
        };
        // Bounds may be others each time they are asked for.
        let Place::At(query, edge) = self.batch.place(number) else {
            return None;
        };
        let query = query.as_ref();
        let wanted = Wanted {
            window,
            tail,
            query,
            edge,
        };
        Some((at, wanted))
    }

    fn answer(&mut self, number: usize, standing: Standing) {
        let (rank, is_equal) = match (self.wanted(number, standing), standing) {
            (Some((at, wanted)), _) => {
                let rank = self.windows.arrive(self.strings, at, &wanted);
                let is_there = T::COMPARES && rank < self.strings.len();
                (
                    rank,
                    is_there && self.strings.bytes_at(rank) == wanted.query,
                )
            }
            // Without the shared prefix it equals none.
            (None, Standing::Done(rank) | Standing::At(rank, _)) => (rank, false),
        };
        self.batch.found(number, rank, is_equal);
    }
}

/// How many of `len` are before: a binary search.
#[inline]
fn partition(len: usize, is_before: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, len);
    while low < high {
        let middle = (low + high) / 2;
        if is_before(middle) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

/// The first eight bytes as a number, as if zeros followed a shorter string.
#[inline]
fn window(string: &[u8]) -> u64 {
    match string.first_chunk::<8>() {
        Some(bytes) => u64::from_be_bytes(*bytes),
        None => {
            let mut bytes = [0; 8];
            bytes[..string.len()].copy_from_slice(string);
            u64::from_be_bytes(bytes)
        }
    }
}

/// The eight bytes behind the window, likewise.
#[inline]
fn tail(string: &[u8]) -> u64 {
    string.get(8..).map_or(0, window)
}

fn shared_prefix(left: &[u8], right: &[u8]) -> usize {
    left.iter()
        .zip(right)
        .take_while(|(left, right)| left == right)
        .count()
}
