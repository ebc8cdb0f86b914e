//! Arrays of bytes of one length, one behind the other.

use crate::store::buffer::Buffer;

use super::super::packed::prefetch_line;
use super::windowed::Strings;

/// Byte arrays. Those of no bytes are only counted.
#[derive(Clone)]
pub struct Arrays<const N: usize> {
    bytes: Buffer<u8>,
    len: usize,
}

impl<const N: usize> Strings for Arrays<N> {
    type Key = [u8; N];
    type Query = [u8; N];
    type Ref<'a> = [u8; N];

    fn with_capacity(capacity: usize) -> Self {
        Arrays {
            bytes: Buffer::with_capacity(capacity.saturating_mul(N)),
            len: 0,
        }
    }

    fn push(&mut self, array: &[u8; N]) {
        self.bytes.extend_from_slice(array);
        self.len += 1;
    }

    fn shrink(&mut self) {
        self.bytes.shrink();
    }

    #[inline]
    fn len(&self) -> usize {
        self.len
    }

    #[inline]
    fn bytes_at(&self, at: usize) -> &[u8] {
        assert!(at < self.len, "there is no key {at}");
        &self.bytes[at * N..][..N]
    }

    #[inline]
    fn get(&self, at: usize) -> [u8; N] {
        let mut array = [0; N];
        array.copy_from_slice(self.bytes_at(at));
        array
    }

    #[inline]
    fn to_key(&self, at: usize) -> [u8; N] {
        self.get(at)
    }

    #[inline]
    fn prefetch_place(&self, at: usize) {
        self.prefetch(at);
    }

    #[inline]
    fn prefetch(&self, at: usize) {
        prefetch_line(self.bytes.as_ptr().wrapping_add(at * N));
    }

    fn memory(&self) -> usize {
        self.bytes.bytes()
    }
}
