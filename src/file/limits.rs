//! The first key and the last, in a section of their own: whoever looks for others need not read
//! more.

#[cfg(feature = "std")]
use alloc::vec::Vec;

use crate::static_collections::parts::{KeyBytes, KeyForm};

use super::error::FileError;
use super::header::{Header, Section};
#[cfg(feature = "std")]
use super::integer::integer_bytes;
use super::integer::ordered_bits;

/// The bytes of the section; none if there are no keys.
#[cfg(feature = "std")]
pub(super) fn encode(form: KeyForm, limits: Option<[KeyBytes<'_>; 2]>) -> Vec<u8> {
    let mut bytes = Vec::new();
    for key in limits.into_iter().flatten() {
        match key {
            KeyBytes::Integer(bits) => {
                let width = super::integer::width(form);
                bytes.extend_from_slice(&(width as u64).to_le_bytes());
                bytes.extend_from_slice(&integer_bytes(form, bits)[..width]);
            }
            KeyBytes::Text(text) => {
                bytes.extend_from_slice(&(text.len() as u64).to_le_bytes());
                bytes.extend_from_slice(text);
            }
        }
    }
    bytes
}

/// The two keys of the section, if there are any.
pub(super) fn parse<'a>(
    header: &Header,
    bytes: &'a [u8],
) -> Result<Option<[KeyBytes<'a>; 2]>, FileError> {
    if header.keys == 0 && bytes.is_empty() {
        return Ok(None);
    }
    let damaged = FileError::Damaged {
        what: "the first and the last key",
        offset: header.span(Section::Limits).offset,
    };
    let split = |bytes: &'a [u8]| {
        let (length, rest) = bytes.split_first_chunk::<8>()?;
        let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
        let (key, rest) = rest.split_at_checked(length)?;
        match header.form {
            KeyForm::Integers { width, .. } => (key.len() == usize::from(width))
                .then(|| (KeyBytes::Integer(ordered_bits(header.form, key)), rest)),
            KeyForm::Texts { .. } => Some((KeyBytes::Text(key), rest)),
        }
    };
    match split(bytes).and_then(|(first, rest)| Some((first, split(rest)?))) {
        // Whoever looks for a key between them relies on their order, and on others between.
        Some((first, (last, []))) if first == last || (first < last && header.keys > 1) => {
            Ok(Some([first, last]))
        }
        _ => Err(damaged),
    }
}
