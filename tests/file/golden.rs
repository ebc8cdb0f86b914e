//! Files of earlier versions are read as long as their major version is: those in `golden` stay
//! as they are. The library also writes the very same bytes, except for its own version.
//!
//! `LEAFWISE_GOLDEN=write cargo test --test file golden` writes those that are missing.

use std::cmp::Reverse;
use std::path::Path;
use std::time::Duration;
use std::{env, fs};

use leafwise::file::verify;
use leafwise::static_collections::Key;
use leafwise::{StaticIndex, StaticMap, StaticSet};

use crate::repair::repair;

/// Where the header names the program and its version.
const BUILDER: std::ops::Range<usize> = 208..256;

/// Compares bytes, as the library writes them now, with a file.
fn check(name: &str, mut written: Vec<u8>) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/file/golden");
    let path = folder.join(name).with_extension("lwx");
    if env::var_os("LEAFWISE_GOLDEN").is_some() && !path.exists() {
        fs::write(&path, &written).unwrap();
    }
    let golden = fs::read(&path).unwrap();
    assert!(golden.len() < 20_000, "{name}");
    written[BUILDER].copy_from_slice(&golden[BUILDER]);
    repair(&mut written);
    assert_eq!(written.len(), golden.len(), "{name}");
    let different = written
        .iter()
        .zip(&golden)
        .position(|(new, old)| new != old);
    assert_eq!(different, None, "{name}: the first byte that differs");
    verify(std::io::Cursor::new(&golden)).unwrap();
    golden
}

fn check_set<K: Key>(name: &str, keys: impl IntoIterator<Item = K>) {
    let set: StaticSet<K> = keys.into_iter().collect();
    let mut written = Vec::new();
    set.write_to(&mut written).unwrap();
    let read = StaticSet::<K>::from_bytes(&check(name, written)).unwrap();
    read.check_invariants();
    assert!(read == set, "{name}");
}

#[test]
fn sets() {
    check_set::<u64>("empty", []);
    let planets = "Mercury Venus Earth Mars Jupiter Saturn Uranus Neptune Ceres Pluto Eris Haumea";
    check_set(
        "text",
        planets
            .split(' ')
            .map(String::from)
            .chain([String::new(), "Ähre".into()]),
    );
    check_set("u128", (0..50_u128).map(|n| n.pow(3) << 80));
    check_set(
        "bytes_of_5",
        (0..120_u32).map(|n| {
            let [a, b, c, d] = n.wrapping_mul(77_777_777).to_be_bytes();
            [b'k', a, b, c, d]
        }),
    );
    let tuples = (0..40_u16).map(|n| (Reverse(n / 3), char::from(n as u8 + 60), n % 2 == 0));
    check_set("tuples", tuples);
    check_set(
        "durations",
        (0..30_u32).map(|n| Duration::new(u64::from(n) << (n * 2), n * 33_333_333)),
    );
    let options = (-9..30_i16).map(|n| (n % 4 == 0).then_some((n, n % 3 == 0)));
    check_set("options", options);
}

#[test]
fn maps() {
    let map: StaticMap<u32, u64> = (0..300).map(|n| (n * n, u64::from(n) << 33)).collect();
    let mut written = Vec::new();
    map.write_to(&mut written).unwrap();
    let golden = check("u32_to_u64", written);
    assert_eq!(StaticMap::from_bytes(&golden).unwrap(), map);

    let values = [
        f64::NEG_INFINITY,
        -1.5,
        -0.0,
        0.0,
        5e-324,
        1.0,
        f64::MAX,
        f64::NAN,
    ];
    let map: StaticMap<f64, i16> = values.into_iter().zip(-3..).collect();
    let mut written = Vec::new();
    map.write_to(&mut written).unwrap();
    let golden = check("f64_to_i16", written);
    let read = StaticMap::<f64, i16>::from_bytes(&golden).unwrap();
    let bits = |map: &StaticMap<f64, i16>| -> Vec<(u64, i16)> {
        map.iter()
            .map(|(key, value)| (key.to_bits(), *value))
            .collect()
    };
    assert_eq!(bits(&read), bits(&map));
}

#[test]
fn indexes() {
    let index: StaticIndex<i64, [u8; 3]> = (0..90_i64)
        .map(|n| {
            (
                (n - 45) / 4 * 1_000_000_007,
                (n as u32).to_le_bytes()[..3].try_into().unwrap(),
            )
        })
        .collect();
    let mut written = Vec::new();
    index.write_to(&mut written).unwrap();
    let golden = check("i64_to_bytes", written);
    assert_eq!(StaticIndex::from_bytes(&golden).unwrap(), index);
}

/// An index that holds each key once: only a builder writes it, and only a reader reads it.
#[cfg(feature = "builder")]
#[test]
fn grouped_indexes() {
    use leafwise::file::{Builder, Collection, FileType, Query, ReadOptions};

    let file_type = FileType {
        may_be_grouped: true,
        node_keys: 4,
        ..FileType::of::<String, u32>(Collection::Index)
    };
    let about = b"cities, by what they were called".to_vec();
    let builder = Builder::new(file_type).about(about).sharing(4);
    let mut builder = builder.at_most(90);
    let mut years_of = std::collections::BTreeMap::<_, Vec<_>>::new();
    for n in 0..90_u32 {
        let key = format!("city{:02}", n * n / 500);
        builder.push(&*key, &[1900 + n]).unwrap();
        years_of.entry(key).or_default().push(1900 + n);
    }
    let mut written = Vec::new();
    builder.write_to(&mut written).unwrap();
    let golden = check("grouped", written);
    let mut file = crate::reader::File::open(golden, ReadOptions::LOCAL).unwrap();
    let header = file.reader.header();
    assert!(header.is_grouped() && header.key_count() == years_of.len() as u64);
    for (key, years) in years_of {
        let found = file.search(vec![Query::equal(key)]).unwrap();
        assert_eq!(found[0].values_as(), Some(years));
    }
}
