//! Whole programs, run in turns and measured: what the subcommands share that compare the program
//! `leafwise` with others.

mod figures;
mod measure;
#[cfg(test)]
mod outcomes;
mod place;
mod program;
mod sql;
mod table;
mod turns;

pub(crate) use figures::Answers;
pub(crate) use measure::{Cost, Options as MeasureOptions, SUCCESS, cost, measure};
#[cfg(test)]
pub(crate) use outcomes::{Outcome, outcome, outcomes};
pub(crate) use place::Place;
pub(crate) use program::{Installed, Program, Way, installed};
pub(crate) use sql::{duckdb_output, sqlite_import};
pub(crate) use table::{COLUMNS, Recipe, Row, decimal, parse_rows};
pub(crate) use turns::take_turns;

/// Rows of the table in a short run.
pub(crate) const FEW_ROWS: usize = 200_000;
