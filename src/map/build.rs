//! Maps from iterators: in order in one pass, out of order by way of a sort.
//!
//! Every way ends in [`Tree::push_last`], which fills leaf after leaf: O(n) for sorted input. That
//! the keys ascend is checked here; the tree only relies on it for right answers.

use alloc::vec::Vec;
use core::error::Error;
use core::fmt;
use core::mem;

use crate::leaf::Layout;
use crate::store::Store;
use crate::tree::Tree;

use super::BPlusTreeMap;

/// The input of `from_sorted_iter` was not strictly ascending.
///
/// # Examples
///
/// ```
/// use leafwise::BPlusTreeSet;
///
/// let error = BPlusTreeSet::<u32>::from_sorted_iter([1, 3, 3]).unwrap_err();
/// assert_eq!(error.index(), 2);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnsortedError {
    index: usize,
}

impl UnsortedError {
    /// The position, from 0, of the first entry whose key is not greater than the key before it.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let map: Result<BPlusTreeMap<_, _>, _> = BPlusTreeMap::from_sorted_iter([(2, 0), (1, 0)]);
    /// assert_eq!(map.unwrap_err().index(), 1);
    /// ```
    #[must_use]
    pub fn index(&self) -> usize {
        self.index
    }
}

impl fmt::Display for UnsortedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the key at index {} is not greater than the key before it",
            self.index
        )
    }
}

impl Error for UnsortedError {}

impl<K: Ord + Clone, V, S: Store, L: Layout> Tree<K, V, S, L> {
    /// Whether `key` may be pushed behind all others.
    fn ends_before(&self, key: &K) -> bool {
        self.last().is_none_or(|(last, _)| last < key)
    }
}

impl<K: Ord + Clone, V, S: Store, L: Layout> BPlusTreeMap<K, V, S, L> {
    /// Makes a map of entries that come in strictly ascending order of their keys, without sorting
    /// or searching. O(n). Leaves are filled up.
    ///
    /// # Errors
    ///
    /// Returns an error that names the first entry out of order, equal keys included, and drops the
    /// entries that came before it.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let squares = (0..1000).map(|number| (number, number * number));
    /// let map: BPlusTreeMap<u32, u32> = BPlusTreeMap::from_sorted_iter(squares)?;
    /// assert_eq!(map[&30], 900);
    /// # Ok::<(), leafwise::map::UnsortedError>(())
    /// ```
    pub fn from_sorted_iter<I>(entries: I) -> Result<Self, UnsortedError>
    where
        I: IntoIterator<Item = (K, V)>,
    {
        let mut map = Self::new_in();
        for (index, (key, value)) in entries.into_iter().enumerate() {
            if !map.tree.ends_before(&key) {
                return Err(UnsortedError { index });
            }
            map.tree.push_last(key, value);
        }
        Ok(map)
    }

    /// Pushes entries that the caller knows to ascend, behind all that the map has.
    pub(crate) fn push_ascending(&mut self, entries: impl IntoIterator<Item = (K, V)>) {
        for (key, value) in entries {
            self.tree.push_last(key, value);
        }
    }
}

impl<K: Ord + Clone, V> BPlusTreeMap<K, V> {
    /// Makes a map of entries in any order, as [`FromIterator::from_iter`] does for every store and
    /// layout.
    ///
    /// It stands here as well so that `BPlusTreeMap::from_iter(..)` needs no types named. O(n) for
    /// ascending keys, otherwise O(n log n).
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::BPlusTreeMap;
    ///
    /// let map = BPlusTreeMap::from_iter([(2, "b"), (1, "a")]);
    /// assert_eq!(map.len(), 2);
    /// ```
    // It is the trait's method, for the types that the compiler should assume.
    #[allow(
        clippy::should_implement_trait,
        reason = "the name of std's method, for type inference or walking both ways"
    )]
    pub fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        entries.into_iter().collect()
    }
}

/// Makes a map of entries in any order; of entries with equal keys the last one stays.
///
/// O(n) for ascending keys, otherwise O(n log n) with one stable sort.
impl<K: Ord + Clone, V, S: Store, L: Layout> FromIterator<(K, V)> for BPlusTreeMap<K, V, S, L> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut entries = entries.into_iter();
        let mut map = Self::new_in();
        // As long as keys ascend, entries go to their place at once: sorted input needs no second
        // copy in memory. Random input leaves this loop after a few entries.
        while let Some((key, value)) = entries.next() {
            if !map.tree.ends_before(&key) {
                let mut unsorted = Vec::with_capacity(map.len() + 1 + entries.size_hint().0);
                unsorted.extend(map);
                unsorted.push((key, value));
                unsorted.extend(entries);
                return from_unsorted(unsorted);
            }
            map.tree.push_last(key, value);
        }
        map
    }
}

fn from_unsorted<K: Ord + Clone, V, S: Store, L: Layout>(
    mut entries: Vec<(K, V)>,
) -> BPlusTreeMap<K, V, S, L> {
    // Stable, so that among equal keys the last one of the input is the last one here.
    entries.sort_by(|left, right| left.0.cmp(&right.0));
    entries.dedup_by(|later, kept| {
        let equal = later.0 == kept.0;
        if equal {
            mem::swap(later, kept);
        }
        equal
    });
    let mut map = BPlusTreeMap::new_in();
    map.reserve(entries.len());
    map.push_ascending(entries);
    map
}

/// Makes a map of the default store and layout of entries in any order; of entries with equal keys
/// the last one stays.
impl<K: Ord + Clone, V, const N: usize> From<[(K, V); N]> for BPlusTreeMap<K, V> {
    fn from(entries: [(K, V); N]) -> Self {
        entries.into_iter().collect()
    }
}

/// Inserts entries one by one: later entries replace the values of equal keys.
impl<K: Ord + Clone, V, S: Store, L: Layout> Extend<(K, V)> for BPlusTreeMap<K, V, S, L> {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, entries: I) {
        entries.into_iter().for_each(|(key, value)| {
            self.insert(key, value);
        });
    }
}

/// Inserts copies of entries one by one: later entries replace the values of equal keys.
impl<'a, K, V, S, L> Extend<(&'a K, &'a V)> for BPlusTreeMap<K, V, S, L>
where
    K: Ord + Copy,
    V: Copy,
    S: Store,
    L: Layout,
{
    fn extend<I: IntoIterator<Item = (&'a K, &'a V)>>(&mut self, entries: I) {
        self.extend(entries.into_iter().map(|(&key, &value)| (key, value)));
    }
}
