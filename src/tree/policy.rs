//! The order and identity of entries: by the key alone, as in maps and sets, or by key and value,
//! as in an index.
//!
//! They differ only in the *tie-breaker*: the part of an entry that decides between equal keys. A
//! separator is a key and a tie-breaker. Where the key decides alone, the tie-breaker is `()`,
//! which takes no memory and no time.

use core::cmp::Ordering;
use core::marker::PhantomData;

use super::target::{AtKey, AtPair, Target};
use crate::layout::LeafLayout;
use crate::sealed::Sealed;
use crate::search::compare_pairs;

/// How a tree orders and identifies entries, and how its leaves are laid out.
///
/// This trait is sealed: it is implemented by the layouts, for collections with distinct keys, and
/// by what the index makes of them.
///
/// # Safety
/// `TieBreaker<V>` is either a type of size zero or `V`, and in the latter case
/// [`tie_breaker`](Self::tie_breaker) returns the reference that it is given: nodes find
/// tie-breakers at the addresses of their values.
pub unsafe trait Policy: Sealed {
    /// How leaves are laid out.
    type Layout: LeafLayout;

    /// What decides between entries with equal keys.
    type TieBreaker<V>;

    /// The tie-breaker of an entry with that value.
    #[doc(hidden)]
    fn tie_breaker<V>(value: &V) -> &Self::TieBreaker<V>;

    /// The target of a search for the entry with that key and value: its lower bound.
    #[doc(hidden)]
    fn target<'q, K, V>(key: &'q K, value: &'q V) -> impl Target<K, Self::TieBreaker<V>>
    where
        K: Ord,
        Self::TieBreaker<V>: Ord;
}

// SAFETY: `()` has size zero.
unsafe impl<L: LeafLayout> Policy for L {
    type Layout = L;
    type TieBreaker<V> = ();

    #[inline]
    fn tie_breaker<V>(_: &V) -> &() {
        &()
    }

    #[inline]
    fn target<'q, K: Ord, V>(key: &'q K, _: &'q V) -> impl Target<K, ()> {
        AtKey::lower(key)
    }
}

/// Key and value decide: entries with equal keys are ordered by their values.
pub struct ByPair<L>(PhantomData<L>);

impl<L> Sealed for ByPair<L> {}

// SAFETY: the tie-breaker is the value, by the same reference.
unsafe impl<L: LeafLayout> Policy for ByPair<L> {
    type Layout = L;
    type TieBreaker<V> = V;

    #[inline]
    fn tie_breaker<V>(value: &V) -> &V {
        value
    }

    #[inline]
    fn target<'q, K: Ord, V: Ord>(key: &'q K, value: &'q V) -> impl Target<K, V> {
        AtPair::lower(key, value)
    }
}

/// Compares two entries by key and tie-breaker.
pub(super) fn compare<K, V, P>(left: (&K, &V), right: (&K, &V)) -> Ordering
where
    K: Ord,
    P: Policy,
    P::TieBreaker<V>: Ord,
{
    let (left, right) = (
        (left.0, P::tie_breaker(left.1)),
        (right.0, P::tie_breaker(right.1)),
    );
    compare_pairs::<K, P::TieBreaker<V>, _, _>(left, right)
}
