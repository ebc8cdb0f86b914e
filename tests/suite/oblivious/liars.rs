//! Query types whose order differs from the keys' own order.

use crate::common::ends_within;
use crate::common::maps::{Oblivious, liars};
use leafwise::CacheObliviousMap;
use std::borrow::Borrow;
use std::cmp::Ordering;
use std::ops::Bound::Included;

/// The suite for all maps uses only a few segments.
#[test]
fn lying_queries_on_many_segments() {
    ends_within(300, || liars::integers_below::<Oblivious>(2_500));
}

/// Numbers with the same tens are equal: an order of its own, but not one that lies.
#[repr(transparent)]
#[derive(Debug)]
struct Tens(u32);

impl Borrow<Tens> for u32 {
    fn borrow(&self) -> &Tens {
        // SAFETY: `Tens` is a transparent wrapper of `u32`, and the lifetime is the reference's
        // own.
        unsafe { &*std::ptr::from_ref(self).cast::<Tens>() }
    }
}

impl Ord for Tens {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.0 / 10).cmp(&(other.0 / 10))
    }
}

impl PartialOrd for Tens {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Tens {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Tens {}

/// Many keys equal the query, which never happens in a key's own order. Any of them may be
/// returned, and a search ends at one of them or next to them.
#[test]
fn queries_that_many_keys_equal() {
    for (size, step) in [
        (0, 1),
        (7, 1),
        (60, 1),
        (1_000, 1),
        (5_000, 1),
        (5_000, 7),
        (9_000, 19),
    ] {
        let keys: Vec<u32> = (0..size).step_by(step).collect();
        let map: CacheObliviousMap<u32, u32> = keys.iter().map(|&key| (key, !key)).collect();
        for at in (0..size + 20).step_by(1 + size as usize / 100) {
            let query = &Tens(at);
            let low = keys.partition_point(|key| key / 10 < at / 10);
            let high = keys.partition_point(|key| key / 10 <= at / 10);
            let found = map.get_key_value(query).map(|(key, _)| key / 10);
            assert_eq!(found, (low < high).then_some(at / 10));
            let tens = |entry: Option<(&u32, &u32)>| entry.map(|(key, _)| key / 10);
            let behind = map.upper_bound(Included(query));
            assert_eq!(behind.peek_next().map(|entry| entry.0), keys.get(high));
            assert!(tens(map.floor(query)) <= Some(at / 10));
            assert!(tens(map.ceiling(query)).is_none_or(|ten| ten >= at / 10));
            let mut copy = map.clone();
            let removed = copy.remove_range::<Tens, _>((Included(query), Included(query)));
            assert!(removed <= high - low && copy.len() + removed == keys.len());
            copy.check_invariants();
            let behind = copy.split_off(query);
            assert!(behind.keys().all(|key| key / 10 >= at / 10));
            copy.check_invariants();
            behind.check_invariants();
        }
    }
}
