//! Reads rows of a table at the places that an index has for them, and checks that they are those
//! that the index says.

use super::Index;
use crate::error::{self, Error};
use crate::part::Bad;
use crate::rows::Row;
use crate::select::{Match, Scratch, Selection};
use crate::table::{Table, unreadable};

/// As many rows are read together, in the order of the file.
pub(super) const ROWS_MAX: u64 = 16 * 1024;

/// Reads rows that may be looked for.
pub(super) struct RowReader<'i> {
    pub(super) index: &'i Index,
    pub(super) selection: &'i Selection,
    table: &'i Table,
    scratch: Scratch,
    /// The number of bad rows that were left out, and the first.
    skipped: (u64, Option<Error>),
}

impl<'i> RowReader<'i> {
    pub(super) fn new(index: &'i Index, selection: &'i Selection, table: &'i Table) -> Self {
        RowReader {
            index,
            table,
            scratch: selection.scratch(),
            selection,
            skipped: (0, None),
        }
    }

    /// Reads the rows at places that ascend, and visits those that are looked for. Where other
    /// columns decide instead of the key, rows may have none.
    pub(super) fn read(
        &mut self,
        places: &[u64],
        mut visit: impl FnMut(&Selection, &mut Scratch, usize, &Row<'_>),
    ) -> Result<(), Error> {
        // A row has one key.
        let is_once = places.windows(2).all(|pair| pair[0] < pair[1]);
        let end = self.table.places_end();
        if !is_once || places.last().is_some_and(|last| *last >= end) {
            return Err(self.index.mismatch());
        }
        let (index, table, selection) = (self.index, self.table, self.selection);
        let (scratch, skipped) = (&mut self.scratch, &mut self.skipped);
        table.reread(places, &mut |number, row| {
            // A table that has changed in spite of its time and length must not give wrong answers.
            let mismatch = || Err(index.mismatch());
            let Some(row) = row else { return mismatch() };
            let bad_row = |bad: Bad| table.bad_row(places[number], bad.why);
            let mut skip = |bad: Bad| {
                let (count, first) = &mut *skipped;
                *count += 1;
                first.get_or_insert_with(|| bad_row(bad));
            };
            let mut narrowing = Vec::new();
            match selection.read_key(row, scratch, &mut narrowing) {
                Ok(true) => {}
                Ok(false) if !selection.any.is_empty() => return Ok(()),
                Err(bad) if !selection.any.is_empty() && !selection.is_final(&bad) => {
                    skip(bad);
                    return Ok(());
                }
                Ok(false) | Err(_) => return mismatch(),
            }
            let matched = selection.matches_with_key(row, scratch, &mut narrowing);
            let mut narrowing = narrowing.into_iter();
            if let Some((.., bad)) = narrowing.find(|(column, ..)| scratch.is_mixed(*column)) {
                return Err(bad_row(bad));
            }
            match matched {
                Ok(Match::Found) => visit(selection, scratch, number, row),
                Ok(Match::OtherCells) => {}
                Ok(Match::OtherKey | Match::NoKey) => return mismatch(),
                Err(bad) if selection.is_final(&bad) => return Err(bad_row(bad)),
                Err(bad) => skip(bad),
            }
            Ok(())
        })
    }

    /// What was kept of the rows since the last call, in order.
    pub(super) fn take_run(&mut self) -> Vec<u8> {
        self.selection.take_run(&mut self.scratch)
    }

    /// Reports bad rows. A table that has changed while it was read is an error.
    pub(super) fn finish(&mut self) -> Result<(), Error> {
        let index = self.index;
        let table = index.table.shown();
        let is_same = index.about.state.is_same_time(&index.table);
        if !is_same.map_err(|cause| unreadable(&table, cause))? {
            return Err(Error::Changed { table });
        }
        if let (count, Some(first)) = std::mem::take(&mut self.skipped) {
            error::tell_skipped(&table, count, &first);
        }
        Ok(())
    }
}
