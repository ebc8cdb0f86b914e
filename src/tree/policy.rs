//! What orders the entries of a tree and tells them apart: the key alone, as in maps and sets, or
//! key and value, as in an index.
//!
//! All that differs is the *tie-breaker*: what of an entry decides between equal keys. A separator
//! is a key and a tie-breaker. Where the key decides alone, the tie-breaker is `()`, which takes no
//! room and no time.

use core::cmp::Ordering;
use core::marker::PhantomData;

use super::target::{AtKey, AtPair, Target};
use crate::leaf::Layout;

/// How a tree tells entries apart, and how its leaves are arranged.
///
/// This trait is sealed: its implementors are the layouts, for collections whose keys are distinct,
/// and what the index makes of them.
///
/// # Safety
/// `Tie<V>` is either a type of size zero, or `V`, of which [`tie`](Self::tie) returns the
/// reference that it is given: nodes find tie-breakers where their values are.
pub unsafe trait Policy {
    /// How leaves are arranged.
    type Layout: Layout;

    /// What decides between entries with equal keys.
    type Tie<V>;

    /// The tie-breaker of an entry with that value.
    fn tie<V>(value: &V) -> &Self::Tie<V>;

    /// What a search for the entry with that key and value looks for.
    fn target<'q, K, V>(key: &'q K, value: &'q V) -> impl Target<K, Self::Tie<V>>
    where
        K: Ord,
        Self::Tie<V>: Ord;
}

// SAFETY: a unit has no size.
unsafe impl<L: Layout> Policy for L {
    type Layout = L;
    type Tie<V> = ();

    #[inline]
    fn tie<V>(_: &V) -> &() {
        &()
    }

    #[inline]
    fn target<'q, K: Ord, V>(key: &'q K, _: &'q V) -> impl Target<K, ()> {
        AtKey::lower(key)
    }
}

/// Key and value decide: entries with equal keys are in the order of their values.
pub struct ByPair<L>(PhantomData<L>);

// SAFETY: the tie-breaker is the value.
unsafe impl<L: Layout> Policy for ByPair<L> {
    type Layout = L;
    type Tie<V> = V;

    #[inline]
    fn tie<V>(value: &V) -> &V {
        value
    }

    #[inline]
    fn target<'q, K: Ord, V: Ord>(key: &'q K, value: &'q V) -> impl Target<K, V> {
        AtPair::lower(key, value)
    }
}

/// The order of two entries.
pub(super) fn compare<K, V, P>(left: (&K, &V), right: (&K, &V)) -> Ordering
where
    K: Ord,
    P: Policy,
    P::Tie<V>: Ord,
{
    left.0
        .cmp(right.0)
        .then_with(|| P::tie(left.1).cmp(P::tie(right.1)))
}
