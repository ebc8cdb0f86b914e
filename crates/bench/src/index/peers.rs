//! Every measured index behind one trait.
//!
//! Collections that are no indexes themselves are used as a user would use them: std's set of
//! pairs, std's map of sorted vectors, and brie-tree as a map that holds a key more than once.
//!
//! Inlining is left to the compiler: with forced inlining, no look-up, insertion or deletion gained
//! 3 %.

use std::collections::BTreeSet;
use std::collections::btree_map::{BTreeMap, Entry};
use std::ops::Bound::Included;

use super::peer::Peer;
use super::workload::Entrant;
use crate::conduct::STD;
use crate::maps::brie_key;

/// std's set of pairs.
#[derive(Default)]
pub(crate) struct Pairs(BTreeSet<(u64, u64)>);

impl Peer for Pairs {
    const NAME: &'static str = STD;

    #[inline]
    fn insert(&mut self, key: u64, value: u64) {
        self.0.insert((key, value));
    }

    #[inline]
    fn delete(&mut self, key: u64, value: u64) -> bool {
        self.0.remove(&(key, value))
    }

    #[inline]
    fn lookup_unique(&self, key: u64) -> Option<u64> {
        let first = self.0.range((key, u64::MIN)..).next();
        first
            .filter(|&&(found, _)| found == key)
            .map(|&(_, value)| value)
    }

    #[inline]
    fn lookup_range(&self, key: &u64) -> impl Iterator<Item = u64> {
        let pairs = self.0.range((*key, u64::MIN)..=(*key, u64::MAX));
        pairs.map(|&(_, value)| value)
    }

    #[inline]
    fn entries(&self) -> impl Iterator<Item = (u64, u64)> {
        self.0.iter().copied()
    }

    #[inline]
    fn entries_from(&self, key: u64) -> impl Iterator<Item = (u64, u64)> {
        self.0.range((key, u64::MIN)..).copied()
    }
}

/// std's map with the values of a key in a sorted vector.
#[derive(Default)]
pub(crate) struct Vectors(BTreeMap<u64, Vec<u64>>);

/// A key with each of its values.
#[inline]
fn with_key((&key, values): (&u64, &Vec<u64>)) -> impl Iterator<Item = (u64, u64)> {
    values.iter().map(move |&value| (key, value))
}

impl Peer for Vectors {
    const NAME: &'static str = "std-vectors";

    #[inline]
    fn insert(&mut self, key: u64, value: u64) {
        let values = self.0.entry(key).or_default();
        if let Err(place) = values.binary_search(&value) {
            values.insert(place, value);
        }
    }

    #[inline]
    fn delete(&mut self, key: u64, value: u64) -> bool {
        let Entry::Occupied(mut entry) = self.0.entry(key) else {
            return false;
        };
        let Ok(place) = entry.get().binary_search(&value) else {
            return false;
        };
        entry.get_mut().remove(place);
        if entry.get().is_empty() {
            entry.remove();
        }
        true
    }

    #[inline]
    fn lookup_unique(&self, key: u64) -> Option<u64> {
        self.0.get(&key)?.first().copied()
    }

    #[inline]
    fn lookup_range(&self, key: &u64) -> impl Iterator<Item = u64> {
        self.0.get(key).into_iter().flatten().copied()
    }

    #[inline]
    fn entries(&self) -> impl Iterator<Item = (u64, u64)> {
        self.0.iter().flat_map(with_key)
    }

    #[inline]
    fn entries_from(&self, key: u64) -> impl Iterator<Item = (u64, u64)> {
        self.0.range(key..).flat_map(with_key)
    }
}

/// brie-tree's `BTree` with one entry per value of a key. It does not compare the values: it
/// inserts without checking whether the pair is present, and deletes by walking to it.
#[derive(Default)]
pub(crate) struct Brie(brie_tree::BTree<nonmax::NonMaxU64, u64>);

impl Peer for Brie {
    const NAME: &'static str = "brie";
    const SORTS_VALUES: bool = false;
    const NOTE: Option<&'static str> = Some(
        "brie does not sort the values of a key (-), inserts without searching for the pair, and \
         walks through the values to delete it.",
    );

    #[inline]
    fn insert(&mut self, key: u64, value: u64) {
        self.0.insert_multi(brie_key(&key), value);
    }

    #[inline]
    fn delete(&mut self, key: u64, value: u64) -> bool {
        let key = brie_key(&key);
        let mut cursor = self.0.cursor_mut_at(Included(key));
        while let Some((found, &here)) = cursor.entry()
            && found == key
        {
            if here == value {
                cursor.remove();
                return true;
            }
            cursor.next();
        }
        false
    }

    #[inline]
    fn lookup_unique(&self, key: u64) -> Option<u64> {
        self.0.get(brie_key(&key)).copied()
    }

    #[inline]
    fn lookup_range(&self, key: &u64) -> impl Iterator<Item = u64> {
        let key = brie_key(key);
        self.0.range(key..=key).map(|(_, &value)| value)
    }

    #[inline]
    fn entries(&self) -> impl Iterator<Item = (u64, u64)> {
        self.0.iter().map(|(key, &value)| (key.get(), value))
    }

    #[inline]
    fn entries_from(&self, key: u64) -> impl Iterator<Item = (u64, u64)> {
        let entries = self.0.iter_from(Included(brie_key(&key)));
        entries.map(|(key, &value)| (key.get(), value))
    }
}

/// Indexes whose methods have the names of bplus-index's.
macro_rules! index_peer {
    ($wrapper:ident, $name:literal, $index:ty $(, $bytes:ident)?) => {
        #[derive(Default)]
        pub(crate) struct $wrapper($index);

        impl Peer for $wrapper {
            const NAME: &'static str = $name;

            #[inline]
            fn insert(&mut self, key: u64, value: u64) {
                self.0.insert(key, value);
            }

            #[inline]
            fn delete(&mut self, key: u64, value: u64) -> bool {
                self.0.delete(&key, &value)
            }

            #[inline]
            fn update(&mut self, old: u64, new: u64, value: u64) {
                self.0.update(&old, new, value);
            }

            #[inline]
            fn lookup_unique(&self, key: u64) -> Option<u64> {
                self.0.lookup_unique(&key).copied()
            }

            #[inline]
            fn lookup_range(&self, key: &u64) -> impl Iterator<Item = u64> {
                self.0.lookup_range(key).copied()
            }

            #[inline]
            fn entries(&self) -> impl Iterator<Item = (u64, u64)> {
                self.0.iter().map(|(&key, &value)| (key, value))
            }

            #[inline]
            fn entries_from(&self, key: u64) -> impl Iterator<Item = (u64, u64)> {
                self.0.range(key..).map(|(&key, &value)| (key, value))
            }

            $(fn reported_bytes(&self) -> usize {
                self.0.$bytes()
            })?
        }
    };
}

index_peer!(BplusIndex, "bplus-index", bplus_index::BPlusIndex<u64, u64>);
index_peer!(Leafwise, "leafwise", leafwise::BPlusIndex<u64, u64>, memory_usage);

/// All of them, `std` first.
pub(crate) fn entrants() -> Vec<Entrant> {
    vec![
        Entrant::new::<Pairs>(),
        Entrant::new::<Vectors>(),
        Entrant::new::<Brie>(),
        Entrant::new::<BplusIndex>(),
        Entrant::new::<Leafwise>(),
    ]
}
