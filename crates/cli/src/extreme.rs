//! `leafwise min` and `leafwise max`: the rows with the least or the greatest key.

use crate::args::Extreme;
use crate::error::Error;
use crate::query::Query;
use crate::run::Order;
use crate::search::Search;

/// Prints the rows with the first key in this order, and returns their number.
pub(crate) fn run(arguments: &Extreme, order: Order) -> Result<u64, Error> {
    let search = Search {
        target: &arguments.target,
        filter: &arguments.filter,
        reading: &arguments.reading,
        printing: &arguments.printing,
        order,
        is_first_only: true,
    };
    search.run(&[], |_| Ok(Query::all()))
}
