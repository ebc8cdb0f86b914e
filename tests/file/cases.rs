//! Small files of all forms of keys, and what can be done with the collections that they hold.

use std::borrow::Borrow;
use std::cmp::Reverse;
use std::fmt::{self, Debug, Write as _};
use std::hint::black_box;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::num::NonZero;
use std::ops::Bound;
use std::time::Duration;

use leafwise::file::Value;
use leafwise::static_collections::{Key, KeyRange, Kind, Packed, Query, Static, TextKey};
use leafwise::{StaticIndex, StaticMap, StaticSet};

use crate::allocations::allocates_at_most;

/// A file, and how it is read.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) bytes: Vec<u8>,
    open: Box<Open>,
    #[cfg(feature = "mmap")]
    map: Box<Map>,
}

type Open = dyn Fn(&[u8], Trust) -> Option<Vec<u8>> + Send + Sync;
#[cfg(feature = "mmap")]
type Map = dyn Fn(&std::path::Path, Trust) -> bool + Send + Sync;

/// Whether a file is known to be as it has to be.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Trust {
    Verified,
    None,
}

impl Case {
    /// Does everything with the collection that the bytes hold, if they hold one, and returns the
    /// bytes that it is written as.
    pub(crate) fn open(&self, bytes: &[u8], trust: Trust) -> Option<Vec<u8>> {
        (self.open)(bytes, trust)
    }

    /// The same, mapped; returns whether the file holds a collection.
    #[cfg(feature = "mmap")]
    pub(crate) fn map(&self, path: &std::path::Path, trust: Trust) -> bool {
        (self.map)(path, trust)
    }
}

/// Reads what is printed.
struct Sink;

impl fmt::Write for Sink {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        // Reads all bytes, and checks that they are what they should be.
        assert!(std::str::from_utf8(black_box(text.as_bytes())).is_ok());
        Ok(())
    }
}

fn read(what: &dyn Debug) {
    write!(Sink, "{what:?}").unwrap();
}

fn borrow<Q: ?Sized>(key: &impl Borrow<Q>) -> &Q {
    key.borrow()
}

/// Bounds of queries.
type Bounds<'q, K, const B: usize> = (
    Bound<&'q Query<K, Packed<B>>>,
    Bound<&'q Query<K, Packed<B>>>,
);

/// Does what all collections can do.
fn look_up<K, V, F, const B: usize>(found: &Static<K, V, F, Packed<B>>, queries: &[K])
where
    K: Key + Borrow<Query<K, Packed<B>>> + 'static,
    for<'q> Bounds<'q, K, B>: KeyRange<Query<K, Packed<B>>>,
    F: Kind<V>,
{
    let len = found.len();
    let is_within = |at: usize| assert!(at <= len, "{at} of {len}");
    let _ = black_box((
        found.first().is_some(),
        found.last().is_some(),
        found.memory_usage(),
    ));
    assert_eq!(found.iter().count(), len);
    assert_eq!(
        (found.select(len).is_some(), found.select(0).is_some()),
        (false, len > 0)
    );
    found.iter().for_each(|entry| drop(black_box(entry)));
    found.iter().rev().for_each(|entry| drop(black_box(entry)));
    for query in queries {
        let query = borrow::<Query<K, Packed<B>>>(query);
        is_within(found.rank(query));
        is_within(found.rank_upper(query));
        is_within(found.count(query));
        is_within(found.equal_range(query).end);
        black_box((found.floor(query).is_some(), found.ceiling(query).is_some()));
        black_box((found.lower(query).is_some(), found.higher(query).is_some()));
        for other in queries.iter().step_by(3) {
            let other = borrow::<Query<K, Packed<B>>>(other);
            let bounds = (Bound::Included(query), Bound::Excluded(other));
            if let Ok(range) = found.range_checked(bounds) {
                assert_eq!(range.len(), range.rev().count());
                is_within(found.count_range(bounds));
                let mut positions = vec![0..0; 1];
                found.range_batch(&[bounds], &mut positions);
                is_within(positions[0].end);
            }
        }
    }
    let mut ranks = vec![usize::MAX; queries.len()];
    found.rank_batch(queries, &mut ranks);
    ranks.iter().copied().for_each(is_within);
    found.rank_upper_batch(queries, &mut ranks);
    ranks.iter().copied().for_each(is_within);
    is_within(found.partition_point(|_| true));
}

/// Looks for prefixes, if keys have any.
type Prefixes<C> = fn(&C);

fn none<C>(_: &C) {}

fn prefixes<K, V, F, const B: usize>(found: &Static<K, V, F, Packed<B>>)
where
    K: TextKey<Prefix = str>,
    F: Kind<V>,
{
    for prefix in ["", "a", "key", "key 1", "\u{1}", "~", "\u{10FFFF}"] {
        let range = found.prefix(prefix);
        assert!(range.len() <= found.len());
        range.for_each(|entry| drop(black_box(entry)));
    }
}

fn byte_prefixes<K, V, F, const B: usize>(found: &Static<K, V, F, Packed<B>>)
where
    K: TextKey<Prefix = [u8]>,
    F: Kind<V>,
{
    for prefix in [&b""[..], b"\x01", b"\x01\x01", b"\x78", b"\xFF\xFF\xFF\xFF"] {
        let range = found.prefix(prefix);
        assert!(range.len() <= found.len());
        range.for_each(|entry| drop(black_box(entry)));
    }
}

/// A function that makes a case of a kind of collection.
macro_rules! kind {
    (
        $name:ident<$K:ident $(, $V:ident)?>($collection:ty),
        $entry:ty,
        |$found:ident, $queries:ident, $other:ident| $act:block
    ) => {
        fn $name<$K $(, $V)?, const B: usize>(
            name: &'static str,
            entries: Vec<$entry>,
            queries: Vec<$K>,
            look_up_prefixes: Prefixes<$collection>,
        ) -> Case
        where
            $K: Key<KeyArray<B>: Clone> + Clone + Debug + Borrow<Query<$K, Packed<B>>>,
            $K: Send + Sync + 'static,
            for<'q> Bounds<'q, $K, B>: KeyRange<Query<$K, Packed<B>>>,
            $($V: Value + Debug + PartialOrd,)?
        {
            let original: $collection = entries.into_iter().collect();
            let mut bytes = Vec::new();
            original.write_to(&mut bytes).unwrap();
            let act = move |$found: $collection, $other: &$collection, $queries: &[$K]| {
                look_up(&$found, $queries);
                look_up_prefixes(&$found);
                read(&$found);
                $act
            };
            #[cfg(feature = "mmap")]
            let (others, other_queries) = (bytes.clone(), queries.clone());
            Case {
                name,
                bytes: bytes.clone(),
                #[cfg(feature = "mmap")]
                map: Box::new(move |path, trust| {
                    // SAFETY: nobody changes the file while it is mapped.
                    let found = unsafe { <$collection>::open_mmap(path) };
                    let Ok(found) = found else {
                        return false;
                    };
                    if trust == Trust::Verified {
                        found.check_invariants();
                    }
                    let other = <$collection>::from_bytes(&others).unwrap();
                    act(found, &other, &other_queries);
                    true
                }),
                open: Box::new(move |changed, trust| {
                    let limit = changed.len() * 2 + 1024;
                    let found = allocates_at_most(limit, || <$collection>::from_bytes(changed));
                    let found = found.ok()?;
                    let mut written = Vec::new();
                    found.write_to(&mut written).unwrap();
                    if trust == Trust::Verified {
                        found.check_invariants();
                    }
                    let other = <$collection>::from_bytes(&bytes).unwrap();
                    act(found, &other, &queries);
                    Some(written)
                }),
            }
        }
    };
}

kind!(set<K>(StaticSet<K, Packed<B>>), K, |found, queries, other| {
    for query in queries {
        let query = borrow::<Query<K, Packed<B>>>(query);
        assert_eq!(found.contains(query), found.get(query).is_some());
    }
    found.contains_batch(queries, &mut vec![false; queries.len()]);
    found.get_batch(queries, &mut vec![None; queries.len()]);
    black_box((found.union(other).count(), found.intersection(other).count()));
    black_box((other.difference(&found).count(), found.symmetric_difference(other).count()));
    black_box((found.is_subset(other), found.is_disjoint(other), found == *other));
    let len = found.len();
    assert_eq!(found.clone().into_iter().rev().count(), len);
    found.into_iter().for_each(|key| drop(black_box(key)));
});

kind!(map<K, V>(StaticMap<K, V, Packed<B>>), (K, V), |found, queries, other| {
    for query in queries {
        let query = borrow::<Query<K, Packed<B>>>(query);
        assert_eq!(found.contains_key(query), found.get(query).is_some());
        black_box(found.get_key_value(query).is_some());
    }
    found.contains_key_batch(queries, &mut vec![false; queries.len()]);
    found.get_batch(queries, &mut vec![None; queries.len()]);
    black_box((found.first_key_value().is_some(), found.last_key_value().is_some()));
    assert_eq!(found.values_slice().len(), found.len());
    black_box(found == *other);
    let mut copy = found.clone();
    for query in queries {
        let query = borrow::<Query<K, Packed<B>>>(query);
        if let (Some(value), Some(at)) = (copy.get_mut(query), found.get(query)) {
            // NaN has no equal.
            let is_odd = |value: &V| value.partial_cmp(value).is_none();
            assert!(value == at || is_odd(at));
        }
    }
    assert_eq!(copy.into_iter().rev().count(), found.len());
    black_box((found.clone().into_keys().count(), found.into_values()));
});

kind!(index<K, V>(StaticIndex<K, V, Packed<B>>), (K, V), |found, queries, other| {
    let mut copy = found.clone();
    for query in queries {
        let query = borrow::<Query<K, Packed<B>>>(query);
        assert_eq!(found.contains_key(query), found.get(query).is_some());
        assert_eq!(found.get_all(query).len(), found.count(query));
        assert_eq!(copy.get_all_mut(query).len(), found.count(query));
    }
    found.contains_key_batch(queries, &mut vec![false; queries.len()]);
    found.get_batch(queries, &mut vec![None; queries.len()]);
    black_box(found == *other);
    black_box((found.clone().into_iter().count(), copy.into_values()));
});

fn words(count: usize) -> Vec<String> {
    (0..count).map(|n| format!("key {}", n * n)).collect()
}

/// Queries among some keys, and beside them.
fn of<K: Clone>(keys: &[K], others: impl IntoIterator<Item = K>) -> Vec<K> {
    let some = keys.iter().step_by(keys.len() / 5 + 1).chain(keys.last());
    some.cloned().chain(others).collect()
}

/// A set of keys, and queries among and beside them.
macro_rules! sets {
    (
        $cases:ident:
        $($name:literal, $B:literal: $keys:expr, $others:expr $(, $prefixes:ident)?;)*
    ) => {
        $({
            let keys: Vec<_> = $keys.collect();
            let queries = of(&keys, $others);
            let prefixes = [$($prefixes as Prefixes<_>,)? none][0];
            $cases.push(set::<_, $B>($name, keys, queries, prefixes));
        })*
    };
}

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    sets! { cases:
        "no keys", 0: (0..0_u32), [0, u32::MAX];
        "u8", 2: (0..9_u8).map(|n| n * 30), [0, 100, 255];
        "i8", 2: (-4..5_i8).map(|n| n * 30), [-128, 3, 127];
        "u16", 3: (0..20_u16).map(|n| n * 3000), [0, 7, u16::MAX];
        "u32 with the greatest", 0: (0..40_u32).map(|n| u32::MAX - n * n), [0, 7];
        "i64", 0: (0..20_i64).map(|n| n * n * n - 999), [i64::MIN, 7, i64::MAX];
        "u128", 0: (0..9_u128).map(|n| n << 120), [7, u128::MAX];
        "i128", 2: (0..9_i128).map(|n| (n - 4) << 100), [i128::MIN, i128::MAX];
        "bool", 2: [false, true].into_iter(), [true];
        "char", 2: "Zeichen größer".chars(), ['a', char::MAX];
        "nonzero", 2: (1..9_u16).map(|n| NonZero::new(n * n).unwrap()), [NonZero::<u16>::MAX];
        "f32", 2: (0..9_i16).map(|n| f32::from(n) - 4.5), [f32::NAN, -0.0];
        "ipv6", 2: (0..7).map(|n| Ipv6Addr::from_bits(n << 99)), [Ipv6Addr::LOCALHOST];
        "tuples", 2: (0..9_u8).map(|n| (Reverse(n / 2), Ipv4Addr::from_bits(n.into()))),
            [(Reverse(3), Ipv4Addr::LOCALHOST)];
        "durations", 2: (0..9_u64).map(|n| Duration::from_millis(n * 300)), [Duration::MAX];
        "options", 2: (0..9_i8).map(|n| NonZero::new(n * n / 2)), [NonZero::new(-1), None];
        "text", 0: words(20).into_iter(), words(3).into_iter().chain(["".into(), "~".into()]),
            prefixes;
        "text in small nodes", 2: words(11).into_iter(), ["".into(), "key 9".into()], prefixes;
        "long text", 2: (0..4).map(|n| "ä".repeat(n * 9)), ["ä".into(), "zz".into()], prefixes;
        "no text", 2: [String::new()].into_iter(), ["a".into()], prefixes;
        "bytes", 2: (0..7).map(|n| vec![n as u8 * 40; n]), [vec![0; 9], vec![255; 3]],
            byte_prefixes;
        "bytes of three", 2: (0..12_u8).map(|n| [1, n / 5, n * 20]), [[0; 3], [1; 3], [255; 3]],
            byte_prefixes;
        "bytes of none", 2: [[0_u8; 0]].into_iter(), [[]];
    }
    let keys: Vec<u32> = (0..30).map(|n| n * n).collect();
    let entries = keys.iter().map(|key| (*key, f64::from(*key)));
    cases.push(map::<_, _, 0>(
        "map",
        entries.collect(),
        of(&keys, [3, u32::MAX]),
        none,
    ));
    let entries = words(9).into_iter().zip(0_i16..);
    cases.push(map::<_, _, 2>(
        "map of text",
        entries.collect(),
        words(3),
        prefixes,
    ));
    let keys: Vec<u64> = (0..20).map(|n| n / 4 * 9).collect();
    let entries = keys.iter().map(|key| (*key, [*key as u8; 3]));
    cases.push(index::<_, _, 2>(
        "index",
        entries.collect(),
        of(&keys, [3, u64::MAX]),
        none,
    ));
    let entries = words(9)
        .into_iter()
        .flat_map(|word| [(word.clone(), 1_u8), (word, 2)]);
    cases.push(index::<_, _, 2>(
        "index of text",
        entries.collect(),
        words(3),
        prefixes,
    ));
    cases.push(index::<[u8; 0], _, 0>(
        "index of nothing",
        vec![([], 7_u8); 9],
        vec![[]],
        none,
    ));
    cases
}
