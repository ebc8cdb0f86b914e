//! Static collections: sorted data that does not change, in packed nodes without pointers.

#![deny(unsafe_code)]

mod build;
mod column;
mod entries;
mod freeze;
mod index;
mod iter;
mod key;
mod look_ups;
mod map;
mod navigate;
mod packed;
mod set;
mod traits;

pub use index::StaticIndex;
#[cfg(feature = "serde")]
pub(crate) use iter::KeyAt;
pub use iter::{IntoIter, IntoKeys, Iter, Keys};
pub use key::{Arrangement, ByOrd, Fixed, Key, Packed, Query, Ref};
pub use map::StaticMap;
pub use set::StaticSet;

pub use crate::bounds::RangeError;
pub use crate::search::simd::Simd;
pub use crate::tree::UnsortedError;
