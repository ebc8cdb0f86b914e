//! Columns, and values beside them, from what users have: sorted or not.

use alloc::vec::Vec;
use core::cmp::Ordering;

use crate::error::UnsortedError;
use crate::store::buffer::prefer_huge_pages;

use super::column::{Build, Column, is_ascending};

/// What becomes of entries with equal keys.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Equal {
    /// The last one stays; sorted input must not have any.
    Last,
    /// All stay, in the order in which they came.
    All,
}

/// Keys and the values beside them.
pub(super) type Entries<C, V> = (C, Vec<V>);

/// A vector for values that will be looked up, on huge pages if it is large.
fn values_with_capacity<V>(capacity: usize) -> Vec<V> {
    let mut values = Vec::with_capacity(capacity);
    prefer_huge_pages(&mut values);
    values
}

/// Entries that come in order.
pub(super) fn from_sorted<C: Column, V>(
    entries: impl IntoIterator<Item = (C::Key, V)>,
    equal: Equal,
) -> Result<Entries<C, V>, UnsortedError> {
    let entries = entries.into_iter();
    let capacity = entries.size_hint().0;
    let mut keys = C::Builder::with_capacity(capacity);
    let mut values = values_with_capacity(capacity);
    for (index, (key, value)) in entries.enumerate() {
        if !is_ascending(keys.compare_last(&key), equal == Equal::All) {
            return Err(UnsortedError::new(index));
        }
        keys.push(key);
        values.push(value);
    }
    values.shrink_to_fit();
    Ok((keys.finish(), values))
}

/// Keys of a slice that is in order.
pub(super) fn from_sorted_slice<C: Column>(
    keys: &[C::Key],
    equal: Equal,
) -> Result<C, UnsortedError>
where
    C::Key: Clone,
{
    let mut builder = C::Builder::with_capacity(keys.len());
    builder
        .extend_from_slice(keys, equal == Equal::All)
        .map_err(UnsortedError::new)?;
    Ok(builder.finish())
}

/// Entries in any order. One stable sort, which takes O(n) where they ascend.
pub(super) fn from_unsorted<C: Column, V>(
    mut entries: Vec<(C::Key, V)>,
    equal: Equal,
) -> Entries<C, V> {
    entries.sort_by(|left, right| C::compare_keys(&left.0, &right.0));
    let mut keys = C::Builder::with_capacity(entries.len());
    let mut values = values_with_capacity(entries.len());
    let mut entries = entries.into_iter().peekable();
    while let Some((key, value)) = entries.next() {
        // Stable sorting has put the last one of the input last.
        let is_replaced = |next: &(C::Key, V)| C::compare_keys(&key, &next.0) == Ordering::Equal;
        if equal == Equal::All || !entries.peek().is_some_and(is_replaced) {
            keys.push(key);
            values.push(value);
        }
    }
    values.shrink_to_fit();
    (keys.finish(), values)
}

/// Keys that are known to be in order, such as those of another collection.
pub(super) fn from_ordered<C: Column, V>(
    entries: impl ExactSizeIterator<Item = (C::Key, V)>,
) -> Entries<C, V> {
    let mut keys = C::Builder::with_capacity(entries.len());
    let mut values = values_with_capacity(entries.len());
    for (key, value) in entries {
        keys.push(key);
        values.push(value);
    }
    (keys.finish(), values)
}
