//! What a builder builds from sorted entries is what a collection writes, and what is built from
//! entries in any order is the same.

use std::collections::BTreeMap;

use leafwise::file::{Builder, Collection, FileError, FileType, KeyBuf, SortingBuilder};
use leafwise::static_collections::Key;
use leafwise::{StaticIndex, StaticMap, StaticSet};

use crate::allocations::peak_of;
use crate::random::XorShift;

fn built<K: Key + Into<KeyBuf>>(
    file_type: FileType,
    shared: usize,
    entries: impl Iterator<Item = (K, Vec<u64>)>,
) -> Vec<u8> {
    let mut builder = Builder::new(file_type).sharing(shared);
    for (key, value) in entries {
        builder.push(key, &value).unwrap();
    }
    let mut bytes = Vec::new();
    builder.write_to(&mut bytes).unwrap();
    bytes
}

#[test]
fn files_are_those_of_collections() {
    for len in [0, 1, 7, 8, 9, 72, 73, 81, 700, 60_000] {
        let set: StaticSet<u16> = (0..len.min(60_000)).map(|n| n as u16).collect();
        let mut bytes = Vec::new();
        set.write_to(&mut bytes).unwrap();
        let entries = set.iter().flat_map(|key| [(key, vec![]), (key, vec![])]);
        assert!(
            built(FileType::of_set::<u16>(), 0, entries) == bytes,
            "{len}"
        );

        let map: StaticMap<i64, u64> = (0..len).map(|n| (n - 50, n as u64)).collect();
        let mut bytes = Vec::new();
        map.write_to(&mut bytes).unwrap();
        let entries = map
            .iter()
            .flat_map(|(key, value)| [(key, vec![9]), (key, vec![*value])]);
        assert!(built(FileType::of::<i64, u64>(Collection::Map), 0, entries) == bytes);

        let index: StaticIndex<String, u64> = (0..len)
            .map(|n| (format!("key {:08}", n / 3), n as u64))
            .collect();
        let mut bytes = Vec::new();
        index.write_to(&mut bytes).unwrap();
        let entries = index
            .iter()
            .map(|(key, value)| (key.to_string(), vec![*value]));
        let shared = match (index.first(), index.last()) {
            (Some((first, _)), Some((last, _))) => first
                .bytes()
                .zip(last.bytes())
                .take_while(|(one, other)| one == other)
                .count(),
            _ => 0,
        };
        let file_type = FileType::of::<String, u64>(Collection::Index);
        assert!(built(file_type, shared, entries) == bytes, "{len}");
    }
}

#[test]
fn keys_out_of_order_are_refused() {
    let mut builder = Builder::new(FileType::of::<u32, u64>(Collection::Index));
    for key in [1_u32, 5, 5] {
        builder.push(key, &[0_u64]).unwrap();
    }
    let error = builder.push(4_u32, &[0_u64]);
    assert!(matches!(error, Err(FileError::Unsorted { index: 3 })));
}

#[test]
#[should_panic(expected = "the value is not of the type of the file")]
fn values_of_another_width_are_refused() {
    let mut builder = Builder::new(FileType::of::<u32, u64>(Collection::Map));
    let _ = builder.push(4_u32, &[0_u32]);
}

#[test]
#[should_panic(expected = "the key is not of the type of the file")]
fn keys_of_another_form_are_refused() {
    let mut builder = Builder::new(FileType::of::<u8, u64>(Collection::Map));
    let _ = builder.push(256_u32, &[0_u64]);
}

#[test]
#[should_panic(expected = "the key does not begin as was promised")]
fn keys_that_begin_otherwise_than_promised_are_refused() {
    let file_type = FileType::of::<String, u64>(Collection::Index);
    let mut builder = Builder::new(file_type).sharing(2);
    builder.push("abc", &[0_u64]).unwrap();
    let _ = builder.push("acd", &[0_u64]);
}

/// The file of entries in any order, within a budget of memory.
fn sorted<K: Clone + Into<KeyBuf>>(
    file_type: &FileType,
    memory: usize,
    entries: &[(K, u64)],
) -> Vec<u8> {
    let mut builder = SortingBuilder::new(file_type.clone(), memory).about(b"any order".into());
    for (key, value) in entries {
        let value = [*value];
        let width = file_type.value_width as usize / size_of::<u64>();
        builder.push(key.clone(), &value[..width]).unwrap();
    }
    let mut bytes = Vec::new();
    builder.write_to(&mut bytes).unwrap();
    bytes
}

/// Entries in any order make the file of the sorted ones, whatever the budget.
fn any_order_is_sorted<K: Key + Clone + Ord + Into<KeyBuf>>(keys: impl Iterator<Item = K>) {
    let entries: Vec<(K, u64)> = keys.zip(0..).collect();
    let mut model = BTreeMap::<K, Vec<u64>>::new();
    for (key, value) in &entries {
        model.entry(key.clone()).or_default().push(*value);
    }
    let bytes_of = |key: &K| match key.clone().into() {
        KeyBuf::Text(text) => text,
        KeyBuf::Integer(_) => Vec::new(),
    };
    let limits = model.first_key_value().zip(model.last_key_value());
    let shared = limits.map_or(0, |(first, last)| {
        let both = bytes_of(first.0).into_iter().zip(bytes_of(last.0));
        both.take_while(|(one, other)| one == other).count()
    });
    let index = FileType::of::<K, u64>(Collection::Index);
    let grouped = FileType {
        is_grouped: true,
        ..index.clone()
    };
    let map = FileType::of::<K, u64>(Collection::Map);
    for file_type in [FileType::of_set::<K>(), map, index, grouped] {
        let mut builder = Builder::new(file_type.clone())
            .about(b"any order".into())
            .sharing(shared)
            .at_most(entries.len() as u64);
        for (key, values) in &model {
            let values = match (file_type.collection, file_type.value_width) {
                (Collection::Set, _) => vec![&[][..]],
                (Collection::Map, _) => vec![&values[values.len() - 1..]],
                (Collection::Index, _) => values.chunks(1).collect(),
            };
            for value in values {
                builder.push(key.clone(), value).unwrap();
            }
        }
        let mut expected = Vec::new();
        builder.write_to(&mut expected).unwrap();
        for memory in [0, 100_000, usize::MAX] {
            let name = &file_type.key_type;
            assert!(
                sorted(&file_type, memory, &entries) == expected,
                "{name} {memory}"
            );
        }
    }
}

#[test]
fn entries_in_any_order_make_the_same_file() {
    let mut random = XorShift::new(20);
    let mut next = move || random.next();
    any_order_is_sorted((0..0).map(|n| n as u8));
    any_order_is_sorted((0..300).map(|_| next() as u8));
    any_order_is_sorted((0..3000).map(|_| next() as i16));
    any_order_is_sorted((0..3000).map(|_| next() as u32 >> 20));
    any_order_is_sorted((0..3000).map(|_| next() as i64));
    any_order_is_sorted((0..1000).map(|_| u128::from(next()).pow(2)));
    any_order_is_sorted((0..1000).map(|_| i128::from(next() as i64) << (next() % 65)));
    any_order_is_sorted((0..3000).map(|_| format!("a key {}", next() % 1000)));
    any_order_is_sorted((0..3000).map(|_| vec![next() as u8; next() as usize % 30]));
    any_order_is_sorted((0..3).map(|_| String::new()));
    // Longer than a chunk, and than the budget.
    any_order_is_sorted((0..20).map(|_| format!("{}{}", "x".repeat(20_000), next() % 10)));
}

#[test]
fn sorting_stays_within_its_budget() {
    const BUDGET: usize = 1 << 20;
    /// Whatever the number of entries.
    const BUILDING: usize = 2 << 20;
    let mut random = XorShift::new(9);
    let peak = peak_of(|| {
        let file_type = FileType::of::<u64, u64>(Collection::Index);
        let mut builder = SortingBuilder::new(file_type, BUDGET);
        // Four megabytes, as they are sorted.
        for number in 0..200_000_u64 {
            builder.push(random.next(), &[number]).unwrap();
        }
        builder.write_to(std::io::sink()).unwrap();
    });
    assert!(peak < BUDGET + BUILDING, "{peak} bytes");
}
