//! What can be known of a key type without asking its author.
//!
//! Integers of 8 to 64 bits, `char` and `bool` are ordered as their bits are, taken as a signed or
//! an unsigned integer: their *image*. Nodes can then be searched with vector instructions. The
//! compiler finds this out from the type itself: [`image`] compares type identities, which are
//! constants once inlined, so that every branch on the answer disappears. No trait has to be
//! implemented by a user and no key value is reserved.

#![deny(unsafe_code)]

use core::any::TypeId;
use core::num::{
    NonZeroI8, NonZeroI16, NonZeroI32, NonZeroI64, NonZeroIsize, NonZeroU8, NonZeroU16, NonZeroU32,
    NonZeroU64, NonZeroUsize,
};

/// The integer as which a key's bytes are ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Image {
    U8,
    U16,
    U32,
    U64,
    I8,
    I16,
    I32,
    I64,
}

/// The image of `K`, if it has one.
#[inline]
pub(crate) fn image<K>() -> Option<Image> {
    let key = typeid::of::<K>();
    let is = |other: TypeId| key == other;
    let any = |pair: [TypeId; 2]| is(pair[0]) || is(pair[1]);
    Some(match size_of::<K>() {
        1 if any(ids::<u8, NonZeroU8>()) || is(TypeId::of::<bool>()) => Image::U8,
        1 if any(ids::<i8, NonZeroI8>()) => Image::I8,
        2 if any(ids::<u16, NonZeroU16>()) => Image::U16,
        2 if any(ids::<i16, NonZeroI16>()) => Image::I16,
        4 if any(ids::<u32, NonZeroU32>()) || is(TypeId::of::<char>()) => Image::U32,
        4 if any(ids::<i32, NonZeroI32>()) => Image::I32,
        4 if any(ids::<usize, NonZeroUsize>()) => Image::U32,
        4 if any(ids::<isize, NonZeroIsize>()) => Image::I32,
        8 if any(ids::<u64, NonZeroU64>()) || any(ids::<usize, NonZeroUsize>()) => Image::U64,
        8 if any(ids::<i64, NonZeroI64>()) || any(ids::<isize, NonZeroIsize>()) => Image::I64,
        _ => return None,
    })
}

#[inline]
fn ids<A: 'static, B: 'static>() -> [TypeId; 2] {
    [TypeId::of::<A>(), TypeId::of::<B>()]
}

/// Whether a key may be compared with the query as images: `K` has one, and `Q` is `K` itself.
///
/// `K: Borrow<Q>` promises that `Q` orders as `K` does, but a `Q` of the user's own could break
/// that promise or have another representation: it is always compared by its `Ord`.
#[inline]
pub(crate) fn same_image<K, Q: ?Sized>() -> Option<Image> {
    if typeid::of::<K>() == typeid::of::<Q>() {
        image::<K>()
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Borrowed<'a>(#[allow(dead_code, reason = "only its type matters")] &'a str);

    #[test]
    fn integers_have_an_image_and_others_have_none() {
        assert_eq!(image::<u8>(), Some(Image::U8));
        assert_eq!(image::<bool>(), Some(Image::U8));
        assert_eq!(image::<i16>(), Some(Image::I16));
        assert_eq!(image::<char>(), Some(Image::U32));
        assert_eq!(image::<i64>(), Some(Image::I64));
        assert_eq!(image::<NonZeroU64>(), Some(Image::U64));
        assert!(image::<usize>().is_some() && image::<isize>().is_some());
        assert_eq!(image::<u128>(), None);
        assert_eq!(image::<f64>(), None);
        assert_eq!(image::<[u8; 8]>(), None);
        assert_eq!(image::<()>(), None);
        assert_eq!(image::<Borrowed<'_>>(), None);
        assert_eq!(image::<core::cmp::Reverse<u64>>(), None);
    }

    #[test]
    fn only_the_key_type_itself_is_compared_by_image() {
        assert_eq!(same_image::<u32, u32>(), Some(Image::U32));
        assert_eq!(same_image::<u32, i32>(), None);
        assert_eq!(same_image::<u32, [u8]>(), None);
    }
}
