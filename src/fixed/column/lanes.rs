//! Keys that are integers: the packed array holds them and nothing else.

use core::cmp::Ordering;
use core::marker::PhantomData;

use crate::search::Edge;
use crate::search::simd::Present;
use crate::store::buffer::Buffer;

use super::super::key::Fixed;
use super::super::packed::{self, Array, Lane, View, keys_a_node};
use super::{Batch, Build, Column, Decode, IntoKeys, Place};

/// A column of [`Fixed`] keys.
pub struct Lanes<K: Fixed, const B: usize> {
    array: Array<K::Lane, B>,
}

impl<K: Fixed, const B: usize> Clone for Lanes<K, B> {
    fn clone(&self) -> Self {
        Lanes {
            array: self.array.clone(),
        }
    }
}

impl<K: Fixed, const B: usize> Lanes<K, B> {
    #[inline]
    fn view(&self) -> View<'_, K::Lane, B> {
        self.array.view()
    }
}

impl<K: Fixed, const B: usize> Column for Lanes<K, B> {
    type Key = K;
    type Query = K;
    type Ref<'a> = K;
    type Builder = Builder<K, B>;
    type IntoKeys = IntoKeys<Self>;

    #[inline]
    fn order(left: &K, right: &K) -> Ordering {
        left.encode().cmp(&right.encode())
    }

    #[inline]
    fn len(&self) -> usize {
        self.view().len()
    }

    #[inline]
    fn get(&self, at: usize) -> K {
        K::decode(self.view().keys()[at])
    }

    fn with_key<R>(&self, at: usize, show: impl FnOnce(&K) -> R) -> R {
        show(&self.to_key(at))
    }

    fn compare(&self, at: usize, other: &Self, other_at: usize) -> Ordering {
        self.view().keys()[at].cmp(&other.view().keys()[other_at])
    }

    #[inline]
    fn rank_near(&self, query: &K, edge: Edge, near: impl FnOnce(usize)) -> usize {
        let query = query.encode();
        match edge {
            Edge::Lower => self.view().rank(query, near),
            // Behind an integer is before the next one.
            Edge::Upper => match query.next() {
                Some(next) => self.view().rank(next, near),
                None => self.len(),
            },
        }
    }

    /// Queries before all keys and behind them are told by two compares, which costs the others
    /// next to nothing: a branching search would predict its way through them.
    #[inline]
    fn may_have(&self, query: &K) -> bool {
        let query = query.encode();
        match self.view().keys() {
            [] => false,
            [only] => *only == query,
            [first, .., last] => (*first..=*last).contains(&query),
        }
    }

    #[inline]
    fn is_at(&self, at: usize, query: &K) -> bool {
        self.view().keys().get(at) == Some(&query.encode())
    }

    #[inline]
    fn look_up<L: Batch<K>>(&self, simd: Option<Present>, batch: L) {
        let batch = Encoded {
            keys: self.view().keys(),
            batch,
            key: PhantomData,
        };
        packed::run(simd.unwrap_or(self.view().simd()), self.view(), batch);
    }

    fn into_keys(self) -> IntoKeys<Self> {
        IntoKeys::new(self)
    }

    fn bytes(&self) -> usize {
        self.array.bytes()
    }

    fn check(&self) {
        self.array.check();
    }
}

impl<K: Fixed, const B: usize> Decode for Lanes<K, B> {
    #[inline]
    fn to_key(&self, at: usize) -> K {
        self.get(at)
    }
}

/// Look-ups by integers.
struct Encoded<'a, K: Fixed, L> {
    keys: &'a [K::Lane],
    batch: L,
    key: PhantomData<K>,
}

impl<K: Fixed, L: Batch<K>> Encoded<'_, K, L> {
    /// Puts right what one integer could not say: that a place is behind all keys.
    #[inline]
    fn rank(&self, at: usize, rank: usize, lane: K::Lane) -> usize {
        if lane == K::Lane::GREATEST && self.lane(at).is_none() {
            self.keys.len()
        } else {
            rank
        }
    }

    /// The integer whose rank is that of the place; `None` if that is behind all keys.
    #[inline]
    fn lane(&self, at: usize) -> Option<K::Lane> {
        match self.batch.place(at) {
            Place::At(query, Edge::Lower) => Some(query.encode()),
            Place::At(query, Edge::Upper) => query.encode().next(),
            Place::Start => Some(K::Lane::LEAST),
            Place::End => None,
        }
    }
}

impl<K: Fixed, L: Batch<K>> packed::Batch<K::Lane> for Encoded<'_, K, L> {
    #[inline]
    fn len(&self) -> usize {
        self.batch.len()
    }

    #[inline]
    fn query(&self, at: usize) -> K::Lane {
        self.lane(at).unwrap_or(K::Lane::GREATEST)
    }

    #[inline]
    fn found(&mut self, at: usize, rank: usize, query: K::Lane) {
        let is_equal = L::COMPARES && self.keys.get(rank) == Some(&query);
        self.batch.found(at, self.rank(at, rank, query), is_equal);
    }
}

/// Takes integers in.
pub struct Builder<K: Fixed, const B: usize> {
    keys: Buffer<K::Lane>,
}

/// Keys that are copied and then looked at together: they are still in the first cache.
const CHUNK: usize = 4096;

impl<K: Fixed, const B: usize> Build for Builder<K, B> {
    type Key = K;
    type Column = Lanes<K, B>;

    fn with_capacity(capacity: usize) -> Self {
        let padded = capacity.checked_next_multiple_of(keys_a_node::<K::Lane, B>());
        Builder {
            keys: Buffer::with_capacity(padded.unwrap_or(capacity)),
        }
    }

    #[inline]
    fn compare_last(&self, key: &K) -> Ordering {
        match self.keys.last() {
            Some(last) => last.cmp(&key.encode()),
            None => Ordering::Less,
        }
    }

    #[inline]
    fn push(&mut self, key: K) {
        self.keys.push(key.encode());
    }

    fn extend_from_slice(&mut self, keys: &[K], may_equal: bool) -> Result<(), usize> {
        for (number, chunk) in keys.chunks(CHUNK).enumerate() {
            let before = self.keys.len();
            self.keys.extend_from(chunk, |key| key.encode());
            let added = &self.keys[before.saturating_sub(1)..];
            if !ascends(added, may_equal) {
                let is_fault =
                    |pair: &[K::Lane]| !super::is_ascending(pair[0].cmp(&pair[1]), may_equal);
                let fault = added.windows(2).position(is_fault).unwrap_or(0);
                // The second of the pair, seen from the start of the chunk.
                let at = fault + usize::from(before == 0);
                return Err(number * CHUNK + at);
            }
        }
        Ok(())
    }

    fn finish(self) -> Lanes<K, B> {
        Lanes {
            array: Array::new(self.keys),
        }
    }
}

/// Whether integers are in order. Without a branch for each, so that vectors are compared.
fn ascends<L: Lane>(keys: &[L], may_equal: bool) -> bool {
    let pairs = keys.iter().zip(keys.get(1..).unwrap_or_default());
    if may_equal {
        pairs.fold(true, |ascends, (left, right)| ascends & (left <= right))
    } else {
        pairs.fold(true, |ascends, (left, right)| ascends & (left < right))
    }
}
