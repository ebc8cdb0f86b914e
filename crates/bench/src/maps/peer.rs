//! What a map must support to be measured.

use crate::keys::Key;

/// An ordered map of keys `K`.
///
/// For each entry, iterators return the [`Key::digest`] and the value, so that both the key and the
/// value must be read.
pub(crate) trait Peer<K: Key>: Default {
    /// The name for `--peers` and the tables.
    const NAME: &'static str;

    /// Whether entries can be inserted. If not, maps are made by [`Peer::collect`] and only read.
    const CHANGES: bool = true;

    fn insert(&mut self, key: K, value: K::Value) -> Option<K::Value>;

    /// Inserts many entries: by the map's own `extend`, if it has one.
    #[inline]
    fn extend(&mut self, entries: impl Iterator<Item = (K, K::Value)>) {
        for (key, value) in entries {
            self.insert(key, value);
        }
    }

    /// Makes a map of entries: by the map's own `collect`, if it has one.
    #[inline]
    fn collect(entries: impl Iterator<Item = (K, K::Value)>) -> Self {
        let mut map = Self::default();
        map.extend(entries);
        map
    }

    fn get(&self, key: &K) -> Option<K::Value>;
    /// Looks up keys, and calls `found` for each: by the map's own batches, if it has any.
    #[inline(always)]
    fn get_batch(&self, keys: &[K], mut found: impl FnMut(Option<K::Value>)) {
        keys.iter().for_each(|key| found(self.get(key)));
    }

    fn remove(&mut self, key: &K) -> Option<K::Value>;
    fn entries(&self) -> impl Iterator<Item = (u64, K::Value)>;
    /// Returns the entries in `from..to`; `from` is in the map.
    fn entries_in(&self, from: &K, to: &K) -> impl Iterator<Item = (u64, K::Value)>;
    /// The number of bytes that the map reports, or zero.
    fn reported_bytes(&self) -> usize {
        0
    }
}
