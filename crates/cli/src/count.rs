//! `leafwise count`: the number of rows with a key, or with one within a range.

use crate::args::{Count, Printing};
use crate::error::Error;
use crate::run::Order;
use crate::search::Search;

/// Prints the number of rows, and returns it.
pub(crate) fn run(arguments: &Count) -> Result<u64, Error> {
    let interval = &arguments.interval;
    let search = Search {
        target: &arguments.target,
        filter: &arguments.filter,
        reading: &arguments.reading,
        printing: &Printing::COUNT,
        order: Order::Ascending,
        is_first_only: false,
    };
    search.run(&interval.asked(), |columns| interval.query(columns))
}
