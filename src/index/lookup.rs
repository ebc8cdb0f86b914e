//! Finding the values of a key, and iterating from key to key.

use core::borrow::Borrow;

use super::{BPlusIndex, Groups, Keys, Values};
use crate::iter::Projected;
use crate::layout::LeafLayout;
use crate::store::Store;

/// Looking up by key. A key may be any borrowed form with the same order.
impl<K: Ord, V, S: Store, L: LeafLayout> BPlusIndex<K, V, S, L> {
    /// Returns `true` if the index contains an entry with this key. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// let index = BPlusIndex::from([("a".to_string(), 1)]);
    /// assert!(index.contains_key("a"));
    /// assert!(!index.contains_key("b"));
    /// ```
    #[inline]
    pub fn contains_key<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.tree.first_of(key).is_some()
    }

    /// Returns the only value of `key`, for keys that have at most one. O(log n).
    ///
    /// If the key has several values, this returns the smallest of them: whether there are others
    /// is not checked. [`get_all`](Self::get_all) returns all of them.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// let index = BPlusIndex::from([(1, 10), (2, 21), (2, 20)]);
    /// assert_eq!(index.lookup_unique(&1), Some(&10));
    /// assert_eq!(index.lookup_unique(&2), Some(&20), "the smaller one");
    /// assert_eq!(index.lookup_unique(&3), None);
    /// ```
    #[inline]
    pub fn lookup_unique<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.tree.first_of(key).map(|(_, value)| value)
    }

    /// Returns a double-ended iterator over all values of `key`, in ascending order. O(log n), then
    /// amortized O(1) per value.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// let index = BPlusIndex::from([(1, 10), (2, 22), (2, 20), (2, 21)]);
    /// assert!(index.get_all(&2).eq(&[20, 21, 22]));
    /// assert_eq!(index.get_all(&2).next_back(), Some(&22));
    /// assert_eq!(index.get_all(&3).next(), None);
    /// ```
    #[inline]
    pub fn get_all<Q: Ord + ?Sized>(&self, key: &Q) -> Values<'_, K, V, S, L>
    where
        K: Borrow<Q>,
    {
        Projected::new(self.tree.equal_range(key))
    }

    /// The same as [`get_all`](Self::get_all).
    #[inline]
    pub fn lookup_range<Q: Ord + ?Sized>(&self, key: &Q) -> Values<'_, K, V, S, L>
    where
        K: Borrow<Q>,
    {
        self.get_all(key)
    }

    /// The number of values of a key. O(log n), plus one step per leaf that they fill.
    ///
    /// The values are not visited, but the lengths of their leaves are read, which is one cache
    /// miss per about fifty values at most. Exact counts in branches would make it O(log n), at the
    /// price of a write to every branch on the path of every insertion and removal.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// let index: BPlusIndex<_, _> = (0..1000).map(|row| (row % 10, row)).collect();
    /// assert_eq!(index.count(&3), 100);
    /// assert_eq!(index.count(&10), 0);
    /// ```
    pub fn count<Q: Ord + ?Sized>(&self, key: &Q) -> usize
    where
        K: Borrow<Q>,
    {
        self.tree.count(key)
    }

    /// Returns a double-ended iterator over each key once, in ascending order. Steps from key to
    /// key without visiting the values in between.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// let index = BPlusIndex::from([(1, 10), (2, 20), (2, 21)]);
    /// assert!(index.keys().eq(&[1, 2]));
    /// ```
    pub fn keys(&self) -> Keys<'_, K, V, S, L> {
        Projected::new(self.groups())
    }

    /// Returns a double-ended iterator over each key once, with its values, in ascending order.
    /// Steps from key to key without visiting the values in between.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// let index = BPlusIndex::from([("a", 1), ("b", 2), ("b", 3)]);
    /// let sums: Vec<_> = index
    ///     .groups()
    ///     .map(|(key, values)| (*key, values.sum::<i32>()))
    ///     .collect();
    /// assert_eq!(sums, [("a", 1), ("b", 5)]);
    /// ```
    pub fn groups(&self) -> Groups<'_, K, V, S, L> {
        self.range_groups::<K, _>(..)
    }
}
