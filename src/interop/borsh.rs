//! borsh: the number of entries and the entries in ascending order, as std's maps and sets have it;
//! an index is a set of pairs.
//!
//! Input may be in any order; of equal keys, elements or pairs the last one is kept (a static index
//! keeps all, in their order). The length that the input claims does not influence allocation:
//! memory grows with what was actually read.

use borsh::io::{Error, ErrorKind, Read, Result, Write};
use borsh::{BorshDeserialize, BorshSerialize};

use super::collect;
use crate::index::BPlusIndex;
use crate::iter::{Entries, Insert};
use crate::layout::LeafLayout;
use crate::map::Map;
use crate::set::BPlusTreeSet;
use crate::static_collections::{Arrangement, KeyAt, StaticIndex, StaticMap, StaticSet};
use crate::store::Store;

/// Writes the number of entries, then each of them.
fn write<W: Write, T: BorshSerialize>(
    entries: impl ExactSizeIterator<Item = T>,
    writer: &mut W,
) -> Result<()> {
    let len = u32::try_from(entries.len())
        .map_err(|_| Error::new(ErrorKind::InvalidData, "more than u32::MAX entries"))?;
    len.serialize(writer)?;
    for entry in entries {
        entry.serialize(writer)?;
    }
    Ok(())
}

/// Reads the number of entries, then collects as many.
fn read<R: Read, T: BorshDeserialize, C: FromIterator<T>>(reader: &mut R) -> Result<C> {
    if size_of::<T>() == 0 {
        // Some bytes could claim billions of them.
        let message = "collections of entries without a size cannot be read";
        return Err(Error::new(ErrorKind::InvalidData, message));
    }
    let mut left = u32::deserialize_reader(reader)?;
    collect(|| match left.checked_sub(1) {
        Some(less) => {
            left = less;
            T::deserialize_reader(reader).map(Some)
        }
        None => Ok(None),
    })
}

impl<K, V, B> BorshSerialize for Map<K, V, B>
where
    K: BorshSerialize,
    V: BorshSerialize,
    B: Entries<Key = K, Value = V>,
{
    fn serialize<W: Write>(&self, writer: &mut W) -> Result<()> {
        write(self.iter(), writer)
    }
}

impl<K: BorshSerialize, S: Store, L: LeafLayout> BorshSerialize for BPlusTreeSet<K, S, L> {
    fn serialize<W: Write>(&self, writer: &mut W) -> Result<()> {
        write(self.iter(), writer)
    }
}

impl<K, V, S, L> BorshSerialize for BPlusIndex<K, V, S, L>
where
    K: BorshSerialize,
    V: BorshSerialize,
    S: Store,
    L: LeafLayout,
{
    fn serialize<W: Write>(&self, writer: &mut W) -> Result<()> {
        write(self.iter(), writer)
    }
}

impl<K: BorshSerialize, A: Arrangement<K>> BorshSerialize for KeyAt<'_, K, A> {
    fn serialize<W: Write>(&self, writer: &mut W) -> Result<()> {
        self.with_key(|key| key.serialize(writer))
    }
}

impl<K: BorshSerialize, A: Arrangement<K>> BorshSerialize for StaticSet<K, A> {
    fn serialize<W: Write>(&self, writer: &mut W) -> Result<()> {
        write(self.keys_at(), writer)
    }
}

impl<K, V, A> BorshSerialize for StaticMap<K, V, A>
where
    K: BorshSerialize,
    V: BorshSerialize,
    A: Arrangement<K>,
{
    fn serialize<W: Write>(&self, writer: &mut W) -> Result<()> {
        write(self.keys_at().zip(self.values()), writer)
    }
}

impl<K, V, A> BorshSerialize for StaticIndex<K, V, A>
where
    K: BorshSerialize,
    V: BorshSerialize,
    A: Arrangement<K>,
{
    fn serialize<W: Write>(&self, writer: &mut W) -> Result<()> {
        write(self.keys_at().zip(self.values()), writer)
    }
}

impl<K, V, B> BorshDeserialize for Map<K, V, B>
where
    K: BorshDeserialize + Ord,
    V: BorshDeserialize,
    B: Insert<Key = K, Value = V>,
{
    fn deserialize_reader<R: Read>(reader: &mut R) -> Result<Self> {
        read(reader)
    }
}

impl<K, S, L> BorshDeserialize for BPlusTreeSet<K, S, L>
where
    K: BorshDeserialize + Ord + Clone,
    S: Store,
    L: LeafLayout,
{
    fn deserialize_reader<R: Read>(reader: &mut R) -> Result<Self> {
        read(reader)
    }
}

impl<K, V, S, L> BorshDeserialize for BPlusIndex<K, V, S, L>
where
    K: BorshDeserialize + Ord + Clone,
    V: BorshDeserialize + Ord + Clone,
    S: Store,
    L: LeafLayout,
{
    fn deserialize_reader<R: Read>(reader: &mut R) -> Result<Self> {
        read(reader)
    }
}

impl<K: BorshDeserialize, A: Arrangement<K>> BorshDeserialize for StaticSet<K, A> {
    fn deserialize_reader<R: Read>(reader: &mut R) -> Result<Self> {
        read(reader)
    }
}

impl<K, V, A> BorshDeserialize for StaticMap<K, V, A>
where
    K: BorshDeserialize,
    V: BorshDeserialize,
    A: Arrangement<K>,
{
    fn deserialize_reader<R: Read>(reader: &mut R) -> Result<Self> {
        read(reader)
    }
}

impl<K, V, A> BorshDeserialize for StaticIndex<K, V, A>
where
    K: BorshDeserialize,
    V: BorshDeserialize,
    A: Arrangement<K>,
{
    fn deserialize_reader<R: Read>(reader: &mut R) -> Result<Self> {
        read(reader)
    }
}
