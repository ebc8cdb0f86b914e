//! Keys of any file, by value.

use alloc::string::String;
use alloc::vec::Vec;

use crate::static_collections::Fixed;
use crate::static_collections::parts::KeyBytes;

/// A key as files hold it, by value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyBuf {
    /// The bits of an order-preserving integer, without a sign: the least one is 0.
    Integer(u128),
    /// A text.
    Text(Vec<u8>),
}

impl KeyBuf {
    /// The key by reference.
    #[must_use]
    pub fn bytes(&self) -> KeyBytes<'_> {
        match self {
            KeyBuf::Integer(bits) => KeyBytes::Integer(*bits),
            KeyBuf::Text(text) => KeyBytes::Text(text),
        }
    }
}

impl From<KeyBytes<'_>> for KeyBuf {
    fn from(key: KeyBytes<'_>) -> Self {
        match key {
            KeyBytes::Integer(bits) => KeyBuf::Integer(bits),
            KeyBytes::Text(text) => KeyBuf::Text(text.into()),
        }
    }
}

impl<K: Fixed> From<K> for KeyBuf {
    fn from(key: K) -> Self {
        KeyBuf::Integer(key.to_bits())
    }
}

impl From<&str> for KeyBuf {
    fn from(key: &str) -> Self {
        KeyBuf::Text(key.into())
    }
}

impl From<String> for KeyBuf {
    fn from(key: String) -> Self {
        KeyBuf::Text(key.into())
    }
}

impl From<&[u8]> for KeyBuf {
    fn from(key: &[u8]) -> Self {
        KeyBuf::Text(key.into())
    }
}

impl From<Vec<u8>> for KeyBuf {
    fn from(key: Vec<u8>) -> Self {
        KeyBuf::Text(key)
    }
}
