//! Many look-ups at once.

use core::borrow::Borrow;

use super::Map;
use crate::iter::Entries;

/// Look-ups in batches. In a B+ tree of more than about two thousand entries, some proceed while
/// others wait for memory: the larger the map, the greater the gain. Elsewhere, keys are looked up
/// one by one.
impl<K, V, B: Entries<Key = K, Value = V>> Map<K, V, B> {
    /// [`get`](Self::get) for many keys at once.
    ///
    /// # Panics
    ///
    /// Panics if there are not as many keys as results.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let prices = BPlusTreeMap::from([(10, 1.0), (20, 4.0), (30, 2.5)]);
    /// let mut found = [None; 3];
    /// prices.get_batch(&[10, 11, 30], &mut found);
    /// assert_eq!(found, [Some(&1.0), None, Some(&2.5)]);
    ///
    /// let names = BPlusTreeMap::from([("Ada".to_string(), 36), ("Alan".to_string(), 41)]);
    /// let mut ages = [None; 2];
    /// names.get_batch(["Alan", "Grace"], &mut ages);
    /// assert_eq!(ages, [Some(&41), None]);
    /// ```
    pub fn get_batch<'a, 'q, Q>(
        &'a self,
        keys: impl IntoIterator<Item = &'q Q>,
        found: &mut [Option<&'a V>],
    ) where
        K: Borrow<Q> + Ord,
        Q: Ord + ?Sized + 'q,
    {
        let mut results = Results::new(found);
        self.raw.get_batch(keys.into_iter(), |entry| {
            results.push(entry.map(|(_, value)| value));
        });
        results.finish();
    }

    /// [`contains_key`](Self::contains_key) for many keys at once.
    ///
    /// # Panics
    ///
    /// Panics if there are not as many keys as results.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let prices = BPlusTreeMap::from([(10, 1.0), (20, 4.0), (30, 2.5)]);
    /// let mut found = [false; 3];
    /// prices.contains_key_batch(&[10, 11, 30], &mut found);
    /// assert_eq!(found, [true, false, true]);
    /// ```
    pub fn contains_key_batch<'q, Q>(
        &self,
        keys: impl IntoIterator<Item = &'q Q>,
        found: &mut [bool],
    ) where
        K: Borrow<Q> + Ord,
        Q: Ord + ?Sized + 'q,
    {
        let mut results = Results::new(found);
        self.raw
            .get_batch(keys.into_iter(), |entry| results.push(entry.is_some()));
        results.finish();
    }

    /// [`get_mut`](Self::get_mut) for many keys at once: `found` is called for each key, in their
    /// order, with its value or `None`. Keys may repeat.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let mut counts = BPlusTreeMap::from([("a", 0), ("b", 0)]);
    /// let mut unknown = 0;
    /// counts.get_mut_batch(&["b", "c", "b"], |count| match count {
    ///     Some(count) => *count += 1,
    ///     None => unknown += 1,
    /// });
    /// assert_eq!(counts, BPlusTreeMap::from([("a", 0), ("b", 2)]));
    /// assert_eq!(unknown, 1);
    /// ```
    pub fn get_mut_batch<'q, Q>(
        &mut self,
        keys: impl IntoIterator<Item = &'q Q>,
        found: impl FnMut(Option<&mut V>),
    ) where
        K: Borrow<Q> + Ord,
        Q: Ord + ?Sized + 'q,
    {
        self.raw.get_mut_batch(keys.into_iter(), found);
    }
}

/// The results of a batch, one for each key.
pub(crate) struct Results<'r, T> {
    results: &'r mut [T],
    keys: usize,
}

impl<'r, T> Results<'r, T> {
    pub(crate) fn new(results: &'r mut [T]) -> Self {
        Results { results, keys: 0 }
    }

    /// Takes the result of the next key.
    #[inline]
    pub(crate) fn push(&mut self, result: T) {
        if let Some(slot) = self.results.get_mut(self.keys) {
            *slot = result;
        }
        self.keys += 1;
    }

    /// # Panics
    /// If there were more or fewer keys than results.
    pub(crate) fn finish(self) {
        let (keys, results) = (self.keys, self.results.len());
        assert_eq!(
            keys, results,
            "a batch of {keys} keys cannot have {results} results"
        );
    }
}
