//! `leafwise range`: the rows whose keys are between two bounds.

use crate::args::Range;
use crate::error::Error;
use crate::key::with_key;
use crate::load::KeyColumn;
use crate::output::Printer;
use crate::table::Table;

/// Prints the rows and returns their number.
pub(crate) fn run(arguments: &Range) -> Result<u64, Error> {
    let mut table = Table::open(&arguments.target.table, &arguments.reading)?;
    let at = table.header().find(&arguments.target.column)?;
    let printer = Printer::new(&arguments.printing, table.header())?;
    let interval = &arguments.interval;
    let column = KeyColumn::open(&mut table, at, &arguments.reading, &interval.asked())?;
    with_key!(column.kind(), K => {
        let bounds = interval.typed::<K>(|asked| column.key(asked))?;
        let index = column.index()?;
        match arguments.reverse {
            false => printer.print(&mut table, index.range(bounds)),
            true => printer.print(&mut table, index.range_reversed(bounds)),
        }
    })
}
