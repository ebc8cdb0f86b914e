//! Reads rows at places that an index has, and sorts them: those of a key may be anywhere among
//! them, or only the first key is wanted.

use super::Index;
use super::reader::{ROWS_MAX, RowReader};
use crate::error::Error;
use crate::merge::Runs;
use crate::plan::Candidates;
use crate::run::Order;
use crate::select::Selection;
use crate::table::Table;

/// As many keys are looked at together, in search of the first one.
const KEYS_MAX: u64 = 4096;

/// If the first key is not among this part of the rows, a scan is likely to find it sooner: rows in
/// the order of the index may be anywhere in the table.
const SEARCHED_PART: u64 = 16;

/// As many rows are looked at in any case.
const SEARCHED_MIN: u64 = 64 * 1024;

/// Rows that are sorted when all have been read.
pub(crate) struct SortedRows<'i> {
    reader: RowReader<'i>,
    runs: Runs,
    /// The number of rows that were found so far.
    matches: u64,
}

impl<'i> SortedRows<'i> {
    /// Keeps rows within that many bytes of memory.
    pub(crate) fn new(
        index: &'i Index,
        selection: &'i Selection,
        table: &'i Table,
        memory: usize,
    ) -> SortedRows<'i> {
        SortedRows {
            runs: Runs::new(selection.order, memory),
            reader: RowReader::new(index, selection, table),
            matches: 0,
        }
    }

    /// The rows at places that ascend, and their number.
    pub(crate) fn at(mut self, places: &[u64]) -> Result<(Runs, u64), Error> {
        for places in places.chunks(ROWS_MAX as usize) {
            self.read(places)?;
        }
        self.finish()
    }

    /// The rows of the first key that has any which fulfil all conditions, and their number; `None`
    /// if the table had better be scanned.
    ///
    /// Each time, twice as many keys are looked at as before: not many more than needed, in few
    /// steps.
    pub(crate) fn of_first_key(
        mut self,
        mut candidates: Candidates,
    ) -> Result<Option<(Runs, u64)>, Error> {
        let mut left = SEARCHED_MIN.max(self.reader.index.row_count() / SEARCHED_PART);
        let order = self.reader.selection.order;
        let mut found = std::mem::take(&mut candidates.found);
        if order == Order::Descending {
            found.reverse();
        }
        let mut count = 1;
        for mut keys in found.into_iter().map(|found| found.keys) {
            while !keys.is_empty() && self.matches == 0 {
                let next = match order {
                    Order::Ascending => keys.start..keys.end.min(keys.start + count),
                    Order::Descending => keys.start.max(keys.end.saturating_sub(count))..keys.end,
                };
                let next = self.reader.index.whole_keys(next, &keys)?;
                match order {
                    Order::Ascending => keys.start = next.end,
                    Order::Descending => keys.end = next.start,
                }
                count = KEYS_MAX.min(count * 2);
                let ends = self.reader.index.value_ends(next)?;
                let (mut start, end) = (ends[0], ends[ends.len() - 1]);
                while start < end {
                    let part = start..end.min(start + ROWS_MAX);
                    start = part.end;
                    let mut places = self.reader.index.places_at(part)?;
                    candidates.retain(&mut places);
                    places.sort_unstable();
                    self.read(&places)?;
                    left = left.saturating_sub(places.len() as u64);
                    if left == 0 && self.matches == 0 {
                        return Ok(None);
                    }
                }
            }
        }
        self.finish().map(Some)
    }

    /// Reads the rows at places that ascend.
    fn read(&mut self, places: &[u64]) -> Result<(), Error> {
        let matches = &mut self.matches;
        self.reader
            .read(places, |selection, scratch, number, row| {
                *matches += 1;
                selection.collect(row, places[number], scratch);
            })?;
        let run = self.reader.take_run();
        match self.reader.selection.is_first_only {
            true => self.runs.push_first(run),
            false => self.runs.push(run),
        }
    }

    fn finish(mut self) -> Result<(Runs, u64), Error> {
        self.reader.finish()?;
        Ok((self.runs, self.matches))
    }
}
