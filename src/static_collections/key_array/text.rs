//! The key array of byte strings: the strings, and levels above them.

use core::cmp::Ordering;

use crate::search::simd::SimdToken;
use crate::search::{KeyBound, compare_bytes, equal_bytes};

use super::super::parts::{Fault, KeyBytes, KeyForm, KeyParts, KeyPieces, Stored};
use super::super::s_plus_tree::keys_per_node;
use super::head_levels::HeadLevels;
use super::strings::{Owner, Strings};
use super::{Decode, IntoKeys, KeyArray, Target};

/// Strings and the levels above them.
pub struct TextArray<K, const B: usize> {
    strings: Strings<K>,
    levels: HeadLevels<B>,
}

impl<K, const B: usize> Clone for TextArray<K, B> {
    fn clone(&self) -> Self {
        TextArray {
            strings: self.strings.clone(),
            levels: self.levels.clone(),
        }
    }
}

impl<K: Owner, const B: usize> TextArray<K, B> {
    /// The number of strings that are smaller than these bytes.
    pub(in super::super) fn rank_bytes(&self, bytes: &[u8]) -> usize {
        let near = |_| ();
        self.levels
            .rank(&self.strings, bytes, KeyBound::Lower, near)
    }
}

impl<K: Owner, const B: usize> KeyArray for TextArray<K, B> {
    type Key = K;
    type Query = K::Borrowed;
    type Ref<'a> = K::Ref<'a>;
    type Run = Strings<K>;
    type IntoKeys = IntoKeys<Self>;

    fn order(left: &K::Borrowed, right: &K::Borrowed) -> Ordering {
        compare_bytes(left.as_ref(), right.as_ref())
    }

    fn run_with_capacity(capacity: usize) -> Strings<K> {
        Strings::with_capacity(capacity)
    }

    fn compare_last(run: &Strings<K>, key: &K) -> Ordering {
        match run.len().checked_sub(1) {
            Some(last) => compare_bytes(run.bytes_at(last), key.borrow().as_ref()),
            None => Ordering::Less,
        }
    }

    fn push(run: &mut Strings<K>, key: K) {
        run.push(key.borrow());
    }

    fn push_copy(run: &mut Strings<K>, key: &K) {
        run.push(key.borrow());
    }

    fn above(mut strings: Strings<K>) -> Self {
        strings.shrink();
        TextArray {
            levels: HeadLevels::above(&strings),
            strings,
        }
    }

    #[inline]
    fn len(&self) -> usize {
        self.strings.len()
    }

    #[inline]
    fn get(&self, at: usize) -> K::Ref<'_> {
        K::show(&self.strings, at)
    }

    fn with_key<R>(&self, at: usize, show: impl FnOnce(&K) -> R) -> R {
        show(&self.to_key(at))
    }

    fn compare(&self, at: usize, other: &Self, other_at: usize) -> Ordering {
        let other = other.strings.bytes_at(other_at);
        compare_bytes(self.strings.bytes_at(at), other)
    }

    fn rank_near(&self, query: &K::Borrowed, bound: KeyBound, near: impl FnOnce(usize)) -> usize {
        self.levels.rank(&self.strings, query.as_ref(), bound, near)
    }

    fn is_at(&self, at: usize, query: &K::Borrowed) -> bool {
        at < self.len() && equal_bytes(self.strings.bytes_at(at), query.as_ref())
    }

    fn rank_many<'q, const FINDS: bool>(
        &self,
        simd: Option<SimdToken>,
        count: usize,
        target: impl Fn(usize) -> Target<'q, K::Borrowed> + Copy,
        mut found: impl FnMut(usize, usize, bool),
    ) {
        let strings = &self.strings;
        let found = move |number, rank, query: Option<&[u8]>| {
            let equals = |query: &[u8]| equal_bytes(strings.bytes_at(rank), query);
            found(
                number,
                rank,
                FINDS && rank < strings.len() && query.is_some_and(equals),
            );
        };
        self.levels.rank_many(simd, strings, count, target, found);
    }

    fn into_keys(self) -> IntoKeys<Self> {
        IntoKeys::new(self)
    }

    fn bytes(&self) -> usize {
        self.strings.memory() + self.levels.bytes()
    }

    fn check(&self) {
        self.levels.check(&self.strings);
    }
}

impl<K: Owner, const B: usize> Stored for TextArray<K, B> {
    const FORM: KeyForm = KeyForm::Texts {
        length: match K::LENGTH {
            Some(length) => {
                assert!(
                    length < u32::MAX as usize,
                    "such long keys cannot be in a file"
                );
                Some(length as u32)
            }
            None => None,
        },
    };
    const NODE_KEYS: usize = keys_per_node::<u64, B>();

    fn parts(&self) -> KeyParts<'_> {
        self.strings.parts()
    }

    fn key_bytes(&self, at: usize) -> KeyBytes<'_> {
        KeyBytes::Text(self.strings.bytes_at(at))
    }

    fn text_end(&self, at: usize) -> u64 {
        self.strings.end(at) as u64
    }

    fn of_pieces(pieces: KeyPieces<'_>) -> Result<Self, Fault> {
        let levels = pieces.levels.clone();
        let strings = Strings::of_pieces(pieces)?;
        let levels = match levels {
            None => HeadLevels::above(&strings),
            Some(levels) => HeadLevels::of_pieces(&strings, &levels).ok_or(Fault::Padding)?,
        };
        Ok(TextArray { strings, levels })
    }
}

impl<K: Owner, const B: usize> Decode for TextArray<K, B> {
    #[inline]
    fn to_key(&self, at: usize) -> K {
        K::own(self.get(at))
    }
}
