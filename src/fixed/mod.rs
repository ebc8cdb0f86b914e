//! Static collections: sorted data that does not change, in packed nodes without pointers.

mod array;
mod batch;
mod build;
mod column;
mod entries;
mod freeze;
mod index;
mod iter;
mod key;
mod lane;
mod layout;
mod look_ups;
mod map;
mod navigate;
mod set;
mod traits;
mod view;

pub use index::StaticIndex;
pub use iter::{IntoIter, IntoKeys, Iter, Keys};
pub use key::{Arrangement, ByOrd, Fixed, Key, Packed, Query, Ref};
pub use map::StaticMap;
pub use set::StaticSet;

pub use crate::bounds::RangeError;
pub use crate::search::simd::Simd;
pub use crate::tree::UnsortedError;
