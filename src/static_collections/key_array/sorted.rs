//! Keys of which only the order is known: a sorted array and binary search.

use alloc::vec::{self, Vec};
use core::borrow::Borrow;
use core::cmp::Ordering;
use core::marker::PhantomData;

use crate::memory::buffer::prefer_huge_pages;
use crate::search::KeyBound;

use super::KeyArray;

/// A key array for keys of any type, with queries in their borrowed form `Q`.
pub struct SortedArray<K, Q: ?Sized> {
    keys: Vec<K>,
    query: PhantomData<fn(&Q)>,
}

impl<K: Clone, Q: ?Sized> Clone for SortedArray<K, Q> {
    fn clone(&self) -> Self {
        let keys = self.keys.clone();
        SortedArray {
            keys,
            query: PhantomData,
        }
    }
}

impl<K: Borrow<Q>, Q: Ord + ?Sized> KeyArray for SortedArray<K, Q> {
    type Key = K;
    type Query = Q;
    type Ref<'a>
        = &'a K
    where
        K: 'a,
        Q: 'a;
    type Run = Vec<K>;
    type IntoKeys = vec::IntoIter<K>;

    #[inline]
    fn order(left: &Q, right: &Q) -> Ordering {
        left.cmp(right)
    }

    fn run_with_capacity(capacity: usize) -> Vec<K> {
        let mut keys = Vec::with_capacity(capacity);
        prefer_huge_pages(&mut keys);
        keys
    }

    fn compare_last(run: &Vec<K>, key: &K) -> Ordering {
        run.last()
            .map_or(Ordering::Less, |last| last.borrow().cmp(key.borrow()))
    }

    fn push(run: &mut Vec<K>, key: K) {
        run.push(key);
    }

    fn above(mut keys: Vec<K>) -> Self {
        keys.shrink_to_fit();
        SortedArray {
            keys,
            query: PhantomData,
        }
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
        self.keys[at].borrow().cmp(other.keys[other_at].borrow())
    }

    #[inline]
    fn rank_near(&self, query: &Q, bound: KeyBound, _: impl FnOnce(usize)) -> usize {
        self.keys
            .partition_point(|key| bound.is_after(key.borrow().cmp(query)))
    }

    #[inline]
    fn is_at(&self, at: usize, query: &Q) -> bool {
        let key = self.keys.get(at);
        key.is_some_and(|key| key.borrow().cmp(query).is_eq())
    }

    fn into_keys(self) -> vec::IntoIter<K> {
        self.keys.into_iter()
    }

    fn bytes(&self) -> usize {
        self.keys.capacity() * size_of::<K>()
    }
}
