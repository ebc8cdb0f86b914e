//! What set, map and index have in common: sorted keys, their values, and access to both.

use alloc::vec::Vec;
use core::borrow::Borrow;
use core::marker::PhantomData;
use core::ops::Range;

use crate::bounds;
use crate::error::RangeError;
use crate::prefix::Prefix;
use crate::search::KeyBound;

use super::arrangement::{Arrangement, Packed, Query, Ref};
use super::iter::Entries;
use super::key::TextKey;
use super::key_array::{self, KeyArray, Target, is_ascending};
use super::key_at::KeysAt;
use super::kind::{Item, Kind};
use super::range::KeyRange;
use super::s_plus_tree::prefetch_line;
use super::values::Values;

/// Sorted entries that do not change: [`StaticSet`](super::StaticSet),
/// [`StaticMap`](super::StaticMap) and [`StaticIndex`](super::StaticIndex) are aliases of this
/// type.
///
/// `F` is the kind of the collection, one of these three: entries of a set are keys alone, those of
/// a map or an index are pairs. Entries are returned as [`Item`], queries are of type [`Query`].
/// The arrangement of keys, `A`, is [`Packed`] or [`ByOrd`](super::ByOrd).
///
/// Where an example uses a set, a map and an index do the same.
pub struct Static<K, V, F, A: Arrangement<K> = Packed> {
    pub(super) keys: A::KeyArray,
    /// As many as there are keys: in a set they are `()` and take no memory.
    pub(super) values: Values<V>,
    kind: PhantomData<fn() -> F>,
}

impl<K, V, F, A: Arrangement<K>> Static<K, V, F, A> {
    pub(super) fn of(keys: A::KeyArray, values: Vec<V>) -> Self {
        Self::of_parts(keys, Values::Own(values))
    }

    pub(super) fn of_parts(keys: A::KeyArray, values: Values<V>) -> Self {
        Static {
            keys,
            values,
            kind: PhantomData,
        }
    }

    /// The position of the first entry with that key. `near` is called, before the last wait for
    /// memory, with a position that is at most a node before it.
    #[inline]
    pub(super) fn find(&self, key: &Query<K, A>, near: impl FnOnce(usize)) -> Option<usize> {
        if !self.keys.may_have(key) {
            return None;
        }
        let at = self.keys.rank_near(key, KeyBound::Lower, near);
        self.keys.is_at(at, key).then_some(at)
    }

    /// The same for a caller that reads the value at that position: the value is prefetched
    /// together with the keys, so that a look-up waits for memory only once there.
    #[inline]
    pub(super) fn find_value(&self, key: &Query<K, A>) -> Option<usize> {
        self.find(key, |near| {
            // Where a node's values begin, and where the middle of most nodes is.
            for ahead in [0, 8] {
                prefetch_line(self.values.as_ptr().wrapping_add(near + ahead));
            }
        })
    }

    /// All keys with their positions.
    pub(crate) fn keys_at(&self) -> KeysAt<'_, K, A> {
        KeysAt::new(&self.keys, 0..self.len())
    }

    /// The number of entries. O(1).
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Returns `true` if there are no entries. O(1).
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of entries with keys less than `key`: the position of the first key that is not
    /// less, from 0 to `len()`. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::StaticSet;
    ///
    /// let numbers = StaticSet::from([10, 20, 30]);
    /// assert_eq!(numbers.rank(&20), 1);
    /// assert_eq!(numbers.rank(&25), 2);
    /// assert_eq!(numbers.rank(&99), 3);
    /// ```
    #[inline]
    pub fn rank(&self, key: &Query<K, A>) -> usize {
        self.keys.rank(key, KeyBound::Lower)
    }

    /// The number of entries with keys less than or equal to `key`. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::StaticSet;
    ///
    /// let numbers = StaticSet::from([10, 20, 30]);
    /// assert_eq!(numbers.rank_upper(&20), 2);
    /// assert_eq!(numbers.rank_upper(&25), 2);
    /// ```
    #[inline]
    pub fn rank_upper(&self, key: &Query<K, A>) -> usize {
        self.keys.rank(key, KeyBound::Upper)
    }

    /// The positions of all entries with that key; if there are none, the empty range where they
    /// would be. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::StaticIndex;
    ///
    /// let numbers = StaticIndex::from([(10, 'a'), (20, 'b'), (20, 'c'), (30, 'd')]);
    /// assert_eq!(numbers.equal_range(&20), 1..3);
    /// assert_eq!(numbers.equal_range(&25), 3..3);
    /// ```
    pub fn equal_range(&self, key: &Query<K, A>) -> Range<usize> {
        let start = self.rank(key);
        if self.keys.is_at(start, key) {
            // A user's `Ord` may be inconsistent.
            start..self.rank_upper(key).max(start)
        } else {
            start..start
        }
    }

    /// The number of entries with that key. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::StaticIndex;
    ///
    /// let numbers = StaticIndex::from([(10, 'a'), (20, 'b'), (20, 'c'), (30, 'd')]);
    /// assert_eq!((numbers.count(&20), numbers.count(&25)), (2, 0));
    /// ```
    pub fn count(&self, key: &Query<K, A>) -> usize {
        self.equal_range(key).len()
    }

    /// The number of entries at the start for whose keys `is_before` returns `true`, if it does so
    /// for all entries up to some position and for none after it: a binary search by an arbitrary
    /// predicate. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::StaticSet;
    ///
    /// let numbers = StaticSet::from([10, 20, 30]);
    /// assert_eq!(numbers.partition_point(|key| key / 10 < 3), 2);
    /// ```
    pub fn partition_point<P: FnMut(Ref<'_, K, A>) -> bool>(&self, mut is_before: P) -> usize {
        key_array::partition(self.len(), |at| is_before(self.keys.get(at)))
    }

    /// The number of bytes that the collection occupies outside of itself: keys, the index above
    /// them, values. Memory that keys and values own themselves is not included, nor are parts of a
    /// file that is mapped into memory.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::{StaticMap, StaticSet};
    ///
    /// let set: StaticSet<u32> = (0..1_000_000).collect();
    /// assert!(set.memory_usage() < 4_000_000 * 107 / 100);
    ///
    /// let squares: StaticMap<u32, u32> = (0..60_000).map(|n| (n, n * n)).collect();
    /// assert!(squares.memory_usage() < 60_000 * 9);
    /// ```
    #[must_use]
    pub fn memory_usage(&self) -> usize {
        self.keys.bytes() + self.values.bytes()
    }
}

impl<K, V, F: Kind<V>, A: Arrangement<K>> Static<K, V, F, A> {
    /// The entries at these positions.
    fn entries(&self, range: Range<usize>) -> Entries<'_, K, F::Values<'_>, A> {
        Entries::new(&self.keys, F::values(&self.values), range)
    }

    /// The entry at a position in key order, the inverse of [`rank`](Self::rank). O(1).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::{StaticMap, StaticSet};
    ///
    /// let numbers = StaticSet::from([10, 20, 30]);
    /// assert_eq!(numbers.select(1), Some(20));
    /// assert_eq!(numbers.select(3), None);
    ///
    /// let names = StaticMap::from([(10, 'a'), (20, 'b'), (30, 'c')]);
    /// assert_eq!(names.select(1), Some((20, &'b')));
    /// ```
    #[inline]
    pub fn select(&self, at: usize) -> Option<Item<'_, K, V, F, A>> {
        self.entries(0..self.len()).nth(at)
    }

    /// The first entry. O(1).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::StaticMap;
    ///
    /// let names = StaticMap::from([(10, 'a'), (20, 'b'), (30, 'c')]);
    /// assert_eq!(names.first(), Some((10, &'a')));
    /// ```
    pub fn first(&self) -> Option<Item<'_, K, V, F, A>> {
        self.select(0)
    }

    /// The last entry. O(1).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::StaticMap;
    ///
    /// let names = StaticMap::from([(10, 'a'), (20, 'b'), (30, 'c')]);
    /// assert_eq!(names.last(), Some((30, &'c')));
    /// ```
    pub fn last(&self) -> Option<Item<'_, K, V, F, A>> {
        self.select(self.len().checked_sub(1)?)
    }

    /// The last entry whose key is less than or equal to `key`. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::{StaticMap, StaticSet};
    ///
    /// let numbers = StaticSet::from([10, 20, 30]);
    /// assert_eq!(numbers.floor(&20), Some(20));
    /// assert_eq!(numbers.floor(&19), Some(10));
    /// assert_eq!(numbers.floor(&9), None);
    ///
    /// let names = StaticMap::from([(10, 'a'), (20, 'b'), (30, 'c')]);
    /// assert_eq!(names.floor(&29), Some((20, &'b')));
    /// ```
    pub fn floor(&self, key: &Query<K, A>) -> Option<Item<'_, K, V, F, A>> {
        self.select(self.rank_upper(key).checked_sub(1)?)
    }

    /// The first entry whose key is greater than or equal to `key`. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::StaticSet;
    ///
    /// let numbers = StaticSet::from([10, 20, 30]);
    /// assert_eq!(numbers.ceiling(&20), Some(20));
    /// assert_eq!(numbers.ceiling(&21), Some(30));
    /// assert_eq!(numbers.ceiling(&31), None);
    /// ```
    pub fn ceiling(&self, key: &Query<K, A>) -> Option<Item<'_, K, V, F, A>> {
        self.select(self.rank(key))
    }

    /// The last entry whose key is less than `key`. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::StaticSet;
    ///
    /// let numbers = StaticSet::from([10, 20, 30]);
    /// assert_eq!(numbers.lower(&20), Some(10));
    /// assert_eq!(numbers.lower(&10), None);
    /// ```
    pub fn lower(&self, key: &Query<K, A>) -> Option<Item<'_, K, V, F, A>> {
        self.select(self.rank(key).checked_sub(1)?)
    }

    /// The first entry whose key is greater than `key`. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::StaticSet;
    ///
    /// let numbers = StaticSet::from([10, 20, 30]);
    /// assert_eq!(numbers.higher(&20), Some(30));
    /// assert_eq!(numbers.higher(&30), None);
    /// ```
    pub fn higher(&self, key: &Query<K, A>) -> Option<Item<'_, K, V, F, A>> {
        self.select(self.rank_upper(key))
    }

    /// An iterator over all entries, in ascending order. O(1), and O(1) per step, forwards,
    /// backwards or by `nth`.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::{StaticMap, StaticSet};
    ///
    /// let numbers = StaticSet::from([30, 10, 20]);
    /// assert!(numbers.iter().eq([10, 20, 30]));
    ///
    /// let names = StaticMap::from([(10, 'a'), (20, 'b'), (30, 'c')]);
    /// assert_eq!(names.iter().next_back(), Some((30, &'c')));
    /// assert_eq!(names.iter().len(), 3);
    /// ```
    pub fn iter(&self) -> Entries<'_, K, F::Values<'_>, A> {
        self.entries(0..self.len())
    }

    /// An iterator over the entries whose keys are within a range, in ascending order. O(log n),
    /// and O(1) per step; their number is known at once.
    ///
    /// # Panics
    ///
    /// Panics if `start > end`, or if `start == end` and both bounds are `Excluded`.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::{StaticMap, StaticSet};
    ///
    /// let numbers = StaticSet::from([10, 20, 30]);
    /// assert!(numbers.range(15..30).eq([20]));
    /// assert_eq!(numbers.range(..=20).len(), 2);
    ///
    /// let names = StaticMap::from([(10, 'a'), (20, 'b'), (30, 'c')]);
    /// assert!(names.range(15..).eq([(20, &'b'), (30, &'c')]));
    /// ```
    pub fn range<R: KeyRange<Query<K, A>>>(&self, range: R) -> Entries<'_, K, F::Values<'_>, A> {
        self.check_range(&range);
        self.entries(self.positions(&range))
    }

    /// Like [`range`](Self::range), but returns an error instead of panicking on an invalid range.
    ///
    /// # Errors
    ///
    /// Returns an error where [`range`](Self::range) panics.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::{RangeError, StaticSet};
    ///
    /// let numbers = StaticSet::from([10, 20, 30]);
    /// let (from, to) = (30, 10);
    /// assert_eq!(numbers.range_checked(from..to).err(), Some(RangeError::Inverted));
    /// ```
    pub fn range_checked<R>(&self, range: R) -> Result<Entries<'_, K, F::Values<'_>, A>, RangeError>
    where
        R: KeyRange<Query<K, A>>,
    {
        check::<A::KeyArray>(&range)?;
        Ok(self.entries(self.positions(&range)))
    }

    /// The number of entries within a range of keys. O(log n).
    ///
    /// # Panics
    ///
    /// Panics as [`range`](Self::range) does.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::StaticSet;
    ///
    /// let numbers: StaticSet<u32> = (0..1000).collect();
    /// assert_eq!(numbers.count_range(100..300), 200);
    /// ```
    pub fn count_range<R: KeyRange<Query<K, A>>>(&self, range: R) -> usize {
        self.check_range(&range);
        self.positions(&range).len()
    }

    /// # Panics
    /// If the range is invalid.
    pub(super) fn check_range(&self, range: &impl KeyRange<Query<K, A>>) {
        if let Err(error) = check::<A::KeyArray>(range) {
            panic!("{error} in {}", F::NAME);
        }
    }

    /// The positions within a range.
    fn positions(&self, range: &impl KeyRange<Query<K, A>>) -> Range<usize> {
        let start = self.keys.rank_of(Target::of_start(range.start()));
        let end = self.keys.rank_of(Target::of_end(range.end()));
        // A user's `Ord` may be inconsistent.
        start..end.max(start)
    }

    /// Checks that the keys are in order and that the index matches the keys. O(n).
    ///
    /// # Panics
    ///
    /// Panics if that is not so, which is a bug of this library or of the `Ord` of keys.
    #[doc(hidden)]
    pub fn check_invariants(&self) {
        self.keys.check();
        assert_eq!(self.values.len(), self.len());
        for at in 1..self.len() {
            let order = self.keys.compare(at - 1, &self.keys, at);
            let ascends = is_ascending(order, F::MAY_EQUAL);
            assert!(ascends, "key {at} does not follow the one before");
        }
    }
}

impl<K: TextKey, V, F: Kind<V>, const B: usize> Static<K, V, F, Packed<B>> {
    /// The entries whose keys start with `prefix`, in ascending order, from both ends. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::StaticSet;
    ///
    /// let words: StaticSet<String> = ["apple", "apricot", "banana"].into_iter().collect();
    /// assert!(words.prefix("ap").eq(["apple", "apricot"]));
    ///
    /// let codes = StaticSet::from([[1_u8, 1], [1, 2], [2, 1]]);
    /// assert!(codes.prefix(&[1]).eq([[1, 1], [1, 2]]));
    /// ```
    pub fn prefix(&self, prefix: &K::Prefix) -> Entries<'_, K, F::Values<'_>, Packed<B>> {
        let rank = |bytes: &K::Prefix| K::rank_bytes(&self.keys, bytes.as_ref());
        let successor = prefix.successor();
        let end = successor.map_or(self.len(), |successor| rank(successor.borrow()));
        self.entries(rank(prefix)..end)
    }
}

/// Checks that a range is valid.
fn check<C: KeyArray>(range: &impl KeyRange<C::Query>) -> Result<(), RangeError> {
    bounds::check(range.start(), range.end(), C::order)
}
