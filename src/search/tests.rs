//! Unit tests of the search: each instruction set and each method finds every rank.

use alloc::vec::Vec;

use super::simd::{BASELINE, InstructionSet, Simd, Task};
use super::*;

macro_rules! sets_agree {
    ($($test:ident $lane:ty, $bits:ty, $count:ident, $signed:literal;)*) => {$(
        #[test]
        fn $test() {
            const KEYS: usize = BLOCK / size_of::<$lane>();
            let (least, most) = (<$lane>::MIN, <$lane>::MAX);
            let extremes = [least, least + 1, 0, 1, most - 1, most];
            let mut state = 0x9E37_79B9_7F4A_7C15_u64;
            for round in 0..2_000 {
                let mut block = [<$lane>::MAX; KEYS];
                let len = round % (KEYS + 1);
                for key in &mut block[..len] {
                    state ^= state << 13;
                    state ^= state >> 7;
                    state ^= state << 17;
                    *key = if state % 5 == 0 {
                        extremes[(state >> 8) as usize % extremes.len()]
                    } else {
                        (state >> 11) as $lane
                    };
                }
                block.sort_unstable();
                let near = block.map(|key| key.wrapping_add(1));
                for query in block.into_iter().chain(near).chain(extremes) {
                    let expected = block.partition_point(|key| *key < query);
                    let block = block.as_ptr().cast::<$bits>();
                    let query = query as $bits;
                    // SAFETY: the array is a whole block, and the processor was asked for the set.
                    unsafe {
                        assert_eq!(scalar::$count::<$signed>(block, query), expected, "scalar");
                        #[cfg(all(target_arch = "x86_64", not(miri)))]
                        assert_eq!(sse2::$count::<$signed>(block, query), expected, "sse2");
                        #[cfg(all(target_arch = "x86_64", not(miri)))]
                        if Simd::Avx2.is_available() {
                            assert_eq!(avx2::$count::<$signed>(block, query), expected, "avx2");
                        }
                        #[cfg(all(target_arch = "x86_64", not(miri)))]
                        if Simd::Avx512.is_available() {
                            let count = avx512::$count::<$signed>(block, query);
                            assert_eq!(count, expected, "avx512");
                        }
                        let count = BASELINE.$count::<$signed>(block, query);
                        assert_eq!(count, expected, "the program's set");
                    }
                }
            }
        }
    )*};
}

sets_agree! {
    sets_agree_on_u8 u8, u8, count8, false;
    sets_agree_on_i8 i8, u8, count8, true;
    sets_agree_on_u16 u16, u16, count16, false;
    sets_agree_on_i16 i16, u16, count16, true;
    sets_agree_on_u32 u32, u32, count32, false;
    sets_agree_on_i32 i32, u32, count32, true;
    sets_agree_on_u64 u64, u64, count64, false;
    sets_agree_on_i64 i64, u64, count64, true;
}

/// Searches a padded run for the bounds of a query.
struct Bounds<'r> {
    run: &'r [u64; 32],
    len: usize,
    query: u64,
}

impl Task for Bounds<'_> {
    type Output = [Option<usize>; 2];

    // Always: what is not inlined lacks the instruction set (see `Task`).
    #[inline(always)]
    fn run<S: InstructionSet>(self, set: S) -> Self::Output {
        [KeyBound::Lower, KeyBound::Upper].map(
            #[inline(always)]
            |bound| {
                let form = Form::of::<u64, _>(&self.query, bound);
                // SAFETY: the run is two blocks, all initialised.
                unsafe { rank_padded(set, form, self.run.as_ptr(), 8, 32, self.len) }
            },
        )
    }
}

#[test]
fn padding_is_never_counted() {
    let mut run = [0_u64; 32];
    for len in 0..=32 {
        for (at, key) in run.iter_mut().enumerate().take(len) {
            *key = at as u64 * 2 + 1;
        }
        // SAFETY: the slots are those of the array.
        unsafe { pad(run.as_mut_ptr().add(len), 8, 32 - len) };
        for query in (0..70).chain([u64::MAX]) {
            let keys = &run[..len];
            let lower = keys.partition_point(|key| *key < query);
            let upper = keys.partition_point(|key| *key <= query);
            let run = &run;
            for simd in Simd::available() {
                let bounds = simd.checked().run(Bounds { run, len, query });
                assert_eq!(bounds, [Some(lower), Some(upper)], "{simd}");
            }
            let bounds = Bounds { run, len, query }.run(BASELINE);
            assert_eq!(bounds, [Some(lower), Some(upper)]);
        }
    }
}

#[test]
fn gaps_between_keys_are_skipped() {
    let mut run = [(u32::MAX, 7_u64); 48];
    let stride = size_of_val(&run[0]);
    for len in 0..=48 {
        for (at, pair) in run.iter_mut().enumerate().take(len) {
            pair.0 = at as u32 * 3;
        }
        for query in 0..150 {
            let expected = run[..len].partition_point(|pair| pair.0 < query);
            let keys = (&raw const run[0].0).cast::<u32>();
            // SAFETY: the run is three blocks, all initialised.
            let padded = unsafe {
                rank_padded(
                    BASELINE,
                    Form::of::<u32, _>(&query, KeyBound::Lower),
                    keys,
                    stride,
                    48,
                    len,
                )
            };
            assert_eq!(padded, Some(expected));
        }
    }
}

#[test]
fn pairs_rank_as_tuples_do() {
    let values = [i8::MIN, -1, 0, 1, 5, i8::MAX];
    let mut keys = [u16::MAX; 32];
    let mut tie_breakers = [i8::MAX; 32];
    let pairs: Vec<(u16, i8)> = [0, 1, 7, u16::MAX]
        .into_iter()
        .flat_map(|key| values.map(|tie_breaker| (key, tie_breaker)))
        .collect();
    for len in 0..=pairs.len() {
        for (at, &(key, tie_breaker)) in pairs[..len].iter().enumerate() {
            (keys[at], tie_breakers[at]) = (key, tie_breaker);
        }
        for key in [0, 1, 2, 7, u16::MAX - 1, u16::MAX] {
            for tie_breaker in [i8::MIN, -2, -1, 0, 4, 5, i8::MAX - 1, i8::MAX] {
                let rank = |bound| {
                    let (keys, tie_breakers) = ((keys.as_ptr(), 2), (tie_breakers.as_ptr(), 1));
                    // SAFETY: two blocks of each, padded.
                    unsafe {
                        let form = Form::of_pair::<u16, i8, _, _>((&key, &tie_breaker), bound);
                        rank_pairs_padded(form, keys, tie_breakers, 32, len)
                    }
                };
                let lower = pairs[..len].partition_point(|pair| *pair < (key, tie_breaker));
                let upper = pairs[..len].partition_point(|pair| *pair <= (key, tie_breaker));
                assert_eq!(rank(KeyBound::Lower), Some(lower));
                assert_eq!(rank(KeyBound::Upper), Some(upper));
            }
        }
    }
}

#[test]
fn rank_of_any_order() {
    let names = ["ada", "bob", "bob", "cid"];
    assert_eq!(rank::<&str>(4, |at| names[at] < "bob"), 1);
    assert_eq!(rank::<&str>(4, |at| names[at] <= "bob"), 3);
    assert_eq!(rank::<&str>(4, |at| names[at] < "zoe"), 4);
    assert_eq!(rank::<&str>(0, |at| names[at] < "zoe"), 0);
}

#[test]
fn every_search_finds_every_rank() {
    for len in 0..70 {
        for rank_wanted in 0..=len {
            assert_eq!(rank::<u64>(len, |at| at < rank_wanted), rank_wanted);
            assert_eq!(rank::<Vec<u8>>(len, |at| at < rank_wanted), rank_wanted);
            assert_eq!(rank::<(u64, u8)>(len, |at| at < rank_wanted), rank_wanted);
            assert_eq!(rank_counting(len, |at| at < rank_wanted), rank_wanted);
        }
    }
}
