//! Trees that several threads build and merge, against the same by one thread: the same entries,
//! and of equal ones the same key and the same value. Then user code panics or lies.

use crate::common::Doing;
use crate::common::random::XorShift;
use crate::parallel::pool;
use leafwise::layout::{ArrayOfStructs, LeafLayout, StructOfArrays};
use leafwise::store::{Heap, Slab, Store};
use leafwise::{BPlusIndex, BPlusTreeMap, BPlusTreeSet, CacheObliviousMap};
use rayon::prelude::*;
use std::cmp::Ordering;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed};

/// A number and a mark, by which equal numbers are distinguished.
#[derive(Clone, Copy, Debug)]
struct Marked(u32, u32);

impl Ord for Marked {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}

impl PartialOrd for Marked {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Marked {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Eq for Marked {}

impl Marked {
    fn shown(&self) -> (u32, u32) {
        (self.0, self.1)
    }
}

/// Numbers in random order, with marks that count them. Vectors of distinct entries end at
/// multiples of 4096: there are equal numbers around these, up to a whole vector of them.
fn inputs() -> Vec<Vec<Marked>> {
    let mut random = XorShift::new(5);
    let mut inputs = Vec::new();
    for (size, times) in [
        (0, 1),
        (1, 1),
        (40, 3),
        (4096, 1),
        (4097, 7),
        (13_000, 10_000),
        (20_000, 2),
        (17_000, 1),
    ] {
        let mut numbers: Vec<u32> = (0..size).map(|at| at / times).collect();
        random.shuffle(&mut numbers);
        inputs.push(numbers.into_iter().zip(0..).map(mark).collect());
    }
    inputs
}

fn mark((number, mark): (u32, u32)) -> Marked {
    Marked(number, mark)
}

fn builds_like_one_thread<S: Store, L: LeafLayout>() {
    type Map<S, L> = BPlusTreeMap<Marked, u32, S, L>;
    let all = |map: &Map<S, L>| -> Vec<_> {
        map.check_invariants();
        map.iter()
            .map(|(key, value)| (key.shown(), *value))
            .collect()
    };
    for input in inputs() {
        let _doing = Doing(format_args!("{} entries", input.len()));
        let entries: Vec<_> = input.iter().map(|&key| (key, key.1)).collect();
        let mut one: Map<S, L> = entries.iter().copied().collect();
        let mut several: Map<S, L> = entries.par_iter().copied().collect();
        assert_eq!(all(&several), all(&one));
        // Enough to build the tree anew, and to keep what it has.
        let more = input
            .iter()
            .map(|key| (Marked(key.0 + 2, key.1 + 1), !key.1));
        one.extend(more.clone());
        several.par_extend(more.collect::<Vec<_>>());
        assert_eq!(all(&several), all(&one));
    }
}

fn sets_and_indexes_build_like_one_thread<S: Store, L: LeafLayout>() {
    for input in inputs() {
        let _doing = Doing(format_args!("{} entries", input.len()));
        let more: Vec<_> = input.iter().map(|key| Marked(key.0 + 2, !key.1)).collect();

        let mut one: BPlusTreeSet<Marked, S, L> = input.iter().copied().collect();
        let mut several: BPlusTreeSet<Marked, S, L> = input.par_iter().copied().collect();
        let shown = |set: &BPlusTreeSet<Marked, S, L>| -> Vec<_> {
            set.check_invariants();
            set.iter().map(Marked::shown).collect()
        };
        assert_eq!(shown(&several), shown(&one));
        one.extend(more.iter().copied());
        several.par_extend(more.clone());
        assert_eq!(shown(&several), shown(&one));

        // Both the key and the value are marked, and both decide.
        let pair = |at: &Marked| (Marked(at.0 / 20, at.1), Marked(at.0, at.1));
        let mut one: BPlusIndex<Marked, Marked, S, L> = input.iter().map(pair).collect();
        let mut several: BPlusIndex<Marked, Marked, S, L> = input.par_iter().map(pair).collect();
        let shown = |index: &BPlusIndex<Marked, Marked, S, L>| -> Vec<_> {
            index.check_invariants();
            index
                .iter()
                .map(|(key, value)| (key.shown(), value.shown()))
                .collect()
        };
        assert_eq!(shown(&several), shown(&one));
        one.extend(more.iter().map(pair));
        several.par_extend(more.par_iter().map(pair));
        assert_eq!(shown(&several), shown(&one));

        let (mut one_more, mut several_more) = (one.clone(), several.clone());
        one_more.remove_range(..Marked(100, 0));
        several_more.remove_range(..Marked(100, 0));
        one.append(&mut one_more);
        several.par_append(&mut several_more);
        assert!(several_more.is_empty());
        assert_eq!(shown(&several), shown(&one));
    }
}

/// The numbers in two trees: enough to build a tree anew of both, or too few for that.
fn overlaps() -> [(&'static str, Vec<u32>, Vec<u32>); 9] {
    let mut random = XorShift::new(9);
    let mut drawn = |count: u32, below: u64| -> Vec<u32> {
        (0..count).map(|_| random.below(below) as u32).collect()
    };
    [
        ("random", drawn(20_000, 90_000), drawn(20_000, 90_000)),
        ("equal", (0..15_000).collect(), (0..15_000).collect()),
        (
            "alternating",
            evens(15_000),
            evens(12_000).iter().map(|n| n + 1).collect(),
        ),
        (
            "inside",
            (0..11_000).chain(90_000..99_000).collect(),
            (20_000..40_000).collect(),
        ),
        (
            "around",
            (20_000..40_000).collect(),
            (0..11_000).chain(90_000..99_000).collect(),
        ),
        ("many into few", drawn(300, 50_000), drawn(30_000, 50_000)),
        ("few into many", drawn(30_000, 50_000), drawn(300, 50_000)),
        ("after", (0..15_000).collect(), (15_000..30_000).collect()),
        ("into none", Vec::new(), (0..15_000).collect()),
    ]
}

fn evens(count: u32) -> Vec<u32> {
    (0..count).map(|at| at * 2).collect()
}

/// A macro, as the maps have these methods in common, but no trait.
macro_rules! merges_like_one_thread {
    ($map:ty) => {
        for (name, ours, theirs) in overlaps() {
            let _doing = Doing(format_args!("{name}"));
            let made = |numbers: &[u32], mark: u32| -> $map {
                let mut map = <$map>::default();
                // One by one, so that leaves are unevenly full.
                for &number in numbers {
                    map.insert(Marked(number, mark), u64::from(number + mark));
                }
                map
            };
            let all = |map: &$map| -> Vec<_> {
                map.check_invariants();
                map.iter()
                    .map(|(key, &value)| (key.shown(), value))
                    .collect()
            };
            let (mut one, mut other) = (made(&ours, 1), made(&theirs, 2));
            one.append(&mut other);
            let (mut several, mut other) = (made(&ours, 1), made(&theirs, 2));
            several.par_append(&mut other);
            assert!(other.is_empty());
            assert_eq!(all(&several), all(&one));

            let conflict = |key: &Marked, our: u64, their: u64| our * 3 + their + u64::from(key.1);
            let mut one = made(&ours, 1);
            one.merge(made(&theirs, 2), conflict);
            let mut several = made(&ours, 1);
            several.par_merge(made(&theirs, 2), conflict);
            assert_eq!(all(&several), all(&one));
            several.insert(Marked(7_777, 0), 1);
            several.remove(&Marked(300, 0));
            several.check_invariants();
        }
    };
}

#[test]
fn slab_arrays_default() {
    pool(4).install(|| {
        builds_like_one_thread::<Slab, StructOfArrays>();
        merges_like_one_thread!(BPlusTreeMap<Marked, u64>);
    });
}

#[test]
fn slab_arrays_smallest() {
    pool(4).install(|| {
        sets_and_indexes_build_like_one_thread::<Slab, StructOfArrays<2, 4>>();
        merges_like_one_thread!(BPlusTreeMap<Marked, u64, Slab, StructOfArrays<2, 4>>);
    });
}

#[test]
fn heap_structs_odd() {
    pool(4).install(|| {
        builds_like_one_thread::<Heap, ArrayOfStructs<3, 5>>();
        merges_like_one_thread!(BPlusTreeMap<Marked, u64, Heap, ArrayOfStructs<3, 5>>);
    });
}

#[test]
fn oblivious_map() {
    pool(2).install(|| merges_like_one_thread!(CacheObliviousMap<Marked, u64>));
}

/// Nodes of text have tags and key heads, those of integers are padded.
#[test]
fn texts_and_integers() {
    pool(4).install(|| {
        let text = |number: u32| format!("key {}", number * 7919 % 50_000);
        let mut texts: BPlusTreeMap<String, u32> = (0..20_000)
            .into_par_iter()
            .map(|number| (text(number), number))
            .collect();
        texts.check_invariants();
        let mut more = (15_000..40_000)
            .into_par_iter()
            .map(|number| (text(number), 0))
            .collect();
        texts.par_append(&mut more);
        texts.check_invariants();
        assert_eq!(texts.len(), 40_000);
        assert!((0..40_000).all(|at| texts[&text(at)] == if at < 15_000 { at } else { 0 }));

        let mut numbers: BPlusTreeSet<u64> = (0..20_000).into_par_iter().collect();
        numbers.check_invariants();
        numbers.par_append(&mut (10_000..u64::MAX).step_by(1 << 50).collect());
        numbers.par_append(&mut (15_000..30_000).collect());
        numbers.check_invariants();
        assert!(numbers.contains(&(u64::MAX - u64::MAX % (1 << 50) - (1 << 50) + 10_000)));

        let pairs = |rows: std::ops::Range<u32>| rows.into_par_iter().map(|row| (row % 30, row));
        let mut index: BPlusIndex<u32, u32> = pairs(0..20_000).collect();
        index.par_append(&mut pairs(10_000..30_000).collect());
        index.check_invariants();
        assert!(
            index
                .iter()
                .eq(&pairs(0..30_000).collect::<BPlusIndex<u32, u32>>())
        );
    });
}

/// What user code is called for.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Call {
    Order,
    Clone,
    Drop,
    Conflict,
}

/// The payload of a panic that is part of a test.
struct OnPurpose;

/// Instances on all threads, and which of their calls panics.
#[derive(Default)]
struct Ledger {
    made: AtomicUsize,
    dropped: AtomicUsize,
    faults: AtomicUsize,
    /// The number of calls before the one that panics, as long as there is one.
    calls_left: [AtomicUsize; 4],
    /// The next answer of an order that lies; 0 if it does not.
    lie: AtomicU64,
}

impl Ledger {
    fn tick(&self, call: Call) {
        // One wraps around: no more than one call panics.
        let left = &self.calls_left[call as usize];
        if left.load(Relaxed) > 0 && left.fetch_sub(1, Relaxed) == 1 {
            if std::thread::panicking() {
                left.store(1, Relaxed);
            } else {
                resume_unwind(Box::new(OnPurpose));
            }
        }
    }

    fn lie(&self) -> Option<Ordering> {
        let seed = self.lie.load(Relaxed);
        if seed == 0 {
            return None;
        }
        self.lie
            .store(seed.wrapping_mul(6_364_136_223_846_793_005) | 1, Relaxed);
        match seed >> 40 & 15 {
            0 => Some(Ordering::Less),
            1 => Some(Ordering::Equal),
            2 => Some(Ordering::Greater),
            _ => None,
        }
    }
}

/// A number that is in a ledger.
struct Traced {
    number: u32,
    is_alive: AtomicBool,
    ledger: Arc<Ledger>,
}

impl Traced {
    fn new(number: u32, ledger: &Arc<Ledger>) -> Self {
        ledger.made.fetch_add(1, Relaxed);
        Traced {
            number,
            is_alive: AtomicBool::new(true),
            ledger: Arc::clone(ledger),
        }
    }
}

impl Drop for Traced {
    fn drop(&mut self) {
        self.ledger.dropped.fetch_add(1, Relaxed);
        if !self.is_alive.swap(false, Relaxed) {
            self.ledger.faults.fetch_add(1, Relaxed);
        }
        self.ledger.tick(Call::Drop);
    }
}

impl Clone for Traced {
    fn clone(&self) -> Self {
        self.ledger.tick(Call::Clone);
        Traced::new(self.number, &self.ledger)
    }
}

impl Ord for Traced {
    fn cmp(&self, other: &Self) -> Ordering {
        self.ledger.tick(Call::Order);
        if !(self.is_alive.load(Relaxed) && other.is_alive.load(Relaxed)) {
            self.ledger.faults.fetch_add(1, Relaxed);
        }
        self.ledger.lie().unwrap_or(self.number.cmp(&other.number))
    }
}

impl PartialOrd for Traced {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Traced {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Traced {}

type TracedMap<S, L> = BPlusTreeMap<Traced, Traced, S, L>;

fn traced(
    numbers: impl Iterator<Item = u32>,
    ledger: &Arc<Ledger>,
) -> impl Iterator<Item = (Traced, Traced)> {
    numbers.map(|number| (Traced::new(number, ledger), Traced::new(number, ledger)))
}

#[derive(Clone, Copy, Debug)]
enum How {
    Collect,
    Extend,
    Merge,
}

/// Builds a map in one of three ways, in which `trouble` begins only when several threads build it.
fn build<S: Store, L: LeafLayout>(
    how: How,
    ledger: &Arc<Ledger>,
    trouble: impl Fn(),
    into: &mut TracedMap<S, L>,
) {
    let theirs = traced((0..15_000).rev().map(|at| at / 2 * 3), ledger);
    if let How::Collect = how {
        let theirs: Vec<_> = theirs.collect();
        trouble();
        *into = theirs.into_par_iter().collect();
        return;
    }
    into.extend(traced((0..8_000).map(|at| at * 2), ledger));
    match how {
        How::Extend => {
            let theirs: Vec<_> = theirs.collect();
            trouble();
            into.par_extend(theirs);
        }
        _ => {
            let other = traced((0..11_000).map(|at| at * 3), ledger).collect();
            trouble();
            into.par_merge(other, |key, our, their| {
                key.ledger.tick(Call::Conflict);
                drop(our);
                their
            });
        }
    }
}

fn survives<S: Store, L: LeafLayout>(how: How, name: &str, trouble: impl Fn(&Ledger)) -> bool {
    let _doing = Doing(format_args!("{how:?}, {name}"));
    let ledger = Arc::new(Ledger::default());
    let mut map = TracedMap::<S, L>::default();
    let result = catch_unwind(AssertUnwindSafe(|| {
        build(how, &ledger, || trouble(&ledger), &mut map);
    }));
    ledger.lie.store(0, Relaxed);
    for left in &ledger.calls_left {
        left.store(0, Relaxed);
    }
    let is_honest = name != "lies";
    if is_honest {
        map.check_invariants();
        assert!(map.iter().all(|(key, value)| key.number == value.number));
    }
    // The map keeps what it had, or both are lost, or nothing is.
    assert!(matches!(how, How::Collect) || map.is_empty() || map.len() >= 8_000);
    map.insert(Traced::new(40, &ledger), Traced::new(40, &ledger));
    drop(map);
    assert_eq!(
        ledger.faults.load(Relaxed),
        0,
        "used or dropped after a drop"
    );
    let (made, dropped) = (ledger.made.load(Relaxed), ledger.dropped.load(Relaxed));
    assert_eq!(made, dropped, "an instance leaked or was dropped twice");
    if let Err(payload) = &result {
        // The other one is that of std's sort.
        assert!(payload.is::<OnPurpose>() || !is_honest);
    }
    result.is_err()
}

fn survives_panics<S: Store, L: LeafLayout>() {
    pool(4).install(|| {
        for how in [How::Collect, How::Extend, How::Merge] {
            for call in [Call::Order, Call::Clone, Call::Drop, Call::Conflict] {
                let nths = std::iter::successors(Some(1), |nth| Some(nth * 20 + 3));
                for nth in nths {
                    let name = format!("{call:?} number {nth}");
                    let panicked = survives::<S, L>(how, &name, |ledger| {
                        ledger.calls_left[call as usize].store(nth, Relaxed);
                    });
                    if !panicked {
                        break;
                    }
                }
            }
        }
    });
}

#[test]
fn panics_in_slab_arrays() {
    survives_panics::<Slab, StructOfArrays>();
}

#[test]
fn panics_in_heap_structs() {
    survives_panics::<Heap, ArrayOfStructs<3, 5>>();
}

#[test]
fn the_order_lies() {
    pool(4).install(|| {
        for seed in 1..5 {
            for how in [How::Collect, How::Extend, How::Merge] {
                survives::<Slab, StructOfArrays<2, 4>>(how, "lies", |ledger| {
                    ledger
                        .lie
                        .store(0x9E37_79B9_7F4A_7C15_u64.wrapping_mul(seed), Relaxed);
                });
            }
        }
    });
}
