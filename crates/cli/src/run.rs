//! A run: rows with their keys, sorted. Runs are made of chunks, merged, and spilled to disk.
//!
//! A record of a run is the length of its key, the length of its row (4 bytes each, in the byte
//! order of the machine), the key, and the row as it will be printed. The records of one key are in
//! the order of the file.

use std::cmp::Ordering;

const HEAD_BYTES: usize = 8;

/// The order in which keys are printed. Rows of one key stay in the order of the file either way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Order {
    Ascending,
    Descending,
}

impl Order {
    /// How keys compare in this order.
    pub(crate) fn of<T: Ord>(self, one: T, other: T) -> Ordering {
        match self {
            Order::Ascending => one.cmp(&other),
            Order::Descending => other.cmp(&one),
        }
    }
}

/// A key and its row.
#[derive(Clone, Copy)]
pub(crate) struct Record<'a> {
    pub(crate) key: &'a [u8],
    pub(crate) row: &'a [u8],
}

impl<'a> Record<'a> {
    /// The bytes of the record that bytes begin with, if they are all there; if not, how many are
    /// needed.
    pub(crate) fn length(bytes: &[u8]) -> Result<usize, usize> {
        let Some((head, _)) = bytes.split_first_chunk::<HEAD_BYTES>() else {
            return Err(HEAD_BYTES);
        };
        let (key, row) = lengths(head);
        let length = HEAD_BYTES + key + row;
        if bytes.len() < length {
            Err(length)
        } else {
            Ok(length)
        }
    }

    /// The record that bytes begin with; they hold a whole one.
    pub(crate) fn first_of(bytes: &'a [u8]) -> Record<'a> {
        let head = bytes.first_chunk().expect("bytes hold a whole record");
        let (key, row) = lengths(head);
        let (key, rest) = bytes[HEAD_BYTES..].split_at(key);
        Record {
            key,
            row: &rest[..row],
        }
    }
}

fn lengths(head: &[u8; HEAD_BYTES]) -> (usize, usize) {
    let [a, b, c, d, e, f, g, h] = *head;
    let length = |bytes| u32::from_ne_bytes(bytes) as usize;
    (length([a, b, c, d]), length([e, f, g, h]))
}

/// The first eight bytes of a key as a number that is ordered as they are; zeros stand for bytes
/// that a shorter key does not have.
pub(crate) fn key_head(key: &[u8]) -> u64 {
    let mut head = [0; 8];
    let count = key.len().min(8);
    head[..count].copy_from_slice(&key[..count]);
    u64::from_be_bytes(head)
}

/// Records that are collected in the order of the file.
#[derive(Default)]
pub(crate) struct Collector {
    bytes: Vec<u8>,
    /// The head of each key, and where its record begins.
    starts: Vec<(u64, usize)>,
}

impl Collector {
    /// Adds a record, of which `write_row` appends the row.
    pub(crate) fn push(&mut self, key: &[u8], write_row: impl FnOnce(&mut Vec<u8>)) {
        let start = self.bytes.len();
        self.starts.push((key_head(key), start));
        self.bytes
            .extend_from_slice(&length_u32(key.len()).to_ne_bytes());
        self.bytes.extend_from_slice(&[0; 4]);
        self.bytes.extend_from_slice(key);
        let row_start = self.bytes.len();
        write_row(&mut self.bytes);
        let row = length_u32(self.bytes.len() - row_start);
        self.bytes[start + 4..start + HEAD_BYTES].copy_from_slice(&row.to_ne_bytes());
    }

    /// Whether no record has a key that is before this one. If it is before all, it removes them:
    /// those that are added only if this returns true have one key, the first of all.
    pub(crate) fn keeps_first(&mut self, key: &[u8], order: Order) -> bool {
        if self.starts.is_empty() {
            return true;
        }
        let comparison = order.of(key, Record::first_of(&self.bytes).key);
        if comparison.is_lt() {
            self.bytes.clear();
            self.starts.clear();
        }
        comparison.is_le()
    }

    /// The first `rows_max` records of the sorted run. The collector is empty then, and keeps its
    /// memory.
    pub(crate) fn take_run(&mut self, order: Order, rows_max: usize) -> Vec<u8> {
        let bytes = &self.bytes;
        let key = |start: usize| Record::first_of(&bytes[start..]).key;
        // The starts ascend, which keeps the rows of a key in order.
        self.starts
            .sort_unstable_by(|(head, start), (other_head, other)| {
                order
                    .of(head, other_head)
                    .then_with(|| order.of(key(*start), key(*other)))
                    .then(start.cmp(other))
            });
        let record = |start: usize| {
            let bytes = &bytes[start..];
            &bytes[..Record::length(bytes).expect("the collector has whole records")]
        };
        let is_whole = self.starts.len() <= rows_max;
        self.starts.truncate(rows_max);
        let length = match is_whole {
            true => bytes.len(),
            false => self
                .starts
                .iter()
                .map(|(_, start)| record(*start).len())
                .sum(),
        };
        let mut run = Vec::with_capacity(length);
        for (_, start) in &self.starts {
            run.extend_from_slice(record(*start));
        }
        self.bytes.clear();
        self.starts.clear();
        run
    }
}

fn length_u32(length: usize) -> u32 {
    u32::try_from(length).expect("a row, and what is kept of it, is less than 4 GiB")
}
