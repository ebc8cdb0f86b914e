//! Keys that are integers: the packed array holds only them.

use core::cmp::Ordering;

use crate::memory::buffer::Buffer;
use crate::memory::plain::bytes_of;
use crate::ordered_bits::OrderedBits;
use crate::search::KeyBound;
use crate::search::simd::SimdToken;

use super::super::key::Fixed;
use super::super::parts::{Fault, KeyBytes, KeyForm, KeyParts, KeyPieces, Stored};
use super::super::s_plus_tree::{Lane, SPlusTree, keys_per_node};
use super::{Decode, IntoKeys, KeyArray, Target};

/// A key array for [`Fixed`] keys.
pub struct IntegerArray<K: Fixed, const B: usize> {
    array: SPlusTree<K::Lane, B>,
}

impl<K: Fixed, const B: usize> Clone for IntegerArray<K, B> {
    fn clone(&self) -> Self {
        IntegerArray {
            array: self.array.clone(),
        }
    }
}

impl<K: Fixed, const B: usize> KeyArray for IntegerArray<K, B> {
    type Key = K;
    type Query = K;
    type Ref<'a> = K;
    type Run = Run<K>;
    type IntoKeys = IntoKeys<Self>;

    #[inline]
    fn order(left: &K, right: &K) -> Ordering {
        left.encode().cmp(&right.encode())
    }

    fn run_with_capacity(capacity: usize) -> Run<K> {
        let padded = capacity.checked_next_multiple_of(keys_per_node::<K::Lane, B>());
        Run(Buffer::with_capacity(padded.unwrap_or(capacity)))
    }

    #[inline]
    fn compare_last(run: &Run<K>, key: &K) -> Ordering {
        match run.0.last() {
            Some(last) => last.cmp(&key.encode()),
            None => Ordering::Less,
        }
    }

    #[inline]
    fn push(run: &mut Run<K>, key: K) {
        run.0.push(key.encode());
    }

    fn push_copies(run: &mut Run<K>, keys: &[K], may_equal: bool) -> Result<(), usize> {
        for (number, chunk) in keys.chunks(CHUNK).enumerate() {
            let before = run.0.len();
            run.0.extend_from(chunk, |key| key.encode());
            let added = &run.0[before.saturating_sub(1)..];
            if !ascends(added, may_equal) {
                let is_fault =
                    |pair: &[K::Lane]| !super::is_ascending(pair[0].cmp(&pair[1]), may_equal);
                let fault = added.windows(2).position(is_fault).unwrap_or(0);
                // The second of the pair, relative to the start of the chunk.
                let at = fault + usize::from(before == 0);
                return Err(number * CHUNK + at);
            }
        }
        Ok(())
    }

    fn above(run: Run<K>) -> Self {
        IntegerArray {
            array: SPlusTree::new(run.0),
        }
    }

    #[inline]
    fn len(&self) -> usize {
        self.array.len()
    }

    #[inline]
    fn get(&self, at: usize) -> K {
        K::decode(self.array.keys()[at])
    }

    fn with_key<R>(&self, at: usize, show: impl FnOnce(&K) -> R) -> R {
        show(&self.to_key(at))
    }

    fn compare(&self, at: usize, other: &Self, other_at: usize) -> Ordering {
        self.array.keys()[at].cmp(&other.array.keys()[other_at])
    }

    #[inline]
    fn rank_near(&self, query: &K, bound: KeyBound, near: impl FnOnce(usize)) -> usize {
        let query = query.encode();
        match bound {
            KeyBound::Lower => self.array.rank(query, near),
            // For integers, upper_bound(x) = lower_bound(x + 1).
            KeyBound::Upper => match query.next() {
                Some(next) => self.array.rank(next, near),
                None => self.len(),
            },
        }
    }

    /// Two comparisons detect queries before and after all keys, at next to no cost for other
    /// queries: a branching search would get such queries right by branch prediction.
    #[inline]
    fn may_have(&self, query: &K) -> bool {
        let query = query.encode();
        match self.array.keys() {
            [] => false,
            [only] => *only == query,
            [first, .., last] => (*first..=*last).contains(&query),
        }
    }

    #[inline]
    fn is_at(&self, at: usize, query: &K) -> bool {
        self.array.keys().get(at) == Some(&query.encode())
    }

    #[inline]
    fn rank_many<'q, const FINDS: bool>(
        &self,
        simd: Option<SimdToken>,
        count: usize,
        target: impl Fn(usize) -> Target<'q, K> + Copy,
        mut found: impl FnMut(usize, usize, bool),
    ) {
        let keys = self.array.keys();
        // The integer whose rank is that of the target, or `None` if the target is after all keys.
        let lane = move |number| match target(number) {
            Target::At(query, KeyBound::Lower) => Some(query.encode()),
            Target::At(query, KeyBound::Upper) => query.encode().next(),
            Target::Start => Some(K::Lane::LEAST),
            Target::End => None,
        };
        let query = move |number| lane(number).unwrap_or(K::Lane::GREATEST);
        self.array
            .rank_many(simd, count, query, |number, rank, query| {
                // An integer alone cannot express that a target is after all keys.
                let is_behind = query == K::Lane::GREATEST && lane(number).is_none();
                let is_there = FINDS && keys.get(rank) == Some(&query);
                found(number, if is_behind { keys.len() } else { rank }, is_there);
            });
    }

    fn into_keys(self) -> IntoKeys<Self> {
        IntoKeys::new(self)
    }

    fn bytes(&self) -> usize {
        self.array.bytes()
    }

    fn check(&self) {
        self.array.check();
    }
}

impl<K: Fixed, const B: usize> Decode for IntegerArray<K, B> {
    #[inline]
    fn to_key(&self, at: usize) -> K {
        self.get(at)
    }
}

impl<K: Fixed, const B: usize> Stored for IntegerArray<K, B> {
    const FORM: KeyForm = KeyForm::Integers {
        width: size_of::<K::Lane>() as u8,
        is_signed: K::Lane::IS_SIGNED,
    };
    const NODE_KEYS: usize = keys_per_node::<K::Lane, B>();

    fn parts(&self) -> KeyParts<'_> {
        KeyParts {
            keys: bytes_of(self.array.padded_keys()),
            text: &[],
            wraps: &[],
        }
    }

    fn key_bytes(&self, at: usize) -> KeyBytes<'_> {
        KeyBytes::Integer(self.array.keys()[at].to_bits())
    }

    fn text_end(&self, _: usize) -> u64 {
        0
    }

    fn of_pieces(pieces: KeyPieces<'_>) -> Result<Self, Fault> {
        let mut keys = Buffer::of_piece(pieces.keys);
        let array = match pieces.levels {
            None => {
                keys.truncate(pieces.len);
                Some(SPlusTree::new(keys))
            }
            Some(levels) => {
                SPlusTree::of_levels(keys, pieces.len, Buffer::of_pieces(&levels.heads))
            }
        };
        array
            .map(|array| IntegerArray { array })
            .ok_or(Fault::Padding)
    }
}

/// Collects integers.
pub struct Run<K: Fixed>(Buffer<K::Lane>);

/// Keys that are copied and then checked together: they are still in the first-level cache.
const CHUNK: usize = 4096;

/// Whether integers are in order. Without a branch per integer, so that vectors are compared.
fn ascends<L: Lane>(keys: &[L], may_equal: bool) -> bool {
    let pairs = keys.iter().zip(keys.get(1..).unwrap_or_default());
    if may_equal {
        pairs.fold(true, |ascends, (left, right)| ascends & (left <= right))
    } else {
        pairs.fold(true, |ascends, (left, right)| ascends & (left < right))
    }
}
