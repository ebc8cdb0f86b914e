//! Texts and byte strings: all bytes in one array, one behind the other, and where each one ends.
//!
//! Only whole strings of one type are put in, and ends stand between them: so what comes out of
//! [`Texts`] of `str` is UTF-8, and is taken back as text without a look.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::borrow::Borrow;
use core::marker::PhantomData;

use crate::search::LINE;
use crate::store::buffer::Buffer;

use super::super::packed::prefetch_line;
use super::windowed::Strings;

/// A key that is a string of bytes with an owner.
pub trait Owner: Borrow<Self::Borrowed> + for<'a> From<&'a Self::Borrowed> + 'static {
    /// The bytes without the owner.
    type Borrowed: AsRef<[u8]> + ?Sized + 'static;

    /// # Panics
    /// If there is no string at `at`.
    #[doc(hidden)]
    fn show(texts: &Texts<Self>, at: usize) -> &Self::Borrowed;
}

macro_rules! owner {
    ($($owner:ty as $borrowed:ty: $show:path;)*) => {$(
        impl Owner for $owner {
            type Borrowed = $borrowed;

            #[inline]
            fn show(texts: &Texts<Self>, at: usize) -> &$borrowed {
                $show(texts, at)
            }
        }
    )*};
}

owner! {
    String as str: text;
    Box<str> as str: text;
    Vec<u8> as [u8]: Texts::bytes_at;
    Box<[u8]> as [u8]: Texts::bytes_at;
}

/// The text at `at`.
#[inline]
#[expect(
    unsafe_code,
    reason = "text came in as text: to look again would cost a look-up twice"
)]
fn text<K: Owner<Borrowed = str>>(texts: &Texts<K>, at: usize) -> &str {
    let bytes = texts.bytes_at(at);
    debug_assert!(core::str::from_utf8(bytes).is_ok());
    // SAFETY: `push` alone puts bytes in, those of a whole `str`, and notes an end behind them: so
    // between two ends are whole `str`s.
    unsafe { core::str::from_utf8_unchecked(bytes) }
}

/// Strings of one type.
pub struct Texts<K> {
    bytes: Buffer<u8>,
    ends: Ends,
    key: PhantomData<fn() -> K>,
}

impl<K> Clone for Texts<K> {
    fn clone(&self) -> Self {
        Texts {
            bytes: self.bytes.clone(),
            ends: self.ends.clone(),
            key: PhantomData,
        }
    }
}

impl<K> Texts<K> {
    #[inline]
    fn start(&self, at: usize) -> usize {
        if at == 0 { 0 } else { self.ends.get(at - 1) }
    }
}

/// Lines of a node's strings that are asked for ahead.
const PREFETCHED: usize = 2;

impl<K: Owner> Strings for Texts<K> {
    type Key = K;
    type Query = K::Borrowed;
    type Ref<'a> = &'a K::Borrowed;

    fn with_capacity(capacity: usize) -> Self {
        Texts {
            bytes: Buffer::new(),
            ends: Ends::Narrow(Buffer::with_capacity(capacity)),
            key: PhantomData,
        }
    }

    fn push(&mut self, string: &K::Borrowed) {
        self.bytes.extend_from_slice(string.as_ref());
        self.ends.push(self.bytes.len());
    }

    fn shrink(&mut self) {
        self.bytes.shrink();
        self.ends.shrink();
    }

    #[inline]
    fn len(&self) -> usize {
        self.ends.len()
    }

    #[inline]
    fn bytes_at(&self, at: usize) -> &[u8] {
        &self.bytes[self.start(at)..self.ends.get(at)]
    }

    #[inline]
    fn get(&self, at: usize) -> &K::Borrowed {
        K::show(self, at)
    }

    fn to_key(&self, at: usize) -> K {
        K::from(self.get(at))
    }

    #[inline]
    fn prefetch_place(&self, at: usize) {
        self.ends.prefetch(at);
    }

    #[inline]
    fn prefetch(&self, at: usize) {
        let first = self.bytes.as_ptr().wrapping_add(self.start(at));
        for line in 0..PREFETCHED {
            prefetch_line(first.wrapping_add(line * LINE));
        }
    }

    fn memory(&self) -> usize {
        self.bytes.bytes() + self.ends.bytes()
    }
}

/// Where each string ends: in half the space, as long as that suffices.
#[derive(Clone)]
enum Ends {
    Narrow(Buffer<u32>),
    Wide(Buffer<u64>),
}

impl Ends {
    #[inline]
    fn len(&self) -> usize {
        match self {
            Ends::Narrow(ends) => ends.len(),
            Ends::Wide(ends) => ends.len(),
        }
    }

    #[inline]
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

    #[inline]
    fn prefetch(&self, at: usize) {
        match self {
            Ends::Narrow(ends) => prefetch_line(ends.as_ptr().wrapping_add(at)),
            Ends::Wide(ends) => prefetch_line(ends.as_ptr().wrapping_add(at)),
        }
    }
}
