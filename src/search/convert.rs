//! Keys that are searched as integers, to which they are converted: wide integers, pairs, short
//! arrays of bytes, IP addresses, durations, and integers in reverse or optional.
//!
//! They are compared by steps in a padded run, as integers that are wider than the vectors are.
//! Compared by `Ord` in a binary search, each compare would wait for the one before, and those of
//! tuples and arrays are branches and calls besides.
//!
//! Memory safety: a [`Conversion`] reads keys of one type, and [`conversion`] returns it for that
//! type only. What it fills slots with is a key of that type, and no integer is greater than that
//! key's: the types are those listed here, none of which is a user's.

use core::any::TypeId;
use core::cmp::Reverse;
use core::mem::needs_drop;
use core::net::{Ipv4Addr, Ipv6Addr};
use core::num::NonZero;
use core::time::Duration;

use super::padded::rank_by_steps;
use super::{Form, KeyBound, rank_counting};
use crate::ordered_bits::{OrderedBits, Words};

/// Returns the integer of a key, which is readable, aligned and of the type that this was made for.
pub(super) type Bits = unsafe fn(*const u8) -> u128;

/// How keys of one type are converted.
#[derive(Clone, Copy)]
pub(crate) struct Conversion {
    pub(super) bits: Bits,
    /// Writes the greatest key to a slot, which is writable and aligned for that type.
    pub(super) pad: unsafe fn(*mut u8),
    /// The integer of the greatest key.
    pub(super) greatest: u128,
}

impl Conversion {
    #[inline]
    fn of<K: OrderedBits<Words>>() -> Self {
        Conversion {
            bits: bits::<K>,
            pad: pad::<K>,
            greatest: greatest::<K>().to_bits(),
        }
    }
}

/// The forms of a query and the searches that follow from a conversion know no types, so that they
/// are compiled once.
impl Conversion {
    /// Returns the form of a query.
    ///
    /// # Safety
    /// The conversion is that of the query's type, and the query may be read.
    #[inline]
    pub(super) unsafe fn form<'q>(self, query: *const u8, bound: KeyBound) -> Form<'q> {
        let bits = self.bits;
        // SAFETY: as the caller promises.
        let query = unsafe { bits(query) };
        match bound {
            KeyBound::Lower => Form::Converted { query, bits },
            KeyBound::Upper if query == self.greatest => Form::AfterAll,
            KeyBound::Upper => Form::Converted {
                query: query + 1,
                bits,
            },
        }
    }

    /// Pads slots, `stride` bytes apart.
    ///
    /// # Safety
    /// The slots are for keys of this conversion's type, and writable.
    pub(super) unsafe fn pad(self, keys: *mut u8, stride: usize, slots: usize) {
        for slot in 0..slots {
            // SAFETY: as the caller promises.
            unsafe { (self.pad)(keys.wrapping_add(slot * stride)) };
        }
    }

    /// Returns whether slots, `stride` bytes apart, are padded.
    ///
    /// # Safety
    /// The slots hold keys of this conversion's type.
    pub(super) unsafe fn is_padded(self, keys: *const u8, stride: usize, slots: usize) -> bool {
        (0..slots).all(|slot| {
            // SAFETY: as the caller promises.
            let bits = unsafe { (self.bits)(keys.wrapping_add(slot * stride)) };
            bits == self.greatest
        })
    }
}

/// Returns how many keys of a padded run are before the query of a [`Form::Converted`].
///
/// # Safety
/// `slots` keys, `stride` bytes apart, are readable and of the type that the form was made for.
#[inline]
pub(super) unsafe fn rank_converted_padded(
    (query, bits): (u128, Bits),
    keys: *const u8,
    stride: usize,
    slots: usize,
) -> usize {
    rank_by_steps(slots, |at| {
        // SAFETY: the index is below `slots`.
        unsafe { bits(keys.wrapping_add(at * stride)) < query }
    })
}

/// As [`rank_converted_padded`], of `len` keys without padding.
///
/// # Safety
/// As for [`rank_converted_padded`].
#[inline]
pub(crate) unsafe fn rank_converted(
    (query, bits): (u128, Bits),
    keys: *const u8,
    stride: usize,
    len: usize,
) -> usize {
    rank_counting(len, |at| {
        // SAFETY: the index is below the length.
        unsafe { bits(keys.wrapping_add(at * stride)) < query }
    })
}

/// # Safety
/// `key` is a readable and aligned `K`.
#[inline]
unsafe fn bits<K: OrderedBits<Words>>(key: *const u8) -> u128 {
    // SAFETY: as the caller promises.
    unsafe { *key.cast::<K>() }.to_bits()
}

/// # Safety
/// `slot` is writable and aligned for a `K`.
#[inline]
unsafe fn pad<K: OrderedBits<Words>>(slot: *mut u8) {
    // SAFETY: as the caller promises.
    unsafe { *slot.cast::<K>() = greatest() };
}

#[inline]
fn greatest<K: OrderedBits<Words>>() -> K {
    K::from_bits(u128::MAX)
}

/// Returns whether two types have the same size and alignment, and own nothing.
const fn has_form_of<K, Other>() -> bool {
    size_of::<K>() == size_of::<Other>()
        && align_of::<K>() == align_of::<Other>()
        && !needs_drop::<K>()
}

/// The types that are converted.
macro_rules! converted {
    ($($key:ty),* $(,)?) => {
        /// Returns whether a type has the form of one that is converted.
        pub(crate) const fn may_be_converted<K>() -> bool {
            $(has_form_of::<K, $key>() ||)* false
        }

        /// Returns how keys of type `K` are converted, or `None` if they are not.
        #[inline]
        pub(crate) fn conversion<K>() -> Option<Conversion> {
            if const { !may_be_converted::<K>() } {
                return None;
            }
            let key = typeid::of::<K>();
            $(
                if const { has_form_of::<K, $key>() } && key == TypeId::of::<$key>() {
                    return Some(Conversion::of::<$key>());
                }
            )*
            None
        }
    };
}

converted! {
    u128, i128, NonZero<u128>, NonZero<i128>,
    (u32, u32), (i32, i32), (u32, i32), (i32, u32),
    (u64, u64), (i64, i64), (u64, i64), (i64, u64), (usize, usize),
    (u64, u32), (u32, u64), (i64, u32), (u32, i64), (u64, usize), (usize, u64),
    (u16, u16), (u8, u8), (u32, u32, u32),
    Option<u32>, Option<i32>, Option<u64>, Option<i64>, Option<usize>,
    Reverse<u32>, Reverse<i32>, Reverse<u64>, Reverse<i64>, Reverse<usize>, Reverse<u128>,
    [u8; 2], [u8; 3], [u8; 4], [u8; 5], [u8; 6], [u8; 7], [u8; 8], [u8; 9],
    [u8; 10], [u8; 11], [u8; 12], [u8; 13], [u8; 14], [u8; 15], [u8; 16],
    Ipv4Addr, Ipv6Addr, Duration,
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;
    use core::fmt::Debug;

    use super::super::simd::BASELINE;
    use super::super::{is_padded, rank_padded, slot_multiple};
    use super::*;

    /// Checks keys in ascending order, of which the last is the greatest of its type: each is found
    /// in a padded run of any length.
    fn check<K: Ord + Copy + Debug + 'static>(keys: &[K]) {
        let conversion = conversion::<K>().expect("keys are converted");
        let bits = |key: &K| {
            // SAFETY: the conversion is that of `K`.
            unsafe { (conversion.bits)((&raw const *key).cast()) }
        };
        assert!(keys.is_sorted_by(|left, right| left < right));
        assert!(keys.is_sorted_by(|left, right| bits(left) < bits(right)));
        assert_eq!(bits(&keys[keys.len() - 1]), conversion.greatest);
        let slots = keys.len().next_multiple_of(slot_multiple::<K>());
        for len in 0..=keys.len() {
            let mut run: Vec<K> = keys[..len].to_vec();
            // Padding replaces these.
            run.resize(slots, keys[0]);
            // SAFETY: the slots are those of the run.
            unsafe {
                let free = run.as_mut_ptr().add(len);
                super::super::pad(free, size_of::<K>(), slots - len);
                assert!(is_padded(free, size_of::<K>(), slots - len));
                assert!(
                    len == 0 || len == keys.len() || !is_padded(run.as_ptr(), size_of::<K>(), len)
                );
            }
            for (at, key) in keys.iter().enumerate() {
                let rank = |bound| {
                    let form = Form::of::<K, K>(key, bound);
                    // SAFETY: the run is padded, and its slots are whole blocks.
                    unsafe { rank_padded(BASELINE, form, run.as_ptr(), size_of::<K>(), slots, len) }
                };
                assert_eq!(rank(KeyBound::Lower), Some(at.min(len)), "{key:?} of {len}");
                assert_eq!(
                    rank(KeyBound::Upper),
                    Some((at + 1).min(len)),
                    "{key:?} of {len}"
                );
            }
        }
    }

    /// Pairs of each of these.
    fn pairs<A: Copy, B: Copy>(first: &[A], second: &[B]) -> Vec<(A, B)> {
        let pair = |first: &A| {
            second
                .iter()
                .map(|second| (*first, *second))
                .collect::<Vec<_>>()
        };
        first.iter().flat_map(pair).collect()
    }

    fn reversed<K: Copy>(keys: &[K]) -> Vec<Reverse<K>> {
        keys.iter().rev().copied().map(Reverse).collect()
    }

    const U32: [u32; 5] = [0, 1, 1 << 31, u32::MAX - 1, u32::MAX];
    const I32: [i32; 5] = [i32::MIN, -1, 0, 1, i32::MAX];
    const U64: [u64; 6] = [0, 1, 1 << 32, 1 << 63, u64::MAX - 1, u64::MAX];
    const I64: [i64; 5] = [i64::MIN, -1, 0, 1 << 32, i64::MAX];
    const USIZE: [usize; 3] = [0, 1 << 31, usize::MAX];
    const U128: [u128; 6] = [0, 1, u64::MAX as u128, 1 << 64, u128::MAX - 1, u128::MAX];
    const I128: [i128; 6] = [i128::MIN, i64::MIN as i128, -1, 1, 1 << 64, i128::MAX];

    #[test]
    fn integers() {
        check(&U128);
        check(&I128);
        check(
            &U128[1..]
                .iter()
                .copied()
                .filter_map(NonZero::new)
                .collect::<Vec<_>>(),
        );
        check(
            &I128
                .iter()
                .copied()
                .filter_map(NonZero::new)
                .collect::<Vec<_>>(),
        );
        check(&reversed(&U128));
        check(&reversed(&U64));
        check(&reversed(&I64));
        check(&reversed(&USIZE));
        check(&reversed(&U32));
        check(&reversed(&I32));
    }

    #[test]
    fn tuples() {
        check(&pairs(&U32, &U32));
        check(&pairs(&I32, &I32));
        check(&pairs(&U32, &I32));
        check(&pairs(&I32, &U32));
        check(&pairs(&U64, &U64));
        check(&pairs(&I64, &I64));
        check(&pairs(&U64, &I64));
        check(&pairs(&I64, &U64));
        check(&pairs(&USIZE, &USIZE));
        check(&pairs(&U64, &U32));
        check(&pairs(&U32, &U64));
        check(&pairs(&I64, &U32));
        check(&pairs(&U32, &I64));
        check(&pairs(&U64, &USIZE));
        check(&pairs(&USIZE, &U64));
        check(&pairs(&[0, 1, u16::MAX], &[0, 7, u16::MAX]));
        check(&pairs(&[0, 1, u8::MAX], &[0, 7, u8::MAX]));
        let triple = |((first, second), third)| (first, second, third);
        let triples = pairs(&pairs(&U32, &U32), &U32);
        check(&triples.into_iter().map(triple).collect::<Vec<_>>());
    }

    #[test]
    fn options() {
        fn optional<K: Copy>(keys: &[K]) -> Vec<Option<K>> {
            let keys = keys.iter().copied().map(Some);
            core::iter::once(None).chain(keys).collect()
        }
        check(&optional(&U32));
        check(&optional(&I32));
        check(&optional(&U64));
        check(&optional(&I64));
        check(&optional(&USIZE));
    }

    #[test]
    fn bytes_and_addresses() {
        fn bytes<const N: usize>() {
            let mut keys: Vec<[u8; N]> = Vec::new();
            for at in 0..N {
                for byte in [1, 128, 255] {
                    let mut key = [0; N];
                    key[at] = byte;
                    keys.push(key);
                }
            }
            keys.extend([[0; N], [255; N]]);
            keys.sort_unstable();
            check(&keys);
        }
        bytes::<2>();
        bytes::<3>();
        bytes::<4>();
        bytes::<5>();
        bytes::<6>();
        bytes::<7>();
        bytes::<8>();
        bytes::<9>();
        bytes::<10>();
        bytes::<11>();
        bytes::<12>();
        bytes::<13>();
        bytes::<14>();
        bytes::<15>();
        bytes::<16>();
        check(&U32.map(Ipv4Addr::from_bits));
        check(&U128.map(Ipv6Addr::from_bits));
        check(&[
            Duration::ZERO,
            Duration::new(0, 999_999_999),
            Duration::new(1, 0),
            Duration::new(u64::MAX, 0),
            Duration::MAX,
        ]);
    }

    #[test]
    fn other_types_of_these_forms_are_not_converted() {
        assert!(conversion::<u64>().is_none() && conversion::<Option<char>>().is_none());
        assert!(conversion::<(i8, i8)>().is_none() && conversion::<[i8; 16]>().is_none());
        assert!(conversion::<core::cmp::Reverse<f64>>().is_none());
        const { assert!(!may_be_converted::<[u8; 17]>() && may_be_converted::<(u64, [u8; 8])>()) };
    }
}
