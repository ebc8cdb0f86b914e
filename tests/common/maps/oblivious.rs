//! The suites' text for the cache-oblivious map, of which there is one kind.

use leafwise::{CacheObliviousMap, oblivious};

pub(crate) use leafwise::oblivious::Entry;

#[path = "acts.rs"]
pub(crate) mod acts;
#[path = "forgotten.rs"]
pub(crate) mod forgotten;
#[path = "kinds.rs"]
pub(crate) mod kinds;
#[path = "liars.rs"]
pub(crate) mod liars;
#[path = "model.rs"]
pub(crate) mod model;
#[cfg(feature = "rayon")]
#[path = "parallel.rs"]
pub(crate) mod parallel;
#[path = "traps.rs"]
pub(crate) mod traps;

/// Of several segments, and of many.
pub(crate) const LARGER: &[u32] = &[70, 200];

/// As messages name it.
pub(crate) const NAME: &str = "CacheObliviousMap";

/// There is one kind.
pub(crate) trait Kind {}

impl Kind for () {}

/// Lets the types name a kind that they do not depend on.
pub(crate) trait Whatever {
    type Is<M>;
}

impl<T> Whatever for T {
    type Is<M> = M;
}

pub(crate) type Map<K, V, T> = <T as Whatever>::Is<CacheObliviousMap<K, V>>;
pub(crate) type OccupiedEntry<'a, K, V, T> =
    <T as Whatever>::Is<oblivious::OccupiedEntry<'a, K, V>>;
pub(crate) type Range<'a, K, V, T> = <T as Whatever>::Is<oblivious::Range<'a, K, V>>;
