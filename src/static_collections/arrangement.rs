//! How the keys of a collection are arranged: packed, or in a sorted array.

use core::borrow::Borrow;
use core::marker::PhantomData;

use crate::sealed::Sealed;

use super::key::Key;
use super::key_array::{KeyArray, SortedArray};

/// How the keys of a static collection are arranged: [`Packed`] or [`ByOrd`].
///
/// This trait is sealed: its items are hidden and may change.
///
/// ```compile_fail,E0277
/// use leafwise::static_collections::{Arrangement, Packed};
///
/// struct Mine;
///
/// impl Arrangement<u32> for Mine {
///     type KeyArray = <Packed as Arrangement<u32>>::KeyArray;
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "this arrangement does not support keys of type `{K}`",
    note = "use `String` for text, with `&str` queries, `Newtype` for structs around integers, and \
            `ByOrd` for other types that are `Ord`"
)]
pub trait Arrangement<K>: Sealed {
    /// The array of keys.
    #[doc(hidden)]
    type KeyArray: KeyArray<Key = K>;
}

/// Keys in packed nodes, for all types that implement [`Key`]. This is the default.
///
/// `B` is the number of keys per node, the branching factor minus one. 0 means as many as a cache
/// line of 64 bytes holds, which is the fastest: 64 keys of one byte, 16 of four bytes, 8 of eight
/// bytes, 8 of text. Other numbers are for experiments; nodes that are a whole number of lines are
/// searched with vector instructions, others key by key. 1 is rejected at compile time.
///
/// # Examples
///
/// ```
/// use leafwise::StaticSet;
/// use leafwise::static_collections::Packed;
///
/// let even: StaticSet<u32, Packed<32>> = (0..1000).map(|number| number * 2).collect();
/// assert_eq!(even.rank(&500), 250);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Packed<const B: usize = 0>(());

impl<const B: usize> Sealed for Packed<B> {}

impl<K: Key, const B: usize> Arrangement<K> for Packed<B> {
    type KeyArray = K::KeyArray<B>;
}

/// Keys in a sorted array, searched by their [`Ord`] alone: for any type that has one.
///
/// # Examples
///
/// ```
/// use leafwise::StaticMap;
/// use leafwise::static_collections::ByOrd;
///
/// #[derive(PartialEq, Eq, PartialOrd, Ord)]
/// enum Suit { Clubs, Diamonds, Hearts, Spades }
///
/// let points: StaticMap<Suit, u32, ByOrd> =
///     [(Suit::Spades, 20), (Suit::Clubs, 10)].into_iter().collect();
/// assert_eq!(points.get(&Suit::Spades), Some(&20));
/// assert_eq!(points.rank(&Suit::Hearts), 1);
/// ```
///
/// Queries are keys, or, if `Q` is given, keys in that borrowed form. As for `BTreeMap`, [`Borrow`]
/// promises that both forms have the same order.
///
/// ```
/// use leafwise::StaticSet;
/// use leafwise::static_collections::ByOrd;
///
/// let paths: StaticSet<Vec<u16>, ByOrd<[u16]>> = [vec![1, 2], vec![3]].into();
/// assert!(paths.contains(&[1, 2]));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct ByOrd<Q: ?Sized = OwnedForm>(PhantomData<fn(&Q)>);

/// That queries of a collection arranged [`ByOrd`] are keys.
#[derive(Clone, Copy, Debug)]
pub struct OwnedForm(());

impl<Q: ?Sized> Sealed for ByOrd<Q> {}

impl<K: Ord> Arrangement<K> for ByOrd {
    type KeyArray = SortedArray<K, K>;
}

impl<K: Borrow<Q>, Q: Ord + ?Sized> Arrangement<K> for ByOrd<Q> {
    type KeyArray = SortedArray<K, Q>;
}

/// The type of queries in a collection with keys `K`: `K` itself for numbers, `str` for `String`,
/// `[u8]` for `Vec<u8>`, `K` itself for keys that are arranged [`ByOrd`], and `Q` for `ByOrd<Q>`.
pub type Query<K, A> = <<A as Arrangement<K>>::KeyArray as KeyArray>::Query;

/// How a collection with keys `K` returns a key: numbers as a copy, texts as `&str` and `&[u8]`,
/// keys that are arranged [`ByOrd`] as `&K`.
pub type Ref<'a, K, A> = <<A as Arrangement<K>>::KeyArray as KeyArray>::Ref<'a>;
