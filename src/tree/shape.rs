//! The sizes of nodes: computed from the types, and available without them.
//!
//! A leaf is a header, then an area of entries (see `leaf`). A branch is a header, then the key
//! heads if keys may be text, the keys of its separators, their tie-breakers, and its children.
//!
//! [`Sizes`] computes everything at compile time. Code that changes many entries or whole nodes at
//! once is cold and needs no types: it works with a [`Shape`], so that it is compiled once and not
//! once per map.

use core::alloc::Layout;
use core::marker::PhantomData;
use core::mem::needs_drop;

use super::branch::Branch;
use super::leaf::Leaf;
use super::policy::Policy;
use crate::key;
use crate::layout::{Area, Parameters};
use crate::search;
use crate::search::heads::Heads;
use crate::search::tags;
use crate::store::Store;

/// Bytes of keys in a node whose capacity follows from the types.
const KEY_BYTES: usize = 512;
/// Keys of a leaf with tags, instead: more than 512 bytes of strings, so that tags, headers and
/// branches together take less memory than headers and branches of smaller leaves without tags.
const TAGGED_KEYS: usize = 32;
/// At most this many bytes of entries are in a leaf whose capacity follows from the types: each
/// insert moves values, which may be large.
const ENTRY_BYTES: usize = 4096;
/// Capacities that follow from the types are between these.
const LEAST: usize = 8;
const MOST: usize = 64;

/// Works on the slots `from..to` of a node: pads them (they must hold nothing that is needed), or
/// renews the heads of their keys.
pub(super) type Pad = unsafe fn(node: *mut u8, from: usize, to: usize);

/// The sizes of a tree's nodes.
pub(super) struct Shape {
    pub(super) leaf: LeafShape,
    pub(super) branch: BranchShape,
}

pub(super) struct LeafShape {
    /// Entries of a full-size leaf.
    pub(super) capacity: usize,
    /// Size and alignment of a full-size leaf.
    pub(super) layout: Layout,
    /// Slots for tags, right after the header; 0 if there are none.
    pub(super) tag_slots: usize,
    /// Where the area begins.
    pub(super) area_at: usize,
    pub(super) area: Area,
    /// Pads a full-size leaf, if keys are padded.
    pub(super) pad: Pad,
}

pub(super) struct BranchShape {
    /// Separators of a full branch; there is one more child.
    pub(super) capacity: usize,
    pub(super) layout: Layout,
    /// Where the keys begin, and the size of one key.
    pub(super) keys_at: usize,
    pub(super) key_size: usize,
    pub(super) tie_breakers_at: usize,
    pub(super) tie_breaker_size: usize,
    pub(super) children_at: usize,
    /// Where the key heads begin, if there are any.
    pub(super) heads_at: usize,
    /// The number of padded slots: those of the keys, or of their heads.
    pub(super) slots: usize,
    /// Pads a branch, if keys are padded or text.
    pub(super) pad: Pad,
    /// Renews the heads of some keys of a branch; `None` if keys cannot be text.
    pub(super) renew_heads: Option<Pad>,
}

impl LeafShape {
    /// The layout of a root leaf with room for `capacity` entries. Such a leaf is not padded.
    pub(super) fn small_layout(&self, capacity: usize) -> Layout {
        let size = self.area_at + self.area.size(capacity, false);
        match Layout::from_size_align(size, self.layout.align()) {
            Ok(layout) => layout.pad_to_align(),
            Err(_) => unreachable!("a small leaf is smaller than a full-size one"),
        }
    }
}

/// A node with fewer entries or separators than this runs low: it is merged with a neighbour if
/// possible.
pub(super) const fn low(capacity: usize) -> usize {
    max(capacity / 3, 1)
}

/// Two nodes are merged if the result has at most this many entries or separators, so that it
/// doesn't split again at once.
pub(super) const fn merged_max(capacity: usize) -> usize {
    capacity - capacity / 8
}

#[repr(C)]
pub(super) struct LeafHeader<I> {
    pub(super) prev: I,
    pub(super) next: I,
    pub(super) len: u32,
}

/// The number of separators of a branch.
pub(super) type BranchHeader = u64;

/// The sizes that follow from the types.
pub(super) struct Sizes<K, V, S, P>(PhantomData<(K, V, S, P)>);

impl<K, V, S: Store, P: Policy> Sizes<K, V, S, P> {
    pub(super) const SHAPE: Shape = {
        Self::check();
        Shape {
            leaf: LeafShape {
                capacity: Self::LEAF,
                layout: Self::LEAF_LAYOUT,
                tag_slots: Self::TAG_SLOTS,
                area_at: Self::AREA_AT,
                area: Self::AREA,
                pad: Leaf::<K, V, S, P>::pad,
            },
            branch: BranchShape {
                capacity: Self::KEYS,
                layout: Self::BRANCH_LAYOUT,
                keys_at: Self::KEYS_AT,
                key_size: size_of::<K>(),
                tie_breakers_at: Self::TIE_BREAKERS_AT,
                tie_breaker_size: size_of::<P::TieBreaker<V>>(),
                children_at: Self::CHILDREN_AT,
                heads_at: Self::HEADS_AT,
                slots: Self::SLOTS,
                pad: Branch::<K, V, S, P>::pad,
                renew_heads: if key::may_be_text::<K>() {
                    Some(Branch::<K, V, S, P>::renew_heads)
                } else {
                    None
                },
            },
        }
    };

    /// Entries of a full-size leaf.
    pub(super) const LEAF: usize = {
        let chosen = <P::Layout as Parameters>::LEAF;
        let bytes = if Self::HAS_TAGS {
            TAGGED_KEYS * size_of::<K>()
        } else {
            KEY_BYTES
        };
        let capacity = capacity(chosen, bytes, size_of::<K>(), size_of::<V>());
        let block = search::slot_multiple::<K>();
        // Slots that padding needs anyway are used.
        if chosen == 0 && search::may_be_padded::<K>() && capacity >= block {
            capacity.next_multiple_of(block)
        } else {
            capacity
        }
    };

    /// Children of a branch.
    const CHILDREN: usize = {
        let chosen = <P::Layout as Parameters>::BRANCH;
        // With key heads, most searches need not read keys that own memory, so there may be more.
        // There are also more of wide integers: a search by steps reads few of them.
        let more =
            needs_drop::<K>() || search::may_be_padded::<K>() || key::may_be_byte_array::<K>();
        let bytes = KEY_BYTES << (more as usize);
        capacity(chosen, bytes, size_of::<K>(), size_of::<P::TieBreaker<V>>())
    };

    /// Separators of a branch.
    const KEYS: usize = Self::CHILDREN - 1;

    /// Whether pairs may be searched as integers in nodes, so that tie-breakers are padded as keys
    /// are.
    pub(super) const PADS_TIE_BREAKERS: bool = key::may_be_integer::<K>()
        && key::may_be_integer::<P::TieBreaker<V>>()
        && Self::LEAF.is_multiple_of(search::slot_multiple::<K>());

    pub(super) const AREA: Area = Area::new::<K, V, P::Layout>();
    pub(super) const KEY_STRIDE: usize = Self::AREA.key_stride;
    pub(super) const VALUE_STRIDE: usize = Self::AREA.value_stride;

    /// Whether leaves have the tags of their keys: where keys may be text, and decide alone.
    pub(super) const HAS_TAGS: bool = key::may_be_text::<K>() && size_of::<P::TieBreaker<V>>() == 0;

    /// Slots for tags in a leaf, right after the header.
    const TAG_SLOTS: usize = if Self::HAS_TAGS {
        tags::slots(Self::LEAF)
    } else {
        0
    };

    /// Where the tags of a leaf begin.
    pub(super) const TAGS_AT: usize = size_of::<LeafHeader<S::Id>>();

    /// Where the area of a leaf begins, and where its keys begin.
    pub(super) const AREA_AT: usize =
        (Self::TAGS_AT + Self::TAG_SLOTS).next_multiple_of(Self::ENTRY_ALIGN);
    pub(super) const LEAF_KEYS_AT: usize = Self::AREA_AT + Self::AREA.keys;
    /// Where the values of a full-size leaf begin.
    pub(super) const LEAF_VALUES_AT: usize = Self::AREA_AT + Self::AREA.values(Self::LEAF, true);
    /// Padded slots of a full-size leaf.
    pub(super) const LEAF_SLOTS: usize = Self::AREA.key_slots(Self::LEAF, true);

    /// Nodes, and the blocks of keys in them, are not aligned to cache lines. With leaves and key
    /// arrays aligned to 64 bytes (maps of `u64` to `u64`, 1000 and 100 000 entries), look-ups took
    /// 1.00 and 0.98 of the time, but random insertion 1.13 and 1.19, appending 1.6 and 2.1.
    const ENTRY_ALIGN: usize = max(align_of::<K>(), align_of::<V>());

    pub(super) const LEAF_LAYOUT: Layout = layout(
        Self::AREA_AT + Self::AREA.size(Self::LEAF, true),
        max(align_of::<LeafHeader<S::Id>>(), Self::ENTRY_ALIGN),
    );

    /// Key slots of a branch; whole blocks where keys may be padded.
    const KEY_SLOTS: usize = if search::may_be_padded::<K>() {
        Self::KEYS.next_multiple_of(search::slot_multiple::<K>())
    } else {
        Self::KEYS
    };

    pub(super) const SLOTS: usize = if key::may_be_text::<K>() {
        Heads::slots(Self::KEYS)
    } else {
        Self::KEY_SLOTS
    };

    pub(super) const HEADS_AT: usize =
        size_of::<BranchHeader>().next_multiple_of(align_of::<Heads>());

    pub(super) const KEYS_AT: usize = {
        let before = if key::may_be_text::<K>() {
            Self::HEADS_AT + Heads::size(Self::SLOTS)
        } else {
            size_of::<BranchHeader>()
        };
        before.next_multiple_of(align_of::<K>())
    };

    pub(super) const TIE_BREAKERS_AT: usize = (Self::KEYS_AT + Self::KEY_SLOTS * size_of::<K>())
        .next_multiple_of(align_of::<P::TieBreaker<V>>());

    pub(super) const CHILDREN_AT: usize = (Self::TIE_BREAKERS_AT
        + Self::KEY_SLOTS * size_of::<P::TieBreaker<V>>())
    .next_multiple_of(align_of::<S::Id>());

    pub(super) const BRANCH_LAYOUT: Layout = layout(
        Self::CHILDREN_AT + Self::CHILDREN * size_of::<S::Id>(),
        max(
            // The alignment of heads is greater than that of a header on 32-bit targets.
            max(align_of::<Heads>(), align_of::<S::Id>()),
            max(align_of::<K>(), align_of::<P::TieBreaker<V>>()),
        ),
    );

    /// Rejects, at compile time, sizes that a tree cannot work with.
    const fn check() {
        assert!(
            Self::LEAF >= 2,
            "a leaf must have room for 2 entries at least"
        );
        assert!(
            Self::CHILDREN >= 4,
            "a branch must have room for 4 children at least"
        );
        assert!(
            max(Self::LEAF, Self::CHILDREN) < u32::MAX as usize / 2,
            "a leaf has too many entries, or a branch too many children"
        );
        assert!(
            Self::SLOTS == Self::KEY_SLOTS || !search::may_be_padded::<K>(),
            "heads and keys must have as many slots where either may be padded"
        );
        assert!(
            Self::ENTRY_ALIGN <= 1 << 20,
            "keys or values are aligned to more than a MiB"
        );
    }
}

/// The capacity that a layout chose, or else the one that follows from the size of a key and of
/// what is stored with each key.
const fn capacity(chosen: usize, key_bytes: usize, key: usize, beside: usize) -> usize {
    if chosen != 0 {
        return chosen;
    }
    let key = max(key, 1);
    let fitting = min(key_bytes / key, ENTRY_BYTES / (key + beside));
    max(LEAST, min(fitting, MOST))
}

const fn layout(size: usize, align: usize) -> Layout {
    match Layout::from_size_align(size, align) {
        Ok(layout) => layout.pad_to_align(),
        Err(_) => panic!("keys or values are too large for a node"),
    }
}

const fn min(a: usize, b: usize) -> usize {
    if a < b { a } else { b }
}

const fn max(a: usize, b: usize) -> usize {
    if a > b { a } else { b }
}
