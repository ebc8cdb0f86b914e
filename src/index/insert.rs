//! Inserting entries, moving a value to another key, and merging indexes.

use core::borrow::Borrow;

use super::{BPlusIndex, UnsortedError};
use crate::layout::LeafLayout;
use crate::store::Store;
use crate::tree::Tree;

/// Insertion: leaves may split, and separators are clones of keys and values.
impl<K: Ord + Clone, V: Ord + Clone, S: Store, L: LeafLayout> BPlusIndex<K, V, S, L> {
    /// Makes an index of entries that strictly ascend, without sorting or searching. O(n). Leaves
    /// are filled completely.
    ///
    /// # Errors
    ///
    /// Returns an error that contains the position of the first entry out of order (equal entries
    /// are out of order too), and drops the entries before it.
    ///
    /// # Panics
    ///
    /// Panics if the iterator announces (by [`Iterator::size_hint`]) more entries than the address
    /// space can hold: room for them is made once the first leaf is full.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// let rows = (0..1000).map(|row| (row / 10, row));
    /// let index: BPlusIndex<u32, u32> = BPlusIndex::from_sorted_iter(rows)?;
    /// assert_eq!(index.count(&30), 10);
    /// # Ok::<(), leafwise::index::UnsortedError>(())
    /// ```
    pub fn from_sorted_iter<I>(entries: I) -> Result<Self, UnsortedError>
    where
        I: IntoIterator<Item = (K, V)>,
    {
        let tree = Tree::from_ascending(entries)?;
        Ok(BPlusIndex { tree })
    }

    /// Inserts an entry. Returns whether it was newly inserted. O(log n).
    ///
    /// An equal entry that is already in the index is not updated.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// let mut index = BPlusIndex::new();
    /// assert!(index.insert(1, 10));
    /// assert!(index.insert(1, 11));
    /// assert!(!index.insert(1, 10));
    /// ```
    #[inline]
    pub fn insert(&mut self, key: K, value: V) -> bool {
        self.tree.insert_new(key, value)
    }

    /// Moves a value from one key to another. Returns whether the entry (`old_key`, `value`) was in
    /// the index; if so, it is now (`new_key`, `value`). O(log n).
    ///
    /// If it was not in the index, nothing changes. If the new entry was in the index as well, the
    /// old one is removed and the index has one entry less. If the keys are equal, nothing changes.
    ///
    /// If `Ord` or `Clone` panics, either nothing has changed or both entries are in the index; if
    /// the `Drop` of the old entry panics, the change may also be complete. The value is never
    /// lost.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// let mut index = BPlusIndex::from([(1500, 42)]);
    /// assert!(index.update(&1500, 1600, 42));
    /// assert!(!index.update(&1500, 1700, 42));
    /// assert!(index.iter().eq([(&1600, &42)]));
    /// ```
    pub fn update<Q: Ord + ?Sized>(&mut self, old_key: &Q, new_key: K, value: V) -> bool
    where
        K: Borrow<Q>,
    {
        self.tree.change_key(old_key, new_key, value)
    }

    /// Moves all entries of `other` into `self`, leaving `other` empty. With m entries in `other`,
    /// O(m log n) at most, and O(m) if they are all before or all after those of `self`, or if
    /// there are several for each leaf of `self`.
    ///
    /// If an entry is in both indexes, its key is that of `self`, and its value is that of `other`.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// let mut index = BPlusIndex::from([(1, 10), (2, 20)]);
    /// let mut other = BPlusIndex::from([(1, 11), (2, 20)]);
    /// index.append(&mut other);
    /// assert!(other.is_empty());
    /// assert!(index.iter().eq([(&1, &10), (&1, &11), (&2, &20)]));
    /// ```
    pub fn append(&mut self, other: &mut Self) {
        self.tree.append(&mut other.tree);
    }

    /// Splits the index in two: `self` keeps the entries with keys less than `key`, the others are
    /// returned as an index. O(log n), plus the number of entries that move.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusIndex;
    ///
    /// let mut index = BPlusIndex::from([(1, 10), (2, 20), (2, 21)]);
    /// let high = index.split_off(&2);
    /// assert_eq!(index.len(), 1);
    /// assert_eq!(high, BPlusIndex::from([(2, 20), (2, 21)]));
    /// ```
    pub fn split_off<Q: Ord + ?Sized>(&mut self, key: &Q) -> Self
    where
        K: Borrow<Q>,
    {
        BPlusIndex {
            tree: self.tree.split_off(key),
        }
    }
}
