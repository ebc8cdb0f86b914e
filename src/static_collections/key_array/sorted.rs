//! Keys of which only the order is known: a sorted array and binary search.

use alloc::vec::{self, Vec};
use core::cmp::Ordering;

use crate::memory::buffer::prefer_huge_pages;
use crate::search::KeyBound;

use super::KeyArray;

/// A key array for keys of any type.
#[derive(Clone)]
pub struct SortedArray<K> {
    keys: Vec<K>,
}

impl<K: Ord> KeyArray for SortedArray<K> {
    type Key = K;
    type Query = K;
    type Ref<'a>
        = &'a K
    where
        K: 'a;
    type Run = Vec<K>;
    type IntoKeys = vec::IntoIter<K>;

    #[inline]
    fn order(left: &K, right: &K) -> Ordering {
        left.cmp(right)
    }

    fn run_with_capacity(capacity: usize) -> Vec<K> {
        let mut keys = Vec::with_capacity(capacity);
        prefer_huge_pages(&mut keys);
        keys
    }

    fn compare_last(run: &Vec<K>, key: &K) -> Ordering {
        run.last().map_or(Ordering::Less, |last| last.cmp(key))
    }

    fn push(run: &mut Vec<K>, key: K) {
        run.push(key);
    }

    fn above(mut keys: Vec<K>) -> Self {
        keys.shrink_to_fit();
        SortedArray { keys }
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
    fn rank_near(&self, query: &K, bound: KeyBound, _: impl FnOnce(usize)) -> usize {
        self.keys
            .partition_point(|key| bound.is_behind(key.cmp(query)))
    }

    #[inline]
    fn is_at(&self, at: usize, query: &K) -> bool {
        self.keys.get(at).is_some_and(|key| key.cmp(query).is_eq())
    }

    fn into_keys(self) -> vec::IntoIter<K> {
        self.keys.into_iter()
    }

    fn bytes(&self) -> usize {
        self.keys.capacity() * size_of::<K>()
    }
}
