//! What is written is read again, by each way there is.

use std::fmt::Debug;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::num::NonZero;
use std::time::Duration;

use std::cmp::Reverse;

use leafwise::file::{FileError, OpenOptions};
use leafwise::static_collections::{Key, Packed};
use leafwise::{StaticIndex, StaticMap, StaticSet};

const LENGTHS: [usize; 9] = [0, 1, 2, 7, 8, 9, 72, 73, 700];

fn set_comes_back<K: Key + Clone + Debug>(make: impl Fn(usize) -> K) {
    for len in LENGTHS {
        let set: StaticSet<K> = (0..len).map(&make).collect();
        let mut bytes = Vec::new();
        set.write_to(&mut bytes).unwrap();
        let again = StaticSet::<K>::from_bytes(&bytes).unwrap();
        again.check_invariants();
        assert!(again == set, "{len}");
        // Not aligned in memory.
        bytes.insert(0, 0);
        assert!(StaticSet::<K>::from_bytes(&bytes[1..]).unwrap() == set);
    }
}

#[test]
fn sets_of_all_types_come_back() {
    set_comes_back(|n| n as u8);
    set_comes_back(|n| n as i8);
    set_comes_back(|n| (n * 90) as u16);
    set_comes_back(|n| (n * 90) as i16);
    set_comes_back(|n| (n * 5_000_000) as u32);
    set_comes_back(|n| (n as i32 - 300) * 1_000_000);
    set_comes_back(|n| n as u64 * 1_000_000_007);
    set_comes_back(|n| (n as i64 - 300) * 1_000_000_007);
    set_comes_back(|n| (n as u128) << 100);
    set_comes_back(|n| (n as i128 - 300) << 100);
    set_comes_back(|n| n);
    set_comes_back(|n| NonZero::new(n as u32 + 1).unwrap());
    set_comes_back(|n| n % 2 == 0);
    set_comes_back(|n| char::from_u32(n as u32 * 70).unwrap());
    set_comes_back(|n| n as f32 - 300.5);
    set_comes_back(|n| n as f64 - 300.5);
    set_comes_back(|n| Ipv4Addr::from_bits(n as u32 * 5_999_999));
    set_comes_back(|n| Ipv6Addr::from_bits((n as u128) << 90));
    set_comes_back(|n| Reverse(n as u16));
    set_comes_back(|n| (n as u32 % 30, n as i16, n % 2 == 0));
    set_comes_back(|n| Duration::from_millis(n as u64 * 700));
    set_comes_back(|n| n.checked_sub(1));
    set_comes_back(|n| Reverse((n % 3 > 0).then_some(n as i8)));
    set_comes_back(|n| format!("the key {n} of all"));
    set_comes_back(|n| "x".repeat(n % 50).into_boxed_str());
    set_comes_back(|n| vec![n as u8; n % 7]);
    set_comes_back(|n| [(n / 256) as u8, n as u8, 255]);
    set_comes_back(|_| [0_u8; 0]);
}

#[test]
fn maps_and_indexes_come_back_with_their_values() {
    for len in LENGTHS {
        let map: StaticMap<u32, f64> = (0..len as u32)
            .map(|n| (n * 3, f64::from(n) / 7.))
            .collect();
        let mut bytes = Vec::new();
        map.write_to(&mut bytes).unwrap();
        assert_eq!(StaticMap::<u32, f64>::from_bytes(&bytes).unwrap(), map);
        let rebuilt = StaticMap::<u32, f64, Packed<32>>::from_bytes(&bytes).unwrap();
        assert!(rebuilt.iter().eq(map.iter()));
        rebuilt.check_invariants();

        let index: StaticIndex<String, [u8; 3]> = (0..len)
            .map(|n| (format!("{}", n / 5), [n as u8; 3]))
            .collect();
        let mut bytes = Vec::new();
        index.write_to(&mut bytes).unwrap();
        assert_eq!(
            StaticIndex::<String, [u8; 3]>::from_bytes(&bytes).unwrap(),
            index
        );
    }
}

#[test]
fn saved_files_are_opened_and_mapped() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("some.lwx");
    for len in [0, 1, 100, 60_000] {
        let map: StaticMap<u64, u32> = (0..len).map(|n| (n * 7, n as u32)).collect();
        map.save(&path).unwrap();
        assert_eq!(StaticMap::<u64, u32>::open(&path).unwrap(), map);
        let words: StaticIndex<String, u64> = map
            .iter()
            .map(|(k, v)| (k.to_string(), *v as u64))
            .collect();
        let words_path = folder.path().join("words.lwx");
        words.save(&words_path).unwrap();
        #[cfg(feature = "mmap")]
        // SAFETY: nobody changes the files.
        unsafe {
            let mut mapped = StaticMap::<u64, u32>::open_mmap(&path).unwrap();
            mapped.check_invariants();
            assert_eq!(mapped, map);
            if let Some(value) = mapped.get_mut(&0) {
                *value = 9;
                assert_eq!(mapped.get(&0), Some(&9));
            }
            let mapped = StaticIndex::<String, u64>::open_mmap(&words_path).unwrap();
            assert_eq!(mapped, words);
            mapped.check_invariants();
            for (key, value) in words.iter() {
                assert_eq!(mapped.get(key), Some(value));
            }
            let mut found = vec![None; words.len()];
            let keys: Vec<&str> = words.keys().collect();
            mapped.get_batch(&keys, &mut found);
            assert!(found.iter().all(Option::is_some));
        }
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
}

#[test]
fn durations_and_options_are_opened_and_mapped() {
    fn is_opened<K: Key + Clone + Debug>(make: impl Fn(u64) -> K) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("some.lwx");
        let map: StaticMap<K, u64> = (0..9_000).map(|n| (make(n * 7 % 5_000), n)).collect();
        map.save(&path).unwrap();
        leafwise::file::verify(std::fs::File::open(&path).unwrap()).unwrap();
        assert!(StaticMap::<K, u64>::open(&path).unwrap() == map);
        #[cfg(feature = "mmap")]
        {
            // SAFETY: nobody changes the file.
            let mapped = unsafe { StaticMap::<K, u64>::open_mmap(&path).unwrap() };
            mapped.check_invariants();
            assert!(mapped == map);
        }
    }
    is_opened(Duration::from_millis);
    is_opened(|n| n.checked_sub(1_000).map(|n| n as u16));
    is_opened(|n| (n % 2 == 0).then(|| Duration::from_micros(n)));
}

#[test]
fn options_say_how_files_are_opened() {
    type Numbers = StaticMap<u64, u32>;
    const VERIFY: OpenOptions = OpenOptions {
        verify: true,
        map_levels: false,
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("some.lwx");
    let map: Numbers = (0..60_000).map(|n| (n * 7, n as u32)).collect();
    map.save(&path).unwrap();
    assert_eq!(Numbers::open_with(&path, VERIFY).unwrap(), map);
    #[cfg(feature = "mmap")]
    {
        let whole = std::fs::metadata(&path).unwrap().len() as usize;
        let both = OpenOptions {
            verify: true,
            map_levels: true,
        };
        let levels = whole / 50..whole / 8;
        for (options, memory) in [
            (OpenOptions::default(), levels.clone()),
            (VERIFY, levels),
            (both, 0..1000),
        ] {
            // SAFETY: nobody changes the file while it is mapped.
            let mapped = unsafe { Numbers::open_mmap_with(&path, options).unwrap() };
            mapped.check_invariants();
            assert_eq!(mapped, map);
            if cfg!(target_endian = "little") {
                let bytes = mapped.memory_usage();
                assert!(memory.contains(&bytes), "{bytes} of {whole}");
            }
        }
        // Where each level of texts has parts of its own, these are copied.
        let words: StaticSet<String> = map.keys().map(|key| key.to_string()).collect();
        words.save(folder.path().join("words.lwx")).unwrap();
        // SAFETY: as above.
        let mapped = unsafe {
            StaticSet::<String>::open_mmap_with(folder.path().join("words.lwx"), both).unwrap()
        };
        mapped.check_invariants();
        assert_eq!(mapped, words);
    }
    // A value that only its checksum tells from another.
    let mut bytes = std::fs::read(&path).unwrap();
    let at = bytes.len() - 4096 - 60_000 / 2 * 4;
    bytes[at] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    assert!(Numbers::open(&path).unwrap() != map);
    let is_found = |result: Result<Numbers, FileError>| {
        let error = result.map(drop).unwrap_err();
        assert!(
            matches!(error, FileError::Damaged { offset, .. } if offset == at as u64 / 4096 * 4096)
        );
    };
    is_found(Numbers::open_with(&path, VERIFY));
    #[cfg(feature = "mmap")]
    // SAFETY: as above.
    is_found(unsafe { Numbers::open_mmap_with(&path, VERIFY) });
}

#[test]
fn other_types_are_refused() {
    let mut bytes = Vec::new();
    StaticMap::from([(1_u32, 2_u64)])
        .write_to(&mut bytes)
        .unwrap();
    let message = |error: FileError| error.to_string();
    let keys = StaticMap::<i32, u64>::from_bytes(&bytes)
        .map(drop)
        .map_err(message);
    assert_eq!(keys, Err("the file holds keys of type u32, not i32".into()));
    let values = StaticMap::<u32, i64>::from_bytes(&bytes)
        .map(drop)
        .map_err(message);
    assert_eq!(
        values,
        Err("the file holds values of type u64, not i64".into())
    );
    let kind = StaticIndex::<u32, u64>::from_bytes(&bytes)
        .map(drop)
        .map_err(message);
    assert_eq!(
        kind,
        Err("the file holds the keys of a map, not of an index".into())
    );
}
