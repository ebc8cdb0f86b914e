//! Whatever the bytes of a file are: it is refused, or gives a collection whose every operation
//! returns something. Nothing panics, reads outside of the file, or asks for more memory than a
//! file of that length may need.
//!
//! `LEAFWISE_FUZZ` sets how many changed files are tried: `LEAFWISE_FUZZ=10000000 cargo test
//! --release --features mmap --test file hostile` took an hour.

use std::env;
use std::io::Cursor;
use std::sync::LazyLock;

use leafwise::file::verify;

use crate::allocations::allocates_at_most;
use crate::cases::{Case, Trust, cases};
use crate::mutate::mutate;
use crate::piecewise::read_piecewise;
use crate::random::XorShift;
use crate::repair::{HEADER, PAGE, SECTIONS, repair, repair_header, section};

static CASES: LazyLock<Vec<Case>> = LazyLock::new(cases);

/// The number of changed files, if it is not the usual one.
fn fuzz() -> Option<u64> {
    env::var("LEAFWISE_FUZZ")
        .ok()
        .map(|count| count.parse().expect("a number"))
}

/// Prints what a failing test was doing, while a panic unwinds through it.
struct Doing<'a>(&'a Case, &'static str, u64);

impl Drop for Doing<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("  while: {}, {} {}", self.0.name, self.1, self.2);
        }
    }
}

/// Verifies a file, in little memory whatever its length.
fn is_verified(bytes: &[u8]) -> bool {
    allocates_at_most(33 << 10, || verify(Cursor::new(bytes))).is_ok()
}

#[test]
fn what_is_written_is_read_and_verified() {
    for case in &*CASES {
        let _doing = Doing(case, "whole", 0);
        verify(Cursor::new(&case.bytes)).unwrap();
        assert!(case.open(&case.bytes, Trust::Verified).unwrap() == case.bytes);
        assert!(read_piecewise(&case.bytes));
        let mut repaired = case.bytes.clone();
        repair(&mut repaired);
        assert!(repaired == case.bytes);
    }
}

#[cfg(feature = "mmap")]
#[test]
fn what_is_written_is_mapped() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("case.lwx");
    for case in &*CASES {
        let _doing = Doing(case, "whole", 0);
        std::fs::write(&path, &case.bytes).unwrap();
        assert!(case.map(&path, Trust::Verified));
    }
}

#[test]
fn files_that_are_cut_short_are_refused() {
    for (number, case) in CASES.iter().enumerate() {
        let all = fuzz().is_some();
        let step = if all || number == 0 { 1 } else { 101 };
        for length in (0..case.bytes.len()).step_by(step) {
            let _doing = Doing(case, "length", length as u64);
            let bytes = &case.bytes[..length];
            assert!(case.open(bytes, Trust::None).is_none());
            assert!(!is_verified(bytes));
            // One that knows its length.
            if length > HEADER && length.is_multiple_of(7) {
                let mut bytes = bytes.to_vec();
                bytes[32..40].copy_from_slice(&(length as u64).to_le_bytes());
                repair_header(&mut bytes);
                assert!(case.open(&bytes, Trust::None).is_none());
            }
        }
        let mut longer = case.bytes.clone();
        longer.push(0);
        assert!(case.open(&longer, Trust::None).is_none());
        assert!(!is_verified(&longer));
    }
}

/// The positions of bytes to change: all that mean something, and some of the padding.
fn positions(bytes: &[u8]) -> Vec<usize> {
    let spans = (1..=SECTIONS).map(|number| section(bytes, number));
    let spans: Vec<_> = spans
        .map(|(offset, length)| offset..offset + length)
        .collect();
    let is_content = |at: usize| spans.iter().any(|span| span.contains(&(at as u64)));
    let is_sampled = |at: usize| {
        let at_end = at + HEADER >= bytes.len();
        match at < HEADER || at_end {
            true => bytes[at] != 0 || at.is_multiple_of(59),
            false => (is_content(at) && at % PAGE < 150) || at.is_multiple_of(397),
        }
    };
    (0..bytes.len()).filter(|at| is_sampled(*at)).collect()
}

#[test]
fn every_flipped_bit_is_noticed() {
    for (number, case) in CASES.iter().enumerate() {
        let mut bytes = case.bytes.clone();
        let all = fuzz().is_some();
        let positions = match all {
            true => (0..bytes.len()).collect(),
            false => positions(&bytes),
        };
        for at in positions {
            // One bit of each byte, another one in each file.
            for bit in (0..8).filter(|bit| all || *bit == (at + number) % 8) {
                let _doing = Doing(case, "bit", (at * 8 + bit) as u64);
                bytes[at] ^= 1 << bit;
                let is_open = case.open(&bytes, Trust::None).is_some();
                let is_header = at < HEADER || at + HEADER >= bytes.len();
                assert!(!(is_header && is_open));
                assert!(!is_verified(&bytes));
                bytes[at] ^= 1 << bit;
            }
        }
    }
}

#[test]
fn changed_files_with_right_checksums_are_harmless() {
    let count = fuzz().unwrap_or(3_000);
    let first = env::var("LEAFWISE_FUZZ_FIRST").map_or(0, |first| first.parse().unwrap());
    #[cfg(feature = "mmap")]
    let folder = tempfile::tempdir().unwrap();
    #[cfg(feature = "mmap")]
    let path = folder.path().join("case.lwx");
    let [mut opened, mut verified, mut mapped, mut pieced] = [0; 4];
    for seed in first..first + count {
        let mut random = XorShift::new(seed * 0x9E37_79B9 + 1);
        let case = &CASES[(seed % CASES.len() as u64) as usize];
        let _doing = Doing(case, "seed", seed);
        let mut bytes = case.bytes.clone();
        mutate(&mut bytes, &mut random);
        let mut trust = Trust::None;
        if seed.is_multiple_of(4) {
            repair(&mut bytes);
            if is_verified(&bytes) {
                trust = Trust::Verified;
                verified += 1;
            }
        } else {
            repair_header(&mut bytes);
        }
        if seed.is_multiple_of(5) {
            pieced += u64::from(read_piecewise(&bytes));
        }
        let written = case.open(&bytes, trust);
        opened += u64::from(written.is_some());
        // Other types than those of the case have passed, too.
        if let (Some(mut written), Trust::Verified) = (written, trust) {
            check_written(&bytes, &mut written);
        }
        #[cfg(feature = "mmap")]
        if seed.is_multiple_of(3) {
            std::fs::write(&path, &bytes).unwrap();
            mapped += u64::from(case.map(&path, trust));
        }
        #[cfg(not(feature = "mmap"))]
        let _ = &mut mapped;
    }
    println!(
        "{count} files: {opened} opened, {mapped} mapped, {pieced} read piece by piece, \
         {verified} verified"
    );
    assert!(count < 1000 || (opened > count / 20 && opened < count));
}

/// A file that passes is written again as it was, except for what is not the collection's.
fn check_written(bytes: &[u8], written: &mut [u8]) {
    let node_keys = 56..60;
    let is_known = bytes[10..12] == [0; 2];
    if !is_known || bytes[node_keys.clone()] != written[node_keys] || section(bytes, 1).1 > 0 {
        return;
    }
    // Shared bytes may be fewer, and levels other ones then.
    if bytes[72..76] != written[72..76] {
        return;
    }
    // Optional features, the program.
    for free in [24..32, 208..256] {
        written[free.clone()].copy_from_slice(&bytes[free]);
    }
    repair(written);
    let different = bytes
        .iter()
        .zip(&*written)
        .position(|(old, new)| old != new);
    assert_eq!(
        (different, bytes.len()),
        (None, written.len()),
        "written otherwise"
    );
}
