//! Cursors and extractions that are used again after a drop has panicked during one of their calls.
//!
//! The drop of a separator panics, after the nodes have changed. By then the cursor must know its
//! gap, or it would read a leaf that is freed.

use std::cell::Cell;
use std::ops::Bound;
use std::panic::{AssertUnwindSafe, catch_unwind};

use leafwise::BPlusTreeMap;
use leafwise::layout::StructOfArrays;
use leafwise::store::{Heap, Slab, Store};

thread_local!(static ARMED: Cell<bool> = const { Cell::new(false) });

/// A key whose drop panics once when armed.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Fuse(Box<u64>);

impl Drop for Fuse {
    fn drop(&mut self) {
        if ARMED.replace(false) {
            panic!("the drop of a key");
        }
    }
}

fn key(number: u64) -> Fuse {
    Fuse(Box::new(number))
}

type Map<S, const LEAF: usize> = BPlusTreeMap<Fuse, u64, S, StructOfArrays<LEAF, 4>>;

fn map<S: Store, const LEAF: usize>(len: u64) -> Map<S, LEAF> {
    (0..len).map(|number| (key(number * 10), number)).collect()
}

/// Runs `act` with the next drop of a key armed, and returns whether that drop happened.
fn armed(act: impl FnOnce()) -> bool {
    ARMED.set(true);
    let panicked = catch_unwind(AssertUnwindSafe(act)).is_err();
    ARMED.set(false);
    panicked
}

/// Removes with every drop armed, and walks on with the same cursor.
fn removes<S: Store>(forward: bool) {
    let mut panics = 0;
    for start in 0..40 {
        let mut map = map::<S, 2>(40);
        let first = key(start * 10);
        let mut cursor = map.lower_bound_mut(Bound::Included(&first));
        for _ in 0..40 {
            // The entry is kept until nothing is armed: only a separator is dropped here.
            let mut kept = None;
            panics += u32::from(armed(|| {
                kept = if forward {
                    cursor.remove_next()
                } else {
                    cursor.remove_prev()
                };
            }));
            drop(kept);
            let seen = cursor.peek_next().map(|(key, _)| *key.0);
            assert!(seen.is_none_or(|seen| seen % 10 == 0));
            let seen = cursor.peek_prev().map(|(key, _)| *key.0);
            assert!(seen.is_none_or(|seen| seen % 10 == 0));
        }
        map.check_invariants();
    }
    assert!(panics > 0, "no separator was dropped");
}

#[test]
fn a_cursor_survives_removals() {
    removes::<Heap>(true);
    removes::<Heap>(false);
    removes::<Slab>(true);
    removes::<Slab>(false);
}

#[test]
fn an_extraction_survives() {
    let mut map = map::<Heap, 2>(60);
    let mut panics = 0;
    let mut extraction = map.extract_if(.., |_, number| *number % 4 != 0);
    for _ in 0..60 {
        let mut kept = None;
        panics += u32::from(armed(|| kept = extraction.next()));
        drop(kept);
    }
    drop(extraction);
    assert!(panics > 0, "no separator was dropped");
    map.check_invariants();
}

/// Inserts where redistribution with a sibling replaces a separator, whose drop panics.
fn inserts<S: Store>() {
    let mut panics = 0;
    for at in 0..240 {
        let mut map = map::<S, 8>(24);
        for number in 1..8 {
            map.remove(&key(number * 10));
        }
        let new = key(at);
        if at % 10 == 0 {
            continue;
        }
        let mut cursor = map.lower_bound_mut(Bound::Included(&new));
        let inserted = new.clone();
        panics += u32::from(armed(|| cursor.insert_after(inserted, 0).unwrap()));
        assert_eq!(cursor.peek_next().map(|(key, _)| *key.0), Some(at));
        let before = cursor.peek_prev().map(|(key, _)| *key.0);
        assert!(before.is_none_or(|before| before < at));
        cursor.remove_prev();
        map.check_invariants();
    }
    assert!(panics > 0, "no separator was replaced");
}

#[test]
fn a_cursor_survives_inserts() {
    inserts::<Heap>();
    inserts::<Slab>();
}

#[test]
fn a_full_root_leaf_is_shrunk_too() {
    let mut map: BPlusTreeMap<u64, u64> = (0..100_000).map(|number| (number, number)).collect();
    map.remove_range(64..);
    map.shrink_to_fit();
    assert_eq!(map.len(), 64);
    assert!(map.memory_usage() < 2_000, "{} bytes", map.memory_usage());
    map.check_invariants();
}
