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
use crate::search::heads::{first_eight, shared_prefix};
use crate::search::simd::{InstructionSet, Present, Task};
use crate::store::buffer::Buffer;

use super::super::packed::{Levels, count_smaller, keys_a_node, prefetch_line, separator, step};
use super::text::{Owner, Texts};
use super::{Place, partition};

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
    pub(super) fn above(strings: &Texts<impl Owner>) -> Self {
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
            upper.push(string.map_or(u64::MAX, first_eight));
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
    pub(super) fn check(&self, strings: &Texts<impl Owner>) {
        let made = Self::above(strings);
        assert!(*made.upper == *self.upper && *made.tails == *self.tails);
        assert!(made.levels == self.levels);
        assert_eq!(made.shared, self.shared);
    }

    /// How many strings lie before that edge of the query. `near` is told where the node is that
    /// is searched last.
    #[inline]
    pub(super) fn rank<K: Owner>(
        &self,
        strings: &Texts<K>,
        query: &K::Borrowed,
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
    fn wanted<'q, K: Owner>(
        &self,
        strings: &Texts<K>,
        query: &'q K::Borrowed,
        edge: Edge,
    ) -> Result<Wanted<&'q K::Borrowed>, usize> {
        let bytes = query.as_ref();
        if strings.len() == 0 {
            return Err(0);
        }
        if self.shared > 0 {
            let shared = &strings.bytes_at(0)[..self.shared];
            if !bytes.starts_with(shared) {
                return Err(if bytes < shared { 0 } else { strings.len() });
            }
        }
        let rest = &bytes[self.shared..];
        Ok(Wanted {
            window: first_eight(rest),
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
        strings: &Texts<impl Owner>,
        level: usize,
        at: usize,
        wanted: &Wanted<impl AsRef<[u8]>>,
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
    fn arrive(
        &self,
        strings: &Texts<impl Owner>,
        at: usize,
        wanted: &Wanted<impl AsRef<[u8]>>,
    ) -> usize {
        let len = keys_a_node::<u64, B>().min(strings.len() - at);
        at + partition(len, |i| wanted.is_behind(strings.bytes_at(at + i)))
    }

    /// Ranks `count` places: `found` gets the number of each, its rank, and the query if one of the
    /// strings may equal it.
    pub(super) fn rank_many<'q, K: Owner>(
        &self,
        simd: Option<Present>,
        strings: &Texts<K>,
        count: usize,
        place: impl Fn(usize) -> Place<'q, K::Borrowed> + Copy,
        found: impl FnMut(usize, usize, Option<&'q K::Borrowed>),
    ) {
        let enter = |number| match place(number) {
            Place::Start => Err(0),
            Place::At(query, edge) => self.wanted(strings, query, edge),
            Place::End => Err(strings.len()),
        };
        simd.unwrap_or(self.simd).run(Groups {
            windows: self,
            strings,
            count,
            enter,
            found,
        });
    }
}

/// What is searched for.
#[derive(Clone, Copy)]
struct Wanted<Q> {
    window: u64,
    tail: u64,
    query: Q,
    edge: Edge,
}

impl<Q: AsRef<[u8]>> Wanted<Q> {
    /// Whether that string lies before the place that is searched for.
    #[inline]
    fn is_behind(&self, string: &[u8]) -> bool {
        self.edge.is_behind(string.cmp(self.query.as_ref()))
    }
}

/// One look-up.
struct Rank<'a, K: Owner, F, const B: usize> {
    windows: &'a Windows<B>,
    strings: &'a Texts<K>,
    wanted: Wanted<&'a K::Borrowed>,
    near: F,
}

impl<K: Owner, F: FnOnce(usize), const B: usize> Task for Rank<'_, K, F, B> {
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
struct Groups<'a, K, E, F, const B: usize> {
    windows: &'a Windows<B>,
    strings: &'a Texts<K>,
    count: usize,
    /// What look-up number so-and-so searches for, or its rank.
    enter: E,
    found: F,
}

impl<'q, K, E, F, const B: usize> Task for Groups<'_, K, E, F, B>
where
    K: Owner,
    E: Fn(usize) -> Result<Wanted<&'q K::Borrowed>, usize>,
    F: FnMut(usize, usize, Option<&'q K::Borrowed>),
{
    type Output = ();

    #[inline(always)]
    fn run<I: InstructionSet>(mut self, set: I) {
        let (windows, strings) = (self.windows, self.strings);
        let starts = windows.levels.starts();
        for first in (0..self.count).step_by(GROUP) {
            // Where each query stands: at a node, or at its rank.
            let mut group = [Err(0); GROUP];
            let group = &mut group[..GROUP.min(self.count - first)];
            for (i, standing) in group.iter_mut().enumerate() {
                *standing = (self.enter)(first + i).map(|wanted| (0, wanted));
            }
            for level in 0..starts.len() {
                for (at, wanted) in group.iter_mut().flatten() {
                    *at = windows.descend(set, strings, level, *at, wanted);
                    match starts.get(level + 1) {
                        Some(start) => {
                            prefetch_line(windows.upper.as_ptr().wrapping_add(start + *at));
                        }
                        None => strings.prefetch_place(*at),
                    }
                }
            }
            for (at, _) in group.iter().flatten() {
                strings.prefetch(*at);
            }
            for (i, standing) in group.iter().enumerate() {
                let (rank, query) = match standing {
                    Ok((at, wanted)) => (windows.arrive(strings, *at, wanted), Some(wanted.query)),
                    Err(rank) => (*rank, None),
                };
                (self.found)(first + i, rank, query);
            }
        }
    }
}

/// The eight bytes behind the window, as a number like it.
#[inline]
fn tail(string: &[u8]) -> u64 {
    string.get(8..).map_or(0, first_eight)
}
