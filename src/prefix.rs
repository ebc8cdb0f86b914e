//! Ranges of the keys that start with a prefix.

#![deny(unsafe_code)]

use alloc::string::String;
use alloc::vec::Vec;
use core::borrow::Borrow;
use core::ops::Bound;

use crate::sealed::Sealed;

/// What a text key can start with: `str`, or `[u8]`.
///
/// The keys that start with a prefix are a range of their order: from the prefix itself to before
/// its successor, the smallest text that is greater than all of them. This trait is sealed.
pub trait Prefix: Ord + Sealed {
    /// A text that owns its memory.
    #[doc(hidden)]
    type Owned: Borrow<Self>;

    /// The successor of this prefix; `None` if no text is greater than all that start with it.
    #[doc(hidden)]
    fn successor(&self) -> Option<Self::Owned>;
}

impl Sealed for str {}
impl Sealed for [u8] {}

impl Prefix for str {
    type Owned = String;

    fn successor(&self) -> Option<String> {
        let kept = self.trim_end_matches(char::MAX);
        let last = kept.chars().next_back()?;
        // Ranges of characters skip the surrogates, which are none.
        let next = (last..=char::MAX).nth(1)?;
        let mut successor = String::from(&kept[..kept.len() - last.len_utf8()]);
        successor.push(next);
        Some(successor)
    }
}

impl Prefix for [u8] {
    type Owned = Vec<u8>;

    fn successor(&self) -> Option<Vec<u8>> {
        let last = self.iter().rposition(|byte| *byte < u8::MAX)?;
        let mut successor = Vec::from(&self[..=last]);
        successor[last] += 1;
        Some(successor)
    }
}

/// The end of the range of keys that start with a prefix, out of its successor.
pub(crate) fn end<Q: Prefix + ?Sized>(successor: &Option<Q::Owned>) -> Bound<&Q> {
    match successor {
        Some(successor) => Bound::Excluded(successor.borrow()),
        None => Bound::Unbounded,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_successor_of_a_text_is_a_text() {
        assert_eq!("ab".successor().as_deref(), Some("ac"));
        assert_eq!("a\u{D7FF}".successor().as_deref(), Some("a\u{E000}"));
        assert_eq!("a\u{10FFFF}\u{10FFFF}".successor().as_deref(), Some("b"));
        assert_eq!("\u{7F}".successor().as_deref(), Some("\u{80}"));
        assert_eq!("".successor(), None);
        assert_eq!("\u{10FFFF}".successor(), None);
    }

    #[test]
    fn the_successor_of_bytes_is_greater_than_all_with_the_prefix() {
        assert_eq!([1, 2].successor(), Some([1, 3].to_vec()));
        assert_eq!([1, 255, 255].successor(), Some([2].to_vec()));
        assert_eq!([255, 255].successor(), None);
        assert_eq!(<[u8]>::successor(&[]), None);
    }
}
