//! Entries in any order, put in theirs.

use alloc::vec::Vec;
use core::cmp::Ordering;
use core::mem;

/// Sorts entries by key and tie-breaker; of equal entries the last one stays. Calls user code: if
/// that panics, each entry is in the vector or has been dropped, once.
///
/// It does not know what the entries are for, so that it is compiled once for all kinds of trees.
pub(crate) fn sort<K: Ord, V, T: Ord>(entries: &mut Vec<(K, V)>, tie_breaker: fn(&V) -> &T) {
    let order = |left: &(K, V), right: &(K, V)| {
        let by_key = left.0.cmp(&right.0);
        by_key.then_with(|| tie_breaker(&left.1).cmp(tie_breaker(&right.1)))
    };
    // Stable, so that of equal entries the last one of the input is the last one here.
    entries.sort_by(order);
    keep_last(entries, order);
}

/// Drops all but the last one of equal entries, which stand side by side.
pub(crate) fn keep_last<T>(entries: &mut Vec<T>, order: impl Fn(&T, &T) -> Ordering) {
    entries.dedup_by(|later, kept| {
        let equal = order(later, kept).is_eq();
        if equal {
            mem::swap(later, kept);
        }
        equal
    });
}
