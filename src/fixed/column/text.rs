//! Texts and byte strings: all bytes in one array, one behind the other, and where each one ends.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Ordering;
use core::marker::PhantomData;

use crate::search::Edge;
use crate::search::simd::Present;
use crate::store::buffer::Buffer;

use super::super::packed::prefetch_line;
use super::windowed::{Strings, Windows};
use super::{Build, Column, Decode, IntoKeys, LookUps, is_ascending};

/// A key that is a string of bytes with an owner.
pub trait Owner: Sized + 'static {
    /// The bytes without the owner.
    type Borrowed: AsRef<[u8]> + ?Sized + 'static;

    fn borrow(&self) -> &Self::Borrowed;

    /// The borrowed form of bytes that came from an owner.
    fn show(bytes: &[u8]) -> &Self::Borrowed;

    fn own(bytes: &[u8]) -> Self;
}

macro_rules! owner {
    ($($owner:ty as $borrowed:ty: |$bytes:ident| $show:expr;)*) => {$(
        impl Owner for $owner {
            type Borrowed = $borrowed;

            #[inline]
            fn borrow(&self) -> &$borrowed {
                self
            }

            #[inline]
            fn show($bytes: &[u8]) -> &$borrowed {
                $show
            }

            fn own(bytes: &[u8]) -> Self {
                Self::show(bytes).into()
            }
        }
    )*};
}

owner! {
    String as str: |bytes| utf8(bytes);
    Box<str> as str: |bytes| utf8(bytes);
    Vec<u8> as [u8]: |bytes| bytes;
    Box<[u8]> as [u8]: |bytes| bytes;
}

/// The text of bytes that were one.
#[inline]
#[expect(
    unsafe_code,
    reason = "text came in as text: to look again would cost a look-up twice"
)]
fn utf8(bytes: &[u8]) -> &str {
    debug_assert!(core::str::from_utf8(bytes).is_ok());
    // SAFETY: only whole texts were put in, and the bytes are those between two ends.
    unsafe { core::str::from_utf8_unchecked(bytes) }
}

/// A column of texts or byte strings.
pub struct Text<K, const B: usize> {
    strings: Blob,
    windows: Windows<B>,
    key: PhantomData<fn() -> K>,
}

impl<K, const B: usize> Clone for Text<K, B> {
    fn clone(&self) -> Self {
        Text {
            strings: self.strings.clone(),
            windows: self.windows.clone(),
            key: PhantomData,
        }
    }
}

/// Byte strings one behind the other.
#[derive(Clone)]
struct Blob {
    bytes: Buffer<u8>,
    ends: Ends,
}

/// Where each string ends: in half the space, as long as that suffices.
#[derive(Clone)]
enum Ends {
    Narrow(Buffer<u32>),
    Wide(Buffer<u64>),
}

impl Ends {
    #[inline(always)]
    fn len(&self) -> usize {
        match self {
            Ends::Narrow(ends) => ends.len(),
            Ends::Wide(ends) => ends.len(),
        }
    }

    #[inline(always)]
    fn get(&self, at: usize) -> usize {
        match self {
            Ends::Narrow(ends) => ends[at] as usize,
            Ends::Wide(ends) => ends[at] as usize,
        }
    }

    fn push(&mut self, end: usize) {
        match self {
            Ends::Narrow(ends) => match u32::try_from(end) {
                Ok(end) => ends.push(end),
                Err(_) => {
                    let mut wide = Buffer::with_capacity(ends.len() * 2);
                    wide.extend_from(ends, |end| u64::from(*end));
                    wide.push(end as u64);
                    *self = Ends::Wide(wide);
                }
            },
            Ends::Wide(ends) => ends.push(end as u64),
        }
    }

    fn shrink(&mut self) {
        match self {
            Ends::Narrow(ends) => ends.shrink(),
            Ends::Wide(ends) => ends.shrink(),
        }
    }

    fn bytes(&self) -> usize {
        match self {
            Ends::Narrow(ends) => ends.bytes(),
            Ends::Wide(ends) => ends.bytes(),
        }
    }

    fn prefetch(&self, at: usize) {
        match self {
            Ends::Narrow(ends) => prefetch_line(ends.as_ptr().wrapping_add(at)),
            Ends::Wide(ends) => prefetch_line(ends.as_ptr().wrapping_add(at)),
        }
    }
}

impl Strings for Blob {
    #[inline(always)]
    fn len(&self) -> usize {
        self.ends.len()
    }

    #[inline(always)]
    fn get(&self, at: usize) -> &[u8] {
        let start = if at == 0 { 0 } else { self.ends.get(at - 1) };
        &self.bytes[start..self.ends.get(at)]
    }

    #[inline(always)]
    fn prefetch_place(&self, at: usize) {
        self.ends.prefetch(at);
    }

    #[inline(always)]
    fn prefetch(&self, at: usize) {
        let start = if at == 0 { 0 } else { self.ends.get(at - 1) };
        for line in 0..PREFETCHED {
            prefetch_line(
                self.bytes
                    .as_ptr()
                    .wrapping_add(start + line * crate::search::LINE),
            );
        }
    }
}

/// Lines of a node's strings that are asked for ahead.
const PREFETCHED: usize = 2;

impl<K: Owner, const B: usize> Column for Text<K, B> {
    type Key = K;
    type Query = K::Borrowed;
    type Ref<'a> = &'a K::Borrowed;
    type Builder = Builder<K, B>;
    type IntoKeys = IntoKeys<Self>;

    fn compare_keys(left: &K, right: &K) -> Ordering {
        Self::compare_queries(left.borrow(), right.borrow())
    }

    fn compare_queries(left: &K::Borrowed, right: &K::Borrowed) -> Ordering {
        left.as_ref().cmp(right.as_ref())
    }

    #[inline(always)]
    fn len(&self) -> usize {
        self.strings.len()
    }

    #[inline]
    fn get(&self, at: usize) -> &K::Borrowed {
        K::show(self.strings.get(at))
    }

    fn with_key<R>(&self, at: usize, show: impl FnOnce(&K) -> R) -> R {
        show(&self.to_key(at))
    }

    fn compare(&self, at: usize, other: &Self, other_at: usize) -> Ordering {
        self.strings.get(at).cmp(other.strings.get(other_at))
    }

    fn rank_near(&self, query: &K::Borrowed, edge: Edge, near: impl FnOnce(usize)) -> usize {
        self.windows.rank(&self.strings, query.as_ref(), edge, near)
    }

    fn is_at(&self, at: usize, query: &K::Borrowed) -> bool {
        at < self.len() && self.strings.get(at) == query.as_ref()
    }

    fn look_up<L: LookUps<K::Borrowed>>(&self, simd: Option<Present>, look_ups: L) {
        self.windows.look_up(simd, &self.strings, look_ups);
    }

    fn into_keys(self) -> IntoKeys<Self> {
        IntoKeys::new(self)
    }

    fn bytes(&self) -> usize {
        self.strings.bytes.bytes() + self.strings.ends.bytes() + self.windows.bytes()
    }

    fn check(&self) {
        for at in 1..self.len() {
            assert!(
                self.strings.get(at - 1) <= self.strings.get(at),
                "key {at} is out of order"
            );
        }
        self.windows.check(&self.strings);
    }
}

impl<K: Owner, const B: usize> Decode for Text<K, B> {
    fn to_key(&self, at: usize) -> K {
        K::own(self.strings.get(at))
    }
}

/// Takes strings in.
pub struct Builder<K, const B: usize> {
    strings: Blob,
    key: PhantomData<fn() -> K>,
}

impl<K: Owner, const B: usize> Builder<K, B> {
    fn push_copy(&mut self, key: &K) {
        self.strings.bytes.extend_from_slice(key.borrow().as_ref());
        self.strings.ends.push(self.strings.bytes.len());
    }
}

impl<K: Owner, const B: usize> Build for Builder<K, B> {
    type Key = K;
    type Column = Text<K, B>;

    fn with_capacity(capacity: usize) -> Self {
        Builder {
            strings: Blob {
                bytes: Buffer::new(),
                ends: Ends::Narrow(Buffer::with_capacity(capacity)),
            },
            key: PhantomData,
        }
    }

    fn len(&self) -> usize {
        self.strings.len()
    }

    fn compare_last(&self, key: &K) -> Ordering {
        match self.len().checked_sub(1) {
            Some(last) => self.strings.get(last).cmp(key.borrow().as_ref()),
            None => Ordering::Less,
        }
    }

    fn push(&mut self, key: K) {
        self.push_copy(&key);
    }

    fn extend_from_slice(&mut self, keys: &[K], may_equal: bool) -> Result<(), usize> {
        for (at, key) in keys.iter().enumerate() {
            if !is_ascending(self.compare_last(key), may_equal) {
                return Err(at);
            }
            self.push_copy(key);
        }
        Ok(())
    }

    fn finish(mut self) -> Text<K, B> {
        self.strings.bytes.shrink();
        self.strings.ends.shrink();
        Text {
            windows: Windows::above(&self.strings),
            strings: self.strings,
            key: PhantomData,
        }
    }
}
