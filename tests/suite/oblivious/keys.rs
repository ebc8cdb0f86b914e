//! Keys and values of all kinds, in maps of many segments. Keys need an order and nothing else.

use crate::common::Doing;
use crate::common::ledger::{Tracked, settle};
use crate::common::random::XorShift;
use leafwise::CacheObliviousMap;
use std::cell::{Cell, RefCell};
use std::cmp::{Ordering, Reverse};
use std::fmt::Debug;
use std::num::{NonZeroI16, NonZeroU64};
use std::ops::Bound::{Excluded, Unbounded};

/// Checks the keys that `key` makes, ascending with their number, each with the value for its
/// number.
fn all_of<K: Ord, V: PartialEq + Debug>(
    name: &str,
    count: usize,
    key: impl Fn(usize) -> K,
    value: impl Fn(usize) -> V,
) {
    let _doing = Doing(format_args!("{count} keys, {name}"));
    let mut order: Vec<usize> = (0..count).collect();
    XorShift::new(count as u64 + 1).shuffle(&mut order);
    let mut map = CacheObliviousMap::new();
    for (there, &number) in order.iter().enumerate() {
        assert!(
            map.get(&key(number)).is_none(),
            "{number} before it is inserted"
        );
        assert_eq!(map.insert(key(number), value(0)), None);
        assert_eq!(map.insert(key(number), value(number)), Some(value(0)));
        assert_eq!(map.len(), there + 1);
    }
    let numbers: Vec<usize> = (0..count).collect();
    let number_of = |entry: Option<(&K, &V)>| {
        let (at, found) = entry?;
        let number = numbers.partition_point(|&number| key(number) < *at);
        assert!(
            *at == key(number) && *found == value(number),
            "key and value are mixed up"
        );
        Some(number)
    };
    let check = |map: &CacheObliviousMap<K, V>, there: &[usize]| {
        map.check_invariants();
        assert_eq!(map.len(), there.len());
        assert!(map.keys().is_sorted_by(|left, right| left < right));
        let entries = map.iter().zip(there);
        assert!(
            entries
                .into_iter()
                .all(|((at, found), &number)| { *at == key(number) && *found == value(number) })
        );
        for number in (0..count).step_by(1 + count / 300) {
            let at = key(number);
            let (low, high) = (
                there.partition_point(|&other| other < number),
                there.partition_point(|&other| other <= number),
            );
            assert_eq!(
                number_of(map.get_key_value(&at)),
                (low < high).then_some(number)
            );
            let [below, lower] = [high, low].map(|end| end.checked_sub(1).map(|at| there[at]));
            assert_eq!(number_of(map.floor(&at)), below);
            assert_eq!(number_of(map.lower(&at)), lower);
            assert_eq!(number_of(map.ceiling(&at)), there.get(low).copied());
            assert_eq!(number_of(map.higher(&at)), there.get(high).copied());
            assert_eq!(map.range(&at..).count(), there.len() - low);
            assert_eq!(
                map.range((Excluded(&at), Unbounded)).count(),
                there.len() - high
            );
            assert_eq!(map.range(..&at).count(), low);
        }
    };
    check(&map, &(0..count).collect::<Vec<_>>());
    let (gone, left) = order.split_at(count * 2 / 3);
    for &number in gone {
        assert!(
            map.remove(&key(number))
                .is_some_and(|found| found == value(number))
        );
        assert!(
            !map.contains_key(&key(number)),
            "{number} after it is removed"
        );
    }
    let mut left = left.to_vec();
    left.sort_unstable();
    check(&map, &left);
    map.shrink_to_fit();
    check(&map, &left);
}

/// Like [`all_of`] for a list of keys in any order.
fn all_in<K: Ord + Copy>(name: &str, keys: impl IntoIterator<Item = K>) {
    let mut keys: Vec<K> = keys.into_iter().collect();
    keys.sort_unstable();
    keys.dedup();
    all_of(name, keys.len(), |number| keys[number], |number| number);
}

/// Numbers of 64 bits near the ends, the middle and the powers of two.
fn extremes() -> impl Iterator<Item = u64> {
    let near =
        |middle: u64| (0..300).flat_map(move |by| [middle.wrapping_add(by), middle - 1 - by]);
    let ends = (0..300).flat_map(|by| [by, u64::MAX - by]);
    ends.chain(near(1 << 63)).chain((0..64).map(|bit| 1 << bit))
}

#[test]
fn integers() {
    all_in("u8", 0..=u8::MAX);
    all_in("i8", i8::MIN..=i8::MAX);
    all_in("u16", (0..=u16::MAX).step_by(5));
    all_in("i16", (i16::MIN..=i16::MAX).step_by(7).chain([i16::MAX]));
    all_in("u64", extremes());
    all_in("i64", extremes().map(|bits| bits as i64));
    all_in(
        "i32",
        extremes().map(|bits| (bits >> 32) as i32 ^ bits as i32),
    );
    all_in("usize", extremes().map(|bits| bits as usize));
    let wide = |bits: u64| [u128::from(bits), u128::from(bits) << 64 | u128::from(!bits)];
    all_in("u128", extremes().flat_map(wide));
    all_in("i128", extremes().flat_map(wide).map(|bits| bits as i128));
}

#[test]
fn types_like_integers() {
    all_in("bool", [false, true]);
    let around_the_gap = ('\u{d000}'..='\u{e100}').chain('\u{10ff00}'..=char::MAX);
    all_in("char", ('\0'..='\u{200}').chain(around_the_gap));
    all_in("NonZeroU64", extremes().filter_map(NonZeroU64::new));
    all_in(
        "NonZeroI16",
        (i16::MIN..=i16::MAX).step_by(5).filter_map(NonZeroI16::new),
    );
    all_in("Option<u64>", extremes().map(Some).chain([None]));
    all_in("Reverse<u64>", extremes().map(Reverse));
    all_in("Reverse<i8>", (i8::MIN..=i8::MAX).map(Reverse));
    let pairs = (0..40).flat_map(|left| [0, 1, 7, u32::MAX].map(|right| (left << 27, right)));
    all_in("(u32, u32)", pairs);
    all_in(
        "[u8; 3]",
        extremes().map(|bits| [bits as u8, (bits >> 8) as u8, (bits >> 60) as u8]),
    );
}

#[test]
fn texts() {
    let texts: Vec<String> = (0..2_000)
        .map(|at| format!("{:04}{}", at, "é".repeat(at % 40)))
        .collect();
    all_of("String", 2_000, |at| texts[at].clone(), |at| at.to_string());
    all_of("&str", 2_000, |at| texts[at].as_str(), |at| at);
    all_of("Vec<u8>", 700, |at| vec![0; at], |at| at);
}

/// Without `Clone`, `Debug` or anything else.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Bare(Box<usize>);

#[test]
fn keys_that_cannot_be_cloned() {
    all_of("Bare", 1_500, |at| Bare(Box::new(at)), |at| at);
    let mut map: CacheObliviousMap<Bare, Bare> = (0..100)
        .map(|at| (Bare(Box::new(at)), Bare(Box::new(at))))
        .collect();
    let mut other = map.split_off(&Bare(Box::new(40)));
    other.extend([(Bare(Box::new(3)), Bare(Box::new(0)))]);
    map.append(&mut other);
    map.retain(|key, _| *key.0 % 2 == 1);
    map.remove_range(Bare(Box::new(90))..);
    assert!(map.into_keys().map(|key| *key.0).eq((1..90).step_by(2)));
}

#[test]
fn sizes_and_alignments() {
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
    #[repr(align(128))]
    struct Wide(u16);

    all_of("zero-sized", 1, |_| (), |at| at);
    all_of("zero-sized values", 3_000, |at| at, |_| ());
    all_of("both", 1, |_| (), |_| ());
    all_of("aligned keys", 900, |at| Wide(at as u16), |at| at as u8);
    all_of(
        "aligned values",
        900,
        |at| at as u8 as u64 | (at as u64) << 8,
        |at| Wide(at as u16),
    );
    all_of(
        "large keys",
        300,
        |at| (at, [at as u8; 2_000]),
        |at| at as u8,
    );
    all_of("large values", 300, |at| at as u16, |at| [at as u8; 4_096]);

    let mut map: CacheObliviousMap<Wide, Wide> = (0..500).map(|at| (Wide(at), Wide(!at))).collect();
    map.retain(|key, _| key.0 % 5 > 0);
    for (key, value) in &map {
        let addresses = [key, value].map(|wide| std::ptr::from_ref(wide).addr());
        assert!(
            addresses.iter().all(|address| address % 128 == 0),
            "misaligned"
        );
        assert_eq!(key.0, !value.0);
    }
}

/// A key with a part that may change: the order does not look at it.
#[derive(Debug)]
struct Noted {
    key: u32,
    note: Cell<u32>,
}

impl Ord for Noted {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key.cmp(&other.key)
    }
}

impl PartialOrd for Noted {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Noted {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for Noted {}

#[test]
fn notes_on_keys_stay() {
    let noted = |key| Noted {
        key,
        note: Cell::new(0),
    };
    let mut map: CacheObliviousMap<Noted, ()> =
        (0..1_000).map(|key| (noted(2 * key), ())).collect();
    for key in (0..2_000).step_by(2) {
        let (stored, ()) = map.get_key_value(&noted(key)).expect("the key is present");
        stored.note.set(key + 7);
    }
    // Whatever moves entries must move the notes with them.
    for key in (1..2_000).step_by(2) {
        map.insert(noted(key), ());
    }
    (0..2_000)
        .filter(|key| key % 3 == 0)
        .for_each(|key| assert!(map.remove(&noted(key)).is_some()));
    map.shrink_to_fit();
    map.check_invariants();
    let expected = |key: u32| if key.is_multiple_of(2) { key + 7 } else { 0 };
    assert!(
        map.keys()
            .all(|stored| stored.note.get() == expected(stored.key))
    );
    let (mut low, high) = (map.split_off(&noted(900)), map);
    let mut all = high;
    all.append(&mut low);
    assert_eq!(all.len(), 1_333);
    assert!(
        all.into_keys()
            .all(|stored| stored.note.get() == expected(stored.key))
    );
}

/// A key whose contents can be replaced by equal ones. The order never changes, but a copy of a
/// key's bytes would refer to dead contents.
struct Renewed(RefCell<Tracked>);

impl Renewed {
    fn new(number: u32) -> Self {
        Self(RefCell::new(Tracked::new(number)))
    }

    fn renew(&self) {
        let number = self.0.borrow().number();
        drop(self.0.replace(Tracked::new(number)));
    }
}

impl Ord for Renewed {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.borrow().cmp(&other.0.borrow())
    }
}

impl PartialOrd for Renewed {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Renewed {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Renewed {}

#[test]
fn keys_may_renew_their_insides() {
    for size in [1, 10, 100, 600] {
        let mut map = CacheObliviousMap::new();
        let mut order: Vec<u32> = (0..size).collect();
        XorShift::new(5).shuffle(&mut order);
        for &number in &order {
            map.insert(Renewed::new(number), number);
            // One is renewed each time, and all of them occasionally.
            map.get_key_value(&Renewed::new(number))
                .expect("the key is present")
                .0
                .renew();
            if number % 50 == 0 {
                map.keys().for_each(Renewed::renew);
            }
        }
        map.keys().for_each(Renewed::renew);
        assert!((0..size).all(|number| map.get(&Renewed::new(number)) == Some(&number)));
        for &number in &order {
            if number % 3 == 0 {
                assert_eq!(map.remove(&Renewed::new(number)), Some(number));
            } else if let Some((key, _)) = map.floor(&Renewed::new(number)) {
                key.renew();
            }
        }
        map.check_invariants();
        let mut other = map.split_off(&Renewed::new(size / 2));
        other.keys().for_each(Renewed::renew);
        map.append(&mut other);
        map.keys().for_each(Renewed::renew);
        map.check_invariants();
        drop((map, other));
        settle(0);
    }
}
