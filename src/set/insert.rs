//! Inserting elements, one by one or from another set.

use core::borrow::Borrow;

use super::{BPlusTreeSet, UnsortedError};
use crate::layout::LeafLayout;
use crate::map::BPlusTreeMap;
use crate::store::Store;

/// Insertion: leaves may split, and separators are clones of elements.
impl<K: Ord + Clone, S: Store, L: LeafLayout> BPlusTreeSet<K, S, L> {
    /// Makes a set of elements that strictly ascend, without sorting or searching. O(n). Leaves are
    /// filled completely.
    ///
    /// # Errors
    ///
    /// Returns an error that contains the position of the first element out of order (equal
    /// elements are out of order too), and drops the elements before it.
    ///
    /// # Panics
    ///
    /// Panics if the iterator announces (by [`Iterator::size_hint`]) more elements than the address
    /// space can hold: room for them is made once the first leaf is full.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// let even: BPlusTreeSet<u32> = BPlusTreeSet::from_sorted_iter((0..1000).step_by(2))?;
    /// assert_eq!(even.len(), 500);
    /// # Ok::<(), leafwise::set::UnsortedError>(())
    /// ```
    pub fn from_sorted_iter<I: IntoIterator<Item = K>>(elements: I) -> Result<Self, UnsortedError> {
        let entries = elements.into_iter().map(|element| (element, ()));
        Ok(BPlusTreeSet {
            map: BPlusTreeMap::from_sorted_iter(entries)?,
        })
    }

    /// Adds an element to the set. Returns whether it was newly inserted: if not, the stored
    /// element is not updated. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// let mut set = BPlusTreeSet::new();
    /// assert!(set.insert(1));
    /// assert!(!set.insert(1));
    /// ```
    pub fn insert(&mut self, element: K) -> bool {
        self.map.insert(element, ()).is_none()
    }

    /// Adds an element to the set, replacing the stored element that equals it, if any. Returns the
    /// replaced element. O(log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// let mut set = BPlusTreeSet::new();
    /// set.insert(Vec::<i32>::new());
    /// assert_eq!(set.get(&[][..]).unwrap().capacity(), 0);
    /// set.replace(Vec::with_capacity(10));
    /// assert!(set.get(&[][..]).unwrap().capacity() >= 10);
    /// ```
    pub fn replace(&mut self, element: K) -> Option<K> {
        self.map.raw.replace(element, ())
    }

    /// Moves all elements of `other` into `self`, leaving `other` empty.
    ///
    /// If an element is in both sets, that of `self` is kept. Costs as much as
    /// [`BPlusTreeMap::append`].
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// let mut set = BPlusTreeSet::from([1, 2]);
    /// let mut other = BPlusTreeSet::from([2, 3]);
    /// set.append(&mut other);
    /// assert!(other.is_empty());
    /// assert_eq!(set, BPlusTreeSet::from([1, 2, 3]));
    /// ```
    pub fn append(&mut self, other: &mut Self) {
        self.map.append(&mut other.map);
    }

    /// Splits the set in two: `self` keeps the elements less than `element`, the others are
    /// returned as a set.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeSet;
    ///
    /// let mut set = BPlusTreeSet::from([1, 2, 3]);
    /// let high = set.split_off(&2);
    /// assert_eq!(set, BPlusTreeSet::from([1]));
    /// assert_eq!(high, BPlusTreeSet::from([2, 3]));
    /// ```
    pub fn split_off<Q: Ord + ?Sized>(&mut self, element: &Q) -> Self
    where
        K: Borrow<Q>,
    {
        BPlusTreeSet {
            map: self.map.split_off(element),
        }
    }
}
