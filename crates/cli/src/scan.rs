//! Searches tables: one thread reads chunks, others search them, and this one puts the results
//! together in the order of the file.
//!
//! Nothing is printed before all rows have been searched, so an error in a table leaves no partial
//! output.

use std::collections::VecDeque;
use std::panic;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use leafwise::BPlusTreeMap;

use crate::args::Reading;
use crate::chunks::{Chunk, Content, chunk_bytes};
use crate::error::{self, Error};
use crate::index::Fit;
use crate::infer::Sample;
use crate::key::{KeyType, Kind, Spellings};
use crate::location::Location;
use crate::merge::Runs;
use crate::part::Bad;
use crate::progress::Progress;
use crate::rows::Fields;
use crate::select::{Failure, Scratch, Selected, Selection};
use crate::table::{Table, unreadable};

/// The sample of a column ends here even if it is nearly empty.
const SAMPLE_BYTES_MAX: usize = 32 << 20;

/// More threads would wait for the one that reads, and each has chunks in memory.
const THREADS_MAX: usize = 8;

/// Tables that are read one after another, as if they were one.
pub(crate) struct Tables {
    tables: Vec<Table>,
    /// The bytes of memory for what is found.
    memory: usize,
    /// The table that is being read, and the next chunk's number.
    current: usize,
    number: u64,
    /// Chunks of a stream that were read for the sample.
    held: VecDeque<Chunk>,
}

/// What was found.
pub(crate) struct Found {
    /// The number of rows, unless only those of the first key are kept.
    pub(crate) matches: u64,
    /// The number of rows without a key.
    pub(crate) without_key: u64,
    /// The number of bad rows that were skipped.
    pub(crate) skipped: u64,
    pub(crate) fit: Fit,
    /// The spellings that all cells share, for each column of the key.
    pub(crate) spellings: Vec<Option<Spellings>>,
    /// The line behind the last row.
    pub(crate) line: u64,
    pub(crate) runs: Runs,
}

impl Tables {
    /// Opens all tables, which are searched within that many bytes of memory. The further ones have
    /// the columns of the first.
    pub(crate) fn open(
        first: &Location,
        further: &[Location],
        reading: &Reading,
        memory: usize,
    ) -> Result<Tables, Error> {
        let tables = std::iter::once(first)
            .chain(further)
            .map(|location| Table::open(location, reading))
            .collect::<Result<Vec<Table>, Error>>()?;
        for further in &tables[1..] {
            tables[0].header().check_same(further.header())?;
        }
        Ok(Tables {
            tables,
            memory,
            current: 0,
            number: 0,
            held: VecDeque::new(),
        })
    }

    /// The first table, whose columns all have.
    pub(crate) fn first(&self) -> &Table {
        &self.tables[0]
    }

    /// Goes on at a position of the only table, where a row begins.
    pub(crate) fn skip_to(&mut self, position: u64, line: u64) -> Result<(), Error> {
        self.tables[0].skip_to(position, line)
    }

    /// The type of the keys in a column, if all files say the same.
    pub(crate) fn kind(&self, column: usize) -> Option<Kind> {
        let kind = self.first().header().kind(column);
        let is_same = |table: &Table| table.header().kind(column) == kind;
        kind.filter(|_| self.tables.iter().all(is_same))
    }

    /// Tells, before any rows are read, which columns of them are needed.
    pub(crate) fn project(&mut self, columns: &[usize]) {
        let tables = self.tables.iter_mut();
        tables.for_each(|table| table.project(columns));
    }

    /// What was assumed about the tables.
    pub(crate) fn notes(&self) -> impl Iterator<Item = &str> {
        self.tables.iter().filter_map(Table::note)
    }

    /// Reads the first cells of a column, as far as they are text. Their rows are searched again:
    /// those of local files are read twice, others are kept until then.
    pub(crate) fn sample(&mut self, column: usize, key_type: &KeyType) -> Result<Sample, Error> {
        let columns = self.first().header().len();
        let can_rewind = self.can_rewind();
        let mut sample = Sample::default();
        let mut bytes_read = 0;
        let mut base = 0;
        let mut table = None;
        let mut number = 0;
        while bytes_read < SAMPLE_BYTES_MAX && !sample.is_full() {
            // Chunks may have been read for the sample of another column.
            if number == self.held.len() {
                let Some(chunk) = self.read() else { break };
                self.held.push_back(chunk);
            }
            let chunk = &self.held[number];
            if let Content::Rows(part) = &chunk.content {
                if table != Some(chunk.table) {
                    table = Some(chunk.table);
                    base = self.tables[chunk.table].first_line();
                    let table = &self.tables[chunk.table];
                    sample.push_table(table.name(), table.unit());
                }
                bytes_read += part.size();
                let (mut rows, mut fields) = (part.reader(), Fields::default());
                while !sample.is_full()
                    && let Some(row) = rows.next(&mut fields)
                {
                    let Ok(row) = row else { continue };
                    let (cell, len) = row.field_and_len(column);
                    if len == columns
                        && row.has_value(column)
                        && !key_type.is_missing(&cell)
                        && let Ok(cell) = std::str::from_utf8(&cell)
                    {
                        sample.push(base + row.line(), cell);
                    }
                }
                base += rows.lines();
            }
            match can_rewind {
                true => self.held.clear(),
                false => number += 1,
            }
        }
        self.rewind()?;
        Ok(sample)
    }

    /// Whether rows are read once more: those of other tables are kept.
    fn can_rewind(&self) -> bool {
        self.tables.iter().all(Table::can_rewind)
    }

    /// Goes back to the first rows of local files, wherever others have read them. What is read of
    /// other tables goes on behind what is kept of them.
    pub(crate) fn rewind(&mut self) -> Result<(), Error> {
        if self.can_rewind() {
            (self.current, self.number) = (0, 0);
            self.tables.iter_mut().try_for_each(Table::rewind)?;
        }
        Ok(())
    }

    /// The next chunk of all tables.
    fn next_chunk(&mut self) -> Option<Chunk> {
        match self.held.pop_front() {
            Some(chunk) => Some(chunk),
            None => self.read(),
        }
    }

    fn read(&mut self) -> Option<Chunk> {
        loop {
            let table = self.tables.get_mut(self.current)?;
            let Some(content) = table.next_rows(chunk_bytes(self.memory)) else {
                self.current += 1;
                continue;
            };
            let chunk = Chunk {
                table: self.current,
                number: self.number,
                content,
            };
            self.number += 1;
            return Some(chunk);
        }
    }

    /// Searches all rows.
    pub(crate) fn search(self, selection: Selection) -> Result<Found, Error> {
        let lines_start: Vec<u64> = self.tables.iter().map(Table::first_line).collect();
        let units = self.tables.iter().map(Table::unit).collect();
        let names: Vec<String> = self.tables.iter().map(|it| it.name().to_string()).collect();
        let mut progress = Progress::start(self.tables.iter().map(Table::source));
        let mut together = Together {
            runs: Runs::new(selection.order, self.memory),
            is_first_only: selection.is_first_only,
            spellings: selection.parts().map(|part| part.spellings).collect(),
            fit: selection.fit(),
            lines_start,
            units,
            names,
            table: 0,
            line: 0,
            matches: 0,
            without_key: 0,
            bad: Vec::new(),
        };
        let (results, threads) = start_threads(self, selection);
        let mut early = BPlusTreeMap::new();
        let mut next = 0;
        for searched in results {
            early.insert(searched.number, searched);
            while let Some(searched) = early.remove(&next) {
                together.add(searched.table, searched.selected)?;
                next += 1;
            }
            progress.update();
        }
        // Not after an error: the thread that reads may be waiting for input that never comes.
        threads.join();
        // Removes the progress bar before a message is printed.
        drop(progress);
        together.report_bad();
        Ok(Found {
            matches: together.matches,
            without_key: together.without_key,
            skipped: together.bad.iter().map(|(_, count, _)| count).sum(),
            fit: together.fit,
            spellings: together.spellings,
            line: together.line,
            runs: together.runs,
        })
    }
}

/// A chunk that was searched.
struct Searched {
    table: usize,
    number: u64,
    selected: Selected,
}

/// A thread that reads, and others that search.
struct Threads {
    reader: JoinHandle<()>,
    searchers: Vec<JoinHandle<()>>,
}

impl Threads {
    /// Waits for all threads, and panics if one has: its rows would be missing.
    fn join(self) {
        for thread in self.searchers.into_iter().chain([self.reader]) {
            if let Err(panic) = thread.join() {
                panic::resume_unwind(panic);
            }
        }
    }
}

/// Starts all threads. The results end when all chunks have been searched, or a thread panicked.
fn start_threads(mut tables: Tables, selection: Selection) -> (Receiver<Searched>, Threads) {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let threads = threads.min(THREADS_MAX);
    let (chunk_sender, chunks) = sync_channel::<Chunk>(threads);
    let (result_sender, results) = sync_channel(threads);
    let reader = thread::spawn(move || {
        while let Some(chunk) = tables.next_chunk() {
            if chunk_sender.send(chunk).is_err() {
                return;
            }
        }
    });
    let (selection, chunks) = (Arc::new(selection), Arc::new(Mutex::new(chunks)));
    let start_searcher = |_| {
        let (selection, chunks) = (Arc::clone(&selection), Arc::clone(&chunks));
        let result_sender = result_sender.clone();
        thread::spawn(move || search_chunks(&selection, &chunks, &result_sender))
    };
    let searchers = (0..threads).map(start_searcher).collect();
    (results, Threads { reader, searchers })
}

/// Searches chunks until there are no more, or nobody takes the results.
fn search_chunks(
    selection: &Selection,
    chunks: &Mutex<Receiver<Chunk>>,
    results: &SyncSender<Searched>,
) {
    let mut scratch = Scratch::default();
    loop {
        let received = chunks.lock().map(|chunks| chunks.recv());
        let Ok(Ok(chunk)) = received else { return };
        let searched = Searched {
            table: chunk.table,
            number: chunk.number,
            selected: selection.select(chunk, &mut scratch),
        };
        if results.send(searched).is_err() {
            return;
        }
    }
}

/// The results of all chunks so far, in the order of the file.
struct Together {
    runs: Runs,
    /// Whether only the rows of the first key are kept.
    is_first_only: bool,
    /// The spellings that all cells so far have in common, for each column of the key.
    spellings: Vec<Option<Spellings>>,
    /// How the keys so far fit into integers.
    fit: Fit,
    lines_start: Vec<u64>,
    units: Vec<&'static str>,
    names: Vec<String>,
    /// The table of the last chunk, and the line behind it.
    table: usize,
    line: u64,
    matches: u64,
    without_key: u64,
    /// For each table with bad rows: how many, and the first.
    bad: Vec<(usize, u64, Error)>,
}

impl Together {
    fn add(&mut self, table: usize, selected: Selected) -> Result<(), Error> {
        if self.line == 0 || table != self.table {
            self.table = table;
            self.line = self.lines_start[table];
        }
        for (part, spellings, bad) in selected.narrowing {
            let common = self.spellings[part].map(|common| common.and(spellings));
            self.spellings[part] = common;
            if common.is_some_and(|common| common.is_none()) {
                return Err(self.error(bad));
            }
        }
        match selected.failure {
            Some(Failure::Bad(bad)) => return Err(self.error(bad)),
            Some(Failure::Unreadable(cause)) => {
                return Err(unreadable(&self.names[table], cause));
            }
            None => {}
        }
        if let Some(first) = selected.first_bad {
            let error = self.error(first);
            match self.bad.last_mut() {
                Some((of, count, _)) if *of == table => *count += selected.bad_count,
                _ => self.bad.push((table, selected.bad_count, error)),
            }
        }
        self.line += selected.lines;
        self.fit.join(selected.fit);
        self.matches += selected.matches;
        self.without_key += selected.without_key;
        match self.is_first_only {
            true => self.runs.push_first(selected.run),
            false => self.runs.push(selected.run),
        }
    }

    /// The error of a row of the current chunk.
    fn error(&self, bad: Bad) -> Error {
        Error::Row {
            table: self.names[self.table].clone(),
            unit: self.units[self.table],
            line: self.line + bad.line,
            why: bad.why.behind(self.line),
        }
    }

    fn report_bad(&self) {
        for (table, count, first) in &self.bad {
            error::tell_skipped(&self.names[*table], *count, first);
        }
    }
}
