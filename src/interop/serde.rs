//! serde: a map is a map, a set is a sequence, an index is a sequence of pairs, all in ascending
//! order, whether static or not.
//!
//! Input may be in any order; of equal keys, elements or pairs the last one is kept (a static index
//! keeps all, in their order). The length that the input claims does not influence allocation:
//! memory grows with what was actually read.

use core::fmt;
use core::marker::PhantomData;

use serde_core::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_core::ser::{Serialize, Serializer};

use super::collect;
use crate::index::BPlusIndex;
use crate::iter::{Entries, Insert};
use crate::layout::LeafLayout;
use crate::map::Map;
use crate::set::BPlusTreeSet;
use crate::static_collections::{Arrangement, KeyAt, StaticIndex, StaticMap, StaticSet};
use crate::store::Store;

impl<K: Serialize, V: Serialize, B: Entries<Key = K, Value = V>> Serialize for Map<K, V, B> {
    fn serialize<Z: Serializer>(&self, serializer: Z) -> Result<Z::Ok, Z::Error> {
        serializer.collect_map(self)
    }
}

impl<K: Serialize, S: Store, L: LeafLayout> Serialize for BPlusTreeSet<K, S, L> {
    fn serialize<Z: Serializer>(&self, serializer: Z) -> Result<Z::Ok, Z::Error> {
        serializer.collect_seq(self)
    }
}

impl<K: Serialize, V: Serialize, S: Store, L: LeafLayout> Serialize for BPlusIndex<K, V, S, L> {
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

/// Reads a collection `C` from a map of `K` to `V`.
struct FromMap<K, V, C>(PhantomData<(K, V, C)>);

impl<'de, K, V, C> Visitor<'de> for FromMap<K, V, C>
where
    K: Deserialize<'de>,
    V: Deserialize<'de>,
    C: FromIterator<(K, V)>,
{
    type Value = C;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut entries: M) -> Result<C, M::Error> {
        collect(|| entries.next_entry())
    }
}

/// Reads a collection `C` from a sequence of `T`, which error messages call by the given name.
struct FromSeq<T, C>(&'static str, PhantomData<(T, C)>);

impl<'de, T: Deserialize<'de>, C: FromIterator<T>> Visitor<'de> for FromSeq<T, C> {
    type Value = C;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }

    fn visit_seq<M: SeqAccess<'de>>(self, mut elements: M) -> Result<C, M::Error> {
        collect(|| elements.next_element())
    }
}

impl<'de, K, V, B> Deserialize<'de> for Map<K, V, B>
where
    K: Deserialize<'de> + Ord,
    V: Deserialize<'de>,
    B: Insert<Key = K, Value = V>,
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FromMap::<K, V, Self>(PhantomData))
    }
}

impl<'de, K, S, L> Deserialize<'de> for BPlusTreeSet<K, S, L>
where
    K: Deserialize<'de> + Ord + Clone,
    S: Store,
    L: LeafLayout,
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(FromSeq::<K, Self>("a sequence", PhantomData))
    }
}

impl<'de, K, V, S, L> Deserialize<'de> for BPlusIndex<K, V, S, L>
where
    K: Deserialize<'de> + Ord + Clone,
    V: Deserialize<'de> + Ord + Clone,
    S: Store,
    L: LeafLayout,
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let pairs = FromSeq::<(K, V), Self>("a sequence of pairs", PhantomData);
        deserializer.deserialize_seq(pairs)
    }
}

impl<'de, K: Deserialize<'de>, V: Deserialize<'de>, A: Arrangement<K>> Deserialize<'de>
    for StaticMap<K, V, A>
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FromMap::<K, V, Self>(PhantomData))
    }
}

impl<'de, K: Deserialize<'de>, A: Arrangement<K>> Deserialize<'de> for StaticSet<K, A> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(FromSeq::<K, Self>("a sequence", PhantomData))
    }
}

impl<'de, K: Deserialize<'de>, V: Deserialize<'de>, A: Arrangement<K>> Deserialize<'de>
    for StaticIndex<K, V, A>
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let pairs = FromSeq::<(K, V), Self>("a sequence of pairs", PhantomData);
        deserializer.deserialize_seq(pairs)
    }
}
