//! Sorting entries that come in any order.

use alloc::vec::Vec;
use core::cmp::Ordering;
use core::mem;

use crate::search::compare_pairs;

/// Sorts entries by key and tie-breaker, and keeps the last of equal entries. Calls user code: if
/// that panics, each entry is in the vector or has been dropped, once.
///
/// It does not know the kind of tree, so that it is compiled once for all kinds.
pub(crate) fn sort<K: Ord, V, T: Ord>(entries: &mut Vec<(K, V)>, tie_breaker: fn(&V) -> &T) {
    let order = |left: &(K, V), right: &(K, V)| {
        let (left, right) = (
            (&left.0, tie_breaker(&left.1)),
            (&right.0, tie_breaker(&right.1)),
        );
        compare_pairs::<K, T, _, _>(left, right)
    };
    // A stable sort, so that the last of equal entries in the input is the last one here.
    entries.sort_by(order);
    keep_last(entries, order);
}

/// Drops all but the last of equal entries, which are adjacent.
pub(crate) fn keep_last<T>(entries: &mut Vec<T>, order: impl Fn(&T, &T) -> Ordering) {
    entries.dedup_by(|later, kept| {
        let equal = order(later, kept).is_eq();
        if equal {
            mem::swap(later, kept);
        }
        equal
    });
}
