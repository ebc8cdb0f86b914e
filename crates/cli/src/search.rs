//! What `get`, `range` and the like have in common: open the tables, find the types of the key
//! columns, search, print.

use std::borrow::Cow;

use crate::args::{Filter, OnBad, Printing, Reading, Target};
use crate::conditions::{Conditions, Written};
use crate::error::{self, Error};
use crate::header::Header;
use crate::index::{self, Index, IndexedRows, SortedRows};
use crate::key_columns::{KeyColumns, find_columns};
use crate::output::Printer;
use crate::plan::{Opened, Plan};
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
        let (target, printing) = (self.target, self.printing);
        let conditions = Conditions::of(self.filter)?;
        index::check_named(target, &conditions.columns())?;
        let index = Index::find(target, self.reading)?;
        let reading = self.reading_of(index.as_ref());
        let tables = std::iter::once(&target.table).chain(&target.also);
        if tables.filter(|it| it.is_standard_input()).count() > 1 {
            return Err(Error::TwiceStandardInput);
        }
        let mut tables = Tables::open(&target.table, &target.also, &reading, printing.memory)?;
        // Notes come before errors, which may be due to what was assumed.
        if index.is_none() {
            tables.notes().for_each(error::tell);
        }
        let header = tables.first().header().clone();
        let numbers = find_columns(&header, &target.column)?;
        let columns = header.choose(&printing.columns)?;
        self.project(
            &mut tables,
            &header,
            &numbers,
            columns.as_deref(),
            &conditions,
        )?;
        let printer = Printer::new(printing, &header, columns.as_deref())?;
        let key = match &index {
            Some(index) => index.key_columns(&header, &numbers)?,
            None => self.infer(&mut tables, &numbers, asked)?,
        };
        let mut query = self.without_some(query(&key)?, &key)?;
        let mut open = |condition: &Written| {
            let reading = match condition.find(&header)? {
                // The options say what type the key has.
                column if numbers == [column] => Cow::Borrowed(&*reading),
                _ => Cow::Owned(reading.without_type()),
            };
            open(&mut tables, &header, condition, target, &reading)
        };
        let all = conditions.all.iter().map(&mut open);
        let all = all.collect::<Result<Vec<Opened>, Error>>()?;
        let any = conditions.any.iter().map(&mut open);
        let mut any = any.collect::<Result<Vec<Opened>, Error>>()?;
        if self.is_first_only && self.filter.not.is_empty() {
            // Rows of all keys are looked for, so there are no others.
            any.clear();
        }
        let first = self.is_first_only.then_some(self.order);
        let plan = Plan::new(
            index.as_ref(),
            &mut query,
            (&all, &any),
            first,
            printing.memory,
        )?;
        if let Plan::InOrder(_, candidates) = &plan
            && printing.count
            && all.is_empty()
        {
            return self.print_count(&printer, index::count(&candidates.found));
        }
        let conditions = |opened: Vec<Opened>| opened.into_iter().map(|it| it.condition).collect();
        let is_in_order = matches!(plan, Plan::InOrder(..));
        // In order, the query is of one key then.
        let is_first_only = self.is_first_only && !is_in_order;
        let selection = Selection {
            key: key.into_parts(),
            columns: header.len(),
            query,
            all: conditions(all),
            any: conditions(any),
            on_bad: reading.on_bad,
            keep: match (printing.count, is_first_only) {
                (true, false) => Keep::Count,
                // Which rows count is known only in the end.
                (true, true) => Keep::Place,
                (false, _) => Keep::Row(renderer(&printer, columns, &reading)),
            },
            order: self.order,
            is_first_only,
            rows_max: printing.limit.unwrap_or(u64::MAX),
        };
        self.answer(plan, selection, tables, &printer)
    }

    /// Finds the rows and prints them, or their number.
    fn answer(
        &self,
        plan: Plan<'_>,
        selection: Selection,
        mut tables: Tables,
        printer: &Printer,
    ) -> Result<u64, Error> {
        let printing = self.printing;
        let is_first_only = selection.is_first_only;
        // Such a table is a file: it has an index.
        let was_read = matches!(plan, Plan::FirstKey(..));
        let sorted = |index| SortedRows::new(index, &selection, tables.first(), printing.memory);
        let sorted = match plan {
            Plan::Scan => None,
            Plan::InOrder(index, candidates) => {
                let mut rows = IndexedRows::new(index, candidates, &selection, tables.first())?;
                return match printing.count {
                    true => printer.print_count(rows.count()?),
                    false => printer.print(&mut rows),
                };
            }
            Plan::FirstKey(index, candidates) => sorted(index).of_first_key(candidates)?,
            Plan::Sorted(index, places) => Some(sorted(index).at(&places)?),
        };
        let (runs, matches) = match sorted {
            Some(sorted) => sorted,
            None => {
                if was_read {
                    tables.rewind()?;
                }
                let found = tables.search(selection)?;
                (found.runs, found.matches)
            }
        };
        match printing.count {
            true if is_first_only => self.print_count(printer, runs.merge()?.count()?),
            true => self.print_count(printer, matches),
            false => printer.print(&mut runs.merge()?),
        }
    }

    fn print_count(&self, printer: &Printer, count: u64) -> Result<u64, Error> {
        printer.print_count(count.min(self.printing.limit.unwrap_or(u64::MAX)))
    }

    /// The columns of the key, whose types are inferred unless the options say them.
    fn infer(
        &self,
        tables: &mut Tables,
        numbers: &[usize],
        asked: &[&str],
    ) -> Result<KeyColumns, Error> {
        let not = self.filter.not.iter().map(String::as_str);
        let asked: Vec<&str> = asked.iter().copied().chain(not).collect();
        let key = KeyColumns::open(tables, numbers, self.reading, &asked)?;
        key.notes(&asked).iter().for_each(|note| error::tell(note));
        Ok(key)
    }

    /// How the table is read: as it was for the index of the key, if there is one.
    fn reading_of(&self, index: Option<&Index>) -> Cow<'_, Reading> {
        let Some(index) = index else {
            return Cow::Borrowed(self.reading);
        };
        let mut reading = index.reading().clone();
        if self.reading.on_bad == OnBad::Skip {
            reading.on_bad = OnBad::Skip;
        }
        Cow::Owned(reading)
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
}

fn renderer(printer: &Printer, columns: Option<Vec<usize>>, reading: &Reading) -> Renderer {
    let names = printer.names();
    Renderer::new(printer.format(), columns, names, reading.no_quotes)
}

/// A condition on a column of the type that its index has, or that is inferred.
fn open(
    tables: &mut Tables,
    header: &Header,
    condition: &Written,
    target: &Target,
    reading: &Reading,
) -> Result<Opened, Error> {
    let column = condition.find(header)?;
    let index = Index::of_condition(target, &condition.column, reading)?;
    let columns = match &index {
        Some(index) => index.key_columns(header, &[column])?,
        None => {
            let columns = KeyColumns::open(tables, &[column], reading, &condition.asked())?;
            let notes = columns.notes(&condition.asked());
            notes.iter().for_each(|note| error::tell(note));
            columns
        }
    };
    let condition = Condition {
        query: condition.query(&columns)?,
        part: columns.into_parts().remove(0),
    };
    Ok(Opened { condition, index })
}
