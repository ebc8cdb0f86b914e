//! Reads the rows that an index found, in its order, from where they are in their table.

use std::collections::VecDeque;
use std::ops::Range;

use leafwise::file::{Found, Section};

use super::Index;
use super::reader::{ROWS_MAX, RowReader};
use crate::error::Error;
use crate::output::RowSource;
use crate::plan::Candidates;
use crate::run::Order;
use crate::select::{Keep, Selection};
use crate::table::Table;

/// As many keys of a range are gone through together, where they are printed from the greatest on.
const KEYS_MAX: u64 = 4096;

/// About as many bytes of these keys are read, if they are read.
const KEY_BYTES: u64 = 256 << 10;

/// The rows at the places that an index has for some keys.
pub(crate) struct IndexedRows<'i> {
    reader: RowReader<'i>,
    candidates: Candidates,
    /// What was found and has not been looked at, the next one first.
    found: VecDeque<Found>,
    /// Positions in the index, in the order in which their rows are printed.
    positions: VecDeque<Range<u64>>,
    /// Values that were found with their keys, and the position of the first.
    values: (u64, Vec<u8>),
    /// The number of rows that may still be printed.
    rows_left: u64,
    /// Rows as they will be printed, one after another, and where each is.
    written: Vec<u8>,
    spans: VecDeque<Range<usize>>,
}

impl<'i> IndexedRows<'i> {
    pub(crate) fn new(
        index: &'i Index,
        mut candidates: Candidates,
        selection: &'i Selection,
        table: &'i Table,
    ) -> Result<Self, Error> {
        let mut found = std::mem::take(&mut candidates.found);
        if selection.order == Order::Descending {
            found.reverse();
        }
        let mut rows = IndexedRows {
            candidates,
            found: found.into(),
            positions: VecDeque::new(),
            values: (0, Vec::new()),
            rows_left: selection.rows_max,
            written: Vec::new(),
            spans: VecDeque::new(),
            reader: RowReader::new(index, selection, table),
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
            if let Some(values) = found.bytes.take() {
                self.values = (found.values.start, values);
            }
            match self.reader.selection.order {
                Order::Ascending => self.positions.push_back(found.values),
                Order::Descending => {
                    // The greatest key first, but the rows of a key in the order of the file.
                    let first = found.keys.end.saturating_sub(self.keys_at_once());
                    let last = first.max(found.keys.start)..found.keys.end;
                    let last = self.reader.index.whole_keys(last, &found.keys)?;
                    let ends = self.reader.index.value_ends(last.clone())?;
                    let groups = ends.windows(2).rev().map(|pair| pair[0]..pair[1]);
                    self.positions
                        .extend(groups.filter(|group| !group.is_empty()));
                    found.keys.end = last.start;
                    found.values.end = ends.first().copied().unwrap_or(found.values.start);
                    if !found.keys.is_empty() {
                        self.found.push_front(found);
                    }
                }
            }
        }
    }

    /// The number of keys that are gone through together.
    fn keys_at_once(&self) -> u64 {
        let header = self.reader.index.file.reader().header();
        let average = header.section_length(Section::Text) / header.key_count().max(1);
        (KEY_BYTES / average.max(1)).clamp(1, KEYS_MAX)
    }

    /// The next places, in the order in which their rows are printed; none at the end.
    fn next_places(&mut self) -> Result<Vec<u64>, Error> {
        let mut places = Vec::new();
        // Without conditions, all rows will be printed.
        let prints_all = self.reader.selection.all.is_empty();
        let wanted = match prints_all {
            true => self.rows_left.min(ROWS_MAX),
            false => ROWS_MAX,
        };
        while (places.len() as u64) < wanted
            && let Some(positions) = self.next_positions()?
        {
            let mut near = self.places(positions)?;
            self.candidates.retain(&mut near);
            places.append(&mut near);
        }
        if prints_all {
            places.truncate(usize::try_from(wanted).unwrap_or(usize::MAX));
        }
        Ok(places)
    }

    /// The places at some positions.
    fn places(&self, positions: Range<u64>) -> Result<Vec<u64>, Error> {
        let index = self.reader.index;
        let (start, values) = &self.values;
        let at = |position: u64| {
            let before = usize::try_from(position.checked_sub(*start)?).ok()?;
            before.checked_mul(index.place_width())
        };
        let known = at(positions.start).zip(at(positions.end));
        match known.and_then(|(start, end)| values.get(start..end)) {
            Some(values) => Ok(index.places_in(values)),
            None => index.places_at(positions),
        }
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
                self.reader.finish()?;
                return Ok(false);
            }
            self.read_rows(&places)?;
        }
        Ok(true)
    }

    /// Reads the rows at some places.
    fn read_rows(&mut self, places: &[u64]) -> Result<(), Error> {
        let mut by_place: Vec<usize> = (0..places.len()).collect();
        by_place.sort_unstable_by_key(|at| places[*at]);
        let sorted: Vec<u64> = by_place.iter().map(|at| places[*at]).collect();
        let mut spans = vec![None; places.len()];
        let written = &mut self.written;
        written.clear();
        self.reader.read(&sorted, |selection, _, number, row| {
            let start = written.len();
            if let Keep::Row(renderer) = &selection.keep {
                renderer.write(row, written);
            }
            spans[by_place[number]] = Some(start..written.len());
        })?;
        let rows_max = usize::try_from(self.rows_left).unwrap_or(usize::MAX);
        self.spans = spans.into_iter().flatten().take(rows_max).collect();
        self.rows_left -= self.spans.len() as u64;
        Ok(())
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
