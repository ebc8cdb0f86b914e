//! Files of ten thousand million keys, whose bytes are made when they are read: how many requests a
//! look-up takes, and how many bytes.
//!
//! `cargo test --release --lib huge -- --nocapture` prints the figures of docs/file-format.md.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

use std::println;

use super::{Found, Opening, Query, ReadOptions, Reader};
use crate::file::error::FileError;
use crate::file::geometry::Geometry;
use crate::file::header::{HEADER_BYTES, Header, Section};
use crate::file::limits;
use crate::static_collections::parts::{Collection, KeyBytes, KeyForm};

const MANY: u64 = 10_000_000_000;
const MAX: f64 = u64::MAX as f64;
/// The number of look-ups of each kind, and the numbers of first bytes that are kept: more in an
/// optimised build, as making bytes takes long.
const LOOK_UPS: u64 = if cfg!(debug_assertions) { 4 } else { 300 };
const FRONTS: &[u64] = match cfg!(debug_assertions) {
    true => &[64 << 10],
    false => &[64 << 10, 1 << 20, 1600 << 10],
};

/// Numbers without a pattern (SplitMix64).
fn hash(number: u64) -> u64 {
    let mut bits = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

/// How keys are distributed.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Keys {
    /// One in each interval of equal length.
    Even,
    /// Independent of each other, and evenly distributed.
    Random,
    /// Sparser and sparser: the fourth power of a position.
    Skewed,
    /// A million with each of ten thousand prefixes, numbered from 0.
    Prefixes,
    /// Clusters of clusters: of each interval, one half has 70 % of the keys.
    Clusters,
}

impl Keys {
    /// The key at a position among `count`.
    fn at(self, position: u64, count: u64) -> u64 {
        match self {
            Keys::Even => {
                let step = u64::MAX / count;
                position * step + hash(position) % step
            }
            Keys::Random => Self::split(position, count, |count, bits| {
                // The number of `count` coins that show heads is nearly normal, as that of 64 is.
                let heads = hash(bits).count_ones() as f64 + hash(bits + 1) as f64 / MAX;
                let normal = (heads - 32.5) / 4.0;
                let left = count as f64 / 2.0 + normal * (count as f64).sqrt() / 2.0;
                (left.round().max(0.0) as u64).min(count)
            }),
            Keys::Skewed => {
                let square = u128::from(position).pow(2) / u128::from(count);
                (((square * square) << 24) / u128::from(count)) as u64 * 64 + position
            }
            Keys::Prefixes => ((position / 1_000_000) << 40) | (position % 1_000_000),
            Keys::Clusters => Self::split(position, count, |count, bits| match hash(bits) & 1 {
                0 => count * 7 / 10,
                _ => count - count * 7 / 10,
            }),
        }
    }

    /// The key at a position, if `left` decides how many of the keys of an interval are in its left
    /// half.
    fn split(position: u64, count: u64, left: impl Fn(u64, u64) -> u64) -> u64 {
        let (mut position, mut count) = (position, count);
        let (mut start, mut width) = (0_u64, 1_u64 << 63);
        while count > 1 && width > 0 {
            let in_left = left(count, hash(start ^ width));
            if position < in_left {
                count = in_left;
            } else {
                position -= in_left;
                count -= in_left;
                start += width;
            }
            width /= 2;
        }
        start + hash(start) % (2 * width).max(1)
    }
}

fn value(position: u64) -> u64 {
    hash(!position)
}

/// A file whose bytes are made when they are read.
pub(in crate::file) struct Huge {
    header: Header,
    geometry: Geometry,
    encoded: [u8; HEADER_BYTES],
    limits: Vec<u8>,
    keys: Keys,
}

impl Huge {
    fn new(collection: Collection, keys: Keys, count: u64) -> Huge {
        let form = KeyForm::Integers {
            width: 8,
            is_signed: false,
        };
        let mut header = Header {
            keys: count,
            values: count,
            different_keys: count,
            collection,
            node_keys: 8,
            key_type: "u64".into(),
            value_type: "()".into(),
            ..Header::new(form)
        };
        if collection == Collection::Map {
            header.value_width = 8;
            header.value_type = "u64".into();
        }
        let limits = [0, count - 1].map(|at| KeyBytes::Integer(keys.at(at, count).into()));
        let limits = limits::encode(form, Some(limits));
        let mut lengths = [0; Section::ALL.len() - 1];
        for (length, known) in lengths.iter_mut().zip(header.lengths()) {
            *length = known.unwrap_or(0) as u64;
        }
        lengths[Section::Limits as usize - 1] = limits.len() as u64;
        header.lay_out(lengths);
        Huge {
            geometry: header.geometry(),
            encoded: header.encode(),
            header,
            limits,
            keys,
        }
    }

    pub(in crate::file) fn length(&self) -> u64 {
        self.header.file_length
    }

    fn key(&self, position: u64) -> u64 {
        self.keys.at(position, self.header.keys)
    }

    /// The bytes of a range, in front of the checksums.
    pub(in crate::file) fn read(&self, range: &Range<u64>) -> Vec<u8> {
        let start = range.start / 8 * 8;
        let words = (start..range.end).step_by(8);
        let mut bytes: Vec<u8> = words.flat_map(|offset| self.word(offset)).collect();
        bytes.truncate((range.end - start) as usize);
        bytes.split_off((range.start - start) as usize)
    }

    /// Eight bytes.
    fn word(&self, offset: u64) -> [u8; 8] {
        let part = |bytes: &[u8], at: u64| {
            let mut word = [0; 8];
            let rest = &bytes[at as usize..];
            let count = rest.len().min(8);
            word[..count].copy_from_slice(&rest[..count]);
            word
        };
        let within = |section| {
            let span = self.header.span(section);
            (span.offset..span.end())
                .contains(&offset)
                .then(|| offset - span.offset)
        };
        if offset < HEADER_BYTES as u64 {
            return part(&self.encoded, offset);
        }
        if let Some(at) = within(Section::Limits) {
            return part(&self.limits, at);
        }
        if let Some(at) = within(Section::Values) {
            return value(at / 8).to_le_bytes();
        }
        let position = match within(Section::Keys) {
            Some(at) => (at / 8 < self.header.keys).then_some(at / 8),
            None => match within(Section::Levels) {
                Some(_) => self.separator(offset),
                None => return [0; 8],
            },
        };
        position.map_or(u64::MAX, |at| self.key(at)).to_le_bytes()
    }

    /// The position of the separator at an offset.
    fn separator(&self, offset: u64) -> Option<u64> {
        (0..self.geometry.height()).find_map(|level| {
            let span = self.header.level_column(&self.geometry, level, 0)?;
            let is_within = (span.offset..span.end()).contains(&offset);
            is_within.then(|| self.geometry.position(level, (offset - span.offset) / 8))?
        })
    }
}

/// What look-ups took.
#[derive(Default)]
struct Cost {
    /// The number of look-ups that took that many round trips.
    by_rounds: [u64; 8],
    requests: u64,
    bytes: u64,
    most_bytes: u64,
}

impl Cost {
    fn look_ups(&self) -> u64 {
        self.by_rounds.iter().sum()
    }

    fn most_rounds(&self) -> usize {
        self.by_rounds
            .iter()
            .rposition(|count| *count > 0)
            .unwrap_or(0)
    }

    fn describe(&self) -> String {
        let rounds = self.by_rounds.iter().enumerate();
        let rounds: Vec<_> = rounds
            .filter(|(_, count)| **count > 0)
            .map(|(rounds, count)| format!("{rounds}: {count}"))
            .collect();
        format!(
            "round trips {{{}}}, {:.2} requests, {:.1} KiB, at most {:.1} KiB",
            rounds.join(", "),
            self.requests as f64 / self.look_ups() as f64,
            self.bytes as f64 / self.look_ups() as f64 / 1024.0,
            self.most_bytes as f64 / 1024.0,
        )
    }
}

/// Looks up keys at random positions of a file that has been opened, each by itself, and keys that
/// are not there.
fn look_up(collection: Collection, keys: Keys, options: ReadOptions, count: u64) -> Cost {
    let file = Huge::new(collection, keys, MANY);
    let front = file.read(&(0..options.front));
    let Ok(Opening::Done(reader)) = Reader::open(front, file.length(), options) else {
        panic!("the first bytes suffice");
    };
    let mut cost = Cost::default();
    for number in 0..count {
        let position = hash(number) % MANY;
        let key = file.key(position);
        let (mut rounds, mut requests, mut bytes) = (0, 0, 0);
        let found: Vec<Found> = reader
            .search([Query::equal(key)])
            .run(|ranges| {
                rounds += 1;
                requests += ranges.len() as u64;
                bytes += ranges
                    .iter()
                    .map(|range| range.end - range.start)
                    .sum::<u64>();
                let read: Vec<Vec<u8>> = ranges.iter().map(|range| file.read(range)).collect();
                Ok::<_, FileError>(read)
            })
            .unwrap();
        // Clusters may have a key several times.
        assert!(found[0].keys.contains(&position), "{keys:?} {position}");
        let values = found[0].keys.clone().map(value);
        if collection == Collection::Map {
            assert_eq!(found[0].values_as::<u64>(), Some(values.collect()));
        }
        cost.by_rounds[rounds] += 1;
        cost.requests += requests;
        cost.bytes += bytes;
        cost.most_bytes = cost.most_bytes.max(bytes);
    }
    println!(
        "{collection:?} of {keys:?}, front {} KiB: {}",
        options.front >> 10,
        cost.describe()
    );
    cost
}

#[test]
fn few_requests_find_one_of_ten_thousand_million() {
    for (at, &front) in FRONTS.iter().enumerate() {
        let options = ReadOptions {
            front,
            ..ReadOptions::REMOTE
        };
        for (keys, most_rounds) in [
            (Keys::Even, [1, 1, 1]),
            (Keys::Random, [1, 1, 1]),
            (Keys::Skewed, [2, 1, 1]),
            (Keys::Prefixes, [3, 2, 1]),
            (Keys::Clusters, [3, 3, 2]),
        ] {
            for collection in [Collection::Set, Collection::Map] {
                let cost = look_up(collection, keys, options, LOOK_UPS);
                assert!(cost.most_rounds() <= most_rounds[at], "{keys:?} {front}");
                assert!(cost.most_bytes <= options.at_once, "{keys:?} {front}");
            }
        }
    }
}

/// The files are those that a builder builds.
#[test]
#[cfg(feature = "builder")]
fn bytes_are_those_of_a_builder() {
    use crate::file::builder::{Builder, FileType};
    for count in [1, 2, 72, 9_999] {
        for keys in [Keys::Even, Keys::Skewed, Keys::Prefixes] {
            let file = Huge::new(Collection::Map, keys, count);
            let mut builder = Builder::new(FileType::of::<u64, u64>(Collection::Map));
            for position in 0..count {
                builder
                    .push(file.key(position), &[value(position)])
                    .unwrap();
            }
            let mut built = Vec::new();
            builder.write_to(&mut built).unwrap();
            assert_eq!(built.len() as u64, file.length());
            let end = file.header.span(Section::Checksums).offset;
            assert!(
                file.read(&(0..end)) == built[..end as usize],
                "{count} {keys:?}"
            );
            assert_eq!(file.read(&(1001..1103)), built[1001..1103]);
        }
    }
}
