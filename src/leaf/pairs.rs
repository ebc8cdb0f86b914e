//! Key and value of an entry side by side: what a look-up finds lies where it searched.

use core::alloc;
use core::borrow::Borrow;
use core::cmp::Ordering;
use core::ptr;

use super::{Layout, Place, Slots};
use crate::search;

/// Keys and values interleaved in each leaf, as an array of pairs.
///
/// One block moves on an insert, and the value lies beside its key; searches read past the values.
/// The parameters are those of [`Split`](super::Split).
///
/// ```
/// use leafwise::{BPlusTreeMap, Pairs, Slab};
///
/// let map: BPlusTreeMap<u8, char, Slab, Pairs> = [(1, 'a'), (2, 'b')].into_iter().collect();
/// assert_eq!(map.get(&2), Some(&'b'));
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Pairs<const LEAF: usize = 0, const BRANCH: usize = 0>;

impl<const LEAF: usize, const BRANCH: usize> Layout for Pairs<LEAF, BRANCH> {}

// SAFETY: the area is an array of pairs, and key and value are the two fields of a pair.
unsafe impl<const LEAF: usize, const BRANCH: usize> Slots for Pairs<LEAF, BRANCH> {
    const LEAF: usize = LEAF;
    const BRANCH: usize = BRANCH;

    #[inline]
    fn area<K, V>(capacity: usize, _padded: bool) -> Option<alloc::Layout> {
        alloc::Layout::array::<(K, V)>(capacity).ok()
    }

    #[inline(always)]
    unsafe fn key<K, V>(area: *mut u8, _capacity: usize, _padded: bool, at: usize) -> *mut K {
        // SAFETY: the caller's.
        unsafe { &raw mut (*area.cast::<(K, V)>().add(at)).0 }
    }

    #[inline(always)]
    unsafe fn value<K, V>(area: *mut u8, _capacity: usize, _padded: bool, at: usize) -> *mut V {
        // SAFETY: the caller's.
        unsafe { &raw mut (*area.cast::<(K, V)>().add(at)).1 }
    }

    #[inline(always)]
    unsafe fn move_entries<K, V>(from: Place, to: Place, count: usize) {
        // SAFETY: the caller's; `copy` allows the ranges to overlap.
        unsafe {
            ptr::copy(
                from.area.cast::<(K, V)>().add(from.at),
                to.area.cast::<(K, V)>().add(to.at),
                count,
            );
        }
    }

    #[inline(always)]
    unsafe fn rank<K: Borrow<Q>, V, Q: Ord + ?Sized>(
        area: *mut u8,
        _capacity: usize,
        padded: bool,
        len: usize,
        query: &Q,
    ) -> usize {
        let pairs = area.cast::<(K, V)>();
        if padded {
            search::prefetch(pairs, len * size_of::<(K, V)>());
        }
        // SAFETY: the first `len` slots hold entries.
        let pairs = unsafe { core::slice::from_raw_parts(pairs, len) };
        pairs.partition_point(|(key, _)| key.borrow().cmp(query) == Ordering::Less)
    }

    #[inline(always)]
    unsafe fn pad<K, V>(_area: *mut u8, _capacity: usize, _from: usize) {}

    #[inline(always)]
    unsafe fn pad_one<K, V>(_area: *mut u8, _at: usize) {}

    unsafe fn is_padded<K, V>(_area: *mut u8, _capacity: usize, _from: usize) -> bool {
        true
    }
}
