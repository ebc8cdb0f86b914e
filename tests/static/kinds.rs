//! Every type of key: its order, its extremes, and that keys are returned unchanged.

use std::cmp::Reverse;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::num::NonZero;
use std::time::Duration;

use leafwise::StaticIndex;
use leafwise::static_collections::{Arrangement, ByOrd, Packed};

use crate::api::{Model, Way, check_entries, check_queries};
use crate::batches::check_ranks;
use crate::common::Doing;
use crate::keys::{Sample, Shown, Word, distinct, ragged, random, sorted};

/// Checks indexes of the smallest, of the greatest, and of all samples, searched for all of them.
/// Covers only how keys are packed: the rest is the same for all types.
fn check_kind<K: Shown<A>, A: Arrangement<K>>(samples: Vec<K>) {
    let all = distinct(&samples);
    for len in (0..=all.len()).filter(|len| *len < 20 || len % 37 == 0 || *len == all.len()) {
        let (smallest, greatest) = (&all[..len], &all[all.len() - len..]);
        let mut twice = smallest.to_vec();
        twice.extend_from_slice(smallest);
        for keys in [smallest, greatest, &sorted(&twice)] {
            let _doing = Doing(format_args!("{keys:?}"));
            let entries = keys.iter().cloned().zip(0..);
            let index = StaticIndex::<K, usize, A>::from_sorted_iter(entries).expect("sorted");
            let model = Model { keys };
            for query in &all {
                let (lower, upper) = (model.lower(query), model.upper(query));
                let query = query.ask();
                assert_eq!((index.rank(query), index.rank_upper(query)), (lower, upper));
                let found = index
                    .get_key_value(query)
                    .map(|(key, at)| (K::own(key), Some(*at)));
                model.assert_item(found, Some(lower).filter(|at| *at < upper), Way::Get);
            }
            index.check_invariants();
            assert_eq!(index.len(), keys.len());
            for (at, (key, value)) in index.into_iter().enumerate() {
                model.assert_item(Some((key, Some(value))), Some(at), Way::Get);
            }
        }
    }
}

/// Like [`check_kind`], and in batches, unless [`batches`](crate::batches) tests the type's integer
/// by itself.
fn check_kind_and_batches<K: Shown<A>, A: Arrangement<K>>(samples: Vec<K>) {
    let keys: Vec<K> = sorted(&samples)
        .into_iter()
        .skip(samples.len() / 3)
        .collect();
    let entries = keys.into_iter().zip(0..);
    let index = StaticIndex::<K, usize, A>::from_sorted_iter(entries).expect("sorted");
    check_ranks(&index, &samples, &[1, samples.len()]);
    check_kind::<K, A>(samples);
}

/// Random keys and some that must be among them.
fn samples<K: Sample>(extremes: &[K], make: impl Fn(u64) -> K) -> Vec<K> {
    let mut samples = random(150, 77, make);
    samples.extend_from_slice(extremes);
    samples
}

macro_rules! integers {
    ($($key:ident)*) => {$(
        #[test]
        fn $key() {
            type K = $key;
            let middle = K::MAX / 2;
            let extremes = [K::MIN, K::MIN + 1, 0, 1, middle, middle + 1, K::MAX - 1, K::MAX];
            check_kind::<K, Packed>(samples(&extremes, |bits| {
                (ragged(bits) as K).wrapping_mul(K::MAX / 3)
            }));
            check_kind::<K, Packed>(samples(&extremes, |bits| ragged(bits) as K));
        }
    )*};
}

integers!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize);

#[test]
fn nonzero_integers() {
    check_kind::<NonZero<u8>, Packed>(samples(&[NonZero::<u8>::MIN, NonZero::<u8>::MAX], |bits| {
        NonZero::new(bits as u8).unwrap_or(NonZero::<u8>::MIN)
    }));
    check_kind::<NonZero<u64>, Packed>(samples(
        &[NonZero::<u64>::MIN, NonZero::<u64>::MAX],
        |bits| NonZero::new(ragged(bits)).unwrap_or(NonZero::<u64>::MAX),
    ));
    check_kind::<NonZero<i32>, Packed>(samples(
        &[NonZero::<i32>::MIN, NonZero::<i32>::MAX],
        |bits| NonZero::new(ragged(bits) as i32).unwrap_or(NonZero::<i32>::MAX),
    ));
    check_kind::<NonZero<i128>, Packed>(samples(
        &[NonZero::<i128>::MIN, NonZero::<i128>::MAX],
        |bits| NonZero::new(i128::from(bits as i64) << (bits % 63)).unwrap_or(NonZero::<i128>::MAX),
    ));
    check_kind::<NonZero<usize>, Packed>(samples(&[NonZero::<usize>::MAX], |bits| {
        NonZero::new(ragged(bits) as usize).unwrap_or(NonZero::<usize>::MIN)
    }));
}

#[test]
fn floats_in_total_order() {
    let wide = [
        0.0,
        -0.0,
        1.0,
        -1.0,
        f64::MIN,
        f64::MAX,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::MIN_POSITIVE,
        -f64::MIN_POSITIVE,
        5e-324,
        -5e-324,
        f64::NAN,
        -f64::NAN,
        f64::from_bits(u64::MAX),
        f64::from_bits(i64::MAX as u64),
        f64::from_bits(0x7FF0 << 48 | 1),
    ];
    let narrow = wide.map(|float| float as f32);
    check_kind_and_batches::<f64, Packed>(samples(&wide, |bits| f64::from_bits(ragged(bits))));
    check_kind::<f32, Packed>(samples(&narrow, |bits| f32::from_bits(ragged(bits) as u32)));
    check_kind::<f32, Packed>(samples(&narrow, |bits| (bits >> 44) as f32 - 500_000.0));
    check_kind::<(f32, u32), Packed>(samples(&narrow.map(|float| (float, 7)), |bits| {
        (f32::from_bits(ragged(bits) as u32), bits as u32 % 3)
    }));
}

#[test]
fn chars_and_bools() {
    check_kind::<bool, Packed>(vec![true, false]);
    check_kind::<char, Packed>(samples(
        &['\0', '\u{D7FF}', '\u{E000}', char::MAX],
        |bits| char::from_u32(bits as u32 % 0x110000).unwrap_or('x'),
    ));
    check_kind::<(char, bool), Packed>(samples(&[('\0', false), (char::MAX, true)], |bits| {
        (
            char::from_u32(bits as u32 % 0x300).unwrap_or('x'),
            bits >> 63 == 1,
        )
    }));
}

#[test]
fn addresses() {
    check_kind::<Ipv4Addr, Packed>(samples(
        &[
            Ipv4Addr::UNSPECIFIED,
            Ipv4Addr::LOCALHOST,
            Ipv4Addr::BROADCAST,
        ],
        |bits| Ipv4Addr::from_bits(ragged(bits) as u32),
    ));
    check_kind::<Ipv6Addr, Packed>(samples(
        &[
            Ipv6Addr::UNSPECIFIED,
            Ipv6Addr::LOCALHOST,
            Ipv6Addr::from_bits(u128::MAX),
        ],
        |bits| Ipv6Addr::from_bits(u128::from(ragged(bits)) << (bits % 65)),
    ));
}

#[test]
fn durations() {
    let ends = [
        Duration::ZERO,
        Duration::new(0, 999_999_999),
        Duration::new(1 << 32, 0),
        Duration::MAX,
    ];
    let make = |bits| Duration::new(ragged(bits) >> 9, bits as u32 % 1_000_000_000);
    check_kind_and_batches::<Duration, Packed>(samples(&ends, make));
    let ends = ends.map(Some);
    check_kind::<Option<Duration>, Packed>(samples(&ends, |bits| {
        (!bits.is_multiple_of(9)).then(|| make(bits))
    }));
}

#[test]
fn optional_keys() {
    fn some<K>(bits: u64, key: K) -> Option<K> {
        (!bits.is_multiple_of(9)).then_some(key)
    }
    let ends = [None, Some(0), Some(u8::MAX)];
    check_kind::<Option<u8>, Packed>(samples(&ends, |bits| some(bits, ragged(bits) as u8)));
    let ends = [None, Some(i64::MIN), Some(-1), Some(0), Some(i64::MAX)];
    check_kind_and_batches::<Option<i64>, Packed>(samples(&ends, |bits| {
        some(bits, ragged(bits) as i64)
    }));
    let ends = [None, Some(NonZero::<u64>::MIN), Some(NonZero::<u64>::MAX)];
    check_kind::<Option<NonZero<u64>>, Packed>(samples(&ends, |bits| NonZero::new(bits % 200)));
    let ends = [(None, 0), (None, u16::MAX), (Some(char::MAX), u16::MAX)];
    check_kind::<(Option<char>, u16), Packed>(samples(&ends, |bits| {
        (some(bits, 'x'), ragged(bits) as u16)
    }));
}

#[test]
fn pairs() {
    check_kind::<(u8, u8), Packed>(samples(&[(0, 0), (0, 255), (255, 255)], |bits| {
        (bits as u8 % 9, (bits >> 8) as u8)
    }));
    let ends = [(i16::MIN, 0), (-1, u16::MAX), (i16::MAX, u16::MAX)];
    check_kind::<(i16, u16), Packed>(samples(&ends, |bits| {
        (bits as i16 % 5, ragged(bits) as u16)
    }));
    let ends = [(0, i32::MIN), (u32::MAX, -1), (u32::MAX, i32::MAX)];
    check_kind::<(u32, i32), Packed>(samples(&ends, |bits| {
        (bits as u32 % 5, ragged(bits) as i32)
    }));
    let ends = [(i64::MIN, 0), (-1, u64::MAX), (i64::MAX, u64::MAX)];
    check_kind_and_batches::<(i64, u64), Packed>(samples(&ends, |bits| {
        (bits as i64 % 3, ragged(bits))
    }));
    // Fewer bits than the integer that it becomes.
    let ends = [(0, 0), (u8::MAX, u32::MAX - 1), (u8::MAX, u32::MAX)];
    check_kind_and_batches::<(u8, u32), Packed>(samples(&ends, |bits| {
        (bits as u8 % 3, ragged(bits) as u32)
    }));
}

#[test]
fn longer_tuples() {
    let ends = [
        (0, i8::MIN, 0),
        (0, -1, u16::MAX),
        (u8::MAX, i8::MAX, u16::MAX),
    ];
    check_kind::<(u8, i8, u16), Packed>(samples(&ends, |bits| {
        (bits as u8 % 2, (bits >> 8) as i8 % 3, ragged(bits) as u16)
    }));
    let last = Ipv4Addr::BROADCAST;
    check_kind::<(i32, Ipv4Addr, u64), Packed>(samples(
        &[
            (i32::MIN, Ipv4Addr::UNSPECIFIED, 0),
            (i32::MAX, last, u64::MAX),
        ],
        |bits| {
            (
                bits as i32 % 2,
                Ipv4Addr::from_bits((bits >> 62) as u32),
                ragged(bits),
            )
        },
    ));
    let ends = [
        (false, 0, '\0', i32::MIN),
        (true, u8::MAX, char::MAX, i32::MAX),
    ];
    check_kind::<(bool, u8, char, i32), Packed>(samples(&ends, |bits| {
        (bits % 2 == 0, (bits >> 62) as u8, 'c', ragged(bits) as i32)
    }));
}

#[test]
fn reversed_keys() {
    let ends = [Reverse(0), Reverse(u16::MAX)];
    check_kind::<Reverse<u16>, Packed>(samples(&ends, |bits| Reverse(ragged(bits) as u16)));
    let ends = [
        Reverse(i64::MIN),
        Reverse(-1),
        Reverse(0),
        Reverse(i64::MAX),
    ];
    check_kind_and_batches::<Reverse<i64>, Packed>(samples(&ends, |bits| {
        Reverse(ragged(bits) as i64)
    }));
    let ends = [
        Reverse((0, 0)),
        Reverse((0, u16::MAX)),
        Reverse((u8::MAX, u16::MAX)),
    ];
    let make = |bits| Reverse((bits as u8 % 4, ragged(bits) as u16));
    check_kind::<Reverse<(u8, u16)>, Packed>(samples(&ends, make));
    let ends = ends.map(|key| (key, u8::MAX));
    check_kind::<(Reverse<(u8, u16)>, u8), Packed>(samples(&ends, |bits| {
        (make(bits), (bits >> 62) as u8)
    }));
}

#[test]
fn arrays_of_bytes() {
    fn of<const N: usize>(bits: u64) -> [u8; N] {
        let mut bytes = [(bits % 2 * 255) as u8; N];
        for (byte, bits) in bytes
            .iter_mut()
            .rev()
            .take(4)
            .zip(ragged(bits).to_be_bytes())
        {
            *byte = bits;
        }
        if let Some(first) = bytes.first_mut() {
            *first = (bits >> 61) as u8 * 36;
        }
        bytes
    }
    fn ends<const N: usize>() -> [[u8; N]; 2] {
        [[0; N], [255; N]]
    }
    check_kind::<[u8; 0], Packed>(vec![[]]);
    check_kind::<[u8; 1], Packed>(samples(&ends(), of));
    check_kind::<[u8; 8], Packed>(samples(&ends(), of));
    check_kind::<[u8; 9], Packed>(samples(&ends(), of));
    check_kind::<[u8; 20], Packed>(samples(&ends(), of));
    // All key heads are equal.
    check_kind::<[u8; 20], Packed<3>>(samples(&[], |bits| {
        let mut bytes = [9; 20];
        bytes[19] = bits as u8;
        bytes[0] = if bits % 30 == 0 { 3 } else { 9 };
        bytes
    }));
}

#[test]
fn many_empty_arrays() {
    for len in [0, 1, 7, 8, 9, 72, 73, 700] {
        let keys = vec![[0_u8; 0]; len];
        let index: StaticIndex<[u8; 0], usize> = keys.iter().copied().zip(0..).collect();
        check_queries(&index, &Model { keys: &keys }, &[[]]);
        check_entries(&index, &Model { keys: &keys });
        check_ranks(&index, &[[]; 9], &[0, 1, 9]);
    }
}

#[test]
fn user_types_by_ord() {
    let words = ["", "a", "b", "aa", "ab", "longer", "longest", "Ü", "ü"];
    let words = words.map(|word| Word(word.into()));
    check_kind::<Word, ByOrd>(samples(&words, |bits| Word(format!("{}", bits % 10_000))));
    check_kind::<Reverse<i64>, ByOrd>(samples(&[Reverse(7)], |bits| Reverse(bits as i64)));
    check_kind::<String, ByOrd>(samples(&[], |bits| format!("{:x}", ragged(bits))));
}

#[test]
fn boxed_strings_and_bytes() {
    let text = |bits| format!("{:x}", ragged(bits));
    check_kind::<Box<str>, Packed>(samples(&["".into(), "ü".into()], |bits| text(bits).into()));
    let bytes = |bits| -> Box<[u8]> { text(bits).into_bytes().into() };
    check_kind::<Box<[u8]>, Packed<3>>(samples(&[[].into(), [255; 9].into()], bytes));
}
