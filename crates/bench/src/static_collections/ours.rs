//! leafwise's static collections as peers: all calls of them are here.
//!
//! Distinct keys are a set, and with their positions a map; an array with duplicates is an index
//! without values. Each instruction set of the processor is forced on batches of the same tree, as
//! a peer of its own.

use std::borrow::Borrow;
use std::rc::Rc;

use leafwise::static_collections::{Key, Packed, Query, Simd};
use leafwise::{StaticIndex, StaticMap, StaticSet};

use super::key_arrays::{KeyArray, SearchKey};
use super::peer::{Abilities, Peer, digest};
use super::workload::{Built, Contenders, Wants};
use crate::memory::Growth;

/// leafwise as users call it.
pub(crate) const NAME: &str = "leafwise";
/// leafwise with forced instruction sets.
pub(crate) const SCALAR: &str = "scalar";
pub(crate) const SSE2: &str = "sse2";
pub(crate) const AVX2: &str = "avx2";
pub(crate) const AVX512: &str = "avx512";
pub(crate) const NEON: &str = "neon";

fn name_of(simd: Simd) -> Option<&'static str> {
    match simd {
        Simd::Scalar => Some(SCALAR),
        Simd::Sse2 => Some(SSE2),
        Simd::Avx2 => Some(AVX2),
        Simd::Avx512 => Some(AVX512),
        Simd::Neon => Some(NEON),
        _ => None,
    }
}

/// Keys that leafwise supports.
pub(crate) trait OurKey: SearchKey + Key + Borrow<Query<Self, Packed>> {}

impl<K: SearchKey + Key + Borrow<Query<K, Packed>>> OurKey for K {}

/// Builds leafwise's collections over a key array, and adds them to the peers, once more for each
/// instruction set.
pub(crate) fn add_contenders<K: OurKey>(
    array: &KeyArray<K>,
    wants: Wants<'_>,
    contenders: &mut Contenders<K>,
) {
    let names = Simd::available().filter_map(name_of);
    if !names.chain([NAME]).any(wants) {
        return;
    }
    if array.distinct {
        let Built { peer, growth, .. } = Built::measured(|| set(array));
        let rows = (0..array.keys.len()).map(K::row).collect();
        let map = StaticMap::from_sorted_parts(&array.keys, rows);
        let map = map.expect("keys are distinct and ascend");
        add(Distinct { set: peer, map }, growth, wants, contenders);
    } else {
        let Built { peer, growth, .. } = Built::measured(|| index(array));
        add(peer, growth, wants, contenders);
    }
}

fn add<K: OurKey, T: Tree<K> + 'static>(
    tree: T,
    growth: Growth,
    wants: Wants<'_>,
    contenders: &mut Contenders<K>,
) {
    let growth = Growth {
        reported: tree.bytes(),
        ..growth
    };
    let tree = Rc::new(tree);
    if wants(NAME) {
        let ours = Ours(Rc::clone(&tree));
        contenders.push(Box::new(Built::known(ours, growth)));
    }
    for simd in Simd::available() {
        if let Some(name) = name_of(simd)
            && wants(name)
        {
            let tree = Rc::clone(&tree);
            let forced = Forced { tree, simd, name };
            contenders.push(Box::new(Built::known(forced, Growth::default())));
        }
    }
}

fn set<K: OurKey>(array: &KeyArray<K>) -> StaticSet<K> {
    StaticSet::from_sorted_slice(&array.keys).expect("keys are distinct and ascend")
}

fn index<K: OurKey>(array: &KeyArray<K>) -> StaticIndex<K, ()> {
    let values = vec![(); array.keys.len()];
    StaticIndex::from_sorted_parts(&array.keys, values).expect("keys ascend")
}

/// Collections for distinct keys, and for others.
trait Tree<K: OurKey> {
    /// Whether it has values, and is built from keys in any order.
    const DISTINCT: bool;

    fn build(array: &KeyArray<K>) -> Self;
    fn bytes(&self) -> usize;
    fn rank(&self, query: &K) -> usize;
    fn rank_batch(&self, queries: &[K], ranks: &mut [usize]);
    fn rank_batch_with(&self, simd: Simd, queries: &[K], ranks: &mut [usize]);

    fn get(&self, _: &K) -> Option<u64> {
        None
    }

    fn get_batch(&self, _: &[K]) -> u64 {
        0
    }
}

/// Distinct keys.
struct Distinct<K: SearchKey + Key> {
    set: StaticSet<K>,
    /// The keys with their positions.
    map: StaticMap<K, K::Row>,
}

impl<K: OurKey> Tree<K> for Distinct<K> {
    const DISTINCT: bool = true;

    fn build(array: &KeyArray<K>) -> Self {
        Self {
            set: set(array),
            map: StaticMap::new(),
        }
    }

    fn bytes(&self) -> usize {
        self.set.memory_usage()
    }

    #[inline]
    fn rank(&self, query: &K) -> usize {
        self.set.rank(query.borrow())
    }

    #[inline]
    fn rank_batch(&self, queries: &[K], ranks: &mut [usize]) {
        self.set.rank_batch(queries, ranks);
    }

    #[inline]
    fn rank_batch_with(&self, simd: Simd, queries: &[K], ranks: &mut [usize]) {
        self.set.rank_batch_with(simd, queries, ranks);
    }

    #[inline]
    fn get(&self, query: &K) -> Option<u64> {
        self.map.get(query.borrow()).map(|&row| row.into())
    }

    #[inline]
    fn get_batch(&self, queries: &[K]) -> u64 {
        let mut rows = vec![None; queries.len()];
        self.map.get_batch(queries, &mut rows);
        let values = rows.into_iter().map(|row| row.map(|&row| row.into()));
        values.map(digest).sum()
    }
}

impl<K: OurKey> Tree<K> for StaticIndex<K, ()> {
    const DISTINCT: bool = false;

    fn build(array: &KeyArray<K>) -> Self {
        index(array)
    }

    fn bytes(&self) -> usize {
        self.memory_usage()
    }

    #[inline]
    fn rank(&self, query: &K) -> usize {
        self.rank(query.borrow())
    }

    #[inline]
    fn rank_batch(&self, queries: &[K], ranks: &mut [usize]) {
        self.rank_batch(queries, ranks);
    }

    #[inline]
    fn rank_batch_with(&self, simd: Simd, queries: &[K], ranks: &mut [usize]) {
        self.rank_batch_with(simd, queries, ranks);
    }
}

/// A tree as users call it.
struct Ours<T>(Rc<T>);

impl<K: OurKey, T: Tree<K>> Peer<K> for Ours<T> {
    fn name(&self) -> &'static str {
        NAME
    }

    fn note(&self) -> Option<&'static str> {
        Some(
            "leafwise is StaticSet, for values StaticMap, for duplicates StaticIndex; scalar, \
             sse2, avx2, avx512 and neon are batches of it with one instruction set each.",
        )
    }

    fn abilities(&self) -> Abilities {
        Abilities {
            sorts: T::DISTINCT,
            batches: true,
            gets: T::DISTINCT,
            gets_batches: T::DISTINCT,
            ..Abilities::SEARCH
        }
    }

    fn build(&self, array: &KeyArray<K>) -> impl Sized {
        T::build(array)
    }

    fn sort_build(&self, unsorted: &[K]) -> impl Sized {
        StaticSet::<K>::from(unsorted)
    }

    #[inline]
    fn rank(&self, query: &K) -> u64 {
        self.0.rank(query) as u64
    }

    #[inline]
    fn rank_batch(&self, queries: &[K], ranks: &mut [usize]) {
        self.0.rank_batch(queries, ranks);
    }

    #[inline]
    fn get(&self, query: &K) -> Option<u64> {
        self.0.get(query)
    }

    #[inline]
    fn get_batch(&self, queries: &[K]) -> u64 {
        self.0.get_batch(queries)
    }
}

/// A tree with a forced instruction set.
struct Forced<T> {
    tree: Rc<T>,
    simd: Simd,
    name: &'static str,
}

impl<K: OurKey, T: Tree<K>> Peer<K> for Forced<T> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn abilities(&self) -> Abilities {
        Abilities {
            builds: false,
            ranks: None,
            batches: true,
            ..Abilities::SEARCH
        }
    }

    fn build(&self, _: &KeyArray<K>) -> impl Sized {}

    fn rank(&self, _: &K) -> u64 {
        0
    }

    #[inline]
    fn rank_batch(&self, queries: &[K], ranks: &mut [usize]) {
        self.tree.rank_batch_with(self.simd, queries, ranks);
    }
}
