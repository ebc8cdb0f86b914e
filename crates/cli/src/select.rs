//! Searches a chunk: which of its rows have a key that is looked for.
//!
//! Chunks are searched by several threads, each row on its own: nothing here depends on another
//! chunk. What does (lines, and spellings that all cells must share) is put together by [`scan`].
//!
//! [`scan`]: crate::scan

use crate::args::OnBad;
use crate::chunks::{Chunk, Content};
use crate::error::{Error, Why, quote_hint, shown};
use crate::index::Fit;
use crate::infer::advice;
use crate::key::{KeyType, Spellings, composite};
use crate::part::Bad;
use crate::query::Query;
use crate::render::Renderer;
use crate::rows::{Fields, Row};
use crate::run::{Collector, Order};

/// What is selected, the same for all chunks.
pub(crate) struct Selection {
    /// The columns of the key, and the number of all columns.
    pub(crate) key: Vec<KeyPart>,
    pub(crate) columns: usize,
    pub(crate) query: Query,
    /// All of these must hold, besides.
    pub(crate) all: Vec<Condition>,
    /// Or one of these instead of the query.
    pub(crate) any: Vec<Condition>,
    pub(crate) on_bad: OnBad,
    pub(crate) keep: Keep,
    pub(crate) order: Order,
    /// Whether only rows with the first key are looked for, of those that are found.
    pub(crate) is_first_only: bool,
    pub(crate) rows_max: u64,
}

/// A column of the key.
pub(crate) struct KeyPart {
    pub(crate) column: usize,
    pub(crate) name: String,
    pub(crate) key_type: KeyType,
    /// The spellings that the cells of the sample share; `None` if the user chose the type.
    pub(crate) spellings: Option<Spellings>,
}

/// What another column of a row must be.
pub(crate) struct Condition {
    pub(crate) part: KeyPart,
    pub(crate) query: Query,
}

/// Whether a row is looked for.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Match {
    Found,
    /// It has no key.
    NoKey,
    /// It has another key.
    OtherKey,
    /// It has a key that is looked for, but not what is required besides, or another row has a key
    /// before it and only the first one is looked for.
    OtherCells,
}

/// What is kept of a row that matches.
pub(crate) enum Keep {
    /// Nothing: rows are only counted.
    Count,
    /// The row as it will be printed.
    Row(Renderer),
    /// Its place in the table, as eight bytes with the highest first.
    Place,
}

/// The result for one chunk. Lines are counted from the beginning of the chunk, from 0.
pub(crate) struct Selected {
    pub(crate) lines: u64,
    pub(crate) matches: u64,
    /// The number of rows without a key.
    pub(crate) without_key: u64,
    /// The rows that match, sorted, as [`crate::run`] describes.
    pub(crate) run: Vec<u8>,
    /// The number of bad rows that were skipped, and the first.
    pub(crate) bad_count: u64,
    pub(crate) first_bad: Option<Bad>,
    /// The cells that leave fewer spellings than those before them, and of which column of the key
    /// they are.
    pub(crate) narrowing: Vec<(usize, Spellings, Bad)>,
    /// How the keys fit into integers.
    pub(crate) fit: Fit,
    /// Why the table cannot be searched.
    pub(crate) failure: Option<Failure>,
}

/// Why a table cannot be searched.
pub(crate) enum Failure {
    Bad(Bad),
    Unreadable(std::io::Error),
}

/// The memory of a thread that searches chunks.
#[derive(Default)]
pub(crate) struct Scratch {
    fields: Fields,
    key: Vec<u8>,
    key_part: Vec<u8>,
    spellings: Vec<Option<Spellings>>,
    collector: Collector,
}

impl Scratch {
    /// Whether cells of a column, which has that number among all that are looked at, were numbers
    /// of spellings that could be equal.
    pub(crate) fn is_mixed(&self, number: usize) -> bool {
        self.spellings[number].is_none()
    }
}

impl Selection {
    /// Searches a chunk.
    pub(crate) fn select(&self, chunk: Chunk, scratch: &mut Scratch) -> Selected {
        let mut selected = Selected {
            lines: 0,
            matches: 0,
            without_key: 0,
            run: Vec::new(),
            bad_count: 0,
            first_bad: None,
            narrowing: Vec::new(),
            fit: self.fit(),
            failure: None,
        };
        let part = match chunk.content {
            Content::Rows(part) => part,
            Content::LongRow { may_be_quote } => {
                selected.failure = Some(Failure::Bad(Bad {
                    line: 0,
                    why: Why::LongRow { may_be_quote },
                }));
                return selected;
            }
            Content::Unreadable(cause) => {
                selected.failure = Some(Failure::Unreadable(cause));
                return selected;
            }
        };
        let mut rows = part.reader();
        scratch.spellings = self.spellings();
        let mut fields = std::mem::take(&mut scratch.fields);
        loop {
            let place = rows.place();
            let Some(row) = rows.next(&mut fields) else {
                break;
            };
            let matched = row.and_then(|row| {
                self.matches(&row, scratch, &mut selected.narrowing)
                    .map(|it| (row, it))
            });
            match matched {
                Ok((_, Match::NoKey)) => selected.without_key += 1,
                Ok((_, Match::OtherKey | Match::OtherCells)) => {}
                Ok((row, Match::Found)) => {
                    selected.matches += 1;
                    if matches!(self.keep, Keep::Place) {
                        selected.fit.observe(&scratch.key);
                    }
                    self.collect(&row, place, scratch);
                }
                Err(bad) if self.is_final(&bad) => {
                    selected.failure = Some(Failure::Bad(bad));
                    break;
                }
                Err(bad) => {
                    selected.bad_count += 1;
                    selected.first_bad.get_or_insert(bad);
                }
            }
        }
        selected.lines = rows.lines();
        selected.run = self.take_run(scratch);
        scratch.fields = fields;
        selected
    }

    /// Whether a bad row is an error, as opposed to one that is left out.
    pub(crate) fn is_final(&self, bad: &Bad) -> bool {
        self.on_bad == OnBad::Error || matches!(bad.why, Why::OpenQuote | Why::LateName { .. })
    }

    /// Keeps of a row that was found, with the key in the scratch memory, what is to be kept.
    pub(crate) fn collect(&self, row: &Row<'_>, place: u64, scratch: &mut Scratch) {
        let (key, collector) = (&scratch.key, &mut scratch.collector);
        match &self.keep {
            Keep::Count => {}
            Keep::Row(renderer) => collector.push(key, |bytes| renderer.write(row, bytes)),
            Keep::Place => {
                collector.push(key, |bytes| bytes.extend_from_slice(&place.to_be_bytes()));
            }
        }
    }

    /// What was kept of rows, in order.
    pub(crate) fn take_run(&self, scratch: &mut Scratch) -> Vec<u8> {
        let rows_max = usize::try_from(self.rows_max).unwrap_or(usize::MAX);
        scratch.collector.take_run(self.order, rows_max)
    }

    fn spellings(&self) -> Vec<Option<Spellings>> {
        self.parts().map(|part| part.spellings).collect()
    }

    /// All columns that are looked at: of the key first, then those of conditions.
    pub(crate) fn parts(&self) -> impl Iterator<Item = &KeyPart> {
        let conditions = self.all.iter().chain(&self.any);
        self.key
            .iter()
            .chain(conditions.map(|condition| &condition.part))
    }

    /// The memory for searching single rows.
    pub(crate) fn scratch(&self) -> Scratch {
        Scratch {
            spellings: self.spellings(),
            ..Scratch::default()
        }
    }

    /// How no keys fit into integers.
    pub(crate) fn fit(&self) -> Fit {
        match &self.key[..] {
            [part] => Fit::of(part.key_type.kind),
            _ => Fit::BYTES,
        }
    }

    /// Whether a row is looked for. Its key is left in the scratch memory.
    pub(crate) fn matches(
        &self,
        row: &Row<'_>,
        scratch: &mut Scratch,
        narrowing: &mut Vec<(usize, Spellings, Bad)>,
    ) -> Result<Match, Bad> {
        match self.read_key(row, scratch, narrowing)? {
            true => self.matches_with_key(row, scratch, narrowing),
            false => Ok(Match::NoKey),
        }
    }

    /// Reads the key of a row into the scratch memory; false if it has none.
    pub(crate) fn read_key(
        &self,
        row: &Row<'_>,
        scratch: &mut Scratch,
        narrowing: &mut Vec<(usize, Spellings, Bad)>,
    ) -> Result<bool, Bad> {
        let Scratch {
            key,
            key_part,
            spellings,
            ..
        } = scratch;
        let mut cells = Cells {
            row,
            columns: self.columns,
            spellings,
            narrowing,
        };
        key.clear();
        for (number, part) in self.key.iter().enumerate() {
            let has_key = match self.key.len() {
                1 => cells.read(number, part, key)?,
                _ => {
                    key_part.clear();
                    let has_key = cells.read(number, part, key_part)?;
                    composite::push(key_part, key);
                    has_key
                }
            };
            if !has_key {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether a row is looked for whose key is in the scratch memory.
    pub(crate) fn matches_with_key(
        &self,
        row: &Row<'_>,
        scratch: &mut Scratch,
        narrowing: &mut Vec<(usize, Spellings, Bad)>,
    ) -> Result<Match, Bad> {
        let Scratch {
            key,
            key_part,
            spellings,
            collector,
            ..
        } = scratch;
        let mut cells = Cells {
            row,
            columns: self.columns,
            spellings,
            narrowing,
        };
        let mut holds = |number: usize, condition: &Condition| {
            key_part.clear();
            let has_key = cells.read(number, &condition.part, key_part)?;
            Ok(has_key && condition.query.matches(key_part))
        };
        let mut is_found = self.query.matches(key);
        let first = self.key.len() + self.all.len();
        for (number, condition) in (first..).zip(&self.any) {
            is_found = is_found || holds(number, condition)?;
        }
        if !is_found {
            return Ok(Match::OtherKey);
        }
        for (number, condition) in (self.key.len()..).zip(&self.all) {
            if !holds(number, condition)? {
                return Ok(Match::OtherCells);
            }
        }
        if self.is_first_only && !collector.keeps_first(key, self.order) {
            return Ok(Match::OtherCells);
        }
        let prints_all = || matches!(&self.keep, Keep::Row(renderer) if renderer.prints_all());
        match row.unknown() {
            Some(name) if prints_all() => {
                let name = shown(name.as_bytes());
                Err(bad(row, Why::LateName { name }))
            }
            _ => Ok(Match::Found),
        }
    }
}

/// The cells of a row, as they are read.
struct Cells<'s, 'r> {
    row: &'s Row<'r>,
    columns: usize,
    spellings: &'s mut [Option<Spellings>],
    narrowing: &'s mut Vec<(usize, Spellings, Bad)>,
}

impl Cells<'_, '_> {
    /// Appends the key of a cell; false if it stands for no value. The column has that number among
    /// all that are looked at.
    fn read(&mut self, number: usize, part: &KeyPart, key: &mut Vec<u8>) -> Result<bool, Bad> {
        let row = self.row;
        let (cell, found) = row.field_and_len(part.column);
        if found != self.columns {
            let why = Why::Ragged {
                found,
                expected: self.columns,
                hint: quote_hint(row.bytes()),
            };
            return Err(bad(row, why));
        }
        if !row.has_value(part.column) || part.key_type.is_missing(&cell) {
            return Ok(false);
        }
        let Some(own) = part.key_type.read(&cell, key) else {
            return Err(bad(row, part.misfit(&cell)));
        };
        if let Some(common) = part.spellings {
            if own.and(common).is_none() {
                return Err(bad(row, part.misfit(&cell)));
            }
            if let Some(bad) = part.narrow(row, &cell, own, &mut self.spellings[number]) {
                self.narrowing.push((number, own, bad));
            }
        }
        Ok(true)
    }
}

impl KeyPart {
    /// Notes a cell that leaves fewer spellings: with those of other chunks, none may be left.
    fn narrow(
        &self,
        row: &Row<'_>,
        cell: &[u8],
        own: Spellings,
        spellings: &mut Option<Spellings>,
    ) -> Option<Bad> {
        let left = (*spellings)?;
        let fewer = left.and(own);
        if fewer == left {
            return None;
        }
        let why = Why::MixedSpellings {
            column: self.name.clone(),
            cell: shown(cell),
        };
        // If none is left, `scan` ends at this cell.
        *spellings = (!fewer.is_none()).then_some(fewer);
        Some(bad(row, why))
    }

    /// Why a cell has no key.
    fn misfit(&self, cell: &[u8]) -> Why {
        let column = self.name.clone();
        let Ok(text) = std::str::from_utf8(cell) else {
            return Why::NotUtf8 {
                column,
                cell: shown(cell),
            };
        };
        let mut expected = self.key_type.description();
        if self.spellings.is_some() {
            expected.push_str(Error::HINT_INFERRED);
        }
        if let Some(advice) = advice(&self.key_type, text) {
            expected.push_str(&format!(" ({advice})"));
        }
        Why::BadCell {
            column,
            cell: shown(cell),
            expected,
        }
    }
}

fn bad(row: &Row<'_>, why: Why) -> Bad {
    Bad {
        line: row.line(),
        why,
    }
}
