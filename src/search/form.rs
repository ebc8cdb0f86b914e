//! What a search looks for, in the form in which keys of its type are compared.
//!
//! What form that is follows from the types of key and query. It is found out once an operation and
//! handed to the search of each node: optimised, it is a constant and leaves no trace; in a debug
//! build each comparison of two type identities is a call.

use core::borrow::Borrow;

use super::{KeyBound, heads};
use crate::key::{self, Integer};

/// A query, prepared.
#[derive(Clone, Copy)]
pub enum Form<'q> {
    /// The first position that is not before this integer. The edge behind an integer is that
    /// before the next one.
    Unsigned(u64),
    Signed(i64),
    /// The same for a key and a tie-breaker, as one integer of twice the width. Signs are flipped
    /// in it, and by `flip` in what it is compared with.
    Pair {
        query: u128,
        flip: u128,
    },
    /// The position behind all keys there can be.
    Behind,
    /// Text, which heads are compared with.
    Bytes(&'q [u8]),
    /// By `Ord` alone.
    Ordered,
}

impl<'q> Form<'q> {
    /// The form of a key that is looked for among keys of type `K`.
    #[inline]
    pub(crate) fn of<K: Borrow<Q>, Q: ?Sized>(query: &'q Q, bound: KeyBound) -> Self {
        if const { key::may_be_integer::<K>() }
            && let Some(integer) = key::integer::<K>()
            && key::is_same::<K, Q>()
        {
            // SAFETY: the query is a `K`, which is an integer.
            let bits = unsafe { bits_of((&raw const *query).cast::<K>()) };
            return Self::integer::<K>(integer, bits, bound);
        }
        if const { key::may_be_text::<K>() }
            && key::is_text::<K>()
            && let Some(bytes) = heads::bytes(query)
        {
            return Form::Bytes(bytes);
        }
        Form::Ordered
    }

    /// The form of a pair of key and tie-breaker. What can't be compared as one integer is
    /// `Ordered`.
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
            // SAFETY: the query is a `K` and a `T`, which are integers.
            let query = unsafe {
                let (key, tie_breaker) = (
                    (&raw const *key).cast::<K>(),
                    (&raw const *tie_breaker).cast::<T>(),
                );
                pair(bits_of(key), bits_of(tie_breaker)) ^ flip
            };
            return match bound {
                KeyBound::Lower => Form::Pair { query, flip },
                KeyBound::Upper if query == pair(mask::<K>(), mask::<T>()) => Form::Behind,
                // If the tie-breaker is its type's greatest, no pair lies between this and the next
                // key's least.
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
            Integer::Unsigned if next && bits == mask::<K>() => Form::Behind,
            Integer::Unsigned => Form::Unsigned(bits + u64::from(next)),
            Integer::Signed => {
                let unused = u64::BITS - width::<K>();
                let value = (bits << unused) as i64 >> unused;
                if next && value == i64::MAX >> unused {
                    Form::Behind
                } else {
                    Form::Signed(value + i64::from(next))
                }
            }
        }
    }
}

/// Key and tie-breaker as one integer.
#[inline]
pub(super) fn pair(key: u64, tie_breaker: u64) -> u128 {
    u128::from(key) << 64 | u128::from(tie_breaker)
}

/// The bits of an integer.
///
/// # Safety
/// `K` is an integer, `key` is readable, aligned and initialised.
#[inline]
pub(super) unsafe fn bits_of<K>(key: *const K) -> u64 {
    // SAFETY: the integer is as wide as `K`, which is what the caller points to.
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

/// The bit that makes unsigned integers of signed ones, in their order.
fn sign_of<K>(integer: Integer) -> u64 {
    match integer {
        Integer::Unsigned => 0,
        Integer::Signed => 1 << (width::<K>() - 1),
    }
}
