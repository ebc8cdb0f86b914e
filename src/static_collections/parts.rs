//! What a collection consists of when it is in a file: the arrays of its keys, and the levels.
//!
//! The module [`file`](mod@crate::file) knows where they are in a file; here is how key arrays are
//! taken apart and put together. Whatever the parts are, a key array made of them is safe to
//! search: at worst its results are wrong.

#![cfg_attr(
    not(all(feature = "file", feature = "std")),
    allow(
        dead_code,
        reason = "only files use it, and some of it only what writes them"
    )
)]

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use crate::memory::plain::{Piece, Value, bytes_of};
use crate::search::heads::{first_eight, shared_prefix};

use super::arrangement::Arrangement;
use super::collection::Static;
use super::key_array::{KeyArray, second_head};
use super::kind::{Kind, Multiplicity, WithValues, WithoutValues};
#[cfg(test)]
use super::s_plus_tree::Levels;
pub(crate) use super::values::Values;

/// The kinds of collections that a file can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Collection {
    /// Keys alone.
    Set,
    /// Keys with one value each.
    Map,
    /// Keys with any number of values each.
    Index,
}

impl Collection {
    /// The name in messages: `set`, `map` or `index`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Collection::Set => "set",
            Collection::Map => "map",
            Collection::Index => "index",
        }
    }
}

/// How keys are held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyForm {
    /// Order-preserving integers.
    Integers {
        /// Bytes of each.
        width: u8,
        /// Whether they are signed.
        is_signed: bool,
    },
    /// Strings of bytes.
    Texts {
        /// The number of bytes of each, if all have the same.
        length: Option<u32>,
    },
}

/// The arrays of keys, as bytes of a file.
pub struct KeyParts<'a> {
    /// Integers, padded to whole nodes; or the lower half of where each text ends.
    pub(crate) keys: Cow<'a, [u8]>,
    /// The texts.
    pub(crate) text: &'a [u8],
    /// The positions of the texts that end behind the next multiple of 2^32.
    pub(crate) wraps: &'a [usize],
}

/// The same arrays, where a key array is made of them.
pub struct KeyPieces<'a> {
    pub(crate) len: usize,
    pub(crate) keys: Piece<'a>,
    pub(crate) text: Piece<'a>,
    pub(crate) wraps: Vec<usize>,
    /// The levels, if they are not to be made anew.
    pub(crate) levels: Option<LevelPieces<'a>>,
}

/// The columns of all levels, root first.
#[derive(Clone)]
pub(crate) struct LevelPieces<'a> {
    /// Integers, or heads of texts: of all levels, in as few pieces as they are in.
    pub(crate) heads: Vec<Piece<'a>>,
    /// Of texts, the second heads.
    pub(crate) second_heads: Vec<Piece<'a>>,
    /// The number of bytes before the heads of texts, which all texts share.
    pub(crate) shared: usize,
}

/// What of a key array is not as it has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The padding after the last key, or after the last separator of a level.
    Padding,
    /// Where texts end.
    Ends,
    /// A text is not UTF-8.
    Utf8,
}

/// A key array that can be taken apart, and put together again.
pub trait Stored: KeyArray {
    /// How keys are held.
    const FORM: KeyForm;

    /// The number of keys of a node.
    const NODE_KEYS: usize;

    /// Takes the key array apart.
    fn parts(&self) -> KeyParts<'_>;

    /// The key at a position.
    fn key_bytes(&self, at: usize) -> KeyBytes<'_>;

    /// Where the text at a position ends; 0 for integers.
    fn text_end(&self, at: usize) -> u64;

    /// Puts a key array together.
    fn of_pieces(pieces: KeyPieces<'_>) -> Result<Self, Fault>;
}

/// The kind of a collection that a file can hold: its values are [`Value`]s, or it is a set.
pub trait StoredKind<V>: Kind<V> {
    #[doc(hidden)]
    const COLLECTION: Collection;
    /// The bytes of a value.
    #[doc(hidden)]
    const VALUE_WIDTH: usize;

    #[doc(hidden)]
    fn value_type() -> String;

    #[doc(hidden)]
    fn value_bytes(values: &[V]) -> Cow<'_, [u8]>;

    /// The values of that many keys.
    #[doc(hidden)]
    fn values_of_piece(len: usize, piece: Piece<'_>) -> Values<V>;
}

impl StoredKind<()> for WithoutValues {
    const COLLECTION: Collection = Collection::Set;
    const VALUE_WIDTH: usize = 0;

    fn value_type() -> String {
        "()".into()
    }

    fn value_bytes(_: &[()]) -> Cow<'_, [u8]> {
        Cow::Borrowed(&[])
    }

    fn values_of_piece(len: usize, _: Piece<'_>) -> Values<()> {
        Values::Own(vec![(); len])
    }
}

impl<V: Value, M: Multiplicity> StoredKind<V> for WithValues<M> {
    const COLLECTION: Collection = match M::MAY_EQUAL {
        false => Collection::Map,
        true => Collection::Index,
    };
    const VALUE_WIDTH: usize = {
        assert!(
            size_of::<V>() > 0,
            "values in a file have at least one byte"
        );
        size_of::<V>()
    };

    fn value_type() -> String {
        V::type_name()
    }

    fn value_bytes(values: &[V]) -> Cow<'_, [u8]> {
        bytes_of(values)
    }

    fn values_of_piece(_: usize, piece: Piece<'_>) -> Values<V> {
        Values::of_piece(piece)
    }
}

/// A key as a file holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyBytes<'a> {
    /// The bits of an integer that is ordered without a sign.
    Integer(u128),
    /// A text.
    Text(&'a [u8]),
}

impl<K, V, F: StoredKind<V>, A: Arrangement<K, KeyArray: Stored>> Static<K, V, F, A> {
    /// The keys, and the bytes of the values.
    pub(crate) fn parts(&self) -> (&A::KeyArray, Cow<'_, [u8]>) {
        (&self.keys, F::value_bytes(&self.values))
    }

    /// A collection of the keys and values of a file.
    pub(crate) fn of_pieces(keys: KeyPieces<'_>, values: Piece<'_>) -> Result<Self, Fault> {
        let len = keys.len;
        let keys = A::KeyArray::of_pieces(keys)?;
        Ok(Self::of_parts(keys, F::values_of_piece(len, values)))
    }
}

/// The number of bytes that two texts share at their start, if the levels skip them. A file has 32
/// bits for it.
pub(crate) fn shared_bytes(first: KeyBytes<'_>, last: KeyBytes<'_>) -> usize {
    match (first, last) {
        (KeyBytes::Text(first), KeyBytes::Text(last)) => {
            shared_prefix(first, last).min(u32::MAX as usize)
        }
        _ => 0,
    }
}

/// The two heads of a text in the levels, given the length of the prefix that all share.
pub(crate) fn heads(text: &[u8], shared: usize) -> [u64; 2] {
    let rest = text.get(shared..).unwrap_or_default();
    [first_eight(rest), second_head(rest)]
}

/// The position of each separator of all levels, root first; `None` for padding.
#[cfg(test)]
pub(crate) fn level_separators(len: usize, b: usize) -> Vec<Option<usize>> {
    let mut separators = Vec::new();
    Levels::above(len, b).fill(len, b, |at| separators.push(at));
    separators
}
