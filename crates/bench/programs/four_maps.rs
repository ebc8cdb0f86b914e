//! A program of four maps, which `leafwise-bench weight` compiles over std's `BTreeMap` and over
//! leafwise's `BPlusTreeMap`. It appends a line that imports one of them as `Map`.
//!
//! With each map the program does what programs do with maps, and it prints the same over both.

use std::hint::black_box;

const ENTRIES: u64 = 10_000;

fn scattered(number: u64) -> u64 {
    number.wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

fn exercise<K: Ord + Clone, V>(key: fn(u64) -> K, value: fn(u64) -> V) -> usize {
    let mut map: Map<K, V> = Map::new();
    for number in 0..ENTRIES {
        map.insert(key(number), value(number));
    }
    let mut sum = 0;
    for number in 0..ENTRIES {
        sum += usize::from(map.get(&key(number)).is_some());
    }
    for number in 0..ENTRIES / 10 {
        sum += map.range(key(number)..).take(10).count();
    }
    for (_, each) in map.iter_mut() {
        *each = value(1);
        black_box(each);
    }
    for number in 0..ENTRIES {
        *map.entry(key(2 * number)).or_insert_with(|| value(0)) = value(number);
    }
    for number in 0..ENTRIES / 2 {
        sum += usize::from(map.remove(&key(number)).is_some());
    }
    let mut seen = 0;
    map.retain(|_, _| {
        seen += 1;
        seen % 2 == 0
    });
    while let Some(entry) = map.pop_first() {
        black_box(&entry);
        sum += 1;
    }
    sum
}

fn main() {
    let numbers = exercise::<u64, u64>(scattered, |number| number);
    let to_text = exercise::<u32, String>(
        |number| scattered(number) as u32,
        |number| number.to_string(),
    );
    let from_text =
        exercise::<String, u64>(|number| scattered(number).to_string(), |number| number);
    let pairs = exercise::<(u32, u32), Vec<u8>>(
        |number| ((scattered(number) >> 50) as u32, scattered(number) as u32),
        |number| vec![number as u8; 3],
    );
    println!("{numbers} {to_text} {from_text} {pairs}");
}
