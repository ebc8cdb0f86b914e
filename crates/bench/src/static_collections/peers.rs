//! Every measured structure except ours behind one trait.
//!
//! What a structure lacks, a user would add: std's map stores the position of each key as its
//! value, and pgm-extra's results are corrected, since it guarantees nothing for keys that it was
//! not built from.

use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

use fst::MapBuilder;
use ordsearch::OrderedCollection;
use pgm_extra::Static;
use znippy_zoomies::stree32::STree32;

use super::eytzinger::Eytzinger;
use super::key_arrays::{KeyArray, SearchKey};
use super::ours;
use super::peer::{Abilities, Answer, Peer};
use super::workload::{Built, Contenders, Wants};
use crate::conduct::STD;
use crate::memory::Growth;
use crate::pages::{HUGE, PageSize, Pages};

/// Arrays on huge pages, with which others are compared.
pub(crate) const HUGE_ARRAY: &str = "partition-huge";
/// The same on small pages.
pub(crate) const SMALL_ARRAY: &str = "partition-4k";
/// The other search tree.
pub(crate) const ZOOMIES: &str = "znippy-zoomies";

/// All peers that can be requested, std first.
pub(crate) const NAMES: [&str; 16] = [
    STD,
    SMALL_ARRAY,
    HUGE_ARRAY,
    "binary-4k",
    "binary-huge",
    "ordsearch",
    "eytzinger",
    "pgm-extra",
    ZOOMIES,
    "fst",
    ours::NAME,
    ours::SCALAR,
    ours::SSE2,
    ours::AVX2,
    ours::AVX512,
    ours::NEON,
];

/// Key types and the peers that can be measured with them.
pub(crate) trait Roster: SearchKey {
    /// Builds the requested ones over a key array, std first.
    fn contenders(array: &KeyArray<Self>, wants: Wants<'_>) -> Contenders<Self>;
}

impl Roster for u32 {
    fn contenders(array: &KeyArray<Self>, wants: Wants<'_>) -> Contenders<Self> {
        let mut contenders = number_contenders(array, wants);
        if wants(ZOOMIES) {
            contenders.push(Box::new(Built::measured(|| Zoomies::new(array))));
        }
        ours::add_contenders(array, wants, &mut contenders);
        contenders
    }
}

impl Roster for u64 {
    fn contenders(array: &KeyArray<Self>, wants: Wants<'_>) -> Contenders<Self> {
        let mut contenders = number_contenders(array, wants);
        ours::add_contenders(array, wants, &mut contenders);
        contenders
    }
}

impl Roster for String {
    fn contenders(array: &KeyArray<Self>, wants: Wants<'_>) -> Contenders<Self> {
        let mut contenders: Contenders<Self> = vec![Box::new(Built::measured(|| Std::new(array)))];
        let copied = || Words {
            words: array.keys.clone(),
            search: Search::Partition,
        };
        if wants(SMALL_ARRAY) {
            contenders.push(Box::new(Built::measured(copied)));
        }
        if wants("binary-4k") {
            let binary = || Words {
                search: Search::Binary,
                ..copied()
            };
            contenders.push(Box::new(Built::measured(binary)));
        }
        if wants("fst") {
            contenders.push(Box::new(Built::measured(|| Fst::new(array))));
        }
        ours::add_contenders(array, wants, &mut contenders);
        contenders
    }
}

/// The peers for numbers of any width.
fn number_contenders<K>(array: &KeyArray<K>, wants: Wants<'_>) -> Contenders<K>
where
    K: SearchKey + Copy + pgm_extra::index::Key + pgm_extra::index::Indexable<Key = K>,
{
    let mut contenders: Contenders<K> = vec![Box::new(Built::measured(|| Std::new(array)))];
    for size in [PageSize::Small, PageSize::Huge] {
        let searches = [Search::Partition, Search::Binary];
        let searches = searches.map(|search| (search, Slice::<K>::name(search, size)));
        if !searches.iter().any(|&(_, name)| wants(name)) {
            continue;
        }
        let keys = Rc::new(Pages::copied(&array.keys, size));
        for (search, name) in searches {
            // A binary search finds any of the equal keys.
            if wants(name) && (search == Search::Partition || array.distinct) {
                let slice = Slice {
                    keys: Rc::clone(&keys),
                    size,
                    search,
                };
                let growth = takes(size_of_val::<[K]>(&keys));
                contenders.push(Box::new(Built::known(slice, growth)));
            }
        }
    }
    if wants("ordsearch") {
        let build = || Ordsearch(ordsearch(array), array.keys.len());
        contenders.push(Box::new(Built::measured(build)));
    }
    if wants("eytzinger") {
        let tree = Eytzinger::new(&array.keys);
        let growth = takes(tree.bytes());
        contenders.push(Box::new(Built::known(tree, growth)));
    }
    if wants("pgm-extra") {
        contenders.push(Box::new(Pgm::built(array)));
    }
    contenders
}

/// That many bytes, of which the allocator does not know.
pub(crate) fn takes(bytes: usize) -> Growth {
    Growth {
        mapped: bytes,
        ..Growth::default()
    }
}

/// std's map, with the position of the first equal key as the value of a key.
struct Std<K: SearchKey>(BTreeMap<K, K::Row>, usize);

impl<K: SearchKey> Std<K> {
    fn new(array: &KeyArray<K>) -> Self {
        let keys = array.keys.iter().enumerate();
        let rows = keys.map(|(position, key)| (key.clone(), K::row(position)));
        let mut rows: Vec<_> = rows.collect();
        rows.dedup_by(|later, first| later.0 == first.0);
        Self(rows.into_iter().collect(), array.keys.len())
    }
}

impl<K: SearchKey> Peer<K> for Std<K> {
    fn name(&self) -> &'static str {
        STD
    }

    fn note(&self) -> Option<&'static str> {
        Some("std is BTreeMap with ranks as values, since it has none itself, and each key once.")
    }

    fn abilities(&self) -> Abilities {
        Abilities {
            sorts: true,
            gets: true,
            ..Abilities::SEARCH
        }
    }

    fn build(&self, array: &KeyArray<K>) -> impl Sized {
        let keys = array.keys.iter().enumerate();
        keys.map(|(position, key)| (key.clone(), K::row(position)))
            .collect::<BTreeMap<_, _>>()
    }

    fn sort_build(&self, unsorted: &[K]) -> impl Sized {
        let keys = unsorted.iter().enumerate();
        keys.map(|(position, key)| (key.clone(), K::row(position)))
            .collect::<BTreeMap<_, _>>()
    }

    #[inline]
    fn rank(&self, query: &K) -> u64 {
        let next = self.0.range(query..).next();
        next.map_or(self.1 as u64, |(_, &row)| row.into())
    }

    #[inline]
    fn get(&self, query: &K) -> Option<u64> {
        self.0.get(query).map(|&row| row.into())
    }
}

/// How a sorted slice is searched.
#[derive(Clone, Copy, PartialEq)]
enum Search {
    Partition,
    Binary,
}

impl Search {
    #[inline]
    fn rank<K: Ord>(self, keys: &[K], query: &K) -> u64 {
        let position = match self {
            Self::Partition => keys.partition_point(|key| key < query),
            Self::Binary => match keys.binary_search(query) {
                Ok(position) | Err(position) => position,
            },
        };
        position as u64
    }
}

/// A sorted array on pages of one kind.
struct Slice<K: Copy> {
    keys: Rc<Pages<K>>,
    size: PageSize,
    search: Search,
}

impl<K: Copy> Slice<K> {
    fn name(search: Search, size: PageSize) -> &'static str {
        match (search, size) {
            (Search::Partition, PageSize::Small) => SMALL_ARRAY,
            (Search::Partition, PageSize::Huge) => HUGE_ARRAY,
            (Search::Binary, PageSize::Small) => "binary-4k",
            (Search::Binary, PageSize::Huge) => "binary-huge",
        }
    }
}

/// A copy in fresh memory: a mapping, unless it is too small to be worth one.
enum Copied<K: Copy> {
    Mapped(Pages<K>),
    Allocated(Vec<K>),
}

impl<K: Copy> Copied<K> {
    fn new(keys: &[K], size: PageSize) -> Self {
        if size_of_val(keys) < HUGE {
            Self::Allocated(keys.to_vec())
        } else {
            Self::Mapped(Pages::copied(keys, size))
        }
    }

    fn keys_mut(&mut self) -> &mut [K] {
        match self {
            Self::Mapped(pages) => pages,
            Self::Allocated(keys) => keys,
        }
    }
}

impl<K: SearchKey + Copy> Peer<K> for Slice<K> {
    fn name(&self) -> &'static str {
        Self::name(self.search, self.size)
    }

    fn note(&self) -> Option<&'static str> {
        (self.search == Search::Partition && self.size == PageSize::Huge).then_some(
            "partition and binary are partition_point and binary_search, on pages of 4 KB and on \
             huge ones; building one means copying it.",
        )
    }

    fn abilities(&self) -> Abilities {
        Abilities {
            builds: self.search == Search::Partition,
            sorts: self.search == Search::Partition,
            ..Abilities::SEARCH
        }
    }

    fn build(&self, array: &KeyArray<K>) -> impl Sized {
        Copied::new(&array.keys, self.size)
    }

    fn sort_build(&self, unsorted: &[K]) -> impl Sized {
        let mut keys = Copied::new(unsorted, self.size);
        keys.keys_mut().sort_unstable();
        keys
    }

    #[inline]
    fn rank(&self, query: &K) -> u64 {
        self.search.rank(&self.keys, query)
    }
}

/// A sorted vector of words.
struct Words {
    words: Vec<String>,
    search: Search,
}

impl Peer<String> for Words {
    fn name(&self) -> &'static str {
        Slice::<u32>::name(self.search, PageSize::Small)
    }

    fn abilities(&self) -> Abilities {
        Abilities {
            builds: self.search == Search::Partition,
            sorts: self.search == Search::Partition,
            ..Abilities::SEARCH
        }
    }

    fn build(&self, array: &KeyArray<String>) -> impl Sized {
        array.keys.clone()
    }

    fn sort_build(&self, unsorted: &[String]) -> impl Sized {
        let mut words = unsorted.to_vec();
        words.sort_unstable();
        words
    }

    #[inline]
    fn rank(&self, query: &String) -> u64 {
        self.search.rank(&self.words, query)
    }
}

fn ordsearch<K: SearchKey + Copy>(array: &KeyArray<K>) -> OrderedCollection<K> {
    OrderedCollection::from_sorted_iter(array.keys.iter().copied())
}

struct Ordsearch<K>(OrderedCollection<K>, usize);

impl<K: SearchKey + Copy> Peer<K> for Ordsearch<K> {
    fn name(&self) -> &'static str {
        "ordsearch"
    }

    fn note(&self) -> Option<&'static str> {
        Some("ordsearch finds a key, but not its rank; without nightly, it does not prefetch.")
    }

    fn abilities(&self) -> Abilities {
        Abilities {
            ranks: Some(Answer::Key),
            ..Abilities::SEARCH
        }
    }

    fn build(&self, array: &KeyArray<K>) -> impl Sized {
        ordsearch(array)
    }

    #[inline]
    fn rank(&self, query: &K) -> u64 {
        let found = self.0.find_gte(*query);
        found.map_or(self.1 as u64, K::digest)
    }
}

impl<K: SearchKey + Copy> Peer<K> for Eytzinger<K> {
    fn name(&self) -> &'static str {
        "eytzinger"
    }

    fn note(&self) -> Option<&'static str> {
        Some("eytzinger is a binary search in level order, prefetched, on huge pages.")
    }

    fn build(&self, array: &KeyArray<K>) -> impl Sized {
        Self::new(&array.keys)
    }

    #[inline]
    fn rank(&self, query: &K) -> u64 {
        Self::rank(self, query) as u64
    }
}

/// A learned index and the keys.
struct Pgm<K: Copy + pgm_extra::index::Indexable> {
    keys: Pages<K>,
    index: Static<K>,
}

/// How far a position may be from the model's prediction, in keys and in segments of the model.
const EPSILON: usize = 64;
const EPSILON_RECURSIVE: usize = 4;

fn learned<K>(keys: &[K]) -> Static<K>
where
    K: SearchKey + Copy + pgm_extra::index::Key + pgm_extra::index::Indexable<Key = K>,
{
    let index = Static::new(keys, EPSILON, EPSILON_RECURSIVE);
    index.expect("there are keys")
}

impl<K> Pgm<K>
where
    K: SearchKey + Copy + pgm_extra::index::Key + pgm_extra::index::Indexable<Key = K>,
{
    fn built(array: &KeyArray<K>) -> Built<Self> {
        let Built {
            peer, mut growth, ..
        } = Built::measured(|| learned(&array.keys));
        growth.mapped += size_of_val::<[K]>(&array.keys);
        let pgm = Self {
            keys: Pages::copied(&array.keys, PageSize::Huge),
            index: peer,
        };
        Built::known(pgm, growth)
    }
}

impl<K> Peer<K> for Pgm<K>
where
    K: SearchKey + Copy + pgm_extra::index::Key + pgm_extra::index::Indexable<Key = K>,
{
    fn name(&self) -> &'static str {
        "pgm-extra"
    }

    fn note(&self) -> Option<&'static str> {
        Some(
            "pgm-extra predicts a part of the keys, on huge pages; if that turns out wrong, all of \
             them are searched. Building it does not move the keys.",
        )
    }

    fn build(&self, array: &KeyArray<K>) -> impl Sized {
        learned(&array.keys)
    }

    #[inline]
    fn rank(&self, query: &K) -> u64 {
        let keys: &[K] = &self.keys;
        let position = self.index.search(query);
        let Range { start, end } = position.lo.min(keys.len())..position.hi.min(keys.len());
        let found = start + keys[start..end].partition_point(|key| key < query);
        let right = (found > start || start == 0 || keys[start - 1] < *query)
            && (found < end || end == keys.len() || keys[end] >= *query);
        let found = if right {
            found
        } else {
            keys.partition_point(|key| key < query)
        };
        found as u64
    }
}

/// The S+tree of znippy-zoomies.
struct Zoomies(STree32);

impl Zoomies {
    fn new(array: &KeyArray<u32>) -> Self {
        Self(STree32::new(&array.keys))
    }
}

/// Queries that it takes through the levels together: of 8, 16, 32, 64 and 128, the fastest.
const TOGETHER: usize = 64;

impl Peer<u32> for Zoomies {
    fn name(&self) -> &'static str {
        ZOOMIES
    }

    fn note(&self) -> Option<&'static str> {
        Some("znippy-zoomies is its STree32, which takes batches of u32, but no u64.")
    }

    fn abilities(&self) -> Abilities {
        Abilities {
            batches: true,
            ..Abilities::SEARCH
        }
    }

    fn build(&self, array: &KeyArray<u32>) -> impl Sized {
        Self::new(array)
    }

    #[inline]
    fn rank(&self, query: &u32) -> u64 {
        self.0.lower_bound(*query) as u64
    }

    #[inline]
    fn rank_batch(&self, queries: &[u32], ranks: &mut [usize]) {
        ranks.copy_from_slice(&self.0.lower_bound_batch::<TOGETHER>(queries));
    }
}

/// A transducer from words to their positions.
struct Fst(fst::Map<Vec<u8>>);

impl Fst {
    fn new(array: &KeyArray<String>) -> Self {
        let mut builder = MapBuilder::memory();
        for (position, word) in array.keys.iter().enumerate() {
            let inserted = builder.insert(word, position as u64);
            inserted.expect("words are ascending");
        }
        Self(builder.into_map())
    }
}

impl Peer<String> for Fst {
    fn name(&self) -> &'static str {
        "fst"
    }

    fn note(&self) -> Option<&'static str> {
        Some("fst has values for words, but no ranks for absent ones.")
    }

    fn abilities(&self) -> Abilities {
        Abilities {
            ranks: None,
            gets: true,
            ..Abilities::SEARCH
        }
    }

    fn build(&self, array: &KeyArray<String>) -> impl Sized {
        Self::new(array)
    }

    fn rank(&self, _: &String) -> u64 {
        0
    }

    #[inline]
    fn get(&self, query: &String) -> Option<u64> {
        self.0.get(query)
    }
}
