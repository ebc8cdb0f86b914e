//! Integers as keys of a file: little-endian, of 1 to 16 bytes, with a sign or without.

use crate::static_collections::parts::KeyForm;

/// The number of bytes of each integer; 0 for texts.
pub(super) fn width(form: KeyForm) -> usize {
    match form {
        KeyForm::Integers { width, .. } => usize::from(width),
        KeyForm::Texts { .. } => 0,
    }
}

/// The bit by which the order of signed integers differs from that of others.
fn sign(form: KeyForm) -> u128 {
    match form {
        KeyForm::Integers {
            width,
            is_signed: true,
        } => 1 << (u32::from(width) * 8 - 1),
        _ => 0,
    }
}

/// The bytes of an integer, of which the first are those of its width, given its ordered bits; more
/// bits than the width has make the greatest integer.
#[cfg(feature = "std")]
pub(super) fn integer_bytes(form: KeyForm, ordered: u128) -> [u8; 16] {
    let bits = (width(form) as u32 * 8).max(1);
    (ordered.min(u128::MAX >> (u128::BITS - bits)) ^ sign(form)).to_le_bytes()
}

/// The ordered bits of an integer, given its bytes.
pub(super) fn ordered_bits(form: KeyForm, bytes: &[u8]) -> u128 {
    let mut wide = [0; 16];
    wide[..bytes.len()].copy_from_slice(bytes);
    u128::from_le_bytes(wide) ^ sign(form)
}
