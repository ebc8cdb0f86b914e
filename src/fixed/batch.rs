//! Many look-ups at once: what batches ask for, and where their answers go.

use core::borrow::Borrow;
use core::ops::{Bound, Range};

use crate::search::Edge;
use crate::search::simd::{Present, Simd};

use super::collection::Static;
use super::column::{Batch, Column, Place};
use super::key::{Arrangement, Query};
use super::kind::Kind;
use super::range::KeyRange;

impl<K, V, F, A: Arrangement<K>> Static<K, V, F, A> {
    /// [`rank`](Self::rank) for many keys at once: while some wait for memory, others are searched
    /// for. The larger the collection, the more that gains.
    ///
    /// # Panics
    ///
    /// Panics if the slices differ in length.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::StaticSet;
    ///
    /// let numbers = StaticSet::from([10, 20, 30]);
    /// let mut ranks = [0; 4];
    /// numbers.rank_batch(&[99, 5, 20, 21], &mut ranks);
    /// assert_eq!(ranks, [3, 0, 1, 2]);
    /// ```
    pub fn rank_batch<Q: Borrow<Query<K, A>>>(&self, keys: &[Q], ranks: &mut [usize]) {
        self.rank_keys(None, keys, Edge::Lower, ranks);
    }

    /// [`rank_batch`](Self::rank_batch) with an instruction set of one's choice, for measuring.
    ///
    /// # Panics
    ///
    /// Panics if the slices differ in length, or if the processor does not have that set.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::StaticSet;
    /// use leafwise::fixed::Simd;
    ///
    /// let numbers = StaticSet::from([10, 20, 30]);
    /// for simd in Simd::available() {
    ///     let mut ranks = [0; 2];
    ///     numbers.rank_batch_with(simd, &[30, 15], &mut ranks);
    ///     assert_eq!(ranks, [2, 1]);
    /// }
    /// ```
    pub fn rank_batch_with<Q>(&self, simd: Simd, keys: &[Q], ranks: &mut [usize])
    where
        Q: Borrow<Query<K, A>>,
    {
        self.rank_keys(Some(simd.checked()), keys, Edge::Lower, ranks);
    }

    /// [`rank_upper`](Self::rank_upper) for many keys at once.
    ///
    /// # Panics
    ///
    /// Panics if the slices differ in length.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::StaticSet;
    ///
    /// let numbers = StaticSet::from([10, 20, 30]);
    /// let mut ranks = [0; 2];
    /// numbers.rank_upper_batch(&[20, 19], &mut ranks);
    /// assert_eq!(ranks, [2, 1]);
    /// ```
    pub fn rank_upper_batch<Q: Borrow<Query<K, A>>>(&self, keys: &[Q], ranks: &mut [usize]) {
        self.rank_keys(None, keys, Edge::Upper, ranks);
    }

    fn rank_keys<Q: Borrow<Query<K, A>>>(
        &self,
        simd: Option<Present>,
        keys: &[Q],
        edge: Edge,
        ranks: &mut [usize],
    ) {
        let batch = Keys::<_, _, _, false>::new(keys, edge, ranks, |rank, _| rank);
        self.keys.look_up(simd, batch);
    }

    /// Looks keys up: `answer` gets the rank of each, and whether it is there.
    pub(super) fn find_keys<Q: Borrow<Query<K, A>>, T>(
        &self,
        keys: &[Q],
        answers: &mut [T],
        answer: impl Fn(usize, bool) -> T,
    ) {
        let batch = Keys::<_, _, _, true>::new(keys, Edge::Lower, answers, answer);
        self.keys.look_up(None, batch);
    }
}

impl<K, V, F: Kind<V>, A: Arrangement<K>> Static<K, V, F, A> {
    /// The positions of the entries within many bounds at once, as for [`select`](Self::select).
    ///
    /// # Panics
    ///
    /// Panics if the slices differ in length, or where [`range`](Self::range) would panic.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::StaticSet;
    ///
    /// let numbers = StaticSet::from([10, 20, 30]);
    /// let mut positions = [0..0, 0..0];
    /// numbers.range_batch(&[15..30, 0..5], &mut positions);
    /// assert_eq!(positions, [1..2, 0..0]);
    /// ```
    pub fn range_batch<R>(&self, ranges: &[R], positions: &mut [Range<usize>])
    where
        R: KeyRange<Query<K, A>>,
    {
        for range in ranges {
            self.check_range(range);
        }
        check_lengths(ranges.len(), positions.len());
        self.keys.look_up(None, Ranges { ranges, positions });
    }
}

/// # Panics
/// If a batch has not as many answers as questions.
fn check_lengths(questions: usize, answers: usize) {
    assert_eq!(
        questions, answers,
        "a batch of {questions} look-ups was given room for {answers} answers"
    );
}

/// An answer for each of many keys, made of the rank of an edge of it and, if `FINDS`, of whether
/// the key is there.
struct Keys<'a, Q, T, F, const FINDS: bool> {
    keys: &'a [Q],
    edge: Edge,
    answers: &'a mut [T],
    answer: F,
}

impl<'a, Q, T, F: Fn(usize, bool) -> T, const FINDS: bool> Keys<'a, Q, T, F, FINDS> {
    fn new(keys: &'a [Q], edge: Edge, answers: &'a mut [T], answer: F) -> Self {
        check_lengths(keys.len(), answers.len());
        Keys {
            keys,
            edge,
            answers,
            answer,
        }
    }
}

impl<B, Q, T, F, const FINDS: bool> Batch<B> for Keys<'_, Q, T, F, FINDS>
where
    B: ?Sized,
    Q: Borrow<B>,
    F: Fn(usize, bool) -> T,
{
    const COMPARES: bool = FINDS;

    #[inline]
    fn len(&self) -> usize {
        self.keys.len()
    }

    #[inline]
    fn place(&self, at: usize) -> Place<'_, B> {
        // A constant where it can be: which edge it is is not asked for each key then.
        let edge = if FINDS { Edge::Lower } else { self.edge };
        Place::At(self.keys[at].borrow(), edge)
    }

    #[inline]
    fn found(&mut self, at: usize, rank: usize, is_equal: bool) {
        self.answers[at] = (self.answer)(rank, is_equal);
    }
}

/// Positions of ranges: each is two places.
struct Ranges<'a, R> {
    ranges: &'a [R],
    positions: &'a mut [Range<usize>],
}

impl<R: KeyRange<B>, B: ?Sized> Batch<B> for Ranges<'_, R> {
    #[inline]
    fn len(&self) -> usize {
        // As many as two slices that are in memory can have.
        self.ranges.len() * 2
    }

    #[inline]
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

    #[inline]
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
