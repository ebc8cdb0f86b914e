//! Every measured map behind one trait.
//!
//! Each peer is called as its own documentation shows, through adapters that are always inlined:
//! one that was left as a call took two of a look-up's sixteen nanoseconds. Nothing here stores or
//! caches anything. brie-tree takes integers that are known not to be the greatest of their type,
//! so its keys pass through that check, as a user's would.

use std::ops::Bound::{Excluded, Included};

use brie_tree::BTreeKey;
use leafwise::{BPlusTreeMap, CacheObliviousMap};
use sweep_bptree::{BPlusTree as SweepTree, NodeStoreVec};

use super::peer::Peer;
use super::plan::Operation;
use super::workload::{Maps, contender};
use crate::conduct::STD;
use crate::keys::Key;
use crate::rounds::Contender;

/// More entries than this are not given to brie-tree: it numbers the bytes of its nodes by 32 bits,
/// doubles them whenever they are too few, and ends the program when that many bits do not suffice,
/// as for 100 million entries of `u64` to `u64` in random order.
const BRIE_MOST: usize = 50_000_000;

/// Whether a map can hold that many entries.
pub(crate) fn can_hold(name: &str, entries: usize) -> bool {
    name != <Brie<u64> as Peer<u64>>::NAME || entries <= BRIE_MOST
}

/// Peers whose methods have the names of `std::collections::BTreeMap`'s.
macro_rules! std_named_peer {
    ($wrapper:ident, $name:expr, $map:ty $(, { $($own:item)* })?) => {
        pub(crate) struct $wrapper<K: Key>(pub(crate) $map);

        impl<K: Key> Default for $wrapper<K> {
            #[inline]
            fn default() -> Self {
                Self(<$map>::default())
            }
        }

        impl<K: Key> Peer<K> for $wrapper<K> {
            const NAME: &'static str = $name;

            #[inline(always)]
            fn insert(&mut self, key: K, value: K::Value) -> Option<K::Value> {
                self.0.insert(key, value)
            }

            #[inline]
            fn collect(entries: impl Iterator<Item = (K, K::Value)>) -> Self {
                Self(entries.collect())
            }

            #[inline(always)]
            fn get(&self, key: &K) -> Option<K::Value> {
                self.0.get(key).copied()
            }

            #[inline(always)]
            fn remove(&mut self, key: &K) -> Option<K::Value> {
                self.0.remove(key)
            }

            #[inline(always)]
            fn entries(&self) -> impl Iterator<Item = (u64, K::Value)> {
                self.0.iter().map(|(key, value)| (key.digest(), *value))
            }

            #[inline(always)]
            fn entries_in(&self, from: &K, to: &K) -> impl Iterator<Item = (u64, K::Value)> {
                let range = self.0.range::<K, _>((Included(from), Excluded(to)));
                range.map(|(key, value)| (key.digest(), *value))
            }

            $($($own)*)?
        }
    };
}

/// The extension of a map with std's `Extend`.
macro_rules! std_extend {
    () => {
        #[inline]
        fn extend(&mut self, entries: impl Iterator<Item = (K, K::Value)>) {
            self.0.extend(entries);
        }
    };
}

/// Our maps, which report their memory and look up in batches.
macro_rules! our_peer {
    ($wrapper:ident, $name:expr, $map:ty) => {
        std_named_peer!($wrapper, $name, $map, {
            std_extend!();

            #[inline(always)]
            fn get_batch(&self, keys: &[K], mut found: impl FnMut(Option<K::Value>)) {
                let mut values = [None; BATCH];
                for keys in keys.chunks(BATCH) {
                    let values = &mut values[..keys.len()];
                    self.0.get_batch(keys, values);
                    values.iter().for_each(|value| found(value.copied()));
                }
            }

            fn reported_bytes(&self) -> usize {
                self.0.memory_usage()
            }
        });
    };
}

/// Keys of a batch.
pub(crate) const BATCH: usize = 256;

/// Keys of a batch of bbtree, whose batches are arrays: with 32 it was fastest.
const BBTREE_BATCH: usize = 32;

std_named_peer!(Std, STD, std::collections::BTreeMap<K, K::Value>, { std_extend!(); });
std_named_peer!(Bbtree, "bbtree", bbtree::unsync::BBTreeMap<K, K::Value>, {
    std_extend!();

    #[inline(always)]
    fn get_batch(&self, keys: &[K], mut found: impl FnMut(Option<K::Value>)) {
        let (batches, rest) = keys.as_chunks::<BBTREE_BATCH>();
        for batch in batches {
            for value in self.0.get_many(batch.each_ref()) {
                found(value.copied());
            }
        }
        rest.iter().for_each(|key| found(self.get(key)));
    }
});
std_named_peer!(Pstd, "pstd", pstd::collections::BTreeMap<K, K::Value>, { std_extend!(); });
std_named_peer!(Indexset, "indexset", indexset::BTreeMap<K, K::Value>);
our_peer!(Leafwise, "leafwise", BPlusTreeMap<K, K::Value>);
our_peer!(Oblivious, "oblivious", CacheObliviousMap<K, K::Value>);

/// An integer that brie-tree can hold.
pub(crate) trait BrieInteger: Key + Copy {
    type NonMax: BTreeKey;

    /// Returns `None` only for the greatest integer.
    fn to_brie(self) -> Option<Self::NonMax>;
    fn from_brie(key: Self::NonMax) -> Self;
}

macro_rules! brie_integer {
    ($($integer:ident: $non_max:ident),*) => {$(
        impl BrieInteger for $integer {
            type NonMax = nonmax::$non_max;

            #[inline]
            fn to_brie(self) -> Option<Self::NonMax> {
                nonmax::$non_max::new(self)
            }

            #[inline]
            fn from_brie(key: Self::NonMax) -> Self {
                key.get()
            }
        }
    )*};
}

brie_integer!(u64: NonMaxU64, u32: NonMaxU32, i64: NonMaxI64, u128: NonMaxU128);

/// brie-tree's `BTree`, used as a map.
pub(crate) struct Brie<K: BrieInteger>(brie_tree::BTree<K::NonMax, K::Value>);

impl<K: BrieInteger> Default for Brie<K> {
    #[inline]
    fn default() -> Self {
        Self(brie_tree::BTree::new())
    }
}

/// The greatest integer is not a key of the benchmark.
#[inline]
pub(crate) fn brie_key<K: BrieInteger>(key: &K) -> K::NonMax {
    key.to_brie()
        .expect("no generated key is the greatest of its type")
}

impl<K: BrieInteger> Peer<K> for Brie<K> {
    const NAME: &'static str = "brie";

    #[inline(always)]
    fn insert(&mut self, key: K, value: K::Value) -> Option<K::Value> {
        self.0.insert(brie_key(&key), value)
    }

    #[inline]
    fn extend(&mut self, entries: impl Iterator<Item = (K, K::Value)>) {
        let entries = entries.map(|(key, value)| (brie_key(&key), value));
        self.0.extend(entries);
    }

    #[inline]
    fn collect(entries: impl Iterator<Item = (K, K::Value)>) -> Self {
        let entries = entries.map(|(key, value)| (brie_key(&key), value));
        Self(entries.collect())
    }

    #[inline(always)]
    fn get(&self, key: &K) -> Option<K::Value> {
        self.0.get(brie_key(key)).copied()
    }

    #[inline(always)]
    fn remove(&mut self, key: &K) -> Option<K::Value> {
        self.0.remove(brie_key(key))
    }

    #[inline(always)]
    fn entries(&self) -> impl Iterator<Item = (u64, K::Value)> {
        self.0
            .iter()
            .map(|(key, value)| (K::from_brie(key).digest(), *value))
    }

    #[inline(always)]
    fn entries_in(&self, from: &K, to: &K) -> impl Iterator<Item = (u64, K::Value)> {
        let range = self.0.range(brie_key(from)..brie_key(to));
        range.map(|(key, value)| (K::from_brie(key).digest(), *value))
    }
}

/// sweep-bptree's tree. Its map has no ranges, but the tree below it has cursors.
pub(crate) struct Sweep<K: Key>(SweepTree<NodeStoreVec<K, K::Value>>);

impl<K: Key> Default for Sweep<K> {
    #[inline]
    fn default() -> Self {
        Self(SweepTree::new(NodeStoreVec::default()))
    }
}

impl<K: Key> Peer<K> for Sweep<K> {
    const NAME: &'static str = "sweep";

    #[inline(always)]
    fn insert(&mut self, key: K, value: K::Value) -> Option<K::Value> {
        self.0.insert(key, value)
    }

    #[inline(always)]
    fn get(&self, key: &K) -> Option<K::Value> {
        self.0.get(key).copied()
    }

    #[inline(always)]
    fn remove(&mut self, key: &K) -> Option<K::Value> {
        self.0.remove(key)
    }

    #[inline(always)]
    fn entries(&self) -> impl Iterator<Item = (u64, K::Value)> {
        self.0.iter().map(|(key, value)| (key.digest(), *value))
    }

    #[inline(always)]
    fn entries_in(&self, from: &K, to: &K) -> impl Iterator<Item = (u64, K::Value)> {
        let found = self.0.get_cursor(from);
        let mut next = found.and_then(|(cursor, value)| Some((cursor, value?)));
        std::iter::from_fn(move || {
            let (cursor, value) = next.take().filter(|(cursor, _)| cursor.key() < to)?;
            next = cursor.next_with_value(&self.0);
            Some((cursor.key().digest(), *value))
        })
    }
}

/// The peers for keys of a type.
pub(crate) type Contenders<K> = Vec<Contender<Maps<K>, Operation>>;

/// The maps that can hold keys of a type.
pub(crate) trait Roster: Key {
    /// All of them, `std` first.
    fn contenders() -> Contenders<Self>;
}

/// The maps for keys of any type, `std` first.
fn contenders<K: Key>() -> Contenders<K> {
    vec![
        contender::<K, Std<K>>(),
        contender::<K, Bbtree<K>>(),
        contender::<K, Pstd<K>>(),
        contender::<K, Indexset<K>>(),
        contender::<K, Sweep<K>>(),
        contender::<K, Leafwise<K>>(),
        contender::<K, Oblivious<K>>(),
    ]
}

fn integer_contenders<K: BrieInteger>() -> Contenders<K> {
    let mut contenders = contenders();
    contenders.insert(1, contender::<K, Brie<K>>());
    contenders
}

impl Roster for u64 {
    fn contenders() -> Contenders<Self> {
        integer_contenders()
    }
}

impl Roster for u32 {
    fn contenders() -> Contenders<Self> {
        integer_contenders()
    }
}

impl Roster for i64 {
    fn contenders() -> Contenders<Self> {
        integer_contenders()
    }
}

impl Roster for u128 {
    fn contenders() -> Contenders<Self> {
        integer_contenders()
    }
}

impl Roster for (u32, u32) {
    fn contenders() -> Contenders<Self> {
        contenders()
    }
}

impl Roster for String {
    fn contenders() -> Contenders<Self> {
        contenders()
    }
}
