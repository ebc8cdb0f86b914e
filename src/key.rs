//! What is known of a key type without a trait that its author implements.
//!
//! Integers of 8 to 64 bits, `char` and `bool` are ordered as their bits are, read as signed or
//! unsigned integers. *Texts* are ordered by their bytes: strings, byte strings, and arrays of the
//! lengths that digests and public keys have. Users implement no trait, and no key value is
//! reserved: type identities decide, which are constants once optimised.
//!
//! To the language they are not constants, and in a debug build each comparison of two is a call.
//! So the *form* of a type is tested first, which is a constant: types that cannot be an integer or
//! text by their size and alignment are excluded before any code is generated. And an operation
//! asks once, not once per node (`search::Form`).

#![deny(unsafe_code)]

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::string::String;
#[cfg(target_has_atomic = "ptr")]
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::any::TypeId;
use core::mem::needs_drop;
use core::num::{
    NonZeroI8, NonZeroI16, NonZeroI32, NonZeroI64, NonZeroIsize, NonZeroU8, NonZeroU16, NonZeroU32,
    NonZeroU64, NonZeroUsize,
};

/// How the bits of an integer key are ordered. Its width is the size of its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Integer {
    Unsigned,
    Signed,
}

/// Returns whether a type has the form of an integer of 8 to 64 bits.
pub(crate) const fn may_be_integer<K>() -> bool {
    let align = match size_of::<K>() {
        1 => align_of::<u8>(),
        2 => align_of::<u16>(),
        4 => align_of::<u32>(),
        8 => align_of::<u64>(),
        _ => return false,
    };
    align_of::<K>() == align && !needs_drop::<K>()
}

/// Returns how `K` is ordered as an integer, or `None` if it is not.
#[inline]
pub(crate) fn integer<K>() -> Option<Integer> {
    use Integer::{Signed, Unsigned};
    if const { !may_be_integer::<K>() } {
        return None;
    }
    let key = typeid::of::<K>();
    let any = |others: [TypeId; 2]| key == others[0] || key == others[1];
    // In each instance only one arm remains, as the size is a constant.
    match const { size_of::<K>() } {
        1 if any(ids::<u8, NonZeroU8>()) || key == TypeId::of::<bool>() => Some(Unsigned),
        1 if any(ids::<i8, NonZeroI8>()) => Some(Signed),
        2 if any(ids::<u16, NonZeroU16>()) => Some(Unsigned),
        2 if any(ids::<i16, NonZeroI16>()) => Some(Signed),
        4 if any(ids::<u32, NonZeroU32>()) || key == TypeId::of::<char>() => Some(Unsigned),
        4 if any(ids::<i32, NonZeroI32>()) => Some(Signed),
        8 if any(ids::<u64, NonZeroU64>()) => Some(Unsigned),
        8 if any(ids::<i64, NonZeroI64>()) => Some(Signed),
        size if size == size_of::<usize>() => {
            if any(ids::<usize, NonZeroUsize>()) {
                Some(Unsigned)
            } else if any(ids::<isize, NonZeroIsize>()) {
                Some(Signed)
            } else {
                None
            }
        }
        _ => None,
    }
}

#[inline]
fn ids<A: 'static, B: 'static>() -> [TypeId; 2] {
    [TypeId::of::<A>(), TypeId::of::<B>()]
}

/// Returns whether the query has the same type as the key.
///
/// `K: Borrow<Q>` promises that `Q` orders as `K` does, but a user's own `Q` could break that
/// promise or have another representation: it is always compared by its `Ord`.
#[inline]
pub(crate) fn is_same<K, Q: ?Sized>() -> bool {
    typeid::of::<K>() == typeid::of::<Q>()
}

/// Returns whether a type has the form of a string, two or three words, or of a byte array that is
/// text.
pub(crate) const fn may_be_text<K>() -> bool {
    let words = size_of::<K>() / size_of::<usize>();
    let may_be_string = align_of::<K>() == align_of::<usize>() && (words == 2 || words == 3);
    may_be_string || may_be_byte_array::<K>()
}

/// The byte arrays that are text: digests and public keys. Shorter ones are converted to integers.
macro_rules! byte_arrays {
    ($($len:literal)*) => {
        /// Returns whether a type has the form of a byte array that is text.
        pub(crate) const fn may_be_byte_array<K>() -> bool {
            matches!(size_of::<K>(), $($len)|*) && align_of::<K>() == 1 && !needs_drop::<K>()
        }

        /// Returns whether a type is a byte array that is text.
        #[inline]
        pub(crate) fn is_byte_array<K: ?Sized>() -> bool {
            let key = typeid::of::<K>();
            $(key == TypeId::of::<[u8; $len]>())||*
        }
    };
}

byte_arrays!(20 24 28 32 33 48 64);

/// Returns whether `K` is ordered by its bytes, as strings and byte strings are.
#[inline]
pub(crate) fn is_text<K>() -> bool {
    if const { !may_be_text::<K>() } {
        return false;
    }
    if const { may_be_byte_array::<K>() } {
        return is_byte_array::<K>();
    }
    let key = typeid::of::<K>();
    let any = |others: [TypeId; 2]| key == others[0] || key == others[1];
    #[cfg(target_has_atomic = "ptr")]
    if any(ids::<Arc<str>, Arc<[u8]>>()) {
        return true;
    }
    any(ids::<String, &str>())
        || any(ids::<Vec<u8>, &[u8]>())
        || any(ids::<Box<str>, Box<[u8]>>())
        || any(ids::<Rc<str>, Rc<[u8]>>())
        || any(ids::<Cow<'_, str>, Cow<'_, [u8]>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Borrowed<'a>(#[allow(dead_code, reason = "only its type matters")] &'a str);

    #[test]
    fn integers_are_found_and_others_are_not() {
        use Integer::{Signed, Unsigned};
        assert_eq!(integer::<u8>(), Some(Unsigned));
        assert_eq!(integer::<bool>(), Some(Unsigned));
        assert_eq!(integer::<i16>(), Some(Signed));
        assert_eq!(integer::<char>(), Some(Unsigned));
        assert_eq!(integer::<i64>(), Some(Signed));
        assert_eq!(integer::<NonZeroU64>(), Some(Unsigned));
        assert_eq!(integer::<NonZeroI32>(), Some(Signed));
        assert_eq!(integer::<usize>(), Some(Unsigned));
        assert_eq!(integer::<isize>(), Some(Signed));
        assert_eq!(integer::<u128>(), None);
        assert_eq!(integer::<f64>(), None);
        assert_eq!(integer::<[u8; 8]>(), None);
        assert_eq!(integer::<()>(), None);
        assert_eq!(integer::<Borrowed<'_>>(), None);
        assert_eq!(integer::<core::cmp::Reverse<u64>>(), None);
    }

    #[test]
    fn the_form_of_a_type_allows_what_it_is() {
        const { assert!(may_be_integer::<u64>() && may_be_integer::<NonZeroI8>()) };
        const { assert!(!may_be_integer::<(u16, u16)>() && !may_be_integer::<Box<u8>>()) };
        const { assert!(may_be_text::<String>() && may_be_text::<&[u8]>()) };
        const { assert!(!may_be_text::<u16>() && !may_be_text::<[u8; 16]>()) };
        const { assert!(may_be_text::<[i8; 64]>() && !may_be_text::<[u8; 65]>()) };
        const { assert!(!may_be_text::<[u16; 16]>() && !may_be_byte_array::<Box<str>>()) };
    }

    #[test]
    fn text_is_found() {
        assert!(is_text::<Arc<str>>() && is_text::<Rc<[u8]>>() && is_text::<Cow<'_, str>>());
        assert!(is_text::<String>() && is_text::<&str>() && is_text::<Box<[u8]>>());
        assert!(is_text::<[u8; 20]>() && is_text::<[u8; 32]>() && !is_text::<[i8; 32]>());
        assert!(!is_text::<[u8; 2]>() && !is_text::<(u64, u64)>() && !is_text::<Vec<i8>>());
    }
}
