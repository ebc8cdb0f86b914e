//! Layouts: how the entries of a leaf are arranged in memory. The layout is the last type parameter
//! of each B+ tree collection.
//!
//! [`StructOfArrays`], the default, keeps all keys and then all values; [`ArrayOfStructs`] keeps
//! each value next to its key. Both can also set the sizes of nodes. Branches always keep their
//! keys together.

#![deny(unsafe_code)]

mod area;

use crate::sealed::Sealed;

pub(crate) use area::{Area, Parameters};

/// How many entries a leaf and how many children a branch may have, and how the entries of a leaf
/// are arranged.
///
/// This trait is sealed: its implementors are [`StructOfArrays`] and [`ArrayOfStructs`].
pub trait LeafLayout: Parameters + Sealed {}

/// The default layout: all keys of a leaf, then all its values.
///
/// A search reads only keys, and integer keys are compared a vector at a time. The two numbers
/// override the node sizes that follow from the types: `LEAF` entries per leaf (at least 2),
/// `BRANCH` children per branch (at least 4). Other numbers do not compile.
///
/// ```
/// use leafwise::layout::StructOfArrays;
/// use leafwise::store::Slab;
/// use leafwise::BPlusTreeMap;
///
/// type SmallNodes = StructOfArrays<16, 16>;
///
/// let mut small_nodes: BPlusTreeMap<u64, &str, Slab, SmallNodes> = BPlusTreeMap::default();
/// small_nodes.insert(1, "one");
/// assert_eq!(small_nodes.get(&1), Some(&"one"));
/// ```
///
/// ```compile_fail
/// use leafwise::layout::StructOfArrays;
/// use leafwise::store::Slab;
/// use leafwise::BPlusTreeMap;
///
/// // A leaf that cannot be split.
/// let map: BPlusTreeMap<u64, u64, Slab, StructOfArrays<1, 4>> = BPlusTreeMap::default();
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct StructOfArrays<const LEAF: usize = 0, const BRANCH: usize = 0>;

impl<const LEAF: usize, const BRANCH: usize> Sealed for StructOfArrays<LEAF, BRANCH> {}

impl<const LEAF: usize, const BRANCH: usize> LeafLayout for StructOfArrays<LEAF, BRANCH> {}

impl<const LEAF: usize, const BRANCH: usize> Parameters for StructOfArrays<LEAF, BRANCH> {
    const LEAF: usize = LEAF;
    const BRANCH: usize = BRANCH;
    const INTERLEAVED: bool = false;
}

/// Keys and values interleaved in each leaf, as an array of pairs.
///
/// An insert moves one array, and each value is next to its key, but searches read past the values.
/// The parameters are those of [`StructOfArrays`].
///
/// ```
/// use leafwise::layout::ArrayOfStructs;
/// use leafwise::store::Slab;
/// use leafwise::BPlusTreeMap;
///
/// let mut map: BPlusTreeMap<u8, char, Slab, ArrayOfStructs> = BPlusTreeMap::default();
/// map.extend([(1, 'a'), (2, 'b')]);
/// assert_eq!(map.get(&2), Some(&'b'));
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct ArrayOfStructs<const LEAF: usize = 0, const BRANCH: usize = 0>;

impl<const LEAF: usize, const BRANCH: usize> Sealed for ArrayOfStructs<LEAF, BRANCH> {}

impl<const LEAF: usize, const BRANCH: usize> LeafLayout for ArrayOfStructs<LEAF, BRANCH> {}

impl<const LEAF: usize, const BRANCH: usize> Parameters for ArrayOfStructs<LEAF, BRANCH> {
    const LEAF: usize = LEAF;
    const BRANCH: usize = BRANCH;
    const INTERLEAVED: bool = true;
}
