//! What `get`, `range` and the like have in common: open the tables, find the types of the key
//! columns, search, print.

use crate::args::{Filter, OnBad, Printing, Reading, Target};
use crate::conditions::{Conditions, Written};
use crate::error::{self, Error};
use crate::header::Header;
use crate::index::{self, Index};
use crate::key_columns::{KeyColumns, find_columns};
use crate::output::Printer;
use crate::query::Query;
use crate::render::Renderer;
use crate::run::Order;
use crate::scan::Tables;
use crate::select::{Condition, Keep, Selection};

/// What to search.
pub(crate) struct Search<'a> {
    pub(crate) target: &'a Target,
    pub(crate) filter: &'a Filter,
    pub(crate) reading: &'a Reading,
    pub(crate) printing: &'a Printing,
    pub(crate) order: Order,
    /// Whether only rows with the first key are looked for, of those that are found.
    pub(crate) is_first_only: bool,
}

impl Search<'_> {
    /// Prints the rows that a query finds, and returns their number. The query is made when the
    /// types of the key columns are known, from the values that are asked for.
    pub(crate) fn run(
        &self,
        asked: &[&str],
        query: impl FnOnce(&KeyColumns) -> Result<Query, Error>,
    ) -> Result<u64, Error> {
        let conditions = Conditions::of(self.filter)?;
        let not = self.filter.not.iter().map(String::as_str);
        let asked: Vec<&str> = asked.iter().copied().chain(not).collect();
        // Other columns instead of the key are looked for in all rows, and so are they besides the
        // first key.
        if conditions.any.is_empty()
            && (conditions.all.is_empty() || !self.is_first_only)
            && let Some(open) = Index::find(self.target, self.reading)?
        {
            return self.run_on_index(&open, query, &conditions);
        }
        let (reading, printing) = (self.reading, self.printing);
        let tables = std::iter::once(&self.target.table).chain(&self.target.also);
        if tables.filter(|it| it.is_standard_input()).count() > 1 {
            return Err(Error::TwiceStandardInput);
        }
        let mut tables = Tables::open(
            &self.target.table,
            &self.target.also,
            reading,
            printing.memory,
        )?;
        // Notes come before errors, which may be due to what was assumed.
        tables.notes().for_each(error::tell);
        let header = tables.first().header().clone();
        let key = find_columns(&header, &self.target.column)?;
        let columns = header.choose(&printing.columns)?;
        self.project(&mut tables, &header, &key, columns.as_deref(), &conditions)?;
        let printer = Printer::new(printing, &header, columns.as_deref())?;
        let key = KeyColumns::open(&mut tables, &key, reading, &asked)?;
        key.notes(&asked).iter().for_each(|note| error::tell(note));
        let query = self.without_some(query(&key)?, &key)?;
        let mut open = |condition: &Written| open(&mut tables, &header, condition, reading);
        let all = conditions.all.iter().map(&mut open);
        let all = all.collect::<Result<Vec<Condition>, Error>>()?;
        let any = conditions.any.iter().map(&mut open);
        let any = any.collect::<Result<Vec<Condition>, Error>>()?;
        let keep = match (printing.count, self.is_first_only) {
            (true, false) => Keep::Count,
            // Which rows count is known only in the end.
            (true, true) => Keep::Position,
            (false, _) => Keep::Row(renderer(&printer, columns, reading)),
        };
        let selection = Selection {
            key: key.into_parts(),
            columns: header.len(),
            query,
            all,
            any,
            on_bad: reading.on_bad,
            keep,
            order: self.order,
            is_first_only: self.is_first_only,
            rows_max: printing.limit.unwrap_or(u64::MAX),
        };
        let found = tables.search(selection)?;
        if printing.count {
            let count = match self.is_first_only {
                true => found.runs.merge()?.count()?,
                false => found.matches,
            };
            return printer.print_count(count.min(printing.limit.unwrap_or(u64::MAX)));
        }
        printer.print(&mut found.runs.merge()?)
    }

    /// Tells which columns are needed, if not all.
    fn project(
        &self,
        tables: &mut Tables,
        header: &Header,
        key: &[usize],
        printed: Option<&[usize]>,
        conditions: &Conditions,
    ) -> Result<(), Error> {
        let printed = match (self.printing.count, printed) {
            (true, _) => &[],
            (false, Some(printed)) => printed,
            (false, None) => return Ok(()),
        };
        let conditions = conditions.all.iter().chain(&conditions.any);
        let conditions = conditions.map(|condition| condition.find(header));
        let conditions = conditions.collect::<Result<Vec<usize>, Error>>()?;
        tables.project(&[printed, key, &conditions].concat());
        Ok(())
    }

    /// A query without the keys of `--not`.
    fn without_some(&self, query: Query, key: &KeyColumns) -> Result<Query, Error> {
        let not = self.filter.not.iter();
        let not = not.map(|value| key.key(value, "--not: "));
        Ok(query.except(not.collect::<Result<_, _>>()?))
    }

    /// The same by an index: only the rows that are found are read.
    fn run_on_index(
        &self,
        index: &Index,
        query: impl FnOnce(&KeyColumns) -> Result<Query, Error>,
        conditions: &Conditions,
    ) -> Result<u64, Error> {
        let printing = self.printing;
        let mut tables = Tables::open(&self.target.table, &[], index.reading(), printing.memory)?;
        let header = tables.first().header().clone();
        let key = index.key_columns(&header)?;
        let columns = header.choose(&printing.columns)?;
        let numbers = &index.about().numbers;
        self.project(
            &mut tables,
            &header,
            numbers,
            columns.as_deref(),
            conditions,
        )?;
        let printer = Printer::new(printing, &header, columns.as_deref())?;
        let query = self.without_some(query(&key)?, &key)?;
        let (query, found) = match (index.search(&query)?, self.is_first_only) {
            (found, true) => index.first(&found, self.order)?,
            (found, false) => (query, found),
        };
        let mut all = Vec::new();
        // The places of rows for which all conditions hold that have an index.
        let mut places: Option<Vec<u64>> = None;
        for condition in &conditions.all {
            let target = Target::of(&self.target.table, &condition.column);
            let Some(other) = Index::find(&target, &self.reading.without_type())? else {
                all.push(open(&mut tables, &header, condition, index.reading())?);
                continue;
            };
            let columns = other.key_columns(&header)?;
            let query = condition.query(&columns)?;
            let found = other.search(&query)?;
            places = Some(other.common_places(&found, places)?);
            all.push(Condition {
                query,
                part: columns.into_parts().remove(0),
            });
        }
        if printing.count && all.is_empty() {
            let count = index::count(&found).min(printing.limit.unwrap_or(u64::MAX));
            return printer.print_count(count);
        }
        let selection = Selection {
            key: key.into_parts(),
            columns: header.len(),
            query,
            all,
            any: Vec::new(),
            on_bad: OnBad::Error,
            keep: match printing.count {
                true => Keep::Count,
                false => Keep::Row(renderer(&printer, columns, index.reading())),
            },
            order: self.order,
            // The query is of one key then.
            is_first_only: false,
            rows_max: printing.limit.unwrap_or(u64::MAX),
        };
        let mut rows = index.rows(found, places, selection, tables.into_first())?;
        if printing.count {
            return printer.print_count(rows.count()?);
        }
        printer.print(&mut rows)
    }
}

fn renderer(printer: &Printer, columns: Option<Vec<usize>>, reading: &Reading) -> Renderer {
    let names = printer.names();
    Renderer::new(printer.format(), columns, names, reading.no_quotes)
}

/// A condition on a column of a type that is inferred: the options say only that of the key.
fn open(
    tables: &mut Tables,
    header: &Header,
    condition: &Written,
    reading: &Reading,
) -> Result<Condition, Error> {
    let column = condition.find(header)?;
    let reading = reading.without_type();
    let columns = KeyColumns::open(tables, &[column], &reading, &condition.asked())?;
    let notes = columns.notes(&condition.asked());
    notes.iter().for_each(|note| error::tell(note));
    Ok(Condition {
        query: condition.query(&columns)?,
        part: columns.into_parts().remove(0),
    })
}
