//! Comparing whole keys: by their `Ord`, but empty texts at an address that is mapped.
//!
//! An empty string or slice owns no memory: it points at address 1, which is not mapped. std's
//! comparison passes that address to the C library, with a length of zero. glibc's `memcmp` for
//! processors with AVX-512 has no branch for that length, but loads vectors of which all lanes are
//! masked off. From an unmapped address each such load faults, which the processor suppresses in
//! microcode: a comparison takes about ten times as long. The program took 13 s instead of 2 s over
//! a column of which 97 % of the cells were empty; it made 46 such comparisons per row. So wherever
//! keys may be text, they are compared by these functions.

use core::cmp::Ordering;

use super::KeyBound;
use super::heads::bytes;
use crate::key;

/// What an empty text points at instead.
static MAPPED: [u8; 1] = [0];

/// The same text at an address that is mapped, even if it is empty.
///
/// The choice of an address is no branch. To tell empty texts by a test of the lengths instead made
/// ranges of ten entries among a thousand strings slower by a further 3 %.
#[inline]
fn mapped(text: &[u8]) -> &[u8] {
    if text.is_empty() { &MAPPED[..0] } else { text }
}

/// Compares two byte strings as `Ord` does.
///
/// Most keys differ in the first sixteen bytes, which are compared here as two integers: a call of
/// the C library takes longer. A map of a thousand strings is built in 0.85 of the time.
#[inline]
pub(crate) fn compare_bytes(mut left: &[u8], mut right: &[u8]) -> Ordering {
    for _ in 0..2 {
        let (Some((first, left_rest)), Some((second, right_rest))) =
            (left.split_first_chunk(), right.split_first_chunk())
        else {
            break;
        };
        if first != second {
            return u64::from_be_bytes(*first).cmp(&u64::from_be_bytes(*second));
        }
        (left, right) = (left_rest, right_rest);
    }
    mapped(left).cmp(mapped(right))
}

/// A text that is compared with the keys of a leaf. Its first bytes are read once: an insertion
/// into a map of a thousand strings runs 0.86 of the instructions that it runs with
/// [`compare_bytes`].
pub(crate) struct Text<'t> {
    text: &'t [u8],
    /// The first sixteen bytes, as if zeros followed a shorter text.
    first: u128,
}

impl<'t> Text<'t> {
    #[inline]
    pub(crate) fn new(text: &'t [u8]) -> Self {
        let first = text.first_chunk().copied().unwrap_or_else(|| {
            let mut first = [0; 16];
            first[..text.len()].copy_from_slice(text);
            first
        });
        Text {
            text,
            first: u128::from_be_bytes(first),
        }
    }

    /// Returns whether the given bound of the text is after a key.
    #[inline]
    pub(crate) fn is_after(&self, key: &[u8], bound: KeyBound) -> bool {
        // Where the text has ended, the key is compared with zeros, and greater if it has others.
        if let Some(first) = key.first_chunk() {
            let first = u128::from_be_bytes(*first);
            if first != self.first {
                return first < self.first;
            }
        }
        is_text_before(key, self.text, bound)
    }
}

/// Returns whether two byte strings are equal.
#[inline]
pub(crate) fn equal_bytes(left: &[u8], right: &[u8]) -> bool {
    mapped(left) == mapped(right)
}

/// Compares two keys as `Ord` does. They are in the form `Q` in which keys of type `K` are
/// compared: `K` only decides, at compile time, whether they may be text.
#[inline]
pub(crate) fn compare_keys<K, Q: Ord + ?Sized>(left: &Q, right: &Q) -> Ordering {
    if const { key::may_be_text::<K>() }
        && let Some(left) = bytes(left)
        && let Some(right) = bytes(right)
    {
        return compare_bytes(left, right);
    }
    left.cmp(right)
}

/// Returns whether a key is before the given bound of the query; otherwise as [`compare_keys`].
#[inline]
pub(crate) fn is_before<K, Q: Ord + ?Sized>(key: &Q, query: &Q, bound: KeyBound) -> bool {
    if const { key::may_be_text::<K>() }
        && let Some(key) = bytes(key)
        && let Some(query) = bytes(query)
    {
        return is_text_before(key, query, bound);
    }
    bound.is_after(key.cmp(query))
}

/// [`is_before`] for byte strings.
#[inline]
pub(crate) fn is_text_before(key: &[u8], query: &[u8], bound: KeyBound) -> bool {
    bound.is_after(compare_bytes(key, query))
}

/// Returns whether two keys are equal; otherwise as [`compare_keys`].
#[inline]
pub(crate) fn equal_keys<K, Q: PartialEq + ?Sized>(left: &Q, right: &Q) -> bool {
    if const { key::may_be_text::<K>() }
        && let Some(left) = bytes(left)
        && let Some(right) = bytes(right)
    {
        return equal_bytes(left, right);
    }
    left == right
}

/// Compares two pairs of a key and a tie-breaker, each as [`compare_keys`] does.
#[inline]
pub(crate) fn compare_pairs<K, T, Q: Ord + ?Sized, W: Ord + ?Sized>(
    left: (&Q, &W),
    right: (&Q, &W),
) -> Ordering {
    match compare_keys::<K, Q>(left.0, right.0) {
        Ordering::Equal => compare_keys::<T, W>(left.1, right.1),
        unequal => unequal,
    }
}

#[cfg(test)]
mod tests {
    use alloc::boxed::Box;
    use alloc::string::String;
    use alloc::vec::Vec;

    use super::*;

    /// In ascending order, each once.
    const TEXTS: [&str; 14] = [
        "",
        "\0",
        "\0\0",
        "a",
        "aa",
        "abcdefgh",
        "abcdefgh\0",
        "abcdefghijklmn",
        "abcdefghijklmn\0\0",
        "abcdefghijklmnop",
        "abcdefghijklmnop\0",
        "abcdefghijklmnopq",
        "abcdefgi",
        "b",
    ];

    /// Checks all comparisons of two keys that are these two texts.
    #[track_caller]
    fn check<K, Q: Ord + ?Sized>(left: &Q, right: &Q, expected: Ordering) {
        assert_eq!(compare_keys::<K, Q>(left, right), expected);
        assert_eq!(equal_keys::<K, Q>(left, right), expected.is_eq());
        for bound in [KeyBound::Lower, KeyBound::Upper] {
            let is_before = is_before::<K, Q>(left, right, bound);
            assert_eq!(is_before, bound.is_after(expected));
        }
        let pair = |left, right| compare_pairs::<K, K, Q, Q>(left, right);
        assert_eq!(pair((left, left), (right, right)), expected);
        assert_eq!(pair((left, left), (left, right)), expected);
    }

    #[test]
    fn texts_are_compared_as_their_bytes() {
        for (at, left) in TEXTS.into_iter().enumerate() {
            for (other_at, right) in TEXTS.into_iter().enumerate() {
                let expected = at.cmp(&other_at);
                let bytes = (left.as_bytes(), right.as_bytes());
                assert_eq!(compare_bytes(bytes.0, bytes.1), expected);
                assert_eq!(equal_bytes(bytes.0, bytes.1), expected.is_eq());
                for bound in [KeyBound::Lower, KeyBound::Upper] {
                    let is_after = Text::new(bytes.1).is_after(bytes.0, bound);
                    assert_eq!(is_after, bound.is_after(expected));
                }
                check::<String, str>(left, right, expected);
                check::<&str, &str>(&left, &right, expected);
                check::<String, String>(&left.into(), &right.into(), expected);
                check::<Box<str>, Box<str>>(&left.into(), &right.into(), expected);
                check::<Vec<u8>, [u8]>(bytes.0, bytes.1, expected);
                check::<&[u8], &[u8]>(&bytes.0, &bytes.1, expected);
                check::<Vec<u8>, Vec<u8>>(&bytes.0.into(), &bytes.1.into(), expected);
                check::<Box<[u8]>, Box<[u8]>>(&bytes.0.into(), &bytes.1.into(), expected);
            }
        }
    }

    #[test]
    fn other_keys_are_compared_by_their_order() {
        use core::cmp::Reverse;
        check::<Reverse<&str>, Reverse<&str>>(&Reverse(""), &Reverse("a"), Ordering::Greater);
        check::<Vec<i8>, [i8]>(&[], &[-1], Ordering::Less);
        check::<Vec<i8>, [i8]>(&[-1], &[1], Ordering::Less);
        check::<u64, u64>(&2, &1, Ordering::Greater);
    }
}
