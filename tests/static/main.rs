//! The static collections against plain sorted vectors and std's: every size of the lower levels,
//! every key type, batches with every instruction set, construction, iteration and consumption; and
//! users' types that lie or panic.
//!
//! Randomness is seeded with constants, so that failures are reproducible.

#[path = "../common/mod.rs"]
mod common;

mod api;
mod batches;
mod building;
mod hostile;
mod iterators;
mod keys;
mod kinds;
mod model;
mod owning;
mod set_operations;
mod strings;
mod traits;
