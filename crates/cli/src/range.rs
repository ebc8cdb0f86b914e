//! `leafwise range`: the rows whose keys are between two bounds.

use crate::args::Range;
use crate::error::Error;
use crate::run::Order;
use crate::search::Search;

/// Prints the rows and returns their number.
pub(crate) fn run(arguments: &Range) -> Result<u64, Error> {
    let interval = &arguments.interval;
    let search = Search {
        target: &arguments.target,
        filter: &arguments.filter,
        reading: &arguments.reading,
        printing: &arguments.printing,
        order: match arguments.reverse {
            true => Order::Descending,
            false => Order::Ascending,
        },
        is_first_only: false,
    };
    search.run(&interval.asked(), |columns| interval.query(columns))
}
