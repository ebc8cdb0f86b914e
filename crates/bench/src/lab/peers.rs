//! Every way to allocate and to arrange nodes that the lab measures: leafwise's stores and layouts,
//! the small trees of [`trees`](super::trees), and std's map, with which all are compared.

use std::collections::BTreeMap;
use std::ops::Bound::{Excluded, Included};

use leafwise::BPlusTreeMap;
use leafwise::layout::{ArrayOfStructs, LeafLayout, StructOfArrays};
use leafwise::store::{Generational, Heap, Hybrid, Slab, Store};

use super::peer::{Peer, Value};
use super::plan::Operation;
use super::trees::{Apart, Boxed, Interleaved, Mixed, RcRefCell, VecOption};
use super::workload::{Course, contender};
use crate::conduct::STD;
use crate::keys::Key;
use crate::rounds::Contender;

type Ours<K, V, S, L> = BPlusTreeMap<K, V, S, L>;

/// All of them, `std` first.
pub(crate) fn contenders<K: Key, V: Value>() -> Vec<Contender<Course<K>, Operation>> {
    vec![
        contender::<K, V, BTreeMap<K, V>>(STD),
        contender::<K, V, Ours<K, V, Slab, StructOfArrays>>("slab"),
        contender::<K, V, Ours<K, V, Slab, ArrayOfStructs>>("slab-pairs"),
        contender::<K, V, Ours<K, V, Heap, StructOfArrays>>("heap"),
        contender::<K, V, Ours<K, V, Heap, ArrayOfStructs>>("heap-pairs"),
        contender::<K, V, Ours<K, V, Hybrid, StructOfArrays>>("hybrid"),
        contender::<K, V, Ours<K, V, Generational, StructOfArrays>>("generational"),
        contender::<K, V, Boxed<K, V, Apart>>("box"),
        contender::<K, V, Boxed<K, V, Interleaved>>("box-pairs"),
        contender::<K, V, Boxed<K, V, Mixed>>("box-mixed"),
        contender::<K, V, VecOption<K, V, Apart>>("vec-option"),
        contender::<K, V, RcRefCell<K, V, Apart>>("rc-refcell"),
    ]
}

impl<K: Key, V: Value> Peer<K, V> for BTreeMap<K, V> {
    #[inline]
    fn insert(&mut self, key: K, value: V) -> Option<V> {
        self.insert(key, value)
    }

    #[inline]
    fn get<R>(&self, key: &K, read: impl FnOnce(&V) -> R) -> Option<R> {
        self.get(key).map(read)
    }

    #[inline]
    fn remove(&mut self, key: &K) -> Option<V> {
        self.remove(key)
    }

    #[inline]
    fn items<R>(&self, read: impl Fn(&K, &V) -> R) -> impl Iterator<Item = R> {
        self.iter().map(move |(key, value)| read(key, value))
    }

    #[inline]
    fn keys<R>(&self, read: impl Fn(&K) -> R) -> impl Iterator<Item = R> {
        self.keys().map(read)
    }

    #[inline]
    fn range<R>(&self, from: &K, to: &K, read: impl Fn(&K, &V) -> R) -> impl Iterator<Item = R> {
        let entries = self.range::<K, _>((Included(from), Excluded(to)));
        entries.map(move |(key, value)| read(key, value))
    }

    fn len(&self) -> usize {
        self.len()
    }
}

impl<K: Key, V: Value, S: Store, L: LeafLayout> Peer<K, V> for Ours<K, V, S, L> {
    #[inline]
    fn insert(&mut self, key: K, value: V) -> Option<V> {
        self.insert(key, value)
    }

    #[inline]
    fn get<R>(&self, key: &K, read: impl FnOnce(&V) -> R) -> Option<R> {
        self.get(key).map(read)
    }

    #[inline]
    fn remove(&mut self, key: &K) -> Option<V> {
        self.remove(key)
    }

    #[inline]
    fn items<R>(&self, read: impl Fn(&K, &V) -> R) -> impl Iterator<Item = R> {
        self.iter().map(move |(key, value)| read(key, value))
    }

    #[inline]
    fn keys<R>(&self, read: impl Fn(&K) -> R) -> impl Iterator<Item = R> {
        self.keys().map(read)
    }

    #[inline]
    fn range<R>(&self, from: &K, to: &K, read: impl Fn(&K, &V) -> R) -> impl Iterator<Item = R> {
        let entries = self.range::<K, _>((Included(from), Excluded(to)));
        entries.map(move |(key, value)| read(key, value))
    }

    fn len(&self) -> usize {
        self.len()
    }

    fn reported_bytes(&self) -> usize {
        self.memory_usage()
    }
}
