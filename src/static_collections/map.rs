//! The static map: unique keys with values.

use core::ops::Index;

use super::arrangement::{Arrangement, Packed, Query, Ref};
use super::collection::Static;
use super::kind::{Unique, WithValues};

/// A sorted map that does not change: the fastest to search, above all for many keys at once.
///
/// The keys are in one packed array with a small index above it, the values in another array in the
/// same order, see [the module](super). Numbers are returned by value, texts as `&str` or `&[u8]`;
/// the type of queries is [`Query`]. `A` is the arrangement of the keys: [`Packed`] for the types
/// that implement [`Key`](super::Key), [`ByOrd`](super::ByOrd) for any other type that is `Ord`.
///
/// Of entries with equal keys, the last one is kept.
///
/// # Examples
///
/// ```
/// use leafwise::StaticMap;
///
/// // The first address of each range, and whose it is.
/// let owners: StaticMap<std::net::Ipv4Addr, &str> = [
///     ("10.0.0.0".parse()?, "us"),
///     ("10.0.64.0".parse()?, "them"),
///     ("10.1.0.0".parse()?, "nobody"),
/// ]
/// .into_iter()
/// .collect();
///
/// let (_, owner) = owners.floor(&"10.0.77.1".parse()?).unwrap();
/// assert_eq!(*owner, "them");
/// # Ok::<(), std::net::AddrParseError>(())
/// ```
pub type StaticMap<K, V, A = Packed> = Static<K, V, WithValues<Unique>, A>;

impl<K, V, A: Arrangement<K>> StaticMap<K, V, A> {
    /// [`first`](Self::first) under the name that std's maps use.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::StaticMap;
    ///
    /// assert_eq!(StaticMap::from([(2, 'b'), (1, 'a')]).first_key_value(), Some((1, &'a')));
    /// ```
    pub fn first_key_value(&self) -> Option<(Ref<'_, K, A>, &V)> {
        self.first()
    }

    /// [`last`](Self::last) under the name that std's maps use.
    ///
    /// # Examples
    ///
    /// ```
    /// use leafwise::StaticMap;
    ///
    /// assert_eq!(StaticMap::from([(2, 'b'), (1, 'a')]).last_key_value(), Some((2, &'b')));
    /// ```
    pub fn last_key_value(&self) -> Option<(Ref<'_, K, A>, &V)> {
        self.last()
    }
}

impl<K, V, A: Arrangement<K>> Index<&Query<K, A>> for StaticMap<K, V, A> {
    type Output = V;

    /// Returns a reference to the value of `key`.
    ///
    /// # Panics
    ///
    /// Panics if the key is not in the map.
    fn index(&self, key: &Query<K, A>) -> &V {
        self.get(key).expect("no entry found for key")
    }
}
