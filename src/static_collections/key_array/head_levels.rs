//! The levels above sorted strings. They hold *key heads*: the eight bytes of each separator after
//! the prefix that all keys share, read as an integer.
//!
//! The levels are searched like those of integers. Separators whose head equals the query's are
//! distinguished by their *second heads*, the next eight bytes, which are in a separate array. If
//! these are equal too, the strings themselves are compared: the position in the levels determines
//! which strings they are. In the lowest node the strings are compared directly; they are adjacent.
//!
//! Without second heads, searches among a million words with many common beginnings took half as
//! long again: each equal head waits for the position of a string and then for the string.

use core::cmp::Ordering;

use crate::memory::buffer::Buffer;
use crate::memory::plain::Piece;
use crate::search::heads::{first_eight, shared_prefix};
use crate::search::simd::{InstructionSet, SimdToken, Task};
use crate::search::{KeyBound, compare_bytes, is_text_before};

use super::super::parts::{LevelPieces, heads};
use super::super::s_plus_tree::{
    Levels, count_smaller, keys_per_node, prefetch_line, separator, step,
};
use super::strings::{Owner, Strings};
use super::{Target, partition};

/// The levels above sorted strings.
#[derive(Clone)]
pub(super) struct HeadLevels<const B: usize> {
    upper: Buffer<u64>,
    second_heads: Buffer<u64>,
    levels: Levels,
    /// The length in bytes of the prefix that all strings share.
    shared: usize,
    simd: SimdToken,
}

/// The number of queries that descend the levels together.
const GROUP: usize = 16;

impl<const B: usize> HeadLevels<B> {
    pub(super) fn above(strings: &Strings<impl Owner>) -> Self {
        let shared = match strings.len() {
            0 => 0,
            len => shared_prefix(strings.bytes_at(0), strings.bytes_at(len - 1)),
        };
        Self::sharing(strings, shared)
    }

    /// The levels above strings that share that many bytes, or more.
    fn sharing(strings: &Strings<impl Owner>, shared: usize) -> Self {
        let (len, b) = (strings.len(), keys_per_node::<u64, B>());
        let levels = Levels::above(len, b);
        let mut upper = Buffer::with_capacity(levels.slots());
        let mut second_heads = Buffer::with_capacity(levels.slots());
        levels.fill(len, b, |key| {
            // Strings of a file may be out of order, and shorter than what the others share.
            let both = key.map_or([u64::MAX; 2], |at| heads(strings.bytes_at(at), shared));
            upper.push(both[0]);
            second_heads.push(both[1]);
        });
        HeadLevels {
            upper,
            second_heads,
            levels,
            shared,
            simd: SimdToken::detect(),
        }
    }

    /// The levels of a file; `None` if they are not those of that many strings, or what should be
    /// padding is not.
    ///
    /// After that check, no search of the levels leaves them, whatever the heads are: only slots
    /// of padding have no child, and none of them is counted.
    pub(super) fn of_pieces(
        strings: &Strings<impl Owner>,
        pieces: &LevelPieces<'_>,
    ) -> Option<Self> {
        let (len, b) = (strings.len(), keys_per_node::<u64, B>());
        let levels = Levels::above(len, b);
        let column = |pieces: &[Piece<'_>]| {
            let column = Buffer::of_pieces(pieces);
            levels
                .is_padded(len, b, &column, &u64::MAX)
                .then_some(column)
        };
        let shared = pieces.shared;
        let is_shared =
            len == 0 || shared_prefix(strings.bytes_at(0), strings.bytes_at(len - 1)) >= shared;
        is_shared.then_some(())?;
        Some(HeadLevels {
            upper: column(&pieces.heads)?,
            second_heads: column(&pieces.second_heads)?,
            levels,
            shared,
            simd: SimdToken::detect(),
        })
    }

    pub(super) fn bytes(&self) -> usize {
        self.upper.bytes() + self.second_heads.bytes() + self.levels.bytes()
    }

    /// # Panics
    /// If these are not the levels of the strings.
    pub(super) fn check(&self, strings: &Strings<impl Owner>) {
        // Those of a file may leave out less than all that the strings share.
        assert!(self.shared <= Self::above(strings).shared);
        let made = Self::sharing(strings, self.shared);
        assert!(*made.upper == *self.upper && *made.second_heads == *self.second_heads);
        assert!(made.levels == self.levels);
    }

    /// The number of strings before the given bound of the query. `near` is called with the
    /// position of the node that is searched last.
    #[inline]
    pub(super) fn rank<K: Owner>(
        &self,
        strings: &Strings<K>,
        query: &[u8],
        bound: KeyBound,
        near: impl FnOnce(usize),
    ) -> usize {
        match self.target(strings, query, bound) {
            Ok(target) => self.simd.run(Rank {
                head_levels: self,
                strings,
                target,
                near,
            }),
            Err(rank) => rank,
        }
    }

    /// The target of a query, or its rank if it does not have the prefix that all strings share.
    #[inline]
    fn target<'q, K: Owner>(
        &self,
        strings: &Strings<K>,
        bytes: &'q [u8],
        bound: KeyBound,
    ) -> Result<HeadTarget<'q>, usize> {
        if strings.len() == 0 {
            return Err(0);
        }
        if self.shared > 0 {
            let shared = &strings.bytes_at(0)[..self.shared];
            if !bytes.starts_with(shared) {
                let is_before = compare_bytes(bytes, shared).is_lt();
                return Err(if is_before { 0 } else { strings.len() });
            }
        }
        let rest = &bytes[self.shared..];
        Ok(HeadTarget {
            head: first_eight(rest),
            second_head: second_head(rest),
            query: bytes,
            bound,
        })
    }

    /// The child of the node at `at` of a level.
    #[inline(always)]
    fn descend(
        &self,
        set: impl InstructionSet,
        strings: &Strings<impl Owner>,
        level: usize,
        at: usize,
        target: &HeadTarget<'_>,
    ) -> usize {
        let starts = self.levels.starts();
        let keys = keys_per_node::<u64, B>();
        let first = starts[level] + at;
        let node = &self.upper[first..][..keys];
        let mut child = count_smaller::<u64, B>(set, node, target.head);
        if node.get(child) == Some(&target.head) {
            let height = (starts.len() - level) as u32;
            let second_heads = &self.second_heads[first..][..keys];
            let equal = node[child..]
                .iter()
                .take_while(|head| **head == target.head);
            child += partition(equal.count(), |i| {
                let slot = child + i;
                match second_heads[slot].cmp(&target.second_head) {
                    Ordering::Less => true,
                    Ordering::Equal => {
                        let position = separator(at, slot, height, keys);
                        // Padding has the greatest head and second head, but no string.
                        position + 1 < strings.len() && target.is_after(strings.bytes_at(position))
                    }
                    Ordering::Greater => false,
                }
            });
        }
        step::<u64, B>(at, child)
    }

    /// The rank of a query whose result is in the node at `at` of the strings.
    #[inline]
    fn arrive(&self, strings: &Strings<impl Owner>, at: usize, target: &HeadTarget<'_>) -> usize {
        let len = keys_per_node::<u64, B>().min(strings.len() - at);
        at + partition(len, |i| target.is_after(strings.bytes_at(at + i)))
    }

    /// Ranks `count` targets: `found` is called with the number of each, its rank, and the query if
    /// one of the strings may equal it.
    pub(super) fn rank_many<'q, K: Owner>(
        &self,
        simd: Option<SimdToken>,
        strings: &Strings<K>,
        count: usize,
        target: impl Fn(usize) -> Target<'q, K::Borrowed> + Copy,
        found: impl FnMut(usize, usize, Option<&'q [u8]>),
    ) {
        let enter = |number| match target(number) {
            Target::Start => Err(0),
            Target::At(query, bound) => self.target(strings, query.as_ref(), bound),
            Target::End => Err(strings.len()),
        };
        simd.unwrap_or(self.simd).run(Groups {
            head_levels: self,
            strings,
            count,
            enter,
            found,
        });
    }
}

/// The target of a search.
#[derive(Clone, Copy)]
struct HeadTarget<'q> {
    head: u64,
    second_head: u64,
    query: &'q [u8],
    bound: KeyBound,
}

impl HeadTarget<'_> {
    /// Whether that string is before the target.
    #[inline]
    fn is_after(&self, string: &[u8]) -> bool {
        is_text_before(string, self.query, self.bound)
    }
}

/// One look-up.
struct Rank<'a, K: Owner, F, const B: usize> {
    head_levels: &'a HeadLevels<B>,
    strings: &'a Strings<K>,
    target: HeadTarget<'a>,
    near: F,
}

impl<K: Owner, F: FnOnce(usize), const B: usize> Task for Rank<'_, K, F, B> {
    type Output = usize;

    #[inline(always)]
    fn run<I: InstructionSet>(self, set: I) -> usize {
        let (head_levels, strings) = (self.head_levels, self.strings);
        let mut at = 0;
        for level in 0..head_levels.levels.starts().len() {
            at = head_levels.descend(set, strings, level, at, &self.target);
        }
        (self.near)(at);
        strings.prefetch(at);
        head_levels.arrive(strings, at, &self.target)
    }
}

/// Look-ups in groups: those of a group take each level together, so that their waits overlap.
struct Groups<'a, K, E, F, const B: usize> {
    head_levels: &'a HeadLevels<B>,
    strings: &'a Strings<K>,
    count: usize,
    /// The target of the look-up with a given number, or its rank.
    enter: E,
    found: F,
}

impl<'q, K, E, F, const B: usize> Task for Groups<'_, K, E, F, B>
where
    K: Owner,
    E: Fn(usize) -> Result<HeadTarget<'q>, usize>,
    F: FnMut(usize, usize, Option<&'q [u8]>),
{
    type Output = ();

    #[inline(always)]
    fn run<I: InstructionSet>(mut self, set: I) {
        let (head_levels, strings) = (self.head_levels, self.strings);
        let starts = head_levels.levels.starts();
        for first in (0..self.count).step_by(GROUP) {
            // Where each query is: at a node, or at its rank.
            let mut group = [Err(0); GROUP];
            let group = &mut group[..GROUP.min(self.count - first)];
            for (i, standing) in group.iter_mut().enumerate() {
                *standing = (self.enter)(first + i).map(|target| (0, target));
            }
            for level in 0..starts.len() {
                for (at, target) in group.iter_mut().flatten() {
                    *at = head_levels.descend(set, strings, level, *at, target);
                    match starts.get(level + 1) {
                        Some(start) => {
                            prefetch_line(head_levels.upper.as_ptr().wrapping_add(start + *at));
                        }
                        None => strings.prefetch_end(*at),
                    }
                }
            }
            for (at, _) in group.iter().flatten() {
                strings.prefetch(*at);
            }
            for (i, standing) in group.iter().enumerate() {
                let (rank, query) = match standing {
                    Ok((at, target)) => {
                        (head_levels.arrive(strings, *at, target), Some(target.query))
                    }
                    Err(rank) => (*rank, None),
                };
                (self.found)(first + i, rank, query);
            }
        }
    }
}

/// The eight bytes after the head, as an integer like it.
#[inline]
pub(in super::super) fn second_head(string: &[u8]) -> u64 {
    string.get(8..).map_or(0, first_eight)
}
