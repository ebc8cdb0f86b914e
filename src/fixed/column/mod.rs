//! The sorted keys of a collection, in the form that suits their type.
//!
//! A column is made once, by its [`Build`]er, and never changes. Keys are named by their position.
//! What the collections offer is written over [`Column`]; how keys lie and are searched is known to
//! the files here alone.
//!
//! No answer of a column leaves it: ranks are at most its length, whatever the order of user's
//! types says.

mod bytes;
mod lanes;
mod sorted;
mod text;
mod windowed;
mod windows;

use core::borrow::Borrow;
use core::cmp::Ordering;
use core::iter::FusedIterator;
use core::ops::Range;

pub(super) use bytes::Arrays;
pub(super) use lanes::Lanes;
pub(super) use sorted::Sorted;
pub(super) use text::Texts;
pub(super) use windowed::Windowed;

use crate::search::Edge;
use crate::search::simd::Present;

/// Sorted keys.
pub trait Column: Sized {
    /// What the keys are.
    type Key: Borrow<Self::Query>;
    /// What is asked for.
    type Query: ?Sized;
    /// What is shown of a key.
    type Ref<'a>: Copy
    where
        Self: 'a;
    /// Takes keys in.
    type Builder: Build<Key = Self::Key, Column = Self>;
    /// The keys, given away.
    type IntoKeys: DoubleEndedIterator<Item = Self::Key> + ExactSizeIterator + FusedIterator;

    /// The order of keys, as what is asked for.
    fn order(left: &Self::Query, right: &Self::Query) -> Ordering;

    /// The same order.
    #[inline]
    fn order_keys(left: &Self::Key, right: &Self::Key) -> Ordering {
        Self::order(left.borrow(), right.borrow())
    }

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
    fn rank(&self, query: &Self::Query, edge: Edge) -> usize {
        self.rank_near(query, edge, |_| ())
    }

    /// The same. `near` is told, before the last wait for memory, a position that the rank is at
    /// most a node behind.
    fn rank_near(&self, query: &Self::Query, edge: Edge, near: impl FnOnce(usize)) -> usize;

    /// Whether a query may be among the keys, as far as a glance tells.
    #[inline]
    fn may_have(&self, query: &Self::Query) -> bool {
        let _ = query;
        true
    }

    /// Whether key `at` is there and equals the query.
    fn is_at(&self, at: usize, query: &Self::Query) -> bool;

    /// Ranks many places, with an instruction set or with the widest.
    fn look_up<L: Batch<Self::Query>>(&self, simd: Option<Present>, batch: L);

    fn into_keys(self) -> Self::IntoKeys;

    /// Bytes that the keys and their index occupy outside of this value.
    fn bytes(&self) -> usize;

    /// # Panics
    /// If what is above the keys is not as it should be. Their order is not looked at.
    fn check(&self) {}
}

/// A column that holds keys as something else, and can make each of them anew.
pub trait Decode: Column {
    /// # Panics
    /// If there is no key at `at`.
    fn to_key(&self, at: usize) -> Self::Key;
}

/// The keys of a column, made one by one.
pub struct IntoKeys<C> {
    column: C,
    range: Range<usize>,
}

impl<C: Column> IntoKeys<C> {
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

/// Takes keys in, in ascending order, and makes a column of them.
pub trait Build: Sized {
    type Key;
    type Column;

    fn with_capacity(capacity: usize) -> Self;

    /// How the last key compares with `key`; less if there is none.
    fn compare_last(&self, key: &Self::Key) -> Ordering;

    fn push(&mut self, key: Self::Key);

    fn push_copy(&mut self, key: &Self::Key)
    where
        Self::Key: Clone,
    {
        self.push(key.clone());
    }

    /// Takes copies of keys, if each compares with the next one as told. Otherwise tells the first
    /// that does not: the position among these keys of the greater or, if it may not be, equal one.
    fn extend_from_slice(&mut self, keys: &[Self::Key], may_equal: bool) -> Result<(), usize>
    where
        Self::Key: Clone,
    {
        for (at, key) in keys.iter().enumerate() {
            if !is_ascending(self.compare_last(key), may_equal) {
                return Err(at);
            }
            self.push_copy(key);
        }
        Ok(())
    }

    fn finish(self) -> Self::Column;
}

/// Whether a key that compares so with the next one may stand before it.
#[inline]
pub(super) fn is_ascending(last: Ordering, may_equal: bool) -> bool {
    last == Ordering::Less || may_equal && last == Ordering::Equal
}

/// A place of a column that is asked for.
pub enum Place<'a, Q: ?Sized> {
    /// Before all keys.
    Start,
    /// At that edge of a query.
    At(&'a Q, Edge),
    /// Behind all keys.
    End,
}

/// Where the places of many look-ups come from, and their ranks go to.
pub trait Batch<Q: ?Sized> {
    /// Whether it matters if the key at the rank equals the query.
    const COMPARES: bool = false;

    fn len(&self) -> usize;

    /// Place number `at`.
    fn place(&self, at: usize) -> Place<'_, Q>;

    /// Takes the rank of place number `at`, in the order of places, and whether the key there
    /// equals the query (if that matters).
    fn found(&mut self, at: usize, rank: usize, is_equal: bool);
}
