//! The form of a query: how it is compared with the keys of a node.
//!
//! The form follows from the types of key and query. It is computed once per operation and passed
//! to the search of each node. Optimised, it is a constant and leaves no trace; in a debug build
//! each comparison of two type identities is a call.

use core::borrow::Borrow;

use super::convert::{Bits, conversion};
use super::{KeyBound, heads};
use crate::key::{self, Integer};

/// A query, prepared for the search of nodes.
#[derive(Clone, Copy)]
pub enum Form<'q> {
    /// The lower bound of this unsigned integer. The upper bound of `x` is the lower bound of
    /// `x + 1`.
    Unsigned(u64),
    Signed(i64),
    /// The lower bound of the integer that a key is converted to, and what converts the keys that
    /// it is compared with.
    Converted {
        query: u128,
        bits: Bits,
    },
    /// The lower bound of a key and a tie-breaker, as one integer of twice the width. Sign bits are
    /// flipped in it, and by `flip` in the pairs that it is compared with.
    Pair {
        query: u128,
        flip: u128,
    },
    /// The upper bound of the greatest key: after all possible keys.
    AfterAll,
    /// Text, which is compared by key heads first.
    Bytes(&'q [u8]),
    /// Compared by `Ord` alone.
    Ordered,
}

impl<'q> Form<'q> {
    /// Returns the form of a query among keys of type `K`.
    #[inline]
    pub(crate) fn of<K: Borrow<Q>, Q: ?Sized>(query: &'q Q, bound: KeyBound) -> Self {
        if const { key::may_be_integer::<K>() }
            && let Some(integer) = key::integer::<K>()
            && key::is_same::<K, Q>()
        {
            // SAFETY: the query is a `K`, as `is_same` has found, and `K` is an integer.
            let bits = unsafe { bits_of((&raw const *query).cast::<K>()) };
            return Self::integer::<K>(integer, bits, bound);
        }
        if let Some(conversion) = conversion::<K>()
            && key::is_same::<K, Q>()
        {
            // SAFETY: the query is a `K`, as `is_same` has found.
            return unsafe { conversion.form((&raw const *query).cast(), bound) };
        }
        if const { key::may_be_text::<K>() }
            && key::is_text::<K>()
            && let Some(bytes) = heads::bytes(query)
        {
            return Form::Bytes(bytes);
        }
        Form::Ordered
    }

    /// Returns the form of a pair of key and tie-breaker: `Ordered` if it cannot be compared as one
    /// integer.
    #[inline]
    pub(crate) fn of_pair<K, T, Q: ?Sized, W: ?Sized>(
        (key, tie_breaker): (&Q, &W),
        bound: KeyBound,
    ) -> Self {
        if const { key::may_be_integer::<K>() && key::may_be_integer::<T>() }
            && let (Some(keys), Some(tie_breakers)) = (key::integer::<K>(), key::integer::<T>())
            && key::is_same::<K, Q>()
            && key::is_same::<T, W>()
        {
            let flip = pair(sign_of::<K>(keys), sign_of::<T>(tie_breakers));
            // SAFETY: the query is a `K` and a `T`, as `is_same` has found, and both are integers.
            let query = unsafe {
                let (key, tie_breaker) = (
                    (&raw const *key).cast::<K>(),
                    (&raw const *tie_breaker).cast::<T>(),
                );
                pair(bits_of(key), bits_of(tie_breaker)) ^ flip
            };
            return match bound {
                KeyBound::Lower => Form::Pair { query, flip },
                KeyBound::Upper if query == pair(mask::<K>(), mask::<T>()) => Form::AfterAll,
                // If the tie-breaker is the greatest of its type, no pair is between this one and
                // the next key with the least tie-breaker.
                KeyBound::Upper => Form::Pair {
                    query: query + 1,
                    flip,
                },
            };
        }
        Form::Ordered
    }

    #[inline]
    fn integer<K>(integer: Integer, bits: u64, bound: KeyBound) -> Self {
        let next = bound == KeyBound::Upper;
        match integer {
            Integer::Unsigned if next && bits == mask::<K>() => Form::AfterAll,
            Integer::Unsigned => Form::Unsigned(bits + u64::from(next)),
            Integer::Signed => {
                let unused = u64::BITS - width::<K>();
                let value = (bits << unused) as i64 >> unused;
                if next && value == i64::MAX >> unused {
                    Form::AfterAll
                } else {
                    Form::Signed(value + i64::from(next))
                }
            }
        }
    }
}

/// Combines key and tie-breaker into one integer.
#[inline]
pub(super) fn pair(key: u64, tie_breaker: u64) -> u128 {
    u128::from(key) << 64 | u128::from(tie_breaker)
}

/// Returns the bits of an integer.
///
/// # Safety
/// `K` is an integer, `key` is readable, aligned and initialised.
#[inline]
pub(super) unsafe fn bits_of<K>(key: *const K) -> u64 {
    // SAFETY: the integer is as wide as `K`, and the caller promises that `key` may be read.
    unsafe {
        match const { size_of::<K>() } {
            1 => u64::from(*key.cast::<u8>()),
            2 => u64::from(*key.cast::<u16>()),
            4 => u64::from(*key.cast::<u32>()),
            _ => *key.cast::<u64>(),
        }
    }
}

/// Bits of an integer `K`.
const fn width<K>() -> u32 {
    size_of::<K>() as u32 * 8
}

/// All bits of an integer `K`.
const fn mask<K>() -> u64 {
    u64::MAX >> (u64::BITS - width::<K>())
}

/// The bit that, when flipped, turns signed integers into unsigned ones of the same order.
fn sign_of<K>(integer: Integer) -> u64 {
    match integer {
        Integer::Unsigned => 0,
        Integer::Signed => 1 << (width::<K>() - 1),
    }
}
