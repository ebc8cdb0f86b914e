//! Key and value of an entry side by side: what a look-up finds lies where it searched.

use core::alloc;
use core::borrow::Borrow;
use core::ptr;

use super::{Layout, Place, Slots};
use crate::key;
use crate::search::{self, Edge};

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

/// Pairs of an area: whole blocks where the keys are padded.
#[inline]
fn slots<K>(capacity: usize, padded: bool) -> usize {
    if padded && key::image::<K>().is_some() {
        capacity.next_multiple_of(search::block::<K>())
    } else {
        capacity
    }
}

// SAFETY: the area is an array of pairs, and key and value are the two fields of a pair.
unsafe impl<const LEAF: usize, const BRANCH: usize> Slots for Pairs<LEAF, BRANCH> {
    const LEAF: usize = LEAF;
    const BRANCH: usize = BRANCH;

    #[inline]
    fn area<K, V>(capacity: usize, padded: bool) -> Option<alloc::Layout> {
        alloc::Layout::array::<(K, V)>(slots::<K>(capacity, padded)).ok()
    }

    #[inline]
    unsafe fn key<K, V>(area: *mut u8, _capacity: usize, _padded: bool, at: usize) -> *mut K {
        // SAFETY: the caller's.
        unsafe { &raw mut (*area.cast::<(K, V)>().add(at)).0 }
    }

    #[inline]
    unsafe fn value<K, V>(area: *mut u8, _capacity: usize, _padded: bool, at: usize) -> *mut V {
        // SAFETY: the caller's.
        unsafe { &raw mut (*area.cast::<(K, V)>().add(at)).1 }
    }

    #[inline]
    fn strides<K, V>() -> (usize, usize) {
        (size_of::<(K, V)>(), size_of::<(K, V)>())
    }

    #[inline]
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

    #[inline]
    unsafe fn rank<K: Borrow<Q>, V, Q: Ord + ?Sized>(
        area: *mut u8,
        capacity: usize,
        padded: bool,
        len: usize,
        query: &Q,
        edge: Edge,
    ) -> usize {
        let pairs = area.cast::<(K, V)>();
        if padded {
            let (stride, slots) = (size_of::<(K, V)>(), slots::<K>(capacity, true));
            // SAFETY: a padded area has so many pairs in a row, whose keys are initialised.
            let rank = unsafe {
                let keys = Self::key::<K, V>(area, capacity, true, 0);
                search::rank_padded(keys.cast_const(), stride, slots, len, query, edge)
            };
            if let Some(rank) = rank {
                return rank;
            }
            search::prefetch(pairs, len * stride);
        }
        // SAFETY: the first `len` slots hold entries.
        let pairs = unsafe { core::slice::from_raw_parts(pairs, len) };
        pairs.partition_point(|(key, _)| edge.is_behind(key.borrow().cmp(query)))
    }

    #[inline]
    unsafe fn pad<K, V>(area: *mut u8, capacity: usize, from: usize) {
        let slots = slots::<K>(capacity, true) - from;
        // SAFETY: the slots from `from` on are empty.
        unsafe {
            let keys = Self::key::<K, V>(area, capacity, true, from);
            search::pad(keys, size_of::<(K, V)>(), slots);
        }
    }

    #[inline]
    unsafe fn pad_one<K, V>(area: *mut u8, at: usize) {
        // SAFETY: the slot is empty.
        unsafe { search::pad(Self::key::<K, V>(area, 0, true, at), size_of::<(K, V)>(), 1) }
    }

    unsafe fn is_padded<K, V>(area: *mut u8, capacity: usize, from: usize) -> bool {
        let slots = slots::<K>(capacity, true) - from;
        if slots == 0 {
            // A field of the pair behind the last one would lie outside of the area.
            return true;
        }
        // SAFETY: the keys of empty slots are initialised where they have an image.
        unsafe {
            let keys = Self::key::<K, V>(area, capacity, true, from);
            search::is_padded(keys.cast_const(), size_of::<(K, V)>(), slots)
        }
    }
}
