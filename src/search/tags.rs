//! Tags: one byte of a hash of each key of a run, beside each other.
//!
//! A look-up of text compares the tags first, and reads only keys whose tag equals the query's: the
//! key that it looks for, and about one in 256 others. Without tags it would read five keys or more
//! of a leaf, each of which owns memory elsewhere.
//!
//! The hash is not seeded. Keys that were made to have equal tags cost as many comparisons as there
//! are keys in a leaf, no more.

use super::heads::first_eight;

/// Tags that are compared in one step.
const STEP: usize = size_of::<u64>();

/// The number of tag slots for at most `keys` keys.
pub(crate) const fn slots(keys: usize) -> usize {
    keys.next_multiple_of(STEP)
}

/// Returns the tag of a key.
#[inline]
pub(crate) fn tag(key: &[u8]) -> u8 {
    let mut hash = key.len() as u64;
    let (words, _) = key.as_chunks::<STEP>();
    for word in words {
        hash = mix(hash, u64::from_ne_bytes(*word));
    }
    // What is left, with bytes that were read already if there are any.
    let last = match key.last_chunk::<STEP>() {
        Some(last) => u64::from_ne_bytes(*last),
        None => first_eight(key),
    };
    // All bits of what was mixed have an effect on the uppermost bits.
    (mix(hash, last) >> (u64::BITS - u8::BITS)) as u8
}

/// A step of a multiplicative hash, as in `FxHash`; the factor is an odd number without a pattern,
/// the digits of the golden ratio.
#[inline]
fn mix(hash: u64, word: u64) -> u64 {
    (hash.rotate_left(23) ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

/// Returns the first of `len` keys whose tag is `tag` and that `is_equal` confirms.
///
/// # Safety
/// `tags` is readable and initialised, for at least as many bytes as [`slots`] returns for `len`.
#[inline]
pub(crate) unsafe fn find(
    tags: *const u8,
    len: usize,
    tag: u8,
    is_equal: impl Fn(usize) -> bool,
) -> Option<usize> {
    const LOW: u64 = u64::from_ne_bytes([1; STEP]);
    const HIGH: u64 = u64::from_ne_bytes([0x80; STEP]);
    let wanted = u64::from_ne_bytes([tag; STEP]);
    for first in (0..len).step_by(STEP) {
        // SAFETY: the caller promises whole steps of tags.
        let tags = u64::from_le(unsafe { tags.add(first).cast::<u64>().read_unaligned() });
        let differences = tags ^ wanted;
        // The high bit of each byte that is zero, and perhaps of bytes after one.
        let mut equal = differences.wrapping_sub(LOW) & !differences & HIGH;
        while equal != 0 {
            let at = first + (equal.trailing_zeros() / u8::BITS) as usize;
            if at < len && is_equal(at) {
                return Some(at);
            }
            equal &= equal - 1;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::vec::Vec;

    use super::*;

    #[test]
    fn every_key_is_found_by_its_tag() {
        for len in 0..70 {
            let keys: Vec<_> = (0..len).map(|key| format!("{key:0len$}")).collect();
            let mut tags: Vec<u8> = keys.iter().map(|key| tag(key.as_bytes())).collect();
            tags.resize(slots(len), 0);
            for (at, key) in keys.iter().enumerate() {
                // SAFETY: there are whole steps of tags.
                let found = unsafe { find(tags.as_ptr(), len, tags[at], |at| keys[at] == *key) };
                assert_eq!(found, Some(at));
            }
        }
    }

    #[test]
    fn what_is_after_the_length_or_not_confirmed_is_not_found() {
        let tags = [7, 7, 7, 9, 9, 9, 9, 9];
        // SAFETY: one step of tags.
        let find = |len, tag, key: usize| unsafe { find(tags.as_ptr(), len, tag, |at| at == key) };
        assert_eq!(find(8, 7, 2), Some(2));
        assert_eq!(find(8, 9, 7), Some(7));
        assert_eq!(find(7, 9, 7), None);
        assert_eq!(find(8, 7, 3), None, "another tag");
        assert_eq!(find(8, 8, 3), None, "no such tag");
        assert_eq!(find(0, 7, 0), None);
    }

    #[test]
    fn tags_differ_wherever_keys_do() {
        let key = [b'a'; 40];
        for len in 1..40 {
            for at in 0..len {
                // A hash of one byte: of 64 other keys, a few have the same.
                let same = (1..=64).filter(|change| {
                    let mut other = key;
                    other[at] ^= change;
                    tag(&other[..len]) == tag(&key[..len])
                });
                assert!(same.count() < 8, "byte {at} of {len}");
            }
            assert_ne!(tag(&key[..len]), tag(&key[..len - 1]), "length {len}");
        }
    }
}
