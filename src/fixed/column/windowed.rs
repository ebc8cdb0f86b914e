//! A column of strings of bytes: the strings, and windows above them.

use core::cmp::Ordering;

use crate::search::Edge;
use crate::search::simd::Present;

use super::text::{Owner, Texts};
use super::windows::Windows;
use super::{Column, Decode, IntoKeys, Place};

/// Strings and the windows above them.
pub struct Windowed<K, const B: usize> {
    strings: Texts<K>,
    windows: Windows<B>,
}

impl<K, const B: usize> Clone for Windowed<K, B> {
    fn clone(&self) -> Self {
        Windowed {
            strings: self.strings.clone(),
            windows: self.windows.clone(),
        }
    }
}

impl<K: Owner, const B: usize> Column for Windowed<K, B> {
    type Key = K;
    type Query = K::Borrowed;
    type Ref<'a> = K::Ref<'a>;
    type Run = Texts<K>;
    type IntoKeys = IntoKeys<Self>;

    fn order(left: &K::Borrowed, right: &K::Borrowed) -> Ordering {
        left.as_ref().cmp(right.as_ref())
    }

    fn run_with_capacity(capacity: usize) -> Texts<K> {
        Texts::with_capacity(capacity)
    }

    fn compare_last(run: &Texts<K>, key: &K) -> Ordering {
        match run.len().checked_sub(1) {
            Some(last) => run.bytes_at(last).cmp(key.borrow().as_ref()),
            None => Ordering::Less,
        }
    }

    fn push(run: &mut Texts<K>, key: K) {
        run.push(key.borrow());
    }

    fn push_copy(run: &mut Texts<K>, key: &K) {
        run.push(key.borrow());
    }

    fn above(mut strings: Texts<K>) -> Self {
        strings.shrink();
        Windowed {
            windows: Windows::above(&strings),
            strings,
        }
    }

    #[inline]
    fn len(&self) -> usize {
        self.strings.len()
    }

    #[inline]
    fn get(&self, at: usize) -> K::Ref<'_> {
        K::show(&self.strings, at)
    }

    fn with_key<R>(&self, at: usize, show: impl FnOnce(&K) -> R) -> R {
        show(&self.to_key(at))
    }

    fn compare(&self, at: usize, other: &Self, other_at: usize) -> Ordering {
        let other = other.strings.bytes_at(other_at);
        self.strings.bytes_at(at).cmp(other)
    }

    fn rank_near(&self, query: &K::Borrowed, edge: Edge, near: impl FnOnce(usize)) -> usize {
        self.windows.rank(&self.strings, query, edge, near)
    }

    fn is_at(&self, at: usize, query: &K::Borrowed) -> bool {
        at < self.len() && self.strings.bytes_at(at) == query.as_ref()
    }

    fn rank_many<'q, const FINDS: bool>(
        &self,
        simd: Option<Present>,
        count: usize,
        place: impl Fn(usize) -> Place<'q, K::Borrowed> + Copy,
        mut found: impl FnMut(usize, usize, bool),
    ) {
        let strings = &self.strings;
        let found = move |number, rank, query: Option<&K::Borrowed>| {
            let equals = |query: &K::Borrowed| strings.bytes_at(rank) == query.as_ref();
            found(
                number,
                rank,
                FINDS && rank < strings.len() && query.is_some_and(equals),
            );
        };
        self.windows.rank_many(simd, strings, count, place, found);
    }

    fn into_keys(self) -> IntoKeys<Self> {
        IntoKeys::new(self)
    }

    fn bytes(&self) -> usize {
        self.strings.memory() + self.windows.bytes()
    }

    fn check(&self) {
        self.windows.check(&self.strings);
    }
}

impl<K: Owner, const B: usize> Decode for Windowed<K, B> {
    #[inline]
    fn to_key(&self, at: usize) -> K {
        K::own(self.get(at))
    }
}
