//! The packed-memory array with the index over its segments: what the map keeps its entries in.
//!
//! Each change goes in the same steps: search, which runs the order of the keys; change the array,
//! which runs no user code; let the index follow; drop what is left over.

use alloc::vec::Vec;
use core::borrow::Borrow;
use core::cmp::Ordering;
use core::iter;
use core::mem;
use core::ops::{self, Bound};

use super::index::Index;
use super::packed::{Half, InsertPosition, IntoIter, Packed, Place, Rebalance, SLOTS_MAX, Walk};
use crate::error::UnsortedError;
#[cfg(feature = "rayon")]
use crate::iter::Divisible;
use crate::iter::{Entries, Insert, Passed, Remove, Sealed, sort};
use crate::search::Edge;
use crate::store::capacity_overflow;

/// Entries in the order of their keys.
pub struct Table<K, V> {
    packed: Packed<K, V>,
    index: Index<K>,
}

impl<K, V> Table<K, V> {
    pub(crate) const fn new() -> Self {
        Table {
            packed: Packed::new(),
            index: Index::new(),
        }
    }

    fn of(packed: Packed<K, V>) -> Self {
        let mut table = Table {
            packed,
            index: Index::new(),
        };
        table.index.follow(&table.packed, Rebalance::All);
        table
    }

    #[inline]
    fn entry(&self, slot: Place) -> (&K, &V) {
        let (keys, values) = self.packed.run(slot.segment);
        (&keys[slot.slot], &values[slot.slot])
    }

    #[inline]
    fn entry_mut(&mut self, slot: Place) -> (&K, &mut V) {
        let (keys, values) = self.packed.run_mut(slot.segment);
        (&keys[slot.slot], &mut values[slot.slot])
    }

    /// The place before or behind the entry of a key.
    #[inline]
    fn seek<Q: Ord + ?Sized>(&self, key: &Q, edge: Edge) -> Place
    where
        K: Borrow<Q>,
    {
        if self.len() == 0 {
            return self.start();
        }
        let segment = self.index.segment(&self.packed, key, edge);
        let slot = self.packed.rank(segment, key, edge);
        Place { segment, slot }
    }

    /// The index follows a removal. If the array has another shape, it is a smaller one: the index
    /// gives back memory too.
    fn follow_removal(&mut self, rebalance: Rebalance) {
        if rebalance == Rebalance::All {
            self.index = Index::new();
        }
        self.index.follow(&self.packed, rebalance);
    }

    /// The index follows a segment that has got another smallest key, unless it is left without.
    #[inline]
    fn follow_segment(&mut self, segment: usize) {
        let one = segment..segment + 1;
        self.index.follow(&self.packed, Rebalance::Segments(one));
    }

    /// Restores the array after entries were taken out of some segments.
    fn settle(&mut self, segments: ops::Range<usize>) {
        let start = Place {
            segment: segments.start,
            slot: 0,
        };
        let settled = self.packed.close_gaps(segments.clone(), start);
        let rebalance = settled.map_or(Rebalance::Segments(segments), |(_, rebalance)| rebalance);
        self.follow_removal(rebalance);
    }

    /// Restores the array after entries were taken out anywhere, and the index from nothing.
    fn settle_all(&mut self) {
        let (all, start) = (0..self.packed.segments(), self.start());
        // Whatever has moved: the index follows all of it.
        let _ = self.packed.close_gaps(all, start);
        self.follow_removal(Rebalance::All);
    }
}

impl<K, V> Sealed for Table<K, V> {}

#[expect(
    unsafe_code,
    reason = "the trait asks it of those who call, for trees: places are checked here"
)]
impl<K, V> Entries for Table<K, V> {
    type Key = K;
    type Value = V;
    type Gap = Place;
    type Walk<'a>
        = Walk<'a, K, V>
    where
        Self: 'a;
    type IntoIter = IntoIter<K, V>;

    const NAME: &'static str = "CacheObliviousMap";
    const EMPTY: Self = Table::new();

    #[inline]
    fn len(&self) -> usize {
        self.packed.len()
    }

    fn memory_usage(&self) -> usize {
        self.packed.bytes() + self.index.bytes()
    }

    fn reserve(&mut self, additional: usize) {
        let entries = self.len().checked_add(additional);
        let entries = entries.unwrap_or_else(|| capacity_overflow());
        if entries > 0 {
            let moved = self.packed.reserve(entries);
            self.index.reserve(self.packed.segments_reserved());
            if moved {
                self.index.follow(&self.packed, Rebalance::All);
            }
        }
    }

    fn shrink_to_fit(&mut self) {
        if self.packed.shrink() {
            self.index = Index::new();
            self.index.follow(&self.packed, Rebalance::All);
        }
    }

    fn into_iter(self) -> IntoIter<K, V> {
        IntoIter::new(self.packed)
    }

    #[inline]
    fn start(&self) -> Place {
        self.packed.start()
    }

    #[inline]
    fn end(&self) -> Place {
        self.packed.end()
    }

    #[inline]
    fn gap_from<Q: Ord + ?Sized>(&self, bound: Bound<&Q>) -> Place
    where
        K: Borrow<Q>,
    {
        match bound {
            Bound::Included(key) => self.seek(key, Edge::Lower),
            Bound::Excluded(key) => self.seek(key, Edge::Upper),
            Bound::Unbounded => self.start(),
        }
    }

    #[inline]
    fn gap_to<Q: Ord + ?Sized>(&self, bound: Bound<&Q>) -> Place
    where
        K: Borrow<Q>,
    {
        match bound {
            Bound::Included(key) => self.seek(key, Edge::Upper),
            Bound::Excluded(key) => self.seek(key, Edge::Lower),
            Bound::Unbounded => self.end(),
        }
    }

    #[inline]
    fn find<Q: Ord + ?Sized>(&self, key: &Q) -> Result<Place, Place>
    where
        K: Borrow<Q>,
    {
        let place = self.seek(key, Edge::Lower);
        match self.packed.slot_after(place) {
            Some(slot) if self.entry(slot).0.borrow().cmp(key) == Ordering::Equal => Ok(slot),
            _ => Err(place),
        }
    }

    #[inline]
    fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<(&K, &V)>
    where
        K: Borrow<Q>,
    {
        self.find(key).ok().map(|place| self.entry(place))
    }

    #[inline]
    fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        let place = self.find(key).ok()?;
        Some(self.entry_mut(place).1)
    }

    #[inline]
    unsafe fn after(&self, place: Place) -> Option<Passed<&K, &V, Place>> {
        let slot = self.packed.slot_after(place)?;
        Some((self.entry(slot), behind(slot)))
    }

    #[inline]
    unsafe fn before(&self, place: Place) -> Option<Passed<&K, &V, Place>> {
        let slot = self.packed.slot_before(place)?;
        Some((self.entry(slot), slot))
    }

    #[inline]
    unsafe fn after_mut(&mut self, place: Place) -> Option<Passed<&K, &mut V, Place>> {
        let slot = self.packed.slot_after(place)?;
        Some((self.entry_mut(slot), behind(slot)))
    }

    #[inline]
    unsafe fn before_mut(&mut self, place: Place) -> Option<Passed<&K, &mut V, Place>> {
        let slot = self.packed.slot_before(place)?;
        Some((self.entry_mut(slot), slot))
    }

    #[inline]
    unsafe fn walk(&self, start: Place, end: Place) -> Walk<'_, K, V> {
        Walk::new(&self.packed, start, end)
    }
}

#[cfg(feature = "rayon")]
impl<K, V> Divisible for Table<K, V> {
    type Span<'a>
        = Walk<'a, K, V>
    where
        Self: 'a;

    fn span(&self) -> Walk<'_, K, V> {
        Walk::new(&self.packed, self.start(), self.end())
    }

    fn span_between<Q: Ord + ?Sized>(&self, start: Bound<&Q>, end: Bound<&Q>) -> Walk<'_, K, V>
    where
        K: Borrow<Q>,
    {
        Walk::new(&self.packed, self.gap_from(start), self.gap_to(end))
    }

    fn forget_entries(mut self) {
        self.packed.forget_entries();
    }
}

fn behind(slot: Place) -> Place {
    Place {
        slot: slot.slot + 1,
        ..slot
    }
}

/// Takes the dead entries out of a table, when all have been looked at or that ended by a panic.
struct RetainGuard<'a, K, V> {
    table: &'a mut Table<K, V>,
    /// Of each entry that was looked at, in order.
    dead: Vec<bool>,
}

impl<K, V> Drop for RetainGuard<'_, K, V> {
    fn drop(&mut self) {
        let expected = self.dead.iter().filter(|dead| **dead).count();
        if expected == self.table.len() {
            self.table.clear();
        } else if expected > 0 {
            let all = 0..self.table.packed.segments();
            let dead = self.dead.iter().copied();
            let taken = self.table.packed.take_out(all, dead, expected);
            self.table.settle_all();
            drop(taken);
        }
    }
}

/// A table whose entries are taken out from the first on. What is left when it ends, which takes a
/// panic, stays.
struct Feed<'a, K, V> {
    table: &'a mut Table<K, V>,
    drain: IntoIter<K, V>,
}

impl<'a, K, V> Feed<'a, K, V> {
    fn new(table: &'a mut Table<K, V>) -> Self {
        let drain = IntoIter::new(mem::replace(table, Table::new()).packed);
        Feed { table, drain }
    }
}

impl<K, V> Drop for Feed<'_, K, V> {
    fn drop(&mut self) {
        self.table.packed = self.drain.stop();
        if self.table.len() == 0 {
            self.table.clear();
        } else {
            self.table.settle_all();
        }
    }
}

#[expect(
    unsafe_code,
    reason = "the trait asks it of those who call, for trees: places are checked here"
)]
impl<K: Ord, V> Remove for Table<K, V> {
    #[inline]
    unsafe fn remove_after(&mut self, place: &mut Place) -> Option<(K, V)> {
        let slot = self.packed.slot_after(*place)?;
        let entry = self.packed.take(slot);
        let segment = slot.segment;
        *place = slot;
        if let Some((gap, rebalance)) = self.packed.close_gaps(segment..segment + 1, slot) {
            self.follow_removal(rebalance);
            *place = gap;
        } else if slot.slot == 0 {
            self.follow_segment(segment);
        }
        Some(entry)
    }

    fn remove_between<Q: Ord + ?Sized>(&mut self, start: Bound<&Q>, end: Bound<&Q>) -> usize
    where
        K: Borrow<Q>,
    {
        let start = self.gap_from(start);
        // Only an order that lies finds the end before the start.
        let end = self.gap_to(end).max(start);
        let removed = self.packed.entries_between(start, end);
        if removed == self.len() {
            self.clear();
        } else if removed > 0 {
            let segments = start.segment..end.segment + 1;
            let dead = iter::repeat_n(false, start.slot).chain(iter::repeat_n(true, removed));
            let taken = self.packed.take_out(segments.clone(), dead, removed);
            self.settle(segments);
            drop(taken);
        }
        removed
    }

    fn retain(&mut self, mut keep: impl FnMut(&K, &mut V) -> bool) {
        let dead = Vec::with_capacity(self.len());
        let mut guard = RetainGuard { table: self, dead };
        for (key, value) in guard.table.iter_mut() {
            let keeps = keep(key, value);
            guard.dead.push(!keeps);
        }
    }

    fn check_invariants(&self) {
        self.packed.check();
        self.index.check(&self.packed);
        assert_eq!(self.iter().count(), self.len(), "iteration misses entries");
        let keys = self.iter().map(|(key, _)| key);
        assert!(
            keys.is_sorted_by(|left, right| left < right),
            "keys do not ascend"
        );
    }
}

#[expect(
    unsafe_code,
    reason = "the trait asks it of those who call, for trees: places are checked here"
)]
impl<K: Ord, V> Insert for Table<K, V> {
    fn is_less(left: (&K, &V), right: (&K, &V)) -> bool {
        left.0 < right.0
    }

    #[inline]
    unsafe fn insert_at(&mut self, place: &mut Place, key: K, value: V) {
        if self.packed.room_in(place.segment) == 0 {
            let (moved, rebalance) = self.packed.make_room(*place);
            self.index.follow(&self.packed, rebalance);
            *place = moved;
        }
        self.packed.insert(*place, key, value);
        if place.slot == 0 {
            self.follow_segment(place.segment);
        }
    }

    /// Moves all entries of `other` here. Of equal keys, the one that is here stays, with the value
    /// of the other.
    ///
    /// One pass over both, if they are about as large, or over the smaller one: what goes to the
    /// same segment is searched for in one go, and then moved in one go. If the order panics, each
    /// entry is in one of the two.
    fn append(&mut self, other: &mut Self) {
        let mut taken_over = Half::Value;
        if self.len() < other.len() {
            mem::swap(self, other);
            taken_over = Half::Key;
        }
        if self.packed.make_room_for(other.len()) {
            self.index.follow(&self.packed, Rebalance::All);
        }
        let mut replaced = Vec::new();
        let mut feed = Feed::new(other);
        let mut positions = [InsertPosition::default(); SLOTS_MAX];
        let mut segment = 0;
        loop {
            let keys = feed.drain.front();
            let Some(first) = keys.first() else { break };
            segment = self.segment_from(segment, first);
            let positions = self.insert_positions(segment, keys, &mut positions);
            match positions.first().map(|position| position.rank) {
                Some(rank) => {
                    let drain = &mut feed.drain;
                    self.packed
                        .merge(segment, drain, positions, taken_over, &mut replaced);
                    if rank == 0 {
                        self.follow_segment(segment);
                    }
                }
                None => {
                    let slot = self.packed.rank(segment, first, Edge::Lower);
                    let (_, rebalance) = self.packed.make_room(Place { segment, slot });
                    self.index.follow(&self.packed, rebalance);
                    segment = 0;
                }
            }
        }
        drop(feed);
        if replaced.len() > self.len() / 4 {
            // Room was made for entries that have not come to stay.
            self.shrink_to_fit();
        }
        drop(replaced);
    }

    fn split_off<Q: Ord + ?Sized>(&mut self, key: &Q) -> Self
    where
        K: Borrow<Q>,
    {
        let place = self.seek(key, Edge::Lower);
        if self.packed.slot_before(place).is_none() {
            mem::replace(self, Self::new())
        } else if self.packed.slot_after(place).is_none() {
            Self::new()
        } else {
            let behind = self.packed.split_off(place);
            self.index.follow(&self.packed, Rebalance::All);
            Self::of(behind)
        }
    }

    /// Makes a table of entries that must strictly ascend.
    fn from_ascending<I: IntoIterator<Item = (K, V)>>(entries: I) -> Result<Self, UnsortedError> {
        let entries = entries.into_iter();
        let mut sorted: Vec<(K, V)> = Vec::with_capacity(entries.size_hint().0);
        for (key, value) in entries {
            if sorted.last().is_some_and(|(last, _)| *last >= key) {
                return Err(UnsortedError::new(sorted.len()));
            }
            sorted.push((key, value));
        }
        Ok(Self::of(Packed::collect(sorted)))
    }

    /// Makes a table of entries in any order; of equal keys the last one stays.
    fn from_entries<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut entries: Vec<(K, V)> = entries.into_iter().collect();
        if !entries.is_sorted_by(|left, right| left.0 < right.0) {
            sort(&mut entries, |_| &());
        }
        Self::of(Packed::collect(entries))
    }

    fn insert_ascending(&mut self, entries: Vec<(K, V)>) {
        self.append(&mut Table::from_entries(entries));
    }
}

/// Many entries at once.
impl<K: Ord, V> Table<K, V> {
    /// The segment that a key belongs to, where keys are asked for in ascending order: mostly that
    /// of the key before or the next.
    fn segment_from(&self, before: usize, key: &K) -> usize {
        for segment in before..before + 2 {
            let next = segment + 1;
            if next >= self.packed.segments() || key < self.packed.first_key(next) {
                return segment;
            }
        }
        self.index.segment(&self.packed, key, Edge::Upper)
    }

    /// Where the first of some ascending keys go in a segment that the first belongs to: as many as
    /// belong there too, and as have room.
    fn insert_positions<'a>(
        &self,
        segment: usize,
        keys: &[K],
        positions: &'a mut [InsertPosition; SLOTS_MAX],
    ) -> &'a [InsertPosition] {
        let next = segment + 1;
        let end = (next < self.packed.segments()).then(|| self.packed.first_key(next));
        let (present, _) = self.packed.run(segment);
        let mut room = self.packed.room_in(segment);
        let (mut placed, mut least) = (0, 0);
        for (key, position) in keys.iter().zip(positions.iter_mut()) {
            if placed > 0 && end.is_some_and(|end| key >= end) {
                break;
            }
            let rank = self.packed.rank(segment, key, Edge::Lower);
            if rank < least {
                // The order has changed its mind: what it says now begins another group.
                break;
            }
            let equal = present.get(rank).is_some_and(|present| present == key);
            if !equal {
                if room == 0 {
                    break;
                }
                room -= 1;
            }
            least = rank + usize::from(equal);
            *position = InsertPosition::new(rank, equal);
            placed += 1;
        }
        &positions[..placed]
    }
}

impl<K: Clone, V: Clone> Clone for Table<K, V> {
    fn clone(&self) -> Self {
        Self::of(self.packed.clone())
    }
}

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeMap;
    use alloc::vec;

    use super::*;

    /// Numbers in an order that looks random: each below `2^bits` once.
    fn shuffled(bits: u32) -> impl Iterator<Item = u64> {
        (0..1 << bits).map(move |number: u64| {
            let mask = (1 << bits) - 1;
            let mixed = number.wrapping_mul(0x9E37_79B9_7F4A_7C15 | 1) & mask;
            (mixed ^ mixed >> (bits / 2)) & mask
        })
    }

    fn insert(table: &mut Table<u64, u64>, key: u64) {
        let replaced = table.insert(key, !key);
        assert_eq!(replaced, None, "the key is new");
    }

    fn check_against<K: Ord + Clone + core::fmt::Debug>(key: impl Fn(u64) -> K) {
        let mut table = Table::new();
        let mut model = BTreeMap::new();
        for (step, number) in shuffled(11).enumerate() {
            let key = key(number);
            if table.find(&key).is_err() {
                table.insert(key.clone(), number);
            }
            model.entry(key).or_insert(number);
            if step % 61 == 0 {
                table.check_invariants();
            }
        }
        table.check_invariants();
        assert!(table.iter().eq(&model));
        assert!(table.iter().rev().eq(model.iter().rev()));
        for number in shuffled(11).step_by(3).chain(shuffled(11)) {
            let key = key(number);
            assert_eq!(table.get(&key).map(|entry| entry.1), model.get(&key));
            assert_eq!(table.remove(&key), model.remove_entry(&key));
            if number % 61 == 0 {
                table.check_invariants();
                assert!(table.iter().eq(&model));
            }
        }
        assert_eq!(table.len(), 0);
    }

    #[test]
    fn entries_are_found_wherever_they_move() {
        check_against(|number| number);
        check_against(|number| number as u16);
        check_against(|number| number as u8);
        check_against(|number| u128::from(number) << 64);
        check_against(|number| (number % 7, number));
        check_against(|number| alloc::format!("key {number}"));
        check_against(core::cmp::Reverse);
    }

    #[test]
    fn appending_merges_whatever_the_keys_are() {
        let of = |keys: &[u64], mark: u64| {
            Table::from_entries(keys.iter().map(|&key| (key, key * 10 + mark)))
        };
        let every = |step: usize| (0..3_000).step_by(step).collect::<Vec<u64>>();
        let random: Vec<u64> = shuffled(12).take(1_500).collect();
        let behind: Vec<u64> = (5_000..6_000).collect();
        let sets = [
            vec![],
            vec![1_234],
            every(2),
            every(3),
            every(50),
            random,
            behind,
        ];
        for (left, right) in sets
            .iter()
            .flat_map(|left| sets.iter().map(move |right| (left, right)))
        {
            let (mut table, mut other) = (of(left, 1), of(right, 2));
            let mut model: BTreeMap<u64, u64> =
                left.iter().map(|&key| (key, key * 10 + 1)).collect();
            model.extend(right.iter().map(|&key| (key, key * 10 + 2)));
            table.append(&mut other);
            table.check_invariants();
            other.check_invariants();
            assert!(table.iter().eq(&model));
            assert_eq!(other.len(), 0);
        }
    }

    /// Entries moved for an insertion on average, over all insertions.
    fn moves(keys: impl Iterator<Item = u64>) -> f64 {
        let mut table = Table::new();
        for key in keys {
            insert(&mut table, key);
        }
        table.check_invariants();
        table.packed.moved as f64 / table.len() as f64
    }

    #[test]
    fn insertions_move_few_entries_in_whatever_order_they_come() {
        for bits in [10, 14, 17] {
            let n: u64 = 1 << bits;
            let log = f64::from(bits);
            let bound = log * log / 2.0;
            let random = moves(shuffled(bits));
            let ascending = moves(0..n);
            let descending = moves((0..n).rev());
            // Always right before the same key, and always right behind it.
            let before = moves(core::iter::once(n).chain(0..n));
            let behind = moves(core::iter::once(0).chain((1..n).rev()));
            // Towards the middle from both sides.
            let inwards = moves((0..n / 2).flat_map(|i| [i, n - i]));
            let all = [random, ascending, descending, before, behind, inwards];
            for moves in all {
                assert!(moves < bound, "{moves} moves an insertion, {bound} at most");
            }
        }
    }
}
