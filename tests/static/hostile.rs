//! Users' types that lie: orders whose answers are random or cyclic, and keys and bounds that
//! differ each time they are read. Results may be wrong, but memory stays sound, and every rank is
//! within the collection.

use std::borrow::Borrow;
use std::cell::Cell;
use std::ops::{Bound, Range};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use leafwise::static_collections::{Arrangement, ByOrd, KeyRange, Packed, Query};
use leafwise::{StaticIndex, StaticMap, StaticSet};

use crate::common::ledger::{LIES, Manner, Tracked, answer, restart_comparisons, settle};
use crate::common::random::XorShift;
use crate::keys::{Shown, ragged, random};

type Set = StaticSet<Tracked, ByOrd>;
type Map = StaticMap<Tracked, Tracked, ByOrd>;
type Index = StaticIndex<Tracked, u32, ByOrd>;

/// Runs `body`. Sorting may detect that an order is not total, and ranges may be called invalid.
fn tolerate<T>(body: impl FnOnce() -> T) -> Option<T> {
    restart_comparisons();
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(result) => Some(result),
        Err(payload) => {
            let text = payload.downcast_ref::<String>().cloned();
            let text = text.or_else(|| payload.downcast_ref::<&str>().map(|text| text.to_string()));
            match text {
                Some(text) if text.contains("range start") || text.contains("total order") => None,
                _ => resume_unwind(payload),
            }
        }
    }
}

fn keys(count: u32) -> impl Iterator<Item = Tracked> {
    (0..count).map(|n| Tracked::new(n * 37 % 101))
}

fn assert_within(positions: &Range<usize>, len: usize) {
    assert!(
        positions.start <= positions.end && positions.end <= len,
        "{positions:?} of {len}"
    );
}

fn look_up_in(index: &Index, queries: &[Tracked]) {
    let len = index.len();
    for pair in queries.windows(2) {
        let [left, right] = pair else { continue };
        assert!(index.rank(left) <= len && index.rank_upper(left) <= len);
        assert_within(&index.equal_range(left), len);
        assert!(index.count(left) <= len && index.get_all(left).len() <= len);
        let _ = (index.get(left), index.contains_key(left), index.floor(left));
        let _ = (index.ceiling(left), index.lower(left), index.higher(left));
        tolerate(|| assert!(index.range(left..right).count() <= len));
        tolerate(|| assert!(index.range(left..=right).rev().count() <= len));
        if let Ok(range) = index.range_checked((Bound::Excluded(left), Bound::Included(right))) {
            assert!(
                range
                    .map(|(key, _)| key.number())
                    .filter(|n| *n < 101)
                    .count()
                    <= len
            );
        }
    }
    let mut ranks = vec![usize::MAX; queries.len()];
    index.rank_batch(queries, &mut ranks);
    assert!(ranks.iter().all(|rank| *rank <= len));
    index.rank_upper_batch(queries, &mut ranks);
    assert!(ranks.iter().all(|rank| *rank <= len));
    index.contains_key_batch(queries, &mut vec![false; queries.len()]);
    index.get_batch(queries, &mut vec![None; queries.len()]);
    let ranges: Vec<_> = queries.iter().map(|query| ..=query).collect();
    let mut positions = vec![0..0; ranges.len()];
    index.range_batch(&ranges, &mut positions);
    positions
        .iter()
        .for_each(|positions| assert_within(positions, len));
    let ranges: Vec<_> = queries.windows(2).map(|pair| &pair[0]..&pair[1]).collect();
    for range in ranges {
        let mut positions = vec![0..0; 1];
        tolerate(|| index.range_batch(&[range], &mut positions));
        assert_within(&positions[0], len);
    }
}

#[test]
fn lying_orders() {
    for manner in LIES {
        for seed in 1..15_u32 {
            let count = seed * seed % 130;
            let queries: Vec<Tracked> = keys(20).collect();
            // Built in order, and then searched by another.
            answer(Manner::Honest, 0);
            let index: Index = keys(count).zip(0..).collect();
            answer(manner, seed.into());
            look_up_in(&index, &queries);
            tolerate(|| index.clone().cmp(&index));
            assert_eq!(index.into_iter().count(), count as usize);
            // Built by no order at all.
            if let Some(index) = tolerate(|| keys(count).zip(0..).collect::<Index>()) {
                assert_eq!(index.len(), count as usize);
                look_up_in(&index, &queries);
            }
            if let Some(set) = tolerate(|| keys(count).collect::<Set>()) {
                assert!(set.len() <= count as usize && set.iter().count() == set.len());
                let _ = (set.get(&queries[0]), set.contains(&queries[1]));
                set.get_batch(&queries, &mut vec![None; queries.len()]);
            }
            if let Some(map) = tolerate(|| keys(count).zip(keys(count)).collect::<Map>()) {
                assert_eq!(map.values_slice().len(), map.len());
                assert!(
                    map.get(&queries[0])
                        .is_none_or(|value| value.number() < 101)
                );
                drop(tolerate(|| map.thaw()));
            }
            drop(Set::from_sorted_iter(keys(count)));
            drop(Map::from_sorted_iter(keys(count).zip(keys(count))));
            let slice: Vec<Tracked> = keys(count).collect();
            drop(Set::from_sorted_slice(&slice));
            drop((slice, queries));
            answer(Manner::Honest, 0);
            settle(0);
        }
    }
}

/// A key that differs each time it is read.
struct Fickle<'a, K> {
    keys: &'a [K],
    calls: &'a Cell<usize>,
}

impl<K> Fickle<'_, K> {
    fn next(&self) -> &K {
        let call = self.calls.get();
        self.calls.set(call + 1);
        &self.keys[(call * 7 + call / 3) % self.keys.len()]
    }
}

macro_rules! fickle {
    ($($key:ty as $query:ty),*) => {$(
        impl Borrow<$query> for Fickle<'_, $key> {
            fn borrow(&self) -> &$query {
                self.next()
            }
        }

        impl KeyRange<$query> for FickleBounds<'_, $key> {
            fn start(&self) -> Bound<&$query> {
                self.bound()
            }

            fn end(&self) -> Bound<&$query> {
                self.bound()
            }
        }
    )*};
}

fickle!(
    u32 as u32,
    u64 as u64,
    i8 as i8,
    String as str,
    [u8; 9] as [u8; 9]
);

/// Bounds that are unbounded when they are checked, and differ each time after.
struct FickleBounds<'a, K> {
    fickle: Fickle<'a, K>,
    asked: Cell<usize>,
}

impl<'a, K> FickleBounds<'a, K> {
    fn bound<Q: ?Sized>(&self) -> Bound<&Q>
    where
        Fickle<'a, K>: Borrow<Q>,
    {
        self.asked.set(self.asked.get() + 1);
        let key = self.fickle.borrow();
        match self.fickle.calls.get() * 5 % 7 {
            _ if self.asked.get() <= 2 => Bound::Unbounded,
            0 => Bound::Unbounded,
            1..4 => Bound::Included(key),
            _ => Bound::Excluded(key),
        }
    }
}

fn query_changing_keys<K, A>(universe: &[K], sizes: &[usize])
where
    K: Shown<A>,
    A: Arrangement<K>,
    for<'a> Fickle<'a, K>: Borrow<Query<K, A>>,
    for<'a> FickleBounds<'a, K>: KeyRange<Query<K, A>>,
{
    for &size in sizes {
        let keys = universe[..size].iter().cloned();
        let map: StaticMap<K, usize, A> = keys.clone().zip(0..).collect();
        let set: StaticSet<K, A> = keys.collect();
        let len = set.len();
        for start in 0..25 {
            let calls = Cell::new(start);
            let count = 1 + start * 7 % 90;
            let fickle = || Fickle {
                keys: universe,
                calls: &calls,
            };
            let queries: Vec<_> = (0..count).map(|_| fickle()).collect();
            let mut ranks = vec![usize::MAX; count];
            set.rank_batch(&queries, &mut ranks);
            assert!(ranks.iter().all(|rank| *rank <= len));
            set.rank_upper_batch(&queries, &mut ranks);
            assert!(ranks.iter().all(|rank| *rank <= len));
            set.contains_batch(&queries, &mut vec![false; count]);
            let mut found = vec![None; count];
            set.get_batch(&queries, &mut found);
            for shown in found.into_iter().flatten() {
                assert!(set.contains(K::own(shown).ask()), "a key that is not there");
            }
            let mut values = vec![None; count];
            map.get_batch(&queries, &mut values);
            assert!(
                values
                    .into_iter()
                    .flatten()
                    .all(|value| *value < universe.len())
            );
            let bounds = || FickleBounds {
                fickle: fickle(),
                asked: Cell::new(0),
            };
            let ranges: Vec<_> = (0..count).map(|_| bounds()).collect();
            let mut positions = vec![0..0; count];
            set.range_batch(&ranges, &mut positions);
            positions
                .iter()
                .for_each(|positions| assert_within(positions, len));
            tolerate(|| set.range_batch(&ranges, &mut positions));
            positions
                .iter()
                .for_each(|positions| assert_within(positions, len));
            if let Ok(range) = set.range_checked(bounds()) {
                assert!(range.count() <= len);
            }
        }
    }
}

#[test]
fn keys_and_bounds_may_change() {
    let mut integers = random(3_000, 1, |bits| ragged(bits) as u32);
    integers.extend([0, u32::MAX, u32::MAX, 1]);
    query_changing_keys::<u32, Packed>(&integers, &[0, 1, 16, 17, 400, 3_004]);
    query_changing_keys::<u32, Packed>(&random(40_000, 2, |bits| bits as u32), &[8, 40_000]);
    let mut random = XorShift::new(9);
    let text = |_| "q".repeat(random.below(12) as usize) + &format!("{}", random.below(70));
    let mut texts: Vec<String> = (0..900).map(text).collect();
    texts.extend(["", "\u{10FFFF}", "zzz"].map(String::from));
    query_changing_keys::<String, Packed>(&texts, &[0, 1, 9, 100, 903]);
    // All of these share a prefix, which some of the others do not have.
    texts.sort_by_key(|text| !text.starts_with("qqq"));
    query_changing_keys::<String, Packed>(&texts, &[5, 90]);
    query_changing_keys::<u32, ByOrd>(&integers, &[0, 100]);
}

/// A borrow that panics in the middle of a batch leaves the results before it.
#[test]
fn a_borrow_that_panics() {
    struct Panics<'a>(&'a Cell<usize>);

    impl Borrow<u32> for Panics<'_> {
        fn borrow(&self) -> &u32 {
            assert_ne!(self.0.get(), 0, "on purpose");
            self.0.set(self.0.get() - 1);
            &7
        }
    }

    let set: StaticSet<u32> = (0..10_000).collect();
    for calls in (0..100).step_by(9) {
        let left = Cell::new(calls);
        let queries: Vec<Panics<'_>> = (0..100).map(|_| Panics(&left)).collect();
        let mut ranks = vec![0; 100];
        let result = catch_unwind(AssertUnwindSafe(|| set.rank_batch(&queries, &mut ranks)));
        assert!(result.is_err() && ranks.iter().all(|rank| [0, 7].contains(rank)));
    }
    set.check_invariants();
}
