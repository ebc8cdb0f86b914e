//! Static collections in files.
#![cfg(feature = "file")]

#[path = "../common/random.rs"]
mod random;

mod allocations;
mod cases;
mod golden;
mod hostile;
mod mutate;
mod repair;
mod round_trips;
