//! Many look-ups at once.

use core::borrow::Borrow;

use super::BPlusTreeSet;
use crate::iter::Entries;
use crate::layout::LeafLayout;
use crate::map::Results;
use crate::store::Store;

/// Look-ups in batches. In a set of more than about two thousand elements, some proceed while
/// others wait for memory: the larger the set, the greater the gain.
impl<K, S: Store, L: LeafLayout> BPlusTreeSet<K, S, L> {
    /// [`contains`](Self::contains) for many elements at once.
    ///
    /// # Panics
    ///
    /// Panics if there are not as many elements as results.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// let set = BPlusTreeSet::from([10, 20, 30]);
    /// let mut found = [false; 3];
    /// set.contains_batch(&[10, 11, 30], &mut found);
    /// assert_eq!(found, [true, false, true]);
    /// ```
    pub fn contains_batch<'q, Q>(
        &self,
        elements: impl IntoIterator<Item = &'q Q>,
        found: &mut [bool],
    ) where
        K: Borrow<Q> + Ord,
        Q: Ord + ?Sized + 'q,
    {
        self.map.contains_key_batch(elements, found);
    }

    /// [`get`](Self::get) for many elements at once.
    ///
    /// # Panics
    ///
    /// Panics if there are not as many elements as results.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// let set = BPlusTreeSet::from(["a".to_string(), "b".to_string()]);
    /// let mut found = [None; 2];
    /// set.get_batch(["b", "c"], &mut found);
    /// assert_eq!(found, [Some(&"b".to_string()), None]);
    /// ```
    pub fn get_batch<'a, 'q, Q>(
        &'a self,
        elements: impl IntoIterator<Item = &'q Q>,
        found: &mut [Option<&'a K>],
    ) where
        K: Borrow<Q> + Ord,
        Q: Ord + ?Sized + 'q,
    {
        let mut results = Results::new(found);
        self.map.raw.get_batch(elements.into_iter(), |entry| {
            results.push(entry.map(|(element, _)| element));
        });
        results.finish();
    }
}
