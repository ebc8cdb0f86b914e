//! Arrays of bytes of one length.

use core::cmp::Ordering;

use crate::search::Edge;
use crate::search::simd::Present;
use crate::store::buffer::Buffer;

use super::super::packed::prefetch_line;
use super::windowed::{Strings, Windows};
use super::{Build, Column, Decode, IntoKeys, LookUps};

/// A column of byte arrays.
#[derive(Clone)]
pub struct Bytes<const N: usize, const B: usize> {
    arrays: Arrays<N>,
    windows: Windows<B>,
}

/// Byte arrays one behind the other. Those of no bytes are only counted.
#[derive(Clone)]
struct Arrays<const N: usize> {
    bytes: Buffer<u8>,
    len: usize,
}

impl<const N: usize> Strings for Arrays<N> {
    #[inline(always)]
    fn len(&self) -> usize {
        self.len
    }

    #[inline(always)]
    fn get(&self, at: usize) -> &[u8] {
        assert!(at < self.len, "there is no key {at}");
        &self.bytes[at * N..][..N]
    }

    #[inline(always)]
    fn prefetch_place(&self, at: usize) {
        self.prefetch(at);
    }

    #[inline(always)]
    fn prefetch(&self, at: usize) {
        prefetch_line(self.bytes.as_ptr().wrapping_add(at * N));
    }
}

impl<const N: usize> Arrays<N> {
    fn array(&self, at: usize) -> [u8; N] {
        let mut array = [0; N];
        array.copy_from_slice(self.get(at));
        array
    }
}

impl<const N: usize, const B: usize> Column for Bytes<N, B> {
    type Key = [u8; N];
    type Query = [u8; N];
    type Ref<'a> = [u8; N];
    type Builder = Builder<N, B>;
    type IntoKeys = IntoKeys<Self>;

    fn compare_keys(left: &[u8; N], right: &[u8; N]) -> Ordering {
        left.cmp(right)
    }

    fn compare_queries(left: &[u8; N], right: &[u8; N]) -> Ordering {
        left.cmp(right)
    }

    #[inline(always)]
    fn len(&self) -> usize {
        self.arrays.len
    }

    #[inline]
    fn get(&self, at: usize) -> [u8; N] {
        self.arrays.array(at)
    }

    fn with_key<R>(&self, at: usize, show: impl FnOnce(&[u8; N]) -> R) -> R {
        show(&self.to_key(at))
    }

    fn compare(&self, at: usize, other: &Self, other_at: usize) -> Ordering {
        self.arrays.get(at).cmp(other.arrays.get(other_at))
    }

    fn rank_near(&self, query: &[u8; N], edge: Edge, near: impl FnOnce(usize)) -> usize {
        self.windows.rank(&self.arrays, query, edge, near)
    }

    fn is_at(&self, at: usize, query: &[u8; N]) -> bool {
        at < self.len() && self.arrays.get(at) == query
    }

    fn look_up<L: LookUps<[u8; N]>>(&self, simd: Option<Present>, look_ups: L) {
        self.windows.look_up(simd, &self.arrays, look_ups);
    }

    fn into_keys(self) -> IntoKeys<Self> {
        IntoKeys::new(self)
    }

    fn bytes(&self) -> usize {
        self.arrays.bytes.bytes() + self.windows.bytes()
    }

    fn check(&self) {
        assert_eq!(self.arrays.bytes.len(), self.len() * N);
        for at in 1..self.len() {
            assert!(
                self.arrays.get(at - 1) <= self.arrays.get(at),
                "key {at} is out of order"
            );
        }
        self.windows.check(&self.arrays);
    }
}

impl<const N: usize, const B: usize> Decode for Bytes<N, B> {
    fn to_key(&self, at: usize) -> [u8; N] {
        self.arrays.array(at)
    }
}

/// Takes arrays in.
pub struct Builder<const N: usize, const B: usize> {
    arrays: Arrays<N>,
}

impl<const N: usize, const B: usize> Build for Builder<N, B> {
    type Key = [u8; N];
    type Column = Bytes<N, B>;

    fn with_capacity(capacity: usize) -> Self {
        Builder {
            arrays: Arrays {
                bytes: Buffer::with_capacity(capacity.saturating_mul(N)),
                len: 0,
            },
        }
    }

    fn len(&self) -> usize {
        self.arrays.len
    }

    fn compare_last(&self, key: &[u8; N]) -> Ordering {
        match self.len().checked_sub(1) {
            Some(last) => self.arrays.get(last).cmp(key),
            None => Ordering::Less,
        }
    }

    fn push(&mut self, key: [u8; N]) {
        self.arrays.bytes.extend_from_slice(&key);
        self.arrays.len += 1;
    }

    fn finish(mut self) -> Bytes<N, B> {
        self.arrays.bytes.shrink();
        Bytes {
            windows: Windows::above(&self.arrays),
            arrays: self.arrays,
        }
    }
}
