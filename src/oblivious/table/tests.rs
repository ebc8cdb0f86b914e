//! Unit tests of the table: entries are found wherever they move, and few of them move.

use alloc::collections::BTreeMap;
use alloc::vec;
use alloc::vec::Vec;

use super::*;
use crate::iter::{Insert, Remove};

/// Each number below `2^bits` once, in an order that looks random.
fn shuffled(bits: u32) -> impl Iterator<Item = u64> {
    (0..1 << bits).map(move |number: u64| {
        let mask = (1 << bits) - 1;
        let mixed = number.wrapping_mul(0x9E37_79B9_7F4A_7C15 | 1) & mask;
        (mixed ^ mixed >> (bits / 2)) & mask
    })
}

fn insert(table: &mut Table<u64, u64>, key: u64) {
    let replaced = table.insert(key, !key);
    assert_eq!(replaced, None, "the key is new");
}

fn check_against<K: Ord + Clone + core::fmt::Debug>(key: impl Fn(u64) -> K) {
    let mut table = Table::new();
    let mut model = BTreeMap::new();
    for (step, number) in shuffled(11).enumerate() {
        let key = key(number);
        if table.find(&key).is_err() {
            table.insert(key.clone(), number);
        }
        model.entry(key).or_insert(number);
        if step % 61 == 0 {
            table.check_invariants();
        }
    }
    table.check_invariants();
    assert!(table.iter().eq(&model));
    assert!(table.iter().rev().eq(model.iter().rev()));
    for number in shuffled(11).step_by(3).chain(shuffled(11)) {
        let key = key(number);
        assert_eq!(table.get(&key).map(|entry| entry.1), model.get(&key));
        assert_eq!(table.remove(&key), model.remove_entry(&key));
        if number % 61 == 0 {
            table.check_invariants();
            assert!(table.iter().eq(&model));
        }
    }
    assert_eq!(table.len(), 0);
}

#[test]
fn entries_are_found_wherever_they_move() {
    check_against(|number| number);
    check_against(|number| number as u16);
    check_against(|number| number as u8);
    check_against(|number| u128::from(number) << 64);
    check_against(|number| (number % 7, number));
    check_against(|number| alloc::format!("key {number}"));
    check_against(core::cmp::Reverse);
}

#[test]
fn appending_merges_whatever_the_keys_are() {
    let of = |keys: &[u64], mark: u64| {
        Table::from_entries(keys.iter().map(|&key| (key, key * 10 + mark)))
    };
    let every = |step: usize| (0..3_000).step_by(step).collect::<Vec<u64>>();
    let random: Vec<u64> = shuffled(12).take(1_500).collect();
    let after: Vec<u64> = (5_000..6_000).collect();
    let sets = [
        vec![],
        vec![1_234],
        every(2),
        every(3),
        every(50),
        random,
        after,
    ];
    for (left, right) in sets
        .iter()
        .flat_map(|left| sets.iter().map(move |right| (left, right)))
    {
        let (mut table, mut other) = (of(left, 1), of(right, 2));
        let mut model: BTreeMap<u64, u64> = left.iter().map(|&key| (key, key * 10 + 1)).collect();
        model.extend(right.iter().map(|&key| (key, key * 10 + 2)));
        table.append(&mut other);
        table.check_invariants();
        other.check_invariants();
        assert!(table.iter().eq(&model));
        assert_eq!(other.len(), 0);
    }
}

/// The number of entries moved per insertion, averaged over all insertions.
fn moves(keys: impl Iterator<Item = u64>) -> f64 {
    let mut table = Table::new();
    for key in keys {
        insert(&mut table, key);
    }
    table.check_invariants();
    table.packed.moved as f64 / table.len() as f64
}

#[test]
fn insertions_move_few_entries_in_whatever_order_they_come() {
    for bits in [10, 14, 16] {
        let n: u64 = 1 << bits;
        let log = f64::from(bits);
        let bound = log * log / 2.0;
        let random = moves(shuffled(bits));
        let ascending = moves(0..n);
        let descending = moves((0..n).rev());
        // Always right before the same key, and always right after it.
        let before = moves(core::iter::once(n).chain(0..n));
        let after = moves(core::iter::once(0).chain((1..n).rev()));
        // Towards the middle from both sides.
        let inwards = moves((0..n / 2).flat_map(|i| [i, n - i]));
        let all = [random, ascending, descending, before, after, inwards];
        for moves in all {
            assert!(moves < bound, "{moves} moves an insertion, {bound} at most");
        }
    }
}
