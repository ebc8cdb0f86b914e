//! The sorted keys of a collection, in a form that suits their type.
//!
//! A key array is made once, from a run of keys, and never changes. Keys are identified by their
//! position. The collections are written in terms of [`KeyArray`]; how keys are laid out and
//! searched is known only to the files here.
//!
//! No result exceeds the array: ranks are at most its length, even if the `Ord` of a user's type is
//! inconsistent.

mod head_levels;
mod integers;
mod sorted;
mod strings;
mod text;

use core::borrow::Borrow;
use core::cmp::Ordering;
use core::iter::FusedIterator;
use core::ops::{Bound, Range};

pub(super) use head_levels::second_head;
pub(super) use integers::IntegerArray;
pub(super) use sorted::SortedArray;
pub(super) use text::TextArray;

use crate::search::KeyBound;
use crate::search::simd::SimdToken;

/// Sorted keys.
#[expect(clippy::len_without_is_empty, reason = "the collections have it")]
pub trait KeyArray: Sized {
    /// The type of the keys.
    type Key: Borrow<Self::Query>;
    /// The type of queries.
    type Query: ?Sized;
    /// How a key is returned.
    type Ref<'a>: Copy
    where
        Self: 'a;
    /// Keys collected in ascending order, before a key array is made of them.
    type Run;
    /// An owning iterator over the keys.
    type IntoKeys: DoubleEndedIterator<Item = Self::Key> + ExactSizeIterator + FusedIterator;

    /// The order of keys in their query form.
    fn order(left: &Self::Query, right: &Self::Query) -> Ordering;

    /// An empty run with room for that many keys.
    fn run_with_capacity(capacity: usize) -> Self::Run;

    /// How the last key of a run compares with `key`; `Less` if the run is empty.
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

    /// Appends copies of keys that ascend; equal neighbours are allowed if `may_equal`. Otherwise
    /// returns the position among these keys of the first that is out of order.
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

    /// Makes a key array of a run.
    fn above(run: Self::Run) -> Self;

    /// The number of keys.
    fn len(&self) -> usize;

    /// # Panics
    /// If there is no key at `at`.
    fn get(&self, at: usize) -> Self::Ref<'_>;

    /// Calls `show` with a reference to a key in its own form.
    ///
    /// # Panics
    /// If there is no key at `at`.
    fn with_key<R>(&self, at: usize, show: impl FnOnce(&Self::Key) -> R) -> R;

    /// How key `at` compares with key `other_at` of another key array.
    ///
    /// # Panics
    /// If there is no such key.
    fn compare(&self, at: usize, other: &Self, other_at: usize) -> Ordering;

    /// The number of keys before the given bound of the query.
    #[inline]
    fn rank(&self, query: &Self::Query, bound: KeyBound) -> usize {
        self.rank_near(query, bound, |_| ())
    }

    /// The same. `near` is called, before the last wait for memory, with a position that is at most
    /// a node before the rank.
    fn rank_near(&self, query: &Self::Query, bound: KeyBound, near: impl FnOnce(usize)) -> usize;

    /// Returns `false` if a quick check shows that the query is not among the keys.
    #[inline]
    fn may_have(&self, query: &Self::Query) -> bool {
        let _ = query;
        true
    }

    /// Whether there is a key `at` and it equals the query.
    fn is_at(&self, at: usize, query: &Self::Query) -> bool;

    /// The rank of a target.
    fn rank_of(&self, target: Target<'_, Self::Query>) -> usize {
        match target {
            Target::Start => 0,
            Target::At(query, bound) => self.rank(query, bound),
            Target::End => self.len(),
        }
    }

    /// Ranks `count` targets, with the given instruction set or the widest. `target` returns the
    /// target with a given number; `found` is called with that number, the rank, and whether the
    /// key there equals the query (if `FINDS`). Numbers ascend.
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

    /// The number of bytes that the keys and their index occupy outside of this value.
    fn bytes(&self) -> usize;

    /// # Panics
    /// If the levels above the keys are wrong. The order of the keys is not checked.
    fn check(&self) {}
}

/// A key array that stores keys in another form, and can restore each of them.
pub trait Decode: KeyArray {
    /// # Panics
    /// If there is no key at `at`.
    fn to_key(&self, at: usize) -> Self::Key;
}

/// An owning iterator that restores the keys of a key array one by one.
#[must_use = "iterators are lazy and do nothing unless consumed"]
pub struct IntoKeys<C> {
    keys: C,
    range: Range<usize>,
}

impl<C: KeyArray> IntoKeys<C> {
    fn new(keys: C) -> Self {
        IntoKeys {
            range: 0..keys.len(),
            keys,
        }
    }
}

impl<C: Decode> Iterator for IntoKeys<C> {
    type Item = C::Key;

    #[inline]
    fn next(&mut self) -> Option<C::Key> {
        self.range.next().map(|at| self.keys.to_key(at))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.range.size_hint()
    }
}

impl<C: Decode> DoubleEndedIterator for IntoKeys<C> {
    #[inline]
    fn next_back(&mut self) -> Option<C::Key> {
        self.range.next_back().map(|at| self.keys.to_key(at))
    }
}

impl<C: Decode> ExactSizeIterator for IntoKeys<C> {}

impl<C: Decode> FusedIterator for IntoKeys<C> {}

/// Whether a key that compares so with the next one may be before it.
#[inline]
pub(super) fn is_ascending(last: Ordering, may_equal: bool) -> bool {
    last == Ordering::Less || may_equal && last == Ordering::Equal
}

/// A search target in a key array.
pub enum Target<'q, Q: ?Sized> {
    /// Before all keys.
    Start,
    /// At that bound of a query.
    At(&'q Q, KeyBound),
    /// After all keys.
    End,
}

impl<'q, Q: ?Sized> Target<'q, Q> {
    /// The target of a range's lower bound.
    #[inline]
    pub(super) fn of_start(bound: Bound<&'q Q>) -> Self {
        match bound {
            Bound::Included(query) => Target::At(query, KeyBound::Lower),
            Bound::Excluded(query) => Target::At(query, KeyBound::Upper),
            Bound::Unbounded => Target::Start,
        }
    }

    /// The target of a range's upper bound.
    #[inline]
    pub(super) fn of_end(bound: Bound<&'q Q>) -> Self {
        match bound {
            Bound::Included(query) => Target::At(query, KeyBound::Upper),
            Bound::Excluded(query) => Target::At(query, KeyBound::Lower),
            Bound::Unbounded => Target::End,
        }
    }
}

/// The number of indices below `len` for which `is_before` holds, by binary search.
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
