//! serde: a map is a map, a set is a sequence, an index is a sequence of pairs, all in ascending
//! order, be they static or not.
//!
//! Input may come in any order; of equal keys, elements or pairs the last one stays (in a static
//! index all stay, in their order). How long the
//! input says it is has no influence on what is allocated: memory follows what was really read.

use core::fmt;
use core::iter;
use core::marker::PhantomData;

use serde_core::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_core::ser::{Serialize, Serializer};

use crate::fixed::{Arrangement, KeyAt, StaticIndex, StaticMap, StaticSet};
use crate::index::BPlusIndex;
use crate::leaf::Layout;
use crate::map::BPlusTreeMap;
use crate::oblivious::CacheObliviousMap;
use crate::set::BPlusTreeSet;
use crate::store::Store;

impl<K: Serialize, V: Serialize, S: Store, L: Layout> Serialize for BPlusTreeMap<K, V, S, L> {
    fn serialize<Z: Serializer>(&self, serializer: Z) -> Result<Z::Ok, Z::Error> {
        serializer.collect_map(self)
    }
}

impl<K: Serialize, V: Serialize> Serialize for CacheObliviousMap<K, V> {
    fn serialize<Z: Serializer>(&self, serializer: Z) -> Result<Z::Ok, Z::Error> {
        serializer.collect_map(self)
    }
}

impl<K: Serialize, S: Store, L: Layout> Serialize for BPlusTreeSet<K, S, L> {
    fn serialize<Z: Serializer>(&self, serializer: Z) -> Result<Z::Ok, Z::Error> {
        serializer.collect_seq(self)
    }
}

impl<K: Serialize, V: Serialize, S: Store, L: Layout> Serialize for BPlusIndex<K, V, S, L> {
    fn serialize<Z: Serializer>(&self, serializer: Z) -> Result<Z::Ok, Z::Error> {
        serializer.collect_seq(self)
    }
}

impl<K: Serialize, A: Arrangement<K>> Serialize for KeyAt<'_, K, A> {
    fn serialize<Z: Serializer>(&self, serializer: Z) -> Result<Z::Ok, Z::Error> {
        self.with_key(|key| key.serialize(serializer))
    }
}

impl<K: Serialize, A: Arrangement<K>> Serialize for StaticSet<K, A> {
    fn serialize<Z: Serializer>(&self, serializer: Z) -> Result<Z::Ok, Z::Error> {
        serializer.collect_seq(self.keys_at())
    }
}

impl<K: Serialize, V: Serialize, A: Arrangement<K>> Serialize for StaticMap<K, V, A> {
    fn serialize<Z: Serializer>(&self, serializer: Z) -> Result<Z::Ok, Z::Error> {
        serializer.collect_map(self.keys_at().zip(self.values()))
    }
}

impl<K: Serialize, V: Serialize, A: Arrangement<K>> Serialize for StaticIndex<K, V, A> {
    fn serialize<Z: Serializer>(&self, serializer: Z) -> Result<Z::Ok, Z::Error> {
        serializer.collect_seq(self.keys_at().zip(self.values()))
    }
}

/// Collects what `next` reads until it is at its end or fails.
///
/// Collecting sorts once, or not at all if the input ascends, as what was written here does.
fn collect<T, E, C: FromIterator<T>>(
    mut next: impl FnMut() -> Result<Option<T>, E>,
) -> Result<C, E> {
    let mut failure = None;
    let collection = iter::from_fn(|| {
        next().unwrap_or_else(|error| {
            failure = Some(error);
            None
        })
    })
    .collect();
    failure.map_or(Ok(collection), Err)
}

/// Reads a collection `C`.
struct Collect<C>(PhantomData<fn() -> C>);

impl<'de, K, V, S, L> Visitor<'de> for Collect<BPlusTreeMap<K, V, S, L>>
where
    K: Deserialize<'de> + Ord + Clone,
    V: Deserialize<'de>,
    S: Store,
    L: Layout,
{
    type Value = BPlusTreeMap<K, V, S, L>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
        collect(|| entries.next_entry())
    }
}

impl<'de, K, V> Visitor<'de> for Collect<CacheObliviousMap<K, V>>
where
    K: Deserialize<'de> + Ord,
    V: Deserialize<'de>,
{
    type Value = CacheObliviousMap<K, V>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
        collect(|| entries.next_entry())
    }
}

impl<'de, K, S, L> Visitor<'de> for Collect<BPlusTreeSet<K, S, L>>
where
    K: Deserialize<'de> + Ord + Clone,
    S: Store,
    L: Layout,
{
    type Value = BPlusTreeSet<K, S, L>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a sequence")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Self::Value, A::Error> {
        collect(|| elements.next_element())
    }
}

impl<'de, K, V, S, L> Visitor<'de> for Collect<BPlusIndex<K, V, S, L>>
where
    K: Deserialize<'de> + Ord + Clone,
    V: Deserialize<'de> + Ord + Clone,
    S: Store,
    L: Layout,
{
    type Value = BPlusIndex<K, V, S, L>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a sequence of pairs")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
        collect(|| entries.next_element())
    }
}

impl<'de, K, V, S, L> Deserialize<'de> for BPlusTreeMap<K, V, S, L>
where
    K: Deserialize<'de> + Ord + Clone,
    V: Deserialize<'de>,
    S: Store,
    L: Layout,
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Collect::<Self>(PhantomData))
    }
}

impl<'de, K, V> Deserialize<'de> for CacheObliviousMap<K, V>
where
    K: Deserialize<'de> + Ord,
    V: Deserialize<'de>,
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Collect::<Self>(PhantomData))
    }
}

impl<'de, K, S, L> Deserialize<'de> for BPlusTreeSet<K, S, L>
where
    K: Deserialize<'de> + Ord + Clone,
    S: Store,
    L: Layout,
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Collect::<Self>(PhantomData))
    }
}

impl<'de, K, V, S, L> Deserialize<'de> for BPlusIndex<K, V, S, L>
where
    K: Deserialize<'de> + Ord + Clone,
    V: Deserialize<'de> + Ord + Clone,
    S: Store,
    L: Layout,
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Collect::<Self>(PhantomData))
    }
}

impl<'de, K, V, A> Visitor<'de> for Collect<StaticMap<K, V, A>>
where
    K: Deserialize<'de>,
    V: Deserialize<'de>,
    A: Arrangement<K>,
{
    type Value = StaticMap<K, V, A>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut entries: M) -> Result<Self::Value, M::Error> {
        collect(|| entries.next_entry())
    }
}

impl<'de, K, A> Visitor<'de> for Collect<StaticSet<K, A>>
where
    K: Deserialize<'de>,
    A: Arrangement<K>,
{
    type Value = StaticSet<K, A>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a sequence")
    }

    fn visit_seq<M: SeqAccess<'de>>(self, mut elements: M) -> Result<Self::Value, M::Error> {
        collect(|| elements.next_element())
    }
}

impl<'de, K, V, A> Visitor<'de> for Collect<StaticIndex<K, V, A>>
where
    K: Deserialize<'de>,
    V: Deserialize<'de>,
    A: Arrangement<K>,
{
    type Value = StaticIndex<K, V, A>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a sequence of pairs")
    }

    fn visit_seq<M: SeqAccess<'de>>(self, mut entries: M) -> Result<Self::Value, M::Error> {
        collect(|| entries.next_element())
    }
}

impl<'de, K, V, A> Deserialize<'de> for StaticMap<K, V, A>
where
    K: Deserialize<'de>,
    V: Deserialize<'de>,
    A: Arrangement<K>,
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Collect::<Self>(PhantomData))
    }
}

impl<'de, K, A> Deserialize<'de> for StaticSet<K, A>
where
    K: Deserialize<'de>,
    A: Arrangement<K>,
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Collect::<Self>(PhantomData))
    }
}

impl<'de, K, V, A> Deserialize<'de> for StaticIndex<K, V, A>
where
    K: Deserialize<'de>,
    V: Deserialize<'de>,
    A: Arrangement<K>,
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Collect::<Self>(PhantomData))
    }
}
