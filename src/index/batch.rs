//! Many look-ups at once.

use core::borrow::Borrow;

use super::{BPlusIndex, Values};
use crate::iter::Projected;
use crate::layout::LeafLayout;
use crate::map::Results;
use crate::store::Store;
use crate::tree::AtPair;

/// Look-ups in batches. In an index of more than about two thousand entries, some proceed while
/// others wait for memory: the larger the index, the greater the gain.
impl<K: Ord, V, S: Store, L: LeafLayout> BPlusIndex<K, V, S, L> {
    /// [`get_all`](Self::get_all) for many keys at once: `found` is called for each key, in their
    /// order, with its values.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// let index = BPlusIndex::from([("a", 1), ("b", 2), ("b", 3)]);
    /// let mut rows: Vec<Vec<i32>> = Vec::new();
    /// index.get_all_batch(&["b", "c", "a"], |values| rows.push(values.copied().collect()));
    /// assert_eq!(rows, [vec![2, 3], vec![], vec![1]]);
    /// ```
    pub fn get_all_batch<'a, 'q, Q>(
        &'a self,
        keys: impl IntoIterator<Item = &'q Q>,
        mut found: impl FnMut(Values<'a, K, V, S, L>),
    ) where
        K: Borrow<Q>,
        Q: Ord + ?Sized + 'q,
    {
        self.tree
            .equal_range_batch(keys.into_iter(), |range| found(Projected::new(range)));
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
    /// use leafwise::BPlusIndex;
    ///
    /// let index = BPlusIndex::from([(1, 10), (2, 20), (2, 21)]);
    /// let mut found = [false; 3];
    /// index.contains_key_batch(&[2, 3, 1], &mut found);
    /// assert_eq!(found, [true, false, true]);
    /// ```
    pub fn contains_key_batch<'q, Q>(
        &self,
        keys: impl IntoIterator<Item = &'q Q>,
        found: &mut [bool],
    ) where
        K: Borrow<Q>,
        Q: Ord + ?Sized + 'q,
    {
        let mut results = Results::new(found);
        self.tree
            .has_key_batch(keys.into_iter(), |found| results.push(found));
        results.finish();
    }

    /// [`contains`](Self::contains) for many pairs at once.
    ///
    /// # Panics
    ///
    /// Panics if there are not as many pairs as results.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// let friends = BPlusIndex::from([(1, 2), (1, 3), (2, 3)]);
    /// let mut found = [false; 2];
    /// friends.contains_batch([(&1, &3), (&3, &1)], &mut found);
    /// assert_eq!(found, [true, false]);
    /// ```
    pub fn contains_batch<'q, Q, W>(
        &self,
        pairs: impl IntoIterator<Item = (&'q Q, &'q W)>,
        found: &mut [bool],
    ) where
        K: Borrow<Q>,
        V: Ord + Borrow<W>,
        Q: Ord + ?Sized + 'q,
        W: Ord + ?Sized + 'q,
    {
        let mut results = Results::new(found);
        let targets = pairs
            .into_iter()
            .map(|(key, value)| AtPair::lower(key, value));
        self.tree
            .find_batch(targets, |entry| results.push(entry.is_some()));
        results.finish();
    }
}
