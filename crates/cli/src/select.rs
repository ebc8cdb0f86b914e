//! Searches a chunk: which of its rows have a key that is looked for.
//!
//! Chunks are searched by several threads, each row on its own: nothing here depends on another
//! chunk. What does (lines, and spellings that all cells must share) is put together by [`scan`].
//!
//! [`scan`]: crate::scan

use crate::args::OnBad;
use crate::chunks::{Chunk, Content};
use crate::error::{Error, Why, quote_hint, shown};
use crate::infer::advice;
use crate::key::{KeyType, Spellings};
use crate::part::Bad;
use crate::query::Query;
use crate::render::Renderer;
use crate::rows::{Fields, Row};
use crate::run::{Collector, Order};

/// What is selected, the same for all chunks.
pub(crate) struct Selection {
    /// The key column, and the number of columns.
    pub(crate) column: usize,
    pub(crate) columns: usize,
    pub(crate) column_name: String,
    pub(crate) key_type: KeyType,
    /// The spellings that the cells of the sample share; `None` if the user chose the type.
    pub(crate) spellings: Option<Spellings>,
    pub(crate) query: Query,
    pub(crate) on_bad: OnBad,
    /// How rows are kept; `None` if they are only counted.
    pub(crate) renderer: Option<Renderer>,
    pub(crate) order: Order,
    pub(crate) rows_max: u64,
}

/// The result for one chunk. Lines are counted from the beginning of the chunk, from 0.
#[derive(Default)]
pub(crate) struct Selected {
    pub(crate) lines: u64,
    pub(crate) matches: u64,
    /// The rows that match, sorted, as [`crate::run`] describes.
    pub(crate) run: Vec<u8>,
    /// The number of bad rows that were skipped, and the first.
    pub(crate) bad_count: u64,
    pub(crate) first_bad: Option<Bad>,
    /// The cells that leave fewer spellings than those before them.
    pub(crate) narrowing: Vec<(Spellings, Bad)>,
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
    collector: Collector,
}

impl Selection {
    /// Searches a chunk.
    pub(crate) fn select(&self, chunk: Chunk, scratch: &mut Scratch) -> Selected {
        let mut selected = Selected::default();
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
        let mut spellings = self.spellings;
        let Scratch {
            fields,
            key,
            collector,
        } = scratch;
        while let Some(row) = rows.next(fields) {
            let matched = row.and_then(|row| {
                self.matches(&row, key, &mut spellings, &mut selected)
                    .map(|it| (row, it))
            });
            match matched {
                Ok((_, false)) => {}
                Ok((row, true)) => {
                    selected.matches += 1;
                    if let Some(renderer) = &self.renderer {
                        collector.push(key, |bytes| renderer.write(&row, bytes));
                    }
                }
                Err(bad) => {
                    let is_final = self.on_bad == OnBad::Error
                        || matches!(bad.why, Why::OpenQuote | Why::LateName { .. });
                    if is_final {
                        selected.failure = Some(Failure::Bad(bad));
                        break;
                    }
                    selected.bad_count += 1;
                    selected.first_bad.get_or_insert(bad);
                }
            }
        }
        selected.lines = rows.lines();
        let rows_max = usize::try_from(self.rows_max).unwrap_or(usize::MAX);
        selected.run = collector.take_run(self.order, rows_max);
        selected
    }

    /// Whether a row has a key that is looked for. The key is left in `key`.
    fn matches(
        &self,
        row: &Row<'_>,
        key: &mut Vec<u8>,
        spellings: &mut Option<Spellings>,
        selected: &mut Selected,
    ) -> Result<bool, Bad> {
        let (cell, found) = row.field_and_len(self.column);
        if found != self.columns {
            let why = Why::Ragged {
                found,
                expected: self.columns,
                hint: quote_hint(row.bytes()),
            };
            return Err(bad(row, why));
        }
        key.clear();
        if !row.has_value(self.column) || self.key_type.is_missing(&cell) {
            return Ok(false);
        }
        let Some(own) = self.key_type.read(&cell, key) else {
            return Err(bad(row, self.misfit(&cell)));
        };
        if let Some(common) = self.spellings {
            if own.and(common).is_none() {
                return Err(bad(row, self.misfit(&cell)));
            }
            self.narrow(row, &cell, own, spellings, selected);
        }
        let is_found = self.query.matches(key);
        let prints_all = || self.renderer.as_ref().is_some_and(Renderer::prints_all);
        match row.unknown() {
            Some(name) if is_found && prints_all() => {
                let name = shown(name.as_bytes());
                Err(bad(row, Why::LateName { name }))
            }
            _ => Ok(is_found),
        }
    }

    /// Notes a cell that leaves fewer spellings: with those of other chunks, none may be left.
    fn narrow(
        &self,
        row: &Row<'_>,
        cell: &[u8],
        own: Spellings,
        spellings: &mut Option<Spellings>,
        selected: &mut Selected,
    ) {
        let Some(left) = *spellings else { return };
        let fewer = left.and(own);
        if fewer == left {
            return;
        }
        let why = Why::MixedSpellings {
            column: self.column_name.clone(),
            cell: shown(cell),
        };
        selected.narrowing.push((own, bad(row, why)));
        // If none is left, `scan` ends at this cell.
        *spellings = (!fewer.is_none()).then_some(fewer);
    }

    /// Why a cell has no key.
    fn misfit(&self, cell: &[u8]) -> Why {
        let column = self.column_name.clone();
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
