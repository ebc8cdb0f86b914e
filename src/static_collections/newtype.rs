//! Types of users that are stored as the key that they contain.

use alloc::string::String;

use crate::ordered_bits::{Dense, OrderedBits};
use crate::sealed::Sealed;

use super::key::Fixed;

/// A type of one's own that is a [`Fixed`] key in all but name, such as a struct around an integer:
/// it is stored as that key, and comes back.
///
/// A static collection orders these types as it orders their keys, so [`Ord`] should do the same.
///
/// # Examples
///
/// ```
/// use leafwise::StaticMap;
/// use leafwise::static_collections::Newtype;
///
/// #[derive(Clone, Copy, Debug, PartialEq)]
/// struct UserId(u32);
///
/// impl Newtype for UserId {
///     type Key = u32;
///
///     fn into_key(self) -> u32 {
///         self.0
///     }
///
///     fn from_key(key: u32) -> Self {
///         UserId(key)
///     }
/// }
///
/// let names = StaticMap::from([(UserId(7), "Ada"), (UserId(3), "Bob")]);
/// assert_eq!(names.get(&UserId(7)), Some(&"Ada"));
/// assert_eq!(names.first(), Some((UserId(3), &"Bob")));
/// ```
///
/// [`Fixed`] itself cannot be implemented:
///
/// ```compile_fail,E0277
/// use leafwise::static_collections::Fixed;
///
/// #[derive(Clone, Copy)]
/// struct UserId(u32);
///
/// impl Fixed for UserId {
///     type Lane = u32;
///
///     fn encode(self) -> u32 {
///         self.0
///     }
///
///     fn decode(lane: u32) -> Self {
///         UserId(lane)
///     }
/// }
/// ```
pub trait Newtype: Copy + 'static {
    /// The key that values of this type are stored as.
    type Key: Fixed;

    /// The key to store.
    fn into_key(self) -> Self::Key;

    /// The value that was stored as `key`.
    fn from_key(key: Self::Key) -> Self;
}

impl<T: Newtype> Sealed for T {}

/// For integers that are stored, but not for those of trees (`Words`), whose memory safety rests on
/// their order: this one is user code.
impl<T: Newtype> OrderedBits<Dense> for T {
    const BITS: u32 = T::Key::BITS;

    #[inline]
    fn to_bits(self) -> u128 {
        self.into_key().to_bits()
    }

    #[inline]
    fn from_bits(bits: u128) -> Self {
        Self::from_key(T::Key::from_bits(bits))
    }
}

impl<T: Newtype> Fixed for T {
    type Lane = <T::Key as Fixed>::Lane;

    fn fixed_name() -> String {
        T::Key::fixed_name()
    }
}
