//! Windows: eight bytes of each key of a run, behind what all of them share, as one integer.
//!
//! Strings and byte strings are ordered by their bytes. Of a run of them, the bytes that all share
//! (at most [`PREFIX`]) and the eight behind tell most queries where they belong, and lie in the
//! node: only keys whose window equals the query's are compared as a whole. A window is read as a
//! big-endian integer, filled up with zeros, so that windows order as the bytes do; a key that goes
//! on behind its window ties with one that does not.
//!
//! Only std's own types are taken for text, so no user code runs here, and their order is their
//! bytes'.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::any::TypeId;
use core::cmp::Ordering;
use core::mem;

/// Shared bytes that are skipped at most.
const PREFIX: usize = 24;

/// What the keys of a run share.
#[derive(Clone, Copy)]
pub(crate) struct Shared {
    prefix: [u8; PREFIX],
    len: u32,
}

/// Where a query lies, as far as windows can tell.
pub(crate) enum Side {
    Before,
    Behind,
    Window(u64),
}

/// Whether `K` is ordered by bytes that [`bytes`] can see.
#[inline]
pub(crate) fn is_text<K>() -> bool {
    let key = typeid::of::<K>();
    let is = |other: TypeId| key == other;
    is(TypeId::of::<String>())
        || is(TypeId::of::<&str>())
        || is(TypeId::of::<Box<str>>())
        || is(TypeId::of::<Vec<u8>>())
        || is(TypeId::of::<&[u8]>())
        || is(TypeId::of::<Box<[u8]>>())
}

/// The bytes by which a value of such a type is ordered.
#[inline]
pub(crate) fn bytes<T: ?Sized>(value: &T) -> Option<&[u8]> {
    let id = typeid::of::<T>();
    let thin = &raw const *value;
    // SAFETY: the type of the value is the one that it is read as.
    unsafe {
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
        } else {
            None
        }
    }
}

impl Shared {
    /// Of a run without keys.
    pub(crate) const NOTHING: Shared = Shared {
        prefix: [0; PREFIX],
        len: 0,
    };

    /// What a run of keys in order shares: what the first and the last do.
    pub(crate) fn of(first: &[u8], last: &[u8]) -> Shared {
        let pairs = first.iter().zip(last).take(PREFIX);
        let len = pairs.take_while(|(a, b)| a == b).count();
        let mut prefix = [0; PREFIX];
        prefix[..len].copy_from_slice(&first[..len]);
        Shared {
            prefix,
            len: len as u32,
        }
    }

    #[inline]
    fn prefix(&self) -> &[u8] {
        &self.prefix[..(self.len as usize).min(PREFIX)]
    }

    /// The window of a key, if it shares what the others do.
    #[inline]
    pub(crate) fn window(&self, key: &[u8]) -> Option<u64> {
        key.strip_prefix(self.prefix()).map(first_eight)
    }

    /// Where a query lies among keys that share this.
    #[inline]
    pub(crate) fn side(&self, query: &[u8]) -> Side {
        let prefix = self.prefix();
        if let Some(rest) = query.strip_prefix(prefix) {
            return Side::Window(first_eight(rest));
        }
        // Unequal within the prefix, or ended: then the query is smaller than all that go on.
        match query.cmp(prefix) {
            Ordering::Greater => Side::Behind,
            Ordering::Less | Ordering::Equal => Side::Before,
        }
    }
}

/// Up to eight bytes as a big-endian integer.
#[inline]
fn first_eight(bytes: &[u8]) -> u64 {
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
    fn windows_order_as_the_bytes_do() {
        let keys: [&[u8]; 7] = [
            b"user:1",
            b"user:10",
            b"user:10\0",
            b"user:123456789",
            b"user:2",
            b"user:\xFF",
            b"user:\xFF\xFF",
        ];
        let shared = Shared::of(keys[0], keys[6]);
        assert_eq!(shared.prefix(), b"user:");
        let windows = keys.map(|key| shared.window(key).unwrap());
        assert!(windows.is_sorted());
        assert_eq!(windows[1], windows[2], "a zero ties with an end");
        assert_eq!(shared.window(b"use"), None);
        assert_eq!(shared.window(b"uses:1"), None);
    }

    #[test]
    fn queries_that_do_not_share_the_prefix() {
        let shared = Shared::of(b"abc1", b"abc9");
        assert!(matches!(shared.side(b"abb9"), Side::Before));
        assert!(matches!(shared.side(b"ab"), Side::Before));
        assert!(matches!(shared.side(b""), Side::Before));
        assert!(matches!(shared.side(b"abd"), Side::Behind));
        assert!(matches!(shared.side(b"b"), Side::Behind));
        assert!(matches!(shared.side(b"abc"), Side::Window(0)));
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
        ] {
            assert_eq!(seen, Some(b"ab".as_slice()));
        }
        assert_eq!(bytes(&7_u64), None);
        assert!(is_text::<String>() && is_text::<&str>() && !is_text::<[u8; 2]>());
    }
}
