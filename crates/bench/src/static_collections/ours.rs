//! leafwise's static collections as peers: all calls of them are here.
//!
//! Distinct keys are a set, and with their places a map; a column with duplicates is an index
//! without values. Each instruction set that the processor has is forced on batches of the same
//! tree, as a peer of its own.

use std::borrow::Borrow;
use std::rc::Rc;

use leafwise::static_collections::{Key, Packed, Query, Simd};
use leafwise::{StaticIndex, StaticMap, StaticSet};

use super::columns::{Column, SearchKey};
use super::peer::{Abilities, Peer, digest};
use super::workload::{Built, Contenders, Wants};
use crate::memory::Growth;

/// Ours, as it is used.
pub(crate) const NAME: &str = "leafwise";
/// Ours with instruction sets that are forced on it.
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

/// Keys that ours takes.
pub(crate) trait OurKey: SearchKey + Key + Borrow<Query<Self, Packed>> {}

impl<K: SearchKey + Key + Borrow<Query<K, Packed>>> OurKey for K {}

/// Builds ours over a column, and adds it to the peers, once more for each instruction set.
pub(crate) fn add_contenders<K: OurKey>(
    column: &Column<K>,
    wants: Wants<'_>,
    contenders: &mut Contenders<K>,
) {
    let names = Simd::available().filter_map(name_of);
    if !names.chain([NAME]).any(wants) {
        return;
    }
    if column.distinct {
        let Built { peer, growth, .. } = Built::measured(|| set(column));
        let rows = (0..column.keys.len()).map(K::row).collect();
        let map = StaticMap::from_sorted_parts(&column.keys, rows);
        let map = map.expect("keys are distinct and ascend");
        add(Distinct { set: peer, map }, growth, wants, contenders);
    } else {
        let Built { peer, growth, .. } = Built::measured(|| index(column));
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

fn set<K: OurKey>(column: &Column<K>) -> StaticSet<K> {
    StaticSet::from_sorted_slice(&column.keys).expect("keys are distinct and ascend")
}

fn index<K: OurKey>(column: &Column<K>) -> StaticIndex<K, ()> {
    let values = vec![(); column.keys.len()];
    StaticIndex::from_sorted_parts(&column.keys, values).expect("keys ascend")
}

/// Collections for distinct keys, and for others.
trait Tree<K: OurKey> {
    /// Has values, and is built from keys in any order.
    const DISTINCT: bool;

    fn build(column: &Column<K>) -> Self;
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
    /// The keys with their places.
    map: StaticMap<K, K::Row>,
}

impl<K: OurKey> Tree<K> for Distinct<K> {
    const DISTINCT: bool = true;

    fn build(column: &Column<K>) -> Self {
        Self {
            set: set(column),
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

    fn build(column: &Column<K>) -> Self {
        index(column)
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

/// A tree, as it is used.
struct Ours<T>(Rc<T>);

impl<K: OurKey, T: Tree<K>> Peer<K> for Ours<T> {
    fn name(&self) -> &'static str {
        NAME
    }

    fn note(&self) -> Option<&'static str> {
        Some(
            "leafwise is StaticSet, for values StaticMap, for duplicates StaticIndex; below it \
             are batches of the same tree with one instruction set each.",
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

    fn build(&self, column: &Column<K>) -> impl Sized {
        T::build(column)
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

/// A tree that an instruction set is forced on.
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

    fn build(&self, _: &Column<K>) -> impl Sized {}

    fn rank(&self, _: &K) -> u64 {
        0
    }

    #[inline]
    fn rank_batch(&self, queries: &[K], ranks: &mut [usize]) {
        self.tree.rank_batch_with(self.simd, queries, ranks);
    }
}
