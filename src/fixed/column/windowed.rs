//! A column of strings of bytes, of whatever form: the strings, and windows above them.

use core::borrow::Borrow;
use core::cmp::Ordering;

use crate::search::Edge;
use crate::search::simd::Present;

use super::windows::Windows;
use super::{Batch, Build, Column, Decode, IntoKeys};

/// Strings of bytes that lie one behind the other, in order.
pub trait Strings: Clone {
    /// What a string is made of.
    type Key: Borrow<Self::Query>;
    /// What is asked for.
    type Query: AsRef<[u8]> + ?Sized;
    /// What is shown of a string.
    type Ref<'a>: Copy
    where
        Self: 'a;

    fn with_capacity(capacity: usize) -> Self;

    fn push(&mut self, string: &Self::Query);

    /// Gives back spare memory.
    fn shrink(&mut self);

    fn len(&self) -> usize;

    /// # Panics
    /// If there is none at `at`, as the next two do.
    fn bytes_at(&self, at: usize) -> &[u8];

    fn get(&self, at: usize) -> Self::Ref<'_>;

    fn to_key(&self, at: usize) -> Self::Key;

    /// Asks for the memory that tells where the string is.
    fn prefetch_place(&self, at: usize);

    /// Asks for the string, when its place is there.
    fn prefetch(&self, at: usize);

    /// Bytes that the strings occupy.
    fn memory(&self) -> usize;
}

/// Strings and the windows above them.
#[derive(Clone)]
pub struct Windowed<S, const B: usize> {
    strings: S,
    windows: Windows<B>,
}

impl<S: Strings, const B: usize> Column for Windowed<S, B> {
    type Key = S::Key;
    type Query = S::Query;
    type Ref<'a>
        = S::Ref<'a>
    where
        S: 'a;
    type Builder = Builder<S, B>;
    type IntoKeys = IntoKeys<Self>;

    fn order(left: &S::Query, right: &S::Query) -> Ordering {
        left.as_ref().cmp(right.as_ref())
    }

    #[inline]
    fn len(&self) -> usize {
        self.strings.len()
    }

    #[inline]
    fn get(&self, at: usize) -> S::Ref<'_> {
        self.strings.get(at)
    }

    fn with_key<R>(&self, at: usize, show: impl FnOnce(&S::Key) -> R) -> R {
        show(&self.to_key(at))
    }

    fn compare(&self, at: usize, other: &Self, other_at: usize) -> Ordering {
        let other = other.strings.bytes_at(other_at);
        self.strings.bytes_at(at).cmp(other)
    }

    fn rank_near(&self, query: &S::Query, edge: Edge, near: impl FnOnce(usize)) -> usize {
        self.windows.rank(&self.strings, query.as_ref(), edge, near)
    }

    fn is_at(&self, at: usize, query: &S::Query) -> bool {
        at < self.len() && self.strings.bytes_at(at) == query.as_ref()
    }

    fn look_up<L: Batch<S::Query>>(&self, simd: Option<Present>, batch: L) {
        self.windows.look_up(simd, &self.strings, batch);
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

impl<S: Strings, const B: usize> Decode for Windowed<S, B> {
    #[inline]
    fn to_key(&self, at: usize) -> S::Key {
        self.strings.to_key(at)
    }
}

/// Takes strings in.
pub struct Builder<S, const B: usize> {
    strings: S,
}

impl<S: Strings, const B: usize> Build for Builder<S, B> {
    type Key = S::Key;
    type Column = Windowed<S, B>;

    fn with_capacity(capacity: usize) -> Self {
        Builder {
            strings: S::with_capacity(capacity),
        }
    }

    fn compare_last(&self, key: &S::Key) -> Ordering {
        match self.strings.len().checked_sub(1) {
            Some(last) => self.strings.bytes_at(last).cmp(key.borrow().as_ref()),
            None => Ordering::Less,
        }
    }

    fn push(&mut self, key: S::Key) {
        self.strings.push(key.borrow());
    }

    fn push_copy(&mut self, key: &S::Key) {
        self.strings.push(key.borrow());
    }

    fn finish(mut self) -> Windowed<S, B> {
        self.strings.shrink();
        Windowed {
            windows: Windows::above(&self.strings),
            strings: self.strings,
        }
    }
}
