//! The static set: a column of keys.

use alloc::vec::Vec;
use core::borrow::Borrow;
use core::ops::Range;

use crate::error::{RangeError, UnsortedError};
use crate::search::Edge;
use crate::search::simd::Simd;

use super::build::{self, Equal};
use super::column::{Build, Column};
use super::iter::Keys;
use super::key::{Arrangement, Key, Packed, Query, Ref};
use super::look_ups;
use super::navigate::{self, Navigate, navigation};
use super::range::KeyRange;

/// A sorted set that does not change: the fastest to search, above all for many keys at once.
///
/// Keys lie in one packed array with a small index above it (6 % for keys of four bytes, 13 % for
/// eight), see [the module](super). Numbers are shown by value, texts as `&str` or `&[u8]`; what is
/// asked for is [`Query`]. `A` says how keys are arranged: [`Packed`] for the types that are a
/// [`Key`], [`ByOrd`](super::ByOrd) for any other that is `Ord`.
///
/// # Examples
///
/// ```
/// use leafwise::StaticSet;
///
/// let primes: StaticSet<u32> = [7, 2, 5, 3, 11].into_iter().collect();
/// assert!(primes.contains(&5));
/// assert_eq!(primes.rank(&6), 3);
/// assert_eq!(primes.higher(&5), Some(7));
///
/// let mut ranks = [0; 3];
/// primes.rank_batch(&[1, 4, 100], &mut ranks);
/// assert_eq!(ranks, [0, 2, 5]);
///
/// let names: StaticSet<String> = ["Linz", "Graz", "Wien"].into_iter().collect();
/// assert_eq!(names.ceiling("H"), Some("Linz"));
/// ```
pub struct StaticSet<K, A: Arrangement<K> = Packed> {
    pub(super) keys: A::Column,
}

navigation!(
    StaticSet, StaticSet<K, A>, [K, A: Arrangement<K>], Keys<'_, K, A>, Ref<'_, K, A>,
    "StaticSet::from([10, 20, 30])", "10" "20" "30"
);

impl<K: Key> StaticSet<K> {
    /// Makes an empty set. Allocates nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl<K, A: Arrangement<K>> StaticSet<K, A> {
    fn item(&self, at: usize) -> Ref<'_, K, A> {
        self.keys.get(at)
    }

    fn iter_of(&self, range: Range<usize>) -> Keys<'_, K, A> {
        Keys::new(&self.keys, range)
    }

    /// Makes a set of keys that come in strictly ascending order. O(n).
    ///
    /// # Errors
    ///
    /// Returns an error that names the first key out of order, equal ones included.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::StaticSet;
    ///
    /// let even: StaticSet<u32> = StaticSet::from_sorted_iter((0..1000).step_by(2))?;
    /// assert_eq!(even.len(), 500);
    /// # Ok::<(), leafwise::fixed::UnsortedError>(())
    /// ```
    pub fn from_sorted_iter<I>(keys: I) -> Result<Self, UnsortedError>
    where
        I: IntoIterator<Item = K>,
    {
        let keys = keys.into_iter().map(|key| (key, ()));
        let (keys, _) = build::from_sorted(keys, Equal::Last)?;
        Ok(StaticSet { keys })
    }

    /// Makes a set of copies of keys that are strictly ascending: the fastest way to make one, not
    /// much slower than the copying. O(n).
    ///
    /// # Errors
    ///
    /// Returns an error that names the first key out of order, equal ones included.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::StaticSet;
    ///
    /// let set: StaticSet<u32> = StaticSet::from_sorted_slice(&[2, 3, 5, 7])?;
    /// assert_eq!(set.rank(&5), 2);
    ///
    /// let error = StaticSet::<u32>::from_sorted_slice(&[2, 3, 3]).unwrap_err();
    /// assert_eq!(error.index(), 2);
    /// # Ok::<(), leafwise::fixed::UnsortedError>(())
    /// ```
    pub fn from_sorted_slice(keys: &[K]) -> Result<Self, UnsortedError>
    where
        K: Clone,
    {
        let keys = build::from_sorted_slice(keys, Equal::Last)?;
        Ok(StaticSet { keys })
    }

    /// Whether the set has that key. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::StaticSet;
    ///
    /// let set = StaticSet::from([1.5, -0.0, f64::NAN]);
    /// assert!(set.contains(&f64::NAN) && set.contains(&-0.0));
    /// assert!(!set.contains(&0.0));
    /// ```
    #[inline]
    pub fn contains(&self, key: &Query<K, A>) -> bool {
        self.keys.find(key).is_some()
    }

    /// The key of the set that equals this one. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::StaticSet;
    ///
    /// let names: StaticSet<String> = ["Linz", "Graz"].into_iter().collect();
    /// assert_eq!(names.get("Graz"), Some("Graz"));
    /// assert_eq!(names.get("graz"), None);
    /// ```
    #[inline]
    pub fn get(&self, key: &Query<K, A>) -> Option<Ref<'_, K, A>> {
        self.keys.find(key).map(|at| self.item(at))
    }

    /// [`contains`](Self::contains) for many keys at once.
    ///
    /// # Panics
    ///
    /// Panics if the slices differ in length.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::StaticSet;
    ///
    /// let set = StaticSet::from(['a', 'b', 'd']);
    /// let mut found = [false; 3];
    /// set.contains_batch(&['d', 'c', 'a'], &mut found);
    /// assert_eq!(found, [true, false, true]);
    /// ```
    pub fn contains_batch<Q: Borrow<Query<K, A>>>(&self, keys: &[Q], found: &mut [bool]) {
        self.keys
            .look_up(None, look_ups::Contains::new(keys, found));
    }

    /// [`get`](Self::get) for many keys at once.
    ///
    /// # Panics
    ///
    /// Panics if the slices differ in length.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::StaticSet;
    ///
    /// let names: StaticSet<String> = ["Linz", "Graz", "Wien"].into_iter().collect();
    /// let mut found = [None; 2];
    /// names.get_batch(&["Wien", "Rom"], &mut found);
    /// assert_eq!(found, [Some("Wien"), None]);
    /// ```
    pub fn get_batch<'a, Q>(&'a self, keys: &[Q], found: &mut [Option<Ref<'a, K, A>>])
    where
        Q: Borrow<Query<K, A>>,
    {
        self.keys
            .look_up(None, look_ups::Keys::new(keys, &self.keys, found));
    }

    /// Bytes that the set occupies outside of itself: the keys and the index above them. What keys
    /// own themselves is not in it.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::StaticSet;
    ///
    /// let set: StaticSet<u32> = (0..1_000_000).collect();
    /// assert!(set.memory_usage() < 4_000_000 * 107 / 100);
    /// ```
    #[must_use]
    pub fn memory_usage(&self) -> usize {
        self.keys.bytes()
    }

    /// Checks that keys ascend and that the index is that of the keys. O(n).
    ///
    /// # Panics
    ///
    /// Panics if they do not, which is a fault of this library or of the `Ord` of keys.
    pub fn check_invariants(&self) {
        self.keys.check();
        for at in 1..self.len() {
            let is_less = self.keys.compare(at - 1, &self.keys, at).is_lt();
            assert!(is_less, "key {at} is not greater than the one before");
        }
    }
}

impl<K, A: Arrangement<K>> Default for StaticSet<K, A> {
    /// Makes an empty set. Allocates nothing.
    fn default() -> Self {
        StaticSet {
            keys: <A::Column as Column>::Builder::with_capacity(0).finish(),
        }
    }
}

/// Makes a set of keys in any order; of equal ones the last one stays.
impl<K, A: Arrangement<K>> FromIterator<K> for StaticSet<K, A> {
    fn from_iter<I: IntoIterator<Item = K>>(keys: I) -> Self {
        let keys: Vec<_> = keys.into_iter().map(|key| (key, ())).collect();
        let (keys, _) = build::from_unsorted(keys, Equal::Last);
        StaticSet { keys }
    }
}
