//! The suites' text for B+ trees, one kind for each store and layout.

use leafwise::{BPlusTreeMap, Layout, Store, map};

pub(crate) use leafwise::map::Entry;

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

/// The smallest nodes are among the kinds.
pub(crate) const LARGER: &[u32] = &[];

/// As messages name it.
pub(crate) const NAME: &str = "BPlusTreeMap";

/// What a tree is made of.
pub(crate) trait Kind {
    type Store: Store;
    type Layout: Layout;
}

impl<S: Store, L: Layout> Kind for (S, L) {
    type Store = S;
    type Layout = L;
}

pub(crate) type Map<K, V, T> = BPlusTreeMap<K, V, <T as Kind>::Store, <T as Kind>::Layout>;
pub(crate) type OccupiedEntry<'a, K, V, T> =
    map::OccupiedEntry<'a, K, V, <T as Kind>::Store, <T as Kind>::Layout>;
pub(crate) type Range<'a, K, V, T> = map::Range<'a, K, V, <T as Kind>::Store, <T as Kind>::Layout>;
