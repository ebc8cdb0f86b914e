//! arbitrary: collections of any number of arbitrary entries, in an arbitrary order.

use arbitrary::{Arbitrary, Result, Unstructured};

use crate::index::BPlusIndex;
use crate::iter::Insert;
use crate::layout::LeafLayout;
use crate::map::Map;
use crate::set::BPlusTreeSet;
use crate::static_collections::{Arrangement, Kind, Static};
use crate::store::Store;

impl<'a, K, V, B> Arbitrary<'a> for Map<K, V, B>
where
    K: Arbitrary<'a> + Ord,
    V: Arbitrary<'a>,
    B: Insert<Key = K, Value = V>,
{
    fn arbitrary(input: &mut Unstructured<'a>) -> Result<Self> {
        input.arbitrary_iter()?.collect()
    }

    fn arbitrary_take_rest(input: Unstructured<'a>) -> Result<Self> {
        input.arbitrary_take_rest_iter()?.collect()
    }
}

impl<'a, K, S, L> Arbitrary<'a> for BPlusTreeSet<K, S, L>
where
    K: Arbitrary<'a> + Ord + Clone,
    S: Store,
    L: LeafLayout,
{
    fn arbitrary(input: &mut Unstructured<'a>) -> Result<Self> {
        input.arbitrary_iter()?.collect()
    }

    fn arbitrary_take_rest(input: Unstructured<'a>) -> Result<Self> {
        input.arbitrary_take_rest_iter()?.collect()
    }
}

impl<'a, K, V, S, L> Arbitrary<'a> for BPlusIndex<K, V, S, L>
where
    K: Arbitrary<'a> + Ord + Clone,
    V: Arbitrary<'a> + Ord + Clone,
    S: Store,
    L: LeafLayout,
{
    fn arbitrary(input: &mut Unstructured<'a>) -> Result<Self> {
        input.arbitrary_iter()?.collect()
    }

    fn arbitrary_take_rest(input: Unstructured<'a>) -> Result<Self> {
        input.arbitrary_take_rest_iter()?.collect()
    }
}

impl<'a, K, V, F, A> Arbitrary<'a> for Static<K, V, F, A>
where
    F: Kind<V, Entry<K>: Arbitrary<'a>>,
    A: Arrangement<K>,
    Self: FromIterator<F::Entry<K>>,
{
    fn arbitrary(input: &mut Unstructured<'a>) -> Result<Self> {
        input.arbitrary_iter()?.collect()
    }

    fn arbitrary_take_rest(input: Unstructured<'a>) -> Result<Self> {
        input.arbitrary_take_rest_iter()?.collect()
    }
}
