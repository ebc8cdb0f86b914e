//! Honest integer keys, searched for with queries that lie.

use super::{Kind, Map, MapCursor, MapCursorMut, OrderedMap};
use crate::common::Doing;
use crate::common::ledger::{LIES, Liar, answer, tolerate};
use crate::common::random::XorShift;
use std::hint::black_box;
use std::ops::Bound::{Excluded, Included, Unbounded};

/// Any answer is right that leaves the map valid.
pub(crate) fn integers<T: Kind>() {
    integers_below::<T>(150);
}

/// Uses keys below a limit, up to a twelfth of them inserted per step.
pub(crate) fn integers_below<T: Kind>(limit: u32) {
    for (seed, manner) in (1..8).flat_map(|seed| LIES.map(|manner| (seed, manner))) {
        let mut random = XorShift::new(seed);
        let mut map: Map<u32, u32, T> = <Map<u32, u32, T>>::default();
        for step in 0..40 {
            for _ in 0..random.below(u64::from(limit) / 12) {
                let key = random.below(limit.into()) as u32;
                map.insert(key, !key);
            }
            answer(manner, random.next());
            let at = random.below(limit.into()) as u32;
            let _doing = Doing(format_args!(
                "{manner:?}, seed {seed}, step {step}, at {at}"
            ));
            let before = map.len();
            tolerate(|| ask::<T>(&mut map, at, random.below(14)));
            assert!(map.len() <= before, "a removal or a look-up adds entries");
            assert!(
                map.iter().all(|(key, value)| *value == !key),
                "keys and values are mixed up"
            );
            assert_eq!(map.iter().rev().count(), map.len());
            // Any of the entries may have been removed. The rest is in order, since nothing moved.
            map.check_invariants();
        }
    }
}

/// Makes one call with the lying query.
fn ask<T: Kind>(map: &mut Map<u32, u32, T>, at: u32, call: u64) {
    let (query, end) = (&Liar(at), &Liar(at + 20));
    match call {
        0 => {
            black_box(map.get(query).copied());
        }
        1 => {
            black_box(map.get_key_value(query).is_some() | map.contains_key(query));
        }
        2 => {
            black_box(map.get_mut(query).is_some());
        }
        3 => {
            black_box(map.remove(query));
        }
        4 => {
            black_box(map.remove_entry(query));
        }
        5 => {
            black_box(
                map.range::<Liar, _>((Included(query), Excluded(end)))
                    .count(),
            );
        }
        6 => {
            black_box(
                map.range::<Liar, _>((Excluded(query), Unbounded))
                    .rev()
                    .count(),
            );
        }
        7 => {
            black_box(
                map.range_mut::<Liar, _>((Unbounded, Included(query)))
                    .count(),
            );
        }
        8 => {
            black_box(map.remove_range::<Liar, _>((Excluded(query), Excluded(end))));
        }
        9 => {
            black_box(map.floor(query).is_some() | map.lower(query).is_some());
            black_box(map.ceiling(query).is_some() | map.higher(query).is_some());
        }
        10 => {
            let mut cursor = map.lower_bound_mut(Excluded(query));
            cursor.remove_next();
            cursor.remove_prev();
        }
        11 => {
            let mut cursor = map.upper_bound(Included(query));
            while cursor.prev().is_some() {}
        }
        12 => {
            black_box(
                map.range_checked::<Liar, _>((Included(end), Included(query)))
                    .is_ok(),
            );
            let count = map.count_range::<Liar, _>((Excluded(query), Unbounded));
            assert!(count <= map.len());
        }
        _ => {
            let mut rest = map.split_off(query);
            assert!(rest.iter().all(|(key, value)| *value == !key));
            if rest.len() > map.len() {
                std::mem::swap(map, &mut rest);
            }
        }
    }
}
