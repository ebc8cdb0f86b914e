//! Readers find what collections find, with as few bytes as their options allow.

use std::ops::{Bound, Range};
use std::time::Duration;

use leafwise::StaticMap;
use leafwise::file::{
    Builder, Collection, FileError, FileType, Found, KeyBuf, Opening, Query, ReadOptions, Reader,
};
use leafwise::static_collections::Key;

/// Options under which even small files are read in many steps.
const TINY: ReadOptions = ReadOptions {
    front: 1024,
    at_once: 64,
    coalesce: 0,
};
const SMALL: ReadOptions = ReadOptions {
    front: 5_000,
    at_once: 700,
    coalesce: 100,
};

/// A file in memory that counts how often it is read.
pub(crate) struct File {
    bytes: Vec<u8>,
    pub(crate) reader: Box<Reader>,
    pub(crate) rounds: usize,
    pub(crate) ranges: usize,
}

impl File {
    pub(crate) fn open(bytes: Vec<u8>, options: ReadOptions) -> Result<File, FileError> {
        let length = bytes.len() as u64;
        let front = |count: u64| bytes[..count.min(length) as usize].to_vec();
        let opened = Reader::open(front(options.front), length, options)?;
        let reader = match opened {
            Opening::Done(reader) => reader,
            Opening::Needs(count) => match Reader::open(front(count), length, options)? {
                Opening::Done(reader) => reader,
                Opening::Needs(_) => panic!("it has what it needs"),
            },
        };
        Ok(File {
            bytes,
            reader,
            rounds: 0,
            ranges: 0,
        })
    }

    fn read(&self, ranges: &[Range<u64>]) -> Vec<Vec<u8>> {
        let bytes =
            |range: &Range<u64>| self.bytes[range.start as usize..range.end as usize].to_vec();
        ranges.iter().map(bytes).collect()
    }

    pub(crate) fn search(&mut self, queries: Vec<Query>) -> Result<Vec<Found>, FileError> {
        let (mut rounds, mut count) = (0, 0);
        let found = self.reader.search(queries).run(|ranges: &[Range<u64>]| {
            rounds += 1;
            assert!(rounds < 100);
            count += ranges.len();
            assert!(ranges.iter().all(|range| range.start < range.end));
            assert!(ranges.windows(2).all(|pair| pair[0].end < pair[1].start));
            Ok::<_, FileError>(self.read(ranges))
        });
        self.rounds = rounds;
        self.ranges = count;
        found
    }
}

/// Whatever the options, queries find the entries that a sorted vector has.
fn finds_all(entries: &[(KeyBuf, u64)], bytes: &[u8], queries: &[KeyBuf]) {
    let rank = |key: &KeyBuf| entries.partition_point(|entry| entry.0 < *key) as u64;
    let rank_upper = |key: &KeyBuf| entries.partition_point(|entry| entry.0 <= *key) as u64;
    for options in [TINY, SMALL, ReadOptions::LOCAL, ReadOptions::REMOTE] {
        let mut file = File::open(bytes.to_vec(), options).unwrap();
        let asked = queries.iter().map(|key| Query::equal(key.clone()));
        let found = file.search(asked.collect()).unwrap();
        assert_eq!(found.len(), queries.len());
        for (key, found) in queries.iter().zip(found) {
            let range = rank(key)..rank_upper(key);
            assert_eq!(found.values, range, "{key:?} {options:?}");
            let values = &entries[range.start as usize..range.end as usize];
            match found.values_as::<u64>() {
                Some(found) => assert!(found.iter().eq(values.iter().map(|entry| &entry.1))),
                None => assert!(values.len() * 8 > options.at_once as usize),
            }
        }
        for pair in queries.chunks_exact(2) {
            let bounds = (pair[0].clone(), pair[1].clone());
            let query = Query::range(Bound::Excluded(bounds.0), Bound::Included(bounds.1));
            let found = file.search(vec![query.without_values()]).unwrap().remove(0);
            let start = rank_upper(&pair[0]);
            assert_eq!(found.values, start..rank_upper(&pair[1]).max(start));
            assert_eq!(found.bytes, None);
        }
        let all = Query::range(Bound::Unbounded, Bound::Unbounded).without_values();
        let found = file.search(vec![all]).unwrap().remove(0);
        assert_eq!(found.values, 0..entries.len() as u64);
        let distinct = file.reader.header().key_count();
        let keys = file
            .reader
            .keys(0..distinct)
            .run(|ranges| Ok::<_, FileError>(file.read(ranges)));
        let mut expected: Vec<_> = entries.iter().map(|entry| entry.0.clone()).collect();
        if file.reader.header().is_grouped() {
            expected.dedup();
        }
        assert_eq!(keys.unwrap(), expected);
    }
}

/// Builds an index of these entries in both forms, and looks for keys.
fn indexes_find_all<K: Key>(mut entries: Vec<(KeyBuf, u64)>, queries: &[KeyBuf]) {
    entries.sort_by(|one, other| one.0.cmp(&other.0));
    let shared = match (entries.first(), entries.last()) {
        (Some((KeyBuf::Text(one), _)), Some((KeyBuf::Text(other), _))) => one
            .iter()
            .zip(other)
            .take_while(|(one, other)| one == other)
            .count(),
        _ => 0,
    };
    for (is_grouped, at_most) in [(false, 0), (true, 1 << 40), (true, 9_999)] {
        let file_type = FileType {
            may_be_grouped: is_grouped,
            ..FileType::of::<K, u64>(Collection::Index)
        };
        let mut builder = Builder::new(file_type).sharing(shared).at_most(at_most);
        for (key, value) in &entries {
            builder.push(key.clone(), &[*value]).unwrap();
        }
        let mut bytes = Vec::new();
        builder.write_to(&mut bytes).unwrap();
        finds_all(&entries, &bytes, queries);
    }
}

/// Numbers without a pattern.
fn random(count: usize) -> impl Iterator<Item = u64> {
    let mut state = 7_u64;
    (0..count).map(move |_| {
        state = state
            .wrapping_mul(0x5851_F42D_4C95_7F2D)
            .wrapping_add(0x1405_7B7E_F767_814F);
        state >> 20
    })
}

#[test]
fn integers_are_found() {
    for count in [0, 1, 2, 3, 9, 100, 900] {
        let keys: Vec<u64> = random(count).collect();
        let entries = keys.iter().map(|key| (KeyBuf::from(*key), key / 3));
        let queries = keys
            .iter()
            .step_by(7)
            .flat_map(|key| [*key, key + 1, key - 1]);
        let queries: Vec<_> = queries.chain([0, u64::MAX]).map(KeyBuf::from).collect();
        indexes_find_all::<u64>(entries.collect(), &queries);
    }
}

#[test]
fn integers_that_are_clustered_and_equal_are_found() {
    let keys = random(900).map(|key| ((key % 8) as i32 - 4).pow(7) + (key % 3 * key % 11) as i32);
    let keys: Vec<i32> = keys.collect();
    let entries = keys
        .iter()
        .zip(0..)
        .map(|(key, value)| (KeyBuf::from(*key), value));
    let queries = keys.iter().step_by(40).flat_map(|key| [*key, key + 1]);
    let queries: Vec<_> = queries
        .chain([i32::MIN, 0, i32::MAX])
        .map(KeyBuf::from)
        .collect();
    indexes_find_all::<i32>(entries.collect(), &queries);
}

#[test]
fn durations_and_options_are_found() {
    let keys: Vec<u64> = random(900).collect();
    let duration = |key: u64| KeyBuf::from(Duration::from_nanos(key));
    let entries = keys.iter().map(|key| (duration(*key), *key)).collect();
    let queries = keys.iter().step_by(9).flat_map(|key| [*key, key + 1]);
    let queries: Vec<_> = queries.map(duration).collect();
    indexes_find_all::<Duration>(entries, &queries);

    let option = |key: u64| KeyBuf::from(key.checked_sub(1 << 60));
    let entries = keys.iter().map(|key| (option(*key), *key)).collect();
    let queries = keys.iter().step_by(9).flat_map(|key| [*key, key + 1, 0]);
    let queries: Vec<_> = queries.map(option).collect();
    indexes_find_all::<Option<u64>>(entries, &queries);
}

#[test]
fn texts_are_found() {
    for (count, prefix) in [
        (0, ""),
        (1, "a"),
        (40, ""),
        (500, "https://example.org/items/"),
    ] {
        let text = |key: u64| {
            format!(
                "{prefix}{}",
                "x".repeat((key % 30) as usize) + &key.to_string()
            )
        };
        let keys: Vec<u64> = random(count).collect();
        let entries = keys.iter().map(|key| (KeyBuf::from(text(key % 900)), *key));
        let queries = keys
            .iter()
            .step_by(9)
            .flat_map(|key| [text(key % 900), text(*key)]);
        let others = [
            "",
            "a",
            "https://example.org/items/",
            "https://example.org/items/xxxx",
            "z",
        ];
        let queries = queries.chain(others.map(str::to_string)).map(KeyBuf::from);
        indexes_find_all::<String>(entries.collect(), &queries.collect::<Vec<_>>());
    }
}

#[test]
fn texts_of_one_length_are_found() {
    let key = |key: u64| key.to_be_bytes()[3..].to_vec();
    let keys: Vec<u64> = random(500).collect();
    let entries = keys.iter().map(|it| (KeyBuf::from(key(*it)), *it));
    let queries: Vec<_> = keys
        .iter()
        .step_by(5)
        .map(|it| KeyBuf::from(key(it + it % 2)))
        .collect();
    indexes_find_all::<[u8; 5]>(entries.collect(), &queries);
}

#[test]
fn a_few_requests_find_one_of_many() {
    let map: StaticMap<u64, u64> = random(300_000).map(|key| (key, key + 1)).collect();
    let mut bytes = Vec::new();
    map.write_to(&mut bytes).unwrap();
    // The top of the levels, and less than the keys under one of its separators.
    let options = ReadOptions {
        front: 8 << 10,
        at_once: 40 << 10,
        coalesce: 64,
    };
    let mut file = File::open(bytes, options).unwrap();
    for key in random(200) {
        let found = file.search(vec![Query::equal(key)]).unwrap().remove(0);
        assert_eq!(found.values_as::<u64>(), Some(vec![key + 1]));
        // The keys around a guess, and the values beside them.
        assert_eq!((file.rounds, file.ranges), (1, 2));
    }
}
