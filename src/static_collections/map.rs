//! The static map: each key once, and the values beside them.

use core::ops::Index;

use super::collection::Static;
use super::key::{Arrangement, Packed, Query, Ref};
use super::kind::{Pairs, Unique};

/// A sorted map that does not change: the fastest to search, above all for many keys at once.
///
/// Keys lie in one packed array with a small index above it, values in another array in the same
/// order, see [the module](super). Numbers are shown by value, texts as `&str` or `&[u8]`; what is
/// asked for is [`Query`]. `A` says how keys are arranged: [`Packed`] for the types that are a
/// [`Key`](super::Key), [`ByOrd`](super::ByOrd) for any other that is `Ord`.
///
/// Of entries with equal keys the last one stays.
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
pub type StaticMap<K, V, A = Packed> = Static<K, V, Pairs<Unique>, A>;

impl<K, V, A: Arrangement<K>> StaticMap<K, V, A> {
    /// [`first`](Self::first), by the name that std's maps have for it.
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

    /// [`last`](Self::last), by the name that std's maps have for it.
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

    /// The value of a key.
    ///
    /// # Panics
    ///
    /// Panics if the key is not in the map.
    fn index(&self, key: &Query<K, A>) -> &V {
        self.get(key).expect("no entry found for key")
    }
}
