//! What orders the entries of a tree and tells them apart: the key alone, as in maps and sets, or
//! key and value, as in an index.
//!
//! All that differs is the *tie*: what of an entry decides between equal keys. A separator is a key
//! and a tie. Where the key decides alone, the tie is `()`, which takes no room and no time.

use core::cmp::Ordering;
use core::marker::PhantomData;

use crate::leaf::Layout;

/// How a tree tells entries apart, and how its leaves lie in memory.
///
/// This trait is sealed: its implementors are the layouts, for collections whose keys are distinct,
/// and what the index makes of them.
pub trait Policy {
    /// How leaves lie in memory.
    type Layout: Layout;

    /// What decides between entries with equal keys.
    type Tie<V>;

    /// The tie of an entry with that value.
    fn tie<V>(value: &V) -> &Self::Tie<V>;
}

/// The key decides alone.
impl<L: Layout> Policy for L {
    type Layout = L;
    type Tie<V> = ();

    #[inline]
    fn tie<V>(_: &V) -> &() {
        &()
    }
}

/// Key and value decide: entries with equal keys stand in the order of their values.
pub struct ByPair<L>(PhantomData<L>);

impl<L: Layout> Policy for ByPair<L> {
    type Layout = L;
    type Tie<V> = V;

    #[inline]
    fn tie<V>(value: &V) -> &V {
        value
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
