//! The iterators over halves of entries, and the one that removes on the way.

use crate::map::{map_iterators, project_entries};

map_iterators! {
    CacheObliviousMap<K, V>
}
