//! The map's iterators without the unit values.

use crate::iter::{self, KeyOnly, Predicate, Projected, Projection};
use crate::layout::StructOfArrays;
use crate::map;
use crate::sealed::Sealed;
use crate::store::Slab;

/// The key of a set's entry, with the `Debug` output of std's iterator over all elements.
#[derive(Clone, Copy, Debug)]
pub struct Element;

impl Sealed for Element {}

impl Projection for Element {
    type Of<K, V> = K;
    const ASCENDING: bool = true;
    const NAME: Option<&'static str> = Some("Iter");

    #[inline]
    fn of<K, V>(entry: (K, V)) -> K {
        KeyOnly::of(entry)
    }
}

/// The elements of a set in ascending order. Made by
/// [`BPlusTreeSet::iter`](super::BPlusTreeSet::iter).
pub type Iter<'a, K, S = Slab, L = StructOfArrays> = Projected<Element, map::Iter<'a, K, (), S, L>>;

/// An owning iterator over the elements of a set, in ascending order. Made by `into_iter`.
pub type IntoIter<K, S = Slab, L = StructOfArrays> = Projected<KeyOnly, map::IntoIter<K, (), S, L>>;

/// The elements of a range of a set, in ascending order. Made by
/// [`BPlusTreeSet::range`](super::BPlusTreeSet::range).
pub type Range<'a, K, S = Slab, L = StructOfArrays> =
    Projected<KeyOnly, map::Range<'a, K, (), S, L>>;

/// Removes the elements for which a predicate returns `true` and yields them in ascending order.
/// Made by [`BPlusTreeSet::extract_if`](super::BPlusTreeSet::extract_if).
///
/// Elements that have not been visited when it is dropped remain in the set.
pub type ExtractIf<'a, K, R, F, S = Slab, L = StructOfArrays> =
    iter::ExtractIf<map::CursorMut<'a, K, (), S, L>, R, F, Element>;

impl<K, F: FnMut(&K) -> bool> Predicate<K, (), F> for Element {
    fn ask(predicate: &mut F, element: &K, (): &mut ()) -> bool {
        predicate(element)
    }
}
