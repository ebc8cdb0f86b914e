//! What a builder builds from sorted entries is what a collection writes.

use std::io::Cursor;

use leafwise::file::{Builder, Collection, FileError, FileType, Header, KeyBuf, Section, verify};
use leafwise::static_collections::Key;
use leafwise::{StaticIndex, StaticMap, StaticSet};

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
