//! What a search sees: a sorted array of integers and the levels above it, whoever owns them.
//!
//! Memory safety rests on these, which [`View::new`] checks and which say nothing of the order of
//! keys:
//! - the array has `len` keys and is padded to whole nodes; the levels have the size that
//!   [`Levels`] gives for `len`;
//! - in the last node of each level and of the array, the slots behind the last separator, or key,
//!   hold the greatest integer. No query is greater, so none of these is counted, and no step leads
//!   to a child that does not exist: any other node has all its children.
//!
//! So a search stays inside whatever the other bytes are; were they out of order, its answer would
//! be some number from 0 to `len`.

use crate::search::simd::{InstructionSet, Present, Task};

use super::lane::{Lane, count_node, keys_a_node};
use super::layout::Levels;

/// A borrowed packed array.
pub(in crate::fixed) struct View<'a, L, const B: usize> {
    keys: &'a [L],
    upper: &'a [L],
    levels: &'a Levels,
    len: usize,
    simd: Present,
}

impl<L, const B: usize> Clone for View<'_, L, B> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<L, const B: usize> Copy for View<'_, L, B> {}

impl<'a, L: Lane, const B: usize> View<'a, L, B> {
    /// A view of `len` keys: `None` if the parts do not fit together, or are not padded.
    pub(in crate::fixed) fn new(
        keys: &'a [L],
        upper: &'a [L],
        levels: &'a Levels,
        len: usize,
        simd: Present,
    ) -> Option<Self> {
        let fits = keys.len() == len.next_multiple_of(keys_a_node::<L, B>())
            && upper.len() == levels.slots()
            && *levels == Levels::above(len, keys_a_node::<L, B>())
            && keys[len..].iter().all(|key| *key == L::GREATEST);
        let view = View {
            keys,
            upper,
            levels,
            len,
            simd,
        };
        (fits && view.last_nodes_are_padded()).then_some(view)
    }

    /// A view of parts that were made to fit.
    ///
    /// # Safety
    /// [`View::new`] would give one.
    #[inline(always)]
    pub(in crate::fixed) unsafe fn new_unchecked(
        keys: &'a [L],
        upper: &'a [L],
        levels: &'a Levels,
        len: usize,
        simd: Present,
    ) -> Self {
        View {
            keys,
            upper,
            levels,
            len,
            simd,
        }
    }

    fn last_nodes_are_padded(&self) -> bool {
        let mut at = 0;
        let mut is_padded = true;
        self.levels.fill(self.len, keys_a_node::<L, B>(), |key| {
            is_padded &= key.is_some() || self.upper[at] == L::GREATEST;
            at += 1;
        });
        is_padded
    }

    #[inline(always)]
    pub(in crate::fixed) fn len(&self) -> usize {
        self.len
    }

    /// The keys, without padding.
    #[inline(always)]
    pub(in crate::fixed) fn keys(&self) -> &'a [L] {
        &self.keys[..self.len]
    }

    /// How many steps lead to the array.
    #[inline(always)]
    pub(in crate::fixed) fn height(&self) -> usize {
        self.levels.starts().len()
    }

    /// The array that a level stands in, from its start on; level [`height`](Self::height) is the
    /// sorted array.
    ///
    /// # Safety
    /// `level` is at most the height.
    #[inline(always)]
    pub(in crate::fixed) unsafe fn level(&self, level: usize) -> *const L {
        match self.levels.starts().get(level) {
            // SAFETY: levels lie within the array of all of them.
            Some(start) => unsafe { self.upper.as_ptr().add(*start) },
            None => self.keys.as_ptr(),
        }
    }

    /// What the view is searched with.
    #[inline(always)]
    pub(in crate::fixed) fn simd(&self) -> Present {
        self.simd
    }

    /// How many keys are smaller than `query`. O(log n). `near` is told which node of the array is
    /// searched, before it is.
    #[inline]
    pub(in crate::fixed) fn rank(self, query: L, near: impl FnOnce(usize)) -> usize {
        self.simd.run(Rank {
            view: self,
            query,
            near,
        })
    }
}

/// One look-up.
struct Rank<'a, L, F, const B: usize> {
    view: View<'a, L, B>,
    query: L,
    near: F,
}

impl<L: Lane, F: FnOnce(usize), const B: usize> Task for Rank<'_, L, F, B> {
    type Output = usize;

    #[inline(always)]
    fn run<S: InstructionSet>(self, set: S) -> usize {
        let (view, query) = (self.view, self.query);
        if view.len == 0 {
            return 0;
        }
        let mut at = 0;
        for start in view.levels.starts() {
            // SAFETY: `at` is a node of this level: the root, or a child that exists.
            let smaller =
                unsafe { count_node::<L, B>(set, view.upper.as_ptr().add(start + at), query) };
            at = step::<L, B>(at, smaller);
        }
        (self.near)(at);
        // SAFETY: the array is padded to whole nodes, `at` is one.
        at + unsafe { count_node::<L, B>(set, view.keys.as_ptr().add(at), query) }
    }
}

/// The first key of a node's child, for a node at `at`.
#[inline(always)]
pub(in crate::fixed) const fn step<L, const B: usize>(at: usize, child: usize) -> usize {
    let keys = keys_a_node::<L, B>();
    at * (keys + 1) + child * keys
}
