//! Finding one's way in sorted keys: what set, map and index have in common.
//!
//! [`Navigate`] finds positions in a column; the macro [`navigation`] makes the methods of the
//! three faces from it, which differ only in what they show at a position.

use core::ops::{Bound, Range};

use crate::error::RangeError;
use crate::search::Edge;

use super::column::Column;
use super::packed::prefetch_line;
use super::range::KeyRange;

/// Positions in a column.
pub(super) trait Navigate: Column {
    /// The position of the first key that equals the query.
    #[inline]
    fn find(&self, query: &Self::Query) -> Option<usize> {
        if !self.may_have(query) {
            return None;
        }
        let at = self.rank(query, Edge::Lower);
        self.is_at(at, query).then_some(at)
    }

    /// The same, for who is going to read the value at that position: it is asked for at once with
    /// the keys, so that a look-up waits for memory once there.
    #[inline]
    fn find_value<V>(&self, query: &Self::Query, values: &[V]) -> Option<usize> {
        if !self.may_have(query) {
            return None;
        }
        let at = self.rank_near(query, Edge::Lower, |near| {
            // Where a node's values begin and where the middle of most nodes is.
            for ahead in [0, 8] {
                prefetch_line(values.as_ptr().wrapping_add(near + ahead));
            }
        });
        self.is_at(at, query).then_some(at)
    }

    /// The positions of all keys that equal the query.
    fn equal_range(&self, query: &Self::Query) -> Range<usize> {
        let start = self.rank(query, Edge::Lower);
        if self.is_at(start, query) {
            start..self.rank(query, Edge::Upper).max(start)
        } else {
            start..start
        }
    }

    /// The last position before that edge of the query.
    fn before(&self, query: &Self::Query, edge: Edge) -> Option<usize> {
        self.rank(query, edge).checked_sub(1)
    }

    /// The first position behind that edge of the query.
    fn behind(&self, query: &Self::Query, edge: Edge) -> Option<usize> {
        Some(self.rank(query, edge)).filter(|at| *at < self.len())
    }

    /// The positions within bounds.
    fn range(&self, bounds: &impl KeyRange<Self::Query>) -> Result<Range<usize>, RangeError> {
        check::<Self>(bounds)?;
        let start = match bounds.start() {
            Bound::Included(query) => self.rank(query, Edge::Lower),
            Bound::Excluded(query) => self.rank(query, Edge::Upper),
            Bound::Unbounded => 0,
        };
        let end = match bounds.end() {
            Bound::Included(query) => self.rank(query, Edge::Upper),
            Bound::Excluded(query) => self.rank(query, Edge::Lower),
            Bound::Unbounded => self.len(),
        };
        // The order of a user's type may say what it likes.
        Ok(start..end.max(start))
    }
}

impl<C: Column> Navigate for C {}

/// Whether bounds make sense, by the one policy for that: keys without `Ord` have an order too.
pub(super) fn check<C: Column>(bounds: &impl KeyRange<C::Query>) -> Result<(), RangeError> {
    struct Ordered<'a, C: Column>(&'a C::Query);

    impl<C: Column> PartialEq for Ordered<'_, C> {
        fn eq(&self, other: &Self) -> bool {
            self.cmp(other).is_eq()
        }
    }

    impl<C: Column> Eq for Ordered<'_, C> {}

    impl<C: Column> PartialOrd for Ordered<'_, C> {
        fn partial_cmp(&self, other: &Self) -> Option<core::cmp::Ordering> {
            Some(self.cmp(other))
        }
    }

    impl<C: Column> Ord for Ordered<'_, C> {
        fn cmp(&self, other: &Self) -> core::cmp::Ordering {
            C::compare_queries(self.0, other.0)
        }
    }

    let start = bounds.start().map(Ordered::<C>);
    let end = bounds.end().map(Ordered::<C>);
    crate::bounds::check(start.as_ref(), end.as_ref())
}

/// The methods that set, map and index share.
///
/// They want `keys`, the column, as a field; `item(at)`, what is shown at a position; and
/// `iter_of(range)`, an iterator over positions. Keys of the examples are 10, 20 and 30.
macro_rules! navigation {
    (
        $name:ident, $type:ty, [$($generic:tt)*], $iter:ty, $item:ty, $build:literal,
        $first:literal $second:literal $third:literal
    ) => {
        impl<$($generic)*> $type {
            /// All keys at their positions.
            #[cfg(feature = "serde")]
            pub(crate) fn keys_at(
                &self,
            ) -> impl ExactSizeIterator<Item = super::iter::KeyAt<'_, K, A>> {
                super::iter::KeyAt::all(&self.keys)
            }

            /// The number of entries. O(1).
            #[inline]
            #[must_use]
            pub fn len(&self) -> usize {
                self.keys.len()
            }

            /// Whether there are no entries. O(1).
            #[inline]
            #[must_use]
            pub fn is_empty(&self) -> bool {
                self.len() == 0
            }

            /// How many entries have smaller keys: the position of the first key that is not
            /// smaller, from 0 to `len()`. O(log n).
            ///
            /// # Examples
            ///
            /// ```
            #[doc = concat!("use leafwise::", stringify!($name), ";\n")]
            #[doc = concat!("let numbers = ", $build, ";")]
            /// assert_eq!(numbers.rank(&20), 1);
            /// assert_eq!(numbers.rank(&25), 2);
            /// assert_eq!(numbers.rank(&99), 3);
            /// ```
            #[inline]
            pub fn rank(&self, key: &Query<K, A>) -> usize {
                self.keys.rank(key, Edge::Lower)
            }

            /// How many entries have keys that are not greater. O(log n).
            ///
            /// # Examples
            ///
            /// ```
            #[doc = concat!("use leafwise::", stringify!($name), ";\n")]
            #[doc = concat!("let numbers = ", $build, ";")]
            /// assert_eq!(numbers.rank_upper(&20), 2);
            /// assert_eq!(numbers.rank_upper(&25), 2);
            /// ```
            #[inline]
            pub fn rank_upper(&self, key: &Query<K, A>) -> usize {
                self.keys.rank(key, Edge::Upper)
            }

            /// The positions of all entries with that key; if there are none, the empty range where
            /// they would be. O(log n).
            ///
            /// # Examples
            ///
            /// ```
            #[doc = concat!("use leafwise::", stringify!($name), ";\n")]
            #[doc = concat!("let numbers = ", $build, ";")]
            /// assert_eq!(numbers.equal_range(&20), 1..2);
            /// assert_eq!(numbers.equal_range(&25), 2..2);
            /// ```
            pub fn equal_range(&self, key: &Query<K, A>) -> Range<usize> {
                self.keys.equal_range(key)
            }

            /// How many entries have that key. O(log n).
            ///
            /// # Examples
            ///
            /// ```
            #[doc = concat!("use leafwise::", stringify!($name), ";\n")]
            #[doc = concat!("let numbers = ", $build, ";")]
            /// assert_eq!((numbers.count(&20), numbers.count(&25)), (1, 0));
            /// ```
            pub fn count(&self, key: &Query<K, A>) -> usize {
                self.equal_range(key).len()
            }

            /// The entry at a position in key order, the inverse of [`rank`](Self::rank). O(1).
            ///
            /// # Examples
            ///
            /// ```
            #[doc = concat!("use leafwise::", stringify!($name), ";\n")]
            #[doc = concat!("let numbers = ", $build, ";")]
            #[doc = concat!("assert_eq!(numbers.select(1), Some(", $second, "));")]
            /// assert_eq!(numbers.select(3), None);
            /// ```
            #[inline]
            pub fn select(&self, at: usize) -> Option<$item> {
                (at < self.len()).then(|| self.item(at))
            }

            /// The first entry. O(1).
            ///
            /// # Examples
            ///
            /// ```
            #[doc = concat!("use leafwise::", stringify!($name), ";\n")]
            #[doc = concat!("let numbers = ", $build, ";")]
            #[doc = concat!("assert_eq!(numbers.first(), Some(", $first, "));")]
            /// ```
            pub fn first(&self) -> Option<$item> {
                self.select(0)
            }

            /// The last entry. O(1).
            ///
            /// # Examples
            ///
            /// ```
            #[doc = concat!("use leafwise::", stringify!($name), ";\n")]
            #[doc = concat!("let numbers = ", $build, ";")]
            #[doc = concat!("assert_eq!(numbers.last(), Some(", $third, "));")]
            /// ```
            pub fn last(&self) -> Option<$item> {
                self.len().checked_sub(1).map(|at| self.item(at))
            }

            /// The last entry whose key is not greater. O(log n).
            ///
            /// # Examples
            ///
            /// ```
            #[doc = concat!("use leafwise::", stringify!($name), ";\n")]
            #[doc = concat!("let numbers = ", $build, ";")]
            #[doc = concat!("assert_eq!(numbers.floor(&20), Some(", $second, "));")]
            #[doc = concat!("assert_eq!(numbers.floor(&19), Some(", $first, "));")]
            /// assert_eq!(numbers.floor(&9), None);
            /// ```
            pub fn floor(&self, key: &Query<K, A>) -> Option<$item> {
                self.keys.before(key, Edge::Upper).map(|at| self.item(at))
            }

            /// The first entry whose key is not smaller. O(log n).
            ///
            /// # Examples
            ///
            /// ```
            #[doc = concat!("use leafwise::", stringify!($name), ";\n")]
            #[doc = concat!("let numbers = ", $build, ";")]
            #[doc = concat!("assert_eq!(numbers.ceiling(&20), Some(", $second, "));")]
            #[doc = concat!("assert_eq!(numbers.ceiling(&21), Some(", $third, "));")]
            /// assert_eq!(numbers.ceiling(&31), None);
            /// ```
            pub fn ceiling(&self, key: &Query<K, A>) -> Option<$item> {
                self.keys.behind(key, Edge::Lower).map(|at| self.item(at))
            }

            /// The last entry whose key is smaller. O(log n).
            ///
            /// # Examples
            ///
            /// ```
            #[doc = concat!("use leafwise::", stringify!($name), ";\n")]
            #[doc = concat!("let numbers = ", $build, ";")]
            #[doc = concat!("assert_eq!(numbers.lower(&20), Some(", $first, "));")]
            /// assert_eq!(numbers.lower(&10), None);
            /// ```
            pub fn lower(&self, key: &Query<K, A>) -> Option<$item> {
                self.keys.before(key, Edge::Lower).map(|at| self.item(at))
            }

            /// The first entry whose key is greater. O(log n).
            ///
            /// # Examples
            ///
            /// ```
            #[doc = concat!("use leafwise::", stringify!($name), ";\n")]
            #[doc = concat!("let numbers = ", $build, ";")]
            #[doc = concat!("assert_eq!(numbers.higher(&20), Some(", $third, "));")]
            /// assert_eq!(numbers.higher(&30), None);
            /// ```
            pub fn higher(&self, key: &Query<K, A>) -> Option<$item> {
                self.keys.behind(key, Edge::Upper).map(|at| self.item(at))
            }

            /// How many entries come first of which `is_before` holds, if it holds of all entries
            /// up to some place and of none behind it: a binary search by whatever decides of a
            /// key. O(log n).
            ///
            /// # Examples
            ///
            /// ```
            #[doc = concat!("use leafwise::", stringify!($name), ";\n")]
            #[doc = concat!("let numbers = ", $build, ";")]
            /// assert_eq!(numbers.partition_point(|key| key / 10 < 3), 2);
            /// ```
            pub fn partition_point<F>(&self, mut is_before: F) -> usize
            where
                F: FnMut(Ref<'_, K, A>) -> bool,
            {
                let (mut low, mut high) = (0, self.len());
                while low < high {
                    let middle = low + (high - low) / 2;
                    if is_before(self.keys.get(middle)) {
                        low = middle + 1;
                    } else {
                        high = middle;
                    }
                }
                low
            }

            /// All entries in ascending order. O(1), and O(1) for each step, forwards, backwards or
            /// by `nth`.
            ///
            /// # Examples
            ///
            /// ```
            #[doc = concat!("use leafwise::", stringify!($name), ";\n")]
            #[doc = concat!("let numbers = ", $build, ";")]
            #[doc = concat!("assert_eq!(numbers.iter().next_back(), Some(", $third, "));")]
            /// assert_eq!(numbers.iter().len(), 3);
            /// ```
            pub fn iter(&self) -> $iter {
                self.iter_of(0..self.len())
            }

            /// The entries whose keys lie within bounds, in ascending order. O(log n), and O(1) for
            /// each step; how many there are is known at once.
            ///
            /// # Panics
            ///
            /// Panics if the start lies after the end, or if both are the same key and excluded.
            ///
            /// # Examples
            ///
            /// ```
            #[doc = concat!("use leafwise::", stringify!($name), ";\n")]
            #[doc = concat!("let numbers = ", $build, ";")]
            #[doc = concat!("assert!(numbers.range(15..30).eq([", $second, "]));")]
            /// assert_eq!(numbers.range(..=20).len(), 2);
            /// ```
            pub fn range<R: KeyRange<Query<K, A>>>(&self, range: R) -> $iter {
                match self.range_checked(range) {
                    Ok(iter) => iter,
                    Err(error) => panic!("{error} in {}", stringify!($name)),
                }
            }

            /// The entries whose keys lie within bounds that may make no sense.
            ///
            /// # Errors
            ///
            /// Returns an error where [`range`](Self::range) panics.
            ///
            /// # Examples
            ///
            /// ```
            #[doc = concat!("use leafwise::", stringify!($name), ";")]
            /// use leafwise::RangeError;
            ///
            #[doc = concat!("let numbers = ", $build, ";")]
            /// let (from, to) = (30, 10);
            /// assert_eq!(numbers.range_checked(from..to).err(), Some(RangeError::Inverted));
            /// ```
            pub fn range_checked<R>(&self, range: R) -> Result<$iter, RangeError>
            where
                R: KeyRange<Query<K, A>>,
            {
                Ok(self.iter_of(Navigate::range(&self.keys, &range)?))
            }

            /// [`rank`](Self::rank) for many keys at once: while some wait for memory, others are
            /// searched for. The larger the collection, the more that gains.
            ///
            /// # Panics
            ///
            /// Panics if the slices differ in length.
            ///
            /// # Examples
            ///
            /// ```
            #[doc = concat!("use leafwise::", stringify!($name), ";\n")]
            #[doc = concat!("let numbers = ", $build, ";")]
            /// let mut ranks = [0; 4];
            /// numbers.rank_batch(&[99, 5, 20, 21], &mut ranks);
            /// assert_eq!(ranks, [3, 0, 1, 2]);
            /// ```
            pub fn rank_batch<Q: Borrow<Query<K, A>>>(&self, keys: &[Q], ranks: &mut [usize]) {
                self.keys.look_up(None, look_ups::Ranks::new(keys, Edge::Lower, ranks));
            }

            /// [`rank_batch`](Self::rank_batch) with an instruction set of one's choice, for
            /// measuring.
            ///
            /// # Panics
            ///
            /// Panics if the slices differ in length, or if the processor does not have that set.
            ///
            /// # Examples
            ///
            /// ```
            #[doc = concat!("use leafwise::", stringify!($name), ";")]
            /// use leafwise::fixed::Simd;
            ///
            #[doc = concat!("let numbers = ", $build, ";")]
            /// for simd in Simd::available() {
            ///     let mut ranks = [0; 2];
            ///     numbers.rank_batch_with(simd, &[30, 15], &mut ranks);
            ///     assert_eq!(ranks, [2, 1]);
            /// }
            /// ```
            pub fn rank_batch_with<Q: Borrow<Query<K, A>>>(
                &self,
                simd: Simd,
                keys: &[Q],
                ranks: &mut [usize],
            ) {
                let ranks = look_ups::Ranks::new(keys, Edge::Lower, ranks);
                self.keys.look_up(Some(simd.checked()), ranks);
            }

            /// [`rank_upper`](Self::rank_upper) for many keys at once.
            ///
            /// # Panics
            ///
            /// Panics if the slices differ in length.
            ///
            /// # Examples
            ///
            /// ```
            #[doc = concat!("use leafwise::", stringify!($name), ";\n")]
            #[doc = concat!("let numbers = ", $build, ";")]
            /// let mut ranks = [0; 2];
            /// numbers.rank_upper_batch(&[20, 19], &mut ranks);
            /// assert_eq!(ranks, [2, 1]);
            /// ```
            pub fn rank_upper_batch<Q: Borrow<Query<K, A>>>(
                &self,
                keys: &[Q],
                ranks: &mut [usize],
            ) {
                self.keys.look_up(None, look_ups::Ranks::new(keys, Edge::Upper, ranks));
            }

            /// The positions of the entries within many bounds at once, as for
            /// [`select`](Self::select).
            ///
            /// # Panics
            ///
            /// Panics if the slices differ in length, or where [`range`](Self::range) would panic.
            ///
            /// # Examples
            ///
            /// ```
            #[doc = concat!("use leafwise::", stringify!($name), ";\n")]
            #[doc = concat!("let numbers = ", $build, ";")]
            /// let mut positions = [0..0, 0..0];
            /// numbers.range_batch(&[15..30, 0..5], &mut positions);
            /// assert_eq!(positions, [1..2, 0..0]);
            /// ```
            pub fn range_batch<R: KeyRange<Query<K, A>>>(
                &self,
                ranges: &[R],
                positions: &mut [Range<usize>],
            ) {
                for range in ranges {
                    if let Err(error) = navigate::check::<A::Column>(range) {
                        panic!("{error} in {}", stringify!($name));
                    }
                }
                self.keys.look_up(None, look_ups::Ranges::new(ranges, positions));
            }
        }
    };
}
pub(super) use navigation;
