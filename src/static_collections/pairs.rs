//! Keys with values: what map and index have in common.

use alloc::vec;
use alloc::vec::Vec;
use core::borrow::Borrow;
use core::slice;

use crate::error::UnsortedError;
use crate::iter::Projected;

use super::arrangement::{Arrangement, Query, Ref};
use super::collection::Static;
use super::iter::{IntoIter, IntoKeys, Keys};
use super::kind::{Multiplicity, WithValues};
use super::s_plus_tree::prefetch_line;

impl<K, V, M: Multiplicity, A: Arrangement<K>> Static<K, V, WithValues<M>, A> {
    /// Makes a collection of copies of `keys`, which must ascend (strictly, except in an index),
    /// and of `values`, the value of each key at the key's position. This is the fastest way to
    /// make one. O(n).
    ///
    /// # Errors
    ///
    /// Returns an error that contains the position of the first key out of order.
    ///
    /// # Panics
    ///
    /// Panics if the numbers of keys and values differ.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::StaticMap;
    ///
    /// let names: StaticMap<u32, &str> =
    ///     StaticMap::from_sorted_parts(&[4, 7], vec!["four", "seven"])?;
    /// assert_eq!(names.get(&7), Some(&"seven"));
    /// # Ok::<(), leafwise::static_collections::UnsortedError>(())
    /// ```
    pub fn from_sorted_parts(keys: &[K], values: Vec<V>) -> Result<Self, UnsortedError>
    where
        K: Clone,
    {
        let lengths = (keys.len(), values.len());
        assert_eq!(lengths.0, lengths.1, "there must be as many values as keys");
        Self::from_sorted_keys(keys, values)
    }

    /// Returns `true` if there is an entry with that key. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::StaticMap;
    ///
    /// let names = StaticMap::from([(4, 'd'), (7, 'g')]);
    /// assert!(names.contains_key(&7));
    /// assert!(!names.contains_key(&5));
    /// ```
    #[inline]
    pub fn contains_key(&self, key: &Query<K, A>) -> bool {
        self.find(key, |_| ()).is_some()
    }

    /// Returns a reference to the value of `key`, the first one if there are several. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::StaticMap;
    ///
    /// let names = StaticMap::from([(4, 'd'), (7, 'g')]);
    /// assert_eq!(names.get(&7), Some(&'g'));
    /// assert_eq!(names.get(&5), None);
    /// ```
    #[inline]
    pub fn get(&self, key: &Query<K, A>) -> Option<&V> {
        self.find_value(key).map(|at| &self.values[at])
    }

    /// Returns a mutable reference to the value of `key`, the first one if there are several.
    /// O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::StaticMap;
    ///
    /// let mut hits = StaticMap::from([(4, 0), (7, 0)]);
    /// *hits.get_mut(&7).unwrap() += 1;
    /// assert_eq!(hits.get(&7), Some(&1));
    /// ```
    #[inline]
    pub fn get_mut(&mut self, key: &Query<K, A>) -> Option<&mut V> {
        self.find_value(key).map(|at| &mut self.values[at])
    }

    /// Returns the key and the value of the first entry whose key equals `key`. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::StaticMap;
    ///
    /// let names = StaticMap::from([(4, 'd'), (7, 'g')]);
    /// assert_eq!(names.get_key_value(&7), Some((7, &'g')));
    /// ```
    #[inline]
    pub fn get_key_value(&self, key: &Query<K, A>) -> Option<(Ref<'_, K, A>, &V)> {
        self.select(self.find_value(key)?)
    }

    /// [`contains_key`](Self::contains_key) for many keys at once.
    ///
    /// # Panics
    ///
    /// Panics if the slices differ in length.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::StaticMap;
    ///
    /// let names = StaticMap::from([(4, 'd'), (7, 'g')]);
    /// let mut found = [false; 2];
    /// names.contains_key_batch(&[5, 7], &mut found);
    /// assert_eq!(found, [false, true]);
    /// ```
    pub fn contains_key_batch<Q: Borrow<Query<K, A>>>(&self, keys: &[Q], found: &mut [bool]) {
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
    /// use leafwise::StaticMap;
    ///
    /// let names = StaticMap::from([(4, 'd'), (7, 'g')]);
    /// let mut found = [None; 2];
    /// names.get_batch(&[5, 7], &mut found);
    /// assert_eq!(found, [None, Some(&'g')]);
    /// ```
    pub fn get_batch<'a, Q>(&'a self, keys: &[Q], found: &mut [Option<&'a V>])
    where
        Q: Borrow<Query<K, A>>,
    {
        // A slice: a vector in a reference would be read anew for each key.
        let values = &*self.values;
        self.find_keys(keys, found, move |rank, is_there| {
            if !is_there {
                return None;
            }
            // The caller is going to read the value.
            prefetch_line(values.as_ptr().wrapping_add(rank));
            values.get(rank)
        });
    }

    /// An iterator over all keys, in ascending order.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::StaticMap;
    ///
    /// let names = StaticMap::from([(7, 'g'), (4, 'd')]);
    /// assert!(names.keys().eq([4, 7]));
    /// ```
    pub fn keys(&self) -> Keys<'_, K, A> {
        Keys::new(&self.keys, (), 0..self.len())
    }

    /// An iterator over all values, in the order of their keys.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::StaticMap;
    ///
    /// let names = StaticMap::from([(7, 'g'), (4, 'd')]);
    /// assert!(names.values().eq(&['d', 'g']));
    /// ```
    pub fn values(&self) -> slice::Iter<'_, V> {
        self.values.iter()
    }

    /// Consumes the collection and returns an iterator over its keys, in ascending order.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::StaticMap;
    ///
    /// let names = StaticMap::from([(7, 'g'), (4, 'd')]);
    /// assert!(names.into_keys().eq([4, 7]));
    /// ```
    pub fn into_keys(self) -> IntoKeys<K, A> {
        let units = vec![(); self.len()];
        Projected::new(IntoIter::new(self.keys, units))
    }

    /// Consumes the collection and returns its values, in the order of their keys.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::StaticMap;
    ///
    /// let names = StaticMap::from([(7, 'g'), (4, 'd')]);
    /// assert_eq!(names.into_values(), ['d', 'g']);
    /// ```
    #[must_use]
    pub fn into_values(self) -> Vec<V> {
        self.values.into_vec()
    }

    /// All values as a slice, in the order of their keys: the value at index `i` is that of
    /// `select(i)`.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::StaticMap;
    ///
    /// let names = StaticMap::from([(7, 'g'), (4, 'd')]);
    /// assert_eq!(names.values_slice(), ['d', 'g']);
    /// ```
    #[must_use]
    pub fn values_slice(&self) -> &[V] {
        &self.values
    }

    /// All values as a mutable slice, in the order of their keys.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::StaticMap;
    ///
    /// let mut hits = StaticMap::from([(4, 0), (7, 0)]);
    /// for value in hits.values_slice_mut() {
    ///     *value += 1;
    /// }
    /// assert_eq!(hits.get(&7), Some(&1));
    /// ```
    #[must_use]
    pub fn values_slice_mut(&mut self) -> &mut [V] {
        &mut self.values
    }
}

impl<K, V, M: Multiplicity, A: Arrangement<K>> IntoIterator for Static<K, V, WithValues<M>, A> {
    type Item = (K, V);
    type IntoIter = IntoIter<K, V, A>;

    fn into_iter(self) -> Self::IntoIter {
        IntoIter::new(self.keys, self.values.into_vec())
    }
}
