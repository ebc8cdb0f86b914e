//! What stands for `sql` in a program that was built without it.

use crate::args;
use crate::error::Error;

pub(crate) fn run(_: &args::Sql) -> Result<u64, Error> {
    Err(Error::NoSql)
}

pub(crate) fn merge_indexes(_: &args::Merge) -> Result<(), Error> {
    Err(Error::NoSql)
}

pub(crate) fn build_index(_: &args::Index) -> Result<(), Error> {
    Err(Error::NoSql)
}
