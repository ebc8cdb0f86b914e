//! Look-ups allocate nothing, single or in batches, and neither do empty collections.
//!
//! A separate suite, since it counts the allocations of the whole program.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::hint::black_box;
use std::ops::Range;

use leafwise::static_collections::{ByOrd, Packed, Simd};
use leafwise::{StaticIndex, StaticMap, StaticSet};

struct Counting;

thread_local! {
    static CALLS: Cell<usize> = const { Cell::new(0) };
}

fn count() {
    CALLS.with(|calls| calls.set(calls.get() + 1));
}

// SAFETY: every call is passed on to `System` unchanged, and counting does not allocate.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller keeps `GlobalAlloc`'s contract, which is that of `System`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller keeps `GlobalAlloc`'s contract, which is that of `System`.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, address: *mut u8, layout: Layout) {
        // SAFETY: `address` came from `System` with this layout.
        unsafe { System.dealloc(address, layout) }
    }

    unsafe fn realloc(&self, address: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        // SAFETY: `address` came from `System` with this layout; the size is the caller's promise.
        unsafe { System.realloc(address, layout, size) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// Asserts that a call does not allocate on this thread.
#[track_caller]
fn allocates_nothing<T>(call: impl FnOnce() -> T) {
    let before = CALLS.with(Cell::get);
    black_box(call());
    assert_eq!(CALLS.with(Cell::get) - before, 0, "allocations");
}

#[test]
fn allocations_are_counted() {
    let before = CALLS.with(Cell::get);
    drop(black_box(vec![1, 2, 3]));
    assert!(CALLS.with(Cell::get) > before);
}

#[test]
fn empty_collections() {
    allocates_nothing(StaticSet::<u32>::new);
    allocates_nothing(StaticSet::<String>::new);
    allocates_nothing(StaticMap::<[u8; 9], String>::new);
    allocates_nothing(StaticIndex::<u64, u64, Packed<2>>::default);
    allocates_nothing(StaticMap::<String, u64, ByOrd>::default);
    allocates_nothing(|| StaticSet::<u32>::new().clone().into_iter().next());
    allocates_nothing(|| StaticSet::<u32>::from_sorted_slice(&[]).map(|set| set.len()));
}

/// All look-ups of an index, which include those of the others. A key type must be `Copy`, like its
/// query.
macro_rules! look_up {
    ($index:expr, $queries:expr, $set:expr) => {{
        let (index, queries, set) = (&$index, &$queries, &$set);
        let ranges: Vec<_> = queries
            .windows(2)
            .map(|pair| pair[0].min(pair[1])..)
            .collect();
        let mut ranks = vec![0; queries.len()];
        let mut found = vec![false; queries.len()];
        let mut values = vec![None; queries.len()];
        let mut keys = vec![None; queries.len()];
        let mut positions = vec![Range::default(); ranges.len()];
        // The processor's instruction sets are detected only once.
        black_box(Simd::detect());
        for query in queries {
            allocates_nothing(|| (index.rank(query), index.rank_upper(query)));
            allocates_nothing(|| (index.equal_range(query), index.count(query)));
            allocates_nothing(|| (index.floor(query), index.ceiling(query)));
            allocates_nothing(|| (index.lower(query), index.higher(query)));
            allocates_nothing(|| (index.get(query), index.get_key_value(query)));
            allocates_nothing(|| index.get_all(query).len());
            allocates_nothing(|| (index.contains_key(query), set.contains(query)));
            allocates_nothing(|| (set.get(query), index.select(3), set.select(7)));
            allocates_nothing(|| (index.first(), index.last()));
            allocates_nothing(|| index.range(*query..).next());
            allocates_nothing(|| index.iter().rev().nth(5));
        }
        allocates_nothing(|| index.iter().zip(index.keys()).zip(set).count());
        for simd in Simd::available() {
            allocates_nothing(|| index.rank_batch_with(simd, queries, &mut ranks));
        }
        allocates_nothing(|| index.rank_batch(queries, &mut ranks));
        allocates_nothing(|| index.rank_upper_batch(queries, &mut ranks));
        allocates_nothing(|| index.contains_key_batch(queries, &mut found));
        allocates_nothing(|| index.get_batch(queries, &mut values));
        allocates_nothing(|| set.get_batch(queries, &mut keys));
        allocates_nothing(|| index.range_batch(&ranges, &mut positions));
    }};
}

#[test]
fn look_ups_of_integers() {
    let numbers: Vec<u32> = (0..50_000).map(|n| n * 77 % 65_536).collect();
    let index: StaticIndex<u32, u32> = numbers.iter().map(|n| (n % 9_000, *n)).collect();
    let set: StaticSet<u32> = numbers.iter().copied().collect();
    look_up!(index, numbers[..700], set);
}

#[test]
fn look_ups_by_ord() {
    let numbers: Vec<u64> = (0..5_000).map(|n| n * 77 % 65_536).collect();
    let index: StaticIndex<u64, u64, ByOrd> = numbers.iter().map(|n| (n % 900, *n)).collect();
    let set: StaticSet<u64, ByOrd> = numbers.iter().copied().collect();
    look_up!(index, numbers[..300], set);
}

#[test]
fn look_ups_of_strings() {
    let texts: Vec<String> = (0..5_000)
        .map(|n| format!("text {:06}", n * 77 % 9_000))
        .collect();
    let map: StaticMap<String, usize> = texts.iter().cloned().zip(0..).collect();
    let queries: Vec<&str> = texts[..300].iter().map(String::as_str).collect();
    let mut ranks = vec![0; queries.len()];
    let mut values = vec![None; queries.len()];
    for query in &queries {
        allocates_nothing(|| (map.rank(query), map.get(query), map.floor(query)));
        allocates_nothing(|| (map.get_key_value(query), map.equal_range(query)));
    }
    allocates_nothing(|| {
        map.iter()
            .map(|(key, value)| key.len() + value)
            .sum::<usize>()
    });
    for simd in Simd::available() {
        allocates_nothing(|| map.rank_batch_with(simd, &queries, &mut ranks));
    }
    allocates_nothing(|| map.get_batch(&queries, &mut values));
}
