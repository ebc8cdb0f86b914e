//! Finding the entry of a key, and its neighbours.

use core::borrow::Borrow;
use core::ops::Bound;

use super::Map;
use crate::iter::Entries;

/// Looking up keys.
impl<K, V, B: Entries<Key = K, Value = V>> Map<K, V, B> {
    /// Returns a reference to the value of `key`. O(log n).
    ///
    /// The key may be any borrowed form of the map's key type, but `Ord` on the borrowed form must
    /// match the ordering on the key type.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let map = BPlusTreeMap::from([("a".to_string(), 1)]);
    /// assert_eq!(map.get("a"), Some(&1));
    /// assert_eq!(map.get("b"), None);
    /// ```
    #[inline]
    pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q> + Ord,
    {
        self.raw.get(key).map(|(_, value)| value)
    }

    /// Returns the stored key that equals `key`, and its value. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let map = BPlusTreeMap::from([(1, "a")]);
    /// assert_eq!(map.get_key_value(&1), Some((&1, &"a")));
    /// ```
    #[inline]
    pub fn get_key_value<Q: Ord + ?Sized>(&self, key: &Q) -> Option<(&K, &V)>
    where
        K: Borrow<Q> + Ord,
    {
        self.raw.get(key)
    }

    /// Returns a mutable reference to the value of `key`. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let mut map = BPlusTreeMap::from([(1, 10)]);
    /// *map.get_mut(&1).unwrap() += 1;
    /// assert_eq!(map[&1], 11);
    /// ```
    #[inline]
    pub fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q> + Ord,
    {
        self.raw.get_mut(key)
    }

    /// Returns `true` if the map contains an entry for `key`. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let map = BPlusTreeMap::from([(1, "a")]);
    /// assert!(map.contains_key(&1));
    /// assert!(!map.contains_key(&2));
    /// ```
    #[inline]
    pub fn contains_key<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q> + Ord,
    {
        self.raw.get(key).is_some()
    }

    /// Returns the entry with the greatest key that is less than or equal to `key`. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let map = BPlusTreeMap::from([(10, "a"), (20, "b")]);
    /// assert_eq!(map.floor(&20), Some((&20, &"b")));
    /// assert_eq!(map.floor(&19), Some((&10, &"a")));
    /// assert_eq!(map.floor(&9), None);
    /// ```
    pub fn floor<Q: Ord + ?Sized>(&self, key: &Q) -> Option<(&K, &V)>
    where
        K: Borrow<Q> + Ord,
    {
        self.upper_bound(Bound::Included(key)).peek_prev()
    }

    /// Returns the entry with the smallest key that is greater than or equal to `key`. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let map = BPlusTreeMap::from([(10, "a"), (20, "b")]);
    /// assert_eq!(map.ceiling(&10), Some((&10, &"a")));
    /// assert_eq!(map.ceiling(&11), Some((&20, &"b")));
    /// assert_eq!(map.ceiling(&21), None);
    /// ```
    pub fn ceiling<Q: Ord + ?Sized>(&self, key: &Q) -> Option<(&K, &V)>
    where
        K: Borrow<Q> + Ord,
    {
        self.lower_bound(Bound::Included(key)).peek_next()
    }

    /// Returns the entry with the greatest key that is less than `key`. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let map = BPlusTreeMap::from([(10, "a"), (20, "b")]);
    /// assert_eq!(map.lower(&20), Some((&10, &"a")));
    /// assert_eq!(map.lower(&10), None);
    /// ```
    pub fn lower<Q: Ord + ?Sized>(&self, key: &Q) -> Option<(&K, &V)>
    where
        K: Borrow<Q> + Ord,
    {
        self.upper_bound(Bound::Excluded(key)).peek_prev()
    }

    /// Returns the entry with the smallest key that is greater than `key`. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let map = BPlusTreeMap::from([(10, "a"), (20, "b")]);
    /// assert_eq!(map.higher(&10), Some((&20, &"b")));
    /// assert_eq!(map.higher(&20), None);
    /// ```
    pub fn higher<Q: Ord + ?Sized>(&self, key: &Q) -> Option<(&K, &V)>
    where
        K: Borrow<Q> + Ord,
    {
        self.lower_bound(Bound::Excluded(key)).peek_next()
    }
}
