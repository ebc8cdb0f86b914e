//! Static collections: sorted data that does not change, in packed nodes without pointers.
//!
//! [`StaticSet`], [`StaticMap`] and [`StaticIndex`] are made once, from anything that has entries,
//! and read from then on. They are the fastest to search, above all for many keys at once, and take
//! hardly more memory than the keys themselves.
//!
//! ```
//! use leafwise::{BPlusTreeMap, StaticMap};
//!
//! let map: StaticMap<u32, char> = [(20, 'b'), (10, 'a'), (30, 'c')].into_iter().collect();
//! assert_eq!(map.get(&20), Some(&'b'));
//! assert_eq!(map.floor(&29), Some((20, &'b')));
//! assert_eq!(map.rank(&25), 2);
//!
//! // Many at once.
//! let mut found = [None; 3];
//! map.get_batch(&[30, 31, 10], &mut found);
//! assert_eq!(found, [Some(&'c'), None, Some(&'a')]);
//!
//! // There and back.
//! let mut map: BPlusTreeMap<u32, char> = map.thaw();
//! map.insert(40, 'd');
//! assert_eq!(map.freeze().len(), 4);
//! ```
//!
//! # How the keys lie
//! In one sorted array, cut into nodes that are a cache line each: 16 keys of four bytes, 8 of
//! eight. Above it are levels of separators, the greatest key under each child but the last, packed
//! into nodes of the same size. With three keys a node, and keys 1 to 20:
//!
//! ```text
//!  root                             [12 -- --]                      -- is padding
//!                               /              \
//!  level 1           [ 3  6  9]                  [15 18 --]
//!                /     /    |      \           /     |      \
//!  array   [1 2 3] [4 5 6] [7 8 9] [10 11 12] [13 14 15] [16 17 18] [19 20 --]
//! ```
//!
//! No pointer says where a child is: child `i` of node `k` is node `k * (B + 1) + i` of the level
//! below. A look-up counts, in each node, how many keys are smaller than the query: one or two
//! vector compares and a population count, with no branch that depends on the data. The count is
//! the child. As a separator is the *greatest* key to its left, the answer always lies in the node
//! that is searched last, and comes from a line that is already there.
//!
//! A batch does the same for many keys in turns, see the picture of its pipeline in the source
//! (`static_collections/s_plus_tree/batch.rs`): each step asks for the lines that the next one wants, so that many
//! look-ups wait for memory at the same time instead of one after the other.
//!
//! The layout is the S+tree of Sergey Slotin ([Algorithmica]) as refined by Ragnar Groot Koerkamp
//! ([Static search trees]): packed levels, left-max separators, batches.
//!
//! [Algorithmica]: https://en.algorithmica.org/hpc/data-structures/s-tree/
//! [Static search trees]: https://curiouscoding.nl/posts/static-search-tree/
//!
//! # Which keys
//! [`Packed`], the default arrangement, takes all types that are a [`Key`]: numbers of all kinds,
//! addresses, tuples of them, byte arrays and texts. Every value of each type is a legal key. Any
//! other type that is `Ord` is arranged [`ByOrd`]: `StaticSet<MyKey, ByOrd>`. References are not
//! kept: a `StaticSet<String>` is collected from `&str` just as well, and is asked with `&str`.
//!
//! # Instruction sets
//! Each collection asks the processor once, when it is made, and uses the widest vectors that it
//! has, whatever the program was compiled for: see [`Simd`].

#![deny(unsafe_code)]

mod batch;
mod build;
mod collection;
mod combine;
mod convert;
mod freeze;
mod index;
mod iter;
mod key;
mod key_array;
mod key_at;
mod kind;
mod map;
mod pairs;
mod range;
mod s_plus_tree;
mod set;
mod traits;

pub use collection::Static;
pub use combine::{Difference, Intersection, SymmetricDifference, Union};
pub use index::StaticIndex;
pub use iter::{Entries, IntoIter, IntoKeys, Iter, Keys};
pub use key::{Arrangement, ByOrd, Fixed, Key, Packed, Query, Ref, TextKey};
#[doc(hidden)]
pub use key::{Plus, Width};
#[doc(hidden)]
pub use key_array::KeyArray;
pub use key_at::{KeyAt, KeysAt};
pub use kind::{Alone, Beside, Item, Kind, Multi, Multiplicity, Pairs, Unique};
pub use map::StaticMap;
pub use range::KeyRange;
#[doc(hidden)]
pub use s_plus_tree::Lane;
pub use set::StaticSet;

pub use crate::error::{RangeError, UnsortedError};
pub use crate::search::simd::Simd;
