//! What set, map and index differ in: what an entry is, and whether keys may be equal.
//!
//! A set is keys beside values that take no room; a map and an index are pairs. All else is
//! written once, for every [`Static`](super::Static).

use core::marker::PhantomData;

use crate::sealed::Sealed;

use super::key::Ref;

/// The kind of a collection with values `V`.
///
/// This trait is not meant to be implemented elsewhere: its items are hidden and may change.
pub trait Kind<V>: Sealed {
    /// What the collection is called where it panics.
    #[doc(hidden)]
    const NAME: &'static str;
    /// Whether keys may be equal. If not, the last one stays, and sorted input must not have any.
    #[doc(hidden)]
    const MAY_EQUAL: bool;

    /// What goes in and out: `K`, or `(K, V)`.
    type Entry<K>;
    /// What is shown beside keys: nothing, or `&[V]`.
    type Beside<'a>: Beside
    where
        V: 'a;

    #[doc(hidden)]
    fn split<K>(entry: Self::Entry<K>) -> (K, V);

    #[doc(hidden)]
    fn beside(values: &[V]) -> Self::Beside<'_>;
}

/// Keys without values: a set.
pub struct Alone(());

/// Keys with values: a map if keys are [`Unique`], an index if they may be equal ([`Multi`]).
pub struct Pairs<M>(PhantomData<M>);

/// Each key once.
pub struct Unique(());

/// Any number of entries with equal keys.
pub struct Multi(());

/// [`Unique`] or [`Multi`].
pub trait Multiplicity: Sealed {
    #[doc(hidden)]
    const NAME: &'static str;
    #[doc(hidden)]
    const MAY_EQUAL: bool;
}

impl Sealed for Alone {}
impl<M> Sealed for Pairs<M> {}
impl Sealed for Unique {}
impl Sealed for Multi {}
impl Sealed for () {}
impl<V> Sealed for &[V] {}

impl Multiplicity for Unique {
    const NAME: &'static str = "StaticMap";
    const MAY_EQUAL: bool = false;
}

impl Multiplicity for Multi {
    const NAME: &'static str = "StaticIndex";
    const MAY_EQUAL: bool = true;
}

impl Kind<()> for Alone {
    const NAME: &'static str = "StaticSet";
    const MAY_EQUAL: bool = false;

    type Entry<K> = K;
    type Beside<'a> = ();

    #[inline]
    fn split<K>(key: K) -> (K, ()) {
        (key, ())
    }

    #[inline]
    fn beside(_: &[()]) {}
}

impl<V, M: Multiplicity> Kind<V> for Pairs<M> {
    const NAME: &'static str = M::NAME;
    const MAY_EQUAL: bool = M::MAY_EQUAL;

    type Entry<K> = (K, V);
    type Beside<'a>
        = &'a [V]
    where
        V: 'a;

    #[inline]
    fn split<K>(entry: (K, V)) -> (K, V) {
        entry
    }

    #[inline]
    fn beside(values: &[V]) -> &[V] {
        values
    }
}

/// What stands beside keys while they are shown: nothing, or a slice of values.
pub trait Beside: Copy + Sealed {
    /// What is shown of an entry, if `R` is shown of its key.
    type Item<R>;

    /// The entry at a position, of which the key is there already.
    #[doc(hidden)]
    fn item<R>(self, key: R, at: usize) -> Self::Item<R>;
}

impl Beside for () {
    type Item<R> = R;

    #[inline]
    fn item<R>(self, key: R, _: usize) -> R {
        key
    }
}

impl<'a, V> Beside for &'a [V] {
    type Item<R> = (R, &'a V);

    #[inline]
    fn item<R>(self, key: R, at: usize) -> (R, &'a V) {
        (key, &self[at])
    }
}

/// What a collection shows of an entry: of a set the key, as [`Ref`]; of a map or an index that and
/// a reference to the value.
pub type Item<'a, K, V, F, A> = <<F as Kind<V>>::Beside<'a> as Beside>::Item<Ref<'a, K, A>>;
