//! The differences between set, map and index: what an entry is, and whether keys may be equal.
//!
//! A set is keys with values that take no memory; a map and an index are pairs. Everything else is
//! written once, for every [`Static`](super::Static).

use core::marker::PhantomData;

use crate::sealed::Sealed;

use super::arrangement::Ref;

/// The kind of a collection with values `V`.
///
/// This trait is sealed: its items are hidden and may change.
pub trait Kind<V>: Sealed {
    /// The name of the collection in panic messages.
    #[doc(hidden)]
    const NAME: &'static str;
    /// Whether keys may be equal. If not, the last one is kept, and sorted input must not have
    /// equal keys.
    #[doc(hidden)]
    const MAY_EQUAL: bool;

    /// The entries that go in and out: `K`, or `(K, V)`.
    type Entry<K>;
    /// The values that are returned with keys: none, or `&[V]`.
    type Values<'a>: ValueAccess
    where
        V: 'a;

    #[doc(hidden)]
    fn split<K>(entry: Self::Entry<K>) -> (K, V);

    #[doc(hidden)]
    fn values(values: &[V]) -> Self::Values<'_>;
}

/// Keys without values: a set.
pub struct WithoutValues(());

/// Keys with values: a map if keys are [`Unique`], an index if they may be equal ([`Multi`]).
pub struct WithValues<M>(PhantomData<M>);

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

impl Sealed for WithoutValues {}
impl<M> Sealed for WithValues<M> {}
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

impl Kind<()> for WithoutValues {
    const NAME: &'static str = "StaticSet";
    const MAY_EQUAL: bool = false;

    type Entry<K> = K;
    type Values<'a> = ();

    #[inline]
    fn split<K>(key: K) -> (K, ()) {
        (key, ())
    }

    #[inline]
    fn values(_: &[()]) {}
}

impl<V, M: Multiplicity> Kind<V> for WithValues<M> {
    const NAME: &'static str = M::NAME;
    const MAY_EQUAL: bool = M::MAY_EQUAL;

    type Entry<K> = (K, V);
    type Values<'a>
        = &'a [V]
    where
        V: 'a;

    #[inline]
    fn split<K>(entry: (K, V)) -> (K, V) {
        entry
    }

    #[inline]
    fn values(values: &[V]) -> &[V] {
        values
    }
}

/// Access to the values of keys that are shown: nothing, or a slice of values.
pub trait ValueAccess: Copy + Sealed {
    /// How an entry is returned, if its key is returned as `R`.
    type Item<R>;

    /// The entry at a position, given its key.
    #[doc(hidden)]
    fn item<R>(self, key: R, at: usize) -> Self::Item<R>;
}

impl ValueAccess for () {
    type Item<R> = R;

    #[inline]
    fn item<R>(self, key: R, _: usize) -> R {
        key
    }
}

impl<'a, V> ValueAccess for &'a [V] {
    type Item<R> = (R, &'a V);

    #[inline]
    fn item<R>(self, key: R, at: usize) -> (R, &'a V) {
        (key, &self[at])
    }
}

/// How a collection returns an entry: a set returns the key, as [`Ref`]; a map or an index returns
/// that and a reference to the value.
pub type Item<'a, K, V, F, A> = <<F as Kind<V>>::Values<'a> as ValueAccess>::Item<Ref<'a, K, A>>;
