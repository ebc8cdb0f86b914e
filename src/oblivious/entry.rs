//! The entry API, as every map with cursors has it.

use crate::map::entry_api;

entry_api! {
    oblivious::CacheObliviousMap<K, V>
    where K: Ord
}
