//! Sorts entries that come in any order, within a budget of memory.
//!
//! Entries are collected in a small chunk. A full chunk is sorted, which makes it a *run*. Runs are
//! kept in memory up to the budget, then merged into one in a temporary file. When there are as
//! many of these as can be read at the same time, they are merged into one of the next level, so
//! that each entry is written once for each level. The last merge is what the caller reads.
//!
//! Of entries with equal keys, the one that was there first comes first: each chunk is sorted
//! stably, and runs are merged in the order in which they were made.

use alloc::boxed::Box;
use alloc::collections::BinaryHeap;
use alloc::collections::binary_heap::PeekMut;
use alloc::vec::Vec;
use core::cmp::Ordering;
use core::mem;

use std::env;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Cursor, Read, Seek, Write};
use std::path::PathBuf;

use crate::search::heads::first_eight;

use super::temporary::Temporary;

/// A chunk has this part of the budget, and at most this many bytes: a small one is sorted fast.
const CHUNK_PART: usize = 16;
const CHUNK_BYTES_MAX: usize = 1 << 20;

/// A chunk, the memory by which it grows, and the run that it becomes are together as large as that
/// many chunks.
const CHUNKS_AT_ONCE: usize = 6;

/// The number of files that are merged at once, if each can have a buffer that is large enough. It
/// is also the number of files of a level that are open.
const FILES_MAX: usize = 32;
const FILES_MIN: usize = 4;
const BUFFER_BYTES_MIN: usize = 4 << 10;
const BUFFER_BYTES_MAX: usize = 1 << 20;

/// What a run needs beside its entries, about.
const RUN_BYTES: usize = 256;

/// Keys, as bytes that order as they do, with values of one width.
pub(super) struct ExternalSort {
    value_width: usize,
    /// The budget.
    memory: usize,
    folder: PathBuf,
    chunk: Chunk,
    /// The length of the longest entry.
    longest: usize,
    /// Runs in memory, in the order in which they were made, and the bytes that they need.
    in_memory: Vec<Run>,
    in_memory_bytes: usize,
    /// Runs in files. Those of a level are all later than those of the next one.
    levels: Vec<Vec<Spilled>>,
}

/// A run in a file. It has no buffer until it is read.
struct Spilled {
    file: Temporary<File>,
    /// The number of its entries.
    count: u64,
}

impl ExternalSort {
    pub(super) fn new(value_width: usize, memory: usize) -> Self {
        ExternalSort {
            value_width,
            memory: memory.max(FILES_MIN * BUFFER_BYTES_MIN),
            folder: env::temp_dir(),
            chunk: Chunk::default(),
            longest: 0,
            in_memory: Vec::new(),
            in_memory_bytes: 0,
            levels: Vec::new(),
        }
    }

    /// Adds an entry. O(log n) amortized.
    pub(super) fn push(&mut self, key: &[u8], value: &[u8]) -> io::Result<()> {
        self.chunk.push(key, value)?;
        self.longest = self.longest.max(key.len() + value.len());
        if self.chunk.bytes() >= self.chunk_bytes() {
            self.end_chunk();
        }
        // The memory of chunks is a part of the budget.
        if self.in_memory_bytes + CHUNKS_AT_ONCE * self.chunk_bytes() > self.memory {
            self.spill()?;
        }
        Ok(())
    }

    /// All entries, in order.
    pub(super) fn finish(mut self) -> io::Result<Merge> {
        self.end_chunk();
        self.chunk = Chunk::default();
        if self.levels.is_empty() {
            return Merge::new(self.in_memory, self.value_width);
        }
        self.spill()?;
        while self.levels.iter().map(Vec::len).sum::<usize>() > self.files_max() {
            let lowest = self.levels.remove(0);
            let run = self.write(self.read(lowest))?;
            self.levels[0].push(run);
        }
        let levels = mem::take(&mut self.levels);
        let runs = self.read(levels.into_iter().rev().flatten());
        Merge::new(runs, self.value_width)
    }

    fn chunk_bytes(&self) -> usize {
        (self.memory / CHUNK_PART).min(CHUNK_BYTES_MAX)
    }

    fn files_max(&self) -> usize {
        (self.memory / BUFFER_BYTES_MIN).clamp(FILES_MIN, FILES_MAX)
    }

    /// As much of each file is in memory, and of the one that is written.
    fn buffer_bytes(&self) -> usize {
        (self.memory / (self.files_max() + 1)).min(BUFFER_BYTES_MAX)
    }

    fn end_chunk(&mut self) {
        let count = self.chunk.starts.len() as u64;
        if count > 0 {
            let sorted = self.chunk.take_sorted(self.value_width);
            // While runs are merged, each has a copy of an entry.
            self.in_memory_bytes += sorted.len() + self.longest + RUN_BYTES;
            self.in_memory.push(Run::new(Cursor::new(sorted), count));
        }
    }

    /// Writes the runs in memory to a file.
    fn spill(&mut self) -> io::Result<()> {
        let mut runs = mem::take(&mut self.in_memory);
        self.in_memory_bytes = 0;
        for level in 0.. {
            if runs.is_empty() {
                break;
            }
            let run = self.write(runs)?;
            if level == self.levels.len() {
                self.levels.push(Vec::new());
            }
            self.levels[level].push(run);
            runs = match self.levels[level].len() == self.files_max() {
                true => {
                    let full = mem::take(&mut self.levels[level]);
                    self.read(full)
                }
                false => Vec::new(),
            };
        }
        Ok(())
    }

    /// Runs in files, to be merged.
    fn read(&self, spilled: impl IntoIterator<Item = Spilled>) -> Vec<Run> {
        let buffer_bytes = self.buffer_bytes();
        let run =
            |Spilled { file, count }| Run::new(BufReader::with_capacity(buffer_bytes, file), count);
        spilled.into_iter().map(run).collect()
    }

    /// Merges runs into one in a file.
    fn write(&self, runs: Vec<Run>) -> io::Result<Spilled> {
        let count = runs.iter().map(|run| run.left).sum();
        let mut merge = Merge::new(runs, self.value_width)?;
        let file = Temporary::create(&self.folder)?;
        let mut out = BufWriter::with_capacity(self.buffer_bytes(), file);
        while let Some((key, value)) = merge.next()? {
            write_entry(&mut out, key, value)?;
        }
        let mut file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.rewind()?;
        Ok(Spilled { file, count })
    }
}

/// An entry as runs have it: the length of the key, the key, the value.
fn write_entry(out: &mut impl Write, key: &[u8], value: &[u8]) -> io::Result<()> {
    let length = u32::try_from(key.len()).map_err(|_| {
        let message = "a text of 4 GiB or more cannot be sorted";
        io::Error::new(io::ErrorKind::InvalidInput, message)
    })?;
    out.write_all(&length.to_le_bytes())?;
    out.write_all(key)?;
    out.write_all(value)
}

/// Entries in the order in which they came.
#[derive(Default)]
struct Chunk {
    entries: Vec<u8>,
    /// Where each entry begins, and the first eight bytes of its key: most keys differ in these.
    starts: Vec<(u64, u32)>,
}

impl Chunk {
    fn push(&mut self, key: &[u8], value: &[u8]) -> io::Result<()> {
        // A chunk that is larger has ended.
        self.starts
            .push((first_eight(key), self.entries.len() as u32));
        write_entry(&mut self.entries, key, value)
    }

    fn bytes(&self) -> usize {
        self.entries.len() + size_of_val(&self.starts[..])
    }

    /// Removes all entries, and returns them in order. The chunk keeps its memory.
    fn take_sorted(&mut self, value_width: usize) -> Vec<u8> {
        let entries = &self.entries;
        let key = |start: u32| {
            let (length, rest) = split_length(&entries[start as usize..]);
            &rest[..length]
        };
        // The starts ascend in the order in which the entries came.
        self.starts
            .sort_unstable_by(|(head, start), (other_head, other)| {
                let keys = || key(*start).cmp(key(*other));
                let order = head.cmp(other_head).then_with(keys);
                order.then(start.cmp(other))
            });
        let mut sorted = Vec::with_capacity(entries.len());
        for (_, start) in &self.starts {
            let length = LENGTH_BYTES + key(*start).len() + value_width;
            sorted.extend_from_slice(&entries[*start as usize..][..length]);
        }
        self.entries.clear();
        self.starts.clear();
        sorted
    }
}

const LENGTH_BYTES: usize = size_of::<u32>();

/// The length of the key of an entry, and what follows it.
fn split_length(entry: &[u8]) -> (usize, &[u8]) {
    let (length, rest) = entry
        .split_first_chunk()
        .unwrap_or((&[0; LENGTH_BYTES], &[]));
    (u32::from_le_bytes(*length) as usize, rest)
}

/// Sorted entries, of which the first one has been read.
struct Run {
    input: Box<dyn Read + Send>,
    /// The number of entries that have not been read.
    left: u64,
    key_length: usize,
    /// The key and the value of the entry, and the first eight bytes of the key.
    entry: Vec<u8>,
    head: u64,
    /// Its number among the runs that are merged.
    number: usize,
}

impl Run {
    fn new(input: impl Read + Send + 'static, left: u64) -> Run {
        Run {
            input: Box::new(input),
            left,
            key_length: 0,
            entry: Vec::new(),
            head: 0,
            number: 0,
        }
    }

    /// Reads the next entry; false if there is none.
    fn advance(&mut self, value_width: usize) -> io::Result<bool> {
        if self.left == 0 {
            return Ok(false);
        }
        self.left -= 1;
        let mut length = [0; LENGTH_BYTES];
        self.input.read_exact(&mut length)?;
        self.key_length = u32::from_le_bytes(length) as usize;
        self.entry.resize(self.key_length + value_width, 0);
        self.input.read_exact(&mut self.entry)?;
        self.head = first_eight(self.key());
        Ok(true)
    }

    fn key(&self) -> &[u8] {
        &self.entry[..self.key_length]
    }
}

/// The greatest run is the one that is next: its entry is the least.
impl Ord for Run {
    fn cmp(&self, other: &Run) -> Ordering {
        let keys = || other.key().cmp(self.key());
        let order = other.head.cmp(&self.head).then_with(keys);
        order.then_with(|| other.number.cmp(&self.number))
    }
}

impl PartialOrd for Run {
    fn partial_cmp(&self, other: &Run) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Run {
    fn eq(&self, other: &Run) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Run {}

/// The entries of runs, in order; those with equal keys, in the order of the runs.
pub(super) struct Merge {
    value_width: usize,
    /// Those that have an entry.
    runs: BinaryHeap<Box<Run>>,
    /// Whether the first entry has been returned.
    is_begun: bool,
}

impl Merge {
    fn new(runs: Vec<Run>, value_width: usize) -> io::Result<Merge> {
        let mut merge = Merge {
            value_width,
            runs: BinaryHeap::with_capacity(runs.len()),
            is_begun: false,
        };
        for (number, mut run) in runs.into_iter().enumerate() {
            run.number = number;
            if run.advance(value_width)? {
                merge.runs.push(Box::new(run));
            }
        }
        Ok(merge)
    }

    /// The next key and its value; `None` at the end.
    pub(super) fn next(&mut self) -> io::Result<Option<(&[u8], &[u8])>> {
        if self.is_begun
            && let Some(mut run) = self.runs.peek_mut()
            && !run.advance(self.value_width)?
        {
            PeekMut::pop(run);
        }
        self.is_begun = true;
        Ok(self
            .runs
            .peek()
            .map(|run| run.entry.split_at(run.key_length)))
    }
}

#[cfg(test)]
mod tests {
    use std::string::ToString;

    use super::*;

    /// Keys of up to eleven bytes without a pattern, many of them equal, with their numbers.
    fn entries() -> Vec<(Vec<u8>, [u8; 4])> {
        let key = |number: u32| {
            let random = number.wrapping_mul(0x9E37_79B9);
            let digits = (random >> 20).to_string();
            let digits = &digits.as_bytes()[..(random >> 16) as usize % (digits.len() + 1)];
            [&b"shared "[..7 * (random >> 31) as usize], digits].concat()
        };
        let numbers = 0..20_000_u32;
        numbers
            .map(|number| (key(number), number.to_be_bytes()))
            .collect()
    }

    #[test]
    fn entries_are_sorted_stably_in_several_passes() {
        let mut expected = entries();
        expected.sort_by(|one, other| one.0.cmp(&other.0));
        for (memory, levels) in [(0, 3), (100_000, 1), (usize::MAX, 0)] {
            let mut sort = ExternalSort::new(4, memory);
            for (key, value) in entries() {
                sort.push(&key, &value).unwrap();
            }
            assert_eq!(sort.levels.len(), levels, "{memory}");
            let mut merge = sort.finish().unwrap();
            for (key, value) in &expected {
                assert_eq!(merge.next().unwrap(), Some((&key[..], &value[..])));
            }
            assert_eq!(merge.next().unwrap(), None);
        }
    }

    #[test]
    fn the_error_of_a_temporary_file_names_its_folder() {
        let mut sort = ExternalSort::new(4, 0);
        sort.folder = env::temp_dir().join("there is no such folder");
        let mut entries = entries().into_iter().cycle();
        let error = loop {
            let (key, value) = entries.next().unwrap();
            if let Err(error) = sort.push(&key, &value) {
                break error;
            }
        };
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
        let message = error.to_string();
        assert!(message.starts_with("a temporary file in "), "{message}");
        assert!(message.contains("there is no such folder: "), "{message}");
    }
}
