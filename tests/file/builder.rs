//! What a builder builds from sorted entries is what a collection writes.

use leafwise::file::{Builder, Collection, FileError, FileType, KeyBuf};
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
