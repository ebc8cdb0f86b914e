//! Keys of which nothing is known but their order: a sorted array, and binary search.

use alloc::vec::{self, Vec};
use core::cmp::Ordering;

use crate::search::Edge;
use crate::search::simd::Present;
use crate::store::buffer::prefer_huge_pages;

use super::{Batch, Build, Column, Place};

/// A column of keys of any type.
#[derive(Clone)]
pub struct Sorted<K> {
    keys: Vec<K>,
}

impl<K: Ord> Column for Sorted<K> {
    type Key = K;
    type Query = K;
    type Ref<'a>
        = &'a K
    where
        K: 'a;
    type Builder = Builder<K>;
    type IntoKeys = vec::IntoIter<K>;

    #[inline]
    fn order(left: &K, right: &K) -> Ordering {
        left.cmp(right)
    }

    #[inline]
    fn len(&self) -> usize {
        self.keys.len()
    }

    #[inline]
    fn get(&self, at: usize) -> &K {
        &self.keys[at]
    }

    fn with_key<R>(&self, at: usize, show: impl FnOnce(&K) -> R) -> R {
        show(&self.keys[at])
    }

    fn compare(&self, at: usize, other: &Self, other_at: usize) -> Ordering {
        self.keys[at].cmp(&other.keys[other_at])
    }

    #[inline]
    fn rank_near(&self, query: &K, edge: Edge, _: impl FnOnce(usize)) -> usize {
        self.keys
            .partition_point(|key| edge.is_behind(key.cmp(query)))
    }

    #[inline]
    fn is_at(&self, at: usize, query: &K) -> bool {
        self.keys.get(at).is_some_and(|key| key.cmp(query).is_eq())
    }

    fn look_up<L: Batch<K>>(&self, _: Option<Present>, mut batch: L) {
        for at in 0..batch.len() {
            let (rank, is_equal) = match batch.place(at) {
                Place::Start => (0, false),
                Place::At(query, edge) => {
                    let rank = self.rank(query, edge);
                    (rank, L::COMPARES && self.is_at(rank, query))
                }
                Place::End => (self.len(), false),
            };
            batch.found(at, rank, is_equal);
        }
    }

    fn into_keys(self) -> vec::IntoIter<K> {
        self.keys.into_iter()
    }

    fn bytes(&self) -> usize {
        self.keys.capacity() * size_of::<K>()
    }
}

/// Takes keys in.
pub struct Builder<K> {
    keys: Vec<K>,
}

impl<K: Ord> Build for Builder<K> {
    type Key = K;
    type Column = Sorted<K>;

    fn with_capacity(capacity: usize) -> Self {
        let mut keys = Vec::with_capacity(capacity);
        prefer_huge_pages(&mut keys);
        Builder { keys }
    }

    fn compare_last(&self, key: &K) -> Ordering {
        self.keys
            .last()
            .map_or(Ordering::Less, |last| last.cmp(key))
    }

    fn push(&mut self, key: K) {
        self.keys.push(key);
    }

    fn finish(mut self) -> Sorted<K> {
        self.keys.shrink_to_fit();
        Sorted { keys: self.keys }
    }
}
