//! Ordered collections for when `BTreeMap` shows up in a profile.
//!
//! | you have | take |
//! |---|---|
//! | a `BTreeMap` | [`BPlusTreeMap`] |
//! | a `BTreeSet` | [`BPlusTreeSet`] |
//! | a `BTreeMap<K, Vec<V>>` or a `BTreeSet<(K, V)>`, an index over a table | [`BPlusIndex`] |
//! | an ordered map that is scanned more than it is changed | [`CacheObliviousMap`] |
//! | sorted data that does not change | [`StaticMap`], [`StaticSet`], [`StaticIndex`] |
//!
//! Maps and set have the methods and traits of std's maps and sets under the same names, with the
//! differences [below](#where-std-is-better).
//!
//! ```
//! use leafwise::BPlusTreeMap;
//!
//! let mut events = BPlusTreeMap::from([(1_699_000_000_u64, "start"), (1_699_000_060, "tick")]);
//! events.insert(1_699_000_120, "stop");
//!
//! assert_eq!(events.get(&1_699_000_060), Some(&"tick"));
//! assert_eq!(events.range(1_699_000_001..).count(), 2);
//! assert_eq!(events.floor(&1_699_000_100), Some((&1_699_000_060, &"tick")));
//! ```
//!
//! # Where std is better
//! - In the B+ trees, methods that insert, and `split_off`, require `K: Clone` besides `K: Ord`:
//!   branches hold clones of some keys. A library that is generic over `K: Ord` alone has to change
//!   its bounds. [`CacheObliviousMap`] does not need `Clone`.
//! - A collection that is declared before the owner of what its keys or values borrow does not
//!   compile (`may_dangle`, which std uses, is not stable). Declare the owner first.
//! - Panic texts name our types, and messages of the compiler say [`Map<..>`](map::Map), of which
//!   both maps are names.
//!
//! # Another store, another layout
//! The last two parameters of each B+ tree type are the store of its nodes and the layout of a
//! leaf's entries: stores are [`Slab`](store::Slab) (default), [`Heap`](store::Heap),
//! [`Hybrid`](store::Hybrid) and [`Generational`](store::Generational), layouts
//! [`StructOfArrays`](layout::StructOfArrays) (default) and
//! [`ArrayOfStructs`](layout::ArrayOfStructs). Name them in the type and start from `default()` or
//! `collect()`:
//!
//! ```
//! use leafwise::layout::ArrayOfStructs;
//! use leafwise::store::Heap;
//! use leafwise::BPlusTreeMap;
//!
//! let mut map: BPlusTreeMap<u64, [u8; 4], Heap, ArrayOfStructs> = BPlusTreeMap::default();
//! map.insert(7, [0; 4]);
//! ```
//!
//! # Features
//! - `std` (default): on Linux, large maps use mapped memory on huge pages. Without it the crate is
//!   `no_std` and needs `alloc`.
//! - `file` (default): static collections in [files](mod@file).
//! - `builder` (implies `std` and `file`): files that are built from sorted entries, in little
//!   memory.
//! - `mmap` (implies `std` and `file`): files that are mapped into memory.
//! - `object_store` (implies `std` and `file`): [files in object stores](mod@file) and on
//!   web servers.
//! - `serde`: `Serialize` and `Deserialize`.
//! - `borsh`: `BorshSerialize` and `BorshDeserialize`, in the format of std's collections.
//! - `arbitrary`: `Arbitrary`, for fuzzing.
//! - `rayon` (implies `std`): batches of static collections on all threads, parallel iterators over
//!   the other collections and their ranges, and B+ trees that all threads build and merge.

#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod bounds;
mod error;
#[cfg(feature = "file")]
pub mod file;
pub mod index;
mod interop;
pub mod iter;
mod key;
pub mod layout;
pub mod map;
mod memory;
pub mod oblivious;
mod ordered_bits;
mod prefix;
mod sealed;
mod search;
pub mod set;
pub mod static_collections;
pub mod store;
mod tree;

pub use error::RangeError;
pub use index::BPlusIndex;
#[cfg(feature = "rayon")]
pub use interop::rayon;
pub use map::BPlusTreeMap;
pub use oblivious::CacheObliviousMap;
pub use prefix::Prefix;
pub use set::BPlusTreeSet;
pub use static_collections::{StaticIndex, StaticMap, StaticSet};

/// The examples of the README, which run as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadmeDoctests;
