//! Static collections in files.
#![cfg(feature = "file")]

#[path = "../common/random.rs"]
#[expect(dead_code, reason = "other suites use more of it")]
mod random;

mod allocations;
#[cfg(feature = "builder")]
mod builder;
mod cases;
mod golden;
mod hostile;
mod mutate;
mod piecewise;
#[cfg(feature = "builder")]
mod reader;
#[cfg(all(feature = "builder", feature = "object_store"))]
mod remote;
mod repair;
mod round_trips;
mod verifying;
