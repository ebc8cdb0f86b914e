//! Sorting entries that come in any order.

use alloc::vec::Vec;
use core::cmp::Ordering;
use core::mem;

use crate::search::compare_keys;

/// Fewer bytes of entries than this are in the processor's cache.
const CACHE: usize = 2 << 20;

/// Returns whether a collection of `len` entries is in the processor's cache. There, it takes
/// longer to sort entries than to search for where each belongs.
pub(crate) const fn is_cached<E>(len: usize) -> bool {
    len.saturating_mul(size_of::<E>()) < CACHE
}

/// What becomes of an entry that is equal to an earlier one. The earlier key stays.
#[derive(Clone, Copy)]
pub(crate) enum OnEqual {
    /// Its value replaces the earlier one, as in a map.
    ReplaceValue,
    /// It is dropped, as in an index.
    Keep,
}

/// Sorts entries by key and tie-breaker, and keeps the last of equal entries. Calls user code: if
/// that panics, each entry is in the vector or has been dropped, once.
///
/// It does not know the kind of tree, so that it is compiled once for all kinds.
pub(crate) fn sort<K: Ord, V, T: Ord>(entries: &mut Vec<(K, V)>, tie_breaker: fn(&V) -> &T) {
    // A stable sort, so that the last of equal entries in the input is the last one here.
    entries.sort_by(|left, right| order(left, right, tie_breaker));
    keep_last(entries, |left, right| order(left, right, tie_breaker));
}

/// Sorts entries as [`sort`] does, but keeps the first of equal entries, with the value that
/// `on_equal` says.
pub(crate) fn sort_keeping_first<K: Ord, V, T: Ord>(
    entries: &mut Vec<(K, V)>,
    tie_breaker: fn(&V) -> &T,
    on_equal: OnEqual,
) {
    entries.sort_by(|left, right| order(left, right, tie_breaker));
    entries.dedup_by(|later, kept| {
        let equal = order(later, kept, tie_breaker).is_eq();
        if equal && matches!(on_equal, OnEqual::ReplaceValue) {
            mem::swap(&mut later.1, &mut kept.1);
        }
        equal
    });
}

fn order<K: Ord, V, T: Ord>(left: &(K, V), right: &(K, V), tie_breaker: fn(&V) -> &T) -> Ordering {
    let keys = compare_keys::<K, K>(&left.0, &right.0);
    // Where the key decides alone, the tie-breaker has no size. `tie_breaker` is not called more
    // often than necessary: calls for each compare made building a map of integers take 1.4 times
    // as long.
    if const { size_of::<T>() == 0 } || keys != Ordering::Equal {
        return keys;
    }
    compare_keys::<T, T>(tie_breaker(&left.1), tie_breaker(&right.1))
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
