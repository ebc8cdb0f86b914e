//! The errors that several collections return.
//!
//! Each collection's module re-exports those that its methods return. Only
//! [`OccupiedError`](crate::map::OccupiedError), which holds an entry, is with the entries.

#![deny(unsafe_code)]

use core::error::Error;
use core::fmt;

/// Why a range is invalid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RangeError {
    /// The start is after the end.
    Inverted,
    /// Start and end are equal, and both are excluded.
    EmptyExcluded,
}

impl fmt::Display for RangeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            RangeError::Inverted => "range start is greater than range end",
            RangeError::EmptyExcluded => "range start and end are equal and excluded",
        })
    }
}

impl Error for RangeError {}

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
    pub(crate) fn new(index: usize) -> Self {
        UnsortedError { index }
    }

    /// The position, from 0, of the first entry that is not greater than the entry before it.
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
            "the entry at index {} is not greater than the one before it",
            self.index
        )
    }
}

impl Error for UnsortedError {}

/// The key passed to a cursor's insert method does not belong in that gap; in an index, the key
/// with its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnorderedKeyError(pub(crate) ());

impl fmt::Display for UnorderedKeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("key is not properly ordered relative to neighbors")
    }
}

impl Error for UnorderedKeyError {}
