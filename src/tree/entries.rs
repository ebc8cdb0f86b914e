//! The tree behind the interface that all collections use: [`Entries`], [`Remove`] and [`Insert`],
//! in terms of the tree's own methods.

use alloc::vec::Vec;
use core::borrow::Borrow;
use core::cmp::Ordering;
use core::ops::Bound;

use super::policy::{Policy, compare};
use super::target::{AtKey, Target};
use super::{Gap, IntoIter, Occupied, Run, Tree, Walk};
use crate::error::UnsortedError;
use crate::iter::{
    Cursor, CursorMut, CursorMutOf, CursorOf, Entries, Insert, OnEqual, Passed, Remove,
};
use crate::sealed::Sealed;
use crate::search::KeyBound;
use crate::store::Store;

impl<K, V, S: Store, P: Policy> Sealed for Tree<K, V, S, P> {}

impl<K, V, S: Store, P: Policy> Entries for Tree<K, V, S, P> {
    type Key = K;
    type Value = V;
    type Gap = Gap<S>;
    type Walk<'a>
        = Walk<'a, K, V, S, P>
    where
        Self: 'a;
    type IntoIter = IntoIter<K, V, S, P>;

    const NAME: &'static str = "BPlusTreeMap";
    const EMPTY: Self = Tree::new();

    #[inline]
    fn len(&self) -> usize {
        self.raw.len
    }

    /// Bytes of all nodes, including the store's spare memory.
    fn memory_usage(&self) -> usize {
        self.raw.store.memory().unwrap_or_else(|| {
            let nodes = self.raw.count_nodes(Self::SHAPE);
            nodes.leaves * self.raw.leaf_layout(&Self::SHAPE.leaf).size()
                + nodes.branches * Self::SHAPE.branch.layout.size()
        })
    }

    /// Reserves nodes for `additional` entries, as full as random inserts make them.
    fn reserve(&mut self, additional: usize) {
        self.raw.reserve(Self::SHAPE, additional);
    }

    fn shrink_to_fit(&mut self) {
        self.shrink_to_fit();
    }

    fn into_iter(self) -> IntoIter<K, V, S, P> {
        IntoIter::new(self)
    }

    #[inline]
    fn start(&self) -> Gap<S> {
        self.first_gap()
    }

    #[inline]
    fn end(&self) -> Gap<S> {
        self.last_gap()
    }

    #[inline]
    fn gap_from<Q: Ord + ?Sized>(&self, bound: Bound<&Q>) -> Gap<S>
    where
        K: Borrow<Q>,
    {
        self.lower_gap(bound, AtKey)
    }

    #[inline]
    fn gap_to<Q: Ord + ?Sized>(&self, bound: Bound<&Q>) -> Gap<S>
    where
        K: Borrow<Q>,
    {
        self.upper_gap(bound, AtKey)
    }

    fn count_between<Q: Ord + ?Sized>(&self, start: Bound<&Q>, end: Bound<&Q>) -> usize
    where
        K: Borrow<Q>,
    {
        self.count_between(start, end, AtKey)
    }

    #[inline]
    fn find<Q: Ord + ?Sized>(&self, key: &Q) -> Result<Gap<S>, Gap<S>>
    where
        K: Borrow<Q>,
    {
        let Some(root) = self.raw.root() else {
            return Err(self.first_gap());
        };
        self.seek(root, AtKey::lower(key)).map(Occupied::before)
    }

    #[inline]
    fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<(&K, &V)>
    where
        K: Borrow<Q>,
    {
        self.get(AtKey::lower(key))
    }

    fn get_batch<'t, 'q, Q: Ord + ?Sized + 'q>(
        &'t self,
        keys: impl Iterator<Item = &'q Q>,
        mut found: impl FnMut(Option<(&'t K, &'t V)>),
    ) where
        K: Borrow<Q>,
    {
        self.find_batch(keys.map(AtKey::lower), |entry| {
            found(entry.map(|entry| {
                let (key, value) = self.entry(entry);
                // SAFETY: an entry of the tree, which stays borrowed.
                unsafe { (&*key, &*value) }
            }));
        });
    }

    fn get_mut_batch<'q, Q: Ord + ?Sized + 'q>(
        &mut self,
        keys: impl Iterator<Item = &'q Q>,
        mut found: impl FnMut(Option<&mut V>),
    ) where
        K: Borrow<Q>,
    {
        let tree = &*self;
        tree.find_batch(keys.map(AtKey::lower), |entry| {
            // SAFETY: an entry of the tree, which stays mutably borrowed. The search reads no
            // values, and no other value is borrowed at the same time.
            found(entry.map(|entry| unsafe { &mut *tree.entry(entry).1 }));
        });
    }

    #[inline]
    fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        let found = self.find_entry(self.raw.root()?, AtKey::lower(key))?;
        // SAFETY: an entry of the tree, which stays mutably borrowed.
        Some(unsafe { &mut *self.entry(found).1 })
    }

    #[inline]
    unsafe fn after(&self, gap: Gap<S>) -> Option<Passed<&K, &V, Gap<S>>> {
        let next = self.next_entry(gap)?;
        let (key, value) = self.entry(next);
        // SAFETY: an entry of the tree, which stays borrowed.
        Some(unsafe { ((&*key, &*value), next.after()) })
    }

    #[inline]
    unsafe fn before(&self, gap: Gap<S>) -> Option<Passed<&K, &V, Gap<S>>> {
        let prev = self.prev_entry(gap)?;
        let (key, value) = self.entry(prev);
        // SAFETY: as in `after`.
        Some(unsafe { ((&*key, &*value), prev.before()) })
    }

    #[inline]
    unsafe fn after_mut(&mut self, gap: Gap<S>) -> Option<Passed<&K, &mut V, Gap<S>>> {
        let next = self.next_entry(gap)?;
        let (key, value) = self.entry(next);
        // SAFETY: as in `after`, exclusively.
        Some(unsafe { ((&*key, &mut *value), next.after()) })
    }

    #[inline]
    unsafe fn before_mut(&mut self, gap: Gap<S>) -> Option<Passed<&K, &mut V, Gap<S>>> {
        let prev = self.prev_entry(gap)?;
        let (key, value) = self.entry(prev);
        // SAFETY: as in `after`, exclusively.
        Some(unsafe { ((&*key, &mut *value), prev.before()) })
    }

    #[inline]
    unsafe fn walk(&self, start: Gap<S>, end: Gap<S>) -> Walk<'_, K, V, S, P> {
        let run = Run::new(self, start, end);
        Walk {
            tree: Some(self),
            run,
        }
    }
}

impl<K, V, S: Store, P: Policy> Remove for Tree<K, V, S, P>
where
    K: Ord,
    P::TieBreaker<V>: Ord,
{
    #[inline]
    unsafe fn remove_after(&mut self, gap: &mut Gap<S>) -> Option<(K, V)> {
        let next = self.next_entry(*gap)?;
        let (entry, (left, separator)) = self.take_at(next);
        *gap = left;
        drop(separator);
        Some(entry)
    }

    #[inline]
    fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<(K, V)>
    where
        K: Borrow<Q>,
    {
        self.remove(AtKey::lower(key))
    }

    fn remove_between<Q: Ord + ?Sized>(&mut self, start: Bound<&Q>, end: Bound<&Q>) -> usize
    where
        K: Borrow<Q>,
    {
        self.remove_between(start, end, AtKey)
    }

    fn check_invariants(&self) {
        self.check_invariants();
    }
}

impl<K, V, S: Store, P: Policy> Insert for Tree<K, V, S, P>
where
    K: Ord + Clone,
    P::TieBreaker<V>: Ord + Clone,
{
    fn is_less(left: (&K, &V), right: (&K, &V)) -> bool {
        compare::<K, V, P>(left, right) == Ordering::Less
    }

    #[inline]
    unsafe fn insert_at(&mut self, gap: &mut Gap<S>, key: K, value: V) {
        let Some(root) = self.raw.root() else {
            self.push_last(key, value);
            *gap = self.first_gap();
            return;
        };
        if self.is_between_leaves(*gap) {
            // The separator decides in which of the two leaves the key belongs.
            *gap = self.locate(root, P::target(&key, &value));
        }
        let (inserted, separator) = self.insert_at(*gap, key, value);
        *gap = inserted.before();
        drop(separator);
    }

    #[inline]
    fn insert(&mut self, key: K, value: V) -> Option<V> {
        self.insert(key, value)
    }

    fn append(&mut self, other: &mut Self) {
        self.append(other);
    }

    fn merge(&mut self, other: Self, conflict: impl FnMut(&K, V, V) -> V) {
        self.merge(other, conflict);
    }

    fn extend(&mut self, entries: impl Iterator<Item = (K, V)>) {
        self.extend(entries, OnEqual::ReplaceValue);
    }

    fn insert_many(&mut self, entries: Vec<(K, V)>) {
        self.insert_many(entries, OnEqual::ReplaceValue);
    }

    fn split_off<Q: Ord + ?Sized>(&mut self, key: &Q) -> Self
    where
        K: Borrow<Q>,
    {
        self.split_off(key)
    }

    fn from_ascending<I: IntoIterator<Item = (K, V)>>(entries: I) -> Result<Self, UnsortedError> {
        Tree::from_ascending(entries)
    }

    fn from_entries<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        Tree::from_entries(entries)
    }
}

/// Ranges and cursors at any targets, not only at those of a key. `target` makes a target of a
/// bound's value, as for [`lower_gap`](Self::lower_gap).
impl<K, V, S: Store, P: Policy> Tree<K, V, S, P> {
    /// The entries between two bounds.
    pub(crate) fn between<B, M: Target<K, P::TieBreaker<V>>>(
        &self,
        start: Bound<B>,
        end: Bound<B>,
        target: impl Fn(B, KeyBound) -> M,
    ) -> super::Range<'_, K, V, S, P> {
        let (start, end) = (self.lower_gap(start, &target), self.upper_gap(end, target));
        // SAFETY: gaps of the tree, which stays borrowed by the range.
        unsafe { super::Range::new(self.walk(start, end)) }
    }

    /// The number of entries between two bounds. O(log n), and a step for each leaf between them.
    ///
    /// Exact entry counts in each branch would save those steps. But then every insert and removal
    /// would have to update all branches on its path, and to find that path where it needs none
    /// now.
    pub(crate) fn count_between<B, M: Target<K, P::TieBreaker<V>>>(
        &self,
        start: Bound<B>,
        end: Bound<B>,
        target: impl Fn(B, KeyBound) -> M,
    ) -> usize {
        let start = self.lower_end(start, &target);
        let end = self.upper_gap(end, target);
        self.raw
            .count_between(Self::SHAPE, start.path, start.gap, end)
    }

    /// A cursor at the gap before the first entry within the lower bound `bound`, or after the last
    /// one within the upper bound `bound`; `side` decides which.
    pub(crate) fn cursor_at<B, M: Target<K, P::TieBreaker<V>>>(
        &self,
        side: KeyBound,
        bound: Bound<B>,
        target: impl FnOnce(B, KeyBound) -> M,
    ) -> CursorOf<'_, Self> {
        let gap = match side {
            KeyBound::Lower => self.lower_gap(bound, target),
            KeyBound::Upper => self.upper_gap(bound, target),
        };
        // SAFETY: a gap of the tree, which stays borrowed by the cursor.
        unsafe { Cursor::new(self, gap) }
    }

    /// [`cursor_at`](Self::cursor_at), mutable.
    pub(crate) fn cursor_mut_at<B, M: Target<K, P::TieBreaker<V>>>(
        &mut self,
        side: KeyBound,
        bound: Bound<B>,
        target: impl FnOnce(B, KeyBound) -> M,
    ) -> CursorMutOf<'_, Self> {
        let gap = self.cursor_at(side, bound, target).gap();
        // SAFETY: a gap of the tree, which stays mutably borrowed by the cursor.
        unsafe { CursorMut::new(self, gap) }
    }

    /// Returns whether a gap is where one leaf ends and another begins.
    fn is_between_leaves(&self, gap: Gap<S>) -> bool {
        let leaf = self.leaf(gap.leaf).node;
        (gap.at == leaf.len() && !leaf.next().is_nil()) || (gap.at == 0 && !leaf.prev().is_nil())
    }
}
