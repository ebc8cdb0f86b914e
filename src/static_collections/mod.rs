//! Static collections: sorted data that does not change, in packed nodes without pointers.
//!
//! [`StaticSet`], [`StaticMap`] and [`StaticIndex`] are made once, from any source of entries, and
//! are only read from then on. They are the fastest to search, above all for many keys at once, and
//! take hardly more memory than the keys themselves.
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
//! // Thaw, change, freeze.
//! let mut map: BPlusTreeMap<u32, char> = map.thaw();
//! map.insert(40, 'd');
//! assert_eq!(map.freeze().len(), 4);
//! ```
//!
//! # Layout of the keys
//! The keys are in one sorted array, cut into nodes of one cache line each: 16 keys of four bytes,
//! 8 of eight. Above it are levels of separators: the greatest key under each child except the
//! last, packed into nodes of the same size. With three keys per node, and keys 1 to 20:
//!
//! ```text
//!  root                             [12 -- --]                      -- is padding
//!                               /              \
//!  level 1           [ 3  6  9]                  [15 18 --]
//!                /     /    |      \           /     |      \
//!  array   [1 2 3] [4 5 6] [7 8 9] [10 11 12] [13 14 15] [16 17 18] [19 20 --]
//! ```
//!
//! No pointer leads to a child: child `i` of node `k` is node `k * (B + 1) + i` of the level below.
//! A look-up counts, in each node, the keys that are less than the query: one or two vector
//! compares and a population count, with no branch that depends on the data. The count is the
//! child. As a separator is the *greatest* key to its left, the result is always in the node that
//! is searched last, and comes from a cache line that is already loaded.
//!
//! A batch interleaves many look-ups (there is a picture of the pipeline in
//! `static_collections/s_plus_tree/batch.rs`): each step prefetches the lines that the next one
//! needs, so that many look-ups wait for memory at the same time instead of one after the other.
//!
//! The layout is the S+tree of Sergey Slotin ([Algorithmica]) as refined by Ragnar Groot Koerkamp
//! ([Static search trees]): packed levels, left-max separators, batches.
//!
//! [Algorithmica]: https://en.algorithmica.org/hpc/data-structures/s-tree/
//! [Static search trees]: https://curiouscoding.nl/posts/static-search-tree/
//!
//! # Key types
//! [`Packed`], the default arrangement, takes all types that implement [`Key`]: numbers of all
//! kinds, addresses, durations, tuples and options of them, byte arrays and texts. Every value of
//! each type is a valid key. Any other type that is `Ord` is arranged [`ByOrd`]:
//! `StaticSet<MyKey, ByOrd>`. References are not stored: a `StaticSet<String>` can be collected
//! from `&str` and is queried with `&str`.
//!
//! # Instruction sets
//! Each collection detects the features of the processor once, when it is made, and uses the widest
//! vectors available, whatever the program was compiled for.

#![deny(unsafe_code)]

mod arrangement;
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
mod newtype;
mod pairs;
pub(crate) mod parts;
mod range;
mod s_plus_tree;
mod set;
mod traits;
mod values;

pub use arrangement::{Arrangement, ByOrd, OwnedForm, Packed, Query, Ref};
pub use collection::Static;
pub use combine::{Difference, Intersection, SymmetricDifference, Union};
pub use index::StaticIndex;
pub use iter::{Entries, IntoIter, IntoKeys, Iter, Keys};
pub use key::{Fixed, Key, TextKey};
#[doc(hidden)]
pub use key::{Plus, Width};
#[doc(hidden)]
pub use key_array::KeyArray;
pub use key_at::{KeyAt, KeysAt};
pub use kind::{Item, Kind, Multi, Multiplicity, Unique, ValueAccess, WithValues, WithoutValues};
pub use map::StaticMap;
pub use newtype::Newtype;
pub use range::KeyRange;
#[doc(hidden)]
pub use s_plus_tree::Lane;
pub use set::StaticSet;

pub use crate::error::{RangeError, UnsortedError};
#[doc(hidden)]
pub use crate::search::simd::Simd;
