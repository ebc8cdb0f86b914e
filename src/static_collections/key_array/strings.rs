//! Strings, byte strings and arrays of bytes: all bytes in one array, one string after the other,
//! and where each one ends.
//!
//! Only whole strings of one type are stored, and ends are between them: so the bytes of a string
//! in a [`Strings`] of `str` are UTF-8, and are converted back to text without a check. Strings of
//! a file that has not been read whole are checked one by one when they are shown.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::borrow::Borrow;
use core::marker::PhantomData;

use crate::memory::buffer::Buffer;
use crate::memory::plain::bytes_of;
use crate::search::BLOCK;

use super::super::parts::{Fault, KeyParts, KeyPieces};
use super::super::s_plus_tree::prefetch_line;

/// A key that is a string of bytes.
pub trait Owner: Borrow<Self::Borrowed> + 'static {
    /// The bytes without the owner.
    type Borrowed: AsRef<[u8]> + ?Sized + 'static;
    /// How a string is returned.
    type Ref<'a>: Copy;
    /// The number of bytes of each string, if it is the same for all.
    const LENGTH: Option<usize> = None;
    /// Whether the bytes have to be UTF-8.
    const IS_UTF8: bool = false;

    /// # Panics
    /// If there is no string at `at`.
    #[doc(hidden)]
    fn show(texts: &Strings<Self>, at: usize) -> Self::Ref<'_>
    where
        Self: Sized;

    #[doc(hidden)]
    fn own(shown: Self::Ref<'_>) -> Self;
}

macro_rules! owner {
    ($($owner:ty as $borrowed:ty, $is_utf8:literal: $show:path;)*) => {$(
        impl Owner for $owner {
            type Borrowed = $borrowed;
            type Ref<'a> = &'a $borrowed;
            const IS_UTF8: bool = $is_utf8;

            #[inline]
            fn show(texts: &Strings<Self>, at: usize) -> &$borrowed {
                $show(texts, at)
            }

            fn own(shown: &$borrowed) -> Self {
                shown.into()
            }
        }
    )*};
}

owner! {
    String as str, true: text;
    Box<str> as str, true: text;
    Vec<u8> as [u8], false: Strings::bytes_at;
    Box<[u8]> as [u8], false: Strings::bytes_at;
}

impl<const N: usize> Owner for [u8; N] {
    type Borrowed = [u8; N];
    type Ref<'a> = [u8; N];
    const LENGTH: Option<usize> = Some(N);

    #[inline]
    fn show(texts: &Strings<Self>, at: usize) -> [u8; N] {
        let mut array = [0; N];
        array.copy_from_slice(texts.bytes_at(at));
        array
    }

    #[inline]
    fn own(shown: [u8; N]) -> Self {
        shown
    }
}

/// The text at `at`.
#[inline]
#[expect(
    unsafe_code,
    reason = "only valid text is stored; checking again would double the cost of a search"
)]
fn text<K: Owner<Borrowed = str>>(texts: &Strings<K>, at: usize) -> &str {
    let bytes = texts.bytes_at(at);
    if !texts.is_checked {
        return bytes.utf8_chunks().next().map_or("", |chunk| chunk.valid());
    }
    debug_assert!(core::str::from_utf8(bytes).is_ok());
    // SAFETY: only `push` adds bytes, those of a whole `str`, and records where they end: so the
    // bytes between two consecutive ends are a whole `str`. Those of a file were checked.
    unsafe { core::str::from_utf8_unchecked(bytes) }
}

/// Strings of one type, in order.
pub struct Strings<K> {
    bytes: Buffer<u8>,
    len: usize,
    /// The lower half of the position where each string ends, unless all have the same length.
    ends: Buffer<u32>,
    /// The strings whose ends pass one more multiple of 2^32 than the end before.
    wraps: Vec<usize>,
    /// Whether all strings are known to be of their type, and all ends to be in order.
    is_checked: bool,
    key: PhantomData<fn() -> K>,
}

impl<K> Clone for Strings<K> {
    fn clone(&self) -> Self {
        Strings {
            bytes: self.bytes.clone(),
            ends: self.ends.clone(),
            wraps: self.wraps.clone(),
            ..*self
        }
    }
}

/// The number of cache lines of a node's strings that are prefetched.
const PREFETCHED: usize = 2;

impl<K: Owner> Strings<K> {
    pub(super) fn with_capacity(capacity: usize) -> Self {
        let (bytes, ends) = match K::LENGTH {
            Some(length) => (capacity.saturating_mul(length), 0),
            None => (0, capacity),
        };
        Strings {
            bytes: Buffer::with_capacity(bytes),
            len: 0,
            ends: Buffer::with_capacity(ends),
            wraps: Vec::new(),
            is_checked: true,
            key: PhantomData,
        }
    }

    /// The strings of a file: all are checked if their bytes are copied anyway.
    pub(super) fn of_pieces(pieces: KeyPieces<'_>) -> Result<Self, Fault> {
        let bytes = Buffer::of_piece(pieces.text);
        let is_shared = bytes.is_shared();
        let mut strings = Strings {
            bytes,
            len: pieces.len,
            ends: Buffer::of_piece(pieces.keys),
            wraps: pieces.wraps,
            is_checked: false,
            key: PhantomData,
        };
        match K::LENGTH {
            Some(length) if strings.bytes.len() / length.max(1) < strings.len && length > 0 => {
                return Err(Fault::Ends);
            }
            None if strings.ends.len() < strings.len => return Err(Fault::Ends),
            _ => {}
        }
        if !is_shared {
            strings.check()?;
            strings.is_checked = true;
        }
        Ok(strings)
    }

    /// Checks that the ends are in order, and that each string is of its type.
    fn check(&self) -> Result<(), Fault> {
        let text = match K::IS_UTF8 {
            true => Some(core::str::from_utf8(&self.bytes).map_err(|_| Fault::Utf8)?),
            false => None,
        };
        if K::LENGTH.is_some() {
            return Ok(());
        }
        let mut start = 0;
        for at in 0..self.len {
            let end = self.end(at);
            if end < start || end > self.bytes.len() {
                return Err(Fault::Ends);
            }
            if text.is_some_and(|text| !text.is_char_boundary(end)) {
                return Err(Fault::Utf8);
            }
            start = end;
        }
        if start == self.bytes.len() {
            Ok(())
        } else {
            Err(Fault::Ends)
        }
    }

    /// The arrays that the strings are in.
    pub(super) fn parts(&self) -> KeyParts<'_> {
        KeyParts {
            keys: bytes_of(&self.ends),
            text: &self.bytes,
            wraps: &self.wraps,
        }
    }

    pub(super) fn push(&mut self, string: &K::Borrowed) {
        self.bytes.extend_from_slice(string.as_ref());
        if K::LENGTH.is_none() {
            let end = self.bytes.len() as u64;
            self.wraps.resize((end >> u32::BITS) as usize, self.len);
            self.ends.push(end as u32);
        }
        self.len += 1;
    }

    /// Frees spare memory.
    pub(super) fn shrink(&mut self) {
        self.bytes.shrink();
        self.ends.shrink();
    }

    #[inline]
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// # Panics
    /// If there is no string at `at`.
    #[inline]
    pub(super) fn end(&self, at: usize) -> usize {
        if let Some(length) = K::LENGTH {
            assert!(at < self.len, "there is no key {at}");
            return at * length + length;
        }
        let end = self.ends[at] as usize;
        if self.wraps.is_empty() {
            return end;
        }
        let wraps = self.wraps.partition_point(|first| *first <= at) as u64;
        end + (wraps << u32::BITS) as usize
    }

    #[inline]
    fn start(&self, at: usize) -> usize {
        match K::LENGTH {
            Some(length) => at * length,
            None if at == 0 => 0,
            None => self.end(at - 1),
        }
    }

    /// # Panics
    /// If there is no string at `at`.
    #[inline]
    pub(super) fn bytes_at(&self, at: usize) -> &[u8] {
        let end = self.end(at);
        // Ends that have not been checked may be in any order.
        self.bytes.get(self.start(at)..end).unwrap_or_default()
    }

    /// Prefetches the end of the string, or the string itself if its position is known without.
    #[inline]
    pub(super) fn prefetch_end(&self, at: usize) {
        match K::LENGTH {
            Some(_) => self.prefetch(at),
            None => prefetch_line(self.ends.as_ptr().wrapping_add(at)),
        }
    }

    /// Prefetches the string, once its end has been loaded.
    #[inline]
    pub(super) fn prefetch(&self, at: usize) {
        let first = self.bytes.as_ptr().wrapping_add(self.start(at));
        for line in 0..if K::LENGTH.is_none() { PREFETCHED } else { 1 } {
            prefetch_line(first.wrapping_add(line * BLOCK));
        }
    }

    /// The number of bytes that the strings occupy.
    pub(super) fn memory(&self) -> usize {
        self.bytes.bytes() + self.ends.bytes()
    }
}
