//! What a builder builds from sorted entries is what a collection writes, and what is built from
//! entries in any order is the same.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::time::Duration;

use leafwise::file::{
    Builder, Collection, FileError, FileType, Header, KeyBuf, Section, SortingBuilder, verify,
};
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

/// Builds indexes of 600 entries, of which more and more are by few keys: they are grouped from
/// where that makes them smaller.
fn is_grouped_if_smaller<K: Key>(node_keys: u32, shared: usize, key: impl Fn(u32) -> KeyBuf) {
    let length = |header: &Header| -> u64 {
        let sections = Section::ALL[2..8].iter();
        sections
            .map(|section| header.section_length(*section))
            .sum()
    };
    let mut was_grouped = false;
    for fours in (0..=150).step_by(2) {
        let [plain, chosen] = [false, true].map(|may_be_grouped| {
            let file_type = FileType {
                may_be_grouped,
                node_keys,
                ..FileType::of::<K, u32>(Collection::Index)
            };
            let mut builder = Builder::new(file_type).sharing(shared).at_most(600);
            for entry in 0..600 {
                let number = if entry < fours * 4 {
                    entry / 4
                } else {
                    entry - fours * 3
                };
                builder.push(key(number), &[entry]).unwrap();
            }
            assert_eq!(builder.different_key_count(), u64::from(600 - fours * 3));
            let mut bytes = Vec::new();
            builder.write_to(&mut bytes).unwrap();
            bytes
        });
        let [plain_header, header] = [&plain, &chosen].map(|bytes| verify(Cursor::new(bytes)));
        let (plain_header, header) = (plain_header.unwrap(), header.unwrap());
        assert_eq!(
            plain_header.different_key_count(),
            u64::from(600 - fours * 3)
        );
        let is_grouped = header.is_grouped();
        assert!(is_grouped >= was_grouped, "{fours}");
        if is_grouped {
            let saved = length(&plain_header) - length(&header);
            // Two keys with four values each, and the nodes above them, make little difference.
            assert!(
                saved > 0 && (was_grouped || saved < 400),
                "{fours}: {saved}"
            );
        } else {
            assert!(chosen == plain, "{fours}");
        }
        was_grouped = is_grouped;
    }
    assert!(was_grouped);
}

#[test]
fn indexes_are_grouped_if_that_makes_them_smaller() {
    is_grouped_if_smaller::<i32>(0, 0, |n| KeyBuf::from(n as i32 * 3 - 900));
    is_grouped_if_smaller::<String>(16, 1, |n| KeyBuf::from(format!("k{}", n * n + 100_000)));
    is_grouped_if_smaller::<[u8; 5]>(3, 2, |n| {
        KeyBuf::from(&[b'k', 0, (n >> 8) as u8, n as u8, 7][..])
    });
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
        may_be_grouped: true,
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
    any_order_is_sorted((0..1000).map(|_| Duration::from_nanos(next() >> (next() % 60))));
    any_order_is_sorted((0..1000).map(|_| (next() % 9 > 0).then_some(next() as i32)));
    any_order_is_sorted((0..3000).map(|_| format!("a key {}", next() % 1000)));
    any_order_is_sorted((0..3000).map(|_| vec![next() as u8; next() as usize % 30]));
    any_order_is_sorted((0..3).map(|_| String::new()));
    // Longer than a chunk, and than the budget.
    any_order_is_sorted((0..20).map(|_| format!("{}{}", "x".repeat(20_000), next() % 10)));
}

#[test]
fn sorting_stays_within_its_budget() {
    const BUDGET: usize = 256 << 10;
    /// Whatever the number of entries.
    const BUILDING: usize = 2 << 20;
    let mut random = XorShift::new(9);
    let file_type = FileType::of::<u64, u64>(Collection::Index);
    let mut builder = SortingBuilder::new(file_type, BUDGET);
    // Four megabytes, as they are sorted: more than twenty files.
    let sorting = peak_of(|| {
        for number in 0..200_000_u64 {
            builder.push(random.next(), &[number]).unwrap();
        }
    });
    assert!(sorting < BUDGET + BUDGET / 16, "{sorting} bytes");
    let building = peak_of(|| builder.write_to(std::io::sink()).unwrap());
    assert!(building < BUDGET + BUILDING, "{building} bytes");
}
