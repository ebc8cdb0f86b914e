//! What batches ask for, and where their answers go.

use core::borrow::Borrow;
use core::ops::{Bound, Range};

use crate::search::Edge;

use super::column::{Column, LookUps, Place};
use super::packed::prefetch_line;
use super::range::KeyRange;

/// # Panics
/// If a batch has not as many answers as questions.
fn check_lengths(questions: usize, answers: usize) {
    assert_eq!(
        questions, answers,
        "a batch of {questions} look-ups was given room for {answers} answers"
    );
}

/// Ranks of keys.
pub(super) struct Ranks<'a, Q> {
    keys: &'a [Q],
    edge: Edge,
    ranks: &'a mut [usize],
}

impl<'a, Q> Ranks<'a, Q> {
    pub(super) fn new(keys: &'a [Q], edge: Edge, ranks: &'a mut [usize]) -> Self {
        check_lengths(keys.len(), ranks.len());
        Ranks { keys, edge, ranks }
    }
}

impl<Q: Borrow<B>, B: ?Sized> LookUps<B> for Ranks<'_, Q> {
    #[inline(always)]
    fn len(&self) -> usize {
        self.keys.len()
    }

    #[inline(always)]
    fn place(&self, at: usize) -> Place<'_, B> {
        Place::At(self.keys[at].borrow(), self.edge)
    }

    #[inline(always)]
    fn found(&mut self, at: usize, rank: usize, _: bool) {
        self.ranks[at] = rank;
    }
}

/// Positions of ranges: each is two places.
pub(super) struct Ranges<'a, R> {
    ranges: &'a [R],
    positions: &'a mut [Range<usize>],
}

impl<'a, R> Ranges<'a, R> {
    pub(super) fn new(ranges: &'a [R], positions: &'a mut [Range<usize>]) -> Self {
        check_lengths(ranges.len(), positions.len());
        Ranges { ranges, positions }
    }
}

impl<R: KeyRange<B>, B: ?Sized> LookUps<B> for Ranges<'_, R> {
    #[inline(always)]
    fn len(&self) -> usize {
        // As many as two slices that are in memory can have.
        self.ranges.len() * 2
    }

    #[inline(always)]
    fn place(&self, at: usize) -> Place<'_, B> {
        let range = &self.ranges[at / 2];
        if at.is_multiple_of(2) {
            match range.start() {
                Bound::Included(query) => Place::At(query, Edge::Lower),
                Bound::Excluded(query) => Place::At(query, Edge::Upper),
                Bound::Unbounded => Place::Start,
            }
        } else {
            match range.end() {
                Bound::Included(query) => Place::At(query, Edge::Upper),
                Bound::Excluded(query) => Place::At(query, Edge::Lower),
                Bound::Unbounded => Place::End,
            }
        }
    }

    #[inline(always)]
    fn found(&mut self, at: usize, rank: usize, _: bool) {
        let range = &mut self.positions[at / 2];
        if at.is_multiple_of(2) {
            range.start = rank;
        } else {
            // Ranks come in the order of places. The order of a user's type may say what it likes.
            range.end = rank.max(range.start);
        }
    }
}

/// Whether keys are there.
pub(super) struct Contains<'a, Q> {
    keys: &'a [Q],
    found: &'a mut [bool],
}

impl<'a, Q> Contains<'a, Q> {
    pub(super) fn new(keys: &'a [Q], found: &'a mut [bool]) -> Self {
        check_lengths(keys.len(), found.len());
        Contains { keys, found }
    }
}

impl<Q: Borrow<B>, B: ?Sized> LookUps<B> for Contains<'_, Q> {
    const COMPARES: bool = true;

    #[inline(always)]
    fn len(&self) -> usize {
        self.keys.len()
    }

    #[inline(always)]
    fn place(&self, at: usize) -> Place<'_, B> {
        Place::At(self.keys[at].borrow(), Edge::Lower)
    }

    #[inline(always)]
    fn found(&mut self, at: usize, _: usize, is_equal: bool) {
        self.found[at] = is_equal;
    }
}

/// The keys that equal others.
pub(super) struct Keys<'a, 'c, Q, C: Column> {
    keys: &'a [Q],
    column: &'c C,
    found: &'a mut [Option<C::Ref<'c>>],
}

impl<'a, 'c, Q, C: Column> Keys<'a, 'c, Q, C> {
    pub(super) fn new(keys: &'a [Q], column: &'c C, found: &'a mut [Option<C::Ref<'c>>]) -> Self {
        check_lengths(keys.len(), found.len());
        Keys {
            keys,
            column,
            found,
        }
    }
}

impl<Q: Borrow<C::Query>, C: Column> LookUps<C::Query> for Keys<'_, '_, Q, C> {
    const COMPARES: bool = true;

    #[inline(always)]
    fn len(&self) -> usize {
        self.keys.len()
    }

    #[inline(always)]
    fn place(&self, at: usize) -> Place<'_, C::Query> {
        Place::At(self.keys[at].borrow(), Edge::Lower)
    }

    #[inline(always)]
    fn found(&mut self, at: usize, rank: usize, is_equal: bool) {
        self.found[at] = is_equal.then(|| self.column.get(rank));
    }
}

/// The values of keys: the first one of each.
pub(super) struct Values<'a, 'c, Q, V> {
    keys: &'a [Q],
    values: &'c [V],
    found: &'a mut [Option<&'c V>],
}

impl<'a, 'c, Q, V> Values<'a, 'c, Q, V> {
    pub(super) fn new(keys: &'a [Q], values: &'c [V], found: &'a mut [Option<&'c V>]) -> Self {
        check_lengths(keys.len(), found.len());
        Values {
            keys,
            values,
            found,
        }
    }
}

impl<Q: Borrow<B>, V, B: ?Sized> LookUps<B> for Values<'_, '_, Q, V> {
    const COMPARES: bool = true;

    #[inline(always)]
    fn len(&self) -> usize {
        self.keys.len()
    }

    #[inline(always)]
    fn place(&self, at: usize) -> Place<'_, B> {
        Place::At(self.keys[at].borrow(), Edge::Lower)
    }

    #[inline(always)]
    fn found(&mut self, at: usize, rank: usize, is_equal: bool) {
        self.found[at] = if is_equal {
            self.values.get(rank)
        } else {
            None
        };
        if is_equal {
            // Who asks for a value is going to read it.
            prefetch_line(self.values.as_ptr().wrapping_add(rank));
        }
    }
}
