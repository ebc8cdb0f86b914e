//! Each fault of a file is found by `verify`, and named with its place, even where all checksums
//! are right.

use std::io::Cursor;
use std::time::Duration;

use leafwise::file::{FileError, verify};
use leafwise::static_collections::Key;
use leafwise::{StaticIndex, StaticMap, StaticSet};

use crate::repair::{PAGE, repair, section};

const LIMITS: usize = 2;
const LEVELS: usize = 3;
const KEYS: usize = 4;
const TEXT: usize = 5;
const WRAPS: usize = 6;

fn set<K: Key>(keys: impl IntoIterator<Item = K>) -> Vec<u8> {
    let mut bytes = Vec::new();
    keys.into_iter()
        .collect::<StaticSet<K>>()
        .write_to(&mut bytes)
        .unwrap();
    bytes
}

/// Changes bytes, and expects a fault at a place.
#[track_caller]
fn finds(fault: &str, place: usize, bytes: &[u8], changes: &[(usize, u8)]) {
    let mut bytes = bytes.to_vec();
    for (at, byte) in changes {
        assert!(bytes[*at] != *byte);
        bytes[*at] = *byte;
    }
    repair(&mut bytes);
    match verify(Cursor::new(&bytes)).map(drop) {
        Err(FileError::Damaged { what, offset }) => {
            assert_eq!((what, offset), (fault, place as u64));
        }
        other => panic!("{other:?} instead of: {fault}"),
    }
}

/// Where a byte of a section is.
fn at(bytes: &[u8], number: usize, byte: usize) -> usize {
    let (offset, length) = section(bytes, number);
    assert!((byte as u64) < length.max(1));
    offset as usize + byte
}

#[test]
fn faults_of_integers_are_found() {
    let numbers = set((0..20_u32).map(|n| n * 10));
    let key = |position: usize| at(&numbers, KEYS, position * 4);
    finds(
        "a key that is less than the one before it",
        key(5),
        &numbers,
        &[(key(5), 39)],
    );
    finds(
        "a key that is there twice",
        key(5),
        &numbers,
        &[(key(5), 40)],
    );
    finds(
        "the padding of keys",
        key(21),
        &numbers,
        &[(key(21) + 3, 0)],
    );
    let limits = at(&numbers, LIMITS, 0);
    let first = "a limit is not the first or the last key";
    finds(first, limits + 8, &numbers, &[(limits + 8, 1)]);
    finds(first, limits + 20, &numbers, &[(limits + 20, 191)]);
    finds(
        "the length of a limit",
        limits + 11,
        &numbers,
        &[(limits, 3)],
    );
    let level = at(&numbers, LEVELS, 0);
    let separator = "a separator that is not that of its key";
    finds(separator, level, &numbers, &[(level, 151)]);
    finds(
        "the padding of a level",
        level + 4,
        &numbers,
        &[(level + 5, 0)],
    );
    finds(
        "padding that is not zero",
        PAGE - 1,
        &numbers,
        &[(PAGE - 1, 1)],
    );
    let behind = key(31) + 4;
    finds("padding that is not zero", behind, &numbers, &[(behind, 1)]);
    let signed = set((-9..9_i16).map(|n| n * 9));
    let key = at(&signed, KEYS, 18 * 2);
    finds("the padding of keys", key, &signed, &[(key + 1, 0xFF)]);
}

#[test]
fn faults_of_texts_are_found() {
    let words = set(["aä", "ab", "b", "bcd", "bce", "c", "ca", "cb", "cc", "ö"].map(String::from));
    let end = |position: usize| at(&words, KEYS, position * 4);
    let text = |position: usize| at(&words, TEXT, position);
    finds("where a text ends", end(2), &words, &[(end(2), 4)]);
    finds("where a text ends", end(9), &words, &[(end(9), 99)]);
    finds(
        "a text that is not UTF-8",
        text(19),
        &words,
        &[(end(9), 20)],
    );
    finds(
        "a text that is not UTF-8",
        text(1),
        &words,
        &[(text(1), 0xFF)],
    );
    // One that ends within a character.
    let cut = [(end(1), 4), (text(0), b'Z')];
    finds(
        "a limit is not the first or the last key",
        at(&words, LIMITS, 8),
        &words,
        &cut[1..],
    );
    finds("a text that is not UTF-8", text(3), &words, &cut[..1]);
    finds(
        "a key that is less than the one before it",
        text(5),
        &words,
        &[(text(5), b'a')],
    );
    let level = at(&words, LEVELS, 0);
    let separator = "a separator that is not that of its key";
    for column in [0, 64, 128] {
        finds(separator, level + column, &words, &[(level + column, 77)]);
    }
    finds(
        "the padding of a level",
        level + 72,
        &words,
        &[(level + 79, 0)],
    );
    finds(
        "the number of bytes that all texts share",
        72,
        &words,
        &[(72, 1)],
    );
    let mut bytes = words;
    // A section of wraps in a text that has none.
    let entry = 256 + (WRAPS - 1) * 24;
    bytes[entry] = WRAPS as u8;
    bytes[entry + 16] = 8;
    repair(&mut bytes);
    assert!(verify(Cursor::new(&bytes)).is_err());
}

#[test]
fn faults_of_types_are_found() {
    let flags = set([false, true]);
    let key = at(&flags, KEYS, 1);
    finds(
        "an integer that is no key of the type",
        key,
        &flags,
        &[(key, 2)],
    );
    let durations = set([Duration::ZERO, Duration::new(1, 999_999_999)]);
    let nanoseconds = at(&durations, KEYS, 16);
    finds(
        "an integer that is no key of the type",
        nanoseconds,
        &durations,
        &[(nanoseconds + 1, 0xFF)],
    );
    // `None` is 0 alone.
    let options = set([None, Some(7_u8)]);
    let none = at(&options, KEYS, 0);
    finds(
        "an integer that is no key of the type",
        none,
        &options,
        &[(none, 1)],
    );
    let numbers = set(0..4_u32);
    finds(
        "the form of keys is not that of their type",
        60,
        &numbers,
        &[(80, b'i')],
    );
    let mut bytes = Vec::new();
    StaticMap::from([(1_u32, 2_u32)])
        .write_to(&mut bytes)
        .unwrap();
    finds(
        "the width of values is not that of their type",
        68,
        &bytes,
        &[(177, b'6'), (178, b'4')],
    );
    // Another type of the same form is a type, too, but not one that is asked for.
    bytes[176] = b'f';
    repair(&mut bytes);
    verify(Cursor::new(&bytes)).unwrap();
    assert!(matches!(
        StaticMap::<u32, u32>::from_bytes(&bytes),
        Err(FileError::Type { what: "values", .. })
    ));
}

#[test]
fn faults_of_the_header_are_found() {
    let numbers = set(0..40_u32);
    finds("the length of the header", 12, &numbers, &[(13, 5)]);
    for (start, reserved) in [(76, 76), (1008, 1008), (1008, 1019)] {
        finds(
            "reserved bytes are not zero",
            start,
            &numbers,
            &[(reserved, 1)],
        );
    }
    finds("a name in the header", 80, &numbers, &[(90, b'x')]);
    finds("a name in the header", 176, &numbers, &[(176, 0xFF)]);
    finds("the number of keys in a node", 56, &numbers, &[(56, 1)]);
    finds(
        "the number of bytes that all texts share",
        72,
        &numbers,
        &[(72, 1)],
    );
    finds("the width of values", 68, &numbers, &[(68, 1)]);
    finds("whether keys are grouped", 63, &numbers, &[(63, 4)]);
    finds("the number of values", 48, &numbers, &[(48, 39)]);
    let different = "the number of different keys";
    finds(different, 1000, &numbers, &[(1000, 39)]);
    let mut fewer = numbers.clone();
    fewer[1000] = 39;
    repair(&mut fewer);
    // Whoever opens the file notices it.
    assert!(StaticSet::<u32>::from_bytes(&fewer).is_err());
    let mut index = Vec::new();
    let pairs: StaticIndex<u32, u32> = [(1, 1), (2, 2), (2, 3)].into_iter().collect();
    pairs.write_to(&mut index).unwrap();
    assert_eq!(index[1000], 2);
    for number in [0, 1, 3, 4] {
        finds(different, 1000, &index, &[(1000, number)]);
    }
    finds(
        "the length of the file in the header",
        32,
        &numbers,
        &[(39, 1)],
    );
    let entry = |number: usize| 256 + (number - 1) * 24;
    let table = "the table of sections";
    // Reserved bytes, a number that is not that of its place, an offset that is not the next one.
    finds(table, entry(KEYS), &numbers, &[(entry(KEYS) + 4, 1)]);
    finds(table, entry(KEYS), &numbers, &[(entry(KEYS), 5)]);
    finds(table, entry(10), &numbers, &[(entry(10), 10)]);
    finds(table, entry(KEYS), &numbers, &[(entry(KEYS) + 9, 0x30)]);
    finds(
        "the length of the section of keys",
        entry(KEYS) + 16,
        &numbers,
        &[(40, 60), (48, 60), (1000, 60)],
    );
}

#[test]
fn small_sections_share_pages() {
    // Keys of 16 bytes less than a page, and of a page.
    for (count, offset) in [(1008_u32, 1408), (1024, PAGE)] {
        let numbers = set(0..count);
        let (start, length) = section(&numbers, KEYS);
        assert_eq!((start, length), (offset as u64, u64::from(count) * 4));
        verify(Cursor::new(&numbers)).unwrap();
        // Anywhere else, they are not where the format has them.
        let entry = 256 + (KEYS - 1) * 24;
        let elsewhere = (entry + 9, (start >> 8) as u8 + 1);
        finds("the table of sections", entry, &numbers, &[elsewhere]);
    }
}

#[test]
fn a_later_minor_version_may_say_more() {
    let mut bytes = set(0..40_u32);
    // The version, an optional feature, reserved bytes.
    for at in [10, 24, 76, 1008] {
        bytes[at] = 1;
    }
    repair(&mut bytes);
    assert_eq!(verify(Cursor::new(&bytes)).unwrap().version(), (1, 1));
    assert_eq!(StaticSet::<u32>::from_bytes(&bytes).unwrap().len(), 40);
    for (at, byte) in [(8, 2), (16, 1)] {
        let mut bytes = bytes.clone();
        bytes[at] = byte;
        repair(&mut bytes);
        let error = verify(Cursor::new(&bytes)).unwrap_err();
        assert!(matches!(
            error,
            FileError::Version { .. } | FileError::Features { .. }
        ));
    }
}

#[test]
fn a_set_of_nothing_has_one_key() {
    let mut bytes = set([[0_u8; 0]]);
    bytes[40..48].fill(0x7F);
    bytes[48..56].fill(0x7F);
    bytes[56..60].fill(0xFF);
    repair(&mut bytes);
    assert!(StaticSet::<[u8; 0]>::from_bytes(&bytes).is_err());
}

#[test]
fn names_that_do_not_fit_are_not_written() {
    type Four = ((bool, bool), (bool, bool));
    let set: StaticSet<((Four, Four), (Four, Four))> = StaticSet::new();
    let error = set.write_to(Vec::new()).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
}

#[test]
fn files_of_many_pages_are_verified() {
    let texts = (0..30_000_u32).map(|n| format!("{:x}", n.wrapping_mul(0x9E37_79B9)));
    let mut bytes = set(texts.chain(["ö".repeat(50_000), "ö".repeat(50_001)]));
    verify(Cursor::new(&bytes)).unwrap();
    for at in (0..bytes.len()).step_by(40_009) {
        bytes[at] ^= 16;
        assert!(verify(Cursor::new(&bytes)).is_err(), "{at}");
        bytes[at] ^= 16;
    }
    // The last text, of several windows, differs only at its end.
    let last = at(&bytes, TEXT, 0) + section(&bytes, TEXT).1 as usize - 2;
    finds(
        "a text that is not UTF-8",
        last + 1,
        &bytes,
        &[(last, b'x')],
    );
}
