//! How the entries of one leaf lie in memory. Knows no tree, no header and no neighbour.
//!
//! A [`Layout`] addresses the slots of an *area*: a block of memory with room for `capacity`
//! entries, of which the caller says how many are there. [`Split`] keeps all keys, then all values;
//! [`Pairs`] interleaves them. Branches always keep their keys together and do not come here.
//!
//! Memory safety rests on these, which the callers in `tree` keep:
//! - an area is as large and as aligned as [`Layout::area`] says for its capacity;
//! - slots below the length hold entries, slots from the length on hold none;
//! - the key slots of a *padded* area behind its length hold the greatest image (see `search`).
//!
//! Whether entries are in order is of no concern here.

use core::alloc;
use core::borrow::Borrow;

use crate::search::Edge;

mod pairs;
mod split;

pub use pairs::Pairs;
pub use split::Split;

/// How many entries a leaf and how many children a branch may have, and how a leaf's entries lie.
///
/// This trait is sealed: its implementors are [`Split`] and [`Pairs`].
pub trait Layout: Slots {}

/// The operations behind [`Layout`].
///
/// # Safety
/// `area` covers what `key` and `value` address for every slot below the capacity, without overlap.
pub unsafe trait Slots {
    /// Entries a leaf, or 0: chosen by the types.
    const LEAF: usize;
    /// Children a branch, or 0: chosen by the types.
    const BRANCH: usize;

    /// Size and alignment of an area, `padded` or not. `None` on overflow.
    fn area<K, V>(capacity: usize, padded: bool) -> Option<alloc::Layout>;

    /// The key slot `at`.
    ///
    /// # Safety
    /// `area` is an area of that capacity and padding, `at <= capacity`.
    unsafe fn key<K, V>(area: *mut u8, capacity: usize, padded: bool, at: usize) -> *mut K;

    /// The value slot `at`.
    ///
    /// # Safety
    /// `area` is an area of that capacity and padding, `at <= capacity`.
    unsafe fn value<K, V>(area: *mut u8, capacity: usize, padded: bool, at: usize) -> *mut V;

    /// Bytes from one key slot to the next, and from one value slot to the next.
    fn strides<K, V>() -> (usize, usize);

    /// Moves `count` entries bitwise between areas, or within one.
    ///
    /// # Safety
    /// Both ranges of slots are in their areas. What the target slots held is overwritten, the
    /// source slots count as empty afterwards.
    unsafe fn move_entries<K, V>(from: Place, to: Place, count: usize);

    /// How many of the first `len` keys lie before that edge of `query`; at most `len`.
    ///
    /// # Safety
    /// `area` is an area of that capacity and padding with `len` entries.
    unsafe fn rank<K: Borrow<Q>, V, Q: Ord + ?Sized>(
        area: *mut u8,
        capacity: usize,
        padded: bool,
        len: usize,
        query: &Q,
        edge: Edge,
    ) -> usize;

    /// Pads the key slots from `from` on, if keys of this type are padded in this layout.
    ///
    /// # Safety
    /// `area` is a padded area of that capacity, whose slots from `from` on are empty.
    unsafe fn pad<K, V>(area: *mut u8, capacity: usize, from: usize);

    /// Pads the one key slot `at`.
    ///
    /// # Safety
    /// As for [`pad`](Self::pad).
    unsafe fn pad_one<K, V>(area: *mut u8, at: usize);

    /// Whether the key slots from `from` on are padded, if keys of this type are in this layout.
    ///
    /// # Safety
    /// As for [`pad`](Self::pad), and the slots have been padded once.
    unsafe fn is_padded<K, V>(area: *mut u8, capacity: usize, from: usize) -> bool;
}

/// A slot of an area.
#[derive(Clone, Copy)]
pub struct Place {
    pub(crate) area: *mut u8,
    pub(crate) capacity: usize,
    pub(crate) padded: bool,
    pub(crate) at: usize,
}
