//! The static set: keys alone.

use alloc::vec;
use core::borrow::Borrow;

use crate::error::UnsortedError;
use crate::iter::Projected;

use super::arrangement::{Arrangement, Packed, Query, Ref};
use super::collection::Static;
use super::iter::{IntoIter, IntoKeys};
use super::key_array::KeyArray;
use super::kind::WithoutValues;

/// A sorted set that does not change: the fastest to search, above all for many keys at once.
///
/// The keys are in one packed array with a small index above it (6 % for keys of four bytes, 13 %
/// for eight), see [the module](super). Numbers are returned by value, texts as `&str` or `&[u8]`;
/// the type of queries is [`Query`]. `A` is the arrangement of the keys: [`Packed`] for the types
/// that implement [`Key`](super::Key), [`ByOrd`](super::ByOrd) for any other type that is `Ord`.
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
pub type StaticSet<K, A = Packed> = Static<K, (), WithoutValues, A>;

impl<K, A: Arrangement<K>> StaticSet<K, A> {
    /// Makes a set of copies of keys that strictly ascend. This is the fastest way to make one, not
    /// much slower than copying. O(n).
    ///
    /// # Errors
    ///
    /// Returns an error that contains the position of the first key out of order; equal keys are
    /// out of order too.
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
    /// # Ok::<(), leafwise::static_collections::UnsortedError>(())
    /// ```
    pub fn from_sorted_slice(keys: &[K]) -> Result<Self, UnsortedError>
    where
        K: Clone,
    {
        Self::from_sorted_keys(keys, vec![(); keys.len()])
    }

    /// Returns `true` if the set contains the key. O(log n).
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
        self.find(key, |_| ()).is_some()
    }

    /// Returns the key of the set that equals `key`. O(log n).
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
        self.find(key, |_| ()).map(|at| self.keys.get(at))
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
        self.find_keys(keys, found, |_, is_there| is_there);
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
        self.find_keys(keys, found, |rank, is_there| {
            is_there.then(|| self.keys.get(rank))
        });
    }
}

impl<K, A: Arrangement<K>> IntoIterator for StaticSet<K, A> {
    type Item = K;
    type IntoIter = IntoKeys<K, A>;

    fn into_iter(self) -> Self::IntoIter {
        Projected::new(IntoIter::new(self.keys, self.values.into_vec()))
    }
}
