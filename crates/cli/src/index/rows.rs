//! Reads the rows that an index found, from where they are in their table.

use std::collections::VecDeque;
use std::ops::Range;

use leafwise::file::Found;

use super::Index;
use crate::error::Error;
use crate::output::RowSource;
use crate::run::Order;
use crate::select::{Keep, Match, Scratch, Selection};
use crate::table::{Table, unreadable};

/// As many rows are read together, in the order of the file.
const ROWS_MAX: u64 = 16 * 1024;

/// As many keys of a range are gone through together, where they are printed from the greatest on.
const KEYS_MAX: u64 = 4096;

/// The rows at the places that an index has for some keys.
pub(crate) struct IndexedRows<'i> {
    index: &'i Index,
    selection: Selection,
    table: Table,
    /// What was found and has not been looked at, the next one first.
    found: VecDeque<Found>,
    /// Positions in the index, in the order in which their rows are printed.
    positions: VecDeque<Range<u64>>,
    /// Values that were found with their keys, and the position of the first.
    values: (u64, Vec<u8>),
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
        table: Table,
    ) -> Result<Self, Error> {
        if selection.order == Order::Descending {
            found.reverse();
        }
        let mut rows = IndexedRows {
            index,
            table,
            found: found.into(),
            positions: VecDeque::new(),
            values: (0, Vec::new()),
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
            if let Some(values) = found.bytes.take() {
                self.values = (found.values.start, values);
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
            let near = self.places(positions)?.into_iter();
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

    /// The places at some positions.
    fn places(&self, positions: Range<u64>) -> Result<Vec<u64>, Error> {
        let (start, values) = &self.values;
        let at = |position: u64| {
            let before = usize::try_from(position.checked_sub(*start)?).ok()?;
            before.checked_mul(self.index.place_width())
        };
        let known = at(positions.start).zip(at(positions.end));
        match known.and_then(|(start, end)| values.get(start..end)) {
            Some(values) => Ok(self.index.places_in(values)),
            None => self.index.places(positions),
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
                self.check_state()?;
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
        // A row has one key.
        let is_once = sorted.windows(2).all(|pair| pair[0] < pair[1]);
        if !is_once
            || sorted
                .last()
                .is_some_and(|last| *last >= self.table.positions_end())
        {
            return Err(mismatch(self.index));
        }
        let mut spans = vec![None; places.len()];
        let (index, selection) = (self.index, &self.selection);
        let (scratch, written) = (&mut self.scratch, &mut self.written);
        written.clear();
        self.table.reread(&sorted, &mut |number, row| {
            let row = row.ok_or_else(|| mismatch(index))?;
            // A table that has changed in spite of its time and length must not give wrong answers.
            match selection.matches(row, scratch, &mut Vec::new()) {
                Ok(Match::Found) => {}
                Ok(Match::OtherCells) => return Ok(()),
                Ok(Match::OtherKey) | Err(_) => return Err(mismatch(index)),
            }
            let start = written.len();
            if let Keep::Row(renderer) = &selection.keep {
                renderer.write(row, written);
            }
            spans[by_place[number]] = Some(start..written.len());
            Ok(())
        })?;
        let rows_max = usize::try_from(self.rows_left).unwrap_or(usize::MAX);
        self.spans = spans.into_iter().flatten().take(rows_max).collect();
        self.rows_left -= self.spans.len() as u64;
        Ok(())
    }

    /// A table that changes while it is read is an error.
    fn check_state(&self) -> Result<(), Error> {
        let table = self.index.table.shown();
        let is_same = self.index.about.state.is_same_time(&self.index.table);
        match is_same.map_err(|cause| unreadable(&table, cause))? {
            true => Ok(()),
            false => Err(Error::Changed { table }),
        }
    }
}

/// The error of a table that has another row, or none, where the index has one.
fn mismatch(index: &Index) -> Error {
    let table = index.table.shown();
    index.damaged(format!("{table} has another row where it has one"))
}

impl RowSource for IndexedRows<'_> {
    fn next_row(&mut self) -> Result<Option<&[u8]>, Error> {
        if self.spans.is_empty() && !self.fill()? {
            return Ok(None);
        }
        Ok(self.spans.pop_front().map(|span| &self.written[span]))
    }
}
