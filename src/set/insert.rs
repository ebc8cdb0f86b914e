//! Inserting elements: one by one, or a whole set.

use core::borrow::Borrow;

use super::{BPlusTreeSet, UnsortedError};
use crate::layout::LeafLayout;
use crate::map::BPlusTreeMap;
use crate::store::Store;

/// Inserting: leaves may split, and separators are clones of elements.
impl<K: Ord + Clone, S: Store, L: LeafLayout> BPlusTreeSet<K, S, L> {
    /// Makes a set of elements that come in strictly ascending order, without sorting or searching.
    /// O(n). Leaves are filled up.
    ///
    /// # Errors
    ///
    /// Returns an error that names the first element out of order, equal elements included, and
    /// drops the elements that came before it.
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

    /// Inserts an element. Returns whether it is new: if not, the stored one stays as it is. O(log
    /// n).
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

    /// Inserts an element, in place of the stored one that equals it, which is returned. O(log n).
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

    /// Moves all elements of `other` into this set, leaving `other` empty.
    ///
    /// Of an element that both have, the one that is stored here stays.
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

    /// Splits the set in two: keeps the elements smaller than `element`, returns a set of the
    /// others.
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
