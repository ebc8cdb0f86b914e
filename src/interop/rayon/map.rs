//! The maps' parallel iterators; those of a B+ tree, under names like std's.

use core::borrow::Borrow;
use core::cmp::Ordering;
use core::mem;
use core::ops::RangeBounds;

use rayon::iter::{FromParallelIterator, IntoParallelIterator, ParallelExtend, ParallelIterator};

use super::{distinct, sorted};
use crate::bounds;
use crate::iter::{Divisible, Exclusive, ParallelInsert, Part, PartMutOf, PartOf, Shared};
use crate::layout::StructOfArrays;
use crate::map::Map;
use crate::search::compare_keys;
use crate::store::Slab;
use crate::tree::Tree;

pub use crate::tree::Span;

/// Parallel iterator over the entries of a map or of a range of it. Made by `par_iter` and
/// [`par_range`](Map::par_range).
///
/// # Examples
///
/// ```
/// use leafwise::BPlusTreeMap;
/// use rayon::prelude::*;
///
/// let map: BPlusTreeMap<u32, u32> = (0..1000).map(|key| (key, key * 2)).collect();
/// assert_eq!(map.par_iter().map(|(_, value)| value).sum::<u32>(), 999_000);
///
/// // Collected, items are in the order of the keys.
/// let keys: Vec<u32> = map.par_iter().map(|(&key, _)| key).collect();
/// assert!(keys.into_iter().eq(0..1000));
/// ```
pub type ParIter<'a, K, V, S = Slab, P = StructOfArrays> =
    Part<Shared<'a, K, V>, Span<'a, K, V, S, P>>;

/// Parallel iterator over the entries of a map or of a range of it, with mutable values. Made by
/// `par_iter_mut` and [`par_range_mut`](Map::par_range_mut).
///
/// # Examples
///
/// ```
/// use leafwise::BPlusTreeMap;
/// use rayon::prelude::*;
///
/// let mut map: BPlusTreeMap<u32, u32> = (0..1000).map(|key| (key, 1)).collect();
/// map.par_iter_mut().for_each(|(key, value)| *value += key);
/// assert_eq!(map[&500], 501);
/// ```
pub type ParIterMut<'a, K, V, S = Slab, P = StructOfArrays> =
    Part<Exclusive<'a, K, V>, Span<'a, K, V, S, P>>;

/// Parallel owning iterator over the entries of a map. Made by `into_par_iter`.
///
/// Entries that were not taken, because of an early end or a panic, are dropped.
///
/// # Examples
///
/// ```
/// use leafwise::BPlusTreeMap;
/// use rayon::prelude::*;
///
/// let map: BPlusTreeMap<u32, String> = (0..1000).map(|key| (key, key.to_string())).collect();
/// let found = map.into_par_iter().find_any(|(key, _)| *key == 700);
/// assert_eq!(found, Some((700, "700".to_string())));
/// ```
pub type IntoParIter<K, V, S = Slab, P = StructOfArrays> = super::IntoParIter<Tree<K, V, S, P>>;

impl<'a, K, V, B> IntoParallelIterator for &'a Map<K, V, B>
where
    K: Sync,
    V: Sync,
    B: Divisible<Key = K, Value = V>,
{
    type Item = (&'a K, &'a V);
    type Iter = PartOf<'a, B>;

    fn into_par_iter(self) -> Self::Iter {
        self.raw.part()
    }
}

impl<'a, K, V, B> IntoParallelIterator for &'a mut Map<K, V, B>
where
    K: Sync,
    V: Send,
    B: Divisible<Key = K, Value = V>,
{
    type Item = (&'a K, &'a mut V);
    type Iter = PartMutOf<'a, B>;

    fn into_par_iter(self) -> Self::Iter {
        self.raw.part_mut()
    }
}

impl<K, V, B> IntoParallelIterator for Map<K, V, B>
where
    K: Send,
    V: Send,
    B: Divisible<Key = K, Value = V> + Send,
{
    type Item = (K, V);
    type Iter = super::IntoParIter<B>;

    fn into_par_iter(self) -> Self::Iter {
        super::IntoParIter { entries: self.raw }
    }
}

/// Parallel iteration over ranges (feature `rayon`).
impl<K: Ord + Sync, V, B: Divisible<Key = K, Value = V>> Map<K, V, B> {
    /// A parallel iterator over the entries whose keys are within `range`. O(log n) to find the
    /// range; in a B+ tree its leaves are also listed, through the branches: one step per about
    /// fifty entries.
    ///
    /// # Panics
    ///
    /// Panics if [`range`](Self::range) would.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    /// use rayon::prelude::*;
    ///
    /// let map: BPlusTreeMap<u32, u32> = (0..1000).map(|key| (key, 1)).collect();
    /// assert_eq!(map.par_range(100..=300).map(|(_, value)| value).sum::<u32>(), 201);
    /// ```
    #[track_caller]
    pub fn par_range<Q, R>(&self, range: R) -> PartOf<'_, B>
    where
        Q: Ord + ?Sized,
        K: Borrow<Q>,
        V: Sync,
        R: RangeBounds<Q>,
    {
        bounds::check_or_panic::<K, Q>(&range, self.is_empty(), B::NAME);
        self.raw.part_within(&range)
    }

    /// A parallel iterator over the entries whose keys are within `range`, with mutable values.
    /// Costs as much as [`par_range`](Self::par_range).
    ///
    /// # Panics
    ///
    /// Panics if [`range`](Self::range) would.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    /// use rayon::prelude::*;
    ///
    /// let mut map: BPlusTreeMap<u32, u32> = (0..1000).map(|key| (key, key)).collect();
    /// map.par_range_mut(500..).for_each(|(_, value)| *value = 0);
    /// assert_eq!(map.values().max(), Some(&499));
    /// ```
    #[track_caller]
    pub fn par_range_mut<Q, R>(&mut self, range: R) -> PartMutOf<'_, B>
    where
        Q: Ord + ?Sized,
        K: Borrow<Q>,
        V: Send,
        R: RangeBounds<Q>,
    {
        bounds::check_or_panic::<K, Q>(&range, self.is_empty(), B::NAME);
        self.raw.part_mut_within(&range)
    }
}

/// The order of entries.
fn by_key<K: Ord, V>(left: &(K, V), right: &(K, V)) -> Ordering {
    compare_keys::<K, K>(&left.0, &right.0)
}

/// Merging in parallel (feature `rayon`).
impl<K: Ord + Send, V: Send, B: ParallelInsert<Key = K, Value = V>> Map<K, V, B> {
    /// Moves all entries of `other` into `self`, leaving `other` empty, like
    /// [`append`](Self::append), on several threads.
    ///
    /// If a key is in both maps, the value of `other` replaces that of `self`; the stored key is
    /// not updated.
    ///
    /// A B+ tree is built anew from the entries of both, O(n + m) in all, in memory for as many
    /// entries again. Where `append` is faster, as `other` has much fewer entries or all of them
    /// are before or after those of `self`, this is the same. A cache-oblivious map always does
    /// what `append` does.
    ///
    /// If the order, clone or drop of a key or value panics while a tree is built anew, both maps
    /// are empty afterwards.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let mut map: BPlusTreeMap<u32, u32> = (0..20_000).map(|n| (n * 2, 0)).collect();
    /// let mut other: BPlusTreeMap<u32, u32> = (0..20_000).map(|n| (n * 3, 1)).collect();
    /// map.par_append(&mut other);
    /// assert!(other.is_empty());
    /// assert_eq!((map[&2], map[&3], map[&6]), (0, 1, 1));
    /// ```
    pub fn par_append(&mut self, other: &mut Self) {
        self.raw.par_append(&mut other.raw);
    }

    /// Moves all entries of `other` into `self`, like [`merge`](Self::merge), on several threads.
    /// Where a key is in both maps, `conflict` makes one value of both.
    ///
    /// `conflict` is given the key, the value of `self` and the value of `other`. The stored key is
    /// not updated. Costs as much as [`par_append`](Self::par_append).
    ///
    /// # Panics
    ///
    /// Panics if `conflict` does. Then `self` is empty, unless it is as if `merge` had been called:
    /// see [`par_append`](Self::par_append).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let mut stock: BPlusTreeMap<u32, u32> = (0..20_000).map(|n| (n * 2, 1)).collect();
    /// let delivery: BPlusTreeMap<u32, u32> = (0..20_000).map(|n| (n * 3, 4)).collect();
    /// stock.par_merge(delivery, |_, stored, delivered| stored + delivered);
    /// assert_eq!((stock[&2], stock[&3], stock[&6]), (1, 4, 5));
    /// ```
    pub fn par_merge(&mut self, other: Self, conflict: impl Fn(&K, V, V) -> V + Sync) {
        self.raw.par_merge(other.raw, conflict);
    }
}

/// Collects entries in any order. Of entries with equal keys, the last one is kept. They are sorted
/// in parallel, and a B+ tree is also filled in parallel.
impl<K: Ord + Send, V: Send, B: ParallelInsert<Key = K, Value = V>> FromParallelIterator<(K, V)>
    for Map<K, V, B>
{
    fn from_par_iter<I: IntoParallelIterator<Item = (K, V)>>(entries: I) -> Self {
        let runs = distinct(sorted(entries, by_key), by_key, mem::swap);
        Map::over(B::from_runs(runs))
    }
}

/// Inserts entries: later ones replace the values of equal keys. They are sorted in parallel, then
/// inserted together: into a B+ tree in parallel, as by [`par_append`](Map::par_append), unless
/// they are few. If the order, clone or drop of a key or value panics, the map may be empty.
impl<K: Ord + Send, V: Send, B: ParallelInsert<Key = K, Value = V>> ParallelExtend<(K, V)>
    for Map<K, V, B>
{
    fn par_extend<I: IntoParallelIterator<Item = (K, V)>>(&mut self, entries: I) {
        let entries = sorted(entries, by_key);
        if self.raw.is_for_one_thread(entries.len()) {
            self.raw.insert_many(entries);
            return;
        }
        let runs = distinct(entries, by_key, |later, kept| {
            mem::swap(&mut later.1, &mut kept.1);
        });
        self.raw.par_append(&mut B::from_runs(runs));
    }
}

/// Inserts copies of entries, as above.
impl<'a, K, V, B> ParallelExtend<(&'a K, &'a V)> for Map<K, V, B>
where
    K: Ord + Copy + Send + Sync,
    V: Copy + Send + Sync,
    B: ParallelInsert<Key = K, Value = V>,
{
    fn par_extend<I: IntoParallelIterator<Item = (&'a K, &'a V)>>(&mut self, entries: I) {
        self.par_extend(entries.into_par_iter().map(|(&key, &value)| (key, value)));
    }
}
