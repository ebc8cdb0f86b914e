//! Key heads: the first eight bytes of each key of a run after their shared prefix, as one integer.
//!
//! Texts are ordered by their bytes. The prefix shared by all keys of a run (at
//! most [`PREFIX`] bytes) and the eight bytes after it decide the rank of most queries, and are in
//! the node: only keys whose head equals the query's are compared as a whole. A head is read as a
//! big-endian integer, filled up with zeros, so that heads order as the bytes do. A key that
//! continues after its head has the same head as the key that ends there.
//!
//! Only std's own types are treated as text, so no user code runs here, and their order is that of
//! their bytes.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::string::String;
#[cfg(target_has_atomic = "ptr")]
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::any::TypeId;
use core::cmp::Ordering;
use core::mem;
use core::ops::Range;
use core::ptr;
use core::slice;

use super::simd::BASELINE;
use super::{self as search, Form, compare_bytes};
use crate::key;

/// At most this many shared bytes are skipped.
const PREFIX: usize = 24;

/// The prefix that the keys of a run share. In memory it is followed by the heads, an array that is
/// padded to whole blocks.
///
/// The methods that access the array take an address, as a reference would cover only the prefix.
/// They are unsafe: `heads` must be the address of a prefix followed by an array of `slots` heads,
/// and must not be in use elsewhere.
#[repr(C, align(8))]
pub(crate) struct Heads {
    len: u32,
    prefix: [u8; PREFIX],
}

/// What the prefix alone decides about the rank of a query.
pub(crate) enum Side {
    Before,
    After,
    Head(u64),
}

/// Returns the bytes that order a value of a text type (`key::is_text`), or of what such a type
/// borrows as.
#[inline]
pub(crate) fn bytes<T: ?Sized>(value: &T) -> Option<&[u8]> {
    let id = typeid::of::<T>();
    let thin = &raw const *value;
    // SAFETY: the value is read as the type that it has.
    unsafe {
        #[cfg(target_has_atomic = "ptr")]
        if id == TypeId::of::<Arc<str>>() {
            return Some((*thin.cast::<Arc<str>>()).as_bytes());
        } else if id == TypeId::of::<Arc<[u8]>>() {
            return Some(&*thin.cast::<Arc<[u8]>>());
        }
        if id == TypeId::of::<String>() {
            Some((*thin.cast::<String>()).as_bytes())
        } else if id == TypeId::of::<str>() {
            Some(mem::transmute_copy::<&T, &str>(&value).as_bytes())
        } else if id == TypeId::of::<[u8]>() {
            Some(mem::transmute_copy::<&T, &[u8]>(&value))
        } else if id == TypeId::of::<Vec<u8>>() {
            Some(&*thin.cast::<Vec<u8>>())
        } else if id == TypeId::of::<&str>() {
            Some((*thin.cast::<&str>()).as_bytes())
        } else if id == TypeId::of::<&[u8]>() {
            Some(*thin.cast::<&[u8]>())
        } else if id == TypeId::of::<Box<str>>() {
            Some((*thin.cast::<Box<str>>()).as_bytes())
        } else if id == TypeId::of::<Box<[u8]>>() {
            Some(&*thin.cast::<Box<[u8]>>())
        } else if id == TypeId::of::<Rc<str>>() {
            Some((*thin.cast::<Rc<str>>()).as_bytes())
        } else if id == TypeId::of::<Rc<[u8]>>() {
            Some(&*thin.cast::<Rc<[u8]>>())
        } else if id == TypeId::of::<Cow<'_, str>>() {
            Some((*thin.cast::<Cow<'_, str>>()).as_bytes())
        } else if id == TypeId::of::<Cow<'_, [u8]>>() {
            Some(&*thin.cast::<Cow<'_, [u8]>>())
        } else if align_of_val(value) == 1 && key::is_byte_array::<T>() {
            Some(slice::from_raw_parts(thin.cast(), size_of_val(value)))
        } else {
            None
        }
    }
}

impl Heads {
    /// The prefix of a run without keys.
    const NOTHING: Heads = Heads {
        len: 0,
        prefix: [0; PREFIX],
    };

    /// The number of head slots for at most `keys` keys.
    pub(crate) const fn slots(keys: usize) -> usize {
        keys.next_multiple_of(search::slot_multiple::<u64>())
    }

    /// Bytes of a prefix and `slots` heads.
    pub(crate) const fn size(slots: usize) -> usize {
        size_of::<Heads>() + slots * size_of::<u64>()
    }

    /// Returns the prefix of a sorted run: the one that its first and last key share.
    fn of(first: &[u8], last: &[u8]) -> Heads {
        let len = shared_prefix(&first[..first.len().min(PREFIX)], last);
        let mut prefix = [0; PREFIX];
        prefix[..len].copy_from_slice(&first[..len]);
        Heads {
            prefix,
            len: len as u32,
        }
    }

    #[inline]
    fn prefix(&self) -> &[u8] {
        &self.prefix[..(self.len as usize).min(PREFIX)]
    }

    /// Returns what follows the prefix in a key, if the key has it.
    #[inline]
    fn strip<'k>(&self, key: &'k [u8]) -> Option<&'k [u8]> {
        let prefix = self.prefix();
        // As in `compare`: an empty key is not compared with an empty prefix.
        if prefix.is_empty() {
            return Some(key);
        }
        key.strip_prefix(prefix)
    }

    /// Returns the head of a key, if it has the prefix.
    #[inline]
    fn head(&self, key: &[u8]) -> Option<u64> {
        self.strip(key).map(first_eight)
    }

    /// Returns where a query is among keys with this prefix.
    #[inline]
    pub(crate) fn side(&self, query: &[u8]) -> Side {
        if let Some(rest) = self.strip(query) {
            return Side::Head(first_eight(rest));
        }
        // The query differs within the prefix, or ends within it and is smaller than all keys.
        match compare_bytes(query, self.prefix()) {
            Ordering::Greater => Side::After,
            Ordering::Less | Ordering::Equal => Side::Before,
        }
    }

    /// Returns the address of the first head.
    ///
    /// # Safety
    /// `heads` is followed by an array.
    #[inline]
    unsafe fn array(heads: *mut Heads) -> *mut u64 {
        heads.wrapping_add(1).cast()
    }

    /// Returns which of the first `len` heads equal `head`.
    ///
    /// # Safety
    /// `heads` is followed by an array of `slots` heads, padded from `len` on.
    #[inline]
    pub(crate) unsafe fn equal_range(
        heads: *const Heads,
        head: u64,
        len: usize,
        slots: usize,
    ) -> Range<usize> {
        // SAFETY: the caller promises that many slots, which are whole blocks and padded.
        unsafe {
            let array = Self::array(heads.cast_mut()).cast_const();
            let form = Form::Unsigned(head);
            let rank = search::rank_padded(BASELINE, form, array, size_of::<u64>(), slots, len);
            let start = rank.unwrap_or(0).min(len);
            let mut end = start;
            while end < len && *array.add(end) == head {
                end += 1;
            }
            start..end
        }
    }

    /// Pads the heads `from..to`. If none is left, the prefix becomes empty.
    ///
    /// # Safety
    /// `heads` is followed by an array of at least `to` slots.
    pub(crate) unsafe fn pad(heads: *mut Heads, from: usize, to: usize) {
        // SAFETY: the caller promises the slots, and heads own nothing.
        unsafe {
            search::pad(Self::array(heads).add(from), size_of::<u64>(), to - from);
            if from == 0 {
                heads.write(Self::NOTHING);
            }
        }
    }

    /// Moves the heads from `from` on, of `len`, to the slots from `to` on.
    ///
    /// # Safety
    /// `heads` is followed by an array with `len` heads, and a free slot if they move up.
    pub(crate) unsafe fn shift(heads: *mut Heads, from: usize, to: usize, len: usize) {
        // SAFETY: within the array, by the caller's promise.
        unsafe {
            let array = Self::array(heads);
            ptr::copy(array.add(from), array.add(to), len - from);
        }
    }

    /// Renews the head of key `at` of `len`; or all heads, if it lacks the prefix or is the only
    /// key.
    ///
    /// # Safety
    /// `heads` is followed by an array of at least `len` slots.
    pub(crate) unsafe fn renew<'k>(
        heads: *mut Heads,
        at: usize,
        len: usize,
        key: impl Fn(usize) -> &'k [u8],
    ) {
        // SAFETY: within the array, by the caller's promise.
        unsafe {
            match (*heads).head(key(at)) {
                Some(head) if len > 1 => Self::array(heads).add(at).write(head),
                _ => Self::renew_all(heads, len, key),
            }
        }
    }

    /// Renews the prefix and the heads of `len` keys.
    ///
    /// # Safety
    /// `heads` is followed by an array of at least `len` slots.
    pub(crate) unsafe fn renew_all<'k>(
        heads: *mut Heads,
        len: usize,
        key: impl Fn(usize) -> &'k [u8],
    ) {
        if len == 0 {
            return;
        }
        let shared = Self::of(key(0), key(len - 1));
        for at in 0..len {
            let head = shared.head(key(at)).unwrap_or_default();
            // SAFETY: within the array, by the caller's promise.
            unsafe { Self::array(heads).add(at).write(head) };
        }
        // SAFETY: the caller promises that `heads` is not in use elsewhere.
        unsafe { heads.write(shared) };
    }

    /// Returns whether the heads are those of `len` keys, and the slots after them padded.
    ///
    /// # Safety
    /// `heads` is followed by an array of `slots` heads.
    pub(crate) unsafe fn are_of<'k>(
        heads: *mut Heads,
        len: usize,
        slots: usize,
        key: impl Fn(usize) -> &'k [u8],
    ) -> bool {
        // SAFETY: within the array, by the caller's promise.
        unsafe {
            let array = Self::array(heads).cast_const();
            search::is_padded(array.add(len), size_of::<u64>(), slots - len)
                && (0..len).all(|at| (*heads).head(key(at)) == Some(*array.add(at)))
        }
    }
}

/// Returns the number of bytes that two strings share at the start.
pub(crate) fn shared_prefix(left: &[u8], right: &[u8]) -> usize {
    let pairs = left.iter().zip(right);
    pairs.take_while(|(left, right)| left == right).count()
}

/// Returns the first eight bytes as a big-endian integer, as if zeros followed a shorter string.
#[inline]
pub(crate) fn first_eight(bytes: &[u8]) -> u64 {
    if let Some(eight) = bytes.first_chunk::<8>() {
        return u64::from_be_bytes(*eight);
    }
    let mut eight = [0; 8];
    eight[..bytes.len()].copy_from_slice(bytes);
    u64::from_be_bytes(eight)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_order_as_the_bytes_do() {
        let keys: [&[u8]; 7] = [
            b"user:1",
            b"user:10",
            b"user:10\0",
            b"user:123456789",
            b"user:2",
            b"user:\xFF",
            b"user:\xFF\xFF",
        ];
        let shared = Heads::of(keys[0], keys[6]);
        assert_eq!(shared.prefix(), b"user:");
        let heads = keys.map(|key| shared.head(key).unwrap());
        assert!(heads.is_sorted());
        assert_eq!(heads[1], heads[2], "a zero reads as an end");
        assert_eq!(shared.head(b"use"), None);
        assert_eq!(shared.head(b"uses:1"), None);
    }

    #[test]
    fn queries_that_do_not_share_the_prefix() {
        let shared = Heads::of(b"abc1", b"abc9");
        assert!(matches!(shared.side(b"abb9"), Side::Before));
        assert!(matches!(shared.side(b"ab"), Side::Before));
        assert!(matches!(shared.side(b""), Side::Before));
        assert!(matches!(shared.side(b"abd"), Side::After));
        assert!(matches!(shared.side(b"b"), Side::After));
        assert!(matches!(shared.side(b"abc"), Side::Head(0)));
    }

    #[test]
    fn text_is_seen_through_each_type() {
        let (string, vec) = (String::from("ab"), Vec::from(*b"ab"));
        let boxed: Box<str> = "ab".into();
        for seen in [
            bytes(&string),
            bytes(string.as_str()),
            bytes(&string.as_str()),
            bytes(&vec),
            bytes(vec.as_slice()),
            bytes(&vec.as_slice()),
            bytes(&boxed),
            bytes(&Box::<[u8]>::from(*b"ab")),
            bytes(&Arc::<str>::from("ab")),
            bytes(&Arc::<[u8]>::from(*b"ab")),
            bytes(&Rc::<str>::from("ab")),
            bytes(&Rc::<[u8]>::from(*b"ab")),
            bytes(&Cow::Borrowed("ab")),
            bytes(&Cow::<[u8]>::Owned(b"ab".to_vec())),
        ] {
            assert_eq!(seen, Some(b"ab".as_slice()));
        }
        assert_eq!(bytes(&[7_u8; 32]), Some([7; 32].as_slice()));
        assert_eq!(bytes(&[7_i8; 32]), None);
        assert_eq!(bytes(&7_u64), None);
    }
}
