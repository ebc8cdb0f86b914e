//! From the rows of a table to the index of one column: which type its keys have, and what happens
//! to bad cells.
//!
//! The table is read once. The first cells are held back until their type is known; the rest go
//! straight into the index.

use std::str;

use crate::args::{OnBad, Reading};
use crate::error::{self, Error, HINT_INFERRED, HINT_SKIP, shown};
use crate::index::Index;
use crate::infer::{self, Inference};
use crate::key::{Key, Kind};
use crate::progress::Progress;
use crate::records::Record;
use crate::table::Table;

/// The key column of a table whose rows are being read.
pub(crate) struct KeyColumn<'t> {
    table: &'t mut Table,
    at: usize,
    kind: Kind,
    is_inferred: bool,
    held_back: Vec<Cell>,
    bad: Bad,
    note: Option<String>,
    progress: Progress,
}

/// A cell of the key column whose type is not known yet.
struct Cell {
    line: u64,
    position: u64,
    bytes: Box<[u8]>,
}

/// What happens to rows that cannot be indexed.
struct Bad {
    policy: OnBad,
    count: u64,
    first: Option<Error>,
}

impl Bad {
    /// Returns the error, or counts it.
    fn refuse(&mut self, error: Error) -> Result<(), Error> {
        match self.policy {
            OnBad::Error => Err(error),
            OnBad::Skip => {
                self.count += 1;
                self.first.get_or_insert(error);
                Ok(())
            }
        }
    }

    fn report(&self, table: &str) {
        if let Some(first) = &self.first {
            let rows = if self.count == 1 { "row" } else { "rows" };
            let first = first.to_string();
            error::tell(&format!(
                "{table}: {} bad {rows} skipped; the first: {}",
                self.count,
                first.trim_end_matches(HINT_SKIP)
            ));
        }
    }
}

impl<'t> KeyColumn<'t> {
    /// Determines the type of a column: the one that was requested, or else the one that its first
    /// cells have.
    ///
    /// If there is no cell to judge by, the requested values decide, so that none of them is
    /// refused without a reason.
    pub(crate) fn open(
        table: &'t mut Table,
        at: usize,
        reading: &Reading,
        asked: &[&str],
    ) -> Result<KeyColumn<'t>, Error> {
        let progress = Progress::start(table.length());
        let mut column = KeyColumn {
            table,
            at,
            kind: reading.kind.unwrap_or(Kind::Text),
            is_inferred: reading.kind.is_none(),
            held_back: Vec::new(),
            bad: Bad {
                policy: reading.on_bad,
                count: 0,
                first: None,
            },
            note: None,
            progress,
        };
        if column.is_inferred {
            column.hold_back()?;
            let inference = infer_from(&column.held_back);
            column.note = inference.note_for(asked, &column.name());
            column.kind = inference.kind.unwrap_or_else(|| kind_of_all(asked));
        }
        Ok(column)
    }

    /// The type of the keys.
    pub(crate) fn kind(&self) -> Kind {
        self.kind
    }

    /// Parses a requested value.
    pub(crate) fn key<K: Key>(&self, asked: &str) -> Result<K, Error> {
        K::parse_asked(asked).ok_or_else(|| Error::BadValue {
            value: shown(asked.as_bytes()),
            expected: K::KIND.with_article(),
            column: self.name(),
            hint: if self.is_inferred { HINT_INFERRED } else { "" },
        })
    }

    /// Reads all rows. `K` is the type that [`KeyColumn::kind`] names.
    pub(crate) fn index<K: Key>(mut self) -> Result<Index<K>, Error> {
        assert_eq!(
            K::KIND,
            self.kind,
            "the caller chose the type of the keys by their kind"
        );
        let mut index = Index::new();
        for cell in std::mem::take(&mut self.held_back) {
            self.insert(&mut index, cell.line, cell.position, &cell.bytes)?;
        }
        let mut record = Record::default();
        while self.read_row(&mut record)? {
            let cell = record.field(self.at);
            self.insert(&mut index, record.line(), record.position(), cell)?;
        }
        // Removes the progress bar before a message is printed.
        drop(self.progress);
        self.note.iter().for_each(|note| error::tell(note));
        self.bad.report(self.table.name());
        Ok(index)
    }

    fn insert<K: Key>(
        &mut self,
        index: &mut Index<K>,
        line: u64,
        position: u64,
        cell: &[u8],
    ) -> Result<(), Error> {
        let Ok(text) = str::from_utf8(cell) else {
            return self.bad.refuse(Error::NotUtf8 {
                table: self.table.name().to_string(),
                line,
                column: self.name(),
                cell: shown(cell),
            });
        };
        if K::KIND.is_missing(text) {
            return Ok(());
        }
        // Only a user who chose the type accepts that different cells become equal keys.
        match K::parse(text) {
            Some(key) if !self.is_inferred || K::faithful(text) => {
                index.insert(key, position);
                Ok(())
            }
            _ => self.bad.refuse(Error::BadCell {
                table: self.table.name().to_string(),
                line,
                column: self.name(),
                cell: shown(cell),
                expected: K::KIND.with_article(),
                hint: if self.is_inferred { HINT_INFERRED } else { "" },
            }),
        }
    }

    /// Reads the next row that is not ragged.
    fn read_row(&mut self, record: &mut Record) -> Result<bool, Error> {
        while self.table.read(record)? {
            self.progress.at(self.table.position());
            match self.table.check(record) {
                Ok(()) => return Ok(true),
                Err(error) => self.bad.refuse(error)?,
            }
        }
        Ok(false)
    }

    fn hold_back(&mut self) -> Result<(), Error> {
        let mut record = Record::default();
        let mut counted = 0;
        while counted < infer::CELLS_MAX && self.read_row(&mut record)? {
            let cell = record.field(self.at);
            counted += usize::from(!cell.is_empty());
            self.held_back.push(Cell {
                line: record.line(),
                position: record.position(),
                bytes: cell.into(),
            });
        }
        Ok(())
    }

    fn name(&self) -> String {
        shown(self.table.header().name(self.at))
    }
}

/// Infers the type from the cells that were held back. Cells that are not UTF-8 are bad for every
/// type and do not count.
fn infer_from(cells: &[Cell]) -> Inference<'_> {
    infer::infer(
        cells
            .iter()
            .filter_map(|cell| Some((cell.line, str::from_utf8(&cell.bytes).ok()?))),
    )
}

/// The narrowest type that all requested values have.
fn kind_of_all(asked: &[&str]) -> Kind {
    let accepts_all = |kind: &Kind| asked.iter().all(|asked| kind.accepts(asked));
    Kind::INFERRED
        .into_iter()
        .find(accepts_all)
        .unwrap_or(Kind::Text)
}
