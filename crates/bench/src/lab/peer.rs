//! What a map must support to be measured in the lab, and the values that it holds.

/// An ordered map.
///
/// What is found is passed to a function, and the map returns its result: a tree of reference
/// counts and run-time borrows can return no reference to what is in it.
pub(crate) trait Peer<K, V>: Default {
    fn insert(&mut self, key: K, value: V) -> Option<V>;
    fn get<R>(&self, key: &K, read: impl FnOnce(&V) -> R) -> Option<R>;
    fn remove(&mut self, key: &K) -> Option<V>;
    fn items<R>(&self, read: impl Fn(&K, &V) -> R) -> impl Iterator<Item = R>;
    fn keys<R>(&self, read: impl Fn(&K) -> R) -> impl Iterator<Item = R>;
    /// The entries in `from..to`.
    fn range<R>(&self, from: &K, to: &K, read: impl Fn(&K, &V) -> R) -> impl Iterator<Item = R>;
    fn len(&self) -> usize;

    /// The number of bytes that the map reports, or zero.
    fn reported_bytes(&self) -> usize {
        0
    }
}

/// A measured value type.
pub(crate) trait Value: Copy + 'static {
    /// The name for the tables.
    const NAME: &'static str;

    /// The value of the `index`th key.
    fn new(index: usize) -> Self;
    /// A number that cannot be known without reading the value.
    fn digest(&self) -> u64;
}

impl Value for u64 {
    const NAME: &'static str = "u64";

    fn new(index: usize) -> Self {
        index as u64
    }

    #[inline]
    fn digest(&self) -> u64 {
        *self
    }
}

impl Value for [u8; 64] {
    const NAME: &'static str = "[u8; 64]";

    fn new(index: usize) -> Self {
        let mut bytes = [index as u8; 64];
        bytes[..8].copy_from_slice(&(index as u64).to_le_bytes());
        bytes
    }

    /// Both ends, which may be on two lines of the cache.
    #[inline]
    fn digest(&self) -> u64 {
        let [.., last] = *self;
        let (words, _) = self.as_chunks();
        u64::from_le_bytes(words[0]) ^ u64::from(last)
    }
}
