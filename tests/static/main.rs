//! The static collections against plain sorted vectors and std's: every size of the lower levels,
//! every type of keys, batches with every instruction set; how they are built, walked and taken
//! apart; and users' types that lie or panic.
//!
//! Randomness is seeded with constants, so that a failure comes back.

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
mod texts;
mod traits;
