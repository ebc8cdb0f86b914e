//! Reads the rows that an index found, from where they are in their table.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

use leafwise::file::Found;

use super::Index;
use super::about::State;
use crate::error::Error;
use crate::output::RowSource;
use crate::part::{Part, Syntax};
use crate::rows::Fields;
use crate::run::Order;
use crate::select::{Keep, Match, Scratch, Selection};
use crate::table::{Table, shown_path, unreadable};

/// As many rows are read together, in the order of the file.
const ROWS_MAX: u64 = 16 * 1024;

/// As many keys of a range are gone through together, where they are printed from the greatest on.
const KEYS_MAX: u64 = 4096;

/// The bytes that are read for the last row of a block; more if it is larger.
const ROW_BYTES: u64 = 4 * 1024;

/// Rows with less between them are read together, up to so many bytes.
const GAP_BYTES: u64 = 16 * 1024;
const BLOCK_BYTES: u64 = 1 << 20;

/// The rows at the places that an index has for some keys.
pub(crate) struct IndexedRows<'i> {
    index: &'i Index,
    selection: Selection,
    syntax: Syntax,
    file: File,
    /// What was found and has not been looked at, the next one first.
    found: VecDeque<Found>,
    /// Positions in the index, in the order in which their rows are printed.
    positions: VecDeque<Range<u64>>,
    /// The places of rows that may be printed, in order; `None` for all.
    allowed: Option<Vec<u64>>,
    /// The number of rows that may still be printed.
    rows_left: u64,
    /// Rows as they will be printed, one after another, and where each is.
    written: Vec<u8>,
    spans: VecDeque<Range<usize>>,
    scratch: Scratch,
}

impl<'i> IndexedRows<'i> {
    pub(super) fn new(
        index: &'i Index,
        mut found: Vec<Found>,
        allowed: Option<Vec<u64>>,
        selection: Selection,
        table: &Table,
    ) -> Result<Self, Error> {
        if selection.order == Order::Descending {
            found.reverse();
        }
        let file = File::open(&index.table);
        let file = file.map_err(|cause| unreadable(table.name(), cause))?;
        let mut rows = IndexedRows {
            index,
            syntax: table.syntax().clone(),
            file,
            found: found.into(),
            positions: VecDeque::new(),
            allowed,
            rows_left: selection.rows_max,
            written: Vec::new(),
            spans: VecDeque::new(),
            scratch: selection.scratch(),
            selection,
        };
        // What is wrong is mostly noticed before anything is printed.
        rows.fill()?;
        Ok(rows)
    }

    /// The next positions: as many as are read together, or fewer.
    fn next_positions(&mut self) -> Result<Option<Range<u64>>, Error> {
        loop {
            if let Some(next) = self.positions.front_mut() {
                let count = (next.end - next.start).min(ROWS_MAX);
                let part = next.start..next.start + count;
                next.start += count;
                if next.start == next.end {
                    self.positions.pop_front();
                }
                return Ok(Some(part));
            }
            let Some(mut found) = self.found.pop_front() else {
                return Ok(None);
            };
            if found.values.is_empty() {
                continue;
            }
            match self.selection.order {
                Order::Ascending => self.positions.push_back(found.values),
                Order::Descending => {
                    // The greatest key first, but the rows of a key in the order of the file.
                    let first = found
                        .keys
                        .end
                        .saturating_sub(KEYS_MAX)
                        .max(found.keys.start);
                    let ends = self.index.file.reader().value_ends(first..found.keys.end);
                    let ends = self.index.run(ends)?;
                    let groups = ends.windows(2).rev().map(|pair| pair[0]..pair[1]);
                    self.positions
                        .extend(groups.filter(|group| !group.is_empty()));
                    found.keys.end = first;
                    found.values.end = ends.first().copied().unwrap_or(found.values.start);
                    if !found.keys.is_empty() {
                        self.found.push_front(found);
                    }
                }
            }
        }
    }

    /// The next places, in the order in which their rows are printed; none at the end.
    fn next_places(&mut self) -> Result<Vec<u64>, Error> {
        let mut places = Vec::new();
        // Without conditions, all rows will be printed.
        let wanted = match self.selection.all.is_empty() {
            true => self.rows_left.min(ROWS_MAX),
            false => ROWS_MAX,
        };
        while (places.len() as u64) < wanted
            && let Some(positions) = self.next_positions()?
        {
            let near = self.index.places(positions)?.into_iter();
            match &self.allowed {
                Some(allowed) => {
                    places.extend(near.filter(|place| allowed.binary_search(place).is_ok()));
                }
                None => places.extend(near),
            }
        }
        if self.selection.all.is_empty() {
            places.truncate(usize::try_from(wanted).unwrap_or(usize::MAX));
        }
        Ok(places)
    }

    /// The number of all rows.
    pub(crate) fn count(&mut self) -> Result<u64, Error> {
        let mut count = 0;
        loop {
            count += self.spans.len() as u64;
            if self.rows_left == 0 || !self.fill()? {
                return Ok(count);
            }
        }
    }

    /// Reads the next rows; false at the end.
    fn fill(&mut self) -> Result<bool, Error> {
        self.spans.clear();
        while self.spans.is_empty() {
            let places = self.next_places()?;
            if places.is_empty() {
                self.check_state()?;
                return Ok(false);
            }
            self.read_rows(&places)?;
        }
        Ok(true)
    }

    /// Reads the rows at some places.
    fn read_rows(&mut self, places: &[u64]) -> Result<(), Error> {
        self.written.clear();
        let mut by_place: Vec<usize> = (0..places.len()).collect();
        by_place.sort_unstable_by_key(|at| places[*at]);
        let mut spans = vec![None; places.len()];
        let mut next = 0;
        while next < by_place.len() {
            let near = &by_place[next..];
            let block = self.read_block(near.iter().map(|at| places[*at]))?;
            let mut has_row = false;
            for at in near {
                let Some(span) = self.write_row(&block, places[*at])? else {
                    break;
                };
                spans[*at] = span;
                has_row = true;
                next += 1;
            }
            if !has_row {
                return Err(self.mismatch());
            }
        }
        let rows_max = usize::try_from(self.rows_left).unwrap_or(usize::MAX);
        self.spans = spans.into_iter().flatten().take(rows_max).collect();
        self.rows_left -= self.spans.len() as u64;
        Ok(())
    }

    /// Reads the rows at the first of some places, which ascend, and perhaps more of them.
    fn read_block(&mut self, places: impl Iterator<Item = u64> + Clone) -> Result<Part, Error> {
        let mut last = places.clone().next().unwrap_or(0);
        let start = last;
        for place in places {
            if place - last > GAP_BYTES || place - start > BLOCK_BYTES {
                break;
            }
            last = place;
        }
        let mut part = Part {
            bytes: Vec::new(),
            start,
            syntax: self.syntax.clone(),
        };
        let mut wanted = last - start + ROW_BYTES;
        loop {
            let read = self.read_at(start, wanted, &mut part.bytes);
            let is_all = read.map_err(|cause| unreadable(&self.table(), cause))?;
            // The first row has to be whole.
            let mut rows = part.reader();
            let has_row = rows.next(&mut Fields::default()).is_some();
            if is_all || (has_row && rows.position() < start + part.bytes.len() as u64) {
                return Ok(part);
            }
            wanted *= 2;
        }
    }

    /// Reads that many bytes; returns whether the table ends with them.
    fn read_at(&mut self, start: u64, count: u64, bytes: &mut Vec<u8>) -> io::Result<bool> {
        bytes.clear();
        self.file.seek(SeekFrom::Start(start))?;
        let read = (&self.file).take(count).read_to_end(bytes)? as u64;
        Ok(read < count || start + read == self.index.about.state.length)
    }

    /// Writes the row at a place, if the block has it whole. Returns where, or nothing within if a
    /// condition does not hold.
    fn write_row(
        &mut self,
        block: &Part,
        place: u64,
    ) -> Result<Option<Option<Range<usize>>>, Error> {
        let block_end = block.start + block.bytes.len() as u64;
        let is_last = block_end == self.index.about.state.length;
        let offset = place
            .checked_sub(block.start)
            .and_then(|it| usize::try_from(it).ok());
        let Some(offset) = offset.filter(|offset| *offset < block.bytes.len()) else {
            return Ok(None);
        };
        let mut rows = block.reader_from(offset);
        let mut fields = Fields::default();
        let row = rows.next(&mut fields);
        if rows.position() >= block_end && !is_last {
            return Ok(None);
        }
        let Some(Ok(row)) = row else {
            return Err(self.mismatch());
        };
        // A table that has changed in spite of its time and length must not give wrong answers.
        match self
            .selection
            .matches(&row, &mut self.scratch, &mut Vec::new())
        {
            Ok(Match::Found) => {}
            Ok(Match::OtherCells) => return Ok(Some(None)),
            Ok(Match::OtherKey) | Err(_) => return Err(self.mismatch()),
        }
        let start = self.written.len();
        if let Keep::Row(renderer) = &self.selection.keep {
            renderer.write(&row, &mut self.written);
        }
        Ok(Some(Some(start..self.written.len())))
    }

    /// A table that changes while it is read is an error.
    fn check_state(&self) -> Result<(), Error> {
        let table = self.table();
        let now = State::of(&self.index.table).map_err(|cause| unreadable(&table, cause))?;
        match self.index.about.state.difference(&now) {
            Some(_) => Err(Error::Changed { table }),
            None => Ok(()),
        }
    }

    fn table(&self) -> String {
        shown_path(&self.index.table)
    }

    fn mismatch(&self) -> Error {
        let table = self.table();
        self.index
            .damaged(format!("{table} has another row where it has one"))
    }
}

impl RowSource for IndexedRows<'_> {
    fn next_row(&mut self) -> Result<Option<&[u8]>, Error> {
        if self.spans.is_empty() && !self.fill()? {
            return Ok(None);
        }
        Ok(self.spans.pop_front().map(|span| &self.written[span]))
    }
}
