//! The collections that are measured, behind one trait, each used as its documentation shows.
//!
//! What is found goes into a result, so that the compiler leaves nothing out, and so that the
//! collections can be compared. std's trees do not report their memory: it is an estimate.

use std::collections::BTreeSet;
use std::collections::btree_map::{BTreeMap, Entry};

use leafwise::{BPlusIndex, BPlusTreeMap, CacheObliviousMap, StaticIndex, StaticMap};

use super::collection::Collection;
use super::key::Key;
use super::mix::Operation;

/// A collection of keys and numbers of rows.
pub(super) trait Peer<K: Key> {
    /// The first values of a key, at most that many.
    fn get(&self, key: &K, most: usize) -> u64;

    fn get_batch(&self, keys: &[K], most: usize) -> u64 {
        keys.iter()
            .fold(0, |result, key| joined(result, self.get(key, most)))
    }

    /// The values of that many entries from a key on.
    fn scan(&self, key: &K, most: usize) -> u64;

    /// Inserts an entry; in a map, the value of a key that is there.
    fn insert(&mut self, _: K, _: u64) -> u64 {
        unreachable!("collections that cannot be changed are not measured with writes")
    }

    /// Removes an entry.
    fn remove(&mut self, _: &K, _: u64) -> u64 {
        unreachable!("collections that cannot be changed are not measured with writes")
    }

    /// The bytes of memory, without what keys have allocated unless they are [packed].
    ///
    /// [packed]: Peer::has_packed_keys
    fn bytes(&self) -> usize;

    /// Whether the texts of keys are in the collection itself.
    fn has_packed_keys(&self) -> bool {
        false
    }

    /// Does an operation. The key of an insertion is taken out of it.
    fn apply(&mut self, operation: &mut Operation<K>, most: usize) -> u64 {
        match operation {
            Operation::Read(key) => self.get(key, most),
            Operation::ReadBatch(keys) => self.get_batch(keys, most),
            Operation::Scan(key) => self.scan(key, most),
            Operation::Insert(key, value) => self.insert(std::mem::take(key), *value),
            Operation::Remove(key, value) => self.remove(key, *value),
        }
    }

    /// Does all operations.
    fn apply_all(&mut self, operations: &mut [Operation<K>], most: usize) -> u64 {
        let apply = |result, operation| joined(result, self.apply(operation, most));
        operations.iter_mut().fold(0, apply)
    }
}

/// Builds a collection.
pub(super) fn build<K: Key>(collection: Collection, rows: Vec<(K, u64)>) -> Box<dyn Peer<K>> {
    let rows = rows.into_iter();
    match collection {
        Collection::BPlusTreeMap => Box::new(rows.collect::<BPlusTreeMap<K, u64>>()),
        Collection::CacheObliviousMap => Box::new(rows.collect::<CacheObliviousMap<K, u64>>()),
        Collection::StaticMap => Box::new(rows.collect::<StaticMap<K, u64>>()),
        Collection::BTreeMap => Box::new(rows.collect::<BTreeMap<K, u64>>()),
        Collection::SortedVec => {
            let mut rows: Vec<(K, u64)> = rows.collect();
            rows.sort_unstable();
            Box::new(rows)
        }
        Collection::BPlusIndex => Box::new(rows.collect::<BPlusIndex<K, u64>>()),
        Collection::StaticIndex => Box::new(rows.collect::<StaticIndex<K, u64>>()),
        Collection::BTreeMapOfVec => {
            let mut map: BTreeMap<K, Vec<u64>> = BTreeMap::new();
            rows.for_each(|(key, row)| map.entry(key).or_default().push(row));
            Box::new(map)
        }
        Collection::BTreeSet => Box::new(rows.collect::<BTreeSet<(K, u64)>>()),
    }
}

/// A result with another one behind it.
pub(super) fn joined(result: u64, next: u64) -> u64 {
    (result.rotate_left(5) ^ next).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

/// The result of a look-up in a map.
fn number(value: Option<u64>) -> u64 {
    value.unwrap_or(u64::MAX)
}

fn sum<'v>(values: impl Iterator<Item = &'v u64>) -> u64 {
    values.fold(0, |sum, value| sum.wrapping_add(*value))
}

fn numbers(values: &[Option<&u64>]) -> u64 {
    let values = values.iter().map(|value| number(value.copied()));
    values.fold(0, joined)
}

/// What maps have under the same names.
macro_rules! methods_of_maps {
    () => {
        fn get(&self, key: &K, _: usize) -> u64 {
            number(self.get(key).copied())
        }

        fn scan(&self, key: &K, most: usize) -> u64 {
            sum(self.range(key..).take(most).map(|(_, value)| value))
        }

        fn insert(&mut self, key: K, value: u64) -> u64 {
            number(self.insert(key, value))
        }

        fn remove(&mut self, key: &K, _: u64) -> u64 {
            number(self.remove(key))
        }
    };
}

impl<K: Key> Peer<K> for BPlusTreeMap<K, u64> {
    methods_of_maps!();

    fn get_batch(&self, keys: &[K], _: usize) -> u64 {
        let mut found = vec![None; keys.len()];
        self.get_batch(keys, &mut found);
        numbers(&found)
    }

    fn bytes(&self) -> usize {
        self.memory_usage()
    }
}

impl<K: Key> Peer<K> for CacheObliviousMap<K, u64> {
    methods_of_maps!();

    fn bytes(&self) -> usize {
        self.memory_usage()
    }
}

impl<K: Key> Peer<K> for BTreeMap<K, u64> {
    methods_of_maps!();

    fn bytes(&self) -> usize {
        collected_bytes::<K, u64>(self.len())
    }
}

/// A sorted vector. Keys are different.
impl<K: Key> Peer<K> for Vec<(K, u64)> {
    fn get(&self, key: &K, _: usize) -> u64 {
        number(place(self, key).ok().map(|at| self[at].1))
    }

    fn scan(&self, key: &K, most: usize) -> u64 {
        let (Ok(start) | Err(start)) = place(self, key);
        sum(self[start..].iter().take(most).map(|(_, value)| value))
    }

    fn insert(&mut self, key: K, value: u64) -> u64 {
        match place(self, &key) {
            Ok(at) => std::mem::replace(&mut self[at].1, value),
            Err(at) => {
                self.insert(at, (key, value));
                number(None)
            }
        }
    }

    fn remove(&mut self, key: &K, _: u64) -> u64 {
        number(place(self, key).ok().map(|at| self.remove(at).1))
    }

    fn bytes(&self) -> usize {
        self.capacity() * size_of::<(K, u64)>()
    }
}

/// Where a key is, or would be, in a sorted vector.
fn place<K: Key>(sorted: &[(K, u64)], key: &K) -> Result<usize, usize> {
    sorted.binary_search_by(|(other, _)| other.cmp(key))
}

impl<K: Key> Peer<K> for StaticMap<K, u64> {
    fn get(&self, key: &K, _: usize) -> u64 {
        number(self.get(key.query()).copied())
    }

    fn get_batch(&self, keys: &[K], _: usize) -> u64 {
        let keys: Vec<_> = keys.iter().map(K::query).collect();
        let mut found = vec![None; keys.len()];
        self.get_batch(&keys, &mut found);
        numbers(&found)
    }

    fn scan(&self, key: &K, most: usize) -> u64 {
        let entries = self.range(key.onwards());
        sum(entries.take(most).map(|(_, value)| value))
    }

    fn bytes(&self) -> usize {
        self.memory_usage()
    }

    fn has_packed_keys(&self) -> bool {
        true
    }
}

impl<K: Key> Peer<K> for StaticIndex<K, u64> {
    fn get(&self, key: &K, most: usize) -> u64 {
        sum(self.get_all(key.query()).iter().take(most))
    }

    fn get_batch(&self, keys: &[K], most: usize) -> u64 {
        let keys: Vec<_> = keys.iter().map(K::alone).collect();
        let mut positions = vec![0..0; keys.len()];
        self.range_batch(&keys, &mut positions);
        let values = self.values_slice();
        let values = positions.into_iter().map(|range| &values[range]);
        values.fold(0, |result, values| {
            joined(result, sum(values.iter().take(most)))
        })
    }

    fn scan(&self, key: &K, most: usize) -> u64 {
        let entries = self.range(key.onwards());
        sum(entries.take(most).map(|(_, value)| value))
    }

    fn bytes(&self) -> usize {
        self.memory_usage()
    }

    fn has_packed_keys(&self) -> bool {
        true
    }
}

impl<K: Key> Peer<K> for BPlusIndex<K, u64> {
    fn get(&self, key: &K, most: usize) -> u64 {
        sum(self.get_all(key).take(most))
    }

    fn get_batch(&self, keys: &[K], most: usize) -> u64 {
        let mut result = 0;
        self.get_all_batch(keys, |values| {
            result = joined(result, sum(values.take(most)))
        });
        result
    }

    fn scan(&self, key: &K, most: usize) -> u64 {
        sum(self.range(key..).take(most).map(|(_, value)| value))
    }

    fn insert(&mut self, key: K, value: u64) -> u64 {
        self.insert(key, value).into()
    }

    fn remove(&mut self, key: &K, value: u64) -> u64 {
        self.remove(key, &value).into()
    }

    fn bytes(&self) -> usize {
        self.memory_usage()
    }
}

/// The values of a key ascend.
impl<K: Key> Peer<K> for BTreeMap<K, Vec<u64>> {
    fn get(&self, key: &K, most: usize) -> u64 {
        sum(self.get(key).into_iter().flatten().take(most))
    }

    fn scan(&self, key: &K, most: usize) -> u64 {
        sum(self.range(key..).flat_map(|(_, values)| values).take(most))
    }

    fn insert(&mut self, key: K, value: u64) -> u64 {
        let values = self.entry(key).or_default();
        let place = values.binary_search(&value);
        if let Err(place) = place {
            values.insert(place, value);
        }
        place.is_err().into()
    }

    fn remove(&mut self, key: &K, value: u64) -> u64 {
        let Entry::Occupied(mut entry) = self.entry(key.clone()) else {
            return 0;
        };
        let Ok(place) = entry.get().binary_search(&value) else {
            return 0;
        };
        entry.get_mut().remove(place);
        if entry.get().is_empty() {
            entry.remove();
        }
        1
    }

    fn bytes(&self) -> usize {
        let values = self
            .values()
            .map(|values| allocated(values.capacity() * size_of::<u64>()));
        grown_bytes::<K, Vec<u64>>(self.len()) + values.sum::<usize>()
    }
}

impl<K: Key> Peer<K> for BTreeSet<(K, u64)> {
    fn get(&self, key: &K, most: usize) -> u64 {
        let pairs = self.range((key.clone(), 0)..=(key.clone(), u64::MAX));
        sum(pairs.take(most).map(|(_, value)| value))
    }

    fn scan(&self, key: &K, most: usize) -> u64 {
        let pairs = self.range((key.clone(), 0)..);
        sum(pairs.take(most).map(|(_, value)| value))
    }

    fn insert(&mut self, key: K, value: u64) -> u64 {
        self.insert((key, value)).into()
    }

    fn remove(&mut self, key: &K, value: u64) -> u64 {
        self.remove(&(key.clone(), value)).into()
    }

    fn bytes(&self) -> usize {
        collected_bytes::<(K, u64), ()>(self.len())
    }
}

/// The bytes of std's nodes right after they were collected, which makes them full: of 11 entries
/// and about two words besides, and for every twelve leaves a branch with twelve edges. One entry
/// of twelve is in a branch. Within 2 % of what was counted for 1 000 to 1 000 000 entries.
fn collected_bytes<K, V>(entries: usize) -> usize {
    let leaf = 11 * (size_of::<K>() + size_of::<V>()) + 16;
    let leaves = entries.div_ceil(12);
    leaves * allocated(leaf) + leaves / 12 * allocated(leaf + 12 * size_of::<usize>())
}

/// The same after insertions in random order, by which the nodes of a B-tree are filled to ln 2 on
/// average (Yao, On random 2-3 trees, 1978).
fn grown_bytes<K, V>(entries: usize) -> usize {
    (collected_bytes::<K, V>(entries) as f64 / std::f64::consts::LN_2) as usize
}

/// What a usual allocator takes for that many bytes: a word more, in steps of two words.
pub(super) fn allocated(bytes: usize) -> usize {
    match bytes {
        0 => 0,
        _ => (bytes + size_of::<usize>()).next_multiple_of(2 * size_of::<usize>()),
    }
}
