//! Sorts more rows than memory may hold: runs are kept in memory up to a budget, then merged and
//! spilled to a temporary file, and all merged again in the end (external merge sort).

use std::cmp::Ordering;
use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::mem;
use std::sync::Arc;

use crate::error::Error;
use crate::output::RowSource;
use crate::run::{Order, Record, key_head};

/// As much is read of a run in a file at a time, or less if memory is short.
const BUFFER_BYTES_MAX: usize = 256 * 1024;
const BUFFER_BYTES_MIN: usize = 8 * 1024;

/// More runs in a file are merged into fewer first, so that their buffers stay small.
const FILE_RUNS_MAX: usize = 128;

/// Sorted runs, each of rows that are behind those of the runs before it in the file.
pub(crate) struct Runs {
    order: Order,
    memory_bytes_max: usize,
    in_memory: Vec<Vec<u8>>,
    memory_bytes: usize,
    spilled: Option<Spilled>,
    /// The key of all rows, if only those of the first one are kept.
    first: Option<Vec<u8>>,
}

/// Runs in a temporary file, which vanishes with the program, whatever ends it.
struct Spilled {
    file: Arc<File>,
    ends: Vec<u64>,
    /// As much is read or written at a time.
    buffer_bytes: usize,
}

impl Runs {
    pub(crate) fn new(order: Order, memory_bytes_max: usize) -> Runs {
        Runs {
            order,
            memory_bytes_max,
            in_memory: Vec::new(),
            memory_bytes: 0,
            spilled: None,
            first: None,
        }
    }

    /// Adds the run that follows in the file, whose rows have one key, unless that of the rows so
    /// far is before it. If it is behind it, these rows are removed.
    pub(crate) fn push_first(&mut self, run: Vec<u8>) -> Result<(), Error> {
        if run.is_empty() {
            return Ok(());
        }
        let key = Record::first_of(&run).key;
        let comparison = self.first.as_deref().map(|first| self.order.of(key, first));
        match comparison {
            Some(Ordering::Greater) => return Ok(()),
            Some(Ordering::Equal) => {}
            Some(Ordering::Less) | None => {
                *self = Runs {
                    first: Some(key.to_vec()),
                    ..Runs::new(self.order, self.memory_bytes_max)
                };
            }
        }
        self.push(run)
    }

    /// Adds the run that follows in the file.
    pub(crate) fn push(&mut self, run: Vec<u8>) -> Result<(), Error> {
        if run.is_empty() {
            return Ok(());
        }
        self.memory_bytes += run.capacity();
        self.in_memory.push(run);
        if self.memory_bytes > self.memory_bytes_max {
            self.spill().map_err(Error::spill)?;
        }
        Ok(())
    }

    fn create_file(&self) -> io::Result<Spilled> {
        let buffer_bytes = self.memory_bytes_max / FILE_RUNS_MAX;
        Ok(Spilled {
            file: Arc::new(tempfile::tempfile()?),
            ends: Vec::new(),
            buffer_bytes: buffer_bytes.clamp(BUFFER_BYTES_MIN, BUFFER_BYTES_MAX),
        })
    }

    /// Writes what is in memory to the file, as one run.
    fn spill(&mut self) -> io::Result<()> {
        let mut spilled = match self.spilled.take() {
            Some(spilled) => spilled,
            None => self.create_file()?,
        };
        let runs = mem::take(&mut self.in_memory);
        self.memory_bytes = 0;
        let readers = runs.into_iter().map(Reader::of_memory).collect();
        spilled.append(Merge::start(readers, self.order)?)?;
        if spilled.ends.len() == FILE_RUNS_MAX {
            let mut merged = self.create_file()?;
            merged.append(Merge::start(spilled.readers(), self.order)?)?;
            spilled = merged;
        }
        self.spilled = Some(spilled);
        Ok(())
    }

    /// All rows, in order.
    pub(crate) fn merge(self) -> Result<Merge, Error> {
        let mut readers = match &self.spilled {
            Some(spilled) => spilled.readers(),
            None => Vec::new(),
        };
        readers.extend(self.in_memory.into_iter().map(Reader::of_memory));
        Merge::start(readers, self.order).map_err(Error::spill)
    }
}

impl Spilled {
    /// Writes a run behind the others.
    fn append(&mut self, mut merge: Merge) -> io::Result<()> {
        let end = (&*self.file).seek(SeekFrom::End(0))?;
        let mut writer = BufWriter::with_capacity(self.buffer_bytes, &*self.file);
        let mut length = 0;
        while let Some(bytes) = merge.record_bytes() {
            writer.write_all(bytes)?;
            length += bytes.len() as u64;
            merge.advance()?;
        }
        writer.flush()?;
        self.ends.push(end + length);
        Ok(())
    }

    fn readers(&self) -> Vec<Reader> {
        let starts = std::iter::once(&0).chain(&self.ends);
        let spans = starts.zip(&self.ends);
        spans
            .map(|(start, end)| Reader::of_file(self, *start, *end))
            .collect()
    }
}

/// Reads the records of one run.
struct Reader {
    /// Holds the whole record that is next, at `at`.
    bytes: Vec<u8>,
    at: usize,
    /// The length of the record that is next; 0 at the end.
    record: usize,
    rest: Option<Rest>,
}

/// What of a run is still in a file, whose other runs are read in turns with it.
struct Rest {
    file: Arc<File>,
    position: u64,
    end: u64,
    buffer_bytes: usize,
}

impl Reader {
    fn of_memory(bytes: Vec<u8>) -> Reader {
        Reader {
            bytes,
            at: 0,
            record: 0,
            rest: None,
        }
    }

    fn of_file(spilled: &Spilled, position: u64, end: u64) -> Reader {
        Reader {
            bytes: Vec::new(),
            at: 0,
            record: 0,
            rest: Some(Rest {
                file: Arc::clone(&spilled.file),
                position,
                end,
                buffer_bytes: spilled.buffer_bytes,
            }),
        }
    }

    /// Goes to the next record; false at the end.
    fn advance(&mut self) -> io::Result<bool> {
        self.at += self.record;
        self.record = loop {
            match Record::length(&self.bytes[self.at..]) {
                Ok(length) => break length,
                Err(needed) => {
                    if !self.refill(needed)? {
                        break 0;
                    }
                }
            }
        };
        Ok(self.record > 0)
    }

    /// Reads at least `needed` bytes of the next record; false if there are no more.
    fn refill(&mut self, needed: usize) -> io::Result<bool> {
        let Some(rest) = self.rest.as_mut().filter(|rest| rest.position < rest.end) else {
            if self.at < self.bytes.len() {
                // A part of a record: the temporary file is not what was written.
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            // Returns the memory early: another run may still be long.
            self.bytes = Vec::new();
            self.at = 0;
            return Ok(false);
        };
        self.bytes.drain(..self.at);
        self.at = 0;
        let wanted = (needed - self.bytes.len()).max(rest.buffer_bytes) as u64;
        let count = wanted.min(rest.end - rest.position);
        (&*rest.file).seek(SeekFrom::Start(rest.position))?;
        let read = (&*rest.file).take(count).read_to_end(&mut self.bytes)?;
        if read as u64 != count {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        rest.position += count;
        Ok(true)
    }

    fn record(&self) -> Record<'_> {
        Record::first_of(&self.bytes[self.at..])
    }
}

/// The records of sorted runs, in order; those with equal keys, in the order of the runs.
pub(crate) struct Merge {
    order: Order,
    readers: Vec<Reader>,
    /// A binary heap of the readers that have a record, with the heads of its keys.
    heap: Vec<(u64, usize)>,
    /// Whether the first record has been handed out.
    is_begun: bool,
}

impl RowSource for Merge {
    fn next_row(&mut self) -> Result<Option<&[u8]>, Error> {
        Ok(self.next()?.map(|record| record.row))
    }
}

impl Merge {
    fn start(readers: Vec<Reader>, order: Order) -> io::Result<Merge> {
        let mut merge = Merge {
            order,
            is_begun: false,
            heap: Vec::with_capacity(readers.len()),
            readers,
        };
        for at in 0..merge.readers.len() {
            if merge.readers[at].advance()? {
                merge
                    .heap
                    .push((key_head(merge.readers[at].record().key), at));
            }
        }
        for at in (0..merge.heap.len() / 2).rev() {
            merge.sift_down(at);
        }
        Ok(merge)
    }

    /// The next record; `None` at the end.
    pub(crate) fn next(&mut self) -> Result<Option<Record<'_>>, Error> {
        if self.is_begun {
            self.advance().map_err(Error::spill)?;
        }
        self.is_begun = true;
        let reader = self.heap.first();
        Ok(reader.map(|(_, reader)| self.readers[*reader].record()))
    }

    /// The number of rows.
    pub(crate) fn count(mut self) -> Result<u64, Error> {
        let mut count = 0;
        while self.next()?.is_some() {
            count += 1;
        }
        Ok(count)
    }

    fn record_bytes(&self) -> Option<&[u8]> {
        let (_, reader) = self.heap.first()?;
        let reader = &self.readers[*reader];
        Some(&reader.bytes[reader.at..reader.at + reader.record])
    }

    fn advance(&mut self) -> io::Result<()> {
        let Some((_, reader)) = self.heap.first().copied() else {
            return Ok(());
        };
        if self.readers[reader].advance()? {
            self.heap[0].0 = key_head(self.readers[reader].record().key);
        } else {
            self.heap.swap_remove(0);
        }
        self.sift_down(0);
        Ok(())
    }

    fn sift_down(&mut self, mut at: usize) {
        loop {
            let mut first = at;
            for child in [2 * at + 1, 2 * at + 2] {
                if child < self.heap.len() && self.is_before(child, first) {
                    first = child;
                }
            }
            if first == at {
                return;
            }
            self.heap.swap(at, first);
            at = first;
        }
    }

    fn is_before(&self, one: usize, other: usize) -> bool {
        let ((head, reader), (other_head, other)) = (self.heap[one], self.heap[other]);
        let key = |reader: usize| self.readers[reader].record().key;
        self.order
            .of(head, other_head)
            .then_with(|| self.order.of(key(reader), key(other)))
            .then(reader.cmp(&other))
            .is_lt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::Collector;

    /// Rows with numbers; keys of one to ten bytes, many of them equal.
    fn rows() -> Vec<(Vec<u8>, Vec<u8>)> {
        let mut state = 1_u64;
        let mut random = |below: u64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 33) % below
        };
        (0..20_000)
            .map(|row| {
                let length = 1 + random(10);
                let key = (0..length).map(|_| random(3) as u8).collect();
                let padding = random(40) as usize;
                (key, format!("{row}{}", " ".repeat(padding)).into_bytes())
            })
            .collect()
    }

    fn merged(order: Order, memory_bytes_max: usize) -> Vec<Vec<u8>> {
        let mut runs = Runs::new(order, memory_bytes_max);
        let mut collector = Collector::default();
        for chunk in rows().chunks(70) {
            for (key, row) in chunk {
                collector.push(key, |bytes| bytes.extend_from_slice(row));
            }
            runs.push(collector.take_run(order, usize::MAX)).unwrap();
            let file_runs = runs
                .spilled
                .as_ref()
                .map_or(0, |spilled| spilled.ends.len());
            assert!(file_runs < FILE_RUNS_MAX);
        }
        assert_eq!(runs.spilled.is_some(), memory_bytes_max < 1 << 20);
        let (mut merge, mut found) = (runs.merge().unwrap(), Vec::new());
        while let Some(row) = merge.next_row().unwrap() {
            found.push(row.to_vec());
        }
        found
    }

    #[test]
    fn all_rows_are_sorted_within_any_budget() {
        for order in [Order::Ascending, Order::Descending] {
            let mut expected = rows();
            expected.sort_by(|(key, _), (other, _)| order.of(key, other));
            let expected: Vec<Vec<u8>> = expected.into_iter().map(|(_, row)| row).collect();
            // The smallest spills each run, and merges runs of the file twice.
            for memory_bytes_max in [usize::MAX, 100_000, 1] {
                assert!(merged(order, memory_bytes_max) == expected);
            }
        }
    }

    #[test]
    fn rows_beyond_a_limit_are_left_out() {
        let mut collector = Collector::default();
        for key in [b"b", b"a", b"c", b"a"] {
            collector.push(key, |bytes| bytes.extend_from_slice(key));
        }
        let run = collector.take_run(Order::Descending, 2);
        let first = Record::first_of(&run);
        assert_eq!((first.key, first.row), (&b"c"[..], &b"c"[..]));
        assert_eq!(Record::length(&run), Ok(10));
        assert_eq!((run.len(), run.capacity()), (20, 20));
    }
}
