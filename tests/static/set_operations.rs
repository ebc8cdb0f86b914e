//! Two static sets together, and prefixes, against what std's sets say.

use leafwise::StaticSet;
use leafwise::static_collections::{Arrangement, ByOrd, Key, Newtype, Packed};
use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::fmt::Debug;
use std::path::{Path, PathBuf};

/// Sets of every kind of overlap: disjoint, touching at an end, nested, far smaller, equal.
fn operands() -> Vec<BTreeSet<u64>> {
    let ranges = [
        0..0,
        0..1,
        0..20,
        19..40,
        20..40,
        39..41,
        100..101,
        0..2_000,
        1_999..2_003,
    ];
    let mut sets: Vec<BTreeSet<u64>> = ranges.into_iter().map(BTreeSet::from_iter).collect();
    sets.push((0..2_000).step_by(3).collect());
    sets.push((1..2_000).step_by(97).collect());
    sets
}

fn check<K, A>(key: impl Fn(u64) -> K)
where
    K: Ord + Clone + Debug,
    A: Arrangement<K, KeyArray: Clone>,
{
    let made = |set: &BTreeSet<u64>| -> (BTreeSet<K>, StaticSet<K, A>) {
        let std: BTreeSet<K> = set.iter().map(|at| key(*at)).collect();
        (std.clone(), std.into())
    };
    for left in operands() {
        for right in operands() {
            let ((left, ours), (right, others)) = (made(&left), made(&right));
            let same = |result: StaticSet<K, A>, expected: BTreeSet<K>| {
                result.check_invariants();
                assert_eq!(result.len(), expected.len(), "{left:?} {right:?}");
                assert!(result.into_iter().eq(expected), "{left:?} {right:?}");
            };
            same(&ours | &others, &left | &right);
            same(&ours & &others, &left & &right);
            same(&ours ^ &others, &left ^ &right);
            same(&ours - &others, &left - &right);
            assert_eq!(ours.is_subset(&others), left.is_subset(&right));
            assert_eq!(ours.is_superset(&others), left.is_superset(&right));
            assert_eq!(ours.is_disjoint(&others), left.is_disjoint(&right));
            let hints = [
                (
                    ours.union(&others).size_hint(),
                    left.union(&right).size_hint(),
                ),
                (
                    ours.intersection(&others).size_hint(),
                    left.intersection(&right).size_hint(),
                ),
                (
                    ours.difference(&others).size_hint(),
                    left.difference(&right).size_hint(),
                ),
            ];
            for (hint, expected) in hints {
                assert_eq!(hint, expected, "{left:?} {right:?}");
            }
        }
    }
}

#[test]
fn sets_combine_as_those_of_std() {
    check::<u64, Packed>(|at| at * 3);
    check::<String, Packed>(|at| format!("{at:05}"));
    check::<Reverse<String>, ByOrd>(|at| Reverse(format!("{at:05}")));
}

#[test]
fn sets_of_floats_combine_in_total_order() {
    let left = StaticSet::from([-0.0, 1.0, f64::NAN]);
    let right = StaticSet::from([0.0, 1.0, f64::NAN]);
    assert_eq!((&left & &right).len(), 2);
    assert_eq!((&left | &right).len(), 4);
    assert!(left.difference(&right).next().unwrap().is_sign_negative());
}

#[test]
fn prefixes_of_static_texts_are_ranges() {
    let words: Vec<String> = (0..5_000_u32)
        .map(|at| format!("{:x}", at.wrapping_mul(77)))
        .collect();
    let set: StaticSet<String> = words.iter().map(String::as_str).collect();
    let bytes: StaticSet<Vec<u8>> = words.iter().map(String::as_bytes).collect();
    let arrays: StaticSet<[u8; 2]> = (0..5_000_u16).map(u16::to_be_bytes).collect();
    for prefix in ["", "a", "1f", "5", "dead", "ffff", "g"] {
        let starts = |word: &&str| word.starts_with(prefix);
        assert!(set.prefix(prefix).eq(set.iter().filter(starts)), "{prefix}");
        let starts = |word: &&[u8]| word.starts_with(prefix.as_bytes());
        assert!(
            bytes
                .prefix(prefix.as_bytes())
                .eq(bytes.iter().filter(starts))
        );
    }
    for prefix in [
        &[][..],
        &[0],
        &[19],
        &[19, 135],
        &[19, 136],
        &[255],
        &[1, 2, 3],
    ] {
        let starts = |key: &[u8; 2]| key.starts_with(prefix);
        assert!(
            arrays.prefix(prefix).eq(arrays.iter().filter(starts)),
            "{prefix:?}"
        );
    }
}

#[test]
fn a_borrowed_form_is_searched_for() {
    let paths: StaticSet<PathBuf, ByOrd<Path>> =
        ["/usr/lib", "/etc", "/usr"].map(PathBuf::from).into();
    assert!(paths.contains(Path::new("/usr")));
    assert_eq!(paths.rank(Path::new("/tmp")), 1);
    assert_eq!(
        paths.ceiling(Path::new("/tmp")),
        Some(&PathBuf::from("/usr"))
    );
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Celsius(i16);

impl Newtype for Celsius {
    type Key = i16;

    fn into_key(self) -> i16 {
        self.0
    }

    fn from_key(key: i16) -> Self {
        Celsius(key)
    }
}

#[test]
fn a_newtype_is_stored_as_its_key() {
    check::<Celsius, Packed>(|at| Celsius(at as i16 - 1_000));
    check::<(Celsius, u8), Packed>(|at| (Celsius((at / 7) as i16 - 100), (at % 7) as u8));
    fn is_key<K: Key>() {}
    is_key::<Reverse<Celsius>>();
    let set: StaticSet<Celsius> = (0..1_000).rev().map(Celsius).collect();
    let plain: StaticSet<i16> = (0..1_000).collect();
    assert_eq!(set.memory_usage(), plain.memory_usage());
    assert_eq!(set.select(10), Some(Celsius(10)));
}
