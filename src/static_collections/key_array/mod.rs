//! The sorted keys of a collection, in the form that suits their type.
//!
//! A column is made once, above a run of keys, and never changes. Keys are named by their position.
//! What the collections offer is written over [`KeyArray`]; how keys lie and are searched is known
//! to the files here alone.
//!
//! No answer of a column leaves it: ranks are at most its length, whatever the order of user's
//! types says.

mod head_levels;
mod integers;
mod sorted;
mod strings;
mod text;

use core::borrow::Borrow;
use core::cmp::Ordering;
use core::iter::FusedIterator;
use core::ops::{Bound, Range};

pub(super) use integers::IntegerArray;
pub(super) use sorted::SortedArray;
pub(super) use text::TextArray;

use crate::search::KeyBound;
use crate::search::simd::SimdToken;

/// SortedArray keys.
pub trait KeyArray: Sized {
    /// What the keys are.
    type Key: Borrow<Self::Query>;
    /// What is asked for.
    type Query: ?Sized;
    /// What is shown of a key.
    type Ref<'a>: Copy
    where
        Self: 'a;
    /// Keys that are taken in, in ascending order, before a column is made of them.
    type Run;
    /// The keys, given away.
    type IntoKeys: DoubleEndedIterator<Item = Self::Key> + ExactSizeIterator + FusedIterator;

    /// The order of keys, as what is asked for.
    fn order(left: &Self::Query, right: &Self::Query) -> Ordering;

    /// A run without keys, and room for that many.
    fn run_with_capacity(capacity: usize) -> Self::Run;

    /// How the last key of a run compares with `key`; less if there is none.
    fn compare_last(run: &Self::Run, key: &Self::Key) -> Ordering;

    /// Appends a key to a run.
    fn push(run: &mut Self::Run, key: Self::Key);

    /// Appends a copy of a key to a run.
    fn push_copy(run: &mut Self::Run, key: &Self::Key)
    where
        Self::Key: Clone,
    {
        Self::push(run, key.clone());
    }

    /// Takes copies of keys, if each compares with the next one as told. Otherwise tells the first
    /// that does not: the position among these keys of the greater or, if it may not be, equal one.
    fn push_copies(run: &mut Self::Run, keys: &[Self::Key], may_equal: bool) -> Result<(), usize>
    where
        Self::Key: Clone,
    {
        for (at, key) in keys.iter().enumerate() {
            if !is_ascending(Self::compare_last(run, key), may_equal) {
                return Err(at);
            }
            Self::push_copy(run, key);
        }
        Ok(())
    }

    /// Makes a column of a run.
    fn above(run: Self::Run) -> Self;

    /// The number of keys.
    fn len(&self) -> usize;

    /// # Panics
    /// If there is no key at `at`.
    fn get(&self, at: usize) -> Self::Ref<'_>;

    /// Shows a key to what knows keys only.
    ///
    /// # Panics
    /// If there is no key at `at`.
    fn with_key<R>(&self, at: usize, show: impl FnOnce(&Self::Key) -> R) -> R;

    /// How key `at` compares with key `other_at` of another column.
    ///
    /// # Panics
    /// If there is no such key.
    fn compare(&self, at: usize, other: &Self, other_at: usize) -> Ordering;

    /// How many keys lie before that edge of the query.
    #[inline]
    fn rank(&self, query: &Self::Query, bound: KeyBound) -> usize {
        self.rank_near(query, bound, |_| ())
    }

    /// The same. `near` is told, before the last wait for memory, a position that the rank is at
    /// most a node behind.
    fn rank_near(&self, query: &Self::Query, bound: KeyBound, near: impl FnOnce(usize)) -> usize;

    /// Whether a query may be among the keys, as far as a glance tells.
    #[inline]
    fn may_have(&self, query: &Self::Query) -> bool {
        let _ = query;
        true
    }

    /// Whether key `at` is there and equals the query.
    fn is_at(&self, at: usize, query: &Self::Query) -> bool;

    /// The rank of a place.
    fn rank_of(&self, target: Target<'_, Self::Query>) -> usize {
        match target {
            Target::Start => 0,
            Target::At(query, bound) => self.rank(query, bound),
            Target::End => self.len(),
        }
    }

    /// Ranks `count` places, with an instruction set or with the widest: `target` is asked for each
    /// by its number, and `found` gets that number, the rank, and whether the key there equals the
    /// query (if `FINDS`). Numbers ascend.
    fn rank_many<'q, const FINDS: bool>(
        &self,
        simd: Option<SimdToken>,
        count: usize,
        target: impl Fn(usize) -> Target<'q, Self::Query> + Copy,
        mut found: impl FnMut(usize, usize, bool),
    ) where
        Self::Query: 'q,
    {
        let _ = simd;
        for number in 0..count {
            let rank = self.rank_of(target(number));
            let is_there = match target(number) {
                Target::At(query, _) => FINDS && self.is_at(rank, query),
                Target::Start | Target::End => false,
            };
            found(number, rank, is_there);
        }
    }

    /// The keys, by value.
    fn into_keys(self) -> Self::IntoKeys;

    /// Bytes that the keys and their index occupy outside of this value.
    fn bytes(&self) -> usize;

    /// # Panics
    /// If what is above the keys is not as it should be. Their order is not looked at.
    fn check(&self) {}
}

/// A column that holds keys as something else, and can make each of them anew.
pub trait Decode: KeyArray {
    /// # Panics
    /// If there is no key at `at`.
    fn to_key(&self, at: usize) -> Self::Key;
}

/// The keys of a column, made one by one.
pub struct IntoKeys<C> {
    column: C,
    range: Range<usize>,
}

impl<C: KeyArray> IntoKeys<C> {
    fn new(column: C) -> Self {
        IntoKeys {
            range: 0..column.len(),
            column,
        }
    }
}

impl<C: Decode> Iterator for IntoKeys<C> {
    type Item = C::Key;

    #[inline]
    fn next(&mut self) -> Option<C::Key> {
        self.range.next().map(|at| self.column.to_key(at))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.range.size_hint()
    }
}

impl<C: Decode> DoubleEndedIterator for IntoKeys<C> {
    #[inline]
    fn next_back(&mut self) -> Option<C::Key> {
        self.range.next_back().map(|at| self.column.to_key(at))
    }
}

impl<C: Decode> ExactSizeIterator for IntoKeys<C> {}

impl<C: Decode> FusedIterator for IntoKeys<C> {}

/// Whether a key that compares so with the next one may stand before it.
#[inline]
pub(super) fn is_ascending(last: Ordering, may_equal: bool) -> bool {
    last == Ordering::Less || may_equal && last == Ordering::Equal
}

/// A search target in a key array.
pub enum Target<'q, Q: ?Sized> {
    /// Before all keys.
    Start,
    /// At that edge of a query.
    At(&'q Q, KeyBound),
    /// Behind all keys.
    End,
}

impl<'q, Q: ?Sized> Target<'q, Q> {
    /// Where a range with that start begins.
    #[inline]
    pub(super) fn of_start(bound: Bound<&'q Q>) -> Self {
        match bound {
            Bound::Included(query) => Target::At(query, KeyBound::Lower),
            Bound::Excluded(query) => Target::At(query, KeyBound::Upper),
            Bound::Unbounded => Target::Start,
        }
    }

    /// Where a range with that end ends.
    #[inline]
    pub(super) fn of_end(bound: Bound<&'q Q>) -> Self {
        match bound {
            Bound::Included(query) => Target::At(query, KeyBound::Upper),
            Bound::Excluded(query) => Target::At(query, KeyBound::Lower),
            Bound::Unbounded => Target::End,
        }
    }
}

/// How many of `len` are before: a binary search.
#[inline]
pub(super) fn partition(len: usize, mut is_before: impl FnMut(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, len);
    while low < high {
        let middle = low + (high - low) / 2;
        if is_before(middle) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}
