//! Keys and values of unusual kinds: counted, zero-sized, over-aligned.

use super::{Kind, Map, OrderedMap};
use crate::common::ledger::{Tracked, live, settle};
use std::cell::Cell;

/// Checks that every entry is dropped once, however it leaves the map.
pub(crate) fn drop_counts<T: Kind>() {
    let build =
        || -> Map<u32, Tracked, T> { (0..100).rev().map(|key| (key, Tracked::new(key))).collect() };
    let counts = |left: usize, name: &str| {
        assert_eq!(live(), left, "{name}");
        settle(left);
    };
    drop(build());
    counts(0, "drop");
    let mut map = build();
    map.insert(3, Tracked::new(0));
    assert_eq!(live(), 100, "an overwritten value is returned and dropped");
    drop((map.remove(&5), map.pop_first(), map.pop_last()));
    assert_eq!(live(), 97);
    map.retain(|key, _| key % 2 == 0);
    assert_eq!(live(), map.len());
    map.remove_range(10..20);
    assert_eq!(live(), map.len());
    drop(map.extract_if(.., |key, _| *key < 30).next());
    assert_eq!(live(), map.len());
    drop(map.split_off(&60));
    assert_eq!(live(), map.len());
    map.append(&mut build());
    assert_eq!((live(), map.len()), (100, 100));
    let copy = map.clone();
    assert_eq!(live(), 200);
    map.clear();
    assert_eq!(live(), 100);
    let mut iter = copy.into_iter();
    drop((iter.next(), iter.next_back(), iter.nth(7)));
    assert_eq!(live(), 90);
    drop(iter);
    counts(0, "into_iter");
    drop(build().into_keys());
    drop(build().into_values().next_back());
    counts(0, "into_keys and into_values");
}

thread_local! {
    static EMPTY_DROPS: Cell<usize> = const { Cell::new(0) };
}

/// Zero-sized, but with a `Drop` implementation.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Empty;

impl Drop for Empty {
    fn drop(&mut self) {
        EMPTY_DROPS.set(EMPTY_DROPS.get() + 1);
    }
}

pub(crate) fn zero_sized<T: Kind>() {
    EMPTY_DROPS.set(0);
    let mut map: Map<u32, Empty, T> = (0..1_000).map(|key| (key, Empty)).collect();
    assert_eq!(EMPTY_DROPS.get(), 0);
    assert!((0..500).all(|key| map.remove(&key).is_some()));
    assert_eq!(EMPTY_DROPS.get(), 500);
    map.check_invariants();
    drop(map);
    assert_eq!(EMPTY_DROPS.get(), 1_000);

    let mut unit: Map<(), (), T> = <Map<(), (), T>>::default();
    assert_eq!(
        (unit.insert((), ()), unit.insert((), ()), unit.len()),
        (None, Some(()), 1)
    );
    assert_eq!((unit.range(()..).count(), unit.range(..()).count()), (1, 0));
    assert_eq!(
        (unit.floor(&()), unit.higher(&())),
        (Some((&(), &())), None)
    );
    unit.check_invariants();
    assert_eq!((unit.pop_last(), unit.pop_last()), (Some(((), ())), None));

    let mut keys: Map<Empty, String, T> = <Map<Empty, String, T>>::default();
    assert_eq!(keys.insert(Empty, "first".into()), None);
    assert_eq!(
        keys.insert(Empty, "second".into()).as_deref(),
        Some("first")
    );
    assert_eq!(keys.remove(&Empty).as_deref(), Some("second"));
}

/// Aligned to a page.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(align(4096))]
pub(crate) struct Page(pub(crate) u32);

/// Aligned and zero-sized.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(align(128))]
pub(crate) struct AlignedNothing;

pub(crate) fn over_aligned<T: Kind>() {
    fn look<T>(item: &T) {
        assert_eq!(
            std::ptr::from_ref(item).addr() % align_of::<T>(),
            0,
            "misaligned"
        );
    }
    let mut pages: Map<Page, u8, T> = (0..70).map(|key| (Page(key), 1)).collect();
    pages.retain(|key, _| key.0 % 3 != 0);
    pages
        .iter()
        .for_each(|(key, value)| (look(key), look(value)).0);
    pages.check_invariants();
    pages.shrink_to_fit();
    pages.clone().iter().for_each(|(key, _)| look(key));

    let mut mixed: Map<u8, Page, T> = (0..70).map(|key| (key, Page(0))).collect();
    mixed.iter_mut().for_each(|(key, value)| {
        look(value);
        value.0 = u32::from(*key);
    });
    assert!(mixed.iter().all(|(key, value)| u32::from(*key) == value.0));
    mixed.values().for_each(look);

    let nothing: Map<u16, AlignedNothing, T> = (0..300).map(|key| (key, AlignedNothing)).collect();
    nothing.values().for_each(look);
    nothing.check_invariants();
    let one: Map<AlignedNothing, u64, T> = [(AlignedNothing, 7)].into_iter().collect();
    one.iter()
        .for_each(|(key, value)| (look(key), look(value)).0);
    assert_eq!(one.get(&AlignedNothing), Some(&7));
}
