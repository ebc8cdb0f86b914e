//! What `get`, `range` and the like have in common: open the tables, find the types of the key
//! columns, search, print.

use crate::args::{OnBad, Printing, Reading, Target};
use crate::error::{self, Error};
use crate::index::{self, Index};
use crate::key_columns::{KeyColumns, find_columns};
use crate::output::Printer;
use crate::query::Query;
use crate::render::Renderer;
use crate::run::Order;
use crate::scan::Tables;
use crate::select::{Keep, Selection};

/// What to search.
pub(crate) struct Search<'a> {
    pub(crate) target: &'a Target,
    pub(crate) reading: &'a Reading,
    pub(crate) printing: &'a Printing,
    pub(crate) order: Order,
}

impl Search<'_> {
    /// Prints the rows that a query finds, and returns their number. The query is made when the
    /// types of the key columns are known, from the values that are asked for.
    pub(crate) fn run(
        &self,
        asked: &[&str],
        query: impl FnOnce(&KeyColumns) -> Result<Query, Error>,
    ) -> Result<u64, Error> {
        if let Some(open) = Index::find(self.target, self.reading)? {
            return self.run_on_index(&open, query);
        }
        let (reading, printing) = (self.reading, self.printing);
        let paths = std::iter::once(&self.target.table).chain(&self.target.also);
        if paths.filter(|path| path.as_os_str() == "-").count() > 1 {
            return Err(Error::TwiceStandardInput);
        }
        let mut tables = Tables::open(&self.target.table, &self.target.also, reading)?;
        // Notes come before errors, which may be due to what was assumed.
        tables.notes().for_each(error::tell);
        let header = tables.first().header().clone();
        let key = find_columns(&header, &self.target.column)?;
        let columns = header.choose(&printing.columns)?;
        let printer = Printer::new(printing, &header, columns.as_deref())?;
        let key = KeyColumns::open(&mut tables, &key, reading, asked)?;
        key.notes(asked).iter().for_each(|note| error::tell(note));
        let query = query(&key)?;
        let keep = match printing.count {
            true => Keep::Count,
            false => Keep::Row(renderer(&printer, columns, reading)),
        };
        let selection = Selection {
            key: key.into_parts(),
            columns: header.len(),
            query,
            on_bad: reading.on_bad,
            keep,
            order: self.order,
            rows_max: printing.limit.unwrap_or(u64::MAX),
        };
        let found = tables.search(selection, printing.memory)?;
        if printing.count {
            let count = found.matches.min(printing.limit.unwrap_or(u64::MAX));
            return printer.print_count(count);
        }
        printer.print(&mut found.runs.merge()?)
    }

    /// The same by an index: only the rows that are found are read.
    fn run_on_index(
        &self,
        index: &Index,
        query: impl FnOnce(&KeyColumns) -> Result<Query, Error>,
    ) -> Result<u64, Error> {
        let printing = self.printing;
        let tables = Tables::open(&self.target.table, &[], index.reading())?;
        let header = tables.first().header().clone();
        let key = index.key_columns(&header)?;
        let columns = header.choose(&printing.columns)?;
        let printer = Printer::new(printing, &header, columns.as_deref())?;
        let query = query(&key)?;
        let found = index.search(&query)?;
        if printing.count {
            let count = index::count(&found).min(printing.limit.unwrap_or(u64::MAX));
            return printer.print_count(count);
        }
        let selection = Selection {
            key: key.into_parts(),
            columns: header.len(),
            query,
            on_bad: OnBad::Error,
            keep: Keep::Row(renderer(&printer, columns, index.reading())),
            order: self.order,
            rows_max: printing.limit.unwrap_or(u64::MAX),
        };
        let mut rows = index.rows(found, selection, tables.first())?;
        printer.print(&mut rows)
    }
}

fn renderer(printer: &Printer, columns: Option<Vec<usize>>, reading: &Reading) -> Renderer {
    let names = printer.names();
    Renderer::new(printer.format(), columns, names, reading.no_quotes)
}
