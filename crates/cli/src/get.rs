//! `leafwise get`: the rows with given keys.

use crate::args::Get;
use crate::error::Error;
use crate::key::{Key, with_key};
use crate::load::KeyColumn;
use crate::output::Printer;
use crate::table::Table;

/// Prints the rows and returns their number.
pub(crate) fn run(arguments: &Get) -> Result<u64, Error> {
    let mut table = Table::open(&arguments.target.table, &arguments.reading)?;
    let at = table.header().find(&arguments.target.column)?;
    let printer = Printer::new(&arguments.printing, table.header())?;
    let asked: Vec<&str> = arguments.values.iter().map(String::as_str).collect();
    let column = KeyColumn::open(&mut table, at, &arguments.reading, &asked)?;
    with_key!(column.kind(), K => {
        let keys = distinct::<K>(&column, &asked)?;
        let index = column.index()?;
        printer.print(&mut table, index.get(&keys))
    })
}

/// The requested keys, each once, in order.
fn distinct<K: Key>(column: &KeyColumn<'_>, asked: &[&str]) -> Result<Vec<K>, Error> {
    let mut keys = asked
        .iter()
        .map(|asked| column.key(asked))
        .collect::<Result<Vec<K>, _>>()?;
    keys.sort_unstable();
    keys.dedup();
    Ok(keys)
}
