//! All keys of a leaf, then all its values: a search touches keys only.

use core::alloc;
use core::borrow::Borrow;
use core::ptr;

use super::{Layout, Place, Slots};
use crate::key;
use crate::search::{self, Edge};

/// The default layout: all keys of a leaf, then all its values.
///
/// A search reads nothing but keys, and keys that are integers are compared a vector at a time. The
/// two numbers override the node sizes that follow from the types: `LEAF` entries a leaf (at least
/// 2), `BRANCH` children a branch (at least 4). Other numbers are refused when the map is compiled.
///
/// ```
/// use leafwise::{BPlusTreeMap, Slab, Split};
///
/// let mut small_nodes: BPlusTreeMap<u64, &str, Slab, Split<16, 16>> = BPlusTreeMap::default();
/// small_nodes.insert(1, "one");
/// assert_eq!(small_nodes.get(&1), Some(&"one"));
/// ```
///
/// ```compile_fail
/// use leafwise::{BPlusTreeMap, Slab, Split};
///
/// // A leaf that cannot be split.
/// let map: BPlusTreeMap<u64, u64, Slab, Split<1, 4>> = BPlusTreeMap::default();
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Split<const LEAF: usize = 0, const BRANCH: usize = 0>;

impl<const LEAF: usize, const BRANCH: usize> Layout for Split<LEAF, BRANCH> {}

/// Key slots of an area: whole blocks where the keys are padded.
#[inline]
fn key_slots<K>(capacity: usize, padded: bool) -> usize {
    if padded && key::image::<K>().is_some() {
        capacity.next_multiple_of(search::block::<K>())
    } else {
        capacity
    }
}

/// Where the values begin.
#[inline]
fn values_offset<K, V>(capacity: usize, padded: bool) -> usize {
    (key_slots::<K>(capacity, padded) * size_of::<K>()).next_multiple_of(align_of::<V>())
}

// SAFETY: keys fill the area up to `values_offset`, values the rest; both arrays are aligned, as
// the area is aligned for both types.
unsafe impl<const LEAF: usize, const BRANCH: usize> Slots for Split<LEAF, BRANCH> {
    const LEAF: usize = LEAF;
    const BRANCH: usize = BRANCH;

    #[inline]
    fn area<K, V>(capacity: usize, padded: bool) -> Option<alloc::Layout> {
        let keys = alloc::Layout::array::<K>(key_slots::<K>(capacity, padded)).ok()?;
        let values = alloc::Layout::array::<V>(capacity).ok()?;
        Some(keys.extend(values).ok()?.0)
    }

    #[inline]
    unsafe fn key<K, V>(area: *mut u8, _capacity: usize, _padded: bool, at: usize) -> *mut K {
        // SAFETY: the caller's.
        unsafe { area.cast::<K>().add(at) }
    }

    #[inline]
    unsafe fn value<K, V>(area: *mut u8, capacity: usize, padded: bool, at: usize) -> *mut V {
        // SAFETY: the caller's.
        unsafe {
            area.add(values_offset::<K, V>(capacity, padded))
                .cast::<V>()
                .add(at)
        }
    }

    #[inline]
    fn strides<K, V>() -> (usize, usize) {
        (size_of::<K>(), size_of::<V>())
    }

    #[inline]
    unsafe fn move_entries<K, V>(from: Place, to: Place, count: usize) {
        // SAFETY: the caller's; `copy` allows the ranges to overlap.
        unsafe {
            ptr::copy(
                Self::key::<K, V>(from.area, from.capacity, from.padded, from.at),
                Self::key::<K, V>(to.area, to.capacity, to.padded, to.at),
                count,
            );
            ptr::copy(
                Self::value::<K, V>(from.area, from.capacity, from.padded, from.at),
                Self::value::<K, V>(to.area, to.capacity, to.padded, to.at),
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
        let keys = area.cast::<K>();
        if padded {
            let slots = key_slots::<K>(capacity, true);
            // SAFETY: a padded area has so many key slots in a row.
            let rank =
                unsafe { search::rank_padded(keys, size_of::<K>(), slots, len, query, edge) };
            if let Some(rank) = rank {
                return rank;
            }
            search::prefetch(keys, len * size_of::<K>());
        }
        // SAFETY: the first `len` slots hold keys.
        search::rank(
            unsafe { core::slice::from_raw_parts(keys, len) },
            query,
            edge,
        )
    }

    #[inline]
    unsafe fn pad<K, V>(area: *mut u8, capacity: usize, from: usize) {
        let slots = key_slots::<K>(capacity, true) - from;
        // SAFETY: the slots from `from` to the end of the last line belong to the keys and are
        // empty.
        unsafe { search::pad(area.cast::<K>().add(from), size_of::<K>(), slots) }
    }

    #[inline]
    unsafe fn pad_one<K, V>(area: *mut u8, at: usize) {
        // SAFETY: the slot belongs to the keys and is empty.
        unsafe { search::pad(area.cast::<K>().add(at), size_of::<K>(), 1) }
    }

    unsafe fn is_padded<K, V>(area: *mut u8, capacity: usize, from: usize) -> bool {
        let slots = key_slots::<K>(capacity, true) - from;
        // SAFETY: the slots belong to the keys, and those of types with an image are initialised.
        unsafe { search::is_padded(area.cast::<K>().add(from), size_of::<K>(), slots) }
    }
}
